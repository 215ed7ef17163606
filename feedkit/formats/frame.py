"""Shared by all feed formats: the frame around fragments, and defaults for missing values.

A fragment is rendered once, for all documents that include it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

from msgspec import Struct

from feedkit.lazy_regex import lazy_regex
from feedkit.model import Entry, Person, Piece
from feedkit.text import MAIL, beginning

#: The date of a feed without entries, which RFC 4287 §4.1.1 requires. The time of the build would change at every
#: build; validators warn of dates before 1990.
NO_ENTRY_YET = datetime(1990, 1, 1, tzinfo=UTC)

#: RSS 2.0 `image`: the maximum width and height in pixels.
MAX_PICTURE_PIXELS = 144, 400

_MAILBOX = lazy_regex(MAIL)


class Frame(Struct, frozen=True, kw_only=True):
    """The bytes before, between and after the fragments of a document."""

    head: bytes  #: Everything before the first fragment.
    separator: bytes = b""  #: The bytes between two fragments.
    tail: bytes  #: Everything after the last one.


def splice(frame: Frame, fragments: Iterable[Piece]) -> tuple[Piece, ...]:
    """The pieces of a whole document; fragments are not copied."""
    pieces: list[Piece] = [frame.head]
    for fragment in fragments:
        pieces += [frame.separator, fragment] if frame.separator and len(pieces) > 1 else [fragment]
    return (*pieces, frame.tail)


def shared_authors(entries: Sequence[Entry]) -> tuple[Person, ...]:
    """The authors of the entries if all have the same ones; else none."""
    first = entries[0].authors if entries else ()
    return first if all(entry.authors == first for entry in entries) else ()


def headline(entry: Entry) -> str:
    """A title for formats that require one: that of the entry, or the beginning of its text."""
    return entry.title or beginning(entry.summary or entry.content) or entry.url


def mailbox(person: Person) -> str | None:
    """The mail address, if it is valid."""
    return person.email if person.email and _MAILBOX.fullmatch(person.email) else None
