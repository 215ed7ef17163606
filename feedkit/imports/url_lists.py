"""Reads lists of addresses, one in each line, as items of `sitemaps`: plain, with a tab and a date, or JSON objects.

Only `sitemaps` checks whether an address may be listed.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

from feedkit.errors import LineError, OnProblem, Problem, line_reason, raise_or_log, shown

#: The longest line, in characters or bytes: a page with 1,000 pictures has room.
MAX_LINE_CHARS = 4 * 1024 * 1024

#: The item of a line.
UrlItem = str | tuple[str, str] | dict[str, Any]


class UrlLines:
    """The addresses of a list, as `read_urls` returns them, and the number of the last line read, for messages."""

    def __init__(self, lines: Iterable[str | bytes], path: str = "-", on_problem: OnProblem | None = None) -> None:
        #: The number of the line that was read last, from 1.
        self.number = 0
        #: The name of the list.
        self.path = path
        self._lines = lines
        self._on_problem = on_problem or raise_or_log

    def __iter__(self) -> Iterator[UrlItem]:
        """The items of all lines that can be read."""
        for number, line in enumerate(self._lines, start=1):
            self.number = number
            try:
                item = _item(line, first=number == 1)
            except (ValueError, RecursionError) as error:
                reason = line_reason(error) or shown(error)
                if isinstance(error, json.JSONDecodeError):
                    reason = f"it is not JSON ({reason})"
                hint = "write an address, an address and a date with a tab between, or a JSON object with loc"
                message = f"the line is left out: {reason}"
                path = self.path
                problem = Problem(code="FK415", severity="error", path=path, line=number, message=message, hint=hint)
                self._on_problem(problem)
            else:
                if item:
                    yield item


def read_urls(lines: Iterable[str | bytes], *, path: str = "-", on_problem: OnProblem | None = None) -> UrlLines:
    """The addresses of a list, for `sitemaps`. `lines` is any iterable of lines, such as an open file.

    A line is an address, or an address and its `lastmod` with a tab between, or a JSON object with `loc` and perhaps
    `lastmod` and other fields of `Url`. Blank lines and lines that begin with `#` are ignored. With `on_problem`, each
    line that cannot be read is a Problem (FK415) with its number, and the others are read; without it, the first raises
    `ArticleError`.
    """
    return UrlLines(lines, path, on_problem)


def _item(line: str | bytes | UrlItem, *, first: bool) -> UrlItem | None:
    if not isinstance(line, str | bytes):
        # `sitemap.urls` may contain `Url`s and pairs.
        return line
    if len(line) > MAX_LINE_CHARS:
        raise LineError(f"it has more than {MAX_LINE_CHARS:,} characters")
    text = (line.decode("utf-8") if isinstance(line, bytes) else line).strip("\r\n \ufeff" if first else "\r\n ")
    if text.lstrip()[:1] == "#":
        # A comment, since no address begins with it.
        return None
    if text[:1] == "{":
        value: dict[str, Any] = json.loads(text)
        if not isinstance(value.get("loc"), str):
            raise LineError("the object has no loc")
        return value
    if "\t" not in text:
        return text or None
    loc, _, lastmod = text.partition("\t")
    if "\t" in lastmod.strip():
        raise LineError("it has more than two columns")
    return loc.strip(), lastmod.strip()
