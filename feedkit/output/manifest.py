"""The list of every file that feedkit wrote below a folder: only those may it replace or remove.

Refuses a list that it cannot read, or that names what is not safely below the folder: without a list nobody knows whose
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


class Written(NamedTuple):
    """A file that feedkit wrote."""

    #: The SHA-256 of its bytes. A run that was killed leaves two, with a blank between: as it was and as it was to be.
    digests: str
    #: How many entries a feed holds; None for what is no feed.
    entries: int | None = None


def digest(chunks: Iterable[bytes]) -> str:
    """The SHA-256 of a document, in hexadecimal digits."""
    found = hashlib.sha256()
    for chunk in chunks:
        found.update(chunk)
    return found.hexdigest()


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
        data = json.loads(_bytes(file))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, RecursionError) as error:
        raise PublishError(f"{file}: cannot be read ({error}); {_HINT}") from error
    return _rows(file, data)


def dump(documents: Mapping[str, Written]) -> bytes:
    """The manifest's bytes: sorted, a path a line, so that a difference is easy to read."""
    paths = sorted(documents)
    rows = [documents[path] for path in paths]
    each = zip(_texts(paths), _texts([row.digests for row in rows]), map(_ending, rows), strict=True)
    lines = ",\n".join([f'  {path}: {{"sha256": {digests}{ending}}}' for path, digests, ending in each])
    return f'{{\n "version": {VERSION},\n "documents": {{\n{lines}\n }}\n}}\n'.encode()


def _bytes(file: Path) -> bytes:
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    with os.fdopen(os.open(file, flags), "rb") as opened:
        if not stat.S_ISREG(os.fstat(opened.fileno()).st_mode):
            raise ValueError("it is no regular file")
        return opened.read()


def _rows(file: Path, data: Any) -> dict[str, Written]:
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


def _ending(written: Written) -> str:
    return "" if written.entries is None else f', "entries": {written.entries}'


def _texts(texts: list[str]) -> list[str]:
    """Each as JSON has it: made in one call, since there are thousands. No text in JSON has a line break in it."""
    return json.dumps(texts, ensure_ascii=False, separators=("\n", ":"))[1:-1].split("\n") if texts else []
