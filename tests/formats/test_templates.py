"""What templates write of an entry is what the format itself would write, byte for byte, or they write nothing."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from entry_table import ENTRIES, ENTRY, INSTANT, SITE, make
from hypothesis import given, settings
from hypothesis import strategies as st
from rich_table import RICH_ENTRIES

from feedkit import Site, read
from feedkit.formats import _feedgen, _shape, _templates, jsonfeed
from feedkit.formats._shape import shaped
from feedkit.formats._templates import by_template
from feedkit.model import Enclosure, Entry, Image, Person, Term
from feedkit.records import fields, replace
from feedkit.site import FEED_FORMATS

GENERAL = {"rss": _feedgen.rss_fragment, "atom": _feedgen.atom_fragment, "json": jsonfeed._fragment}
EACH = pytest.mark.parametrize("general", GENERAL.values(), ids=GENERAL)
Fragment = Callable[[Entry], bytes]

#: Signs that some format escapes and those of which the samples are made; then what some format or template refuses.
SIGNS = "&<>\"'\\~!@/.;#%x0189 ab\xa0é漢😀\u2028\ue000\u200d"
ODD_SIGNS = "\t\n\r\0\x0b\x1f\x7f\x85\ufdd0\ufffe\uffff\ud800"
TRICKS = st.sampled_from(
    [
        *(_templates.FIRST.text(number) for number in (0, 4, 12)),
        *(_templates.SECOND.text(number) for number in (0, 4, 12)),
        *("7000000000012", "Sun, 03 Feb 1991 04:05:06 +0000", "1991-02-03T04:05:06+00:00"),
        *("&amp;", "]]>", "{}", "%s"),
    ]
)
ADDRESS = st.text("ab&<>\"'\\~!@/%;=?", max_size=6).map("https://a.example/{}".format)
#: Few, so that some are the same.
FEW = st.sampled_from([f"{SITE}a?b&c", f"{SITE}b", f"{SITE}'\"<>"]) | ADDRESS
PLUS_TWO = timezone(timedelta(hours=2))
WHEN = st.sampled_from([datetime(2025, 3, 30, 1, tzinfo=UTC), datetime(2025, 3, 30, 3, tzinfo=PLUS_TWO)]) | INSTANT
NUMBERS = st.sampled_from([None, 0, 1, 10**14, 7000000000012]) | st.integers(0, 10**9)
WORDS = st.sampled_from(["tags", "categories", "series & <more>", '"', "7000000000012"])


def entries(text: st.SearchStrategy[str], number: st.SearchStrategy[Any]) -> st.SearchStrategy[Entry]:
    """Entries of any shape."""
    some = st.just("") | text
    name = (text | st.sampled_from(["a", "b"])).filter(lambda text: bool(text) and not text.isspace())
    email = st.none() | st.sampled_from(["", "a@b.example", "a&b@c'd", "no mailbox"])
    person = st.builds(Person, name=name, email=email, url=st.none() | ADDRESS, avatar=st.none() | ADDRESS)
    term = st.builds(Term, taxonomy=WORDS, name=name, scheme=st.none() | ADDRESS)
    type_ = st.sampled_from([None, "image/png", "a/b&c\"'"])
    image = st.builds(Image, url=FEW, alt=some, type=type_, width=number, height=number, length=number)
    types = st.sampled_from(["audio/mpeg", "image/png", 'x/"&<'])
    file = st.builds(Enclosure, url=FEW, type=types, length=number, title=some, duration=number)
    return st.builds(
        Entry,
        id=FEW,
        url=FEW,
        title=name,
        published=WHEN,
        guid=st.just("") | FEW | text,
        updated=st.none() | WHEN,
        summary=some,
        content=some | st.text("<p>&\n\t\"'\\ \xa0é", min_size=1),
        authors=st.lists(person, max_size=3).map(tuple),
        terms=st.lists(term, max_size=4).map(tuple),
        keywords=st.lists(some, max_size=3).map(tuple),
        image=st.none() | image,
        enclosures=st.lists(file, max_size=3).map(tuple),
        language=st.sampled_from([None, "de", "zh-Hant"]),
        featured=st.booleans(),
        meta_title=some,
        meta_description=some,
    )


#: What templates are for, and what is at the border of it.
ORDINARY = entries(st.text(SIGNS, max_size=8) | TRICKS, NUMBERS)
ODDER = entries(
    st.text(max_size=20) | st.text(SIGNS, max_size=8) | st.text(SIGNS + ODD_SIGNS, max_size=8) | TRICKS,
    NUMBERS | st.sampled_from([10**15, 10**20]),
)


def outcome(fragment: Fragment, entry: Entry) -> bytes | str:
    """The bytes, or what is said of the entry instead."""
    try:
        return fragment(entry)
    except ValueError as error:
        return f"{type(error).__name__}: {error}"


@EACH
@settings(deadline=None, max_examples=150)
@given(entry=ORDINARY | ODDER | ENTRY)
def test_any_entry_is_written_as_the_format_writes_it(general: Fragment, entry: Entry) -> None:
    assert outcome(by_template(general), entry) == outcome(general, entry)


@EACH
@settings(deadline=None, max_examples=60)
@given(one=ENTRY, other=ENTRY, content=st.text(SIGNS + ODD_SIGNS))
def test_the_texts_of_another_entry_fit_into_the_template_of_a_shape(
    general: Fragment, one: Entry, other: Entry, content: str
) -> None:
    made = by_template(general)
    assert outcome(made, one) == outcome(general, one)
    # As much of the same shape as can be had: what is one text stays one text.
    names = ("title", "summary", "content", "meta_title", "meta_description")
    texts = {name: getattr(other, name) for name in names if getattr(one, name) and getattr(other, name)}
    entry = replace(one, **{**texts, **({"content": content} if one.content and content else {})})
    assert outcome(made, entry) == outcome(general, entry)


@EACH
@pytest.mark.parametrize("entry", [*ENTRIES.values(), *RICH_ENTRIES.values()], ids=[*ENTRIES, *RICH_ENTRIES])
def test_the_hardest_entries_are_written_as_the_format_writes_them(general: Fragment, entry: Entry) -> None:
    assert by_template(general)(entry) == general(entry)


@EACH
@pytest.mark.parametrize("name", list(ENTRIES))
def test_nearly_every_entry_has_a_template(general: Fragment, name: str) -> None:
    asked = _Asked(general)
    made = by_template(asked)
    assert made(ENTRIES[name]) == made(replace(ENTRIES[name])) == general(ENTRIES[name])
    # Both samples of its shape, and not the entry itself.
    assert len(asked.entries) == 2
    assert ENTRIES[name] not in asked.entries


class _Asked:
    """A function that remembers what it was asked for."""

    def __init__(self, fragment: Fragment) -> None:
        self.fragment = fragment
        self.entries: list[Entry] = []

    def __call__(self, entry: Entry) -> bytes:
        self.entries.append(entry)
        return self.fragment(entry)


@EACH
def test_a_format_is_asked_once_for_all_entries_of_a_shape(general: Fragment) -> None:
    asked = _Asked(general)
    made = by_template(asked)
    for number in range(20):
        entry = make(
            f"a-{number}", title=f"{number} & more", content=f"<p>{number}\xa0&amp;</p>\n", summary="é" * number
        )
        assert made(entry) == general(entry)
    assert len(asked.entries) == 4


@EACH
def test_articles_of_a_folder_are_written_by_templates(general: Fragment, repository: Path) -> None:
    asked = _Asked(general)
    made = by_template(asked)
    articles = list(read(repository / "examples/blog/content", Site(base_url="https://example.com")))
    assert [made(entry) for entry in articles] == [general(entry) for entry in articles]
    assert len(articles) > 10
    assert not set(map(id, asked.entries)) & set(map(id, articles))


OWN = type("Own", (str,), {})

#: What makes an entry no ordinary one.
ODD: dict[str, dict[str, Any]] = {
    "markdown": {"markdown": "# A"},
    "json": {"json": {"_a": {"b": 1}}},
    "tab": {"title": "a\tb"},
    "line end": {"summary": "a\nb"},
    "return": {"content": "a\rb"},
    "control": {"content": "a\x0b"},
    "no character": {"content": "é\uffff"},
    "half a character": {"content": "\ud800"},
    "large number": {"image": Image(url=f"{SITE}a", width=10**15)},
    "first day": {"published": datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=5, minutes=45)))},
    "kind of word": {"terms": (Term(taxonomy=OWN("tags"), name="a"),)},
    "kind of text": {"summary": OWN("a")},
}


@pytest.mark.parametrize("given_", ODD.values(), ids=ODD)
def test_what_is_out_of_the_ordinary_has_no_shape(given_: dict[str, Any]) -> None:
    assert shaped(make(**given_)) is None


@EACH
@pytest.mark.parametrize("given_", ODD.values(), ids=ODD)
def test_what_has_no_shape_is_left_to_the_format(general: Fragment, given_: dict[str, Any]) -> None:
    asked = _Asked(general)
    outcomes = []
    for fragment in (by_template(asked), general):
        try:
            outcomes.append(fragment(make(**given_)))
        except (ValueError, TypeError, OverflowError) as error:
            outcomes.append(repr(error))
    assert outcomes[0] == outcomes[1]
    assert asked.entries == [make(**given_)]


@pytest.mark.parametrize("name", ["episode", "elements", "json"])
def test_what_only_some_entries_have_has_no_shape(name: str) -> None:
    rich = [entry for entry in RICH_ENTRIES.values() if getattr(entry, name)]
    assert rich
    assert not any(map(shaped, rich))


def test_every_field_of_an_entry_is_looked_at_or_in_no_feed() -> None:
    unsaid = {"own_id", "expires", "translation_key", "weight", "draft", "indexed", "section", "source"}
    unsaid |= {"published_precision", "updated_precision", "published_source", "updated_source", "expires_source"}
    looked_at = set(re.findall(r"entry\.(\w+)", inspect.getsource(_shape)))
    assert {field.name for field in fields(Entry)} - unsaid == looked_at


@settings(deadline=None, max_examples=60)
@given(entry=ORDINARY | ENTRY)
def test_a_sample_has_the_shape_that_it_was_made_of(entry: Entry) -> None:
    whole = shaped(entry)
    if whole is not None:
        for probe in (_templates.FIRST, _templates.SECOND):
            known = shaped(_shape.sample(whole.shape, probe))
            assert known is not None
            assert known.shape == whole.shape


def counting(entry: Entry) -> bytes:
    return f"{entry.title} {len(entry.title)} {entry.url}".encode()


def twice(entry: Entry) -> bytes:
    return f"{entry.title}{entry.content}{entry.content}".encode()


def refusing(entry: Entry) -> bytes:
    if entry.title != "abc":
        raise ValueError
    return b"abc"


def numbering(entry: Entry) -> bytes:
    return f"{entry.title} 7000000099999 {entry.url}".encode()


@pytest.mark.parametrize("general", [counting, twice, refusing, numbering])
def test_a_format_of_which_no_template_can_be_made_is_asked_each_time(general: Fragment) -> None:
    entry = make(title="abc", content="<p>a</p>")
    asked = _Asked(general)
    made = by_template(asked)
    assert made(entry) == made(replace(entry)) == general(entry)
    assert asked.entries.count(entry) == 2


@pytest.mark.parametrize("format_", FEED_FORMATS.values(), ids=FEED_FORMATS)
def test_formats_write_by_templates(format_: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    entry = make("of-a-shape", title="A & B", content="<p>a</p>")
    first = format_.fragment(entry)
    # Whatever makes the bytes of entries that have no template.
    for owner, name in ((_feedgen, "rss_item"), (_feedgen, "atom_item"), (jsonfeed, "_item")):
        monkeypatch.setattr(owner, name, None)
    assert format_.fragment(replace(entry)) == first
    with pytest.raises(TypeError):
        format_.fragment(replace(entry, markdown="A"))
