"""The frozen values that every part shares, in the words of Atom (RFC 4287).

Refuses what no format could say truly: a date without a zone, an address that is not absolute, an empty id, title
or name. Nothing here reads, writes, formats or guesses.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Literal

from msgspec import field

from feedkit.checks import require_absolute as _require_absolute
from feedkit.checks import require_aware as _require_aware
from feedkit.checks import require_language as _require_language
from feedkit.checks import require_text as _require_text
from feedkit.feed_values import Element, Schedule, Tombstone
from feedkit.lazy_regex import later
from feedkit.podcast_values import Episode, Podcast, require_episode, require_podcast
from feedkit.sitemap_values import CHANGEFREQS, Alternate, Changefreq, News, Video
from feedkit.value import Value

#: How exactly a date was written: a day has no time of day worth repeating.
Precision = Literal["day", "minute", "second"]

#: Which rule gave a date its zone: what was written (an offset, a name, an abbreviation), the epoch, the site's zone,
#: or the object that carried it.
ZoneRule = Literal["offset", "name", "abbreviation", "epoch", "site", "object"]


_ID = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[!-~]+")


def is_id(text: str) -> bool:
    """Whether every format takes it as an id: an absolute URI in ASCII."""
    return _ID.fullmatch(text) is not None


def _require_id(url: str) -> None:
    if not is_id(url):
        raise ValueError(f"id must be an absolute address, urn: or tag:, in ASCII, not {url!r}")


def newest(instants: Iterable[datetime]) -> datetime | None:
    """The latest of some instants; None where there is none.

    Not by `max` alone: datetimes of one zone are compared by their wall clocks, and an autumn night has 02:30 twice.
    """
    return max(instants, key=datetime.timestamp, default=None)


class DateSource(Value, frozen=True, kw_only=True):
    """Where a date comes from and how certain it is."""

    #: The key as its author wrote it, or `file name`.
    key: str
    #: The value as written, at most 100 characters of it.
    raw: str
    #: The finest unit that was written.
    precision: Precision
    #: The rule that gave the zone.
    zone: ZoneRule


class Person(Value, frozen=True, kw_only=True):
    """Somebody who wrote something. RFC 4287 §3.2; `dc:creator`; JSON Feed `authors`."""

    #: The name as it should be read.
    name: str
    #: A mail address that the owner wants published; never filled in by feedkit, left out where it has no `@`.
    email: str | None = None
    #: The person's home page, absolute.
    url: str | None = None
    #: A picture of the person, absolute.
    avatar: str | None = None
    #: What articles may call the person for short; in no output.
    key: str = ""


class Term(Value, frozen=True, kw_only=True):
    """One value of a taxonomy, such as the tag `C++`. RFC 4287 §4.2.2."""

    #: The taxonomy's name, such as `tags`.
    taxonomy: str
    #: The term as its author spells it.
    name: str
    #: The taxonomy's address: Atom's `scheme`, RSS's `domain`.
    scheme: str | None = None
    #: The path segment that its author wants for it; made of the name where there is none.
    slug: str = ""


class Image(Value, frozen=True, kw_only=True):
    """The picture of an article. What is unknown is None and is left out of every output."""

    #: The absolute address.
    url: str
    #: What the picture shows.
    alt: str = ""
    #: The media type, such as `image/png`.
    type: str | None = None
    #: Pixels.
    width: int | None = None
    #: Pixels.
    height: int | None = None
    #: Bytes.
    length: int | None = None


class Enclosure(Value, frozen=True, kw_only=True):
    """An attached file. RSS 2.0 `enclosure`, RFC 4287 §4.2.7.2 rel=enclosure, JSON Feed `attachments`."""

    #: The absolute address.
    url: str
    #: The media type, such as `audio/mpeg`.
    type: str
    #: Bytes; None where it is not known.
    length: int | None = None
    #: A name for the file.
    title: str = ""
    #: Seconds.
    duration: int | None = None


_FEED_ADDRESSES = (
    *("home_url", "feed_url", "icon", "logo", "rss_cloud", "stylesheet"),
    *("prev_archive", "next_archive", "current"),
)


_EXTENSION = later(r"_[A-Za-z][^.]*")


def _require_extensions(objects: Mapping[str, Any]) -> None:
    # JSON Feed 1.1 "Extensions"; `_feedkit` is our own.
    for name, value in objects.items():
        if not _EXTENSION.fullmatch(name) or name == "_feedkit":
            raise ValueError(f"json: {name!r} must be a name such as _weather")
        if not isinstance(value, Mapping) or any(not isinstance(key, str) or "." in key for key in value):
            raise ValueError(f"json: {name} must be an object whose names have no dot")


def _require_persons(persons: tuple[Person, ...]) -> None:
    # Here and not in `Person`: an address is made absolute only when it is known whose it is.
    for person in persons:
        _require_text("authors: name", person.name)
        _require_absolute("authors: url", person.url)
        _require_absolute("authors: avatar", person.avatar)


def _require_enclosure(enclosure: Enclosure) -> None:
    _require_absolute("enclosures: url", enclosure.url)
    if "/" not in enclosure.type:
        raise ValueError(f"enclosures: type must be a media type such as audio/mpeg, not {enclosure.type!r}")
    if (enclosure.length or 0) < 0:
        raise ValueError(f"enclosures: length must not be negative, as {enclosure.length} is")


class Entry(Value, frozen=True, kw_only=True):
    """One normalised article: every date has a zone, every address is absolute, every text is fit for XML.

    Raises `ValueError` for a value that no format can say.
    """

    #: The stable identity, an absolute URI. RSS `guid`, Atom and JSON Feed `id`.
    id: str
    #: The permalink.
    url: str
    #: Plain text.
    title: str
    #: When it was first published.
    published: datetime
    #: What RSS and JSON Feed call it where an earlier feed of theirs had another id, perhaps one that is no URI.
    guid: str = ""
    #: Whether the author gave the id, so that no ledger gives another.
    own_id: bool = False
    #: When it last changed in a way that matters; None where it never did.
    updated: datetime | None = None
    #: When it is to disappear.
    expires: datetime | None = None
    #: Whether `published` names a day only.
    published_precision: Precision = "second"
    #: Whether `updated` names a day only.
    updated_precision: Precision = "second"
    #: Where `published` was found, and how.
    published_source: DateSource | None = None
    #: Where `updated` was found, and how.
    updated_source: DateSource | None = None
    #: Where `expires` was found, and how.
    expires_source: DateSource | None = None
    #: Plain text.
    summary: str = ""
    #: HTML, sanitised unless the site trusts its own, every address in it absolute.
    content: str = ""
    #: Who wrote it.
    authors: tuple[Person, ...] = ()
    #: Its categories, tags and whatever else classifies it, in the author's order.
    terms: tuple[Term, ...] = ()
    #: Search words, kept apart from the tags.
    keywords: tuple[str, ...] = ()
    #: The hero picture.
    image: Image | None = None
    #: Attached files.
    enclosures: tuple[Enclosure, ...] = ()
    #: An RFC 5646 tag, where it differs from the site's.
    language: str | None = None
    #: What its translations have in common with it; empty where it has none. For hreflang links in sitemaps.
    translation_key: str = ""
    #: Whether the author marked it as featured; never changes the order of a feed.
    featured: bool = False
    #: Its place in the author's own order of pages; never changes the order of a feed.
    weight: int | None = None
    #: The title for search engines.
    meta_title: str = ""
    #: The description for search engines.
    meta_description: str = ""
    #: Whether it is unfinished.
    draft: bool = False
    #: Whether search engines may list it.
    indexed: bool = True
    #: The first folder of its file, as in the permalink.
    section: str = ""
    #: The Markdown that `content` was made of; kept only where the site wants it published.
    markdown: str = ""
    #: What makes it an episode of a podcast.
    episode: Episode | None = None
    #: Elements of other vocabularies, for RSS and Atom.
    elements: tuple[Element, ...] = ()
    #: Objects of other vocabularies for JSON Feed, by names that begin with `_`.
    json: Mapping[str, Any] = field(default_factory=dict)
    #: The file or the object it came from, for messages only: never in any output.
    source: str = ""

    def __post_init__(self) -> None:
        super().__post_init__()
        _require_id(self.id)
        _require_text("title", self.title)
        _require_absolute("url", self.url)
        for name in ("published", "updated", "expires"):
            _require_aware(name, getattr(self, name))
        _require_language(self.language)
        _require_persons(self.authors)
        for term in self.terms:
            _require_text("terms: name", term.name)
        for scheme in dict.fromkeys(term.scheme for term in self.terms):
            _require_absolute("terms: scheme", scheme)
        if self.image is not None:
            _require_absolute("image: url", self.image.url)
        for enclosure in self.enclosures:
            _require_enclosure(enclosure)
        if self.episode is not None:
            require_episode(self.episode)
        _require_extensions(self.json)

    @property
    def modified(self) -> datetime:
        """`updated`, or else `published`: Atom's `updated`, the sitemap's `lastmod`."""
        return self.updated or self.published

    @property
    def modified_precision(self) -> Precision:
        """How exactly `modified` was written."""
        return self.updated_precision if self.updated else self.published_precision


class Feed(Value, frozen=True, kw_only=True):
    """The head of one feed document; its entries are given beside it."""

    #: Plain text.
    title: str
    #: The page that the feed is about. RSS channel `link`, Atom rel=alternate, JSON Feed `home_page_url`.
    home_url: str
    #: The document's own address. `atom:link` rel=self, JSON Feed `feed_url`; left out while it is None.
    feed_url: str | None = None
    #: The stable identity; `home_url` where it is not given.
    id: str = ""
    #: Plain text; RSS demands one, and gets the title where there is none.
    description: str = ""
    #: An RFC 5646 tag.
    language: str | None = None
    #: The newest change of any entry; worked out from the entries where it is not given.
    updated: datetime | None = None
    #: Who answers for the whole feed.
    authors: tuple[Person, ...] = ()
    #: A small square picture, absolute.
    icon: str | None = None
    #: A larger picture, absolute.
    logo: str | None = None
    #: The picture of RSS `image` with its measures; `logo`, else `icon`, where it is not given.
    image: Image | None = None
    #: The licence, plain text.
    rights: str = ""
    #: WebSub hubs.
    hubs: tuple[str, ...] = ()
    #: When readers should come again.
    schedule: Schedule | None = None
    #: An rssCloud server that tells of changes, absolute.
    rss_cloud: str | None = None
    #: What makes it a podcast.
    podcast: Podcast | None = None
    #: Whether it holds every entry there is. RFC 5005 §2.
    complete: bool = False
    #: Whether it is an archive document that will not change. RFC 5005 §4.
    archive: bool = False
    #: The archive document before it, absolute. RFC 5005 §4; JSON Feed `next_url`.
    prev_archive: str | None = None
    #: The archive document behind it, absolute.
    next_archive: str | None = None
    #: The subscription document that an archive document belongs to, absolute.
    current: str | None = None
    #: Entries that are gone, newest first; for Atom.
    tombstones: tuple[Tombstone, ...] = ()
    #: A CSS stylesheet for browsers that open the document itself, absolute.
    stylesheet: str | None = None
    #: Elements of other vocabularies, for RSS and Atom.
    elements: tuple[Element, ...] = ()
    #: Objects of other vocabularies for JSON Feed, by names that begin with `_`.
    json: Mapping[str, Any] = field(default_factory=dict)
    #: Prefixes and addresses of the namespaces that it and its entries need in RSS; worked out from them.
    rss_namespaces: tuple[tuple[str, str], ...] = ()
    #: The same for Atom, which has neither shows nor Markdown.
    atom_namespaces: tuple[tuple[str, str], ...] = ()

    def __post_init__(self) -> None:
        super().__post_init__()
        _require_text("title", self.title)
        if self.id:
            _require_id(self.id)
        for name in _FEED_ADDRESSES:
            _require_absolute(name, getattr(self, name))
        for hub in self.hubs:
            _require_absolute("hubs", hub)
        _require_aware("updated", self.updated)
        _require_language(self.language)
        _require_persons(self.authors)
        if self.podcast is not None:
            require_podcast(self.podcast)
        if self.image is not None:
            _require_absolute("image: url", self.image.url)
        _require_extensions(self.json)
        if self.complete and (self.archive or self.prev_archive or self.next_archive):
            raise ValueError("complete must not be set with archives: RFC 5005 has a feed be one or the other")


class Url(Value, frozen=True, kw_only=True):
    """One page in a sitemap. sitemaps.org protocol 0.9."""

    #: The absolute address.
    loc: str
    #: The last change that matters; None where it is unknown, never the build time.
    lastmod: datetime | None = None
    #: Whether `lastmod` names a day only.
    precision: Precision = "second"
    #: How often it changes; Google and Bing ignore it, so it is written only where it is given.
    changefreq: Changefreq | None = None
    #: From 0 to 1; ignored like `changefreq`.
    priority: float | None = None
    #: The absolute addresses of pictures on the page. Google "Image sitemaps".
    images: tuple[str, ...] = ()
    #: The page in every language, its own among them.
    alternates: tuple[Alternate, ...] = ()
    #: Videos on the page.
    videos: tuple[Video, ...] = ()
    #: What makes it an article of a news sitemap.
    news: News | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        _require_absolute("loc", self.loc)
        _require_aware("lastmod", self.lastmod)
        for image in self.images:
            _require_absolute("images", image)
        if self.changefreq is not None and self.changefreq not in CHANGEFREQS:
            raise ValueError(f"changefreq must be one of {', '.join(CHANGEFREQS)}, not {self.changefreq!r}")
        if self.priority is not None and not 0 <= self.priority <= 1:
            raise ValueError(f"priority must be 0 to 1, not {self.priority}")
