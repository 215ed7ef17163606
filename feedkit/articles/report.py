"""Problems of one article, each once, with its file, line and key."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, NoReturn

from feedkit.config.site import Site
from feedkit.errors import ArticleError, OnProblem, Problem, RefusedValue, Severity, printable, secret_names

#: Gets the code of a problem in content, its line and what is wrong.
OnContent = Callable[[str, int, str], None]

_EMPTY: Mapping[str, Any] = MappingProxyType({})


class Reporter:
    """Where the problems of one article go: warnings to a callback, the first error ends the article.

    `lines` says where each key stands, `inherited` in which file and line those stand that a folder hands down; `line`
    is that of a problem without a key, where the whole article is one line.
    """

    # Thousands of articles wait with theirs.
    __slots__ = ("_inherited", "_line", "_lines", "_on_problem", "_reported", "path")

    def __init__(
        self,
        path: str,
        on_problem: OnProblem,
        lines: Mapping[str, int] | None = None,
        *,
        line: int | None = None,
        inherited: Mapping[str, tuple[str, int]] | None = None,
    ) -> None:
        self.path = printable(path)
        self._lines = lines or _EMPTY
        self._line = line if line is not None or not self._lines else 1
        self._on_problem = on_problem
        self._inherited = inherited or _EMPTY
        self._reported: set[Problem] = set()

    def warn(self, code: str, message: str, *, key: str = "", line: int | None = None, hint: str = "") -> None:
        """Something that was put right or left out."""
        self._report(self._problem("warning", code, message, key, line, hint))

    def note(self, code: str, message: str, *, key: str = "", line: int | None = None, hint: str = "") -> None:
        """Something worth knowing."""
        self._report(self._problem("note", code, message, key, line, hint))

    def refuse(self, code: str, message: str, *, key: str = "", line: int | None = None, hint: str = "") -> NoReturn:
        """End the article: raises `ArticleError`."""
        raise ArticleError(self._problem("error", code, message, key, line, hint))

    def refuse_value(self, key: str, error: RefusedValue) -> NoReturn:
        """End the article because of a value: raises `ArticleError`."""
        self.refuse(error.code, str(error), key=key, hint=error.hint)

    def _report(self, problem: Problem) -> None:
        if problem not in self._reported:
            self._reported.add(problem)
            self._on_problem(problem)

    def _problem(self, severity: Severity, code: str, message: str, key: str, line: int | None, hint: str) -> Problem:
        # A problem without a line of its own is at its key, or at the first line of the file.
        path, top = self.path, key.partition(".")[0]
        own = self._lines.get(key, self._lines.get(top, self._line))
        if line is None and top in self._inherited:
            path, own = self._inherited[top]
            message = f"{message} (for {self.path})"
        return Problem(
            code=code,
            severity=severity,
            message=message,
            path=path,
            line=own if line is None else line,
            key=printable(key),
            hint=hint,
        )


def report_secrets(text: str, site: Site, report: Reporter, *, key: str = "", line: int | None = None) -> None:
    """Warn of addresses that carry a secret which the site does not allow: a feed cannot be taken back."""
    if not (names := secret_names(text)):
        return
    allowed = {name.casefold() for name in site.allow_query}
    if names := tuple(name for name in names if name not in allowed):
        report.warn(
            "FK305",
            f"an address with {', '.join(names)}=… is about to be published, and feeds are kept for ever",
            key=key,
            line=line,
            hint="take it out, by hand or by strip_query, and change it; name what is no secret under allow_query",
        )
