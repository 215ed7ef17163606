"""Renders the body of an article to sanitised HTML with absolute addresses, and takes a summary from it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import suppress
from html import escape, unescape
from types import MappingProxyType
from urllib.parse import unquote

from msgspec import Struct
from msgspec.structs import replace

from feedkit.articles import dialects, shortcodes, templates
from feedkit.articles.html_scan import (
    ContentError,
    candidates,
    check_length,
    report_open_comment,
    start_tags,
    with_absolute_urls,
    with_ends,
)
from feedkit.articles.link_targets import ContentLinks
from feedkit.articles.links import resolved
from feedkit.articles.markdown import (
    Render,
    RenderError,
    code_ranges,
    rendered,
    unindented,
    with_check_boxes,
    with_lower_ends,
)
from feedkit.articles.report import OnContent, Reporter, report_secrets
from feedkit.articles.sanitise import WITHOUT_TEXT, closed, sanitise
from feedkit.config.site import Site
from feedkit.errors import UrlError, secret_names
from feedkit.lazy_regex import lazy_regex
from feedkit.model import Image
from feedkit.text import legal, shortened
from feedkit.urls import absolute, without_parameters

#: The longest summary of content, without its `…`.
SUMMARY_CHARS = 280

_CUT = lazy_regex(
    r"<!--\s*(?:more|truncate|excerpt|excerpt-end|TEASER_END|PELICAN_END_SUMMARY|read[ -]?more)\s*-->", re.IGNORECASE
)
# A heading at the beginning, with the elements around it; targets of links may come before it.
_TITLE = lazy_regex(
    r"\A(\s*(?:(?:<(?:article|div|header|section)\b[^<>]*>|<a\b[^<>]*></a>|<span\b[^<>]*></span>)\s*)*)"
    r"<h1\b[^<>]*>(.*?)</h1>\s*",
    re.DOTALL,
)
_TAG = lazy_regex(r"""<(?:[^<>"']++|"[^"]*"|'[^']*')*>|</?[a-zA-Z][^<>]*>""")
_BLOCK = lazy_regex(
    r"</?(?:article|aside|blockquote|br|d[dlt]|details|div|figcaption|figure|h[1-6]|hr|li|ol|p|pre|section|summary|table"
    r"|t[dhr]|ul)\b(?:[^<>\"']++|\"[^\"]*\"|'[^']*')*>"
)
# Parts of HTML that is not sanitised which browsers do not show as text.
_HIDDEN = lazy_regex(
    r"<!--(?:.*?-->|.*\Z)|<(script|style|template|svg|math|object|noscript)\b(?:.*?</\1\s*>|.*\Z)",
    re.DOTALL | re.IGNORECASE,
)
# The HTML of Markdown's footnotes: a raised link to the note, the note with its mark, a link back.
_MARK = lazy_regex(r'<sup[^>]*>\s*<a [^>]*href="[^"]*#[^"]*"[^>]*>[^<]*</a>\s*</sup>')
_NOTE = lazy_regex(
    r'<div id="[^"]*">\s*<sup[^>]*>[^<]*</sup>(?:.*?</div>|.*\Z)|<li id="[^"]*(?:fn|note)[^"]*">(?:.*?</li>|.*\Z)',
    re.DOTALL,
)
_FORMULA_PART = lazy_regex(r"</m(?:i|n|o|s|text)>")
_CUT_REFERENCE = lazy_regex(r"&[^;\s<>]*\Z")
_CODE_OR_BRACES = lazy_regex(r"(<(code|pre)\b(?:.*?</\2>|.*\Z))|\{\{\s*[A-Za-z][\w-]*\s*:.{0,8192}?\}\}", re.DOTALL)

_HINTS = MappingProxyType(
    {
        "FK302": "correct the shortcode, or put it into a code span",
        "FK308": "fix the function that is registered for it under shortcodes",
        "FK310": "write its text into the article",
        "FK313": "write it as Markdown, or as code where it is an example",
        "FK320": "correct the path, or write the address",
        "FK321": "put the file there, or correct the path",
        "FK322": "write the address with the folder of the site in front",
        "FK311": "close it where it is to end, or write `<…>` as code where it is an example",
    }
)

# In the form that the sanitiser writes.
_LINK_TO_PART = lazy_regex(r'href="([^"#]*)#([^"]*)"')
_CODE = lazy_regex(r"<(pre|code)[ >].*?</\1>", re.DOTALL)
# What the keys of an article are called in MDX: by Astro, Docusaurus, Next.js.
_METADATA = ("frontmatter", "frontMatter", "metadata", "meta")
# The codes of problems that are notes.
_NOTES = frozenset(["FK312", "FK313", "FK322"])


def with_cut(text: str, separator: str) -> str:
    """A text in which `<!-- more -->` replaces the first separator; line numbers are preserved."""
    start = len(text) - len(text.lstrip("\n")) if separator.isspace() else 0
    position = text.find(separator, start)
    if position < 0:
        return text
    # On a line of its own, so that the comment is a block.
    breaks = separator.count("\n") if separator.isspace() else 0
    cut = f"\n<!-- more -->\n{chr(10) * (breaks - 2)}" if breaks else "<!-- more -->"
    return f"{text[:position]}{cut}{text[position + len(separator) :]}"


class Content(Struct, frozen=True, kw_only=True):
    """The rendered body of an article."""

    html: str  #: HTML, sanitised unless the site trusts its content, every address absolute.
    excerpt: str = ""  #: The HTML above `<!-- more -->`; empty if there is none.
    removed: tuple[str, ...] = ()  #: What was removed, for messages: `<script>`, `javascript: addresses`.


class Body(Struct, frozen=True, kw_only=True):
    """The source of the content of an article."""

    site: Site  #: The settings.
    report: Reporter  #: Reports its problems.
    html: str | None  #: Finished HTML, which wins over Markdown; None if there is none.
    markdown: str | None  #: The Markdown, legal text; None if there is none.
    line: int | None  #: The line of the file at which it begins; None without a file.
    render: Render | None  #: Renders the Markdown, instead of the site's renderer.
    values: Mapping[str, str] = {}  #: The values of the article's keys, if the text may name them.


def render_content(body: Body, links: ContentLinks) -> Content:
    """The rendered content of an article; `links` has its address, and resolves links to files of the site.

    Raises `ArticleError`: FK301 for content that cannot be sanitised, FK307 for a renderer that fails.
    """

    def report(code: str, line: int, reason: str, hint: str = "", /) -> None:
        put = body.report.note if code in _NOTES else body.report.warn
        put(code, reason, line=None if body.line is None else line, hint=hint or _HINTS[code])

    try:
        content = content_of(body, links, report)
    except ContentError as error:
        body.report.refuse("FK301", str(error), line=body.line, hint="split the article")
    except RenderError as error:
        body.report.refuse("FK307", str(error), line=body.line, hint="fix the renderer, or the Markdown")
    if content.removed:
        tags = [name for name in content.removed if name.startswith("<")]
        groups = {
            "{} removed with the text in it": [name for name in tags if name in WITHOUT_TEXT],
            "{} removed, the text in it stays": [name for name in tags if name not in WITHOUT_TEXT],
            "{} removed": [name for name in content.removed if name not in tags],
        }
        removed = "; ".join(text.format(", ".join(names)) for text, names in groups.items() if names)
        message, hint = f"{removed}: readers must not run or show it", "write it as a code example, or as a link"
        body.report.warn("FK304", message, line=body.line, hint=hint)
    if secret_names(content.html):
        # An example of code has no real secrets.
        report_secrets(_CODE.sub("", content.html), body.site, body.report, line=body.line)
    return content


def beginning(content: Content, site: Site) -> str:
    """A summary from the content: the excerpt if there is one, else the first words."""
    html = content.excerpt or content.html
    shown = html if site.html == "safe" else visible(html)
    return text_of(shown) if content.excerpt else summarise(shown)


def content_of(body: Body, links: ContentLinks, report: OnContent) -> Content:
    """The content of a body: rendered, links resolved, sanitised, and divided at `<!-- more -->`.

    Raises `ContentError`, and `RenderError` for a renderer that fails.
    """
    is_html, line = body.html is not None, body.line or 1
    source = body.markdown if body.html is None else body.html
    if source is None:
        return Content(html="")
    check_length(len(source))
    html = (_of_html if is_html else _of_markdown)(source, body, links, report, line)
    site, url, mark = links.site, links.url, ""
    if site.html != "trusted" and start_tags(html).may_have("input"):
        html = with_check_boxes(html)
    # Checked first, since a search for a single character is many times as fast.
    if "!" in html and (cut := _CUT.search(html)):
        # The sanitiser keeps characters for private use, but no comments.
        mark = next(chr(code) for code in range(0xE000, 0xF8FF) if chr(code) not in html)
        html = f"{html[: cut.start()]}{mark}{html[cut.end() :]}"
    html = resolved(html, links, source, report, line, reads_templates=is_html and links.targets is None)
    check_length(len(html))
    if site.html == "trusted":
        clean, removed = with_absolute_urls(legal(html), url)
    else:
        # What ends an element may end before another one, and shortcodes make elements, too.
        clean, removed = sanitise(with_ends(html, report, line), url, site.embeds)
        # To a parser, an end tag in another element does not end a player; this shows only when the elements exist.
        if site.embeds and (ended := with_ends(clean)) != clean:
            clean, _ = sanitise(ended, url, site.embeds)
    clean = without_parameters(clean, site.strip_query)
    if site.fragments == "bare":
        clean = _with_bare_fragments(clean, url)
    if not mark:
        return Content(html=clean, removed=removed)
    before, _, behind = clean.partition(mark)
    if not behind.strip():
        return Content(html=clean.replace(mark, ""), removed=removed)
    excerpt = closed(before) if site.html == "safe" else before
    return Content(html=f"{before}{behind}", excerpt=excerpt.strip(), removed=removed)


def _of_markdown(text: str, body: Body, links: ContentLinks, report: OnContent, line: int) -> str:
    """The HTML of Markdown."""
    site, extensions = body.site, body.site.markdown.enabled
    mdx = body.report.path.lower().endswith(".mdx")
    # A custom renderer reads its own dialect.
    render = body.render or site.markdown.render
    is_ours = render is None
    text = dialects.without_comments(text, extensions)
    text = with_lower_ends(text, extensions) if is_ours else text
    text = unindented(text, extensions) if mdx and is_ours else text
    blocks = dialects.Blocks(text, report, line, mdx=mdx)
    if is_ours:
        blocks.read(extensions)

    def is_code(at: int) -> bool:
        return at in code_ranges(blocks.text, extensions)

    report_open_comment(blocks.text, blocks.report, line, is_code)
    text = with_ends(blocks.text, blocks.report, line, is_code)
    names = {f"{name}.{key}": value for key, value in body.values.items() for name in _METADATA} if mdx else {}
    imports = {**blocks.imports, **names} if is_ours else None
    extracted = shortcodes.Extracted(text, links, blocks.report, line, imports, body.values)
    unwraps = (mdx and is_ours) or extracted.unwrapped
    text = unindented(extracted.text, extensions) if unwraps else extracted.text
    text = dialects.spans(text, extensions, blocks.report, line, names if mdx else None) if is_ours else text
    html = rendered(text, (*extensions, "heading_attributes") if blocks.has_ids else extensions, render)
    # Before shortcodes are restored, so that trusted HTML of shortcodes keeps its form controls.
    return extracted.restore(with_check_boxes(html) if site.html == "trusted" else html)


def _of_html(html: str, body: Body, links: ContentLinks, report: OnContent, line: int) -> str:
    """HTML with the values of its shortcodes, or of its template expressions."""
    report_open_comment(html, report, line)
    if links.site.html != "trusted":
        # First, since the text after an element without an end may have addresses.
        html = with_ends(html, report, line)
    if not links.targets:
        return templates.with_values(html, links.site, links.url)
    # Generators evaluate shortcodes in HTML files, too.
    extracted = shortcodes.Extracted(html, links, report, line, None, body.values)
    return extracted.restore(extracted.text)


def _with_bare_fragments(html: str, url: str) -> str:
    """HTML in which links to its own ids are bare fragments: `#id`."""
    page = escape(url)

    def bare(match: re.Match[str]) -> str:
        is_here = match[1] == page and f' id="{escape(unescape(unquote(match[2])))}"' in html
        return f'href="#{match[2]}"' if is_here else match[0]

    return _LINK_TO_PART.sub(bare, html)


def without_title(content: Content, title: str) -> Content:
    """The content without a first heading that repeats the title, which readers show above it."""
    heading = _TITLE.match(content.html) if "<h1" in content.html[:400] else None
    if heading is None or text_of(heading[2]) != title:
        return content
    html = f"{heading[1]}{content.html[heading.end() :]}"
    excerpt = _TITLE.sub(r"\1", content.excerpt, count=1) if content.excerpt else ""
    return replace(content, html=html, excerpt=excerpt)


def with_hero(html: str, image: Image | None, url: str) -> str:
    """The content of the entry at `url` with its picture as the first figure, unless the content has it already."""
    if image is None or not html or _shows(html, image.url, url):
        return html
    sizes = {"width": image.width, "height": image.height}
    numbers = "".join(f' {name}="{size}"' for name, size in sizes.items() if size)
    return f'<figure><img src="{escape(image.url)}" alt="{escape(image.alt)}"{numbers}></figure>\n{html}'


def _shows(html: str, picture: str, url: str) -> bool:
    name = picture.partition("?")[0].rpartition("/")[2]
    # Only addresses with these may be spelled in another way.
    if name not in html and "%" not in name and "&" not in name:
        return False
    values = start_tags(html).values
    addresses = [unescape(value) for attribute in ("src", "poster") for value in values.get(attribute, ())]
    addresses += [address for value in values.get("srcset", ()) for address, _ in candidates(unescape(value))]
    for address in addresses:
        with suppress(UrlError):
            if absolute(address, url) == picture:
                return True
    return False


def visible(html: str) -> str:
    """HTML that is not sanitised, without the parts that browsers do not show as text."""
    return _HIDDEN.sub("", html)


def summarise(html: str) -> str:
    """The beginning of HTML as plain text: whole words, at most 280 characters and `…`."""
    text, size = "", 0
    # A short part of the HTML is nearly always enough.
    while len(text) <= SUMMARY_CHARS and size < len(html):
        size = 2 * (size or SUMMARY_CHARS)
        start = html[:size]
        if size < len(html):
            # Without a tag, a shortcode or a reference at the end that was cut in two.
            for opening, closing in (("<", ">"), ("{{", "}}")):
                start = start[: start.rfind(opening)] if start.rfind(opening) > start.rfind(closing) else start
            start = _CUT_REFERENCE.sub("", start)
        text = text_of(start)
    return shortened(text, SUMMARY_CHARS)


def text_of(html: str) -> str:
    """The plain text of HTML, on one line."""
    if "<sup" in html or "<li id=" in html:
        html = _NOTE.sub("", _MARK.sub("", html))
    if "<math" in html:
        # So that 1/3 is not shown as 13.
        html = _FORMULA_PART.sub(" ", html)
    if "{{" in html:
        html = _CODE_OR_BRACES.sub(lambda match: match[1] or "", html)
    return " ".join(unescape(_TAG.sub("", _BLOCK.sub(" ", html))).split())
