"""`feedkit date`: what a date means, or why its meaning is not certain."""

from __future__ import annotations

import json

import pytest

from feedkit.cli import main

Capture = pytest.CaptureFixture[str]


def run(capsys: Capture, *arguments: str) -> tuple[int, str, str]:
    code = main(["date", *arguments])
    out, err = capsys.readouterr()
    return code, out, err


def test_each_value_is_a_line(capsys: Capture) -> None:
    code, out, err = run(capsys, "2025-11-21", "Fri, 21 Nov 2025 10:00:00 +0100", "2025-11-21T10:00Z")
    assert (code, err) == (0, "")
    assert out.splitlines() == ["2025-11-21T00:00:00+00:00", "2025-11-21T10:00:00+01:00", "2025-11-21T10:00:00+00:00"]


def test_a_refused_value_is_told_on_stderr_with_reason_and_hint_and_the_others_are_printed(capsys: Capture) -> None:
    code, out, err = run(capsys, "2025-11-21", "2024", "2025-11-22")
    assert code == 1
    assert out.splitlines() == ["2025-11-21T00:00:00+00:00", "2025-11-22T00:00:00+00:00"]
    assert err.splitlines() == [
        "error FK102: '2024' is incomplete: it names a year only",
        "    hint: write 2025-11-21, with year, month and day",
    ]


@pytest.mark.parametrize(
    ("arguments", "out"),
    [
        (["01/02/2024", "--dayfirst"], "2024-02-01T00:00:00+00:00\n"),
        (["01/02/2024", "--monthfirst"], "2024-01-02T00:00:00+00:00\n"),
        (["2025-11-21", "--timezone", "Europe/Malta"], "2025-11-21T00:00:00+01:00\n"),
        (["--timezone", "Asia/Kathmandu", "2025-11-21 10:00"], "2025-11-21T10:00:00+05:45\n"),
    ],
)
def test_flags_settle_order_and_zone(capsys: Capture, arguments: list[str], out: str) -> None:
    assert run(capsys, *arguments) == (0, out, "")


def test_json_is_a_list_with_where_each_date_comes_from(capsys: Capture) -> None:
    code, out, err = run(capsys, "--json", "2025-11-21", "Fri, 21 Nov 2025 10:00:00 EST", "2024", "2025-11-21T10:00Z")
    assert (code, err, out.count("\n")) == (1, "", 1)
    rows = json.loads(out)
    assert rows[0] == {
        "input": "2025-11-21",
        "value": "2025-11-21T00:00:00+00:00",
        "precision": "day",
        "zone": "site",
        "error": None,
        "code": None,
    }
    assert (rows[1]["precision"], rows[1]["zone"]) == ("second", "abbreviation")
    assert (rows[2]["value"], rows[2]["precision"], rows[2]["zone"], rows[2]["code"]) == (None, None, None, "FK102")
    assert "'2024' is incomplete" in rows[2]["error"]
    assert "write 2025-11-21" in rows[2]["error"]
    assert (rows[3]["precision"], rows[3]["zone"]) == ("minute", "offset")
    assert {tuple(row) for row in rows} == {("input", "value", "precision", "zone", "error", "code")}


def test_json_is_a_list_for_one_value_too(capsys: Capture) -> None:
    assert len(json.loads(run(capsys, "--json", "2025-11-21")[1])) == 1


def test_a_zone_that_nobody_knows_is_wrong_usage(capsys: Capture) -> None:
    code, out, err = run(capsys, "2025-11-21", "--timezone", "Europe/Mallta")
    assert (code, out) == (2, "")
    assert err.startswith("feedkit: --timezone: unknown time zone 'Europe/Mallta'")
    assert "Europe/Malta" in err


def test_both_orders_at_once_are_wrong_usage(capsys: Capture) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["date", "x", "--dayfirst", "--monthfirst"])
    assert ended.value.code == 2


def test_a_value_that_begins_with_a_hyphen_comes_behind_two(capsys: Capture) -> None:
    code, out, err = run(capsys, "--", "-5 days")
    assert (code, out) == (1, "")
    assert "FK108" in err


def test_a_value_never_writes_to_the_terminal(capsys: Capture) -> None:
    code, _, err = run(capsys, "\x1b[31m2025\u202e\udcff")
    assert code == 1
    assert "\x1b" not in err
    assert "\\x1b" in err
