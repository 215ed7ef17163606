"""The hardest entries that we know of, as data: one row a case. What the tests of the formats share."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from feedkit.model import Enclosure, Entry, Feed, Image, Person, Term
from feedkit.text import legal

SITE = "https://example.org/"
DAY = datetime(2025, 3, 30, tzinfo=UTC)
MALTA = ZoneInfo("Europe/Malta")


def _tag(name: str) -> Term:
    return Term(taxonomy="tags", name=name, scheme=f"{SITE}tags/")


def make(name: str = "plain", **fields: Any) -> Entry:
    """An entry with what every entry must have, and the fields that are given."""
    url = f"{SITE}{name}/"
    return Entry(**{"id": url, "url": url, "title": name, "published": DAY, **fields})


_ROWS: dict[str, dict[str, Any]] = {
    "plain": {},
    "ampersand": {
        "title": "AT&T <b> vs. a < b && c > d",
        "summary": "AT&T <b> vs. a < b && c > d",
        "content": "<p>AT&amp;T &lt;b&gt; vs. a &lt; b &amp;&amp; c &gt; d</p>",
        "terms": (_tag("a&b"), _tag("<b>"), _tag('"quoted"')),
        "keywords": ("R&D", "<head>"),
        "authors": (Person(name="Smith & <Sons>"),),
    },
    "cdata-end": {"title": "what ]]> ends", "summary": "a ]]> b", "content": "<pre>]]&gt; ]]></pre>"},
    "entity-like": {"title": "&amp; and &#60; and &nbsp;", "summary": "&lt;b&gt;", "content": "<p>&amp;amp;</p>"},
    "non-ascii": {
        "title": "Grüße, 日本語, עברית 🌊👩‍👩‍👧",
        "summary": "naïve café \u200bß",
        "content": "<p>Ünïcödé 🎉</p>",
        "terms": (_tag("日本語"), _tag("c++"), _tag("🎉"), _tag("é"), _tag("e\u0301")),
        "authors": (Person(name="Þórður Æ"), Person(name="山田 太郎")),
    },
    "urn-id": {"id": "urn:uuid:1225c695-cfb8-4ebb-aaaa-80da344efa6a"},
    "tag-id": {"id": "tag:example.org,2025:tides"},
    "foreign-id": {"id": "http://old.example/?p=7"},
    "date-only": {"published_precision": "day", "published": datetime(2025, 3, 30, tzinfo=MALTA)},
    "same-second": {},
    "odd-offset": {"published": datetime(2025, 3, 30, 9, 15, tzinfo=timezone(timedelta(hours=5, minutes=45)))},
    "local-mean-time": {
        "published": datetime(1992, 1, 1, tzinfo=timezone(timedelta(minutes=19, seconds=32))),
        "updated": datetime(1993, 1, 1, tzinfo=timezone(-timedelta(minutes=19, seconds=32))),
    },
    "fraction": {"published": datetime(2025, 3, 30, 9, 15, 1, 250_000, tzinfo=UTC)},
    "updated": {"updated": datetime(2026, 2, 1, 8, 0, tzinfo=MALTA)},
    "updated-equals-published": {"updated": DAY},
    "summary-only": {"summary": "The sea comes in.", "image": Image(url=f"{SITE}a.png", alt="The sea")},
    "content-only": {"content": "<p>The sea.</p>", "image": Image(url=f"{SITE}a.png", alt="The sea")},
    "people": {
        "authors": (
            Person(name="Jo", email="jo@example.org", url="https://jo.example/", avatar="https://jo.example/a.png"),
            Person(name="Nobody's Mail", email="not a mailbox"),
            Person(name="Jo"),
        ),
        "content": "<p>x</p>",
    },
    "picture": {
        "image": Image(
            url=f"{SITE}tide.png?w=1&h=2", alt='A "clock" & <more>', type="image/png", width=800, height=600, length=9
        ),
    },
    "bare-picture": {"image": Image(url=f"{SITE}tide")},
    "enclosures": {
        "enclosures": (
            Enclosure(url=f"{SITE}a.mp3?x=1&y=2", type="audio/mpeg", length=123, title="One & <two>", duration=61),
            Enclosure(url=f"{SITE}b.pdf", type="application/pdf"),
            Enclosure(url=f"{SITE}c.ogg", type="audio/ogg", length=0),
        )
    },
    "unknown-length": {"enclosures": (Enclosure(url=f"{SITE}a.mp3", type="audio/mpeg"),)},
    "terms": {
        "terms": (
            Term(taxonomy="categories", name="Web", scheme=f"{SITE}categories/"),
            _tag("Web"),
            Term(taxonomy="series", name="no scheme"),
        )
    },
    "language": {"language": "zh-Hant", "title": "日本語"},
    "everything-else": {
        "keywords": ("tide table", "R&D"),
        "featured": True,
        "meta_title": "For <search>",
        "meta_description": "engines & more",
        "source": "content/secret-path.md",
    },
    "script": {"content": "<p>a</p><script>if (a < b && c) { alert('</p>') }</script><style>p > a {}</style>"},
}

#: Every case by its name.
ENTRIES = {name: make(name, **fields) for name, fields in _ROWS.items()}

#: A feed that says all it can.
FULL = Feed(
    title="Tides & <more> 🌊",
    home_url=SITE,
    feed_url=f"{SITE}feed?a=1&b=2",
    id="tag:example.org,2025:feed",
    description="What comes & goes ]]>",
    language="en-GB",
    authors=(Person(name="Jo", email="jo@example.org", url="https://jo.example/"),),
    icon=f"{SITE}icon.svg",
    logo=f"{SITE}logo.png",
    rights="© Jo & others",
    hubs=("https://hub.example/", "https://other.example/hub"),
)

#: A feed that says only what it must.
BARE = Feed(title="Tides", home_url=SITE)

#: Any text that has passed the border: legal in XML, not blank, nothing at the ends.
TEXT = st.text(max_size=40).map(legal).map(str.strip).filter(bool)
# Canonical, as the border makes them. Without a semicolon, since feedparser takes it off where `&` stands before it.
ADDRESS = st.text("abcXYZ019/_~!$&'()*+,=:@?%-", max_size=20).map(lambda text: SITE + text.replace("%", "%25"))
INSTANT = st.datetimes(datetime(1991, 1, 1), datetime(2037, 1, 1), timezones=st.timezones())
PERSON = st.builds(Person, name=TEXT, email=st.none() | st.just("a@b.example"), url=st.none() | ADDRESS)
TERM = st.builds(Term, taxonomy=TEXT, name=TEXT, scheme=st.none() | ADDRESS)
SIZE = st.none() | st.integers(0, 10**12)
IMAGE = st.builds(Image, url=ADDRESS, alt=TEXT | st.just(""), type=st.none() | st.just("image/png"), width=SIZE)
ENCLOSURE = st.builds(
    Enclosure, url=ADDRESS, type=st.just("audio/mpeg"), length=SIZE, title=TEXT | st.just(""), duration=SIZE
)
ENTRY = st.builds(
    Entry,
    id=ADDRESS | st.uuids().map("urn:uuid:{}".format),
    url=ADDRESS,
    title=TEXT,
    published=INSTANT,
    updated=st.none() | INSTANT,
    summary=TEXT | st.just(""),
    content=TEXT | st.just(""),
    authors=st.lists(PERSON, max_size=3).map(tuple),
    terms=st.lists(TERM, max_size=3).map(tuple),
    keywords=st.lists(TEXT, max_size=2).map(tuple),
    image=st.none() | IMAGE,
    enclosures=st.lists(ENCLOSURE, max_size=2).map(tuple),
    language=st.sampled_from([None, "de", "zh-Hant"]),
    featured=st.booleans(),
    meta_title=TEXT | st.just(""),
    meta_description=TEXT | st.just(""),
)
