"""The table of fields: the accepted front-matter keys of each, its kind of value, and its texts for the documentation.

`docs/fields.md` and the JSON Schema come from it. Names are compared without case, `-`, `_` and blanks; a dot reaches
into a mapping.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, Literal

from msgspec import Struct

from feedkit.lazy_regex import lazy_regex

#: The kinds of values, as messages name them.
FieldKind = Literal[
    "text", "date", "flag", "list", "people", "address", "picture", "files", "number", "ordinal", "duration"
]


class Field(Struct, frozen=True, kw_only=True):
    """One field. Its texts are in `fields.toml`."""

    name: str  #: Its name, mostly that of an attribute of `Entry`.
    kind: FieldKind  #: The kind of value that it accepts.
    names: tuple[str, ...]  #: The accepted names; the first with a usable value wins.

    @property
    def becomes(self) -> str:
        """How the value is converted, and what replaces a missing one; Markdown."""
        return _texts()[self.name]["becomes"]

    @property
    def goes(self) -> str:
        """Where it goes: the attribute of `Entry` and what the formats make of it; Markdown."""
        return _texts()[self.name]["goes"]


@cache
def _texts() -> Mapping[str, Mapping[str, str]]:
    import tomllib  # for the documentation and the JSON Schema only

    return tomllib.loads(Path(__file__).with_name("fields.toml").read_text("utf-8"))


class Sign(Struct, frozen=True, kw_only=True):
    """Keys that hide an article, and the values with which they do."""

    names: tuple[str, ...]  #: The names of the keys.
    #: The value that hides: a flag, or `anything` except an empty value and `false`; None if only `words` hide.
    value: Literal["true", "false", "anything"] | None
    words: tuple[str, ...]  #: Words that hide, too, in lower case.
    visibility: Literal["nowhere", "unlisted", "not in feeds"]  #: Where the article is shown.


def _names(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(text.split()))


def _sign(visibility: Any, names: str, value: Any, words: str = "") -> Sign:
    return Sign(names=_names(names), value=value, words=_names(words), visibility=visibility)


#: The keys that hide an article, the most hidden first.
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

#: A row for each field: its name, its kind of value, and the accepted keys, the best first.
_ROWS: tuple[tuple[str, FieldKind, str], ...] = (
    ("title", "text", "title headline name"),
    (
        "published",
        "date",
        "publishedAt firstPublishedAt pubDate pubDatetime datePublished publishDate publishedOn publicationDate"
        " postDate date date.created date.published published publish createdTime createdAt dateCreated createDate"
        " creationDate created added",
    ),
    (
        "updated",
        "date",
        "updatedAt updatedDate dateUpdated updatedOn modDatetime dateModified modifiedDate lastmod lastModifiedAt"
        " lastModified lastUpdatedAt lastUpdated lastEditedTime modifiedAt modified updated last_update.date"
        " date.updated date.modified seo.dateModified",
    ),
    ("expires", "date", "expiryDate expires expiresAt expireDate unpublishDate"),
    (
        "summary",
        "text",
        "summary excerpt description metaDescription seoDescription abstract deck subtitle dek standfirst brief"
        " seo.description",
    ),
    ("excerpt_separator", "text", "excerpt_separator excerptSeparator"),
    ("content_html", "text", "content_html contentHtml content html"),
    ("content_markdown", "text", "content_markdown contentMarkdown markdown body"),
    (
        "authors",
        "people",
        "authors author byline creator writtenBy taxonomies.authors extra.authors extra.author params.author",
    ),
    ("author_url", "address", "authorURL authorUri authorLink"),
    ("author_email", "text", "authorEmail authorMail"),
    ("author_avatar", "address", "authorAvatar authorImageURL authorImage authorPhoto"),
    ("categories", "list", "categories category section taxonomies.categories"),
    ("tags", "list", "tags tag topics topic taxonomies.tags"),
    ("keywords", "list", "keywords keyword metaKeywords seoKeywords"),
    ("draft", "flag", "draft isDraft status"),
    ("visibility", "flag", " ".join(name for sign in SIGNS for name in sign.names)),
    ("slug", "text", "slug postSlug fm_slug"),
    ("canonical", "address", "canonical_url canonical canonicalURL canonical.url seo.canonical seo.canonicalURL"),
    ("url", "address", "permalink url path"),
    ("external_url", "address", "externalURL externalLink link linkURL"),
    ("id", "text", "guid id uuid cuid"),
    (
        "image",
        "picture",
        "image cover coverImage featured_image featureImage heroImage thumbnail banner ogImage socialImage img"
        " preview previewImage hero images header.image header.overlayImage header.ogImage header.teaser seo.image"
        " extra.image params.image",
    ),
    (
        "image_alt",
        "text",
        "imageAlt coverAlt coverImageAlt featureImageAlt featuredImageAlt heroAlt heroImageAlt header.imageDescription",
    ),
    ("enclosures", "files", "enclosures enclosure attachments audio audioUrl audioFile mp3 podcastFile video videoUrl"),
    ("media", "address", "file url"),
    ("language", "text", "lang language locale"),
    ("translation_key", "text", "translationKey translationId"),
    ("featured", "flag", "featured isFeatured"),
    ("weight", "number", "weight"),
    ("meta_title", "text", "metaTitle seoTitle seo.title seo.metaTitle"),
    ("meta_description", "text", "metaDescription seoDescription seo.description seo.metaDescription"),
    (
        "noindex",
        "flag",
        "noindex robotsNoIndex robots sitemap sitemapExclude excludeFromSitemap seo.noindex seo.robots",
    ),
    ("duration", "duration", "duration itunes.duration podcast.duration audioDuration"),
    ("season", "ordinal", "season itunes.season podcast.season"),
    ("season_name", "text", "seasonName podcast.seasonName"),
    ("episode", "ordinal", "episode episodeNumber itunes.episode podcast.episode"),
    ("episode_type", "text", "episodeType itunes.episodeType podcast.episodeType"),
    ("episode_title", "text", "episodeTitle itunes.title podcast.title"),
    ("episode_image", "address", "episodeImage itunes.image podcast.image"),
    ("episode_block", "flag", "itunes.block podcast.block"),
    ("explicit", "flag", "explicit itunes.explicit podcast.explicit"),
    ("transcripts", "files", "transcripts transcript podcast.transcripts podcast.transcript"),
    ("chapters", "address", "chapters chaptersUrl podcast.chapters"),
    ("participants", "people", "participants guests podcast.persons"),
)

#: Every field by its name.
FIELDS: Mapping[str, Field] = {name: Field(name=name, kind=kind, names=_names(names)) for name, kind, names in _ROWS}

#: The accepted names of every field, in the order of preference.
NAMES: Mapping[str, tuple[str, ...]] = {name: field.names for name, field in FIELDS.items()}

_IGNORED = lazy_regex(r"[-_\s]")


@lru_cache(maxsize=4096)
def folded(name: str) -> str:
    """The name for comparison: `og_image`, `Og-Image` and `ogImage` are the same."""
    return _IGNORED.sub("", name).casefold()
