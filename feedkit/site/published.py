"""What a site publishes at one instant, and in which feeds: decided once, before every output.

Refuses to look at the clock twice, and to publish two articles under one address or id.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from feedkit.clock import publication_instant
from feedkit.config.site import Site
from feedkit.errors import OnProblem, Problem, shown
from feedkit.formats.redirects import Move
from feedkit.model import Entry, Tombstone
from feedkit.records import dataclass, field
from feedkit.site.taxonomy import Selection, order, select
from feedkit.urls import path_url

if TYPE_CHECKING:
    from feedkit.site.sitemap_urls import Lastmods

#: More feeds than a host may want to keep: they are written, and told of.
MANY_FEEDS = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """What a site publishes at one instant."""

    #: The settings.
    site: Site
    #: Everything that is published, newest first.
    entries: tuple[Entry, ...]
    #: Which entries are in which feed.
    selections: tuple[Selection, ...]
    #: How many are unfinished.
    drafts: int
    #: How many are to come.
    future: int
    #: How many have had their time.
    expired: int
    #: How many are left out because another has their address or id.
    duplicates: int
    #: The instant at which a scheduled or expiring entry next changes the output.
    next_change: datetime | None
    #: The instant that decided it, in UTC.
    now: datetime
    #: The dates of changes that a ledger knows, by address; for the sitemap only.
    lastmods: Lastmods = field(default_factory=dict)
    #: Pages that have a new address, as the ledger of ids knows them.
    moves: tuple[Move, ...] = ()
    #: Entries that are gone, newest first; for Atom.
    tombstones: tuple[Tombstone, ...] = ()


def edition(site: Site, entries: Iterable[Entry], on_problem: OnProblem) -> Edition:
    """What is published of the entries, and in which feeds it is."""
    # In UTC: two datetimes of one zone are compared by their clocks, which show an hour of each autumn twice.
    now = publication_instant(site.as_of).astimezone(UTC)
    sorts: dict[str, list[Entry]] = {"published": [], "draft": [], "future": [], "expired": []}
    for entry in entries:
        sorts[state(site, entry, now)].append(entry)
    unique = _unique(sorts["published"], on_problem)
    visible = tuple(sorted(unique, key=order))
    selections = select(site, visible, on_problem)
    _tell_many(selections, on_problem)
    _tell_hidden(site, visible, selections, on_problem)
    return Edition(
        site=site,
        entries=visible,
        selections=selections,
        drafts=len(sorts["draft"]),
        future=len(sorts["future"]),
        expired=len(sorts["expired"]),
        duplicates=len(sorts["published"]) - len(unique),
        next_change=_next_change(visible, sorts["future"], now),
        now=now,
    )


def state(site: Site, entry: Entry, now: datetime) -> str:
    """What an entry is at an instant: `published`, `draft`, `future` or `expired`."""
    if entry.draft and not site.drafts:
        return "draft"
    if entry.expires is not None and entry.expires <= now:
        return "expired"
    return "future" if entry.published > now and not site.future else "published"


def _next_change(visible: Iterable[Entry], future: Iterable[Entry], now: datetime) -> datetime | None:
    expiring = (entry.expires for entry in visible if entry.expires is not None and entry.expires > now)
    # One that expires before it is published never appears.
    coming = (entry.published for entry in future if entry.expires is None or entry.expires > entry.published)
    return min([*expiring, *coming], key=datetime.timestamp, default=None)


def _unique(entries: list[Entry], on_problem: OnProblem) -> list[Entry]:
    """The entries of which no older one has the address or the id."""
    addresses: dict[str, Entry] = {}
    ids: dict[str, Entry] = {}
    kept = []
    for entry in sorted(entries, key=lambda entry: (entry.published.timestamp(), entry.source, entry.url)):
        owner = addresses.get(entry.url) or ids.get(entry.id)
        if owner is None:
            kept.append(entry)
            addresses[entry.url] = ids[entry.id] = entry
        else:
            on_problem(_duplicate(entry, owner))
    return kept


def _duplicate(entry: Entry, owner: Entry) -> Problem:
    what, value = ("address", entry.url) if entry.url == owner.url else ("id", entry.id)
    return Problem(
        code="FK404" if what == "address" else "FK405",
        severity="error",
        path=entry.source,
        key="slug" if what == "address" else "id",
        message=f"{owner.source or owner.url} has the same {what}: {shown(value)}; the older article is kept",
        hint=f"give one of them another {'slug' if what == 'address' else 'id'}",
    )


def _tell_many(selections: Sequence[Selection], on_problem: OnProblem) -> None:
    if len(selections) > MANY_FEEDS:
        message = f"there are {len(selections):,} feeds, and hosts limit the number of files"
        hint = "give the taxonomies min_articles, or fewer formats"
        on_problem(Problem(code="FK436", severity="warning", message=message, hint=hint))


def _tell_hidden(site: Site, entries: Iterable[Entry], selections: Iterable[Selection], on_problem: OnProblem) -> None:
    """Warn of articles that have the address of the home page or of a term's page: one of the two is not seen."""
    pages = {path_url(site.base_url, item.folder): item for item in selections if item.feed is None}
    for entry in entries:
        if page := pages.get(entry.url):
            name = f"the page of {shown(page.name)}" if page.taxonomy else "the home page"
            message = f"{shown(entry.url)} is the address of {name}, too"
            hint = "give the article another slug, or the taxonomy another path"
            on_problem(
                Problem(code="FK437", severity="warning", path=entry.source, key="slug", message=message, hint=hint)
            )
