"""Prints results to standard output, and problems and progress bars to standard error.

A problem is printed as a line, perhaps with the line of its source below it, or as an annotation of GitHub.
"""

from __future__ import annotations

import json
import os
import sys
from argparse import Namespace
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, Self, TextIO
from unicodedata import combining, east_asian_width

from msgspec.structs import replace

import feedkit
from feedkit.errors import Problem, masked, printable
from feedkit.lazy_regex import lazy_regex
from feedkit.text import count as count

#: A problem in more files than this, or in more lines of one file, is printed once, with the first places.
_MAX_FILES, _SHOWN_PLACES = 5, 3
# Problems that one setting solves for all files are printed once, even if only two files have them; and those that a
# line of a table solves, once for each value.
_OF_A_SETTING = frozenset(["FK216", "FK221"])
_OF_A_VALUE = frozenset(["FK216"])

# The parts in which the messages of similar problems differ.
_OWN = lazy_regex(r"'[^']*'|\S*/\S*|\S+\.\w{1,8}\b|[0-9][0-9,.]*")
# A quoted value in a message, perhaps cut short with an ellipsis.
_VALUE = lazy_regex(r"'(.+?)(?:…)?'(?=[\s,;:.)]|$)")
# Lines that only separate.
_FENCES = frozenset(["", "---", "+++", ";;;", "{", "}"])
# No line is shown of a larger file.
_MAX_SOURCE_BYTES = 4 * 1024 * 1024
_MAX_EXCERPT_CHARS = 100

_RESET = "\x1b[0m"
_COLOR_OF = {"error": "\x1b[1;31m", "warning": "\x1b[1;33m", "note": "\x1b[1;36m"}
_PLACE, _FAINT, _GONE = "\x1b[1m", "\x1b[2m", "\x1b[32m"

# The formats of a bar: with the remaining time, and for a stage of unknown length.
_SIZED_BAR = "{desc}: {percentage:3.0f}% |{bar:30}| {n_fmt} of {total_fmt}, {rate_fmt}, {remaining} left"
_OPEN_BAR = "{desc}: {n_fmt}, {rate_fmt}"


def print_line(text: str, stream: TextIO) -> None:
    """Print a line at once. If nobody reads any more, as after `| head`, nothing is printed, and there is no error."""
    try:
        print(text, file=stream, flush=True)
    except OSError as error:
        # Python would complain at its end about text that is still in the buffer.
        with suppress(OSError, ValueError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
        if not isinstance(error, BrokenPipeError):
            error.filename = "standard output"
            raise


def print_error(text: str) -> None:
    print_line(f"feedkit: {printable(text)}", sys.stderr)


def print_lines(lines: Iterable[str]) -> None:
    if text := "\n".join(map(printable, lines)):
        print_line(text, sys.stdout)


def print_json(value: object) -> None:
    print_line(json.dumps(value), sys.stdout)


def print_result(to_json: Callable[[], object], lines: Iterable[str], options: Namespace, *, ok: bool) -> int:
    """Print what a command did, as JSON or in lines; returns the exit code."""
    if options.json:
        print_json(to_json())
    elif not getattr(options, "quiet", False):
        print_lines(lines)
    return 0 if ok else 1


def _is_terminal() -> bool:
    return sys.stderr is not None and sys.stderr.isatty()


def has_bar(options: Namespace) -> bool:
    return _is_terminal() and not getattr(options, "quiet", False)


def progress_of(options: Namespace, unit: str = "") -> feedkit.Progress:
    """A function that shows a bar on the terminal for a stage that takes long; `unit` is the name of an item."""

    def progress(items: Iterable[Any], stage: str) -> Iterable[Any]:
        from tqdm import tqdm

        # No thread that watches for bars that do not move.
        tqdm.monitor_interval = 0
        bar = _SIZED_BAR if hasattr(items, "__len__") else _OPEN_BAR
        return tqdm(
            items, desc=stage, unit=unit, unit_scale=bool(unit), delay=0.5, leave=False, file=sys.stderr, bar_format=bar
        )

    return progress if has_bar(options) else lambda items, stage: items


def _has_color(options: Namespace) -> bool:
    """Whether colour is used: as `--color` says, else NO_COLOR, else FORCE_COLOR, else on a terminal."""
    when = getattr(options, "color", "auto")
    if when != "auto" or os.environ.get("NO_COLOR"):
        return bool(when == "always")
    return bool(os.environ.get("FORCE_COLOR")) or (_is_terminal() and os.environ.get("TERM") != "dumb")


class ProblemPrinter:
    """Prints problems: with `--quiet` only errors, and similar problems of many files once, at the end.

    With `--verbose` and `--json` each problem is printed at once, and so is each problem of a list of addresses, which
    may have millions. With `codes`, problems of other codes are only counted: `feedkit build` prints them.
    """

    def __init__(
        self, options: Namespace, *, codes: str | tuple[str, ...] = "", noun: str = "article", only_new: bool = False
    ) -> None:
        """Problems whose code begins with one of `codes` are printed; `noun` is the name for a file with problems.

        With `only_new`, the second and later uses print only problems that are new or gone.
        """
        is_verbose = getattr(options, "verbose", True)
        self._format = getattr(options, "format", None) or ("full" if _is_terminal() else "text")
        self._is_quiet = options.quiet
        # Whether similar problems are printed once, at the end.
        self._is_grouped = not (getattr(options, "json", False) or is_verbose or self._format == "github")
        self._codes = "" if is_verbose else codes
        self._has_color = _has_color(options)
        self._has_bar = has_bar(options)
        self._noun = noun
        self._only_new = only_new
        # The problems of the last use, by the same problems without lines, which change often.
        self._last: dict[Problem, Problem] = {}

    def __enter__(self) -> Self:
        self._reported: dict[Problem, Problem] = {}
        self._problems: list[Problem] = []
        self._counts: Counter[str] = Counter()
        self._places: set[str] = set()
        return self

    def __call__(self, problem: Problem) -> None:
        """Print a problem, or keep it for the end."""
        if problem.severity != "error" and self._is_quiet:
            return
        is_printed = problem.code.startswith(self._codes)
        if not (is_printed and self._codes):
            self._counts[problem.severity] += 1
            self._places.add(problem.path)
        if self._only_new:
            key = replace(problem, line=None)
            self._reported[key] = problem
            is_printed &= key not in self._last
        if is_printed and self._is_grouped:
            self._problems.append(problem)
        elif is_printed:
            self._print_problem(problem)

    def __exit__(self, kind: object, *_: object) -> None:
        """Print the problems that were kept, even after an exception; then the gone ones, and the counts."""
        groups = defaultdict[object, list[Problem]](list)
        for problem in self._problems:
            groups[_kind(problem)].append(problem)
            groups[replace(problem, line=None)].append(problem)
        hint = ""
        for problem in self._problems:
            places = groups[_kind(problem)]
            if len({item.path for item in places}) <= (1 if problem.code in _OF_A_SETTING else _MAX_FILES):
                places = groups[replace(problem, line=None)]
                places = places if len(places) > _MAX_FILES else []
            if not places or problem is places[0]:
                # The hint of several documents in a row is printed once.
                is_repeated = problem.code.startswith("FK5") and problem.hint == hint
                self._print_problem(replace(problem, hint="") if is_repeated else problem, places)
                hint = problem.hint
        if kind is None:
            sign = f"{_GONE}gone{_RESET}" if self._has_color else "gone"
            self._print(f"{sign}: {problem}" for problem in self._last if problem not in self._reported)
            self._last = self._reported
        if self._counts and self._codes:
            self._print([f"{self._summary()} (feedkit build or --verbose lists them)"])
        elif self._counts and self._format == "full" and not self._is_quiet:
            self._print([self._summary()])

    def _summary(self) -> str:
        # Such as `2 errors, 5 warnings in 3 articles`.
        numbers = ", ".join(count(self._counts[name], name) for name in _COLOR_OF if self._counts[name])
        articles = sum(bool(path) and not Path(path).is_dir() for path in self._places)
        return f"{numbers} in {count(articles, self._noun)}" if articles and self._noun else numbers

    def _print_problem(self, problem: Problem, places: Sequence[Problem] = ()) -> None:
        if self._format == "github":
            self._print([_github_line(problem)])
        else:
            with_source, has_color = self._format == "full", self._has_color
            self._print(problem_lines(problem, places, with_source=with_source, has_color=has_color))

    def _print(self, lines: Iterable[str]) -> None:
        for line in lines:
            if self._has_bar:
                from tqdm import tqdm

                # The line appears above the bar.
                tqdm.write(line, file=sys.stderr)
            else:
                print_line(line, sys.stderr)


def problem_lines(
    problem: Problem, places: Sequence[Problem] = (), *, with_source: bool = False, has_color: bool = False
) -> Iterator[str]:
    """The lines that show a Problem: itself, its `places` if there are many or else its source, and its hint."""

    def in_color(color: str, text: str) -> str:
        return f"{color}{text}{_RESET}" if has_color and text else text

    where, sign, message = str(problem).partition(f"{problem.severity} {problem.code}")
    severity = in_color(_COLOR_OF[problem.severity], problem.severity)
    yield f"{in_color(_PLACE, where)}{severity}{sign.removeprefix(problem.severity)}{message}"
    if places:
        files = {place.path for place in places}
        first = [f"{place.path}:{place.line}" if place.line else place.path for place in places[:_SHOWN_PLACES]]
        times = f"{len(places):,} times in " if len(places) > len(files) else ""
        more = f" and {len(places) - len(first):,} more (--verbose lists all)" if len(places) > len(first) else ""
        yield in_color(_FAINT, printable(f"    {times}{count(len(files), 'file')}: {', '.join(first)}{more}"))
    elif with_source:
        yield from map(in_color, (_FAINT, _PLACE), _excerpt(problem))
    if problem.hint:
        yield in_color(_FAINT, f"    hint: {printable(problem.hint)}")


def _github_line(problem: Problem) -> str:
    """A Problem as a command for GitHub's runner, which shows it at the line of the file."""
    severity = {"note": "notice"}.get(problem.severity, problem.severity)
    where = {"file": problem.path, "line": str(problem.line or ""), "title": problem.code}
    values = ",".join(f"{name}={_escaped(value, ':,')}" for name, value in where.items() if value)
    key = f"{problem.key}: " if problem.key else ""
    hint = f"\n{problem.hint}" if problem.hint else ""
    return f"::{severity} {values}::{_escaped(f'{key}{problem.message}{hint}')}"


def _escaped(text: str, more: str = "") -> str:
    for char in f"%\r\n{more}":
        text = text.replace(char, f"%{ord(char):02X}")
    return printable(text)


def _kind(problem: Problem) -> object:
    """A key that similar problems share: it has no quoted values, paths and numbers.

    Problems of documents (FK5xx) are never similar: each has a line of its own, for scripts that look for one.
    """
    if problem.code.startswith("FK5"):
        return id(problem)
    key = "" if problem.code in _OF_A_SETTING else problem.key
    message = problem.message if problem.code in _OF_A_VALUE else _OWN.sub("…", problem.message)
    return problem.code, problem.severity, key, message


def _excerpt(problem: Problem) -> Iterator[str]:
    """The line of the source, with a caret under the value or the key; nothing if there is no such line."""
    lines: list[str] = []
    with suppress(OSError, ValueError):
        file = Path(problem.path)
        if problem.line and file.is_file() and file.stat().st_size <= _MAX_SOURCE_BYTES:
            lines = file.read_text("utf-8-sig", errors="replace").split("\n")
    if not problem.line or problem.line > len(lines):
        return
    # Secrets are masked, as in messages.
    line = masked(lines[problem.line - 1].replace("\t", " "))
    if line.strip() in _FENCES:
        return
    texts = [*(match[1] for match in _VALUE.finditer(problem.message)), problem.key.rpartition(".")[2]]
    marked = next((text for text in texts if text and text in line), "")
    start = line.find(marked)
    if start > _MAX_EXCERPT_CHARS // 2:
        cut = start - _MAX_EXCERPT_CHARS // 4
        line, start = f"…{line[cut:]}", start - cut + 1
    line = line if len(line) <= _MAX_EXCERPT_CHARS else f"{line[: _MAX_EXCERPT_CHARS - 1]}…"
    yield f"{problem.line:>7} | {printable(line)}"
    if marked:
        before, value = line[:start], line[start : start + len(marked)]
        yield f"{'':7} | {' ' * _columns(before)}{'^' * max(_columns(value), 1)}"


def _columns(text: str) -> int:
    return sum(0 if combining(char) else 2 if east_asian_width(char) in "WF" else 1 for char in printable(text))
