"""What the path says: date, slug, language, section; and what `_index.md` hands down."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from feedkit import Entry, Problem, Site, read
from feedkit.articles.discover import PathInfo as Place
from feedkit.articles.discover import path_info as place

LANGUAGES = ("en", "fr", "pt-BR")

#: The path, then what it says: name, date, language, section.
PATHS: list[tuple[str, str, str, str | None, str]] = [
    ("title.md", "title", "", None, ""),
    ("2024-01-02-title.md", "title", "2024-01-02", None, ""),
    ("2024-1-2_title.md", "title", "2024-1-2", None, ""),
    ("2024-01-02 title.md", "title", "2024-01-02", None, ""),
    ("2024-01-02.md", "", "2024-01-02", None, ""),
    ("2024-State-Of-It.md", "2024-State-Of-It", "", None, ""),
    ("1.49.0-prerelease.md", "1.49.0-prerelease", "", None, ""),
    ("2024-01-021-title.md", "2024-01-021-title", "", None, ""),
    ("title-2024-01-02.md", "title-2024-01-02", "", None, ""),
    ("२०२४-०१-०२-title.md", "२०२४-०१-०२-title", "", None, ""),
    ("index.md", "index", "", None, ""),
    ("title/index.md", "title", "", None, ""),
    ("2024-01-02-title/index.md", "title", "2024-01-02", None, ""),
    ("README.md", "README", "", None, ""),
    ("blog/title/README.md", "title", "", None, "blog"),
    ("blog/title.md", "title", "", None, "blog"),
    ("blog/title/index.md", "title", "", None, "blog"),
    ("blog/title/2024-01-02-index.md", "title", "2024-01-02", None, "blog"),
    ("2024-01-02-index.md", "index", "2024-01-02", None, ""),
    ("_posts/tides/2024-01-02-index.md", "index", "2024-01-02", None, "_posts"),
    ("2024-01-02-title.html.markdown", "title", "2024-01-02", None, ""),
    ("2024-01-02.html.md", "", "2024-01-02", None, ""),
    ("blog/2024/title.markdown", "title", "", None, "blog"),
    ("title.fr.md", "title", "", "fr", ""),
    ("title.FR.md", "title", "", "fr", ""),
    ("title.pt_br.md", "title", "", "pt-BR", ""),
    ("title/index.fr.md", "title", "", "fr", ""),
    ("2024-01-02-title.fr.md", "title", "2024-01-02", "fr", ""),
    ("v1.io.md", "v1.io", "", None, ""),
    ("title.de.md", "title.de", "", None, ""),
    (".fr.md", ".fr", "", None, ""),
    ("fr.md", "fr", "", None, ""),
    ("fr/title.md", "title", "", "fr", ""),
    ("fr/blog/title.md", "title", "", "fr", "blog"),
    ("fr/blog/title/index.md", "title", "", "fr", "blog"),
    ("fr/title.en.md", "title", "", "en", ""),
    ("fr/index.md", "index", "", "fr", ""),
    ("blog/fr/title.md", "title", "", None, "blog"),
    ("io/title.md", "title", "", None, "io"),
]


@pytest.mark.parametrize(("path", "name", "date", "language", "section"), PATHS)
def test_a_path_says(path: str, name: str, date: str, language: str | None, section: str) -> None:
    found = place(tuple(path.split("/")), LANGUAGES)
    assert (found.name, found.date, found.language, found.section) == (name, date, language, section)


@pytest.mark.parametrize(
    ("path", "own"),
    [
        ("title.md", "title"),
        ("2024-01-02-title.md", "title"),
        ("2024-01-02.md", "2024-01-02"),
        ("title/index.md", "title"),
        ("2024-01-02-title/index.md", "title"),
        ("index.md", "index"),
        ("blog/title.markdown", "blog/title"),
        ("blog/title/index.md", "blog/title"),
        ("title.fr.md", "title.fr"),
        ("fr/title.md", "fr/title"),
        ("fr/index.md", "fr/index"),
        ("fr/title.en.md", "fr/title.en"),
    ],
)
def test_what_stays_of_a_path_when_the_address_changes_tells_translations_apart(path: str, own: str) -> None:
    assert place(tuple(path.split("/")), LANGUAGES).path == own


def test_without_languages_no_part_of_a_path_is_one() -> None:
    assert place(("fr", "title.fr.md"), ()) == Place(name="title.fr", section="fr", folders=("fr",), path="fr/title.fr")


def take(root: Path, **settings: Any) -> tuple[dict[str, Entry], list[Problem]]:
    problems: list[Problem] = []
    site = Site(**{"base_url": "https://example.com/", "permalink": "/{language}/{section}/{slug}/", **settings})
    entries = read(root, site, on_problem=problems.append)
    return {Path(entry.source).relative_to(root).as_posix(): entry for entry in entries}, problems


def put(root: Path, path: str, front: str = "", body: str = "Text.") -> None:
    file = root / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(f"---\n{front}\n---\n\n{body}\n" if front else body, "utf-8")


def test_a_pattern_may_have_all_folders(tmp_path: Path) -> None:
    for path in ("a/b/c/title.md", "a/b/title/README.md", "title.md"):
        put(tmp_path, path, "title: T\ndate: 2024-01-02")
    entries, _ = take(tmp_path, permalink="/{sections}/{slug}.html")
    assert {path: entry.url for path, entry in entries.items()} == {
        "a/b/c/title.md": "https://example.com/a/b/c/title.html",
        "a/b/title/README.md": "https://example.com/a/b/title.html",
        "title.md": "https://example.com/title.html",
    }


ADDRESSES = [
    ("blog/2024-01-02-title.md", "", "https://example.com/blog/title/", None),
    ("blog/post/index.fr.md", "date: 2024-01-02", "https://example.com/fr/blog/post/", "fr"),
    ("fr/blog/post.md", "date: 2024-01-02", "https://example.com/fr/blog/post/", "fr"),
    ("fr/post.md", "date: 2024-01-02\nlang: en", "https://example.com/post/", None),
    ("fr/post.md", "date: 2024-01-02\nlocale: pt_BR", "https://example.com/pt-BR/post/", "pt-BR"),
    ("2024-01-02.md", "", "https://example.com/t/", None),
]


@pytest.mark.parametrize(("path", "front", "url", "language"), ADDRESSES)
def test_an_address_is_made_from_the_path(content: Path, path: str, front: str, url: str, language: str | None) -> None:
    put(content, path, f"title: T\n{front}".strip())
    entries, problems = take(content, languages=LANGUAGES)
    assert problems == []
    assert (entries[path].url, entries[path].language) == (url, language)


def test_an_article_without_front_matter_has_the_date_of_its_name_and_the_title_of_its_heading(content: Path) -> None:
    put(content, "2024-01-02-plain.md", body="# Plain\n\nText.")
    entries, problems = take(content, timezone="Europe/Malta")
    entry = entries["2024-01-02-plain.md"]
    assert (entry.title, entry.published.isoformat(), problems) == ("Plain", "2024-01-02T00:00:00+01:00", [])


def test_without_the_source_a_name_dates_nothing(content: Path) -> None:
    put(content, "2024-01-02-plain.md", body="# Plain")
    _, problems = take(content, dates_from=())
    assert [problem.code for problem in problems] == ["FK105"]


@pytest.mark.parametrize(
    ("path", "front", "published", "key"),
    [
        ("a.md", "path: 2024/1/02/a", "2024-01-02", "path"),
        ("a.md", "permalink: /blog/2024/01/02/a.html", "2024-01-02", "permalink"),
        ("2024/01/03/a.md", "path: 2024/1/02/a", "2024-01-03", "folders"),
        ("2024-01-03-a.md", "path: 2024/1/02/a", "2024-01-03", "file name"),
        ("a.md", "path: 2024/01/02/a\ndate: 2024-01-03", "2024-01-03", "date"),
        ("posts/a.md", "path: 2024/13/02/a", "FK105", ""),
        ("posts/a.md", "path: 2024/01/a", "FK105", ""),
    ],
)
def test_an_address_with_a_day_dates_its_article(
    content: Path, path: str, front: str, published: str, key: str
) -> None:
    put(content, path, f"title: T\n{front}")
    entries, problems = take(content)
    codes = [problem.code for problem in problems]
    entry = entries.get(path)
    made = (f"{entry.published:%Y-%m-%d}", entry.published_source.key) if entry else (codes[0], "")
    assert made == (published, key)
    assert bool(codes) == (published == "FK105")


NAMED = [
    ("2024-01-02", "2024-01-02", 0),
    ("2024-01-01", "2024-01-02T10:00:00Z", 0),
    ("2024-01-03", "2024-01-02", 0),
    ("2024-01-04", "2024-01-02", 2),
    ("2023-01-02", "2024-01-02", 365),
    ("2024-01-01", "2024-01-01T23:30:00-05:00", 0),
]


@pytest.mark.parametrize(("name", "key", "days"), NAMED)
def test_a_name_that_is_dated_otherwise_is_a_note(content: Path, name: str, key: str, days: int) -> None:
    put(content, f"{name}-a.md", f"title: T\ndate: {key}")
    _, problems = take(content)
    assert [(problem.code, problem.severity, problem.key, problem.line) for problem in problems] == (
        [("FK111", "note", "date", 3)] if days else []
    )
    assert not days or f"is {days} days from" in problems[0].message


def test_an_index_is_no_article_and_no_problem(content: Path) -> None:
    for path in ("_index.md", "a/_index.md", "a/_index.fr.md", "b/_index.markdown"):
        put(content, path, body="# Welcome")
    put(content, "a/x.md", "title: T\ndate: 2024-01-02")
    entries, problems = take(content, languages=LANGUAGES)
    assert (list(entries), problems) == (["a/x.md"], [])


@pytest.mark.parametrize("tag", ["fr", "ja", "zh-TW", "pt_BR", "v2"])
def test_an_index_of_an_unknown_language_is_no_article_and_hands_nothing_down(content: Path, tag: str) -> None:
    put(content, f"_index.{tag}.md", "title: T\ndate: 2024-01-02\ncascade: {author: Ann}")
    put(content, f"a/_index.{tag}.md", "title: T")
    put(content, "a/x.md", "title: T\ndate: 2024-01-02")
    put(content, f"a/y.{tag}.md", "title: T\ndate: 2024-01-02")
    entries, problems = take(content)
    assert (list(entries), problems) == (["a/x.md", f"a/y.{tag}.md"], [])
    assert [entry.authors for entry in entries.values()] == [(), ()]


def test_the_nearest_folder_wins_and_the_article_over_all(content: Path) -> None:
    put(content, "_index.md", "title: Home\ncascade:\n  author: Root\n  tags: [root]\n  date: 2024-01-02")
    put(content, "a/_index.md", "cascade: {author: A}")
    put(content, "a/b/_index.md", "title: no cascade")
    for path in ("0.md", "a/0.md", "a/b/0.md", "c/0.md"):
        put(content, path, "title: T")
    put(content, "a/own.md", "title: T\nauthors: [Own]\ndatePublished: 2023-01-01")
    entries, problems = take(content)
    assert problems == []
    authors = {path: entry.authors[0].name for path, entry in entries.items()}
    assert authors == {"0.md": "Root", "a/0.md": "A", "a/b/0.md": "A", "c/0.md": "Root", "a/own.md": "Own"}
    assert entries["a/own.md"].published.year == 2023
    assert {entry.terms[0].name for entry in entries.values()} == {"root"}


def test_an_empty_key_of_the_article_keeps_the_folders_value_away(content: Path) -> None:
    put(content, "_index.md", "cascade: {tags: [root]}")
    put(content, "a.md", "title: T\ndate: 2024-01-02\ntags:")
    entries, _ = take(content)
    assert entries["a.md"].terms == ()


def test_drafts_of_a_folder_are_drafts(content: Path) -> None:
    put(content, "later/_index.md", "cascade:\n  draft: true")
    put(content, "later/a.md", "title: T\ndate: 2024-01-02")
    put(content, "later/b.md", "title: T\ndate: 2024-01-02\ndraft: false")
    entries, _ = take(content)
    assert {path: entry.draft for path, entry in entries.items()} == {"later/a.md": True, "later/b.md": False}


def test_an_alias_of_the_site_is_known_to_be_the_same_field(content: Path) -> None:
    put(content, "_index.md", "cascade: {by: Root}")
    put(content, "a.md", "title: T\ndate: 2024-01-02\nauthor: Own")
    entries, _ = take(content, aliases={"authors": ("by",)})
    assert [person.name for person in entries["a.md"].authors] == ["Own"]


@pytest.mark.parametrize("suffix", ["", ".html"])
def test_an_index_of_a_language_hands_down_to_that_language_only(content: Path, suffix: str) -> None:
    put(content, f"_index{suffix}.md", "cascade: {author: All, tags: [all]}")
    put(content, f"_index.fr{suffix}.md", "cascade: {author: Français}")
    for path in ("a.md", "a.fr.md"):
        put(content, path, "title: T\ndate: 2024-01-02")
    entries, _ = take(content, languages=LANGUAGES)
    assert {path: entry.authors[0].name for path, entry in entries.items()} == {"a.md": "All", "a.fr.md": "Français"}
    assert {entry.terms[0].name for entry in entries.values()} == {"all"}


def test_the_language_in_a_path_wins_over_that_of_a_folder(content: Path) -> None:
    put(content, "_index.md", "cascade: {lang: en}")
    put(content, "a.fr.md", "title: T\ndate: 2024-01-02")
    entries, _ = take(content, languages=LANGUAGES)
    assert entries["a.fr.md"].language == "fr"


PROVENANCE = [
    ("_index.md", "---\ntitle: S\ncascade:\n  author: A\n  date: 2024-02-30\n---\n", 5),
    ("_index.md", "\ufeff\r\n---\r\ncascade: {author: A,\r\n  date: 2024-02-30}\r\n---\r\n", 4),
    ("_index.md", '+++\ntitle = "S"\n[cascade]\nauthor = "A"\ndate = "2024-02-30"\n+++\n', 5),
    ("_index.md", '{"cascade": {\n"author": "A",\n"date": "2024-02-30"}}\n', 3),
    ("_index.md", "---\ncascade:\n  - author: A\n    date: 2024-02-30\n---\n", 2),
]


@pytest.mark.parametrize(("name", "text", "line"), PROVENANCE)
def test_a_problem_of_an_inherited_key_is_where_the_key_stands(content: Path, name: str, text: str, line: int) -> None:
    (content / name).write_bytes(text.encode())
    put(content, "a.md", "title: T")
    _, problems = take(content)
    [problem] = problems
    assert (problem.code, problem.path, problem.line) == ("FK101", str(content / name), line)
    assert problem.message.endswith(f"(for {content / 'a.md'})")


BROKEN = [
    ("---\ntitle: a: b\n---\n", "error FK201", "is not YAML"),
    ("---\ncascade: true\n---\n", "error FK213", "are not a mapping"),
    ("---\ncascade: [draft]\n---\n", "error FK213", "are not a mapping"),
]


@pytest.mark.parametrize(("text", "code", "message"), BROKEN)
def test_a_broken_page_of_a_section_is_one_problem_and_the_articles_below_are_read_without_its_defaults(
    content: Path, text: str, code: str, message: str
) -> None:
    put(content, "_index.md", "cascade: {author: Root}")
    put(content, "a/_index.md", body=text)
    for path in ("a/x.md", "a/b/y.md", "c.md"):
        put(content, path, "title: T\ndate: 2024-01-02")
    entries, problems = take(content)
    [problem] = problems
    assert {path: entry.authors[0].name for path, entry in entries.items()} == dict.fromkeys(
        ["a/b/y.md", "a/x.md", "c.md"], "Root"
    )
    assert code in str(problem)
    assert message in str(problem)
    assert problem.path == str(content / "a" / "_index.md")
    assert problem.message.endswith("; the articles below its folder have no defaults of it")


@pytest.mark.parametrize(
    "text", ["", "\n \n", "---\n---\n", "+++\n+++\n", "---\n# nothing\n---\n\nWords.\n", "+++\n+++"]
)
def test_an_empty_page_of_a_section_has_no_defaults_and_takes_nothing_out(content: Path, text: str) -> None:
    put(content, "a/_index.md", body=text)
    put(content, "a/x.md", "title: T\ndate: 2024-01-02")
    entries, problems = take(content)
    assert (list(entries), problems) == (["a/x.md"], [])


def test_defaults_with_a_target_are_told_and_left_out(content: Path) -> None:
    put(content, "_index.md", "cascade:\n  - _target: {kind: page}\n    draft: true\n  - author: A")
    put(content, "a.md", "title: T\ndate: 2024-01-02")
    entries, problems = take(content)
    assert [(problem.code, problem.severity, problem.line) for problem in problems] == [("FK213", "warning", 2)]
    assert (entries["a.md"].draft, entries["a.md"].authors[0].name) == (False, "A")
