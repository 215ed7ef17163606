"""Paths, archives and pictures of feeds, and the moves of renamed terms, for every format."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence

from msgspec.structs import replace

from feedkit.articles.media import measure
from feedkit.config.site import Site
from feedkit.errors import OnProblem, Problem, printable, shown
from feedkit.formats.format import Format
from feedkit.formats.frame import MAX_PICTURE_PIXELS
from feedkit.formats.lists import Move
from feedkit.model import ITUNES, Element, Entry, Feed, Image
from feedkit.site.taxonomy import Selection
from feedkit.text import fold
from feedkit.urls import path_url

# The types that RSS 2.0 allows in `image`.
_TYPES = frozenset(["image/gif", "image/jpeg", "image/png"])


def archive_folder(number: int) -> str:
    """The folder of an archive below that of its feed; empty for the subscription document."""
    return f"archive/{number}/" if number else ""


def feed_parts(selection: Selection, *, archives: bool) -> Iterator[tuple[int, int, tuple[Entry, ...]]]:
    """The documents of a feed: the number of each, that of all archives, and its entries, newest first. RFC 5005 §4.

    Archives have numbers from 1, oldest first; the subscription document is 0. They are filled from the oldest entry,
    each with as many entries as the feed, so that a new entry does not move others between them. Only full archives are
    written; the subscription document may overlap with the last one.
    """
    size = len(selection.entries)
    # Without archives, older entries are not copied: there are many.
    entries = (*selection.entries, *selection.older) if archives else ()
    count = (len(entries) - 1) // size if entries and size else 0
    for number in range(1, count + 1):
        end = len(entries) - (number - 1) * size
        yield number, count, entries[end - size : end]
    yield 0, count, selection.entries


def document_path(site: Site, folder: str, format_: Format) -> str:
    """The path of a feed's document below the output folder."""
    return f"{folder}{getattr(site.names, format_.name)}"


def rss_picture(site: Site) -> tuple[Image | None, tuple[str, ...]]:
    """The picture for RSS: the first of logo and icon that is small enough, else the first of an allowed type.

    Also the paths where the pictures were searched for, including those that do not exist.
    """
    measured = [_measured(site, url) for url in (site.logo, site.icon) if url]
    images = [image for image, _ in measured if image.type in _TYPES]
    width, height = MAX_PICTURE_PIXELS
    fitting = [image for image in images if (image.width or 0) <= width and (image.height or 0) <= height]
    return next(iter([*fitting, *images]), None), tuple(path for _, paths in measured for path in paths)


def picture(site: Site, url: str | None) -> tuple[Image | None, str]:
    """The picture at an address, measured if its file is in a folder of `Site.static`; and the path if it is missing.

    The path is empty for a file that was found, and for an address outside of these folders.
    """
    if not url:
        return None, ""
    image, paths = _measured(site, url)
    # Not pathlib, which raises for names that are too long.
    missing = (path for path in paths if os.path.isdir(os.path.dirname(path)))  # noqa: PTH112, PTH120
    return image, printable(next(missing, "")) if image.length is None else ""


def _measured(site: Site, url: str) -> tuple[Image, tuple[str, ...]]:
    """A picture of the site, and the paths where it was searched for."""
    file = measure(url, site)
    return Image(url=url, type=file.type, width=file.width, height=file.height, length=file.length), file.looked_at


def former_folders(site: Site, selections: Sequence[Selection], on_problem: OnProblem) -> dict[str, tuple[str, ...]]:
    """The former folders of renamed terms, by their present folders. One that another term uses now is a Problem."""
    taken = {fold(selection.folder) for selection in selections}
    former: dict[str, tuple[str, ...]] = {}
    for selection in selections:
        for own in selection.term.formerly:
            folder = selection.folder_of(own)
            if fold(folder) in taken:
                key = selection.taxonomy.name if selection.taxonomy else ""
                message = f"{shown(selection.name)} was formerly {shown(own)}, which another term has now"
                hint = "take it out of formerly"
                on_problem(Problem(code="FK432", severity="warning", key=key, message=message, hint=hint))
            else:
                taken.add(fold(folder))
                former[selection.folder] = (*former.get(selection.folder, ()), folder)
    if former and site.renamed == "redirect" and not site.redirects:
        message = "renamed terms are to be redirected, and no redirects are written"
        hint = 'name the styles that your server reads: redirects = ["netlify"]'
        on_problem(Problem(code="FK433", severity="warning", key="redirects", message=message, hint=hint))
    return former


def moves(site: Site, former: Mapping[str, tuple[str, ...]], formats: Sequence[Format]) -> Iterator[Move]:
    """The redirects from each former page and feed document of a term to its new address."""
    pairs = ((old, new) for new, olds in former.items() for old in olds) if site.renamed == "redirect" else ()
    for old, new in pairs:
        yield Move(old=path_url(site.base_url, old), new=path_url(site.base_url, new))
        for format_ in formats:
            paths = document_path(site, old, format_), document_path(site, new, format_)
            yield Move(old=site.url(paths[0]), new=site.url(paths[1]))


def moved(feed: Feed, format_: Format) -> Feed:
    """The head of a feed at a former address: its own link is the new address, and RSS announces the move.

    Apple Podcasts "Move a podcast RSS feed": `itunes:new-feed-url`, which other readers follow, too.
    """
    if format_.name != "rss":
        return feed
    if feed.podcast is not None:
        return replace(feed, podcast=replace(feed.podcast, new_feed_url=feed.feed_url))
    element = Element(prefix="itunes", namespace=ITUNES, name="new-feed-url", text=feed.feed_url or "")
    return replace(feed, elements=(*feed.elements, element))
