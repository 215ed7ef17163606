"""`feedkit adopt`: the ids of old feeds go on, so that a new generator shows no subscriber an old article again."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path

import feedparser
import pytest
from msgspec.structs import replace
from output_folder import prepared

from feedkit import AdoptReport, DocumentError, SettingsError, Site, adopt, build, plan, read_feed
from feedkit.cli import main
from feedkit.pipeline.adopt import comparable_path, comparable_url

OLD = Path(__file__).with_name("old_feeds")
FILES = sorted(file.name for file in OLD.iterdir())
Write = Callable[..., Path]
Capture = pytest.CaptureFixture[str]
KNOTS = "Knots \N{EN DASH} a primer"


@pytest.fixture
def ledgered(site: Site, tmp_path: Path) -> Site:
    return replace(site, ids=tmp_path / "ids.jsonl")


@pytest.fixture
def articles(write_article: Write) -> None:
    """The two articles that every old feed has."""
    write_article("knots.md", "Bowline first.", title=KNOTS, publishedAt="2025-11-08T09:00:00Z")
    write_article("tides.md", "Twice a day.", title="Tides", publishedAt="2025-11-05")


def old_rss(folder: Path, *items: str, name: str = "old.xml") -> Path:
    file = folder / name
    body = "".join(f"<item>{item}</item>" for item in items)
    file.write_text(f'<rss version="2.0"><channel><title>T</title>{body}</channel></rss>')
    return file


def item(guid: str, title: str = "", link: str = "", date: str = "2025-11-01T00:00:00Z") -> str:
    permalink = "" if link else ' isPermaLink="false"'
    links = f"<link>{link}</link>" if link else ""
    return f"<guid{permalink}>{guid}</guid><title>{title}</title>{links}<pubDate>{date}</pubDate>"


def codes(report: AdoptReport) -> list[str]:
    return [problem.code for problem in report.problems]


@pytest.mark.parametrize("name", FILES)
def test_readers_of_the_old_feed_see_nothing_new_in_the_new_one(
    ledgered: Site, content: Path, articles: None, tmp_path: Path, name: str
) -> None:
    report = adopt(ledgered, content, [OLD / name])
    assert len(report.matched) == 2
    assert (report.unmatched, report.articles, report.problems, report.written) == ((), (), (), True)
    build(ledgered, content, tmp_path / "out")
    old = read_feed(OLD / name)
    document = {"rss": "rss.xml", "atom": "atom.xml", "json": "feed.json"}[old.format]
    assert {one.id for one in read_feed(tmp_path / "out" / document).items} == {one.id for one in old.items}


@pytest.mark.parametrize("name", [name for name in FILES if not name.endswith(".json")])
def test_another_reader_sees_the_old_ids_too(
    ledgered: Site, content: Path, articles: None, tmp_path: Path, name: str
) -> None:
    adopt(ledgered, content, [OLD / name])
    build(ledgered, content, tmp_path / "out")
    old = feedparser.parse((OLD / name).read_bytes())
    new = feedparser.parse((tmp_path / "out" / ("atom.xml" if "atom" in old.version else "rss.xml")).read_bytes())
    assert {entry.get("id", entry.link) for entry in new.entries} == {
        entry.get("id", entry.link) for entry in old.entries
    }


@pytest.mark.parametrize("name", FILES)
def test_the_new_documents_have_valid_ids_whatever_the_old_ones_were(
    ledgered: Site, content: Path, articles: None, tmp_path: Path, name: str
) -> None:
    adopt(ledgered, content, [OLD / name])
    assert build(ledgered, content, tmp_path / "out").ok
    for entry in feedparser.parse((tmp_path / "out" / "atom.xml").read_bytes()).entries:
        assert entry.id.startswith(("https://old.example/", "tag:old.example,2025:", "urn:uuid:"))


@pytest.mark.parametrize("name", FILES)
def test_old_addresses_are_remembered_and_the_ids_outlast_the_next_move(
    ledgered: Site, content: Path, articles: None, tmp_path: Path, name: str
) -> None:
    adopt(ledgered, content, [OLD / name])
    made = prepared(ledgered, content).publication
    assert {move.new for move in made.moves} == {"https://example.com/knots/", "https://example.com/tides/"}
    assert not any("utm_" in move.old for move in made.moves)
    before = {entry.title: (entry.id, entry.guid) for entry in made.entries}
    build(ledgered, content, tmp_path / "out")
    (content / "knots.md").rename(content / "rope.md")
    moved = prepared(replace(ledgered, base_url="https://next.example/"), content).publication
    assert {entry.title: (entry.id, entry.guid) for entry in moved.entries} == before


def test_feeds_of_two_formats_keep_both_their_ids(
    ledgered: Site, content: Path, articles: None, tmp_path: Path
) -> None:
    report = adopt(ledgered, content, [OLD / "wordpress.xml", OLD / "jekyll.xml"])
    assert report.ok
    build(ledgered, content, tmp_path / "out")
    for name, document in (("wordpress.xml", "rss.xml"), ("jekyll.xml", "atom.xml")):
        ids = {one.id for one in read_feed(tmp_path / "out" / document).items}
        assert ids == {one.id for one in read_feed(OLD / name).items}


def test_a_plan_after_adopting_says_that_nothing_is_posted_again(
    ledgered: Site, content: Path, articles: None, tmp_path: Path
) -> None:
    """The old feed stands where the new one is to be: what `feedkit plan` would see of the change."""
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "rss.xml").write_bytes((OLD / "wordpress.xml").read_bytes())
    assert plan(ledgered, content, tmp_path / "out").totals["repost"] == 2
    adopt(ledgered, content, [OLD / "wordpress.xml"])
    assert not plan(ledgered, content, tmp_path / "out").totals.get("repost")


def test_adopting_twice_changes_nothing(ledgered: Site, content: Path, articles: None) -> None:
    assert ledgered.ids
    adopt(ledgered, content, [OLD / "ghost.xml"])
    before = ledgered.ids.read_bytes()
    report = adopt(ledgered, content, [OLD / "ghost.xml"])
    assert (report.ok, report.written, ledgered.ids.read_bytes()) == (True, False, before)


def test_a_dry_run_writes_nothing(ledgered: Site, content: Path, articles: None) -> None:
    report = adopt(ledgered, content, [OLD / "ghost.xml"], dry_run=True)
    assert (len(report.matched), report.written) == (2, False)
    assert ledgered.ids
    assert not ledgered.ids.exists()


@pytest.mark.parametrize(
    ("old", "permalink"),
    [
        ("https://example.com/knots/", "/{slug}/"),
        ("http://example.com/knots/", "/{slug}/"),
        ("https://www.old.example/knots", "/{slug}/"),
        ("https://old.example/knots.html", "/{slug}/"),
        ("https://old.example/knots/index.html?utm_source=rss", "/{slug}"),
        ("https://old.example/knots/", "/{slug}.html"),
        ("https://old.example/2025/11/kn%6Fts/", "/{year}/{month}/{slug}/"),
    ],
)
def test_an_address_is_found_on_another_host_and_with_another_end(
    ledgered: Site, content: Path, write_article: Write, tmp_path: Path, old: str, permalink: str
) -> None:
    write_article("knots.md", title="Another title")
    feed = old_rss(tmp_path, item("x", "Old title", old, "2019-01-01"))
    report = adopt(replace(ledgered, permalink=permalink), content, [feed])
    assert [one.by for one in report.matched] == ["address"]


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("https://a.example/x/", "http://b.example/x", True),
        ("https://a.example/x/index.html", "https://a.example/x", True),
        ("https://a.example/x.html", "https://a.example/x/", True),
        ("https://a.example/?p=1", "https://a.example/?p=2", False),
        ("https://a.example/?p=1&utm_source=x", "https://b.example/?p=1", True),
        ("https://a.example/X", "https://a.example/x", False),
        ("https://a.example/%C3%A9", "https://a.example/é", True),
        ("https://a.example/x#more", "https://a.example/x", True),
    ],
)
def test_what_is_compared_of_an_address(one: str, other: str, same: bool) -> None:
    assert (comparable_path(one) == comparable_path(other)) is same


@pytest.mark.parametrize("text", ["", "x", "https://", "mailto:a@b.c", "https://e.com/", "https://[::1"])
def test_a_home_page_and_what_is_no_address_is_no_article(text: str) -> None:
    assert comparable_path(text) == ""
    assert comparable_url(text) in ("", "https://e.com/")


@pytest.mark.parametrize(
    ("date", "by"),
    [
        ("2025-11-01T00:00:00Z", ["title and date"]),
        ("2025-11-01T17:45:00+02:00", ["title and date"]),
        ("2025-11-02T00:30:00+09:00", ["title and date"]),
        ("2025-11-03T00:00:00Z", []),
        ("", []),
    ],
)
def test_without_an_address_title_and_day_must_both_agree(
    ledgered: Site, content: Path, write_article: Write, tmp_path: Path, date: str, by: list[str]
) -> None:
    write_article("a.md", title="The  same TITLE")
    report = adopt(ledgered, content, [old_rss(tmp_path, item("x", "the same title", date=date))])
    assert [one.by for one in report.matched] == by
    assert codes(report) == ([] if by else ["FK603"])
    if not by:
        assert "; 'a.md' has the same title" in report.problems[0].message


def test_an_entry_that_may_be_two_articles_is_left_alone(
    ledgered: Site, content: Path, write_article: Write, tmp_path: Path
) -> None:
    write_article("a.md", title="Weekly")
    write_article("b.md", title="Weekly")
    report = adopt(ledgered, content, [old_rss(tmp_path, item("x", "Weekly"))])
    assert (report.matched, codes(report), report.ok, report.written) == ((), ["FK602"], False, False)
    assert len(report.articles) == 2


def test_two_entries_that_are_one_article_are_left_alone(
    ledgered: Site, content: Path, write_article: Write, tmp_path: Path
) -> None:
    write_article("a.md", title="Weekly")
    report = adopt(ledgered, content, [old_rss(tmp_path, item("x", "Weekly"), item("y", "Weekly"))])
    assert (report.matched, codes(report)) == ((), ["FK602", "FK602"])


def test_an_address_leaves_less_to_guess_from_titles(
    ledgered: Site, content: Path, write_article: Write, tmp_path: Path
) -> None:
    write_article("a.md", title="Weekly")
    write_article("b.md", title="Weekly")
    feed = old_rss(tmp_path, item("x", "Weekly"), item("y", "Weekly", "https://old.example/a/"))
    report = adopt(ledgered, content, [feed])
    assert {one.id: (Path(one.article).name, one.by) for one in report.matched} == {
        "x": ("b.md", "title and date"),
        "y": ("a.md", "address"),
    }


def test_what_does_not_match_is_told_both_ways(
    ledgered: Site, content: Path, articles: None, write_article: Write, tmp_path: Path
) -> None:
    write_article("between.md", publishedAt="2025-11-06")
    write_article("older.md", publishedAt="2024-01-01")
    write_article("newer.md", publishedAt="2025-12-01")
    write_article("draft.md", publishedAt="2025-11-06", draft="true")
    feed = old_rss(tmp_path, item("gone", "Gone", "https://old.example/gone/", "2025-11-07"), name="more.xml")
    report = adopt(ledgered, content, [OLD / "hugo.xml", feed])
    assert [(one.id, one.title, Path(one.source).name) for one in report.unmatched] == [("gone", "Gone", "more.xml")]
    assert [Path(one.source).name for one in report.articles] == ["between.md"]
    assert (report.outside, report.ok, report.written, codes(report)) == (2, False, True, ["FK603"])


def test_two_feeds_of_one_format_that_disagree_are_told_and_the_first_stays(
    ledgered: Site, content: Path, write_article: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The path of the folder may be too long for a message.
    monkeypatch.chdir(tmp_path)
    write_article("a.md")
    for name in "12":
        old_rss(tmp_path, item(f"https://old.example/?p={name}", link="https://old.example/a/"), name=f"{name}.xml")
    report = adopt(ledgered, content, ["1.xml", "2.xml"])
    assert codes(report) == ["FK604"]
    message = "'2.xml' has the id 'https://old.example/?p=2', but another feed has 'https://old.example/?p=1'"
    assert message in report.problems[0].message
    (entry,) = prepared(ledgered, content).entries
    assert entry.id == "https://old.example/?p=1"


def test_an_id_that_was_published_is_not_replaced(
    ledgered: Site, content: Path, articles: None, tmp_path: Path
) -> None:
    build(ledgered, content, tmp_path / "out")
    report = adopt(ledgered, content, [OLD / "hugo.xml"])
    assert codes(report) == ["FK604", "FK604"]
    assert "but the ledger has 'https://example.com/" in report.problems[0].message
    assert {entry.id for entry in prepared(ledgered, content).entries} == {
        "https://example.com/knots/",
        "https://example.com/tides/",
    }


@pytest.mark.parametrize(("own", "expected"), [("x", []), ("tag:e.com,2025:x", ["FK604"])])
def test_an_id_in_the_front_matter_wins_and_a_difference_is_told(
    ledgered: Site, content: Path, write_article: Write, tmp_path: Path, own: str, expected: list[str]
) -> None:
    write_article("a.md", id=own)
    report = adopt(ledgered, content, [old_rss(tmp_path, item("x", link="https://old.example/a/"))])
    assert codes(report) == expected
    (entry,) = prepared(ledgered, content).entries
    assert entry.guid == ("" if expected else "x")


@pytest.mark.parametrize("id_", ["https://old.example/?p=1", "tag:old.example,2025:1", "post-1", "7"])
def test_an_entry_is_the_article_with_its_id_whatever_the_address_and_the_title(
    ledgered: Site, content: Path, write_article: Write, tmp_path: Path, id_: str
) -> None:
    write_article("a.md", id=id_)
    write_article("b.md")
    feed = old_rss(tmp_path, item(id_, "Another", "https://old.example/b/"), item("x", "B", "https://old.example/c/"))
    report = adopt(ledgered, content, [feed])
    assert [(one.id, Path(one.article).name, one.by) for one in report.matched] == [(id_, "a.md", "id")]
    assert [one.id for one in report.unmatched] == ["x"]
    # The old address leads to it from now on.
    assert "https://old.example/b/" in Path(str(ledgered.ids)).read_text()


def test_one_id_is_not_given_to_two_articles(
    ledgered: Site, content: Path, write_article: Write, tmp_path: Path
) -> None:
    write_article("a.md")
    write_article("b.md")
    one = old_rss(tmp_path, item("https://old.example/1", link="https://old.example/a/"), name="1.xml")
    two = old_rss(tmp_path, item("https://old.example/1", link="https://old.example/b/"), name="2.xml")
    report = adopt(ledgered, content, [one, two])
    assert codes(report) == ["FK605"]
    entries = prepared(ledgered, content).entries
    assert [entry.id for entry in entries] == ["https://old.example/1", "https://example.com/b/"]


def test_an_old_feed_that_is_damaged_or_not_there_adopts_nothing(
    ledgered: Site, content: Path, articles: None, tmp_path: Path
) -> None:
    (tmp_path / "half.xml").write_text("<rss><channel>")
    os.mkfifo(tmp_path / "pipe.xml")
    for name in ("half.xml", "no.xml", "pipe.xml", "a\0b"):
        with pytest.raises(DocumentError, match="FK606"):
            adopt(ledgered, content, [OLD / "hugo.xml", tmp_path / name])
    assert ledgered.ids
    assert not ledgered.ids.exists()
    with pytest.raises(SettingsError, match="it is a pipe or a device"):
        adopt(ledgered, content, [OLD / "hugo.xml"], ids_file=tmp_path / "pipe.xml")


def test_a_ledger_must_be_named(site: Site, content: Path, articles: None, tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="no ledger is named"):
        adopt(site, content, [OLD / "hugo.xml"])
    assert adopt(site, content, [OLD / "hugo.xml"], ids_file=tmp_path / "here.jsonl").written
    assert (tmp_path / "here.jsonl").is_file()


def test_a_damaged_ledger_is_not_written_over(ledgered: Site, content: Path, articles: None) -> None:
    assert ledgered.ids
    ledgered.ids.write_text("<<<<<<< HEAD\n")
    with pytest.raises(SettingsError, match="git checkout"):
        adopt(ledgered, content, [OLD / "hugo.xml"])
    assert ledgered.ids.read_text() == "<<<<<<< HEAD\n"


def run(*arguments: str | Path) -> int:
    return main(["adopt", *map(str, arguments), "--base-url", "https://example.com", "--as-of", "2026-01-01"])


def test_the_command_prints_what_matched_and_what_did_not(
    content: Path,
    articles: None,
    write_article: Write,
    tmp_path: Path,
    capsys: Capture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    old_rss(tmp_path, item("gone", "Gone", "https://old.example/gone/", "2025-11-07"))
    assert run(OLD / "hugo.xml", "old.xml", "--ids", "ids.jsonl") == 1
    out, err = capsys.readouterr()
    assert out.splitlines() == [
        "matched      'https://old.example/posts/knots/' content/knots.md (by title and date)",
        "matched      'https://old.example/posts/tides/' content/tides.md (by title and date)",
        "no article   'gone' 'Gone' old.xml",
        "2 matched, 1 without an article, 0 without an old entry; written",
    ]
    assert "old.xml: warning FK603: " in err
    write_article("between.md", publishedAt="2025-11-06")
    assert run(OLD / "hugo.xml", "--ids", "ids.jsonl") == 1
    assert "no old entry content/between.md 'Title between'" in capsys.readouterr().out


def test_the_command_counts_an_article_and_an_entry_of_several_feeds_once(
    content: Path, articles: None, tmp_path: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("one.xml", "two.xml"):
        gone = item("gone", "Gone", "https://old.example/gone/", "2025-11-07")
        old_rss(tmp_path, item("k", KNOTS, "https://old.example/knots/"), gone, name=name)
    assert run("one.xml", "two.xml", "--ids", "ids.jsonl") == 1
    assert capsys.readouterr().out.splitlines() == [
        "matched      'k' content/knots.md (by address)",
        "no article   'gone' 'Gone' one.xml",
        "no article   'gone' 'Gone' two.xml",
        "no old entry content/tides.md 'Tides'",
        "1 matched, 1 without an article, 1 without an old entry; written",
    ]


def test_the_command_ends_with_0_where_everything_matched_and_2_where_it_cannot_begin(
    content: Path, articles: None, tmp_path: Path, capsys: Capture
) -> None:
    assert run(OLD / "hugo.xml", "--content", content, "--ids", tmp_path / "i", "--dry-run") == 0
    assert "nothing is written in a dry run" in capsys.readouterr().out
    assert not (tmp_path / "i").exists()
    assert run(OLD / "hugo.xml", "--content", content) == 2
    assert run(tmp_path / "no.xml", "--content", content, "--ids", tmp_path / "i") == 2
    assert "FK606" in capsys.readouterr().err
    assert run(OLD / "hugo.xml", "--content", content, "--ids", tmp_path / "i", "--quiet") == 0
    assert capsys.readouterr().out == ""


def test_the_command_prints_one_object_with_json(
    content: Path, articles: None, tmp_path: Path, capsys: Capture
) -> None:
    assert run(OLD / "ghost.xml", "--content", content, "--ids", tmp_path / "i", "--json") == 0
    found = json.loads(capsys.readouterr().out)
    assert found["matched"][0] == {
        "feed": str(OLD / "ghost.xml"),
        "id": "690f1c2ab7e5d40001a3c001",
        "article": str(content / "knots.md"),
        "url": "https://example.com/knots/",
        "by": "address",
    }
    assert {key: found[key] for key in found if key != "matched"} == {
        "unmatched": [], "articles": [], "outside": 0, "written": True, "problems": [],
    }  # fmt: skip
