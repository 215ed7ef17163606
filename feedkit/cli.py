"""The command line: parses, calls the library, prints. Results to stdout, diagnostics and progress to stderr.

Refuses to hold any rule of its own. Exit codes: 0 done, 1 findings, 2 wrong usage or unreadable configuration, and
130 or 143 where somebody ended the run.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, NoReturn, TextIO

import feedkit
from feedkit.errors import DateError, FeedkitError, Problem, SettingsError, printable


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit code. Raises `SystemExit` for wrong usage, `--help` and SIGTERM."""
    _escape_what_has_no_encoding()
    options = parser().parse_args(arguments)
    try:
        with _ended_by_sigterm():
            return int(options.run(options))
    except FeedkitError as error:
        _complain(str(error))
        return 2
    except OSError as error:
        _complain(f"{error.filename or 'output'}: {error.strerror or error}")
        return 2
    except KeyboardInterrupt:
        return 130


def _escape_what_has_no_encoding() -> None:
    # A file name that is no UTF-8 must not end a build while it is being reported. A stand-in stream has no encoding.
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")


@contextmanager
def _ended_by_sigterm() -> Iterator[None]:
    """Let SIGTERM end the run as an exception does, so that temporary files are removed."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGTERM, _exit)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _exit(number: int, frame: object) -> NoReturn:
    raise SystemExit(128 + number)


def parser() -> argparse.ArgumentParser:
    """The grammar of the command line."""
    top = argparse.ArgumentParser(
        prog="feedkit", description="Feeds and sitemaps from a folder of Markdown articles.", allow_abbrev=False
    )
    top.add_argument("--version", action="version", version=f"feedkit {feedkit.__version__}")
    commands = top.add_subparsers(title="commands", metavar="COMMAND", required=True)
    _add_build(commands)
    _add_date(commands)
    _add_sitemap(commands)
    return top


def _add_build(commands: Any) -> None:
    build = commands.add_parser(
        "build",
        help="write the feeds, the sitemap and the OPML list of a folder of articles",
        description="Read a folder of Markdown articles and write RSS, Atom, JSON Feed, sitemap and OPML: for the "
        "whole site, every category and every tag. Flags win over the configuration.",
        allow_abbrev=False,
    )
    build.set_defaults(run=_build)
    build.add_argument(
        "content",
        nargs="?",
        default=".",
        metavar="CONTENT",
        help="the folder (default: this one); or - for standard input, a JSON object a line",
    )
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
        allow_abbrev=False,
    )
    date.set_defaults(run=_date)
    date.add_argument("values", nargs="+", metavar="VALUE", help="a date as it stands in front matter")
    date.add_argument("--timezone", default="UTC", metavar="ZONE", help="the zone of dates without one (default: UTC)")
    order = date.add_mutually_exclusive_group()
    order.add_argument("--dayfirst", dest="order", action="store_const", const="dmy", help="read 01/02 as 1 February")
    order.add_argument("--monthfirst", dest="order", action="store_const", const="mdy", help="read 01/02 as 2 January")
    date.add_argument("--json", action="store_true", help="print a JSON list")


def _add_sitemap(commands: Any) -> None:
    sitemap = commands.add_parser(
        "sitemap",
        help="write the sitemap of any list of addresses",
        description="Read addresses, one a line: plain, with a tab and a date of the last change, or as a JSON object "
        "with loc, lastmod and more. Lines that no sitemap may list are reported, and the rest is written, streamed.",
        allow_abbrev=False,
    )
    sitemap.set_defaults(run=_sitemap)
    sitemap.add_argument("urls", nargs="?", default="-", metavar="URLS", help="a file, or - for standard input")
    sitemap.add_argument("-o", "--output", metavar="DIR", required=True, help="the folder to write to")
    sitemap.add_argument("--base-url", metavar="URL", required=True, help="the address that all of them are below")
    sitemap.add_argument("--name", metavar="PATH", default="sitemap.xml", help="its file name (default: sitemap.xml)")
    sitemap.add_argument("--timezone", default="UTC", metavar="ZONE", help="the zone of dates without one")
    sitemap.add_argument("--gzip", action="store_true", help="write the parts of a large one as .xml.gz")
    sitemap.add_argument("--unique", action="store_true", help="find all duplicates, however far apart")
    sitemap.add_argument("--quiet", action="store_true", help="print errors only")
    sitemap.add_argument("--json", action="store_true", help="print one JSON object")


def _build(options: argparse.Namespace) -> int:
    site = _site(options)
    directory = options.output or site.output
    bar = _has_bar(options)
    report = feedkit.build(
        site,
        _standard_input() if options.content == "-" else options.content,
        directory,
        on_problem=_teller(options, bar=bar),
        watch=_progress if bar else _silent,
    )
    return _finish(report, _result(report, str(directory)), options)


def _sitemap(options: argparse.Namespace) -> int:
    if options.urls == "-":
        return _sitemap_of(_standard_input(), options)
    with Path(options.urls).open("rb") as lines:
        return _sitemap_of(lines, options)


def _sitemap_of(lines: Iterable[str | bytes], options: argparse.Namespace) -> int:
    bar = _has_bar(options)
    report = feedkit.write_sitemap(
        _rate(lines) if bar else lines,
        options.output,
        base_url=options.base_url,
        path=options.name,
        source=options.urls,
        timezone=options.timezone,
        gzip=options.gzip,
        unique=options.unique,
        on_problem=_teller(options, bar=bar),
    )
    return _finish(report, f"{options.output}: {_counts(report)}", options)


def _has_bar(options: argparse.Namespace) -> bool:
    return not options.quiet and sys.stderr is not None and sys.stderr.isatty()


def _teller(options: argparse.Namespace, *, bar: bool) -> Callable[[Problem], None]:
    show = _above_the_bar if bar else _to_stderr
    return lambda problem: _tell(problem, show, quiet=options.quiet)


def _finish(report: feedkit.Report, line: str, options: argparse.Namespace) -> int:
    """Print what a command did, as one line or as one object; returns the exit code."""
    if options.json:
        _say(json.dumps(report.to_json()), sys.stdout)
    elif not options.quiet:
        _say(printable(line), sys.stdout)
    return 0 if report.ok else 1


def _standard_input() -> Iterable[str | bytes]:
    # Bytes where there are some: what they mean is not for the locale to say.
    return getattr(sys.stdin, "buffer", sys.stdin) or ()


def _site(options: argparse.Namespace) -> feedkit.Site:
    from feedkit import configuration

    given = {name: getattr(options, name) for name in ("base_url", "title", "timezone", "as_of")}
    overrides: dict[str, Any] = {name: value for name, value in given.items() if value is not None}
    overrides |= {name: True for name in ("drafts", "future") if getattr(options, name)}
    path = Path(options.config) if options.config else configuration.find(_beginning(options.content))
    try:
        return configuration.load(path, **overrides)
    except SettingsError as error:
        if "base_url: it is missing" in str(error):
            raise SettingsError(f"{error}, or run with --base-url https://example.com/") from error
        raise


def _beginning(content: str) -> Path:
    """The folder from which the configuration is looked for."""
    return Path("." if content == "-" else content)


def _tell(problem: Problem, show: Callable[[str], None], *, quiet: bool) -> None:
    if quiet and problem.severity != "error":
        return
    show(str(problem))
    if problem.hint:
        show(f"    hint: {printable(problem.hint)}")


def _result(report: feedkit.Report, directory: str) -> str:
    articles = report.articles
    left_out = {
        "draft": articles.drafts,
        "scheduled": articles.future,
        "expired": articles.expired,
        "refused": articles.skipped,
    }
    others = "".join(f", {count} {name}" for name, count in left_out.items() if count)
    change = f"; next change {report.to_json()['next_change']}" if report.next_change else ""
    feeds = f"{_count(report.feeds, 'feed')} of {_count(articles.published, 'article')}"
    return f"{directory}: {_counts(report)}; {feeds}{others}{change}"


def _counts(report: feedkit.Report) -> str:
    documents = report.documents
    written = _count(documents.written, "document")
    return f"{written} written, {documents.unchanged} unchanged, {documents.removed} removed"


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def _silent(items: Iterable[Any], stage: str) -> Iterable[Any]:
    return items


def _progress(items: Iterable[Any], stage: str) -> Iterable[Any]:
    """A bar on the terminal for stages that take longer than a moment."""
    from tqdm import tqdm

    return tqdm(items, desc=stage, unit="", delay=0.5, leave=False, file=sys.stderr)


def _rate(lines: Iterable[Any]) -> Iterable[Any]:
    """A bar without an end, with the lines a second."""
    from tqdm import tqdm

    return tqdm(lines, desc="reading", unit=" URLs", unit_scale=True, delay=0.5, leave=False, file=sys.stderr)


def _above_the_bar(text: str) -> None:
    from tqdm import tqdm

    tqdm.write(text, file=sys.stderr)


def _date(options: argparse.Namespace) -> int:
    from feedkit.dates import zone

    try:
        local = zone(options.timezone)
    except DateError as error:
        # A zone that nobody knows is wrong usage, not a finding about a value.
        raise SettingsError(f"--timezone: {error}{_with_hint(error)}") from error
    rows = [_dated(value, local, options) for value in options.values]
    if options.json:
        _say(json.dumps(rows), sys.stdout)
    return 1 if any(row["error"] for row in rows) else 0


def _dated(value: str, local: Any, options: argparse.Namespace) -> dict[str, str | None]:
    """What a value means, as `--json` lists it; printed at once where no list is wanted."""
    from feedkit.dates import read_date, rfc3339

    empty = dict.fromkeys(("value", "precision", "zone", "error", "code"))
    try:
        found = read_date(value, timezone=local, order=options.order)
    except DateError as error:
        if not options.json:
            problem = Problem(code=error.code, severity="error", message=str(error), hint=error.hint)
            _tell(problem, _to_stderr, quiet=False)
        return {"input": value, **empty, "error": f"{error}{_with_hint(error)}", "code": error.code}
    text = rfc3339(found.value)
    if not options.json:
        _say(text, sys.stdout)
    return {"input": value, **empty, "value": text, "precision": found.precision, "zone": found.zone}


def _with_hint(error: DateError) -> str:
    return f"; {error.hint}" if error.hint else ""


def _complain(text: str) -> None:
    _to_stderr(f"feedkit: {printable(text)}")


def _to_stderr(text: str) -> None:
    _say(text, sys.stderr)


def _say(text: str, stream: TextIO) -> None:
    """Print a line at once. A reader that has gone, as `head` does, ends the printing and nothing else."""
    try:
        print(text, file=stream, flush=True)
    except OSError as error:
        # What is still in the buffer must go somewhere, or Python complains when it ends.
        with suppress(OSError, ValueError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
        if not isinstance(error, BrokenPipeError):
            raise
