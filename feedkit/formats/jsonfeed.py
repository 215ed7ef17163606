"""JSON Feed 1.1. What it has no field for goes under `_feedkit`; nothing empty is written.

By the standard library's encoder, so that the bytes do not depend on what is installed; NaN is refused.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from feedkit.dates import rfc3339
from feedkit.formats.format import Format, entry_writer, head_writer, mailbox
from feedkit.formats.frame import Frame
from feedkit.formats.verification import parse_json
from feedkit.model import Enclosure, Entry, Feed, Image, Person

VERSION = "https://jsonfeed.org/version/1.1"


def _fragment(entry: Entry) -> bytes:
    item = {
        "id": entry.guid or entry.id,
        "url": entry.url,
        "external_url": entry.external_url,
        "title": entry.title,
        "content_html": entry.content,
        # JSON Feed 1.1 "Items": one of the two contents must be there, and an empty one says nothing.
        "content_text": None if entry.content else entry.summary or entry.title or entry.url,
        "summary": entry.summary,
        "image": entry.image and entry.image.url,
        "banner_image": entry.image and entry.image.url,
        "date_published": rfc3339(entry.published),
        "date_modified": entry.updated and rfc3339(entry.updated),
        "authors": [_author(person) for person in entry.authors],
        "tags": list(dict.fromkeys(term.name for term in entry.terms)),
        "language": entry.language,
        "attachments": [_attachment(enclosure) for enclosure in entry.enclosures],
        "_feedkit": _extension(entry),
    }
    data = _encoded({**_without_empty(item), **entry.json})
    parse_json(data)
    return data


def _frame(feed: Feed) -> Frame:
    hubs = [{"type": "WebSub", "url": hub} for hub in feed.hubs]
    if feed.rss_cloud:
        hubs.append({"type": "rssCloud", "url": feed.rss_cloud})
    top = {
        "version": VERSION,
        "title": feed.title,
        "home_page_url": feed.home_url,
        "feed_url": feed.feed_url,
        "description": feed.description,
        "icon": feed.logo or feed.icon,
        "favicon": feed.icon,
        "authors": [_author(person) for person in feed.authors],
        "language": feed.language,
        "next_url": feed.prev_archive,
        "expired": feed.podcast is not None and feed.podcast.complete,
        "hubs": hubs,
        "_feedkit": _without_empty({"rights": feed.rights}),
    }
    head = _encoded({**_without_empty(top), **feed.json})[:-1]
    return Frame(head=head + b', "items": [\n', separator=b",\n", tail=b"\n]}\n")


def _author(person: Person) -> dict[str, Any]:
    fields = {"name": person.name, "url": person.url, "avatar": person.avatar}
    return _without_empty({**fields, "_feedkit": _without_empty({"email": mailbox(person)})})


def _attachment(enclosure: Enclosure) -> dict[str, Any]:
    return _without_empty(
        {
            "url": enclosure.url,
            "mime_type": enclosure.type,
            "title": enclosure.title,
            "size_in_bytes": enclosure.length,
            "duration_in_seconds": enclosure.duration,
        }
    )


def _extension(entry: Entry) -> dict[str, Any]:
    """What JSON Feed has no field for."""
    taxonomies: dict[str, list[str]] = {}
    for term in entry.terms:
        taxonomies.setdefault(term.taxonomy, []).append(term.name)
    return _without_empty(
        {
            "featured": entry.featured,
            "keywords": list(entry.keywords),
            "meta_title": entry.meta_title,
            "meta_description": entry.meta_description,
            "taxonomies": taxonomies,
            "image": _image(entry.image) if entry.image else None,
        }
    )


def _image(image: Image) -> dict[str, Any]:
    return _without_empty(
        {
            "alt": image.alt,
            "mime_type": image.type,
            "width": image.width,
            "height": image.height,
            "size_in_bytes": image.length,
        }
    )


def _without_empty(fields: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in fields.items() if value}


def _encoded(value: dict[str, Any]) -> bytes:
    return _ENCODER.encode(value).encode()


def _as_dict(value: object) -> dict[Any, Any]:
    """A mapping of another type, such as a read-only one. Raises `ValueError` for what JSON has no form for."""
    if isinstance(value, Mapping):
        return dict(value)
    raise ValueError(f"{type(value).__name__} has no form in JSON")


_ENCODER = json.JSONEncoder(ensure_ascii=False, allow_nan=False, default=_as_dict)

FORMAT = Format(
    name="json",
    label="JSON Feed",
    media_type="application/feed+json",
    outline="JSONFeed",
    fragment=entry_writer(_fragment),
    frame=head_writer(_frame),
)


def json_feed(feed: Feed, entries: Iterable[Entry]) -> bytes:
    """A whole JSON Feed 1.1 document (jsonfeed.org/version/1.1).

    Entries stay in the order given, one a line. Categories and tags together are `tags`; which taxonomy each belongs
    to, featured, keywords and the search-engine texts are under `_feedkit`.

    Raises `DocumentError` (FK303) for an entry with half a surrogate pair.
    """
    return FORMAT.render(feed, entries)
