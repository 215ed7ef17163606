"""YAML front matter of the shape that nearly all articles have, taken apart line by line.

Keys at the left edge, each with a value on its line or a list of such values: plain, in quotes without an escape, in
brackets. Refuses everything else, also where it is only doubtful: `_yaml` reads that, and tells what is wrong with it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any

from feedkit.config.tables import Limits

# What may begin a plain value: no sign that means something to YAML.
_BEGIN = r"""[^\s\-?:,\[\]{}#&*!|>'"%@`]"""
_QUOTED = r"""\"[^"\\]*\"|'[^']*'"""
# A colon before a blank makes a key, a number sign behind one makes a comment.
_PLAIN = rf"{_BEGIN}[^:#]*(?:(?::(?=\S)|(?<=\S)#)[^:#]*)*"
_IN_BRACKETS = rf"(?:{_QUOTED}|{_BEGIN}[^,\[\]{{}}:#]*) *"
_VALUE = re.compile(rf"{_QUOTED}|{_PLAIN}")
_BRACKETS = re.compile(rf"\[ *(?:{_IN_BRACKETS}(?:, *{_IN_BRACKETS})*)?\]")
_ITEM = re.compile(rf"{_QUOTED}|[^\s,\[\]\"'][^,\]]*")

# Keys that are no identifiers of Python's; all are shorter than libyaml looks ahead for their colons.
_KEY = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*")
_LONGEST_KEY = 1000

_MARK = re.compile(r"(?: {2}| {4})?- ")

#: Of plain values only.
_NULL = frozenset(["", "~", "null", "Null", "NULL"])
# What a value has not behind its end, and a plain one not at all.
_ENDS = ": "

# A list in a mapping.
_DEPTH = 2


class OddError(Exception):
    """A block of another shape."""


def load(block: str, first_line: int, limits: Limits) -> tuple[dict[str, Any], dict[str, int]] | None:
    """What `_yaml.load` gives for a block of this shape; None for any other. No text in it needs to be made legal."""
    lines = block.split("\n")
    if lines.pop() or not may_be_simple(block, limits):
        return None
    try:
        # Behind a blank, a number sign begins a comment, if not in quotes.
        metadata, numbers = _pairs(lines, first_line, _value if " #" in block else _plain_or_value)
    except OddError:
        return None
    if not metadata or not _NULL.isdisjoint(metadata) or len(max(metadata, key=len)) > _LONGEST_KEY:
        return None
    return metadata, numbers


def may_be_simple(block: str, limits: Limits) -> bool:
    """Whether a block is small enough, and has no character that takes a longer look."""
    # Each value takes a character at least.
    if len(block) > min(limits.block, limits.nodes, limits.expansion) or limits.depth < _DEPTH:
        return False
    return block.replace("\n", "").isprintable()


def _pairs(
    lines: Iterable[str], first_line: int, read: Callable[[str], str | None]
) -> tuple[dict[str, Any], dict[str, int]]:
    metadata: dict[str, Any] = {}
    numbers: dict[str, int] = {}
    # The key that may have a list below it, and how the items of that begin.
    key = mark = ""
    for number, text in enumerate(lines, first_line):
        if mark and text.startswith(mark):
            metadata[key].append(read(text[len(mark) :]))
            continue
        name, colon, value = text.partition(": ")
        if colon and (name.isidentifier() or _is_key(name)) and name not in metadata:
            metadata[name] = in_brackets(value) if value[:1] == "[" else read(value)
            numbers[name], key, mark = number, "", ""
        elif text[-1:] == ":" and _is_key(text[:-1]) and text[:-1] not in metadata:
            key, mark = text[:-1], ""
            metadata[key], numbers[key] = None, number
        elif key and not mark and (begun := _MARK.match(text)):
            mark = begun[0]
            metadata[key] = [read(text[len(mark) :])]
        elif text:
            raise OddError
    return metadata, numbers


def _is_key(text: str) -> bool:
    return _KEY.fullmatch(text) is not None or text.isidentifier()


def _plain_or_value(text: str) -> str | None:
    # Enough to know of most that they are what is written, in a block where nothing looks like a comment.
    if text[:1].isalnum() and text[-1] not in _ENDS and ": " not in text and (len(text) != 4 or text not in _NULL):
        return text
    return _value(text)


def _value(text: str) -> str | None:
    text = text.rstrip(" ")
    if text and not _VALUE.fullmatch(text):
        raise OddError
    return text[1:-1] if text[:1] in ("'", '"') else None if text in _NULL else text


def in_brackets(text: str) -> list[str | None]:
    """The items of a list in brackets. Raises `OddError`."""
    if not _BRACKETS.fullmatch(text.rstrip(" ")):
        raise OddError
    return [_value(item) for item in _ITEM.findall(text)]
