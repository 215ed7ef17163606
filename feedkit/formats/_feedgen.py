"""The only importer of feedgen: entries and feeds in its RSS and Atom vocabulary, its edges fenced.

What feedgen lacks goes in by its own extension mechanism. What is refused: its clock (edge 4), its order (5), its
`type="CDATA"` (6) and its RSS dates, which switch the locale of the whole process (7).
The numbers are those of `docs/feedgen.md`; each has a test in `tests/formats/test_feedgen_edges.py` that fails on the
day the edge is gone.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from html import escape
from typing import Any

from feedkit.dates import rfc822, rfc3339

# Edge 11: `feedgen.util` uses `lxml.etree` without importing it, so `_xml`, which does, comes first.
from feedkit.formats import _xml
from feedkit.formats._content import XML, around
from feedkit.formats._elements import (
    add_foreign,
    add_history,
    add_media,
    add_schedule,
    add_tombstones,
    cloud,
    feed_links,
    named,
)
from feedkit.formats._markup import hexadecimal
from feedkit.formats._podcast import add_episode, add_show
from feedkit.formats.format import contact, mailbox
from feedkit.formats.frame import Frame
from feedkit.formats.vocabularies import ATOM_NAMESPACES, OWN, RSS_NAMESPACES, Namespace, of_atom_entry, of_item
from feedkit.lazy_regex import later
from feedkit.model import Entry, Feed, Person

from feedgen.entry import FeedEntry  # isort: skip
from feedgen.ext.base import BaseEntryExtension, BaseExtension  # isort: skip
from feedgen.feed import FeedGenerator  # isort: skip

GENERATOR = "feedkit"

# RSS 2.0 `image`: a GIF, JPEG or PNG, and the most pixels that it may have.
MAX_WIDTH, MAX_HEIGHT = 144, 400
_RSS_PICTURE = later(r"[^?#]+\.(?:gif|jpe?g|png)", re.IGNORECASE)


@lru_cache(maxsize=64)
def _rss_carrier(more: tuple[Namespace, ...]) -> _xml.Carrier:
    return _xml.Carrier("rss", "channel", namespaces={**RSS_NAMESPACES, **dict(more)}, version="2.0")


@lru_cache(maxsize=64)
def _atom_carrier(more: tuple[Namespace, ...]) -> _xml.Carrier:
    # feedgen writes Atom elements without a namespace below a root with an attribute called xmlns; so does the carrier.
    return _xml.Carrier("feed", namespaces={**ATOM_NAMESPACES, **dict(more)}, xmlns=OWN["atom"])


def rss_fragment(entry: Entry) -> bytes:
    """The bytes of one `<item>`. RSS 2.0, with content:encoded, dc:creator, atom:updated and media:content."""
    carrier = _rss_carrier(of_item(entry))
    # Without a summary, feedgen makes the content the description, which is escaped otherwise.
    return around(
        entry.content if entry.summary else "",
        lambda content: carrier.fragment(rss_item(entry, content or entry.content).rss_entry()),
        XML,
    )


def atom_fragment(entry: Entry) -> bytes:
    """The bytes of one `<entry>`. RFC 4287 §4.1.2."""
    carrier = _atom_carrier(of_atom_entry(entry))
    return around(entry.content, lambda content: carrier.fragment(atom_item(entry, content).atom_entry()), XML)


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
    return Frame(head=hexadecimal(head), separator=b"", tail=end + rest)


def rss_item(entry: Entry, content: str | None = None) -> Any:
    """The entry as feedgen's FeedEntry, for RSS; with other content, where that is given."""
    content = entry.content if content is None else content
    item = FeedEntry()
    item.register_extension("feedkit", _RssItem, rss=True, atom=False)
    item.feedkit.entry = entry
    item.title(entry.title)
    item.link(href=entry.url)
    item.guid(entry.guid or entry.id, permalink=(entry.guid or entry.id) == entry.url)
    # RSS descriptions are read as HTML, so plain text is escaped for HTML first, and for XML by lxml.
    if entry.summary:
        item.description(escape(entry.summary, quote=False))
    if content:
        item.content(content)
    # All at once: with each call feedgen makes all that it has anew.
    item.category([_category(term.name, term.scheme) for term in entry.terms])
    # RSS has one enclosure per item (RSS Advisory Board); an unknown length is 0 (edge 12: feedgen writes "None").
    for enclosure in entry.enclosures[:1]:
        item.enclosure(enclosure.url, str(enclosure.length or 0), enclosure.type)
    return item


def atom_item(entry: Entry, content: str | None = None) -> Any:
    """The entry as feedgen's FeedEntry, for Atom; with other content, where that is given."""
    content = entry.content if content is None else content
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
    item.link(atom_links(entry))
    # An entry without any text is warned of (MissingTextualContent), so it says its title, as in JSON Feed.
    if entry.summary or not content:
        item.summary(entry.summary or entry.title, type="text")
    if content:
        item.content(content, type="html")
    item.category([{**_category(term.name, term.scheme), "label": term.name} for term in entry.terms])
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
    return {"term": name, "scheme": scheme} if scheme else {"term": name}


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
    _add_picture(channel, feed)
    if editor := next(filter(None, map(contact, feed.authors)), None):
        channel.managingEditor(editor)
    if feed.schedule is not None and feed.schedule.ttl:
        channel.ttl(feed.schedule.ttl)
    if feed.rss_cloud:
        channel.cloud(**cloud(feed.rss_cloud))
    # Edges 4 and 7: feedgen would write the time of the build, and switch the locale to do it.
    channel._FeedGenerator__rss_lastBuildDate = None
    return channel


def _add_picture(channel: Any, feed: Feed) -> None:
    """The channel's picture, with its size where it is known and one that RSS 2.0 allows."""
    image = feed.image
    candidates = (image.url,) if image else (feed.logo, feed.icon)
    url = next((url for url in candidates if url and _RSS_PICTURE.fullmatch(url)), None)
    if url is None:
        return
    fits = image is not None and 0 < (image.width or 0) <= MAX_WIDTH and 0 < (image.height or 0) <= MAX_HEIGHT
    sizes = {"width": str(image.width), "height": str(image.height)} if image and fits else {}
    channel.image(url, title=feed.title, link=feed.home_url, **sizes)


def atom_head(feed: Feed, updated: datetime) -> Any:
    """The feed as feedgen's FeedGenerator, for Atom."""
    head = _generator(feed, "application/atom+xml")
    head.register_extension("feedkit", _AtomHead, rss=False, atom=True)
    head.feedkit.feed = feed
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
    for link in feed_links(feed):
        head.link(dict(link))
    # Edge 2: the channel's link is the last one added, so the page comes last.
    head.link(href=feed.home_url, rel="alternate", type="text/html")
    if feed.language:
        head.language(feed.language)
    if feed.rights:
        head.rights(feed.rights)
    return head


class _RssChannel(BaseExtension):  # type: ignore[misc]  # feedgen has no types
    """Links (edge 3), the date of the newest change (edges 4 and 7), days in an order of their own (edge 17)."""

    feed: Feed

    def extend_ns(self) -> dict[str, str]:
        return {**RSS_NAMESPACES, **dict(self.feed.rss_namespaces)}

    def extend_rss(self, feed: _xml.Element) -> None:
        channel = feed[0]
        if self.feed.stylesheet:
            _xml.style(feed, self.feed.stylesheet)
        for link in feed_links(self.feed):
            _xml.add(channel, named("atom", "link"), **link)
        if self.feed.updated is not None:
            _xml.add(channel, "lastBuildDate", rfc822(self.feed.updated))
        if self.feed.schedule is not None:
            add_schedule(channel, self.feed.schedule)
        add_history(channel, self.feed)
        add_show(channel, self.feed)
        add_foreign(channel, self.feed.elements)


class _AtomHead(BaseExtension):  # type: ignore[misc]  # feedgen has no types
    """The type of the title, said and not left to a default; history, and what is gone."""

    feed: Feed

    def extend_ns(self) -> dict[str, str]:
        return {**ATOM_NAMESPACES, **dict(self.feed.atom_namespaces)}

    def extend_atom(self, feed: _xml.Element) -> None:
        if self.feed.stylesheet:
            _xml.style(feed, self.feed.stylesheet)
        _mark_text(feed, "title", "subtitle")
        add_history(feed, self.feed)
        add_foreign(feed, self.feed.elements, default=OWN["atom"])
        add_tombstones(feed, self.feed)


class _RssItem(BaseEntryExtension):  # type: ignore[misc]  # feedgen has no types
    """Authors without a mailbox (edge 9), dates without a locale (edge 7), what RSS has no element for."""

    entry: Entry

    def extend_rss(self, item: _xml.Element) -> None:
        entry = self.entry
        for person in entry.authors:
            _xml.add(item, named("dc", "creator"), person.name)
        _xml.add(item, "pubDate", rfc822(entry.published))
        # As instants: in the hour that a clock change repeats, datetimes of two zones are never equal (PEP 495).
        if entry.updated is not None and entry.updated.timestamp() != entry.published.timestamp():
            _xml.add(item, named("atom", "updated"), rfc3339(entry.updated))
        if entry.language:
            _xml.add(item, named("dc", "language"), entry.language)
        # One enclosure an item (RSS Advisory Board): the others are told in Media RSS.
        add_media(item, entry.image, entry.enclosures[1:])
        if entry.markdown:
            _xml.add(item, named("source", "markdown"), entry.markdown)
        add_episode(item, entry)
        add_foreign(item, entry.elements)


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
        add_media(item, self.entry.image)
        add_foreign(item, self.entry.elements, default=OWN["atom"])


def _mark_text(parent: _xml.Element, *tags: str) -> None:
    for element in parent.iterchildren(*tags):
        element.set("type", "text")
