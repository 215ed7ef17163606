"""What several commands take from their command line: the settings, standard input."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import feedkit
from feedkit.cli.printing import progress_of
from feedkit.cli.problems import ProblemPrinter, add_style
from feedkit.errors import SettingsError

if TYPE_CHECKING:
    from feedkit.site import Publication


class MissingAddressError(SettingsError):
    """Nothing says what the address of the site is."""


def add_settings(command: argparse.ArgumentParser) -> None:
    """The options that take the place of the configuration's settings, in every command that reads articles."""
    add_site(command, "CONTENT")
    command.add_argument("--title", metavar="T", help="the title of the site")
    text = "the time zone of dates that have none, such as Europe/Malta"
    command.add_argument("--timezone", metavar="ZONE", help=text)
    command.add_argument("--as-of", metavar="TIME", help="publish what is due at this time (default: now)")
    command.add_argument("--drafts", action="store_true", help="publish drafts, too")
    command.add_argument("--future", action="store_true", help="publish articles with a later date, too")


def add_site(command: argparse.ArgumentParser, below: str = "this folder") -> None:
    """The options that name the configuration and the site."""
    command.add_argument("--config", metavar="FILE", help=f"a feedkit.toml (default: the nearest one above {below})")
    command.add_argument("--base-url", metavar="URL", help="the address of the site")


_DEFAULT = "content where there is one, else this one"


def add_content(command: argparse.ArgumentParser, text: str = f"the folder of articles (default: {_DEFAULT})") -> None:
    """The word that names the folder of articles."""
    command.add_argument("content", nargs="?", default=default_content(), metavar="CONTENT", help=text)


def add_content_option(command: argparse.ArgumentParser, default: str = _DEFAULT) -> None:
    """The option that names the folder of articles, in commands whose words are something else."""
    command.add_argument("--content", metavar="DIR", help=f"the folder of articles (default: {default})")


def add_printing(command: argparse.ArgumentParser) -> None:
    """The options that say what is printed."""
    add_style(command)
    command.add_argument("--verbose", action="store_true", help="list every file of a problem that many files have")
    command.add_argument("--quiet", action="store_true", help="print errors only")
    command.add_argument("--json", action="store_true", help="print one JSON object")


def site_of(options: argparse.Namespace) -> feedkit.Site:
    """The settings that a command line asks for."""
    from feedkit.config.site import load

    try:
        return load(configuration(options), **flags_of(options))
    except SettingsError as error:
        if "base_url: it is missing" in str(error):
            start = "" if configuration(options) else ", or run feedkit init, which writes a configuration"
            raise MissingAddressError(f"{error}, or run with --base-url https://example.com/{start}") from error
        raise


def flags_of(options: argparse.Namespace) -> dict[str, Any]:
    """The settings that flags give, by their names."""
    names = ("base_url", "title", "timezone", "as_of", "drafts", "future")
    values = {name: getattr(options, name, None) for name in names}
    return {name: value for name, value in values.items() if value is not None and value is not False}


def configuration(options: argparse.Namespace) -> Path | None:
    """The configuration that a command line names, else the nearest one; None where there is none."""
    from feedkit.config.toml import find

    if options.config:
        return Path(options.config)
    # Of addresses instead of articles, as of standard input, the present folder.
    content = getattr(options, "content", "-")
    file = find(Path("." if content == "-" else content or default_content()))
    # Messages are shorter without the folder that the reader is in.
    return file.relative_to(Path.cwd()) if file and file.is_relative_to(Path.cwd()) else file


def content_of(options: argparse.Namespace) -> str | Iterable[str | bytes]:
    """The articles that a command line names. Raises `SettingsError` for a file of JSON Lines, which is no article."""
    if options.content == "-":
        return standard_input()
    if (content := str(options.content or default_content())).lower().endswith((".jsonl", ".ndjson")):
        raise SettingsError(f"{content}: articles as JSON Lines are read from standard input; write - < {content}")
    return content


def publication_of(options: argparse.Namespace) -> tuple[Publication, list[feedkit.Problem]]:
    """What a build would publish of the articles that a command line names, and all problems, which are printed."""
    from feedkit.pipeline.prepared import Problems, prepared

    with ProblemPrinter(options, codes="FK6") as on_problem:
        problems = Problems(on_problem)
        ready = prepared(site_of(options), content_of(options), problems, progress=progress_of(options))
    return ready.publication, problems.reported


def default_content() -> str:
    """The folder of articles where a command line names none."""
    return "content" if Path("content").is_dir() else "."


def standard_input() -> Iterable[str | bytes]:
    """The lines of standard input."""
    # Bytes where there are some: what they mean is not for the locale to say.
    return getattr(sys.stdin, "buffer", sys.stdin) or ()
