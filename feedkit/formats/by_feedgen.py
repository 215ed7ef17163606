"""Renders entries and feeds to RSS and Atom with feedgen; the only module that imports it.

Elements that feedgen lacks are added by its extension mechanism (`elements`). Its clock (edge 4), its order (5), its
`type="CDATA"` (6) and its RSS dates, which switch the locale of the whole process (7), are not used. The numbers are
those of `docs/feedgen.md`; each has a test in `tests/formats/test_feedgen_edges.py` that fails on the day the edge is
gone.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from html import escape
from typing import Any

from feedkit.dates import rfc822, rfc3339

# Edge 11: `feedgen.util` uses `lxml.etree` without importing it, so `elements`, which imports it, comes first.
from feedkit.formats import elements
from feedkit.formats.elements import XML_LANG, Element, add, feed_links, qualified, serialised
from feedkit.formats.frame import MAX_PICTURE_PIXELS, NO_ENTRY_YET, Frame, headline, mailbox
from feedkit.formats.xml_syntax import (
    ATOM_NAMESPACES,
    OWN,
    RSS_NAMESPACES,
    atom_vocabularies,
    hexadecimal,
    rss_vocabularies,
    unambiguous,
)
from feedkit.lazy_regex import lazy_regex
from feedkit.model import Entry, Feed, Person

from feedgen.entry import FeedEntry  # isort: skip
from feedgen.ext.base import BaseEntryExtension, BaseExtension  # isort: skip
from feedgen.feed import FeedGenerator  # isort: skip

GENERATOR = "feedkit"

# RSS 2.0 `image` must be a GIF, JPEG or PNG.
_RSS_PICTURE = lazy_regex(r"[^?#]+\.(?:gif|jpe?g|png)", re.IGNORECASE)

# The mail addresses that validators accept in RSS: the common part of RFC 822.
_CONTACT = lazy_regex(r"[A-Za-z0-9_.+'-]+@(?:[A-Za-z0-9-]+\.)+[A-Za-z]{2,}")
_WITHOUT_BRACKETS = str.maketrans("()<>", "    ")

# A placeholder for the content, which is inserted after feedgen has built the element.
_LATER = "later"


def rss_fragment(entry: Entry) -> bytes:
    """The bytes of one `<item>`. RSS 2.0, with content:encoded, dc:creator, atom:updated and media:content."""
    namespaces = {**RSS_NAMESPACES, **dict(unambiguous(rss_vocabularies(entry)))}
    if not (entry.content and entry.summary):
        # The content goes into `description`, in which `hexadecimal` converts references.
        return serialised(rss_item(entry, entry.content).rss_entry(), namespaces)
    item = rss_item(entry, _LATER).rss_entry()
    return serialised(item, namespaces, next(item.iterchildren(qualified("content:encoded"))), entry.content)


def atom_fragment(entry: Entry) -> bytes:
    """The bytes of one `<entry>`. RFC 4287 §4.1.2."""
    namespaces = {**ATOM_NAMESPACES, **dict(unambiguous(atom_vocabularies(entry)))}
    item = atom_item(entry, entry.content and _LATER).atom_entry()
    return serialised(item, namespaces, next(item.iterchildren("content"), None), entry.content)


def rss_frame(feed: Feed) -> Frame:
    """The channel without items; without `lastBuildDate` if `updated` is None."""
    return _frame(rss_channel(feed).rss_str(), b"</channel></rss>")


def atom_frame(feed: Feed) -> Frame:
    """The feed without entries. RFC 4287 §4.1.1."""
    return _frame(atom_head(feed).atom_str(), b"</feed>")


def _frame(document: bytes, end: bytes) -> Frame:
    head, separator, rest = document.rpartition(end)
    if not separator or rest.strip():
        raise RuntimeError(f"feedgen's document does not end in {end.decode()}")
    return Frame(head=hexadecimal(head), tail=end + rest)


def rss_item(entry: Entry, content: str) -> Any:
    """The feedgen `FeedEntry` of an entry for RSS, with this content."""
    item = _feed_entry(entry)
    # RSS 2.0 "item": a title or a description is required.
    if entry.title or not (entry.summary or entry.content):
        item.title(headline(entry))
    item.link(href=_link(entry))
    item.guid(entry.guid or entry.id, permalink=(entry.guid or entry.id) == entry.url)
    # RSS descriptions are read as HTML, so plain text is escaped for HTML first, and for XML by lxml.
    if entry.summary:
        item.description(escape(entry.summary, quote=False))
    if content:
        item.content(content)
    # RSS has one enclosure per item (RSS Advisory Board); an unknown length is 0 (edge 12: feedgen writes "None").
    for enclosure in entry.enclosures[:1]:
        item.enclosure(enclosure.url, str(enclosure.length or 0), enclosure.type)
    return item


def atom_item(entry: Entry, content: str) -> Any:
    """The feedgen `FeedEntry` of an entry for Atom, with this content."""
    item = _feed_entry(entry)
    item.id(entry.id)
    item.title(headline(entry))
    # Edge 4: the default is the time of the build.
    item.updated(_in_minutes(entry.modified))
    item.published(_in_minutes(entry.published))
    item.author([_author(person) for person in entry.authors])
    item.link(atom_links(entry))
    # Validators warn of an entry without text (MissingTextualContent): it has its title, as in JSON Feed.
    if entry.summary or not entry.content:
        item.summary(entry.summary or headline(entry), type="text")
    if content:
        item.content(content, type="html")
    return item


def _feed_entry(entry: Entry) -> Any:
    item = FeedEntry()
    item.register_extension("feedkit", _Item)
    item.feedkit.entry = entry
    # In one call: with each, feedgen builds all categories again.
    item.category([{"term": term.name, "label": term.name, "scheme": term.scheme} for term in entry.terms])
    return item


def _link(entry: Entry) -> str:
    """The page that feed readers open."""
    return entry.external_url if entry.external_url and entry.links_to_external else entry.url


def atom_links(entry: Entry) -> list[dict[str, str | None]]:
    """The links of an entry: its page, its external page, then its enclosures. RFC 4287 §4.2.7."""
    links: list[dict[str, str | None]] = [{"href": _link(entry), "rel": "alternate", "type": "text/html"}]
    if entry.external_url:
        other = entry.url if entry.links_to_external else entry.external_url
        links.append({"href": other, "rel": "related", "type": "text/html"})
    for enclosure in entry.enclosures:
        # In RSS 0 means unknown; in Atom the attribute is left out.
        about = {"length": str(enclosure.length or "") or None, "title": enclosure.title or None}
        links.append({"href": enclosure.url, "rel": "enclosure", "type": enclosure.type, **about})
    return links


def _author(person: Person) -> dict[str, str | None]:
    return {"name": person.name, "email": mailbox(person), "uri": person.url}


def _in_minutes(value: datetime) -> datetime:
    """The datetime in UTC if its offset has seconds (local mean time), which RFC 3339 §5.6 cannot express."""
    return value.astimezone(UTC) if (value.utcoffset() or timedelta()) % timedelta(minutes=1) else value


def rss_channel(feed: Feed) -> Any:
    """The feedgen `FeedGenerator` of a feed for RSS."""
    channel = _generator(feed, "application/rss+xml", {**RSS_NAMESPACES, **dict(feed.rss_namespaces)})
    channel.description(feed.description or feed.title)
    image = feed.image
    pictures = (image.url,) if image else (feed.logo, feed.icon)
    if url := next((url for url in pictures if url and _RSS_PICTURE.fullmatch(url)), None):
        size, (most_width, most_height) = {}, MAX_PICTURE_PIXELS
        if image and 0 < (image.width or 0) <= most_width and 0 < (image.height or 0) <= most_height:
            size = {"width": str(image.width), "height": str(image.height)}
        channel.image(url, title=feed.title, link=feed.home_url, **size)
    if contact := next(filter(None, map(_contact, feed.authors)), None):
        channel.managingEditor(contact)
    if feed.schedule is not None and feed.schedule.ttl:
        channel.ttl(feed.schedule.ttl)
    if feed.rss_cloud:
        channel.cloud(**elements.cloud(feed.rss_cloud))
    # Edges 4 and 7: feedgen would write the time of the build, and switch the locale for it.
    channel._FeedGenerator__rss_lastBuildDate = None
    return channel


def _contact(person: Person) -> str | None:
    """A person as `mail (Name)` for `managingEditor`; None without a mail address that validators accept."""
    name = " ".join(person.name.translate(_WITHOUT_BRACKETS).split())
    return f"{person.email} ({name})" if name and person.email and _CONTACT.fullmatch(person.email) else None


def atom_head(feed: Feed) -> Any:
    """The feedgen `FeedGenerator` of a feed for Atom."""
    head = _generator(feed, "application/atom+xml", {**ATOM_NAMESPACES, **dict(feed.atom_namespaces)})
    head.id(feed.id or feed.home_url)
    head.updated(_in_minutes(feed.updated or NO_ENTRY_YET))
    if feed.description:
        head.subtitle(feed.description)
    if feed.icon:
        head.icon(feed.icon)
    if feed.logo:
        head.logo(feed.logo)
    # RFC 4287 §4.1.1: required if an entry has no author.
    head.author([_author(person) for person in feed.authors or (Person(name=feed.title),)])
    return head


def _generator(feed: Feed, media_type: str, namespaces: dict[str, str]) -> Any:
    head = FeedGenerator()
    head.register_extension("feedkit", _Head)
    head.feedkit.feed, head.feedkit.namespaces = feed, namespaces
    head.title(feed.title)
    head.generator(GENERATOR)
    own = [{"href": feed.feed_url, "rel": "self", "type": media_type}] if feed.feed_url else []
    # Edge 2: feedgen uses the last link as that of the channel, so the page comes last.
    head.link([*own, *feed_links(feed), {"href": feed.home_url, "rel": "alternate", "type": "text/html"}])
    if feed.language:
        head.language(feed.language)
    if feed.rights:
        head.rights(feed.rights)
    return head


class _Head(BaseExtension):  # type: ignore[misc]  # feedgen has no types
    """The elements of a feed that feedgen lacks or writes wrong."""

    feed: Feed
    namespaces: dict[str, str]

    def extend_ns(self) -> dict[str, str]:
        return self.namespaces

    def extend_rss(self, root: Element) -> None:
        """Add links (edge 3), the date of the last change (edges 4 and 7), and days in their order (edge 17)."""
        feed, channel = self.feed, root[0]
        if feed.stylesheet:
            elements.add_stylesheet(root, feed.stylesheet)
        for link in feed_links(feed):
            add(channel, "atom:link", **link)
        if feed.updated is not None:
            add(channel, "lastBuildDate", rfc822(feed.updated))
        if feed.schedule is not None:
            elements.add_schedule(channel, feed.schedule)
        elements.add_history(channel, feed)
        if feed.podcast is not None:
            elements.add_show(channel, feed, feed.podcast)
        elements.add_foreign(channel, feed.elements)

    def extend_atom(self, root: Element) -> None:
        """Add the stylesheet, the types of titles, the history, foreign elements and tombstones."""
        if self.feed.stylesheet:
            elements.add_stylesheet(root, self.feed.stylesheet)
        for element in root.iterchildren("title", "subtitle"):
            element.set("type", "text")
        elements.add_history(root, self.feed)
        elements.add_foreign(root, self.feed.elements, default=OWN["atom"])
        elements.add_tombstones(root, self.feed)


class _Item(BaseEntryExtension):  # type: ignore[misc]  # feedgen has no types
    """The elements of an entry that feedgen lacks or writes wrong."""

    entry: Entry

    def extend_rss(self, item: Element) -> None:
        """Add authors without a mailbox (edge 9), dates without a locale (edge 7), and elements that RSS lacks."""
        entry = self.entry
        for person in entry.authors:
            add(item, "dc:creator", person.name)
        add(item, "pubDate", rfc822(entry.published))
        # As timestamps: in an hour that a clock change repeats, datetimes of two zones are never equal (PEP 495).
        if entry.updated is not None and entry.updated.timestamp() != entry.published.timestamp():
            add(item, "atom:updated", rfc3339(entry.updated))
        if entry.language:
            add(item, "dc:language", entry.language)
        # One enclosure per item (RSS Advisory Board): the others are written as Media RSS.
        elements.add_media(item, entry.image, entry.enclosures[1:])
        if entry.markdown:
            add(item, "source:markdown", entry.markdown)
        if entry.episode is not None:
            elements.add_episode(item, entry, entry.episode)
        elements.add_foreign(item, entry.elements)

    def extend_atom(self, item: Element) -> None:
        """Add the attributes of links, which feedgen loses (edge 1), and elements that feedgen lacks."""
        for element in item.iterchildren("title"):
            element.set("type", "text")
        for element, link in zip(item.iterchildren("link"), atom_links(self.entry), strict=True):
            for name in ("rel", "type", "length", "title"):
                if value := link.get(name):
                    element.set(name, value)
        if self.entry.language:
            item.set(XML_LANG, self.entry.language)
        elements.add_media(item, self.entry.image)
        elements.add_foreign(item, self.entry.elements, default=OWN["atom"])
