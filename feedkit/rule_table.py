"""Every problem by its code: what it means, why it matters, an example and what to do, from `rules.toml`."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from feedkit.value import Value

_TABLE = Path(__file__).with_name("rules.toml")


class Rule(Value, frozen=True, kw_only=True):
    """What a problem code means. Its texts are Markdown; links in them are relative to `docs`."""

    code: str  #: The code, such as `FK101`.
    section: str  #: The part of feedkit that reports it, such as `Dates`.
    title: str  #: A few words.
    example: str  #: A problem as it is printed.
    #: Every message of the code, with names in braces for the values, such as `{value} is not a date`.
    messages: tuple[str, ...] = ()
    what: str  #: What is wrong, and the consequence for the article or the document.
    why: str  #: What subscribers, readers or search engines would see otherwise.
    fix: str  #: What to do.

    @property
    def page(self) -> str:
        """Where the documentation explains the code, such as `docs/problems.md#fk101-not-a-date`."""
        words = "".join(char for char in f"{self.code} {self.title}".lower() if char.isalnum() or char in " -_")
        return f"docs/problems.md#{words.replace(' ', '-')}"

    def message_of(self, text: str) -> str | None:
        """The item of `messages` that `text`, the message of a Problem, matches, with the fewest values; else None."""
        fitting = [message for message in self.messages if _pattern(message).fullmatch(text)]
        return min(fitting, key=lambda message: len(_NAME.findall(message)), default=None)


_NAME = re.compile(r"\{[a-z_]+\}")
# Possible ends of any message: the article that inherits the value, or the folder that has no defaults.
_ENDINGS = r"(?: \(for .*\)|; the articles below its folder have no defaults of it)?"


@cache
def _pattern(message: str) -> re.Pattern[str]:
    return re.compile(".*?".join(map(re.escape, _NAME.split(message))) + _ENDINGS, re.DOTALL)


def rules() -> Mapping[str, Rule]:
    """The rules by their codes, in the order of the documentation."""
    sections = tomllib.loads(_TABLE.read_text("utf-8"))
    return {
        code: Rule(
            code=code,
            section=section,
            messages=texts.pop("messages", ()),
            **{name: text.strip() for name, text in texts.items()},
        )
        for section, codes in sections.items()
        for code, texts in codes.items()
    }
