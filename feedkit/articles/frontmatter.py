"""A file's text into metadata, body and line numbers: YAML (`---`), TOML (`+++`), JSON (`{`, `;;;`) and plain headers.

Reads itself what nearly all articles have, simple YAML, and leaves all else to `_handler`. Refuses to swallow text: a
block that is not closed, is empty or is no mapping is an error with its line, never a body and never nothing. A file
that merely begins with a rule `---` has no front matter, and keeps its text.
"""

from __future__ import annotations

from typing import Any

from feedkit.articles import _yamlsimple
from feedkit.config.tables import Limits
from feedkit.records import dataclass

_DEFAULTS = Limits()


@dataclass(frozen=True, slots=True, kw_only=True)
class Parsed:
    """An article's text, taken apart."""

    #: What the front matter says; empty where there is none.
    metadata: dict[str, Any]
    #: The line of each key in the file, counted from 1.
    lines: dict[str, int]
    #: Everything behind the front matter, as it stands; line ends are LF.
    body: str
    #: The line of the file at which `body` begins.
    body_line: int
    #: Lines on which YAML cuts a comment off a value that may not have been meant as one, and what it cuts off.
    cut_off: tuple[tuple[int, str], ...] = ()
    #: Whether every value is a text of one line that every format can carry, nothing, or a list of such.
    simple: bool = False


def parse(text: str, limits: Limits = _DEFAULTS) -> Parsed:
    """Take an article apart.

    A byte order mark and blank lines before the front matter are passed over; line ends may be CRLF. A text without
    front matter is all body. Raises `FrontMatterError` with the line in the file.
    """
    text = text.removeprefix("\ufeff")
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return _simple(text, limits) or _other(text, limits)


def _simple(text: str, limits: Limits) -> Parsed | None:
    """An article whose front matter has the shape that nearly all have; None for any other."""
    end = text.find("\n---\n", 3) + 1 if text.startswith("---\n") else 0
    found = _yamlsimple.load(text[4:end], 2, limits) if end else None
    if found is None:
        return None
    metadata, lines = found
    # A line for each, and the two of hyphens.
    body_line = 3 + text.count("\n", 4, end)
    return Parsed(metadata=metadata, lines=lines, body=text[end + 4 :], body_line=body_line, simple=True)


def _other(text: str, limits: Limits) -> Parsed:
    # Late: a YAML parser takes its time to import, and most runs need none.
    from feedkit.articles._handler import Handler

    handler = Handler(text, limits)
    metadata = handler.metadata()
    return Parsed(
        metadata=metadata,
        lines=handler.lines,
        body=handler.body,
        body_line=handler.body_line,
        cut_off=handler.cut_off,
    )
