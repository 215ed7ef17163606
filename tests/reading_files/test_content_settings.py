"""The settings of content in a configuration file: what a build of a folder makes of them, with lines of files."""

from __future__ import annotations

from pathlib import Path

import pytest

from feedkit import Entry, Problem, Site, read

FUNCTIONS = """
from html import escape


def youtube(shortcode):
    return f'<iframe src="https://video.example/{escape(shortcode.arguments[0])}" title="A film"></iframe>'


def html(text):
    if "fail" in text:
        raise RuntimeError("no, not that")
    return f"<p>{text.strip()}</p>"
"""


def built(folder: Path, configuration: str, body: str, head: str = "") -> tuple[list[Entry], list[str]]:
    (folder / "functions.py").write_text(FUNCTIONS, "utf-8")
    (folder / "feedkit.toml").write_text(f'base_url = "https://example.com/"\n{configuration}', "utf-8")
    (folder / "content").mkdir()
    (folder / "content" / "a.md").write_text(f"---\ntitle: T\ndate: 2025-01-01\n{head}---\n{body}", "utf-8")
    problems: list[Problem] = []
    entries = list(read(folder / "content", Site.from_file(folder / "feedkit.toml"), on_problem=problems.append))
    return entries, [f"{problem.code} {problem.line}" for problem in problems]


CASES = [
    (
        '[shortcodes]\nyoutube = "functions:youtube"',
        "{{youtube: 7}}",
        '<p><a href="https://video.example/7">A film</a></p>',
    ),
    (
        'embeds = "iframe"\n[shortcodes]\nyoutube = "functions:youtube"',
        "{{< youtube 7 >}}",
        '<iframe src="https://video.example/7" title="A film"></iframe>',
    ),
    ('[markdown]\nrender = "functions:html"', "*a*", "<p>*a*</p>"),
    ('[markdown]\nextensions = ["definition_lists"]', "~~a~~", "<p>~~a~~</p>"),
    ('html = "trusted"', '<p onclick="x()">a</p>', '<p onclick="x()">a</p>'),
    ('strip_query = "token"', "[a](/b?token=x)", '<p><a href="https://example.com/b">a</a></p>'),
]


@pytest.mark.parametrize(("configuration", "body", "html"), CASES)
def test_a_setting_of_the_file_is_what_happens(tmp_path: Path, configuration: str, body: str, html: str) -> None:
    entries, problems = built(tmp_path, configuration, body)
    assert [entry.content.strip() for entry in entries] == [html]
    assert problems == []


TOLD = [
    ("", "a\n\n{{nope: b}}", ["FK302 7"]),
    ("", "a\n\n{% include b %}", ["FK306 7"]),
    ('[shortcodes]\nyoutube = "functions:youtube"', "a\n{{youtube}}", ["FK308 6"]),
    ('[markdown]\nrender = "functions:html"', "fail", ["FK307 5"]),
    ("", "[a](/b?token=x)", ["FK305 5"]),
    ('allow_query = ["token"]', "[a](/b?token=x)", []),
]


@pytest.mark.parametrize(("configuration", "body", "problems"), TOLD)
def test_a_problem_has_the_line_of_the_file(tmp_path: Path, configuration: str, body: str, problems: list[str]) -> None:
    assert built(tmp_path, configuration, body)[1] == problems


def test_the_picture_is_a_figure_and_an_enclosure_as_the_file_says(tmp_path: Path) -> None:
    (entry,), _ = built(tmp_path, "hero = false\nhero_enclosure = true\nsource_markdown = true", "a", "image: /b.png\n")
    assert (entry.content.strip(), entry.markdown) == ("<p>a</p>", "a")
    assert [item.url for item in entry.enclosures] == ["https://example.com/b.png"]
