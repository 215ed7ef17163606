"""Articles into a folder of documents: all stages in a row.

Refuses to write into the content folder, its parent, the home folder and the root, and to build from a folder that is
not there: an empty site would take the place of the real one.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from feedkit.errors import OnProblem, Problem, SettingsError
from feedkit.model import Entry
from feedkit.publishing import ids, ledger
from feedkit.publishing.changed import Changes
from feedkit.publishing.identity import Identity, with_history
from feedkit.publishing.ids import Ledger
from feedkit.publishing.lock import WAIT
from feedkit.publishing.report import ArticleCounts, Report
from feedkit.publishing.robots import with_robots
from feedkit.publishing.writer import publish
from feedkit.reading import OnTrace, read, read_json_lines
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

    `content` is a folder, one file, or an open file (any iterable of lines) with a JSON object a line. A bad article is
    one Problem in the report, and the others are built. `on_problem` is told of each Problem at once; `watch` may show
    the progress; the rest is as in `publish`. Raises `SettingsError`, `PublishError` as `check_folders` and `publish`.
    """
    check_folders(content, Path(os.path.realpath(directory)))
    problems = Problems(on_problem)
    ready = prepared(site, content, problems, watch=watch)
    made = ready.edition
    documents = with_robots(edition_documents(made, problems), site, Path(directory), problems)
    changes = Changes(site=site, directory=Path(directory))
    report = publish(
        watch(changes.watched(documents), "writing"),
        directory,
        force=force,
        allow_empty=allow_empty,
        durable=durable,
        wait=wait,
    )
    if report.ok:
        _remember(site, ready)
    for problem in report.problems:
        problems(problem)
    return replace(
        report,
        articles=_counted(ready),
        feeds=len(made.selections),
        problems=tuple(problems.found),
        next_change=made.next_change,
        changed_urls=changes.urls(frozenset(report.written), made.entries),
        changed_feeds=changes.feeds(report.written),
    )


def _remember(site: Site, ready: Prepared) -> None:
    """Save the ledgers of what is published now."""
    made = ready.edition
    if site.sitemap.ledger:
        ledger.save(site.sitemap.ledger, ledger.entered(made.entries, made.lastmods))
    if site.ids and ready.ids:
        ids.save(site.ids, ready.ids)


def _counted(ready: Prepared) -> ArticleCounts:
    made = ready.edition
    return ArticleCounts(
        read=len(ready.entries) + ready.refused,
        published=len(made.entries),
        drafts=made.drafts,
        future=made.future,
        expired=made.expired,
        skipped=ready.refused + made.duplicates,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """What a build has before anything is written: all that looking at one needs, too."""

    #: Every article that could be read, whatever becomes of it.
    entries: tuple[Entry, ...]
    #: How many could not be.
    refused: int
    #: What is published.
    edition: Edition
    #: The ids to remember when it is; None where none are, and for a preview.
    ids: Ledger | None = None
    #: What is remembered of every article, published now or not; None where there is no ledger.
    known: Ledger | None = None
    #: Why articles have the ids that the ledger decided on, by id.
    reasons: Mapping[str, str] = field(default_factory=dict)


def prepared(
    site: Site,
    content: Content,
    problems: Problems,
    *,
    watch: Watch = lambda items, stage: items,
    on_trace: OnTrace | None = None,
) -> Prepared:
    """Read the articles, and decide which of them are published, and where. Writes nothing."""
    identity = Identity.of(site, content)
    site = identity.site
    named = identity.named(tuple(watch(read_content(content, site, problems, on_trace), "reading")), problems)
    entries = named.entries
    refused = len(problems.articles)
    # The clock is read once, here: an article that falls due during the build is in all documents or in none.
    made = edition(site, entries, problems)
    if site.sitemap.ledger:
        book = ledger.load(site.sitemap.ledger)
        made = replace(made, lastmods=ledger.lastmods(book, made.entries, made.now))
    known = named.book(identity, made, complete=not refused)
    return Prepared(
        entries=entries,
        refused=refused,
        edition=with_history(made, known),
        ids=known if identity.is_kept else None,
        known=known,
        reasons=named.reasons,
    )


def read_content(
    content: Content, site: Site, on_problem: OnProblem, on_trace: OnTrace | None = None
) -> Iterator[Entry]:
    """The entries of a folder, a file or lines of JSON; each bad article is one Problem."""
    if isinstance(content, str | Path):
        return read(content, site, on_problem=on_problem, on_trace=on_trace)
    return read_json_lines(content, site, on_problem=on_problem)


class Problems:
    """Collects problems and passes them on; knows which articles an error stood in."""

    def __init__(self, on_problem: OnProblem | None) -> None:
        self.found: list[Problem] = []
        self.articles: set[str] = set()
        self._on_problem = on_problem

    def __call__(self, problem: Problem) -> None:
        """Keep a problem, and pass it on."""
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


def check_content(content: Content) -> None:
    """Refuse content that is not there: raises `SettingsError`."""
    if isinstance(content, str | Path) and not Path(content).exists():
        raise SettingsError(f"{content}: there is no such folder of articles; nothing was built")


def check_folders(content: Content, directory: Path) -> None:
    """Refuse content that is not there, and a folder that must not be written to: raises `SettingsError`."""
    check_content(content)
    forbidden = {_home(): "it is the home folder", Path(directory.anchor): "it is the root of the disk"}
    if isinstance(content, str | Path):
        place = Path(content).resolve()
        forbidden |= {place: "it is the content folder", place.parent: "it holds the content folder"}
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
