"""Summaries that are made of the content: whole words, no markup, nothing that is not text."""

from __future__ import annotations

import html as entities
import re
from typing import Any

import pytest
from body_content import from_html
from entry_data import BASE, make_site, read_one
from hypothesis import given
from hypothesis import strategies as st

from feedkit.articles.content import SUMMARY_CHARS, summarise, visible
from feedkit.config.site import Site

PAGE = "https://example.com/a/"
SITE = Site(base_url="https://example.com/")


def made(article: dict[str, Any], **settings_: Any) -> str:
    entry, problems = read_one({**BASE, **article}, make_site(**settings_))
    assert entry is not None, problems
    return entry.summary


SUMMARIES: dict[str, tuple[dict[str, Any], dict[str, Any], str]] = {
    "footnotes": ({"body": "One[^1] two[^n].\n\n[^1]: A note.\n\n[^n]: *Another*\n\nThree."}, {}, "One two. Three."),
    "notes of others": (
        {"html": '<p>One<sup id="r"><a href="#fn:1">[1]</a></sup></p><ol><li id="fn:1"><p>Note ↩</p></li></ol>'},
        {},
        "One",
    ),
    "a power": ({"html": "<p>x<sup>2</sup></p>"}, {}, "x2"),
    "a shortcode that nobody made": ({"body": "One {{nope: a, b: c}} two `{{x: y}}`."}, {}, "One two {{x: y}}."),
    "shortcodes of others": ({"body": "One {{< x >}}two{{< /x >}} {% y %}three."}, {}, "One two three."),
    "a picture": ({"body": '{{image: /a.png, alt: "b", caption: "c"}}\n\nOne.'}, {}, "c One."),
    "line numbers": ({"html": '<pre><code><span class="ln">1</span>one\n</code></pre><p>two</p>'}, {}, "one two"),
    "a heading's link": ({"html": '<h2>One<a href="#x">#</a></h2>two'}, {}, "One two"),
    "the hero": ({"html": "<p>One</p>", "image": {"src": "/a.png", "alt": "b"}}, {}, "One"),
    "the author's own": ({"html": "<p>One</p>", "summary": "<b>Two</b> &amp; three"}, {}, "Two & three"),
    "trusted": (
        {"html": "<style>p {}</style><!-- a > b --><script>'<p>'</script><p title='a>b'>One</p>"},
        {"html": "trusted"},
        "One",
    ),
    "no content": ({}, {}, ""),
}


@pytest.mark.parametrize("name", SUMMARIES)
def test_a_summary_is_the_text_of_the_content_and_nothing_else(name: str) -> None:
    article, settings_, summary = SUMMARIES[name]
    assert made(article, **settings_) == summary


def test_markup_that_is_longer_than_the_text_hides_no_word() -> None:
    link = f'<a href="https://example.com/{"x" * 300}">word</a> '
    assert summarise(link * 30) == " ".join(["word"] * 30)
    assert summarise(f"{'<b></b>' * 3000}&amp;") == "&"


@pytest.mark.parametrize("text", ["日本語" * 200, "e\u0301" * 300, "👩\u200d👩\u200d👧" * 90, "x" * 300])
def test_a_text_without_blanks_is_cut_between_letters(text: str) -> None:
    summary = summarise(text).removesuffix("…")
    assert text.startswith(summary)
    assert SUMMARY_CHARS - 6 <= len(summary) <= SUMMARY_CHARS
    assert not re.match(r"[\u0301\u200d]", text[len(summary) :])


WORDS = st.lists(st.from_regex(r"\A[a-zé日&<>\"'{}]{1,12}\Z"), max_size=90)
TAGS = st.sampled_from(
    ["<p>", "</p>", "<b>", "</b>", " ", "\n", "<br>", '<a href="/x">', "</a>", "<li>", '<img alt="z>z">']
)


@given(WORDS, st.lists(TAGS, min_size=1, max_size=6))
def test_a_summary_has_whole_words_in_their_order_and_no_markup(words: list[str], tags: list[str]) -> None:
    body = "".join(f"{entities.escape(word)} {tags[index % len(tags)]} " for index, word in enumerate(words))
    summary = summarise(from_html(body, PAGE, SITE).html)
    kept = summary.removesuffix("…").split()
    assert len(summary) <= SUMMARY_CHARS + 1
    assert kept == words[: len(kept)] or "{{" in body or summary.endswith("…")
    assert len(kept) == len(words) or summary.endswith("…") or "{{" in body
    assert [word for word in kept[:-1] if word not in words] == []


@given(st.text(max_size=400))
def test_any_html_has_a_short_summary_on_one_line(text: str) -> None:
    for html in (text, visible(text)):
        summary = summarise(html)
        assert len(summary) <= SUMMARY_CHARS + 1
        assert "\n" not in summary
