"""The command line: parses, calls the library, prints. Results to stdout, diagnostics and progress to stderr.

Exit codes: 0 done, 1 findings, 2 wrong usage or unreadable configuration, 128 + number for a run that a signal ended.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import argparse


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit code. Raises `SystemExit` for wrong usage, `--help` and signals."""
    # A file name that is no UTF-8 must not end a build while it is being reported. A stand-in stream has no encoding.
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    try:
        with _no_signal_lost():
            from feedkit.cli.commands import run

            return run(sys.argv[1:] if arguments is None else arguments)
    except KeyboardInterrupt:
        return 130


# By then the callback that a signal fell into has ended.
_AGAIN_SECONDS = 0.05


@contextmanager
def _no_signal_lost() -> Iterator[None]:
    """A block in which a signal that falls into a callback of the interpreter is raised again.

    Python prints what is raised in a finalizer or a weak reference's callback, and goes on.
    """
    before = sys.unraisablehook

    def raise_again(unraisable: sys.UnraisableHookArgs) -> None:
        error = unraisable.exc_value
        code = 130 if isinstance(error, KeyboardInterrupt) else error.code if isinstance(error, SystemExit) else 0
        if not isinstance(code, int) or code <= 128:
            before(unraisable)
            return
        from _thread import interrupt_main
        from threading import Timer

        timer = Timer(_AGAIN_SECONDS, interrupt_main, [code - 128])
        timer.daemon = True
        timer.start()

    sys.unraisablehook = raise_again
    try:
        yield
    finally:
        sys.unraisablehook = before


def parser() -> argparse.ArgumentParser:
    """The grammar of the command line."""
    from feedkit.cli.commands import grammar

    return grammar()
