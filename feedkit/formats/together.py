"""What several formats make of one entry, at once: one shape, one template for all of them, one look at what came out.

Refuses an entry that is not ordinary, a format that has no template for it, and what cannot surely be read: those are
made and read one by one.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from feedkit.formats._shape import Shape, Shaped, sample, taken
from feedkit.formats._templates import FIRST, SHAPES, Cut, Parts, Template, Templated, template_of
from feedkit.formats.alone import all_pass, escapes_of
from feedkit.formats.format import Format, Named
from feedkit.formats.vocabularies import Namespaces
from feedkit.model import Entry

#: The bytes that each format makes of an entry, and what a document must declare to hold them.
Made = tuple[list[Parts], tuple[Namespaces, ...]]


class Together:
    """Some formats that make the bytes of an entry together."""

    def __init__(self, formats: Sequence[Format]) -> None:
        self._formats = formats
        self._makers = [_templated(one) for one in formats]
        self._of_shape = lru_cache(maxsize=SHAPES)(self._made)

    def fragments(self, entries: Sequence[Entry]) -> list[Made | None]:
        """What each format makes of each entry, which can be read wherever as much is declared; None where in doubt.

        Stage by stage for all of them: a processor is quicker at what it has just done.
        """
        found = [taken(entry) for entry in entries]
        made = [self._written(one) if one else None for one in found]
        return [one if one and all_pass(*one) else None for one in made]

    def _written(self, entry: Shaped[Shape]) -> Made | None:
        of_shape = self._of_shape(entry.shape)
        return (of_shape[0].written(entry), of_shape[1]) if of_shape else None

    def _made(self, shape: Shape) -> tuple[Template, tuple[Namespaces, ...]] | None:
        cuts = [cut for maker in self._makers if maker and (cut := maker.cut(shape))]
        if len(cuts) < len(self._formats):
            return None
        # Whatever has one shape needs the same, and its content is written alike.
        entry = sample(shape, FIRST)
        known, template = taken(entry), template_of(cuts)
        if known is None or any(map(_is_doubtful, template.written(known), cuts)):
            return None
        return template, tuple([one.needs(entry) for one in self._formats])


def _is_doubtful(made: Parts, cut: Cut) -> bool:
    return not made[0].startswith((b"<", b"{")) or (cut.content is not None and cut.content != escapes_of(made[0]))


def _templated(format_: Format) -> Templated | None:
    """What makes the bytes of ordinary entries in a format; None where something else does."""
    inner = format_.fragment.inner if isinstance(format_.fragment, Named) else None
    return inner if isinstance(inner, Templated) else None
