"""XML sitemaps, protocol 0.9: any iterable of addresses to one urlset, or to parts and an index over them.

Streamed: one part is in memory. Parts are filled in the order given, so what is appended changes the last part and the
index only. An empty urlset, which the schema forbids, is never made; changefreq, priority and lastmod are written only
where they are given.
"""

from __future__ import annotations

from collections.abc import AsyncIterable, AsyncIterator, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, tzinfo
from functools import partial
from itertools import chain
from operator import itemgetter
from typing import Any, overload

from feedkit.errors import DocumentError, OnProblem, Problem, raise_as, shown
from feedkit.formats.capacity import URLSET, Capacity, PartLimits, urlset
from feedkit.formats.compression import GZIP_TYPE, gzipped
from feedkit.formats.index import MAX_URLS, MEDIA_TYPE, Index
from feedkit.formats.sitemap_extensions import extended, fitting, prefixes
from feedkit.formats.sitemap_items import MAX_LOC_CHARS, Host, Lastmod, SitemapRow, lastmod_of, refused
from feedkit.model import Document, Entry, Url
from feedkit.urls import path_url

__all__ = ["MAX_BYTES", "MAX_URLS", "REMEMBERED_URLS", "URLSET", "Item", "sitemap_index", "sitemaps"]

#: sitemaps.org "Sitemap file guidelines": the most bytes of one file, uncompressed.
MAX_BYTES = 52_428_800
#: How many addresses are remembered to find duplicates, at about 70 bytes each; twice as many at times.
REMEMBERED_URLS = 50_000

#: How many pages are put into a part at a time.
_BATCH_PAGES = 250
# The most bytes of a page without extensions: every character of its address may be a reference such as `&#x27;`.
_MAX_PAGE_BYTES = 6 * MAX_LOC_CHARS + len("<url><loc></loc><lastmod>2025-11-21T10:00:00+01:00</lastmod></url>\n")
_NO_EXTENSION: frozenset[str] = frozenset()

#: What a Problem becomes without `on_problem`: an error is one of the document, not of an article.
RAISE_OR_LOG = partial(raise_as, DocumentError)


Item = str | Url | Entry | Mapping[str, Any] | tuple[str, str | datetime | None]


@overload
def sitemaps(
    urls: Iterable[Item],
    *,
    base_url: str,
    path: str = ...,
    max_urls: int = ...,
    max_bytes: int = ...,
    timezone: str | tzinfo = ...,
    gzip: bool = ...,
    fold_index: bool = ...,
    remember: int | None = ...,
    on_problem: OnProblem | None = ...,
) -> Iterator[Document]: ...
@overload
def sitemaps(
    urls: AsyncIterable[Item],
    *,
    base_url: str,
    path: str = ...,
    max_urls: int = ...,
    max_bytes: int = ...,
    timezone: str | tzinfo = ...,
    gzip: bool = ...,
    fold_index: bool = ...,
    remember: int | None = ...,
    on_problem: OnProblem | None = ...,
) -> AsyncIterator[Document]: ...
def sitemaps(
    urls: Iterable[Item] | AsyncIterable[Item],
    *,
    base_url: str,
    path: str = "sitemap.xml",
    max_urls: int = MAX_URLS,
    max_bytes: int = MAX_BYTES,
    timezone: str | tzinfo = "UTC",
    gzip: bool = False,
    fold_index: bool = False,
    remember: int | None = REMEMBERED_URLS,
    on_problem: OnProblem | None = None,
) -> Iterator[Document] | AsyncIterator[Document]:
    """The sitemap of any iterable of addresses, as documents, parts before the index that lists them.

    `urls` are addresses (relative ones are below `base_url`), pairs of an address and its `lastmod`, `Url`s, entries,
    or mappings with `loc` and perhaps `lastmod` and the other fields of `Url`; a date is anything that `parse_date`
    reads, in `timezone` where it has no zone of its own. Yields one urlset at `path`, or, past `max_urls` pages or
    `max_bytes` bytes, which are the limits of the protocol, parts below `sitemaps/` (`.xml.gz` with `gzip`) and the
    index at `path`; past 50,000 parts a second index and a warning (FK412). No URL, no document. `fold_index` lists the
    folder of an `index.html` in its place. An asynchronous iterable gives an asynchronous iterator.

    An address that was listed among the last `remember` ones (None: all of them) is left out with a note (FK410), as is
    what its owner keeps from search engines (FK406). With `on_problem`, an address that no sitemap of the site may list
    (FK401, RFC 3986), a `lastmod` that is not certainly one date (the code of the `DateError`) and an extension that
    says nothing certain (FK413) are Problems, too, and the others are listed; without it the first raises
    `DocumentError`. Raises `UrlError` for a `base_url` that is none.
    """
    host = Host(base_url, timezone, fold_index=fold_index)
    capacity = Capacity(PartLimits(max_urls, max_bytes, remember))
    sitemap = _Sitemap(host, path, capacity, gzip, on_problem or RAISE_OR_LOG)
    return _streamed(urls, sitemap) if isinstance(urls, AsyncIterable) else chain(sitemap.fill(urls), sitemap.finish())


def sitemap_index(parts: Iterable[Url | Document], *, base_url: str, path: str = "sitemap.xml") -> Iterator[Document]:
    """The index over sitemaps that were made elsewhere.

    `parts` are documents of `sitemaps`, or `Url`s of their addresses with `lastmod`. One document at `path`, and more
    of them past 50,000 parts (`sitemap-2.xml`). Raises `DocumentError` (FK401) for an address that is not below
    `base_url`.
    """
    host = Host(base_url, "UTC")
    index = Index(host, path, RAISE_OR_LOG)
    for part in parts:
        loc = path_url(host.base_url, part.path) if isinstance(part, Document) else host.located(part.loc)
        value = part.last_modified if isinstance(part, Document) else part.lastmod
        yield from index.add(loc, lastmod_of(value, part.precision) if value else None)
    yield from index.finish()


async def _streamed(urls: AsyncIterable[Item], sitemap: _Sitemap) -> AsyncIterator[Document]:
    async for item in urls:
        for document in sitemap.fill((item,)):
            yield document
    for document in sitemap.finish():
        yield document


def written(pages: Iterable[SitemapRow], more: str = "") -> str:
    """Pages as a urlset has them, with the elements behind the date of the last one."""
    text = "</url>\n".join(
        [
            f"<url><loc>{loc}</loc><lastmod>{lastmod[0]}</lastmod>" if lastmod else f"<url><loc>{loc}</loc>"
            for loc, lastmod, _ in pages
        ]
    )
    # Nothing but addresses has one of these, and a canonical address has no other character that XML escapes.
    text = text.replace("&", "&amp;").replace("'", "&#x27;")
    return f"{text}{more}</url>\n"


def extensions(loc: str, url: Url | None, on_problem: OnProblem) -> tuple[str, frozenset[str]]:
    """The elements behind the date of a page, and the extensions that they use.

    Raises `DocumentError` for a text that is not XML.
    """
    if url is None:
        return "", _NO_EXTENSION
    try:
        url = fitting(url, loc, on_problem)
        return extended(url), prefixes(url)
    except ValueError as error:
        raise refused(f"{shown(loc)}: {error}", code="FK413") from error


def too_large(size: int) -> Problem:
    """The Problem of a page for which no sitemap is large enough."""
    return refused(f"one page alone has {size:,} bytes, more than a sitemap may have").problem


def twice(name: str) -> Problem:
    """The Problem of an address that was listed before."""
    return Problem(code="FK410", severity="note", message=f"{name} is listed already; it is listed once")


class _Sitemap:
    """The part that is being filled, and the index over those that are full. Each call of `sitemaps` has its own."""

    def __init__(self, host: Host, path: str, capacity: Capacity, gzip: bool, report: OnProblem) -> None:
        self._host, self._path, self._gzip, self._report = host, path, gzip, report
        self._index = Index(host, path, report)
        self._capacity = capacity
        # Pages that are not in the part yet, by their addresses.
        self._batch: dict[str, SitemapRow] = {}
        self._pieces: list[bytes] = []
        self._newest: Lastmod | None = None

    def fill(self, items: Iterable[object]) -> Iterator[Document]:
        """Put the pages of items into parts; each part that is full when the next page comes."""
        readers, batch, room = self._host.readers, self._batch, self._room()
        for item in items:
            try:
                page = readers[type(item)](item)
            except DocumentError as error:
                self._report(error.problem)
                continue
            if page[2] is not None:
                # By itself: what is reported of an extension is of the item that was read last.
                yield from self._pack()
                yield from self._put([page])
                room = self._room()
                continue
            if batch.setdefault(page[0], page) is not page:
                self._report(twice(shown(page[0])))
                continue
            if len(batch) >= room:
                yield from self._pack()
                room = self._room()

    def finish(self) -> Iterator[Document]:
        """The last part and the index, or the one urlset."""
        yield from self._pack()
        if self._capacity.count and not self._index.total:
            yield self._document(self._path)
            return
        if self._capacity.count:
            yield from self._flush()
        yield from self._index.finish()

    def _room(self) -> int:
        """How many pages make a batch: no more than the part certainly has room for; one, where that is none.

        So all pages of a batch are of one part, in which an address is found again however few are remembered.
        """
        capacity = self._capacity
        urls, pages = capacity.limits.urls - capacity.count, capacity.free_bytes // _MAX_PAGE_BYTES
        return max(1, min(_BATCH_PAGES, urls, pages))

    def _pack(self) -> Iterator[Document]:
        """Put the batch into the part; each part that is full before."""
        pages = list(self._batch.values())
        self._batch.clear()
        if pages:
            yield from self._put(pages)

    def _put(self, pages: list[SitemapRow]) -> Iterator[Document]:
        """Put pages into the part, and hand out each part that is full before.

        All at once where all are new and have room; or else one half of them after the other. A page with extensions
        comes alone.
        """
        capacity, is_single = self._capacity, len(pages) == 1
        locs, lastmods, _ = zip(*pages, strict=True)
        keys = list(map(hash, locs))
        if not capacity.lists_any(keys):
            try:
                more, used = extensions(pages[0][0], pages[0][2], self._report)
            except DocumentError as error:
                self._report(error.problem)
                return
            piece = written(pages, more).encode()
            has_room = capacity.take(keys, len(piece), used)
            if not has_room and is_single and capacity.count:
                yield from self._flush()
                has_room = capacity.take(keys, len(piece), used)
            if has_room:
                self._pieces.append(piece)
                newest = max(filter(None, lastmods), key=itemgetter(1), default=None)
                if newest and (self._newest is None or newest[1] > self._newest[1]):
                    self._newest = newest
                return
            if is_single:
                self._report(too_large(len(piece)))
                return
        elif is_single:
            self._report(twice(shown(pages[0][0])))
            return
        middle = len(pages) // 2
        yield from self._put(pages[:middle])
        yield from self._put(pages[middle:])

    def _flush(self) -> Sequence[Document]:
        """The part as a numbered document, and the index before it if that is full."""
        folder = self._path.rpartition("/")[0]
        suffix = "xml.gz" if self._gzip else "xml"
        path = f"{folder}/sitemaps/sitemap-{self._index.total + 1:05}.{suffix}".lstrip("/")
        full = self._index.add(path_url(self._host.base_url, path), self._newest)
        return [*full, self._document(path)]

    def _document(self, path: str) -> Document:
        frame, newest = urlset(self._capacity.used), self._newest
        pieces = (frame.head, b"".join(self._pieces), frame.tail)
        self._pieces, self._newest = [], None
        self._capacity.turn()
        packed = path.endswith(".gz")
        return Document(
            path=path,
            media_type=GZIP_TYPE if packed else MEDIA_TYPE,
            pieces=(gzipped(pieces),) if packed else pieces,
            last_modified=newest[1] if newest else None,
            precision=newest[2] if newest else "second",
        )
