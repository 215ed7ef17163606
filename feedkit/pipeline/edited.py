"""The build after an edit that only feeds show: the documents that hold the article are made, and no others.

Refuses every other change: an article that is new or gone, that is chosen or listed otherwise than before, or of which
there is something else to tell, makes a whole build.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from feedkit.articles.discover import SourceFile
from feedkit.config.site import Site
from feedkit.document import Document, Kept
from feedkit.errors import Problem
from feedkit.model import Entry
from feedkit.output.changed_urls import ChangedUrls
from feedkit.output.report import Report
from feedkit.output.tree import Tree
from feedkit.output.writer import write
from feedkit.pipeline.deferred import Waiting, Watch
from feedkit.pipeline.file_key import stamp
from feedkit.pipeline.inputs import Inputs
from feedkit.pipeline.known import KnownFiles, known_files
from feedkit.pipeline.memory import Memory
from feedkit.pipeline.options import Options
from feedkit.pipeline.outline import LISTED, Outline
from feedkit.pipeline.pool import Crew
from feedkit.pipeline.rebuild import BESIDE, Left, State, done
from feedkit.pipeline.remembered import STAMPS, HeldFeed, Holders, Remembered
from feedkit.pipeline.worker import Worker, begun
from feedkit.records import dataclass, field, replace
from feedkit.site import Edition
from feedkit.site.heads import path
from feedkit.site.taxonomy import order

#: More edits at once are as well a whole build.
MANY = 64


def edited(
    site: Site,
    folders: tuple[Path, Path],
    options: Options,
    watch: Watch,
    before: tuple[Memory, Inputs, Left],
) -> Report | None:
    """The report of a build after such an edit; None where there was none, or another change.

    `folders` are that of the articles and the output; nothing in the output has changed, and nothing is due, since
    the build `before`.
    """
    memory, found, _ = before
    rows = {key: known_files(row) for key, row in memory.plain_all(STAMPS).items()}
    known = {key.removeprefix(STAMPS): row for key, row in rows.items() if row}
    changed = {name: first for first, row in known.items() for name in row.changed(found.files)}
    shared = found.digest_of(found.files.keys() - {name for row in known.values() for name in row.names})
    if not 0 < len(changed) <= MANY or any(row.shared != shared for row in known.values()):
        return None
    remembered = Remembered(memory=memory, inputs=found, shared=shared)
    if (holders := remembered.holders()) is None:
        return None
    edit = _Edit(site=site, folders=folders, remembered=remembered, holders=holders, known=known, changed=changed)
    return edit.build(options, watch, before[2])


@dataclass(slots=True, kw_only=True)
class _Edit:
    """A few articles that differ from what is known of them. Not frozen: it is filled in steps."""

    site: Site
    #: The folder of articles, and the output folder.
    folders: tuple[Path, Path]
    remembered: Remembered
    holders: Holders
    #: What is known of all articles, by chunk; and the chunk of each article that differs.
    known: dict[str, KnownFiles]
    changed: dict[str, str]
    #: The articles of those chunks as they were.
    before: dict[str, dict[str, Outline]] = field(init=False)
    #: Each of these, as it is now.
    fresh: dict[str, Outline] = field(default_factory=dict)
    #: What was found meanwhile.
    told: list[Problem] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.before = self.remembered.outlines_of({first: self.known[first] for first in self.changed.values()})

    def build(self, options: Options, watch: Watch, left: Left) -> Report | None:
        """Make the documents that hold the articles, publish them, and remember it; or do nothing."""
        wanted = self.remembered.holding(self.changed)
        feeds = self.remembered.held(wanted)
        names = list(dict.fromkeys([*self.changed, *(name for feed in feeds for name in feed.names)]))
        places = {name: place for place, name in enumerate(names, len(self.holders.pages))}
        with Crew(self._worker(names), 1, self.told.append) as crew:
            self.fresh = self._read(crew, places)
            if len(feeds) < len(wanted) or not self._are_listed_alike():
                return None
            waiting = self._waiting(crew, watch)
            made = self._edition(waiting, feeds, places, left.state)
            documents = self._documents(waiting, made) if made else None
            return None if documents is None else self._published(waiting, documents, options, left)

    def _read(self, crew: Crew, places: Mapping[str, int]) -> dict[str, Outline]:
        for outlines, _ in crew.outlines([[places[name] for name in self.changed]]):
            return dict(zip(self.changed, outlines, strict=True))
        return {}

    def _worker(self, names: Iterable[str]) -> Worker:
        files = [self._file(name) for name in (*self.holders.pages, *names)]
        worker = begun(self.folders[0], self.site, self.told.append, files)
        worker.keyed = True
        return worker

    def _file(self, name: str) -> SourceFile:
        parts = tuple(name.split("/"))
        return SourceFile(
            path=str(self.folders[0].joinpath(*parts)), parts=parts, section_page=name in self.holders.pages
        )

    def _are_listed_alike(self) -> bool:
        """Whether each article is chosen and listed as it was, and tells the same."""
        return all(
            (old := self._old(name)) is not None
            and new.entry is not None
            and new.key[:LISTED] == old.key[:LISTED]
            and new.problems == old.problems
            for name, new in self.fresh.items()
        )

    def _old(self, name: str) -> Outline | None:
        return self.before[self.changed[name]].get(name)

    def _waiting(self, crew: Crew, watch: Watch) -> Waiting:
        return Waiting(
            site=self.site,
            tree=Tree(root=Path(os.path.realpath(self.folders[1])), descriptor=None),
            crew=crew,
            on_problem=self.told.append,
            watch=watch,
            remembered=self.remembered,
        )

    def _edition(
        self, waiting: Waiting, feeds: Sequence[HeldFeed], places: Mapping[str, int], state: State
    ) -> Edition | None:
        """The feeds that hold the articles; None where it is not known what they were made of."""
        entries: dict[str, Entry] = {}
        formats = {feed.selection.folder: feed.formats(self.site) for feed in feeds}
        self.remembered.look_up(path(self.site, folder, one) for folder, each in formats.items() for one in each)
        for feed in feeds:
            keys = self.remembered.keys(path(self.site, feed.selection.folder, formats[feed.selection.folder][0]))
            held = feed.entries()
            if len(keys) != len(feed.names) or len(held) != len(feed.names):
                return None
            for name, entry, key in zip(feed.names, held, keys, strict=True):
                if entries.setdefault(name, entry) is entry:
                    waiting.hold(entry, places[name], self.fresh[name].key if name in self.fresh else _UNLISTED + key)
        return Edition(
            site=self.site,
            entries=tuple(sorted(entries.values(), key=order)),
            # The same article is the same entry in all of them.
            selections=tuple(
                replace(feed.selection, entries=tuple(entries[name] for name in feed.names)) for feed in feeds
            ),
            drafts=0,
            future=0,
            expired=0,
            duplicates=0,
            next_change=state.next_change,
            now=state.now,
        )

    def _documents(self, waiting: Waiting, made: Edition) -> list[Document | Kept] | None:
        """The feeds; None where an article cannot be rendered, or where there is something else to tell than before."""
        if not waiting.rendered(made):
            return None
        before = {old.key: self.fresh[name].key for name in self.fresh if (old := self._old(name))}
        if any(self.remembered.told(old) != waiting.told.get(new, ()) for old, new in before.items()):
            return None
        count = len(self.told)
        documents = list(waiting.feeds(made))
        return documents if len(self.told) == count else None

    def _published(
        self, waiting: Waiting, documents: Iterable[Document | Kept], options: Options, left: Left
    ) -> Report | None:
        state = left.state
        changes = ChangedUrls(self.site)
        each = waiting.watch(documents, "writing")
        report = write(each, self.folders[1], options.of_writing(removes=False), on_change=changes.note)
        if report.problems:
            return None
        written = frozenset(report.written)
        report = replace(
            state.report,
            documents=replace(
                state.report.documents,
                written=len(written),
                unchanged=state.report.documents.unchanged - len(written),
            ),
            written=report.written,
            changed_urls=changes.urls(written, sorted(waiting.entries, key=order)),
            changed_feeds=changes.feeds(report.written),
        )
        self._remember(waiting, report, left)
        return report

    def _remember(self, waiting: Waiting, report: Report, left: Left) -> None:
        for first, old in self.before.items():
            self.remembered.note(first, {name: self.fresh.get(name, outline) for name, outline in old.items()})
        root = waiting.tree.root
        stamps = {name: found for name in waiting.signatures if (found := stamp(f"{root}/{name}"))}
        paths = left.state.outputs[: -len(BESIDE)]
        new_ones = {f"{root}/{name}" for name in (*report.written, *BESIDE)}
        known = {path: found for path, found in left.stamps.items() if path not in new_ones}
        new = done(self.site, self.folders[1], self.remembered.inputs, report, paths, left.state.now, known)
        self.remembered.save(*waiting.made(stamps), new)


#: In place of the digest of an outline that is known to be as it was.
_UNLISTED = bytes(LISTED)
