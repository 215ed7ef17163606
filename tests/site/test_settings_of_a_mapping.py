"""`Site.from_mapping`: the settings of another program's configuration."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from feedkit import Extension, Person, SettingsError, Site, SitemapSettings, Taxonomy, Url, Where, to_entry
from feedkit.config.site import FeedSettings

BASE = {"base_url": "https://example.com/"}
TABLES = {
    "names": {"rss": "a.xml"},
    "taxonomies": [{"name": "tags", "limit": "all"}],
    "feeds": [{"path": "sea", "where": {"tag": "Sea"}}],
    "authors": {"ann": {"name": "Ann Lee"}},
    "static": ["pictures"],
    "time_of_day": "09:00",
}
TOML = """
base_url = "https://example.com/"
static = ["pictures"]
time_of_day = "09:00"
[names]
rss = "a.xml"
[[taxonomies]]
name = "tags"
limit = "all"
[[feeds]]
path = "sea"
where = {tag = "Sea"}
[authors.ann]
name = "Ann Lee"
"""


def test_the_keys_are_those_of_a_file(tmp_path: Path) -> None:
    (tmp_path / "feedkit.toml").write_text(TOML)
    assert Site.from_mapping({**BASE, **TABLES}, tmp_path) == Site.from_file(tmp_path / "feedkit.toml")


def page(term: Any) -> str:
    return f"/{term.slug}/"


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("taxonomies", (Taxonomy(name="tags", page=page),)),
        ("authors", (Person(name="Ann Lee"),)),
        ("feeds", (FeedSettings(path="sea", where=Where(featured=True)),)),
        ("extensions", (Extension(),)),
        ("sitemap", SitemapSettings(urls=(Url(loc="https://example.com/a/"),))),
        ("static", (Path("/pictures"),)),
        ("years", (1990, 2030)),
        ("shortcodes", {"film": page}),
    ],
)
def test_values_may_stand_where_a_file_names_them(key: str, value: Any) -> None:
    assert getattr(Site.from_mapping({**BASE, key: value}), key) == getattr(Site(**BASE, **{key: value}), key)


@pytest.mark.parametrize("written", ["Ann Lee <ann@example.org> (https://ann.example/)", "Ann Lee"])
def test_a_text_for_an_author_is_read_as_in_an_article(written: str) -> None:
    site = Site.from_mapping({**BASE, "authors": written})
    entry = to_entry({"title": "A", "date": "2025-01-02", "author": written}, Site(**BASE))
    assert site.authors == entry.authors


def test_tables_may_hold_functions_and_pages_with_all_that_is_known() -> None:
    urls = ["/a/", ("/b/", "2025-01-01"), Url(loc="https://example.com/c/")]
    site = Site.from_mapping({**BASE, "taxonomies": [{"name": "tags", "page": page}], "sitemap": {"urls": urls}})
    assert (site.taxonomies[0].page, site.sitemap.urls) == (page, tuple(urls))
    assert Site.from_mapping({**BASE, "taxonomies": [{"name": "tags", "page": None}]}).taxonomies[0].page is None


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"limt": 3}, "limt: unknown key; did you mean limit?"),
        ({"names": {"rs": "a"}}, "names.rs: unknown key; did you mean rss?"),
        ({"limit": "many"}, """limit: 'many' must be a whole number, or "all\""""),
        ({"extensions": 3}, "extensions: 3 must be text in quotes"),
        ({"sitemap": {"urls": 3}}, "sitemap.urls: 3 must be a list of texts"),
        ({"static": [3]}, "static: 3 must be text in quotes"),
        ({"base_url": ""}, "base_url"),
    ],
)
def test_what_is_wrong_is_said_as_of_a_file(settings: dict[str, Any], message: str) -> None:
    with pytest.raises(SettingsError) as caught:
        Site.from_mapping({**BASE, **settings})
    assert str(caught.value).startswith(message)
