"""A build whose entries wait for their content until a feed has room for them: most of a large site never has it.

Refuses sites that need the content of every article for something else (`may_wait`): they are read whole.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from feedkit.document import Document, Kept
from feedkit.errors import DocumentError, OnProblem, Problem
from feedkit.formats.format import Format
from feedkit.instant import instant
from feedkit.model import Entry
from feedkit.publishing.remembered import Remembered
from feedkit.setting_tables import Content
from feedkit.settings import Site
from feedkit.site import Edition, content_of, edition, formats_of
from feedkit.site.archives import Page, pages
from feedkit.site.assembly import changed_documents
from feedkit.site.heads import path
from feedkit.taxonomy import Selection
from feedkit.workshop.crew import Crew
from feedkit.workshop.spool import Span, Spool
from feedkit.workshop.worker import Fragments, Outline, Wanted

#: Wraps an iterable to show how far a stage is; gets the stage's name.
Watch = Callable[[Iterable[Any], str], Iterable[Any]]

_Stamp = tuple[int, int, int]


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
    watch: Watch
    #: What the last build knew; None where nothing is remembered.
    remembered: Remembered | None = None
    #: Every article that could be read and rendered.
    entries: list[Entry] = field(default_factory=list)
    #: What each feed document is made of, by its path.
    signatures: dict[str, bytes] = field(default_factory=dict)
    #: The feeds that are on disk.
    kept: dict[str, _Stamp] = field(default_factory=dict)
    #: What was found when articles were rendered, by the digests of these.
    rendered: dict[bytes, tuple[Problem, ...]] = field(default_factory=dict)
    _outlines: dict[int, Outline] = field(default_factory=dict)
    _made: dict[tuple[int, str, Content], tuple[Spool, Span] | Problem] = field(default_factory=dict)
    _told: dict[int, tuple[Problem, ...]] = field(default_factory=dict)

    def read(self) -> None:
        """Read the outline of every article that is not known."""
        known = self.remembered.outlines(self.crew.files) if self.remembered else {}
        read = self.crew.outlines([index for index in self.crew.articles if index not in known])
        each = (known[index] if index in known else next(read) for index in self.crew.articles)
        for outline in self.watch(_Counted(each, len(self.crew.articles)), "reading"):
            self._take(outline)

    def _take(self, outline: Outline) -> None:
        for problem in outline.problems:
            self.on_problem(problem)
        if self.remembered:
            self.remembered.note(outline)
        if outline.entry is not None:
            self.entries.append(outline.entry)
            # By what they are: the entries of an edition are those that were read.
            self._outlines[id(outline.entry)] = outline

    def edition(self) -> tuple[Edition, list[Problem]]:
        """What is published, when what cannot be rendered is left out; and what is to be told of that choice."""
        # The clock is read once: an article that falls due during the build is in all documents or in none.
        site = replace(self.site, as_of=instant(self.site))
        while True:
            told: list[Problem] = []
            made = edition(site, self.entries, told.append)
            held = self._planned(made)
            refused = self._render(held)
            if not refused:
                break
            self.entries = [entry for entry in self.entries if id(entry) not in refused]
        self._tell(held)
        return replace(made, site=self.site), told

    def documents(self, made: Edition) -> Iterator[Document | Kept]:
        """The documents of an edition; of those that are on disk, only that they are."""
        return changed_documents(made, self.on_problem, self.fragment, self.kept)

    def fragment(self, entry: Entry, format_: Format, content: Content) -> bytes:
        """The bytes of an entry. Raises `DocumentError` for one that the format cannot hold."""
        key = (id(entry), format_.name, content)
        if key not in self._made:
            # A summary for want of room. What there is to tell of the article was told when it was first rendered.
            for made, spool in self.crew.fragments({self._outlines[id(entry)].index: ((format_.name, content),)}):
                self._keep(entry, made, spool)
        found = self._made[key]
        if isinstance(found, Problem):
            raise DocumentError(found)
        spool, span = found
        return spool.read(span)

    def _planned(self, made: Edition) -> dict[int, tuple[Entry, list[Wanted]]]:
        """Which entries feeds hold; in which formats and how much of each, for feeds that are not there as they are."""
        held: dict[int, tuple[Entry, list[Wanted]]] = {}
        self.signatures, self.kept = {}, {}
        for selection in made.selections:
            content = content_of(made.site, selection)
            formats = formats_of(made.site, selection)
            for page in pages(selection, archives=made.site.archives):
                keys = b"".join([self._outlines[id(entry)].key for entry in page.entries])
                missing = [one.name for one in formats if not self._is_kept(selection, page, one, content, keys)]
                for entry in page.entries if formats else ():
                    _, pairs = held.setdefault(id(entry), (entry, []))
                    pairs += [(name, content) for name in missing if (name, content) not in pairs]
        return held

    def _is_kept(self, selection: Selection, page: Page, format_: Format, content: Content, keys: bytes) -> bool:
        """Whether a feed is on disk already, made of the same."""
        if self.remembered is None:
            return False
        name = path(self.site, selection.folder + page.folder, format_)
        whole = (content, page.number, page.archives, bool(selection.older), selection.term, selection.feed)
        signature = self.signatures[name] = self.remembered.signature(name, selection, whole, keys)
        if (stamp := self.remembered.kept(name, signature)) is None:
            return False
        self.kept[name] = stamp
        return True

    def _render(self, held: Mapping[int, tuple[Entry, list[Wanted]]]) -> set[int]:
        """Have made what is not there yet; which entries cannot be."""
        missing = {
            self._outlines[key].index: (entry, tuple(one for one in pairs if (key, *one) not in self._made))
            for key, (entry, pairs) in held.items()
        }
        orders = {index: pairs for index, (_, pairs) in sorted(missing.items()) if pairs}
        refused = set()
        for made, spool in self.watch(_Counted(self.crew.fragments(orders), len(orders)), "rendering"):
            entry = missing[made.index][0]
            self._told[made.index] = made.problems
            if made.refused:
                refused.add(id(entry))
            else:
                self._keep(entry, made, spool)
        return refused

    def _keep(self, entry: Entry, made: Fragments, spool: Spool) -> None:
        for (name, content), found in made.spans:
            self._made[id(entry), name, content] = found if isinstance(found, Problem) else (spool, found)

    def _tell(self, held: Mapping[int, tuple[Entry, list[Wanted]]]) -> None:
        """Tell what was found when articles were rendered, now or earlier, in the order of the files."""
        if self.remembered:
            for key in held:
                outline = self._outlines[key]
                if told := self._told.setdefault(outline.index, self.remembered.told(outline.key)):
                    self.rendered[outline.key] = told
        for index in sorted(self._told):
            for problem in self._told[index]:
                self.on_problem(problem)


@dataclass(frozen=True, slots=True)
class _Counted:
    """An iterator that knows how many are to come, for a bar."""

    items: Iterator[Any]
    count: int

    def __iter__(self) -> Iterator[Any]:
        return self.items

    def __len__(self) -> int:
        return self.count
