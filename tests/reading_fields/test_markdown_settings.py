"""Markdown by the settings: extensions, renderers of one's own, finished HTML, the source that is published."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from entry_data import BASE, make_site, read_one

from feedkit import ArticleError, MarkdownSettings, to_entries, to_entry
from feedkit.articles.markdown import _OPTIONS
from feedkit.config.site import MARKDOWN_EXTENSIONS, Site


def content(text: str, **settings: Any) -> str:
    entry, problems = read_one({**BASE, "body": text}, make_site(**settings))
    assert entry is not None, problems
    return entry.content.strip()


EXTENSIONS = {
    "tables": ("|a|\n|-|\n|b|", "<table>"),
    "footnotes": ("a[^1]\n\n[^1]: b", '<a href="https://example.com/a-title/#fn-a-title-1">1</a></sup>'),
    "strikethrough": ("~~a~~", "<del>a</del>"),
    "tasklists": ("- [x] a", "☑ a"),
    "smart_punctuation": ('"a" ...', "“a” …"),
    "heading_attributes": ("x\n\n## a {#b}", '<h2 id="b">a</h2>'),
    "definition_lists": ("a\n: b", "<dl>\n<dt>a</dt>"),
    "superscript": ("a ^b^ c", "a <sup>b</sup> c"),
    "subscript": ("a ~b~ c", "a <sub>b</sub> c"),
    "gfm": ("> [!NOTE]\n> a", "<blockquote>\n<p>a</p>"),
    "autolinks": ("a https://b.org", '<a href="https://b.org">https://b.org</a>'),
    "math": ("$f(a*b*c)$", "<p>$f(a*b*c)$</p>"),
    "wikilinks": ("[[b]]", '<a href="https://example.com/a-title/b">b</a>'),
}


@pytest.mark.parametrize("name", EXTENSIONS)
def test_an_extension_is_understood_where_it_is_named_and_only_there(name: str) -> None:
    text, made = EXTENSIONS[name]
    assert made in content(text, markdown=MarkdownSettings(extensions=(name,)))
    # The id of a heading is kept in any case, as other attribute lists are read in any case.
    is_read_anyway = name == "heading_attributes"
    assert (made in content(text, markdown=MarkdownSettings(extensions=()))) is is_read_anyway


@pytest.mark.parametrize("name", EXTENSIONS)
def test_an_extension_is_added_to_the_usual_ones(name: str) -> None:
    text, made = EXTENSIONS[name]
    settings = MarkdownSettings(extra_extensions=(name,))
    assert made in content(text, markdown=settings)
    assert "<table>" in content(EXTENSIONS["tables"][0], markdown=settings)


def test_every_extension_of_the_settings_can_be_done_and_is_tried_here() -> None:
    assert set(MARKDOWN_EXTENSIONS) == _OPTIONS.keys() == EXTENSIONS.keys()


def test_a_renderer_of_the_site_takes_the_place_of_the_built_in_one() -> None:
    made = content("*a* {{image: /b.png}}", markdown=MarkdownSettings(render=lambda text: f"<p>{text.upper()}</p>"))
    assert made == '<p>*A* <img src="https://example.com/b.png" alt=""></p>'


def test_a_renderer_of_one_article_wins_and_what_it_gives_is_made_safe() -> None:
    site = make_site(markdown=MarkdownSettings(render=lambda text: "site"))
    article = {**BASE, "body": "a"}
    problems: list[Any] = []
    entry = to_entry(article, site, render=lambda text: f"<b>{text}</b><script>x</script>", on_problem=problems.append)
    assert (entry.content, [problem.code for problem in problems]) == ("<b>a</b>", ["FK304"])
    assert to_entry(article, site).content == "site"


def fails(text: str) -> str:
    raise KeyError("no such language")


def gives_nothing(text: str) -> str:
    return None  # type: ignore[return-value]  # what a careless renderer does


FAILING = {
    fails: "x.md: error FK307: the renderer raises KeyError: 'no such language'",
    gives_nothing: "x.md: error FK307: the renderer gives NoneType, not a text",
}


@pytest.mark.parametrize("render", FAILING)
@pytest.mark.parametrize("where", ["site", "article"])
def test_a_renderer_that_fails_is_an_error_of_the_article(render: Any, where: str) -> None:
    settings = {"markdown": MarkdownSettings(render=render)} if where == "site" else {}
    with pytest.raises(ArticleError) as caught:
        to_entry(
            {**BASE, "body": "a"}, make_site(**settings), source="x.md", render=render if where == "article" else None
        )
    assert str(caught.value) == FAILING[render]


def test_finished_html_needs_no_renderer() -> None:
    article = {**BASE, "body": "a", "html": "<p>b</p>"}
    assert to_entry(article, make_site(markdown=MarkdownSettings(render=fails))).content == "<p>b</p>"


MARKDOWN = "Text *a* https://example.com/?token=x&b=1\n\n{{image: /a.png}}"


@pytest.mark.parametrize(
    ("article", "settings", "markdown"),
    [
        ({"body": MARKDOWN}, {}, ""),
        ({"body": MARKDOWN}, {"source_markdown": True}, MARKDOWN),
        ({"body": MARKDOWN}, {"source_markdown": True, "strip_query": ("TOKEN",)}, MARKDOWN.replace("token=x&", "")),
        ({"body": MARKDOWN, "html": "<p>b</p>"}, {"source_markdown": True}, ""),
        ({"body": "# A title\n\na"}, {"source_markdown": True}, "a"),
        ({}, {"source_markdown": True}, ""),
    ],
)
def test_the_markdown_is_kept_where_the_site_publishes_it(
    article: dict[str, Any], settings: dict[str, Any], markdown: str
) -> None:
    entry = to_entry({**BASE, **article}, make_site(**settings), on_problem=lambda problem: None)
    assert entry.markdown == markdown


@pytest.mark.parametrize(
    "box", ['<input type="checkbox" disabled>', "<input disabled type=checkbox />", "<INPUT TYPE='checkbox'>"]
)
def test_the_boxes_of_any_renderer_become_characters(box: str) -> None:
    checked = box.replace("type", "checked type").replace("TYPE", "CHECKED TYPE")
    made = content("a", markdown=MarkdownSettings(render=lambda text: f"<ul><li>{box} a</li><li>{checked} b</li></ul>"))
    assert made == "<ul><li>☐ a</li><li>☑ b</li></ul>"


def test_the_built_in_renderer_is_one_for_each_set_of_extensions() -> None:
    site = Site(base_url="https://example.com/")
    assert site.markdown.extensions == ("tables", "footnotes", "strikethrough", "tasklists", "autolinks")


def out_of_memory(*_: object) -> str:
    raise MemoryError


class Large:
    """An object whose text is too large."""

    title = "T"
    body = property(out_of_memory)


OUT_OF_MEMORY: dict[str, Callable[[], object]] = {
    "a shortcode": lambda: to_entry({**BASE, "body": "{{x: a}}"}, make_site(shortcodes={"x": out_of_memory})),
    "a renderer": lambda: to_entry({**BASE, "body": "a"}, make_site(), render=out_of_memory),
    "an attribute": lambda: to_entry(Large(), make_site()),
    "a function of fields": lambda: list(to_entries([BASE], make_site(), fields={"title": out_of_memory})),
}


@pytest.mark.parametrize("what", OUT_OF_MEMORY)
def test_running_out_of_memory_is_no_problem_of_an_article(what: str) -> None:
    with pytest.raises(MemoryError):
        OUT_OF_MEMORY[what]()
