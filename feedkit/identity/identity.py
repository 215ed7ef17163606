"""Gives articles their ids from the ledger, whatever happens to slugs, folders and domains; adds published articles.

Certain matches come first, and nothing is guessed: an article that may match two rows of the ledger is doubtful. A
published id is never reused for another article; rows of removed articles stay in the ledger. Nothing is written
here: a build writes the ledger with its documents.
"""

from __future__ import annotations

import itertools
import os
import unicodedata
from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlsplit, urlunsplit

from msgspec import Struct
from msgspec.structs import replace

from feedkit.config.site import Site
from feedkit.errors import OnProblem, Problem, printable, shown
from feedkit.formats.lists import Move
from feedkit.identity.ledgers import Ledger, LedgerRow, load_ids, text_digest_of
from feedkit.lazy_regex import lazy_regex
from feedkit.model import Entry, Tombstone
from feedkit.site.published import Publication
from feedkit.text import fold
from feedkit.urls import path_url, uuid_urn

# Hosts without subscribers: builds for them are previews.
_LOCAL = lazy_regex(r"localhost|.*\.(?:localhost|local|test)|127\.[0-9.]+|0\.0\.0\.0|::1")
# A doubtful article may share a trait with very many rows, such as its day; so many are named.
_MAX_CANDIDATES = 10


class Identity(Struct, frozen=True, kw_only=True):
    """The ledger of a site and its settings, before the articles are read."""

    site: Site  #: The settings, with the namespace of the ledger.
    root: Path | None  #: The folder of the articles; None if there is none.
    whole: bool  #: Whether the content is all articles, and not a single file.
    ledger: Ledger | None  #: None if the site has no ledger.

    @classmethod
    def of(cls, site: Site, content: object) -> Identity:
        """Load the ledger of a site. Raises `SettingsError` for a damaged one."""
        place = Path(content) if isinstance(content, str | Path) else None
        whole = place is None or place.is_dir()
        root = place if place is None or whole else place.parent
        ledger = None
        if site.ids is not None:
            ledger = load_ids(site.ids) or Ledger(namespace=site.id_namespace)
            # A namespace in the settings wins over that of the ledger; one made of the host does not.
            if site.id_namespace == urlsplit(site.base_url).hostname:
                site = replace(site, id_namespace=ledger.namespace)
        return cls(site=site, root=root, whole=whole, ledger=ledger)

    @property
    def is_remembered(self) -> bool:
        """Whether a build writes the ledger: not for a single article, and not for a preview on this machine."""
        return self.whole and _LOCAL.fullmatch(urlsplit(self.site.base_url).hostname or "") is None

    def identified(self, entries: Sequence[Entry], on_problem: OnProblem) -> Identified:
        """The articles with their ids from the ledger. A doubtful article is a Problem (FK601) and keeps its own id."""
        if self.ledger is None:
            return Identified(identity=self, entries=tuple(entries))
        beginning = "" if self.root is None else printable(str(self.root / "_"))[:-1]
        articles = [
            LedgerRow(
                id=entry.id,
                urls=(entry.url,),
                path=self._path(entry, beginning),
                title=entry.title or entry.url,
                published=entry.published,
                content=text_digest_of(entry),
                guid=entry.guid,
            )
            for entry in entries
        ]
        rows = dict(self.ledger.rows)
        own = {place: rows.pop(entry.id, None) for place, entry in enumerate(entries) if entry.own_id}
        paths = {article.path for article in articles}
        matches = _Matches(
            {place: article for place, article in enumerate(articles) if place not in own},
            {id_: row for id_, row in rows.items() if row.path in paths or not self._is_there(row.path)},
        )
        by_place = {**own, **{place: rows[id_] for place, id_ in matches.pairs.items()}}
        # Ids that a new article must not get.
        taken = rows.keys() - matches.missing | {entries[place].id for place in own}
        result = []
        for place, entry in enumerate(entries):
            row = by_place.get(place)
            if place in matches.doubtful:
                on_problem(_doubtful(entry, matches.doubtful[place]))
            if row and (row.id, row.guid) != (entry.id, entry.guid):
                entry = replace(entry, id=row.id, guid=row.guid)
            elif row is None and not entry.own_id and entry.id in taken:
                # The address is the id of another article, which was there before.
                name = articles[place].path or urlsplit(entry.url).path
                ids = (uuid_urn(self.site.id_namespace, "entry", f"{name}#{number}") for number in itertools.count(1))
                entry = replace(entry, id=next(id_ for id_ in ids if id_ not in taken))
                taken.add(entry.id)
            result.append(entry)
            path = articles[place].path or (row.path if row else "")
            articles[place] = replace(articles[place], id=entry.id, guid=entry.guid, path=path)
        missing = [row for id_, row in rows.items() if id_ in matches.missing - matches.possible] if self.whole else []
        return Identified(
            identity=self,
            entries=tuple(result),
            rows=tuple(articles),
            doubtful=frozenset(matches.doubtful),
            missing=tuple(missing),
        )

    def _path(self, entry: Entry, beginning: str) -> str:
        """The path of an article's file below the content folder, with slashes, NFC; empty if it has no file."""
        if self.root is None or not entry.source.startswith(beginning):
            return ""
        path = unicodedata.normalize("NFC", entry.source.removeprefix(beginning).replace(os.sep, "/"))
        # An article whose path cannot be printed is recognised by its other traits.
        return "" if "\\" in path or path.startswith("/") else path

    def _is_there(self, path: str) -> bool:
        """Whether a file exists, or may exist in a folder that cannot be read."""
        if self.root is None or not path:
            return False
        # macOS keeps names in NFD.
        for name in (unicodedata.normalize("NFC", path), unicodedata.normalize("NFD", path)):
            try:
                (self.root / name).lstat()
            except (FileNotFoundError, NotADirectoryError):
                continue
            except OSError:
                pass
            return True
        return False


class Identified(Struct, frozen=True, kw_only=True):
    """The articles with their ids, and the data for the next ledger."""

    identity: Identity  #: The ledger before this build.
    entries: tuple[Entry, ...]  #: In the order in which they were read.
    rows: tuple[LedgerRow, ...] = ()  #: For each entry the row that a new article would have; empty without a ledger.
    #: The indexes of doubtful entries, which are not added to the ledger.
    doubtful: frozenset[int] = frozenset()
    missing: tuple[LedgerRow, ...] = ()  #: Rows without an article, except those that doubtful entries may match.

    def ledger(self, publication: Publication, *, complete: bool) -> Ledger | None:
        """The ledger after the publication; None if the site has no ledger.

        Only published articles that are no drafts are added. A missing article without a file is marked as gone only if
        the articles are `complete`.
        """
        if self.identity.ledger is None:
            return None
        rows = dict(self.identity.ledger.rows)
        published = {entry.id: entry for entry in publication.entries if not entry.draft}
        # The ids in front matter, by the paths of the files.
        new_ids: dict[str, str] = {}
        for index, entry in enumerate(self.entries):
            if index in self.doubtful:
                continue
            if entry.own_id and entry.id not in rows:
                new_ids[self.rows[index].path] = entry.id
            urls = rows[entry.id].urls if entry.id in rows else ()
            if published.get(entry.id) is entry:
                rows[entry.id] = replace(self.rows[index], urls=_history(urls, [entry.url]))
            elif entry.id in rows and entry.id not in published:
                rows[entry.id] = replace(self.rows[index], urls=urls)
        for row in self.missing:
            heir = rows.get(new_ids.get(row.path, "")) if row.path and not row.gone else None
            if heir:
                rows[heir.id] = replace(heir, urls=_history(row.urls, heir.urls))
                del rows[row.id]
            elif rows[row.id] is row and not row.gone and (complete or (row.path and self.identity.root)):
                rows[row.id] = replace(row, gone=publication.now.replace(microsecond=0))
        return Ledger(namespace=self.identity.site.id_namespace, rows=rows)


#: The traits by which an article is recognised in the ledger; empty traits match nothing.
_Traits = Mapping[str, Hashable]
_K = TypeVar("_K", int, str)


class _Matches:
    """Pairs of articles and rows of the ledger; each article and each row is in one pair at most."""

    def __init__(self, articles: Mapping[int, LedgerRow], rows: Mapping[str, LedgerRow]) -> None:
        """`articles` are the articles without an id in front matter, by index; `rows` those of the ledger, by id.

        Two traits decide first: path and text, path and title with date, text and title with date, text and address.
        Rows of removed articles are matched by these only. Then one trait decides: the path and then the address,
        unless the text, or title and date, match another row; then the text; then title and date. A trait that two
        articles or two rows share decides nothing.
        """
        #: The ids of rows by the indexes of their articles.
        self.pairs: dict[int, str] = {}
        self._articles = {place: _traits(row) for place, row in articles.items()}
        self._rows = {id_: _traits(row) for id_, row in rows.items()}
        for names in ("path content", "path title date", "content title date", "content url"):
            self._pair(names)
        # Another article may have the path or address of a removed one.
        gone = {id_ for id_ in self._rows if rows[id_].gone}
        for id_ in gone:
            del self._rows[id_]
        self._pair("path", is_weak=True)
        self._pair("url", is_weak=True)
        self._pair("content")
        self._pair("title date")
        #: The indexes of doubtful articles, with the first ids of rows that each may match.
        self.doubtful: dict[int, set[str]] = {}
        #: The ids of all rows that these may match.
        self.possible: set[str] = set()
        for name in ("content", "title", "date", "path", "url"):
            ids_by_trait = _by(self._rows, name)
            for value, places in _by(self._articles, name).items():
                ids = ids_by_trait.get(value, [])
                self.possible.update(ids)
                for place in places if ids else ():
                    self.doubtful.setdefault(place, set()).update(ids[:_MAX_CANDIDATES])
        #: The ids of rows without an article.
        self.missing = self._rows.keys() | gone

    def _pair(self, names: str, *, is_weak: bool = False) -> None:
        """Match articles and rows that share traits with no other article and no other row.

        With `is_weak`, not if one of the two shares its text, or title and date, with a third, which matches better.
        """
        better = ("content", "title date") if is_weak else ()
        groups = [(other, _by(self._articles, other), _by(self._rows, other)) for other in better]
        ids_by_traits = _by(self._rows, names)
        for value, places in _by(self._articles, names).items():
            if len(places) == len(ids := ids_by_traits.get(value, [])) == 1:
                article, row = self._articles[places[0]], self._rows[ids[0]]
                if all(
                    of_rows.get(_values(article, other), ids) == ids
                    and of_articles.get(_values(row, other), places) == places
                    for other, of_articles, of_rows in groups
                ):
                    self.pairs[places[0]] = ids[0]
                    del self._articles[places[0]], self._rows[ids[0]]


def _traits(row: LedgerRow) -> _Traits:
    title, date = fold(row.title), str(row.published.timestamp())
    return {"path": row.path, "content": row.content, "url": row.urls[-1], "title": title, "date": date}


def _values(traits: _Traits, names: str) -> tuple[Hashable, ...]:
    return tuple([traits[name] for name in names.split()])


def _by(all_traits: Mapping[_K, _Traits], names: str) -> Mapping[tuple[Hashable, ...], list[_K]]:
    """The keys of the traits, by the values of the named traits. Keys with an empty value among them are left out."""
    groups = defaultdict[tuple[Hashable, ...], list[_K]](list)
    for key, traits in all_traits.items():
        if all(values := _values(traits, names)):
            groups[values].append(key)
    return groups


def _history(before: Iterable[str], now: Iterable[str]) -> tuple[str, ...]:
    now = tuple(now)
    return (*(url for url in before if url not in now), *now)


def with_history(publication: Publication, ledger: Ledger | None) -> Publication:
    """The publication with the moves of articles to their present addresses, and tombstones if the site wants them.

    An address that a published article has now is not redirected, nor is the address of an article that is not
    published. Addresses on another host are redirected on the site's host, too: a server that moves as a whole keeps
    the paths. There are tombstones for the newest removed articles, at most as many as a feed has entries.
    """
    if ledger is None:
        return publication
    site = publication.site
    present = {entry.url for entry in publication.entries} | {
        path_url(site.base_url, selection.folder) for selection in publication.selections
    }
    moves: dict[str, tuple[int, str]] = {}
    for entry in sorted(publication.entries, key=lambda entry: entry.id):
        urls = ledger.rows[entry.id].urls if entry.id in ledger.rows else ()
        for age, url in enumerate(reversed(urls) if urls != (entry.url,) else ()):
            same_path = urlunsplit((*urlsplit(site.base_url)[:2], *urlsplit(url)[2:]))
            for old in {url, same_path} - present:
                # If two articles had an address, it redirects to the article that had it last.
                if old not in moves or age < moves[old][0]:
                    moves[old] = (age, entry.url)
    gone = [(row.gone, row.id) for row in ledger.rows.values() if row.gone] if site.tombstones else []
    newest = sorted(gone, key=lambda item: (-item[0].timestamp(), item[1]))[: site.limit or None]
    return replace(
        publication,
        moves=tuple(Move(old=old, new=new) for old, (_, new) in sorted(moves.items())),
        tombstones=tuple(Tombstone(ref=id_, when=when) for when, id_ in newest),
    )


def _doubtful(entry: Entry, candidates: Iterable[str]) -> Problem:
    ids = sorted(candidates)
    number = "many" if len(ids) >= _MAX_CANDIDATES else len(ids) - 1
    others = f" or {number} more" if len(ids) > 1 else ""
    own = f"it has the id {shown(entry.id)} for now"
    message = f"the article may be {shown(ids[0])}{others}, whose file is gone; {own}"
    hint = f"write id: {ids[0]} into its front matter if it is, or id: {entry.url} if it is new"
    return Problem(code="FK601", severity="warning", path=entry.source, key="id", message=message, hint=hint)
