"""All commands: their grammar, and what ends them. Refuses to hold any rule of its own."""

from __future__ import annotations

import argparse
import signal
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import NoReturn

import feedkit
from feedkit.cli.adopt import add_adopt
from feedkit.cli.build import add_build
from feedkit.cli.date import add_date
from feedkit.cli.explain import add_explain
from feedkit.cli.next import add_next
from feedkit.cli.ping import add_ping
from feedkit.cli.plan import add_plan
from feedkit.cli.printing import complain
from feedkit.cli.sitemap import add_sitemap
from feedkit.errors import FeedkitError
from feedkit.workshop.answers import Look


def run(arguments: Sequence[str], look: Look | None = None) -> int:
    """Run one command, after a look at the files if there was one; returns the exit code.

    Raises `SystemExit` for wrong usage, `--help` and SIGTERM.
    """
    options = grammar().parse_args(arguments)
    options.words, options.look = tuple(arguments), look
    try:
        with _ended_by_sigterm():
            return int(options.run(options))
    except FeedkitError as error:
        complain(str(error))
        return 2
    except OSError as error:
        complain(f"{error.filename or 'output'}: {error.strerror or error}")
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


def grammar() -> argparse.ArgumentParser:
    """The grammar of the command line."""
    top = argparse.ArgumentParser(
        prog="feedkit", description="Feeds and sitemaps from a folder of Markdown articles.", allow_abbrev=False
    )
    top.add_argument("--version", action="version", version=f"feedkit {feedkit.__version__}")
    commands = top.add_subparsers(title="commands", metavar="COMMAND", required=True)
    add_build(commands)
    add_plan(commands)
    add_explain(commands)
    add_next(commands)
    add_ping(commands)
    add_adopt(commands)
    add_date(commands)
    add_sitemap(commands)
    return top
