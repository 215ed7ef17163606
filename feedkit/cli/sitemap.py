"""`feedkit sitemap`: any list of addresses into a sitemap."""

from __future__ import annotations

import argparse
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import feedkit
from feedkit.cli.options import configuration, site_of, standard_input
from feedkit.cli.printing import document_counts, has_bar, print_result, progress
from feedkit.cli.problems import ProblemPrinter, add_style
from feedkit.errors import SettingsError


def add_sitemap(commands: Any) -> None:
    """The grammar of `feedkit sitemap`."""
    sitemap = commands.add_parser(
        "sitemap",
        help="write the sitemap of any list of addresses",
        description="Read addresses, one a line: plain, with a tab and a date of the last change, or as a JSON object "
        "with loc, lastmod and more. Lines that no sitemap may list are reported, and the rest is written, streamed.",
        allow_abbrev=False,
    )
    # Of the settings that flags may give, the others mean nothing here.
    sitemap.set_defaults(run=_sitemap, content=".", title=None, as_of=None, drafts=False, future=False)
    sitemap.add_argument("urls", nargs="?", default="-", metavar="URLS", help="a file, or - for standard input")
    sitemap.add_argument(
        "-o", "--output", metavar="DIR", help="the folder to write to (default: that of the configuration)"
    )
    sitemap.add_argument("--config", metavar="FILE", help="a feedkit.toml (default: the nearest one above this folder)")
    sitemap.add_argument("--base-url", metavar="URL", help="the address that all of them are below")
    sitemap.add_argument("--name", metavar="PATH", help="its file name (default: sitemap.xml)")
    sitemap.add_argument("--timezone", metavar="ZONE", help="the time zone of dates that have none (default: UTC)")
    sitemap.add_argument("--gzip", action="store_true", help="write the parts of a large one as .xml.gz")
    sitemap.add_argument("--keep-index", action="store_true", help="list /a/index.html as it is, and not as /a/")
    sitemap.add_argument("--unique", action="store_true", help="find all duplicates, however far apart")
    add_style(sitemap)
    sitemap.add_argument("--quiet", action="store_true", help="print errors only")
    sitemap.add_argument("--json", action="store_true", help="print one JSON object")


def _sitemap(options: argparse.Namespace) -> int:
    site = site_of(options)
    if options.output is None and configuration(options) is None:
        raise SettingsError("sitemap: name the folder to write to: -o public")
    if options.urls == "-":
        return _sitemap_of(standard_input(), site, options)
    with Path(options.urls).open("rb") as lines:
        return _sitemap_of(lines, site, options)


def _sitemap_of(lines: Iterable[str | bytes], site: feedkit.Site, options: argparse.Namespace) -> int:
    bar = has_bar(options)
    output = options.output or site.output
    with ProblemPrinter(options, bar=bar, noun="") as on_problem:
        report = feedkit.write_sitemap(
            progress(lines, "reading", " URLs") if bar else lines,
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
