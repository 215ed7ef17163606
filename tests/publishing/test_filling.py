"""Many documents are written by threads: the same files, the same list of them, the same errors, nothing left."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import threading
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest

from feedkit import PublishError, Report, publish
from feedkit.document import Document
from feedkit.publishing import filling
from feedkit.publishing.tree import Tree

COUNT = filling.WORTHWHILE * 3


def text(path: str, words: str) -> Document:
    return Document(path=path, media_type="application/json", pieces=(b'"', words.encode(), b'"'))


def many(words: str = "x") -> Iterator[Document]:
    return (text(f"tags/{number % 7}/{number}.json", f"{words} {number}") for number in range(COUNT))


def tree(root: Path) -> dict[str, bytes]:
    return {str(file.relative_to(root)): file.read_bytes() for file in root.rglob("*") if file.is_file()}


@pytest.mark.parametrize("jobs", [2, 5])
def test_threads_write_the_same(tmp_path: Path, jobs: int) -> None:
    one = publish(many(), tmp_path / "one")
    assert publish(many(), tmp_path / "two", jobs=jobs) == one
    assert tree(tmp_path / "two") == tree(tmp_path / "one")
    assert publish(many(), tmp_path / "two", jobs=jobs).documents.unchanged == COUNT
    publish(many("y"), tmp_path / "one")
    publish(many("y"), tmp_path / "two", jobs=jobs)
    assert tree(tmp_path / "two") == tree(tmp_path / "one")


def test_the_manifest_has_the_digest_of_each(tmp_path: Path) -> None:
    publish(many(), tmp_path, jobs=2)
    listed = json.loads((tmp_path / ".feedkit-manifest.json").read_bytes())["documents"]
    assert {path: row["sha256"] for path, row in listed.items()} == {
        path: hashlib.sha256(data).hexdigest()
        for path, data in tree(tmp_path).items()
        if not path.startswith(".feedkit")
    }


def test_what_is_too_long_to_be_held_whole_is_written_in_pieces(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(many(), tmp_path / "one")
    monkeypatch.setattr(filling, "_WHOLE", 3)
    publish(many(), tmp_path / "two", jobs=2)
    assert tree(tmp_path / "two") == tree(tmp_path / "one")


def test_threads_are_begun_for_many_documents_only_and_end_with_the_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    writers: set[int] = set()
    create = Tree.create

    def noted(self: Tree, path: str, chunks: Iterable[bytes]) -> None:
        writers.add(threading.get_ident())
        create(self, path, chunks)

    monkeypatch.setattr(Tree, "create", noted)
    before = threading.active_count()
    publish([text(f"{number}.json", "x") for number in range(filling.WORTHWHILE)], tmp_path / "few", jobs=2)
    assert writers == {threading.get_ident()}
    publish(many(), tmp_path / "many", jobs=2)
    assert len(writers) > 1
    assert threading.active_count() == before


def failing(at: str, error: BaseException) -> Any:
    create = Tree.create

    def fail(self: Tree, path: str, chunks: Iterable[bytes]) -> None:
        data = b"".join(chunks)
        if data == f'"y {at}"'.encode():
            raise error
        create(self, path, [data])

    return fail


@pytest.mark.parametrize("at", [filling.WORTHWHILE + 1, COUNT - 1])
def test_a_disk_that_is_full_is_told_and_leaves_everything_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, at: int
) -> None:
    publish(many(), tmp_path)
    before = tree(tmp_path)
    full = OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), "somewhere")
    with monkeypatch.context() as patch:
        patch.setattr(Tree, "create", failing(str(at), full))
        with pytest.raises(PublishError, match="somewhere: cannot be written"):
            publish(many("y"), tmp_path, jobs=2)
    assert tree(tmp_path) == before
    publish(many("y"), tmp_path, jobs=2)
    assert tree(tmp_path) != before


def test_an_interrupt_ends_the_threads_and_leaves_nothing(tmp_path: Path) -> None:
    def interrupted() -> Iterator[Document]:
        yield from many()
        raise KeyboardInterrupt

    before = threading.active_count()
    with pytest.raises(KeyboardInterrupt):
        publish(interrupted(), tmp_path / "out", jobs=2)
    assert list(tmp_path.iterdir()) == []
    assert threading.active_count() == before


def test_what_is_in_the_way_of_one_keeps_all_of_them_away(tmp_path: Path) -> None:
    (tmp_path / "tags/3").mkdir(parents=True)
    (tmp_path / "tags/3" / f"{3 + 7 * 20}.json").write_text("mine")
    report: Report = publish(many(), tmp_path, jobs=2)
    assert [problem.code for problem in report.problems] == ["FK501"]
    assert [name for name in tree(tmp_path) if not name.startswith(".")] == [f"tags/3/{3 + 7 * 20}.json"]


def test_files_are_synchronised_by_threads_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    synced: list[int] = []
    sync = os.fsync
    monkeypatch.setattr(os, "fsync", lambda descriptor: (synced.append(descriptor), sync(descriptor)))
    publish(many(), tmp_path, jobs=2, durable=True)
    assert len(synced) > 2 * COUNT
