"""`feedkit rule`: what a problem code means, why it matters, an example, its messages and what to do."""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Iterator, Mapping
from itertools import groupby
from textwrap import fill

from msgspec.structs import asdict

import feedkit
from feedkit.cli.printing import print_json, print_line
from feedkit.errors import SettingsError, nearest, shown

_WIDTH_CHARS = 88

_CODE = re.compile(r"FK\d+")
# A link is of no use on a terminal, its text is.
_LINK = re.compile(r"\[([^\]]*)\]\([^)]*\)")


HELP = "explain a problem code, such as FK101"
DESCRIPTION = (
    "Explain a problem code: what is wrong, why it matters, an example and what to do. Without a code, list all codes."
)


def add_options(command: argparse.ArgumentParser) -> None:
    command.add_argument("codes", nargs="*", metavar="CODE", help="a code, such as FK101")
    command.add_argument("--json", action="store_true", help="print a JSON list")


def run(options: argparse.Namespace) -> int:
    rules = feedkit.rules()
    chosen = [_named(text, rules) for text in options.codes]
    if options.json:
        print_json([{**asdict(rule), "page": rule.page} for rule in chosen or rules.values()])
    elif chosen:
        print_line("\n\n".join("\n".join(_lines(rule)) for rule in chosen), sys.stdout)
    else:
        print_line("\n".join(_list(list(rules.values()))), sys.stdout)
    return 0


def _named(text: str, rules: Mapping[str, feedkit.Rule]) -> feedkit.Rule:
    """The rule of a code; `fk101` and `101` are written for `FK101`; a title gets a hint."""
    code = f"FK{text}" if text.isdecimal() else text.upper()
    if code in rules:
        return rules[code]
    names = {name: rule for rule in rules.values() for name in (rule.title.upper(), rule.code)}
    # A code of the right form that there is not is like all others.
    near = None if _CODE.fullmatch(code) else nearest(code, names)
    hint = f"did you mean {names[near].code} ({names[near].title})?" if near else "'feedkit rule' lists all codes"
    raise SettingsError(f"rule: {shown(text)} is not a code; {hint}")


def _list(rules: list[feedkit.Rule]) -> Iterator[str]:
    for section, group in groupby(rules, key=lambda rule: rule.section):
        yield section
        yield from (f"  {rule.code}  {rule.title}" for rule in group)


def _lines(rule: feedkit.Rule) -> Iterator[str]:
    yield f"{rule.code} {rule.title}\n"
    yield _filled("what", rule.what)
    yield _filled("why", rule.why)
    yield f"example: {rule.example}\n"
    if len(rule.messages) > 1:
        yield "\n".join(("messages:", *(f"  {message}" for message in rule.messages))) + "\n"
    yield _filled("fix", rule.fix)
    yield f"see {rule.page}"


def _filled(title: str, text: str) -> str:
    """A paragraph behind its title."""
    text = f"{title}: " + _LINK.sub(r"\1", text)
    # Codes and addresses stay whole.
    return fill(text, _WIDTH_CHARS, subsequent_indent="     ", break_long_words=False, break_on_hyphens=False) + "\n"
