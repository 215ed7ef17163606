"""A site as it would be, in memory: its page of feeds, its documents, and each article as a feed reader shows it.

Opens no connection and writes nothing: a server passes a request in and sends the answer.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from threading import Lock

from msgspec.structs import replace

from feedkit.clock import publication_instant
from feedkit.config.site import Site
from feedkit.errors import DocumentError, Problem, has_no_error
from feedkit.formats.html_document import MEDIA_TYPE as HTML_TYPE
from feedkit.formats.html_document import element
from feedkit.inspect import preview_pages as pages
from feedkit.inspect.preview_pages import ARTICLE, ArticlePreview, PageContext
from feedkit.model import Document
from feedkit.pipeline.build import Draft
from feedkit.site import FEED_FORMATS, Publication, state
from feedkit.site.assembly import addressed
from feedkit.site.feed_page import FeedsPage, style_of
from feedkit.site.serving import Response, respond
from feedkit.urls import path_url

#: Below it is what belongs to the preview, and no path of a document.
OWN = "-/"


class Preview:
    """A site at one moment, rendered on request. Several threads may use it at the same time; `close` it at the end."""

    def __init__(self, site: Site, content: str | Path, *, cache: Path | None = None) -> None:
        """Reads all articles that have changed since the `cache` was written. Bad articles are problems.

        Raises `SettingsError` for invalid settings, and for missing content.
        """
        self._style = style_of(site)
        self._draft = Draft(site, content, cache=cache)
        #: What is published.
        self.publication: Publication = self._draft.prepared.publication
        #: The settings, with what a ledger adds to them.
        self.site = self.publication.site
        self._entries = self._draft.prepared.entries
        for problem in self._draft.plan.problems:
            self._draft.report(problem)
        self._lock = Lock()
        self._documents: dict[str, Document] = {}
        self._requested: set[str] = set()

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What there is to report so far."""
        return tuple(self._draft.problems.reported)

    def close(self) -> None:
        """Let go of the documents."""
        with self._lock:
            self._draft.close()

    @cached_property
    def articles(self) -> tuple[ArticlePreview, ...]:
        """Every article, published or not, newest first; then the files that could not be read."""
        by_path = defaultdict[str, list[Problem]](list)
        for problem in self.problems:
            by_path[problem.path].append(problem)
        feeds = defaultdict[tuple[str, str], list[str]](list)
        for selection in self.publication.selections:
            for entry in selection.entries:
                feeds[entry.source, entry.url].append(selection.title)
        listed = {(entry.source, entry.url) for entry in self.publication.entries}
        articles = []
        for entry in sorted(self._entries, key=lambda entry: (-entry.published.timestamp(), entry.url)):
            source, name = entry.source, (entry.source, entry.url)
            state_: str = state(entry, self.site, self.publication.now)
            if state_ in ("published", "not in feeds") and name not in listed:
                # Another article has its address or id.
                state_ = "left out"
            problems = tuple(by_path.pop(source, ()))
            articles.append(
                ArticlePreview(source=source, entry=entry, state=state_, problems=problems, feeds=tuple(feeds[name]))
            )
        for path, of_file in by_path.items():
            # A problem of the content folder itself is no article.
            if path and not has_no_error(of_file) and not Path(path).is_dir():
                articles.append(ArticlePreview(source=path, entry=None, state="refused", problems=tuple(of_file)))
        return tuple(articles)

    def is_due(self) -> bool:
        """Whether it has changed since, because an article fell due or expired."""
        change = self.publication.next_change
        return change is not None and change <= publication_instant(self.site.as_of)

    def respond(
        self, path: str, method: str, headers: Mapping[str, str], *, root: str, version: str, failure: str = ""
    ) -> Response:
        """The answer to a request for a path below the server at `root`, such as `http://127.0.0.1:8000/`.

        `version` changes with every build, and pages reload when it does; `failure` says why the newest files could not
        be read.
        """
        context = PageContext(site=self.site, articles=self.articles, root=root, version=version, failure=failure)
        more = {
            "X-Content-Type-Options": "nosniff",
            "Referrer-Policy": "no-referrer",
            "Cross-Origin-Resource-Policy": "same-origin",
        }
        document = None
        if data := self._page(path, context):
            document = Document(path=path, media_type=HTML_TYPE, pieces=(data,))
            more["Cache-Control"] = "no-store"
        elif not path.startswith(OWN):
            document = self._document(path)
        if document is None and (document := pages.local_picture(path, self.site, self._entries)):
            # The frame of an article, which shows pictures, has an origin of its own.
            more["Cross-Origin-Resource-Policy"] = "cross-origin"
        # A document is shown as it is: whatever it holds, it runs nothing.
        policy = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
        is_html = document is not None and document.media_type == HTML_TYPE
        more["Content-Security-Policy"] = "frame-ancestors 'none'" if is_html else policy
        answer = respond(document, method, headers, max_age=0)
        return replace(answer, headers={**answer.headers, **more})

    def _page(self, path: str, context: PageContext) -> bytes | None:
        if path == "":
            return self._feeds(context)
        if path == OWN:
            files = {article.source for article in self.articles}
            others = [problem for problem in self.problems if problem.path not in files]
            return pages.articles_page(context, others)
        source = path.removeprefix(ARTICLE) if path.startswith(ARTICLE) else None
        for article in self.articles:
            if article.source == source:
                return pages.article_page(context, self._with_content(article) if article.entry else article)
        return None

    def _feeds(self, context: PageContext) -> bytes:
        """The page of feeds, with addresses on this server."""
        previews = {(article.source, article.entry.url): article.path for article in self.articles if article.entry}
        page = FeedsPage(
            self.publication,
            document_url=lambda path: path_url(context.root, path),
            entry_url=lambda entry: context.root + previews[entry.source, entry.url],
        )
        return page.to_bytes(
            style=f"{self._style}\n{pages.file_text('preview.css')}",
            script=pages.file_text("preview.js"),
            head=context.head,
            banner=context.bar("/"),
            policy={"connect-src": "'self'"},
        )

    def _document(self, path: str) -> Document | None:
        """The document at a path, from its first request on."""
        with self._lock:
            for planned in self._draft.plan.documents:
                is_new = path not in self._documents and planned.path not in self._requested
                if is_new and planned.may_have(path.__eq__):
                    self._requested.add(planned.path)
                    documents = self._draft.make(planned)
                    self._documents |= {item.path: addressed(self.publication, item) for item in documents}
            return self._documents.get(path)

    def _with_content(self, article: ArticlePreview) -> ArticlePreview:
        """The article with its content as JSON Feed has it, and with all there is to report of it."""
        problems, content, entry = list(article.problems), "", article.entry
        assert entry is not None  # noqa: S101  # what could not be read has no content
        with self._lock:
            for format_ in FEED_FORMATS.values():
                try:
                    data = bytes(self._draft.articles.fragment(entry, format_, "full"))
                except DocumentError as error:
                    problems.append(error.problem)
                    continue
                if format_.name == "json":
                    item = json.loads(data)
                    content = item.get("content_html") or element("p", item.get("content_text", ""))
            self._draft.articles.read_again(entry.source, problems.append)
        return replace(article, content=content, problems=tuple(dict.fromkeys(problems)))
