"""Delays signals during a block of code."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager

#: The signals that end a process and can be delayed; empty on systems without signal masks.
ENDING = (
    frozenset([signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT])
    if hasattr(signal, "pthread_sigmask")
    else frozenset()
)


@contextmanager
def delayed_signals() -> Iterator[None]:
    """A block in which no signal ends this process; signals take effect after it."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, ENDING) if ENDING else None
    try:
        yield
    finally:
        if before is not None:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)
