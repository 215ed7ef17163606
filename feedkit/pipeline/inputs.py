"""Everything that a build depends on, as far as it can be told without opening a file.

Refuses settings that hold functions, and dates from git: what they depend on cannot be seen.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any
from zoneinfo import TZPATH

from feedkit.config.site import Site
from feedkit.pipeline.answers import Look, look
from feedkit.pipeline.file_key import Stamp, digest, programs
from feedkit.records import dataclass, fields, is_record


@dataclass(frozen=True, slots=True, kw_only=True)
class Inputs:
    """What a build depends on, as it is now."""

    #: The folder of articles, as it was named.
    content: str
    #: A digest of the settings, and of the programs.
    settings: bytes
    #: Every file of the content folder, by its path below it.
    files: dict[str, Stamp]
    #: The files and folders that the settings name.
    others: tuple[tuple[str, Stamp], ...]
    #: One digest for all of these files.
    seen: str
    #: When they were looked at, in nanoseconds by the clock of the file system.
    taken: int = 0

    @property
    def newest(self) -> int:
        """When the youngest of them changed, in nanoseconds by the same clock."""
        stamps = (*self.files.values(), *(stamp for _, stamp in self.others))
        return max([modified for _, modified, _ in stamps], default=0)

    def digest(self) -> bytes:
        """One digest for all of them."""
        return digest(self.seen, self.settings)

    def digest_of(self, names: Iterable[str]) -> bytes:
        """One digest for those of the content's files that are named, and for all else."""
        return digest((sorted((name, self.files[name]) for name in names), self.others), self.settings)


def inputs(site: Site, content: Path, directory: Path, taken: int = 0, before: Look | None = None) -> Inputs | None:
    """What a build of a folder depends on, `taken` at an instant; None where that cannot be told.

    `before` is a look at files that was taken a moment ago: whatever has changed since is found by the next build,
    since what is known of a file is what the look said.
    """
    if _holds_function(site) or "git" in site.dates_from or not content.is_dir():
        return None
    asked = str(content), os.path.realpath(directory), named_by(site)
    found = before if before and (before.content, before.own, before.named) == asked else look(*asked)
    settings = found.settings or settings_digest(site, found.content, str(directory))
    return Inputs(
        content=found.content,
        settings=settings,
        files=dict(found.files),
        others=found.others,
        seen=found.digest,
        taken=taken,
    )


def named_by(site: Site) -> tuple[str, ...]:
    """The files and folders that settings name to be read, in order."""
    return tuple(map(str, sorted(set(paths_of(site)))))


def settings_digest(site: Site, content: str, directory: str) -> bytes:
    """A digest of the settings, of the programs, and of the folders of articles and of the output."""
    places = (os.path.realpath(content), content, os.path.realpath(directory), directory)
    return digest((repr(site), places, sys.version, programs(TZPATH, sys.path)))


def paths_of(value: Any) -> Iterator[Path]:
    """The files and folders that settings name to be read."""
    if isinstance(value, Path):
        yield value
    elif isinstance(value, tuple):
        for item in value:
            yield from paths_of(item)
    elif is_record(type(value)):
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
    if is_record(type(value)):
        return any(_holds_function(getattr(value, item.name)) for item in fields(value))
    return callable(value)
