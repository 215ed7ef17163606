"""Mappings into `Url`s: the keys that a line of JSON or another program's page may have.

Refuses a key that nobody knows, and values that the frozen ones refuse; dates and addresses are read here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import tzinfo
from typing import Any

from msgspec.structs import fields

from feedkit.dates import parse_date
from feedkit.errors import DocumentError, Problem, shown
from feedkit.model import Alternate, News, Url, Video
from feedkit.urls import of_site

#: What a mapping may say beside loc and lastmod.
EXTENSIONS = frozenset(["changefreq", "priority", "images", "alternates", "videos", "news"])
_KEYS = EXTENSIONS | {"loc", "lastmod", "canonical", "draft", "noindex", "redirect"}
# Makes the absolute address of one that is written.
_Resolve = Callable[[str], str]
_DATES = frozenset(["published", "expires"])
_ADDRESSES = frozenset(["content", "player", "thumbnail", "url"])


def url_from_mapping(item: Mapping[str, Any], loc: str, base_url: str, timezone: str | tzinfo) -> Url:
    """What a mapping says of the page at `loc` besides its date, its addresses those of the site at `base_url`.

    Raises `DocumentError` (FK413).
    """

    def address(text: str) -> str:
        return of_site(text, base_url, loc)

    if unknown := sorted(map(str, item.keys() - _KEYS)):
        raise _unfit(loc, f"unknown key {shown(unknown[0])}", f"the keys of a page are {', '.join(sorted(_KEYS))}")
    if EXTENSIONS.isdisjoint(item):
        return Url(loc=loc)
    try:
        return Url(
            loc=loc,
            changefreq=item.get("changefreq"),
            priority=None if item.get("priority") is None else float(item["priority"]),
            images=tuple(address(_address(image)) for image in _listed(item.get("images"))),
            alternates=tuple(_alternates(item.get("alternates"), address)),
            videos=tuple(_made(Video, video, address, timezone) for video in _listed(item.get("videos"))),
            news=_made(News, item["news"], address, timezone) if item.get("news") else None,
        )
    except (ValueError, TypeError) as error:
        raise _unfit(loc, str(error)) from error


def _listed(value: Any) -> Iterable[Any]:
    return () if value is None else [value] if isinstance(value, str | Mapping) else value


def _address(value: Any) -> str:
    return str(value.get("loc") or value.get("url") or "") if isinstance(value, Mapping) else str(value)


def _alternates(value: Any, address: _Resolve) -> Iterable[Alternate]:
    """Translations: a mapping of languages to addresses, or a list of mappings with language and url."""
    if isinstance(value, Mapping):
        return (Alternate(language=name, url=address(str(url))) for name, url in value.items())
    return (_made(Alternate, item, address, "UTC") for item in _listed(value))


def _made(kind: type[Any], value: Any, address: _Resolve, timezone: str | tzinfo) -> Any:
    if isinstance(value, kind):
        return value
    if not isinstance(value, Mapping):
        raise TypeError(f"{shown(value)} is no mapping")
    if unknown := sorted(value.keys() - {field.name for field in fields(kind)}):
        raise ValueError(f"unknown key {shown(unknown[0])} of a {kind.__name__}")
    given = {name: item for name, item in value.items() if item is not None}
    for name in given.keys() & _DATES:
        given[name] = parse_date(given[name], timezone=timezone)
    for name in given.keys() & _ADDRESSES:
        given[name] = address(str(given[name]))
    return kind(**given | ({"tags": tuple(given["tags"])} if "tags" in given else {}))


def _unfit(loc: str, message: str, hint: str = "") -> DocumentError:
    return DocumentError(Problem(code="FK413", severity="error", message=f"{shown(loc)}: {message}", hint=hint))
