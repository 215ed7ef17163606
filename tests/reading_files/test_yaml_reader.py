"""YAML as it is read: PyYAML's own composer of the same block, with every scalar as its author wrote it."""

from __future__ import annotations

import time
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from feedkit.articles.front_matter import FrontMatterError, read_yaml

USUAL: dict[str, tuple[str, dict[str, Any]]] = {
    "plain": ("title: Ebb and flow\ndate: 2025-11-21\n", {"title": "Ebb and flow", "date": "2025-11-21"}),
    "signs within": (
        "title: C++, C# & 50% of http://a.example/?b#c; it's (so)\n",
        {"title": "C++, C# & 50% of http://a.example/?b#c; it's (so)"},
    ),
    "quotes": (
        "title: \"Why: so\"\nslug: 'a # b'\nexcerpt: \"it's\"\nother: 'it''s'\nlast: \"a\\n\"\n",
        {"title": "Why: so", "slug": "a # b", "excerpt": "it's", "other": "it's", "last": "a\n"},
    ),
    "lists": (
        'tags:\n  - a\n  - b c\ncategories:\n- d\nkeywords:\n    - "e: f"\n    - g\n',
        {"tags": ["a", "b c"], "categories": ["d"], "keywords": ["e: f", "g"]},
    ),
    "brackets": (
        "tags: [a, 'b, c', \"d\", e f]\ncategories: []\nother: [ g , h ]\nnested: [[b], {c: d}]\nlast: [b,]\n",
        {
            "tags": ["a", "b, c", "d", "e f"],
            "categories": [],
            "other": ["g", "h"],
            "nested": [["b"], {"c": "d"}],
            "last": ["b"],
        },
    ),
    "nothing": (
        "updated:\nexpires: ~\ntags: [null]\ndraft: null\nnext: x\n",
        {"updated": None, "expires": None, "tags": [None], "draft": None, "next": "x"},
    ),
    "blanks": (
        'title: T  \ntags: [a]  \nkeys:\n  - b \nslug: "c" \n\ndate: 2025-11-21\n\n',
        {"title": "T", "tags": ["a"], "keys": ["b"], "slug": "c", "date": "2025-11-21"},
    ),
    "any letters": ("title: Ça va, 日本語 🚀\nключ:\n  - é\n", {"title": "Ça va, 日本語 🚀", "ключ": ["é"]}),
    "nothing behind blanks": ("updated: \ntags:\n  - \n  - a\n", {"updated": None, "tags": [None, "a"]}),
    "numbers and flags": (
        "version: 1.10\nday: 2025-02-30\ntime: 12:30:45\nfeatured: false\nyes: no\nbig: 1e999\n",
        {
            "version": "1.10",
            "day": "2025-02-30",
            "time": "12:30:45",
            "featured": "false",
            "yes": "no",
            "big": "1e999",
        },
    ),
    "comments": ("# a\ntitle: b # c\n\ntags: # d\n  # e\n  - f\n", {"title": "b", "tags": ["f"]}),
    "texts of several lines": (
        "a: |\n  b\n\n  c\nd: >-\n  e\n  f\ng: h\n  i\n",
        {"a": "b\n\nc\n", "d": "e f", "g": "h i"},
    ),
    "mappings": ("a:\n  b: c\n  d:\n    - e: f\n      g: h\n", {"a": {"b": "c", "d": [{"e": "f", "g": "h"}]}}),
    "anchors": ("a: &x [b]\nc: *x\nd: &y {e: f}\ng:\n  <<: *y\n  h: i\n", {"g": {"e": "f", "h": "i"}, "a": ["b"]}),
    "merge keys": ("x: &x {a: 1, b: 1}\ny: &y {a: 2, c: 2}\n<<: [*x, *y]\nb: 3\n", {"a": "1", "b": "3", "c": "2"}),
    "a question": ("? a\n: b\n", {"a": "b"}),
    "a tag of a scalar": ("a: !!str 1\nb: !!int 2\nc: ! d\n", {"a": "1", "b": "2", "c": "d"}),
}

#: What is refused although YAML allows it, or reads it otherwise than it looks.
REFUSED = {
    "a key that is there twice": ("title: a\ntitle: b\n", "duplicate key in lines 2 and 3", 3),
    "a key in a mapping that is there twice": ("a:\n  b: c\n  b: d\n", "duplicate key in lines 3 and 4", 4),
    "a key that is there twice in a line": ("a: {b: c, b: d}\n", "duplicate key in line 2", 2),
    "a key that is null": ("null: a\n", "has a key that is not text", 2),
    "a key that is a list": ("? [a]\n: b\n", "has a key that is not text", 2),
    "a tag": ("a: b\nc: !!python/object:os.system d\n", "has the tag !!python/object:os.system", 3),
    "binary": ("a: !!binary aGk=\n", "has the tag !!binary", 2),
    "an anchor that contains itself": ("a: &a [*a]\n", "has no anchor called a", 2),
    "a merge key without a mapping": ("a: b\n<<: c\n", "the merge key << needs a mapping", 3),
    "a second document": ("a: b\n--- c\n", "has a second document", 3),
    "an item that is indented more": ("a:\n  - b\n    - c\n", "has a list whose items are indented differently", 4),
    "a list": ("- a\n- b\n", "is not a mapping of keys to values", 2),
    "a text": ("a\n", "is not a mapping of keys to values", 2),
}
_REASONS = [
    *(reason.partition(" in line")[0] for _, reason, _ in REFUSED.values()),
    *("has the tag", "has no anchor called"),
]


@pytest.mark.parametrize(("block", "metadata"), USUAL.values(), ids=USUAL)
def test_what_articles_have_is_read_as_text(block: str, metadata: dict[str, Any]) -> None:
    read, lines = read_yaml(block, 2)
    assert {key: read[key] for key in metadata} == metadata
    assert set(read) <= set(lines)


@pytest.mark.parametrize(("block", "reason", "line"), REFUSED.values(), ids=REFUSED)
def test_what_would_mislead_is_refused_with_its_line(block: str, reason: str, line: int) -> None:
    with pytest.raises(FrontMatterError) as caught:
        read_yaml(block, 2)
    assert reason in str(caught.value)
    assert caught.value.line == line


def test_items_with_dashes_take_no_time_to_speak_of() -> None:
    start = time.process_time()
    read_yaml("a:\n" + "- b - c\n  d\n" * 8_000, 2)
    assert time.process_time() - start < 2


PIECES = st.sampled_from(
    [
        *("a", "b c", "null", "~", "true", "1.0", "2025-01-01", "é", "日本", "", " ", "  ", "\n", "\n\n", ": ", ":"),
        *(" #c", "#", "'q'", '"q"', "'", '"', '"a\\n"', "''", '""', "[a, b]", "[ 'x, y' , z ]", "[", "]", ",", ", "),
        *("\n  - a", "\n- b", "\n    - c", "\n  - ", "- ", "-", "{a: b}", "&x ", "*x", "!t ", "|", ">", "?", "? "),
        *(
            "%",
            "@",
            "`",
            "=",
            "a'b",
            'a"b',
            "http://x/y?z#f",
            "tags:",
            "title: ",
            "\n---",
            "\n...",
            "\t",
            "\xa0",
            "\x85",
        ),
        *("[a,]", "\u2028", "\ufeff", "\x07", "\ud800"),
    ]
)
KEYS = st.sampled_from(["title", "tags", "k_1", "a-b", "null", "date", "true", "_x", "ключ", "a b", ""])
PAIRS = st.tuples(
    KEYS, st.sampled_from([": ", ":\n  - ", ":\n- ", ":\n    - ", ":", ":  "]), st.lists(PIECES, max_size=4)
)
BLOCKS = st.lists(PAIRS, min_size=1, max_size=4).map(
    lambda pairs: "".join(f"{key}{colon}{''.join(pieces)}\n" for key, colon, pieces in pairs)
)


# That of libyaml takes a few texts that the one in Python refuses.
_LOADER = getattr(yaml, "CBaseLoader", yaml.BaseLoader)


def texts(node: yaml.Node) -> Any:
    if isinstance(node, yaml.ScalarNode):
        return None if not node.style and node.value in ("", "~", "null", "Null", "NULL") else node.value
    if isinstance(node, yaml.SequenceNode):
        return [texts(item) for item in node.value]
    return {texts(key): texts(value) for key, value in node.value}


@settings(max_examples=200)
@given(BLOCKS)
def test_any_block_is_read_as_the_composer_reads_it_or_refused_for_a_reason(block: str) -> None:
    try:
        read: dict[str, Any] | FrontMatterError = read_yaml(block)[0]
    except FrontMatterError as error:
        read = error
    try:
        node = yaml.compose(block, Loader=_LOADER)
    except (yaml.YAMLError, UnicodeEncodeError) as error:
        # YAML 1.2 allows what the composer, which is older, does not.
        assert isinstance(read, FrontMatterError) or "duplicate anchor" in str(error)
        return
    if isinstance(read, FrontMatterError):
        assert any(reason in str(read) for reason in _REASONS)
    else:
        assert read == (texts(node) if node else {})
