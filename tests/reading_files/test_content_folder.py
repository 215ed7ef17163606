"""Which files of a content folder are read, in which order, and one Problem for each that cannot be."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from content_folder import ARTICLE, SITE, names, only, put, take

from feedkit import ArticleError, Problem, Site, read
from feedkit.articles import discover as files
from feedkit.site.published import publication


def test_files_come_in_the_order_of_their_paths_and_folders_among_them(tmp_path: Path) -> None:
    put(tmp_path, "b.md", "a/z.md", "a/b/c.md", "c/a.md", "B.MD", "d.markdown", ".hidden.md", ".git/x.md")
    put(tmp_path, "a.txt", text="Words.")
    assert names(tmp_path) == ["B.MD", "a/b/c.md", "a/z.md", "b.md", "c/a.md", "d.markdown"]


@pytest.mark.parametrize("name", [".", "./", "a", "./a", "a/b.", "..", "a (b)", "ä", "{here}", "{here}/a/"])
def test_an_article_is_named_by_the_path_of_its_folder_as_it_was_given(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    here = tmp_path / "here"
    here.mkdir()
    monkeypatch.chdir(here)
    folder = Path(name.format(here=here))
    put(folder, "x/b.md")
    entries, problems = take(folder)
    assert ([entry.source for entry in entries], problems) == ([str(folder / "x" / "b.md")], [])


def test_a_folder_that_is_not_there_is_one_problem(tmp_path: Path) -> None:
    entries, problems = take(tmp_path / "none")
    assert (entries, only(problems).message) == ([], "there is no such file or folder")


def test_a_single_file_is_read_by_itself(tmp_path: Path) -> None:
    put(tmp_path, "blog/a.md", "blog/b.md")
    entries, problems = take(tmp_path / "blog" / "a.md")
    assert ([entry.url for entry in entries], problems) == (["https://example.com/a/"], [])


def test_without_a_callback_the_first_bad_file_raises(tmp_path: Path) -> None:
    (tmp_path / "a.md").mkdir()
    with pytest.raises(ArticleError, match="FK209"):
        list(read(tmp_path, SITE))


def make_folder(path: Path) -> None:
    path.mkdir()
    put(path, "inside.md")


def make_fifo(path: Path) -> None:
    os.mkfifo(path)


def make_socket(path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as made:
        made.bind(str(path))


def make_link_out(path: Path) -> None:
    put(path.parent.parent, "secret.txt")
    path.symlink_to("../secret.txt")


def make_link_loop(path: Path) -> None:
    other = path.with_name("other.markdown-loop")
    path.symlink_to(other.name)
    other.symlink_to(path.name)


ODD: list[tuple[Callable[[Path], None], str, str]] = [
    (make_folder, "error", "is a folder with the name of an article; it is left out"),
    (make_fifo, "error", "is not a regular file"),
    (make_socket, "error", "cannot be read ("),
    (make_link_out, "error", "is a link to a file outside of the content folder"),
    (make_link_loop, "error", "cannot be read (Too many levels of symbolic links)"),
    (lambda path: path.symlink_to("gone.md"), "error", "cannot be read (No such file or directory)"),
    (lambda path: path.symlink_to("."), "note", "is a link to a folder, which is not followed"),
    (lambda path: path.symlink_to("/dev/zero"), "error", "is a link to a file outside of the content folder"),
]


@pytest.mark.parametrize(("make", "severity", "message"), ODD)
def test_what_is_no_article_file_is_one_problem_and_the_others_are_read(
    content: Path, make: Callable[[Path], None], severity: str, message: str
) -> None:
    put(content, "b.md")
    try:
        make(content / "a.md")
    except (OSError, AttributeError) as error:
        pytest.skip(f"this system cannot make one: {error}")
    entries, problems = take(content)
    problem = only(problems)
    assert [Path(entry.source).name for entry in entries] == ["b.md"]
    assert (problem.code, problem.severity) == ("FK209", severity)
    assert problem.message.startswith(message)
    assert problem.path == str(content / "a.md")


def test_a_linked_folder_is_told_and_not_followed_even_in_a_loop(content: Path) -> None:
    put(content, "a/x.md")
    (content / "a" / "loop").symlink_to(content)
    (content / "again").symlink_to("a")
    entries, problems = take(content)
    assert [Path(entry.source).name for entry in entries] == ["x.md"]
    assert {(Path(problem.path).name, problem.severity) for problem in problems} == {
        ("loop", "note"),
        ("again", "note"),
    }


def test_a_link_to_a_file_inside_is_read(content: Path) -> None:
    put(content, "a/x.md")
    (content / "b.md").symlink_to("a/x.md")
    assert names(content) == ["a/x.md", "b.md"]


def test_a_file_and_a_link_to_it_are_a_duplicate_where_the_article_names_its_address(content: Path) -> None:
    put(content, "a.md", text=ARTICLE.replace("title", "slug: own\ntitle"))
    (content / "b.md").symlink_to("a.md")
    entries, _ = take(content)
    problems: list[Problem] = []
    made = publication(Site(base_url=SITE.base_url), entries, problems.append)
    assert (len(entries), len(made.entries), only(problems).code) == (2, 1, "FK404")


def test_a_content_folder_that_is_a_link_is_read(tmp_path: Path) -> None:
    put(tmp_path, "real/a.md")
    (tmp_path / "real" / "b.md").symlink_to("a.md")
    (tmp_path / "content").symlink_to("real")
    assert names(tmp_path / "content") == ["a.md", "b.md"]


@pytest.mark.parametrize("name", [b"\xff.md", b"caf\xe9.md", b"\xfffolder"])
def test_a_name_that_is_not_utf8_is_one_problem_that_can_be_printed(content: Path, name: bytes) -> None:
    put(content, "b.md")
    path = os.fsencode(content) + b"/" + name
    try:
        if name.endswith(b".md"):
            Path(os.fsdecode(path)).write_text(ARTICLE, "utf-8")
        else:
            put(Path(os.fsdecode(path)), "inside.md")
    except OSError:
        pytest.skip("this file system takes UTF-8 only")
    entries, problems = take(content)
    problem = only(problems)
    assert (len(entries), problem.message) == (1, "has a name that is not UTF-8; it is left out")
    assert "\\udc" in problem.path


def test_other_files_may_be_called_as_they_like(content: Path) -> None:
    put(content, "b.md")
    try:
        Path(os.fsdecode(os.fsencode(content) + b"/\xff.png")).write_text("")
    except OSError:
        pytest.skip("this file system takes UTF-8 only")
    if hasattr(os, "mkfifo"):
        os.mkfifo(content / "pipe")
    assert names(content) == ["b.md"]


def test_a_content_folder_whose_own_name_is_not_utf8_can_be_built(tmp_path: Path) -> None:
    root = Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xff"))
    try:
        root.mkdir()
    except OSError:
        pytest.skip("this file system takes UTF-8 only")
    put(root, "a.md")
    put(root, "b.md", text="---\n")
    command = [sys.executable, "-m", "feedkit", "build", str(root), "-o", str(tmp_path / "o"), "--json"]
    run = subprocess.run([*command, "--base-url", SITE.base_url], capture_output=True, check=False)
    assert run.returncode == 1
    assert json.loads(run.stdout)["problems"][0]["path"].endswith("\\udcff/b.md")


@pytest.mark.parametrize("reason", [PermissionError(13, "Permission denied"), FileNotFoundError(2, "No such file")])
def test_a_file_that_cannot_be_opened_any_more_is_one_problem(
    content: Path, monkeypatch: pytest.MonkeyPatch, reason: OSError
) -> None:
    put(content, "a.md", "b.md")
    real = os.open

    def refuse(path: Path, flags: int) -> int:
        if Path(path).name == "a.md":
            raise reason
        return real(path, flags)

    monkeypatch.setattr(files.os, "open", refuse)
    entries, problems = take(content)
    assert [Path(entry.source).name for entry in entries] == ["b.md"]
    assert only(problems).message == f"cannot be read ({reason.strerror})"


def test_a_file_that_vanishes_after_it_was_listed_is_one_problem(content: Path) -> None:
    put(content, "a.md", "b.md", "c.md")
    problems: list[Problem] = []
    entries = read(content, SITE, on_problem=problems.append)
    next(entries)
    (content / "b.md").unlink()
    assert [Path(entry.source).name for entry in entries] == ["c.md"]
    assert only(problems).path == str(content / "b.md")


def test_a_folder_that_vanishes_after_it_was_listed_is_one_problem(content: Path) -> None:
    put(content, "a.md", "b/x.md", "c.md")
    problems: list[Problem] = []
    entries = read(content, SITE, on_problem=problems.append)
    next(entries)
    (content / "b" / "x.md").unlink()
    (content / "b").rmdir()
    assert [Path(entry.source).name for entry in entries] == ["c.md"]
    assert only(problems).path == str(content / "b")


def test_a_file_that_becomes_a_link_out_between_listing_and_reading_is_refused(content: Path) -> None:
    put(content, "a.md", "b.md")
    put(content.parent, "secret.md")
    problems: list[Problem] = []
    entries = read(content, SITE, on_problem=problems.append)
    next(entries)
    (content / "b.md").unlink()
    (content / "b.md").symlink_to("../secret.md")
    assert list(entries) == []
    assert only(problems).message == "is a link to a file outside of the content folder"


def test_no_file_stays_open(content: Path) -> None:
    put(content, "a.md", "b.md")
    (content / "c.md").write_bytes(b"\xff")
    os.mkfifo(content / "d.md")
    descriptors = Path("/proc/self/fd")
    if not descriptors.exists():
        pytest.skip("this system does not tell what is open")
    before = len(list(descriptors.iterdir()))
    take(content)
    assert len(list(descriptors.iterdir())) == before


def test_a_single_file_with_a_name_that_is_not_utf8_is_one_problem(tmp_path: Path) -> None:
    file = tmp_path / os.fsdecode(b"caf\xe9.md")
    file.write_text("---\ntitle: T\ndate: 2025-01-01\n---\n", "utf-8")
    problems: list[Problem] = []
    assert list(read(file, Site(base_url="https://example.com/"), on_problem=problems.append)) == []
    assert [(problem.code, problem.message) for problem in problems] == [
        ("FK209", "has a name that is not UTF-8; it is left out")
    ]
