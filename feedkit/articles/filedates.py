"""The dates of an article file that stand in no key: in its name, in git, in the file system.

Looks only where the setting `dates_from` says. Refuses a shallow clone, in which every file is as old as the clone.
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from feedkit.articles.naming import Place
from feedkit.articles.values import KeyValue
from feedkit.errors import OnProblem, Problem, printable
from feedkit.imports.git_dates import History, read_history


class DateSources:
    """Where the dates of one folder's files are looked for. Made once for each reading: git is asked once."""

    def __init__(self, order: tuple[str, ...], folder: Path, on_problem: OnProblem) -> None:
        """`order` is `Site.dates_from`. Raises `SettingsError` where git is wanted and cannot tell."""
        self._order = order
        self._folder = folder
        self._on_problem = on_problem
        self._told = False
        self._history = read_history(folder) if "git" in order else History()

    def published(self, file: Path, place: Place) -> KeyValue | None:
        """The date of publication by the first source that has one."""
        for source in self._order:
            if source == "filename":
                found = KeyValue("file name", place.date) if place.date else None
            elif source == "git":
                found = self._in_git(self._history.first, file)
            else:
                found = self._modified(file)
            if found is not None:
                return found
        return None

    def updated(self, file: Path) -> KeyValue | None:
        """The date of the last commit, if git is a source and there was one after the first."""
        last = self._in_git(self._history.last, file)
        return None if last == self._in_git(self._history.first, file) else last

    def _in_git(self, dates: dict[str, str], file: Path) -> KeyValue | None:
        date = dates.get(file.relative_to(self._folder).as_posix()) if dates else None
        return KeyValue("git", date) if date else None

    def _modified(self, file: Path) -> KeyValue | None:
        try:
            moment = datetime.fromtimestamp(int(file.stat().st_mtime), UTC)
        except (OSError, OverflowError, ValueError):
            return None
        self._tell()
        return KeyValue("mtime", moment.isoformat())

    def _tell(self) -> None:
        if not self._told:
            self._told = True
            self._on_problem(
                Problem(
                    code="FK110",
                    severity="note",
                    path=printable(str(self._folder)),
                    key="dates_from",
                    message="articles are dated by their files' times, which every clone and copy changes",
                    hint='write the dates into the articles, or set dates_from = ["filename", "git"]',
                )
            )
