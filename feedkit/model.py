"""The values that every part shares, in the words of Atom (RFC 4287): entries, feeds, pages of a sitemap, documents.

Each raises `ArgumentError` for what no format can say: a date without a zone, an address that is not absolute, an empty
id, title or name.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from functools import cached_property
from typing import Any, Literal, Protocol, get_args, runtime_checkable

from msgspec import MsgspecError, convert, field
from msgspec.json import decode, encode

from feedkit.files import FileKey
from feedkit.lazy_regex import lazy_regex
from feedkit.value import ArgumentError, Value

#: Where an article is shown: everywhere; on its page and in sitemaps; on its page only; or it has no page.
Visibility = Literal["public", "not in feeds", "unlisted", "nowhere"]

#: How exactly a date was written: a day has no time of day worth repeating.
Precision = Literal["day", "minute", "second"]
#: Which rule gave a date its zone: what was written (an offset, a name, an abbreviation), the epoch, the site's zone,
#: or the object that carried it.
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
#: The alternate for readers of any other language.
X_DEFAULT = "x-default"
#: Google "Video sitemaps".
MAX_VIDEO_TITLE_CHARS, MAX_VIDEO_DESCRIPTION_CHARS, MAX_VIDEO_SECONDS, MAX_VIDEO_TAGS = 100, 2_048, 28_800, 32

_ID = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[!-~]+")
_LANGUAGE = lazy_regex(r"[A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*")
# XML 1.0 §2.3 without the colon; ASCII is what vocabularies use.
_XML_NAME = lazy_regex(r"[A-Za-z_][A-Za-z0-9._-]*")
# JSON Feed 1.1 "Extensions".
_EXTENSION = lazy_regex(r"_[A-Za-z][^.]*")
# The news schema: two or three letters, and two spellings for Chinese.
_NEWS_LANGUAGE = lazy_regex(r"zh-cn|zh-tw|[a-z]{2,3}")


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
    """An author. RFC 4287 §3.2; `dc:creator`; JSON Feed `authors`."""

    #: The name as it should be read.
    name: str
    #: A mail address that the owner wants published; left out where it has no `@`.
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
    #: The path segment that its author wants for it; the slug of the name where there is none.
    slug: str = ""


class Image(Value, frozen=True, kw_only=True):
    """The picture of an article. What is unknown is None and in no output."""

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
    #: Bytes; None where it is unknown.
    length: int | None = None
    #: A name for the file.
    title: str = ""
    #: Seconds.
    duration: int | None = None


class Element(Value, frozen=True, kw_only=True):
    """An XML element of another vocabulary. Namespaces in XML 1.0."""

    #: The usual prefix, such as `geo`.
    prefix: str
    #: The namespace's address.
    namespace: str
    #: The local name.
    name: str
    #: The text in it.
    text: str = ""
    #: Names and values of attributes without a namespace.
    attributes: tuple[tuple[str, str], ...] = ()
    #: The elements in it, behind its text.
    children: tuple[Element, ...] = ()

    def __post_init__(self) -> None:
        super().__post_init__()
        for name in (self.prefix, self.name, *(name for name, _ in self.attributes)):
            if not _XML_NAME.fullmatch(name):
                raise ArgumentError(f"{name!r} is no name of XML")
        for name, _ in self.attributes:
            if name.lower().startswith("xml"):
                raise ArgumentError(f"the attribute {name!r} belongs to XML itself")
        if self.prefix.lower().startswith("xml"):
            raise ArgumentError(f"the prefix {self.prefix!r} belongs to XML itself")
        require_text("namespace", self.namespace)


class Funding(Value, frozen=True, kw_only=True):
    """Where listeners can give. Podcast namespace 1.0 `podcast:funding`."""

    #: The absolute address.
    url: str
    #: What the link says, at most 128 characters.
    title: str = ""


class Participant(Value, frozen=True, kw_only=True):
    """A person who is heard or helped. Podcast namespace 1.0 `podcast:person`."""

    #: The name as it should be read.
    name: str
    #: A role of the Podcast Taxonomy, such as `guest`; `host` is the standard's default.
    role: str = ""
    #: A group of the Podcast Taxonomy, such as `writing`.
    group: str = ""
    #: A page about the person, absolute.
    url: str | None = None
    #: A picture of the person, absolute.
    image: str | None = None


class Transcript(Value, frozen=True, kw_only=True):
    """The words of an episode. Podcast namespace 1.0 `podcast:transcript`."""

    #: The absolute address.
    url: str
    #: The media type, such as `text/vtt`.
    type: str
    #: An RFC 5646 tag, where it differs from the feed's.
    language: str | None = None
    #: Whether it has time codes and may be shown as captions.
    captions: bool = False


class Podcast(Value, frozen=True, kw_only=True):
    """A show. Apple Podcasts channel tags and podcast namespace 1.0."""

    #: A square picture of 1400 to 3000 pixels, JPEG or PNG, absolute.
    image: str
    #: Apple's categories, `Society & Culture/Documentary` for a category within another.
    categories: tuple[str, ...] = ()
    #: Whether it is for adults only.
    explicit: bool = False
    #: Who makes it, as listeners see it.
    author: str = ""
    #: Whom Apple may write to; neither is shown to listeners.
    owner_name: str = ""
    #: A mail address that the owner wants published.
    owner_email: str = ""
    #: `serial` where episodes are to be heard in order.
    type: ShowType = "episodic"
    #: Whether Apple is to leave it out.
    block: bool = False
    #: Whether there will be no more episodes.
    complete: bool = False
    #: Where the feed has moved to, absolute.
    new_feed_url: str | None = None
    #: The show's UUID; derived from the feed's address where it is not set.
    guid: str = ""
    #: Whether other services may import it; None says nothing.
    locked: bool | None = None
    #: Where listeners can give.
    funding: tuple[Funding, ...] = ()
    #: Who is heard in every episode.
    persons: tuple[Participant, ...] = ()
    #: What it is: `podcast`, `music`, `video`, `audiobook` …
    medium: str = ""
    #: An SPDX identifier of its licence, such as `cc-by-4.0`.
    license: str = ""

    def __post_init__(self) -> None:
        super().__post_init__()
        _require_one_of("podcast: type", self.type, ShowType)


class Episode(Value, frozen=True, kw_only=True):
    """What makes an entry an episode. Apple Podcasts item tags and podcast namespace 1.0."""

    #: A number from 1.
    season: int | None = None
    #: What the season is called.
    season_name: str = ""
    #: A number from 1.
    number: int | None = None
    #: `trailer` and `bonus` are no full episodes.
    type: EpisodeType = "full"
    #: Whether it is for adults only; None where the show's word counts.
    explicit: bool | None = None
    #: Whether Apple is to leave it out.
    block: bool = False
    #: A square picture of its own, absolute.
    image: str | None = None
    #: Its title without number and show name.
    title: str = ""
    #: Its words.
    transcripts: tuple[Transcript, ...] = ()
    #: The absolute address of its chapters, JSON.
    chapters: str | None = None
    #: Who is heard in it.
    persons: tuple[Participant, ...] = ()

    def __post_init__(self) -> None:
        super().__post_init__()
        _require_one_of("episode: type", self.type, EpisodeType)
        require_at_least("episode: season", self.season, 1)
        require_at_least("episode: number", self.number, 1)


class Entry(Value, frozen=True, kw_only=True):
    """One normalised article: every date has a zone, every address is absolute, every text is fit for XML.

    Raises `ArgumentError` for a value that no format can say.
    """

    #: The stable identity, an absolute URI. RSS `guid`, Atom and JSON Feed `id`.
    id: str
    #: The permalink.
    url: str
    #: Plain text; empty for a note without one.
    title: str
    #: When it was first published.
    published: datetime
    #: What RSS and JSON Feed call it where an earlier feed of theirs had another id, perhaps no URI.
    guid: str = ""
    #: The page elsewhere that a link post is about, absolute.
    external_url: str | None = None
    #: Whether RSS and Atom link to `external_url` in the place of the permalink.
    links_to_external: bool = False
    #: Whether the author gave the address, so that no pattern of the settings makes it.
    own_url: bool = False
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
    #: Where `published` comes from, and how certain it is.
    published_source: DateSource | None = None
    #: Where `updated` comes from, and how certain it is.
    updated_source: DateSource | None = None
    #: Where `expires` comes from, and how certain it is.
    expires_source: DateSource | None = None
    #: Plain text.
    summary: str = ""
    #: HTML, sanitised unless the site trusts its own, every address in it absolute.
    content: str = ""
    #: The content up to the author's own cut; empty where there is none.
    excerpt: str = ""
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
    #: Where it is shown: only `public` ones are in feeds, and `not in feeds` ones in sitemaps, too.
    visibility: Visibility = "public"
    #: Whether search engines may list it.
    indexed: bool = True
    #: The first folder of its file, as in the permalink.
    section: str = ""
    #: The source of `content`; kept only where the site wants it published.
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
        if self.title:
            require_text("title", self.title)
        require_absolute("url", self.url)
        require_absolute("external_url", self.external_url)
        require_aware("published", self.published)
        require_aware("updated", self.updated)
        require_aware("expires", self.expires)
        require_language(self.language)
        _require_people("authors", self.authors, "avatar")
        for term in self.terms:
            require_text("terms: name", term.name)
        for scheme in dict.fromkeys([term.scheme for term in self.terms]):
            require_absolute("terms: scheme", scheme)
        if self.image is not None:
            require_absolute("image: url", self.image.url)
        for enclosure in self.enclosures:
            require_absolute("enclosures: url", enclosure.url)
            if "/" not in enclosure.type:
                raise ArgumentError(f"enclosures: type must be a media type such as audio/mpeg, not {enclosure.type!r}")
            if (enclosure.length or 0) < 0:
                raise ArgumentError(f"enclosures: length must not be negative, as {enclosure.length} is")
        if (episode := self.episode) is not None:
            require_absolute("episode: image", episode.image)
            require_absolute("episode: chapters", episode.chapters)
            for transcript in episode.transcripts:
                require_absolute("episode: transcripts: url", transcript.url)
                require_language(transcript.language)
            _require_people("persons", episode.persons, "image")
        _require_extensions(self.json)

    def to_json(self) -> dict[str, Any]:
        """The entry as values that JSON has; dates in RFC 3339."""
        return decode(encode(self))  # type: ignore[no-any-return]

    @classmethod
    def from_json(cls, data: Mapping[str, Any] | str | bytes) -> Entry:
        """The entry of `data`: what `to_json` gave, or the same as JSON text.

        Raises `ArgumentError` for what is no such entry.
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
        """How exactly `modified` was written."""
        return self.updated_precision if self.updated else self.published_precision


class SitePage(Value, frozen=True, kw_only=True):
    """A page of the site that is no article: in the sitemap, and in no feed."""

    #: Its address.
    url: str
    #: When it last changed in a way that matters; None where nothing says so.
    updated: datetime | None = None
    #: Whether `updated` names a day only.
    updated_precision: Precision = "second"
    #: When it is to disappear.
    expires: datetime | None = None
    #: An RFC 5646 tag, where it differs from the site's.
    language: str | None = None
    #: What its translations have in common with it; empty where it has none.
    translation_key: str = ""
    #: Whether the sitemap may list it, too: not where it is `unlisted`.
    visibility: Visibility = "public"
    #: Whether search engines may list it.
    indexed: bool = True
    #: The file, for messages only.
    source: str = ""


class Schedule(Value, frozen=True, kw_only=True):
    """When readers should come again. RSS 2.0 `ttl`, `skipHours`, `skipDays`; RSS 1.0 module Syndication."""

    #: Minutes for which a copy may be kept.
    ttl: int | None = None
    #: The hours of the day, 0 to 23 in UTC, at which nothing new comes.
    skip_hours: tuple[int, ...] = ()
    #: The days of the week on which nothing new comes.
    skip_days: tuple[str, ...] = ()
    #: The unit of `update_frequency`.
    update_period: Period | None = None
    #: How often something new comes in a period.
    update_frequency: int | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        require_at_least("ttl", self.ttl, 1)
        require_at_least("update_frequency", self.update_frequency, 1)
        for hour in self.skip_hours:
            if not 0 <= hour <= 23:
                raise ArgumentError(f"skip_hours: {hour} is no hour from 0 to 23")
        for day in self.skip_days:
            if day not in DAYS:
                raise ArgumentError(f"skip_days: {day!r} is not one of {', '.join(DAYS)}")
        if self.update_period is not None and self.update_period not in get_args(Period):
            raise ArgumentError(f"update_period: {self.update_period!r} is not one of {', '.join(get_args(Period))}")


class Tombstone(Value, frozen=True, kw_only=True):
    """An entry that is gone. RFC 6721 `at:deleted-entry`."""

    #: The id that it had.
    ref: str
    #: When it went.
    when: datetime

    def __post_init__(self) -> None:
        super().__post_init__()
        require_text("ref", self.ref)
        require_aware("when", self.when)


class Feed(Value, frozen=True, kw_only=True):
    """The head of one feed document; its entries come separately."""

    #: Plain text.
    title: str
    #: The page that the feed is about. RSS channel `link`, Atom rel=alternate, JSON Feed `home_page_url`.
    home_url: str
    #: The document's own address. `atom:link` rel=self, JSON Feed `feed_url`; in no output while it is None.
    feed_url: str | None = None
    #: The stable identity; `home_url` where it is not set.
    id: str = ""
    #: Plain text; RSS demands one, and gets the title where there is none.
    description: str = ""
    #: An RFC 5646 tag.
    language: str | None = None
    #: The newest change of any entry; worked out from the entries where it is not set.
    updated: datetime | None = None
    #: Who answers for the whole feed.
    authors: tuple[Person, ...] = ()
    #: A small square picture, absolute.
    icon: str | None = None
    #: A larger picture, absolute.
    logo: str | None = None
    #: The picture of RSS `image` with its measures; `logo`, else `icon`, where it is not set.
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
        require_text("title", self.title)
        if self.id:
            _require_id(self.id)
        own = ("home_url", "feed_url", "icon", "logo", "rss_cloud", "stylesheet")
        for name in (*own, "prev_archive", "next_archive", "current"):
            require_absolute(name, getattr(self, name))
        for hub in self.hubs:
            require_absolute("hubs", hub)
        require_aware("updated", self.updated)
        require_language(self.language)
        _require_people("authors", self.authors, "avatar")
        if (podcast := self.podcast) is not None:
            require_absolute("podcast: image", podcast.image)
            require_absolute("podcast: new_feed_url", podcast.new_feed_url)
            for funding in podcast.funding:
                require_absolute("podcast: funding: url", funding.url)
            _require_people("persons", podcast.persons, "image")
        if self.image is not None:
            require_absolute("image: url", self.image.url)
        _require_extensions(self.json)
        if self.complete and (self.archive or self.prev_archive or self.next_archive):
            raise ArgumentError("complete must not be set with archives: RFC 5005 has a feed be one or the other")


class Alternate(Value, frozen=True, kw_only=True):
    """One translation of a page. Google "Tell Google about localized versions", `xhtml:link rel=alternate`."""

    #: An RFC 5646 tag, or `x-default`.
    language: str
    #: The absolute address.
    url: str

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.language != X_DEFAULT:
            require_language(self.language)
        require_absolute("alternates: url", self.url)


class Video(Value, frozen=True, kw_only=True):
    """One video on a page. Google "Video sitemaps"; raises `ArgumentError` where a required tag is missing."""

    #: A picture of it, absolute.
    thumbnail: str
    #: Plain text, at most 100 characters.
    title: str
    #: Plain text, at most 2,048 characters.
    description: str
    #: The file, absolute; this or `player` must be there.
    content: str | None = None
    #: The page of a player, absolute.
    player: str | None = None
    #: Seconds, 1 to 28,800.
    duration: int | None = None
    #: When it was first published.
    published: datetime | None = None
    #: When it will be gone.
    expires: datetime | None = None
    #: From 0 to 5.
    rating: float | None = None
    #: Whether it is fit for children; None says nothing.
    family_friendly: bool | None = None
    #: Whether it is a live stream.
    live: bool | None = None
    #: At most 32 words.
    tags: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        super().__post_init__()
        for name, most in (("title", MAX_VIDEO_TITLE_CHARS), ("description", MAX_VIDEO_DESCRIPTION_CHARS)):
            require_text(f"video: {name}", getattr(self, name))
            if len(getattr(self, name)) > most:
                raise ArgumentError(f"video: {name} must have at most {most:,} characters")
        for name in ("thumbnail", "content", "player"):
            require_absolute(f"video: {name}", getattr(self, name))
        if self.content is None and self.player is None:
            raise ArgumentError("video: content or player must be there")
        if self.duration is not None and not 1 <= self.duration <= MAX_VIDEO_SECONDS:
            raise ArgumentError(f"video: duration must be 1 to {MAX_VIDEO_SECONDS:,} seconds, not {self.duration}")
        if self.rating is not None and not 0 <= self.rating <= 5:
            raise ArgumentError(f"video: rating must be 0 to 5, not {self.rating}")
        if len(self.tags) > MAX_VIDEO_TAGS:
            raise ArgumentError(f"video: {len(self.tags)} tags are more than {MAX_VIDEO_TAGS}")
        for name in ("published", "expires"):
            require_aware(f"video: {name}", getattr(self, name))


class News(Value, frozen=True, kw_only=True):
    """A page as an article of a news publication. Google "News sitemaps"."""

    #: The publication as Google News shows it.
    publication: str
    #: ISO 639 in small letters, or zh-cn, zh-tw.
    language: str
    #: The article's first publication, never its update.
    published: datetime
    #: Plain text, without the name of the publication.
    title: str

    def __post_init__(self) -> None:
        super().__post_init__()
        require_text("news: publication", self.publication)
        require_text("news: title", self.title)
        require_aware("news: published", self.published)
        if not _NEWS_LANGUAGE.fullmatch(self.language):
            wanted = "ISO 639 in small letters, zh-cn or zh-tw"
            raise ArgumentError(f"news: language must be {wanted}, not {self.language!r}")


class Url(Value, frozen=True, kw_only=True):
    """One page in a sitemap. sitemaps.org protocol 0.9."""

    #: The absolute address.
    loc: str
    #: The last change that matters; None where it is unknown, never the build time.
    lastmod: datetime | None = None
    #: Whether `lastmod` names a day only.
    precision: Precision = "second"
    #: How often it changes; Google and Bing ignore it, so it is written only where it is set.
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
        require_absolute("loc", self.loc)
        require_aware("lastmod", self.lastmod)
        for image in self.images:
            require_absolute("images", image)
        if self.changefreq is not None:
            _require_one_of("changefreq", self.changefreq, Changefreq)
        if self.priority is not None and not 0 <= self.priority <= 1:
            raise ArgumentError(f"priority must be 0 to 1, not {self.priority}")


@runtime_checkable
class LazyBytes(Protocol):
    """Bytes that are read when they are wanted, each time anew."""

    def __len__(self) -> int: ...
    def __bytes__(self) -> bytes: ...


#: A part of a document.
Piece = bytes | LazyBytes


class Document(Value, frozen=True, kw_only=True, dict=True):
    """A file that is not anywhere yet: the caller owns where its bytes go."""

    #: The path below the output folder, with `/`, as it is on disk.
    path: str
    #: The media type that a server should send.
    media_type: str
    #: The bytes, in pieces that are shared with other documents and never copied.
    pieces: tuple[Piece, ...]
    #: The newest change in it.
    last_modified: datetime | None = None
    #: Whether `last_modified` names a day only.
    precision: Precision = "second"
    #: The content coding of a copy for servers that send such copies: `gzip`, `br`, `zstd` (RFC 9110 §8.4.1).
    coding: str = ""
    #: How many entries it lists; None for what is no feed.
    items: int | None = None
    #: The addresses of the entries that it lists, in order; empty for what is no feed.
    entries: tuple[str, ...] = ()
    #: Its own address; empty where it is not a document of a site.
    url: str = ""
    #: The WebSub hubs that tell of its changes.
    hubs: tuple[str, ...] = ()
    #: When a scheduled or expiring entry next changes the output; None where none does.
    next_change: datetime | None = None
    #: Whether all fragments come from `Format.fragment`, which has read them again.
    verified_fragments: bool = False

    def __repr__(self) -> str:
        # Without the pieces, which may be millions of bytes.
        names = [name for name in self.__struct_fields__ if name != "pieces"]
        return f"Document({', '.join(f'{name}={getattr(self, name)!r}' for name in names)})"

    def chunks(self) -> Iterator[bytes]:
        """The bytes in order, piece by piece."""
        return (piece if isinstance(piece, bytes) else bytes(piece) for piece in self.pieces)

    def to_bytes(self) -> bytes:
        """All bytes at once; holds the whole document in memory."""
        return b"".join(self.chunks())

    @property
    def fragments(self) -> range:
        """Which pieces of a feed are its entries; see `splice`."""
        inner = len(self.pieces) - 2
        return range(1, inner + 1, 1 if inner == self.items else 2)

    @property
    def size(self) -> int:
        """How many bytes it has."""
        return sum(map(len, self.pieces))

    @cached_property
    def etag(self) -> str:
        """A strong validator, a digest of the bytes alone, in quotes as HTTP wants it. RFC 9110 §8.8.3."""
        digest = hashlib.sha256()
        for chunk in self.chunks():
            digest.update(chunk)
        return f'"{digest.hexdigest()[:32]}"'


class UnchangedDocument(Value, frozen=True, kw_only=True):
    """A document that is on disk and would have the same bytes again, unless it was touched since."""

    #: As of `Document`.
    path: str
    #: As of `Document`.
    media_type: str
    #: As of `Document`.
    coding: str = ""
    #: As of `Document`.
    items: int | None = None
    #: What the file system said of it when it was written.
    file_key: FileKey
    #: Makes the document, for the case that it is no longer as it was.
    make: Callable[[], Document]


def newest(instants: Iterable[datetime]) -> datetime | None:
    """The latest of some instants; None where there is none.

    Not by `max` alone: datetimes of a zone are compared by their wall clocks, and an autumn night has 02:30 twice.
    """
    return max(instants, key=datetime.timestamp, default=None)


def is_id(text: str) -> bool:
    """Whether every format takes it as an id: an absolute URI in ASCII."""
    return _ID.fullmatch(text) is not None


def require_absolute(name: str, url: str | None) -> None:
    """Raises `ArgumentError` for what is no absolute http or https address in ASCII; None is no address."""
    if url is None:
        return
    # Printable ASCII only: RSS `link`, Atom `id` and a sitemap's `loc` are URIs, not IRIs (RFC 3986 §2). No regular
    # expression, because every address of every entry and feed comes by here.
    host = url[8:9] if url.startswith("https://") else url[7:8] if url.startswith("http://") else ""
    if host in ("", "/") or not url.isascii() or not url.isprintable() or " " in url:
        raise ArgumentError(
            f"{name} must be an absolute http or https address in ASCII, not {url!r}; feedkit.urls.absolute makes one"
        )


def require_text(name: str, text: str) -> None:
    """Raises `ArgumentError` for a text without a character that can be seen."""
    if not text or text.isspace():
        raise ArgumentError(f"{name} must not be empty")


def require_language(tag: str | None) -> None:
    """Raises `ArgumentError` for what has not the form of a language tag (RFC 5646 §2.1)."""
    if tag is not None and not _LANGUAGE.fullmatch(tag):
        raise ArgumentError(f"language must be a tag such as en or de-CH, not {tag!r}")


def require_aware(name: str, value: datetime | None) -> None:
    """Raises `ArgumentError` for a date without a time zone."""
    if value is not None and value.utcoffset() is None:
        raise ArgumentError(f"{name} must have a time zone: {value.isoformat()} could be anywhere")


def require_at_least(name: str, value: float | None, least: int) -> None:
    """Raises `ArgumentError` for a number that is too small, or none."""
    if value is not None and not value >= least:
        raise ArgumentError(f"{name} must be {least} or more, not {value}")


def _require_id(url: str) -> None:
    if not is_id(url):
        raise ArgumentError(f"id must be an absolute address, urn: or tag:, in ASCII, not {url!r}")


def _require_one_of(name: str, value: str, words: Any) -> None:
    if value not in get_args(words):
        raise ArgumentError(f"{name} must be one of {', '.join(get_args(words))}, not {value!r}")


def _require_extensions(objects: Mapping[str, Any]) -> None:
    for name, value in objects.items():
        # `_feedkit` is our own.
        if not _EXTENSION.fullmatch(name) or name == "_feedkit":
            raise ArgumentError(f"json: {name!r} must be a name such as _weather")
        if not isinstance(value, Mapping) or any(not isinstance(key, str) or "." in key for key in value):
            raise ArgumentError(f"json: {name} must be an object whose names have no dot")


# Persons, shows and episodes are checked where an entry or a feed has them: in settings addresses may be relative.
def _require_people(name: str, people: Iterable[Person | Participant], picture: str) -> None:
    for person in people:
        require_text(f"{name}: name", person.name)
        require_absolute(f"{name}: url", person.url)
        require_absolute(f"{name}: {picture}", getattr(person, picture))
