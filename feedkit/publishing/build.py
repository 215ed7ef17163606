"""Articles into a folder of documents: all stages in a row.

Refuses to write into the content folder, its parent, the home folder and the root, and to build from a folder that is
not there: an empty site would take the place of the real one.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from feedkit.errors import OnProblem, Problem, SettingsError
from feedkit.model import Entry
from feedkit.publishing import ledger
from feedkit.publishing.lock import WAIT
from feedkit.publishing.report import ArticleCounts, Report
from feedkit.publishing.robots import with_robots
from feedkit.publishing.writer import publish
from feedkit.reading import read, read_json_lines
from feedkit.settings import Site
from feedkit.site import Edition, edition, edition_documents

#: Wraps an iterable to show how far a stage is; gets the stage's name.
Watch = Callable[[Iterable[Any], str], Iterable[Any]]

#: A folder of articles, one article, or lines of JSON.
Content = str | Path | Iterable[str | bytes]


def build(
    site: Site,
    content: Content,
    directory: str | Path,
    *,
    on_problem: OnProblem | None = None,
    watch: Watch = lambda items, stage: items,
    force: bool = False,
    allow_empty: bool = False,
    durable: bool = False,
    wait: float = WAIT,
) -> Report:
    """Read the articles, and make `directory` hold the site's feeds, sitemap and OPML list.

    `content` is a folder, one file, or an open file (any iterable of lines) with a JSON object a line. Each bad
    article is one Problem in the report, and the others are built. `on_problem` is told of each Problem when it is
    found; `watch` may show the progress. `force`, `allow_empty`, `durable` and `wait` are those of `publish`. Raises
    `SettingsError` for content that is not there and for a folder that must not be written to, `PublishError` for one
    that cannot be.
    """
    _check_folders(Path(content) if isinstance(content, str | Path) else None, Path(os.path.realpath(directory)))
    problems = _Problems(on_problem)
    entries = list(watch(_read(content, site, problems), "reading"))
    refused = len(problems.articles)
    # The clock is read once, here: an article that falls due during the build is in all documents or in none.
    made = edition(site, entries, problems)
    book = ledger.load(site.sitemap.ledger) if site.sitemap.ledger else {}
    if site.sitemap.ledger:
        made = replace(made, lastmods=ledger.lastmods(book, made.entries, made.now))
    documents = with_robots(edition_documents(made, problems), site, Path(directory), problems)
    report = publish(
        watch(documents, "writing"), directory, force=force, allow_empty=allow_empty, durable=durable, wait=wait
    )
    if site.sitemap.ledger and report.ok:
        ledger.save(site.sitemap.ledger, ledger.entered(made.entries, made.lastmods))
    for problem in report.problems:
        problems(problem)
    return _completed(report, made, problems, read=len(entries) + refused, refused=refused)


def _completed(report: Report, made: Edition, problems: _Problems, *, read: int, refused: int) -> Report:
    """The report on the documents, with what is known of the articles."""
    articles = ArticleCounts(
        read=read,
        published=len(made.entries),
        drafts=made.drafts,
        future=made.future,
        expired=made.expired,
        skipped=refused + made.duplicates,
    )
    return replace(
        report,
        articles=articles,
        feeds=len(made.selections),
        problems=tuple(problems.found),
        next_change=made.next_change,
    )


def _read(content: Content, site: Site, on_problem: OnProblem) -> Iterator[Entry]:
    if isinstance(content, str | Path):
        return read(content, site, on_problem=on_problem)
    return read_json_lines(content, site, on_problem=on_problem)


class _Problems:
    """Collects problems and passes them on; knows which articles an error stood in."""

    def __init__(self, on_problem: OnProblem | None) -> None:
        self.found: list[Problem] = []
        self.articles: set[str] = set()
        self._on_problem = on_problem

    def __call__(self, problem: Problem) -> None:
        self.found.append(problem)
        if problem.severity == "error" and (name := _article(problem)):
            self.articles.add(name)
        if self._on_problem is not None:
            self._on_problem(problem)


def _article(problem: Problem) -> str:
    """Which article a problem is about; empty for a folder that cannot be read, or the table of authors."""
    if problem.path == "-":
        return f"line {problem.line}" if problem.line else ""
    other = problem.path.lower().endswith((".yml", ".yaml")) or Path(problem.path).is_dir()
    return "" if other else problem.path


def _check_folders(content: Path | None, directory: Path) -> None:
    forbidden = {_home(): "it is the home folder", Path(directory.anchor): "it is the root of the disk"}
    if content is not None:
        if not content.exists():
            raise SettingsError(f"{content}: there is no such folder of articles; nothing was built")
        content = content.resolve()
        forbidden |= {content: "it is the content folder", content.parent: "it holds the content folder"}
    for folder, reason in forbidden.items():
        if folder is not None and _same(folder, directory):
            raise SettingsError(f"output: {directory} must not be written to: {reason}")


def _home() -> Path | None:
    try:
        return Path.home().resolve()
    except RuntimeError:
        # A service without HOME and without an entry among the users.
        return None


def _same(one: Path, other: Path) -> bool:
    # By what they are, not by their names: some file systems know no case.
    return one == other or (one.exists() and other.exists() and one.samefile(other))
