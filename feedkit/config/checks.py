"""Rules that validate and convert settings; the annotations of the settings contain them.

A rule gets a value, its key and the address of the site, and returns the value for feeds: an address relative to the
site becomes absolute, and `_` in a language tag `-`. It raises `SettingsError` with the key for an invalid value.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import cache
from string import Formatter
from types import NoneType
from typing import Annotated, Any, Literal, Union, get_args, get_origin
from urllib.parse import urlsplit

from msgspec import Struct, structs

from feedkit import dates
from feedkit.errors import RefusedValue, SettingsError, masked, printable, shown, with_hint
from feedkit.model import Funding, Participant, Person, Podcast
from feedkit.text import MAIL, illegal_names
from feedkit.urls import absolute, checked_slug, of_site, without_index
from feedkit.value import Check, bare, type_hints

Rule = Callable[[Any, str, str], Any]

# RFC 5646 §2.1, without its registry: language, script, region, variants; other systems write `_` for `-`.
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z]{4})?(?:-(?:[A-Za-z]{2}|[0-9]{3}))?(?:-[A-Za-z0-9]{5,8})*")


@cache
def field_types(kind: type[Struct]) -> Mapping[str, Any]:
    """The annotations of a value's fields, without None, with the rules of the model."""
    hints = {name: type_hints(kind)[name] for name in kind.__struct_fields__}
    for name, items in [(name, get_args(hint)) for name, hint in hints.items()]:
        if NoneType in items:
            hints[name] = Union[*(item for item in items if item is not NoneType)]
    return hints | {name: Annotated[hints[name], rule] for name, rule in _MODEL_RULES.get(kind, {}).items()}


@cache
def defaults(kind: type[Struct]) -> Mapping[str, Any]:
    """The defaults of a value's fields, without required fields."""
    return dict(zip(reversed(kind.__struct_fields__), reversed(kind.__struct_defaults__), strict=False))


def is_table(hint: Any) -> bool:
    """Whether an annotation is a class of values with fields."""
    return isinstance(hint, type) and issubclass(hint, Struct)


def converted(hint: Any, value: Any, key: str, base: str, separator: str = ".") -> Any:
    """The value, converted by the rules of its annotation; `separator` comes before the keys of a table in messages."""
    origin, inner = get_origin(hint), get_args(hint)
    if origin is Annotated:
        value = converted(inner[0], value, key, base)
        # The rules of the model are applied later, when addresses are absolute.
        for rule in [rule for rule in inner[1:] if not isinstance(rule, Check)]:
            value = rule(value, key, base)
    elif origin is Literal:
        words(*inner)(value, key, base)
    elif origin is tuple and is_table(kind := bare(inner[0])):
        # Messages identify one of several tables by its first field: a name, a path or an address.
        first = kind.__struct_fields__[0]
        return tuple(
            converted(kind, table, f"{key}: {printable(masked(str(getattr(table, first))))}", base, ": ")
            for table in value
        )
    elif origin is tuple:
        return tuple([converted(inner[0], item, key, base) for item in value])
    elif origin is Mapping:
        for name in value:
            converted(inner[0], name, key, base)
        return {name: converted(inner[1], item, f"{key}.{name}", base) for name, item in value.items()}
    elif is_table(hint) and (changes := changed_fields(value, f"{key}{separator}", base)):
        return structs.replace(value, **changes)
    return value


def changed_fields(table: Struct, prefix: str, base: str) -> dict[str, Any]:
    """The values of the fields that their rules change, except for defaults; `prefix` comes before keys in messages."""
    changes: dict[str, Any] = {}
    for name, hint in field_types(type(table)).items():
        value = getattr(table, name)
        if value is not None and value is not defaults(type(table)).get(name):
            new = converted(hint, value, f"{prefix}{name}", base)
            changes |= {name: new} if new != value else {}
    return changes


def require(is_right: Callable[[Any], object], message: str) -> Rule:
    """A rule that checks a value; `message` has placeholders `key`, `value` (quoted) and `itself` (not quoted)."""

    def rule(value: Any, key: str, base: str) -> Any:
        if not is_right(value):
            raise SettingsError(message.format(key=key, value=shown(value), itself=value))
        return value

    return rule


def words(*allowed: str) -> Rule:
    """A rule that allows some words."""
    return require(allowed.__contains__, f"{{key}}: {{value}} is not one of {', '.join(allowed)}")


def shaped(shape: str, message: str) -> Rule:
    """A rule that a text matches a regular expression."""
    return require(lambda value: re.fullmatch(shape, value), message)


def at_least(least: int, message: str, most: float = float("inf")) -> Rule:
    """A rule that a number is in a range."""
    return require(lambda number: least <= number <= most, message)


def optional(rule: Rule) -> Rule:
    """A rule for a value that may be empty."""
    return lambda value, key, base: value and rule(value, key, base)


def pattern(fields: tuple[str, ...], many: str) -> Rule:
    """The rule for a pattern of addresses, or a function; `many` says what would share an address without the slug."""

    def rule(value: Any, key: str, base: str) -> Any:
        if callable(value):
            return value
        try:
            parts = [part for part in Formatter().parse(value) if part[1] is not None]
        except ValueError as error:
            raise SettingsError(f"{key}: {shown(value)} is not a pattern ({error})") from error
        names = [words(*fields)(name or "", key, base) for _, name, _, _ in parts]
        if any(specification or conversion for _, _, specification, conversion in parts):
            raise SettingsError(f"{key}: {shown(value)} formats a field; write its name only, such as {{slug}}")
        if "slug" not in names:
            raise SettingsError(f"{key}: {shown(value)} needs {{slug}}, or all {many} would share an address")
        return value

    return rule


def text(value: str, key: str, base: str = "") -> str:
    """The text. Raises `SettingsError` for a character that no feed may contain."""
    if illegal := illegal_names(value):
        raise SettingsError(f"{key}: {shown(value)} has {', '.join(illegal)}, which no feed may contain; delete it")
    return value


def line(value: str, key: str, base: str) -> str:
    """The text on one line."""
    return text(" ".join(value.split()), key)


def language_tag(value: str, key: str = "language", base: str = "") -> str:
    """The tag with `-` for `_` and the usual capitals: `zh_tw` becomes `zh-TW`."""
    tag = value.strip().replace("_", "-")
    if not _LANGUAGE.fullmatch(tag):
        raise SettingsError(f"{key}: {shown(value)} is not a language tag; write one such as en, de-CH or zh-Hant")
    first, *rest = tag.split("-")
    sized = {2: str.upper, 4: str.title}
    return "-".join([first.lower(), *(sized.get(len(part), str.lower)(part) for part in rest)])


def base_address(value: str) -> str:
    """The address of a site: absolute, http or https, with a slash at its end."""
    if not value.strip():
        raise SettingsError('base_url: it is missing; write base_url = "https://example.com/"')
    if not re.match(r"\s*[a-z][a-z0-9+.-]*://", value, re.IGNORECASE):
        raise SettingsError(f"base_url: {shown(value)} is not absolute; write it with https:// in front")
    url = address(value, "base_url", "")
    page = re.split("[?#]", url)[0]
    folder = without_index(page)
    if page != url or folder != page:
        wrong = "names a page; write its folder," if folder != page else "must not have a query or a fragment; write"
        raise SettingsError(f'base_url: {shown(value)} {wrong} base_url = "{shown(folder)[1:-1]}"')
    return url if url.endswith("/") else f"{url}/"


def address(value: str, key: str, base: str) -> str:
    """An absolute address, resolved against the site."""
    try:
        return of_site(value, base) if base else absolute(value, base)
    except RefusedValue as error:
        raise SettingsError(f"{key}: {error}") from error


def receiver(value: str, key: str, base: str) -> str:
    """The absolute address of a hub or a search engine. It is public, so a user name in it is refused."""
    url = address(value, key, base)
    if "@" in urlsplit(url).netloc:
        raise SettingsError(f"{key}: {shown(value)} has a user name; write the address without it: feeds are public")
    return url


def _is_path(value: str) -> bool:
    try:
        return checked_slug(value) == value
    except RefusedValue:
        return False


#: A path of output, which is used in addresses and on disk: relative, without outer slashes.
path = require(_is_path, "{key}: {value} is not a relative path; write one such as feeds/news")

# Python's calendar ends in 9999, and a zone may move a date by a day.
years = require(
    lambda both: 2 <= both[0] <= both[1] <= 9998,
    "{key}: {itself[0]} to {itself[1]} is not a range of years; write the first and the last one",
)


def timezone(value: str, key: str, base: str) -> str:
    """The name of a time zone."""
    try:
        dates.zone(value)
    except RefusedValue as error:
        raise SettingsError(f"{key}: {with_hint(error)}") from error
    return value


_GUID = shaped(
    r"(?i)[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}",
    "{key}: {value} is not a UUID; write one such as 917393e3-1b1e-5cef-ace4-edaa54e1f810, or leave it out: "
    "it is derived from the feed's address",
)
_MAIL = shaped(MAIL, "{key}: {value} is not a mail address; write one such as ann@example.org")


def link(value: str, key: str, base: str) -> str | None:
    """The absolute address; None for an empty one."""
    return address(value, key, base) if value else None


#: Further rules for values of the model when they are settings.
_MODEL_RULES: Mapping[type[Struct], Mapping[str, Rule]] = {
    Person: {"name": text, "email": optional(_MAIL), "url": link, "avatar": link},
    Funding: {"url": address, "title": text},
    Participant: {"name": text, "role": text, "group": text, "url": link, "image": link},
    Podcast: {
        "image": optional(address), "new_feed_url": link, "guid": optional(_GUID), "author": text,
        "owner_name": text, "owner_email": optional(_MAIL), "medium": text, "license": text,
    },
}  # fmt: skip
