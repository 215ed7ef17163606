"""An article's title and content. Refuses an article without a title, and content that cannot be made safe."""

from __future__ import annotations

import re
from collections.abc import Callable
from types import MappingProxyType

from feedkit.articles import values
from feedkit.articles.content import Content, ContentError, from_html, from_markdown
from feedkit.articles.fields import Found
from feedkit.articles.intake import Intake, tell_secrets
from feedkit.articles.markdown import RenderError, line_text
from feedkit.articles.report import Reporter
from feedkit.articles.summaries import summarise, visible
from feedkit.config.site import Site
from feedkit.records import dataclass
from feedkit.text import markup, plain
from feedkit.urls import without_parameters

_HEADING = re.compile(r"\s*#[ \t]+(\S.*?)[ \t]*#*[ \t]*(?:\n|\Z)")

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


def body(intake: Intake, markdown: str | None) -> Body:
    """The body of an article, whose Markdown is that of `title_and_body`."""
    html = _given(intake)
    return Body(
        site=intake.site,
        report=intake.report,
        html=html.value if html else None,
        markdown=markdown,
        line=intake.article.body_line,
        render=intake.article.render,
    )


def title_and_body(intake: Intake) -> tuple[str, str | None]:
    """The title, from a key or the body's first heading, and the Markdown without a heading that repeats it.

    Raises `ArticleError` (FK203) where there is neither.
    """
    found = intake.fields.find("title", values.filled)
    markdown = intake.article.body
    if markdown is None and (given := intake.fields.find("content_markdown", values.filled_text)):
        markdown = given.value
    markdown = None if markdown is None else str(intake.legal(markdown, "body"))
    heading = _HEADING.match(markdown) if markdown else None
    headline = _headline(heading, intake.site) if heading else ""
    written = intake.read(found, values.text) if found else headline
    if markdown and heading:
        markdown = _below(heading, headline, written)
    title = _title(intake, written, found)
    if not title:
        intake.report.refuse("FK203", "the article has no title", key="title", hint="add a line title: …")
    return title, markdown


def without_title(markdown: str, title: str, site: Site) -> str:
    """The Markdown of an article whose title stands in a key, without a heading that repeats it."""
    heading = _HEADING.match(markdown)
    return _below(heading, _headline(heading, site), title) if heading else markdown


def _headline(heading: re.Match[str], site: Site) -> str:
    return values.text(line_text(heading[1], site.markdown.extensions) or heading[1])


def _below(heading: re.Match[str], headline: str, title: str) -> str:
    if title not in (headline, values.text(heading[1])):
        return heading.string
    # Readers show the title above the content: it is not to stand there twice. The lines keep their numbers.
    return "\n" * heading[0].count("\n") + heading.string[heading.end() :]


def _title(intake: Intake, text: str, found: Found | None) -> str:
    """The title as plain text. `<b>` in it may be markup or meant as it stands: `Site.titles` says which."""
    if intake.site.titles == "strip":
        return plain(text)
    if intake.site.titles == "report" and (tags := markup(text)):
        line = None if found else intake.article.body_line
        message = f"{', '.join(tags)} in the title is shown as it stands: titles are plain text"
        hint = 'take it out, or set titles = "strip" or "keep"'
        intake.report.warn("FK215", message, key=found.key if found else "", line=line, hint=hint)
    return text


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
    tell_secrets(made.html, body.site, body.report, line=body.line)
    return made


def _given(intake: Intake) -> Found | None:
    """Finished HTML, which a mapping may have."""
    return intake.fields.find("content_html", values.filled_text) if intake.article.body is None else None


def source(intake: Intake, markdown: str | None) -> str:
    """The Markdown that the content is made of, where the site publishes it; else nothing."""
    if not intake.site.source_markdown or markdown is None or _given(intake):
        return ""
    return without_parameters(markdown.strip("\n"), intake.site.strip_query)


def summary(intake: Intake) -> str:
    """The author's summary; empty where there is none."""
    found = intake.find_text("summary")
    own = intake.read(found, values.short) if found else ""
    return intake.published(own, found.key) if found and own else ""


def beginning(html: str, site: Site) -> str:
    """The summary that is made of the content."""
    return summarise(html if site.html == "safe" else visible(html))


def _from_markdown(body: Body, url: str, few: bool) -> Content:
    def tell(code: str, line: int, reason: str) -> None:
        body.report.warn(code, reason, line=None if body.line is None else line, hint=_HINTS[code])

    return from_markdown(
        body.markdown or "", url, body.site, tell, render=body.render, line=body.line or 1, checked=True, few=few
    )
