"""The author's own cut, a heading that repeats the title, and fragments: what becomes of each."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from entry_data import BASE, make_site, read_one

from feedkit import Problem, build, read

CUTS = [
    "<!-- more -->",
    "<!--more-->",
    "<!-- truncate -->",
    "{/* truncate */}",
    "<!-- excerpt -->",
    "<!-- TEASER_END -->",
]


@pytest.mark.parametrize("cut", CUTS)
def test_the_summary_ends_at_the_cut(cut: str) -> None:
    entry, problems = read_one({**BASE, "body": f"a *b*\n\n- c\n\n{cut}\n\nd"})
    assert entry is not None
    assert (entry.summary, problems) == ("a b c", [])
    assert entry.excerpt == "<p>a <em>b</em></p>\n<ul>\n<li>c</li>\n</ul>"
    assert entry.content.strip().endswith("<p>d</p>")
    assert "more" not in entry.content


@pytest.mark.parametrize(
    ("article", "summary"),
    [
        ({"body": "a\n\n<!-- more -->\n\nb", "summary": "c"}, "c"),
        ({"html": "<div><p>a<!-- more -->b</p></div>"}, "a"),
        ({"body": "`<!-- more -->`\n\nb"}, "<!-- more --> b"),
        ({"body": "a\n\n<!-- more -->"}, "a"),
        ({"body": f"{'word ' * 100}\n\n<!-- more -->\n\nb"}, " ".join(["word"] * 100)),
    ],
)
def test_a_cut_counts_where_it_is_one(article: dict[str, str], summary: str) -> None:
    entry, _ = read_one({**BASE, **article})
    assert entry is not None
    assert entry.summary == summary


@pytest.mark.parametrize(
    ("html", "excerpt"),
    [
        (
            "<table><tr><td>a<br><b>b<!-- more -->c</table>",
            "<table><tbody><tr><td>a<br><b>b</b></td></tr></tbody></table>",
        ),
        ("<ul><li>a<li>b<!-- more -->c</ul>", "<ul><li>a</li><li>b</li></ul>"),
        ('<p><img alt="a<b>c">d<!-- more -->e</p>', '<p><img alt="a&lt;b&gt;c">d</p>'),
        ('<p>a<img alt="b<!-- more -->c">d</p>e', "<p>a</p>"),
    ],
)
def test_what_is_open_at_the_cut_is_closed(html: str, excerpt: str) -> None:
    entry, _ = read_one({**BASE, "html": html})
    assert entry is not None
    assert entry.excerpt == excerpt


#: What ends the summary, the body, and the summary.
SEPARATORS = [
    ("<!--cut-->", "a *b*\n\n<!--cut-->\n\nc", "a b"),
    ("[[more]]", "a *b*\n[[more]]\nc", "a b"),
    ("[[more]]", "a b [[more]] c", "a b"),
    ("\n\n", "\n\na\nb\n\nc", "a b"),
    ("\n\n\n", "a\n\nb\n\n\nc", "a b"),
    ("\n\n", "- a\n- b\n\nc", "a b"),
    ("---", "a c", "a c"),
]


@pytest.mark.parametrize(("separator", "body", "summary"), SEPARATORS)
@pytest.mark.parametrize("where", ["key", "setting"])
def test_the_summary_ends_at_the_separator_of_the_article_or_the_site(
    separator: str, body: str, summary: str, where: str
) -> None:
    key, setting = ({"excerpt_separator": separator}, {}) if where == "key" else ({}, {"excerpt_separator": separator})
    for name in ("body", "html"):
        if name == "html" and "\n" in separator + body:
            continue
        entry, problems = read_one({**BASE, **key, name: body}, make_site(**setting))
        assert entry is not None
        assert (entry.summary, problems) == (summary, [])
        assert separator.strip() not in entry.content or not separator.strip()


def test_a_separator_of_the_article_wins_and_a_summary_of_its_own_does_too() -> None:
    site = make_site(excerpt_separator="||")
    assert read_one({**BASE, "body": "a ++ b || c", "excerpt_separator": "++"}, site)[0].summary == "a"
    assert read_one({**BASE, "body": "a || b", "summary": "c"}, site)[0].summary == "c"


def test_the_lines_of_problems_behind_a_separator_are_those_of_the_file(tmp_path: Path) -> None:
    text = '---\ntitle: T\ndate: 2025-01-01\nexcerpt_separator: "\\n\\n"\n---\na\n\nb\n\n{{nope: x}}\n'
    (tmp_path / "a.md").write_text(text)
    problems: list[Problem] = []
    [entry] = read(tmp_path / "a.md", make_site(), on_problem=problems.append)
    assert (entry.summary, [(problem.code, problem.line) for problem in problems]) == ("a", [("FK302", 10)])


@pytest.mark.parametrize("read_more", ["", "Read on"])
def test_a_feed_of_summaries_has_the_part_in_front_of_the_cut_as_html(read_more: str, tmp_path: Path) -> None:
    (tmp_path / "content").mkdir()
    (tmp_path / "content" / "a.md").write_text("---\ntitle: T\ndate: 2025-01-01\n---\na *b*\n\n<!-- more -->\n\nc\n")
    build(make_site(content="summary", read_more=read_more), tmp_path / "content", tmp_path / "out")
    [item] = json.loads((tmp_path / "out" / "feed.json").read_bytes())["items"]
    link = '<p><a href="https://example.com/a/">Read on</a></p>' if read_more else ""
    assert (item["content_html"], item["summary"]) == (f"<p>a <em>b</em></p>{link}", "a b")
    for name in ("rss.xml", "atom.xml"):
        assert (
            "&lt;em&gt;b" in (tmp_path / "out" / name).read_text() or "<em>b" in (tmp_path / "out" / name).read_text()
        )


@pytest.mark.parametrize(
    "article",
    [
        {"html": "<h1>A title</h1><p>b</p>"},
        {"html": "<header><h1 id='x'>A <em>title</em></h1></header><p>b</p>"},
        # As MkDocs and Sphinx have it.
        {"html": '<h1 id="a">A title<a class="headerlink" href="#a" title="Permanent link">¶</a></h1><p>b</p>'},
        {"html": '<section id="a"><h1>A title<a class="headerlink" href="#a">#</a></h1><p>b</p></section>'},
        # Sphinx, of a title with a label.
        {"html": '<section id="a"><span id="b"></span><h1>A title</h1><p>b</p></section>'},
        {"html": '<a id="top"></a>\n<h1>A title</h1><p>b</p>'},
        {"html": "<!-- c --><div><h1>A  title\n</h1><p>b</p></div>"},
        {"body": "A title\n=======\n\nb"},
        {"title": "A title", "body": "A title\n=======\n\nb"},
        # As templates have it.
        {"title": "A title", "body": "{{ page.title }}\n=======\n\nb"},
        {"title": "A title", "body": "# {{ $frontmatter.title }}\n\nb"},
        {"body": "# A title\n\nb"},
    ],
)
def test_a_heading_that_repeats_the_title_goes(article: dict[str, str]) -> None:
    entry, _ = read_one({**BASE, **article})
    assert entry is not None
    assert "<h1" not in entry.content
    assert "<p>b</p>" in entry.content


def test_another_heading_stays() -> None:
    entry, _ = read_one({**BASE, "html": "<p>a</p><h1>A title</h1><h1>Another</h1>"})
    assert entry is not None
    assert entry.content == "<p>a</p><h1>A title</h1><h1>Another</h1>"


def test_links_within_the_content_may_be_bare_fragments() -> None:
    article = {**BASE, "body": "a[^1] [b](#c) [d](/a-title/)\n\n[^1]: e"}
    entry, _ = read_one(article, make_site(fragments="bare"))
    assert entry is not None
    assert '<a href="#fn-a-title-1">' in entry.content
    assert '<a href="#fnref-a-title-1">' in entry.content
    # Nothing in the content has this id.
    assert '<a href="https://example.com/a-title/#c">' in entry.content
    entry, _ = read_one(article)
    assert entry is not None
    assert 'href="#' not in entry.content
