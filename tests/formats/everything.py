"""An entry and a feed with a value in every field: what the tests of the mapping and of namespaces share."""

from __future__ import annotations

from datetime import UTC, datetime

from msgspec.structs import replace

from feedkit import (
    Element,
    Enclosure,
    Entry,
    Episode,
    Feed,
    Funding,
    Image,
    Participant,
    Person,
    Podcast,
    Schedule,
    Term,
    Tombstone,
    Transcript,
)

SITE = "https://example.org/"
DAY = datetime(2025, 3, 30, tzinfo=UTC)

PEOPLE = (Person(name="Jo", email="jo@example.org", url=SITE, avatar=f"{SITE}jo.png", key="jo"),)
PERSONS = (Participant(name="Ann", role="guest", group="cast", url=SITE, image=f"{SITE}ann.png"),)
PICTURE = Image(url=f"{SITE}a.png", alt="A", type="image/png", width=88, height=31, length=9)
FOREIGN = (Element(prefix="geo", namespace="http://www.w3.org/2003/01/geo/wgs84_pos#", name="lat", text="1"),)

ENTRY = Entry(
    id="tag:example.org,2025:a",
    url=f"{SITE}a/",
    title="A",
    published=DAY,
    guid="tag:example.org,2025:older-a",
    external_url="https://elsewhere.example/a/",
    links_to_external=True,
    updated=DAY.replace(day=31),
    summary="S",
    content="<p>C</p>",
    excerpt="<p>C</p>",
    authors=PEOPLE,
    terms=(Term(taxonomy="tags", name="c++", scheme=f"{SITE}tags/"),),
    keywords=("k",),
    image=PICTURE,
    enclosures=(Enclosure(url=f"{SITE}a.mp3", type="audio/mpeg", length=9, title="F", duration=61),),
    language="de",
    translation_key="a",
    featured=True,
    meta_title="M",
    meta_description="D",
    markdown="*C*",
    episode=Episode(
        season=1,
        season_name="One",
        number=2,
        explicit=True,
        block=True,
        image=f"{SITE}e.png",
        title="E",
        transcripts=(Transcript(url=f"{SITE}t.vtt", type="text/vtt", language="de", captions=True),),
        chapters=f"{SITE}c.json",
        persons=PERSONS,
    ),
    elements=FOREIGN,
    json={"_own": {"x": 1}},
)
#: Without what would be said in its place.
WITHOUT = Entry(
    id=f"{SITE}b/", url=f"{SITE}b/", title="B", published=DAY, summary="S", language="en", translation_key="a"
)

FEED = Feed(
    title="T",
    home_url=SITE,
    feed_url=f"{SITE}feed",
    id="tag:example.org,2025:feed",
    description="D",
    language="en",
    authors=PEOPLE,
    icon=f"{SITE}icon.png",
    logo=f"{SITE}logo.png",
    image=PICTURE,
    rights="©",
    hubs=("https://hub.example/",),
    schedule=Schedule(ttl=60, skip_hours=(1,), skip_days=("Sunday",), update_period="daily", update_frequency=2),
    rss_cloud="https://cloud.example/notify",
    podcast=Podcast(
        image=f"{SITE}p.png",
        categories=("Arts/Books",),
        author="Jo",
        owner_name="Jo",
        owner_email="jo@example.org",
        block=True,
        complete=True,
        new_feed_url=f"{SITE}new",
        guid="1225c695-cfb8-5ebb-aaaa-80da344efa6a",
        locked=True,
        funding=(Funding(url=SITE, title="Give"),),
        persons=PERSONS,
        medium="podcast",
        license="cc-by-4.0",
    ),
    archive=True,
    prev_archive=f"{SITE}1",
    next_archive=f"{SITE}3",
    current=f"{SITE}feed",
    tombstones=(Tombstone(ref=f"{SITE}gone", when=DAY),),
    stylesheet=f"{SITE}feed.css",
    elements=FOREIGN,
    json={"_own": {"x": 1}},
)
COMPLETE = replace(FEED, archive=False, prev_archive=None, next_archive=None, current=None, complete=True)
