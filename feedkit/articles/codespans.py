"""Where code stands in Markdown, as the Markdown parser itself sees it: spans, blocks, and `<pre>` or `<code>` in HTML.

Refuses to parse Markdown by patterns of its own.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator

import pyromark

Range = tuple[int, int]

_TAGS = ("<pre", "<code", "<PRE", "<CODE")


class Code:
    """The code in one text; asks for a position are answered without another look at the text."""

    def __init__(self, text: str, markdown: pyromark.Markdown) -> None:
        found = [*_parsed(text, markdown), *_in_html(text)] if _may_be_in(text) else []
        self._ranges = _joined(sorted(found))
        self._starts = [start for start, _ in self._ranges]

    def __contains__(self, position: int) -> bool:
        index = bisect_right(self._starts, position) - 1
        return index >= 0 and position < self._ranges[index][1]


def _may_be_in(text: str) -> bool:
    """Whether a text has any sign of code. A single character is looked for many times sooner than several."""
    if "`" in text or "\t" in text or ("~" in text and "~~~" in text) or "    " in text:
        return True
    return "<" in text and any(tag in text for tag in _TAGS)


def _parsed(text: str, markdown: pyromark.Markdown) -> list[Range]:
    spans = [
        (span["start"], span["end"])
        for event, span in markdown.events_with_range(text)
        if isinstance(event, dict) and ("Code" in event or _opens_block(event.get("Start")))
    ]
    if text.isascii():
        return spans
    offsets = _characters(text.encode(), sorted({offset for span in spans for offset in span}))
    return [(offsets[start], offsets[end]) for start, end in spans]


def _opens_block(start: object) -> bool:
    return isinstance(start, dict) and "CodeBlock" in start


def _characters(data: bytes, offsets: Iterable[int]) -> dict[int, int]:
    """Offsets in bytes, in rising order, as offsets in characters."""
    found: dict[int, int] = {}
    position = count = 0
    for offset in offsets:
        count += len(data[position:offset].decode(errors="ignore"))
        position = offset
        found[offset] = count
    return found


def _in_html(text: str) -> Iterator[Range]:
    lower = text.lower() if text.isascii() else text
    for name in ("pre", "code"):
        start = lower.find(f"<{name}")
        while start >= 0 and (end := lower.find(f"</{name}", start)) >= 0:
            yield start, end
            start = lower.find(f"<{name}", end)


def _joined(ranges: list[Range]) -> list[Range]:
    joined: list[Range] = []
    for start, end in ranges:
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined
