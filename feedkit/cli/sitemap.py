"""`feedkit sitemap`: any list of addresses into a sitemap."""

from __future__ import annotations

import argparse
from contextlib import nullcontext
from pathlib import Path

import feedkit
from feedkit.cli.options import configuration, site_of, standard_input
from feedkit.cli.printing import document_counts, has_bar, print_result, progress
from feedkit.cli.problems import ProblemPrinter, add_style
from feedkit.errors import SettingsError

HELP = "write the sitemap of any list of addresses"
DESCRIPTION = (
    "Read addresses, one a line: plain, with a tab and a date of the last change, or as a JSON object with loc, "
    "lastmod and more. Lines that no sitemap may list are reported, and the rest is written, streamed."
)


def add_options(command: argparse.ArgumentParser) -> None:
    add = command.add_argument
    add("urls", nargs="?", default="-", metavar="URLS", help="a file, or - for standard input")
    add("-o", "--output", metavar="DIR", help="the folder to write to (default: that of the configuration)")
    add("--config", metavar="FILE", help="a feedkit.toml (default: the nearest one above this folder)")
    add("--base-url", metavar="URL", help="the address that all of them are below")
    add("--name", metavar="PATH", help="the file name of the sitemap (default: sitemap.xml)")
    add("--timezone", metavar="ZONE", help="the time zone of dates that have none (default: UTC)")
    add("--gzip", action="store_true", help="write the parts of a large one as .xml.gz")
    add("--keep-index", action="store_true", help="list /a/index.html as it is, and not as /a/")
    add("--unique", action="store_true", help="find all duplicates, however far apart")
    add_style(command)
    add("--quiet", action="store_true", help="print errors only")
    add("--json", action="store_true", help="print one JSON object")


def run(options: argparse.Namespace) -> int:
    site = site_of(options)
    if options.output is None and configuration(options) is None:
        raise SettingsError("sitemap: name the folder to write to: -o public")
    output = options.output or site.output
    with (
        nullcontext(standard_input()) if options.urls == "-" else Path(options.urls).open("rb") as lines,
        ProblemPrinter(options, noun="") as on_problem,
    ):
        report = feedkit.write_sitemap(
            progress(lines, "reading", " URLs") if has_bar(options) else lines,
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
    return print_result(report, [f"{output}: {document_counts(report)}"], options)
