"""Work beside this process: its answer is what it would be here, and nobody waits for a copy that has died."""

from __future__ import annotations

import marshal
import os
import signal
import sys
import threading
import time
from pathlib import Path

import pytest

from feedkit.pipeline.beside import beside, may_work_beside

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="no process is copied here")


@pytest.mark.parametrize("answer", [None, 1, "é\udcff", ((("a", (1, 2, -3)),), (), "x"), ["a" * 3_000_000]])
def test_an_answer_is_what_it_would_be_here(answer: object) -> None:
    assert beside(lambda: answer, []) == answer


def test_meanwhile_something_else_is_done_until_the_answer_is_there() -> None:
    done: list[int] = []

    def slow() -> int:
        time.sleep(0.2)
        return os.getpid()

    def one() -> None:
        done.append(os.getpid())
        time.sleep(0.02)

    assert beside(slow, [one] * 1_000) != os.getpid()
    assert 0 < len(done) < 1_000
    assert set(done) == {os.getpid()}


def test_when_all_that_is_to_be_done_is_done_it_waits() -> None:
    assert beside(lambda: time.sleep(0.1) or "late", [lambda: None]) == "late"  # type: ignore[func-returns-value]


@pytest.mark.parametrize("end", [lambda: os.kill(os.getpid(), signal.SIGKILL), lambda: os._exit(1), lambda: 1 / 0])
def test_what_a_copy_did_that_died_is_done_here(end: object) -> None:
    here = os.getpid()

    def work() -> str:
        if os.getpid() != here:
            assert callable(end)
            end()
        return "done"

    assert beside(work, []) == "done"


@pytest.mark.parametrize("part", [0.0, 0.1, 0.5, 0.99])
def test_half_an_answer_is_none(monkeypatch: pytest.MonkeyPatch, part: float) -> None:
    whole, answer = marshal.dumps, [(str(number), (number, -number, 2**62)) for number in range(100)]

    def half(value: object) -> bytes:
        data = whole(value)
        return data[: int(len(data) * part)]

    monkeypatch.setattr(marshal, "dumps", half)
    assert beside(lambda: answer, []) is answer


def open_files() -> list[str]:
    return sorted(path.name for path in Path("/proc/self/fd").iterdir())


def children() -> list[str]:
    return Path(f"/proc/{os.getpid()}/task/{os.getpid()}/children").read_text().split()


def test_no_process_is_left_and_no_file_open() -> None:
    before = open_files(), children()
    for _ in range(3):
        beside(lambda: 1, [])
    assert (open_files(), children()) == before


def test_what_goes_wrong_meanwhile_is_told_and_leaves_nothing() -> None:
    before = open_files()

    def wrong() -> None:
        raise ValueError("wrong")

    with pytest.raises(ValueError, match="wrong"):
        beside(lambda: time.sleep(0.05), [wrong])
    assert open_files() == before


@pytest.mark.parametrize("call", ["pipe", "fork"])
def test_what_the_system_refuses_to_begin_is_done_here(monkeypatch: pytest.MonkeyPatch, call: str) -> None:
    before = open_files()

    def refuse() -> None:
        raise BlockingIOError(11, "Resource temporarily unavailable")

    monkeypatch.setattr(os, call, refuse)
    assert beside(os.getpid, []) == os.getpid()
    assert open_files() == before


def test_beside_a_thread_nobody_copies_a_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("feedkit.pipeline.beside.processors", lambda: 2)
    monkeypatch.setattr(threading, "active_count", lambda: 1)
    assert may_work_beside()
    monkeypatch.setattr(threading, "active_count", lambda: 2)
    assert not may_work_beside()
    monkeypatch.setattr(threading, "active_count", lambda: 1)
    monkeypatch.setattr("feedkit.pipeline.beside.processors", lambda: 1)
    assert not may_work_beside()
