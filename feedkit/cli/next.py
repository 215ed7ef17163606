"""`feedkit next`: when to build again."""

from __future__ import annotations

import argparse
import json
import sys
from typing import Any

import feedkit
from feedkit.cli.options import add_printing, add_settings, content_of, site_of
from feedkit.cli.printing import print_line, problem_printer
from feedkit.dates import rfc3339


def add_next(commands: Any) -> None:
    """The grammar of `feedkit next`."""
    command = commands.add_parser(
        "next",
        help="print when a scheduled or expiring article next changes the output",
        description="Print the instant (RFC 3339) at which a scheduled or expiring article next changes the output, "
        "and nothing where none does. Writes nothing.",
        allow_abbrev=False,
    )
    command.set_defaults(run=_next)
    command.add_argument("content", nargs="?", default=".", metavar="CONTENT", help="as in feedkit build")
    add_settings(command)
    add_printing(command)


def _next(options: argparse.Namespace) -> int:
    result = feedkit.upcoming(site_of(options), content_of(options), on_problem=problem_printer(options))
    if options.json:
        print_line(json.dumps(result.to_json()), sys.stdout)
    elif result.next_change is not None:
        print_line(rfc3339(result.next_change), sys.stdout)
    return 0 if result.ok else 1
