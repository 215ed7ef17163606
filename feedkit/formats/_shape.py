"""An entry taken apart: its shape, which many entries share, and the texts that are its own.

What a format makes of two entries of one shape differs in nothing but these texts. Refuses whatever is out of the
ordinary: episodes, foreign vocabularies, Markdown, values of unusual types, characters that are not certainly legal.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from datetime import datetime, timedelta, timezone
from functools import lru_cache
from itertools import islice
from typing import Generic, NamedTuple, TypeVar

from feedkit.dates import rfc822, rfc3339
from feedkit.formats._content import is_fit
from feedkit.formats.format import Same, mailbox
from feedkit.model import Enclosure, Entry, Image, Person, Term
from feedkit.records import dataclass, field
from feedkit.text import illegal_names

S = TypeVar("S", bound=Hashable)

#: What some format writes otherwise, in an order in which no escape has a sign that comes after its own.
SIGNS = "&\\<>\"'\t\n"

#: Stands for the content among the texts, none of which has it: nor does any format write it.
CONTENT = "\0"

_SIGNS_OF_LINES = SIGNS.strip()

# Where texts stand of which every entry has one, though it be empty.
_OWN = 11
_TOO_LARGE = 10**15
# What words of a site are.
_WORDS = frozenset([str, type(None)])
# White space that is legal, but not in a line.
_WHITE = frozenset("\t\n\r")
# What makes an entry no ordinary one, as a text.
_ODD = "\t"

#: The signs that are written otherwise at one kind of place, and how.
Escapes = tuple[tuple[str, str], ...]


class Shape(NamedTuple):
    """All that the bytes of an ordinary entry depend on, but for its texts."""

    #: Which texts there are.
    given: tuple[bool, ...]
    #: How many keywords, terms and authors.
    counts: tuple[int, int, int]
    #: Whether what RSS calls it is its address.
    permalink: bool
    #: Whether it was updated when it was published.
    unchanged: bool
    featured: bool
    language: str | None
    #: Of each term.
    taxonomies: tuple[str, ...]
    #: For each term the first of the same name; nothing where there are no two.
    alike: tuple[int, ...]
    #: Media types of the picture, if there is one, and of files.
    types: tuple[str | None, ...]
    #: Which files are the picture.
    pictures: tuple[bool, ...]


@dataclass(slots=True)
class Shaped(Generic[S]):
    """An entry or a head taken apart. Not frozen: it remembers its content as formats write it alike."""

    shape: S
    texts: list[str]
    content: str
    #: Where the texts are that have a sign, and the signs that they have.
    marked: frozenset[int]
    signs: str
    _encoded: bytes = b""
    _contents: dict[Escapes, bytes] = field(default_factory=dict)

    def escaped(self, escapes: Escapes, places: frozenset[int]) -> list[str]:
        """The texts, those at some places as they are written there."""
        if self.marked.isdisjoint(places):
            return self.texts
        found = self.texts.copy()
        for sign, escape in escapes:
            if sign in self.signs:
                for place in self.marked:
                    found[place] = found[place].replace(sign, escape)
        return found

    def escaped_content(self, escapes: Escapes) -> bytes:
        """The content as it is written at one kind of place."""
        if (found := self._contents.get(escapes)) is None:
            found = self._encoded = self._encoded or self.content.encode()
            for sign, escape in _in_bytes(escapes):
                found = found.replace(sign, escape)
            self._contents[escapes] = found
        return found


@lru_cache(maxsize=64)
def _in_bytes(escapes: Escapes) -> tuple[tuple[bytes, bytes], ...]:
    return tuple([(sign.encode(), escape.encode()) for sign, escape in escapes])


def shaped(entry: Entry) -> Shaped[Shape] | None:
    """An ordinary entry taken apart; None for any other. Formats that ask one after the other get the same."""
    return _shaped(Same(entry))


# Content is long: few entries are held.
@lru_cache(maxsize=4)
def _shaped(one: Same) -> Shaped[Shape] | None:
    return taken(one.entry)


def taken(entry: Entry) -> Shaped[Shape] | None:
    """The same, for whoever asks once."""
    if entry.episode is not None or entry.elements or entry.json or entry.markdown:
        return None
    try:
        own = _own_texts(entry)
    except OverflowError:
        # A day at either end of the calendar, which not every format writes in another zone.
        return None
    names = [term.name for term in entry.terms]
    texts = [*own, *entry.keywords, *names, *_more_texts(entry)]
    if type(entry.featured) is not bool or type(entry.content) is not str or not is_fit(entry.content):
        return None
    image, updated = entry.image, entry.updated
    taxonomies = tuple([term.taxonomy for term in entry.terms])
    types = (*((image.type,) if image else ()), *[file.type for file in entry.enclosures])
    if not _WORDS.issuperset(map(type, (*taxonomies, *types))):
        return None
    shape = Shape(
        given=tuple(map(bool, texts)),
        counts=(len(entry.keywords), len(names), len(entry.authors)),
        permalink=(entry.guid or entry.id) == entry.url,
        unchanged=updated is not None and updated.timestamp() == entry.published.timestamp(),
        featured=entry.featured,
        language=entry.language,
        taxonomies=taxonomies,
        alike=tuple(map(names.index, names)) if len(set(names)) < len(names) else (),
        types=types,
        pictures=tuple([image is not None and file.url == image.url for file in entry.enclosures]),
    )
    return taken_apart(shape, texts, entry.content)


def _own_texts(entry: Entry) -> tuple[str, ...]:
    published, updated = entry.published, entry.updated
    return (
        CONTENT if entry.content else "",
        rfc822(published),
        rfc3339(published),
        rfc3339(updated) if updated else "",
        entry.title,
        entry.url,
        entry.id,
        entry.guid,
        entry.summary,
        entry.meta_title,
        entry.meta_description,
    )


def _more_texts(entry: Entry) -> Iterator[str]:
    for term in entry.terms:
        yield term.scheme or ""
    for person in entry.authors:
        yield from (person.name, mailbox(person) or "", person.url or "", person.avatar or "")
    if image := entry.image:
        yield from (image.url, image.alt, _digits(image.width), _digits(image.height), _digits(image.length))
    for file in entry.enclosures:
        yield from (file.url, file.title, _digits(file.length), _digits(file.duration))


def _digits(number: int | None) -> str:
    if not number:
        return ""
    return str(number) if type(number) is int and 0 < number < _TOO_LARGE else _ODD


def taken_apart(shape: S, texts: list[str], content: str = "") -> Shaped[S] | None:
    """What has a shape and some texts; None where a text is not certainly one of one line in every format."""
    if set(map(type, texts)) != {str}:
        return None
    joined = "".join(texts[1:])
    if not joined.isprintable() and (not _WHITE.isdisjoint(joined) or illegal_names(joined)):
        return None
    signs = [sign for sign in _SIGNS_OF_LINES if sign in joined]
    marked = [place for sign in signs for place, text in enumerate(texts) if sign in text]
    return Shaped(shape, texts, content, frozenset(marked), "".join(signs))


@dataclass(frozen=True, slots=True, kw_only=True)
class Probe:
    """What stands for texts, numbers and dates in a sample."""

    #: Stands before the number of a text; begins an address that is an id and a mailbox, too.
    before: str
    #: Stands behind it.
    behind: str
    #: Stands behind all of that in the content.
    content: str
    #: Is added to the number of a number.
    number: int
    #: The day of publication.
    published: datetime
    #: The day of the last change.
    updated: datetime

    def text(self, place: int) -> str:
        """What stands at a place among the texts."""
        return f"{self.before}{place}{self.behind}"


def sample(shape: Shape, probe: Probe) -> Entry:
    """An entry of a shape whose every text can be recognised."""
    texts = [probe.text(place) if given else "" for place, given in enumerate(shape.given)]
    keywords, terms, authors = shape.counts
    rest = islice(texts, _OWN, None)
    content, _, _, updated, title, url, id_, guid, summary, *meta = texts[:_OWN]
    later = probe.published.astimezone(timezone(timedelta(hours=1))) if shape.unchanged else probe.updated
    number = {text: probe.number + place for place, text in enumerate(texts) if text}
    return Entry(
        id=url if shape.permalink and not guid else id_,
        url=url,
        title=title,
        published=probe.published,
        updated=later if updated else None,
        guid=url if shape.permalink and guid else guid,
        summary=summary,
        content=content and content + probe.content,
        meta_title=meta[0],
        meta_description=meta[1],
        featured=shape.featured,
        language=shape.language,
        keywords=tuple(islice(rest, keywords)),
        terms=_terms(shape, list(islice(rest, terms)), rest),
        authors=tuple([_person(rest) for _ in range(authors)]),
        image=(image := _image(shape, rest, number)),
        enclosures=tuple(_enclosures(shape, rest, number, image)),
    )


def _terms(shape: Shape, names: list[str], rest: Iterator[str]) -> tuple[Term, ...]:
    if shape.alike:
        names = [names[first] for first in shape.alike]
    each = zip(shape.taxonomies, names, islice(rest, len(names)), strict=True)
    return tuple([Term(taxonomy=taxonomy, name=name, scheme=scheme or None) for taxonomy, name, scheme in each])


def _person(rest: Iterator[str]) -> Person:
    name, email, url, avatar = islice(rest, 4)
    return Person(name=name, email=email or None, url=url or None, avatar=avatar or None)


def _image(shape: Shape, rest: Iterator[str], number: dict[str, int]) -> Image | None:
    if len(shape.types) == len(shape.pictures):
        return None
    url, alt, *sizes = islice(rest, 5)
    width, height, length = map(number.get, sizes)
    return Image(url=url, alt=alt, type=shape.types[0], width=width, height=height, length=length)


def _enclosures(shape: Shape, rest: Iterator[str], number: dict[str, int], image: Image | None) -> Iterator[Enclosure]:
    types = shape.types[-len(shape.pictures) :] if shape.pictures else ()
    for type_, is_picture in zip(types, shape.pictures, strict=True):
        url, title, length, duration = islice(rest, 4)
        url = image.url if image and is_picture else url
        yield Enclosure(
            url=url, type=type_ or "", length=number.get(length), title=title, duration=number.get(duration)
        )
