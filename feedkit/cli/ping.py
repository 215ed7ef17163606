"""`feedkit ping`: messages to hubs and search engines about what a build changed."""

from __future__ import annotations

import argparse
import json
import shlex
from collections.abc import Iterator
from pathlib import Path

import feedkit
from feedkit.cli.options import add_printing, add_site, site_of, standard_input
from feedkit.cli.printing import count, print_error, print_result
from feedkit.cli.problems import ProblemPrinter
from feedkit.errors import SettingsError

HELP = "tell hubs and search engines of what a build changed"
DESCRIPTION = (
    "Take the report that feedkit build --json printed, and tell the hubs of changed feeds (WebSub) and search engines "
    "of changed pages (IndexNow). Without --yes, only show what would be sent."
)


def add_options(command: argparse.ArgumentParser) -> None:
    command.add_argument("report", nargs="?", metavar="REPORT", help="a file, or - for standard input")
    command.add_argument("--feed", action="append", default=[], metavar="URL", help="a feed that has changed")
    command.add_argument("--url", action="append", default=[], metavar="URL", help="a page that has changed")
    choice = command.add_mutually_exclusive_group()
    choice.add_argument("--yes", action="store_true", help="send it")
    choice.add_argument("--dry-run", action="store_true", help="only show what would be sent (default)")
    add_site(command)
    add_printing(command)


def run(options: argparse.Namespace) -> int:
    if options.report is None and not options.feed and not options.url:
        raise SettingsError("ping: name a report of feedkit build --json, or a --feed or --url that has changed")
    urls, feeds = _reported(options.report) if options.report else ([], [])
    urls, feeds = [*urls, *options.url], [*feeds, *options.feed]
    site = site_of(options)
    with ProblemPrinter(options, noun="") as on_problem:
        report = feedkit.ping(site, feeds=feeds, urls=urls, send=options.yes, on_problem=on_problem)
    code = print_result(report, _lines(report, sent=options.yes), options)
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


def _lines(report: feedkit.PingReport, *, sent: bool) -> Iterator[str]:
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
