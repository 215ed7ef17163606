"""What is published, the problems of a run, and the checks of its folders and files."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from contextlib import suppress
from os.path import exists, isdir
from pathlib import Path
from typing import Any

from msgspec import Struct

from feedkit.config.site import Site
from feedkit.errors import OnProblem, Problem, SettingsError
from feedkit.identity.identity import Identified
from feedkit.identity.ledgers import Ledger
from feedkit.model import Entry
from feedkit.site import Publication

#: Wraps an iterable to show how far a stage is; gets the stage's name.
Progress = Callable[[Iterable[Any], str], Iterable[Any]]
#: A folder of articles, one article, or lines of JSON.
ArticleSource = str | Path | Iterable[str | bytes]


class Prepared(Struct, frozen=True, kw_only=True):
    """All entries, and which of them are published."""

    identified: Identified  #: Every article that could be read, published or not, with the ledger before.
    refused: int  #: How many articles have errors.
    publication: Publication
    ledger: Ledger | None  #: The ledger with every article, published now or not; None where there is none.

    @property
    def entries(self) -> tuple[Entry, ...]:
        """All articles, in the order in which they were read."""
        return self.identified.entries


class Problems:
    """Collects problems, each once, passes them on, and counts the articles with errors."""

    def __init__(self, on_problem: OnProblem | None) -> None:
        self.reported: dict[Problem, None] = {}
        self._articles: set[str] = set()
        self._on_problem = on_problem

    @property
    def article_count(self) -> int:
        """How many articles have an error."""
        return len(self._articles)

    def __call__(self, problem: Problem) -> None:
        """Keep a problem, and pass it on."""
        if problem in self.reported:
            return
        self.reported[problem] = None
        if problem.severity == "error":
            # An unreadable folder is no article, nor is the table of authors.
            is_article = not (problem.path.lower().endswith((".yml", ".yaml")) or isdir(problem.path))
            name = str(problem.line or "") if problem.path == "-" else problem.path if is_article else ""
            self._articles |= {name} - {""}
        if self._on_problem is not None:
            self._on_problem(problem)


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
