"""Sitemaps beyond one machine: Dask partitions write numbered parts, one step writes the index.

Needs the extra `distributed`. The files are those that one process would write, byte for byte. The partitions here are
made of numbers; a real one would read its share of a table, in the order of its keys.

Usage: python distributed_sitemaps.py [DIR] [--urls 250000] [--workers 2]
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from feedkit import Document, Url, publish, sitemap_index, sitemaps

BASE_URL = "https://tides.example/"
#: The most URLs of one part; every partition but the last one must have so many.
PART = 50_000


def pages(first: int, last: int) -> Iterator[tuple[str, str]]:
    """The pages from one number to another, as a table would hand them out."""
    return ((f"{BASE_URL}stations/{number}/", f"2025-03-{number % 28 + 1:02}") for number in range(first, last))


def write_part(number: int, first: int, last: int, directory: str) -> Url:
    """Write one part, and hand back its address and the date of its newest page: all that the index needs."""
    path = f"sitemaps/sitemap-{number:05}.xml"
    (document,) = sitemaps(pages(first, last), base_url=BASE_URL, path=path)
    write(document, directory)
    return Url(loc=f"{BASE_URL}{path}", lastmod=document.last_modified, precision=document.precision)


def write(document: Document, directory: str) -> None:
    """Put a document into the folder that all workers share; object storage would take its chunks."""
    file = Path(directory, document.path)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(document.to_bytes())


def distributed(client: Any, total: int, directory: str) -> None:
    """All parts by the workers of a Dask client, then the index here."""
    starts = range(0, total, PART)
    tasks = [
        client.submit(write_part, number, first, min(first + PART, total), directory, pure=False)
        for number, first in enumerate(starts, start=1)
    ]
    for index in sitemap_index(client.gather(tasks), base_url=BASE_URL):
        write(index, directory)


def main() -> None:
    """Write the sitemap with a local cluster, once more in one process, and compare the files."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("directory", nargs="?")
    parser.add_argument("--urls", type=int, default=250_000)
    parser.add_argument("--workers", type=int, default=2)
    options = parser.parse_args()
    try:
        from dask.distributed import Client, LocalCluster
    except ImportError:
        raise SystemExit("this example needs Dask: install the extra `distributed`") from None
    directory = Path(options.directory or tempfile.mkdtemp(prefix="feedkit-sitemaps-"))
    workers = {"n_workers": options.workers, "threads_per_worker": 1, "dashboard_address": None}
    with LocalCluster(**workers) as cluster, Client(cluster) as client:  # type: ignore[no-untyped-call]
        distributed(client, options.urls, str(directory / "many"))
    publish(sitemaps(pages(0, options.urls), base_url=BASE_URL), directory / "one")
    names = sorted(path.relative_to(directory / "many") for path in (directory / "many").rglob("*.xml"))
    same = all((directory / "many" / name).read_bytes() == (directory / "one" / name).read_bytes() for name in names)
    print(f"{len(names)} files by {options.workers} workers; the same bytes as by one process: {same}")


if __name__ == "__main__":
    main()
