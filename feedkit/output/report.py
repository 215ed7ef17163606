"""What a build did, as a frozen value to print or to send as JSON. Refuses to hold a document or an entry."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from feedkit.dates import rfc3339
from feedkit.errors import Problem
from feedkit.pipeline.file_key import digest
from feedkit.records import asdict, replace
from feedkit.value import Value


def has_no_error(problems: Iterable[Problem]) -> bool:
    """Whether a command may end with exit code 0."""
    return all(problem.severity != "error" for problem in problems)


def as_objects(problems: Iterable[Problem]) -> list[dict[str, Any]]:
    """The problems as `--json` lists them."""
    return [asdict(problem) for problem in problems]


class ArticleCounts(Value, frozen=True, kw_only=True):
    """How many articles became what."""

    #: All that were found.
    read: int = 0
    #: In some output, if a feed or the sitemap has room for them.
    published: int = 0
    #: Unfinished.
    drafts: int = 0
    #: To come.
    future: int = 0
    #: Past their time.
    expired: int = 0
    #: Left out because of an error.
    skipped: int = 0


class DocumentCounts(Value, frozen=True, kw_only=True):
    """How many documents became what on disk."""

    #: New or with other bytes than before.
    written: int = 0
    #: Already there, byte for byte; not touched.
    unchanged: int = 0
    #: Ours from an earlier build, and no longer wanted.
    removed: int = 0


class Report(Value, frozen=True, kw_only=True):
    """The result of `publish` and of `build`."""

    #: The articles.
    articles: ArticleCounts = ArticleCounts()
    #: How many feeds there are: the whole site's and one a term, each in every format.
    feeds: int = 0
    #: The documents.
    documents: DocumentCounts = DocumentCounts()
    #: The paths of the documents that were written, in the order in which they were made.
    written: tuple[str, ...] = ()
    #: The addresses of the articles whose entry is new or changed in a document that was written.
    changed_urls: tuple[str, ...] = ()
    #: The addresses of the feed documents that were written.
    changed_feeds: tuple[str, ...] = ()
    #: What was found wrong, in the order in which it was found.
    problems: tuple[Problem, ...] = ()
    #: The instant at which a scheduled or expiring article next changes the output.
    next_change: datetime | None = None

    @property
    def ok(self) -> bool:
        """Whether there is no error among the problems."""
        return has_no_error(self.problems)

    @property
    def digest(self) -> str:
        """What tells the report from any other."""
        return digest(self).hex()

    def settled(self) -> Report:
        """What the same build reports when it is done again: that there was nothing to write."""
        counts = DocumentCounts(unchanged=self.documents.written + self.documents.unchanged)
        # That a process died is no finding about the site.
        problems = tuple(problem for problem in self.problems if problem.code != "FK506")
        return replace(self, documents=counts, written=(), changed_urls=(), changed_feeds=(), problems=problems)

    def to_json(self) -> dict[str, Any]:
        """The report as `feedkit build --json` prints it."""
        found = {**asdict(self), "next_change": self.next_change and rfc3339(self.next_change)}
        # Their number is in `documents`; a sitemap of millions has too many to print.
        del found["written"]
        return found
