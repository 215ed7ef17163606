"""`feedkit build`: a folder of articles into feeds, sitemap and OPML."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

import feedkit
from feedkit.cli.glance import cache_file, remember
from feedkit.cli.options import add_printing, add_settings, content_of, site_of
from feedkit.cli.printing import (
    count,
    document_counts,
    has_bar,
    print_line,
    print_result,
    problem_lines,
    problem_printer,
    progress,
)
from feedkit.cli.profile import Profile
from feedkit.cli.watching import watched
from feedkit.dates import rfc3339
from feedkit.errors import printable
from feedkit.pipeline.beside import processors
from feedkit.pipeline.file_key import digest
from feedkit.pipeline.inputs import settings_digest
from feedkit.pipeline.memory import Memory
from feedkit.records import replace


def add_build(commands: Any) -> None:
    """The grammar of `feedkit build`."""
    build = commands.add_parser(
        "build",
        help="write the feeds, the sitemap and the OPML list of a folder of articles",
        description="Read a folder of Markdown articles and write RSS, Atom, JSON Feed, sitemap and OPML: for the "
        "whole site, every category and every tag. Flags win over the configuration.",
        allow_abbrev=False,
    )
    build.set_defaults(run=_build)
    build.add_argument(
        "content",
        nargs="?",
        default=".",
        metavar="CONTENT",
        help="the folder (default: this one); or - for standard input, a JSON object a line",
    )
    build.add_argument("-o", "--output", metavar="DIR", help="the folder to write to (default: public)")
    add_settings(build)
    build.add_argument("--force", action="store_true", help="replace files in the way that feedkit did not write")
    build.add_argument("--allow-empty", action="store_true", help="let feeds that had entries become empty")
    build.add_argument("--durable", action="store_true", help="synchronise with the disk, against power cuts")
    build.add_argument(
        "--wait", type=_seconds, default=10.0, metavar="SECONDS", help="wait for another run (default 10)"
    )
    build.add_argument(
        "--jobs",
        type=_jobs,
        default=0,
        metavar="N",
        help="processes that read, render and write (default: one a processor)",
    )
    build.add_argument("--profile", action="store_true", help="print how long each stage took")
    build.add_argument("--watch", action="store_true", help="build again whenever something is saved")
    build.add_argument("--no-cache", action="store_true", help="read everything again, and remember nothing")
    add_printing(build)


def _seconds(text: str) -> float:
    seconds = float(text)
    # Not a number is neither: it is no time to wait.
    if not 0 <= seconds <= 86_400:
        raise argparse.ArgumentTypeError(f"{text} is no number of seconds from 0 to 86400")
    return seconds


def _jobs(text: str) -> int:
    jobs = int(text)
    if not 1 <= jobs <= 256:
        raise argparse.ArgumentTypeError(f"{text} is no number of processes from 1 to 256")
    return jobs


def _build(options: argparse.Namespace) -> int:
    return watched(options, _once) if options.watch else _once(options)


def _once(options: argparse.Namespace) -> int:
    site = site_of(options)
    directory = options.output or site.output
    bar = has_bar(options)
    shown = progress if bar else lambda items, stage: items
    profile = Profile(shown)
    cache = None if options.no_cache else site.cache or cache_file(options.content, options.output, options.config)
    # Seen once, and not again when something is saved.
    look, options.look = options.look, None
    settings = b"" if cache is None else settings_digest(site, str(Path(options.content)), str(directory))
    look = look and replace(look, settings=settings)
    report = feedkit.build(
        site,
        content_of(options),
        directory,
        on_problem=problem_printer(options, bar=bar),
        watch=profile.watch if options.profile else shown,
        force=options.force,
        allow_empty=options.allow_empty,
        durable=options.durable,
        wait=options.wait,
        jobs=options.jobs or processors(),
        cache=cache,
        look=look,
    )
    if options.profile:
        print_line("\n".join(profile.lines()), sys.stderr)
    if cache is not None and not (site.cache or options.watch):
        _remember(Memory(cache), report.settled(), settings.hex(), str(directory), options)
    return print_result(report, [_result(report, str(directory))], options)


def _remember(memory: Memory, report: feedkit.Report, settings: str, directory: str, options: Any) -> None:
    """Remember what the same command line is answered when nothing has changed."""
    problems = [problem for problem in report.problems if problem.severity == "error" or not options.quiet]
    diagnostics = "\n".join(line for problem in problems for line in problem_lines(problem))
    line = "" if options.quiet else printable(_result(report, directory))
    line = json.dumps(report.to_json()) if options.json else line
    texts = diagnostics, line
    remember(memory, options.words, digest(report).hex(), settings, texts, 0 if report.ok else 1)


def _result(report: feedkit.Report, directory: str) -> str:
    articles = report.articles
    left_out = {
        "draft": articles.drafts,
        "scheduled": articles.future,
        "expired": articles.expired,
        "refused": articles.skipped,
    }
    others = "".join(f", {count} {name}" for name, count in left_out.items() if count)
    change = f"; next change {rfc3339(report.next_change)}" if report.next_change else ""
    feeds = f"{count(report.feeds, 'feed')} of {count(articles.published, 'article')}"
    return f"{directory}: {document_counts(report)}; {feeds}{others}{change}"
