"""The documents that list all entries and feeds: sitemaps and the OPML list. Refuses to make an entry's bytes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from feedkit.errors import OnProblem
from feedkit.formats.compression import neighbours
from feedkit.formats.format import Format
from feedkit.formats.opml import MEDIA_TYPE as OPML_TYPE
from feedkit.formats.opml import Outline, opml
from feedkit.formats.sitemap import sitemaps
from feedkit.model import Document, Feed, newest
from feedkit.site.heads import head, path
from feedkit.site.published import Edition
from feedkit.site.sitemap_urls import news_urls, site_urls
from feedkit.site.taxonomy import Selection


def sitemap_documents(edition: Edition, on_problem: OnProblem) -> Iterator[Document]:
    """The sitemap of all pages, and the news sitemap where there is a publication."""
    site = edition.site
    urls = list(site_urls(site, edition.entries, edition.selections, edition.lastmods, on_problem))
    news = news_urls(site, edition.entries, edition.now, on_problem) if site.sitemap.news else ()
    for listed, name in ((urls, site.names.sitemap), (news, site.names.news)):
        documents = sitemaps(
            listed,
            base_url=site.base_url,
            path=name,
            max_urls=site.sitemap.max_urls,
            gzip=site.sitemap.gzip,
            remember=None,
            on_problem=on_problem,
        )
        yield from neighbours(documents, site.sitemap.compress)


def opml_documents(edition: Edition, feeds: Iterable[tuple[Selection, Iterable[Format]]]) -> Iterator[Document]:
    """The list of all feeds; none where there is no feed."""
    if outlines := list(_outlines(edition, feeds)):
        updated = newest(entry.modified for entry in edition.entries)
        pieces = opml(edition.site.title, outlines, updated=updated)
        yield Document(path=edition.site.names.opml, media_type=OPML_TYPE, pieces=pieces, last_modified=updated)


def _outlines(edition: Edition, feeds: Iterable[tuple[Selection, Iterable[Format]]]) -> Iterator[Outline]:
    for selection, formats in feeds:
        said: Feed | None = None
        for format_ in formats:
            # What an outline says of a feed is the same for all formats, but for the address.
            said = said or head(edition.site, selection, format_)
            yield Outline(
                title=f"{said.title} ({format_.label})",
                feed_url=edition.site.url(path(edition.site, selection.folder, format_)),
                home_url=said.home_url,
                type=format_.outline,
                description=said.description,
                language=said.language,
            )
