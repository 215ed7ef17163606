"""Reads the options of several commands: the settings, the articles, the configuration."""

from __future__ import annotations

import sys
from argparse import Namespace
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import feedkit
from feedkit.cli.printing import ProblemPrinter, progress_of
from feedkit.errors import SettingsError

if TYPE_CHECKING:
    from feedkit.site import Publication


class MissingAddressError(SettingsError):
    """The address of the site is not set."""


def site_of(options: Namespace) -> feedkit.Site:
    """The settings of a run: those of the configuration, overridden by flags."""
    from feedkit.config.site import load

    file = configuration(options)
    try:
        return load(file, **flags_of(options))
    except SettingsError as error:
        if "base_url: it is missing" in str(error):
            start = "" if file else ", or run feedkit init, which writes a configuration"
            raise MissingAddressError(f"{error}, or run with --base-url https://example.com/{start}") from error
        raise


def flags_of(options: Namespace) -> dict[str, Any]:
    """The settings that flags override, by name."""
    names = ("base_url", "title", "timezone", "as_of", "drafts", "future")
    return {name: value for name in names if (value := getattr(options, name, None)) not in (None, False)}


def configuration(options: Namespace) -> Path | None:
    """The configuration that a command line names, else the nearest one; None where there is none."""
    from feedkit.config.toml import find

    if options.config:
        return Path(options.config)
    # Of addresses instead of articles, as of standard input, the present folder.
    folder = folder_of(options) if "content" in options else "-"
    file = find(Path("." if folder == "-" else folder))
    # Messages are shorter without the folder that the reader is in.
    return file.relative_to(Path.cwd()) if file and file.is_relative_to(Path.cwd()) else file


def folder_of(options: Namespace) -> str:
    """The folder of articles that a command line names, else `content` where there is one; `-` for standard input."""
    return str(options.content or ("content" if Path("content").is_dir() else "."))


def content_of(options: Namespace) -> str | Iterable[str | bytes]:
    """The articles that a command line names. Raises `SettingsError` for a file of JSON Lines, which is no article."""
    folder = folder_of(options)
    if folder.lower().endswith((".jsonl", ".ndjson")):
        raise SettingsError(f"{folder}: articles as JSON Lines are read from standard input; write - < {folder}")
    return standard_input() if folder == "-" else folder


def standard_input() -> Iterable[str | bytes]:
    """The lines of standard input: bytes where there are some, since the locale is not to say what they mean."""
    return getattr(sys.stdin, "buffer", sys.stdin) or ()


def publication_of(options: Namespace) -> tuple[Publication, list[feedkit.Problem]]:
    """The publication of the articles that a command line names; and all problems, which are printed."""
    from feedkit.pipeline.build import Draft

    with (
        ProblemPrinter(options, codes="FK6") as on_problem,
        closing(Draft(site_of(options), content_of(options), on_problem, progress=progress_of(options))) as draft,
    ):
        return draft.prepared.publication, list(draft.problems.reported)
