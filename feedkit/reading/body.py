"""An article's title and content. Refuses an article without a title, and content that cannot be made safe."""

from __future__ import annotations

import re

from feedkit.reading import values
from feedkit.reading.content import Content, ContentError, from_html, from_markdown
from feedkit.reading.fields import Found
from feedkit.reading.intake import Intake

_HEADING = re.compile(r"\s*#[ \t]+(\S.*?)[ \t]*#*[ \t]*(?:\n|\Z)")


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
    title = intake.read(found, values.text) if found else values.text(heading[1]) if heading else ""
    if not title:
        intake.report.refuse("FK203", "the article has no title", key="title", hint="add a line title: …")
    if markdown and heading and values.text(heading[1]) == title:
        # Readers show the title above the content: it is not to stand there twice. The lines keep their numbers.
        markdown = "\n" * heading[0].count("\n") + markdown[heading.end() :]
    return title, markdown


def given(intake: Intake) -> Found | None:
    """Finished HTML, which a mapping may have."""
    return intake.fields.find("content_html", values.filled_text) if intake.article.body is None else None


def content(intake: Intake, url: str, markdown: str | None) -> str:
    """The content as sanitised HTML; empty where there is none. Finished HTML wins over Markdown of a mapping."""
    html = given(intake)
    if html is None and markdown is None:
        return ""
    try:
        made = from_html(html.value, url) if html else _from_markdown(intake, markdown or "", url)
    except ContentError as error:
        intake.report.refuse("FK301", str(error), line=intake.article.body_line, hint="split the article")
    if made.removed:
        message = f"{', '.join(made.removed)} taken out of the content: readers must not run or show it"
        hint = "write it as a code example, or as a link"
        intake.report.warn("FK304", message, line=intake.article.body_line, hint=hint)
    intake.tell_secrets(made.html, line=intake.article.body_line)
    return made.html


def _from_markdown(intake: Intake, markdown: str, url: str) -> Content:
    def on_unread(line: int, reason: str) -> None:
        first = intake.article.body_line
        hint = "correct the shortcode, or put it into a code span"
        intake.report.warn("FK302", reason, line=None if first is None else first + line - 1, hint=hint)

    return from_markdown(markdown, url, on_unread)
