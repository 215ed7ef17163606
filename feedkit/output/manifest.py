"""The list of every file that feedkit wrote below a folder: only those may it replace or remove.

A list that cannot be read, or that names what is not safely below the folder, ends a run: without it nobody knows whose
the files are.
"""

from __future__ import annotations

import hashlib
import json
import os
import stat
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from feedkit.errors import PublishError, shown
from feedkit.output.paths import MANIFEST, check_path

#: Version 1 had a digest a path and no numbers of entries; it is read, too.
VERSION = 2

_HINT = "restore it, or delete it and every file of feedkit's"
_READING = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)


class Written(NamedTuple):
    """A file that feedkit wrote."""

    #: The SHA-256 of its bytes. A run that was killed leaves two, with a blank between: as it was and as it was to be.
    digests: str
    #: How many entries a feed holds; None for what is no feed.
    entries: int | None = None


def digest(chunks: Iterable[bytes]) -> str:
    """The SHA-256 of a document, in hexadecimal digits."""
    sha256 = hashlib.sha256()
    for chunk in chunks:
        sha256.update(chunk)
    return sha256.hexdigest()


def load(directory: Path) -> dict[str, Written]:
    """What was written to each path; empty where there is no manifest. Raises `PublishError` for one that is damaged.

    A path that no document may have is damage, too: the list may come from anybody.
    """
    file = directory / MANIFEST
    if directory.exists() and not directory.is_dir():
        raise PublishError(f"{directory}: is no folder; name another one")
    if file.is_symlink():
        raise PublishError(f"{file}: is a link; feedkit does not write through links, remove it")
    try:
        with os.fdopen(os.open(file, _READING), "rb") as opened:
            if not stat.S_ISREG(os.fstat(opened.fileno()).st_mode):
                raise ValueError("it is no regular file")  # noqa: TRY301  # As any other damage.
            data = json.loads(opened.read())
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, RecursionError) as error:
        raise PublishError(f"{file}: cannot be read ({error}); {_HINT}") from error
    version = data.get("version") if isinstance(data, dict) else None
    if type(version) is int and version > VERSION:
        raise PublishError(f"{file}: is of version {version}, which a newer feedkit wrote; use that one, or {_HINT}")
    documents = data.get("documents") if version in (1, VERSION) else None
    if not isinstance(documents, dict):
        raise PublishError(f"{file}: is no manifest of version {VERSION}; {_HINT}")
    return {path: _written(file, path, row) for path, row in documents.items()}


def _written(file: Path, path: str, row: Any) -> Written:
    digests, entries = (row.get("sha256"), row.get("entries")) if isinstance(row, dict) else (row, None)
    if not isinstance(digests, str) or (entries is not None and type(entries) is not int):
        raise PublishError(f"{file}: names {shown(path)} without a digest; {_HINT}")
    try:
        check_path(path)
    except PublishError as error:
        raise PublishError(f"{file}: names {error}; {_HINT}") from error
    return Written(digests, entries)


def dump(documents: Mapping[str, Written]) -> bytes:
    """The manifest's bytes: sorted, a path a line, so that a difference is easy to read."""
    encode = json.JSONEncoder(ensure_ascii=False).encode
    rows = []
    for path, (digests, entries) in sorted(documents.items()):
        count = "" if entries is None else f', "entries": {entries}'
        rows.append(f'  {encode(path)}: {{"sha256": {encode(digests)}{count}}}')
    lines = ",\n".join(rows)
    return f'{{\n "version": {VERSION},\n "documents": {{\n{lines}\n }}\n}}\n'.encode()
