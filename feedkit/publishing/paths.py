"""Where a document may go below the output folder.

Refuses whatever leaves it, whatever goes through a link, and names that some platform cannot have.
"""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path

from feedkit.errors import PublishError, shown
from feedkit.urls import is_device

#: The longest file name of every usual file system, in bytes.
MAX_NAME = 255

# What Windows has no file names with, and what no encoding has bytes for; it drops a dot or a blank at the end.
_FORBIDDEN = re.compile(r"[\x00-\x1f\x7f<>:\"|?*\\\ud800-\udfff]|[. ]\Z")


def target(root: Path, path: str) -> Path:
    """The file of a document. `root` must be resolved. Raises `PublishError` for a path that is not safely below it."""
    parts = path.split("/")
    for part in parts:
        if not part or _FORBIDDEN.search(part) or is_device(part) or len(part.encode()) > MAX_NAME:
            raise PublishError(f"{shown(path)}: is no path that is safe on every platform")
    file = root
    for part in parts:
        file = file / part
        if file.is_symlink():
            raise PublishError(f"{file}: is a link; feedkit does not write through links, remove it")
    return file


def same_name(path: str) -> str:
    """What makes two paths one on a file system without case, or one that normalises names."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFKC", path).casefold())
