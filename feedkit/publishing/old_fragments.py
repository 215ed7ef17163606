"""Entries cut out of the documents of the last build: what is published already need not be rendered again.

Refuses a document that is not as that build left it.
"""

from __future__ import annotations

import os
import struct
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from itertools import accumulate

from feedkit.document import Document
from feedkit.errors import PublishError
from feedkit.publishing.tree import Tree
from feedkit.workshop.inputs import Stamp, stamped
from feedkit.workshop.outline import LISTED
from feedkit.workshop.spool import Span

# The digest of an entry, and where its bytes begin and how many they are.
_FRAGMENT = struct.Struct("<16sII")


@dataclass(frozen=True, slots=True)
class OldDocument:
    """A feed document on disk."""

    #: The output folder.
    tree: Tree
    #: Where it is below that.
    path: str
    #: What the file system said of it when it was written.
    stamp: Stamp

    def read(self, span: Span) -> bytes | None:
        """The bytes of a span; None where somebody has touched the document."""
        with suppress(OSError, PublishError):
            return self._read(span)
        return None

    def _read(self, span: Span) -> bytes | None:
        file = self.tree.open(self.path)
        if file is None:
            return None
        with file:
            if stamped(os.fstat(file.fileno())) != self.stamp:
                return None
            file.seek(span[0])
            return file.read(span[1])


def fragments(document: Document, keys: Mapping[str, bytes]) -> bytes:
    """Where each entry of a feed document is, packed; `keys` has the digests of entries by their addresses."""
    return b"".join(_FRAGMENT.pack(keys[url][LISTED:], *span) for url, span in _spans(document))


def _spans(document: Document) -> Iterator[tuple[str, Span]]:
    begins = list(accumulate(map(len, document.pieces), initial=0))
    for url, place in zip(document.entries, document.fragments, strict=True):
        yield url, (begins[place], len(document.pieces[place]))


def spans(packed: bytes) -> dict[bytes, Span]:
    """Where each entry of a document is, by its digest; nothing where that is not known."""
    if len(packed) % _FRAGMENT.size:
        return {}
    return {key: (begin, size) for key, begin, size in _FRAGMENT.iter_unpack(packed)}
