"""One article file after the other as entries: text, front matter, what the path and the folders add.

The page of a section that cannot be read is reported as itself, and its folder has no defaults.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from msgspec.structs import replace

from feedkit.articles import cascade
from feedkit.articles.cascade import Cascade
from feedkit.articles.discover import (
    SourceFile,
    UnreadableError,
    decoded,
    excluding,
    path_info,
    read_bytes,
    section_page,
)
from feedkit.articles.fields import Article, OnTrace, Trace
from feedkit.articles.file_dates import FileDates
from feedkit.articles.normalise import ParsedArticle as ParsedArticle
from feedkit.articles.normalise import parsed_article, parsed_page
from feedkit.articles.pages import Undated
from feedkit.articles.people import authors_paths, authors_table
from feedkit.articles.report import Reporter
from feedkit.config.site import Site
from feedkit.errors import ArticleError, OnProblem, Problem, printable, shown

if TYPE_CHECKING:
    from feedkit.articles.front_matter import ParsedText


_ADD, _NO_FRONT_MATTER = "add a line ", "the file has no front matter: begin it with the lines ---, "
_DATE_LINE = "publishedAt: 2025-11-21"


def _hinted(problems: Iterable[Problem], file: SourceFile, text: ParsedText) -> Iterator[Problem]:
    """The problems of a file, with what to write where it has no front matter, which is one cause of two errors."""
    codes = [problem.code for problem in problems]
    for problem in problems:
        hint = problem.hint
        if not text.metadata and hint.startswith(_ADD):
            line, otherwise, setting = hint.removeprefix(_ADD).partition(", or ")
            lines = line if line == _DATE_LINE else f"{line}, {_DATE_LINE}"
            hint = f"{_NO_FRONT_MATTER}{lines} and ---{otherwise}{setting}"
        if problem.code == "FK105":
            if not text.metadata and "FK203" in codes:
                continue
            hint = f"{hint}, or {excluding(file.parts)}"
        yield replace(problem, hint=hint)


def _quoted(report: Reporter, text: ParsedText, line: int, comment: str) -> str:
    """What to write where YAML cut a value off."""
    key = next((key for key, at in text.lines.items() if at == line), "")
    value = text.metadata.get(key)
    hint = f"write {report.line(key, f'{value} {comment}')}" if isinstance(value, str) else "put the value in quotes"
    return f"{hint}, or a space after the # of a comment"


class ArticleReader:
    """Reads the files of one folder, in the order of `source_files`: the page of a section before its articles.

    What pages of sections hand down is kept. A reader may be made anywhere of the same folder and settings: one that
    has parsed all pages of sections reads any article as every other does.
    """

    def __init__(self, root: Path, site: Site, on_problem: OnProblem, on_trace: OnTrace | None = None) -> None:
        """Raises `SettingsError` where `site.dates_from` wants git and that has no answer."""
        self._root = root
        self._site = site
        self._on_problem = on_problem
        self._on_trace = on_trace
        self._cascade = Cascade(site.aliases)
        self._authors = authors_table(site, root, on_problem)
        self._sources = FileDates(site.dates_from, root if root.is_dir() else root.parent, on_problem)

    @property
    def dependencies(self) -> tuple[str, ...]:
        """The paths of the files that were looked at for all articles, sorted, also those where there is none."""
        return tuple(sorted(authors_paths(self._site, self._root)))

    def read(self, file: SourceFile) -> bytes:
        """The bytes of a file. Raises `ArticleError` (FK209) for one that cannot be read."""
        try:
            return read_bytes(file.path, self._root, self._site.limits)
        except UnreadableError as error:
            self._refuse_file(file, error)

    def parse(self, file: SourceFile, data: bytes | None = None) -> ParsedArticle | Undated | None:
        """The article in a file, its content not made yet; None for the page of a section. Raises `ArticleError`.

        In a folder, a file without any date comes out as such: whether it is a page is known when all are read.
        `data` is what `read` gave for the file; without it, the file is read now.
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
            problems = tuple(_hinted(error.problems, file, text))
            is_dated = all(problem.code != "FK105" for problem in error.problems)
            if self._root.is_dir() and (text.empty_line or not is_dated):
                page = parsed_page(article, self._site, report)
                if page is not None:
                    return Undated(page=page, problems=report.unreported(problems), parts=file.parts)
            raise ArticleError(error.problem, problems) from error

    def _article(self, file: SourceFile, source: str, text: ParsedText) -> tuple[Article, Reporter]:
        own: Mapping[str, Any] = text.metadata
        where = path_info(file.parts, self._site.languages)
        if where.language and not self._cascade.has(own, "language"):
            own = {**own, "language": where.language}
        defaults = self._cascade.inherited(file.parts, where.language, own)
        report = Reporter(source, self._on_problem, text.lines, line=1, inherited=defaults.places, syntax=text.syntax)
        trace = None
        if self._on_trace is not None:
            trace = Trace(source=source, lines=text.lines, inherited=defaults.places)
            self._on_trace(trace)
        for line, cut_off in text.comments:
            message = f"{shown(cut_off)} is a comment to YAML, and no part of the value"
            report.note("FK214", message, line=line, hint=_quoted(report, text, line, cut_off))
        html = text.body.strip() if file.is_html else None
        article = Article(
            metadata={**own, **defaults.metadata} if defaults.metadata else own,
            source=source,
            body=None if file.is_html else text.body,
            html=html,
            body_line=text.body_line + (text.body.partition(html)[0].count("\n") if html else 0),
            file=file,
            place=where,
            sources=self._sources,
            authors=self._authors,
            trace=trace,
        )
        return article, report

    def _add_defaults(self, file: SourceFile) -> None:
        try:
            text = self._text(file, self.read(file), may_be_empty=True)
            report = Reporter(file.path, self._on_problem, text.lines, line=1)
            defaults = cascade.defaults(text, report.path, report)
        except ArticleError as error:
            problem = error.problem
            message = f"{problem.message}; the articles below its folder have no defaults of it"
            raise ArticleError(replace(problem, message=message)) from error
        self._cascade.add(file.parts[:-1], section_page(file.parts[-1], self._site.languages)[1], defaults)

    def _text(self, file: SourceFile, data: bytes, *, may_be_empty: bool = False) -> ParsedText:
        # Late: a YAML parser takes its time to import, and a run in which no article has changed needs none.
        from feedkit.articles.front_matter import EmptyError, FrontMatterError, ParsedText, parse

        try:
            return parse(decoded(data), self._site.limits)
        except UnreadableError as error:
            self._refuse_file(file, error)
        except FrontMatterError as error:
            if may_be_empty and isinstance(error, EmptyError):
                return ParsedText(metadata={}, lines={}, body="", body_line=1)
            report = Reporter(file.path, self._on_problem)
            report.refuse("FK201", str(error), key=error.key, line=error.line, hint=error.hint)

    def _refuse_file(self, file: SourceFile, error: UnreadableError) -> NoReturn:
        hint = error.hint.replace("exclude it", excluding(file.parts))
        Reporter(file.path, self._on_problem).refuse("FK209", str(error), line=error.line, hint=hint)
