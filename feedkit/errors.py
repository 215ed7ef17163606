"""The exceptions; `Problem`, what is wrong and where; `Rule`, the meaning of its code; and how messages quote values.

FeedkitError
├── ArgumentError (TypeError, ValueError)  a field or an argument of a wrong type
├── RefusedValue (ValueError)   a value without a certain meaning: code, hint
│   ├── DateError
│   └── UrlError
├── ArticleError (ValueError)   an article that cannot be published: problem, problems
├── SettingsError (ValueError)  a configuration that cannot be read
├── DocumentError (ValueError)  output that no parser would read: problem
└── PublishError                a folder that cannot be written to
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date, time
from functools import cache, partial
from os.path import isdir
from pathlib import Path
from typing import Literal

from msgspec.structs import force_setattr

from feedkit.lazy_regex import lazy_regex
from feedkit.value import ArgumentError as ArgumentError
from feedkit.value import FeedkitError as FeedkitError
from feedkit.value import Value

# Query parameters whose values are secret. Messages never contain them, nor passwords in addresses.
_OPENING_NAMES = (
    "access_token|api[-_]?key|apikey|auth|key|password|passwd|secret|sig|signature|token|x-amz-signature"
    "|x-amz-credential|x-amz-security-token|x-goog-signature|x-goog-credential|x-oss-signature|awsaccesskeyid"
    "|access[-_]?key|auth[-_]?token|client[-_]?secret|credential|id_token|jwt|key-pair-id|private[-_]?key|pwd"
    "|refresh_token|session[-_]?id|shared[-_]?key|subscription-key"
)
# Each pattern begins with a character that is rare in prose, so that a long text is searched quickly.
_SECRET = lazy_regex(rf"([?&;](?:amp;)?)({_OPENING_NAMES})=[^&#\s\"'<>]+", re.IGNORECASE)
# A secret parameter in two patterns, after and before the `=`: faster in a long text. HTML attributes are quoted.
_VALUE = lazy_regex(r"=[^&#\s\"'<>]")
_TO_VALUE = lazy_regex(rf"[?&;](?:amp;)?(?:{_OPENING_NAMES})\Z", re.IGNORECASE)
_MAX_NAME_CHARS = 30
# A user name may contain `@`, a password `@`, `:` and `/`; `//host:80/` has neither. The first pattern, for masking,
# may match too much; the second, for warnings, must not match a comment in a program.
_PASSWORD = lazy_regex(r"//([^/\s:]{0,200}):(?!\d{0,5}(?:[/?#\s]|\Z))\S+@")
_SURE_PASSWORD = lazy_regex(r"://[^/\s:@]{0,200}:[^/\s@]{1,200}@")
# A password at the end of a text that was cut off.
_CUT_PASSWORD = lazy_regex(r"//([^/\s:]{0,200}):(?!\d{0,5}[/?#\s])\S+\Z")

#: How bad a Problem is: errors make a command fail.
Severity = Literal["error", "warning", "note"]

#: The most characters of a value in a message.
MAX_SHOWN_CHARS = 80
#: The most characters of a text that are masked; the rest is cut off.
MAX_MASKED_CHARS = 4096
# How deep a nested value is shown: one with YAML aliases may be huge when it is printed.
_MAX_SHOWN_LEVELS = 4

# C0, DEL, C1, line separators and bidirectional overrides: a title must not control the terminal.
_UNPRINTABLE = lazy_regex(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


class Problem(Value, frozen=True, kw_only=True):
    """What is wrong with the input or the output, where, and what to do."""

    code: str  #: A code that `docs/problems.md` explains, such as `FK101`.
    severity: Severity  #: Errors make the command end with exit code 1; warnings and notes do not.
    message: str  #: What is wrong, a sentence in lower case that quotes the value.
    path: str = ""  #: The file or the object, as the caller named it; empty if there is none.
    line: int | None = None  #: The line in that file, counted from 1.
    key: str = ""  #: The front-matter key or the setting.
    hint: str = ""  #: What to do about it.

    def __post_init__(self) -> None:
        super().__post_init__()
        # Secrets are masked here, too, since a message may quote an address without `shown`.
        for name in ("path", "message", "hint"):
            force_setattr(self, name, masked(getattr(self, name)))
        # A hint may repeat a value of the author.
        force_setattr(self, "hint", printable(self.hint))

    def __str__(self) -> str:
        where = f"{self.path}:{self.line}: " if self.line else f"{self.path}: " if self.path else ""
        key = f"{self.key}: " if self.key else ""
        return printable(f"{where}{self.severity} {self.code}: {key}{self.message}")


#: A callback for each Problem.
OnProblem = Callable[[Problem], None]


class Problems:
    """Collects problems, each once; passes them on; counts the articles with errors."""

    def __init__(self, on_problem: OnProblem | None) -> None:
        self.reported: dict[Problem, None] = {}
        self._articles: set[str] = set()
        self._on_problem = on_problem

    @property
    def article_count(self) -> int:
        """How many articles have an error."""
        return len(self._articles)

    def __call__(self, problem: Problem) -> None:
        """Collect a problem and pass it on."""
        if problem in self.reported:
            return
        self.reported[problem] = None
        if problem.severity == "error":
            # Without folders and the table of authors, which are no articles.
            is_other = problem.path.lower().endswith((".yml", ".yaml")) or isdir(problem.path)  # noqa: PTH112
            name = str(problem.line or "") if problem.path == "-" else "" if is_other else problem.path
            self._articles |= {name} - {""}
        if self._on_problem is not None:
            self._on_problem(problem)


def has_no_error(problems: Iterable[Problem]) -> bool:
    """Whether a command may end with exit code 0."""
    return all(problem.severity != "error" for problem in problems)


class RefusedValue(FeedkitError, ValueError):
    """A value without a certain meaning. `str()` is the whole message, which quotes the value."""

    def __init__(self, message: str, *, code: str, hint: str = "", values: tuple[str, ...] = ()) -> None:
        """`values` are the values in the hint that can be written instead of the refused one, in order."""
        super().__init__(message)
        self.code = code
        self.hint = hint
        self.values = values

    def __reduce__(self) -> tuple[Callable[..., RefusedValue], tuple[str]]:
        return partial(type(self), code=self.code, hint=self.hint, values=self.values), (str(self),)


class DateError(RefusedValue):
    """A value that is not certainly a date: unreadable, impossible, incomplete, ambiguous or out of range."""


class UrlError(RefusedValue):
    """A text that cannot be an address: no host, a scheme that is not allowed, characters that browsers drop."""


class _ProblemError(FeedkitError, ValueError):
    """An error that carries a Problem."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(str(problem))
        self.problem = problem


class ArticleError(_ProblemError):
    """An article that cannot be published: `problem` is its first error, `problems` are all, by line."""

    def __init__(self, problem: Problem, problems: Iterable[Problem] = (), dependencies: Iterable[str] = ()) -> None:
        super().__init__(problem)
        self.problems = tuple(problems) or (problem,)
        #: The paths of other files that were looked up, including missing ones.
        self.dependencies = tuple(dependencies)


class DocumentError(_ProblemError):
    """A document that no parser would read; it never replaces a good one."""


class SettingsError(FeedkitError, ValueError):
    """A configuration that cannot be read, or an invalid setting."""


class PublishError(FeedkitError):
    """A folder, of the output or of temporary files, that cannot be written to, or must not be changed."""


def raise_or_log(problem: Problem, kind: type[ArticleError | DocumentError] = ArticleError) -> None:
    """Raise an error as `ArticleError` or another kind; log warnings and notes to the logger `feedkit`.

    The default of `on_problem` in library calls.
    """
    if problem.severity == "error":
        raise kind(problem)
    # Imported late: builds use a callback instead.
    import logging

    level = logging.WARNING if problem.severity == "warning" else logging.INFO
    logging.getLogger("feedkit").log(level, "%s", problem)


class Rule(Value, frozen=True, kw_only=True):
    """What a problem code means. Its texts are Markdown; links in them are relative to `docs`."""

    code: str  #: The code, such as `FK101`.
    section: str  #: The part of feedkit that reports it, such as `Dates`.
    title: str  #: A few words.
    example: str  #: A problem as it is printed.
    #: Every message of the code, with names in braces for the values, such as `{value} is not a date`.
    messages: tuple[str, ...] = ()
    what: str  #: What is wrong, and the consequence for the article or the document.
    why: str  #: What subscribers, readers or search engines would see otherwise.
    fix: str  #: What to do.

    @property
    def page(self) -> str:
        """The section of the documentation about the code, such as `docs/problems.md#fk101-not-a-date`."""
        words = "".join(char for char in f"{self.code} {self.title}".lower() if char.isalnum() or char in " -_")
        return f"docs/problems.md#{words.replace(' ', '-')}"

    def message_of(self, text: str) -> str | None:
        """The item of `messages` that the message `text` matches, with the fewest values if there are several."""
        fitting = [message for message in self.messages if _pattern(message).fullmatch(text)]
        return min(fitting, key=lambda message: len(_BRACES.findall(message)), default=None)


_BRACES = lazy_regex(r"\{[a-z_]+\}")
# Any message may end so: with the article that inherits the value, or with the folder that has no defaults.
_ENDINGS = r"(?: \(for .*\)|; the articles below its folder have no defaults of it)?"


@cache
def _pattern(message: str) -> re.Pattern[str]:
    return re.compile(".*?".join(map(re.escape, _BRACES.split(message))) + _ENDINGS, re.DOTALL)


def rules() -> Mapping[str, Rule]:
    """The rules by their codes, in the order of the documentation."""
    # Imported late: builds do not need it.
    import tomllib

    sections = tomllib.loads(Path(__file__).with_name("rules.toml").read_text("utf-8"))
    return {
        code: Rule(
            code=code,
            section=section,
            messages=texts.pop("messages", ()),
            **{name: text.strip() for name, text in texts.items()},
        )
        for section, codes in sections.items()
        for code, texts in codes.items()
    }


def with_hint(error: RefusedValue) -> str:
    """The message and the hint, in one line."""
    return f"{error}; {error.hint}" if error.hint else str(error)


def shown(value: object) -> str:
    """The value as it is quoted in messages: in single quotes, printable, at most 80 characters, its secrets masked."""
    text = masked(value) if isinstance(value, str) else _value_text(value)
    if len(text) > MAX_SHOWN_CHARS:
        text = f"{text[: MAX_SHOWN_CHARS - 1]}…"
    return f"'{printable(text)}'"


def nearest(word: str, words: Iterable[str]) -> str | None:
    """The word that is most similar to a misspelt word; None if none is similar."""
    # Imported late: needed only for a mistake.
    from difflib import get_close_matches

    return next(iter(get_close_matches(word, list(words), n=1)), None)


def did_you_mean(word: str, words: Iterable[str]) -> str:
    """The end of a message about an unknown word, with the most similar word; empty if none is similar."""
    near = nearest(word, words)
    return f"; did you mean {shown(near)}?" if near else ""


def error_text(error: Exception) -> str:
    """The message of an exception in foreign code, after a colon; empty if it has none."""
    try:
        text = masked(str(error))[:MAX_SHOWN_CHARS]
    except Exception:  # noqa: BLE001  # its `__str__` is the caller's, too
        return ""
    return f": {printable(text)}" if text else ""


def system_reason(error: object) -> str:
    """The message of an error of the system, without its number and the path; that of any other error."""
    return getattr(error, "strerror", None) or str(error)


class LineError(ValueError):
    """Why a line of a list cannot be read."""


def line_reason(error: Exception) -> str:
    """The reason why a line is no text or no JSON."""
    # Imported late: needed only for a mistake.
    from json import JSONDecodeError

    if isinstance(error, RecursionError):
        return "it is nested too deeply"
    if isinstance(error, UnicodeDecodeError):
        return f"byte {error.start + 1} is not UTF-8"
    if isinstance(error, JSONDecodeError):
        # Without the column, which is that after the line feed if the line ends too early.
        return f"{printable(error.msg)}, column {min(error.pos, len(error.doc.rstrip())) + 1}"
    return str(error)


def _value_text(value: object, depth: int = 0) -> str:
    """A value in the notation of front matter, shortened if it is long."""
    if depth > _MAX_SHOWN_LEVELS:
        return "…"
    if isinstance(value, str):
        return masked(value)[: MAX_SHOWN_CHARS + 1]
    if isinstance(value, int) and value.bit_length() > 4 * MAX_SHOWN_CHARS:
        return f"a number of {value.bit_length()} bits"
    if isinstance(value, bool):
        # As in YAML, TOML and JSON.
        return str(value).lower()
    if value is None:
        return "null"
    if isinstance(value, int | float | date | time):
        return str(value)
    if isinstance(value, Mapping):
        return f"{{{_listed(f'{_value_text(key)}: {_value_text(item, depth + 1)}' for key, item in value.items())}}}"
    if isinstance(value, list | tuple | set | frozenset):
        # The order of a set is not the same in every run.
        items = sorted(value, key=str) if isinstance(value, set | frozenset) else value
        return f"[{_listed(_value_text(item, depth + 1) for item in items)}]"
    return type(value).__name__


def _listed(parts: Iterable[str]) -> str:
    text = ""
    for number, part in enumerate(parts):
        text += f", {part}" if number else part
        if len(text) > MAX_SHOWN_CHARS:
            break
    return text


def masked(text: str) -> str:
    """The text with the values of secret parameters, and passwords in addresses, written as `***`."""
    is_cut = len(text) > MAX_MASKED_CHARS
    text = text[:MAX_MASKED_CHARS]
    if "=" in text:
        text = _SECRET.sub(r"\1\2=***", text)
    if "//" in text:
        text = _PASSWORD.sub(r"//\1:***@", text)
        text = _CUT_PASSWORD.sub(r"//\1:***@", text) if is_cut else text
    return text


def secret_names(text: str) -> tuple[str, ...]:
    """The parameters in the addresses of a text that look like secrets, such as `token`; each once, in order."""
    names: list[str] = []
    # Most texts have neither such a parameter nor a user name, which is checked quickly.
    if "=" in text and ("?" in text or "&" in text or ";" in text):
        ends = (match.start() for match in _VALUE.finditer(text))
        if any(_TO_VALUE.search(text, max(end - _MAX_NAME_CHARS, 0), end) for end in ends):
            names = [match[2].lower() for match in _SECRET.finditer(text)]
    if "@" in text and _SURE_PASSWORD.search(text):
        names.append("password")
    return tuple(dict.fromkeys(names))


def printable(text: str) -> str:
    """The text with control characters, lone surrogates and direction overrides spelled as escapes."""
    if text.isprintable():
        return text
    return _UNPRINTABLE.sub(lambda match: match[0].encode("unicode_escape").decode("ascii"), text)
