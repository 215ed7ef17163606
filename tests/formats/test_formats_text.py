"""Any text in any text field of any format reads back equal, and what no XML can carry is refused by name."""

from __future__ import annotations

import html
import json

import pytest
from entry_table import BARE, ENTRIES, FULL, SITE, TEXT, make
from foreign_readers import NS
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree
from msgspec.structs import replace

from feedkit import atom, json_feed, rss
from feedkit.errors import DocumentError
from feedkit.formats.verification import verify
from feedkit.model import Document, Enclosure, Feed, Image, Person, Term

WRITERS = {"rss": rss, "atom": atom, "json": json_feed}


def _entry(text: str):
    return make(
        title=text,
        summary=text,
        content=text,
        authors=(Person(name=text),),
        terms=(Term(taxonomy=text, name=text),),
        keywords=(text,),
        image=Image(url=f"{SITE}a.png", alt=text),
        enclosures=(Enclosure(url=f"{SITE}a.mp3", type="audio/mpeg", title=text),),
        meta_title=text,
        meta_description=text,
    )


def _feed(text: str) -> Feed:
    return replace(FULL, title=text, description=text, rights=text, authors=(Person(name=text),))


def _texts(root, *paths: str) -> list[str]:
    """What each path finds: an element's text, or an attribute's after `@`."""
    found = []
    for path in paths:
        place, _, attribute = path.partition("@")
        element = root.find(place, NS)
        found.append(element.get(attribute) if attribute else element.text)
    return found


@given(TEXT)
def test_any_text_reads_back_equal_from_rss(text) -> None:
    channel = etree.fromstring(rss(_feed(text), [_entry(text)]))[0]
    plain = ["title", "description", "copyright", "image/title", "item/title", "item/category", "item/dc:creator"]
    assert _texts(channel, *plain, "item/content:encoded", "item/media:content/media:title") == [text] * 9
    assert html.unescape(channel.findtext("item/description")) == html.unescape(html.escape(text)) == text


@given(TEXT)
def test_any_text_reads_back_equal_from_atom(text) -> None:
    root = etree.fromstring(atom(_feed(text), [_entry(text)]))
    head = ["a:title", "a:subtitle", "a:rights", "a:author/a:name"]
    assert _texts(root, *head) == [text] * 4
    entry = ["a:title", "a:summary", "a:content", "a:author/a:name", "a:category@term", "a:category@label"]
    more = ["a:link[2]@title", "media:content/media:title"]
    assert _texts(root.find("a:entry", NS), *entry, *more) == [text] * 8


@given(TEXT)
def test_any_text_reads_back_equal_from_json_feed(text) -> None:
    whole = json.loads(json_feed(_feed(text), [_entry(text)]))
    (item,) = whole["items"]
    extra = item["_feedkit"]
    assert [whole[name] for name in ("title", "description")] == [text] * 2
    assert [whole["authors"][0]["name"], whole["_feedkit"]["rights"]] == [text] * 2
    assert [item[name] for name in ("title", "summary", "content_html")] == [text] * 3
    assert [item["authors"][0]["name"], item["tags"], item["attachments"][0]["title"]] == [text, [text], text]
    assert [extra["keywords"], extra["taxonomies"], extra["image"]["alt"]] == [[text], {text: [text]}, text]
    assert [extra["meta_title"], extra["meta_description"]] == [text] * 2


@given(text=TEXT, name=st.sampled_from(sorted(WRITERS)))
def test_every_document_passes_the_gate_before_publishing(text, name) -> None:
    media_type = "application/feed+json" if name == "json" else "application/xml"
    data = WRITERS[name](_feed(text), [_entry(text)])
    verify(Document(path="feed", media_type=media_type, pieces=(data,)))


@pytest.mark.parametrize(
    ("name", "text"),
    [(name, text) for name in ("rss", "atom") for text in ("\x00", "a\x0bb", "\x1b[31m", "\ufffe", "\ud800")]
    + [("json", "a\ud800b")],
)
def test_a_character_that_cannot_be_written_is_refused_with_the_entrys_name(name, text) -> None:
    entry = replace(ENTRIES["plain"], summary=text, source="content/plain.md")
    with pytest.raises(
        DocumentError, match=r"content/plain\.md: error FK303: 'plain' \('https://example.org/plain/'\)"
    ):
        WRITERS[name](BARE, [ENTRIES["updated"], entry])


@pytest.mark.parametrize(
    ("media_type", "data", "reason"),
    [
        ("application/xml", b"<rss><channel></rss>", "mismatch"),
        ("application/xml", b"<a>&nbsp;</a>", "undefined entity"),
        ("application/xml", b"<a>\x0b</a>", "invalid token"),
        ("application/xml", b"", "no element"),
        ("application/xml", b"<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>", "document type"),
        ("application/xml", b"<!DOCTYPE html><html/>", "document type"),
        ("application/feed+json", b'{"a": NaN}', "malformed: invalid character"),
        ("application/feed+json", b'{"a": 1', "truncated"),
        ("application/feed+json", b'{"a": "\xff"}', "utf-8"),
    ],
)
def test_what_no_reader_could_open_does_not_pass_the_gate(media_type, data, reason) -> None:
    with pytest.raises(DocumentError, match=rf"rss\.xml: error FK503: no reader could open it .*({reason})"):
        verify(Document(path="rss.xml", media_type=media_type, pieces=(data,)))
