"""The command line: parses, calls the library, prints. Results to stdout, diagnostics and progress to stderr.

Refuses to hold any rule of its own. Exit codes: 0 done, 1 findings, 2 wrong usage or unreadable configuration.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import feedkit
from feedkit.errors import DateError, FeedkitError, Problem, SettingsError, printable


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit code."""
    for stream in (sys.stdout, sys.stderr):
        # A file name that is no UTF-8 must not end a build while it is being reported.
        stream.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]  # a stand-in stream has no encoding
    options = parser().parse_args(arguments)
    try:
        return int(options.run(options))
    except FeedkitError as error:
        print(f"feedkit: {printable(str(error))}", file=sys.stderr)
        return 2
    except BrokenPipeError:
        # Whoever read our output has gone, as `head` does; Python would complain again when it flushes.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except KeyboardInterrupt:
        return 130


def parser() -> argparse.ArgumentParser:
    """The grammar of the command line."""
    top = argparse.ArgumentParser(prog="feedkit", description="Feeds and sitemaps from a folder of Markdown articles.")
    top.add_argument("--version", action="version", version=f"feedkit {feedkit.__version__}")
    commands = top.add_subparsers(title="commands", metavar="COMMAND", required=True)
    _add_build(commands)
    _add_date(commands)
    return top


def _add_build(commands: Any) -> None:
    build = commands.add_parser(
        "build",
        help="write the feeds, the sitemap and the OPML list of a folder of articles",
        description="Read a folder of Markdown articles and write RSS, Atom, JSON Feed, sitemap and OPML: for the whole "
        "site, every category and every tag. Flags win over the configuration.",
    )
    build.set_defaults(run=_build)
    build.add_argument("content", nargs="?", default=".", metavar="CONTENT", help="the folder (default: this one)")
    build.add_argument("-o", "--output", metavar="DIR", help="the folder to write to (default: public)")
    build.add_argument("--config", metavar="FILE", help="a feedkit.toml (default: the nearest one above CONTENT)")
    build.add_argument("--base-url", metavar="URL", help="the address of the site")
    build.add_argument("--title", metavar="T", help="the title of the site")
    build.add_argument("--timezone", metavar="ZONE", help="the zone of dates without one, such as Europe/Malta")
    build.add_argument("--as-of", metavar="INSTANT", help="publish what is due at this instant (default: now)")
    build.add_argument("--drafts", action="store_true", help="publish drafts, too")
    build.add_argument("--future", action="store_true", help="publish articles with a later date, too")
    build.add_argument("--quiet", action="store_true", help="print errors only")
    build.add_argument("--json", action="store_true", help="print one JSON object")


def _add_date(commands: Any) -> None:
    date = commands.add_parser(
        "date",
        help="show what a date means, or why it has no certain meaning",
        description="Read each value as an article's date is read, and print the instant it names (RFC 3339).",
    )
    date.set_defaults(run=_date)
    date.add_argument("values", nargs="+", metavar="VALUE", help="a date as it stands in front matter")
    date.add_argument("--timezone", default="UTC", metavar="ZONE", help="the zone of dates without one (default: UTC)")
    order = date.add_mutually_exclusive_group()
    order.add_argument("--dayfirst", dest="order", action="store_const", const="dmy", help="read 01/02 as 1 February")
    order.add_argument("--monthfirst", dest="order", action="store_const", const="mdy", help="read 01/02 as 2 January")
    date.add_argument("--json", action="store_true", help="print a JSON list")


def _build(options: argparse.Namespace) -> int:
    site = _site(options)
    directory = options.output or site.output
    report = feedkit.build(
        site,
        options.content,
        directory,
        on_problem=lambda problem: _tell(problem, quiet=options.quiet),
        watch=_progress if sys.stderr.isatty() and not options.quiet else _silent,
    )
    if options.json:
        print(json.dumps(report.to_json(), ensure_ascii=False))
    elif not options.quiet:
        print(_result(report, str(directory)))
    return 0 if report.ok else 1


def _site(options: argparse.Namespace) -> feedkit.Site:
    from feedkit import configuration

    given = {"base_url": options.base_url, "title": options.title, "timezone": options.timezone}
    overrides: dict[str, Any] = {name: value for name, value in given.items() if value is not None}
    overrides |= {name: True for name in ("drafts", "future") if getattr(options, name)}
    if options.as_of is not None:
        overrides["as_of"] = _instant(options)
    path = Path(options.config) if options.config else configuration.find(Path(options.content))
    try:
        return configuration.load(path, **overrides) if path else feedkit.Site(**{"base_url": "", **overrides})
    except SettingsError as error:
        if "base_url: it is missing" in str(error):
            raise SettingsError(f"{error}, or run with --base-url https://example.com/") from error
        raise


def _instant(options: argparse.Namespace) -> object:
    try:
        return feedkit.parse_date(options.as_of, timezone=options.timezone or "UTC")
    except DateError as error:
        raise SettingsError(f"--as-of: {error}") from error


def _tell(problem: Problem, *, quiet: bool) -> None:
    if quiet and problem.severity != "error":
        return
    print(problem, file=sys.stderr)
    if problem.hint:
        print(f"    hint: {printable(problem.hint)}", file=sys.stderr)


def _result(report: feedkit.Report, directory: str) -> str:
    articles, documents = report.articles, report.documents
    left_out = {
        "draft": articles.drafts,
        "scheduled": articles.future,
        "expired": articles.expired,
        "refused": articles.skipped,
    }
    others = "".join(f", {count} {name}" for name, count in left_out.items() if count)
    change = f"; next change {report.to_json()['next_change']}" if report.next_change else ""
    return (
        f"{directory}: {_count(documents.written, 'document')} written, {documents.unchanged} unchanged, "
        f"{documents.removed} removed; {_count(report.feeds, 'feed')} of {_count(articles.published, 'article')}"
        f"{others}{change}"
    )


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def _silent(items: Iterable[Any], stage: str) -> Iterable[Any]:
    return items


def _progress(items: Iterable[Any], stage: str) -> Iterable[Any]:
    """A bar on the terminal for stages that take longer than a moment."""
    from tqdm import tqdm

    return tqdm(items, desc=stage, unit="", delay=0.5, leave=False, file=sys.stderr)


def _date(options: argparse.Namespace) -> int:
    rows = [_dated(value, options) for value in options.values]
    if options.json:
        print(json.dumps(rows, ensure_ascii=False))
    else:
        for row in rows:
            if row["error"] is None:
                print(row["value"])
            else:
                print(f"error {row['code']}: {printable(row['error'])}", file=sys.stderr)
    return 1 if any(row["error"] for row in rows) else 0


def _dated(value: str, options: argparse.Namespace) -> dict[str, str | None]:
    from feedkit.dates import rfc3339, zone

    # A zone that nobody knows is wrong usage, not a finding about the value.
    local = _zone(zone, options.timezone)
    try:
        found = feedkit.parse_date(value, timezone=local, order=options.order)
    except DateError as error:
        text = f"{error}{f'; {error.hint}' if error.hint else ''}"
        return {"input": value, "value": None, "error": text, "code": error.code}
    return {"input": value, "value": rfc3339(found), "error": None, "code": None}


def _zone(read: Any, name: str) -> Any:
    try:
        return read(name)
    except DateError as error:
        raise SettingsError(f"--timezone: {error}") from error
