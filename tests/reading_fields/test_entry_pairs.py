"""Articles as data: `entries/x.json` is what is given to `to_entry`, `entries/x.entry.json` what becomes of it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from entry_data import as_data, make_site, read_one

CASES = sorted(path for path in (Path(__file__).parent / "entries").glob("*.json") if ".entry" not in path.name)


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_an_article_becomes_the_entry_beside_it(path: Path) -> None:
    given = json.loads(path.read_text("utf-8"))
    expected = json.loads(path.with_suffix(".entry.json").read_text("utf-8"))
    entry, problems = read_one(given["article"], make_site(**given.get("site", {})))
    assert [str(problem) for problem in problems] == expected["told"]
    assert as_data(entry) == expected["entry"]


def test_no_expectation_is_without_its_article() -> None:
    folder = Path(__file__).parent / "entries"
    assert {path.name.removesuffix(".entry.json") for path in folder.glob("*.entry.json")} == {p.stem for p in CASES}
