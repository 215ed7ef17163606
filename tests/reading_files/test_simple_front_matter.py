"""Front matter of the usual shape is read by one expression: the same as by the parser, or not at all."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feedkit.articles import _yaml, _yamlhints, _yamlsimple
from feedkit.articles.frontmatter import parse
from feedkit.articles.unreadable import FrontMatterError
from feedkit.config.tables import Limits

LIMITS = Limits()

USUAL = {
    "plain": "title: Ebb and flow\ndate: 2025-11-21\n",
    "signs within": "title: C++, C# & 50% of http://a.example/?b#c; it's (so)\n",
    "quotes": 'title: "Why: so"\nslug: \'a # b\'\nexcerpt: "it\'s"\n',
    "lists": 'tags:\n  - a\n  - b c\ncategories:\n- d\nkeywords:\n    - "e: f"\n    - g\n',
    "brackets": "tags: [a, 'b, c', \"d\", e f]\ncategories: []\nother: [ g , h ]\n",
    "nothing": "updated:\nexpires: ~\ntags: [null]\ndraft: null\nnext: x\n",
    "blanks": 'title: T  \ntags: [a]  \nkeys:\n  - b \nslug: "c" \n\ndate: 2025-11-21\n\n',
    "any letters": "title: Ça va, 日本語 🚀\ntags:\n  - é\n",
    "empty lines": "\na: b\n\n\ntags:\n\n  - c\n\n  - d\n\n",
    "nothing behind blanks": "updated: \ntags:\n  - \n  - a\n",
    "any key": "ключ: x\nmeta-title: y\n_z: 1\n",
    "numbers and flags": "version: 1.10\nday: 2025-02-30\ntime: 12:30:45\nfeatured: false\nyes: no\n",
}

#: What the parser refuses, or reads otherwise than it looks.
ODD = {
    "an escape": 'title: "a\\n"\n',
    "a quote in quotes": "title: 'it''s'\n",
    "something behind quotes": 'title: "a" b\n',
    "an open quote": 'title: "a\n',
    "a comment": "title: a # b\n",
    "a line of comment": "# a\ntitle: b\n",
    "a second colon": "title: a: b\n",
    "a colon at the end": "title: a:\n",
    "no blank": "title:a\n",
    "two blanks": "title:  a\n",
    "twice": "title: a\ntitle: b\n",
    "a key that is none": "null: a\n",
    "a key in quotes": '"title": a\n',
    "a mapping": "a:\n  b: c\n",
    "a mapping in a list": "a:\n  - b: c\n",
    "a list in a list": "a:\n  - - b\n",
    "brackets in a list": "a:\n  - [b]\n",
    "brackets in brackets": "a: [[b]]\n",
    "an open bracket": "a: [b\n",
    "a comma behind the last": "a: [b,]\n",
    "a mapping in brackets": "a: [b: c]\n",
    "a comment in brackets": "a: [b #c]\n",
    "braces": "a: {b: c}\n",
    "an anchor": "a: &b c\n",
    "an alias": "a: *b\n",
    "a tag": "a: !!str b\n",
    "a text of several lines": "a: |\n  b\n",
    "a folded text": "a: b\n  c\n",
    "other blanks before items": "a:\n  - b\n - c\n",
    "three blanks": "a:\n   - b\n",
    "blanks on an empty line": "a: b\n  \nc: d\n",
    "a tab": "a: b\tc\n",
    "another blank": "a: b\u00a0c\n",
    "another line end": "a: b\u2028c\n",
    "a character that none may have": "a: b\x07\n",
    "a question": "? a\n: b\n",
    "a sign that begins": "a: @b\n",
    "a percent sign that begins": "a: %b\n",
    "a backtick": "a: `b`\n",
    "a hyphen": "a: - b\n",
    "no end": "a: b",
    "nothing": "",
    "items behind a value": "a: b\n- c\n",
    "items below a value": "a: b\n  - c\n",
    "items without a key": "- a\n",
    "a key that is long": f"{'a' * 1500}: b\n",
}


@pytest.mark.parametrize("block", USUAL.values(), ids=USUAL)
def test_the_usual_shape_is_read_as_the_parser_reads_it(block: str) -> None:
    found = _yamlsimple.load(block, 2, LIMITS)
    assert found is not None
    assert found == _yaml.load(block, 2, LIMITS)
    assert list(found[0]) == list(_yaml.load(block, 2, LIMITS)[0])


@pytest.mark.parametrize("block", ODD.values(), ids=ODD)
def test_any_other_shape_is_left_to_the_parser(block: str) -> None:
    assert _yamlsimple.load(block, 2, LIMITS) is None


PIECES = st.sampled_from(
    [
        *(
            "a",
            "b c",
            "key",
            "null",
            "~",
            "true",
            "1.0",
            "2025-01-01",
            "é",
            "日本",
            "",
            " ",
            "  ",
            "\n",
            "\n\n",
            ": ",
            ":",
        ),
        *(
            " #c",
            "#",
            "'q'",
            '"q"',
            "'",
            '"',
            '"a\\n"',
            "''",
            '""',
            "[a, b]",
            "[ 'x, y' , z ]",
            "[",
            "]",
            ",",
            ", ",
            "[a,]",
        ),
        *(
            "\n  - a",
            "\n- b",
            "\n    - c",
            "\n  - ",
            "- ",
            "-",
            "{a: b}",
            "&x ",
            "*x",
            "!t ",
            "|",
            ">",
            "<<",
            "?",
            "? ",
        ),
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
        *("\u2028", "\ufeff", "\x07", "\ud800"),
    ]
)
KEYS = st.sampled_from(["title", "tags", "k_1", "a-b", "null", "date", "true", "_x", "<<", "ключ", "a b", ""])
PAIRS = st.tuples(
    KEYS, st.sampled_from([": ", ":\n  - ", ":\n- ", ":\n    - ", ":", ":  "]), st.lists(PIECES, max_size=4)
)
BLOCKS = st.lists(PAIRS, min_size=1, max_size=4).map(
    lambda pairs: "".join(f"{key}{colon}{''.join(pieces)}\n" for key, colon, pieces in pairs)
)


@settings(max_examples=400)
@given(BLOCKS)
def test_a_block_on_the_border_is_read_as_the_parser_reads_it_or_left_to_it(block: str) -> None:
    if (found := _yamlsimple.load(block, 2, LIMITS)) is not None:
        assert found == _yaml.load(block, 2, LIMITS)
        assert list(found[0]) == list(_yaml.load(block, 2, LIMITS)[0])
        # Nor is there a word to tell of a comment, or a doubt whether it is front matter at all.
        assert list(_yamlhints.cut_off(block, 2)) == []
        assert parse(f"---\n{block}---\nWords.").metadata == found[0]


WORDS = st.text(st.characters(categories=["L", "N", "P", "S"]), min_size=1, max_size=8).map("a{}".format)


@given(
    st.dictionaries(st.from_regex(r"[A-Za-z_][A-Za-z0-9_-]{0,8}", fullmatch=True), WORDS | st.lists(WORDS, max_size=3))
)
def test_any_words_are_read_as_the_parser_reads_them_or_left_to_it(metadata: dict[str, str | list[str]]) -> None:
    lines = [
        f"{key}: {value}\n" if isinstance(value, str) else f"{key}:\n" + "".join(f"  - {item}\n" for item in value)
        for key, value in metadata.items()
    ]
    if (found := _yamlsimple.load("".join(lines), 5, LIMITS)) is not None:
        assert found == _yaml.load("".join(lines), 5, LIMITS)


@pytest.mark.parametrize("limits", [Limits(depth=1), Limits(nodes=3), Limits(block=5), Limits(expansion=5)], ids=repr)
def test_what_may_be_beyond_a_limit_is_left_to_the_parser(limits: Limits) -> None:
    assert _yamlsimple.load("a: b\nc: [d]\n", 2, limits) is None


@pytest.mark.parametrize("body", ["", "\n", "Words.\n---\nMore.\n", "\n\n# A\n---\n"])
def test_the_body_begins_on_the_same_line_whoever_reads_the_block(body: str) -> None:
    simple, other = (
        parse(f"---\ntitle: T\ntags:\n  - a\n---\n{body}"),
        parse(f"---\ntitle: T\ntags:\n  - a\n--- \n{body}"),
    )
    assert (simple.simple, other.simple) == (True, False)
    assert (simple.metadata, simple.lines, simple.body, simple.body_line) == (
        other.metadata,
        other.lines,
        other.body,
        other.body_line,
    )


@pytest.mark.parametrize(
    "text", ["---\n---\nA", "---\n\n---\nA", "---\ntitle: T\n", "---\ntitle: T\n---", "--- \na: b\n---\n"]
)
def test_a_block_that_is_empty_or_not_closed_so_is_left_to_the_parser(text: str) -> None:
    with contextlib.suppress(FrontMatterError):
        assert not parse(text).simple
