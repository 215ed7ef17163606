"""Which pages a site's sitemap lists and what it says of them: order, translations, pictures, news, other pages."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from lxml import etree
from msgspec.structs import replace
from usp.tree import sitemap_from_str

from feedkit import Alternate, Enclosure, Entry, Image, Problem, SettingsError, Site, SitemapSettings, Url, documents

Make = Callable[..., Entry]
BASE = "https://example.com/"
XHTML = "{http://www.w3.org/1999/xhtml}link"


def made(site: Site, entries: list[Entry], **settings: Any) -> tuple[dict[str, bytes], list[Problem]]:
    told: list[Problem] = []
    site = replace(site, sitemap=SitemapSettings(**settings), formats=("sitemap",))
    return {d.path: d.to_bytes() for d in documents(site, entries, on_problem=told.append)}, told


def locs(data: bytes) -> list[str]:
    return [element.text[len(BASE) :] for element in etree.fromstring(data).iter("{*}loc")]


def test_a_new_article_changes_one_part_and_the_index(site: Site, entry: Make) -> None:
    def built(number: int) -> dict[str, bytes]:
        start = datetime(2020, 1, 1, tzinfo=UTC)
        entries = [entry(f"e{n}", published=start + timedelta(hours=n), tags=["x", "y"]) for n in range(number)]
        return made(site, entries, max_urls=100)[0]

    before, after = built(1_020), built(1_021)
    changed = {path for path in after if after[path] != before.get(path)}
    assert len(before) == 12
    assert changed == {"sitemaps/sitemap-00011.xml", "sitemap.xml"}


def test_home_and_terms_have_the_date_of_their_newest_member_even_past_the_limit(site: Site, entry: Make) -> None:
    changed = datetime(2025, 12, 24, tzinfo=UTC)
    entries = [entry("old", day=1, tags=["x"], updated=changed), *(entry(f"e{n}", day=2, tags=["x"]) for n in range(5))]
    files, _ = made(replace(site, limit=2), entries)
    found = {u[0].text: u[1].text for u in etree.fromstring(files["sitemap.xml"])}
    assert found[BASE] == found[f"{BASE}tags/x/"] == "2025-12-24T00:00:00+00:00"


def translated(entry: Make, name: str, language: str | None, **fields: Any) -> Entry:
    return entry(name, language=language, translation_key="k", **fields)


def links(data: bytes) -> dict[str, list[tuple[str, str]]]:
    return {
        url[0].text[len(BASE) :]: [(link.get("hreflang"), link.get("href")[len(BASE) :]) for link in url.iter(XHTML)]
        for url in etree.fromstring(data)
    }


def test_translations_name_each_other_themselves_and_the_default(site: Site, entry: Make, shared: Path) -> None:
    entries = [translated(entry, "a", None), translated(entry, "b", "de"), translated(entry, "c", "fr-CA"), entry("d")]
    files, told = made(site, entries, home=False)
    named = [("de", "b/"), ("en", "a/"), ("fr-CA", "c/"), ("x-default", "a/")]
    assert links(files["sitemap.xml"]) == {"a/": named, "b/": named, "c/": named, "d/": []}
    assert told == []
    etree.XMLSchema(etree.parse(shared / "schemas" / "sitemap-all.xsd")).assertValid(
        etree.fromstring(files["sitemap.xml"])
    )
    pages = list(sitemap_from_str(files["sitemap.xml"].decode()).all_pages())
    assert sorted(len(page.alternates or []) for page in pages) == [0, 4, 4, 4]


@pytest.mark.parametrize(
    ("second", "fault"),
    [
        ({"language": "en-GB", "indexed": False}, None),
        ({"language": None}, "has two pages for the language en"),
    ],
)
def test_a_broken_set_is_told_and_omitted(site: Site, entry: Make, second: dict[str, Any], fault: str | None) -> None:
    entries = [translated(entry, "a", None), translated(entry, "b", second.pop("language"), **second)]
    files, told = made(site, entries, home=False)
    assert b"xhtml" not in files["sitemap.xml"]
    codes = [problem.code for problem in told]
    assert codes == (["FK411", "FK411"] if fault else ["FK406"])
    assert not fault or all(fault in problem.message for problem in told)
    assert sorted(problem.path for problem in told) == [one.source for one in entries[0 if fault else 1 :]]


def test_a_set_without_a_page_in_the_sites_language_has_no_default_and_is_told(site: Site, entry: Make) -> None:
    files, told = made(site, [translated(entry, "a", "de"), translated(entry, "b", "fr")], home=False)
    assert b"xhtml" not in files["sitemap.xml"]
    assert {problem.code for problem in told} == {"FK411"}
    assert "names no x-default" in told[0].message


@pytest.mark.parametrize(
    ("images", "found"),
    [
        ((), []),
        (("hero",), ["hero.png"]),
        (("content",), ["one.png?a=1&b=2", "two.png"]),
        (("hero", "content"), ["hero.png", "one.png?a=1&b=2", "two.png"]),
    ],
)
def test_pictures_are_taken_from_where_the_setting_says(site: Site, entry: Make, images, found) -> None:
    html = f'<img alt="" src="{BASE}one.png?a=1&amp;b=2"><img src="{BASE}two.png"><img src="{BASE}two.png">'
    article = entry("a", content=html, image=Image(url=f"{BASE}hero.png"))
    files, _ = made(site, [article], images=images, home=False)
    assert locs(files["sitemap.xml"])[1:] == found
    assert (b"xmlns:image" in files["sitemap.xml"]) == bool(found)


@pytest.mark.parametrize("address", ["https://example.com$x/a.png", "//%/b.png", "https:///c.png", "ftp://host/d.png"])
def test_a_picture_of_which_the_address_is_none_is_left_out_and_ends_nothing(
    site: Site, entry: Make, address: str
) -> None:
    html = f'<img alt="" src="{address}"><img alt="" src="{BASE}two.png">'
    files, problems = made(site, [entry("a", content=html)], images=("content",), home=False)
    assert locs(files["sitemap.xml"])[1:] == ["two.png"]
    assert [(problem.code, problem.path, problem.message) for problem in problems] == [
        ("FK413", "content/a.md", f"'{address}' is left out of the sitemap: it is not an address")
    ]


def test_videos_need_a_picture_and_a_summary(site: Site, entry: Make) -> None:
    video = Enclosure(url=f"{BASE}v.mp4", type="video/mp4", duration=60, title="Ebb")
    whole = entry("a", enclosures=(video,), image=Image(url=f"{BASE}t.png"), summary="Going.")
    files, told = made(site, [whole, entry("b", enclosures=(video,), summary="s")], videos=True)
    assert files["sitemap.xml"].count(b"<video:video>") == 1
    assert [(problem.code, problem.path) for problem in told] == [("FK413", "content/b.md")]
    assert b"video" not in made(site, [whole])[0]["sitemap.xml"]


def test_news_are_those_of_the_last_two_days_in_a_document_of_their_own(site: Site, entry: Make, shared: Path) -> None:
    now = datetime(2026, 1, 1, tzinfo=UTC)
    ages = {"new": 0, "edge": 47, "old": 48, "hidden": 1}
    entries = [
        entry(
            name,
            published=now - timedelta(hours=age),
            indexed=name != "hidden",
            updated=now,
            language="zh-Hant" if name == "new" else None,
        )
        for name, age in ages.items()
    ]
    files, _ = made(site, entries, news="Slow & Tide")
    root = etree.fromstring(files["news-sitemap.xml"])
    etree.XMLSchema(etree.parse(shared / "schemas" / "sitemap-all.xsd")).assertValid(root)
    assert locs(files["news-sitemap.xml"]) == ["new/", "edge/"]
    stories = [page.news_story for page in sitemap_from_str(files["news-sitemap.xml"].decode()).all_pages()]
    assert [(s.publication_name, s.publication_language) for s in stories] == [
        ("Slow & Tide", "zh-tw"),
        ("Slow & Tide", "en"),
    ]
    assert stories[1].publish_date == now - timedelta(hours=47)
    assert b"news:" not in files["sitemap.xml"]
    later, _ = made(replace(site, as_of=now + timedelta(days=3)), entries, news="Slow & Tide")
    assert "news-sitemap.xml" not in later


def test_news_are_at_most_a_thousand_the_newest(site: Site, entry: Make) -> None:
    now = datetime(2026, 1, 1, tzinfo=UTC)
    entries = [entry(f"e{n}", published=now - timedelta(minutes=n)) for n in range(1_005)]
    files, told = made(site, entries, news="P", terms=False, max_urls=900)
    assert locs(files["news-sitemap.xml"]) == [f"e{n}/" for n in range(1_000)]
    assert [path for path in files if "sitemaps/" in path] == [f"sitemaps/sitemap-0000{n}.xml" for n in (1, 2)]
    assert any("1,005 articles are of the last two days" in problem.message for problem in told)


def test_other_pages_come_from_settings_lists_and_built_html(site: Site, entry: Make, tmp_path: Path) -> None:
    (tmp_path / "list.txt").write_text("/l1\nftp://x/\n/l2\t2025-01-01\n")
    html = tmp_path / "html"
    for name, head in {"about": "<title>A</title>", "a": "", "secret": "<meta name=robots content=noindex>"}.items():
        (html / name).mkdir(parents=True)
        (html / name / "index.html").write_text(head)
    files, told = made(site, [entry("a")], urls=("/contact/",), lists=(tmp_path / "list.txt",), html=html)
    assert locs(files["sitemap.xml"]) == ["a/", "contact/", "l1", "l2", "about/", ""]
    assert [(problem.code, problem.line) for problem in told] == [("FK401", 2), ("FK406", None)]


@pytest.mark.parametrize(
    ("settings", "key"), [({"lists": (Path("no/such"),)}, "lists"), ({"html": Path("no/such")}, "html")]
)
def test_a_list_or_folder_that_is_not_there_is_a_setting_that_cannot_be_meant(site: Site, settings, key) -> None:
    with pytest.raises(SettingsError, match=rf"sitemap\.{key}: no/such"):
        made(site, [], **settings)


def test_copies_and_packed_parts_are_made_by_setting(site: Site, entry: Make) -> None:
    files, _ = made(site, [entry("a"), entry("b")], max_urls=2, gzip=True, compress=("gzip",))
    assert list(files) == [
        *("sitemaps/sitemap-00001.xml.gz", "sitemaps/sitemap-00002.xml.gz"),
        *("sitemap.xml.gz", "sitemap.xml"),
    ]


PAGES: list[tuple[Any, str]] = [
    ("/contact/", "<loc>https://example.com/contact/</loc>"),
    ("https://example.com/a%20b", "<loc>https://example.com/a%20b</loc>"),
    (
        ("/team/", datetime(2025, 11, 2, 3, 4, tzinfo=UTC)),
        "<loc>https://example.com/team/</loc><lastmod>2025-11-02T03:04:00+00:00</lastmod>",
    ),
    (("/team/", date(2025, 11, 2)), "<loc>https://example.com/team/</loc><lastmod>2025-11-02</lastmod>"),
    (("/team/", "2025-11-02"), "<loc>https://example.com/team/</loc><lastmod>2025-11-02</lastmod>"),
    (("/team/", None), "<loc>https://example.com/team/</loc>"),
    (
        Url(loc=f"{BASE}docs/", lastmod=datetime(2025, 11, 2, tzinfo=UTC), precision="day", priority=0.5),
        "<loc>https://example.com/docs/</loc><lastmod>2025-11-02</lastmod><priority>0.5</priority>",
    ),
    (
        Url(loc=f"{BASE}docs/", images=(f"{BASE}a.png",)),
        "<loc>https://example.com/docs/</loc><image:image><image:loc>https://example.com/a.png</image:loc></image:image>",
    ),
]


@pytest.mark.parametrize(("page", "listed"), PAGES)
def test_a_host_hands_its_pages_over_as_addresses_pairs_and_values(site: Site, page: Any, listed: str) -> None:
    files, told = made(site, [], urls=("/first/", page), home=False)
    assert told == []
    assert f"<url>{listed}</url>" in files["sitemap.xml"].decode()


def test_the_translations_of_the_home_page_are_those_that_a_host_hands_over(site: Site, entry: Make) -> None:
    languages = {"en": BASE, "fr": f"{BASE}fr/", "x-default": BASE}
    alternates = tuple(Alternate(language=language, url=url) for language, url in languages.items())
    urls = tuple(Url(loc=url, alternates=alternates) for url in (BASE, f"{BASE}fr/"))
    files, told = made(site, [entry("a")], urls=urls)
    assert (locs(files["sitemap.xml"]), told) == (["a/", "fr/", ""], [])
    pages = sitemap_from_str(files["sitemap.xml"].decode()).all_pages()
    assert [len(page.alternates or ()) for page in pages] == [0, 3, 3]
    assert files["sitemap.xml"].count(b"<lastmod>") == 2


@pytest.mark.parametrize(
    ("page", "code"),
    [
        ("https://other.example/", "FK401"),
        (("https://other.example/", None), "FK401"),
        (Url(loc="https://other.example/"), "FK401"),
        (("/a/", "2025-13-01"), "FK101"),
    ],
)
def test_a_page_that_cannot_be_listed_is_named_by_its_place_among_them(site: Site, page: Any, code: str) -> None:
    _, told = made(site, [], urls=("/first/", page))
    assert [(problem.code, problem.path, problem.line) for problem in told] == [(code, "sitemap.urls", 2)]
