"""A look at the files again, by who knows which of them were saved, is what a look at all of them would be."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from feedkit.pipeline.answers import Look, look, looked_again


@pytest.fixture
def content(tmp_path: Path) -> Path:
    folder = tmp_path / "content"
    for name in ("a.md", "b.md", "deep/er/c.md", ".d.md"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(name)
    (tmp_path / "named").mkdir()
    (tmp_path / "named" / "picture.png").write_text("")
    return folder


def seen(content: Path) -> Look:
    return look(str(content), str(content / "public"), (str(content.parent / "named"),))


@pytest.mark.parametrize("names", [["a.md"], ["deep/er/c.md"], [".d.md"], ["a.md", "b.md", "deep/er/c.md"], []])
def test_files_that_were_saved_are_seen_and_the_others_as_they_were(content: Path, names: list[str]) -> None:
    before = seen(content)
    for name in names:
        (content / name).write_text(f"{name} and more")
    again = looked_again(before, [str(content / name) for name in names])
    assert again == seen(content)
    assert (again == before) is (not names)


def test_a_folder_behind_a_link_and_one_that_is_named_from_here(content: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (content.parent / "link").symlink_to(content)
    monkeypatch.chdir(content.parent)
    for named in ("link", "content"):
        before = look(named, "public", ())
        (content / "a.md").write_text(f"by {named}")
        for path in (content / "a.md", content.parent / "link" / "a.md", Path("content/a.md")):
            assert looked_again(before, [str(path)]) == look(named, "public", ())


OTHERS: dict[str, Callable[[Path], str]] = {
    "a new file": lambda content: str(content / "new.md"),
    "one that is gone": lambda content: str(content / "b.md"),
    "a folder": lambda content: str(content / "deep"),
    "one beside the articles": lambda content: str(content.parent / "feedkit.toml"),
    "one that the settings name": lambda content: str(content.parent / "named" / "picture.png"),
}


@pytest.mark.parametrize("path", OTHERS.values(), ids=OTHERS.keys())
def test_of_anything_else_nothing_is_known(content: Path, path: Callable[[Path], str]) -> None:
    before = seen(content)
    (content / "new.md").write_text("new")
    (content / "b.md").unlink()
    (content / "a.md").write_text("saved")
    assert looked_again(before, [str(content / "a.md"), path(content)]) is None
