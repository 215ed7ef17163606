"""Whatever stands under the accepted names: an entry, or one error that says why; never another exception."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta, timezone
from typing import Any

from entry_data import BASE, make_site, read_one
from hypothesis import example, given
from hypothesis import strategies as st
from msgspec import Struct
from msgspec.structs import fields

from feedkit import Entry
from feedkit.field_names import NAMES
from feedkit.text import illegal_names

SITE = make_site(split_authors=True, split_tags_at_spaces=True)
KEYS = sorted({name.partition(".")[0] for names in NAMES.values() for name in names})
INNER = [
    "name",
    "slug",
    "url",
    "src",
    "alt",
    "email",
    "avatar",
    "type",
    "length",
    "duration",
    "width",
    "date",
    "tags",
    "key",
]

CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f\u202a-\u202e\ud800-\udfff]")

TEXTS = st.sampled_from(
    [
        *("", " ", "true", "false", "2025-11-21", "01/02/2024", "/a.png", "a.mp3", "java\nscript:x", "//", "https://"),
        *("Ann <ann@example.org> (https://ann.example)", "a, b and c", "C++", "\U0001f680", "\x00\x0b", "\ud800"),
        *("..", "-", "#", "\ufffe", "\u0130", "1e400", "nan"),
    ]
)
LEAVES = (
    st.none()
    | st.booleans()
    | st.integers(-(10**20), 10**20)
    | st.floats()
    | TEXTS
    | st.text(max_size=20)
    | st.text(st.characters(), max_size=8)
    | st.dates(date(1, 1, 1))
    | st.datetimes(datetime(1, 1, 1), timezones=st.just(timezone(timedelta(hours=5, minutes=45))) | st.none())
    | st.binary(max_size=4)
)
VALUES = st.recursive(
    LEAVES,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(INNER) | st.text(max_size=4), inner, max_size=3)
    ),
)
ARTICLES = st.dictionaries(st.sampled_from(KEYS) | st.text(max_size=8), VALUES, max_size=6)


def texts(value: Any) -> list[str]:
    if isinstance(value, Struct):
        return [text for item in fields(value) for text in texts(getattr(value, item.name))]
    return (
        [text for item in value for text in texts(item)]
        if isinstance(value, tuple)
        else [value]
        if isinstance(value, str)
        else []
    )


def check(entry: Entry) -> None:
    assert [text for text in texts(entry) if illegal_names(text)] == []
    addresses = [entry.url, *(item.url for item in entry.enclosures), *(term.scheme for term in entry.terms)]
    addresses += [entry.image.url] if entry.image else []
    addresses += [address for person in entry.authors for address in (person.url, person.avatar)]
    assert all(address.startswith(("https://", "http://")) for address in addresses if address)
    assert entry.title == " ".join(entry.title.split())


@given(ARTICLES)
@example({"video": "2\x85"})
@example({"tags": "a\x9fb", "\x7fkey": 1, "audio": "\u202e.xyz"})
def test_any_metadata_is_an_entry_or_errors(article: dict[str, Any]) -> None:
    entry, problems = read_one({**article, **BASE}, SITE)
    if entry is None:
        assert problems[-1].severity == "error"
    else:
        check(entry)
        assert "error" not in {problem.severity for problem in problems}
    assert not any(CONTROLS.search(f"{problem}{problem.hint}") for problem in problems)
    assert len(set(problems)) == len(problems)


@given(ARTICLES)
def test_the_same_metadata_is_the_same_entry(article: dict[str, Any]) -> None:
    once, again = read_one({**BASE, **article}, SITE), read_one({**BASE, **article}, SITE)
    assert repr(once) == repr(again)
