"""Addresses: hostile and unusual spellings, and what becomes of them."""

from __future__ import annotations

from uuid import NAMESPACE_DNS, uuid5

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedkit.errors import UrlError
from feedkit.urls import absolute, path_url, stable_id, uuid_urn

BASE = "https://example.com/notes/tides/"

ABSOLUTE = {
    "https://example.com/a": "https://example.com/a",
    "HTTP://EXAMPLE.com:80": "http://example.com/",
    "https://example.com:443/a": "https://example.com/a",
    "https://example.com:8443/a": "https://example.com:8443/a",
    "//cdn.example/a.png": "https://cdn.example/a.png",
    "/a b": "https://example.com/a%20b",
    "../flood/": "https://example.com/notes/flood/",
    "a.png": "https://example.com/notes/tides/a.png",
    "?q=1": "https://example.com/notes/tides/?q=1",
    "#top": "https://example.com/notes/tides/#top",
    "https://bücher.example/straße?q=ü#ß": "https://xn--bcher-kva.example/stra%C3%9Fe?q=%C3%BC#%C3%9F",
    "/100%": "https://example.com/100%25",
    "/%41%zz": "https://example.com/%41%25zz",
    "/a%20b": "https://example.com/a%20b",
    "\\\\evil.example\\a": "https://evil.example/a",
    "/a\tb\nc": "https://example.com/abc",
    "  /a  ": "https://example.com/a",
    "https://[2001:db8::1]/a": "https://[2001:db8::1]/a",
    "../../../../../etc/passwd": "https://example.com/etc/passwd",
}


@pytest.mark.parametrize(("text", "expected"), ABSOLUTE.items())
def test_an_address_becomes_absolute_and_canonical(text: str, expected: str) -> None:
    assert absolute(text, BASE) == expected
    assert absolute(expected, BASE) == expected


HOSTILE = [
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    " javascript:alert(1)",
    "\x01javascript:alert(1)",
    "java\nscript:alert(1)",
    "java\tscript:alert(1)",
    "j\r\na\nvascript:alert(1)",
    "data:text/html,<script>",
    "vbscript:x",
    "file:///etc/passwd",
    "feed:https://example.com/",
    "mailto:ann@example.org",
    "blob:https://example.com/1",
    "",
    "  ",
    "\x00\x1f",
    "https://",
    "https:///a",
    "http://a..b/",
    "http://exa mple.com/",
    "http://example.com:99999/",
    "http://[::1/",
    "http://<script>/",
    "https://ex%41mple.com/",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_a_hostile_or_broken_address_is_refused(text: str) -> None:
    with pytest.raises(UrlError) as caught:
        absolute(text, BASE)
    assert caught.value.code == "FK205"
    assert str(caught.value).isprintable()


@given(st.text(max_size=60) | st.text(alphabet="javscript:/\\\t\n\r\x00 .#?%@[]é日dhtp", max_size=40))
def test_whatever_is_accepted_is_an_ascii_address_on_http(text: str) -> None:
    try:
        made = absolute(text, BASE)
    except UrlError:
        return
    assert made.isascii()
    assert made.isprintable()
    assert " " not in made
    assert made.startswith(("https://", "http://"))
    assert absolute(made, BASE) == made


IDS = {
    "https://example.com/?p=1": "https://example.com/?p=1",
    "tag:example.com,2025:1": "tag:example.com,2025:1",
    "urn:isbn:123": "urn:isbn:123",
    "0B7CF3D0-9D3C-4A0C-8D6F-2F3A6C7B1A10": "urn:uuid:0b7cf3d0-9d3c-4a0c-8d6f-2f3a6c7b1a10",
}


@pytest.mark.parametrize(("text", "expected"), IDS.items())
def test_an_id_that_is_one_stays(text: str, expected: str) -> None:
    assert stable_id(text, "example.com") == expected


def test_a_short_id_depends_on_itself_and_its_namespace_only() -> None:
    assert stable_id("17", "example.com") == stable_id("17", "example.com")
    assert len({stable_id("17", "example.com"), stable_id("18", "example.com"), stable_id("17", "other.example")}) == 3


def test_every_character_of_a_path_stands_for_itself() -> None:
    assert path_url("https://example.com/", "tags/c#/100%?/é") == "https://example.com/tags/c%23/100%25%3F/%C3%A9"


@given(st.text(st.characters(exclude_categories=["Cs"])), st.text(st.characters(exclude_categories=["Cs"])))
def test_an_id_that_is_made_is_the_uuid_of_its_name(namespace: str, name: str) -> None:
    domain = uuid5(NAMESPACE_DNS, namespace)
    assert uuid_urn(namespace, "feed", name) == f"urn:uuid:{uuid5(domain, f'feed:/{name}')}"
    assert stable_id(f"!{name}", namespace) == f"urn:uuid:{uuid5(domain, f'!{name}')}"
