"""Sitemaps by workers of Dask: the bytes of one process, whatever the partitions are, though a worker dies."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from feedkit import ArgumentError, DocumentError, Problem, Url, UrlError, sitemap_cuts, sitemap_share, sitemaps

if TYPE_CHECKING:
    from distributed import Client

pytestmark = pytest.mark.skipif(find_spec("distributed") is None, reason="the extra `dask` has it")
SITE = "https://example.com/"


def write_sitemaps(*arguments: Any, **named: Any) -> Any:
    """The function. It is loaded late, as is Dask: both take longer to load than all other tests to be found."""
    from feedkit.integrations import dask

    return dask.write_sitemaps(*arguments, **named)


@pytest.fixture(scope="module")
def client() -> Iterator[Client]:
    from distributed import Client

    with Client(processes=False, n_workers=1, threads_per_worker=2, dashboard_address=":0") as client:
        yield client


def page(number: int) -> tuple[str, str]:
    return f"{SITE}stations/{number}/", f"2025-03-{number % 28 + 1:02}"


def bag(items: list[Any], sizes: tuple[int, ...]) -> Any:
    """Items in partitions of some sizes; the last one has what is left."""
    import dask.bag

    parts = []
    for size in sizes:
        parts.append(items[:size])
        items = items[size:]
    return dask.bag.from_delayed([dask.delayed(part) for part in [*parts, items]])


def files(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def one_process(items: list[Any], **options: Any) -> dict[str, bytes]:
    return {document.path: document.to_bytes() for document in sitemaps(items, base_url=SITE, **options)}


MIXED: list[Any] = [
    "/a/",
    (f"{SITE}b/?x=1&y=2", "2025-03-01"),
    "/a/#again",
    "https://other.example/",
    {"loc": "/film/", "images": [f"{SITE}i.png"], "lastmod": "2025-03-02T10:00:00+02:00"},
    ("/wrong-date/", "2025-13-01"),
    Url(loc=f"{SITE}url/", lastmod=datetime(2025, 4, 1, tzinfo=UTC), precision="day"),
    {"loc": "/draft/", "draft": True},
    ("/é/", datetime(2025, 3, 3, tzinfo=UTC)),
    *("/a/", f"{SITE}last/"),
]
ROWS: dict[str, tuple[list[Any], tuple[int, ...], dict[str, Any]]] = {
    "one part, uneven partitions": ([page(n) for n in range(30)], (1, 0, 20), {}),
    "parts that begin in the middle of partitions": ([page(n) for n in range(1_100)], (700, 5), {"max_urls": 500}),
    "parts of whole partitions": ([page(n) for n in range(40)], (10, 10, 10), {"max_urls": 10}),
    "a part of many partitions": ([page(n) for n in range(12)], (2, 2, 2, 2, 2), {"max_urls": 9}),
    "packed": ([page(n) for n in range(20)], (13,), {"max_urls": 8, "gzip": True}),
    "refused, listed twice, with pictures": (MIXED, (3, 4), {"max_urls": 3}),
    "the same in one part": (MIXED, (3, 4), {}),
    "another name": ([page(n) for n in range(5)], (2,), {"max_urls": 2, "path": "maps/all.xml"}),
    "what was listed long ago is forgotten": (["/a/", "/b/", "/c/", "/a/"], (2,), {"max_urls": 1, "remember": 1}),
    "a zone": ([("/a/", "2025-03-01 10:00"), ("/b/", "2025-03-01")], (1,), {"timezone": "Europe/Malta"}),
}


@pytest.mark.parametrize(("items", "sizes", "options"), ROWS.values(), ids=ROWS)
def test_the_files_are_those_of_one_process(
    client: Client, tmp_path: Path, items: list[Any], sizes: tuple[int, ...], options: dict[str, Any]
) -> None:
    alone: list[Problem] = []
    together: list[Problem] = []
    expected = one_process(items, on_problem=alone.append, **options)
    report = write_sitemaps(
        bag(items, sizes), tmp_path, base_url=SITE, client=client, on_problem=together.append, **options
    )
    assert files(tmp_path) == expected
    assert report.documents.written == len(expected) == len(report.written)
    assert sorted(problem.code for problem in together) == sorted(problem.code for problem in alone)


def test_a_page_that_does_not_fit_begins_the_next_part() -> None:
    items = [{"loc": f"/{n}/", "images": [f"{SITE}{n}.png"] * (n % 3)} for n in range(40)]
    for limit in (400, 1_000, 3_000):
        shares = [sitemap_share(part, base_url=SITE) for part in (items[:7], items[7:8], items[8:])]
        cuts = list(sitemap_cuts([share.outline() for share in shares], max_bytes=limit))
        assert [cut.path for cut in cuts] == [
            path for path in one_process(items, max_bytes=limit) if path != "sitemap.xml"
        ]
        for cut in cuts:
            pages = [page for number, first, end in cut.slices for page in shares[number].items(first, end)]
            (document,) = sitemaps(pages, base_url=SITE, path=cut.path)
            assert document.to_bytes() == one_process(items, max_bytes=limit)[cut.path]


def test_dataframes_and_series_are_read_by_their_column_loc(client: Client, tmp_path: Path) -> None:
    # Late: they take longer to load than all others, and no other test needs them.
    import pandas as pd
    from dask.dataframe import from_pandas

    frame = pd.DataFrame(
        {
            "lastmod": [pd.Timestamp("2025-01-01T10:00", tz="UTC"), pd.NaT],
            "loc": [f"{SITE}a/", "/b&c/"],
        }
    )
    write_sitemaps(from_pandas(frame, npartitions=2), tmp_path, base_url=SITE, client=client)
    assert files(tmp_path) == one_process([("/a/", "2025-01-01T10:00:00+00:00"), "/b&c/"])
    write_sitemaps(from_pandas(frame["loc"], npartitions=1), tmp_path, base_url=SITE, client=client)
    assert files(tmp_path) == one_process(["/a/", "/b&c/"])
    for name in (None, "address"):
        series = from_pandas(frame["loc"].rename(name), npartitions=2)
        write_sitemaps(series, tmp_path, base_url=SITE, client=client)
        assert files(tmp_path) == one_process(["/a/", "/b&c/"])
    frame = frame.rename(columns={"loc": "address"})
    column = from_pandas(frame[["address"]], npartitions=2)
    write_sitemaps(column, tmp_path, base_url=SITE, client=client)
    assert files(tmp_path) == one_process(["/a/", "/b&c/"])
    with pytest.raises(ArgumentError, match="urls must have a column loc; it has lastmod, address"):
        write_sitemaps(from_pandas(frame, npartitions=1), tmp_path, base_url=SITE)
    frame = frame.rename(columns={"address": "loc"})
    frame["priority"] = [0.5, None]
    write_sitemaps(from_pandas(frame, npartitions=1), tmp_path, base_url=SITE, client=client)
    rows = [{"loc": "/a/", "lastmod": "2025-01-01T10:00:00+00:00", "priority": 0.5}, "/b&c/"]
    assert files(tmp_path) == one_process(rows)


def test_it_writes_to_whatever_fsspec_knows(client: Client) -> None:
    import fsspec

    items = [page(n) for n in range(20)]
    write_sitemaps(bag(items, (3,)), "memory://store/site", base_url=SITE, client=client, max_urls=8)
    store = fsspec.filesystem("memory")
    found = {path.removeprefix("/store/site/"): store.cat_file(path) for path in store.find("/store/site")}
    assert found == one_process(items, max_urls=8)
    store.rm("/store", recursive=True)


def test_a_later_run_touches_what_differs_and_removes_parts_that_are_no_more(client: Client, tmp_path: Path) -> None:
    items = [page(n) for n in range(20)]
    write = partial(write_sitemaps, directory=tmp_path, base_url=SITE, client=client, max_urls=5)
    write(bag(items, (3,)))
    mine = tmp_path / "sitemaps" / "sitemap-00009.xml"
    mine.write_text("no index lists it")
    # What a worker leaves that is killed while it writes.
    (tmp_path / "sitemaps" / ".sitemap-00001.xml.0f.tmp").write_text("half")
    times = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*.xml")}
    report = write(bag([*items, page(20)], (9, 9)))
    assert report.written == ("sitemaps/sitemap-00005.xml", "sitemap.xml")
    assert report.documents.unchanged == 4
    assert times.items() >= {path: path.stat().st_mtime_ns for path in times if path.name != "sitemap.xml"}.items()
    report = write(bag(items[:7], (3,)))
    assert (report.documents.removed, mine.read_text()) == (3, "no index lists it")
    mine.unlink()
    assert files(tmp_path) == one_process(items[:7], max_urls=5)


def test_without_any_page_nothing_is_written(client: Client, tmp_path: Path) -> None:
    problems: list[Problem] = []
    report = write_sitemaps(bag([], ()), tmp_path, base_url=SITE, client=client, on_problem=problems.append)
    assert ([problem.code for problem in problems], report.ok, files(tmp_path)) == (["FK415"], False, {})


def test_without_on_problem_the_first_error_ends_it_before_the_index_changes(client: Client, tmp_path: Path) -> None:
    write = partial(write_sitemaps, directory=tmp_path, base_url=SITE, client=client, max_urls=2)
    write(bag([page(n) for n in range(5)], (2,)))
    before = (tmp_path / "sitemap.xml").read_bytes()
    with pytest.raises(DocumentError, match="FK401"):
        write(bag([*map(page, range(9)), "https://other.example/"], (2,)))
    assert (tmp_path / "sitemap.xml").read_bytes() == before


def test_wrong_arguments_are_named(tmp_path: Path) -> None:
    with pytest.raises(ArgumentError, match="urls must be a Dask bag, series or dataframe, not list"):
        write_sitemaps(["/a/"], tmp_path, base_url=SITE)
    with pytest.raises(UrlError):
        write_sitemaps(bag(["/a/"], ()), tmp_path, base_url="example")
    with pytest.raises(ArgumentError, match=r"client must be a distributed\.Client, not int"):
        write_sitemaps(bag(["/a/"], ()), tmp_path, base_url=SITE, client=8786)  # type: ignore[arg-type]


def test_without_a_client_there_is_one_for_the_time_of_the_call(tmp_path: Path) -> None:
    write_sitemaps(bag(["/a/", "/b/"], (1,)), tmp_path, base_url=SITE)
    assert files(tmp_path) == one_process(["/a/", "/b/"])


def page_of_a_worker_that_dies_once(number: int, *, grave: str) -> tuple[str, str]:
    if number == 33:
        try:
            os.close(os.open(grave, os.O_CREAT | os.O_EXCL))
        except FileExistsError:
            return page(number)
        os._exit(1)
    return page(number)


def test_a_worker_that_dies_loses_and_doubles_nothing(tmp_path: Path) -> None:
    import dask.bag
    from distributed import Client, LocalCluster

    numbers = dask.bag.range(60, npartitions=6)
    pages = numbers.map(page_of_a_worker_that_dies_once, grave=str(tmp_path / "died"))
    folder = tmp_path / "site"
    with LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=":0") as cluster, Client(cluster) as client:
        report = write_sitemaps(pages, folder, base_url=SITE, client=client, max_urls=7)
    assert (tmp_path / "died").exists()
    assert sorted(report.written) == sorted(files(folder))
    assert files(folder) == one_process([page(number) for number in range(60)], max_urls=7)
