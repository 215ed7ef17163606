"""The work on one article, wherever it is done: its outline first, and what feeds hold of it when one wants it.

Refuses to remember more articles than it has room for: the older ones, which few feeds hold, are read again.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from heapq import heappop, heappush
from pathlib import Path

from feedkit.articles.entry import ParsedArticle
from feedkit.articles.files import SourceFile, source_files
from feedkit.articles.reader import ArticleReader
from feedkit.config.site import Site
from feedkit.config.tables import Content
from feedkit.errors import ArticleError, DocumentError, OnProblem, Problem
from feedkit.formats.alone import Reader as Reading
from feedkit.formats.together import Together
from feedkit.formats.vocabularies import Namespaces
from feedkit.model import Entry
from feedkit.pipeline.outline import Outline, Outliner, Outlines
from feedkit.pipeline.spool import Span, Spool
from feedkit.pipeline.templates import Templates
from feedkit.records import dataclass, field
from feedkit.site import FEED_FORMATS
from feedkit.site.shortening import shortened

#: How much the articles that wait for their content may take, in characters of Markdown, for all workers together:
#: what their outlines leave of the most, and no less than the least.
MOST, LEAST = 160 << 20, 80 << 20
# What an outline takes in the process that chooses.
_OUTLINE = 1_000
# How many are rendered abreast.
_ABREAST = 32
# What an article takes beside its Markdown.
_BESIDE = 5_000

#: A format by its name, and how much of an entry.
Wanted = tuple[str, Content]

#: Where bytes are, and what a document must declare for them to be read, where it is sure that they can be.
Spooled = tuple[Span, Namespaces | None]

#: The bytes of an article in each format; what is wrong with it for those that cannot hold it.
Spans = tuple[tuple[Wanted, Spooled | Problem], ...]


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
    templates: Templates = field(default_factory=Templates)
    drafts: dict[int, ParsedArticle] = field(default_factory=dict)
    outliner: Outliner = field(init=False)
    _oldest: list[tuple[float, int]] = field(default_factory=list)
    _needs: dict[Namespaces, Namespaces] = field(default_factory=dict)
    _groups: dict[tuple[Wanted, ...], Together] = field(default_factory=dict)
    _ready: dict[tuple[int, tuple[Wanted, ...]], Fragments] = field(default_factory=dict)
    _reader: Reading = field(default_factory=Reading)

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
        if (index, wanted) not in self._ready:
            self.render([(index, wanted)])
        return self._ready.pop((index, wanted))

    def render(self, calls: Sequence[tuple[int, tuple[Wanted, ...]]]) -> None:
        """Have ready what `fragments` is about to be called for.

        A few articles go from stage to stage together: a processor is quicker at what it has just done.
        """
        for begin in range(0, len(calls), _ABREAST):
            abreast = calls[begin : begin + _ABREAST]
            orders: dict[tuple[Wanted, ...], list[tuple[int, Entry, tuple[Problem, ...]]]] = {}
            whole = self._completed([index for index, _ in abreast])
            for (index, wanted), (entry, problems) in zip(abreast, whole, strict=True):
                if entry is None:
                    self._ready[index, wanted] = Fragments(index=index, problems=problems, refused=True)
                else:
                    orders.setdefault(wanted, []).append((index, entry, problems))
            for wanted, articles in orders.items():
                each = self._spans([entry for _, entry, _ in articles], wanted)
                for (index, _, problems), spans in zip(articles, each, strict=True):
                    self._ready[index, wanted] = Fragments(index=index, spans=spans, problems=problems)

    def _completed(self, indices: Sequence[int]) -> list[tuple[Entry | None, tuple[Problem, ...]]]:
        """Articles with their content, and what is to tell of each."""
        return [self._complete(index) for index in indices]

    def _complete(self, index: int) -> tuple[Entry | None, tuple[Problem, ...]]:
        """An article with its content, if it has waited for that or can be read again."""
        try:
            draft = self._taken(index) or self._again(index)
            return draft.complete() if draft else None, self._told()
        except ArticleError as error:
            return None, (*self._told(), error.problem)

    def _spans(self, entries: Sequence[Entry], wanted: tuple[Wanted, ...]) -> list[Spans]:
        """What feeds hold of each."""
        spans: list[Spans] = [()] * len(entries)
        for content in dict.fromkeys([content for _, content in wanted]):
            alike = tuple([one for one in wanted if one[1] == content])
            spans = [one + more for one, more in zip(spans, self._alike(entries, alike, content), strict=True)]
        return spans

    def _alike(self, entries: Sequence[Entry], wanted: tuple[Wanted, ...], content: Content) -> Iterator[Spans]:
        """As much of each in some formats: made and read at once where that can be, else one by one."""
        found = self._group(wanted).fragments([shortened(one, content, self.site.read_more) for one in entries])
        places = iter(self.spool.add_all([fragment for made in found if made for fragment in made[0]]))
        for entry, made in zip(entries, found, strict=True):
            if made:
                yield tuple([(one, (next(places), needs)) for one, needs in zip(wanted, made[1], strict=True)])
            else:
                yield tuple([(one, self._span(entry, one)) for one in wanted])

    def _group(self, wanted: tuple[Wanted, ...]) -> Together:
        """The formats that work together. Few are wanted otherwise than others."""
        if (found := self._groups.get(wanted)) is None:
            found = self._groups[wanted] = Together([self.templates.format(FEED_FORMATS[name]) for name, _ in wanted])
        return found

    def _span(self, entry: Entry, wanted: Wanted) -> Spooled | Problem:
        name, content = wanted
        one, format_ = shortened(entry, content, self.site.read_more), self.templates.format(FEED_FORMATS[name])
        try:
            fragment = format_.fragment(one)
        except DocumentError as error:
            return error.problem
        needs = format_.needs(one)
        # What most entries need is the same, and is sent to the other process once for many.
        needs = self._needs.setdefault(needs, needs)
        return self.spool.add(fragment), needs if self._reader.passes(fragment, needs, one) else None

    def made_templates(self) -> dict[bytes, bytes]:
        """The templates that it has made."""
        return self.templates.made()

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


def begun(root: Path, site: Site, on_problem: OnProblem, files: Sequence[SourceFile] | None = None) -> Worker:
    """A worker for the articles of a folder, which knows its files and what folders hand down; or for some files.

    Raises `SettingsError` as `read`. The pages of sections are read here, since every article may depend on them.
    """
    found: list[Problem] = []
    reader = ArticleReader(root, site, found.append)
    every = list(source_files(root, site, found.append)) if files is None else files
    worker = Worker(site=site, reader=reader, files=every, found=found)
    for index, file in enumerate(every):
        if file.section_page:
            found.extend(worker.outline(index).problems)
    for problem in found:
        on_problem(problem)
    found.clear()
    return worker
