"""Parses the article files of a folder: front matter, path, and defaults from section pages.

A section page that cannot be read is reported, and its folder has no defaults.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from msgspec.structs import replace

from feedkit.articles.discover import (
    FileDates,
    SourceFile,
    UnreadableError,
    decoded,
    excluding,
    path_info,
    read_bytes,
    section_page,
)
from feedkit.articles.fields import Aliases, Article, OnTrace, Trace, fields_of, site_aliases
from feedkit.articles.normalise import ParsedArticle as ParsedArticle
from feedkit.articles.normalise import hides, parsed_article, parsed_page
from feedkit.articles.pages import Undated
from feedkit.articles.people import authors_paths, authors_table
from feedkit.articles.report import Reporter
from feedkit.config.site import Site
from feedkit.errors import ArticleError, OnProblem, printable, shown
from feedkit.field_names import folded

if TYPE_CHECKING:
    from feedkit.articles.front_matter import ParsedText

#: The file and the line of a key.
_FileAndLine = tuple[str, int]

_TARGETS = frozenset(["target", "_target"])


class _Cascade:
    """The default keys of folders: what an `_index.md` has under `cascade` applies to every article below it.

    A section page is added before the articles below it are parsed.
    """

    def __init__(self, aliases: Aliases) -> None:
        self._aliases = aliases
        # By folder and language: each key with its value, its file and its line.
        self._defaults: dict[tuple[tuple[str, ...], str | None], dict[str, tuple[Any, _FileAndLine]]] = {}

    def add(self, folder: tuple[str, ...], language: str | None, page: ParsedText, report: Reporter) -> None:
        """Store the defaults of a section page; without a language they apply to articles of every language."""
        key = next((key for key in page.metadata if folded(key) == "cascade"), "")
        value = page.metadata.get(key)
        items = [item for item in (value if isinstance(value, list) else [value]) if item is not None]
        if not all(isinstance(item, dict) for item in items):
            hint = "write the keys, indented, on the lines below cascade:"
            report.refuse("FK213", "the defaults of the folder are no mapping of keys to values", key=key, hint=hint)
        metadata: dict[str, Any] = {}
        for item in reversed(items):
            if any(folded(name) in _TARGETS for name in item):
                hint = "write defaults for all articles below, or the keys into the articles"
                report.warn("FK213", "defaults with a target are not understood; they are left out", key=key, hint=hint)
            else:
                metadata.update(item)
        if metadata:
            top = page.lines.get(key, 1)
            self._defaults[folder, language] = {
                name: (value, (report.path, page.lines.get(f"{key}.{name}", top))) for name, value in metadata.items()
            }

    def inherited(
        self, parts: tuple[str, ...], language: str | None, own: Mapping[str, Any]
    ) -> dict[str, tuple[Any, _FileAndLine]]:
        """The keys that an article inherits, each value with its file and line; the nearest folder wins.

        A key is not inherited where the article has another name of the same field: `authors`, where the article has an
        `author`. A key that hides articles is overridden by the same key only: `published` of the article may be its
        date.
        """
        inherited: dict[str, tuple[Any, _FileAndLine]] = {}
        if self._defaults:
            taken, keys = fields_of(own, self._aliases), set(map(folded, own))
            for folder in [parts[:depth] for depth in range(len(parts) - 1, -1, -1)]:
                for tag in dict.fromkeys([language, None]):
                    new = {
                        name: default
                        for name, default in self._defaults.get((folder, tag), {}).items()
                        if folded(name) not in keys
                        and (hides(name, default[0]) or taken.isdisjoint(fields_of([name], self._aliases)))
                    }
                    inherited |= new
                    taken |= fields_of(new, self._aliases)
                    keys.update(map(folded, new))
        return inherited


class ArticleReader:
    """Parses the article files of one folder; section pages before the articles below them, as `source_files` has them.

    Readers in several processes give the same results once each has parsed all section pages.
    """

    def __init__(self, root: Path, site: Site, on_problem: OnProblem, on_trace: OnTrace | None = None) -> None:
        """Raises `SettingsError` where `site.dates_from` names git and git fails."""
        self._root = root
        self._site = site
        self._on_problem = on_problem
        self._on_trace = on_trace
        self._aliases = site_aliases(site)
        self._cascade = _Cascade(self._aliases)
        self._authors = authors_table(site, root, on_problem)
        self._file_dates = FileDates(site.dates_from, root if root.is_dir() else root.parent, on_problem)

    @property
    def dependencies(self) -> tuple[str, ...]:
        """The paths of the authors files that all articles depend on, sorted, including those that do not exist."""
        return tuple(sorted(authors_paths(self._site, self._root)))

    def read(self, file: SourceFile) -> bytes:
        """The bytes of a file. Raises `ArticleError` (FK209) for one that cannot be read."""
        try:
            return read_bytes(file.path, self._root, self._site.limits)
        except UnreadableError as error:
            self._refuse(file, error)

    def parse(self, file: SourceFile, data: bytes | None = None) -> ParsedArticle | Undated | None:
        """The article in a file, its content not rendered; None for a section page. Raises `ArticleError`.

        In a folder, a file without any date is `Undated`: `find_pages` decides whether it is a page when all files are
        parsed. `data` are the bytes of the file; without them it is read.
        """
        if file.section_page:
            self._add_defaults(file)
            return None
        name = file.path
        text = self._text(file, self.read(file) if data is None else data)
        article, report = self._article(file, printable(name), text)
        try:
            if text.empty_line:
                hint = "give the article a title and a date"
                report.refuse("FK201", "the front matter is empty", line=text.empty_line, hint=hint)
            return parsed_article(article, self._site, report)
        except ArticleError as error:
            problems, codes = error.problems, [problem.code for problem in error.problems]
            if article.is_bare and "FK203" in codes:
                # Neither title nor date: the hint of the first problem names both.
                problems = tuple([problem for problem in problems if problem.code != "FK105"])
            if self._root.is_dir() and (text.empty_line or "FK105" in codes):
                page = parsed_page(article, self._site, report)
                if page is not None:
                    return Undated(page=page, problems=report.unreported(problems), parts=file.parts)
            raise ArticleError(error.problem, problems) from error

    def _article(self, file: SourceFile, source: str, text: ParsedText) -> tuple[Article, Reporter]:
        own: Mapping[str, Any] = text.metadata
        where = path_info(file.parts, self._site.languages)
        if where.language and "language" not in fields_of(own, self._aliases):
            own = {**own, "language": where.language}
        defaults = self._cascade.inherited(file.parts, where.language, own)
        places = {name: place for name, (_, place) in defaults.items()}
        report = Reporter(source, self._on_problem, text.lines, line=1, inherited=places, syntax=text.syntax)
        trace = None
        if self._on_trace is not None:
            trace = Trace(source=source, lines=text.lines, inherited=places)
            self._on_trace(trace)
        for line, cut_off in text.comments:
            key = next((key for key, at in text.lines.items() if at == line), "")
            value, hint = text.metadata.get(key), "put the value in quotes"
            if isinstance(value, str):
                hint = f"write {report.line(key, f'{value} {cut_off}')}"
            message = f"{shown(cut_off)} is a comment to YAML, and no part of the value"
            report.note("FK214", message, line=line, hint=f"{hint}, or a space after the # of a comment")
        html = text.body.strip() if file.is_html else None
        article = Article(
            metadata={**own, **{name: value for name, (value, _) in defaults.items()}} if defaults else own,
            source=source,
            body=None if file.is_html else text.body,
            html=html,
            body_line=text.body_line + (text.body.partition(html)[0].count("\n") if html else 0),
            file=file,
            place=where,
            file_dates=self._file_dates,
            authors=self._authors,
            aliases=self._aliases,
            is_bare=not text.metadata,
            trace=trace,
        )
        return article, report

    def _add_defaults(self, file: SourceFile) -> None:
        try:
            text = self._text(file, self.read(file), may_be_empty=True)
            report = Reporter(file.path, self._on_problem, text.lines, line=1)
            language = section_page(file.parts[-1], self._site.languages)[1]
            self._cascade.add(file.parts[:-1], language, text, report)
        except ArticleError as error:
            problem = error.problem
            message = f"{problem.message}; the articles below its folder have no defaults of it"
            raise ArticleError(replace(problem, message=message)) from error

    def _text(self, file: SourceFile, data: bytes, *, may_be_empty: bool = False) -> ParsedText:
        # Imported late: a YAML parser is slow to import, and a run in which no article has changed needs none.
        from feedkit.articles.front_matter import EmptyError, ParsedText, parse

        try:
            return parse(decoded(data), self._site.limits)
        except UnreadableError as error:
            if may_be_empty and isinstance(error, EmptyError):
                return ParsedText(metadata={}, lines={}, body="", body_line=1)
            self._refuse(file, error)

    def _refuse(self, file: SourceFile, error: UnreadableError) -> NoReturn:
        hint = error.hint.replace("exclude it", excluding(file.parts))
        report = Reporter(file.path, self._on_problem)
        report.refuse(error.code, str(error), key=error.key, line=error.line, hint=hint)
