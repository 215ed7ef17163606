"""Articles in: files, mappings, lines of JSON and objects of other builders become entries."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from feedkit.articles.discover import source_files
from feedkit.articles.fields import Article, site_names
from feedkit.articles.fields import OnTrace as OnTrace
from feedkit.articles.fields import Trace as Trace
from feedkit.articles.normalise import parsed_article
from feedkit.articles.objects import as_mapping, json_object
from feedkit.articles.people import authors_table
from feedkit.articles.reader import ArticleReader
from feedkit.articles.report import Reporter
from feedkit.config.site import Site
from feedkit.errors import ArticleError, OnProblem, Problem, printable, raise_or_log
from feedkit.model import Entry


def read(
    path: str | Path, site: Site, *, on_problem: OnProblem = raise_or_log, on_trace: OnTrace | None = None
) -> Iterator[Entry]:
    """The entries of a folder of Markdown articles, or of one file, in the order of their names.

    Drafts, later and expired articles are among them: what is published is decided by `documents`. With `on_problem`,
    each bad article is one Problem and the others are read; without it, the first bad one raises `ArticleError`, and
    warnings go to the logger `feedkit`. A single file is read by itself: it has no section, and no folder's defaults.
    `on_trace` is handed a note of the keys of each article, which is filled while that is read.
    Raises `SettingsError` for a bad pattern in `site.exclude`, and where git is to tell dates and cannot.
    """
    root = Path(path)
    # Not Path.exists: what must not be looked at is not there.
    if not os.path.exists(root):  # noqa: PTH110
        message = "there is no such file or folder"
        on_problem(Problem(code="FK209", severity="error", path=printable(str(root)), message=message))
        return
    reader = ArticleReader(root, site, on_problem, on_trace)
    for file in source_files(root, site, on_problem):
        try:
            article = reader.parse(file)
            entry = article.complete() if article else None
        except ArticleError as error:
            on_problem(error.problem)
            continue
        if entry is not None:
            yield entry


def to_entry(
    article: Mapping[str, Any] | object,
    site: Site,
    *,
    source: str = "",
    render: Callable[[str], str] | None = None,
    on_problem: OnProblem = raise_or_log,
) -> Entry:
    """The entry of one article that another program holds as a mapping or as an object with attributes.

    Takes every name that `docs/fields.md` lists; `content` and `html` are HTML, `body` and `markdown` are Markdown.
    An object whose attributes have other names comes as a pair of itself and a mapping of fields to attributes, with
    dots to reach deeper, or to functions of the object; what the mapping leaves out is found as usual.
    `source` names the article in messages; `render` makes HTML of its Markdown, in place of the site's renderer.
    Raises `ArticleError` for a value that has no certain meaning, and for a renderer that fails.
    """
    if isinstance(article, Entry):
        return article
    report = Reporter(source, on_problem)
    metadata = as_mapping(article, report, site_names(site))
    authors = authors_table(site, None, on_problem)
    raw = Article(metadata=metadata, source=source, authors=authors, render=render)
    return parsed_article(raw, site, report).complete()


def read_json_lines(
    lines: Iterable[str | bytes], site: Site, *, path: str = "-", on_problem: OnProblem = raise_or_log
) -> Iterator[Entry]:
    """The entries of articles given as JSON objects, one a line; blank lines are passed over.

    `lines` may be an open file, `sys.stdin.buffer`, or a list; `path` names it in messages, `-` is standard input.
    The keys are those of `to_entry`. With `on_problem`, each bad line is one Problem (FK201, or what the article
    lacks) with its number and the others are read; without it, the first bad one raises `ArticleError`.
    """
    authors = authors_table(site, None, on_problem)
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        report = Reporter(path, on_problem, line=number)
        try:
            article = Article(metadata=json_object(line, report), source=f"{path}:{number}", authors=authors)
            yield parsed_article(article, site, report).complete()
        except ArticleError as error:
            on_problem(error.problem)
