"""The values that every part shares, in the words of Atom (RFC 4287): entries, feeds, pages of a sitemap, documents.

Each raises `ArgumentError` for a value that no format can represent: a date without a zone, an address that is not
absolute, an empty id, title or name.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any, Literal, Protocol, get_args, runtime_checkable

from msgspec import MsgspecError, Struct, convert, field
from msgspec.json import decode, encode

from feedkit.files import FileKey
from feedkit.lazy_regex import lazy_regex
from feedkit.value import ArgumentError, Check, Value, check_rules

#: Where an article is shown: everywhere; on its page and in sitemaps; on its page only; or it has no page.
Visibility = Literal["public", "not in feeds", "unlisted", "nowhere"]

#: How precisely a date was written. A `day` has no time of day.
Precision = Literal["day", "minute", "second"]
#: Where the zone of a date comes from: from the text (an offset, a name, an abbreviation), from the epoch, which is in
#: UTC, from the site, or from a datetime object.
ZoneRule = Literal["offset", "name", "abbreviation", "epoch", "site", "object"]
#: RSS 1.0 module Syndication `updatePeriod`.
Period = Literal["hourly", "daily", "weekly", "monthly", "yearly"]
#: RSS 2.0 `skipDays`.
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
#: Apple Podcasts "A podcaster's guide to RSS".
ITUNES = "http://www.itunes.com/dtds/podcast-1.0.dtd"
ShowType = Literal["episodic", "serial"]
EpisodeType = Literal["full", "trailer", "bonus"]
#: sitemaps.org "XML tag definitions".
Changefreq = Literal["always", "hourly", "daily", "weekly", "monthly", "yearly", "never"]
#: The language of the alternate for readers of all other languages.
X_DEFAULT = "x-default"
#: Google "Video sitemaps".
MAX_VIDEO_TITLE_CHARS, MAX_VIDEO_DESCRIPTION_CHARS, MAX_VIDEO_SECONDS, MAX_VIDEO_TAGS = 100, 2_048, 28_800, 32

_ID = lazy_regex(r"[A-Za-z][A-Za-z0-9+.-]*:[!-~]+")
# RFC 3986: a host, perhaps IPv6 in brackets; then what needs no percent-encoding.
_CHARS = r"(?>(?:[\w.~!$&'()*+,;=:@/?-]++|%[0-9A-Fa-f]{2})*)"
_URI = lazy_regex(rf"https?://[\w.~!$&'()*+,;=:@%\[\]-]++(?:[/?]{_CHARS})?(?:#{_CHARS})?", re.ASCII)
_LANGUAGE = lazy_regex(r"[A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*")
# XML 1.0 §2.3 without the colon, and only ASCII, which vocabularies use.
_XML_NAME = lazy_regex(r"[A-Za-z_][A-Za-z0-9._-]*")
# JSON Feed 1.1 "Extensions".
_EXTENSION = lazy_regex(r"_[A-Za-z][^.]*")
# The news schema: two or three letters, or one of two tags for Chinese.
_NEWS_LANGUAGE = lazy_regex(r"zh-cn|zh-tw|[a-z]{2,3}")


def is_id(text: str) -> bool:
    """Whether every format accepts a text as an id: an absolute URI in ASCII."""
    return _ID.fullmatch(text) is not None


def require_absolute(name: str, url: str) -> None:
    """Raises `ArgumentError` for a text that is not an absolute http or https address in ASCII."""
    # RSS `link`, Atom `id` and a sitemap's `loc` are URIs, not IRIs.
    if not _URI.fullmatch(url):
        wanted = "an absolute http or https address in ASCII"
        raise ArgumentError(f"{name} must be {wanted}, not {url!r}; feedkit.absolute makes one")


def require_text(name: str, text: str) -> None:
    """Raises `ArgumentError` for a text without visible characters."""
    if not text or text.isspace():
        raise ArgumentError(f"{name} must not be empty")


def _require_length(name: str, number: int) -> None:
    if number < 0:
        raise ArgumentError(f"{name} must not be negative, as {number} is")


def require_aware(name: str, value: datetime | None) -> None:
    """Raises `ArgumentError` for a date without a time zone."""
    if value is not None and value.utcoffset() is None:
        raise ArgumentError(f"{name} must have a time zone: {value.isoformat()} could be anywhere")


def require_path(name: str, path: str | Path) -> None:
    """Raises `ArgumentError` for a path that no system accepts: with a NUL, or characters that cannot be encoded."""
    try:
        is_path = b"\0" not in os.fsencode(path)
    except UnicodeEncodeError:
        is_path = False
    if not is_path:
        raise ArgumentError(f"{name} must be a path, not {str(path)!r}")


def require_at_least(name: str, value: float | None, least: int) -> None:
    """Raises `ArgumentError` for a number that is too small, or NaN."""
    if value is not None and not value >= least:
        raise ArgumentError(f"{name} must be {least} or more, not {value}")


def _require_extensions(field: str, objects: Mapping[str, Any]) -> None:
    for name, value in objects.items():
        # feedkit itself writes `_feedkit`.
        if not _EXTENSION.fullmatch(name) or name == "_feedkit":
            raise ArgumentError(f"{field}: {name!r} must be a name such as _weather")
        if not isinstance(value, Mapping) or any(not isinstance(key, str) or "." in key for key in value):
            raise ArgumentError(f"{field}: {name} must be an object whose names have no dot")


def _must_be(wanted: str, is_right: Callable[[Any], object]) -> Check:
    """A rule that a value must meet; `wanted` is the requirement in its message."""

    def rule(name: str, value: Any) -> None:
        if not is_right(value):
            raise ArgumentError(f"{name} must be {wanted}, not {value!r}")

    return Check(rule)


def _one_of(words: Any) -> Check:
    return _must_be(f"one of {', '.join(get_args(words))}", get_args(words).__contains__)


def _unless_empty(rule: Callable[[str, Any], None]) -> Check:
    return Check(lambda name, text: rule(name, text) if text else None)


# The types of fields with a rule.
_LANGUAGE_TAG = "a tag such as en or de-CH"
_ID_TEXT = "an absolute address, urn: or tag:, in ASCII"
Address = Annotated[str, Check(require_absolute)]
Aware = Annotated[datetime, Check(require_aware)]
Filled = Annotated[str, Check(require_text)]
Id = Annotated[str, _must_be(_ID_TEXT, is_id)]
IdOrEmpty = Annotated[str, _must_be(_ID_TEXT, lambda text: not text or is_id(text))]
# The form of RFC 5646 §2.1, without its registry.
Language = Annotated[str, _must_be(_LANGUAGE_TAG, lambda tag: _LANGUAGE.fullmatch(tag))]
LanguageOrDefault = Annotated[str, _must_be(_LANGUAGE_TAG, lambda tag: tag == X_DEFAULT or _LANGUAGE.fullmatch(tag))]
NewsLanguage = Annotated[
    str, _must_be("ISO 639 in small letters, zh-cn or zh-tw", lambda tag: _NEWS_LANGUAGE.fullmatch(tag))
]
MediaType = Annotated[str, _must_be("a media type such as audio/mpeg", lambda text: "/" in text)]
Length = Annotated[int, Check(_require_length)]
Ordinal = Annotated[int, Check(lambda name, number: require_at_least(name, number, 1))]
Priority = Annotated[float, _must_be("0 to 1", lambda number: 0 <= number <= 1)]
VideoSeconds = Annotated[
    int, _must_be(f"1 to {MAX_VIDEO_SECONDS:,} seconds", lambda number: 1 <= number <= MAX_VIDEO_SECONDS)
]
Rating = Annotated[float, _must_be("0 to 5", lambda number: 0 <= number <= 5)]
Extensions = Annotated[Mapping[str, Any], Check(_require_extensions)]
# Applies the rules of a value that is in an entry or a feed; in settings, its addresses may be relative.
_WITHIN = Check(check_rules)


class DateSource(Value, frozen=True, kw_only=True):
    """Where a date comes from, and how precise it is."""

    key: str  #: The key as its author wrote it, or `file name`.
    raw: str  #: The value as written, at most 100 characters of it.
    precision: Precision  #: The finest unit that was written.
    zone: ZoneRule  #: The rule that gave the zone.


class Person(Value, frozen=True, kw_only=True):
    """An author. RFC 4287 §3.2; `dc:creator`; JSON Feed `authors`."""

    name: Filled  #: The name for readers.
    email: str | None = None  #: A mail address to publish; ignored if it is not valid.
    url: Address | None = None  #: The person's home page, absolute.
    avatar: Address | None = None  #: A picture of the person, absolute.
    key: str = ""  #: A short name that articles may use for the person; in no output.


class Term(Value, frozen=True, kw_only=True):
    """One value of a taxonomy, such as the tag `C++`. RFC 4287 §4.2.2."""

    taxonomy: str  #: The taxonomy's name, such as `tags`.
    name: Filled  #: The term as its author spells it.
    scheme: Address | None = None  #: The taxonomy's address: Atom's `scheme`, RSS's `domain`.
    slug: str = ""  #: The path segment that its author chose; empty for one made of the name.


class Image(Value, frozen=True, kw_only=True):
    """The picture of an article. Unknown values are None, and are not written."""

    url: Address  #: The absolute address.
    alt: str = ""  #: A text that describes the picture.
    type: str | None = None  #: The media type, such as `image/png`.
    width: Length | None = None  #: Pixels.
    height: Length | None = None  #: Pixels.
    length: Length | None = None  #: Bytes.


class Enclosure(Value, frozen=True, kw_only=True):
    """An attached file. RSS 2.0 `enclosure`, RFC 4287 §4.2.7.2 rel=enclosure, JSON Feed `attachments`."""

    url: Address  #: The absolute address.
    type: MediaType  #: The media type, such as `audio/mpeg`.
    length: Length | None = None  #: Bytes; None if it is unknown.
    title: str = ""  #: A name for the file.
    duration: Length | None = None  #: Seconds.


class Element(Value, frozen=True, kw_only=True):
    """An XML element of another vocabulary. Namespaces in XML 1.0."""

    called = ""
    prefix: str  #: The usual prefix, such as `geo`.
    namespace: Filled  #: The namespace's address.
    name: str  #: The local name.
    text: str = ""  #: The text in it.
    attributes: tuple[tuple[str, str], ...] = ()  #: Names and values of attributes without a namespace.
    children: tuple[Element, ...] = ()  #: The elements in it, after its text.

    def __post_init__(self) -> None:
        super().__post_init__()
        attributes = [name for name, _ in self.attributes]
        for name in (self.prefix, self.name, *attributes):
            if not _XML_NAME.fullmatch(name):
                raise ArgumentError(f"{name!r} is not a name of XML")
        for kind, name in (*(("attribute", name) for name in attributes), ("prefix", self.prefix)):
            if name.lower().startswith("xml"):
                raise ArgumentError(f"the {kind} {name!r} belongs to XML itself")


class Funding(Value, frozen=True, kw_only=True):
    """A page for donations. Podcast namespace 1.0 `podcast:funding`."""

    url: Address  #: The absolute address.
    title: str = ""  #: The text of the link, at most 128 characters.


class Participant(Value, frozen=True, kw_only=True):
    """A person who speaks in an episode or helps to make it. Podcast namespace 1.0 `podcast:person`."""

    name: Filled  #: The name for readers.
    role: str = ""  #: A role of the Podcast Taxonomy, such as `guest`; `host` is the standard's default.
    group: str = ""  #: A group of the Podcast Taxonomy, such as `writing`.
    url: Address | None = None  #: A page about the person, absolute.
    image: Address | None = None  #: A picture of the person, absolute.


class Transcript(Value, frozen=True, kw_only=True):
    """The transcript of an episode. Podcast namespace 1.0 `podcast:transcript`."""

    url: Address  #: The absolute address.
    type: str  #: The media type, such as `text/vtt`.
    language: Language | None = None  #: An RFC 5646 tag; None for the feed's language.
    captions: bool = False  #: Whether it has time codes and may be shown as captions.


class Podcast(Value, frozen=True, kw_only=True):
    """A show. Apple Podcasts channel tags and podcast namespace 1.0."""

    #: A square picture of 1400 to 3000 pixels, JPEG or PNG, absolute; a build warns if there is none.
    image: Annotated[str, _unless_empty(require_absolute)]
    #: Apple's categories, `Society & Culture/Documentary` for a category within another.
    categories: tuple[str, ...] = ()
    explicit: bool = False  #: Whether it is for adults only.
    author: str = ""  #: Who makes it, for listeners.
    owner_name: str = ""  #: The contact person for Apple; apps do not show it.
    owner_email: str = ""  #: The mail address of the contact person, which is published in the feed.
    type: Annotated[ShowType, _one_of(ShowType)] = "episodic"  #: `serial` if episodes should be heard in order.
    block: bool = False  #: Whether Apple must not list it.
    complete: bool = False  #: Whether there will be no more episodes.
    new_feed_url: Address | None = None  #: Where the feed has moved to, absolute.
    guid: str = ""  #: The show's UUID; derived from the feed's address if it is not set.
    locked: bool | None = None  #: Whether other services must not import it; None if it is not set.
    funding: tuple[Annotated[Funding, _WITHIN], ...] = ()  #: Pages for donations.
    persons: tuple[Annotated[Participant, _WITHIN], ...] = ()  #: The people in every episode.
    medium: str = ""  #: The kind of its content: `podcast`, `music`, `video`, `audiobook` …
    license: str = ""  #: The SPDX identifier of its licence, such as `cc-by-4.0`.


class Episode(Value, frozen=True, kw_only=True):
    """What makes an entry an episode. Apple Podcasts item tags and podcast namespace 1.0."""

    called = "episode"
    season: Ordinal | None = None  #: A number from 1.
    season_name: str = ""  #: The name of the season.
    number: Ordinal | None = None  #: A number from 1.
    type: Annotated[EpisodeType, _one_of(EpisodeType)] = "full"  #: `trailer` and `bonus` are not full episodes.
    explicit: bool | None = None  #: Whether it is for adults only; None if the show's setting counts.
    block: bool = False  #: Whether Apple must not list it.
    image: Address | None = None  #: A square picture of its own, absolute.
    title: str = ""  #: Its title without number and show name.
    transcripts: tuple[Annotated[Transcript, _WITHIN], ...] = ()  #: Its transcripts.
    chapters: Address | None = None  #: The absolute address of its chapters, JSON.
    persons: tuple[Annotated[Participant, _WITHIN], ...] = ()  #: The people in it.


class Entry(Value, frozen=True, kw_only=True):
    """One normalised article: every date has a zone, every address is absolute, every text is legal in XML.

    Raises `ArgumentError` for a value that no format can represent.
    """

    called = ""
    id: Id  #: The stable identity, an absolute URI. RSS `guid`, Atom and JSON Feed `id`.
    url: Address  #: The permalink.
    title: Annotated[str, _unless_empty(require_text)]  #: Plain text; empty for a note without a title.
    published: Aware  #: When it was first published.
    guid: str = ""  #: The id in RSS and JSON Feed, perhaps no URI, if an earlier feed in these formats had another one.
    external_url: Address | None = None  #: The page on another site that a link post is about, absolute.
    links_to_external: bool = False  #: Whether RSS and Atom link to `external_url` instead of the permalink.
    own_url: bool = False  #: Whether the author gave the address, so that it is not made from the `permalink` setting.
    own_id: bool = False  #: Whether the author gave the id, so that a ledger does not replace it.
    updated: Aware | None = None  #: When it last changed in a way that matters; None if it never did.
    expires: Aware | None = None  #: When it disappears.
    published_precision: Precision = "second"  #: Whether `published` names a day only.
    updated_precision: Precision = "second"  #: Whether `updated` names a day only.
    published_source: DateSource | None = None  #: Where `published` comes from, and how precise it is.
    updated_source: DateSource | None = None  #: Where `updated` comes from, and how precise it is.
    expires_source: DateSource | None = None  #: Where `expires` comes from, and how precise it is.
    summary: str = ""  #: Plain text.
    content: str = ""  #: HTML, sanitised unless the site trusts its own; every address in it is absolute.
    excerpt: str = ""  #: The content up to a mark of the author, such as `<!-- more -->`; empty without one.
    authors: tuple[Annotated[Person, _WITHIN], ...] = ()  #: Who wrote it.
    #: Its categories, tags and terms of other taxonomies, in the author's order.
    terms: tuple[Annotated[Term, _WITHIN], ...] = ()
    keywords: tuple[str, ...] = ()  #: Keywords for search engines; they are not tags.
    image: Annotated[Image, _WITHIN] | None = None  #: The hero picture.
    enclosures: tuple[Annotated[Enclosure, _WITHIN], ...] = ()  #: Attached files.
    language: Language | None = None  #: An RFC 5646 tag; None for the site's language.
    #: A key that its translations share; empty if it has none. For hreflang links in sitemaps.
    translation_key: str = ""
    featured: bool = False  #: Whether the author marked it as featured; never changes the order of a feed.
    weight: int | None = None  #: Its place in the author's own order of pages; never changes the order of a feed.
    meta_title: str = ""  #: The title for search engines.
    meta_description: str = ""  #: The description for search engines.
    draft: bool = False  #: Whether it is unfinished.
    #: Where it is shown: `public` articles in feeds and sitemaps, `not in feeds` ones in sitemaps only.
    visibility: Visibility = "public"
    indexed: bool = True  #: Whether search engines may list it.
    section: str = ""  #: The first folder of its file, as in the permalink.
    markdown: str = ""  #: The source of `content`, if `Site.source_markdown` is set.
    episode: Episode | None = None  #: What makes it an episode of a podcast.
    elements: tuple[Element, ...] = ()  #: Elements of other vocabularies, for RSS and Atom.
    #: Objects of other vocabularies for JSON Feed, by names that begin with `_`.
    json: Extensions = field(default_factory=dict)
    source: str = ""  #: The file or the object that it came from, for messages; in no output.

    def to_json(self) -> dict[str, Any]:
        """The entry as values of JSON, with dates in RFC 3339."""
        return decode(encode(self))  # type: ignore[no-any-return]

    @classmethod
    def from_json(cls, data: Mapping[str, Any] | str | bytes) -> Entry:
        """The entry in `data`: a result of `to_json`, or that as JSON text.

        Raises `ArgumentError` if `data` is no such entry.
        """
        try:
            return convert(data, cls) if isinstance(data, Mapping) else decode(data, type=cls)
        except (MsgspecError, TypeError) as error:
            raise ArgumentError(f"Entry.from_json: data must be an entry as JSON: {error}") from error

    @property
    def modified(self) -> datetime:
        """`updated`, or else `published`: Atom's `updated`, the sitemap's `lastmod`."""
        return self.updated or self.published

    @property
    def modified_precision(self) -> Precision:
        """How precisely `modified` was written."""
        return self.updated_precision if self.updated else self.published_precision


class ContentFacts(Struct, frozen=True, array_like=True, gc=False):
    """The data about the content of an entry that ledgers and sitemaps need."""

    text_digest: str = ""  #: The digest for the ledger of ids.
    change_digest: str = ""  #: The digest for the ledger of changes.
    pictures: tuple[str, ...] = ()  #: The addresses of its pictures.
    summary: str = ""  #: The summary, which may be taken from the content, if anything lists it.


class EntryWithoutContent(Entry, frozen=True, kw_only=True):
    """An entry of a build whose content is on disk, to save memory."""

    facts: ContentFacts | None = None  #: None if no setting needs it, or if the entry has its content after all.


class SitePage(Value, frozen=True, kw_only=True):
    """A page of the site that is no article: it is in the sitemap, and in no feed."""

    url: str  #: Its address.
    updated: datetime | None = None  #: When it last changed in a way that matters; None if that is unknown.
    updated_precision: Precision = "second"  #: Whether `updated` names a day only.
    expires: datetime | None = None  #: When it disappears.
    language: str | None = None  #: An RFC 5646 tag; None for the site's language.
    translation_key: str = ""  #: A key that its translations share; empty if it has none.
    visibility: Visibility = "public"  #: An `unlisted` page is not in the sitemap.
    indexed: bool = True  #: Whether search engines may list it.
    source: str = ""  #: The file, for messages only.


class Schedule(Value, frozen=True, kw_only=True):
    """When readers should fetch the feed again. RSS 2.0 `ttl`, `skipHours`, `skipDays`; RSS 1.0 module Syndication."""

    called = ""
    ttl: Ordinal | None = None  #: How many minutes a copy may be cached.
    skip_hours: tuple[int, ...] = ()  #: The hours of the day, 0 to 23 in UTC, in which nothing new is published.
    skip_days: tuple[str, ...] = ()  #: The days of the week on which nothing new is published.
    update_period: Annotated[Period, _one_of(Period)] | None = None  #: The unit of `update_frequency`.
    update_frequency: Ordinal | None = None  #: How often something new is published in a period.

    def __post_init__(self) -> None:
        super().__post_init__()
        for hour in self.skip_hours:
            if not 0 <= hour <= 23:
                raise ArgumentError(f"skip_hours: {hour} is not an hour from 0 to 23")
        for day in self.skip_days:
            if day not in DAYS:
                raise ArgumentError(f"skip_days: {day!r} is not one of {', '.join(DAYS)}")


class Tombstone(Value, frozen=True, kw_only=True):
    """A deleted entry. RFC 6721 `at:deleted-entry`."""

    called = ""
    ref: Filled  #: The id that it had.
    when: Aware  #: When it was deleted.


class Feed(Value, frozen=True, kw_only=True):
    """The head of one feed document; its entries come separately."""

    called = ""
    title: Filled  #: Plain text.
    #: The page that the feed is about. RSS channel `link`, Atom rel=alternate, JSON Feed `home_page_url`.
    home_url: Address
    #: The document's own address. `atom:link` rel=self, JSON Feed `feed_url`; not written if it is None.
    feed_url: Address | None = None
    id: IdOrEmpty = ""  #: The stable identity; `home_url` if it is not set.
    description: str = ""  #: Plain text; RSS, which requires it, gets the title if it is empty.
    language: Language | None = None  #: An RFC 5646 tag.
    updated: Aware | None = None  #: The newest change of any entry; computed from the entries if it is not set.
    authors: tuple[Annotated[Person, _WITHIN], ...] = ()  #: The authors of the feed as a whole.
    icon: Address | None = None  #: A small square picture, absolute.
    logo: Address | None = None  #: A larger picture, absolute.
    #: The picture of RSS `image` with its size; `logo`, else `icon`, if it is not set.
    image: Annotated[Image, _WITHIN] | None = None
    rights: str = ""  #: The licence, plain text.
    hubs: tuple[Address, ...] = ()  #: WebSub hubs.
    schedule: Schedule | None = None  #: When readers should fetch it again.
    rss_cloud: Address | None = None  #: An rssCloud server that notifies of changes, absolute.
    podcast: Annotated[Podcast, _WITHIN] | None = None  #: The show, if it is a podcast.
    complete: bool = False  #: Whether it has all entries, so that there are no archives. RFC 5005 §2.
    archive: bool = False  #: Whether it is an archive document that will not change. RFC 5005 §4.
    prev_archive: Address | None = None  #: The archive document before it, absolute. RFC 5005 §4; JSON Feed `next_url`.
    next_archive: Address | None = None  #: The archive document after it, absolute.
    current: Address | None = None  #: The subscription document to which an archive document belongs, absolute.
    tombstones: tuple[Tombstone, ...] = ()  #: Deleted entries, newest first; for Atom.
    stylesheet: Address | None = None  #: A CSS stylesheet for browsers that open the document itself, absolute.
    elements: tuple[Element, ...] = ()  #: Elements of other vocabularies, for RSS and Atom.
    #: Objects of other vocabularies for JSON Feed, by names that begin with `_`.
    json: Extensions = field(default_factory=dict)
    #: Prefixes and addresses of the namespaces of the feed and its entries in RSS; set by `completed`.
    rss_namespaces: tuple[tuple[str, str], ...] = ()
    atom_namespaces: tuple[tuple[str, str], ...] = ()  #: The same for Atom, which has neither shows nor Markdown.

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.complete and (self.archive or self.prev_archive or self.next_archive):
            raise ArgumentError("complete must not be set with archives: RFC 5005 has a feed be one or the other")


class Alternate(Value, frozen=True, kw_only=True):
    """One translation of a page. Google "Tell Google about localized versions", `xhtml:link rel=alternate`."""

    called = "alternates"
    language: LanguageOrDefault  #: An RFC 5646 tag, or `x-default`.
    url: Address  #: The absolute address.


class Video(Value, frozen=True, kw_only=True):
    """One video on a page. Google "Video sitemaps"; raises `ArgumentError` if a required tag is missing."""

    called = "video"
    thumbnail: Address  #: A picture of it, absolute.
    title: Filled  #: Plain text, at most 100 characters.
    description: Filled  #: Plain text, at most 2,048 characters.
    content: Address | None = None  #: The file, absolute; this or `player` must be there.
    player: Address | None = None  #: The page of a player, absolute.
    duration: VideoSeconds | None = None  #: Seconds, 1 to 28,800.
    published: Aware | None = None  #: When it was first published.
    expires: Aware | None = None  #: When it will no longer be available.
    rating: Rating | None = None  #: From 0 to 5.
    family_friendly: bool | None = None  #: Whether it is suitable for children; None if it is not set.
    live: bool | None = None  #: Whether it is a live stream.
    tags: tuple[str, ...] = ()  #: At most 32 words.

    def __post_init__(self) -> None:
        super().__post_init__()
        for name, most in (("title", MAX_VIDEO_TITLE_CHARS), ("description", MAX_VIDEO_DESCRIPTION_CHARS)):
            if len(getattr(self, name)) > most:
                raise ArgumentError(f"video: {name} must have at most {most:,} characters")
        if self.content is None and self.player is None:
            raise ArgumentError("video: content or player must be there")
        if len(self.tags) > MAX_VIDEO_TAGS:
            raise ArgumentError(f"video: {len(self.tags)} tags are more than {MAX_VIDEO_TAGS}")


class News(Value, frozen=True, kw_only=True):
    """A page as an article of a news publication. Google "News sitemaps"."""

    called = "news"
    publication: Filled  #: The name of the publication in Google News.
    language: NewsLanguage  #: ISO 639 in lower case, or zh-cn, zh-tw.
    published: Aware  #: The article's first publication, never its update.
    title: Filled  #: Plain text, without the name of the publication.


class Url(Value, frozen=True, kw_only=True):
    """One page in a sitemap. sitemaps.org protocol 0.9."""

    called = ""
    loc: Address  #: The absolute address.
    lastmod: Aware | None = None  #: The last change that matters; None if it is unknown; never the time of the build.
    precision: Precision = "second"  #: Whether `lastmod` names a day only.
    #: How often it changes; written only if it is set, since Google and Bing ignore it.
    changefreq: Annotated[Changefreq, _one_of(Changefreq)] | None = None
    priority: Priority | None = None  #: From 0 to 1; ignored like `changefreq`.
    images: tuple[Address, ...] = ()  #: The absolute addresses of pictures on the page. Google "Image sitemaps".
    alternates: tuple[Alternate, ...] = ()  #: The page in every language, including its own.
    videos: tuple[Video, ...] = ()  #: Videos on the page.
    news: News | None = None  #: The page as an article of a news sitemap.


@runtime_checkable
class LazyBytes(Protocol):
    """Bytes that are read from a file each time `bytes` is called."""

    def __len__(self) -> int: ...
    def __bytes__(self) -> bytes: ...


#: A part of a document.
Piece = bytes | LazyBytes


class Document(Value, frozen=True, kw_only=True, dict=True):
    """A file in memory: the caller decides where its bytes go."""

    path: str  #: The path below the output folder, with `/`, as it is on disk.
    media_type: str  #: The media type that a server should send.
    pieces: tuple[Piece, ...]  #: The bytes, in pieces that are shared with other documents and never copied.
    last_modified: datetime | None = None  #: The newest change in it.
    precision: Precision = "second"  #: Whether `last_modified` names a day only.
    #: The content coding of a compressed copy: `gzip`, `br`, `zstd` (RFC 9110 §8.4.1).
    coding: str = ""
    items: int | None = None  #: How many entries a feed has; None for other documents.
    entries: tuple[str, ...] = ()  #: The addresses of a feed's entries, in order; empty for other documents.
    url: str = ""  #: Its own address; empty if it is not a document of a site.
    hubs: tuple[str, ...] = ()  #: The WebSub hubs that notify of its changes.
    #: When a scheduled or expiring entry next changes the output; None for never.
    next_change: datetime | None = None
    verified_fragments: bool = False  #: Whether all fragments come from `Format.fragment`, which verifies them.

    def __repr__(self) -> str:
        # Without the pieces, which may have millions of bytes.
        names = [name for name in self.__struct_fields__ if name != "pieces"]
        return f"Document({', '.join(f'{name}={getattr(self, name)!r}' for name in names)})"

    def chunks(self) -> Iterator[bytes]:
        """The bytes in order, piece by piece."""
        return (piece if isinstance(piece, bytes) else bytes(piece) for piece in self.pieces)

    def to_bytes(self) -> bytes:
        """All bytes; the whole document is then in memory."""
        return b"".join(self.chunks())

    @property
    def fragments(self) -> range:
        """The indexes of the pieces of a feed that are entries; see `splice`."""
        inner = len(self.pieces) - 2
        return range(1, inner + 1, 1 if inner == self.items else 2)

    @property
    def size(self) -> int:
        """How many bytes it has."""
        return sum(map(len, self.pieces))

    @cached_property
    def etag(self) -> str:
        """A strong entity tag, made of the bytes only, in the quotes of HTTP. RFC 9110 §8.8.3."""
        digest = hashlib.sha256()
        for chunk in self.chunks():
            digest.update(chunk)
        return f'"{digest.hexdigest()[:32]}"'


class WrittenDocument(Struct, array_like=True):
    """A document on disk, as the cache stores it; the fields without a comment are those of `Document`."""

    path: str
    media_type: str
    coding: str
    items: int | None
    key: FileKey  #: The key of the file when it was written.
    digest: str  #: `Written.digests` of the manifest.


class UnchangedDocument(WrittenDocument):
    """A document on disk that the same build would write with the same bytes."""

    make: Callable[[], Document]  #: Renders the document, in case the file has changed.


def newest(instants: Iterable[datetime]) -> datetime | None:
    """The latest of some datetimes; None without any.

    Not by `max` alone, which compares datetimes of one zone by the wall clock: in autumn a night has 02:30 twice.
    """
    return max(instants, key=datetime.timestamp, default=None)
