"""The defaults of folders: what an `_index.md` has under `cascade` counts for every article below its folder."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from feedkit.articles.report import Reporter
from feedkit.articles.visibility import hides
from feedkit.field_names import NAMES, folded

if TYPE_CHECKING:
    from feedkit.articles.front_matter import ParsedText

#: The file and the line of a key.
Place = tuple[str, int]

_TARGETS = frozenset(["target", "_target"])


class Defaults(Struct, frozen=True, kw_only=True):
    """Keys that an article inherits."""

    #: Their values.
    metadata: Mapping[str, Any]
    #: The file and the line of each.
    places: Mapping[str, Place]


NO_DEFAULTS = Defaults(metadata={}, places={})


def defaults(page: ParsedText, path: str, report: Reporter) -> Defaults:
    """What the page of a section hands down. Raises `ArticleError` (FK213) for a cascade that is no mapping."""
    key = next((key for key in page.metadata if folded(key) == "cascade"), "")
    value = page.metadata.get(key)
    items = [item for item in (value if isinstance(value, list) else [value]) if item is not None]
    if not all(isinstance(item, Mapping) for item in items):
        hint = "write the keys, indented, on the lines below cascade:"
        report.refuse("FK213", "the defaults of the folder are no mapping of keys to values", key=key, hint=hint)
    metadata: dict[str, Any] = {}
    for item in reversed(items):
        if any(folded(name) in _TARGETS for name in item):
            hint = "write defaults for all articles below, or the keys into the articles"
            report.warn("FK213", "defaults with a target are not understood; they are left out", key=key, hint=hint)
        else:
            metadata.update(item)
    line = page.lines.get(key, 1)
    places = {name: (path, page.lines.get(f"{key}.{name}", line)) for name in metadata}
    return Defaults(metadata=metadata, places=places)


class Cascade:
    """The defaults of every folder so far; the page of a section is read before what is below it."""

    def __init__(self, aliases: Mapping[str, tuple[str, ...]]) -> None:
        """`aliases` is `Site.aliases`."""
        self._fields: dict[str, set[str]] = {}
        for table in (NAMES, aliases):
            for field, names in table.items():
                for name in names:
                    self._fields.setdefault(folded(name.partition(".")[0]), set()).add(field)
        self._own: dict[tuple[str, ...], dict[str | None, Defaults]] = {}

    def add(self, folder: tuple[str, ...], language: str | None, own: Defaults) -> None:
        """Keep what the page of a section hands down: to the articles of its language, or to all."""
        if own.metadata:
            self._own.setdefault(folder, {})[language] = own

    def has(self, keys: Iterable[str], field: str) -> bool:
        """Whether any of the keys belongs to a field."""
        return field in self._fields_of(keys)

    def inherited(self, parts: tuple[str, ...], language: str | None, own: Mapping[str, Any]) -> Defaults:
        """What an article at a path inherits in addition to its own keys: the nearest folder's, then those above it.

        A key is not inherited where another name of the same field is there: `authors` of the folder, where the article
        has an `author`. What hides an article yields to the same key only: `published` of the article may be its date.
        """
        if not self._own:
            return NO_DEFAULTS
        metadata: dict[str, Any] = {}
        places: dict[str, Place] = {}
        taken, keys = self._fields_of(own), set(map(folded, own))
        for folder in self._nearest_first(parts, language):
            new = {
                name: value
                for name, value in folder.metadata.items()
                if folded(name) not in keys and (hides(name, value) or not taken & self._fields_of([name]))
            }
            metadata |= new
            places |= {name: folder.places[name] for name in new}
            taken |= self._fields_of(new)
            keys |= set(map(folded, new))
        return Defaults(metadata=metadata, places=places)

    def _nearest_first(self, parts: tuple[str, ...], language: str | None) -> Iterator[Defaults]:
        for depth in range(len(parts) - 1, -1, -1):
            own = self._own.get(parts[:depth], {})
            for name in dict.fromkeys([language, None]):
                if name in own:
                    yield own[name]

    def _fields_of(self, keys: Iterable[str]) -> set[str]:
        """The fields that keys belong to; a key of no field is its own."""
        fields: set[str] = set()
        for key in keys:
            fields |= self._fields.get(folded(key), {folded(key)})
        return fields
