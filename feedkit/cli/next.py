"""`feedkit next`: when to build again."""

from __future__ import annotations

import argparse
import sys

from msgspec import to_builtins

from feedkit.cli.options import add_content, add_printing, add_settings, publication_of
from feedkit.cli.printing import print_json, print_line, print_lines
from feedkit.dates import rfc3339
from feedkit.errors import has_no_error

HELP = "print when a scheduled or expiring article next changes the output"
DESCRIPTION = (
    "Print the time (RFC 3339) at which a scheduled or expiring article next changes the output, and nothing where "
    "none does. Writes nothing."
)


def add_options(command: argparse.ArgumentParser) -> None:
    add_content(command)
    add_settings(command)
    add_printing(command)


def run(options: argparse.Namespace) -> int:
    publication, problems = publication_of(options)
    change = publication.next_change and rfc3339(publication.next_change)
    if options.json:
        print_json({"next_change": change, "problems": to_builtins(problems)})
    elif change:
        print_lines([change])
    elif sys.stdout.isatty():
        print_line("no article is scheduled, and none expires", sys.stderr)
    return 0 if has_no_error(problems) else 1
