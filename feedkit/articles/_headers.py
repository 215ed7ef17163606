"""Headers without fences, as Pelican and MultiMarkdown write them: `Title: …`, up to the first blank line.

Refuses to take text for headers: only lines among which is a `Title` or a `Date` are, and then all of them must be.
"""

from __future__ import annotations

import re
from typing import Any

from feedkit.articles.unreadable import FrontMatterError, stands_twice
from feedkit.lazy_regex import later

# A word or a few; `https://…` is no key.
_HEADER = later(r"([^\W\d_][\w.-]*(?: [\w.-]+){0,3})[ \t]*:(?!//)[ \t]*(.*)")
_NEEDED = frozenset(["title", "date"])
_BLANK = later(r"^[ \t]*$", re.MULTILINE)


def find(text: str, start: int) -> str | None:
    """The block of headers that begins at `start`; None where there are none."""
    if not _HEADER.match(text, start):
        return None
    blank = _BLANK.search(text, start)
    block = text[start : blank.start() if blank else len(text)]
    keys = {match[1].casefold() for line in block.split("\n") if (match := _HEADER.match(line))}
    return block if keys & _NEEDED else None


def load(block: str, line: int) -> tuple[dict[str, Any], dict[str, int]]:
    """The headers of a block that begins at `line` of its file, and the line of each. Raises `FrontMatterError`."""
    texts: dict[str, list[str]] = {}
    lines: dict[str, int] = {}
    key = ""
    for number, text in enumerate(block.removesuffix("\n").split("\n"), line):
        if text[:1] in (" ", "\t"):
            texts[key].append(text.strip())
            continue
        match = _HEADER.match(text)
        if match is None:
            hint = "put an empty line behind the headers, or indent the line if it belongs to the one above"
            raise FrontMatterError("a line among the headers has no key", number, hint=hint)
        key = match[1]
        if key in lines:
            raise stands_twice(key, lines[key], number)
        lines[key], texts[key] = number, [match[2].strip()]
    return {key: " ".join(filter(None, parts)) or None for key, parts in texts.items()}, lines
