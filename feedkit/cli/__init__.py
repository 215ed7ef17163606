"""The command line: parses, calls the library, prints. Results to stdout, diagnostics and progress to stderr.

Exit codes: 0 done, 1 findings, 2 wrong usage or unreadable configuration, 128 + number for a run that a signal ended.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence

from feedkit.signals import delayed_signals


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit code. Raises `SystemExit` for wrong usage, `--help` and signals."""
    # A file name that is no UTF-8 must not end a build while it is being reported. A stand-in stream has no encoding.
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    try:
        with delayed_signals():
            from feedkit.cli.commands import run

        return run(sys.argv[1:] if arguments is None else arguments)
    except KeyboardInterrupt:
        return 130
