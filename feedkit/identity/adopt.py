"""The ids of old feeds into the ledger, so that a new generator shows no subscriber an old article again.

Refuses to choose: an entry that may be two articles, and an article that has two ids, is told and left alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from feedkit.config.site import Site
from feedkit.errors import OnProblem, Problem, SettingsError, printable, shown
from feedkit.identity import ids
from feedkit.identity.adoption import Adopted, AdoptReport, Orphan
from feedkit.identity.identity import Identity, Named
from feedkit.identity.ids import Known, Ledger
from feedkit.identity.old_items import Found, address, find
from feedkit.imports.feeds import OldFeed, OldItem, read_feed
from feedkit.model import Entry, is_id
from feedkit.pipeline.build import Content, Problems, check_content, read_content
from feedkit.records import dataclass, field, replace
from feedkit.text import illegal_names
from feedkit.urls import stable_id


def adopt(
    site: Site,
    content: Content,
    feeds: Iterable[str | Path],
    *,
    ids_file: str | Path | None = None,
    dry_run: bool = False,
    on_problem: OnProblem | None = None,
) -> AdoptReport:
    """Enter the ids of old feed files into the ledger, for the articles that their entries are.

    Give every feed that people subscribed to, in all formats and with all its pages, in one call. An Atom id is the
    article's id; that of RSS or JSON Feed, where it differs or is no URI, is kept for those two formats. `ids_file`
    takes the place of `site.ids`. With `dry_run` nothing is written. Raises `SettingsError` where neither names a
    ledger, for a damaged one and for content that is not there; `DocumentError` for a feed that cannot be read.
    """
    site = replace(site, ids=Path(ids_file)) if ids_file else site
    if site.ids is None:
        raise SettingsError('ids: no ledger is named; write ids = "ids.jsonl", or name one with --ids')
    check_content(content)
    problems = Problems(on_problem)
    identity = Identity.of(site, content)
    named = identity.named(tuple(read_content(content, identity.site, problems)), problems)
    run = _Run(
        site=identity.site, book=identity.book or Ledger(namespace=site.id_namespace), named=named, tell=problems
    )
    for name in feeds:
        run.add(printable(str(name)), read_feed(name, on_problem=problems))
    book = run.ledger()
    written = not dry_run and bool(run.matched) and ids.save(site.ids, book)
    missing, outside = run.without_item()
    return AdoptReport(
        matched=tuple(run.matched),
        unmatched=tuple(run.unmatched),
        articles=missing,
        outside=outside,
        written=written,
        problems=tuple(problems.found),
    )


@dataclass(frozen=True, slots=True)
class _Claim:
    """What one feed calls an article."""

    feed: str
    atom: bool
    item: OldItem


@dataclass(slots=True, kw_only=True)
class _Run:
    """One call of `adopt`. Not frozen: it is never seen outside this module."""

    site: Site
    book: Ledger
    named: Named
    tell: OnProblem
    matched: list[Adopted] = field(default_factory=list)
    unmatched: list[Orphan] = field(default_factory=list)
    claims: dict[int, list[_Claim]] = field(default_factory=dict)
    dates: list[float] = field(default_factory=list)

    def add(self, name: str, feed: OldFeed) -> None:
        """Match the entries of one feed."""
        known = {known.id: known.urls for known in self.book.known}
        articles = [(entry, known.get(entry.id, ())) for entry in self.named.entries]
        items = list({item.id: item for item in feed.items}.values())
        self.dates += [item.published.timestamp() for item in items if item.published]
        found = list(find(items, articles, self.site))
        shares: dict[int, int] = {}
        for one in found:
            for place in one.places if one.by else ():
                shares[place] = shares.get(place, 0) + 1
        for one in found:
            if one.by and len(one.places) == 1 and shares[one.places[0]] == 1:
                self._match(name, feed, one)
            else:
                self._leave(name, one)

    def _match(self, name: str, feed: OldFeed, one: Found) -> None:
        (place,) = one.places
        self.claims.setdefault(place, []).append(_Claim(name, feed.format == "atom", one.item))
        entry = self.named.entries[place]
        article = entry.source or entry.url
        self.matched.append(Adopted(feed=name, id=one.item.id, article=article, url=entry.url, by=one.by))

    def _leave(self, name: str, one: Found) -> None:
        item = one.item
        self.unmatched.append(Orphan(source=name, url=item.url, title=item.title, published=item.published, id=item.id))
        articles = " or ".join(shown(self._named(place)) for place in one.places[:3])
        if one.by:
            more = f" or {len(one.places) - 3:,} more" if len(one.places) > 3 else ""
            message = f"{shown(item.id)} may be {articles}{more} by its {one.by}; it is left alone"
            if len(one.places) == 1:
                message = f"{shown(item.id)} and another entry are both {articles} by {one.by}; they are left alone"
            hint = f"write id: {item.id} into the front matter of the article that it is"
            self.tell(Problem(code="FK602", severity="error", path=name, message=message, hint=hint))
            return
        more = f"; {articles} has the same title or day, which is no proof" if articles else ""
        hint = f"write id: {item.id} into the front matter of the article that it is, if there is one"
        message = f"no article has the address, or the title and date, of {shown(item.title or item.url)}{more}"
        self.tell(Problem(code="FK603", severity="warning", path=name, message=message, hint=hint))

    def _named(self, place: int) -> str:
        """An article as its author calls it: what is above the content folder tells nothing."""
        return self.named.paths[place] or self.named.entries[place].url

    def ledger(self) -> Ledger:
        """The ledger with what was matched."""
        book = {known.id: known for known in self.book.known}
        for place, claims in sorted(self.claims.items()):
            if known := self._known(place, claims, book):
                book[known.id] = known
        return replace(self.book, known=tuple(book[name] for name in sorted(book)))

    def _known(self, place: int, claims: Sequence[_Claim], book: dict[str, Known]) -> Known | None:
        entry = self.named.entries[place]
        before = book.get(entry.id)
        name, guid = self._ids(claims)
        if before is not None or entry.own_id:
            name = entry.id
            guid = before.guid if before else guid if stable_id(guid, self.site.id_namespace) == name else ""
        for claim in claims:
            if claim.item.id not in ((name,) if claim.atom else (guid or name,)):
                self._tell_other(entry, claim, guid if guid and not claim.atom else name, is_known=before is not None)
        if before is None and name in book:
            self._tell_taken(entry, claims[0], book[name])
            return None
        old = [address(claim.item.url) for claim in claims] + list(before.urls if before else ())
        return Known(
            id=name,
            guid="" if guid == name else guid,
            urls=(*dict.fromkeys(url for url in old if url and url != entry.url), entry.url),
            path=self.named.paths[place],
            title=entry.title,
            published=entry.published,
            content=self.named.contents[place],
        )

    def _ids(self, claims: Sequence[_Claim]) -> tuple[str, str]:
        """The id, and what RSS and JSON Feed call it: each of the first feed that says one."""
        atom = next((claim.item.id for claim in claims if claim.atom), "")
        other = next((claim.item.id for claim in claims if not claim.atom), "")
        name = next(filter(is_id, (atom, other)), "") or stable_id(other or atom, self.site.id_namespace)
        return name, other if other != name and not illegal_names(other) else ""

    def _tell_other(self, entry: Entry, claim: _Claim, name: str, *, is_known: bool) -> None:
        owner = "its front matter" if entry.own_id else "the ledger" if is_known else "another feed"
        message = f"{shown(claim.feed)} calls it {shown(claim.item.id)}, and {owner} {shown(name)}, which stays"
        hint = (
            "subscribers of that feed will see it as new; delete the line of the ledger if nobody has seen that id yet"
        )
        if not is_known:
            hint = "subscribers of that feed will see it as new, unless you give it the other id"
        self.tell(Problem(code="FK604", severity="error", path=entry.source, key="id", message=message, hint=hint))

    def _tell_taken(self, entry: Entry, claim: _Claim, owner: Known) -> None:
        other = shown(owner.path or owner.title)
        message = f"{shown(claim.feed)} calls it {shown(claim.item.id)}, which is the id of {other}"
        hint = "find out which of the two it is, and write the id into its front matter"
        self.tell(Problem(code="FK605", severity="error", path=entry.source, key="id", message=message, hint=hint))

    def without_item(self) -> tuple[tuple[Orphan, ...], int]:
        """Articles that no entry is, from the time that the feeds cover, and how many others there are."""
        left = [entry for place, entry in enumerate(self.named.entries) if place not in self.claims and not entry.draft]
        first, last = (min(self.dates), max(self.dates)) if self.dates else (0.0, -1.0)
        inside = tuple(entry for entry in left if first <= entry.published.timestamp() <= last)
        return tuple(_orphans(inside)), len(left) - len(inside)


def _orphans(entries: Iterable[Entry]) -> Iterator[Orphan]:
    for entry in entries:
        yield Orphan(source=entry.source, url=entry.url, title=entry.title, published=entry.published)
