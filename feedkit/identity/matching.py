"""Which article is which known one, when files, slugs and titles have changed: sure matches first, no guess at the end.

Refuses to give one id to two articles, and to decide between two that an article could be: such a one is doubtful.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Generic, TypeVar

from feedkit.identity.ids import Known
from feedkit.imports.feeds import text_digest
from feedkit.model import Entry
from feedkit.records import dataclass, field
from feedkit.text import fold

T = TypeVar("T", Entry, Known)


@dataclass(frozen=True, slots=True, kw_only=True)
class Traits(Generic[T]):
    """What an article or a known one can be recognised by."""

    #: The article or the known one itself.
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
    def told(self) -> tuple[str, float]:
        """What a subscriber recognises it by."""
        return self.title, self.published


def traits_of(entry: Entry, path: str) -> Traits[Entry]:
    """The traits of an article."""
    digest = text_digest(entry.content)
    return _traits(entry, path, entry.url, digest)


def traits_known(known: Known) -> Traits[Known]:
    """The traits of a known one, as it was last published."""
    return _traits(known, known.path, known.urls[-1], known.content)


def _traits(of: T, path: str, url: str, content: str) -> Traits[T]:
    published = of.published.timestamp()
    return Traits(of=of, path=path, url=url, content=content, title=fold(of.title), published=published)


@dataclass(frozen=True, slots=True, kw_only=True)
class Matches:
    """Which article is which known one; each of both stands once."""

    #: Articles and what they are.
    pairs: tuple[tuple[Traits[Entry], Traits[Known]], ...]
    #: Articles that are not known.
    new: tuple[Traits[Entry], ...]
    #: Articles that may be known, and what each of them may be, or the first of them where they are many.
    doubtful: tuple[tuple[Traits[Entry], tuple[Traits[Known], ...]], ...]
    #: The ids of all that these may be.
    possible: frozenset[str]
    #: Known ones whose article is nowhere.
    missing: tuple[Traits[Known], ...]


def match(articles: Sequence[Traits[Entry]], known: Sequence[Traits[Known]]) -> Matches:
    """Match articles without an id of their own to known ones. Neither order matters.

    First by two traits: path and text, path and title with date, text and title with date, text and address; what is
    gone is found again by these only. Then by one: the path and then the address, unless the text, or title and date,
    say another; then the text; then title and date. Whatever two on one side share decides nothing.
    """
    state = _State(articles=list(articles), known=list(known))
    state.pair(lambda one: one.path and one.content and (one.path, one.content))
    state.pair(lambda one: one.path and (one.path, one.told))
    state.pair(lambda one: one.content and (one.content, one.told))
    state.pair(lambda one: one.content and (one.content, one.url))
    state.leave_gone()
    state.pair(lambda one: one.path, unless=(_content, _told))
    state.pair(lambda one: one.url, unless=(_content, _told))
    state.pair(_content)
    state.pair(_told)
    doubtful = tuple(state.doubts())
    unsure = {id(one) for one, _ in doubtful}
    return Matches(
        pairs=tuple(state.pairs),
        new=tuple(one for one in state.articles if id(one) not in unsure),
        doubtful=doubtful,
        possible=frozenset(state.possible()) if doubtful else frozenset(),
        missing=tuple(state.known + state.gone),
    )


Key = Callable[[Traits[Any]], Hashable]


def _content(one: Traits[Any]) -> Hashable:
    return one.content


def _told(one: Traits[Any]) -> Hashable:
    return one.told


#: What two have in common that is not by chance.
_NEAR: tuple[Key, ...] = (
    _content,
    lambda one: one.title,
    lambda one: (one.published,),
    lambda one: one.path,
    lambda one: one.url,
)
#: How many are looked up by each of these: there may be very many of one day, and nobody reads all their names.
MANY = 10


@dataclass(slots=True, kw_only=True)
class _State:
    """What is not matched yet. Not frozen: it is never seen outside this module."""

    articles: list[Traits[Entry]]
    known: list[Traits[Known]]
    gone: list[Traits[Known]] = field(default_factory=list)
    pairs: list[tuple[Traits[Entry], Traits[Known]]] = field(default_factory=list)

    def pair(self, key: Key, unless: Sequence[Key] = ()) -> None:
        """Match those that share a key that nobody else on either side has; a false key is none.

        Not those of which one shares a key of `unless` with a third one: that would be the better match.
        """
        better = [(_grouped(self.articles, other), _grouped(self.known, other), other) for other in unless]
        there = _grouped(self.known, key)
        found = []
        for value, ones in _grouped(self.articles, key).items():
            others = there.get(value, [])
            if len(ones) == len(others) == 1 and not any(_is_split(ones[0], others[0], *each) for each in better):
                found.append((ones[0], others[0]))
        self.pairs += found
        taken = {id(one) for pair in found for one in pair}
        self.articles = [one for one in self.articles if id(one) not in taken]
        self.known = [one for one in self.known if id(one) not in taken]

    def leave_gone(self) -> None:
        """Put away what is gone: another article may be at its place now."""
        self.gone = [one for one in self.known if one.of.gone]
        self.known = [one for one in self.known if not one.of.gone]

    def doubts(self) -> Iterator[tuple[Traits[Entry], tuple[Traits[Known], ...]]]:
        """Articles that have something in common with what is missing."""
        there = [(key, _grouped(self.known, key)) for key in _NEAR]
        for article in self.articles:
            near = [one for key, groups in there for one in groups.get(key(article), ())[:MANY]]
            if near:
                yield article, tuple({one.of.id: one for one in near}.values())

    def possible(self) -> Iterator[str]:
        """What is missing and has something in common with an article."""
        for key in _NEAR:
            there = _grouped(self.known, key)
            for value in there.keys() & {key(article) for article in self.articles}:
                yield from (one.of.id for one in there[value])


def _grouped(traits: Iterable[Traits[T]], key: Key) -> dict[Hashable, list[Traits[T]]]:
    groups: dict[Hashable, list[Traits[T]]] = {}
    for one in traits:
        if value := key(one):
            groups.setdefault(value, []).append(one)
    return groups


def _is_split(
    article: Traits[Entry],
    known: Traits[Known],
    articles: Mapping[Hashable, list[Traits[Entry]]],
    others: Mapping[Hashable, list[Traits[Known]]],
    key: Key,
) -> bool:
    return others.get(key(article), [known]) != [known] or articles.get(key(known), [article]) != [article]
