"""The extension of Sphinx, in Sphinx's own command: whole, incremental and parallel builds."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from typing import Any

import feedparser
import pytest
from built_site import BuiltSite
from judge import faults

from feedkit import Url

PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d49444154789c63f8ffff3f0005fe02fea73581840000000049454e44ae426082"
)
SOURCES = {
    "index.rst": "Tides\n=====\n\n.. toctree::\n   :glob:\n\n   *\n   news/*\n",
    "about.rst": ":updated: 2025-02-01\n\nAbout\n=====\n\n.. _here:\n\nHere\n----\n\nUs.\n",
    "secret.rst": ":noindex:\n\nSecret\n======\n\nIt.\n",
    "news/ebb.rst": """:date: 2025-03-30
:updated: 2025-04-02
:tags: C++, 日本語
:author: Ann Lee

Ebb & flow
==========

Going, as :ref:`this <here>` and :doc:`flood` say.

.. image:: /a.png

A heading
---------

.. code-block:: python

   print(1)
""",
    "news/flood.rst": ":date: 2025-03-31\n:tags: C#\n\nFlood\n=====\n\nComing.\n",
    "news/draft.rst": ":date: 2025-03-31\n:draft:\n\nDraft\n=====\n\nNot yet.\n",
    "news/later.rst": ":date: 2099-01-01\n\nLater\n=====\n\nTo come.\n",
}
CONFIG: dict[str, Any] = {
    "project": "Tides & more",
    "author": "Bo Ek",
    "extensions": ["feedkit.integrations.sphinx"],
    "html_baseurl": "https://tides.example/docs/",
    "html_theme": "basic",
    "feedkit": {"timezone": "Europe/Malta"},
}


class Project(BuiltSite):
    """A project of Sphinx, and its builds."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder, "out")
        for name, text in SOURCES.items():
            self.write(name, text)
        (folder / "source" / "a.png").write_bytes(PNG)

    def write(self, name: str, text: str) -> None:
        super().write(f"source/{name}", text)

    def build(self, *flags: str, code: int = 0, builder: str = "html", **config: Any) -> str:
        """What `sphinx-build` prints; warnings are errors."""
        self.write("conf.py", "\n".join(f"{name} = {value!r}" for name, value in {**CONFIG, **config}.items()))
        command = ["sphinx", "-W", "--keep-going", "-b", builder, *flags, "source", "out"]
        return self.run(command, code, NO_COLOR="1")

    def pages(self, base_url: str = CONFIG["html_baseurl"]) -> dict[str, Url]:
        return super().pages(base_url)


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    built = Project(tmp_path_factory.mktemp("sphinx"))
    built.build()
    return built


def test_documents_with_a_date_are_articles_in_every_format(project: Project) -> None:
    assert project.titles() == ["Flood", "Ebb & flow"]
    for path, content in project.bytes().items():
        assert list(faults(content)) == [], path
        assert b"Draft" not in content, path
    for path in ("rss.xml", "atom.xml"):
        parsed = feedparser.parse((project.output / path).read_bytes())
        assert (parsed.bozo, [entry.title for entry in parsed.entries]) == (False, project.titles())
    assert [item["title"] for item in project.items("tags/csharp/feed.json")] == ["Flood"]


def test_an_entry_is_what_sphinx_made_of_the_document(project: Project) -> None:
    flood, ebb = project.items()
    assert (ebb["date_published"], ebb["date_modified"]) == ("2025-03-30T00:00:00+01:00", "2025-04-02T00:00:00+02:00")
    assert (ebb["authors"][0]["name"], flood["authors"][0]["name"]) == ("Ann Lee", "Bo Ek")
    assert ebb["url"] == "https://tides.example/docs/news/ebb.html"
    content = ebb["content_html"]
    assert 'href="https://tides.example/docs/about.html#here"' in content
    assert 'href="https://tides.example/docs/news/flood.html"' in content
    assert 'src="https://tides.example/docs/_images/a.png"' in content
    assert "<pre><code>print(1)" in content
    assert not any(part in content for part in ("<h1", "¶", "toctree"))


@pytest.mark.parametrize("folder", ["/", "../"])
def test_a_picture_of_a_document_in_its_fields_is_where_sphinx_copies_it(folder: str, tmp_path: Path) -> None:
    own = Project(tmp_path)
    own.write("news/new.rst", f":date: 2025-05-01\n:image: {folder}a.png\n\nNew\n===\n\n.. image:: /a.png\n")
    for builder in ("html", "dirhtml"):
        own.build(builder=builder)
        assert own.items()[0]["image"] == "https://tides.example/docs/_images/a.png"


def test_a_picture_among_the_static_files_is_where_sphinx_copies_them(tmp_path: Path) -> None:
    own = Project(tmp_path)
    own.write("_static/card.png", "a picture")
    own.write("news/new.rst", ":date: 2025-05-01\n:image: _static/card.png\n\nNew\n===\n\nIt.\n")
    own.build(html_static_path=["_static"])
    assert own.items()[0]["image"] == "https://tides.example/docs/_static/card.png"


def test_figures_and_sections_have_the_numbers_that_sphinx_gives_them(tmp_path: Path) -> None:
    own = Project(tmp_path)
    own.write("index.rst", SOURCES["index.rst"].replace(":glob:", ":glob:\n   :numbered:"))
    own.write(
        "news/tide.rst",
        ":date: 2025-05-01\n\nTide\n====\n\nSee :numref:`a`.\n\n.. _a:\n\n.. figure:: /a.png\n\n   It\n",
    )
    own.build(numfig=True)
    own.build(numfig=True)
    content = own.items()[0]["content_html"]
    assert "Fig. 7.1</span></a>" in content
    assert "<span>Fig. 7.1 </span><span>It</span>" in content
    assert "¶" not in content
    assert "¶" in (own.output / "news/tide.html").read_text("utf-8")


def test_a_title_is_text_and_a_document_without_one_is_no_article_and_reported(tmp_path: Path) -> None:
    own = Project(tmp_path)
    text = "The ``<b>`` element\n===================\n\nIt.\n"
    own.write("news/element.rst", f":date: 2025-05-01\n\n.. _b:\n\n{text}")
    own.write("element.rst", text)
    own.write("news/none.rst", ":date: 2025-05-02\n\nIt.\n")
    own.write("none.rst", "It.\n")
    # Of a document without a title, Sphinx itself warns in the list of a table of contents.
    printed = own.build(code=1, suppress_warnings=["toc.no_title"])
    first = own.items()[0]
    assert first["title"] == "The <b> element"
    assert "<h1" not in first["content_html"]
    assert re.findall(r"(\w+/\w+)\.rst: WARNING: .*\[feedkit\.(\w+)\]", printed) == [("news/none", "FK203")]
    assert {"none.html", "news/none.html"} <= own.pages().keys()


def test_the_sitemap_lists_every_document_and_says_when_it_changed(project: Project) -> None:
    assert {name: url.lastmod.date().isoformat() for name, url in project.pages().items()} == {
        "": "2025-04-02",
        "about.html": "2025-02-01",
        "news/ebb.html": "2025-04-02",
        "news/flood.html": "2025-03-31",
    }


def test_every_page_links_to_the_feeds_of_the_site_and_an_article_to_those_of_its_terms(project: Project) -> None:
    for name, count in (("index", 3), ("genindex", 3), ("news/flood", 6), ("news/ebb", 9)):
        head = (project.output / f"{name}.html").read_text("utf-8").partition("</head>")[0]
        assert head.count('<link rel="alternate"') == count, name
        assert 'title="Tides &amp; more (Atom)" href="https://tides.example/docs/atom.xml">' in head
    assert 'title="Tides &amp; more: C++ (RSS)" href="https://tides.example/docs/tags/cpp/rss.xml">' in head


def test_incremental_and_parallel_builds_hold_what_a_whole_one_does(tmp_path: Path, project: Project) -> None:
    own = Project(tmp_path / "own")
    own.build("-j", "2")
    assert own.bytes() == project.bytes()
    page = (own.output / "news/ebb.html").read_text("utf-8")
    assert page == (project.output / "news/ebb.html").read_text("utf-8")
    times = {path: (own.output / path).stat().st_mtime_ns for path in own.bytes()}
    own.build()
    assert {path: (own.output / path).stat().st_mtime_ns for path in own.bytes()} == times

    def change(changed: Project) -> None:
        changed.write("news/new.rst", ":date: 2025-05-01\n:tags: New\n\nNew\n===\n\nSee :doc:`flood`.\n")
        changed.write("news/flood.rst", ":date: 2025-03-31\n\nHigh water\n==========\n\nComing.\n")
        (changed.folder / "source/news/draft.rst").unlink()

    change(own)
    own.build("-j", "2")
    assert own.titles() == ["New", "High water", "Ebb & flow"]
    assert "High water" in own.items()[2]["content_html"]
    assert not (own.output / "tags/csharp").exists()
    whole = Project(tmp_path / "whole")
    change(whole)
    whole.build()
    assert own.bytes() == whole.bytes()
    # The environment of Sphinx is all that is kept.
    shutil.rmtree(own.output / ".doctrees")
    own.build("-j", "2")
    assert own.bytes() == whole.bytes()


def test_a_post_of_ablog_is_an_article(tmp_path: Path) -> None:
    project = Project(tmp_path)
    post = (
        ".. post:: May 4, 2025\n   :tags: C++, Sea\n   :category: News\n   :author: ann, Bo Ek\n   :language: fr\n"
        "   :external_link: https://fr.example/jusant\n\n"
        "Jusant\n======\n\nIl **part**.\n\n.. update:: Jun 6, 2025\n\n   Rien.\n"
    )
    project.write("news/jusant.rst", post)
    project.write("news/unfinished.rst", ".. post::\n\nUnfinished\n==========\n\nNot yet.\n")
    ablog = {
        "extensions": ["ablog", "feedkit.integrations.sphinx"],
        "blog_authors": {"ann": ("Ann Lee", "https://ann.example/")},
        "blog_baseurl": CONFIG["html_baseurl"],
        "fontawesome_included": True,
    }
    project.build(**ablog)
    item = project.items()[0]
    assert (item["title"], item["language"], item["tags"]) == ("Jusant", "fr", ["News", "C++", "Sea"])
    assert (item["date_published"], item["date_modified"]) == ("2025-05-04T00:00:00+02:00", "2025-06-06T00:00:00+02:00")
    assert item["external_url"] == "https://fr.example/jusant"
    assert item["authors"] == [{"name": "Ann Lee", "url": "https://ann.example/"}, {"name": "Bo Ek"}]
    assert "<strong>part</strong>" in item["content_html"]
    assert project.titles() == ["Jusant", "Flood", "Ebb & flow"]
    assert "news/unfinished.html" in project.pages()
    before = project.bytes()
    project.write("about.rst", SOURCES["about.rst"] + "\nMore.\n")
    project.build(**ablog)
    assert project.bytes() == before


def test_pages_in_folders_of_their_own_have_addresses_without_a_suffix(tmp_path: Path) -> None:
    project = Project(tmp_path)
    # As MyST hands a list in front matter on.
    project.write("news/日本語.rst", ':date: 2025-04-01\n:tags: ``["C++", "a, b"]``\n\nJapanese\n========\n')
    project.build(builder="dirhtml", feedkit={"formats": ["json", "sitemap"], "manifest": "feedkit.json"})
    assert project.items()[0]["url"] == "https://tides.example/docs/news/%E6%97%A5%E6%9C%AC%E8%AA%9E/"
    assert project.items()[0]["tags"] == ["C++", "a, b"]
    assert set(project.pages()) >= {"", "about/", "news/ebb/"}
    listed = json.loads((tmp_path / "source/feedkit.json").read_text("utf-8"))["documents"]
    assert "feed.json" in listed
    assert not (project.output / ".feedkit-manifest.json").exists()


@pytest.mark.parametrize("builder", ["text", "json", "singlehtml"])
def test_other_builders_are_left_alone(builder: str, tmp_path: Path) -> None:
    project = Project(tmp_path)
    project.build(builder=builder, html_baseurl="")
    assert not (project.output / "rss.xml").exists()
    assert not any("alternate" in file.read_text("utf-8") for file in project.output.glob("*.html"))


def test_problems_are_warnings_of_a_type_that_can_be_suppressed(tmp_path: Path) -> None:
    project = Project(tmp_path)
    project.write("news/bad.rst", ":date: 2025-13-01\n\nBad\n===\n\nIt.\n")
    printed = project.build(code=1, show_warning_types=True)
    assert "bad.rst: WARNING: date: '2025-13-01' is not a date" in printed
    assert printed.count("'2025-13-01'") == 1
    assert "[feedkit.FK101]" in printed
    project.write("news/flood.rst", ":date: 2025-03-31\n:tags: Cpp\n\nFlood\n=====\n\nComing.\n")
    assert project.build(code=1).count("both have the slug cpp") == 1
    project.write("news/flood.rst", SOURCES["news/flood.rst"])
    for suppressed in ("feedkit.FK101", "feedkit"):
        assert "2025-13-01" not in project.build(suppress_warnings=[suppressed])
    assert project.titles() == ["Flood", "Ebb & flow"]
    assert "news/bad.html" in project.pages()


def test_without_an_address_nothing_is_written_and_sphinx_says_so(tmp_path: Path) -> None:
    project = Project(tmp_path)
    printed = project.build(code=1, html_baseurl="")
    assert "WARNING: html_baseurl is empty, so no feed and no sitemap is written" in printed
    project.build(html_baseurl="", suppress_warnings=["feedkit.html_baseurl"])
    assert not (project.output / "rss.xml").exists()
    assert "alternate" not in (project.output / "index.html").read_text("utf-8")


def test_a_setting_that_cannot_be_meant_ends_the_build(tmp_path: Path) -> None:
    project = Project(tmp_path)
    assert "feedkit: limt: unknown key; did you mean limit?" in project.build(code=2, feedkit={"limt": 3})
    assert "feedkit: manifest: 5 must be the name of a file" in project.build(code=2, feedkit={"manifest": 5})
