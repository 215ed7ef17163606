"""Simple YAML front matter of a shape that was met before, taken apart by one expression for the whole block.

Refuses a shape that was met once only, for it takes time to make an expression, and values that `_yamlsimple` would
have to look at twice. What it takes apart, `_yamlsimple` takes apart in the same way.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from feedkit.reading import _yamlsimple
from feedkit.setting_tables import Limits

#: How many shapes are known at a time, and how many are counted.
_MOST = 8
_COUNTED = 500
#: How often a shape is met before there is an expression for it.
_WORTHWHILE = 2

# A value that is more than one of the words for nothing, and does not end with a blank.
_PLAIN = r"(?!(?:null|Null|NULL)\n)[^\W_][^\n:#]*(?:(?::(?=\S)|(?<=\S)#)[^\n:#]*)*(?<! )"
_VALUE = rf"""(?:{_PLAIN}|"[^"\\\n]+"|'[^'\n]+')"""
_QUOTES = ("'", '"')

_LINE = re.compile(r"([A-Za-z_][A-Za-z0-9_-]{0,99}):(?: (.).*)?")
_MARK = re.compile(r"((?: {2}| {4})?- ).")
# What a value is: a text, a list in brackets, or nothing. A list below its key is the mark of its items.
_TEXT, _BRACKETS, _NOTHING = "text", "[", ""

#: The keys of a block, and what stands under each.
Shape = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """Front matter, taken apart."""

    keys: tuple[str, ...]
    #: Each is a text that is not empty, nothing, or a list.
    values: tuple[Any, ...]
    #: Where the body begins in the text, and in which line of the file.
    end: int
    line: int


class Patterns:
    """Expressions for the shapes of front matter that were met. They are tried in the order of their last use."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._known: list[_Pattern] = []
        self._met: dict[Shape, int] = {}

    def block(self, text: str) -> Block | None:
        """The front matter at the beginning of a text without CR; None where that is not simple."""
        for place, pattern in enumerate(self._known):
            if found := pattern.expression.match(text):
                if place:
                    self._known.insert(0, self._known.pop(place))
                return self._block(pattern, found)
        return self._by_line(text)

    def _block(self, pattern: _Pattern, found: re.Match[str]) -> Block | None:
        text, end = found.string, found.end()
        if not _yamlsimple.may_be_simple(text[4 : end - 4], self._limits):
            return None
        try:
            values = tuple([read(value) for read, value in zip(pattern.read, found.groups(), strict=True)])
        except _yamlsimple.OddError:
            return None
        return Block(keys=pattern.keys, values=values, end=end, line=1 + text.count("\n", 0, end))

    def _by_line(self, text: str) -> Block | None:
        end = text.find("\n---\n", 3) + 1 if text.startswith("---\n") else 0
        block = text[4:end]
        found = _yamlsimple.load(block, 2, self._limits) if end else None
        if found is None:
            return None
        if shape := _shape(block):
            self._meet(shape)
        metadata, _ = found
        return Block(keys=tuple(metadata), values=tuple(metadata.values()), end=end + 4, line=3 + block.count("\n"))

    def _meet(self, shape: Shape) -> None:
        if len(self._met) >= _COUNTED:
            self._met.clear()
        self._met[shape] = times = self._met.get(shape, 0) + 1
        if times == _WORTHWHILE:
            self._known = [_pattern(shape), *self._known[: _MOST - 1]]


@dataclass(frozen=True, slots=True)
class _Pattern:
    """A shape as an expression, with a group for each key."""

    keys: tuple[str, ...]
    expression: re.Pattern[str]
    #: What makes the value of what each group found.
    read: tuple[Callable[[str], Any], ...]


def _shape(block: str) -> Shape | None:
    """The shape of a simple block; None where an expression would not be certain."""
    found: dict[str, str] = {}
    key = ""
    for text in block.splitlines():
        if begun := _LINE.fullmatch(text):
            key = begun[1]
            found[key] = _NOTHING if begun[2] is None else _BRACKETS if begun[2] == "[" else _TEXT
        elif key and not found[key] and (mark := _MARK.match(text)):
            found[key] = mark[1]
        elif not (key and text.startswith(found[key])):
            return None
    return tuple(found.items())


def _pattern(shape: Shape) -> _Pattern:
    lines, read = zip(*(_line(key, kind) for key, kind in shape), strict=True)
    return _Pattern(tuple(key for key, _ in shape), re.compile(rf"---\n{''.join(lines)}---\n"), read)


def _line(key: str, kind: str) -> tuple[str, Callable[[str], Any]]:
    if kind == _NOTHING:
        return rf"{key}:\n()", _nothing
    if kind == _TEXT:
        return rf"{key}: ({_VALUE})\n", _text
    if kind == _BRACKETS:
        return rf"{key}: (\[[^\n]*)\n", _yamlsimple.in_brackets
    return rf"{key}:\n((?:{kind}{_VALUE}\n)+)", partial(_items, kind)


def _nothing(text: str) -> None:
    return None


def _text(text: str) -> str:
    return text[1:-1] if text[0] in _QUOTES else text


def _items(mark: str, text: str) -> list[str]:
    items = text[len(mark) : -1].split(f"\n{mark}")
    return list(map(_text, items)) if '"' in text or "'" in text else items
