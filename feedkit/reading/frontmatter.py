"""A file's text into metadata, body and line numbers: YAML (`---`), TOML (`+++`) and JSON (`{`) front matter.

Built on python-frontmatter's handlers with a split and a load of our own. Refuses to swallow text: a block that is not
closed, is empty or is no mapping is an error with its line, never a body and never nothing.
"""

from __future__ import annotations

import json
import re
import tomllib
from dataclasses import dataclass
from typing import Any

import frontmatter
from frontmatter.default_handlers import BaseHandler

from feedkit.reading import _yaml
from feedkit.reading._yaml import FrontMatterError

#: The most characters of front matter.
MAX_BLOCK = 262_144

_CLOSING = {"---": ("---", "..."), "+++": ("+++",)}
_NEWLINES = re.compile(r"\r\n?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Parsed:
    """An article's text, taken apart."""

    #: What the front matter says.
    metadata: dict[str, Any]
    #: The line of each key in the file, counted from 1.
    lines: dict[str, int]
    #: Everything behind the front matter, as it stands.
    body: str
    #: The line of the file at which `body` begins.
    body_line: int


def parse(text: str) -> Parsed:
    """Take an article apart.

    Byte order marks and blank lines before the front matter are passed over; line ends may be CRLF. Raises
    `FrontMatterError` with the line in the file.
    """
    text = _NEWLINES.sub("\n", text.removeprefix("\ufeff"))
    handler = _Handler(text)
    try:
        # python-frontmatter strips the body, which would lose its line numbers: the handler keeps its own.
        metadata, _ = frontmatter.parse(text, handler=handler)
    except FrontMatterError as error:
        # Lines within the block become lines of the file; the opening line is the one before the block.
        error.line = handler.first_line - 1 + (error.line or 0)
        raise
    offset = handler.first_line - 1
    lines = {key: line + offset for key, line in handler.lines.items()}
    return Parsed(metadata=metadata, lines=lines, body=handler.body, body_line=handler.body_line)


class _Handler(BaseHandler):
    """Splits and loads one text; made anew for each, since it remembers the lines."""

    FM_BOUNDARY = re.compile(r"^(?:---|\+\+\+|\{)")

    def __init__(self, text: str) -> None:
        super().__init__()
        self._text = text
        self._opening = ""
        self.first_line = 1
        self.lines: dict[str, int] = {}
        self.body = ""
        self.body_line = 1

    def split(self, text: str) -> tuple[str, str]:
        """The block and the body of the text given at the start: `text` has lost its outer blank lines."""
        blank = len(self._text) - len(self._text.lstrip())
        skipped = self._text.count("\n", 0, blank)
        start = self._text.rfind("\n", 0, blank) + 1
        opening, _, _ = self._text[start:].partition("\n")
        self._opening = opening.rstrip()
        self.first_line = skipped + 2
        if self._opening.startswith("{"):
            return self._split_json(start, skipped)
        if self._opening not in _CLOSING:
            self.first_line = skipped + 1
            hint = "begin the file with a line --- , keys and a line --- , or exclude it"
            raise FrontMatterError("there is no front matter", 1, hint=hint)
        return self._split_lines(start + len(opening) + 1)

    def _split_lines(self, start: int) -> tuple[str, str]:
        position = start
        number = self.first_line
        while position < len(self._text):
            end = self._text.find("\n", position)
            end = len(self._text) if end < 0 else end
            if self._text[position:end].rstrip() in _CLOSING[self._opening]:
                self._keep_body(end + 1, number + 1)
                return self._checked(self._text[start:position]), self.body
            position, number = end + 1, number + 1
        hint = f"close it with a line {self._opening}"
        raise FrontMatterError("the front matter is not closed", 0, hint=hint)

    def _split_json(self, start: int, skipped: int) -> tuple[str, str]:
        self.first_line = skipped + 1
        try:
            _, end = json.JSONDecoder().raw_decode(self._text, start)
        except (ValueError, RecursionError) as error:
            line = getattr(error, "lineno", skipped + 1) - skipped
            raise FrontMatterError(f"the front matter is not JSON ({error})", line) from error
        self._keep_body(end, self._text.count("\n", 0, end) + 1)
        return self._checked(self._text[start:end]), self.body

    def _keep_body(self, start: int, line: int) -> None:
        self.body, self.body_line = self._text[start:], line

    def _checked(self, block: str) -> str:
        if len(block) > MAX_BLOCK:
            raise FrontMatterError(f"the front matter has more than {MAX_BLOCK:,} characters", 1)
        return block

    def load(self, fm: str) -> dict[str, Any]:
        """The block's mapping; the lines of its keys are kept."""
        if self._opening == "---":
            metadata, self.lines = _yaml.load(fm)
        elif self._opening == "+++":
            metadata = _toml(fm)
            self.lines = _key_lines(metadata, fm, r'^\s*(?:{0}|"{0}")\s*=')
        else:
            metadata = _json(fm)
            self.lines = _key_lines(metadata, fm, r'"{0}"\s*:')
        if not metadata:
            raise FrontMatterError("the front matter is empty", 0, hint="give the article a title and a date")
        return metadata


def _toml(block: str) -> dict[str, Any]:
    try:
        return tomllib.loads(block)
    except (ValueError, RecursionError) as error:
        found = re.search(r"at line (\d+)", str(error))
        line = int(found[1]) if found else None
        raise FrontMatterError(f"the front matter is not TOML ({error})", line) from error


def _json(block: str) -> dict[str, Any]:
    metadata = json.loads(block, object_pairs_hook=_unique)
    if not isinstance(metadata, dict):
        raise FrontMatterError("the front matter is no mapping of keys to values", 1)
    return metadata


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    mapping = dict(pairs)
    if len(mapping) < len(pairs):
        keys = [key for key, _ in pairs]
        twice = next(key for key in keys if keys.count(key) > 1)
        raise FrontMatterError("the key stands twice", hint="keep one of them", key=twice)
    return mapping


def _key_lines(metadata: dict[str, Any], block: str, pattern: str) -> dict[str, int]:
    lines = {}
    for key in metadata:
        found = re.search(pattern.format(re.escape(key)), block, re.MULTILINE)
        if found:
            lines[key] = block.count("\n", 0, found.end()) + 1
    return lines
