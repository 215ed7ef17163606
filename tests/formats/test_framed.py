"""A head that is read without the parser of documents is one that this takes, and declares what this sees declared."""

from __future__ import annotations

import pytest
from entry_table import BARE, FULL
from hypothesis import given, settings
from hypothesis import strategies as st
from rich_table import RICH_FEEDS
from test_alone import damaged
from test_head_templates import ODD, TEXT, feeds

from feedkit import Document
from feedkit.formats import _expat, _xml, verify
from feedkit.formats.format import Format, completed
from feedkit.formats.frame import Frame, splice
from feedkit.formats.verify import Verifier
from feedkit.model import Feed
from feedkit.site import FEED_FORMATS

FORMATS = [FEED_FORMATS["rss"], FEED_FORMATS["atom"]]
EACH = pytest.mark.parametrize("format_", FORMATS, ids=["rss", "atom"])
HEADS = {"full": FULL, "bare": BARE, **RICH_FEEDS}
BEGUN = b"<?xml version='1.0' encoding='UTF-8'?>\n"


def assert_certain(head: bytes, tail: bytes) -> bool:
    """What is read is read by the other, too; whether it was."""
    found = _expat.framed(head, tail)
    if found is not None:
        _xml.parse(head + tail)
        assert found == frozenset(_expat.declared(head))
    return found is not None


def frame_of(format_: Format, feed: Feed) -> Frame | None:
    try:
        return format_.frame(completed(feed, []))
    except ValueError:
        return None


@EACH
@settings(deadline=None, max_examples=150)
@given(feed=feeds(TEXT) | feeds(ODD) | st.sampled_from(list(HEADS.values())), data=st.data())
def test_whatever_is_damaged_is_read_only_where_the_parser_of_documents_reads_it(
    format_: Format, feed: Feed, data: st.DataObject
) -> None:
    frame = frame_of(format_, feed)
    if frame is not None:
        assert_certain(data.draw(damaged(frame.head)), data.draw(damaged(frame.tail)))


@EACH
@pytest.mark.parametrize("name", HEADS)
def test_heads_are_read_unless_they_use_foreign_vocabularies(format_: Format, name: str) -> None:
    frame = frame_of(format_, HEADS[name])
    assert frame is not None
    foreign = any(element.namespace not in _expat._KNOWN for element in HEADS[name].elements)
    assert assert_certain(frame.head, frame.tail) == (not foreign)


@EACH
def test_the_parser_of_documents_is_not_asked_for_ordinary_feeds(
    format_: Format, monkeypatch: pytest.MonkeyPatch
) -> None:
    frame = format_.frame(completed(FULL, []))
    fragment = b"<item/>" if format_.name == "rss" else b"<entry/>"
    document = Document(path="f", media_type=format_.media_type, pieces=splice(frame, [fragment]), items=1)
    monkeypatch.setattr(verify, "_parse_xml", None)
    Verifier().verify(document)


@pytest.mark.parametrize(
    "head",
    [
        b"<rss>",
        b"<?xml version='1.1' encoding='UTF-8'?>\n<rss>",
        b"<?xml version='1.0' encoding='latin-1'?>\n<rss>",
        BEGUN + b"<!DOCTYPE rss><rss>",
        BEGUN + b"<!-- a --><rss>",
        BEGUN + b"<rss><![CDATA[a]]>",
        BEGUN + b"<?a?><rss>",
        BEGUN + b"<?xml version='1.0'?><rss>",
        BEGUN + b"<rss xml:id='1'>",
        BEGUN + b"<rss xml:base='a b'>",
        BEGUN + b"<rss xml:lang='de' xml:space='odd'>",
        BEGUN + b"<rss xmlns='a b'>",
        BEGUN + b"<rss xmlns:a='b:c'>",
        BEGUN + b"<rss xmlns='http://www.w3.org/2005/Atom'><a xmlns=''/>",
        BEGUN + b"<rss><a:b/>",
        BEGUN + b"<rss>&nbsp;",
        BEGUN + b"<rss>\x0b",
        BEGUN + b"<rss>\xff",
        BEGUN + b"<rss><a>",
        BEGUN + b"<rss><a/></rss><rss>",
        BEGUN + b"<rss>" + b"<a>" * 251 + b"</a>" * 251,
        BEGUN + b"<rss>" + b"a" * (1 << 15),
    ],
)
def test_what_is_doubtful_is_left_to_the_parser_of_documents(head: bytes) -> None:
    assert _expat.framed(head, b"</rss>") is None


def test_a_stylesheet_and_a_language_are_not_doubtful() -> None:
    head = BEGUN + b'<?xml-stylesheet type="text/css" href="a.css"?><feed xml:lang="de">'
    assert assert_certain(head, b"</feed>\n")
    assert assert_certain(BEGUN + b"<rss>" + b"<a>" * 100 + b"</a>" * 100, b"</rss>")
