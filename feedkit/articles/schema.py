"""A JSON Schema of accepted front matter, for editors, generated from the table of field names.

It is not stricter than the reader: unknown keys are allowed, and all values in the tables of `docs/fields.md`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from feedkit.config.site import Site
from feedkit.field_names import FIELDS, Field
from feedkit.lazy_regex import lazy_regex

_WORD = lazy_regex(r"[A-Z]+(?![a-z])|[A-Z]?[a-z0-9]+|[^\W_]+")

DIALECT = "https://json-schema.org/draft/2020-12/schema"


#: The path of a key of a field, perhaps without its first keys; and the name of the field.
_Row = tuple[list[str], str, Field]


def _ref(name: str) -> dict[str, Any]:
    return {"$ref": f"#/$defs/{name}"}


def _mapping(**properties: Any) -> dict[str, Any]:
    return {"type": "object", "properties": properties}


def _one_or_many(*items: dict[str, Any]) -> dict[str, Any]:
    return {"anyOf": [*items, {"type": "array", "items": {"anyOf": [*items]}}, {"const": False}]}


_TEXT, _ADDRESS, _NUMBER = _ref("text"), _ref("address"), _ref("number")

#: The schema of each kind of value.
KINDS: Mapping[str, dict[str, Any]] = {
    "text": {"type": ["string", "number", "null"]},
    "address": {"type": ["string", "null"]},
    "date": {"anyOf": [{"type": ["string", "number", "null"]}, {"const": False}]},
    "flag": {"type": ["boolean", "string", "integer", "object", "array", "null"]},
    "list": _one_or_many(_TEXT, _mapping(name=_TEXT, slug=_TEXT), {"type": "array", "items": _ref("list")}),
    "people": _one_or_many(_TEXT, _mapping(name={"anyOf": [_TEXT, _mapping()]}, email=_TEXT, url=_ADDRESS)),
    "picture": _one_or_many(
        {"type": "boolean"}, _ADDRESS, _mapping(src=_ADDRESS, url=_ADDRESS, alt=_TEXT, width=_NUMBER)
    ),
    "files": _one_or_many(_ADDRESS, _mapping(url=_ADDRESS, type=_ADDRESS, length=_NUMBER, title=_TEXT)),
    "ordinal": {"type": ["integer", "string", "null"]},
    "duration": {"type": ["number", "string", "null"]},
    "number": {"type": ["integer", "string", "null"], "pattern": r"^\s*[+-]?[0-9]+(\.0+)?\s*$"},
}


def front_matter_schema(site: Site | None = None) -> dict[str, Any]:
    """A JSON Schema (2020-12) of the front matter that feedkit accepts, as a new dict for `json.dumps`.

    It has each accepted name in camelCase, snake_case and kebab-case; with a `site`, also its aliases and the keys of
    its taxonomies.
    """
    rows: list[_Row] = []
    for name, field in FIELDS.items():
        keys = (*(site.aliases.get(name, ()) if site else ()), *field.names)
        rows += [(key.split("."), name, field) for key in keys]
    for taxonomy in site.taxonomies if site else ():
        if taxonomy.source not in FIELDS:
            rows.append((taxonomy.source.split("."), taxonomy.name, FIELDS["tags"]))
    return {
        "$schema": DIALECT,
        "title": "Front matter of an article",
        "type": "object",
        "properties": dict(sorted(_properties(rows).items())),
        "$defs": dict(KINDS),
    }


def _properties(rows: Iterable[_Row]) -> dict[str, Any]:
    keys: dict[str, list[_Row]] = {}
    for (key, *below), name, field in rows:
        words = [word.lower() for word in _WORD.findall(key)] or [key]
        camel = words[0] + "".join(map(str.capitalize, words[1:]))
        for spelling in dict.fromkeys([key, camel, "_".join(words), "-".join(words)]):
            keys.setdefault(spelling, []).append((below, name, field))
    return {key: _property(same) for key, same in keys.items()}


def _property(rows: list[_Row]) -> dict[str, Any]:
    """The schema of a key; if two fields have the name, it accepts the values of both."""
    branches: list[dict[str, Any]] = []
    descriptions: list[str] = []
    inner = [row for row in rows if row[0]]
    for row in rows:
        below, name, field = row
        if not below and (branch := _ref(field.kind)) not in branches:
            branches.append(branch)
            descriptions.append(f"{name}: {field.becomes}")
        elif below and row is inner[0]:
            branches.append(_mapping(**_properties(inner)))
    if not descriptions:
        return {**branches[0], "type": ["object", "null"]}
    return {"description": " ".join(descriptions), **(branches[0] if len(rows) == 1 else {"anyOf": branches})}
