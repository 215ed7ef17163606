"""An article with several errors has all of them reported, in the order of their lines, and each cause once."""

from __future__ import annotations

from pathlib import Path

import pytest

from feedkit import ArticleError, Problem, Site, read, to_entry

SITE = Site(base_url="https://example.com/")

#: The text of `posts/a.md`, and where and what each problem of it is.
ARTICLES = {
    "a bad date, an unknown key and a bad address": (
        "---\ntitle: T\ndate: 2025-13-01\nauthr: Ann\ncanonical: ftp://x\n---\n",
        ["3 error FK101 date", "4 warning FK211 authr", "5 error FK205 canonical"],
    ),
    "in the order of lines, not in that of fields": (
        "---\nslug: ../x\ntags: [{name: C++, slug: C++}]\nexpires: soon\ndate: tomorrow\ntitle: [a]\n---\n",
        [
            *("2 error FK204 slug", "3 error FK204 tags", "4 error FK101 expires", "5 error FK108 date"),
            "6 error FK202 title",
        ],
    ),
    "two keys misspelt that no article can do without": (
        "---\ntitel: T\ndaet: 2025-01-01\n---\n",
        ["2 error FK211 titel", "3 error FK211 daet"],
    ),
    "neither a title nor a date": (
        "---\ntags: x\n---\n",
        ["1 error FK203 title", "1 error FK105 publishedAt"],
    ),
    "keys without values": (
        "---\ntags: x\ntitle:\ndate: \n---\n",
        ["3 error FK203 title", "4 error FK105 date"],
    ),
    "no front matter is one cause": ("Text.\n", ["1 error FK203 title"]),
    "no date is missed of what may be a draft": (
        "---\ntitle: T\ndraft: perhaps\nimage: hero\n---\n",
        ["3 error FK202 draft", "4 note FK207 image"],
    ),
    "no update is before a date that is refused": (
        "---\ntitle: T\ndate: 2025-13-01\nupdated: 1999-01-01\n---\n",
        ["3 error FK101 date"],
    ),
    "a value that no field can use has no warning beside its error": (
        "---\ntitle: T\ndate: {start: 2025-01-02}\n---\n",
        ["3 error FK105 date"],
    ),
}


@pytest.mark.parametrize("name", ARTICLES)
def test_all_that_is_wrong_with_an_article_is_reported(content: Path, name: str) -> None:
    text, expected = ARTICLES[name]
    file = content / "posts" / "a.md"
    file.parent.mkdir()
    file.write_text(text, "utf-8")
    problems: list[Problem] = []
    assert list(read(content, SITE, on_problem=problems.append)) == []
    assert [f"{one.line} {one.severity} {one.code} {one.key}" for one in problems] == expected


def test_a_page_without_a_date_is_not_reported_for_what_only_an_article_needs(content: Path) -> None:
    (content / "about.md").write_text("---\ntags: x\nimage: hero\n---\n", "utf-8")
    (content / "a.md").write_text("---\ntitle: T\ndate: 2025-01-01\n---\n", "utf-8")
    problems: list[Problem] = []
    assert len(list(read(content, SITE, on_problem=problems.append))) == 1
    assert [one.code for one in problems] == ["FK233"]


def test_the_error_has_all_problems_and_the_first_error() -> None:
    article = {"title": "T", "image": "hero", "date": "2025-13-01", "slug": "../x"}
    others: list[Problem] = []
    for on_problem in (None, others.append):
        with pytest.raises(ArticleError) as raised:
            to_entry(article, SITE, on_problem=on_problem)
        assert [one.code for one in raised.value.problems] == ["FK101", "FK204", "FK207"]
        assert raised.value.problem.code == "FK101"
    assert [one.code for one in others] == ["FK204", "FK207"]
