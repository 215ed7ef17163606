"""Lists of addresses: plain lines, with a tab and a date, JSON Lines; bad ones with their number."""

from __future__ import annotations

import pytest

from feedkit import ArticleError, Problem, read_urls


@pytest.mark.parametrize(
    ("line", "item"),
    [
        ("https://example.org/a\n", "https://example.org/a"),
        (b"https://example.org/\xc3\xa4\r\n", "https://example.org/ä"),
        ("\ufeff/a", "/a"),
        ("/a\t2025-01-01\n", ("/a", "2025-01-01")),
        ("/a\t\n", ("/a", "")),
        ("/a b \t 2025-01-01T10:00Z", ("/a b", "2025-01-01T10:00Z")),
        ('{"loc": "/a", "lastmod": null}', {"loc": "/a", "lastmod": None}),
    ],
)
def test_a_line_is_an_address_a_pair_or_an_object(line, item) -> None:
    assert list(read_urls([line])) == [item]


def test_blank_lines_are_passed_over_and_counted() -> None:
    lines = read_urls(["\n", "  \r\n", "/a\n"])
    assert (list(lines), lines.number) == (["/a"], 3)


@pytest.mark.parametrize("line", ["# a comment\n", "#/a", "  # a", b"# \xc3\xa4\n", "\ufeff# a", "#\t2025-01-01"])
def test_a_comment_is_passed_over_and_counted(line) -> None:
    lines = read_urls([line, "/a#b\n"])
    assert (list(lines), lines.number) == (["/a#b"], 2)


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b"/\xff\n", "byte 2 is not UTF-8"),
        ("{", "it is not JSON"),
        ('{"lastmod": 1}', "the object has no loc"),
        ('{"loc": 1}', "the object has no loc"),
        ("/a\t2025-01-01\tdaily", "it has more than two columns"),
        ('{"loc": ' + "[" * 100_000, "it is nested too deeply"),
        ("a" * 4_194_305, "it has more than 4,194,304 characters"),
    ],
)
def test_a_bad_line_is_told_with_its_number_and_the_others_are_read(line, reason) -> None:
    told: list[Problem] = []
    assert list(read_urls(["/a", line, "/b"], path="urls.txt", on_problem=told.append)) == ["/a", "/b"]
    assert [(problem.code, problem.line) for problem in told] == [("FK415", 2)]
    assert str(told[0]).startswith(f"urls.txt:2: error FK415: the line is left out: {reason}")
    with pytest.raises(ArticleError, match="FK415"):
        list(read_urls([line]))
