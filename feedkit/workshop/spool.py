"""Bytes that wait on disk until they are wanted. Refuses to leave anything behind: the file has no name."""

from __future__ import annotations

import os
import tempfile
from dataclasses import dataclass, field
from typing import IO

#: Where bytes stand: the first, and how many.
Span = tuple[int, int]


@dataclass(slots=True)
class Spool:
    """A file that one process writes, and others read. Not frozen: it grows."""

    file: IO[bytes] = field(default_factory=tempfile.TemporaryFile)
    size: int = 0

    def add(self, data: bytes) -> Span:
        """Put bytes behind the others."""
        begin = self.size
        view = memoryview(data)
        while view:
            view = view[os.pwrite(self.file.fileno(), view, self.size) :]
            self.size = begin + len(data) - len(view)
        return begin, len(data)

    def read(self, span: Span) -> bytes:
        """The bytes of a span."""
        begin, count = span
        return os.pread(self.file.fileno(), count, begin)
