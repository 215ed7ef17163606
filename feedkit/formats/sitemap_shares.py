"""A sitemap that several machines write: each reads its share of the pages, and the parts are those of one writer.

Where a part ends depends on every page before it, the pages themselves do not. So a share is read anywhere
(`sitemap_share`), the numbers that it leaves say which pages make which part (`sitemap_cuts`), and `sitemaps` makes a
part of them anywhere else. Knows no engine that distributes work.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator
from datetime import tzinfo
from hashlib import blake2b

from msgspec.structs import replace

from feedkit.errors import DocumentError, OnProblem, Problem
from feedkit.formats.sitemap import (
    MAX_BYTES,
    MAX_URLS,
    RAISE_OR_LOG,
    REMEMBERED_URLS,
    Capacity,
    Item,
    part_path,
    too_large,
    twice,
    written,
)
from feedkit.formats.sitemap_extensions import NAMESPACES, extensions
from feedkit.formats.sitemap_items import Host, as_url
from feedkit.model import Url
from feedkit.value import Value

_KEY_BYTES = 8
#: How many pages are counted at a time.
_BATCH = 500
_NAMES = tuple(NAMESPACES)
#: Every set of extensions that a page may use, by its number.
_USED = tuple(
    frozenset(name for place, name in enumerate(_NAMES) if number >> place & 1) for number in range(2 ** len(_NAMES))
)


class SitemapShare(Value, frozen=True, kw_only=True):
    """Some pages of a sitemap, in order, and what has to be known of each to say in which part it is."""

    #: The pages that a sitemap may list: addresses, and `Url`s where there is more than a date to write.
    pages: tuple[str | Url, ...]
    lastmods: tuple[str, ...]  #: The date of each page that is an address, as it was given; empty where there is none.
    keys: bytes  #: A digest of each address, 8 bytes a page.
    sizes: bytes  #: How many bytes each page takes, 4 bytes a page in the order of this machine.
    extensions: bytes  #: Which extensions each page uses, a byte a page.
    problems: tuple[Problem, ...] = ()  #: What was found wrong with the other pages.

    def items(self, first: int, end: int) -> Iterator[Item]:
        """The pages from number `first` to before `end`, as `sitemaps` takes them."""
        for page, lastmod in zip(self.pages[first:end], self.lastmods[first:end], strict=True):
            yield (page, lastmod) if lastmod and isinstance(page, str) else page

    def outline(self) -> SitemapShare:
        """The share without its pages: all that `sitemap_cuts` looks at."""
        return replace(self, pages=(), lastmods=())


class SitemapCut(Value, frozen=True, kw_only=True):
    """Which pages make one part of a sitemap."""

    path: str  #: The path of the part below the base address.
    #: The pages: the number of a share, counted from 0, its first page, and the page behind its last one.
    slices: tuple[tuple[int, int, int], ...]


def sitemap_share(
    urls: Iterable[Item], *, base_url: str, timezone: str | tzinfo = "UTC", fold_index: bool = False
) -> SitemapShare:
    """The pages of a share of a sitemap, read and checked as `sitemaps` does.

    `urls`, `timezone` and `fold_index` are those of `sitemaps`. What no sitemap may list is a Problem of the share, in
    the words of `sitemaps`, and no page of it. Holds all of its pages: a share is as long as a partition of an engine
    usually is. Raises `UrlError` for a `base_url` that is none.
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
        date = item[1] if isinstance(item, tuple) and lastmod else ""
        if url is None and (lastmod is None or (isinstance(date, str) and date)):
            # A text is read once more in the zone of the site; nothing else says of a day alone where it begins.
            pages.append(loc)
            lastmods.append(str(date))
        else:
            pages.append(as_url(page))
            lastmods.append("")
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
    """Which pages of which shares make each part, in order: the parts into which `sitemaps` would put all of them.

    `shares` come in their order; `path`, `max_urls`, `max_bytes`, `gzip` and `remember` are those of `sitemaps`. A part
    is `sitemaps(items, base_url=…, path=cut.path, remember=None)` of the `items` of its slices, and `sitemap_index` of
    all parts is the index, unless the only part is at `path` itself. Shares are asked for one after the other, of which
    the `outline` is enough, and a part comes out as soon as it is full. The problems of a share go to `on_problem` in
    its turn, and so does the note about an address that is listed already (FK410), which names the page by its share
    and number. Without `on_problem` an error raises `DocumentError`.
    """
    report = on_problem or RAISE_OR_LOG
    capacity = Capacity(max_urls, max_bytes, remember)
    slices: list[tuple[int, int, int]] = []
    parts = 0

    def cut(name: str) -> SitemapCut:
        done = SitemapCut(path=name, slices=tuple([item for item in slices if item[1] < item[2]]))
        slices.clear()
        return done

    for number, share in enumerate(shares):
        for problem in share.problems:
            report(problem)
        keys, sizes = array("Q", share.keys), array("I", share.sizes)
        begin = 0
        for first in range(0, len(keys), _BATCH):
            last = min(first + _BATCH, len(keys))
            new = keys[first:last].tolist()
            # As long as pages that use no extension have room together, nothing is looked at page by page.
            if (
                not any(share.extensions[first:last])
                and not capacity.lists_any(new)
                and capacity.take(new, sum(sizes[first:last]), _USED[0])
            ):
                continue
            for place in range(first, last):
                key, size, used = [keys[place]], sizes[place], _USED[share.extensions[place]]
                if not capacity.lists_any(key):
                    if capacity.take(key, size, used):
                        continue
                    if capacity.count:
                        slices.append((number, begin, place))
                        begin = place
                        parts += 1
                        yield cut(part_path(path, parts, gzip=gzip))
                        capacity.turn()
                        if capacity.take(key, size, used):
                            continue
                    report(too_large(size))
                else:
                    report(twice(f"page {place + 1} of share {number + 1}"))
                slices.append((number, begin, place))
                begin = place + 1
        slices.append((number, begin, len(keys)))
    if capacity.count:
        yield cut(part_path(path, parts + 1, gzip=gzip) if parts else path)
