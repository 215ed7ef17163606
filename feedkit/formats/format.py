"""The feed formats: each renders a frame for a feed and a fragment for an entry, or a whole document."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from types import MappingProxyType
from typing import Any

from msgspec import Struct

from feedkit.errors import DocumentError, Problem, shown
from feedkit.formats import jsonfeed
from feedkit.formats.frame import Frame, shared_authors, splice
from feedkit.formats.xml_syntax import atom_vocabularies, rss_vocabularies, unambiguous
from feedkit.model import Entry, Feed, newest
from feedkit.value import revised


class Format(Struct, frozen=True, kw_only=True):
    """A feed format."""

    name: str  #: The name in settings: `rss`, `atom`, `json`.
    label: str  #: The name for people.
    media_type: str  #: The media type of its documents.
    outline: str  #: Its `type` in an OPML outline.
    #: Returns the fragment of an entry, verified. May raise `ValueError`.
    write_entry: Callable[[Entry], bytes]
    write_head: Callable[[Feed], Frame]  #: Returns the frame of a feed. May raise `ValueError`.

    def fragment(self, entry: Entry) -> bytes:
        """The bytes of one entry. Raises `DocumentError` (FK303) for an entry that cannot be written."""
        try:
            return self.write_entry(entry)
        except ValueError as error:
            message = f"{shown(entry.title)} ({shown(entry.url)}) cannot be written: {error}"
            raise _error("FK303", message, "feedkit.text.legal removes what no feed may contain", entry) from error

    def frame(self, feed: Feed) -> Frame:
        """The bytes around the entries of a feed. Raises `DocumentError` (FK303) for a head that cannot be written."""
        try:
            return self.write_head(feed)
        except ValueError as error:
            hint = "delete characters that no feed may contain; give texts, numbers, lists and objects"
            raise _error("FK303", f"the head of {shown(feed.title)} cannot be written: {error}", hint) from error

    def render(self, feed: Feed, entries: Iterable[Entry]) -> bytes:
        """A whole document, with `completed` head and the entries in their order.

        Raises `DocumentError` for two entries with the same id (FK421), and for a prefix with two namespaces (FK420).
        """
        listed = tuple(entries)
        owners: dict[str, Entry] = {}
        for entry in listed:
            # RFC 4287 §4.1.1: readers show only one of them. It may also be one object that is listed twice.
            if (owner := owners.get(entry.id)) is not None:
                message = f"{shown(owner.title)} and {shown(entry.title)} have the same id: {shown(entry.id)}"
                raise _error("FK421", message, "give one of them another id, or list it once", entry, "id")
            owners[entry.id] = entry
        frame = self.frame(completed(feed, listed))
        return b"".join(map(bytes, splice(frame, map(self.fragment, listed))))


def _error(code: str, message: str, hint: str, entry: Entry | None = None, key: str = "") -> DocumentError:
    path = entry.source if entry else ""
    return DocumentError(Problem(code=code, severity="error", path=path, key=key, message=message, hint=hint))


def completed(feed: Feed, entries: Sequence[Entry]) -> Feed:
    """The feed with the date of the last change, shared authors and namespaces of its entries.

    A date and authors of the feed itself win. Raises `DocumentError` (FK420) for a prefix with two namespaces.
    """
    # Most entries use only the namespaces that every document declares.
    users: list[Feed | Entry] = [feed]
    users += (entry for entry in entries if entry.elements or entry.markdown or entry.episode is not None)
    try:
        rss = unambiguous(set().union(*map(rss_vocabularies, users)))
        atom = unambiguous(set().union(*map(atom_vocabularies, users)))
    except ValueError as error:
        message = f"{shown(feed.title)} cannot be written: {error}"
        raise _error("FK420", message, "give one of the extensions another prefix") from error
    updated = feed.updated or newest(entry.modified for entry in entries)
    authors = feed.authors or shared_authors(entries)
    return revised(feed, updated=updated, authors=authors, rss_namespaces=rss, atom_namespaces=atom)


def _by_feedgen(function: str) -> Callable[[Any], Any]:
    @cache
    def write() -> Any:
        # Imported late: a build without changes needs no feedgen.
        from feedkit.formats import by_feedgen

        return getattr(by_feedgen, function)

    return lambda value: write()(value)


RSS, ATOM = [
    Format(
        name=name,
        label=label,
        media_type=f"application/{name}+xml",
        outline="rss",
        write_entry=_by_feedgen(f"{name}_fragment"),
        write_head=_by_feedgen(f"{name}_frame"),
    )
    for name, label in (("rss", "RSS"), ("atom", "Atom"))
]
JSON_FEED = Format(
    name="json",
    label="JSON Feed",
    media_type="application/feed+json",
    outline="JSONFeed",
    write_entry=jsonfeed.fragment,
    write_head=jsonfeed.frame,
)

#: The formats by their names, in the order in which they are written.
FEED_FORMATS: Mapping[str, Format] = MappingProxyType({item.name: item for item in (RSS, ATOM, JSON_FEED)})


def rss(feed: Feed, entries: Iterable[Entry]) -> bytes:
    """A whole RSS 2.0 document (RSS Advisory Board specification and best practices profile).

    The order of entries is preserved. Channel: title, link, description (the title where there is none), language,
    atom:link rel=self and rel=hub, lastBuildDate (the last change of any entry; left out without entries).
    Item: guid with isPermaLink true only where the id is the address, pubDate, dc:creator, one category a term,
    description (the summary) before content:encoded, atom:updated where it differs, media:content for the picture.

    Raises `DocumentError` (FK303) for an entry or a head with a character that XML forbids.
    """
    return RSS.render(feed, entries)


def atom(feed: Feed, entries: Iterable[Entry]) -> bytes:
    """A whole Atom 1.0 document (RFC 4287).

    The order of entries is preserved. `updated` is the last change of any entry, 1990-01-01 without entries. The feed
    always has an author (its own, or its title), so that entries without one are valid.

    Raises `DocumentError` (FK303) for an entry or a head with a character that XML forbids.
    """
    return ATOM.render(feed, entries)


def json_feed(feed: Feed, entries: Iterable[Entry]) -> bytes:
    """A whole JSON Feed 1.1 document (jsonfeed.org/version/1.1).

    The order of entries is preserved, one a line. Categories and tags together are `tags`; which taxonomy each belongs
    to, featured, keywords and the search-engine texts are under `_feedkit`.

    Raises `DocumentError` (FK303) for an entry with half a surrogate pair.
    """
    return JSON_FEED.render(feed, entries)
