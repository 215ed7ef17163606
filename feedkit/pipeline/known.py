"""What is known of the files of some articles, as bytes that are compared as they are.

Refuses to unpack what has not changed: a build after an edit looks at all of thousands of articles.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Mapping

from feedkit.pipeline.file_key import NOTHING, RACY_NS, Stamp, numbers_of
from feedkit.records import dataclass

# The digest of what all articles depend on, when their files were looked at, when the youngest of them had changed, and
# how many they are. Then come the numbers of each, and the names, in one text.
_HEAD = struct.Struct("<16sqqI")
_BETWEEN = "\0"
# What the numbers of a file take.
_SIZE = len(numbers_of([NOTHING]))


@dataclass(frozen=True, slots=True)
class KnownFiles:
    """What is remembered of the files of some articles."""

    #: The digest of what they all depend on.
    shared: bytes
    #: Their paths below the content folder.
    names: tuple[str, ...]
    # When they were looked at and the youngest had changed, by the clock of the file system; the numbers of each.
    _taken: int
    _newest: int
    _numbers: bytes

    def changed(self, files: Mapping[str, Stamp]) -> Iterator[str]:
        """The files that are not as they were, or were so young that they may have changed again without a sign."""
        now = [files.get(name, NOTHING) for name in self.names]
        if self._newest < self._taken - RACY_NS and numbers_of(now) == self._numbers:
            return
        numbers = struct.unpack(f"<{len(self._numbers) // 8}q", self._numbers)
        for place, (name, stamp) in enumerate(zip(self.names, now, strict=True)):
            known = numbers[3 * place : 3 * place + 3]
            if known != stamp or stamp == NOTHING or stamp[1] >= self._taken - RACY_NS:
                yield name


def packed_files(shared: bytes, taken: int, stamps: Mapping[str, Stamp | None]) -> bytes:
    """What is known of files that were looked at at an instant, by their names; None where nothing is."""
    found = [stamp or NOTHING for stamp in stamps.values()]
    numbers = numbers_of(found)
    if not numbers:
        found = [stamp if numbers_of([stamp]) else NOTHING for stamp in found]
        numbers = numbers_of(found)
    # Of one of which nothing is known, nobody may believe that it is old.
    newest = max([taken if stamp == NOTHING else stamp[1] for stamp in found], default=0)
    names = _BETWEEN.join(stamps).encode("utf-8", "surrogatepass")
    return _HEAD.pack(shared, taken, newest, len(found)) + numbers + names


def known_files(data: bytes | None) -> KnownFiles | None:
    """What was packed; None where it is damaged."""
    try:
        data = data or b""
        shared, taken, newest, count = _HEAD.unpack_from(data)
        end = _HEAD.size + count * _SIZE
        numbers = data[_HEAD.size : end]
        names = tuple(data[end:].decode("utf-8", "surrogatepass").split(_BETWEEN))
    except (struct.error, UnicodeDecodeError):
        return None
    return KnownFiles(shared, names, taken, newest, numbers) if len(names) * _SIZE == len(numbers) else None
