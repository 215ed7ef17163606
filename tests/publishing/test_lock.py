"""One run at a time: the second waits, then names the first; a dead one keeps nobody out."""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Thread

import pytest
from output_folder import text

from feedkit import Document, PublishError, publish
from feedkit.cli import main
from feedkit.output import lock

LOCK = ".feedkit-lock"

#: Publishes, and stays in the folder until somebody closes its standard input.
HOLDER = """
import sys
from feedkit import Document, publish

def documents():
    print("in", flush=True)
    sys.stdin.read()
    yield Document(path="first.json", media_type="application/json", pieces=(b"1",))

publish(documents(), sys.argv[1])
"""


@pytest.fixture
def holder(repository: Path, tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """A process that is in the folder `out`."""
    environment = {**os.environ, "PYTHONPATH": str(repository)}
    command = [sys.executable, "-c", HOLDER, str(tmp_path / "out")]
    with subprocess.Popen(
        command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "in\n"
        yield process
        process.kill()


def test_the_second_build_gives_up_with_code_two_and_the_number_of_the_first(
    holder: subprocess.Popen[str],
    write_article: Callable[..., Path],
    content: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    write_article("a.md")
    out = tmp_path / "out"
    assert (out / LOCK).read_text() == f"{holder.pid}\n"
    code = main(["build", str(content), "-o", str(out), "--base-url", "https://example.com", "--wait", "0.2"])
    captured = capsys.readouterr()
    assert (code, captured.out) == (2, "")
    assert captured.err == (
        f"feedkit: {out}: another run is writing to it, process {holder.pid}; waited 0.2 s; "
        "start again when it is done\n"
    )
    assert [file.name for file in out.iterdir()] == [LOCK]


def test_the_second_run_waits_until_the_first_is_done(holder: subprocess.Popen[str], tmp_path: Path) -> None:
    reports = []
    second = Thread(target=lambda: reports.append(publish([text("second.json")], tmp_path / "out", wait=60)))
    second.start()
    assert (tmp_path / "out" / LOCK).exists()
    holder.communicate("")
    second.join()
    assert reports[0].documents.written == 1
    # What the first wrote is not among the second one's documents.
    assert sorted(file.name for file in (tmp_path / "out").iterdir()) == [".feedkit-manifest.json", "second.json"]


def test_the_lock_of_a_dead_process_is_none(holder: subprocess.Popen[str], tmp_path: Path) -> None:
    holder.send_signal(signal.SIGKILL)
    holder.wait()
    assert (tmp_path / "out" / LOCK).read_text() == f"{holder.pid}\n"
    assert publish([text("a.json")], tmp_path / "out", wait=0).ok
    assert sorted(file.name for file in (tmp_path / "out").iterdir()) == [".feedkit-manifest.json", "a.json"]


def test_ten_seconds_are_waited_where_nothing_else_is_said(
    holder: subprocess.Popen[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    waits: list[float] = []

    class Clockless:
        def wait(self, seconds: float) -> None:
            waits.append(seconds)

    monkeypatch.setattr(lock, "Event", Clockless)
    with pytest.raises(PublishError, match=rf"process {holder.pid}; waited 10 s"):
        publish([text("a.json")], tmp_path / "out")
    assert sum(waits) == pytest.approx(10)


def test_a_run_that_fails_leaves_no_lock(tmp_path: Path) -> None:
    with pytest.raises(PublishError):
        publish([text("con")], tmp_path)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("words", ["my notes", "12", "\n", "99999999999\n"])
def test_a_file_of_that_name_that_is_no_lock_is_not_written_to(tmp_path: Path, words: str) -> None:
    (tmp_path / LOCK).write_text(words)
    with pytest.raises(PublishError, match="is not a lock of feedkit"):
        publish([text("a.json")], tmp_path)
    assert (tmp_path / LOCK).read_text() == words


def test_a_lock_that_is_a_link_is_refused(tmp_path: Path) -> None:
    (tmp_path / "mine").write_text("")
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / LOCK).symlink_to(tmp_path / "mine")
    with pytest.raises(PublishError, match="is a link"):
        publish([text("a.json")], tmp_path / "out")
    assert (tmp_path / "mine").read_text() == ""


@pytest.mark.parametrize("name", [LOCK, LOCK.upper(), f"{LOCK}/a.json"])
def test_no_document_may_have_the_name_of_the_lock(tmp_path: Path, name: str) -> None:
    with pytest.raises(PublishError):
        publish([text(name)], tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_a_lock_that_was_removed_while_it_was_waited_for_is_made_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import fcntl

    real = fcntl.flock
    taken: list[int] = []

    def removed_meanwhile(descriptor: int, how: int) -> None:
        if not taken:
            (tmp_path / LOCK).unlink()
        taken.append(descriptor)
        real(descriptor, how)

    monkeypatch.setattr(fcntl, "flock", removed_meanwhile)
    assert publish([text("a.json")], tmp_path, wait=0).ok
    assert len(taken) == 2


class Msvcrt:
    """As much of Windows's module as the lock needs; a byte is locked once for all processes."""

    LK_NBLCK = 2

    def __init__(self, *, held: bool) -> None:
        self.held = held
        self.places: list[int] = []

    def locking(self, descriptor: int, how: int, count: int) -> None:
        if self.held:
            raise PermissionError(errno.EACCES, "Permission denied")
        self.places.append(os.lseek(descriptor, 0, os.SEEK_CUR))


def test_windows_locks_a_byte_behind_the_number_so_that_it_can_be_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    windows = Msvcrt(held=False)
    monkeypatch.setattr(lock, "fcntl", None)
    monkeypatch.setattr(lock, "msvcrt", windows)
    seen = []

    def documents() -> Iterator[Document]:
        seen.append((tmp_path / LOCK).read_text())
        yield text("a.json")

    assert publish(documents(), tmp_path).ok
    assert seen == [f"{os.getpid()}\n"]
    assert windows.places == [1 << 20]
    assert not (tmp_path / LOCK).exists()
    windows.held = True
    with pytest.raises(PublishError, match="another run is writing to it"):
        publish([text("a.json", "2")], tmp_path, wait=0)


@pytest.mark.parametrize("error", [errno.ENOLCK, errno.ENOSYS, errno.EOPNOTSUPP])
def test_a_file_system_without_locks_has_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: int) -> None:
    import fcntl

    def refuse(*_: object) -> None:
        raise OSError(error, os.strerror(error))

    monkeypatch.setattr(fcntl, "flock", refuse)
    assert publish([text("a.json")], tmp_path).documents.written == 1
    monkeypatch.setattr(lock, "fcntl", None)
    monkeypatch.setattr(lock, "msvcrt", None)
    assert publish([text("a.json", "2")], tmp_path).documents.written == 1
