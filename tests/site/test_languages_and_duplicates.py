"""Translations by the names of files, and two articles that want one address."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from feedkit.cli import main

BASE = "https://example.com/"


def put(content: Path, path: str, front: str = "") -> None:
    file = content / path
    file.parent.mkdir(parents=True, exist_ok=True)
    dated = "" if re.search(r"\d{4}-\d\d-\d\d", f"{path} {front}") else "date: 2024-01-02\n"
    file.write_text(f"---\ntitle: Of {path}\n{dated}{front}\n---\n\nText.\n", "utf-8")


def built(content: Path, capsys: pytest.CaptureFixture[str], settings: str = "") -> tuple[str, list[dict[str, Any]]]:
    """The sitemap of a build, and its problems."""
    (content / "feedkit.toml").write_text(f'base_url = "{BASE}"\n{settings}\n')
    main(["build", str(content), "-o", str(content.parent / "out"), "--no-cache", "--json"])
    return (content.parent / "out" / "sitemap.xml").read_text(), json.loads(capsys.readouterr().out)["problems"]


def sets(sitemap: str) -> dict[str, dict[str, str]]:
    """The translations that each page names, by language, below the site."""
    pages = {}
    for page in sitemap.split("<url>")[1:]:
        links = re.findall(r'hreflang="([^"]*)" href="([^"]*)"', page)
        loc = re.search("<loc>(.*?)</loc>", page)
        assert loc
        pages[loc[1].removeprefix(BASE)] = {tag: url.removeprefix(BASE) for tag, url in links}
    return {loc: links for loc, links in pages.items() if loc}


IN_LANGUAGES = 'languages = ["en", "fr", "de"]\npermalink = "/{language}/{slug}/"'

TRANSLATED = [
    (["t.md", "t.fr.md"], {"en": "t/", "fr": "fr/t/", "x-default": "t/"}),
    (["t.md", "fr/t.md"], {"en": "t/", "fr": "fr/t/", "x-default": "t/"}),
    (["en/t.md", "fr/t.md", "de/t.md"], {"de": "de/t/", "en": "t/", "fr": "fr/t/", "x-default": "t/"}),
    (["t/index.md", "t/index.fr.md"], {"en": "t/", "fr": "fr/t/", "x-default": "t/"}),
    (["blog/t.md", "fr/blog/t.md"], {"en": "t/", "fr": "fr/t/", "x-default": "t/"}),
    (["2024-01-02-t.md", "2024-01-02-t.fr.md"], {"en": "t/", "fr": "fr/t/", "x-default": "t/"}),
    (["t.fr.md", "t.de.md"], {"de": "de/t/", "fr": "fr/t/", "x-default": "fr/t/"}),
    (["t.md", "other.fr.md"], {}),
    (["a/t.md", "b/t.fr.md"], {}),
    (["t.md"], {}),
]


@pytest.mark.parametrize(("paths", "links"), TRANSLATED)
def test_files_that_differ_by_language_only_are_translations(
    content: Path, capsys: pytest.CaptureFixture[str], paths: list[str], links: dict[str, str]
) -> None:
    for path in paths:
        put(content, path)
    sitemap, problems = built(content, capsys, IN_LANGUAGES)
    assert problems == []
    found = sets(sitemap)
    assert len(found) == len(paths)
    assert list(found.values()) == [links] * len(paths)


def test_an_own_key_of_translations_wins(content: Path, capsys: pytest.CaptureFixture[str]) -> None:
    put(content, "a.md", "translationKey: k")
    put(content, "b.fr.md", "translationKey: k")
    sitemap, _ = built(content, capsys, IN_LANGUAGES)
    assert sets(sitemap)["a/"] == {"en": "a/", "fr": "fr/b/", "x-default": "a/"}


def test_without_the_setting_names_say_nothing_of_translations(
    content: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    put(content, "t.md")
    put(content, "t.fr.md")
    assert sets(built(content, capsys)[0]) == {"t/": {}, "t.fr/": {}}


BY_DAY = 'permalink = "/{year}/{month}/{day}/{slug}/"'
BY_LANGUAGE = 'permalink = "/{language}/{slug}/"'
BY_SECTION = 'permalink = "/{section}/{slug}/"'
BY_FOLDER = 'permalink = "/{sections}/{slug}/"'

#: Two files (path, front matter), the one that is left out, what is said of it, the hint.
COLLISIONS = [
    (
        [("2024-01-09-weekly.md", ""), ("2024-01-02-weekly.md", "")],
        "2024-01-09-weekly.md",
        "they have two dates in their names, and the older article is kept",
        BY_DAY,
    ),
    (
        [("2024-01-09-a/index.md", ""), ("2024-01-02-a.md", "")],
        "2024-01-09-a/index.md",
        "they have two dates in their names, and the older article is kept",
        BY_DAY,
    ),
    (
        [("a/intro.md", "date: 2024-01-09"), ("b/intro.md", "date: 2024-01-02")],
        "a/intro.md",
        "they are in two folders, and the older article is kept",
        BY_SECTION,
    ),
    (
        [("sea/a/intro/index.md", "date: 2024-01-09"), ("sea/b/intro/index.md", "date: 2024-01-02")],
        "sea/a/intro/index.md",
        "they are in two folders, and the older article is kept",
        BY_FOLDER,
    ),
    (
        [("bells.md", "date: 2024-01-09"), ("bells-fr.md", "lang: fr\nslug: bells\ndate: 2024-01-02")],
        "bells-fr.md",
        "they are in two languages, and the one in en is kept",
        BY_LANGUAGE,
    ),
    (
        [("fr/posts/t.md", "lang: fr"), ("posts/t.md", "")],
        "fr/posts/t.md",
        "they are in two languages, and the one in en is kept",
        BY_LANGUAGE,
    ),
    (
        [("fr/posts/t.md", "date: 2024-01-02"), ("posts/t.md", "date: 2024-01-09")],
        "fr/posts/t.md",
        "they are in two languages, and the one in en is kept",
        f'languages = ["en", "fr"] and {BY_LANGUAGE}',
    ),
    (
        [("posts/de/t.md", "date: 2024-01-02"), ("posts/en/t.md", "date: 2024-01-09")],
        "posts/de/t.md",
        "they are in two languages, and the one in en is kept",
        f"lang: de in the article and {BY_LANGUAGE}",
    ),
    (
        [("t.fr.md", "date: 2024-01-02\nslug: t"), ("t.md", "date: 2024-01-09")],
        "t.fr.md",
        "they are in two languages, and the one in en is kept",
        f'languages = ["en", "fr"] and {BY_LANGUAGE}',
    ),
    (
        [("t.en.md", "slug: t\ndate: 2024-01-09"), ("t.md", "date: 2024-01-02")],
        "t.en.md",
        "the older article is kept",
        "give one of them another slug",
    ),
    (
        [("a.md", "slug: s\ndate: 2024-01-09"), ("b.md", "slug: s\ndate: 2024-01-02")],
        "a.md",
        "the older article is kept",
        "give one of them another slug",
    ),
    (
        [("a.md", "permalink: /x/"), ("b.md", "permalink: /x/")],
        "b.md",
        "the older article is kept",
        "give one of them another address",
    ),
    (
        [("fr/a.md", "permalink: /x/\nlang: fr\ndate: 2024-01-01"), ("a.md", "permalink: /x/\ndate: 2024-01-02")],
        "fr/a.md",
        "they are in two languages, and the one in en is kept",
        "give one of them another address",
    ),
    (
        [("go/t.md", "date: 2024-01-09"), ("posts/t.md", "date: 2024-01-02")],
        "go/t.md",
        "they are in two folders, and the older article is kept",
        BY_SECTION,
    ),
]


@pytest.mark.parametrize(("files", "loser", "reason", "hint"), COLLISIONS)
def test_two_files_of_one_address_are_reported_by_what_tells_them_apart(
    content: Path,
    capsys: pytest.CaptureFixture[str],
    files: list[tuple[str, str]],
    loser: str,
    reason: str,
    hint: str,
) -> None:
    for path, front in files:
        put(content, path, front)
    (owner,) = {path for path, _ in files} - {loser}
    sitemap, problems = built(content, capsys)
    [problem] = problems
    assert (problem["code"], problem["severity"], problem["path"]) == ("FK404", "error", str(content / loser))
    assert re.fullmatch(
        rf"{re.escape(str(content / owner))} has the same address: '{BASE}[^']*'; {re.escape(reason)}",
        problem["message"],
    )
    assert problem["hint"] == hint
    assert sitemap.count("<url>") == 2


@pytest.mark.parametrize(
    ("files", "loser", "reason", "hint"), [row for row in COLLISIONS if row[3][0] in "pl" and "lang:" not in row[3]]
)
def test_the_hint_is_what_tells_them_apart(
    content: Path,
    capsys: pytest.CaptureFixture[str],
    files: list[tuple[str, str]],
    loser: str,
    reason: str,
    hint: str,
) -> None:
    for path, front in files:
        put(content, path, front)
    sitemap, problems = built(content, capsys, hint.replace(" and ", "\n"))
    assert problems == []
    assert sitemap.count("<url>") == 3


def test_the_language_of_the_site_wins_whatever_that_is(content: Path, capsys: pytest.CaptureFixture[str]) -> None:
    put(content, "en/t.md", "date: 2024-01-02")
    put(content, "fr/t.md", "date: 2024-01-09")
    _, [problem] = built(content, capsys, 'language = "fr"')
    assert problem["path"] == str(content / "en" / "t.md")
    assert problem["hint"] == f'languages = ["fr", "en"] and {BY_LANGUAGE}'
    _, [problem] = built(content, capsys, 'language = "fr"\nlanguages = ["en", "fr"]')
    assert problem["path"] == str(content / "en" / "t.md")
    assert problem["hint"] == BY_LANGUAGE


@pytest.mark.parametrize("front", ["date: 2024-01-02", "date: 2024-01-01", "slug: own"])
@pytest.mark.parametrize(("source", "page"), [("a.Rmd", "a.md"), ("2024-01-02-a.qmd", "2024-01-02-a.html")])
def test_of_a_notebook_and_its_page_the_page_is_kept(
    content: Path, capsys: pytest.CaptureFixture[str], source: str, page: str, front: str
) -> None:
    put(content, source, front)
    put(content, page, front.replace("date: 2024-01-01", "date: 2024-01-03"))
    _, problems = built(content, capsys)
    feed = json.loads((content.parent / "out" / "feed.json").read_text("utf-8"))
    assert [item["title"] for item in feed["items"]] == [f"Of {page}"]
    [problem] = [one for one in problems if one["code"] == "FK404"]
    assert (problem["severity"], problem["path"]) == ("note", str(content / source))
    assert problem["message"].startswith(f"{content / page} is generated from it, and is kept; ")
