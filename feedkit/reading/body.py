"""An article's title and content. Refuses an article without a title, and content that cannot be made safe."""

from __future__ import annotations

import re
from types import MappingProxyType

from feedkit.reading import values
from feedkit.reading.content import Content, ContentError, from_html, from_markdown
from feedkit.reading.fields import Found
from feedkit.reading.intake import Intake
from feedkit.reading.markdown import RenderError, line_text
from feedkit.reading.summaries import summarise, visible
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
    headline = values.text(line_text(heading[1], intake.site.markdown.extensions) or heading[1]) if heading else ""
    written = intake.read(found, values.text) if found else headline
    if markdown and heading and written in (headline, values.text(heading[1])):
        # Readers show the title above the content: it is not to stand there twice. The lines keep their numbers.
        markdown = "\n" * heading[0].count("\n") + markdown[heading.end() :]
    title = _title(intake, written, found)
    if not title:
        intake.report.refuse("FK203", "the article has no title", key="title", hint="add a line title: …")
    return title, markdown


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


def content(intake: Intake, url: str, markdown: str | None) -> str:
    """The content as HTML; empty where there is none. Finished HTML wins over Markdown of a mapping."""
    html = given(intake)
    if html is None and markdown is None:
        return ""
    line = intake.article.body_line
    try:
        made = from_html(html.value, url, intake.site) if html else _from_markdown(intake, markdown or "", url)
    except ContentError as error:
        intake.report.refuse("FK301", str(error), line=line, hint="split the article")
    except RenderError as error:
        intake.report.refuse("FK307", str(error), line=line, hint="mend the renderer, or the Markdown")
    if made.removed:
        message = f"{', '.join(made.removed)} taken out of the content: readers must not run or show it"
        intake.report.warn("FK304", message, line=line, hint="write it as a code example, or as a link")
    intake.tell_secrets(made.html, line=line)
    return made.html


def given(intake: Intake) -> Found | None:
    """Finished HTML, which a mapping may have."""
    return intake.fields.find("content_html", values.filled_text) if intake.article.body is None else None


def source(intake: Intake, markdown: str | None) -> str:
    """The Markdown that the content is made of, where the site publishes it; else nothing."""
    if not intake.site.source_markdown or markdown is None or given(intake):
        return ""
    return without_parameters(markdown.strip("\n"), intake.site.strip_query)


def summary(intake: Intake) -> str:
    """The author's summary; empty where there is none."""
    found = intake.find_text("summary")
    own = intake.read(found, values.short) if found else ""
    return intake.published(own, found.key) if found and own else ""


def beginning(intake: Intake, html: str) -> str:
    """The summary that is made of the content."""
    return summarise(html if intake.site.html == "safe" else visible(html))


def _from_markdown(intake: Intake, markdown: str, url: str) -> Content:
    first = intake.article.body_line

    def tell(code: str, line: int, reason: str) -> None:
        intake.report.warn(code, reason, line=None if first is None else line, hint=_HINTS[code])

    return from_markdown(markdown, url, intake.site, tell, render=intake.article.render, line=first or 1)
