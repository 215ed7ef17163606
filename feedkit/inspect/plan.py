"""Shows what a build would change for subscribers, and when the output next changes by itself.

Nothing is written, not even a lock: existing documents are read, and new ones are rendered in memory.
"""

from __future__ import annotations

import os
from collections import Counter, defaultdict
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from datetime import datetime
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal, TypeVar, get_args

from msgspec import to_builtins
from msgspec.structs import replace

from feedkit.config.site import Site
from feedkit.dates import rfc3339
from feedkit.errors import (
    ArticleError,
    DocumentError,
    OnProblem,
    Problem,
    has_no_error,
    printable,
    raise_or_log,
)
from feedkit.imports.feeds import OldFeed, OldItem, read_feed
from feedkit.imports.sitemaps import read_sitemap
from feedkit.inspect.explain import withheld
from feedkit.lazy_regex import lazy_regex
from feedkit.model import Document, Entry
from feedkit.output.comparison import Comparison, WriteOptions, errors_below
from feedkit.output.report import DocumentCounts
from feedkit.output.robots import with_robots
from feedkit.output.tree import Tree
from feedkit.pipeline.articles import ArticleSource, Progress
from feedkit.pipeline.build import Draft, check_files, check_folders
from feedkit.site.assembly import FeedDocument
from feedkit.site.published import publication, state
from feedkit.value import Value

#: What can happen to an entry, in the order of lists; docs/publishing.md says what subscribers see.
ChangeKind = Literal[
    "repost", "reidentified", "vanish", "reordered", "redated", "future", "new", "returned", "updated", "pushed"
]
KINDS: tuple[ChangeKind, ...] = get_args(ChangeKind)

Fate = Literal["kept", "feed-removed", "feed-moved", "feed-new"]
#: What can happen to a feed that does not stay, the worst first.
FATES: tuple[Fate, ...] = get_args(Fate)[1:]

T = TypeVar("T")

_ARCHIVE = lazy_regex(r"(.*?)archive/[0-9]+/([^/]+)")
_SUFFIXES = (".xml", ".json", ".rss", ".atom")


class Change(Value, frozen=True, kw_only=True):
    """A change of one entry, as subscribers of a feed will see it."""

    kind: ChangeKind  #: What happens: one of `KINDS`.
    id: str  #: The id that the entry has after the build, or had before it vanished.
    title: str  #: The title that readers show.
    url: str  #: The address.
    reason: str = ""  #: What differs, or why.


class FeedPlan(Value, frozen=True, kw_only=True):
    """What subscribers of one feed will see; one value for each group of formats with the same changes."""

    folder: str  #: The folder of the feed below the output folder; empty for the whole site.
    documents: tuple[str, ...]  #: The paths of its documents with these changes.
    fate: Fate = "kept"  #: What happens to the feed itself.
    moved_to: tuple[str, ...] = ()  #: The paths to which it moves; empty if it stays.
    before: int | None = None  #: How many entries it had; None for a new feed.
    after: int | None = None  #: How many entries it will have; None for a removed feed.
    changes: tuple[Change, ...] = ()  #: What happens to its entries; empty for a feed that is new or removed.


class Plan(Value, frozen=True, kw_only=True):
    """The result of `plan`."""

    feeds: tuple[FeedPlan, ...] = ()  #: Every feed that is new, is removed, or has changes that subscribers will see.
    #: The numbers of documents that a build would write, including sitemaps and lists.
    documents: DocumentCounts = DocumentCounts()
    problems: tuple[Problem, ...] = ()  #: What is wrong.

    @property
    def totals(self) -> dict[str, int]:
        """The number of entries or feeds for each kind of change; an entry of many feeds counts once."""
        # Counted by address, since an entry may have different ids in different formats.
        entries = {(change.kind, change.url or change.id) for feed in self.feeds for change in feed.changes}
        fates = {(feed.fate, feed.folder) for feed in self.feeds if feed.fate != "kept"}
        counted = Counter[str]([*(kind for kind, _ in entries), *(fate for fate, _ in fates)])
        return {kind: counted[kind] for kind in (*KINDS, *FATES)}

    @property
    def ok(self) -> bool:
        """Whether there is no error among the problems."""
        return has_no_error(self.problems)

    def happening(self, kinds: Iterable[str]) -> tuple[str, ...]:
        """The kinds of change, of the given `kinds`, that occur."""
        return tuple(kind for kind in kinds if self.totals.get(kind))

    def to_json(self) -> dict[str, Any]:
        """The plan as `feedkit plan --json` prints it."""
        return {"totals": self.totals, **to_builtins(self)}


def plan(
    site: Site,
    content: ArticleSource,
    directory: str | Path,
    *,
    on_problem: OnProblem | None = None,
    progress: Progress | None = None,
) -> Plan:
    """Compare the documents that `build` would write with those in `directory`, as subscribers would see it.

    Writes nothing. The arguments and the problems are those of `build`, but a folder may have no articles. An old
    document that cannot be read is a Problem (FK613) and counts as absent. A file that a build must not replace
    (FK614), and a feed that would become empty (FK505), are Problems, too: a build would write nothing then, but the
    plan compares all documents. Archives, which have no subscribers, are compared by their bytes only. `progress` may
    show how far each stage is. Raises `SettingsError` and `PublishError` like `build`.
    """
    check_folders(content, directory)
    check_files(site, None)
    root, site = Path(os.path.realpath(directory)), replace(site, output=Path(directory))
    with closing(Draft(site, content, on_problem, progress=progress)) as draft, errors_below(root, "read"):
        tree, consequence = Tree(root=root), "a build would write nothing"
        options = WriteOptions(whole=draft.identity.whole)
        folder = Comparison(tree, Path(directory), options, blocking_code="FK614", consequence=consequence)
        feeds = _Feeds(draft, folder)
        for problem in draft.plan.problems:
            draft.problems(problem)
        rendered = (document for planned in draft.plan.documents for document in draft.make(planned))
        documents = with_robots(rendered, site, Path(directory), draft.problems)
        for document in progress(documents, "comparing") if progress else documents:
            feeds.add(document)
            folder.changed(document)
        gone = [path for path in folder.stale() if folder.is_to_be_removed(path)]
        for ledger in draft.ledgers():
            folder.check_place(ledger.place, ledger.setting)
        for problem in folder.problems:
            draft.problems(problem)
        # One that no reader could open is not written.
        broken = sum(problem.code == "FK503" for problem in folder.problems)
        counts = DocumentCounts(
            written=len(folder.claimed.files) - folder.unchanged - broken, unchanged=folder.unchanged, removed=len(gone)
        )
        plans = tuple(feeds.plans(gone))
        return Plan(feeds=plans, documents=counts, problems=tuple(draft.problems.reported))


def next_change(
    site: Site,
    entries: Iterable[Entry] | str | Path,
    *,
    on_problem: OnProblem | None = None,
    progress: Progress | None = None,
) -> datetime | None:
    """When an entry next falls due, expires, or leaves the news sitemap; None if none does.

    It is counted from `site.as_of`, else SOURCE_DATE_EPOCH, else now. `entries` are all entries of the site, or its
    folder of articles. With `on_problem`, each bad article is one Problem and the others count; without it, the first
    error raises `ArticleError`. `progress` may show how much of a folder is read. Raises `SettingsError` if the folder
    does not exist.
    """
    on_problem = on_problem or raise_or_log
    if not isinstance(entries, str | Path):
        return publication(site, entries, on_problem).next_change
    with closing(Draft(site, entries, on_problem, progress=progress)) as draft:
        return draft.prepared.publication.next_change


def _ignore(problem: Problem) -> None:
    """Drop a problem in a feed: a build reports those of new feeds, and nobody needs those of old ones."""


class _Feeds:
    """Compares the feeds of the output folder with those of a build."""

    def __init__(self, draft: Draft, folder: Comparison) -> None:
        self._prepared = draft.prepared
        self._on_problem = draft.problems
        self._folder = folder
        # Without archives: people subscribe to the others.
        feeds = [item for item in draft.plan.documents if isinstance(item, FeedDocument) and not item.number]
        self._selections = {path: feed.selection for feed in feeds for path in (feed.path, *feed.former_paths())}
        self._feeds: dict[str, OldFeed] = {}

    def add(self, document: Document) -> None:
        """Read a document as a reader does, if it is a feed."""
        if document.path in self._selections:
            self._feeds[document.path] = read_feed(document.to_bytes(), on_problem=_ignore)

    def _old_feeds(self, gone: Sequence[str]) -> dict[str, OldFeed]:
        """The existing feeds: those that a build would replace, and those that it would remove."""
        tree, before = self._folder.tree, self._folder.before
        # Archives have no subscribers.
        archives = {path for path in gone if (match := _ARCHIVE.fullmatch(path)) and match[1] + match[2] in before}
        file_names = set(map(_file_name, self._feeds))
        feeds = {}
        for path in dict.fromkeys([*self._feeds, *gone]):
            if path in archives or not path.endswith(_SUFFIXES) or (data := tree.read(path)) is None:
                continue
            try:
                feeds[path] = read_feed(data, on_problem=_ignore)
            except DocumentError as error:
                # A file with another name is no damaged feed: it may be an old sitemap.
                if _file_name(path) in file_names:
                    message = f"{error.problem.message}; it is treated as missing"
                    hint = "what its subscribers have seen is unknown: check the new one yourself"
                    name = printable(str(self._folder.directory / path))
                    self._on_problem(Problem(code="FK613", severity="warning", path=name, message=message, hint=hint))
        return feeds

    def _listed(self, path: str) -> frozenset[str]:
        """The addresses in the existing sitemap; none if it cannot be read."""
        file = self._folder.tree.root / path
        try:
            return frozenset(url.loc for url in read_sitemap(file)) if file.is_file() else frozenset()
        except ArticleError:
            return frozenset()

    def plans(self, gone: Sequence[str]) -> Iterator[FeedPlan]:
        """The plans of all feeds; documents of a feed with the same changes are in one. `gone` are stale documents."""
        published, before, after = self._prepared.publication, self._old_feeds(gone), self._feeds
        absent: dict[str, str] = {}
        for entry in self._prepared.entries:
            state_ = state(entry, published.site, published.now)
            reason = "the feed no longer includes it" if state_ == "published" else withheld(state_, entry)
            absent |= dict.fromkeys(_names(entry), reason)
        subscribed = self._listed(published.site.names.sitemap)
        subscribed |= {entry.id for feed in before.values() for entry in feed.items}
        removed = {path: (_file_name(path), feed) for path, feed in before.items() if path not in after}
        added = {path: (_file_name(path), feed) for path, feed in after.items() if path not in before}
        moves = {old: new for new, old in _matches(removed, added, _FEED_TRAITS).items()}
        alike = defaultdict[FeedPlan, list[str]](list)
        for path in dict.fromkeys([*after, *before]):
            old, new = before.get(path), after.get(path)
            fate: Fate = "kept"
            differences: tuple[Change, ...] = ()
            if old is None:
                fate = "feed-new"
            elif new is None:
                new = after.get(moves.get(path, ""))
                fate = "feed-moved" if new else "feed-removed"
            else:
                older = {name for entry in self._selections[path].older for name in _names(entry)}
                differences = changes(old, new, published.now, older, subscribed, absent)
            if differences or (fate != "kept" and path not in moves.values()):
                own = FeedPlan(folder=path.removesuffix(_file_name(path)), documents=(), fate=fate, changes=differences)
                sizes = [len(feed.items) if feed else None for feed in (old, new)]
                alike[replace(own, before=sizes[0], after=sizes[1])].append(path)
        for feed, paths in alike.items():
            moved_to = tuple(moves[path] for path in paths if path in moves)
            yield replace(feed, documents=tuple(paths), moved_to=moved_to)


#: Traits by which a feed is recognised at another address, the most certain first: with the file name, id and entries.
_FEED_TRAITS: tuple[Callable[[tuple[str, OldFeed]], object], ...] = (
    lambda item: item[1].id and (item[0], item[1].id),
    lambda item: item[1].items and (item[0], frozenset(entry.id for entry in item[1].items)),
)
#: Traits by which an entry is recognised under another id.
_ENTRY_TRAITS: tuple[Callable[[OldItem], object], ...] = (
    lambda entry: entry.url,
    lambda entry: entry.title and entry.published and (entry.title, entry.published),
    lambda entry: entry.content,
)


def _matches(gone: Mapping[str, T], fresh: Mapping[str, T], traits: Iterable[Callable[[T], object]]) -> dict[str, str]:
    """The keys of `gone` items, by the keys of `fresh` items that share a trait with them. Empty traits are ignored."""
    rest = dict(gone)
    matches: dict[str, str] = {}
    for trait in traits:
        keys = defaultdict[object, list[str]](list)
        for key, item in rest.items():
            keys[trait(item)].append(key)
        for key, item in fresh.items():
            if key not in matches and (value := trait(item)) and (same := keys[value]):
                matches[key] = same.pop(0)
                del rest[matches[key]]
    return matches


def changes(
    old: OldFeed,
    new: OldFeed,
    now: datetime,
    older: Container[str] = (),
    subscribed: Container[str] = (),
    absent: Mapping[str, str] = MappingProxyType({}),
) -> tuple[Change, ...]:
    """The changes that subscribers will see, the worst first.

    `older` are the ids of entries that the feed has no room for, `subscribed` the ids and addresses that subscribers of
    any feed may have seen; `absent` says why entries are in no feed, by id. An entry whose content had another id
    before is a repost, not a new entry: subscribers would see it twice.
    """
    before = {entry.id: entry for entry in reversed(old.items)}
    after = {entry.id: entry for entry in reversed(new.items)}
    # An entry without room in the feed is still there, under its own id.
    gone = {id_: entry for id_, entry in before.items() if id_ not in after and id_ not in older}
    fresh = {id_: entry for id_, entry in after.items() if id_ not in before}
    former_ids = _matches(gone, fresh, _ENTRY_TRAITS)
    new_ids = {former: id_ for id_, former in former_ids.items()}
    oldest = min((entry.published for entry in old.items if entry.published), default=None)
    is_full = len(old.items) >= len(new.items)
    unsorted = []

    def add(kind: ChangeKind, entry: OldItem, reason: str = "") -> None:
        unsorted.append(Change(kind=kind, id=entry.id, title=entry.title, url=entry.url, reason=reason))

    for entry in new.items:
        if entry.id in before:
            continue
        is_oldest = oldest and entry.published and entry.published < oldest
        if former := former_ids.get(entry.id):
            add("repost", entry, f"known as {former}")
            if entry.url == before[former].url:
                add("reidentified", entry, f"the id was {former}")
        elif is_oldest and (is_full or entry.id in subscribed or entry.url in subscribed):
            add("returned", entry, f"of {_date_text(entry.published)}")
        else:
            add("new", entry)
        if entry.published and entry.published > now:
            add("future", entry, f"dated {rfc3339(entry.published)}")
    for entry in old.items:
        if entry.id in after:
            continue
        if entry.id in older:
            add("pushed", entry, "newer entries took its place (limit)")
        elif (new_id := new_ids.get(entry.id)) is None:
            add("vanish", entry, absent.get(entry.id, "no article has this id"))
        elif after[new_id].url != entry.url:
            add("vanish", entry, f"known as {new_id} from now on")
    for kind, entry, reason in _differences(old, new, before, after):
        add(kind, entry, reason)
    return tuple(sorted(unsorted, key=lambda change: KINDS.index(change.kind)))


def _differences(
    old: OldFeed, new: OldFeed, before: Mapping[str, OldItem], after: Mapping[str, OldItem]
) -> Iterator[tuple[ChangeKind, OldItem, str]]:
    """The changes of entries that are in both documents."""
    # The places of the ids that are in both documents. Ids in `in_order` have the same place, after the same ids.
    old_places = {id_: place for place, id_ in enumerate(dict.fromkeys(e.id for e in old.items if e.id in after))}
    new_places = {id_: place for place, id_ in enumerate(dict.fromkeys(e.id for e in new.items if e.id in before))}
    in_order, moved = set[str](), set[str]()
    for old_id, new_id in zip(old_places, new_places, strict=True):
        if old_id == new_id and not moved:
            in_order.add(old_id)
        moved ^= {old_id} ^ {new_id}
    for id_, entry in after.items():
        if (earlier := before.get(id_)) is None:
            continue
        if entry.published != earlier.published:
            yield "redated", entry, f"{_date_text(earlier.published)} is now {_date_text(entry.published)}"
            if id_ not in in_order:
                yield "reordered", entry, f"place {old_places[id_] + 1} is now {new_places[id_] + 1}"
        # A date of change that equals the publication is ignored: Atom requires one.
        updated = [None if item.updated == item.published else item.updated for item in (earlier, entry)]
        differing = [name for name in ("title", "url", "content") if getattr(entry, name) != getattr(earlier, name)]
        differing += ["updated"] if updated[0] != updated[1] else []
        if differing:
            yield "updated", entry, ", ".join(differing)


def _date_text(date: datetime | None) -> str:
    return rfc3339(date) if date else "no date"


def _names(entry: Entry) -> list[str]:
    """The ids of an entry in the formats: RSS and JSON Feed may keep the id of an earlier feed."""
    return [entry.id, entry.guid] if entry.guid else [entry.id]


def _file_name(path: str) -> str:
    return path.rpartition("/")[2]
