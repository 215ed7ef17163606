"""What templates write of a feed's head is what the format itself would write, byte for byte, or they write nothing."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from entry_table import ADDRESS, BARE, FULL, IMAGE, INSTANT, PERSON
from hypothesis import given, settings
from hypothesis import strategies as st
from rich_table import RICH_FEEDS
from test_templates import ODD_SIGNS, SIGNS, TRICKS

from feedkit.formats import _feedgen, _head_templates
from feedkit.formats._head_templates import heads_by_template, shaped_head
from feedkit.formats.atom import _frame as atom_frame
from feedkit.formats.frame import Frame
from feedkit.model import Feed, Person
from feedkit.records import fields, replace

GENERAL: dict[str, Callable[[Feed], Frame]] = {"rss": _feedgen.rss_frame, "atom": atom_frame}
EACH = pytest.mark.parametrize("general", GENERAL.values(), ids=GENERAL)
FEEDS = {"full": FULL, "bare": BARE, **RICH_FEEDS}

TEXT = st.text(SIGNS, max_size=8) | TRICKS | st.text(max_size=20)
ODD = TEXT | st.text(SIGNS + ODD_SIGNS, max_size=8)


def feeds(text: st.SearchStrategy[str]) -> st.SearchStrategy[Feed]:
    """Feeds of any kind, shows and archives aside."""
    return st.builds(
        Feed,
        title=text.filter(lambda text: bool(text) and not text.isspace()),
        home_url=ADDRESS,
        feed_url=st.none() | ADDRESS,
        id=st.just("") | ADDRESS,
        description=st.just("") | text,
        language=st.sampled_from([None, "de", "zh-Hant"]),
        updated=st.none() | INSTANT,
        authors=st.lists(PERSON, max_size=2).map(tuple),
        icon=st.none() | ADDRESS.map("{}.png".format),
        logo=st.none() | ADDRESS.map("{}.gif".format),
        image=st.none() | IMAGE,
        rights=st.just("") | text,
        hubs=st.lists(ADDRESS, max_size=2).map(tuple),
        rss_cloud=st.none() | st.just("http://cloud.example:81/x?y&z"),
        complete=st.booleans(),
        stylesheet=st.none() | ADDRESS,
    )


def outcome(frame: Callable[[Feed], Frame], feed: Feed) -> Frame | str:
    """The frame, or what is said of the feed instead."""
    try:
        return frame(feed)
    except ValueError as error:
        return f"{type(error).__name__}: {error}"


@EACH
@settings(deadline=None, max_examples=80)
@given(feed=feeds(TEXT) | feeds(ODD), other=feeds(TEXT))
def test_any_head_is_written_as_the_format_writes_it(general: Callable[[Feed], Frame], feed: Feed, other: Feed) -> None:
    made = heads_by_template(general)
    assert outcome(made, feed) == outcome(general, feed)
    # And others of its kind.
    for name in ("title", "home_url", "feed_url", "id", "description", "updated"):
        if getattr(feed, name) and getattr(other, name):
            feed = replace(feed, **{name: getattr(other, name)})
    assert outcome(made, feed) == outcome(general, feed)


@EACH
@pytest.mark.parametrize("feed", FEEDS.values(), ids=FEEDS)
def test_the_richest_heads_are_written_as_the_format_writes_them(general: Callable[[Feed], Frame], feed: Feed) -> None:
    assert heads_by_template(general)(feed) == general(feed)


@EACH
def test_a_format_is_asked_once_for_all_heads_of_a_kind(general: Callable[[Feed], Frame]) -> None:
    asked: list[Feed] = []
    made = heads_by_template(lambda feed: asked.append(feed) or general(feed))
    for number in range(20):
        feed = replace(FULL, title=f"{number} & <more>", updated=datetime(2025, 1, 1 + number, tzinfo=UTC))
        assert made(feed) == general(feed)
    assert len(asked) == 2


@EACH
def test_equal_values_that_look_different_are_written_as_they_look(general: Callable[[Feed], Frame]) -> None:
    made = heads_by_template(general)
    hour = timezone(timedelta(hours=1))
    for when in (datetime(2025, 1, 1, 12, tzinfo=UTC), datetime(2025, 1, 1, 13, tzinfo=hour)):
        feed = replace(FULL, updated=when)
        assert made(feed) == general(feed)


@pytest.mark.parametrize(
    "given_",
    [{"podcast": RICH_FEEDS[name].podcast} for name in RICH_FEEDS if RICH_FEEDS[name].podcast]
    + [
        {"archive": True},
        {"updated": datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=5, minutes=45)))},
        {"prev_archive": "https://a.example/"},
        {"current": "https://a.example/"},
        {"json": {"_a": {"b": 1}}},
        {"title": "a\tb"},
        {"title": "a\nb"},
        {"description": "a\x0b"},
        {"description": "\ud800"},
    ],
    ids=repr,
)
def test_what_is_out_of_the_ordinary_has_no_kind(given_: dict[str, Any]) -> None:
    assert shaped_head(replace(BARE, **given_)) is None


def test_every_field_of_a_feed_is_looked_at() -> None:
    looked_at = set(re.findall(r"feed\.(\w+)", inspect.getsource(shaped_head)))
    assert {field.name for field in fields(Feed)} == looked_at


def test_a_format_whose_end_depends_on_the_head_has_no_template() -> None:
    def general(feed: Feed) -> Frame:
        return Frame(head=feed.title.encode() + feed.home_url.encode(), separator=b"", tail=feed.title.encode())

    assert heads_by_template(general)(BARE) == general(BARE)
    assert _head_templates._cut(_head_templates.Kind(_shape(BARE), BARE), general) is None


def test_a_head_that_cannot_be_written_is_refused_as_ever() -> None:
    feed = replace(BARE, authors=(Person(name="a\x0b"),))
    for general in GENERAL.values():
        assert outcome(heads_by_template(general), feed) == outcome(general, feed)


def _shape(feed: Feed) -> Any:
    found = shaped_head(feed)
    assert found is not None
    return found.shape
