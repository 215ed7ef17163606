"""The plugin of Pelican, in Pelican's own command."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import feedparser
import pytest
from built_site import BuiltSite
from judge import faults

CONTENT = {
    "ebb.md": """Title: Ebb & "flow"
Date: 2025-03-30 10:00
Modified: 2025-04-01
Category: Sea
Tags: C++, 日本語
Authors: Ann Lee, Bo Ek
Summary: Going.

[The other]({filename}sub/flood.md), ![a picture](/images/a.png) <script>alert(1)</script>
""",
    "ebb-fr.md": """Title: Jusant
Date: 2025-03-30 10:00
Updated: 2025-04-02
Lang: fr
Slug: ebb-flow
Tags: Marée

Il part.
""",
    "sub/flood.md": "Title: Flood\nDate: 2099-01-01\nTags: C#\nSlug: flood\n\nComing.\n",
    "draft.md": "Title: Draft\nDate: 2025-01-01\nStatus: draft\n\nNot yet.\n",
    "hidden.md": "Title: Hidden\nDate: 2025-01-01\nStatus: hidden\n\nNot listed.\n",
    "apart.md": "Title: Apart\nDate: 2025-01-02\nFeed: false\nSlug: apart\n\nOn its page only.\n",
    "pages/about.md": "Title: About\nSlug: about\nModified: 2025-02-01\n\nUs.\n",
    "pages/about-fr.md": "Title: À propos\nSlug: about\nLang: fr\n\nNous.\n",
    "pages/secret.md": "Title: Secret\nSlug: secret\nStatus: hidden\n\nUs.\n",
}
BASE = (
    '{% extends "!simple/base.html" %}{% block head %}{{ super() }}'
    "\n[{{ feed_links() }}][{{ feed_links(article) if article else '' }}][{{ feed_links(nobody) }}]{% endblock %}"
)
SETTINGS: dict[str, Any] = {
    "SITENAME": "Tides & more",
    "SITEURL": "https://tides.example/blog",
    "TIMEZONE": "Europe/Malta",
    "DEFAULT_LANG": "en",
    "PLUGINS": ["feedkit.integrations.pelican"],
    "THEME": "simple",
    "THEME_TEMPLATES_OVERRIDES": ["templates"],
    "ARTICLE_URL": "posts/{slug}/",
    "ARTICLE_SAVE_AS": "posts/{slug}/index.html",
    "CATEGORY_URL": "by/{slug}/",
    "CATEGORY_SAVE_AS": "by/{slug}/index.html",
    "AUTHOR_SAVE_AS": "",
}


class Blog(BuiltSite):
    """A site of Pelican, and its builds."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder, "output")
        for name, text in CONTENT.items():
            self.write(f"content/{name}", text)
        self.write("templates/base.html", BASE)

    def build(self, *, code: int = 0, **settings: Any) -> str:
        """What Pelican prints, in one line."""
        lines = [f"{name} = {value!r}" for name, value in {**SETTINGS, **settings}.items()]
        self.write("pelicanconf.py", "\n".join(lines))
        command = ["pelican", "content", "-s", "pelicanconf.py", "-o", "output"]
        return " ".join(self.run(command, code, COLUMNS="1000").split())


@pytest.fixture(scope="module")
def blog(tmp_path_factory: pytest.TempPathFactory) -> Blog:
    built = Blog(tmp_path_factory.mktemp("pelican"))
    assert built.build().count("WARNING") == 1
    return built


def test_every_format_holds_what_pelican_lists_and_neither_drafts_nor_hidden_articles(blog: Blog) -> None:
    assert blog.titles("feed.json") == ["Flood", "Jusant", 'Ebb & "flow"']
    for path, content in blog.bytes().items():
        assert list(faults(content)) == [], path
        assert b"Draft" not in content, path
        assert b"hidden" not in content.lower(), path
    for path in ("rss.xml", "atom.xml"):
        parsed = feedparser.parse((blog.output / path).read_bytes())
        assert (parsed.bozo, [entry.title for entry in parsed.entries]) == (False, blog.titles("feed.json"))


def test_an_entry_is_what_pelican_made_of_the_article(blog: Blog) -> None:
    item = json.loads((blog.output / "feed.json").read_text("utf-8"))["items"][2]
    assert item["url"] == "https://tides.example/blog/posts/ebb-flow/"
    assert (item["date_published"], item["date_modified"]) == ("2025-03-30T10:00:00+02:00", "2025-04-01T00:00:00+02:00")
    assert ([each["name"] for each in item["authors"]], item["tags"]) == (
        ["Ann Lee", "Bo Ek"],
        ["Sea", "C++", "日本語"],
    )
    assert (item["summary"], "script" in item["content_html"]) == ("Going.", False)
    assert 'href="https://tides.example/blog/posts/flood/"' in item["content_html"]
    assert 'src="https://tides.example/images/a.png"' in item["content_html"]
    # A key of feedkit's.
    assert blog.items("language/fr/feed.json")[0]["date_modified"] == "2025-04-02T00:00:00+02:00"


@pytest.mark.parametrize(
    "name", ["{static}/images/a.png", "{attach}../images/a.png", "../images/a.png", "images/a.png", "/images/a.png"]
)
def test_a_picture_in_metadata_is_relative_to_the_article_s_file_or_to_the_content(name: str, tmp_path: Path) -> None:
    own = Blog(tmp_path)
    own.write("content/images/a.png", "a picture")
    own.write("content/sub/new.md", f"Title: New\nDate: 2099-05-01\nImage: {name}\n\nIt.\n")
    own.build()
    assert own.items()[0]["image"] == "https://tides.example/blog/images/a.png"


def test_the_time_of_a_file_is_not_when_an_article_or_a_page_was_changed(tmp_path: Path) -> None:
    own = Blog(tmp_path)
    own.write("content/pages/plain.md", "Title: Plain\nSlug: plain\n\nIt.\n")
    own.build(DEFAULT_DATE="fs")
    flood = own.items()[0]
    assert (flood["title"], flood.get("date_modified")) == ("Flood", None)
    pages = own.pages()
    lastmods = {
        name: pages[f"https://tides.example/blog/{name}"].lastmod for name in ("posts/flood/", "posts/ebb-flow/")
    }
    assert {name: str(lastmod and lastmod.date()) for name, lastmod in lastmods.items()} == {
        "posts/flood/": "2099-01-01",
        "posts/ebb-flow/": "2025-04-01",
    }
    assert pages["https://tides.example/blog/pages/plain.html"].lastmod is None


def test_terms_have_feeds_of_their_own_and_the_pages_that_pelican_writes(blog: Blog) -> None:
    folders = {path.rpartition("/")[0] for path in blog.bytes()}
    assert folders - {""} == {
        *("authors/ann-lee", "authors/bo-ek", "categories/misc", "categories/sea", "categories/sub"),
        *("language/en", "language/fr", "tags/cpp", "tags/csharp", "tags/marée", "tags/日本語"),
    }
    homes = {
        path: json.loads(text).get("home_page_url") for path, text in blog.bytes().items() if path.endswith("json")
    }
    assert homes["categories/sea/feed.json"] == "https://tides.example/blog/by/sea/"
    # Pelican has one page for both.
    assert homes["tags/cpp/feed.json"] == homes["tags/csharp/feed.json"] == "https://tides.example/blog/tag/c.html"
    assert blog.titles("tags/csharp/feed.json") == ["Flood"]
    assert homes["authors/ann-lee/feed.json"] in (None, "https://tides.example/blog/")


def test_the_sitemap_lists_every_page_that_pelican_lists(blog: Blog) -> None:
    pages = blog.pages()
    assert sorted(url.removeprefix("https://tides.example/blog/") for url in pages) == sorted(
        [
            *("", "archives.html", "authors.html", "categories.html", "tags.html", "ebb-flow-fr.html"),
            *("by/misc/", "by/sea/", "by/sub/", "pages/about-fr.html", "pages/about.html"),
            *("posts/apart/", "posts/ebb-flow/", "posts/flood/", "tag/c.html", "tag/ri-ben-yu.html"),
        ]
    )
    about = pages["https://tides.example/blog/pages/about.html"]
    assert about.lastmod.date().isoformat() == "2025-02-01"
    for name in ("pages/about.html", "posts/ebb-flow/"):
        languages = [each.language for each in pages[f"https://tides.example/blog/{name}"].alternates]
        assert languages == ["en", "fr", "x-default"]


def test_an_article_that_feeds_cannot_have_is_reported_and_its_page_is_in_the_sitemap(tmp_path: Path) -> None:
    own = Blog(tmp_path)
    own.write("content/new.md", "Title: New\nDate: 2025-05-01\nSlug: new\nExpires: 40/40/2025\n\nIt.\n")
    assert "new.md: error FK101: expires" in own.build()
    assert "New" not in own.titles()
    assert "https://tides.example/blog/posts/new/" in own.pages()


def test_translations_without_an_article_in_the_default_language_name_one_for_all_others(tmp_path: Path) -> None:
    own = Blog(tmp_path)
    for language in ("fr", "es"):
        text = f"Title: T\nDate: 2025-05-01\nSlug: t\nLang: {language}\n"
        own.write(f"content/t-{language}.md", f"{text}\nIt.\n")
        own.write(f"content/pages/t-{language}.md", f"{text}\nIt.\n")
    assert "FK411" not in own.build()
    pages = own.pages()
    for name in ("t-es.html", "t-fr.html", "pages/t-es.html", "pages/t-fr.html"):
        languages = [each.language for each in pages[f"https://tides.example/blog/{name}"].alternates]
        assert languages == ["es", "fr", "x-default"], name


def test_pages_have_the_links_of_the_site_and_of_their_article(blog: Blog) -> None:
    page = (blog.output / "posts/ebb-flow/index.html").read_text("utf-8")
    site, terms, none = page.partition("\n[")[2].split("][")[:3]
    assert none.partition("]")[0] == site
    assert site.count("<link ") == 3
    assert 'title="Tides &amp; more (Atom)" href="https://tides.example/blog/atom.xml">' in site
    assert 'href="https://tides.example/blog/tags/cpp/rss.xml">' in terms
    assert 'href="https://tides.example/blog/authors/bo-ek/feed.json">' in terms
    for name in ("index.html", "drafts/draft.html", "pages/about.html"):
        page = (blog.output / name).read_text("utf-8")
        assert "][][<link" in page, name
        # A theme that knows nothing of feedkit.
        assert '<link href="https://tides.example/blog/atom.xml" type="application/atom+xml" rel="alternate"' in page


def test_nothing_is_written_again_and_nothing_of_pelican_is_removed(tmp_path: Path) -> None:
    blog = Blog(tmp_path)
    cached = {"CACHE_CONTENT": True, "LOAD_CONTENT_CACHE": True, "FEEDKIT": {"limit": 1}}
    blog.build(**cached)
    before = {path: ((blog.output / path).stat().st_mtime_ns, content) for path, content in blog.bytes().items()}
    blog.build(**cached)
    after = {path: ((blog.output / path).stat().st_mtime_ns, content) for path, content in blog.bytes().items()}
    assert after == before
    (tmp_path / "content/sub/flood.md").unlink()
    blog.write("content/new.md", "Title: New\nDate: 2099-01-02\nTags: New\n\nHere.\n")
    blog.build(**cached)
    assert blog.titles("feed.json") == ["New"]
    assert before.keys() - blog.bytes().keys() == {
        *(
            f"{folder}/{name}"
            for folder in ("tags/csharp", "categories/sub")
            for name in ("rss.xml", "atom.xml", "feed.json")
        )
    }
    assert (blog.output / "index.html").is_file()
    # From nothing, the same bytes.
    other = Blog(tmp_path / "other")
    (other.folder / "content/sub/flood.md").unlink()
    other.write("content/new.md", "Title: New\nDate: 2099-01-02\nTags: New\n\nHere.\n")
    other.build(FEEDKIT={"limit": 1})
    assert other.bytes() == blog.bytes()


SUBSITES = """
from pelican import Pelican, signals

def register():
    signals.finalized.connect(make_subsite)

def make_subsite(pelican):
    if pelican.settings["OUTPUT_PATH"].endswith("output"):
        settings = pelican.settings.copy()
        settings.update(OUTPUT_PATH=settings["OUTPUT_PATH"] + "/fr", SITEURL=settings["SITEURL"] + "/fr")
        Pelican(settings).run()
"""


def test_instances_for_subsites_write_no_documents_and_link_to_those_of_the_site(tmp_path: Path) -> None:
    blog = Blog(tmp_path)
    blog.write("subsites.py", SUBSITES)
    blog.build(PLUGINS=["subsites", "feedkit.integrations.pelican"], PLUGIN_PATHS=["."])
    assert (blog.output / "fr/index.html").is_file()
    assert 'href="https://tides.example/blog/rss.xml">' in (blog.output / "fr/index.html").read_text("utf-8")
    assert [path.name for path in (blog.output / "fr").rglob("*.xml")] == []
    assert (blog.output / "rss.xml").is_file()


# As i18n_subsites: each language is a site of its own, run before the main instance writes its first page.
LANGUAGES = """
from pelican import Pelican, signals

languages = ["fr"]
main = []

def register():
    signals.article_generator_pretaxonomy.connect(keep_own_language)
    signals.page_generator_finalized.connect(keep_own_language)
    signals.get_writer.connect(make_subsite)

def keep_own_language(generator):
    own = generator.settings["DEFAULT_LANG"]
    for contents in (getattr(generator, name) for name in ("articles", "pages") if hasattr(generator, name)):
        contents[:] = [content for content in contents if content.lang in (own, "nl")]
    generator.translations.clear()
    if own == "en":
        main.append(generator)

def make_subsite(pelican):
    for language in languages:
        languages.clear()
        settings = pelican.settings.copy()
        settings.update({name: f"{settings[name]}/{language}" for name in ("OUTPUT_PATH", "SITEURL")})
        Pelican({**settings, "DEFAULT_LANG": language}).run()
    for generator in main:
        for content in [*getattr(generator, "articles", ()), *getattr(generator, "pages", ())]:
            for other in content.translations:
                other.override_url = f"fr/{other.url}".replace("-fr.html", "/").replace("ebb", "posts/ebb")
"""


def test_the_articles_of_subsites_for_other_languages_are_in_the_documents_of_the_site(tmp_path: Path) -> None:
    blog = Blog(tmp_path)
    for name, text in CONTENT.items():
        blog.write(f"content/{name}", text if "Lang:" in text else f"Lang: en\n{text}")
    blog.write("content/seul.md", "Title: Seul\nDate: 2025-03-31\nLang: fr\nTags: Port\nSlug: seul\n\nVoilà.\n")
    # There is no site for its language, so each instance has it.
    blog.write("content/nog.md", "Title: Nog\nDate: 2025-01-01\nLang: nl\nSlug: nog\n\nNog.\n")
    blog.write("content/to.md", "Title: To\nDate: 2025-01-01\nLang: en\nSlug: to\n\n[It]({filename}ebb-fr.md).\n")
    blog.write("languages.py", LANGUAGES)
    plugins = {"PLUGINS": ["languages", "feedkit.integrations.pelican"], "PLUGIN_PATHS": ["."]}
    blog.build(**plugins, I18N_SUBSITES={"fr": {}}, FEEDKIT={"keep_feeds": True})
    french = ["https://tides.example/blog/fr/posts/seul/", "https://tides.example/blog/fr/posts/ebb-flow/"]
    assert [item["url"] for item in blog.items("language/fr/feed.json")] == french
    assert blog.titles() == ["Flood", "Seul", "Jusant", 'Ebb & "flow"', "Nog", "To"]
    # Where the site of a language had the feed of its articles.
    subscribed = feedparser.parse((blog.output / "fr/feeds/all.atom.xml").read_bytes())
    assert [entry.id for entry in subscribed.entries] == [
        "tag:tides.example,2025-03-31:/blog/fr/posts/seul/",
        "tag:tides.example,2025-03-30:/blog/fr/posts/ebb-flow/",
    ]
    subscribed = feedparser.parse((blog.output / "feeds/all.atom.xml").read_bytes())
    assert [entry.title for entry in subscribed.entries] == ["Flood", 'Ebb & "flow"', "To"]
    pages = blog.pages()
    assert {*french, "https://tides.example/blog/fr/", "https://tides.example/blog/fr/tag/port.html"} <= pages.keys()
    for page in ("posts/ebb-flow/", "fr/posts/ebb-flow/"):
        languages = [each.language for each in pages[f"https://tides.example/blog/{page}"].alternates]
        assert languages == ["en", "fr", "x-default"], page
    page = (blog.output / "fr/posts/seul/index.html").read_text("utf-8")
    assert 'href="https://tides.example/blog/language/fr/atom.xml">' in page
    # The address of a translation is final when the first page is written, and a link to it is read no sooner.
    for path in ("posts/to/index.html", "rss.xml"):
        assert 'href="https://tides.example/blog/fr/posts/ebb-flow/"' in (blog.output / path).read_text("utf-8"), path


def test_a_subsite_at_another_address_is_named_and_not_in_the_documents(tmp_path: Path) -> None:
    blog = Blog(tmp_path)
    blog.write("subsites.py", SUBSITES.replace('settings["SITEURL"] + "/fr"', '"https://fr.tides.example"'))
    printed = blog.build(PLUGINS=["subsites", "feedkit.integrations.pelican"], PLUGIN_PATHS=["."])
    assert "https://fr.tides.example/ is not below SITEURL, so its articles are in no feed" in printed
    assert {item["url"].partition("/posts")[0] for item in blog.items()} >= {"https://tides.example/blog"}


def test_feeds_can_stay_where_pelican_had_them_with_its_ids(tmp_path: Path) -> None:
    blog = Blog(tmp_path)
    (tmp_path / "content/ebb-fr.md").unlink()
    feeds = {"FEED_ALL_RSS": "feeds/all.rss.xml", "TAG_FEED_ATOM": "feeds/tag.{slug}.atom.xml"}
    blog.build(PLUGINS=[], THEME_TEMPLATES_OVERRIDES=[], **feeds)
    theirs = {path.relative_to(blog.output).as_posix(): path.read_bytes() for path in blog.output.glob("feeds/*")}
    printed = blog.build(FEEDKIT={"keep_feeds": True, "manifest": "feedkit.json"}, **feeds)
    assert "FK504" in printed
    assert "feedkit.json" in {path.name for path in tmp_path.iterdir()}
    assert "feeds/all.atom.xml" in theirs
    # Pelican's feed of `misc` held an article that is not in feeds.
    kept = theirs.keys() - {"feeds/misc.atom.xml"}
    manifest = json.loads((tmp_path / "feedkit.json").read_text("utf-8"))
    assert {path for path in manifest["documents"] if path.startswith("feeds/")} == kept
    for path in kept:
        old, new = feedparser.parse(theirs[path]), feedparser.parse((blog.output / path).read_bytes())
        assert {entry.id for entry in old.entries} >= {entry.id for entry in new.entries} != set(), path
        assert new.feed.links != old.feed.links
    page = (blog.output / "index.html").read_text("utf-8")
    assert '<link href="https://tides.example/blog/feeds/all.atom.xml" type="application/atom+xml"' in page


def test_a_language_that_is_spelt_like_a_locale_has_its_tag_and_keeps_its_feed(tmp_path: Path) -> None:
    own = Blog(tmp_path)
    for name in ("content/maré.md", "content/pages/about-pt.md"):
        own.write(name, "Title: Maré\nDate: 2025-05-01\nSlug: about\nLang: pt_BR\n\nNós.\n")
    own.build(FEEDKIT={"keep_feeds": True})
    subscribed = feedparser.parse((own.output / "feeds/all-pt_BR.atom.xml").read_bytes())
    assert [entry.title for entry in subscribed.entries] == own.titles("language/pt-br/feed.json") == ["Maré"]
    about = own.pages()["https://tides.example/blog/pages/about.html"]
    assert [each.language for each in about.alternates] == ["en", "fr", "pt-BR", "x-default"]


@pytest.mark.parametrize(
    ("plugins", "settings", "warnings"),
    [
        (["sitemap"], {}, 1),
        (["plugins.pelican_sitemap"], {}, 1),
        (["sitemap"], {"FEEDKIT": {"formats": ["rss"]}}, 0),
        ([], {}, 0),
    ],
)
def test_that_another_plugin_writes_the_sitemap_is_said(
    plugins: list[str], settings: dict[str, Any], warnings: int, tmp_path: Path
) -> None:
    blog = Blog(tmp_path)
    for name in ("sitemap.py", "plugins/__init__.py", "plugins/pelican_sitemap.py"):
        blog.write(name, "def register():\n    pass\n")
    printed = blog.build(PLUGINS=[*plugins, *SETTINGS["PLUGINS"]], PLUGIN_PATHS=["."], **settings)
    assert printed.count("pelican-sitemap writes sitemap.xml, too; remove it from PLUGINS") == warnings


def test_a_plugin_may_be_a_module(tmp_path: Path) -> None:
    blog = Blog(tmp_path)
    lines = "from feedkit.integrations import pelican\nPLUGINS = [pelican]\nSITEURL = 'https://tides.example'\n"
    blog.write("conf.py", lines)
    blog.run(["pelican", "content", "-s", "conf.py", "-o", "output"], 0, COLUMNS="1000")
    assert (blog.output / "rss.xml").is_file()


def test_pelican_s_own_feeds_are_not_written(blog: Blog) -> None:
    assert not (blog.output / "feeds").exists()


def test_without_an_address_nothing_is_written_and_pelican_says_so(tmp_path: Path) -> None:
    blog = Blog(tmp_path)
    printed = blog.build(SITEURL="")
    assert "SITEURL is empty, so no feed and no sitemap is written" in printed
    assert list(blog.output.glob("*.xml")) == []
    assert "[][][]" in (blog.output / "index.html").read_text("utf-8")


def test_what_two_places_ask_for_is_said_once(tmp_path: Path) -> None:
    blog = Blog(tmp_path)
    blog.write("content/new.md", "Title: New\nDate: 2025-05-01\nSlug: ebb-flow\nSave_as: new.html\n\nHere.\n")
    blog.write("content/cpp.md", "Title: Cpp\nDate: 2025-05-01\nTags: Cpp\n\nHere.\n")
    printed = blog.build(ARTICLE_TRANSLATION_ID="")
    assert (printed.count("FK403"), printed.count("FK404")) == (1, 1)


def test_a_setting_that_is_not_there_ends_the_run(tmp_path: Path) -> None:
    assert "limt: unknown key; did you mean limit?" in Blog(tmp_path).build(FEEDKIT={"limt": 3}, code=1)
