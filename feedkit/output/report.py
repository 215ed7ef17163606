"""What a build did, as a value to print or to send as JSON."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from msgspec import to_builtins
from msgspec.structs import replace

from feedkit.dates import rfc3339
from feedkit.errors import Problem, has_no_error
from feedkit.site.feed_list import FeedInfo, link_tags
from feedkit.value import Value


class ArticleCounts(Value, frozen=True, kw_only=True):
    """How many articles of each kind there are."""

    read: int = 0  #: All.
    published: int = 0  #: In feeds and the sitemap, if they have room for them.
    drafts: int = 0  #: Unfinished.
    future: int = 0  #: Scheduled for later.
    expired: int = 0  #: Past their time.
    pages: int = 0  #: Pages without a date, in the sitemap only; the other counts do not include them.
    skipped: int = 0  #: Not published because of an error.
    nowhere: int = 0  #: Hidden, without a page.
    unlisted: int = 0  #: Hidden, with a page that nothing lists.
    not_in_feeds: int = 0  #: In the sitemap, and in no feed.


class DocumentCounts(Value, frozen=True, kw_only=True):
    """How many documents were written, and how many were not."""

    written: int = 0  #: New, or with other bytes than before.
    unchanged: int = 0  #: With the same bytes as before; not touched.
    removed: int = 0  #: Of an earlier build, and no longer wanted.


#: What a report counts.
Counts = ArticleCounts | DocumentCounts


class Report(Value, frozen=True, kw_only=True):
    """The result of `publish` and of `build`."""

    articles: ArticleCounts = ArticleCounts()  #: The articles.
    feeds: int = 0  #: How many feeds there are: the site's and one for each term, whatever their formats.
    feed_list: tuple[FeedInfo, ...] = ()  #: Each feed in each of its formats.
    documents: DocumentCounts = DocumentCounts()  #: The documents.
    written: tuple[str, ...] = ()  #: The paths of the documents that were written, in their order.
    changed_urls: tuple[str, ...] = ()  #: The addresses of articles that are new or changed in a written document.
    changed_feeds: tuple[str, ...] = ()  #: The addresses of the feeds that were written.
    problems: tuple[Problem, ...] = ()  #: All problems in the order in which they were reported.
    next_change: datetime | None = None  #: When a scheduled or expiring article next changes the output.

    @property
    def ok(self) -> bool:
        """Whether there is no error among the problems."""
        return has_no_error(self.problems)

    def settled(self) -> Report:
        """The report of the same build when it is done again and has nothing to write."""
        counts = DocumentCounts(unchanged=self.documents.written + self.documents.unchanged)
        # That a process died is no finding about the site.
        problems = tuple(problem for problem in self.problems if problem.code != "FK506")
        return replace(self, documents=counts, written=(), changed_urls=(), changed_feeds=(), problems=problems)

    def to_json(self) -> dict[str, Any]:
        """The report as `feedkit build --json` prints it."""
        values: dict[str, Any] = to_builtins(self, builtin_types=(datetime,))
        # Their number is in `documents`; a sitemap of millions has too many to print.
        del values["written"]
        del values["feed_list"]
        tags = link_tags(self.feed_list).splitlines()
        feeds = [info.to_json() | {"link_tag": tag} for info, tag in zip(self.feed_list, tags, strict=True)]
        return values | {"next_change": self.next_change and rfc3339(self.next_change), "feed_list": feeds}
