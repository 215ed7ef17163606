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
    rf"(([A-Za-z_][A-Za-z0-9_-]{{0,60}}):"
    rf"(?: ((?:{_VALUE}|{_BRACKETS}) *)|((?:\n- {_VALUE} *)+|(?:\n  - {_VALUE} *)+|(?:\n    - {_VALUE} *)+|))\n+)"
)
_ITEM = re.compile(rf"{_QUOTED}|[^\s,\[\]\"'][^,\]]*")

#: Of plain values only.
_NULL = frozenset(["~", "null", "Null", "NULL"])
# What begins a value that is not what it is written as, or may be so; and how one ends with blanks.
_ODD = frozenset("\"'[~nN")
_BLANK_END = " \n"
# What begins such an item of a list.
_ODD_ITEMS = ('- "', "- '")

# A list in a mapping.
_DEPTH = 2


def load(block: str, first_line: int, limits: Limits) -> tuple[dict[str, Any], dict[str, int]] | None:
    """What `_yaml.load` gives for a block of this shape; None for any other. No text in it needs to be made legal."""
    metadata: dict[str, Any] = {}
    lines: dict[str, int] = {}
    line, blanks = first_line, _BLANK_END in block
    odd_items = blanks or any(mark in block for mark in _ODD_ITEMS)
    pairs = _PAIR.findall(block)
    for pair, key, value, items in pairs:
        if items:
            metadata[key] = _items(items, odd=odd_items)
        elif value:
            metadata[key] = _value(value) if blanks or value[0] in _ODD else value
        else:
            metadata[key] = None
        lines[key] = line
        line += pair.count("\n")
    # Together as long as the block: nothing was passed over between them.
    if not pairs or sum([len(pair[0]) for pair in pairs]) != len(block):
        return None
    if len(metadata) != len(pairs) or not _NULL.isdisjoint(metadata) or not _within(len(block), limits):
        return None
    return (metadata, lines) if block.replace("\n", "").isprintable() else None


def _within(length: int, limits: Limits) -> bool:
    """Whether a block of a length is within the limits: each value of it takes a character at least."""
    return length <= min(limits.block, limits.nodes, limits.expansion) and limits.depth >= _DEPTH


def _value(text: str) -> Any:
    if text[-1] == " ":
        text = text.rstrip(" ")
    if text[0] == "[":
        return [_value(item) for item in _ITEM.findall(text)]
    return text[1:-1] if text[0] in "\"'" else None if text in _NULL else text


def _items(text: str, *, odd: bool) -> list[Any]:
    """The items below a key: each begins with the same blanks and a hyphen; some may be odd."""
    items = text.split(text[: text.index("-") + 2])[1:]
    return [_value(item) for item in items] if odd or not _NULL.isdisjoint(items) else items
