"""Titles and categories that no key gives: of headings, names and folders."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from content_folder import only, put

from feedkit import Entry, Problem, Site, read

BASE = "https://example.com/"


def take(root: Path, **settings: Any) -> tuple[list[Entry], list[Problem]]:
    problems: list[Problem] = []
    return list(read(root, Site(base_url=BASE, **settings), on_problem=problems.append)), problems


#: A text, its title, and its content.
HEADINGS = [
    ("# A Title\n\nText.", "A Title", "<p>Text.</p>"),
    ("\n\n#  A *Title* #\n\nText.", "A Title", "<p>Text.</p>"),
    ("(label)=\n\n# A Title\n\nText.", "A Title", "<p>(label)=</p>\n<p>Text.</p>"),
    ("A paragraph.\n\n# A Title\n\nText.", "A Title", "<p>A paragraph.</p>\n<p>Text.</p>"),
    ("Ein Wörtchen: é.\n\n# Ä Title\n\nText.", "Ä Title", "<p>Ein Wörtchen: é.</p>\n<p>Text.</p>"),
    ("A `Title`\n=====\n\nText.", "A Title", "<p>Text.</p>"),
    ("Words.\n\nA title\nof two lines\n===\n\nText.", "A title of two lines", "<p>Words.</p>\n<p>Text.</p>"),
    ("## Not this\n\n# A Title\n\nText.", "A Title", "<h2>Not this</h2>\n<p>Text.</p>"),
    ("```sh\n# no title\n```\n\n# A Title", "A Title", "<pre><code># no title\n</code></pre>"),
    ("> # no title\n\n# A Title", "A Title", "<blockquote>\n<h1>no title</h1>\n</blockquote>"),
    ("# A Title {#own .wide}\n\nText.", "A Title", "<p>Text.</p>"),
    ("Words.\n\n# A Title {: #own }\n\nText.", "A Title", "<p>Words.</p>\n<p>Text.</p>"),
    ("# A {set} of keys\n\nText.", "A {set} of keys", "<p>Text.</p>"),
    ("# First\n\nText.\n\n# Second", "First", "<p>Text.</p>\n<h1>Second</h1>"),
]


@pytest.mark.parametrize(("text", "title", "html"), HEADINGS)
def test_the_first_heading_of_the_first_level_is_the_title(content: Path, text: str, title: str, html: str) -> None:
    put(content, "a.md", text=f"---\ndate: 2024-01-02\n---\n{text}\n")
    [entry], problems = take(content)
    assert problems == []
    assert (entry.title, entry.content.strip()) == (title, html)


@pytest.mark.parametrize(
    "text", ["## No title\n", "Words.\n", "> # No title\n", "- # No title\n", "```\n# No title\n```\n", ""]
)
def test_what_is_no_such_heading_is_no_title_and_the_hint_names_the_setting(content: Path, text: str) -> None:
    put(content, "a.md", text=f"---\ndate: 2024-01-02\n---\n{text}")
    problem = only(take(content)[1])
    assert (problem.code, problem.severity) == ("FK203", "error")
    assert problem.hint == 'add a line title: A, or set title_from = ["heading", "filename"]'


def test_the_hint_for_notes_whose_names_are_numbers_is_their_folder(content: Path) -> None:
    put(content, "a/notes/2024/01/02/3/index.md", text="---\ndate: 2024-01-02\n---\nWords.\n")
    assert only(take(content)[1]).hint == 'add a line title: "3", or set untitled = ["a/notes"]'
    assert take(content, untitled=("a/notes",))[1] == []


@pytest.mark.parametrize("heading", ["#", "# ", "#\t"])
@pytest.mark.parametrize(("keys", "count"), [("title: T\n", 1), ("", 0)])
def test_a_heading_without_words_is_no_title_and_ends_nothing(
    content: Path, keys: str, count: int, heading: str
) -> None:
    put(content, "a.md", text=f"---\n{keys}date: 2024-01-02\n---\n{heading}\n")
    put(content, "b.md", text="---\ntitle: B\ndate: 2024-01-02\n---\n")
    entries, problems = take(content)
    assert [entry.title for entry in entries] == ["T"] * count + ["B"]
    assert [problem.code for problem in problems] == ["FK203"] * (1 - count)


@pytest.mark.parametrize("body", ["# Other\n\nText.", "Text.\n\n# T\n"])
def test_a_key_wins_over_headings_and_these_stay(content: Path, body: str) -> None:
    put(content, "a.md", text=f"---\ntitle: T\ndate: 2024-01-02\n---\n{body}\n")
    [entry], _ = take(content)
    assert (entry.title, entry.content.count("<h1>")) == ("T", 1)


#: A file, `title_from`, its text and its title.
NAMED = [
    ("2024-01-02-tide-table.md", ("heading", "filename"), "Text.", "Tide table"),
    ("2024-01-02-tide-table.md", ("heading", "filename"), "# Own", "Own"),
    ("2024-01-02-tide-table.md", ("filename", "heading"), "# Own", "Tide table"),
    ("2024-01-02 Notes on a-b.md", ("heading", "filename"), "Text.", "Notes on a-b"),
    ("2024-01-02.md", ("heading", "filename"), "Text.", "2024-01-02"),
    ("2024-01-02-tide_table/index.md", ("filename",), "# Own", "Tide table"),
    ("2024-01-02-雪.md", ("filename",), "Text.", "雪"),
]


@pytest.mark.parametrize(("path", "order", "text", "title"), NAMED)
def test_a_name_is_a_title_by_setting(content: Path, path: str, order: tuple[str, ...], text: str, title: str) -> None:
    put(content, path, text=text)
    [entry], problems = take(content, title_from=order)
    assert (entry.title, problems) == (title, [])


def test_without_any_source_only_a_key_gives_a_title(content: Path) -> None:
    put(content, "2024-01-02-a.md", text="# A")
    assert only(take(content, title_from=())[1]).code == "FK203"


#: A file, its front matter, the categories.
FOLDERS = [
    ("Tower/bells.md", "", ["Tower"]),
    ("Tower/Old Clocks/bells.md", "", ["Old Clocks"]),
    ("Tower/bells/index.md", "", ["Tower"]),
    ("fr/Tower/bells.md", "", ["Tower"]),
    ("bells.md", "", []),
    ("fr/bells.md", "", []),
    ("Tower/bells.md", "category: Own", ["Own"]),
    ("Tower/bells.md", "categories: []", ["Tower"]),
    ("Tower/_posts/2025/04/bells.md", "", ["Tower"]),
]


@pytest.mark.parametrize(("path", "front", "categories"), FOLDERS)
def test_a_folder_is_a_category_by_setting(content: Path, path: str, front: str, categories: list[str]) -> None:
    put(content, path, text=f"---\ntitle: T\ndate: 2024-01-02\n{front}\n---\n")
    [entry], problems = take(content, category_from="folder", languages=("en", "fr"))
    assert problems == []
    assert [(term.taxonomy, term.name, term.scheme) for term in entry.terms] == [
        ("categories", name, f"{BASE}categories/") for name in categories
    ]
    [entry], _ = take(content)
    assert [term.name for term in entry.terms] == (["Own"] if front == "category: Own" else [])
