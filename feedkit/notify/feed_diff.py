"""Two versions of one feed document, compared as a reader's program compares them: by id.

Refuses to call an entry new whose content is known under another id: that is the mistake nobody can recall.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from datetime import datetime
from types import MappingProxyType

from feedkit.dates import rfc3339
from feedkit.imports.feeds import OldFeed, OldItem
from feedkit.inspect.planned import KINDS, Change, Kind
from feedkit.records import dataclass, field

_ORDER = tuple(KINDS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What a document alone does not tell."""

    #: The instant as of which is compared.
    now: datetime
    #: The ids of entries that the feed has no room for.
    older: frozenset[str] = frozenset()
    #: The ids and addresses that subscribers of any feed may know.
    known: frozenset[str] = frozenset()
    #: Why entries are in no feed, by id.
    absent: Mapping[str, str] = field(default_factory=dict)


def changes(old: OldFeed, new: OldFeed, around: Surroundings) -> tuple[Change, ...]:
    """What subscribers will see of the entries, the worst first."""
    before = {entry.id: entry for entry in reversed(old.items)}
    after = {entry.id: entry for entry in reversed(new.items)}
    # One that has no room any more is still there, under its own id.
    matches = _matches({id_: entry for id_, entry in before.items() if id_ not in around.older}, after, before)
    found = [
        *_appearing(old, new, before, matches, around),
        *_disappearing(old, after, matches, around),
        *_staying(old, new, before, after),
    ]
    return tuple(sorted(found, key=lambda change: _ORDER.index(change.kind)))


def _change(kind: Kind, entry: OldItem, reason: str = "") -> Change:
    return Change(kind=kind, id=entry.id, title=entry.title, url=entry.url, reason=reason)


def _matches(
    candidates: Mapping[str, OldItem], after: Mapping[str, OldItem], before: Container[str]
) -> dict[str, OldItem]:
    """The entry of the old document that each unknown id of the new one is, where it is one.

    By address, else by title and date, else by content. One that is there under its old id, too, is no match: a second
    article may have the same title.
    """
    gone = {id_: entry for id_, entry in candidates.items() if id_ not in after}
    fresh = {id_: entry for id_, entry in after.items() if id_ not in before}
    found: dict[str, OldItem] = {}
    for sign in _SIGNS:
        signs: dict[object, OldItem] = {}
        for entry in gone.values():
            if key := sign(entry):
                signs.setdefault(key, entry)
        for id_, entry in fresh.items():
            key = sign(entry)
            if key and id_ not in found and (match := signs.pop(key, None)):
                found[id_] = match
                del gone[match.id]
    return found


#: What makes two entries the same although their ids differ, the surest first; nothing where an entry lacks it.
_SIGNS: tuple[Callable[[OldItem], object], ...] = (
    lambda entry: entry.url,
    lambda entry: (entry.title, entry.published) if entry.title and entry.published else None,
    lambda entry: entry.content,
)


def _appearing(
    old: OldFeed,
    new: OldFeed,
    before: Mapping[str, OldItem],
    matches: Mapping[str, OldItem],
    around: Surroundings,
) -> Iterator[Change]:
    dated = [entry.published.timestamp() for entry in old.items if entry.published]
    full = len(old.items) >= len(new.items)
    for entry in new.items:
        if entry.id in before:
            continue
        if match := matches.get(entry.id):
            yield _change("repost", entry, f"known as {match.id}")
            if entry.url == match.url:
                yield _change("reidentified", entry, f"the id was {match.id}")
        elif dated and entry.published and entry.published.timestamp() < min(dated) and (full or _known(entry, around)):
            yield _change("returned", entry, f"of {rfc3339(entry.published)}")
        else:
            yield _change("new", entry)
        if entry.published and entry.published > around.now:
            yield _change("future", entry, f"dated {rfc3339(entry.published)}")


def _known(entry: OldItem, around: Surroundings) -> bool:
    return entry.id in around.known or entry.url in around.known


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
    was, now = _places(old.items, after), _places(new.items, before)
    behind = _behind_the_same(was, now)
    for id_, entry in after.items():
        if (former := before.get(id_)) is None:
            continue
        if entry.published != former.published:
            reason = f"{_spelled(former.published)} is now {_spelled(entry.published)}"
            yield _change("redated", entry, reason)
            if was[id_] != now[id_] or id_ not in behind:
                yield _change("reordered", entry, f"place {was[id_] + 1} is now {now[id_] + 1}")
        if differing := [name for name, show in _SHOWN.items() if show(entry) != show(former)]:
            yield _change("updated", entry, ", ".join(differing))


#: What readers show of an entry. A date of change that is the publication says nothing: Atom must have one.
_SHOWN: Mapping[str, Callable[[OldItem], object]] = MappingProxyType(
    {
        "title": lambda entry: entry.title,
        "url": lambda entry: entry.url,
        "content": lambda entry: entry.content,
        "updated": lambda entry: None if entry.updated == entry.published else entry.updated,
    }
)


def _places(entries: Iterable[OldItem], others: Mapping[str, OldItem]) -> dict[str, int]:
    """The places of the ids that both documents have, in the order of one."""
    common = dict.fromkeys(entry.id for entry in entries if entry.id in others)
    return {id_: place for place, id_ in enumerate(common)}


def _behind_the_same(was: Iterable[str], now: Iterable[str]) -> set[str]:
    """The ids that stand at one place in both orders, behind the same ones."""
    found, moved = set[str](), set[str]()
    for one, other in zip(was, now, strict=True):
        if one == other and not moved:
            found.add(one)
        moved ^= {one} ^ {other}
    return found


def _spelled(date: datetime | None) -> str:
    return rfc3339(date) if date else "no date"
