"""Which front-matter key means what: the table of accepted names per field, with what it takes and where it goes.

`docs/fields.md` and the JSON Schema come from it. Names are compared without case, `-`, `_` and blanks; a dot reaches
into a mapping.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import Any, Literal

from msgspec import Struct

from feedkit.lazy_regex import lazy_regex

#: What sort of value a field takes; the words are those of the messages.
Kind = Literal["text", "date", "flag", "list", "people", "address", "picture", "files", "number", "ordinal", "duration"]


class Field(Struct, frozen=True, kw_only=True):
    """One row of the table."""

    #: What sort of value it takes.
    kind: Kind
    #: The accepted names; the first with a usable value wins.
    names: tuple[str, ...]
    #: What becomes of the value, and what stands in where there is none.
    becomes: str
    #: Where it goes: the attribute of `Entry` and what the formats make of it.
    goes: str


class Sign(Struct, frozen=True, kw_only=True):
    """Keys that hide an article, and the values with which they do."""

    #: The names of the keys.
    names: tuple[str, ...]
    #: What the value must be: a flag, or anything that says something; None where only the words count.
    value: Literal["true", "false", "anything"] | None
    #: Words that count beside it, in lower case.
    words: tuple[str, ...]
    #: Where the article is shown.
    visibility: Literal["nowhere", "unlisted", "not in feeds"]


def _names(text: str) -> tuple[str, ...]:
    return tuple(text.split())


def _sign(visibility: Any, names: str, value: Any, words: str = "") -> Sign:
    return Sign(names=_names(names), value=value, words=_names(words), visibility=visibility)


#: What hides an article, the most hidden first.
SIGNS: tuple[Sign, ...] = (
    _sign("nowhere", "private password encrypt encrypted", "anything"),
    _sign("nowhere", "visibility", None, "private hidden members paid tiers internal protected"),
    _sign("nowhere", "status", None, "private trash pending skip unpublished"),
    _sign("nowhere", "published publish", "false"),
    _sign("nowhere", "headless eleventyExcludeFromCollections", "true"),
    _sign("nowhere", "permalink", "false"),
    _sign("nowhere", "redirect_to", "anything"),
    _sign("nowhere", "build.render", "false", "never"),
    _sign("unlisted", "unlisted hidden hide", "true"),
    _sign("unlisted", "listed", "false"),
    _sign("unlisted", "visibility", None, "unlisted"),
    _sign("unlisted", "status", None, "unlisted hidden"),
    _sign("unlisted", "build.list", "false", "never"),
    _sign("not in feeds", "feed rss includeInFeed", "false"),
    _sign("not in feeds", "feed.exclude rss.exclude excludeFromFeed", "true"),
)

#: Every field.
FIELDS: Mapping[str, Field] = MappingProxyType(
    {
        "title": Field(
            kind="text",
            names=_names("title headline name"),
            becomes="One line. Without a key, what `title_from` says: the first heading `# …` of the body, or the name"
            " of the file; without any, the article is refused, unless it is a note: an object or a line of JSON, or"
            " a file in a folder of `untitled`.",
            goes="`title`; title in every feed",
        ),
        "published": Field(
            kind="date",
            names=_names(
                "publishedAt firstPublishedAt pubDate pubDatetime datePublished publishDate publishedOn"
                " publicationDate postDate date date.created date.published published publish createdTime createdAt"
                " dateCreated createDate"
                " creationDate created added"
            ),
            becomes="A time with its time zone and precision. Without a key, the date in the file's name; with "
            "neither, the article is refused. `published: false` is no date: it hides the article.",
            goes="`published`; RSS pubDate, Atom published, JSON Feed date_published, sitemap lastmod",
        ),
        "updated": Field(
            kind="date",
            names=_names(
                "updatedAt updatedDate dateUpdated updatedOn modDatetime dateModified modifiedDate lastmod"
                " lastModifiedAt lastModified lastUpdatedAt lastUpdated lastEditedTime modifiedAt modified updated"
                " last_update.date date.updated date.modified seo.dateModified"
            ),
            becomes="A time. One before the publication is left out and reported.",
            goes="`updated`; Atom updated, JSON Feed date_modified, sitemap lastmod",
        ),
        "expires": Field(
            kind="date",
            names=_names("expiryDate expires expiresAt expireDate unpublishDate"),
            becomes="A time; from then on the article is in no output.",
            goes="`expires`; decides what is published",
        ),
        "summary": Field(
            kind="text",
            names=_names(
                "summary excerpt description metaDescription seoDescription abstract deck subtitle dek standfirst brief"
                " seo.description"
            ),
            becomes="One line without markup, entities decoded. Without a key, the beginning of the content.",
            goes="`summary`; RSS description, Atom and JSON Feed summary",
        ),
        "excerpt_separator": Field(
            kind="text",
            names=_names("excerpt_separator excerptSeparator"),
            becomes="The text at which the summary ends that no key gives. Without a key, that of the setting.",
            goes="`summary`",
        ),
        "content_html": Field(
            kind="text",
            names=_names("content_html contentHtml content html"),
            becomes="HTML, sanitised, its addresses absolute. Of mappings and objects only: a file has its body.",
            goes="`content`; content:encoded, content, content_html",
        ),
        "content_markdown": Field(
            kind="text",
            names=_names("content_markdown contentMarkdown markdown body"),
            becomes="Markdown with shortcodes, made into HTML. Of mappings and objects only, where no HTML is given.",
            goes="`content`",
        ),
        "authors": Field(
            kind="people",
            names=_names(
                "authors author byline creator writtenBy taxonomies.authors extra.authors extra.author params.author"
            ),
            becomes="Persons: names, `Name <mail> (address)`, mappings, or keys into the table of authors. Without"
            " a key, the site's only author.",
            goes="`authors`; dc:creator, author, authors",
        ),
        "author_url": Field(
            kind="address",
            names=_names("authorURL authorUri authorLink"),
            becomes="The home page of a single author.",
            goes="`authors`",
        ),
        "author_email": Field(
            kind="text",
            names=_names("authorEmail authorMail"),
            becomes="The mail address of a single author.",
            goes="`authors`",
        ),
        "author_avatar": Field(
            kind="address",
            names=_names("authorAvatar authorImageURL authorImage authorPhoto"),
            becomes="The picture of a single author.",
            goes="`authors`",
        ),
        "categories": Field(
            kind="list",
            names=_names("categories category section taxonomies.categories"),
            becomes="Terms, each once, in the author's order.",
            goes="`terms`; category elements, JSON Feed tags, feeds of their own",
        ),
        "tags": Field(
            kind="list",
            names=_names("tags tag topics topic taxonomies.tags"),
            becomes="Terms, each once, in the author's order.",
            goes="`terms`; category elements, JSON Feed tags, feeds of their own",
        ),
        "keywords": Field(
            kind="list",
            names=_names("keywords keyword metaKeywords seoKeywords"),
            becomes="Search words, kept apart from the tags.",
            goes="`keywords`; JSON Feed `_feedkit`",
        ),
        "draft": Field(
            kind="flag",
            names=_names("draft isDraft status"),
            becomes="Unfinished with `draft: true` or `status: draft`.",
            goes="`draft`; decides what is published",
        ),
        "visibility": Field(
            kind="flag",
            names=tuple(dict.fromkeys(name for sign in SIGNS for name in sign.names)),
            becomes="Hidden, as [the table below](#hidden-articles) says. A date under `published` or `publish` is no"
            " flag.",
            goes="`visibility`; decides what is published",
        ),
        "slug": Field(
            kind="text",
            names=_names("slug postSlug fm_slug"),
            becomes="Path segments as they are written; one that could leave the site is refused. Without a key, the"
            " file's name without its date, or the title.",
            goes="`url`, by the permalink pattern",
        ),
        "canonical": Field(
            kind="address",
            names=_names("canonical_url canonical canonicalURL seo.canonical seo.canonicalURL"),
            becomes="The article's absolute address, wherever it is.",
            goes="`url`; link in every feed, loc",
        ),
        "url": Field(
            kind="address",
            names=_names("permalink url path"),
            becomes="The article's path below the site, or its absolute address.",
            goes="`url`; link in every feed, loc",
        ),
        "external_url": Field(
            kind="address",
            names=_names("externalURL externalLink link linkURL"),
            becomes="The page elsewhere that a link post is about. An address on the site itself, or one without"
            " `https://`, is the author's own business.",
            goes="`external_url`; JSON Feed external_url, Atom link rel=related; `link_posts` decides what RSS and Atom"
            " link to",
        ),
        "id": Field(
            kind="text",
            names=_names("guid id uuid cuid"),
            becomes="An absolute IRI as it is; any other text is made into a urn:uuid:, a bare number together with the"
            " permalink. Without a key, the permalink.",
            goes="`id`; guid, id",
        ),
        "image": Field(
            kind="picture",
            names=_names(
                "image cover coverImage featured_image featureImage heroImage thumbnail banner ogImage socialImage img"
                " preview previewImage hero images header.image header.overlayImage header.ogImage header.teaser"
                " seo.image extra.image params.image"
            ),
            becomes="The first usable picture: an address, a mapping of its address (`src`, `url`, `path`, `image`,"
            " `href`, `file`, `filename`, `feature`, `uid`), alt, width and height, or a list of them. Type and size of"
            " a file on this disk are measured.",
            goes="`image`; first figure of the content, media:content, JSON Feed image",
        ),
        "image_alt": Field(
            kind="text",
            names=_names(
                "imageAlt coverAlt coverImageAlt featureImageAlt featuredImageAlt heroAlt heroImageAlt"
                " header.imageDescription"
            ),
            becomes="What the picture shows, where its mapping does not say.",
            goes="`image.alt`",
        ),
        "enclosures": Field(
            kind="files",
            names=_names("enclosures enclosure attachments audio audioUrl video videoUrl"),
            becomes="Files of all these keys: addresses, mappings of url, type, length, title and duration, lists.",
            goes="`enclosures`; enclosure, JSON Feed attachments",
        ),
        "language": Field(
            kind="text",
            names=_names("lang language locale"),
            becomes="A language tag, `_` as `-`. Left out where it is the site's.",
            goes="`language`; dc:language, xml:lang, language",
        ),
        "translation_key": Field(
            kind="text",
            names=_names("translationKey translationId"),
            becomes="What the translations of one article have in common.",
            goes="`translation_key`",
        ),
        "featured": Field(
            kind="flag",
            names=_names("featured isFeatured"),
            becomes="True or false; never changes the order of a feed.",
            goes="`featured`; JSON Feed `_feedkit`",
        ),
        "weight": Field(
            kind="number",
            names=_names("weight"),
            becomes="A whole number, negative ones, too; never changes the order of a feed.",
            goes="`weight`",
        ),
        "meta_title": Field(
            kind="text",
            names=_names("metaTitle seoTitle seo.title seo.metaTitle"),
            becomes="One line without markup.",
            goes="`meta_title`; JSON Feed `_feedkit`",
        ),
        "meta_description": Field(
            kind="text",
            names=_names("metaDescription seoDescription seo.description seo.metaDescription"),
            becomes="One line without markup.",
            goes="`meta_description`; JSON Feed `_feedkit`",
        ),
        "noindex": Field(
            kind="flag",
            names=_names(
                "noindex robotsNoIndex robots sitemap sitemapExclude excludeFromSitemap seo.noindex seo.robots"
            ),
            becomes="Not for search engines with `noindex: true`, `robots: noindex`, `sitemap: false`, or a `sitemap`"
            " mapping with disable, exclude or ignore: true.",
            goes="`indexed`; in no sitemap",
        ),
        "duration": Field(
            kind="duration",
            names=_names("duration itunes.duration podcast.duration audioDuration"),
            becomes="How long the first attached audio or video plays, where its mapping does not say: seconds,"
            " `31:07`, `1:02:03` or `PT31M7S`.",
            goes="`enclosures`; itunes:duration, JSON Feed duration_in_seconds",
        ),
        "season": Field(
            kind="ordinal",
            names=_names("season itunes.season podcast.season"),
            becomes="A number from 1, perhaps behind a word (`S2`); of a podcast's episodes only, as are the fields"
            " below.",
            goes="`episode.season`; itunes:season, podcast:season",
        ),
        "season_name": Field(
            kind="text",
            names=_names("seasonName podcast.seasonName"),
            becomes="One line without markup.",
            goes="`episode.season_name`; podcast:season name",
        ),
        "episode": Field(
            kind="ordinal",
            names=_names("episode episodeNumber itunes.episode podcast.episode"),
            becomes="A number from 1, perhaps behind a word (`Ep. 12`).",
            goes="`episode.number`; itunes:episode, podcast:episode",
        ),
        "episode_type": Field(
            kind="text",
            names=_names("episodeType itunes.episodeType podcast.episodeType"),
            becomes="`full`, `trailer` or `bonus`.",
            goes="`episode.type`; itunes:episodeType",
        ),
        "episode_title": Field(
            kind="text",
            names=_names("episodeTitle itunes.title podcast.title"),
            becomes="The title without number and show name.",
            goes="`episode.title`; itunes:title",
        ),
        "episode_image": Field(
            kind="address",
            names=_names("episodeImage itunes.image podcast.image"),
            becomes="A square picture of the episode.",
            goes="`episode.image`; itunes:image",
        ),
        "episode_block": Field(
            kind="flag",
            names=_names("itunes.block podcast.block"),
            becomes="Whether Apple is to leave it out.",
            goes="`episode.block`; itunes:block",
        ),
        "explicit": Field(
            kind="flag",
            names=_names("explicit itunes.explicit podcast.explicit"),
            becomes="Whether it is for adults only: true or false, `explicit` or `clean`. Without a key the show's word"
            " counts.",
            goes="`episode.explicit`; itunes:explicit",
        ),
        "transcripts": Field(
            kind="files",
            names=_names("transcripts transcript podcast.transcripts podcast.transcript"),
            becomes="Addresses, or mappings of url, type, language and rel (`captions`).",
            goes="`episode.transcripts`; podcast:transcript",
        ),
        "chapters": Field(
            kind="address",
            names=_names("chapters chaptersUrl podcast.chapters"),
            becomes="The address of a file of chapters, JSON.",
            goes="`episode.chapters`; podcast:chapters",
        ),
        "participants": Field(
            kind="people",
            names=_names("participants guests podcast.persons"),
            becomes="Who is heard: names, or mappings of name, role, group, url and image.",
            goes="`episode.persons`; podcast:person",
        ),
    }
)

#: The accepted names of every field, in the order of preference.
NAMES: Mapping[str, tuple[str, ...]] = MappingProxyType({name: field.names for name, field in FIELDS.items()})

_IGNORED = lazy_regex(r"[-_\s]")


@lru_cache(maxsize=4096)
def folded(name: str) -> str:
    """The name as names are compared: `og_image`, `Og-Image` and `ogImage` are the same."""
    return _IGNORED.sub("", name).casefold()
