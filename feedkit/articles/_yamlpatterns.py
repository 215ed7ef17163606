"""Simple YAML front matter of a shape that was met before, taken apart by one expression for the whole block.

Refuses a shape that was met once only, for it takes time to make an expression, and values that `_yamlsimple` would
have to look at twice. What it takes apart, `_yamlsimple` takes apart in the same way.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial
from typing import Any

from feedkit.articles import _yamlsimple
from feedkit.config.tables import Limits
from feedkit.records import dataclass

#: How many expressions there are, how often a shape is met before it gets one, and how many shapes are counted.
_MOST = 8
_WORTHWHILE = 8
_COUNTED = 500

_QUOTED = r""""[^"\\\n]+"|'[^'\n]+'"""
# A plain value is none of the words for nothing. The first expression for it is quick, and right where no value has
# what the second, which is right everywhere, does not pass over.
_WORD = r"(?!(?:null|Null|NULL)\n)[^\W_]"
_QUICK = rf"(?:{_WORD}.*(?<![ :])|{_QUOTED})"
_STRICT = rf"(?:{_WORD}[^\n:#]*(?:(?::(?=\S)|(?<=\S)#)[^\n:#]*)*(?<! )|{_QUOTED})"
_QUOTES = ("'", '"')

_LINE = re.compile(r"([A-Za-z_][A-Za-z0-9_-]{0,99}):(?: (.).*)?")
_MARK = re.compile(r"((?: {2}| {4})?- ).")
# What a value is: a text, a list in brackets, or nothing. A list below its key is the mark of its items.
_TEXT, _BRACKETS, _NOTHING = "text", "[", ""

#: The keys of a block, and what stands under each.
Shape = tuple[tuple[str, str], ...]


@dataclass(slots=True)
class Block:
    """Front matter, taken apart. Not frozen: each article has one for a moment, and it is made in less time so."""

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
            if found := pattern.quick.match(text):
                if place:
                    self._known.insert(0, self._known.pop(place))
                return self._block(pattern, found) or self._by_line(text)
        return self._by_line(text)

    def _block(self, pattern: _Pattern, found: re.Match[str]) -> Block | None:
        text, end = found.string, found.end()
        block = text[4 : end - 4]
        if not _yamlsimple.may_be_simple(block, self._limits):
            return None
        if not pattern.is_certain(block):
            # What it found may be a part of what is there.
            strict = pattern.strict.match(text)
            if strict is None:
                return None
            found, end = strict, strict.end()
        values: list[Any] = [value[1:-1] if value[:1] in _QUOTES else value for value in found.groups()]
        try:
            for place, read in pattern.read:
                values[place] = read(values[place])
        except _yamlsimple.OddError:
            return None
        return Block(pattern.keys, tuple(values), end, 3 + block.count("\n"))

    def _by_line(self, text: str) -> Block | None:
        end = text.find("\n---\n", 3) + 1 if text.startswith("---\n") else 0
        block = text[4:end]
        found = _yamlsimple.load(block, 2, self._limits) if end else None
        if found is None:
            return None
        if len(self._known) < _MOST and (shape := _shape(block)):
            self._meet(shape)
        metadata, _ = found
        return Block(tuple(metadata), tuple(metadata.values()), end + 4, 3 + block.count("\n"))

    def _meet(self, shape: Shape) -> None:
        if shape in self._met or len(self._met) < _COUNTED:
            self._met[shape] = times = self._met.get(shape, 0) + 1
            if times == _WORTHWHILE:
                self._known.insert(0, _pattern(shape))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Pattern:
    """A shape as expressions, with a group for each key."""

    keys: tuple[str, ...]
    quick: re.Pattern[str]
    strict: re.Pattern[str]
    #: What makes a value of what a group found that is no text.
    read: tuple[tuple[int, Callable[[str], Any]], ...]
    #: How many keys have a value on their line.
    pairs: int

    def is_certain(self, block: str) -> bool:
        """Whether a block that the quick expression has matched has no value that it should not."""
        return ("#" not in block or " #" not in block) and block.count(": ") == self.pairs


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
    readers = [_reader(kind) for _, kind in shape]
    quick, strict = (
        re.compile("".join(["---\\n", *(_line(key, kind, value) for key, kind in shape), "---\\n"]))
        for value in (_QUICK, _STRICT)
    )
    return _Pattern(
        keys=tuple(key for key, _ in shape),
        quick=quick,
        strict=strict,
        read=tuple((place, read) for place, read in enumerate(readers) if read),
        pairs=sum(kind in (_TEXT, _BRACKETS) for _, kind in shape),
    )


def _line(key: str, kind: str, value: str) -> str:
    if kind == _NOTHING:
        return rf"{key}:\n()"
    if kind == _TEXT:
        return rf"{key}: ({value})\n"
    if kind == _BRACKETS:
        return rf"{key}: (\[.*)\n"
    return rf"{key}:\n((?:{kind}{value}\n)+)"


def _reader(kind: str) -> Callable[[str], Any] | None:
    if kind == _NOTHING:
        return _nothing
    if kind == _TEXT:
        return None
    return _yamlsimple.in_brackets if kind == _BRACKETS else partial(_items, kind)


def _nothing(text: str) -> None:
    return None


def _items(mark: str, text: str) -> list[str]:
    items = text[len(mark) : -1].split(f"\n{mark}")
    if '"' in text or "'" in text:
        return [item[1:-1] if item[0] in _QUOTES else item for item in items]
    return items
