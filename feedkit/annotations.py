"""The types that annotations name, and how messages and the documentation write them."""

from __future__ import annotations

from functools import cache
from types import UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints


@cache
def type_hints(owner: Any) -> dict[str, Any]:
    """The annotations of a class, or of a function, as types."""
    return get_type_hints(owner)


def type_text(hint: Any) -> str:
    """An annotation as messages and the documentation write it: without modules, the names of other types resolved."""
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
