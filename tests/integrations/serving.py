"""What every host that serves feeds must do, whatever it is: the tests of each call this with a client of its own."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import NamedTuple
from xml.etree import ElementTree as ET

import feedparser

from feedkit import Entry, Site, Term, documents

NOW = datetime(2026, 1, 1, tzinfo=UTC)
SITE = Site(base_url="https://example.com/", title="Tides & <b>", hubs=("https://hub.example/",), as_of=NOW)


class Answer(NamedTuple):
    """What a host's own client got."""

    status: int
    headers: Mapping[str, str]
    body: bytes


#: A request to a path below the site: the path, the method, the headers.
Ask = Callable[[str, str, dict[str, str]], Answer]


def make_entry(name: str, *, day: int = 1, tags: tuple[str, ...] = ("C++",), **fields: object) -> Entry:
    url = f"https://example.com/{name}/"
    given = {
        "id": url,
        "url": url,
        "title": f"Title {name}",
        "published": datetime(2025, 11, day, tzinfo=UTC),
        "content": f"<p>Words of {name}.</p>",
        "terms": tuple(Term(taxonomy="tags", name=tag) for tag in tags),
        **fields,
    }
    return Entry(**given)  # type: ignore[arg-type]


ENTRIES = [make_entry("a", day=1), make_entry("b", day=2, tags=("日本語",)), make_entry("draft", draft=True)]


def check_documents(ask: Ask) -> None:
    """Every document is at its path, with its bytes, its media type and the headers of RFC 9110."""
    expected = list(documents(SITE, ENTRIES))
    assert len(expected) == 11
    for document in expected:
        answer = ask(document.path, "GET", {})
        assert (answer.status, answer.body) == (200, document.to_bytes()), document.path
        assert answer.headers["Content-Type"].startswith(document.media_type)
        assert answer.headers["ETag"] == document.etag
        assert answer.headers["Cache-Control"] == "public, max-age=3600"
        assert answer.headers["Content-Length"] == str(document.size)
    assert feedparser.parse(ask("rss.xml", "GET", {}).body)["bozo"] is False
    links = ask("atom.xml", "GET", {}).headers["Link"]
    assert links == '<https://example.com/atom.xml>; rel="self", <https://hub.example/>; rel="hub"'


def check_conditions(ask: Ask) -> None:
    """HEAD, 304 for both validators, 405 and 404."""
    got = ask("rss.xml", "GET", {})
    head = ask("rss.xml", "HEAD", {})
    assert (head.status, head.body) == (200, b"")
    # RFC 9110 §9.3.2: those of GET.
    for name in ("Content-Length", "Content-Type", "ETag", "Last-Modified"):
        assert head.headers[name] == got.headers[name], name
    for headers in (
        {"If-None-Match": got.headers["ETag"]},
        {"If-None-Match": f'"other", W/{got.headers["ETag"]}'},
        {"If-Modified-Since": got.headers["Last-Modified"]},
    ):
        answer = ask("rss.xml", "GET", headers)
        assert (answer.status, answer.body, answer.headers["ETag"]) == (304, b"", got.headers["ETag"])
        assert "Content-Type" not in answer.headers
    assert (
        ask("rss.xml", "GET", {"If-None-Match": '"other"', "If-Modified-Since": got.headers["Last-Modified"]})[0] == 200
    )
    assert ask("rss.xml", "POST", {}).status == 405
    assert "GET" in ask("rss.xml", "POST", {}).headers["Allow"]
    for path in ("tags/none/rss.xml", "rss", "x/rss.xml/y"):
        assert ask(path, "GET", {}).status == 404


def check_negotiation(ask: Ask) -> None:
    """`/feed` is in the format that the client prefers."""
    for accept, name in (
        ("*/*", "rss.xml"),
        ("application/feed+json", "feed.json"),
        ("application/rss+xml;q=0.2, application/atom+xml;q=0.3", "atom.xml"),
    ):
        answer = ask("feed", "GET", {"Accept": accept})
        assert answer.body == ask(name, "GET", {}).body
        assert "Accept" in answer.headers["Vary"].split(", ")
    got = ask("feed", "GET", {"Accept": "application/feed+json"})
    assert ask("feed", "GET", {"Accept": "application/feed+json", "If-None-Match": got.headers["ETag"]}).status == 304


def check_changes(ask: Ask, entries: list[Entry]) -> None:
    """What a program adds, changes and takes away is in the next answer; `entries` is what it gives."""

    def titles() -> list[str]:
        root = ET.fromstring(ask("rss.xml", "GET", {}).body)
        return [item.findtext("title") or "" for item in root.iter("item")]

    assert titles() == ["Title b", "Title a"]
    etag = ask("rss.xml", "GET", {}).headers["ETag"]
    entries.append(make_entry("new", day=9, tags=("New",)))
    assert ask("rss.xml", "GET", {"If-None-Match": etag}).status == 200
    assert titles() == ["Title new", "Title b", "Title a"]
    assert ask("tags/new/rss.xml", "GET", {}).status == 200
    entries.pop()
    assert titles() == ["Title b", "Title a"]
    assert ask("rss.xml", "GET", {"If-None-Match": etag}).status == 304
    assert ask("tags/new/rss.xml", "GET", {}).status == 404


def check_threads(ask: Ask) -> None:
    """Sixteen threads get what one does."""
    paths = ["rss.xml", "atom.xml", "feed.json", "tags/cpp/rss.xml", "sitemap.xml", "feeds.opml", "feed"]
    alone = {path: ask(path, "GET", {}).body for path in paths}
    wrong: list[str] = []
    barrier = threading.Barrier(16)

    def work() -> None:
        barrier.wait()
        wrong.extend(path for path in paths * 2 if ask(path, "GET", {}).body != alone[path])

    threads = [threading.Thread(target=work) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
