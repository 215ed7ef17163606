"""Commands that write documents: `feedkit build`, once or after every save, and `feedkit sitemap`."""

from __future__ import annotations

import hashlib
import os
import sys
import time
from argparse import Namespace
from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import nullcontext, suppress
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from platformdirs import user_cache_dir

import feedkit
from feedkit.cli.commands import configuration, content_of, folder_of, site_of, standard_input
from feedkit.cli.printing import (
    ProblemPrinter,
    count,
    print_error,
    print_line,
    print_result,
    progress_of,
)
from feedkit.dates import rfc3339
from feedkit.errors import FeedkitError, SettingsError

#: The hint to install watchfiles.
INSTALL = "run: python -m pip install watchfiles"
# How many milliseconds to wait for more files of the same save, and between two checks.
_DEBOUNCE_MS, _STEP_MS = 50, 5


def run_build(options: Namespace) -> int:
    if not options.watch:
        return _build(options, ProblemPrinter(options))
    if options.content == "-":
        raise SettingsError("--watch: standard input cannot be watched; name a folder")
    if not can_watch():
        raise SettingsError(f"--watch needs watchfiles; {INSTALL}")
    printer = ProblemPrinter(options, only_new=True)
    _build(options, printer)
    # Ctrl-C ends watching, and is no error, even during a build.
    with suppress(KeyboardInterrupt):
        for _ in saves(options, options.output or site_of(options).output):
            try:
                _build(options, printer)
            except FeedkitError as error:
                # A configuration is often saved half-written; the next save corrects it.
                print_error(str(error))
    return 0


def _build(options: Namespace, printer: ProblemPrinter) -> int:
    site = site_of(options)
    directory = options.output or site.output
    bar = progress_of(options)
    cache = None if options.no_cache else site.cache or _cache_file(options)
    # Some systems know only how many processors there are, not how many of them this process may use.
    processors = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    begin, seconds = time.perf_counter(), defaultdict[str, float](float)

    def timed(items: Iterable[Any], stage: str) -> Iterator[Any]:
        """The items; adds the time until the last one is consumed to that of the stage."""
        start = time.perf_counter()
        yield from bar(items, stage)
        seconds[stage] += time.perf_counter() - start

    with printer as on_problem:
        report = feedkit.build(
            site,
            content_of(options),
            directory,
            on_problem=on_problem,
            progress=timed,
            force=options.force,
            allow_empty=options.allow_empty,
            durable=options.durable,
            wait=options.wait,
            jobs=options.jobs or processors or 1,
            cache=cache,
        )
    if options.profile:
        whole = time.perf_counter() - begin
        for stage, length in (*seconds.items(), ("the rest", whole - sum(seconds.values())), ("in all", whole)):
            print_line(f"{stage:<10} {length:8.3f} s", sys.stderr)
    return print_result(report.to_json, [_result(report, str(directory))], options, ok=report.ok)


def _cache_file(options: Namespace) -> str:
    """The default cache file: one for each content folder, output folder and configuration."""
    config = options.config and os.path.realpath(options.config)
    places = [os.path.realpath(folder_of(options)), os.path.realpath(options.output or "public"), config]
    name = hashlib.blake2b(repr(places).encode("utf-8", "surrogatepass"), digest_size=12).hexdigest()
    return os.path.join(user_cache_dir("feedkit"), f"{name}.sqlite3")  # noqa: PTH118


def _result(report: feedkit.Report, directory: str) -> str:
    articles = report.articles
    unpublished = {
        "draft": articles.drafts,
        "scheduled": articles.future,
        "expired": articles.expired,
        "hidden": articles.nowhere,
        "unlisted": articles.unlisted,
        "not in feeds": articles.not_in_feeds,
        "refused": articles.skipped,
    }
    pages = f", {count(articles.pages, 'page')}" if articles.pages else ""
    others = "".join(f", {number} {name}" for name, number in unpublished.items() if number)
    change = f"; next change {rfc3339(report.next_change)}" if report.next_change else ""
    feeds = f"{count(report.feeds, 'feed')} of {count(articles.published, 'article')}"
    return f"{directory}: {_documents(report)}; {feeds}{pages}{others}{change}"


def _documents(report: feedkit.Report) -> str:
    documents = report.documents
    written = count(documents.written, "document")
    return f"{written} written, {documents.unchanged} unchanged, {documents.removed} removed"


def can_watch() -> bool:
    """Whether watchfiles is installed."""
    return find_spec("watchfiles") is not None


def saves(options: Namespace, output: str | Path) -> Iterator[object]:
    """Yields each time that an article, the configuration or a file that it names is saved outside of `output`."""
    from watchfiles import watch

    ignored = os.path.realpath(output)

    def is_outside(change: object, path: str) -> bool:
        return not f"{os.path.realpath(path)}/".startswith(f"{ignored}/")

    site = site_of(options)
    paths = {*site.static, *site.sitemap.lists, site.authors_file, site.sitemap.html, site.page.css}
    places = [
        Path(folder_of(options)),
        configuration(options),
        *sorted(path for path in paths if path and path.exists()),
    ]
    return watch(*filter(None, places), watch_filter=is_outside, debounce=_DEBOUNCE_MS, step=_STEP_MS)


def run_sitemap(options: Namespace) -> int:
    site = site_of(options)
    if options.output is None and configuration(options) is None:
        raise SettingsError("sitemap: name the folder to write to: -o public")
    output = options.output or site.output
    with (
        nullcontext(standard_input()) if options.urls == "-" else Path(options.urls).open("rb") as lines,
        ProblemPrinter(options, noun="") as on_problem,
    ):
        report = feedkit.write_sitemap(
            progress_of(options, " URLs")(lines, "reading"),
            output,
            base_url=site.base_url,
            path=options.name or site.names.sitemap,
            source=options.urls,
            timezone=site.timezone,
            gzip=options.gzip or site.sitemap.gzip,
            unique=options.unique,
            fold_index=site.fold_index and not options.keep_index,
            max_urls=site.sitemap.max_urls,
            on_problem=on_problem,
        )
    return print_result(report.to_json, [f"{output}: {_documents(report)}"], options, ok=report.ok)
