"""The content of an article, with what is wrong in it reported."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from types import MappingProxyType

from msgspec import Struct

from feedkit.articles.content import Content, ContentError, from_html, from_markdown
from feedkit.articles.link_targets import ContentLinks
from feedkit.articles.markdown import RenderError
from feedkit.articles.report import Reporter, report_secrets
from feedkit.articles.sanitise import WITHOUT_TEXT
from feedkit.articles.summary import summarise, text_of, visible
from feedkit.config.site import Site
from feedkit.errors import secret_names
from feedkit.lazy_regex import lazy_regex

_HINTS = MappingProxyType(
    {
        "FK302": "correct the shortcode, or put it into a code span",
        "FK306": "write it as Markdown",
        "FK308": "fix the function that is registered for it under shortcodes",
        "FK310": "write its text into the article",
        "FK312": "write what it shows as Markdown",
        "FK313": "write it as Markdown, or as code where it is an example",
        "FK320": "correct the path, or write the address",
        "FK321": "put the file there, or correct the path",
        "FK322": "write the address with the folder of the site in front",
        "FK311": "close it where it is to end, or write `<…>` as code where it is an example",
    }
)

# What shortcodes, tags and components of other systems are called in messages; statements of a template are none.
_FOREIGN = lazy_regex(r"<?([A-Za-z_][\w./-]*)>? is a (?:component|shortcode|tag)\b(?! of (?:Liquid|Nunjucks))")
_SIGNS = lazy_regex(r"\W")

# What stands in two braces, in a text or in an address.
_TEMPLATE = lazy_regex(r" is an expression of | is filled in by a template")
_WIKILINK = " is a wikilink of "
_WIKILINK_HINT = '[markdown] extra_extensions = ["wikilinks"]'
_TEMPLATE_HINT = "write what it says, or put it into a code span"
_REMOVED_HINT = "write it as a code example, or as a link"

# As the sanitiser writes it.
_CODE = lazy_regex(r"<(pre|code)[ >].*?</\1>", re.DOTALL)

# What is only worth knowing.
_NOTES = frozenset(["FK312", "FK313", "FK322"])


class Body(Struct, frozen=True, kw_only=True):
    """What the content of an article is made of, without its metadata."""

    #: The settings.
    site: Site
    #: Where problems go.
    report: Reporter
    #: Finished HTML, which wins over Markdown; None where there is none.
    html: str | None
    #: The Markdown, legal text; None where there is none.
    markdown: str | None
    #: The line of the file at which it begins; None where there is no file.
    line: int | None
    #: What makes HTML of it, in place of the site's renderer.
    render: Callable[[str], str] | None


def make_content(body: Body, url: str, links: ContentLinks | None = None) -> Content:
    """The content of the entry at `url` as HTML; empty where there is none.

    `links` tell what its addresses lead to, where files of the site are known. Raises `ArticleError`: FK301 for content
    that cannot be made safe, FK307 for a renderer that fails.
    """
    if body.html is None and body.markdown is None:
        return Content(html="")

    def report(code: str, line: int, reason: str) -> None:
        line_of_file = None if body.line is None else line
        put = body.report.note if code in _NOTES else body.report.warn
        put(code, reason, line=line_of_file, hint=_hint(code, reason))

    try:
        if body.html is not None:
            content = from_html(body.html, url, body.site, report, line=body.line or 1, links=links)
        else:
            markdown = body.markdown or ""
            mdx = body.report.path.lower().endswith(".mdx")
            line, render = body.line or 1, body.render
            content = from_markdown(markdown, url, body.site, report, render=render, line=line, mdx=mdx, links=links)
    except ContentError as error:
        body.report.refuse("FK301", str(error), line=body.line, hint="split the article")
    except RenderError as error:
        body.report.refuse("FK307", str(error), line=body.line, hint="fix the renderer, or the Markdown")
    if content.removed:
        body.report.warn("FK304", _removed(content.removed), line=body.line, hint=_REMOVED_HINT)
    if secret_names(content.html):
        # What an example of code has for a secret is none.
        report_secrets(_CODE.sub("", content.html), body.site, body.report, line=body.line)
    return content


def _hint(code: str, reason: str) -> str:
    """What to do; for what a function may make, the line that names one."""
    name = _FOREIGN.match(reason)
    if name is None:
        if _WIKILINK in reason:
            return _WIKILINK_HINT
        return _TEMPLATE_HINT if _TEMPLATE.search(reason) else _HINTS[code]
    key = name[1] if name[1].isascii() and name[1].replace("-", "").isidentifier() else f'"{name[1]}"'
    return f'{_HINTS[code]}, or name a function for it: shortcodes.{key} = "shortcodes:{_SIGNS.sub("_", name[1])}"'


def _removed(names: Sequence[str]) -> str:
    """What was taken out of the content, and what became of the text in it."""
    without_text = [name for name in names if name in WITHOUT_TEXT]
    tags = [name for name in names if name.startswith("<") and name not in WITHOUT_TEXT]
    others = [name for name in names if not name.startswith("<")]
    parts = (
        *([f"{', '.join(without_text)} taken out with the text in it"] if without_text else []),
        *([f"{', '.join(tags)} taken out, the text in it stays"] if tags else []),
        *([f"{', '.join(others)} taken out"] if others else []),
    )
    return f"{'; '.join(parts)}: readers must not run or show it"


def beginning(content: Content, site: Site) -> str:
    """The summary of an article that has none of its own: up to the author's cut, where there is one."""
    html = content.excerpt or content.html
    shown = html if site.html == "safe" else visible(html)
    return text_of(shown) if content.excerpt else summarise(shown)
