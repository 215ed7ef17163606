"""The only importer of feedgen: entries and feeds in its RSS and Atom vocabulary, its edges fenced.

What feedgen lacks goes in by its own extension mechanism. What is refused: its clock (edge 4), its order (5), its
`type="CDATA"` (6) and its RSS dates, which switch the locale of the whole process (7).
The numbers are those of `docs/feedgen.md`; each has a test in `tests/formats/test_feedgen_edges.py` that fails on the
day the edge is gone.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from html import escape
from typing import Any

from feedkit.dates import rfc822, rfc3339

# Edge 11: `feedgen.util` uses `lxml.etree` without importing it, so `_xml`, which does, comes first.
from feedkit.formats import _xml
from feedkit.formats.format import mailbox
from feedkit.formats.frame import Frame
from feedkit.model import Entry, Feed, Image, Person

from feedgen.entry import FeedEntry  # isort: skip
from feedgen.ext.base import BaseEntryExtension, BaseExtension  # isort: skip
from feedgen.feed import FeedGenerator  # isort: skip

GENERATOR = "feedkit"

# RSS 2.0 `image`: a GIF, JPEG or PNG.
_RSS_PICTURE = re.compile(r"[^?#]+\.(?:gif|jpe?g|png)", re.IGNORECASE)

RSS_NAMESPACES = {"atom": _xml.ATOM, "content": _xml.CONTENT, "dc": _xml.DC, "media": _xml.MEDIA}
ATOM_NAMESPACES = {"media": _xml.MEDIA}

_RSS_CARRIER = _xml.Carrier("rss", "channel", namespaces=RSS_NAMESPACES, version="2.0")
# feedgen writes Atom elements without a namespace below a root with an attribute called xmlns; so does the carrier.
_ATOM_CARRIER = _xml.Carrier("feed", namespaces=ATOM_NAMESPACES, xmlns=_xml.ATOM)


def rss_fragment(entry: Entry) -> bytes:
    """The bytes of one `<item>`. RSS 2.0, with content:encoded, dc:creator, atom:updated and media:content."""
    return _RSS_CARRIER.fragment(rss_item(entry).rss_entry())


def atom_fragment(entry: Entry) -> bytes:
    """The bytes of one `<entry>`. RFC 4287 §4.1.2."""
    return _ATOM_CARRIER.fragment(atom_item(entry).atom_entry())


def rss_frame(feed: Feed) -> Frame:
    """The channel without its items; `lastBuildDate` is left out where the feed's `updated` is None."""
    return _frame(rss_channel(feed).rss_str(), b"</channel></rss>")


def atom_frame(feed: Feed, updated: datetime) -> Frame:
    """The feed without its entries. RFC 4287 §4.1.1."""
    return _frame(atom_head(feed, updated).atom_str(), b"</feed>")


def _frame(whole: bytes, end: bytes) -> Frame:
    head, found, rest = whole.rpartition(end)
    if not found or rest.strip():
        raise RuntimeError(f"feedgen's document does not end in {end.decode()}")
    return Frame(head=head, separator=b"", tail=end + rest)


def rss_item(entry: Entry) -> Any:
    """The entry as feedgen's FeedEntry, for RSS."""
    item = FeedEntry()
    item.register_extension("feedkit", _RssItem, rss=True, atom=False)
    item.feedkit.entry = entry
    item.title(entry.title)
    item.link(href=entry.url)
    item.guid(entry.id, permalink=entry.id == entry.url)
    # RSS descriptions are read as HTML, so plain text is escaped for HTML first, and for XML by lxml.
    if entry.summary:
        item.description(escape(entry.summary, quote=False))
    if entry.content:
        item.content(entry.content)
    for term in entry.terms:
        item.category(_category(term.name, term.scheme))
    # RSS has one enclosure per item (RSS Advisory Board); an unknown length is 0 (edge 12: feedgen writes "None").
    for enclosure in entry.enclosures[:1]:
        item.enclosure(enclosure.url, str(enclosure.length or 0), enclosure.type)
    return item


def atom_item(entry: Entry) -> Any:
    """The entry as feedgen's FeedEntry, for Atom."""
    item = FeedEntry()
    item.register_extension("feedkit", _AtomItem, rss=False, atom=True)
    item.feedkit.entry = entry
    item.id(entry.id)
    item.title(entry.title)
    # Edge 4: unset, it would be the time of the build.
    item.updated(_minutes(entry.modified))
    item.published(_minutes(entry.published))
    for person in entry.authors:
        item.author(_author(person))
    for link in atom_links(entry):
        item.link(dict(link))
    if entry.summary:
        item.summary(entry.summary, type="text")
    if entry.content:
        item.content(entry.content, type="html")
    for term in entry.terms:
        item.category({**_category(term.name, term.scheme), "label": term.name})
    return item


def atom_links(entry: Entry) -> list[dict[str, str]]:
    """The links of an entry: its page, then its enclosures. RFC 4287 §4.2.7."""
    links = [{"href": entry.url, "rel": "alternate", "type": "text/html"}]
    for enclosure in entry.enclosures:
        link = {"href": enclosure.url, "rel": "enclosure", "type": enclosure.type}
        # 0 is the RSS way to say unknown; Atom leaves it out.
        if enclosure.length:
            link["length"] = str(enclosure.length)
        if enclosure.title:
            link["title"] = enclosure.title
        links.append(link)
    return links


def _category(name: str, scheme: str | None) -> dict[str, str]:
    return {"term": name, **({"scheme": scheme} if scheme else {})}


def _author(person: Person) -> dict[str, str]:
    given = {"name": person.name, "email": mailbox(person), "uri": person.url}
    return {key: value for key, value in given.items() if value}


def _minutes(value: datetime) -> datetime:
    """The instant with an offset that RFC 3339 §5.6 can write: one with seconds, as of local mean time, becomes UTC."""
    return value.astimezone(UTC) if (value.utcoffset() or timedelta()) % timedelta(minutes=1) else value


def rss_channel(feed: Feed) -> Any:
    """The feed as feedgen's FeedGenerator, for RSS."""
    channel = _generator(feed, "application/rss+xml")
    channel.register_extension("feedkit", _RssChannel, rss=True, atom=False)
    channel.feedkit.feed = feed
    channel.description(feed.description or feed.title)
    if picture := next((url for url in (feed.logo, feed.icon) if url and _RSS_PICTURE.fullmatch(url)), None):
        channel.image(picture)
    # Edges 4 and 7: feedgen would write the time of the build, and switch the locale to do it.
    channel._FeedGenerator__rss_lastBuildDate = None
    return channel


def atom_head(feed: Feed, updated: datetime) -> Any:
    """The feed as feedgen's FeedGenerator, for Atom."""
    head = _generator(feed, "application/atom+xml")
    head.register_extension("feedkit", _AtomHead, rss=False, atom=True)
    head.id(feed.id or feed.home_url)
    head.updated(_minutes(updated))
    if feed.description:
        head.subtitle(feed.description)
    if feed.icon:
        head.icon(feed.icon)
    if feed.logo:
        head.logo(feed.logo)
    # RFC 4287 §4.1.1: a feed whose entries name no author must name one itself.
    for person in feed.authors or (Person(name=feed.title),):
        head.author(_author(person))
    return head


def _generator(feed: Feed, media_type: str) -> Any:
    head = FeedGenerator()
    head.title(feed.title)
    head.generator(GENERATOR)
    if feed.feed_url:
        head.link(href=feed.feed_url, rel="self", type=media_type)
    for hub in feed.hubs:
        head.link(href=hub, rel="hub")
    # Edge 2: the channel's link is the last one added, so the page comes last.
    head.link(href=feed.home_url, rel="alternate", type="text/html")
    if feed.language:
        head.language(feed.language)
    if feed.rights:
        head.rights(feed.rights)
    return head


class _RssChannel(BaseExtension):  # type: ignore[misc]  # feedgen has no types
    """Hubs (edge 3) and the date of the newest change (edges 4 and 7)."""

    feed: Feed

    def extend_ns(self) -> dict[str, str]:
        return dict(RSS_NAMESPACES)

    def extend_rss(self, feed: _xml.Element) -> None:
        channel = feed[0]
        for hub in self.feed.hubs:
            _xml.add(channel, f"{{{_xml.ATOM}}}link", href=hub, rel="hub")
        if self.feed.updated is not None:
            _xml.add(channel, "lastBuildDate", rfc822(self.feed.updated))


class _AtomHead(BaseExtension):  # type: ignore[misc]  # feedgen has no types
    """The type of the title, said and not left to a default."""

    def extend_ns(self) -> dict[str, str]:
        return dict(ATOM_NAMESPACES)

    def extend_atom(self, feed: _xml.Element) -> None:
        _mark_text(feed, "title", "subtitle")


class _RssItem(BaseEntryExtension):  # type: ignore[misc]  # feedgen has no types
    """Authors without a mailbox (edge 9), dates without a locale (edge 7), what RSS has no element for."""

    entry: Entry

    def extend_rss(self, item: _xml.Element) -> None:
        entry = self.entry
        for person in entry.authors:
            _xml.add(item, f"{{{_xml.DC}}}creator", person.name)
        _xml.add(item, "pubDate", rfc822(entry.published))
        # As instants: in the hour that a clock change repeats, datetimes of two zones are never equal (PEP 495).
        if entry.updated is not None and entry.updated.timestamp() != entry.published.timestamp():
            _xml.add(item, f"{{{_xml.ATOM}}}updated", rfc3339(entry.updated))
        if entry.language:
            _xml.add(item, f"{{{_xml.DC}}}language", entry.language)
        _add_media(item, entry.image)


class _AtomItem(BaseEntryExtension):  # type: ignore[misc]  # feedgen has no types
    """Links with their rel, type, length and title (edge 1), which feedgen loses."""

    entry: Entry

    def extend_atom(self, item: _xml.Element) -> None:
        _mark_text(item, "title")
        for element, link in zip(item.iterfind("link"), atom_links(self.entry), strict=True):
            for name in ("rel", "type", "length", "title"):
                if name in link:
                    element.set(name, link[name])
        if self.entry.language:
            item.set(_xml.XML_LANG, self.entry.language)
        _add_media(item, self.entry.image)


def _mark_text(parent: _xml.Element, *tags: str) -> None:
    for element in parent.iterfind("*"):
        if element.tag in tags:
            element.set("type", "text")


def _add_media(item: _xml.Element, image: Image | None) -> None:
    """`media:content` for the hero picture. Media RSS 1.5.1."""
    if image is None:
        return
    content = _xml.add(
        item,
        f"{{{_xml.MEDIA}}}content",
        url=image.url,
        medium="image",
        type=image.type,
        fileSize=_digits(image.length),
        width=_digits(image.width),
        height=_digits(image.height),
    )
    # Not media:description: feedparser takes that for the description of the entry, or for its content.
    if image.alt:
        _xml.add(content, f"{{{_xml.MEDIA}}}title", image.alt, type="plain")


def _digits(number: int | None) -> str | None:
    # 0 pixels or bytes is what nobody measured, as in the other formats.
    return str(number) if number else None
