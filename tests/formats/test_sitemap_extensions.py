"""Pictures, videos, news and translations: valid by the published schemas, read by others, broken ones left out."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from entry_table import SITE
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree
from msgspec.structs import replace
from usp.tree import sitemap_from_str

from feedkit import Alternate, DocumentError, News, Problem, Url, Video, sitemaps
from feedkit.formats.sitemap_pages import NAMESPACES, reciprocal
from feedkit.text import illegal_names

MOMENT = datetime(2025, 3, 30, 7, 15, tzinfo=UTC)
NS = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9", **NAMESPACES}
VIDEO = {"thumbnail": f"{SITE}t.png", "title": "Ebb & flow", "description": "<b> ü", "content": f"{SITE}v.mp4?a=1&b=2"}
NEWS = News(publication="Slow & Tide", language="en", published=MOMENT, title="High <water>")


def one(item, **named):
    """The root of the document of one page."""
    (document,) = sitemaps([item], base_url=SITE, **named)
    return etree.fromstring(document.to_bytes())


def full() -> Url:
    return Url(
        loc=f"{SITE}a",
        lastmod=MOMENT,
        changefreq="weekly",
        priority=0.8,
        images=(f"{SITE}i.png", "https://cdn.example/?a=1&b=2"),
        alternates=(
            Alternate(language="en", url=f"{SITE}a"),
            Alternate(language="de-CH", url=f"{SITE}de/a"),
            Alternate(language="x-default", url=f"{SITE}a"),
        ),
        videos=(
            Video(**VIDEO),
            Video(
                **VIDEO,
                player=f"{SITE}player",
                duration=90,
                published=MOMENT,
                expires=MOMENT,
                rating=4.5,
                family_friendly=False,
                live=True,
                tags=("tides", "sea & shore"),
            ),
        ),
        news=NEWS,
    )


def test_everything_at_once_is_valid_and_says_what_was_given(sitemap_schema) -> None:
    root = one(replace(full(), videos=(replace(full().videos[0]), replace(full().videos[1], live=None))))
    sitemap_schema.assertValid(root)
    assert root.xpath("//image:loc/text()", namespaces=NS) == [f"{SITE}i.png", "https://cdn.example/?a=1&b=2"]
    assert [(e.get("hreflang"), e.get("href")) for e in root.iterfind(".//xhtml:link", NS)] == [
        ("en", f"{SITE}a"),
        ("de-CH", f"{SITE}de/a"),
        ("x-default", f"{SITE}a"),
    ]
    assert root.xpath("//video:title/text()", namespaces=NS) == ["Ebb & flow"] * 2
    assert root.xpath("//video:tag/text()", namespaces=NS) == ["tides", "sea & shore"]
    assert root.findtext(".//news:publication/news:name", namespaces=NS) == "Slow & Tide"
    assert (root.findtext(".//s:changefreq", namespaces=NS), root.findtext(".//s:priority", namespaces=NS)) == (
        "weekly",
        "0.8",
    )


def test_a_foreign_parser_reads_the_extensions() -> None:
    (document,) = sitemaps([full()], base_url=SITE)
    (page,) = sitemap_from_str(document.to_bytes().decode()).all_pages()
    assert [image.loc for image in page.images] == [f"{SITE}i.png", "https://cdn.example/?a=1&b=2"]
    assert (page.news_story.title, page.news_story.publication_name) == ("High <water>", "Slow & Tide")
    assert page.alternates == [("en", f"{SITE}a"), ("de-CH", f"{SITE}de/a"), ("x-default", f"{SITE}a")]


@pytest.mark.parametrize(
    ("field", "prefix"),
    [("images", "image"), ("videos", "video"), ("news", "news"), ("alternates", "xhtml"), ("loc", None)],
)
def test_a_namespace_is_declared_only_where_it_is_used(field, prefix, sitemap_schema) -> None:
    root = one(
        Url(loc=f"{SITE}a", **({field: getattr(full(), field)} if prefix else {}))
        if field != "videos"
        else Url(loc=f"{SITE}a", videos=(Video(**VIDEO),))
    )
    assert set(root.nsmap) - {None} == ({prefix} if prefix else set())
    sitemap_schema.assertValid(root)


def test_neither_changefreq_nor_priority_is_written_unless_given() -> None:
    tags = {etree.QName(element).localname for element in one({"loc": "/a", "images": ["/i.png"]}).iter()}
    assert tags == {"urlset", "url", "loc", "image"}
    assert one({"loc": "/a", "priority": 0}).findtext(".//s:priority", namespaces=NS) == "0"


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"title": ""}, "title must not be empty"),
        ({"description": " "}, "description must not be empty"),
        ({"thumbnail": "/t.png"}, "thumbnail must be an absolute"),
        ({"content": None}, "content or player must be there"),
        ({"title": "t" * 101}, "at most 100"),
        ({"description": "d" * 2_049}, "at most 2,048"),
        ({"duration": 0}, "1 to 28,800"),
        ({"duration": 28_801}, "1 to 28,800"),
        ({"rating": 5.1}, "0 to 5"),
        ({"tags": ("t",) * 33}, "33 tags"),
        ({"published": datetime(2025, 1, 1)}, "must have a time zone"),
    ],
)
def test_a_video_without_what_is_required_cannot_be_made(fields, message) -> None:
    with pytest.raises(ValueError, match=message):
        Video(**{**VIDEO, **fields})


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"language": "en-GB"}, "ISO 639"),
        ({"publication": ""}, "publication"),
        ({"title": ""}, "title"),
        ({"published": datetime(2025, 1, 1)}, "zone"),
    ],
)
def test_a_news_article_without_what_is_required_cannot_be_made(fields, message) -> None:
    with pytest.raises(ValueError, match=message):
        replace(NEWS, **fields)


def test_mappings_may_say_all_of_it(sitemap_schema) -> None:
    root = one(
        {
            "loc": "/a",
            "lastmod": "2025-03-30",
            "images": ["/i.png", {"loc": "/j.png"}],
            "alternates": {"en": "/a", "de": "/de/a", "x-default": "/a"},
            "videos": {**VIDEO, "thumbnail": "/t.png", "published": "2025-03-30", "tags": ["a"]},
            "news": {"publication": "P", "language": "de", "published": "2025-03-30T10:00Z", "title": "T"},
        }
    )
    sitemap_schema.assertValid(root)
    assert len(list(root.iter(f"{{{NS['image']}}}loc"))) == 2
    assert root.findtext(".//video:thumbnail_loc", namespaces=NS) == f"{SITE}t.png"


@pytest.mark.parametrize(
    "extra",
    [
        {"videos": [{"title": "T"}]},
        {"videos": ["text"]},
        {"videos": [{**VIDEO, "caption": "x"}]},
        {"news": {"publication": "P"}},
        {"images": ["ftp://x/"]},
        {"alternates": [{"language": "no such", "url": "/a"}]},
        {"images": 5},
        {"priority": "high"},
    ],
)
def test_a_mapping_with_an_extension_that_says_nothing_certain_is_refused(extra) -> None:
    with pytest.raises(DocumentError, match="FK413: '"):
        one({"loc": "/a", **extra})


def test_a_text_that_no_xml_may_hold_is_told_and_the_page_left_out() -> None:
    told: list[Problem] = []
    urls = [Url(loc=f"{SITE}a", news=replace(NEWS, title="a\x0bb")), "/b"]
    (document,) = sitemaps(urls, base_url=SITE, on_problem=told.append)
    assert document.to_bytes().count(b"<url>") == 1
    assert [problem.code for problem in told] == ["FK413"]


def test_pictures_past_a_thousand_are_left_out_and_told(sitemap_schema) -> None:
    told: list[Problem] = []
    root = one(Url(loc=f"{SITE}a", images=tuple(f"{SITE}{n}.png" for n in range(1_001))), on_problem=told.append)
    sitemap_schema.assertValid(root)
    assert len(list(root.iter(f"{{{NS['image']}}}loc"))) == 1_000
    assert "has 1,001 pictures; the first 1,000 are listed" in told[0].message


# Translations

SET = (
    Alternate(language="en", url=f"{SITE}a"),
    Alternate(language="de", url=f"{SITE}b"),
    Alternate(language="x-default", url=f"{SITE}a"),
)


@pytest.mark.parametrize(
    ("alternates", "fault"),
    [
        (SET, ""),
        (SET[1:], "does not name the page itself"),
        (SET[:2], "names no x-default"),
        ((*SET, Alternate(language="EN", url=f"{SITE}c")), "has two pages for the language en"),
    ],
)
def test_a_set_must_name_the_page_itself_and_a_default_and_no_language_twice(alternates, fault) -> None:
    told: list[Problem] = []
    root = one(Url(loc=f"{SITE}a", alternates=alternates), on_problem=told.append)
    assert len(list(root.iterfind(".//xhtml:link", NS))) == (0 if fault else 3)
    assert [problem.code for problem in told] == (["FK411"] if fault else [])
    assert not fault or fault in told[0].message


@pytest.mark.parametrize(
    ("second", "written"),
    [(SET, 2), (SET[:2], 0), (None, 0), ((*SET, Alternate(language="fr", url=f"{SITE}c")), 0)],
)
def test_a_set_must_be_named_by_all_of_its_pages(second, written) -> None:
    told: list[Problem] = []
    urls = [Url(loc=f"{SITE}a", alternates=SET)]
    if second is not None:
        urls.append(Url(loc=f"{SITE}b", alternates=second))
    checked = reciprocal(urls, told.append, {f"{SITE}a": "a.md"})
    assert [bool(url.alternates) for url in checked] == [bool(written)] * len(urls)
    assert bool(told) != bool(written)
    assert {problem.code for problem in told} <= {"FK411"}
    assert {problem.path for problem in told} <= {"a.md", ""}


TEXTS = st.text(max_size=80).filter(lambda text: text.strip() and not illegal_names(text))


@given(TEXTS, TEXTS)
def test_every_text_reads_back_equal(title, publication) -> None:
    root = one(Url(loc=f"{SITE}a", news=replace(NEWS, title=title, publication=publication)))
    assert root.findtext(".//news:title", namespaces=NS) == title
    assert root.findtext(".//news:name", namespaces=NS) == publication
