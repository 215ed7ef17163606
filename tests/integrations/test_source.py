"""What all hosts have in common: when entries are asked for, and when documents are made again."""

from __future__ import annotations

import logging
import re
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest
from msgspec.structs import replace
from serving import ENTRIES, SITE, make_entry

import feedkit
from feedkit import ArgumentError, Entry, Problem, Site
from feedkit.integrations.source import Source


def counted(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The paths of the documents that are made from now on."""
    made: list[str] = []
    real = feedkit.document

    def document(*arguments: Any, **named: Any) -> Any:
        found = real(*arguments, **named)
        made.extend([found.path] if found else [])
        return found

    monkeypatch.setattr(feedkit, "document", document)
    return made


def test_a_document_is_made_when_it_is_first_asked_for_and_kept_while_the_entries_are_equal(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    made = counted(monkeypatch)
    source = Source(SITE, lambda: [replace(entry) for entry in ENTRIES])
    for _ in range(3):
        assert source.edition().respond("rss.xml").status == 200
    assert made == ["rss.xml"]
    assert source.edition().respond("no/such.xml").status == 404
    assert source.edition().respond("sitemap.xml").status == 200
    assert made == ["rss.xml", "sitemap.xml"]


def test_entries_are_not_asked_for_while_the_version_is_the_same() -> None:
    asked: list[int] = []
    version = [1]

    def entries() -> list[Entry]:
        asked.append(version[0])
        return [make_entry(str(version[0]))]

    source = Source(SITE, entries, version=lambda: version[0])
    bodies = [source.edition().respond("rss.xml").body for _ in range(3)]
    version[0] = 2
    bodies.append(source.edition().respond("rss.xml").body)
    assert asked == [1, 2]
    assert [body.count(b"<title>Title 2</title>") for body in bodies] == [0, 0, 0, 1]


def test_a_version_that_has_to_be_awaited_is_refused_where_nothing_awaits() -> None:
    async def version() -> int:
        return 1

    with pytest.raises(ArgumentError, match="version must be a plain function here"):
        Source(SITE, ENTRIES, version=version).edition()


async def coroutine() -> list[Entry]:
    raise AssertionError


async def asynchronous() -> AsyncIterator[Entry]:
    for entry in ENTRIES:
        yield entry


WRONG_ARGUMENTS: list[tuple[dict[str, Any], str]] = [
    ({"site": {"base_url": "https://example.com/"}}, "site must be a feedkit.Site, not dict"),
    ({"entries": None}, "entries must be a list of articles, or a function that returns one, not NoneType"),
    ({"entries": "ab"}, "entries must be a list of articles, or a function that returns one, not str"),
    ({"entries": {"ebb": ENTRIES[0]}}, "entries must be a list of articles, or a function that returns one, not dict"),
    # It can be read once, and requests are many.
    ({"entries": asynchronous()}, "not async_generator; give the function, without calling it"),
    ({"version": 3}, "version must be a function, not int"),
    ({"fields": {"titel": "heading"}}, "fields: there is no field 'titel'; did you mean 'title'?"),
]


@pytest.mark.parametrize(("arguments", "words"), WRONG_ARGUMENTS)
def test_a_wrong_argument_is_an_error_before_the_first_request(arguments: dict[str, Any], words: str) -> None:
    with pytest.raises(ArgumentError, match=re.escape(words)):
        Source(**{"site": SITE, "entries": ENTRIES, **arguments})


@pytest.mark.parametrize("entries", [lambda: None, lambda: "ab", coroutine, asynchronous])
def test_a_function_that_returns_no_list_is_an_error_that_names_the_argument(entries: Any) -> None:
    with pytest.raises(ArgumentError, match="entries must be a list of articles, or a function that returns one") as e:
        Source(SITE, entries).edition()
    is_awaited = entries in (coroutine, asynchronous)
    assert ("it takes no coroutine, which feedkit.integrations.asgi does" in str(e.value)) == is_awaited


@pytest.mark.parametrize("entries", [iter(ENTRIES), (entry for entry in ENTRIES)])
def test_entries_that_can_be_read_once_are_in_every_answer(entries: Any) -> None:
    source = Source(SITE, entries)
    assert [source.edition().respond("rss.xml").body.count(b"<item>") for _ in range(2)] == [2, 2]


@pytest.fixture
def now(monkeypatch: pytest.MonkeyPatch) -> list[datetime]:
    """The time that it is."""
    now = [datetime(2026, 1, 1, tzinfo=UTC)]
    for where in ("site.published.publication_instant", "site.serving.publication_instant", "publication_instant"):
        monkeypatch.setattr(f"feedkit.{where}", lambda as_of=None: now[0])
    return now


LATER = make_entry("later", published=datetime(2026, 1, 1, 0, 10, tzinfo=UTC), tags=["Later"])


@pytest.mark.parametrize("version", [None, lambda: 1])
def test_an_entry_that_falls_due_is_in_the_next_answer(now: list[datetime], version: Any) -> None:
    source = Source(Site(base_url="https://example.com/"), [*ENTRIES, LATER], version=version)
    first = source.edition().respond("rss.xml")
    assert first.headers["Cache-Control"] == "public, max-age=600"
    assert b"Title later" not in first.body
    now[0] = datetime(2026, 1, 1, 0, 10, tzinfo=UTC)
    second = source.edition().respond("rss.xml")
    assert b"Title later" in second.body
    assert second.headers["Cache-Control"] == "public, max-age=3600"


@pytest.mark.parametrize("version", [None, lambda: 1])
@pytest.mark.parametrize(
    "answer",
    [
        lambda source: source.edition().respond("tags/later/rss.xml").status == 200,
        lambda source: bool(source.links(LATER)),
        lambda source: "tags/later/rss.xml" in [feed.path for feed in source.edition().feeds],
    ],
)
def test_the_feeds_of_its_terms_are_there_when_an_entry_falls_due_though_no_document_was_asked_for(
    now: list[datetime], version: Any, answer: Callable[[Source], bool]
) -> None:
    source = Source(Site(base_url="https://example.com/"), [*ENTRIES, LATER], version=version)
    assert not answer(source)
    now[0] = datetime(2026, 1, 1, 0, 10, tzinfo=UTC)
    assert answer(source)


FIELDS = {"title": "heading", "date": "when", "tags": "labels", "url": "path"}


def test_entries_may_be_objects_and_links_those_of_one_of_them() -> None:
    posts = [
        SimpleNamespace(heading="Ebb", when="2025-11-01", labels=["C++"], path="/ebb/"),
        SimpleNamespace(heading="Flood", when="2025-11-02", labels=["Sea"], path="/flood/"),
    ]
    source = Source(SITE, posts, fields=FIELDS)
    assert [info.path for info in source.links()] == ["rss.xml", "atom.xml", "feed.json"]
    assert [info.path for info in source.links(posts[0])] == [
        f"tags/cpp/{name}" for name in ("rss.xml", "atom.xml", "feed.json")
    ]
    entry = source.edition().entries[1]
    assert {info.slug for info in source.links(entry)} == {"sea"}


def test_an_article_that_cannot_be_published_is_logged_and_the_others_are_served(
    caplog: pytest.LogCaptureFixture,
) -> None:
    posts = [
        {"title": "Ebb", "date": "2025-11-01", "slug": "ebb"},
        {"title": "Flood", "date": "2025-13-01"},
        {"title": "Ebb again", "date": "2025-11-02", "slug": "ebb"},
    ]
    source = Source(SITE, posts)
    with caplog.at_level(logging.ERROR, "feedkit"):
        for path in ("rss.xml", "atom.xml", "rss.xml"):
            body = source.edition().respond(path).body
        assert source.links(posts[1]) == ()
    assert b"<title>Ebb</title>" in source.edition().respond("rss.xml").body
    assert (body.count(b"<item>"), b"<title>Ebb</title>" in body) == (1, True)
    # Of the page of an article, it is not known which of the entries that is.
    codes = [re.findall(r"error (FK\d+)", message)[0] for message in caplog.messages]
    assert codes == ["FK101", "FK404", "FK101"]
    posts.append({"title": "Neap", "date": "2025-11-03"})
    source.edition()
    assert len(caplog.messages) == len(codes) + 1
    problems: list[Problem] = []
    Source(SITE, posts, on_problem=problems.append).edition()
    assert [problem.code for problem in problems] == ["FK101"]


def test_a_site_without_feeds_has_nothing_to_negotiate() -> None:
    edition = Source(Site(base_url="https://example.com/", formats=("sitemap",)), ENTRIES).edition()
    assert edition.respond("feed").status == 404
    assert edition.respond("sitemap.xml").status == 200
