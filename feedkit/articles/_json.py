"""JSON front matter: `{` … `}` at the beginning of a file, or between lines `;;;`, with or without braces.

Refuses nesting and duplicate keys before the decoder sees them: its C stack is not ours to spend, and it keeps the last
of two. Numbers keep their author's text.
"""

from __future__ import annotations

import json
from typing import Any, NoReturn

from feedkit.articles.unreadable import FrontMatterError, stands_twice
from feedkit.config.tables import Limits
from feedkit.lazy_regex import later

# A string that is not closed ends with its line, so that no text is looked at twice.
_TOKEN = later(r'"(?:[^"\\\n]+|\\.)*"?|[{}\[\]:\n]')


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON value")


_DECODER = json.JSONDecoder(parse_float=str, parse_int=str, parse_constant=_refuse_constant)


def load(text: str, start: int, line: int, limits: Limits) -> tuple[dict[str, Any], dict[str, int], int]:
    """The object that begins at `start`, in line `line`; the line of each of its keys; and where it ends.

    Raises `FrontMatterError`.
    """
    lines = _scan(text, start, line, limits)
    try:
        value, end = _DECODER.raw_decode(text, start)
    except ValueError as error:
        at = line + text.count("\n", start, getattr(error, "pos", start))
        reason = str(getattr(error, "msg", error))
        raise FrontMatterError(f"the front matter is not JSON ({reason})", at, hint=_hint(reason)) from error
    return value, lines, end


def load_fenced(block: str, line: int, limits: Limits) -> tuple[dict[str, Any], dict[str, int]]:
    """The object in a block between fences, whose braces may be missing, and the line of each of its keys."""
    bare = block.lstrip()
    if not bare.strip():
        return {}, {}
    if bare.startswith("["):
        raise FrontMatterError("the front matter is no mapping of keys to values", line)
    text = block if bare.startswith("{") else "{" + block + "}"
    start = text.index("{")
    value, lines, end = load(text, start, line + text.count("\n", 0, start), limits)
    if text[end:].strip():
        message = "the front matter has more than one JSON object"
        raise FrontMatterError(message, line + text.count("\n", 0, end))
    return value, lines


def _scan(text: str, start: int, line: int, limits: Limits) -> dict[str, int]:
    """The lines of the object's own keys. Raises for nesting, too many values and duplicate keys at any level."""
    # The keys of every object that is open, with their lines; those of a list stay empty.
    stack: list[dict[str, int]] = []
    top: dict[str, int] = {}
    inner: dict[str, int] = {}
    outer, key, key_line, nodes = "", "", line, 0
    for match in _TOKEN.finditer(text, start, start + limits.block + 1):
        part = match[0]
        if part == "\n":
            line += 1
        elif part in ("{", "["):
            stack.append({} if stack else top)
            nodes += 1
            _check(len(stack), nodes, line, limits)
        elif part in ("}", "]"):
            stack.pop()
            if not stack:
                return {**inner, **top}
        elif part == ":":
            if key in stack[-1]:
                raise stands_twice(key, stack[-1][key], key_line)
            stack[-1][key] = key_line
            if len(stack) == 1:
                outer = key
            elif len(stack) == 2:
                inner[f"{outer}.{key}"] = key_line
            nodes += 1
        else:
            key, key_line, nodes = _unescaped(part), line, nodes + 1
    if len(text) > start + limits.block:
        raise FrontMatterError(f"the front matter has more than {limits.block:,} characters", line)
    return top


def _hint(reason: str) -> str:
    if "delimiter" in reason:
        return 'write "key": value pairs with commas between them, and close every bracket'
    return "put keys and texts in double quotes, and no comma behind the last"


def _check(depth: int, nodes: int, line: int, limits: Limits) -> None:
    if depth > limits.depth:
        raise FrontMatterError(f"the front matter is nested more than {limits.depth} levels deep", line)
    if nodes > limits.nodes:
        raise FrontMatterError(f"the front matter has more than {limits.nodes:,} values", line)


def _unescaped(part: str) -> str:
    if "\\" not in part:
        return part.strip('"')
    try:
        return str(json.loads(part))
    except ValueError:
        return part
