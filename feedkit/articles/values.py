"""Converts raw values to texts, lists, flags and numbers, as `docs/fields.md` shows.

The values have passed `ArticleFields.legal`: every container is a list or a dict. `simple` converts values of other
programs.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from enum import Enum
from functools import cached_property
from pathlib import PurePath
from typing import Any, NoReturn

import msgspec

from feedkit.articles.report import Reporter
from feedkit.errors import ArticleError, RefusedValue, error_text, shown
from feedkit.field_names import folded
from feedkit.lazy_regex import lazy_regex
from feedkit.text import line, plain

_FLAGS = {**dict.fromkeys(["true", "yes", "on", "1"], True), **dict.fromkeys(["false", "no", "off", "0"], False)}
_CLOCK = lazy_regex(r"(?:(\d{1,3}):)?(\d{1,3}):([0-5]\d(?:\.\d{1,9})?)", re.ASCII)
# A duration in ISO 8601, and shorter forms: `PT37M18S`, `1h 2m`.
_PERIOD = lazy_regex(
    r"(?:PT)?(?=\d)(?:(\d{1,3}) ?H)? ?(?:(\d{1,5}) ?M)? ?(?:(\d{1,7}(?:\.\d{1,9})?) ?S)?", re.IGNORECASE | re.ASCII
)
_DECIMAL = lazy_regex(r"\d{1,9}(?:\.\d{1,9})?", re.ASCII)
# `S2`, `Ep. 12`, `#7`.
_ORDINAL = lazy_regex(r"(?:[^\W\d_]+\.?\s*)?#?\s*0*([1-9][0-9]{0,8})")
# RFC 6838 §4.2, perhaps with parameters.
_MEDIA_TYPE = lazy_regex(r"[\w.+-]+/[\w.+-]+(?:\s*;.*)?", re.ASCII)
_WHOLE = lazy_regex(r"[+-]?[0-9]{1,15}(?:\.0{1,6})?")

#: The types of scalars other than text.
PLAIN = (int, float, date)

#: How deep nested lists are flattened.
_MAX_NESTING = 8

# The attributes that are read from an object that is a value: a person, a term, a picture, a file.
_PARTS = (
    *("name", "display_name", "title", "label", "slug", "key", "email", "url", "src", "path"),
    *("login", "username", "first_name", "last_name"),
    *("avatar", "alt", "width", "height", "type", "mime_type", "length", "size_in_bytes"),
    *("duration", "duration_in_seconds"),
)
_MISSING = object()
# Types of addresses that are no `str`, and whose text is the address.
_ADDRESS_MODULES = frozenset(["pydantic", "pydantic_core", "yarl"])


class KeyValue(msgspec.Struct, frozen=True):
    """A value and its key."""

    #: The key as its author wrote it, with dots if it is below another key.
    key: str
    #: The value as it was read.
    value: Any


def flag(value: Any) -> bool | None:
    """True or False for a bool and for `true`, `yes`, `on`, `1` and their opposites; None for anything else."""
    if isinstance(value, str):
        return _FLAGS.get(value.strip().casefold())
    if isinstance(value, bool):
        return value
    return _FLAGS.get(str(value)) if isinstance(value, int) else None


def filled(value: Any) -> bool:
    """Whether a value is neither null, empty or blank, nor a container of only such values."""
    if isinstance(value, str):
        return value != "" and not value.isspace()
    if isinstance(value, dict):
        return any(map(filled, value.values()))
    return any(map(filled, value)) if isinstance(value, list) else value is not None


def filled_text(value: Any) -> bool:
    """Whether a value is a text that is not blank."""
    return isinstance(value, str) and filled(value)


def is_wanted(value: Any) -> bool:
    """Whether a value is filled and does not mean `none`, as `author: false` does."""
    if isinstance(value, str):
        return value.strip().casefold() not in ("", "false")
    return value is not False and filled(value)


def is_text(value: Any) -> bool:
    """Whether a value is a text, or a number that can be used as a text."""
    if isinstance(value, str):
        return value != "" and not value.isspace()
    return isinstance(value, PLAIN) and not isinstance(value, bool)


def is_date(value: Any) -> bool:
    """Whether a value may be a date: `published: false` is a flag, and `date: {created: …}` contains dates."""
    return isinstance(value, date) or (filled(value) and not isinstance(value, dict) and flag(value) is None)


def text(value: Any) -> str:
    """A text on one line; numbers and dates as they are written. Raises `RefusedValue` (FK202) for anything else."""
    if not is_text(value):
        sample = "some text"
        if isinstance(value, list) and value and all(map(is_text, value)):
            sample = shown(", ".join(map(text, value)))[1:-1]
        elif isinstance(value, dict) and len(value) == 1 and all(map(is_text, value.values())):
            # YAML has made a mapping of a text with a colon: `[a: b]`.
            sample = shown(": ".join(map(text, *value.items())))[1:-1]
        raise RefusedValue(f"{shown(value)} is not text", code="FK202", hint=f"write {sample}", values=(sample,))
    return line(str(value))


def address(value: Any) -> str:
    """An address as it is written, including line ends, which browsers ignore. Raises `RefusedValue` (FK202)."""
    return value if isinstance(value, str) and filled(value) else text(value)


def short(value: Any) -> str:
    """A short text without markup: tags are removed, entities decoded. Raises `RefusedValue` (FK202)."""
    return plain(address(value))


def words(value: Any, *, at_spaces: bool = False, depth: int = 0) -> list[str]:
    """The items of a list, a list of lists, a text with commas, or a single value; empty items are ignored.

    A text without a comma is one item, or with `at_spaces` split at spaces. For a mapping, its `name` (or `title`,
    `label`, `slug`) is used. Raises `RefusedValue` (FK202) for anything else.
    """
    if isinstance(value, str):
        parts = value.split(",") if "," in value or not at_spaces else value.split()
        return list(filter(None, map(line, parts)))
    texts: list[str] = []
    for item in value if isinstance(value, list) else [value]:
        if isinstance(item, str):
            # In a list, a comma is a part of the term.
            if word := line(item):
                texts.append(word)
        elif isinstance(item, list) and depth + 1 < _MAX_NESTING:
            texts += words(item, depth=depth + 1)
        elif filled(item):
            name = pick(item, "name", "title", "label", "slug")
            texts.append(text(item if name is None else name))
    return texts


def pick(value: Any, *names: str) -> Any:
    """The first filled value of a mapping under any of the names, which are compared like keys; else None."""
    if not isinstance(value, dict):
        return None
    below = {folded(str(key)): item for key, item in value.items()}
    return next((item for name in names if filled(item := below.get(folded(name)))), None)


def is_media_type(value: Any) -> bool:
    """Whether a value has the form of a media type, such as `text/vtt`."""
    return isinstance(value, str) and _MEDIA_TYPE.fullmatch(value) is not None


def whole(value: Any) -> int | None:
    """A whole number, as a number or as a text; None for anything else."""
    if isinstance(value, str):
        return int(float(value)) if _WHOLE.fullmatch(value.strip()) else None
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return int(value) if value == value // 1 and abs(value) < 1e15 else None


def number(value: Any) -> int | None:
    """A whole number of at least 0: pixels, bytes; None for anything else."""
    count = whole(value)
    return count if count is not None and count >= 0 else None


def ordinal(value: Any) -> int | None:
    """A number from 1, perhaps after a word: `2`, `S2`, `Episode 12`, `#7`; None for anything else."""
    match = _ORDINAL.fullmatch(value.strip()) if isinstance(value, str) else None
    count = int(match[1]) if match else whole(value)
    return count if count is not None and count > 0 else None


def seconds(value: Any) -> int | None:
    """A duration: a number of seconds, `12:30`, `1:02:03`, `PT12M30S` or `12m 30s`; None for anything else."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    written = str(value).strip()
    parts = _CLOCK.fullmatch(written) or _PERIOD.fullmatch(written)
    if parts is None and not _DECIMAL.fullmatch(written):
        return None
    hours, minutes, rest = parts.groups() if parts else (None, None, written)
    # Half a second is rounded up, as in the measurement of a file.
    return int(hours or 0) * 3600 + int(minutes or 0) * 60 + int(float(rest or 0) + 0.5)


def attributes(article: object, names: Iterable[str], report: Reporter) -> dict[str, Any]:
    """The public attributes of an object that have a value and are not methods. Raises `ArticleError` (FK210)."""
    attributes: dict[str, Any] = {}
    for name in names:
        try:
            value = getattr(article, name, _MISSING)
            if value is _MISSING:
                # An empty slot is no value, but a property that raises an exception is an error.
                inner = isinstance(getattr(type(article), name, None), property | cached_property)
                value = getattr(article, name) if inner else None
        except MemoryError:
            raise
        except Exception as error:  # noqa: BLE001
            refuse_attribute(article, f"the attribute {shown(name)}", name, error, report)
        if value is not None and not name.startswith("_") and (not callable(value) or _is_manager(value)):
            attributes[name] = value
    return attributes


def _is_manager(value: Any) -> bool:
    """Whether a value gives access to related objects, like Django's managers."""
    return not isinstance(value, type) and callable(getattr(value, "all", None))


def refuse_attribute(article: object, what: str, key: str, error: Exception, report: Reporter) -> NoReturn:
    """Refuse an article with an attribute that raises an exception (FK210)."""
    # A property of another program may raise anything, which is a problem of this article only.
    message = f"{what} of {type(article).__name__} raises {type(error).__name__}{error_text(error)}"
    hint = "fix it, or name another place: fields={field: attribute}"
    report.refuse("FK210", message, key=key, hint=hint)


def simple(value: Any, report: Reporter, key: str) -> Any:
    """A value of another program as text, list or mapping; unchanged if it is none of these."""
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, PurePath):
        return value.as_posix()
    # Imported late: front matter has no such values.
    from decimal import Decimal
    from uuid import UUID

    if isinstance(value, UUID | Decimal) or type(value).__module__.partition(".")[0] in _ADDRESS_MODULES:
        return str(value)
    if isinstance(value, set | frozenset):
        # The order of a set differs between runs.
        return sorted(value, key=str)
    if isinstance(value, bytes | bytearray | complex):
        return value
    what = "the value"
    try:
        if callable(getattr(value, "casefold", None)):
            # A text that is translated late; as an iterable it would become a list of characters.
            return str(value)
        if _is_manager(value) and not isinstance(value, Iterable):
            return list(value.all())
        if not value:
            # A false object is no value, such as a file field without a file.
            return None
        if hasattr(value, "open") and hasattr(type(value), "url"):
            # A stored file: other attributes might fetch it from its storage.
            return {"url": value.url}
        if parts := attributes(value, _PARTS, report):
            return parts
        what = "the list"
        return list(value) if isinstance(value, Iterable) else value
    except (MemoryError, ArticleError):
        raise
    except Exception as error:  # noqa: BLE001
        refuse_attribute(value, what, key, error, report)
