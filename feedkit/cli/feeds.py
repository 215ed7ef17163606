"""`feedkit feeds`: every feed with its addresses, title, entries and newest date."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any

from msgspec import to_builtins

import feedkit
from feedkit.cli.options import add_printing, add_settings, content_of, default_content, site_of
from feedkit.cli.printing import count, has_bar, print_line, progress_of
from feedkit.cli.problems import ProblemPrinter
from feedkit.dates import rfc3339
from feedkit.errors import has_no_error, printable


def add_feeds(commands: Any) -> None:
    """The grammar of `feedkit feeds`."""
    command = commands.add_parser(
        "feeds",
        help="list every feed with its addresses, title, entries and newest date",
        description="List every feed that a build would write, with its title, number of entries, newest date and "
        "addresses. Writes nothing.",
        allow_abbrev=False,
    )
    command.set_defaults(run=_feeds)
    command.add_argument("content", nargs="?", default=default_content(), metavar="CONTENT", help="as in feedkit build")
    add_settings(command)
    add_printing(command)


def _feeds(options: argparse.Namespace) -> int:
    from feedkit.inspect.listed_feeds import listed_feeds

    problems: list[feedkit.Problem] = []
    with ProblemPrinter(options, bar=has_bar(options), codes="FK6") as print_problem:

        def report(problem: feedkit.Problem) -> None:
            problems.append(problem)
            print_problem(problem)

        listed = listed_feeds(site_of(options), content_of(options), report, progress=progress_of(options))
    if options.json:
        print_line(
            json.dumps({"feeds": [info.to_json() for info in listed], "problems": to_builtins(problems)}), sys.stdout
        )
    elif not options.quiet:
        print_line("\n".join(map(printable, _lines(listed))), sys.stdout)
    return 0 if has_no_error(problems) else 1


def _lines(listed: Sequence[feedkit.FeedInfo]) -> Iterator[str]:
    feeds = 0
    for _, group in groupby(listed, key=lambda info: (info.home_url, info.title, info.taxonomy, info.slug)):
        feeds += 1
        first, *others = group
        newest = f", newest {rfc3339(first.newest)[:10]}" if first.newest else ""
        yield f"{first.title} ({count(first.items, 'entry')}{newest})"
        yield from (f"  {info.url}" for info in (first, *others))
    yield f"{count(feeds, 'feed')}, {count(len(listed), 'document')}"
