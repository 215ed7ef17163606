"""What the keys of an article mean, worked out once for all articles that have the same ones.

Refuses keys of which there is something to tell, and fields that are seldom there and take a longer look.
"""

from __future__ import annotations

from collections.abc import Iterable

from feedkit.articles.intake import Article, Intake
from feedkit.articles.report import Reporter
from feedkit.config.site import Site
from feedkit.config.tables import DERIVED_SOURCES
from feedkit.errors import Problem
from feedkit.records import dataclass

_DATES = ("published", "updated", "expires")
_SHARED = ("translation_key", "featured", "weight", "language")
_TEXTS = ("summary", "meta_title", "meta_description")
_ALONE = ("title", "slug", "keywords", "image", "image_alt")
_LONGER = ("canonical", "url", "id", "enclosures", "author_url", "author_email", "author_avatar")

#: The fields of an entry that several keys speak for, and the fields of the table that those are of.
_FLAGS = (("draft", "draft"), ("indexed", "noindex"))

#: Fields, or taxonomies, and the key that each stands under.
Pairs = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Where the fields of an article stand that has these keys; an empty key is none."""

    title: str
    slug: str
    keywords: str
    image: str
    image_alt: str
    dates: Pairs
    #: Short texts.
    texts: Pairs
    #: Fields whose values many articles share; authors without a key, too, for a site may have some by default.
    shared: Pairs
    #: Those to which several keys belong.
    flags: tuple[tuple[str, tuple[str, ...]], ...]
    #: By the names of the taxonomies.
    taxonomies: Pairs


def plan(site: Site, keys: tuple[str, ...], empty: tuple[str, ...]) -> Plan | None:
    """The plan for articles with these keys, some of which have no value; None where a longer look is due."""
    told: list[Problem] = []
    _intake(site, keys, told).tell_keys()
    intake = _intake(site, [key for key in keys if key not in empty], told)
    if told or not _key(intake, "title") or not _key(intake, "published") or _pairs(intake, _LONGER):
        return None
    own = {one.name: one.source for one in site.taxonomies if one.source not in DERIVED_SOURCES}
    return Plan(
        **{name: _key(intake, name) for name in _ALONE},
        dates=_pairs(intake, _DATES),
        texts=_pairs(intake, _TEXTS),
        shared=(("authors", _key(intake, "authors")), *_pairs(intake, _SHARED)),
        flags=tuple((name, keys) for name, field in _FLAGS if (keys := _every(intake, field))),
        taxonomies=tuple((name, key) for name, source in own.items() if (key := _key(intake, source))),
    )


def _key(intake: Intake, field: str) -> str:
    found = intake.fields.find(field, lambda value: True)
    return found.key if found else ""


def _every(intake: Intake, field: str) -> tuple[str, ...]:
    return tuple(found.key for found in intake.fields.every(field))


def _pairs(intake: Intake, fields: Iterable[str]) -> Pairs:
    return tuple((name, key) for name in fields if (key := _key(intake, name)))


def _intake(site: Site, keys: Iterable[str], told: list[Problem]) -> Intake:
    # Each has a value of its own: two spellings of one key are told where their values differ.
    return Intake(Article(metadata={key: key for key in keys}), site, Reporter("", told.append))
