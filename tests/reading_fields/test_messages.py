"""What messages say: the value that was written, what became of it, and a line to paste."""

from __future__ import annotations

from datetime import time
from pathlib import Path
from typing import Any

import pytest

from feedkit import Entry, Limits, Podcast, Problem, Site, read, sitemaps
from feedkit.errors import shown

BASE = "https://example.com/"


def take(folder: Path, front: str, body: str = "Text.", **settings: Any) -> tuple[list[Entry], list[Problem]]:
    (folder / "a.md").write_text(f"---\ntitle: T\n{front}\n---\n\n{body}\n", "utf-8")
    problems: list[Problem] = []
    site = Site(base_url=BASE, **settings)
    return list(read(folder / "a.md", site, on_problem=problems.append)), problems


#: The line of the front matter, and the value as the message has it.
WRITTEN = [
    ("date: [2025-01-01, soon]", "'[2025-01-01, soon]' is not a date"),
    ("date: [[[[[[1]]]]]]", "'[[[[[…]]]]]' is not a date"),
    ("featured: {when: now}\ndate: 2025-01-01", "'{when: now}' is left out"),
    ("featured: [a, {b: true, c: 1.10}]\ndate: 2025-01-01", "'[a, {b: true, c: 1.10}]' is left out"),
    ("slug: {a: 1}\ndate: 2025-01-01", "'{a: 1}' is left out"),
    (
        "featured: {u: 'https://a.example/?token=abc'}\ndate: 2025-01-01",
        "'{u: https://a.example/?token=***' is left out",
    ),
]


@pytest.mark.parametrize(("front", "message"), WRITTEN)
def test_a_message_shows_the_value_that_was_written(tmp_path: Path, front: str, message: str) -> None:
    assert message in [problem.message for problem in take(tmp_path, front)[1]]


SHOWN: list[tuple[object, str]] = [
    ({}, "'{}'"),
    ([], "'[]'"),
    (("a", 1), "'[a, 1]'"),
    ({"b", "a"}, "'[a, b]'"),
    (True, "'true'"),
    (time(10, 30), "'10:30:00'"),
    ({"a": None}, "'{a: null}'"),
    (["\x07", "\u202e"], "'[\\x07, \\u202e]'"),
    ([["x" * 50] * 50] * 50, f"'[[{'x' * 50}, {'x' * 25}…'"),
    ({"k" * 500: 1}, f"'{{{'k' * 78}…'"),
]


@pytest.mark.parametrize(("value", "text"), SHOWN)
def test_values_are_shown_as_they_are_written_and_no_longer_than_80_characters(value: object, text: str) -> None:
    assert shown(value) == text


def test_values_that_would_be_endless_are_shown_at_once() -> None:
    bomb: list[object] = ["x"]
    for _ in range(60):
        bomb = [bomb, bomb]
    assert len(shown(bomb)) <= 82
    empty: list[object] = []
    for _ in range(60):
        empty = [empty, empty]
    assert len(shown(empty)) <= 82


#: The lines of the front matter, the code, and the hint.
LINES = [
    ("date: 01/02/2024", "FK103", 'write date: 2024-02-01 or date: 2024-01-02, or set date_order = "dmy" or "mdy"'),
    ("", "FK105", 'add a line publishedAt: 2025-11-21, or exclude = ["/a.md"]'),
    ("date: 2025-01-01\npublishedAtt: x", "FK211", 'write publishedAt: x, or [aliases] published = ["publishedAtt"]'),
    ("date: 2025-01-01\naudio: /a.mp3\nseason: zero", "FK212", "write season: 1"),
    ("date: 2025-01-01\nfeatured: perhaps", "FK212", "write featured: true"),
    ("date: 2025-01-01\nimage: hero", "FK207", "write image: /img/sea.png"),
    (
        "date: 2025-01-01\nvideo: https://a.example/watch?v=b",
        "FK208",
        'write the address of the file itself, or video: {url: "https://a.example/watch?v=b", type: video/mp4}',
    ),
    ("date: 2025-01-01\nvideo: dQw4w9Wg", "FK208", "write the address of the file itself"),
    ("date: 2025-01-01\nenclosures: /a.xyz", "FK208", "write enclosures: {url: /a.xyz, type: audio/mpeg}"),
    ("date: 2025-01-01\nlanguage: [English]", "FK212", "write language: en"),
    ("date: 2025-01-01\nlang: no such", "FK206", "write lang: en, or de-CH, or zh-Hant"),
    ("date: 2025-01-01\ntags: a; b c; d", "FK217", "write tags: [a, b c, d]"),
    ("date: 2025-01-01\ntags: 前端\uff0c后端\u3001CSS", "FK217", "write tags: [前端, 后端, CSS]"),
    ("date: 2025-01-01\nauthor: {name: Ann, url: www.a.example}", "FK205", "write url: https://www.a.example"),
    ("date: 2025-01-01\ntags: [a: b]", "FK202", 'write tags: "a: b"'),
    ('date: 2025-01-01\nauthor: {name: Ann, url: "ftp://a.example/"}', "FK205", "write url: https://example.com/path"),
    (
        'date: 2025-01-01\nauthor: Ann\nauthorURL: "ftp://a.example/"',
        "FK205",
        "write authorURL: https://example.com/path",
    ),
    ("date: {made: 2025-01-01}", "FK105", 'write [aliases] published = ["date.made"], or exclude = ["/a.md"]'),
]


@pytest.mark.parametrize(("front", "code", "hint"), LINES)
def test_a_hint_is_a_line_to_paste(tmp_path: Path, front: str, code: str, hint: str) -> None:
    problems = take(tmp_path, front, podcast=Podcast(image=f"{BASE}a.png"))[1]
    assert (code, hint) in [(problem.code, problem.hint) for problem in problems]


def test_the_order_of_dates_that_a_hint_names_is_the_other_one(tmp_path: Path) -> None:
    [problem] = take(tmp_path, "date: 12/25/2024", date_order="dmy")[1]
    assert problem.hint == 'write date: 2024-12-25, or set date_order = "mdy"'


#: The dates of publication and update, and whether the update is left out with a warning, without one, or kept.
UPDATED = [
    ("2025-01-02T09:30:00Z", "2025-01-02", "silent"),
    ("2025-01-02T09:30:00+01:00", "2025-01-02T00:00:00+01:00", "silent"),
    ("2025-01-02T09:30:00Z", "2025-01-02T00:00:00Z", "silent"),
    ("2025-01-02T09:30:00Z", "2025-01-01", "FK107"),
    ("2025-01-02T09:30:00Z", "2025-01-02T08:00:00Z", "FK107"),
    ("2025-01-02T09:30:00Z", "2025-01-03", "kept"),
    ("2025-01-02", "2025-01-02", "kept"),
]


@pytest.mark.parametrize(("published", "updated", "outcome"), UPDATED)
def test_an_update_at_midnight_of_the_day_of_publication_is_no_mistake(
    tmp_path: Path, published: str, updated: str, outcome: str
) -> None:
    [entry], problems = take(tmp_path, f"date: {published}\nupdated: {updated}")
    assert (entry.updated is not None) == (outcome == "kept")
    assert [problem.code for problem in problems] == (["FK107"] if outcome == "FK107" else [])


REMOVED = [
    ("<script>alert(1)</script>", "<script> removed with the text in it"),
    ("<style>p {}</style>", "<style> removed with the text in it"),
    ("<form>Words</form>", "<form> removed, the text in it stays"),
    ('<p onclick="a()">Words</p>', "onclick removed"),
    ("<svg viewBox='0 0 1 1'><title>a</title><g><text>b</text></g></svg>", "<svg> removed with the text in it"),
    ("<svg><svg><text>a</text></svg><svg><g/></svg><text>b</text></svg>", "<svg> removed with the text in it"),
    ("<template><b>a</b><form>b</form></template>", "<template> removed with the text in it"),
    (
        "<svg><text>a</text></svg><form>Words</form>",
        "<svg> removed with the text in it; <form> removed, the text in it stays",
    ),
    (
        '<form>Words</form><script>a</script><p onclick="a()">b</p>',
        "<script> removed with the text in it; <form> removed, the text in it stays; onclick removed",
    ),
]


@pytest.mark.parametrize(("html", "message"), REMOVED)
def test_what_became_of_the_text_of_an_element_is_said(tmp_path: Path, html: str, message: str) -> None:
    [entry], problems = take(tmp_path, "date: 2025-01-01", html)
    assert [(problem.code, problem.message) for problem in problems] == [
        ("FK304", f"{message}: readers must not run or show it")
    ]
    assert ("Words" in entry.content) == ("Words" in html)


SECRET = "https://a.example/?token=abc"
SECRETS = [
    (f"[x]({SECRET})", True),
    (f"`{SECRET}`", False),
    (f"```\n{SECRET}\n```", False),
    (f'<pre class="x"><code>{SECRET}</code></pre>', False),
    (f"`{SECRET}` and [x]({SECRET})", True),
]


@pytest.mark.parametrize(("body", "is_secret"), SECRETS)
def test_an_address_in_an_example_of_code_is_no_secret(tmp_path: Path, body: str, is_secret: bool) -> None:
    problems = take(tmp_path, "date: 2025-01-01", body)[1]
    assert [problem.code for problem in problems] == (["FK305"] if is_secret else [])


#: A tag of another system, and whose it is.
DIALECTS = [
    ("{{< chart >}}", "chart is a shortcode of Hugo"),
    ("{{% chart %}}", "chart is a shortcode of Hugo or Nikola"),
    ("{% if page %}a{% endif %}", "if is a tag of Liquid"),
    ("{% seo %}", "seo is a tag of Jekyll"),
    ("{% fi /a.png %}", "fi is a tag of Hexo"),
    ("{% set a = 1 %}", "set is a tag of Nunjucks"),
    ("{% chart %}", "chart is a tag of Jekyll, Hexo or Eleventy"),
    ('{{ chart(id="a") }}', "chart is a shortcode of Zola"),
]


@pytest.mark.parametrize(("tag", "message"), DIALECTS)
def test_a_tag_of_another_system_is_named_with_its_system(tmp_path: Path, tag: str, message: str) -> None:
    problems = take(tmp_path, "date: 2025-01-01", f"Words.\n\n{tag}")[1]
    assert problems[0].code == "FK306"
    assert problems[0].message.startswith(f"{message} that feedkit does not know: '{{")
    name = message.partition(" ")[0]
    line = f', or name a function for it: shortcodes.{name} = "shortcodes:{name}"'
    is_statement = "Liquid" in message or "Nunjucks" in message
    assert problems[0].hint == f"write it as Markdown{'' if is_statement else line}"


EXPRESSIONS = {
    "{{ $frontmatter.mood }}": "Vue",
    "{{ .Title }}": "Hugo",
    "{{ page.mood }}": "Jekyll",
    "{{#if a}}": "Handlebars",
    "{{ config.extra.a }}": "Zola",
    "{{ title | upper }}": "Liquid or Nunjucks",
}


@pytest.mark.parametrize("expression", EXPRESSIONS)
def test_an_expression_of_another_system_is_named_with_its_system(tmp_path: Path, expression: str) -> None:
    problem = take(tmp_path, "date: 2025-01-01", f"Words {expression}.")[1][0]
    system = EXPRESSIONS[expression]
    assert problem.message == f"'{expression}' is an expression of {system}, which feedkit does not know"
    assert (problem.code, problem.hint) == ("FK306", "write what it says, or put it into a code span")


def test_the_name_of_a_shortcode_that_is_no_key_is_quoted_in_its_hint(tmp_path: Path) -> None:
    hint = take(tmp_path, "date: 2025-01-01", "{{< a/b-c.d >}}")[1][0].hint
    assert hint.endswith('shortcodes."a/b-c.d" = "shortcodes:a_b_c_d"')


def test_an_address_that_no_sitemap_lists_names_its_file(tmp_path: Path) -> None:
    [entry], _ = take(tmp_path, "date: 2025-01-01\ncanonical_url: https://other.example/a/")
    problems: list[Problem] = []
    list(sitemaps([entry], base_url=BASE, on_problem=problems.append))
    assert [(problem.code, problem.path) for problem in problems] == [("FK401", str(tmp_path / "a.md"))]


def test_an_article_has_no_more_terms_than_the_limit(tmp_path: Path) -> None:
    front = f"date: 2025-01-01\ntags: [{', '.join(f't{number}' for number in range(501))}]"
    assert _refused(tmp_path, front) == ["FK202 501 terms; an article may have 500"]
    assert _refused(tmp_path, front, limits=Limits(terms=501)) == []


def _refused(folder: Path, front: str, **settings: Any) -> list[str]:
    return [f"{problem.code} {problem.message}" for problem in take(folder, front, **settings)[1]]


#: The front matter of an article in another language than YAML, and the hints, which are lines of that language.
LANGUAGES = [
    (
        '+++\ntitle = ["a", "b"]\ndate = "2025-02-30"\ntags = "a b c"\n+++',
        ['title = "a, b"', "date = 2025-02-28", "tags = ["],
    ),
    ("+++\ntitle = The harbour\n+++", ['write title = "The harbour"']),
    ('{"titel": "A", "date": "01/02/2024"}', ['"title": "A"', '"date": "2024-02-01" or "date": "2024-01-02"']),
    ("+++\ntitle = 'A'\ndate = 2025-01-01\ntags = [web, \"a b\"]\n+++", ['write tags = ["web", "a b"]']),
    ("+++\ntitle = 'A'\ndate = 2025-01-01\ndraft = True\n+++", ["write draft = true"]),
    ("Title: A\nDate: 2025-02-30\n", ["Date: 2025-02-28"]),
    ("Title: A\nDate: 2025-02-28\nTags: a b c\n", ["write Tags: a, b, c, or"]),
    (".. title: A\n.. date: 2025-02-30\n", [".. date: 2025-02-28"]),
    ("---\ntitle: {{ page.title }}\n---", ['put the value in quotes: title: "{{ page.title }}"']),
    ("---\ntitle: *The* harbour\n---", ['put the value in quotes: title: "*The* harbour"']),
    ("---\ntitle: A\ntags: [C#, @x, `y`]\n---", ['put the value in quotes: tags: [C#, "@x", "`y`"]']),
    ("---\ntitle: A\ntags:\n  - @x\n---", ['put the value in quotes: - "@x"']),
    ('---\ntitle: It\'s "it": what?\n---', ["put the value in quotes: title: 'It''s \"it\": what?'"]),
    ("---\ntitle\uff1aA\ndate: 2025-01-01\n---", ["write title: A"]),
    ("---\ntitle\uff1aA\ndate\uff1a2025-01-01\n---", ["write title: A"]),
    ("---\ntitle: A\ndate:2025-01-01\n---", ["write date: 2025-01-01"]),
    ("---\ntitle: A\nauthor:\u00a0Ann\ndate: 2025-01-01\n---", ["write author: Ann"]),
    ("---\ntitle: Learning C #3\ndate: 2025-01-01\n---", ['write title: "Learning C #3"']),
    ("---\ntitle: A\ndate: 1850-01-01\n---", ["set years = [1850, 2100]"]),
    ("---\ntitle: A\ndate: 2025-01-01\nslug: ../b c\n---", ["write slug: b-c"]),
    ("---\ntitle: A\ndate: 2025-01-02\nupdated: 2024-01-01\n---", ["write updated: 2025-01-02 or later"]),
    ("---\ntitle: A\ndate: Monday, 2025-01-02\n---", ["write date: 2025-01-02, or the day that is meant"]),
]


@pytest.mark.parametrize(("text", "hints"), LANGUAGES)
def test_a_hint_is_a_line_of_the_language_of_the_front_matter(tmp_path: Path, text: str, hints: list[str]) -> None:
    (tmp_path / "a.md").write_text(f"{text}\n\nText.\n", "utf-8")
    problems: list[Problem] = []
    list(read(tmp_path / "a.md", Site(base_url=BASE), on_problem=problems.append))
    assert len(problems) == len(hints)
    assert [hint in problem.hint for hint, problem in zip(hints, problems, strict=True)] == [True] * len(hints)


@pytest.mark.parametrize(
    ("address", "hint"),
    [
        (SECRET, 'set strip_query = ["token"] and change the secret, or allow_query = ["token"] if it is none'),
        ("https://ann:pw@a.example/", "remove it from the address, and change it"),
    ],
)
def test_the_hint_about_a_secret_is_a_setting_where_one_helps(tmp_path: Path, address: str, hint: str) -> None:
    problems = take(tmp_path, f"date: 2025-01-01\nimage: {address}")[1]
    assert hint in [problem.hint for problem in problems]
