"""`feedkit feeds`: every feed with its addresses, title, entries and newest date."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from feedkit.cli import main

Put = Callable[..., Path]
Capture = pytest.CaptureFixture[str]
BASE = ["--base-url", "https://example.com", "--title", "Example", "--as-of", "2026-01-01"]


def test_every_feed_has_its_title_entries_newest_date_and_addresses(
    write_article: Put, content: Path, capsys: Capture, repository: Path
) -> None:
    write_article("a.md", tags="[C++]")
    write_article("b.md", publishedAt="2025-11-02")
    write_article("c.md", publishedAt="2026-11-02", tags="[later]")
    before = sorted(content.parent.rglob("*"))
    assert main(["feeds", str(content), *BASE]) == 0
    out, err = capsys.readouterr()
    shown = "".join(f"    {line}" for line in out.splitlines(keepends=True))
    assert f"    $ feedkit feeds content\n{shown}" in (repository / "docs" / "command-line.md").read_text("utf-8")
    assert err == ""
    assert sorted(content.parent.rglob("*")) == before


def test_as_json_it_has_every_document_and_the_problems(write_article: Put, content: Path, capsys: Capture) -> None:
    write_article("a.md")
    write_article("b.md", publishedAt="2025-13-01")
    assert main(["feeds", str(content), *BASE, "--json"]) == 1
    printed = json.loads(capsys.readouterr().out)
    assert [problem["code"] for problem in printed["problems"]] == ["FK101"]
    assert printed["feeds"][0] == {
        "title": "Example",
        "url": "https://example.com/rss.xml",
        "path": "rss.xml",
        "media_type": "application/rss+xml",
        "format": "rss",
        "taxonomy": "",
        "term": "",
        "slug": "",
        "home_url": "https://example.com/",
        "items": 1,
        "newest": "2025-11-01T00:00:00+00:00",
    }


def test_a_feed_without_entries_has_no_newest_date(content: Path, capsys: Capture) -> None:
    (content / "a.md").write_text("---\ntitle: A\ndate: 2026-11-01\n---\n")
    assert main(["feeds", str(content), *BASE]) == 0
    assert capsys.readouterr().out.splitlines()[0] == "Example (0 entries)"


def test_a_folder_that_is_not_there_is_wrong_usage(content: Path, capsys: Capture) -> None:
    assert main(["feeds", str(content / "no"), *BASE]) == 2
    assert "there is no such folder" in capsys.readouterr().err
