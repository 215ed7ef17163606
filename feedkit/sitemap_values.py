"""What the extensions of the sitemap protocol say of a page: translations, videos, news. Frozen values.

Refuses what a search engine would: a video without one of its required tags, a news article without its publication.
Whatever Google has stopped to read (captions, genres, keywords) has no field here.
"""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from feedkit.checks import require_absolute, require_aware, require_language, require_text
from feedkit.lazy_regex import later
from feedkit.value import Value

#: sitemaps.org "XML tag definitions".
Changefreq = Literal["always", "hourly", "daily", "weekly", "monthly", "yearly", "never"]

#: The same as values, to be asked.
CHANGEFREQS = ("always", "hourly", "daily", "weekly", "monthly", "yearly", "never")

#: The alternate for readers of any other language.
X_DEFAULT = "x-default"

#: Google video sitemaps: the most characters of a title and a description, the most seconds, the most tags.
MAX_VIDEO_TITLE, MAX_VIDEO_DESCRIPTION, MAX_VIDEO_DURATION, MAX_VIDEO_TAGS = 100, 2_048, 28_800, 32

# The news schema: two or three letters, and two spellings for Chinese.
_NEWS_LANGUAGE = later(r"zh-cn|zh-tw|[a-z]{2,3}")


class Alternate(Value, frozen=True, kw_only=True):
    """One translation of a page. Google "Tell Google about localized versions", `xhtml:link rel=alternate`."""

    #: An RFC 5646 tag, or `x-default`.
    language: str
    #: The absolute address.
    url: str

    def __post_init__(self) -> None:
        if self.language != X_DEFAULT:
            require_language(self.language)
        require_absolute("alternates: url", self.url)


class Video(Value, frozen=True, kw_only=True):
    """One video on a page. Google "Video sitemaps"; raises `ValueError` where a required tag is missing."""

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
        for name, most in (("title", MAX_VIDEO_TITLE), ("description", MAX_VIDEO_DESCRIPTION)):
            require_text(f"video: {name}", getattr(self, name))
            if len(getattr(self, name)) > most:
                raise ValueError(f"video: {name} must have at most {most:,} characters")
        for name in ("thumbnail", "content", "player"):
            require_absolute(f"video: {name}", getattr(self, name))
        if self.content is None and self.player is None:
            raise ValueError("video: content or player must be there")
        if self.duration is not None and not 1 <= self.duration <= MAX_VIDEO_DURATION:
            raise ValueError(f"video: duration must be 1 to {MAX_VIDEO_DURATION:,} seconds, not {self.duration}")
        if self.rating is not None and not 0 <= self.rating <= 5:
            raise ValueError(f"video: rating must be 0 to 5, not {self.rating}")
        if len(self.tags) > MAX_VIDEO_TAGS:
            raise ValueError(f"video: {len(self.tags)} tags are more than {MAX_VIDEO_TAGS}")
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
        require_text("news: publication", self.publication)
        require_text("news: title", self.title)
        require_aware("news: published", self.published)
        if not _NEWS_LANGUAGE.fullmatch(self.language):
            raise ValueError(f"news: language must be ISO 639 in small letters, zh-cn or zh-tw, not {self.language!r}")
