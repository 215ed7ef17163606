"""Where a document may go below the output folder.

Refuses whatever leaves it, names that some platform cannot have, and two documents that some platform takes for one.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from feedkit.errors import PublishError, shown
from feedkit.records import dataclass, field
from feedkit.urls import is_device

#: The longest file name of every usual file system, in bytes.
MAX_NAME = 255

#: What feedkit itself keeps in the folder.
MANIFEST = ".feedkit-manifest.json"
LOCK = ".feedkit-lock"

# What Windows has no file names with, and what no encoding has bytes for; it drops a dot or a blank at the end.
_FORBIDDEN = re.compile(r"[\x00-\x1f\x7f-\x9f<>:\"|?*\\\ud800-\udfff]|[. ]\Z")


def check_path(path: str) -> None:
    """Raises `PublishError` for a path that is not safely below a folder, on whatever platform."""
    if not all(map(_is_safe, path.split("/"))):
        raise PublishError(f"{shown(path)}: is no path that is safe on every platform")


# A build asks several times for each of its documents, and many have the same names in other folders.
@lru_cache(maxsize=4096)
def _is_safe(name: str) -> bool:
    return bool(name) and not (_FORBIDDEN.search(name) or is_device(name) or len(name.encode()) > MAX_NAME)


def same_name(path: str) -> str:
    """What makes two paths one on a file system without case, or one that normalises names."""
    if path.isascii():
        # That has nothing to normalise, and is folded to its small letters.
        return path.lower()
    return unicodedata.normalize("NFC", unicodedata.normalize("NFKC", path).casefold())


def folders(path: str) -> list[str]:
    """The folders above a path, the outermost first, without the output folder itself."""
    parts = path.split("/")[:-1]
    return ["/".join(parts[: number + 1]) for number in range(len(parts))]


@dataclass(slots=True)
class Places:
    """Who has which place. Not frozen: it grows with the documents of a run."""

    #: Each document, by what makes paths one.
    files: dict[str, str] = field(default_factory=dict)
    #: Each folder that one of them needs, likewise.
    folders: dict[str, str] = field(default_factory=dict)

    def claim(self, path: str) -> None:
        """Note a document. Raises `PublishError` for one that is not safe or has the place of another one."""
        check_path(path)
        name = same_name(path)
        if name.partition("/")[0] in (MANIFEST, LOCK):
            raise PublishError(f"{path}: has the name of a file of feedkit's own")
        if other := self.files.get(name) or self.folders.get(name):
            raise PublishError(f"{path}: another document has the same place, {other}")
        for folder in folders(path):
            self._need(folder, path)
        self.files[name] = path

    def _need(self, folder: str, path: str) -> None:
        name = same_name(folder)
        if other := self.files.get(name):
            raise PublishError(f"{path}: another document has the same place as its folder, {other}")
        if self.folders.setdefault(name, folder) != folder:
            raise PublishError(f"{path}: its folder has the same place as {self.folders[name]}, spelled another way")
