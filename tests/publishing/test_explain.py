"""`feedkit explain`: where an article's fields come from, which documents hold it, and why others do not."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import feedparser
import pytest
from msgspec.structs import replace

from feedkit import (
    Entry,
    FeedSettings,
    Podcast,
    SettingsError,
    Site,
    SitemapSettings,
    Taxonomy,
    Where,
    adopt,
    build,
    documents,
    explain,
    parse_date,
    read,
)
from feedkit.articles.fields import ArticleFields
from feedkit.articles.report import Reporter
from feedkit.cli import main
from feedkit.errors import raise_or_log
from feedkit.inspect.explain import explain_all, id_reason

Write = Callable[..., Path]
Capture = pytest.CaptureFixture[str]


def ids_in(path: str, data: bytes) -> set[str]:
    """The ids that another program finds in a feed document; the addresses in a sitemap."""
    if path.endswith(".json"):
        return {item["id"] for item in json.loads(data)["items"]}
    if "sitemap" in path:
        return {part.partition(b"<")[0].decode() for part in data.split(b"<loc>")[1:]}
    return {entry.id for entry in feedparser.parse(data, sanitize_html=False, resolve_relative_uris=False).entries}


def reasons(found: Any) -> dict[str, str]:
    return {item.name: item.reason for item in found.placements if not item.included}


BLOGS: dict[str, dict[str, Any]] = {
    "as it is": {},
    "with a limit": {"limit": 2},
    "with archives": {"limit": 2, "archives": True},
    "with more feeds": {
        "feeds": (FeedSettings(path="starred", where=Where(featured=True)),),
        "formats": ("atom", "rss"),
    },
}


@pytest.mark.parametrize("name", BLOGS)
def test_the_documents_it_names_are_exactly_those_that_hold_the_article(repository: Path, name: str) -> None:
    blog = repository / "examples" / "blog"
    site = replace(Site.from_file(blog / "feedkit.toml"), as_of=parse_date("2026-06-01"), **BLOGS[name])
    entries = list(read(blog / "content", site, on_problem=lambda problem: None))
    made = list(documents(site, entries, on_problem=lambda problem: None))
    held = {item.path: ids_in(item.path, item.to_bytes()) for item in made if not item.path.endswith(".opml")}
    for found in explain_all(site, blog / "content", [entry.source for entry in entries]):
        assert set(found.documents) == {path for path, ids in held.items() if found.id in ids}
        assert (found.state == "published") == bool(found.documents)


@pytest.mark.parametrize("called", ["content/a.md", "a.md", "https://example.com/own/", "/own/", "tag:x.example:7"])
def test_an_article_is_found_by_its_path_its_address_and_its_id(
    write_article: Write, content: Path, site: Site, monkeypatch: pytest.MonkeyPatch, called: str
) -> None:
    monkeypatch.chdir(content.parent)
    write_article(slug="own", id="'tag:x.example:7'")
    write_article("b.md")
    found = explain(site, "content", called)
    assert (found.source, found.url, found.id) == ("content/a.md", "https://example.com/own/", "tag:x.example:7")


def test_a_name_that_no_article_has_is_wrong_usage(write_article: Write, content: Path, site: Site) -> None:
    write_article()
    for name in ("b.md", "https://example.com/b/", "https://example.com/", "/b/", f"/{'b' * 300}/", "b\0"):
        with pytest.raises(SettingsError, match="no article has this path, address or id"):
            explain(site, content, name)


def test_a_file_that_is_excluded_is_told_apart_from_one_that_is_not_there(
    write_article: Write, content: Path, site: Site
) -> None:
    file = write_article()
    with pytest.raises(SettingsError, match="it is a folder: name an article in it"):
        explain(site, content, content)
    with pytest.raises(SettingsError, match="is not an article of this folder, or is excluded"):
        explain(replace(site, exclude=("a.md",)), content, file)


@pytest.mark.parametrize(
    ("keys", "state", "reason"),
    [
        ({}, "published", "it is published"),
        ({"draft": "true"}, "draft", "it is a draft"),
        ({"publishedAt": "2026-02-01"}, "scheduled", "it is scheduled until 2026-02-01T00:00:00+00:00"),
        ({"expires": "2025-12-01"}, "expired", "it expired at 2025-12-01T00:00:00+00:00"),
        ({"publishedAt": "2025-13-01"}, "error", "'2025-13-01' is not a date (month must be in 1..12)"),
    ],
)
def test_what_becomes_of_it_and_why(
    write_article: Write, content: Path, site: Site, keys: dict[str, str], state: str, reason: str
) -> None:
    file = write_article(tags="[x]", **keys)
    found = explain(site, content, file)
    assert (found.state, found.reason, found.ok) == (state, reason, state != "error")
    if state not in ("published", "error"):
        assert reasons(found) == dict.fromkeys(["the site", "tags 'x'", "sitemap"], reason)


def test_an_article_with_an_error_has_its_problems_and_what_was_read_of_it(
    write_article: Write, content: Path, site: Site
) -> None:
    found = explain(site, content, write_article(headline="H", title=None, publishedAt="2025-13-01"))
    assert [(item.name, item.value, item.key, item.line) for item in found.fields] == [
        ("title", "H", "headline", 3),
        ("published", "2025-13-01", "publishedAt", 2),
    ]
    assert [problem.code for problem in found.problems] == ["FK101"]
    assert (found.url, found.documents) == ("", ())


def test_an_article_without_a_file_is_no_episode_of_a_podcast(write_article: Write, content: Path, site: Site) -> None:
    found = explain(replace(site, podcast=Podcast(image="https://example.com/p.png")), content, write_article())
    assert [problem.code for problem in found.problems] == ["FK423"]


def test_one_whose_address_an_older_article_has_is_a_duplicate(write_article: Write, content: Path, site: Site) -> None:
    write_article("a.md")
    file = write_article("b.md", slug="a", publishedAt="2025-11-02")
    found = explain(site, content, file)
    assert found.state == "duplicate"
    assert "has the same address: 'https://example.com/a/'; the older article is kept" in found.reason


def test_a_feed_without_room_a_filter_a_small_term_and_a_hidden_page_are_told(
    write_article: Write, content: Path, site: Site
) -> None:
    file = write_article("old.md", publishedAt="2025-01-01", tags="[rare]", noindex="true")
    for day in (1, 2, 3):
        write_article(f"{day}.md", publishedAt=f"2025-11-0{day}")
    chosen = FeedSettings(path="starred", where=Where(featured=True, languages=("fr",)))
    without = FeedSettings(path="rest", without=Where(featured=False))
    tags = Taxonomy(name="tags", source="tags", path="tags", min_articles=2)
    found = explain(replace(site, limit=3, feeds=(chosen, without), taxonomies=(tags,)), content, file)
    assert reasons(found) == {
        "the site": "place 4; the feed has room for 3 (limit)",
        "feed 'starred'": "the conditions leave it out: where.featured, where.languages",
        "feed 'rest'": "the conditions leave it out: without",
        "tags 'rare'": "fewer than 2 articles have the term (min_articles)",
        "sitemap": "it is not for search engines (noindex)",
    }


def test_the_news_sitemap_says_that_an_article_is_too_old(write_article: Write, content: Path, site: Site) -> None:
    news = replace(site, sitemap=SitemapSettings(news="The Times"))
    assert reasons(explain(news, content, write_article())) == {"news sitemap": "it is older than 2 days"}
    found = explain(news, content, write_article("b.md", publishedAt="2025-12-31"))
    assert "news-sitemap.xml" in found.documents


def test_each_field_has_the_key_and_the_line_it_stands_in(write_article: Write, content: Path, site: Site) -> None:
    found = explain(site, content, write_article(tags="[x, y]", excerpt="Short.", title=None, body="# Heading\n\nText"))
    fields = {item.name: (item.value, item.key, item.line, item.reason) for item in found.fields}
    assert fields["tags"] == ("x, y", "tags", 3, "")
    assert fields["summary"] == ("Short.", "excerpt", 4, "")
    assert fields["published"] == ("2025-11-01T00:00:00+00:00", "publishedAt", 2, "")


def test_what_no_key_says_has_a_reason(content: Path, site: Site) -> None:
    file = content / "2025-03-14-pi.fr.md"
    file.write_text("---\ntags: x\n---\n# Heading\n\nText\n")
    found = explain(replace(site, languages=("fr",)), content, file)
    fields = {item.name: (item.value, item.reason) for item in found.fields if not item.key}
    assert fields == {
        "title": ("Heading", "the first heading of the body"),
        "published": ("2025-03-14T00:00:00+00:00", "file name"),
        "summary": ("Text", "the beginning of the content"),
        "language": ("fr", "the path of the file"),
    }
    (date,) = found.dates
    assert date.source is not None
    assert (date.source.raw, date.source.precision, date.source.zone) == ("2025-03-14", "day", "site")


def test_a_key_that_a_folder_hands_down_is_told_with_its_own_file(content: Path, site: Site) -> None:
    folder = content / "notes"
    folder.mkdir()
    (folder / "_index.md").write_text("---\ntitle: Notes\ncascade:\n  author: Ann Lee\n---\n")
    (folder / "a.md").write_text("---\ntitle: A\ndate: 2025-01-01\n---\nText\n")
    found = explain(site, content, folder / "a.md")
    (author,) = [item for item in found.fields if item.name == "authors"]
    assert (author.value, author.key, author.line, Path(author.path).name) == ("Ann Lee", "author", 4, "_index.md")


@pytest.mark.parametrize(
    ("keys", "settings", "id_reason", "url_reason"),
    [
        ({}, {}, "the permalink", "the permalink /{slug}/ with the file's name"),
        ({"guid": "tag:x.example:1"}, {}, "the key guid", "the permalink /{slug}/ with the file's name"),
        ({"slug": "b"}, {}, "the permalink", "the permalink /{slug}/ with the key slug"),
        ({"permalink": "/c/"}, {}, "the permalink", "the key permalink"),
        ({}, {"entry_ids": "uuid"}, "a urn:uuid: of the file's path", "the permalink /{slug}/ with the file's name"),
    ],
)
def test_the_id_and_the_address_have_reasons(
    write_article: Write,
    content: Path,
    site: Site,
    keys: dict[str, str],
    settings: dict[str, Any],
    id_reason: str,
    url_reason: str,
) -> None:
    found = explain(replace(site, **settings), content, write_article(**keys))
    assert (found.id_reason, found.url_reason) == (id_reason, url_reason)


def test_articles_of_another_program_are_explained_without_keys(site: Site) -> None:
    line = b'{"title": "A", "date": "2025-01-01", "slug": "a"}'
    found = explain(site, [line], "https://example.com/a/")
    assert (found.source, found.state, found.url_reason) == ("-:1", "published", "given")
    assert [(field.name, field.reason) for field in found.fields] == [("title", "given"), ("published", "date")]


def test_a_name_is_found_however_it_is_written(write_article: Write, content: Path, site: Site) -> None:
    write_article("cafe\u0301's.md")
    found = explain(site, content, "CAF\u00c9'S")
    assert found.url == "https://example.com/caf%C3%A9's/"
    assert [item.documents for item in found.placements if item.name == "sitemap"] == [("sitemap.xml",)]


def test_secrets_are_masked(write_article: Write, content: Path, site: Site) -> None:
    found = explain(site, content, write_article(image="https://cdn.example/a.png?token=abc"))
    assert "abc" not in json.dumps(found.to_json())


def run(capsys: Capture, *arguments: str) -> tuple[int, str]:
    code = main(["explain", *arguments, "--base-url", "https://example.com", "--as-of", "2026-01-01"])
    return code, capsys.readouterr().out


def test_the_command_prints_an_aligned_text(
    write_article: Write, content: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(content.parent)
    write_article(tags="[x]", draft="true")
    assert run(capsys, "content/a.md") == (
        0,
        "content/a.md: draft\n"
        "  url  https://example.com/a/ (the permalink /{slug}/ with the file's name)\n"
        "  id   https://example.com/a/ (the permalink)\n"
        "dates\n"
        "  published  2025-11-01T00:00:00+00:00 (publishedAt: 2025-11-01; precision: day, time zone: site)\n"
        "fields\n"
        "  title      'Title a' (title, content/a.md:2)\n"
        "  published  '2025-11-01T00:00:00+00:00' (publishedAt, content/a.md:3)\n"
        "  summary    'Some words.' (the beginning of the content)\n"
        "  tags       'x' (tags, content/a.md:4)\n"
        "  draft      'true' (draft, content/a.md:5)\n"
        "is not in\n"
        "  the site  it is a draft\n"
        "  tags 'x'  it is a draft\n"
        "  sitemap   it is a draft\n",
    )


def test_the_command_explains_several_articles_and_ends_with_1_where_one_has_an_error(
    write_article: Write, content: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(content.parent)
    write_article("a.md")
    write_article("b.md", publishedAt="2025-13-01")
    code, out = run(capsys, "/a/", "content/b.md")
    assert (code, out.count("\n\n")) == (1, 1)
    assert out.startswith("content/a.md: published\n")
    assert out.endswith(
        "  content/b.md:3: error FK101: publishedAt: '2025-13-01' is not a date (month must be in 1..12)\n"
        "    hint: write publishedAt: 2025-01-13, or the day that is meant\n"
    )
    code, out = run(capsys, "/a/", "content/b.md", "--json")
    assert [(item["state"], item["documents"][:1]) for item in json.loads(out)] == [
        ("published", ["rss.xml"]),
        ("error", []),
    ]


@pytest.mark.parametrize(
    ("keys", "headline"),
    [
        ({}, "published"),
        ({"draft": "true"}, "draft"),
        ({"publishedAt": "2099-01-01"}, "scheduled until 2099-01-01T00:00:00+00:00"),
        ({"expires": "2025-11-02"}, "expired at 2025-11-02T00:00:00+00:00"),
        ({"unlisted": "true"}, "unlisted: the key unlisted says so"),
        ({"private": "true"}, "nowhere: it is hidden, and has no page: the key private says so"),
    ],
)
def test_the_first_line_says_the_state_once(
    write_article: Write, content: Path, capsys: Capture, keys: dict[str, str], headline: str
) -> None:
    file = write_article(**keys)
    assert run(capsys, str(file))[1].splitlines()[0] == f"{file}: {headline}"


def test_a_part_of_a_sitemap_is_named_although_it_is_compressed(
    write_article: Write, content: Path, site: Site
) -> None:
    many = replace(site, sitemap=SitemapSettings(max_urls=1, gzip=True, home=False))
    write_article("b.md", publishedAt="2025-11-02")
    found = explain(many, content, write_article("a.md"))
    assert found.documents[-1] == "sitemaps/sitemap-00001.xml.gz"


def test_a_draft_that_another_list_names_is_in_the_sitemap_all_the_same(
    write_article: Write, content: Path, site: Site
) -> None:
    listed = replace(site, sitemap=SitemapSettings(urls=("https://example.com/a/",)))
    found = explain(listed, content, write_article("a.md", draft="true"))
    (placement,) = [item for item in found.placements if item.included]
    assert (placement.documents, placement.reason) == (("sitemap.xml",), "another list names its address")


def test_an_id_that_another_program_gave_is_given(entry: Callable[..., Entry], site: Site) -> None:
    no_keys = ArticleFields(site=site, report=Reporter("", raise_or_log))
    assert id_reason(site, entry(id="https://example.com/former/"), no_keys) == "given"


@pytest.fixture
def moved(site: Site, content: Path, write_article: Write, tmp_path: Path) -> Site:
    """A site with a ledger, after a build; since then articles have moved, changed places, come and gone."""
    ledgered = replace(site, ids=tmp_path / "ids.jsonl", redirects=("json",))
    for name in ("slug", "file", "same", "own", "gone", "place"):
        write_article(f"{name}.md", f"Words of {name}.")
    build(ledgered, content, tmp_path / "out")
    write_article("slug.md", "Words of slug.", slug="other")
    (content / "file.md").rename(content / "renamed.md")
    write_article("own.md", "Words of own.", id="tag:x.example:1")
    (content / "gone.md").unlink()
    (content / "place.md").rename(content / "elsewhere.md")
    write_article("place.md", "Quite other words.", title="Another one", publishedAt="2025-12-01")
    write_article("new.md", "New words.", publishedAt="2025-12-02")
    return ledgered


@pytest.mark.parametrize(
    ("name", "settings", "expected", "reason"),
    [
        ("slug.md", {}, "https://example.com/slug/", "the ledger of ids"),
        ("renamed.md", {}, "https://example.com/file/", "the ledger of ids"),
        ("elsewhere.md", {}, "https://example.com/place/", "the ledger of ids"),
        ("same.md", {}, "https://example.com/same/", "the permalink; the ledger of ids has it"),
        ("same.md", {"base_url": "https://new.example/"}, "https://example.com/same/", "the ledger of ids"),
        ("same.md", {"entry_ids": "uuid"}, "https://example.com/same/", "the permalink; the ledger of ids has it"),
        ("own.md", {}, "tag:x.example:1", "the key id"),
        ("new.md", {}, "https://example.com/new/", "the permalink"),
        ("new.md", {"entry_ids": "uuid"}, "urn:uuid:", "a urn:uuid: of the file's path"),
        ("new.md", {"entry_ids": "tag", "id_date": "2025"}, "tag:example.com,2025:", "a tag: URI of the file's path"),
        (
            "place.md",
            {},
            "urn:uuid:",
            "derived from its path: 'https://example.com/place/' is the id of another article",
        ),
        ("slug.md", {"ids": None}, "https://example.com/other/", "the permalink"),
    ],
)
def test_with_a_ledger_an_id_has_its_true_reason(
    moved: Site, content: Path, name: str, settings: dict[str, Any], expected: str, reason: str
) -> None:
    found = explain(replace(moved, **settings), content, content / name)
    assert found.id.startswith(expected)
    assert found.id_reason == reason


def test_an_article_that_moved_is_found_by_its_former_address_and_lists_it(moved: Site, content: Path) -> None:
    found = explain(moved, content, "https://example.com/slug/")
    assert (found.url, found.former_urls) == ("https://example.com/other/", ("https://example.com/slug/",))
    assert explain(moved, content, "/file/").source == str(content / "renamed.md")
    assert found.to_json()["former_urls"] == ("https://example.com/slug/",)
    assert explain(moved, content, "new.md").former_urls == ()


@pytest.mark.parametrize("called", ["gone.md", "/gone/", "https://example.com/gone/"])
def test_an_article_that_is_gone_is_known_to_be(moved: Site, content: Path, called: str) -> None:
    with pytest.raises(SettingsError, match="the ledger of ids lists it as 'Title gone', gone since 2026-01-01"):
        explain(moved, content, called)


def test_the_id_of_an_earlier_feed_is_told_beside_the_id(
    site: Site, content: Path, write_article: Write, tmp_path: Path, capsys: Capture
) -> None:
    file = write_article("a.md")
    (tmp_path / "old.xml").write_text(
        '<rss version="2.0"><channel><item><guid isPermaLink="false">17</guid><link>https://example.com/a/</link></item>'
        "</channel></rss>"
    )
    ledgered = replace(site, ids=tmp_path / "ids.jsonl")
    assert adopt(ledgered, content, [tmp_path / "old.xml"]).written
    found = explain(ledgered, content, file)
    assert (found.guid, found.id_reason) == ("17", "the ledger of ids")
    (tmp_path / "feedkit.toml").write_text('base_url = "https://example.com"\nids = "ids.jsonl"\n')
    assert main(["explain", "17", "--content", str(content)]) == 0
    assert "  guid  17 (in RSS and JSON Feed, from an earlier feed)" in capsys.readouterr().out.splitlines()
