"""What no reader could open is found before it replaces a document: in the frame, in a fragment, in the whole."""

from __future__ import annotations

import gzip

import pytest
from entry_table import BARE, ENTRIES, FULL, make
from msgspec.structs import replace
from rich_table import RICH_ENTRIES, RICH_FEEDS

from feedkit import Document, DocumentError, Element, documents, publish
from feedkit.formats.format import FEED_FORMATS, Format, completed
from feedkit.formats.frame import splice
from feedkit.formats.verification import parse_json, parse_xml, verify

XML = "application/rss+xml"
JSON = "application/feed+json"
#: What stands before, between and behind the fragments, and fragments that are as they should be.
FRAMES: dict[str, tuple[bytes, bytes, bytes, list[bytes]]] = {
    XML: (b'<rss xmlns:a="b:c"><channel>', b"", b"</channel></rss>", [b"<item>x</item>", b"<item><a:b/>&amp;</item>"]),
    JSON: (b'{"items": [\n', b",\n", b"\n]}\n", [b'{"a": 1}', b'{"b": ["]"]}']),
}
#: Fragments that no document may have, or not beside others.
DAMAGED: dict[str, list[bytes]] = {
    XML: [
        *(b"<item>", b"</item>", b"<item>&nbsp;</item>", b"<item>\x0b</item>", b"<item>\xff</item>", b"<x:y/>"),
        *(b"<!-- ", b"<item><!-- </item>", b"<![CDATA[", b"]]>", b"<item>x</item", b"&"),
        *(b"<!DOCTYPE item><item/>", b"</channel></rss><rss><channel>", b"<item a='1' a='2'/>", b"<item>a & b</item>"),
        *(b"<?xml version='1.0'?><item/>", b"<item>&#11;</item>", b"<item a='<'/>"),
    ],
    JSON: [
        *(b"{", b"}", b'{"a": NaN}', b'{"a": "\xff"}', b'{"a": "', b'"}', b"", b"1,", b",", b"{},{"),
        *(b"[", b"]", b"{} {}", b'{"a": "\n"}', b"{]}", b'{"a": "\xed\xa0\x80"}', b'{"a": Infinity}'),
    ],
}
#: Heads that no fragment makes good.
BAD_HEADS = [
    b'<rss xmlns:a=""><channel>',
    b'<rss xmlns:a="b:c" xmlns:a="b:c"><channel>',
    b'<rss xmlns:a="b:c"/><channel>',
    b'<!DOCTYPE rss><rss xmlns:a="b:c"><channel>',
    b'<rss xmlns:a="b:c"></rss><channel>',
    b'<rss xmlns:xmlns="b:c"><channel>',
    b"<rss><channel><title>&nbsp;</title>",
    b"",
    b'<?xml version="1.1"?><rss xmlns:a="b:c"><channel>',
    b'<?xml version="1.0" encoding="iso-8859-1"?><rss xmlns:a="b:c"><channel>',
    b'<?xml version="1.0" encoding="klingon"?><rss xmlns:a="b:c"><channel>',
]
EACH = pytest.mark.parametrize("format_", FEED_FORMATS.values(), ids=FEED_FORMATS)
EVERY = {**ENTRIES, **RICH_ENTRIES}


def feed(media_type: str, fragments: list[bytes], head: bytes | None = None, *, verified: bool = False) -> Document:
    """The document of a feed, in the pieces that `splice` makes."""
    first, between, tail, _ = FRAMES[media_type]
    pieces = [first if head is None else head]
    for number, fragment in enumerate(fragments):
        pieces += [between, fragment] if number and between else [fragment]
    return Document(
        path="feed",
        media_type=media_type,
        pieces=(*pieces, tail),
        items=len(fragments),
        verified_fragments=verified,
    )


@pytest.mark.parametrize(("media_type", "bad"), [(kind, bad) for kind, rows in DAMAGED.items() for bad in rows])
def test_a_damaged_fragment_is_found_among_good_ones(media_type: str, bad: bytes) -> None:
    good = FRAMES[media_type][3]
    verify(feed(media_type, good))
    for fragments in ([*good, bad], [bad, *good], [bad, bad]):
        with pytest.raises(DocumentError, match="FK503"):
            verify(feed(media_type, fragments))


@pytest.mark.parametrize("verified", [False, True])
@pytest.mark.parametrize("head", BAD_HEADS)
def test_a_damaged_frame_is_found_whatever_the_fragments_are(head: bytes, verified: bool) -> None:
    with pytest.raises(DocumentError, match="FK503"):
        verify(feed(XML, FRAMES[XML][3], head, verified=verified))
    with pytest.raises(DocumentError, match="FK503"):
        verify(feed(JSON, FRAMES[JSON][3], b'{"title": ' + head, verified=verified))


@pytest.mark.parametrize("media_type", FRAMES)
def test_fragments_that_were_verified_when_they_were_made_are_not_parsed_again(media_type: str) -> None:
    verify(feed(media_type, [b"damaged, to show whether it is parsed"], verified=True))


def test_a_prefix_must_be_declared() -> None:
    with pytest.raises(DocumentError, match="prefix"):
        verify(feed(XML, FRAMES[XML][3], head=b"<rss><channel>"))


@EACH
@pytest.mark.parametrize("name", EVERY)
def test_a_fragment_can_be_read_in_the_frame_of_each_feed_that_holds_it(format_: Format, name: str) -> None:
    fragment = format_.fragment(EVERY[name])
    for head in (FULL, BARE, *RICH_FEEDS.values()):
        frame = format_.frame(completed(head, [EVERY[name]]))
        verify(Document(path="feed", media_type=format_.media_type, pieces=splice(frame, [fragment]), items=1))


@EACH
def test_the_documents_of_a_site_say_that_their_fragments_are_verified(format_: Format, site, tmp_path) -> None:
    feeds = [item for item in documents(site, [make("a"), make("b")]) if item.media_type == format_.media_type]
    assert [item.verified_fragments for item in feeds] == [True] * len(feeds)
    broken = replace(feeds[0], pieces=(b"<", *feeds[0].pieces[1:]))
    report = publish([broken], tmp_path)
    assert [problem.code for problem in report.problems] == ["FK503"]


def nested(depth: int) -> Element:
    element = Element(prefix="x", namespace="https://x.example/", name="y", text="z")
    for _ in range(depth - 1):
        element = Element(prefix="x", namespace="https://x.example/", name="y", children=(element,))
    return element


@pytest.mark.parametrize("name", ["rss", "atom"])
@pytest.mark.parametrize(("depth", "fits"), [(200, True), (300, False)])
def test_elements_that_are_nested_too_deep_for_readers_are_refused(name: str, depth: int, fits: bool) -> None:
    entry = replace(make("deep"), elements=(nested(depth),))
    try:
        FEED_FORMATS[name].fragment(entry)
    except DocumentError as error:
        assert not fits
        assert "FK303" in str(error)
        assert "'deep'" in str(error)
    else:
        assert fits


@pytest.mark.parametrize("size", [1, 7, 1 << 16])
def test_xml_is_read_in_pieces_of_any_size(size: int) -> None:
    data = b"<a>" + b"<b c='d'>&lt;&#233;\xc3\xa9</b>" * 9 + b"</a>"
    parse_xml(data[begin : begin + size] for begin in range(0, len(data), size))
    with pytest.raises(ValueError, match="junk"):
        parse_xml([*(data[begin : begin + size] for begin in range(0, len(data), size)), b"<b/>"])


def test_json_is_read_strictly() -> None:
    parse_json(b'{"a": [1, "\xc3\xa9"]}')
    for bad in (b"NaN", b"[1,]", b'"\xff"', b"\xef\xbb\xbf{}"):
        with pytest.raises(ValueError, match=r"malformed|utf-8"):
            parse_json(bad)


def test_what_is_compressed_is_read_as_it_was_before() -> None:
    def packed(data: bytes) -> Document:
        return Document(path="a.xml.gz", media_type="application/xml", pieces=(gzip.compress(data),), coding="gzip")

    verify(packed(b"<a/>"))
    with pytest.raises(DocumentError, match="FK503"):
        verify(packed(b"<a>"))
