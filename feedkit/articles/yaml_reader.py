"""Reads YAML as a mapping whose scalars keep their text, with the line of each key, and hints for mistakes.

It goes over the events of libyaml's parser. PyYAML's own loaders do not fit: they make 1.1 of `1.10`, keep the last of
two keys that are the same, and crash on 25,000 nested brackets.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import yaml

from feedkit.articles.discover import UnreadableError
from feedkit.config.tables import Limits
from feedkit.errors import masked
from feedkit.lazy_regex import lazy_regex

try:
    # The events of libyaml are those of the parser in Python, and come many times sooner.
    from yaml.cyaml import CParser as _Parser  # type: ignore[attr-defined]  # the stubs do not export it
except ImportError:
    from yaml import SafeLoader as _Parser  # type: ignore[assignment]  # it has the same methods

_ScalarEvent, _AliasEvent, _MappingEnd = yaml.ScalarEvent, yaml.AliasEvent, yaml.MappingEndEvent
_SequenceStart, _SequenceEnd = yaml.SequenceStartEvent, yaml.SequenceEndEvent

_DEFAULTS = Limits()

# Only in plain scalars, whose style is None, or empty with libyaml.
_NULL = frozenset(["", "~", "null", "Null", "NULL"])

_STR = "tag:yaml.org,2002:str"
# A scalar keeps its text whichever of these it says it is. All others are refused: `!!python/object`, `!!binary`.
_TAGS = frozenset(
    ["!", _STR, *(f"tag:yaml.org,2002:{kind}" for kind in ("bool", "float", "int", "map", "null", "seq", "timestamp"))]
)

# YAML 1.2 §5.1; and line ends of YAML that are none to editors.
_FORBIDDEN = lazy_regex("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_ODD_BREAKS = lazy_regex("[\x85\u2028\u2029]")

_PAIR = lazy_regex(r"[ \t]*(?:- +)?([\w.-]+)[ \t]*:[ \t]+(\S.*)")
_NO_BLANK_AFTER_COLON = lazy_regex(r"[ \t]*[\w.-]+:[^\s/]")
# Longer lines are not repeated in a hint.
_MAX_HINT_CHARS = 60

# A key or an item with a plain value: what is in quotes or brackets, or below `|`, has its own end.
_COMMENT = lazy_regex(
    r"^[ \t]*(?:- |[\w-]+:[ \t])[ \t]*[^\s\"'\[{|>#&*!][^\n#]*?[ \t](#(?:[^\s#][^\n]*)?)$", re.MULTILINE
)

_MAPPING_HINT = "write key: value lines; a --- that is a rule wants an empty line behind it"
_TOML_HINT = "write a colon for =, as in title: Some title, or put lines of +++ around it instead of ---"
_TOML_LINE = lazy_regex(r"\s*[\w.-]+[ \t]*=[ \t]*\S")
_INDENT = "indent it as its neighbours are"
_QUOTE = "put the value in quotes"
_ALIASES_COUNT = "aliases count as often as they are used"
_KEY_NO_TEXT = "the front matter has a key that is no text"


class FrontMatterError(UnreadableError):
    """Front matter that cannot be read."""

    code = "FK201"


def duplicate_key(key: str, first: int, second: int) -> FrontMatterError:
    """The error for a duplicate key, with both lines in the file."""
    where = f"in line {first}" if first == second else f"in lines {first} and {second}"
    return FrontMatterError(f"the key stands twice, {where}", second, hint="keep one of them", key=key)


def too_deep(limits: Limits, line: int) -> FrontMatterError:
    """The error of lists and mappings within each other beyond `limits.depth`."""
    message = f"the front matter is nested more than {limits.depth} levels deep"
    return FrontMatterError(message, line, hint="write fewer lists and mappings within each other")


def too_many_values(limits: Limits, line: int, hint: str = "") -> FrontMatterError:
    """The error of more values than `limits.nodes`."""
    return FrontMatterError(f"the front matter has more than {limits.nodes:,} values", line, hint=hint)


def read_yaml(block: str, first_line: int = 1, limits: Limits = _DEFAULTS) -> tuple[dict[str, Any], dict[str, int]]:
    """The mapping in a block of YAML, and the line of each `key`, and of each `key.inner` below it.

    `first_line` is the line of the file in which the block begins. Values are `str`, `None`, `list` or `dict`; nothing
    is turned into a number, a bool or a date. An empty block is an empty mapping. Raises `FrontMatterError` also for
    what would mislead: duplicate keys, keys that are no text, tags; and for what is beyond the limits, where the values
    of an alias count as often as it is used.
    """
    reader = _EventReader(block, first_line, limits)
    try:
        value = reader.document()
    except (yaml.YAMLError, UnicodeEncodeError) as error:
        if forbidden := _FORBIDDEN.search(block):
            line = first_line + block.count("\n", 0, forbidden.start())
            message = f"the front matter has the character U+{ord(forbidden[0]):04X}, which YAML forbids"
            raise FrontMatterError(message, line, hint="delete it") from error
        mark, reason, hint = _explanation(error, block)
        raise FrontMatterError(f"the front matter is not YAML ({reason})", reader.line(mark), hint=hint) from error
    if value is None:
        return {}, {}
    if not isinstance(value, dict):
        hint = _TOML_HINT if _TOML_LINE.match(block) else _MAPPING_HINT
        raise FrontMatterError("the front matter is no mapping of keys to values", first_line, hint=hint)
    return value, reader.lines


class _EventReader:
    """A pass over the events of a document."""

    def __init__(self, block: str, first_line: int, limits: Limits) -> None:
        self.lines: dict[str, int] = {}
        self._block = block
        self._first_line = first_line
        self._limits = limits
        self._max_nodes, self._max_chars = limits.nodes, limits.expansion
        self._has_odd_breaks = not block.isascii() and _ODD_BREAKS.search(block) is not None
        self._next: Callable[[], Any] = lambda: None
        self._top_key = ""
        self._nodes = self._chars = 0
        #: The values of anchors, each with its number of nodes and characters.
        self._anchors: dict[str, tuple[Any, int, int]] = {}

    def line(self, mark: Any) -> int:
        """The line of the file that a mark is in."""
        if self._has_odd_breaks:
            return self._first_line + self._block.count("\n", 0, mark.index)
        return self._first_line + int(mark.line)

    def document(self) -> Any:
        """The value of the only document; None where there is none."""
        parser = _Parser(self._block)
        next_event: Callable[[], Any] = parser.get_event
        self._next = next_event
        try:
            self._next()
            if isinstance(self._next(), yaml.StreamEndEvent):
                return None
            value = self._value(self._next(), 0)
            self._next()
            extra = self._next()
            if not isinstance(extra, yaml.StreamEndEvent):
                raise FrontMatterError("the front matter has a second document", self.line(extra.start_mark))
            return value
        finally:
            parser.dispose()

    def _value(self, event: Any, depth: int) -> Any:
        """The value that an event is or begins, within `depth` lists and mappings."""
        kind, nodes, chars = type(event), self._nodes, self._chars
        value: Any = None
        if kind is _AliasEvent:
            if event.anchor not in self._anchors:
                message = f"the front matter has no anchor called {event.anchor[:80]}"
                hint = f'put the value in quotes: "*{event.anchor[:40]}"'
                raise FrontMatterError(message, self.line(event.start_mark), hint=hint)
            value, more_nodes, more_chars = self._anchors[event.anchor]
        else:
            if event.tag is not None and event.tag not in _TAGS:
                message = f"the front matter has the tag {event.tag.replace('tag:yaml.org,2002:', '!!')[:80]}"
                raise FrontMatterError(message, self.line(event.start_mark), hint="take the tag out")
            more_nodes, more_chars = 1, len(event.value) if kind is _ScalarEvent else 0
        self._nodes, self._chars = nodes + more_nodes, chars + more_chars
        if self._nodes > self._max_nodes:
            raise too_many_values(self._limits, self.line(event.start_mark), _ALIASES_COUNT)
        if self._chars > self._max_chars:
            message = f"the values of the front matter have more than {self._max_chars:,} characters"
            raise FrontMatterError(message, self.line(event.start_mark), hint=_ALIASES_COUNT)
        if kind is _ScalarEvent:
            value = event.value
            if value in _NULL and not event.style and event.tag != _STR:
                value = None
        elif kind is not _AliasEvent:
            if depth >= self._limits.depth:
                raise too_deep(self._limits, self.line(event.start_mark))
            if kind is _SequenceStart:
                value = []
                while type(item := self._next()) is not _SequenceEnd:
                    value.append(self._value(item, depth + 1))
            else:
                value = self._mapping(depth + 1)
        if event.anchor and kind is not _AliasEvent:
            self._anchors[event.anchor] = (value, self._nodes - nodes, self._chars - chars)
        return value

    def _mapping(self, depth: int) -> dict[str, Any]:
        mapping: dict[str, Any] = {}
        merged: dict[str, Any] = {}
        lines: dict[str, int] = {}
        while type(event := self._next()) is not _MappingEnd:
            key = self._value(event, depth)
            line = self.line(event.start_mark)
            if not isinstance(key, str):
                # A mapping or a list; most often it is a template that is a value.
                source = self._block.splitlines()[event.start_mark.line]
                pair = _PAIR.match(source)
                is_template = pair is not None and pair[2].startswith("{{")
                what = "a value begins with {{, which YAML takes for a mapping" if is_template else _KEY_NO_TEXT
                raise FrontMatterError(what, line, hint=_quoted(source) if is_template else "put the key in quotes")
            if key in lines:
                raise duplicate_key(key, lines[key], line)
            lines[key] = line
            if depth == 1:
                self._top_key = key
            value = self._value(self._next(), depth)
            if key != "<<":
                mapping[key] = value
                continue
            # YAML 1.1 merge key: of several mappings the first one wins.
            for item in reversed(value if isinstance(value, list) else [value]):
                if not isinstance(item, dict):
                    raise FrontMatterError("the merge key << wants a mapping", line)
                merged.update(item)
        if depth == 1:
            self.lines.update(dict.fromkeys(merged, lines.get("<<", 0)))
            self.lines.update(lines)
        elif depth == 2:
            self.lines.update((f"{self._top_key}.{key}", line) for key, line in lines.items())
        return {**merged, **mapping} if merged else mapping


def comments_in_values(block: str, first_line: int) -> Iterator[tuple[int, str]]:
    """The lines on which a `#` cuts off the end of a plain value, and that end: `C #`, `issue #3`."""
    # Authors of comments write a blank behind the `#`.
    if " #" in block or "\t#" in block:
        for match in _COMMENT.finditer(block):
            yield first_line + block.count("\n", 0, match.start()), match[1]


def _explanation(error: Any, block: str) -> tuple[Any, str, str]:
    """The position of the author's most likely mistake, the reason in plain words, and a hint."""
    problem = str(getattr(error, "problem", None) or error).splitlines()[0]
    mark, context = error.problem_mark, getattr(error, "context_mark", None)
    if "end of stream" in problem and context:
        return context, "a quote is opened and never closed", "close the quote"
    if "or ']'" in problem or "or '}'" in problem:
        return context or mark, "a bracket is opened and never closed", "close the bracket, or put the value in quotes"
    if "expected ':'" in problem and context:
        return context, "a line has no colon", "write key: value, or indent the line if it belongs to the one above"
    lines, column = block.splitlines(), mark.column
    line = lines[mark.line] if mark.line < len(lines) else ""
    above = lines[mark.line - 1] if 0 < mark.line <= len(lines) else ""
    pair, char = _PAIR.match(line), line[column : column + 1]
    last = line[:column].rstrip()[-1:]
    if "\t" in (char, line[:1]):
        return mark, "a tab where YAML takes spaces only", "use spaces instead of the tab"
    if "start any token" in problem:
        return mark, f"a value begins with {char}", _quoted(line)
    if "mapping values" in problem and _NO_BLANK_AFTER_COLON.match(above):
        return mark, "the line above has no space after its colon", "put a space after the colon of the line above"
    # A colon of the value, not of a key that is indented wrongly.
    if "mapping values" in problem and pair and pair.start(2) <= column:
        return mark, "the value has a colon followed by a space", _quoted(line)
    if "sequence entries" in problem:
        return mark, "a list begins on the line of its key", "begin the list on the next line, or write it as [a, b]"
    if "escape" in problem:
        return mark, "an unknown escape in double quotes", r"write \\ for a backslash, or use single quotes"
    if "line break" in problem:
        return mark, "text on the line of | or >", "begin the text on the line below | or >"
    is_outside = "expected key" in problem or "<block end>" in problem
    if "mapping values" in problem or (is_outside and not last):
        return mark, "the line is not indented as its neighbours are", _INDENT
    if is_outside:
        end = "quote" if last in ("'", '"') else "bracket" if last in ("]", "}") else ""
        return mark, f"text after a closing {end}" if end else problem, _quoted(line)
    return mark, "a value is incomplete" if "node content" in problem else problem, f"{_QUOTE}, or {_INDENT}"


def _quoted(line: str) -> str:
    """The hint to put a value in quotes, with the line as it should be where it is short."""
    pair = _PAIR.match(line)
    if pair and pair[2].startswith("'"):
        return "write '' for a quote inside of single quotes, or put the value in double quotes"
    if pair is None or len(line) > _MAX_HINT_CHARS or "'" in pair[2]:
        return _QUOTE
    value = pair[2].rstrip()
    right = f'"{value}"' if '"' not in value and "\\" not in value else f"'{value}'"
    return f"{_QUOTE}: {masked(pair[1])}: {masked(right)}"
