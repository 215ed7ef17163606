"""The articles of a content folder: which files there are, what their paths say, and their text.

What `exclude` or a `.feedkitignore` matches is passed over, by the rules of `.gitignore`, and so are names that begin
with a dot and the output folder. Nothing outside of the content folder is read, whatever links lead there.
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from feedkit.config.site import Site
from feedkit.config.tables import Limits
from feedkit.errors import OnProblem, Problem, SettingsError, Severity, printable, shown
from feedkit.lazy_regex import lazy_regex

if TYPE_CHECKING:
    from pathspec import Pattern

SUFFIXES = (".md", ".markdown")

#: The file of patterns for a folder and all below it.
IGNORE_FILE = ".feedkitignore"

_DEFAULTS = Limits()

# Files of these names are the page of their folder, and the page of a section with defaults for the articles below.
_BUNDLE, _SECTION = "index", "_index"

# A name that begins with a date, as Jekyll has them; `1.49.0-prerelease` and `2024-State-Of-…` do not.
_DATED = re.compile(r"([0-9]{4}-[0-9]{1,2}-[0-9]{1,2})(?:[-_. ]+|$)")

_INSIDE = lazy_regex(r"(?:/\*\*)+(/?)$")
_ANYWHERE = lazy_regex(r"^(!?)(?:\*\*/)+(?=[^/]+/?$)")

# UTF-32 first: its mark begins with that of UTF-16.
_MARKS = (
    (b"\xff\xfe\0\0", "UTF-32"),
    (b"\0\0\xfe\xff", "UTF-32"),
    (b"\xff\xfe", "UTF-16"),
    (b"\xfe\xff", "UTF-16"),
)
_UTF8_HINT = "save the file as UTF-8"
_PATTERN_HINT = "write one as in a .gitignore"

# O_NONBLOCK: opening a FIFO without it waits for a writer for ever. O_NOFOLLOW: a file must not become a link between
# the look at it and the opening. Windows has neither, and O_BINARY instead.
_NO_FOLLOW = getattr(os, "O_NOFOLLOW", 0)
_FLAGS = os.O_RDONLY | _NO_FOLLOW | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)


class UnreadableError(Exception):
    """A file that is no readable article; `line` counts from 1, and is None where the whole file is meant."""

    def __init__(self, message: str, line: int | None = None, *, hint: str = "") -> None:
        super().__init__(message)
        self.line = line
        self.hint = hint


class SourceFile(Struct, frozen=True, kw_only=True):
    """A file that may be an article or the page of a section."""

    #: Its path as messages name it: the content folder as the caller names it, and what is below.
    path: str
    #: The segments of its path below the content folder.
    parts: tuple[str, ...]
    #: Whether it is the page of a section: `_index.md`.
    section_page: bool = False


class PathInfo(Struct, frozen=True, kw_only=True):
    """What the path of an article says."""

    #: The name without date, language and suffix; the folder's for an `index` file. Empty where there is only a date.
    name: str
    #: The date at the beginning of the name, as it is written there; empty where there is none.
    date: str = ""
    #: The language in the name, else the one that the first folder is called after.
    language: str | None = None
    #: The first folder that is neither a language nor the article's own.
    section: str = ""
    #: The path without date and suffix, a page bundle's folder for its `index`: what stays when the address changes.
    path: str = ""


def source_files(
    root: Path, site: Site, on_problem: OnProblem, *, output: str | Path | None = None
) -> Iterator[SourceFile]:
    """The article files below a folder in the order of their names, the section page of a folder first.

    Of a file in place of a folder, that file. The folder `output` is no content; without it, `site.output` is not. What
    cannot be read is a Problem FK209; links to folders are reported, not followed. Raises `SettingsError` for a bad
    pattern in `site.exclude`.
    """
    walk = _Walk(root, site, on_problem, output or site.output)
    if root.is_dir():
        yield from walk.files()
    elif not walk.reports_name(str(root), root.name):
        yield walk.file(str(root), (root.name,))


def path_info(parts: tuple[str, ...], languages: tuple[str, ...]) -> PathInfo:
    """What a path says, whose segments below the content folder are `parts`.

    `fr` is a language only where the setting `languages` has it, so that `v1.io.md` stays `v1.io`.
    """
    *folders, file = parts
    above = list(folders)
    stem, language = _stem(file, languages)
    suffix = f".{language}" if language else ""
    if folders and (tag := _language(folders[0], languages)):
        language = language or tag
        folders = folders[1:]
    if stem == _BUNDLE and folders:
        stem = folders.pop()
        above.pop()
    dated = _DATED.match(stem)
    name = stem[dated.end() :] if dated else stem
    return PathInfo(
        name=name,
        date=dated[1] if dated else "",
        language=language,
        section=folders[0] if folders else "",
        path="/".join([*above, (name or stem) + suffix]),
    )


def section_page(file: str, languages: tuple[str, ...]) -> tuple[bool, str | None]:
    """Whether a file name is that of a section page (`_index.md`, `_index.fr.md`), and its language."""
    if not file.startswith(_SECTION):
        return False, None
    stem, language = _stem(file, languages)
    return stem == _SECTION, language


def _stem(file: str, languages: tuple[str, ...]) -> tuple[str, str | None]:
    """A file name without its suffix and its language, and that language."""
    stem = file.rpartition(".")[0] or file
    name, dot, last = stem.rpartition(".")
    tag = _language(last, languages) if dot and name else None
    return (name, tag) if tag else (stem, None)


def _language(text: str, languages: tuple[str, ...]) -> str | None:
    folded = text.replace("_", "-").lower()
    return next((tag for tag in languages if tag.lower() == folded), None)


class _Folder(Struct, frozen=True):
    #: The beginning of every path in it: its own path and a separator.
    prefix: str
    parts: tuple[str, ...]
    rules: _IgnoreRules


class _Walk:
    """A pass over a content folder."""

    def __init__(self, root: Path, site: Site, on_problem: OnProblem, output: str | Path) -> None:
        self._root = root
        self._site = site
        self._on_problem = on_problem
        self._output: os.stat_result | None = None
        with suppress(OSError):
            self._output = Path(output).stat()

    def files(self) -> Iterator[SourceFile]:
        """The files below the root, in order."""
        try:
            rules = _IgnoreRules().plus(self._site.exclude, 0)
        except _PatternError as error:
            raise SettingsError(f"exclude: {error}; {_PATTERN_HINT}") from error
        # Nothing for the current folder, and a single slash for the root of the file system.
        prefix = str(self._root / "x")[:-1]
        # No recursion: folders may be nested more deeply than functions.
        pending: list[_Folder | SourceFile] = [_Folder(prefix, (), rules)]
        while pending:
            item = pending.pop()
            if isinstance(item, SourceFile):
                yield item
            else:
                pending += reversed(self._inside(item))

    def _inside(self, folder: _Folder) -> list[_Folder | SourceFile]:
        """What is to be read in a folder, in order."""
        try:
            with os.scandir(folder.prefix or ".") as scan:
                entries = [(entry, entry.is_dir(follow_symlinks=False), entry.is_symlink()) for entry in scan]
            rules = self._rules(folder) if any(entry.name == IGNORE_FILE for entry, _, _ in entries) else folder.rules
        except OSError as error:
            self._report(str(Path(folder.prefix)), f"cannot be read ({error.strerror or error})")
            return []
        except UnreadableError as error:
            message = f"{error}; the articles in its folder are left out"
            self._report(folder.prefix + IGNORE_FILE, message, hint=error.hint, line=error.line)
            return []
        entries.sort(key=lambda item: os.fsencode(item[0].name))
        items = [item for entry in entries if (item := self._item(folder, rules, *entry))]
        return sorted(items, key=lambda item: not (isinstance(item, SourceFile) and item.section_page))

    def _rules(self, folder: _Folder) -> _IgnoreRules:
        text = decoded(read_bytes(folder.prefix + IGNORE_FILE, self._root, self._site.limits))
        try:
            return folder.rules.plus(text.splitlines(), len(folder.parts))
        except _PatternError as error:
            raise UnreadableError(str(error), error.line, hint=_PATTERN_HINT) from error

    def _item(
        self, folder: _Folder, rules: _IgnoreRules, entry: os.DirEntry[str], is_folder: bool, is_link: bool
    ) -> _Folder | SourceFile | None:
        name = entry.name
        is_article = name.lower().endswith(SUFFIXES)
        if name.startswith(".") or not (is_article or is_folder or is_link):
            return None
        path, parts = folder.prefix + name, (*folder.parts, name)
        if rules.ignores(parts, is_folder=is_folder) or (is_folder and self._is_output(entry)):
            return None
        if self.reports_name(path, name):
            return None
        if is_folder and is_article:
            message = "is a folder with the name of an article; it is left out"
            self._report(path, message, hint="rename it, or exclude it")
            return None
        if is_folder:
            return _Folder(path + os.sep, parts, rules)
        if is_link and Path(path).is_dir():
            self._report(path, "is a link to a folder, which is not followed", severity="note")
            return None
        return self.file(path, parts) if is_article else None

    def file(self, path: str, parts: tuple[str, ...]) -> SourceFile:
        """The file at a path."""
        is_page, _ = section_page(parts[-1], self._site.languages)
        return SourceFile(path=path, parts=parts, section_page=is_page)

    def reports_name(self, path: str, name: str) -> bool:
        """Whether a name has bytes that are not UTF-8, which Python shows as lone surrogates; if so, it is reported."""
        if name.isascii() or not any("\ud800" <= char <= "\udfff" for char in name):
            return False
        self._report(path, "has a name that is not UTF-8; it is left out", hint="rename it")
        return True

    def _is_output(self, entry: os.DirEntry[str]) -> bool:
        # By what it is, not by its name: some file systems know no case.
        if self._output is None or entry.inode() != self._output.st_ino:
            return False
        with suppress(OSError):
            return os.path.samestat(Path(entry.path).stat(), self._output)
        return False

    def _report(
        self, path: str, message: str, *, hint: str = "", line: int | None = None, severity: Severity = "error"
    ) -> None:
        path = printable(path)
        self._on_problem(Problem(code="FK209", severity=severity, path=path, message=message, hint=hint, line=line))


class _PatternError(Exception):
    """A pattern that means nothing; `line` counts from 1."""

    def __init__(self, pattern: str, line: int) -> None:
        super().__init__(f"{shown(pattern)} is no pattern")
        self.line = line


class _IgnoreRule(Struct, frozen=True):
    """A pattern. pathspec asks whether it matches a path or a folder above; git, and this, only about the path."""

    pattern: Pattern
    #: Whether it is about names, in whatever folder: `*.md`.
    bare: bool
    #: Whether it is about everything in a folder, at any depth: `name/**`.
    inside: bool
    #: Whether it is about the folders in a folder: `name/**/`.
    folders: bool

    def matches(self, parts: tuple[str, ...], end: str) -> bool:
        """Whether a path matches; `end` is `/` behind that of a folder."""
        if self.bare:
            return self._finds(parts[-1] + end)
        if not self._finds("/".join(parts) + end):
            return False
        if self.inside:
            return bool(end) or not self.folders
        return len(parts) == 1 or not self._finds("/".join(parts[:-1]) + "/")

    def _finds(self, path: str) -> bool:
        return self.pattern.match_file(path) is not None


class _IgnoreRules(Struct, frozen=True):
    """The patterns that count in one folder: those of the folders above, then its own."""

    #: How many folders above each file of patterns, and its patterns, the last one first; the nearest file first.
    levels: tuple[tuple[int, tuple[_IgnoreRule, ...]], ...] = ()

    def plus(self, lines: Sequence[str], depth: int) -> _IgnoreRules:
        """These rules and those of a folder that is `depth` folders deep. Raises `_PatternError`."""
        return _IgnoreRules(((depth, tuple(_ignore_rules(lines))[::-1]), *self.levels)) if lines else self

    def ignores(self, parts: tuple[str, ...], *, is_folder: bool) -> bool:
        """Whether what is at a path is passed over: the last pattern that matches decides, the nearest file first.

        What is in a folder that is passed over cannot be had back: the walk does not enter it.
        """
        for depth, rules in self.levels:
            for rule in rules:
                if rule.matches(parts[depth:], "/" if is_folder else ""):
                    return bool(rule.pattern.include)
        return False


def _ignore_rules(lines: Sequence[str]) -> Iterator[_IgnoreRule]:
    # Imported here: most sites have no patterns.
    from pathspec import GitIgnoreSpec

    for number, line in enumerate(lines, 1):
        text = line if line.endswith("\\ ") else line.rstrip()
        inside = _INSIDE.search(text)
        text = _INSIDE.sub(r"/*\1", _ANYWHERE.sub(r"\1", text))
        try:
            patterns: list[Any] = list(GitIgnoreSpec.from_lines([text]).patterns)
        except (ValueError, re.error) as error:
            raise _PatternError(line, number) from error
        bare = inside is None and "/" not in text.removesuffix("/")
        for pattern in patterns:
            if pattern.include is not None:
                yield _IgnoreRule(pattern, bare, inside is not None, bool(inside and inside[1]))


def read_bytes(path: str | Path, root: Path, limits: Limits = _DEFAULTS) -> bytes:
    """The bytes of an article file. Raises `UnreadableError` for one that is not a regular file inside `root`."""
    try:
        descriptor = _open(path, root)
        try:
            status = os.fstat(descriptor)
            if not stat.S_ISREG(status.st_mode):
                raise UnreadableError("is no regular file", hint="exclude it")
            size, data = status.st_size, b""
            # A file may grow while it is read: a byte more than its size is asked for.
            while size <= limits.file and (more := os.read(descriptor, max(status.st_size, 4095) + 1)):
                data = data + more if data else more
                size = len(data)
                if size == status.st_size:
                    break
        finally:
            os.close(descriptor)
    except OSError as error:
        raise UnreadableError(f"cannot be read ({error.strerror or error})") from error
    if size > limits.file:
        message = f"has {size:,} bytes; an article may have {limits.file:,}"
        raise UnreadableError(message, hint="exclude it, or raise limits.file")
    return data


def _open(path: str | Path, root: Path) -> int:
    """A descriptor of a file; of the file at the end of a link, if it is below `root`."""
    try:
        if _NO_FOLLOW or not Path(path).is_symlink():
            return os.open(path, _FLAGS)
    except OSError:
        if not Path(path).is_symlink():
            raise
    target = Path(os.path.realpath(path, strict=True))
    if not target.is_relative_to(os.path.realpath(root if root.is_dir() else root.parent)):
        raise UnreadableError("is a link to a file outside of the content folder", hint="copy the file, or exclude it")
    return os.open(target, _FLAGS)


def decoded(data: bytes) -> str:
    """The text of UTF-8 with or without a byte order mark.

    Raises `UnreadableError` for anything else; it names the first byte that no text has.
    """
    if data.isascii() and b"\0" not in data:
        return data.decode("ascii")
    for mark, name in _MARKS:
        if data.startswith(mark):
            raise UnreadableError(f"is not UTF-8: byte 0 begins the mark of {name}", 1, hint=_UTF8_HINT)
    if (zero := data.find(0)) >= 0:
        guess = ", as in UTF-16" if data[zero + 2 : zero + 3] == b"\0" or zero == 0 else ""
        line = data.count(b"\n", 0, zero) + 1
        raise UnreadableError(f"is no text: byte {zero:,} is NUL{guess}", line, hint=_UTF8_HINT)
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        # The decoder counts from behind the mark.
        at = error.start + (3 if data.startswith(b"\xef\xbb\xbf") else 0)
        char = data[at : at + 1].decode("latin-1")
        reason = f"is 0x{data[at]:02x}" + (f", which is {char} in Latin-1" if char.isalpha() else "")
        if error.reason == "unexpected end of data":
            reason = "begins a character that the end of the file cuts off"
        line = data.count(b"\n", 0, at) + 1
        raise UnreadableError(f"is not UTF-8: byte {at:,} {reason}", line, hint=_UTF8_HINT) from error
