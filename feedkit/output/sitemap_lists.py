"""A list of addresses into a folder of sitemaps, streamed: what `feedkit sitemap` does.

What a build put into the same folder stays, and no sitemap is replaced by nothing.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable
from datetime import tzinfo
from pathlib import Path

from msgspec.structs import replace

from feedkit.errors import OnProblem, Problem
from feedkit.formats.sitemap import MAX_BYTES, MAX_URLS, REMEMBERED_URLS, sitemaps
from feedkit.imports.url_lists import read_urls
from feedkit.output.report import Report
from feedkit.output.writer import publish

# What is about an address that was read some lines ago, or about all of them, has no line.
_WITHOUT_LINE = ("FK410", "FK412")


def write_sitemap(
    lines: Iterable[str | bytes],
    directory: str | Path,
    *,
    base_url: str,
    path: str = "sitemap.xml",
    source: str = "-",
    timezone: str | tzinfo = "UTC",
    gzip: bool = False,
    unique: bool = False,
    fold_index: bool = True,
    max_urls: int = MAX_URLS,
    max_bytes: int = MAX_BYTES,
    on_problem: OnProblem | None = None,
) -> Report:
    """Make a folder hold the sitemap of a list of addresses, `lines` as `read_urls` takes them.

    Holds one part in memory. `path`, `timezone`, `gzip`, `fold_index`, `max_urls` and `max_bytes` are those of
    `sitemaps`. A line that cannot be read (FK415) or listed (FK401 and others) is a Problem with its
    number and the name `source`; the rest is written. `unique` remembers every address, at about 70 bytes each, to find
    duplicates however far apart; `fold_index` lists the folder of an `index.html` in its place. Files of an earlier run
    are replaced, other files of feedkit's in the folder stay. Without any address nothing is touched, and that is an
    error (FK415). Raises `PublishError`, `UrlError`.
    """
    problems: list[Problem] = []

    def report(problem: Problem) -> None:
        # A million duplicates are passed on, and not kept.
        if problem.severity != "note":
            problems.append(problem)
        if on_problem is not None:
            on_problem(problem)

    def report_line(problem: Problem) -> None:
        is_of_line = problem.code not in _WITHOUT_LINE
        report(replace(problem, path=source, line=urls.number) if is_of_line else problem)

    urls = read_urls(lines, path=source, on_problem=report)
    documents = sitemaps(
        urls,
        base_url=base_url,
        path=path,
        max_urls=max_urls,
        max_bytes=max_bytes,
        timezone=timezone,
        gzip=gzip,
        fold_index=fold_index,
        remember=None if unique else REMEMBERED_URLS,
        on_problem=report_line,
    )
    first = next(documents, None)
    if first is None:
        report(Problem(code="FK415", severity="error", path=source, message="lists no page; nothing is written"))
        return Report(problems=tuple(problems))
    folder, slash, name = path.rpartition("/")
    stem, dot, suffix = name.partition(".")
    top = f"{re.escape(stem)}(?:-[0-9]+)?{re.escape(dot + suffix)}"
    own = re.compile(rf"{re.escape(folder + slash)}(?:{top}|sitemaps/sitemap-[0-9]+\.xml(?:\.gz)?)")
    documents = itertools.chain([first], documents)
    # Not kept: a part is as large as everything else together.
    del first
    written = publish(documents, directory, removes=lambda path: own.fullmatch(path) is not None)
    for problem in written.problems:
        report(problem)
    return replace(written, problems=tuple(problems))
