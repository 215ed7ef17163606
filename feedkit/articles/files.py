"""Articles on disk: which files there are, and their text. The only reader of article files.

Refuses to leave the content folder (links out of it, linked folders), to block on what is no regular file, and names
that are not UTF-8.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path

from feedkit.articles.decoding import decode
from feedkit.articles.ignoring import FILE_NAME, PatternError, Rules
from feedkit.articles.naming import section_page
from feedkit.articles.unreadable import UnreadableError
from feedkit.config.site import Site
from feedkit.config.tables import Limits
from feedkit.errors import OnProblem, Problem, SettingsError, Severity, printable
from feedkit.records import dataclass

SUFFIXES = (".md", ".markdown")

_DEFAULTS = Limits()

# O_NONBLOCK: opening a FIFO without it waits for a writer for ever. O_NOFOLLOW: a file must not become a link between
# the look at it and the opening. Windows has neither, and O_BINARY instead.
_NO_FOLLOW = getattr(os, "O_NOFOLLOW", 0)
_FLAGS = os.O_RDONLY | _NO_FOLLOW | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceFile:
    """A file that may be an article or the page of a section."""

    #: The folder that it is in.
    folder: Path
    #: The segments of its path below the content folder.
    parts: tuple[str, ...]
    #: Whether it is the page of a section: `_index.md`.
    section_page: bool = False

    @property
    def path(self) -> Path:
        """The file itself."""
        # Made when it is wanted: a hundred thousand paths take fifty megabytes.
        return self.folder / self.parts[-1]

    @property
    def name(self) -> str:
        """The text of its path, which is sooner made than the path."""
        folder = str(self.folder)
        # Not behind a root, a drive or a dot, which paths join in their own ways.
        return f"{folder}{os.sep}{self.parts[-1]}" if folder[-1:].isalnum() else str(self.path)


@dataclass(frozen=True, slots=True)
class _Folder:
    path: Path
    parts: tuple[str, ...]
    rules: Rules


@dataclass(frozen=True, slots=True)
class _Name:
    """An entry of a folder, looked at once."""

    name: str
    folder: bool
    link: bool


def source_files(root: Path, site: Site, on_problem: OnProblem) -> Iterator[SourceFile]:
    """The article files below a folder in the order of their names, the section page of a folder first.

    A file given instead of a folder is itself. Names that begin with a dot, and what `exclude` or a `.feedkitignore`
    matches, are passed over. Links to folders are told, not followed. Raises `SettingsError` for a bad `exclude`.
    """
    if not root.is_dir() and _undecoded(root.name):
        on_problem(_unnameable(root))
        return
    if not root.is_dir():
        yield SourceFile(
            folder=root.parent, parts=(root.name,), section_page=section_page(root.name, site.languages)[0]
        )
        return
    walk = _Walk(root, site, on_problem)
    pending: list[_Folder | SourceFile] = [_Folder(root, (), _excluded(site.exclude))]
    while pending:
        item = pending.pop()
        if isinstance(item, SourceFile):
            yield item
        else:
            pending += reversed(list(walk.inside(item)))


def _excluded(patterns: tuple[str, ...]) -> Rules:
    try:
        return Rules().plus(patterns, 0) if patterns else Rules()
    except PatternError as error:
        raise SettingsError(f"exclude: {error}; write one as in a .gitignore") from error


class _Walk:
    """One pass over a content folder."""

    def __init__(self, root: Path, site: Site, on_problem: OnProblem) -> None:
        self._root = root
        self._site = site
        self._on_problem = on_problem

    def inside(self, folder: _Folder) -> Iterator[_Folder | SourceFile]:
        """What is to be read in a folder, in order."""
        try:
            names = _scan(folder.path)
            rules = self._rules(folder, names)
        except OSError as error:
            self._tell(folder.path, f"cannot be read ({error.strerror or error})")
            return
        except UnreadableError as error:
            message = f"{error}; the articles in its folder are left out"
            self._tell(folder.path / FILE_NAME, message, hint=error.hint, line=error.line)
            return
        found = [item for name in names if (item := self._item(folder, rules, name))]
        yield from sorted(found, key=lambda item: not (isinstance(item, SourceFile) and item.section_page))

    def _rules(self, folder: _Folder, names: list[_Name]) -> Rules:
        if not any(name.name == FILE_NAME for name in names):
            return folder.rules
        text = read_text(folder.path / FILE_NAME, self._root, self._site.limits)
        try:
            return folder.rules.plus(text.splitlines(), len(folder.parts))
        except PatternError as error:
            raise UnreadableError(str(error), error.line, hint="write one as in a .gitignore") from error

    def _item(self, folder: _Folder, rules: Rules, name: _Name) -> _Folder | SourceFile | None:
        parts = (*folder.parts, name.name)
        article = name.name.lower().endswith(SUFFIXES)
        if name.name.startswith(".") or not (article or name.folder or name.link):
            return None
        if rules.levels and rules.pass_over(parts, folder=name.folder):
            return None
        if _undecoded(name.name):
            self._on_problem(_unnameable(folder.path / name.name))
            return None
        if name.folder:
            return self._folder(_Folder(folder.path / name.name, parts, rules), article=article)
        if name.link and (path := folder.path / name.name).is_dir():
            self._tell(path, "is a link to a folder, which is not followed", severity="note")
            return None
        is_page, _ = section_page(name.name, self._site.languages)
        return SourceFile(folder=folder.path, parts=parts, section_page=is_page) if article else None

    def _folder(self, found: _Folder, *, article: bool) -> _Folder | None:
        if article:
            message = "is a folder with the name of an article; it is left out"
            self._tell(found.path, message, hint="rename it, or exclude it")
        return None if article else found

    def _tell(
        self, path: Path, message: str, *, hint: str = "", line: int | None = None, severity: Severity = "error"
    ) -> None:
        self._on_problem(_problem(path, message, hint=hint, line=line, severity=severity))


def _problem(
    path: Path, message: str, *, hint: str = "", line: int | None = None, severity: Severity = "error"
) -> Problem:
    shown = printable(str(path))
    return Problem(code="FK209", severity=severity, path=shown, message=message, hint=hint, line=line)


def _unnameable(path: Path) -> Problem:
    return _problem(path, "has a name that is not UTF-8; it is left out", hint="rename it")


def _undecoded(name: str) -> bool:
    """Whether a name has bytes that are not UTF-8, which Python shows as lone surrogates."""
    return not name.isascii() and any("\ud800" <= char <= "\udfff" for char in name)


def _scan(folder: Path) -> list[_Name]:
    with os.scandir(folder) as entries:
        names = [_Name(entry.name, entry.is_dir(follow_symlinks=False), entry.is_symlink()) for entry in entries]
    return sorted(names, key=lambda name: os.fsencode(name.name))


def read_text(path: str | Path, root: Path, limits: Limits = _DEFAULTS) -> str:
    """The text of an article file. Raises `UnreadableError` for one that is not a regular UTF-8 file inside `root`."""
    try:
        descriptor = _open(path, root)
        try:
            return decode(_read(descriptor, limits.file))
        finally:
            os.close(descriptor)
    except OSError as error:
        raise UnreadableError(f"cannot be read ({error.strerror or error})") from error


def _open(path: str | Path, root: Path) -> int:
    if not _NO_FOLLOW and Path(path).is_symlink():
        return os.open(_target(path, root), _FLAGS)
    try:
        return os.open(path, _FLAGS)
    except OSError:
        if not Path(path).is_symlink():
            raise
        return os.open(_target(path, root), _FLAGS)


def _target(path: str | Path, root: Path) -> Path:
    """The file at the end of a link, if it is in the tree."""
    target = Path(os.path.realpath(path, strict=True))
    if not target.is_relative_to(os.path.realpath(root if root.is_dir() else root.parent)):
        hint = "copy the file, or exclude it"
        raise UnreadableError("is a link to a file outside of the content folder", hint=hint)
    return target


def _read(descriptor: int, limit: int) -> bytes:
    status = os.fstat(descriptor)
    if not stat.S_ISREG(status.st_mode):
        raise UnreadableError("is no regular file", hint="exclude it")
    if status.st_size > limit:
        raise _too_large(status.st_size, limit)
    # A file may grow while it is read; one byte more than it has tells.
    piece, data = max(status.st_size, 4095) + 1, b""
    while more := os.read(descriptor, piece):
        data = data + more if data else more
        if len(data) > limit:
            raise _too_large(len(data), limit)
        if len(data) == status.st_size:
            # All that there is, and one byte more was asked for.
            break
    return data


def _too_large(size: int, limit: int) -> UnreadableError:
    return UnreadableError(
        f"has {size:,} bytes; an article may have {limit:,}", hint="exclude it, or raise limits.file"
    )
