"""A build whose entries wait for their content until a feed has room for them: most of a large site never has it.

Refuses sites that need the content of every article for something else (`may_wait`): they are read whole.
"""

from __future__ import annotations

from array import array
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import compress
from typing import Any

from feedkit.clock import instant
from feedkit.config.site import Site
from feedkit.config.tables import Content
from feedkit.document import Document, Kept, Listed, Piece
from feedkit.errors import DocumentError, OnProblem, Problem
from feedkit.formats.format import Format
from feedkit.model import Entry
from feedkit.output.tree import Tree
from feedkit.pipeline.file_key import Stamp
from feedkit.pipeline.inputs import Inputs
from feedkit.pipeline.memory import Memory
from feedkit.pipeline.old_fragments import OldDocument, Whole, reading
from feedkit.pipeline.old_fragments import fragments as packed
from feedkit.pipeline.outline import LISTED, Outline, columns_without_terms
from feedkit.pipeline.pool import Crew
from feedkit.pipeline.remembered import (
    FEED,
    Chunk,
    Feed,
    HeldFeed,
    Made,
    Others,
    Remembered,
    chunked,
    holder_rows,
    remembered,
)
from feedkit.pipeline.spool import Span, Spool, Stored
from feedkit.pipeline.worker import Fragments, Wanted
from feedkit.records import dataclass, field, replace
from feedkit.site import Edition, content_of, edition, formats_of
from feedkit.site.archives import Page, pages
from feedkit.site.assembly import Unless, changed_documents
from feedkit.site.heads import path
from feedkit.site.taxonomy import Selection

#: Wraps an iterable to show how far a stage is; gets the stage's name.
Watch = Callable[[Iterable[Any], str], Iterable[Any]]


def may_wait(site: Site) -> bool:
    """Whether nothing but feeds needs the content of articles."""
    elsewhere = site.ids or site.sitemap.ledger or site.sitemap.videos or "content" in site.sitemap.images
    tested = any(feed.where.test or (feed.without and feed.without.test) for feed in site.feeds)
    return not (elsewhere or tested or site.source_markdown or site.extensions)


@dataclass(slots=True, kw_only=True)
class Waiting:
    """The articles of a folder, and what feeds hold of them. Not frozen: it is filled in steps."""

    site: Site
    #: The output folder.
    tree: Tree
    crew: Crew
    on_problem: OnProblem
    watch: Watch
    #: What the last build left, and what this one depends on; None where nothing is remembered.
    before: tuple[Memory, Inputs] | None = None
    #: What the last build knew.
    remembered: Remembered | None = None
    #: Every article that could be read and rendered.
    entries: list[Entry] = field(default_factory=list)
    #: What each feed document is made of, by its path; and how much of its entries it has.
    signatures: dict[str, tuple[bytes, Content]] = field(default_factory=dict)
    #: What all other documents are made of, and those of each kind.
    listed: bytes = b""
    others: dict[str, tuple[Listed, ...]] = field(default_factory=dict)
    #: The feeds that are on disk.
    kept: dict[str, Stamp] = field(default_factory=dict)
    #: Where the entries of those are that were made, packed.
    fragments: dict[str, bytes] = field(default_factory=dict)
    #: What was found when articles were rendered, by the digests of these.
    told: dict[bytes, tuple[Problem, ...]] = field(default_factory=dict)
    #: Whether all that could be read could be rendered.
    whole: bool = True
    # Of each entry the place of its file, and its digest; and both of those that feeds hold, by what they are.
    _places: array[int] = field(default_factory=lambda: array("l"))
    _keys: list[bytes] = field(default_factory=list)
    _held: dict[int, tuple[int, bytes]] = field(default_factory=dict)
    _made: dict[tuple[int, str, Content], Stored | tuple[OldDocument, Span] | Problem] = field(default_factory=dict)
    _told: dict[int, tuple[Problem, ...]] = field(default_factory=dict)
    _old: Whole = field(init=False)

    def __post_init__(self) -> None:
        self._old = reading(self.tree)

    def read(self) -> None:
        """Read the outline of every article that is not known."""
        chunks = list(chunked(self.crew.files, self.crew.articles))
        if self.before:
            self.remembered = remembered(*self.before, chunks)
        for outline, place in self.watch(_Counted(self._outlines(chunks), len(self.crew.articles)), "reading"):
            for problem in outline.problems:
                self.on_problem(problem)
            if outline.entry is not None:
                self.hold(outline.entry, place, outline.key)

    def hold(self, entry: Entry, place: int, key: bytes) -> None:
        """Take an article whose file has a place among those of the crew."""
        self.entries.append(entry)
        self._places.append(place)
        self._keys.append(key)

    def _outlines(self, chunks: Sequence[Chunk]) -> Iterator[tuple[Outline, int]]:
        """Each outline with the place of its file: known, or read."""
        nothing: Iterator[list[Outline | None]] = ([None] * len(chunk.names) for chunk in chunks)
        known = deque(self.remembered.outlines(chunks) if self.remembered else nothing)
        missing = [list(_missing(chunk, found)) for chunk, found in zip(chunks, known, strict=True)]
        read = self.crew.outlines([places for places in missing if places])
        for chunk, places in zip(chunks, missing, strict=True):
            found, packed = next(read) if places else ([], b"")
            rest = iter(found)
            outlines = [outline or next(rest) for outline in known.popleft()]
            if places and self.remembered:
                by_name = dict(zip(chunk.names, outlines, strict=True))
                self.remembered.note(chunk.first, by_name, packed if len(places) == len(outlines) else b"")
            yield from zip(outlines, chunk.places, strict=True)

    def edition(self) -> tuple[Edition, list[Problem]]:
        """What is published, when what cannot be rendered is left out; and what is to be told of that choice."""
        # The clock is read once: an article that falls due during the build is in all documents or in none.
        site = replace(self.site, as_of=instant(self.site))
        while True:
            told: list[Problem] = []
            made = edition(site, self.entries, told.append)
            if self.rendered(made):
                break
        # From here on, they would only take memory.
        self.crew.dismiss()
        return replace(made, site=self.site), told

    def rendered(self, made: Edition) -> bool:
        """Have made what feeds are to hold, and tell what was found; False where an article had to be left out."""
        self._held = self._found_of(made)
        held = self._planned(made)
        if refused := self._render(held):
            self._leave_out(refused)
            return False
        self._tell(held)
        return True

    def _leave_out(self, refused: set[int]) -> None:
        self.whole = False
        left = [id(entry) not in refused for entry in self.entries]
        self.entries = list(compress(self.entries, left))
        self._places = array("l", compress(self._places, left))
        self._keys = list(compress(self._keys, left))

    def _found_of(self, made: Edition) -> dict[int, tuple[int, bytes]]:
        # By what they are: the entries of an edition are those that were read.
        held = {id(entry) for selection in made.selections for entry in selection.entries}
        if self.site.archives:
            held.update(id(entry) for selection in made.selections for entry in selection.older)
        each = zip(self.entries, self._places, self._keys, strict=True)
        return {id(entry): (place, key) for entry, place, key in each if id(entry) in held}

    def documents(self, made: Edition) -> Iterator[Document | Kept]:
        """The documents of an edition; of those that are on disk, only that they are."""
        self.listed = self._listed(made)
        return self._noted(made, self._unless)

    def feeds(self, made: Edition) -> Iterator[Document | Kept]:
        """The feeds among them."""
        return self._noted(made, lambda kind, make: iter(()))

    def _noted(self, made: Edition, unless: Unless) -> Iterator[Document | Kept]:
        """The documents, while it is noted where in them each entry is."""
        keys = {entry.url: self._held[id(entry)][1][LISTED:] for entry in self.entries if id(entry) in self._held}
        for document in changed_documents(made, self.on_problem, self.fragment, self.kept, unless):
            if isinstance(document, Document) and document.path in self.signatures:
                self.fragments[document.path] = packed(document, keys)
            yield document

    def made(self, stamps: Mapping[str, Stamp]) -> tuple[Made, dict[str, Feed]]:
        """What is remembered of documents that were made without a word: what the file system says of them."""
        if self.remembered is None:
            return Made(), {}
        feeds = {
            path: Feed(
                signature=signature, stamp=stamps[path], content=content, fragments=self.fragments.get(path, b"")
            )
            for path, (signature, content) in self.signatures.items()
            if path in stamps
        }
        others = {
            kind: Others(signature=self.listed, documents=tuple((item, stamps[item.path]) for item in documents))
            for kind, documents in self.others.items()
            if all(item.path in stamps for item in documents)
        }
        return Made(shared=self.remembered.shared, others=others, rendered=self.told), feeds

    def holders(self, made: Edition) -> dict[str, Any] | None:
        """Which feeds hold an article, for builds after an edit; empty where that is known, None where of no use."""
        if not self._is_simple(made):
            return None
        known = self.remembered.holders() if self.remembered else None
        if known and known.listed == self.listed:
            return {}
        feeds = {
            f"{FEED}{item.folder}": self._held_feed(item) for item in made.selections if formats_of(self.site, item)
        }
        pages = tuple("/".join(file.parts) for file in self.crew.files if file.section_page)
        return holder_rows(self.listed, pages, feeds)

    def _is_simple(self, made: Edition) -> bool:
        """Whether what feeds hold is all that an edit of content can change."""
        site = self.site
        formerly = any(selection.term.formerly for selection in made.selections)
        return self.whole and not (formerly or site.archives or site.redirects or site.sitemap.news)

    def _held_feed(self, selection: Selection) -> HeldFeed:
        files = [self.crew.files[self._held[id(entry)][0]] for entry in selection.entries]
        names = tuple("/".join(file.parts) for file in files)
        return HeldFeed(
            selection=replace(selection, entries=(), older=selection.older[:1], newest=None),
            names=names,
            columns=columns_without_terms(selection.entries),
        )

    def _listed(self, made: Edition) -> bytes:
        """What every document depends on that has nothing of the content: all that is chosen and listed."""
        if self.remembered is None:
            return b""
        visible = set(map(id, made.entries))
        each = zip(self.entries, self._keys, strict=True)
        keys = b"".join([key[:LISTED] for entry, key in each if id(entry) in visible])
        # News are of two days, as seen from now.
        return self.remembered.digest(keys, made.now if self.site.sitemap.news else None)

    def _unless(self, kind: str, make: Callable[[], Iterator[Document]]) -> Iterator[Document | Kept]:
        """The documents of a kind, or that they are on disk."""
        known = self.remembered.others(kind, self.listed) if self.remembered else ()
        found = []
        for document in (_kept(listed, stamp, make) for listed, stamp in known) if known else make():
            found.append(Listed(path=document.path, media_type=document.media_type, coding=document.coding))
            yield document
        self.others[kind] = tuple(found)

    def fragment(self, entry: Entry, format_: Format, content: Content) -> Piece:
        """The bytes of an entry. Raises `DocumentError` for one that the format cannot hold."""
        key = (id(entry), format_.name, content)
        if isinstance(found := self._made.get(key), Stored):
            # Nearly all of them.
            return found
        if (data := self._read(key)) is None:
            # A summary for want of room, or an old document that is gone. What there is to tell of the article was
            # told when it was first rendered.
            for made, spool in self.crew.fragments({self._held[id(entry)][0]: ((format_.name, content),)}):
                self._keep(entry, made, spool)
            data = self._read(key)
        if data is None:
            message = "changed during the build, and is no article any more"
            problem = Problem(code="FK209", severity="error", path=entry.source, message=message, hint="build again")
            raise DocumentError(problem)
        return data

    def _read(self, key: tuple[int, str, Content]) -> Piece | None:
        found = self._made.get(key)
        if isinstance(found, Problem):
            raise DocumentError(found)
        if isinstance(found, Stored):
            return found
        return found[0].read(found[1]) if found else None

    def _planned(self, made: Edition) -> dict[int, tuple[Entry, tuple[Wanted, ...]]]:
        """Which entries feeds hold; in which formats and how much of each, for feeds that are not there as they are."""
        held: dict[int, tuple[Entry, tuple[Wanted, ...]]] = {}
        self.signatures, self.kept = {}, {}
        for selection in made.selections:
            content = content_of(made.site, selection)
            formats = formats_of(made.site, selection)
            for page in pages(selection, archives=made.site.archives):
                keys = b"".join([self._held[id(entry)][1][LISTED:] for entry in page.entries])
                made_of = self._signature(selection, page, content, keys)
                missing = [one for one in formats if not self._is_kept(selection, page, one, content, made_of)]
                wanted = tuple([(one.name, content) for one in missing])
                for entry in page.entries if formats else ():
                    _, before = held.setdefault(id(entry), (entry, wanted))
                    # Nearly all feeds want the same.
                    if before is not wanted and before != wanted:
                        held[id(entry)] = entry, tuple(dict.fromkeys(before + wanted))
        return held

    def _signature(self, selection: Selection, page: Page, content: Content, keys: bytes) -> bytes:
        """A digest of what a feed is made of, in whatever format."""
        if self.remembered is None:
            return b""
        whole = (content, page.number, page.archives, bool(selection.older), selection.term, selection.feed)
        return self.remembered.digest(selection.folder, selection.name, selection.slug, whole, keys)

    def _is_kept(self, selection: Selection, page: Page, format_: Format, content: Content, made_of: bytes) -> bool:
        """Whether a feed is on disk already, made of the same; of others, what is in their old ones is not rendered."""
        if self.remembered is None:
            return False
        name = path(self.site, selection.folder + page.folder, format_)
        signature = made_of + format_.name.encode()
        self.signatures[name] = signature, content
        if (stamp := self.remembered.kept(name, signature)) is not None:
            self.kept[name] = stamp
            self.fragments[name] = self.remembered.packed(name)
            return True
        if old := self.remembered.fragments(name, content):
            self._take_from(name, *old, page, format_, content)
        return False

    def _take_from(
        self, path: str, stamp: Stamp, spans: Mapping[bytes, Span], page: Page, format_: Format, content: Content
    ) -> None:
        document = OldDocument(self._old, path, stamp, min((begin for begin, _ in spans.values()), default=0))
        for entry in page.entries:
            if span := spans.get(self._held[id(entry)][1][LISTED:]):
                self._made.setdefault((id(entry), format_.name, content), (document, span))

    def _render(self, held: Mapping[int, tuple[Entry, tuple[Wanted, ...]]]) -> set[int]:
        """Have made what is not there yet; which entries cannot be."""
        missing = {
            self._held[key][0]: (entry, tuple([one for one in wanted if (key, *one) not in self._made]))
            for key, (entry, wanted) in held.items()
        }
        orders = {index: pairs for index, (_, pairs) in sorted(missing.items()) if pairs}
        refused = set()
        for made, spool in self.watch(_Counted(self.crew.fragments(orders), len(orders)), "rendering"):
            entry = missing[made.index][0]
            self._told[made.index] = made.problems
            if made.refused:
                refused.add(id(entry))
            else:
                self._keep(entry, made, spool)
        return refused

    def _keep(self, entry: Entry, made: Fragments, spool: Spool) -> None:
        for (name, content), found in made.spans:
            self._made[id(entry), name, content] = found if isinstance(found, Problem) else Stored(spool, found)

    def _tell(self, held: Iterable[int]) -> None:
        """Tell what was found when articles were rendered, now or earlier, in the order of the files."""
        if self.remembered:
            for key in held:
                place, digest = self._held[key]
                if told := self._told.setdefault(place, self.remembered.told(digest)):
                    self.told[digest] = told
        for index in sorted(self._told):
            for problem in self._told[index]:
                self.on_problem(problem)


def _kept(listed: Listed, stamp: Stamp, make: Callable[[], Iterator[Document]]) -> Kept:
    return Kept(
        path=listed.path,
        media_type=listed.media_type,
        coding=listed.coding,
        stamp=stamp,
        make=lambda: next(document for document in make() if document.path == listed.path),
    )


def _missing(chunk: Chunk, outlines: Sequence[Outline | None]) -> Iterator[int]:
    """The places of the articles that are not known."""
    return (place for place, outline in zip(chunk.places, outlines, strict=True) if outline is None)


@dataclass(frozen=True, slots=True)
class _Counted:
    """An iterator that knows how many are to come, for a bar."""

    items: Iterator[Any]
    count: int

    def __iter__(self) -> Iterator[Any]:
        return self.items

    def __len__(self) -> int:
        return self.count
