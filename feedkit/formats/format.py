"""What a feed format is: a name, a media type, a frame for a feed and a fragment for an entry.

Refuses to know which formats there are; a fourth one is a module with a `FORMAT`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from functools import lru_cache

from feedkit.errors import DocumentError, Problem, shown
from feedkit.formats.frame import Frame, splice
from feedkit.formats.vocabularies import Namespaces, used_in_atom, used_in_rss
from feedkit.lazy_regex import later
from feedkit.model import Entry, Feed, Person, newest
from feedkit.records import dataclass, replace

#: RFC 4287 §4.1.1 demands a date of a feed without any entry, too. The build time would change at every build and be a
#: lie at each; validators find dates before 1990 implausible.
NO_ENTRY_YET = datetime(1990, 1, 1, tzinfo=UTC)

#: How many entries a format remembers the bytes of, for feeds that are made one after the other.
RECENT = 128

_MAILBOX = later(r"[^\s@]+@[^\s@]+")
# What validators take in RSS: RFC 822 as far as it is in use.
_CONTACT = later(r"[A-Za-z0-9_.+'-]+@(?:[A-Za-z0-9-]+\.)+[A-Za-z]{2,}")
_BRACKETS = str.maketrans("()<>", "    ")


@dataclass(frozen=True, slots=True, kw_only=True)
class Format:
    """One feed format."""

    #: The name in settings: `rss`, `atom`, `json`.
    name: str
    #: What people call it.
    label: str
    #: The media type of its documents.
    media_type: str
    #: The `type` that an OPML outline gives it.
    outline: str
    #: The bytes of one entry.
    fragment: Callable[[Entry], bytes]
    #: What a document must declare for those bytes to be read.
    needs: Callable[[Entry], Namespaces]
    #: The bytes around the entries.
    frame: Callable[[Feed], Frame]

    def render(self, feed: Feed, entries: Iterable[Entry]) -> bytes:
        """A whole document, entries in the order given, completed by what they say.

        Raises `DocumentError` for two entries with one id (FK421), and for one prefix of two namespaces (FK420).
        """
        listed = tuple(entries)
        _distinct(listed)
        frame = self.frame(completed(feed, listed))
        return b"".join(splice(frame, map(self.fragment, listed)))


def completed(feed: Feed, entries: Sequence[Entry]) -> Feed:
    """The feed with what its entries say of it: the newest change, authors that all share, the namespaces they need.

    A date and authors that the feed has stay. Raises `DocumentError` (FK420) where one prefix has two namespaces.
    """
    # Most entries use nothing but what every document declares.
    more = [entry for entry in entries if entry.elements or entry.markdown or entry.episode is not None]
    try:
        rss, atom = used_in_rss(feed, more), used_in_atom(feed, more)
    except ValueError as error:
        raise DocumentError(_ambiguous(feed, error)) from error
    return replace(
        feed,
        updated=feed.updated or newest(entry.modified for entry in entries),
        authors=feed.authors or shared_authors(entries),
        rss_namespaces=rss,
        atom_namespaces=atom,
    )


def shared_authors(entries: Sequence[Entry]) -> tuple[Person, ...]:
    """The authors of every entry, where they are the same ones; none where they differ."""
    first = entries[0].authors if entries else ()
    return first if all(entry.authors == first for entry in entries) else ()


def _ambiguous(feed: Feed, error: ValueError) -> Problem:
    message = f"{shown(feed.title)} cannot be written: {error}"
    hint = "give one of the extensions another prefix"
    return Problem(code="FK420", severity="error", message=message, hint=hint)


def _distinct(entries: Sequence[Entry]) -> None:
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


class Named:
    """What makes the bytes of an entry, with errors that say which it was; what was just made is not made again."""

    __slots__ = ("_make", "inner")

    def __init__(self, inner: Callable[[Entry], bytes]) -> None:
        self.inner = inner
        self._make = lru_cache(maxsize=RECENT)(self._made)

    def __call__(self, entry: Entry) -> bytes:
        """The bytes of one entry."""
        return self._make(Same(entry))

    def _made(self, one: Same) -> bytes:
        try:
            return self.inner(one.entry)
        except ValueError as error:
            raise DocumentError(_unfit(one.entry, error)) from error


def named(fragment: Callable[[Entry], bytes]) -> Named:
    """The function, with errors that name the entry.

    It raises `DocumentError` (FK303) for a character that XML 1.0 §2.2 forbids, or half a surrogate pair.
    """
    return Named(fragment)


class Same:
    """An entry as one object. Equal ones may differ in bytes: two instants are equal whatever their offsets."""

    __slots__ = ("entry",)

    def __init__(self, entry: Entry) -> None:
        self.entry = entry

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Same) and other.entry is self.entry

    def __hash__(self) -> int:
        return id(self.entry)


class Headed:
    """What makes the frame of a feed, with errors that say which feed they are about."""

    __slots__ = ("inner",)

    def __init__(self, inner: Callable[[Feed], Frame]) -> None:
        self.inner = inner

    def __call__(self, feed: Feed) -> Frame:
        """The frame of one feed."""
        try:
            return self.inner(feed)
        except ValueError as error:
            message = f"the head of {shown(feed.title)} cannot be written: {error}"
            hint = "delete characters that no feed may contain; give texts, numbers, lists and objects"
            raise DocumentError(Problem(code="FK303", severity="error", message=message, hint=hint)) from error


def headed(frame: Callable[[Feed], Frame]) -> Headed:
    """The function, with errors that say which feed they are about: it raises `DocumentError` (FK303) as `named`."""
    return Headed(frame)


def _unfit(entry: Entry, error: ValueError) -> Problem:
    return Problem(
        code="FK303",
        severity="error",
        path=entry.source,
        message=f"{shown(entry.title)} ({shown(entry.url)}) cannot be written: {error}",
        hint="feedkit.text.legal takes out what no feed may contain",
    )


def mailbox(person: Person) -> str | None:
    """The mail address, if RFC 4287 §3.2.3 would accept it."""
    return person.email if person.email and _MAILBOX.fullmatch(person.email) else None


def contact(person: Person) -> str | None:
    """`mail (Name)`, as RSS has its `managingEditor`; None without a mail address that validators accept there."""
    name = " ".join(person.name.translate(_BRACKETS).split())
    return f"{person.email} ({name})" if name and person.email and _CONTACT.fullmatch(person.email) else None
