"""Which article is which in the ledger, when files, slugs and titles have changed: sure matches first, no guesses.

No id goes to two articles, and an article that could be either of two rows of the ledger is doubtful.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping
from operator import attrgetter
from typing import Any, Generic, TypeVar

from feedkit.identity.ledgers import LedgerRow
from feedkit.model import Entry
from feedkit.text import fold

T = TypeVar("T", Entry, LedgerRow)

#: How many rows are listed for each trait that a doubtful article shares with them: there may be very many of a day.
MAX_CANDIDATES = 10


class Traits(Generic[T]):
    """The traits by which an article or a row of the ledger is matched; empty ones never match."""

    def __init__(self, of: T, path: str, url: str, content: str) -> None:
        #: The article or the row itself.
        self.of: T = of
        #: The path of the file below the content folder.
        self.path = path
        #: The present address, or the last one.
        self.url = url
        #: The digest of the text.
        self.content = content
        #: The title, as it is compared.
        self.title = fold(of.title)
        #: Seconds since 1970, in a tuple: no number is empty.
        self.date = (of.published.timestamp(),)
        #: The traits that subscribers see.
        self.title_and_date = (self.title, self.date)


Key = Callable[[Traits[Any]], Hashable]

_CONTENT: Key = attrgetter("content")
_TITLE_AND_DATE: Key = attrgetter("title_and_date")
#: Traits of which an article and its row share at least one.
_IN_COMMON: tuple[Key, ...] = (_CONTENT, *map(attrgetter, ("title", "date", "path", "url")))


class Matches:
    """Which article is which row of the ledger; each article and each row once."""

    def __init__(self, articles: Iterable[Traits[Entry]], rows: Iterable[Traits[LedgerRow]]) -> None:
        """`articles` are those without an id of their own. Neither order matters.

        First by two traits: path and text, path and title with date, text and title with date, text and address; what
        is gone is matched by these only. Then by one: the path and then the address, unless the text, or title and
        date, say another; then the text; then title and date. Whatever two on one side share decides nothing.
        """
        #: Articles and their rows.
        self.pairs: list[tuple[Traits[Entry], Traits[LedgerRow]]] = []
        self._articles = list(articles)
        self._rows = list(rows)
        self._pair(lambda traits: traits.path and traits.content and (traits.path, traits.content))
        self._pair(lambda traits: traits.path and (traits.path, traits.title_and_date))
        self._pair(lambda traits: traits.content and (traits.content, traits.title_and_date))
        self._pair(lambda traits: traits.content and (traits.content, traits.url))
        # Another article may have the path or address of a removed one.
        gone = [traits for traits in self._rows if traits.of.gone]
        self._rows = [traits for traits in self._rows if not traits.of.gone]
        self._pair(attrgetter("path"), unless=(_CONTENT, _TITLE_AND_DATE))
        self._pair(attrgetter("url"), unless=(_CONTENT, _TITLE_AND_DATE))
        self._pair(_CONTENT)
        self._pair(_TITLE_AND_DATE)
        #: Articles that may be in the ledger, with the rows that each may be, or the first of them where they are many.
        self.doubtful: dict[Traits[Entry], list[Traits[LedgerRow]]] = {}
        #: The ids of all rows that these may be.
        self.possible: set[str] = set()
        for key in _IN_COMMON:
            rows_by_key = _by_key(self._rows, key)
            for value, doubtful in _by_key(self._articles, key).items():
                shared = rows_by_key.get(value, [])
                self.possible.update(traits.of.id for traits in shared)
                for article in doubtful if shared else ():
                    self.doubtful.setdefault(article, []).extend(shared[:MAX_CANDIDATES])
        #: Rows without an article.
        self.missing = [*self._rows, *gone]

    def _pair(self, key: Key, unless: Iterable[Key] = ()) -> None:
        """Match those that share a key with nothing else on either side; a false key is none.

        Not those of which either shares a key of `unless` with a third: that would be the better match.
        """
        better = [(_by_key(self._articles, other), _by_key(self._rows, other), other) for other in unless]
        rows_by_key = _by_key(self._rows, key)
        pairs = [
            (articles[0], rows[0])
            for value, articles in _by_key(self._articles, key).items()
            if len(articles) == len(rows := rows_by_key.get(value, [])) == 1
            and not any(_has_better(articles[0], rows[0], *groups) for groups in better)
        ]
        self.pairs += pairs
        matched = {traits for pair in pairs for traits in pair}
        self._articles = [traits for traits in self._articles if traits not in matched]
        self._rows = [traits for traits in self._rows if traits not in matched]


def _by_key(all_traits: Iterable[Traits[T]], key: Key) -> Mapping[Hashable, list[Traits[T]]]:
    groups: dict[Hashable, list[Traits[T]]] = defaultdict(list)
    for traits in all_traits:
        if value := key(traits):
            groups[value].append(traits)
    return groups


def _has_better(
    article: Traits[Entry],
    row: Traits[LedgerRow],
    articles_by_key: Mapping[Hashable, list[Traits[Entry]]],
    rows_by_key: Mapping[Hashable, list[Traits[LedgerRow]]],
    key: Key,
) -> bool:
    return rows_by_key.get(key(article), [row]) != [row] or articles_by_key.get(key(row), [article]) != [article]
