"""What a build knows of an article while its content waits: enough to choose it for feeds and to list it in sitemaps.

Refuses to hold what only the article's own entry says: there may be a hundred thousand of them.
"""

from __future__ import annotations

import hashlib
import marshal
from dataclasses import fields
from typing import Any

from feedkit.errors import Problem
from feedkit.frozen import made, values_of
from feedkit.model import Entry, Person, Term
from feedkit.records import dataclass
from feedkit.settings import Site

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


def _places(*names: str) -> tuple[int, ...]:
    return tuple(place for place, item in enumerate(fields(Entry)) if item.name in names)


# Where the fields of an entry are whose values many entries have, and those that are no plain values.
_SHARED = _places("terms", "authors")
_DATES = _places("published", "updated", "expires")
_MADE = _places("published_source", "updated_source", "expires_source", "image")
_OBJECTS = _places("json")


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
        whole = values_of(entry)
        values, plain = list(whole), list(whole)
        for place in _SHARED:
            pairs = [self._same.get(id(item)) or self._one(item) for item in whole[place]]
            values[place] = tuple([item for item, _ in pairs])
            plain[place] = [spelled for _, spelled in pairs]
        for place, default in self._own:
            values[place] = default
        found: Entry = made(Entry, tuple(values))
        return found, self._key(plain, line, markdown) if keyed else b""

    def _one(self, item: Term | Person) -> tuple[Term | Person, tuple[Any, ...]]:
        pair = self._known.setdefault(item, (item, values_of(item)))
        # Of what is kept only: another value may come to be where one was that is gone.
        self._same[id(pair[0])] = pair
        return pair

    def _key(self, values: list[Any], line: int | None, markdown: str | None) -> bytes:
        """The key of an entry, whose terms and authors are plain values already."""
        for place in _DATES:
            if values[place] is not None:
                values[place] = values[place].isoformat()
        for place in _MADE:
            if values[place] is not None:
                values[place] = values_of(values[place])
        for place in _OBJECTS:
            values[place] = repr(values[place]) if values[place] else ""
        own = [values[place] for place, _ in self._own]
        for place, _ in self._own:
            values[place] = None
        # Processors have instructions for this one.
        digest = hashlib.sha256(_spelled(values))
        listed = digest.digest()[:LISTED]
        digest.update(_spelled((own, line, markdown is None)))
        digest.update((markdown or "").encode("utf-8", "surrogatepass"))
        return listed + digest.digest()[:16]


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
