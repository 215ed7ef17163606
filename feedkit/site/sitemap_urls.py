"""The pages in the sitemap of a site: articles first, in the order of their publication.

This order keeps the parts stable: a new article comes after the older ones, and changes only the last part and the
index. The home page and the pages of terms change with every article, and so come last. Each `lastmod` is that of the
content.
"""

from __future__ import annotations

import os
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from html import unescape
from typing import Any, TypeVar

from msgspec.structs import replace

from feedkit.config.site import Site
from feedkit.errors import DocumentError, OnProblem, Problem, SettingsError, UrlError, printable, shown, system_reason
from feedkit.formats.sitemap_pages import MAX_LOC_CHARS, Host, as_url, omitted, reciprocal
from feedkit.imports.url_lists import read_urls
from feedkit.lazy_regex import lazy_regex
from feedkit.model import (
    MAX_VIDEO_DESCRIPTION_CHARS,
    MAX_VIDEO_TITLE_CHARS,
    X_DEFAULT,
    Alternate,
    Entry,
    EntryWithoutContent,
    News,
    SitePage,
    Url,
    Video,
)
from feedkit.site.published import NEWS_AGE, Lastmods, Publication
from feedkit.text import beginning
from feedkit.urls import absolute

#: Google "News sitemaps": the maximum number in a file.
MAX_NEWS = 1_000

#: The translations of pages by their addresses.
_Translations = Mapping[str, tuple[Alternate, ...]]

_PICTURE = lazy_regex(r"<img\b[^>]*?\ssrc=\"([^\"]+)\"", re.IGNORECASE)


def site_urls(publication: Publication, on_problem: OnProblem) -> Iterator[Url]:
    """The pages of a site: articles oldest first, other pages, home page and terms.

    Raises `SettingsError` for a missing list of addresses or folder of HTML.
    """
    site = publication.site
    articles = {entry.url: entry for entry in _listed(site, reversed(publication.entries), on_problem)}
    pages = {page.url: page for page in _listed(site, publication.pages, on_problem) if page.url not in articles}
    alternates = _translations(site, [*articles.values(), *pages.values()])
    # A file may be the home page, or the page of a term: these have the dates of their articles, not of the file.
    own = list(_own_pages(publication, alternates))
    listed = {url.loc for url in own}
    urls = [_article(site, entry, publication.lastmods, alternates, on_problem) for entry in articles.values()]
    for url, page in pages.items():
        if url not in listed:
            precision, languages = page.updated_precision, alternates.get(url, ())
            urls.append(Url(loc=url, lastmod=page.updated, precision=precision, alternates=languages))
    taken = {*articles, *pages}
    more = [url for url in _other_pages(site, on_problem) if url.loc not in taken]
    # The host of a site may know the translations of its home page.
    others = {url.loc: url.alternates for url in more}
    own = [replace(url, alternates=url.alternates or others.get(url.loc, ())) for url in own]
    more = [url for url in more if url.loc not in listed]
    sources = {item.url: item.source for items in (articles, pages) for item in items.values()}
    yield from reciprocal([*urls, *more, *own], on_problem, sources)


_Listed = TypeVar("_Listed", Entry, SitePage)


def _listed(site: Site, articles: Iterable[_Listed], on_problem: OnProblem) -> Iterator[_Listed]:
    for article in articles:
        if reason := why_unlisted(site, article):
            on_problem(omitted(article.url, reason, article.source).problem)
        else:
            yield article


def _article(site: Site, entry: Entry, lastmods: Lastmods, alternates: _Translations, on_problem: OnProblem) -> Url:
    lastmod, precision = lastmods.get(entry.url) or (entry.modified, entry.modified_precision)
    return Url(
        loc=entry.url,
        lastmod=lastmod,
        precision=precision,
        images=tuple(dict.fromkeys(_images(site, entry, on_problem))),
        alternates=alternates.get(entry.url, ()),
        videos=tuple(_videos(entry, on_problem)) if site.sitemap.videos else (),
    )


def why_unlisted(site: Site, entry: Entry | SitePage) -> str:
    """Why a sitemap may not list an entry or a page (sitemaps.org "Sitemap file location"); empty for none."""
    if not entry.indexed:
        return "is not for search engines (noindex)"
    if not entry.url.startswith(site.base_url):
        return f"is not below {site.base_url}"
    return f"has more than {MAX_LOC_CHARS:,} characters" if len(entry.url) > MAX_LOC_CHARS else ""


def _translations(site: Site, articles: Iterable[Entry | SitePage]) -> dict[str, tuple[Alternate, ...]]:
    """The translations of pages by their addresses, with the page in the site's language as `x-default`.

    In a set that comes from paths and has no such page, it is the page in the first of the site's `languages`.
    """
    groups = defaultdict[str, list[Alternate]](list)
    for article in articles:
        if article.translation_key:
            alternate = Alternate(language=article.language or site.language, url=article.url)
            groups[article.translation_key].append(alternate)
    alternates: dict[str, tuple[Alternate, ...]] = {}
    for key, group in groups.items():
        if len(group) > 1:
            wanted = (site.language, *(site.languages if key.startswith("/") else ()))
            default = [item.url for tag in wanted for item in group if item.language == tag][:1]
            named = sorted(group, key=lambda item: (item.language, item.url))
            named += [Alternate(language=X_DEFAULT, url=url) for url in default]
            alternates |= dict.fromkeys((item.url for item in group), tuple(named))
    return alternates


def _images(site: Site, entry: Entry, on_problem: OnProblem) -> Iterator[str]:
    """The addresses of the pictures of an entry; an invalid one is reported and left out."""
    urls = [entry.image.url] if "hero" in site.sitemap.images and entry.image else []
    if "content" in site.sitemap.images:
        urls += content_pictures(entry)
    for url in urls:
        if not url.startswith("data:"):
            try:
                yield absolute(url, entry.url)
            except UrlError:
                on_problem(_omitted(entry, url, "it is not an address"))


def content_pictures(entry: Entry) -> Sequence[str]:
    """The addresses of the pictures in the content of an entry."""
    if isinstance(entry, EntryWithoutContent) and entry.facts:
        return entry.facts.pictures
    return [unescape(match) for match in _PICTURE.findall(entry.content)]


def _videos(entry: Entry, on_problem: OnProblem) -> Iterator[Video]:
    """The attached videos of an entry; a video without a required tag is reported and left out."""
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
                on_problem(_omitted(entry, enclosure.url, str(error)))


def _omitted(entry: Entry, url: str, reason: str) -> Problem:
    message = f"{shown(url)} is left out of the sitemap: {reason}"
    return Problem(code="FK413", severity="warning", path=entry.source, message=message)


def _other_pages(site: Site, on_problem: OnProblem) -> Iterator[Url]:
    host = Host(site.base_url, site.timezone, fold_index=site.fold_index)

    def listed(items: Iterable[Any], path: str) -> Iterator[Url]:
        lines = read_urls(items, path=path, on_problem=on_problem)
        for item in lines:
            try:
                yield as_url(host.page(item))
            except DocumentError as error:
                on_problem(replace(error.problem, path=path, line=lines.number))

    yield from listed(site.sitemap.urls, "sitemap.urls")
    for path in site.sitemap.lists:
        try:
            with path.open("rb") as file:
                yield from listed(file, str(path))
        except OSError as error:
            raise SettingsError(f"sitemap.lists: {path}: cannot be read ({system_reason(error)})") from error
    if site.sitemap.html is not None:
        # Imported late: nothing else in a sitemap needs an HTML parser.
        from feedkit.imports.html_pages import read_html

        if not os.path.isdir(site.sitemap.html):  # noqa: PTH112  # it takes any name
            raise SettingsError(f"sitemap.html: {site.sitemap.html}: there is no such folder of pages")
        for page in read_html(site.sitemap.html, site.base_url, fold_index=site.fold_index, on_problem=on_problem):
            if page.reason:
                on_problem(omitted(page.url.loc, page.reason, printable(str(page.path))).problem)
            else:
                yield page.url


def _own_pages(publication: Publication, alternates: _Translations) -> Iterator[Url]:
    """The home page and the pages of terms, each with the date of its last changed entry."""
    site, changed = publication.site, {id(entry): entry.modified.timestamp() for entry in publication.entries}
    for selection in publication.selections:
        # Pages of `[[feeds]]` may not exist; a page on another host belongs in the sitemap of that host; a part of a
        # page (`/tags/#cpp`) in none.
        is_listed = selection.feed is None and (site.sitemap.terms if selection.taxonomy else site.sitemap.home)
        if is_listed and (loc := selection.page_url) and loc.startswith(site.base_url) and "#" not in loc:
            url, entries = Url(loc=loc, alternates=alternates.get(loc, ())), (*selection.entries, *selection.older)
            newest = max(entries, key=lambda entry: changed[id(entry)], default=None)
            yield replace(url, lastmod=newest.modified, precision=newest.modified_precision) if newest else url


def news_urls(publication: Publication, on_problem: OnProblem) -> Iterator[Url]:
    """The articles of the last two days for the news sitemap, newest first, at most 1,000."""
    site, now = publication.site, publication.now
    of_two_days = (entry for entry in publication.entries if now - NEWS_AGE < entry.published <= now)
    recent = [entry for entry in of_two_days if not why_unlisted(site, entry)]
    if len(recent) > MAX_NEWS:
        message = f"{len(recent):,} articles are of the last two days; the newest {MAX_NEWS:,} are in the news sitemap"
        on_problem(Problem(code="FK413", severity="warning", message=message))
    for entry in recent[:MAX_NEWS]:
        tag = (entry.language or site.language).lower()
        # Google wants two-letter codes, except for Chinese.
        language = tag.partition("-")[0]
        if tag.startswith("zh"):
            language = "zh-tw" if any(part in tag for part in ("tw", "hant", "hk", "mo")) else "zh-cn"
        title = entry.title or beginning(entry.summary) or entry.url
        news = News(publication=site.sitemap.news, language=language, published=entry.published, title=title)
        yield Url(loc=entry.url, news=news)
