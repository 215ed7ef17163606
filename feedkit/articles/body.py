"""The content of an article as HTML. Raises `ArticleError` for content that cannot be made safe."""

from __future__ import annotations

from collections.abc import Callable
from types import MappingProxyType

from feedkit.articles.content import Content, ContentError, from_html, from_markdown
from feedkit.articles.markdown import RenderError
from feedkit.articles.report import Reporter, report_secrets
from feedkit.articles.summaries import summarise, visible
from feedkit.config.site import Site
from feedkit.records import dataclass

_HINTS = MappingProxyType(
    {
        "FK302": "correct the shortcode, or put it into a code span",
        "FK306": "write it as Markdown, or register a shortcode of its name under shortcodes",
        "FK308": "mend the function that is registered for it under shortcodes",
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """What the content of an article is made of. Refuses to hold its metadata: thousands wait for their content."""

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


def content(body: Body, url: str, *, few: bool = False) -> Content:
    """The content as HTML; empty where there is none. Raises `ArticleError` for content that cannot be made safe.

    `few`: whether it is that of few articles.
    """
    if body.html is None and body.markdown is None:
        return Content(html="")
    try:
        made = _from_markdown(body, url, few) if body.html is None else from_html(body.html, url, body.site, few=few)
    except ContentError as error:
        body.report.refuse("FK301", str(error), line=body.line, hint="split the article")
    except RenderError as error:
        body.report.refuse("FK307", str(error), line=body.line, hint="mend the renderer, or the Markdown")
    if made.removed:
        message = f"{', '.join(made.removed)} taken out of the content: readers must not run or show it"
        body.report.warn("FK304", message, line=body.line, hint="write it as a code example, or as a link")
    report_secrets(made.html, body.site, body.report, line=body.line)
    return made


def beginning(html: str, site: Site) -> str:
    """The summary that is made of the content."""
    return summarise(html if site.html == "safe" else visible(html))


def _from_markdown(body: Body, url: str, few: bool) -> Content:
    def tell(code: str, line: int, reason: str) -> None:
        body.report.warn(code, reason, line=None if body.line is None else line, hint=_HINTS[code])

    return from_markdown(
        body.markdown or "", url, body.site, tell, render=body.render, line=body.line or 1, checked=True, few=few
    )
