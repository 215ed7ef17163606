"""Phrases that must not come back into messages, help, settings and docs."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
from sources import nodes

import feedkit

ROOT = Path(__file__).parents[2]

# What stood in messages, and what says it in everyday technical English.
PHRASES = {
    "whoever": "the person or program itself",
    "somebody": "the person or program itself",
    "nobody": "no reader, no program",
    "told": "reported",
    "mend": "fix",
    "blank behind": "space after",
    "instant": "time",
    "one's own": "custom",
    "but for": "except",
    "a zone": "a time zone",
    "no field is called so": "unknown key",
    "look whether": "check that",
    "says nothing in": "unknown key",
    "taken out": "removed",
    "stands twice": "duplicate",
    "leads nowhere": "broken link",
    "comes behind": "comes after",
    "as it stands": "as written",
    "left alone": "not matched, not changed",
    # The name belongs to another project in the package index.
    "pip install feedkit": "python -m pip install, from a checkout",
    "pip install 'feedkit": "python -m pip install, from a checkout",
}
_PHRASE = re.compile(rf"\b(?:{'|'.join(PHRASES)})\b", re.IGNORECASE)


def _messages(inside: Iterable[ast.AST]) -> Iterator[tuple[int, str]]:
    """The texts of a module that are not docstrings: messages, hints, help."""
    docstrings = {
        id(node.body[0].value)
        for node in inside
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    for node in inside:
        # A text without a space is a name.
        is_text = isinstance(node, ast.Constant) and isinstance(node.value, str) and " " in node.value
        if is_text and id(node) not in docstrings:
            yield node.lineno, node.value


# `is no date` is `is not a date`; `there is no such file` stays.
_IS_NO = re.compile(r"(?<!there )\b(?:is|are|was) no (?!longer|more)\w+", re.IGNORECASE)


def test_messages_are_plain_english() -> None:
    assert [
        f"{name}:{line}: write {PHRASES[match[0].lower()]!r}"
        for name, inside in nodes().items()
        for line, text in _messages(inside)
        for match in _PHRASE.finditer(text)
    ] == []
    assert [
        f"{name}:{line}: {match[0]}: write 'is not a …'"
        for name, inside in nodes().items()
        for line, text in _messages(inside)
        for match in _IS_NO.finditer(text)
    ] == []


# Those of feedgen, of the specifications and of examples are quoted in these.
PAGES = [
    *(ROOT / name for name in ("README.md", "CONTRIBUTING.md", "SECURITY.md")),
    *sorted((ROOT / "docs").rglob("*.md")),
]


#: Made of docstrings; and what messages said before.
OTHERS = ("api.md", "reworded.md")


@pytest.mark.parametrize("path", [path for path in PAGES if path.name not in OTHERS], ids=lambda path: path.name)
def test_docs_are_plain_english(path: Path) -> None:
    phrases = [
        f"{path.name}:{number}: {match[0]}: write {PHRASES[match[0].lower()]!r}"
        for number, line in enumerate(path.read_text("utf-8").splitlines(), start=1)
        for match in _PHRASE.finditer(line)
        if not line.startswith("| `{")
    ]
    assert not phrases


def test_the_list_of_reworded_messages_has_their_number_and_the_present_ones() -> None:
    page = (ROOT / "docs" / "reworded.md").read_text("utf-8")
    rows = [line.split(" | ") for line in page.splitlines() if line.startswith("| ") and "before" not in line]
    assert f"## {len(rows)} texts" in page
    rules = feedkit.rules()
    now = [(row[0].strip("| "), row[3].strip("` |")) for row in rows if row[1] == "message"]
    assert [pair for pair in now if rules[pair[0]].message_of(pair[1]) is None] == []
