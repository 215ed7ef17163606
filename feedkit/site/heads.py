"""The head of each feed: what it is called, what it is about, what it says of itself, whatever the format.

Refuses an id with the host in it that changes when the site moves: ids are made of `Site.id_namespace`.
"""

from __future__ import annotations

from feedkit.articles.media import measure
from feedkit.config.site import Site
from feedkit.formats.format import Format
from feedkit.model import ITUNES, Element, Feed, Image, Tombstone
from feedkit.records import replace
from feedkit.site.taxonomy import Selection
from feedkit.urls import absolute, path_url, stable_id, uuid_urn

#: RSS 2.0 `image`: a GIF, JPEG or PNG, and the most pixels that it may have.
MAX_WIDTH, MAX_HEIGHT = 144, 400
_PICTURES = frozenset(["image/gif", "image/jpeg", "image/png"])


def head(site: Site, selection: Selection, format_: Format, tombstones: tuple[Tombstone, ...] = ()) -> Feed:
    """The head of a feed in one format; only the site's own has tombstones."""
    title, description = _texts(site, selection)
    return Feed(
        id=feed_id(site, selection),
        title=title,
        home_url=_home(site, selection),
        feed_url=site.url(path(site, selection.folder, format_)),
        description=description,
        language=_language(site, selection),
        authors=site.authors,
        icon=site.icon,
        logo=site.logo,
        image=_channel_picture(site),
        rights=site.rights,
        hubs=site.hubs,
        schedule=site.schedule,
        rss_cloud=site.rss_cloud,
        podcast=site.podcast,
        stylesheet=site.stylesheet,
        complete=not selection.older,
        tombstones=() if selection.name else tombstones,
    )


def path(site: Site, folder: str, format_: Format) -> str:
    """The path of a feed's document below the output folder."""
    return f"{folder}{getattr(site.names, format_.name)}"


def feed_id(site: Site, selection: Selection) -> str:
    """The id of a feed: its own, or a urn:uuid: made of the site's namespace and its folder. RFC 4287 §4.2.6.

    A renamed term keeps the id that its first name gave it. The format is no part of it: all three are one feed.
    """
    own = selection.feed.id if selection.feed else "" if selection.taxonomy else site.id
    if own:
        return stable_id(own, site.id_namespace)
    former = selection.term.formerly
    folder = selection.folder_of(former[0]) if former else selection.folder
    return uuid_urn(site.id_namespace, "feed", folder)


def picture(site: Site, url: str | None) -> Image | None:
    """The picture at an address, measured if it lies in a folder of `Site.static`."""
    if not url:
        return None
    known = measure(url, url, site.base_url, static=site.static)
    return Image(url=url, type=known.type, width=known.width, height=known.height, length=known.length)


def _channel_picture(site: Site) -> Image | None:
    """The picture of RSS: the first of logo and icon that it may show in its size, else the first that it may show."""
    found = [item for item in (picture(site, site.logo), picture(site, site.icon)) if item and item.type in _PICTURES]
    fitting = [item for item in found if (item.width or 0) <= MAX_WIDTH and (item.height or 0) <= MAX_HEIGHT]
    return next(iter([*fitting, *found]), None)


def moved(feed: Feed, format_: Format) -> Feed:
    """The head of a feed under a former address: it names the new one as its own, and RSS says that it has moved.

    Apple Podcasts "Move a podcast RSS feed": `itunes:new-feed-url`, which other readers follow, too.
    """
    if format_.name != "rss":
        return feed
    if feed.podcast is not None:
        return replace(feed, podcast=replace(feed.podcast, new_feed_url=feed.feed_url))
    element = Element(prefix="itunes", namespace=ITUNES, name="new-feed-url", text=feed.feed_url or "")
    return replace(feed, elements=(*feed.elements, element))


def _texts(site: Site, selection: Selection) -> tuple[str, str]:
    """Title and description."""
    if not selection.name:
        return site.title, site.description
    own = selection.feed or selection.term
    return own.title or f"{site.title}: {selection.name}", own.description


def _home(site: Site, selection: Selection) -> str:
    if selection.feed and selection.feed.home:
        return absolute(selection.feed.home, site.base_url)
    return path_url(site.base_url, selection.folder)


def _language(site: Site, selection: Selection) -> str:
    if selection.taxonomy and selection.taxonomy.source == "language":
        return selection.name
    return (selection.feed.language if selection.feed else None) or site.language
