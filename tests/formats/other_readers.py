"""What fastfeedparser and atoma read in our documents, in the shape of `foreign_readers`, as far as each of them goes.

What a reader loses is left out of its answer, and a comment says so: a key that is there is compared.
"""

from __future__ import annotations

import html
from datetime import datetime
from typing import Any

import atoma
import fastfeedparser
from foreign_readers import Said, instant


def fast(data: bytes) -> list[Said]:
    """fastfeedparser: one author, no lengths in Atom, no alternative text; the same for all formats."""
    return [_fast(entry) for entry in fastfeedparser.parse(data).entries]


def _fast(entry: Any) -> Said:
    content = entry.get("content") or [{}]
    # Further files are media:content, too.
    pictures = [file["url"] for file in entry.get("media_content") or () if file.get("medium") == "image"]
    linked = [link for link in entry.get("links", []) if link.get("rel") == "enclosure"]
    files = [(e.get("url"), e.get("type")) for e in entry.get("enclosures", [])]
    return {
        "id": entry["id"],
        "url": entry["link"],
        "title": entry["title"],
        "published": instant(datetime.fromisoformat(entry["published"])),
        "authors": [author["name"] for author in entry.get("authors", [])][:1],
        "terms": [tag["term"] for tag in entry.get("tags", [])],
        "content": content[0].get("value") if content[0].get("type") in ("text/html", "html") else None,
        "image": entry.get("image") or next(iter(pictures), None),
        "enclosures": files or [(link["href"], link["type"]) for link in linked],
    }


def atoma_rss(data: bytes) -> list[Said]:
    """atoma knows the core of RSS: no dc:creator, no media."""
    return [
        {
            "id": item.guid,
            "url": item.link,
            "title": item.title,
            "published": instant(item.pub_date),
            "terms": item.categories,
            "summary": html.unescape(item.description) if item.content_encoded and item.description else None,
            "content": item.content_encoded or item.description,
            "enclosures": [(e.url, e.type, e.length or None) for e in item.enclosures],
        }
        for item in atoma.parse_rss_bytes(data).items
    ]


def atoma_atom(data: bytes) -> list[Said]:
    """atoma knows all of Atom but foreign vocabularies and xml:lang."""
    return [
        {
            "id": entry.id_,
            "url": next(link.href for link in entry.links if link.rel == "alternate"),
            "title": entry.title.value,
            "published": instant(entry.published),
            "modified": instant(entry.updated),
            "authors": [(person.name, person.email, person.uri) for person in entry.authors],
            "terms": [(category.term, category.scheme) for category in entry.categories],
            "summary": entry.summary.value if entry.summary else None,
            "content": entry.content.value if entry.content else None,
            "enclosures": [(e.href, e.type_, e.length, e.title) for e in entry.links if e.rel == "enclosure"],
        }
        for entry in atoma.parse_atom_bytes(data).entries
    ]


def atoma_json(data: bytes) -> list[Said]:
    """atoma knows JSON Feed 1.0: no `authors`, no `language`."""
    return [
        {
            "id": item.id_,
            "url": item.url,
            "title": item.title,
            "published": instant(item.date_published),
            "updated": instant(item.date_modified),
            "terms": item.tags,
            "summary": item.summary,
            "content": item.content_html,
            "image": item.image,
            "enclosures": [(e.url, e.mime_type, e.size_in_bytes, e.title) for e in item.attachments],
        }
        for item in atoma.parse_json_feed_bytes(data).items
    ]
