"""robots.txt is written, checked, never clobbered; the ledger knows when content changed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from urllib.robotparser import RobotFileParser

import pytest
from lxml import etree
from msgspec.structs import replace

from feedkit import Report, SettingsError, Site, SitemapSettings, build

BASE = "https://example.com/"


def built(site: Site, content: Path, out: Path, **settings) -> Report:
    return build(replace(site, sitemap=SitemapSettings(**settings)), content, out)


@pytest.fixture(autouse=True)
def article(write_article: Callable[..., Path]) -> Path:
    return write_article("a.md")


def test_robots_names_every_sitemap_and_forbids_nothing(site: Site, content: Path, tmp_path: Path) -> None:
    now = replace(site, as_of=datetime(2025, 11, 1, 12, tzinfo=UTC))
    assert built(now, content, tmp_path / "out", robots="write", news="P", compress=("gzip",)).ok
    parser = RobotFileParser()
    parser.parse((tmp_path / "out" / "robots.txt").read_text().splitlines())
    assert parser.site_maps() == [f"{BASE}sitemap.xml", f"{BASE}news-sitemap.xml"]
    assert parser.can_fetch("anybody", f"{BASE}a/")
    again = built(now, content, tmp_path / "out", robots="write", news="P", compress=("gzip",))
    assert (again.documents.written, again.documents.removed) == (0, 0)


@pytest.mark.parametrize("mode", ["write", "check"])
def test_a_file_of_somebody_else_is_checked_and_never_touched(
    site: Site, content: Path, tmp_path: Path, mode: str
) -> None:
    (tmp_path / "out").mkdir()
    own = tmp_path / "out" / "robots.txt"
    own.write_text("User-agent: *\nDisallow: /x\n")
    report = built(site, content, tmp_path / "out", robots=mode)
    assert own.read_text() == "User-agent: *\nDisallow: /x\n"
    (problem,) = report.problems
    assert (problem.code, report.ok) == ("FK414", True)
    assert f"add a line Sitemap: {BASE}sitemap.xml" in problem.message
    own.write_text(f"sitemap:{BASE}sitemap.xml")
    assert built(site, content, tmp_path / "out", robots=mode).problems == ()


def test_a_file_among_the_static_ones_is_checked(site: Site, content: Path, tmp_path: Path) -> None:
    (tmp_path / "static").mkdir()
    (tmp_path / "static" / "robots.txt").write_text(f"Sitemap: {BASE}sitemap.xml\n")
    site = replace(site, static=(tmp_path / "static",))
    assert built(site, content, tmp_path / "out", robots="check").problems == ()


def test_no_file_at_all_is_told(site: Site, content: Path, tmp_path: Path) -> None:
    (problem,) = built(site, content, tmp_path / "out", robots="check").problems
    assert str(problem).startswith("robots.txt: warning FK414: does not exist")


def test_below_the_root_of_the_host_none_is_written(site: Site, content: Path, tmp_path: Path) -> None:
    report = built(replace(site, base_url=f"{BASE}blog/"), content, tmp_path / "out", robots="write")
    assert [problem.code for problem in report.problems] == ["FK414"]
    assert not (tmp_path / "out" / "robots.txt").exists()


def lastmod(out: Path) -> str | None:
    return etree.fromstring((out / "sitemap.xml").read_bytes())[0].findtext("{*}lastmod")


def test_with_a_ledger_lastmod_is_when_the_content_changed(
    site: Site, content: Path, tmp_path: Path, write_article
) -> None:
    ledger, out = tmp_path / "dates.json", tmp_path / "out"

    def at(day: int) -> str | None:
        assert built(replace(site, as_of=datetime(2026, 1, day, 9, tzinfo=UTC)), content, out, ledger=ledger).ok
        return lastmod(out)

    assert at(1) == "2025-11-01"
    before = ledger.read_bytes()
    assert at(2) == "2025-11-01"
    assert ledger.read_bytes() == before
    write_article("a.md", "Other words.")
    assert at(3) == "2026-01-03T09:00:00+00:00"
    assert at(4) == "2026-01-03T09:00:00+00:00"
    write_article("a.md", "Other words.", tags="[x]")
    assert at(5) == "2026-01-03T09:00:00+00:00"
    assert b"2026-01" not in (out / "atom.xml").read_bytes()


@pytest.mark.parametrize(
    "text",
    [
        *("", "[]", "[" * 100_000, '{"version": 2, "pages": {}}', '{"version": 1, "pages": {"a": [1]}}'),
        '{"version": 1, "pages": {"a": ["", "2025-11-01", "day"]}}',
    ],
)
def test_a_damaged_ledger_ends_the_build_before_anything_is_written(
    site: Site, content: Path, tmp_path: Path, text
) -> None:
    (tmp_path / "dates.json").write_text(text)
    with pytest.raises(SettingsError, match=r"sitemap\.ledger"):
        built(site, content, tmp_path / "out", ledger=tmp_path / "dates.json")
    assert not (tmp_path / "out").exists()
