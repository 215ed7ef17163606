"""Frozen values as their fields and back. It goes away as soon as no room uses it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import islice, repeat
from typing import Any

from feedkit.records import fields, replace


def made(kind: Any, values: tuple[Any, ...]) -> Any:
    """A value of all its fields, in their order."""
    return kind(**dict(zip(_names(kind, len(values)), values, strict=True)))


def _names(kind: Any, count: int) -> list[str]:
    names = [item.name for item in fields(kind)]
    if len(names) != count:
        raise ValueError(f"{kind.__name__} has {len(names)} fields, not {count}")
    return names


def columns_made(kind: Any, columns: Sequence[Iterable[Any]], count: int) -> list[Any]:
    """Values of all their fields, in their order; each field is given for all values, none of which may be missing."""
    names = _names(kind, len(columns))
    rows = zip(*columns) if columns else repeat((), count)  # noqa: B905  # what repeats has no end
    return [kind(**dict(zip(names, row, strict=True))) for row in islice(rows, count)]


def columns_certain(kind: Any, given: Mapping[str, Iterable[Any]], count: int) -> list[Any]:
    """The same of some of their fields, among them those that must be given; others are what they are by default."""
    rows = zip(*given.values()) if given else repeat((), count)  # noqa: B905  # what repeats has no end
    return [kind(**dict(zip(given, row, strict=True))) for row in islice(rows, count)]


changed = replace


def values_of(value: Any) -> tuple[Any, ...]:
    """The fields of a value, in their order."""
    return tuple(getattr(value, item.name) for item in fields(value))
