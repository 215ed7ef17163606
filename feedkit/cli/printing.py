"""What commands print: results to stdout, diagnostics to stderr, a bar on a terminal. Refuses to decide anything."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import feedkit
from feedkit.cli.saying import say
from feedkit.errors import Problem, printable


def to_stderr(text: str) -> None:
    """Print a line of diagnostics."""
    say(text, sys.stderr)


def complain(text: str) -> None:
    """Print why a command cannot be done."""
    to_stderr(f"feedkit: {printable(text)}")


def told(problem: Problem, *, quiet: bool) -> Iterator[str]:
    """A Problem and its hint, as they are shown."""
    if quiet and problem.severity != "error":
        return
    yield str(problem)
    if problem.hint:
        yield f"    hint: {printable(problem.hint)}"


def teller(options: argparse.Namespace, *, bar: bool) -> Callable[[Problem], None]:
    """What tells of each Problem when it is found."""
    show = _above_the_bar if bar else to_stderr

    def tell(problem: Problem) -> None:
        for line in told(problem, quiet=options.quiet):
            show(line)

    return tell


def has_bar(options: argparse.Namespace) -> bool:
    """Whether there is a terminal to show a bar on."""
    return not options.quiet and sys.stderr is not None and sys.stderr.isatty()


def finish(report: feedkit.Report, line: str, options: argparse.Namespace) -> int:
    """Print what a command did, as one line or as one object; returns the exit code."""
    if text := result(report, line, options):
        say(text, sys.stdout)
    return code(report)


def result(report: feedkit.Report, line: str, options: argparse.Namespace) -> str:
    """What a command did, as it is printed; empty where it is not."""
    return json.dumps(report.to_json()) if options.json else "" if options.quiet else printable(line)


def code(report: feedkit.Report) -> int:
    """The exit code of a command."""
    return 0 if report.ok else 1


def counts(report: feedkit.Report) -> str:
    """What became of the documents."""
    documents = report.documents
    written = count(documents.written, "document")
    return f"{written} written, {documents.unchanged} unchanged, {documents.removed} removed"


def count(number: int, noun: str) -> str:
    """A number and its noun."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def silent(items: Iterable[Any], stage: str) -> Iterable[Any]:
    """No bar."""
    return items


def progress(items: Iterable[Any], stage: str) -> Iterable[Any]:
    """A bar on the terminal for stages that take longer than a moment."""
    from tqdm import tqdm

    # Its thread would keep processes from being copied, and looks after bars that stand still: they may.
    tqdm.monitor_interval = 0
    return tqdm(items, desc=stage, unit="", delay=0.5, leave=False, file=sys.stderr)


def rate(lines: Iterable[Any]) -> Iterable[Any]:
    """A bar without an end, with the lines a second."""
    from tqdm import tqdm

    return tqdm(lines, desc="reading", unit=" URLs", unit_scale=True, delay=0.5, leave=False, file=sys.stderr)


def _above_the_bar(text: str) -> None:
    from tqdm import tqdm

    tqdm.write(text, file=sys.stderr)
