"""Formats that begin with templates of an earlier run: feedgen is not asked, nor even imported, for what is in a book.

Refuses what cannot be a template of that shape, and leaves formats alone that have none.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from contextlib import suppress
from typing import Protocol, TypeVar

from feedkit.formats._head_templates import HeadCut, Kind, TemplatedHeads
from feedkit.formats._shape import Shape
from feedkit.formats._templates import Cut, Templated
from feedkit.formats.format import Format, Headed, headed, named
from feedkit.formats.together import templated
from feedkit.records import replace

_Any = TypeVar("_Any", Cut, HeadCut)


class Book(Protocol):
    """Where templates are, or what they are made of: each by what it is of, which is told by its text (`repr`)."""

    def find(self, shape: Hashable) -> object:
        """What was entered for a shape; anything where it is damaged."""

    def enter(self, shape: Hashable, cut: Cut | HeadCut) -> None:
        """Note what there is for a shape."""


def knowing(format_: Format, book: Book) -> Format:
    """The format, which looks for a template in the book before it makes one, and enters there what it has made."""
    entries = templated(format_)
    heads = format_.frame.inner if isinstance(format_.frame, Headed) else None
    if entries:
        format_ = replace(format_, fragment=named(_entries(format_.name, entries, book)))
    if isinstance(heads, TemplatedHeads):
        format_ = replace(format_, frame=headed(_heads(format_.name, heads, book)))
    return format_


def prepare() -> None:
    """Import what makes templates, before there are several processes that each would do it."""
    from feedkit.formats import _feedgen as _feedgen


def _entries(name: str, inner: Templated, book: Book) -> Templated:
    def cut(shape: Shape) -> Cut | None:
        return _cut(book, Cut, (name, *shape), shape.given, lambda: inner.cut(shape))

    return Templated(inner.general, cut)


def _heads(name: str, inner: TemplatedHeads, book: Book) -> TemplatedHeads:
    def cut(kind: Kind) -> HeadCut | None:
        return _cut(book, HeadCut, ("head", name, *kind.shape), kind.shape[0], lambda: inner.cut(kind))

    return TemplatedHeads(inner.general, cut)


def _cut(
    book: Book, kind: type[_Any], shape: Hashable, given: Sequence[bool], make: Callable[[], _Any | None]
) -> _Any | None:
    """What the book has for a shape, if it can be that; else what is made."""
    with suppress(TypeError, ValueError):
        found = book.find(shape)
        if isinstance(found, kind) and found.is_of(given):
            return found
    if made := make():
        book.enter(shape, made)
    return made
