"""Bytes that wait until they are wanted, many of them on disk. Refuses to leave anything behind: no file has a name."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from typing import IO

from feedkit.records import dataclass, field

# Processes that share a file share its position: they name the place with each call, where the system has such calls.
_SHARED = hasattr(os, "pread")
# How many pieces may be written by one call.
_GATHERED = os.sysconf("SC_IOV_MAX") if _SHARED and hasattr(os, "pwritev") else 0

# From how many bytes on a file is begun for them: a build after an edit has less.
_WORTHWHILE = 1 << 20

#: Where bytes stand: the first, and how many.
Span = tuple[int, int]

#: The same in a file: its descriptor, the first, and how many.
Place = tuple[int, int, int]


def unnamed() -> IO[bytes]:
    """A file without a name, which is gone when nobody has it open any more."""
    # Late: it imports more than an edit does.
    import tempfile

    return tempfile.TemporaryFile()


@dataclass(slots=True)
class Spool:
    """A file that one process writes, and others read. Not frozen: it grows.

    Without a file that is given, it begins one when there is more than is worth one.
    """

    file: IO[bytes] | None = None
    size: int = 0
    _held: bytearray = field(default_factory=bytearray)

    def add(self, data: bytes) -> Span:
        """Put bytes behind the others."""
        span = self.size, len(data)
        self.size += len(data)
        if self.file is None and self.size <= _WORTHWHILE:
            self._held += data
            return span
        self._write(self._begun(), data, span[0])
        return span

    def _begun(self) -> IO[bytes]:
        if self.file is None:
            self.file = unnamed()
            self._write(self.file, bytes(self._held), 0)
            self._held.clear()
        return self.file

    def _write(self, file: IO[bytes], data: bytes, place: int) -> None:
        if not _SHARED:
            file.seek(place)
            file.write(data)
            return
        written = 0
        while written < len(data):
            written += os.pwrite(file.fileno(), data[written:], place + written)

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
        written = 0
        if 0 < len(pieces) <= _GATHERED and (self.file or end > _WORTHWHILE):
            written = os.pwritev(self._begun().fileno(), pieces, self.size)
        self.size += written
        if self.size < end:
            self.add(b"".join(pieces)[written:])
        return spans

    def read(self, span: Span) -> bytes:
        """The bytes of a span."""
        begin, count = span
        if self.file is None:
            return bytes(self._held[begin : begin + count])
        if not _SHARED:
            self.file.seek(begin)
            return self.file.read(count)
        return os.pread(self.file.fileno(), count, begin)

    def close(self) -> None:
        """Let go of the file."""
        if self.file is not None:
            self.file.close()


@dataclass(frozen=True, slots=True)
class Stored:
    """The bytes of an entry that wait in a spool; to be read by `bytes`."""

    spool: Spool
    span: Span

    def __len__(self) -> int:
        return self.span[1]

    def __bytes__(self) -> bytes:
        return self.spool.read(self.span)

    @property
    def place(self) -> Place | None:
        """Where they are, also for a copy of this process; None where they are in no file."""
        return (self.spool.file.fileno(), *self.span) if self.spool.file else None
