"""Renders a body as an article's content, with all problems but without a file."""

from __future__ import annotations

from feedkit.articles.content import Body, Content, content_of
from feedkit.articles.link_targets import ContentLinks
from feedkit.articles.report import OnContent, Reporter
from feedkit.config.site import Site


def ignore(code: str, line: int, reason: str, hint: str = "", /) -> None:
    """Report nothing."""


def from_html(html: str, url: str, site: Site, report: OnContent = ignore) -> Content:
    """The content of HTML for the page at `url`."""
    body = Body(site=site, report=_reporter(), html=html, markdown=None, line=1, render=None)
    return content_of(body, ContentLinks(site, url), report)


def from_markdown(text: str, url: str, site: Site, report: OnContent = ignore, *, line: int = 1) -> Content:
    """The content of Markdown for the page at `url`."""
    body = Body(site=site, report=_reporter(), html=None, markdown=text, line=line, render=None)
    return content_of(body, ContentLinks(site, url), report)


def _reporter() -> Reporter:
    return Reporter("a.md", lambda problem: None)
