"""What is known of the files of some articles, as bytes that are compared as they are.

Refuses to unpack what has not changed: a build after an edit looks at all of thousands of articles.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Mapping, Sequence

from feedkit.records import dataclass
from feedkit.workshop.stamps import RACY_NS, Stamp

# The digest of what all articles depend on, when their files were looked at, when the youngest of them had changed, and
# how many they are. Then come the numbers of each, and the names, in one text.
_HEAD = struct.Struct("<16sqqI")
_BETWEEN = "\0"
# In place of the numbers of a file that nobody could say anything of.
_NOTHING: Stamp = (-1, -1, -1)


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
        now = [files.get(name, _NOTHING) for name in self.names]
        if self._newest < self._taken - RACY_NS and _packed(now) == self._numbers:
            return
        numbers = struct.unpack(f"<{len(self._numbers) // 8}q", self._numbers)
        for place, (name, stamp) in enumerate(zip(self.names, now, strict=True)):
            known = numbers[3 * place : 3 * place + 3]
            if known != stamp or stamp == _NOTHING or stamp[1] >= self._taken - RACY_NS:
                yield name


def packed_files(shared: bytes, taken: int, stamps: Mapping[str, Stamp | None]) -> bytes:
    """What is known of files that were looked at at an instant, by their names; None where nothing is."""
    found = [stamp if stamp and _packed([stamp]) else _NOTHING for stamp in stamps.values()]
    # Of one of which nothing is known, nobody may believe that it is old.
    newest = max([taken if stamp == _NOTHING else stamp[1] for stamp in found], default=0)
    names = _BETWEEN.join(stamps).encode("utf-8", "surrogatepass")
    return _HEAD.pack(shared, taken, newest, len(found)) + _packed(found) + names


def known_files(data: bytes | None) -> KnownFiles | None:
    """What was packed; None where it is damaged."""
    try:
        shared, taken, newest, count = _HEAD.unpack_from(data or b"")
        end = _HEAD.size + count * _SIZE
        numbers, text = (data or b"")[_HEAD.size : end], (data or b"")[end:]
        names = tuple(text.decode("utf-8", "surrogatepass").split(_BETWEEN))
    except (struct.error, UnicodeDecodeError):
        return None
    return KnownFiles(shared, names, taken, newest, numbers) if len(names) * _SIZE == len(numbers) else None


_SIZE = 3 * 8


def _packed(stamps: Sequence[Stamp]) -> bytes:
    """The numbers of files; nothing where they are beyond what is packed, as those of some file systems."""
    try:
        return struct.pack(f"<{3 * len(stamps)}q", *[number for stamp in stamps for number in stamp])
    except struct.error:
        return b""
