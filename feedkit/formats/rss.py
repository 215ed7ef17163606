"""RSS 2.0 with the namespaces atom, content, dc and media. Authors are `dc:creator`: `author` needs a mail address."""

from __future__ import annotations

from collections.abc import Iterable

from feedkit.formats.format import Format, entry_writer, head_writer
from feedkit.formats.frame import Frame
from feedkit.model import Entry, Feed


def _fragment(entry: Entry) -> bytes:
    # Late, here and below: a build that finds nothing changed needs no feedgen.
    from feedkit.formats import by_feedgen

    return by_feedgen.rss_fragment(entry)


def _frame(feed: Feed) -> Frame:
    from feedkit.formats import by_feedgen

    return by_feedgen.rss_frame(feed)


FORMAT = Format(
    name="rss",
    label="RSS",
    media_type="application/rss+xml",
    outline="rss",
    fragment=entry_writer(_fragment),
    frame=head_writer(_frame),
)


def rss(feed: Feed, entries: Iterable[Entry]) -> bytes:
    """A whole RSS 2.0 document (RSS Advisory Board specification and best practices profile).

    Entries stay in the order given. Channel: title, link, description (the title where there is none), language,
    atom:link rel=self and rel=hub, lastBuildDate (the newest change of any entry; left out while there is none).
    Item: guid with isPermaLink true only where the id is the address, pubDate, dc:creator, one category a term,
    description (the summary) before content:encoded, atom:updated where it differs, media:content for the picture.

    Raises `DocumentError` (FK303) for an entry or a head with a character that XML forbids.
    """
    return FORMAT.render(feed, entries)
