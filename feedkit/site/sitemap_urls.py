"""Which pages the sitemap of a site lists, in which order: articles first, in the order of their publication.

The order is what keeps the parts stable: a new article comes behind the older ones, so that it changes the last part
and the index. Home and term pages change with every article and so stand behind all of them. Each `lastmod` is that of
the content.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from html import unescape

import msgspec

from feedkit.config.site import Site
from feedkit.errors import DocumentError, OnProblem, Problem, SettingsError, shown
from feedkit.formats.locations import MAX_LOC, Host
from feedkit.formats.sitemap_extensions import reciprocal
from feedkit.imports.url_lists import read_urls
from feedkit.lazy_regex import lazy_regex
from feedkit.model import (
    MAX_VIDEO_DESCRIPTION_CHARS,
    MAX_VIDEO_TITLE_CHARS,
    X_DEFAULT,
    Alternate,
    Entry,
    News,
    Url,
    Video,
)
from feedkit.site.published import Lastmods
from feedkit.site.taxonomy import Selection, page_url
from feedkit.urls import absolute

#: Google "News sitemaps": how old an article may be, and how many one file may list.
NEWS_AGE, MAX_NEWS = timedelta(days=2), 1_000

_PICTURE = lazy_regex(r"<img\b[^>]*?\ssrc=\"([^\"]+)\"", re.IGNORECASE)


def site_urls(
    site: Site,
    entries: Sequence[Entry],
    selections: Iterable[Selection],
    lastmods: Lastmods,
    on_problem: OnProblem,
) -> Iterator[Url]:
    """The pages of a site: articles oldest first, other pages, home and terms. `entries` must be newest first.

    Raises `SettingsError` for a list of addresses or a folder of HTML that is not there.
    """
    pages = list(_articles(site, entries, lastmods, on_problem))
    listed = {url.loc for url in pages}
    own = list(_own_pages(site, selections))
    listed |= {url.loc for url in own}
    more = (url for url in _other_pages(site, on_problem) if url.loc not in listed)
    yield from reciprocal([*pages, *more, *own], on_problem)


def _articles(site: Site, entries: Sequence[Entry], lastmods: Lastmods, on_problem: OnProblem) -> Iterator[Url]:
    listed = []
    for entry in reversed(entries):
        if reason := why_unlisted(site, entry):
            message = f"{shown(entry.url)} {reason}, so the sitemap leaves it out"
            on_problem(Problem(code="FK406", severity="note", path=entry.source, message=message))
        else:
            listed.append(entry)
    translations = dict(_translations(site, listed))
    for entry in listed:
        lastmod, precision = lastmods.get(entry.url) or (entry.modified, entry.modified_precision)
        yield Url(
            loc=entry.url,
            lastmod=lastmod,
            precision=precision,
            images=tuple(_images(site, entry)) if site.sitemap.images else (),
            alternates=translations.get(entry.translation_key, ()),
            videos=tuple(_videos(entry, on_problem)) if site.sitemap.videos else (),
        )


def why_unlisted(site: Site, entry: Entry) -> str:
    """Why no sitemap may list an article (sitemaps.org "Sitemap file location"); empty where it may."""
    if not entry.indexed:
        return "is not for search engines (noindex)"
    if not entry.url.startswith(site.base_url):
        return f"is not below {site.base_url}"
    return f"has more than {MAX_LOC:,} characters" if len(entry.url) > MAX_LOC else ""


def _translations(site: Site, entries: Iterable[Entry]) -> Iterator[tuple[str, tuple[Alternate, ...]]]:
    """The sets of translations by their keys; the page in the site's language is that of all other readers.

    Where paths make a set without one, it is that in the first of the site's `languages`.
    """
    groups: dict[str, list[Entry]] = {}
    for entry in entries:
        if entry.translation_key:
            groups.setdefault(entry.translation_key, []).append(entry)
    for key, group in groups.items():
        if len(group) > 1:
            named = [Alternate(language=entry.language or site.language, url=entry.url) for entry in group]
            wanted = (site.language, *(site.languages if key.startswith("/") else ()))
            default = [item.url for tag in wanted for item in named if item.language == tag][:1]
            named.sort(key=lambda item: (item.language, item.url))
            yield key, (*named, *(Alternate(language=X_DEFAULT, url=url) for url in default))


def _images(site: Site, entry: Entry) -> Iterable[str]:
    found = []
    if "hero" in site.sitemap.images and entry.image:
        found.append(entry.image.url)
    if "content" in site.sitemap.images:
        found += [unescape(match) for match in _PICTURE.findall(entry.content)]
    return dict.fromkeys(absolute(url, entry.url) for url in found if not url.startswith("data:"))


def _videos(entry: Entry, on_problem: OnProblem) -> Iterator[Video]:
    """The attached videos; one whose required tags are not all there is told and left out."""
    for enclosure in entry.enclosures:
        if enclosure.type.startswith("video/"):
            try:
                yield Video(
                    thumbnail=entry.image.url if entry.image else "",
                    title=(enclosure.title or entry.title)[:MAX_VIDEO_TITLE_CHARS],
                    description=entry.summary[:MAX_VIDEO_DESCRIPTION_CHARS],
                    content=enclosure.url,
                    duration=enclosure.duration or None,
                    published=entry.published,
                )
            except ValueError as error:
                message = f"{shown(enclosure.url)} is left out of the sitemap: {error}"
                on_problem(Problem(code="FK413", severity="warning", path=entry.source, message=message))


def _other_pages(site: Site, on_problem: OnProblem) -> Iterator[Url]:
    yield from _listed(site, site.sitemap.urls, "sitemap.urls", on_problem)
    for path in site.sitemap.lists:
        try:
            with path.open("rb") as lines:
                yield from _listed(site, lines, str(path), on_problem)
        except OSError as error:
            raise SettingsError(f"sitemap.lists: {path}: cannot be read ({error.strerror or error})") from error
    if site.sitemap.html is not None:
        # The one part of the sitemap that needs a parser of HTML.
        from feedkit.imports.html_pages import listed_pages

        if not site.sitemap.html.is_dir():
            raise SettingsError(f"sitemap.html: {site.sitemap.html}: there is no such folder of pages")
        yield from listed_pages(site.sitemap.html, site.base_url, on_problem, fold_index=site.fold_index)


def _listed(site: Site, lines: Iterable[str | bytes], path: str, on_problem: OnProblem) -> Iterator[Url]:
    host = Host(site.base_url, site.timezone, fold_index=site.fold_index)
    items = read_urls(lines, path=path, on_problem=on_problem)
    for item in items:
        try:
            loc, stamp, url = host.page(item)
        except DocumentError as error:
            on_problem(msgspec.structs.replace(error.problem, path=path, line=items.number))
            continue
        page = msgspec.structs.replace(url or Url(loc=loc), loc=loc)
        yield msgspec.structs.replace(page, lastmod=stamp.value, precision=stamp.precision) if stamp else page


def _own_pages(site: Site, selections: Iterable[Selection]) -> Iterator[Url]:
    """Home and terms; each has the date of its newest member."""
    for selection in selections:
        # Whether there is a page of another choice is not known; one on another host is listed there.
        is_listed = selection.feed is None and (site.sitemap.terms if selection.taxonomy else site.sitemap.home)
        if is_listed and (loc := page_url(site, selection)) and loc.startswith(site.base_url):
            newest = selection.newest
            yield Url(loc=loc, lastmod=newest.modified, precision=newest.modified_precision) if newest else Url(loc=loc)


def news_urls(site: Site, entries: Sequence[Entry], now: datetime, on_problem: OnProblem) -> Iterator[Url]:
    """The articles of the last two days as a news sitemap lists them, newest first, at most 1,000."""
    recent = [entry for entry in entries if now - NEWS_AGE <= entry.published <= now and not why_unlisted(site, entry)]
    if len(recent) > MAX_NEWS:
        message = f"{len(recent):,} articles are of the last two days; the newest {MAX_NEWS:,} are in the news sitemap"
        on_problem(Problem(code="FK413", severity="warning", message=message))
    for entry in recent[:MAX_NEWS]:
        tag = (entry.language or site.language).lower()
        # Google takes two letters, but for Chinese.
        language = tag.partition("-")[0]
        if tag.startswith("zh"):
            language = "zh-tw" if any(part in tag for part in ("tw", "hant", "hk", "mo")) else "zh-cn"
        news = News(publication=site.sitemap.news, language=language, published=entry.published, title=entry.title)
        yield Url(loc=entry.url, news=news)
