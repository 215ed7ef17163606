"""Which article is which in the ledger, when files, slugs and titles have changed: sure matches first, no guesses.

No id goes to two articles, and an article that could be either of two rows of the ledger is doubtful.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from operator import attrgetter
from typing import Any, Generic, TypeVar

from msgspec import Struct

from feedkit.identity.ids import LedgerRow
from feedkit.imports.feeds import text_digest
from feedkit.model import Entry
from feedkit.text import fold

T = TypeVar("T", Entry, LedgerRow)

#: How many rows are listed for each trait that a doubtful article shares with them: there may be very many of a day.
MAX_CANDIDATES = 10


class Traits(Struct, Generic[T], frozen=True, kw_only=True, eq=False):
    """What an article, or a row of the ledger, can be recognised by."""

    #: The article or the row itself.
    of: T
    #: The path of the file below the content folder; empty where there is none.
    path: str
    #: The present address, or the last one.
    url: str
    #: The digest of the text; empty where there is none.
    content: str
    #: The title as `fold` compares it.
    title: str
    #: Seconds since 1970.
    published: float

    @property
    def title_and_date(self) -> tuple[str, float]:
        """What a subscriber recognises it by."""
        return self.title, self.published


def article_traits(entry: Entry, path: str) -> Traits[Entry]:
    """The traits of an article whose file has a path below the content folder."""
    return _traits(entry, path, entry.url, text_digest(entry.content))


def row_traits(row: LedgerRow) -> Traits[LedgerRow]:
    """The traits of a row, as the article was last published."""
    return _traits(row, row.path, row.urls[-1], row.content)


def _traits(of: T, path: str, url: str, content: str) -> Traits[T]:
    published = of.published.timestamp()
    return Traits(of=of, path=path, url=url, content=content, title=fold(of.title), published=published)


class Matches(Struct, frozen=True, kw_only=True):
    """Which article is which row of the ledger; each article and each row once."""

    #: Articles and their rows.
    pairs: tuple[tuple[Traits[Entry], Traits[LedgerRow]], ...]
    #: Articles that may be in the ledger, with the rows that each may be, or the first of them where they are many.
    doubtful: tuple[tuple[Traits[Entry], tuple[Traits[LedgerRow], ...]], ...]
    #: The ids of all rows that these may be.
    possible: frozenset[str]
    #: LedgerRow ones whose article is nowhere.
    missing: tuple[Traits[LedgerRow], ...]


Key = Callable[[Traits[Any]], Hashable]

_CONTENT: Key = attrgetter("content")
_TITLE_AND_DATE: Key = attrgetter("title_and_date")

#: What two have in common that is not by chance.
_IN_COMMON: tuple[Key, ...] = (
    _CONTENT,
    attrgetter("title"),
    lambda traits: (traits.published,),
    attrgetter("path"),
    attrgetter("url"),
)


def match(articles: Sequence[Traits[Entry]], rows: Sequence[Traits[LedgerRow]]) -> Matches:
    """Match articles without an id of their own to rows of the ledger. Neither order matters.

    First by two traits: path and text, path and title with date, text and title with date, text and address; what is
    gone is matched by these only. Then by one: the path and then the address, unless the text, or title and date, say
    another; then the text; then title and date. Whatever two on one side share decides nothing.
    """
    unmatched = _Unmatched(articles, rows)
    unmatched.pair(lambda traits: traits.path and traits.content and (traits.path, traits.content))
    unmatched.pair(lambda traits: traits.path and (traits.path, traits.title_and_date))
    unmatched.pair(lambda traits: traits.content and (traits.content, traits.title_and_date))
    unmatched.pair(lambda traits: traits.content and (traits.content, traits.url))
    # Another article may be at the place of what is gone.
    gone = [traits for traits in unmatched.rows if traits.of.gone]
    unmatched.rows = [traits for traits in unmatched.rows if not traits.of.gone]
    unmatched.pair(attrgetter("path"), unless=(_CONTENT, _TITLE_AND_DATE))
    unmatched.pair(attrgetter("url"), unless=(_CONTENT, _TITLE_AND_DATE))
    unmatched.pair(_CONTENT)
    unmatched.pair(_TITLE_AND_DATE)
    doubtful, possible = unmatched.in_common()
    return Matches(
        pairs=tuple(unmatched.pairs),
        doubtful=tuple(doubtful),
        possible=frozenset(possible),
        missing=(*unmatched.rows, *gone),
    )


class _Unmatched:
    """Articles and rows that are not matched yet, and the pairs of those that are."""

    def __init__(self, articles: Iterable[Traits[Entry]], rows: Iterable[Traits[LedgerRow]]) -> None:
        self.articles = list(articles)
        self.rows = list(rows)
        self.pairs: list[tuple[Traits[Entry], Traits[LedgerRow]]] = []

    def pair(self, key: Key, unless: Sequence[Key] = ()) -> None:
        """Match those that share a key with nothing else on either side; a false key is none.

        Not those of which either shares a key of `unless` with a third: that would be the better match.
        """
        better = [(_by_key(self.articles, other), _by_key(self.rows, other), other) for other in unless]
        rows_by_key = _by_key(self.rows, key)
        pairs = [
            (articles[0], rows[0])
            for value, articles in _by_key(self.articles, key).items()
            if len(articles) == len(rows := rows_by_key.get(value, [])) == 1
            and not any(_has_better(articles[0], rows[0], *groups) for groups in better)
        ]
        self.pairs += pairs
        matched = {id(traits) for pair in pairs for traits in pair}
        self.articles = [traits for traits in self.articles if id(traits) not in matched]
        self.rows = [traits for traits in self.rows if id(traits) not in matched]

    def in_common(self) -> tuple[list[tuple[Traits[Entry], tuple[Traits[LedgerRow], ...]]], set[str]]:
        """Articles with some of the rows that they have something in common with, and the ids of all those rows."""
        groups = [(key, _by_key(self.rows, key)) for key in _IN_COMMON]
        doubtful = []
        for article in self.articles:
            shared = [traits for key, rows in groups for traits in rows.get(key(article), ())[:MAX_CANDIDATES]]
            if shared:
                doubtful.append((article, tuple({traits.of.id: traits for traits in shared}.values())))
        possible = {
            traits.of.id
            for key, rows in groups
            for value in rows.keys() & {key(article) for article in self.articles}
            for traits in rows[value]
        }
        return doubtful, possible


def _by_key(all_traits: Iterable[Traits[T]], key: Key) -> dict[Hashable, list[Traits[T]]]:
    groups: dict[Hashable, list[Traits[T]]] = {}
    for traits in all_traits:
        if value := key(traits):
            groups.setdefault(value, []).append(traits)
    return groups


def _has_better(
    article: Traits[Entry],
    row: Traits[LedgerRow],
    articles_by_key: Mapping[Hashable, list[Traits[Entry]]],
    rows_by_key: Mapping[Hashable, list[Traits[LedgerRow]]],
    key: Key,
) -> bool:
    return rows_by_key.get(key(article), [row]) != [row] or articles_by_key.get(key(row), [article]) != [article]
