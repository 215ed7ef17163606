"""Explains why an article is, or is not, in each feed; where its fields, dates, id and address come from.

Nothing is written. Documents are not guessed from the settings: sitemaps are rendered and searched, and each format is
tried.
"""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, suppress
from datetime import datetime
from html import escape
from operator import attrgetter
from pathlib import Path
from typing import Any, Literal

from msgspec import to_builtins
from msgspec.structs import replace

from feedkit.articles.discover import path_info
from feedkit.articles.fields import ArticleFields
from feedkit.config.site import Site
from feedkit.dates import rfc3339
from feedkit.errors import (
    DocumentError,
    OnProblem,
    Problem,
    SettingsError,
    did_you_mean,
    has_no_error,
    masked,
    printable,
    shown,
)
from feedkit.field_names import FIELDS
from feedkit.formats.compression import expanded
from feedkit.model import DateSource, Entry, SitePage
from feedkit.pipeline.articles import ArticleSource, Progress
from feedkit.pipeline.build import Draft
from feedkit.site.assembly import FeedDocument, ListDocument
from feedkit.site.published import NEWS_AGE, state
from feedkit.site.sitemap_urls import why_unlisted
from feedkit.site.taxonomy import Selection, feed_conditions, term_finder
from feedkit.text import fold
from feedkit.urls import absolute, stable_id
from feedkit.value import Value

_WITHOUT_DATE = "it has no date"

#: The state of an article: one of `feedkit.state`, or `duplicate` (another article has its address or id), `page` (a
#: file without a date, in the sitemap only) or `error`.
ArticleState = Literal[
    "published", "draft", "scheduled", "expired", "nowhere", "unlisted", "not in feeds", "duplicate", "page", "error"
]


class ExplainedField(Value, frozen=True, kw_only=True):
    """One field of an article and where it comes from."""

    name: str  #: The name of the field in `docs/fields.md`.
    value: str  #: Its value as text, with secrets masked.
    key: str = ""  #: The key as its author wrote it; empty if the value comes from no key.
    path: str = ""  #: The file with the key: the article, or the page of a section above it.
    line: int | None = None  #: The line of the key.
    reason: str = ""  #: Where the value comes from if not from a key.


class ExplainedDate(Value, frozen=True, kw_only=True):
    """One date of an article, with provenance."""

    name: str  #: `published`, `updated` or `expires`.
    value: str  #: RFC 3339.
    source: DateSource | None = None  #: Where it comes from, and how precise it is; None for a date of another program.


class Placement(Value, frozen=True, kw_only=True):
    """Whether an article is in a feed or a sitemap, and why."""

    name: str  #: The feed: `the site`, a path of `feeds`, a taxonomy and a term; or `sitemap`, `news sitemap`.
    included: bool  #: Whether the article is in it.
    reason: str  #: Why, or why not.
    documents: tuple[str, ...] = ()  #: The paths of the documents that contain it, or would contain it.


class Explanation(Value, frozen=True, kw_only=True):
    """Where one article is published and where not, and the reasons."""

    source: str  #: The file or the object that it comes from.
    state: ArticleState  #: Its state, such as `published` or `draft`.
    reason: str  #: The reason for the state.
    id: str = ""  #: The id; empty for an article that cannot be read.
    id_reason: str = ""  #: Where the id comes from.
    guid: str = ""  #: The id in RSS and JSON Feed, if an earlier feed in these formats had another one; else empty.
    url: str = ""  #: The permalink; empty for an article that cannot be read.
    url_reason: str = ""  #: Where the permalink comes from.
    #: Its former addresses in the ledger of ids, the newest last.
    former_urls: tuple[str, ...] = ()
    dates: tuple[ExplainedDate, ...] = ()  #: The dates.
    fields: tuple[ExplainedField, ...] = ()  #: The fields that it has.
    placements: tuple[Placement, ...] = ()  #: The feeds and sitemaps that it is in, or could be in.
    problems: tuple[Problem, ...] = ()  #: Its problems.

    @property
    def documents(self) -> tuple[str, ...]:
        """The paths of all documents that it is in, below the output folder."""
        return tuple(dict.fromkeys(path for item in self.placements if item.included for path in item.documents))

    @property
    def ok(self) -> bool:
        """Whether there is no error among its problems."""
        return has_no_error(self.problems)

    def to_json(self) -> dict[str, Any]:
        """The explanation as `feedkit explain --json` prints it."""
        return {**to_builtins(self), "documents": list(self.documents)}


def explain(
    site: Site, content: ArticleSource, article: str | Path, *, on_problem: OnProblem | None = None
) -> Explanation:
    """Where one article is published and where not, and the reasons.

    `article` is its path, its present or a former address, or its id; else the name of its file or its slug. `content`
    is that of `build`. Raises `SettingsError` if there is no such article, and if the content does not exist.
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
    """The explanations of several articles of one site, as by `explain`."""
    with closing(Draft(site, content, on_problem, progress=progress)) as draft:
        explainer = _Explainer(draft, Path(content) if isinstance(content, str | Path) else None)
        return tuple(explainer.explanation(str(article)) for article in articles)


class _Explainer:
    def __init__(self, draft: Draft, folder: Path | None) -> None:
        self.draft = draft
        self.folder = folder
        self.publication = draft.prepared.publication
        self.site = self.publication.site
        self.rows = draft.prepared.ledger.rows if draft.prepared.ledger else {}
        for problem in draft.plan.problems:
            draft.problems(problem)
        self.feeds = [item for item in draft.plan.documents if isinstance(item, FeedDocument)]
        lists, kinds = [item for item in draft.plan.documents if isinstance(item, ListDocument)], ("sitemap", "news")
        sitemaps = [(item.kind, file) for item in lists if item.kind in kinds for file in draft.make(item)]
        self.sitemaps = [(kind, file.path, b"".join(expanded(file))) for kind, file in sitemaps if not file.coding]
        # Published entries come last and win: an unpublished article may have the same address.
        entries = [*reversed(draft.prepared.entries), *reversed(self.publication.entries)]
        by_id = {entry.id: entry for entry in entries}
        errors = [problem.path for problem in draft.problems.reported if problem.severity == "error"]
        # Refused files, pages and entries, by their paths, present and former addresses, and ids.
        self.targets: dict[str, Entry | SitePage | str] = {file: file for file in (*draft.articles.sources(), *errors)}
        self.targets |= {name: page for page in self.publication.pages for name in (page.url, page.source)}
        former = [(by_id[row.id], (row.path, *row.urls)) for row in self.rows.values() if row.id in by_id]
        self.targets |= {name: entry for entry, names in former for name in names}
        self.targets |= {name: entry for entry in entries for name in (entry.guid, entry.id, entry.url)}
        self.targets |= {entry.source: entry for entry in entries}
        self.targets.pop("", None)
        sources = (target if isinstance(target, str) else target.source for target in self.targets.values())
        # An error may be about the current folder.
        self.sources = list(dict.fromkeys(source for source in sources if source not in ("", ".")))

    def explanation(self, article: str) -> Explanation:
        """The explanation of the article that a path, an address or an id names. Raises `SettingsError`."""
        names = [printable(article), article]
        with suppress(ValueError):
            names.append(stable_id(article, self.site.id_namespace))
            url = self.site.url(article)
            names += [url, absolute(url, self.site.base_url)] if article.startswith("/") else []
        target = next((self.targets[name] for name in names if name in self.targets), None) or self._of_file(article)
        if target is not None:
            return self._of(target)
        # Short names, folded: the last part of the address; the file's name with and without date and suffix.
        short = defaultdict[str, dict[str, None]](dict)
        for source in self.sources:
            file, entry = Path(source), self.targets.get(source)
            slug = entry.url.rstrip("/").rpartition("/")[2] if isinstance(entry, Entry) else ""
            for name in {slug, file.name, file.stem, path_info(file.parts, self.site.languages).name} - {""}:
                short[fold(name)][source] = None
        if len(sources := list(short.get(fold(article), ()))) == 1:
            return self.explanation(*sources)
        if sources:
            several = f"is the name of {len(sources)} articles: {', '.join(sources)}"
            raise SettingsError(f"{shown(article)} {several}; write the path of one of them")
        raise SettingsError(
            f"{shown(article)}: no article has this path, address or id{self._hint(article, names, short)}"
        )

    def _of_file(self, article: str) -> Entry | SitePage | str | None:
        """The entry, page or refused file at a path, which is relative to this folder or to the content folder."""
        with suppress(ValueError):
            places = {os.path.realpath(folder / article) for folder in (Path(), self.folder or Path())}
            return next((self.targets[source] for source in self.sources if os.path.realpath(source) in places), None)
        return None

    def _hint(self, article: str, names: Iterable[str], short: Mapping[str, Mapping[str, None]]) -> str:
        """The end of the message that there is no such article: what may be meant, or what to do."""
        rows = (row for row in self.rows.values() if {*names} & {row.id, row.path, *row.urls} - {""})
        if os.path.isdir(article):  # noqa: PTH112  # it takes any name
            return "; it is a folder: name an article in it"
        if os.path.exists(article):  # noqa: PTH110  # as above
            return "; the file is not an article of this folder, or is excluded"
        for row in rows:
            if row.gone:
                return f"; the ledger of ids lists it as {shown(row.title)}, gone since {rfc3339(row.gone)}"
        if hint := did_you_mean(article, [*self.sources, *short]):
            return hint
        begun = [name for name in short if name.startswith(fold(article))]
        # A file may have several short names.
        if len(article) > 2 and len({tuple(short[name]) for name in begun}) == 1:
            return f"; did you mean {shown(min(begun, key=len))}?"
        refused = self.draft.prepared.refused
        by_path = f"; {refused} cannot be read, and are found by their paths and file names only" if refused else ""
        return by_path or "; feedkit serve lists all articles"

    def _problems(self, source: str) -> tuple[Problem, ...]:
        """The problems of an article, including those of keys that it inherits from its folder."""
        inherited, reported = f"(for {source})", self.draft.problems.reported
        return tuple(problem for problem in reported if problem.path == source or inherited in problem.message)

    def _of(self, target: Entry | SitePage | str) -> Explanation:
        """The explanation of an entry, a page or a refused file."""
        source = target if isinstance(target, str) else target.source
        # This adds the problems of its content to the others.
        article, whole = self.draft.articles.read_again(source, self.draft.problems)
        # An article from a line of JSON has no file, and its entry has content.
        if isinstance(target, Entry) and (whole or not article.report.path):
            explanation = self._of_entry(target, whole or target, article)
        elif isinstance(target, SitePage):
            is_own = not article.used.keys().isdisjoint(["url", "canonical", "slug"])
            explanation = Explanation(
                source=source,
                state="page",
                reason=f"{_WITHOUT_DATE}, and its folder is not one of posts: it is in the sitemap, and in no feed",
                url=target.url,
                url_reason="its own" if is_own else "the path of its file",
                placements=(_outside("the site", _WITHOUT_DATE), *self._in_sitemaps(target, "")),
            )
        else:
            errors = (problem.message for problem in self._problems(source) if problem.severity == "error")
            explanation = Explanation(source=source, state="error", reason=next(errors, "it is not an article"))
        fields = explanation.fields or tuple(_fields(None, article))
        return replace(explanation, fields=fields, problems=self._problems(source))

    def _of_entry(self, entry: Entry, whole: Entry, article: ArticleFields) -> Explanation:
        own_id, whole = whole.id, replace(whole, id=entry.id, guid=entry.guid)
        decided = f"derived from its path: {shown(own_id)} is the id of another article"
        decided = decided if own_id != entry.id else ""
        if (ledger := self.draft.prepared.identified.identity.ledger) and entry.id in ledger.rows:
            decided = "the permalink; the ledger of ids has it" if entry.id == entry.url else "the ledger of ids"
        state_, reason = self._state(entry, article)
        former = self.rows[entry.id].urls if entry.id in self.rows else ()
        return Explanation(
            source=entry.source,
            state=state_,
            reason=reason,
            id=entry.id,
            guid=entry.guid,
            id_reason=id_reason(self.site, whole, article, decided),
            url=entry.url,
            url_reason=_url_reason(self.site, article),
            former_urls=tuple(url for url in former if url != entry.url),
            dates=tuple(
                ExplainedDate(name=name, value=rfc3339(date), source=getattr(whole, f"{name}_source"))
                for name in ("published", "updated", "expires")
                if (date := getattr(whole, name))
            ),
            fields=tuple(_fields(whole, article)),
            placements=tuple(self._placements(entry, "" if state_ == "published" else reason)),
        )

    def _state(self, entry: Entry, article: ArticleFields) -> tuple[ArticleState, str]:
        state_ = state(entry, self.site, self.publication.now)
        if state_ != "published":
            used = article.used.get("visibility", ()) if state_ == entry.visibility else ()
            sign = f": the key {' and the key '.join(pair.key for pair in used)} says so" if used else ""
            return state_, withheld(state_, entry) + sign
        if any(item is entry for item in self.publication.entries):
            return "published", "it is published"
        problems = self._problems(entry.source)
        clash = next((problem.message for problem in problems if problem.code in ("FK404", "FK405")), "")
        return "duplicate", clash or "an older article has its address or id"

    def _placements(self, entry: Entry, refusal: str) -> Iterator[Placement]:
        """Every feed that an article is in or could be in, then the sitemaps.

        `refusal` says why it is in no feed at all; it is empty for a published article.
        """
        for selection in self.publication.selections:
            if not refusal:
                yield from self._in_feed(selection, entry)
            elif selection.taxonomy is None:
                also = (f"and its {name} would leave it out" for name in self._unmet(selection, entry))
                yield _outside(_called(selection), "; ".join([refusal, *also]))
        taxonomies = {item.name: item for item in self.site.taxonomies}
        with_feed = {(item.taxonomy.name, fold(item.name)) for item in self.publication.selections if item.taxonomy}
        for term in term_finder(self.site)(entry).values():
            taxonomy = taxonomies.get(term.taxonomy)
            if taxonomy and (refusal or (term.taxonomy, fold(term.name)) not in with_feed):
                reason = refusal or f"fewer than {taxonomy.min_articles} articles have the term (min_articles)"
                yield _outside(f"{term.taxonomy} {shown(term.name)}", reason)
        # An article that is `not in feeds` may be in sitemaps.
        is_listed = any(item is entry for item in self.publication.entries)
        yield from self._in_sitemaps(entry, "" if is_listed else refusal)

    def _in_feed(self, selection: Selection, entry: Entry) -> Iterator[Placement]:
        """One placement for the documents that contain the entry, and one for each format that cannot represent it."""
        name, entries = _called(selection), (*selection.entries, *selection.older)
        place = next((number for number, item in enumerate(entries, start=1) if item is entry), None)
        if place is None:
            # Feeds of terms that the article does not have are not explained.
            if selection.taxonomy is None:
                yield _outside(name, f"the conditions leave it out: {', '.join(self._unmet(selection, entry))}")
            return
        if not selection.formats:
            yield _outside(name, "the feed has no format")
            return
        feeds = [feed for feed in self.feeds if feed.selection is selection]
        wanted = [feed for feed in feeds if any(item is entry for item in feed.entries)]
        if not wanted:
            reason = f"place {place}; the feed has room for {len(selection.entries)} (limit)"
            yield _outside(name, reason, _paths(feed for feed in feeds if not feed.number))
            return
        holding = []
        for format_ in selection.formats:
            of_format = [feed for feed in wanted if feed.format is format_]
            try:
                self.draft.articles.fragment(entry, format_, selection.content)
                holding += of_format
            except DocumentError as error:
                self.draft.problems(error.problem)
                yield _outside(name, f"{format_.label} cannot contain it: {error.problem.message}", _paths(of_format))
        if holding:
            archived = ", in an archive" if all(feed.number for feed in holding) else ""
            reason = f"place {place} of {selection.total}{archived}"
            yield Placement(name=name, included=True, reason=reason, documents=_paths(holding))

    def _unmet(self, selection: Selection, entry: Entry) -> list[str]:
        """The conditions of a feed that an entry does not meet, by their keys in the configuration."""
        conditions = feed_conditions(self.site, selection.feed or self.site.feed)
        return [name for name, condition in conditions if not condition(entry)]

    def _in_sitemaps(self, entry: Entry | SitePage, refusal: str) -> Iterator[Placement]:
        if "sitemap" not in self.site.formats:
            return
        loc = f"<loc>{escape(entry.url)}</loc>".encode()
        unlisted = why_unlisted(self.site, entry)
        why_not = refusal or (f"it {unlisted}" if unlisted else "")
        why = "another list names its address" if why_not else "it is for search engines"
        rows = [("sitemap", "sitemap", why, why_not)]
        if self.site.sitemap.news:
            rows.append(("news", "news sitemap", "it is news", why_not or f"it is older than {NEWS_AGE.days} days"))
        for kind, name, reason, otherwise in rows:
            paths = tuple(path for kind_, path, data in self.sitemaps if kind_ == kind and loc in data)
            yield Placement(name=name, included=bool(paths), reason=reason if paths else otherwise, documents=paths)


def _paths(feeds: Iterable[FeedDocument]) -> tuple[str, ...]:
    """The paths of the documents of one feed, archives first, including its copies at former addresses."""
    feeds = sorted(feeds, key=lambda feed: (not feed.number, feed.number))
    return (*(feed.path for feed in feeds), *(path for feed in feeds for path in feed.former_paths()))


def _called(selection: Selection) -> str:
    if selection.taxonomy is not None:
        return f"{selection.taxonomy.name} {shown(selection.name)}"
    return f"feed {shown(selection.name)}" if selection.feed else "the site"


def _outside(name: str, reason: str, documents: tuple[str, ...] = ()) -> Placement:
    return Placement(name=name, included=False, reason=reason, documents=documents)


def withheld(state: str, entry: Entry) -> str:
    """Why an article is in no feed, by its state, such as `draft` or `scheduled`; empty for others."""
    reasons = {
        "draft": "it is a draft",
        "nowhere": "it is hidden, and has no page",
        "unlisted": "it is unlisted",
        "not in feeds": "it is kept out of feeds",
        "scheduled": f"it is scheduled until {_text(entry.published)}",
        "expired": f"it expired at {_text(entry.expires)}",
    }
    return reasons.get(state, "")


def _text(value: object) -> str:
    """A value of a key or an entry: its secrets masked, containers by their items."""
    if isinstance(value, list | tuple):
        return ", ".join(map(_text, value))
    if isinstance(value, dict):
        return ", ".join(f"{key}: {_text(item)}" for key, item in value.items())
    if isinstance(value, datetime):
        return rfc3339(value)
    return "" if value is None else masked(str(value).lower() if isinstance(value, bool) else str(value))


#: Returns the value of an entry for a field; for other fields the value is shown as it is written.
_VALUES: Mapping[str, Callable[[Entry], object]] = {
    **{name: attrgetter(name) for name in ("title", "published", "updated", "expires", "summary", "keywords", "draft")},
    **{name: attrgetter(name) for name in ("url", "id", "language", "featured")},
    **dict.fromkeys(("content_html", "content_markdown"), lambda entry: f"{len(entry.content):,} characters"),
    "authors": lambda entry: [person.name for person in entry.authors],
    "categories": lambda entry: [term.name for term in entry.terms if term.taxonomy == "categories"],
    "tags": lambda entry: [term.name for term in entry.terms if term.taxonomy == "tags"],
    "canonical": attrgetter("url"),
    "image": lambda entry: entry.image and entry.image.url,
    "enclosures": lambda entry: [item.url for item in entry.enclosures],
    "noindex": lambda entry: not entry.indexed,
}
#: Where the value of a field comes from if not from a key.
_STAND_INS = {
    "title": "the first heading of the body",
    "published": "the file",
    "updated": "the file",
    "summary": "the beginning of the content",
    "authors": "the authors of the site",
    "image": "the content",
    "language": "the path of the file",
}


def _fields(entry: Entry | None, article: ArticleFields) -> Iterator[ExplainedField]:
    """The fields of an article in the order of the table; of an unreadable article, those that were looked up."""
    for name in (*FIELDS, *sorted(article.used.keys() - FIELDS.keys())):
        value = _text(_VALUES[name](entry)) if entry is not None and name in _VALUES else ""
        for item in article.used.get(name, ()):
            path, line = article.report.place(item.key)
            written = value or _text(item.value)
            if name == "language" and line is None and article.report.lines:
                # A value from the path is read like that of a key.
                yield ExplainedField(name=name, value=written, reason=_STAND_INS[name])
            else:
                yield ExplainedField(name=name, value=written, key=item.key, path=path, line=line)
        if value and name in _STAND_INS and name not in article.used:
            source = getattr(entry, f"{name}_source", None)
            # A line of JSON is not read again, so its keys are not known.
            reason = _STAND_INS[name] if article.report.path else "given"
            yield ExplainedField(name=name, value=value, reason=(source and source.key) or reason)


def _key(article: ArticleFields, name: str) -> str:
    return f"the key {article.used[name][0].key}" if name in article.used else ""


def id_reason(site: Site, entry: Entry, article: ArticleFields, decided: str = "") -> str:
    """Where the id of an article comes from; `decided` is the reason of the ledger of ids, if that has one."""
    key = _key(article, "id")
    if entry.own_id:
        return key or "given"
    if decided or key:
        return decided or f"{key} and the permalink"
    if entry.id == entry.url:
        return "the permalink"
    words = {"tag": "a tag: URI of the file's path", "uuid": "a urn:uuid: of the file's path"}
    return words.get(site.entry_ids, "given")


def _url_reason(site: Site, article: ArticleFields) -> str:
    if not article.report.path:
        return "given"
    slug = " with " + (_key(article, "slug") or "the file's name") if "{slug}" in site.permalink else ""
    return _key(article, "canonical") or _key(article, "url") or f"the permalink {site.permalink}{slug}"
