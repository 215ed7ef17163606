"""A site below a path of its host: what settings, keys and lists write as `/x` is below the site, and never twice."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from feedkit import Person, SettingsError, Site, documents, read, sitemaps, to_entry
from feedkit.config.site import FeedSettings, PingSettings, SitemapSettings, Taxonomy
from feedkit.model import Podcast
from feedkit.urls import of_site

BASE = "https://user.example/project/"

#: What is written, and the address that it means on a site at `BASE`.
WRITTEN = {
    "/x.png": "https://user.example/project/x.png",
    "/project/x.png": "https://user.example/project/x.png",
    "/project": "https://user.example/project",
    "/projects/x.png": "https://user.example/project/projects/x.png",
    "/": "https://user.example/project/",
    "x.png": "https://user.example/project/x.png",
    "//cdn.example/x.png": "https://cdn.example/x.png",
    "https://user.example/x.png": "https://user.example/x.png",
    "/a?b=/c#d": "https://user.example/project/a?b=/c#d",
}


@pytest.mark.parametrize(("written", "meant"), WRITTEN.items())
def test_a_path_is_below_the_site_and_not_put_there_twice(written: str, meant: str) -> None:
    assert of_site(written, BASE) == meant
    assert of_site(meant, BASE) == meant


@pytest.mark.parametrize("written", ["/été/x", "/%C3%A9t%C3%A9/x", "/x"])
def test_the_folder_of_a_site_may_be_written_in_either_spelling(written: str) -> None:
    assert of_site(written, "https://user.example/%C3%A9t%C3%A9/") == "https://user.example/%C3%A9t%C3%A9/x"


@pytest.mark.parametrize("written", ["/x", "/project/x"])
def test_every_address_of_the_settings_is_below_the_site(written: str) -> None:
    site = Site(
        base_url=BASE.removesuffix("/"),
        icon=written,
        logo=written,
        stylesheet=written,
        rss_cloud=written,
        authors=(Person(name="Ann", url=written, avatar=written),),
        podcast=Podcast(image=written),
        ping=PingSettings(indexnow_key="12345678", indexnow_key_location=written),
        sitemap=SitemapSettings(urls=(written,)),
        feeds=(FeedSettings(path="more", home=written),),
    )
    meant = "https://user.example/project/x"
    author, podcast = site.authors[0], site.podcast
    assert [site.icon, site.logo, site.stylesheet, site.rss_cloud, author.url, author.avatar] == [meant] * 6
    assert podcast is not None
    assert podcast.image == meant
    made = {document.path: b"".join(document.chunks()) for document in documents(site, [to_entry(ARTICLE, site)])}
    assert f"<loc>{meant}</loc>".encode() in made["sitemap.xml"]
    assert json.loads(made["more/feed.json"])["home_page_url"] == meant


def test_an_empty_address_of_the_settings_is_none() -> None:
    person = {"name": "Ann", "url": "", "image": ""}
    settings = {"icon": "", "logo": "", "stylesheet": "", "rss_cloud": ""}
    podcast = {"image": "", "new_feed_url": "", "persons": [person]}
    site = Site.from_mapping({"base_url": BASE, **settings, "podcast": podcast})
    without = Site.from_mapping({"base_url": BASE, "podcast": {"persons": [{"name": "Ann"}]}})
    assert site == without
    assert list(documents(site, [], on_problem=lambda _: None))


@pytest.mark.parametrize("written", ["www.user.example/x", "user.example/project/x", "javascript:x"])
def test_an_address_of_the_settings_has_a_scheme_of_the_web(written: str) -> None:
    settings: dict[str, Any] = {
        "icon": written,
        "feeds: more: home": [{"path": "more", "home": written}],
        "ping.indexnow_key_location": {"indexnow_key": "12345678", "indexnow_key_location": written},
    }
    for key, value in settings.items():
        with pytest.raises(SettingsError, match=f"^{key}: '{written}' has (?:no|the) scheme"):
            Site.from_mapping({"base_url": BASE, re.split("[:.]", key)[0]: value}, ".")


ARTICLE: dict[str, Any] = {"title": "A", "date": "2025-01-02", "tags": ["t"]}

#: Keys of an article, and what becomes of them.
KEYS: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "image": ({"image": "/x.png"}, {"image.url": f"{BASE}x.png"}),
    "image of the site": ({"image": {"src": "/project/x.png"}}, {"image.url": f"{BASE}x.png"}),
    "file": ({"audio": "/x.mp3"}, {"enclosures.0.url": f"{BASE}x.mp3"}),
    "address": ({"permalink": "/a/b/"}, {"url": f"{BASE}a/b/"}),
    "address of the site": ({"url": "/project/a/b/"}, {"url": f"{BASE}a/b/"}),
    "canonical address": ({"canonical": "/a/"}, {"url": f"{BASE}a/"}),
    "author": (
        {"author": {"name": "Ann", "url": "/ann/", "avatar": "/ann.png"}},
        {"authors.0.avatar": f"{BASE}ann.png"},
    ),
}


def value(item: Any, path: str) -> Any:
    for name in path.split("."):
        item = item[int(name)] if name.isdecimal() else getattr(item, name)
    return item


@pytest.mark.parametrize("name", KEYS)
def test_every_address_of_an_article_is_below_the_site(name: str, tmp_path: Path) -> None:
    keys, expected = KEYS[name]
    site = Site(base_url=BASE)
    (tmp_path / "a.md").write_text(json.dumps({**ARTICLE, **keys}, indent=1) + "\n\nText.\n", "utf-8")
    for entry in (to_entry({**ARTICLE, **keys}, site), *read(tmp_path, site)):
        for path, meant in expected.items():
            assert value(entry, path) == meant


@pytest.mark.parametrize("page", ["/topics/t/", "/project/topics/t/", "https://user.example/project/topics/t/"])
def test_the_page_of_a_term_that_a_function_gives_is_below_the_site(page: str) -> None:
    site = Site(base_url=BASE, taxonomies=(Taxonomy(name="tags", page=lambda term: page),))
    made = {document.path: b"".join(document.chunks()) for document in documents(site, [to_entry(ARTICLE, site)])}
    assert f"<loc>{BASE}topics/t/</loc>".encode() in made["sitemap.xml"]


def test_in_content_a_path_is_that_of_the_host_as_in_browsers() -> None:
    entry = to_entry({**ARTICLE, "html": '<a href="/x/">x</a>'}, Site(base_url=BASE))
    assert entry.content == '<a href="https://user.example/x/">x</a>'


def test_a_list_of_addresses_is_below_the_site() -> None:
    pages = ["/a/", "/project/b/", "c/", {"loc": "/d/", "images": ["/d.png", "e.png"]}]
    text = b"".join(chunk for document in sitemaps(pages, base_url=BASE) for chunk in document.chunks()).decode()
    for path in ("a/", "b/", "c/", "d/", "d.png", "d/e.png"):
        assert f"loc>{BASE}{path}<" in text
