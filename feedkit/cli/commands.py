"""All commands: their grammar, and what ends them."""

from __future__ import annotations

import argparse
import shlex
import signal
import sys
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from importlib import import_module
from typing import NoReturn

import feedkit
from feedkit.cli.options import MissingAddressError
from feedkit.cli.printing import print_error, print_line
from feedkit.errors import FeedkitError, did_you_mean, nearest, shown

#: All of them, as the help lists them. Each has a module of its name: HELP and DESCRIPTION say what it does,
#: `add_options` what it takes, and `run` does it, prints the result and returns the exit code.
COMMANDS = (
    "init", "build", "serve", "plan", "explain", "feeds", "next", "ping", "adopt", "date", "sitemap", "config", "rule",
    "completion",
)  # fmt: skip


def run(arguments: Sequence[str]) -> int:
    """Run one command; returns the exit code. Raises `SystemExit` for wrong usage, `--help` and signals."""
    if not arguments:
        print_line(grammar().format_help().rstrip(), sys.stderr)
        raise SystemExit(2)
    command = arguments[0] if arguments and not arguments[0].startswith("-") else ""
    if command and command not in COMMANDS:
        _refuse(grammar(()), f"unknown command {shown(command)}{did_you_mean(command, COMMANDS)}")
    # Of the others nothing is needed.
    parser = grammar([command] if command else () if arguments[:1] in (["-V"], ["--version"]) else COMMANDS)
    options, unknown = parser.parse_known_args(arguments)
    if unknown:
        (commands,) = (action for action in parser._actions if isinstance(action, argparse._SubParsersAction))
        _refuse(commands.choices[command], _unknown(unknown[0], commands.choices[command]))
    try:
        with _signals_as_exceptions():
            return int(options.run(options))
    except FeedkitError as error:
        print_error(str(error))
        if isinstance(error, MissingAddressError) and sys.stderr.isatty():
            for_this_run = shlex.join(["feedkit", *arguments, "--base-url", "https://example.com"])
            for_all_runs = "feedkit init --base-url https://example.com"
            width = max(len(for_this_run), len(for_all_runs))
            print_line(f"    {for_this_run:<{width}}  for this run", sys.stderr)
            print_line(f"    {for_all_runs:<{width}}  in a feedkit.toml, for all runs", sys.stderr)
        return 2
    except OSError as error:
        print_error(f"{error.filename or 'output'}: {error.strerror or error}")
        return 2
    except MemoryError:
        print_error("out of memory; run with --jobs 1, or with fewer articles at a time")
        return 1
    except KeyboardInterrupt:
        return 130


def _refuse(parser: argparse.ArgumentParser, message: str) -> NoReturn:
    """End the run for wrong usage, as argparse does."""
    print_line(parser.format_usage().rstrip(), sys.stderr)
    print_error(message)
    raise SystemExit(2)


def _unknown(word: str, command: argparse.ArgumentParser) -> str:
    """Why a word on the command line has no meaning."""
    option = word.partition("=")[0]
    if not option.startswith("-"):
        return f"unexpected argument {shown(word)}"
    # Without their dashes, which would make all of them alike.
    names = {name.lstrip("-"): name for action in command._actions for name in action.option_strings}
    near = nearest(option.lstrip("-"), names)
    return f"unknown option {shown(option)}{f'; did you mean {shown(names[near])}?' if near else ''}"


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
        prog="feedkit",
        description="Feeds and sitemaps from a folder of Markdown articles.",
        epilog="Start with 'feedkit init' in the folder of your site. 'feedkit COMMAND --help' explains a command.",
        allow_abbrev=False,
    )
    top.add_argument("-V", "--version", action="version", version=f"feedkit {feedkit.__version__}")
    # With a name of its own, no help is laid out, for which argparse imports compression.
    commands = top.add_subparsers(title="commands", metavar="COMMAND", required=True, prog="feedkit")
    for name in names:
        module = import_module(f"feedkit.cli.{name}")
        command = commands.add_parser(name, help=module.HELP, description=module.DESCRIPTION, allow_abbrev=False)
        command.set_defaults(run=module.run)
        module.add_options(command)
    return top
