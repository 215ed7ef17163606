"""Makes the address of an article: its own, or one from the site's pattern.

Tokens of Jekyll and Hugo (`/:year/:slug/`) in an article's own address are filled in. Other patterns, templates and
paths of source files are refused.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from feedkit import dates
from feedkit.articles import values
from feedkit.articles.discover import source_suffixes
from feedkit.articles.fields import ArticleFields
from feedkit.articles.media import is_media
from feedkit.config.site import Site
from feedkit.dates import MONTHS, WEEKDAYS
from feedkit.errors import UrlError, shown
from feedkit.field_names import folded
from feedkit.lazy_regex import lazy_regex
from feedkit.text import without_invisible
from feedkit.urls import absolute, checked_slug, decoded, of_site, require_scheme, slug, unquoted, without_index

_SLASHES = lazy_regex("(?<!:)/{2,}")
# Characters that have a meaning in addresses, or should not be in one.
_UNSAFE_IN_SLUG = lazy_regex(r"[\s?#%:/\\\x00-\x1f\x7f-\x9f]+")

# A colon after a letter is a part of the address, and begins no token: `Talk:Tides`, `https://`.
_TOKEN = lazy_regex(r"(?<![A-Za-z0-9]):[a-z]")
_TOKEN_NAME = lazy_regex(r":([a-z_]+(?:\[[^\]]*\])?)")
# Tags of templates, names in braces or angle brackets, wildcards.
_PLACEHOLDER = lazy_regex(r"[{}*]|<[^<>/]*>")


def permalink(fields: ArticleFields, title: str, published: datetime, language: str) -> tuple[str, bool]:
    """The absolute address; and whether it is the article's own, and not from the site's pattern.

    `language` is empty if it is that of the site. Raises `ArticleError` (FK204, FK205).
    """
    site, place = fields.site, fields.place
    if own := _own_address(fields, title, published):
        return _folded(own, site), True
    local = _local(published, site)
    path = site.permalink.format(
        slug=_slug(fields, title, published),
        section=place.section,
        sections="/".join(place.folders),
        language=language,
        year=f"{local.year:04}",
        month=f"{local.month:02}",
        day=f"{local.day:02}",
    )
    # An empty section or language leaves two slashes.
    return _folded(absolute(site.url(_SLASHES.sub("/", path) if "//" in path else path), site.base_url), site), False


def page_url(fields: ArticleFields, language: str) -> str:
    """The absolute address of a page: its own, else its path below the content folder. Raises like `permalink`."""
    site, place = fields.site, fields.place
    if not (url := _own_address(fields, place.name, None)):
        own = _slug(fields, place.name, None)
        # The file is the page of its folder, such as a README, or of the whole site.
        is_index = place.name.lower() in ("index", "readme") and own == place.name
        segments = [_segment(segment).lstrip("_") for segment in [*place.folders, *([] if is_index else [own])]]
        path = "/".join(filter(None, [language, *segments]))
        url = absolute(site.url(f"{path}/" if path else ""), site.base_url)
    return _folded(url, site)


def _folded(url: str, site: Site) -> str:
    return without_index(url) if site.fold_index and url.startswith(site.base_url) else url


def _local(published: datetime, site: Site) -> datetime:
    return published.astimezone(dates.zone(site.timezone))


def _own_address(fields: ArticleFields, title: str, published: datetime | None) -> str:
    """The canonical address, or the path below the site, in the article's keys; empty without one."""
    if pair := fields.find("canonical"):
        own = fields.read(pair, lambda value: of_site(_literal(fields, values.address(value)), fields.site.base_url))
    elif pair := fields.find("url", _is_address):
        own = fields.read(pair, lambda value: _own_url(fields, pair.key, value, title, published))
    return fields.publishable(own, pair.key) if pair else ""


def _is_address(value: Any) -> bool:
    # In Eleventy, an article with `permalink: false` has no page. The `url` of a podcast may be that of its audio.
    return values.is_text(value) and values.is_wanted(value) and not is_media(value)


def _slug(fields: ArticleFields, title: str, published: datetime | None) -> str:
    """The article's own slug, else the name of its file, else its title, else its date."""
    if pair := fields.find("slug"):
        return fields.read(pair, lambda value: checked_slug(unquoted(_literal(fields, values.text(value)))))
    name = _segment(fields.place.name)
    if name or title or not published:
        return name or slug(title)
    # A note has neither a title nor a file.
    return f"{_local(published, fields.site):%Y%m%d-%H%M%S}".removesuffix("-000000")


def _segment(name: str) -> str:
    """The name of a file or a folder as a segment of an address; a percent-encoded name is decoded."""
    return _UNSAFE_IN_SLUG.sub("-", without_invisible(unquoted(name))[0]).strip("-.")


def _own_url(fields: ArticleFields, key: str, value: Any, title: str, published: datetime | None) -> str:
    base_url, path = fields.site.base_url, decoded(_literal(fields, values.text(value)))
    if ":" in path and _TOKEN.search(path):
        if published is None:
            message = f"{shown(path)} is a pattern, and the file has no date"
            raise UrlError(message, code="FK204", hint="write /about/", values=("/about/",))
        tokens = _tokens(fields, key, title, published)
        if name := next((name for name in _TOKEN_NAME.findall(path) if name not in tokens), ""):
            message = f"':{name}' in {shown(path)} is not a token of Jekyll or Hugo"
            raise UrlError(message, code="FK204", hint=f"write one of :{', :'.join(tokens)}")
        path = _SLASHES.sub("/", _TOKEN_NAME.sub(lambda match: tokens[match[1]], path))
    if "://" in path:
        return absolute(path, base_url)
    require_scheme(path.removeprefix("//"), base_url)
    if ".." in path.split("/") or "\\" in path or ":" in path.partition("/")[0]:
        raise _no_address(f"{shown(path)} leaves the site")
    return of_site("/" + path.lstrip("/"), base_url)


def _literal(fields: ArticleFields, text: str) -> str:
    """The text. Raises `UrlError` for a template, and for the path of a source file."""
    if _PLACEHOLDER.search(text):
        raise _no_address(f"{shown(text)} is a pattern, not an address")
    if text.rstrip("/").rpartition("/")[2].lower().endswith(source_suffixes(fields.site.suffixes)):
        raise _no_address(f"{shown(text)} is the path of a source file, not an address")
    return text


def _no_address(message: str) -> UrlError:
    return UrlError(message, code="FK204", hint="write /my-article/", values=("/my-article/",))


def _tokens(fields: ArticleFields, key: str, title: str, published: datetime) -> dict[str, str]:
    """The values of the tokens of Jekyll and Hugo, and of those of Hexo that mean the same, in the site's time zone."""
    place, own_slug, date = fields.place, _slug(fields, title, published), _local(published, fields.site)
    month, weekday, week = MONTHS[date.month - 1], WEEKDAYS[date.weekday()], date.isocalendar()
    name = place.name or own_slug
    folders = place.folders
    pair = fields.find("categories", values.is_wanted)
    categories = "/".join(dict.fromkeys(map(slug, fields.read(pair, values.words) if pair else ())))
    return {
        "year": f"{date.year:04}",
        "short_year": f"{date:%y}",
        "month": f"{date:%m}",
        "i_month": str(date.month),
        "short_month": month[:3],
        "long_month": month,
        "monthname": month.lower(),
        "day": f"{date:%d}",
        "i_day": str(date.day),
        "y_day": f"{date:%j}",
        "yearday": str(date.timetuple().tm_yday),
        "weekday": f"{date:%w}",
        "weekdayname": weekday.lower(),
        "short_day": weekday[:3],
        "long_day": weekday,
        "w_year": f"{week.year:04}",
        "week": f"{week.week:02}",
        "w_day": str(week.weekday),
        "hour": f"{date:%H}",
        "minute": f"{date:%M}",
        "second": f"{date:%S}",
        # In Hugo `:title` is the title, not the file's name.
        "title": slug(title) if folded(key) == "url" else own_slug,
        "post_title": slug(title),
        **dict.fromkeys(["slug", "slugorfilename", "slugorcontentbasename"], own_slug),
        **dict.fromkeys(["name", "filename", "contentbasename"], name),
        **dict.fromkeys(["categories", "category", "slugified_categories"], categories),
        "collection": folders[0].lstrip("_") if folders else "posts",
        "section": folders[0] if folders else "",
        "sections": "/".join(folders),
        "path": "/".join([*folders[1:], name]),
        "output_ext": ".html",
    }
