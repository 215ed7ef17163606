"""Addresses are absolute however their tags are written, and whatever else is in the article."""

from __future__ import annotations

import pytest
from body_content import from_html
from hypothesis import given
from hypothesis import strategies as st

from feedkit.config.site import Site

URL = "https://example.com/a/b/"
SITE = Site(base_url="https://example.com/")
#: Pieces of tags as people and programs write them, and as nobody should.
PIECES = [
    *("<a", "<img", "<q", "<p", "</a>", "</p>", "<!--", "-->", ">", "/>", " ", "text", "<", "&quot;", '"', "'", "="),
    *(' href="x"', ' href="/x"', ' href="#x"', ' href=""', ' href="../x"', ' href="//e.com/x"', ' href="&#47;x"'),
    *(' src="x.png"', ' src="/x.png"', " src=x.png", " src='x.png'", ' src = "x.png"', ' HREF="x"', ' cite="x"'),
    *(' href="https:x"', ' href="http:/x"', ' href=" /x"', ' href="/\\x"', ' href="?q"', ' href="mailto:a@b"'),
    *(' title=a"b=" href="rel"', ' title=a"b href="rel"', ' title=\'"\' href="rel"', ' title="href=" href="rel"'),
    *(' srcset="x 1x, /y 2x"', ' alt=">" src="x"', ' "x=" href="rel" y=""', ' checked="x"', ' a="b"c="d"', "\n"),
    " href=>",
]


def assert_alike(html: str) -> None:
    # A link that depends on the page: none of the others is to be taken for one that does not.
    made = from_html(f'<b><a href="z"></a></b>{html}', URL, SITE).html
    assert made == f'<b><a href="{URL}z"></a></b>{from_html(html, URL, SITE).html}'


@given(st.lists(st.sampled_from(PIECES), max_size=12).map("".join))
def test_addresses_are_made_absolute_alike(html: str) -> None:
    assert_alike(html)


@pytest.mark.parametrize("piece", [piece for piece in PIECES if "=" in piece])
@pytest.mark.parametrize(
    "form", ["<a{}>x</a>", "<img{}>", '<img src="/y"{}><a href="/z"{}>x</a>', "<p>{}<a{}>", "<a{}"]
)
def test_every_way_to_write_an_attribute(form: str, piece: str) -> None:
    assert_alike(form.replace("{}", piece))
