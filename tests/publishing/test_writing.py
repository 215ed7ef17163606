"""Documents onto disk: what is written, in which order, and what is never touched."""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from msgspec.structs import replace
from output_folder import counts, text, tree

from feedkit import Entry, Problem, PublishError, Site, build, documents, publish
from feedkit.output.tree import Tree

Make = Callable[..., Entry]
MANIFEST = ".feedkit-manifest.json"


def test_a_folder_holds_the_documents_and_a_list_of_them(tmp_path: Path) -> None:
    report = publish([text("a.json", "1"), text("deep/er/b.json", "2")], tmp_path / "new" / "out")
    found = tree(tmp_path / "new" / "out")
    assert {name: data for name, data in found.items() if name != MANIFEST} == {"a.json": b"1", "deep/er/b.json": b"2"}
    assert sorted(json.loads(found[MANIFEST])["documents"]) == ["a.json", "deep/er/b.json"]
    assert (report.ok, counts(report)) == (True, (2, 0, 0))


def test_only_documents_whose_bytes_differ_are_written(tmp_path: Path) -> None:
    publish([text("a.json", "1"), text("b.json", "2")], tmp_path)
    for file in tmp_path.iterdir():
        os.utime(file, ns=(1, 1))
    assert counts(publish([text("a.json", "1"), text("b.json", "3")], tmp_path)) == (1, 1, 0)
    assert (tmp_path / "a.json").stat().st_mtime_ns == 1
    assert (tmp_path / "b.json").read_bytes() == b"3"


def test_every_file_is_staged_in_its_own_folder_and_put_there_in_order(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    moves: list[tuple[Path, Path]] = []
    real = Tree.rename

    def traced(self: Tree, temporary: str, path: str) -> None:
        assert moves or not list(tmp_path.rglob("*.json"))
        moves.append((tmp_path / temporary, tmp_path / path))
        real(self, temporary, path)

    monkeypatch.setattr(Tree, "rename", traced)
    paths = ["rss.json", "tags/x/rss.json", "sitemaps/1.json", "sitemap.json", "feeds.json"]
    publish([text(path) for path in paths], tmp_path)
    names = [str(place.relative_to(tmp_path)) for _, place in moves]
    assert names == [MANIFEST, *paths]  # the last list of files equals the first, so it is not written again
    assert all(source.parent == place.parent and source.suffix == ".tmp" for source, place in moves)


def test_a_whole_site_is_put_there_with_its_containers_last(
    site: Site, entry: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    places: list[str] = []
    real = Tree.rename

    def traced(self: Tree, temporary: str, path: str) -> None:
        places.append(path)
        real(self, temporary, path)

    publish(documents(site, [entry("z", tags=["old"])]), tmp_path)
    monkeypatch.setattr(Tree, "rename", traced)
    made = list(documents(site, [entry("a", tags=["x"]), entry("b", tags=["y"])]))
    publish(made, tmp_path)
    assert places == [MANIFEST, *(document.path for document in made), MANIFEST]
    assert places[-3:-1] == ["sitemap.xml", "feeds.opml"]


@pytest.mark.parametrize("foreign", ["rss.xml", "tags/x/feed.json", "sitemap.xml"])
def test_a_file_of_somebody_else_is_an_error_and_nothing_at_all_is_written(
    site: Site, entry: Make, tmp_path: Path, foreign: str
) -> None:
    file = tmp_path / foreign
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("mine")
    before = (tree(tmp_path), sorted(tmp_path.rglob("*")))
    report = publish(documents(site, [entry(tags=["x", "y"])]), tmp_path)
    assert (tree(tmp_path), sorted(tmp_path.rglob("*"))) == before
    assert [(problem.code, problem.severity, problem.path) for problem in report.problems] == [
        ("FK501", "error", str(file))
    ]
    assert report.problems[0].hint
    assert (report.ok, counts(report)) == (False, (0, 0, 0))


def test_a_folder_or_a_file_in_the_place_of_the_other_is_named_and_nothing_is_written(tmp_path: Path) -> None:
    publish([text("a.json"), text("x/b.json")], tmp_path)
    (tmp_path / "a.json").unlink()
    (tmp_path / "a.json").mkdir()
    (tmp_path / "tags").write_text("mine")
    before = tree(tmp_path)
    changed = [text("a.json", "1"), text("x/b.json", "1"), text("tags/x/c.json"), text("tags/y/c.json")]
    report = publish(changed, tmp_path)
    assert [(problem.code, Path(problem.path).name) for problem in report.problems] == [
        ("FK501", "a.json"),
        ("FK501", "tags"),
    ]
    assert tree(tmp_path) == before


def test_a_file_of_ours_that_somebody_changed_is_replaced(tmp_path: Path) -> None:
    publish([text("a.json", "1")], tmp_path)
    (tmp_path / "a.json").write_text("edited")
    assert counts(publish([text("a.json", "1")], tmp_path)) == (1, 0, 0)
    assert (tmp_path / "a.json").read_bytes() == b"1"


def test_a_file_of_ours_that_somebody_deleted_comes_back(tmp_path: Path) -> None:
    publish([text("a/b.json", "1")], tmp_path)
    (tmp_path / "a/b.json").unlink()
    (tmp_path / "a").rmdir()
    assert counts(publish([text("a/b.json", "1")], tmp_path)) == (1, 0, 0)


def test_documents_that_are_no_longer_wanted_go_with_the_folders_they_leave_empty(tmp_path: Path) -> None:
    publish([text("a.json"), text("tags/x/b.json"), text("tags/x/c.json"), text("tags/y/b.json")], tmp_path)
    (tmp_path / "tags/y/mine.txt").write_text("mine")
    assert counts(publish([text("a.json")], tmp_path)) == (0, 1, 3)
    assert sorted(tree(tmp_path)) == [MANIFEST, "a.json", "tags/y/mine.txt"]
    assert not (tmp_path / "tags/x").exists()


def test_a_stale_document_that_somebody_edited_stays_and_is_theirs_from_then_on(tmp_path: Path) -> None:
    publish([text("a.json"), text("b.json")], tmp_path)
    (tmp_path / "b.json").write_text("edited")
    report = publish([text("a.json")], tmp_path)
    assert [(problem.code, problem.severity) for problem in report.problems] == [("FK502", "warning")]
    assert report.problems[0].hint
    assert report.ok
    assert (tmp_path / "b.json").read_text() == "edited"
    assert publish([text("a.json")], tmp_path).problems == ()
    assert publish([text("a.json"), text("b.json")], tmp_path).problems[0].code == "FK501"


def test_a_removed_article_takes_the_feeds_of_its_terms_with_it(site: Site, entry: Make, tmp_path: Path) -> None:
    publish(documents(site, [entry("a", tags=["x"]), entry("b", tags=["y"])]), tmp_path)
    publish(documents(site, [entry("a", tags=["x"])]), tmp_path)
    assert (tmp_path / "tags/x").is_dir()
    assert not (tmp_path / "tags/y").exists()


def test_files_that_are_not_in_the_list_are_never_touched(tmp_path: Path) -> None:
    (tmp_path / "tags").mkdir()
    (tmp_path / "tags/mine.html").write_text("mine")
    publish([text("tags/a.json")], tmp_path)
    publish([], tmp_path)
    assert sorted(tree(tmp_path)) == [MANIFEST, "tags/mine.html"]


@pytest.mark.parametrize("path", ["tags", "tags/x", "rss.json"])
def test_no_document_goes_through_a_link(tmp_path: Path, path: str) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "rss.json").write_text("mine")
    link = tmp_path / "out" / path
    link.parent.mkdir(parents=True)
    link.symlink_to(outside / "rss.json" if path == "rss.json" else outside)
    with pytest.raises(PublishError, match="is a link"):
        publish([text("a.json"), text("rss.json"), text("tags/x/rss.json")], tmp_path / "out")
    assert tree(outside) == {"rss.json": b"mine"}
    assert not (tmp_path / "out/a.json").exists()


def test_an_output_folder_that_is_itself_a_link_is_the_folder_it_names(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "out").symlink_to(tmp_path / "real")
    publish([text("a.json")], tmp_path / "out")
    assert (tmp_path / "real/a.json").exists()


@pytest.mark.parametrize(
    "path",
    [
        "../a.json",
        "/a.json",
        "a//b.json",
        "a/./b.json",
        "a/../../b.json",
        "",
        "a\\b.json",
        "a:b.json",
        "a\x00.json",
        "con",
        "tags/NUL.txt",
        "com¹/a.json",
        "a.",
        "b ",
        "\ud800.json",
        "x" * 256,
        "日" * 86,
        ".feedkit-manifest.json",
        ".FEEDKIT-manifest.JSON",
    ],
)
def test_a_path_that_is_not_safe_on_every_platform_is_refused(tmp_path: Path, path: str) -> None:
    with pytest.raises(PublishError):
        publish([text("good.json"), text(path)], tmp_path / "out")
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(("one", "other"), [("A.json", "a.json"), ("caf\u00e9.json", "cafe\u0301.json"), ("ß", "SS")])
def test_two_documents_that_some_file_system_takes_for_one_are_refused(tmp_path: Path, one: str, other: str) -> None:
    with pytest.raises(PublishError, match="conflicts with"):
        publish([text(one), text(other)], tmp_path)


@pytest.mark.parametrize(
    "damage",
    [
        "{",
        "[]",
        "null",
        '{"version": 3, "documents": {}}',
        '{"version": "2", "documents": {}}',
        '{"version": 2}',
        '{"version": 2, "documents": {"a.json": {}}}',
        '{"version": 2, "documents": {"a.json": {"sha256": 1}}}',
        '{"version": 2, "documents": {"a.json": {"sha256": "0", "entries": "1"}}}',
        '{"version": 1, "documents": []}',
        '{"version": 1, "documents": {"a.json": 1}}',
        "[" * 100_000,
        "\xff",
    ],
)
def test_a_damaged_list_stops_everything_and_says_how_to_go_on(tmp_path: Path, damage: str) -> None:
    (tmp_path / MANIFEST).write_bytes(damage.encode("latin-1"))
    with pytest.raises(PublishError, match=r"manifest.*restore it, or delete it"):
        publish([text("a.json")], tmp_path)
    assert sorted(tree(tmp_path)) == [MANIFEST]


@pytest.mark.parametrize("path", ["../mine.txt", "/etc/hostname", "link/mine.txt"])
def test_a_list_that_names_a_file_elsewhere_is_refused_before_anything_is_written(tmp_path: Path, path: str) -> None:
    out = tmp_path / "out"
    out.mkdir()
    (out / "link").symlink_to(tmp_path)
    (tmp_path / "mine.txt").write_text("mine")
    (out / MANIFEST).write_text(json.dumps({"version": 1, "documents": {path: "0"}}))
    with pytest.raises(PublishError):
        publish([text("a.json")], out)
    assert (tmp_path / "mine.txt").read_text() == "mine"
    assert not (out / "a.json").exists()


def test_a_list_that_is_a_link_is_refused(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").write_text("{}")
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / MANIFEST).symlink_to(tmp_path / "elsewhere")
    with pytest.raises(PublishError, match="is a link"):
        publish([text("a.json")], tmp_path / "out")


def test_a_file_where_the_output_folder_should_be_is_refused(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("mine")
    with pytest.raises(PublishError, match="is not a folder"):
        publish([text("a.json")], tmp_path / "out")


def test_a_document_that_no_reader_could_open_never_replaces_a_good_one(tmp_path: Path) -> None:
    publish([text("a.json", "1"), text("b.json", "1")], tmp_path)
    report = publish([text("a.json", "{"), text("b.json", "2"), text("c.json", "NaN")], tmp_path)
    assert [(problem.code, problem.path) for problem in report.problems] == [("FK503", "a.json"), ("FK503", "c.json")]
    assert (tmp_path / "a.json").read_bytes() == b"1"
    assert (tmp_path / "b.json").read_bytes() == b"2"
    assert not (tmp_path / "c.json").exists()
    assert publish([text("a.json", "3"), text("b.json", "2")], tmp_path).ok
    assert (tmp_path / "a.json").read_bytes() == b"3"


@pytest.mark.parametrize(
    "data", ["<rss>", "<rss></rss><rss/>", "<!DOCTYPE rss><rss/>", "<a>&nbsp;</a>", "<a>\x00</a>", ""]
)
def test_bad_xml_from_a_format_is_an_error_and_the_rest_is_written(
    site: Site, entry: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, data: str
) -> None:
    import feedkit.site.assembly
    from feedkit.formats.frame import Frame

    publish(documents(site, [entry("a")]), tmp_path)
    before = (tmp_path / "rss.xml").read_bytes()
    frame = Frame(head=data.encode(), separator=b"", tail=b"")
    bad = replace(
        feedkit.site.assembly.FEED_FORMATS["rss"], write_head=lambda feed: frame, write_entry=lambda entry: b""
    )
    monkeypatch.setattr(feedkit.site.assembly, "FEED_FORMATS", {**feedkit.site.assembly.FEED_FORMATS, "rss": bad})
    report = publish(documents(site, [entry("b")]), tmp_path)
    assert [(problem.code, problem.path) for problem in report.problems] == [("FK503", "rss.xml")]
    assert (tmp_path / "rss.xml").read_bytes() == before
    assert b"Title b" in (tmp_path / "atom.xml").read_bytes()


@pytest.mark.parametrize(("mask", "mode"), [(0o022, 0o644), (0o027, 0o640), (0o077, 0o600)])
def test_permissions_of_new_files_follow_the_umask(tmp_path: Path, mask: int, mode: int) -> None:
    before = os.umask(mask)
    try:
        publish([text("a.json")], tmp_path)
    finally:
        os.umask(before)
    assert {stat.S_IMODE(file.stat().st_mode) for file in tmp_path.iterdir()} == {mode}


def test_permissions_of_unchanged_files_stay(tmp_path: Path) -> None:
    publish([text("a.json")], tmp_path)
    (tmp_path / "a.json").chmod(0o604)
    publish([text("a.json")], tmp_path)
    assert stat.S_IMODE((tmp_path / "a.json").stat().st_mode) == 0o604


@pytest.mark.parametrize("place", ["content", ".", "/", "~"])
def test_a_build_never_writes_into_folders_that_are_not_for_output(
    site: Site, write_article: Callable[..., Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    from feedkit import SettingsError

    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    (tmp_path / "home").mkdir()
    article = write_article("a.md")
    folder = tmp_path / "home" if place == "~" else tmp_path / place
    before = tree(tmp_path)
    for content in (tmp_path / "content", article):
        if (content, place) != (article, "."):
            with pytest.raises(SettingsError, match="must not be written to"):
                build(site, content, folder)
    (tmp_path / "link").symlink_to(tmp_path / "content")
    with pytest.raises(SettingsError, match="must not be written to"):
        build(site, tmp_path / "link", folder)
    assert tree(tmp_path) == before


@pytest.mark.parametrize("name", ["a" * 300, "circle"])
def test_settings_that_name_what_no_file_can_be_are_errors_of_feedkits(
    site: Site, write_article: Callable[..., Path], tmp_path: Path, name: str
) -> None:
    from feedkit import SettingsError, SitemapSettings, read_html

    write_article("a.md")
    (tmp_path / "circle").symlink_to(tmp_path / "circle")
    place = tmp_path / name
    with pytest.raises(PublishError):
        build(site, tmp_path / "content", place)
    with pytest.raises(SettingsError, match="no such folder of pages"):
        build(replace(site, sitemap=SitemapSettings(html=place)), tmp_path / "content", tmp_path / "out")
    report = build(replace(site, authors_file=place), tmp_path / "content", tmp_path / "out")
    assert [Path(problem.path).name for problem in report.problems] == [name]
    problems: list[Problem] = []
    assert list(read_html(place, "https://example.com/", on_problem=problems.append)) == []
    assert [(problem.code, Path(problem.path).name) for problem in problems] == [("FK416", name)]


def test_content_that_is_not_there_leaves_the_output_as_it_is(
    site: Site, write_article: Callable[..., Path], tmp_path: Path
) -> None:
    from feedkit import SettingsError

    write_article("a.md", tags="[x]")
    build(site, tmp_path / "content", tmp_path / "out")
    before = tree(tmp_path / "out")
    for name in ("contend", "a" * 300, "a\0"):
        with pytest.raises(SettingsError, match="there is no such folder"):
            build(site, tmp_path / name, tmp_path / "out")
    assert tree(tmp_path / "out") == before


def test_a_build_looks_at_the_clock_once(
    write_article: Callable[..., Path], content: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks: list[datetime] = []

    def ticking() -> int:
        looks.append(datetime(2026, 1, 1 + len(looks), tzinfo=UTC))
        return int(looks[-1].timestamp()) * 1_000_000_000

    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)
    monkeypatch.setattr("feedkit.clock.time_ns", ticking)
    write_article("a.md", publishedAt="2026-01-02")
    report = build(Site(base_url="https://example.com/"), content, tmp_path / "out")
    assert len(looks) == 1
    assert (report.articles.future, report.articles.published) == (1, 0)
