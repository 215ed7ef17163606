"""Front matter of a shape that was met before is taken apart by one expression: the same as line by line."""

from __future__ import annotations

from unittest.mock import patch

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_simple_front_matter import LIMITS, ODD, PIECES, USUAL

from feedkit.articles import _yamlpatterns, _yamlsimple
from feedkit.articles._yamlpatterns import Patterns
from feedkit.articles.frontmatter import parse
from feedkit.config.tables import Limits

BODY = "Words: a\n---\nMore.\n"

#: A key that is simple, and more of its kind; `{}` is the value.
KINDS = {
    "text": "{key}: {}\n",
    "quotes": '{key}: "{}"\n',
    "one quote": "{key}: '{}'\n",
    "list": "{key}:\n  - a\n  - {}\n",
    "flat list": "{key}:\n- {}\n- b c\n",
    "list in quotes": "{key}:\n    - '{}'\n    - b\n",
    "brackets": "{key}: [a, {}]\n",
    "nothing": "{key}:\n",
}


def assert_same(patterns: Patterns, block: str) -> None:
    text = f"---\n{block}---\n{BODY}"
    end = text.find("\n---\n", 3) + 1
    wanted = _yamlsimple.load(text[4:end], 2, LIMITS)
    found = patterns.block(text)
    if wanted is None:
        assert found is None
        return
    assert found is not None
    assert dict(zip(found.keys, found.values, strict=True)) == wanted[0]
    assert found.keys == tuple(wanted[0])
    parsed = parse(text)
    assert (text[found.end :], found.line) == (parsed.body, parsed.body_line)


def warmed(*blocks: str) -> Patterns:
    patterns = Patterns(LIMITS)
    for block in blocks:
        for _ in range(_yamlpatterns._WORTHWHILE):
            assert_same(patterns, block)
    return patterns


@pytest.mark.parametrize("block", [*USUAL.values(), *ODD.values()], ids=[*USUAL, *ODD])
def test_whatever_was_met_often_is_read_as_before(block: str) -> None:
    patterns = warmed(block)
    for other in (*USUAL.values(), *ODD.values()):
        assert_same(patterns, other)
    assert_same(patterns, block)


ORDINARY = (
    'slug: ebb\ntitle: "Ebb: a flow # 1"\nexcerpt: What it takes, at 10:30, it\'s so.\npublishedAt: 2025-11-21\n'
    "tags:\n  - C++\n  - C#\n  - 'a: b'\nkeywords: [a, 'b, c']\nimage: https://a.example/1.jpg?w=1&h=2\ndraft:\n"
)


def test_ordinary_front_matter_is_taken_apart_by_one_expression() -> None:
    patterns = warmed(ORDINARY, "title: a\ndate: b\n")
    with patch.object(_yamlsimple, "load", side_effect=AssertionError):
        for block in (ORDINARY, "title: x: y\ndate: z\n".replace(": y", ":y"), ORDINARY.replace("ebb", "flow")):
            assert patterns.block(f"---\n{block}---\n{BODY}") is not None


@pytest.mark.parametrize("limits", [Limits(depth=1), Limits(nodes=3), Limits(block=5), Limits(expansion=5)], ids=repr)
def test_what_may_be_beyond_a_limit_is_left_to_the_parser(limits: Limits) -> None:
    patterns = Patterns(LIMITS)
    text = "---\na: b\nc: d\n---\n"
    assert all(patterns.block(text) for _ in range(20))
    patterns._limits = limits
    assert patterns.block(text) is None


def test_few_shapes_have_an_expression_however_many_there_are() -> None:
    blocks = [f"key{number}: a\n" for number in range(_yamlpatterns._COUNTED + 20)]
    patterns = warmed(*blocks)
    assert len(patterns._known) == _yamlpatterns._MOST
    for block in blocks[:20]:
        assert_same(patterns, block)


VALUES = st.lists(PIECES, min_size=1, max_size=4).map("".join) | st.sampled_from(
    ["null", "Null", "nullx", "null ", "~", "a: b", "a:b", "a:", "a :", "a #b", "a#b", "a # b", "1", "é", "_a", "-a"]
)
SHAPES = st.lists(st.sampled_from(sorted(KINDS)), min_size=1, max_size=4)


@st.composite
def shapes(draw: st.DrawFn) -> tuple[str, list[str]]:
    """A block, and others that have its shape, or nearly so."""
    kinds = draw(SHAPES)

    def block(values: list[str]) -> str:
        pairs = enumerate(zip(kinds, values, strict=True))
        return "".join(
            KINDS[kind].replace("{key}", f"key{number}").replace("{}", value) for number, (kind, value) in pairs
        )

    several = st.lists(VALUES, min_size=len(kinds), max_size=len(kinds))
    return block(["a b"] * len(kinds)), [block(values) for values in draw(st.lists(several, min_size=1, max_size=4))]


@settings(max_examples=400, deadline=None)
@given(shapes())
def test_values_on_the_border_are_read_as_line_by_line(given_: tuple[str, list[str]]) -> None:
    usual, others = given_
    patterns = warmed(usual)
    for block in others:
        assert_same(patterns, block)
