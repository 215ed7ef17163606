"""`docs/fields.md` and the table of coercions: each row is what happens, and the page shows each row."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from entry_data import BASE, ROOT, as_data, make_site, read_one, told

from feedkit.field_names import FIELDS

ROWS: list[dict[str, Any]] = json.loads((ROOT / "docs" / "coercions.json").read_text("utf-8"))


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row['group']}-{json.dumps(row['given'])[:60]}")
def test_each_documented_coercion_is_what_happens(row: dict[str, Any]) -> None:
    base = {key: value for key, value in BASE.items() if key not in row.get("without", [])}
    entry, problems = read_one({**base, **row["given"]}, make_site(**row.get("site", {})))
    if "refused" in row:
        assert entry is None
        assert problems[-1].code == row["refused"]
    else:
        assert entry is not None, [str(problem) for problem in problems]
        assert {key: as_data(getattr(entry, key)) for key in row["becomes"]} == row["becomes"]
        assert sorted(map(told, problems)) == sorted(row.get("told", []))


def test_the_page_shows_every_name_of_every_field_in_the_order_of_preference() -> None:
    page = Path(ROOT / "docs" / "fields.md").read_text("utf-8")
    for field in FIELDS.values():
        assert ", ".join(f"`{name}`" for name in field.names) in page


def test_every_field_has_a_row_among_the_coercions() -> None:
    from feedkit.field_names import folded

    given = {folded(key) for row in ROWS for key in row["given"]}
    missing = [
        name for name, field in FIELDS.items() if not given & {folded(item.split(".")[0]) for item in field.names}
    ]
    assert missing == []
