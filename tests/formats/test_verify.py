"""Reading each fragment once gives the same verdict as reading each document whole, whatever is damaged."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedkit import Document, DocumentError
from feedkit.formats.verify import Verifier, declared, verified, verify

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
        *(b"<item>", b"</item>", b"<item>&nbsp;</item>", b"<item>\x0b</item>", b"<item>\xff</item>", b"<x:y/>", b""),
        *(b"<!-- ", b" -->", b"<item><!-- </item>", b"<item> --></item>", b"<![CDATA[", b"]]>", b"<item>x</item", b"&"),
        *(b"<!DOCTYPE item><item/>", b"</channel></rss><rss><channel>", b"</channel><channel>", b"x]]", b"><item/>"),
    ],
    JSON: [
        *(b"{", b"}", b'{"a": NaN}', b'{"a": "\xff"}', b'{"a": "', b'"}', b"", b"1,", b",", b'{}], "b": [', b"{},{"),
        *(b'{}], "b": [{}', b"[", b"]", b"{} {}"),
    ],
}


def feed(media_type: str, fragments: list[bytes], head: bytes | None = None) -> Document:
    """The document of a feed, in the pieces that `splice` makes."""
    first, between, tail, _ = FRAMES[media_type]
    pieces = [first if head is None else head]
    for number, fragment in enumerate(fragments):
        pieces += [between, fragment] if number and between else [fragment]
    return Document(path="feed", media_type=media_type, pieces=(*pieces, tail), items=len(fragments))


def verdict(read: Callable[[Document], None], document: Document) -> str:
    """What is said of a document; nothing of one that passes."""
    try:
        read(document)
    except DocumentError as error:
        return str(error)
    return ""


@pytest.mark.parametrize("media_type", FRAMES)
@given(data=st.data())
def test_any_mixture_of_fragments_has_the_verdict_of_the_whole(media_type: str, data: st.DataObject) -> None:
    gate = Verifier()
    fragment = st.sampled_from([*FRAMES[media_type][3], *DAMAGED[media_type]])
    for fragments in data.draw(st.lists(st.lists(fragment, max_size=4), max_size=4)):
        document = feed(media_type, fragments)
        assert verdict(gate.verify, document) == verdict(verify, document)


@pytest.mark.parametrize(("media_type", "bad"), [(kind, bad) for kind, rows in DAMAGED.items() for bad in rows])
def test_a_damaged_fragment_is_found_behind_documents_that_passed(media_type: str, bad: bytes) -> None:
    gate = Verifier()
    good = FRAMES[media_type][3]
    gate.verify(feed(media_type, good))
    for fragments in ([*good, bad], [bad, *good], [bad], [bad, bad]):
        document = feed(media_type, fragments)
        assert verdict(gate.verify, document) == verdict(verify, document)


def test_a_fragment_that_passed_is_read_again_where_its_prefix_means_nothing() -> None:
    gate = Verifier()
    good = FRAMES[XML][3]
    gate.verify(feed(XML, good))
    with pytest.raises(DocumentError, match="prefix"):
        gate.verify(feed(XML, good, head=b"<rss><channel>"))
    gate.verify(feed(XML, good, head=b'<rss xmlns:a="b:c" xmlns:d="e:f"><channel>'))


def test_pieces_that_are_no_fragments_are_read_as_one_document() -> None:
    halves = (b"<rss><item>", b"</item><item>", b"</item></rss>")
    Verifier().verify(Document(path="feed", media_type=XML, pieces=halves, items=1))
    Verifier().verify(Document(path="feed", media_type=JSON, pieces=(b'{"items": [', b"]}"), items=2))


def test_a_fragment_of_a_document_that_was_verified_is_not_parsed_where_as_much_is_declared() -> None:
    head = FRAMES[XML][0]
    # Damaged, so that it shows whether it is parsed.
    bad = verified(b"<item><x></item>", declared(head))
    Verifier().verify(feed(XML, [bad]))
    Verifier().verify(feed(XML, [bad], head=b'<rss xmlns:a="b:c" xmlns:d="e:f"><channel>'))
    with pytest.raises(DocumentError):
        Verifier().verify(feed(XML, [bad], head=b"<rss><channel>"))


@pytest.mark.parametrize(
    ("head", "namespaces"),
    [(FRAMES[XML][0], {("a", "b:c")}), (b"<rss>", set()), (FRAMES[JSON][0], set())],
    ids=["one", "none", "json"],
)
def test_what_a_head_declares(head: bytes, namespaces: set[tuple[str, str]]) -> None:
    assert declared(head) == namespaces


#: Heads whose root is not all that decides what is declared behind them, and some where it is.
HEADS = [
    FRAMES[XML][0],
    b"<rss><channel>",
    b'<rss\n xmlns:a="b:c"\t><channel>',
    b'<?xml version="1.0" encoding="utf-8"?>\n<rss xmlns="d:e" xmlns:a="b:c" version="2.0"><channel><title>x</title>',
    b"<?xml version='1.0'?><rss xmlns:a='b:c'><channel>",
    b'<rss xmlns:a="b:c" title="&gt;"><channel>',
    b'<rss xmlns:a="b:c" title=">"><channel>',
    b"<rss xmlns:a=\"b:c\" title='>'><channel>",
    b'<?xml-stylesheet href="a.css"?><rss xmlns:a="b:c"><channel>',
    b'<!-- <rss xmlns:a="d:e"> --><rss xmlns:a="b:c"><channel>',
    b'<rss xmlns:a="b:c"><channel xmlns:d="e:f">',
    b'<rss xmlns:a="b:c"><channel><a:x xmlns:d="e:f"/>',
    b'<rss><channel xmlns:a="b:c">',
    b'<rss xmlns:a="b:c"><!-- xmlns --><channel>',
]
BAD_HEADS = [
    b'<?xml version="1.0" encoding="latin-1"?><rss xmlns:a="b:c"><channel>',
    b'<rss xmlns:a=""><channel>',
    b'<rss xmlns:a="b:c" xmlns:a="b:c"><channel>',
    b'<rss xmlns:a="b:c"/><channel>',
    b'<!DOCTYPE rss><rss xmlns:a="b:c"><channel>',
    b'<rss xmlns:a="b:c"></rss><channel>',
    b'<rss xmlns:xmlns="b:c"><channel>',
    b"",
]


@pytest.mark.parametrize("head", [*HEADS, *BAD_HEADS])
def test_in_parts_a_head_is_judged_as_with_the_whole(head: bytes) -> None:
    good = FRAMES[XML][3]
    for fragments in (good, good[:1], [b"<item><d:x/></item>"]):
        document = feed(XML, fragments, head=head)
        assert verdict(Verifier().verify, document) == verdict(verify, document)


def test_what_many_fragments_need_is_compared_once() -> None:
    """They have nothing to be read again for, whatever is in them."""

    class Unread(bytes):
        namespaces = declared(FRAMES[XML][0])

        def __bytes__(self) -> bytes:
            raise AssertionError

    Verifier().verify(feed(XML, [Unread(b"<item><x></item>")] * 3))
