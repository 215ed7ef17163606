"""The stylesheet of feeds: what a site writes, and what its feeds refer to."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from msgspec.structs import replace

from feedkit import Entry, Names, PageSettings, Site, documents
from feedkit.config.site import FORMATS


@pytest.mark.parametrize(
    ("settings", "path", "address"),
    [
        ({}, None, None),
        ({"formats": (*FORMATS, "style")}, "feed.css", "https://example.com/feed.css"),
        (
            {"formats": ("rss", "atom", "style"), "names": Names(style="css/feeds.css")},
            "css/feeds.css",
            "https://example.com/css/feeds.css",
        ),
        ({"stylesheet": "/own.css"}, None, "https://example.com/own.css"),
        ({"formats": (*FORMATS, "style"), "stylesheet": "/own.css"}, "feed.css", "https://example.com/own.css"),
    ],
)
def test_feeds_refer_to_the_stylesheet_that_is_written_or_named(
    settings: dict[str, Any], path: str | None, address: str | None, site: Site, entry: Callable[..., Entry]
) -> None:
    made = {item.path: item for item in documents(replace(site, **settings), [entry(tags=["a"])])}
    assert [item.path for item in made.values() if item.media_type == "text/css"] == ([path] if path else [])
    for name in ("rss.xml", "atom.xml", "tags/a/rss.xml"):
        head = made[name].to_bytes()[:300].decode()
        assert ("<?xml-stylesheet" in head) == bool(address)
        if address:
            assert f'<?xml-stylesheet type="text/css" href="{address}"?>' in head
    assert all("xsl" not in item.to_bytes().decode().lower() for item in made.values())


@pytest.mark.parametrize(
    ("settings", "notice"),
    [
        ({}, '"This is a feed. Copy'),
        ({"language": "de-AT"}, '"Das ist ein Feed. Kopieren'),
        ({"page": PageSettings(language="es")}, '"Esto es un feed. Copie'),
        ({"page": PageSettings(words={"notice": 'a "b" \\ \n}c'})}, r'"a \22 b\22  \5c  \a }c"'),
    ],
)
def test_its_notice_is_a_string_in_the_language_of_the_site(
    settings: dict[str, Any], notice: str, site: Site, entry: Callable[..., Entry]
) -> None:
    given = replace(site, formats=("rss", "style"), **settings)
    (document,) = documents(given, [entry()], only="feed.css")
    assert f"  --notice: {notice}" in document.to_bytes().decode()
