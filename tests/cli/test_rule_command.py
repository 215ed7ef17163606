"""`feedkit rule`: a code explained, all codes listed, a mistyped one with the nearest."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

import feedkit
from feedkit.cli import main

RULES = feedkit.rules()


@pytest.mark.parametrize("written", ["FK102", "fk102", "102"])
def test_a_code_is_explained_as_the_documentation_shows(
    written: str, repository: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["rule", written]) == 0
    printed = capsys.readouterr().out
    shown = "".join(f"    {line}" if line.strip() else line for line in printed.splitlines(keepends=True))
    assert f"    $ feedkit rule FK102\n{shown}" in (repository / "docs" / "command-line.md").read_text("utf-8")


def test_without_a_code_all_are_listed_with_their_titles(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rule"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line[2:] for line in lines if line.startswith("  FK")] == [
        f"{rule.code}  {rule.title}" for rule in RULES.values()
    ]
    assert lines[:2] == ["Dates", "  FK101  not a date"]


def test_every_code_is_explained_without_the_marks_of_links(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rule", *RULES]) == 0
    printed = re.split("^see docs/.*\n", capsys.readouterr().out, flags=re.MULTILINE)
    assert len(printed) == len(RULES) + 1
    for (code, rule), text in zip(RULES.items(), printed, strict=False):
        assert text.lstrip().startswith(f"{code} {rule.title}\n")
        assert "](" not in text
        assert all(f"\n{name}: " in text for name in ("what", "why", "example", "fix"))


def test_every_rule_leads_to_its_section_of_the_page(repository: Path) -> None:
    page = (repository / "docs/problems.md").read_text("utf-8")
    for code, rule in RULES.items():
        assert f"### {rule.code} {rule.title}\n" in page
        assert re.fullmatch(rf"docs/problems\.md#{code.lower()}-\S*", rule.page)


def test_as_json_a_rule_has_all_its_texts(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rule", "FK102", "--json"]) == 0
    (rule,) = json.loads(capsys.readouterr().out)
    assert (rule["code"], rule["section"], rule["page"]) == ("FK102", "Dates", "docs/problems.md#fk102-incomplete-date")
    assert main(["rule", "--json"]) == 0
    assert [each["code"] for each in json.loads(capsys.readouterr().out)] == list(RULES)


@pytest.mark.parametrize(
    ("written", "answer"),
    [
        ("FFK101", "feedkit: rule: 'FFK101' is not a code; did you mean FK101 (not a date)?\n"),
        ("no-date", "feedkit: rule: 'no-date' is not a code; did you mean FK105 (no date)?\n"),
        ("FK999", "feedkit: rule: 'FK999' is not a code; 'feedkit rule' lists all codes\n"),
        ("zzz", "feedkit: rule: 'zzz' is not a code; 'feedkit rule' lists all codes\n"),
    ],
)
def test_an_unknown_code_is_answered_with_the_nearest(
    written: str, answer: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["rule", written]) == 2
    assert capsys.readouterr().err == answer
