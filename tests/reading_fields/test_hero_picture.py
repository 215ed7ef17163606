"""The hero picture in the content: first, once, with what is known of it; and as an enclosure on request."""

from __future__ import annotations

import re
from typing import Any

import pytest
from entry_data import BASE, make_site, read_one

from feedkit import Enclosure, Entry, Feed, document, documents, rss

HERO = {"src": "/Sea chart.png", "alt": 'The "sea" & more', "width": 800, "height": 450}
FIGURE = (
    '<figure><img src="https://example.com/Sea%20chart.png" alt="The &quot;sea&quot; &amp; more" width="800"'
    ' height="450"></figure>\n'
)


def made(text: str, image: Any = HERO, **settings: Any) -> Entry:
    entry, problems = read_one({**BASE, "html": text, "image": image, "url": "/a/"}, make_site(**settings))
    assert entry is not None, problems
    return entry


def test_the_picture_is_the_first_figure_of_the_content() -> None:
    entry = made("<p>Text</p>")
    assert entry.content == f"{FIGURE}<p>Text</p>"
    assert entry.summary == "Text"


THERE = [
    '<img src="/Sea%20chart.png">',
    '<img src="../Sea chart.png">',
    '<p>a <IMG SRC="HTTPS://Example.com:443/Sea%20chart.png"></p>',
    '<img src="/small.png" srcset="/small.png 1x, /Sea%20chart.png 2x">',
    '<picture><source srcset="/b.png, /Sea%20chart.png"><img src="/c.png"></picture>',
]


@pytest.mark.parametrize("html", THERE)
@pytest.mark.parametrize("trust", ["safe", "trusted"])
def test_a_picture_that_stands_in_the_content_is_not_shown_twice(html: str, trust: str) -> None:
    assert "<figure>" not in made(html, html=trust).content


@pytest.mark.parametrize("html", ['<a href="/Sea%20chart.png">a</a>', '<img src="/chart.png">', "/Sea%20chart.png"])
def test_a_picture_that_is_only_named_in_the_content_is_shown(html: str) -> None:
    assert made(html).content.startswith(FIGURE)


def test_there_is_no_figure_where_the_site_wants_none_or_there_is_no_picture_or_no_content() -> None:
    assert made("<p>a</p>", hero=False).content == "<p>a</p>"
    assert made("<p>a</p>", image=None).content == "<p>a</p>"
    entry, _ = read_one({**BASE, "image": "/a.png"})
    assert entry is not None
    assert entry.content == ""


def test_what_is_not_known_of_the_picture_is_left_out() -> None:
    assert made("a", image="/b.png").content == '<figure><img src="https://example.com/b.png" alt=""></figure>\na'


def test_a_sitemap_names_the_picture_once() -> None:
    site = make_site()
    both = make_site(sitemap=type(site.sitemap)(images=("hero", "content")))
    sitemap = document(both, [made('<p><img src="/b.png">')], "sitemap.xml")
    assert sitemap is not None
    assert re.findall(rb"<image:loc>([^<]*)", sitemap.to_bytes()) == [
        b"https://example.com/Sea%20chart.png",
        b"https://example.com/b.png",
    ]


def test_the_picture_is_an_enclosure_on_request_behind_the_others() -> None:
    article = {**BASE, "image": "/a.png", "enclosures": {"url": "/b.mp3", "length": 5}}
    entry, problems = read_one(article, make_site(hero_enclosure=True))
    assert entry is not None
    assert [(item.url, item.type, item.length) for item in entry.enclosures] == [
        ("https://example.com/b.mp3", "audio/mpeg", 5),
        ("https://example.com/a.png", "image/png", None),
    ]
    assert [problem.code for problem in problems] == ["FK220"]
    assert read_one(article)[0].enclosures == entry.enclosures[:1]  # type: ignore[union-attr]  # it was read above


def test_a_picture_that_is_attached_anyway_is_one_enclosure() -> None:
    entry, _ = read_one({**BASE, "image": "/a.png", "enclosures": "/a.png"}, make_site(hero_enclosure=True))
    assert entry is not None
    assert len(entry.enclosures) == 1


def test_a_picture_of_an_unknown_type_is_no_enclosure_and_is_told() -> None:
    entry, problems = read_one({**BASE, "image": "/a?b"}, make_site(hero_enclosure=True))
    assert entry is not None
    assert entry.enclosures == ()
    assert [problem.code for problem in problems] == ["FK208"]


def test_rss_names_the_picture_once_as_media() -> None:
    entry, _ = read_one(
        {**BASE, "image": "/a.png", "enclosures": {"url": "/b.mp3", "length": 5}}, make_site(hero_enclosure=True)
    )
    assert entry is not None
    document = rss(Feed(title="T", home_url="https://example.com/"), [entry])
    assert document.count(b'<media:content url="https://example.com/a.png"') == 1
    assert document.count(b"<enclosure ") == 1


def test_the_only_enclosure_is_the_picture_with_a_length_of_zero_in_rss() -> None:
    site = make_site(hero_enclosure=True, formats=("rss",))
    entry, _ = read_one({**BASE, "image": "/a.png"}, site)
    assert entry is not None
    assert entry.enclosures == (Enclosure(url="https://example.com/a.png", type="image/png"),)
    document = next(item.to_bytes() for item in documents(site, [entry]) if item.path == "rss.xml")
    assert b'<enclosure url="https://example.com/a.png" length="0" type="image/png"/>' in document
