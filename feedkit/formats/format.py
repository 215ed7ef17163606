"""What a feed format is: a name, a media type, a frame for a feed and a fragment for an entry.

Refuses to know which formats there are; a fourth one is a module with a `FORMAT`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from feedkit.errors import DocumentError, Problem, shown
from feedkit.formats.frame import Frame, splice
from feedkit.model import Entry, Feed, Person, newest

#: RFC 4287 §4.1.1 demands a date of a feed without any entry, too. The build time would change at every build and be a
#: lie at each; validators find dates before 1990 implausible.
NO_ENTRY_YET = datetime(1990, 1, 1, tzinfo=UTC)

_MAILBOX = re.compile(r"[^\s@]+@[^\s@]+")


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
    return replace(feed, updated=newest(entry.modified for entry in entries))


def named(fragment: Callable[[Entry], bytes]) -> Callable[[Entry], bytes]:
    """The function, with errors that say which entry they are about.

    It raises `DocumentError` (FK303) for a character that XML 1.0 §2.2 forbids, or half a surrogate pair.
    """

    def make(entry: Entry) -> bytes:
        try:
            return fragment(entry)
        except ValueError as error:
            raise DocumentError(_unfit(entry, error)) from error

    return make


def _unfit(entry: Entry, error: ValueError) -> Problem:
    return Problem(
        code="FK303",
        severity="error",
        path=entry.source,
        message=f"{shown(entry.title)} ({shown(entry.url)}) cannot be written: {error}",
        hint="feedkit.text.legal takes out what no feed may contain",
    )


def mailbox(person: Person) -> str | None:
    """The mail address, if RFC 4287 §3.2.3 would accept it."""
    return person.email if person.email and _MAILBOX.fullmatch(person.email) else None
