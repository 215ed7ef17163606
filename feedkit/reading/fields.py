"""The look-up of a field among an article's keys. Refuses to judge a value: the caller says which are usable."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from feedkit.fieldnames import NAMES, folded


@dataclass(frozen=True, slots=True)
class Found:
    """A value and where it stands."""

    #: The key as its author wrote it.
    key: str
    #: The value, raw.
    value: Any


class Fields:
    """The metadata of one article, looked up by field."""

    def __init__(self, metadata: Mapping[str, Any], aliases: Mapping[str, tuple[str, ...]]) -> None:
        self._values = {folded(key): Found(key, value) for key, value in metadata.items() if isinstance(key, str)}
        self._aliases = aliases

    def find(self, field: str, usable: Callable[[Any], bool]) -> Found | None:
        """The first usable value under any of the field's names; None where there is none."""
        return next((found for found in self.every(field) if usable(found.value)), None)

    def every(self, field: str) -> Iterator[Found]:
        """All values under the field's names, in the order of preference."""
        for name in (*self._aliases.get(field, ()), *NAMES.get(field, (field,))):
            if found := self._look(name):
                yield found

    def _look(self, name: str) -> Found | None:
        first, *inner = name.split(".")
        found = self._values.get(folded(first))
        for part in inner:
            if found is None or not isinstance(found.value, Mapping):
                return None
            below = {folded(str(key)): value for key, value in found.value.items()}
            found = Found(f"{found.key}.{part}", below[folded(part)]) if folded(part) in below else None
        return found
