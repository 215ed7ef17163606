"""The edges of python-frontmatter that our handlers keep away: each is still there, and no article meets it.

A test of the first kind that fails says that an edge is gone, and with it the reason for what is done about it.
"""

from __future__ import annotations

from datetime import date
from typing import Any

import frontmatter
import pytest

from feedkit.articles.front_matter import FrontMatterError, parse

BOM = "\ufeff---\ntitle: T\n---\nWords.\n"
RULE = "---\n\nOne.\n\n---\n\nTwo.\n"
LIST = "---\n- a\n---\nWords.\n"
TOML = '+++\ntitle = "T"\n+++\nWords.\n'
BLANKS = "\n---\ntitle: T\n---\n\n    code\n\n"

#: What it makes of a text by itself: the metadata and the body.
STOCK: dict[str, tuple[str, dict[str, Any], str]] = {
    "a byte order mark hides the front matter": (BOM, {}, BOM.strip()),
    "text above a second rule is lost": (RULE, {}, "Two."),
    "a list is dropped": (LIST, {}, "Words."),
    "the body is stripped": (BLANKS, {"title": "T"}, "code"),
    "scalars are values": (
        "---\nday: 2024-01-02\nversion: 1.10\ntime: 12:30:45\nflag: no\n---\n",
        {"day": date(2024, 1, 2), "version": 1.1, "time": 45045, "flag": False},
        "",
    ),
    "of two keys the last one is kept": ("---\na: 1\na: 2\n---\n", {"a": 2}, ""),
}


@pytest.mark.parametrize(("text", "metadata", "body"), STOCK.values(), ids=STOCK)
def test_it_has_its_edges_still(text: str, metadata: dict[str, Any], body: str) -> None:
    assert frontmatter.parse(text) == (metadata, body)


@pytest.mark.skipif(frontmatter.TOMLHandler is not None, reason="the package toml is installed")
def test_it_knows_no_toml_still() -> None:
    assert frontmatter.parse(TOML) == ({}, TOML.strip())


@pytest.mark.parametrize("key", ["content", "handler"])
def test_it_has_no_place_for_some_keys_still(key: str) -> None:
    with pytest.raises(TypeError):
        frontmatter.loads(f"---\n{key}: x\n---\nWords.\n")


def test_a_date_that_is_none_takes_everything_with_it_still() -> None:
    with pytest.raises(ValueError, match="day"):
        frontmatter.parse("---\ntitle: T\ndate: 2024-02-30\n---\n")


#: The same texts, as articles are read: the metadata and the body.
FENCED: dict[str, tuple[str, dict[str, Any], str]] = {
    "a byte order mark": (BOM, {"title": "T"}, "Words.\n"),
    "a rule": (RULE, {}, RULE),
    "TOML": (TOML, {"title": "T"}, "Words.\n"),
    "blank lines": (BLANKS, {"title": "T"}, "\n    code\n\n"),
    "the key content": ("---\ncontent: x\n---\nWords.\n", {"content": "x"}, "Words.\n"),
    "the key handler": ("---\nhandler: x\n---\nWords.\n", {"handler": "x"}, "Words.\n"),
    "values": (
        "---\nday: 2024-02-30\nversion: 1.10\ntime: 12:30:45\nflag: no\n---\n",
        {"day": "2024-02-30", "version": "1.10", "time": "12:30:45", "flag": "no"},
        "",
    ),
}


@pytest.mark.parametrize(("text", "metadata", "body"), FENCED.values(), ids=FENCED)
def test_an_article_meets_none_of_them(text: str, metadata: dict[str, Any], body: str) -> None:
    parsed = parse(text)
    assert (parsed.metadata, parsed.body) == (metadata, body)


@pytest.mark.parametrize(("text", "line"), [(LIST, 2), ("---\na: 1\na: 2\n---\n", 3)])
def test_what_it_drops_in_silence_is_refused(text: str, line: int) -> None:
    with pytest.raises(FrontMatterError) as caught:
        parse(text)
    assert caught.value.line == line
