"""Work in a copy of this process, while this one does something else.

Refuses to make a copy beside threads, which may hold locks, on macOS and Windows, and where one processor has to do
both. What a copy does that dies is done here.
"""

from __future__ import annotations

import marshal
import os
import sys
from collections.abc import Callable, Iterable
from contextlib import suppress

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_AT_ONCE = 1 << 20


def may_fork() -> bool:
    """Whether a process may be copied: not beside other threads, which may hold locks, and not on macOS and Windows."""
    if not sys.platform.startswith(("linux", "freebsd")):
        return False
    # Who has not imported it has begun no thread.
    threads = sys.modules.get("threading")
    return threads is None or threads.active_count() == 1


def may_work_beside() -> bool:
    """Whether another processor may do it, in a copy of this process."""
    return processors() > 1 and may_fork()


def processors() -> int:
    """How many of those that there are this process may use."""
    # Not every system can tell.
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def beside(work: Callable[[], Any], meanwhile: Iterable[Callable[[], object]]) -> Any:
    """What `work` answers, made of plain values; beside it one thing after the other is done, until that is there."""
    try:
        out, into = os.pipe()
    except OSError:
        # As many files are open as may be.
        return work()
    try:
        child = os.fork()
    except OSError:
        # As many processes are there as may be.
        os.close(out)
        os.close(into)
        return work()
    if not child:
        _answered(work, into)
    os.close(into)
    try:
        data = _waited(out, meanwhile)
    finally:
        os.close(out)
        os.waitpid(child, 0)
    # Of a copy that was killed there is nothing, or half of its answer.
    with suppress(EOFError, ValueError, TypeError):
        return marshal.loads(data)  # noqa: S302  # From a copy of this process.
    return work()


def _answered(work: Callable[[], Any], into: int) -> None:
    try:
        with open(into, "wb") as file:
            file.write(marshal.dumps(work()))
    finally:
        # Nothing of what this process would do at its end is for its copy, nor to tell what went wrong: that happens
        # again to who asked.
        os._exit(0)


def _waited(out: int, meanwhile: Iterable[Callable[[], object]]) -> bytes:
    """The bytes of an answer; nothing where there is none, or not all of it."""
    found = b""
    os.set_blocking(out, False)
    for one in meanwhile:
        try:
            found = os.read(out, _AT_ONCE)
            break
        except BlockingIOError:
            one()
    os.set_blocking(out, True)
    while piece := os.read(out, _AT_ONCE):
        found += piece
    return found
