"""`feedkit feeds`: every feed with its addresses, title, entries and newest date."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from itertools import groupby

from msgspec import to_builtins

import feedkit
from feedkit.cli.options import add_content, add_printing, add_settings, publication_of
from feedkit.cli.printing import count, print_json, print_lines
from feedkit.dates import rfc3339
from feedkit.errors import has_no_error

HELP = "list every feed with its addresses, title, entries and newest date"
DESCRIPTION = (
    "List every feed that a build would write, with its title, number of entries, newest date and addresses. Writes "
    "nothing."
)


def add_options(command: argparse.ArgumentParser) -> None:
    add_content(command)
    add_settings(command)
    add_printing(command)


def run(options: argparse.Namespace) -> int:
    from feedkit.site.feed_list import feed_infos

    publication, problems = publication_of(options)
    infos = feed_infos(publication)
    if options.json:
        print_json({"feeds": [info.to_json() for info in infos], "problems": to_builtins(problems)})
    elif not options.quiet:
        print_lines(_lines(infos))
    return 0 if has_no_error(problems) else 1


def _lines(infos: Sequence[feedkit.FeedInfo]) -> Iterator[str]:
    feeds = 0
    for _, group in groupby(infos, key=lambda info: (info.home_url, info.title, info.taxonomy, info.slug)):
        feeds += 1
        first, *others = group
        newest = f", newest {rfc3339(first.newest)[:10]}" if first.newest else ""
        yield f"{first.title} ({count(first.items, 'entry')}{newest})"
        yield from (f"  {info.url}" for info in (first, *others))
    yield f"{count(feeds, 'feed')}, {count(len(infos), 'document')}"
