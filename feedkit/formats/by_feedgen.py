"""Renders entries and feeds to RSS and Atom with feedgen; the only module that imports it, or lxml in the formats.

Elements that feedgen lacks are added by its extension mechanism. Its clock (edge 4), its order (5), its `type="CDATA"`
(6), its RSS dates, which switch the locale of the whole process (7), and its podcast extension, which refuses some
values (10, 18), are not used. The numbers are those of `docs/feedgen.md`; each has a test in
`tests/formats/test_feedgen_edges.py` that fails on the day the edge is gone.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from copy import copy
from functools import cache, lru_cache
from html import escape
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID, uuid5

from lxml import etree

from feedkit.dates import rfc822, rfc3339, whole_offset
from feedkit.formats.frame import MAX_PICTURE_PIXELS, NO_ENTRY_YET, Frame, headline, mailbox
from feedkit.formats.verification import parse_xml
from feedkit.formats.xml_syntax import (
    ATOM_NAMESPACES,
    OWN,
    RSS_NAMESPACES,
    Namespace,
    atom_vocabularies,
    hexadecimal,
    rss_vocabularies,
    unambiguous,
)
from feedkit.lazy_regex import lazy_regex
from feedkit.model import DAYS, Enclosure, Entry, Episode, Feed, Image, Participant, Person, Podcast, Schedule
from feedkit.model import Element as ForeignElement

# Edge 11: `feedgen.util` uses `lxml.etree` without importing it, so that comes first.
from feedgen.entry import FeedEntry  # isort: skip
from feedgen.ext.base import BaseEntryExtension, BaseExtension  # isort: skip
from feedgen.feed import FeedGenerator  # isort: skip

# RSS 2.0 `image` must be a GIF, JPEG or PNG.
_RSS_PICTURE = lazy_regex(r"[^?#]+\.(?:gif|jpe?g|png)", re.IGNORECASE)

# The mail addresses that validators accept in RSS: the common part of RFC 822.
_CONTACT = lazy_regex(r"[A-Za-z0-9_.+'-]+@(?:[A-Za-z0-9-]+\.)+[A-Za-z]{2,}")
_WITHOUT_BRACKETS = str.maketrans("()<>", "    ")

# A placeholder for the content, which is inserted after feedgen has built the element.
_LATER = "later"

# The control characters that XML forbids.
_CONTROLS = bytes({*range(0x20)} - {*b"\t\n\r"})

Element = etree._Element

# How deep elements of other vocabularies may be nested: libxml2, which feed readers use, stops at 256.
_MAX_DEPTH = 240

# Apple: the maximum length of `itunes:author`.
_MAX_AUTHOR_CHARS = 255

# Podcast namespace 1.0 `podcast:guid`: the namespace of the UUIDs.
_GUID_NAMESPACE = UUID("ead4c236-bf58-58c6-a2c6-a6b28d128cb6")


def rss_fragment(entry: Entry) -> bytes:
    """The bytes of one `<item>`. RSS 2.0, with content:encoded, dc:creator, atom:updated and media:content."""
    # Without a summary it goes into `description`, in which `hexadecimal` converts references.
    content = entry.content if entry.summary else ""
    item = rss_item(entry, _LATER if content else entry.content).rss_entry()
    return _serialised(item, _root("rss", unambiguous(rss_vocabularies(entry))), "content:encoded", content)


def atom_fragment(entry: Entry) -> bytes:
    """The bytes of one `<entry>`. RFC 4287 §4.1.2."""
    item = atom_item(entry, entry.content and _LATER).atom_entry()
    return _serialised(item, _root("atom", unambiguous(atom_vocabularies(entry))), "content", entry.content)


# Copied for each entry, which takes a quarter of the time.
@lru_cache(maxsize=64)
def _root(format_: str, vocabularies: tuple[Namespace, ...]) -> Element:
    """An empty root that declares the namespaces of a format and others."""
    namespaces = RSS_NAMESPACES if format_ == "rss" else ATOM_NAMESPACES
    return etree.Element("root", nsmap={**namespaces, **dict(vocabularies)})


def _serialised(element: Element, root: Element, tag: str, content: str) -> bytes:
    """The bytes of an element in a copy of a root that declares its namespaces; it is moved out of its tree.

    `content` becomes the text of its child `tag`. Raises `ValueError` if the result is not well-formed.
    """
    # Without a root, the element would declare its namespaces again (`ns0:encoded`).
    root = copy(root)
    root.append(element)
    whole = hexadecimal(etree.tostring(root, encoding="UTF-8"))
    parse_xml((whole,))
    data, end = whole[whole.index(f"<{element.tag}".encode()) : -len("</root>")], f"</{tag}>"
    # The first one is feedgen's own: elements of extensions come behind it.
    return data.replace(f"{_LATER}{end}".encode(), _escaped(content) + end.encode(), 1) if content else data


# Small, since the formats of an entry are rendered one after the other.
@lru_cache(maxsize=2)
def _escaped(text: str) -> bytes:
    """The content, escaped like lxml does. Raises `ValueError` for a character that XML 1.0 §2.2 forbids."""
    data = text.encode()
    # Not parsed, since it has no markup any more: faster by far.
    if len(data.translate(None, _CONTROLS)) < len(data) or "\ufffe" in text or "\uffff" in text:
        raise ValueError("its content has characters that XML forbids")
    return data.replace(b"&", b"&amp;").replace(b"<", b"&lt;").replace(b">", b"&gt;").replace(b"\r", b"&#13;")


def rss_frame(feed: Feed) -> Frame:
    """The channel without items."""
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
    # RSS 2.0 "item": a title or a description is required. Apple demands the title of an episode.
    if entry.title or entry.episode is not None or not (entry.summary or entry.content):
        item.title(headline(entry))
    item.link(href=_link(entry))
    item.guid(entry.guid or entry.id, permalink=(entry.guid or entry.id) == entry.url)
    # RSS descriptions are read as HTML, so plain text is escaped for HTML first, and for XML by lxml.
    if entry.summary:
        item.description(escape(entry.summary, quote=False))
    # feedgen ignores None, here and below.
    item.content(content or None)
    # RSS has one enclosure per item (RSS Advisory Board); an unknown length is 0 (edge 12: feedgen writes "None").
    for enclosure in entry.enclosures[:1]:
        item.enclosure(enclosure.url, str(enclosure.length or 0), enclosure.type)
    return item


def atom_item(entry: Entry, content: str) -> Any:
    """The feedgen `FeedEntry` of an entry for Atom, with this content."""
    item = _feed_entry(entry)
    item.id(entry.id)
    item.title(headline(entry))
    # Edge 4: the default is the time of the build. RFC 3339 §5.6: offsets have no seconds.
    item.updated(whole_offset(entry.modified))
    item.published(whole_offset(entry.published))
    item.author([_author(person) for person in entry.authors])
    item.link(atom_links(entry))
    # Validators warn of an entry without text (MissingTextualContent): it has its title, as in JSON Feed.
    if entry.summary or not entry.content:
        item.summary(entry.summary or headline(entry), type="text")
    item.content(content or None, type="html")
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


def atom_links(entry: Entry) -> list[dict[str, str]]:
    """The links of an entry: its page, its external page, then its enclosures. RFC 4287 §4.2.7."""
    links = [{"href": _link(entry), "rel": "alternate", "type": "text/html"}]
    if entry.external_url:
        other = entry.url if entry.links_to_external else entry.external_url
        links.append({"href": other, "rel": "related", "type": "text/html"})
    for enclosure in entry.enclosures:
        # In RSS 0 means unknown; in Atom the attribute is left out.
        about = {"length": str(enclosure.length or ""), "title": enclosure.title}
        links.append({"href": enclosure.url, "rel": "enclosure", "type": enclosure.type, **about})
    return links


def _author(person: Person) -> dict[str, str | None]:
    return {"name": person.name, "email": mailbox(person), "uri": person.url}


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
    for person in feed.authors:
        name = " ".join(person.name.translate(_WITHOUT_BRACKETS).split())
        if name and person.email and _CONTACT.fullmatch(person.email):
            channel.managingEditor(f"{person.email} ({name})")
            break
    channel.ttl(feed.schedule.ttl if feed.schedule else None)
    if feed.rss_cloud:
        server = urlsplit(feed.rss_cloud)
        port = str(server.port or (443 if server.scheme == "https" else 80))
        path = f"{server.path or '/'}{'?' if server.query else ''}{server.query}"
        # The usual protocol, which needs no name of a procedure.
        channel.cloud(server.hostname or "", port, path, registerProcedure="", protocol="http-post")
    # Edges 4 and 7: feedgen would write the time of the build, and switch the locale for it.
    channel._FeedGenerator__rss_lastBuildDate = None
    return channel


def atom_head(feed: Feed) -> Any:
    """The feedgen `FeedGenerator` of a feed for Atom."""
    head = _generator(feed, "application/atom+xml", {**ATOM_NAMESPACES, **dict(feed.atom_namespaces)})
    head.id(feed.id or feed.home_url)
    head.updated(whole_offset(feed.updated or NO_ENTRY_YET))
    head.subtitle(feed.description or None)
    head.icon(feed.icon or None)
    head.logo(feed.logo or None)
    # RFC 4287 §4.1.1: required if an entry has no author.
    head.author([_author(person) for person in feed.authors or (Person(name=feed.title),)])
    return head


def _generator(feed: Feed, media_type: str, namespaces: dict[str, str]) -> Any:
    head = FeedGenerator()
    head.register_extension("feedkit", _Head)
    head.feedkit.feed, head.feedkit.namespaces = feed, namespaces
    head.title(feed.title)
    head.generator("feedkit")
    own = [{"href": feed.feed_url, "rel": "self", "type": media_type}] if feed.feed_url else []
    # Edge 2: feedgen uses the last link as that of the channel, so the page comes last.
    head.link([*own, *_feed_links(feed), {"href": feed.home_url, "rel": "alternate", "type": "text/html"}])
    head.language(feed.language or None)
    head.rights(feed.rights or None)
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
        _add_stylesheet(root, feed)
        for link in _feed_links(feed):
            _add(channel, "atom:link", **link)
        if feed.updated is not None:
            _add(channel, "lastBuildDate", rfc822(feed.updated))
        if feed.schedule is not None:
            _add_schedule(channel, feed.schedule)
        _add_history(channel, feed)
        if feed.podcast is not None:
            _add_show(channel, feed, feed.podcast)
        _add_foreign(channel, feed.elements)

    def extend_atom(self, root: Element) -> None:
        """Add the types of titles, and elements that feedgen lacks."""
        _add_stylesheet(root, self.feed)
        for element in root.iterchildren("title", "subtitle"):
            element.set("type", "text")
        _add_history(root, self.feed)
        _add_foreign(root, self.feed.elements, default=OWN["atom"])
        # RFC 6721 §3, newest first.
        for tombstone in sorted(self.feed.tombstones, key=lambda stone: (-stone.when.timestamp(), stone.ref)):
            _add(root, "at:deleted-entry", ref=tombstone.ref, when=rfc3339(tombstone.when))


class _Item(BaseEntryExtension):  # type: ignore[misc]  # feedgen has no types
    """The elements of an entry that feedgen lacks or writes wrong."""

    entry: Entry

    def extend_rss(self, item: Element) -> None:
        """Add authors without a mailbox (edge 9), dates without a locale (edge 7), and elements that RSS lacks."""
        entry = self.entry
        for person in entry.authors:
            _add(item, "dc:creator", person.name)
        _add(item, "pubDate", rfc822(entry.published))
        # As timestamps: in an hour that a clock change repeats, datetimes of two zones are never equal (PEP 495).
        if entry.updated is not None and entry.updated.timestamp() != entry.published.timestamp():
            _add(item, "atom:updated", rfc3339(entry.updated))
        if entry.language:
            _add(item, "dc:language", entry.language)
        # One enclosure per item (RSS Advisory Board): the others are written as Media RSS.
        _add_media(item, entry.image, entry.enclosures[1:])
        if entry.markdown:
            _add(item, "source:markdown", entry.markdown)
        if entry.episode is not None:
            _add_episode(item, entry, entry.episode)
        _add_foreign(item, entry.elements)

    def extend_atom(self, item: Element) -> None:
        """Add the attributes of links, which feedgen loses (edge 1), and elements that feedgen lacks."""
        for element in item.iterchildren("title"):
            element.set("type", "text")
        for element, link in zip(item.iterchildren("link"), atom_links(self.entry), strict=True):
            for name in ("rel", "type", "length", "title"):
                if value := link.get(name):
                    element.set(name, value)
        if self.entry.language:
            item.set("{http://www.w3.org/XML/1998/namespace}lang", self.entry.language)
        _add_media(item, self.entry.image)
        _add_foreign(item, self.entry.elements, default=OWN["atom"])


def _add(parent: Element, tag: str, text: str = "", /, **attributes: str | int | None) -> Element:
    """The new child of an element, such as `dc:creator` or `ttl`; attributes that are None, empty or 0 are left out."""
    written = {name: str(value) for name, value in attributes.items() if value}
    child = etree.SubElement(parent, _qualified(tag), written)
    child.text = text or None
    return child


@cache
def _qualified(tag: str) -> str:
    """The name of an element that feedkit writes, such as `dc:creator`, as lxml expects it."""
    prefix, _, name = tag.rpartition(":")
    return f"{{{OWN[prefix]}}}{name}" if prefix else name


def _add_texts(parent: Element, prefix: str, texts: Mapping[str, str | int | None]) -> None:
    """Add elements of a vocabulary, except those that are None, empty or 0."""
    for name, text in texts.items():
        if text:
            _add(parent, f"{prefix}:{name}", str(text))


def _add_stylesheet(root: Element, feed: Feed) -> None:
    """Add `xml-stylesheet` before the root (xml-stylesheet 1.0 §3). CSS only: browsers are removing XSLT."""
    if feed.stylesheet:
        # XML has no escapes in processing instructions; the recommendation defines those of attributes.
        data = f'type="text/css" href="{escape(feed.stylesheet)}"'
        root.addprevious(etree.ProcessingInstruction("xml-stylesheet", data))


def _feed_links(feed: Feed) -> list[dict[str, str]]:
    """The links of a head to hubs (WebSub §4) and archives (RFC 5005 §4)."""
    links = [{"rel": "hub", "href": hub} for hub in feed.hubs]
    archives = {"current": feed.current, "prev-archive": feed.prev_archive, "next-archive": feed.next_archive}
    return links + [{"rel": rel, "href": href} for rel, href in archives.items() if href]


def _add_history(parent: Element, feed: Feed) -> None:
    """Add `fh:complete` (RFC 5005 §2) or `fh:archive` (§4)."""
    for name in ("complete", "archive"):
        if getattr(feed, name):
            _add(parent, f"fh:{name}")


def _add_schedule(channel: Element, schedule: Schedule) -> None:
    """Add RSS 2.0 `skipHours` and `skipDays`, sorted and unique, and the RSS 1.0 module Syndication."""
    hours = sorted(set(schedule.skip_hours))
    days = [day for day in DAYS if day in schedule.skip_days]
    for parent, child, values in (("skipHours", "hour", hours), ("skipDays", "day", days)):
        if values:
            element = _add(channel, parent)
            for value in values:
                _add(element, child, str(value))
    period = {"updatePeriod": schedule.update_period, "updateFrequency": schedule.update_frequency}
    _add_texts(channel, "sy", period)


def _add_media(item: Element, image: Image | None, files: Iterable[Enclosure] = ()) -> None:
    """Add `media:content` for the hero picture and for files, `media:thumbnail` for the picture. Media RSS 1.5.1.

    The picture comes first, since feed readers use the first one. A size of 0 is unknown, and is left out.
    """

    def add_content(title: str, **attributes: str | int | None) -> None:
        content = _add(item, "media:content", **attributes)
        # Not media:description, which feedparser reads as the description or the content of the entry.
        if title:
            _add(content, "media:title", title, type="plain")

    if image is not None:
        size = {"width": image.width, "height": image.height}
        add_content(image.alt, url=image.url, medium="image", type=image.type, fileSize=image.length, **size)
    for file in files:
        if image is None or file.url != image.url:
            family = file.type.partition("/")[0]
            medium = family if family in ("image", "audio", "video") else "document"
            about = {"fileSize": file.length, "duration": file.duration}
            add_content(file.title, url=file.url, medium=medium, type=file.type, **about)
    if image is not None:
        _add(item, "media:thumbnail", url=image.url, **size)


def _add_foreign(parent: Element, elements: Iterable[ForeignElement], *, default: str = "", depth: int = 1) -> None:
    """Add elements of other vocabularies with their children; those in the namespace `default` without one (edge 15).

    Raises `ValueError` for elements that are nested too deeply.
    """
    if depth > _MAX_DEPTH:
        raise ValueError(f"elements are nested more than {_MAX_DEPTH} deep")
    for element in elements:
        name = element.name if element.namespace == default else f"{{{element.namespace}}}{element.name}"
        child = etree.SubElement(parent, name, dict(element.attributes))
        child.text = element.text or None
        _add_foreign(child, element.children, default=default, depth=depth + 1)


def _add_show(channel: Element, feed: Feed, podcast: Podcast) -> None:
    author = podcast.author or ", ".join(person.name for person in feed.authors)
    texts = {
        "author": author[:_MAX_AUTHOR_CHARS],
        "explicit": "true" if podcast.explicit else "false",
        "type": podcast.type,
        "block": "Yes" if podcast.block else "",
        "complete": "Yes" if podcast.complete else "",
        "new-feed-url": podcast.new_feed_url,
    }
    _add_texts(channel, "itunes", texts)
    if podcast.image:
        _add(channel, "itunes:image", href=podcast.image)
    # An owner without a mail address is an error (W3C validator: MissingElement).
    if podcast.owner_email:
        owner = _add(channel, "itunes:owner")
        _add_texts(owner, "itunes", {"name": podcast.owner_name, "email": podcast.owner_email})
    # One element for each main category, with its subcategories.
    mains: dict[str, Element] = {}
    for category in podcast.categories:
        main, _, sub = (part.strip() for part in category.partition("/"))
        if main not in mains:
            mains[main] = _add(channel, "itunes:category", text=main)
        if sub:
            _add(mains[main], "itunes:category", text=sub)
    guid, address = podcast.guid, feed.current or feed.feed_url
    if not guid and address:
        # Podcast namespace 1.0: of the address without scheme and final slashes; of an archive, of its feed's.
        guid = str(uuid5(_GUID_NAMESPACE, re.sub(r"^https?://", "", address).rstrip("/")))
    _add_texts(channel, "podcast", {"guid": guid})
    if podcast.locked is not None:
        _add(channel, "podcast:locked", "yes" if podcast.locked else "no", owner=podcast.owner_email)
    for funding in podcast.funding:
        _add(channel, "podcast:funding", funding.title, url=funding.url)
    _add_persons(channel, podcast.persons)
    _add_texts(channel, "podcast", {"medium": podcast.medium, "license": podcast.license})


def _add_episode(item: Element, entry: Entry, episode: Episode) -> None:
    texts = {
        "title": episode.title,
        "author": ", ".join(person.name for person in entry.authors)[:_MAX_AUTHOR_CHARS],
        "duration": entry.enclosures[0].duration if entry.enclosures else None,
        "season": episode.season,
        "episode": episode.number,
        "episodeType": episode.type,
        "explicit": "" if episode.explicit is None else "true" if episode.explicit else "false",
        "block": "Yes" if episode.block else "",
    }
    _add_texts(item, "itunes", texts)
    if episode.image:
        _add(item, "itunes:image", href=episode.image)
    if episode.season:
        _add(item, "podcast:season", str(episode.season), name=episode.season_name)
    if episode.number:
        _add(item, "podcast:episode", str(episode.number))
    for words in episode.transcripts:
        rel = "captions" if words.captions else None
        _add(item, "podcast:transcript", url=words.url, type=words.type, language=words.language, rel=rel)
    if episode.chapters:
        _add(item, "podcast:chapters", url=episode.chapters, type="application/json+chapters")
    _add_persons(item, episode.persons)


def _add_persons(parent: Element, persons: Iterable[Participant]) -> None:
    for person in persons:
        about = {"role": person.role, "group": person.group, "img": person.image, "href": person.url}
        _add(parent, "podcast:person", person.name, **about)
