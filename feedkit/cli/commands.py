"""All commands: their grammar, and what ends them."""

from __future__ import annotations

import argparse
import os
import signal
import sys
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from importlib import import_module
from typing import Any, NoReturn

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


class _Help(argparse.HelpFormatter):
    """Asks the system itself for the width of the terminal: argparse imports compression for that, at each start."""

    def __init__(self, prog: str) -> None:
        super().__init__(prog, width=_columns() - 2)


def _columns() -> int:
    # As shutil.get_terminal_size has it.
    with suppress(ValueError):
        if (columns := int(os.environ.get("COLUMNS", ""))) > 0:
            return columns
    with suppress(AttributeError, ValueError, OSError):
        return os.get_terminal_size(sys.__stdout__.fileno()).columns or 80  # type: ignore[union-attr]
    return 80


class _Parser(argparse.ArgumentParser):
    """A parser of which each command has one of its own."""

    def __init__(self, **options: Any) -> None:
        super().__init__(formatter_class=_Help, **options)


def grammar(names: Iterable[str] = COMMANDS) -> argparse.ArgumentParser:
    """The grammar of the command line, as far as it is that of some commands."""
    top = _Parser(
        prog="feedkit", description="Feeds and sitemaps from a folder of Markdown articles.", allow_abbrev=False
    )
    top.add_argument("--version", action="version", version=f"feedkit {feedkit.__version__}")
    commands = top.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for name in names:
        getattr(import_module(f"feedkit.cli.{name}"), f"add_{name}")(commands)
    return top
