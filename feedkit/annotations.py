"""The types that annotations name, and what `#:` comments say of fields: for messages, `help()` and documents."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Iterator
from functools import cache
from textwrap import dedent, fill, indent
from types import UnionType
from typing import Annotated, Any, Literal, NamedTuple, Union, get_args, get_origin, get_type_hints

from feedkit.lazy_regex import lazy_regex

_COMMENT = lazy_regex(r"\s*#: ?(.*)")


@cache
def type_hints(owner: Any) -> dict[str, Any]:
    """The annotations of a class, or of a function, as types."""
    return get_type_hints(owner, include_extras=True)


def bare(hint: Any) -> Any:
    """An annotation without the rules in it."""
    return get_args(hint)[0] if get_origin(hint) is Annotated else hint


def type_text(hint: Any) -> str:
    """An annotation as messages and the documentation write it: without modules, the names of other types resolved."""
    hint = bare(hint)
    origin, inner = get_origin(hint), get_args(hint)
    if origin in (Union, UnionType):
        return " | ".join(map(type_text, inner))
    if origin is Literal:
        return " | ".join(f'"{value}"' for value in inner)
    if isinstance(hint, list):
        return f"[{', '.join(map(type_text, hint))}]"
    if hint in (None, type(None), ...):
        return "..." if hint is ... else "None"
    name: str = getattr(origin or hint, "__name__", str(hint))
    return f"{name}[{', '.join(map(type_text, inner))}]" if inner else name


class FieldLine(NamedTuple):
    """A field as it is written in its class."""

    name: str
    type: str  #: Its type, as messages write it.
    default: str  #: Its default, as it is written; empty where it has none.
    meaning: str  #: What its `#:` comment says, in one line.


def field_lines(kind: type) -> tuple[FieldLine, ...]:
    """The fields of a class in order, those of its bases first; none where its source is not there."""
    lines = {line.name: line for base in reversed(kind.__mro__) for line in _own_lines(base)}
    return tuple(lines.values())


def documented(kind: type, text: str) -> str:
    """A docstring with the fields of the class below it."""
    rows = [
        f"{line.name}: {line.type}{line.default and f' = {line.default}'}\n{indent(fill(line.meaning, 100), '    ')}"
        for line in field_lines(kind)
    ]
    return f"{inspect.cleandoc(text)}\n\nFields:\n\n" + indent("\n".join(rows), "    ") + "\n" if rows else text


def _own_lines(kind: type) -> Iterator[FieldLine]:
    try:
        source = dedent(inspect.getsource(kind)) if "__annotations__" in vars(kind) else ""
    except (OSError, TypeError):
        return
    rows = source.encode().splitlines()
    for node in (inner for definition in ast.parse(source).body for inner in getattr(definition, "body", ())):
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            behind = rows[(node.end_lineno or 0) - 1][node.end_col_offset :].decode()
            comment = [match[1]] if (match := _COMMENT.fullmatch(behind)) else []
            for row in () if comment else reversed(rows[: node.lineno - 1]):
                if not (match := _COMMENT.fullmatch(row.decode())):
                    break
                comment.insert(0, match[1])
            default = ast.unparse(node.value) if node.value else ""
            name = node.target.id
            yield FieldLine(name, type_text(type_hints(kind)[name]), default, " ".join(comment))
