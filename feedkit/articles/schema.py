"""A JSON Schema of accepted front matter, for editors: made of the table of names.

It is no stricter than the reader: unknown keys are allowed, and whatever has a row in `docs/fields.md`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any

from feedkit.config.site import Site
from feedkit.field_names import FIELDS, Field
from feedkit.lazy_regex import lazy_regex

_WORD = lazy_regex(r"[A-Z]+(?![a-z])|[A-Z]?[a-z0-9]+|[^\W_]+")

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def _ref(name: str) -> dict[str, Any]:
    return {"$ref": f"#/$defs/{name}"}


def _mapping(**properties: Any) -> dict[str, Any]:
    return {"type": "object", "properties": properties}


_NONE: dict[str, Any] = {"const": False}


def _one_or_many(*items: dict[str, Any]) -> dict[str, Any]:
    item = {"anyOf": [*items]}
    return {"anyOf": [*items, {"type": "array", "items": item}, _NONE]}


_TEXT, _ADDRESS, _NUMBER = _ref("text"), _ref("address"), _ref("number")

#: What a value of each kind may be.
KINDS: Mapping[str, dict[str, Any]] = MappingProxyType(
    {
        "text": {"type": ["string", "number", "null"]},
        "address": {"type": ["string", "null"]},
        "date": {"anyOf": [{"type": ["string", "number", "null"]}, _NONE]},
        "flag": {"type": ["boolean", "string", "integer", "object", "array", "null"]},
        "list": _one_or_many(_TEXT, _mapping(name=_TEXT, slug=_TEXT), {"type": "array", "items": _ref("list")}),
        "people": _one_or_many(_TEXT, _mapping(name=_TEXT, email=_TEXT, url=_ADDRESS)),
        "picture": _one_or_many(
            {"type": "boolean"}, _ADDRESS, _mapping(src=_ADDRESS, url=_ADDRESS, alt=_TEXT, width=_NUMBER)
        ),
        "files": _one_or_many(_ADDRESS, _mapping(url=_ADDRESS, type=_ADDRESS, length=_NUMBER, title=_TEXT)),
        "ordinal": {"type": ["integer", "string", "null"]},
        "duration": {"type": ["number", "string", "null"]},
        "number": {"type": ["integer", "string", "null"], "pattern": r"^\s*[+-]?[0-9]+(\.0+)?\s*$"},
    }
)


def front_matter_schema(site: Site | None = None) -> dict[str, Any]:
    """A JSON Schema (2020-12) of the front matter that feedkit accepts, as a new dict that `json.dumps` writes.

    Each accepted name is there in its camelCase, snake_case and kebab-case spelling. With a `site`, its aliases and
    the keys of its taxonomies are, too.
    """
    properties: dict[str, Any] = {}
    for name, field in FIELDS.items():
        for key in (*(site.aliases.get(name, ()) if site else ()), *field.names):
            _add(properties, key.split("."), name, field)
    for taxonomy in site.taxonomies if site else ():
        if taxonomy.source not in FIELDS:
            _add(properties, taxonomy.source.split("."), taxonomy.name, FIELDS["tags"])
    return {
        "$schema": DIALECT,
        "title": "Front matter of an article",
        "type": "object",
        "properties": dict(sorted(properties.items())),
        "$defs": dict(KINDS),
    }


def _add(properties: dict[str, Any], path: list[str], name: str, field: Field) -> None:
    for key in _spellings(path[0]):
        if len(path) > 1:
            _add(_inner(properties, key), path[1:], name, field)
        elif key in properties:
            _join(properties[key], name, field)
        else:
            properties[key] = {"description": f"{name}: {field.becomes}", **_ref(field.kind)}


def _inner(properties: dict[str, Any], key: str) -> dict[str, Any]:
    """The properties of the mapping that a key may have, beside what else it may have."""
    schema = properties.setdefault(key, {"type": ["object", "null"], "properties": {}})
    if "properties" in schema:
        return schema["properties"]  # type: ignore[no-any-return]  # as it was made above
    branches = schema.setdefault("anyOf", [])
    if "$ref" in schema:
        branches.append({"$ref": schema.pop("$ref")})
    if not (inner := [branch["properties"] for branch in branches if "properties" in branch]):
        branches.append(_mapping())
        inner = [branches[-1]["properties"]]
    return inner[0]  # type: ignore[no-any-return]  # as it was made above


def _join(schema: dict[str, Any], name: str, field: Field) -> None:
    """A name of two fields takes what either takes."""
    first = [{"$ref": schema.pop("$ref")}] if "$ref" in schema else []
    branches = schema.setdefault("anyOf", first)
    if _ref(field.kind) not in branches:
        branches.append(_ref(field.kind))
        schema["description"] += f" {name}: {field.becomes}"


def _spellings(name: str) -> Iterable[str]:
    words = [word.lower() for word in _WORD.findall(name)] or [name]
    camel = words[0] + "".join(map(str.capitalize, words[1:]))
    return dict.fromkeys([name, camel, "_".join(words), "-".join(words)])
