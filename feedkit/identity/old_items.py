"""Which article an entry of an old feed is: by its address, else by its title and date.

Refuses to choose between two articles, and to take a title or a date alone for a proof.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from datetime import date, datetime
from typing import Literal
from urllib.parse import unquote, urlsplit, urlunsplit

from feedkit import dates
from feedkit.config.site import Site
from feedkit.errors import RefusedValue
from feedkit.imports.feeds import OldItem
from feedkit.model import Entry
from feedkit.records import dataclass
from feedkit.text import fold
from feedkit.urls import absolute

_ENDS = ("/index.html", "/index.htm", "/index.php", ".html", ".htm")


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What one entry of an old feed is."""

    #: The entry.
    item: OldItem
    #: The places of the articles that it may be, in the order of the articles; a single one is certain where `by` is.
    places: tuple[int, ...]
    #: What told; empty where nothing certain did.
    by: Literal["address", "title and date", ""]


def find(items: Sequence[OldItem], articles: Sequence[tuple[Entry, tuple[str, ...]]], site: Site) -> Iterator[Found]:
    """What each entry of one feed is. `articles` are given with every address that they had.

    Addresses first, of the same host and of any other; then titles with dates, among the articles that no address
    told. Without `by` nothing is certain, and `places` are those that share the title, or, with an entry
    that has none, the day.
    """
    addresses = _index(articles, lambda entry, urls: [address(url) for url in (entry.url, *urls)])
    paths = _index(articles, lambda entry, urls: [path(url) for url in (entry.url, *urls)])
    told = [_by_address(item, addresses, paths) for item in items]
    taken = {place for places in told for place in places}
    free = _Titles([(place, entry) for place, (entry, _) in enumerate(articles) if place not in taken], site)
    for item, places in zip(items, told, strict=True):
        yield Found(item=item, places=places, by="address") if places else free.found(item)


def address(url: str) -> str:
    """An address in its canonical form, without the parameters of campaigns; empty for what is none."""
    parts = urlsplit(_absolute(url))
    query = "&".join(piece for piece in parts.query.split("&") if not piece.startswith("utm_"))
    return urlunsplit((parts.scheme, parts.netloc, parts.path, query, ""))


def path(url: str) -> str:
    """What is compared of an address on another host: path and query, whatever the end of the path.

    `/a`, `/a/`, `/a.html` and `/a/index.html` are one. Empty for the home page, which is no article.
    """
    parts = urlsplit(address(url))
    text = unicodedata.normalize("NFC", unquote(parts.path))
    end = next((end for end in _ENDS if text.endswith(end)), "")
    bare = text.removesuffix(end).strip("/")
    return f"{bare}?{parts.query}" if parts.query else bare


def _absolute(url: str) -> str:
    try:
        return absolute(url, "")
    except RefusedValue:
        return ""


_Articles = Sequence[tuple[Entry, tuple[str, ...]]]
_Places = dict[Hashable, tuple[int, ...]]


def _index(articles: _Articles, keys: Callable[[Entry, tuple[str, ...]], Iterable[str]]) -> _Places:
    found: _Places = {}
    for place, (entry, urls) in enumerate(articles):
        for key in dict.fromkeys(keys(entry, urls)):
            if key:
                found[key] = (*found.get(key, ()), place)
    return found


def _by_address(item: OldItem, addresses: _Places, paths: _Places) -> tuple[int, ...]:
    for url in dict.fromkeys((item.url, item.id if item.is_permalink else "")):
        if found := addresses.get(address(url)) or paths.get(path(url)):
            return found
    return ()


class _Titles:
    """Articles by their titles and their days."""

    def __init__(self, articles: Iterable[tuple[int, Entry]], site: Site) -> None:
        self._zone = dates.zone(site.timezone)
        self._titles: dict[str, list[int]] = {}
        self._days: dict[date, list[int]] = {}
        for place, entry in articles:
            self._titles.setdefault(fold(entry.title), []).append(place)
            for day in self._of(entry.published):
                self._days.setdefault(day, []).append(place)

    def _of(self, instant: datetime) -> set[date]:
        """The days that an instant may be called: articles often name no time, and feeds must."""
        return {instant.date(), instant.astimezone(self._zone).date()}

    def found(self, item: OldItem) -> Found:
        """What an entry is by its title and date, or may be by one of them."""
        titles = self._titles.get(fold(item.title), []) if item.title else []
        days = (
            {place for day in self._of(item.published) for place in self._days.get(day, ())}
            if item.published
            else set()
        )
        both = tuple(place for place in titles if place in days)
        if both:
            return Found(item=item, places=both, by="title and date")
        return Found(item=item, places=tuple(titles if item.title else sorted(days)), by="")
