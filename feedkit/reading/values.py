"""Raw values into texts, lists, persons and flags: the table of coercions that `docs/fields.md` shows.

Refuses what is no text where a text is due; never fills in a value that the author did not write.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from feedkit.errors import RefusedValue, shown
from feedkit.model import Person
from feedkit.text import fold, line, plain

_TRUE = frozenset(["true", "yes", "on", "1"])
_FALSE = frozenset(["false", "no", "off", "0"])
_MAILBOX = re.compile(r"([^<>]+?)\s*<([^<>\s@]+@[^<>\s@]+)>")

#: Lists inside lists are flattened this deep.
_MAX_NESTING = 8


def flag(value: Any) -> bool | None:
    """True or False for a bool and for `true`, `yes`, `on`, `1` and their opposites; None for anything else."""
    if isinstance(value, bool):
        return value
    word = str(value).strip().casefold() if isinstance(value, str | int) else ""
    return True if word in _TRUE else False if word in _FALSE else None


def filled(value: Any) -> bool:
    """Whether a value says anything: not null, not empty, not blank."""
    return bool(value.strip()) if isinstance(value, str) else value is not None and value != [] and value != {}


def filled_text(value: Any) -> bool:
    """Whether a value is a text that is not blank."""
    return isinstance(value, str) and bool(value.strip())


def is_text(value: Any) -> bool:
    """Whether a value is a text or a number that reads as one."""
    return filled(value) and isinstance(value, str | int | float | date) and not isinstance(value, bool)


def is_date(value: Any) -> bool:
    """Whether a value can be meant as a date: `published: false` is a flag, `updated: true` too."""
    return filled(value) and not isinstance(value, bool) and flag(value) is None


def text(value: Any) -> str:
    """A text on one line; numbers and dates as they are written. Raises `RefusedValue` (FK202) for anything else."""
    if not is_text(value):
        raise RefusedValue(f"{shown(value)} is no text", code="FK202", hint="write a text, in quotes")
    return line(value if isinstance(value, str) else str(value))


def words(value: Any) -> Iterator[str]:
    """The items of a list, a list of lists, a text with commas, or a single value; empty ones are passed over.

    A mapping counts by its `name` (or `title`, `label`, `slug`). Raises `RefusedValue` (FK202) for anything else.
    """
    yield from _words(value, 0)


def _words(value: Any, depth: int) -> Iterator[str]:
    if isinstance(value, list | tuple) and depth < _MAX_NESTING:
        for item in value:
            # Within a list the author has split already: a comma belongs to the term.
            yield from _words(item, depth + 1)
    elif isinstance(value, Mapping):
        name = next((value[key] for key in ("name", "title", "label", "slug") if filled(value.get(key))), None)
        yield text(name)
    elif isinstance(value, str) and depth == 0:
        yield from (part for part in map(line, value.split(",")) if part)
    elif filled(value):
        yield text(value)


def unique(names: Iterator[str]) -> Iterator[tuple[str, str | None]]:
    """Each name once, by its folded spelling; a second spelling comes with the first one's, to be reported."""
    seen: dict[str, str] = {}
    for name in names:
        first = seen.get(fold(name))
        if first is None:
            seen[fold(name)] = name
        if first != name:
            yield name, first


def persons(value: Any) -> Iterator[Person]:
    """One person for a text, a mapping (name or display_name, email, url, avatar) or each item of a list.

    `Name <mail>` gives the mail address, too. A text with commas is one name: `Josh Aas, Executive Director` is one
    person. Raises `RefusedValue` (FK202) for anything else.
    """
    for item in value if isinstance(value, list | tuple) else [value]:
        if isinstance(item, Person):
            yield item
        elif isinstance(item, Mapping):
            yield _person(item)
        elif filled(item):
            name = text(item)
            mailbox = _MAILBOX.fullmatch(name)
            yield Person(name=mailbox[1], email=mailbox[2]) if mailbox else Person(name=name)


def _person(item: Mapping[str, Any]) -> Person:
    name = next((item[key] for key in ("display_name", "name", "title", "login") if filled(item.get(key))), None)
    known = {key: text(item[key]) for key in ("email", "url", "avatar") if filled(item.get(key))}
    return Person(name=text(name), **known)


def short(value: Any) -> str:
    """A short text without markup: tags taken out, entities decoded. Raises `RefusedValue` (FK202)."""
    return plain(text(value))


def number(value: Any) -> int | None:
    """A whole number of at least 0, written as one; None for anything else."""
    if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
        return value
    return int(value) if isinstance(value, str) and value.isascii() and value.isdecimal() and len(value) < 16 else None
