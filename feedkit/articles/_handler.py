"""Front matter of every kind that is no simple YAML, and texts without any.

Built on python-frontmatter with a handler of our own. Refuses what `frontmatter` says, and tells on which line it is.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import frontmatter
from frontmatter.default_handlers import BaseHandler

from feedkit.articles import _headers, _json, _toml, _yaml, _yamlhints
from feedkit.articles.unreadable import FrontMatterError
from feedkit.config.tables import Limits
from feedkit.lazy_regex import later

Load = Callable[[str, int, Limits], tuple[dict[str, Any], dict[str, int]]]

_FENCES: dict[str, tuple[re.Pattern[str], Load]] = {
    "---": (later(r"^(?:---|\.\.\.)[ \t]*$", re.MULTILINE), _yaml.load),
    "+++": (later(r"^\+\+\+[ \t]*$", re.MULTILINE), _toml.load),
    ";;;": (later(r"^;;;[ \t]*$", re.MULTILINE), _json.load_fenced),
}

# A shortcode, a template's tag or an attribute list is the beginning of a text.
_OBJECT = later(r"\{(?![{%:#!.<=])")

# gray-matter's way to name the language of a block.
_NAMED_FENCE = later(r"---[ \t]*[A-Za-z]+$")

# What YAML does not pass over, and what among it is a key, an item or a bracket: anything else is somebody's prose.
_SIGNIFICANT = later(r"^(?![ \t]*(?:#|$)).", re.MULTILINE)
_YAML_LIKE = later(r"""[ \t]*(?:["']?\w[\w.-]*(?: [\w.-]+){0,2}["']?[ \t]*:(?:\s|$)|[?&!{\[]|- |<<:)""")


class _NoFrontMatter(ValueError):
    """What python-frontmatter takes as the sign that there is nothing to split."""


class Handler(BaseHandler):
    """Splits and loads one text; made anew for each, since it remembers the lines."""

    FM_BOUNDARY = re.compile(r"^(?:---|\+\+\+|;;;|\{)")

    def __init__(self, text: str, limits: Limits) -> None:
        super().__init__()
        self._text = text
        self._limits = limits
        self._load: Callable[[], tuple[dict[str, Any], dict[str, int]]] = lambda: ({}, {})
        self.lines: dict[str, int] = {}
        self.body = text
        self.body_line = 1
        self.cut_off: tuple[tuple[int, str], ...] = ()

    def metadata(self) -> dict[str, Any]:
        """What the front matter says; empty where there is none."""
        # The handler keeps the text: python-frontmatter strips the body, which would lose its line numbers, and goes
        # over the whole text three times. It is handed a character, or none of an empty text.
        found: dict[str, Any]
        found, _ = frontmatter.parse(self._text.lstrip()[:1], handler=self)
        return found

    def split(self, text: str) -> tuple[str, str]:
        """The block and the body of the text given at the start: `text` only says whether there is any."""
        if not text:
            raise FrontMatterError("the file is empty", 1, hint="write the article, or delete the file")
        start = self._text.rfind("\n", 0, len(self._text) - len(self._text.lstrip())) + 1
        line = self._text.count("\n", 0, start) + 1
        end = self._text.find("\n", start)
        opening = (self._text[start:end] if end >= 0 else self._text[start:]).rstrip(" \t")
        if opening in _FENCES:
            block = self._fenced(opening, end + 1 if end >= 0 else len(self._text), line)
        elif _OBJECT.match(opening):
            block = self._object(start, line)
        else:
            block = self._headers(start, line, opening)
        if len(block) > self._limits.block:
            raise FrontMatterError(f"the front matter has more than {self._limits.block:,} characters", line)
        return block, self.body

    def _fenced(self, opening: str, start: int, line: int) -> str:
        closing, load = _FENCES[opening]
        found = closing.search(self._text, start)
        end = found.start() if found else len(self._text)
        if opening == "---" and self._is_rule(start, end, closed=found is not None):
            raise _NoFrontMatter
        if found is None:
            raise FrontMatterError("the front matter is not closed", line, hint=f"close it with a line {opening}")
        block = self._text[start:end]
        self._keep_body(found.end() + 1, line + block.count("\n") + 2)
        self.cut_off = tuple(_yamlhints.cut_off(block, line + 1)) if opening == "---" else ()
        # Without itself: a cycle would hold the text until somebody looks for cycles.
        limits = self._limits
        self._load = lambda: _not_empty(load(block, line + 1, limits), line)
        return block

    def _is_rule(self, start: int, end: int, *, closed: bool) -> bool:
        """Whether a `---` only parts what is above from a text below: no key follows, but a blank line, or no other."""
        first = _SIGNIFICANT.search(self._text, start, end)
        if first is None or _YAML_LIKE.match(self._text, first.start(), end):
            return False
        return not closed or not self._text[start : self._text.find("\n", start)].strip()

    def _object(self, start: int, line: int) -> str:
        metadata, lines, end = _json.load(self._text, start, line, self._limits)
        self._keep_body(end, line + self._text.count("\n", start, end))
        self._load = lambda: _not_empty((metadata, lines), line)
        return self._text[start:end]

    def _headers(self, start: int, line: int, opening: str) -> str:
        if _NAMED_FENCE.match(opening):
            hint = "write --- before YAML, +++ before TOML"
            raise FrontMatterError("the front matter is opened in a way that is not known", line, hint=hint)
        block = _headers.find(self._text, start)
        if block is None:
            raise _NoFrontMatter
        end = start + len(block)
        self._keep_body(end, line + block.count("\n"))
        self._load = lambda: _headers.load(block, line)
        return block

    def _keep_body(self, start: int, line: int) -> None:
        self.body, self.body_line = self._text[start:], line

    def load(self, fm: str) -> dict[str, Any]:
        """The block's mapping; the lines of its keys are kept."""
        metadata, self.lines = self._load()
        return metadata


def _not_empty(loaded: tuple[dict[str, Any], dict[str, int]], line: int) -> tuple[dict[str, Any], dict[str, int]]:
    if not loaded[0]:
        raise FrontMatterError("the front matter is empty", line, hint="give the article a title and a date")
    return loaded
