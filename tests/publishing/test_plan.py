"""`feedkit plan`: what subscribers would see of a build, told before it is done."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from feedkit import Change, Entry, FeedPlan, FeedSettings, Plan, Site, Where, build, parse_date, plan
from feedkit.cli import main
from feedkit.config.site import Taxonomy
from feedkit.imports.feeds import OldFeed, OldItem, read_feed
from feedkit.inspect.plan import changes

NOW = parse_date("2026-01-01")
Write = Callable[..., Path]
Capture = pytest.CaptureFixture[str]

TEXTS = {name: f"Words that only article {name} has." for name in "abcde"}


@pytest.fixture
def blog(write_article: Write) -> Callable[..., None]:
    """Writes articles a to e, one a day; `blog(c={"title": "New"})` changes one, `blog(c=None)` takes it away."""

    def write(**changed: dict[str, str] | None) -> None:
        for day, name in enumerate("abcde", start=1):
            keys = changed.get(name, {})
            file = write_article(
                f"{name}.md", **{"publishedAt": f"2025-11-0{day}", "body": TEXTS[name], "tags": "[x]", **(keys or {})}
            )
            if keys is None:
                file.unlink()

    return write


def happening(found: Plan, document: str = "rss.xml") -> set[tuple[str, str]]:
    """What happens to which entry in the feed that a document belongs to."""
    return {
        (change.kind, change.title) for feed in found.feeds if document in feed.documents for change in feed.changes
    }


def fates(found: Plan) -> dict[str, tuple[str, ...]]:
    return {feed.fate: feed.documents for feed in found.feeds if feed.fate != "kept"}


def picture(folder: Path) -> dict[str, tuple[str, int]]:
    """Every file with its bytes and its time."""
    return {
        str(file): (hashlib.sha256(file.read_bytes()).hexdigest(), file.stat().st_mtime_ns)
        if file.is_file()
        else ("", 0)
        for file in sorted(folder.rglob("*"))
    }


C = "Title c"
SCENARIOS: dict[str, tuple[dict[str, dict[str, str] | None], dict[str, Any], set[tuple[str, str]]]] = {
    "nothing": ({}, {}, set()),
    "another slug": ({"c": {"slug": "other"}}, {}, {("repost", C), ("vanish", C)}),
    "another slug with its own id": (
        {"c": {"slug": "other", "id": "https://example.com/c/"}},
        {},
        {("updated", C)},
    ),
    "another id": ({"c": {"id": "tag:x.example:1"}}, {}, {("repost", C), ("reidentified", C)}),
    "another slug, title and date": (
        {"c": {"slug": "o", "title": "Other", "publishedAt": "2025-11-04T09:00Z"}},
        {},
        {("repost", "Other"), ("vanish", C)},
    ),
    "the date, within its place": ({"c": {"publishedAt": "2025-11-03T09:00Z"}}, {}, {("redated", C)}),
    "the date, beyond others": ({"c": {"publishedAt": "2025-11-09"}}, {}, {("redated", C), ("reordered", C)}),
    "the title": ({"c": {"title": "Other"}}, {}, {("updated", "Other")}),
    "the text": ({"c": {"body": "Other words."}}, {}, {("updated", C)}),
    "a date of change": ({"c": {"updatedAt": "2025-11-08"}}, {}, {("updated", C)}),
    "gone": ({"c": None}, {}, {("vanish", C)}),
    "a draft now": ({"c": {"draft": "true"}}, {}, {("vanish", C)}),
    "less room": ({}, {"limit": 3}, {("pushed", "Title a"), ("pushed", "Title b")}),
    "another domain": (
        {},
        {"base_url": "https://new.example/"},
        {(kind, f"Title {name}") for name in "abcde" for kind in ("repost", "vanish")},
    ),
}


@pytest.mark.parametrize("name", SCENARIOS)
@pytest.mark.parametrize("document", ["rss.xml", "atom.xml", "feed.json"])
def test_what_subscribers_would_see(
    blog: Callable[..., None], content: Path, site: Site, tmp_path: Path, name: str, document: str
) -> None:
    articles, settings, expected = SCENARIOS[name]
    blog()
    build(site, content, tmp_path / "out")
    blog(**articles)
    found = plan(replace(site, **settings), content, tmp_path / "out")
    assert happening(found, document) == expected
    kinds = [kind for kind, _ in expected]
    assert {kind: number for kind, number in found.totals.items() if number} == {
        kind: kinds.count(kind) for kind in kinds
    }


@pytest.mark.parametrize("name", SCENARIOS)
def test_what_is_planned_is_what_a_build_does_and_then_nothing_is_left(
    blog: Callable[..., None], content: Path, site: Site, tmp_path: Path, name: str
) -> None:
    articles, settings, _ = SCENARIOS[name]
    blog()
    build(site, content, tmp_path / "out")
    blog(**articles)
    changed = replace(site, **settings)
    planned = plan(changed, content, tmp_path / "out")
    assert build(changed, content, tmp_path / "out").documents == planned.documents
    after = plan(changed, content, tmp_path / "out")
    assert (after.feeds, after.documents.written, after.documents.removed) == ((), 0, 0)


def test_ids_made_of_file_names_survive_a_new_slug(
    blog: Callable[..., None], content: Path, site: Site, tmp_path: Path
) -> None:
    named = replace(site, entry_ids="uuid")
    blog()
    build(named, content, tmp_path / "out")
    blog(c={"slug": "other"})
    assert happening(plan(named, content, tmp_path / "out")) == {("updated", C)}


@pytest.mark.parametrize(
    ("keys", "reason"),
    [
        (None, "no article has this id"),
        ({"draft": "true"}, "it is a draft"),
        ({"expires": "2025-12-01"}, "it expired at 2025-12-01T00:00:00+00:00"),
        ({"publishedAt": "2026-02-01"}, "it is scheduled until 2026-02-01T00:00:00+00:00"),
        ({"slug": "other"}, "known as https://example.com/other/ from now on"),
    ],
)
def test_one_that_vanishes_has_a_reason(
    blog: Callable[..., None], content: Path, site: Site, tmp_path: Path, keys: dict[str, str] | None, reason: str
) -> None:
    blog()
    build(site, content, tmp_path / "out")
    blog(c=keys)
    (feed, _) = plan(site, content, tmp_path / "out").feeds
    assert [change.reason for change in feed.changes if change.kind == "vanish"] == [reason]


def test_a_new_article_pushes_the_oldest_out_and_one_that_is_gone_lets_it_return(
    blog: Callable[..., None], write_article: Write, content: Path, site: Site, tmp_path: Path
) -> None:
    blog()
    small = replace(site, limit=5)
    build(small, content, tmp_path / "out")
    new = write_article("f.md", publishedAt="2025-12-01", body="Six.")
    assert happening(plan(small, content, tmp_path / "out")) == {("new", "Title f"), ("pushed", "Title a")}
    build(small, content, tmp_path / "out")
    new.unlink()
    assert happening(plan(small, content, tmp_path / "out")) == {("vanish", "Title f"), ("returned", "Title a")}
    assert happening(plan(replace(small, limit=6), content, tmp_path / "out")) == {
        ("vanish", "Title f"),
        ("returned", "Title a"),
    }


def test_an_article_with_a_date_to_come_is_told_when_it_is_new(
    blog: Callable[..., None], write_article: Write, content: Path, site: Site, tmp_path: Path
) -> None:
    blog()
    build(site, content, tmp_path / "out")
    write_article("f.md", publishedAt="2026-02-01", body="Six.")
    assert happening(plan(site, content, tmp_path / "out")) == set()
    found = plan(replace(site, future=True), content, tmp_path / "out")
    assert happening(found) == {("new", "Title f"), ("future", "Title f")}


def test_a_second_article_with_the_same_text_is_no_repost(
    blog: Callable[..., None], write_article: Write, content: Path, site: Site, tmp_path: Path
) -> None:
    blog()
    build(site, content, tmp_path / "out")
    write_article("f.md", title=C, publishedAt="2025-11-03", body=TEXTS["c"])
    assert happening(plan(site, content, tmp_path / "out")) == {("new", C)}


def test_a_tag_that_is_taken_off_every_article_takes_its_feed_away(
    blog: Callable[..., None], content: Path, site: Site, tmp_path: Path
) -> None:
    blog(c={"tags": "[x, y]"})
    build(site, content, tmp_path / "out")
    blog()
    found = plan(site, content, tmp_path / "out")
    assert fates(found) == {"feed-removed": ("tags/y/atom.xml", "tags/y/feed.json", "tags/y/rss.xml")}
    assert (found.totals["feed-removed"], found.documents.removed) == (1, 3)


def test_a_tag_that_is_new_has_no_subscribers_yet(
    blog: Callable[..., None], content: Path, site: Site, tmp_path: Path
) -> None:
    blog()
    build(site, content, tmp_path / "out")
    blog(c={"tags": "[x, y]"})
    found = plan(site, content, tmp_path / "out")
    assert fates(found) == {"feed-new": ("tags/y/rss.xml", "tags/y/atom.xml", "tags/y/feed.json")}
    assert {kind for kind, number in found.totals.items() if number} == {"feed-new"}


def test_a_feed_with_the_same_entries_in_another_folder_has_moved(
    blog: Callable[..., None], content: Path, site: Site, tmp_path: Path
) -> None:
    blog()
    build(site, content, tmp_path / "out")
    topics = Taxonomy(name="tags", source="tags", path="topics")
    (feed,) = plan(replace(site, taxonomies=(topics,)), content, tmp_path / "out").feeds
    assert (feed.fate, feed.before, feed.after) == ("feed-moved", 5, 5)
    assert dict(zip(feed.documents, feed.moved_to, strict=True)) == {
        f"tags/x/{name}": f"topics/x/{name}" for name in ("atom.xml", "feed.json", "rss.xml")
    }


def test_the_first_build_has_new_feeds_only(
    blog: Callable[..., None], content: Path, site: Site, tmp_path: Path
) -> None:
    blog()
    found = plan(site, content, tmp_path / "out")
    assert {feed.fate for feed in found.feeds} == {"feed-new"}
    assert (found.totals["feed-new"], found.totals["new"], found.documents.written) == (2, 0, 8)
    assert not (tmp_path / "out").exists()


def test_formats_that_differ_in_what_happens_are_listed_apart(
    blog: Callable[..., None], content: Path, site: Site, tmp_path: Path
) -> None:
    blog()
    build(site, content, tmp_path / "out")
    blog(c={"title": "Other"})
    (tmp_path / "out" / "atom.xml").unlink()
    found = plan(site, content, tmp_path / "out")
    assert {(feed.documents, feed.fate) for feed in found.feeds if not feed.folder} == {
        (("rss.xml", "feed.json"), "kept"),
        (("atom.xml",), "feed-new"),
    }


@pytest.mark.parametrize(
    ("name", "damage"),
    [
        ("rss.xml", b"<rss><channel>"),
        ("atom.xml", b"<!DOCTYPE feed [<!ENTITY a 'b'>]><feed xmlns='http://www.w3.org/2005/Atom'>&a;</feed>"),
        ("feed.json", b'{"items": [1]}'),
        ("feed.json", b'{"items": ['),
        ("feed.json", b"{" + b'"a":[' * 100_000),
    ],
)
def test_an_old_document_that_is_damaged_is_told_and_counts_as_absent(
    blog: Callable[..., None], content: Path, site: Site, tmp_path: Path, name: str, damage: bytes
) -> None:
    blog()
    build(site, content, tmp_path / "out")
    (tmp_path / "out" / name).write_bytes(damage)
    found = plan(site, content, tmp_path / "out")
    assert [(item.code, item.path) for item in found.problems] == [("FK613", str(tmp_path / "out" / name))]
    assert (fates(found), found.ok) == ({"feed-new": (name,)}, True)


def test_a_file_that_is_not_ours_is_compared_and_told(
    blog: Callable[..., None], content: Path, site: Site, tmp_path: Path
) -> None:
    blog()
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "rss.xml").write_bytes(
        b"<rss><channel><item><guid>1</guid><link>https://example.com/c/</link><title>C</title></item></channel></rss>"
    )
    found = plan(site, content, tmp_path / "out")
    assert [(item.code, item.severity) for item in found.problems] == [("FK614", "error")]
    assert {("repost", C), ("reidentified", C)} <= happening(found)


def test_a_build_that_would_be_refused_is_told_of(
    blog: Callable[..., None], content: Path, site: Site, tmp_path: Path
) -> None:
    """What stands where documents need a folder, and feeds that would become empty, as `build` tells of them."""
    blog()
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "tags").write_text("mine")
    for found in (plan(site, content, tmp_path / "out"), build(site, content, tmp_path / "out")):
        assert [item.path for item in found.problems] == [str(tmp_path / "out" / "tags")]
        assert not found.ok
    (tmp_path / "out" / "tags").unlink()
    build(site, content, tmp_path / "out")
    blog(**dict.fromkeys("abcde"))
    for found in (plan(site, content, tmp_path / "out"), build(site, content, tmp_path / "out")):
        told = [(item.code, Path(item.path).name) for item in found.problems if Path(item.path).parent.name == "out"]
        assert told == [("FK505", "atom.xml"), ("FK505", "feed.json"), ("FK505", "rss.xml")]
        assert not found.ok


def _put_a_file_for_its_folder(file: Path) -> None:
    shutil.rmtree(file.parent)
    file.parent.write_text("mine")


#: What happens to a stale document, how many of three are removed then, and what is reported.
STALE: dict[str, tuple[Callable[[Path], object], int, list[str]]] = {
    "as it was": (lambda file: None, 3, []),
    "edited": (lambda file: file.write_text("mine"), 2, ["FK502"]),
    "gone": (Path.unlink, 2, []),
    "a folder": (lambda file: (file.unlink(), file.mkdir()), 2, ["FK502"]),
    "a file for its folder": (_put_a_file_for_its_folder, 0, []),
}


@pytest.mark.parametrize("name", STALE)
def test_of_a_stale_document_the_plan_says_what_a_build_does(
    blog: Callable[..., None], content: Path, site: Site, tmp_path: Path, name: str
) -> None:
    change, removed, codes = STALE[name]
    blog(c={"tags": "[x, y]"})
    build(site, content, tmp_path / "out")
    change(tmp_path / "out" / "tags" / "y" / "rss.xml")
    blog()
    found = plan(site, content, tmp_path / "out")
    report = build(site, content, tmp_path / "out")
    assert (found.documents, found.problems) == (report.documents, report.problems)
    assert (found.documents.removed, [item.code for item in found.problems]) == (removed, codes)
    assert all((tmp_path / "out" / path).exists() is False for path in fates(found).get("feed-removed", ()))


def test_nothing_is_written_with_ledgers_or_without(
    blog: Callable[..., None], content: Path, site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By the library and by the command: whether the ledger is there, or would be begun."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "feedkit.toml").write_text(
        'base_url = "https://example.com"\nids = "ids.jsonl"\ntombstones = true\nredirects = ["json", "netlify"]\n'
        '[sitemap]\nledger = "pages.json"\n'
    )
    blog()
    arguments = ["content", "-o", "out", "--as-of", "2026-01-01"]
    for step in (lambda: None, lambda: main(["build", *arguments, "--quiet"])):
        step()
        blog(c={"title": "C", "slug": "other", "tags": "[y]"}, d=None)
        before = picture(tmp_path)
        assert main(["plan", *arguments, "--quiet"]) == 0
        plan(replace(site, ids=tmp_path / "ids.jsonl", tombstones=True), content, tmp_path / "out")
        # Nor do the others that look at a build.
        for words in (["explain", "a.md"], ["next", "content"], ["feeds", "content"], ["config"]):
            assert main([*words, "--as-of", "2026-01-01"]) == 0
        assert picture(tmp_path) == before
        blog()


@pytest.fixture
def moved(blog: Callable[..., None], content: Path, site: Site, tmp_path: Path) -> Callable[[bool], Site]:
    """After a build an article gets another slug; with a ledger of ids, or without."""

    def make(with_ledger: bool) -> Site:
        made = replace(site, ids=tmp_path / "ids.jsonl") if with_ledger else site
        blog()
        build(made, content, tmp_path / "out")
        blog(c={"slug": "other"})
        return made

    return make


@pytest.mark.parametrize(("with_ledger", "expected"), [(True, {"updated"}), (False, {"repost", "vanish"})])
@pytest.mark.parametrize("change", ["slug", "host"])
def test_a_ledger_turns_a_repost_into_an_update(
    moved: Callable[[bool], Site],
    blog: Callable[..., None],
    content: Path,
    tmp_path: Path,
    with_ledger: bool,
    expected: set[str],
    change: str,
) -> None:
    site = moved(with_ledger)
    if change == "host":
        blog()
        site = replace(site, base_url="https://new.example/")
    found = plan(site, content, tmp_path / "out")
    assert {kind for kind, number in found.totals.items() if number} == expected


@pytest.mark.parametrize(("with_ledger", "code"), [(True, 0), (False, 1)])
@pytest.mark.parametrize("kinds", ["repost", "vanish", "repost,vanish", "reidentified,repost"])
def test_a_build_script_stops_at_a_repost_and_not_where_the_ledger_keeps_the_id(
    moved: Callable[[bool], Site], content: Path, tmp_path: Path, with_ledger: bool, code: int, kinds: str
) -> None:
    moved(with_ledger)
    (tmp_path / "feedkit.toml").write_text(
        'base_url = "https://example.com"\ntitle = "Example"\n' + 'ids = "ids.jsonl"\n' * with_ledger
    )
    arguments = ["plan", str(content), "-o", str(tmp_path / "out"), "--as-of", "2026-01-01", "--quiet"]
    assert main([*arguments, "--fail-on", kinds]) == code
    assert main([*arguments, "--fail-on", "updated"]) == 1 - code
    assert main(arguments) == 0


def test_a_build_that_goes_on_at_the_same_time_is_not_disturbed(
    blog: Callable[..., None], content: Path, site: Site, tmp_path: Path
) -> None:
    from feedkit.output.lock import locked
    from feedkit.output.tree import open_tree

    blog()
    build(site, content, tmp_path / "out")
    with open_tree(tmp_path / "out") as tree, locked(tree):
        assert plan(site, content, tmp_path / "out").feeds == ()


def test_the_blog_of_the_examples_is_seen_alike_in_all_formats(repository: Path, tmp_path: Path) -> None:
    folder = repository / "examples" / "blog"
    site = replace(Site.from_file(folder / "feedkit.toml"), as_of=parse_date("2026-01-01"))
    build(site, folder / "content", tmp_path / "out", on_problem=lambda problem: None)
    rss, atom, feed = (read_feed(tmp_path / "out" / name).items for name in ("rss.xml", "atom.xml", "feed.json"))
    assert len(rss) == 11
    for one, other in ((rss, atom), (atom, feed)):
        assert changes(old_feed(*one), old_feed(*other), NOW) == ()


def test_a_sitemap_that_is_no_longer_wanted_is_no_damaged_feed(
    blog: Callable[..., None], content: Path, site: Site, tmp_path: Path
) -> None:
    blog()
    build(site, content, tmp_path / "out")
    found = plan(replace(site, formats=("rss", "atom", "json")), content, tmp_path / "out")
    assert (found.problems, found.feeds, found.documents.removed) == ((), (), 2)


BASE = ["--base-url", "https://example.com", "--as-of", "2026-01-01"]


def run(capsys: Capture, *arguments: str) -> tuple[int, str, str]:
    capsys.readouterr()
    code = main([*arguments, *BASE])
    out, err = capsys.readouterr()
    return code, out, err


def test_the_command_prints_each_feed_and_the_totals(
    blog: Callable[..., None], capsys: Capture, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    blog(e={"tags": "[y]"})
    run(capsys, "build", "content", "-o", "out")
    assert run(capsys, "plan", "content", "-o", "out") == (
        0,
        "out: nothing that subscribers would see; 0 documents to write, 11 unchanged, 0 to remove\n",
        "",
    )
    blog(c={"slug": "other"}, e=None)
    code, out, err = run(capsys, "plan", "content", "-o", "out")
    assert (code, err) == (0, "")
    changes = (
        "  repost  'Title c' https://example.com/other/ (known as https://example.com/c/)\n"
        "  vanish  'Title c' https://example.com/c/ (known as https://example.com/other/ from now on)\n"
    )
    assert out == (
        "rss.xml atom.xml feed.json (5 -> 4 entries)\n"
        "  repost  'Title c' https://example.com/other/ (known as https://example.com/c/)\n"
        "  vanish  'Title e' https://example.com/e/ (no article has this id)\n"
        "  vanish  'Title c' https://example.com/c/ (known as https://example.com/other/ from now on)\n"
        f"tags/x/rss.xml tags/x/atom.xml tags/x/feed.json (4 -> 4 entries)\n{changes}"
        "tags/y/atom.xml tags/y/feed.json tags/y/rss.xml: feed-removed (1 entry)\n"
        "out: 1 repost, 2 vanish, 1 feed-removed; 8 documents to write, 0 unchanged, 3 to remove\n"
    )


def test_the_command_prints_what_a_build_would_leave_or_refuse(
    blog: Callable[..., None], capsys: Capture, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    blog(c={"tags": "[y]"})
    run(capsys, "build", "content", "-o", "out")
    (tmp_path / "out/tags/y/rss.xml").write_text("mine")
    blog()
    code, _, err = run(capsys, "plan", "content", "-o", "out")
    assert (code, err.startswith("out/tags/y/rss.xml: warning FK502: is no longer needed")) == (0, True)
    blog(**{name: {"draft": "true"} for name in "abcde"})
    code, _, err = run(capsys, "plan", "content", "-o", "out")
    assert code == 1
    assert "out/rss.xml: error FK505: had 5 entries and would have none, so a build would write nothing\n" in err


@pytest.mark.parametrize(
    ("kinds", "code"), [("repost", 1), ("vanish, new", 1), ("new,updated", 0), ("feed-removed", 0), ("nonsense", 2)]
)
def test_it_ends_with_1_where_a_kind_that_is_named_occurs(
    blog: Callable[..., None], capsys: Capture, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kinds: str, code: int
) -> None:
    monkeypatch.chdir(tmp_path)
    blog()
    run(capsys, "build", "content", "-o", "out")
    blog(c={"slug": "other"})
    try:
        found = run(capsys, "plan", "content", "-o", "out", "--fail-on", kinds)[0]
    except SystemExit as error:
        found = int(error.code or 0)
    assert found == code


def test_json_has_totals_documents_feeds_and_problems(
    blog: Callable[..., None], capsys: Capture, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    blog()
    run(capsys, "build", "content", "-o", "out")
    blog(c={"title": "Other"}, d={"publishedAt": "2025"})
    code, out, err = run(capsys, "plan", "content", "-o", "out", "--json")
    found = json.loads(out)
    assert code == 1
    assert err == "1 error in 1 article (feedkit build or --verbose lists them)\n"
    assert [problem["code"] for problem in found["problems"]][:1] == ["FK102"]
    assert found["totals"]["updated"] == 1
    assert found["documents"] == {"written": 7, "unchanged": 1, "removed": 0}
    assert found["feeds"][0]["changes"][-1] == {
        "kind": "updated",
        "id": "https://example.com/c/",
        "title": "Other",
        "url": "https://example.com/c/",
        "reason": "title",
    }
    assert [problem["code"] for problem in found["problems"]] == ["FK102"]


def test_the_content_folder_and_its_parent_are_refused_as_by_build(
    blog: Callable[..., None], content: Path, capsys: Capture
) -> None:
    blog()
    assert run(capsys, "plan", str(content), "-o", str(content.parent))[0] == 2


def old_feed(*items: OldItem) -> OldFeed:
    return OldFeed(format="atom", id="", title="", url="", items=items)


def feed_of(*ids: str) -> OldFeed:
    """Entries as a reader sees them: `a` has an id, an address and words of its own, `a2` the words of `a`."""
    return old_feed(
        *(OldItem(id=name, url=f"https://example.com/{name}/", title=name[0], content=name[0]) for name in ids)
    )


NAMES = st.lists(st.sampled_from([f"{letter}{number}" for letter in "abcd" for number in ("", 2, 3)]), unique=True)


@given(NAMES, NAMES, st.sets(st.sampled_from("abcd")))
def test_every_entry_that_comes_or_goes_is_told_exactly_once(
    before: list[str], after: list[str], older: set[str]
) -> None:
    found = changes(feed_of(*before), feed_of(*after), NOW, older)
    coming = [change.id for change in found if change.kind in ("new", "repost", "returned")]
    going = [change.id for change in found if change.kind in ("vanish", "pushed")]
    assert sorted(coming) == sorted(set(after) - set(before))
    assert sorted(going) == sorted(set(before) - set(after))
    assert {change.id for change in found if change.kind == "pushed"} == (set(before) - set(after)) & older


@given(NAMES)
def test_a_document_that_is_the_same_has_no_changes(names: list[str]) -> None:
    feed = feed_of(*names)
    assert changes(feed, feed, NOW) == ()


def test_one_that_has_no_room_any_more_is_not_taken_for_a_new_one_with_its_words() -> None:
    found = changes(feed_of("a"), feed_of("a2"), NOW, ["a"])
    assert [(change.kind, change.id) for change in found] == [("new", "a2"), ("pushed", "a")]


def test_archives_are_no_feeds_that_go_away_and_a_feed_called_archive_is_one(
    blog: Callable[..., None], content: Path, site: Site, tmp_path: Path
) -> None:
    blog()
    kept = replace(site, limit=2, archives=True, taxonomies=())
    build(kept, content, tmp_path / "out")
    assert (tmp_path / "out" / "archive" / "2" / "rss.xml").is_file()
    found = plan(replace(kept, archives=False), content, tmp_path / "out")
    assert (found.feeds, found.documents.removed) == ((), 6)
    named = replace(kept, archives=False, feeds=(FeedSettings(path="archive/2025", where=Where(years=(2025,))),))
    build(named, content, tmp_path / "out2")
    blog(e={"title": "Other"})
    assert happening(plan(named, content, tmp_path / "out2"), "archive/2025/rss.xml") == {("updated", "Other")}


def test_an_entry_that_the_formats_call_differently_counts_once() -> None:
    feeds = [
        FeedPlan(
            folder="",
            documents=(name,),
            changes=(Change(kind="vanish", id=called, title="A", url="https://example.com/a/"),),
        )
        for name, called in (("rss.xml", "17"), ("atom.xml", "tag:example.com,2020:17"))
    ]
    assert Plan(feeds=tuple(feeds)).totals["vanish"] == 1


def test_one_that_rss_calls_otherwise_is_pushed_out_under_that_name_too(
    entry: Callable[..., Entry], site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = entry("a", day=1, guid="17")
    articles = [old]
    monkeypatch.setattr("feedkit.pipeline.articles.read_json_lines", lambda *_, **__: iter(articles))
    small = replace(site, limit=1)
    build(small, [], tmp_path / "out")
    articles.append(entry("b", day=2))
    assert happening(plan(small, [], tmp_path / "out")) == {("new", "Title b"), ("pushed", "Title a")}
    articles[0] = replace(old, draft=True)
    (feed,) = [item for item in plan(small, [], tmp_path / "out").feeds if "rss.xml" in item.documents]
    assert [(change.id, change.reason) for change in feed.changes if change.kind == "vanish"] == [
        ("17", "it is a draft")
    ]
