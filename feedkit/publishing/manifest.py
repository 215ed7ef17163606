"""The list of every file that feedkit wrote below a folder: only those may it replace or remove.

Refuses a list that it cannot read: without it nobody knows whose the files are.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from pathlib import Path

from feedkit.errors import PublishError, shown

NAME = ".feedkit-manifest.json"
VERSION = 1


def digest(chunks: Iterable[bytes]) -> str:
    """The SHA-256 of a document, in hexadecimal digits."""
    found = hashlib.sha256()
    for chunk in chunks:
        found.update(chunk)
    return found.hexdigest()


def load(directory: Path) -> dict[str, str]:
    """The digest of each path; empty where there is no manifest. Raises `PublishError` for one that is damaged.

    A run that was killed leaves two digests, with a blank between: of the file as it was and as it was to be.
    """
    file = directory / NAME
    if directory.exists() and not directory.is_dir():
        raise PublishError(f"{directory}: is no folder; name another one")
    if file.is_symlink():
        raise PublishError(f"{file}: is a link; feedkit does not write through links, remove it")
    try:
        data = json.loads(file.read_bytes())
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, RecursionError) as error:
        raise PublishError(
            f"{file}: cannot be read ({error}); restore it, or delete it and every file of feedkit's"
        ) from error
    documents = data.get("documents") if isinstance(data, dict) else None
    if not isinstance(documents, dict) or data.get("version") != VERSION:
        raise PublishError(f"{file}: is no manifest of version {VERSION}; restore it, or delete it and its files")
    for path, digests in documents.items():
        if not isinstance(digests, str):
            raise PublishError(f"{file}: names {shown(path)} without a digest; restore it, or delete it and its files")
    return documents


def dump(documents: Mapping[str, str]) -> bytes:
    """The manifest's bytes: sorted, a path a line, so that a difference is easy to read."""
    data = {"version": VERSION, "documents": dict(sorted(documents.items()))}
    return json.dumps(data, ensure_ascii=False, indent=1).encode() + b"\n"
