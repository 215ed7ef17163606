"""Every row of cases.txt: the instant, its precision and the rule of its zone, or the code of the refusal."""

from __future__ import annotations

import json
from pathlib import Path
from typing import NamedTuple

import pytest

from feedkit.dates import parse_date, read_date
from feedkit.errors import DateError

TABLE = Path(__file__).with_name("cases.txt")


class Case(NamedTuple):
    written: str
    zone: str
    order: str
    expected: str
    why: str


def cases() -> list[Case]:
    lines = TABLE.read_text("utf-8").splitlines()
    return [Case(*(part.strip() for part in line.split(" | "))) for line in lines if line and not line.startswith("#")]


def value_of(written: str) -> object:
    if written.startswith("="):
        number = written[1:].strip()
        return int(number) if number.lstrip("-").isdecimal() else float(number)
    return json.loads(written) if written.startswith('"') else written


@pytest.mark.parametrize("case", cases(), ids=lambda case: f"{case.written} ({case.why})")
def test_each_row_is_read_or_refused_as_the_table_says(case: Case) -> None:
    value = value_of(case.written)
    zone = "UTC" if case.zone == "-" else case.zone
    order = None if case.order == "-" else case.order
    try:
        moment = read_date(value, timezone=zone, order=order)
    except DateError as error:
        found = error.code
        assert error.hint
        assert str(error).startswith(("'", "unknown time zone '"))
        with pytest.raises(DateError):
            parse_date(value, timezone=zone, order=order)
    else:
        found = f"{moment.value.isoformat()} {moment.precision} {moment.zone}"
        quick = parse_date(value, timezone=zone, order=order)
        assert quick.isoformat() == moment.value.isoformat()
    assert found == case.expected, case.why


def test_the_table_has_at_least_four_hundred_rows_and_none_twice() -> None:
    keys = [case[:3] for case in cases()]
    assert len(keys) >= 400
    assert sorted({key for key in keys if keys.count(key) > 1}) == []
