"""The address of an article: its own, or the site's pattern filled in; never a pattern itself.

The tokens of Jekyll and Hugo (`/:year/:slug/`) are filled in where an article has them in its own address. Whatever
else is a pattern, a template or the path of a source file is refused.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any
from urllib.parse import urlsplit

from feedkit import dates
from feedkit.articles import values
from feedkit.articles.discover import PathInfo, source_suffixes
from feedkit.articles.fields import ArticleFields
from feedkit.articles.values import KeyValue
from feedkit.errors import UrlError, shown
from feedkit.field_names import folded
from feedkit.lazy_regex import lazy_regex
from feedkit.text import without_invisible
from feedkit.urls import absolute, checked_slug, decoded, of_site, slug, unquoted, without_index

# What a hint says in place of what is no address.
_SAMPLE = "/my-article/"
# What the pattern of permalinks can say of the date.
_OF_DAY = lazy_regex(r"\{(?:year|month|day)\}")
_SLASHES = lazy_regex("(?<!:)/{2,}")
# What means something in an address, and what no address should have.
_UNSAFE_IN_SLUG = lazy_regex(r"[\s?#%:/\\\x00-\x1f\x7f-\x9f]+")

# A colon behind a letter is one of an address: `Talk:Tides`, `https://`.
_TOKEN = lazy_regex(r"(?<![A-Za-z0-9]):[a-z]")
_TOKEN_NAME = lazy_regex(r":([a-z_]+(?:\[[^\]]*\])?)")
# Tags of templates, names in braces or angle brackets, wildcards.
_PLACEHOLDER = lazy_regex(r"[{}*]|<[^<>/]*>")

# The names of days and months in English, whatever the locale is.
_MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November"),
    "December",
)
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


#: The tokens of Jekyll and Hugo, and those of Hexo that mean the same: what each stands for, of `_facts`.
_TOKENS = MappingProxyType(
    {
        "year": "{date.year:04}",
        "short_year": "{date:%y}",
        "month": "{date:%m}",
        "i_month": "{date.month}",
        "short_month": "{month:.3}",
        "long_month": "{month}",
        "monthname": "{monthname}",
        "day": "{date:%d}",
        "i_day": "{date.day}",
        "y_day": "{date:%j}",
        "yearday": "{yearday}",
        "weekday": "{date:%w}",
        "weekdayname": "{weekdayname}",
        "short_day": "{weekday:.3}",
        "long_day": "{weekday}",
        "w_year": "{week.year:04}",
        "week": "{week.week:02}",
        "w_day": "{week.weekday}",
        "hour": "{date:%H}",
        "minute": "{date:%M}",
        "second": "{date:%S}",
        "title": "{title}",
        "post_title": "{post_title}",
        **dict.fromkeys(["slug", "slugorfilename", "slugorcontentbasename"], "{slug}"),
        **dict.fromkeys(["name", "filename", "contentbasename"], "{name}"),
        **dict.fromkeys(["categories", "category", "slugified_categories"], "{categories}"),
        "collection": "{collection}",
        "section": "{section}",
        "sections": "{sections}",
        "path": "{path}",
        "output_ext": ".html",
    }
)


def permalink(fields: ArticleFields, title: str, published: datetime, language: str) -> tuple[str, bool]:
    """The absolute address, and whether it is the article's own: else it is the site's pattern filled in.

    `language` is the article's where it is not the site's, else empty. Raises `ArticleError` (FK204, FK205).
    """
    site, own = fields.site, _own_address(fields, title, published)
    url = own or _of_pattern(fields, title, published, language)
    return (without_index(url) if site.fold_index and url.startswith(site.base_url) else url), bool(own)


def page_url(fields: ArticleFields, language: str) -> str:
    """The absolute address of a page: its own, else its path below the content folder. Raises as `permalink`."""
    site, place = fields.site, fields.article.place or PathInfo(name="")
    if not (url := _own_address(fields, place.name, None)):
        own = _slug(fields, place.name, None)
        # The page of the whole site, or of a folder that has a README.
        is_index = place.name.lower() in ("index", "readme") and own == place.name
        segments = [*place.folders, *([] if is_index else [own])]
        cleaned = [_segment(segment).lstrip("_") for segment in segments]
        path = "/".join(filter(None, [language, *cleaned]))
        url = absolute(site.url(f"{path}/" if path else ""), site.base_url)
    return without_index(url) if site.fold_index and url.startswith(site.base_url) else url


def _own_address(fields: ArticleFields, title: str, published: datetime | None) -> str:
    """The canonical address, or the path below the site, that the article gives; empty without one."""
    site = fields.site
    if pair := fields.find_text("canonical"):
        canonical = fields.read(pair, lambda value: of_site(_literal(fields, values.address(value)), site.base_url))
        return fields.publishable(canonical, pair.key)
    # `permalink: false` is Eleventy's for an article without a page.
    if pair := fields.find("url", lambda value: values.is_text(value) and not values.is_false(value)):
        own = fields.read(pair, lambda value: _own_url(fields, pair, value, title, published))
        return fields.publishable(own, pair.key)
    return ""


def _of_pattern(fields: ArticleFields, title: str, published: datetime, language: str) -> str:
    site, place, name = fields.site, fields.article.place, _slug(fields, title, published)
    day = {}
    if _OF_DAY.search(site.permalink):
        local = published.astimezone(dates.zone(site.timezone))
        day = {"year": f"{local.year:04}", "month": f"{local.month:02}", "day": f"{local.day:02}"}
    section = place.section if place else ""
    path = site.permalink.format(slug=name, section=section, language=language, **day)
    # A section or a language that is empty leaves two slashes.
    return absolute(site.url(_SLASHES.sub("/", path) if "//" in path else path), site.base_url)


def _slug(fields: ArticleFields, title: str, published: datetime | None) -> str:
    """The article's own slug, else the name of its file, else the title, else when it was published."""
    if pair := fields.find_text("slug"):
        return fields.read(pair, lambda value: checked_slug(unquoted(_literal(fields, values.text(value)))))
    place = fields.article.place
    name = _segment(place.name if place else "")
    if name or title or not published:
        return name or slug(title)
    # A note has neither a title nor a file.
    local = published.astimezone(dates.zone(fields.site.timezone))
    return local.strftime("%Y%m%d-%H%M%S").removesuffix("-000000")


def _segment(name: str) -> str:
    """The name of a file or a folder as a segment of an address: percent-encoded or not, it is the same."""
    return _UNSAFE_IN_SLUG.sub("-", without_invisible(unquoted(name))[0]).strip("-.")


def _own_url(fields: ArticleFields, pair: KeyValue, value: Any, title: str, published: datetime | None) -> str:
    base_url, path = fields.site.base_url, decoded(_literal(fields, values.text(value)))
    if ":" in path and _TOKEN.search(path):
        if published is None:
            message = f"{shown(path)} is a pattern, and the file has no date"
            raise UrlError(message, code="FK204", hint="write /about/", values=("/about/",))
        path = _filled(path, _facts(fields, pair, title, published))
    if "://" in path:
        return absolute(path, base_url)
    host = path.partition("/")[0].lower()
    if host and (host.startswith("www.") or host == urlsplit(base_url).netloc):
        # As a path it would be a page below the site, which there is not.
        whole = f"https://{path}"
        raise UrlError(f"{shown(path)} has no scheme", code="FK205", hint=f"write {whole}", values=(whole,))
    if ".." in path.split("/") or "\\" in path or ":" in host:
        raise UrlError(f"{shown(path)} leaves the site", code="FK204", hint=f"write {_SAMPLE}", values=(_SAMPLE,))
    return of_site("/" + path.lstrip("/"), base_url)


def _literal(fields: ArticleFields, text: str) -> str:
    """The text. Raises `UrlError` for a template, and for the path of a source file."""
    last = text.rstrip("/").rpartition("/")[2].lower()
    if _PLACEHOLDER.search(text):
        message = f"{shown(text)} is a pattern, and no address"
    elif last.endswith(source_suffixes(fields.site.suffixes)):
        message = f"{shown(text)} is the path of a source file, and no address"
    else:
        return text
    raise UrlError(message, code="FK204", hint=f"write {_SAMPLE}", values=(_SAMPLE,))


def _facts(fields: ArticleFields, pair: KeyValue, title: str, published: datetime) -> dict[str, Any]:
    """What the tokens of a pattern stand for, in the site's zone."""
    place, slug_or_name = fields.article.place, _slug(fields, title, published)
    date = published.astimezone(dates.zone(fields.site.timezone))
    month, weekday = _MONTHS[date.month - 1], _DAYS[date.weekday()]
    categories = fields.find_filled("categories")
    name = (place.name if place else "") or slug_or_name
    folders = place.folders if place and fields.article.file else ()
    return {
        "date": date,
        "week": date.isocalendar(),
        "month": month,
        "monthname": month.lower(),
        "weekday": weekday,
        "weekdayname": weekday.lower(),
        "yearday": date.timetuple().tm_yday,
        "post_title": slug(title),
        # To Hugo it is the title and not the file's name.
        "title": slug(title) if folded(pair.key) == "url" else slug_or_name,
        "slug": slug_or_name,
        "name": name,
        "categories": "/".join(dict.fromkeys(map(slug, fields.read(categories, values.words) if categories else ()))),
        "collection": folders[0].lstrip("_") if folders else "posts",
        "section": folders[0] if folders else "",
        "sections": "/".join(folders),
        "path": "/".join([*folders[1:], name]),
    }


def _filled(pattern: str, facts: Mapping[str, Any]) -> str:
    """The pattern with its tokens filled in. Raises `UrlError` for one that neither Jekyll nor Hugo has."""
    for name in _TOKEN_NAME.findall(pattern):
        if name not in _TOKENS:
            message = f"':{name}' in {shown(pattern)} is no token of Jekyll or Hugo"
            raise UrlError(message, code="FK204", hint=f"write one of :{', :'.join(_TOKENS)}")
    return _SLASHES.sub("/", _TOKEN_NAME.sub(lambda match: _TOKENS[match[1]].format_map(facts), pattern))
