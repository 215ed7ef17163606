"""What a build would change for subscribers, as frozen values to print or to send as JSON.

Refuses to hold an entry or a document.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any, Literal

from feedkit.errors import Problem
from feedkit.output.report import DocumentCounts, as_objects, has_no_error
from feedkit.records import asdict
from feedkit.value import Value

Kind = Literal[
    "new", "updated", "repost", "vanish", "pushed", "returned", "redated", "reordered", "reidentified", "future"
]
Fate = Literal["kept", "feed-new", "feed-removed", "feed-moved"]

#: What can happen to an entry, in the order in which it is listed, and what each means to a subscriber.
KINDS: Mapping[str, str] = MappingProxyType(
    {
        "repost": "known, but its id is not: readers show it as new",
        "reidentified": "the same address with another id",
        "vanish": "no longer in the feed, and no newer entry took its place",
        "reordered": "another date of publication, and so another place among the others",
        "redated": "another date of publication",
        "future": "new, with a date that is still to come",
        "new": "new",
        "returned": "older than everything in the feed before: there is room for it again",
        "updated": "what readers show of it differs",
        "pushed": "newer entries took its place",
    }
)

#: What can happen to a feed; nothing, where it is kept.
FATES: Mapping[str, str] = MappingProxyType(
    {
        "feed-removed": "the documents go away: subscribers get errors",
        "feed-moved": "its entries are at another address from now on",
        "feed-new": "nobody has subscribed to it yet",
    }
)


class Change(Value, frozen=True, kw_only=True):
    """What subscribers of a feed will see of one entry."""

    #: What happens: one of `KINDS`.
    kind: Kind
    #: The id that the entry has after the build; of one that vanishes, the one it had.
    id: str
    #: The title that readers show.
    title: str
    #: The address.
    url: str
    #: What differs, or why.
    reason: str = ""


class FeedPlan(Value, frozen=True, kw_only=True):
    """What subscribers of one feed will see; a feed whose formats differ in it is listed more than once."""

    #: The folder of the feed below the output folder; empty for the whole site.
    folder: str
    #: The paths of its documents for which this is so.
    documents: tuple[str, ...]
    #: What happens to the feed itself.
    fate: Fate = "kept"
    #: The paths to which it moves; empty for one that does not.
    moved_to: tuple[str, ...] = ()
    #: How many entries it had: None where it was not there.
    before: int | None = None
    #: How many entries it will have: None where it will not be there.
    after: int | None = None
    #: What happens to its entries; empty for a feed that is new or removed.
    changes: tuple[Change, ...] = ()


class Plan(Value, frozen=True, kw_only=True):
    """The result of `plan`."""

    #: Every feed that is new, goes away, or whose subscribers will see something.
    feeds: tuple[FeedPlan, ...] = ()
    #: What a build would do to the documents, sitemaps and lists among them.
    documents: DocumentCounts = DocumentCounts()
    #: What was found wrong.
    problems: tuple[Problem, ...] = ()

    @property
    def totals(self) -> dict[str, int]:
        """To how many entries and feeds each thing happens; an entry of many feeds counts once."""
        # By address: formats may call one entry by different ids.
        entries = {(change.kind, change.url or change.id) for feed in self.feeds for change in feed.changes}
        fates = {(feed.fate, feed.folder) for feed in self.feeds if feed.fate != "kept"}
        counted = Counter[str]([*(kind for kind, _ in entries), *(fate for fate, _ in fates)])
        return {kind: counted[kind] for kind in (*KINDS, *FATES)}

    @property
    def ok(self) -> bool:
        """Whether there is no error among the problems."""
        return has_no_error(self.problems)

    def happening(self, kinds: Iterable[str]) -> tuple[str, ...]:
        """Which of some kinds of change occur."""
        return tuple(kind for kind in kinds if self.totals.get(kind))

    def to_json(self) -> dict[str, Any]:
        """The plan as `feedkit plan --json` prints it."""
        return {
            "totals": self.totals,
            "documents": asdict(self.documents),
            "feeds": [asdict(feed) for feed in self.feeds],
            "problems": as_objects(self.problems),
        }
