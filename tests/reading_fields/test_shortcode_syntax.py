"""Shortcodes in Markdown: arguments, quotes, code, what is unknown, and text that has none."""

from __future__ import annotations

import time

import pytest
from body_content import from_markdown
from hypothesis import given
from hypothesis import strategies as st

from feedkit.articles.shortcodes import MAX_UNREAD
from feedkit.config.site import MarkdownSettings, Site

PAGE = "https://example.com/a/"


def rendered(text: str) -> tuple[str, list[tuple[int, str]]]:
    unread: list[tuple[int, str]] = []
    made = from_markdown(
        text, PAGE, Site(base_url=PAGE), lambda code, line, reason, hint="": unread.append((line, reason))
    )
    return made.html, unread


def figure(attributes: str, caption: str = "") -> str:
    inner = f"<figcaption>{caption}</figcaption>" if caption else ""
    return f"<figure><img {attributes}>{inner}</figure>"


SRC = 'src="https://example.com/s.png"'
MADE = {
    "{{image: /s.png}}": figure(f'{SRC} alt=""'),
    "{{ image : /s.png }}": figure(f'{SRC} alt=""'),
    "{{image: /s.png, width: 8, height: 4}}": figure(f'{SRC} width="8" height="4" alt=""'),
    '{{image: /s.png, alt: "a, b"}}': figure(f'{SRC} alt="a, b"'),
    '{{image: /s.png, alt: "a }} b"}}': figure(f'{SRC} alt="a }}}} b"'),
    '{{image: /s.png, alt: "a \\"b\\" c"}}': figure(f'{SRC} alt="a &quot;b&quot; c"'),
    "{{image: /s.png, alt: 'a \"b\"'}}": figure(f'{SRC} alt="a &quot;b&quot;"'),
    '{{image: /s.png, alt: "<b> & co"}}': figure(f'{SRC} alt="&lt;b&gt; &amp; co"'),
    '{{image: /s.png, alt: "x}}': figure(f'{SRC} alt="&quot;x"'),
    "{{image: /s.png, alt: it's}}": figure(f'{SRC} alt="it\'s"'),
    "{{image: /s.png, ALT: bare words}}": figure(f'{SRC} alt="bare words"'),
    "{{image: https://c.example/a,b?x=1,y=2, width: 8}}": figure(
        'src="https://c.example/a,b?x=1,y=2" width="8" alt=""'
    ),
    '{{image: /s.png, caption: "The sea, at <noon>"}}': figure(f'{SRC} alt=""', "The sea, at &lt;noon&gt;"),
    '{{image: "/s.png",\n  width: 8,\n  alt: "two\nlines"}}': figure(f'{SRC} width="8" alt="two\nlines"'),
    'Text {{image: /s.png, caption: "c"}}.': f'<p>Text <img {SRC} alt="" title="c">.</p>',
    "Text {{image: /s.png}} and {{image: /s.png, alt: b}}.": (
        f'<p>Text <img {SRC} alt=""> and <img {SRC} alt="b">.</p>'
    ),
    "- {{image: /s.png}}": f"<ul>\n<li>{figure(f'{SRC} alt={chr(34) * 2}')}</li>\n</ul>",
}


@pytest.mark.parametrize(("text", "html"), MADE.items())
def test_a_shortcode_becomes_a_picture(text: str, html: str) -> None:
    made, unread = rendered(text)
    assert (made.strip(), unread) == (html, [])


CODE = {
    "`{{image: /s.png}}`": "<p><code>{{image: /s.png}}</code></p>",
    "`` ` {{image: /s.png}} ``": "<p><code>` {{image: /s.png}}</code></p>",
    "```\n{{image: /s.png}}\n```": "<pre><code>{{image: /s.png}}\n</code></pre>",
    "~~~md\n{{image: /s.png}}\n~~~": "<pre><code>{{image: /s.png}}\n</code></pre>",
    "Text\n\n    {{image: /s.png}}": "<p>Text</p>\n<pre><code>{{image: /s.png}}</code></pre>",
    "Text\n\n\t{{image: /s.png}}": "<p>Text</p>\n<pre><code>{{image: /s.png}}</code></pre>",
    "- a\n\n      {{image: /s.png}}": ("<ul>\n<li>\n<p>a</p>\n<pre><code>{{image: /s.png}}</code></pre>\n</li>\n</ul>"),
    "> ```\n> {{image: /s.png}}\n> ```": ("<blockquote>\n<pre><code>{{image: /s.png}}\n</code></pre>\n</blockquote>"),
    "日本語 🚀 `{{image: /s.png}}`": "<p>日本語 🚀 <code>{{image: /s.png}}</code></p>",
    "<pre>{{image: /s.png}}</pre>": "<pre>{{image: /s.png}}</pre>",
    "a <code>{{image: /s.png}}</code>": "<p>a <code>{{image: /s.png}}</code></p>",
}


@pytest.mark.parametrize(("text", "html"), CODE.items())
def test_a_shortcode_in_code_is_an_example(text: str, html: str) -> None:
    made, unread = rendered(text)
    assert (made.strip(), unread) == (html, [])


@pytest.mark.parametrize("before", ["é `x` ", "日本語 `{{image: /a.png}}` ", "🚀\n\n```\nab\n```\n\n"])
def test_code_in_front_moves_no_shortcode(before: str) -> None:
    made, unread = rendered(f"{before}{{{{image: /s.png}}}}")
    assert made.count(f"<img {SRC}") == 1
    assert unread == []


UNREAD = {
    "a\n\n{{video: /s.mp4}}": (3, "unknown shortcode video"),
    "{{image: /s.png": (1, "the shortcode {{image: is not closed"),
    "a\n{{image: /s.png\n\nb }}": (2, "the shortcode {{image: is not closed"),
    "{{image: }}": (1, "the shortcode image cannot be rendered: it has no address"),
    "{{image: /s.png, widht: 8}}": (
        1,
        "the shortcode image cannot be rendered: it has no argument called widht; did you mean width?",
    ),
    "{{image: /s.png, width: wide}}": (
        1,
        "the shortcode image cannot be rendered: its width is not a whole number of pixels",
    ),
}


@pytest.mark.parametrize(("text", "told"), UNREAD.items())
def test_an_unreadable_shortcode_is_told_with_its_line_and_left(text: str, told: tuple[int, str]) -> None:
    made, unread = rendered(text)
    assert unread == [told]
    assert "{{" in made


def test_an_unclosed_shortcode_does_not_swallow_the_next_paragraph() -> None:
    made, unread = rendered("{{image: /a.png\n\n{{image: /s.png}}")
    assert f"<img {SRC}" in made
    assert [line for line, _ in unread] == [1]


def test_the_braces_of_other_languages_are_left_alone() -> None:
    text = r"{{}} {{{x}}} {%} {%s} {{<}} {{% 1 %}} \frac{{a}}{{b}} ${{ secrets.KEY }} {{a}"
    made, unread = rendered(text)
    assert unread == []
    assert "{{{x}}}" in made
    assert "${{ secrets.KEY }}" in made


def test_too_many_unreadable_shortcodes_are_told_up_to_a_number() -> None:
    _, unread = rendered("{{nope: x}} " * (MAX_UNREAD + 50))
    assert len(unread) == MAX_UNREAD
    assert unread[-1][1].endswith("everything after it stays as it is")


def test_a_shortcode_in_an_attribute_is_not_lost_and_breaks_nothing() -> None:
    made, _ = rendered('<img src="/b.png" alt="{{image: /s.png}}">')
    assert 'src="https://example.com/b.png"' in made
    assert f"<img {SRC}" in made


def test_many_shortcodes_keep_their_order() -> None:
    made, _ = rendered("\n\n".join(f"{{{{image: /{number}.png}}}}" for number in range(12)))
    positions = [made.index(f"/{number}.png") for number in range(12)]
    assert positions == sorted(positions)


PIECES = [
    "{{image: /s.png}}",
    "{{",
    "}}",
    "{{image:",
    '"',
    "'",
    "\\",
    "`",
    "```\n",
    "    ",
    ", alt: ",
    "\n",
    "é🚀",
    "<p>",
    "](",
]


@given(st.text(max_size=60) | st.lists(st.sampled_from(PIECES), max_size=14).map("".join))
def test_no_text_makes_a_shortcode_raise(text: str) -> None:
    rendered(text)


@given(st.text(max_size=80).filter(lambda text: "{{" not in text and "{%" not in text))
def test_a_text_without_shortcodes_reaches_markdown_unchanged(text: str) -> None:
    reached: list[str] = []

    def render(text: str) -> str:
        reached.append(text)
        return "<p>x</p>"

    site = Site(base_url=PAGE, markdown=MarkdownSettings(render=render))
    made = from_markdown(text, PAGE, site, lambda code, line, reason, hint="": pytest.fail(reason))
    assert (made.html, reached) == ("<p>x</p>", [text])


@pytest.mark.parametrize("piece", ["{{", "{{a:", '{{a:"', "`{{a:", "{{image: a, ", "{{image: a}} ", "é`x`{{image: a}}"])
def test_a_hundred_kilobytes_of_braces_take_no_time_to_speak_of(piece: str) -> None:
    start = time.process_time()
    rendered(piece * (100_000 // len(piece)))
    assert time.process_time() - start < 3
