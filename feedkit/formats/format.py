"""What a feed format is: a name, a media type, a frame for a feed and a fragment for an entry.

Refuses to know which formats there are; a fourth one is a module with a `FORMAT`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from feedkit.formats.frame import Frame, splice
from feedkit.model import Entry, Feed

#: RFC 4287 §4.1.1 demands a date of a feed without any entry, too. The build time would change at every build and be a
#: lie at each; validators find dates before 1990 implausible.
NO_ENTRY_YET = datetime(1990, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Format:
    """One feed format."""

    #: The name in settings: `rss`, `atom`, `json`.
    name: str
    #: What people call it.
    label: str
    #: The media type of its documents.
    media_type: str
    #: The `type` that an OPML outline gives it.
    outline: str
    #: The bytes of one entry.
    fragment: Callable[[Entry], bytes]
    #: The bytes around the entries.
    frame: Callable[[Feed], Frame]

    def render(self, feed: Feed, entries: Iterable[Entry]) -> bytes:
        """A whole document, entries in the order given; `updated` is the newest entry's where the feed has none."""
        listed = tuple(entries)
        frame = self.frame(dated(feed, listed))
        return b"".join(splice(frame, map(self.fragment, listed)))


def dated(feed: Feed, entries: Iterable[Entry]) -> Feed:
    """The feed with the newest change of its entries as its own, unless it has a date or no entry."""
    if feed.updated is not None:
        return feed
    return replace(feed, updated=max((entry.modified for entry in entries), default=None))
