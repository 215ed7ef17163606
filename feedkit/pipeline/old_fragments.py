"""Entries cut out of the documents of the last build: what is published already need not be rendered again.

Refuses a document that is not as that build left it.
"""

from __future__ import annotations

import os
import struct
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import lru_cache

from feedkit.document import Document
from feedkit.errors import PublishError
from feedkit.output.tree import Tree
from feedkit.pipeline.file_key import Stamp, stamped
from feedkit.pipeline.spool import Span
from feedkit.records import dataclass

# How many bytes stand before the first entry and between two; then come the digests of all, and the bytes of each.
_HEAD = struct.Struct("<II")
_KEY, _SIZE = 16, 4
# How many documents are held.
_HELD = 8


#: From a document's path and its stamp to its bytes; None where somebody has touched it.
Whole = Callable[[str, Stamp], bytes | None]


@dataclass(frozen=True, slots=True)
class OldDocument:
    """A feed document on disk."""

    #: Reads it.
    whole: Whole
    #: Where it is below the output folder.
    path: str
    #: What the file system said of it when it was written.
    stamp: Stamp
    #: How long it is in front of its first entry.
    head: int

    def read(self, span: Span) -> bytes | None:
        """The bytes of an entry; None where somebody has touched the document."""
        found = self.whole(self.path, self.stamp)
        return None if found is None else found[span[0] : span[0] + span[1]]


def reading(tree: Tree) -> Whole:
    """Reads the documents of an output folder; the last few are held, since a feed takes most entries from one."""

    @lru_cache(maxsize=_HELD)
    def whole(path: str, stamp: Stamp) -> bytes | None:
        with suppress(OSError, PublishError):
            return _read(tree, path, stamp)
        return None

    return whole


def _read(tree: Tree, path: str, stamp: Stamp) -> bytes | None:
    file = tree.open(path)
    if file is None:
        return None
    with file:
        return file.read() if stamped(os.fstat(file.fileno())) == stamp else None


def fragments(document: Document, keys: Mapping[str, bytes]) -> bytes:
    """Where each entry of a feed document is, packed; `keys` has the digests of entries by their addresses."""
    places = document.fragments
    sizes = [len(document.pieces[place]) for place in places]
    between = len(document.pieces[2]) if places.step > 1 and len(sizes) > 1 else 0
    head = _HEAD.pack(len(document.pieces[0]), between)
    return b"".join((head, *map(keys.__getitem__, document.entries), struct.pack(f"<{len(sizes)}I", *sizes)))


def spans(packed: bytes) -> dict[bytes, Span]:
    """Where each entry of a document is, by its digest; nothing where that is not known."""
    count, rest = divmod(len(packed) - _HEAD.size, _KEY + _SIZE)
    if count < 0 or rest:
        return {}
    begin, between = _HEAD.unpack_from(packed)
    found = {}
    for number, size in enumerate(struct.unpack_from(f"<{count}I", packed, _HEAD.size + count * _KEY)):
        place = _HEAD.size + number * _KEY
        found[packed[place : place + _KEY]] = begin, size
        begin += size + between
    return found
