"""Templates of heads: the feeds of a site have most of what they say in common, and are told apart by a few texts.

Refuses what is out of the ordinary, as shows and archives are: those heads are made one by one.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from functools import lru_cache
from typing import Any

from feedkit.dates import rfc822, rfc3339
from feedkit.formats._shape import Probe, Shaped, taken_apart
from feedkit.formats._templates import FIRST, SECOND, Template, cut_of, template_of
from feedkit.formats.frame import Frame
from feedkit.model import Feed
from feedkit.records import replace

#: How many kinds of heads a format remembers.
KINDS = 64

# The texts of a feed that are its own, behind its dates.
_OWN = ("title", "home_url", "feed_url", "id", "description")


class _Kind:
    """What heads have in common, and one of them. Two are one kind where no more than their own texts differ."""

    __slots__ = ("feed", "shape")

    def __init__(self, shape: Hashable, feed: Feed) -> None:
        self.shape = shape
        self.feed = feed

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Kind) and other.shape == self.shape

    def __hash__(self) -> int:
        return hash(self.shape)


def heads_by_template(general: Callable[[Feed], Frame]) -> Callable[[Feed], Frame]:
    """The function that makes the frame of a feed, asked once for all ordinary feeds of one kind."""

    @lru_cache(maxsize=KINDS)
    def template(kind: _Kind) -> tuple[Template, bytes] | None:
        return _template(kind, general)

    def make(feed: Feed) -> Frame:
        found = shaped_head(feed)
        made = found and template(_Kind(found.shape, feed))
        if not found or not made:
            return general(feed)
        return Frame(head=b"".join(made[0].written(found)[0]), separator=b"", tail=made[1])

    return make


def shaped_head(feed: Feed) -> Shaped[Hashable] | None:
    """An ordinary feed taken apart; None for any other."""
    if feed.podcast or feed.schedule or feed.tombstones or feed.elements or feed.json:
        return None
    if feed.archive or feed.prev_archive or feed.next_archive or feed.current:
        return None
    try:
        dates = (rfc822(feed.updated), rfc3339(feed.updated)) if feed.updated else ("", "")
    except OverflowError:
        return None
    texts = ["", *dates, "", feed.title, feed.home_url, feed.feed_url or "", feed.id, feed.description]
    image = feed.image
    shape: Hashable = (
        tuple(map(bool, texts)),
        feed.language,
        feed.authors,
        feed.icon,
        feed.logo,
        # As they are written: numbers may be equal and look different.
        image and (image.url, str(image.width), str(image.height)),
        feed.rights,
        feed.hubs,
        feed.rss_cloud,
        bool(feed.complete),
        feed.stylesheet,
        feed.rss_namespaces,
        feed.atom_namespaces,
    )
    return taken_apart(shape, texts)


def _template(kind: _Kind, general: Callable[[Feed], Frame]) -> tuple[Template, bytes] | None:
    """The template of a kind of heads, and what stands behind the entries."""
    first, second = (_sample(kind.feed, probe) for probe in (FIRST, SECOND))
    try:
        made, wanted = general(first), general(second)
    except ValueError:
        return None
    if made.tail != wanted.tail or made.separator or wanted.separator:
        return None
    cut = cut_of(kind.shape, made.head, shaped_head(first), wanted.head, shaped_head(second))
    return (template_of([cut]), made.tail) if cut else None


def _sample(feed: Feed, probe: Probe) -> Feed:
    texts: dict[str, Any] = {name: probe.text(place) for place, name in enumerate(_OWN, 4) if getattr(feed, name)}
    return replace(feed, updated=feed.updated and probe.published, **texts)
