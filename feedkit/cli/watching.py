"""`feedkit build --watch`: build again whenever something is saved that a build does not write itself."""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable, Iterator
from contextlib import suppress
from importlib import import_module
from pathlib import Path

from feedkit.cli.options import configuration, site_of
from feedkit.cli.printing import print_error
from feedkit.cli.problems import LastProblems
from feedkit.errors import FeedkitError, SettingsError

# How long to wait for more of what is saved at once, and how often to look, in milliseconds.
_DEBOUNCE_MS = 50
_STEP_MS = 5

#: How to get what watches files.
INSTALL = "run: python -m pip install watchfiles"


def watched(options: argparse.Namespace, build: Callable[[argparse.Namespace, LastProblems], int]) -> int:
    """Build, and again after each change of the articles, the configuration or a file that it names, until Ctrl-C.

    Each build reports what is new or gone since the one before.
    Returns 0: Ctrl-C is how watching ends, also where it falls into a build, and each build has printed its problems.
    Raises `SettingsError` for standard input, and without watchfiles, and `KeyboardInterrupt` from the first build.
    """
    if options.content == "-":
        raise SettingsError("--watch: standard input cannot be watched; name a folder")
    if not can_watch():
        raise SettingsError(f"--watch needs watchfiles; {INSTALL}")
    last: LastProblems = {}
    build(options, last)
    with suppress(KeyboardInterrupt):
        for _ in saves(options, options.output or site_of(options).output):
            try:
                build(options, last)
            except FeedkitError as error:
                # Half a configuration is saved often; the next save corrects it.
                print_error(str(error))
    return 0


def can_watch() -> bool:
    """Whether watchfiles is installed."""
    try:
        import_module("watchfiles")
    except ImportError:
        return False
    return True


def saves(options: argparse.Namespace, output: str | Path) -> Iterator[object]:
    """Something each time that an article, the configuration or a file that it names is saved.

    What is written to `output` is not watched.
    """
    from watchfiles import watch

    ignored = os.path.realpath(output)

    def is_outside(change: object, path: str) -> bool:
        return not f"{os.path.realpath(path)}/".startswith(f"{ignored}/")

    return watch(*_places(options), watch_filter=is_outside, debounce=_DEBOUNCE_MS, step=_STEP_MS)


def _places(options: argparse.Namespace) -> Iterator[Path]:
    """What is looked at: it must be there when the watching begins."""
    yield Path(options.content)
    if file := configuration(options):
        yield file
    site = site_of(options)
    paths = {*site.static, *site.sitemap.lists, site.authors_file, site.sitemap.html, site.page.css}
    yield from sorted(path for path in paths if path and path.exists())
