"""What a build knows of an article while its content waits: enough to choose it for feeds and to list it in sitemaps.

Refuses to hold what only the article's own entry says: there may be a hundred thousand of them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields

from feedkit.errors import Problem
from feedkit.frozen import made, values_of
from feedkit.model import Entry, Person, Term
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


def outlining(site: Site) -> Callable[[Entry], Entry]:
    """Makes the outline of an entry: the same without what a site does not need to choose and to list it.

    Equal terms and authors become one: what is packed together is packed once.
    """
    unwanted = _unwanted(site)
    defaults = tuple((place, item.default) for place, item in enumerate(fields(Entry)) if item.name in unwanted)
    terms, authors = _place("terms"), _place("authors")
    known: dict[Term | Person, Term | Person] = {}

    def outline(entry: Entry) -> Entry:
        values = list(values_of(entry))
        values[terms] = tuple([known.setdefault(term, term) for term in entry.terms])
        values[authors] = tuple([known.setdefault(person, person) for person in entry.authors])
        for place, default in defaults:
            values[place] = default
        found: Entry = made(Entry, tuple(values))
        return found

    return outline


def _place(name: str) -> int:
    return next(place for place, item in enumerate(fields(Entry)) if item.name == name)


def _unwanted(site: Site) -> frozenset[str]:
    unwanted = _OWN
    if site.podcast is None:
        # Apple's rules are about both.
        unwanted |= {"summary", "enclosures"}
    return unwanted if "hero" in site.sitemap.images else unwanted | {"image"}
