"""`feedkit adopt`: the ids of old feeds into the ledger."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import feedkit
from feedkit.cli.options import add_printing, add_settings, content_of, site_of
from feedkit.cli.printing import count, teller
from feedkit.cli.saying import say
from feedkit.errors import printable, shown


def add_adopt(commands: Any) -> None:
    """The grammar of `feedkit adopt`."""
    command = commands.add_parser(
        "adopt",
        help="take over the ids of existing feeds, so that subscribers see no old article again",
        description="Match the entries of existing RSS, Atom and JSON Feed files to articles, by address, then by "
        "title and date, and write their ids into the ledger of ids.",
        allow_abbrev=False,
    )
    command.set_defaults(run=_adopt)
    command.add_argument(
        "feeds", nargs="+", metavar="OLD_FEED", help="a feed that people subscribed to, saved as a file"
    )
    command.add_argument(
        "--content", metavar="DIR", help="the folder of articles (default: content where there is one, else this one)"
    )
    command.add_argument("--ids", metavar="FILE", help="the ledger to write (default: ids of the configuration)")
    command.add_argument("--dry-run", action="store_true", help="only show what matches")
    add_settings(command)
    add_printing(command)


def _adopt(options: argparse.Namespace) -> int:
    if options.content is None:
        options.content = "content" if Path("content").is_dir() else "."
    report = feedkit.adopt(
        site_of(options),
        content_of(options),
        options.feeds,
        ids_file=options.ids,
        dry_run=options.dry_run,
        on_problem=teller(options, bar=False),
    )
    if options.json:
        say(json.dumps(report.to_json()), sys.stdout)
    elif not options.quiet:
        say("\n".join(map(printable, _lines(report, dry_run=options.dry_run))), sys.stdout)
    return 0 if report.ok else 1


def _lines(report: Any, *, dry_run: bool) -> Iterator[str]:
    for one in report.matched:
        yield f"matched      {shown(one.id)} {one.article} (by {one.by})"
    for one in report.unmatched:
        yield f"no article   {shown(one.id)} {shown(one.title)} {one.source}"
    for one in report.articles:
        yield f"no old entry {one.source or one.url} {shown(one.title)}"
    outside = f", {count(report.outside, 'article')} older or newer than the feeds" if report.outside else ""
    state = "nothing is written in a dry run" if dry_run else "written" if report.written else "nothing to write"
    yield (
        f"{len(report.matched):,} matched, {len(report.unmatched):,} without an article, "
        f"{len(report.articles):,} without an old entry{outside}; {state}"
    )
