"""Reads the article files of a folder: front matter, path, and defaults from section pages.

A section page that cannot be read is reported, and its folder has no defaults. Files without any date are divided into
pages of the site (in the sitemap, in no feed) and articles that lack a date. A page is a file with the name of a page
(`about`, `404`), or in a folder that does not contain posts: a folder of posts has such a name, or dates in at least
half of its files.
"""

from __future__ import annotations

import os
from codecs import BOM_UTF8
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from msgspec import Struct
from msgspec.structs import replace

from feedkit.articles.discover import (
    FOLDER_AUTHORS,
    SourceFile,
    UnreadableError,
    decoded,
    excluding,
    path_info,
    read_bytes,
    section_page,
    source_files,
)
from feedkit.articles.fields import ArticleFields, fields_of, site_aliases
from feedkit.articles.link_targets import ContentLinks, LinkTargets, addresses_of, with_vault
from feedkit.articles.normalise import ParsedArticle as ParsedArticle
from feedkit.articles.normalise import hides, parsed_article, parsed_page
from feedkit.articles.people import authors_paths, authors_table, read_authors
from feedkit.articles.report import Reporter
from feedkit.config.site import FEED_FORMAT_NAMES, Site
from feedkit.errors import ArticleError, OnProblem, Problem, Problems, printable, raise_or_log, shown
from feedkit.field_names import folded
from feedkit.imports.git_dates import History, read_history
from feedkit.model import Entry, Person, SitePage

if TYPE_CHECKING:
    from feedkit.articles.front_matter import ParsedText

# Keys with their values, and with the file and the line of each key.
_Defaults = dict[str, tuple[Any, tuple[str, int]]]

_TARGETS = frozenset(["target", "_target"])

# The names of folders of posts, and of pages, in upper or lower case.
_POST_FOLDERS = frozenset("_posts posts post blog blogs weblog articles article news journal diary stories".split())
_PAGE_NAMES = frozenset(
    """
    404 500 about about-me about-us archive archives authors bio blogroll bookmarks categories changelog
    code-of-conduct colophon contact contact-us contributing cookies cv disclaimer donate faq feed feeds friends
    gallery guestbook home impressum imprint index legal license links newsletter now offline portfolio privacy
    privacy-policy projects readme resume rss search sitemap speaking sponsors subscribe support tags talks team
    terms terms-of-service thanks thank-you uses
    """.split()
)
# The names of files that are the page of their folder.
_INDEXES = frozenset(["index", "readme"])
# How many files a message names at most.
_NAMED = 3


class Undated(Struct, frozen=True, kw_only=True):
    """A file without any date."""

    page: SitePage  #: The page, if it is a page.
    problems: tuple[Problem, ...]  #: The problems, by line, if it is an article.
    parts: tuple[str, ...]  #: The segments of its path below the content folder.
    dependencies: tuple[str, ...] = ()  #: `ParsedArticle.dependencies`.


def read(path: str | Path, site: Site, *, on_problem: OnProblem | None = None) -> Iterator[Entry]:
    """The entries of a folder of Markdown articles, or of one file, in the order of their names.

    They include drafts, later and expired articles: `documents` decides what is published. With `on_problem`, each bad
    article is one Problem and the others are read; without it, the first bad article raises `ArticleError`, and
    warnings go to the logger `feedkit`. A single file is read alone: it has no section, and no defaults of a folder. A
    file without any date, in a folder that does not contain posts, is a page of the site, and no entry (FK233). Raises
    `SettingsError` for a bad pattern in `site.exclude`, and if `site.dates_from` includes git and git fails.
    """
    root, on_problem = Path(path), on_problem or raise_or_log
    # Path.exists would raise for a path that must not be looked up.
    if not os.path.exists(root):  # noqa: PTH110
        Reporter(str(root), on_problem).error("FK209", "there is no such file or folder")
        return
    site, on_problem = with_vault(site, root), Problems(on_problem)
    targets = LinkTargets(root, site, lambda: _addresses(root, site))
    for file, article in _parsed(root, site, on_problem, []):
        if article is not None:
            try:
                entry = article.complete(ContentLinks(site, article.metadata.url, targets=targets, source=file))
            except ArticleError as error:
                for problem in error.problems:
                    on_problem(problem)
            else:
                yield entry


def _addresses(root: Path, site: Site) -> dict[str, str]:
    """The addresses of all files of a folder. Their problems are not reported here, but when they are read again."""
    pages: list[SitePage] = []
    articles = list(_parsed(root, site, list[Problem]().append, pages))
    entries = [
        (file.parts, article.metadata if article else None) for file, article in articles if not file.has_defaults
    ]
    sections = [file for file, _ in articles if file.has_defaults]
    return addresses_of(entries, pages, sections, site, root)


def _parsed(
    root: Path, site: Site, on_problem: OnProblem, pages: list[SitePage]
) -> Iterator[tuple[SourceFile, ParsedArticle | None]]:
    """The files of a folder, each with its article or None; at the end the pages are added to `pages`."""
    reader = ArticleReader(root, site, on_problem)
    undated: list[Undated] = []
    dated: list[tuple[str, ...]] = []
    for file in source_files(root, site, on_problem):
        article = None
        try:
            article = reader.parse(file)
        except ArticleError as error:
            for problem in error.problems:
                on_problem(problem)
        if isinstance(article, Undated):
            undated.append(article)
            article = None
        elif not file.has_defaults:
            dated.append(file.parts)
        yield file, article
    pages += find_pages(undated, dated, site, str(root), on_problem)


class ArticleReader:
    """Parses the article files of one folder, section pages before the articles below them, in `source_files` order.

    Readers in several processes give the same results once each has parsed all section pages.
    """

    def __init__(self, root: Path, site: Site, on_problem: OnProblem) -> None:
        """Raises `SettingsError` if `site.dates_from` includes git and git fails."""
        self._root = root
        self._site = site
        self._on_problem = on_problem
        self._aliases = site_aliases(site)
        # The defaults of section pages, by folder and language.
        self._defaults: dict[tuple[tuple[str, ...], str | None], _Defaults] = {}
        # The authors for the articles below each folder that has a table of them, and for all others.
        self._authors: dict[tuple[str, ...], Mapping[str, Person]] = {(): authors_table(site, root, on_problem)}
        #: The fields of the article that was parsed last.
        self.fields = ArticleFields(site=site, report=Reporter("", on_problem))
        folder = root if root.is_dir() else root.parent
        self._history = read_history(folder) if "git" in site.dates_from else History()

    @property
    def dependencies(self) -> tuple[str, ...]:
        """The paths of the authors files on which all articles depend, sorted, including missing ones."""
        return tuple(sorted(authors_paths(self._site, self._root)))

    def read(self, file: SourceFile) -> bytes:
        """The bytes of a file. Raises `ArticleError` (FK209) if it cannot be read."""
        try:
            return read_bytes(file.path, self._root, self._site.limits)
        except UnreadableError as error:
            self._refuse(file, error)

    def parse(self, file: SourceFile, data: bytes | None = None) -> ParsedArticle | Undated | None:
        """The article in a file, with its content not rendered; None for a section page. Raises `ArticleError`.

        In a folder, a file without any date is `Undated`: when all files are parsed, `find_pages` decides whether it is
        a page. `data` are the bytes of the file; without them it is read.
        """
        if file.has_defaults:
            if file.parts[-1] == FOLDER_AUTHORS:
                self._add_authors(file)
            else:
                self._add_defaults(file)
            return None
        text = self._text(file, self.read(file) if data is None else data)
        self.fields = fields = self._fields(file, text)
        try:
            if text.empty_line:
                hint = "give the article a title and a date"
                fields.report.refuse("FK201", "the front matter is empty", line=text.empty_line, hint=hint)
            return parsed_article(fields)
        except ArticleError as error:
            problems, codes = error.problems, [problem.code for problem in error.problems]
            dependencies = tuple(sorted(fields.dependencies))
            if fields.is_bare and "FK203" in codes:
                # There is neither a title nor a date, and the hint of the first problem names both.
                problems = tuple([problem for problem in problems if problem.code != "FK105"])
            if self._root.is_dir() and (text.empty_line or "FK105" in codes) and (page := parsed_page(fields)):
                return Undated(page=page, problems=problems, parts=file.parts, dependencies=dependencies)
            raise ArticleError(error.problem, problems, dependencies) from error

    def _fields(self, file: SourceFile, text: ParsedText) -> ArticleFields:
        own: dict[str, Any] = text.metadata
        place = path_info(file.parts, self._site.languages)
        if place.language and "language" not in fields_of(own, self._aliases):
            own = {**own, "language": place.language}
        defaults = self._inherited(file.parts, place.language, own) if self._defaults else {}
        inherited = {name: where for name, (_, where) in defaults.items()}
        source = printable(file.path)
        report = Reporter(source, self._on_problem, text.lines, 1, inherited, text.syntax)
        # The first key of each line.
        keys = {line: key for key, line in reversed(text.lines.items())} if text.comments else {}
        for line, cut_off in text.comments:
            key = keys.get(line, "")
            value, hint = text.metadata.get(key), "put the value in quotes"
            if isinstance(value, str):
                hint = f"write {report.line(key, f'{value} {cut_off}')}"
            message = f"{shown(cut_off)} is a comment in YAML, not part of the value"
            report.note("FK214", message, line=line, hint=f"{hint}, or a space after the # of a comment")
        html, name = text.body.strip() if file.is_html else None, "/".join(file.parts)
        return ArticleFields(
            metadata={**own, **{name: value for name, (value, _) in defaults.items()}} if defaults else own,
            site=self._site,
            report=report,
            aliases=self._aliases,
            authors=self._authors_of(file.parts),
            source=source,
            body=None if file.is_html else text.body,
            html=html,
            body_line=text.body_line + (text.body.partition(html)[0].count("\n") if html else 0),
            file=file,
            place=place,
            commits=(self._history.first.get(name, ""), self._history.last.get(name, "")),
            is_bare=not text.metadata,
        )

    def _inherited(self, parts: tuple[str, ...], language: str | None, own: Mapping[str, Any]) -> _Defaults:
        """The keys that an article inherits from section pages; the nearest folder wins.

        A key is not inherited if the article has another name of the same field: no `authors` if the article has an
        `author`. A key that hides articles is overridden only by the same key, since `published` of the article may be
        its date.
        """
        inherited: _Defaults = {}
        taken, keys = fields_of(own, self._aliases), set(map(folded, own))
        for folder in [parts[:depth] for depth in range(len(parts) - 1, -1, -1)]:
            for tag in dict.fromkeys([language, None]):
                new = {
                    name: default
                    for name, default in self._defaults.get((folder, tag), {}).items()
                    if folded(name) not in keys
                    and (taken.isdisjoint(fields_of([name], self._aliases)) or hides(name, default[0], self._site))
                }
                inherited |= new
                taken |= fields_of(new, self._aliases)
                keys.update(map(folded, new))
        return inherited

    def _add_authors(self, file: SourceFile) -> None:
        """Store the table of authors of a folder, unless the settings name one for all articles."""
        if not self._site.authors_file:
            table = read_authors(Path(file.path), self._site, self._on_problem)
            self._authors[file.parts[:-1]] = {**self._authors_of(file.parts[:-1]), **table}

    def _authors_of(self, parts: tuple[str, ...]) -> Mapping[str, Person]:
        """The persons that an article may name: those of the tables of its folder and of the folders above."""
        folders = (parts[:depth] for depth in range(len(parts) - 1, -1, -1))
        return next(self._authors[folder] for folder in folders if folder in self._authors)

    def _add_defaults(self, file: SourceFile) -> None:
        """Store the keys below `cascade` of a section page; without a language they apply to all languages."""
        try:
            if not (data := self.read(file)).removeprefix(BOM_UTF8).strip():
                return
            text = self._text(file, data)
            report = Reporter(file.path, self._on_problem, text.lines, 1)
            key = next((key for key in text.metadata if folded(key) == "cascade"), "")
            value = text.metadata.get(key)
            items = [item for item in (value if isinstance(value, list) else [value]) if item is not None]
            if not all(isinstance(item, dict) for item in items):
                message = "the defaults of the folder are not a mapping of keys to values"
                report.refuse("FK213", message, key=key, hint="write the keys, indented, on the lines below cascade:")
        except ArticleError as error:
            problem = error.problem
            message = f"{problem.message}; the articles below its folder have no defaults of it"
            raise ArticleError(replace(problem, message=message)) from error
        metadata: dict[str, Any] = {}
        for item in reversed(items):
            if _TARGETS.isdisjoint(map(folded, item)):
                metadata.update(item)
            else:
                hint = "write defaults for all articles below, or the keys into the articles"
                report.warn("FK213", "defaults with a target are not supported; they are left out", key=key, hint=hint)
        if metadata:
            top, language = text.lines.get(key, 1), section_page(file.parts[-1], self._site.languages)[1]
            self._defaults[file.parts[:-1], language] = {
                name: (value, (report.path, text.lines.get(f"{key}.{name}", top))) for name, value in metadata.items()
            }

    def _text(self, file: SourceFile, data: bytes) -> ParsedText:
        # Imported late: importing a YAML parser is slow, and a run without changed articles needs none.
        from feedkit.articles.front_matter import parse

        try:
            return parse(decoded(data), self._site.limits)
        except UnreadableError as error:
            self._refuse(file, error)

    def _refuse(self, file: SourceFile, error: UnreadableError) -> NoReturn:
        hint = error.hint.replace("exclude it", excluding(file.parts))
        report = Reporter(file.path, self._on_problem)
        report.refuse(error.code, str(error), key=error.key, line=error.line, hint=hint)


def find_pages(
    undated: Sequence[Undated], dated: Sequence[tuple[str, ...]], site: Site, root: str, on_problem: OnProblem
) -> list[SitePage]:
    """The pages among the files without a date, in order; the others are Problems.

    `dated` are the paths of all other articles. If there are none, and feeds are wanted, one error covers all files.
    """
    if not undated:
        return []
    needs_dates = not dated and not {*FEED_FORMAT_NAMES}.isdisjoint(site.formats)
    report = Reporter(root, on_problem)
    if needs_dates and len(undated) > 1:
        message = f"none of the {len(undated):,} articles has a date of publication: {_names(undated)}"
        hint = 'add a line publishedAt: 2025-11-21 to each, or set dates_from = ["filename", "git"]'
        report.error("FK105", message, key="publishedAt", hint=hint)
        return []
    paths = set() if needs_dates else _paths_of_pages([file.parts for file in undated], dated, site.languages)
    pages = [file for file in undated if file.parts in paths]
    for problem in (problem for file in undated if file.parts not in paths for problem in file.problems):
        on_problem(problem)
    if listed := [file for file in pages if file.page.visibility != "unlisted"]:
        are = "file without a date is a page" if len(listed) == 1 else "files without a date are pages"
        message = f"{len(listed):,} {are}: in the sitemap, and in no feed: {_names(listed)}"
        hint = f"to leave one out: {excluding(listed[0].parts)}"
        report.note("FK233", message, hint=hint)
    return [file.page for file in pages]


def _paths_of_pages(
    undated: Sequence[tuple[str, ...]], dated: Sequence[tuple[str, ...]], languages: tuple[str, ...]
) -> set[tuple[str, ...]]:
    """The files without a date that are pages, from the paths of all files."""
    places = {parts: path_info(parts, languages) for parts in (*dated, *undated)}
    # Without their folders: otherwise an index gets the name of its folder.
    indexes = {parts for parts in places if path_info(parts[-1:], languages).name.lower() in _INDEXES}
    folders = [parts[:-2] if parts in indexes else parts[:-1] for parts in places]
    # The folders that hold more than the page of the folder.
    with_files = {folder[:depth] for folder in folders for depth in range(len(folder) + 1)}
    counts = [
        Counter(places[parts].folders for parts in paths if places[parts].name.lower() not in _PAGE_NAMES)
        for paths in (dated, undated)
    ]
    pages = set()
    for parts in undated:
        place = places[parts]
        dated_count, undated_count = (counter[place.folders] for counter in counts)
        is_of_posts = any(name.lower() in _POST_FOLDERS for name in place.folders)
        # `posts/index.md` next to other files is the page of the folder, `posts/tides/index.md` alone is an article.
        is_named = place.name.lower() in _PAGE_NAMES or parts[-1].lower().startswith("readme.")
        is_named = is_named or (parts in indexes and parts[:-1] in with_files)
        if is_named or (not is_of_posts and (not dated_count or dated_count < undated_count)):
            pages.add(parts)
    return pages


def _names(files: Sequence[Undated]) -> str:
    more = f" and {len(files) - _NAMED:,} more" if len(files) > _NAMED else ""
    return f"{', '.join(printable('/'.join(file.parts)) for file in files[:_NAMED])}{more}"
