"""What the last build knew, as far as it is still true: outlines of articles, and which documents need not be made.

Refuses to know an article whose file is younger than two seconds: it may change again without a sign.
"""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from feedkit.errors import Problem
from feedkit.reading.files import SourceFile
from feedkit.taxonomy import Selection
from feedkit.workshop.inputs import RACY_NS, Inputs, Stamp
from feedkit.workshop.memory import Memory
from feedkit.workshop.worker import Outline

# About how many articles are remembered as one.
_CHUNK = 128


@dataclass(frozen=True, slots=True)
class Chunk:
    """What is known of some articles."""

    #: The digest of what they all depend on.
    shared: bytes = b""
    #: Each by its name: its file, and its outline.
    rows: dict[str, tuple[Stamp, Outline]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Made:
    """What is known of feeds."""

    #: What each document is made of, and what the file system said of it, by its path.
    documents: dict[str, tuple[bytes, Stamp]] = field(default_factory=dict)
    #: What was found when articles were rendered, by their digests.
    rendered: dict[bytes, tuple[Problem, ...]] = field(default_factory=dict)


@dataclass(slots=True, kw_only=True)
class Remembered:
    """The last build beside this one. Not frozen: it is filled while the build goes on."""

    memory: Memory
    inputs: Inputs
    known: dict[str, Any] = field(init=False)
    #: Files that are younger are read.
    trusted: int = field(init=False)
    _shared: bytes = b""
    _names: dict[int, str] = field(default_factory=dict)
    _outlines: dict[int, Outline] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.trusted = self.memory.written() - RACY_NS
        self.known = self.memory.load()

    def outlines(self, files: Sequence[SourceFile]) -> dict[int, Outline]:
        """The outlines of the articles that are as they were, by the places of their files."""
        names = {index: "/".join(file.parts) for index, file in enumerate(files) if not file.section_page}
        self._names = names
        self._shared = self.inputs.digest(self.inputs.files.keys() - set(names.values()))
        found = {}
        for first, chunk in _chunks(names):
            kept = self._chunk(first)
            for index, name in chunk if kept.shared == self._shared else ():
                if name not in kept.rows:
                    continue
                stamp, outline = kept.rows[name]
                if stamp == self.inputs.files.get(name) and stamp.modified < self.trusted:
                    found[index] = outline if outline.index == index else replace(outline, index=index)
        return found

    def _chunk(self, first: str) -> Chunk:
        found = self.known.get(f"outlines {first}")
        return found if isinstance(found, Chunk) else Chunk()

    @property
    def _feeds(self) -> Made:
        found = self.known.get("feeds")
        return found if isinstance(found, Made) else Made()

    def note(self, outline: Outline) -> None:
        """Remember an outline."""
        self._outlines[outline.index] = outline

    def signature(self, path: str, selection: Selection, rest: tuple[object, ...], keys: bytes) -> bytes:
        """What a feed document is made of, in 16 bytes."""
        found = hashlib.blake2b(self._shared, digest_size=16)
        found.update(repr((path, selection.name, selection.slug, rest)).encode("utf-8", "surrogatepass"))
        found.update(keys)
        return found.digest()

    def kept(self, path: str, signature: bytes) -> tuple[int, int, int] | None:
        """What the file system said of a document, if it was made of the same."""
        known, stamp = self._feeds.documents.get(path, (b"", None))
        return stamp if known == signature else None

    def told(self, key: bytes) -> tuple[Problem, ...]:
        """What was found when an article was rendered."""
        return self._feeds.rendered.get(key, ())

    def save(self, made: Made, state: object) -> None:
        """Remember this build, where it differs from the last."""
        values: dict[str, Any] = {"feeds": made, "state": state}
        wanted = set()
        for first, chunk in _chunks(self._names):
            key = f"outlines {first}"
            wanted.add(key)
            rows = {name: (self.inputs.files[name], self._outlines[index]) for index, name in chunk if self._has(index)}
            if not self._is_same(self._chunk(first), rows):
                values[key] = Chunk(self._shared, rows)
        stale = [key for key in self.known if key.startswith("outlines ") and key not in wanted]
        self.memory.save(values, forget=stale)

    def _has(self, index: int) -> bool:
        return index in self._outlines and self._names[index] in self.inputs.files

    def _is_same(self, old: Chunk, rows: dict[str, tuple[Stamp, Outline]]) -> bool:
        # Those that were remembered are the same objects.
        return (
            old.shared == self._shared
            and old.rows.keys() == rows.keys()
            and all(old.rows[name][0] == one and old.rows[name][1] is outline for name, (one, outline) in rows.items())
        )


def _chunks(names: Mapping[int, str]) -> Iterator[tuple[str, list[tuple[int, str]]]]:
    """Articles in chunks, and the name of the first of each.

    Where a chunk ends is decided by the names in it: a new article is in one chunk, and the others stay as they were.
    """
    chunk: list[tuple[int, str]] = []
    for index, name in names.items():
        if chunk and zlib.crc32(name.encode("utf-8", "surrogatepass")) % _CHUNK == 0:
            yield chunk[0][1], chunk
            chunk = []
        chunk.append((index, name))
    if chunk:
        yield chunk[0][1], chunk
