"""Small files of small functions, each file saying what it is for."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from statistics import median

FILE_LINES = 400
FUNCTION_LINES = 45
MEDIAN_LINES = 12


def files(repository: Path) -> list[Path]:
    return sorted((repository / "feedkit").rglob("*.py"))


def functions(repository: Path) -> Iterator[tuple[str, int]]:
    for file in files(repository):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                yield (
                    f"{file.relative_to(repository)}:{node.lineno} {node.name}",
                    (node.end_lineno or 0) - node.lineno + 1,
                )


def test_no_file_is_long(repository: Path) -> None:
    sizes = {str(file.relative_to(repository)): len(file.read_text("utf-8").splitlines()) for file in files(repository)}
    assert {name: size for name, size in sizes.items() if size > FILE_LINES} == {}


def test_no_function_is_long_and_most_are_short(repository: Path) -> None:
    sizes = dict(functions(repository))
    assert {name: size for name, size in sizes.items() if size > FUNCTION_LINES} == {}
    assert median(sizes.values()) <= MEDIAN_LINES


def test_no_module_is_empty_and_each_says_what_it_refuses_or_owns(repository: Path) -> None:
    for file in files(repository):
        documentation = ast.get_docstring(ast.parse(file.read_text("utf-8")))
        assert documentation, file
        assert documentation[0].isupper() or documentation[0] in "`f", file
