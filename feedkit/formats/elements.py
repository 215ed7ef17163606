"""Builds the XML elements that feedgen lacks, and serialises the elements of entries.

Links, history, schedules, tombstones, Media RSS, other vocabularies; shows and episodes in the itunes and podcast
vocabularies. feedgen's own podcast extension refuses `explicit` true (edge 10) and pictures whose address does not end
in .jpg or .png (edge 18). Tags that Apple has deprecated (subtitle, summary, keywords) are not written. The only module
of the formats that imports lxml.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cache, lru_cache
from html import escape
from urllib.parse import urlsplit

from lxml import etree

from feedkit.dates import rfc3339
from feedkit.formats.verification import parse_xml
from feedkit.formats.xml_syntax import OWN, hexadecimal
from feedkit.model import DAYS, Enclosure, Entry, Episode, Feed, Image, Participant, Podcast, Schedule
from feedkit.model import Element as ForeignElement

XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"

Element = etree._Element

#: How deep elements of other vocabularies may be nested: libxml2, which feed readers use, stops at 256.
MAX_DEPTH = 240

#: Apple: the maximum length of `itunes:author`.
MAX_AUTHOR_CHARS = 255

# Podcast namespace 1.0 `podcast:guid`: the namespace of the UUIDs.
_GUID_NAMESPACE = "ead4c236-bf58-58c6-a2c6-a6b28d128cb6"


def serialised(
    element: Element, namespaces: Mapping[str, str], holder: Element | None = None, content: str = ""
) -> bytes:
    """The bytes of an element in a document whose root declares the namespaces; it is moved out of its tree.

    `content` becomes the text of `holder`, an element in it. Raises `ValueError` if the result is not well-formed.
    """
    if holder is not None:
        holder.text = None
        etree.SubElement(holder, "cut")
    # Without a root, the element would declare its namespaces again (`ns0:encoded`).
    root = etree.Element("root", nsmap=dict(namespaces))
    root.append(element)
    whole = hexadecimal(etree.tostring(root, encoding="UTF-8"))
    parse_xml((whole,))
    data = whole[whole.index(f"<{element.tag}".encode()) : -len("</root>")]
    return data if holder is None else data.replace(b"<cut/>", _escaped(content), 1)


# Small, since the formats of an entry are rendered one after the other.
@lru_cache(maxsize=2)
def _escaped(text: str) -> bytes:
    """The content, escaped like lxml does; cached, so that it is parsed once for RSS and Atom."""
    data = text.encode().replace(b"&", b"&amp;").replace(b"<", b"&lt;").replace(b">", b"&gt;").replace(b"\r", b"&#13;")
    parse_xml((b"<content>%b</content>" % data,))
    return data


def add(parent: Element, tag: str, text: str | None = None, **attributes: str | None) -> Element:
    """The new child of an element, such as `dc:creator` or `ttl`; attributes that are None are left out."""
    child = etree.SubElement(parent, qualified(tag))
    for name, value in attributes.items():
        if value is not None:
            # `text_` is the attribute `text`, since the parameter `text` is the text of the element.
            child.set("text" if name == "text_" else name, value)
    if text is not None:
        child.text = text
    return child


@cache
def qualified(tag: str) -> str:
    """The name of an element that feedkit writes, such as `dc:creator`, as lxml expects it."""
    prefix, _, name = tag.rpartition(":")
    return f"{{{OWN[prefix]}}}{name}" if prefix else name


def _add_texts(parent: Element, prefix: str, texts: Mapping[str, str]) -> None:
    """Add elements of a vocabulary, except those with an empty text."""
    for name, text in texts.items():
        if text:
            add(parent, f"{prefix}:{name}", text)


def add_stylesheet(root: Element, href: str) -> None:
    """Add `xml-stylesheet` before the root (xml-stylesheet 1.0 §3). CSS only: browsers are removing XSLT."""
    # XML has no escapes in processing instructions; the recommendation defines those of attributes.
    root.addprevious(etree.ProcessingInstruction("xml-stylesheet", f'type="text/css" href="{escape(href)}"'))


def feed_links(feed: Feed) -> list[dict[str, str]]:
    """The links of a head to hubs (WebSub §4) and archives (RFC 5005 §4)."""
    links = [{"rel": "hub", "href": hub} for hub in feed.hubs]
    archives = {"current": feed.current, "prev-archive": feed.prev_archive, "next-archive": feed.next_archive}
    return links + [{"rel": rel, "href": href} for rel, href in archives.items() if href]


def add_history(parent: Element, feed: Feed) -> None:
    """Add `fh:complete` (RFC 5005 §2) or `fh:archive` (§4)."""
    if feed.complete:
        add(parent, "fh:complete")
    if feed.archive:
        add(parent, "fh:archive")


def add_schedule(channel: Element, schedule: Schedule) -> None:
    """Add RSS 2.0 `skipHours` and `skipDays`, sorted and unique, and the RSS 1.0 module Syndication."""
    hours = [str(hour) for hour in sorted(set(schedule.skip_hours))]
    days = [day for day in DAYS if day in schedule.skip_days]
    for parent, child, values in (("skipHours", "hour", hours), ("skipDays", "day", days)):
        if values:
            element = add(channel, parent)
            for value in values:
                add(element, child, value)
    frequency = str(schedule.update_frequency or "")
    _add_texts(channel, "sy", {"updatePeriod": schedule.update_period or "", "updateFrequency": frequency})


def add_tombstones(parent: Element, feed: Feed) -> None:
    """Add `at:deleted-entry` (RFC 6721 §3) for each deleted entry, newest first."""
    for tombstone in sorted(feed.tombstones, key=lambda stone: (-stone.when.timestamp(), stone.ref)):
        add(parent, "at:deleted-entry", ref=tombstone.ref, when=rfc3339(tombstone.when))


def cloud(url: str) -> dict[str, str]:
    """The attributes of RSS 2.0 `cloud` for the address of an rssCloud server, with `http-post`, the usual protocol."""
    parts = urlsplit(url)
    return {
        "domain": parts.hostname or "",
        "port": str(parts.port or (443 if parts.scheme == "https" else 80)),
        "path": f"{parts.path or '/'}{'?' if parts.query else ''}{parts.query}",
        "registerProcedure": "",
        "protocol": "http-post",
    }


def add_media(item: Element, image: Image | None, files: Iterable[Enclosure] = ()) -> None:
    """Add `media:content` for the hero picture and for files, `media:thumbnail` for the picture. Media RSS 1.5.1.

    The picture comes first, since feed readers use the first one. A size of 0 is unknown, and is left out.
    """
    contents: list[tuple[str, dict[str, str | None]]] = []
    if image is not None:
        size = {"width": _digits(image.width), "height": _digits(image.height)}
        about = {"url": image.url, "medium": "image", "type": image.type, "fileSize": _digits(image.length)}
        contents.append((image.alt, {**about, **size}))
    for file in files:
        if image is None or file.url != image.url:
            family = file.type.partition("/")[0]
            medium = family if family in ("image", "audio", "video") else "document"
            about = {"url": file.url, "medium": medium, "type": file.type, "fileSize": _digits(file.length)}
            contents.append((file.title, {**about, "duration": _digits(file.duration)}))
    for title, attributes in contents:
        content = add(item, "media:content", **attributes)
        # Not media:description, which feedparser reads as the description or the content of the entry.
        if title:
            add(content, "media:title", title, type="plain")
    if image is not None:
        add(item, "media:thumbnail", url=image.url, **size)


def _digits(number: int | None) -> str | None:
    return str(number) if number else None


def add_foreign(parent: Element, elements: Iterable[ForeignElement], *, default: str = "", depth: int = 1) -> None:
    """Add elements of other vocabularies with their children; those in the namespace `default` without one (edge 15).

    Raises `ValueError` for elements that are nested too deeply.
    """
    if depth > MAX_DEPTH:
        raise ValueError(f"elements are nested more than {MAX_DEPTH} deep")
    for element in elements:
        name = element.name if element.namespace == default else f"{{{element.namespace}}}{element.name}"
        child = etree.SubElement(parent, name, dict(element.attributes))
        child.text = element.text or None
        add_foreign(child, element.children, default=default, depth=depth + 1)


def add_show(channel: Element, feed: Feed, podcast: Podcast) -> None:
    """Add the elements of a show to a channel."""
    author = podcast.author or ", ".join(person.name for person in feed.authors)
    texts = {
        "author": author[:MAX_AUTHOR_CHARS],
        "explicit": "true" if podcast.explicit else "false",
        "type": podcast.type,
        "block": "Yes" if podcast.block else "",
        "complete": "Yes" if podcast.complete else "",
        "new-feed-url": podcast.new_feed_url or "",
    }
    _add_texts(channel, "itunes", texts)
    if podcast.image:
        add(channel, "itunes:image", href=podcast.image)
    # An owner without a mail address is an error (W3C validator: MissingElement).
    if podcast.owner_email:
        owner = add(channel, "itunes:owner")
        _add_texts(owner, "itunes", {"name": podcast.owner_name, "email": podcast.owner_email})
    # One element for each main category, with its subcategories.
    mains: dict[str, Element] = {}
    for category in podcast.categories:
        main, _, sub = (part.strip() for part in category.partition("/"))
        if main not in mains:
            mains[main] = add(channel, "itunes:category", text_=main)
        if sub:
            add(mains[main], "itunes:category", text_=sub)
    _add_texts(channel, "podcast", {"guid": show_guid(feed, podcast)})
    if podcast.locked is not None:
        add(channel, "podcast:locked", "yes" if podcast.locked else "no", owner=podcast.owner_email or None)
    for funding in podcast.funding:
        add(channel, "podcast:funding", funding.title or None, url=funding.url)
    _add_persons(channel, podcast.persons)
    _add_texts(channel, "podcast", {"medium": podcast.medium, "license": podcast.license})


def show_guid(feed: Feed, podcast: Podcast) -> str:
    """The UUID of a show: from its settings, or version 5 of the feed's address without scheme and final slashes.

    For an archive, the address is that of the subscription document. Empty if the address is unknown.
    """
    address = feed.current or feed.feed_url
    if podcast.guid or address is None:
        return podcast.guid
    # Late: most sites have no podcast.
    from uuid import UUID, uuid5

    return str(uuid5(UUID(_GUID_NAMESPACE), re.sub(r"^https?://", "", address).rstrip("/")))


def add_episode(item: Element, entry: Entry, episode: Episode) -> None:
    """Add the elements of an episode to an item."""
    duration = entry.enclosures[0].duration if entry.enclosures else None
    texts = {
        "title": episode.title,
        "author": ", ".join(person.name for person in entry.authors)[:MAX_AUTHOR_CHARS],
        "duration": str(duration or ""),
        "season": str(episode.season or ""),
        "episode": str(episode.number or ""),
        "episodeType": episode.type,
        "explicit": "" if episode.explicit is None else "true" if episode.explicit else "false",
        "block": "Yes" if episode.block else "",
    }
    _add_texts(item, "itunes", texts)
    if episode.image:
        add(item, "itunes:image", href=episode.image)
    if episode.season:
        add(item, "podcast:season", str(episode.season), name=episode.season_name or None)
    if episode.number:
        add(item, "podcast:episode", str(episode.number))
    for words in episode.transcripts:
        rel = "captions" if words.captions else None
        add(item, "podcast:transcript", url=words.url, type=words.type, language=words.language, rel=rel)
    if episode.chapters:
        add(item, "podcast:chapters", url=episode.chapters, type="application/json+chapters")
    _add_persons(item, episode.persons)


def _add_persons(parent: Element, persons: Iterable[Participant]) -> None:
    for person in persons:
        about = {"role": person.role or None, "group": person.group or None, "img": person.image, "href": person.url}
        add(parent, "podcast:person", person.name, **about)
