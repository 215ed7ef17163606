"""Atom 1.0 (RFC 4287). Titles and summaries are text, and say so."""

from __future__ import annotations

from collections.abc import Iterable

from feedkit.formats.format import NO_ENTRY_YET, Format, entry_writer, head_writer
from feedkit.formats.frame import Frame
from feedkit.model import Entry, Feed


def _fragment(entry: Entry) -> bytes:
    # Late, here and below: a build that finds nothing changed needs no feedgen.
    from feedkit.formats import by_feedgen

    return by_feedgen.atom_fragment(entry)


def _frame(feed: Feed) -> Frame:
    from feedkit.formats import by_feedgen

    return by_feedgen.atom_frame(feed, feed.updated or NO_ENTRY_YET)


FORMAT = Format(
    name="atom",
    label="Atom",
    media_type="application/atom+xml",
    outline="rss",
    fragment=entry_writer(_fragment),
    frame=head_writer(_frame),
)


def atom(feed: Feed, entries: Iterable[Entry]) -> bytes:
    """A whole Atom 1.0 document (RFC 4287).

    Entries stay in the order given. `updated` is the newest change of any entry, 1990-01-01 while there is none. The
    feed names an author in any case (its own, or its title), so that entries without one are valid.

    Raises `DocumentError` (FK303) for an entry or a head with a character that XML forbids.
    """
    return FORMAT.render(feed, entries)
