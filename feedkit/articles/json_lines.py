"""JSON Lines: one article a line, the door for builders in other languages.

Refuses a line that is no JSON object, a key that stands twice, and numbers that JSON does not have. A bad line is one
Problem with its number, and the others are read.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any, NoReturn

from feedkit.articles.authors_file import known_authors
from feedkit.articles.entry import make_entry
from feedkit.articles.intake import Article
from feedkit.articles.report import Reporter
from feedkit.articles.unreadable import LineError, line_reason
from feedkit.config.site import Site
from feedkit.errors import ArticleError, OnProblem, raise_or_log, shown
from feedkit.model import Entry

#: The longest line, in characters or bytes.
MAX_LINE = 16 * 1024 * 1024


def read_json_lines(
    lines: Iterable[str | bytes], site: Site, *, path: str = "-", on_problem: OnProblem = raise_or_log
) -> Iterator[Entry]:
    """The entries of articles given as JSON objects, one a line; blank lines are passed over.

    `lines` may be an open file, `sys.stdin.buffer`, or a list; `path` names it in messages, `-` is standard input.
    The keys are those of `to_entry`. With `on_problem`, each bad line is one Problem (FK201, or what the article
    lacks) with its number and the others are read; without it, the first bad one raises `ArticleError`.
    """
    known = known_authors(site, None, on_problem)
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        report = Reporter(path, on_problem, line=number)
        try:
            article = Article(metadata=_metadata(line, report), source=f"{path}:{number}", known_authors=known)
            yield make_entry(article, site, report)
        except ArticleError as error:
            on_problem(error.problem)


def _metadata(line: str | bytes, report: Reporter) -> dict[str, Any]:
    try:
        value = _loaded(line)
    except (ValueError, RecursionError) as error:
        report.refuse("FK201", f"the line is no JSON ({line_reason(error)})", hint="write one object a line, in UTF-8")
    if not isinstance(value, dict):
        report.refuse("FK201", f"the line is no JSON object, but {shown(value)}", hint="write one object a line")
    return value


def _loaded(line: str | bytes) -> Any:
    if len(line) > MAX_LINE:
        raise LineError(f"it has more than {MAX_LINE:,} characters")
    text = line.decode("utf-8-sig") if isinstance(line, bytes) else line.removeprefix("\ufeff")
    return json.loads(text, object_pairs_hook=_unique, parse_constant=_no_number)


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    mapping = dict(pairs)
    if len(mapping) < len(pairs):
        keys = [key for key, _ in pairs]
        raise LineError(f"the key {shown(next(key for key in keys if keys.count(key) > 1))} stands twice")
    return mapping


def _no_number(name: str) -> NoReturn:
    raise LineError(f"{name} is no number in JSON")
