"""The command line: parses, calls the library, prints. Results to stdout, diagnostics and progress to stderr.

Refuses to hold any rule of its own. Exit codes: 0 done, 1 findings, 2 wrong usage or unreadable configuration, and
130 or 143 where somebody ended the run.
"""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress

from feedkit.cli.glance import glanced

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse
    from typing import NoReturn


#: After how many new objects Python looks for cycles in memory among the young, older and oldest: more than the build
#: of a large site makes and keeps. It would look in vain, and at objects that have left the caches long ago.
_RARELY = (10_000_000, 50, 100)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit code. Raises `SystemExit` for wrong usage, `--help` and SIGTERM."""
    with _rarely_collected():
        return _run(sys.argv[1:] if arguments is None else arguments)


def ended() -> NoReturn:
    """Run the command of this process and end it: all is written, and memory need not be taken apart piece by piece."""
    # Nor is it ever looked whether some of it could be.
    gc.set_threshold(*_RARELY)
    code = _run(sys.argv[1:])
    for stream in filter(None, (sys.stdout, sys.stderr)):
        # Whoever reads it may have gone.
        with suppress(OSError, ValueError):
            stream.flush()
    os._exit(code)


def _run(words: Sequence[str]) -> int:
    _escape_what_has_no_encoding()
    code, look = None, None
    try:
        # What cannot be looked at is told by who does it.
        with suppress(OSError):
            code, look = glanced(words)
    except KeyboardInterrupt:
        return 130
    if code is not None:
        return code
    # Late: most builds of a site that is built again and again have nothing to do.
    from feedkit.cli.commands import run

    return run(words, look)


def parser() -> argparse.ArgumentParser:
    """The grammar of the command line."""
    from feedkit.cli.commands import grammar

    return grammar()


def _escape_what_has_no_encoding() -> None:
    # A file name that is no UTF-8 must not end a build while it is being reported. A stand-in stream has no encoding.
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")


@contextmanager
def _rarely_collected() -> Iterator[None]:
    """Let Python look for cycles in memory less often: what is read is kept to the end, so it looks in vain."""
    before = gc.get_threshold()
    gc.set_threshold(*_RARELY)
    try:
        yield
    finally:
        gc.set_threshold(*before)
