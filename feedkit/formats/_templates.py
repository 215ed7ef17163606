"""Templates: what a format writes of an entry of one shape, once, and the places where texts of others go.

A format's own function makes each template, by being asked for an entry whose every text can be recognised in its
bytes; so how a text is escaped at a place is found there, and known nowhere else. Refuses a shape whose second sample
the template does not give as the format does, and leaves every entry that has no template to the format.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from operator import itemgetter

from feedkit.formats._shape import CONTENT, SIGNS, Escapes, Probe, S, Shape, Shaped, sample, shaped
from feedkit.model import Entry
from feedkit.records import dataclass

#: How many shapes a format remembers.
SHAPES = 512

#: What samples are made of: in the bytes of the first every text is found, the second is for the proof.
FIRST = Probe(
    before="https://place@",
    behind=".invalid/~&~\\~<~>~\"~'~",
    content="!\t~\n~",
    number=7_000_000_000_000,
    published=datetime(1991, 2, 3, 4, 5, 6, tzinfo=UTC),
    updated=datetime(1992, 3, 4, 5, 6, 7, tzinfo=UTC),
)
SECOND = Probe(
    before="https://&amp;@'>",
    behind='.invalid/"<\\n&&lt;',
    content="\n\n<p>\t&#9;é",
    number=8_000_000_000_000,
    published=datetime(2001, 12, 31, 23, 59, 59, 999, tzinfo=UTC),
    updated=datetime(2002, 1, 1, 12, tzinfo=UTC),
)
_TEXT = r"https://place@(\d+)\.invalid/~(.*?)~(.*?)~(.*?)~(.*?)~(.*?)~(.*?)~(?:!(.*?)~(.*?)~)?"
_NUMBER = r"70000000(\d{5})"
_NOTHING = "(?!)"

# Of what nothing is escaped.
_AS_IT_IS: Escapes = ()


#: The bytes of an entry in a format: those before its content, the content, those behind it. Without content the first
#: are all.
Parts = tuple[bytes, bytes, bytes]


@dataclass(frozen=True, slots=True)
class Cut:
    """What one format writes of all that has one shape, cut at the texts."""

    #: What is written between texts, with a place for one at every odd number.
    parts: list[str]
    #: Which text is at each place, of how many, and how it is escaped there.
    places: list[tuple[int, Escapes]]
    texts: int
    #: How the content is escaped; nothing where there is none.
    content: Escapes | None

    def is_of(self, given: Sequence[bool]) -> bool:
        """Whether it can be one of a shape that has these texts. Raises `TypeError` and `ValueError` for other values.

        What is remembered may be damaged.
        """
        places = [place for place, _ in self.places]
        return (
            type(self.parts) is list
            and len(self.parts) == 2 * len(places) + 1 > 3
            and CONTENT not in "".join(self.parts)
            and set(map(type, places)) == {int}
            and set(places) <= set(range(self.texts))
            and self.texts == len(given)
            and places.count(0) == given[0] == (self.content is not None)
            and all(map(_is_escapes, [self.content or (), *[escapes for _, escapes in self.places]]))
        )


def _is_escapes(value: object) -> bool:
    if type(value) is not tuple:
        return False
    return all(type(sign) is type(escape) is str for sign, escape in value)


@dataclass(frozen=True, slots=True)
class Template:
    """What some formats write of all that has one shape, one after the other."""

    #: What is written between texts, with a place for one at every odd number.
    parts: list[str]
    #: How texts are escaped at each kind of place, and which texts those are.
    kinds: tuple[tuple[Escapes, frozenset[int]], ...]
    #: What stands at the places, out of all texts as they are written at each kind of place.
    chosen: Callable[[list[str]], tuple[str, ...]]
    #: How the content is escaped by each format; nothing where there is none.
    contents: tuple[Escapes, ...]

    def written(self, entry: Shaped[S]) -> list[Parts]:
        """The bytes of an entry of this shape, in each format."""
        texts: list[str] = []
        for escapes, places in self.kinds:
            texts += entry.escaped(escapes, places)
        parts = self.parts.copy()
        parts[1::2] = self.chosen(texts)
        made = "".join(parts).encode().split(CONTENT.encode())
        if not self.contents:
            return [(whole, b"", b"") for whole in made]
        each = zip(made[::2], self.contents, made[1::2], strict=True)
        return [(before, entry.escaped_content(escapes), behind) for before, escapes, behind in each]


def template_of(cuts: Sequence[Cut]) -> Template:
    """The template of some formats, out of what each writes of one and the same shape."""
    parts = cuts[0].parts.copy()
    for cut in cuts[1:]:
        parts[-1] += CONTENT + cut.parts[0]
        parts += cut.parts[1:]
    places = [place for cut in cuts for place in cut.places]
    kinds = list(dict.fromkeys(escapes for _, escapes in places))
    chosen = [kinds.index(escapes) * cuts[0].texts + place for place, escapes in places]
    found = [(kind, frozenset(place for place, escapes in places if escapes == kind)) for kind in kinds]
    contents = [cut.content for cut in cuts if cut.content is not None]
    return Template(parts, tuple(found), itemgetter(*chosen), tuple(contents))


class Templated:
    """A function that makes the bytes of an entry, asked once for all ordinary entries of one shape."""

    __slots__ = ("_template", "cut", "general")

    def __init__(self, general: Callable[[Entry], bytes], cut: Callable[[Shape], Cut | None] | None = None) -> None:
        """`cut` is where shapes are known that the function need not be asked for."""
        self.general = general
        self.cut = lru_cache(maxsize=SHAPES)(cut or self._cut)
        self._template = lru_cache(maxsize=SHAPES)(self._alone)

    def __call__(self, entry: Entry) -> bytes:
        """The bytes of one entry."""
        found = shaped(entry)
        template = found and self._template(found.shape)
        return b"".join(template.written(found)[0]) if found and template else self.general(entry)

    def _alone(self, shape: Shape) -> Template | None:
        cut = self.cut(shape)
        return template_of([cut]) if cut else None

    def _cut(self, shape: Shape) -> Cut | None:
        first, known, second, other = _samples(shape)
        try:
            return cut_of(shape, self.general(first), known, self.general(second), other)
        except ValueError:
            return None


def by_template(general: Callable[[Entry], bytes]) -> Templated:
    """The function, which is not asked for what it makes of ordinary entries."""
    return Templated(general)


def cut_of(shape: S, made: bytes, known: Shaped[S] | None, wanted: bytes, other: Shaped[S] | None) -> Cut | None:
    """What is written of a shape by the bytes of two samples; None where it would not give those of the second."""
    if not (known and other and known.shape == other.shape == shape):
        return None
    cut = _split(made.decode(), known.texts)
    return cut if cut and b"".join(template_of([cut]).written(other)[0]) == wanted else None


# One format after the other asks for the same.
@lru_cache(maxsize=2)
def _samples(shape: Shape) -> tuple[Entry, Shaped[Shape] | None, Entry, Shaped[Shape] | None]:
    first, second = sample(shape, FIRST), sample(shape, SECOND)
    return first, shaped(first), second, shaped(second)


def _split(made: str, texts: list[str]) -> Cut | None:
    """What was made of the first sample, cut at its texts."""
    dates = {text: place for place, text in enumerate(texts[1:4], 1) if text}
    pattern = re.compile("|".join((_TEXT, _NUMBER, f"({'|'.join(map(re.escape, dates)) or _NOTHING})")), re.DOTALL)
    parts: list[str] = []
    places: list[tuple[int, Escapes]] = []
    end = 0
    for hole in pattern.finditer(made):
        parts += (made[end : hole.start()], "")
        places.append(_place(hole, dates))
        end = hole.end()
    parts.append(made[end:])
    contents = [escapes for place, escapes in places if place == 0]
    unknown = any(place >= len(texts) for place, _ in places)
    if unknown or len(contents) != bool(texts[0]) or len(places) < 2 or CONTENT in made:
        return None
    # In the place of the content stands what the others do not have.
    places = [(place, escapes if place else _AS_IT_IS) for place, escapes in places]
    return Cut(parts, places, len(texts), contents[0] if contents else None)


def _place(hole: re.Match[str], dates: dict[str, int]) -> tuple[int, Escapes]:
    """The number of the text in a hole, and how signs are escaped there."""
    place, *escapes, tab, line, number, date = hole.groups()
    if place is None:
        return int(number) if number else dates[date], _AS_IT_IS
    each = zip(SIGNS, (*escapes, tab or "\t", line or "\n"), strict=True)
    return int(place), tuple([(sign, escape) for sign, escape in each if sign != escape])
