"""What a build depends on: digests of settings, programs and files, and keys that show whether a file has changed."""

from __future__ import annotations

import hashlib
import os
import stat
import sys
from collections.abc import Iterator, Mapping
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import TZPATH

from msgspec import Struct
from msgspec.structs import replace

from feedkit.config.site import Site
from feedkit.files import READING, FileKey, file_key

#: A file that was changed later than this many nanoseconds ago may change again and keep its key.
RACY_NS = 2_000_000_000


def digest(*parts: bytes) -> bytes:
    """The SHA-256 of the parts, each with its length."""
    hash_ = hashlib.sha256()
    for part in parts:
        hash_.update(len(part).to_bytes(8, "little"))
        hash_.update(part)
    return hash_.digest()


def digest_of_file(path: str | bytes | Path) -> bytes:
    """The SHA-256 of a file's bytes; empty if it is no regular file or cannot be read."""
    with suppress(OSError), os.fdopen(os.open(path, READING), "rb") as file:
        if stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            return hashlib.file_digest(file, "sha256").digest()
    return b""


def output_key(path: str | bytes | Path) -> FileKey:
    """The key of a regular file that this or an earlier run wrote; empty if there is none."""
    try:
        status = os.lstat(path)
    except OSError:
        return ""
    return file_key(status) if stat.S_ISREG(status.st_mode) else ""


def zone_files(zone: str) -> list[str]:
    """Where the file of a time zone may be."""
    return [os.path.join(folder, zone) for folder in TZPATH]  # noqa: PTH118


def settings_digest(site: Site, content: str) -> bytes:
    """A digest of everything that any article of a folder may depend on, except for files of the folder.

    It does not include the time that decides what is published: no article depends on it.
    """
    settings = repr(replace(site, as_of=None))
    places = (content, os.path.realpath(content), sys.version)
    zones = map(digest_of_file, zone_files(site.timezone))
    return digest(repr((settings, places)).encode("utf-8", "surrogatepass"), _programs(), *zones)


def is_repeatable(site: Site) -> bool:
    """Whether equal files give equal builds: false if settings contain functions, or if dates come from git."""
    return not ("git" in site.dates_from or has_functions(site))


def has_functions(value: Any) -> bool:
    """Whether settings contain functions."""
    if isinstance(value, Struct):
        return any(has_functions(getattr(value, name)) for name in value.__struct_fields__)
    if isinstance(value, Mapping):
        return any(map(has_functions, value.values()))
    if isinstance(value, tuple):
        return any(map(has_functions, value))
    return callable(value)


@cache
def _programs() -> bytes:
    """A digest of feedkit's own files, and of the names and versions of all packages that are installed."""
    own = os.fsencode(Path(__file__).parents[1])
    files = sorted(file for file in _files(own) if file.endswith((b".py", b".css", b".js")))
    packages: list[str] = []
    for place in sys.path:
        with suppress(OSError):
            packages += sorted(name for name in os.listdir(place or ".") if name.endswith((".dist-info", ".egg-info")))  # noqa: PTH208
    return digest(repr(packages).encode("utf-8", "surrogatepass"), *map(digest_of_file, files))


class FileKeys:
    """The keys of files and folders. Each path is examined once."""

    def __init__(self, taken_ns: int) -> None:
        """`taken_ns` is the time by the clock of the file system, in nanoseconds; 0 if it is unknown."""
        self._young = f"young at {taken_ns}"
        self._young_ns = taken_ns - RACY_NS
        self._keys: dict[str | bytes, FileKey] = {}

    def key(self, path: str | bytes) -> FileKey:
        """The key of a file, or of all files below a folder; empty if neither exists.

        A file that was changed in the last two seconds has a key that no other build accepts.
        """
        if path not in self._keys:
            self._keys[path] = self._key(path)
        return self._keys[path]

    def _key(self, path: str | bytes) -> FileKey:
        try:
            status = os.stat(path)  # noqa: PTH116  # thousands of Path objects are slow
        except OSError:
            return ""
        if stat.S_ISDIR(status.st_mode):
            return digest(repr([(file, self._key(file)) for file in sorted(_files(os.fsencode(path)))]).encode()).hex()
        is_young = status.st_mtime_ns >= self._young_ns or status.st_ctime_ns >= self._young_ns
        return self._young if is_young else file_key(status)


def _files(folder: bytes) -> Iterator[bytes]:
    """Every file below a folder. Folders behind links are not entered."""
    folders = [folder]
    while folders:
        with suppress(OSError), os.scandir(folders.pop()) as entries:
            for entry in entries:
                if entry.is_dir(follow_symlinks=False):
                    folders.append(entry.path)
                else:
                    yield entry.path
