"""Any text in any field of any entry gives documents that parse and read back equal, in all three formats.

Every document is judged, too, when a test of this folder ends: no text makes an error.
"""

from __future__ import annotations

import re
from typing import Any

from entry_table import ENTRY, FULL, TEXT
from foreign_readers import in_atom, in_json, in_rss, instant, read_json
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from judge_values import language
from lxml import etree
from msgspec.structs import replace
from other_readers import atoma_atom, atoma_json, atoma_rss

from feedkit import ArticleError, Site, atom, json_feed, rss, to_entry
from feedkit.model import Entry

SITE = Site(base_url="https://example.org/", title="Tides", timezone="UTC")

#: Texts that some writer or reader has taken for something else.
NASTY = st.sampled_from(
    [
        *("]]>", "<![CDATA[", "&amp;", "&amp;amp;", "&nbsp;", "&#0;", "&#x26;", "</title>", "</b>", "<b", "a < b && c"),
        *("-->", "--", "\x00", "\x0b", "\x1b[31m", "\x7f", "\x85", "\x9f", "\ufffe", "\uffff", "\ufdd0", "\ud800"),
        *("\udfff\ud800", "\ufeff", "\u2028", "\u202e", "\u200b", "e\u0301", "👩‍👩‍👧", '"', "'", "{{image: x}}"),
        *("{{<x>}}", "None", "null", "\\u0041", "%41", "\r\n", "\t"),
    ]
)
ANY = st.text(max_size=30) | NASTY | st.tuples(st.text(max_size=5), NASTY, st.text(max_size=5)).map("".join)


def assert_reads_back(entry: Entry) -> None:
    """In every format, by a reader that does not take text for markup."""
    full = in_rss(entry)
    terms, files = [name for name, _ in full["terms"]], [file[:3] for file in full["enclosures"]]
    _agree(atoma_rss(rss(FULL, [entry])), {**full, "terms": terms, "enclosures": files})
    item = etree.fromstring(rss(FULL, [entry]))[0].find("item")
    creators = [creator.text for creator in item.iterfind("{http://purl.org/dc/elements/1.1/}creator")]
    assert creators == [person.name for person in entry.authors]
    full = in_atom(entry)
    authors = full["authors"] or [(person.name, person.email, person.url) for person in FULL.authors]
    _agree(atoma_atom(atom(FULL, [entry])), {**full, "authors": authors, "modified": instant(entry.modified)})
    data = json_feed(FULL, [entry])
    assert read_json(data) == [in_json(entry)]
    full = in_json(entry)
    image = full["image"] and full["image"][0]
    _agree(atoma_json(data), {**full, "terms": [name for name, _ in full["terms"]], "image": image})


def _agree(found: list[dict[str, Any]], wanted: dict[str, Any]) -> None:
    # atoma takes white space off the ends of a text; `test_formats_text` looks at each character.
    (said,) = found
    assert _stripped(said) == _stripped({key: wanted[key] for key in said})


def _stripped(said: dict[str, Any]) -> dict[str, Any]:
    return {key: value.strip() or None if isinstance(value, str) else value for key, value in said.items()}


@settings(max_examples=40)
@given(ENTRY)
def test_any_entry_reads_back_equal_in_all_formats(entry: Entry) -> None:
    assert_reads_back(entry)


@settings(max_examples=25)
@given(ENTRY, TEXT)
def test_the_same_text_in_every_field_reads_back_equal(entry: Entry, text: str) -> None:
    same = replace(
        entry,
        title=text,
        summary=text,
        content=text,
        keywords=(text,),
        authors=tuple(replace(person, name=text) for person in entry.authors),
        terms=tuple(replace(term, name=text, taxonomy=text) for term in entry.terms),
        image=entry.image and replace(entry.image, alt=text),
        enclosures=tuple(replace(enclosure, title=text) for enclosure in entry.enclosures),
    )
    assert_reads_back(same)


LANGUAGE_TAG = re.compile(r"[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8})*")
FILE = st.fixed_dictionaries({"url": ANY.map("/{}.mp3".format), "title": ANY, "type": ANY | st.just("audio/mpeg")})
FIELDS = {
    "summary": ANY,
    "content": ANY,
    "id": ANY,
    "url": ANY | ANY.map("https://example.org/{}".format),
    "slug": ANY,
    "updatedAt": ANY | st.just("2025-04-01T10:00:00+02:00"),
    "authors": ANY | st.lists(ANY | st.fixed_dictionaries({"name": ANY, "email": ANY, "url": ANY}), max_size=3),
    "tags": ANY | st.lists(ANY, max_size=4),
    "categories": st.lists(ANY, max_size=3),
    "keywords": st.lists(ANY, max_size=3),
    "image": ANY | st.fixed_dictionaries({"url": ANY.map("/{}".format), "alt": ANY}),
    "enclosures": st.lists(FILE, max_size=2),
    "language": ANY | st.sampled_from(["en", "pt_BR", "zh-Hant"]),
    "metaTitle": ANY,
    "metaDescription": ANY,
}


@given(st.fixed_dictionaries({"title": ANY, "publishedAt": st.just("2025-03-30T09:15:00Z")}, optional=FIELDS))
def test_whatever_a_builder_hands_over_is_refused_or_reads_back_equal(given_: dict[str, Any]) -> None:
    if entry := accepted(given_):
        assert_reads_back(entry)


def accepted(given_: dict[str, Any]) -> Entry | None:
    """The entry that is made of a mapping; None where it is refused."""
    try:
        entry = to_entry(given_, SITE, on_problem=lambda _: None)
    except ArticleError:
        return None
    # Without a title, Atom says the beginning of the text: `tests/site/test_untitled.py` looks at that.
    assume(entry.title)
    # feedkit knows the form of a language tag, and the judge the register: `xq` is of the form and no language.
    if entry.language and LANGUAGE_TAG.fullmatch(entry.language):
        assume(language(entry.language) is None)
    return entry


KEYS = st.sampled_from(["title", "date", "publishedAt", "author", "tags", "image", "url", "id", "lang", "body", "html"])
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=True) | ANY | st.dates() | st.datetimes(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(ANY, inner, max_size=3),
    max_leaves=5,
)


@settings(max_examples=40)
@given(st.dictionaries(KEYS | ANY, VALUES, max_size=6))
def test_so_is_any_mapping(given_: dict[str, Any]) -> None:
    if entry := accepted({"title": "T", "date": "2025-03-30T09:15:00Z", **given_}):
        assert_reads_back(entry)
