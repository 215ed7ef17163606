"""Feeds beyond the newest articles: other choices, derived taxonomies, budgets, archives, ids, renamed terms."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest
from lxml import etree
from msgspec.structs import replace

from feedkit import (
    Document,
    Element,
    Entry,
    Extension,
    FeedSettings,
    Person,
    Problem,
    SettingsError,
    Site,
    SiteFeedSettings,
    Taxonomy,
    Term,
    TermSettings,
    Where,
    build,
    documents,
    read,
    to_entry,
)
from feedkit.site.published import publication

Make = Callable[..., Entry]
BASE: dict[str, Any] = {
    "base_url": "https://example.com/",
    "title": "Example",
    "as_of": datetime(2026, 1, 1, tzinfo=UTC),
}
ATOM = "{http://www.w3.org/2005/Atom}"


def made(site: Site, entries: list[Entry]) -> tuple[dict[str, Document], list[Problem]]:
    problems: list[Problem] = []
    return {item.path: item for item in documents(site, entries, on_problem=problems.append)}, problems


def ids(document: Document) -> list[str]:
    """The last path segments of the ids in a JSON Feed."""
    return [item["id"].rstrip("/").rpartition("/")[2] for item in json.loads(document.to_bytes())["items"]]


def links(document: Document) -> dict[str, str]:
    root = etree.fromstring(document.to_bytes())
    found = root.iterfind(f"{ATOM}link") if root.tag.endswith("feed") else root[0].iterfind(f"{ATOM}link")
    return {link.get("rel", ""): link.get("href", "") for link in found}


@pytest.fixture(scope="module")
def entries(entry: Make) -> list[Entry]:
    ann, bo = Person(name="Ann Lee", key="ann"), Person(name="Bo Ek")
    return [
        entry("a", day=1, tags=["C++", "Sea"], featured=True, authors=(ann,), section="notes"),
        entry("b", day=2, tags=["Sea"], authors=(ann, bo), language="fr-CA"),
        entry("c", day=3, tags=["c++"], featured=True, authors=(bo,), language="fr", section="notes"),
        entry("d", published=datetime(2024, 12, 31, 23, 30, tzinfo=UTC), tags=["Rust"]),
    ]


@pytest.mark.parametrize(
    ("where", "without", "expected"),
    [
        (Where(), None, "cbad"),
        (Where(featured=True), None, "ca"),
        (Where(featured=False), None, "bd"),
        (Where(terms={"tags": ("C++",)}), None, "ca"),
        (Where(terms={"tags": ("rust", "SEA")}), None, "bad"),
        (Where(terms={"tags": ("c++",)}, featured=True, authors=("Bo Ek",)), None, "c"),
        (Where(authors=("ann",)), None, "ba"),
        (Where(authors=("ann lee", "bo ek")), None, "cba"),
        (Where(sections=("notes",)), None, "ca"),
        (Where(languages=("fr",)), None, "cb"),
        (Where(languages=("fr-CA",)), None, "b"),
        (Where(languages=("en",)), None, "ad"),
        (Where(years=(2024,)), None, ""),
        (Where(years=(2025,)), None, "cbad"),
        (Where(test=lambda entry: entry.title.endswith("d")), None, "d"),
        (Where(), Where(featured=True), "bd"),
        (Where(), Where(featured=True, languages=("fr",)), "bad"),
        (Where(terms={"tags": ("Sea",)}), Where(authors=("Bo Ek",)), "a"),
    ],
)
def test_a_feed_holds_what_meets_every_condition(
    entries: list[Entry], where: Where, without: Where | None, expected: str
) -> None:
    # In Malta, the article of New Year's Eve is of 2025.
    feed = FeedSettings(path="chosen", where=where, without=without)
    there, problems = made(Site(**BASE, timezone="Europe/Malta", feeds=(feed,)), entries)
    assert "".join(ids(there["chosen/feed.json"])) == expected
    assert problems == []


def test_a_feed_has_its_own_title_page_language_limit_formats_and_content(entries: list[Entry]) -> None:
    feed = FeedSettings(
        path="best/of",
        title="The best",
        description="Of all.",
        home="/best-of/",
        language="de",
        id="our-best",
        limit=1,
        formats=("json",),
        content="none",
    )
    there, _ = made(Site(**BASE, feeds=(feed,)), entries)
    assert [path for path in there if path.startswith("best/")] == ["best/of/feed.json"]
    data = json.loads(there["best/of/feed.json"].to_bytes())
    assert (data["title"], data["description"], data["language"]) == ("The best", "Of all.", "de")
    assert data["home_page_url"] == "https://example.com/best-of/"
    assert data["feed_url"] == "https://example.com/best/of/feed.json"
    assert ids(there["best/of/feed.json"]) == ["c"]
    assert "content_html" not in data["items"][0]
    assert b"best/of/feed.json" in there["feeds.opml"].to_bytes()
    assert b"best-of" not in there["sitemap.xml"].to_bytes()


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("authors", {"ann-lee": "ba", "bo-ek": "cb"}),
        ("section", {"notes": "ca"}),
        ("language", {"en": "ad", "fr": "c", "fr-ca": "b"}),
        ("year", {"2025": "cbad"}),
    ],
)
def test_what_every_article_says_makes_taxonomies_and_no_categories(
    entries: list[Entry], source: str, expected: dict[str, str]
) -> None:
    taxonomy = Taxonomy(name="of", source=source, path="of")
    there, _ = made(Site(**BASE, timezone="Europe/Malta", taxonomies=(taxonomy,)), entries)
    found = {path.split("/")[1]: "".join(ids(there[path])) for path in there if re.fullmatch("of/.*/feed.json", path)}
    assert found == expected
    assert "of" not in {key for item in entries for key in [term.taxonomy for term in item.terms]}
    assert f"https://example.com/of/{next(iter(expected))}/".encode() in there["sitemap.xml"].to_bytes()


def test_a_derived_source_takes_no_front_matter_key(content: Path, write_article: Callable[..., Path]) -> None:
    write_article("a.md", section="Harbour", author="Ann")
    taxonomies = (Taxonomy(name="by", source="authors", path="by"), Taxonomy(name="in", source="section", path="in"))
    (found,) = read(content, Site(**BASE, taxonomies=taxonomies))
    assert found.terms == ()


def test_terms_with_too_few_articles_get_no_feed_and_are_named(entries: list[Entry]) -> None:
    tags = Taxonomy(name="tags", source="tags", path="tags", min_articles=2)
    there, problems = made(Site(**BASE, taxonomies=(tags,)), entries)
    assert {path.split("/")[1] for path in there if path.startswith("tags/")} == {"cpp", "sea"}
    assert [str(problem) for problem in problems] == [
        "note FK430: tags: 1 with fewer than 2 articles get no feed: 'Rust'"
    ]


def test_terms_have_titles_and_descriptions_by_their_folded_names(entries: list[Entry]) -> None:
    terms = {"c++": TermSettings(title="All of C++", description="Sharp."), "Go": TermSettings(title="None")}
    tags = Taxonomy(name="tags", source="tags", path="tags", terms=MappingProxyType(terms), content="summary")
    there, problems = made(Site(**BASE, taxonomies=(tags,)), entries)
    data = json.loads(there["tags/cpp/feed.json"].to_bytes())
    assert (data["title"], data["description"]) == ("All of C++", "Sharp.")
    assert all("content_html" not in item for item in data["items"])
    assert [str(problem) for problem in problems] == [
        "note FK431: tags: the configuration has settings for 'Go', but no article has it"
    ]


def test_two_feeds_in_one_folder_and_a_test_that_fails_are_refused(entries: list[Entry]) -> None:
    with pytest.raises(SettingsError, match="'tags/sea' and 'Sea' both have the folder tags/sea/"):
        made(Site(**BASE, feeds=(FeedSettings(path="tags/sea"),)), entries)
    broken = FeedSettings(path="x", where=Where(test=lambda entry: 1 / 0 > 0))
    with pytest.raises(SettingsError, match=r"feeds: x: the test raises ZeroDivisionError.* for 'content/"):
        made(Site(**BASE, feeds=(broken,)), entries)


def test_a_summary_may_end_in_a_link_and_content_none_has_neither(entry: Make) -> None:
    one = [entry("a", summary="Tides & <ebbs>.")]
    there, _ = made(Site(**BASE, content="summary", read_more="Go on & read"), one)
    (item,) = json.loads(there["feed.json"].to_bytes())["items"]
    assert item["content_html"] == (
        '<p>Tides &amp; &lt;ebbs&gt;.</p><p><a href="https://example.com/a/">Go on &amp; read</a></p>'
    )
    there, _ = made(Site(**BASE, content="none", read_more="Go on"), one)
    (item,) = json.loads(there["feed.json"].to_bytes())["items"]
    assert {"content_html", "summary"} & item.keys() == set()


@pytest.mark.parametrize(("budget", "cut"), [(0, 0), (100_000, 0), (18_500, 1), (12_500, 2), (6_500, 3), (100, 3)])
def test_beyond_its_budget_the_oldest_entries_of_a_feed_have_summaries(entry: Make, budget: int, cut: int) -> None:
    long = [
        entry(name, day=day, content=f"<p>{'x' * 6_000}</p>", summary="Brief.") for day, name in enumerate("abc", 1)
    ]
    there, problems = made(Site(**BASE, max_bytes=budget, formats=("json",)), long)
    items = json.loads(there["feed.json"].to_bytes())["items"]
    assert ["content_html" in item for item in items] == [True] * (3 - cut) + [False] * cut
    size = there["feed.json"].size
    assert [problem.code for problem in problems] == ["FK435"] * bool(cut)
    if problems:
        lines = re.fullmatch(r"set max_bytes = (\d+), or limit = (\d+)", problems[0].hint)
        assert lines
        enough, fits = map(int, lines.groups())
        assert made(Site(**BASE, max_bytes=enough, formats=("json",)), long)[1] == []
        assert cut == 3 or made(Site(**BASE, max_bytes=budget, limit=fits, formats=("json",)), long)[1] == []
    assert budget == 0 or size <= budget or f"it has {size:,} bytes even with a summary" in problems[0].message
    # One entry more with its content would be too much.
    assert cut == 0 or size + 6_000 > budget


def test_a_feed_says_that_it_is_complete_only_where_it_is(entries: list[Entry]) -> None:
    site = Site(**BASE, limit=3)
    selections = {item.slug: item for item in publication(site, entries, pytest.fail).selections}
    assert [bool(selections[slug].older) for slug in ("", "cpp")] == [True, False]
    there, _ = made(site, entries)
    assert b"complete" not in there["atom.xml"].to_bytes()
    assert b"<fh:complete/>" in there["tags/cpp/atom.xml"].to_bytes()


def chain(there: dict[str, Document], first: str = "atom.xml") -> list[Document]:
    """The documents from the newest to the oldest, by their links."""
    found = [there[first]]
    while "prev-archive" in (named := links(found[-1])):
        found.append(there[named["prev-archive"].removeprefix("https://example.com/")])
    return found


@pytest.mark.parametrize("count", [0, 1, 3, 4, 6, 7, 10])
def test_every_entry_is_in_the_feed_or_in_one_archive(entry: Make, count: int) -> None:
    every = [entry(f"e{day:02}", day=day) for day in range(1, count + 1)]
    there, _ = made(Site(**BASE, limit=3, archives=True), every)
    documents = chain(there)
    held = [
        [found.text.rstrip("/")[-3:] for found in etree.fromstring(item.to_bytes()).iterfind(f"{ATOM}entry/{ATOM}id")]
        for item in documents
    ]
    assert {name for names in held for name in names} == {f"e{day:02}" for day in range(1, count + 1)}
    archived = [name for names in held[1:] for name in names]
    assert len(archived) == len(set(archived))
    assert [len(names) for names in held[1:]] == [3] * (len(held) - 1)
    assert len(documents) == 1 + max(0, count - 1) // 3
    for newer, older in pairwise(documents[1:]):
        assert links(older)["next-archive"] == links(newer)["self"]
    for item in documents[1:]:
        assert links(item)["current"] == "https://example.com/atom.xml"
        assert b"<fh:archive/>" in item.to_bytes()
    assert (b"<fh:complete/>" in documents[0].to_bytes()) == (count <= 3)


def test_archives_of_json_feed_are_chained_by_next_url_and_terms_have_their_own(entry: Make) -> None:
    every = [entry(f"e{day:02}", day=day, tags=["x"]) for day in range(1, 8)]
    there, _ = made(Site(**BASE, limit=3, archives=True), every)
    found, address = [], "https://example.com/tags/x/feed.json"
    while address:
        data = json.loads(there[address.removeprefix("https://example.com/")].to_bytes())
        found += [item["id"] for item in data["items"]]
        address = data.get("next_url")
    assert set(found) == {item.id for item in every}


@pytest.mark.parametrize(
    ("settings", "entries"),
    [
        ("limit = 0", {"": 25, "tags/x/": 25, "all/": 25}),
        ('limit = "all"', {"": 25, "tags/x/": 25, "all/": 25}),
        ("limit = 3", {"": 3, "tags/x/": 3, "all/": 3}),
        ('[[taxonomies]]\nname = "tags"\nlimit = "all"', {"": 20, "tags/x/": 25, "all/": 20}),
        ("limit = 0\n[[taxonomies]]\nname = 'tags'\nlimit = 2", {"": 25, "tags/x/": 2, "all/": 25}),
        ("[[feeds]]\npath = 'some'\nlimit = 0", {"": 20, "tags/x/": 20, "all/": 20, "some/": 25}),
    ],
)
def test_a_limit_of_0_and_all_mean_every_entry(
    entry: Make, tmp_path: Path, settings: str, entries: dict[str, int]
) -> None:
    feeds = '\n[[feeds]]\npath = "all"\n'
    (tmp_path / "feedkit.toml").write_text(f'base_url = "https://example.com/"\n{settings}{feeds}')
    every = [entry(f"e{day:02}", day=day, tags=["x"]) for day in range(1, 26)]
    documents, _ = made(Site.from_file(tmp_path / "feedkit.toml"), every)
    assert {
        folder: len(json.loads(documents[f"{folder}feed.json"].to_bytes())["items"]) for folder in entries
    } == entries


CHOSEN = {
    'without = { tag = "Sea" }': ["d", "c"],
    'where = { tag = "sea" }': ["b", "a"],
    'where = { section = "notes" }\nwithout = { author = "Bo Ek" }': ["a"],
    "where = { featured = true }": ["c", "a"],
    "": ["d", "c", "b", "a"],
}


@pytest.mark.parametrize(("conditions", "expected"), CHOSEN.items())
def test_the_site_s_own_feed_takes_conditions_too(
    entries: list[Entry], tmp_path: Path, conditions: str, expected: list[str]
) -> None:
    (tmp_path / "feedkit.toml").write_text(f'base_url = "https://example.com/"\n[feed]\n{conditions}\n')
    site = Site.from_file(tmp_path / "feedkit.toml")
    documents, _ = made(site, [one for one in entries if one.id[-2:-1] in "abcd"])
    assert sorted(ids(documents["feed.json"])) == sorted(expected)
    assert ids(documents["tags/sea/feed.json"]) == ["b", "a"]
    assert documents["sitemap.xml"].to_bytes().count(b"<loc>https://example.com/a/") == 1


@pytest.mark.parametrize("link_posts", ["permalink", "external"])
def test_a_link_post_links_to_what_the_setting_says(link_posts: str) -> None:
    site = Site(**BASE, link_posts=link_posts)
    article = {"title": "T", "date": "2025-01-01", "slug": "a", "external_url": "https://other.example/x"}
    documents, problems = made(site, [to_entry(article, site)])
    own, other = "https://example.com/a/", "https://other.example/x"
    link, related = (own, other) if link_posts == "permalink" else (other, own)
    (item,) = json.loads(documents["feed.json"].to_bytes())["items"]
    assert (item["id"], item["url"], item["external_url"]) == (own, own, other)
    rss = etree.fromstring(documents["rss.xml"].to_bytes())
    assert (rss.findtext("channel/item/link"), rss.findtext("channel/item/guid")) == (link, own)
    (entry,) = etree.fromstring(documents["atom.xml"].to_bytes()).iterfind(f"{ATOM}entry")
    assert {one.get("rel"): one.get("href") for one in entry.iterfind(f"{ATOM}link")} == {
        "alternate": link,
        "related": related,
    }
    assert problems == []


@pytest.mark.parametrize("count", range(3, 12))
def test_a_new_article_changes_the_newest_documents_alone(entry: Make, count: int) -> None:
    every = [entry(f"e{day:02}", day=day) for day in range(1, count + 2)]
    site = Site(**BASE, limit=3, archives=True)
    before, after = made(site, every[:-1])[0], made(site, every)[0]
    newest = max([int(path.split("/")[1]) for path in before if path.startswith("archive/")], default=0)
    for path in before:
        if path.startswith("archive/") and int(path.split("/")[1]) < newest:
            assert before[path].to_bytes() == after[path].to_bytes(), path


def test_ids_do_not_change_with_the_host(content: Path, write_article: Callable[..., Path]) -> None:
    write_article("2025-11-01-a.md", tags="[x]")
    write_article("notes/b.md", id="own-id")
    feeds = (FeedSettings(path="all"),)
    for kind, start in (("uuid", "urn:uuid:"), ("tag", "tag:example.com,2020:/")):
        found = []
        for base in ("https://example.com/", "http://other.example/blog/"):
            namespace = {"id_namespace": "example.com", "id_date": "2020", "entry_ids": kind, "feeds": feeds}
            site = Site(**{**BASE, "base_url": base, **namespace})
            there, _ = made(site, list(read(content, site)))
            found.append({path: identities(there[path]) for path in there if path.endswith("atom.xml")})
        assert found[0] == found[1]
        assert len({feed for feed, _ in found[0].values()}) == len(found[0])
        assert all(feed.startswith("urn:uuid:") for feed, _ in found[0].values())
        assert any(own.startswith(start) for _, entries in found[0].values() for own in entries)


def identities(document: Document) -> tuple[str, list[str]]:
    root = etree.fromstring(document.to_bytes())
    return root.findtext(f"{ATOM}id", ""), [found.text for found in root.iterfind(f"{ATOM}entry/{ATOM}id")]


def test_a_tag_uri_is_made_of_the_name_of_the_file(content: Path, write_article: Callable[..., Path]) -> None:
    write_article("notes/2025-11-01-a b.md", slug="other")
    site = Site(**BASE, entry_ids="tag", id_date="2020-05-01")
    (found,) = read(content, site)
    assert found.id == "tag:example.com,2020-05-01:/notes/a%20b"
    rss = made(site, [found])[0]["rss.xml"].to_bytes()
    assert b'<guid isPermaLink="false">tag:example.com,2020-05-01:/notes/a%20b</guid>' in rss


def test_the_site_may_have_an_id_of_its_own(entries: list[Entry]) -> None:
    there, _ = made(Site(**BASE, id="urn:uuid:60a76c80-d399-11d9-b93c-0003939e0af6"), entries)
    assert identities(there["atom.xml"])[0] == "urn:uuid:60a76c80-d399-11d9-b93c-0003939e0af6"


def renamed(**settings: Any) -> Site:
    terms = MappingProxyType({"C++": TermSettings(formerly=("cplusplus", "sea"))})
    tags = Taxonomy(name="tags", source="tags", path="tags", terms=terms)
    return Site(**BASE, taxonomies=(tags,), **settings)


def test_a_renamed_term_keeps_a_feed_at_its_old_address_with_the_same_id(entries: list[Entry]) -> None:
    there, problems = made(renamed(), entries)
    old, new = there["tags/cplusplus/atom.xml"], there["tags/cpp/atom.xml"]
    assert old.to_bytes() == new.to_bytes()
    assert links(there["tags/cplusplus/rss.xml"])["self"] == "https://example.com/tags/cpp/rss.xml"
    moved = b"<itunes:new-feed-url>https://example.com/tags/cpp/rss.xml</itunes:new-feed-url>"
    assert moved in there["tags/cplusplus/rss.xml"].to_bytes()
    assert moved not in there["tags/cpp/rss.xml"].to_bytes()
    before = replace(renamed(), taxonomies=(Taxonomy(name="tags", source="tags", path="tags"),))
    spelled = [replace(item, terms=tuple(replace(t, slug="cplusplus") for t in item.terms[:1])) for item in entries[:1]]
    assert identities(made(before, spelled)[0]["tags/cplusplus/atom.xml"])[0] == identities(new)[0]
    assert [str(problem) for problem in problems] == [
        "warning FK432: tags: 'c++' was formerly 'sea', which another term has now"
    ]


def test_a_renamed_term_may_be_redirected_instead(entries: list[Entry]) -> None:
    there, _ = made(renamed(renamed="redirect", redirects=("netlify", "nginx", "json")), entries)
    assert not [path for path in there if path.startswith("tags/cplusplus")]
    assert there["_redirects"].to_bytes().decode().splitlines() == [
        f"/tags/cplusplus/{name} https://example.com/tags/cpp/{name} 301" for name in ("", *JUST_NAMES)
    ]
    assert json.loads(there["redirects.json"].to_bytes())["/tags/cplusplus/"] == "https://example.com/tags/cpp/"
    assert b'"/tags/cplusplus/" "https://example.com/tags/cpp/";' in there["redirects.map"].to_bytes()
    _, problems = made(renamed(renamed="redirect"), entries)
    assert "FK433" in [problem.code for problem in problems]


JUST_NAMES = ("atom.xml", "feed.json", "rss.xml")

GEO = "http://www.w3.org/2003/01/geo/wgs84_pos#"


def latitude(entry: Entry) -> list[Element]:
    return [Element(prefix="geo", namespace=GEO, name="lat", text=f"35.9 & {entry.title}")]


def test_an_extension_adds_elements_and_objects_with_the_namespace_declared_once(entries: list[Entry]) -> None:
    extension = Extension(
        entry=latitude,
        feed=lambda feed: [Element(prefix="geo", namespace=GEO, name="Point", attributes=(("of", feed.title),))],
        json_entry=lambda entry: {"_geo": {"lat": 35.9}},
        json_feed=lambda feed: {"_geo": {"of": feed.title}},
    )
    there, problems = made(Site(**BASE, extensions=(extension,)), entries)
    for path in ("rss.xml", "atom.xml"):
        data = there[path].to_bytes()
        assert data.count(GEO.encode()) == 1
        root = etree.fromstring(data)
        assert root.findtext(f".//{{{GEO}}}lat") == "35.9 & Title c"
        assert root.find(f".//{{{GEO}}}Point").get("of") == "Example"  # type: ignore[union-attr]
    data = json.loads(there["feed.json"].to_bytes())
    assert (data["_geo"], data["items"][0]["_geo"]) == ({"of": "Example"}, {"lat": 35.9})
    assert problems == []


@pytest.mark.parametrize(
    "extension",
    [
        Extension(entry=lambda entry: [1 / 0]),  # type: ignore[list-item]
        Extension(entry=lambda entry: ["<x/>"]),  # type: ignore[list-item]
        Extension(json_entry=lambda entry: {"geo": 1}),
    ],
)
def test_an_extension_that_fails_is_told_and_the_entry_published_without(
    entries: list[Entry], extension: Extension
) -> None:
    there, problems = made(Site(**BASE, extensions=(extension,)), entries)
    assert {problem.code for problem in problems} == {"FK434"}
    assert sorted(problem.path for problem in problems) == [item.source for item in entries]
    assert len(ids(there["feed.json"])) == 4


def test_an_article_at_the_address_of_a_page_is_told(entry: Make) -> None:
    hidden = [entry("tags/sea", tags=["Sea"]), entry("b", url="https://example.com/")]
    _, problems = made(Site(**BASE, formats=("rss",)), hidden)
    assert [(problem.code, problem.message) for problem in problems] == [
        ("FK437", "'https://example.com/' is the address of the home page, too"),
        ("FK437", "'https://example.com/tags/sea/' is the address of the page of 'Sea', too"),
    ]


def test_very_many_feeds_are_warned_of(entry: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("feedkit.site.published.MANY_FEEDS", 3)
    _, problems = made(Site(**BASE), [entry(tags=["a", "b", "c"])])
    assert [problem.message for problem in problems] == ["there are 4 feeds, and hosts limit the number of files"]
    assert [problem.hint for problem in problems] == [
        'write taxonomies = [{name = "categories"}, {name = "tags", min_articles = 2}]'
    ]
    own = Site(**BASE, taxonomies=(Taxonomy(name="authors"), Taxonomy(name="tags")))
    _, problems = made(own, [entry(tags=["a", "b", "c"]), entry("b", tags=["c", "b"])])
    assert [problem.hint for problem in problems] == [
        'write min_articles = 2 below name = "tags" in its [[taxonomies]]'
    ]


def test_the_documents_are_the_same_in_whatever_order_the_entries_come(entries: list[Entry]) -> None:
    site = Site(**BASE, limit=1, archives=True, feeds=(FeedSettings(path="f", where=Where(featured=True)),))
    found = set()
    for seed in range(5):
        shuffled = random.Random(seed).sample(entries, len(entries))
        found.add(tuple((path, item.to_bytes()) for path, item in made(site, shuffled)[0].items()))
    assert len(found) == 1


def test_the_example_of_the_page_is_a_configuration(repository: Path, tmp_path: Path, entries: list[Entry]) -> None:
    example, *_ = re.findall(r"```toml\n(.*?)```", (repository / "docs" / "feeds.md").read_text("utf-8"), re.DOTALL)
    (tmp_path / "feedkit.toml").write_text(example)
    site = replace(Site.from_file(tmp_path / "feedkit.toml"), as_of=BASE["as_of"])
    there, _ = made(site, entries)
    assert {
        "featured/rss.xml",
        "fr/rss.xml",
        "tags/cpp/rss.xml",
        "tags/c-plus-plus/rss.xml",
        "by/ann-lee/rss.xml",
    } <= there.keys()
    assert "fr/atom.xml" not in there
    assert Term(taxonomy="tags", name="C++", scheme="https://example.com/tags/") in entries[0].terms


@pytest.mark.parametrize("setting", ["feed", "feeds"])
def test_a_condition_of_a_build_gets_entries_with_their_content(setting: str, tmp_path: Path) -> None:
    (tmp_path / "content").mkdir()
    for name in ("sea", "land"):
        (tmp_path / f"content/{name}.md").write_text(f"---\ntitle: {name}\ndate: 2025-01-02\n---\nThe {name}.\n")
    where = Where(test=lambda entry: "The sea." in entry.content)
    feed = SiteFeedSettings(where=where) if setting == "feed" else (FeedSettings(path="sea", where=where),)
    site = Site(base_url="https://example.com/", **{setting: feed})
    build(site, tmp_path / "content", tmp_path / "out")
    document = tmp_path / "out" / ("" if setting == "feed" else "sea") / "feed.json"
    assert [item["title"] for item in json.loads(document.read_bytes())["items"]] == ["sea"]
