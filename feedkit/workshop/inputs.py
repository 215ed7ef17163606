"""Everything that a build depends on, as far as it can be told without opening a file.

Refuses settings that hold functions, and dates from git: what they depend on cannot be seen.
"""

from __future__ import annotations

import hashlib
import os
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from pathlib import Path
from typing import Any
from zoneinfo import TZPATH

from feedkit.settings import Site

#: A file that is younger may change again without a sign: it is always read.
RACY_NS = 2_000_000_000


#: What tells a file from what it was: its size, when it was changed (in nanoseconds), its number on its disk. A plain
#: tuple, since a build compares, packs and digests thousands of them before it knows whether there is anything to do.
Stamp = tuple[int, int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Inputs:
    """What a build depends on, as it is now."""

    #: A digest of the settings, and of the programs.
    settings: bytes
    #: Every file of the content folder, by its path below it.
    files: dict[str, Stamp]
    #: The files and folders that the settings name.
    others: tuple[tuple[str, Stamp], ...]
    #: When they were looked at, in nanoseconds by the clock of the file system.
    taken: int = 0

    @property
    def newest(self) -> int:
        """When the youngest of them changed, in nanoseconds by the same clock."""
        stamps = (*self.files.values(), *(stamp for _, stamp in self.others))
        return max([modified for _, modified, _ in stamps], default=0)

    def digest(self, names: Iterable[str] | None = None) -> bytes:
        """One digest for all of them, or for those of the content's files that are named, and all others."""
        chosen = self.files if names is None else {name: self.files[name] for name in names}
        found = hashlib.blake2b(self.settings, digest_size=16)
        found.update(repr((sorted(chosen.items()), self.others)).encode("utf-8", "surrogatepass"))
        return found.digest()


def inputs(site: Site, content: Path, directory: Path, taken: int = 0) -> Inputs | None:
    """What a build of a folder depends on, `taken` at an instant; None where that cannot be told."""
    settings = repr(site)
    if _holds_function(site) or "git" in site.dates_from or not content.is_dir():
        return None
    places = f"{os.path.realpath(content)}\n{content}\n{os.path.realpath(directory)}\n{directory}"
    programs = "\n".join(f"{name} {stamp}" for name, stamp in _programs())
    whole = f"{settings}\n{places}\n{sys.version}\n{programs}".encode("utf-8", "surrogatepass")
    digest = hashlib.blake2b(whole, digest_size=16).digest()
    own = os.path.realpath(directory)
    others = tuple(sorted(item for path in sorted(set(paths_of(site))) for item in _listed(path, str(path), own)))
    return Inputs(settings=digest, files=dict(_listed(content, "", own)), others=others, taken=taken)


def stamp(path: str | Path) -> Stamp | None:
    """What a file is now; None where it is not."""
    try:
        return stamped(os.stat(path))  # noqa: PTH116  # A Path for each of thousands costs more than the question.
    except OSError:
        return None


def stamped(found: os.stat_result) -> Stamp:
    """What the file system said of a file."""
    return found.st_size, found.st_mtime_ns, found.st_ino


def _listed(path: Path, name: str, without: str = "") -> Iterator[tuple[str, Stamp]]:
    """The files below a folder, by their paths; or a file by its name.

    Not those of a folder with a dot, nor of the one `without`, which a build writes itself.
    """
    if not path.is_dir():
        if (found := stamp(path)) is not None:
            yield name, found
        return
    waiting = [(str(path), f"{name}/" if name else "")]
    while waiting:
        folder, prefix = waiting.pop()
        with os.scandir(folder) as entries:
            for entry in entries:
                if not entry.is_dir(follow_symlinks=False):
                    yield f"{prefix}{entry.name}", _of_entry(entry)
                elif not entry.name.startswith(".") and os.path.realpath(entry.path) != without:
                    waiting.append((entry.path, f"{prefix}{entry.name}/"))


def _of_entry(entry: os.DirEntry[str]) -> Stamp:
    try:
        return stamped(entry.stat())
    except OSError:
        return stamped(entry.stat(follow_symlinks=False))


def paths_of(value: Any) -> Iterator[Path]:
    """The files and folders that settings name to be read."""
    if isinstance(value, Path):
        yield value
    elif isinstance(value, tuple):
        for item in value:
            yield from paths_of(item)
    elif is_dataclass(value):
        for item in fields(value):
            # What a build writes is looked at when it is written.
            if item.name not in ("output", "cache", "ids", "ledger"):
                yield from paths_of(getattr(value, item.name))


def _holds_function(value: Any) -> bool:
    """Whether settings hold anything that can be called: what that does may change without a sign."""
    if isinstance(value, Mapping):
        return any(map(_holds_function, value.values()))
    if isinstance(value, tuple):
        return any(map(_holds_function, value))
    if is_dataclass(value) and type(value).__module__.startswith("feedkit."):
        return any(_holds_function(getattr(value, item.name)) for item in fields(value))
    return callable(value)


def _programs() -> Iterator[tuple[str, Stamp | None]]:
    """Feedkit's own files, the folders that packages are installed in, and the tables of time zones."""
    for name, found in _listed(Path(__file__).parents[1], "feedkit"):
        # Not what Python makes of them.
        if name.endswith(".py"):
            yield name, found
    for place in (*sys.path, *TZPATH):
        if place in TZPATH or place.endswith("-packages"):
            yield place, stamp(Path(place))
