"""Mappings into `Url`s: the keys that a line of JSON or another program's page may have.

Refuses a key that nobody knows, and values that the frozen ones refuse; dates and addresses are read here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import tzinfo
from typing import Any

from msgspec.structs import fields

from feedkit.dates import parse_date
from feedkit.errors import DocumentError, Problem, shown
from feedkit.model import Alternate, News, Url, Video
from feedkit.urls import absolute

#: What a mapping may say beside loc and lastmod.
EXTENSIONS = frozenset(["changefreq", "priority", "images", "alternates", "videos", "news"])
_KEYS = EXTENSIONS | {"loc", "lastmod", "canonical", "draft", "noindex", "redirect"}
_DATES = frozenset(["published", "expires"])
_ADDRESSES = frozenset(["content", "player", "thumbnail", "url"])


def url_from_mapping(item: Mapping[str, Any], loc: str, timezone: str | tzinfo) -> Url:
    """What a mapping says of the page at `loc` besides its date. Raises `DocumentError` (FK413)."""
    if unknown := sorted(map(str, item.keys() - _KEYS)):
        raise _unfit(loc, f"{shown(unknown[0])} says nothing in a sitemap", f"known are {', '.join(sorted(_KEYS))}")
    if EXTENSIONS.isdisjoint(item):
        return Url(loc=loc)
    try:
        return Url(
            loc=loc,
            changefreq=item.get("changefreq"),
            priority=None if item.get("priority") is None else float(item["priority"]),
            images=tuple(absolute(_address(image), loc) for image in _listed(item.get("images"))),
            alternates=tuple(_alternates(item.get("alternates"), loc)),
            videos=tuple(_made(Video, video, loc, timezone) for video in _listed(item.get("videos"))),
            news=_made(News, item["news"], loc, timezone) if item.get("news") else None,
        )
    except (ValueError, TypeError) as error:
        raise _unfit(loc, str(error)) from error


def _listed(value: Any) -> Iterable[Any]:
    return () if value is None else [value] if isinstance(value, str | Mapping) else value


def _address(value: Any) -> str:
    return str(value.get("loc") or value.get("url") or "") if isinstance(value, Mapping) else str(value)


def _alternates(value: Any, loc: str) -> Iterable[Alternate]:
    """Translations: a mapping of languages to addresses, or a list of mappings with language and url."""
    if isinstance(value, Mapping):
        return (Alternate(language=name, url=absolute(str(url), loc)) for name, url in value.items())
    return (_made(Alternate, item, loc, "UTC") for item in _listed(value))


def _made(kind: type[Any], value: Any, loc: str, timezone: str | tzinfo) -> Any:
    if isinstance(value, kind):
        return value
    if not isinstance(value, Mapping):
        raise TypeError(f"{shown(value)} is no mapping")
    if unknown := sorted(value.keys() - {field.name for field in fields(kind)}):
        raise ValueError(f"{shown(unknown[0])} says nothing of a {kind.__name__}")
    given = {name: item for name, item in value.items() if item is not None}
    for name in given.keys() & _DATES:
        given[name] = parse_date(given[name], timezone=timezone)
    for name in given.keys() & _ADDRESSES:
        given[name] = absolute(str(given[name]), loc)
    return kind(**given | ({"tags": tuple(given["tags"])} if "tags" in given else {}))


def _unfit(loc: str, message: str, hint: str = "") -> DocumentError:
    return DocumentError(Problem(code="FK413", severity="error", message=f"{shown(loc)}: {message}", hint=hint))
