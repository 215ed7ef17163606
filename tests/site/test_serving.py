"""Documents over HTTP: the answer to a request, and the format that its `Accept` header asks for."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from feedkit import ArgumentError, Document, Entry, Site, document, negotiate, respond

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
ETAG = '"2cf24dba5fb0a30e26e83b2ac5b9e29e"'
OTHER = '"0000"'
MODIFIED = "Sun, 02 Nov 2025 10:00:00 GMT"
ASKED: list[tuple[str, dict[str, str], int]] = [
    ("GET", {}, 200),
    ("HEAD", {}, 200),
    ("POST", {}, 405),
    ("get", {}, 405),
    ("GET", {"If-None-Match": ETAG}, 304),
    ("HEAD", {"if-none-match": ETAG}, 304),
    ("GET", {"IF-NONE-MATCH": f"{OTHER}, W/{ETAG}"}, 304),
    ("GET", {"If-None-Match": "*"}, 304),
    ("GET", {"If-None-Match": OTHER}, 200),
    ("GET", {"If-None-Match": ETAG.strip('"')}, 200),
    # An entity tag wins (RFC 9110 §13.2.2).
    ("GET", {"If-None-Match": OTHER, "If-Modified-Since": MODIFIED}, 200),
    ("GET", {"If-None-Match": ETAG, "If-Modified-Since": "Sun, 02 Nov 2025 09:59:59 GMT"}, 304),
    ("GET", {"If-Modified-Since": MODIFIED}, 304),
    ("GET", {"If-Modified-Since": "Sun, 02 Nov 2025 09:59:59 GMT"}, 200),
    # The forms that are out of use (RFC 9110 §5.6.7).
    ("GET", {"If-Modified-Since": "Sunday, 02-Nov-25 10:00:00 GMT"}, 304),
    ("GET", {"If-Modified-Since": "Sun Nov  2 10:00:00 2025"}, 304),
    ("GET", {"If-Modified-Since": "yesterday"}, 200),
    ("GET", {"If-Modified-Since": ""}, 200),
    ("GET", {"If-Match": ETAG}, 200),
    ("GET", {"If-Match": "*"}, 200),
    ("GET", {"If-Match": OTHER}, 412),
    ("GET", {"If-Match": f"W/{ETAG}"}, 412),
    ("GET", {"If-Unmodified-Since": MODIFIED}, 200),
    ("GET", {"If-Unmodified-Since": "Sun, 02 Nov 2025 09:59:59 GMT"}, 412),
]


def made(**fields: Any) -> Document:
    given = {
        "path": "rss.xml",
        "media_type": "application/rss+xml",
        "pieces": (b"hel", b"lo"),
        "last_modified": datetime(2025, 11, 2, 10, 0, 0, 999, tzinfo=UTC),
    }
    return Document(**{**given, **fields})


@pytest.mark.parametrize(("method", "headers", "status"), ASKED)
def test_the_status_is_that_of_rfc_9110(method: str, headers: dict[str, str], status: int) -> None:
    response = respond(made(), method, headers, at=NOON)
    assert response.status == status
    assert response.body == (b"hello" if (status, method) == (200, "GET") else response.body if status == 405 else b"")
    if status in (200, 304):
        assert response.headers["ETag"] == ETAG
        assert response.headers["Cache-Control"] == "public, max-age=3600"
    assert ("Content-Type" in response.headers) == (status in (200, 405))
    if status == 200:
        assert response.headers["Last-Modified"] == MODIFIED
        assert response.headers["Content-Length"] == "5"
    if status == 405:
        assert response.headers["Allow"] == "GET, HEAD"


@pytest.mark.parametrize(
    ("next_change", "seconds"),
    [
        (None, 3600),
        (datetime(2026, 1, 1, 12, 10, tzinfo=UTC), 600),
        (datetime(2026, 1, 1, 12, 0, 0, 999, tzinfo=UTC), 0),
        (datetime(2026, 1, 1, 11, tzinfo=UTC), 0),
        (datetime(2026, 2, 1, tzinfo=UTC), 3600),
    ],
)
def test_a_cache_may_keep_it_until_the_next_change(next_change: datetime | None, seconds: int) -> None:
    response = respond(made(next_change=next_change), at=NOON)
    assert response.headers["Cache-Control"] == f"public, max-age={seconds}"


def test_the_longest_time_in_a_cache_is_the_callers() -> None:
    assert respond(made(), at=NOON, max_age=60).headers["Cache-Control"] == "public, max-age=60"


@pytest.mark.parametrize(
    ("media_type", "shown"),
    [
        ("application/rss+xml", "application/rss+xml; charset=utf-8"),
        ("application/xml", "application/xml; charset=utf-8"),
        ("text/x-opml", "text/x-opml; charset=utf-8"),
        ("application/feed+json", "application/feed+json"),
        ("application/gzip", "application/gzip"),
    ],
)
def test_xml_and_text_say_their_charset(media_type: str, shown: str) -> None:
    assert respond(made(media_type=media_type), at=NOON).headers["Content-Type"] == shown


def test_a_change_later_than_the_answer_is_not_named() -> None:
    response = respond(made(last_modified=datetime(2026, 1, 2, tzinfo=UTC)), at=NOON)
    assert "Last-Modified" not in response.headers


def test_a_copy_in_a_content_coding_says_which() -> None:
    assert respond(made(coding="gzip"), at=NOON).headers["Content-Encoding"] == "gzip"


def test_what_is_not_there_is_404() -> None:
    response = respond(None)
    assert (response.status, respond(None, "HEAD").body) == (404, b"")
    assert response.headers["Content-Length"] == str(len(response.body))


def test_a_document_of_a_site_names_itself_its_hubs_and_its_next_change(entry: Callable[..., Entry]) -> None:
    own = Site(base_url="https://example.com/", hubs=("https://hub.example/",), as_of=NOON)
    entries = [entry("a"), entry("b", published=datetime(2026, 1, 1, 12, 20, tzinfo=UTC))]
    found = document(own, entries, "atom.xml")
    assert found is not None
    headers = respond(found, at=NOON, vary=("Accept",)).headers
    assert headers["Link"] == '<https://example.com/atom.xml>; rel="self", <https://hub.example/>; rel="hub"'
    assert headers["Cache-Control"] == "public, max-age=1200"
    assert headers["Vary"] == "Accept, Accept-Encoding"
    assert headers["Last-Modified"] == "Sat, 01 Nov 2025 00:00:00 GMT"
    sitemap = document(own, entries, "sitemap.xml")
    assert sitemap is not None
    assert respond(sitemap).headers["Link"] == '<https://example.com/sitemap.xml>; rel="self"'


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        ("", "rss"),
        ("*/*", "rss"),
        ("text/html", "rss"),
        ("application/atom+xml", "atom"),
        ("APPLICATION/ATOM+XML", "atom"),
        ("application/feed+json, application/rss+xml;q=0.9", "json"),
        ("application/rss+xml;q=0.9, application/feed+json", "json"),
        ("application/atom+xml;q=0.5, application/rss+xml;q=0.25", "atom"),
        ("application/atom+xml; charset=utf-8; q=0.5, application/feed+json;q=0.4", "atom"),
        ("application/rss+xml;q=0, */*", "atom"),
        ("application/*;q=0.1, application/feed+json;q=0", "rss"),
        # What a program asks for that reads JSON, one that reads XML, and a browser.
        ("application/json, text/plain, */*", "json"),
        ("text/xml", "rss"),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "rss"),
        # FreshRSS and NetNewsWire.
        ("application/atom+xml, application/rss+xml, application/rdf+xml;q=0.9, application/xml;q=0.8", "rss"),
        ("application/feed+json;q=1, application/atom+xml;q=1, */*;q=0.1", "atom"),
        (", ;q=1, application/atom+xml;q=x", "atom"),
    ],
)
def test_the_format_is_the_one_that_the_header_prefers(accept: str, expected: str) -> None:
    assert negotiate(accept) == expected


def test_only_the_formats_that_are_offered_are_chosen() -> None:
    assert negotiate("application/rss+xml", ["json", "atom"]) == "json"
    assert negotiate("*/*", ["atom", "rss"]) == "atom"


@pytest.mark.parametrize("formats", [[], ["rss", "sitemap"]])
def test_formats_that_there_are_not_are_refused(formats: list[str]) -> None:
    with pytest.raises(ArgumentError, match="negotiate: formats must be some of rss, atom, json, not "):
        negotiate("*/*", formats)
