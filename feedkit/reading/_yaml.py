"""YAML front matter by parser events: every scalar keeps its author's text, every key its line.

Refuses what would crash or mislead: nesting over 64 levels (libyaml's composer dies of 25,000), more than 100,000
nodes (aliases counted as often as they are used), duplicate keys, tags, keys that are no text.
"""

from __future__ import annotations

from typing import Any

import yaml

MAX_DEPTH = 64
MAX_NODES = 100_000

# libyaml's parser where PyYAML has it: the events are the same, 12 times sooner.
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

_NULL = frozenset(["", "~", "null", "Null", "NULL"])


class FrontMatterError(Exception):
    """Front matter that cannot be read; `line` counts from 1 within the block."""

    def __init__(self, message: str, line: int | None = None, *, hint: str = "", key: str = "") -> None:
        super().__init__(message)
        self.line = line
        self.hint = hint
        self.key = key


def load(block: str) -> tuple[dict[str, Any], dict[str, int]]:
    """The mapping in a YAML block, and the line of each of its top-level keys, counted from 1.

    Values are `str`, `None`, `list` or `dict`; nothing is turned into a number, a bool or a date. An empty block is an
    empty mapping. Raises `FrontMatterError`.
    """
    builder = _Builder(block)
    try:
        value = builder.document()
    except yaml.YAMLError as error:
        raise _syntax_error(error) from error
    if value is None:
        return {}, {}
    if not isinstance(value, dict):
        raise FrontMatterError("the front matter is no mapping of keys to values", 1, hint="write key: value lines")
    return value, builder.lines


def _syntax_error(error: yaml.YAMLError) -> FrontMatterError:
    mark = getattr(error, "problem_mark", None)
    text = getattr(error, "problem", None) or str(error).splitlines()[0]
    hint = "quote the value, or indent it as its neighbours are"
    if "\\t" in text or "'\t'" in text:
        hint = "use blanks where the tab stands"
    return FrontMatterError(f"the front matter is not YAML ({text})", mark.line + 1 if mark else None, hint=hint)


class _Builder:
    """One pass over the events of one document."""

    def __init__(self, block: str) -> None:
        self.lines: dict[str, int] = {}
        self._events = yaml.parse(block, Loader=_LOADER)
        self._anchors: dict[str, tuple[Any, int]] = {}
        self._nodes = 0

    def document(self) -> Any:
        next(self._events)
        if isinstance(next(self._events), yaml.StreamEndEvent):
            return None
        value = self._node(next(self._events), 0)
        next(self._events)
        if not isinstance(extra := next(self._events), yaml.StreamEndEvent):
            raise FrontMatterError("the front matter has a second document", _line(extra))
        return value

    def _node(self, event: Any, depth: int) -> Any:
        self._count(event, 1)
        if depth > MAX_DEPTH:
            raise FrontMatterError(f"the front matter is nested more than {MAX_DEPTH} levels deep", _line(event))
        if isinstance(event, yaml.AliasEvent):
            return self._alias(event)
        if event.tag is not None and not event.tag.startswith("tag:yaml.org,2002:"):
            raise FrontMatterError(f"the front matter has the tag {event.tag}", _line(event), hint="take the tag out")
        before = self._nodes
        value = self._value(event, depth)
        if event.anchor:
            self._anchors[event.anchor] = (value, self._nodes - before + 1)
        return value

    def _value(self, event: Any, depth: int) -> Any:
        if isinstance(event, yaml.ScalarEvent):
            return None if event.style is None and event.value in _NULL else event.value
        if isinstance(event, yaml.SequenceStartEvent):
            return self._sequence(depth)
        return self._mapping(depth)

    def _sequence(self, depth: int) -> list[Any]:
        items = []
        while not isinstance(event := next(self._events), yaml.SequenceEndEvent):
            items.append(self._node(event, depth + 1))
        return items

    def _mapping(self, depth: int) -> dict[str, Any]:
        mapping: dict[str, Any] = {}
        merged: dict[str, Any] = {}
        lines: dict[str, int] = {}
        while not isinstance(event := next(self._events), yaml.MappingEndEvent):
            key = self._node(event, depth + 1)
            line = _line(event)
            if not isinstance(key, str):
                raise FrontMatterError("the front matter has a key that is no text", line)
            if key in lines:
                message = f"the key stands twice, on lines {lines[key]} and {line} of the front matter"
                raise FrontMatterError(message, line, hint="keep one of them", key=key)
            lines[key] = line
            value = self._node(next(self._events), depth + 1)
            if key == "<<":
                merged.update(_mergeable(value, line))
            else:
                mapping[key] = value
        if depth == 0:
            self.lines = lines
        return {**merged, **mapping}

    def _alias(self, event: Any) -> Any:
        if event.anchor not in self._anchors:
            raise FrontMatterError(f"the front matter has no anchor called {event.anchor}", _line(event))
        value, nodes = self._anchors[event.anchor]
        self._count(event, nodes)
        return value

    def _count(self, event: Any, nodes: int) -> None:
        self._nodes += nodes
        if self._nodes > MAX_NODES:
            raise FrontMatterError(f"the front matter has more than {MAX_NODES:,} values", _line(event))


def _mergeable(value: Any, line: int) -> dict[str, Any]:
    # YAML 1.1 merge key: of several mappings the first one wins.
    found: dict[str, Any] = {}
    for item in reversed(value if isinstance(value, list) else [value]):
        if not isinstance(item, dict):
            raise FrontMatterError("the merge key << wants a mapping", line)
        found.update(item)
    return found


def _line(event: Any) -> int:
    return int(event.start_mark.line) + 1
