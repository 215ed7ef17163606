"""A build whose entries wait for their content until a feed has room for them: most of a large site never has it.

Refuses sites that need the content of every article for something else (`may_wait`): they are read whole.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from feedkit.errors import DocumentError, OnProblem, Problem
from feedkit.formats.format import Format
from feedkit.model import Entry
from feedkit.setting_tables import Content
from feedkit.settings import Site
from feedkit.site import Edition, content_of, edition, formats_of, instant
from feedkit.site.archives import pages
from feedkit.taxonomy import Selection
from feedkit.workshop.crew import Crew
from feedkit.workshop.spool import Span, Spool
from feedkit.workshop.worker import Outline, Wanted

_Key = tuple[int, str, Content]


def may_wait(site: Site) -> bool:
    """Whether nothing but feeds needs the content of articles."""
    elsewhere = site.ids or site.sitemap.ledger or site.sitemap.videos or "content" in site.sitemap.images
    return not (elsewhere or site.source_markdown or site.extensions)


@dataclass(slots=True, kw_only=True)
class Waiting:
    """The articles of a folder, and what feeds hold of them. Not frozen: it is filled in steps."""

    site: Site
    crew: Crew
    on_problem: OnProblem
    entries: list[Entry] = field(default_factory=list)
    _indexes: dict[int, int] = field(default_factory=dict)
    _made: dict[_Key, tuple[Spool, Span] | Problem] = field(default_factory=dict)

    def read(self, watch: Callable[[Iterable[Any], str], Iterable[Any]]) -> None:
        """Read the outline of every article."""
        for outline in watch(_Counted(self.crew.outlines(), len(self.crew)), "reading"):
            self._take(outline)

    def _take(self, outline: Outline) -> None:
        for problem in outline.problems:
            self.on_problem(problem)
        if outline.entry is not None:
            self.entries.append(outline.entry)
            # By what they are: the entries of an edition are those that were read.
            self._indexes[id(outline.entry)] = outline.index

    def edition(self, watch: Callable[[Iterable[Any], str], Iterable[Any]]) -> Edition:
        """What is published, when what cannot be rendered is left out."""
        # The clock is read once: an article that falls due during the build is in all documents or in none.
        site = replace(self.site, as_of=instant(self.site))
        while True:
            told: list[Problem] = []
            made = edition(site, self.entries, told.append)
            refused = self._render(_wanted(made), watch)
            if not refused:
                break
            self.entries = [entry for entry in self.entries if id(entry) not in refused]
        for problem in told:
            self.on_problem(problem)
        return replace(made, site=self.site)

    def fragment(self, entry: Entry, format_: Format, content: Content) -> bytes:
        """The bytes of an entry. Raises `DocumentError` for one that the format cannot hold."""
        key = (id(entry), format_.name, content)
        if key not in self._made:
            # A summary for want of room. What there is to tell of the article was told when it was first rendered.
            self._keep(entry, *next(self.crew.fragments({self._indexes[id(entry)]: ((format_.name, content),)})))
        found = self._made[key]
        if isinstance(found, Problem):
            raise DocumentError(found)
        spool, span = found
        return spool.read(span)

    def _render(
        self, wanted: dict[int, tuple[Entry, list[Wanted]]], watch: Callable[[Iterable[Any], str], Iterable[Any]]
    ) -> set[int]:
        """Have made what is not there yet; which entries cannot be."""
        missing = {
            self._indexes[key]: (entry, tuple(one for one in pairs if (key, *one) not in self._made))
            for key, (entry, pairs) in wanted.items()
        }
        orders = {index: pairs for index, (_, pairs) in missing.items() if pairs}
        refused = set()
        told = []
        for made, spool in watch(_Counted(self.crew.fragments(orders), len(orders)), "rendering"):
            entry = missing[made.index][0]
            told.append(made)
            if made.refused:
                refused.add(id(entry))
            else:
                self._keep(entry, made, spool)
        # Processes are done when they are done: the order is that of the files.
        for made in sorted(told, key=lambda made: made.index):
            for problem in made.problems:
                self.on_problem(problem)
        return refused

    def _keep(self, entry: Entry, made: Any, spool: Spool) -> None:
        for (name, content), found in made.spans:
            kept = found if isinstance(found, Problem) else (spool, found)
            self._made[id(entry), name, content] = kept


def _wanted(made: Edition) -> dict[int, tuple[Entry, list[Wanted]]]:
    """Which entries feeds hold, in which formats, and how much of each."""
    wanted: dict[int, tuple[Entry, list[Wanted]]] = {}
    for selection in made.selections:
        pairs = _pairs(made.site, selection)
        for page in pages(selection, archives=made.site.archives):
            for entry in page.entries:
                _, known = wanted.setdefault(id(entry), (entry, []))
                known += [pair for pair in pairs if pair not in known]
    return wanted


def _pairs(site: Site, selection: Selection) -> list[Wanted]:
    content = content_of(site, selection)
    return [(format_.name, content) for format_ in formats_of(site, selection)]


@dataclass(frozen=True, slots=True)
class _Counted:
    """An iterator that knows how many are to come, for a bar."""

    items: Iterator[Any]
    count: int

    def __iter__(self) -> Iterator[Any]:
        return self.items

    def __len__(self) -> int:
        return self.count
