"""The documents that one feed is spread over: the document that people subscribe to, and archives.

RFC 5005 §4. Archives are counted from the oldest entry and hold as many entries as the feed does: no entry moves from
one to another when a new one comes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import msgspec

from feedkit.model import Entry, Feed
from feedkit.site.taxonomy import Selection


class FeedPart(msgspec.Struct, frozen=True, kw_only=True):
    """One document of a feed."""

    #: The number of an archive, from 1; 0 for the document that people subscribe to.
    number: int
    #: How many archives there are.
    archives: int
    #: Newest first.
    entries: tuple[Entry, ...]

    @property
    def folder(self) -> str:
        """Its folder below that of the feed."""
        return archive_folder(self.number)


def archive_folder(number: int) -> str:
    """The folder of an archive below that of its feed; empty for the document that people subscribe to."""
    return f"archive/{number}/" if number else ""


def pages(selection: Selection, *, archives: bool) -> Iterator[FeedPart]:
    """The documents of a feed: archives, oldest first, then the document that people subscribe to.

    Only full archives are frozen: what does not fill one is in the last document, which holds as many.
    """
    size = len(selection.entries)
    # Without archives, the older ones are of no use here: there are far more of them.
    entries = (*selection.entries, *selection.older) if archives else ()
    count = (len(entries) - 1) // size if entries and size else 0
    for number in range(1, count + 1):
        end = len(entries) - (number - 1) * size
        yield FeedPart(number=number, archives=count, entries=entries[end - size : end])
    yield FeedPart(number=0, archives=count, entries=selection.entries)


def with_archive_links(feed: Feed, page: FeedPart, address: Callable[[int], str]) -> Feed:
    """The head with the links of RFC 5005 §4; `address` gives that of a document by its number, 0 for the feed's own.

    The newest archive has no `next-archive` until there is one: it changes once, and no other does.
    """
    if page.archives == 0:
        return feed
    if page.number == 0:
        return msgspec.structs.replace(feed, complete=False, prev_archive=address(page.archives))
    return msgspec.structs.replace(
        feed,
        complete=False,
        archive=True,
        feed_url=address(page.number),
        current=address(0),
        prev_archive=address(page.number - 1) if page.number > 1 else None,
        next_archive=address(page.number + 1) if page.number < page.archives else None,
        tombstones=(),
    )
