"""Nothing outside of the output folder, nothing through a link, no name that some platform cannot have."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from output_folder import text
from output_folder import tree as files

from feedkit import Document, PublishError, publish
from feedkit.output import tree
from feedkit.output.manifest import ClaimedPaths, check_path
from feedkit.output.tree import Tree


@pytest.fixture(params=["descriptors", "names"])
def either(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Both ways to reach a file: by descriptors of folders, and by names where a system has none."""
    monkeypatch.setattr(tree, "HAS_DESCRIPTORS", request.param == "descriptors")
    return str(request.param)


def test_both_ways_write_change_and_remove_alike(either: str, tmp_path: Path) -> None:
    out = tmp_path / "new" / "out"
    assert publish([text("a.json"), text("tags/x/a.json"), text("tags/y/a.json")], out).documents.written == 3
    report = publish([text("a.json", "1"), text("tags/x/a.json")], out)
    assert (report.documents.written, report.documents.unchanged, report.documents.removed) == (1, 1, 1)
    assert sorted(files(out)) == [".feedkit-manifest.json", "a.json", "tags/x/a.json"]
    assert not (out / "tags" / "y").exists()


@pytest.mark.parametrize("link", ["tags", "tags/x", "tags/x/a.json"])
def test_no_document_goes_through_a_link_in_either_way(either: str, tmp_path: Path, link: str) -> None:
    outside = tmp_path / "outside"
    (outside / "x").mkdir(parents=True)
    (outside / "a.json").write_text("theirs")
    (outside / "x" / "a.json").write_text("theirs")
    place = tmp_path / "out" / link
    place.parent.mkdir(parents=True)
    place.symlink_to({"tags": outside, "tags/x": outside / "x"}.get(link, outside / "a.json"))
    before = files(outside)
    for force in (False, True):
        with pytest.raises(PublishError, match=rf"out/{link}.*is a link"):
            publish([text("b.json"), text("tags/x/a.json")], tmp_path / "out", force=force)
    assert files(outside) == before
    assert not (tmp_path / "out" / "b.json").exists()


def swapped(folder: Path, outside: Path) -> None:
    """What somebody does to be written to elsewhere: a link in the place of a folder."""
    folder.rename(folder.with_name("moved"))
    folder.symlink_to(outside)


@pytest.fixture
def outside(tmp_path: Path) -> Path:
    folder = tmp_path / "outside"
    folder.mkdir()
    (folder / "a.json").write_text("theirs")
    return folder


def test_a_folder_that_becomes_a_link_between_staging_and_renaming_leads_nowhere(
    either: str, tmp_path: Path, outside: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "out"
    publish([text("a.json", "1"), text("tags/a.json", "1")], out)
    put = Tree.rename

    def late(self: Tree, temporary: str, path: str) -> None:
        if path == "tags/a.json":
            swapped(out / "tags", outside)
        put(self, temporary, path)

    monkeypatch.setattr(Tree, "rename", late)
    with pytest.raises(PublishError, match="is a link"):
        publish([text("a.json", "2"), text("tags/a.json", "2")], out)
    assert files(outside) == {"a.json": b"theirs"}
    assert (out / "moved" / "a.json").read_bytes() == b"1"


def test_a_folder_that_becomes_a_link_while_documents_are_made_leads_nowhere(
    either: str, tmp_path: Path, outside: Path
) -> None:
    out = tmp_path / "out"
    publish([text("tags/a.json", "1"), text("tags/b.json", "1")], out)

    def made() -> Iterator[Document]:
        yield text("tags/a.json", "2")
        swapped(out / "tags", outside)
        yield text("tags/b.json", "2")

    with pytest.raises(PublishError, match="is a link"):
        publish(made(), out)
    assert files(outside) == {"a.json": b"theirs"}


def test_a_folder_that_becomes_a_link_before_stale_files_are_removed_leads_nowhere(
    either: str, tmp_path: Path, outside: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "out"
    (outside / "a.json").write_text("1")
    publish([text("a.json", "1"), text("tags/a.json", "1")], out)
    put = Tree.rename

    def late(self: Tree, temporary: str, path: str) -> None:
        put(self, temporary, path)
        if path == "a.json":
            swapped(out / "tags", outside)

    monkeypatch.setattr(Tree, "rename", late)
    with pytest.raises(PublishError, match="is a link"):
        publish([text("a.json", "2")], out)
    assert files(outside) == {"a.json": b"1"}


def test_a_folder_that_is_moved_away_between_looking_and_writing_takes_the_file_with_it(
    tmp_path: Path, outside: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not tree.HAS_DESCRIPTORS:
        pytest.skip("without descriptors of folders there is an instant between looking and writing")
    out = tmp_path / "out"
    publish([text("tags/a.json", "1")], out)
    replace = os.replace

    def late(*arguments: str, **folders: int) -> None:
        if arguments[1] == "a.json":
            swapped(out / "tags", outside)
        replace(*arguments, **folders)

    monkeypatch.setattr(os, "replace", late)
    publish([text("tags/a.json", "2")], out)
    assert files(outside) == {"a.json": b"theirs"}
    assert (out / "moved" / "a.json").read_bytes() == b"2"


@pytest.mark.parametrize("kind", ["fifo", "folder"])
def test_what_is_no_file_is_in_the_way_and_is_neither_waited_for_nor_taken_over(
    either: str, tmp_path: Path, kind: str
) -> None:
    if kind == "fifo":
        os.mkfifo(tmp_path / "a.json")
    else:
        (tmp_path / "a.json").mkdir()
    report = publish([text("a.json")], tmp_path, force=True)
    assert [problem.code for problem in report.problems] == ["FK501"]


UNSAFE = [
    *(
        "CON",
        "con.json",
        "NUL.tar.gz",
        "tags/nul/a.json",
        "COM1",
        "com1.xml",
        "COM¹",
        "lpt³.json",
        "CONIN$",
        "aux .json",
    ),
    *("a.", "tags/x./a.json", "a ", "tags/ /a.json", "...", "..", "."),
    *(f"a{char}b.json" for char in '<>:"|?*\\\x00\x01\x1f\x7f\x85\n\t'),
    *("a" * 251 + ".json", "日" * 86, "tags/" + "é" * 128 + "/a.json"),
    *("/etc/a.json", "../a.json", "a/../../b.json", "", "a//b.json", "a/", "C:/a.json", "\ud800.json"),
]


@pytest.mark.parametrize("path", UNSAFE, ids=ascii)
def test_a_name_that_some_platform_cannot_have_is_refused_and_named(tmp_path: Path, path: str) -> None:
    with pytest.raises(PublishError, match="is not a path that is safe on every platform") as caught:
        publish([text("good.json"), text(path)], tmp_path / "out")
    assert len(str(caught.value)) < 400
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    "path", ["console.json", "common/nullable.json", "com10", "a" * 250 + ".json", "日" * 85, ".a"]
)
def test_a_name_that_every_platform_can_have_is_not_refused(path: str) -> None:
    check_path(path)


#: Pairs of paths that are one somewhere, and which of the two is told of.
ONE_PLACE = [
    ("A.json", "a.json"),
    ("caf\u00e9.json", "cafe\u0301.json"),
    ("ß.json", "SS.json"),
    ("ﬁ.json", "fi.json"),
    ("tags/X/a.json", "tags/x/b.json"),
    ("caf\u00e9/a.json", "cafe\u0301/b.json"),
    ("a", "a/b.json"),
    ("a/b.json", "a"),
    ("A", "a/b/c.json"),
    ("a/b/c.json", "A/B"),
]


@pytest.mark.parametrize(("one", "other"), ONE_PLACE, ids=ascii)
def test_documents_that_some_file_system_takes_for_one_are_refused_by_name(
    tmp_path: Path, one: str, other: str
) -> None:
    with pytest.raises(PublishError, match=r"conflicts with|only in case") as caught:
        publish([text(one), text(other)], tmp_path / "out")
    assert other in str(caught.value)
    assert not (tmp_path / "out").exists()


def test_folders_are_shared_by_documents() -> None:
    places = ClaimedPaths()
    for path in ("tags/x/rss.xml", "tags/x/atom.xml", "tags/y/rss.xml", "tags.xml"):
        places.claim(path)
    assert len(places.files) == 4


def test_a_new_spelling_of_a_name_is_kept_where_the_file_system_knows_no_case(tmp_path: Path) -> None:
    # Such a file system has one file by two names, as a hard link has here.
    publish([text("Tags/x.json", "1")], tmp_path)
    (tmp_path / "tags").mkdir()
    (tmp_path / "tags" / "x.json").hardlink_to(tmp_path / "Tags" / "x.json")
    report = publish([text("tags/x.json", "1")], tmp_path)
    assert (report.problems, report.documents.removed) == ((), 0)
    assert (tmp_path / "tags" / "x.json").read_bytes() == b"1"
    assert (tmp_path / "Tags" / "x.json").exists()


def test_an_error_of_the_system_names_the_whole_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*arguments: str, **folders: int) -> None:
        raise PermissionError(13, "Permission denied", arguments[0])

    monkeypatch.setattr(os, "replace", refused)
    with pytest.raises(PublishError) as caught:
        publish([text("tags/x/a.json")], tmp_path / "out")
    assert str(caught.value) == f"{tmp_path / 'out' / '.feedkit-manifest.json'}: cannot be written (Permission denied)"


def test_no_descriptor_stays_open(tmp_path: Path, either: str) -> None:
    if not Path("/proc/self/fd").is_dir():
        pytest.skip("this system does not list what is open")

    def count() -> int:
        return len(list(Path("/proc/self/fd").iterdir()))

    def failing() -> Iterator[Document]:
        yield text("tags/x/a.json", "3")
        raise KeyboardInterrupt

    publish([text("a.json"), text("tags/x/a.json")], tmp_path)
    before = count()
    publish([text("a.json", "2")], tmp_path)
    with pytest.raises(KeyboardInterrupt):
        publish(failing(), tmp_path)
    with pytest.raises(PublishError):
        publish([text("con")], tmp_path)
    assert count() == before


def test_a_loop_of_links_as_output_is_refused(tmp_path: Path) -> None:
    (tmp_path / "out").symlink_to(tmp_path / "out")
    with pytest.raises(PublishError, match="out"):
        publish([text("a.json")], tmp_path / "out")
