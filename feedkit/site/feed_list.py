"""The feeds of a site, as values and as `<link>` tags; they are listed without being rendered."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from html import escape
from typing import Any

from msgspec import to_builtins

from feedkit.config.site import Site
from feedkit.dates import rfc3339
from feedkit.errors import OnProblem, raise_or_log
from feedkit.formats.format import FEED_FORMATS
from feedkit.model import Entry
from feedkit.site.published import Publication, publication
from feedkit.site.taxonomy import document_name, term_finder
from feedkit.text import fold
from feedkit.urls import path_url
from feedkit.value import Value


class FeedInfo(Value, frozen=True, kw_only=True):
    """The title and the address of a feed in one format."""

    title: str  #: Plain text, the same in every format.
    url: str  #: The address of the document.
    path: str  #: The path of the document below the output folder.
    media_type: str  #: The media type of the document.
    format: str  #: The format: `rss`, `atom` or `json`.
    taxonomy: str = ""  #: The name of the taxonomy of its term; empty for a feed that is not about a term.
    term: str = ""  #: The term, as most articles spell it.
    slug: str = ""  #: The term's path segment.
    home_url: str  #: The address of the page of which it is the feed.
    items: int  #: The number of its entries.
    newest: datetime | None = None  #: When the newest of them was published; None for a feed without entries.

    def to_json(self) -> dict[str, Any]:
        """The values as commands print them with `--json`."""
        values: dict[str, Any] = to_builtins(self)
        return values | {"newest": self.newest and rfc3339(self.newest)}


def feeds(site: Site, entries: Iterable[Entry], *, on_problem: OnProblem | None = None) -> tuple[FeedInfo, ...]:
    """Every feed of a site in every format: those of the site first, then `site.feeds`, then the terms by their slugs.

    Archives and copies at former addresses are not among them. Problems, such as two articles with one address, are
    those of `documents`.
    """
    return feed_infos(publication(site, entries, on_problem or raise_or_log))


def feed_infos(publication: Publication) -> tuple[FeedInfo, ...]:
    """Every feed of a publication in every format."""
    site = publication.site
    return tuple(
        FeedInfo(
            title=selection.title,
            url=path_url(selection.folder_url, name := document_name(site, format_)),
            path=f"{selection.folder}{name}",
            media_type=format_.media_type,
            format=format_.name,
            taxonomy=selection.taxonomy.name if selection.taxonomy else "",
            term=selection.name if selection.taxonomy else "",
            slug=selection.slug,
            home_url=selection.home_url,
            items=len(selection.entries),
            newest=selection.entries[0].published if selection.entries else None,
        )
        for selection in publication.selections
        for format_ in selection.formats
    )


class TermInfo(Value, frozen=True, kw_only=True):
    """A term of a site, with its address."""

    taxonomy: str  #: The name of its taxonomy.
    name: str  #: The term, as most articles spell it.
    slug: str  #: Its path segment, unique in the taxonomy.
    path: str  #: The folder of its feeds below the output folder, with the slash at its end.
    url: str | None  #: The address of its page; None where it has none.
    items: int  #: The number of entries with it.


def terms(
    site: Site, entries: Iterable[Entry], entry: Entry | None = None, *, on_problem: OnProblem | None = None
) -> tuple[TermInfo, ...]:
    """The terms of all published entries, sorted by taxonomy and slug; with `entry`, only the terms of that entry.

    A term with fewer entries than `min_articles` has no feeds, and is not included.
    """
    wanted = None if entry is None else term_finder(site)(entry)
    return tuple(
        TermInfo(
            taxonomy=selection.taxonomy.name,
            name=selection.name,
            slug=selection.slug,
            path=selection.folder,
            url=selection.page_url,
            items=selection.total,
        )
        for selection in publication(site, entries, on_problem or raise_or_log).selections
        if selection.taxonomy and (wanted is None or (selection.taxonomy.name, fold(selection.name)) in wanted)
    )


def feed_links(
    site: Site,
    entries: Iterable[Entry | FeedInfo],
    entry: Entry | None = None,
    *,
    on_problem: OnProblem | None = None,
) -> tuple[FeedInfo, ...]:
    """The feeds to which a page should link: those of the site, or with `entry` those of its terms.

    `entries` are all entries of the site, or the result of `feeds`, which is faster for many pages.
    """
    items = tuple(entries)
    infos = tuple(item for item in items if isinstance(item, FeedInfo))
    infos = infos or feeds(site, (item for item in items if isinstance(item, Entry)), on_problem=on_problem)
    if entry is None:
        whole = {document_name(site, format_) for format_ in FEED_FORMATS.values()}
        return tuple(info for info in infos if info.path in whole)
    terms = term_finder(site)(entry)
    return tuple(info for info in infos if (info.taxonomy, fold(info.term)) in terms)


def link_tags(links: Iterable[FeedInfo]) -> str:
    """The `<link rel="alternate">` tags of `links` for the head of a page, one a line.

    Titles are unique: each ends in the name of the format, and in the path if another feed has the same title.
    """
    titles = {info: f"{info.title} ({FEED_FORMATS[info.format].label})" for info in links}
    counts = Counter(titles.values())
    return "\n".join(
        f'<link rel="alternate" type="{escape(info.media_type)}"'
        f' title="{escape(title if counts[title] == 1 else f"{title}, {info.path}")}" href="{escape(info.url)}">'
        for info, title in titles.items()
    )
