"""`feedkit date`: what a value means as a date, or why it has no certain meaning."""

from __future__ import annotations

import argparse
import sys
from datetime import tzinfo

from feedkit.cli.printing import print_json, print_line
from feedkit.cli.problems import problem_lines
from feedkit.errors import DateError, Problem, SettingsError

HELP = "show what a date means, or why it has no certain meaning"
DESCRIPTION = "Read each value as an article's date is read, and print the time that it means (RFC 3339)."


def add_options(command: argparse.ArgumentParser) -> None:
    command.add_argument("values", nargs="+", metavar="VALUE", help="a date as it stands in front matter")
    text = "the time zone of dates that have none (default: UTC)"
    command.add_argument("--timezone", default="UTC", metavar="ZONE", help=text)
    order = command.add_mutually_exclusive_group()
    order.add_argument("--dayfirst", dest="order", action="store_const", const="dmy", help="read 01/02 as 1 February")
    order.add_argument("--monthfirst", dest="order", action="store_const", const="mdy", help="read 01/02 as 2 January")
    command.add_argument("--json", action="store_true", help="print a JSON list")


def run(options: argparse.Namespace) -> int:
    from feedkit.dates import zone

    try:
        timezone = zone(options.timezone)
    except DateError as error:
        # An unknown zone is wrong usage, not a finding about a value.
        raise SettingsError(f"--timezone: {_with_hint(error)}") from error
    rows = [_row(value, timezone, options) for value in options.values]
    if options.json:
        print_json(rows)
    return 1 if any(row["error"] for row in rows) else 0


def _row(value: str, timezone: tzinfo, options: argparse.Namespace) -> dict[str, str | None]:
    """What a value means, as `--json` lists it; printed at once where no list is wanted."""
    from feedkit.dates import read_date, rfc3339

    empty = dict.fromkeys(("value", "precision", "zone", "error", "code"))
    try:
        date = read_date(value, timezone=timezone, order=options.order)
    except DateError as error:
        if not options.json:
            problem = Problem(code=error.code, severity="error", message=str(error), hint=error.hint)
            print_line("\n".join(problem_lines(problem)), sys.stderr)
        return {"input": value, **empty, "error": _with_hint(error), "code": error.code}
    text = rfc3339(date.value)
    if not options.json:
        print_line(text, sys.stdout)
    return {"input": value, **empty, "value": text, "precision": date.precision, "zone": date.zone}


def _with_hint(error: DateError) -> str:
    return f"{error}; {error.hint}" if error.hint else str(error)
