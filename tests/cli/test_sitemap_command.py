"""`feedkit sitemap`: lists in, sitemaps out, bad lines by number, and nothing taken away that is not its own."""

from __future__ import annotations

import gzip
import io
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from lxml import etree
from usp.tree import sitemap_from_str

from feedkit import Document, publish, write_sitemap
from feedkit.cli import main

BASE = "https://example.org/"


def run(*arguments: str) -> int:
    return main(["sitemap", *arguments, "--base-url", BASE])


@pytest.fixture
def out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path / "out"


def locs(file: Path) -> list[str]:
    return [element.text for element in etree.fromstring(file.read_bytes()).iter("{*}loc")]


def test_lines_with_and_without_dates_and_objects_become_a_sitemap(out: Path, capsys) -> None:
    Path("urls.txt").write_text('/a\n/ä\t2025-03-30\n{"loc": "/c", "images": ["/i.png"]}\n\n', "utf-8")
    assert run("urls.txt", "-o", "out") == 0
    assert capsys.readouterr() == ("out: 1 document written, 0 unchanged, 0 removed\n", "")
    assert locs(out / "sitemap.xml") == [f"{BASE}a", f"{BASE}%C3%A4", f"{BASE}c", f"{BASE}i.png"]
    assert run("urls.txt", "-o", "out", "--json") == 0
    assert json.loads(capsys.readouterr().out)["documents"] == {"written": 0, "unchanged": 1, "removed": 0}


def test_bad_lines_are_told_with_their_number_and_the_rest_is_written(out: Path, capsys) -> None:
    Path("urls.txt").write_bytes(b"/a\nhttps://other.example/\n/b\t2025-13-01\n\xff\n/a\n{\n/c\n")
    assert run("urls.txt", "-o", "out") == 1
    lines = [line for line in capsys.readouterr().err.splitlines() if not line.startswith("    hint")]
    codes = [re.sub(r"(.*FK[0-9]{3}).*", r"\1", line) for line in lines]
    assert codes == [
        "urls.txt:2: error FK401",
        "urls.txt:3: error FK101",
        "urls.txt:4: error FK415",
        "note FK410",
        "urls.txt:6: error FK415",
    ]
    assert locs(out / "sitemap.xml") == [f"{BASE}a", f"{BASE}c"]


def test_quiet_prints_errors_only(out: Path, capsys) -> None:
    Path("urls.txt").write_text("/a\n/a\n")
    assert run("urls.txt", "-o", "out", "--quiet") == 0
    assert capsys.readouterr() == ("", "")


def test_standard_input_is_read_as_a_stream(tmp_path: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    data = b"".join(b"https://example.org/%d\t2025-01-01\n" % number for number in range(50_001))
    done = subprocess.run(
        [sys.executable, "-m", "feedkit", "sitemap", "-", "-o", str(tmp_path), "--base-url", BASE, "--gzip"],
        input=data,
        env=environment,
        capture_output=True,
    )
    assert (done.returncode, done.stderr) == (0, b"")
    index = sitemap_from_str((tmp_path / "sitemap.xml").read_text())
    assert [part.url for part in index.sub_sitemaps] == [f"{BASE}sitemaps/sitemap-0000{n}.xml.gz" for n in (1, 2)]
    parts = [gzip.decompress(file.read_bytes()) for file in sorted((tmp_path / "sitemaps").iterdir())]
    assert [part.count(b"<url>") for part in parts] == [50_000, 1]


def test_files_of_a_build_in_the_same_folder_stay_and_own_ones_go(out: Path) -> None:
    publish([Document(path="rss.xml", media_type="application/json", pieces=(b"{}",))], out)
    write_sitemap([f"/{n}" for n in range(25)], out, base_url=BASE, max_urls=10)
    assert len(list((out / "sitemaps").iterdir())) == 3
    report = write_sitemap(["/a"], out, base_url=BASE)
    assert (report.documents.written, report.documents.removed) == (1, 3)
    assert {path.name for path in out.iterdir() if path.name[0] != "."} == {"rss.xml", "sitemap.xml"}
    publish([], out)
    assert {path.name for path in out.iterdir() if path.name[0] != "."} == set()


def test_an_empty_list_replaces_nothing(out: Path, capsys) -> None:
    Path("urls.txt").write_text("/a\n")
    assert run("urls.txt", "-o", "out") == 0
    Path("urls.txt").write_text("\n")
    assert run("urls.txt", "-o", "out") == 1
    assert "urls.txt: error FK415: lists no page; nothing is written" in capsys.readouterr().err
    assert locs(out / "sitemap.xml") == [f"{BASE}a"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["no-such.txt", "-o", "out"], "no-such.txt: No such file"),
        (["urls.txt", "-o", "out", "--timezone", "Nowhere/Else"], "Nowhere/Else"),
        (["urls.txt", "-o", "out", "--name", "../x.xml"], "is not a path"),
    ],
)
def test_wrong_usage_is_one_sentence(out: Path, capsys, arguments, message) -> None:
    Path("urls.txt").write_text("/a\t2025-01-01T10:00\n")
    code = run(*arguments)
    captured = capsys.readouterr()
    assert code in (1, 2)
    assert message in captured.err
    assert "Traceback" not in captured.err


def test_a_base_url_that_is_none_is_wrong_usage(out: Path, capsys) -> None:
    Path("urls.txt").write_text("/a\n")
    assert main(["sitemap", "urls.txt", "-o", "out", "--base-url", "ftp://x/"]) == 2
    assert "scheme 'ftp'" in capsys.readouterr().err


def test_another_name_and_all_duplicates(out: Path, monkeypatch) -> None:
    lines = "".join(f"/{number}\n" for number in range(60_000)) + "/0\n"
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(lines.encode())))
    assert run("-", "-o", "out", "--name", "maps/all.xml", "--unique", "--quiet") == 0
    assert len(list((out / "maps" / "sitemaps").iterdir())) == 2


def test_a_terminal_shows_the_rate(out: Path, monkeypatch, capsys) -> None:
    Path("urls.txt").write_text("/a\n")
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    assert run("urls.txt", "-o", "out") == 0
    assert locs(out / "sitemap.xml") == [f"{BASE}a"]
