"""Many documents are written by processes: the same files, the same list of them, the same errors, nothing left."""

from __future__ import annotations

import errno
import hashlib
import json
import multiprocessing
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest

from feedkit import PublishError, Report, publish
from feedkit.document import Document
from feedkit.output.tree import Tree
from feedkit.pipeline import beside, filling
from feedkit.pipeline.spool import Spool, Stored, unnamed
from feedkit.records import replace

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="processes are copied on Linux only")

COUNT = filling.WORTHWHILE * 3
CREATE = Tree.create


@pytest.fixture(autouse=True)
def _alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever runs the tests may have threads of its own, which hold no lock of ours."""
    monkeypatch.setattr(filling, "may_fork", lambda: True)


def text(path: str, words: str) -> Document:
    return Document(path=path, media_type="application/json", pieces=(b'"', words.encode(), b'"'))


def many(words: str = "x") -> Iterator[Document]:
    return (text(f"tags/{number % 7}/{number}.json", f"{words} {number}") for number in range(COUNT))


def tree(root: Path) -> dict[str, bytes]:
    return {str(file.relative_to(root)): file.read_bytes() for file in root.rglob("*") if file.is_file()}


@pytest.mark.parametrize("jobs", [2, 5])
def test_processes_write_the_same(tmp_path: Path, jobs: int) -> None:
    one = publish(many(), tmp_path / "one")
    assert publish(many(), tmp_path / "two", jobs=jobs) == one
    assert tree(tmp_path / "two") == tree(tmp_path / "one")
    assert publish(many(), tmp_path / "two", jobs=jobs).documents.unchanged == COUNT
    publish(many("y"), tmp_path / "one")
    publish(many("y"), tmp_path / "two", jobs=jobs)
    assert tree(tmp_path / "two") == tree(tmp_path / "one")


def test_a_folder_is_there_for_whoever_writes_into_it_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make_folder = Tree.make_folder

    def late(self: Tree, path: str) -> bool:
        # The first one to write there takes its time.
        if path == "late" and not (tmp_path / "begun").exists():
            (tmp_path / "begun").touch()
            time.sleep(0.3)
        return make_folder(self, path)

    def documents() -> Iterator[Document]:
        yield from many()
        yield from (text(f"late/{number}.json", "x") for number in range(filling.TOGETHER * 3))

    monkeypatch.setattr(Tree, "make_folder", late)
    assert publish(documents(), tmp_path / "out", jobs=2).documents.written == COUNT + filling.TOGETHER * 3


def test_the_manifest_has_the_digest_of_each(tmp_path: Path) -> None:
    publish(many(), tmp_path, jobs=2)
    listed = json.loads((tmp_path / ".feedkit-manifest.json").read_bytes())["documents"]
    assert {path: row["sha256"] for path, row in listed.items()} == {
        path: hashlib.sha256(data).hexdigest()
        for path, data in tree(tmp_path).items()
        if not path.startswith(".feedkit")
    }


def test_what_is_too_long_to_be_held_whole_is_written_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    publish(many(), tmp_path / "one")
    monkeypatch.setattr(filling, "_WHOLE", 3)
    publish(many(), tmp_path / "two", jobs=2)
    assert tree(tmp_path / "two") == tree(tmp_path / "one")


def test_what_waits_in_spools_is_read_by_who_writes_it(tmp_path: Path) -> None:
    one, two = Spool(), Spool(unnamed())

    def stored() -> Iterator[Document]:
        for number, document in enumerate(many()):
            spool = (one, two)[number % 2]
            pieces = tuple(Stored(spool, spool.add(bytes(piece))) for piece in document.pieces)
            yield Document(path=document.path, media_type=document.media_type, pieces=pieces)

    try:
        publish(stored(), tmp_path / "two", jobs=2)
    finally:
        one.close()
        two.close()
    publish(many(), tmp_path / "one")
    assert tree(tmp_path / "two") == tree(tmp_path / "one")


def noted(log: Path) -> Callable[..., None]:
    """Writes, and notes who does."""

    def create(self: Tree, path: str, chunks: Iterable[bytes]) -> None:
        with log.open("a") as file:
            file.write(f"{os.getpid()}\n")
        CREATE(self, path, chunks)

    return create


def test_processes_are_begun_for_many_documents_only_and_end_with_the_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Tree, "create", noted(tmp_path / "log"))
    few = [text(f"{number}.json", "x") for number in range(filling.WORTHWHILE - 1)]
    publish(few, tmp_path / "few", jobs=2)
    assert set((tmp_path / "log").read_text().split()) == {str(os.getpid())}
    publish(many(), tmp_path / "many", jobs=2)
    writers = {int(number) for number in (tmp_path / "log").read_text().split()} - {os.getpid()}
    assert len(writers) == 2
    for writer in writers:
        with pytest.raises(ProcessLookupError):
            os.kill(writer, 0)


def test_where_there_are_many_the_first_ones_are_not_written_here_either(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Tree, "create", noted(tmp_path / "log"))
    publish(many(), tmp_path / "many", jobs=2)
    written = (tmp_path / "log").read_text().split()
    # What is left for this one is the manifest.
    assert (written.count(str(os.getpid())), len(written)) == (1, COUNT + 1)


def test_no_more_is_held_back_than_a_few_megabytes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What waits in spools takes no memory, however much it is."""
    monkeypatch.setattr(filling, "_WHOLE", 100)
    there: list[int] = []

    def documents(pieces: Callable[[str], bytes | Stored]) -> Iterator[Document]:
        for number in range(filling.WORTHWHILE - 1):
            there.append(len(list(tmp_path.rglob("*.tmp"))))
            yield Document(path=f"{number}.json", media_type="application/json", pieces=(pieces(f'"{number:08}"'),))

    publish(documents(str.encode), tmp_path / "one", jobs=2)
    assert max(count - held for count, held in enumerate(there)) == 10
    there.clear()
    spool = Spool(unnamed())
    try:
        publish(documents(lambda words: Stored(spool, spool.add(words.encode()))), tmp_path / "two", jobs=2)
    finally:
        spool.close()
    assert set(there) == {0}
    assert tree(tmp_path / "two") == tree(tmp_path / "one")


def test_the_answers_to_all_that_waits_have_room_in_a_connection(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A process that cannot send its answer takes no further order, and this one would wait for that."""
    take, sizes, beside = filling.Filling._take, [], 8

    class Heard:
        def __init__(self, connection: Any) -> None:
            self.connection = connection

        def recv_bytes(self) -> bytes:
            data: bytes = self.connection.recv_bytes()
            sizes.append(len(data) + beside)
            return data

    def noted(self: filling.Filling) -> None:
        first = self._orders[0]
        self._orders[0] = replace(first, hand=replace(first.hand, connection=Heard(first.hand.connection)))
        take(self)

    monkeypatch.setattr(filling.Filling, "_take", noted)
    publish(many(), tmp_path, jobs=2)
    assert len(sizes) == COUNT // filling.TOGETHER
    assert max(sizes) * filling.AHEAD < 8192


def test_of_what_is_told_in_bytes_little_is_under_way(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    order, waiting = filling.Filling._order, [0]

    def noted(self: filling.Filling, *given: Any) -> None:
        order(self, *given)
        waiting.append(len(self._orders))

    monkeypatch.setattr(filling.Filling, "_order", noted)
    publish(many(), tmp_path / "one", jobs=2)
    assert max(waiting) > 2
    waiting.clear()
    monkeypatch.setattr(filling, "_ROOM", 10)
    publish(many(), tmp_path / "two", jobs=2)
    assert max(waiting) == 2
    assert tree(tmp_path / "two") == tree(tmp_path / "one")


def test_who_writes_gives_way_to_who_makes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def create(self: Tree, path: str, chunks: Iterable[bytes]) -> None:
        with (tmp_path / "log").open("a") as file:
            file.write(f"{os.nice(0)}\n")
        CREATE(self, path, chunks)

    here = os.nice(0)
    monkeypatch.setattr(Tree, "create", create)
    publish(many(), tmp_path / "out", jobs=2)
    # The manifest is written here.
    assert set((tmp_path / "log").read_text().split()) == {str(here), str(min(here + filling._NICE, 19))}
    assert os.nice(0) == here


@pytest.mark.parametrize("reason", ["one job", "threads", "another system"])
def test_without_processes_all_is_written_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, reason: str) -> None:
    monkeypatch.setattr(Tree, "create", noted(tmp_path / "log"))
    monkeypatch.setattr(filling, "may_fork", beside.may_fork)
    if reason == "threads":
        monkeypatch.setattr(threading, "active_count", lambda: 2)
    if reason == "another system":
        monkeypatch.setattr(beside.sys, "platform", "win32")
    publish(many(), tmp_path / "out", jobs=1 if reason == "one job" else 2)
    assert set((tmp_path / "log").read_text().split()) == {str(os.getpid())}


def ending(words: str, end: Callable[[], None]) -> Callable[..., None]:
    """Writes; one document ends in another way."""

    def create(self: Tree, path: str, chunks: Iterable[bytes]) -> None:
        data = b"".join(chunks)
        if data == f'"{words}"'.encode():
            end()
        CREATE(self, path, [data])

    return create


def full() -> None:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), "somewhere")


def linked() -> None:
    raise PublishError("somewhere: is a link")


AT = [filling.WORTHWHILE + 1, filling.WORTHWHILE * 2, COUNT - 1]


@pytest.mark.parametrize("at", AT)
@pytest.mark.parametrize(("end", "words"), [(full, "somewhere: cannot be written .No space"), (linked, "is a link")])
def test_what_cannot_be_written_is_told_and_everything_stays_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, at: int, end: Callable[[], None], words: str
) -> None:
    publish(many(), tmp_path)
    before = tree(tmp_path)
    with monkeypatch.context() as patch:
        patch.setattr(Tree, "create", ending(f"y {at}", end))
        with pytest.raises(PublishError, match=words):
            publish(many("y"), tmp_path, jobs=2)
    assert tree(tmp_path) == before
    publish(many("y"), tmp_path, jobs=2)
    assert tree(tmp_path) != before


@pytest.mark.parametrize("at", AT)
def test_what_a_process_was_to_write_that_dies_is_written_here(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, at: int
) -> None:
    here = os.getpid()

    def die() -> None:
        if os.getpid() != here:
            os.kill(os.getpid(), signal.SIGKILL)

    publish(many(), tmp_path / "one")
    monkeypatch.setattr(Tree, "create", ending(f"x {at}", die))
    report = publish(many(), tmp_path / "two", jobs=2)
    assert [str(problem) for problem in report.problems] == [
        "note FK506: a worker process ended (exit code -9); its documents are written without it"
    ]
    assert report.documents.written == COUNT
    assert tree(tmp_path / "two") == tree(tmp_path / "one")


def test_an_interrupt_ends_the_processes_and_leaves_nothing(tmp_path: Path) -> None:
    def interrupted() -> Iterator[Document]:
        yield from many()
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        publish(interrupted(), tmp_path / "out", jobs=2)
    assert list(tmp_path.iterdir()) == []
    assert multiprocessing.active_children() == []


def test_what_is_in_the_way_of_one_keeps_all_of_them_away(tmp_path: Path) -> None:
    (tmp_path / "tags/3").mkdir(parents=True)
    (tmp_path / "tags/3" / f"{3 + 7 * 20}.json").write_text("mine")
    report: Report = publish(many(), tmp_path, jobs=2)
    assert [problem.code for problem in report.problems] == ["FK501"]
    assert [name for name in tree(tmp_path) if not name.startswith(".")] == [f"tags/3/{3 + 7 * 20}.json"]


def test_files_are_synchronised_by_whoever_writes_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sync, log = os.fsync, tmp_path / "log"

    def synced(descriptor: int) -> None:
        with log.open("a") as file:
            file.write("x")
        sync(descriptor)

    monkeypatch.setattr(os, "fsync", synced)
    publish(many(), tmp_path / "out", jobs=2, durable=True)
    assert log.stat().st_size > 2 * COUNT
