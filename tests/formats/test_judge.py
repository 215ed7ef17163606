"""The judge finds what each of its rules is about, and nothing in what is sound."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

import judge_values as values
import pytest
from broken_documents import BROKEN, SOUND
from judge import NOT_JUDGED, judge
from judging import RULES, page

TODAY = datetime(2025, 3, 31, tzinfo=UTC)
PLACES = {"rss": "rss.xml", "atom": "atom.xml", "urlset": "sitemap.xml"}


def location(kind: str) -> str | None:
    return f"https://example.org/{PLACES[kind]}" if kind in PLACES else None


def broken(kind: str, old: str, new: str) -> bytes:
    assert old in SOUND[kind], old
    return SOUND[kind].replace(old, new, 1).encode("utf-8", "surrogateescape")


@pytest.mark.parametrize("kind", SOUND)
def test_a_sound_document_breaks_no_rule(kind) -> None:
    assert judge(SOUND[kind].encode(), location=location(kind), today=TODAY) == []


@pytest.mark.parametrize(
    ("rule", "kind", "old", "new"), BROKEN, ids=[f"{number}-{row[0]}-{row[1]}" for number, row in enumerate(BROKEN)]
)
def test_what_breaks_a_rule_is_found_by_it(rule, kind, old, new) -> None:
    found = judge(broken(kind, old, new), location=location(kind), today=TODAY)
    assert rule in {each.rule for each in found}


def test_no_rule_is_one_that_cannot_fail() -> None:
    """Each function of the table, and not only each name, finds something."""
    left = set(range(len(RULES)))
    for rule, kind, old, new in BROKEN:
        document = page(broken(kind, old, new), location=location(kind), today=TODAY)
        candidates = [number for number in left if RULES[number][0] == rule and document.kind in RULES[number][2]]
        left -= {number for number in candidates if list(RULES[number][3](document))}
    assert sorted((RULES[number][0], RULES[number][2]) for number in left) == []


def test_every_class_of_the_rules_is_judged_or_named_with_the_reason(shared: Path) -> None:
    text = (shared / "RULES.md").read_text("utf-8").partition("## 2.")[2].partition("### JSON Feed")[0]
    classes = set(re.findall(r"\b[A-Z][A-Za-z0-9]*[a-z][A-Z][A-Za-z0-9]*\b", text)) | {"NotHtml", "NotBlank", "TooLong"}
    known = {name for name, *_ in RULES} | NOT_JUDGED.keys()
    assert sorted(classes - known - NAMES) == []


#: Words of the same form that are not classes: attributes, elements, products.
NAMES = {"isPermaLink"}


def test_a_rule_has_one_class_whatever_it_judges() -> None:
    severities: dict[str, set[str]] = {}
    for name, severity, *_ in RULES:
        severities.setdefault(name, set()).add(severity)
    assert {name: found for name, found in severities.items() if len(found) > 1} == {}


@pytest.mark.parametrize(
    "date",
    [
        *("Sun, 30 Mar 2025 09:00:00 GMT", "Sun, 30 Mar 2025 09:00:00 Z", "Sun, 30 Mar 2025 09:00:00 -0000"),
        *("30 Mar 2025 09:00 +0530", "Sun, 30 Mar 2025 09:00:00 EST"),
    ],
)
def test_the_judge_lets_pass_the_dates_that_the_validator_lets_pass(date) -> None:
    assert values.rfc822(date) is None


@pytest.mark.parametrize("address", ["https://example.org/a?b=1#c", "urn:isbn:0451450523", "mailto:a@b.example"])
def test_the_judge_lets_pass_the_addresses_that_the_validator_lets_pass(address) -> None:
    assert values.uri(address) is None
