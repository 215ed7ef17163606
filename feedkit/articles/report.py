"""Problems of one article, each once, with its file, line and key."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import Any, NoReturn, ParamSpec, Protocol, TypeVar

from feedkit.config.site import Site
from feedkit.errors import ArticleError, OnProblem, Problem, RefusedValue, Severity, printable, secret_names
from feedkit.lazy_regex import lazy_regex

#: The line that gives a key a value, by the syntax of the front matter.
_LINES = {
    "yaml": "{}: {}",
    "toml": "{} = {}",
    "json": '"{}": {}',
    "headers": "{}: {}",
    "nikola": ".. {}: {}",
}
# A text that needs no quotes in YAML, also within brackets; and a date in YAML and TOML.
_PLAIN = lazy_regex(r"[^\W\d_][\w/.+-]*(?: [\w/.+-]+)*|/[\w/.-]*|https?://[\w/.-]+")
_NO_TEXT = frozenset(["true", "false", "yes", "no", "on", "off", "null"])
_DATE = lazy_regex(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?:[T ][0-9:.+Z-]+)?")


class OnContent(Protocol):
    """A callback for problems in content."""

    def __call__(self, code: str, line: int, reason: str, hint: str = "", /) -> None:
        """Report a problem; `hint` replaces the usual one of the code."""


P = ParamSpec("P")
T = TypeVar("T")

_EMPTY: Mapping[str, Any] = MappingProxyType({})


class Reporter:
    """Reports the problems of one article: warnings and notes to a callback; an error ends the article.

    Between `hold` and `release` problems are collected, errors of `attempted` functions among them, so that all errors
    of an article are reported at once.
    """

    # Thousands of articles in memory have one.
    __slots__ = ("_inherited", "_line", "_lines", "_on_problem", "_reported", "_syntax", "_waiting", "names", "path")

    def __init__(
        self,
        path: str,
        on_problem: OnProblem,
        lines: Mapping[str, int] = _EMPTY,
        *,
        line: int | None = None,
        inherited: Mapping[str, tuple[str, int]] = _EMPTY,
        syntax: str = "yaml",
    ) -> None:
        """`lines` has the line of each key, `inherited` the file and the line of each that comes from a folder.

        `line` is that of a problem without a key.
        """
        self.path = printable(path)
        self._lines = lines
        self._line = 1 if line is None and lines else line
        self._on_problem = on_problem
        self._inherited = inherited
        #: The names of keys in messages, where they differ: the attributes of an object.
        self.names: Mapping[str, str] = _EMPTY
        self._reported: set[Problem] = set()
        self._waiting: list[Problem] | None = None
        self._syntax = syntax

    def hold(self) -> None:
        """Collect problems until `release`."""
        self._waiting = []

    def attempted(self, instead: T, part: Callable[P, T], *values: P.args, **named: P.kwargs) -> T:
        """The result of a function; `instead` where it refuses a value, which `release` reports."""
        try:
            return part(*values, **named)
        except ArticleError as error:
            self._report(error.problem)
            return instead

    def release(self) -> None:
        """Report the collected problems by line. Raises `ArticleError` with all of them where one is an error."""
        waiting, self._waiting = (
            sorted(self._waiting or (), key=lambda problem: (problem.path, problem.line or 0)),
            None,
        )
        if error := next((problem for problem in waiting if problem.severity == "error"), None):
            self._reported.clear()
            raise ArticleError(error, waiting)
        for problem in waiting:
            self._on_problem(problem)

    def unreported(self, problems: Iterable[Problem]) -> tuple[Problem, ...]:
        """Which of the problems were not reported."""
        return tuple([problem for problem in problems if problem not in self._reported])

    def line(self, key: str, value: object) -> str:
        """A line of front matter that gives a key this value, in the syntax of the article."""
        return _LINES[self._syntax].format(self._name(key).rpartition(".")[2], _spelled(value, self._syntax))

    def hint(self, key: str, error: RefusedValue) -> str:
        """The hint for a refused value; each value to write instead is a whole line with its key."""
        hint, rest = "", error.hint
        for value in error.values:
            before, _, rest = rest.partition(value)
            hint += before + self.line(key, value)
        return hint + rest

    def warn(self, code: str, message: str, *, key: str = "", line: int | None = None, hint: str = "") -> None:
        """Report a value that was corrected or omitted."""
        self._report(self._problem("warning", code, message, key, line, hint))

    def note(self, code: str, message: str, *, key: str = "", line: int | None = None, hint: str = "") -> None:
        """Report something worth knowing."""
        self._report(self._problem("note", code, message, key, line, hint))

    def refuse(self, code: str, message: str, *, key: str = "", line: int | None = None, hint: str = "") -> NoReturn:
        """End the article: raises `ArticleError`."""
        raise ArticleError(self._problem("error", code, message, key, line, hint))

    def _report(self, problem: Problem) -> None:
        if problem not in self._reported:
            self._reported.add(problem)
            (self._on_problem if self._waiting is None else self._waiting.append)(problem)

    def _problem(self, severity: Severity, code: str, message: str, key: str, line: int | None, hint: str) -> Problem:
        path, top = self.path, key.partition(".")[0]
        if line is None:
            # At its key, or at the first line of the file.
            line = self._lines.get(key, self._lines.get(top, self._line))
            if top in self._inherited:
                path, line = self._inherited[top]
                message = f"{message} (for {self.path})"
        key = printable(self._name(key))
        return Problem(code=code, severity=severity, message=message, path=path, line=line, key=key, hint=hint)

    def _name(self, key: str) -> str:
        """The name of a key in messages."""
        top, dot, below = key.partition(".")
        return f"{self.names.get(top, top)}{dot}{below}"


def _spelled(value: object, syntax: str) -> str:
    """A value in the syntax of front matter."""
    if isinstance(value, Mapping):
        pairs = (_LINES[syntax].format(name, _spelled(item, syntax)) for name, item in value.items())
        return f"{{{', '.join(pairs)}}}"
    if isinstance(value, list | tuple):
        return f"[{', '.join(_spelled(item, syntax) for item in value)}]"
    if isinstance(value, bool | int | float):
        return json.dumps(value)
    text = str(value)
    is_plain = syntax in ("headers", "nikola") or (syntax != "json" and _DATE.fullmatch(text))
    if is_plain or (syntax == "yaml" and _PLAIN.fullmatch(text) and text.lower() not in _NO_TEXT):
        return text
    # Unprintable characters are escaped as in JSON and YAML.
    quoted = json.dumps(text, ensure_ascii=False)
    return "".join([char if char.isprintable() else json.dumps(char)[1:-1] for char in quoted])


def report_secrets(text: str, site: Site, report: Reporter, *, key: str = "", line: int | None = None) -> None:
    """Warn of addresses that carry a secret which the site does not allow: a feed cannot be taken back."""
    if not (names := secret_names(text)):
        return
    allowed = {name.casefold() for name in site.allow_query}
    if names := tuple(name for name in names if name not in allowed):
        # A password is no parameter.
        listed = json.dumps([name for name in names if name != "password"])
        setting = f"set strip_query = {listed} and change the secret, or allow_query = {listed} if it is none"
        message = f"an address with {', '.join(names)}=… is about to be published, and readers keep copies of it"
        hint = setting if listed != "[]" else "take it out of the address, and change it"
        report.warn("FK305", message, key=key, line=line, hint=hint)
