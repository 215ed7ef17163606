"""Templates of heads: the feeds of a site have most of what they say in common, and are told apart by a few texts.

Refuses what is out of the ordinary, as shows and archives are: those heads are made one by one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any

from feedkit.dates import rfc822, rfc3339
from feedkit.formats._shape import Probe, Shaped, taken_apart
from feedkit.formats._templates import FIRST, SECOND, Cut, Template, cut_of, template_of
from feedkit.formats.frame import Frame
from feedkit.model import Feed
from feedkit.records import dataclass, replace

#: How many kinds of heads a format remembers.
KINDS = 64

#: All that the bytes of an ordinary head depend on, but for its texts; first of it, which texts there are.
HeadShape = tuple[Any, ...]

# The texts of a feed that are its own, behind its dates.
_OWN = ("title", "home_url", "feed_url", "id", "description")


@dataclass(frozen=True, slots=True)
class HeadCut:
    """What one format writes of all heads of one kind, cut at the texts; and what stands behind the entries."""

    cut: Cut
    tail: bytes

    def is_of(self, given: Sequence[bool]) -> bool:
        """As that of `Cut`."""
        return isinstance(self.cut, Cut) and self.cut.is_of(given) and isinstance(self.tail, bytes)


class Kind:
    """What heads have in common, and one of them. Two are one kind where no more than their own texts differ."""

    __slots__ = ("feed", "shape")

    def __init__(self, shape: HeadShape, feed: Feed) -> None:
        self.shape = shape
        self.feed = feed

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Kind) and other.shape == self.shape

    def __hash__(self) -> int:
        return hash(self.shape)


class TemplatedHeads:
    """A function that makes the frame of a feed, asked once for all ordinary feeds of one kind."""

    __slots__ = ("_template", "cut", "general")

    def __init__(self, general: Callable[[Feed], Frame], cut: Callable[[Kind], HeadCut | None] | None = None) -> None:
        """`cut` is where kinds are known that the function need not be asked for."""
        self.general = general
        self.cut = lru_cache(maxsize=KINDS)(cut or self._cut)
        self._template = lru_cache(maxsize=KINDS)(self._whole)

    def __call__(self, feed: Feed) -> Frame:
        """The frame of one feed."""
        found = shaped_head(feed)
        made = found and self._template(Kind(found.shape, feed))
        if not found or not made:
            return self.general(feed)
        return Frame(head=b"".join(made[0].written(found)[0]), separator=b"", tail=made[1])

    def _whole(self, kind: Kind) -> tuple[Template, bytes] | None:
        found = self.cut(kind)
        return (template_of([found.cut]), found.tail) if found else None

    def _cut(self, kind: Kind) -> HeadCut | None:
        return _cut(kind, self.general)


def heads_by_template(general: Callable[[Feed], Frame]) -> TemplatedHeads:
    """The function, which is not asked for what it makes of ordinary feeds."""
    return TemplatedHeads(general)


def shaped_head(feed: Feed) -> Shaped[HeadShape] | None:
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
    shape = (
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


def _cut(kind: Kind, general: Callable[[Feed], Frame]) -> HeadCut | None:
    """What is written of a kind of heads; None where no template can be made of it."""
    first, second = (_sample(kind.feed, probe) for probe in (FIRST, SECOND))
    try:
        made, wanted = general(first), general(second)
    except ValueError:
        return None
    if made.tail != wanted.tail or made.separator or wanted.separator:
        return None
    cut = cut_of(kind.shape, made.head, shaped_head(first), wanted.head, shaped_head(second))
    return HeadCut(cut, made.tail) if cut else None


def _sample(feed: Feed, probe: Probe) -> Feed:
    texts: dict[str, Any] = {name: probe.text(place) for place, name in enumerate(_OWN, 4) if getattr(feed, name)}
    return replace(feed, updated=feed.updated and probe.published, **texts)
