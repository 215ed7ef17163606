"""Writes `docs/problems.md` from the table of problems in `feedkit/rules.toml`.

Run `python docs/generate_problems.py` after a change to it; a test compares the page with what this makes.
"""

from itertools import groupby
from operator import attrgetter
from pathlib import Path

from feedkit import Rule, rules

PAGE = Path(__file__).parent / "problems.md"

HEAD = """# Problems

<!-- Made by docs/generate_problems.py from feedkit/rules.toml. Change that. -->

A problem has a code, a severity, a place (file, line, key), a message and a hint. An **error** leaves its article out,
or its document as it was, and makes the command end with exit code 1; a **warning** or a **note** is about something
that was put right or left out. Everything else is built in any case. From Python a problem is a `feedkit.Problem`, and
this page is `feedkit.rules()`; on the command line, `feedkit rule FK101` prints a section of it. Where a code has
several messages, all are listed; names in braces stand for values.
"""


def page() -> str:
    """The whole of `docs/problems.md`."""
    sections = groupby(rules().values(), key=attrgetter("section"))
    return "\n".join([HEAD, *("\n".join(_section(name, list(group))) for name, group in sections)])


def _section(name: str, group: list[Rule]) -> list[str]:
    return [f"## {name} ({group[0].code[:3]}xx)\n", *map(_rule, group)]


def _rule(rule: Rule) -> str:
    messages = "\n".join(f"    {message}" for message in rule.messages if len(rule.messages) > 1)
    return (
        f"### {rule.code} {rule.title}\n\n    {rule.example}\n\n"
        f"{rule.what}\n\n**Why:** {rule.why}\n\n**What to do:** {rule.fix}\n"
        + (f"\n**Messages:**\n\n{messages}\n" if messages else "")
    )


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
