"""`feedkit next`: when to build again."""

from __future__ import annotations

import argparse
import json
import sys
from typing import Any

from msgspec import to_builtins

import feedkit
from feedkit.cli.options import add_printing, add_settings, content_of, default_content, site_of
from feedkit.cli.printing import has_bar, print_line, progress_of
from feedkit.cli.problems import ProblemPrinter
from feedkit.dates import rfc3339
from feedkit.errors import has_no_error


def add_next(commands: Any) -> None:
    """The grammar of `feedkit next`."""
    command = commands.add_parser(
        "next",
        help="print when a scheduled or expiring article next changes the output",
        description="Print the time (RFC 3339) at which a scheduled or expiring article next changes the output, "
        "and nothing where none does. Writes nothing.",
        allow_abbrev=False,
    )
    command.set_defaults(run=_next)
    command.add_argument("content", nargs="?", default=default_content(), metavar="CONTENT", help="as in feedkit build")
    add_settings(command)
    add_printing(command)


def _next(options: argparse.Namespace) -> int:
    site, content = site_of(options), content_of(options)
    problems: list[feedkit.Problem] = []
    with ProblemPrinter(options, bar=has_bar(options), codes="FK6") as print_problem:

        def report(problem: feedkit.Problem) -> None:
            problems.append(problem)
            print_problem(problem)

        entries = content if isinstance(content, str) else feedkit.read_json_lines(content, site, on_problem=report)
        found = feedkit.next_change(site, entries, on_problem=report, progress=progress_of(options))
    if options.json:
        answer = {"next_change": found and rfc3339(found), "problems": to_builtins(problems)}
        print_line(json.dumps(answer), sys.stdout)
    elif found is not None:
        print_line(rfc3339(found), sys.stdout)
    return 0 if has_no_error(problems) else 1
