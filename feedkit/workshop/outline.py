"""What a build knows of an article while its content waits: enough to choose it for feeds and to list it in sitemaps.

Refuses to hold what only the article's own entry says: there may be a hundred thousand of them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields

from feedkit.errors import Problem
from feedkit.model import Entry
from feedkit.settings import Site
from feedkit.workshop.packing import made, values_of

# What only fragments say.
_OWN = frozenset(
    [
        *("keywords", "meta_title", "meta_description", "weight"),
        *("published_source", "updated_source", "expires_source"),
    ]
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outline:
    """An article, without its content if that may wait."""

    #: None for one that was refused.
    entry: Entry | None
    #: What was found.
    problems: tuple[Problem, ...] = ()
    #: A digest of everything that decides what feeds hold of it; empty where nobody asks.
    key: bytes = b""


def outlining(site: Site) -> Callable[[Entry], Entry]:
    """Makes the outline of an entry: the same without what a site does not need to choose and to list it."""
    unwanted = _unwanted(site)
    defaults = tuple((place, item.default) for place, item in enumerate(fields(Entry)) if item.name in unwanted)

    def outline(entry: Entry) -> Entry:
        values = list(values_of(entry))
        for place, default in defaults:
            values[place] = default
        found: Entry = made(Entry, tuple(values))
        return found

    return outline


def _unwanted(site: Site) -> frozenset[str]:
    unwanted = _OWN
    if site.podcast is None:
        # Apple's rules are about both.
        unwanted |= {"summary", "enclosures"}
    return unwanted if "hero" in site.sitemap.images else unwanted | {"image"}
