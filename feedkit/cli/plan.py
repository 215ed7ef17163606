"""`feedkit plan`: what a build would change for subscribers."""

from __future__ import annotations

import argparse
from collections.abc import Iterator

import feedkit
from feedkit.cli.options import add_content, add_printing, add_settings, content_of, site_of
from feedkit.cli.printing import count, print_result, progress_of
from feedkit.cli.problems import ProblemPrinter
from feedkit.errors import shown

HELP = "show what a build would change for subscribers, and write nothing"
DESCRIPTION = (
    "Compare what a build would write with what is there, as subscribers would see it: new, updated, posted again "
    "under another id, vanished, for each feed and in total. Writes nothing."
)


def add_options(command: argparse.ArgumentParser) -> None:
    add_content(command)
    command.add_argument("-o", "--output", metavar="DIR", help="the folder to compare with (default: public)")
    text = "end with exit code 1 where one of these occurs, such as repost,vanish"
    command.add_argument("--fail-on", metavar="KINDS", type=_kinds, default=(), help=text)
    add_settings(command)
    add_printing(command)


def _kinds(text: str) -> tuple[str, ...]:
    from feedkit.inspect.plan import FATES
    from feedkit.notify.feed_diff import KINDS

    names = tuple(name.strip() for name in text.split(","))
    if unknown := [name for name in names if name not in {*KINDS, *FATES}]:
        raise argparse.ArgumentTypeError(f"{shown(unknown[0])} is none of {', '.join((*KINDS, *FATES))}")
    return names


def run(options: argparse.Namespace) -> int:
    site = site_of(options)
    directory = options.output or site.output
    with ProblemPrinter(options, codes="FK6") as on_problem:
        plan = feedkit.plan(site, content_of(options), directory, on_problem=on_problem, progress=progress_of(options))
    code = print_result(plan, _lines(plan, str(directory)), options)
    return 1 if plan.happening(options.fail_on) else code


def _lines(plan: feedkit.Plan, directory: str) -> Iterator[str]:
    for feed in plan.feeds:
        fate = f": {' to '.join(filter(None, [feed.fate, ' '.join(feed.moved_to)]))}" if feed.fate != "kept" else ""
        sizes = [str(size) for size in (feed.before, feed.after) if size is not None]
        noun = "entry" if sizes[-1:] == ["1"] else "entries"
        yield f"{' '.join(feed.documents)}{fate} ({' -> '.join(sizes)} {noun})"
        width = max((len(change.kind) for change in feed.changes), default=0)
        for change in feed.changes:
            reason = f" ({change.reason})" if change.reason else ""
            yield f"  {change.kind:<{width}}  {shown(change.title)} {change.url}{reason}"
    documents = plan.documents
    totals = ", ".join(f"{number:,} {kind}" for kind, number in plan.totals.items() if number)
    written = count(documents.written, "document")
    yield (
        f"{directory}: {totals or 'nothing that subscribers would see'}; "
        f"{written} to write, {documents.unchanged} unchanged, {documents.removed} to remove"
    )
