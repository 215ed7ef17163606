"""What passes alone can be read in every document: by the parser that reads whole ones, whatever is damaged."""

from __future__ import annotations

import pytest
from entry_table import ENTRIES, ENTRY, FULL, make
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from rich_table import RICH_ENTRIES

from feedkit import Document, DocumentError
from feedkit.formats import _expat, _xml, alone
from feedkit.formats.alone import Reader
from feedkit.formats.format import Format, completed
from feedkit.formats.frame import splice
from feedkit.formats.verify import Verifier, declared, verified, verify
from feedkit.model import Entry
from feedkit.site import FEED_FORMATS

FORMATS = list(FEED_FORMATS.values())
EACH = pytest.mark.parametrize("format_", FORMATS, ids=FEED_FORMATS)
EVERY = [*ENTRIES.values(), *RICH_ENTRIES.values()]
NAMES = [*ENTRIES, *RICH_ENTRIES]

#: What turns text into markup, and markup into what no reader takes.
PIECES = st.sampled_from(
    [
        *(
            b"<",
            b">",
            b"&",
            b";",
            b'"',
            b"'",
            b"/",
            b"]]>",
            b"<!--",
            b"-->",
            b"<![CDATA[",
            b"<?a",
            b"?>",
            b"&lt;",
            b"&nbsp;",
        ),
        *(
            b"&#0;",
            b"&#11;",
            b"&#xFFFF;",
            b"&#x41;",
            b"<a>",
            b"</a>",
            b"<a/>",
            b"<p:a/>",
            b"<!DOCTYPE a>",
            b" xmlns:p='q'",
        ),
        *(
            b"\0",
            b"\x0b",
            b"\x7f",
            b"\x80",
            b"\xff",
            b"\xc3",
            b"\xed\xa0\x80",
            b"\xef\xbf\xbf",
            b"\xc2\x85",
            b"\r",
            b"\n",
            b":",
        ),
        *(
            b"</item>",
            b"</entry>",
            b"<item>",
            b"</channel>",
            b"</alone>",
            b"<content:encoded>",
            b'<content type="html">',
        ),
        *(b"\\", b'\\"', b"\\x", b"\\u12", b"NaN", b"{", b"}", b"[", b"]", b",", b"1"),
    ]
)


def whole(format_: Format, entry: Entry, fragment: bytes) -> Document:
    """A document that has a fragment instead of that of an entry."""
    frame = format_.frame(completed(FULL, [entry]))
    return Document(path="feed", media_type=format_.media_type, pieces=splice(frame, [fragment]), items=1)


def can_be_read(document: Document) -> bool:
    try:
        verify(document)
    except DocumentError:
        return False
    return True


@EACH
@pytest.mark.parametrize("entry", EVERY, ids=NAMES)
def test_what_feedkit_writes_passes_alone(format_: Format, entry: Entry) -> None:
    assert Reader().passes(format_.fragment(entry), format_.needs(entry))
    assert Reader().passes(format_.fragment(entry), format_.needs(entry), entry)


@EACH
@pytest.mark.parametrize("entry", EVERY, ids=NAMES)
def test_an_entry_needs_nothing_but_what_every_document_with_it_declares(format_: Format, entry: Entry) -> None:
    frame = format_.frame(completed(FULL, [entry]))
    assert format_.needs(entry) <= declared(frame.head)


@settings(deadline=None, max_examples=250)
@given(entry=st.sampled_from(EVERY) | ENTRY, data=st.data())
def test_whatever_is_damaged_passes_alone_only_where_the_whole_document_can_be_read(
    entry: Entry, data: st.DataObject
) -> None:
    reader, told = Reader(), data.draw(st.sampled_from([None, entry]))
    for format_ in FORMATS:
        fragment = data.draw(damaged(format_.fragment(entry)))
        if reader.passes(fragment, format_.needs(entry), told):
            assert can_be_read(whole(format_, entry, fragment))


@st.composite
def damaged(draw: st.DrawFn, fragment: bytes) -> bytes:
    """A fragment with a few bytes put in, taken out or changed; often none, for what it does to the next one."""
    for _ in range(draw(st.sampled_from([0, 1, 1, 2, 3]))):
        place = draw(st.integers(0, len(fragment)))
        gone = draw(st.sampled_from([0, 0, 1, 4]))
        fragment = fragment[:place] + draw(PIECES | st.just(b"") | st.binary(max_size=2)) + fragment[place + gone :]
    return fragment


@settings(deadline=None, max_examples=100)
@given(entry=st.sampled_from(EVERY) | ENTRY, data=st.data())
def test_a_damaged_document_has_the_verdict_of_the_whole(entry: Entry, data: st.DataObject) -> None:
    gate = Verifier()
    for format_ in FORMATS:
        document = whole(format_, entry, data.draw(damaged(format_.fragment(entry))))
        head, fragment, tail = document.pieces
        document = replace(document, pieces=(data.draw(damaged(head)), fragment, data.draw(damaged(tail))))
        try:
            gate.verify(document)
        except DocumentError:
            assert not can_be_read(document)
        else:
            assert can_be_read(document)


@settings(deadline=None, max_examples=100)
@given(content=st.text("<p>&;\"'\\/\n\t é]!-?", min_size=1), data=st.data())
def test_content_is_compared_only_where_it_is_text(content: str, data: st.DataObject) -> None:
    entry = replace(ENTRIES["people"], content=content)
    for format_ in FORMATS:
        fragment = data.draw(damaged(format_.fragment(entry)))
        if Reader().passes(fragment, format_.needs(entry), entry):
            assert can_be_read(whole(format_, entry, fragment))


@EACH
def test_content_that_is_that_of_the_entry_is_not_parsed(format_: Format, monkeypatch: pytest.MonkeyPatch) -> None:
    entry = make(content='<p class="a">A &amp; B</p>\n' * 40, summary="A")
    fragment, needs = format_.fragment(entry), format_.needs(entry)
    seen: list[bytes] = []
    monkeypatch.setattr(alone, "parse_json", seen.append)
    monkeypatch.setattr(_expat, "check", seen.extend)
    assert Reader().passes(fragment, needs, entry)
    assert Reader().passes(fragment, needs, replace(entry, content="<p>Another</p>"))
    assert Reader().passes(fragment, needs, replace(entry, markdown="A"))
    assert [b"class" in data for data in seen] == [False, True, True]


@pytest.mark.parametrize(
    "fragment",
    [
        *(b'{"a": 1"content_html": "x\\n"}', b'{"a\\"content_html": "x\\n", "b": 1', b'{"content_html": "x\\n}'),
        *(b'{"content_html": x\\n"}', b'{"content_html": "x\\n"y"}', b'{ "content_html": "x\\n\\"}'),
    ],
)
def test_a_string_that_is_no_content_is_none(fragment: bytes) -> None:
    entry = make(content="x\n")
    assert not Reader().passes(fragment, NO_NAMESPACES)
    assert not Reader().passes(fragment, NO_NAMESPACES, entry)


NO_NAMESPACES: frozenset[tuple[str, str]] = frozenset()
CONTENT = frozenset([("content", "a:b")])
DEEP = b"<a>" * 300 + b"</a>" * 300


@pytest.mark.parametrize(
    "fragment",
    [
        *(
            b"",
            b"text",
            b"<item>",
            b"</item>",
            b"<item/>text",
            b"text<item/>",
            b"<item></alone></alone><alone><alone></item>",
        ),
        *(b"<item>&nbsp;</item>", b"<item>\x0b</item>", b"<item>\xff</item>", b"<p:item/>", b"<item a='1' a='2'/>"),
        *(b"<item xmlns:a='>'/>", b"<item xmlns:a='b:c'/>", b"<item><a xmlns=''/></item>"),
        *(b"<!DOCTYPE item><item/>", b"<?xml version='1.0'?><item/>", b"<item>]]></item>", b"<item>a & b</item>"),
        *(
            b"<item><content:encoded>&nbsp;</content:encoded></item>",
            b"<item><content:encoded>]]></content:encoded></item>",
        ),
        *(b"<item><content:encoded>&am<b/>p;</content:encoded></item>", DEEP, b"<a>" + b"x" * (1 << 20) + b"</a>"),
        *(
            b"{",
            b"}",
            b"{]}",
            b'{"a": NaN}',
            b'{"a": "\xff"}',
            b'{"a": "\n"}',
            b'{"a": 1}}',
            b'{"a": 1},{"b": 1}',
            b"{}>",
        ),
        *('{"a": 1}'.encode("utf-16-le"), b'{"a": "\xed\xa0\x80"}', b"<item/>}", b"[]"),
    ],
)
def test_what_is_no_fragment_does_not_pass(fragment: bytes) -> None:
    assert not Reader().passes(fragment, CONTENT)


def test_a_prefix_must_be_declared() -> None:
    fragment = b"<item><content:encoded>a</content:encoded></item>"
    assert not Reader().passes(fragment, NO_NAMESPACES)
    assert Reader().passes(fragment, CONTENT)


def test_content_that_was_read_is_not_read_again(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[bytes] = []
    monkeypatch.setattr(_expat, "check", seen.extend)
    reader = Reader()
    text = b"a &lt; b" * 50
    assert reader.passes(b"<item><content:encoded>%b</content:encoded></item>" % text, CONTENT)
    assert reader.passes(b'<entry><content type="html">%b</content></entry>' % text, NO_NAMESPACES)
    assert [text in data for data in seen] == [True, False]


@pytest.mark.parametrize(
    "second",
    [
        b'<entry><!--<content type="html">%b<--></entry>',
        b'<entry><![CDATA[<content type="html">%b<]]></entry>',
        b'<entry><?a <content type="html">%b<?></entry>',
    ],
)
def test_content_is_not_known_where_it_is_none(second: bytes) -> None:
    reader = Reader()
    # As the content of an element it is text, in a comment or an instruction it may end that.
    for text in (b"a", b"--", b"a -- &lt;b"):
        assert reader.passes(b"<item><content:encoded>%b</content:encoded></item>" % text, CONTENT)
        fragment = second % text
        try:
            _xml.parse(b"<feed>" + fragment + b"</feed>")
        except ValueError:
            assert not reader.passes(fragment, NO_NAMESPACES)
        else:
            reader.passes(fragment, NO_NAMESPACES)


def test_what_did_not_pass_is_not_known() -> None:
    reader = Reader()
    assert not reader.passes(b"<item><content:encoded>&nbsp;</content:encoded></item>", CONTENT)
    assert not reader.passes(b'<entry><content type="html">&nbsp;</content></entry>', NO_NAMESPACES)


@EACH
def test_a_fragment_that_passed_alone_is_verified(format_: Format) -> None:
    entry = ENTRIES["people"]
    data = verified(format_.fragment(entry), format_.needs(entry))
    Verifier().verify(whole(format_, entry, data))


def test_a_fragment_alone_says_nothing_of_a_document_in_another_encoding() -> None:
    entry = ENTRIES["non-ascii"]
    document = whole(FORMATS[0], entry, FORMATS[0].fragment(entry))
    head, *rest = document.pieces
    other = replace(document, pieces=(head.replace(b"'UTF-8'", b"'US-ASCII'"), *rest))
    assert other != document
    with pytest.raises(DocumentError):
        Verifier().verify(other)
