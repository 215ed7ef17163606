"""What feedgen has no word for, as elements for its extensions: links, history, schedules, media, foreign vocabularies.

Refuses to write an element twice, and an empty one.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from urllib.parse import urlsplit

from feedkit.dates import rfc3339
from feedkit.feed_values import DAYS, Element, Schedule
from feedkit.formats import _xml
from feedkit.formats.vocabularies import OWN
from feedkit.model import Enclosure, Feed, Image


@cache
def named(prefix: str, name: str) -> str:
    """An element's name as lxml wants it."""
    return f"{{{OWN[prefix]}}}{name}"


def feed_links(feed: Feed) -> list[dict[str, str]]:
    """The links of a head beside its own address and its page: hubs (WebSub §4), archives (RFC 5005 §4)."""
    links = [{"rel": "hub", "href": hub} for hub in feed.hubs]
    archives = {"current": feed.current, "prev-archive": feed.prev_archive, "next-archive": feed.next_archive}
    return links + [{"rel": rel, "href": href} for rel, href in archives.items() if href]


def add_history(parent: _xml.Element, feed: Feed) -> None:
    """`fh:complete` (RFC 5005 §2) or `fh:archive` (§4)."""
    if feed.complete:
        _xml.add(parent, named("fh", "complete"))
    if feed.archive:
        _xml.add(parent, named("fh", "archive"))


def add_schedule(channel: _xml.Element, schedule: Schedule) -> None:
    """RSS 2.0 `skipHours` and `skipDays`, the RSS 1.0 module Syndication. Each hour and day once, in order."""
    for parent, child, values in (
        ("skipHours", "hour", [str(hour) for hour in sorted(set(schedule.skip_hours))]),
        ("skipDays", "day", [day for day in DAYS if day in schedule.skip_days]),
    ):
        if values:
            element = _xml.add(channel, parent)
            for value in values:
                _xml.add(element, child, value)
    if schedule.update_period:
        _xml.add(channel, named("sy", "updatePeriod"), schedule.update_period)
    if schedule.update_frequency:
        _xml.add(channel, named("sy", "updateFrequency"), str(schedule.update_frequency))


def add_tombstones(parent: _xml.Element, feed: Feed) -> None:
    """`at:deleted-entry` (RFC 6721 §3) for each entry that is gone, the newest first."""
    for tombstone in sorted(feed.tombstones, key=lambda stone: (-stone.when.timestamp(), stone.ref)):
        _xml.add(parent, named("at", "deleted-entry"), ref=tombstone.ref, when=rfc3339(tombstone.when))


def cloud(url: str) -> dict[str, str]:
    """The parts of an rssCloud server's address. RSS 2.0 `cloud`; `http-post` is the protocol that is in use."""
    parts = urlsplit(url)
    port = parts.port or (443 if parts.scheme == "https" else 80)
    return {
        "domain": parts.hostname or "",
        "port": str(port),
        "path": f"{parts.path or '/'}{'?' if parts.query else ''}{parts.query}",
        "registerProcedure": "",
        "protocol": "http-post",
    }


def add_media(item: _xml.Element, image: Image | None, files: Iterable[Enclosure] = ()) -> None:
    """`media:content` for the hero picture, then for files; `media:thumbnail` for the picture. Media RSS 1.5.1.

    The picture comes first: readers that want one take the first.
    """
    if image is not None:
        width, height, size = digits(image.width), digits(image.height), digits(image.length)
        facts = {"url": image.url, "medium": "image", "type": image.type, "fileSize": size}
        _add_content(item, image.alt, **facts, width=width, height=height)
    for file in files:
        if image is not None and file.url == image.url:
            continue
        family = file.type.partition("/")[0]
        medium = family if family in ("image", "audio", "video") else "document"
        facts = {"type": file.type, "fileSize": digits(file.length), "duration": digits(file.duration)}
        _add_content(item, file.title, url=file.url, medium=medium, **facts)
    if image is not None:
        _xml.add(item, named("media", "thumbnail"), url=image.url, width=width, height=height)


def _add_content(item: _xml.Element, title: str, **attributes: str | None) -> None:
    content = _xml.add(item, named("media", "content"), **attributes)
    # Not media:description: feedparser takes that for the description of the entry, or for its content.
    if title:
        _xml.add(content, named("media", "title"), title, type="plain")


def add_foreign(parent: _xml.Element, elements: Iterable[Element], *, default: str = "") -> None:
    """Elements of other vocabularies, and what is in them; those of the namespace `default` without one (edge 15)."""
    for element in elements:
        tag = element.name if element.namespace == default else f"{{{element.namespace}}}{element.name}"
        child = _xml.add(parent, tag, element.text or None)
        # Not by name: an attribute may be called `text`, as that of itunes:category is.
        for name, value in element.attributes:
            child.set(name, value)
        add_foreign(child, element.children, default=default)


def digits(number: int | None) -> str | None:
    """A number of pixels or bytes; 0 is what nobody measured, as in the other formats."""
    return str(number) if number else None
