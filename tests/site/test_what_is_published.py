"""Drafts, later and expired entries: in no byte of any output, and when that changes."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from lxml import etree
from msgspec.structs import replace

from feedkit import ArticleError, Entry, Problem, SettingsError, Site, documents
from feedkit.clock import publication_instant
from feedkit.site.published import Publication, publication

Make = Callable[..., Entry]


def day(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}T00:00:00+00:00")


def edited(site: Site, entries: list[Entry]) -> Publication:
    return publication(site, entries, pytest.fail)


def written(site: Site, entries: list[Entry]) -> bytes:
    return b"".join(document.to_bytes() + document.path.encode() for document in documents(site, entries))


HIDDEN: dict[str, dict[str, Any]] = {
    "draftword": {"draft": True},
    "futureword": {"published": day("2026-01-02")},
    "expiredword": {"expires": day("2025-12-31")},
    "lastsecondword": {"expires": day("2026-01-01")},
    "neverword": {"published": day("2026-02-01"), "expires": day("2026-01-15")},
}


def hidden(entry: Make, word: str) -> Entry:
    fields = {
        "title": f"Title {word}",
        "summary": word,
        "content": f"<p>{word}</p>",
        "tags": [word],
        "keywords": (word,),
        "meta_title": word,
    }
    return entry(word, **fields, **HIDDEN[word])


def test_no_word_of_a_hidden_entry_is_in_any_byte(site: Site, entry: Make) -> None:
    entries = [entry("shown"), *(hidden(entry, word) for word in HIDDEN)]
    found = written(site, entries)
    assert b"shown" in found
    for word in HIDDEN:
        assert word.encode() not in found


def test_hidden_entries_are_counted_by_their_reason(site: Site, entry: Make) -> None:
    made = edited(site, [entry("shown"), *(hidden(entry, word) for word in HIDDEN)])
    states = made.states
    assert (len(made.entries), states["draft"], states["scheduled"], states["expired"]) == (1, 1, 2, 2)


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"drafts": True}, ["draftword"]),
        ({"future": True}, ["futureword", "neverword"]),
        ({"as_of": day("2026-01-02")}, ["futureword"]),
        ({"as_of": day("2025-12-30")}, ["expiredword", "lastsecondword"]),
    ],
)
def test_flags_and_another_instant_show_what_they_say(
    site: Site, entry: Make, settings: dict[str, Any], words: list[str]
) -> None:
    found = written(replace(site, **settings), [hidden(entry, word) for word in HIDDEN])
    assert [word for word in HIDDEN if word.encode() in found] == words


@pytest.mark.parametrize(
    ("entries", "settings", "change"),
    [
        ([{}], {}, None),
        ([{"draft": True, "published": day("2026-03-01")}], {}, None),
        ([{"published": day("2026-03-01")}, {"published": day("2026-02-01")}], {}, "2026-02-01"),
        ([{"published": day("2026-03-01")}, {"expires": day("2026-02-01")}], {}, "2026-02-01"),
        ([{"expires": day("2025-12-01")}], {}, None),
        ([{"published": day("2026-03-01"), "expires": day("2026-02-01")}], {}, None),
        ([{"published": day("2026-03-01"), "expires": day("2026-04-01")}], {}, "2026-03-01"),
        ([{"published": day("2026-03-01")}], {"future": True}, None),
        ([{"published": day("2026-03-01"), "expires": day("2026-04-01")}], {"future": True}, "2026-04-01"),
        ([{"draft": True, "published": day("2026-03-01")}], {"drafts": True}, "2026-03-01"),
        ([{"draft": True, "expires": day("2026-03-01")}], {"drafts": True}, "2026-03-01"),
        ([{"draft": True, "expires": day("2026-03-01")}], {}, None),
    ],
)
def test_next_change_is_the_first_instant_that_changes_the_output(
    site: Site, entry: Make, entries: list[dict[str, Any]], settings: dict[str, Any], change: str | None
) -> None:
    site = replace(site, **settings)
    made = [entry(f"e{index}", **fields) for index, fields in enumerate(entries)]
    found = edited(site, made)
    assert found.next_change == (day(change) if change else None)
    if found.next_change:
        assert written(replace(site, as_of=found.next_change), made) != written(site, made)


def test_the_instant_is_as_of_then_source_date_epoch_then_now(monkeypatch: pytest.MonkeyPatch) -> None:
    site = Site(base_url="https://example.com/")
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "86400")
    assert publication_instant(day("2020-01-01")) == day("2020-01-01")
    assert publication_instant(site.as_of) == datetime(1970, 1, 2, tzinfo=UTC)
    monkeypatch.delenv("SOURCE_DATE_EPOCH")
    before = datetime.now(UTC)
    assert before <= publication_instant(site.as_of) <= datetime.now(UTC)


@pytest.mark.parametrize("text", ["tomorrow", "1.5", "9" * 30, "2025-11-21"])
def test_an_epoch_that_is_no_number_of_seconds_is_refused(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", text)
    with pytest.raises(SettingsError, match="SOURCE_DATE_EPOCH"):
        publication_instant()


@pytest.mark.usefixtures("no_clock")
def test_no_clock_is_read_where_the_instant_is_given(site: Site, entry: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    entries = [entry(tags=["x"]), entry("later", published=day("2030-01-01"))]
    assert written(site, entries)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1767225600")
    assert written(replace(site, as_of=None), entries) == written(site, entries)
    monkeypatch.delenv("SOURCE_DATE_EPOCH")
    with pytest.raises(AssertionError, match="the clock was read"):
        written(replace(site, as_of=None), entries)


def test_an_empty_site_has_valid_documents_and_a_sitemap_with_the_home_page(site: Site) -> None:
    found = {document.path: document.to_bytes() for document in documents(site, [])}
    assert sorted(found) == ["atom.xml", "feed.json", "feeds.opml", "rss.xml", "sitemap.xml"]
    assert json.loads(found["feed.json"])["items"] == []
    assert re.findall(rb"<loc>(.*?)</loc>", found["sitemap.xml"]) == [b"https://example.com/"]
    assert b"lastmod" not in found["sitemap.xml"]
    assert b"lastBuildDate" not in found["rss.xml"]
    assert re.findall(rb"<updated>(.*?)</updated>", found["atom.xml"]) == [b"1990-01-01T00:00:00+00:00"]
    for name in ("atom.xml", "feeds.opml", "rss.xml", "sitemap.xml"):
        etree.fromstring(found[name])


def test_the_atom_date_of_a_feed_is_the_newest_change_in_it(site: Site, entry: Make) -> None:
    entries = [entry("new", day=9), entry("old", day=1, updated=day("2025-12-24"))]
    found = {document.path: document for document in documents(site, entries)}
    assert b"<updated>2025-12-24T00:00:00+00:00</updated>" in found["atom.xml"].to_bytes().partition(b"<entry>")[0]
    assert found["atom.xml"].last_modified == day("2025-12-24")


@pytest.mark.parametrize(
    ("second", "code", "key"),
    [
        ({"url": "https://example.com/a/"}, "FK404", "slug"),
        ({"id": "https://example.com/a/"}, "FK405", "id"),
        # Of an object.
        ({"url": "https://example.com/a/", "source": ""}, "FK404", "slug"),
        ({"id": "https://example.com/a/", "source": ""}, "FK405", "id"),
    ],
)
def test_of_two_entries_with_one_address_or_id_the_older_is_kept_and_both_are_named(
    site: Site, entry: Make, second: dict[str, str], code: str, key: str
) -> None:
    problems: list[Problem] = []
    made = publication(site, [entry("b", day=2, **second), entry("a", day=1)], problems.append)
    assert [found.source for found in made.entries] == ["content/a.md"]
    (problem,) = problems
    path = second.get("source", "content/b.md")
    assert (problem.code, problem.severity, problem.path, problem.key) == (code, "error", path, key)
    assert "content/a.md" in problem.message
    assert problem.hint
    publication(site, [entry("b", day=2, **second), entry("a", day=1, source="", title="A title")], problems.append)
    assert "'A title' has the same " in problems[1].message
    with pytest.raises(ArticleError):
        list(documents(site, [entry("b", day=2, **second), entry("a", day=1)]))


def test_an_id_that_is_another_entrys_address_is_no_duplicate(site: Site, entry: Make) -> None:
    moved = entry("moved", id="https://example.com/a/")
    renamed = entry("a", id="urn:uuid:00000000-0000-0000-0000-000000000001")
    assert len(edited(site, [moved, renamed]).entries) == 2


def test_a_draft_with_the_address_of_a_published_entry_is_no_duplicate(site: Site, entry: Make) -> None:
    made = edited(site, [entry("a"), entry("b", url="https://example.com/a/", draft=True)])
    assert (len(made.entries), made.states["draft"], made.duplicates) == (1, 1, 0)


def test_a_sitemap_lists_articles_oldest_first_then_home_and_terms_without_noindex(site: Site, entry: Make) -> None:
    entries = [entry("a", day=1, tags=["C++"]), entry("b", day=2), entry("c", day=3, indexed=False)]
    found = next(document for document in documents(site, entries) if document.path == "sitemap.xml")
    locs = re.findall(rb"<loc>https://example.com/(.*?)</loc>", found.to_bytes())
    assert locs == [b"a/", b"b/", b"", b"tags/cpp/"]


def test_an_entry_of_another_host_is_left_out_of_the_sitemap_and_told(site: Site, entry: Make) -> None:
    problems: list[Problem] = []
    found = list(documents(site, [entry(url="https://other.example/a/")], on_problem=problems.append))
    assert [(problem.code, problem.severity) for problem in problems] == [("FK406", "note")]
    assert b"other.example" not in next(d for d in found if d.path == "sitemap.xml").to_bytes()
    assert b"other.example" in next(d for d in found if d.path == "rss.xml").to_bytes()


def test_each_format_is_written_only_where_it_is_wanted(site: Site, entry: Make) -> None:
    found = documents(replace(site, formats=("atom", "opml")), [entry(tags=["x"])])
    assert [document.path for document in found] == ["atom.xml", "tags/x/atom.xml", "feeds.opml"]


def test_the_newest_entries_stand_first_in_every_feed(site: Site, entry: Make) -> None:
    entries = [entry(f"e{index}", day=index) for index in (3, 1, 2)]
    feed = next(document for document in documents(site, entries) if document.path == "feed.json")
    dates = [item["date_published"] for item in json.loads(feed.to_bytes())["items"]]
    assert all(one > other for one, other in pairwise(dates))


def test_an_entry_that_a_format_cannot_hold_is_told_once_and_the_others_are_there(site: Site, entry: Make) -> None:
    problems: list[Problem] = []
    entries = [entry("good", day=2), entry("bad", title="a\x0bb", tags=["x"])]
    found = {document.path: document.to_bytes() for document in documents(site, entries, on_problem=problems.append)}
    assert {problem.code for problem in problems} == {"FK303"}
    assert len(problems) == len(set(problems))
    assert all(problem.path == "content/bad.md" for problem in problems)
    for name in ("rss.xml", "atom.xml", "tags/x/rss.xml"):
        etree.fromstring(found[name])
    assert b"Title good" in found["rss.xml"]
    with pytest.raises(ArticleError, match="FK303"):
        list(documents(site, entries))


def test_instants_are_compared_by_time_not_by_the_clock_that_shows_an_hour_twice(entry: Make) -> None:
    malta = ZoneInfo("Europe/Malta")
    first = datetime(2025, 10, 26, 2, 45, tzinfo=malta)
    second = datetime(2025, 10, 26, 2, 30, tzinfo=malta, fold=1)
    entries = [entry("first", published=first, url="https://example.com/x/"), entry("second", published=second)]
    site = Site(base_url="https://example.com/", timezone="Europe/Malta", as_of=first)
    assert edited(site, entries).next_change == second
    assert [found.published for found in edited(site, entries).entries] == [first]
    later = replace(site, as_of=datetime(2025, 10, 26, 3, tzinfo=malta))
    assert [found.published.fold for found in edited(later, entries).entries] == [1, 0]
    opml = list(documents(later, entries))[-1]
    assert opml.last_modified is not None
    assert opml.last_modified.fold == 1
    kept = publication(later, [entries[1], replace(entries[0], url=entries[1].url)], lambda _: None).entries
    assert [found.id for found in kept] == [entries[0].id]


@pytest.mark.parametrize(
    ("updated", "future", "codes"),
    [
        ("2026-01-02", False, []),
        ("2026-01-03", False, ["FK107"]),
        ("2026-01-03", True, []),
    ],
)
def test_an_update_that_is_more_than_a_day_ahead_is_reported(
    site: Site, entry: Make, updated: str, future: bool, codes: list[str]
) -> None:
    told: list[Problem] = []
    publication(replace(site, future=future), [entry("a", updated=day(updated))], told.append)
    assert [problem.code for problem in told] == codes
    assert all(problem.message == "'2026-01-03T00:00:00+00:00' is later than now" for problem in told)


@pytest.mark.parametrize(
    ("language", "article", "found"),
    [
        ("en", "fr-CA", []),
        ("jp", None, [("", "'jp'", "ja")]),
        ("en", "cn-Hant", [("a.md", "'cn-Hant'", "zh-Hant")]),
        ("zz", "gsw", [("", "'zz'", "en")]),
    ],
)
def test_the_code_of_a_country_is_reported_in_place_of_that_of_a_language(
    site: Site, entry: Make, language: str, article: str | None, found: list[tuple[str, str, str]]
) -> None:
    told: list[Problem] = []
    publication(replace(site, language=language), [entry("a", language=article, source="a.md")], told.append)
    assert [(each.path, each.message, each.hint) for each in told] == [
        (path, f"{tag} is not a language code, and validators refuse it", f"write one such as {right}")
        for path, tag, right in found
    ]
