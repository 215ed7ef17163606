"""Which pages the sitemap of a site lists, in which order: articles first, in the order of their publication.

The order is what keeps the parts stable: a new article comes behind the older ones, so that it changes the last part
and the index. Home and term pages change with every article and so stand behind all of them. Refuses a lastmod that
is not the content's.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from html import unescape

from feedkit.config.site import Site
from feedkit.errors import DocumentError, OnProblem, Problem, SettingsError, shown
from feedkit.formats.locations import MAX_LOC, Host
from feedkit.formats.sitemap_extensions import reciprocal
from feedkit.frozen import columns_certain
from feedkit.imports.url_lists import read_urls
from feedkit.lazy_regex import later
from feedkit.model import Entry, Precision, Url
from feedkit.records import replace
from feedkit.site.taxonomy import Selection
from feedkit.sitemap_values import MAX_VIDEO_DESCRIPTION, MAX_VIDEO_TITLE, X_DEFAULT, Alternate, News, Video
from feedkit.urls import absolute, path_url

#: Google "News sitemaps": how old an article may be, and how many one file may list.
NEWS_AGE, MAX_NEWS = timedelta(days=2), 1_000

_PICTURE = later(r"<img\b[^>]*?\ssrc=\"([^\"]+)\"", re.IGNORECASE)

#: The dates of changes by address that somebody knows better than the articles do.
Lastmods = Mapping[str, tuple[datetime, Precision]]


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
    fit = [entry for entry in reversed(entries) if _may_list(site, entry, on_problem)]
    sets = dict(_translations(site, fit))
    if not (site.sitemap.images or site.sitemap.videos or sets or lastmods):
        # Addresses and dates of entries were checked when they were made.
        columns: dict[str, Iterable[object]] = {
            "loc": [entry.url for entry in fit],
            "lastmod": [entry.modified for entry in fit],
            "precision": [entry.modified_precision for entry in fit],
        }
        yield from columns_certain(Url, columns, len(fit))
        return
    for entry in fit:
        changed, precision = lastmods.get(entry.url, (entry.modified, entry.modified_precision))
        yield Url(
            loc=entry.url,
            lastmod=changed,
            precision=precision,
            images=tuple(_images(site, entry)),
            alternates=sets.get(entry.translation_key, ()),
            videos=tuple(_videos(entry, on_problem)) if site.sitemap.videos else (),
        )


def _may_list(site: Site, entry: Entry, on_problem: OnProblem) -> bool:
    reason = why_unlisted(site, entry)
    if reason:
        message = f"{shown(entry.url)} {reason}, so the sitemap leaves it out"
        on_problem(Problem(code="FK406", severity="note", path=entry.source, message=message))
    return not reason


def why_unlisted(site: Site, entry: Entry) -> str:
    """Why no sitemap may list an article (sitemaps.org "Sitemap file location"); empty where it may."""
    if not entry.indexed:
        return "is not for search engines (noindex)"
    if not entry.url.startswith(site.base_url):
        return f"is not below {site.base_url}"
    return f"has more than {MAX_LOC:,} characters" if len(entry.url) > MAX_LOC else ""


def _translations(site: Site, entries: Iterable[Entry]) -> Iterator[tuple[str, tuple[Alternate, ...]]]:
    """The sets of translations by their keys; the page in the site's language is that of all other readers."""
    groups: dict[str, list[Entry]] = {}
    for entry in entries:
        if entry.translation_key:
            groups.setdefault(entry.translation_key, []).append(entry)
    for key, group in groups.items():
        if len(group) > 1:
            named = [Alternate(language=entry.language or site.language, url=entry.url) for entry in group]
            default = [item.url for item in named if item.language == site.language][:1]
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
                    title=(enclosure.title or entry.title)[:MAX_VIDEO_TITLE],
                    description=entry.summary[:MAX_VIDEO_DESCRIPTION],
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
            on_problem(replace(error.problem, path=path, line=items.number))
            continue
        page = replace(url or Url(loc=loc), loc=loc)
        yield replace(page, lastmod=stamp.value, precision=stamp.precision) if stamp else page


def _own_pages(site: Site, selections: Iterable[Selection]) -> Iterator[Url]:
    """Home and terms; each has the date of its newest member."""
    for selection in selections:
        # Of another choice nobody knows whether it has a page.
        if selection.feed is None and (site.sitemap.home if selection.taxonomy is None else site.sitemap.terms):
            yield _page(path_url(site.base_url, selection.folder), selection.newest)


def _page(loc: str, latest: Entry | None) -> Url:
    if latest is None:
        return Url(loc=loc)
    return Url(loc=loc, lastmod=latest.modified, precision=latest.modified_precision)


def news_urls(site: Site, entries: Sequence[Entry], now: datetime, on_problem: OnProblem) -> Iterator[Url]:
    """The articles of the last two days as a news sitemap lists them, newest first, at most 1,000."""
    recent = [entry for entry in entries if now - NEWS_AGE <= entry.published <= now and not why_unlisted(site, entry)]
    if len(recent) > MAX_NEWS:
        message = f"{len(recent):,} articles are of the last two days; the newest {MAX_NEWS:,} are in the news sitemap"
        on_problem(Problem(code="FK413", severity="warning", message=message))
    for entry in recent[:MAX_NEWS]:
        language = _news_language(entry.language or site.language)
        news = News(publication=site.sitemap.news, language=language, published=entry.published, title=entry.title)
        yield Url(loc=entry.url, news=news)


def _news_language(tag: str) -> str:
    low = tag.lower()
    if low.startswith("zh"):
        return "zh-tw" if any(part in low for part in ("tw", "hant", "hk", "mo")) else "zh-cn"
    return low.partition("-")[0]
