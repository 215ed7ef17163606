"""The head of each feed: what it is called, what it is about, what it says of itself, whatever the format."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from msgspec.structs import replace

from feedkit.articles.media import Measured, measure
from feedkit.config.site import Site
from feedkit.errors import printable
from feedkit.formats.format import FEED_FORMATS, Format
from feedkit.formats.frame import MAX_PICTURE_PIXELS, shared_authors
from feedkit.model import ITUNES, Element, Entry, Feed, Image, newest
from feedkit.site.podcasts import with_known_categories
from feedkit.site.published import Publication
from feedkit.site.taxonomy import Selection, page_url
from feedkit.urls import path_url, stable_id, uuid_urn

# RSS 2.0 `image`.
_TYPES = frozenset(["image/gif", "image/jpeg", "image/png"])


class Heads:
    """The heads of the feeds of a publication. The pictures of the site are measured once for all of them."""

    def __init__(self, publication: Publication) -> None:
        self.publication = publication
        site = publication.site
        measured = {url: _measured(site, url) for url in (site.logo, site.icon) if url}
        #: The paths at which the pictures were looked for, also those where there is none.
        self.looked_at = tuple(path for item in measured.values() for path in item.looked_at)
        images = [_image(url, item) for url, item in measured.items() if item.type in _TYPES]
        most = MAX_PICTURE_PIXELS
        fitting = [item for item in images if (item.width or 0) <= most[0] and (item.height or 0) <= most[1]]
        #: The picture of RSS: the first of logo and icon that it may show in its size, else the first that it may show.
        self.image = next(iter([*fitting, *images]), None)

    def head(self, selection: Selection, format_: Format, entries: Sequence[Entry] = ()) -> Feed:
        """The head of a feed of some entries in one format; only the site's own has tombstones."""
        site = self.publication.site
        return Feed(
            id=feed_id(site, selection),
            title=title(site, selection),
            home_url=home_url(site, selection),
            feed_url=site.url(document_path(site, selection.folder, format_)),
            description=description(site, selection),
            language=language(site, selection),
            authors=shared_authors(entries) or site.authors,
            updated=newest(entry.modified for entry in entries),
            icon=site.icon,
            logo=site.logo,
            image=self.image,
            rights=site.rights,
            hubs=site.hubs,
            schedule=site.schedule,
            rss_cloud=site.rss_cloud,
            podcast=with_known_categories(site.podcast) if site.podcast else None,
            stylesheet=stylesheet(site),
            complete=not selection.older,
            tombstones=() if selection.name else self.publication.tombstones,
        )


def stylesheet(site: Site) -> str | None:
    """The address of the stylesheet of the feeds: that of a setting, else that of the document."""
    return site.stylesheet or (site.url(site.names.style) if "style" in site.formats else None)


def formats_of(site: Site, selection: Selection) -> tuple[Format, ...]:
    """The formats of a feed, in the order in which they are written."""
    owner = selection.feed or selection.taxonomy
    names = site.formats if owner is None or owner.formats is None else owner.formats
    return tuple(format_ for name, format_ in FEED_FORMATS.items() if name in names)


def document_path(site: Site, folder: str, format_: Format) -> str:
    """The path of a feed's document below the output folder."""
    return f"{folder}{getattr(site.names, format_.name)}"


def title(site: Site, selection: Selection) -> str:
    """The title of a feed: its own, or that of the site with the name of the feed."""
    if not selection.name:
        return site.title
    own = selection.feed or selection.term
    return own.title or f"{site.title}: {selection.name}"


def description(site: Site, selection: Selection) -> str:
    """What is said of a feed; empty where nothing is."""
    return (selection.feed or selection.term).description if selection.name else site.description


def home_url(site: Site, selection: Selection) -> str:
    """The page that a feed is about: its own, the folder of another choice, else that of the site."""
    folder = path_url(site.base_url, selection.folder) if selection.feed else site.base_url
    return page_url(site, selection) or folder


def language(site: Site, selection: Selection) -> str:
    """The language of a feed: that of its settings, or its name where it is the feed of a language."""
    if selection.taxonomy and selection.taxonomy.source == "language":
        return selection.name
    return (selection.feed.language if selection.feed else None) or site.language


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
    return _image(url, _measured(site, url)) if url else None


def missing_file(site: Site, url: str | None) -> str:
    """The path of the file of an address that is missing in a folder of `Site.static` that is there; else empty."""
    measured = _measured(site, url) if url else None
    if measured is None or measured.length is not None:
        return ""
    return next((printable(path) for path in measured.looked_at if Path(path).parent.is_dir()), "")


def _measured(site: Site, url: str) -> Measured:
    return measure(url, url, site.base_url, static=site.static)


def _image(url: str, measured: Measured) -> Image:
    return Image(url=url, type=measured.type, width=measured.width, height=measured.height, length=measured.length)


def moved(feed: Feed, format_: Format) -> Feed:
    """The head of a feed under a former address: it names the new address as its own, and RSS says that it has moved.

    Apple Podcasts "Move a podcast RSS feed": `itunes:new-feed-url`, which other readers follow, too.
    """
    if format_.name != "rss":
        return feed
    if feed.podcast is not None:
        return replace(feed, podcast=replace(feed.podcast, new_feed_url=feed.feed_url))
    element = Element(prefix="itunes", namespace=ITUNES, name="new-feed-url", text=feed.feed_url or "")
    return replace(feed, elements=(*feed.elements, element))
