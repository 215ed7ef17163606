"""One entry says the same in every format, as foreign parsers read it; what a format has no word for is listed here."""

from __future__ import annotations

import json

import pytest
from entry_table import BARE, ENTRIES, ENTRY, FULL, SITE
from foreign_readers import (
    head,
    in_atom,
    in_json,
    in_rss,
    read_atom,
    read_json,
    read_json_head,
    read_rss,
    read_xml_head,
)
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from usp.tree import sitemap_from_str

from feedkit import atom, json_feed, rss, sitemaps
from feedkit.dates import w3c

HARDEST = list(ENTRIES.values())
EACH = pytest.mark.parametrize("entry", HARDEST, ids=ENTRIES)


@EACH
def test_rss_says_what_the_entry_says(entry) -> None:
    assert read_rss(rss(FULL, [entry])) == [in_rss(entry)]


@EACH
def test_atom_says_what_the_entry_says(entry) -> None:
    assert read_atom(atom(FULL, [entry])) == [in_atom(entry)]


@EACH
def test_json_feed_says_what_the_entry_says(entry) -> None:
    assert read_json(json_feed(FULL, [entry])) == [in_json(entry)]


def test_many_entries_do_not_run_into_each_other() -> None:
    assert read_rss(rss(FULL, HARDEST)) == [in_rss(entry) for entry in HARDEST]
    assert read_atom(atom(FULL, HARDEST)) == [in_atom(entry) for entry in HARDEST]
    assert read_json(json_feed(FULL, HARDEST)) == [in_json(entry) for entry in HARDEST]


@settings(max_examples=30)
@given(entry=ENTRY)
def test_dates_addresses_and_sizes_are_the_same_in_all_formats(entry) -> None:
    """Texts have a test of their own: feedparser takes what looks like markup for markup."""
    entry = replace(
        entry,
        title="t",
        summary="s",
        content="c",
        authors=tuple(replace(person, name="p") for person in entry.authors),
        terms=tuple(replace(term, name=f"n{number}") for number, term in enumerate(entry.terms)),
        image=entry.image and replace(entry.image, alt="a"),
        enclosures=tuple(replace(enclosure, title="e") for enclosure in entry.enclosures),
    )
    assert read_rss(rss(FULL, [entry])) == [in_rss(entry)]
    assert read_atom(atom(FULL, [entry])) == [in_atom(entry)]
    assert read_json(json_feed(FULL, [entry])) == [in_json(entry)]


@pytest.mark.parametrize("feed", [FULL, BARE], ids=["full", "bare"])
def test_the_head_says_the_same_in_every_format(feed) -> None:
    # RSS demands a description, and gets the title.
    assert read_xml_head(rss(feed, HARDEST)) == {**head(feed), "description": feed.description or feed.title}
    assert read_xml_head(atom(feed, HARDEST)) == head(feed)
    assert read_json_head(json_feed(feed, HARDEST)) == head(feed)


@EACH
def test_a_sitemap_says_the_address_and_the_newest_change(entry) -> None:
    (document,) = sitemaps([entry], base_url=SITE)
    (page,) = sitemap_from_str(document.to_bytes().decode()).all_pages()
    assert page.url == entry.url
    written = w3c(entry.modified, entry.modified_precision)
    assert page.last_modified.isoformat().startswith(written.replace("Z", "+00:00"))


@settings(max_examples=30)
@given(st.sampled_from(HARDEST), st.sampled_from(["summary", "content"]))
def test_what_an_entry_leaves_out_is_in_no_format(entry, field) -> None:
    without = replace(entry, **{field: ""})
    for read, write in ((read_rss, rss), (read_atom, atom), (read_json, json_feed)):
        assert read(write(BARE, [without]))[0]["url"] == entry.url
    assert read_atom(atom(BARE, [without]))[0][field] == in_atom(without)[field]
    assert read_json(json_feed(BARE, [without]))[0][field] is None


def test_what_json_feed_has_no_field_for_is_in_the_extension() -> None:
    (item,) = json.loads(json_feed(FULL, [ENTRIES["everything-else"]]))["items"]
    assert item["_feedkit"] == {
        "featured": True,
        "keywords": ["tide table", "R&D"],
        "meta_title": "For <search>",
        "meta_description": "engines & more",
    }
    (item,) = json.loads(json_feed(FULL, [ENTRIES["terms"]]))["items"]
    assert item["tags"] == ["Web", "no scheme"]
    assert item["_feedkit"]["taxonomies"] == {"categories": ["Web"], "tags": ["Web"], "series": ["no scheme"]}


@pytest.mark.parametrize("write", [rss, atom, json_feed], ids=["rss", "atom", "json"])
def test_where_an_article_came_from_is_in_no_output(write) -> None:
    assert b"secret-path" not in write(FULL, HARDEST)
