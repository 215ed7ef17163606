"""YAML front matter of the shape that nearly all articles have, taken apart by one expression.

Keys at the left edge, each with a value on its line or a list of such values: plain, in quotes without an escape, in
brackets. Refuses everything else, also where it is only doubtful: `_yaml` reads that, and tells what is wrong with it.
"""

from __future__ import annotations

import re
from typing import Any

from feedkit.setting_tables import Limits

# What may begin a plain value: no sign that means something to YAML.
_BEGIN = r"""[^\s\-?:,\[\]{}#&*!|>'"%@`]"""
_QUOTED = r"""\"[^"\\\n]*\"|'[^'\n]*'"""
# A colon before a blank makes a key, a number sign behind one makes a comment.
_PLAIN = rf"{_BEGIN}[^\n:#]*(?:(?::(?=\S)|(?<=\S)#)[^\n:#]*)*"
_VALUE = rf"(?:{_QUOTED}|{_PLAIN})"
_IN_BRACKETS = rf"(?:{_QUOTED}|{_BEGIN}[^\n,\[\]{{}}:#]*) *"
_BRACKETS = rf"\[ *(?:{_IN_BRACKETS}(?:, *{_IN_BRACKETS})*)?\]"

# A key is shorter than libyaml looks ahead for its colon.
_PAIR = re.compile(
    rf"([A-Za-z_][A-Za-z0-9_-]{{0,60}}):"
    rf"(?: ((?:{_VALUE}|{_BRACKETS}) *)|((?:\n- {_VALUE} *)+|(?:\n  - {_VALUE} *)+|(?:\n    - {_VALUE} *)+|))(\n+)"
)
_ITEM = re.compile(rf"{_QUOTED}|[^\s,\[\]\"'][^,\]]*")

#: Of plain values only.
_NULL = frozenset(["~", "null", "Null", "NULL"])

# A list in a mapping.
_DEPTH = 2


def load(block: str, first_line: int, limits: Limits) -> tuple[dict[str, Any], dict[str, int]] | None:
    """What `_yaml.load` gives for a block of this shape; None for any other. No text in it needs to be made legal."""
    metadata: dict[str, Any] = {}
    lines: dict[str, int] = {}
    line, length = first_line, 0
    pairs = _PAIR.findall(block)
    for key, value, items, end in pairs:
        metadata[key] = _value(value) if value else _items(items) if items else None
        lines[key] = line
        line += (items.count("\n") if items else 0) + len(end)
        # The colon, and the blank before a value, are in none of the parts.
        length += len(key) + len(value or items) + len(end) + (2 if value else 1)
    # As long as the block: nothing was passed over between the pairs.
    if length != len(block) or len(metadata) != len(pairs) or not pairs or not _NULL.isdisjoint(metadata):
        return None
    return (metadata, lines) if block.replace("\n", "").isprintable() and _within(length, limits) else None


def _within(length: int, limits: Limits) -> bool:
    """Whether a block of a length is within the limits: each value of it takes a character at least."""
    return length <= min(limits.block, limits.nodes, limits.expansion) and limits.depth >= _DEPTH


def _value(text: str) -> Any:
    if text[-1] == " ":
        text = text.rstrip(" ")
    if text[0] == "[":
        return [_value(item) for item in _ITEM.findall(text)]
    return text[1:-1] if text[0] in "\"'" else None if text in _NULL else text


def _items(text: str) -> list[Any]:
    """The items below a key: each begins with the same blanks and a hyphen."""
    items = text.split(text[: text.index("-") + 2])[1:]
    if '"' in text or "'" in text or " \n" in text or text[-1] == " " or not _NULL.isdisjoint(items):
        return [_value(item) for item in items]
    return items
