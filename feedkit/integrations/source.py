"""Shared by the adapters for web frameworks: the documents of entries that the program supplies at each request.

Documents are kept while the entries are the same.
"""

from __future__ import annotations

import logging
import re
from collections.abc import AsyncIterable, AsyncIterator, Awaitable, Callable, Coroutine, Iterable, Iterator, Mapping
from functools import cached_property
from inspect import iscoroutinefunction
from threading import Lock
from typing import Any

import feedkit

#: The entries of a site, or objects that become entries.
Articles = Iterable[Any] | AsyncIterable[Any]
#: Articles, or a function that returns them, perhaps a coroutine function.
Entries = Articles | Callable[[], Articles | Awaitable[Articles]]

#: The path at which the `Accept` header chooses the format of the site's own feed.
NEGOTIATED = "feed"

_LEVELS = {"error": logging.ERROR, "warning": logging.WARNING, "note": logging.INFO}


def log_problem(problem: feedkit.Problem, name: str = "feedkit") -> None:
    """Log a Problem with its hint; no exception, so that a bad article does not prevent the feed of the others."""
    hint = f"; {problem.hint}" if problem.hint else ""
    logging.getLogger(name).log(_LEVELS[problem.severity], "%s%s", problem, hint)


def document_pattern(site: feedkit.Site) -> str:
    """A regular expression of the paths of all documents of a site, for hosts that look for a route by the path."""
    names = site.names
    own = [getattr(names, name) for name in ("page", "style") if name in site.formats]
    feeds = "|".join(map(re.escape, (names.rss, names.atom, names.json)))
    lists = "|".join(map(re.escape, (names.sitemap, names.news, names.opml, *own)))
    parts = r"(?:.+/)?sitemaps/sitemap-\d+\.xml"
    return rf"(?:(?:.+/)?(?:{feeds})|(?:{lists}|{parts})(?:\.(?:gz|br|zst))?|{NEGOTIATED})"


class Source:
    """The documents and links of a site. Several threads may use it at the same time.

    `entries` is read or called at each request, and documents are rendered again only if the entries differ. `version`
    is a function whose value changes whenever an entry does: while it is the same, `entries` is not read. `fields` and
    `only` are those of `to_entries`, for entries that are objects. Raises `ArgumentError` for an argument of a wrong
    type, and for an unknown field.
    """

    def __init__(
        self,
        site: feedkit.Site,
        entries: Entries,
        *,
        fields: Mapping[str, Any] | None = None,
        only: bool = True,
        version: Callable[[], Any] | None = None,
        on_problem: feedkit.OnProblem = log_problem,
    ) -> None:
        if not isinstance(site, feedkit.Site):
            raise feedkit.ArgumentError(f"site must be a feedkit.Site, not {type(site).__name__}")
        if version is not None and not callable(version):
            raise feedkit.ArgumentError(f"version must be a function, not {type(version).__name__}")
        # An iterator can be read only once, but there are many requests.
        entries = tuple(entries) if isinstance(entries, Iterator) else entries
        is_repeatable = callable(entries) or _are_articles(entries, Iterable | AsyncIterable)
        if isinstance(entries, AsyncIterator) or not is_repeatable:
            raise _wrong_entries(entries, "give the function, without calling it")
        self.site = site
        #: Whether `version` is a coroutine function.
        self.awaits_version = iscoroutinefunction(version)
        self._entries = entries
        self._version = version
        self._on_problem = on_problem
        # Every request, and every document, reports the same problems.
        self._reported: set[feedkit.Problem] = set()
        self._options: dict[str, Any] = {"fields": fields, "only": only}
        # So that a wrong argument is an error when the program starts, and not at each request.
        feedkit.to_entries((), site, **self._options, on_problem=on_problem)
        self._edition: Edition | None = None

    def edition(self) -> Edition:
        """The documents as of now. Raises `ArgumentError` for entries that must be awaited."""
        if self.awaits_version:
            raise feedkit.ArgumentError("version must be a plain function here, no coroutine function")
        version = self.call_version()
        if (edition := self.current_edition(version)) is not None:
            return edition
        return self.new_edition(self.call_entries(), version)

    def call_version(self) -> Any:
        """The version of the entries, perhaps an awaitable; None without a `version`."""
        return self._version() if self._version else None

    def call_entries(self) -> Any:
        """The articles, perhaps an awaitable."""
        return self._entries() if callable(self._entries) else self._entries

    def current_edition(self, version: Any) -> Edition | None:
        """The last edition if it is current for a version; None if the entries may have changed."""
        edition = self._edition
        is_current = edition is not None and version is not None and version == edition.version and not edition.is_due()
        return edition if is_current else None

    def new_edition(self, articles: Any, version: Any) -> Edition:
        """The edition of some articles: the last one if it has the same entries, else a new one.

        Raises `ArgumentError` for anything but an iterable, such as a coroutine.
        """
        if isinstance(articles, Coroutine):
            articles.close()
        if not _are_articles(articles, Iterable):
            raise _wrong_entries(articles, "it takes no coroutine, which feedkit.integrations.asgi does")
        problems: list[feedkit.Problem] = []
        entries = tuple(feedkit.to_entries(articles, self.site, **self._options, on_problem=problems.append))
        edition = self._edition
        if edition is None or edition.entries != entries or edition.is_due():
            self._reported.clear()
            edition = Edition(self.site, entries, self._report)
        for problem in problems:
            self._report(problem)
        edition.version = version
        self._edition = edition
        return edition

    def links(self, article: Any = None) -> tuple[feedkit.FeedInfo, ...]:
        """The feeds of the site or, with an entry or an object that becomes one, the feeds of its terms.

        There are none for an object that cannot be published, such as a draft without a date: its page must be shown.
        """
        # Templates of pages without an article pass an undefined value, which is false.
        if not article:
            # The feeds of the site do not depend on the entries.
            return feedkit.feed_links(self.site, ())
        try:
            entry = feedkit.to_entry(article, self.site, **self._options, on_problem=self._report)
        except feedkit.ArticleError as error:
            for problem in error.problems:
                self._report(problem)
            return ()
        return feedkit.feed_links(self.site, self.edition().feeds, entry)

    def _report(self, problem: feedkit.Problem) -> None:
        """Report a Problem once for the same entries."""
        if problem not in self._reported:
            self._on_problem(problem)
            self._reported.add(problem)


def _are_articles(value: object, kind: Any) -> bool:
    return isinstance(value, kind) and not isinstance(value, str | bytes | Mapping)


def _wrong_entries(value: object, hint: str) -> feedkit.ArgumentError:
    """The error for a value that is no iterable of articles, with a hint for one that must be awaited."""
    message = f"entries must be a list of articles, or a function that returns one, not {type(value).__name__}"
    is_awaited = isinstance(value, Awaitable | AsyncIterable)
    return feedkit.ArgumentError(f"{message}; {hint}" if is_awaited else message)


class Edition:
    """The documents of some entries, each rendered at its first request."""

    def __init__(self, site: feedkit.Site, entries: tuple[feedkit.Entry, ...], on_problem: feedkit.OnProblem) -> None:
        self.entries = entries
        #: The last version of these entries.
        self.version: Any = None
        self._site = site
        self._on_problem = on_problem
        self._lock = Lock()
        self._documents: dict[str, feedkit.Document] = {}
        # The documents report the problems of entries.
        self._next_change = feedkit.next_change(site, entries, on_problem=lambda problem: None)
        # The paths of all documents, after the first request for an unknown path, so that further ones are cheap.
        self._paths: set[str] | None = None

    @cached_property
    def feeds(self) -> tuple[feedkit.FeedInfo, ...]:
        """Every feed."""
        return feedkit.feeds(self._site, self.entries, on_problem=self._on_problem)

    def has_rendered(self, path: str) -> bool:
        """Whether the document at a path is rendered already."""
        return path in self._documents

    def is_due(self) -> bool:
        """Whether an entry has fallen due or expired since."""
        change = self._next_change
        return change is not None and change <= feedkit.publication_instant(self._site.as_of)

    def respond(self, path: str, method: str = "GET", headers: Mapping[str, str] | None = None) -> feedkit.Response:
        """The response to a request for a path below the site; at `feed` the `Accept` header chooses the format."""
        # The paths of the site's own feed, by format; they do not depend on the entries.
        links = feedkit.feed_links(self._site, ()) if path == NEGOTIATED else ()
        own = {info.format: info.path for info in links}
        if not own or path in own.values():
            return feedkit.respond(self._document(path), method, headers)
        accept = {name.lower(): value for name, value in (headers or {}).items()}.get("accept", "")
        document = self._document(own[feedkit.negotiate(accept, own)])
        return feedkit.respond(document, method, headers, vary=["Accept"])

    def _document(self, path: str) -> feedkit.Document | None:
        document = self._documents.get(path)
        if document is not None or (self._paths is not None and path not in self._paths):
            return document
        with self._lock:
            if path not in self._documents:
                document = feedkit.document(self._site, self.entries, path, on_problem=self._on_problem)
                if document is None:
                    self._paths = self._all_paths()
                    return None
                self._documents[path] = document
            return self._documents[path]

    def _all_paths(self) -> set[str]:
        paths: set[str] = set()

        def note(path: str) -> bool:
            paths.add(path)
            return False

        # Their problems have been reported.
        list(feedkit.documents(self._site, self.entries, only=note, on_problem=lambda problem: None))
        return paths
