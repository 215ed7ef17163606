"""A list of addresses into a folder of sitemaps, streamed: what `feedkit sitemap` does.

Refuses to take away what a build put into the same folder, and to replace a sitemap by nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from datetime import tzinfo
from pathlib import Path

from msgspec.structs import replace

from feedkit.document import Document
from feedkit.errors import OnProblem, Problem
from feedkit.formats.sitemap import MAX_BYTES, MAX_URLS, REMEMBERED, sitemaps
from feedkit.imports.url_lists import UrlLines, read_urls
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
    max_urls: int = MAX_URLS,
    max_bytes: int = MAX_BYTES,
    on_problem: OnProblem | None = None,
) -> Report:
    """Make a folder hold the sitemap of a list of addresses, a line each as `read_urls` takes them.

    Holds one part in memory. A line that cannot be read (FK415) or listed (FK401 and others) is a Problem with its
    number and the name `source`; the rest is written. `unique` remembers every address, at about 70 bytes each, to find
    duplicates however far apart. Files of an earlier run are replaced, other files of feedkit's in the folder stay.
    Without any address nothing is touched, and that is an error (FK415). Raises `PublishError`, `UrlError`.
    """
    told = _Problems(source, on_problem)
    items = told.items = read_urls(lines, path=source, on_problem=told)
    made = sitemaps(
        items,
        base_url=base_url,
        path=path,
        max_urls=max_urls,
        max_bytes=max_bytes,
        timezone=timezone,
        gzip=gzip,
        remember=None if unique else REMEMBERED,
        on_problem=told,
    )
    first = next(made, None)
    if first is None:
        told(Problem(code="FK415", severity="error", path=source, message="lists no page; nothing is written"), line=0)
        return Report(problems=tuple(told.found))
    report = publish(_chained(first, made), directory, removes=_of(path))
    for problem in report.problems:
        told(problem, line=0)
    return replace(report, problems=tuple(told.found))


class _Problems:
    """Collects problems, gives them the number of the line that was read last, and passes them on."""

    def __init__(self, source: str, on_problem: OnProblem | None) -> None:
        self.found: list[Problem] = []
        self.items: UrlLines | None = None
        self._source = source
        self._on_problem = on_problem

    def __call__(self, problem: Problem, line: int | None = None) -> None:
        if line is None and self.items and not problem.line and problem.code not in _WITHOUT_LINE:
            problem = replace(problem, path=self._source, line=self.items.number)
        # A million duplicates are told, and not kept.
        if problem.severity != "note":
            self.found.append(problem)
        if self._on_problem is not None:
            self._on_problem(problem)


def _chained(first: Document, others: Iterator[Document]) -> Iterator[Document]:
    yield first
    # Not kept: a part is as large as everything else together.
    del first
    yield from others


def _of(path: str) -> Callable[[str], bool]:
    """Whether a path is that of a document of the sitemap at `path`."""
    folder, slash, name = path.rpartition("/")
    stem, dot, suffix = name.partition(".")
    top = f"{re.escape(stem)}(?:-[0-9]+)?{re.escape(dot + suffix)}"
    pattern = re.compile(rf"{re.escape(folder + slash)}(?:{top}|sitemaps/sitemap-[0-9]+\.xml(?:\.gz)?)")
    return lambda found: pattern.fullmatch(found) is not None
