"""Shows and episodes in RSS, as Apple and podcast namespace 1.0 have them, and what is told of those they turn down."""

from __future__ import annotations

import json
from uuid import UUID, uuid5

import feedparser
import pytest
from entry_table import BARE, SITE
from foreign_readers import NS
from lxml import etree
from msgspec.structs import replace
from rich_table import AUDIO, RICH_ENTRIES, RICH_FEEDS, SHOW

from feedkit import atom, json_feed, rss
from feedkit.model import Person

FEED = RICH_FEEDS["show"]
EPISODE = RICH_ENTRIES["episode"]
ITUNES, PODCAST = f"{{{NS['itunes']}}}", f"{{{NS['podcast']}}}"


def channel(feed=FEED, entries=(EPISODE,)):
    return etree.fromstring(rss(feed, entries))[0]


def said(parent, namespace: str) -> list[tuple[str, str | None, dict[str, str]]]:
    """The children of one vocabulary in their order: name, text, attributes."""
    return [
        (etree.QName(child).localname, child.text, dict(child.attrib))
        for child in parent
        if child.tag.startswith(namespace)
    ]


def test_a_show_says_what_apple_reads() -> None:
    assert said(channel(), ITUNES) == [
        ("author", "Ann & Bo", {}),
        ("explicit", "true", {}),
        ("type", "serial", {}),
        ("block", "Yes", {}),
        ("complete", "Yes", {}),
        ("new-feed-url", f"{SITE}new.xml", {}),
        ("image", None, {"href": f"{SITE}show.jpg"}),
        ("owner", None, {}),
        ("category", None, {"text": "Society & Culture"}),
        ("category", None, {"text": "Science"}),
        ("category", None, {"text": "TV & Film"}),
    ]
    owner, *categories = (said(child, ITUNES) for child in channel().iterfind("itunes:*", NS) if len(child))
    assert owner == [("name", "Ann Lee", {}), ("email", "ann@example.org", {})]
    assert categories == [
        [("category", None, {"text": "Documentary"})],
        [("category", None, {"text": "Nature"}), ("category", None, {"text": "Physics"})],
    ]


def test_a_show_says_what_podcast_programs_read() -> None:
    guid = uuid5(UUID("ead4c236-bf58-58c6-a2c6-a6b28d128cb6"), "example.org/feed?a=1&b=2")
    assert said(channel(), PODCAST) == [
        ("guid", str(guid), {}),
        ("locked", "yes", {"owner": "ann@example.org"}),
        ("funding", "Give & take", {"url": f"{SITE}give?a=1&b=2"}),
        ("funding", None, {"url": f"{SITE}more"}),
        ("person", "Ann", {"role": "host", "group": "cast", "img": f"{SITE}ann.jpg", "href": f"{SITE}ann/"}),
        ("medium", "podcast", {}),
        ("license", "cc-by-4.0", {}),
    ]


def test_a_guid_is_that_of_the_standards_own_example_and_an_archive_has_the_shows() -> None:
    """Podcast namespace 1.0 `guid`: the feed of podnews.net, without scheme and slashes at the end."""
    for address in (
        "https://podnews.net/rss",
        "http://podnews.net/rss",
        "https://podnews.net/rss/",
        "http://podnews.net/rss//",
    ):
        feed = replace(BARE, feed_url=address, podcast=SHOW)
        assert channel(feed).findtext("podcast:guid", namespaces=NS) == "9b024349-ccf0-5f69-a609-6b82873eab3c"
    archive = replace(RICH_FEEDS["archive"], current="https://podnews.net/rss", podcast=SHOW)
    assert channel(archive).findtext("podcast:guid", namespaces=NS) == "9b024349-ccf0-5f69-a609-6b82873eab3c"
    own = replace(BARE, podcast=replace(SHOW, guid="917393e3-1b1e-5cef-ace4-edaa54e1f810"))
    assert channel(own).findtext("podcast:guid", namespaces=NS) == "917393e3-1b1e-5cef-ace4-edaa54e1f810"
    assert channel(replace(BARE, podcast=SHOW)).find("podcast:guid", NS) is None


def test_an_episode_says_what_apple_reads() -> None:
    assert said(channel().find("item"), ITUNES) == [
        ("title", "Spring tide < neap tide", {}),
        ("author", "Ann & Sons", {}),
        ("duration", "3723", {}),
        ("season", "2", {}),
        ("episode", "7", {}),
        ("episodeType", "bonus", {}),
        ("explicit", "true", {}),
        ("block", "Yes", {}),
        ("image", None, {"href": f"{SITE}7.png?a=1&b=2"}),
    ]


@pytest.mark.parametrize(("explicit", "text"), [(True, "true"), (False, "false"), (None, None)])
def test_an_episode_may_say_otherwise_than_its_show(explicit: bool | None, text: str | None) -> None:
    episode = replace(EPISODE, episode=replace(EPISODE.episode, explicit=explicit))
    assert channel(entries=[episode]).findtext("item/itunes:explicit", namespaces=NS) == text


def test_an_episode_says_what_podcast_programs_read() -> None:
    assert said(channel().find("item"), PODCAST) == [
        ("season", "2", {"name": 'Storms & "calm"'}),
        ("episode", "7", {}),
        (
            "transcript",
            None,
            {"url": f"{SITE}7.vtt", "type": "text/vtt", "language": "fr", "rel": "captions"},
        ),
        ("transcript", None, {"url": f"{SITE}7.html", "type": "text/html"}),
        ("chapters", None, {"url": f"{SITE}7.json", "type": "application/json+chapters"}),
        (
            "person",
            "Bo & Di",
            {"role": "guest", "group": "cast", "img": f"{SITE}bo.png", "href": "https://bo.example/"},
        ),
        ("person", "Cy", {}),
    ]


def test_what_is_not_known_of_a_show_or_an_episode_is_not_written() -> None:
    bare = replace(RICH_ENTRIES["bare-episode"], enclosures=(replace(AUDIO, duration=None),))
    found = channel(RICH_FEEDS["bare-show"], [bare])
    assert said(found, ITUNES) == [
        ("explicit", "false", {}),
        ("type", "episodic", {}),
        ("image", None, {"href": f"{SITE}show.png"}),
    ]
    assert said(found.find("item"), ITUNES) == [("episodeType", "full", {})]
    assert said(found, PODCAST) == said(found.find("item"), PODCAST) == []


def test_an_episode_without_a_title_has_the_beginning_of_its_text_for_one() -> None:
    untitled = replace(RICH_ENTRIES["bare-episode"], title="", content="<p>The tide &amp; I.</p>")
    assert channel(entries=[untitled]).findtext("item/title") == "The tide & I."


def test_neither_atom_nor_json_feed_has_podcast_elements_and_an_ended_show_has_expired() -> None:
    assert not [name for name in (b"itunes", b"podcast", b"show.jpg") if name in atom(FEED, [EPISODE])]
    assert json.loads(json_feed(FEED, [EPISODE]))["expired"] is True
    assert "expired" not in json.loads(json_feed(RICH_FEEDS["bare-show"], []))


def test_feedparser_reads_the_show_and_the_episode() -> None:
    found = feedparser.parse(rss(FEED, [EPISODE]))
    assert not found.bozo
    assert found.feed.image.href == f"{SITE}show.jpg"
    assert {tag.term for tag in found.feed.tags} >= {"Society & Culture", "Documentary", "Science", "TV & Film"}
    assert (found.feed.itunes_type, found.feed.itunes_block) == ("serial", 1)
    assert found.feed.publisher_detail == {"name": "Ann Lee", "email": "ann@example.org"}
    (item,) = found.entries
    assert (item.title, item.itunes_title) == ("Tides & <more>", "Spring tide < neap tide")
    assert (item.itunes_season, item.itunes_episode, item.itunes_episodetype) == ("2", "7", "bonus")
    assert item.itunes_duration == "3723"
    # itunes:explicit is not compared: of Apple's words feedparser knows those of 2005 only, `yes` and `clean`.
    (file,) = item.enclosures
    assert (file.href, file.type, file.length) == (AUDIO.url, "audio/mpeg", "1234")


def test_an_editor_has_a_mail_address_that_validators_take_and_a_name_without_brackets() -> None:
    people = (
        Person(name="No Mail"),
        Person(name="Bad", email="bad@host"),
        Person(name="Jo (ed.) <x>", email="j@a.example"),
    )
    assert channel(replace(BARE, authors=people)).findtext("managingEditor") == "j@a.example (Jo ed. x)"
    assert channel(replace(BARE, authors=people[:2])).find("managingEditor") is None
