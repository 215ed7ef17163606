"""XML sitemaps, protocol 0.9: any iterable of addresses to one urlset, or to parts and an index over them.

Streamed: holds one part at most. Refuses changefreq and priority that nobody gave, a lastmod that nobody gave, and an
empty urlset, which the schema forbids. Parts are filled in the order given, so what is appended changes the last part
and the index only.
"""

from __future__ import annotations

from collections.abc import AsyncIterable, AsyncIterator, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, tzinfo
from functools import partial
from itertools import islice
from typing import Any, overload

from feedkit.errors import DocumentError, OnProblem, Problem, raise_as, shown
from feedkit.formats.capacity import URLSET, Capacity, Limits, urlset
from feedkit.formats.compression import GZIP_TYPE, gzipped
from feedkit.formats.index import INDEX, MAX_URLS, MEDIA_TYPE, Index
from feedkit.formats.locations import MAX_LOC, Host, Stamp, exact, refused, stamped
from feedkit.formats.sitemap_extensions import extended, fitting, prefixes
from feedkit.formats.xml_text import escape
from feedkit.model import Document, Entry, Url
from feedkit.urls import path_url

__all__ = ["INDEX", "MAX_BYTES", "MAX_LOC", "MAX_URLS", "URLSET", "Item", "sitemap_index", "sitemaps"]

#: sitemaps.org "Sitemap file guidelines": the most bytes of one file, uncompressed.
MAX_BYTES = 52_428_800
#: How many addresses are remembered to find duplicates, at about 70 bytes each; twice as many at times.
REMEMBERED = 50_000

#: The most bytes of a fragment of address and date.
_LONGEST = MAX_LOC + 100
#: How many spellings of dates are remembered.
_DATES = 4_096
#: How many fragments are joined at a time.
_BATCH = 500
_NONE: frozenset[str] = frozenset()
_END = object()

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
    remember: int | None = REMEMBERED,
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
    assembly = _Assembly(
        Host(base_url, timezone, fold_index=fold_index),
        path,
        Limits(max_urls, max_bytes, remember),
        gzip,
        on_problem or RAISE_OR_LOG,
    )
    return _streamed_async(urls, assembly) if isinstance(urls, AsyncIterable) else assembly.stream(urls)


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
        yield from index.add(loc, stamped(value, part.precision) if value else None)
    yield from index.finish()


async def _streamed_async(urls: AsyncIterable[Item], assembly: _Assembly) -> AsyncIterator[Document]:
    async for item in urls:
        for document in assembly.add(item):
            yield document
    for document in assembly.finish():
        yield document


def written(loc: str, stamp: Stamp | None, url: Url | None, on_problem: OnProblem) -> tuple[str, frozenset[str]]:
    """A page as a urlset has it, and the extensions that it uses. Raises `DocumentError` for a text that is not XML."""
    lastmod = f"<lastmod>{stamp.text}</lastmod>" if stamp else ""
    address = escape(loc) if "&" in loc or "'" in loc else loc
    if url is None:
        return f"<url><loc>{address}</loc>{lastmod}</url>\n", _NONE
    try:
        url = fitting(url, loc, on_problem)
        return f"<url><loc>{address}</loc>{lastmod}{extended(url)}</url>\n", prefixes(url)
    except ValueError as error:
        raise refused(f"{shown(loc)}: {error}", code="FK413") from error


def bytes_of(fragment: str) -> int:
    """How many bytes a page takes."""
    return len(fragment) if fragment.isascii() else len(fragment.encode())


def too_large(size: int) -> Problem:
    """The Problem of a page for which no sitemap is large enough."""
    return refused(f"one page alone has {size:,} bytes, more than a sitemap may have").problem


def twice(name: str) -> Problem:
    """The Problem of an address that was listed before."""
    return Problem(code="FK410", severity="note", message=f"{name} is listed already; it is listed once")


class _Assembly:
    """The part that grows, and the index over those that are full. Mutable: it is never seen outside this module."""

    def __init__(self, host: Host, path: str, limits: Limits, gzip: bool, on_problem: OnProblem) -> None:
        self._host, self._path, self._gzip, self._tell = host, path, gzip, on_problem
        self._plain = host.plain
        self._index = Index(host, path, on_problem)
        self._capacity = Capacity(limits)
        self._begin()

    def _begin(self) -> None:
        self._pieces: list[bytes] = []
        self._batch: dict[str, str] = {}
        self._room = self._free()
        self._newest: Stamp | None = None
        self._latest: datetime | None = None
        self._latest_text = ""
        #: How the dates are written that are not newer than the newest of the part, by how they were given.
        self._older: dict[str, str] = {}

    def stream(self, urls: Iterable[object]) -> Iterator[Document]:
        """Every document that the pages fill.

        The path of most pages, an address or a pair of texts, is this loop alone: one match, one look for duplicates,
        one text. Whatever is unusual goes the long way, by `add`.
        """
        plain, pages = self._plain, iter(urls)
        while True:
            batch, older = self._batch, self._older
            # No more than there is certainly room for, so that nothing is counted for a page alone.
            for item in islice(pages, self._room - len(batch)):
                if type(item) is tuple:
                    if len(item) != 2:
                        break
                    loc, lastmod = item
                    text = older.get(lastmod) if type(lastmod) is str else None
                    if text is None:
                        if self._add_dated(loc, lastmod):
                            continue
                        break
                    fragment = f"<url><loc>{loc}</loc><lastmod>{text}</lastmod></url>\n"
                else:
                    loc = item
                    fragment = f"<url><loc>{loc}</loc></url>\n" if type(loc) is str else ""
                if (
                    type(loc) is not str
                    or not plain(loc)
                    or "/." in loc
                    or batch.setdefault(loc, fragment) is not fragment
                ):
                    break
            else:
                item = next(pages, _END)
                if item is _END:
                    break
            yield from self.add(item)
        yield from self.finish()

    def _add_dated(self, loc: object, lastmod: object) -> bool:
        """Put a plain address with an exact instant into the batch; False for whatever needs a closer look.

        For lists in which every page has a date of its own, to the second.
        """
        if type(loc) is not str or not self._plain(loc) or "/." in loc or loc in self._batch:
            return False
        found, capacity = exact(lastmod), self._capacity
        key = hash(loc)
        if found is None or key in capacity.recent or key in capacity.earlier:
            return False
        text, value = found
        self._batch[loc] = f"<url><loc>{loc}</loc><lastmod>{text}</lastmod></url>\n"
        # Only the newest of a part needs a stamp; most lists are in order, so each would be it for a moment.
        if self._latest is None or value > self._latest:
            self._latest, self._latest_text = value, text
        return True

    def add(self, item: object) -> Sequence[Document]:
        """Put a page into the part; hands out what is full before that."""
        try:
            loc, stamp, url = self._host.page(item)
        except DocumentError as error:
            self._tell(error.problem)
            return ()
        key = hash(loc)
        if loc in self._batch or self._capacity.lists(key):
            self._tell(twice(shown(loc)))
            return ()
        try:
            fragment, used = written(loc, stamp, url, self._tell)
        except DocumentError as error:
            self._tell(error.problem)
            return ()
        full: Sequence[Document] = ()
        if url is None and len(self._batch) < self._room and len(fragment) <= _LONGEST:
            self._batch[loc] = fragment
            self._take_date(stamp)
        else:
            full = self._put(loc, fragment, stamp, used)
        if stamp and type(item) is tuple and type(item[1]) is str:
            self._learn(item[1], stamp)
        return full

    def _take_date(self, stamp: Stamp | None) -> None:
        if stamp is not None and (self._newest is None or stamp.instant > self._newest.instant):
            self._newest = stamp

    def _learn(self, text: str, stamp: Stamp) -> None:
        """Remember how a date is written, unless it is newer than all of the part: that must be seen when it comes."""
        if self._newest and stamp.instant <= self._newest.instant:
            if len(self._older) >= _DATES:
                self._older.clear()
            self._older[text] = stamp.text

    def _put(self, loc: str, fragment: str, stamp: Stamp | None, used: frozenset[str]) -> Sequence[Document]:
        """Append to the part; a part that has no room for it is handed out first."""
        self._pack()
        size = bytes_of(fragment)
        full = self._flush() if self._capacity.is_full(size, used) else ()
        if not self._capacity.fits(size, used):
            self._tell(too_large(size))
            return full
        self._capacity.take([hash(loc)], 1, size, used)
        self._pieces.append(fragment.encode())
        self._room = self._free()
        self._take_date(stamp)
        return full

    def _pack(self) -> None:
        """Put a batch of fragments away as bytes, which need half the memory, without those that were listed before."""
        if self._latest is not None:
            self._take_date(Stamp(self._latest_text, self._latest.timestamp(), self._latest, "second"))
            self._latest = None
        if batch := self._batch:
            keys, capacity = set(map(hash, batch)), self._capacity
            if not (capacity.recent.isdisjoint(keys) and capacity.earlier.isdisjoint(keys)):
                self._drop_known(batch)
            piece = "".join(batch.values()).encode()
            self._pieces.append(piece)
            capacity.take(keys, len(batch), len(piece))
            self._batch = {}
        self._room = self._free()

    def _free(self) -> int:
        """How many plain pages of any length the part has certainly room for, at most a batch."""
        capacity = self._capacity
        return min(_BATCH, capacity.limits.urls - capacity.count, capacity.left // _LONGEST)

    def _drop_known(self, batch: dict[str, str]) -> None:
        for loc in [loc for loc in batch if self._capacity.lists(hash(loc))]:
            del batch[loc]
            self._tell(twice(shown(loc)))

    def _flush(self) -> Sequence[Document]:
        """The part as a numbered document, and the index before it if that is full."""
        folder = self._path.rpartition("/")[0]
        suffix = "xml.gz" if self._gzip else "xml"
        name = f"{folder}/sitemaps/sitemap-{self._index.total + 1:05}.{suffix}".lstrip("/")
        full = self._index.add(path_url(self._host.base_url, name), self._newest)
        return [*full, self._document(name)]

    def _document(self, path: str) -> Document:
        frame = urlset(self._capacity.used)
        pieces = (frame.head, b"".join(self._pieces), frame.tail)
        newest = self._newest
        self._capacity.turn()
        self._begin()
        packed = path.endswith(".gz")
        return Document(
            path=path,
            media_type=GZIP_TYPE if packed else MEDIA_TYPE,
            pieces=(gzipped(pieces),) if packed else pieces,
            last_modified=newest.value if newest else None,
            precision=newest.precision if newest else "second",
        )

    def finish(self) -> Iterator[Document]:
        """The last part and the index, or the one urlset."""
        self._pack()
        if self._capacity.count and not self._index.total:
            yield self._document(self._path)
            return
        if self._capacity.count:
            yield from self._flush()
        yield from self._index.finish()
