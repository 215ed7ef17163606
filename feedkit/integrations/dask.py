"""Writes the sitemap of partitions of addresses: Dask workers read them and write the parts, to any store of fsspec."""

from __future__ import annotations

import re
import sys
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, nullcontext
from datetime import tzinfo
from functools import partial
from itertools import chain, islice
from pathlib import Path
from typing import Any, NamedTuple
from uuid import uuid4

from msgspec.structs import replace

import feedkit
from feedkit.integrations import extra

with extra("dask"):
    from dask.delayed import delayed
    from distributed import Client
    from fsspec.core import url_to_fs
    from fsspec.implementations.local import LocalFileSystem

#: How many partitions are read in advance, for each thread of the workers.
_AHEAD = 2
#: Writing has priority over reading, so that few pages are in memory.
_WRITING_FIRST = 10


class _TargetFolder(NamedTuple):
    """The folder for the documents, in a file system of fsspec."""

    files: Any
    root: str

    def put(self, document: feedkit.Document) -> feedkit.Document:
        """Write a document as a whole, unless its bytes are there already; returns it without its bytes."""
        place, data = f"{self.root}/{document.path}", document.to_bytes()
        is_there = self.files.exists(place) and self.files.info(place)["size"] == len(data)
        if not is_there or self.files.cat_file(place) != data:
            folder, _, name = place.rpartition("/")
            self.files.makedirs(folder, exist_ok=True)
            if isinstance(self.files, LocalFileSystem):
                # Two workers may write the same part if Dask believed that one of them was dead.
                temporary = f"{folder}/.{name}.{uuid4().hex}.tmp"
                with self.files.open(temporary, "wb") as file:
                    file.write(data)
                Path(temporary).replace(place)
            else:
                # Object stores show an object only when it is complete.
                self.files.pipe_file(place, data)
        return replace(document, pieces=())

    def parts(self, path: str, base_url: str) -> frozenset[str]:
        """The paths of the parts that an index lists."""
        data = self.files.cat_file(f"{self.root}/{path}")
        folder = path.rpartition("/")[0]
        name = rf"{re.escape(f'{folder}/sitemaps/sitemap-'.lstrip('/'))}[0-9]+\.xml(?:\.gz)?"
        base = re.escape(base_url.removesuffix("/"))
        return frozenset(re.findall(rf"<sitemap><loc>{base}/({name})</loc>", data.decode("utf-8", "replace")))

    def files_of(self, path: str) -> dict[str, Any]:
        """The status of the sitemap at a path and of all its parts, by their paths."""
        self.files.invalidate_cache()
        parts = "/".join(filter(None, [self.root, path.rpartition("/")[0], "sitemaps"]))
        infos = dict(self.files.find(parts, detail=True)) if self.files.exists(parts) else {}
        top = f"{self.root}/{path}"
        if self.files.exists(top):
            infos[top] = self.files.info(top)
        start = len(self.files._strip_protocol(self.root)) + 1
        return {self.files._strip_protocol(name)[start:]: info for name, info in infos.items()}

    def remove_temporary(self, path: str) -> None:
        """Remove the unfinished files of workers that died."""
        if isinstance(self.files, LocalFileSystem):
            folder = Path(self.root, path).parent
            name = re.compile(rf"\.(?:{re.escape(Path(path).name)}|sitemap-[0-9]+\.xml(?:\.gz)?)\.[0-9a-f]+\.tmp")
            for file in (*folder.glob(".*.tmp"), *folder.glob("sitemaps/.*.tmp")):
                if name.fullmatch(file.name):
                    self.files.rm_file(str(file))


def write_sitemaps(
    urls: Any,
    directory: str | Path,
    *,
    base_url: str,
    client: Client | None = None,
    path: str = "sitemap.xml",
    timezone: str | tzinfo = "UTC",
    gzip: bool = False,
    fold_index: bool = False,
    max_urls: int = 50_000,
    remember: int | None = 50_000,
    storage_options: Mapping[str, Any] | None = None,
    on_problem: feedkit.OnProblem | None = None,
) -> feedkit.Report:
    """Write the sitemap of all partitions of a Dask bag, series or dataframe into a folder; returns a report.

    A bag has items as `sitemaps` takes them; a series, or a dataframe with one column, has addresses; another dataframe
    has the column `loc` and perhaps `lastmod` and other fields of `Url`. The documents are those that `sitemaps` would
    make of all pages with the same arguments; partitions may have any size. `directory` is any folder that fsspec can
    write to, such as `s3://bucket/site`, with `storage_options` for it. Without `client` the current one is used, or
    else a new one with threads in this process.

    Each part is written as a whole, and the index after all of them. If a worker dies and a part is written twice, both
    have the same name and the same bytes. Files that have the right bytes are not written again. Parts that only the
    index of an earlier run lists are removed. Without any page nothing is written, and that is an error (FK415).
    Problems go to `on_problem`; without it the first error raises `DocumentError`, and the index does not change.
    Raises `ArgumentError` for `urls` without partitions, `UrlError` for an invalid `base_url`.
    """
    partitions = _partitions(urls)
    # Here rather than by the first worker.
    feedkit.sitemap_share((), base_url=base_url, timezone=timezone)
    files, root = url_to_fs(str(directory), **(storage_options or {}))
    folder = _TargetFolder(files, root.rstrip("/"))
    problems: list[feedkit.Problem] = []

    def report(problem: feedkit.Problem) -> None:
        if on_problem is None and problem.severity == "error":
            raise feedkit.DocumentError(problem)
        if problem.severity != "note":
            problems.append(problem)
        if on_problem is not None:
            on_problem(problem)

    before = folder.files_of(path)
    earlier = folder.parts(path, base_url) if path in before else frozenset()
    read = delayed(partial(_read, base_url=base_url, timezone=timezone, fold_index=fold_index), pure=False)
    with _connected(client) as connected:
        shares = _Shares(connected, [read(partition) for partition in partitions])
        cuts = feedkit.sitemap_cuts(
            shares.outlines(), path=path, gzip=gzip, max_urls=max_urls, remember=remember, on_problem=report
        )
        write = partial(_write, folder=folder, base_url=base_url, timezone=timezone)
        tasks = [
            connected.submit(
                write, cut, shares.of(cut), pure=False, priority=_WRITING_FIRST, key=f"{cut.path}-{uuid4()}"
            )
            for cut in cuts
        ]
        parts: list[feedkit.Document] = connected.gather(tasks)
    if not parts:
        report(feedkit.Problem(code="FK415", severity="error", message="lists no page; nothing is written"))
        return feedkit.Report(problems=tuple(problems))
    paths = [part.path for part in parts]
    if paths[0] != path:
        paths += [folder.put(index).path for index in feedkit.sitemap_index(parts, base_url=base_url, path=path)]
    removed = sorted(earlier.intersection(before).difference(paths))
    for name in removed:
        files.rm_file(f"{folder.root}/{name}")
    folder.remove_temporary(path)
    # The workers cannot tell what was written: one that died may have written a part that the next one finds unchanged.
    after = folder.files_of(path)
    written = tuple(name for name in paths if name not in before or before[name] != after.get(name))
    counts = feedkit.DocumentCounts(written=len(written), unchanged=len(paths) - len(written), removed=len(removed))
    return feedkit.Report(documents=counts, written=written, problems=tuple(problems))


class _Shares:
    """The pages of all partitions, which stay in the workers. Some are read in advance."""

    def __init__(self, client: Client, partitions: Iterable[Any]) -> None:
        self._client = client
        self._partitions = partitions
        self._futures: dict[int, Any] = {}

    def outlines(self) -> Iterator[feedkit.SitemapShare]:
        """The outline of each partition, in order."""
        ahead = _AHEAD * max(1, sum(self._client.nthreads().values()))
        partitions, outlines = enumerate(self._partitions), deque[Any]()
        while True:
            for number, partition in islice(partitions, ahead - len(outlines)):
                self._futures[number] = self._client.compute(partition)
                outlines.append(self._client.submit(feedkit.SitemapShare.outline, self._futures[number], pure=False))
            if not outlines:
                return
            yield outlines.popleft().result()

    def of(self, cut: feedkit.SitemapCut) -> list[Any]:
        """The partitions with the pages of a part. Those before its last one are released."""
        futures, last = [self._futures[number] for number, _, _ in cut.slices], cut.slices[-1][0]
        self._futures = {number: future for number, future in self._futures.items() if number >= last}
        return futures


def _read(partition: Any, *, base_url: str, timezone: str | tzinfo, fold_index: bool) -> feedkit.SitemapShare:
    return feedkit.sitemap_share(_items(partition), base_url=base_url, timezone=timezone, fold_index=fold_index)


def _write(
    cut: feedkit.SitemapCut,
    shares: list[feedkit.SitemapShare],
    *,
    folder: _TargetFolder,
    base_url: str,
    timezone: str | tzinfo,
) -> feedkit.Document:
    slices = zip(shares, cut.slices, strict=True)
    pages = chain.from_iterable(share.items(first, end) for share, (_, first, end) in slices)
    # Without limits, since the cut has kept them.
    (document,) = feedkit.sitemaps(
        pages,
        base_url=base_url,
        path=cut.path,
        timezone=timezone,
        max_urls=sys.maxsize,
        max_bytes=sys.maxsize,
        remember=None,
    )
    return folder.put(document)


def _partitions(urls: Any) -> list[Any]:
    if not hasattr(urls, "to_delayed"):
        raise feedkit.ArgumentError(
            f"write_sitemaps: urls must be a Dask bag, series or dataframe, not {type(urls).__name__}"
        )
    # A series has columns, too.
    columns = urls.columns if getattr(urls, "ndim", 1) == 2 else None
    if columns is not None and "loc" not in columns:
        if len(columns) != 1:
            raise feedkit.ArgumentError(
                f"write_sitemaps: urls must have a column loc; it has {', '.join(map(str, columns))}"
            )
        # A single column holds the addresses, whatever its name is.
        urls = urls[columns[0]]
    return list(urls.to_delayed())


def _items(partition: Any) -> Iterable[Any]:
    """The pages of a partition: of a dataframe or series of pandas, or the items of a bag."""
    columns = getattr(partition, "columns", None)
    if columns is None:
        return list(partition)
    values = partition.astype(object).where(partition.notna(), None)
    if set(columns) <= {"loc", "lastmod"}:
        # Pairs are written three times as fast as mappings.
        return zip(values["loc"], values["lastmod"], strict=True) if "lastmod" in columns else list(values["loc"])
    rows = values.itertuples(index=False, name=None)
    return ({name: value for name, value in zip(columns, row, strict=True) if value is not None} for row in rows)


def _connected(client: Client | None) -> AbstractContextManager[Client]:
    """The client, or the current one, or a new one for the time of the call."""
    if client is None:
        try:
            client = Client.current()
        except ValueError:
            return Client(processes=False, dashboard_address=":0")
    if not isinstance(client, Client):
        raise feedkit.ArgumentError(f"write_sitemaps: client must be a distributed.Client, not {type(client).__name__}")
    return nullcontext(client)
