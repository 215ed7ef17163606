"""The output folder is never content, whichever build reads the folder that it is in."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from content_folder import put, take

from feedkit import Site

Write = Callable[..., Path]

FLAGS = {
    "with a cache": ["--jobs", "1"],
    "with a cache, by two processes": ["--jobs", "2"],
    "without a cache": ["--no-cache", "--jobs", "1"],
    "without a cache, by two processes": ["--no-cache", "--jobs", "2"],
}


def run(command: str, folder: Path, *flags: str) -> str:
    words = [sys.executable, "-m", "feedkit", command, ".", "-o", "public", "--base-url", "https://example.com"]
    done = subprocess.run([*words, *flags], cwd=folder, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


def build(folder: Path, *flags: str) -> set[str]:
    """The titles in the feed of everything that is published."""
    run("build", folder, *flags)
    return {item["title"] for item in json.loads((folder / "public" / "feed.json").read_bytes())["items"]}


@pytest.mark.parametrize("flags", FLAGS.values(), ids=FLAGS)
def test_articles_in_the_output_folder_are_read_by_no_build(
    content: Path, write_article: Write, flags: list[str]
) -> None:
    write_article("a.md")
    assert build(content, *flags) == {"Title a"}
    write_article("public/copy.md")
    write_article("public/deep/copy.md")
    write_article("public/_index.md", cascade="{draft: true}")
    assert build(content, *flags) == {"Title a"}
    write_article("b.md")
    assert build(content, *flags) == {"Title a", "Title b"}
    write_article("a.md", title="Other")
    assert build(content, *flags) == {"Other", "Title b"}


def test_no_plan_reads_them(content: Path, write_article: Write) -> None:
    write_article("a.md")
    build(content)
    write_article("public/copy.md")
    assert "copy" not in run("plan", content, "--json")


def test_the_folder_that_the_settings_name_is_not_read(content: Path) -> None:
    put(content, "a.md", "feeds/b.md", "other/c.md", "x/feeds/d.md")
    entries, problems = take(content, Site(base_url="https://example.com/", output=content / "feeds"))
    names = [Path(entry.source).relative_to(content).as_posix() for entry in entries]
    assert (names, problems) == (["a.md", "other/c.md", "x/feeds/d.md"], [])


@pytest.mark.parametrize("output", [".", "..", "../content", "none"])
def test_an_output_folder_that_is_not_below_hides_nothing(
    content: Path, monkeypatch: pytest.MonkeyPatch, output: str
) -> None:
    put(content, "a.md", "x/b.md")
    monkeypatch.chdir(content)
    assert len(take(content, Site(base_url="https://example.com/", output=Path(output)))[0]) == 2
