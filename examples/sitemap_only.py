"""The sitemap only: any iterable of addresses, streamed; the caller decides where the documents go."""

from collections.abc import Iterator
from datetime import UTC, datetime

from feedkit import Url, sitemaps


def pages() -> Iterator[Url | str]:
    """Two pages that are known by heart, and 120,000 that a database could hand out one by one."""
    yield Url(loc="https://tides.example/", lastmod=datetime(2025, 3, 30, 7, 15, tzinfo=UTC))
    yield "https://tides.example/häfen/"
    for number in range(120_000):
        yield f"https://tides.example/stations/{number}/"


def main() -> None:
    """Print each document's path and size: three parts and the index over them, one part in memory at a time."""
    for document in sitemaps(pages(), base_url="https://tides.example/"):
        print(f"{document.path}: {document.size:,} bytes")


if __name__ == "__main__":
    main()
