"""TOML front matter (`+++`) by `tomllib`. Refuses nesting before the parser sees it: its time grows with the square."""

from __future__ import annotations

import re
import tomllib
from typing import Any

from feedkit.articles.unreadable import FrontMatterError, stands_twice
from feedkit.config.tables import Limits
from feedkit.lazy_regex import later

_POSITION = later(r" \(at (?:line (\d+), column \d+|end of document)\)")
_NAME = r"""(?:"((?:[^"\\\n]|\\.)*)"|'([^'\n]*)'|([A-Za-z0-9_-]+))"""
_KEY = later(rf"\s*{_NAME}\s*[.=]")
_HEADER = later(rf"\s*\[\[?\s*{_NAME}")
_DOTTED = r"""(?<![\w-])(?:(?:[\w-]+|"[^"]*"|'[^']*')[ \t]*\.[ \t]*){{{0}}}"""
_MULTILINE = later("\"\"\"|'''")
_TWICE = ("Cannot overwrite", "Cannot declare", "Cannot mutate")


def load(block: str, line: int, limits: Limits) -> tuple[dict[str, Any], dict[str, int]]:
    """The table in a block that begins at `line` of its file, and the line of each top-level key.

    Raises `FrontMatterError`.
    """
    _check_dots(block, line, limits.depth)
    try:
        # A float keeps its text: a version 1.10 is no 1.1.
        value = tomllib.loads(block, parse_float=str)
    except RecursionError as error:
        raise FrontMatterError(_nested(limits.depth), line) from error
    except ValueError as error:
        raise _syntax_error(error, block, line) from error
    check_size(value, line, limits)
    return value, {key: at for key, at in _key_lines(block, line).items() if key.partition(".")[0] in value}


def check_size(value: Any, line: int, limits: Limits) -> None:
    """Refuse what is nested too deeply or holds too many values, without recursion."""
    pending, nodes, depth = [value], 0, 0
    while pending:
        depth += 1
        if depth > limits.depth:
            raise FrontMatterError(_nested(limits.depth), line)
        inner: list[Any] = []
        for item in pending:
            inner += item.values() if isinstance(item, dict) else item
        nodes += len(inner)
        if nodes > limits.nodes:
            raise FrontMatterError(f"the front matter has more than {limits.nodes:,} values", line)
        pending = [item for item in inner if isinstance(item, dict | list)]


def _nested(depth: int) -> str:
    return f"the front matter is nested more than {depth} levels deep"


def _check_dots(block: str, line: int, depth: int) -> None:
    for number, text in enumerate(block.split("\n"), line):
        if text.count(".") > depth and text.lstrip()[:1] not in ("#", ""):
            key, equals, _ = text.partition("=")
            if (equals or key.lstrip().startswith("[")) and key.count(".") > depth:
                raise FrontMatterError(_nested(depth), number)
            # Inline tables have keys behind the first `=`, and texts may have as many dots as they like.
            if "{" in text and re.search(_DOTTED.format(depth), text):
                raise FrontMatterError(_nested(depth), number)


def _syntax_error(error: ValueError, block: str, line: int) -> FrontMatterError:
    found = _POSITION.search(str(error))
    at = line + (int(found[1]) - 1 if found and found[1] else block.count("\n", 0, -1))
    reason = _POSITION.sub("", str(error))
    if reason.startswith(_TWICE) and (key := _name(_KEY, block.split("\n")[at - line])):
        first = _key_lines(block, line).get(key, at)
        return stands_twice(key, first, at)
    return FrontMatterError(f"the front matter is not TOML ({reason})", at, hint='write key = "value"')


def _key_lines(block: str, line: int) -> dict[str, int]:
    """The first line of every top-level key and table, and of every `table.key`."""
    lines: dict[str, int] = {}
    table, in_text = "", False
    for number, text in enumerate(block.split("\n"), line):
        if not in_text:
            header = _name(_HEADER, text)
            table = header or table
            if key := header or _name(_KEY, text):
                lines.setdefault(key if header or not table else f"{table}.{key}", number)
        in_text ^= len(_MULTILINE.findall(text)) % 2 == 1
    return lines


def _name(pattern: re.Pattern[str], text: str) -> str:
    match = pattern.match(text)
    return next((part for part in match.groups() if part is not None), "") if match else ""
