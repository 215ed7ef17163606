"""Files without a date: pages of the site, which are not errors, and articles that lack one, which are."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from feedkit import ArticleError, Problem, Site, read
from feedkit.cli import main

BASE = "https://example.com/"
DATED = "date: 2024-01-02"


def put(content: Path, path: str, front: str = "", body: str = "Text.") -> None:
    file = content / path
    file.parent.mkdir(parents=True, exist_ok=True)
    head = f"---\ntitle: Of {path}\n{front}\n---\n\n" if front != "none" else ""
    file.write_text(f"{head}{body}\n", "utf-8")


def put_all(content: Path, paths: str) -> None:
    """Write files; those with a `+` behind their path have a date."""
    for path in paths.split():
        put(content, path.removesuffix("+"), DATED if path.endswith("+") else "")


def build(content: Path, capsys: pytest.CaptureFixture[str], *flags: str, settings: str = "") -> dict[str, Any]:
    """The report of a build, with `code`, and the addresses of `feed` and `sitemap` below the site."""
    (content.parent / "feedkit.toml").write_text(f'base_url = "{BASE}"\nlimit = 100\n{settings}\n')
    out = content.parent / "out"
    code = main(["build", str(content), "-o", str(out), "--json", *(flags or ["--no-cache"])])
    report = json.loads(capsys.readouterr().out)
    feed = json.loads((out / "feed.json").read_text())["items"] if (out / "feed.json").exists() else []
    pages = re.findall("<url>.*?</url>", (out / "sitemap.xml").read_text(), re.DOTALL)
    locs = [re.sub(".*<loc>(.*)</loc>.*", r"\1", page.replace("\n", "")) for page in pages]
    return {
        **report,
        "code": code,
        "feed": sorted(item["url"].removeprefix(BASE) for item in feed),
        "sitemap": sorted(loc.removeprefix(BASE) for loc in locs),
        "pages": dict(zip([loc.removeprefix(BASE) for loc in locs], pages, strict=True)),
        "told": [(problem["code"], Path(problem["path"]).name, problem["line"]) for problem in report["problems"]],
    }


#: Files (`+`: with a date), the addresses of the pages among them, the files that lack a date.
LAYOUTS = [
    ("posts/a.md+ about.md 404.md search.md index.md", ["", "404/", "about/", "search/"], []),
    ("posts/a.md+ about.md uses.mdx some-page.md", ["about/", "some-page/", "uses/"], []),
    ("posts/a.md+ posts/b.md+ posts/c.md", [], ["c.md"]),
    ("posts/a.md+ posts/index.md", ["posts/"], []),
    ("posts/a/index.md+ posts/b/index.md", [], ["index.md"]),
    ("posts/a/index.md+ posts/b/README.md", ["posts/b/"], []),
    ("posts/a/index.md+ posts/index.md about/index.md", ["about/", "posts/"], []),
    ("a.md+ about.md", ["about/"], []),
    ("a.md+ b.md", [], ["b.md"]),
    ("a.md+ b.md+ c.md d.md", [], ["c.md", "d.md"]),
    ("a.md+ b.md c.md d.md", ["b/", "c/", "d/"], []),
    ("a.md+ docs/guide/intro.md docs/guide/index.md docs/README.md", ["docs/", "docs/guide/", "docs/guide/intro/"], []),
    ("blog/a.md+ x/blog/b.md y/News/c.md", [], ["b.md", "c.md"]),
    ("_posts/2024-01-02-a.md _posts/b.md _pages/c.md", ["pages/c/"], ["b.md"]),
    ("posts/2024/a.md+ posts/2025/b.md", [], ["b.md"]),
    ("a.md+ x/Über%20uns.md x/a-b.md x/c_d.md", ["x/%C3%9Cber-uns/", "x/a-b/", "x/c_d/"], []),
    ("drafts/a.md posts/b.md+ notes/c.md", ["notes/c/"], []),
]


@pytest.mark.parametrize(("paths", "pages", "lacking"), LAYOUTS)
def test_a_file_without_a_date_is_a_page_or_an_article_that_lacks_one(
    content: Path, capsys: pytest.CaptureFixture[str], paths: str, pages: list[str], lacking: list[str]
) -> None:
    put_all(content, paths)
    built = build(content, capsys)
    articles = paths.count("+") + paths.count("2024-01-02")
    assert len(built["feed"]) == articles
    assert built["sitemap"] == sorted({"", *built["feed"], *pages})
    assert built["code"] == bool(lacking)
    assert built["articles"]["pages"] == len(pages)
    told = [("FK105", name, 1) for name in lacking] + ([("FK233", "content", None)] if pages else [])
    assert built["told"] == told


def test_pages_are_one_note_with_a_count_and_a_line_to_paste(content: Path, capsys: pytest.CaptureFixture[str]) -> None:
    put_all(content, "posts/a.md+ 404.md about.md index.md search.md")
    [note] = build(content, capsys)["problems"]
    assert (note["severity"], note["path"]) == ("note", str(content))
    assert note["message"] == (
        "4 files without a date are pages: in the sitemap, and in no feed: 404.md, about.md, index.md and 1 more"
    )
    assert note["hint"] == 'to leave one out: exclude = ["/404.md"]'
    built = build(content, capsys, settings='exclude = ["404.md", "about.md", "index.md"]')
    assert (
        built["problems"][0]["message"] == "1 file without a date is a page: in the sitemap, and in no feed: search.md"
    )
    assert built["sitemap"] == ["", "a/", "search/"]


def test_an_article_that_lacks_a_date_is_told_how_to_leave_it_out(
    content: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    put_all(content, "posts/a.md+ posts/b.md")
    put(content, "posts/c.md", "none", "# A title\n\nText.")
    hints = {problem["hint"] for problem in build(content, capsys)["problems"]}
    assert hints == {
        'add a line publishedAt: 2025-11-21, or exclude = ["posts/b.md"]',
        "the file has no front matter: begin it with the lines ---, publishedAt: 2025-11-21 and ---, "
        'or exclude = ["posts/c.md"]',
    }


def test_where_nothing_has_a_date_that_is_one_error(content: Path, capsys: pytest.CaptureFixture[str]) -> None:
    put_all(content, "posts/a.md posts/b.md about.md c.md")
    built = build(content, capsys)
    [problem] = built["problems"]
    assert (built["code"], problem["code"], problem["severity"], problem["path"]) == (1, "FK105", "error", str(content))
    assert (
        problem["message"] == "none of the 4 articles has a date of publication: about.md, c.md, posts/a.md and 1 more"
    )
    assert 'dates_from = ["filename", "git"]' in problem["hint"]
    assert (built["feed"], built["sitemap"], built["articles"]["pages"]) == ([], [""], 0)


def test_without_feeds_nothing_needs_a_date(content: Path, capsys: pytest.CaptureFixture[str]) -> None:
    put_all(content, "guide/a.md guide/b.md index.md")
    built = build(content, capsys, settings='formats = ["sitemap"]')
    assert (built["code"], built["told"]) == (0, [("FK233", "content", None)])
    assert built["sitemap"] == ["", "guide/a/", "guide/b/"]


#: The front matter of `about.md`, and what the sitemap has of it: its address and date, or nothing.
SAID = [
    ("permalink: /who/", "who/", ""),
    ("permalink: /who.html", "who.html", ""),
    ("url: /who/index.html", "who/", ""),
    ("slug: who", "who/", ""),
    ("lastmod: 2024-05-06", "about/", "2024-05-06"),
    ("updated: 2024-05-06T07:08:09+02:00", "about/", "2024-05-06T07:08:09+02:00"),
    ("unlisted: true", None, ""),
    ("feed: false", "about/", ""),
    ("private: true", None, ""),
    ("draft: true", None, ""),
    ("noindex: true", None, "FK406"),
    ("sitemap: false", None, "FK406"),
    ("canonical_url: https://other.example/a/", None, "FK406"),
    ("expires: 2020-01-01", None, ""),
    ("date:", "about/", ""),
    ("tags: [a, b]\nlayout: page", "about/", ""),
]


@pytest.mark.parametrize(("front", "address", "more"), SAID)
def test_a_page_is_listed_as_it_says(
    content: Path, capsys: pytest.CaptureFixture[str], front: str, address: str | None, more: str
) -> None:
    put_all(content, "posts/a.md+")
    put(content, "about.md", front)
    built = build(content, capsys)
    assert built["code"] == 0
    assert built["sitemap"] == sorted(["", "a/", *([address] if address else [])])
    if address:
        assert (f"<lastmod>{more}</lastmod>" in built["pages"][address]) == bool(more)
        assert ("<lastmod>" in built["pages"][address]) == bool(more)
    else:
        assert (more in [code for code, _, _ in built["told"]]) == bool(more)


WRONG = [
    ("lastmod: 2024-13-01", "FK101"),
    ("permalink: /:year/about/", "FK204"),
    ('permalink: "/{{ slug }}/"', "FK204"),
    ("dtae: 2024-01-02", "FK211"),
    ("date: tomorrow", "FK108"),
    ("date: {made: 2024-01-02}", "FK105"),
]


@pytest.mark.parametrize(("front", "code"), WRONG)
def test_what_is_wrong_in_a_page_is_an_error(
    content: Path, capsys: pytest.CaptureFixture[str], front: str, code: str
) -> None:
    put_all(content, "posts/a.md+")
    put(content, "about.md", front)
    built = build(content, capsys)
    assert (built["code"], built["told"]) == (1, [(code, "about.md", 3)])


def test_a_page_needs_no_title_and_no_front_matter(content: Path, capsys: pytest.CaptureFixture[str]) -> None:
    put_all(content, "posts/a.md+")
    (content / "404.html").write_text("---\npermalink: /404.html\n---\n<p>Nothing here.</p>\n")
    (content / "about.md").write_text("Some words.\n")
    (content / "search.md").write_text("---\n---\n\nWords.\n")
    (content / "uses.md").write_text("+++\n+++\n")
    built = build(content, capsys)
    assert (built["code"], built["told"]) == (0, [("FK233", "content", None)])
    assert built["sitemap"] == ["", "404.html", "a/", "about/", "search/", "uses/"]


def test_pages_are_translations_of_one_another_as_articles_are(
    content: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    put_all(content, "posts/a.md+ about.md about.fr.md de/about.md index.md index.fr.md")
    built = build(content, capsys, settings='languages = ["en", "fr", "de"]')
    assert built["sitemap"] == ["", "a/", "about/", "de/about/", "fr/", "fr/about/"]
    links = re.findall(r'hreflang="([^"]*)" href="([^"]*)"', built["pages"]["fr/about/"])
    assert dict(links) == {
        "de": f"{BASE}de/about/",
        "en": f"{BASE}about/",
        "fr": f"{BASE}fr/about/",
        "x-default": f"{BASE}about/",
    }


def test_a_cache_changes_nothing_about_pages(content: Path, capsys: pytest.CaptureFixture[str]) -> None:
    put_all(content, "posts/a.md+ posts/b.md about.md")
    put(content, "guide.md", "lastmod: 2024-05-06T07:08:09+02:00")
    flags = ("--jobs", "2")
    first, again = build(content, capsys, *flags), build(content, capsys, *flags)
    assert (first["told"], first["pages"]) == (again["told"], again["pages"])
    put(content, "posts/b.md", DATED)
    third = build(content, capsys, *flags)
    assert (third["code"], third["told"]) == (0, [("FK233", "content", None)])
    assert third["sitemap"] == ["", "a/", "about/", "b/", "guide/"]
    (content / "about.md").unlink()
    assert build(content, capsys, *flags)["sitemap"] == ["", "a/", "b/", "guide/"]
    assert build(content, capsys)["pages"] == build(content, capsys, *flags)["pages"]


def test_the_page_of_the_site_has_its_translations(content: Path, capsys: pytest.CaptureFixture[str]) -> None:
    put_all(content, "posts/a.md+ index.md index.fr.md")
    built = build(content, capsys, settings='languages = ["en", "fr"]')
    assert built["sitemap"] == ["", "a/", "fr/"]
    links = re.findall(r'hreflang="([^"]*)" href="([^"]*)"', built["pages"][""])
    assert dict(links) == {"en": BASE, "fr": f"{BASE}fr/", "x-default": BASE}
    assert "<lastmod>2024-01-02</lastmod>" in built["pages"][""]


def test_explain_says_why_a_page_is_in_no_feed(content: Path, capsys: pytest.CaptureFixture[str]) -> None:
    put_all(content, "posts/a.md+ about.md")
    for name in (str(content / "about.md"), f"{BASE}about/", "about.md"):
        assert main(["explain", name, "--content", str(content), "--base-url", BASE, "--json"]) == 0
        [found] = json.loads(capsys.readouterr().out)
        assert (found["state"], found["url"]) == ("page", f"{BASE}about/")
        assert [(item["name"], item["included"]) for item in found["placements"]] == [
            ("the site", False),
            ("sitemap", True),
        ]
    main(["explain", "about.md", "--content", str(content), "--base-url", BASE])
    assert "about.md: page: it has no date, and its folder is not one of posts" in capsys.readouterr().out


def test_reading_a_folder_tells_of_pages_and_reading_a_file_does_not_guess(content: Path) -> None:
    put_all(content, "posts/a.md+ about.md")
    problems: list[Problem] = []
    entries = list(read(content, Site(base_url=BASE), on_problem=problems.append))
    assert ([entry.url for entry in entries], [problem.code for problem in problems]) == ([f"{BASE}a/"], ["FK233"])
    with pytest.raises(ArticleError, match="FK105"):
        list(read(content / "about.md", Site(base_url=BASE)))


def test_plan_has_no_error_for_pages(content: Path, capsys: pytest.CaptureFixture[str]) -> None:
    put_all(content, "posts/a.md+ about.md")
    assert main(["plan", str(content), "-o", str(content.parent / "out"), "--base-url", BASE]) == 0
    assert "about" not in capsys.readouterr().out
