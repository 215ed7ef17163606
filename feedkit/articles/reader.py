"""One article file after the other into entries: text, front matter, what the path and the folders add.

Refuses an article whose folder's defaults cannot be read; the folder's problem says so once.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from feedkit.articles import cascade
from feedkit.articles.authors_file import authors_paths, known_authors
from feedkit.articles.cascade import Cascade, Where
from feedkit.articles.entry import ParsedArticle, parsed_article
from feedkit.articles.filedates import DateSources
from feedkit.articles.files import SourceFile, read_text
from feedkit.articles.frontmatter import Parsed, parse
from feedkit.articles.intake import Article
from feedkit.articles.naming import Place, place, section_page
from feedkit.articles.report import Reporter
from feedkit.articles.trace import OnTrace, Trace
from feedkit.articles.unreadable import FrontMatterError, UnreadableError
from feedkit.config.site import Site
from feedkit.errors import ArticleError, OnProblem, printable, shown
from feedkit.records import replace

_QUOTE = "put the whole value in quotes, or a blank behind the # of a comment"

# No date and no title: what front matter is for.
_MISSING = frozenset(["FK105", "FK203"])
_NO_FRONT_MATTER = "the file has no front matter: begin it with a line ---, keys and a line ---, or exclude it"


class ArticleReader:
    """Reads the files of one folder, in the order in which they are found: the page of a section before its articles.

    What pages of sections hand down is kept. A reader may be made anywhere of the same folder and settings: one that
    has parsed all pages of sections reads any article as every other does.
    """

    def __init__(self, root: Path, site: Site, on_problem: OnProblem, on_trace: OnTrace | None = None) -> None:
        """Raises `SettingsError` where `site.dates_from` wants git and it cannot tell."""
        self._root = root
        self._site = site
        self._on_problem = on_problem
        self._on_trace = on_trace
        self._cascade = Cascade(site.aliases)
        self._authors = known_authors(site, root, on_problem)
        self._sources = DateSources(site.dates_from, root if root.is_dir() else root.parent, on_problem)

    @property
    def dependencies(self) -> tuple[str, ...]:
        """The paths of the files that were looked at for all articles, sorted, also those where there is none."""
        return authors_paths(self._site, self._root)

    def parse(self, file: SourceFile) -> ParsedArticle | None:
        """The article in a file, its content not made yet; None for the page of a section. Raises `ArticleError`."""
        if file.section_page:
            self._add_defaults(file)
            return None
        if self._cascade.refuses(file.parts):
            return None
        name = file.name
        parsed = self._parse(name)
        try:
            return self._make(file, printable(name), parsed)
        except ArticleError as error:
            if parsed.metadata or error.problem.code not in _MISSING:
                raise
            raise ArticleError(replace(error.problem, hint=_NO_FRONT_MATTER)) from error

    def _make(self, file: SourceFile, source: str, parsed: Parsed) -> ParsedArticle:
        found = place(file.parts, self._site.languages)
        metadata, places = self._inherited(file, found, parsed.metadata)
        report = Reporter(source, self._on_problem, parsed.lines, line=1, inherited=places)
        article = Article(
            metadata=metadata,
            source=source,
            body=parsed.body,
            body_line=parsed.body_line,
            file=file.path,
            place=found,
            sources=self._sources,
            known_authors=self._authors,
            trace=self._traced(source, parsed, places),
        )
        for line, text in parsed.cut_off:
            report.note(
                "FK214", f"{shown(text)} is a comment to YAML, and no part of the value", line=line, hint=_QUOTE
            )
        return parsed_article(article, self._site, report)

    def _inherited(
        self, file: SourceFile, found: Place, own: Mapping[str, Any]
    ) -> tuple[Mapping[str, Any], Mapping[str, Where]]:
        """The keys of an article with those that its place and its folders give it, and where these stand."""
        if found.language and not self._cascade.has(own, "language"):
            own = {**own, "language": found.language}
        inherited = self._cascade.inherited(file.parts, found.language, own)
        return ({**own, **inherited.metadata} if inherited.metadata else own), inherited.places

    def _traced(self, source: str, parsed: Parsed, inherited: Mapping[str, Where]) -> Trace | None:
        if self._on_trace is None:
            return None
        trace = Trace(source=source, lines=parsed.lines, inherited=inherited)
        self._on_trace(trace)
        return trace

    def _add_defaults(self, file: SourceFile) -> None:
        folder = file.parts[:-1]
        name = file.name
        report = Reporter(name, self._on_problem)
        try:
            parsed = self._parse(name)
            report = Reporter(name, self._on_problem, parsed.lines, line=1)
            found = cascade.defaults(parsed, report.path, report)
        except ArticleError as error:
            self._cascade.refuse(folder)
            problem = error.problem
            message = f"{problem.message}; the articles below its folder are left out"
            report.refuse(problem.code, message, key=problem.key, line=problem.line, hint=problem.hint)
        self._cascade.add(folder, section_page(file.parts[-1], self._site.languages)[1], found)

    def _parse(self, name: str) -> Parsed:
        try:
            return parse(read_text(name, self._root, self._site.limits), self._site.limits)
        except UnreadableError as error:
            self._reporter(name).refuse("FK209", str(error), line=error.line, hint=error.hint)
        except FrontMatterError as error:
            self._reporter(name).refuse("FK201", str(error), key=error.key, line=error.line or 1, hint=error.hint)

    def _reporter(self, name: str) -> Reporter:
        return Reporter(name, self._on_problem)
