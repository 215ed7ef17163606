"""Articles of other programs as mappings: objects with attributes, rows, and lines of JSON.

An attribute that raises is a Problem that names it and its object; private attributes and methods are no values.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from enum import Enum
from functools import cached_property
from pathlib import PurePath
from typing import Any, NoReturn

from feedkit.articles.report import Reporter
from feedkit.errors import error_text, shown
from feedkit.field_names import NAMES, folded
from feedkit.lazy_regex import lazy_regex
from feedkit.lines import LineError, line_reason

#: The longest line of JSON, in characters or bytes.
MAX_LINE_LENGTH = 16 * 1024 * 1024

#: Where the value of a field is: an attribute's name, with dots to reach deeper, or a function of the object.
Attribute = str | Callable[[Any], Any]

_CAPITAL = lazy_regex(r"(?<=[a-z0-9])(?=[A-Z])")
_NO_ARTICLE = (str, bytes, bytearray, int, float, list, set, frozenset, tuple, type(None))

# What is looked at in an object that stands for a value: a person, a term, a picture, a file.
_PARTS = (
    *("name", "display_name", "title", "label", "slug", "login", "key", "email", "url", "src", "path", "avatar"),
    *("alt", "width", "height", "type", "mime_type", "length", "duration"),
)
_MISSING = object()
# Addresses that are no `str`, though their text is one.
_ADDRESS_MODULES = frozenset(["pydantic", "pydantic_core", "yarl"])


def as_mapping(article: Any, report: Reporter, more: Iterable[str] = ()) -> Mapping[str, Any]:
    """The article's values by the names that fields may have; `more` are names that only this site knows.

    Takes a mapping, a row with `keys()`, an object, or a pair of one of these and a mapping of fields to attributes.
    Raises `ArticleError`: FK210 for an attribute that raises, FK202 for what is no article.
    """
    if isinstance(article, Mapping):
        return article
    if isinstance(article, tuple) and len(article) == 2 and isinstance(article[1], Mapping):
        return _mapped(*article, report, more)
    if hasattr(article, "keys") and hasattr(type(article), "__getitem__"):
        return {key: article[key] for key in article.keys()}  # noqa: SIM118  # iterating over a row gives its values
    if isinstance(article, _NO_ARTICLE) and not hasattr(article, "_fields"):
        hint = "give a mapping, an object with attributes, or (object, {field: attribute})"
        report.refuse("FK202", f"{shown(type(article).__name__)} is no article", hint=hint)
    return _attributes(article, dict.fromkeys((*_public_names(article), *_field_names(), *more)), report)


def _mapped(
    article: object, places: Mapping[str, Attribute], report: Reporter, more: Iterable[str]
) -> Mapping[str, Any]:
    """The values at the places that the caller named; the other fields by their names, as of any object."""
    fields = {_field(name): _at(article, place, name, report) for name, place in places.items()}
    named = {NAMES.get(field, (field,))[0]: value for field, value in fields.items() if value is not None}
    # A name of two fields stays: `published` may be the flag of a draft, and the date stands elsewhere.
    covered = _folded_names(fields) - _folded_names(NAMES.keys() - fields.keys()) | set(map(folded, named))
    rest = as_mapping(article, report, more)
    return {**named, **{key: value for key, value in rest.items() if folded(str(key)) not in covered}}


def _field(name: str) -> str:
    """The field that is called so, or the only one that has the name among its accepted ones; else the name."""
    having = [field for field, names in NAMES.items() if folded(name) in map(folded, names)]
    return having[0] if name not in NAMES and len(having) == 1 else name


def _folded_names(fields: Iterable[str]) -> set[str]:
    return {folded(name) for field in fields for name in NAMES.get(field, (field,))}


def _at(article: object, place: Attribute, field: str, report: Reporter) -> Any:
    if callable(place):
        return _guarded(lambda: place(article), article, f"the function for {field}", field, report)
    value: Any = article
    for name in place.split("."):
        owner = value
        value = _guarded(lambda: _item(owner, name), article, f"the attribute {shown(place)}", place, report)  # noqa: B023  # called at once
    return value


def _item(owner: Any, name: str) -> Any:
    return owner[name] if isinstance(owner, Mapping) else getattr(owner, name)


def _public_names(article: object) -> Iterator[str]:
    slots = getattr(type(article), "__slots__", ())
    for names in (getattr(article, "__dict__", ()), getattr(article, "_fields", ()), slots):
        yield from (name for name in ([names] if isinstance(names, str) else names) if not name.startswith("_"))
    for kind in type(article).__mro__[1:-1]:
        yield from (name for name in getattr(kind, "__slots__", ()) if not name.startswith("_"))


def _field_names() -> Iterator[str]:
    for names in NAMES.values():
        for name in names:
            if "." not in name:
                yield name
                yield _CAPITAL.sub("_", name).lower()


def _attributes(article: object, names: Iterable[str], report: Reporter) -> dict[str, Any]:
    attributes: dict[str, Any] = {}
    for name in names:
        value = _guarded(lambda: _value(article, name), article, f"the attribute {shown(name)}", name, report)  # noqa: B023  # called at once
        if value is not None and not callable(value):
            attributes[name] = value
    return attributes


def _value(article: object, name: str) -> Any:
    value = getattr(article, name, _MISSING)
    if value is not _MISSING:
        return value
    # A slot that is not filled is no value; a property that fails from within is a fault.
    inner = isinstance(getattr(type(article), name, None), property | cached_property)
    return getattr(article, name) if inner else None


def _guarded(read: Callable[[], Any], article: object, what: str, key: str, report: Reporter) -> Any:
    try:
        return read()
    except Exception as error:  # noqa: BLE001
        # Whatever another program's property raises, it is this article's problem, not that of the others.
        message = f"{what} of {type(article).__name__} raises {type(error).__name__}{error_text(error)}"
        hint = "mend it, or name another place: (object, {field: attribute})"
        report.refuse("FK210", message, key=key, hint=hint)


def simple(value: Any, report: Reporter, key: str) -> Any:
    """A value of another program as text, list or mapping; itself where it is none of these."""
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, PurePath):
        return value.as_posix()
    # Late: no front matter has any.
    from decimal import Decimal
    from uuid import UUID

    if isinstance(value, UUID | Decimal) or type(value).__module__.partition(".")[0] in _ADDRESS_MODULES:
        return str(value)
    if isinstance(value, set | frozenset):
        # A set has no order that two runs share.
        return sorted(value, key=str)
    if isinstance(value, bytes | bytearray | complex):
        return value
    if parts := _attributes(value, _PARTS, report):
        return parts
    return _guarded(lambda: list(value), value, "the list", key, report) if isinstance(value, Iterable) else value


def json_object(line: str | bytes, report: Reporter) -> dict[str, Any]:
    """The JSON object in a line. Raises `ArticleError` (FK201).

    A key that stands twice, and numbers that JSON does not have, are refused, too.
    """
    try:
        if len(line) > MAX_LINE_LENGTH:
            raise LineError(f"it has more than {MAX_LINE_LENGTH:,} characters")
        text = line.decode("utf-8-sig") if isinstance(line, bytes) else line.removeprefix("\ufeff")
        value = json.loads(text, object_pairs_hook=_unique, parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        report.refuse("FK201", f"the line is no JSON ({line_reason(error)})", hint="write one object a line, in UTF-8")
    if not isinstance(value, dict):
        report.refuse("FK201", f"the line is no JSON object, but {shown(value)}", hint="write one object a line")
    return value


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    mapping = dict(pairs)
    if len(mapping) < len(pairs):
        keys = [key for key, _ in pairs]
        raise LineError(f"the key {shown(next(key for key in keys if keys.count(key) > 1))} stands twice")
    return mapping


def _refuse_constant(name: str) -> NoReturn:
    raise LineError(f"{name} is no number in JSON")
