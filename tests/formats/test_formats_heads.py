"""Heads that say more: what entries share, schedules, archives, tombstones, style sheets, other vocabularies."""

from __future__ import annotations

import html
import json
from datetime import UTC, datetime

import pytest
from entry_table import BARE, DAY, FULL, SITE, TEXT, make
from foreign_readers import NS
from hypothesis import given, settings
from lxml import etree
from msgspec.structs import replace
from rich_table import ANN, HEIGHT, PLACE, RICH_ENTRIES, RICH_FEEDS

from feedkit import atom, json_feed, rss
from feedkit.errors import DocumentError
from feedkit.formats.format import completed
from feedkit.formats.verification import verify
from feedkit.formats.xml_syntax import OWN as OURS
from feedkit.model import Document, Element, Enclosure, Person

RICH = list(RICH_ENTRIES.values())
EACH_FEED = pytest.mark.parametrize("feed", RICH_FEEDS.values(), ids=RICH_FEEDS)
XML = pytest.mark.parametrize("write", [rss, atom], ids=["rss", "atom"])
ALL = pytest.mark.parametrize("write", [rss, atom, json_feed], ids=["rss", "atom", "json"])


def channel(feed, entries=()):
    return etree.fromstring(rss(feed, entries))[0]


def prefixes(data: bytes) -> set[str]:
    return set(etree.fromstring(data).nsmap) - {None}


# Every document


@EACH_FEED
def test_atom_is_valid_by_the_schema_of_the_rfc_whatever_the_head_says(feed, atom_schema) -> None:
    for entries in ([], RICH):
        atom_schema.assertValid(etree.fromstring(atom(feed, entries)))


@EACH_FEED
def test_json_feed_is_valid_by_its_schema_whatever_the_head_says(feed, json_schema) -> None:
    for entries in ([], RICH):
        json_schema.validate(json.loads(json_feed(feed, entries)))


@EACH_FEED
@XML
def test_every_prefix_is_declared_once_at_the_root_and_only_where_it_is_used(write, feed) -> None:
    data = write(feed, RICH)
    root = etree.fromstring(data)
    assert data.count(b"xmlns") == len(root.nsmap)
    used = {etree.QName(element).namespace for element in root.iter() if isinstance(element.tag, str)}
    # These are in every feed, used or not.
    given = {NS["a"], NS["content"], NS["dc"], NS["media"]}
    assert used - {None} <= set(root.nsmap.values()) <= used | given


@EACH_FEED
@ALL
def test_every_document_passes_the_gate(write, feed) -> None:
    media_type = "application/feed+json" if write is json_feed else "application/xml"
    verify(Document(path="feed", media_type=media_type, pieces=(write(feed, RICH),)))


@XML
def test_a_feed_without_other_vocabularies_declares_none(write) -> None:
    assert prefixes(write(FULL, [make()])) <= {"atom", "content", "dc", "media"}


# What entries share


def test_authors_that_all_entries_share_are_the_feeds() -> None:
    entries = [make("a", authors=(ANN,)), make("b", authors=(ANN,))]
    assert completed(BARE, entries).authors == (ANN,)
    root = etree.fromstring(atom(BARE, entries))
    assert [name.text for name in root.iterfind("a:author/a:name", NS)] == ["Ann & Sons"]
    assert root.findtext("a:author/a:uri", namespaces=NS) == ANN.url
    assert json.loads(json_feed(BARE, entries))["authors"][0]["name"] == "Ann & Sons"
    assert channel(BARE, entries).findtext("managingEditor") == "ann@example.org (Ann & Sons)"


@pytest.mark.parametrize(
    "entries",
    [[], [make("a", authors=(ANN,)), make("b")], [make("a", authors=(ANN,)), make("b", authors=(Person(name="Bo"),))]],
    ids=["none", "one-without", "others"],
)
def test_authors_that_not_all_entries_share_are_not_the_feeds(entries) -> None:
    assert completed(BARE, entries).authors == ()
    assert "authors" not in json.loads(json_feed(BARE, entries))


def test_a_feeds_own_authors_stay() -> None:
    assert completed(FULL, [make("a", authors=(ANN,))]).authors == FULL.authors


@ALL
def test_two_entries_with_one_id_are_refused_by_both_titles(write) -> None:
    entries = [make("one"), replace(make("two"), id=f"{SITE}one/", source="two.md")]
    with pytest.raises(
        DocumentError, match=r"two\.md: error FK421: id: 'one' and 'two' have the same id: 'https://exa"
    ):
        write(BARE, entries)


# Schedules


def test_rss_says_when_to_come_again() -> None:
    found = channel(RICH_FEEDS["schedule"])
    assert found.findtext("ttl") == "60"
    assert [hour.text for hour in found.iterfind("skipHours/hour")] == ["0", "1", "23"]
    assert [day.text for day in found.iterfind("skipDays/day")] == ["Monday", "Sunday"]
    assert found.findtext("sy:updatePeriod", namespaces=NS) == "daily"
    assert found.findtext("sy:updateFrequency", namespaces=NS) == "2"


@pytest.mark.parametrize(
    ("address", "domain", "port", "path"),
    [
        ("https://cloud.example/notify?a=1", "cloud.example", "443", "/notify?a=1"),
        ("http://rpc.example:5337/pleaseNotify", "rpc.example", "5337", "/pleaseNotify"),
        ("http://rpc.example", "rpc.example", "80", "/"),
    ],
)
def test_an_rss_cloud_is_told_by_http_post(address, domain, port, path) -> None:
    feed = replace(BARE, rss_cloud=address, hubs=("https://hub.example/",))
    known = {"registerProcedure": "", "protocol": "http-post"}
    assert dict(channel(feed).find("cloud").attrib) == {"domain": domain, "port": port, "path": path, **known}
    hubs = json.loads(json_feed(feed, []))["hubs"]
    assert hubs == [{"type": "WebSub", "url": "https://hub.example/"}, {"type": "rssCloud", "url": address}]


# RFC 5005 and RFC 6721


@XML
def test_a_complete_feed_says_so_and_links_to_no_archive(write) -> None:
    root = etree.fromstring(write(RICH_FEEDS["complete"], []))
    assert len(list(root.iter(f"{{{NS['fh']}}}complete"))) == 1
    assert not list(root.iter(f"{{{NS['fh']}}}archive"))
    assert {link.get("rel") for link in root.iter(f"{{{NS['a']}}}link")} <= {"self", "alternate"}


@XML
def test_an_archive_says_so_and_names_its_neighbours_and_the_current_feed(write) -> None:
    feed = RICH_FEEDS["archive"]
    root = etree.fromstring(write(feed, []))
    links = {link.get("rel"): link.get("href") for link in root.iter(f"{{{NS['a']}}}link")}
    assert len(list(root.iter(f"{{{NS['fh']}}}archive"))) == 1
    assert (links["prev-archive"], links["next-archive"]) == (feed.prev_archive, feed.next_archive)
    assert (links["current"], links["self"]) == (feed.current, feed.feed_url)


def test_the_next_page_of_a_json_feed_is_the_archive_before_it_and_rss_still_links_to_its_page() -> None:
    assert json.loads(json_feed(RICH_FEEDS["archive"], []))["next_url"] == f"{SITE}archive/1.xml"
    assert channel(RICH_FEEDS["archive"]).findtext("link") == SITE


def test_atom_tells_what_is_gone_newest_first_and_before_all_entries() -> None:
    root = etree.fromstring(atom(RICH_FEEDS["tombstones"], RICH))
    assert [dict(stone.attrib) for stone in root.iterfind("at:deleted-entry", NS)] == [
        {"ref": f"{SITE}a", "when": "2025-03-31T00:00:00+00:00"},
        {"ref": f"{SITE}b?x=1&y=2", "when": "2025-03-31T00:00:00+00:00"},
        {"ref": "urn:uuid:1225c695-cfb8-4ebb-aaaa-80da344efa6a", "when": "2025-03-30T00:00:00+00:00"},
    ]
    tags = [etree.QName(child).localname for child in root]
    assert tags.index("entry") == len(tags) - len(RICH)
    assert b"deleted" not in rss(RICH_FEEDS["tombstones"], []) + json_feed(RICH_FEEDS["tombstones"], [])


# Style sheets


@XML
def test_a_style_sheet_is_named_between_the_declaration_and_the_root(write) -> None:
    data = write(RICH_FEEDS["styled"], [])
    declaration, style, *_ = data.decode().splitlines()
    assert declaration == "<?xml version='1.0' encoding='UTF-8'?>"
    href = f"{SITE}feed.css?a=1&amp;b=&#x27;2&#x27;&amp;c=?"
    assert style.startswith(f'<?xml-stylesheet type="text/css" href="{href}"?>')
    assert html.unescape(href) == RICH_FEEDS["styled"].stylesheet
    assert b"xml-stylesheet" not in write(FULL, [])


# Other vocabularies


@XML
def test_a_builders_elements_are_written_whole(write) -> None:
    root = etree.fromstring(write(RICH_FEEDS["extended"], [RICH_ENTRIES["elements"]]))
    places = list(root.iter("{http://www.georss.org/georss}where"))
    assert [place.get("note") for place in places] == ['a "b" <c> & d'] * 2
    assert [place.findtext(".//{http://www.opengis.net/gml}pos") for place in places] == ["35.9 14.5"] * 2
    (height,) = root.iter("{https://tide.example/ns#}height")
    assert (height.text, height.prefix) == ("3 < 4 & ]]>", "tide")


def test_an_atom_element_in_atom_is_one_of_its_own_and_no_prefix_stands_for_it() -> None:
    data = atom(BARE, [RICH_ENTRIES["atom-in-atom"]])
    assert b"<rights/>" in data
    assert b"xmlns:atom" not in data


def test_markdown_is_for_rss_alone() -> None:
    entry = RICH_ENTRIES["markdown"]
    assert channel(BARE, [entry]).findtext("item/source:markdown", namespaces=NS) == entry.markdown
    assert b"# A" not in atom(BARE, [entry]) + json_feed(BARE, [entry])


def test_a_builders_objects_are_in_json_feed_as_they_are() -> None:
    found = json.loads(json_feed(RICH_FEEDS["extended"], [RICH_ENTRIES["objects"]]))
    assert found["_tide"] == {"sea": "Baltic & <North>"}
    assert found["items"][0]["_tide"] == {"height": 3.5, "names": ["a", "b"]}
    assert found["items"][0]["_no"] == {}


def _element(prefix: str, namespace: str, *attributes: tuple[str, str]) -> Element:
    return Element(prefix=prefix, namespace=namespace, name="x", text="1", attributes=attributes)


ONE, OTHER = _element("a", "https://a.example/"), _element("a", "https://b.example/")
ALIAS = _element("b", "https://a.example/")


@XML
@pytest.mark.parametrize(
    ("elements", "message"),
    [
        ((ONE, OTHER), "the prefix a is used for https://a.example/ and https://b.example/"),
        ((ONE, ALIAS), "https://a.example/ has the prefixes a and b"),
        ((replace(ONE, children=(OTHER,)),), "the prefix a is used for"),
        ((_element("media", "https://a.example/"),), f"the prefix media is used for {OURS['media']} and"),
        ((_element("m", OURS["media"]),), "has the prefixes media and m"),
    ],
)
def test_namespaces_that_do_not_go_together_are_refused_in_entry_and_head(write, elements, message) -> None:
    for feed, entries in [(BARE, [make(elements=elements)]), (replace(BARE, elements=elements), [])]:
        with pytest.raises(DocumentError) as caught:
            write(feed, entries)
        assert caught.value.problem.code == "FK420"
        assert message in caught.value.problem.message


def test_an_attribute_that_would_declare_a_namespace_is_none() -> None:
    with pytest.raises(ValueError, match="the attribute 'xmlns' belongs to XML itself"):
        _element("a", "https://a.example/", ("xmlns", "x"))


@XML
@pytest.mark.parametrize("name", ["text", "tag", "parent", "type_", "class"])
def test_an_attribute_may_have_any_name(write, name) -> None:
    element = _element("a", "https://a.example/", (name, "1"))
    for feed, entries in [(BARE, [make(elements=(element,))]), (replace(BARE, elements=(element,)), [])]:
        (found,) = etree.fromstring(write(feed, entries)).iter("{https://a.example/}x")
        assert dict(found.attrib) == {name: "1"}


@XML
def test_namespaces_of_two_entries_or_of_head_and_entry_must_go_together_too(write) -> None:
    one, other = make("a", elements=(ONE,)), make("b", elements=(OTHER,))
    for feed, entries in [(BARE, [one, other]), (replace(BARE, elements=(ONE,)), [other])]:
        with pytest.raises(DocumentError, match="FK420"):
            write(feed, entries)


@pytest.mark.parametrize("objects", [{"_feedkit": {}}, {"_1": {}}, {"_": {}}, {"_a": 7}, {"_a": {"b.c": 1}}])
def test_an_object_that_json_feed_does_not_allow_is_refused_in_entry_and_head(objects) -> None:
    for made in (lambda: make(json=objects), lambda: replace(BARE, json=objects)):
        with pytest.raises(ValueError, match=r"^json: .*_"):
            made()


@pytest.mark.parametrize(
    ("value", "message"),
    [(datetime(2025, 1, 1, tzinfo=UTC), "datetime has no form in JSON"), (float("nan"), "NaN|nan")],
)
def test_a_value_that_json_has_no_form_for_is_refused_by_name(value, message) -> None:
    objects = {"_a": {"b": value}}
    for feed, entries in [(BARE, [make("x", json=objects)]), (replace(BARE, json=objects), [])]:
        with pytest.raises(DocumentError, match=f"FK303: .*'(x|Tides)'.* cannot be written: .*({message}|compliant)"):
            json_feed(feed, entries)


@settings(max_examples=30)
@given(TEXT)
def test_any_text_in_any_element_reads_back_equal(text) -> None:
    element = replace(HEIGHT, text=text, attributes=(("a", text),))
    for write in (rss, atom):
        root = etree.fromstring(write(replace(BARE, elements=(element,)), [make(elements=(element, PLACE))]))
        found = list(root.iter("{https://tide.example/ns#}height"))
        assert [(item.text, item.get("a")) for item in found] == [(text, text)] * 2


# Pictures and files


@XML
def test_the_hero_picture_is_content_and_thumbnail(write) -> None:
    from entry_table import ENTRIES

    item = next(etree.fromstring(write(BARE, [ENTRIES["picture"]])).iter("item", f"{{{NS['a']}}}entry"))
    thumbnail = item.find("media:thumbnail", NS)
    assert dict(thumbnail.attrib) == {"url": f"{SITE}tide.png?w=1&h=2", "width": "800", "height": "600"}
    assert item.find("media:content", NS).get("type") == "image/png"


def test_further_files_of_an_item_are_told_in_media_rss_behind_the_picture() -> None:
    from entry_table import ENTRIES

    video = Enclosure(url=f"{SITE}d.mp4", type="video/mp4", length=9, duration=61, title="Film & <more>")
    entry = replace(ENTRIES["enclosures"], image=ENTRIES["picture"].image)
    item = channel(BARE, [replace(entry, enclosures=(*entry.enclosures, video))]).find("item")
    found = [dict(content.attrib) for content in item.iterfind("media:content", NS)][1:]
    assert found == [
        {"url": f"{SITE}b.pdf", "medium": "document", "type": "application/pdf"},
        {"url": f"{SITE}c.ogg", "medium": "audio", "type": "audio/ogg"},
        {"url": f"{SITE}d.mp4", "medium": "video", "type": "video/mp4", "fileSize": "9", "duration": "61"},
    ]
    assert item.findtext("media:content[@medium='video']/media:title", namespaces=NS) == "Film & <more>"
    assert len(item.findall("enclosure")) == 1


def test_a_picture_comes_before_the_files_for_readers_that_take_the_first() -> None:
    from entry_table import ENTRIES

    entry = replace(ENTRIES["enclosures"], image=ENTRIES["picture"].image, updated=DAY)
    first = channel(BARE, [entry]).find("item/media:content", NS)
    assert first.get("medium") == "image"
