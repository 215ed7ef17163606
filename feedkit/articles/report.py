"""Reports the problems of one article, each once, with its file, line and key."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import NoReturn, ParamSpec, Protocol, TypeVar

from msgspec import Struct

from feedkit.config.site import Site
from feedkit.errors import ArticleError, OnProblem, Problem, RefusedValue, Severity, printable, secret_names
from feedkit.lazy_regex import lazy_regex

#: The form of a line with a key and a value, by the syntax of the front matter.
_LINES = {
    "yaml": "{}: {}",
    "toml": "{} = {}",
    "json": '"{}": {}',
    "headers": "{}: {}",
    "nikola": ".. {}: {}",
    "mdx": "{}: {}",
}
# A text that needs no quotes in YAML, even inside of brackets; and a date in YAML and TOML.
_PLAIN = lazy_regex(r"[^\W\d_][\w/.+-]*(?: [\w/.+-]+)*|/[\w/.-]*|https?://[\w/.-]+")
_NO_TEXT = frozenset(["true", "false", "yes", "no", "on", "off", "null"])
_DATE = lazy_regex(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?:[T ][0-9:.+Z-]+)?")


class OnContent(Protocol):
    """A callback for problems in content."""

    def __call__(self, code: str, line: int, reason: str, hint: str = "", /) -> None:
        """Report a problem; `hint` replaces the usual one of the code."""


P = ParamSpec("P")
T = TypeVar("T")


class Reporter(Struct):
    """Reports the problems of one article: warnings and notes to a callback; an error ends the article.

    Between `hold` and `release` problems are collected, including errors of `attempted` functions, so that all errors
    of an article are reported together.
    """

    path: str  #: The file or the object, for messages.
    on_problem: OnProblem
    lines: Mapping[str, int] = {}  #: The line of each key.
    line_without_key: int | None = None  #: The line of a problem without a key.
    inherited: Mapping[str, tuple[str, int]] = {}  #: The file and the line of each key that comes from a folder.
    syntax: str = "yaml"  #: The language of the front matter.
    #: Other names of keys in messages: the attributes of an object.
    names: Mapping[str, str] = {}
    _reported: set[Problem] = set()
    _waiting: list[Problem] | None = None

    def __post_init__(self) -> None:
        self.path = printable(self.path)

    def hold(self) -> None:
        """Collect problems until `release`."""
        self._waiting = []

    def attempted(self, instead: T, part: Callable[P, T], *values: P.args, **named: P.kwargs) -> T:
        """The result of a function; `instead` if it refuses a value, which `release` reports."""
        try:
            return part(*values, **named)
        except ArticleError as error:
            self._report(error.problem)
            return instead

    def release(self) -> None:
        """Report the collected problems by line. Raises `ArticleError` with all of them if one is an error."""
        waiting, self._waiting = self._waiting or [], None
        waiting.sort(key=lambda problem: (problem.path, problem.line or 0))
        if error := next((problem for problem in waiting if problem.severity == "error"), None):
            self._reported.clear()
            raise ArticleError(error, waiting)
        for problem in waiting:
            self.on_problem(problem)

    def place(self, key: str) -> tuple[str, int | None]:
        """The file and the line of a key."""
        top = key.partition(".")[0]
        return self.inherited.get(top) or (self.path, self.lines.get(key, self.lines.get(top)))

    def line(self, key: str, value: object) -> str:
        """A line of front matter that gives a key this value, in the syntax of the article."""
        return _LINES[self.syntax].format(self._name(key).rpartition(".")[2], _literal(value, self.syntax))

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

    def error(self, code: str, message: str, *, key: str = "", line: int | None = None, hint: str = "") -> None:
        """Report an error without refusing the article."""
        self._report(self._problem("error", code, message, key, line, hint))

    def note(self, code: str, message: str, *, key: str = "", line: int | None = None, hint: str = "") -> None:
        """Report a note: the article is published unchanged."""
        self._report(self._problem("note", code, message, key, line, hint))

    def refuse(self, code: str, message: str, *, key: str = "", line: int | None = None, hint: str = "") -> NoReturn:
        """Refuse the article: raises `ArticleError`."""
        raise ArticleError(self._problem("error", code, message, key, line, hint))

    def _report(self, problem: Problem) -> None:
        if problem not in self._reported:
            self._reported.add(problem)
            (self.on_problem if self._waiting is None else self._waiting.append)(problem)

    def _problem(self, severity: Severity, code: str, message: str, key: str, line: int | None, hint: str) -> Problem:
        path = self.path
        if line is None:
            path, line = self.place(key)
            if path != self.path:
                message = f"{message} (for {self.path})"
            line = self.line_without_key if line is None else line
        key = printable(self._name(key))
        return Problem(code=code, severity=severity, message=message, path=path, line=line, key=key, hint=hint)

    def _name(self, key: str) -> str:
        top, dot, below = key.partition(".")
        return f"{self.names.get(top, top)}{dot}{below}"


def _literal(value: object, syntax: str) -> str:
    if isinstance(value, Mapping):
        pairs = (_LINES[syntax].format(name, _literal(item, syntax)) for name, item in value.items())
        return f"{{{', '.join(pairs)}}}"
    if isinstance(value, list | tuple):
        items = ", ".join(_literal(item, syntax) for item in value)
        return items if syntax in ("headers", "nikola") else f"[{items}]"
    if isinstance(value, bool | int | float):
        return json.dumps(value)
    text = str(value)
    is_plain = syntax in ("headers", "nikola") or (syntax not in ("json", "mdx") and _DATE.fullmatch(text))
    if is_plain or (syntax == "yaml" and _PLAIN.fullmatch(text) and text.lower() not in _NO_TEXT):
        return text
    # Unprintable characters are escaped as in JSON and YAML.
    quoted = json.dumps(text, ensure_ascii=False)
    return "".join([char if char.isprintable() else json.dumps(char)[1:-1] for char in quoted])


def report_secrets(text: str, site: Site, report: Reporter, *, key: str = "", line: int | None = None) -> None:
    """Warn of addresses with a secret that the site does not allow: a feed cannot be taken back."""
    names = secret_names(text)
    if names and (names := tuple([name for name in names if name not in map(str.casefold, site.allow_query)])):
        # A password is not a parameter, so no setting removes it.
        listed = json.dumps([name for name in names if name != "password"])
        setting = f"set strip_query = {listed} and change the secret, or allow_query = {listed} if it is none"
        message = f"an address with {', '.join(names)}=… is about to be published, and readers keep copies of it"
        hint = setting if listed != "[]" else "remove it from the address, and change it"
        report.warn("FK305", message, key=key, line=line, hint=hint)
