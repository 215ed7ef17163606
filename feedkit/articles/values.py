"""Converts raw values to texts, lists, flags and numbers, as `docs/fields.md` shows.

The values have passed `ArticleFields.legal`: every container is a list or a dict. Those of other programs become so by
`simple`.
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
# ISO 8601, and as people shorten it: `PT37M18S`, `1h 2m`.
_PERIOD = lazy_regex(
    r"(?:PT)?(?=\d)(?:(\d{1,3}) ?H)? ?(?:(\d{1,5}) ?M)? ?(?:(\d{1,7}(?:\.\d{1,9})?) ?S)?", re.IGNORECASE | re.ASCII
)
_DECIMAL = lazy_regex(r"\d{1,9}(?:\.\d{1,9})?", re.ASCII)
# `S2`, `Ep. 12`, `#7`.
_ORDINAL = lazy_regex(r"(?:[^\W\d_]+\.?\s*)?#?\s*0*([1-9][0-9]{0,8})")
# RFC 6838 §4.2, with parameters or without.
_MEDIA_TYPE = lazy_regex(r"[\w.+-]+/[\w.+-]+(?:\s*;.*)?", re.ASCII)
_WHOLE = lazy_regex(r"[+-]?[0-9]{1,15}(?:\.0{1,6})?")

#: The types of scalars other than text.
PLAIN = (int, float, date)

#: Lists inside lists are flattened this deep.
_MAX_NESTING = 8

# The attributes that are read of an object as a value: a person, a term, a picture, a file.
_PARTS = (
    *("name", "display_name", "title", "label", "slug", "login", "username", "key", "email", "url", "src", "path"),
    *("avatar", "alt", "width", "height", "type", "mime_type", "length", "size_in_bytes"),
    *("duration", "duration_in_seconds"),
)
_MISSING = object()
# Addresses that are no `str`, though their text is one.
_ADDRESS_MODULES = frozenset(["pydantic", "pydantic_core", "yarl"])


class KeyValue(msgspec.Struct, frozen=True):
    """A value and its key."""

    #: The key as its author wrote it, with dots where it is below another one.
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
    """Whether a value is neither null nor empty nor blank, nor a container of such values only."""
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
    """Whether a value is a text or a number that reads as one."""
    if isinstance(value, str):
        return value != "" and not value.isspace()
    return isinstance(value, PLAIN) and not isinstance(value, bool)


def is_date(value: Any) -> bool:
    """Whether a value can be meant as a date: `published: false` is a flag, `date: {created: …}` holds dates."""
    return isinstance(value, date) or (filled(value) and not isinstance(value, dict) and flag(value) is None)


def text(value: Any) -> str:
    """A text on one line; numbers and dates as they are written. Raises `RefusedValue` (FK202) for anything else."""
    if not is_text(value):
        listed = isinstance(value, list) and all(map(is_text, value))
        parts = value if listed else [f"{name}: {item}" for name, item in value.items()] if _is_pair(value) else []
        sample = shown(", ".join(map(text, parts)))[1:-1] if parts else "some text"
        raise RefusedValue(f"{shown(value)} is no text", code="FK202", hint=f"write {sample}", values=(sample,))
    return line(str(value))


def _is_pair(value: Any) -> bool:
    """Whether a value is what YAML makes of a text with a colon: `[a: b]`."""
    return isinstance(value, dict) and len(value) == 1 and all(map(is_text, value.values()))


def address(value: Any) -> str:
    """An address as it is written, with line ends, which browsers drop. Raises `RefusedValue` (FK202)."""
    return value if isinstance(value, str) and filled(value) else text(value)


def short(value: Any) -> str:
    """A short text without markup: tags taken out, entities decoded. Raises `RefusedValue` (FK202)."""
    return plain(address(value))


def words(value: Any, *, at_spaces: bool = False, depth: int = 0) -> list[str]:
    """The items of a list, a list of lists, a text with commas, or a single value; empty ones are passed over.

    A text without a comma is one item, or with `at_spaces` split at blanks. A mapping counts by its `name` (or
    `title`, `label`, `slug`). Raises `RefusedValue` (FK202) for anything else.
    """
    if isinstance(value, str):
        parts = value.split(",") if "," in value or not at_spaces else value.split()
        return list(filter(None, map(line, parts)))
    texts: list[str] = []
    for item in value if isinstance(value, list) else [value]:
        if isinstance(item, str):
            # The author has split already: a comma belongs to the term.
            if word := line(item):
                texts.append(word)
        elif isinstance(item, list) and depth + 1 < _MAX_NESTING:
            texts += words(item, depth=depth + 1)
        elif filled(item):
            name = pick(item, "name", "title", "label", "slug")
            texts.append(text(item if name is None else name))
    return texts


def pick(value: Any, *names: str) -> Any:
    """The first filled value of a mapping under any of the names, compared as keys are; None where there is none."""
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
    """A number from 1, perhaps behind a word: `2`, `S2`, `Episode 12`, `#7`; None for anything else."""
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
    # Half a second is one, as where a file is measured.
    return int(hours or 0) * 3600 + int(minutes or 0) * 60 + int(float(rest or 0) + 0.5)


def attributes(article: object, names: Iterable[str], report: Reporter) -> dict[str, Any]:
    """The public attributes of an object that have a value and are no methods. Raises `ArticleError` (FK210)."""
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
            refuse_attribute(article, f"the attribute {shown(name)}", name, error, report)
        if value is not None and not name.startswith("_") and (not callable(value) or _is_manager(value)):
            attributes[name] = value
    return attributes


def _is_manager(value: Any) -> bool:
    """Whether it stands for the objects that are related to another one, as Django's managers do."""
    return not isinstance(value, type) and callable(getattr(value, "all", None))


def refuse_attribute(article: object, what: str, key: str, error: Exception, report: Reporter) -> NoReturn:
    """Refuse an article of which an attribute raises (FK210)."""
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
        if callable(getattr(value, "casefold", None)):
            # A text that is translated when it is needed, which would be a list of its characters.
            return str(value)
        if _is_manager(value) and not isinstance(value, Iterable):
            return list(value.all())
        if not value:
            # An object that says of itself that it is nothing: a file field without a file.
            return None
        if hasattr(value, "open") and hasattr(type(value), "url"):
            # A stored file, whose other attributes may have to be fetched from where it is.
            return {"url": value.url}
        if parts := attributes(value, _PARTS, report):
            return parts
        what = "the list"
        return list(value) if isinstance(value, Iterable) else value
    except (MemoryError, ArticleError):
        raise
    except Exception as error:  # noqa: BLE001
        refuse_attribute(value, what, key, error, report)
