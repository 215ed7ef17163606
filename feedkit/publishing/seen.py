"""A feed document as its subscribers' programs see it: ids, addresses, titles, dates and texts, whatever the format.

Refuses document types (so there are no entities), and to hold more of an entry than what readers compare.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from xml.parsers import expat

from feedkit.dates import parse_date
from feedkit.errors import DateError

_ATOM = "http://www.w3.org/2005/Atom "
_ITEMS = frozenset(["item", f"{_ATOM}entry"])
_ROOTS = frozenset(["rss", f"{_ATOM}feed"])

#: What the formats call what readers compare. An element that stands twice counts once, and the first one wins.
_XML_NAMES: Mapping[str, str] = {
    "guid": "id",
    f"{_ATOM}id": "id",
    "title": "title",
    f"{_ATOM}title": "title",
    "link": "url",
    "pubDate": "published",
    f"{_ATOM}published": "published",
    f"{_ATOM}updated": "updated",
    "description": "summary",
    f"{_ATOM}summary": "summary",
    "http://purl.org/rss/1.0/modules/content/ encoded": "content",
    f"{_ATOM}content": "content",
}
_JSON_NAMES: Mapping[str, str] = {
    "id": "id",
    "title": "title",
    "url": "url",
    "date_published": "published",
    "date_modified": "updated",
    "summary": "summary",
    "content_html": "content",
    "content_text": "content",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenEntry:
    """One entry as a reader sees it."""

    #: By what readers know whether they have shown it; the address where the document gives none.
    id: str
    #: The permalink.
    url: str
    #: Plain text.
    title: str
    #: The date of publication; None where there is none that can be read.
    published: datetime | None
    #: The digests of what readers show, by name: title, url, summary, content, files, and the date of the change.
    shown: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenFeed:
    """One document as a reader sees it."""

    #: The id of the feed; empty where the format has none.
    id: str
    #: In the order of the document.
    entries: tuple[SeenEntry, ...]


def seen(data: bytes) -> SeenFeed | None:
    """The feed in a document; None where it is whole and no feed. Raises `ValueError` for a damaged one."""
    if data.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"{":
        return _json_feed(json.loads(data))
    return _xml_feed(data)


def _json_feed(top: Any) -> SeenFeed | None:
    if not isinstance(top, dict) or not isinstance(items := top.get("items"), list):
        return None
    found = []
    for item in items:
        if not isinstance(item, dict):
            raise ValueError("an item is no object")  # noqa: TRY004  # one kind of error for all damage
        values: dict[str, str] = {}
        for key, name in _JSON_NAMES.items():
            if item.get(key) is not None:
                values.setdefault(name, str(item[key]).strip())
        files = [part.get("url") for part in item.get("attachments") or () if isinstance(part, dict)]
        found.append(_entry({**values, "files": " ".join(map(str, files))}))
    return SeenFeed(id=str(top.get("feed_url") or ""), entries=tuple(found))


@dataclass(slots=True)
class _Parsing:
    """One XML document while it is read. Not frozen: it is never seen outside this module."""

    path: list[str] = field(default_factory=list)
    root: str = ""
    id: str = ""
    values: dict[str, str] | None = None
    texts: list[str] = field(default_factory=list)
    depth: int = 0
    entries: list[SeenEntry] = field(default_factory=list)

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self.root = self.root or name
        self.path.append(name)
        if self.values is None and name in _ITEMS:
            self.values, self.depth = {}, len(self.path)
        elif self.values is not None and len(self.path) == self.depth + 1:
            self.texts = []
            self._link(name, attributes, self.values)
        elif self.values is not None:
            # XHTML within Atom: what is shown changes with its elements, too.
            self.texts.append(f"<{name} {sorted(attributes.items())}>")
        else:
            self.texts = []

    def _link(self, name: str, attributes: dict[str, str], values: dict[str, str]) -> None:
        if name == "enclosure" or (name == f"{_ATOM}link" and attributes.get("rel") == "enclosure"):
            address = attributes.get("url") or attributes.get("href") or ""
            values["files"] = f"{values.get('files', '')} {address}".strip()
        elif name == f"{_ATOM}link" and attributes.get("rel", "alternate") == "alternate":
            values.setdefault("url", attributes.get("href", ""))

    def text(self, text: str) -> None:
        self.texts.append(text)

    def end(self, name: str) -> None:
        depth = len(self.path)
        self.path.pop()
        if self.values is None:
            if name == f"{_ATOM}id" and depth == 2:
                self.id = "".join(self.texts).strip()
        elif depth == self.depth:
            self.entries.append(_entry(self.values))
            self.values = None
        elif depth == self.depth + 1 and name in _XML_NAMES:
            self.values.setdefault(_XML_NAMES[name], "".join(self.texts).strip())


def _xml_feed(data: bytes) -> SeenFeed | None:
    parsing, parser = _Parsing(), expat.ParserCreate(namespace_separator=" ")
    parser.StartElementHandler, parser.EndElementHandler = parsing.start, parsing.end
    parser.CharacterDataHandler, parser.StartDoctypeDeclHandler = parsing.text, _no_doctype
    try:
        parser.Parse(data, True)
    except expat.ExpatError as error:
        raise ValueError(str(error)) from error
    if parsing.root not in _ROOTS:
        return None
    return SeenFeed(id=parsing.id, entries=tuple(parsing.entries))


def _no_doctype(*_: object) -> None:
    raise ValueError("it has a document type")


def _entry(values: Mapping[str, str]) -> SeenEntry:
    published, updated = _date(values.get("published")), _date(values.get("updated"))
    shown = {name: _digest(values.get(name, "")) for name in ("title", "url", "summary", "content", "files")}
    # A change that is the publication is none: Atom must say one, the other formats need not.
    changed = updated if updated != published else None
    return SeenEntry(
        id=values.get("id") or values.get("url") or values.get("title", ""),
        url=values.get("url", ""),
        title=" ".join(values.get("title", "").split()),
        published=published or updated,
        shown={**shown, "updated": changed.isoformat() if changed else ""},
    )


def _date(text: str | None) -> datetime | None:
    try:
        return parse_date(text) if text else None
    except DateError:
        return None


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest() if text else ""


def known_ids(feeds: Iterable[SeenFeed]) -> frozenset[str]:
    """Every id in some documents."""
    return frozenset(entry.id for feed in feeds for entry in feed.entries)
