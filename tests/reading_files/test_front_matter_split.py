"""Splitting and loading front matter: lines, limits, and what no text may do."""

from __future__ import annotations

import subprocess
import sys
import time
from itertools import pairwise
from typing import Any

import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st

from feedkit.articles import front_matter
from feedkit.articles.front_matter import FrontMatterError, ParsedText, parse
from feedkit.config.site import Limits

BREAKS = ["\n", "\r\n", "\r"]

KEYS = st.lists(
    st.from_regex(r"[a-z][a-z_0-9-]{0,8}", fullmatch=True).filter(lambda key: key not in ("cascade", "n", "y")),
    min_size=1,
    max_size=6,
    unique=True,
)
YAML_VALUES = st.sampled_from(
    [
        *("x", '"a: b"', "'it''s'", "[a, [b], {c: d}]", "|\n  one\n\n  two", "\n  - a\n  - b: c", "{a: 1}"),
        *("> \n  x\n", "null", '"a\u2028b"', '"a\x85b"', "é 🚀", "2024-01-02", "&a x", "!!str 1"),
    ]
)
LEADS = st.sampled_from(["", "\ufeff", "\n", "\ufeff\n \n", "\n\n\t\n"])
BODIES = st.text(alphabet=st.sampled_from("ab -+;.{}:#\n\téx"), max_size=60)
PIECES = st.sampled_from(
    [
        *("---", "+++", ";;;", "...", "{", "}", "[", "]", ":", ": ", "- ", "\n", "\r\n", "\r", "title", "Title: x"),
        *('"', "'", "\t", "&a ", "*a", "!x ", "<<", "#", "|", ">", "?", "%", "@", "\ufeff", "\0", "\u2028", "\x85"),
        *("= 1", '"a": 1', ",", "\\", "\\u", "a.b", " ", "  ", '"""', "'''", "é", "1e999", "NaN", "[[a]]", "Date: y"),
        *("2024-01-02", "\ud800"),
    ]
)


def refusal(text: str, limits: Limits | None = None) -> FrontMatterError:
    with pytest.raises(FrontMatterError) as caught:
        parse(text, limits or Limits())
    return caught.value


@given(st.one_of(st.text(), st.lists(PIECES, max_size=25).map("".join)))
@example("---\n\ud800: x\n---\n")
@example("---\n\ufeffa: x\n---\n")
@example("---\na: \ufffe\n---\n")
@example('{"a": "\ud800"}')
@example("+++\na = 1e999\n+++\n")
@example("+++\na = 99999-99-99\n+++\n")
@example("---\n%YAML 9.9\n--- a\n---\n")
@example("---\n&a [*a]\n---\n")
@example("{" + '"a":{' * 300)
@example('{"a": ' + "9" * 5000 + "}")
@example("Title: x\n" + " " * 10)
@example("Title:\n :\n")
@example("---\n---\ntext")
@example("{}text")
def test_any_text_is_taken_apart_or_refused_with_a_line(text: str) -> None:
    try:
        parsed = parse(text)
    except FrontMatterError as error:
        refused = error
    else:
        refused = None
    if refused is not None:
        assert refused.line in range(1, len(lines_of(text)) + 1)
        return
    whole = "\n".join(lines_of(text.removeprefix("\ufeff")))
    assert whole.endswith(parsed.body)
    assert whole[: len(whole) - len(parsed.body)].count("\n") + 1 == parsed.body_line or not parsed.body
    if not parsed.metadata and not parsed.empty_line:
        assert parsed.body == whole


def lines_of(text: str) -> list[str]:
    return text.replace("\r\n", "\n").replace("\r", "\n").split("\n")


@given(KEYS, st.data(), LEADS, st.sampled_from(BREAKS), BODIES)
def test_every_key_of_yaml_has_its_line_and_the_body_is_whole(
    keys: list[str], data: st.DataObject, lead: str, newline: str, body: str
) -> None:
    block = "".join(f"{key}: {data.draw(YAML_VALUES)}\n" for key in keys)
    text = f"{lead}---\n{block}---\n{body}"
    parsed = parse(text.replace("\n", newline))
    assert list(parsed.metadata) == keys
    assert parsed.body == body
    assert_lines(parsed, text, keys, "{}:")


@given(KEYS, LEADS, st.sampled_from(BREAKS), BODIES)
def test_every_key_of_toml_has_its_line_and_the_body_is_whole(
    keys: list[str], lead: str, newline: str, body: str
) -> None:
    values = ['"x"', "[1,\n 2]", '"""\na = 1\n"""', "2024-01-02", "{a = 1}", "1.10"]
    block = "".join(f"{key} = {values[number % 6]}\n" for number, key in enumerate(keys))
    text = f"{lead}+++\n{block}+++\n{body}"
    parsed = parse(text.replace("\n", newline))
    assert parsed.body == body
    assert_lines(parsed, text, keys, "{} =")


@given(KEYS, LEADS, st.sampled_from(BREAKS), BODIES, st.sampled_from(["{}", ";;;", ";;;{}"]))
def test_every_key_of_json_has_its_line_and_the_body_is_whole(
    keys: list[str], lead: str, newline: str, body: str, fence: str
) -> None:
    values = ['"x"', "[1,\n 2]", '"a \\" {"', "1.10", '{"a": 1,\n"b": [{}]}', "null"]
    pairs = ",\n".join(f'"{key}": {values[number % 6]}' for number, key in enumerate(keys))
    inner = f"{{\n{pairs}\n}}" if "{" in fence else pairs
    text = f"{lead}{inner}{body}" if fence == "{}" else f"{lead};;;\n{inner}\n;;;\n{body}"
    parsed = parse(text.replace("\n", newline))
    assert list(parsed.metadata) == keys
    assert parsed.body == body
    assert_lines(parsed, text, keys, '"{}":')


def assert_lines(parsed: ParsedText, text: str, keys: list[str], begins: str) -> None:
    lines = text.removeprefix("\ufeff").split("\n")
    for key in keys:
        assert lines[parsed.lines[key] - 1].startswith(begins.format(key))
    assert parsed.body_line == text.count("\n", 0, len(text) - len(parsed.body)) + 1


INNER = [
    ("---\na:\n  b: 1\n  c: 2\n---\n", {"a": 2, "a.b": 3, "a.c": 4}),
    ("+++\n[a]\nb = 1\n+++\n", {"a": 2, "a.b": 3}),
    ('{"a":\n{"b": 1,\n"c": {"d": 1}}}', {"a": 1, "a.b": 2, "a.c": 3}),
    ("---\nx: &x {b: 1}\n<<: *x\n---\n", {"x": 2, "x.b": 2, "<<": 3, "b": 3}),
]


@pytest.mark.parametrize(("text", "lines"), INNER)
def test_the_keys_of_a_mapping_have_lines_too(text: str, lines: dict[str, int]) -> None:
    assert parse(text).lines == lines


EMPTY = [("", None), ("~", None), ("null", None), ('""', ""), ("!!str", ""), ("'null'", "null"), ("!!str null", "null")]


@pytest.mark.parametrize(("written", "value"), EMPTY)
def test_nothing_is_null_unless_it_says_that_it_is_a_text(written: str, value: str | None) -> None:
    assert parse(f"---\na: {written}\n---\n").metadata == {"a": value}


MISTAKES = [
    "title: Foo: bar",
    "title: @x",
    "title: %x",
    "title: *x",
    "\ttitle: x",
    'title: "a" b',
    "title: 'it's'",
    'slug: a\ntitle: "abc',
    "tags: [a, b\nslug: x",
    "tags: a\n- b",
    "title: x\n slug: y",
    "title:x\nslug: y",
    "tags: - a",
    'title: "\\q"',
    "summary: | x",
    "title: !x y",
    "title: a\x07b",
    "title: a\nslug",
]


@pytest.mark.parametrize("block", MISTAKES)
def test_a_mistake_has_the_same_line_and_hint_without_libyaml(block: str, monkeypatch: pytest.MonkeyPatch) -> None:
    text = f"---\n{block}\n---\n"
    fast = refusal(text)
    monkeypatch.setattr(front_matter, "_Parser", yaml.SafeLoader)
    slow = refusal(text)
    assert (fast.line, fast.hint) == (slow.line, slow.hint)
    assert fast.hint


LIMITS: list[tuple[dict[str, Any], str, str, str]] = [
    ({"depth": 3}, "---\na: [[b]]\n---\n", "---\na: [[[b]]]\n---\n", "nested more than 3 levels deep"),
    ({"depth": 3}, '{"a": [[1]]}', '{"a": [[[1]]]}', "nested more than 3 levels deep"),
    ({"depth": 3}, "+++\na = [[1]]\n+++\n", "+++\na = [[[1]]]\n+++\n", "nested more than 3 levels deep"),
    ({"depth": 3}, "+++\na.b.c = 1\n+++\n", "+++\na.b.c.d = 1\n+++\n", "nested more than 3 levels deep"),
    ({"nodes": 6}, "---\na: [b, c, d]\n---\n", "---\na: [b, c, d, e]\n---\n", "more than 6 values"),
    ({"nodes": 6}, "---\na: &a [b]\nc: x\n---\n", "---\na: &a [b]\nc: *a\n---\n", "more than 6 values"),
    ({"nodes": 3}, "+++\na = [1, 2]\n+++\n", "+++\na = [1, 2, 3]\n+++\n", "more than 3 values"),
    ({"block": 8}, "---\na: 5678\n---\nbody", "---\na: 56789\n---\nbody", "more than 8 characters"),
    ({"block": 8}, '{"a": 1}body', '{"a": 12}body', "more than 8 characters"),
    ({"block": 9}, "Title: x\n\nbody", "Title: xy\n\nbody", "more than 9 characters"),
    ({"expansion": 8}, "---\na: &a xyz\nb: *a\n---\n", "---\na: &a xyz\nbc: *a\n---\n", "more than 8 characters"),
]


@pytest.mark.parametrize(("limits", "good", "bad", "reason"), LIMITS)
def test_what_is_at_a_limit_is_read_and_what_is_beyond_is_refused(
    limits: dict[str, Any], good: str, bad: str, reason: str
) -> None:
    parse(good, Limits(**limits))
    assert reason in str(refusal(bad, Limits(**limits)))


BOMBS = {
    "aliases of lists": "---\na: &a [x,x,x,x,x,x,x,x]\n"
    + "".join(f"{new}: &{new} [{','.join([f'*{old}'] * 9)}]\n" for old, new in pairwise("abcdefghi"))
    + "---\n",
    "aliases of texts": f"---\na: &a {'y' * 10_000}\nb: [{','.join(['*a'] * 200)}]\n---\n",
    "merge keys": "---\na: &a {x: 1}\n"
    + "".join(f"{new}: &{new} {{<<: [{','.join([f'*{old}'] * 9)}]}}\n" for old, new in pairwise("abcdefg"))
    + "---\n",
    "YAML brackets": f"---\na: {'[' * 60_000}\n---\n",
    "YAML braces": f"---\na: {'{a: ' * 30_000}\n---\n",
    "YAML dashes": f"---\n{'- ' * 60_000}\n---\n",
    "TOML brackets": f"+++\na = {'[' * 60_000}\n+++\n",
    "TOML braces": f"+++\na = {'{a=' * 30_000}\n+++\n",
    "TOML dots": f"+++\n{'.'.join(['a'] * 60_000)} = 1\n+++\n",
    "TOML header dots": f"+++\n[{'.'.join(['a'] * 60_000)}]\n+++\n",
    "TOML quoted dots": "+++\nx = {" + ".".join(['"a"'] * 60_000) + " = 1}\n+++\n",
    "JSON brackets": '{"a":' + "[" * 60_000,
    "JSON braces": '{"a":' * 40_000,
    "JSON quotes": '{"' + '\\"' * 120_000,
    "fenced JSON brackets": f";;;\n{'[' * 60_000}\n;;;\n",
}


@pytest.mark.parametrize("text", BOMBS.values(), ids=BOMBS.keys())
def test_a_bomb_is_refused_at_once(text: str) -> None:
    begin = time.perf_counter()
    refusal(text)
    assert time.perf_counter() - begin < 2


STACK = """
import threading
from feedkit.articles.front_matter import FrontMatterError, parse

texts = ["---\\na: " + "[" * 60_000 + "\\n---\\n", '{"a":' + "[" * 60_000, "+++\\na = " + "[" * 60_000 + "\\n+++\\n"]
texts += ["---\\n" + "- " * 30_000 + "\\n---\\n", "---\\n[" + "[" * 60_000 + "\\n---\\n"]

def run():
    for text in texts:
        try:
            parse(text)
        except FrontMatterError as error:
            print(error.line)

run()
threading.stack_size(256 * 1024)
thread = threading.Thread(target=run)
thread.start()
thread.join()
"""


def test_brackets_do_not_kill_the_process_in_a_thread_with_a_small_stack_either() -> None:
    run = subprocess.run([sys.executable, "-c", STACK], capture_output=True, text=True, check=False, timeout=60)
    assert (run.returncode, run.stderr) == (0, "")
    assert run.stdout.split() == ["2", "1", "2", "2", "2"] * 2
