"""`feedkit sitemap`: from a list of addresses to a folder of sitemaps, streamed.

Other documents in the folder stay, and an empty list does not replace a sitemap.
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

# Problems that are found some lines later, or concern all lines, have no line number.
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
    """Write the sitemap of a list of addresses into a folder. `lines` are read by `read_urls`.

    One part is in memory at a time. `path`, `timezone`, `gzip`, `fold_index`, `max_urls` and `max_bytes` are those of
    `sitemaps`. A line that cannot be read (FK415) or listed (FK401 and others) is a Problem with its number and the
    name `source`; the others are written. With `unique` every address is remembered, at about 70 bytes each, to find
    all duplicates; `fold_index` lists the folder of an `index.html` instead of the file. Files of an earlier run are
    replaced; feedkit's other files in the folder stay. A list without any address is an error (FK415), and nothing is
    written. Raises `PublishError`, `UrlError`.
    """
    problems: list[Problem] = []

    def report(problem: Problem) -> None:
        # Notes are passed on and not kept: there may be a million duplicates.
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
    # This name would keep a part in memory.
    del first
    written = publish(documents, directory, removes=lambda path: own.fullmatch(path) is not None)
    for problem in written.problems:
        report(problem)
    return replace(written, problems=tuple(problems))
