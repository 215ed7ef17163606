"""`feedkit adopt`: the ids of old feeds into the ledger."""

from __future__ import annotations

import argparse
from collections.abc import Iterator

import feedkit
from feedkit.cli.options import add_content_option, add_printing, add_settings, content_of, site_of
from feedkit.cli.printing import count, print_result, progress_of
from feedkit.cli.problems import ProblemPrinter
from feedkit.errors import shown

HELP = "take over the ids of existing feeds, so that subscribers see no old article again"
DESCRIPTION = (
    "Match the entries of existing RSS, Atom and JSON Feed files to articles, by address, then by title and date, and "
    "write their ids into the ledger of ids."
)


def add_options(command: argparse.ArgumentParser) -> None:
    text = "a feed that people subscribed to, saved as a file"
    command.add_argument("feeds", nargs="+", metavar="OLD_FEED", help=text)
    add_content_option(command)
    command.add_argument("--ids", metavar="FILE", help="the ledger to write (default: ids of the configuration)")
    command.add_argument("--dry-run", action="store_true", help="only show what matches")
    add_settings(command)
    add_printing(command)


def run(options: argparse.Namespace) -> int:
    site = site_of(options)
    with ProblemPrinter(options, codes="FK6") as on_problem:
        report = feedkit.adopt(
            site,
            content_of(options),
            options.feeds,
            ids_file=options.ids,
            dry_run=options.dry_run,
            on_problem=on_problem,
            progress=progress_of(options),
        )
    return print_result(report, _lines(report, dry_run=options.dry_run), options)


def _lines(report: feedkit.AdoptReport, *, dry_run: bool) -> Iterator[str]:
    for adopted in report.matched:
        yield f"matched      {shown(adopted.id)} {adopted.article} (by {adopted.by})"
    for orphan in report.unmatched:
        yield f"no article   {shown(orphan.id)} {shown(orphan.title)} {orphan.source}"
    for orphan in report.articles:
        yield f"no old entry {orphan.source or orphan.url} {shown(orphan.title)}"
    outside = f", {count(report.outside, 'article')} older or newer than the feeds" if report.outside else ""
    state = "nothing is written in a dry run" if dry_run else "written" if report.written else "nothing to write"
    yield (
        f"{len(report.matched):,} matched, {len(report.unmatched):,} without an article, "
        f"{len(report.articles):,} without an old entry{outside}; {state}"
    )
