"""`feedkit build --watch`: build again whenever something is saved. Refuses to watch what a build itself writes."""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable, Iterator
from contextlib import suppress
from importlib import import_module
from pathlib import Path

from feedkit.cli.options import beginning, site_of
from feedkit.cli.printing import print_error
from feedkit.config.toml import find
from feedkit.errors import FeedkitError, SettingsError
from feedkit.pipeline.answers import Look, look, looked_again
from feedkit.pipeline.inputs import named_by, paths_of

#: How long to wait for more of what is saved at once, and how often to look, in milliseconds.
_TOGETHER = 50
_STEP = 5


def watched(options: argparse.Namespace, build: Callable[[argparse.Namespace], int]) -> int:
    """Build, and again after each change of the articles, the configuration or a file that it names, until Ctrl-C.

    Returns 0: Ctrl-C is how watching ends, also where it falls into a build, and each build has told its findings.
    Raises `SettingsError` for standard input, and without watchfiles, and `KeyboardInterrupt` from the first build.
    """
    if options.content == "-":
        raise SettingsError("--watch: standard input cannot be watched; name a folder")
    try:
        from watchfiles import watch
    except ImportError as error:
        raise SettingsError("--watch needs watchfiles; run: pip install 'feedkit[watch]'") from error
    build(options)
    with suppress(KeyboardInterrupt):
        # Now, while nobody waits for it: where nothing had changed, it has not been imported yet.
        import_module("feedkit.pipeline.edited")
        # Beside the threads of the watcher, processes must not be copied.
        options.jobs = 1
        seen = _look(options)
        for saves in watch(
            *_places(options), watch_filter=_is_not_in(_output(options)), debounce=_TOGETHER, step=_STEP
        ):
            # Who was told which files were saved need not look at thousands of others.
            options.look = found = seen and looked_again(seen, [path for _, path in saves])
            _again(options, build)
            seen = found or _look(options)
    return 0


def _look(options: argparse.Namespace) -> Look | None:
    """The files that a build depends on, while nobody waits for it; None where the settings cannot be read."""
    with suppress(FeedkitError):
        site = site_of(options)
        return look(options.content, os.path.realpath(options.output or site.output), named_by(site))
    return None


def _output(options: argparse.Namespace) -> str:
    return os.path.realpath(options.output or site_of(options).output)


def _is_not_in(folder: str) -> Callable[[object, str], bool]:
    def is_outside(change: object, path: str) -> bool:
        return not f"{os.path.realpath(path)}/".startswith(f"{folder}/")

    return is_outside


def _again(options: argparse.Namespace, build: Callable[[argparse.Namespace], int]) -> None:
    try:
        build(options)
    except FeedkitError as error:
        # Half a configuration is saved often; the next save mends it.
        print_error(str(error))


def _places(options: argparse.Namespace) -> Iterator[Path]:
    """What is looked at: it must be there when the watching begins."""
    yield Path(options.content)
    if file := Path(options.config) if options.config else find(beginning(options)):
        yield file
    yield from filter(Path.exists, sorted(set(paths_of(site_of(options)))))
