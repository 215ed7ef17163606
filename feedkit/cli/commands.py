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
# fmt: off
COMMANDS = (
    "init", "build", "serve", "plan", "explain", "feeds", "next", "ping", "adopt", "date", "sitemap", "config", "rule",
)
# fmt: on


def run(arguments: Sequence[str]) -> int:
    """Run one command; returns the exit code. Raises `SystemExit` for wrong usage, `--help` and signals."""
    # Of the others nothing is needed.
    named = [name for name in COMMANDS if name in arguments[:1]]
    options = grammar(named or COMMANDS).parse_args(arguments)
    try:
        with _signals_as_exceptions():
            return int(options.run(options))
    except FeedkitError as error:
        print_error(str(error))
        return 2
    except OSError as error:
        print_error(f"{error.filename or 'output'}: {error.strerror or error}")
        return 2
    except MemoryError:
        print_error("out of memory; run with --jobs 1, or with fewer articles at a time")
        return 1
    except KeyboardInterrupt:
        return 130


# Each ends the run as an exception does, so that temporary files are removed. Windows has only the first.
_ENDING_SIGNALS = [getattr(signal, name) for name in ("SIGTERM", "SIGHUP", "SIGQUIT") if hasattr(signal, name)]


@contextmanager
def _signals_as_exceptions() -> Iterator[None]:
    """A block in which signals that end a process raise `SystemExit` with 128 + number. Ignored ones stay ignored."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {number: signal.getsignal(number) for number in _ENDING_SIGNALS}
    # As `nohup` has it.
    replaced = [number for number, handler in before.items() if handler != signal.SIG_IGN]
    try:
        for number in replaced:
            signal.signal(number, _exit)
        yield
    finally:
        for number in replaced:
            signal.signal(number, before[number])


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
