"""Articles into a folder of documents: all stages in a row.

Refuses to write into the content folder, its parent, the home folder and the root, and to build from a folder that is
not there: an empty site would take the place of the real one.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path

from feedkit.articles import OnTrace, read, read_json_lines
from feedkit.config.site import Site
from feedkit.document import Document, Kept
from feedkit.errors import OnProblem, Problem, SettingsError
from feedkit.identity import ids, lastmods
from feedkit.identity.identity import Identity, with_history
from feedkit.identity.ids import Ledger
from feedkit.model import Entry
from feedkit.output.atomic_write import Replacement
from feedkit.output.changed_urls import ChangedUrls
from feedkit.output.report import ArticleCounts, Report
from feedkit.output.robots import with_robots
from feedkit.output.tree import Tree
from feedkit.output.writer import write
from feedkit.pipeline.deferred import Waiting, Watch, may_wait
from feedkit.pipeline.file_key import stamp
from feedkit.pipeline.inputs import Inputs
from feedkit.pipeline.memory import Memory
from feedkit.pipeline.options import Options
from feedkit.pipeline.pool import Crew
from feedkit.pipeline.rebuild import Done, done
from feedkit.pipeline.worker import begun
from feedkit.records import dataclass, field, replace
from feedkit.site import Edition, edition, edition_documents

#: A folder of articles, one article, or lines of JSON.
Content = str | Path | Iterable[str | bytes]


def whole_build(
    site: Site,
    content: Content,
    directory: str | Path,
    options: Options,
    on_problem: OnProblem | None,
    watch: Watch,
    before: tuple[Memory, Inputs] | None,
) -> Report:
    """What `build` does where something may have changed; `before` is where that is remembered."""
    check_folders(content, Path(os.path.realpath(directory)))
    # What is in the output folder is no content.
    site = replace(site, output=Path(directory))
    problems = Problems(on_problem)
    with ExitStack() as stack:
        waiting = _waiting(site, content, directory, problems, watch, options, before, stack)
        ready = _outlined(waiting, problems) if waiting else _whole(site, content, problems, watch, options)
        made = ready.edition
        each = waiting.documents(made) if waiting else edition_documents(made, problems)
        noted = _Noted(problems)
        changed = ChangedUrls(site)
        documents = noted.watched(with_robots(each, site, Path(directory), problems))
        report = write(
            watch(documents, "writing"),
            directory,
            options.of_writing(),
            replacements=tuple(_ledgers(site, ready)),
            on_change=changed.note,
        )
    at_publishing = report.problems
    for problem in at_publishing:
        problems(problem)
    report = replace(
        report,
        articles=_counted(ready),
        feeds=len(made.selections),
        problems=tuple(problems.found),
        next_change=made.next_change,
        changed_urls=changed.urls(frozenset(report.written), made.entries),
        changed_feeds=changed.feeds(report.written),
    )
    if before and not at_publishing:
        memory, found = before
        this = done(site, Path(directory), found, report, noted.paths, made.now)
        _remember(waiting, made, memory, noted, this, Path(directory))
    return report


def _ledgers(site: Site, ready: Prepared) -> Iterator[Replacement]:
    """The ledgers as they are to be when the documents are in their places."""
    if site.sitemap.ledger:
        data = lastmods.dump(ready.edition.entries, ready.edition.lastmods)
        yield Replacement(site.sitemap.ledger, data, setting="sitemap.ledger")
    if site.ids and ready.ids:
        yield Replacement(site.ids, ids.dump(ready.ids), setting="ids")


def _waiting(
    site: Site,
    content: Content,
    directory: str | Path,
    problems: Problems,
    watch: Watch,
    options: Options,
    before: tuple[Memory, Inputs] | None,
    stack: ExitStack,
) -> Waiting | None:
    """The articles, where their content may wait; None where they must be read whole."""
    if not isinstance(content, str | Path) or not may_wait(site):
        return None
    worker = begun(Path(content), site, problems, may_be_none=options.allow_empty)
    worker.keyed = before is not None
    return Waiting(
        site=site,
        tree=Tree(root=Path(os.path.realpath(directory)), descriptor=None),
        crew=stack.enter_context(Crew(worker, options.jobs, problems)),
        on_problem=problems,
        watch=watch,
        before=before,
    )


def _whole(site: Site, content: Content, problems: Problems, watch: Watch, options: Options) -> Prepared:
    """What is published, where articles must be read whole; those of a folder by several processes."""
    if not isinstance(content, str | Path):
        return prepared(site, content, problems, watch=watch)
    path = Path(content)
    return prepared(
        site, content, problems, watch=watch, articles=lambda named: _shared(path, named, problems, options)
    )


def _shared(content: Path, site: Site, problems: Problems, options: Options) -> Iterator[Entry]:
    worker = begun(content, site, problems, may_be_none=options.allow_empty)
    with Crew(worker, options.jobs, problems) as crew:
        for one in crew.wholes():
            for problem in one.problems:
                problems(problem)
            if one.entry is not None:
                yield one.entry


def _outlined(waiting: Waiting, problems: Problems) -> Prepared:
    waiting.read()
    made, told = waiting.edition()
    refused = len(problems.articles)
    for problem in told:
        problems(problem)
    return Prepared(entries=tuple(waiting.entries), refused=refused, edition=made)


class _Noted:
    """Notes which documents there are, and which were made without a word."""

    def __init__(self, problems: Problems) -> None:
        self._problems = problems
        self.paths: list[str] = []
        self.silent: set[str] = set()

    def watched(self, documents: Iterable[Document | Kept]) -> Iterator[Document | Kept]:
        """The documents as they pass by."""
        before = len(self._problems.found)
        for document in documents:
            self.paths.append(document.path)
            if len(self._problems.found) == before:
                self.silent.add(document.path)
            before = len(self._problems.found)
            yield document


def _remember(
    waiting: Waiting | None, made: Edition, memory: Memory, noted: _Noted, this: Done, directory: Path
) -> None:
    """Keep for the next build what this one knows."""
    if waiting is None or waiting.remembered is None:
        memory.save(this.rows, plain=this.plain)
        return
    root = os.path.realpath(directory)
    stamps = {path: found for path in noted.paths if path in noted.silent and (found := stamp(f"{root}/{path}"))}
    waiting.remembered.save_all(*waiting.made(stamps), this, waiting.holders(made))


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
    articles: Callable[[Site], Iterable[Entry]] | None = None,
) -> Prepared:
    """Read the articles, or take those of `articles`, and decide which are published, and where. Writes nothing."""
    identity = Identity.of(site, content)
    site = identity.site
    found = articles(site) if articles else read_content(content, site, problems, on_trace)
    identified = identity.identified(tuple(watch(found, "reading")), problems)
    entries = identified.entries
    refused = len(problems.articles)
    # The clock is read once, here: an article that falls due during the build is in all documents or in none.
    made = edition(site, entries, problems)
    if site.sitemap.ledger:
        pages = lastmods.load(site.sitemap.ledger)
        made = replace(made, lastmods=lastmods.lastmods(pages, made.entries, made.now))
    known = identified.ledger(made, complete=not refused)
    return Prepared(
        entries=entries,
        refused=refused,
        edition=with_history(made, known),
        ids=known if identity.is_remembered else None,
        known=known,
        reasons=identified.reasons,
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
