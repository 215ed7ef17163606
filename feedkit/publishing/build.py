"""A folder of articles into a folder of documents: all stages in a row.

Refuses to write into the content folder, its parent, the home folder and the root.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

from feedkit.errors import OnProblem, Problem, SettingsError
from feedkit.publishing.report import ArticleCounts, Report
from feedkit.publishing.writer import publish
from feedkit.reading import read
from feedkit.settings import Site
from feedkit.site import edition, edition_documents, instant

#: Wraps an iterable to show how far a stage is; gets the stage's name.
Watch = Callable[[Iterable[Any], str], Iterable[Any]]


def build(
    site: Site,
    content: str | Path,
    directory: str | Path,
    *,
    on_problem: OnProblem | None = None,
    watch: Watch = lambda items, stage: items,
) -> Report:
    """Read a folder of articles (or one file), and make `directory` hold the site's feeds, sitemap and OPML list.

    Each bad article is one Problem in the report, and the others are built. `on_problem` is told of each Problem when
    it is found; `watch` may show the progress. Raises `SettingsError` for a folder that must not be written to,
    `PublishError` for one that cannot be.
    """
    _check_folders(Path(content).resolve(), Path(directory).resolve())
    problems = _Problems(on_problem)
    # The instant is taken once: an article that falls due during the build is in all documents or in none.
    site = replace(site, as_of=instant(site))
    entries = list(watch(read(content, site, on_problem=problems), "reading"))
    unread = len(problems.refused)
    made = edition(site, entries, problems)
    report = publish(watch(edition_documents(made, problems), "writing"), directory)
    for problem in report.problems:
        problems(problem)
    return replace(
        report,
        articles=ArticleCounts(
            read=len(entries) + unread,
            published=len(made.entries),
            drafts=made.drafts,
            future=made.future,
            expired=made.expired,
            skipped=unread + made.duplicates,
        ),
        feeds=len(made.selections),
        problems=tuple(problems.found),
        next_change=made.next_change,
    )


class _Problems:
    """Collects problems and passes them on; knows which files an error stood in."""

    def __init__(self, on_problem: OnProblem | None) -> None:
        self.found: list[Problem] = []
        self.refused: set[str] = set()
        self._on_problem = on_problem

    def __call__(self, problem: Problem) -> None:
        self.found.append(problem)
        if problem.severity == "error":
            self.refused.add(problem.path)
        if self._on_problem is not None:
            self._on_problem(problem)


def _check_folders(content: Path, directory: Path) -> None:
    forbidden = {
        content: "it is the content folder",
        content.parent: "it holds the content folder",
        Path.home().resolve(): "it is the home folder",
        Path(directory.anchor): "it is the root of the disk",
    }
    if directory in forbidden and not (content.is_file() and directory == content.parent.parent):
        raise SettingsError(f"output: {directory} must not be written to: {forbidden[directory]}")
