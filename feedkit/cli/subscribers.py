"""Commands for those who are subscribed: `feedkit adopt` keeps the ids that they know, `feedkit ping` tells hubs."""

from __future__ import annotations

import json
import shlex
from argparse import Namespace
from collections.abc import Iterator
from pathlib import Path

import feedkit
from feedkit.cli.options import content_of, site_of, standard_input
from feedkit.cli.printing import ProblemPrinter, count, print_error, print_result, progress_of
from feedkit.errors import SettingsError, shown


def run_adopt(options: Namespace) -> int:
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
    return print_result(report, _adopted(report, dry_run=options.dry_run), options)


def _adopted(report: feedkit.AdoptReport, *, dry_run: bool) -> Iterator[str]:
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


def run_ping(options: Namespace) -> int:
    if options.report is None and not options.feed and not options.url:
        raise SettingsError("ping: name a report of feedkit build --json, or a --feed or --url that has changed")
    urls, feeds = _reported(options.report) if options.report else ([], [])
    urls, feeds = [*urls, *options.url], [*feeds, *options.feed]
    site = site_of(options)
    with ProblemPrinter(options, noun="") as on_problem:
        report = feedkit.ping(site, feeds=feeds, urls=urls, send=options.yes, on_problem=on_problem)
    code = print_result(report, _sent(report, sent=options.yes), options)
    if options.report == "-" and not report.ok:
        # A pipe is read once: what stood in it would be lost.
        flags = {"websub": "--feed", "indexnow": "--url"}
        unsent = [(flags[item.kind], url) for item in report.messages if item.outcome != "sent" for url in item.urls]
        words = [word for pair in dict.fromkeys(unsent) for word in pair]
        print_error(f"tell the rest again with: {shlex.join(['feedkit', 'ping', *words, '--yes'])}")
    return code


def _reported(path: str) -> tuple[list[str], list[str]]:
    """The pages and the feeds that a report lists."""
    try:
        # A stand-in for standard input may have lines of text.
        lines = standard_input() if path == "-" else [Path(path).read_bytes()]
        report = json.loads(b"".join(line.encode() if isinstance(line, str) else line for line in lines))
        urls, feeds = report["changed_urls"], report["changed_feeds"]
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise SettingsError(f"{path}: is no report of feedkit build --json ({error!r})") from error
    for texts in (urls, feeds):
        if not isinstance(texts, list) or not all(isinstance(text, str) for text in texts):
            raise SettingsError(f"{path}: is no report of feedkit build --json (its addresses are no list of texts)")
    return urls, feeds


def _sent(report: feedkit.PingReport, *, sent: bool) -> Iterator[str]:
    for message in report.messages:
        subject = message.urls[0] if len(message.urls) == 1 else count(len(message.urls), "page")
        yield f"{message.outcome if sent else 'would be sent'}: {message.kind} {message.receiver} {subject}"
    messages = count(len(report.messages), "message")
    if not report.messages:
        yield "nothing to send"
    elif sent:
        yield f"{sum(message.outcome == 'sent' for message in report.messages)} of {messages} sent"
    else:
        yield f"{messages}, nothing is sent without --yes"
