"""The contract with feedgen: head + fragments + tail is its own whole document, byte for byte but for references."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from entry_table import BARE, ENTRIES, ENTRY, FULL
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from rich_table import RICH_ENTRIES, RICH_FEEDS

from feedkit.formats import by_feedgen
from feedkit.formats.format import ATOM, JSON_FEED, RSS, completed
from feedkit.formats.xml_syntax import OWN, hexadecimal
from feedkit.model import Element, Entry, Feed

FEEDS = {"full": FULL, "bare": BARE, **RICH_FEEDS}
RICH = list(RICH_ENTRIES.values())
HARDEST = list(ENTRIES.values())


def _rss_by_feedgen(feed: Feed, entries: list[Entry]) -> bytes:
    channel = by_feedgen.rss_channel(completed(feed, entries))
    for entry in entries:
        channel.add_entry(by_feedgen.rss_item(entry, entry.content), order="append")
    whole: bytes = channel.rss_str()
    return hexadecimal(whole)


def _atom_by_feedgen(feed: Feed, entries: list[Entry]) -> bytes:
    head = by_feedgen.atom_head(completed(feed, entries))
    for entry in entries:
        head.add_entry(by_feedgen.atom_item(entry, entry.content), order="append")
    whole: bytes = head.atom_str()
    return hexadecimal(whole)


BOTH = pytest.mark.parametrize(
    ("format_", "by_feedgen"), [(RSS, _rss_by_feedgen), (ATOM, _atom_by_feedgen)], ids=["rss", "atom"]
)


@BOTH
@pytest.mark.parametrize("feed", FEEDS.values(), ids=FEEDS)
def test_spliced_fragments_are_feedgens_whole_document(format_, by_feedgen, feed) -> None:
    for entries in ([], HARDEST, RICH, *([entry] for entry in HARDEST)):
        assert format_.render(feed, entries) == by_feedgen(feed, entries)


@BOTH
@settings(max_examples=30)
@given(entries=st.lists(ENTRY, max_size=3, unique_by=lambda entry: entry.id))
def test_spliced_fragments_are_feedgens_whole_document_whatever_is_in_them(format_, by_feedgen, entries) -> None:
    assert format_.render(FULL, entries) == by_feedgen(FULL, entries)


@BOTH
def test_elements_that_look_like_the_content_stay_as_they_are(format_, by_feedgen) -> None:
    names = (("content", OWN["content"], "encoded"), ("atom", OWN["atom"], "content"))
    elements = tuple(
        [Element(prefix=prefix, namespace=space, name=name, text="later") for prefix, space, name in names]
    )
    entry = replace(HARDEST[0], title="later", summary="later", content="<p>later</p>", elements=elements)
    assert format_.fragment(entry) in by_feedgen(FULL, [entry])


@pytest.mark.parametrize("format_", [RSS, ATOM, JSON_FEED], ids=lambda item: item.name)
@pytest.mark.parametrize("feed", FEEDS.values(), ids=FEEDS)
def test_a_fragment_is_the_same_in_every_feed(format_, feed) -> None:
    document = format_.render(feed, [*HARDEST, *RICH])
    for entry in (*HARDEST, *RICH):
        assert format_.fragment(entry) in document


@pytest.mark.parametrize("format_", [RSS, ATOM, JSON_FEED], ids=lambda item: item.name)
def test_entries_stay_in_the_order_given_and_a_generator_will_do(format_) -> None:
    entries = [ENTRIES["updated"], ENTRIES["plain"], ENTRIES["terms"]]
    document = format_.render(FULL, iter(entries))
    places = [document.index(format_.fragment(entry)) for entry in entries]
    assert places == sorted(places)


def test_a_feeds_own_date_wins_over_its_entries() -> None:
    own = datetime(2020, 1, 1, tzinfo=UTC)
    feed = Feed(title="T", home_url="https://example.org/", updated=own)
    assert completed(feed, HARDEST).updated == own
    assert completed(BARE, HARDEST).updated == max(entry.modified for entry in HARDEST)
    assert completed(BARE, []).updated is None


def test_a_frame_that_feedgen_ends_in_another_way_is_an_error() -> None:
    with pytest.raises(RuntimeError, match="does not end in </feed>"):
        by_feedgen._frame(b"<feed><entry/>", b"</feed>")


@pytest.mark.parametrize("format_", [RSS, ATOM, JSON_FEED], ids=lambda format_: format_.name)
def test_equal_instants_with_other_offsets_are_written_with_their_own(format_) -> None:
    one = replace(HARDEST[0], published=datetime(2025, 1, 1, 12, tzinfo=UTC))
    two = replace(one, published=datetime(2025, 1, 1, 13, tzinfo=timezone(timedelta(hours=1))))
    assert one == two
    assert format_.fragment(one) != format_.fragment(two)
