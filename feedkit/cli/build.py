"""`feedkit build`: a folder of articles into feeds, sitemap and OPML."""

from __future__ import annotations

import argparse
import hashlib
import os
import sys

from platformdirs import user_cache_dir

import feedkit
from feedkit.cli.options import add_content, add_printing, add_settings, content_of, site_of
from feedkit.cli.printing import count, document_counts, print_line, print_result, progress_of
from feedkit.cli.problems import LastProblems, ProblemPrinter
from feedkit.cli.profile import Profile
from feedkit.cli.watching import watched
from feedkit.dates import rfc3339

HELP = "write the feeds, the sitemap and the OPML list of a folder of articles"
DESCRIPTION = (
    "Read a folder of Markdown articles and write RSS, Atom, JSON Feed, sitemap and OPML: for the whole site, every "
    "category and every tag. Flags win over the configuration."
)


def add_options(command: argparse.ArgumentParser) -> None:
    add = command.add_argument
    text = "the folder (default: content where there is one, else this one); or - for standard input, a JSON object "
    add_content(command, f"{text}a line")
    add("-o", "--output", metavar="DIR", help="the folder to write to (default: public)")
    add_settings(command)
    add("--force", action="store_true", help="replace files that feedkit did not write")
    add("--allow-empty", action="store_true", help="let feeds that had entries become empty")
    add("--durable", action="store_true", help="wait until the files are on the disk, so that no power cut loses them")
    text = "how long to wait for another run in the same folder (default: 10)"
    add("--wait", type=_seconds, default=10.0, metavar="SECONDS", help=text)
    text = "how many processes read, render and write (default: one for each processor)"
    add("--jobs", type=_jobs, default=0, metavar="N", help=text)
    add("--profile", action="store_true", help="print how long each stage took")
    add("--watch", action="store_true", help="build again whenever something is saved")
    add("--no-cache", action="store_true", help="read everything again, and remember nothing")
    add_printing(command)


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


def run(options: argparse.Namespace) -> int:
    return watched(options, _build) if options.watch else _build(options)


def _build(options: argparse.Namespace, last: LastProblems | None = None) -> int:
    site = site_of(options)
    directory = options.output or site.output
    progress = progress_of(options) or (lambda items, stage: items)
    profile = Profile(progress)
    cache = None if options.no_cache else site.cache or cache_file(options.content, options.output, options.config)
    with ProblemPrinter(options, last=last) as on_problem:
        report = feedkit.build(
            site,
            content_of(options),
            directory,
            on_problem=on_problem,
            progress=profile.progress if options.profile else progress,
            force=options.force,
            allow_empty=options.allow_empty,
            durable=options.durable,
            wait=options.wait,
            jobs=options.jobs or _processors(),
            cache=cache,
        )
    if options.profile:
        print_line("\n".join(profile.lines()), sys.stderr)
    return print_result(report, [_result(report, str(directory))], options)


def cache_file(content: str, output: str | None, config: str | None) -> str:
    """The file in which builds of one folder into another are kept, if the configuration names none."""
    places = [os.path.realpath(content), os.path.realpath(output or "public"), config and os.path.realpath(config)]
    name = hashlib.blake2b(repr(places).encode("utf-8", "surrogatepass"), digest_size=12).hexdigest()
    return os.path.join(user_cache_dir("feedkit"), f"{name}.sqlite3")  # noqa: PTH118


def _processors() -> int:
    """How many of the processors this process may use."""
    # Not every system can tell.
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


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
    return f"{directory}: {document_counts(report)}; {feeds}{pages}{others}{change}"
