"""Entries and feeds that say what few say: episodes, archives, tombstones, other vocabularies. One row a case."""

from __future__ import annotations

from datetime import timedelta
from types import MappingProxyType
from typing import Any

from entry_table import BARE, DAY, FULL, SITE, make
from msgspec.structs import replace

from feedkit.model import (
    Element,
    Enclosure,
    Episode,
    Funding,
    Participant,
    Person,
    Podcast,
    Schedule,
    Tombstone,
    Transcript,
)

ANN = Person(name="Ann & Sons", email="ann@example.org", url="https://ann.example/")
#: The tide of 3 metres, as an invented vocabulary has it.
HEIGHT = Element(prefix="tide", namespace="https://tide.example/ns#", name="height", text="3 < 4 & ]]>")
#: A place, nested, as georss has it.
PLACE = Element(
    prefix="georss",
    namespace="http://www.georss.org/georss",
    name="where",
    attributes=(("note", 'a "b" <c> & d'),),
    children=(
        Element(
            prefix="gml",
            namespace="http://www.opengis.net/gml",
            name="Point",
            children=(Element(prefix="gml", namespace="http://www.opengis.net/gml", name="pos", text="35.9 14.5"),),
        ),
    ),
)
AUDIO = Enclosure(url=f"{SITE}7.mp3", type="audio/mpeg", length=1234, duration=3723, title="Tides")

_ROWS: dict[str, dict[str, Any]] = {
    "episode": {
        "title": "Tides & <more>",
        "summary": "What comes.",
        "authors": (ANN,),
        "enclosures": (AUDIO, Enclosure(url=f"{SITE}7.pdf", type="application/pdf", title="Slides & <notes>")),
        "episode": Episode(
            season=2,
            season_name='Storms & "calm"',
            number=7,
            type="bonus",
            explicit=True,
            block=True,
            image=f"{SITE}7.png?a=1&b=2",
            title="Spring tide < neap tide",
            transcripts=(
                Transcript(url=f"{SITE}7.vtt", type="text/vtt", language="fr", captions=True),
                Transcript(url=f"{SITE}7.html", type="text/html"),
            ),
            chapters=f"{SITE}7.json",
            persons=(
                Participant(
                    name="Bo & Di", role="guest", group="cast", url="https://bo.example/", image=f"{SITE}bo.png"
                ),
                Participant(name="Cy"),
            ),
        ),
    },
    "bare-episode": {"episode": Episode()},
    "markdown": {"markdown": "# A & <b>\n\n]]> `x`\n", "content": "<h1>A</h1>"},
    "elements": {"elements": (PLACE, HEIGHT)},
    "objects": {"json": MappingProxyType({"_tide": MappingProxyType({"height": 3.5, "names": ["a", "b"]}), "_no": {}})},
    "atom-in-atom": {"elements": (Element(prefix="atom", namespace="http://www.w3.org/2005/Atom", name="rights"),)},
    "own-itunes": {
        "elements": (
            Element(prefix="itunes", namespace="http://www.itunes.com/dtds/podcast-1.0.dtd", name="order", text="1"),
        )
    },
}

#: Every case by its name.
RICH_ENTRIES = {name: make(f"rich-{name}", **fields) for name, fields in _ROWS.items()}

#: A show that says all it can.
SHOW = Podcast(
    image=f"{SITE}show.jpg",
    categories=("Society & Culture/Documentary", "Science/Nature", "TV & Film", "Science/Physics"),
    explicit=True,
    author="Ann & Bo",
    owner_name="Ann Lee",
    owner_email="ann@example.org",
    type="serial",
    block=True,
    complete=True,
    new_feed_url=f"{SITE}new.xml",
    locked=True,
    funding=(Funding(url=f"{SITE}give?a=1&b=2", title="Give & take"), Funding(url=f"{SITE}more")),
    persons=(Participant(name="Ann", role="host", group="cast", url=f"{SITE}ann/", image=f"{SITE}ann.jpg"),),
    medium="podcast",
    license="cc-by-4.0",
)

#: Heads of every kind.
RICH_FEEDS = {
    "show": replace(FULL, podcast=SHOW),
    "bare-show": replace(BARE, podcast=Podcast(image=f"{SITE}show.png")),
    "schedule": replace(
        BARE,
        schedule=Schedule(
            ttl=60, skip_hours=(1, 0, 23), skip_days=("Sunday", "Monday"), update_period="daily", update_frequency=2
        ),
        rss_cloud="https://cloud.example/notify?a=1",
    ),
    "complete": replace(BARE, complete=True),
    "archive": replace(
        BARE,
        feed_url=f"{SITE}archive/2.xml",
        archive=True,
        prev_archive=f"{SITE}archive/1.xml",
        next_archive=f"{SITE}archive/3.xml",
        current=f"{SITE}feed.xml",
    ),
    "tombstones": replace(
        BARE,
        tombstones=(
            Tombstone(ref="urn:uuid:1225c695-cfb8-4ebb-aaaa-80da344efa6a", when=DAY),
            Tombstone(ref=f"{SITE}b?x=1&y=2", when=DAY + timedelta(days=1)),
            Tombstone(ref=f"{SITE}a", when=DAY + timedelta(days=1)),
        ),
    ),
    "styled": replace(BARE, stylesheet=f"{SITE}feed.css?a=1&b='2'&c=?"),
    "extended": replace(BARE, elements=(PLACE,), json={"_tide": {"sea": "Baltic & <North>"}}),
}
