"""`feedkit ping`: hubs and search engines told of what a build changed."""

from __future__ import annotations

import argparse
import json
import shlex
import sys
from pathlib import Path
from typing import Any

import feedkit
from feedkit.cli.options import add_printing, site_of, standard_input
from feedkit.cli.printing import complain, count, teller
from feedkit.cli.saying import say
from feedkit.errors import SettingsError, printable


def add_ping(commands: Any) -> None:
    """The grammar of `feedkit ping`."""
    command = commands.add_parser(
        "ping",
        help="tell hubs and search engines of what a build changed",
        description="Take the report that feedkit build --json printed, and tell the hubs of changed feeds (WebSub) "
        "and search engines of changed pages (IndexNow). Without --yes, only show what would be sent.",
        allow_abbrev=False,
    )
    command.set_defaults(run=_ping, content=".", title=None, timezone=None, as_of=None, drafts=False, future=False)
    command.add_argument("report", nargs="?", metavar="REPORT", help="a file, or - for standard input")
    command.add_argument("--feed", action="append", default=[], metavar="URL", help="a feed that has changed")
    command.add_argument("--url", action="append", default=[], metavar="URL", help="a page that has changed")
    choice = command.add_mutually_exclusive_group()
    choice.add_argument("--yes", action="store_true", help="send it")
    choice.add_argument("--dry-run", action="store_true", help="only show what would be sent (default)")
    command.add_argument("--config", metavar="FILE", help="a feedkit.toml (default: the nearest one above this folder)")
    command.add_argument("--base-url", metavar="URL", help="the address of the site")
    add_printing(command)


def _ping(options: argparse.Namespace) -> int:
    if options.report is None and not options.feed and not options.url:
        raise SettingsError("ping: name a report, or a --feed or --url that has changed")
    urls, feeds = _reported(options.report) if options.report else ([], [])
    found = feedkit.ping(
        site_of(options),
        feeds=[*feeds, *options.feed],
        urls=[*urls, *options.url],
        send=options.yes,
        on_problem=teller(options, bar=False),
    )
    if options.json:
        say(json.dumps(found.to_json()), sys.stdout)
    elif not options.quiet:
        _show(found, sent=options.yes)
    if options.report == "-" and not found.ok:
        # A pipe is read once: what stood in it would be lost.
        complain(f"tell the rest again with: {_again(found)}")
    return 0 if found.ok else 1


def _again(found: feedkit.PingReport) -> str:
    """The command that sends what was not sent."""
    names = {"websub": "--feed", "indexnow": "--url"}
    left = {
        (names[message.kind], url): None
        for message in found.messages
        if message.outcome != "sent"
        for url in message.urls
    }
    return shlex.join(["feedkit", "ping", *(word for pair in left for word in pair), "--yes"])


def _reported(path: str) -> tuple[list[str], list[str]]:
    """The pages and the feeds that a report lists."""
    try:
        data = b"".join(_bytes(line) for line in standard_input()) if path == "-" else Path(path).read_bytes()
        report = json.loads(data)
        found = [report["changed_urls"], report["changed_feeds"]]
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise SettingsError(f"{path}: is no report of feedkit build --json ({error!r})") from error
    for texts in found:
        if not isinstance(texts, list) or not all(isinstance(text, str) for text in texts):
            raise SettingsError(f"{path}: is no report of feedkit build --json (its addresses are no list of texts)")
    return found[0], found[1]


def _bytes(line: str | bytes) -> bytes:
    return line.encode() if isinstance(line, str) else line


def _show(found: feedkit.PingReport, *, sent: bool) -> None:
    for message in found.messages:
        told = message.urls[0] if len(message.urls) == 1 else count(len(message.urls), "page")
        word = message.outcome if sent else "would be sent"
        say(printable(f"{word}: {message.kind} {message.receiver} {told}"), sys.stdout)
    number = sum(message.outcome == "sent" for message in found.messages)
    if not found.messages:
        say("nothing to send", sys.stdout)
    elif sent:
        say(f"{number} of {count(len(found.messages), 'message')} sent", sys.stdout)
    else:
        say(f"{count(len(found.messages), 'message')}, nothing is sent without --yes", sys.stdout)
