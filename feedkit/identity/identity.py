"""Ids that outlast slugs, folders and domains: the ledger's ids onto articles, and what was published into the ledger.

Refuses to forget: an id that was published is never given to another article, and what is gone stays known. Writes
nothing: a build saves the ledger when its documents are in place.
"""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit, urlunsplit

from feedkit.config.site import Site
from feedkit.errors import OnProblem, Problem, printable, shown
from feedkit.feed_values import Tombstone
from feedkit.formats.redirects import Move
from feedkit.identity import ids
from feedkit.identity.ids import Known, Ledger
from feedkit.identity.matching import MANY, Traits, match, traits_known, traits_of
from feedkit.lazy_regex import later
from feedkit.model import Entry
from feedkit.records import dataclass, field, replace
from feedkit.site import Edition
from feedkit.urls import made_id, path_url

# macOS keeps names in NFD.
_FORMS: tuple[Literal["NFC", "NFD"], ...] = ("NFC", "NFD")

# Nobody subscribes to these: what is built for them is a preview.
_LOCAL = later(r"localhost|.*\.(?:localhost|local|test)|127\.[0-9.]+|0\.0\.0\.0|::1")


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """What is remembered, before the articles are read."""

    #: The settings, with the namespace that the ledger began with.
    site: Site
    #: The folder of the articles; None where they come from no folder.
    root: Path | None
    #: Whether the articles are all there are, and not a file of them.
    whole: bool
    #: None where no id is remembered.
    book: Ledger | None

    @classmethod
    def of(cls, site: Site, content: object) -> Identity:
        """What the ledger of a site knows. Raises `SettingsError` for one that is damaged."""
        place = Path(content) if isinstance(content, str | Path) else None
        whole = place is None or place.is_dir()
        root = place if place is None or whole else place.parent
        if site.ids is None:
            return cls(site=site, root=root, whole=whole, book=None)
        book = ids.load(site.ids) or Ledger(namespace=site.id_namespace)
        # A namespace that is set wins over the one that is remembered; the host's own is no setting.
        if site.id_namespace == urlsplit(site.base_url).hostname:
            site = replace(site, id_namespace=book.namespace)
        return cls(site=site, root=root, whole=whole, book=book)

    @property
    def is_kept(self) -> bool:
        """Whether a build remembers: not of one article, nor of a preview on somebody's own machine."""
        return self.whole and _LOCAL.fullmatch(urlsplit(self.site.base_url).hostname or "") is None

    def named(self, entries: Sequence[Entry], problems: OnProblem) -> Named:
        """The articles with the ids that they are known by. A doubtful one is a Problem (FK601) and keeps its own."""
        if self.book is None:
            return Named(entries=tuple(entries))
        beginning = "" if self.root is None else printable(str(self.root / "_"))[:-1]
        articles = [traits_of(entry, self._path(entry, beginning)) for entry in entries]
        by_id = {known.id: traits_known(known) for known in self.book.known}
        own = [(one, by_id.pop(one.of.id, None)) for one in articles if one.of.own_id]
        unread = self._unread({one.path for one in articles})
        matches = match(
            [one for one in articles if not one.of.own_id],
            [one for one in by_id.values() if not unread(one)],
        )
        for one, candidates in matches.doubtful:
            problems(_doubtful(one.of, candidates))
        named = {id(one): known.of for one, known in (*matches.pairs, *own) if known}
        doubtful = {id(one) for one, _ in matches.doubtful}
        taken = by_id.keys() - {one.of.id for one in matches.missing} | {one.of.id for one, _ in own}
        entries = tuple(self._entries(articles, named, taken))
        return Named(
            entries=entries,
            reasons=dict(_reasons(entries, articles, named)),
            paths=tuple(one.path for one in articles),
            contents=tuple(one.content for one in articles),
            doubtful=frozenset(index for index, one in enumerate(articles) if id(one) in doubtful),
            missing=tuple(one.of for one in matches.missing if self.whole and one.of.id not in matches.possible),
        )

    def _path(self, entry: Entry, beginning: str) -> str:
        """The path of an article's file below the content folder, with slashes, NFC; empty where it came from none."""
        if self.root is None or not entry.source.startswith(beginning):
            return ""
        path = unicodedata.normalize("NFC", entry.source.removeprefix(beginning).replace(os.sep, "/"))
        # A name with what cannot be printed is known by other signs.
        return "" if "\\" in path or path.startswith("/") else path

    def _unread(self, paths: set[str]) -> Callable[[Traits[Known]], bool]:
        """Whether a known one has its file still, although no article was read of it."""
        root = self.root
        return lambda one: root is not None and one.path not in paths and _is_there(root, one.path)

    def _entries(
        self, articles: Iterable[Traits[Entry]], named: Mapping[int, Known], taken: set[str]
    ) -> Iterator[Entry]:
        """The articles, each with the id that is its own; `taken` are those that new ones must not get."""
        for one in articles:
            known = named.get(id(one))
            if known and (known.id, known.guid) != (one.of.id, one.of.guid):
                yield replace(one.of, id=known.id, guid=known.guid)
            elif known or one.of.own_id or one.of.id not in taken:
                yield one.of
            else:
                yield replace(one.of, id=self._free(one, taken))

    def _free(self, one: Traits[Entry], taken: set[str]) -> str:
        """An id that nobody has: the address was another article's, and is its id for ever."""
        name, number = one.path or urlsplit(one.url).path, 1
        while (made := made_id(self.site.id_namespace, "entry", f"{name}#{number}")) in taken:
            number += 1
        taken.add(made)
        return made


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """The articles with their ids, and what the ledger needs to know of them."""

    #: In the order in which they were read.
    entries: tuple[Entry, ...]
    #: Why an article has an id that is not what reading made of it, or that is remembered, by that id.
    reasons: Mapping[str, str] = field(default_factory=dict)
    #: The path of each below the content folder.
    paths: tuple[str, ...] = ()
    #: The digest of the text of each.
    contents: tuple[str, ...] = ()
    #: The places of those that may be known ones, and whose ids are not remembered until that is certain.
    doubtful: frozenset[int] = frozenset()
    #: Known ones that are nowhere, nor may be one of the doubtful.
    missing: tuple[Known, ...] = ()

    def book(self, identity: Identity, made: Edition, *, complete: bool) -> Ledger | None:
        """What is to be remembered when the edition is published; None where nothing is.

        An article that is not published, or is a draft, is not remembered before it is. Without `complete`, an article
        that came from no file is not taken for gone.
        """
        if identity.book is None:
            return None
        book = {known.id: known for known in identity.book.known}
        there = {entry.id: entry for entry in made.entries if not entry.draft}
        heirs: dict[str, str] = {}
        for index, entry in enumerate(self.entries):
            if index in self.doubtful:
                continue
            if entry.own_id and entry.id not in book:
                heirs[self.paths[index]] = entry.id
            if there.get(entry.id) is entry:
                book[entry.id] = self._entered(index, book.get(entry.id), entry.url)
            elif entry.id in book and entry.id not in there:
                book[entry.id] = self._entered(index, book[entry.id])
        for known in self.missing:
            heir = book.get(heirs.get(known.path, "")) if known.path and not known.gone else None
            if heir:
                # The author gave the article another id.
                book[heir.id] = replace(heir, urls=_history(known.urls, heir.urls))
                del book[known.id]
            elif book[known.id] is known and not known.gone and (complete or (known.path and identity.root)):
                book[known.id] = replace(known, gone=made.now.replace(microsecond=0))
        return Ledger(namespace=identity.site.id_namespace, known=tuple(book[name] for name in sorted(book)))

    def _entered(self, index: int, known: Known | None, *urls: str) -> Known:
        entry = self.entries[index]
        return Known(
            id=entry.id,
            urls=_history(known.urls if known else (), urls),
            path=self.paths[index] or (known.path if known else ""),
            title=entry.title,
            published=entry.published,
            content=self.contents[index],
            guid=entry.guid,
        )


def _reasons(
    entries: Iterable[Entry], articles: Iterable[Traits[Entry]], named: Mapping[int, Known]
) -> Iterator[tuple[str, str]]:
    for entry, one in zip(entries, articles, strict=True):
        if entry.own_id:
            continue
        if id(one) in named:
            yield entry.id, "the permalink; the ledger of ids has it" if entry.id == entry.url else "the ledger of ids"
        elif entry.id != one.of.id:
            yield entry.id, f"made of its path: {shown(one.of.id)} is the id of another article for ever"


def _history(before: tuple[str, ...], now: tuple[str, ...]) -> tuple[str, ...]:
    return (*(url for url in before if url not in now), *now)


def with_history(made: Edition, book: Ledger | None) -> Edition:
    """The edition with moves to present addresses, and tombstones of what is gone where the site wants them.

    An address that a published article has is not redirected; nor is one whose article is not published now. One of
    another host is there on the site's own, too: who moves a host as a whole keeps the paths. Of tombstones there are
    at most as many as a feed has entries, the newest.
    """
    if book is None:
        return made
    by_id = {known.id: known for known in book.known}
    present = {entry.url for entry in made.entries} | {
        path_url(made.site.base_url, item.folder) for item in made.selections
    }
    moves: dict[str, tuple[int, str]] = {}
    for entry in sorted(made.entries, key=lambda entry: entry.id):
        urls = by_id[entry.id].urls if entry.id in by_id else ()
        for age, url in enumerate(reversed(urls) if urls != (entry.url,) else ()):
            for old in {url, _at(made.site, url)} - present:
                # Where two articles had an address, the one that left it last was there last.
                if old not in moves or age < moves[old][0]:
                    moves[old] = (age, entry.url)
    return replace(
        made,
        moves=tuple(Move(old=old, new=new) for old, (_, new) in sorted(moves.items())),
        tombstones=tuple(_tombstones(book))[: made.site.limit] if made.site.tombstones else (),
    )


def _at(site: Site, url: str) -> str:
    """The same path on the host of a site."""
    return urlunsplit((*urlsplit(site.base_url)[:2], *urlsplit(url)[2:]))


def _tombstones(book: Ledger) -> Iterator[Tombstone]:
    gone = [(known.gone, known.id) for known in book.known if known.gone]
    for when, name in sorted(gone, key=lambda item: (-item[0].timestamp(), item[1])):
        yield Tombstone(ref=name, when=when)


def _is_there(root: Path, path: str) -> bool:
    """Whether a file is there, or may be: a folder that cannot be looked into is no proof that it is empty."""
    for name in dict.fromkeys(unicodedata.normalize(form, path) for form in _FORMS):
        try:
            (root / name).lstat()
        except (FileNotFoundError, NotADirectoryError):
            continue
        except OSError:
            return True
        return bool(path)
    return False


def _doubtful(entry: Entry, candidates: Sequence[Traits[Known]]) -> Problem:
    names = sorted(one.of.id for one in candidates)
    number = "many" if len(names) >= MANY else len(names) - 1
    others = f" or {number} more" if len(names) > 1 else ""
    message = (
        f"the article may be {shown(names[0])}{others}, whose file is gone; it has the id {shown(entry.id)} for now"
    )
    hint = f"write id: {names[0]} into its front matter if it is, or id: {entry.url} if it is new"
    return Problem(code="FK601", severity="warning", path=entry.source, key="id", message=message, hint=hint)
