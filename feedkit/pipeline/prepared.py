"""Reading articles and choosing which are published, and the checks before that; nothing is written."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from os.path import exists, isdir
from pathlib import Path
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from feedkit.config.site import Site
from feedkit.errors import OnProblem, Problem, SettingsError
from feedkit.identity.identity import Identity, with_history
from feedkit.identity.ledgers import Ledger, lastmods
from feedkit.model import Entry, SitePage
from feedkit.site import Publication, publication

#: Wraps an iterable to show how far a stage is; gets the stage's name.
Progress = Callable[[Iterable[Any], str], Iterable[Any]]
#: A folder of articles, one article, or lines of JSON.
ArticleSource = str | Path | Iterable[str | bytes]


class Prepared(Struct, frozen=True, kw_only=True):
    """All entries, and which of them are published."""

    entries: tuple[Entry, ...]  #: Every article that could be read, published or not.
    refused: int  #: How many articles have errors.
    publication: Publication
    identity: Identity  #: The ledger before.
    ledger: Ledger | None  #: The ledger with every article, published now or not; None where there is none.


def chosen(
    identity: Identity, entries: Sequence[Entry], pages: Iterable[SitePage], on_problem: OnProblem, *, refused: int
) -> Prepared:
    """Which of the entries and pages are published, and where, with the ids of the ledger."""
    identified = identity.identified(entries, on_problem)
    published = publication(identity.site, identified.entries, on_problem, pages)
    if path := identity.site.sitemap.ledger:
        published = replace(published, lastmods=lastmods(path, published.entries, published.now))
    ledger = identified.ledger(published, complete=not refused)
    return Prepared(
        entries=identified.entries,
        refused=refused,
        publication=with_history(published, ledger),
        identity=identity,
        ledger=ledger,
    )


class Problems:
    """Collects problems, passes them on, and counts the articles with errors."""

    def __init__(self, on_problem: OnProblem | None) -> None:
        self.reported: list[Problem] = []
        self._articles: set[str] = set()
        self._on_problem = on_problem

    @property
    def article_count(self) -> int:
        """How many articles have an error."""
        return len(self._articles)

    def __call__(self, problem: Problem) -> None:
        """Keep a problem, and pass it on."""
        self.reported.append(problem)
        if problem.severity == "error" and (name := _article(problem)):
            self._articles.add(name)
        if self._on_problem is not None:
            self._on_problem(problem)


def _article(problem: Problem) -> str:
    """The article of a problem; empty for an unreadable folder, and for the table of authors."""
    if problem.path == "-":
        return f"line {problem.line}" if problem.line else ""
    other = problem.path.lower().endswith((".yml", ".yaml")) or isdir(problem.path)
    return "" if other else problem.path


def check_content(content: ArticleSource) -> None:
    """Refuse content that is not there: raises `SettingsError`."""
    if isinstance(content, str | Path) and not exists(content):
        raise SettingsError(f"{content}: there is no such folder of articles; nothing was built")


def check_folders(content: ArticleSource, directory: Path) -> None:
    """Refuse content that is not there, and a folder that must not be written to: raises `SettingsError`.

    That is the content folder, its parent, the home folder and the root of the disk. Without articles an empty site
    would take the place of the real one.
    """
    check_content(content)
    forbidden = {Path(directory.anchor): "it is the root of the disk"}
    # A service without HOME and without an entry among the users has none.
    with suppress(RuntimeError):
        forbidden[Path.home().resolve()] = "it is the home folder"
    if isinstance(content, str | Path):
        place = Path(content).resolve()
        forbidden |= {place: "it is the content folder", place.parent: "it holds the content folder"}
    for folder, reason in forbidden.items():
        # Compared by inode, since some file systems ignore case.
        if folder == directory or (exists(folder) and exists(directory) and folder.samefile(directory)):
            raise SettingsError(f"output: {directory} must not be written to: {reason}")


def check_files(site: Site, cache: str | Path | None) -> None:
    """Refuse settings that name one file for two things: raises `SettingsError`."""
    owners: dict[str, str] = {}
    lists = [("sitemap.lists", path) for path in site.sitemap.lists]
    read = [("authors_file", site.authors_file), ("page.css", site.page.css), *lists]
    for name, path in (*read, ("ids", site.ids), ("sitemap.ledger", site.sitemap.ledger), ("cache", cache)):
        if path is not None and (owner := owners.setdefault(os.path.realpath(path), name)) != name:
            raise SettingsError(f"{name}: {path} is the file of {owner}, too; name another one")
