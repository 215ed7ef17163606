"""What a run refuses to do unless it is told to: take over files, empty feeds, believe a damaged list."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from msgspec.structs import replace
from output_folder import text, tree

from feedkit import Entry, PublishError, Report, Site, build, documents, publish
from feedkit.cli import main
from feedkit.output import manifest

Make = Callable[..., Entry]
Write = Callable[..., Path]
MANIFEST = ".feedkit-manifest.json"


def codes(report: Report) -> list[tuple[str, str]]:
    return [(problem.code, Path(problem.path).name) for problem in report.problems]


def digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def test_files_in_the_way_are_all_named_and_with_force_all_taken_over(
    write_article: Write, content: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_article("a.md", tags="[x]")
    out = tmp_path / "out"
    (out / "tags" / "x").mkdir(parents=True)
    own = {"rss.xml": b"mine", "tags/x/feed.json": b"mine, too", "index.html": b"mine"}
    for name, data in own.items():
        (out / name).write_bytes(data)
    command = ["build", str(content), "-o", str(out), "--base-url", "https://example.com", "--as-of", "2026-01-01"]
    assert main(command) == 1
    err = capsys.readouterr().err
    assert err.count("error FK501") == 2
    assert str(out / "rss.xml") in err
    assert str(out / "tags/x/feed.json") in err
    assert tree(out) == own
    assert main([*command, "--force"]) == 0
    err = capsys.readouterr().err
    assert err.count("warning FK504") == 2
    assert f"a file of 4 bytes, SHA-256 {digest(b'mine')}" in err
    assert f"a file of 9 bytes, SHA-256 {digest(b'mine, too')}" in err
    assert b"<rss" in (out / "rss.xml").read_bytes()
    assert (out / "index.html").read_bytes() == b"mine"
    assert main([*command]) == 0
    assert capsys.readouterr().err == ""


def test_a_taken_over_file_goes_when_it_is_no_longer_wanted(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text("mine")
    assert codes(publish([text("a.json")], tmp_path, force=True)) == [("FK504", "a.json")]
    assert publish([], tmp_path).documents.removed == 1


def test_force_takes_over_no_folder_and_no_file_where_a_folder_should_be(tmp_path: Path) -> None:
    (tmp_path / "a.json").mkdir()
    (tmp_path / "tags").write_text("mine")
    (tmp_path / "b.json").write_text("mine")
    report = publish([text("b.json"), text("a.json"), text("tags/a.json")], tmp_path, force=True)
    assert codes(report) == [("FK501", "a.json"), ("FK501", "tags")]
    assert not report.ok
    assert (tmp_path / "b.json").read_text() == "mine"


def test_a_file_that_has_the_same_bytes_is_no_obstacle(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text("{}")
    report = publish([text("a.json")], tmp_path)
    assert (report.problems, report.documents.unchanged) == ((), 1)


def test_the_list_counts_the_entries_of_feeds_and_of_nothing_else(site: Site, entry: Make, tmp_path: Path) -> None:
    publish(documents(site, [entry("a", tags=["x"]), entry("b")]), tmp_path)
    rows = json.loads((tmp_path / MANIFEST).read_bytes())
    assert rows["version"] == 2
    counted = {path: row["entries"] for path, row in rows["documents"].items() if "entries" in row}
    names = ("atom.xml", "feed.json", "rss.xml")
    assert counted == dict.fromkeys(names, 2) | {f"tags/x/{name}": 1 for name in names}


def test_a_content_folder_that_is_suddenly_empty_is_an_error_and_nothing_is_written(
    write_article: Write, content: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    article = write_article("a.md", tags="[x]")
    out = tmp_path / "out"
    command = ["build", str(content), "-o", str(out), "--base-url", "https://example.com", "--as-of", "2026-01-01"]
    assert main(command) == 0
    before = tree(out)
    article.unlink()
    capsys.readouterr()
    assert main(command) == 1
    err = capsys.readouterr().err
    assert (err.count("error FK505"), err.count("hint: check that this is")) == (6, 1)
    for name in ("rss.xml", "atom.xml", "feed.json", "tags/x/rss.xml", "tags/x/atom.xml", "tags/x/feed.json"):
        assert f"{out / name}: error FK505: had 1 entry and would have none, so nothing was written" in err
    assert tree(out) == before
    assert main([*command, "--allow-empty"]) == 0
    assert not (out / "tags").exists()
    assert b"<item>" not in (out / "rss.xml").read_bytes()
    capsys.readouterr()
    assert main([*command, "--no-cache"]) == 1
    assert [line for line in capsys.readouterr().err.splitlines() if "error" in line] == [
        f"{content}: error FK232: the folder has no article"
    ]


@pytest.mark.parametrize(("command", "code"), [("plan", 0), ("next", 0), ("feeds", 0), ("explain a.md", 2)])
def test_what_writes_nothing_may_look_at_an_empty_folder(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, command: str, code: int
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main([*command.split(), "--base-url", "https://example.com"]) == code
    assert "FK232" not in capsys.readouterr().err


@pytest.mark.parametrize("keys", [{"draft": "true"}, {"publishedAt": "2030-01-01"}, {"publishedAt": "nonsense"}])
def test_articles_that_are_all_drafts_later_or_refused_empty_nothing(
    site: Site, write_article: Write, content: Path, tmp_path: Path, keys: dict[str, str]
) -> None:
    write_article("a.md")
    assert build(site, content, tmp_path / "out").ok
    before = tree(tmp_path / "out")
    write_article("a.md", **keys)
    report = build(site, content, tmp_path / "out")
    assert "FK505" in [problem.code for problem in report.problems]
    assert tree(tmp_path / "out") == before
    assert "FK505" not in [
        problem.code for problem in build(site, content, tmp_path / "out", allow_empty=True).problems
    ]


#: Feeds before and after, as numbers of entries by path, and which of them count as emptied.
EMPTIED: list[tuple[dict[str, int | None], dict[str, int | None], list[str]]] = [
    ({"rss": 2, "tags/x": 1}, {"rss": 1}, []),
    ({"rss": 2, "tags/x": 1}, {"rss": 1, "tags/x": 0}, ["tags/x"]),
    ({"rss": 2, "tags/x": 1}, {"rss": 0}, ["rss", "tags/x"]),
    ({"rss": 2, "tags/x": 1}, {}, ["rss", "tags/x"]),
    ({"rss": 2}, {"sitemap": None}, ["rss"]),
    ({"rss": 2}, {"index": 2}, []),
    ({"rss": 0, "atom": 0}, {"rss": 0}, []),
    ({"rss": 0}, {}, []),
    ({"sitemap": None}, {}, []),
    ({}, {"rss": 0}, []),
    ({"rss": 1, "only": 1}, {"rss": 0, "only": 1}, ["rss"]),
]


@pytest.mark.parametrize(("before", "after", "found"), EMPTIED)
def test_the_rule_of_emptied_feeds(
    tmp_path: Path, before: dict[str, int | None], after: dict[str, int | None], found: list[str]
) -> None:
    publish([text(path, "1", items) for path, items in before.items()], tmp_path)
    report = publish([text(path, "2", items) for path, items in after.items()], tmp_path)
    assert codes(report) == [("FK505", Path(path).name) for path in found]
    assert all(problem.hint for problem in report.problems)
    left = {path for path in before if (tmp_path / path).exists() and (tmp_path / path).read_text() == "1"}
    assert left == (set(before) if found else set())


def test_a_killed_run_does_not_make_a_feed_look_empty(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    publish([text("rss", "1", 3)], tmp_path)

    def stop(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("feedkit.output.writer._WriteRun._remove", stop)
        with pytest.raises(KeyboardInterrupt):
            publish([text("atom", "1", 0)], tmp_path, allow_empty=True)
    assert codes(publish([text("atom", "1", 0)], tmp_path)) == [("FK505", "rss")]


def test_what_another_command_may_not_remove_counts_as_being_there(tmp_path: Path) -> None:
    publish([text("rss", "1", 3)], tmp_path)
    assert publish([text("sitemap")], tmp_path, removes=lambda path: path == "sitemap").problems == ()


def test_a_list_of_the_first_version_is_read_and_becomes_one_of_the_second(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text("1")
    (tmp_path / "b.json").write_text("1")
    rows = {"a.json": digest(b"1"), "b.json": f"{digest(b'0')} {digest(b'1')}"}
    (tmp_path / MANIFEST).write_text(json.dumps({"version": 1, "documents": rows}))
    report = publish([text("a.json", "2")], tmp_path)
    assert (report.problems, report.documents.removed) == ((), 1)
    assert json.loads((tmp_path / MANIFEST).read_bytes()) == {
        "version": 2,
        "documents": {"a.json": {"sha256": digest(b"2")}},
    }


def test_a_list_of_a_later_version_names_it(tmp_path: Path) -> None:
    (tmp_path / MANIFEST).write_text('{"version": 9, "documents": {}}')
    with pytest.raises(PublishError, match=r"was written by a newer feedkit \(version 9\)"):
        publish([text("a.json")], tmp_path)


@pytest.mark.parametrize(
    "path", ["../mine", "/etc/hostname", "a/../../mine", "con", "a\\b", "", "a:b", "x" * 300, "\ud800"]
)
def test_every_path_of_a_list_is_looked_at_even_where_nothing_is_to_be_removed(tmp_path: Path, path: str) -> None:
    (tmp_path / "mine").write_text("mine")
    out = tmp_path / "out"
    out.mkdir()
    (out / MANIFEST).write_text(json.dumps({"version": 2, "documents": {path: {"sha256": digest(b"mine")}}}))
    with pytest.raises(PublishError, match=r"manifest.*is not a path that is safe.*restore it, or delete it"):
        publish([text("a.json")], out, removes=lambda path: False)
    assert (tmp_path / "mine").read_text() == "mine"
    assert sorted(tree(out)) == [MANIFEST]


def test_a_list_that_claims_a_file_of_somebody_else_cannot_have_it_removed(tmp_path: Path) -> None:
    (tmp_path / "index.html").write_text("mine")
    rows = {"index.html": {"sha256": digest(b"not these bytes")}}
    (tmp_path / MANIFEST).write_text(json.dumps({"version": 2, "documents": rows}))
    assert codes(publish([text("a.json")], tmp_path)) == [("FK502", "index.html")]
    assert (tmp_path / "index.html").read_text() == "mine"


@pytest.mark.parametrize("kind", ["folder", "fifo"])
def test_a_list_that_is_no_file_is_refused_and_not_waited_for(tmp_path: Path, kind: str) -> None:
    if kind == "fifo":
        os.mkfifo(tmp_path / MANIFEST)
    else:
        (tmp_path / MANIFEST).mkdir()
    with pytest.raises(PublishError, match="cannot be read"):
        publish([text("a.json")], tmp_path)


def test_what_is_dumped_is_loaded_again(tmp_path: Path) -> None:
    rows = {"é/日.xml": manifest.Written("1" * 64, 3), "a.xml": manifest.Written("2 3"), "b": manifest.Written("4", 0)}
    (tmp_path / MANIFEST).write_bytes(manifest.dump(rows))
    assert manifest.load(tmp_path) == rows
    assert list(manifest.load(tmp_path)) == sorted(rows)
    assert manifest.dump(dict(reversed(rows.items()))) == manifest.dump(rows)


def test_a_feed_that_is_unreadable_keeps_its_old_number_of_entries(tmp_path: Path) -> None:
    publish([text("rss.json", "1", 3)], tmp_path)
    publish([text("rss.json", "{", 3), text("b.json")], tmp_path)
    assert manifest.load(tmp_path)["rss.json"] == manifest.Written(digest(b"1"), 3)


@pytest.mark.parametrize("seconds", ["-1", "nan", "inf", "ten", "100000"])
def test_a_time_to_wait_that_is_none_is_wrong_usage(content: Path, seconds: str) -> None:
    with pytest.raises(SystemExit) as caught:
        main(["build", str(content), "--wait", seconds])
    assert caught.value.code == 2


def test_a_tag_that_loses_its_last_entry_is_gone_and_not_emptied(site: Site, entry: Make, tmp_path: Path) -> None:
    few = replace(site, formats=("rss",))
    publish(documents(few, [entry("a", tags=["x"]), entry("b", tags=["y"])]), tmp_path)
    report = publish(documents(few, [entry("a", tags=["x"])]), tmp_path)
    assert (report.problems, report.documents.removed) == ((), 1)
