"""What commands print: results to standard output, diagnostics to standard error, a bar on a terminal."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import Any, TextIO

import feedkit
from feedkit.errors import printable
from feedkit.text import count as count


def print_line(text: str, stream: TextIO) -> None:
    """Print a line at once. A reader that has gone, such as `head`, ends the printing and nothing else."""
    try:
        print(text, file=stream, flush=True)
    except OSError as error:
        # What is still in the buffer must go somewhere, or Python complains when it ends.
        with suppress(OSError, ValueError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
        if not isinstance(error, BrokenPipeError):
            raise


def print_error(text: str) -> None:
    """Print why a command cannot be done."""
    print_line(f"feedkit: {printable(text)}", sys.stderr)


def print_lines(lines: Iterable[str]) -> None:
    """Print the lines of a result; nothing where there are none."""
    if text := "\n".join(map(printable, lines)):
        print_line(text, sys.stdout)


def print_json(value: object) -> None:
    """Print a result as JSON."""
    print_line(json.dumps(value), sys.stdout)


def print_result(
    result: feedkit.Report | feedkit.Plan | feedkit.AdoptReport | feedkit.PingReport,
    lines: Iterable[str],
    options: argparse.Namespace,
) -> int:
    """Print what a command did, as one JSON object or in lines; returns the exit code."""
    if options.json:
        print_json(result.to_json())
    elif not options.quiet:
        print_lines(lines)
    return 0 if result.ok else 1


# The stage, how much of it is done, the rate and the time left; the same for a stage of unknown length.
_SIZED_BAR = "{desc}: {percentage:3.0f}% |{bar:30}| {n_fmt} of {total_fmt}, {rate_fmt}, {remaining} left"
_OPEN_BAR = "{desc}: {n_fmt}, {rate_fmt}"


def has_bar(options: argparse.Namespace) -> bool:
    """Whether there is a terminal to show a bar on."""
    return not getattr(options, "quiet", False) and sys.stderr is not None and sys.stderr.isatty()


def progress_of(options: argparse.Namespace) -> feedkit.Progress | None:
    """What shows how far a stage is, where there is a terminal for it."""
    return progress if has_bar(options) else None


def progress(items: Iterable[Any], stage: str, unit: str = "") -> Iterable[Any]:
    """A bar on the terminal for a stage that takes longer than a moment; `unit` is what is counted."""
    from tqdm import tqdm

    # No thread that looks after bars that stand still: they may.
    tqdm.monitor_interval = 0
    bar = _SIZED_BAR if hasattr(items, "__len__") else _OPEN_BAR
    return tqdm(
        items, desc=stage, unit=unit, unit_scale=bool(unit), delay=0.5, leave=False, file=sys.stderr, bar_format=bar
    )


def diagnostic_printer(options: argparse.Namespace) -> Callable[[str], None]:
    """What prints a line to standard error, above the bar where there may be one."""
    if not has_bar(options):
        return lambda text: print_line(text, sys.stderr)
    from tqdm import tqdm

    return lambda text: tqdm.write(text, file=sys.stderr)


def document_counts(report: feedkit.Report) -> str:
    """What became of the documents."""
    documents = report.documents
    written = count(documents.written, "document")
    return f"{written} written, {documents.unchanged} unchanged, {documents.removed} removed"
