"""Two versions of one feed document, compared as a reader's program compares them: by id.

An entry whose content had another id before is a repost, not a new entry: subscribers would see it twice.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterator, Mapping
from datetime import datetime
from typing import Literal, get_args

from msgspec import Struct

from feedkit.dates import rfc3339
from feedkit.imports.feeds import OldFeed, OldItem
from feedkit.value import Value

#: What can happen to an entry, in the order in which it is listed; docs/publishing.md says what subscribers see of it.
ChangeKind = Literal[
    "repost", "reidentified", "vanish", "reordered", "redated", "future", "new", "returned", "updated", "pushed"
]
KINDS: tuple[ChangeKind, ...] = get_args(ChangeKind)


class Change(Value, frozen=True, kw_only=True):
    """A change of one entry, as subscribers of a feed will see it."""

    kind: ChangeKind  #: What happens: one of `KINDS`.
    id: str  #: The id that the entry has after the build, or had before it vanished.
    title: str  #: The title that readers show.
    url: str  #: The address.
    reason: str = ""  #: What differs, or why.


class Surroundings(Struct, frozen=True, kw_only=True):
    """Facts for the comparison that are not in the documents."""

    now: datetime  #: The instant as of which is compared.
    older: frozenset[str] = frozenset()  #: The ids of entries that the feed has no room for.
    subscribed: frozenset[str] = frozenset()  #: The ids and addresses that subscribers of any feed may have seen.
    absent: Mapping[str, str] = {}  #: Why entries are in no feed, by id.


def changes(old: OldFeed, new: OldFeed, around: Surroundings) -> tuple[Change, ...]:
    """The changes that subscribers will see, the worst first."""
    before = {entry.id: entry for entry in reversed(old.items)}
    after = {entry.id: entry for entry in reversed(new.items)}
    # An entry without room in the feed is still there, under its own id.
    gone = {id_: entry for id_, entry in before.items() if id_ not in after and id_ not in around.older}
    matches = _matches(gone, {id_: entry for id_, entry in after.items() if id_ not in before})
    unsorted = [
        *_appearing(old, new, before, matches, around),
        *_disappearing(old, after, matches, around),
        *_staying(old, new, before, after),
    ]
    return tuple(sorted(unsorted, key=lambda change: KINDS.index(change.kind)))


def _change(kind: ChangeKind, entry: OldItem, reason: str = "") -> Change:
    return Change(kind=kind, id=entry.id, title=entry.title, url=entry.url, reason=reason)


#: Traits by which two entries match although their ids differ, the surest first; None where an entry lacks one.
_SIGNS: tuple[Callable[[OldItem], object], ...] = (
    lambda entry: entry.url,
    lambda entry: (entry.title, entry.published) if entry.title and entry.published else None,
    lambda entry: entry.content,
)


def _matches(gone: dict[str, OldItem], fresh: Mapping[str, OldItem]) -> dict[str, OldItem]:
    """The entries of the old document that match entries with new ids, by new id.

    An entry that is there under its old id, too, is no match: a second article may have the same title.
    """
    matches: dict[str, OldItem] = {}
    for sign in _SIGNS:
        signs: dict[object, OldItem] = {}
        for entry in gone.values():
            if key := sign(entry):
                signs.setdefault(key, entry)
        for id_, entry in fresh.items():
            key = sign(entry)
            if key and id_ not in matches and (match := signs.pop(key, None)):
                matches[id_] = match
                del gone[match.id]
    return matches


def _appearing(
    old: OldFeed, new: OldFeed, before: Container[str], matches: Mapping[str, OldItem], around: Surroundings
) -> Iterator[Change]:
    oldest = min((entry.published for entry in old.items if entry.published), default=None)
    is_full = len(old.items) >= len(new.items)
    for entry in new.items:
        if entry.id in before:
            continue
        is_oldest = oldest and entry.published and entry.published < oldest
        if match := matches.get(entry.id):
            yield _change("repost", entry, f"known as {match.id}")
            if entry.url == match.url:
                yield _change("reidentified", entry, f"the id was {match.id}")
        elif is_oldest and (is_full or not around.subscribed.isdisjoint({entry.id, entry.url})):
            yield _change("returned", entry, f"of {_spelled(entry.published)}")
        else:
            yield _change("new", entry)
        if entry.published and entry.published > around.now:
            yield _change("future", entry, f"dated {rfc3339(entry.published)}")


def _disappearing(
    old: OldFeed, after: Mapping[str, OldItem], matches: Mapping[str, OldItem], around: Surroundings
) -> Iterator[Change]:
    new_ids = {match.id: id_ for id_, match in matches.items()}
    for entry in old.items:
        if entry.id in after:
            continue
        if entry.id in around.older:
            yield _change("pushed", entry, "newer entries took its place (limit)")
        elif (new_id := new_ids.get(entry.id)) is None:
            yield _change("vanish", entry, around.absent.get(entry.id, "no article has this id"))
        elif after[new_id].url != entry.url:
            yield _change("vanish", entry, f"known as {new_id} from now on")


def _staying(
    old: OldFeed, new: OldFeed, before: Mapping[str, OldItem], after: Mapping[str, OldItem]
) -> Iterator[Change]:
    # The places of the ids that both documents have.
    old_places = {id_: place for place, id_ in enumerate(dict.fromkeys(e.id for e in old.items if e.id in after))}
    new_places = {id_: place for place, id_ in enumerate(dict.fromkeys(e.id for e in new.items if e.id in before))}
    # The ids that stand at one place in both orders, behind the same ones.
    in_order, moved = set[str](), set[str]()
    for old_id, new_id in zip(old_places, new_places, strict=True):
        if old_id == new_id and not moved:
            in_order.add(old_id)
        moved ^= {old_id} ^ {new_id}
    for id_, entry in after.items():
        if (former := before.get(id_)) is None:
            continue
        if entry.published != former.published:
            yield _change("redated", entry, f"{_spelled(former.published)} is now {_spelled(entry.published)}")
            if old_places[id_] != new_places[id_] or id_ not in in_order:
                yield _change("reordered", entry, f"place {old_places[id_] + 1} is now {new_places[id_] + 1}")
        # A date of change that equals the publication is ignored: Atom requires one.
        updated = [None if item.updated == item.published else item.updated for item in (former, entry)]
        differing = [name for name in ("title", "url", "content") if getattr(entry, name) != getattr(former, name)]
        differing += ["updated"] if updated[0] != updated[1] else []
        if differing:
            yield _change("updated", entry, ", ".join(differing))


def _spelled(date: datetime | None) -> str:
    return rfc3339(date) if date else "no date"
