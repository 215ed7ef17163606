"""Why an article is, or is not, in each feed; where its fields, dates, id and address come from.

Nothing is written. What a document holds is not guessed from the settings: sitemaps are looked at, and a format is
asked.
"""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from html import escape
from pathlib import Path

from msgspec.structs import replace

from feedkit.articles import Trace
from feedkit.articles.discover import path_info
from feedkit.config.site import Site
from feedkit.config.tables import Where
from feedkit.dates import rfc3339
from feedkit.errors import DocumentError, OnProblem, Problem, SettingsError, did_you_mean, printable, shown
from feedkit.formats.compression import GZIP_TYPE, expanded
from feedkit.formats.format import Format
from feedkit.inspect.explanation import (
    ArticleState,
    Explanation,
    Placement,
    explained_dates,
    explained_fields,
    id_reason,
    url_reason,
    withheld,
)
from feedkit.model import Document, Entry, SitePage
from feedkit.pipeline.prepared import ArticleSource, Prepared, Problems, Progress, prepared
from feedkit.site import content_of, formats_of, publication_documents, state
from feedkit.site.assembly import shortened
from feedkit.site.heads import document_path, feed_parts, former_folders
from feedkit.site.sitemap_urls import NEWS_AGE, why_unlisted
from feedkit.site.taxonomy import Selection, feed_filter, term_finder
from feedkit.text import fold
from feedkit.urls import absolute, stable_id

_WITHOUT_DATE = "it has no date"


def explain(
    site: Site, content: ArticleSource, article: str | Path, *, on_problem: OnProblem | None = None
) -> Explanation:
    """What decides what becomes of one article.

    `article` is its path, its address, one that it had before, or its id; where it is none of these, the name of its
    file or its slug. Takes the content that `build` takes, and makes all documents in memory. Raises `SettingsError`
    where no article is called so, and for content that is not there.
    """
    return explain_all(site, content, [article], on_problem=on_problem)[0]


def explain_all(
    site: Site,
    content: ArticleSource,
    articles: Sequence[str | Path],
    *,
    on_problem: OnProblem | None = None,
    progress: Progress | None = None,
) -> tuple[Explanation, ...]:
    """As `explain`, for several articles that are read once."""
    problems, traces = Problems(on_problem), list[Trace]()
    ready = prepared(site, content, problems, on_trace=traces.append, progress=progress)
    placements = _Placements(ready, publication_documents(ready.publication, problems))
    explainer = _Explainer(site, content, ready, traces, problems.reported, placements)
    return tuple(explainer.explanation(str(article)) for article in articles)


class _Explainer:
    """Everything that was read, and what is to be said of it."""

    def __init__(
        self,
        site: Site,
        content: ArticleSource,
        ready: Prepared,
        traces: Iterable[Trace],
        problems: Sequence[Problem],
        placements: _Placements,
    ) -> None:
        self._site = site
        self._folder = Path(content) if isinstance(content, str | Path) else None
        self._ready = ready
        self._traces = {trace.source: trace for trace in traces}
        self._problems = problems
        self._placements = placements

    def explanation(self, article: str) -> Explanation:
        """The explanation of the article that a path, an address or an id names. Raises `SettingsError`."""
        entries, publication = self._ready.entries, self._ready.publication
        address = id_ = None
        with suppress(ValueError):
            address = absolute(self._site.url(article), self._site.base_url) if article.startswith("/") else None
            id_ = stable_id(article, self._site.id_namespace)
        names = {article, self._site.url(article)} if article.startswith("/") else {article}
        rows = self._ready.ledger.rows if self._ready.ledger else ()
        row = next((item for item in rows if names & {item.id, item.path, *item.urls} - {""}), None)
        source = self._source(article, (entry.source for entry in entries))
        # Those that are published first: an article that is left out may have the address of one of them.
        both = (*publication.entries, *entries)
        called = [entry for entry in both if source and entry.source == source]
        called += [
            entry
            for entry in both
            if article in {entry.url, entry.id, entry.guid} - {""} or entry.url == address or entry.id == id_
        ]
        called += [entry for entry in entries if row and entry.id == row.id]
        if called:
            return self._of(called[0])
        for page in publication.pages:
            if article == page.url or self._source(article, [page.source]):
                return self._of_page(page)
        errors = [problem.path for problem in self._problems if problem.severity == "error"]
        others = [path for path in dict.fromkeys([*self._traces, *errors]) if path]
        if source := self._source(article, others):
            problems = self._about(source)
            reason = next((problem.message for problem in problems if problem.severity == "error"), "it is no article")
            fields = tuple(explained_fields(None, self._traces.get(source)))
            return Explanation(source=source, state="error", reason=reason, fields=fields, problems=problems)
        short = self._short_names(others)
        if len(sources := list(short.get(article.casefold(), ()))) == 1:
            return self.explanation(*sources)
        if sources:
            several = f"is the name of {len(sources)} articles: {', '.join(sources)}"
            raise SettingsError(f"{shown(article)} {several}; write the path of one of them")
        if Path(article).exists():
            hint = "; the file is no article of this folder, or is excluded"
        elif row and row.gone is not None:
            hint = f"; the ledger of ids knows it as {shown(row.title)}, gone since {rfc3339(row.gone)}"
        else:
            hint = did_you_mean(article, [*(entry.source for entry in entries if entry.source), *others, *short])
        begun = [name for name in short if name.startswith(article.casefold())]
        # A file has several names.
        if not hint and len(article) > 2 and len({tuple(short[name]) for name in begun}) == 1:
            hint = f"; did you mean {shown(min(begun, key=len))}?"
        if not hint and self._ready.refused:
            hint = f"; {self._ready.refused} cannot be read, and are found by their paths and file names only"
        raise SettingsError(f"{shown(article)}: no article has this path, address or id{hint}")

    def _short_names(self, others: Iterable[str]) -> dict[str, dict[str, None]]:
        """The short names of articles, in lower case, and the paths of those that have them.

        These are the last part of the address, and the name of the file with and without its date and suffix.
        """
        names = defaultdict[str, dict[str, None]](dict)
        entries = [entry for entry in self._ready.entries if entry.source]
        for source in (*(entry.source for entry in entries), *others):
            file = Path(source)
            for name in {file.name, file.stem, path_info(file.parts, self._site.languages).name} - {""}:
                names[name.casefold()][source] = None
        for entry in entries:
            names[entry.url.rstrip("/").rpartition("/")[2].casefold()][entry.source] = None
        return names

    def _source(self, article: str, sources: Iterable[str]) -> str | None:
        """Which of the sources a path is, as it is written or by the file that it leads to."""
        named = [source for source in sources if source]
        if (name := printable(article)) in named:
            return name
        places = [Path(article), self._folder / article] if self._folder is not None else [Path(article)]
        files = [place.stat() for place in places if place.is_file()]
        # Without a file of that name there is nothing to compare all others with.
        for source in named if files else ():
            file = Path(source)
            if file.is_file() and any(os.path.samestat(file.stat(), other) for other in files):
                return source
        return None

    def _about(self, source: str) -> tuple[Problem, ...]:
        """The problems of an article, with those of the keys that its folder hands down to it."""
        inherited = f"(for {source})"
        return tuple(problem for problem in self._problems if problem.path == source or inherited in problem.message)

    def _of_page(self, page: SitePage) -> Explanation:
        """The explanation of a file without a date that is a page of the site."""
        trace = self._traces.get(page.source)
        is_own = trace is not None and not trace.used.keys().isdisjoint(["url", "canonical", "slug"])
        return Explanation(
            source=page.source,
            state="page",
            reason=f"{_WITHOUT_DATE}, and its folder is not one of posts: it is in the sitemap, and in no feed",
            url=page.url,
            url_reason="its own" if is_own else "the path of its file",
            fields=tuple(explained_fields(None, trace)),
            placements=tuple(self._placements.of_page(page)),
            problems=self._about(page.source),
        )

    def _of(self, entry: Entry) -> Explanation:
        trace, problems = self._traces.get(entry.source), self._about(entry.source)
        state_, reason = self._state(entry, trace, problems)
        rows = self._ready.ledger.rows if self._ready.ledger else ()
        former = next((item.urls for item in rows if item.id == entry.id), ())
        return Explanation(
            source=entry.source,
            state=state_,
            reason=reason,
            id=entry.id,
            guid=entry.guid,
            id_reason=id_reason(self._site, entry, trace, self._ready.reasons.get(entry.id, "")),
            url=entry.url,
            url_reason=url_reason(self._site, entry, trace),
            former_urls=tuple(url for url in former if url != entry.url),
            dates=tuple(explained_dates(entry)),
            fields=tuple(explained_fields(entry, trace)),
            placements=tuple(self._placements.of(entry, "" if state_ == "published" else reason)),
            problems=problems,
        )

    def _state(self, entry: Entry, trace: Trace | None, problems: Iterable[Problem]) -> tuple[ArticleState, str]:
        """Whether an article is published, or what it is instead, and why."""
        publication = self._ready.publication
        state_ = state(entry, self._site, publication.now)
        if state_ != "published":
            used = trace.used.get("visibility", ()) if trace and state_ == entry.visibility else ()
            sign = f": the key {' and the key '.join(pair.key for pair in used)} says so" if used else ""
            return state_, withheld(state_, entry) + sign
        if any(item is entry for item in publication.entries):
            return "published", "it is published"
        clash = next((problem.message for problem in problems if problem.code in ("FK404", "FK405")), "")
        return "duplicate", clash or "an older article has its address or id"


class _Placements:
    """A publication and its sitemaps, in which articles are looked up."""

    def __init__(self, ready: Prepared, documents: Iterable[Document]) -> None:
        """`documents` are those of the publication."""
        self._publication = ready.publication
        self._site = ready.publication.site
        # The folders that renamed terms had before, by the folders that they have.
        self._former = former_folders(self._site, ready.publication.selections, lambda problem: None)
        types = ("application/xml", GZIP_TYPE)
        sitemaps = (item for item in documents if item.items is None and item.media_type in types and not item.coding)
        self._sitemaps = {item.path: b"".join(expanded(item)) for item in sitemaps}

    def of(self, entry: Entry, refusal: str) -> Iterator[Placement]:
        """Every feed that an article is in or could be in, then the sitemaps.

        `refusal` says why it is in no feed at all, and is empty for one that is published.
        """
        for selection in self._publication.selections:
            if not refusal:
                yield from self._in_feed(selection, entry)
            elif selection.taxonomy is None:
                also = (f"and its {name} would leave it out" for name in self._unmet(selection, entry))
                yield _outside(_called(selection), "; ".join([refusal, *also]))
        taxonomies = {item.name: item for item in self._site.taxonomies}
        with_feed = {(item.taxonomy.name, fold(item.name)) for item in self._publication.selections if item.taxonomy}
        for term in term_finder(self._site)(entry).values():
            taxonomy = taxonomies.get(term.taxonomy)
            if taxonomy and (refusal or (term.taxonomy, fold(term.name)) not in with_feed):
                reason = refusal or f"fewer than {taxonomy.min_articles} articles have the term (min_articles)"
                yield _outside(f"{term.taxonomy} {shown(term.name)}", reason)
        # What is not in feeds may be in sitemaps.
        is_listed = any(item is entry for item in self._publication.entries)
        yield from self._in_sitemaps(entry, "" if is_listed else refusal)

    def of_page(self, page: SitePage) -> Iterator[Placement]:
        """The feed of the site, which no page is in, then the sitemaps."""
        yield _outside("the site", _WITHOUT_DATE)
        yield from self._in_sitemaps(page, "")

    def _in_feed(self, selection: Selection, entry: Entry) -> Iterator[Placement]:
        """The formats that hold the entry as one placement, and each that cannot as one more."""
        site, name, formats = self._site, _called(selection), formats_of(self._site, selection)
        entries = (*selection.entries, *selection.older)
        place = next((number for number, item in enumerate(entries, start=1) if item is entry), None)
        if place is None:
            # Of the terms that an article does not have, there is nothing to explain.
            if selection.taxonomy is None:
                yield _outside(name, f"the conditions leave it out: {', '.join(self._unmet(selection, entry))}")
            return
        if not formats:
            yield _outside(name, "the feed is written in no format")
            return
        every = feed_parts(selection, archives=site.archives)
        parts = [part for part in every if any(item is entry for item in part.entries)]
        if not parts:
            reason = f"place {place}; the feed has room for {len(selection.entries)} (limit)"
            yield _outside(name, reason, self._paths(selection, formats, [selection.folder]))
            return
        able, folders = [], [part.folder for part in parts]
        for format_ in formats:
            try:
                format_.fragment(shortened(entry, content_of(site, selection), site.read_more))
                able.append(format_)
            except DocumentError as error:
                reason = f"{format_.label} cannot hold it: {error.problem.message}"
                yield _outside(name, reason, self._paths(selection, [format_], folders))
        if able:
            archived = ", in an archive" if all(part.number for part in parts) else ""
            reason = f"place {place} of {selection.total}{archived}"
            yield Placement(name=name, included=True, reason=reason, documents=self._paths(selection, able, folders))

    def _unmet(self, selection: Selection, entry: Entry) -> Iterator[str]:
        """The conditions of a feed that an entry does not meet, as the configuration calls them."""
        feed = selection.feed or self._site.feed
        for name in Where.__struct_fields__:
            only = replace(Where(), **{name: getattr(feed.where, name)})
            if not feed_filter(self._site, replace(feed, where=only, without=None))(entry):
                yield f"where.{name}"
        if feed.without is not None and not feed_filter(self._site, replace(feed, where=Where()))(entry):
            yield "without"

    def _paths(self, selection: Selection, formats: Iterable[Format], folders: Iterable[str]) -> tuple[str, ...]:
        """The documents of a feed in some of its folders, those at its former addresses among them."""
        folders = list(folders)
        if self._site.renamed == "feed" and selection.folder in folders:
            folders += self._former.get(selection.folder, ())
        return tuple(document_path(self._site, folder, format_) for folder in folders for format_ in formats)

    def _in_sitemaps(self, entry: Entry | SitePage, refusal: str) -> Iterator[Placement]:
        if "sitemap" not in self._site.formats:
            return
        loc = f"<loc>{escape(entry.url, quote=False)}</loc>".encode()
        holding = [name for name, data in self._sitemaps.items() if loc in data]
        news = [name for name in holding if name.startswith(self._site.names.news.rpartition(".")[0])]
        unlisted = why_unlisted(self._site, entry)
        why_not = refusal or (f"it {unlisted}" if unlisted else "")
        why = "another list names its address" if why_not else "it is for search engines"
        rows = [("sitemap", [name for name in holding if name not in news], why, why_not)]
        if self._site.sitemap.news:
            rows.append(("news sitemap", news, "it is news", why_not or f"it is older than {NEWS_AGE.days} days"))
        for name, paths, reason, otherwise in rows:
            included = bool(paths)
            yield Placement(
                name=name, included=included, reason=reason if included else otherwise, documents=tuple(paths)
            )


def _called(selection: Selection) -> str:
    """A feed as people call it."""
    if selection.taxonomy is not None:
        return f"{selection.taxonomy.name} {shown(selection.name)}"
    return f"feed {shown(selection.name)}" if selection.feed else "the site"


def _outside(name: str, reason: str, documents: tuple[str, ...] = ()) -> Placement:
    return Placement(name=name, included=False, reason=reason, documents=documents)
