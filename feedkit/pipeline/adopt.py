"""Copies the ids of old feeds into the ledger, so that a new generator shows no subscriber an old article again.

An entry matches the article with its id in front matter, else with its address, else with its title and date. If two
articles fit, neither is chosen. A title or a date alone is not enough. An article with two ids is reported.
"""

from __future__ import annotations

import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from datetime import date, datetime
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import unquote, urlsplit, urlunsplit

from msgspec import to_builtins
from msgspec.structs import replace

from feedkit import dates
from feedkit.config.site import Site
from feedkit.errors import OnProblem, Problem, RefusedValue, SettingsError, has_no_error, printable, shown
from feedkit.identity.identity import Identified
from feedkit.identity.ledgers import Ledger, LedgerRow, dump_ids
from feedkit.imports.feeds import OldFeed, OldItem, read_feed
from feedkit.model import Entry, is_id
from feedkit.output.writer import replace_file
from feedkit.pipeline.articles import ArticleSource, Progress
from feedkit.pipeline.build import Draft
from feedkit.text import fold, illegal_names
from feedkit.urls import absolute, numbered_id, stable_id
from feedkit.value import Value

_ENDS = ("/index.html", "/index.htm", "/index.php", ".html", ".htm")


class Adopted(Value, frozen=True, kw_only=True):
    """A match: an entry of an old feed, and the article that it belongs to."""

    feed: str  #: The file of the feed.
    id: str  #: The id that the feed gives it.
    article: str  #: The file of the article; its address if it has no file.
    url: str  #: The article's present address.
    by: str  #: What they have in common: `id`, `address` or `title and date`.


class Orphan(Value, frozen=True, kw_only=True):
    """An entry of an old feed without an article, or an article without an entry."""

    source: str  #: The file of the feed, or of the article.
    url: str  #: Its address.
    title: str  #: Its title.
    published: datetime | None  #: When it was published; None if an old feed has no date for it.
    id: str = ""  #: The id that the feed gives it; empty for an article.


class AdoptReport(Value, frozen=True, kw_only=True):
    """The result of `adopt`."""

    matched: tuple[Adopted, ...]  #: What matched, in the order of the feeds.
    unmatched: tuple[Orphan, ...]  #: Entries of the feeds without a certain match.
    articles: tuple[Orphan, ...]  #: Published articles without an entry, from the time that the feeds cover.
    outside: int  #: How many published articles without an entry are older or newer than every entry of the feeds.
    written: bool  #: Whether the ledger changed on disk.
    problems: tuple[Problem, ...]  #: What is wrong.

    @property
    def ok(self) -> bool:
        """Whether every entry has its article, every article of that time its entry, and nothing is wrong."""
        return not (self.unmatched or self.articles) and has_no_error(self.problems)

    def to_json(self) -> dict[str, Any]:
        """The report as `feedkit adopt --json` prints it."""
        values: dict[str, Any] = to_builtins(self, builtin_types=(datetime,))
        for orphan in (*values["unmatched"], *values["articles"]):
            orphan["published"] = orphan["published"] and dates.rfc3339(orphan["published"])
        return values


def adopt(
    site: Site,
    content: ArticleSource,
    feeds: Iterable[str | Path],
    *,
    ids_file: str | Path | None = None,
    dry_run: bool = False,
    on_problem: OnProblem | None = None,
    progress: Progress | None = None,
) -> AdoptReport:
    """Match the entries of old feed files with articles, and copy their ids into the ledger.

    Give all `feeds` that people subscribed to in one call: every format, with all its pages. An Atom id becomes the
    article's id. An id of RSS or JSON Feed that differs from it, or is no URI, is kept for these two formats.
    `ids_file` replaces `site.ids`. With `dry_run` nothing is written; `progress` may show how much is read. Raises
    `SettingsError` if neither names a ledger, if the ledger is damaged and if the content does not exist;
    `DocumentError` for a feed that cannot be read.
    """
    site = replace(site, ids=Path(ids_file)) if ids_file else site
    if site.ids is None:
        raise SettingsError('ids: no ledger is named; write ids = "ids.jsonl", or name one with --ids')
    with closing(Draft(site, content, on_problem, progress=progress)) as draft:
        identified, problems = draft.prepared.identified, draft.problems
    adoption = _Adoption(identified, problems)
    for name in feeds:
        adoption.add(printable(str(name)), read_feed(name, on_problem=problems))
    ledger = adoption.ledger()
    written = not dry_run and bool(adoption.matched) and replace_file(site.ids, dump_ids(ledger), setting="ids")
    entries = enumerate(identified.entries)
    unclaimed = [entry for place, entry in entries if place not in adoption.claims and not entry.draft]
    first, last = min(adoption.dates, default=0.0), max(adoption.dates, default=-1.0)
    articles = tuple(
        Orphan(source=entry.source, url=entry.url, title=entry.title, published=entry.published)
        for entry in unclaimed
        if first <= entry.published.timestamp() <= last
    )
    return AdoptReport(
        matched=tuple(adoption.matched),
        unmatched=tuple(adoption.unmatched),
        articles=articles,
        outside=len(unclaimed) - len(articles),
        written=written,
        problems=tuple(problems.reported),
    )


class _Claim(NamedTuple):
    """An entry of an old feed that certainly belongs to one article."""

    feed: str
    is_atom: bool
    item: OldItem


class _Adoption:
    """Matches the entries of old feeds to articles, and adds the certain matches to the ledger."""

    def __init__(self, identified: Identified, on_problem: OnProblem) -> None:
        self.site = identified.identity.site
        self.before = identified.identity.ledger or Ledger(namespace=self.site.id_namespace)
        self.identified = identified
        self.on_problem = on_problem
        self.matched: list[Adopted] = []
        self.unmatched: list[Orphan] = []
        # The certain matches of each article, by its index.
        self.claims = defaultdict[int, list[_Claim]](list)
        # The dates of all entries, in seconds since 1970.
        self.dates: list[float] = []
        # The indexes of articles by each id, address, title and day that an old entry may have in common with them.
        self._places = defaultdict[object, list[int]](list)
        for place, entry in enumerate(identified.entries):
            row = self.before.rows.get(entry.id)
            keys = [key for url in (entry.url, *(row.urls if row else ())) for key in _keys(url)]
            for key in dict.fromkeys([*keys, ("title", fold(entry.title)), *self._days(entry.published)]):
                self._places[key].append(place)
            if entry.own_id:
                self._places["id", entry.id] = [place]

    def _days(self, time: datetime | None) -> set[date]:
        """The day of a time, as written and in the site's zone. Feeds need a time; many articles have only a day."""
        zone = dates.zone(self.site.timezone)
        return {time.date(), time.astimezone(zone).date()} if time else set()

    def add(self, name: str, feed: OldFeed) -> None:
        """Match the entries of one feed."""
        items = list({item.id: item for item in feed.items}.values())
        self.dates += [item.published.timestamp() for item in items if item.published]
        matches = list(self._matches(items))
        # Two entries of one feed may match one article.
        counts = Counter(place for _, places, by in matches if by for place in places)
        for item, places, by in matches:
            if by and len(places) == 1 and counts[places[0]] == 1:
                self.claims[places[0]].append(_Claim(name, feed.format == "atom", item))
                entry = self.identified.entries[places[0]]
                article = entry.source or entry.url
                self.matched.append(Adopted(feed=name, id=item.id, article=article, url=entry.url, by=by))
            else:
                orphan = Orphan(source=name, url=item.url, title=item.title, published=item.published, id=item.id)
                self.unmatched.append(orphan)
                self.on_problem(self._unmatched(name, item, places, by))

    def _matches(self, items: Iterable[OldItem]) -> Iterator[tuple[OldItem, Sequence[int], str]]:
        """The entries of one feed, each with the articles that it may match, and what they have in common.

        Ids in front matter come first; then addresses, on the same host and on any other; then titles with dates, among
        the articles without a match. The last value is empty if nothing of these matches: then the articles have
        the same title or, if the entry has no title, the same day.
        """
        certain = []
        for item in items:
            own = self._of_id(item.id)
            urls = (item.url, item.id if item.is_permalink else "")
            certain.append(
                (item, own or self._first(key for url in urls for key in _keys(url)), "id" if own else "address")
            )
        taken = {place for _, places, _ in certain for place in places}
        for item, places, by in certain:
            titles = self._places.get(("title", fold(item.title)), []) if item.title else []
            titles = [place for place in titles if place not in taken]
            of_day = {place for day in self._days(item.published) for place in self._places.get(day, ())} - taken
            both = [place for place in titles if place in of_day]
            if places:
                yield item, places, by
            else:
                yield item, both or (titles if item.title else sorted(of_day)), "title and date" if both else ""

    def _of_id(self, id_: str) -> Sequence[int]:
        """The articles with an id in front matter, which may have become a URI when it was read."""
        namespace = self.site.id_namespace
        if not id_.isdecimal():
            return self._first(("id", name) for name in (id_, stable_id(id_, namespace)))
        entries = enumerate(self.identified.entries)
        return [place for place, entry in entries if entry.id == numbered_id(id_, entry.url, namespace)]

    def _first(self, keys: Iterable[object]) -> list[int]:
        return next(filter(None, map(self._places.get, keys)), [])

    def _unmatched(self, name: str, item: OldItem, places: Sequence[int], by: str) -> Problem:
        # Paths below the content folder, since they are shorter.
        names = [self.identified.rows[place].path or self.identified.entries[place].url for place in places[:3]]
        articles = " or ".join(map(shown, names))
        hint = f"write id: {item.id} into the front matter of the article that it is"
        if by:
            more = f" or {len(places) - 3:,} more" if len(places) > 3 else ""
            message = f"{shown(item.id)} may be {articles}{more} by its {by}; it is not matched"
            if len(places) == 1:
                message = f"{shown(item.id)} and another entry are both {articles} by {by}; they are not matched"
            return Problem(code="FK602", severity="error", path=name, message=message, hint=hint)
        more = f"; {articles} has the same title or day, which is not enough" if articles else ""
        message = f"no article has the address, or the title and date, of {shown(item.title or item.url)}{more}"
        return Problem(code="FK603", severity="warning", path=name, message=message, hint=f"{hint}, if there is one")

    def ledger(self) -> Ledger:
        """The ledger with the matched ids. Ids that disagree are Problems (FK604, FK605)."""
        rows = dict(self.before.rows)
        for place, claims in sorted(self.claims.items()):
            if row := self._row(place, claims, rows):
                rows[row.id] = row
        return replace(self.before, rows=rows)

    def _row(self, place: int, claims: Sequence[_Claim], rows: Mapping[str, LedgerRow]) -> LedgerRow | None:
        """The row of a matched article; None where its id is that of another article."""
        entry = self.identified.entries[place]
        before = rows.get(entry.id)
        # The id in Atom, and the id in RSS and JSON Feed: each from the first feed that has it.
        atom = next((claim.item.id for claim in claims if claim.is_atom), "")
        other = next((claim.item.id for claim in claims if not claim.is_atom), "")
        id_ = next(filter(is_id, (atom, other)), "") or stable_id(other or atom, self.site.id_namespace)
        guid = other if other != id_ and not illegal_names(other) else ""
        if before is not None or entry.own_id:
            id_ = entry.id
            guid = before.guid if before else guid if stable_id(guid, self.site.id_namespace) == id_ else ""
        for feed, is_atom, item in claims:
            own = guid if guid and not is_atom else id_
            if item.id != own:
                owner = "its front matter" if entry.own_id else "the ledger" if before else "another feed"
                message = f"{shown(feed)} has the id {shown(item.id)}, but {owner} has {shown(own)}, which is kept"
                way_out = ", unless you give it the other id"
                if before:
                    way_out = "; delete the ledger line if no reader has seen that id yet"
                self._report("FK604", entry, message, f"subscribers of that feed will see it as new{way_out}")
        if before is None and id_ in rows:
            owner = shown(rows[id_].path or rows[id_].title)
            message = f"{shown(claims[0].feed)} has the id {shown(claims[0].item.id)}, which belongs to {owner}"
            hint = "find out which of the two it is, and write the id into its front matter"
            self._report("FK605", entry, message, hint)
            return None
        old = [comparable_url(claim.item.url) for claim in claims] + list(before.urls if before else ())
        urls = (*dict.fromkeys(url for url in old if url and url != entry.url), entry.url)
        return replace(self.identified.rows[place], urls=urls, id=id_, guid="" if guid == id_ else guid)

    def _report(self, code: str, entry: Entry, message: str, hint: str) -> None:
        path = entry.source
        self.on_problem(Problem(code=code, severity="error", path=path, key="id", message=message, hint=hint))


def _keys(url: str) -> Iterator[object]:
    """The keys by which an address is compared: the whole address, and its path, which may be on another host."""
    yield comparable_url(url)
    if path := comparable_path(url):
        yield "path", path


def comparable_url(url: str) -> str:
    """An address in its canonical form, without the parameters of campaigns; empty if it is no valid address."""
    try:
        parts = urlsplit(absolute(url, ""))
    except RefusedValue:
        return ""
    query = "&".join(piece for piece in parts.query.split("&") if not piece.startswith("utm_"))
    return urlunsplit((parts.scheme, parts.netloc, parts.path, query, ""))


def comparable_path(url: str) -> str:
    """The path and query of an address, for comparing addresses of different hosts; without the ending of the path.

    `/a`, `/a/`, `/a.html` and `/a/index.html` are equal. Empty for the home page, which is no article.
    """
    parts = urlsplit(comparable_url(url))
    text = unicodedata.normalize("NFC", unquote(parts.path))
    end = next((end for end in _ENDS if text.endswith(end)), "")
    bare = text.removesuffix(end).strip("/")
    return f"{bare}?{parts.query}" if parts.query else bare
