"""feedkit's values as bytes, for other processes and for the cache.

Refuses to make anything but feedkit's own values of them: bytes in a cache may be anybody's.
"""

from __future__ import annotations

import io
import pickle
from collections.abc import Callable, Mapping
from functools import cache
from importlib import import_module
from types import MappingProxyType
from typing import Any

from feedkit.frozen import made, values_of
from feedkit.records import dataclass, field, is_record

_EMPTY: Mapping[Any, Any] = MappingProxyType({})

#: Makes a value of its kind and its fields.
Make = Callable[[Any, tuple[Any, ...]], Any]

#: What stands in values beside feedkit's own: dates, their zones, mappings that nobody changes.
_OTHERS = frozenset(
    [
        ("datetime", "datetime"),
        ("datetime", "timezone"),
        ("datetime", "timedelta"),
        ("zoneinfo", "ZoneInfo._unpickle"),
        ("builtins", "frozenset"),
    ]
)


class UnpackError(Exception):
    """Bytes that are not what `pack` made."""


def pack(value: Any) -> bytes:
    """The bytes of values, lists, tuples, mappings, texts, numbers and dates."""
    file = io.BytesIO()
    _Packer(file, protocol=5).dump(value)
    return file.getvalue()


def unpack(data: bytes, make: Make | None = None) -> Any:
    """The value, with feedkit's own made by `make`, else by `made`.

    Raises `UnpackError` for bytes that are damaged, or that would make anything else.
    """
    try:
        return _Unpacker(io.BytesIO(data), make or made).load()
    # Damaged bytes raise whatever the value that they happen to name raises.
    except Exception as error:
        raise UnpackError(str(error)) from error


@dataclass(frozen=True, slots=True)
class Sharing:
    """Makes equal values of some kinds one and the same: thousands of articles have few tags and authors."""

    kinds: frozenset[Any]
    _known: dict[tuple[Any, ...], Any] = field(default_factory=dict)

    def made(self, kind: Any, values: tuple[Any, ...]) -> Any:
        """As the function `made`."""
        if kind not in self.kinds:
            return made(kind, values)
        found = self._known.get((kind, values))
        return found if found is not None else self._known.setdefault((kind, values), made(kind, values))


def proxied(mapping: dict[Any, Any]) -> Mapping[Any, Any]:
    """A mapping that nobody changes; all empty ones are one."""
    return MappingProxyType(mapping) if mapping else _EMPTY


class _Packer(pickle.Pickler):
    def reducer_override(self, value: Any) -> Any:
        kind: Any = type(value)
        if kind is MappingProxyType:
            return proxied, (dict(value),)
        if _is_ours(kind):
            return made, (kind, values_of(value))
        return NotImplemented


class _Unpacker(pickle.Unpickler):
    def __init__(self, file: io.BytesIO, make: Make) -> None:
        super().__init__(file)
        self._make = make

    def find_class(self, module: str, name: str) -> Any:
        if (module, name) in _OTHERS:
            return super().find_class(module, name)
        found = getattr(import_module(module), name, None) if module.startswith("feedkit.") else None
        if found is made:
            return self._make
        if found is proxied or (isinstance(found, type) and _is_ours(found)):
            return found
        raise pickle.UnpicklingError(f"{module}.{name} is no value of feedkit's")


@cache
def _is_ours(kind: Any) -> bool:
    return is_record(kind) and kind.__module__.startswith("feedkit.")
