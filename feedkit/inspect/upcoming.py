"""When to build again: the instant at which an article falls due or expires. Nothing is written."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from msgspec import to_builtins

from feedkit.config.site import Site
from feedkit.dates import rfc3339
from feedkit.errors import OnProblem, Problem, has_no_error
from feedkit.pipeline.prepared import Content, Problems, check_content, prepared
from feedkit.value import Value


class Upcoming(Value, frozen=True, kw_only=True):
    """The result of `upcoming`."""

    #: The instant at which a scheduled or expiring article next changes the output; None where none does.
    next_change: datetime | None
    #: What was found wrong: an article that cannot be read may be one that falls due.
    problems: tuple[Problem, ...] = ()

    @property
    def ok(self) -> bool:
        """Whether there is no error among the problems."""
        return has_no_error(self.problems)

    def to_json(self) -> dict[str, Any]:
        """What `feedkit next --json` prints."""
        return {
            "next_change": self.next_change and rfc3339(self.next_change),
            "problems": to_builtins(self.problems),
        }


def upcoming(site: Site, content: Content, *, on_problem: OnProblem | None = None) -> Upcoming:
    """When the output next changes by itself, as of `site.as_of`, else SOURCE_DATE_EPOCH, else now.

    Takes the content that `build` takes. Raises `SettingsError` for content that is not there.
    """
    check_content(content)
    problems = Problems(on_problem)
    ready = prepared(site, content, problems)
    return Upcoming(next_change=ready.publication.next_change, problems=tuple(problems.found))
