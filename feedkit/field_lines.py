"""What the `#:` lines of a class say about its fields, as text below its docstring: `help()` shows it."""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Iterator
from textwrap import dedent, fill, indent
from typing import NamedTuple

from feedkit.annotations import type_hints, type_text

_COMMENT = re.compile(r"\s*#: ?(.*)")


class FieldLine(NamedTuple):
    """A field as it is written in its class."""

    name: str
    #: Its type, as messages write it.
    type: str
    #: Its default, as it is written; empty where it has none.
    default: str
    #: What it means, in one line.
    meaning: str


def field_lines(kind: type) -> tuple[FieldLine, ...]:
    """The fields of a class in order, those of its bases first; none where its source is not there."""
    lines: dict[str, FieldLine] = {}
    for base in reversed(kind.__mro__):
        if "__annotations__" in vars(base):
            lines.update((line.name, line) for line in _own_lines(base))
    return tuple(lines.values())


def documented(kind: type, text: str) -> str:
    """A docstring with the fields of the class below it."""
    lines = field_lines(kind)
    if not lines:
        return text
    rows = [
        f"{line.name}: {line.type}{line.default and f' = {line.default}'}\n{indent(fill(line.meaning, 100), '    ')}"
        for line in lines
    ]
    return f"{inspect.cleandoc(text)}\n\nFields:\n\n" + indent("\n".join(rows), "    ") + "\n"


def _own_lines(kind: type) -> Iterator[FieldLine]:
    try:
        source = dedent(inspect.getsource(kind))
    except (OSError, TypeError):
        return
    (definition,) = ast.parse(source).body
    rows = source.splitlines()
    for node in definition.body if isinstance(definition, ast.ClassDef) else ():
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            comment: list[str] = []
            for row in reversed(rows[: node.lineno - 1]):
                if not (match := _COMMENT.fullmatch(row)):
                    break
                comment.insert(0, match[1])
            default = ast.unparse(node.value) if node.value else ""
            name = node.target.id
            yield FieldLine(name, type_text(type_hints(kind)[name]), default, " ".join(comment))
