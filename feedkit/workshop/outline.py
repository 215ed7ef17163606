"""What a build knows of an article while its content waits: enough to choose it for feeds and to list it in sitemaps.

Refuses to hold what only the article's own entry says: there may be a hundred thousand of them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import datetime
from operator import attrgetter
from typing import Any

from feedkit.errors import Problem
from feedkit.frozen import made, values_of
from feedkit.model import DateSource, Entry, Image, Person, Term
from feedkit.settings import Site

# What only fragments say.
_OWN = frozenset(
    [
        *("keywords", "meta_title", "meta_description", "weight"),
        *("published_source", "updated_source", "expires_source"),
    ]
)


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


class Outliner:
    """Makes the outlines of entries, and their keys: an outline is the entry without what its site does not need to
    choose and to list it.

    Equal terms and authors become one: what is packed together is packed once.
    """

    def __init__(self, site: Site) -> None:
        own = _unwanted(site)
        self._defaults = tuple((place, item.default) for place, item in enumerate(fields(Entry)) if item.name in own)
        self._places = tuple(_place(name) for name in ("terms", "authors"))
        self._listed = attrgetter(*(item.name for item in fields(Entry) if item.name not in own))
        self._own = attrgetter(*sorted(own))
        self._known: dict[Term | Person, Term | Person] = {}
        # The same by what they are: thousands of articles are given the very same value.
        self._same: dict[int, Term | Person] = {}

    def outline(self, entry: Entry) -> Entry:
        """The outline of an entry."""
        values = list(values_of(entry))
        for place in self._places:
            values[place] = tuple([self._same.get(id(item)) or self._one(item) for item in values[place]])
        for place, default in self._defaults:
            values[place] = default
        found: Entry = made(Entry, tuple(values))
        return found

    def _one(self, item: Term | Person) -> Term | Person:
        one = self._known.setdefault(item, item)
        # Of what is kept only: another value may be where one was that is gone.
        self._same[id(one)] = one
        return one

    def key(self, entry: Entry, line: int | None, markdown: str | None) -> bytes:
        """A digest of what the outline of an entry says (`LISTED`), and one of all that feeds hold of it.

        The content is made of Markdown that begins on a line: messages about it name lines.
        """
        # Not of packed bytes: those tell equal values from one and the same.
        listed = _spelled(self._listed(entry))
        whole = f"{listed}\0{_spelled(self._own(entry))}\0{line}\0{markdown or ''}"
        return _digest(listed)[:LISTED] + _digest(whole)[:16]


def _digest(text: str) -> bytes:
    # Processors have instructions for this one.
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()


# Values of plain values, and those themselves.
_FLAT = (Term, Person, DateSource, Image)
_PLAIN = frozenset([str, int, bool, type(None)])


def _spelled(values: Iterable[Any]) -> str:
    """Values as a text, another one wherever one of them differs; three times sooner than by their own `repr`."""
    return repr([value if type(value) in _PLAIN else _told(value) for value in values])


def _told(value: Any) -> Any:
    if isinstance(value, tuple):
        return [item if type(item) in _PLAIN else _told(item) for item in value]
    if isinstance(value, datetime):
        return value.isoformat()
    return values_of(value) if isinstance(value, _FLAT) else value


def _unwanted(site: Site) -> frozenset[str]:
    unwanted = _OWN
    if site.podcast is None:
        # Apple's rules are about both.
        unwanted |= {"summary", "enclosures"}
    return unwanted if "hero" in site.sitemap.images else unwanted | {"image"}


def _place(name: str) -> int:
    return next(place for place, item in enumerate(fields(Entry)) if item.name == name)
