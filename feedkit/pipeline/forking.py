"""Processes that are copies of this one, and serve it. Refuses nothing but to be asked where `may_fork` says no."""

from __future__ import annotations

import gc
import signal
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from feedkit.errors import Problem

if TYPE_CHECKING:
    from multiprocessing.connection import Connection


def forked(serve: Callable[..., None], *given: Any) -> tuple[Any, Connection]:
    """A process that calls `serve` with a connection and what is given, and this end of that connection."""
    # Late: most builds of a site need none.
    import multiprocessing

    context = multiprocessing.get_context("fork")
    here, there = context.Pipe()
    process = context.Process(target=_serving, args=(there, here, serve, given), daemon=True)
    process.start()
    there.close()
    return process, here


def lost_process(process: Any, so: str) -> Problem:
    """That a process has died, and what follows."""
    message = f"a worker process ended (exit code {process.exitcode}); {so}"
    hint = "nothing is lost; where memory is short, run with --jobs 1"
    return Problem(code="FK506", severity="note", message=message, hint=hint)


def _serving(connection: Connection, other: Connection, serve: Callable[..., None], given: tuple[Any, ...]) -> None:
    # The end of the one who asks must not be held open here, or nobody learns that it is gone.
    other.close()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # What is made here is kept or leaves no cycle: to look for cycles again and again finds hardly any. What was there
    # before is shared with the other processes, as long as nobody looks at it.
    gc.set_threshold(100_000, 50, 100)
    gc.freeze()
    with suppress(EOFError, OSError):
        serve(connection, *given)
