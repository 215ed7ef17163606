"""Sitemaps beyond one machine: workers of Dask read partitions of addresses and write numbered parts.

Needs the extra `dask`. The files are those that one process would write, byte for byte. The partitions here are made of
numbers; a real bag or dataframe would read its share of a table, in the order of its keys.

Usage: python dask_sitemaps.py [DIR] [--urls 120000] [--workers 2]
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

from feedkit import publish, sitemaps

BASE_URL = "https://tides.example/"


def page(number: int) -> tuple[str, str]:
    """The address of a page and its last change, as a table would hand them out."""
    return f"{BASE_URL}stations/{number}/", f"2025-03-{number % 28 + 1:02}"


def main() -> None:
    """Write the sitemap with a local cluster, once more in one process, and compare the files."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("directory", nargs="?")
    parser.add_argument("--urls", type=int, default=120_000)
    parser.add_argument("--workers", type=int, default=2)
    options = parser.parse_args()
    try:
        import dask.bag
        from distributed import Client, LocalCluster

        from feedkit.integrations.dask import write_sitemaps
    except ImportError:
        raise SystemExit("this example needs Dask: install the extra `dask`") from None
    directory = Path(options.directory or tempfile.mkdtemp(prefix="feedkit-sitemaps-"))
    workers = {"n_workers": options.workers, "threads_per_worker": 1, "dashboard_address": ":0"}
    with LocalCluster(**workers) as cluster, Client(cluster) as client:
        pages = dask.bag.range(options.urls, npartitions=7).map(page)
        report = write_sitemaps(pages, directory / "many", base_url=BASE_URL, client=client)
    publish(sitemaps(map(page, range(options.urls)), base_url=BASE_URL), directory / "one")
    same = all(
        (directory / "many" / name).read_bytes() == (directory / "one" / name).read_bytes() for name in report.written
    )
    print(f"{len(report.written)} files by {options.workers} workers; the same bytes as by one process: {same}")


if __name__ == "__main__":
    main()
