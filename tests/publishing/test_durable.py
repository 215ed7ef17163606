"""With `durable`, whatever a later step relies on is on the disk before that step: files, then their names."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable
from pathlib import Path

import pytest
from output_folder import text

from feedkit import build, publish
from feedkit.cli import main
from feedkit.config.site import Site

Step = tuple[str, str]


@pytest.fixture
def steps(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[Step]:
    """Every rename, removal, new folder and synchronisation below the folder `out`."""
    if not Path("/proc/self/fd").is_dir():
        pytest.skip("this system does not say what a descriptor is of")
    found: list[Step] = []
    sync, replace, unlink, mkdir = os.fsync, os.replace, os.unlink, os.mkdir
    out = tmp_path / "out"

    def name(descriptor: int | None, last: str = "") -> str:
        folder = Path(f"/proc/self/fd/{descriptor}").readlink()
        return (folder / last).relative_to(out).as_posix()

    def synced(descriptor: int) -> None:
        is_folder = stat.S_ISDIR(os.fstat(descriptor).st_mode)
        found.append(("sync folder" if is_folder else "sync file", name(descriptor)))
        sync(descriptor)

    def replaced(one: str, two: str, *, src_dir_fd: int, dst_dir_fd: int) -> None:
        found.append(("rename", f"{name(src_dir_fd, one)} {name(dst_dir_fd, two)}"))
        replace(one, two, src_dir_fd=src_dir_fd, dst_dir_fd=dst_dir_fd)

    def unlinked(path: str, *, dir_fd: int | None = None) -> None:
        if path != ".feedkit-lock":
            found.append(("remove", name(dir_fd, path)))
        unlink(path, dir_fd=dir_fd)

    def made(path: str, mode: int = 0o777, *, dir_fd: int | None = None) -> None:
        if dir_fd is not None:
            found.append(("folder", name(dir_fd, path)))
        mkdir(path, mode, dir_fd=dir_fd)

    for function, traced in (("fsync", synced), ("replace", replaced), ("unlink", unlinked), ("mkdir", made)):
        monkeypatch.setattr(os, function, traced)
    return found


def folder(path: str) -> str:
    return str(Path(path).parent)


def test_files_are_synchronised_before_their_renames_and_folders_after_each(steps: list[Step], tmp_path: Path) -> None:
    publish([text("tags/old/a.json")], tmp_path / "out")
    steps.clear()
    paths = ["a.json", "tags/x/a.json", "tags/y/a.json", "index.json"]
    publish([text(path) for path in paths], tmp_path / "out", durable=True)
    renames = [number for number, (kind, _) in enumerate(steps) if kind == "rename"]
    assert [steps[number][1].split()[1] for number in renames] == [
        ".feedkit-manifest.json",
        *paths,
        ".feedkit-manifest.json",
    ]
    for number in renames:
        temporary, place = steps[number][1].split()
        assert ("sync file", temporary) in steps[:number]
        assert steps[number + 1] == ("sync folder", folder(place))


def test_new_folders_are_synchronised_before_anything_is_in_them_and_removals_at_once(
    steps: list[Step], tmp_path: Path
) -> None:
    publish([text("tags/old/a.json")], tmp_path / "out")
    steps.clear()
    publish([text("tags/x/a.json")], tmp_path / "out", durable=True)
    made = steps.index(("folder", "tags/x"))
    assert steps[made + 1] == ("sync folder", "tags")
    removed = steps.index(("remove", "tags/old/a.json"))
    assert steps[removed + 1] == ("sync folder", "tags/old")
    assert max(number for number, (kind, _) in enumerate(steps[:removed]) if kind == "rename") < removed
    assert steps[removed + 2] == ("sync folder", "tags")  # tags/old itself is gone


def test_nothing_is_synchronised_where_nothing_changes_or_nobody_asks(steps: list[Step], tmp_path: Path) -> None:
    publish([text("tags/x/a.json")], tmp_path / "out")
    assert [step for step in steps if step[0].startswith("sync")] == []
    steps.clear()
    publish([text("tags/x/a.json")], tmp_path / "out", durable=True)
    assert steps == []


def test_a_durable_build_synchronises_each_document_once(
    steps: list[Step], site: Site, write_article: Callable[..., Path], content: Path, tmp_path: Path
) -> None:
    write_article("a.md", tags="[x]")
    report = build(site, content, tmp_path / "out", durable=True)
    files = [name for kind, name in steps if kind == "sync file"]
    # The manifest is written once: the list of old and new files is the one of new files here.
    assert len(files) == len(set(files)) == report.documents.written + 1
    steps.clear()
    write_article("a.md", body="Other words.", tags="[x]")
    code = main(["build", str(content), "-o", str(tmp_path / "out"), "--base-url", "https://example.com", "--durable"])
    assert code == 0
    assert any(kind == "sync file" for kind, _ in steps)
