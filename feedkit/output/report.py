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
    """How many articles became what."""

    #: All.
    read: int = 0
    #: In feeds and the sitemap, if they have room for them.
    published: int = 0
    #: Unfinished.
    drafts: int = 0
    #: To come.
    future: int = 0
    #: Past their time.
    expired: int = 0
    #: Pages without a date, which are in the sitemap only; they are none of the others.
    pages: int = 0
    #: Left out because of an error.
    skipped: int = 0
    #: Hidden: with no page at all.
    nowhere: int = 0
    #: Hidden: with a page that nothing lists.
    unlisted: int = 0
    #: In the sitemap, and in no feed.
    not_in_feeds: int = 0


class DocumentCounts(Value, frozen=True, kw_only=True):
    """How many documents became what on disk."""

    #: New or with other bytes than before.
    written: int = 0
    #: Already there, byte for byte; not touched.
    unchanged: int = 0
    #: Ours from an earlier build, and no longer wanted.
    removed: int = 0


#: What a report counts.
Counts = ArticleCounts | DocumentCounts


class Report(Value, frozen=True, kw_only=True):
    """The result of `publish` and of `build`."""

    #: The articles.
    articles: ArticleCounts = ArticleCounts()
    #: How many feeds there are: the whole site's and one a term, each in every format.
    feeds: int = 0
    #: The same in each of their formats.
    feed_list: tuple[FeedInfo, ...] = ()
    #: The documents.
    documents: DocumentCounts = DocumentCounts()
    #: The paths of the documents that were written, in the order in which they were made.
    written: tuple[str, ...] = ()
    #: The addresses of the articles whose entry is new or changed in a document that was written.
    changed_urls: tuple[str, ...] = ()
    #: The addresses of the feed documents that were written.
    changed_feeds: tuple[str, ...] = ()
    #: What is wrong, in the order in which it was reported.
    problems: tuple[Problem, ...] = ()
    #: The instant at which a scheduled or expiring article next changes the output.
    next_change: datetime | None = None

    @property
    def ok(self) -> bool:
        """Whether there is no error among the problems."""
        return has_no_error(self.problems)

    def settled(self) -> Report:
        """What the same build reports when it is done again: that there was nothing to write."""
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
