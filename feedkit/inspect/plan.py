"""What a build would change for subscribers, before it does.

Refuses to write anything, not even a lock: it reads what is there, and makes the documents in memory.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC
from pathlib import Path

from feedkit.config.site import Site
from feedkit.errors import ArticleError, DocumentError, OnProblem, Problem, printable
from feedkit.imports.feeds import OldFeed, read_feed
from feedkit.imports.sitemaps import read_sitemap
from feedkit.inspect.explanation import withheld
from feedkit.inspect.planned import Fate, FeedPlan, Plan
from feedkit.lazy_regex import later
from feedkit.model import Entry
from feedkit.notify.feed_diff import Surroundings, changes
from feedkit.output import manifest
from feedkit.output.empty_feed_guard import emptied_feeds
from feedkit.output.manifest import Written
from feedkit.output.paths import check_path, folders
from feedkit.output.report import DocumentCounts
from feedkit.output.robots import with_robots
from feedkit.output.tree import Tree
from feedkit.pipeline.build import Content, Prepared, Problems, check_folders, prepared
from feedkit.records import dataclass, field, replace
from feedkit.site import Edition, edition_documents, formats_of, state
from feedkit.site.heads import path
from feedkit.site.renamed import former_folders
from feedkit.site.taxonomy import Selection

_ARCHIVE = later(r"(.*?)archive/[0-9]+/([^/]+)")
_SUFFIXES = (".xml", ".json", ".rss", ".atom")


def plan(site: Site, content: Content, directory: str | Path, *, on_problem: OnProblem | None = None) -> Plan:
    """Compare what `build` would write with what is in `directory`, as subscribers would see it. Writes nothing.

    Takes what `build` takes. An old document that cannot be read is a Problem (FK613) and counts as absent; a file that
    a build must not replace is one (FK614), and so is a feed that it would empty (FK505). Archives are compared by
    their bytes only: nobody subscribes to one. Raises `SettingsError` and `PublishError` as `build` does.
    """
    check_folders(content, Path(os.path.realpath(directory)))
    problems = Problems(on_problem)
    ready = prepared(replace(site, output=Path(directory)), content, problems)
    disk = _Disk(root=Path(os.path.realpath(directory)), given=Path(directory), problems=problems)
    documents = with_robots(edition_documents(ready.edition, problems), site, Path(directory), problems)
    places = _selections(ready.edition)
    after = {}
    for document in documents:
        data = document.to_bytes()
        disk.compare(document.path, data, document.items)
        # What else lists entries is an archive: those are frozen, and nobody subscribes to one.
        if document.items is not None and document.path in places:
            after[document.path] = read_feed(data, on_problem=_ignore)
    disk.tell_emptied()
    found = _Feeds(
        ready=ready,
        before=disk.feeds(after),
        after=after,
        known=disk.listed(site.names.sitemap),
        places=places,
    )
    return Plan(feeds=tuple(found.plans()), documents=disk.counts(), problems=tuple(problems.found))


def _ignore(problem: Problem) -> None:
    """What old feeds lack in other ways is for their check to tell, and what new ones lack the build tells."""


def _selections(edition: Edition) -> dict[str, Selection]:
    """The selection of each document that people subscribe to, at its address and at its former ones."""
    former = former_folders(edition.site, edition.selections, lambda problem: None)
    return {
        path(edition.site, folder, format_): selection
        for selection in edition.selections
        for folder in (selection.folder, *former.get(selection.folder, ()))
        for format_ in formats_of(edition.site, selection)
    }


@dataclass(slots=True, kw_only=True)
class _Disk:
    """What is in the output folder. Not frozen: it is never seen outside this module."""

    root: Path
    given: Path
    problems: Problems
    manifest: Mapping[str, Written] = field(init=False)
    tree: Tree = field(init=False)
    wanted: dict[str, Written] = field(default_factory=dict)
    folders: dict[str, bool] = field(default_factory=dict)
    written: int = 0
    unchanged: int = 0

    def __post_init__(self) -> None:
        self.manifest = manifest.load(self.root)
        self.tree = Tree(root=self.root, descriptor=None)

    def compare(self, name: str, data: bytes, entries: int | None) -> None:
        """Count a document that would be written, and tell of what is in its way."""
        check_path(name)
        self.wanted[name] = Written("", entries)
        if self.tree.read(name) == data:
            self.unchanged += 1
            return
        self.written += 1
        there = self.tree.status(name)
        if there is not None and (not stat.S_ISREG(there.st_mode) or name not in self.manifest):
            self._tell_obstacle(name)
        for folder in folders(name):
            self._look_at(folder)

    def _look_at(self, folder: str) -> None:
        """Tell of a file that stands where documents need a folder."""
        if folder not in self.folders:
            there = self.tree.status(folder)
            self.folders[folder] = there is None or stat.S_ISDIR(there.st_mode)
            if not self.folders[folder]:
                self._tell_obstacle(folder)

    def _tell_obstacle(self, name: str) -> None:
        message = "is in the way: feedkit did not write it, so a build would write nothing"
        hint = "move it away, or write to another folder; feedkit build --force replaces files"
        where = printable(str(self.given / name))
        self.problems(Problem(code="FK614", severity="error", path=where, message=message, hint=hint))

    def tell_emptied(self) -> None:
        """Tell of feeds that a build will not empty without being told to."""
        for name, problem in emptied_feeds(self.manifest, self.wanted, "a build would write nothing"):
            self.problems(replace(problem, path=printable(str(self.given / name))))

    def counts(self) -> DocumentCounts:
        stale = [name for name in self.manifest if name not in self.wanted and self.tree.status(name)]
        return DocumentCounts(written=self.written, unchanged=self.unchanged, removed=len(stale))

    def feeds(self, after: Iterable[str]) -> dict[str, OldFeed]:
        """The feeds that are there: at the places of new ones, and those of the manifest that go away."""
        files = {_file(name) for name in after}
        gone = filter(self._is_subscribed, sorted(self.manifest.keys() - self.wanted.keys()))
        # What is called otherwise than feeds are may be a sitemap that is no longer wanted: it is no damaged feed.
        named = {**dict.fromkeys(after, True), **{name: _file(name) in files for name in gone}}
        read = ((name, self._feed(name, tell=told)) for name, told in named.items() if name.endswith(_SUFFIXES))
        return {name: feed for name, feed in read if feed is not None}

    def _is_subscribed(self, name: str) -> bool:
        """Whether a document that goes away is no archive of a feed that was there."""
        found = _ARCHIVE.fullmatch(name)
        return found is None or found[1] + found[2] not in self.manifest

    def _feed(self, name: str, *, tell: bool) -> OldFeed | None:
        data = self.tree.read(name)
        if data is None:
            return None
        try:
            return read_feed(data, on_problem=_ignore)
        except DocumentError as error:
            if tell:
                message = f"{error.problem.message}; it counts as absent"
                hint = "what its subscribers have seen is not known: look at the new one yourself"
                where = printable(str(self.given / name))
                self.problems(Problem(code="FK613", severity="warning", path=where, message=message, hint=hint))
            return None

    def listed(self, name: str) -> frozenset[str]:
        """The addresses of the sitemap that is there; none where it cannot be read."""
        place = self.root / name
        try:
            return frozenset(url.loc for url in read_sitemap(place)) if place.is_file() else frozenset()
        except ArticleError:
            return frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Feeds:
    """The feeds before and after a build, by the paths of their documents."""

    ready: Prepared
    before: Mapping[str, OldFeed]
    after: Mapping[str, OldFeed]
    known: frozenset[str]
    places: Mapping[str, Selection]

    def plans(self) -> Iterator[FeedPlan]:
        """What happens to each feed, documents for which the same is so as one."""
        moves, grouped = self._moves(), dict[FeedPlan, list[str]]()
        for name, made in self._single(moves):
            grouped.setdefault(made, []).append(name)
        for made, names in grouped.items():
            moved = tuple(moves[name] for name in names if name in moves)
            yield replace(made, documents=tuple(names), moved_to=moved)

    def _single(self, moves: Mapping[str, str]) -> Iterator[tuple[str, FeedPlan]]:
        absent, targets = dict(self._absent()), frozenset(moves.values())
        known = self.known | {entry.id for feed in self.before.values() for entry in feed.items}
        for name, new in self.after.items():
            old = self.before.get(name)
            if old is None:
                if name not in targets:
                    yield name, _one(name, "feed-new", None, new)
                continue
            selection = self.places.get(name)
            older = frozenset(name for entry in selection.older for name in _names(entry)) if selection else frozenset()
            now = self.ready.edition.now.astimezone(UTC)
            around = Surroundings(now=now, older=older, known=known, absent=absent)
            if found := changes(old, new, around):
                yield name, replace(_one(name, "kept", old, new), changes=found)
        for name in [name for name in self.before if name not in self.after]:
            moved = self.after.get(moves.get(name, ""))
            yield name, _one(name, "feed-moved" if moved else "feed-removed", self.before[name], moved)

    def _moves(self) -> dict[str, str]:
        """Where the feeds that go away are from now on: a new document of the same name, with its id or its entries."""
        fresh: dict[tuple[str, str | frozenset[str]], list[str]] = {}
        for name, feed in self.after.items():
            for sign in _signs(feed) if name not in self.before else ():
                fresh.setdefault((_file(name), sign), []).append(name)
        found: dict[str, str] = {}
        taken = set[str]()
        for name, feed in self.before.items():
            same = (
                other for sign in _signs(feed) for other in fresh.get((_file(name), sign), ()) if other not in taken
            )
            if name not in self.after and (other := next(same, None)):
                found[name] = other
                taken.add(other)
        return found

    def _absent(self) -> Iterator[tuple[str, str]]:
        """Why articles that are there are not in a feed, by their ids."""
        edition = self.ready.edition
        for entry in self.ready.entries:
            found = state(edition.site, entry, edition.now)
            reason = "the feed no longer takes it" if found == "published" else withheld(found, entry)
            yield from ((name, reason) for name in _names(entry))


def _one(name: str, fate: Fate, old: OldFeed | None, new: OldFeed | None) -> FeedPlan:
    return FeedPlan(
        folder=name[: -len(_file(name))],
        documents=(),
        fate=fate,
        before=None if old is None else len(old.items),
        after=None if new is None else len(new.items),
    )


def _names(entry: Entry) -> Iterator[str]:
    """What the formats call an entry: RSS and JSON Feed may keep the id of an earlier feed."""
    yield entry.id
    if entry.guid:
        yield entry.guid


def _file(name: str) -> str:
    return name.rpartition("/")[2]


def _signs(feed: OldFeed) -> Iterator[str | frozenset[str]]:
    """What makes a feed at another address the same one: its id, else its entries."""
    if feed.id:
        yield feed.id
    if feed.items:
        yield frozenset(entry.id for entry in feed.items)
