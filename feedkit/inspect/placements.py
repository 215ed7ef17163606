"""In which feeds and sitemaps an article is, in which it is not, and why.

What a document holds is not guessed from the settings: sitemaps are looked at, and a format is asked.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from html import escape

from msgspec.structs import replace

from feedkit.config.site import Site
from feedkit.config.tables import FeedSettings, SiteFeedSettings, Where
from feedkit.errors import DocumentError, shown
from feedkit.formats.compression import GZIP_TYPE, expanded
from feedkit.formats.format import Format
from feedkit.inspect.explanation import Placement
from feedkit.model import Document, Entry, SitePage
from feedkit.site import Publication, content_of, formats_of
from feedkit.site.assembly import shortened
from feedkit.site.feed_filter import feed_filter
from feedkit.site.heads import document_path, feed_parts, former_folders
from feedkit.site.sitemap_urls import NEWS_AGE, why_unlisted
from feedkit.site.taxonomy import Selection, term_finder
from feedkit.text import fold

#: Why a page is in no feed.
WITHOUT_DATE = "it has no date"


class Placements:
    """A publication and its sitemaps, in which articles are looked up."""

    def __init__(self, publication: Publication, documents: Iterable[Document]) -> None:
        """`documents` are those of the publication."""
        self._publication = publication
        self._site = publication.site
        # The folders that renamed terms had before, by the folders that they have.
        self._former = former_folders(publication.site, publication.selections, lambda problem: None)
        # The bytes of each sitemap by its path.
        types = ("application/xml", GZIP_TYPE)
        sitemaps = (item for item in documents if item.items is None and item.media_type in types and not item.coding)
        self._sitemaps = {item.path: b"".join(expanded(item)) for item in sitemaps}

    def of(self, entry: Entry, refusal: str) -> Iterator[Placement]:
        """Every feed that an article is in or could be in, then the sitemaps.

        `refusal` says why it is in no feed at all, and is empty for one that is published.
        """
        for selection in self._publication.selections:
            if not refusal:
                yield from self._in_feed(selection, entry)
            elif selection.taxonomy is None:
                unmet = _unmet(self._site, selection.feed or self._site.feed, entry)
                reason = "; ".join([refusal, *(f"and its {name} would leave it out" for name in unmet)])
                yield Placement(name=_named(selection), included=False, reason=reason)
        yield from self._without_feed(entry, refusal)
        if "sitemap" in self._site.formats:
            # What is not in feeds may be in sitemaps.
            is_listed = any(item is entry for item in self._publication.entries)
            yield from self._in_sitemaps(entry, "" if is_listed else refusal)

    def of_page(self, page: SitePage) -> Iterator[Placement]:
        """The feed of the site, which no page is in, then the sitemaps."""
        yield Placement(name="the site", included=False, reason=WITHOUT_DATE)
        if "sitemap" in self._site.formats:
            yield from self._in_sitemaps(page, "")

    def _in_feed(self, selection: Selection, entry: Entry) -> Iterator[Placement]:
        """The formats that hold the entry as one placement, and each that cannot as one more."""
        site, name, formats = self._site, _named(selection), formats_of(self._site, selection)
        entries = (*selection.entries, *selection.older)
        place = next((number for number, item in enumerate(entries, start=1) if item is entry), None)
        if place is None:
            # Of the terms that an article does not have, there is nothing to explain.
            if selection.taxonomy is None:
                unmet = _unmet(site, selection.feed or site.feed, entry)
                reason = f"the conditions leave it out: {', '.join(unmet)}"
                yield Placement(name=name, included=False, reason=reason)
            return
        if not formats:
            yield Placement(name=name, included=False, reason="the feed is written in no format")
            return
        parts = feed_parts(selection, archives=site.archives)
        holding = [part for part in parts if any(item is entry for item in part.entries)]
        if not holding:
            reason = f"place {place}; the feed has room for {len(selection.entries)} (limit)"
            documents = self._paths(selection, formats, [selection.folder])
            yield Placement(name=name, included=False, reason=reason, documents=documents)
            return
        able, folders = [], [part.folder for part in holding]
        for format_ in formats:
            try:
                format_.fragment(shortened(entry, content_of(site, selection), site.read_more))
                able.append(format_)
            except DocumentError as error:
                reason = f"{format_.label} cannot hold it: {error.problem.message}"
                documents = self._paths(selection, [format_], folders)
                yield Placement(name=name, included=False, reason=reason, documents=documents)
        if able:
            archived = ", in an archive" if all(part.number for part in holding) else ""
            reason = f"place {place} of {selection.total}{archived}"
            yield Placement(name=name, included=True, reason=reason, documents=self._paths(selection, able, folders))

    def _paths(self, selection: Selection, formats: Iterable[Format], folders: Iterable[str]) -> tuple[str, ...]:
        """The documents of a feed in some of its folders, those at its former addresses among them."""
        folders = list(folders)
        if self._site.renamed == "feed" and selection.folder in folders:
            folders += self._former.get(selection.folder, ())
        return tuple(document_path(self._site, folder, format_) for folder in folders for format_ in formats)

    def _without_feed(self, entry: Entry, refusal: str) -> Iterator[Placement]:
        """The terms of an entry that have no feed, or none with it in."""
        taxonomies = {item.name: item for item in self._site.taxonomies}
        with_feed = {(item.taxonomy.name, fold(item.name)) for item in self._publication.selections if item.taxonomy}
        for term in term_finder(self._site)(entry).values():
            taxonomy = taxonomies.get(term.taxonomy)
            if taxonomy and (refusal or (term.taxonomy, fold(term.name)) not in with_feed):
                reason = refusal or f"fewer than {taxonomy.min_articles} articles have the term (min_articles)"
                yield Placement(name=f"{term.taxonomy} {shown(term.name)}", included=False, reason=reason)

    def _in_sitemaps(self, entry: Entry | SitePage, refusal: str) -> Iterator[Placement]:
        loc = f"<loc>{escape(entry.url, quote=False)}</loc>".encode()
        holding = [name for name, data in self._sitemaps.items() if loc in data]
        stem = self._site.names.news.rpartition(".")[0]
        news = [name for name in holding if name.startswith(stem)]
        unlisted = why_unlisted(self._site, entry)
        why_not = refusal or (f"it {unlisted}" if unlisted else "")
        why = "another list names its address" if refusal or unlisted else "it is for search engines"
        yield _listed("sitemap", [name for name in holding if name not in news], why, why_not)
        if self._site.sitemap.news:
            yield _listed("news sitemap", news, "it is news", why_not or f"it is older than {NEWS_AGE.days} days")


def _named(selection: Selection) -> str:
    """A feed as people call it."""
    if selection.taxonomy is not None:
        return f"{selection.taxonomy.name} {shown(selection.name)}"
    return f"feed {shown(selection.name)}" if selection.feed else "the site"


def _unmet(site: Site, feed: FeedSettings | SiteFeedSettings, entry: Entry) -> Iterator[str]:
    """The conditions of a feed that an entry does not meet, as the configuration calls them."""
    for name in Where.__struct_fields__:
        only = replace(Where(), **{name: getattr(feed.where, name)})
        if not feed_filter(site, replace(feed, where=only, without=None))(entry):
            yield f"where.{name}"
    if feed.without is not None and not feed_filter(site, replace(feed, where=Where()))(entry):
        yield "without"


def _listed(name: str, documents: Sequence[str], why: str, why_not: str) -> Placement:
    included = bool(documents)
    return Placement(name=name, included=included, reason=why if included else why_not, documents=tuple(documents))
