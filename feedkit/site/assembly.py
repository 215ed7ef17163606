"""An edition into documents: an entry is serialised once for a format and a length, and spliced into every feed.

Refuses to write a file, and to make what no feed holds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType

from feedkit.config.site import Site
from feedkit.config.tables import Content
from feedkit.errors import DocumentError, OnProblem, Problem, raise_or_log
from feedkit.formats.atom import FORMAT as ATOM
from feedkit.formats.format import Format, completed, shared_authors
from feedkit.formats.frame import Frame, splice
from feedkit.formats.jsonfeed import FORMAT as JSON_FEED
from feedkit.formats.redirects import redirects
from feedkit.formats.rss import FORMAT as RSS
from feedkit.frozen import changed
from feedkit.model import Document, Entry, Feed, Kept, Piece
from feedkit.records import dataclass, field, replace
from feedkit.site.archives import Page, folder, linked, pages
from feedkit.site.extending import extended_entry, extended_feed
from feedkit.site.heads import head, moved, path, picture
from feedkit.site.podcasts import podcast_problems
from feedkit.site.published import Edition, edition
from feedkit.site.renamed import former_folders, moves
from feedkit.site.shortening import shortened, within
from feedkit.site.taxonomy import Selection

FEED_FORMATS = MappingProxyType({item.name: item for item in (RSS, ATOM, JSON_FEED)})


def documents(site: Site, entries: Iterable[Entry], *, on_problem: OnProblem = raise_or_log) -> Iterator[Document]:
    """Every document of a site: feeds of the whole and of every term, then the sitemap, then the OPML list.

    Documents come before those that link to them. Drafts, later and expired entries are in none of them, as of
    `site.as_of`, else SOURCE_DATE_EPOCH, else now. With `on_problem`, two entries with one address or id are a Problem
    and the older one is kept, and an entry that a format cannot hold is one and is left out of it; without it they
    raise `ArticleError`. Holds all entries in memory.
    """
    return edition_documents(edition(site, entries, on_problem), on_problem)


#: Makes the documents of one kind, `sitemap` or `opml`, by calling the function, unless they are on disk.
Unless = Callable[[str, Callable[[], Iterator[Document]]], Iterator[Document | Kept]]

#: What makes the bytes of an entry in a format, with as much as is said. Raises `DocumentError`.
Fragment = Callable[[Entry, Format, Content], Piece]


def edition_documents(edition: Edition, on_problem: OnProblem) -> Iterator[Document]:
    """Every document of an edition, those that are linked to before those that link."""
    made = changed_documents(edition, on_problem, _serialised(edition.site), {}, lambda kind, make: make())
    return (document.make() if isinstance(document, Kept) else document for document in made)


def changed_documents(
    edition: Edition,
    on_problem: OnProblem,
    fragment: Fragment,
    kept: Mapping[str, tuple[int, int, int]],
    unless: Unless,
) -> Iterator[Document | Kept]:
    """The same, where the content of entries is elsewhere, and some documents are known to be on disk.

    `kept` has what the file system says of the feeds among those, by their paths; `unless` knows the others.
    """
    site = edition.site
    tell = _once(on_problem)
    former = former_folders(site, edition.selections, tell)
    if site.podcast is not None and "rss" in site.formats:
        show = head(site, edition.selections[0], RSS)
        for problem in podcast_problems(show, edition.entries, picture(site, site.podcast.image)):
            tell(problem)
    heads: dict[str, tuple[Feed, Feed]] = {}
    for format_ in FEED_FORMATS.values():
        yield from _Feeds(
            edition=edition, format=format_, former=former, tell=tell, fragment=fragment, kept=kept, heads=heads
        ).documents()
    if "sitemap" in site.formats:
        yield from unless("sitemap", lambda: _sitemap_documents(edition, tell))
    yield from _redirects(edition, former)
    if "opml" in site.formats:
        yield from unless("opml", lambda: _opml(edition))


def formats_of(site: Site, selection: Selection) -> tuple[Format, ...]:
    """The formats of a feed, in the order in which they are written."""
    owner = selection.feed or selection.taxonomy
    names = site.formats if owner is None or owner.formats is None else owner.formats
    return tuple(format_ for name, format_ in FEED_FORMATS.items() if name in names)


def content_of(site: Site, selection: Selection) -> Content:
    """How much a feed holds of its entries."""
    owner = selection.feed or selection.taxonomy
    return (owner.content if owner else None) or site.content


def _serialised(site: Site) -> Fragment:
    def fragment(entry: Entry, format_: Format, content: Content) -> bytes:
        return format_.fragment(shortened(entry, content, site.read_more))

    return fragment


def _once(on_problem: OnProblem) -> OnProblem:
    """The callback, told of the same Problem once: what one format cannot hold, the next cannot either."""
    told: set[Problem] = set()

    def tell(problem: Problem) -> None:
        if problem not in told:
            told.add(problem)
            on_problem(problem)

    return tell


@dataclass(slots=True, kw_only=True)
class _Feeds:
    """The documents of one format. Not frozen: it holds the fragments, and is never seen outside this module."""

    edition: Edition
    format: Format
    former: dict[str, tuple[str, ...]]
    tell: OnProblem
    fragment: Fragment
    kept: Mapping[str, tuple[int, int, int]]
    #: Of each folder the heads that are not of this format alone.
    heads: dict[str, tuple[Feed, Feed]]
    fragments: dict[tuple[str, Content], Piece] = field(default_factory=dict)
    #: Whether the format could not hold one of them.
    refused: bool = False
    extended: dict[str, Entry] = field(default_factory=dict)

    def documents(self) -> Iterator[Document | Kept]:
        """Each feed that has this format, its archives first."""
        for selection in self.edition.selections:
            if self.format.name in [one.name for one in formats_of(self.edition.site, selection)]:
                for page in pages(selection, archives=self.edition.site.archives):
                    yield from self._page(selection, page)

    def _page(self, selection: Selection, page: Page) -> Iterator[Document | Kept]:
        name = path(self.edition.site, selection.folder + page.folder, self.format)
        if name in self.kept and selection.folder not in self.former:
            yield Kept(
                path=name,
                media_type=self.format.media_type,
                items=len(page.entries),
                stamp=self.kept[name],
                make=lambda: next(self._made(selection, page)),
            )
        else:
            yield from self._made(selection, page)

    def _made(self, selection: Selection, page: Page) -> Iterator[Document]:
        site = self.edition.site
        entries = [self._extended(entry) for entry in page.entries] if site.extensions else page.entries
        feed, whole = self._heads(selection, page, entries)
        frame = self.format.frame(whole)
        name = path(site, selection.folder + page.folder, self.format)
        held: Sequence[Entry] = entries
        made = self._fitted(selection, name, frame, held)
        if self.refused and not all(made):
            # A format may be unable to hold an entry: the head must not speak of it.
            held = [entry for entry, data in zip(entries, made, strict=True) if data]
            whole = completed(feed, held)
            frame = self.format.frame(whole)
        fragments = list(filter(None, made)) if self.refused else made
        yield self._document(name, frame, fragments, held, whole)
        if site.renamed == "feed" and not page.number:
            for old in self.former.get(selection.folder, ()):
                there = completed(moved(feed, self.format), held)
                yield self._document(path(site, old, self.format), self.format.frame(there), fragments, held, there)

    def _heads(self, selection: Selection, page: Page, entries: Sequence[Entry]) -> tuple[Feed, Feed]:
        """The head of a document, and the same with what its entries say of it."""
        if page.archives or self.edition.site.extensions:
            return self._own_heads(selection, page, entries)
        if selection.folder not in self.heads:
            self.heads[selection.folder] = self._own_heads(selection, page, entries)
        feed, whole = self.heads[selection.folder]
        url = self.edition.site.url(path(self.edition.site, selection.folder, self.format))
        if url == feed.feed_url:
            return feed, whole
        # But for the address, they are the same in every format.
        return changed(feed, feed_url=url), changed(whole, feed_url=url)

    def _own_heads(self, selection: Selection, page: Page, entries: Sequence[Entry]) -> tuple[Feed, Feed]:
        site = self.edition.site
        feed = head(site, selection, self.format, self.edition.tombstones)
        feed = linked(feed, page, lambda number: site.url(path(site, selection.folder + folder(number), self.format)))
        feed = extended_feed(feed, site.extensions, self.tell)
        if (authors := shared_authors(entries)) and authors != feed.authors:
            feed = replace(feed, authors=authors)
        return feed, completed(feed, entries)

    def _document(
        self, name: str, frame: Frame, fragments: list[Piece], entries: Iterable[Entry], feed: Feed
    ) -> Document:
        return Document(
            path=name,
            media_type=self.format.media_type,
            pieces=splice(frame, fragments),
            last_modified=feed.updated,
            items=len(fragments),
            entries=tuple([entry.url for entry in entries]),
            verified_fragments=True,
        )

    def _fitted(self, selection: Selection, name: str, frame: Frame, entries: Sequence[Entry]) -> list[Piece]:
        """The fragments, as many of the oldest with summaries as the budget demands."""
        budget = _budget(self.edition.site, selection)
        around = len(frame.head) + len(frame.tail) + len(frame.separator) * max(0, len(entries) - 1)
        made, cut = within(budget, around, entries, content_of(self.edition.site, selection), self._fragment)
        if cut:
            self.tell(_over(name, cut, len(made), budget, around + sum(map(len, made))))
        return made

    def _extended(self, entry: Entry) -> Entry:
        if not self.edition.site.extensions:
            return entry
        if entry.id not in self.extended:
            self.extended[entry.id] = extended_entry(entry, self.edition.site.extensions, self.tell)
        return self.extended[entry.id]

    def _fragment(self, entry: Entry, content: Content) -> Piece:
        """The bytes of an entry; none for one that the format cannot hold, which is told."""
        key = (entry.id, content)
        if key not in self.fragments:
            try:
                self.fragments[key] = self.fragment(entry, self.format, content)
            except DocumentError as error:
                self.tell(error.problem)
                self.fragments[key] = b""
                self.refused = True
        return self.fragments[key]


def _budget(site: Site, selection: Selection) -> int:
    own = selection.feed.max_bytes if selection.feed else None
    return site.max_bytes if own is None else own


def _over(path: str, cut: int, count: int, budget: int, size: int) -> Problem:
    message = f"the {cut} oldest of its {count} entries have summaries, to keep it below {budget:,} bytes"
    if size > budget:
        message = f"it has {size:,} bytes even with a summary for each entry; it may have {budget:,}"
    hint = "lower limit, or raise max_bytes"
    return Problem(code="FK435", severity="note", path=path, key="max_bytes", message=message, hint=hint)


def _sitemap_documents(edition: Edition, on_problem: OnProblem) -> Iterator[Document]:
    # Late: what lists all entries is not made again after an edit that only feeds show.
    from feedkit.site.listings import sitemap_documents

    return sitemap_documents(edition, on_problem)


def _opml(edition: Edition) -> Iterator[Document]:
    # Late, as above.
    from feedkit.site.listings import opml_documents

    pairs = ((selection, formats_of(edition.site, selection)) for selection in edition.selections)
    return opml_documents(edition, pairs)


def _redirects(edition: Edition, former: dict[str, tuple[str, ...]]) -> Iterator[Document]:
    site = edition.site
    formats = [format_ for name, format_ in FEED_FORMATS.items() if name in site.formats]
    every = (*edition.moves, *moves(site, former, formats))
    for style, name in (("netlify", site.names.redirects), ("nginx", site.names.nginx), ("json", site.names.moves)):
        if style in site.redirects:
            yield redirects(every, style, name, base_url=site.base_url)
