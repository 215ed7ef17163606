"""The central idea: a document is a frame around fragments, and a fragment is made once however many feeds hold it.

Refuses to copy: splicing hands out the fragments' own bytes, in order.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar

from feedkit.document import Piece
from feedkit.records import dataclass

_Piece = TypeVar("_Piece", bound=Piece)


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """What stands before, between and after the fragments of one document."""

    #: Everything before the first fragment.
    head: bytes
    #: What stands between two fragments.
    separator: bytes
    #: Everything after the last one.
    tail: bytes


def splice(frame: Frame, fragments: Iterable[_Piece]) -> tuple[bytes | _Piece, ...]:
    """The pieces of a whole document."""
    pieces: list[bytes | _Piece] = [frame.head]
    for fragment in fragments:
        if frame.separator and len(pieces) > 1:
            pieces.append(frame.separator)
        pieces.append(fragment)
    pieces.append(frame.tail)
    return tuple(pieces)
