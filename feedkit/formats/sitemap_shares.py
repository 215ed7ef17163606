"""Distributes a sitemap over several machines, with the same parts as on one.

Where a part ends depends on all pages before it; the pages do not depend on each other. So shares of the pages are
parsed anywhere (`sitemap_share`), their sizes determine the pages of each part (`sitemap_cuts`), and `sitemaps` renders
the parts anywhere. Independent of any engine that distributes work.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator
from datetime import tzinfo
from hashlib import blake2b
from itertools import combinations

from msgspec.structs import replace

from feedkit.errors import DocumentError, OnProblem, Problem
from feedkit.formats.sitemap import (
    MAX_BYTES,
    MAX_URLS,
    RAISE_OR_LOG,
    REMEMBERED_URLS,
    Capacity,
    Item,
    already_listed,
    part_path,
    too_large,
)
from feedkit.formats.sitemap_pages import NAMESPACES, Host, as_url, extensions, written
from feedkit.model import Url
from feedkit.value import Value

_KEY_BYTES = 8
#: The number of pages that are added to a part at once.
_BATCH = 500
#: All sets of extensions; the index is the number of the set in `SitemapShare.extensions`.
_USED = [frozenset(names) for size in range(len(NAMESPACES) + 1) for names in combinations(NAMESPACES, size)]


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
        keys.append(blake2b(loc.encode(), digest_size=_KEY_BYTES).digest())
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
    report = on_problem or RAISE_OR_LOG
    capacity = Capacity(max_urls, max_bytes, remember)
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
        for first in range(0, len(keys), _BATCH):
            last = min(first + _BATCH, len(keys))
            new = keys[first:last].tolist()
            # Pages without extensions that fit together are not checked one by one.
            has_extensions = any(share.extensions[first:last])
            if not has_extensions and not capacity.lists_any(new) and capacity.take(new, sum(sizes[first:last])):
                continue
            for place in range(first, last):
                key, size, used = [keys[place]], sizes[place], _USED[share.extensions[place]]
                if capacity.lists_any(key):
                    report(already_listed(f"page {place + 1} of share {number + 1}"))
                elif capacity.take(key, size, used):
                    continue
                else:
                    if capacity.count:
                        slices.append((number, begin, place))
                        begin = place
                        parts += 1
                        yield cut(part_path(path, parts, gzip=gzip))
                        capacity.turn()
                    if capacity.take(key, size, used):
                        continue
                    report(too_large(size))
                slices.append((number, begin, place))
                begin = place + 1
        slices.append((number, begin, len(keys)))
    if capacity.count:
        yield cut(part_path(path, parts + 1, gzip=gzip) if parts else path)
