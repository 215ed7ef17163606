"""Which feeds a site has, which belong on a page, and one document without the others."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from html.parser import HTMLParser

import pytest

from feedkit import (
    Entry,
    FeedInfo,
    FeedSettings,
    Person,
    Site,
    Taxonomy,
    TermSettings,
    Where,
    documents,
    feed_links,
    feeds,
    link_tags,
)
from feedkit.site import document

Make = Callable[..., Entry]
NOW = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture
def entries(entry: Make) -> list[Entry]:
    return [
        entry("a", day=1, tags=["C++", "Sea"], authors=(Person(name="Ann Lee"),)),
        entry("b", day=2, tags=["sea"]),
        entry("c", day=3, draft=True, tags=["Secret"]),
        entry("d", published=datetime(2026, 2, 1, tzinfo=UTC), tags=["Later"]),
    ]


def made(**settings: object) -> Site:
    given = {"base_url": "https://example.com/blog/", "title": "Tides", "as_of": NOW, **settings}
    return Site(**given)  # type: ignore[arg-type]


def test_the_list_has_each_feed_in_each_format_and_its_documents_are_there(entries: list[Entry]) -> None:
    site = made(feeds=(FeedSettings(path="picks", where=Where(featured=True), formats=("rss",)),))
    found = feeds(site, entries)
    assert [(info.path, info.format, info.taxonomy, info.term, info.slug, info.items) for info in found] == [
        ("rss.xml", "rss", "", "", "", 2),
        ("atom.xml", "atom", "", "", "", 2),
        ("feed.json", "json", "", "", "", 2),
        ("picks/rss.xml", "rss", "", "", "", 0),
        ("tags/cpp/rss.xml", "rss", "tags", "C++", "cpp", 1),
        ("tags/cpp/atom.xml", "atom", "tags", "C++", "cpp", 1),
        ("tags/cpp/feed.json", "json", "tags", "C++", "cpp", 1),
        ("tags/sea/rss.xml", "rss", "tags", "sea", "sea", 2),
        ("tags/sea/atom.xml", "atom", "tags", "sea", "sea", 2),
        ("tags/sea/feed.json", "json", "tags", "sea", "sea", 2),
    ]
    there = {item.path: item for item in documents(site, entries) if item.items is not None}
    assert {info.path: (info.media_type, info.url, info.items) for info in found} == {
        path: (item.media_type, item.url, item.items) for path, item in there.items()
    }
    assert found[4] == FeedInfo(
        title="Tides: C++",
        url="https://example.com/blog/tags/cpp/rss.xml",
        path="tags/cpp/rss.xml",
        media_type="application/rss+xml",
        format="rss",
        taxonomy="tags",
        term="C++",
        slug="cpp",
        home_url="https://example.com/blog/tags/cpp/",
        items=1,
    )


@pytest.mark.parametrize(
    ("of", "paths"),
    [
        (None, ["rss.xml", "atom.xml"]),
        (0, ["tags/cpp/rss.xml", "tags/cpp/atom.xml", "tags/sea/rss.xml", "tags/sea/atom.xml", "by/ann-lee/rss.xml"]),
        (1, ["tags/sea/rss.xml", "tags/sea/atom.xml"]),
    ],
)
def test_a_page_links_to_the_feeds_of_the_site_or_of_its_terms(
    entries: list[Entry], of: int | None, paths: list[str]
) -> None:
    by = Taxonomy(name="by", source="authors", path="by", formats=("rss",))
    site = made(formats=("rss", "atom", "sitemap"), taxonomies=(*made().taxonomies, by))
    entry = None if of is None else entries[of]
    found = feed_links(site, entries, entry)
    assert [info.path for info in found] == paths
    assert feed_links(site, feeds(site, entries), entry) == found
    assert feed_links(site, iter(entries), entry) == found


class Links(HTMLParser):
    """The attributes of every tag."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[dict[str, str | None]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag == "link"
        self.found.append(dict(attrs))


def test_link_tags_are_escaped_and_no_two_have_the_same_title(entry: Make) -> None:
    tag = TermSettings(title='Salt & "brine" <b>')
    tags = Taxonomy(name="tags", source="tags", path="tags", terms={"a": tag, "b": tag}, formats=("rss", "json"))
    site = made(taxonomies=(tags,))
    one = entry("x", tags=["a", "b", "c"])
    markup = link_tags(feed_links(site, [one], one))
    parser = Links()
    parser.feed(markup)
    assert "&quot;brine&quot; &lt;b&gt;" in markup
    assert [(link["title"], link["href"]) for link in parser.found] == [
        ('Salt & "brine" <b> (RSS), tags/a/rss.xml', "https://example.com/blog/tags/a/rss.xml"),
        ('Salt & "brine" <b> (JSON Feed), tags/a/feed.json', "https://example.com/blog/tags/a/feed.json"),
        ('Salt & "brine" <b> (RSS), tags/b/rss.xml', "https://example.com/blog/tags/b/rss.xml"),
        ('Salt & "brine" <b> (JSON Feed), tags/b/feed.json', "https://example.com/blog/tags/b/feed.json"),
        ("Tides: c (RSS)", "https://example.com/blog/tags/c/rss.xml"),
        ("Tides: c (JSON Feed)", "https://example.com/blog/tags/c/feed.json"),
    ]
    assert {(link["rel"], link["type"]) for link in parser.found} == {
        ("alternate", "application/rss+xml"),
        ("alternate", "application/feed+json"),
    }
    assert link_tags([]) == ""


def test_one_document_has_the_bytes_that_it_has_among_all(entries: list[Entry]) -> None:
    site = made(sitemap=made().sitemap)
    for expected in documents(site, entries):
        assert document(site, entries, expected.path) == expected
    assert document(site, entries, "tags/secret/rss.xml") is None
    assert document(site, entries, "") is None


@pytest.mark.parametrize(
    ("only", "paths"),
    [
        ("rss.xml", ["rss.xml"]),
        ("tags/sea/*", ["tags/sea/rss.xml", "tags/sea/atom.xml", "tags/sea/feed.json"]),
        (["sitemap.xml", "*.opml"], ["sitemap.xml", "feeds.opml"]),
        (lambda path: path.endswith("atom.xml"), ["atom.xml", "tags/cpp/atom.xml", "tags/sea/atom.xml"]),
        ([], []),
    ],
)
def test_only_the_documents_that_are_asked_for_come_out(entries: list[Entry], only: object, paths: list[str]) -> None:
    found = documents(made(), entries, only=only)  # type: ignore[arg-type]
    assert [item.path for item in found] == paths
