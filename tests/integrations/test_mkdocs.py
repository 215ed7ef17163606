"""The plugin of MkDocs, in MkDocs and in Material's blog."""

from __future__ import annotations

import gzip
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import feedparser
import pytest
import yaml
from built_site import BuiltSite
from judge import faults

from feedkit import Url

POST = """---
date: {created: 2025-03-30, updated: 2025-04-02}
categories: [Sea & land]
tags: [C++, 日本語]
authors: [ann]
---

# Ebb & flow

Going, as [the page](../../about.md) says.

<!-- more -->

## A heading

<script>alert(1)</script>
"""
PAGES = {
    "index.md": "# Welcome\n\nHere.\n",
    "about.md": "---\ndate: {updated: 2025-02-01}\n---\n\n# About\n\nUs.\n",
    "secret.md": "---\nunlisted: true\n---\n\n# Secret\n\nIt.\n",
    "news.md": "---\ndate: 2025-03-01\ntags: [News]\nfeed: false\n---\n\n# Not in feeds\n\nIt.\n",
    "dated.md": "---\ndate: 2025-03-02\ntitle: Dated\n---\n\nNo post.\n",
}
BLOG = {
    "blog/index.md": "# Blog\n",
    "blog/.authors.yml": "authors:\n  ann:\n    name: Ann Lee\n    description: writes\n    avatar: blog/a.png\n",
    "blog/a.png": "a picture",
    "blog/posts/ebb.md": POST,
    "blog/posts/draft.md": "---\ndate: 2025-01-01\ndraft: true\n---\n\n# Draft\n\nNot yet.\n",
}
CONFIG: dict[str, Any] = {
    "site_name": "Tides & more",
    "site_url": "https://tides.example/docs/",
    "site_author": "Bo Ek",
    "theme": {"name": "mkdocs"},
    "plugins": ["feedkit"],
    "markdown_extensions": [{"toc": {"permalink": True}}],
}
MATERIAL = {"theme": {"name": "material"}, "plugins": ["blog", {"feedkit": {"timezone": "Europe/Malta"}}]}


class Site(BuiltSite):
    """A site of MkDocs, and its builds."""

    def __init__(self, folder: Path, *pages: dict[str, str]) -> None:
        super().__init__(folder, "site")
        for name, text in (item for each in (PAGES, *pages) for item in each.items()):
            self.write(f"docs/{name}", text)

    def build(self, *flags: str, code: int = 0, **config: Any) -> str:
        """The output of `mkdocs build`."""
        self.write("mkdocs.yml", yaml.safe_dump({**CONFIG, **config}))
        return self.run(["mkdocs", "build", *flags], code, NO_MKDOCS_2_WARNING="1")

    def pages(self, base_url: str = CONFIG["site_url"]) -> dict[str, Url]:
        return super().pages(base_url)


@pytest.fixture(scope="module")
def blog(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """A site of Material with a blog."""
    site = Site(tmp_path_factory.mktemp("material"), BLOG)
    assert site.build(**MATERIAL).count("WARNING") == 1
    return site


def test_pages_with_a_date_are_articles_in_every_format(blog: Site) -> None:
    assert blog.titles() == ["Ebb & flow", "Dated"]
    for path, content in blog.bytes().items():
        assert path.endswith(".gz") or list(faults(content)) == [], path
        assert b"Draft" not in content, path
    for path in ("rss.xml", "atom.xml"):
        parsed = feedparser.parse((blog.output / path).read_bytes())
        assert (parsed.bozo, [entry.title for entry in parsed.entries]) == (False, blog.titles())
    assert [item["title"] for item in blog.items("categories/sea-land/feed.json")] == ["Ebb & flow"]
    assert [item["title"] for item in blog.items("tags/日本語/feed.json")] == ["Ebb & flow"]


def test_a_post_of_the_blog_has_its_dates_authors_and_page(blog: Site) -> None:
    post, page = blog.items()
    assert (post["date_published"], post["date_modified"]) == ("2025-03-30T00:00:00+01:00", "2025-04-02T00:00:00+02:00")
    assert (post["url"], page["url"]) == (
        "https://tides.example/docs/blog/2025/03/30/ebb--flow/",
        "https://tides.example/docs/dated/",
    )
    assert (post["authors"][0]["name"], page["authors"][0]["name"]) == ("Ann Lee", "Bo Ek")
    assert post["authors"][0]["avatar"] == "https://tides.example/docs/blog/a.png"
    assert post["summary"] == "Going, as the page says."
    # Neither the heading that is the title, nor signs for links, nor scripts.
    assert not any(part in post["content_html"] for part in ("<h1", "&para;", "¶", "script"))
    assert 'href="https://tides.example/docs/about/"' in post["content_html"]
    category = json.loads((blog.output / "categories/sea-land/feed.json").read_text("utf-8"))
    assert category["home_page_url"] == "https://tides.example/docs/blog/category/sea--land/"


def test_icons_tabs_and_tasks_of_material_are_no_problems(tmp_path: Path) -> None:
    site = Site(tmp_path)
    icon = '<span class="twemoji lg"><svg viewBox="0 0 24 24"><path d="M10"></path></svg></span>'
    text = f'Home {icon} here.\n\n- [x] done\n\nTabs:\n\n=== "Ebb"\n    Going.\n\n=== "Flood"\n    Coming.\n'
    site.write("docs/new.md", f"---\ndate: 2025-05-01\n---\n\n# New\n\n{text}")
    tasks, tabs = {"custom_checkbox": True}, {"alternate_style": True}
    extensions = [{"pymdownx.tasklist": tasks}, {"pymdownx.tabbed": tabs}]
    site.build("--strict", markdown_extensions=extensions)
    content = site.items()[0]["content_html"]
    for part in ("<p>Home  here.</p>", "☑ <span></span> done", "<p>Ebb</p><p>Flood</p>", "<p>Going.</p>"):
        assert part in content, part
    # No icon alone: its text stays, and all up to the next icon.
    site.write("docs/new.md", f'---\ndate: 2025-05-01\n---\n\n<span class="twemoji"><svg></svg> Ebb</span> goes {icon}')
    site.build()
    assert "Ebb</span> goes" in site.items()[0]["content_html"]


@pytest.mark.parametrize("name", ["../img/a b.png", "img/a b.png", "/img/a b.png"])
def test_a_picture_in_front_matter_is_relative_to_the_page_s_file_or_to_the_site(name: str, tmp_path: Path) -> None:
    site = Site(tmp_path)
    site.write("docs/img/a b.png", "a picture")
    # A file of many sites, and the name of a tag.
    site.write("docs/CNAME", "tides.example")
    fields = f"date: 2025-05-01\ntags: [CNAME]\nimage: {{path: '{name}'}}"
    site.write("docs/news/ebb.md", f"---\n{fields}\n---\n\n# Ebb\n\nIt.\n")
    site.build()
    assert site.items()[0]["image"] == "https://tides.example/docs/img/a%20b.png"
    assert site.items()[0]["tags"] == ["CNAME"]


def test_the_sitemap_is_in_the_place_of_the_one_of_mkdocs_and_says_when_pages_changed(blog: Site) -> None:
    pages = blog.pages()
    assert {name: url.lastmod and url.lastmod.date().isoformat() for name, url in pages.items()} == {
        "": "2025-04-02",
        "about/": "2025-02-01",
        "blog/": None,
        "blog/2025/03/30/ebb--flow/": "2025-04-02",
        "blog/archive/2025/": None,
        "blog/category/sea--land/": "2025-04-02",
        "dated/": "2025-03-02",
        "news/": "2025-03-01",
    }
    copy = gzip.decompress((blog.output / "sitemap.xml.gz").read_bytes())
    assert copy == (blog.output / "sitemap.xml").read_bytes()


def test_every_page_links_to_the_feeds_of_the_site_and_an_article_to_those_of_its_terms(blog: Site) -> None:
    for name, count in (("index.html", 3), ("dated/index.html", 3), ("blog/2025/03/30/ebb--flow/index.html", 12)):
        head = (blog.output / name).read_text("utf-8").partition("</head>")[0]
        assert head.count('<link rel="alternate"') == count, name
        assert 'title="Tides &amp; more (Atom)" href="https://tides.example/docs/atom.xml">' in head
    assert 'title="Tides &amp; more: C++ (RSS)" href="https://tides.example/docs/tags/cpp/rss.xml">' in head


def test_dirty_builds_hold_the_pages_that_mkdocs_passes_over(tmp_path: Path) -> None:
    site = Site(tmp_path / "dirty")
    site.build()
    before = {path: ((site.output / path).stat().st_mtime_ns, content) for path, content in site.bytes().items()}
    assert "--dirty" in site.build("--dirty") or before
    after = {path: ((site.output / path).stat().st_mtime_ns, content) for path, content in site.bytes().items()}
    assert after == before
    more = {"new.md": "---\ndate: 2025-05-01\ntags: [New]\n---\n\n# New\n"}
    site.write("docs/new.md", more["new.md"])
    (site.folder / "docs/about.md").unlink()
    site.build("--dirty")
    assert site.titles() == ["New", "Dated"]
    clean = Site(tmp_path / "clean", more)
    (clean.folder / "docs/about.md").unlink()
    clean.build()
    assert site.bytes() == clean.bytes()


def test_a_sitemap_of_an_earlier_build_without_the_plugin_is_replaced_and_that_is_said(tmp_path: Path) -> None:
    site = Site(tmp_path)
    site.build(plugins=[])
    assert (site.output / "sitemap.xml.gz").is_file()
    assert site.build("--dirty").count("FK504") == 2
    assert site.build("--dirty").count("FK504") == 0


def test_problems_are_those_of_mkdocs_and_count_in_strict_builds(tmp_path: Path) -> None:
    site = Site(tmp_path)
    site.write("docs/later.md", "---\n# date: 2025-01-01\n---\n\n# Later\n")
    site.write("docs/rules.md", "---\n\n# Between rules\n\n---\n\nIt.\n")
    assert "WARNING" not in site.build("--strict")
    site.write("docs/bad.md", "---\ndate: '2025-13-01'\n---\n\n# Bad\n")
    # Which is not YAML, so that MkDocs drops all of it.
    site.write("docs/worse.md", "---\ndate: 2025-13-01\ntags: [Sea]\n---\n\n# Worse\n")
    printed = site.build("--strict", code=1)
    assert (
        "bad.md: error FK101: date: '2025-13-01' is not a date (month must be in 1..12); write date: 2025-01-13"
        in printed
    )
    assert "worse.md: error FK201: the front matter cannot be read" in printed
    assert "Aborted with 2 errors" in printed
    # What two places ask for is said once.
    site.write("docs/dated.md", PAGES["dated.md"].replace("title", "tags: [C++, Cpp]\ntitle"))
    assert site.build().count("FK403") == 1
    # The others are published all the same, and the page is there.
    site.build()
    assert site.titles() == ["Dated"]
    assert "bad/" in site.pages()
    # The last article becomes a draft: MkDocs has emptied the folder, and the sitemap is written again.
    site.write("docs/dated.md", PAGES["dated.md"].replace("title", "draft: true\ntitle"))
    assert "FK505" not in site.build()
    assert (site.titles(), "bad/" in site.pages()) == ([], True)


@pytest.mark.parametrize(
    ("config", "message"),
    [
        ({"site_url": ""}, "feedkit: site_url is missing; write site_url: https://example.com/ in mkdocs.yml"),
        ({"plugins": [{"feedkit": {"limit": "many"}}]}, "feedkit: limit: 'many' must be a whole number"),
        ({"plugins": [{"feedkit": {"sitemap": False}}]}, "feedkit: sitemap: false must be a table"),
        ({"plugins": [{"feedkit": {"manifest": "site/m.json"}}]}, "m.json is in the output folder; name another place"),
        ({"plugins": [{"feedkit": {"exclude": ["dated.md"]}}]}, "feedkit: exclude: has no effect here, since feedkit"),
        ({"plugins": [{"feedkit": {"ids": "ids.jsonl"}}]}, "feedkit: ids: has no effect here"),
        ({"plugins": [{"feedkit": {"sitemap": {"ledger": "l"}}}]}, "feedkit: sitemap.ledger: has no effect here"),
        ({"plugins": [{"feedkit": {"limt": 3}}]}, "feedkit: limt: unknown key; did you mean limit?"),
        ({"plugins": [{"feedkit": {"serve": 3}}]}, "Plugin 'feedkit' option 'serve': Expected type"),
    ],
)
def test_a_configuration_that_cannot_be_meant_ends_the_build(
    config: dict[str, Any], message: str, tmp_path: Path
) -> None:
    assert message in Site(tmp_path).build(code=1, **config)


def test_options_are_those_of_a_configuration_file(tmp_path: Path) -> None:
    site = Site(tmp_path)
    options = {"limit": 1, "formats": ["json"], "taxonomies": [{"name": "tags"}], "manifest": "feedkit.json"}
    site.build(plugins=[{"feedkit": options}])
    assert json.loads((tmp_path / "feedkit.json").read_text("utf-8"))["documents"].keys() == {"feed.json"}
    assert b"</urlset>" in (site.output / "sitemap.xml").read_bytes()
    site.build(plugins=[{"feedkit": {"enabled": False}}])
    assert not (site.output / "feed.json").exists()


I18N = {
    "docs_structure": "suffix",
    "languages": [
        {"locale": "fr", "name": "français", "build": True},
        # Not the language of the theme, which is English unless it is set.
        {"locale": "de", "name": "Deutsch", "default": True, "build": True},
        {"locale": "es", "name": "español", "build": True},
    ],
}
TRANSLATED = {
    "dated.fr.md": "---\ndate: 2025-03-02\ntitle: Daté\n---\n\nVoilà.\n",
    "about.fr.md": "# À propos\n",
    "index.fr.md": "# Bienvenue\n",
    "only.fr.md": "# Seul\n",
    "only.es.md": "# Solo\n",
    "post.fr.md": "---\ndate: 2025-03-01\n---\n\n# Billet\n",
    "post.es.md": "---\ndate: 2025-03-01\n---\n\n# Artículo\n",
}


@pytest.mark.parametrize("plugins", [[{"i18n": I18N}, "feedkit"], ["feedkit", {"i18n": I18N}]])
def test_the_languages_of_mkdocs_static_i18n_are_in_the_same_documents(plugins: list[Any], tmp_path: Path) -> None:
    site = Site(tmp_path, TRANSLATED)
    site.build("--strict", plugins=plugins)
    assert [(item["title"], item["url"], item.get("language")) for item in site.items()][:2] == [
        ("Dated", "https://tides.example/docs/dated/", None),
        ("Daté", "https://tides.example/docs/fr/dated/", "fr"),
    ]
    assert json.loads((site.output / "feed.json").read_text("utf-8"))["language"] == "de"
    pages = site.pages()
    without = {f"{language}/{name}/" for language in ("es", "fr") for name in ("only", "post")}
    # Pages that nobody has translated are listed once.
    assert set(pages) == {"", "about/", "dated/", "news/", "fr/", "fr/about/", "fr/dated/", *without}
    for name in ("", "fr/", "about/", "fr/about/", "dated/", "fr/dated/"):
        assert [each.language for each in pages[name].alternates] == ["de", "fr", "x-default"], name
    # A set without a page in the default language: the first of the languages is for readers of all others.
    for name in without:
        languages = {each.language: each.url.removeprefix(CONFIG["site_url"]) for each in pages[name].alternates}
        assert (set(languages), languages["x-default"]) == ({"es", "fr", "x-default"}, languages["fr"]), name
    assert "alternate" in (site.output / "fr/dated/index.html").read_text("utf-8")
    assert not (site.output / "fr/rss.xml").exists()


# What `mkdocs serve` does before it waits for requests.
SERVE = """
from mkdocs.commands.build import build
from mkdocs.config import load_config

config = load_config("mkdocs.yml")
config.plugins.on_startup(command="serve", dirty=False)
config.site_url = "http://127.0.0.1:8000/"
build(config, serve_url=config.site_url)
"""


@pytest.mark.parametrize("asks", [False, True])
def test_serving_does_nothing_but_what_is_asked_for(asks: bool, tmp_path: Path) -> None:
    site = Site(tmp_path)
    site.write("mkdocs.yml", yaml.safe_dump({**CONFIG, "plugins": [{"feedkit": {"serve": asks}}]}))
    subprocess.run([sys.executable, "-c", SERVE], cwd=tmp_path, capture_output=True, check=True)
    assert (site.output / "rss.xml").exists() == asks
    assert ("alternate" in (site.output / "index.html").read_text("utf-8")) == asks
    assert (site.output / "sitemap.xml").is_file()
