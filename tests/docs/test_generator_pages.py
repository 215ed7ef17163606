"""The page of each generator: its configuration is used on that generator's folder and gives the addresses shown."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from feedkit import Entry, Site, read
from feedkit.cli import main
from feedkit.errors import Problem

ROOT = Path(__file__).parents[2]
PAGES = sorted((ROOT / "docs" / "generators").glob("*.md"))
FOLDERS = ROOT / "tests" / "generators"

_COMMAND = re.compile(r"^    feedkit build (\S+)$", re.MULTILINE)
_TOML = re.compile(r"^```toml\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_ROW = re.compile(r"^\| `([^`]+)` \| `([^`]+)` \|$", re.MULTILINE)
_CODE = re.compile(r"FK[0-9]{3}")


def test_every_generator_has_its_page_and_its_folder() -> None:
    pages = {page.stem for page in PAGES}
    assert pages == {file.parent.name for file in FOLDERS.glob("*/expected.json")}
    index = (ROOT / "docs" / "generators.md").read_text("utf-8")
    assert set(re.findall(r"\]\(generators/([\w-]+)\.md\)", index)) == pages


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.stem))
def test_the_configuration_of_a_page_gives_the_addresses_that_it_shows(
    page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    text = page.read_text("utf-8")
    folder = tmp_path / "site"
    shutil.copytree(FOLDERS / page.stem, folder)
    (settings,) = _TOML.findall(text)
    (folder / "feedkit.toml").write_text(settings, "utf-8")
    monkeypatch.chdir(folder)
    (content,) = _COMMAND.findall(text)
    main(["build", content, "--as-of", "2026-01-01T00:00:00Z", "--no-cache", "--jobs", "1"])
    site = Site.from_file("feedkit.toml")
    assert (folder / site.output / "feed.json").is_file(), capsys.readouterr().err

    problems: list[Problem] = []
    entries: dict[str, Entry] = {
        Path(entry.source).resolve().relative_to((folder / content).resolve()).as_posix(): entry
        for entry in read(folder / content, site, on_problem=problems.append)
    }
    rows = dict(_ROW.findall(text))
    pages = (folder / site.output / "sitemap.xml").read_text("utf-8")
    assert {file: entries[file].url if file in entries else rows[file] for file in rows} == rows
    assert [url for url in rows.values() if f"<loc>{url}</loc>" not in pages] == []
    assert len(rows) >= 2


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.stem))
def test_every_code_that_a_page_names_is_a_problem(page: Path) -> None:
    problems = (ROOT / "docs" / "problems.md").read_text("utf-8")
    assert [code for code in _CODE.findall(page.read_text("utf-8")) if f"### {code} " not in problems] == []
