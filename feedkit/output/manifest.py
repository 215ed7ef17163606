"""Which files may be in the output folder: the paths of documents, and the list of every file that feedkit wrote.

A document must be in the folder and have a name that every platform accepts, and no two documents may be the same file
on any platform. Only files in the list may be replaced or removed.

Where several programs write to the folder, each file belongs to one of them, its owner.

A run ends with an error if the list cannot be read, or names a path that is not safely below the folder: without the
list nobody knows whose the files are.
"""

from __future__ import annotations

import json
import os
import stat
import unicodedata
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from feedkit.errors import PublishError, line_reason, shown, system_reason
from feedkit.files import READING
from feedkit.lazy_regex import lazy_regex
from feedkit.urls import is_device

#: The longest file name that every usual file system accepts, in bytes.
MAX_NAME_BYTES = 255

#: Feedkit's own files in the folder.
MANIFEST = ".feedkit-manifest.json"
LOCK = ".feedkit-lock"

# Characters that file names in Windows, or encodings, cannot have; Windows drops a dot or a space at the end.
_FORBIDDEN = lazy_regex(r"[\x00-\x1f\x7f-\x9f<>:\"|?*\\\ud800-\udfff]|[. ]\Z")


#: Version 1, which is read, too, had a digest for each path and no numbers of entries. A manifest with owners has
#: version 4, since an older feedkit would take their files for its own. There was no version 3.
VERSION = 2
VERSION_WITH_OWNERS = 4
_VERSIONS = (1, VERSION, VERSION_WITH_OWNERS)

_HINT = "restore it, or delete it together with the files that feedkit wrote"
_READING = READING | getattr(os, "O_NOFOLLOW", 0)


def check_path(path: str) -> None:
    """Raises `PublishError` for a path that is not safely below a folder, on whatever platform."""
    if not all(map(_is_safe, path.split("/"))):
        raise PublishError(f"{shown(path)}: is not a path that is safe on every platform")


# Cached: a build checks each path several times, and many documents have the same names in other folders.
@lru_cache(maxsize=4096)
def _is_safe(name: str) -> bool:
    return bool(name) and not (_FORBIDDEN.search(name) or is_device(name) or len(name.encode()) > MAX_NAME_BYTES)


def path_key(path: str) -> str:
    """The path for comparison: equal for two paths that are one file where a file system ignores case or normalises."""
    if path.isascii():
        # ASCII has nothing to normalise, and case folding is `lower`.
        return path.lower()
    return unicodedata.normalize("NFC", unicodedata.normalize("NFKC", path).casefold())


class ClaimedPaths:
    """The documents of a run, and the folders that they need, by `path_key`."""

    def __init__(self) -> None:
        self.files: dict[str, str] = {}
        self.folders: dict[str, str] = {}

    def claim(self, path: str) -> None:
        """Add a document. Raises `PublishError` for a path that is not safe or is the place of another document."""
        check_path(path)
        name = path_key(path)
        if name.partition("/")[0] in (MANIFEST, LOCK):
            raise PublishError(f"{path}: is the name of a file that feedkit needs itself")
        if other := self.files.get(name) or self.folders.get(name):
            raise PublishError(f"{path}: conflicts with another document, {other}")
        folder = path.rpartition("/")[0]
        # If a folder is added, the folders above it are, too.
        while folder and self.folders.get(key := path_key(folder)) != folder:
            if other := self.files.get(key):
                raise PublishError(f"{path}: its folder conflicts with another document, {other}")
            if (other := self.folders.setdefault(key, folder)) != folder:
                raise PublishError(f"{path}: its folder differs from {other} only in case or Unicode form")
            folder = folder.rpartition("/")[0]
        self.files[name] = path


class Written(NamedTuple):
    """A file that feedkit wrote."""

    #: The SHA-256 of its bytes. A killed run leaves two, separated by a space: of the old bytes and of the new ones.
    digests: str
    entries: int | None = None  #: How many entries a feed has; None for other documents.
    owner: str = ""  #: The program that wrote it; empty for a build.


def place_of(root: Path, file: Path | None) -> Path:
    """The path of the manifest: in the folder, or `file`. Raises `PublishError` for another file in the folder."""
    place = Path(os.path.realpath(file)) if file else root / MANIFEST
    if file and place.is_relative_to(root):
        # It would be published with the folder.
        raise PublishError(f"manifest: {file} is in the output folder; name another place, or leave it out")
    return place


def load(directory: Path, file: Path | None = None) -> dict[str, Written]:
    """The written documents by path; empty without a manifest. Raises `PublishError` for a damaged manifest.

    The manifest is in the folder, unless `file` names another place. A path that no document may have is damage, too:
    anybody may have written the file.
    """
    file = file or directory / MANIFEST
    if directory.exists() and not directory.is_dir():
        raise PublishError(f"{directory}: is not a folder; name another one")
    if file.is_symlink():
        raise PublishError(f"{file}: is a link; feedkit does not write through links, remove it")
    try:
        with os.fdopen(os.open(file, _READING), "rb") as opened:
            if not stat.S_ISREG(os.fstat(opened.fileno()).st_mode):
                raise ValueError("it is not a regular file")  # noqa: TRY301  # As any other damage.
            data = json.loads(opened.read())
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise PublishError(f"{file}: cannot be read ({system_reason(error)})") from error
    except (ValueError, RecursionError) as error:
        raise PublishError(f"{file}: cannot be read ({line_reason(error)}); {_HINT}") from error
    version = data.get("version") if isinstance(data, dict) else None
    if type(version) is int and version > VERSION and version not in _VERSIONS:
        raise PublishError(f"{file}: was written by a newer feedkit (version {version}); use that one, or {_HINT}")
    documents = data.get("documents") if version in _VERSIONS else None
    if not isinstance(documents, dict):
        raise PublishError(f"{file}: is not a manifest of version {VERSION}; {_HINT}")
    return {path: _written(file, path, row) for path, row in documents.items()}


def _written(file: Path, path: str, row: Any) -> Written:
    fields = row if isinstance(row, dict) else {"sha256": row}
    digests, entries, owner = fields.get("sha256"), fields.get("entries"), fields.get("owner", "")
    if not (isinstance(digests, str) and isinstance(owner, str)) or (entries is not None and type(entries) is not int):
        raise PublishError(f"{file}: names {shown(path)} without a digest; {_HINT}")
    try:
        check_path(path)
    except PublishError as error:
        raise PublishError(f"{file}: names {error}; {_HINT}") from error
    return Written(digests, entries, owner)


def dump(documents: Mapping[str, Written]) -> bytes:
    """The manifest's bytes: a line for each path, sorted, so that a diff is easy to read."""
    encode = json.JSONEncoder(ensure_ascii=False).encode
    rows = []
    for path, (digests, entries, owner) in sorted(documents.items()):
        more = "" if entries is None else f', "entries": {entries}'
        more += f', "owner": {encode(owner)}' if owner else ""
        rows.append(f'  {encode(path)}: {{"sha256": {encode(digests)}{more}}}')
    lines = ",\n".join(rows)
    version = VERSION_WITH_OWNERS if any(written.owner for written in documents.values()) else VERSION
    return f'{{\n "version": {version},\n "documents": {{\n{lines}\n }}\n}}\n'.encode()
