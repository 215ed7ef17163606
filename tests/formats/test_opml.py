"""OPML 2.0: the list of a site's feeds reads back as it was given."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from entry_table import ADDRESS, SITE, TEXT
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from feedkit.formats.lists import OPML_TYPE, Outline, opml
from feedkit.formats.verification import verify
from feedkit.model import Document

RSS = Outline(title="Tides", feed_url=f"{SITE}rss.xml", home_url=SITE, type="rss")
OUTLINE = st.builds(
    Outline,
    title=TEXT,
    feed_url=ADDRESS,
    home_url=ADDRESS,
    type=st.sampled_from(["rss", "JSONFeed"]),
    description=TEXT | st.just(""),
    language=st.sampled_from([None, "en", "zh-Hant"]),
)


def read(pieces):
    """The root, after the gate that every document must pass."""
    data = b"".join(pieces)
    verify(Document(path="feeds.opml", media_type=OPML_TYPE, pieces=(data,)))
    return etree.fromstring(data)


@given(TEXT, st.lists(OUTLINE, min_size=1, max_size=3))
def test_every_text_and_every_attribute_reads_back_equal(title, outlines) -> None:
    root = read(opml(title, outlines))
    assert root.findtext("head/title") == title
    assert [dict(outline.attrib) for outline in root.find("body")] == [_attributes(outline) for outline in outlines]


def _attributes(outline: Outline) -> dict[str, str]:
    required = {"type": outline.type, "text": outline.title, "title": outline.title, "xmlUrl": outline.feed_url}
    optional = {"htmlUrl": outline.home_url, "description": outline.description, "language": outline.language}
    return required | {name: value for name, value in optional.items() if value}


@pytest.mark.parametrize("text", ['a "b" <c> & d', "two\nlines", "tab\there", "a\r\nb", "]]>", "&amp;", "it's"])
def test_what_xml_would_change_in_an_attribute_is_written_so_that_it_stays(text) -> None:
    root = read(opml(text, [Outline(title=text, feed_url=SITE, home_url=SITE, type="rss", description=text)]))
    assert root.findtext("head/title") == text
    assert [root.find("body/outline").get(name) for name in ("text", "title", "description")] == [text] * 3


def test_it_is_opml_2_0_with_a_head_a_body_and_flat_outlines() -> None:
    root = read(opml("Tides", [RSS, RSS]))
    assert (root.tag, dict(root.attrib)) == ("opml", {"version": "2.0"})
    assert [child.tag for child in root] == ["head", "body"]
    assert [(child.tag, len(child)) for child in root.find("body")] == [("outline", 0)] * 2


def test_the_date_is_written_as_rfc_822_and_left_out_where_there_is_none() -> None:
    moment = datetime(2025, 3, 30, 7, 15, tzinfo=ZoneInfo("Europe/Malta"))
    assert read(opml("T", [RSS], updated=moment)).findtext("head/dateModified") == "Sun, 30 Mar 2025 07:15:00 +0200"
    assert read(opml("T", [RSS])).find("head/dateModified") is None


def test_a_foreign_reader_subscribes_to_the_feeds() -> None:
    root = ET.fromstring(b"".join(opml("Tides", [RSS])))
    found = [(outline.get("type"), outline.get("text"), outline.get("xmlUrl")) for outline in root.iter("outline")]
    assert found == [("rss", "Tides", f"{SITE}rss.xml")]


@pytest.mark.parametrize("name", ["title", "feed_url", "type"])
@pytest.mark.parametrize("value", ["", " "])
def test_an_outline_must_have_a_title_an_address_and_a_type(name, value) -> None:
    given = {"title": "T", "feed_url": SITE, "home_url": SITE, "type": "rss", name: value}
    with pytest.raises(ValueError, match=f"{name} must not be empty"):
        Outline(**given)


@pytest.mark.parametrize("text", ["a\x0bb", "\x00", "\ufffe", "\ud800"])
def test_a_character_that_xml_forbids_is_refused_by_name(text) -> None:
    with pytest.raises(ValueError, match=r"has U\+[0-9A-F]{4}, which no XML may contain"):
        b"".join(opml(text, [RSS]))
    with pytest.raises(ValueError, match=r"has U\+[0-9A-F]{4}, which no XML may contain"):
        b"".join(opml("T", [Outline(title=text, feed_url=SITE, home_url=SITE, type="rss")]))
