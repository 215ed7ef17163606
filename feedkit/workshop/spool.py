"""Bytes that wait on disk until they are wanted. Refuses to leave anything behind: the file has no name."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable, Sequence
from typing import IO

from feedkit.formats.vocabularies import Namespaces
from feedkit.records import dataclass, field

# Processes that share a file share its position: they name the place with each call, where the system has such calls.
_SHARED = hasattr(os, "pread")
# How many pieces may be written by one call.
_GATHERED = os.sysconf("SC_IOV_MAX") if _SHARED and hasattr(os, "pwritev") else 0

#: Where bytes stand: the first, and how many.
Span = tuple[int, int]

#: The same in a file: its descriptor, the first, and how many.
Place = tuple[int, int, int]


@dataclass(slots=True)
class Spool:
    """A file that one process writes, and others read. Not frozen: it grows."""

    file: IO[bytes] = field(default_factory=tempfile.TemporaryFile)
    size: int = 0

    def add(self, data: bytes) -> Span:
        """Put bytes behind the others."""
        span = self.size, len(data)
        self.size += len(data)
        if not _SHARED:
            self.file.seek(span[0])
            self.file.write(data)
            return span
        written = 0
        while written < len(data):
            written += os.pwrite(self.file.fileno(), data[written:], span[0] + written)
        return span

    def add_all(self, each: Iterable[Sequence[bytes]]) -> list[Span]:
        """Put several behind the others, each of which is in pieces: in one call, where the system has it."""
        spans: list[Span] = []
        pieces: list[bytes] = []
        end = self.size
        for one in each:
            pieces += one
            count = sum(map(len, one))
            spans.append((end, count))
            end += count
        written = os.pwritev(self.file.fileno(), pieces, self.size) if 0 < len(pieces) <= _GATHERED else 0
        self.size += written
        if self.size < end:
            self.add(b"".join(pieces)[written:])
        return spans

    def read(self, span: Span) -> bytes:
        """The bytes of a span."""
        begin, count = span
        if not _SHARED:
            self.file.seek(begin)
            return self.file.read(count)
        return os.pread(self.file.fileno(), count, begin)


@dataclass(frozen=True, slots=True)
class Stored:
    """The bytes of an entry that wait in a spool; to be read by `bytes`."""

    spool: Spool
    span: Span
    #: What a document must declare to hold it, if it was verified that it can be read there; None where it was not.
    namespaces: Namespaces | None

    def __len__(self) -> int:
        return self.span[1]

    def __bytes__(self) -> bytes:
        return self.spool.read(self.span)

    @property
    def place(self) -> Place:
        """Where they are, also for a copy of this process."""
        return (self.spool.file.fileno(), *self.span)
