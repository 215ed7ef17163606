"""The rules that validators and readers hold feeds to, each on the hardest entries that we know."""

from __future__ import annotations

import json
import re
from datetime import datetime, timedelta, timezone
from itertools import groupby
from urllib.parse import urlsplit

import pytest
from entry_table import BARE, ENTRIES, FULL, SITE, make
from foreign_readers import NS
from lxml import etree
from msgspec.structs import replace

from feedkit import atom, json_feed, rss
from feedkit.formats.format import ATOM, JSON_FEED, RSS
from feedkit.model import Enclosure, Feed, Person

HARDEST = list(ENTRIES.values())
FEEDS = pytest.mark.parametrize("feed", [FULL, BARE], ids=["full", "bare"])
#: Every document of the two XML formats: whole, one entry each, and empty.
XML = {
    f"{write.__name__}-{name}": write(feed, entries)
    for write in (rss, atom)
    for name, feed, entries in [("full", FULL, HARDEST), ("bare", BARE, HARDEST), ("empty", BARE, [])]
}
EACH_XML = pytest.mark.parametrize("data", XML.values(), ids=XML)

A, CONTENT, DC, MEDIA = (f"{{{NS[name]}}}" for name in ("a", "content", "dc", "media"))


def channel(feed: Feed, entries=HARDEST):
    return etree.fromstring(rss(feed, entries))[0]


def item(name: str):
    return channel(FULL, [ENTRIES[name]]).find("item")


def entry(name: str):
    return etree.fromstring(atom(FULL, [ENTRIES[name]])).find("a:entry", NS)


# Both XML formats


@EACH_XML
def test_no_element_and_no_attribute_is_empty(data) -> None:
    for element in etree.fromstring(data).iter():
        assert element.attrib or len(element) or (element.text or "").strip(), element.tag
        assert all(value.strip() for value in element.attrib.values()), element.tag


@EACH_XML
def test_the_declaration_comes_first_and_says_utf_8(data) -> None:
    assert data.startswith(b"<?xml version='1.0' encoding='UTF-8'?>\n")
    assert data.decode("utf-8")


@EACH_XML
def test_there_is_no_cdata_no_document_type_and_no_instruction(data) -> None:
    assert b"<!" not in data
    assert data.count(b"<?") == 1


@EACH_XML
def test_only_the_usual_prefixes_are_declared_and_all_at_the_root(data) -> None:
    root = etree.fromstring(data)
    usual = {None: NS["a"], "atom": NS["a"], "content": NS["content"], "dc": NS["dc"], "media": NS["media"]}
    assert root.nsmap.items() <= usual.items()
    assert data.count(b"xmlns") == len(root.nsmap)
    assert {etree.QName(element).namespace for element in root.iter()} <= {None, *root.nsmap.values()}


@EACH_XML
def test_every_address_is_an_absolute_ascii_uri(data) -> None:
    places = ("link", "url", "guid[@isPermaLink='true']", "a:icon", "a:logo", "a:uri")
    root = etree.fromstring(data)
    found = [element.text for place in places for element in root.iterfind(f".//{place}", NS)]
    found += [value for name in ("href", "url", "domain", "scheme") for value in root.xpath(f"//@{name}")]
    assert found
    for address in found:
        assert re.fullmatch("[!-~]+", address), address
        assert urlsplit(address).scheme in ("http", "https"), address
        assert urlsplit(address).netloc, address


def test_no_item_of_a_feed_is_written_twice() -> None:
    for format_ in (RSS, ATOM, JSON_FEED):
        fragments = [format_.fragment(entry) for entry in HARDEST]
        whole = format_.render(FULL, HARDEST)
        assert all(whole.count(fragment) == 1 for fragment in fragments)


# RSS 2.0


@FEEDS
def test_an_rss_channel_has_what_it_must_and_single_elements_once(feed) -> None:
    tags = [child.tag for child in channel(feed) if child.tag not in ("item", f"{A}link")]
    assert {"title", "link", "description", "generator"} <= set(tags)
    assert len(tags) == len(set(tags))
    assert channel(feed).getparent().get("version") == "2.0"


def test_an_item_has_single_elements_once() -> None:
    for found in channel(FULL).iterfind("item"):
        tags = [child.tag for child in found if child.tag not in ("category", f"{DC}creator", f"{MEDIA}content")]
        assert len(tags) == len(set(tags))
        assert {"title", "link", "guid", "pubDate"} <= set(tags)


def test_items_come_last_and_in_one_run() -> None:
    assert [tag for tag, _ in groupby(child.tag for child in channel(FULL))][-1:] == ["item"]
    assert [tag for tag, _ in groupby(child.tag for child in channel(FULL))].count("item") == 1


@pytest.mark.parametrize(
    ("name", "permalink"), [("plain", "true"), ("urn-id", "false"), ("tag-id", "false"), ("foreign-id", "false")]
)
def test_a_guid_is_a_permalink_only_where_it_is_the_address(name, permalink) -> None:
    guid = item(name).find("guid")
    assert guid.text == ENTRIES[name].id
    assert guid.get("isPermaLink") == permalink


def test_the_description_comes_before_the_content() -> None:
    tags = [child.tag for child in item("ampersand")]
    assert tags.index("description") < tags.index(f"{CONTENT}encoded")


def test_without_a_summary_the_content_is_the_description() -> None:
    assert item("content-only").findtext("description") == "<p>The sea.</p>"
    assert item("content-only").find("content:encoded", NS) is None


def test_no_item_has_an_author_beside_its_creators_and_the_channel_an_editor_with_a_mailbox() -> None:
    # W3C DuplicateItemSemantics: author and dc:creator say the same.
    root = channel(FULL)
    assert not list(root.iter("author", "webMaster"))
    mails = [person for person in FULL.authors if person.email]
    assert root.findtext("managingEditor") == f"{mails[0].email} ({mails[0].name})"
    assert channel(BARE).find("managingEditor") is None
    assert [creator.text for creator in item("people").iterfind("dc:creator", NS)] == ["Jo", "Nobody's Mail", "Jo"]


def test_no_item_says_a_thing_in_two_vocabularies() -> None:
    for tag in ("date", "subject", "identifier", "title"):
        assert not list(channel(FULL).iter(f"{DC}{tag}")), tag
    assert not list(channel(FULL).iter(f"{A}id", f"{A}published"))


@pytest.mark.parametrize(
    ("offset", "written"),
    [
        (timedelta(0), "Sun, 30 Mar 2025 10:00:00 +0000"),
        (timedelta(hours=1), "Sun, 30 Mar 2025 10:00:00 +0100"),
        (-timedelta(hours=9, minutes=30), "Sun, 30 Mar 2025 10:00:00 -0930"),
        (timedelta(hours=5, minutes=45), "Sun, 30 Mar 2025 04:15:00 +0000"),
        (timedelta(minutes=19, seconds=32), "Sun, 30 Mar 2025 09:40:28 +0000"),
    ],
)
def test_an_rss_date_has_an_offset_of_half_hours(offset, written) -> None:
    value = datetime(2025, 3, 30, 10, tzinfo=timezone(offset))
    assert channel(BARE, [make(published=value)]).findtext("item/pubDate") == written


def test_all_rss_dates_have_the_one_safe_form() -> None:
    pattern = r"(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d [+-]\d\d[03]0"
    dates = [element.text for element in channel(FULL).iter("pubDate", "lastBuildDate")]
    assert len(dates) == len(HARDEST) + 1
    assert [date for date in dates if not re.fullmatch(pattern, date)] == []


def test_the_last_build_date_is_the_newest_change_and_absent_in_an_empty_feed() -> None:
    assert channel(FULL).findtext("lastBuildDate") == "Sun, 01 Feb 2026 08:00:00 +0100"
    assert channel(FULL, []).find("lastBuildDate") is None


def test_an_update_is_told_only_where_it_is_one() -> None:
    assert item("updated").findtext("a:updated", namespaces=NS) == "2026-02-01T08:00:00+01:00"
    assert item("updated-equals-published").find("a:updated", NS) is None
    assert item("plain").find("a:updated", NS) is None


def test_an_item_has_one_enclosure_and_an_unknown_length_is_0() -> None:
    assert dict(item("enclosures").find("enclosure").attrib) == {
        "url": f"{SITE}a.mp3?x=1&y=2",
        "length": "123",
        "type": "audio/mpeg",
    }
    assert len(item("enclosures").findall("enclosure")) == 1
    assert item("unknown-length").find("enclosure").get("length") == "0"


@pytest.mark.parametrize("write", [rss, atom, json_feed], ids=["rss", "atom", "json"])
def test_nothing_unknown_is_written_as_none(write) -> None:
    assert not re.search(r'["> ]([Nn]one|null|nan)["<, ]', write(FULL, HARDEST).decode())


@pytest.mark.parametrize(
    ("logo", "icon", "shown"),
    [
        ("logo.png", "icon.png", "logo.png"),
        ("logo.JPG", None, "logo.JPG"),
        ("logo.svg", "icon.gif", "icon.gif"),
        ("logo.svg", "icon.ico", None),
        (None, None, None),
    ],
)
def test_the_channels_picture_is_a_gif_jpeg_or_png_with_the_channels_title_and_link(logo, icon, shown) -> None:
    feed = replace(BARE, logo=logo and SITE + logo, icon=icon and SITE + icon)
    image = channel(feed).find("image")
    if shown is None:
        assert image is None
    else:
        assert [child.text for child in image] == [SITE + shown, feed.title, feed.home_url]


def test_the_rss_head_links_to_itself_and_its_hubs_and_its_link_is_the_page() -> None:
    links = [dict(link.attrib) for link in channel(FULL).iterfind("a:link", NS)]
    own = {"href": FULL.feed_url, "rel": "self", "type": "application/rss+xml"}
    assert links == [own, *({"href": hub, "rel": "hub"} for hub in FULL.hubs)]
    assert channel(FULL).findtext("link") == FULL.home_url
    assert channel(BARE).find("a:link", NS) is None


def test_titles_are_plain_text_escaped_once() -> None:
    once = b"AT&#x26;T &#x3C;b&gt; vs. a &#x3C; b &#x26;&#x26; c &gt; d"
    assert b"<title>%b</title>" % once in rss(FULL, HARDEST)
    assert b'<title type="text">%b</title>' % once in atom(FULL, HARDEST)


def test_an_rss_description_is_html_so_that_a_plain_summary_is_escaped_for_it_first() -> None:
    assert item("ampersand").findtext("description") == "AT&amp;T &lt;b&gt; vs. a &lt; b &amp;&amp; c &gt; d"


# Atom 1.0


@FEEDS
@pytest.mark.parametrize("entries", [HARDEST, [], *([entry] for entry in HARDEST)], ids=["all", "none", *ENTRIES])
def test_atom_is_valid_by_the_schema_of_the_rfc(feed, entries, atom_schema) -> None:
    atom_schema.assertValid(etree.fromstring(atom(feed, entries)))


def test_titles_and_summaries_say_that_they_are_text_and_content_that_it_is_html() -> None:
    root = etree.fromstring(atom(FULL, HARDEST))
    assert {element.get("type") for element in root.iter(f"{A}title", f"{A}subtitle", f"{A}summary")} == {"text"}
    assert {element.get("type") for element in root.iter(f"{A}content")} == {"html"}


def test_there_is_one_alternate_link_and_it_is_the_page() -> None:
    root = etree.fromstring(atom(FULL, HARDEST))
    for element, url in [(root, SITE), *zip(root.iterfind("a:entry", NS), (e.url for e in HARDEST), strict=True)]:
        assert [link.get("href") for link in element.iterfind("a:link[@rel='alternate']", NS)] == [url]


def test_an_entry_link_has_a_rel_and_keeps_what_is_known_of_the_file() -> None:
    links = [dict(link.attrib) for link in entry("enclosures").iterfind("a:link[@rel='enclosure']", NS)]
    assert links == [
        {"href": f"{SITE}a.mp3?x=1&y=2", "rel": "enclosure", "type": "audio/mpeg", "length": "123"}
        | {"title": "One & <two>"},
        {"href": f"{SITE}b.pdf", "rel": "enclosure", "type": "application/pdf"},
        {"href": f"{SITE}c.ogg", "rel": "enclosure", "type": "audio/ogg"},
    ]


def test_the_atom_head_comes_before_the_entries_and_has_an_author_in_any_case() -> None:
    for feed, name in ((FULL, "Jo"), (BARE, "Tides")):
        tags = [child.tag for child in etree.fromstring(atom(feed, HARDEST))]
        assert tags.index(f"{A}entry") == len(tags) - len(HARDEST)
        assert etree.fromstring(atom(feed, [])).findtext("a:author/a:name", namespaces=NS) == name


def test_the_atom_head_links_to_itself_and_its_hubs() -> None:
    links = [dict(link.attrib) for link in etree.fromstring(atom(FULL, [])).iterfind("a:link", NS)]
    assert {"href": FULL.feed_url, "rel": "self", "type": "application/atom+xml"} in links
    assert [link["href"] for link in links if link["rel"] == "hub"] == list(FULL.hubs)


def test_an_atom_feeds_date_is_its_newest_entrys_and_1990_while_it_has_none() -> None:
    assert etree.fromstring(atom(FULL, HARDEST)).findtext("a:updated", namespaces=NS) == "2026-02-01T08:00:00+01:00"
    assert etree.fromstring(atom(FULL, [])).findtext("a:updated", namespaces=NS) == "1990-01-01T00:00:00+00:00"


def test_an_atom_feeds_id_is_its_page_unless_it_has_one() -> None:
    assert etree.fromstring(atom(FULL, [])).findtext("a:id", namespaces=NS) == FULL.id
    assert etree.fromstring(atom(BARE, [])).findtext("a:id", namespaces=NS) == BARE.home_url


def test_atom_dates_have_an_offset_of_whole_minutes() -> None:
    dates = [element.text for element in etree.fromstring(atom(FULL, HARDEST)).iter(f"{A}updated", f"{A}published")]
    pattern = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{6})?[+-]\d\d:\d\d"
    assert [date for date in dates if not re.fullmatch(pattern, date)] == []
    assert entry("local-mean-time").findtext("a:published", namespaces=NS) == "1991-12-31T23:40:28+00:00"
    feed = replace(BARE, updated=datetime(1992, 1, 1, tzinfo=timezone(timedelta(seconds=30))))
    assert etree.fromstring(atom(feed, [])).findtext("a:updated", namespaces=NS) == "1991-12-31T23:59:30+00:00"


def test_a_category_has_term_label_and_the_scheme_of_its_taxonomy() -> None:
    found = [dict(category.attrib) for category in entry("terms").iterfind("a:category", NS)]
    assert found == [
        {"term": "Web", "label": "Web", "scheme": f"{SITE}categories/"},
        {"term": "Web", "label": "Web", "scheme": f"{SITE}tags/"},
        {"term": "no scheme", "label": "no scheme"},
    ]


def test_a_mail_address_that_is_none_is_left_out() -> None:
    assert [mail.text for mail in entry("people").iter(f"{A}email")] == ["jo@example.org"]
    (found,) = json.loads(json_feed(FULL, [ENTRIES["people"]]))["items"]
    assert [author.get("_feedkit") for author in found["authors"]] == [{"email": "jo@example.org"}, None, None]
    for wrong in ("mailto:a@b.example", "<a@b.example>", "a@b.example,", "a@b.example?subject=c", "a@b@c.example"):
        assert b"<email>" not in atom(BARE, [make(authors=(Person(name="A", email=wrong),))])


# JSON Feed 1.1


@FEEDS
@pytest.mark.parametrize("entries", [HARDEST, []], ids=["all", "none"])
def test_json_feed_is_valid_by_its_schema(feed, entries, json_schema) -> None:
    json_schema.validate(json.loads(json_feed(feed, entries)))


def _values(value):
    if isinstance(value, dict | list):
        yield from (found for part in (value.values() if isinstance(value, dict) else value) for found in _values(part))
    yield value


@FEEDS
def test_json_feed_has_no_null_and_nothing_empty_but_the_items_of_an_empty_feed(feed) -> None:
    assert [value for value in _values(json.loads(json_feed(feed, HARDEST))) if value in (None, "", [], {})] == []
    assert json.loads(json_feed(feed, []))["items"] == []


def test_json_feed_names_its_version_and_every_item_by_its_id() -> None:
    found = json.loads(json_feed(FULL, HARDEST))
    assert found["version"] == "https://jsonfeed.org/version/1.1"
    assert [item["id"] for item in found["items"]] == [entry.id for entry in HARDEST]
    assert not [part for part in [found, *found["items"]] if "author" in part]


def test_only_known_keys_and_extensions_are_in_a_json_feed() -> None:
    top = "version title home_page_url feed_url description user_comment next_url icon favicon authors language expired"
    item = (
        "id url external_url title content_html content_text summary image banner_image date_published date_modified"
        " authors tags language attachments"
    )
    found = json.loads(json_feed(FULL, HARDEST))
    assert found.keys() <= {*top.split(), "hubs", "items", "_feedkit"}
    assert {key for each in found["items"] for key in each} <= {*item.split(), "_feedkit"}


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("content-only", {"content_html": "<p>The sea.</p>"}),
        ("summary-only", {"content_text": "The sea comes in."}),
        ("plain", {"content_text": "plain"}),
    ],
)
def test_an_item_has_html_or_else_the_summary_or_else_the_title_for_text(name, content) -> None:
    (found,) = json.loads(json_feed(FULL, [ENTRIES[name]]))["items"]
    assert {key: value for key, value in found.items() if key.startswith("content")} == content


def test_json_feed_is_utf_8_with_one_entry_a_line_and_a_line_end_at_the_end() -> None:
    lines = json_feed(FULL, HARDEST).decode("utf-8").splitlines()
    assert len(lines) == len(HARDEST) + 2
    assert "日本語" in "".join(lines)
    assert json_feed(FULL, HARDEST).endswith(b"\n]}\n")


def test_an_unknown_length_is_left_out_of_json_and_atom() -> None:
    assert entry("unknown-length").find("a:link[@rel='enclosure']", NS).get("length") is None
    (found,) = json.loads(json_feed(FULL, [ENTRIES["unknown-length"]]))["items"]
    assert found["attachments"] == [{"url": f"{SITE}a.mp3", "mime_type": "audio/mpeg"}]


# Readers


@pytest.mark.parametrize("write", [rss, atom], ids=["rss", "atom"])
@pytest.mark.parametrize("name", ["summary-only", "content-only", "picture", "bare-picture"])
def test_feedparser_does_not_take_the_pictures_words_for_the_articles(write, name) -> None:
    import feedparser

    (found,) = feedparser.parse(write(FULL, [ENTRIES[name]])).entries
    words = [found.title, found.get("summary", ""), *(content.value for content in found.get("content", []))]
    assert ENTRIES[name].image.alt not in [word for word in words if word]


def test_all_facts_of_a_picture_are_told_and_none_that_is_unknown() -> None:
    for made in (item("picture"), entry("picture")):
        content = made.find("media:content", NS)
        assert dict(content.attrib) == {
            "url": f"{SITE}tide.png?w=1&h=2",
            "medium": "image",
            "type": "image/png",
            "fileSize": "9",
            "width": "800",
            "height": "600",
        }
        assert content.findtext("media:title", namespaces=NS) == 'A "clock" & <more>'
    bare = item("bare-picture").find("media:content", NS)
    assert (dict(bare.attrib), len(bare)) == ({"url": f"{SITE}tide", "medium": "image"}, 0)


def test_a_feed_of_the_smallest_values_is_valid_too(atom_schema, json_schema) -> None:
    smallest = make("a", title="x", authors=(Person(name="y"),), enclosures=(Enclosure(url=SITE, type="a/b"),))
    atom_schema.assertValid(etree.fromstring(atom(BARE, [smallest])))
    json_schema.validate(json.loads(json_feed(BARE, [smallest])))
    assert channel(BARE, [smallest]).findtext("item/pubDate") == "Sun, 30 Mar 2025 00:00:00 +0000"
