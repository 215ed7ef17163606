"""Raw values into persons: names, mailboxes, mappings, lists.

Refuses a mapping without a name, and to split `Josh Aas, Executive Director` unless it is told to.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

from feedkit.articles import values
from feedkit.errors import RefusedValue
from feedkit.lazy_regex import later
from feedkit.model import Person

_MAIL = r"[^\s<>()@,;]+@[^\s<>()@,;]+"
is_mail = re.compile(_MAIL).fullmatch
_WEB = r"https?://[^\s<>()]+"
_BY_NAME = re.compile(rf"([^<>]+?)\s*(?:<({_MAIL})>)?\s*(?:\(({_WEB})\)|<({_WEB})>)?")
_BY_MAIL = re.compile(rf"({_MAIL})\s*\(([^()]+)\)")

# `Ann Lee, Bo Ek; Cy Day and Di Fu`; not inside of `<…>` and `(…)`.
_BETWEEN = later(r"(?:\s*[,;]\s*(?:and\s+|&\s*)?|\s+(?:and|&)\s+)(?![^(<]*[)>])")

#: The longest text that is split: the look ahead takes time by the square of it.
_LONGEST = 1_000

# The names that systems give to the parts of a person, first the most telling one.
_NAMES = ("display_name", "name", "title", "login", "key")
_URLS = ("url", "uri", "link", "website", "homepage", "web", "site")
_AVATARS = ("avatar", "avatar_url", "image", "image_url", "picture", "photo")


def persons(value: Any, *, split: bool = False) -> Iterator[Person]:
    """One person for a text, a mapping (name, email, url, avatar) or each item of a list; nothing for null.

    `Name <mail> (address)` and `mail (Name)` are taken apart. A text with commas or an `and` is one name, unless
    `split` is set. Raises `RefusedValue` (FK202) for anything else.
    """
    for item in value if isinstance(value, list | tuple) else [value]:
        if isinstance(item, Person):
            yield item
        elif isinstance(item, Mapping):
            if values.filled(item):
                yield person(item)
        elif values.filled(item):
            name = values.text(item)
            several = split and len(name) <= _LONGEST
            yield from map(_mailbox, filter(None, _BETWEEN.split(name)) if several else [name])


def person(item: Mapping[str, Any], key: str = "") -> Person:
    """The person in a mapping; `key` is what articles call him. Raises `RefusedValue` (FK202) without a name."""
    name = values.pick(item, *_NAMES) or key
    if not values.is_text(name):
        raise RefusedValue("an author has no name", code="FK202", hint="give each author a name: …")
    return Person(
        name=values.text(name),
        email=_text(values.pick(item, "email", "mail")),
        url=_address(values.pick(item, *_URLS)),
        avatar=_address(values.pick(item, *_AVATARS)),
        key=key or _text(values.pick(item, "key")) or "",
    )


def _text(value: Any) -> str | None:
    return values.text(value) if values.filled(value) else None


def _address(value: Any) -> str | None:
    if isinstance(value, Mapping):
        value = values.pick(value, "src", "url")
    return values.address(value) if values.filled(value) else None


@lru_cache(maxsize=4096)
def _mailbox(name: str) -> Person:
    if found := _BY_MAIL.fullmatch(name):
        return Person(name=found[2].strip(), email=found[1])
    if found := _BY_NAME.fullmatch(name):
        return Person(name=found[1].strip(), email=found[2], url=found[3] or found[4])
    return Person(name=name)
