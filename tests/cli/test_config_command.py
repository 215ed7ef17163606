"""`feedkit config`: the settings in force, and where each comes from."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from feedkit import Site
from feedkit.cli import main

Capture = pytest.CaptureFixture[str]

#: Every kind of value, table and line of TOML.
FULL = '''# A comment.
base_url = "https://example.com/"
description = """
Two
lines"""  # and a comment
exclude = [
  "a.md",  # the first
  "[b].md",
]
limit = "all"
time_of_day = 09:30:00
sitemap.gzip = true
authors = ["Ann", { name = "Ben", url = "/ben/" }]

[names]
rss = "feed.rss"

[aliases]
title = ["titel"]

[[taxonomies]]
name = "tags"
page = false
[taxonomies.terms."C++"]
title = "On C++"

[[taxonomies]]
name = "by"
source = "authors"

[[feeds]]
path = "best"
where = { tags = ["x"], years = [2024] }

[feed]
where = { featured = true }

[podcast]
author = "Ann"
'''


@pytest.fixture(autouse=True)
def _in_the_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def settings(capsys: Capture, *flags: str) -> dict[str, tuple[object, str, str | None]]:
    assert main(["config", *flags, "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)["settings"]
    return {row["key"]: (row["value"], row["source"], row["place"]) for row in rows}


@pytest.mark.parametrize(
    ("key", "value", "source", "place"),
    [
        ("base_url", "https://example.com/", "file", "feedkit.toml:2"),
        ("title", "Notes", "flag", "--title"),
        ("drafts", True, "flag", "--drafts"),
        ("description", "Two\nlines", "file", "feedkit.toml:3"),
        ("exclude", ["a.md", "[b].md"], "file", "feedkit.toml:6"),
        ("limit", 0, "file", "feedkit.toml:10"),
        ("time_of_day", "09:30:00", "file", "feedkit.toml:11"),
        ("sitemap.gzip", True, "file", "feedkit.toml:12"),
        ("sitemap.home", True, "default", None),
        ("authors", [{"name": "Ann"}, {"name": "Ben", "url": "https://example.com/ben/"}], "file", "feedkit.toml:13"),
        ("names.rss", "feed.rss", "file", "feedkit.toml:16"),
        ("names.atom", "atom.xml", "default", None),
        ("aliases", {"title": ["titel"]}, "file", "feedkit.toml:18"),
        ("feeds", [{"path": "best", "where": {"years": [2024], "tags": ["x"]}}], "file", "feedkit.toml:31"),
        ("feed.where", {"featured": True}, "file", "feedkit.toml:36"),
        ("feed.without", None, "default", None),
        ("podcast.author", "Ann", "file", "feedkit.toml:39"),
        ("timezone", "UTC", "default", None),
    ],
)
def test_every_setting_says_its_value_and_where_it_comes_from(
    capsys: Capture, key: str, value: object, source: str, place: str | None
) -> None:
    Path("feedkit.toml").write_text(FULL)
    assert settings(capsys, "--title", "Notes", "--drafts")[key] == (value, source, place)


def test_what_is_printed_is_the_same_configuration_again(capsys: Capture) -> None:
    Path("feedkit.toml").write_text(FULL)
    assert main(["config"]) == 0
    Path("again.toml").write_text(capsys.readouterr().out)
    assert Site.from_file("again.toml") == Site.from_file("feedkit.toml")


def test_the_comment_behind_a_setting_names_its_origin(capsys: Capture, repository: Path) -> None:
    Path("feedkit.toml").write_text('base_url = "https://example.com/"\n')
    assert main(["config", "--title", "Notes"]) == 0
    printed = capsys.readouterr().out.splitlines()
    page = (repository / "docs" / "command-line.md").read_text("utf-8")
    for line in page.split("    $ feedkit config --title Notes\n")[1].split("\n\n")[0].splitlines():
        assert line.strip() in (*printed, "…")


def test_in_a_pyproject_the_lines_are_those_of_its_table(capsys: Capture) -> None:
    Path("pyproject.toml").write_text(
        '[project]\nname = "x"\n[tool.feedkit]\nbase_url = "https://example.com/"\n'
        "[tool.feedkit.sitemap]\ngzip = true\n"
    )
    found = settings(capsys)
    assert found["base_url"] == ("https://example.com/", "file", "pyproject.toml:4")
    assert found["sitemap.gzip"] == (True, "file", "pyproject.toml:6")


def test_without_a_configuration_all_are_defaults_and_flags(capsys: Capture) -> None:
    found = settings(capsys, "--base-url", "https://example.com")
    assert {source for _, source, _ in found.values()} == {"default", "flag"}
    assert found["title"] == ("example.com", "default", None)


def test_a_configuration_that_cannot_be_read_is_wrong_usage(capsys: Capture) -> None:
    Path("feedkit.toml").write_text('base_url = "https://example.com/"\n\n[sitemap]\ngzipp = true\n')
    assert main(["config"]) == 2
    assert capsys.readouterr().err.endswith("feedkit.toml:4: sitemap.gzipp: unknown key; did you mean gzip?\n")


def test_a_folder_that_is_not_there_is_wrong_usage(capsys: Capture) -> None:
    assert main(["config", "nosuch", "--base-url", "https://example.com"]) == 2
    assert capsys.readouterr() == ("", "feedkit: nosuch: there is no such folder of articles; nothing was built\n")


def test_the_time_of_the_environment_is_named(capsys: Capture, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1767225600")
    base = ["--base-url", "https://example.com"]
    assert settings(capsys, *base)["as_of"] == ("2026-01-01T00:00:00+00:00", "environment", "SOURCE_DATE_EPOCH")
    assert settings(capsys, *base, "--as-of", "2025-01-01")["as_of"][1:] == ("flag", "--as-of")
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "soon")
    assert main(["config", *base]) == 2
