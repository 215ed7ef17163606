"""Frozen values as their fields and back, without the checks of their constructors.

Refuses to judge: what is made here was checked before, or comes from where each field is certain.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from itertools import repeat
from operator import attrgetter, call
from typing import Any

from feedkit.records import MISSING, fields


def made(kind: Any, values: tuple[Any, ...]) -> Any:
    """A value of all its fields, in their order."""
    value = object.__new__(kind)
    put = _setters(kind)
    if len(put) != len(values):
        raise ValueError(f"{kind.__name__} has {len(put)} fields, not {len(values)}")
    # A setter answers with None: `any` calls them all, in a third of the time of a loop.
    any(map(call, put, repeat(value), values))
    return value


def columns_made(kind: Any, columns: Sequence[Iterable[Any]], count: int) -> list[Any]:
    """Values of all their fields, in their order; each field is given for all values, none of which may be missing."""
    found = list(map(object.__new__, repeat(kind, count)))
    put = _setters(kind)
    if len(put) != len(columns):
        raise ValueError(f"{kind.__name__} has {len(put)} fields, not {len(columns)}")
    for one, column in zip(put, columns, strict=True):
        any(map(one, found, column))
    return found


def columns_certain(kind: Any, given: Mapping[str, Iterable[Any]], count: int) -> list[Any]:
    """The same of some of their fields, among them those that must be given; others are what they are by default."""
    columns = {**{name: repeat(default) for name, default in _defaults(kind).items()}, **given}
    return columns_made(kind, tuple(columns.values()), count)


def changed(value: Any, **given: Any) -> Any:
    """A value with some fields that are others."""
    kind: Any = type(value)
    return made(kind, tuple({**dict(zip(_defaults(kind), values_of(value), strict=True)), **given}.values()))


def values_of(value: Any) -> tuple[Any, ...]:
    """The fields of a value, in their order."""
    kind: Any = type(value)
    return _getter(kind)(value)


@cache
def _setters(kind: Any) -> tuple[Any, ...]:
    """What sets each field: the descriptors of slots, since frozen values refuse their own names."""
    return tuple(getattr(kind, item.name).__set__ for item in fields(kind))


@cache
def _defaults(kind: Any) -> dict[str, Any]:
    # What must be given has a place in the order of the fields, too.
    return {
        item.name: item.default if item.default_factory is MISSING else item.default_factory() for item in fields(kind)
    }


@cache
def _getter(kind: Any) -> Callable[[Any], tuple[Any, ...]]:
    names = [item.name for item in fields(kind)]
    if len(names) > 1:
        return attrgetter(*names)
    return lambda value: tuple(getattr(value, name) for name in names)
