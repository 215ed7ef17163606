"""The report of a build, as a value and as JSON; and which articles and feeds the build changes.

An entry is new or changed if the old document does not contain its bytes.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Iterator
from contextlib import suppress
from datetime import datetime
from html import escape
from typing import Any

from msgspec import to_builtins
from msgspec.structs import replace

from feedkit.config.site import Site
from feedkit.dates import rfc3339
from feedkit.errors import Problem, has_no_error
from feedkit.formats.compression import expanded
from feedkit.lazy_regex import lazy_regex
from feedkit.model import Document, Entry
from feedkit.site.feed_list import FeedInfo, link_tags
from feedkit.value import Value, revised

_PAGE = lazy_regex(rb"<url>.*?</url>", re.DOTALL)
_LOC = lazy_regex(rb"<loc>([^<]*)</loc>")
# An entry is first looked for by so many of its bytes: they nearly always have its title, its address or its date.
_PREFIX_BYTES = 128


class ArticleCounts(Value, frozen=True, kw_only=True):
    """How many articles of each kind there are."""

    read: int = 0  #: All articles.
    published: int = 0  #: In the sitemap, and in feeds that have room for them.
    drafts: int = 0  #: Unfinished.
    future: int = 0  #: Scheduled for later.
    expired: int = 0  #: Their `expires` has passed.
    pages: int = 0  #: Pages without a date, in the sitemap only; the other counts do not include them.
    skipped: int = 0  #: Not published because of an error.
    nowhere: int = 0  #: Hidden, without a page.
    unlisted: int = 0  #: Hidden, with a page that nothing lists.
    not_in_feeds: int = 0  #: In the sitemap, and in no feed.


class DocumentCounts(Value, frozen=True, kw_only=True):
    """How many documents were written, and how many were not."""

    written: int = 0  #: New, or with other bytes than before.
    unchanged: int = 0  #: With the same bytes as before; not touched.
    removed: int = 0  #: Written by an earlier build, and no longer needed.


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
        """The report that the same build has when it runs again and has nothing to write."""
        counts = DocumentCounts(unchanged=self.documents.written + self.documents.unchanged)
        # A process that died is no problem of the site.
        problems = tuple(problem for problem in self.problems if problem.code != "FK506")
        return replace(self, documents=counts, written=(), changed_urls=(), changed_feeds=(), problems=problems)

    def to_json(self) -> dict[str, Any]:
        """The report as `feedkit build --json` prints it."""
        values: dict[str, Any] = to_builtins(self, builtin_types=(datetime,))
        # The number of paths is in `documents`; a large sitemap has too many to print.
        del values["written"]
        del values["feed_list"]
        tags = link_tags(self.feed_list).splitlines()
        feeds = [info.to_json() | {"link_tag": tag} for info, tag in zip(self.feed_list, tags, strict=True)]
        return values | {"next_change": self.next_change and rfc3339(self.next_change), "feed_list": feeds}


class ChangedUrls:
    """Collects the addresses that a build changes; `note` is called with each document before it is written."""

    def __init__(self, site: Site) -> None:
        self._site = site
        # The addresses of new and changed entries, by the paths of feeds; and of such pages, by the paths of sitemaps.
        self._entries: dict[str, set[str]] = {}
        self._pages: dict[str, set[bytes]] = {}
        self._old_pages: set[bytes] = set()

    def note(self, document: Document, old: bytes) -> None:
        """Compare a document with the old bytes, which are empty if it is new."""
        if document.items is not None:
            fragments = [bytes(document.pieces[place]) for place in document.fragments] if old else []
            unchanged = {url for url, is_old in zip(document.entries, _are_in(fragments, old), strict=False) if is_old}
            self._entries[document.path] = {*document.entries} - unchanged
        elif document.path.removesuffix(".gz").endswith(".xml") and not document.coding:
            self._pages[document.path] = _pages(document)
            self._old_pages |= _pages(revised(document, pieces=(old,)))

    def feeds(self, written: Iterable[str]) -> tuple[str, ...]:
        """The addresses of the feed documents that were written."""
        return tuple(self._site.url(path) for path in written if path in self._entries)

    def urls(self, written: Container[str], entries: Iterable[Entry]) -> tuple[str, ...]:
        """The addresses of the articles whose entry is new or changed in a document that was written.

        They are in the order of the entries. The pages of terms, the home page and other pages are not among them.
        """
        changed = {url for path, urls in self._entries.items() if path in written for url in urls}
        pages = {page for path, pages in self._pages.items() if path in written for page in pages} - self._old_pages
        # Only a page's own address is in a `loc` element: pictures and videos have elements with other names.
        listed = set(_LOC.findall(b"".join(pages)))
        return tuple(
            entry.url for entry in entries if entry.url in changed or (listed and escape(entry.url).encode() in listed)
        )


def _are_in(fragments: Iterable[bytes], data: bytes) -> Iterator[bool]:
    """Whether the bytes of a feed that feedkit wrote contain each entry.

    An entry cannot be a part of another one: JSON has each in a line of its own, and an XML text has no tags. Most
    entries are found at once: after the one before.
    """
    end = 0
    for fragment in fragments:
        begin = data.find(fragment[:_PREFIX_BYTES], end)
        if begin < 0 or not data.startswith(fragment, begin):
            begin = data.find(fragment)
        end = begin + len(fragment) if begin >= 0 else end
        yield begin >= 0


def _pages(document: Document) -> set[bytes]:
    """The pages of a sitemap; none if it cannot be unpacked, so that all count as changed."""
    with suppress(ValueError):
        return set(_PAGE.findall(b"".join(expanded(document))))
    return set()
