"""How commands print problems: in lines, with the line of the source and a caret, or as annotations of GitHub."""

from __future__ import annotations

import argparse
import os
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from typing import Self, TextIO
from unicodedata import combining, east_asian_width

from msgspec.structs import replace

from feedkit.cli.printing import count, diagnostic_printer
from feedkit.errors import Problem, masked, printable

#: A problem in more files than this, or in more lines of one file, is printed once, with the first places.
_MAX_FILES, _SHOWN_PLACES = 5, 3

# Problems that one setting solves for all files: two are too many to list.
_OF_A_SETTING = frozenset(["FK221"])

# What of a message is of one place only.
_OWN = re.compile(r"'[^']*'|\S*/\S*|\S+\.\w{1,8}\b|[0-9][0-9,.]*")
# A value that a message quotes, with the sign of a value that is cut short.
_VALUE = re.compile(r"'(.+?)(?:…)?'(?=[\s,;:.)]|$)")
# What only separates.
_FENCES = frozenset(["", "---", "+++", ";;;", "{", "}"])
# A file that is larger has too many lines to look for one.
_MAX_SOURCE_BYTES = 4 * 1024 * 1024
_MAX_EXCERPT_CHARS = 100

_RESET = "\x1b[0m"
_COLOR_OF = {"error": "\x1b[1;31m", "warning": "\x1b[1;33m", "note": "\x1b[1;36m"}
_PLACE, _FAINT, _GONE = "\x1b[1m", "\x1b[2m", "\x1b[32m"

#: What GitHub calls the severities.
_GITHUB_COMMANDS = {"error": "error", "warning": "warning", "note": "notice"}


def add_style(command: argparse.ArgumentParser) -> None:
    """The options that say how problems are printed."""
    text = "how problems are printed: text; full, with the line of the source (default on a terminal); github, as "
    text += "annotations in GitHub Actions"
    command.add_argument("--format", choices=("text", "full", "github"), metavar="FORMAT", help=text)
    text, choices = "use colour: auto (default), always, never", ("auto", "always", "never")
    command.add_argument("--color", choices=choices, default="auto", metavar="WHEN", help=text)


def has_color(options: argparse.Namespace, stream: TextIO | None) -> bool:
    """Whether colour is used: as `--color` says, else NO_COLOR, else FORCE_COLOR, else on a terminal."""
    when = getattr(options, "color", "auto")
    if when != "auto" or os.environ.get("NO_COLOR"):
        return bool(when == "always")
    if os.environ.get("FORCE_COLOR"):
        return True
    return stream is not None and stream.isatty() and os.environ.get("TERM") != "dumb"


#: What the last build reported, for the next one, which reports what is new or gone, and takes its place.
LastProblems = dict[Problem, Problem]


class ProblemPrinter:
    """Prints problems, errors only with `--quiet`; a problem of many files once, when the work is done.

    With `--verbose` and `--json` each is printed at once, and so are those of a list of addresses, which may
    have millions. With `codes`, those of other codes are only counted: `feedkit build` prints them.
    """

    def __init__(
        self,
        options: argparse.Namespace,
        *,
        codes: str = "",
        last: LastProblems | None = None,
        noun: str = "article",
    ) -> None:
        """`codes` is how the printed ones begin, `last` what the last build reported, `noun` what has problems."""
        is_terminal = sys.stderr is not None and sys.stderr.isatty()
        self._format = getattr(options, "format", None) or ("full" if is_terminal else "text")
        self._is_quiet = options.quiet
        # Printed at the end, those that are alike once.
        self._is_grouped = not (options.json or getattr(options, "verbose", True) or self._format == "github")
        self._codes = "" if getattr(options, "verbose", True) else codes
        self._has_color = has_color(options, sys.stderr)
        self._print = diagnostic_printer(options)
        self._last = last
        self._noun = noun
        self._problems: list[Problem] = []
        # All that were reported in this run, without their lines, which change with every line above them.
        self._reported: dict[Problem, Problem] = {}
        self._counts: Counter[str] = Counter()
        self._places: dict[str, None] = {}

    def __call__(self, problem: Problem) -> None:
        """Print a problem, or keep it for the end."""
        if problem.severity != "error" and self._is_quiet:
            return
        is_printed = problem.code.startswith(self._codes)
        if not (is_printed and self._codes):
            self._counts[problem.severity] += 1
            self._places[problem.path] = None
        if self._last is not None:
            key = replace(problem, line=None)
            self._reported[key] = problem
            if key in self._last:
                return
        if not is_printed:
            return
        if self._is_grouped:
            self._problems.append(problem)
        else:
            self._print_lines(self._lines(problem))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        """Print what was kept, also where the work was not finished, what is gone, and how many there were."""
        groups = defaultdict[object, list[Problem]](list)
        for problem in self._problems:
            groups[_kind(problem)].append(problem)
            groups[_in_its_file(problem)].append(problem)
        for problem in self._problems:
            group, of_file = groups[_kind(problem)], groups[_in_its_file(problem)]
            if len({item.path for item in group}) <= (1 if problem.code in _OF_A_SETTING else _MAX_FILES):
                if len(of_file) <= _MAX_FILES:
                    self._print_lines(self._lines(problem))
                elif problem is of_file[0]:
                    self._print_lines(self._lines(problem, of_file))
            elif problem is group[0]:
                self._print_lines(self._lines(problem, group))
        self._problems.clear()
        if self._last is not None and kind is None:
            gone = (problem for problem in self._last if problem not in self._reported)
            sign = f"{_GONE}gone{_RESET}" if self._has_color else "gone"
            self._print_lines([f"{sign}: {problem}" for problem in gone])
            self._last.clear()
            self._last.update(self._reported)
            self._reported.clear()
        if self._counts and self._codes:
            self._print_lines([f"{self._summary()} (feedkit build or --verbose lists them)"])
        elif self._counts and self._format == "full" and not self._is_quiet:
            self._print_lines([self._summary()])
        self._counts.clear()
        self._places.clear()
        # The next build may find another text there.
        _source.cache_clear()

    def _lines(self, problem: Problem, places: Sequence[Problem] = ()) -> Iterator[str]:
        if self._format == "github":
            yield github_line(problem)
        else:
            lines = problem_lines(problem, places, with_source=self._format == "full")
            yield from (map(_in_color, lines) if self._has_color else lines)

    def _summary(self) -> str:
        """How many problems there were, and where: `2 errors, 5 warnings in 3 articles`."""
        numbers = ", ".join(count(self._counts[name], name) for name in _COLOR_OF if self._counts[name])
        articles = sum(bool(path) and not Path(path).is_dir() for path in self._places)
        return f"{numbers} in {count(articles, self._noun)}" if articles and self._noun else numbers

    def _print_lines(self, lines: Iterable[str]) -> None:
        for line in lines:
            self._print(line)


def problem_lines(problem: Problem, places: Sequence[Problem] = (), *, with_source: bool = False) -> Iterator[str]:
    """A Problem, the `places` where it is if there are many, the line of its source and its hint, as they are shown."""
    yield str(problem)
    if places:
        yield printable(f"    {_many(places)}")
    elif with_source:
        yield from _excerpt(problem)
    if problem.hint:
        yield f"    hint: {printable(problem.hint)}"


def github_line(problem: Problem) -> str:
    """A Problem as a command of GitHub's runner, which shows it beside the line of the file."""
    where = {"file": problem.path, "line": str(problem.line or ""), "title": problem.code}
    values = ",".join(f"{name}={_escaped(value, ':,')}" for name, value in where.items() if value)
    text = "\n".join(
        filter(None, [f"{problem.key}: {problem.message}" if problem.key else problem.message, problem.hint])
    )
    return f"::{_GITHUB_COMMANDS[problem.severity]} {values}::{_escaped(text)}"


def _escaped(text: str, more: str = "") -> str:
    for char in f"%\r\n{more}":
        text = text.replace(char, f"%{ord(char):02X}")
    return printable(text)


def _in_its_file(problem: Problem) -> object:
    """What problems have in common that differ in their lines only."""
    return problem.path, problem.code, problem.key, problem.message


def _kind(problem: Problem) -> object:
    """What alike problems have in common: all but values in quotes, paths and numbers.

    Each document that is not written is a line of its own: a build script may look for one.
    """
    if problem.code.startswith("FK5"):
        return id(problem)
    key = "" if problem.code in _OF_A_SETTING else problem.key
    return problem.code, problem.severity, key, _OWN.sub("…", problem.message)


def _many(places: Sequence[Problem]) -> str:
    """In how many files a problem is, and the first of them."""
    files = dict.fromkeys(place.path for place in places)
    named = [f"{place.path}:{place.line}" if place.line else place.path for place in places[:_SHOWN_PLACES]]
    times = f"{len(places):,} times in " if len(places) > len(files) else ""
    more = f" and {len(places) - len(named):,} more (--verbose lists all)" if len(places) > len(named) else ""
    return f"{times}{count(len(files), 'file')}: {', '.join(named)}{more}"


def _excerpt(problem: Problem) -> Iterator[str]:
    """The line of the source, with a caret under the value or the key; nothing where there is no such line."""
    lines = _source(problem.path) if problem.line else ()
    if not problem.line or problem.line > len(lines):
        return
    # Secrets stay out of it, as they do of messages.
    line = masked(lines[problem.line - 1].replace("\t", " "))
    if line.strip() in _FENCES:
        return
    start, length = _marked(line, problem)
    if start > _MAX_EXCERPT_CHARS // 2:
        cut = start - _MAX_EXCERPT_CHARS // 4
        line, start = f"…{line[cut:]}", start - cut + 1
    shown = line if len(line) <= _MAX_EXCERPT_CHARS else f"{line[: _MAX_EXCERPT_CHARS - 1]}…"
    number = f"{problem.line:>7}"
    yield f"{number} | {printable(shown)}"
    if length:
        before, value = shown[:start], shown[start : start + length]
        yield f"{' ' * len(number)} | {' ' * _columns(before)}{'^' * max(_columns(value), 1)}"


def _marked(line: str, problem: Problem) -> tuple[int, int]:
    """Where the value that a message quotes, else its key, begins in a line, and how long it is; 0 where it is not."""
    values = [match[1] for match in _VALUE.finditer(problem.message)]
    for text in (*values, problem.key.rpartition(".")[2]):
        if text and (start := line.find(text)) >= 0:
            return start, len(text)
    return 0, 0


def _columns(text: str) -> int:
    """How wide a text is on a terminal."""
    return sum(0 if combining(char) else 2 if east_asian_width(char) in "WF" else 1 for char in printable(text))


@lru_cache(maxsize=1)
def _source(path: str) -> tuple[str, ...]:
    """The lines of a file; none where it is no file of text, or is very large."""
    with suppress(OSError, ValueError):
        file = Path(path)
        if file.is_file() and file.stat().st_size <= _MAX_SOURCE_BYTES:
            return tuple(file.read_text("utf-8-sig", errors="replace").split("\n"))
    return ()


#: The parts of a line about a problem: where it is, how bad, and the rest.
_HEAD = re.compile(r"(.*?: )?(error|warning|note)( FK[0-9]{3}: .*)", re.DOTALL)

_CARETS = re.compile(r" +\| +\^+")


def _in_color(line: str) -> str:
    """A line of a problem in colour."""
    if _CARETS.fullmatch(line):
        return f"{_PLACE}{line}{_RESET}"
    if line.startswith("    ") or not (match := _HEAD.fullmatch(line)):
        return f"{_FAINT}{line}{_RESET}"
    where, severity, rest = match.groups(default="")
    place = f"{_PLACE}{where}{_RESET}" if where else ""
    return f"{place}{_COLOR_OF[severity]}{severity}{_RESET}{rest}"
