"""Anybody's feeds are read back: every format and version, as feedparser sees them; bombs and damage are refused."""

from __future__ import annotations

import json
import os
import re
from calendar import timegm
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import feedparser
import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedkit import ArgumentError, DocumentError, Entry, Feed, Problem, atom, json_feed, read_feed, rss
from feedkit.imports import feeds
from feedkit.imports.feeds import text_digest

OLD = Path(__file__).resolve().parents[1] / "publishing" / "old_feeds"
XML = sorted(path.name for path in OLD.iterdir() if path.suffix != ".json")

KNOTS = datetime(2025, 11, 8, 9, tzinfo=UTC)


@pytest.mark.parametrize("name", XML)
def test_it_sees_what_feedparser_sees(name: str) -> None:
    theirs = feedparser.parse((OLD / name).read_bytes())
    ours = read_feed(OLD / name)
    assert ours.title == theirs.feed.title.replace("&amp;", "&")
    assert ours.url == theirs.feed.link
    for item, entry in zip(ours.items, theirs.entries, strict=True):
        assert (item.id, item.url, item.title) == (entry.get("id", entry.link), entry.link, entry.title)
        assert (item.published and item.published.timestamp()) == (
            timegm(entry.published_parsed) if "published_parsed" in entry else _date(entry)
        )
        content = entry.content[0].value if "content" in entry else entry.get("summary", "")
        assert item.content == text_digest(content)


def _date(entry: feedparser.FeedParserDict) -> int | None:
    # A date of Dublin Core is an update to feedparser, and the only date that there is.
    return timegm(entry.updated_parsed) if "updated_parsed" in entry else None


@pytest.mark.parametrize(
    ("name", "id_", "permalink"),
    [
        ("wordpress.xml", "https://old.example/?p=31", False),
        ("ghost.xml", "690f1c2ab7e5d40001a3c001", False),
        ("jekyll.xml", "https://old.example/craft/2025/11/08/knots", False),
        ("hugo.xml", "https://old.example/posts/knots/", True),
        ("json_feed.json", "31", False),
        ("rss_1.rdf", "https://old.example/knots.html", True),
        ("rss_091.xml", "https://old.example/knots/index.html", True),
        ("atom_03.xml", "tag:old.example,2025:31", False),
    ],
)
def test_an_id_is_read_as_it_is_written(name: str, id_: str, permalink: bool) -> None:
    item = read_feed(OLD / name).items[0]
    assert (item.id, item.is_permalink) == (id_, permalink)
    assert item.title in ("Knots \N{EN DASH} a primer", "Knots - a primer")
    assert item.published == (None if name == "rss_091.xml" else KNOTS)


def test_one_text_has_one_digest_in_every_format() -> None:
    digests = {read_feed(OLD / name).items[0].content for name in (*XML, "json_feed.json") if name != "wordpress.xml"}
    assert digests == {text_digest("<p>Bowline <b>first</b>.</p>")}
    assert text_digest("<img src='/a.png'>\n") == ""


def test_what_feedkit_writes_is_read_back(entry: Callable[..., Entry]) -> None:
    entries = [entry("a", day=3), entry("b", id="tag:example.com,2025:b", guid="opaque 5", title="B & <C>")]
    feed = Feed(title="T", home_url="https://example.com/", id="urn:x:1")
    for write, first in ((rss, "opaque 5"), (atom, "tag:example.com,2025:b"), (json_feed, "opaque 5")):
        found = read_feed(write(feed, entries))
        assert [item.id for item in found.items] == ["https://example.com/a/", first]
        assert [item.url for item in found.items] == [item.url for item in entries]
        assert [item.published for item in found.items] == [item.published for item in entries]
        assert [item.is_permalink for item in found.items] == [True, False]
        assert [item.content for item in found.items] == [text_digest(item.content) for item in entries]
        assert found.items[1].title == "B & <C>"


def rss_of(item: str, head: str = "") -> bytes:
    return f'{head}<rss version="2.0"><channel><title>T</title>{item}</channel></rss>'.encode()


ITEM = "<item><title>A</title><link>https://e.com/a</link></item>"
BOMB = '<!DOCTYPE rss [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>'


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "it is not XML: no element found"),
        (b"words", "it is not XML"),
        (b"<html><body>Not found</body></html>", "'html' is not the root element of a feed"),
        (b'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"/>', "0.9 urlset' is not the root"),
        (b'<feed xmlns="http://www.w3.org/2005/atom"/>', "'http://www.w3.org/2005/atom feed' is not the root"),
        (rss_of(ITEM)[:-9], "it is not XML"),
        (rss_of(ITEM, BOMB), "it has a document type that declares something"),
        (rss_of(ITEM, '<!DOCTYPE rss [<!ENTITY x SYSTEM "file:///etc/passwd">]>'), "declares something"),
        (rss_of("&nbsp;"), "it is not XML: undefined entity"),
        (rss_of("&what;", '<!DOCTYPE rss SYSTEM "file:///etc/passwd">'), "the entity 'what' is not declared"),
        (rss_of("<a>" * 300 + "</a>" * 300), "nested more than 256 levels deep"),
        (b"{}", "it is JSON, but not a JSON Feed"),
        (b'{"version": "https://jsonfeed.org/version/1.1"}', "it has no list of items"),
        (b'{"version": "https://jsonfeed.org/version/1.1", "items": [1]}', "an item is not an object"),
        (b'{"version": NaN}', "NaN is not a number"),
        (b'{"a": ' + b"[" * 100_000, ""),
        (b'{"a"', "it is not JSON"),
    ],
)  # fmt: skip
def test_what_is_no_feed_or_half_of_one_is_refused_with_the_reason(data: bytes, reason: str, tmp_path: Path) -> None:
    (tmp_path / "old.xml").write_bytes(data)
    for source in (data, tmp_path / "old.xml", str(tmp_path / "old.xml")):
        with pytest.raises(DocumentError) as caught:
            read_feed(source)
        assert caught.value.problem.code == "FK606"
        assert reason in caught.value.problem.message
        assert caught.value.problem.path == ("" if isinstance(source, bytes) else str(source))


def test_a_feed_that_is_not_there_or_too_large_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(DocumentError, match="No such file"):
        read_feed(tmp_path / "no.xml")
    with pytest.raises(DocumentError, match="Is a directory"):
        read_feed(tmp_path)
    monkeypatch.setattr(feeds, "MAX_BYTES", 100)
    with pytest.raises(DocumentError, match="more than 100 bytes"):
        read_feed(rss_of(ITEM))
    (tmp_path / "large.xml").write_bytes(rss_of(ITEM))
    with pytest.raises(DocumentError, match="more than 100 bytes"):
        read_feed(tmp_path / "large.xml")


def test_the_line_of_the_damage_is_told() -> None:
    with pytest.raises(DocumentError) as caught:
        read_feed(rss_of("\n\n<a></b>"))
    assert caught.value.problem.line == 3


def test_a_date_that_cannot_be_read_and_an_item_without_a_name_are_told() -> None:
    found: list[Problem] = []
    data = rss_of(
        "<item><guid>x</guid><pubDate>yesterday</pubDate></item><item><title>Nameless</title></item>"
        "<item><guid>y</guid><pubDate>Sat, 08 Nov 2025 09:00:00 GMT</pubDate></item>"
    )
    feed = read_feed(data, on_problem=found.append)
    assert [(item.id, item.published) for item in feed.items] == [("x", None), ("y", KNOTS)]
    assert [(problem.code, problem.severity) for problem in found] == [("FK607", "warning")] * 2
    assert "'yesterday'" in found[0].message
    assert "'Nameless' has neither an id nor an address" in found[1].message
    assert read_feed(data) == feed


@pytest.mark.parametrize(
    ("item", "url", "permalink"),
    [
        ("<guid>https://e.com/1</guid>", "https://e.com/1", True),
        ('<guid isPermaLink="true">https://e.com/1</guid><link>https://e.com/2</link>', "https://e.com/2", True),
        ('<guid isPermaLink="false">https://e.com/1</guid>', "", False),
        ('<guid isPermaLink=" FALSE">https://e.com/1</guid>', "", False),
        (
            '<guid isPermaLink="false">https://e.com/1</guid><link>https://feeds.example/1</link>'
            '<f:origLink xmlns:f="http://rssnamespace.org/feedburner/ext/1.0">https://e.com/3</f:origLink>',
            "https://e.com/3",
            False,
        ),
        ("<guid>https://e.com/1</guid><source><link>https://e.com/9</link></source>", "https://e.com/1", True),
    ],
)
def test_a_guid_is_an_address_unless_it_says_that_it_is_none(item: str, url: str, permalink: bool) -> None:
    (found,) = read_feed(rss_of(f"<item>{item}</item>")).items
    assert (found.id, found.url, found.is_permalink) == ("https://e.com/1", url, permalink)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "iso-8859-1", "windows-1252"])
def test_the_encoding_that_the_document_names_is_read(encoding: str) -> None:
    name = encoding.removesuffix("-sig")
    text = f'<?xml version="1.0" encoding="{name}"?>' + rss_of(ITEM.replace("A", "Café")).decode()
    assert read_feed(text.encode(encoding)).items[0].title == "Café"


#: What documents name, and how they are encoded.
WIDE = {
    "Shift_JIS": "cp932",
    "EUC-JP": "euc_jp",
    "ISO-2022-JP": "iso2022_jp",
    "GBK": "gbk",
    "gb2312": "gbk",
    "GB18030": "gb18030",
    "Big5": "big5",
    "EUC-KR": "euc_kr",
    "UTF-32": "utf-32",
    "utf-32le": "utf-32-le",
}


@pytest.mark.parametrize("name", WIDE)
def test_an_encoding_that_the_parser_does_not_have_is_decoded(name: str, tmp_path: Path) -> None:
    title = "한국" if "KR" in name else "漢字"
    text = f'<?xml version="1.0" encoding="{name}"?>' + rss_of(ITEM.replace("A", title)).decode()
    data = text.encode(WIDE[name])
    (tmp_path / "a.xml").write_bytes(data)
    assert read_feed(data).items[0].title == title
    assert read_feed(tmp_path / "a.xml").items[0].title == title


@pytest.mark.parametrize("name", ["utf-8", "utf-32", "klingon", "hex", "idna"])
@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
def test_utf_16_is_known_by_its_first_bytes_whatever_it_says_of_itself(name: str, encoding: str) -> None:
    text = f'<?xml version="1.0" encoding="{name}"?>' + rss_of(ITEM.replace("A", "漢字")).decode()
    assert read_feed(text.encode(encoding)).items[0].title == "漢字"


NO_ENCODING = {
    "klingon": "its encoding 'klingon' is unknown",
    "rot13": "its encoding 'rot13' is unknown",
    "idna": "its encoding 'idna' is unknown",
    "Shift_JIS": "it is not in cp932, as it says (",
    "UTF-16": "encoding specified in XML declaration is incorrect",
}


@pytest.mark.parametrize("name", NO_ENCODING)
def test_an_encoding_that_is_unknown_or_wrong_is_one_error(name: str) -> None:
    data = f'<?xml version="1.0" encoding="{name}"?>'.encode() + rss_of(ITEM.replace("A", "~~")).replace(
        b"~~", b"\x81\xff"
    )
    with pytest.raises(DocumentError, match=re.escape(NO_ENCODING[name])):
        read_feed(data)


def test_what_is_no_file_is_an_error_and_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for path, reason in (
        (tmp_path / "pipe", "it is a pipe or a device"),
        ("a\0b", "there is no such file"),
        (tmp_path, "directory"),
    ):
        with pytest.raises(DocumentError, match=f"FK606: cannot be read as a feed .*{reason}"):
            read_feed(path)
    with pytest.raises(ArgumentError, match="source must be bytes"):
        read_feed(5)  # type: ignore[arg-type]  # what a careless caller gives


def test_blank_lines_in_front_of_the_document_are_passed_over() -> None:
    assert read_feed(b"\n\n  " + rss_of(ITEM, '<?xml version="1.0"?>')).items[0].title == "A"


@given(st.text(max_size=60), st.text(max_size=60))
def test_any_text_in_a_json_feed_is_read_or_refused(id_: str, title: str) -> None:
    top = {
        "version": "https://jsonfeed.org/version/1.1",
        "items": [{"id": id_, "title": title, "url": "https://e.com/"}],
    }
    (item,) = read_feed(json.dumps(top).encode()).items
    assert item.id == (id_.strip() or "https://e.com/")


@given(st.binary(max_size=300))
def test_any_bytes_are_a_feed_or_are_refused(data: bytes) -> None:
    try:
        read_feed(data, on_problem=lambda problem: None)
    except DocumentError as error:
        assert error.problem.code == "FK606"
