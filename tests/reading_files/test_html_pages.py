"""Built HTML, whoever built it: what a head says of its page."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from feedkit import Alternate, ArticleError, HtmlPage, Problem, read_html
from feedkit.imports import html_pages

SITE = "https://example.org/"


@pytest.fixture
def page(tmp_path: Path):
    def write(head: str | bytes, name: str = "a/index.html") -> HtmlPage:
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(head if isinstance(head, bytes) else head.encode())
        (found,) = read_html(tmp_path, SITE)
        return found

    return write


@pytest.mark.parametrize(
    ("name", "loc"),
    [
        ("index.html", SITE),
        ("a/index.html", f"{SITE}a/"),
        ("a/INDEX.HTM", f"{SITE}a/"),
        ("a.html", f"{SITE}a.html"),
        ("größe & co.html", f"{SITE}gr%C3%B6%C3%9Fe%20&%20co.html"),
        ("myindex.html", f"{SITE}myindex.html"),
    ],
)
def test_the_address_of_a_page_is_made_of_its_path(page, name, loc) -> None:
    assert page("<title>T</title>", name).url.loc == loc


@pytest.mark.parametrize(
    ("head", "reason"),
    [
        ("<title>T</title>", ""),
        ("", ""),
        ("<meta name=ROBOTS content='NoIndex, follow'>", "is not for search engines (noindex)"),
        ("<meta content=none name=robots>", "is not for search engines (noindex)"),
        ("<meta name=googlebot content=noindex>", "is not for search engines (noindex)"),
        ("<meta name=robots content=noarchive>", ""),
        ("<!-- <meta name=robots content=noindex> -->", ""),
        ("<body><meta name=robots content=noindex>", ""),
        ('<meta http-equiv="Refresh" content="0; URL=/b/">', "is a redirect"),
        ('<link rel="canonical" href="/a/">', ""),
        ('<link rel="canonical" href="/a/#top">', ""),
        ('<link rel="canonical" href="javascript:x">', ""),
        ('<link rel="canonical" href="/b/">', "names 'https://example.org/b/' as its canonical address"),
        (
            '<link href=https://other.example/ rel="CANONICAL">',
            "names 'https://other.example/' as its canonical address",
        ),
    ],
)
def test_a_page_says_why_no_sitemap_may_list_it(page, head, reason) -> None:
    assert page(f"<html><head>{head}</head><body>").reason == reason


def test_the_canonical_spelling_of_the_same_page_is_listed(page) -> None:
    assert page('<link rel=canonical href="/about">', "about.html").url.loc == f"{SITE}about"


@pytest.mark.parametrize("name", ["404.html", "de/404.html", "500.html", "google1234abcd.html"])
def test_pages_of_errors_and_of_proof_are_no_content(page, name) -> None:
    assert page("<title>T</title>", name).reason == "has the name of an error page or a verification file"


def test_titles_dates_and_translations_are_read(page) -> None:
    found = page(
        """<!doctype html><html><head><meta charset=utf-8><title> Höhe &amp;
        Tiefe </title><meta property="article:published_time" content="2025-01-01">
        <meta property="article:modified_time" content="2025-03-30T07:15:00Z">
        <link rel="alternate" hreflang="en" href="/a/"><link rel="alternate" hreflang="x-default" href="/a/">
        <link rel="alternate" hreflang="de" href="https://example.org/de/a/"><link rel=alternate href=/rss.xml>
        <link rel="alternate" hreflang="not a tag" href="/x/"></head>"""
    )
    assert found.title == "Höhe & Tiefe"
    assert found.url.lastmod == datetime(2025, 3, 30, 7, 15, tzinfo=UTC)
    assert found.url.alternates == (
        Alternate(language="en", url=f"{SITE}a/"),
        Alternate(language="x-default", url=f"{SITE}a/"),
        Alternate(language="de", url=f"{SITE}de/a/"),
    )


@pytest.mark.parametrize("text", ["yesterday", "", "01/02/2025"])
def test_a_date_that_is_none_is_left_out(page, text) -> None:
    assert page(f"<meta property='article:modified_time' content='{text}'>").url.lastmod is None


def test_a_page_in_another_encoding_is_read_as_it_says(page) -> None:
    assert page("<meta charset=iso-8859-1><title>Höhe</title>".encode("latin-1")).title == "Höhe"


def test_only_the_beginning_of_a_page_is_read(page, monkeypatch) -> None:
    monkeypatch.setattr(html_pages, "MAX_HEAD_BYTES", 100)
    assert page("<title>T</title>" + " " * 100 + "<meta name=robots content=noindex>").reason == ""


def test_links_dot_files_and_other_files_are_passed_over_and_order_is_that_of_names(tmp_path: Path) -> None:
    for name in ("b/index.html", "a/index.html", ".git/a.html", "c.txt", ".hidden.html"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("<title>T</title>")
    (tmp_path / "link.html").symlink_to(tmp_path / "c.txt")
    (tmp_path / "loop").symlink_to(tmp_path)
    assert [page.url.loc for page in read_html(tmp_path, SITE)] == [f"{SITE}a/", f"{SITE}b/"]


def test_a_page_that_cannot_be_read_is_told_and_the_others_are_read(tmp_path: Path, monkeypatch) -> None:
    for name in ("a.html", "b.html"):
        (tmp_path / name).write_text("<title>T</title>")
    true_open = Path.open

    def refusing(self: Path, *arguments, **named):
        if self.name == "a.html":
            raise PermissionError(13, "Permission denied")
        return true_open(self, *arguments, **named)

    monkeypatch.setattr(Path, "open", refusing)
    told: list[Problem] = []
    assert [page.url.loc for page in read_html(tmp_path, SITE, on_problem=told.append)] == [f"{SITE}b.html"]
    assert [problem.code for problem in told] == ["FK416"]


def test_a_folder_that_is_not_there_is_no_folder_without_pages(tmp_path: Path) -> None:
    with pytest.raises(ArticleError, match=r"none: error FK416: cannot be read \(.*No such file"):
        list(read_html(tmp_path / "none", SITE))
