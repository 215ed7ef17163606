"""Articles on disk: which files there are, and their text. The only reader of article files.

Refuses to leave the content folder (links out of it, linked folders), to block on what is no regular file, and to
replace bytes that are not UTF-8.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from fnmatch import fnmatchcase
from pathlib import Path, PurePosixPath

from feedkit.errors import OnProblem, Problem

SUFFIXES = (".md", ".markdown")

#: The largest article file, in bytes.
MAX_BYTES = 16 * 1024 * 1024

_BOMS = {b"\xff\xfe": "UTF-16", b"\xfe\xff": "UTF-16"}


class UnreadableError(Exception):
    """A file that is no readable article; carries the Problem's parts."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint


def article_files(root: Path, exclude: tuple[str, ...], on_problem: OnProblem) -> Iterator[Path]:
    """The article files below a folder, in the order of their names; a file given instead of a folder is itself.

    Names that begin with a dot and what `exclude` matches are passed over. Links to folders are reported, not followed.
    """
    if not root.is_dir():
        yield root
        return
    pending = [root]
    while pending:
        folder = pending.pop()
        entries = _scan(folder, on_problem)
        for entry in entries:
            path = folder / entry.name
            if entry.name.startswith(".") or _excluded(path.relative_to(root), exclude):
                continue
            if entry.is_dir(follow_symlinks=False):
                pending.append(path)
            elif entry.is_symlink() and path.is_dir():
                on_problem(_problem(path, "is a link to a folder, which is not followed", "note"))
            elif path.suffix.lower() in SUFFIXES:
                yield path


def _scan(folder: Path, on_problem: OnProblem) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as entries:
            return sorted(entries, key=lambda entry: os.fsencode(entry.name))
    except OSError as error:
        on_problem(_problem(folder, f"cannot be read ({error.strerror})", "error"))
        return []


def _problem(path: Path, message: str, severity: str) -> Problem:
    return Problem(code="FK209", severity="note" if severity == "note" else "error", path=str(path), message=message)


def _excluded(relative: Path, patterns: tuple[str, ...]) -> bool:
    parts = PurePosixPath(relative.as_posix())
    names = [str(parts), *map(str, parts.parents), parts.name]
    return any(fnmatchcase(name, pattern.rstrip("/")) for name in names for pattern in patterns)


def read_text(path: Path, root: Path) -> str:
    """The text of an article file. Raises `UnreadableError` for one that is not a regular UTF-8 file inside `root`."""
    try:
        if path.is_symlink() and not path.resolve().is_relative_to((root if root.is_dir() else root.parent).resolve()):
            raise UnreadableError("is a link to a file outside of the content folder", "copy the file, or exclude it")
        data = _read_regular(path)
    except OSError as error:
        raise UnreadableError(f"cannot be read ({error.strerror or error})") from error
    return _decode(data)


def _read_regular(path: Path) -> bytes:
    # O_NONBLOCK: opening a FIFO without it waits for a writer for ever. Windows has no such flag, and no such files.
    descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    with os.fdopen(descriptor, "rb") as file:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            raise UnreadableError("is no regular file", "exclude it")
        if status.st_size > MAX_BYTES:
            raise UnreadableError(f"has {status.st_size:,} bytes; an article may have {MAX_BYTES:,}", "exclude it")
        return file.read()


def _decode(data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        guess = _BOMS.get(data[:2])
        reason = f"it begins like {guess}" if guess else f"byte {error.start} is 0x{data[error.start]:02x}"
        raise UnreadableError(f"is not UTF-8: {reason}", "save the file as UTF-8") from error
