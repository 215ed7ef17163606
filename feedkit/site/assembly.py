"""Plans the documents of a publication and renders them.

The fragment of an entry is rendered once for each format and length, and spliced into every feed with the entry.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from fnmatch import fnmatchcase
from html import escape
from pathlib import Path
from typing import Any, TypeVar

from msgspec import Struct
from msgspec.structs import replace

from feedkit.articles.media import measure
from feedkit.config.site import Content, Site
from feedkit.errors import DocumentError, OnProblem, Problem, Problems, printable, raise_or_log, shown
from feedkit.formats.format import FEED_FORMATS, Format, completed
from feedkit.formats.frame import MAX_PICTURE_PIXELS, Frame, shared_authors, splice
from feedkit.formats.lists import Move
from feedkit.formats.xml_syntax import unambiguous, vocabularies
from feedkit.model import ITUNES, Document, Element, Entry, Feed, Image, Piece, newest
from feedkit.site.podcasts import podcast_problems, with_apple_categories
from feedkit.site.published import Publication, publication
from feedkit.site.taxonomy import Selection, document_name
from feedkit.text import fold
from feedkit.urls import path_url, stable_id, uuid_urn
from feedkit.value import revised

#: Returns the fragment of an entry in a format, with as much content as asked for. Raises `DocumentError`.
FragmentOf = Callable[[Entry, Format, Content], Piece]

# The types that RSS 2.0 allows in `image`.
_TYPES = frozenset(["image/gif", "image/jpeg", "image/png"])

# The usual sizes of a head and of an entry with a summary, to estimate which entries will fit into `max_bytes`.
_HEAD_BYTES, _SUMMARY_BYTES = 4_000, 2_000


#: A selection of documents: a path, a pattern such as `tags/*`, several of them, or a function of the path.
Only = str | Iterable[str] | Callable[[str], bool]


def documents(
    site: Site, entries: Iterable[Entry], *, only: Only | None = None, on_problem: OnProblem | None = None
) -> Iterator[Document]:
    """Every document of a site: feeds of the site and of every term, then sitemap, OPML list, page and stylesheet.

    Documents come before those that link to them. Drafts, scheduled and expired entries are left out, as of
    `site.as_of`, else SOURCE_DATE_EPOCH, else now. `only` selects documents, and no others are rendered: a path, a
    pattern such as `tags/*`, several of them, or a function of the path. With `on_problem`, two entries with the same
    address or id are a Problem and the older one is kept, and an entry that a format cannot represent is a Problem and
    is left out of it; without it both raise `ArticleError`. Holds all entries in memory.
    """
    on_problem = on_problem or raise_or_log
    published = publication(site, entries, on_problem)
    plan, report = DocumentPlan(published), Problems(on_problem)
    fragments, is_wanted = Fragments(site), _path_filter(only)
    for problem in plan.problems:
        report(problem)
    for planned in plan.documents:
        if planned.may_have(is_wanted):
            for document in planned.make(fragments, report):
                if is_wanted(document.path):
                    yield addressed(published, document)


def addressed(publication: Publication, document: Document) -> Document:
    """The document with its address, its hubs and its next change, which servers send in headers."""
    site = publication.site
    hubs = site.hubs if document.items is not None else ()
    return revised(document, url=site.url(document.path), hubs=hubs, next_change=publication.next_change)


def document(
    site: Site, entries: Iterable[Entry], path: str, *, on_problem: OnProblem | None = None
) -> Document | None:
    """The document of a site at a path such as `tags/cpp/rss.xml`; None if there is none. No other is rendered."""
    return next(documents(site, entries, only=_OnePath(path), on_problem=on_problem), None)


class _OnePath(Struct):
    """A filter that accepts one path, and exposes it."""

    path: str

    def __call__(self, path: str) -> bool:
        return path == self.path


def _path_filter(only: Only | None) -> Callable[[str], bool]:
    if callable(only):
        return only
    if isinstance(only, str) and not any(sign in only for sign in "*?["):
        return _OnePath(only)
    patterns = ("*",) if only is None else (only,) if isinstance(only, str) else tuple(only)
    return lambda path: any(fnmatchcase(path, pattern) for pattern in patterns)


class Fragments:
    """A cache of the fragments of entries, for one format at a time: formats are rendered one after the other."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._format: Format | None = None
        self._pieces: dict[tuple[str, Content], Piece] = {}

    def __call__(self, entry: Entry, format_: Format, content: Content) -> Piece:
        """The fragment of an entry. Raises `DocumentError` for an entry that the format cannot represent."""
        if format_ is not self._format:
            self._format, self._pieces = format_, {}
        if (key := (entry.id, content)) not in self._pieces:
            self._pieces[key] = format_.fragment(shortened(entry, content, self._site.read_more))
        return self._pieces[key]


def shortened(entry: Entry, content: Content, read_more: str) -> Entry:
    """The entry with as much content as a feed includes; a summary in place of the content may end in a link."""
    if content == "full":
        return entry
    summary = entry.summary if content == "summary" else ""
    # The excerpt is HTML, and is preferred to the plain summary.
    html = entry.excerpt if content == "summary" else ""
    if read_more and summary:
        text, link = html or f"<p>{escape(summary, quote=False)}</p>", escape(read_more, quote=False)
        html = f'{text}<p><a href="{escape(entry.url)}">{link}</a></p>'
    return revised(entry, content=html, summary=summary, markdown="")


class _Planned(Struct, kw_only=True):
    plan: DocumentPlan
    path: str  #: The path below the output folder; of the last document if there are several.
    parts: tuple[Any, ...]  #: What its bytes depend on in addition to settings, entries and files.
    entries: tuple[Entry, ...]  #: The entries that it includes or lists.
    reads: tuple[Path, ...] = ()  #: The files and folders that are read to render it.


class DocumentPlan:
    """The documents of a publication, still to be rendered, in the order in which they are written."""

    def __init__(self, publication: Publication) -> None:
        self.publication = publication
        #: Problems of the plan as a whole.
        self.problems: list[Problem] = []
        site = publication.site
        self.former = _former_folders(site, publication.selections, self.problems.append)
        self._image, self.dependencies = _rss_picture(site)
        # What all feeds have in common.
        self._feed = Feed(
            title=site.title,
            home_url=site.base_url,
            icon=site.icon,
            logo=site.logo,
            image=self._image,
            rights=site.rights,
            hubs=site.hubs,
            schedule=site.schedule,
            rss_cloud=site.rss_cloud,
            podcast=with_apple_categories(site.podcast) if site.podcast else None,
            stylesheet=site.stylesheet or (site.url(site.names.style) if "style" in site.formats else None),
        )
        self._heads: dict[tuple[str, int], Feed] = {}
        self._extended: dict[str, Entry] = {}
        if site.podcast is not None and "rss" in site.formats:
            cover, paths = _measured(site, site.podcast.image) if site.podcast.image else (None, ())
            # Not pathlib, which raises for names that are too long.
            places = (path for path in paths if os.path.isdir(os.path.dirname(path)))  # noqa: PTH112, PTH120
            missing = printable(next(places, "")) if cover and cover.length is None else ""
            self.problems += podcast_problems(site, publication.entries, cover, missing_cover=missing)
        self.documents: tuple[PlannedDocument, ...] = (*self._feeds(), *self._lists())

    def _feeds(self) -> Iterator[FeedDocument]:
        """Each feed in each of its formats, archives first."""
        site, selections = self.publication.site, self.publication.selections
        feeds = [(item, *part) for item in selections for part in _feed_parts(item, archives=site.archives)]
        for format_ in FEED_FORMATS.values():
            for selection, number, archives, entries in feeds:
                if not any(item.name == format_.name for item in selection.formats):
                    continue
                facts = (format_.name, selection.folder, selection.name, selection.slug, selection.older != ())
                common = (number, archives, self.former.get(selection.folder), self._image)
                yield FeedDocument(
                    plan=self,
                    path=f"{selection.folder}{document_name(site, format_, number)}",
                    parts=(*facts, *common, () if selection.name else self.publication.tombstones),
                    entries=entries,
                    format=format_,
                    selection=selection,
                    number=number,
                    archives=archives,
                )

    def _lists(self) -> Iterator[ListDocument]:
        publication, site, names = self.publication, self.publication.site, self.publication.site.names
        if "sitemap" in site.formats:
            reads = (*site.sitemap.lists, *([site.sitemap.html] if site.sitemap.html else []))
            yield self._list_document("sitemap", names.sitemap, (publication.lastmods, publication.pages), reads)
            if site.sitemap.news:
                # A news sitemap depends on the time: it lists the last two days.
                yield self._list_document("news", names.news, publication.now)
        moved_pages = (*publication.moves, *_moves(site, self.former, publication.selections[0].formats))
        for style, name in {"netlify": names.redirects, "nginx": names.nginx, "json": names.moves}.items():
            if style in site.redirects:
                yield self._list_document(style, name, moved_pages)
        if "opml" in site.formats:
            yield self._list_document("opml", names.opml)
        if "page" in site.formats:
            # Imported late: most sites have none.
            from feedkit.site.listings import page_style

            css = site.page.css
            yield self._list_document("page", names.page, page_style(css), (css,) if css else ())
        if "style" in site.formats:
            yield self._list_document("style", names.style)

    def _list_document(self, kind: str, path: str, part: Any = None, reads: tuple[Path, ...] = ()) -> ListDocument:
        entries = self.publication.entries
        return ListDocument(path=path, parts=(kind, part), entries=entries, reads=reads, plan=self, kind=kind)

    def head(self, selection: Selection, number: int, archives: int, entries: tuple[Entry, ...]) -> Feed:
        """The head of a document of a feed, without what differs between formats; cached, for all of them."""
        if head := self._heads.get((selection.folder, number)):
            return head
        site = self.publication.site
        # RFC 4287 §4.2.6: a renamed term keeps the id from its first name. All formats of a feed share one id.
        former = selection.term.formerly
        folder = selection.folder_of(former[0]) if former else selection.folder
        own_id = selection.feed.id if selection.feed else "" if selection.taxonomy else site.id
        feed = revised(
            self._feed,
            id=stable_id(own_id, site.id_namespace) if own_id else uuid_urn(site.id_namespace, "feed", folder),
            title=selection.title,
            home_url=selection.home_url,
            description=selection.description,
            language=selection.language,
            authors=shared_authors(entries) or site.authors,
            updated=newest(entry.modified for entry in entries),
            complete=not archives and not selection.older,
            archive=number > 0,
            tombstones=() if selection.name or number else self.publication.tombstones,
        )
        self._heads[selection.folder, number] = head = completed(feed, entries)
        return head

    def extended(self, entry: Entry, on_problem: OnProblem) -> Entry:
        """The entry with what the extensions add to it; cached."""
        if entry.id not in self._extended:
            self._extended[entry.id] = _extended(self.publication.site, entry, on_problem)
        return self._extended[entry.id]


T = TypeVar("T", Entry, Feed)


def _extended(site: Site, value: T, on_problem: OnProblem) -> T:
    """An entry or a head with what each extension of the site adds; what cannot be written is reported and left out."""
    names = ("entry", "json_entry") if isinstance(value, Entry) else ("feed", "json_feed")
    for extension in site.extensions:
        elements, objects = (getattr(extension, name) for name in names)
        try:
            more: tuple[Element, ...] = tuple(elements(value)) if elements else ()
            for item in more:
                if not isinstance(item, Element):
                    raise TypeError(f"{type(item).__name__} is not a feedkit.Element")  # noqa: TRY301  # as all others
            unambiguous(vocabularies(more))
            json = dict(objects(value)) if objects else {}
            value = replace(value, elements=(*value.elements, *more), json={**value.json, **json})
        except MemoryError:
            raise
        except Exception as error:  # noqa: BLE001  # custom code
            message = f"an extension fails for {shown(value.title)} ({error!r}); it is published without its elements"
            hint, path = "correct the extension", value.source if isinstance(value, Entry) else ""
            on_problem(Problem(code="FK434", severity="warning", path=path, message=message, hint=hint))
    return value


class FeedDocument(_Planned, kw_only=True):
    """A document of a feed in one format, with its copies at former addresses."""

    format: Format
    selection: Selection
    number: int  #: The number of an archive, from 1; 0 for the subscription document.
    archives: int  #: The number of archives of the feed.

    def make(self, fragment: FragmentOf, on_problem: OnProblem) -> Iterator[Document]:
        """The document, without entries that the format cannot represent, then its copies.

        A Problem of an entry is reported once for each document that should include it.
        """
        entries: Sequence[Entry] = self.entries
        feed = self._head()
        if self._site.extensions:
            entries = [self.plan.extended(entry, on_problem) for entry in entries]
            feed = completed(_extended(self._site, feed, on_problem), entries)
        frame = self.format.frame(feed)
        pieces = self._pieces(frame, entries, fragment, on_problem)
        if not all(pieces):
            # The head must not depend on an entry that is left out.
            entries = [entry for entry, piece in zip(entries, pieces, strict=True) if piece]
            pieces = [piece for piece in pieces if piece]
            feed = completed(revised(feed, updated=None), entries)
            frame = self.format.frame(feed)
        heads = {self.path: (feed, frame)}
        if former_paths := self.former_paths():
            moved = completed(_moved(feed, self.format), entries)
            heads |= dict.fromkeys(former_paths, (moved, self.format.frame(moved)))
        for path, (head, frame) in heads.items():
            yield Document(
                path=path,
                media_type=self.format.media_type,
                pieces=splice(frame, pieces),
                last_modified=head.updated,
                items=len(pieces),
                entries=tuple([entry.url for entry in entries]),
                verified_fragments=True,
            )

    def _head(self) -> Feed:
        number, archives = self.number, self.archives

        def address(number: int) -> str:
            return path_url(self.selection.folder_url, document_name(self._site, self.format, number))

        head = revised(self.plan.head(self.selection, number, archives, self.entries), feed_url=address(number))
        if not number:
            return revised(head, prev_archive=address(archives)) if archives else head
        previous = address(number - 1) if number > 1 else None
        # None for the newest archive, so that only this one changes when another is added.
        following = address(number + 1) if number < archives else None
        return revised(head, current=address(0), prev_archive=previous, next_archive=following)

    def may_have(self, is_wanted: Callable[[str], bool]) -> bool:
        """Whether its path or that of a copy is wanted."""
        return any(map(is_wanted, (self.path, *self.former_paths())))

    @property
    def _site(self) -> Site:
        return self.plan.publication.site

    def former_paths(self) -> list[str]:
        """The paths of the copies."""
        is_copied = self._site.renamed == "feed" and not self.number
        folders = self.plan.former.get(self.selection.folder, ()) if is_copied else ()
        return [f"{folder}{document_name(self._site, self.format)}" for folder in folders]

    def likely_summaries(self, fragment: FragmentOf) -> list[Entry]:
        """The entries that will probably be shortened to fit into `max_bytes`; an estimate, from the full fragments."""
        if self.selection.content != "full" or not self._budget:
            return []
        sizes = [len(self._piece(fragment, entry, "full", lambda problem: None)) for entry in self.entries]
        size, shortened_entries = _HEAD_BYTES + sum(sizes), []
        for entry, own in zip(reversed(self.entries), reversed(sizes), strict=True):
            if size <= self._budget:
                break
            shortened_entries.append(entry)
            size -= own - _SUMMARY_BYTES
        return shortened_entries

    @property
    def _budget(self) -> int:
        feed = self.selection.feed
        return self._site.max_bytes if feed is None or feed.max_bytes is None else feed.max_bytes

    def _pieces(
        self, frame: Frame, entries: Sequence[Entry], fragment: FragmentOf, on_problem: OnProblem
    ) -> list[Piece]:
        """The fragments, the oldest with summaries as `max_bytes` requires; empty for what the format cannot represent.

        The document exceeds `max_bytes` if it is too large even with summaries alone.
        """
        pieces = [self._piece(fragment, entry, self.selection.content, on_problem) for entry in entries]
        whole = size = sum(map(len, splice(frame, pieces)))
        count, budget = 0, self._budget
        if self.selection.content == "full" and budget:
            for index in reversed(range(len(entries))):
                if size <= budget:
                    break
                summary = self._piece(fragment, entries[index], "summary", on_problem)
                size += len(summary) - len(pieces[index])
                pieces[index] = summary
                count += 1
        if count:
            message = (
                f"the {count} oldest of its {len(pieces)} entries have summaries, to keep it below {budget:,} bytes"
            )
            if size > budget:
                message = f"it has {size:,} bytes even with a summary for each entry; it may have {budget:,}"
            hint = f"set max_bytes = {whole}, or limit = {max(1, len(pieces) - count)}"
            path, key = self.path, "max_bytes"
            on_problem(Problem(code="FK435", severity="note", path=path, key=key, message=message, hint=hint))
        return pieces

    def _piece(self, fragment: FragmentOf, entry: Entry, content: Content, on_problem: OnProblem) -> Piece:
        try:
            return fragment(entry, self.format, content)
        except DocumentError as error:
            on_problem(error.problem)
            return b""


class ListDocument(_Planned, kw_only=True):
    """A list of all entries or feeds, or of their redirects; or the stylesheet."""

    kind: str  #: `sitemap`, `news`, `opml`, `page`, `style` or a style of redirects.

    def may_have(self, is_wanted: Callable[[str], bool]) -> bool:
        """Whether its path is wanted; of a sitemap, also that of a part or a copy, which are known only later."""
        if self.kind not in ("sitemap", "news"):
            return is_wanted(self.path)
        path = is_wanted.path if isinstance(is_wanted, _OnePath) else self.path
        return path == self.path or path.startswith(f"{self.path}.") or "sitemaps/sitemap-" in path

    def make(self, fragment: FragmentOf, on_problem: OnProblem) -> Iterator[Document]:
        """The rendered documents; none for a list that would be empty."""
        # Imported late: an edit seldom changes what is listed.
        from feedkit.site.listings import list_documents

        return list_documents(self.plan.publication, self.kind, self.path, self.parts[1], on_problem)


#: A document that is still to be rendered, with its copies, or the parts of a sitemap.
PlannedDocument = FeedDocument | ListDocument


def _feed_parts(selection: Selection, *, archives: bool) -> Iterator[tuple[int, int, tuple[Entry, ...]]]:
    """The documents of a feed: the number of each, that of all archives, and its entries, newest first. RFC 5005 §4.

    Archives have numbers from 1, oldest first; the subscription document is 0. They are filled from the oldest entry,
    each with as many entries as the feed, so that a new entry does not move others between them. Only full archives are
    written; the subscription document may overlap with the last one.
    """
    size = len(selection.entries)
    # Without archives, older entries are not copied: there are many.
    entries = (*selection.entries, *selection.older) if archives else ()
    count = (len(entries) - 1) // size if entries and size else 0
    for number in range(1, count + 1):
        end = len(entries) - (number - 1) * size
        yield number, count, entries[end - size : end]
    yield 0, count, selection.entries


def _rss_picture(site: Site) -> tuple[Image | None, tuple[str, ...]]:
    """The picture for RSS: the first of logo and icon that is small enough, else the first of an allowed type.

    Also the paths where the pictures were searched for, including those that do not exist.
    """
    measured = [_measured(site, url) for url in (site.logo, site.icon) if url]
    images = [image for image, _ in measured if image.type in _TYPES]
    width, height = MAX_PICTURE_PIXELS
    fitting = [image for image in images if (image.width or 0) <= width and (image.height or 0) <= height]
    return next(iter([*fitting, *images]), None), tuple(path for _, paths in measured for path in paths)


def _measured(site: Site, url: str) -> tuple[Image, tuple[str, ...]]:
    """The picture at an address, measured if its file is below `Site.static`; and the paths where it may be."""
    file = measure(url, site)
    return Image(url=url, type=file.type, width=file.width, height=file.height, length=file.length), file.dependencies


def _former_folders(site: Site, selections: Sequence[Selection], on_problem: OnProblem) -> dict[str, tuple[str, ...]]:
    """The former folders of renamed terms, by their present folders. One that another term uses now is a Problem."""
    taken = {fold(selection.folder) for selection in selections}
    former: dict[str, tuple[str, ...]] = {}
    for selection in selections:
        for own in selection.term.formerly:
            folder = selection.folder_of(own)
            if fold(folder) in taken:
                key = selection.taxonomy.name if selection.taxonomy else ""
                message = f"{shown(selection.name)} was formerly {shown(own)}, which another term has now"
                hint = "remove it from formerly"
                on_problem(Problem(code="FK432", severity="warning", key=key, message=message, hint=hint))
            else:
                taken.add(fold(folder))
                former[selection.folder] = (*former.get(selection.folder, ()), folder)
    if former and site.renamed == "redirect" and not site.redirects:
        message = "renamed terms need redirects, but no redirects are written"
        hint = 'name the styles that your server reads: redirects = ["netlify"]'
        on_problem(Problem(code="FK433", severity="warning", key="redirects", message=message, hint=hint))
    return former


def _moves(site: Site, former: Mapping[str, tuple[str, ...]], formats: Sequence[Format]) -> Iterator[Move]:
    pairs = ((old, new) for new, olds in former.items() for old in olds) if site.renamed == "redirect" else ()
    for old, new in pairs:
        yield Move(old=path_url(site.base_url, old), new=path_url(site.base_url, new))
        for format_ in formats:
            name = document_name(site, format_)
            yield Move(old=site.url(f"{old}{name}"), new=site.url(f"{new}{name}"))


def _moved(feed: Feed, format_: Format) -> Feed:
    """The head of a feed at a former address: its own link is the new address, and RSS announces the move.

    Apple Podcasts "Move a podcast RSS feed": `itunes:new-feed-url`, which other readers follow, too.
    """
    if format_.name != "rss":
        return feed
    if feed.podcast is not None:
        return revised(feed, podcast=revised(feed.podcast, new_feed_url=feed.feed_url))
    element = Element(prefix="itunes", namespace=ITUNES, name="new-feed-url", text=feed.feed_url or "")
    return revised(feed, elements=(*feed.elements, element))
