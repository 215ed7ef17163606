"""`feedkit next`: the instant at which the output changes by itself."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from feedkit import Site, SitemapSettings, build, next_change, parse_date, read, to_entry
from feedkit.cli import main

Write = Callable[..., Path]
Capture = pytest.CaptureFixture[str]

BASE = ["--base-url", "https://example.com", "--as-of", "2026-01-01"]


def run(capsys: Capture, content: Path, *arguments: str) -> tuple[int, str, str]:
    code = main(["next", str(content), *BASE, *arguments])
    out, err = capsys.readouterr()
    return code, out, err


@pytest.mark.parametrize(
    ("articles", "instant"),
    [
        ([{}], ""),
        ([{"publishedAt": "2026-02-01"}], "2026-02-01T00:00:00+00:00"),
        ([{"publishedAt": "2026-02-01T09:00:00+01:00"}, {"publishedAt": "2026-03-01"}], "2026-02-01T09:00:00+01:00"),
        ([{"expires": "2026-01-05"}, {"publishedAt": "2026-02-01"}], "2026-01-05T00:00:00+00:00"),
        ([{"expires": "2025-12-05"}], ""),
        ([{"publishedAt": "2026-02-01", "draft": "true"}], ""),
        ([{"publishedAt": "2026-02-01", "expires": "2026-01-05"}], ""),
    ],
)
def test_the_next_change_is_that_of_the_first_article_that_falls_due_or_expires(
    write_article: Write, content: Path, capsys: Capture, articles: list[dict[str, str]], instant: str
) -> None:
    for number, keys in enumerate(articles):
        write_article(f"a{number}.md", **keys)
    assert run(capsys, content) == (0, f"{instant}\n" if instant else "", "")
    assert json.loads(run(capsys, content, "--json")[1]) == {"next_change": instant or None, "problems": []}


@pytest.mark.parametrize(
    ("day", "change", "is_listed"),
    [
        # With `future`, it is published before its date, but is not a news before.
        ("2025-12-30", "2025-12-31T09:00:00Z", False),
        ("2025-12-31T09:00:00Z", "2026-01-02T09:00:00Z", True),
        ("2026-01-01", "2026-01-02T09:00:00Z", True),
        ("2026-01-02T09:00:00Z", None, False),
    ],
)
def test_an_article_leaves_the_news_sitemap_after_two_days(
    write_article: Write, content: Path, tmp_path: Path, day: str, change: str | None, is_listed: bool
) -> None:
    write_article(publishedAt="2025-12-31T09:00:00Z")
    news = SitemapSettings(news="Tides")
    site = Site(base_url="https://example.com", as_of=parse_date(day), future=True, sitemap=news)
    report = build(site, content, tmp_path / "out")
    assert report.next_change == (change and parse_date(change))
    assert (tmp_path / "out" / "news-sitemap.xml").exists() is is_listed


def test_two_days_of_news_have_48_hours_when_the_clocks_change() -> None:
    at = datetime(2025, 3, 29, 10, tzinfo=ZoneInfo("Europe/Malta"))
    site = Site(base_url="https://example.com", as_of=at, sitemap=SitemapSettings(news="Tides"))
    assert next_change(site, [to_entry({"title": "A", "date": at}, site)]) == parse_date("2025-03-31T09:00:00Z")


def test_an_article_that_cannot_be_read_is_told_and_the_others_still_count(
    write_article: Write, content: Path, capsys: Capture
) -> None:
    write_article("a.md", publishedAt="2026-02-01")
    write_article("b.md", publishedAt="2026")
    code, out, err = run(capsys, content)
    assert (code, out) == (1, "2026-02-01T00:00:00+00:00\n")
    assert err == "1 error in 1 article (feedkit build or --verbose lists them)\n"
    assert "b.md:3: error FK102" in run(capsys, content, "--verbose")[2]


def test_it_is_what_the_report_of_a_build_says(write_article: Write, content: Path, site: Site, tmp_path: Path) -> None:
    write_article(publishedAt="2026-02-01")
    due = build(site, content, tmp_path / "out").next_change
    assert next_change(site, content) == next_change(site, read(content, site)) == due is not None


def test_content_that_is_not_there_is_wrong_usage(content: Path, capsys: Capture) -> None:
    assert run(capsys, content / "no")[0] == 2
