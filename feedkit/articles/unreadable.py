"""Why a source cannot be read: the exceptions of the readers, which `feedkit.articles` makes Problems of."""

from __future__ import annotations


class _SourceError(Exception):
    """Carries the parts of a Problem."""

    def __init__(self, message: str, line: int | None = None, *, hint: str = "", key: str = "") -> None:
        super().__init__(message)
        self.line = line
        self.hint = hint
        self.key = key


class FrontMatterError(_SourceError):
    """Front matter that cannot be read; `line` counts from 1 within the file."""


class UnreadableError(_SourceError):
    """A file that is no readable article; `line` is None where the whole file is meant."""


def stands_twice(key: str, first: int, second: int) -> FrontMatterError:
    """The error of a key that is given two times, with the lines of both in the file."""
    where = f"in line {first}" if first == second else f"in lines {first} and {second}"
    return FrontMatterError(f"the key stands twice, {where}", second, hint="keep one of them", key=key)
