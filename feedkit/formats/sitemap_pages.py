"""The pages of a sitemap: items (texts, pairs, mappings, `Url`s, entries) in, `<url>` elements out.

Raises `DocumentError` for an address that is not below the site (sitemaps.org "Sitemap file location") or is longer
than 2,048 characters, and for a page that is kept from search engines. There are no tags that search engines now
ignore, at most 1,000 pictures, and no set of translations that does not list its own page.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime, tzinfo
from functools import lru_cache
from html import escape
from itertools import accumulate
from typing import Any

from msgspec import to_builtins
from msgspec.structs import replace

from feedkit.dates import parse_date, read_date, w3c
from feedkit.errors import DocumentError, OnProblem, Problem, RefusedValue, Severity, shown
from feedkit.formats.xml_syntax import quoted
from feedkit.model import X_DEFAULT, Alternate, Entry, News, Precision, Url, Video
from feedkit.urls import absolute, of_site, without_index

#: The schema of the protocol: the maximum length of an address.
MAX_LOC_CHARS = 2_048

#: The prefixes and namespaces of extensions, in the order of their declarations.
NAMESPACES: Mapping[str, str] = {
    "image": "http://www.google.com/schemas/sitemap-image/1.1",
    "news": "http://www.google.com/schemas/sitemap-news/0.9",
    "video": "http://www.google.com/schemas/sitemap-video/1.1",
    "xhtml": "http://www.w3.org/1999/xhtml",
}

#: Google "Image sitemaps": the maximum number of pictures of a page.
MAX_IMAGES = 1_000

# The path of an address that `of_site` does not change: no dot after a slash, no `?` at the end, no escapes of ASCII.
_CHARS = r"[A-Za-z0-9/_~!$&'()*+,=@:?-]*+"
_CANONICAL = rf"{_CHARS}(?>(?:(?:(?<!/)[.]|%[89A-F][0-9A-F]){_CHARS})*)(?<![?])"

# The size of the cache of dates.
_MAX_SPELLINGS = 4_096
# Usual timestamps, which `fromisoformat` can parse: `2025-11-21T10:00:00+01:00`, as it is written, and
# `2025-11-21 10:00:00.5Z`. In UTC the last letter may be missing.
_FIRST_YEAR, _LAST_YEAR = 1901, 2099
_DAY_CHARS, _UTC_CHARS, _INSTANT_CHARS = 10, 20, 25
_is_timestamp = re.compile(r"(?:20|19(?!00))..-..-..T(?!24)..:..:..[+-]..:[0-5].").fullmatch
_UTC_TIME = r"20..-..-..[T ](?!24)..:..:..[.0-9]*+Z"

# Keys of a mapping that keep its page from search engines, with texts for messages.
_HIDING = {"draft": "is a draft", "noindex": "is not for search engines (noindex)", "redirect": "is a redirect"}
_EXTENSIONS = frozenset(["changefreq", "priority", "images", "alternates", "videos", "news"])
_KEYS = _EXTENSIONS | {"loc", "lastmod", "canonical", *_HIDING}
_DATES = frozenset(["published", "expires"])
_ADDRESSES = frozenset(["content", "player", "thumbnail", "url"])


#: The date of a page: its text in the sitemap, its value and its precision.
Lastmod = tuple[str, datetime, Precision]

#: An address, its date, and the value with extensions.
SitemapRow = tuple[str, Lastmod | None, Url | None]


class Host:
    """Converts items for one site: its addresses, and the zone of dates without one."""

    def __init__(self, base_url: str, timezone: str | tzinfo, *, fold_index: bool = False) -> None:
        """With `fold_index`, the folder of an `index.html` is listed in its place.

        Raises `UrlError` for a `base_url` that is no http or https address.
        """
        base = absolute(base_url, "")
        self.base_url = base if base.endswith("/") else f"{base}/"
        self._timezone = timezone
        self._fold_index = fold_index
        index = "(?!.*index[.]htm)" if fold_index else ""
        # Matches addresses that are canonical and below the site.
        self._is_canonical = re.compile(re.escape(self.base_url) + index + _CANONICAL).fullmatch
        self._is_utc_time = re.compile(f"{_UTC_TIME}?" if timezone in ("UTC", UTC) else _UTC_TIME).fullmatch
        # Of texts only: equal datetimes of two zones have different texts.
        self._read_text = lru_cache(_MAX_SPELLINGS)(self._read)
        #: The converters of items by type.
        self.readers = _Readers(
            {str: self._text, tuple: self._pair, Mapping: self._mapping, Url: self._url, Entry: self._entry}
        )

    def page(self, item: object) -> SitemapRow:
        """The page of an item. Raises `DocumentError` with the reason to leave it out."""
        return self.readers[type(item)](item)

    def located(self, loc: str) -> str:
        """The address, absolute and canonical (RFC 3986), without fragment, not escaped.

        Raises `DocumentError` (FK401) for an address that a sitemap of this site may not list.
        """
        if self._is_canonical(loc) and len(loc) <= MAX_LOC_CHARS:
            return loc
        url = self._resolved(loc, self.base_url)
        # Whether the path leaves the folder of the site, as `/blog/../x` does: browsers resolve its `..`.
        path = url[len(self.base_url) :].partition("?")[0].lower().replace("%2e", ".")
        steps = [-1 if name == ".." else name not in ("", ".") for name in path.split("/")] if ".." in path else [0]
        if not url.startswith(self.base_url) or min(accumulate(steps)) < 0:
            raise refused(f"{shown(url)} is not below {self.base_url}", "list each site in a sitemap of its own")
        if len(url) > MAX_LOC_CHARS:
            raise refused(f"{shown(url)} has {len(url):,} characters; a sitemap allows {MAX_LOC_CHARS:,}")
        return without_index(url) if self._fold_index else url

    def _resolved(self, loc: str, page: str) -> str:
        try:
            return of_site(loc, self.base_url, page).partition("#")[0]
        except RefusedValue as error:
            raise refused(str(error), error.hint) from error

    def _text(self, loc: str) -> SitemapRow:
        return self.located(loc), None, None

    def _pair(self, item: tuple[Any, ...]) -> SitemapRow:
        if len(item) != 2 or not isinstance(loc := item[0], str):
            return _refuse(item)
        url, date = self.located(loc), item[1]
        if type(date) is str and len(date) > _DAY_CHARS:
            # ISO 8601 to the second, as programs write it, is fast; any other date takes longer to parse.
            text = date
            if not _is_timestamp(date):
                text = f"{date[:19].replace(' ', 'T')}+00:00" if self._is_utc_time(date) else ""
            try:
                return url, (text, datetime.fromisoformat(text), "second"), None
            except ValueError:
                # Not ISO 8601, or a date that does not exist.
                pass
        return url, self._lastmod(date, loc), None

    def _url(self, url: Url) -> SitemapRow:
        lastmod = lastmod_of(url.lastmod, url.precision) if url.lastmod else None
        return self.located(url.loc), lastmod, url if _has_more(url) else None

    def _entry(self, entry: Entry) -> SitemapRow:
        hidden = {"nowhere": "is hidden", "unlisted": "is unlisted"}.get(entry.visibility)
        if hidden or entry.draft or not entry.indexed:
            raise omitted(entry.url, hidden or _HIDING["draft" if entry.draft else "noindex"], entry.source)
        try:
            loc = self.located(entry.url)
        except DocumentError as error:
            raise DocumentError(replace(error.problem, path=entry.source)) from error
        return loc, lastmod_of(entry.modified, entry.modified_precision), None

    def _mapping(self, item: Mapping[str, Any]) -> SitemapRow:
        loc, date = item.get("loc"), item.get("lastmod")
        if not isinstance(loc, str):
            raise refused("a mapping has no loc", "write the address as loc")
        if len(item) == (1 if date is None else 2):
            return self._pair((loc, date))
        for key, reason in _HIDING.items():
            if item.get(key):
                raise omitted(loc, reason)
        page = self.located(loc)
        canonical = item.get("canonical")
        if isinstance(canonical, str) and canonical and self._resolved(canonical, page) != page:
            raise omitted(loc, f"names {shown(canonical)} as its canonical address")
        if not _KEYS.issuperset(item):
            unknown = sorted(map(str, item.keys() - _KEYS))
            hint = f"the keys of a page are {', '.join(sorted(_KEYS))}"
            raise refused(f"{shown(page)}: unknown key {shown(unknown[0])}", hint, "FK413")
        try:
            url = None if _EXTENSIONS.isdisjoint(item) else self._extended(item, page)
        except (ValueError, TypeError) as error:
            raise refused(f"{shown(page)}: {error}", code="FK413") from error
        return page, self._lastmod(date, loc), url

    def _extended(self, item: Mapping[str, Any], page: str) -> Url | None:
        """The extensions in a mapping. Raises `ValueError` and `TypeError`."""

        def address(text: object) -> str:
            return of_site(str(text), self.base_url, page)

        def values(kind: type[Any], items: Any) -> tuple[Any, ...]:
            return tuple(_value(kind, value, address, self._timezone) for value in _listed(items))

        priority, alternates, news = item.get("priority"), item.get("alternates"), item.get("news")
        if isinstance(alternates, Mapping):
            # Addresses by language.
            alternates = [{"language": name, "url": str(url)} for name, url in alternates.items()]
        url = Url(
            loc=page,
            changefreq=item.get("changefreq"),
            priority=None if priority is None else _number(priority),
            images=tuple(
                address(image.get("loc") or image.get("url") or "" if isinstance(image, Mapping) else image)
                for image in _listed(item.get("images"))
            ),
            alternates=values(Alternate, alternates),
            videos=values(Video, item.get("videos")),
            news=_value(News, news, address, self._timezone) if news else None,
        )
        return url if _has_more(url) else None

    def _lastmod(self, date: object, loc: str) -> Lastmod | None:
        """The date of an address; None for None and an empty text. Raises `DocumentError` with its code."""
        if type(date) is datetime and date.tzinfo is not None and _FIRST_YEAR <= date.year <= _LAST_YEAR:
            try:
                return lastmod_of(date, "second")
            except (ValueError, TypeError, NotImplementedError):
                # A zone without an offset; `read_date` reports it.
                pass
        if date is None or date == "":
            return None
        try:
            return self._read_text(date) if type(date) is str else self._read(date)
        except RefusedValue as error:
            raise refused(f"{shown(loc)}: lastmod: {error}", error.hint, error.code) from error

    def _read(self, date: object) -> Lastmod:
        moment = read_date(date, timezone=self._timezone)
        return lastmod_of(moment.value, moment.precision)


def lastmod_of(value: datetime, precision: Precision) -> Lastmod:
    """An aware datetime as the date of a page."""
    # Fast paths with the result of `w3c`.
    if value.tzinfo is UTC and precision == "second" and len(text := to_builtins(value)) == _UTC_CHARS:
        return f"{text[:-1]}+00:00", value, precision
    if precision == "second" and len(text := value.isoformat()) == _INSTANT_CHARS:
        return text, value, precision
    return w3c(value, precision), value, precision


def as_url(page: SitemapRow) -> Url:
    """A page as a `Url`."""
    loc, lastmod, url = page
    url = replace(url or Url(loc=loc), loc=loc)
    return replace(url, lastmod=lastmod[1], precision=lastmod[2]) if lastmod else url


class _Readers(dict[Any, Callable[[Any], SitemapRow]]):
    """The converter of each type; the first use of a subclass adds that of its base class."""

    def __missing__(self, kind: type) -> Callable[[Any], SitemapRow]:
        reader = next((reader for base, reader in self.items() if issubclass(kind, base)), _refuse)
        self[kind] = reader
        return reader


def _refuse(item: object) -> SitemapRow:
    raise refused(f"{shown(item)} is not an address", "give a text, a Url, an Entry, or a mapping with loc")


def _has_more(url: Url) -> bool:
    return bool(url.images or url.alternates or url.videos or url.news or url.changefreq or url.priority is not None)


def _number(priority: Any) -> float:
    try:
        return float(priority)
    except (ValueError, TypeError) as error:
        raise ValueError(f"priority must be 0 to 1, not {shown(priority)}") from error


def _listed(value: Any) -> Iterable[Any]:
    items = () if value is None else [value] if isinstance(value, str | Mapping) else value
    if not isinstance(items, Iterable):
        raise TypeError(f"{shown(value)} is not a list")
    return items


def _value(kind: type[Any], value: Any, address: Callable[[object], str], timezone: str | tzinfo) -> Any:
    """A value of the model from a mapping; its dates and addresses are parsed."""
    if isinstance(value, kind):
        return value
    if not isinstance(value, Mapping):
        raise TypeError(f"{shown(value)} is not a mapping")
    if unknown := sorted(value.keys() - set(kind.__struct_fields__)):
        raise ValueError(f"unknown key {shown(unknown[0])} of a {kind.__name__}")
    fields = {name: item for name, item in value.items() if item is not None}
    for name in fields.keys() & _DATES:
        fields[name] = parse_date(fields[name], timezone=timezone)
    for name in fields.keys() & _ADDRESSES:
        fields[name] = address(fields[name])
    if "tags" in fields:
        fields["tags"] = tuple(fields["tags"])
    return kind(**fields)


def written(pages: Iterable[SitemapRow], more: str = "") -> str:
    """The `<url>` elements of pages; `more` are further elements of the last one."""
    text = "</url>\n".join(
        [
            f"<url><loc>{loc}</loc><lastmod>{lastmod[0]}</lastmod>" if lastmod else f"<url><loc>{loc}</loc>"
            for loc, lastmod, _ in pages
        ]
    )
    # Only addresses contain these two, and a canonical address has no other character that XML escapes.
    text = text.replace("&", "&amp;").replace("'", "&#x27;")
    return f"{text}{more}</url>\n"


def extensions(loc: str, url: Url | None, on_problem: OnProblem) -> tuple[str, frozenset[str]]:
    """The elements after the `lastmod` of a page, in the order of the schemas, and their prefixes.

    Pictures past 1,000 and a broken set of translations are reported and left out. Raises `DocumentError` for a
    character that XML forbids.
    """
    if url is None:
        return "", frozenset()
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


def _broken(loc: str, fault: str, path: str = "") -> Problem:
    message = f"{shown(loc)}: its set of translations {fault}; none of them is written"
    hint = "every page of a set must name all of them, itself, and one x-default"
    return Problem(code="FK411", severity="warning", message=message, hint=hint, path=path)


def reciprocal(urls: Iterable[Url], on_problem: OnProblem, sources: Mapping[str, str]) -> list[Url]:
    """The pages, with translations only where all pages of a set list the same set (Google: "return links").

    Holds all pages in memory. A broken set is a Problem (FK411) for each page that lists it, with its file: `sources`
    are the files by address.
    """
    listed = list(urls)
    named = {url.loc: frozenset(url.alternates) for url in listed if url.alternates}
    for place, url in enumerate(listed):
        if url.alternates:
            own = frozenset(url.alternates)
            other = next((item.url for item in url.alternates if named.get(item.url) != own), None)
            fault = _fault(url.alternates, url.loc) or (other and f"is not returned by {shown(other)}")
            if fault:
                on_problem(_broken(url.loc, fault, sources.get(url.loc, "")))
                listed[place] = replace(url, alternates=())
    return listed


def omitted(loc: str, reason: str, path: str = "") -> DocumentError:
    """The error of a page that is left out for a reason; a note."""
    return refused(f"{shown(loc)} {reason}, so the sitemap leaves it out", code="FK406", severity="note", path=path)


def refused(
    message: str, hint: str = "", code: str = "FK401", severity: Severity = "error", path: str = ""
) -> DocumentError:
    """The error of an address that is not listed."""
    return DocumentError(Problem(code=code, severity=severity, message=message, hint=hint, path=path))
