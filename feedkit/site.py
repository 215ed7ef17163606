"""A site's settings and its entries into every document of the site, in memory only.

Decides once what is published, before every output. Refuses to write a file and to look at the clock twice.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from types import MappingProxyType

from feedkit.document import Document
from feedkit.errors import DocumentError, OnProblem, Problem, SettingsError, raise_or_log, shown
from feedkit.feed_values import Tombstone
from feedkit.formats.atom import FORMAT as ATOM
from feedkit.formats.compression import neighbours
from feedkit.formats.format import Format, dated
from feedkit.formats.frame import splice
from feedkit.formats.jsonfeed import FORMAT as JSON_FEED
from feedkit.formats.opml import MEDIA_TYPE as OPML_TYPE
from feedkit.formats.opml import Outline, opml
from feedkit.formats.redirects import Move, redirects
from feedkit.formats.rss import FORMAT as RSS
from feedkit.formats.sitemap import sitemaps
from feedkit.model import Entry, Feed, newest
from feedkit.setting_tables import Content
from feedkit.settings import Site
from feedkit.sitemap_urls import Lastmods, news_urls, site_urls
from feedkit.taxonomy import Selection, order, select
from feedkit.urls import path_url

FEED_FORMATS = MappingProxyType({item.name: item for item in (RSS, ATOM, JSON_FEED)})


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


def documents(site: Site, entries: Iterable[Entry], *, on_problem: OnProblem = raise_or_log) -> Iterator[Document]:
    """Every document of a site: feeds of the whole and of every term, then the sitemap, then the OPML list.

    Documents come before those that link to them. Drafts, later and expired entries are in none of them, as of
    `site.as_of`, else SOURCE_DATE_EPOCH, else now. With `on_problem`, two entries with one address or id are a Problem
    and the older one is kept, and an entry that a format cannot hold is one and is left out of it; without it they
    raise `ArticleError`. Holds all entries in memory.
    """
    return edition_documents(edition(site, entries, on_problem), on_problem)


def instant(site: Site) -> datetime:
    """The instant that decides what is published: `as_of`, else SOURCE_DATE_EPOCH, else the start of the run.

    The only place where feedkit looks at the clock; no output contains what it says.
    """
    if site.as_of is not None:
        return site.as_of
    epoch = os.environ.get("SOURCE_DATE_EPOCH", "")
    if not epoch:
        return datetime.now(UTC)
    try:
        return datetime.fromtimestamp(int(epoch), UTC)
    except (ValueError, OverflowError, OSError) as error:
        raise SettingsError(f"SOURCE_DATE_EPOCH: {shown(epoch)} is no number of seconds since 1970") from error


def edition(site: Site, entries: Iterable[Entry], on_problem: OnProblem) -> Edition:
    """What is published of the entries, and in which feeds it is."""
    # In UTC: two datetimes of one zone are compared by their clocks, which show an hour of each autumn twice.
    now = instant(site).astimezone(UTC)
    sorts: dict[str, list[Entry]] = {"published": [], "draft": [], "future": [], "expired": []}
    for entry in entries:
        sorts[_sort(site, entry, now)].append(entry)
    unique = _unique(sorts["published"], on_problem)
    visible = tuple(sorted(unique, key=order))
    return Edition(
        site=site,
        entries=visible,
        selections=select(site, visible, on_problem),
        drafts=len(sorts["draft"]),
        future=len(sorts["future"]),
        expired=len(sorts["expired"]),
        duplicates=len(sorts["published"]) - len(unique),
        next_change=_next_change(visible, sorts["future"], now),
        now=now,
    )


def _sort(site: Site, entry: Entry, now: datetime) -> str:
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


def edition_documents(edition: Edition, on_problem: OnProblem) -> Iterator[Document]:
    """Every document of an edition, those that are linked to before those that link."""
    site = edition.site
    feeds = [FEED_FORMATS[name] for name in FEED_FORMATS if name in site.formats]
    tell = _once(on_problem)
    for format_ in feeds:
        yield from _feed_documents(edition, format_, tell)
    if "sitemap" in site.formats:
        yield from neighbours(_sitemap_documents(edition, tell), site.sitemap.compress)
    for style, path in (("netlify", site.names.redirects), ("nginx", site.names.nginx), ("json", site.names.moves)):
        if style in site.redirects:
            yield redirects(edition.moves, style, path, base_url=site.base_url)
    if "opml" in site.formats and feeds:
        outlines = [_outline(site, selection, item) for selection in edition.selections for item in feeds]
        updated = newest(entry.modified for entry in edition.entries)
        pieces = opml(site.title, outlines, updated=updated)
        yield Document(path=site.names.opml, media_type=OPML_TYPE, pieces=pieces, last_modified=updated)


def _sitemap_documents(edition: Edition, on_problem: OnProblem) -> Iterator[Document]:
    """The sitemap of all pages, and the news sitemap where there is a publication."""
    site = edition.site
    pages = list(site_urls(site, edition.entries, edition.selections, edition.lastmods, on_problem))
    news = news_urls(site, edition.entries, edition.now, on_problem) if site.sitemap.news else ()
    for urls, path in ((pages, site.names.sitemap), (news, site.names.news)):
        yield from sitemaps(
            urls,
            base_url=site.base_url,
            path=path,
            max_urls=site.sitemap.max_urls,
            gzip=site.sitemap.gzip,
            remember=None,
            on_problem=on_problem,
        )


def _once(on_problem: OnProblem) -> OnProblem:
    """The callback, told of the same Problem once: what one format cannot hold, the next cannot either."""
    told: set[Problem] = set()

    def tell(problem: Problem) -> None:
        if problem not in told:
            told.add(problem)
            on_problem(problem)

    return tell


def _feed_documents(edition: Edition, format_: Format, on_problem: OnProblem) -> Iterator[Document]:
    """The documents of one format. An entry is serialised when the first feed wants it, and spliced into the others."""
    fragments: dict[str, bytes] = {}
    for selection in edition.selections:
        for entry in selection.entries:
            if entry.id not in fragments:
                fragments[entry.id] = _fragment(format_, _cut(entry, edition.site.content), on_problem)
        feed = dated(_feed(edition.site, selection, format_), selection.entries)
        yield Document(
            path=_path(edition.site, selection, format_),
            media_type=format_.media_type,
            pieces=splice(format_.frame(feed), filter(None, (fragments[entry.id] for entry in selection.entries))),
            last_modified=feed.updated,
            items=len(selection.entries),
        )


def _fragment(format_: Format, entry: Entry, on_problem: OnProblem) -> bytes:
    """The bytes of an entry; none for one that the format cannot hold, which is told."""
    try:
        return format_.fragment(entry)
    except DocumentError as error:
        on_problem(error.problem)
        return b""


def _cut(entry: Entry, content: Content) -> Entry:
    if content == "full":
        return entry
    return replace(entry, content="", summary=entry.summary if content == "summary" else "")


def _path(site: Site, selection: Selection, format_: Format) -> str:
    return f"{selection.folder}{getattr(site.names, format_.name)}"


def _feed(site: Site, selection: Selection, format_: Format) -> Feed:
    home = path_url(site.base_url, selection.folder)
    return Feed(
        id=home,
        title=_title(site, selection),
        home_url=home,
        feed_url=site.url(_path(site, selection, format_)),
        description="" if selection.taxonomy else site.description,
        language=site.language,
        authors=site.authors,
        icon=site.icon,
        logo=site.logo,
        rights=site.rights,
        hubs=site.hubs,
    )


def _title(site: Site, selection: Selection) -> str:
    return f"{site.title}: {selection.name}" if selection.taxonomy else site.title


def _outline(site: Site, selection: Selection, format_: Format) -> Outline:
    feed = _feed(site, selection, format_)
    return Outline(
        title=f"{feed.title} ({format_.label})",
        feed_url=feed.feed_url or "",
        home_url=feed.home_url,
        type=format_.outline,
        description=feed.description,
        language=feed.language,
    )
