"""`html = "trusted"`: all stays but relative addresses, schemes that nobody should follow, illegal characters."""

from __future__ import annotations

import pytest
from body_content import from_html
from hypothesis import example, given
from hypothesis import strategies as st

from feedkit.config.site import Site
from feedkit.text import illegal_names

PAGE = "https://example.com/notes/a/"
SITE = Site(base_url="https://example.com/", html="trusted")

MADE = {
    '<p class="x" style="color: red" onclick=go()>a': '<p class="x" style="color: red" onclick=go()>a',
    "<script src='b.js'>if (a < 'b') {}</script>": (f"<script src=\"{PAGE}b.js\">if (a < 'b') {{}}</script>"),
    "<script>'<a href=\"/b\">'</script><a href=/b>": '<script>\'<a href="/b">\'</script><a href="https://example.com/b">',
    "<style>a > b {}</style><!-- <a href=/b> --><textarea><a href=/b></textarea>": (
        "<style>a > b {}</style><!-- <a href=/b> --><textarea><a href=/b></textarea>"
    ),
    '<a href="#fn1">': f'<a href="{PAGE}#fn1">',
    '<a href="">': f'<a href="{PAGE}">',
    "<A HREF = 'b?x=1&amp;y=2' title='a>b'>": f"<A HREF=\"{PAGE}b?x=1&amp;y=2\" title='a>b'>",
    '<img src="/a b.png" srcset="/a.png 1x,/b.png 2x" longdesc=c>': (
        f'<img src="https://example.com/a%20b.png" srcset="https://example.com/a.png 1x, https://example.com/b.png 2x"'
        f' longdesc="{PAGE}c">'
    ),
    '<object data="/o.svg"></object><video poster="p.png"></video><q cite="/c">': (
        f'<object data="https://example.com/o.svg"></object><video poster="{PAGE}p.png"></video>'
        '<q cite="https://example.com/c">'
    ),
    '<iframe src="//v.example/1"></iframe>': '<iframe src="https://v.example/1"></iframe>',
    '<a href="https://example.org/É">É</a>': '<a href="https://example.org/%C3%89">É</a>',
    '<a href="mailto:a@example.org">': '<a href="mailto:a@example.org">',
    "a\x0bb": "ab",
    "<a title=it's href=/b>it's": "<a title=it's href=\"https://example.com/b\">it's",
    "<a title=x": "<a title=x",
    "<script><a href=/b>": "<script><a href=/b>",
}


@pytest.mark.parametrize("html", MADE)
def test_trusted_html_has_absolute_addresses_and_is_otherwise_as_it_was(html: str) -> None:
    made = from_html(html, PAGE, SITE)
    assert (made.html, made.removed) == (MADE[html], ())


FORBIDDEN = [
    "javascript:x",
    "JavaScript:x",
    "java\nscript:x",
    "java&#9;script:x",
    "&#106;avascript:x",
    " \x01javascript:x",
]


@pytest.mark.parametrize("address", FORBIDDEN)
@pytest.mark.parametrize("attribute", ["href", "SRC", "formaction", "xlink:href"])
def test_addresses_of_other_schemes_are_taken_out_and_told(address: str, attribute: str) -> None:
    made = from_html(f'<a {attribute}="{address}">b</a>', PAGE, SITE)
    assert (made.html, made.removed) == ("<a >b</a>", ("javascript: addresses",))


def test_a_set_of_nothing_but_other_schemes_is_taken_out() -> None:
    assert from_html('<img srcset="javascript:x 1x">', PAGE, SITE).html == "<img >"


def test_parameters_are_taken_out_of_trusted_html() -> None:
    site = Site(base_url="https://example.com/", html="trusted", strip_query=("token",))
    assert from_html('<a href="/b?token=x&a=1">', PAGE, site).html == '<a href="https://example.com/b?a=1">'


PIECES = [
    "<a href=/b>",
    "<a href='",
    '<img src="',
    "<!--",
    "-->",
    "<script>",
    "</script>",
    ">",
    "'",
    '"',
    "<",
    "x",
    "\x0b",
]


@given(st.lists(st.sampled_from(PIECES), max_size=14).map("".join))
@example('<img src="><a href=/b>')
def test_trusted_html_is_read_the_same_the_second_time(html: str) -> None:
    once = from_html(html, PAGE, SITE).html
    assert from_html(once, PAGE, SITE).html == once
    assert illegal_names(once) == ()


@given(st.text(st.characters(exclude_characters="<\r\x85", exclude_categories=["Cs"]), max_size=40))
def test_trusted_text_is_passed_on(text: str) -> None:
    made = from_html(text, PAGE, SITE).html
    assert made == text or illegal_names(text)
