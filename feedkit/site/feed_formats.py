"""The formats of feeds by their names, and which of them each feed of a site has."""

from __future__ import annotations

from feedkit.config.site import Site
from feedkit.formats.atom import FORMAT as ATOM
from feedkit.formats.format import Format
from feedkit.formats.jsonfeed import FORMAT as JSON_FEED
from feedkit.formats.rss import FORMAT as RSS
from feedkit.site.taxonomy import Selection

FEED_FORMATS = {item.name: item for item in (RSS, ATOM, JSON_FEED)}


def formats_of(site: Site, selection: Selection) -> tuple[Format, ...]:
    """The formats of a feed, in the order in which they are written."""
    owner = selection.feed or selection.taxonomy
    names = site.formats if owner is None or owner.formats is None else owner.formats
    return tuple(format_ for name, format_ in FEED_FORMATS.items() if name in names)
