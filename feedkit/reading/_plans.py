"""What the keys of an article mean, worked out once for all articles that have the same ones.

Refuses keys of which there is something to tell, and fields that are seldom there and take a longer look.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from feedkit.errors import Problem
from feedkit.reading.intake import Article, Intake
from feedkit.reading.report import Reporter
from feedkit.setting_tables import DERIVED_SOURCES
from feedkit.settings import Site

_NEEDED = ("title", "published")
_USUAL = ("slug", "updated", "expires", "keywords", "image", "image_alt", "language")
_TEXTS = ("summary", "meta_title", "meta_description")
_SHARED = ("translation_key", "featured", "weight")
_LONGER = ("canonical", "url", "id", "enclosures", "author_url", "author_email", "author_avatar")


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Where the fields of an article stand that has these keys."""

    #: The key of each field that is there.
    keys: Mapping[str, str]
    #: The fields among them that are short texts.
    texts: tuple[str, ...]
    #: The fields whose values many articles share; authors always, for a site may have some by default.
    shared: tuple[str, ...]
    #: The names of the taxonomies that are there, and the key of each.
    taxonomies: tuple[tuple[str, str], ...]
    #: The keys that may say that it is a draft.
    draft: tuple[str, ...]
    #: The keys that may say that search engines are not to list it.
    noindex: tuple[str, ...]


def plan(site: Site, keys: tuple[str, ...], empty: tuple[str, ...]) -> Plan | None:
    """The plan for articles with these keys, some of which have no value; None where a longer look is due."""
    told: list[Problem] = []
    _intake(site, keys, told).tell_keys()
    intake = _intake(site, [key for key in keys if key not in empty], told)
    found = dict(_keys(intake, (*_NEEDED, *_USUAL, *_TEXTS, *_SHARED, "authors", *_LONGER)))
    if told or not found.keys() >= set(_NEEDED) or not found.keys().isdisjoint(_LONGER):
        return None
    own = [taxonomy for taxonomy in site.taxonomies if taxonomy.source not in DERIVED_SOURCES]
    sources = dict(_keys(intake, [taxonomy.source for taxonomy in own]))
    return Plan(
        keys=found,
        texts=tuple(name for name in _TEXTS if name in found),
        shared=("authors", *(name for name in _SHARED if name in found)),
        taxonomies=tuple((one.name, sources[one.source]) for one in own if one.source in sources),
        draft=tuple(item.key for item in intake.fields.every("draft")),
        noindex=tuple(item.key for item in intake.fields.every("noindex")),
    )


def _intake(site: Site, keys: Iterable[str], told: list[Problem]) -> Intake:
    # Each has a value of its own: two spellings of one key are told where their values differ.
    return Intake(Article(metadata={key: key for key in keys}), site, Reporter("", told.append))


def _keys(intake: Intake, fields: Iterable[str]) -> Iterator[tuple[str, str]]:
    for name in fields:
        if found := intake.fields.find(name, lambda value: True):
            yield name, found.key
