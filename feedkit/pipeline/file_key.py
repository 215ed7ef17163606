"""What the file system says of files, without opening one.

Refuses to stand on anything that takes its time to import: where nothing has changed, little else is asked.
"""

from __future__ import annotations

import os
import struct
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from itertools import chain

try:
    # What `hashlib` has, which loads OpenSSL first: that takes a tenth of the time in which a build is answered.
    from _blake2 import blake2b as blake2b
except ImportError:
    from hashlib import blake2b as blake2b

#: A file that is younger may change again without a sign: it is always read.
RACY_NS = 2_000_000_000

#: What tells a file from what it was: its size, when it was changed (in nanoseconds), its number on its disk. A plain
#: tuple, since a build compares, packs and digests thousands of them before it knows whether there is anything to do.
Stamp = tuple[int, int, int]

#: In place of what nobody can say anything of.
NOTHING: Stamp = (-1, -1, -1)


def stamp(path: str | os.PathLike[str]) -> Stamp | None:
    """What a file is now; None where it is not."""
    try:
        return stamped(os.stat(path))  # noqa: PTH116  # A Path for each of thousands costs more than the question.
    except OSError:
        return None


def stamped(found: os.stat_result) -> Stamp:
    """What the file system said of a file."""
    return found.st_size, found.st_mtime_ns, found.st_ino


def listed(path: str, name: str, without: str = "", ending: str = "") -> Iterator[tuple[str, Stamp]]:
    """The files below a folder, by their paths; or a file by its name.

    Not those of a folder with a dot, nor of the one `without`, which a build writes itself; of one with an `ending`,
    the others are not looked at. A folder that cannot be read stands for what is in it, with a `/` at its end.
    """
    if not os.path.isdir(path):  # noqa: PTH112
        if (found := stamp(path)) is not None:
            yield name, found
        return
    waiting = [(path, f"{name}/" if name else "")]
    while waiting:
        folder, prefix = waiting.pop()
        try:
            scanned = os.scandir(folder)
        except OSError:
            yield prefix, stamp(folder) or NOTHING
            continue
        with scanned as entries:
            for entry in entries:
                if not entry.is_dir(follow_symlinks=False):
                    if entry.name.endswith(ending) and (found := _of_entry(entry)):
                        yield prefix + entry.name, found
                elif not entry.name.startswith(".") and os.path.realpath(entry.path) != without:
                    waiting.append((entry.path, f"{prefix}{entry.name}/"))


def has_many(path: str, many: int) -> bool:
    """Whether there are so many files and folders below a folder; they are counted only so far."""
    count, waiting = 0, [path]
    while waiting and count < many:
        with suppress(OSError), os.scandir(waiting.pop()) as entries:
            for entry in entries:
                count += 1
                if count >= many:
                    break
                if entry.is_dir(follow_symlinks=False):
                    waiting.append(entry.path)
    return count >= many


def _of_entry(entry: os.DirEntry[str]) -> Stamp | None:
    """What an entry is, or the link that leads nowhere; None where it is gone meanwhile."""
    try:
        return stamped(entry.stat())
    except OSError:
        try:
            return stamped(entry.stat(follow_symlinks=False))
        except OSError:
            return None


def looked_at(places: Iterable[str]) -> tuple[Stamp | None, ...]:
    """What files are now, of which each may be there or not."""
    return tuple(map(stamp, places))


def programs(zones: Iterable[str], places: Iterable[str]) -> tuple[tuple[str, Stamp | None], ...]:
    """Feedkit's own files, the folders among `places` that packages are installed in, and those of time zones."""
    own = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))  # noqa: PTH100, PTH120
    files = listed(own, "feedkit", ending=".py")
    packages = [place for place in places if place.endswith("-packages")]
    return (*files, *((place, stamp(place)) for place in (*packages, *zones)))


def digest(value: object, before: bytes = b"") -> bytes:
    """Sixteen bytes that tell a value of plain ones, behind others, from any other."""
    return _digest(before, repr(value).encode("utf-8", "surrogatepass"))


def digest_of_files(files: Sequence[tuple[str, Stamp]]) -> bytes:
    """The same for files and what the file system says of them, of which there may be thousands."""
    numbers = numbers_of([found for _, found in files])
    if files and not numbers:
        return digest(tuple(files))
    # No name has the sign between them.
    names = "\0".join([name for name, _ in files])
    return _digest(struct.pack("<q", len(files)) + numbers, names.encode("utf-8", "surrogatepass"))


def numbers_of(stamps: Sequence[Stamp]) -> bytes:
    """The numbers of files, packed; nothing where they are beyond that, as those of some file systems."""
    try:
        return struct.pack(f"<{3 * len(stamps)}q", *chain.from_iterable(stamps))
    except struct.error:
        return b""


def _digest(before: bytes, data: bytes) -> bytes:
    found = blake2b(before, digest_size=16)
    found.update(data)
    return found.digest()
