"""A document as a frame around fragments: a fragment is made once however many documents hold it."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct

from feedkit.model import Piece


class Frame(Struct, frozen=True, kw_only=True):
    """What stands before, between and after the fragments of one document."""

    #: Everything before the first fragment.
    head: bytes
    #: What stands between two fragments.
    separator: bytes = b""
    #: Everything after the last one.
    tail: bytes


def splice(frame: Frame, fragments: Iterable[Piece]) -> tuple[Piece, ...]:
    """The pieces of a whole document: the fragments themselves, no copies."""
    pieces: list[Piece] = [frame.head]
    for fragment in fragments:
        if frame.separator and len(pieces) > 1:
            pieces.append(frame.separator)
        pieces.append(fragment)
    pieces.append(frame.tail)
    return tuple(pieces)
