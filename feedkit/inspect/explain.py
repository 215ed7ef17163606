"""Why an article is, or is not, in each feed; where its fields, dates, id and address come from.

Nothing is written. An article is named by its path, its address or its id; else by the name of its file or its slug.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from feedkit.articles import Trace
from feedkit.articles.discover import path_info
from feedkit.config.site import Site
from feedkit.dates import rfc3339
from feedkit.errors import OnProblem, Problem, SettingsError, UrlError, did_you_mean, printable, shown
from feedkit.identity.ledgers import LedgerRow
from feedkit.inspect.explanation import (
    ArticleState,
    Explanation,
    explained_dates,
    explained_fields,
    id_reason,
    url_reason,
    withheld,
)
from feedkit.inspect.placements import WITHOUT_DATE, Placements
from feedkit.model import Entry, SitePage
from feedkit.pipeline.prepared import ArticleSource, Prepared, Problems, Progress, prepared
from feedkit.site import publication_documents, state
from feedkit.urls import absolute, stable_id


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
    placements = Placements(ready.publication, publication_documents(ready.publication, problems))
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
        placements: Placements,
    ) -> None:
        self._site = site
        self._folder = Path(content) if isinstance(content, str | Path) else None
        self._ready = ready
        # Those that are published first: an article that is left out may have the address of one of them.
        self._entries = (*ready.publication.entries, *ready.entries)
        self._ledger_rows = ready.ledger.rows if ready.ledger else ()
        self._traces = {trace.source: trace for trace in traces}
        self._problems = problems
        self._placements = placements

    def explanation(self, article: str) -> Explanation:
        """The explanation of the article that a path, an address or an id names. Raises `SettingsError`."""
        source = self._source(article, [entry.source for entry in self._ready.entries])
        for entry in self._entries:
            if source is not None and entry.source == source:
                return self._of(entry)
        for entry in self._entries:
            if article in {entry.url, entry.id, entry.guid} - {""} or self._is_name_of(article, entry):
                return self._of(entry)
        names = {article, self._site.url(article)} if article.startswith("/") else {article}
        row = next((item for item in self._ledger_rows if names & {item.id, item.path, *item.urls} - {""}), None)
        for entry in self._ready.entries:
            if row and entry.id == row.id:
                return self._of(entry)
        for page in self._ready.publication.pages:
            if article == page.url or self._source(article, [page.source]) is not None:
                return self._of_page(page)
        errors = [problem.path for problem in self._problems if problem.severity == "error"]
        others = dict.fromkeys([*self._traces, *errors])
        if (source := self._source(article, others)) is not None:
            problems = self._about(source)
            reason = next((problem.message for problem in problems if problem.severity == "error"), "it is no article")
            fields = tuple(explained_fields(None, self._traces.get(source)))
            return Explanation(source=source, state="error", reason=reason, fields=fields, problems=problems)
        short = self._names(filter(None, others))
        if len(sources := short.get(article.casefold(), [])) == 1:
            return self.explanation(*sources)
        if sources:
            several = f"is the name of {len(sources)} articles: {', '.join(sources)}"
            raise SettingsError(f"{shown(article)} {several}; write the path of one of them")
        hint = self._hint(article, row) or did_you_mean(article, [*self._sources(), *filter(None, others), *short])
        begun = [name for name in short if name.startswith(article.casefold())]
        # A file has several names.
        if not hint and len(article) > 2 and len({tuple(short[name]) for name in begun}) == 1:
            hint = f"; did you mean {shown(min(begun, key=len))}?"
        if not hint and (refused := self._ready.refused):
            hint = f"; {refused} cannot be read, and are found by their paths and file names only"
        raise SettingsError(f"{shown(article)}: no article has this path, address or id{hint}")

    def _sources(self) -> Iterator[str]:
        """The paths of all articles that are published or could be."""
        return (entry.source for entry in self._ready.entries if entry.source)

    def _names(self, others: Iterable[str]) -> dict[str, list[str]]:
        """The short names of articles, in lower case, and the paths of those that have them.

        These are the last part of the address, and the name of the file with and without its date and suffix.
        """
        names: dict[str, dict[str, None]] = {}
        for source in (*self._sources(), *others):
            info = path_info(Path(source).parts, self._site.languages)
            for name in {Path(source).name, Path(source).stem, info.name} - {""}:
                names.setdefault(name.casefold(), {})[source] = None
        for entry in self._ready.entries:
            if entry.source:
                names.setdefault(entry.url.rstrip("/").rpartition("/")[2].casefold(), {})[entry.source] = None
        return {name: list(sources) for name, sources in names.items()}

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

    def _is_name_of(self, article: str, entry: Entry) -> bool:
        """Whether a path such as `/a/` is the article's address, or a short id its own."""
        try:
            if article.startswith("/") and absolute(self._site.url(article), self._site.base_url) == entry.url:
                return True
            return stable_id(article, self._site.id_namespace) == entry.id
        except (UrlError, ValueError):
            return False

    def _hint(self, article: str, row: LedgerRow | None) -> str:
        """What else is to be said of a name that no article has."""
        if Path(article).exists():
            return "; the file is no article of this folder, or is excluded"
        if row is not None and row.gone is not None:
            return f"; the ledger of ids knows it as {shown(row.title)}, gone since {rfc3339(row.gone)}"
        return ""

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
            reason=f"{WITHOUT_DATE}, and its folder is not one of posts: it is in the sitemap, and in no feed",
            url=page.url,
            url_reason="its own" if is_own else "the path of its file",
            fields=tuple(explained_fields(None, trace)),
            placements=tuple(self._placements.of_page(page)),
            problems=self._about(page.source),
        )

    def _of(self, entry: Entry) -> Explanation:
        trace, problems = self._traces.get(entry.source), self._about(entry.source)
        state_, reason = self._state(entry, problems)
        row = next((item for item in self._ledger_rows if item.id == entry.id), None)
        return Explanation(
            source=entry.source,
            state=state_,
            reason=reason,
            id=entry.id,
            guid=entry.guid,
            id_reason=id_reason(self._site, entry, trace, self._ready.reasons.get(entry.id, "")),
            url=entry.url,
            url_reason=url_reason(self._site, entry, trace),
            former_urls=tuple(url for url in row.urls if url != entry.url) if row else (),
            dates=explained_dates(entry),
            fields=tuple(explained_fields(entry, trace)),
            placements=tuple(self._placements.of(entry, "" if state_ == "published" else reason)),
            problems=problems,
        )

    def _state(self, entry: Entry, problems: Iterable[Problem]) -> tuple[ArticleState, str]:
        """What becomes of an article, and why."""
        publication = self._ready.publication
        state_ = state(entry, self._site, publication.now)
        if state_ != "published":
            trace = self._traces.get(entry.source) if state_ == entry.visibility else None
            keys = [pair.key for pair in trace.used.get("visibility", ())] if trace else []
            sign = f": the key {' and the key '.join(keys)} says so" if keys else ""
            return state_, withheld(state_, entry) + sign
        if any(item is entry for item in publication.entries):
            return "published", "it is published"
        clash = next((problem.message for problem in problems if problem.code in ("FK404", "FK405")), "")
        return "duplicate", clash or "an older article has its address or id"
