"""Writes `docs/problems.md` from the table of problems in `feedkit/rules.toml`.

Run `python docs/generate_problems.py` after a change to it; a test compares the page with what this makes.
"""

from itertools import groupby
from operator import attrgetter
from pathlib import Path

from feedkit import Rule, rules

PAGE = Path(__file__).parent / "problems.md"

MARK = "<!-- From here on made by docs/generate_problems.py from feedkit/rules.toml. Change that. -->"


def page() -> str:
    """The whole of `docs/problems.md`: its head, and below the mark what the table has."""
    head = PAGE.read_text("utf-8").partition(MARK)[0]
    sections = groupby(rules().values(), key=attrgetter("section"))
    return "\n".join([f"{head}{MARK}\n", *("\n".join(_section(name, list(group))) for name, group in sections)])


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
