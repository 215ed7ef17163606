"""What single calls of the library cost beside the usual parts: importing, articles, dates, the RSS of 50 entries.

Usage: python benchmarks/calls.py

Each figure is the least of several repeats. Articles are the first 200 of both corpora of `benchmarks/corpus.py`.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import timeit
import warnings
from collections.abc import Callable
from copy import copy
from datetime import datetime
from functools import partial
from pathlib import Path

import dateutil.parser
import frontmatter
import pyromark
from feedgen.feed import FeedGenerator

sys.path.insert(0, str(Path(__file__).parents[1]))
sys.path.insert(0, str(Path(__file__).parent))

import corpus
from measuring import REPOSITORY
from mixed_corpus import write_mixed

from feedkit import Entry, Feed, Site, parse_date, read, rss

ARTICLES, ENTRIES, REPEATS = 200, 50, 7
SITE = Site(base_url="https://example.com")
DATES = [
    "2025-11-21",
    "2025-11-21T10:00:00+01:00",
    "2025-11-21 10:00",
    "Fri, 21 Nov 2025 10:00:00 +0100",
    "21 November 2025 10:00",
]


def cost(work: Callable[[], object]) -> float:
    """Microseconds of one call."""
    timer = timeit.Timer(work)
    number, _ = timer.autorange()
    number = max(1, number // 5)
    return min(timer.repeat(REPEATS, number)) / number * 1e6


def importing() -> None:
    """Print how long it takes to import the package, more than Python takes to start."""
    commands = [[sys.executable, "-c", code] for code in ("pass", "import feedkit", "from feedkit import *")]
    run = partial(subprocess.run, check=True, cwd=REPOSITORY)
    bare, package, names = (min(timeit.repeat(partial(run, command), number=1, repeat=20)) for command in commands)
    print("| import, over bare Python | ms |\n|---|---:|")
    print(f"| `import feedkit` | {(package - bare) * 1e3:.0f} |")
    print(f"| every public name | {(names - bare) * 1e3:.0f} |")


def articles(name: str, folder: Path) -> None:
    """Print what an article of a folder costs."""
    texts = [path.read_text("utf-8") for path in sorted(folder.rglob("*.md"))]
    bodies = [frontmatter.loads(text).content for text in texts]
    rows: list[tuple[str, Callable[[], object]]] = [
        ("python-frontmatter alone", lambda: [frontmatter.loads(text) for text in texts]),
        ("pyromark alone", lambda: [pyromark.html(body) for body in bodies]),
        ("feedkit: file to Entry", lambda: list(read(folder, SITE, on_problem=lambda problem: None))),
    ]
    size = sum(len(text.encode()) for text in texts) / len(texts)
    print(f"\n| {name} article, {size:,.0f} bytes on average | µs |\n|---|---:|")
    for row, work in rows:
        print(f"| {row} | {cost(work) / len(texts):,.0f} |")


def dates() -> None:
    """Print the table of dates; a dash where a parser does not read one."""
    print("\n| date, µs | feedkit | feedkit, Europe/Malta | fromisoformat | dateutil |\n|---|---:|---:|---:|---:|")
    for value in DATES:
        others = []
        for parser in (datetime.fromisoformat, dateutil.parser.parse):
            try:
                parser(value)
            except ValueError:
                others.append("-")
            else:
                others.append(f"{cost(partial(parser, value)):.2f}")
        own = cost(partial(parse_date, value))
        local = cost(partial(parse_date, value, timezone="Europe/Malta"))
        print(f"| `{value}` | {own:.2f} | {local:.2f} | {' | '.join(others)} |")


def feeds(entries: list[Entry]) -> None:
    """Print what the RSS of some entries costs in memory."""
    feed = Feed(title="T", home_url="https://example.com/", description="D")

    def first_time() -> bytes:
        return rss(feed, [copy(entry) for entry in entries])

    plainly, own = cost(partial(by_feedgen, entries)) / 1000, cost(first_time) / 1000
    print(f"\n| RSS of {len(entries)} entries | ms | to feedgen |\n|---|---:|---:|")
    print(f"| feedgen | {plainly:.2f} | 1.00 |\n| feedkit | {own:.2f} | {own / plainly:.2f} |")


def by_feedgen(entries: list[Entry]) -> bytes:
    """The same fields, as feedgen's documentation shows it."""
    feed = FeedGenerator()
    feed.title("T")
    feed.link(href="https://example.com/")
    feed.description("D")
    for entry in entries:
        item = feed.add_entry(order="append")
        item.title(entry.title)
        item.link(href=entry.url)
        item.guid(entry.id, permalink=True)
        item.description(entry.summary)
        item.content(entry.content)
        item.published(entry.published)
        for term in entry.terms:
            item.category(term=term.name)
    data: bytes = feed.rss_str()
    return data


def main() -> None:
    """Print all tables."""
    warnings.simplefilter("ignore")
    with tempfile.TemporaryDirectory() as folder:
        generated, mixed = Path(folder, "generated"), Path(folder, "mixed")
        corpus.write(ARTICLES, generated)
        write_mixed(ARTICLES, mixed)
        importing()
        articles("generated", generated)
        articles("mixed", mixed)
        dates()
        feeds(list(read(generated, SITE))[:ENTRIES])


if __name__ == "__main__":
    main()
