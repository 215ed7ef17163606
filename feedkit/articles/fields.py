"""The look-up of a field among an article's keys. Refuses to judge a value: the caller says which are usable.

Remembers what was used, so that what was passed over can be told.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Set
from itertools import chain
from operator import itemgetter
from typing import Any

from feedkit.field_names import NAMES, folded
from feedkit.records import dataclass


@dataclass(frozen=True, slots=True)
class Found:
    """A value and where it stands."""

    #: The key as its author wrote it.
    key: str
    #: The value, raw.
    value: Any


def _path(name: str) -> tuple[str, ...]:
    return tuple(map(folded, name.split(".")))


def _places() -> Mapping[str, list[tuple[str, int, tuple[str, ...]]]]:
    places: dict[str, list[tuple[str, int, tuple[str, ...]]]] = {}
    for field, names in NAMES.items():
        for rank, (first, *inner) in enumerate(map(_path, names)):
            places.setdefault(first, []).append((field, rank, tuple(inner)))
    return places


#: What each folded key can be: a field, the rank of the name in it, and the path below the key. An article has a dozen
#: keys and the table 150 names: looking up the former is ten times sooner.
_PLACES = _places()

_FIRST = itemgetter(0)


class Fields:
    """The metadata of one article, looked up by field."""

    def __init__(
        self,
        metadata: Mapping[str, Any],
        aliases: Mapping[str, tuple[str, ...]],
        found: dict[str, list[Found]] | None = None,
    ) -> None:
        #: What was used, by field, where somebody wants to know.
        self._found = found
        self._values: dict[str, Found] = {}
        self._aliases = aliases
        self._used: set[str] = set()
        self._passed: dict[str, tuple[Found, str]] = {}
        #: Pairs of keys that are one name, with different values: the one that is kept, the one that is not.
        self.collisions: list[tuple[Found, Found]] = []
        for key, value in metadata.items():
            if isinstance(key, str):
                self._add(Found(key, value))
        self._ranked = self._rank()

    def _rank(self) -> dict[str, list[Found]]:
        """What stands under the names of each field, in the order of preference."""
        ranked: dict[str, list[tuple[int, Found]]] = {}
        for key, found in self._values.items():
            for field, rank, path in _PLACES.get(key, ()):
                inner = _reach(found, path) if path else found
                if inner is not None:
                    ranked.setdefault(field, []).append((rank, inner))
        return {
            field: [found for _, found in (sorted(items, key=_FIRST) if len(items) > 1 else items)]
            for field, items in ranked.items()
        }

    def _add(self, found: Found) -> None:
        kept = self._values.setdefault(folded(found.key), found)
        if kept.value != found.value:
            self.collisions.append((kept, found))

    @property
    def keys(self) -> Mapping[str, Found]:
        """What stands under each top-level key, by its folded name."""
        return self._values

    @property
    def used(self) -> Set[str]:
        """The keys whose values were used."""
        return self._used

    def find(self, field: str, usable: Callable[[Any], bool]) -> Found | None:
        """The first usable value under any of the field's names; None where there is none."""
        if field not in self._ranked and field in NAMES and field not in self._aliases:
            # Most fields of most articles.
            return None
        for found in self._every(field):
            if usable(found.value):
                self._used.add(found.key)
                if self._found is not None:
                    self._found[field] = [found]
                return found
            self._passed.setdefault(found.key, (found, field))
        return None

    def every(self, field: str) -> list[Found]:
        """All values under the field's names, in the order of preference."""
        found = list(self._every(field))
        if not found:
            return found
        self._used.update([item.key for item in found])
        if self._found is not None:
            self._found[field] = found
        return found

    def passed_over(self) -> Iterator[tuple[Found, str]]:
        """The values that a field refused and no other field used, with that field's name."""
        return (item for key, item in self._passed.items() if key not in self._used)

    def _every(self, field: str) -> Iterable[Found]:
        ranked = self._ranked.get(field, ())
        if field in NAMES and field not in self._aliases:
            return ranked
        return chain(self._own(field), ranked)

    def _own(self, field: str) -> Iterator[Found]:
        """The values under the names that the site adds, or under a key that is no field."""
        own = () if field in NAMES else (field,)
        for name in (*self._aliases.get(field, ()), *own):
            first, *inner = _path(name)
            if (found := self._values.get(first)) and (reached := _reach(found, tuple(inner))):
                yield reached


def _reach(found: Found, path: tuple[str, ...]) -> Found | None:
    for part in path:
        inner = found.value.items() if isinstance(found.value, Mapping) else ()
        key, value = next(((key, value) for key, value in inner if folded(str(key)) == part), (None, None))
        if key is None:
            return None
        found = Found(f"{found.key}.{key}", value)
    return found
