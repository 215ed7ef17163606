"""YAML front matter by parser events: every scalar keeps its author's text, every key its line.

Refuses what would crash or mislead: nesting without end (libyaml's composer dies of 25,000 levels), aliases that
multiply, duplicate keys, tags, keys that are no text.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import yaml

from feedkit.articles._yamlhints import explain
from feedkit.articles.unreadable import FrontMatterError as FrontMatterError
from feedkit.articles.unreadable import stands_twice
from feedkit.config.tables import Limits
from feedkit.lazy_regex import later

# libyaml's parser where PyYAML has it: the events are the same, 12 times sooner.
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

# Looked up here, and not for every value of every article.
_ScalarEvent, _AliasEvent, _MappingEnd = yaml.ScalarEvent, yaml.AliasEvent, yaml.MappingEndEvent
_SequenceStart, _SequenceEnd = yaml.SequenceStartEvent, yaml.SequenceEndEvent

# Only in plain scalars, whose style is None, or empty with libyaml.
_NULL = frozenset(["", "~", "null", "Null", "NULL"])

_STR = "tag:yaml.org,2002:str"
# A scalar keeps its text whichever of these it says it is. All others are refused: `!!python/object`, `!!binary`.
_TAGS = frozenset(
    ["!", _STR, *(f"tag:yaml.org,2002:{kind}" for kind in ("bool", "float", "int", "map", "null", "seq", "timestamp"))]
)

# YAML 1.2 §5.1; and what YAML counts as the end of a line where editors do not.
_FORBIDDEN = later("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_ODD_BREAKS = later("[\x85\u2028\u2029]")

_DEFAULTS = Limits()


def load(block: str, first_line: int = 1, limits: Limits = _DEFAULTS) -> tuple[dict[str, Any], dict[str, int]]:
    """The mapping in a YAML block that begins at `first_line` of its file, and the line of each top-level key.

    Values are `str`, `None`, `list` or `dict`; nothing is turned into a number, a bool or a date. An empty block is an
    empty mapping. Raises `FrontMatterError`.
    """
    builder = _Builder(block, first_line, limits)
    try:
        value = builder.document()
    except (yaml.YAMLError, UnicodeEncodeError) as error:
        if forbidden := _FORBIDDEN.search(block):
            line = first_line + block.count("\n", 0, forbidden.start())
            message = f"the front matter has the character U+{ord(forbidden[0]):04X}, which YAML forbids"
            raise FrontMatterError(message, line, hint="delete it") from error
        mark, text, hint = explain(error, block)
        raise FrontMatterError(f"the front matter is not YAML ({text})", builder.line(mark), hint=hint) from error
    if value is None:
        return {}, {}
    if not isinstance(value, dict):
        raise FrontMatterError("the front matter is no mapping of keys to values", first_line, hint=_MAPPING_HINT)
    return value, builder.lines


_MAPPING_HINT = "write key: value lines; a --- that is a rule wants an empty line behind it"


class _Builder:
    """One pass over the events of one document."""

    def __init__(self, block: str, first_line: int, limits: Limits) -> None:
        #: Of `key`, and of `key.inner` where its value is a mapping.
        self.lines: dict[str, int] = {}
        self._top = ""
        self._block = block
        self._next: Callable[[], Any] = lambda: None
        self._first_line = first_line
        self._depth = limits.depth
        self._most_nodes = limits.nodes
        self._most_characters = limits.expansion
        self._odd = block if not block.isascii() and _ODD_BREAKS.search(block) else ""
        self._anchors: dict[str, tuple[Any, int, int]] = {}
        self._nodes = 0
        self._characters = 0

    def line(self, mark: Any) -> int:
        """The line of the file that a mark is in."""
        if self._odd:
            return self._first_line + self._odd.count("\n", 0, mark.index)
        return self._first_line + int(mark.line)

    def document(self) -> Any:
        # Not `yaml.parse`, whose look-ups take a third of the time of short front matter.
        loader = _LOADER(self._block)
        self._next = loader.get_event
        try:
            return self._document()
        finally:
            loader.dispose()

    def _document(self) -> Any:
        self._next()
        if isinstance(self._next(), yaml.StreamEndEvent):
            return None
        value = self._node(self._next(), 0)
        self._next()
        if not isinstance(extra := self._next(), yaml.StreamEndEvent):
            raise FrontMatterError("the front matter has a second document", self.line(extra.start_mark))
        return value

    def _node(self, event: Any, depth: int) -> Any:
        if isinstance(event, _ScalarEvent):
            value = event.value
            self._nodes += 1
            self._characters += len(value)
            if self._nodes > self._most_nodes or self._characters > self._most_characters:
                self._count(event, 0, 0)
            if event.tag is None and event.anchor is None:
                return None if value in _NULL and not event.style else value
        elif isinstance(event, _AliasEvent):
            return self._alias(event)
        else:
            self._count(event, 1, 0)
        return self._anchored(event, depth)

    def _anchored(self, event: Any, depth: int) -> Any:
        if event.tag is not None and event.tag not in _TAGS:
            tag = event.tag.replace("tag:yaml.org,2002:", "!!")
            message = f"the front matter has the tag {tag[:80]}"
            raise FrontMatterError(message, self.line(event.start_mark), hint="take the tag out")
        nodes, characters = self._nodes, self._characters
        value = self._value(event, depth)
        if event.anchor:
            own = len(event.value) if isinstance(event, _ScalarEvent) else 0
            self._anchors[event.anchor] = (value, self._nodes - nodes + 1, self._characters - characters + own)
        return value

    def _value(self, event: Any, depth: int) -> Any:
        if isinstance(event, _ScalarEvent):
            return None if event.tag != _STR and not event.style and event.value in _NULL else event.value
        if depth >= self._depth:
            message = f"the front matter is nested more than {self._depth} levels deep"
            raise FrontMatterError(message, self.line(event.start_mark))
        if isinstance(event, _SequenceStart):
            return self._sequence(depth)
        return self._mapping(depth)

    def _sequence(self, depth: int) -> list[Any]:
        items = []
        while not isinstance(event := self._next(), _SequenceEnd):
            items.append(self._node(event, depth + 1))
        return items

    def _mapping(self, depth: int) -> dict[str, Any]:
        mapping: dict[str, Any] = {}
        merged: dict[str, Any] = {}
        lines: dict[str, int] = {}
        while not isinstance(event := self._next(), _MappingEnd):
            key, line = self._key(event, depth, lines)
            if depth == 0:
                self._top = key
            value = self._node(self._next(), depth + 1)
            if key == "<<":
                merged.update(_mergeable(value, line))
            else:
                mapping[key] = value
        if depth == 0:
            self.lines.update(dict.fromkeys(merged, lines.get("<<", 0)))
            self.lines.update(lines)
        elif depth == 1:
            self.lines.update((f"{self._top}.{key}", line) for key, line in lines.items())
        return {**merged, **mapping} if merged else mapping

    def _key(self, event: Any, depth: int, lines: dict[str, int]) -> tuple[str, int]:
        key = self._node(event, depth + 1)
        line = self.line(event.start_mark)
        if not isinstance(key, str):
            raise FrontMatterError("the front matter has a key that is no text", line, hint="put the key in quotes")
        if key in lines:
            raise stands_twice(key, lines[key], line)
        lines[key] = line
        return key, line

    def _alias(self, event: Any) -> Any:
        if event.anchor not in self._anchors:
            message = f"the front matter has no anchor called {event.anchor[:80]}"
            hint = f'put the value in quotes: "*{event.anchor[:40]}"'
            raise FrontMatterError(message, self.line(event.start_mark), hint=hint)
        value, nodes, characters = self._anchors[event.anchor]
        self._count(event, nodes, characters)
        return value

    def _count(self, event: Any, nodes: int, characters: int) -> None:
        self._nodes += nodes
        self._characters += characters
        if self._nodes <= self._most_nodes and self._characters <= self._most_characters:
            return
        message = f"the values of the front matter have more than {self._most_characters:,} characters"
        if self._nodes > self._most_nodes:
            message = f"the front matter has more than {self._most_nodes:,} values"
        raise FrontMatterError(message, self.line(event.start_mark), hint="aliases count as often as they are used")


def _mergeable(value: Any, line: int) -> dict[str, Any]:
    # YAML 1.1 merge key: of several mappings the first one wins.
    found: dict[str, Any] = {}
    for item in reversed(value if isinstance(value, list) else [value]):
        if not isinstance(item, dict):
            raise FrontMatterError("the merge key << wants a mapping", line)
        found.update(item)
    return found
