"""The address that an article says itself: literal ones, the tokens of Jekyll and Hugo, and what is not an address."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from content_folder import only, put

from feedkit import Entry, Problem, Site, read, to_entry
from feedkit.cli import main
from feedkit.urls import absolute

BASE = "https://example.com/"


def take(root: Path, **settings: Any) -> tuple[list[Entry], list[Problem]]:
    problems: list[Problem] = []
    return list(read(root, Site(base_url=BASE, **settings), on_problem=problems.append)), problems


#: A file, the lines of its front matter beside title and date (2024-01-02 10:20:30), its path below the site.
FILLED = [
    ("a.md", "permalink: /notes/a/", "notes/a/"),
    ("a.md", "permalink: /:year/:month/:day/:title/", "2024/01/02/a/"),
    (
        "2024-01-02-a-b.md",
        "permalink: /:categories/:year/:title/\ncategories: [Sea, Tides and Salt]",
        "sea/tides-and-salt/2024/a-b/",
    ),
    ("a.md", "permalink: /:categories/:title/", "a/"),
    ("a.md", "permalink: /:title.html", "a.html"),
    ("a.md", "permalink: /:year-:i_month-:i_day/:slug:output_ext\nslug: own", "2024-1-2/own.html"),
    ("a.md", "permalink: /:short_year/:short_month/:long_month/:y_day/", "24/Jan/January/002/"),
    ("a.md", "permalink: /:w_year/:week/:w_day/:short_day/:long_day/", "2024/01/2/Tue/Tuesday/"),
    ("a.md", "permalink: /:hour:minute:second/", "102030/"),
    ("_posts/sea/a.md", "permalink: /:collection/:path/", "posts/sea/a/"),
    ("a.md", "permalink: /:title/\nslug: own", "own/"),
    ("a.md", "url: /:year/:title/", "2024/a-title/"),
    ("a.md", "url: /:year/:slug/", "2024/a/"),
    ("a.md", "url: /:yearday/:weekday/:weekdayname/:monthname/", "2/2/tuesday/january/"),
    ("posts/sea/a.md", "url: /:section/:slugorfilename/", "posts/a/"),
    ("posts/sea/a.md", "url: /:sections/:contentbasename/", "posts/sea/a/"),
    ("posts/sea/2024-01-02-a/index.md", "url: /:sections/:filename/", "posts/sea/a/"),
    ("a.md", "permalink: /:year/:name/:post_title/", "2024/a/a-title/"),
    ("a.md", "path: /wiki/Talk:Tides/", "wiki/Talk:Tides/"),
    ("a.md", "path: notes/a", "notes/a"),
    ("a.md", "permalink: https://example.com/:year/:title/", "2024/a/"),
    ("a.md", "permalink: /notes/index.html", "notes/"),
    ("a.md", "permalink: /index.html", ""),
    ("a.md", "permalink: index.htm", ""),
    ("a.md", "permalink: /:title/index.html", "a/"),
    ("a.md", "permalink: /my-index.html", "my-index.html"),
    ("a.md", "permalink: /a/index.html/b", "a/index.html/b"),
    ("a.md", "canonical_url: https://example.com/x/index.html", "x/"),
    ("a.html", "permalink: /a.html", "a.html"),
    # Eleventy's for an article without a page, which has the address that it would have.
    ("a.md", "permalink: false", "a/"),
    ("a.md", 'permalink: "false"\nurl: /own/', "own/"),
]


@pytest.mark.parametrize(("path", "front", "address"), FILLED)
def test_an_own_address_is_what_it_says(content: Path, path: str, front: str, address: str) -> None:
    put(content, path, text=f"---\ntitle: A Title\ndate: 2024-01-02 10:20:30\n{front}\n---\n\nText.\n")
    entries, problems = take(content)
    assert problems == []
    assert [entry.url for entry in entries] == [BASE + address]


def test_tokens_of_the_date_are_those_of_the_zone_of_the_site(content: Path) -> None:
    put(content, "a.md", text="---\ntitle: T\ndate: 2024-01-01T23:30:00Z\npermalink: /:year/:day/\n---\n")
    assert [entry.url for entry in take(content, timezone="Europe/Malta")[0]] == [f"{BASE}2024/02/"]


#: The line of the front matter, and what is wrong with it.
REFUSED = [
    (
        'permalink: "/{{ title | slugify }}/index.html"',
        "'/{{ title | slugify }}/index.html' is a pattern, not an address",
    ),
    ('permalink: "{% if a %}/a/{% endif %}"', "'{% if a %}/a/{% endif %}' is a pattern, not an address"),
    ("permalink: /{slug}/", "'/{slug}/' is a pattern, not an address"),
    ("url: /blog/{year}/a/", "'/blog/{year}/a/' is a pattern, not an address"),
    ("path: /docs/*", "'/docs/*' is a pattern, not an address"),
    ("path: /<slug>/", "'/<slug>/' is a pattern, not an address"),
    ("path: content/posts/a.md", "'content/posts/a.md' is the path of a source file, not an address"),
    ("permalink: /posts/A.MDX", "'/posts/A.MDX' is the path of a source file, not an address"),
    (
        "url: https://example.com/a.markdown",
        "'https://example.com/a.markdown' is the path of a source file, not an address",
    ),
    ("permalink: /:year/:nothing/", "':nothing' in '/:year/:nothing/' is not a token of Jekyll or Hugo"),
    ("url: /:sections[1:]/:slug/", None),
    (
        'canonical_url: "https://example.com/{{ slug }}/"',
        "'https://example.com/{{ slug }}/' is a pattern, not an address",
    ),
    ('slug: "{{ title }}"', "'{{ title }}' is a pattern, not an address"),
]


@pytest.mark.parametrize(("line", "message"), REFUSED)
def test_a_pattern_is_never_published_literally(content: Path, line: str, message: str | None) -> None:
    put(content, "a.md", text=f"---\ntitle: T\ndate: 2024-01-02\n{line}\n---\n\nText.\n")
    entries, problems = take(content)
    problem = only(problems)
    assert entries == []
    assert (problem.code, problem.severity, problem.line, problem.key) == ("FK204", "error", 4, line.partition(":")[0])
    assert message in (None, problem.message)
    assert problem.hint


@pytest.mark.parametrize(
    ("key", "address", "is_read"),
    [
        ("url", "www.example.net/a/", False),
        ("url", "example.com/a/", False),
        ("permalink", "WWW.example.net", False),
        ("url", "//www.example.net/a/", False),
        ("permalink", "//example.com", False),
        ("url", "/example.com/a/", True),
        ("url", "/www.example.net/a/", True),
        ("url", "example.command/a/", True),
        ("permalink", "wwwords/a.html", True),
    ],
)
def test_an_own_address_without_its_scheme_is_no_path(content: Path, key: str, address: str, is_read: bool) -> None:
    put(content, "a.md", text=f"---\ntitle: T\ndate: 2024-01-02\n{key}: {address}\n---\n\nText.\n")
    entries, problems = take(content)
    assert len(entries) == is_read
    told = [(problem.code, problem.severity, problem.line, problem.message, problem.hint) for problem in problems]
    bare = address.removeprefix("//")
    refused = ("FK205", "error", 4, f"'{bare}' has no scheme", f"write {key}: https://{bare}")
    assert told == ([] if is_read else [refused])


def test_the_address_of_an_object_is_no_pattern_either() -> None:
    problems: list[Problem] = []
    with pytest.raises(ValueError, match="FK204"):
        to_entry(
            {"title": "T", "date": "2024-01-02", "path": "posts/a.md"}, Site(base_url=BASE), on_problem=problems.append
        )


def test_an_index_is_kept_by_setting(content: Path) -> None:
    put(content, "a.md", text="---\ntitle: T\ndate: 2024-01-02\npermalink: /a/index.html\n---\n")
    put(content, "b.md", text="---\ntitle: T\ndate: 2024-01-02\n---\n")
    entries, _ = take(content, fold_index=False, permalink="/{slug}/index.html")
    assert [entry.url for entry in entries] == [f"{BASE}a/index.html", f"{BASE}b/index.html"]
    entries, _ = take(content, permalink="/{slug}/index.html")
    assert [entry.url for entry in entries] == [f"{BASE}a/", f"{BASE}b/"]


def test_an_index_elsewhere_is_as_its_owner_says(content: Path) -> None:
    put(
        content,
        "a.md",
        text="---\ntitle: T\ndate: 2024-01-02\ncanonical_url: https://other.example/a/index.html\n---\n",
    )
    assert [entry.url for entry in take(content)[0]] == ["https://other.example/a/index.html"]


@pytest.mark.parametrize(
    ("fold", "listed"),
    [
        ("true", ["", "a/", "b/", "c/", "c/d.html", "e/", "f/"]),
        (
            "false",
            ["", "a/", "a/index.html", "b/index.html", "c/index.html", "c/d.html", "e/index.html", "f/index.html"],
        ),
    ],
)
def test_lists_and_walks_fold_an_index_as_articles_do(
    content: Path, tmp_path: Path, fold: str, listed: list[str]
) -> None:
    put(content, "a.md", text="---\ntitle: T\ndate: 2024-01-02\n---\n")
    (tmp_path / "list.txt").write_text(f"/b/index.html\n{BASE}a/index.html\n")
    for name in ("c/index.html", "c/d.html", "e/index.html", "f/x.html"):
        head = f'<link rel="canonical" href="{BASE}f/index.html">' if name == "f/x.html" else ""
        put(tmp_path / "built", name, text=f"<html><head>{head}<title>T</title></head></html>")
    put(tmp_path / "built", "f/index.html", text="<title>F</title>")
    settings = f'base_url = "{BASE}"\nfold_index = {fold}\n[sitemap]\nlists = ["list.txt"]\nhtml = "built"\n'
    (tmp_path / "feedkit.toml").write_text(settings)
    assert main(["build", str(content), "-o", str(tmp_path / "out"), "--no-cache", "--quiet"]) == 0
    text = (tmp_path / "out" / "sitemap.xml").read_text()
    assert sorted(part.partition("<")[0].removeprefix(BASE) for part in text.split("<loc>")[1:]) == sorted(listed)


def test_the_command_for_lists_folds_an_index_unless_it_is_to_be_kept(tmp_path: Path) -> None:
    (tmp_path / "urls.txt").write_text(f"{BASE}a/index.html\n/b/index.html?page=2\n/c/my-index.html\n")
    command = ["sitemap", str(tmp_path / "urls.txt"), "-o", str(tmp_path / "out"), "--base-url", BASE]
    for flags, expected in (
        ([], ["a/", "b/?page=2", "c/my-index.html"]),
        (["--keep-index"], ["a/index.html", "b/index.html?page=2", "c/my-index.html"]),
    ):
        assert main([*command, *flags, "--quiet"]) == 0
        text = (tmp_path / "out" / "sitemap.xml").read_text()
        assert [part.partition("<")[0].removeprefix(BASE) for part in text.split("<loc>")[1:]] == expected


#: A file, the lines of its front matter beside title and date, its path below the site as a browser shows it.
ONE_SPELLING = [
    ("13-%d8%b7%d8%b1.md", "", "13-طر/"),
    ("a.md", "slug: 13-%d8%b7%d8%b1", "13-طر/"),
    ("a.md", "permalink: /13-%d8%b7%d8%b1/", "13-طر/"),
    ("a.md", "permalink: /13-%D8%B7%D8%B1/", "13-طر/"),
    ("cafe\u0301.md", "", "café/"),
    ("caf\u00e9.md", "", "café/"),
    ("a.md", "slug: cafe\u0301", "café/"),
    ("a.md", "permalink: /cafe\u0301/", "café/"),
    ("a.md", "permalink: /caf%C3%A9/", "café/"),
    ("a%20b.md", "", "a-b/"),
    ("a\x07b.md", "", "a-b/"),
    ("a\u202eb.md", "", "ab/"),
    ("%2e%2e%2fa.md", "", "a/"),
    ("100%.md", "", "100/"),
    ("a%ff.md", "", "a-ff/"),
    ("a.md", "permalink: /a%2Fb/", "a%2Fb/"),
]


@pytest.mark.parametrize(("path", "front", "address"), ONE_SPELLING)
def test_two_spellings_of_a_name_are_one_address(path: str, front: str, address: str, tmp_path: Path) -> None:
    put(tmp_path, path, text=f"---\ntitle: A\ndate: 2024-01-02\n{front}\n---\n")
    (entry,), problems = take(tmp_path)
    assert (entry.url, problems) == (absolute(f"{BASE}{address}", BASE), [])


@pytest.mark.parametrize("slug", ["%2e%2e/x", "100%", "%ff", "a%3Fb"])
def test_a_slug_that_is_no_path_when_it_is_decoded_is_refused(slug: str, tmp_path: Path) -> None:
    put(tmp_path, "a.md", text=f"---\ntitle: A\ndate: 2024-01-02\nslug: '{slug}'\n---\n")
    entries, problems = take(tmp_path)
    assert (entries, [problem.code for problem in problems]) == ([], ["FK204"])
