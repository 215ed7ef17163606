"""Formats that begin with templates of an earlier run write what they write without, whatever there is in the book."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Hashable
from typing import Any

import pytest
from entry_table import BARE, ENTRIES, ENTRY, FULL, make
from hypothesis import given, settings
from rich_table import RICH_ENTRIES, RICH_FEEDS
from test_head_templates import ODD, TEXT, feeds
from test_templates import ODDER, ORDINARY, outcome

from feedkit.formats import _feedgen, jsonfeed
from feedkit.formats._head_templates import HeadCut, shaped_head
from feedkit.formats._shape import shaped
from feedkit.formats._templates import Cut
from feedkit.formats.format import Format, headed, named
from feedkit.formats.known import knowing
from feedkit.formats.together import Together
from feedkit.model import Entry, Feed
from feedkit.records import replace
from feedkit.site import FEED_FORMATS

FORMATS = list(FEED_FORMATS.values())
EACH = pytest.mark.parametrize("format_", FORMATS, ids=FEED_FORMATS)
EVERY = {**ENTRIES, **RICH_ENTRIES}
HEADS = {"full": FULL, "bare": BARE, **RICH_FEEDS}
PLAIN = make("plain", title="A & B", summary="s", content="<p>a</p>")


class Pages:
    """A book whose pages are what they are told by; it may have others than it was given."""

    def __init__(self) -> None:
        self.pages: dict[str, Any] = {}
        self.entered: list[Hashable] = []

    def find(self, shape: Hashable) -> object:
        return self.pages.get(repr(shape))

    def enter(self, shape: Hashable, cut: Cut | HeadCut) -> None:
        self.entered.append(shape)
        self.pages[repr(shape)] = cut


def reopened(book: Pages) -> Pages:
    """The same in the next run."""
    found = Pages()
    found.pages = dict(book.pages)
    return found


@EACH
@settings(deadline=None, max_examples=80)
@given(entry=ORDINARY | ODDER | ENTRY, other=ORDINARY)
def test_any_entry_is_written_as_by_a_format_that_knows_nothing(format_: Format, entry: Entry, other: Entry) -> None:
    book = Pages()
    for one in (entry, other, replace(other, title="A & B")):
        for _ in range(2):
            assert outcome(knowing(format_, book).fragment, one) == outcome(format_.fragment, one)
            book = reopened(book)


@EACH
@settings(deadline=None, max_examples=60)
@given(feed=feeds(TEXT) | feeds(ODD))
def test_any_head_is_written_as_by_a_format_that_knows_nothing(format_: Format, feed: Feed) -> None:
    book = Pages()
    for _ in range(2):
        assert outcome(knowing(format_, book).frame, feed) == outcome(format_.frame, feed)
        book = reopened(book)


@EACH
def test_what_is_in_the_book_is_not_made_again(format_: Format, monkeypatch: pytest.MonkeyPatch) -> None:
    book = Pages()
    first = knowing(format_, book)
    ordinary = {name: entry for name, entry in EVERY.items() if shaped(entry)}
    heads = {name: feed for name, feed in HEADS.items() if shaped_head(feed) and format_.name != "json"}
    entries = [first.fragment(entry) for entry in ordinary.values()]
    frames = [first.frame(feed) for feed in heads.values()]
    assert len(ordinary) > 20
    assert len(book.pages) > 10
    for owner, name in ((_feedgen, "rss_item"), (_feedgen, "atom_item"), (jsonfeed, "_item")):
        monkeypatch.setattr(owner, name, None)
    for name in ("rss_channel", "atom_head"):
        monkeypatch.setattr(_feedgen, name, None)
    again = reopened(book)
    # Nor by what the format has remembered in this process.
    format_ = replace(format_, fragment=named(_forgetful(format_.fragment)), frame=headed(_forgetful(format_.frame)))
    second = knowing(format_, again)
    assert [second.fragment(replace(entry)) for entry in ordinary.values()] == entries
    assert [second.frame(feed) for feed in heads.values()] == frames
    assert again.entered == []


def _forgetful(function: Any) -> Any:
    """The same by templates, before it was asked for anything."""
    inner = function.inner
    return type(inner)(inner.general) if hasattr(inner, "general") else inner


def test_formats_together_make_nothing_that_is_in_the_book() -> None:
    book = Pages()
    made = Together([knowing(one, book) for one in FORMATS]).fragments([PLAIN])
    assert made == Together(FORMATS).fragments([PLAIN])
    assert len(book.entered) == 3
    again = reopened(book)
    assert Together([knowing(one, again) for one in FORMATS]).fragments([PLAIN]) == made
    assert again.entered == []


#: What damage makes of a template.
DAMAGE: dict[str, Any] = {
    "nothing": lambda cut: None,
    "a text": lambda cut: "cut",
    "a list": lambda cut: [cut],
    "no parts": lambda cut: replace(cut, parts=[]),
    "parts that do not change": lambda cut: replace(cut, parts=tuple(cut.parts)),
    "other parts": lambda cut: replace(cut, parts=[*cut.parts, "x"]),
    "numbers for parts": lambda cut: replace(cut, parts=[1] * len(cut.parts)),
    "bytes for parts": lambda cut: replace(cut, parts=[b""] * len(cut.parts)),
    "content in a part": lambda cut: replace(cut, parts=["\0", *cut.parts[1:]]),
    "no places": lambda cut: replace(cut, places=[]),
    "numbers for places": lambda cut: replace(cut, places=[1] * len(cut.places)),
    "places too far": lambda cut: replace(cut, places=[(place + 90, escapes) for place, escapes in cut.places]),
    "places before": lambda cut: replace(cut, places=[(place - 90, escapes) for place, escapes in cut.places]),
    "places between": lambda cut: replace(cut, places=[(float(place), escapes) for place, escapes in cut.places]),
    "no escapes": lambda cut: replace(cut, places=[(place, None) for place, _ in cut.places]),
    "numbers for escapes": lambda cut: replace(cut, places=[(place, ((1, 2),)) for place, _ in cut.places]),
    "escapes of three": lambda cut: replace(cut, places=[(place, (("&", "<", ">"),)) for place, _ in cut.places]),
    "a list of escapes": lambda cut: replace(cut, places=[(place, []) for place, _ in cut.places]),
    "other texts": lambda cut: replace(cut, texts=cut.texts + 1),
    "texts for texts": lambda cut: replace(cut, texts="12"),
    "content or none": lambda cut: replace(cut, content=(("&", "&amp;"),) if cut.content is None else None),
    "a number for content": lambda cut: replace(cut, content=5),
}


@EACH
@pytest.mark.parametrize("damage", DAMAGE.values(), ids=DAMAGE)
@pytest.mark.parametrize("entry", [PLAIN, make("bare", title="B")], ids=["plain", "bare"])
def test_a_damaged_template_is_made_anew(format_: Format, damage: Any, entry: Entry) -> None:
    book = Pages()
    wanted, frame = knowing(format_, book).fragment(entry), knowing(format_, book).frame(FULL)
    damaged = reopened(book)
    for shape, found in book.pages.items():
        whole = isinstance(found, Cut)
        damaged.pages[shape] = damage(found) if whole else replace(found, cut=damage(found.cut))
    again = knowing(format_, damaged)
    assert again.fragment(entry) == wanted
    assert again.frame(FULL) == frame
    assert len(damaged.entered) == len(book.entered) == (1 if format_.name == "json" else 2)
    assert damaged.pages == book.pages


@pytest.mark.parametrize("tail", [None, "</rss>"])
def test_a_head_that_does_not_end_is_made_anew(tail: Any) -> None:
    book = Pages()
    frame = knowing(FORMATS[0], book).frame(FULL)
    book.pages = {shape: replace(found, tail=tail) for shape, found in book.pages.items()}
    assert knowing(FORMATS[0], book).frame(FULL) == frame
    assert len(book.entered) == 2


@EACH
def test_the_template_of_another_kind_is_not_taken(format_: Format) -> None:
    book = Pages()
    wanted, frame = knowing(format_, book).fragment(PLAIN), knowing(format_, book).frame(FULL)
    pages = list(book.pages.items())
    mixed = Pages()
    mixed.pages = {shape: pages[number - 1][1] for number, (shape, _) in enumerate(pages)}
    if format_.name != "json":
        again = knowing(format_, mixed)
        assert (again.fragment(PLAIN), again.frame(FULL)) == (wanted, frame)
        assert len(mixed.entered) == 2


def test_a_format_without_templates_is_left_as_it_is() -> None:
    plain = replace(FORMATS[0], fragment=lambda entry: b"<item/>", frame=FORMATS[2].frame.inner)  # type: ignore[attr-defined]
    assert knowing(plain, Pages()) == plain


def test_nothing_of_feedgen_is_imported_until_something_is_made() -> None:
    code = (
        "import sys; from feedkit.site import FEED_FORMATS; from feedkit.formats.verify import Verifier; "
        "print(*[name for name in ('lxml', 'feedgen', 'dateutil') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "\n"
