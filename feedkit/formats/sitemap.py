"""XML sitemaps, protocol 0.9: any iterable of addresses to one urlset, or to parts and an index over them.

Streamed: holds one part at most. Refuses changefreq and priority (search engines ignore both), a lastmod that nobody
gave, and an empty urlset, which the schema forbids.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from feedkit.dates import w3c
from feedkit.errors import DocumentError, Problem, UrlError, shown
from feedkit.formats._xml import DECLARATION, escape
from feedkit.formats.frame import Frame, splice
from feedkit.model import Document, Entry, Precision, Url
from feedkit.urls import absolute, path_url

MEDIA_TYPE = "application/xml"

#: sitemaps.org "Sitemap file guidelines": the most URLs of one urlset, and of one index.
MAX_URLS = 50_000
#: The same: the most bytes of one file, uncompressed.
MAX_BYTES = 52_428_800
#: The same: the most characters of one address.
MAX_LOC = 2_048

_NAMESPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"
URLSET = Frame(head=DECLARATION + f'<urlset xmlns="{_NAMESPACE}">\n'.encode(), separator=b"", tail=b"</urlset>\n")
INDEX = Frame(
    head=DECLARATION + f'<sitemapindex xmlns="{_NAMESPACE}">\n'.encode(), separator=b"", tail=b"</sitemapindex>\n"
)
_OVERHEAD = len(URLSET.head) + len(URLSET.tail)


def sitemaps(
    urls: Iterable[str | Url | Entry | Mapping[str, Any]],
    *,
    base_url: str,
    path: str = "sitemap.xml",
    max_urls: int = MAX_URLS,
    max_bytes: int = MAX_BYTES,
) -> Iterator[Document]:
    """The sitemap of any iterable of addresses, as documents, parts before the index that lists them.

    Takes addresses (relative ones are below `base_url`), `Url`s, entries, or mappings with `loc` and `lastmod`. Yields
    one urlset at `path`, or, past 50,000 URLs or 52,428,800 bytes, parts below `sitemaps/` and the index at `path`.
    No URL, no document. `lastmod` has the time where it is known, and is left out where it is not.

    Raises `DocumentError` (FK401) for an address that no sitemap may list and past 50,000 parts.
    """
    parts = _parts((_url(item, base_url) for item in urls), max_urls=max_urls, max_bytes=max_bytes)
    first = next(parts, None)
    if first is None:
        return
    second = next(parts, None)
    if second is None:
        yield first.document(path)
        return
    folder = path.rpartition("/")[0]
    listed: list[Url] = []
    for number, part in enumerate(_chain(first, second, parts), start=1):
        document = part.document(f"{folder}/sitemaps/sitemap-{number:05}.xml".lstrip("/"))
        listed.append(Url(loc=path_url(base_url, document.path), lastmod=part.newest, precision=part.precision))
        yield document
    yield _index(listed, path)


@dataclass(slots=True)
class _Part:
    """One urlset while it grows. Not frozen: it is never seen outside this module."""

    fragments: list[bytes] = field(default_factory=list)
    size: int = _OVERHEAD
    newest: datetime | None = None
    precision: Precision = "second"

    def add(self, fragment: bytes, url: Url) -> None:
        self.fragments.append(fragment)
        self.size += len(fragment)
        if url.lastmod is not None and (self.newest is None or url.lastmod > self.newest):
            self.newest, self.precision = url.lastmod, url.precision

    def document(self, path: str) -> Document:
        pieces = splice(URLSET, [b"".join(self.fragments)])
        return Document(path=path, media_type=MEDIA_TYPE, pieces=pieces, last_modified=self.newest)


def _chain(first: _Part, second: _Part, rest: Iterator[_Part]) -> Iterator[_Part]:
    yield first
    yield second
    yield from rest


def _parts(urls: Iterable[Url], *, max_urls: int, max_bytes: int) -> Iterator[_Part]:
    part = _Part()
    for url in urls:
        fragment = _fragment("url", url)
        if part.fragments and (len(part.fragments) >= max_urls or part.size + len(fragment) > max_bytes):
            yield part
            part = _Part()
        part.add(fragment, url)
    if part.fragments:
        yield part


def _fragment(tag: str, url: Url) -> bytes:
    lastmod = f"<lastmod>{w3c(url.lastmod, url.precision)}</lastmod>" if url.lastmod else ""
    return f"<{tag}><loc>{escape(url.loc)}</loc>{lastmod}</{tag}>\n".encode()


def _index(listed: list[Url], path: str) -> Document:
    if len(listed) > MAX_URLS:
        raise _refused(f"{len(listed):,} parts are more than the {MAX_URLS:,} that one index may list")
    pieces = splice(INDEX, [_fragment("sitemap", url) for url in listed])
    newest = max((url.lastmod for url in listed if url.lastmod), default=None)
    return Document(path=path, media_type=MEDIA_TYPE, pieces=pieces, last_modified=newest)


def _url(item: str | Url | Entry | Mapping[str, Any], base_url: str) -> Url:
    if isinstance(item, Entry):
        url = Url(loc=item.url, lastmod=item.modified, precision=item.modified_precision)
    elif isinstance(item, Url):
        url = item
    elif isinstance(item, str):
        url = Url(loc=_located(item, base_url))
    else:
        url = Url(**{**item, "loc": _located(str(item["loc"]), base_url)})
    if len(url.loc) > MAX_LOC:
        raise _refused(f"{shown(url.loc)} has {len(url.loc):,} characters; a sitemap allows {MAX_LOC:,}")
    return url


def _located(loc: str, base_url: str) -> str:
    try:
        return absolute(loc, base_url)
    except UrlError as error:
        raise _refused(str(error)) from error


def _refused(message: str) -> DocumentError:
    return DocumentError(Problem(code="FK401", severity="error", message=message))
