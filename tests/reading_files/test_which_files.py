"""Which files are articles, and what is said of those that look like some and are none."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from typing import Any

import pytest
from content_folder import ARTICLE, names, only, put

from feedkit import Entry, Problem, Site, read
from feedkit.cli import main
from feedkit.errors import SettingsError

UNDATED = "---\ntitle: T\n---\n\nText.\n"


def take(root: Path, **settings: Any) -> tuple[dict[str, Entry], list[Problem]]:
    problems: list[Problem] = []
    site = Site(base_url="https://example.com/", **settings)
    entries = read(root, site, on_problem=problems.append)
    return {Path(entry.source).relative_to(root).as_posix(): entry for entry in entries}, problems


def build(root: Path, capsys: pytest.CaptureFixture[str], *flags: str) -> tuple[int, dict[str, Any]]:
    words = ["build", str(root), "-o", str(root.parent / "out"), "--base-url", "https://example.com", "--json"]
    code = main([*words, "--no-cache", *flags])
    return code, json.loads(capsys.readouterr().out)


#: A folder, and whether an article in it is counted as left out, is a draft, or is an ordinary one.
FOLDERS = [
    ("node_modules", "left out"),
    ("_site", "left out"),
    ("public", "left out"),
    ("dist", "left out"),
    ("_includes", "left out"),
    ("_layouts", "left out"),
    ("_templates", "left out"),
    ("templates", "left out"),
    ("Templates", "left out"),
    ("archetypes", "left out"),
    ("vendor", "left out"),
    (".obsidian", "left out"),
    (".trash", "left out"),
    ("blog/node_modules/pack/docs", "left out"),
    (".git", "passed over"),
    ("x/.hg", "passed over"),
    ("_drafts", "draft"),
    ("drafts", "draft"),
    ("Drafts", "draft"),
    ("blog/_drafts/2025", "draft"),
    ("_posts", "article"),
    ("_data", "article"),
    ("_pages", "article"),
    ("Public", "article"),
    ("distance", "article"),
    ("draft", "article"),
]


@pytest.mark.parametrize(("folder", "state"), FOLDERS)
def test_a_folder_is_published_as_generators_do(content: Path, folder: str, state: str) -> None:
    put(content, "a.md", f"{folder}/b.md", f"{folder}/c/d.md", f"{folder}/e.MDX")
    entries, problems = take(content)
    below = [path for path in entries if path != "a.md"]
    assert len(below) == (3 if state in ("draft", "article") else 0)
    assert {entries[path].draft for path in below} == ({state == "draft"} if below else set())
    if state != "left out":
        assert problems == []
        return
    problem = only(problems)
    where = re.sub(r"/pack/docs$", "", folder)
    assert (problem.code, problem.severity, problem.path) == ("FK230", "note", str(content))
    assert problem.message == f"3 articles are in folders that generators never publish, and left out: {where} (3)"
    assert problem.hint == f'if they are content: include = ["{where}"]'


def test_what_was_passed_over_is_one_note_with_counts_and_only_folders_with_articles_are_named(content: Path) -> None:
    put(content, "a.md", "_site/b.md", "_site/2025/c.md", "node_modules/x/README.md", "_site/page.html")
    put(content, "dist/style.css", ".git/objects/x.md", text="")
    _, problems = take(content)
    assert only(problems).message.endswith(" left out: _site (2), node_modules (1)")


@pytest.mark.parametrize(
    ("include", "taken"),
    [
        (("templates",), ["blog/templates/b.md", "templates/a.md"]),
        (("/templates",), ["templates/a.md"]),
        (("blog/templates/",), ["blog/templates/b.md"]),
        (("*", "!templates"), [".well/d.md", "drafts/c.md"]),
        ((".well",), [".well/d.md"]),
        (("none",), []),
    ],
)
def test_include_takes_folders_in_as_ordinary_ones(content: Path, include: tuple[str, ...], taken: list[str]) -> None:
    put(content, "templates/a.md", "blog/templates/b.md", "drafts/c.md", ".well/d.md")
    entries, _ = take(content, include=include)
    assert sorted(path for path, entry in entries.items() if not entry.draft) == taken


def test_a_pattern_of_include_that_means_nothing_is_refused(content: Path) -> None:
    with pytest.raises(SettingsError, match=r"include: .* is not a pattern"):
        take(content, include=("[z-a]",))


def test_the_output_folder_is_no_content_wherever_it_lies_and_is_not_counted(
    content: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    put(content, "a.md", "deep/dist/b.md")
    output = content / "deep" / "dist"
    main(["build", str(content), "-o", str(output), "--base-url", "https://example.com", "--json"])
    report = json.loads(capsys.readouterr().out)
    assert (report["articles"]["read"], report["problems"]) == (1, [])


def test_a_draft_needs_no_date_and_is_shown_where_drafts_are(content: Path, capsys: pytest.CaptureFixture[str]) -> None:
    put(content, "_drafts/a.md", text=UNDATED)
    put(content, "b.md", text=UNDATED.replace("title", "draft: true\ntitle"))
    put(content, "c.md")
    saved = 1_700_000_000
    for name in ("_drafts/a.md", "b.md"):
        os.utime(content / name, (saved, saved))
    code, report = build(content, capsys)
    assert (code, report["problems"]) == (0, [])
    assert (report["articles"]["published"], report["articles"]["drafts"]) == (1, 2)
    code, report = build(content, capsys, "--drafts")
    assert (code, report["problems"], report["articles"]["published"]) == (0, [], 3)
    dates = {
        item["url"]: item["date_published"]
        for item in json.loads((content.parent / "out/feed.json").read_text())["items"]
    }
    assert dates["https://example.com/a/"] == dates["https://example.com/b/"] == "2023-11-14T22:13:20+00:00"


def test_a_draft_that_was_saved_later_than_the_build_is_as_of_is_shown(
    content: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    put(content, "_drafts/a.md", text=UNDATED)
    code, report = build(content, capsys, "--drafts", "--as-of", "2020-01-01T00:00:00Z")
    assert (code, report["articles"]["published"]) == (0, 1)


SUFFIXES = [".md", ".markdown", ".mkd", ".mdown", ".mdx", ".qmd", ".Rmd", ".MD", ".rmd"]


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_an_article_ends_in(content: Path, suffix: str) -> None:
    put(content, f"a{suffix}", f"2024-01-02-b{suffix}")
    entries, problems = take(content)
    assert problems == []
    assert {entry.url for entry in entries.values()} == {"https://example.com/a/", "https://example.com/b/"}


def test_the_setting_says_what_an_article_ends_in(content: Path) -> None:
    put(content, "a.md", "b.txt", "c.TXT", "d.mdx")
    entries, problems = take(content, suffixes=(".txt",))
    assert (sorted(entries), problems) == (["b.txt", "c.TXT"], [])


PAGE = "<p>Words, and <em>more</em>.</p>\n"
HTML = [
    (f"{ARTICLE.replace('Text.', '')}{PAGE}", True),
    (f"\ufeff\n{ARTICLE.replace('Text.', '')}{PAGE}", True),
    (f'+++\ntitle = "T"\ndate = 2024-01-02\n+++\n{PAGE}', True),
    (PAGE, False),
    ("<!doctype html><hr>\n---\ntitle: T\n---\n", False),
    ("", False),
    ("--- no fence\n", False),
]


@pytest.mark.parametrize(("text", "is_article"), HTML)
def test_html_is_an_article_where_it_begins_with_front_matter(content: Path, text: str, is_article: bool) -> None:
    put(content, "b.md")
    put(content, "a.html", text=text)
    entries, problems = take(content)
    assert problems == []
    assert ("a.html" in entries) == is_article
    if is_article:
        assert (entries["a.html"].url, entries["a.html"].content) == ("https://example.com/a/", PAGE.strip())


def test_html_is_not_read_as_markdown(content: Path) -> None:
    body = "<p>*a* {{image: /b.png}}</p>\n\n    <pre>\n    code</pre>\n"
    put(content, "a.html", text=ARTICLE.replace("Text.\n", body))
    entries, problems = take(content)
    assert "*a*" in entries["a.html"].content
    assert "<code>" not in entries["a.html"].content
    assert problems == []


#: Files, and what is counted of them.
OTHERS = [
    ({"b.rst": "T\n=\n"}, ".rst"),
    ({"b.ipynb": "{}"}, ".ipynb"),
    ({"blog/contents.lr": "title: T\n"}, ".lr"),
    ({"b.txt": ARTICLE}, ".txt"),
    ({"b.org": "#+TITLE: T\n"}, ".org"),
    ({"b.org": ARTICLE}, ".org"),
    ({"b.njk": ARTICLE}, ".njk"),
    ({"b.adoc": ARTICLE}, ".adoc"),
    ({"b.txt": "Words.\n"}, ""),
    ({"robots.txt": "User-agent: *\n"}, ""),
    ({"b.org": "* A heading\n"}, ""),
    ({"b.png": "", "c.css": "", "LICENSE": "", "d.html": PAGE}, ""),
]


@pytest.mark.parametrize(("others", "suffix"), OTHERS)
def test_what_looks_like_an_article_and_is_none_is_counted(content: Path, others: dict[str, str], suffix: str) -> None:
    put(content, "a.md")
    for path, text in others.items():
        put(content, path, text=text)
    entries, problems = take(content)
    assert list(entries) == ["a.md"]
    if not suffix:
        assert problems == []
        return
    problem = only(problems)
    assert (problem.code, problem.severity, problem.path) == ("FK231", "note", str(content))
    assert problem.message == f"1 file looks like an article and is not read: 1 {suffix}"


def test_files_of_other_formats_are_one_note_with_counts_by_suffix(content: Path) -> None:
    put(content, "a.md", "x/d.txt", "x/e.txt", "x/f.txt")
    put(content, "b.rst", "c.rst", "y/c.ipynb", text="T")
    _, problems = take(content)
    assert only(problems).message == "6 files look like articles and are not read: 3 .txt, 2 .rst, 1 .ipynb"
    assert take(content, exclude=("*.txt", "*.rst", "*.ipynb"))[1] == []


NAME_THE_FOLDER = "write an article into it, or name the folder of the articles"
EMPTY = [
    ({}, "the folder has no article", NAME_THE_FOLDER),
    (
        {"a.png": "", "b.png": "", "c/style.css": "", "Makefile": ""},
        "the folder has no article; its files are: 2 .png, 1 .css, 1 Makefile",
        NAME_THE_FOLDER,
    ),
    ({"a.txt": ARTICLE}, "the folder has no article; its files are: 1 .txt", 'suffixes = [".txt"]'),
    ({"templates/a.md": ARTICLE}, "the folder has no article", 'include = ["templates"]'),
    (
        {"a.html": PAGE},
        "the folder has no article; its files are: 1 .html",
        NAME_THE_FOLDER,
    ),
    ({"_index.md": ARTICLE}, "the folder has no article", NAME_THE_FOLDER),
]


@pytest.mark.parametrize(("files", "message", "hint"), EMPTY)
def test_a_build_without_any_article_says_what_there_is_and_exits_1(
    content: Path, capsys: pytest.CaptureFixture[str], files: dict[str, str], message: str, hint: str
) -> None:
    for path, text in files.items():
        put(content, path, text=text)
    code, report = build(content, capsys)
    [problem] = [problem for problem in report["problems"] if problem["code"] == "FK232"]
    assert (code, problem["severity"], problem["message"], problem["hint"]) == (1, "error", message, hint)
    assert report["articles"]["read"] == 0


def test_the_command_in_the_hint_is_not_the_one_that_was_run(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "notes").mkdir()
    _, report = build(tmp_path / "notes", capsys)
    assert report["problems"][0]["hint"] == f"{NAME_THE_FOLDER}: feedkit build content"


def test_reading_a_folder_without_articles_is_no_error(content: Path) -> None:
    assert names(content) == []
