"""`feed_type`s for `django.contrib.syndication`: an existing `Feed` class changes one line.

Its items become entries like everywhere in feedkit: descriptions are sanitised HTML with absolute addresses, dates keep
their offset, and ids do not change.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any, ClassVar
from urllib.parse import urljoin

from django.core.exceptions import ImproperlyConfigured
from django.http import HttpResponseBase
from django.utils.feedgenerator import SyndicationFeed
from django.utils.html import conditional_escape
from msgspec.structs import replace

import feedkit
from feedkit.integrations.source import log_problem


def _person(fields: Mapping[str, Any]) -> dict[str, str] | None:
    """The author of a feed, or of an item; None without a name."""
    parts = {"name": "author_name", "url": "author_link", "email": "author_email"}
    person = {name: str(value) for name, key in parts.items() if (value := fields[key])}
    return person if "name" in person else None


#: The sources of the fields of an entry in an item of `SyndicationFeed`.
_FIELDS: Mapping[str, Any] = {
    "id": "unique_id",
    # HTML, as `Feed.item_title` has escaped it; what is not safe in a template is text.
    "title": lambda item: conditional_escape(item["title"] or ""),
    "canonical": "link",
    "published": lambda item: item["pubdate"] or item["updateddate"],
    "updated": "updateddate",
    "content_html": lambda item: item.get("content") or item["description"],
    "summary": lambda item: item["description"] if item.get("content") else None,
    # None, and not an empty list, means that there is no value.
    "tags": lambda item: list(item["categories"]) or None,
    "authors": _person,
    "enclosures": lambda item: (
        [{"url": file.url, "type": file.mime_type, "length": file.length} for file in item["enclosures"]] or None
    ),
}


# Cached, since each request for a feed needs the same settings.
@lru_cache(maxsize=64)
def _site(base_url: str, language: str) -> feedkit.Site:
    return feedkit.Site(
        base_url=base_url,
        language=language,
        taxonomies=(feedkit.TAGS,),
        titles="strip",
        # The class publishes mail addresses deliberately.
        publish_email=True,
    )


# Cached, since each request has the same problems.
_log_once = lru_cache(maxsize=1_000)(log_problem)


class _FeedkitFeed(SyndicationFeed):
    """A feed that feedkit writes. `item_extra_kwargs` may have `content`: full HTML, next to a short description."""

    #: The value of the header Content-Type.
    content_type: ClassVar[str]
    #: `rss`, `atom` or `json`.
    format: ClassVar[str]

    def write(self, outfile: Any, encoding: str) -> None:
        """Write the feed, in UTF-8 for any `encoding`. If `outfile` is a response, it gets an ETag, too.

        Raises `ImproperlyConfigured` for an item without a date: readers would show old posts as new.
        """
        if any(not (item["pubdate"] or item["updateddate"]) for item in self.items):
            raise ImproperlyConfigured("feedkit needs the date of every item: write an item_pubdate method")
        site = _site(urljoin(self.feed["link"], "/"), self.feed["language"] or "en")
        writers = {"rss": feedkit.rss, "atom": feedkit.atom, "json": feedkit.json_feed}
        data = writers[self.format](self._head(site), list(self._entries(site)))
        if isinstance(outfile, HttpResponseBase):
            outfile.headers["ETag"] = feedkit.Document(path="", media_type=self.content_type, pieces=(data,)).etag
        outfile.write(data.decode() if isinstance(outfile, io.TextIOBase) else data)

    def _head(self, site: feedkit.Site) -> feedkit.Feed:
        feed, person = self.feed, _person(self.feed) or {}
        # Django leaves characters in addresses that no URI may have, such as brackets.
        home_url = feedkit.absolute(feed["link"], feed["link"])
        if "url" in person:
            person["url"] = feedkit.absolute(person["url"], home_url)
        return feedkit.Feed(
            title=feed["title"],
            home_url=home_url,
            feed_url=feedkit.absolute(feed["feed_url"], home_url) if feed["feed_url"] else None,
            id=home_url if feed["id"] == feed["link"] else feed["id"],
            description=feed["description"] or feed["subtitle"] or "",
            language=site.language if feed["language"] else None,
            authors=(feedkit.Person(**person),) if person else (),
            rights=feed["feed_copyright"] or "",
            schedule=feedkit.Schedule(ttl=int(feed["ttl"])) if feed["ttl"] else None,
        )

    def _entries(self, site: feedkit.Site) -> Iterator[feedkit.Entry]:
        """The items as entries, each id once; items that cannot be published are logged and omitted."""
        item: Mapping[str, Any] = {}

        def name(of: Mapping[str, Any]) -> str:
            nonlocal item
            item = of
            return str(of["link"])

        titles: dict[str, str] = {}
        for entry in feedkit.to_entries(self.items, site, fields=_FIELDS, source=name, on_problem=_log_once):
            # Readers know the item by this id, even if it is no URI.
            own = item["unique_id"]
            if entry.id in titles:
                message = f"{titles[entry.id]!r} and {entry.title!r} have the same id: {(own or entry.id)!r}"
                hint = "the feed has the first one; give the other another item_guid, or item_link"
                path = entry.source
                _log_once(feedkit.Problem(code="FK421", severity="error", path=path, message=message, hint=hint))
                continue
            titles[entry.id] = entry.title
            yield replace(entry, guid=own) if own and own != entry.id else entry


class Rss(_FeedkitFeed):
    """RSS 2.0."""

    content_type = "application/rss+xml; charset=utf-8"
    format = "rss"


class Atom(_FeedkitFeed):
    """Atom 1.0."""

    content_type = "application/atom+xml; charset=utf-8"
    format = "atom"


class JSONFeed(_FeedkitFeed):
    """JSON Feed 1.1."""

    content_type = "application/feed+json"
    format = "json"
