"""What several commands take from their command line: the settings, standard input."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import feedkit
from feedkit.errors import SettingsError


def site_of(options: argparse.Namespace) -> feedkit.Site:
    """The settings that a command line asks for."""
    from feedkit import configuration

    given = {name: getattr(options, name) for name in ("base_url", "title", "timezone", "as_of")}
    overrides: dict[str, Any] = {name: value for name, value in given.items() if value is not None}
    overrides |= {name: True for name in ("drafts", "future") if getattr(options, name)}
    path = Path(options.config) if options.config else configuration.find(_beginning(options.content))
    try:
        return configuration.load(path, **overrides)
    except SettingsError as error:
        if "base_url: it is missing" in str(error):
            raise SettingsError(f"{error}, or run with --base-url https://example.com/") from error
        raise


def _beginning(content: str) -> Path:
    """The folder from which the configuration is looked for."""
    return Path("." if content == "-" else content)


def standard_input() -> Iterable[str | bytes]:
    """The lines of standard input."""
    # Bytes where there are some: what they mean is not for the locale to say.
    return getattr(sys.stdin, "buffer", sys.stdin) or ()
