"""Finds the article files of a content folder, and reads their paths and their text.

It ignores paths that match `exclude` or a `.feedkitignore` (by the rules of `.gitignore`), names that begin with a dot,
folders that generators never publish, and the output folder. Links never lead outside of the content folder.
"""

from __future__ import annotations

import codecs
import json
import os
import re
import stat
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from msgspec import Struct
from msgspec.structs import replace

from feedkit.articles.report import Reporter
from feedkit.config.site import Limits, Site
from feedkit.errors import OnProblem, SettingsError, printable, shown
from feedkit.files import READING
from feedkit.lazy_regex import lazy_regex

if TYPE_CHECKING:
    from pathspec import Pattern

#: The suffixes of HTML files, which are articles only with front matter.
HTML_SUFFIXES = (".html", ".htm")

# Folders of drafts, in upper or lower case, as in Jekyll and Hexo.
_DRAFT_FOLDERS = frozenset(["_drafts", "drafts"])
# Folders of templates of a generator, in upper or lower case, since people name them.
_TEMPLATE_FOLDERS = frozenset(["templates", "_templates"])
# Parts of a generator, third-party code, and built output.
_UNPUBLISHED_FOLDERS = frozenset("node_modules _site public dist _includes _layouts archetypes vendor".split())
# Folders of version control, which have many files and no articles; these are not even counted.
_VERSION_CONTROL = frozenset([".git", ".hg", ".svn"])

# The suffixes of files that look like articles and are not read: of all, and of those with front matter.
_OTHER_SUFFIXES = frozenset([".rst", ".ipynb", ".lr"])
_OTHER_SUFFIXES_WITH_FRONT_MATTER = frozenset(".txt .org .adoc .asciidoc .textile .njk .liquid".split())
# A line that opens front matter, or a keyword of Org mode.
_OPENING = lazy_regex(rb"(?:\xef\xbb\xbf)?\s*(?:(?:---|\+\+\+|;;;)[ \t]*[a-z]*\r?\n|#\+[A-Za-z_]+:)")
_OPENING_BYTES = 256

# The most names and counts in a message.
_SHOWN_COUNTS = 5

#: The file of patterns for a folder and all below it.
IGNORE_FILE = ".feedkitignore"

_DEFAULTS = Limits()

# The page of a bundle, as VuePress has it, too; and that of a section with defaults for the articles below.
_BUNDLE, _README, _SECTION = "index", "README", "_index"
#: A table of authors for the articles below its folder, as in a blog of Material for MkDocs.
FOLDER_AUTHORS = ".authors.yml"
#: The names of files that are the page of their folder.
INDEX_NAMES = frozenset([_BUNDLE, _SECTION, _README.lower()])

# A name that begins with a date, as in Jekyll; `1.49.0-prerelease` and `2024-State-Of-…` do not.
_DATED = lazy_regex(r"([0-9]{4}-[0-9]{1,2}-[0-9]{1,2})(?:[-_. ]+|$)")
# Folders of year, month and day, as some generators write them.
_DAY_FOLDERS = lazy_regex(r"[0-9]{4}/[0-9]{1,2}/[0-9]{1,2}")

# Characters with a meaning in a pattern.
_PATTERN_SIGN = lazy_regex(r"[\\*?\[]|^[#!]")
_INSIDE = lazy_regex(r"(?:/\*\*)+(/?)$")
_ANYWHERE = lazy_regex(r"^(!?)(?:\*\*/)+(?=[^/]+/?$)")

# UTF-32 first, since its byte order mark begins with that of UTF-16.
_MARKS = {b"\xff\xfe\0\0": "UTF-32", b"\0\0\xfe\xff": "UTF-32", b"\xff\xfe": "UTF-16", b"\xfe\xff": "UTF-16"}
_UTF8_HINT = "save the file as UTF-8"

# If a link has replaced the file, opening it fails. Windows has no such flag.
_NO_FOLLOW = getattr(os, "O_NOFOLLOW", 0)
_FLAGS = READING | _NO_FOLLOW


class UnreadableError(Exception):
    """A file that cannot be read; `line` counts from 1, and is None for the file as a whole."""

    code = "FK209"

    def __init__(self, message: str, line: int | None = None, *, hint: str = "", key: str = "") -> None:
        super().__init__(message)
        self.line = line
        self.hint = hint
        self.key = key


class SourceFile(Struct, frozen=True, kw_only=True, gc=False):
    """A file that may be an article, or that has defaults for the articles below its folder."""

    path: str  #: Its path in messages: the content folder as the caller names it, and the path below.
    parts: tuple[str, ...]  #: The segments of its path below the content folder.
    #: Whether it has defaults for the articles below: the page of a section, `_index.md`, or `FOLDER_AUTHORS`.
    has_defaults: bool = False
    draft: bool = False  #: Whether it is in a folder of drafts.

    @property
    def is_html(self) -> bool:
        """Whether the body is HTML."""
        return self.parts[-1].lower().endswith(HTML_SUFFIXES)


class PathInfo(Struct, frozen=True, kw_only=True):
    """The parts of an article's path that have a meaning."""

    #: The name without date, language and suffix; that of the folder for an `index` file. Empty if it is only a date.
    name: str
    date: str = ""  #: The date at the beginning of the name, as it is written there; empty if there is none.
    folder_date: str = ""  #: The date in the names of the folders: year, month and day; empty if there is none.
    language: str | None = None  #: The language in the name, else in the name of the first folder.
    section: str = ""  #: The first folder that is neither a language nor the article's own.
    folders: tuple[str, ...] = ()  #: All of these folders.
    #: A key that all translations of an article share: `/` and the path without language and suffix; empty if the
    #: setting `languages` is empty.
    translation_key: str = ""
    #: The path without date and suffix, from which ids derive; for the `index` of a page bundle, that of its folder.
    path: str = ""


def source_files(
    root: Path, site: Site, on_problem: OnProblem, *, output: str | Path | None = None, may_be_empty: bool = True
) -> Iterator[SourceFile]:
    """The article files below a folder in the order of their names, the section page of a folder first.

    `root` may be a single file, too. The folder `output` (by default `site.output`) is ignored. Unreadable files are
    Problems FK209; links to folders are reported, not followed. At the end, other ignored files are counted in a note;
    unless `may_be_empty`, a folder without articles is an error. Raises `SettingsError` for a bad pattern in
    `site.exclude` or `site.include`.
    """
    walk = _Walk(root, site, on_problem, output or site.output)
    if root.is_dir():
        yield from walk.files(may_be_empty=may_be_empty)
    elif not walk.reports_name(str(root), root.name):
        yield SourceFile(path=str(root), parts=(root.name,), has_defaults=section_page(root.name, site.languages)[0])


def path_info(parts: tuple[str, ...], languages: tuple[str, ...]) -> PathInfo:
    """The meaning of a path; `parts` are its segments below the content folder.

    `fr` is a language only if it is in the setting `languages`, so that the name of `v1.io.md` is `v1.io`.
    """
    above = folders = parts[:-1]
    stem, language = _stem(parts[-1], languages)
    suffix = f".{language}" if language else ""
    if folders and (tag := _language(folders[0], languages)):
        language, folders = language or tag, folders[1:]
    if stem in (_BUNDLE, _README) and folders:
        stem, folders, above = folders[-1], folders[:-1], above[:-1]
    dated = _DATED.match(stem)
    name = stem[dated.end() :] if dated else stem
    if name == _BUNDLE and folders and "_posts" not in folders:
        # As in Eleventy: the date is in the name of the file, the slug in that of its folder.
        stem = name = folders[-1]
        folders, above = folders[:-1], above[:-1]
    day = "/".join(folders[-3:])
    return PathInfo(
        name=name,
        date=dated[1] if dated else "",
        folder_date=day.replace("/", "-") if _DAY_FOLDERS.fullmatch(day) else "",
        language=language,
        section=folders[0] if folders else "",
        folders=folders,
        translation_key="/" + "/".join([*folders, stem]) if languages else "",
        path="/".join([*above, (name or stem) + suffix]),
    )


@lru_cache(maxsize=16)
def source_suffixes(suffixes: tuple[str, ...]) -> tuple[str, ...]:
    """The suffixes of source files except HTML, in lower case: pages do not have them."""
    return tuple([suffix.lower() for suffix in suffixes if suffix.lower() not in HTML_SUFFIXES])


def section_page(file: str, languages: tuple[str, ...]) -> tuple[bool, str | None]:
    """Whether a file name is that of a section page (`_index.md`, `_index.fr.md`), and its language.

    As in Hugo and Zola, no article has such a name, even if the language is not in the settings.
    """
    name, _, language = (file.rpartition(".")[0] or file).removesuffix(".html").partition(".")
    return name == _SECTION, (_language(language, languages) or language) or None


def _stem(file: str, languages: tuple[str, ...]) -> tuple[str, str | None]:
    """A file name without its suffix and its language, and that language."""
    # Middleman's names have both suffixes: `post.html.markdown`.
    stem = (file.rpartition(".")[0] or file).removesuffix(".html")
    name, _, last = stem.rpartition(".")
    tag = _language(last, languages) if languages and name else None
    return (name, tag) if tag else (stem, None)


def _language(text: str, languages: tuple[str, ...]) -> str | None:
    folded = text.replace("_", "-").lower()
    return next((tag for tag in languages if tag.lower() == folded), None)


class _ContentFolder(Struct, frozen=True):
    prefix: str  #: The beginning of every path in it: its own path and a separator.
    parts: tuple[str, ...]
    rules: _IgnoreRules
    draft: bool = False  #: Whether its articles are drafts.


class _Walk:
    """A pass over a content folder."""

    def __init__(self, root: Path, site: Site, on_problem: OnProblem, output: str | Path) -> None:
        self._root = root
        self._site = site
        self._on_problem = on_problem
        self._suffixes = tuple(suffix.lower() for suffix in site.suffixes)
        self._include = _site_rules("include", site.include)
        self._output: os.stat_result | None = None
        with suppress(OSError):
            self._output = Path(output).stat()
        # Counts of files that are not read: all by suffix, files that look like articles by suffix, and the articles
        # in each ignored folder.
        self._others, self._other_formats, self._unpublished = Counter[str](), Counter[str](), Counter[str]()

    def files(self, *, may_be_empty: bool) -> Iterator[SourceFile]:
        """The files below the root, in order."""
        # Empty for the current folder, a single slash for the root of the file system.
        root = _ContentFolder(str(self._root / "x")[:-1], (), _site_rules("exclude", self._site.exclude))
        # Without recursion, since folders may be nested more deeply than Python's stack.
        pending: list[_ContentFolder | SourceFile] = [root]
        has_articles = False
        while pending:
            item = pending.pop()
            if isinstance(item, SourceFile):
                has_articles = has_articles or not item.has_defaults
                yield item
            else:
                pending += reversed(self._inside(item))
        self._report_passed_over(is_empty=not (has_articles or may_be_empty))

    def _inside(self, folder: _ContentFolder) -> list[_ContentFolder | SourceFile]:
        """The folders and files to read in a folder, in order."""
        try:
            with os.scandir(folder.prefix or ".") as scan:
                entries = sorted((entry.name, entry.is_dir(follow_symlinks=False), entry) for entry in scan)
            if any(name == IGNORE_FILE for name, *_ in entries):
                text = decoded(read_bytes(folder.prefix + IGNORE_FILE, self._root, self._site.limits))
                rules = _ignore_rules(text.splitlines(), len(folder.parts))
                folder = replace(folder, rules=(*rules, *folder.rules))
        except OSError as error:
            self._error(str(Path(folder.prefix)), f"cannot be read ({error.strerror or error})")
            return []
        except UnreadableError as error:
            message = f"{error}; the articles in its folder are left out"
            self._error(folder.prefix + IGNORE_FILE, message, error.hint, error.line)
            return []
        items: list[_ContentFolder | SourceFile] = []
        for name, is_folder, entry in entries:
            parts = (*folder.parts, name)
            if not _is_matched(folder.rules, parts, "/" if is_folder else ""):
                item = self._folder(entry, folder, parts) if is_folder else self._file(entry, folder, parts)
                items += [item] if item else []
        return sorted(items, key=lambda item: isinstance(item, _ContentFolder) or not item.has_defaults)

    def _folder(self, entry: os.DirEntry[str], above: _ContentFolder, parts: tuple[str, ...]) -> _ContentFolder | None:
        name, path, draft = entry.name, above.prefix + entry.name, above.draft
        # Compared by inode, since some file systems ignore case.
        if self._output is not None and entry.inode() == self._output.st_ino:
            with suppress(OSError):
                if os.path.samestat(Path(entry.path).stat(), self._output):
                    return None
        if not _is_matched(self._include, parts, "/"):
            if name.startswith(".") or name in _UNPUBLISHED_FOLDERS or name.casefold() in _TEMPLATE_FOLDERS:
                if count := self._articles_below(path, name):
                    self._unpublished["/".join(parts)] = count
                return None
            draft = draft or name.casefold() in _DRAFT_FOLDERS
        if self.reports_name(path, name):
            return None
        if name.lower().endswith(self._suffixes) and not name.lower().endswith(HTML_SUFFIXES):
            message = "is a folder with the name of an article; it is left out"
            self._error(path, message, f"rename it, or {excluding(parts)}")
            return None
        return _ContentFolder(path + os.sep, parts, above.rules, draft)

    def _file(self, entry: os.DirEntry[str], above: _ContentFolder, parts: tuple[str, ...]) -> SourceFile | None:
        name, path = entry.name, above.prefix + entry.name
        if name == FOLDER_AUTHORS and above.parts and entry.is_file(follow_symlinks=False):
            return SourceFile(path=path, parts=parts, has_defaults=True)
        if name.startswith("."):
            return None
        if entry.is_symlink() and Path(path).is_dir():
            if not self.reports_name(path, name):
                Reporter(path, self._on_problem).note("FK209", "is a link to a folder, which is not followed")
            return None
        is_article = name.lower().endswith(self._suffixes)
        if is_article and self.reports_name(path, name):
            return None
        if not is_article or (name.lower().endswith(HTML_SUFFIXES) and not _opens_with_front_matter(path, self._root)):
            suffix = _suffix(name)
            self._others[suffix] += 1
            if suffix in _OTHER_SUFFIXES or (
                suffix in _OTHER_SUFFIXES_WITH_FRONT_MATTER and _opens_with_front_matter(path, self._root)
            ):
                self._other_formats[suffix] += 1
            return None
        is_page, _ = section_page(name, self._site.languages)
        return SourceFile(path=path, parts=parts, has_defaults=is_page, draft=above.draft)

    def _articles_below(self, path: str, name: str) -> int:
        suffixes = source_suffixes(self._site.suffixes)
        count, pending = 0, [] if name in _VERSION_CONTROL else [path]
        while pending:
            with suppress(OSError), os.scandir(pending.pop()) as scan:
                for entry in scan:
                    if entry.is_dir(follow_symlinks=False):
                        pending.append(entry.path)
                    else:
                        count += entry.name.lower().endswith(suffixes)
        return count

    def _report_passed_over(self, *, is_empty: bool) -> None:
        report = Reporter(str(self._root), self._on_problem)
        if self._unpublished:
            count, folders = self._unpublished.total(), _counts(self._unpublished, "{1} ({0:,})")
            are = "article is" if count == 1 else "articles are"
            message = f"{count:,} {are} in folders that generators never publish, and left out: {folders}"
            hint = f"if they are content: include = {_listed(self._unpublished)}"
            report.note("FK230", message, hint=hint)
        if self._other_formats:
            count, formats = self._other_formats.total(), _counts(self._other_formats, "{0:,} {1}")
            look = "file looks like an article and is" if count == 1 else "files look like articles and are"
            patterns = _listed(f"*{suffix}" for suffix in self._other_formats)
            hint = f"convert them to Markdown, or leave them out: exclude = {patterns}"
            report.note("FK231", f"{count:,} {look} not read: {formats}", hint=hint)
        if is_empty:
            files = _counts(self._others, "{0:,} {1}")
            message = f"the folder has no article{f'; its files are: {files}' if files else ''}"
            texts = [suffix for suffix in self._other_formats if suffix in _OTHER_SUFFIXES_WITH_FRONT_MATTER]
            hint = "write an article into it, or name the folder of the articles"
            if self._root.name != "content":
                hint += ": feedkit build content"
            if self._unpublished:
                hint = f"include = {_listed(self._unpublished)}"
            elif texts:
                hint = f"suffixes = {_listed(texts[:1])}"
            report.error("FK232", message, hint=hint)

    def reports_name(self, path: str, name: str) -> bool:
        """Whether a name is not UTF-8 (Python decodes such bytes to lone surrogates); if so, it is reported."""
        if name.isascii() or not any("\ud800" <= char <= "\udfff" for char in name):
            return False
        self._error(path, "has a name that is not UTF-8; it is left out", "rename it")
        return True

    def _error(self, path: str, message: str, hint: str = "", line: int | None = None) -> None:
        Reporter(path, self._on_problem).error("FK209", message, hint=hint, line=line)


def _suffix(name: str) -> str:
    """The suffix of a file name, for counts; the whole name if it has none."""
    stem, dot, last = name.rpartition(".")
    return f".{last.lower()}" if stem and dot else name


def _counts(counts: Mapping[str, int], form: str) -> str:
    """The text of counts, the largest first; `form` is the format of one count."""
    largest = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    more = sum(count for _, count in largest[_SHOWN_COUNTS:])
    parts = [form.format(count, printable(name)) for name, count in largest[:_SHOWN_COUNTS]]
    return ", ".join([*parts, *([f"{more:,} more"] if more else [])])


def _listed(names: Iterable[str]) -> str:
    """Names as a TOML list."""
    return json.dumps([printable(name) for name in names][:_SHOWN_COUNTS], ensure_ascii=False)


def excluding(parts: Sequence[str]) -> str:
    """The `exclude` setting for a path below the content folder, as a line of TOML."""
    path = _PATTERN_SIGN.sub(r"\\\g<0>", "/".join(parts))
    # With a slash in front, since otherwise it would match a file of that name in every folder.
    return f"exclude = {_listed([path if len(parts) > 1 else f'/{path}'])}"


class _IgnoreRule(Struct, frozen=True):
    """A pattern, which matches a path only, as in git; in pathspec it would match everything below the path, too."""

    depth: int  #: The number of folders above its file.
    pattern: Pattern
    bare: bool  #: Whether it matches names in any folder: `*.md`.
    inside: re.Match[str] | None  #: The end of a pattern for everything in a folder, `name/**`, or all folders, `/**/`.

    def matches(self, parts: tuple[str, ...], end: str) -> bool:
        """Whether a path matches; `end` is `/` for a folder, and else empty."""
        match, parts = self.pattern.match_file, parts[self.depth :]
        if self.bare:
            return match(parts[-1] + end) is not None
        if match("/".join(parts) + end) is None:
            return False
        if self.inside:
            return bool(end) or not self.inside[1]
        return len(parts) == 1 or match("/".join(parts[:-1]) + "/") is None


# The last pattern of a file first, and the nearest file first.
_IgnoreRules = tuple[_IgnoreRule, ...]


def _ignore_rules(lines: Sequence[str], depth: int) -> _IgnoreRules:
    """The patterns of a file below `depth` folders. Raises `UnreadableError`."""
    if not lines:
        return ()
    # Imported late: most sites have no patterns.
    from pathspec import GitIgnoreSpec

    rules: list[_IgnoreRule] = []
    for number, line in enumerate(lines, 1):
        text = line if line.endswith("\\ ") else line.rstrip()
        inside = _INSIDE.search(text)
        text = _INSIDE.sub(r"/*\1", _ANYWHERE.sub(r"\1", text))
        try:
            patterns: list[Any] = list(GitIgnoreSpec.from_lines([text]).patterns)
        except (ValueError, re.error) as error:
            hint = "write one as in a .gitignore"
            raise UnreadableError(f"{shown(line)} is not a pattern", number, hint=hint) from error
        bare = inside is None and "/" not in text.removesuffix("/")
        rules += [_IgnoreRule(depth, pattern, bare, inside) for pattern in patterns if pattern.include is not None]
    return tuple(rules[::-1])


def _site_rules(setting: str, patterns: tuple[str, ...]) -> _IgnoreRules:
    try:
        return _ignore_rules(patterns, 0)
    except UnreadableError as error:
        raise SettingsError(f"{setting}: {error}; {error.hint}") from error


def _is_matched(rules: _IgnoreRules, parts: tuple[str, ...], end: str) -> bool:
    """Whether the rules match a path: the first matching rule decides. `end` is `/` for a folder."""
    return next((bool(rule.pattern.include) for rule in rules if rule.matches(parts, end)), False)


def read_bytes(path: str | Path, root: Path, limits: Limits = _DEFAULTS) -> bytes:
    """The bytes of an article file. Raises `UnreadableError` if it is not a regular file inside of `root`."""
    try:
        descriptor = _open(path, root)
        try:
            status = os.fstat(descriptor)
            if not stat.S_ISREG(status.st_mode):
                raise UnreadableError("is not a regular file", hint="exclude it")
            size, data = status.st_size, b""
            # One byte more than its size, to see whether the file grows while it is read.
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
    """The descriptor of a file; for a link, that of its target if it is below `root`."""
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


def _opens_with_front_matter(path: str, root: Path) -> bool:
    """Whether a file begins with a line that opens front matter; False for one that cannot be read."""
    with suppress(OSError, UnreadableError), os.fdopen(_open(path, root), "rb", buffering=0) as file:
        is_regular = stat.S_ISREG(os.fstat(file.fileno()).st_mode)
        return is_regular and _OPENING.match(file.read(_OPENING_BYTES)) is not None
    return False


def decoded(data: bytes) -> str:
    """The text of UTF-8 bytes. Raises `UnreadableError` for others, with the position of the first bad byte."""
    for mark, name in _MARKS.items():
        if data.startswith(mark):
            raise UnreadableError(f"is not UTF-8: byte 0 begins the mark of {name}", 1, hint=_UTF8_HINT)
    if (zero := data.find(0)) >= 0:
        guess = ", as in UTF-16" if data[zero + 2 : zero + 3] == b"\0" or zero == 0 else ""
        line = data.count(b"\n", 0, zero) + 1
        raise UnreadableError(f"is not text: byte {zero:,} is NUL{guess}", line, hint=_UTF8_HINT)
    text = data.removeprefix(codecs.BOM_UTF8)
    try:
        return text.decode()
    except UnicodeDecodeError as error:
        at = error.start + len(data) - len(text)
        char = data[at : at + 1].decode("latin-1")
        reason = f"is 0x{data[at]:02x}" + (f", which is {char} in Latin-1" if char.isalpha() else "")
        if error.reason == "unexpected end of data":
            reason = "begins a character that the end of the file cuts off"
        line = data.count(b"\n", 0, at) + 1
        raise UnreadableError(f"is not UTF-8: byte {at:,} {reason}", line, hint=_UTF8_HINT) from error
