"""Blocks that no signal interrupts."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager

#: The signals that end a process and can wait; empty on systems without masks of signals.
ENDING = (
    frozenset([signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT])
    if hasattr(signal, "pthread_sigmask")
    else frozenset()
)


@contextmanager
def delayed_signals() -> Iterator[None]:
    """A block in which no signal ends this process; one that comes meanwhile takes effect afterwards."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, ENDING) if ENDING else None
    try:
        yield
    finally:
        if before is not None:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)
