"""What several formats make of one entry, at once: one shape, one template for all of them, one look at what came out.

Refuses an entry that is not ordinary, a format that has no template for it, and what cannot surely be read: those are
made and read one by one.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from feedkit.formats._shape import Shape, sample, taken
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

    def fragments(self, entry: Entry) -> Made | None:
        """What each format makes of an entry, which can be read wherever as much is declared; None where in doubt."""
        found = taken(entry)
        of_shape = found and self._of_shape(found.shape)
        if not found or not of_shape:
            return None
        template, needs = of_shape
        made = template.written(found)
        return (made, needs) if all_pass(made, needs) else None

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
