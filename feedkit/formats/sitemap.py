"""Renders XML sitemaps (protocol 0.9) from any iterable of addresses: one urlset, or parts and an index.

Streams: only one part is in memory. Parts are filled in the order of the addresses, so that appended ones change only
the last part and the index. An empty urlset, which the schema forbids, is never written; changefreq, priority and
lastmod are optional.

Several machines can share the work, with the same parts as on one. Where a part ends depends on all pages before it;
the pages do not depend on each other. So shares of the pages are parsed anywhere (`sitemap_share`), their sizes
determine the pages of each part (`sitemap_cuts`), and `sitemaps` renders the parts anywhere.
"""

from __future__ import annotations

from array import array
from collections.abc import AsyncIterable, AsyncIterator, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, tzinfo
from functools import partial
from hashlib import blake2b
from html import escape
from itertools import chain, combinations
from operator import itemgetter
from typing import Any, Required, TypedDict, Unpack, overload

from msgspec.structs import replace

from feedkit.errors import DocumentError, OnProblem, Problem, raise_or_log, shown
from feedkit.formats.compression import GZIP_TYPE, gzipped
from feedkit.formats.frame import Frame, splice
from feedkit.formats.sitemap_pages import (
    MAX_LOC_CHARS,
    NAMESPACES,
    Host,
    Lastmod,
    SitemapRow,
    as_url,
    extensions,
    lastmod_of,
    refused,
    written,
)
from feedkit.formats.xml_syntax import DECLARATION
from feedkit.model import Document, Entry, Piece, Url, require_at_least
from feedkit.urls import path_url
from feedkit.value import Value

MEDIA_TYPE = "application/xml"

#: sitemaps.org "Sitemap file guidelines": the maximum number of URLs in a urlset, and of parts in an index.
MAX_URLS = 50_000
#: The same: the maximum size of a file in bytes, uncompressed.
MAX_BYTES = 52_428_800
#: How many addresses are remembered to detect duplicates, at about 70 bytes each; at times twice as many.
REMEMBERED_URLS = 50_000

_NAMESPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"
_INDEX = Frame(head=DECLARATION + f'<sitemapindex xmlns="{_NAMESPACE}">\n'.encode(), tail=b"</sitemapindex>\n")

# The maximum number of pages that are added to a part at once.
_BATCH_PAGES = 250
# The maximum size of a page without extensions: every character of its address may be a reference such as `&#x27;`.
_MAX_PAGE_BYTES = 6 * MAX_LOC_CHARS + len("<url><loc></loc><lastmod>2025-11-21T10:00:00+01:00</lastmod></url>\n")
# How many pages of a share are added to a part at once.
_SHARE_BATCH_PAGES = 500
# All sets of extensions; the index is the number of the set in `SitemapShare.extensions`.
_USED = [frozenset(names) for size in range(len(NAMESPACES) + 1) for names in combinations(NAMESPACES, size)]

#: The default of `on_problem`; errors are raised as `DocumentError`, not `ArticleError`.
_RAISE_OR_LOG = partial(raise_or_log, kind=DocumentError)

Item = str | Url | Entry | Mapping[str, Any] | tuple[str, str | datetime | None]


class _SitemapOptions(TypedDict, total=False):
    base_url: Required[str]
    path: str
    max_urls: int
    max_bytes: int
    timezone: str | tzinfo
    gzip: bool
    fold_index: bool
    remember: int | None
    on_problem: OnProblem | None


@overload
def sitemaps(urls: Iterable[Item], **options: Unpack[_SitemapOptions]) -> Iterator[Document]: ...
@overload
def sitemaps(urls: AsyncIterable[Item], **options: Unpack[_SitemapOptions]) -> AsyncIterator[Document]: ...
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
    """The documents of a sitemap of any iterable of addresses, parts before the index.

    `urls` are addresses (relative ones are below `base_url`), pairs of an address and its `lastmod`, `Url`s, entries,
    or mappings with `loc` and perhaps `lastmod` and the other fields of `Url`; a date is anything that `parse_date`
    reads, in `timezone` where it has no zone of its own. Yields one urlset at `path`, or, past `max_urls` pages or
    `max_bytes` bytes, which are the limits of the protocol, parts below `sitemaps/` (`.xml.gz` with `gzip`) and the
    index at `path`; past 50,000 parts a second index and a warning (FK412). No URL, no document. `fold_index` lists the
    folder of an `index.html` in its place. An asynchronous iterable gives an asynchronous iterator.

    An address that was listed among the last `remember` ones (None: all of them) is left out with a note (FK410), and
    so is a page that is kept from search engines (FK406). With `on_problem`, an address that a sitemap of the site may
    not list (FK401, RFC 3986), an ambiguous `lastmod` (the code of the `DateError`) and an invalid extension (FK413)
    are Problems, too, and the others are listed; without it the first raises `DocumentError`. Raises `UrlError` for an
    invalid `base_url`.
    """
    host = Host(base_url, timezone, fold_index=fold_index)
    capacity = _Capacity(max_urls, max_bytes, remember)
    sitemap = _Sitemap(host, path, capacity, gzip, on_problem or _RAISE_OR_LOG)
    return _streamed(urls, sitemap) if isinstance(urls, AsyncIterable) else chain(sitemap.fill(urls), sitemap.finish())


async def _streamed(urls: AsyncIterable[Item], sitemap: _Sitemap) -> AsyncIterator[Document]:
    async for item in urls:
        for document in sitemap.fill((item,)):
            yield document
    for document in sitemap.finish():
        yield document


def sitemap_index(parts: Iterable[Url | Document], *, base_url: str, path: str = "sitemap.xml") -> Iterator[Document]:
    """The index of existing sitemaps.

    `parts` are documents of `sitemaps`, or `Url`s of their addresses with `lastmod`. One document at `path`, and more
    of them past 50,000 parts (`sitemap-2.xml`). Raises `DocumentError` (FK401) for an address that is not below
    `base_url`.
    """
    host = Host(base_url, "UTC")
    rows = []
    for part in parts:
        loc = path_url(host.base_url, part.path) if isinstance(part, Document) else host.located(part.loc)
        value = part.last_modified if isinstance(part, Document) else part.lastmod
        rows.append((loc, lastmod_of(value, part.precision) if value else None))
    yield from _indexes(host, path, rows, _RAISE_OR_LOG)


def _indexes(
    host: Host, path: str, parts: Sequence[tuple[str, Lastmod | None]], on_problem: OnProblem
) -> Iterator[Document]:
    """The index of parts; past 50,000 parts another one, since an index may not list an index."""
    folder, slash, name = path.rpartition("/")
    stem, dot, suffix = name.partition(".")
    for first in range(0, len(parts), MAX_URLS):
        if first:
            path = f"{folder}{slash}{stem}-{first // MAX_URLS + 1}{dot}{suffix}"
            listed = f"{path_url(host.base_url, path)} lists those from number {first + 1:,} on"
            message = f"one index may list {MAX_URLS:,} parts; {listed}"
            hint = "name every index in robots.txt, or submit each: an index may not list another"
            on_problem(Problem(code="FK412", severity="warning", message=message, hint=hint))
        lines, lastmods = [], []
        for loc, lastmod in parts[first : first + MAX_URLS]:
            dated = f"<lastmod>{lastmod[0]}</lastmod>" if lastmod else ""
            lines.append(f"<sitemap><loc>{escape(loc)}</loc>{dated}</sitemap>\n".encode())
            lastmods.append(lastmod)
        yield _document(path, splice(_INDEX, lines), _newest(lastmods))


def urlset(used: frozenset[str]) -> Frame:
    """The frame of a urlset that declares the namespaces of the extensions it uses."""
    more = "".join(f' xmlns:{name}="{address}"' for name, address in NAMESPACES.items() if name in used)
    return Frame(head=DECLARATION + f'<urlset xmlns="{_NAMESPACE}"{more}>\n'.encode(), tail=b"</urlset>\n")


URLSET = urlset(frozenset())


def _too_large(size: int) -> Problem:
    return refused(f"one page alone has {size:,} bytes, more than a sitemap may have").problem


def _already_listed(name: str) -> Problem:
    return Problem(code="FK410", severity="note", message=f"{name} is listed twice; the second one is ignored")


class _Capacity:
    """The free space of the current part, and the addresses that were listed before. Mutable, one for each writer.

    Addresses are compared by their keys, digests of 64 bits.
    """

    def __init__(self, max_urls: int, max_bytes: int, remember: int | None) -> None:
        """At least `remember` addresses are remembered, or all if it is None."""
        require_at_least("max_urls", max_urls, 1)
        require_at_least("remember", remember or 0, 0)
        require_at_least("max_bytes", max_bytes, len(URLSET.head) + len(URLSET.tail))
        self._max_urls, self._max_bytes, self._remember = max_urls, max_bytes, remember
        self._recent: set[int] = set()
        self._earlier: set[int] = set()
        self.turn()

    @property
    def batch_pages(self) -> int:
        """How many pages without extensions to add at once: no more than certainly fit into the part, at least one."""
        return max(1, min(_BATCH_PAGES, self._max_urls - self.count, self._free_bytes // _MAX_PAGE_BYTES))

    def lists_any(self, keys: Sequence[int]) -> bool:
        """Whether one of the addresses is remembered as listed, or occurs twice among them."""
        new = set(keys)
        return len(new) < len(keys) or not (self._recent.isdisjoint(new) and self._earlier.isdisjoint(new))

    def take(self, keys: Sequence[int], size: int, used: frozenset[str] = frozenset()) -> bool:
        """Add pages of `size` bytes together; False, without a change, if they do not fit."""
        if used:
            # The declarations of namespaces in the head.
            size += len(urlset(used - self.used).head) - len(URLSET.head)
        if size > self._free_bytes or self.count + len(keys) > self._max_urls:
            return False
        self._recent.update(keys)
        self.count += len(keys)
        self._free_bytes -= size
        self.used |= used
        return True

    def turn(self) -> None:
        """Begin the next part."""
        if self._remember is not None and len(self._recent) >= self._remember:
            self._earlier, self._recent = self._recent, set()
        self.count = 0
        self.used: frozenset[str] = frozenset()
        self._free_bytes = self._max_bytes - len(URLSET.head) - len(URLSET.tail)


def _newest(lastmods: Iterable[Lastmod | None]) -> Lastmod | None:
    return max(filter(None, lastmods), key=itemgetter(1), default=None)


def _document(path: str, pieces: tuple[Piece, ...], newest: Lastmod | None, media_type: str = MEDIA_TYPE) -> Document:
    _, last_modified, precision = newest or ("", None, "second")
    return Document(path=path, media_type=media_type, pieces=pieces, last_modified=last_modified, precision=precision)


class _Sitemap:
    """The current part and the list of parts, for one call of `sitemaps`."""

    def __init__(self, host: Host, path: str, capacity: _Capacity, gzip: bool, report: OnProblem) -> None:
        self._host, self._path, self._capacity, self._gzip, self._report = host, path, capacity, gzip, report
        self._parts: list[tuple[str, Lastmod | None]] = []
        # Pages to add to the part, by their addresses.
        self._batch: dict[str, SitemapRow] = {}
        self._pieces: list[bytes] = []
        self._newest: Lastmod | None = None

    def fill(self, items: Iterable[object]) -> Iterator[Document]:
        """Add the pages of items to parts, and yield each part that is full."""
        readers, batch, batch_pages = self._host.readers, self._batch, self._capacity.batch_pages
        for item in items:
            try:
                page = readers[type(item)](item)
            except DocumentError as error:
                self._report(error.problem)
                continue
            if page[2] is not None:
                # Alone, since callers add the line of the last item to problems of extensions.
                yield from self._pack()
                batch_pages = 1
            if batch.setdefault(page[0], page) is not page:
                self._report(_already_listed(shown(page[0])))
            elif len(batch) >= batch_pages:
                yield from self._pack()
                batch_pages = self._capacity.batch_pages

    def finish(self) -> Iterator[Document]:
        """The last part and the index, or the one urlset."""
        yield from self._pack()
        if self._capacity.count:
            yield self._part() if self._parts else self._part(self._path)
        yield from _indexes(self._host, self._path, self._parts, self._report)

    def _pack(self) -> Iterator[Document]:
        """Add the batch to the part; if a single page does not fit, yield the part and begin the next one."""
        keys = list(map(hash, self._batch))
        if self._capacity.lists_any(keys):
            for loc in [loc for loc in self._batch if self._capacity.lists_any([hash(loc)])]:
                self._report(_already_listed(shown(loc)))
                del self._batch[loc]
            keys = list(map(hash, self._batch))
        if not keys:
            return
        pages = list(self._batch.values())
        self._batch.clear()
        loc, _, url = pages[-1]
        try:
            more, used = extensions(loc, url, self._report)
        except DocumentError as error:
            self._report(error.problem)
            return
        piece = written(pages, more).encode()
        has_room = self._capacity.take(keys, len(piece), used)
        if not has_room and self._capacity.count:
            yield self._part()
            has_room = self._capacity.take(keys, len(piece), used)
        if has_room:
            self._pieces.append(piece)
            self._newest = _newest([self._newest, *(lastmod for _, lastmod, _ in pages)])
        else:
            self._report(_too_large(len(piece)))

    def _part(self, path: str = "") -> Document:
        """The part as a document at `path`, or numbered and listed in the index."""
        if not path:
            path = _part_path(self._path, len(self._parts) + 1, gzip=self._gzip)
            self._parts.append((path_url(self._host.base_url, path), self._newest))
        frame, newest = urlset(self._capacity.used), self._newest
        pieces = (frame.head, b"".join(self._pieces), frame.tail)
        self._pieces, self._newest = [], None
        self._capacity.turn()
        if path.endswith(".gz"):
            return _document(path, (gzipped(pieces),), newest, GZIP_TYPE)
        return _document(path, pieces, newest)


def _part_path(path: str, number: int, *, gzip: bool) -> str:
    folder = path.rpartition("/")[0]
    return f"{folder}/sitemaps/sitemap-{number:05}.{'xml.gz' if gzip else 'xml'}".lstrip("/")


class SitemapShare(Value, frozen=True, kw_only=True):
    """Some pages of a sitemap, in order, with the data of each that determines its part."""

    #: The pages that a sitemap may list: addresses, and `Url`s for pages with extensions.
    pages: tuple[str | Url, ...]
    lastmods: tuple[str, ...]  #: The date of each page, as in the source; empty for a `Url`, and where there is none.
    keys: bytes  #: A digest of each address, 8 bytes a page.
    sizes: bytes  #: The size of each page in bytes, 4 bytes a page in native byte order.
    extensions: bytes  #: The set of extensions of each page, a byte a page.
    problems: tuple[Problem, ...] = ()  #: The problems of pages that are left out.

    def items(self, first: int, end: int) -> Iterator[Item]:
        """The pages from index `first` to before `end`, for `sitemaps`."""
        for page, lastmod in zip(self.pages[first:end], self.lastmods[first:end], strict=True):
            yield (page, lastmod) if lastmod and isinstance(page, str) else page

    def outline(self) -> SitemapShare:
        """The share without its pages, which is enough for `sitemap_cuts`."""
        return replace(self, pages=(), lastmods=())


class SitemapCut(Value, frozen=True, kw_only=True):
    """The pages of one part of a sitemap."""

    path: str  #: The path of the part below the base address.
    #: The pages: the index of a share, of its first page, and of the page after its last one, all from 0.
    slices: tuple[tuple[int, int, int], ...]


def sitemap_share(
    urls: Iterable[Item], *, base_url: str, timezone: str | tzinfo = "UTC", fold_index: bool = False
) -> SitemapShare:
    """A share of the pages of a sitemap, parsed and checked as by `sitemaps`.

    `urls`, `timezone` and `fold_index` are those of `sitemaps`. A page that a sitemap may not list is left out, and is
    a Problem of the share, as in `sitemaps`. Holds all of its pages in memory: a share should have the size of a usual
    partition. Raises `UrlError` for an invalid `base_url`.
    """
    host = Host(base_url, timezone, fold_index=fold_index)
    pages: list[str | Url] = []
    lastmods: list[str] = []
    keys: list[bytes] = []
    sizes, uses = array("I"), bytearray()
    problems: list[Problem] = []
    for item in urls:
        try:
            page = loc, lastmod, url = host.page(item)
            more, used = extensions(loc, url, problems.append)
        except DocumentError as error:
            problems.append(error.problem)
            continue
        # A text is kept for `sitemaps`, which needs to know whether it is a day without time.
        date = item[1] if isinstance(item, tuple) and isinstance(item[1], str) else ""
        is_text = url is None and bool(lastmod) == bool(date)
        pages.append(loc if is_text else as_url(page))
        lastmods.append(date if is_text else "")
        keys.append(blake2b(loc.encode(), digest_size=8).digest())
        sizes.append(len(written([page], more).encode()))
        uses.append(_USED.index(used) if used else 0)
    return SitemapShare(
        pages=tuple(pages),
        lastmods=tuple(lastmods),
        keys=b"".join(keys),
        sizes=sizes.tobytes(),
        extensions=bytes(uses),
        problems=tuple(problems),
    )


def sitemap_cuts(
    shares: Iterable[SitemapShare],
    *,
    path: str = "sitemap.xml",
    max_urls: int = MAX_URLS,
    max_bytes: int = MAX_BYTES,
    gzip: bool = False,
    remember: int | None = REMEMBERED_URLS,
    on_problem: OnProblem | None = None,
) -> Iterator[SitemapCut]:
    """The parts of a sitemap in order, with their pages, exactly as `sitemaps` would divide all of them.

    `shares` are in order; `path`, `max_urls`, `max_bytes`, `gzip` and `remember` are those of `sitemaps`. A part is
    `sitemaps(items, base_url=…, path=cut.path, remember=None)` of the `items` of its slices, and `sitemap_index` of all
    parts is the index, unless the only part is at `path` itself. Shares are consumed one after the other (the `outline`
    is enough), and a part is yielded as soon as it is full. The problems of a share go to `on_problem` in the order of
    shares, and so does the note about an address that is listed already (FK410), which names the page by its share and
    number. Without `on_problem` an error raises `DocumentError`.
    """
    report = on_problem or _RAISE_OR_LOG
    capacity = _Capacity(max_urls, max_bytes, remember)
    slices: list[tuple[int, int, int]] = []
    parts = 0

    def cut(path: str) -> SitemapCut:
        pages = tuple([item for item in slices if item[1] < item[2]])
        slices.clear()
        return SitemapCut(path=path, slices=pages)

    for number, share in enumerate(shares):
        for problem in share.problems:
            report(problem)
        keys, sizes = array("Q", share.keys), array("I", share.sizes)
        begin = 0
        for first in range(0, len(keys), _SHARE_BATCH_PAGES):
            last = min(first + _SHARE_BATCH_PAGES, len(keys))
            new = keys[first:last].tolist()
            # Pages without extensions that fit together are not checked one by one.
            has_extensions = any(share.extensions[first:last])
            if not has_extensions and not capacity.lists_any(new) and capacity.take(new, sum(sizes[first:last])):
                continue
            for place in range(first, last):
                key, size, used = [keys[place]], sizes[place], _USED[share.extensions[place]]
                if capacity.lists_any(key):
                    report(_already_listed(f"page {place + 1} of share {number + 1}"))
                elif capacity.take(key, size, used):
                    continue
                else:
                    if capacity.count:
                        slices.append((number, begin, place))
                        begin = place
                        parts += 1
                        yield cut(_part_path(path, parts, gzip=gzip))
                        capacity.turn()
                    if capacity.take(key, size, used):
                        continue
                    report(_too_large(size))
                slices.append((number, begin, place))
                begin = place + 1
        slices.append((number, begin, len(keys)))
    if capacity.count:
        yield cut(_part_path(path, parts + 1, gzip=gzip) if parts else path)
