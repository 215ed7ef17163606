"""RSS of 50 entries in memory, beside feedgen used plainly: the first time, and again in another feed.

Usage: python benchmarks/same_entries.py
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from time import perf_counter

from feedgen.feed import FeedGenerator
from msgspec.structs import replace

sys.path.insert(0, str(Path(__file__).parent))

import corpus

from feedkit import Entry, Feed, Site, read, rss

COUNT, RUNS = 50, 25
FEED = Feed(title="T", home_url="https://example.com/", description="D")
OTHER = Feed(title="U", home_url="https://example.com/u/", description="D")


def by_feedgen(entries: list[Entry]) -> bytes:
    """The same fields, as feedgen's documentation shows it."""
    made = FeedGenerator()
    made.title("T")
    made.link(href="https://example.com/")
    made.description("D")
    for entry in entries:
        item = made.add_entry(order="append")
        item.title(entry.title)
        item.link(href=entry.url)
        item.guid(entry.id, permalink=True)
        item.description(entry.summary)
        item.content(entry.content)
        item.published(entry.published)
        for term in entry.terms:
            item.category(term=term.name)
    data: bytes = made.rss_str()
    return data


def least(prepared: Callable[[], list[Entry]], work: Callable[[list[Entry]], bytes]) -> float:
    """Milliseconds of the fastest of some runs."""
    seconds = []
    for _ in range(RUNS):
        entries = prepared()
        begin = perf_counter()
        work(entries)
        seconds.append(perf_counter() - begin)
    return min(seconds) * 1000


def main() -> None:
    """Print one table."""
    with tempfile.TemporaryDirectory() as folder:
        corpus.write(COUNT, Path(folder), dialect="feedkit")
        entries = list(read(folder, Site(base_url="https://example.com")))
    rss(FEED, entries)
    plain = least(lambda: entries, by_feedgen)
    rows = {
        "feedgen": plain,
        # Equal entries are others: only the very same are not made again.
        "feedkit, the first time": least(lambda: [replace(entry) for entry in entries], lambda new: rss(FEED, new)),
        "feedkit, the same entries in another feed": least(lambda: entries, lambda same: rss(OTHER, same)),
    }
    print("| RSS of 50 entries | ms | to feedgen |\n|---|---:|---:|")
    for name, milliseconds in rows.items():
        print(f"| {name} | {milliseconds:.2f} | {milliseconds / plain:.2f} |")


if __name__ == "__main__":
    main()
