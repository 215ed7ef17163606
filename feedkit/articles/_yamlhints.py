"""What the author of broken YAML most likely meant: the place of the mistake, what it is, and what to write instead.

Refuses to repair anything.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from feedkit.errors import masked
from feedkit.lazy_regex import later

_PAIR = later(r"[ \t]*(?:- +)?([\w.-]+)[ \t]*:[ \t]+(\S.*)")
_NO_BLANK = later(r"[ \t]*[\w.-]+:[^\s/]")
_SHORT = 60

_INDENT = "indent it as its neighbours are"
_QUOTE = "put the value in quotes"


# A key or an item with a plain value: what is in quotes or brackets, or below `|`, has its own end.
_CUT_OFF = later(r"^[ \t]*(?:- |[\w-]+:[ \t])[ \t]*[^\s\"'\[{|>#&*!][^\n#]*?[ \t](#(?:[^\s#][^\n]*)?)$", re.MULTILINE)


def explain(error: Any, block: str) -> tuple[Any, str, str]:
    """The mark of the mistake, the parser's reason and a hint."""
    problem = str(getattr(error, "problem", None) or error).splitlines()[0]
    mark, context = error.problem_mark, getattr(error, "context_mark", None)
    if "end of stream" in problem and context:
        return context, "a quote is opened and never closed", "close the quote"
    if "or ']'" in problem or "or '}'" in problem:
        return context or mark, "a bracket is opened and never closed", "close the bracket, or put the value in quotes"
    if "expected ':'" in problem and context:
        return context, "a line has no colon", "write key: value, or indent the line if it belongs to the one above"
    lines = block.splitlines()
    line = lines[mark.line] if mark.line < len(lines) else ""
    above = lines[mark.line - 1] if 0 < mark.line <= len(lines) else ""
    return mark, problem, _hint(problem, line, mark.column, above)


def _hint(problem: str, line: str, column: int, above: str) -> str:
    char = line[column : column + 1]
    if "\t" in (char, line[:1]):
        return "use blanks where the tab stands"
    if "start any token" in problem:
        return f"{_quoted(line)}, since it begins with {char}"
    if "mapping values" in problem:
        return _after_colon(line, above, column)
    if "sequence entries" in problem:
        return "begin the list on the next line, or write it as [a, b]"
    if "escape" in problem:
        return r"write \\ for a backslash, or use single quotes"
    if "line break" in problem:
        return "begin the text on the line below | or >"
    if "expected key" in problem or "<block end>" in problem:
        return _INDENT if not line[:column].strip() else _quoted(line)
    return f"{_QUOTE}, or {_INDENT}"


def _after_colon(line: str, above: str, column: int) -> str:
    if _NO_BLANK.match(above):
        return "put a blank behind the colon of the line above"
    pair = _PAIR.match(line)
    # A colon of the value, not of a key that is indented wrongly.
    return _quoted(line) if pair and pair.start(2) <= column else _INDENT


def _quoted(line: str) -> str:
    """The hint to put a value in quotes, with the line as it should be where it is short."""
    pair = _PAIR.match(line)
    if pair and pair[2].startswith("'"):
        return "write '' for a quote inside of single quotes, or put the value in double quotes"
    if pair is None or len(line) > _SHORT or "'" in pair[2]:
        return _QUOTE
    value = pair[2].rstrip()
    right = f'"{value}"' if '"' not in value and "\\" not in value else f"'{value}'"
    return f"{_QUOTE}: {masked(pair[1])}: {masked(right)}"


def cut_off(block: str, line: int) -> Iterator[tuple[int, str]]:
    """The lines of a block whose value loses its end to a `#`, and that end; `line` is the block's first one.

    A comment has a blank behind its `#`, as people write it: `C #` and `issue #3` are values cut short.
    """
    if " #" not in block and "\t#" not in block:
        return
    for found in _CUT_OFF.finditer(block):
        yield line + block.count("\n", 0, found.start()), found[1]
