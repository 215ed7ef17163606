"""The dates of an article file that are in no key: in its name, in git, in the file system."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from feedkit.articles.discover import PathInfo, SourceFile
from feedkit.articles.values import KeyValue
from feedkit.errors import OnProblem, Problem, printable
from feedkit.imports.git_dates import History, read_history


class FileDates:
    """The dates of the files of a folder, only from where the setting `dates_from` says. Git is asked once."""

    def __init__(self, order: tuple[str, ...], folder: Path, on_problem: OnProblem) -> None:
        """`order` is `Site.dates_from`. Raises `SettingsError` where git is wanted and cannot tell."""
        self._order = order
        self._folder = folder
        self._on_problem = on_problem
        self._has_reported = False
        self._history = read_history(folder) if "git" in order else History()

    def published(self, file: SourceFile, path: PathInfo) -> KeyValue | None:
        """The date of publication by the first source that has one."""
        for source in self._order:
            if source == "filename":
                name = KeyValue("file name", path.date) if path.date else None
                date = name or (KeyValue("folders", path.folder_date) if path.folder_date else None)
            elif source == "git":
                date = self._in_git(self._history.first, file)
            else:
                date = self._modified(file)
            if date is not None:
                return date
        return None

    def updated(self, file: SourceFile) -> KeyValue | None:
        """The date of the last commit, if git is a source and there was one after the first."""
        last = self._in_git(self._history.last, file)
        return None if last == self._in_git(self._history.first, file) else last

    def _in_git(self, dates: dict[str, str], file: SourceFile) -> KeyValue | None:
        date = dates.get("/".join(file.parts)) if dates else None
        return KeyValue("git", date) if date else None

    def saved(self, file: SourceFile, now: datetime) -> KeyValue | None:
        """When the file was saved, not later than now: what a draft is shown under that has no date yet."""
        saved = _modified(file)
        return None if saved is None else KeyValue("mtime", min(saved, now).isoformat())

    def _modified(self, file: SourceFile) -> KeyValue | None:
        modified = _modified(file)
        if modified is None:
            return None
        if not self._has_reported:
            self._has_reported = True
            problem = Problem(
                code="FK110",
                severity="note",
                path=printable(str(self._folder)),
                key="dates_from",
                message="articles are dated by their files' times, which every clone and copy changes",
                hint='write the dates into the articles, or set dates_from = ["filename", "git"]',
            )
            self._on_problem(problem)
        return KeyValue("mtime", modified.isoformat())


def _modified(file: SourceFile) -> datetime | None:
    try:
        return datetime.fromtimestamp(int(Path(file.path).stat().st_mtime), UTC)
    except (OSError, OverflowError, ValueError):
        return None
