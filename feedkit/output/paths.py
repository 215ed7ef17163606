"""Where a document may go below the output folder.

Not outside of it, not by a name that some platform cannot have, and no two where some platform sees one.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache

from feedkit.errors import PublishError, shown
from feedkit.lazy_regex import lazy_regex
from feedkit.urls import is_device

#: The longest file name of every usual file system, in bytes.
MAX_NAME_BYTES = 255

#: The files of feedkit's own in the folder.
MANIFEST = ".feedkit-manifest.json"
LOCK = ".feedkit-lock"

# Characters that file names in Windows, or encodings, cannot have; Windows drops a dot or a space at the end.
_FORBIDDEN = lazy_regex(r"[\x00-\x1f\x7f-\x9f<>:\"|?*\\\ud800-\udfff]|[. ]\Z")


def check_path(path: str) -> None:
    """Raises `PublishError` for a path that is not safely below a folder, on whatever platform."""
    if not all(map(_is_safe, path.split("/"))):
        raise PublishError(f"{shown(path)}: is no path that is safe on every platform")


# A build asks several times for each of its documents, and many have the same names in other folders.
@lru_cache(maxsize=4096)
def _is_safe(name: str) -> bool:
    return bool(name) and not (_FORBIDDEN.search(name) or is_device(name) or len(name.encode()) > MAX_NAME_BYTES)


def path_key(path: str) -> str:
    """The path for comparison: equal for two paths that are one file where a file system ignores case or normalises."""
    if path.isascii():
        # That has nothing to normalise, and is folded to its small letters.
        return path.lower()
    return unicodedata.normalize("NFC", unicodedata.normalize("NFKC", path).casefold())


class ClaimedPaths:
    """The documents of a run, and the folders that they need, by `path_key`."""

    def __init__(self) -> None:
        self.files: dict[str, str] = {}
        self.folders: dict[str, str] = {}

    def claim(self, path: str) -> None:
        """Note a document. Raises `PublishError` for a path that is not safe or is the place of another document."""
        check_path(path)
        name = path_key(path)
        if name.partition("/")[0] in (MANIFEST, LOCK):
            raise PublishError(f"{path}: has the name of a file of feedkit's own")
        if other := self.files.get(name) or self.folders.get(name):
            raise PublishError(f"{path}: another document has the same place, {other}")
        folder = path.rpartition("/")[0]
        # Where a folder is noted, those above it are.
        while folder and self.folders.get(key := path_key(folder)) != folder:
            if other := self.files.get(key):
                raise PublishError(f"{path}: another document has the same place as its folder, {other}")
            if (other := self.folders.setdefault(key, folder)) != folder:
                raise PublishError(f"{path}: its folder has the same place as {other}, spelled another way")
            folder = folder.rpartition("/")[0]
        self.files[name] = path
