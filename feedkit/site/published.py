"""Selects the entries that a site publishes at one time, and their feeds; all outputs share the result."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Literal

import msgspec

from feedkit.clock import publication_instant
from feedkit.config.site import Site
from feedkit.config.tables import CATEGORIES, TAGS
from feedkit.errors import OnProblem, Problem, raise_or_log, shown
from feedkit.formats.redirects import Move
from feedkit.model import Entry, Precision, SitePage, Tombstone, require_aware
from feedkit.site.duplicates import without_duplicates
from feedkit.site.taxonomy import Selection, order, select

#: More feeds than this are reported, since hosts limit the number of files; they are written all the same.
MANY_FEEDS = 10_000

#: Dates of changes by address, from a ledger; they override those of the articles.
Lastmods = Mapping[str, tuple[datetime, Precision]]


#: Whether an entry is published, or why not. Rejected articles and duplicates have no state.
State = Literal["published", "draft", "scheduled", "expired", "nowhere", "unlisted", "not in feeds"]


class Publication(msgspec.Struct, frozen=True, kw_only=True):
    """The published entries of a site at one time, and its feeds."""

    site: Site  #: The settings.
    entries: tuple[Entry, ...]  #: All published entries, newest first, including those that are not in feeds.
    #: Pages that are no articles, sorted by address; for the sitemap only.
    pages: tuple[SitePage, ...]
    selections: tuple[Selection, ...]  #: The feeds with their entries.
    states: Counter[State]  #: The number of entries in each state, without duplicates.
    duplicates: int  #: The number of entries that are left out because another has the same address or id.
    next_change: datetime | None  #: When a scheduled or expiring entry next changes the output; None for never.
    now: datetime  #: The time for which entries were selected, in UTC.
    lastmods: Lastmods = {}  #: For the sitemap only.
    moves: tuple[Move, ...] = ()  #: Pages with a new address, from the ledger of ids.
    tombstones: tuple[Tombstone, ...] = ()  #: Deleted entries, newest first; for Atom.


def _fewer_feeds(site: Site, selections: Sequence[Selection]) -> str:
    """For a hint: the setting that reduces the feeds of the largest taxonomy to terms with enough articles."""
    totals = defaultdict[str, list[int]](list)
    for selection in selections:
        if selection.taxonomy:
            totals[selection.taxonomy.name].append(selection.total)
    if not totals:
        return "name fewer [[feeds]]"
    name, sizes = max(totals.items(), key=lambda item: len(item[1]))
    fewest = f"min_articles = {sorted(sizes)[min(len(selections) - MANY_FEEDS, len(sizes)) - 1] + 1}"
    if site.taxonomies != (CATEGORIES, TAGS):
        return f'write {fewest} below name = "{name}" in its [[taxonomies]]'
    tables = (f'{{name = "{item.name}"{f", {fewest}" if item.name == name else ""}}}' for item in site.taxonomies)
    return f"write taxonomies = [{', '.join(tables)}]"


def publication(
    site: Site, entries: Iterable[Entry], on_problem: OnProblem, pages: Iterable[SitePage] = ()
) -> Publication:
    """The published entries and pages, and the feeds with their entries.

    Of two entries with the same address or id one is published, and the other is a Problem.
    """
    # The clock is read once, so that an article that is due during a build is in all documents or in none.
    now = publication_instant(site.as_of).astimezone(UTC)
    by_state = defaultdict[State, list[Entry]](list)
    for entry in entries:
        by_state[state(entry, site, now)].append(entry)
    due = [*by_state["published"], *by_state["not in feeds"]]
    visible = _newest_first(site, due, on_problem)
    in_feeds = [entry for entry in visible if entry.visibility == "public"]
    states = Counter({name: len(group) for name, group in by_state.items()})
    states["published"], states["not in feeds"] = len(in_feeds), len(visible) - len(in_feeds)
    selections = select(site, in_feeds, on_problem)
    if len(selections) > MANY_FEEDS:
        message = f"there are {len(selections):,} feeds, and hosts limit the number of files"
        on_problem(Problem(code="FK436", severity="warning", message=message, hint=_fewer_feeds(site, selections)))
    # An article and a page at the same address would overwrite each other.
    own_pages = {item.page_url: item for item in selections if item.feed is None}
    for entry in visible:
        if page := own_pages.get(entry.url):
            name = f"the page of {shown(page.name)}" if page.taxonomy else "the home page"
            message = f"{shown(entry.url)} is the address of {name}, too"
            path, hint = entry.source, "give the article another slug, or the taxonomy another path"
            on_problem(Problem(code="FK437", severity="warning", path=path, key="slug", message=message, hint=hint))
    listed = (page for page in pages if page.visibility != "unlisted" and not (page.expires and page.expires <= now))
    expiring = (entry.expires for entry in visible if entry.expires is not None and entry.expires > now)
    # An entry that expires before it is published never appears.
    coming = (entry for entry in by_state["scheduled"] if entry.expires is None or entry.expires > entry.published)
    changes = [*expiring, *(entry.published for entry in coming)]
    return Publication(
        site=site,
        entries=visible,
        pages=tuple(sorted(listed, key=lambda page: page.url)),
        selections=selections,
        states=states,
        duplicates=len(due) - len(visible),
        next_change=min(changes, key=datetime.timestamp, default=None),
        now=now,
    )


def state(entry: Entry, site: Site, at: datetime | None = None) -> State:
    """The state of `entry` at the aware datetime `at`, else at `site.as_of`, else SOURCE_DATE_EPOCH, else now."""
    require_aware("state: at", at)
    at = at or publication_instant(site.as_of)
    if at.tzinfo is not UTC:
        # Python compares datetimes of one zone by wall time, which is ambiguous when clocks are set back.
        at = at.astimezone(UTC)
    if entry.visibility == "nowhere":
        return "nowhere"
    if entry.draft and not site.drafts:
        return "draft"
    if entry.visibility == "unlisted":
        return "unlisted"
    if entry.expires is not None and entry.expires <= at:
        return "expired"
    if entry.published > at and not site.future:
        return "scheduled"
    return "published" if entry.visibility == "public" else "not in feeds"


def published(site: Site, entries: Iterable[Entry], *, on_problem: OnProblem | None = None) -> tuple[Entry, ...]:
    """The published entries of a site that may be in feeds, newest first.

    Of two entries with the same address or id one is published, and the other is a Problem: an error, which raises
    `ArticleError` without `on_problem`.
    """
    on_problem = on_problem or raise_or_log
    at = publication_instant(site.as_of)
    return _newest_first(site, (entry for entry in entries if state(entry, site, at) == "published"), on_problem)


def _newest_first(site: Site, entries: Iterable[Entry], on_problem: OnProblem) -> tuple[Entry, ...]:
    return tuple(sorted(without_duplicates(site, entries, on_problem), key=order))
