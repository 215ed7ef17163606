"""What became of old feeds when their ids were taken over, as frozen values to print or to send as JSON.

Refuses to hold an article or a feed.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from feedkit.dates import rfc3339
from feedkit.errors import Problem
from feedkit.output.report import as_objects, has_no_error
from feedkit.records import asdict
from feedkit.value import Value


class Adopted(Value, frozen=True, kw_only=True):
    """An entry of an old feed that is an article."""

    #: The file of the feed.
    feed: str
    #: The id that the feed gives it.
    id: str
    #: The file of the article, or its address where it came from no file.
    article: str
    #: The article's present address.
    url: str
    #: What told: `address`, `title and date`.
    by: str


class Orphan(Value, frozen=True, kw_only=True):
    """An entry of an old feed without an article, or an article without an entry."""

    #: The file of the feed, or of the article.
    source: str
    #: Its address.
    url: str
    #: Its title.
    title: str
    #: When it was published, where that is known.
    published: datetime | None
    #: The id that the feed gives it; empty for an article.
    id: str = ""


class AdoptReport(Value, frozen=True, kw_only=True):
    """The result of `adopt`."""

    #: What matched, in the order of the feeds.
    matched: tuple[Adopted, ...]
    #: Entries of the feeds without an article that is certain.
    unmatched: tuple[Orphan, ...]
    #: Published articles without an entry, from the time that the feeds cover.
    articles: tuple[Orphan, ...]
    #: How many published articles without an entry are older or newer than all that the feeds have.
    outside: int
    #: Whether the ledger changed on disk.
    written: bool
    #: What was found wrong.
    problems: tuple[Problem, ...]

    @property
    def ok(self) -> bool:
        """Whether every entry has its article, every article of that time its entry, and nothing is wrong."""
        return not (self.unmatched or self.articles) and has_no_error(self.problems)

    def to_json(self) -> dict[str, Any]:
        """The report as `feedkit adopt --json` prints it."""
        found = {**asdict(self), "problems": as_objects(self.problems)}
        for name in ("unmatched", "articles"):
            found[name] = [
                {**item, "published": item["published"] and rfc3339(item["published"])} for item in found[name]
            ]
        return found
