"""What feedgen has no word for, as elements for its extensions: links, history, schedules, media, foreign vocabularies.

Refuses to write an element twice, and an empty one.
"""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import urlsplit

from feedkit.dates import rfc3339
from feedkit.feed_values import DAYS, Element, Schedule
from feedkit.formats import _xml
from feedkit.formats.vocabularies import OWN
from feedkit.model import Feed, Image


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
    """`at:deleted-entry` (RFC 6721 §3) for each entry that is gone."""
    for tombstone in feed.tombstones:
        _xml.add(parent, named("at", "deleted-entry"), ref=tombstone.ref, when=rfc3339(tombstone.when))


def cloud(url: str) -> dict[str, str]:
    """The parts of an rssCloud server's address. RSS 2.0 `cloud`; `http-post` is the protocol that is in use."""
    parts = urlsplit(url)
    port = parts.port or (443 if parts.scheme == "https" else 80)
    return {
        "domain": parts.hostname or "",
        "port": str(port),
        "path": parts.path,
        "registerProcedure": "",
        "protocol": "http-post",
    }


def add_media(item: _xml.Element, image: Image | None) -> None:
    """`media:content` and `media:thumbnail` for the hero picture. Media RSS 1.5.1."""
    if image is None:
        return
    width, height = digits(image.width), digits(image.height)
    content = _xml.add(
        item,
        named("media", "content"),
        url=image.url,
        medium="image",
        type=image.type,
        fileSize=digits(image.length),
        width=width,
        height=height,
    )
    # Not media:description: feedparser takes that for the description of the entry, or for its content.
    if image.alt:
        _xml.add(content, named("media", "title"), image.alt, type="plain")
    _xml.add(item, named("media", "thumbnail"), url=image.url, width=width, height=height)


def add_foreign(parent: _xml.Element, elements: Iterable[Element]) -> None:
    """Elements of other vocabularies, and what is in them."""
    for element in elements:
        child = _xml.add(
            parent, f"{{{element.namespace}}}{element.name}", element.text or None, **dict(element.attributes)
        )
        add_foreign(child, element.children)


def digits(number: int | None) -> str | None:
    """A number of pixels or bytes; 0 is what nobody measured, as in the other formats."""
    return str(number) if number else None
