"""Which files are passed over: the setting `exclude` and `.feedkitignore` files, by the rules of `.gitignore`.

The only importer of pathspec. Refuses patterns that git would not take, with the file and the line.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from feedkit.errors import shown
from feedkit.lazy_regex import later
from feedkit.records import dataclass

if TYPE_CHECKING:
    from pathspec import Pattern

#: The file of patterns for a folder and all below it.
FILE_NAME = ".feedkitignore"

_INSIDE = later(r"(?:/\*\*)+(/?)$")
_ANYWHERE = later(r"^(!?)(?:\*\*/)+(?=[^/]+/?$)")


class PatternError(Exception):
    """A pattern that means nothing; `line` counts from 1."""

    def __init__(self, pattern: str, line: int) -> None:
        super().__init__(f"{shown(pattern)} is no pattern")
        self.line = line


@dataclass(frozen=True, slots=True)
class _Rule:
    """One pattern. pathspec asks whether it matches a path or a folder above; git, and this, only about the path."""

    pattern: Pattern
    #: Whether it is about names, in whatever folder: `*.md`.
    bare: bool
    #: Whether it is about everything in a folder, at any depth: `name/**`.
    inside: bool
    #: Whether it is about the folders in a folder: `name/**/`.
    folders: bool

    def matches(self, parts: tuple[str, ...], end: str) -> bool:
        if self.bare:
            return self._finds(parts[-1] + end)
        if not self._finds("/".join(parts) + end):
            return False
        if self.inside:
            return bool(end) or not self.folders
        return len(parts) == 1 or not self._finds("/".join(parts[:-1]) + "/")

    def _finds(self, path: str) -> bool:
        return self.pattern.match_file(path) is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """The patterns that count in one folder: those of the folders above, then its own."""

    #: The number of segments above the folder that rules belong to, and the rules, the last one first; the nearest
    #: folder first.
    levels: tuple[tuple[int, tuple[_Rule, ...]], ...] = ()

    def plus(self, lines: Sequence[str], depth: int) -> Rules:
        """These rules and those of a folder that is `depth` folders deep. Raises `PatternError`."""
        return Rules(levels=((depth, tuple(_rules(lines))[::-1]), *self.levels))

    def pass_over(self, parts: tuple[str, ...], *, folder: bool) -> bool:
        """Whether what stands at a path is passed over: the last pattern that matches decides, the nearest file first.

        What is in a folder that is passed over cannot be had back: nobody looks there.
        """
        for depth, rules in self.levels:
            for rule in rules:
                if rule.matches(parts[depth:], "/" if folder else ""):
                    return bool(rule.pattern.include)
        return False


def _rules(lines: Iterable[str]) -> Iterator[_Rule]:
    # Imported here: most sites have no patterns.
    from pathspec import GitIgnoreSpec

    for number, line in enumerate(lines, 1):
        text = line if line.endswith("\\ ") else line.rstrip()
        inside = _INSIDE.search(text)
        text = _INSIDE.sub(r"/*\1", _ANYWHERE.sub(r"\1", text))
        try:
            patterns: list[Any] = list(GitIgnoreSpec.from_lines([text]).patterns)
        except (ValueError, re.error) as error:
            raise PatternError(line, number) from error
        bare = inside is None and "/" not in text.removesuffix("/")
        for pattern in patterns:
            if pattern.include is not None:
                yield _Rule(pattern, bare, inside is not None, bool(inside and inside[1]))
