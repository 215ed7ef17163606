"""Which front-matter key means what: the one table of accepted names per field.

Refuses to look at values: what a value must be is decided where it is read.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType

#: Accepted names of every field, the first one with a usable value wins. Names are compared without case, `-`, `_` and
#: blanks; a dot reaches into a mapping.
NAMES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "title": ("title", "headline", "name"),
        "published": (
            "publishedAt",
            "pubDate",
            "pubDatetime",
            "datePublished",
            "publishDate",
            "publishedOn",
            "publicationDate",
            "date",
            "published",
            "createdTime",
            "createdAt",
            "created",
            "added",
        ),
        "updated": (
            "updatedAt",
            "updatedDate",
            "modDatetime",
            "dateModified",
            "lastmod",
            "lastModifiedAt",
            "lastUpdated",
            "lastEditedTime",
            "modifiedAt",
            "modified",
            "updated",
            "last_update.date",
        ),
        "expires": ("expiryDate", "expires", "expiresAt", "unpublishDate"),
        "summary": (
            "summary",
            "excerpt",
            "description",
            "metaDescription",
            "seoDescription",
            "abstract",
            "deck",
            "subtitle",
            "dek",
            "brief",
        ),
        "content_html": ("content_html", "content", "html"),
        "content_markdown": ("content_markdown", "markdown", "body"),
        "authors": ("authors", "author", "byline", "creator", "writtenBy"),
        "author_url": ("authorURL", "authorUri"),
        "author_email": ("authorEmail",),
        "categories": ("categories", "category", "section", "taxonomies.categories"),
        "tags": ("tags", "tag", "topics", "taxonomies.tags"),
        "keywords": ("keywords",),
        "draft": ("draft", "published", "publish", "status"),
        "slug": ("slug", "postSlug", "fm_slug"),
        "canonical": ("canonical_url", "canonical", "canonicalURL"),
        "url": ("permalink", "url", "path"),
        "id": ("guid", "id", "uuid", "cuid"),
        "image": (
            "image",
            "cover",
            "coverImage",
            "featured_image",
            "featureImage",
            "heroImage",
            "thumbnail",
            "banner",
            "ogImage",
            "img",
            "preview",
            "hero",
            "images",
        ),
        "image_alt": ("imageAlt", "coverAlt", "featureImageAlt", "heroAlt"),
        "enclosures": ("enclosures", "enclosure", "attachments", "audio", "video"),
        "language": ("lang", "language", "locale"),
        "featured": ("featured",),
        "meta_title": ("metaTitle", "seoTitle"),
        "meta_description": ("metaDescription", "seoDescription"),
        "noindex": ("noindex", "robots", "sitemap"),
    }
)

_IGNORED = re.compile(r"[-_\s]")


def folded(name: str) -> str:
    """The name as names are compared: `og_image`, `Og-Image` and `ogImage` are one."""
    return _IGNORED.sub("", name).casefold()
