"""What a feed format is: a name, a media type, a frame for a feed and a fragment for an entry."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime

from msgspec import Struct

from feedkit.errors import DocumentError, Problem, shown
from feedkit.formats.frame import Frame, splice
from feedkit.formats.namespaces import used_in_atom, used_in_rss
from feedkit.lazy_regex import lazy_regex
from feedkit.model import Entry, Feed, Person, newest
from feedkit.text import beginning
from feedkit.value import revised

#: RFC 4287 §4.1.1 demands a date of a feed without any entry, too. The build time would change at every build and be a
#: lie at each; validators find dates before 1990 implausible.
NO_ENTRY_YET = datetime(1990, 1, 1, tzinfo=UTC)

_MAILBOX = lazy_regex(r"[^\s@]+@[^\s@]+")


class Format(Struct, frozen=True, kw_only=True):
    """One feed format."""

    #: The name in settings: `rss`, `atom`, `json`.
    name: str
    #: What people call it.
    label: str
    #: The media type of its documents.
    media_type: str
    #: The `type` that an OPML outline gives it.
    outline: str
    #: The bytes of one entry, which were read again. Raises `DocumentError` (FK303).
    fragment: Callable[[Entry], bytes]
    #: The bytes around the entries of a feed. Raises `DocumentError` (FK303).
    frame: Callable[[Feed], Frame]

    def render(self, feed: Feed, entries: Iterable[Entry]) -> bytes:
        """A whole document, entries in the order given, completed by what they say.

        Raises `DocumentError` for two entries with one id (FK421), and for one prefix of two namespaces (FK420).
        """
        listed = tuple(entries)
        _require_distinct_ids(listed)
        frame = self.frame(completed(feed, listed))
        return b"".join(map(bytes, splice(frame, map(self.fragment, listed))))


def entry_writer(write: Callable[[Entry], bytes]) -> Callable[[Entry], bytes]:
    """A function that raises `DocumentError` (FK303) with the name of the entry for each `ValueError` of `write`."""

    def fragment(entry: Entry) -> bytes:
        try:
            return write(entry)
        except ValueError as error:
            raise DocumentError(
                Problem(
                    code="FK303",
                    severity="error",
                    path=entry.source,
                    message=f"{shown(entry.title)} ({shown(entry.url)}) cannot be written: {error}",
                    hint="feedkit.text.legal takes out what no feed may contain",
                )
            ) from error

    return fragment


def head_writer(write: Callable[[Feed], Frame]) -> Callable[[Feed], Frame]:
    """A function that raises `DocumentError` (FK303) with the title of the feed for each `ValueError` of `write`."""

    def frame(feed: Feed) -> Frame:
        try:
            return write(feed)
        except ValueError as error:
            message = f"the head of {shown(feed.title)} cannot be written: {error}"
            hint = "delete characters that no feed may contain; give texts, numbers, lists and objects"
            raise DocumentError(Problem(code="FK303", severity="error", message=message, hint=hint)) from error

    return frame


def completed(feed: Feed, entries: Sequence[Entry]) -> Feed:
    """The feed with what its entries say of it: the newest change, authors that all share, the namespaces they need.

    A date and authors that the feed has stay. Raises `DocumentError` (FK420) where one prefix has two namespaces.
    """
    # Most entries use nothing but what every document declares.
    more = [entry for entry in entries if entry.elements or entry.markdown or entry.episode is not None]
    try:
        rss, atom = used_in_rss(feed, more), used_in_atom(feed, more)
    except ValueError as error:
        message = f"{shown(feed.title)} cannot be written: {error}"
        hint = "give one of the extensions another prefix"
        raise DocumentError(Problem(code="FK420", severity="error", message=message, hint=hint)) from error
    updated = feed.updated or newest(entry.modified for entry in entries)
    authors = feed.authors or shared_authors(entries)
    if (feed.updated, feed.authors, feed.rss_namespaces, feed.atom_namespaces) == (updated, authors, rss, atom):
        return feed
    return revised(feed, updated=updated, authors=authors, rss_namespaces=rss, atom_namespaces=atom)


def shared_authors(entries: Sequence[Entry]) -> tuple[Person, ...]:
    """The authors of every entry, where they are the same ones; none where they differ."""
    first = entries[0].authors if entries else ()
    return first if all(entry.authors == first for entry in entries) else ()


def headline(entry: Entry) -> str:
    """The title of an entry where one is demanded: of a note without one, the beginning of its text."""
    return entry.title or beginning(entry.summary or entry.content) or entry.url


def mailbox(person: Person) -> str | None:
    """The mail address, if RFC 4287 §3.2.3 would accept it."""
    return person.email if person.email and _MAILBOX.fullmatch(person.email) else None


def _require_distinct_ids(entries: Sequence[Entry]) -> None:
    """Raises `DocumentError` (FK421) for two entries with one id: readers show one of them. RFC 4287 §4.1.1."""
    owners: dict[str, Entry] = {}
    for entry in entries:
        # Values may be one object, listed twice.
        if (owner := owners.get(entry.id)) is not None:
            message = f"{shown(owner.title)} and {shown(entry.title)} have the same id: {shown(entry.id)}"
            hint = "give one of them another id, or list it once"
            raise DocumentError(
                Problem(code="FK421", severity="error", path=entry.source, key="id", message=message, hint=hint)
            )
        owners[entry.id] = entry
