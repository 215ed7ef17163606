"""Commands that explain a word, without a site: `feedkit date` and `feedkit rule`."""

from __future__ import annotations

import re
import sys
from argparse import Namespace
from collections.abc import Iterator, Mapping
from itertools import groupby
from textwrap import fill

from msgspec.structs import asdict

import feedkit
from feedkit.cli.printing import print_json, print_line, problem_lines
from feedkit.errors import DateError, Problem, SettingsError, nearest, shown, with_hint

_WIDTH_CHARS = 88


def run_date(options: Namespace) -> int:
    from feedkit.dates import read_date, rfc3339, zone

    try:
        timezone = zone(options.timezone)
    except DateError as error:
        # An unknown zone is wrong usage, not a finding about a value.
        raise SettingsError(f"--timezone: {with_hint(error)}") from error
    rows = []
    for value in options.values:
        row: dict[str, str | None] = {"input": value, **dict.fromkeys(("value", "precision", "zone", "error", "code"))}
        try:
            date = read_date(value, timezone=timezone, order=options.order)
            row |= {"value": rfc3339(date.value), "precision": date.precision, "zone": date.zone}
            text, stream = rfc3339(date.value), sys.stdout
        except DateError as error:
            row |= {"error": with_hint(error), "code": error.code}
            problem = Problem(code=error.code, severity="error", message=str(error), hint=error.hint)
            text, stream = "\n".join(problem_lines(problem)), sys.stderr
        if not options.json:
            print_line(text, stream)
        rows.append(row)
    if options.json:
        print_json(rows)
    return 1 if any(row["error"] for row in rows) else 0


def run_rule(options: Namespace) -> int:
    rules = feedkit.rules()
    chosen = [_named(text, rules) for text in options.codes]
    if options.json:
        print_json([{**asdict(rule), "page": rule.page} for rule in chosen or rules.values()])
    elif chosen:
        print_line("\n\n".join("\n".join(_rule_lines(rule)) for rule in chosen), sys.stdout)
    else:
        for section, group in groupby(rules.values(), key=lambda rule: rule.section):
            print_line("\n".join([section, *(f"  {rule.code}  {rule.title}" for rule in group)]), sys.stdout)
    return 0


def _named(text: str, rules: Mapping[str, feedkit.Rule]) -> feedkit.Rule:
    """The rule of a code; `fk101` and `101` are written for `FK101`; a title gets a hint."""
    code = f"FK{text}" if text.isdecimal() else text.upper()
    if code in rules:
        return rules[code]
    names = {name: rule for rule in rules.values() for name in (rule.title.upper(), rule.code)}
    # A code of the right form that there is not is like all others.
    near = None if re.fullmatch(r"FK\d+", code) else nearest(code, names)
    hint = f"did you mean {names[near].code} ({names[near].title})?" if near else "'feedkit rule' lists all codes"
    raise SettingsError(f"rule: {shown(text)} is not a code; {hint}")


def _rule_lines(rule: feedkit.Rule) -> Iterator[str]:
    yield f"{rule.code} {rule.title}\n"
    yield _filled("what", rule.what)
    yield _filled("why", rule.why)
    yield f"example: {rule.example}\n"
    if len(rule.messages) > 1:
        yield "\n".join(("messages:", *(f"  {message}" for message in rule.messages))) + "\n"
    yield _filled("fix", rule.fix)
    yield f"see {rule.page}"


def _filled(title: str, text: str) -> str:
    # A link is of no use on a terminal, its text is.
    text = f"{title}: " + re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", text)
    # Codes and addresses stay whole.
    return fill(text, _WIDTH_CHARS, subsequent_indent="     ", break_long_words=False, break_on_hyphens=False) + "\n"
