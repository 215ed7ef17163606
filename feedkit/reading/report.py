"""Problems of one article, each with its file, line and key. Refuses to say the same twice."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NoReturn

from feedkit.errors import ArticleError, OnProblem, Problem, RefusedValue, Severity, printable


class Reporter:
    """Where the problems of one article go: warnings to a callback, the first error ends the article."""

    def __init__(self, path: str, on_problem: OnProblem, lines: Mapping[str, int] | None = None) -> None:
        self.path = printable(path)
        self._lines = lines or {}
        self._on_problem = on_problem

    def warn(self, code: str, message: str, *, key: str = "", line: int | None = None, hint: str = "") -> None:
        """Something that was put right or left out."""
        self._on_problem(self._problem("warning", code, message, key, line, hint))

    def note(self, code: str, message: str, *, key: str = "", line: int | None = None, hint: str = "") -> None:
        """Something worth knowing."""
        self._on_problem(self._problem("note", code, message, key, line, hint))

    def refuse(self, code: str, message: str, *, key: str = "", line: int | None = None, hint: str = "") -> NoReturn:
        """End the article: raises `ArticleError`."""
        raise ArticleError(self._problem("error", code, message, key, line, hint))

    def refuse_value(self, key: str, error: RefusedValue) -> NoReturn:
        """End the article because of a value: raises `ArticleError`."""
        self.refuse(error.code, str(error), key=key, hint=error.hint)

    def _problem(self, severity: Severity, code: str, message: str, key: str, line: int | None, hint: str) -> Problem:
        # A problem without a line of its own is at its key, or at the first line of the file.
        at = line if line is not None else self._lines.get(key, 1 if self._lines else None)
        return Problem(
            code=code, severity=severity, message=message, path=self.path, line=at, key=printable(key), hint=hint
        )
