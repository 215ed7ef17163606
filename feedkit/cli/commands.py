"""All commands: their grammar, and what ends them."""

from __future__ import annotations

import argparse
import signal
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from importlib import import_module
from typing import NoReturn

import feedkit
from feedkit.cli.printing import print_error
from feedkit.errors import FeedkitError

#: All of them, as the help lists them; each has a module of its name.
COMMANDS = ("build", "plan", "explain", "next", "ping", "adopt", "date", "sitemap")


def run(arguments: Sequence[str]) -> int:
    """Run one command; returns the exit code. Raises `SystemExit` for wrong usage, `--help` and SIGTERM."""
    # Of the others nothing is needed.
    named = [name for name in COMMANDS if name in arguments[:1]]
    options = grammar(named or COMMANDS).parse_args(arguments)
    try:
        with _ended_by_sigterm():
            return int(options.run(options))
    except FeedkitError as error:
        print_error(str(error))
        return 2
    except OSError as error:
        print_error(f"{error.filename or 'output'}: {error.strerror or error}")
        return 2
    except KeyboardInterrupt:
        return 130


@contextmanager
def _ended_by_sigterm() -> Iterator[None]:
    """Let SIGTERM end the run as an exception does, so that temporary files are removed."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGTERM, _exit)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _exit(number: int, frame: object) -> NoReturn:
    raise SystemExit(128 + number)


def grammar(names: Iterable[str] = COMMANDS) -> argparse.ArgumentParser:
    """The grammar of the command line, as far as it is that of some commands."""
    top = argparse.ArgumentParser(
        prog="feedkit", description="Feeds and sitemaps from a folder of Markdown articles.", allow_abbrev=False
    )
    top.add_argument("--version", action="version", version=f"feedkit {feedkit.__version__}")
    # With a name of its own, no help is laid out, for which argparse imports compression.
    commands = top.add_subparsers(title="commands", metavar="COMMAND", required=True, prog="feedkit")
    for name in names:
        getattr(import_module(f"feedkit.cli.{name}"), f"add_{name}")(commands)
    return top
