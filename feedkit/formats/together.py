"""What several formats make of one entry, at once: one shape, one template for all of them, one look at what came out.

Refuses an entry that is not ordinary, a format that has no template for it, and what cannot surely be read: those are
made and read one by one.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from feedkit.formats._shape import Shape, Shaped, sample, taken
from feedkit.formats._templates import FIRST, SHAPES, Cut, Template, Templated, template_of
from feedkit.formats.alone import Made, all_pass, escapes_of
from feedkit.formats.format import Format, Named
from feedkit.formats.vocabularies import Namespaces
from feedkit.model import Entry


class Together:
    """Some formats that make the bytes of an entry together."""

    def __init__(self, formats: Sequence[Format]) -> None:
        self._formats = formats
        self._makers = [templated(one) for one in formats]
        self._of_shape = lru_cache(maxsize=SHAPES)(self._made)

    def fragments(self, entries: Sequence[Entry]) -> list[Made | None]:
        """What each format makes of each entry, which can be read wherever as much is declared; None where in doubt.

        Stage by stage for all of them: a processor is quicker at what it has just done.
        """
        found = [taken(entry) for entry in entries]
        made: list[Made | None] = [self._written(one) if one else None for one in found]
        if all_pass([one for one in made if one]):
            return made
        return [one if one and all_pass([one]) else None for one in made]

    def _written(self, entry: Shaped[Shape]) -> Made | None:
        of_shape = self._of_shape(entry.shape)
        return (of_shape[0].written(entry), of_shape[1]) if of_shape else None

    def _made(self, shape: Shape) -> tuple[Template, tuple[Namespaces, ...]] | None:
        cuts = [cut for maker in self._makers if maker and (cut := maker.cut(shape))]
        if len(cuts) < len(self._formats) or not all(map(_is_sure, cuts)):
            return None
        # Whatever has one shape needs the same.
        entry = sample(shape, FIRST)
        return template_of(cuts), tuple([one.needs(entry) for one in self._formats])


def _is_sure(cut: Cut) -> bool:
    """Whether it begins as fragments begin, whatever the texts are, and nobody need parse its content."""
    begun = cut.parts[0]
    return begun.startswith(("<", "{")) and cut.content in (None, escapes_of(begun))


def templated(format_: Format) -> Templated | None:
    """What makes the bytes of ordinary entries in a format; None where something else does."""
    inner = format_.fragment.inner if isinstance(format_.fragment, Named) else None
    return inner if isinstance(inner, Templated) else None
