"""Renders the extensions of a `<url>`: changefreq, priority, translations, pictures, videos, news.

There are no tags that search engines now ignore, at most 1,000 pictures, and no set of translations that does not list
its own page. A namespace is declared only where it is used.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType

from msgspec.structs import replace

from feedkit.dates import w3c
from feedkit.errors import OnProblem, Problem, shown
from feedkit.formats.sitemap_items import refused
from feedkit.formats.xml_syntax import escape, quoted
from feedkit.model import X_DEFAULT, Alternate, Url, Video

#: The prefixes and namespaces of extensions, in the order of their declarations.
NAMESPACES: Mapping[str, str] = MappingProxyType(
    {
        "image": "http://www.google.com/schemas/sitemap-image/1.1",
        "news": "http://www.google.com/schemas/sitemap-news/0.9",
        "video": "http://www.google.com/schemas/sitemap-video/1.1",
        "xhtml": "http://www.w3.org/1999/xhtml",
    }
)

#: Google "Image sitemaps": the maximum number of pictures of a page.
MAX_IMAGES = 1_000


_NONE: frozenset[str] = frozenset()


def extensions(loc: str, url: Url | None, on_problem: OnProblem) -> tuple[str, frozenset[str]]:
    """The elements after the `lastmod` of a page, in the order of the schemas, and their prefixes.

    Pictures past 1,000 and a broken set of translations are reported and left out. Raises `DocumentError` for a
    character that XML forbids.
    """
    if url is None:
        return "", _NONE
    images, alternates = url.images, url.alternates
    if len(images) > MAX_IMAGES:
        message = f"{shown(loc)} has {len(images):,} pictures; the first {MAX_IMAGES:,} are listed"
        on_problem(Problem(code="FK413", severity="warning", message=message))
        images = images[:MAX_IMAGES]
    if alternates and (fault := _fault(alternates, loc)):
        on_problem(_broken(loc, fault))
        alternates = ()
    parts = [f"<changefreq>{url.changefreq}</changefreq>"] if url.changefreq else []
    if url.priority is not None:
        parts.append(f"<priority>{url.priority:.2g}</priority>")
    pages = ((alternate.language, escape(alternate.url)) for alternate in alternates)
    parts += (f'<xhtml:link rel="alternate" hreflang="{language}" href="{page}"/>' for language, page in pages)
    parts += (f"<image:image><image:loc>{escape(image)}</image:loc></image:image>" for image in images)
    try:
        parts += (f"<video:video>{_tags('video', _video(video))}</video:video>" for video in url.videos)
        if news := url.news:
            publication = _tags("news", [("name", news.publication), ("language", news.language)])
            rest = _tags("news", [("publication_date", w3c(news.published)), ("title", news.title)])
            parts.append(f"<news:news><news:publication>{publication}</news:publication>{rest}</news:news>")
    except ValueError as error:
        raise refused(f"{shown(loc)}: {error}", code="FK413") from error
    used = {"image": images, "news": url.news, "video": url.videos, "xhtml": alternates}
    return "".join(parts), frozenset(name for name, value in used.items() if value)


def _tags(prefix: str, values: Iterable[tuple[str, object]]) -> str:
    parts = []
    for name, value in values:
        if value is not None:
            text = ("yes" if value else "no") if isinstance(value, bool) else str(value)
            parts.append(f"<{prefix}:{name}>{quoted(text)}</{prefix}:{name}>")
    return "".join(parts)


def _video(video: Video) -> Iterator[tuple[str, object]]:
    """The tags of Google's video schema, in its order."""
    yield "thumbnail_loc", video.thumbnail
    yield "title", video.title
    yield "description", video.description
    yield "content_loc", video.content
    yield "player_loc", video.player
    yield "duration", video.duration
    yield "expiration_date", video.expires and w3c(video.expires)
    yield "rating", video.rating
    yield "publication_date", video.published and w3c(video.published)
    yield from (("tag", tag) for tag in video.tags)
    yield "family_friendly", video.family_friendly
    yield "live", video.live


def _fault(alternates: Iterable[Alternate], loc: str) -> str:
    """The error in the translations of a page, as far as it shows in that page alone; empty for none."""
    named = [alternate.language.lower() for alternate in alternates]
    if twice := sorted({name for name in named if named.count(name) > 1}):
        return f"has two pages for the language {twice[0]}"
    if loc not in [alternate.url for alternate in alternates if alternate.language != X_DEFAULT]:
        return "does not name the page itself"
    return "" if X_DEFAULT in named else f"names no {X_DEFAULT}"


def _broken(loc: str, fault: str) -> Problem:
    """The Problem of a set of translations that search engines would ignore."""
    message = f"{shown(loc)}: its set of translations {fault}; none of them is written"
    hint = "every page of a set must name all of them, itself, and one x-default"
    return Problem(code="FK411", severity="warning", message=message, hint=hint)


def reciprocal(urls: Iterable[Url], on_problem: OnProblem) -> list[Url]:
    """The pages, with translations only where all pages of a set list the same set (Google: "return links").

    Holds all pages in memory. A broken set is a Problem (FK411) for each page that lists it.
    """
    listed = list(urls)
    named = {url.loc: frozenset(url.alternates) for url in listed if url.alternates}
    for place, url in enumerate(listed):
        if url.alternates:
            own = frozenset(url.alternates)
            other = next((item.url for item in url.alternates if named.get(item.url) != own), None)
            fault = _fault(url.alternates, url.loc) or (other and f"is not returned by {shown(other)}")
            if fault:
                on_problem(_broken(url.loc, fault))
                listed[place] = replace(url, alternates=())
    return listed
