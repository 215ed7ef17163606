"""The defaults of folders: what stands under `cascade` in an `_index.md` counts for every article below its folder.

Refuses to publish an article whose defaults are not known: `draft: true` may be among them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from feedkit.articles.frontmatter import Parsed
from feedkit.articles.report import Reporter
from feedkit.field_names import NAMES, folded
from feedkit.records import dataclass

#: Where a key stands: the file and the line.
Where = tuple[str, int]

_TARGETS = frozenset(["target", "_target"])


@dataclass(frozen=True, slots=True, kw_only=True)
class Defaults:
    """Keys that an article inherits."""

    #: Their values.
    metadata: Mapping[str, Any]
    #: Where each stands.
    places: Mapping[str, Where]


NONE = Defaults(metadata={}, places={})


def defaults(parsed: Parsed, path: str, report: Reporter) -> Defaults:
    """What a section page hands down. Raises `ArticleError` (FK213) for a cascade that is no mapping."""
    key = next((key for key in parsed.metadata if folded(key) == "cascade"), "")
    value = parsed.metadata.get(key)
    for item in value if isinstance(value, list) else [value]:
        if item is not None and not isinstance(item, Mapping):
            hint = "write the keys, indented, on the lines below cascade:"
            report.refuse("FK213", "the defaults of the folder are no mapping of keys to values", key=key, hint=hint)
    metadata = dict(_untargeted(value, key, report))
    line = parsed.lines.get(key, 1)
    return Defaults(
        metadata=metadata, places={name: (path, parsed.lines.get(f"{key}.{name}", line)) for name in metadata}
    )


def _untargeted(value: Any, key: str, report: Reporter) -> Iterator[tuple[str, Any]]:
    for item in reversed(value) if isinstance(value, list) else [value]:
        if not item:
            continue
        if any(folded(name) in _TARGETS for name in item):
            hint = "write defaults for all articles below, or the keys into the articles"
            report.warn("FK213", "defaults with a target are not understood; they are left out", key=key, hint=hint)
        else:
            yield from item.items()


class Cascade:
    """The defaults of every folder met so far; the page of a section is read before what is below it."""

    def __init__(self, aliases: Mapping[str, tuple[str, ...]]) -> None:
        self._fields: dict[str, set[str]] = {}
        for table in (NAMES, aliases):
            for field, names in table.items():
                for name in names:
                    self._fields.setdefault(folded(name.partition(".")[0]), set()).add(field)
        self._own: dict[tuple[str, ...], dict[str | None, Defaults]] = {}
        self._unknown: set[tuple[str, ...]] = set()

    def add(self, folder: tuple[str, ...], language: str | None, found: Defaults) -> None:
        """Keep what a section page hands down: to the articles of its language, or to all."""
        if found.metadata:
            self._own.setdefault(folder, {})[language] = found

    def __bool__(self) -> bool:
        """Whether any folder hands something down."""
        return bool(self._own)

    def refuse(self, folder: tuple[str, ...]) -> None:
        """Remember that the defaults of a folder cannot be read."""
        self._unknown.add(folder)

    def refuses(self, parts: tuple[str, ...]) -> bool:
        """Whether the defaults of an article cannot be known."""
        return bool(self._unknown) and any(parts[:depth] in self._unknown for depth in range(len(parts)))

    def has(self, keys: Mapping[str, Any], field: str) -> bool:
        """Whether any of the keys belongs to a field."""
        return field in self._fields_of(keys)

    def inherited(self, parts: tuple[str, ...], language: str | None, own: Mapping[str, Any]) -> Defaults:
        """What an article at a path inherits beside its own keys: the nearest folder's, then those above it.

        A key is not inherited beside another name of the same field: `author` of the article, `authors` of the folder.
        """
        if not self._own:
            return NONE
        metadata: dict[str, Any] = {}
        places: dict[str, Where] = {}
        taken = self._fields_of(own)
        for found in self._nearest_first(parts, language):
            new = {name: value for name, value in found.metadata.items() if not taken & self._fields_of([name])}
            metadata |= new
            places |= {name: found.places[name] for name in new}
            taken |= self._fields_of(new)
        return Defaults(metadata=metadata, places=places)

    def _nearest_first(self, parts: tuple[str, ...], language: str | None) -> Iterator[Defaults]:
        for depth in range(len(parts) - 1, -1, -1):
            here = self._own.get(parts[:depth], {})
            if language is not None and language in here:
                yield here[language]
            if None in here:
                yield here[None]

    def _fields_of(self, keys: Any) -> set[str]:
        """The fields that keys belong to; a key of no field is its own."""
        found: set[str] = set()
        for key in keys:
            found |= self._fields.get(folded(key), {folded(key)})
        return found
