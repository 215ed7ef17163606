"""What feeds have in common whatever their format: a frame around fragments, and what is said where a text is missing.

A fragment is made once however many documents hold it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

from msgspec import Struct

from feedkit.lazy_regex import lazy_regex
from feedkit.model import Entry, Person, Piece
from feedkit.text import beginning

#: RFC 4287 §4.1.1 demands a date of a feed without any entry, too. The build time would change at every build and be a
#: lie at each; validators find dates before 1990 implausible.
NO_ENTRY_YET = datetime(1990, 1, 1, tzinfo=UTC)

#: RSS 2.0 `image`: the most pixels that a picture may have, its width and its height.
MAX_PICTURE_PIXELS = 144, 400

_MAILBOX = lazy_regex(r"[^\s@]+@[^\s@]+")


class Frame(Struct, frozen=True, kw_only=True):
    """What stands before, between and after the fragments of one document."""

    head: bytes  #: Everything before the first fragment.
    separator: bytes = b""  #: What stands between two fragments.
    tail: bytes  #: Everything after the last one.


def splice(frame: Frame, fragments: Iterable[Piece]) -> tuple[Piece, ...]:
    """The pieces of a whole document: the fragments themselves, no copies."""
    pieces: list[Piece] = [frame.head]
    for fragment in fragments:
        if frame.separator and len(pieces) > 1:
            pieces.append(frame.separator)
        pieces.append(fragment)
    pieces.append(frame.tail)
    return tuple(pieces)


def shared_authors(entries: Sequence[Entry]) -> tuple[Person, ...]:
    """The authors of every entry, where they are the same ones; none where they differ."""
    first = entries[0].authors if entries else ()
    return first if all(entry.authors == first for entry in entries) else ()


def headline(entry: Entry) -> str:
    """The title of an entry where one is demanded: of a note without one, the beginning of its text."""
    return entry.title or beginning(entry.summary or entry.content) or entry.url


def mailbox(person: Person) -> str | None:
    """The mail address, if RFC 4287 §3.2.3 would accept it."""
    return person.email if person.email and _MAILBOX.fullmatch(person.email) else None
