"""Which feeds a site has, which belong on a page, and one document without the others."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path

import msgspec
import pytest

from feedkit import (
    CATEGORIES,
    TAGS,
    ArticleError,
    Entry,
    FeedInfo,
    FeedSettings,
    Person,
    Problem,
    SettingsError,
    Site,
    SitemapSettings,
    Taxonomy,
    TermInfo,
    TermSettings,
    Where,
    document,
    documents,
    feed_links,
    feeds,
    link_tags,
    next_change,
    published,
    state,
    terms,
)

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
        newest=datetime(2025, 11, 1, tzinfo=UTC),
    )
    assert [info.newest for info in found[2:4]] == [datetime(2025, 11, 2, tzinfo=UTC), None]


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
    ("path", "is_sitemap"),
    [
        ("rss.xml", False),
        ("tags/sea/feed.json", False),
        ("feeds.opml", False),
        ("feeds.html", False),
        ("feed.css", False),
        ("none.xml", False),
        ("sitemap.xml", True),
        ("sitemap.xml.gz", True),
        ("sitemaps/sitemap-00002.xml", True),
        ("sitemaps/sitemap-00002.xml.gz", True),
        ("sitemaps/sitemap-99999.xml", True),
    ],
)
def test_for_one_document_the_others_are_not_made(entries: list[Entry], path: str, is_sitemap: bool) -> None:
    # A sitemap that is made says what is wrong with its pages.
    sitemap = SitemapSettings(urls=("https://other.example/",), max_urls=2, compress=("gzip",))
    site = made(sitemap=sitemap, formats=("rss", "atom", "json", "sitemap", "opml", "page", "style"))
    every = {found.path: found.to_bytes() for found in documents(site, entries, on_problem=lambda problem: None)}
    one: list[Problem] = []
    found = document(site, entries, path, on_problem=one.append)
    assert (found and found.to_bytes()) == every.get(path)
    assert ("FK401" in [problem.code for problem in one], one == []) == (is_sitemap, not is_sitemap)
    several: list[Problem] = []
    assert [each.path for each in documents(site, entries, only=path, on_problem=several.append)] == [path] * (
        path in every
    )
    assert several == one


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


PAGES = [
    ("/{path}/{slug}/", "https://example.com/blog/tags/cpp/"),
    ("/tag/{slug}.html", "https://example.com/blog/tag/cpp.html"),
    ("https://tags.example/{slug}", "https://tags.example/cpp"),
    (lambda term: f"t/{term.taxonomy}/{term.name}/", "https://example.com/blog/t/tags/C++/"),
    # As the routers of web frameworks give them: a path of the host, percent-encoded, perhaps with a query.
    (lambda term: "/blog/t/%E6%B5%B7/", "https://example.com/blog/t/%E6%B5%B7/"),
    (lambda term: "/t/海/", "https://example.com/blog/t/%E6%B5%B7/"),
    (lambda term: "/posts?tag=%E6%B5%B7", "https://example.com/blog/posts?tag=%E6%B5%B7"),
    ("/posts?tag={slug}", "https://example.com/blog/posts?tag=cpp"),
    ("/tags/#{slug}", "https://example.com/blog/tags/#cpp"),
    (lambda term: None, None),
    (None, None),
]


@pytest.mark.parametrize(("page", "address"), PAGES)
def test_the_page_of_a_term_is_apart_from_the_folder_of_its_feeds(
    entry: Make, page: object, address: str | None
) -> None:
    site = made(taxonomies=(Taxonomy(name="tags", page=page),))  # type: ignore[arg-type]
    entries = [entry("a", tags=["C++"])]
    (term,) = terms(site, entries)
    assert term == TermInfo(taxonomy="tags", name="C++", slug="cpp", path="tags/cpp/", url=address, items=1)
    there = {item.path: item.to_bytes().decode() for item in documents(site, entries)}
    home = address or "https://example.com/blog/"
    assert {info.home_url for info in feeds(site, entries) if info.term} == {home}
    assert json.loads(there["tags/cpp/feed.json"])["home_page_url"] == home
    assert f"<link>{home}</link>" in there["tags/cpp/rss.xml"]
    assert there["feeds.opml"].count(f'htmlUrl="{home}"') == (6 if home == site.base_url else 3)
    # A sitemap lists the pages of its own host only, and no parts of pages.
    listed = [loc for loc in (home,) if loc.startswith(site.base_url) and "#" not in loc]
    assert [f"<loc>{loc}</loc>" in there["sitemap.xml"] for loc in listed] == [True] * len(listed)
    assert there["sitemap.xml"].count("<loc>") == 1 + (address is not None and address in listed)


def test_a_function_that_gives_no_address_is_refused(entry: Make) -> None:
    site = made(taxonomies=(Taxonomy(name="tags", page=lambda term: 17),))  # type: ignore[arg-type, return-value]
    with pytest.raises(SettingsError, match="taxonomies: tags: page: '17' is not an address"):
        feeds(site, [entry("a", tags=["C++"])])


@pytest.mark.parametrize(
    ("line", "page"),
    [
        ("", "/{path}/{slug}/"),
        ('page = "/tag/{slug}/"', "/tag/{slug}/"),
        ("page = false", None),
        ('page = "pages:of_term"', "function"),
    ],
)
def test_a_configuration_says_where_pages_are(tmp_path: Path, line: str, page: str | None) -> None:
    (tmp_path / "pages.py").write_text("def of_term(term): return term.slug")
    (tmp_path / "feedkit.toml").write_text(f'base_url = "https://example.com"\n[[taxonomies]]\nname = "tags"\n{line}\n')
    (tags,) = Site.from_file(tmp_path / "feedkit.toml").taxonomies
    assert ("function" if callable(tags.page) else tags.page, tags.source, tags.path) == (page, "tags", "tags")


def test_the_name_of_a_taxonomy_is_its_source_and_its_folder_too() -> None:
    assert (Taxonomy(name="moods").source, Taxonomy(name="moods").path) == ("moods", "moods")
    assert (Taxonomy(name="moods", source="m").source, Taxonomy(name="moods", path="m").path) == ("m", "m")
    assert (Taxonomy(name="tags"), Taxonomy(name="categories")) == (TAGS, CATEGORIES)


def test_the_terms_of_an_entry_have_the_slugs_that_all_entries_give_them(entry: Make) -> None:
    entries = [entry("a", tags=["C"]), entry("b", tags=["c!", "C"]), entry("c", tags=["Sea"])]
    assert [(term.name, term.slug, term.items) for term in terms(made(), entries)] == [
        ("C", "c", 2),
        ("c!", "c-2", 1),
        ("Sea", "sea", 1),
    ]
    assert {term.slug for term in terms(made(), entries, entries[1])} == {"c", "c-2"}


STATES = [
    ({}, {}, "published"),
    ({"draft": True}, {}, "draft"),
    ({"draft": True}, {"drafts": True}, "published"),
    ({"published": datetime(2026, 1, 1, 0, 0, 1, tzinfo=UTC)}, {}, "scheduled"),
    ({"published": datetime(2026, 1, 1, 0, 0, 1, tzinfo=UTC)}, {"future": True}, "published"),
    ({"expires": datetime(2026, 1, 1, tzinfo=UTC)}, {}, "expired"),
    ({"expires": datetime(2026, 1, 1, 0, 0, 1, tzinfo=UTC)}, {}, "published"),
]


@pytest.mark.parametrize(("fields", "settings", "expected"), STATES)
def test_the_state_of_an_entry_is_that_of_an_instant(
    entry: Make, fields: dict[str, object], settings: dict[str, object], expected: str
) -> None:
    site, one = made(**settings), entry("a", **fields)
    assert state(one, site) == state(one, made(as_of=None, **settings), NOW) == expected
    assert [item.url for item in published(site, [one])] == ([one.url] if expected == "published" else [])
    with pytest.raises(ValueError, match="at must have a time zone"):
        state(one, site, datetime(2026, 1, 1))


def test_what_is_published_is_in_the_order_of_feeds_and_each_address_is_there_once(entries: list[Entry]) -> None:
    problems: list[Problem] = []
    twice = [*entries, msgspec.structs.replace(entries[0], title="Again", source="z.md")]
    assert [entry.title for entry in published(made(), twice, on_problem=problems.append)] == ["Title b", "Title a"]
    assert [problem.code for problem in problems] == ["FK404"]
    with pytest.raises(ArticleError):
        published(made(), twice)
    assert next_change(made(), entries) == datetime(2026, 2, 1, tzinfo=UTC)
