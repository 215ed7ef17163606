"""`feedkit sitemap`: any list of addresses into a sitemap."""

from __future__ import annotations

import argparse
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import feedkit
from feedkit.cli.options import standard_input
from feedkit.cli.printing import ProblemPrinter, document_counts, has_bar, print_result, progress


def add_sitemap(commands: Any) -> None:
    """The grammar of `feedkit sitemap`."""
    sitemap = commands.add_parser(
        "sitemap",
        help="write the sitemap of any list of addresses",
        description="Read addresses, one a line: plain, with a tab and a date of the last change, or as a JSON object "
        "with loc, lastmod and more. Lines that no sitemap may list are reported, and the rest is written, streamed.",
        allow_abbrev=False,
    )
    sitemap.set_defaults(run=_sitemap)
    sitemap.add_argument("urls", nargs="?", default="-", metavar="URLS", help="a file, or - for standard input")
    sitemap.add_argument("-o", "--output", metavar="DIR", required=True, help="the folder to write to")
    sitemap.add_argument("--base-url", metavar="URL", required=True, help="the address that all of them are below")
    sitemap.add_argument("--name", metavar="PATH", default="sitemap.xml", help="its file name (default: sitemap.xml)")
    sitemap.add_argument("--timezone", default="UTC", metavar="ZONE", help="the zone of dates without one")
    sitemap.add_argument("--gzip", action="store_true", help="write the parts of a large one as .xml.gz")
    sitemap.add_argument("--keep-index", action="store_true", help="list /a/index.html as it is, and not as /a/")
    sitemap.add_argument("--unique", action="store_true", help="find all duplicates, however far apart")
    sitemap.add_argument("--quiet", action="store_true", help="print errors only")
    sitemap.add_argument("--json", action="store_true", help="print one JSON object")


def _sitemap(options: argparse.Namespace) -> int:
    if options.urls == "-":
        return _sitemap_of(standard_input(), options)
    with Path(options.urls).open("rb") as lines:
        return _sitemap_of(lines, options)


def _sitemap_of(lines: Iterable[str | bytes], options: argparse.Namespace) -> int:
    bar = has_bar(options)
    report = feedkit.write_sitemap(
        progress(lines, "reading", " URLs") if bar else lines,
        options.output,
        base_url=options.base_url,
        path=options.name,
        source=options.urls,
        timezone=options.timezone,
        gzip=options.gzip,
        unique=options.unique,
        fold_index=not options.keep_index,
        on_problem=ProblemPrinter(options, bar=bar),
    )
    return print_result(report, [f"{options.output}: {document_counts(report)}"], options)
