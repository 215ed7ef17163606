"""Raw values as texts, lists, flags and numbers: the coercions that `docs/fields.md` shows."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

import msgspec

from feedkit.errors import RefusedValue, shown
from feedkit.field_names import folded
from feedkit.lazy_regex import lazy_regex
from feedkit.text import fold, line, plain

_TRUE = frozenset(["true", "yes", "on", "1"])
_FALSE = frozenset(["false", "no", "off", "0"])
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

# What is neither text nor holds other values: told apart sooner than by what it is not.
_PLAIN = (int, float, date)

#: Lists inside lists are flattened this deep.
_MAX_NESTING = 8


class KeyValue(msgspec.Struct, frozen=True):
    """A value and where it stands."""

    #: The key as its author wrote it, with dots where it is below another one.
    key: str
    #: The value as it was read.
    value: Any


def flag(value: Any) -> bool | None:
    """True or False for a bool and for `true`, `yes`, `on`, `1` and their opposites; None for anything else."""
    if isinstance(value, bool):
        return value
    word = str(value).strip().casefold() if isinstance(value, str | int) else ""
    return True if word in _TRUE else False if word in _FALSE else None


def filled(value: Any) -> bool:
    """Whether a value says anything: not null, not empty, not blank, no mapping or list of nothing else."""
    if isinstance(value, str):
        return value != "" and not value.isspace()
    if value is None:
        return False
    if isinstance(value, _PLAIN):
        return True
    if isinstance(value, Mapping):
        return any(map(filled, value.values()))
    return any(map(filled, value)) if isinstance(value, list | tuple) else True


def filled_text(value: Any) -> bool:
    """Whether a value is a text that is not blank."""
    return isinstance(value, str) and filled(value)


def nonempty_text(value: Any) -> str | None:
    """A text of any characters, be they blanks; None for an empty one, and for anything else."""
    return value if isinstance(value, str) and value else None


def says_something(value: Any) -> bool:
    """Whether a value is filled and does not mean `none`: `author: false` names nobody."""
    return filled(value) and not is_false(value)


def is_false(value: Any) -> bool:
    """Whether a value is false, or the text `false`: in a field that is no flag it means `none`."""
    return value is False or (isinstance(value, str) and value.strip().casefold() == "false")


def is_flag(value: Any) -> bool:
    """Whether a value is a flag, in any of its spellings."""
    return flag(value) is not None


def is_text(value: Any) -> bool:
    """Whether a value is a text or a number that reads as one."""
    if isinstance(value, str):
        return filled(value)
    return isinstance(value, int | float | date) and not isinstance(value, bool)


def is_date(value: Any) -> bool:
    """Whether a value can be meant as a date: `published: false` is a flag, `date: {created: …}` holds dates."""
    if isinstance(value, date):
        return True
    return filled(value) and not isinstance(value, bool | Mapping) and flag(value) is None


def text(value: Any) -> str:
    """A text on one line; numbers and dates as they are written. Raises `RefusedValue` (FK202) for anything else."""
    if not is_text(value):
        listed = isinstance(value, list) and all(map(is_text, value))
        sample = shown(", ".join(map(text, value)))[1:-1] if listed and value else "some text"
        raise RefusedValue(f"{shown(value)} is no text", code="FK202", hint=f"write {sample}", values=(sample,))
    return line(str(value))


def address(value: Any) -> str:
    """An address as it is written, line ends and all, for browsers drop them. Raises `RefusedValue` (FK202)."""
    return value if isinstance(value, str) and filled(value) else text(value)


def short(value: Any) -> str:
    """A short text without markup: tags taken out, entities decoded. Raises `RefusedValue` (FK202)."""
    return plain(text(value))


def words(value: Any, *, at_spaces: bool = False) -> list[str]:
    """The items of a list, a list of lists, a text with commas, or a single value; empty ones are passed over.

    A text without a comma is one item, or with `at_spaces` split at blanks. A mapping counts by its `name` (or
    `title`, `label`, `slug`). Raises `RefusedValue` (FK202) for anything else.
    """
    if isinstance(value, str):
        parts = value.split(",") if "," in value or not at_spaces else value.split()
        return [part for part in map(line, parts) if part]
    # Within a list the author has split already: a comma belongs to the term.
    words: list[str] = []
    _add_words(words, value, 0)
    return words


def _add_words(words: list[str], value: Any, depth: int) -> None:
    if isinstance(value, str):
        if word := line(value):
            words.append(word)
    elif isinstance(value, list | tuple | set | frozenset) and depth < _MAX_NESTING:
        # A set of another program has no order of its own.
        for item in sorted(value, key=str) if isinstance(value, set | frozenset) else value:
            _add_words(words, item, depth + 1)
    elif filled(value):
        words.append(text(pick(value, "name", "title", "label", "slug") if isinstance(value, Mapping) else value))


def unique(names: list[str]) -> Iterator[tuple[str, str | None]]:
    """Each name once, by its folded spelling; a second spelling comes with the first one's, to be reported."""
    seen: dict[str, str] = {}
    for name in names:
        first = seen.get(key := fold(name))
        if first is None:
            seen[key] = name
        if first != name:
            yield name, first


def pick(mapping: Mapping[str, Any], *names: str) -> Any:
    """The first filled value of a mapping under any of the names, compared as keys are; None where there is none."""
    below = {folded(str(key)): value for key, value in mapping.items()}
    for name in names if below else ():
        value = below.get(folded(name))
        if filled(value):
            return value
    return None


def is_media_type(value: Any) -> bool:
    """Whether a value has the form of a media type, such as `text/vtt`."""
    return isinstance(value, str) and _MEDIA_TYPE.fullmatch(value) is not None


def whole(value: Any) -> int | None:
    """A whole number, as a number or as a text; None for anything else."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    if isinstance(value, str):
        return int(float(value)) if _WHOLE.fullmatch(value.strip()) else None
    return int(value) if value == value // 1 and abs(value) < 1e15 else None


def number(value: Any) -> int | None:
    """A whole number of at least 0: pixels, bytes; None for anything else."""
    count = whole(value)
    return count if count is not None and count >= 0 else None


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


def ordinal(value: Any) -> int | None:
    """A number from 1, perhaps behind a word: `2`, `S2`, `Episode 12`, `#7`; None for anything else."""
    match = _ORDINAL.fullmatch(value.strip()) if isinstance(value, str) else None
    count = int(match[1]) if match else whole(value)
    return count if count is not None and count > 0 else None
