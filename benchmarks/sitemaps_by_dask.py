"""Seconds for the sitemap of 10 million addresses: by a local cluster of Dask, and by one process.

Usage: python benchmarks/sitemaps_by_dask.py [--urls 10000000] [--workers 2] [--partitions 97]

Both make the same addresses, with a date each, and write the same files to a temporary folder of this machine; the run
fails if any byte differs. The partitions are no multiple of the parts, so that most parts are made of two. "MiB" is the
peak of this process, or that of the largest worker; the figures of a cluster have its messages in them, and begin when
its workers are there.
"""

from __future__ import annotations

import argparse
import hashlib
import platform
import resource
import tempfile
import time
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path

import dask.bag
from distributed import Client, LocalCluster

from feedkit import publish, sitemaps
from feedkit.integrations.dask import write_sitemaps

BASE_URL = "https://example.org/"


def page(number: int) -> tuple[str, str]:
    """An address and its date."""
    return f"{BASE_URL}articles/2025/some-longer-slug-of-an-article-{number}/", f"2025-03-{number % 28 + 1:02}"


def peak_mib() -> float:
    """The most memory that this process has had."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def digests(folder: Path) -> dict[str, str]:
    """The digest of each sitemap in a folder."""
    found = {}
    for file in folder.rglob("*.xml"):
        with file.open("rb") as data:
            found[file.relative_to(folder).as_posix()] = hashlib.file_digest(data, "sha256").hexdigest()
    return found


def seconds(work: Callable[[], object]) -> float:
    """The wall time of a call."""
    begin = time.perf_counter()
    work()
    return time.perf_counter() - begin


def main() -> None:
    """Print one table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--urls", type=int, default=10_000_000)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--partitions", type=int, default=97)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        many, one = Path(name, "many"), Path(name, "one")
        workers = {"n_workers": options.workers, "threads_per_worker": 1, "dashboard_address": ":0"}
        with LocalCluster(**workers) as cluster, Client(cluster) as client:
            client.wait_for_workers(options.workers)
            pages = dask.bag.range(options.urls, npartitions=options.partitions).map(page)
            together = seconds(lambda: write_sitemaps(pages, many, base_url=BASE_URL, client=client))
            largest = max(client.run(peak_mib).values())
        before = peak_mib()
        numbers = range(options.urls)
        alone = seconds(lambda: publish(sitemaps(map(page, numbers), base_url=BASE_URL), one))
        found = digests(many)
        if found != digests(one):
            raise SystemExit("the files differ")
    print(f"Python {platform.python_version()}, dask {version('dask')}, {options.urls:,} URLs, {len(found):,} files\n")
    print("| writer | seconds | URLs/s | MiB |\n|---|---:|---:|---:|")
    for writer, took, memory in (
        ("one process, `publish(sitemaps(…))`", alone, peak_mib()),
        (f"Dask, {options.workers} workers, each", together, largest),
        ("Dask, the client", together, before),
    ):
        print(f"| {writer} | {took:.1f} | {options.urls / took:,.0f} | {memory:.0f} |")


if __name__ == "__main__":
    main()
