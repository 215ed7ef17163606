"""The edges of feedgen that `docs/feedgen.md` lists: each as plain feedgen has it, and beside it what we write.

A test of the first kind fails on the day its edge is gone; then its workaround can go, too.
"""

from __future__ import annotations

import locale
import re
import subprocess
import sys
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from entry_table import BARE, ENTRIES, FULL, SITE, make
from foreign_readers import NS
from lxml import etree

from feedkit import atom, rss
from feedkit.errors import DocumentError
from feedkit.formats import by_feedgen
from feedkit.model import Enclosure, Person

# After feedkit: edge 11.
from feedgen.entry import FeedEntry  # isort: skip
from feedgen.feed import FeedGenerator  # isort: skip

ROOT = Path(__file__).resolve().parents[2]
MOMENT = datetime(2025, 3, 30, 7, 15, tzinfo=UTC)
AUDIO = Enclosure(url=f"{SITE}a.mp3", type="audio/mpeg", title="One")


def plain_feed() -> FeedGenerator:
    feed = FeedGenerator()
    feed.id(SITE)
    feed.title("T")
    feed.description("D")
    feed.link(href=SITE, rel="alternate")
    return feed


def plain_entry(name: str = "a") -> FeedEntry:
    entry = FeedEntry()
    entry.id(f"{SITE}{name}/")
    entry.title(name)
    entry.link(href=f"{SITE}{name}/")
    return entry


def rss_item(entry):
    return etree.fromstring(rss(BARE, [entry])).find("channel/item")


def test_edge_1_atom_entry_links_lose_rel_type_length_and_title() -> None:
    entry = plain_entry()
    entry.link(href=AUDIO.url, rel="enclosure", type="audio/mpeg", length="9", title="One")
    assert [dict(link.attrib) for link in entry.atom_entry().iter("link")] == [
        {"href": f"{SITE}a/"},
        {"href": AUDIO.url},
    ]


def test_edge_1_ours_keep_them() -> None:
    root = etree.fromstring(atom(BARE, [make(enclosures=(AUDIO,))]))
    link = root.find("a:entry/a:link[@rel='enclosure']", NS)
    assert dict(link.attrib) == {"href": AUDIO.url, "rel": "enclosure", "type": "audio/mpeg", "title": "One"}


def test_edge_2_the_channels_link_is_the_last_one_added() -> None:
    feed = plain_feed()
    feed.link(href="https://hub.example/", rel="hub")
    assert etree.fromstring(feed.rss_str()).findtext("channel/link") == "https://hub.example/"


def test_edge_2_ours_is_the_page() -> None:
    assert etree.fromstring(rss(FULL, [])).findtext("channel/link") == SITE


def test_edge_3_a_hub_never_reaches_rss() -> None:
    feed = plain_feed()
    feed.link(href="https://hub.example/", rel="hub")
    assert etree.fromstring(feed.rss_str()).findall("channel/a:link", NS) == []


def test_edge_3_ours_do() -> None:
    links = etree.fromstring(rss(FULL, [])).iterfind("channel/a:link[@rel='hub']", NS)
    assert [link.get("href") for link in links] == list(FULL.hubs)


def test_edge_4_without_a_date_it_is_the_time_of_the_build() -> None:
    before = datetime.now(UTC)
    feed, entry = plain_feed(), plain_entry()
    for updated in (feed.updated(), feed.lastBuildDate(), entry.updated()):
        assert before <= updated <= datetime.now(UTC)


def test_edge_4_ours_is_the_newest_entrys_or_none() -> None:
    assert etree.fromstring(rss(BARE, [])).find("channel/lastBuildDate") is None
    year = str(datetime.now(UTC).year).encode()
    assert year not in rss(BARE, []) + atom(BARE, []) + atom(BARE, [make(published=MOMENT)])


def test_edge_5_an_entry_goes_before_those_that_are_there() -> None:
    feed = plain_feed()
    for name in ("first", "second"):
        feed.add_entry(plain_entry(name))
    assert [entry.title() for entry in feed.entry()] == ["second", "first"]


def test_edge_5_ours_stay_in_the_order_given() -> None:
    root = etree.fromstring(rss(BARE, [make("first"), make("second")]))
    assert [item.findtext("title") for item in root.iter("item")] == ["first", "second"]


def test_edge_6_cdata_content_has_a_type_that_atom_does_not_know(atom_schema) -> None:
    feed, entry = plain_feed(), plain_entry()
    entry.content("<p>x</p>", type="CDATA")
    feed.author(name="Jo")
    feed.add_entry(entry)
    root = etree.fromstring(feed.atom_str())
    assert root.find("a:entry/a:content", NS).get("type") == "CDATA"
    assert not atom_schema.validate(root)


def test_edge_6_ours_is_escaped_html(atom_schema) -> None:
    document = atom(BARE, [make(content="<p>x</p>")])
    assert b'<content type="html">&lt;p&gt;x&lt;/p&gt;</content>' in document
    atom_schema.assertValid(etree.fromstring(document))


def test_edge_7_an_rss_date_switches_the_locale_of_the_process(monkeypatch) -> None:
    entry, switched = plain_entry(), []
    entry.published(MOMENT)
    monkeypatch.setattr(locale, "setlocale", lambda category, name=None: switched.append(name))
    entry.rss_entry()
    assert "C" in switched


def test_edge_7_ours_does_not_touch_it(monkeypatch) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("the locale belongs to the process")

    monkeypatch.setattr(locale, "setlocale", refuse)
    document = rss(FULL, list(ENTRIES.values()))
    assert document.count(b"<pubDate>") == len(ENTRIES)
    assert document.count(b"<lastBuildDate>") == 1


def test_edge_8_a_control_character_raises_without_a_name() -> None:
    entry = plain_entry("the-tide")
    entry.title("a\x0bb")
    with pytest.raises(ValueError, match="XML compatible") as caught:
        entry.rss_entry()
    assert "the-tide" not in str(caught.value)


def test_edge_8_ours_names_the_entry() -> None:
    with pytest.raises(DocumentError, match=r"https://example\.org/the-tide/"):
        rss(BARE, [make("the-tide", summary="a\x0bb")])


def test_edge_9_an_rss_author_without_a_mail_address_vanishes() -> None:
    entry = plain_entry()
    entry.author(name="Jo")
    assert b"Jo" not in etree.tostring(entry.rss_entry())


def test_edge_9_ours_is_the_creator() -> None:
    assert rss_item(make(authors=(Person(name="Jo"),))).findtext("dc:creator", namespaces=NS) == "Jo"


def test_edge_10_itunes_explicit_refuses_true() -> None:
    feed = plain_feed()
    feed.load_extension("podcast")
    with pytest.raises(ValueError, match="explicit"):
        feed.podcast.itunes_explicit("true")


def test_edge_10_ours_has_no_itunes_element() -> None:
    assert b"itunes" not in rss(FULL, list(ENTRIES.values()))


def _alone(statement: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", statement]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


def test_edge_11_feedgen_util_forgets_to_import_what_it_uses() -> None:
    assert "has no attribute 'etree'" in _alone("import feedgen.util").stderr


def test_edge_11_ours_imports_it_first() -> None:
    result = _alone("import feedkit; print(feedkit.rss.__name__)")
    assert (result.stdout, result.stderr) == ("rss\n", "")


def test_edge_12_an_unknown_length_is_written_as_none() -> None:
    entry = plain_entry()
    entry.enclosure(AUDIO.url, None, "audio/mpeg")
    assert entry.rss_entry().find("enclosure").get("length") == "None"


def test_edge_12_ours_is_0() -> None:
    assert rss_item(make(enclosures=(AUDIO,))).find("enclosure").get("length") == "0"


def _count(monkeypatch, name: str) -> list[int]:
    calls: list[int] = []
    made = getattr(FeedEntry, name)
    monkeypatch.setattr(FeedEntry, name, lambda *args, **named: (calls.append(1), made(*args, **named))[1])
    return calls


def test_edge_13_each_document_makes_all_its_entries_again(monkeypatch) -> None:
    calls = _count(monkeypatch, "rss_entry")
    feed = plain_feed()
    feed.add_entry(plain_entry())
    feed.rss_str()
    feed.rss_str()
    assert len(calls) == 2


def test_edge_13_ours_makes_an_entry_once_for_all_feeds_of_a_site(monkeypatch) -> None:
    from feedkit import Site, documents

    calls = {name: _count(monkeypatch, name) for name in ("rss_entry", "atom_entry")}
    site = Site(base_url=SITE, title="T", as_of=datetime(2026, 3, 1, tzinfo=UTC), limit=100)
    found = list(documents(site, [ENTRIES[name] for name in ("terms", "plain")]))
    assert sum(document.path.endswith("rss.xml") for document in found) > 1
    assert {name: len(made) for name, made in calls.items()} == {"rss_entry": 2, "atom_entry": 2}


def test_edge_14_an_offset_with_seconds_is_written_into_atom_as_it_is() -> None:
    entry = plain_entry()
    entry.published(datetime(1992, 1, 1, tzinfo=timezone(timedelta(minutes=19, seconds=32))))
    assert entry.atom_entry().findtext("published") == "1992-01-01T00:00:00+00:19:32"


def test_edge_14_ours_becomes_utc() -> None:
    root = etree.fromstring(atom(BARE, [ENTRIES["local-mean-time"]]))
    dates = [element.text for element in root.find("a:entry", NS) if re.search("published|updated", element.tag)]
    assert dates == ["1993-01-01T00:19:32+00:00", "1991-12-31T23:40:28+00:00"]


def test_edge_15_atom_elements_are_in_no_namespace_until_they_are_read_again() -> None:
    entry = plain_entry()
    entry.content("x")
    assert entry.atom_entry().tag == "entry"
    root = plain_feed()._create_atom()[0]
    assert (root.tag, root.get("xmlns")) == ("feed", NS["a"])


def test_edge_15_ours_are_in_atoms_when_read() -> None:
    found = etree.fromstring(atom(FULL, list(ENTRIES.values())))
    assert {etree.QName(element).namespace for element in found.iter()} == {NS["a"], NS["media"]}


def test_edge_16_a_dict_that_is_handed_over_is_changed() -> None:
    link = {"href": SITE}
    plain_entry().link(link)
    assert link == {"href": SITE, "rel": "alternate"}


def test_edge_16_ours_are_copies() -> None:
    entry = ENTRIES["enclosures"]
    before = by_feedgen.atom_links(entry)
    by_feedgen.atom_fragment(entry)
    assert by_feedgen.atom_links(entry) == before
