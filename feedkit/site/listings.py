"""Renders the documents beside the feeds: sitemaps, the OPML list, the page of feeds and the stylesheet."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from feedkit.errors import OnProblem
from feedkit.formats.compression import neighbours
from feedkit.formats.html_document import MEDIA_TYPE as HTML_TYPE
from feedkit.formats.lists import OPML_TYPE, Outline, opml
from feedkit.formats.lists import redirects as redirects
from feedkit.formats.page_words import words_of
from feedkit.formats.sitemap import sitemaps
from feedkit.model import Document, newest
from feedkit.site.feed_page import FeedsPage
from feedkit.site.heads import document_path
from feedkit.site.published import Publication
from feedkit.site.sitemap_urls import news_urls, site_urls

# CSS Syntax 3 §4.3.5: characters that would end a string or begin an escape are written as escapes.
_NOT_IN_STRINGS = re.compile(r'["\\\x00-\x1f\x7f]')


def sitemap_documents(publication: Publication, kind: str, on_problem: OnProblem) -> Iterator[Document]:
    """The sitemap, or the news sitemap where the kind is `news`, with compressed copies."""
    site = publication.site
    if kind == "news":
        urls, path = news_urls(site, publication.entries, publication.now, on_problem), site.names.news
    else:
        urls, path = site_urls(publication, on_problem), site.names.sitemap
    documents = sitemaps(
        urls,
        base_url=site.base_url,
        path=path,
        max_urls=site.sitemap.max_urls,
        gzip=site.sitemap.gzip,
        remember=None,
        on_problem=on_problem,
    )
    return neighbours(documents, site.sitemap.compress)


def opml_documents(publication: Publication) -> Iterator[Document]:
    """The OPML list of all feeds; no document where there is no feed."""
    site = publication.site
    outlines = [
        Outline(
            title=f"{selection.title} ({format_.label})",
            feed_url=site.url(document_path(site, selection.folder, format_)),
            home_url=selection.home_url,
            type=format_.outline,
            description=selection.description,
            language=selection.language,
        )
        for selection in publication.selections
        for format_ in selection.formats
    ]
    if outlines:
        updated = newest(entry.modified for entry in publication.entries)
        pieces = opml(site.title, outlines, updated=updated)
        yield Document(path=site.names.opml, media_type=OPML_TYPE, pieces=pieces, last_modified=updated)


def page_documents(publication: Publication, style: str) -> Iterator[Document]:
    """The HTML page of all feeds; no document where there is no feed."""
    if any(selection.formats for selection in publication.selections):
        updated = newest(entry.modified for entry in publication.entries)
        piece = FeedsPage(publication).to_bytes(style=style)
        yield Document(path=publication.site.names.page, media_type=HTML_TYPE, pieces=(piece,), last_modified=updated)


def style_documents(publication: Publication) -> Iterator[Document]:
    """A stylesheet for browsers that show the XML of a feed: CSS, since browsers give up XSLT."""
    site = publication.site
    _, words = words_of(site.page.language or site.language, site.page.words)
    notice = _NOT_IN_STRINGS.sub(lambda match: f"\\{ord(match[0]):x} ", words["notice"])
    style = Path(__file__).with_name("feed_style.css").read_text("utf-8")
    # `@namespace` must come before every rule.
    data = f'{style}\n:root {{\n  --notice: "{notice}";\n}}\n'.encode()
    yield Document(path=site.names.style, media_type="text/css", pieces=(data,))
