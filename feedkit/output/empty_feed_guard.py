"""Feeds that had entries and would have none: a wrong folder in a build script looks just like an empty site.

Refuses to ask whether entries are gone for good: that a term is gone takes its own feed only, and is no accident.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from feedkit.errors import Problem
from feedkit.output.manifest import Written


def emptied_feeds(
    known: Mapping[str, Written], wanted: Mapping[str, Written], so: str = "nothing was written"
) -> Iterator[tuple[str, Problem]]:
    """Each feed, by its path, that a run would empty, with the Problem (FK505), which says what follows.

    That is one which is still wanted and has no entry left; and, where no feed at all has an entry left, each one that
    had some, whether it is wanted or not.
    """
    all_gone = not any(written.entries for written in wanted.values())
    for path, before in sorted(known.items()):
        if before.entries and (path in wanted or all_gone) and not (path in wanted and wanted[path].entries):
            yield path, _problem(before.entries, so)


def _problem(entries: int, so: str) -> Problem:
    had = f"had {entries:,} {'entry' if entries == 1 else 'entries'}"
    return Problem(
        code="FK505",
        severity="error",
        message=f"{had} and would have none, so {so}",
        hint="look whether the articles are where you think; if this is meant, run with --allow-empty",
    )
