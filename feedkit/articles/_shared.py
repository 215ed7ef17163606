"""What the usual code makes of a value that stands alone, remembered: many articles have the same few.

Refuses a value of which there is anything to tell, or that its field does not use.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from functools import lru_cache, partial
from types import MappingProxyType
from typing import Any

from feedkit.articles import flags, people, terms, when
from feedkit.articles.intake import Article, Intake
from feedkit.articles.report import Reporter
from feedkit.config.site import Site
from feedkit.config.tables import Taxonomy
from feedkit.dates import Moment
from feedkit.errors import Problem
from feedkit.model import DateSource, Entry, Person, Term
from feedkit.text import fold

#: What articles may share, and what makes it.
_READERS: Mapping[str, Callable[[Intake], Any]] = MappingProxyType(
    {
        "authors": people.authors,
        "language": people.language,
        "translation_key": people.translation_key,
        "featured": flags.featured,
        "weight": flags.weight,
        "draft": flags.draft,
        "indexed": flags.indexed,
    }
)

_EXAMPLE = {"id": "urn:x", "url": "https://example.org/", "title": "x", "published": datetime(2000, 1, 1, tzinfo=UTC)}

#: A text, or the items of a list.
Value = str | tuple[str | None, ...]


class LongerLookError(Exception):
    """A value of an article that is not ordinary."""


class Shared:
    """Values of one site."""

    def __init__(self, site: Site, known_authors: Mapping[str, Person]) -> None:
        self._site = site
        self._known = known_authors
        self._made = lru_cache(maxsize=8192)(self._make)
        self._terms = lru_cache(maxsize=8192)(self._make_terms)
        self._items = lru_cache(maxsize=8192)(self._make_item)
        self._dates = lru_cache(maxsize=4096)(self._read_date)

    def field(self, name: str, key: str, value: Value) -> Any:
        """The field of an entry whose key has a value; no key for what an article has that says nothing."""
        return _sure(self._made(name, key, value))

    def terms(self, taxonomy: str, key: str, text: str) -> tuple[Term, ...]:
        """The terms that a text gives an article, by the name of their taxonomy."""
        found: tuple[Term, ...] = _sure(self._terms(taxonomy, key, text))
        return found

    def each_term(self, taxonomy: str, key: str, items: Iterable[str | None]) -> tuple[Term, ...]:
        """The terms that the items of a list give, each one."""
        found = list(map(partial(self._items, taxonomy, key), items))
        if None in found or len({pair[0] for pair in found if pair}) < len(found):
            raise LongerLookError
        return tuple([pair[1] for pair in found if pair])

    def date(self, key: str, value: str) -> tuple[Moment, DateSource]:
        """The moment that a text names, and where that stands. Raises `DateError` as `read_date`."""
        if (found := self._dates(key, value)) is None:
            raise LongerLookError
        return found

    def _make(self, name: str, key: str, value: Value) -> tuple[Any, ...]:
        return self._alone(name, _READERS[name], key, value)

    def _make_terms(self, taxonomy: str, key: str, value: Value) -> tuple[Any, ...]:
        read = partial(_terms, next(one for one in self._site.taxonomies if one.name == taxonomy))
        return self._alone("terms", read, key, value)

    def _make_item(self, taxonomy: str, key: str, item: str | None) -> tuple[str, Term] | None:
        (found,) = self._make_terms(taxonomy, key, (item,)) or ((),)
        return (fold(found[0].name), found[0]) if len(found) == 1 else None

    def _alone(self, field: str, read: Callable[[Intake], Any], key: str, value: Value) -> tuple[Any, ...]:
        """What is made of an article with this key alone; nothing where there is more to it."""
        metadata = {key: value if isinstance(value, str) else list(value)} if key else {}
        told: list[Problem] = []
        article = Article(metadata=metadata, known_authors=self._known)
        intake = Intake(article, self._site, Reporter("", told.append))
        try:
            made = read(intake)
            intake.tell_rest()
            # Its constructor looks at every field.
            Entry(**{**_EXAMPLE, field: made})
        except ValueError:
            return ()
        return () if told or intake.fields.used != metadata.keys() else (made,)

    def _read_date(self, key: str, value: str) -> tuple[Moment, DateSource] | None:
        moment = when.certain(value, self._site)
        if moment is None:
            return None
        return moment, DateSource(key=key, raw=moment.raw, precision=moment.precision, zone=moment.zone)


def _terms(taxonomy: Taxonomy, intake: Intake) -> Any:
    return tuple(terms.of_taxonomy(intake, taxonomy))


def _sure(made: tuple[Any, ...]) -> Any:
    if not made:
        raise LongerLookError
    return made[0]
