"""Why an article is, or is not, in each feed; where its fields, dates, id and address come from.

Refuses to write anything, and to take an article for another one: a path, an address or an id must be exactly its own.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from pathlib import Path

from feedkit.articles import Trace
from feedkit.config.site import Site
from feedkit.dates import rfc3339
from feedkit.errors import OnProblem, Problem, SettingsError, UrlError, printable, shown
from feedkit.identity.ids import Known
from feedkit.inspect.explained_fields import explained_fields, id_reason, url_reason
from feedkit.inspect.explanation import Explanation, State, explained_dates, withheld
from feedkit.inspect.placements import Shelf, placements, shelf
from feedkit.model import Entry
from feedkit.pipeline.build import Content, Prepared, Problems, check_content, prepared
from feedkit.records import dataclass
from feedkit.site import edition_documents, state
from feedkit.urls import absolute, stable_id

_WITHHELD: tuple[State, ...] = ("draft", "future", "expired")
_DUPLICATE = frozenset(["FK404", "FK405"])


def explain(site: Site, content: Content, article: str | Path, *, on_problem: OnProblem | None = None) -> Explanation:
    """What decides what becomes of one article, named by its path, its address, one that it had before, or its id.

    Takes the content that `build` takes, and makes all documents in memory. An article that cannot be read is found by
    its path only. Raises `SettingsError` where no article is called so, and for content that is not there.
    """
    return explain_all(site, content, [article], on_problem=on_problem)[0]


def explain_all(
    site: Site, content: Content, articles: Sequence[str | Path], *, on_problem: OnProblem | None = None
) -> tuple[Explanation, ...]:
    """As `explain`, for several articles that are read once."""
    check_content(content)
    problems, traces = Problems(on_problem), list[Trace]()
    ready = prepared(site, content, problems, on_trace=traces.append)
    made = shelf(ready.edition, edition_documents(ready.edition, problems))
    library = _Library(
        site=site,
        content=content,
        ready=ready,
        traces={trace.source: trace for trace in traces},
        problems=tuple(problems.found),
        shelf=made,
    )
    return tuple(library.explanation(str(article)) for article in articles)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Library:
    """Everything that was read."""

    site: Site
    content: Content
    ready: Prepared
    traces: dict[str, Trace]
    problems: tuple[Problem, ...]
    shelf: Shelf

    def explanation(self, article: str) -> Explanation:
        source = self._source(article, [entry.source for entry in self.ready.entries])
        for entry in (*self.ready.edition.entries, *self.ready.entries):
            if source is not None and entry.source == source:
                return self._of(entry)
        for entry in (*self.ready.edition.entries, *self.ready.entries):
            if article in {entry.url, entry.id, entry.guid} - {""} or self._means(entry, article):
                return self._of(entry)
        if (moved := self._moved(article)) is not None:
            return self._of(moved)
        if (source := self._unread(article)) is not None:
            return self._failed(source)
        raise SettingsError(f"{shown(article)}: no article has this path, address or id{self._more(article)}")

    def _source(self, article: str, sources: Iterable[str]) -> str | None:
        """Which of the sources a path is, as it is written or by the file that it leads to."""
        there = [source for source in sources if source]
        if (name := printable(article)) in there:
            return name
        places = [Path(article)]
        if isinstance(self.content, str | Path):
            places.append(Path(self.content) / article)
        files = [place.stat() for place in places if place.is_file()]
        # Without a file of that name there is nothing to compare all others with.
        here = ((source, Path(source)) for source in there if files)
        return next((source for source, file in here if file.is_file() and _is_one_of(file, files)), None)

    def _means(self, entry: Entry, article: str) -> bool:
        """Whether a path such as `/a/` is the article's address, or a short id its own."""
        try:
            if article.startswith("/") and absolute(self.site.url(article), self.site.base_url) == entry.url:
                return True
            return stable_id(article, self.site.id_namespace) == entry.id
        except (UrlError, ValueError):
            return False

    def _remembered(self, article: str) -> Known | None:
        """What the ledger of ids knows by an address that it had, its id, or the path of a file that is gone."""
        known = self.ready.known.known if self.ready.known else ()
        names = {article, self.site.url(article)} if article.startswith("/") else {article}
        return next((one for one in known if not names.isdisjoint({one.id, one.path, *one.urls} - {""})), None)

    def _moved(self, article: str) -> Entry | None:
        known = self._remembered(article)
        return next((entry for entry in self.ready.entries if known and entry.id == known.id), None)

    def _unread(self, article: str) -> str | None:
        sources = dict.fromkeys([*self.traces, *(problem.path for problem in self._errors())])
        return self._source(article, sources)

    def _errors(self) -> Iterable[Problem]:
        return (problem for problem in self.problems if problem.severity == "error")

    def _more(self, article: str) -> str:
        if Path(article).exists():
            return "; the file is no article of this folder, or is excluded"
        known = self._remembered(article)
        if known is not None and known.gone is not None:
            return f"; the ledger of ids knows it as {shown(known.title)}, gone since {rfc3339(known.gone)}"
        refused = self.ready.refused
        return f"; {refused} cannot be read, and are found by their paths only" if refused else ""

    def _about(self, source: str) -> tuple[Problem, ...]:
        """The problems of an article, with those of the keys that its folder hands down to it."""
        inherited = f"(for {source})"
        return tuple(problem for problem in self.problems if problem.path == source or inherited in problem.message)

    def _failed(self, source: str) -> Explanation:
        problems = self._about(source)
        reason = next((problem.message for problem in problems if problem.severity == "error"), "it is no article")
        trace = self.traces.get(source)
        fields = tuple(explained_fields(None, trace))
        return Explanation(source=source, state="error", reason=reason, fields=fields, problems=problems)

    def _of(self, entry: Entry) -> Explanation:
        trace, problems = self.traces.get(entry.source), self._about(entry.source)
        found, reason = self._state(entry, problems)
        refusal = "" if found == "published" else reason
        return Explanation(
            source=entry.source,
            state=found,
            reason=reason,
            id=entry.id,
            guid=entry.guid,
            id_reason=id_reason(self.site, entry, trace, self.ready.reasons.get(entry.id, "")),
            url=entry.url,
            url_reason=url_reason(self.site, entry, trace),
            former_urls=self._former(entry),
            dates=explained_dates(entry),
            fields=tuple(explained_fields(entry, trace)),
            placements=tuple(placements(self.shelf, entry, refusal)),
            problems=problems,
        )

    def _former(self, entry: Entry) -> tuple[str, ...]:
        known = self.ready.known.known if self.ready.known else ()
        return tuple(url for one in known if one.id == entry.id for url in one.urls if url != entry.url)

    def _state(self, entry: Entry, problems: Iterable[Problem]) -> tuple[State, str]:
        made = self.ready.edition
        found = state(self.site, entry, made.now)
        for name in _WITHHELD:
            if found == name:
                return name, withheld(name, entry)
        if any(item is entry for item in made.entries):
            return "published", "it is published"
        clash = next((problem.message for problem in problems if problem.code in _DUPLICATE), "")
        return "duplicate", clash or "an older article has its address or id"


def _is_one_of(file: Path, files: Iterable[os.stat_result]) -> bool:
    found = file.stat()
    return any(os.path.samestat(found, other) for other in files)
