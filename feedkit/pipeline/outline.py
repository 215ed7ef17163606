"""What a build knows of an article while its content waits: enough to choose it for feeds and to list it in sitemaps.

Refuses to hold what only the article's own entry says: there may be a hundred thousand of them.
"""

from __future__ import annotations

import hashlib
import marshal
from collections.abc import Iterator, Sequence
from typing import Any

from feedkit.config.site import Site
from feedkit.errors import Problem
from feedkit.frozen import columns_made, values_of
from feedkit.model import Entry, Person, Term
from feedkit.records import dataclass, fields

# What only fragments say.
_OWN = frozenset(
    [
        *("keywords", "meta_title", "meta_description", "weight"),
        *("published_source", "updated_source", "expires_source"),
    ]
)
# The version of marshal's format that says what values are, and not which of them are one and the same.
_BY_VALUE = 2

#: How many bytes of a key are the digest of what chooses and lists an article.
LISTED = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Outline:
    """An article, without its content if that may wait."""

    #: None for one that was refused.
    entry: Entry | None
    #: What was found.
    problems: tuple[Problem, ...] = ()
    #: A digest of the entry as it is here (`LISTED`), and then one of all that feeds hold of it; empty unasked.
    key: bytes = b""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlines:
    """Outlines field by field, which are sooner packed and made again than one after the other."""

    #: Of each, what was found, and its key.
    problems: Sequence[tuple[Problem, ...]]
    keys: Sequence[bytes]
    #: Whether it has an entry; and the fields of those that have, in their order, each for all of them.
    accepted: Sequence[bool]
    columns: Sequence[Sequence[Any]]

    def each(self) -> list[Outline]:
        """The outlines. Raises `ValueError` for what cannot be such."""
        count = len(self.accepted)
        columns = [(self.problems, count), (self.keys, count), *((one, sum(self.accepted)) for one in self.columns)]
        if any(len(column) != wanted for column, wanted in columns):
            raise ValueError("fields of some articles are missing")
        entries: Iterator[Entry] = iter(columns_made(Entry, self.columns, sum(self.accepted)))
        found = [next(entries) if accepted else None for accepted in self.accepted]
        return columns_made(Outline, (found, self.problems, self.keys), count)


def gathered(outlines: Sequence[Outline]) -> Outlines:
    """Outlines field by field."""
    accepted = [one.entry is not None for one in outlines]
    return Outlines(
        problems=[one.problems for one in outlines],
        keys=[one.key for one in outlines],
        accepted=accepted,
        columns=_columns([one.entry for one in outlines if one.entry is not None]),
    )


def columns_without_terms(entries: Sequence[Entry]) -> list[Sequence[Any]]:
    """The fields of entries, each for all of them; who has chosen them already does not ask for their terms."""
    columns = _columns(entries)
    for place in _TERMS:
        columns[place] = [()] * len(entries)
    return columns


def _columns(entries: Sequence[Entry]) -> list[Sequence[Any]]:
    """The fields of entries, each for all of them."""
    return list(zip(*map(values_of, entries), strict=True)) or [()] * len(fields(Entry))


def _places(*names: str) -> tuple[int, ...]:
    return tuple(place for place, item in enumerate(fields(Entry)) if item.name in names)


# Where the fields of an entry are whose values many entries have, and those that are no plain values.
_SHARED = _places("terms", "authors")
_TERMS = _places("terms")
_DATES = _places("published", "updated", "expires")
_MADE = _places("published_source", "updated_source", "expires_source", "image")
_OBJECTS = _places("json")

#: The line at which an article's Markdown begins, and that.
Words = tuple[int | None, str | None]


class Outliner:
    """Makes the outlines of entries: the same without what a site does not need to choose and to list them.

    Equal terms and authors become one: what is packed together is packed once.
    """

    def __init__(self, site: Site) -> None:
        unwanted = _unwanted(site)
        self._own = tuple((place, one.default) for place, one in enumerate(fields(Entry)) if one.name in unwanted)
        self._known: dict[Term | Person, tuple[Term | Person, tuple[Any, ...]]] = {}
        # The same by what they are: thousands of articles are given the very same term.
        self._same: dict[int, tuple[Term | Person, tuple[Any, ...]]] = {}

    def outline(self, entry: Entry, line: int | None, markdown: str | None, *, keyed: bool) -> tuple[Entry, bytes]:
        """The outline of an entry, and its key where that is wanted.

        The content is made of Markdown that begins on a line of its file: messages about it name lines.
        """
        columns, (key,) = self.outlines([entry], [(line, markdown)], keyed=keyed)
        (found,) = columns_made(Entry, columns, 1)
        return found, key

    def outlines(
        self, entries: Sequence[Entry], words: Sequence[Words], *, keyed: bool
    ) -> tuple[list[Sequence[Any]], list[bytes]]:
        """The outlines of entries, field by field, and their keys; the same as one after the other."""
        count, values = len(entries), _columns(entries)
        plain = list(values)
        for place in _SHARED:
            pairs = [[self._same.get(id(item)) or self._one(item) for item in items] for items in values[place]]
            values[place] = [tuple([item for item, _ in each]) for each in pairs]
            plain[place] = [[spelled for _, spelled in each] for each in pairs]
        for place, default in self._own:
            values[place] = [default] * count
        return values, self._keys(plain, words) if keyed else [b""] * count

    def _one(self, item: Term | Person) -> tuple[Term | Person, tuple[Any, ...]]:
        pair = self._known.setdefault(item, (item, values_of(item)))
        # Of what is kept only: another value may come to be where one was that is gone.
        self._same[id(pair[0])] = pair
        return pair

    def _keys(self, columns: list[Sequence[Any]], words: Sequence[Words]) -> list[bytes]:
        """The keys of entries, whose terms and authors are plain values already."""
        for place in _DATES:
            columns[place] = [None if value is None else value.isoformat() for value in columns[place]]
        for place in _MADE:
            columns[place] = [None if value is None else values_of(value) for value in columns[place]]
        for place in _OBJECTS:
            columns[place] = [repr(value) if value else "" for value in columns[place]]
        own = zip(*[columns[place] for place, _ in self._own], strict=True)
        listed = [column for place, column in enumerate(columns) if place not in dict(self._own)]
        return list(map(_key, zip(*listed, strict=True), own, words))


def _key(listed: tuple[Any, ...], own: tuple[Any, ...], words: Words) -> bytes:
    line, markdown = words
    # Processors have instructions for this one.
    digest = hashlib.sha256(_spelled(listed))
    first = digest.digest()[:LISTED]
    digest.update(_spelled((own, line, markdown is None)))
    digest.update((markdown or "").encode("utf-8", "surrogatepass"))
    return first + digest.digest()[:16]


def _spelled(values: Any) -> bytes:
    """Plain values as bytes, others for other values; if there are more than plain ones among them, in more time."""
    try:
        return marshal.dumps(values, _BY_VALUE)
    except ValueError:
        return repr(values).encode("utf-8", "surrogatepass")


def _unwanted(site: Site) -> frozenset[str]:
    unwanted = _OWN
    if site.podcast is None:
        # Apple's rules are about both.
        unwanted |= {"summary", "enclosures"}
    return unwanted if "hero" in site.sitemap.images else unwanted | {"image"}
