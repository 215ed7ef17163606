"""Renders JSON Feed 1.1. Fields that it does not define go under `_feedkit`; empty ones are left out."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Never

import msgspec

from feedkit.dates import rfc3339
from feedkit.formats.frame import Frame, mailbox
from feedkit.formats.verification import parse_json
from feedkit.model import Entry, Feed, Person

VERSION = "https://jsonfeed.org/version/1.1"


def fragment(entry: Entry) -> bytes:
    """The bytes of one item. Raises `ValueError` for values that JSON cannot represent."""
    image = entry.image
    taxonomies: dict[str, list[str]] = {}
    for term in entry.terms:
        taxonomies.setdefault(term.taxonomy, []).append(term.name)
    attachments = [
        {
            "url": enclosure.url,
            "mime_type": enclosure.type,
            "title": enclosure.title,
            "size_in_bytes": enclosure.length,
            "duration_in_seconds": enclosure.duration,
        }
        for enclosure in entry.enclosures
    ]
    measures = {"width": image.width, "height": image.height, "size_in_bytes": image.length} if image else {}
    extension = {
        "featured": entry.featured,
        "keywords": entry.keywords,
        "meta_title": entry.meta_title,
        "meta_description": entry.meta_description,
        "taxonomies": taxonomies,
        "image": image and _without_empty({"alt": image.alt, "mime_type": image.type, **measures}),
    }
    item = {
        "id": entry.guid or entry.id,
        "url": entry.url,
        "external_url": entry.external_url,
        "title": entry.title,
        "content_html": entry.content,
        # JSON Feed 1.1 "Items": one of the two contents is required, and must not be empty.
        "content_text": None if entry.content else entry.summary or entry.title or entry.url,
        "summary": entry.summary,
        "image": image and image.url,
        "banner_image": image and image.url,
        "date_published": rfc3339(entry.published),
        "date_modified": entry.updated and rfc3339(entry.updated),
        "authors": list(map(_author, entry.authors)),
        "tags": list(dict.fromkeys(term.name for term in entry.terms)),
        "language": entry.language,
        "attachments": list(map(_without_empty, attachments)),
        "_feedkit": _without_empty(extension),
    }
    data = _encode(item, entry.json)
    parse_json(data)
    return data


def frame(feed: Feed) -> Frame:
    """The frame around the items. Raises `ValueError` for values that JSON cannot represent."""
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
        "authors": list(map(_author, feed.authors)),
        "language": feed.language,
        "next_url": feed.prev_archive,
        "expired": feed.podcast is not None and feed.podcast.complete,
        "hubs": hubs,
        "_feedkit": _without_empty({"rights": feed.rights}),
    }
    return Frame(head=_encode(top, feed.json)[:-1] + b', "items": [\n', separator=b",\n", tail=b"\n]}\n")


def _author(person: Person) -> dict[str, Any]:
    fields = {"name": person.name, "url": person.url, "avatar": person.avatar}
    return _without_empty({**fields, "_feedkit": _without_empty({"email": mailbox(person)})})


def _without_empty(fields: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in fields.items() if value}


def _refuse(value: object) -> Never:
    raise ValueError(f"{type(value).__name__} has no form in JSON")


# The standard library refuses what JSON does not have, such as NaN, and dates.
_encode_foreign = json.JSONEncoder(ensure_ascii=False, allow_nan=False, default=_refuse).encode
_encode_own = msgspec.json.Encoder().encode


def _encode(fields: dict[str, Any], foreign: Mapping[str, Any]) -> bytes:
    """An object of feedkit's own fields, in the layout of the standard library, and of other vocabularies."""
    own = msgspec.json.format(_encode_own(_without_empty(fields)), indent=0)
    return own[:-1] + f", {_encode_foreign(dict(foreign))[1:]}".encode() if foreign else own
