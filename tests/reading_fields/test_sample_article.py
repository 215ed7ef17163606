"""The sample article: every key of its front matter reaches its entry."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from entry_data import ROOT, make_site

from feedkit import DateSource, Entry, Image, Person, Problem, Term, read
from feedkit.articles.front_matter import parse

FOLDER = ROOT.parent / "shared" / "articles"
NAME = "cloudflare-outage-x-chatgpt-internet-crash"
TAGS = (
    "Cloudflare Outage",
    "Internet Infrastructure Failure",
    "X ChatGPT Down",
    "CDN Crisis",
    "Infrastructure Resilience",
)

pytestmark = pytest.mark.skipif(not (FOLDER / f"{NAME}.md").is_file(), reason="the sample articles are not here")


def path() -> Path:
    return FOLDER / f"{NAME}.md"


def entry_and_problems() -> tuple[Entry, list[Problem]]:
    problems: list[Problem] = []
    (entry,) = read(path(), make_site(), on_problem=problems.append)
    return entry, problems


def test_every_key_of_the_sample_is_used() -> None:
    keys = parse(path().read_text("utf-8")).metadata
    entry, _ = entry_and_problems()
    used = {
        "slug": entry.url == f"https://example.com/{NAME}/" == entry.id,
        "title": entry.title == keys["title"],
        "excerpt": entry.summary == keys["excerpt"],
        "publishedAt": entry.published == datetime(2025, 11, 21, tzinfo=UTC) and entry.published_precision == "day",
        "author": entry.authors == (Person(name="Marco Grima"),),
        "category": entry.terms[0]
        == Term(taxonomy="categories", name="Cloud & Infrastructure", scheme="https://example.com/categories/"),
        "tags": tuple(term.name for term in entry.terms[1:]) == TAGS == tuple(keys["tags"]),
        "image": entry.image == Image(url=keys["image"]),
        "featured": entry.featured is True,
        "metaTitle": entry.meta_title == keys["metaTitle"] != entry.title,
        "metaDescription": entry.meta_description == keys["metaDescription"] != entry.summary,
        "keywords": entry.keywords == tuple(keys["keywords"]),
    }
    assert used == dict.fromkeys(keys, True)


def test_the_sample_says_where_its_date_comes_from() -> None:
    entry, _ = entry_and_problems()
    assert entry.published_source == DateSource(key="publishedAt", raw="2025-11-21", precision="day", zone="site")
    assert entry.updated_source is None


def test_the_shortcode_of_the_sample_is_a_figure_and_nothing_of_it_is_left() -> None:
    entry, _ = entry_and_problems()
    assert "{{" not in entry.content
    assert '<figure><img src="https://image.pollinations.ai/prompt/cloudflare%20data%20center' in entry.content
    assert 'width="800" height="450" alt="Data center infrastructure failure monitoring"></figure>' in entry.content


def test_the_secrets_of_the_sample_are_told_with_their_lines_and_never_shown() -> None:
    _, problems = entry_and_problems()
    assert {(problem.code, problem.key, problem.line) for problem in problems} == {
        ("FK305", "image", 14),
        ("FK305", "", 25),
    }
    assert not any("NmtXmge" in f"{problem} {problem.hint}" for problem in problems)
