"""One sanitiser for all articles of a site makes what one for each of them would make."""

from __future__ import annotations

from unittest.mock import patch

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedkit.articles import sanitising

URL = "https://example.com/a/b/"
#: Pieces of tags as people and programs write them, and as nobody should.
PIECES = [
    *("<a", "<img", "<q", "<p", "</a>", "</p>", "<!--", "-->", ">", "/>", " ", "text", "<", "&quot;", '"', "'", "="),
    *(' href="x"', ' href="/x"', ' href="#x"', ' href=""', ' href="../x"', ' href="//e.com/x"', ' href="&#47;x"'),
    *(' src="x.png"', ' src="/x.png"', " src=x.png", " src='x.png'", ' src = "x.png"', ' HREF="x"', ' cite="x"'),
    *(' href="https:x"', ' href="http:/x"', ' href=" /x"', ' href="/\\x"', ' href="?q"', ' href="mailto:a@b"'),
    *(' title=a"b=" href="rel"', ' title=a"b href="rel"', ' title=\'"\' href="rel"', ' title="href=" href="rel"'),
    *(' srcset="x 1x, /y 2x"', ' alt=">" src="x"', ' "x=" href="rel" y=""', ' checked="x"', ' a="b"c="d"', "\n"),
]


@given(st.lists(st.sampled_from(PIECES), max_size=12).map("".join))
def test_addresses_are_made_absolute_alike(html: str) -> None:
    made = sanitising.sanitised(html, URL)
    with patch.object(sanitising, "_origin", lambda url: url):
        assert sanitising.sanitised(html, URL) == made


@pytest.mark.parametrize("piece", [piece for piece in PIECES if "=" in piece])
@pytest.mark.parametrize(
    "form", ["<a{}>x</a>", "<img{}>", '<img src="/y"{}><a href="/z"{}>x</a>', "<p>{}<a{}>", "<a{}"]
)
def test_every_way_to_write_an_attribute(form: str, piece: str) -> None:
    html = form.replace("{}", piece)
    made = sanitising.sanitised(html, URL)
    with patch.object(sanitising, "_origin", lambda url: url):
        assert sanitising.sanitised(html, URL) == made


def test_an_article_with_addresses_of_the_host_alone_has_that_one() -> None:
    sanitising._cleaner.cache_clear()
    for page in ("a", "b"):
        sanitising.sanitised('<p><a href="/x">x</a> <img src="https://e.com/y"></p>', f"https://example.com/{page}/")
    assert sanitising._cleaner.cache_info().currsize == 1
