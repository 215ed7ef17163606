"""What a site publishes at one instant, and in which feeds: decided once, before every output."""

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

#: More feeds than a host may want to keep: they are written, and reported.
MANY_FEEDS = 10_000

#: The dates of changes by address that a ledger knows better than the articles do.
Lastmods = Mapping[str, tuple[datetime, Precision]]


#: What becomes of an entry. What is wrong with an article, or has the address of another, has no state.
State = Literal["published", "draft", "scheduled", "expired", "nowhere", "unlisted", "not in feeds"]


class Publication(msgspec.Struct, frozen=True, kw_only=True):
    """What a site publishes at one instant."""

    site: Site  #: The settings.
    entries: tuple[Entry, ...]  #: Everything that is published, newest first; what is not in feeds, too.
    #: The pages that are no articles, in the order of their addresses; for the sitemap only.
    pages: tuple[SitePage, ...]
    selections: tuple[Selection, ...]  #: Which entries are in which feed.
    states: Counter[State]  #: How many entries there are of each state, without those that are duplicates.
    duplicates: int  #: How many are left out because another has their address or id.
    next_change: datetime | None  #: The instant at which a scheduled or expiring entry next changes the output.
    now: datetime  #: The instant that decided it, in UTC.
    lastmods: Lastmods = {}  #: For the sitemap only.
    moves: tuple[Move, ...] = ()  #: Pages that have a new address, as the ledger of ids knows them.
    tombstones: tuple[Tombstone, ...] = ()  #: Entries that are gone, newest first; for Atom.


def _fewer_feeds(site: Site, selections: Sequence[Selection]) -> str:
    """The line that leaves out terms of few articles, of the taxonomy that has the most."""
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
    """What is published of the entries and the pages, and in which feeds the entries are.

    Of two entries with one address or id one is published, and the other is a Problem.
    """
    # The clock is read once: an article that falls due during a build is in all documents or in none.
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
    # Of an article and a page at one address, one is not seen.
    own_pages = {item.page_url: item for item in selections if item.feed is None}
    for entry in visible:
        if page := own_pages.get(entry.url):
            name = f"the page of {shown(page.name)}" if page.taxonomy else "the home page"
            message = f"{shown(entry.url)} is the address of {name}, too"
            path, hint = entry.source, "give the article another slug, or the taxonomy another path"
            on_problem(Problem(code="FK437", severity="warning", path=path, key="slug", message=message, hint=hint))
    listed = (page for page in pages if page.visibility != "unlisted" and not (page.expires and page.expires <= now))
    expiring = (entry.expires for entry in visible if entry.expires is not None and entry.expires > now)
    # What expires before it is published never appears.
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
    """What becomes of `entry`, as of `at`, which needs a zone, else `site.as_of`, else SOURCE_DATE_EPOCH, else now."""
    require_aware("state: at", at)
    at = at or publication_instant(site.as_of)
    if at.tzinfo is not UTC:
        # Two datetimes of one zone are compared by their clocks, which show an hour of each autumn twice.
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
    """The entries that the feeds of a site may hold, newest first.

    Of two entries with one address or id one is published, and the other is a Problem: an error, which raises
    `ArticleError` without `on_problem`.
    """
    on_problem = on_problem or raise_or_log
    at = publication_instant(site.as_of)
    return _newest_first(site, (entry for entry in entries if state(entry, site, at) == "published"), on_problem)


def _newest_first(site: Site, entries: Iterable[Entry], on_problem: OnProblem) -> tuple[Entry, ...]:
    return tuple(sorted(without_duplicates(site, entries, on_problem), key=order))
