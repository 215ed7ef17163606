"""`feedkit build -`: articles from another program, a JSON object a line."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from feedkit import Site, build
from feedkit.cli import main

BASE = ["-o", "out", "--base-url", "https://example.com", "--as-of", "2026-01-01"]
GOOD = {"title": "日本 & more", "slug": "a", "date": "2025-11-01", "content": "<p>Words</p>", "tags": ["C++"]}


@pytest.fixture(autouse=True)
def in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_articles_come_from_standard_input_in_utf_8_whatever_the_locale(repository: Path) -> None:
    lines = "\n".join([json.dumps(GOOD, ensure_ascii=False), "", json.dumps({**GOOD, "slug": "b"})]).encode()
    environment = {**os.environ, "PYTHONPATH": str(repository), "PYTHONIOENCODING": "latin-1"}
    command = [sys.executable, "-m", "feedkit", "build", "-", *BASE, "--json"]
    done = subprocess.run(command, input=lines, env=environment, capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (0, b"")
    assert json.loads(done.stdout)["articles"]["published"] == 2
    assert "日本" in json.loads(Path("out/tags/cpp/feed.json").read_bytes())["items"][0]["title"]


@pytest.mark.parametrize(("command", "name"), [("build", "a.jsonl"), ("feeds", "b/A.NDJSON")])
def test_a_file_of_json_lines_is_no_article(command: str, name: str, capsys: pytest.CaptureFixture[str]) -> None:
    Path(name).parent.mkdir(exist_ok=True)
    Path(name).write_text(json.dumps(GOOD) + "\n" + json.dumps(GOOD))
    assert main([command, name, "--base-url", "https://example.com"]) == 2
    expected = f"{name}: articles as JSON Lines are read from standard input; write - < {name}"
    assert expected in capsys.readouterr().err
    assert not Path("public").exists()


def test_each_bad_line_is_one_problem_with_its_number_and_the_others_are_built(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = [json.dumps(GOOD), "{", json.dumps({**GOOD, "date": "2024"}), "[]", json.dumps({**GOOD, "slug": "b"})]
    monkeypatch.setattr(sys, "stdin", io.StringIO("\n".join(lines)))
    assert main(["build", "-", *BASE, "--json"]) == 1
    out, err = capsys.readouterr()
    starts = [line for line in err.splitlines() if not line.startswith(" ")]
    assert [line[: line.index(" FK") + 6] for line in starts] == [
        "-:2: error FK201",
        "-:3: error FK102",
        "-:4: error FK201",
    ]
    counts = json.loads(out)["articles"]
    assert (counts["read"], counts["published"], counts["skipped"]) == (5, 2, 3)


def test_the_program_gets_its_feeds_back_and_problems_name_its_files(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = [json.dumps({**GOOD, "source": "posts/a.md"}), json.dumps({"title": "B", "source": "posts/b.md"})]
    monkeypatch.setattr(sys, "stdin", io.StringIO("\n".join(lines)))
    assert main(["build", "-", *BASE, "--json"]) == 1
    out, err = capsys.readouterr()
    assert err.startswith("posts/b.md: error FK105: ")
    found = json.loads(out)
    assert [found["articles"][name] for name in ("read", "published", "skipped")] == [2, 1, 1]
    assert [feed["path"] for feed in found["feed_list"]] == [
        *("rss.xml", "atom.xml", "feed.json", "tags/cpp/rss.xml", "tags/cpp/atom.xml", "tags/cpp/feed.json")
    ]
    tag = found["feed_list"][3].pop("link_tag")
    assert tag == (
        '<link rel="alternate" type="application/rss+xml" title="example.com: C++ (RSS)"'
        ' href="https://example.com/tags/cpp/rss.xml">'
    )
    assert found["feed_list"][3] == {
        "title": "example.com: C++",
        "url": "https://example.com/tags/cpp/rss.xml",
        "path": "tags/cpp/rss.xml",
        "media_type": "application/rss+xml",
        "format": "rss",
        "taxonomy": "tags",
        "term": "C++",
        "slug": "cpp",
        "home_url": "https://example.com/tags/cpp/",
        "items": 1,
        "newest": "2025-11-01T00:00:00+00:00",
    }


@pytest.mark.parametrize("empty", [io.StringIO(), None])
def test_no_line_is_an_empty_site(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], empty: Any
) -> None:
    monkeypatch.setattr(sys, "stdin", empty)
    assert main(["build", "-", *BASE]) == 0
    assert "1 feed of 0 articles" in capsys.readouterr().out


def test_the_configuration_is_looked_for_from_the_current_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    Path("feedkit.toml").write_text('base_url = "https://config.example"\noutput = "made"\nas_of = 2026-01-01\n')
    monkeypatch.setattr(sys, "stdin", io.StringIO(json.dumps(GOOD)))
    assert main(["build", "-", "--quiet"]) == 0
    assert json.loads(Path("made/feed.json").read_bytes())["items"][0]["url"] == "https://config.example/a/"


@pytest.mark.parametrize("kind", [str, bytes])
def test_the_library_takes_any_iterable_of_lines(site: Site, kind: type) -> None:
    text = json.dumps(GOOD)
    lines: Iterable[str | bytes] = iter([text if kind is str else text.encode()])
    report = build(site, lines, "out")
    assert (report.ok, report.articles.published) == (True, 1)
    assert Path("out/tags/cpp/rss.xml").exists()


@pytest.mark.parametrize("place", ["/", "~"])
def test_the_root_and_the_home_folder_are_refused_here_too(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    from feedkit import SettingsError

    monkeypatch.setenv("HOME", str(tmp_path))
    with pytest.raises(SettingsError, match="must not be written to"):
        build(site, [], tmp_path if place == "~" else place)
