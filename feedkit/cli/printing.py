"""What commands print: results to standard output, diagnostics to standard error, a bar on a terminal."""

from __future__ import annotations

import argparse
import json
import os
import re
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from typing import Any, Self, TextIO

import feedkit
from feedkit.errors import Problem, printable

#: A problem in more files than this is printed once, with the first places.
_MAX_FILES, _SHOWN_PLACES = 5, 3

# What of a message is of one place only.
_OWN = re.compile(r"'[^']*'|\S*/\S*|\S+\.\w{1,8}\b|[0-9][0-9,.]*")


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


def print_result(
    result: feedkit.Report | feedkit.Plan | feedkit.AdoptReport | feedkit.PingReport,
    lines: Iterable[str],
    options: argparse.Namespace,
) -> int:
    """Print what a command did, as one JSON object or in lines; returns the exit code."""
    if options.json:
        print_line(json.dumps(result.to_json()), sys.stdout)
    elif not options.quiet and (text := "\n".join(map(printable, lines))):
        print_line(text, sys.stdout)
    return 0 if result.ok else 1


def problem_lines(problem: Problem, places: Sequence[Problem] = ()) -> Iterator[str]:
    """A Problem, the `places` where it is if there are many, and its hint, as they are shown."""
    yield str(problem)
    if places:
        yield printable(f"    {_summary(places)}")
    if problem.hint:
        yield f"    hint: {printable(problem.hint)}"


def _summary(places: Sequence[Problem]) -> str:
    """In how many files a problem is, and the first of them."""
    files = dict.fromkeys(place.path for place in places)
    named = [f"{place.path}:{place.line}" if place.line else place.path for place in places[:_SHOWN_PLACES]]
    times = f"{len(places):,} times in " if len(places) > len(files) else ""
    more = f" and {len(places) - len(named):,} more (--verbose lists all)"
    return f"{times}{len(files):,} files: {', '.join(named)}{more}"


class ProblemPrinter:
    """Prints problems, errors only with `--quiet`; one that is in many files once, when the work is done.

    With `--verbose` and `--json` each is printed when it is found, and so are those of a list of addresses, which may
    have millions.
    """

    def __init__(self, options: argparse.Namespace, *, bar: bool = False) -> None:
        self._is_quiet = options.quiet
        self._is_held_back = not (options.json or getattr(options, "verbose", True))
        self._print = _above_the_bar if bar else print_line
        self._problems: list[Problem] = []

    def __call__(self, problem: Problem) -> None:
        """Print a problem, or keep it for the end."""
        if problem.severity != "error" and self._is_quiet:
            return
        if self._is_held_back:
            self._problems.append(problem)
        else:
            self._print_lines(problem_lines(problem))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """Print what was kept, also where the work was not finished."""
        groups = defaultdict[object, list[Problem]](list)
        for problem in self._problems:
            groups[_kind(problem)].append(problem)
        for problem in self._problems:
            group = groups[_kind(problem)]
            if len({one.path for one in group}) <= _MAX_FILES:
                self._print_lines(problem_lines(problem))
            elif problem is group[0]:
                self._print_lines(problem_lines(problem, group))
        self._problems.clear()

    def _print_lines(self, lines: Iterable[str]) -> None:
        for line in lines:
            self._print(line, sys.stderr)


def _kind(problem: Problem) -> object:
    """What problems have in common that are one: all but values in quotes, paths and numbers.

    Each document that is not written is a line of its own: a build script may look for one.
    """
    if problem.code.startswith("FK5"):
        return id(problem)
    return problem.code, problem.severity, problem.key, _OWN.sub("…", problem.message)


def has_bar(options: argparse.Namespace) -> bool:
    """Whether there is a terminal to show a bar on."""
    return not options.quiet and sys.stderr is not None and sys.stderr.isatty()


def progress(items: Iterable[Any], stage: str, unit: str = "") -> Iterable[Any]:
    """A bar on the terminal for stages that take longer than a moment; with a unit the number a second, too."""
    from tqdm import tqdm

    # No thread that looks after bars that stand still: they may.
    tqdm.monitor_interval = 0
    return tqdm(items, desc=stage, unit=unit, unit_scale=bool(unit), delay=0.5, leave=False, file=sys.stderr)


def _above_the_bar(text: str, stream: TextIO) -> None:
    from tqdm import tqdm

    tqdm.write(text, file=stream)


def document_counts(report: feedkit.Report) -> str:
    """What became of the documents."""
    documents = report.documents
    written = count(documents.written, "document")
    return f"{written} written, {documents.unchanged} unchanged, {documents.removed} removed"


def count(number: int, noun: str) -> str:
    """A number and its noun."""
    plural = f"{noun[:-1]}ies" if noun.endswith("try") else f"{noun}s"
    return f"{number:,} {noun if number == 1 else plural}"
