"""What one article costs to read and to normalise, and what one date costs, in microseconds, beside the usual parts.

Usage: python benchmarks/intake.py [ARTICLE.md]

Without an argument the article is the first one of `benchmarks/corpus.py`. Each figure is the least of seven repeats.
"""

from __future__ import annotations

import sys
import tempfile
import timeit
import warnings
from collections.abc import Callable
from datetime import datetime
from functools import partial
from pathlib import Path

import dateutil.parser
import frontmatter
import pyromark

sys.path.insert(0, str(Path(__file__).parents[1]))
sys.path.insert(0, str(Path(__file__).parent))

import corpus

import feedkit
from feedkit.articles.front_matter import parse

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
    return min(timer.repeat(7, max(1, number // 5))) / max(1, number // 5) * 1e6


def articles(file: Path) -> None:
    """Print the table of one article."""
    text = file.read_text("utf-8")
    body = parse(text).body
    site = feedkit.Site(base_url="https://example.com")
    rows: list[tuple[str, Callable[[], object]]] = [
        ("stock frontmatter.loads", lambda: frontmatter.loads(text)),
        ("feedkit: front matter, with the line of each key", lambda: parse(text)),
        ("pyromark alone", lambda: pyromark.html(body)),
        ("feedkit: file to Entry", lambda: list(feedkit.read(file, site, on_problem=lambda problem: None))),
    ]
    print(f"Article of {len(text.encode()):,} bytes\n\n| work | µs |\n|---|---:|")
    for name, work in rows:
        print(f"| {name} | {cost(work):,.0f} |")


def reads(value: str) -> tuple[str, str]:
    """What `datetime.fromisoformat` and dateutil cost for a date; a dash where they do not read it."""
    found = []
    for parser in (datetime.fromisoformat, dateutil.parser.parse):
        try:
            parser(value)
        except ValueError:
            found.append("-")
        else:
            found.append(f"{cost(partial(parser, value)):.2f}")
    return found[0], found[1]


def dates() -> None:
    """Print the table of dates."""
    print("\n| date | feedkit | feedkit, Europe/Malta | fromisoformat | dateutil |\n|---|---:|---:|---:|---:|")
    for value in DATES:
        own = cost(partial(feedkit.parse_date, value))
        local = cost(partial(feedkit.parse_date, value, timezone="Europe/Malta"))
        print(f"| `{value}` | {own:.2f} | {local:.2f} | {' | '.join(reads(value))} |")


def main() -> None:
    """Print both tables."""
    warnings.simplefilter("ignore")
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "article.md"
        file.write_text(corpus.article(0), "utf-8")
        articles(Path(sys.argv[1]) if len(sys.argv) > 1 else file)
    dates()


if __name__ == "__main__":
    main()
