"""The values that every part shares, in the words of Atom (RFC 4287): entries, feeds, pages of a sitemap, documents.

Each raises `ArgumentError` for what no format can say: a date without a zone, an address that is not absolute, an empty
id, title or name.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any, Literal, Protocol, get_args, runtime_checkable

from msgspec import MsgspecError, Struct, convert, field
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

_ID = lazy_regex(r"[A-Za-z][A-Za-z0-9+.-]*:[!-~]+")
_LANGUAGE = lazy_regex(r"[A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*")
# XML 1.0 §2.3 without the colon; ASCII is what vocabularies use.
_XML_NAME = lazy_regex(r"[A-Za-z_][A-Za-z0-9._-]*")
# JSON Feed 1.1 "Extensions".
_EXTENSION = lazy_regex(r"_[A-Za-z][^.]*")
# The news schema: two or three letters, and two spellings for Chinese.
_NEWS_LANGUAGE = lazy_regex(r"zh-cn|zh-tw|[a-z]{2,3}")


class DateSource(Value, frozen=True, kw_only=True):
    """Where a date comes from and how certain it is."""

    key: str  #: The key as its author wrote it, or `file name`.
    raw: str  #: The value as written, at most 100 characters of it.
    precision: Precision  #: The finest unit that was written.
    zone: ZoneRule  #: The rule that gave the zone.


class Person(Value, frozen=True, kw_only=True):
    """An author. RFC 4287 §3.2; `dc:creator`; JSON Feed `authors`."""

    name: str  #: The name as it should be read.
    email: str | None = None  #: A mail address to publish; ignored where it has no `@`.
    url: str | None = None  #: The person's home page, absolute.
    avatar: str | None = None  #: A picture of the person, absolute.
    key: str = ""  #: What articles may call the person for short; in no output.


class Term(Value, frozen=True, kw_only=True):
    """One value of a taxonomy, such as the tag `C++`. RFC 4287 §4.2.2."""

    taxonomy: str  #: The taxonomy's name, such as `tags`.
    name: str  #: The term as its author spells it.
    scheme: str | None = None  #: The taxonomy's address: Atom's `scheme`, RSS's `domain`.
    slug: str = ""  #: The path segment that its author wants for it; the slug of the name where there is none.


class Image(Value, frozen=True, kw_only=True):
    """The picture of an article. What is unknown is None and in no output."""

    url: str  #: The absolute address.
    alt: str = ""  #: What the picture shows.
    type: str | None = None  #: The media type, such as `image/png`.
    width: int | None = None  #: Pixels.
    height: int | None = None  #: Pixels.
    length: int | None = None  #: Bytes.


class Enclosure(Value, frozen=True, kw_only=True):
    """An attached file. RSS 2.0 `enclosure`, RFC 4287 §4.2.7.2 rel=enclosure, JSON Feed `attachments`."""

    url: str  #: The absolute address.
    type: str  #: The media type, such as `audio/mpeg`.
    length: int | None = None  #: Bytes; None where it is unknown.
    title: str = ""  #: A name for the file.
    duration: int | None = None  #: Seconds.


class Element(Value, frozen=True, kw_only=True):
    """An XML element of another vocabulary. Namespaces in XML 1.0."""

    prefix: str  #: The usual prefix, such as `geo`.
    namespace: str  #: The namespace's address.
    name: str  #: The local name.
    text: str = ""  #: The text in it.
    attributes: tuple[tuple[str, str], ...] = ()  #: Names and values of attributes without a namespace.
    children: tuple[Element, ...] = ()  #: The elements in it, behind its text.

    def __post_init__(self) -> None:
        super().__post_init__()
        attributes = [name for name, _ in self.attributes]
        for name in (self.prefix, self.name, *attributes):
            if not _XML_NAME.fullmatch(name):
                raise ArgumentError(f"{name!r} is no name of XML")
        for kind, name in (*(("attribute", name) for name in attributes), ("prefix", self.prefix)):
            if name.lower().startswith("xml"):
                raise ArgumentError(f"the {kind} {name!r} belongs to XML itself")
        require_text("namespace", self.namespace)


class Funding(Value, frozen=True, kw_only=True):
    """Where listeners can give. Podcast namespace 1.0 `podcast:funding`."""

    url: str  #: The absolute address.
    title: str = ""  #: What the link says, at most 128 characters.


class Participant(Value, frozen=True, kw_only=True):
    """A person who is heard or helped. Podcast namespace 1.0 `podcast:person`."""

    name: str  #: The name as it should be read.
    role: str = ""  #: A role of the Podcast Taxonomy, such as `guest`; `host` is the standard's default.
    group: str = ""  #: A group of the Podcast Taxonomy, such as `writing`.
    url: str | None = None  #: A page about the person, absolute.
    image: str | None = None  #: A picture of the person, absolute.


class Transcript(Value, frozen=True, kw_only=True):
    """The words of an episode. Podcast namespace 1.0 `podcast:transcript`."""

    url: str  #: The absolute address.
    type: str  #: The media type, such as `text/vtt`.
    language: str | None = None  #: An RFC 5646 tag, where it differs from the feed's.
    captions: bool = False  #: Whether it has time codes and may be shown as captions.


class Podcast(Value, frozen=True, kw_only=True):
    """A show. Apple Podcasts channel tags and podcast namespace 1.0."""

    image: str  #: A square picture of 1400 to 3000 pixels, JPEG or PNG, absolute.
    #: Apple's categories, `Society & Culture/Documentary` for a category within another.
    categories: tuple[str, ...] = ()
    explicit: bool = False  #: Whether it is for adults only.
    author: str = ""  #: Who makes it, as listeners see it.
    owner_name: str = ""  #: Whom Apple may write to; neither is shown to listeners.
    owner_email: str = ""  #: A mail address that the owner wants published.
    type: ShowType = "episodic"  #: `serial` where episodes are to be heard in order.
    block: bool = False  #: Whether Apple is to leave it out.
    complete: bool = False  #: Whether there will be no more episodes.
    new_feed_url: str | None = None  #: Where the feed has moved to, absolute.
    guid: str = ""  #: The show's UUID; derived from the feed's address where it is not set.
    locked: bool | None = None  #: Whether other services must not import it; None where it is not set.
    funding: tuple[Funding, ...] = ()  #: Where listeners can give.
    persons: tuple[Participant, ...] = ()  #: Who is heard in every episode.
    medium: str = ""  #: What it is: `podcast`, `music`, `video`, `audiobook` …
    license: str = ""  #: An SPDX identifier of its licence, such as `cc-by-4.0`.

    def __post_init__(self) -> None:
        super().__post_init__()
        _require_one_of("podcast: type", self.type, ShowType)


class Episode(Value, frozen=True, kw_only=True):
    """What makes an entry an episode. Apple Podcasts item tags and podcast namespace 1.0."""

    season: int | None = None  #: A number from 1.
    season_name: str = ""  #: What the season is called.
    number: int | None = None  #: A number from 1.
    type: EpisodeType = "full"  #: `trailer` and `bonus` are no full episodes.
    explicit: bool | None = None  #: Whether it is for adults only; None where the show's word counts.
    block: bool = False  #: Whether Apple is to leave it out.
    image: str | None = None  #: A square picture of its own, absolute.
    title: str = ""  #: Its title without number and show name.
    transcripts: tuple[Transcript, ...] = ()  #: Its words.
    chapters: str | None = None  #: The absolute address of its chapters, JSON.
    persons: tuple[Participant, ...] = ()  #: Who is heard in it.

    def __post_init__(self) -> None:
        super().__post_init__()
        _require_one_of("episode: type", self.type, EpisodeType)
        require_at_least("episode: season", self.season, 1)
        require_at_least("episode: number", self.number, 1)


class Entry(Value, frozen=True, kw_only=True):
    """One normalised article: every date has a zone, every address is absolute, every text is fit for XML.

    Raises `ArgumentError` for a value that no format can say.
    """

    id: str  #: The stable identity, an absolute URI. RSS `guid`, Atom and JSON Feed `id`.
    url: str  #: The permalink.
    title: str  #: Plain text; empty for a note without one.
    published: datetime  #: When it was first published.
    guid: str = ""  #: What RSS and JSON Feed call it where an earlier feed of theirs had another id, perhaps no URI.
    external_url: str | None = None  #: The page elsewhere that a link post is about, absolute.
    links_to_external: bool = False  #: Whether RSS and Atom link to `external_url` in the place of the permalink.
    own_url: bool = False  #: Whether the author gave the address, so that no pattern of the settings makes it.
    own_id: bool = False  #: Whether the author gave the id, so that no ledger gives another.
    updated: datetime | None = None  #: When it last changed in a way that matters; None where it never did.
    expires: datetime | None = None  #: When it is to disappear.
    published_precision: Precision = "second"  #: Whether `published` names a day only.
    updated_precision: Precision = "second"  #: Whether `updated` names a day only.
    published_source: DateSource | None = None  #: Where `published` comes from, and how certain it is.
    updated_source: DateSource | None = None  #: Where `updated` comes from, and how certain it is.
    expires_source: DateSource | None = None  #: Where `expires` comes from, and how certain it is.
    summary: str = ""  #: Plain text.
    content: str = ""  #: HTML, sanitised unless the site trusts its own, every address in it absolute.
    excerpt: str = ""  #: The content up to the author's own cut; empty where there is none.
    authors: tuple[Person, ...] = ()  #: Who wrote it.
    terms: tuple[Term, ...] = ()  #: Its categories, tags and whatever else classifies it, in the author's order.
    keywords: tuple[str, ...] = ()  #: Search words, kept apart from the tags.
    image: Image | None = None  #: The hero picture.
    enclosures: tuple[Enclosure, ...] = ()  #: Attached files.
    language: str | None = None  #: An RFC 5646 tag, where it differs from the site's.
    #: What its translations have in common with it; empty where it has none. For hreflang links in sitemaps.
    translation_key: str = ""
    featured: bool = False  #: Whether the author marked it as featured; never changes the order of a feed.
    weight: int | None = None  #: Its place in the author's own order of pages; never changes the order of a feed.
    meta_title: str = ""  #: The title for search engines.
    meta_description: str = ""  #: The description for search engines.
    draft: bool = False  #: Whether it is unfinished.
    #: Where it is shown: only `public` ones are in feeds, and `not in feeds` ones in sitemaps, too.
    visibility: Visibility = "public"
    indexed: bool = True  #: Whether search engines may list it.
    section: str = ""  #: The first folder of its file, as in the permalink.
    markdown: str = ""  #: The source of `content`; kept only where the site wants it published.
    episode: Episode | None = None  #: What makes it an episode of a podcast.
    elements: tuple[Element, ...] = ()  #: Elements of other vocabularies, for RSS and Atom.
    #: Objects of other vocabularies for JSON Feed, by names that begin with `_`.
    json: Mapping[str, Any] = field(default_factory=dict)
    source: str = ""  #: The file or the object it came from, for messages only: never in any output.

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
        require_text("terms: name", *[term.name for term in self.terms])
        require_absolute("terms: scheme", *dict.fromkeys([term.scheme for term in self.terms]))
        require_absolute("image: url", self.image.url if self.image else None)
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


class ContentFacts(Struct, frozen=True, array_like=True, gc=False):
    """What ledgers and sitemaps need to know of the content of an entry."""

    text_digest: str = ""  #: As the ledger of ids has it.
    change_digest: str = ""  #: As the ledger of changes has it.
    pictures: tuple[str, ...] = ()  #: The addresses of its pictures.


class EntryWithoutContent(Entry, frozen=True, kw_only=True):
    """An entry of a build whose content is on disk, so that memory does not hold that of all articles."""

    facts: ContentFacts | None = None  #: None where the settings need no content, or where the entry has it after all.


class SitePage(Value, frozen=True, kw_only=True):
    """A page of the site that is no article: in the sitemap, and in no feed."""

    url: str  #: Its address.
    updated: datetime | None = None  #: When it last changed in a way that matters; None where nothing says so.
    updated_precision: Precision = "second"  #: Whether `updated` names a day only.
    expires: datetime | None = None  #: When it is to disappear.
    language: str | None = None  #: An RFC 5646 tag, where it differs from the site's.
    translation_key: str = ""  #: What its translations have in common with it; empty where it has none.
    visibility: Visibility = "public"  #: Whether the sitemap may list it, too: not where it is `unlisted`.
    indexed: bool = True  #: Whether search engines may list it.
    source: str = ""  #: The file, for messages only.


class Schedule(Value, frozen=True, kw_only=True):
    """When readers should come again. RSS 2.0 `ttl`, `skipHours`, `skipDays`; RSS 1.0 module Syndication."""

    ttl: int | None = None  #: Minutes for which a copy may be kept.
    skip_hours: tuple[int, ...] = ()  #: The hours of the day, 0 to 23 in UTC, at which nothing new comes.
    skip_days: tuple[str, ...] = ()  #: The days of the week on which nothing new comes.
    update_period: Period | None = None  #: The unit of `update_frequency`.
    update_frequency: int | None = None  #: How often something new comes in a period.

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
        if self.update_period not in (None, *get_args(Period)):
            raise ArgumentError(f"update_period: {self.update_period!r} is not one of {', '.join(get_args(Period))}")


class Tombstone(Value, frozen=True, kw_only=True):
    """An entry that is gone. RFC 6721 `at:deleted-entry`."""

    ref: str  #: The id that it had.
    when: datetime  #: When it went.

    def __post_init__(self) -> None:
        super().__post_init__()
        require_text("ref", self.ref)
        require_aware("when", self.when)


class Feed(Value, frozen=True, kw_only=True):
    """The head of one feed document; its entries come separately."""

    title: str  #: Plain text.
    #: The page that the feed is about. RSS channel `link`, Atom rel=alternate, JSON Feed `home_page_url`.
    home_url: str
    #: The document's own address. `atom:link` rel=self, JSON Feed `feed_url`; in no output while it is None.
    feed_url: str | None = None
    id: str = ""  #: The stable identity; `home_url` where it is not set.
    description: str = ""  #: Plain text; RSS demands one, and gets the title where there is none.
    language: str | None = None  #: An RFC 5646 tag.
    updated: datetime | None = None  #: The newest change of any entry; worked out from the entries where it is not set.
    authors: tuple[Person, ...] = ()  #: Who answers for the whole feed.
    icon: str | None = None  #: A small square picture, absolute.
    logo: str | None = None  #: A larger picture, absolute.
    #: The picture of RSS `image` with its measures; `logo`, else `icon`, where it is not set.
    image: Image | None = None
    rights: str = ""  #: The licence, plain text.
    hubs: tuple[str, ...] = ()  #: WebSub hubs.
    schedule: Schedule | None = None  #: When readers should come again.
    rss_cloud: str | None = None  #: An rssCloud server that tells of changes, absolute.
    podcast: Podcast | None = None  #: What makes it a podcast.
    complete: bool = False  #: Whether it holds every entry there is. RFC 5005 §2.
    archive: bool = False  #: Whether it is an archive document that will not change. RFC 5005 §4.
    prev_archive: str | None = None  #: The archive document before it, absolute. RFC 5005 §4; JSON Feed `next_url`.
    next_archive: str | None = None  #: The archive document behind it, absolute.
    current: str | None = None  #: The subscription document that an archive document belongs to, absolute.
    tombstones: tuple[Tombstone, ...] = ()  #: Entries that are gone, newest first; for Atom.
    stylesheet: str | None = None  #: A CSS stylesheet for browsers that open the document itself, absolute.
    elements: tuple[Element, ...] = ()  #: Elements of other vocabularies, for RSS and Atom.
    #: Objects of other vocabularies for JSON Feed, by names that begin with `_`.
    json: Mapping[str, Any] = field(default_factory=dict)
    #: Prefixes and addresses of the namespaces that it and its entries need in RSS; worked out from them.
    rss_namespaces: tuple[tuple[str, str], ...] = ()
    atom_namespaces: tuple[tuple[str, str], ...] = ()  #: The same for Atom, which has neither shows nor Markdown.

    def __post_init__(self) -> None:
        super().__post_init__()
        require_text("title", self.title)
        if self.id:
            _require_id(self.id)
        own = ("home_url", "feed_url", "icon", "logo", "rss_cloud", "stylesheet")
        for name in (*own, "prev_archive", "next_archive", "current"):
            require_absolute(name, getattr(self, name))
        require_absolute("hubs", *self.hubs)
        require_aware("updated", self.updated)
        require_language(self.language)
        _require_people("authors", self.authors, "avatar")
        if (podcast := self.podcast) is not None:
            # A show may lack one, which is a finding about its feed.
            require_absolute("podcast: image", podcast.image or None)
            require_absolute("podcast: new_feed_url", podcast.new_feed_url)
            require_absolute("podcast: funding: url", *(funding.url for funding in podcast.funding))
            _require_people("persons", podcast.persons, "image")
        require_absolute("image: url", self.image.url if self.image else None)
        _require_extensions(self.json)
        if self.complete and (self.archive or self.prev_archive or self.next_archive):
            raise ArgumentError("complete must not be set with archives: RFC 5005 has a feed be one or the other")


class Alternate(Value, frozen=True, kw_only=True):
    """One translation of a page. Google "Tell Google about localized versions", `xhtml:link rel=alternate`."""

    language: str  #: An RFC 5646 tag, or `x-default`.
    url: str  #: The absolute address.

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.language != X_DEFAULT:
            require_language(self.language)
        require_absolute("alternates: url", self.url)


class Video(Value, frozen=True, kw_only=True):
    """One video on a page. Google "Video sitemaps"; raises `ArgumentError` where a required tag is missing."""

    thumbnail: str  #: A picture of it, absolute.
    title: str  #: Plain text, at most 100 characters.
    description: str  #: Plain text, at most 2,048 characters.
    content: str | None = None  #: The file, absolute; this or `player` must be there.
    player: str | None = None  #: The page of a player, absolute.
    duration: int | None = None  #: Seconds, 1 to 28,800.
    published: datetime | None = None  #: When it was first published.
    expires: datetime | None = None  #: When it will be gone.
    rating: float | None = None  #: From 0 to 5.
    family_friendly: bool | None = None  #: Whether it is fit for children; None where it is not set.
    live: bool | None = None  #: Whether it is a live stream.
    tags: tuple[str, ...] = ()  #: At most 32 words.

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

    publication: str  #: The publication as Google News shows it.
    language: str  #: ISO 639 in small letters, or zh-cn, zh-tw.
    published: datetime  #: The article's first publication, never its update.
    title: str  #: Plain text, without the name of the publication.

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

    loc: str  #: The absolute address.
    lastmod: datetime | None = None  #: The last change that matters; None where it is unknown, never the build time.
    precision: Precision = "second"  #: Whether `lastmod` names a day only.
    #: How often it changes; Google and Bing ignore it, so it is written only where it is set.
    changefreq: Changefreq | None = None
    priority: float | None = None  #: From 0 to 1; ignored like `changefreq`.
    images: tuple[str, ...] = ()  #: The absolute addresses of pictures on the page. Google "Image sitemaps".
    alternates: tuple[Alternate, ...] = ()  #: The page in every language, its own among them.
    videos: tuple[Video, ...] = ()  #: Videos on the page.
    news: News | None = None  #: What makes it an article of a news sitemap.

    def __post_init__(self) -> None:
        super().__post_init__()
        require_absolute("loc", self.loc)
        require_aware("lastmod", self.lastmod)
        require_absolute("images", *self.images)
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

    path: str  #: The path below the output folder, with `/`, as it is on disk.
    media_type: str  #: The media type that a server should send.
    pieces: tuple[Piece, ...]  #: The bytes, in pieces that are shared with other documents and never copied.
    last_modified: datetime | None = None  #: The newest change in it.
    precision: Precision = "second"  #: Whether `last_modified` names a day only.
    #: The content coding of a copy for servers that send such copies: `gzip`, `br`, `zstd` (RFC 9110 §8.4.1).
    coding: str = ""
    items: int | None = None  #: How many entries it lists; None for what is no feed.
    entries: tuple[str, ...] = ()  #: The addresses of the entries that it lists, in order; empty for what is no feed.
    url: str = ""  #: Its own address; empty where it is not a document of a site.
    hubs: tuple[str, ...] = ()  #: The WebSub hubs that tell of its changes.
    #: When a scheduled or expiring entry next changes the output; None where none does.
    next_change: datetime | None = None
    verified_fragments: bool = False  #: Whether all fragments come from `Format.fragment`, which has read them again.

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

    path: str  #: As of `Document`.
    media_type: str  #: As of `Document`.
    coding: str = ""  #: As of `Document`.
    items: int | None = None  #: As of `Document`.
    file_key: FileKey  #: What the file system said of it when it was written.
    make: Callable[[], Document]  #: Makes the document, for the case that it is no longer as it was.


def newest(instants: Iterable[datetime]) -> datetime | None:
    """The latest of some instants; None where there is none.

    Not by `max` alone: datetimes of a zone are compared by their wall clocks, and an autumn night has 02:30 twice.
    """
    return max(instants, key=datetime.timestamp, default=None)


def is_id(text: str) -> bool:
    """Whether every format takes it as an id: an absolute URI in ASCII."""
    return _ID.fullmatch(text) is not None


def require_absolute(name: str, *urls: str | None) -> None:
    """Raises `ArgumentError` for what is no absolute http or https address in ASCII; None is no address."""
    for url in urls:
        if url is None:
            continue
        # Printable ASCII only: RSS `link`, Atom `id` and a sitemap's `loc` are URIs, not IRIs (RFC 3986 §2). No regular
        # expression, because every address of every entry and feed comes by here.
        host = url[8:9] if url.startswith("https://") else url[7:8] if url.startswith("http://") else ""
        if host in ("", "/") or not url.isascii() or not url.isprintable() or " " in url:
            wanted = "an absolute http or https address in ASCII"
            raise ArgumentError(f"{name} must be {wanted}, not {url!r}; feedkit.urls.absolute makes one")


def require_text(name: str, *texts: str) -> None:
    """Raises `ArgumentError` for a text without a character that can be seen."""
    if not all(text and not text.isspace() for text in texts):
        raise ArgumentError(f"{name} must not be empty")


def require_language(tag: str | None) -> None:
    """Raises `ArgumentError` for what has not the form of a language tag (RFC 5646 §2.1)."""
    if tag is not None and not _LANGUAGE.fullmatch(tag):
        raise ArgumentError(f"language must be a tag such as en or de-CH, not {tag!r}")


def require_aware(name: str, value: datetime | None) -> None:
    """Raises `ArgumentError` for a date without a time zone."""
    if value is not None and value.utcoffset() is None:
        raise ArgumentError(f"{name} must have a time zone: {value.isoformat()} could be anywhere")


def require_path(name: str, path: str | Path) -> None:
    """Raises `ArgumentError` for what no system takes as a path: with a NUL, or characters that it cannot encode."""
    try:
        is_path = b"\0" not in os.fsencode(path)
    except UnicodeEncodeError:
        is_path = False
    if not is_path:
        raise ArgumentError(f"{name} must be a path, not {str(path)!r}")


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
