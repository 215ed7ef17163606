"""Articles that their authors hide: in which documents they are, how they are counted, and what `explain` says."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from feedkit import Problem, Site, sitemaps, to_entry
from feedkit.cli import main

#: What hides an article, and the key that `explain` names.
NOWHERE = {
    "private: true": "private",
    "visibility: private": "visibility",
    "visibility: hidden": "visibility",
    "password: sesame": "password",
    "encrypt: true": "encrypt",
    "encrypted: true": "encrypted",
    "build:\n  render: never": "build.render",
    "_build:\n  render: never\n  list: never": "_build.render",
    "permalink: false": "permalink",
    "eleventyExcludeFromCollections: true": "eleventyExcludeFromCollections",
    "redirect_to: /new/": "redirect_to",
    "headless: true": "headless",
    "published: false": "published",
    "status: private": "status",
    "status: trash": "status",
    "status: pending": "status",
}
UNLISTED = {
    "unlisted: true": "unlisted",
    "hidden: true": "hidden",
    "hide: true": "hide",
    "listed: false": "listed",
    "build:\n  list: never": "build.list",
    "status: unlisted": "status",
    "status: hidden": "status",
    "visibility: unlisted": "visibility",
}
NOT_IN_FEEDS = {
    "feed: false": "feed",
    "rss: false": "rss",
    "feed:\n  exclude: true": "feed.exclude",
    "exclude_from_feed: true": "exclude_from_feed",
    "include_in_feed: false": "include_in_feed",
}
PUBLIC = ["list: never", "render: never", "hide: [navigation]", "password: ''", "published: true", "feed: true"]
STATES = {
    "nowhere": NOWHERE,
    "unlisted": UNLISTED,
    "not in feeds": NOT_IN_FEEDS,
    "published": dict.fromkeys(PUBLIC, ""),
}
ROWS = [(line, key, state) for state, lines in STATES.items() for line, key in lines.items()]

FLAGS = ["--base-url", "https://example.com", "--as-of", "2026-01-01T00:00:00Z"]


def built(folder: Path, capsys: pytest.CaptureFixture[str], *more: str) -> dict[str, Any]:
    code = main(["build", str(folder), "-o", str(folder.parent / "out"), "--no-cache", "--json", *FLAGS, *more])
    report: dict[str, Any] = json.loads(capsys.readouterr().out)
    assert (code, report["problems"]) == (0, [])
    return report


def holding(folder: Path, text: str) -> set[str]:
    documents = [path for path in (folder.parent / "out").rglob("*") if path.is_file()]
    return {
        path.name for path in documents if text.encode() in path.read_bytes() and path.suffix in (".xml", ".json")
    } - {".feedkit-manifest.json"}


@pytest.mark.parametrize(("line", "key", "state"), ROWS)
def test_a_hidden_article_is_where_its_state_says_and_counted(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], line: str, key: str, state: str
) -> None:
    folder = tmp_path / "content"
    folder.mkdir()
    (folder / "open.md").write_text("---\ntitle: Open\ndate: 2025-01-01\ntags: [a]\n---\nWords.\n")
    (folder / "other.md").write_text(f"---\ntitle: Other\ndate: 2025-01-02\ntags: [a]\n{line}\n---\nWords.\n")
    documents = {"rss.xml", "atom.xml", "feed.json", "sitemap.xml"}
    expected = {"nowhere": set(), "unlisted": set(), "not in feeds": {"sitemap.xml"}, "published": documents}[state]
    for more in ((), ("--drafts",)):
        counts = built(folder, capsys, *more)["articles"]
        assert holding(folder, "https://example.com/other/") == expected
        assert holding(folder, "https://example.com/open/") == documents
        hidden = {name.replace(" ", "_"): int(name == state) for name in ("nowhere", "unlisted", "not in feeds")}
        assert {name: counts[name] for name in hidden} == hidden
        assert (counts["published"], counts["drafts"], counts["read"]) == (2 if state == "published" else 1, 0, 2)
    main(["explain", str(folder / "other.md"), "--content", str(folder), "--json", *FLAGS])
    (explanation,) = json.loads(capsys.readouterr().out)
    assert explanation["state"] == state
    assert key in explanation["reason"]
    assert "sesame" not in json.dumps(explanation)
    placed = {place["name"]: place["included"] for place in explanation["placements"]}
    assert (placed["the site"], placed["sitemap"]) == (state == "published", state in ("published", "not in feeds"))


def test_the_result_of_a_build_names_each_state(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "content"
    folder.mkdir()
    lines = ["private: true", "headless: true", "unlisted: true", "feed: false", "draft: true", "featured: true"]
    for number, line in enumerate(lines):
        (folder / f"a{number}.md").write_text(f"---\ntitle: T\ndate: 2025-01-01\n{line}\n---\n")
    main(["build", str(folder), "-o", str(tmp_path / "out"), "--no-cache", *FLAGS])
    assert "of 1 article, 1 draft, 2 hidden, 1 unlisted, 1 not in feeds" in capsys.readouterr().out


def test_what_is_shown_nowhere_needs_no_title(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "content"
    folder.mkdir()
    (folder / "a.md").write_text("---\npermalink: /404.html\neleventyExcludeFromCollections: true\n---\n")
    (folder / "b.md").write_text("---\ntitle: T\ndate: 2025-01-01\n---\n")
    report = built(folder, capsys)
    assert (report["articles"]["published"], report["problems"]) == (1, [])


@pytest.mark.parametrize("line", ["private: true", "headless: true", "draft: true", "status: draft"])
def test_what_has_no_page_needs_no_date(tmp_path: Path, capsys: pytest.CaptureFixture[str], line: str) -> None:
    folder = tmp_path / "content"
    folder.mkdir()
    (folder / "a.md").write_text(f"---\ntitle: T\n{line}\n---\n")
    (folder / "b.md").write_text("---\ntitle: T\ndate: 2025-01-01\n---\n")
    assert built(folder, capsys)["articles"]["published"] == 1


INHERITED = [
    ("private: true", "published: 2025-01-02", "nowhere"),
    ("published: false", "date: 2025-01-02", "nowhere"),
    ("unlisted: true", "permalink: /b/", "unlisted"),
    ("status: hidden", "draft: false", "unlisted"),
    ("build: {list: never}", "permalink: /b/", "unlisted"),
    ("feed: false", "status: published", "not in feeds"),
    ("unlisted: true", "unlisted: false", "public"),
    ("password: sesame", "password:", "public"),
]


@pytest.mark.parametrize(("folder", "article", "visibility"), INHERITED)
def test_a_folder_hides_its_articles_unless_they_have_the_same_key(
    tmp_path: Path, folder: str, article: str, visibility: str
) -> None:
    from feedkit import read

    (tmp_path / "_index.md").write_text(f"---\ncascade:\n  {folder}\n---\n")
    (tmp_path / "2025-01-02-a.md").write_text(f"---\ntitle: T\n{article}\n---\n")
    (entry,) = read(tmp_path, Site(base_url="https://example.com/"))
    assert entry.visibility == visibility


@pytest.mark.parametrize(("line", "listed"), [({"private": True}, 0), ({"unlisted": True}, 0), ({"feed": False}, 1)])
def test_a_list_of_entries_becomes_a_sitemap_without_the_hidden_ones(line: dict[str, bool], listed: int) -> None:
    site = Site(base_url="https://example.com/")
    entries = [to_entry({"title": name, "date": "2025-01-01", **more}, site) for name, more in (("a", {}), ("b", line))]
    problems: list[Problem] = []
    (document,) = sitemaps(entries, base_url=site.base_url, on_problem=problems.append)
    assert document.to_bytes().count(b"<loc>") == 1 + listed
    assert [problem.code for problem in problems] == ["FK406"] * (1 - listed)
