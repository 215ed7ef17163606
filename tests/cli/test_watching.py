"""`feedkit build --watch`: what is saved is built, mistakes included, until Ctrl-C."""

from __future__ import annotations

import json
import os
import select
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import feedkit
from feedkit.cli import main

ARTICLE = "---\ntitle: {title}\ndate: 2025-11-01\n---\n\nWords.\n"


class Watching:
    """A command that goes on."""

    def __init__(self, root: Path) -> None:
        self.content, self.output = root / "content", root / "content" / "public"
        self.content.mkdir()
        self.config = root / "feedkit.toml"
        self.config.write_text('base_url = "https://example.com/"\n', "utf-8")
        self.save("One")
        command = [sys.executable, "-m", "feedkit", "build", str(self.content), "-o", str(self.output)]
        self.process = subprocess.Popen(
            [*command, "--watch", "--json"],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, "XDG_CACHE_HOME": str(root / "cache")},
        )

    def save(self, title: str, name: str = "a.md") -> None:
        (self.content / name).write_text(ARTICLE.format(title=title), "utf-8")

    def report(self) -> Any:
        """What the next build says."""
        return json.loads(self.line(self.process.stdout))

    def line(self, stream: Any, seconds: float = 60) -> str:
        """The next line; the test ends where there is none in time."""
        assert is_ready(stream, seconds), "the command says nothing"
        return str(stream.readline())


@pytest.fixture
def watching(tmp_path: Path) -> Iterator[Watching]:
    pytest.importorskip("watchfiles")
    found = Watching(tmp_path)
    yield found
    found.process.kill()
    found.process.communicate()


def test_what_is_saved_is_built_and_what_is_built_is_not_watched(watching: Watching) -> None:
    assert watching.report()["articles"]["published"] == 1
    # The watcher may begin a moment after the first report: a save that it misses is repeated.
    for number in range(100):
        watching.save(f"Two {number}")
        if is_ready(watching.process.stdout, 0.2):
            break
    assert watching.report()["changed_urls"] == ["https://example.com/a/"]
    # The report may be that of a save before the last one.
    assert "<title>Two " in (watching.output / "rss.xml").read_text("utf-8")
    watching.config.write_text("title = 3\n", "utf-8")
    assert "feedkit.toml" in watching.line(watching.process.stderr)
    watching.config.write_text('base_url = "https://example.com/"\ntitle = "New"\n', "utf-8")
    assert watching.report()["documents"]["written"] > 0
    watching.process.send_signal(signal.SIGINT)
    assert watching.process.wait(timeout=20) == 0


def is_ready(stream: Any, seconds: float) -> bool:
    return bool(select.select([stream], [], [], seconds)[0])


def ctrl_c(*_: object, **__: object) -> Any:
    raise KeyboardInterrupt


def ctrl_c_between_builds(monkeypatch: pytest.MonkeyPatch) -> Iterator[set[tuple[int, str]]]:
    raise KeyboardInterrupt
    yield


def ctrl_c_in_a_build(monkeypatch: pytest.MonkeyPatch) -> Iterator[set[tuple[int, str]]]:
    monkeypatch.setattr(feedkit, "build", ctrl_c)
    yield {(2, "a.md")}


@pytest.mark.parametrize("saves", [ctrl_c_between_builds, ctrl_c_in_a_build])
@pytest.mark.parametrize("date", ["2025-11-01", "soon"])
def test_ctrl_c_is_how_watching_ends_wherever_it_falls(
    date: str, saves: Callable[..., Iterator[set[tuple[int, str]]]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("watchfiles")
    (tmp_path / "a.md").write_text(f"---\ntitle: One\ndate: {date}\n---\n", "utf-8")
    monkeypatch.setattr("watchfiles.watch", lambda *_, **__: saves(monkeypatch))
    output = str(tmp_path / "public")
    command = ["build", str(tmp_path), "-o", output, "--base-url", "https://example.com/", "--no-cache", "--jobs", "1"]
    assert main([*command, "--watch"]) == 0


def test_ctrl_c_in_the_first_build_is_that_of_any_build(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("watchfiles")
    monkeypatch.setattr(feedkit, "build", ctrl_c)
    assert main(["build", str(tmp_path), "--base-url", "https://example.com/", "--watch"]) == 130


def test_standard_input_cannot_be_watched(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["build", "-", "--watch", "--base-url", "https://example.com/"]) == 2
    assert "standard input cannot be watched" in capsys.readouterr().err


def test_without_watchfiles_one_line_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "watchfiles", None)
    assert main(["build", str(tmp_path), "--watch", "--base-url", "https://example.com/"]) == 2
    assert capsys.readouterr().err == "feedkit: --watch needs watchfiles; run: python -m pip install watchfiles\n"
