"""Every `cases/x.md` read as an article: the entry in `x.entry.json`, the problems in `x.problems`, or only one.

The JSON holds the fields that the case is about; in the problems, a line `hint: …` follows its problem.
"""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from feedkit import Entry, Problem, Site, read

CASES = Path(__file__).parent / "cases"
SITE = Site(base_url="https://example.com/")


def read_case(file: Path) -> tuple[Entry | None, str]:
    problems: list[Problem] = []
    entries = list(read(file, SITE, on_problem=problems.append))
    return (entries[0] if entries else None), "".join(map(shown, problems))


def shown(problem: Problem) -> str:
    where = f"{problem}\n".removeprefix(problem.path)
    return where + (f"hint: {problem.hint}\n" if problem.hint else "")


def plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, tuple):
        return [plain(item) for item in value]
    return getattr(value, "name", value)


@pytest.mark.parametrize("file", sorted(CASES.glob("*.md")), ids=lambda file: file.stem)
def test_an_article_is_read_as_its_case_says(file: Path) -> None:
    entry, problems = read_case(file)
    expected = file.with_suffix(".problems")
    assert problems == (expected.read_text("utf-8") if expected.exists() else "")
    expected = file.with_suffix(".entry.json")
    assert (entry is not None) == expected.exists()
    if entry is not None:
        fields = json.loads(expected.read_text("utf-8"))
        assert {name: plain(getattr(entry, name)) for name in fields} == fields
