"""The ledger of ids: an article keeps its id whatever becomes of its slug, file, title or domain; doubt is told."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from output_folder import prepared

from feedkit import PublishError, Report, SettingsError, Site, build, plan, read_json_lines
from feedkit.cli import main
from feedkit.formats.lists import Move
from feedkit.identity.ledgers import Ledger, LedgerRow, dump_ids, load_ids, parse_ids
from feedkit.output.writer import replace_file

BASE = "https://example.com/"
LATER = datetime(2026, 3, 1, tzinfo=UTC)
Write = Callable[..., Path]


def save(path: Path, ledger: Ledger) -> bool:
    return replace_file(path, dump_ids(ledger), setting="ids")


class Blog:
    """A site with a ledger, that is built again and again."""

    def __init__(self, site: Site, content: Path, folder: Path) -> None:
        self.ids = folder / "ids.jsonl"
        self.content = content
        self.out = folder / "out"
        self.site = replace(site, ids=self.ids)
        self.problems: list[str] = []

    def build(self, **settings) -> dict[str, str]:
        """Ids by title, as the feed has them."""
        self.report: Report = build(replace(self.site, **settings), self.content, self.out)
        self.problems = [problem.code for problem in self.report.problems]
        items = json.loads((self.out / "feed.json").read_text())["items"]
        return {item["title"]: item["id"] for item in items}

    def lines(self) -> list[dict[str, object]]:
        return [json.loads(line) for line in self.ids.read_text().splitlines()[1:]]

    def line(self, title: str) -> dict[str, object]:
        return next(line for line in self.lines() if line["title"] == title)

    def moves(self, **settings) -> dict[str, str]:
        made = prepared(replace(self.site, **settings), self.content).publication
        return {move.old: move.new for move in made.moves}


@pytest.fixture
def blog(site: Site, content: Path, tmp_path: Path) -> Blog:
    return Blog(site, content, tmp_path)


@pytest.fixture
def two(blog: Blog, write_article: Write) -> dict[str, str]:
    """Two articles, published."""
    write_article("a.md", "Words of a.")
    write_article("b.md", "Words of b.", publishedAt="2025-11-02")
    return blog.build()


def edit(file: Path, old: str, new: str) -> None:
    text = file.read_text()
    assert old in text
    file.write_text(text.replace(old, new))


def test_without_a_ledger_an_id_is_the_permalink_and_no_file_is_made(
    site: Site, content: Path, tmp_path: Path, write_article: Write
) -> None:
    write_article()
    build(site, content, tmp_path / "out")
    assert json.loads((tmp_path / "out" / "feed.json").read_text())["items"][0]["id"] == f"{BASE}a/"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["content", "out"]


def test_the_ledger_has_a_line_an_article_sorted_by_id(blog: Blog, two: dict[str, str]) -> None:
    assert json.loads(blog.ids.read_text().splitlines()[0]) == {"feedkit": 1, "namespace": "example.com"}
    assert blog.line("Title a") == {
        "id": f"{BASE}a/",
        "urls": [f"{BASE}a/"],
        "path": "a.md",
        "title": "Title a",
        "published": "2025-11-01T00:00:00+00:00",
        "content": blog.line("Title a")["content"],
    }
    assert [line["id"] for line in blog.lines()] == [f"{BASE}a/", f"{BASE}b/"]


def slug(blog: Blog, content: Path) -> None:
    edit(content / "a.md", "title:", "slug: other\ntitle:")


def folder(blog: Blog, content: Path) -> None:
    (content / "x").mkdir()
    (content / "a.md").rename(content / "x" / "a.md")


def name(blog: Blog, content: Path) -> None:
    (content / "a.md").rename(content / "z.md")


def name_and_text(blog: Blog, content: Path) -> None:
    name(blog, content)
    edit(content / "z.md", "Words of a.", "Quite other words.")


def name_and_title(blog: Blog, content: Path) -> None:
    name(blog, content)
    edit(content / "z.md", "Title a", "New title")


def name_title_and_date(blog: Blog, content: Path) -> None:
    name_and_title(blog, content)
    edit(content / "z.md", "2025-11-01", "2025-11-05")


def title(blog: Blog, content: Path) -> None:
    edit(content / "a.md", "Title a", "New title")


def everything_but_the_path(blog: Blog, content: Path) -> None:
    slug(blog, content)
    title(blog, content)
    edit(content / "a.md", "2025-11-01", "2025-11-05")
    edit(content / "a.md", "Words of a.", "Quite other words.")


def everything_but_the_address(blog: Blog, content: Path) -> None:
    name_title_and_date(blog, content)
    edit(content / "z.md", "Words of a.", "Quite other words.")
    edit(content / "z.md", "title:", "slug: a\ntitle:")


def bundle(blog: Blog, content: Path) -> None:
    (content / "a").mkdir()
    (content / "a.md").rename(content / "a" / "index.md")


def domain(blog: Blog, content: Path) -> None:
    blog.site = replace(blog.site, base_url="https://new.example/blog/", id_namespace="new.example")


def permalink(blog: Blog, content: Path) -> None:
    blog.site = replace(blog.site, permalink="/{year}/{slug}.html")


def domain_and_name(blog: Blog, content: Path) -> None:
    domain(blog, content)
    name(blog, content)


def case(blog: Blog, content: Path) -> None:
    (content / "a.md").rename(content / "A.md")


CHANGES = [
    slug, folder, name, name_and_text, name_and_title, name_title_and_date, title, everything_but_the_path,
    everything_but_the_address, bundle, domain, permalink, domain_and_name, case,
]  # fmt: skip


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__)
def test_an_article_keeps_its_id_through_a_change_of(
    blog: Blog, two: dict[str, str], content: Path, change: Callable[[Blog, Path], None]
) -> None:
    change(blog, content)
    for _ in range(2):
        after = blog.build()
        assert sorted(after.values()) == sorted(two.values())
        assert after["Title b"] == two["Title b"]
        assert blog.problems == []


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__)
def test_no_subscriber_sees_anything_twice_after_a_change_of(
    blog: Blog, two: dict[str, str], content: Path, change: Callable[[Blog, Path], None]
) -> None:
    change(blog, content)
    totals = plan(blog.site, blog.content, blog.out).totals
    assert not {"repost", "vanish", "new", "reidentified"} & {kind for kind, number in totals.items() if number}


def test_relative_pictures_in_a_moved_article_do_not_hide_that_it_is_the_same(
    blog: Blog, content: Path, write_article: Write
) -> None:
    write_article("a.md", "Words ![alt](pic.png) and [more](../b/).")
    before = blog.build()
    (content / "a.md").rename(content / "z.md")
    edit(content / "z.md", "2025-11-01", "2025-11-05")
    assert blog.build() == before


def test_two_files_that_swap_their_names_keep_their_ids(blog: Blog, two: dict[str, str], content: Path) -> None:
    (content / "a.md").rename(content / "c")
    (content / "b.md").rename(content / "a.md")
    (content / "c").rename(content / "b.md")
    assert blog.build() == two
    assert blog.line("Title a")["urls"] == [f"{BASE}a/", f"{BASE}b/"]
    # Both addresses are living articles': neither is redirected.
    assert blog.moves() == {}
    assert blog.build() == two


def test_two_articles_that_swap_their_slugs_keep_their_ids(blog: Blog, two: dict[str, str], content: Path) -> None:
    edit(content / "a.md", "title:", "slug: b\ntitle:")
    edit(content / "b.md", "title:", "slug: a\ntitle:")
    assert blog.build() == two
    assert blog.build() == two


def test_a_copy_is_an_article_of_its_own(blog: Blog, two: dict[str, str], content: Path) -> None:
    shutil.copy(content / "a.md", content / "0.md")
    edit(content / "0.md", "Title a", "Copy")
    after = blog.build()
    assert after == {**two, "Copy": f"{BASE}0/"}
    assert blog.problems == []


def test_a_new_article_at_the_address_of_one_that_moved_gets_another_id(
    blog: Blog, two: dict[str, str], content: Path, write_article: Write
) -> None:
    (content / "a.md").rename(content / "z.md")
    write_article("a.md", "Nothing like it.", title="New", publishedAt="2025-12-24")
    after = blog.build()
    assert (after["Title a"], after["Title b"]) == (two["Title a"], two["Title b"])
    assert after["New"].startswith("urn:uuid:")
    assert blog.build() == after
    assert blog.problems == []


def test_a_file_renamed_over_a_deleted_one_takes_its_id_along(blog: Blog, two: dict[str, str], content: Path) -> None:
    (content / "b.md").replace(content / "a.md")
    assert blog.build() == {"Title b": two["Title b"]}
    assert "gone" in blog.line("Title a")


def test_an_id_in_the_front_matter_wins_and_is_recorded(blog: Blog, two: dict[str, str], content: Path) -> None:
    edit(content / "a.md", "title:", "id: tag:example.com,2025:mine\nslug: x\ntitle:")
    assert blog.build() == {**two, "Title a": "tag:example.com,2025:mine"}
    assert blog.line("Title a")["urls"] == [f"{BASE}a/", f"{BASE}x/"]
    assert len(blog.lines()) == 2
    assert blog.moves() == {f"{BASE}a/": f"{BASE}x/"}
    (content / "a.md").rename(content / "z.md")
    assert blog.build()["Title a"] == "tag:example.com,2025:mine"


@pytest.mark.parametrize(
    ("text", "changes"),
    [
        # Two new files with the text of one that is gone.
        ("two of one text", [("y.md", {"body": "Words of a.", "title": "Y", "publishedAt": "2025-11-08"}),
                             ("z.md", {"body": "Words of a.", "title": "Z", "publishedAt": "2025-11-09"})]),
        ("title only", [("z.md", {"body": "Other.", "title": "Title a", "publishedAt": "2025-11-09"})]),
        ("date only", [("z.md", {"body": "Other.", "title": "Z", "publishedAt": "2025-11-01"})]),
    ],
)  # fmt: skip
def test_a_doubtful_match_is_told_at_every_build_and_not_guessed(
    blog: Blog, two: dict[str, str], content: Path, write_article: Write, text: str, changes: list
) -> None:
    (content / "a.md").unlink()
    for file, keys in changes:
        write_article(file, **keys)
    for _ in range(2):
        after = blog.build()
        assert blog.problems == ["FK601"] * len(changes)
        assert {after[keys["title"]] for _, keys in changes} == {f"{BASE}{Path(file).stem}/" for file, _ in changes}
        assert "gone" not in next(line for line in blog.lines() if line["id"] == f"{BASE}a/")
    problem = blog.report.problems[0]
    assert f"write id: {BASE}a/ into its front matter" in problem.hint
    edit(content / changes[0][0], "title:", f"id: {BASE}a/\ntitle:")
    assert blog.build()[changes[0][1]["title"]] == f"{BASE}a/"


def test_a_doubt_ends_when_the_author_says_that_the_article_is_new(
    blog: Blog, two: dict[str, str], content: Path, write_article: Write
) -> None:
    (content / "a.md").unlink()
    file = write_article("z.md", title="Title a", publishedAt="2025-11-09")
    blog.build()
    edit(file, "title:", f"id: {BASE}z/\ntitle:")
    blog.build()
    assert blog.problems == []
    assert "gone" in next(line for line in blog.lines() if line["id"] == f"{BASE}a/")


@pytest.mark.parametrize("name", ["a\\b.md", "a\tb.md", "a..md"])
def test_a_file_whose_name_cannot_be_a_path_everywhere_is_known_by_other_signs(
    blog: Blog, content: Path, write_article: Write, name: str
) -> None:
    write_article("a.md", "Words.", slug="a").rename(content / name)
    before = blog.build()
    edit(content / name, "slug: a", "slug: b")
    assert blog.build() == before
    assert blog.line("Title a")["urls"] == [f"{BASE}a/", f"{BASE}b/"]


def test_of_very_many_that_an_article_may_be_the_first_is_named_and_none_is_taken_for_gone(
    blog: Blog, content: Path, write_article: Write
) -> None:
    """An import dated by one day: nobody is told thousands of names."""
    for number in range(12):
        write_article(f"{number:02}.md", f"Words of {number}.")
    blog.build()
    for file in sorted(content.iterdir()):
        file.unlink()
    write_article("new.md", "Other words.")
    blog.build()
    (problem,) = blog.report.problems
    assert f"may be '{BASE}00/' or many more, whose file is gone" in problem.message
    assert not any("gone" in line for line in blog.lines())


def test_articles_without_any_text_are_not_taken_for_each_other(
    blog: Blog, content: Path, write_article: Write
) -> None:
    write_article("a.md", "![](/a.png)")
    write_article("b.md", "![](/b.png)", publishedAt="2025-11-02")
    before = blog.build()
    (content / "a.md").rename(content / "y.md")
    (content / "b.md").rename(content / "z.md")
    assert blog.build() == before


def test_what_was_never_published_is_not_remembered(blog: Blog, content: Path, write_article: Write) -> None:
    write_article("a.md")
    write_article("b.md", draft="true")
    write_article("c.md", publishedAt="2026-02-01")
    blog.build()
    assert [line["path"] for line in blog.lines()] == ["a.md"]
    blog.build(drafts=True)
    assert [line["path"] for line in blog.lines()] == ["a.md"]


@pytest.mark.parametrize("key", ["draft: true", "expires: 2025-12-01", "publishedAt2: x", "date: [broken"])
def test_an_article_that_is_withdrawn_but_still_there_is_not_gone(
    blog: Blog, two: dict[str, str], content: Path, key: str
) -> None:
    edit(content / "a.md", "title:", f"{key}\ntitle:")
    blog.build()
    assert "gone" not in blog.line("Title a")
    edit(content / "a.md", f"{key}\n", "")
    assert blog.build() == two


def test_an_article_below_a_folder_whose_defaults_are_damaged_is_not_gone(
    blog: Blog, content: Path, write_article: Write
) -> None:
    write_article("x/a.md")
    write_article("b.md", "Other.", publishedAt="2025-11-02")
    before = blog.build()
    (content / "x" / "_index.md").write_text("---\ntitle: [\n---\n")
    shutil.copy(content / "x" / "a.md", content / "copy.md")
    blog.build()
    assert not any("gone" in line for line in blog.lines())
    (content / "x" / "_index.md").unlink()
    (content / "copy.md").unlink()
    assert blog.build() == before


def test_a_deleted_article_is_gone_since_the_build_that_missed_it(
    blog: Blog, two: dict[str, str], content: Path
) -> None:
    (content / "a.md").unlink()
    blog.build()
    first = blog.ids.read_bytes()
    assert blog.line("Title a")["gone"] == "2026-01-01T00:00:00+00:00"
    blog.build(as_of=LATER)
    assert blog.ids.read_bytes() == first


def test_an_article_that_comes_back_has_its_id_again(blog: Blog, two: dict[str, str], content: Path) -> None:
    text = (content / "a.md").read_text()
    edit(content / "a.md", "title:", "slug: c\ntitle:")
    blog.build()
    (content / "a.md").unlink()
    blog.build()
    (content / "back.md").write_text(text)
    assert blog.build() == two
    assert "gone" not in blog.line("Title a")


def test_another_article_in_the_place_of_a_deleted_one_does_not_inherit_its_id(
    blog: Blog, two: dict[str, str], content: Path, write_article: Write
) -> None:
    edit(content / "a.md", "title:", "slug: c\ntitle:")
    (content / "a.md").unlink()
    blog.build()
    write_article("a.md", "Nothing like it.", title="New", slug="n", publishedAt="2025-12-24")
    assert blog.build()["New"] == f"{BASE}n/"


def test_old_addresses_lead_to_the_present_one(blog: Blog, two: dict[str, str], content: Path) -> None:
    for slug_ in ("one", "two", "three"):
        text = (content / "a.md").read_text().replace("slug: one\n", "").replace("slug: two\n", "")
        (content / "a.md").write_text(text.replace("title:", f"slug: {slug_}\ntitle:", 1))
        blog.build(redirects=("netlify", "json"))
    assert blog.line("Title a")["urls"] == [f"{BASE}a/", f"{BASE}one/", f"{BASE}two/", f"{BASE}three/"]
    assert blog.moves() == {f"{BASE}{old}/": f"{BASE}three/" for old in ("a", "one", "two")}
    assert "/one/ https://example.com/three/ 301\n" in (blog.out / "_redirects").read_text()
    assert json.loads((blog.out / "redirects.json").read_text())["/a/"] == f"{BASE}three/"


def test_an_old_address_that_a_living_article_has_is_not_redirected(
    blog: Blog, two: dict[str, str], content: Path, write_article: Write
) -> None:
    (content / "a.md").rename(content / "z.md")
    assert blog.moves() == {f"{BASE}a/": f"{BASE}z/"}
    blog.build()
    write_article("a.md", "Nothing like it.", title="New", publishedAt="2025-12-24")
    assert blog.moves() == {}


def test_nothing_leads_to_an_article_that_is_not_published(blog: Blog, two: dict[str, str], content: Path) -> None:
    edit(content / "a.md", "title:", "slug: c\ntitle:")
    blog.build()
    edit(content / "a.md", "title:", "draft: true\ntitle:")
    assert blog.moves() == {}


def test_atom_tells_of_what_is_gone_where_the_site_wants_it(blog: Blog, two: dict[str, str], content: Path) -> None:
    (content / "a.md").unlink()
    for as_of in (blog.site.as_of, LATER):
        made = prepared(replace(blog.site, tombstones=True, as_of=as_of), content)
        build(replace(blog.site, tombstones=True, as_of=as_of), content, blog.out)
        (stone,) = made.publication.tombstones
        assert (stone.ref, stone.when) == (f"{BASE}a/", datetime(2026, 1, 1, tzinfo=UTC))
    assert prepared(blog.site, content).publication.tombstones == ()


def test_an_unchanged_ledger_is_not_touched(blog: Blog, two: dict[str, str]) -> None:
    before = blog.ids.stat()
    blog.build()
    assert (blog.ids.stat().st_mtime_ns, blog.ids.stat().st_ino) == (before.st_mtime_ns, before.st_ino)


def test_line_ends_of_windows_are_read_and_left_alone(blog: Blog, two: dict[str, str], content: Path) -> None:
    data = blog.ids.read_bytes().replace(b"\n", b"\r\n")
    blog.ids.write_bytes(data)
    (content / "a.md").rename(content / "z.md")
    assert blog.build() == two
    (content / "z.md").rename(content / "a.md")
    blog.build()
    blog.ids.write_bytes(data := blog.ids.read_bytes().replace(b"\n", b"\r\n"))
    blog.build()
    assert blog.ids.read_bytes() == data


def test_a_plan_and_a_build_that_wrote_nothing_leave_the_ledger_alone(
    blog: Blog, two: dict[str, str], content: Path, write_article: Write
) -> None:
    before = blog.ids.read_bytes()
    write_article("c.md", tags="[x]")
    plan(blog.site, content, blog.out)
    assert blog.ids.read_bytes() == before
    (blog.out / "tags" / "x").mkdir(parents=True)
    (blog.out / "tags" / "x" / "rss.xml").write_text("mine")
    assert not build(blog.site, content, blog.out).ok
    assert blog.ids.read_bytes() == before


@pytest.mark.parametrize("base", ["http://localhost:8000/", "http://127.0.0.1/", "http://[::1]/", "http://a.localhost"])
def test_a_preview_reads_ids_and_remembers_nothing(
    blog: Blog, two: dict[str, str], write_article: Write, base: str
) -> None:
    before = blog.ids.read_bytes()
    write_article("c.md", "More.")
    after = blog.build(base_url=base, id_namespace="")
    assert {title: after[title] for title in two} == two
    assert blog.ids.read_bytes() == before


def test_one_article_built_alone_reads_its_id_and_forgets_nobody(
    blog: Blog, two: dict[str, str], content: Path, tmp_path: Path
) -> None:
    before = blog.ids.read_bytes()
    edit(content / "a.md", "title:", "slug: c\ntitle:")
    made = prepared(replace(blog.site, tombstones=True), content / "a.md")
    assert [entry.id for entry in made.publication.entries] == [two["Title a"]]
    assert made.publication.tombstones == ()
    build(blog.site, content / "a.md", tmp_path / "alone")
    assert blog.ids.read_bytes() == before


def test_articles_from_json_lines_are_known_by_text_title_and_address(blog: Blog, tmp_path: Path) -> None:
    def lines(slug_: str, text: str = "Words.") -> Iterator[str]:
        yield json.dumps({"title": "T", "date": "2025-11-01", "slug": slug_, "html": f"<p>{text}</p>"})
        yield json.dumps({"title": "U", "date": "2025-11-02", "slug": "u", "html": "<p>Others.</p>"})

    for articles in (lines("a"), lines("b"), lines("c", "New words."), lines("c", "Newer.")):
        build(blog.site, articles, blog.out)
    items = json.loads((blog.out / "feed.json").read_text())["items"]
    assert {item["title"]: item["id"] for item in items} == {"T": f"{BASE}a/", "U": f"{BASE}u/"}
    build(blog.site, ["{damaged", *list(lines("c"))[1:]], blog.out)
    assert not any("gone" in line for line in blog.lines())
    build(blog.site, list(lines("c"))[1:], blog.out)
    assert [line["title"] for line in blog.lines() if "gone" in line] == ["T"]


def test_feed_ids_survive_a_new_domain_without_a_setting(
    site: Site, content: Path, tmp_path: Path, write_article: Write
) -> None:
    write_article("a.md", tags="[x]", id="own")
    first = Site(base_url="https://old.example/", as_of=site.as_of, ids=tmp_path / "ids.jsonl")
    build(first, content, tmp_path / "one")
    build(Site(base_url="https://new.example/", as_of=site.as_of, ids=first.ids), content, tmp_path / "two")
    for name_ in ("atom.xml", "tags/x/atom.xml"):
        one, two_ = (re.findall("<id>(.*?)</id>", (tmp_path / out / name_).read_text()) for out in ("one", "two"))
        assert one == two_
        assert len(one) == 2


def test_ids_do_not_depend_on_the_order_of_the_articles(blog: Blog, two: dict[str, str], content: Path) -> None:
    lines = [
        json.dumps(
            {"title": f"Title {x}", "date": f"2025-11-0{n}", "slug": f"new-{x}", "html": f"<p>Words of {x}.</p>"}
        )
        for n, x in ((1, "a"), (2, "b"))
    ]
    for articles in (lines, lines[::-1]):
        made = prepared(blog.site, articles).publication
        assert {entry.title: entry.id for entry in made.entries} == two
    assert len(list(read_json_lines(lines, blog.site))) == 2


HEAD = '{"feedkit": 1, "namespace": "example.com"}'
GOOD = '{"id": "https://e.com/a", "urls": ["https://e.com/a"], "title": "A", "published": "2025-11-01T00:00:00+00:00"}'


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        ("", 1, "the first line is missing"),
        ("\n", 1, "the first line is missing"),
        (GOOD, 1, "does not begin a ledger of version 1"),
        (HEAD.replace("1", "2"), 1, "does not begin a ledger of version 1"),
        (f"{HEAD}\n<<<<<<< HEAD\n{GOOD}\n=======\n>>>>>>> x\n", 2, "unresolved merge conflict"),
        (f"{HEAD}\n{GOOD}\n>>>>>>> x\n", 3, "unresolved merge conflict"),
        (f"<<<<<<< HEAD\n{HEAD}\n", 1, "unresolved merge conflict"),
        (f"{HEAD}\n{GOOD}\n{GOOD[:30]}", 3, "the line is not JSON"),
        (f"{HEAD}\n[]", 2, "the line is not a JSON object"),
        (f"{HEAD}\n{GOOD}\n\n{GOOD}\n", 4, "is also in line 2"),
        (f"{HEAD}\n{GOOD.replace('id', 'name', 1)}", 2, "unknown key 'name'"),
        (f'{HEAD}\n{{"id": "https://e.com/a"}}', 2, "the key published is missing"),
        (f"{HEAD}\n{GOOD.replace('2025-11-01T00:00:00+00:00', '2025-11-01')}", 2, "published must have a time zone"),
        (f"{HEAD}\n{GOOD.replace('2025', 'MMXXV')}", 2, "Invalid isoformat string"),
        (f"{HEAD}\n{GOOD.replace('[', '[1, ')}", 2, "a value is not text"),
        (f"{HEAD}\n{GOOD.replace('https://e.com/a', 'a', 1)}", 2, "id 'a' is not an absolute address"),
        (f'{HEAD}\n{GOOD[:-1]}, "path": "../../etc/passwd"}}', 2, "is not below the content folder"),
        (f"{HEAD}\n{'[' * 100000}", 2, ""),
    ],
)  # fmt: skip
def test_a_damaged_ledger_stops_the_build_and_says_how_to_restore_it(
    blog: Blog,
    content: Path,
    write_article: Write,
    capsys: pytest.CaptureFixture[str],
    text: str,
    line: int,
    reason: str,
) -> None:
    write_article()
    blog.ids.write_text(text)
    with pytest.raises(SettingsError) as caught:
        build(blog.site, content, blog.out)
    message = str(caught.value)
    assert message.startswith(f"ids: {blog.ids}:{line}: ")
    assert reason in message
    assert message.endswith(f"nothing was built; fix the line, or restore the file: git checkout -- {blog.ids}")
    assert not blog.out.exists()
    assert blog.ids.read_text() == text
    (content.parent / "feedkit.toml").write_text('base_url = "https://example.com"\nids = "ids.jsonl"\n')
    assert main(["build", str(content), "-o", str(blog.out)]) == 2
    assert f"ids.jsonl:{line}: " in capsys.readouterr().err


def test_a_ledger_that_is_no_text_or_no_file_is_refused(blog: Blog, write_article: Write) -> None:
    write_article()
    blog.ids.write_bytes(b"\xff\xfe")
    with pytest.raises(SettingsError, match="cannot be read"):
        blog.build()
    blog.ids.unlink()
    blog.ids.mkdir()
    with pytest.raises(SettingsError, match="cannot be read"):
        blog.build()


def test_a_ledger_that_cannot_be_written_is_told_and_the_old_one_stays(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(PublishError, match="cannot be written"):
        save(tmp_path / "file" / "ids.jsonl", Ledger(namespace="n"))
    assert (tmp_path / "file").read_text() == "x"


def test_lines_that_two_branches_added_make_one_ledger(blog: Blog, two: dict[str, str], write_article: Write) -> None:
    base = blog.ids.read_text().splitlines()
    sides = []
    for name_ in ("c", "d"):
        file = write_article(f"{name_}.md", f"Words of {name_}.", publishedAt="2025-11-08")
        blog.build()
        sides.append(blog.ids.read_text().splitlines())
        file.unlink()
        blog.ids.write_text("\n".join(base) + "\n")
    merged = [*base, *(line for side in sides for line in side if line not in base)]
    blog.ids.write_text("\n".join(merged) + "\n")
    for name_ in ("c", "d"):
        write_article(f"{name_}.md", f"Words of {name_}.", publishedAt="2025-11-08")
    blog.build()
    assert set(blog.ids.read_text().splitlines()) == {line for side in sides for line in side}
    assert blog.ids.read_text().splitlines()[1:] == sorted(blog.ids.read_text().splitlines()[1:])


def test_links_in_the_place_of_the_ledger_stay_links(blog: Blog, write_article: Write, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    blog.ids.symlink_to(tmp_path / "elsewhere" / "ids.jsonl")
    write_article()
    blog.build()
    assert blog.ids.is_symlink()
    assert (tmp_path / "elsewhere" / "ids.jsonl").is_file()
    assert [path.name for path in (tmp_path / "elsewhere").iterdir()] == ["ids.jsonl"]


instants = st.datetimes(
    min_value=datetime(1970, 1, 2),
    max_value=datetime(2100, 1, 1),
    timezones=st.sampled_from([UTC, timezone(timedelta(hours=5, minutes=45)), timezone(timedelta(hours=-11))]),
)
addresses = st.lists(st.sampled_from(["a", "z", "/", "-", "%20"]), max_size=9).map(
    lambda parts: "https://e.com/" + "".join(parts)
)
texts = st.text(max_size=20)
known = st.builds(
    LedgerRow,
    id=addresses,
    urls=st.lists(addresses, min_size=1, max_size=4).map(tuple),
    path=st.text("abc/é.", max_size=9).filter(lambda text: not text.startswith("/") and ".." not in text.split("/")),
    title=texts.filter(lambda text: text and not text.isspace()),
    published=instants,
    content=st.text("0123456789abcdef", max_size=32),
    guid=texts,
    gone=st.none() | instants,
)


@settings(max_examples=30)
@given(st.lists(known, unique_by=lambda item: item.id), texts)
def test_what_is_written_into_a_ledger_is_read_out_of_it(items: list[LedgerRow], namespace: str) -> None:
    book = Ledger(namespace=namespace, rows={item.id: item for item in items})
    data = dump_ids(book)
    assert parse_ids(data.decode("ascii"), Path("ids.jsonl")) == book
    assert parse_ids(data.decode("ascii").replace("\n", "\r\n"), Path("ids.jsonl")) == book
    assert data.count(b"\n") == len(items) + 1
    assert dump_ids(Ledger(namespace=namespace, rows=dict(reversed(book.rows.items())))) == data


@given(st.text(max_size=200))
def test_any_text_is_a_ledger_or_is_refused(text: str) -> None:
    try:
        parse_ids(text, Path("ids.jsonl"))
    except SettingsError as error:
        assert str(error).startswith("ids: ids.jsonl:")


def test_a_ledger_that_is_not_there_is_none(tmp_path: Path) -> None:
    assert load_ids(tmp_path / "ids.jsonl") is None
    assert save(tmp_path / "new" / "ids.jsonl", Ledger(namespace="n"))
    assert not save(tmp_path / "new" / "ids.jsonl", Ledger(namespace="n"))
    assert load_ids(tmp_path / "new" / "ids.jsonl") == Ledger(namespace="n")


def test_moves_are_values_that_writers_take(blog: Blog, two: dict[str, str], content: Path) -> None:
    (content / "a.md").rename(content / "z.md")
    made = prepared(blog.site, content).publication
    assert made.moves == (Move(old=f"{BASE}a/", new=f"{BASE}z/"),)
