"""What foreign parsers read in our documents, in one shape: a dict for each entry, None for what is not there.

feedparser reads RSS and Atom. Where it gives less than the document says, lxml reads the element, and a comment says
so.
"""

from __future__ import annotations

import html
import json
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import feedparser
from lxml import etree

from feedkit.model import Entry, Feed

NS = {
    "a": "http://www.w3.org/2005/Atom",
    "content": "http://purl.org/rss/1.0/modules/content/",
    "dc": "http://purl.org/dc/elements/1.1/",
    "media": "http://search.yahoo.com/mrss/",
    "itunes": "http://www.itunes.com/dtds/podcast-1.0.dtd",
    "podcast": "https://podcastindex.org/namespace/1.0",
    "source": "http://source.scripting.com/",
    "sy": "http://purl.org/rss/1.0/modules/syndication/",
    "fh": "http://purl.org/syndication/history/1.0",
    "at": "http://purl.org/atompub/tombstones/1.0",
}

PERSON = ("a:name", "a:email", "a:uri")

Said = dict[str, Any]


def said(entry: Entry) -> Said:
    """What the entry says itself."""
    return {
        "id": entry.id,
        "url": entry.url,
        "title": entry.title,
        "published": instant(entry.published),
        "updated": instant(entry.updated),
        "authors": [(p.name, p.email if p.email and "@" in p.email else None, p.url) for p in entry.authors],
        "terms": [(term.name, term.scheme) for term in entry.terms],
        "summary": entry.summary or None,
        "content": entry.content or None,
        "image": entry.image and _image(**{name: getattr(entry.image, name) for name in IMAGE_FIELDS}),
        "enclosures": [(e.url, e.type, e.length or None, e.title or None) for e in entry.enclosures],
        "language": entry.language,
    }


def in_rss(entry: Entry) -> Said:
    """RSS: seconds; an update that is one; names only; one enclosure, without a title."""
    full = said(entry)
    return {
        **full,
        "published": full["published"].replace(microsecond=0),
        "updated": full["updated"] if full["updated"] != full["published"] else None,
        "authors": [(name, None, None) for name, _, _ in full["authors"]],
        "summary": full["summary"] if entry.content else None,
        "content": full["content"] or (full["summary"] and full["summary"].translate(HTML)),
        "enclosures": [(*rest, None) for *rest, _ in full["enclosures"][:1]],
    }


#: A description is HTML in RSS, so plain text is escaped for it.
HTML = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})


def in_atom(entry: Entry) -> Said:
    """Atom: an update that is one; an entry without any text says its title."""
    full = said(entry)
    updated = full["updated"] if full["updated"] != full["published"] else None
    return {**full, "updated": updated, "summary": full["summary"] or (None if full["content"] else entry.title)}


def in_json(entry: Entry) -> Said:
    """JSON Feed: tags without a scheme, each once."""
    full = said(entry)
    return {**full, "terms": [(name, None) for name in dict.fromkeys(name for name, _ in full["terms"])]}


IMAGE_FIELDS = ("url", "alt", "type", "width", "height", "length")


def _image(**fields: Any) -> tuple[Any, ...]:
    """Url, alt, type, then pixels and bytes as numbers."""
    texts = [fields.get(name) or None for name in IMAGE_FIELDS[:3]]
    return (*texts, *(int(fields[name]) if fields.get(name) else None for name in IMAGE_FIELDS[3:]))


def _media(element: Any) -> tuple[Any, ...] | None:
    # feedparser keeps no media:title.
    content = element.find("media:content[@medium='image']", NS)
    if content is None:
        return None
    alt = content.findtext("media:title", namespaces=NS)
    return _image(**{**content.attrib, "length": content.get("fileSize"), "alt": alt})


def _feedparser(data: bytes) -> Any:
    result = feedparser.parse(data, sanitize_html=False, resolve_relative_uris=False)
    assert not result.bozo, result.get("bozo_exception")
    return result


def read_rss(data: bytes) -> list[Said]:
    """What feedparser and lxml read in an RSS document."""
    items = etree.fromstring(data).findall("channel/item")
    return [_rss_item(*pair) for pair in zip(_feedparser(data).entries, items, strict=True)]


def _rss_item(found: Any, item: Any) -> Said:
    # Without a summary the content is the description, and without a description there is no content:encoded.
    encoded = item.findtext("content:encoded", namespaces=NS)
    description = item.findtext("description")
    summary = description if encoded is not None else None
    return {
        "id": found.id,
        "url": found.link,
        "title": found.title,
        "published": instant(parsedate_to_datetime(found.published)),
        "updated": instant(datetime.fromisoformat(found.updated)) if "updated" in found else None,
        "authors": [(person.name, None, None) for person in found.get("authors", [])],
        "terms": [(tag.term, tag.scheme) for tag in found.get("tags", [])],
        "summary": html.unescape(summary) if summary is not None else None,
        "content": encoded if encoded is not None else description,
        "image": _media(item),
        "enclosures": [(e.href, e.type, int(e.length) or None, None) for e in found.enclosures],
        "language": found.get("language"),
    }


def read_atom(data: bytes) -> list[Said]:
    """What feedparser and lxml read in an Atom document."""
    entries = etree.fromstring(data).findall("a:entry", NS)
    return [_atom_entry(*pair) for pair in zip(_feedparser(data).entries, entries, strict=True)]


def _atom_entry(found: Any, entry: Any) -> Said:
    published, updated = (instant(datetime.fromisoformat(found[name])) for name in ("published", "updated"))
    return {
        "id": found.id,
        "url": found.link,
        "title": found.title,
        "published": published,
        "updated": None if updated == published else updated,
        # feedparser gives the first author's address to those after him who have none.
        "authors": [tuple(p.findtext(name, namespaces=NS) for name in PERSON) for p in entry.findall("a:author", NS)],
        "terms": [(tag.term, tag.get("scheme")) for tag in found.get("tags", [])],
        # Where there is no summary, feedparser gives the content for one.
        "summary": entry.findtext("a:summary", namespaces=NS),
        "content": found.content[0].value if "content" in found else None,
        "image": _media(entry),
        "enclosures": [
            (e.href, e.type, int(e.length) if "length" in e else None, e.get("title")) for e in found.enclosures
        ],
        "language": entry.get("{http://www.w3.org/XML/1998/namespace}lang"),
    }


def read_json(data: bytes) -> list[Said]:
    """What the standard library reads in a JSON Feed."""
    return [_json_item(item) for item in json.loads(data)["items"]]


def _json_item(item: Any) -> Said:
    def date(name: str) -> datetime | None:
        return instant(datetime.fromisoformat(item[name])) if name in item else None

    extra = item.get("_feedkit", {}).get("image", {})
    return {
        "id": item["id"],
        "url": item["url"],
        "title": item["title"],
        "published": date("date_published"),
        "updated": date("date_modified"),
        "authors": [(p["name"], p.get("_feedkit", {}).get("email"), p.get("url")) for p in item.get("authors", [])],
        "terms": [(tag, None) for tag in item.get("tags", [])],
        "summary": item.get("summary"),
        "content": item.get("content_html"),
        "image": _image(
            url=item["image"],
            type=extra.get("mime_type"),
            length=extra.get("size_in_bytes"),
            **{name: extra.get(name) for name in ("alt", "width", "height")},
        )
        if "image" in item
        else None,
        "enclosures": [
            (e["url"], e["mime_type"], e.get("size_in_bytes"), e.get("title")) for e in item.get("attachments", [])
        ],
        "language": item.get("language"),
    }


def head(feed: Feed) -> Said:
    """What the feed says itself."""
    return {
        "title": feed.title,
        "home": feed.home_url,
        "self": feed.feed_url,
        "description": feed.description or None,
        "language": feed.language,
        "rights": feed.rights or None,
        "hubs": list(feed.hubs),
    }


def read_xml_head(data: bytes) -> Said:
    """What feedparser reads in the head of an RSS or Atom document."""
    found = _feedparser(data).feed
    links = [(link.rel, link.href) for link in found.links]
    return {
        "title": found.title,
        "home": found.link,
        "self": dict(links).get("self"),
        "description": found.get("subtitle"),
        "language": found.get("language"),
        "rights": found.get("rights"),
        "hubs": [href for rel, href in links if rel == "hub"],
    }


def read_json_head(data: bytes) -> Said:
    """What the standard library reads in the head of a JSON Feed."""
    found = json.loads(data)
    return {
        "title": found["title"],
        "home": found["home_page_url"],
        "self": found.get("feed_url"),
        "description": found.get("description"),
        "language": found.get("language"),
        "rights": found.get("_feedkit", {}).get("rights"),
        "hubs": [hub["url"] for hub in found.get("hubs", [])],
    }


def instant(value: datetime | None) -> datetime | None:
    """The instant in UTC: in an hour that a clock change repeats, datetimes of two zones are never equal (PEP 495)."""
    return value and value.astimezone(UTC)
