"""What a site settles about dates: their time of day, and the years that are believed."""

from __future__ import annotations

from datetime import time
from pathlib import Path

import pytest
from msgspec.structs import replace

from feedkit import ArticleError, Entry, Problem, Site, sitemaps, to_entry


def dated(value: str, site: Site) -> Entry:
    return to_entry({"title": "t", "slug": "t", "publishedAt": value}, site)


@pytest.fixture
def malta() -> Site:
    return Site(base_url="https://example.com", timezone="Europe/Malta", time_of_day=time(9, 30))


def test_a_day_takes_the_time_of_day_in_the_zone_of_the_site(malta: Site) -> None:
    entry = dated("2025-11-21", malta)
    assert entry.published.isoformat() == "2025-11-21T09:30:00+01:00"
    assert entry.published_precision == "day"


def test_a_time_that_was_written_stays(malta: Site) -> None:
    assert dated("2025-11-21 10:00", malta).published.isoformat() == "2025-11-21T10:00:00+01:00"


def test_a_sitemap_still_says_the_day_alone(malta: Site) -> None:
    (document,) = sitemaps([dated("2025-11-21", malta)], base_url=malta.base_url)
    assert b"<lastmod>2025-11-21</lastmod>" in document.to_bytes()


@pytest.mark.parametrize(
    ("zone", "value", "begins", "message"),
    [
        (
            "Africa/Cairo",
            "2024-04-26",
            "2024-04-26T01:00:00+03:00",
            "'2024-04-26' has a clock change in Africa/Cairo: the clocks skipped 00:00, so it begins at 01:00",
        ),
        (
            "America/Havana",
            "2024-11-03",
            "2024-11-03T00:00:00-04:00",
            "'2024-11-03' has a clock change in America/Havana: "
            "the clocks showed 00:00 twice, and the first time counts",
        ),
        ("Africa/Cairo", "2024-04-27", "2024-04-27T00:00:00+03:00", None),
        ("Africa/Cairo", "2024-04-26T01:00", "2024-04-26T01:00:00+03:00", None),
    ],
)
def test_a_clock_change_at_the_beginning_of_a_day_is_told(
    zone: str, value: str, begins: str, message: str | None
) -> None:
    site = Site(base_url="https://example.com", timezone=zone)
    problems: list[Problem] = []
    entry = to_entry({"title": "t", "publishedAt": value}, site, on_problem=problems.append)
    assert entry.published.isoformat() == begins
    assert [(problem.code, problem.severity, problem.message) for problem in problems] == (
        [("FK112", "note", message)] if message else []
    )


@pytest.mark.parametrize(("value", "believed"), [("1989-12-31", False), ("1990-01-01", True), ("2031-01-01", False)])
def test_only_the_years_that_are_set_are_believed(value: str, believed: bool, malta: Site) -> None:
    site = replace(malta, years=(1990, 2030))
    if believed:
        assert dated(value, site).published.year == 1990
        return
    with pytest.raises(ArticleError) as raised:
        dated(value, site)
    assert raised.value.problem.code == "FK104"
    assert "the years 1990 to 2030 are read" in raised.value.problem.message


@pytest.mark.parametrize("written", ["09:30:00", '"09:30"'])
def test_the_configuration_may_write_the_time_with_quotes_or_without(written: str, tmp_path: Path) -> None:
    file = tmp_path / "feedkit.toml"
    file.write_text(f'base_url = "https://example.com"\ntime_of_day = {written}\nyears = [1990, 2030]\n', "utf-8")
    site = Site.from_file(file)
    assert (site.time_of_day, site.years) == (time(9, 30), (1990, 2030))
