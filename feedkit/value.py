"""`Value`: the base of every public value.

A value is frozen and keyword-only; it can be hashed, pickled, copied and written as JSON.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from operator import attrgetter
from typing import Any, get_origin, get_type_hints

from msgspec import Struct
from msgspec.structs import force_setattr


class Value(Struct, frozen=True, kw_only=True):
    """A frozen value. A mapping in it is a `dict` of its own, and has no part in its hash."""

    def __post_init__(self) -> None:
        check_fields(self)

    def __hash__(self) -> int:
        return hash(_hashed(type(self))(self))


def check_fields(value: Value) -> None:
    """Make every mapping of a value its own `dict`."""
    for name in _mappings(type(value)):
        force_setattr(value, name, dict(getattr(value, name)))


@cache
def _mappings(kind: type[Value]) -> tuple[str, ...]:
    hints = get_type_hints(kind)
    return tuple(name for name in kind.__struct_fields__ if get_origin(hints[name]) is Mapping)


@cache
def _hashed(kind: type[Value]) -> Callable[[Value], Any]:
    """What gives the values of the fields that are hashed."""
    return attrgetter(*(name for name in kind.__struct_fields__ if name not in _mappings(kind)))
