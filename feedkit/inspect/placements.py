"""In which feeds and sitemaps an article is, in which it is not, and why.

Refuses to guess from the settings what a document holds: sitemaps are looked at, and a format is asked.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from html import escape

from feedkit.config.site import Site
from feedkit.config.tables import FeedSettings, Where
from feedkit.document import Document
from feedkit.errors import DocumentError, shown
from feedkit.formats.compression import GZIP_TYPE, expanded
from feedkit.formats.format import Format
from feedkit.inspect.explanation import Placement
from feedkit.model import Entry
from feedkit.records import dataclass, fields, replace
from feedkit.site import Edition, content_of, formats_of
from feedkit.site.archives import Page, pages
from feedkit.site.feed_filter import choice
from feedkit.site.heads import path
from feedkit.site.renamed import former_folders
from feedkit.site.shortening import shortened
from feedkit.site.sitemap_urls import NEWS_AGE, why_unlisted
from feedkit.site.taxonomy import Selection, term_finder
from feedkit.text import fold


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelf:
    """An edition and its sitemaps, made once for all the articles that are to be explained."""

    #: What is published.
    edition: Edition
    #: The folders that renamed terms had before, by the folders that they have.
    former: Mapping[str, tuple[str, ...]]
    #: The bytes of each sitemap by its path.
    sitemaps: Mapping[str, bytes]


def shelf(edition: Edition, documents: Iterable[Document]) -> Shelf:
    """What `placements` looks an article up in; `documents` are those of the edition."""
    maps = {item.path: b"".join(expanded(item)) for item in documents if _is_sitemap(item)}
    former = former_folders(edition.site, edition.selections, lambda problem: None)
    return Shelf(edition=edition, former=former, sitemaps=maps)


def _is_sitemap(document: Document) -> bool:
    return document.items is None and document.media_type in ("application/xml", GZIP_TYPE) and not document.coding


def placements(shelf: Shelf, entry: Entry, refusal: str) -> Iterator[Placement]:
    """Every feed that an article is in or could be in, then the sitemaps.

    `refusal` says why it is in no feed at all, and is empty for one that is published.
    """
    edition = shelf.edition
    for selection in edition.selections:
        if refusal and selection.taxonomy is None:
            yield Placement(
                name=named(selection), included=False, reason=_refused(edition.site, selection, entry, refusal)
            )
        elif not refusal:
            yield from _in_feed(shelf, selection, entry)
    yield from _without_feed(edition, entry, refusal)
    if "sitemap" in edition.site.formats:
        yield from _in_sitemaps(shelf, entry, refusal)


def named(selection: Selection) -> str:
    """A feed as people call it."""
    if selection.taxonomy is not None:
        return f"{selection.taxonomy.name} {shown(selection.name)}"
    return f"feed {shown(selection.name)}" if selection.feed else "the site"


def _refused(site: Site, selection: Selection, entry: Entry, refusal: str) -> str:
    unmet = list(_unmet(site, selection.feed, entry)) if selection.feed else []
    return "; ".join([refusal, *(f"and its {name} would leave it out" for name in unmet)])


def _in_feed(shelf: Shelf, selection: Selection, entry: Entry) -> Iterator[Placement]:
    site, name = shelf.edition.site, named(selection)
    place = _place(selection, entry)
    if place is None:
        # Of the terms that an article does not have, nobody asks why.
        if selection.feed is not None:
            reason = ", ".join(_unmet(site, selection.feed, entry))
            yield Placement(name=name, included=False, reason=f"the conditions leave it out: {reason}")
        return
    held = [page for page in pages(selection, archives=site.archives) if _holds(page.entries, entry)]
    formats = formats_of(site, selection)
    if not formats:
        yield Placement(name=name, included=False, reason="the feed is written in no format")
    elif not held:
        reason = f"place {place}; the feed has room for {len(selection.entries)} (limit)"
        yield Placement(name=name, included=False, reason=reason, documents=_paths(shelf, selection, formats))
    else:
        yield from _by_format(shelf, selection, entry, held, f"place {place} of {selection.total}")


def _by_format(shelf: Shelf, selection: Selection, entry: Entry, held: list[Page], reason: str) -> Iterator[Placement]:
    """The formats that hold the entry as one placement, and each that cannot as one more."""
    site, able = shelf.edition.site, []
    for format_ in formats_of(site, selection):
        try:
            format_.fragment(shortened(entry, content_of(site, selection), site.read_more))
            able.append(format_)
        except DocumentError as error:
            documents = _paths(shelf, selection, (format_,), held)
            why = f"{format_.label} cannot hold it: {error.problem.message}"
            yield Placement(name=named(selection), included=False, reason=why, documents=documents)
    if able:
        documents = _paths(shelf, selection, tuple(able), held)
        where = f"{reason}, in an archive" if all(page.number for page in held) else reason
        yield Placement(name=named(selection), included=True, reason=where, documents=documents)


def _paths(
    shelf: Shelf, selection: Selection, formats: tuple[Format, ...], held: Iterable[Page] = ()
) -> tuple[str, ...]:
    """The documents of a feed, those of its archives and of its former addresses among them."""
    site = shelf.edition.site
    folders = [selection.folder + page.folder for page in held] or [selection.folder]
    if site.renamed == "feed" and selection.folder in folders:
        folders += shelf.former.get(selection.folder, ())
    return tuple(path(site, folder, format_) for folder in folders for format_ in formats)


def _place(selection: Selection, entry: Entry) -> int | None:
    every = (*selection.entries, *selection.older)
    return next((number for number, item in enumerate(every, start=1) if item is entry), None)


def _holds(entries: Iterable[Entry], entry: Entry) -> bool:
    return any(item is entry for item in entries)


def _unmet(site: Site, feed: FeedSettings | None, entry: Entry) -> Iterator[str]:
    """The conditions of a feed that an entry does not meet, as the configuration calls them."""
    if feed is None:
        return
    for item in fields(Where):
        only = replace(Where(), **{item.name: getattr(feed.where, item.name)})
        if not choice(site, replace(feed, where=only, without=None))(entry):
            yield f"where.{item.name}"
    if feed.without is not None and not choice(site, replace(feed, where=Where()))(entry):
        yield "without"


def _without_feed(edition: Edition, entry: Entry, refusal: str) -> Iterator[Placement]:
    """The terms of an entry that have no feed, or none with it in."""
    taxonomies = {item.name: item for item in edition.site.taxonomies}
    known = {(item.taxonomy.name, fold(item.name)) for item in edition.selections if item.taxonomy}
    for term in term_finder(edition.site)(entry).values():
        taxonomy = taxonomies.get(term.taxonomy)
        if taxonomy and (refusal or (term.taxonomy, fold(term.name)) not in known):
            reason = refusal or f"fewer than {taxonomy.min_articles} articles have the term (min_articles)"
            yield Placement(name=f"{term.taxonomy} {shown(term.name)}", included=False, reason=reason)


def _in_sitemaps(shelf: Shelf, entry: Entry, refusal: str) -> Iterator[Placement]:
    site = shelf.edition.site
    wanted = f"<loc>{escape(entry.url, quote=False)}</loc>".encode()
    held = tuple(name for name, data in shelf.sitemaps.items() if wanted in data)
    stem = site.names.news.rpartition(".")[0]
    news = tuple(name for name in held if name.startswith(stem))
    pages = tuple(name for name in held if name not in news)
    reason = refusal or why_unlisted(site, entry)
    told = f"it {reason}" if reason and not refusal else reason
    yield _listed("sitemap", pages, told, "another list names its address" if reason else "it is for search engines")
    if site.sitemap.news:
        old = f"it is older than {NEWS_AGE.days} days"
        yield _listed("news sitemap", news, told or old, "it is news")


def _listed(name: str, documents: tuple[str, ...], reason: str, included: str) -> Placement:
    if documents:
        return Placement(name=name, included=True, reason=included, documents=documents)
    return Placement(name=name, included=False, reason=reason)
