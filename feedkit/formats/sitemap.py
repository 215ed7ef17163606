"""XML sitemaps, protocol 0.9: any iterable of addresses to one urlset, or to parts and an index over them.

Streamed: holds one part at most. Refuses changefreq and priority (search engines ignore both), a lastmod that nobody
gave, and an empty urlset, which the schema forbids.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from typing import Any

from feedkit.dates import read_date, w3c
from feedkit.errors import DocumentError, Problem, RefusedValue, shown
from feedkit.formats._xml import DECLARATION, escape
from feedkit.formats.frame import Frame, splice
from feedkit.model import Document, Entry, Precision, Url, newest
from feedkit.urls import absolute, origin, path_url

MEDIA_TYPE = "application/xml"

#: sitemaps.org "Sitemap file guidelines": the most URLs of one urlset, and of one index.
MAX_URLS = 50_000
#: The same: the most bytes of one file, uncompressed.
MAX_BYTES = 52_428_800
#: sitemaps.org "XML tag definitions": the most characters of one address, "less than 2,048".
MAX_LOC = 2_047

_NAMESPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"
URLSET = Frame(head=DECLARATION + f'<urlset xmlns="{_NAMESPACE}">\n'.encode(), separator=b"", tail=b"</urlset>\n")
INDEX = Frame(
    head=DECLARATION + f'<sitemapindex xmlns="{_NAMESPACE}">\n'.encode(), separator=b"", tail=b"</sitemapindex>\n"
)
_OVERHEAD = len(URLSET.head) + len(URLSET.tail)

# What `absolute` hands back as it is, but for dot segments: most addresses, at a tenth of the time.
_PLAIN = r"[A-Za-z0-9/_.~!$&'()*+,=@:-]*(?:\?[A-Za-z0-9/_.~!$&'()*+,=@:-]+)?"

Item = str | Url | Entry | Mapping[str, Any]


def sitemaps(
    urls: Iterable[Item],
    *,
    base_url: str,
    path: str = "sitemap.xml",
    max_urls: int = MAX_URLS,
    max_bytes: int = MAX_BYTES,
    timezone: str | tzinfo = "UTC",
) -> Iterator[Document]:
    """The sitemap of any iterable of addresses, as documents, parts before the index that lists them.

    Takes addresses (relative ones are below `base_url`), `Url`s, entries, or mappings with `loc` and perhaps `lastmod`:
    anything that `parse_date` reads, in `timezone` where it has no zone of its own. Yields one urlset at `path`, or,
    past 50,000 URLs or 52,428,800 bytes, parts below `sitemaps/` and the index at `path`. No URL, no document.
    `lastmod` has the time where it is known, and is left out where it is not.

    Raises `DocumentError` for an address that no sitemap may list (FK401), such as one of another host; for a
    `lastmod` that is not certainly one date (the code of the `DateError`); and past 50,000 parts (FK401).
    """
    site = _Host(base_url, timezone)
    folder = path.rpartition("/")[0]
    listed: list[Url] = []
    for part in _parts(map(site.url, urls), max_urls=max_urls, max_bytes=max_bytes):
        if part.last and not listed:
            yield part.document(path)
            return
        name = f"{folder}/sitemaps/sitemap-{len(listed) + 1:05}.xml".lstrip("/")
        listed.append(Url(loc=path_url(site.base_url, name), lastmod=part.newest, precision=part.precision))
        yield part.document(name)
    if listed:
        yield _index(listed, path)


@dataclass(slots=True)
class _Part:
    """One urlset while it grows. Not frozen: it is never seen outside this module."""

    fragments: list[bytes] = field(default_factory=list)
    size: int = _OVERHEAD
    newest: datetime | None = None
    precision: Precision = "second"
    last: bool = False

    def add(self, fragment: bytes, url: Url) -> None:
        self.fragments.append(fragment)
        self.size += len(fragment)
        if url.lastmod is not None and (self.newest is None or url.lastmod.timestamp() > self.newest.timestamp()):
            self.newest, self.precision = url.lastmod, url.precision

    def document(self, path: str) -> Document:
        pieces = splice(URLSET, [b"".join(self.fragments)])
        return Document(path=path, media_type=MEDIA_TYPE, pieces=pieces, last_modified=self.newest)


def _parts(urls: Iterable[Url], *, max_urls: int, max_bytes: int) -> Iterator[_Part]:
    part = _Part()
    for url in urls:
        fragment = _fragment("url", url)
        if part.fragments and (len(part.fragments) >= max_urls or part.size + len(fragment) > max_bytes):
            yield part
            part = _Part()
        part.add(fragment, url)
    if part.fragments:
        part.last = True
        yield part


def _fragment(tag: str, url: Url) -> bytes:
    lastmod = f"<lastmod>{w3c(url.lastmod, url.precision)}</lastmod>" if url.lastmod else ""
    return f"<{tag}><loc>{escape(url.loc)}</loc>{lastmod}</{tag}>\n".encode()


def _index(listed: list[Url], path: str) -> Document:
    if len(listed) > MAX_URLS:
        raise _refused(f"{len(listed):,} parts are more than the {MAX_URLS:,} that one index may list")
    pieces = splice(INDEX, [_fragment("sitemap", url) for url in listed])
    latest = newest(url.lastmod for url in listed if url.lastmod)
    return Document(path=path, media_type=MEDIA_TYPE, pieces=pieces, last_modified=latest)


class _Host:
    """The site that the addresses must belong to, and the zone of dates without one."""

    def __init__(self, base_url: str, timezone: str | tzinfo) -> None:
        base = absolute(base_url, "")
        self.base_url = base if base.endswith("/") else f"{base}/"
        self._root = f"{origin(base)}/"
        self._plain = re.compile(re.escape(self._root) + _PLAIN)
        self._timezone = timezone

    def url(self, item: Item) -> Url:
        if isinstance(item, str):
            return Url(loc=self._located(item))
        if isinstance(item, Url):
            return Url(loc=self._located(item.loc), lastmod=item.lastmod, precision=item.precision)
        if isinstance(item, Entry):
            return Url(loc=self._located(item.url), lastmod=item.modified, precision=item.modified_precision)
        if isinstance(item, Mapping):
            return self._mapped(item)
        raise _refused(f"{shown(item)} is no address", "give a text, a Url, an Entry, or a mapping with loc")

    def _mapped(self, item: Mapping[str, Any]) -> Url:
        if unknown := sorted(map(str, item.keys() - {"loc", "lastmod"})):
            hint = "write loc and lastmod only; search engines ignore changefreq and priority"
            raise _refused(f"{shown(unknown[0])} says nothing in a sitemap", hint)
        loc, lastmod = item.get("loc"), item.get("lastmod")
        if not isinstance(loc, str):
            raise _refused("a mapping has no loc", "write the address as loc")
        if lastmod is None or lastmod == "":
            return Url(loc=self._located(loc))
        try:
            moment = read_date(lastmod, timezone=self._timezone)
        except RefusedValue as error:
            raise _refused(f"{shown(loc)}: lastmod: {error}", error.hint, error.code) from error
        return Url(loc=self._located(loc), lastmod=moment.value, precision=moment.precision)

    def _located(self, loc: str) -> str:
        try:
            plain = self._plain.fullmatch(loc) and "/." not in loc
            found = loc if plain else absolute(loc, self.base_url)
        except RefusedValue as error:
            raise _refused(str(error), error.hint) from error
        if not found.startswith(self._root):
            raise _refused(f"{shown(found)} is not on {self._root}", "list each host in a sitemap of its own")
        if len(found) > MAX_LOC:
            raise _refused(f"{shown(found)} has {len(found):,} characters; a sitemap allows {MAX_LOC:,}")
        return found


def _refused(message: str, hint: str = "", code: str = "FK401") -> DocumentError:
    return DocumentError(Problem(code=code, severity="error", message=message, hint=hint))
