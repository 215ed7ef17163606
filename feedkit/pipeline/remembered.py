"""What the last build knew, as far as it is still true: outlines of articles, and which documents need not be made.

Refuses to know an article whose file is younger than two seconds: it may change again without a sign.
"""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Any, NamedTuple

from feedkit.articles.discover import SourceFile
from feedkit.config.site import Site
from feedkit.config.tables import Content
from feedkit.document import Listed
from feedkit.errors import Problem
from feedkit.formats.format import Format
from feedkit.frozen import columns_made
from feedkit.model import Entry, Person, Term
from feedkit.pipeline.file_key import Stamp
from feedkit.pipeline.inputs import Inputs
from feedkit.pipeline.known import KnownFiles, known_files, packed_files
from feedkit.pipeline.memory import Memory
from feedkit.pipeline.old_fragments import spans
from feedkit.pipeline.outline import Outline, Outlines, gathered
from feedkit.pipeline.packing import Sharing, UnpackError, pack, unpack
from feedkit.pipeline.rebuild import Done
from feedkit.pipeline.spool import Span
from feedkit.records import dataclass, field, replace
from feedkit.site import formats_of
from feedkit.site.taxonomy import Selection

# About how many articles are remembered as one.
_CHUNK = 128
# How many bytes wait to be written, and how many chunks are loaded at once.
_ROOM = 4 << 20
_AT_ONCE = 64

#: What the keys of articles and of feeds begin with.
STAMPS, OUTLINES, FEED, MADE, HOLDERS = "stamps ", "outlines ", "feed ", "made ", "holders"

# In how many groups feeds and articles are remembered: an edit loads and saves a few of them, a whole build all.
_GROUPS = 64


@dataclass(frozen=True, slots=True)
class Chunk:
    """Articles that are read and remembered together."""

    #: The places of their files among all.
    places: tuple[int, ...]
    #: Their paths below the content folder.
    names: tuple[str, ...]

    @property
    def first(self) -> str:
        """What it is called after."""
        return self.names[0]


class Feed(NamedTuple):
    """What is known of a feed document. Packed as a plain tuple: there are thousands."""

    #: The digest of all that it is made of.
    signature: bytes
    #: What the file system said of it.
    stamp: Stamp
    #: How much it has of its entries.
    content: Content
    #: Where each of them is in it, packed.
    fragments: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Others:
    """What is known of the documents of one kind that are no feeds."""

    #: The digest of all that they are made of.
    signature: bytes
    #: Each, and what the file system said of it.
    documents: tuple[tuple[Listed, Stamp], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """What is known of documents, but for feeds."""

    #: The digest of what all articles depend on.
    shared: bytes = b""
    #: Those that are no feeds, by their kind.
    others: dict[str, Others] = field(default_factory=dict)
    #: What was found when articles were rendered, by their digests.
    rendered: dict[bytes, tuple[Problem, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldFeed:
    """A feed as the last build chose it."""

    #: The choice without its entries, but for one of the older ones at most.
    selection: Selection
    #: The files of its entries, by their paths below the content folder.
    names: tuple[str, ...]
    #: The fields of these entries, each for all of them; without their terms.
    columns: Sequence[Sequence[Any]]

    def entries(self) -> list[Entry]:
        """Its entries; none where fields are missing."""
        whole = all(len(column) == len(self.names) for column in self.columns)
        with suppress(ValueError):
            return columns_made(Entry, self.columns, len(self.names)) if whole else []
        return []

    def formats(self, site: Site) -> tuple[Format, ...]:
        """Its formats."""
        return formats_of(site, self.selection)


@dataclass(frozen=True, slots=True, kw_only=True)
class Holders:
    """What choice it was by which feeds hold articles; which those are is remembered by groups of articles."""

    #: The digest of all that is chosen and listed.
    listed: bytes
    #: The files of the pages of sections.
    pages: tuple[str, ...]


@dataclass(slots=True, kw_only=True)
class Remembered:
    """The last build beside this one. Not frozen: it is filled while the build goes on."""

    memory: Memory
    inputs: Inputs
    #: A digest of everything that all articles depend on.
    shared: bytes
    _made: Made = field(init=False)
    _feeds: dict[str, Feed] = field(default_factory=dict)
    _sharing: Sharing = field(default_factory=lambda: Sharing(frozenset([Person, Term])))
    _seen: set[str] = field(default_factory=set)
    _waiting: dict[str, bytes] = field(default_factory=dict)
    _size: int = 0

    def __post_init__(self) -> None:
        found = self.memory.load(["documents"])
        made = found.get("documents")
        self._made = made if isinstance(made, Made) else Made()

    def look_up(self, paths: Iterable[str] | None = None) -> None:
        """Have at hand what is known of feeds, and of those that are remembered with them; of all without paths."""
        groups = range(_GROUPS) if paths is None else sorted({_group_of_feed(path) for path in paths})
        for found in self.memory.load(f"{MADE}{group}" for group in groups).values():
            with suppress(TypeError, AttributeError):
                self._feeds |= {path: Feed(*row) for path, row in found.items()}

    def outlines(self, chunks: Sequence[Chunk]) -> Iterator[list[Outline | None]]:
        """The outlines of the articles that are as they were, chunk by chunk; None for each other."""
        for begin in range(0, len(chunks), _AT_ONCE):
            keys = [f"{kind}{chunk.first}" for chunk in chunks[begin : begin + _AT_ONCE] for kind in (STAMPS, OUTLINES)]
            known = self.memory.plain(keys)
            self._seen.update(keys)
            yield from (self._of_chunk(chunk, known) for chunk in chunks[begin : begin + _AT_ONCE])

    def _of_chunk(self, chunk: Chunk, rows: Mapping[str, bytes]) -> list[Outline | None]:
        known = known_files(rows.get(f"{STAMPS}{chunk.first}"))
        if known is None or known.shared != self.shared:
            return [None] * len(chunk.names)
        found = self._unpacked(known, rows.get(f"{OUTLINES}{chunk.first}", b""))
        changed = set(known.changed(self.inputs.files))
        return [found.get(name) if name not in changed else None for name in chunk.names]

    def outlines_of(self, known: Mapping[str, KnownFiles]) -> dict[str, dict[str, Outline]]:
        """The outlines of chunks by the files of their articles; nothing where they are damaged."""
        rows = self.memory.plain(f"{OUTLINES}{first}" for first in known)
        return {first: self._unpacked(files, rows.get(f"{OUTLINES}{first}", b"")) for first, files in known.items()}

    def _unpacked(self, known: KnownFiles, packed: bytes) -> dict[str, Outline]:
        try:
            (found,) = unpack(packed, self._sharing.made)
            outlines = found.each() if isinstance(found, Outlines) else ()
            return dict(zip(known.names, outlines, strict=True))
        except (UnpackError, ValueError, TypeError):
            return {}

    def note(self, first: str, outlines: Mapping[str, Outline], packed: bytes = b"") -> None:
        """Remember articles that were read, by their files; also packed, as by a worker, if it has packed them."""
        packed = packed or pack([gathered(list(outlines.values()))])
        stamps = {name: self.inputs.files.get(name) for name in outlines}
        self._waiting[f"{STAMPS}{first}"] = packed_files(self.shared, self.inputs.taken, stamps)
        self._waiting[f"{OUTLINES}{first}"] = packed
        self._size += len(packed)
        if self._size > _ROOM:
            self._save()

    def _save(self) -> None:
        # Until this build is done, what is known of articles is not what the documents were made of.
        self.memory.save({}, plain=self._waiting, forget=["state", "answer", HOLDERS])
        self._waiting, self._size = {}, 0

    def digest(self, *parts: object) -> bytes:
        """A digest of what something is made of, beside what all articles depend on."""
        found = hashlib.blake2b(self.shared, digest_size=16)
        found.update(repr(parts).encode("utf-8", "surrogatepass"))
        return found.digest()

    def kept(self, path: str, signature: bytes) -> Stamp | None:
        """What the file system said of a feed, if it was made of the same."""
        known = self._feeds.get(path)
        return known.stamp if known and known.signature == signature else None

    def keys(self, path: str) -> tuple[bytes, ...]:
        """The digests of the entries of a feed, in order; nothing where they are not known."""
        known = self._feeds.get(path)
        return tuple(spans(known.fragments)) if known else ()

    def held(self, keys: Iterable[str]) -> list[HeldFeed]:
        """Feeds as the last build chose them."""
        return [feed for feed in self.memory.load(keys).values() if isinstance(feed, HeldFeed)]

    def packed(self, path: str) -> bytes:
        """Where the entries of a feed are in it, packed."""
        return self._feeds[path].fragments

    def fragments(self, path: str, content: Content) -> tuple[Stamp, dict[bytes, Span]] | None:
        """What the file system said of a feed, and where its entries are in it, by their digests."""
        known = self._feeds.get(path)
        if known is None or known.content != content or self._made.shared != self.shared:
            return None
        return known.stamp, spans(known.fragments)

    def others(self, kind: str, signature: bytes) -> tuple[tuple[Listed, Stamp], ...]:
        """The documents of a kind, and what the file system said of each, if they were made of the same."""
        known = self._made.others.get(kind)
        return known.documents if known and known.signature == signature else ()

    def told(self, key: bytes) -> tuple[Problem, ...]:
        """What was found when an article was rendered."""
        return self._made.rendered.get(key, ())

    def save(self, made: Made, feeds: Mapping[str, Feed], this: Done) -> None:
        """Remember this build, after an edit: of other documents and articles the same is known."""
        rendered = {**self._made.rendered, **made.rendered}
        rows: dict[str, Any] = {
            **this.rows,
            **_grouped({**self._feeds, **feeds}, {_group_of_feed(path) for path in feeds}),
        }
        if rendered != self._made.rendered:
            rows["documents"] = replace(self._made, rendered=rendered)
        self.memory.save(rows, plain=self._waiting | this.plain)

    def save_all(self, made: Made, feeds: Mapping[str, Feed], this: Done, holders: Mapping[str, Any] | None) -> None:
        """Remember this build, and forget what is gone; `holders` are empty where they are as they were."""
        keys = self.memory.keys()
        stale = [key for key in keys - self._seen if key.startswith((STAMPS, OUTLINES))]
        if holders != {}:
            stale += [key for key in keys - (holders or {}).keys() if key.startswith((FEED, HOLDERS))]
        rows = {"documents": made, **_grouped(feeds, range(_GROUPS)), **this.rows}
        rows |= holders or {}
        self.memory.save(rows, plain=self._waiting | this.plain, forget=stale)

    def holders(self) -> Holders | None:
        """What choice it is known of which feeds hold an article."""
        found = self.memory.load([HOLDERS]).get(HOLDERS)
        return found if isinstance(found, Holders) else None

    def holding(self, names: Iterable[str]) -> list[str]:
        """The keys of the feeds that hold articles, by the files of these."""
        groups = self.memory.load(sorted({f"{HOLDERS} {_group(name)}" for name in names}))
        feeds = {name: keys for group in groups.values() for name, keys in group.items()}
        return list(dict.fromkeys(key for name in names for key in feeds.get(name, ())))


def _group(name: str) -> int:
    """With which others something is remembered."""
    return zlib.crc32(name.encode("utf-8", "surrogatepass")) % _GROUPS


def _group_of_feed(path: str) -> int:
    # The formats of one feed are asked for together.
    return _group(path.rpartition("/")[0])


def holder_rows(listed: bytes, pages: tuple[str, ...], feeds: Mapping[str, HeldFeed]) -> dict[str, Any]:
    """What is remembered of feeds that hold articles: each, and by groups which of them hold an article."""
    groups: dict[str, dict[str, tuple[str, ...]]] = {f"{HOLDERS} {group}": {} for group in range(_GROUPS)}
    for key, feed in feeds.items():
        for name in feed.names:
            group = groups[f"{HOLDERS} {_group(name)}"]
            group[name] = (*group.get(name, ()), key)
    return {**feeds, **groups, HOLDERS: Holders(listed=listed, pages=pages)}


def _grouped(feeds: Mapping[str, Feed], groups: Iterable[int]) -> dict[str, dict[str, tuple[Any, ...]]]:
    """What is known of the feeds of some groups, by the keys of these."""
    found: dict[int, dict[str, tuple[Any, ...]]] = {group: {} for group in groups}
    for path, feed in feeds.items():
        if (group := _group_of_feed(path)) in found:
            found[group][path] = (*feed,)
    return {f"{MADE}{group}": rows for group, rows in found.items()}


def remembered(memory: Memory, inputs: Inputs, chunks: Iterable[Chunk]) -> Remembered:
    """What the last build knew of the articles."""
    articles = {name for chunk in chunks for name in chunk.names}
    found = Remembered(memory=memory, inputs=inputs, shared=inputs.digest_of(inputs.files.keys() - articles))
    found.look_up()
    return found


def chunked(files: Sequence[SourceFile], articles: Iterable[int]) -> Iterator[Chunk]:
    """Articles, whose files are given by their places, in chunks.

    Where a chunk ends is decided by the names in it: a new article is in one chunk, and the others stay as they were.
    """
    places: list[int] = []
    names: list[str] = []
    for place in articles:
        name = "/".join(files[place].parts)
        if names and zlib.crc32(name.encode("utf-8", "surrogatepass")) % _CHUNK == 0:
            yield Chunk(tuple(places), tuple(names))
            places, names = [], []
        places.append(place)
        names.append(name)
    if names:
        yield Chunk(tuple(places), tuple(names))
