"""JSON Lines: good lines become entries, a bad line is one Problem with its number."""

from __future__ import annotations

import io
import json
import time
from pathlib import Path

import pytest
from entry_data import make_site

from feedkit import ArticleError, Problem, Taxonomy, read_json_lines

GOOD = '{"title": "Ebb", "date": "2025-03-30"}'


def read_all(lines: list[str | bytes], **settings: object) -> tuple[list[str], list[Problem]]:
    problems: list[Problem] = []
    entries = list(read_json_lines(lines, make_site(**settings), on_problem=problems.append))
    return [entry.title for entry in entries], problems


def test_each_line_is_an_article_in_its_order() -> None:
    titles, problems = read_all([GOOD, GOOD.replace("Ebb", "Flood").encode(), f"  {GOOD}\n", "\n", b"  \r\n"])
    assert titles == ["Ebb", "Flood", "Ebb"]
    assert problems == []


def test_an_open_file_is_read_line_by_line() -> None:
    stream = io.BytesIO(b"\xef\xbb\xbf" + GOOD.encode() + b"\n" + GOOD.encode())
    assert len(list(read_json_lines(stream, make_site()))) == 2


def test_lines_are_read_one_at_a_time() -> None:
    def lines() -> object:
        yield GOOD
        raise AssertionError("nobody asked for the second line")

    assert next(read_json_lines(lines(), make_site())).title == "Ebb"  # type: ignore[arg-type]


BAD = {
    "[1]": "FK201: the line is not a JSON object, but '[1]'",
    "17": "FK201: the line is not a JSON object, but '17'",
    "{": "FK201: the line is not JSON (Expecting property name enclosed in double quotes, column 2)",
    '{"title": "x"\n': "FK201: the line is not JSON (Expecting ',' delimiter, column 14)",
    '{"a": NaN}': "FK201: the line is not JSON (NaN is not a number in JSON)",
    '{"a": 1, "a": 2}': "FK201: the line is not JSON (duplicate key 'a')",
    "[" * 100_000: "FK201: the line is not JSON (it is nested too deeply)",
    '{"title": "x"}': "FK105: publishedAt: the article has no date of publication",
    '{"title": "x", "date": "2025-13-01"}': "FK101: date: '2025-13-01' is not a date (month must be in 1..12)",
    '{"date": "2025-03-30"}': "FK203: title: the article has no title",
}


@pytest.mark.parametrize(("line", "message"), BAD.items(), ids=[line[:30] for line in BAD])
def test_a_bad_line_is_one_problem_with_its_number_and_the_others_are_read(line: str, message: str) -> None:
    titles, problems = read_all([GOOD, line, GOOD])
    assert titles == ["Ebb", "Ebb"]
    assert [str(problem) for problem in problems] == [f"-:2: error {message}"]


@pytest.mark.parametrize("line", [f"[{GOOD},", f"[{GOOD}]", "["])
def test_a_list_has_the_hint_to_take_its_brackets_away(line: str) -> None:
    _, problems = read_all([line])
    assert [problem.hint for problem in problems] == [
        "write one object a line, without brackets around them, as jq -c '.[]' does"
    ]


def test_bytes_that_are_not_utf_8_are_a_bad_line() -> None:
    titles, problems = read_all([b'{"title": "\xff"}', GOOD])
    assert titles == ["Ebb"]
    assert str(problems[0]) == "-:1: error FK201: the line is not JSON (byte 12 is not UTF-8)"


def test_without_a_callback_the_first_bad_line_raises() -> None:
    with pytest.raises(ArticleError, match="-:2: error FK201"):
        list(read_json_lines([GOOD, "x"], make_site()))


def test_warnings_carry_the_number_of_their_line() -> None:
    _, problems = read_all([GOOD, json.dumps({**json.loads(GOOD), "publisedAt": "x", "weight": "y"})])
    assert [(problem.code, problem.line) for problem in problems] == [("FK211", 2), ("FK212", 2)]


HINTS = [
    ({"title": None}, 'add "title": "Some title"'),
    ({"date": None}, 'add "publishedAt": "2025-11-21"'),
    ({"draft": "maybe"}, 'write "draft": true or "draft": false'),
    ({"tags": "a b c"}, 'write "tags": ["a", "b", "c"], or set split_tags_at_spaces = true'),
    ({"date": "01/02/2024"}, 'write "date": "2024-02-01" or "date": "2024-01-02", or set date_order = "dmy" or "mdy"'),
    ({"source": "a.md", "audio": "/a.mp3", "season": "zero"}, 'write "season": 1'),
    ({"audio": "/a.mp3", "transcript": {"lang": "en"}}, 'write "transcript": {"url": "/a.mp3"}'),
]


@pytest.mark.parametrize(("keys", "hint"), HINTS)
def test_a_hint_is_a_pair_of_json_to_paste(keys: dict[str, object], hint: str) -> None:
    problems: list[Problem] = []
    article = {"title": "T", "date": "2025-01-01", **keys}
    line = json.dumps({key: value for key, value in article.items() if value is not None})
    site = make_site(podcast={"image": "https://example.com/a.png"})
    list(read_json_lines([line], site, on_problem=problems.append))
    assert hint in [problem.hint for problem in problems]


@pytest.mark.parametrize("at_spaces", [False, True])
@pytest.mark.parametrize("text", ["a; b", "a\uff1bb", "a | b", "a b", "a ;  ; b"])
def test_a_note_of_signs_between_tags_says_what_became_of_them(text: str, at_spaces: bool) -> None:
    problems: list[Problem] = []
    line = json.dumps({"title": "T", "date": "2025-01-01", "tags": text})
    (entry,) = read_json_lines([line], make_site(split_tags_at_spaces=at_spaces), on_problem=problems.append)
    split = ["is split at spaces only"] if text != "a b" else []
    expected = split if len(entry.terms) > 1 else ["is one term: without a comma a text is not split"]
    assert [problem.message.partition("' ")[2] for problem in problems] == expected


def test_spaces_between_tags_take_no_time_to_speak_of() -> None:
    line = json.dumps({"title": "T", "date": "2025-01-01", "tags": f"a{' ' * 20_000}b"})
    start = time.process_time()
    (entry,) = read_json_lines([line], make_site(), on_problem=lambda problem: None)
    assert [term.name for term in entry.terms] == ["a b"]
    assert time.process_time() - start < 2


def test_a_name_can_be_given_to_the_lines() -> None:
    problems: list[Problem] = []
    (entry,) = read_json_lines([GOOD, "x"], make_site(), path="articles.jsonl", on_problem=problems.append)
    assert entry.source == "articles.jsonl:1"
    assert problems[0].path == "articles.jsonl"


def test_a_lone_surrogate_in_json_is_replaced_and_told() -> None:
    titles, problems = read_all(['{"title": "a\\ud800b", "date": "2025-03-30"}'])
    assert titles == ["a\ufffdb"]
    assert [problem.code for problem in problems] == ["FK303"]


def test_the_table_of_authors_holds_for_lines_too(tmp_path: Path) -> None:
    (tmp_path / "people.yml").write_text("ann:\n  name: Ann Lee\n")
    site = make_site(authors_file=tmp_path / "people.yml")
    (entry,) = read_json_lines(['{"title": "x", "date": "2025-03-30", "author": "ann"}'], site)
    assert entry.authors[0].name == "Ann Lee"


def test_the_key_source_names_the_file_in_problems() -> None:
    problems: list[Problem] = []
    lines = ['{"title": "x", "source": "posts/x.md"}', GOOD.replace("}", ', "source": "posts/ebb.md"}')]
    found = list(read_json_lines(lines, make_site(), on_problem=problems.append))
    assert [entry.source for entry in found] == ["posts/ebb.md"]
    assert [str(problem) for problem in problems] == [
        "posts/x.md: error FK105: publishedAt: the article has no date of publication"
    ]


def test_a_taxonomy_may_be_made_of_the_key_source() -> None:
    site = make_site(taxonomies=[Taxonomy(name="sources", source="source", path="sources")])
    (entry,) = read_json_lines([GOOD.replace("}", ', "source": "wire"}')], site)
    assert (entry.source, [term.name for term in entry.terms]) == ("-:1", ["wire"])
