"""Which entries are in which feed, and what its folder is called."""

from __future__ import annotations

import random
import unicodedata
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from msgspec.structs import replace

import feedkit.site.assembly
from feedkit import Entry, Problem, Site, Taxonomy, Term, documents
from feedkit.formats.format import Format
from feedkit.site.published import publication
from feedkit.site.taxonomy import Selection, order, select
from feedkit.urls import slug

Make = Callable[..., Entry]


def chosen(site: Site, entries: list[Entry]) -> tuple[list[Selection], list[Problem]]:
    problems: list[Problem] = []
    return list(select(site, sorted(entries, key=order), problems.append)), problems


def names(entries: tuple[Entry, ...]) -> list[str]:
    return [entry.url.split("/")[-2] for entry in entries]


def test_a_feed_holds_the_newest_twenty_and_counts_all(site: Site, entry: Make) -> None:
    entries = [entry(f"e{day:02}", day=day, tags=["x"]) for day in range(1, 26)]
    (whole, term), _ = chosen(site, entries)
    for selection in (whole, term):
        assert names(selection.entries) == [f"e{day:02}" for day in range(25, 5, -1)]
        assert selection.total == 25


def test_every_taxonomy_has_its_own_limit_and_the_sites_where_it_has_none(entry: Make) -> None:
    taxonomies = (
        Taxonomy(name="tags", source="tags", path="tags", limit=2),
        Taxonomy(name="series", source="series", path="series"),
    )
    site = Site(base_url="https://example.com", limit=3, taxonomies=taxonomies)
    terms = (Term(taxonomy="tags", name="x"), Term(taxonomy="series", name="y"))
    entries = [entry(f"e{day}", day=day, terms=terms) for day in range(1, 6)]
    (whole, tag, series), _ = chosen(site, entries)
    assert [len(selection.entries) for selection in (whole, tag, series)] == [3, 2, 3]


def test_terms_of_a_taxonomy_that_the_site_does_not_have_get_no_feed(site: Site, entry: Make) -> None:
    selections, _ = chosen(site, [entry(terms=(Term(taxonomy="moods", name="x"),))])
    assert [selection.taxonomy for selection in selections] == [None]


def test_equal_instants_are_ordered_by_address_whatever_their_offsets_and_order(site: Site, entry: Make) -> None:
    noon = datetime(2025, 11, 1, 12, tzinfo=UTC)
    zones = [timezone(timedelta(hours=hours)) for hours in (-11, 0, 5, 14)]
    entries = [entry(name, published=noon.astimezone(zone)) for name, zone in zip("dbca", zones, strict=True)]
    entries.append(entry("newest", published=noon + timedelta(microseconds=1)))
    for seed in range(10):
        random.Random(seed).shuffle(entries)
        assert names(publication(site, entries, pytest.fail).entries) == ["newest", "a", "b", "c", "d"]


@pytest.mark.parametrize(
    ("spellings", "shown"),
    [
        (["Rust", "rust", "rust"], "rust"),
        (["Rust", "rust"], "Rust"),
        (["rust", "Rust"], "rust"),
        (["C++", "c++"], "C++"),
        (["\uff32\uff33\uff33", "RSS", "rss", "RSS"], "RSS"),
        (["caf\u00e9", "cafe\u0301"], "caf\u00e9"),
        (["Straße", "STRASSE"], "Straße"),
        (["İstanbul", "istanbul"], "İstanbul"),
        (["two  words", "two words", "two words"], "two words"),
    ],
)
def test_spellings_of_one_term_share_a_feed_called_by_the_most_used_or_the_newest(
    site: Site, entry: Make, spellings: list[str], shown: str
) -> None:
    entries = [entry(f"e{index}", day=20 - index, tags=[name]) for index, name in enumerate(spellings)]
    (_, term), problems = chosen(site, entries)
    assert (term.name, term.total, problems) == (shown, len(spellings), [])


def test_two_spellings_within_one_entry_count_once(site: Site, entry: Make) -> None:
    (_, term), _ = chosen(site, [entry(tags=["X", "x"])])
    assert (term.total, len(term.entries)) == (1, 1)


@pytest.mark.parametrize(
    ("tags", "slugs"),
    [
        (["실랜디", "#실랜디"], {"실랜디": "실랜디", "#실랜디": "실랜디-2"}),
        (["C++", "cpp"], {"C++": "cpp-2", "cpp": "cpp"}),
        (["C++", "C#", "C", ".NET"], {"C++": "cpp", "C#": "csharp", "C": "c", ".NET": "dotnet"}),
        (["a", "a!", "a?", "a 2"], {"a": "a", "a!": "a-3", "a?": "a-4", "a 2": "a-2"}),
        (["a", "a!", "a 2", "a-2"], {"a": "a", "a!": "a-3", "a 2": "a-2-2", "a-2": "a-2"}),
        (["a", "a!", "a 2", "a-2", "a 2 2"], {"a": "a", "a!": "a-3", "a 2": "a-2-3", "a-2": "a-2", "a 2 2": "a-2-2"}),
        (["con", "con-", "con 2"], {"con": "con--2", "con-": "con-", "con 2": "con-2"}),
    ],
)
def test_terms_that_want_one_slug_are_named_and_keep_a_feed_each(
    site: Site, entry: Make, tags: list[str], slugs: dict[str, str]
) -> None:
    entries = [entry(f"e{index}", tags=[tag]) for index, tag in enumerate(tags)]
    selections, problems = chosen(site, entries)
    assert {selection.name: selection.slug for selection in selections[1:]} == slugs
    assert len(problems) == len(tags) - len({slug(tag) for tag in tags})
    for problem in problems:
        assert (problem.code, problem.severity, problem.key) == ("FK403", "warning", "tags")
        assert "both have the slug" in problem.message
        assert "content/e" in problem.message


def test_the_selections_are_the_same_in_whatever_order_the_entries_come(site: Site, entry: Make) -> None:
    tags = ["a", "a!", "a?", "a 2", "A", "con", "🎉", "...", "C++", "cpp"]
    entries = [entry(f"e{index}", day=1 + index % 3, tags=[tag, "all"]) for index, tag in enumerate(tags)]
    found = set()
    for seed in range(10):
        random.Random(seed).shuffle(entries)
        found.add(publication(site, entries, lambda _: None).selections)
    assert len(found) == 1


def on_disk(path: str) -> str:
    """What makes two paths one where a file system has no case and normalises names."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFD", path).casefold())


@given(st.lists(st.text(min_size=1).filter(str.strip), min_size=1, max_size=12))
@example(["C++", "cpp", "cpp-2", "cpp 2", "CPP", "c++ 2"])
@example(["con", "CON", "con-", "nul.txt", "COM¹", "com1"])
@example(["🎉", "🎊", "...", "\ud800", "\x00", "\u0345", "ͅα", "İ", "i̇", "ﬀ", "ff"])
@example(["x" * 300, "x" * 301, "日" * 100, "日" * 101])
def test_any_terms_have_distinct_safe_folders_and_a_feed_each(tags: list[str]) -> None:
    site = Site(base_url="https://example.com/")
    entries = [_made(index, tag) for index, tag in enumerate(tags)]
    selections, _ = chosen(site, entries)
    slugs = [selection.slug for selection in selections[1:]]
    assert len({on_disk(name) for name in slugs}) == len(slugs)
    assert sum(selection.total for selection in selections[1:]) == len(tags)
    for name in slugs:
        assert name
        assert not {"/", "\\", ".", "\x00", " "} & set(name)
        assert len(name.encode()) <= 255


def _made(index: int, tag: str) -> Entry:
    url = f"https://example.com/{index}/"
    terms = (Term(taxonomy="tags", name=tag),)
    return Entry(id=url, url=url, title="T", published=datetime(2025, 1, 1, tzinfo=UTC), terms=terms)


def counted(format_: Format, calls: list[str]) -> Format:
    def fragment(entry: Entry) -> bytes:
        calls.append(entry.url)
        return format_.write_entry(entry)

    return replace(format_, write_entry=fragment)


def test_an_entry_is_serialised_once_a_format_and_only_if_a_feed_holds_it(
    site: Site, entry: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: dict[str, list[str]] = {"rss": [], "atom": [], "json": []}
    formats = {name: counted(made, calls[name]) for name, made in feedkit.site.assembly.FEED_FORMATS.items()}
    monkeypatch.setattr(feedkit.site.assembly, "FEED_FORMATS", formats)
    entries = [entry(f"e{day:02}", day=day, tags=["x", "y", "z"]) for day in range(1, 26)]
    entries.append(entry("old", day=1, published=datetime(2020, 1, 1, tzinfo=UTC), tags=["rare"]))
    list(documents(site, entries))
    held = [f"https://example.com/e{day:02}/" for day in range(25, 5, -1)] + ["https://example.com/old/"]
    assert calls == dict.fromkeys(("rss", "atom", "json"), held)


def test_documents_that_are_linked_to_come_before_those_that_link(site: Site, entry: Make) -> None:
    paths = [document.path for document in documents(site, [entry(tags=["x"])])]
    assert paths[-2:] == ["sitemap.xml", "feeds.opml"]
    assert sorted(paths[:-2]) == sorted(
        f"{folder}{name}" for folder in ("", "tags/x/") for name in ("rss.xml", "atom.xml", "feed.json")
    )


def test_terms_come_in_the_order_of_their_slugs(site: Site, entry: Make) -> None:
    selections, _ = chosen(site, [entry(tags=["zebra", "Ant", "C++", "日本語"])])
    slugs = [selection.slug for selection in selections[1:]]
    assert all(one < other for one, other in pairwise(slugs))


def slugged(*slugs: str) -> tuple[Term, ...]:
    return tuple(Term(taxonomy="tags", name="C++", slug=own) for own in slugs)


@pytest.mark.parametrize(
    ("slugs", "used", "told"),
    [
        (["", "cplusplus"], "cplusplus", None),
        (
            ["cpp", "cplusplus", "cplusplus"],
            "cplusplus",
            "'C++' is given several slugs: cplusplus, cpp; cplusplus is used",
        ),
        (["cpp", "cplusplus"], "cplusplus", "'C++' is given several slugs: cplusplus, cpp; cplusplus is used"),
    ],
)
def test_a_term_has_the_slug_that_most_articles_give_it_of_equals_the_newest_ones(
    slugs: list[str], used: str, told: str | None, site: Site, entry: Make
) -> None:
    entries = [entry(f"e{day}", day=day, terms=slugged(own)) for day, own in enumerate(slugs, start=1)]
    (_, term), problems = chosen(site, entries)
    assert term.slug == used
    assert [(problem.code, problem.message) for problem in problems] == ([("FK407", told)] if told else [])


def test_a_slug_of_ones_own_can_collide_with_one_that_is_made_of_a_name(site: Site, entry: Make) -> None:
    entries = [entry("a", terms=(*slugged("tides"), Term(taxonomy="tags", name="Tides")))]
    (_, *terms), problems = chosen(site, entries)
    assert {term.name: term.slug for term in terms} == {"Tides": "tides", "C++": "tides-2"}
    assert [problem.code for problem in problems] == ["FK403"]
