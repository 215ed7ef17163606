"""The table of all commands with their arguments; runs one, and handles errors and signals.

Reads the options of several commands: the settings, the articles, the configuration.
"""

from __future__ import annotations

import argparse
import signal
import sys
import threading
from _thread import interrupt_main
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import feedkit
from feedkit.cli.printing import ProblemPrinter, print_error, print_line, progress_of
from feedkit.errors import FeedkitError, SettingsError, did_you_mean, nearest, shown, system_reason
from feedkit.signals import delayed_signals

if TYPE_CHECKING:
    from feedkit.site.published import Publication

#: The names of an argument or an option, and the other arguments of `add_argument`.
Argument = tuple[list[str], dict[str, Any]]

# After this time the callback that the signal interrupted has ended.
_AGAIN_SECONDS = 0.05


class CommandSpec:
    """A command: its help, its arguments, its module.

    Arguments in a list exclude each other. `module` has the function that runs the command.
    """

    def __init__(
        self, summary: str, description: str, *arguments: Argument | list[Argument], module: str = "show"
    ) -> None:
        self.summary, self.description, self.arguments, self.module = summary, description, arguments, module


def _argument(names: str, text: str, **keywords: Any) -> Argument:
    """The arguments of `add_argument`.

    `names` are written as in a usage, such as `-o --output DIR`; an option without a placeholder is a flag.
    """
    *words, last = names.split()
    value: dict[str, Any] = {"metavar": last} if last.isupper() else {"action": "store_true"}
    if last in ("CONTENT", "DIR", "FILE", "OLD_FEED", "REPORT", "URLS"):
        value["type"] = _path
    return (words if last.isupper() else [*words, last]), {"help": text, **value, **keywords}


def _path(text: str) -> str:
    """The path of a file or folder. An empty one, as from an unset variable in a script, must not mean the default."""
    if not text:
        raise argparse.ArgumentTypeError("the path is empty")
    return text


def _number(kind: type[int] | type[float], wanted: str, most: int, least: int = 0) -> Callable[[str], float]:
    """A function that parses the number of an option, which must be from `least` to `most`."""

    def read(text: str) -> float:
        # NaN is in no range.
        with suppress(ValueError):
            if least <= (number := kind(text)) <= most:
                return number
        raise argparse.ArgumentTypeError(f"{text} is {wanted} from {least} to {most}")

    return read


_seconds = _number(float, "not a number of seconds", 86_400)
_processes = _number(int, "not a number of processes", 256, least=1)
_port = _number(int, "not a port", 65_535)


def _kinds(text: str) -> tuple[str, ...]:
    """The kinds of change of `--fail-on`."""
    from feedkit.inspect.plan import FATES, KINDS

    names = tuple(name.strip() for name in text.split(","))
    if unknown := [name for name in names if name not in {*KINDS, *FATES}]:
        raise argparse.ArgumentTypeError(f"{shown(unknown[0])} is not one of {', '.join((*KINDS, *FATES))}")
    return names


_DEFAULT_CONTENT = "content where there is one, else this one"
_CONTENT_HELP = f"the folder of articles (default: {_DEFAULT_CONTENT})"
_CONTENT = _argument("content CONTENT", _CONTENT_HELP, nargs="?")
_BASE_URL = _argument("--base-url URL", "the address of the site")
_TITLE = _argument("--title TITLE", "the title of the site")
_CONFIG_HELP = "a feedkit.toml (default: the nearest one above {})"
_CONFIG = _argument("--config FILE", _CONFIG_HELP.format("this folder"))
#: Options that override settings of the configuration.
_SETTINGS = (
    _argument("--config FILE", _CONFIG_HELP.format("CONTENT")),
    _BASE_URL,
    _TITLE,
    _argument("--timezone ZONE", "the time zone of dates that have none, such as Europe/Malta"),
    _argument("--as-of TIME", "publish what is due at this time (default: now)"),
    _argument("--drafts", "publish drafts, too"),
    _argument("--future", "publish articles with a later date, too"),
)
_STYLE = (
    _argument(
        "--format FORMAT",
        "how problems are printed: text; full, with the line of the source (default on a terminal); github, as "
        "annotations in GitHub Actions",
        choices=("text", "full", "github"),
    ),
    _argument(
        "--color WHEN",
        "use colour: auto (default), always, never",
        choices=("auto", "always", "never"),
        default="auto",
    ),
)
_QUIET = _argument("--quiet", "print errors only")
_JSON = _argument("--json", "print one JSON object")
_VERBOSE = _argument("--verbose", "name every file with a problem, even if many have the same")
_PRINTING = (*_STYLE, _VERBOSE, _QUIET, _JSON)
_COMMON = (*_SETTINGS, *_PRINTING)
_JSON_LIST = _argument("--json", "print a JSON list")

#: All commands, in the order of the help.
COMMANDS = {
    "init": CommandSpec(
        "look at a folder, and write a feedkit.toml for it",
        "Look at a folder: which generator it belongs to, where its articles are, their dates and languages. Write a "
        "feedkit.toml with comments, and in an empty folder a first article. Files that are there are never changed.",
        _argument("folder DIR", "the folder of the site (default: this one)", nargs="?", default="."),
        _BASE_URL,
        _TITLE,
        _argument("--timezone ZONE", "the time zone of dates that have none"),
    ),
    "build": CommandSpec(
        "write the feeds, the sitemap and the OPML list of a folder of articles",
        "Read a folder of Markdown articles and write RSS, Atom, JSON Feed, sitemap and OPML: for the whole site, "
        "every category and every tag. Flags win over the configuration.",
        _argument(
            "content CONTENT",
            f"the folder of articles (default: {_DEFAULT_CONTENT}); or - for standard input, one JSON object in each "
            "line",
            nargs="?",
        ),
        _argument("-o --output DIR", "the folder to write to (default: public)"),
        *_SETTINGS,
        _argument("--force", "replace files that feedkit did not write"),
        _argument("--allow-empty", "let feeds that had entries become empty"),
        _argument("--durable", "wait until the files are on the disk, so that no power cut loses them"),
        _argument(
            "--wait SECONDS",
            "how long to wait for another run in the same folder (default: 10)",
            type=_seconds,
            default=10.0,
        ),
        _argument(
            "--jobs N", "how many processes read, render and write (default: one for each processor)", type=_processes
        ),
        _argument("--profile", "print how long each stage took"),
        _argument("--watch", "build again whenever something is saved"),
        _argument("--no-cache", "read and render everything again, without a cache"),
        *_PRINTING,
        module="build",
    ),
    "serve": CommandSpec(
        "show the feeds and every article in a browser on this machine",
        "Serve the page of all feeds, every document and a preview of each article on this machine, and reload the "
        "pages after every save. Writes no document.",
        _CONTENT,
        _argument("--port N", "the port (default 8000); 0 for any free one", type=_port, default=8000),
        _argument("--open", "open the page in a browser"),
        *_SETTINGS,
        _VERBOSE,
        *_STYLE,
        _argument("--quiet", "print errors only, and the address"),
        module="server",
    ),
    "plan": CommandSpec(
        "show what a build would change for subscribers, and write nothing",
        "Compare the feeds that a build would write with the existing ones, as subscribers would see it: which "
        "articles are new, updated, posted again under another id or gone, for each feed and in total. Writes nothing.",
        _CONTENT,
        _argument("-o --output DIR", "the folder to compare with (default: public)"),
        _argument(
            "--fail-on KINDS",
            "end with exit code 1 if one of these changes occurs, such as repost,vanish",
            type=_kinds,
            default=(),
        ),
        *_COMMON,
    ),
    "explain": CommandSpec(
        "show why an article is, or is not, in each feed",
        "Show where the fields, dates, id and address of an article come from, in which feeds and sitemaps it is and "
        "in which it is not, and why. Writes nothing.",
        _argument("articles ARTICLE", "the path, the address or the id of an article", nargs="+"),
        _argument("--content DIR", f"the folder of articles (default: that of the file, else {_DEFAULT_CONTENT})"),
        *_SETTINGS,
        _JSON_LIST,
    ),
    "feeds": CommandSpec(
        "list every feed with its addresses, title, entries and newest date",
        "List every feed that a build would write, with its title, number of entries, newest date and addresses. "
        "Writes nothing.",
        _CONTENT,
        *_COMMON,
    ),
    "next": CommandSpec(
        "print when a scheduled or expiring article next changes the output",
        "Print the time (RFC 3339) at which a scheduled or expiring article next changes the output; print nothing if "
        "no article does. Writes nothing.",
        _CONTENT,
        *_COMMON,
    ),
    "ping": CommandSpec(
        "notify hubs and search engines of what a build changed",
        "Take the report that feedkit build --json printed, and notify the hubs of changed feeds (WebSub) and search "
        "engines of changed pages (IndexNow). Without --yes, only show what would be sent.",
        _argument("report REPORT", "a file, or - for standard input", nargs="?"),
        _argument("--feed URL", "a feed that has changed", action="append", default=[]),
        _argument("--url URL", "a page that has changed", action="append", default=[]),
        [_argument("--yes", "send it"), _argument("--dry-run", "only show what would be sent (default)")],
        _CONFIG,
        _BASE_URL,
        *_PRINTING,
    ),
    "adopt": CommandSpec(
        "take over the ids of existing feeds, so that subscribers see no old article again",
        "Match the entries of existing RSS, Atom and JSON Feed files to articles, by address, then by title and "
        "date, and write their ids into the ledger of ids.",
        _argument("feeds OLD_FEED", "a feed that people subscribed to, saved as a file", nargs="+"),
        _argument("--content DIR", _CONTENT_HELP),
        _argument("--ids FILE", "the ledger to write (default: ids of the configuration)"),
        _argument("--dry-run", "only show what matches"),
        *_COMMON,
    ),
    "date": CommandSpec(
        "show what a date means, or why its meaning is not certain",
        "Read each value as an article's date is read, and print the time that it means (RFC 3339).",
        _argument("values VALUE", "a date as written in front matter", nargs="+"),
        _argument("--timezone ZONE", "the time zone of dates that have none (default: UTC)", default="UTC"),
        [
            _argument("--dayfirst", "read 01/02 as 1 February", dest="order", action="store_const", const="dmy"),
            _argument("--monthfirst", "read 01/02 as 2 January", dest="order", action="store_const", const="mdy"),
        ],
        _JSON_LIST,
    ),
    "sitemap": CommandSpec(
        "write the sitemap of any list of addresses",
        "Read addresses, one in each line: plain, with a tab and the date of the last change, or as a JSON object with "
        "loc, lastmod and more. Lines that a sitemap may not list are reported; all others are written, streamed.",
        _argument("urls URLS", "a file, or - for standard input", nargs="?", default="-"),
        _argument("-o --output DIR", "the folder to write to (default: that of the configuration)"),
        _CONFIG,
        _argument("--base-url URL", "the address of the site; all addresses must be below it"),
        _argument("--name PATH", "the file name of the sitemap (default: sitemap.xml)"),
        _argument("--timezone ZONE", "the time zone of dates that have none (default: UTC)"),
        _argument("--gzip", "write the parts of a large sitemap as .xml.gz"),
        _argument("--keep-index", "list /a/index.html as it is, and not as /a/"),
        _argument("--unique", "find all duplicates, however far apart"),
        *_STYLE,
        _QUIET,
        _JSON,
        module="build",
    ),
    "config": CommandSpec(
        "show the settings in force, and where each comes from",
        "Print every setting as a line of TOML, with a comment that says where it comes from: a flag, a line of the "
        "configuration, or the default. Writes nothing.",
        _CONTENT,
        *_SETTINGS,
        _argument("--json", "print a JSON object"),
    ),
    "rule": CommandSpec(
        "explain a problem code, such as FK101",
        "Explain a problem code: what is wrong, why it matters, an example and what to do. Without a code, list all "
        "codes.",
        _argument("codes CODE", "a code, such as FK101", nargs="*"),
        _JSON_LIST,
    ),
    "completion": CommandSpec(
        "print a script that completes commands and options in a shell",
        "Print a script for a shell, which completes commands, options and their values.",
        _argument("shell SHELL", "bash, zsh or fish", choices=("bash", "zsh", "fish")),
    ),
}


#: The options that are written without a command, and the commands that they list.
_WITHOUT_COMMAND: dict[str, Iterable[str]] = {"-h": COMMANDS, "--help": COMMANDS, "-V": (), "--version": ()}


def grammar(names: Iterable[str] = COMMANDS) -> argparse.ArgumentParser:
    """The parser of the command line, with some of the commands only."""
    top = argparse.ArgumentParser(
        prog="feedkit",
        description="Feeds and sitemaps from a folder of Markdown articles.",
        epilog="Start with 'feedkit init' in the folder of your site. 'feedkit COMMAND --help' explains a command.",
        allow_abbrev=False,
    )
    top.add_argument("-V", "--version", action="version", version=f"feedkit {feedkit.__version__}")
    # Without `prog`, argparse would format a usage here and import compression modules for it.
    commands = top.add_subparsers(title="commands", metavar="COMMAND", required=True, prog="feedkit")
    for name in names:
        command = COMMANDS[name]
        parser = commands.add_parser(name, help=command.summary, description=command.description, allow_abbrev=False)
        parser.set_defaults(command=name, parser=parser)
        for argument in command.arguments:
            group = parser.add_mutually_exclusive_group() if isinstance(argument, list) else parser
            for names_, keywords in argument if isinstance(argument, list) else [argument]:
                group.add_argument(*names_, **keywords)
    return top


def run(arguments: Sequence[str]) -> int:
    """Run one command; returns the exit code. Raises `SystemExit` for wrong usage, `--help` and signals."""
    if not arguments:
        print_line(grammar().format_help().rstrip(), sys.stderr)
        raise SystemExit(2)
    first = arguments[0]
    if not first.startswith("-") and first not in COMMANDS:
        _refuse(grammar(()), f"unknown command {shown(first)}{did_you_mean(first, COMMANDS)}")
    if first.startswith("-") and first not in _WITHOUT_COMMAND:
        _refuse(grammar(()), f"a command must come before {shown(first)}, such as feedkit build {first}")
    # Only with the command that runs, which is faster.
    parser = grammar(_WITHOUT_COMMAND.get(first, [first]))
    options, unknown = parser.parse_known_args(arguments)
    if unknown:
        _refuse(options.parser, _unknown(unknown[0], options.parser))
    try:
        # As in `feedkit.__getattr__`.
        with delayed_signals():
            module = import_module(f"feedkit.cli.{COMMANDS[options.command].module}")
        with _signals_as_exceptions():
            return int(getattr(module, f"run_{options.command}")(options))
    except FeedkitError as error:
        print_error(str(error))
        if isinstance(error, MissingAddressError) and sys.stderr.isatty():
            import shlex

            for_this_run = shlex.join(["feedkit", *arguments, "--base-url", "https://example.com"])
            for_all_runs = "feedkit init --base-url https://example.com"
            width = max(len(for_this_run), len(for_all_runs))
            print_line(f"    {for_this_run:<{width}}  for this run", sys.stderr)
            print_line(f"    {for_all_runs:<{width}}  in a feedkit.toml, for all runs", sys.stderr)
        return 2
    except OSError as error:
        print_error(f"{error.filename}: {system_reason(error)}" if error.filename else system_reason(error))
        return 2
    except MemoryError:
        print_error("out of memory; run with --jobs 1, or with fewer articles at a time")
        return 1


def _refuse(parser: argparse.ArgumentParser, message: str) -> NoReturn:
    """End the run for wrong usage, as argparse does."""
    print_line(parser.format_usage().rstrip(), sys.stderr)
    print_error(message)
    raise SystemExit(2)


def _unknown(word: str, command: argparse.ArgumentParser) -> str:
    """The message about an unknown word on the command line."""
    option = word.partition("=")[0]
    if not option.startswith("-"):
        return f"unexpected argument {shown(word)}"
    # Without their dashes, which would make all of them alike.
    names = {name.lstrip("-"): name for name in command._option_string_actions}
    near = nearest(option.lstrip("-"), names)
    return f"unknown option {shown(option)}{f'; did you mean {shown(names[near])}?' if near else ''}"


@contextmanager
def _signals_as_exceptions() -> Iterator[None]:
    """A block in which signals that end a process raise `SystemExit`, so that temporary files are removed.

    A signal during a callback of the interpreter is raised again a moment later: Python only prints an exception from a
    finalizer or from the callback of a weak reference, and continues.
    """
    handlers, hook, main = {}, sys.unraisablehook, threading.main_thread()
    if threading.current_thread() is main:
        # Windows has only the first. A signal that is ignored, as after `nohup`, stays ignored.
        numbers = (getattr(signal, name) for name in ("SIGTERM", "SIGHUP", "SIGQUIT") if hasattr(signal, name))
        handlers = {number: old for number in numbers if (old := signal.getsignal(number)) != signal.SIG_IGN}

    def exit_(number: int, frame: object) -> NoReturn:
        raise SystemExit(128 + number)

    def raise_again(unraisable: sys.UnraisableHookArgs) -> None:
        error = unraisable.exc_value
        code = 130 if isinstance(error, KeyboardInterrupt) else getattr(error, "code", 0)
        if not isinstance(code, int) or code <= 128:
            hook(unraisable)
            return
        # Sent to the main thread, so that it stops waiting.
        kill = partial(signal.pthread_kill, main.ident or 0) if hasattr(signal, "pthread_kill") else interrupt_main
        timer = threading.Timer(_AGAIN_SECONDS, kill, [signal.Signals(code - 128)])
        timer.daemon = True
        timer.start()

    try:
        sys.unraisablehook = raise_again
        for number in handlers:
            signal.signal(number, exit_)
        yield
    finally:
        sys.unraisablehook = hook
        for number, handler in handlers.items():
            signal.signal(number, handler)


class MissingAddressError(SettingsError):
    """The address of the site is not set."""


def site_of(options: argparse.Namespace) -> feedkit.Site:
    """The settings of a run: the configuration, overridden by flags."""
    from feedkit.config.site import load

    file = configuration(options)
    try:
        return load(file, **flags_of(options))
    except SettingsError as error:
        if "base_url: it is missing" in str(error):
            start = "" if file else ", or run feedkit init, which writes a configuration"
            raise MissingAddressError(f"{error}, or run with --base-url https://example.com/{start}") from error
        raise


def flags_of(options: argparse.Namespace) -> dict[str, Any]:
    """The settings that flags override, by name."""
    names = ("base_url", "title", "timezone", "as_of", "drafts", "future")
    return {name: value for name in names if (value := getattr(options, name, None)) not in (None, False)}


def configuration(options: argparse.Namespace) -> Path | None:
    """The configuration file that a command line names, else the nearest one; None if there is none."""
    from feedkit.config.toml import find

    if options.config:
        return Path(options.config)
    # Without a folder of articles, the configuration nearest to the current folder.
    folder = folder_of(options) if "content" in options else "-"
    file = find(Path("." if folder == "-" else folder))
    # A relative path makes messages shorter.
    return file.relative_to(Path.cwd()) if file and file.is_relative_to(Path.cwd()) else file


def folder_of(options: argparse.Namespace) -> str:
    """The folder of articles of a command line, else `content` if it exists, else `.`; `-` for standard input."""
    return str(options.content or ("content" if Path("content").is_dir() else "."))


def content_of(options: argparse.Namespace) -> str | Iterable[str | bytes]:
    """The articles that a command line names. Raises `SettingsError` for a file of JSON Lines."""
    folder = folder_of(options)
    if folder.lower().endswith((".jsonl", ".ndjson")):
        raise SettingsError(f"{folder}: articles as JSON Lines are read from standard input; write - < {folder}")
    return standard_input() if folder == "-" else folder


def standard_input() -> Iterable[str | bytes]:
    """The lines of standard input, as bytes if it has any: texts would depend on the locale."""
    return getattr(sys.stdin, "buffer", sys.stdin) or ()


def publication_of(options: argparse.Namespace) -> tuple[Publication, list[feedkit.Problem]]:
    """The publication of the articles that a command line names, and all problems, which it prints."""
    from feedkit.pipeline.build import Draft

    with (
        ProblemPrinter(options, codes="FK6") as on_problem,
        closing(Draft(site_of(options), content_of(options), on_problem, progress=progress_of(options))) as draft,
    ):
        return draft.prepared.publication, list(draft.problems.reported)
