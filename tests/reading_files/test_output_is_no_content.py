"""The output folder is never content, whichever build reads the folder that it is in."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from content_folder import put, take

from feedkit import Site
from feedkit.cli import main

Write = Callable[..., Path]

FLAGS = {
    "with a cache": ["--jobs", "1"],
    "with a cache, by two processes": ["--jobs", "2"],
    "without a cache": ["--no-cache", "--jobs", "1"],
    "without a cache, by two processes": ["--no-cache", "--jobs", "2"],
}


@pytest.fixture
def run(content: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Callable[..., str]:
    """Runs a command in the folder: what it prints."""
    monkeypatch.chdir(content)

    def run(command: str, *flags: str) -> str:
        code = main([command, ".", "-o", "public", "--base-url", "https://example.com", *flags])
        out, err = capsys.readouterr()
        assert (code, err) == (0, "")
        return out

    return run


@pytest.mark.parametrize("flags", FLAGS.values(), ids=FLAGS)
def test_articles_in_the_output_folder_are_read_by_no_build(
    content: Path, write_article: Write, run: Callable[..., str], flags: list[str]
) -> None:
    def built() -> set[str]:
        """The titles in the feed of everything that is published."""
        run("build", *flags)
        return {item["title"] for item in json.loads((content / "public" / "feed.json").read_bytes())["items"]}

    write_article("a.md")
    assert built() == {"Title a"}
    write_article("public/copy.md")
    write_article("public/deep/copy.md")
    write_article("public/_index.md", cascade="{draft: true}")
    assert built() == {"Title a"}
    write_article("b.md")
    assert built() == {"Title a", "Title b"}
    write_article("a.md", title="Other")
    assert built() == {"Other", "Title b"}


def test_no_plan_reads_them(content: Path, write_article: Write, run: Callable[..., str]) -> None:
    write_article("a.md")
    run("build")
    write_article("public/copy.md")
    assert "copy" not in run("plan", "--json")


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
