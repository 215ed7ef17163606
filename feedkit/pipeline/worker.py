"""The work on one article, wherever it is done: its outline first, and what feeds hold of it when one wants it.

Refuses to remember more articles than it has room for: the older ones, which few feeds hold, are read again.
"""

from __future__ import annotations

from collections.abc import Sequence
from heapq import heappop, heappush
from pathlib import Path

from feedkit.articles.discover import SourceFile, source_files
from feedkit.articles.reader import ArticleReader, ParsedArticle
from feedkit.config.site import Site
from feedkit.config.tables import Content
from feedkit.errors import ArticleError, DocumentError, OnProblem, Problem
from feedkit.model import Entry
from feedkit.pipeline.outline import Outline, Outliner, Outlines
from feedkit.pipeline.spool import Span, Spool
from feedkit.records import dataclass, field
from feedkit.site import FEED_FORMATS
from feedkit.site.shortening import shortened

#: How much the articles that wait for their content may take, in characters of Markdown, for all workers together:
#: what their outlines leave of the most, and no less than the least.
MOST, LEAST = 160 << 20, 80 << 20
# What an outline takes in the process that chooses.
_OUTLINE = 1_000
# What an article takes beside its Markdown.
_BESIDE = 5_000

#: A format by its name, and how much of an entry.
Wanted = tuple[str, Content]

#: The bytes of an article in each format; what is wrong with it for those that cannot hold it.
Spans = tuple[tuple[Wanted, Span | Problem], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fragments:
    """What feeds hold of an article."""

    #: The place of its file among all files.
    index: int
    #: Where the bytes of each are in the worker's spool; None for what a format cannot hold.
    spans: Spans = ()
    #: What was found.
    problems: tuple[Problem, ...] = ()
    #: Whether its content ends the article.
    refused: bool = False


@dataclass(slots=True, kw_only=True)
class Worker:
    """Reads articles by the numbers of their files. Not frozen: it remembers them, and belongs to one process."""

    site: Site
    reader: ArticleReader
    files: Sequence[SourceFile]
    found: list[Problem]
    room: int = field(init=False)
    keyed: bool = False
    spool: Spool = field(default_factory=Spool)
    drafts: dict[int, ParsedArticle] = field(default_factory=dict)
    outliner: Outliner = field(init=False)
    _oldest: list[tuple[float, int]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.room = max(LEAST, MOST - len(self.files) * _OUTLINE)
        self.outliner = Outliner(self.site)

    def outline(self, index: int) -> Outline:
        """The outline of an article. Never raises for what is in it."""
        return self.outlines([index]).each()[0]

    def outlines(self, indices: Sequence[int]) -> Outlines:
        """The outlines of articles. Never raises for what is in them."""
        told: list[tuple[Problem, ...]] = []
        drafts: list[ParsedArticle | None] = []
        for index in indices:
            draft, problem = self._parsed(index)
            drafts.append(draft)
            told.append((*self._told(), problem) if problem else self._told())
            if draft:
                self._keep(index, draft)
        found = [draft for draft in drafts if draft]
        words = [(draft.body.line, draft.body.markdown) for draft in found]
        columns, keys = self.outliner.outlines([draft.metadata for draft in found], words, keyed=self.keyed)
        accepted, each = [draft is not None for draft in drafts], iter(keys)
        return Outlines(
            problems=told, keys=[next(each) if one else b"" for one in accepted], accepted=accepted, columns=columns
        )

    def _parsed(self, index: int) -> tuple[ParsedArticle | None, Problem | None]:
        try:
            return self.reader.parse(self.files[index]), None
        except ArticleError as error:
            return None, error.problem

    def whole(self, index: int) -> Outline:
        """An article with its content. Never raises for what is in it."""
        try:
            draft = self.reader.parse(self.files[index])
            entry = draft.complete() if draft else None
        except ArticleError as error:
            return Outline(entry=None, problems=(*self._told(), error.problem))
        return Outline(entry=entry, problems=self._told())

    def fragments(self, index: int, wanted: tuple[Wanted, ...]) -> Fragments:
        """What feeds hold of an article, into the spool."""
        entry, problems = self._complete(index)
        if entry is None:
            return Fragments(index=index, problems=problems, refused=True)
        spans = tuple([(one, self._span(entry, one)) for one in wanted])
        return Fragments(index=index, spans=spans, problems=problems)

    def _complete(self, index: int) -> tuple[Entry | None, tuple[Problem, ...]]:
        """An article with its content, if it has waited for that or can be read again."""
        try:
            draft = self._taken(index) or self._again(index)
            return draft.complete() if draft else None, self._told()
        except ArticleError as error:
            return None, (*self._told(), error.problem)

    def _span(self, entry: Entry, wanted: Wanted) -> Span | Problem:
        name, content = wanted
        try:
            return self.spool.add(FEED_FORMATS[name].fragment(shortened(entry, content, self.site.read_more)))
        except DocumentError as error:
            return error.problem

    def _keep(self, index: int, draft: ParsedArticle) -> None:
        self.room -= _size(draft)
        self.drafts[index] = draft
        heappush(self._oldest, (draft.metadata.published.timestamp(), index))
        while self.room < 0:
            self._taken(heappop(self._oldest)[1])

    def _taken(self, index: int) -> ParsedArticle | None:
        """An article that waited; None where it did not, or not any more."""
        draft = self.drafts.pop(index, None)
        self.room += _size(draft) if draft else 0
        return draft

    def _again(self, index: int) -> ParsedArticle | None:
        """An article that did not wait. What there is to tell of its fields was told with its outline."""
        draft = self.reader.parse(self.files[index])
        self.found.clear()
        return draft

    def _told(self) -> tuple[Problem, ...]:
        told = tuple(self.found)
        self.found.clear()
        return told


def _size(draft: ParsedArticle) -> int:
    return len(draft.body.markdown or "") + _BESIDE


def begun(
    root: Path,
    site: Site,
    on_problem: OnProblem,
    files: Sequence[SourceFile] | None = None,
    *,
    may_be_none: bool = False,
) -> Worker:
    """A worker for the articles of a folder, which knows its files and what folders hand down; or for some files.

    Raises `SettingsError` as `read`. The pages of sections are read here, since every article may depend on them.
    """
    found: list[Problem] = []
    reader = ArticleReader(root, site, found.append)
    every = files or list(source_files(root, site, found.append, may_be_none=may_be_none))
    worker = Worker(site=site, reader=reader, files=every, found=found)
    for index, file in enumerate(every):
        if file.section_page:
            found.extend(worker.outline(index).problems)
    for problem in found:
        on_problem(problem)
    found.clear()
    return worker
