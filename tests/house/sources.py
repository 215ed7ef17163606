"""The package as text: each of its modules is parsed once for all tests."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path

PACKAGE = Path(__file__).parents[2] / "feedkit"


@cache
def modules() -> dict[str, ast.Module]:
    """Every module by its name."""
    files = {file.relative_to(PACKAGE.parent).with_suffix(""): file for file in sorted(PACKAGE.rglob("*.py"))}
    return {
        ".".join(path.parts).removesuffix(".__init__"): ast.parse(file.read_text("utf-8"))
        for path, file in files.items()
    }


@cache
def nodes() -> dict[str, tuple[ast.AST, ...]]:
    """Everything that is written in every module, from the outside in."""
    return {name: tuple(ast.walk(tree)) for name, tree in modules().items()}
