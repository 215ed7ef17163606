"""Feeds that had entries and would have none: a wrong folder in a build script looks just like an empty site.

Whether entries are gone for good is not asked: that a term is gone takes its own feed only, and is no accident.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from feedkit.errors import Problem
from feedkit.output.manifest import Written
from feedkit.text import count


def emptied_feeds(
    before: Mapping[str, Written], after: Mapping[str, Written], consequence: str = "nothing was written"
) -> Iterator[tuple[str, Problem]]:
    """Each feed, by its path, that a run would empty, with the Problem (FK505), which says what follows.

    That is one which is still wanted and has no entry any more; and, where no feed at all has an entry any more, each
    one that had some, whether it is wanted or not.
    """
    all_gone = not any(written.entries for written in after.values())
    for path, (_, entries, _) in sorted(before.items()):
        if entries and (path in after or all_gone) and not (path in after and after[path].entries):
            message = f"had {count(entries, 'entry')} and would have none, so {consequence}"
            hint = "check that this is the right content folder; if the feed is to be empty, run with --allow-empty"
            yield path, Problem(code="FK505", severity="error", message=message, hint=hint)
