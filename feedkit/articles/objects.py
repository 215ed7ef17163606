"""Articles of other programs as mappings: objects with attributes, rows, and lines of JSON.

An attribute that raises is a Problem that names it and its object; private attributes and methods are no values.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from enum import Enum
from functools import cache, cached_property, lru_cache
from pathlib import PurePath
from typing import Any, NoReturn

from feedkit.articles.report import Reporter
from feedkit.errors import ArgumentError, ArticleError, LineError, error_text, line_reason, nearest, shown
from feedkit.field_names import NAMES, folded
from feedkit.lazy_regex import lazy_regex

#: The longest line of JSON, in characters or bytes.
MAX_LINE_LENGTH = 16 * 1024 * 1024

#: Where the value of a field is: an attribute's name, with dots to reach deeper, or a function of the object.
Attribute = str | Callable[[Any], Any]

_FIRST_NAMES = {field: names[0] for field, names in NAMES.items()}
_CAPITAL = lazy_regex(r"(?<=[a-z0-9])(?=[A-Z])")
_NO_ARTICLE = (str, bytes, bytearray, int, float, list, set, frozenset, tuple, type(None))

# The attributes that are read of an object as a value: a person, a term, a picture, a file.
_PARTS = (
    *("name", "display_name", "title", "label", "slug", "login", "username", "key", "email", "url", "src", "path"),
    *("avatar", "alt", "width", "height", "type", "mime_type", "length", "duration"),
)
_MISSING = object()
# Addresses that are no `str`, though their text is one.
_ADDRESS_MODULES = frozenset(["pydantic", "pydantic_core", "yarl"])


class ObjectReader:
    """Reads the fields of other programs' objects into mappings."""

    def __init__(
        self, fields: Mapping[str, Attribute] | None = None, *, only: bool = False, more: Iterable[str] = ()
    ) -> None:
        """`fields` maps fields to attributes or functions; with `only`, nothing else is read.

        `more` are additional names of fields. Raises `ArgumentError` for an unknown field.
        """
        self._places = {_field(name, more): place for name, place in (fields or {}).items()}
        # Each field with its key in the mapping, and the key below that one where the value is nested.
        self._keys = [(field, *_FIRST_NAMES.get(field, field).partition(".")[::2]) for field in self._places]
        # The names of keys in messages.
        self._spelled = {_FIRST_NAMES.get(name, name): at for name, at in self._places.items() if isinstance(at, str)}
        self._only = only and fields is not None
        self._names = _field_names().union(more)
        # By class, names that its objects may have in addition to those in their `__dict__`.
        self._by_class: dict[type, tuple[str, ...]] = {}
        # Names that are not read as usual. A name of two fields is: `published` may be a date or the flag of a draft.
        self._covered = _folded_names(self._places.keys()) - _folded_names(NAMES.keys() - self._places.keys())

    def mapping(self, article: Any, report: Reporter) -> Mapping[str, Any]:
        """The values of a mapping, a row, an object, or a pair of one of these and its fields, by accepted names.

        Raises `ArticleError`: FK210 for an attribute that raises, FK202 for what is no article.
        """
        if isinstance(article, tuple) and len(article) == 2 and isinstance(article[1], Mapping):
            article, fields = article
            return ObjectReader(fields, more=self._names).mapping(article, report)
        named: dict[str, Any] = {}
        for field, name, below in self._keys:
            if (value := _value_at(article, field, self._places[field], report)) is not None:
                named[name] = {below: value} if below else value
        rest = {} if self._only else self._everything(article, report)
        report.names = self._spelled
        if not (named and rest):
            return named or rest
        covered = self._covered.union(map(folded, named))
        return {**named, **{key: value for key, value in rest.items() if folded(str(key)) not in covered}}

    def _everything(self, article: Any, report: Reporter) -> Mapping[str, Any]:
        if isinstance(article, Mapping):
            return article
        kind: Any = type(article)
        if _has_keys(kind):
            return {key: article[key] for key in article.keys()}  # noqa: SIM118  # iterating over a row gives its values
        if isinstance(article, _NO_ARTICLE) and not hasattr(article, "_fields"):
            hint = "give a mapping, an object with attributes, or (object, {field: attribute})"
            report.refuse("FK202", f"{shown(kind.__name__)} is no article", hint=hint)
        if kind not in self._by_class:
            self._by_class[kind] = tuple(_names_of(kind, self._names))
        own = (name for name in getattr(article, "__dict__", ()) if not name.startswith("_"))
        values = _attributes(article, dict.fromkeys((*own, *self._by_class[kind])), report)
        if isinstance(values.get("id"), int):
            # The number of a row: every table has a first one.
            del values["id"]
        return values


def _value_at(article: Any, field: str, place: Attribute, report: Reporter) -> Any:
    """The value of a field; None also where a part of its path is None."""
    value = article
    try:
        if not isinstance(place, str):
            return place(article)
        for part in place.split("."):
            if value is None:
                # What another row would say that this one does not name.
                return None
            kind: Any = type(value)
            value = value[part] if _has_keys(kind) else getattr(value, part)
    except MemoryError:
        raise
    except Exception as error:  # noqa: BLE001
        what = f"the attribute {shown(place)}" if isinstance(place, str) else f"the function for {field}"
        _refuse(article, what, place if isinstance(place, str) else field, error, report)
    return value


# Programs have few classes of articles.
@lru_cache(maxsize=256)
def _has_keys(kind: type) -> bool:
    """Whether the objects of a class have items, as mappings and rows have."""
    return hasattr(kind, "keys") and hasattr(kind, "__getitem__")


def _field(name: str, more: Iterable[str]) -> str:
    """The field that is called so, or the only one that has the name. Raises `ArgumentError` for any other."""
    if name in NAMES:
        return name
    having = [field for field, names in NAMES.items() if folded(name) in map(folded, names)]
    if not having and name not in more:
        near = nearest(name, NAMES)
        raise ArgumentError(f"fields: there is no field {name!r}{f'; did you mean {near!r}?' if near else ''}")
    return having[0] if len(having) == 1 else name


def _folded_names(fields: Iterable[str]) -> set[str]:
    return {folded(name) for field in fields for name in NAMES.get(field, (field,))}


@cache
def _field_names() -> frozenset[str]:
    """The names that fields may have, and the same as attributes are written."""
    names = [name for names in NAMES.values() for name in names if "." not in name]
    return frozenset([*names, *(_CAPITAL.sub("_", name).lower() for name in names)])


def _names_of(kind: type, accepted: frozenset[str]) -> Iterator[str]:
    """The names that may be attributes of a class's objects."""
    if hasattr(kind, "__getattr__"):
        # It makes attributes up when they are asked for.
        yield from sorted(accepted)
    for owner in kind.__mro__[:-1]:
        slots = vars(owner).get("__slots__", ())
        yield from ([slots] if isinstance(slots, str) else slots)
        yield from vars(owner).get("_fields", ())
        # In their order: two runs must find the same.
        yield from (name for name in vars(owner) if name in accepted)


def _attributes(article: object, names: Iterable[str], report: Reporter) -> dict[str, Any]:
    attributes: dict[str, Any] = {}
    for name in names:
        try:
            value = getattr(article, name, _MISSING)
            if value is _MISSING:
                # A slot that is not filled is no value; a property that fails from within is a fault.
                inner = isinstance(getattr(type(article), name, None), property | cached_property)
                value = getattr(article, name) if inner else None
        except MemoryError:
            raise
        except Exception as error:  # noqa: BLE001
            _refuse(article, f"the attribute {shown(name)}", name, error, report)
        if value is not None and not name.startswith("_") and (not callable(value) or _is_manager(value)):
            attributes[name] = value
    return attributes


def _is_manager(value: Any) -> bool:
    """Whether it stands for the objects that are related to another one, as Django's managers do."""
    return not isinstance(value, type) and callable(getattr(value, "all", None))


def _refuse(article: object, what: str, key: str, error: Exception, report: Reporter) -> NoReturn:
    # Whatever another program's property raises, it is this article's problem, not that of the others.
    message = f"{what} of {type(article).__name__} raises {type(error).__name__}{error_text(error)}"
    hint = "fix it, or name another place: fields={field: attribute}"
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
    what = "the value"
    try:
        if _is_manager(value) and not isinstance(value, Iterable):
            return list(value.all())
        if not value:
            # An object that says of itself that it is nothing: a file field without a file.
            return None
        if hasattr(value, "open") and hasattr(type(value), "url"):
            # A stored file, whose other attributes may have to be fetched from where it is.
            return {"url": value.url}
        if parts := _attributes(value, _PARTS, report):
            return parts
        what = "the list"
        return list(value) if isinstance(value, Iterable) else value
    except (MemoryError, ArticleError):
        raise
    except Exception as error:  # noqa: BLE001
        _refuse(value, what, key, error, report)


def json_object(line: str | bytes, report: Reporter) -> dict[str, Any]:
    """The JSON object in a line. Raises `ArticleError` (FK201), also for a key that stands twice, and for NaN."""
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
