"""Which article an entry of an old feed is: by an id in its front matter, by its address, else by its title and date.

Between two articles nothing is chosen, and a title or a date alone is no proof.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from typing import Literal
from urllib.parse import unquote, urlsplit, urlunsplit

from msgspec import Struct

from feedkit import dates
from feedkit.config.site import Site
from feedkit.errors import RefusedValue
from feedkit.imports.feeds import OldItem
from feedkit.model import Entry
from feedkit.text import fold
from feedkit.urls import absolute, stable_id

_ENDS = ("/index.html", "/index.htm", "/index.php", ".html", ".htm")


class ItemMatch(Struct, frozen=True, kw_only=True):
    """What one entry of an old feed is."""

    #: The entry.
    item: OldItem
    #: The places of the articles that it may be, in the order of the articles; a single one is certain where `by` is.
    places: tuple[int, ...]
    #: What decided it; empty where nothing certain did.
    by: Literal["id", "address", "title and date", ""]


def match_items(
    items: Sequence[OldItem], articles: Sequence[tuple[Entry, tuple[str, ...]]], site: Site
) -> Iterator[ItemMatch]:
    """What each entry of one feed is. `articles` come with every address that they had.

    Ids that authors gave first; then addresses, of the same host and of any other; then titles with dates, among the
    articles that nothing decided before. Without `by` nothing is certain, and `places` are those that share the title,
    or, with an entry that has none, the day.
    """
    by_address, by_path = dict[str, list[int]](), dict[str, list[int]]()
    for place, (entry, former) in enumerate(articles):
        for index, key_of in ((by_address, comparable_url), (by_path, comparable_path)):
            for key in dict.fromkeys(map(key_of, (entry.url, *former))):
                index.setdefault(key, []).append(place)
    by_id = {entry.id: place for place, (entry, _) in enumerate(articles) if entry.own_id}
    by_urls: list[list[int]] = []
    own: list[int | None] = []
    for item in items:
        # As an `id` in front matter is read.
        own.append(by_id.get(item.id, by_id.get(stable_id(item.id, site.id_namespace))))
        urls = dict.fromkeys(filter(comparable_url, (item.url, item.id if item.is_permalink else "")))
        # No path is `/`: the home page is no article.
        places = (by_address.get(comparable_url(url)) or by_path.get(comparable_path(url) or "/") for url in urls)
        by_urls.append([] if own[-1] is not None else next(filter(None, places), []))
    taken = {place for places in by_urls for place in places} | {place for place in own if place is not None}
    others = _Titles(((place, entry) for place, (entry, _) in enumerate(articles) if place not in taken), site.timezone)
    for item, own_place, url_places in zip(items, own, by_urls, strict=True):
        if own_place is not None:
            yield ItemMatch(item=item, places=(own_place,), by="id")
        else:
            match = ItemMatch(item=item, places=tuple(url_places), by="address")
            yield match if url_places else others.match(item)


def comparable_url(url: str) -> str:
    """An address in its canonical form, without the parameters of campaigns; empty for what is none."""
    try:
        parts = urlsplit(absolute(url, ""))
    except RefusedValue:
        return ""
    query = "&".join(piece for piece in parts.query.split("&") if not piece.startswith("utm_"))
    return urlunsplit((parts.scheme, parts.netloc, parts.path, query, ""))


def comparable_path(url: str) -> str:
    """What is compared of an address on another host: path and query, whatever the end of the path.

    `/a`, `/a/`, `/a.html` and `/a/index.html` are one. Empty for the home page, which is no article.
    """
    parts = urlsplit(comparable_url(url))
    text = unicodedata.normalize("NFC", unquote(parts.path))
    end = next((end for end in _ENDS if text.endswith(end)), "")
    bare = text.removesuffix(end).strip("/")
    return f"{bare}?{parts.query}" if parts.query else bare


class _Titles:
    """Articles by their titles and their days."""

    def __init__(self, articles: Iterable[tuple[int, Entry]], timezone: str) -> None:
        self._zone = dates.zone(timezone)
        self._titles: dict[str, list[int]] = {}
        self._days: dict[date, list[int]] = {}
        for place, entry in articles:
            self._titles.setdefault(fold(entry.title), []).append(place)
            for day in self._days_of(entry.published):
                self._days.setdefault(day, []).append(place)

    def _days_of(self, instant: datetime) -> set[date]:
        """The days that an instant may be called: articles often name no time, and feeds must."""
        return {instant.date(), instant.astimezone(self._zone).date()}

    def match(self, item: OldItem) -> ItemMatch:
        """What an entry is by its title and date, or may be by one of them."""
        titles = self._titles.get(fold(item.title), []) if item.title else []
        days = {
            place
            for day in (self._days_of(item.published) if item.published else ())
            for place in self._days.get(day, ())
        }
        if both := tuple(place for place in titles if place in days):
            return ItemMatch(item=item, places=both, by="title and date")
        return ItemMatch(item=item, places=tuple(titles if item.title else sorted(days)), by="")
