"""What the file system says of files, in one digest."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedkit.cli import main
from feedkit.pipeline.file_key import digest_of_files, has_many, listed

NAMES = st.text(st.characters(exclude_characters="\0"), min_size=1, max_size=4)
NUMBERS = st.integers(-(2**63) - 1, 2**64) | st.integers(0, 3)
FILES = st.lists(st.tuples(NAMES, st.tuples(NUMBERS, NUMBERS, NUMBERS)), max_size=4)


@given(FILES, FILES)
def test_two_lists_of_files_have_one_digest_only_if_they_are_the_same(
    one: list[tuple[str, tuple[int, int, int]]], other: list[tuple[str, tuple[int, int, int]]]
) -> None:
    assert (digest_of_files(one) == digest_of_files(other)) == (one == other)
    assert digest_of_files(one) == digest_of_files(tuple(one))


def test_neither_the_names_nor_the_numbers_of_files_run_together() -> None:
    lists = [
        [],
        [("a", (1, 2, 3))],
        [("b", (1, 2, 3))],
        [("a", (1, 2, 4))],
        [("ab", (1, 2, 3))],
        [("a", (1, 2, 3)), ("b", (4, 5, 6))],
        [("b", (4, 5, 6)), ("a", (1, 2, 3))],
        [("a", (1, 2, 3)), ("", (4, 5, 6))],
        [("a", (2**64, 2, 3))],
        [("\udcff", (-1, 0, 0))],
    ]
    assert len({digest_of_files(files) for files in lists}) == len(lists)


@pytest.fixture
def secret(content: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder in another one that nobody may look into."""
    scandir: Any = os.scandir
    folder = content / "secret"

    def refuse(path: str | Path) -> Any:
        if Path(path) == folder:
            raise PermissionError(13, "Permission denied", str(path))
        return scandir(path)

    folder.mkdir()
    (folder / "a.md").write_text("")
    monkeypatch.setattr(os, "scandir", refuse)
    return folder


def test_a_folder_that_cannot_be_read_stands_for_what_is_in_it(secret: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (secret.parent / "b.md").write_text("b")
    closed = dict(listed(str(secret.parent), ""))
    assert sorted(closed) == ["b.md", "secret/"]
    assert closed["secret/"][2] == secret.stat().st_ino
    monkeypatch.undo()
    assert sorted(dict(listed(str(secret.parent), ""))) == ["b.md", "secret/a.md"]


@pytest.mark.parametrize("ending", ["", ".md"])
def test_a_file_that_is_gone_meanwhile_is_none(tmp_path: Path, ending: str) -> None:
    for name in ("a.md", "b.md", "c.md"):
        (tmp_path / name).write_text(name)
    (tmp_path / "link.md").symlink_to("nowhere")
    names = [name for name, _ in listed(str(tmp_path), "", ending=ending)]
    assert sorted(names) == ["a.md", "b.md", "c.md", "link.md"]
    found = listed(str(tmp_path), "", ending=ending)
    next(found)
    for name in names:
        (tmp_path / name).unlink()
    assert list(found) == []


def test_files_are_counted_as_far_as_is_asked(content: Path) -> None:
    (content / "deep" / "er").mkdir(parents=True)
    for number in range(3):
        (content / f"{number}.md").write_text("")
        (content / "deep" / "er" / f"{number}.md").write_text("")
    (content / "loop").symlink_to(content)
    assert [has_many(str(content), many) for many in (0, 1, 5, 9, 10)] == [True, True, True, True, False]
    assert not has_many(str(content / "nowhere"), 1)
    assert not has_many(str(content / "0.md"), 1)


@pytest.mark.parametrize("more", [[], ["--jobs", "1"], ["--no-cache"]], ids=" ".join)
def test_a_folder_that_cannot_be_read_is_one_problem_and_the_others_are_built_at_every_build(
    secret: Path,
    write_article: Callable[..., Path],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    more: list[str],
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    write_article("a.md")
    for path in (secret.parent / "a.md", secret):
        os.utime(path, (1_700_000_000, 1_700_000_000))
    words = ["build", str(secret.parent), "-o", str(tmp_path / "out"), "--base-url", "https://example.com", *more]
    for counts in ("5 documents written", "0 documents written, 5 unchanged", "0 documents written, 5 unchanged"):
        assert main(words) == 1
        out, err = capsys.readouterr()
        assert "secret: error FK209: cannot be read (Permission denied)" in err
        assert counts in out
