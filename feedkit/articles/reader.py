"""One article file after the other into entries: text, front matter, what the path and the folders add.

Refuses an article whose folder's defaults cannot be read; the folder's problem says so once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from feedkit.articles import cascade
from feedkit.articles._yamlpatterns import Patterns
from feedkit.articles.authors_file import known_authors
from feedkit.articles.cascade import Cascade, Where
from feedkit.articles.entry import Draft, draft_entry
from feedkit.articles.filedates import DateSources
from feedkit.articles.files import SourceFile, read_text
from feedkit.articles.frontmatter import Parsed, parse
from feedkit.articles.intake import Article
from feedkit.articles.naming import Place, place, section_page
from feedkit.articles.ordinary import Given, Ordinary, is_simple
from feedkit.articles.report import Reporter
from feedkit.articles.trace import OnTrace, Trace
from feedkit.articles.unreadable import FrontMatterError, UnreadableError
from feedkit.config.site import Site
from feedkit.errors import ArticleError, OnProblem, printable, shown
from feedkit.model import Entry
from feedkit.records import replace

_QUOTE = "put the whole value in quotes, or a blank behind the # of a comment"

# No date and no title: what front matter is for.
_MISSING = frozenset(["FK105", "FK203"])
_NO_FRONT_MATTER = "the file has no front matter: begin it with a line ---, keys and a line ---, or exclude it"


class Reader:
    """Reads the files of one folder, in the order in which they are found."""

    def __init__(self, root: Path, site: Site, on_problem: OnProblem, on_trace: OnTrace | None = None) -> None:
        """Raises `SettingsError` where `site.dates_from` wants git and it cannot tell."""
        self._root = root
        self._site = site
        self._on_problem = on_problem
        self._on_trace = on_trace
        self._cascade = Cascade(site.aliases)
        self._authors = known_authors(site, root, on_problem)
        self._sources = DateSources(site.dates_from, root if root.is_dir() else root.parent, on_problem)
        self._ordinary = Ordinary(site, self._authors) if on_trace is None else None
        self._patterns = Patterns(site.limits)

    def entry(self, file: SourceFile) -> Entry | None:
        """The entry of an article; None for the page of a section. Raises `ArticleError`."""
        draft = self.draft(file)
        return draft.complete() if draft else None

    def drafts(self, files: Sequence[SourceFile]) -> list[Draft | None]:
        """Drafts of the ordinary ones among files; None for one of which there may be something to tell."""
        found: list[Draft | None] = [None] * len(files)
        if self._ordinary is None:
            return found
        given = [(number, one) for number, file in enumerate(files) if (one := self._given(file))]
        for (number, _), draft in zip(given, self._ordinary.drafts([one for _, one in given]), strict=True):
            found[number] = draft
        return found

    def _given(self, file: SourceFile) -> Given | None:
        """What is known of an article that may be ordinary."""
        if file.section_page or self._cascade.refuses(file.parts):
            return None
        name = file.name
        try:
            text = read_text(name, self._root, self._site.limits)
        except UnreadableError:
            return None
        block = None if "\r" in text else self._patterns.block(text)
        if block is None:
            return None
        found, keys, values = place(file.parts, self._site.languages), block.keys, block.values
        if found.language or self._cascade:
            metadata, _ = self._inherited(file, found, dict(zip(keys, values, strict=True)))
            if not is_simple(metadata):
                return None
            keys, values = tuple(metadata), tuple(metadata.values())
        return Given(
            keys=keys,
            values=values,
            body=text[block.end :],
            body_line=block.line,
            file=file,
            place=found,
            report=Reporter(printable(name), self._on_problem, line=1),
        )

    def draft(self, file: SourceFile) -> Draft | None:
        """The same, without the content until that is wanted."""
        return self.drafts([file])[0] or self.longer_look(file)

    def longer_look(self, file: SourceFile) -> Draft | None:
        """The same as `draft`, for a file that `drafts` has no draft of."""
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

    def _make(self, file: SourceFile, source: str, parsed: Parsed) -> Draft:
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
        return draft_entry(article, self._site, report)

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
