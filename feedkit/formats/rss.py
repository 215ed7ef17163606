"""RSS 2.0 with the namespaces atom, content, dc and media. Refuses `<author>`: it would need a mail address."""

from __future__ import annotations

from collections.abc import Iterable

from feedkit.formats._head_templates import heads_by_template
from feedkit.formats._templates import by_template
from feedkit.formats.format import Format, headed, named
from feedkit.formats.frame import Frame
from feedkit.formats.vocabularies import rss_needs
from feedkit.model import Entry, Feed


def _fragment(entry: Entry) -> bytes:
    # Late, here and below: what is remembered of templates is as good as feedgen.
    from feedkit.formats import _feedgen

    return _feedgen.rss_fragment(entry)


def _frame(feed: Feed) -> Frame:
    from feedkit.formats import _feedgen

    return _feedgen.rss_frame(feed)


FORMAT = Format(
    name="rss",
    label="RSS",
    media_type="application/rss+xml",
    outline="rss",
    fragment=named(by_template(_fragment)),
    needs=rss_needs,
    frame=headed(heads_by_template(_frame)),
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
