"""The work on articles, in whatever process: their metadata first, and their fragments when a feed is to hold them."""

from __future__ import annotations

import io
import os
from collections.abc import Iterable, Mapping, Sequence
from contextlib import ExitStack
from datetime import datetime
from functools import lru_cache
from operator import attrgetter
from pathlib import Path
from typing import Any
from zoneinfo import TZPATH

from msgspec import Raw, Struct, json, msgpack
from msgspec.structs import fields, force_setattr, replace

from feedkit.articles.content import Body
from feedkit.articles.discover import SourceFile
from feedkit.articles.link_targets import ContentLinks, LinkTargets
from feedkit.articles.pages import Undated
from feedkit.articles.reader import ArticleReader, ParsedArticle
from feedkit.articles.report import Reporter
from feedkit.config.site import Site
from feedkit.config.tables import Content
from feedkit.errors import ArticleError, DocumentError, Problem
from feedkit.model import DateSource, Entry, Person, Term
from feedkit.output.tree import Tree, opened
from feedkit.pipeline.inputs import digest
from feedkit.site import FEED_FORMATS
from feedkit.site.assembly import shortened

#: A format by its name, and how much of an entry.
Wanted = tuple[str, Content]

#: Where bytes stand in a spool: the first, and how many. The same with the name of the spool.
Span = tuple[int, int]
Place = tuple[str, Span]

#: The file of an article, what is wanted of it, where that waits of which its content is made, and where the entry is
#: that was completed once, if no more is wanted than that holds.
RenderOrder = tuple[SourceFile, tuple[Wanted, ...], Place | None, Place | None]

#: The output folder, and whether it is synchronised; the paths of temporary files in it, and what is to be in each.
StageOrder = tuple[str, bool, list[tuple[str, list[bytes | Place]]]]

# Bytes are put into a file in pieces of this size or more.
_MAX_PENDING_BYTES = 1 << 18

#: Up to so many bytes wait in the spool of a process of what the content of articles is made of, until feeds hold them.
MAX_WAITING_BYTES = 256 << 20


class Spool:
    """Bytes in a file, each piece behind the others."""

    def __init__(self, file: io.FileIO, name: str = "") -> None:
        """`name` is that of the file for other processes; empty where it has none."""
        self.name = name
        self.size = 0
        self._file = file
        # What is not in the file yet: the last of all bytes.
        self._pending: list[bytes] = []
        self._pending_bytes = 0

    def add(self, data: bytes) -> Span:
        """Put bytes behind the others."""
        span = self.size, len(data)
        self.size += len(data)
        self._pending.append(data)
        self._pending_bytes += len(data)
        if self._pending_bytes >= _MAX_PENDING_BYTES:
            self.flush()
        return span

    def read(self, span: Span) -> bytes:
        """The bytes of a span."""
        if self._pending:
            self.flush()
        self._file.seek(span[0])
        return self._file.read(span[1])

    def flush(self) -> None:
        """Have all bytes in the file, for other processes."""
        self._file.seek(self.size - self._pending_bytes)
        rest = memoryview(b"".join(self._pending))
        while rest:
            rest = rest[self._file.write(rest) :]
        self._pending, self._pending_bytes = [], 0

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()


class FragmentRef(Struct, frozen=True):
    """The bytes of an entry in a spool; they are read by `bytes`."""

    spool: Spool
    span: Span

    def __len__(self) -> int:
        return self.span[1]

    def __bytes__(self) -> bytes:
        return self.spool.read(self.span)


class StoredEntry(Entry, frozen=True, kw_only=True, array_like=True, gc=False):
    """An entry as it is encoded and, when it is restored, like any other; equal terms and authors are then the same."""

    # Empty where it is the address.
    id: str
    # As ISO 8601 with its offset, which MessagePack's own dates have not; and each term and author by itself.
    published: Any
    updated: Any = None
    expires: Any = None
    authors: tuple[Any, ...] = ()
    terms: tuple[Any, ...] = ()

    def __post_init__(self) -> None:
        """Nothing is checked again."""


@lru_cache(maxsize=1 << 16)
def _shared(kind: type[Any], data: bytes) -> Any:
    return msgpack.decode(data, type=kind)


_FIELDS = StoredEntry.__struct_fields__
_CONTENT, _MARKDOWN = _FIELDS.index("content"), _FIELDS.index("markdown")
_values = attrgetter(*_FIELDS)


def _encodable(entry: Entry) -> list[Any]:
    """The fields of an entry as a `StoredEntry` is encoded."""
    values = list(_values(entry))
    if entry.id == entry.url:
        values[_FIELDS.index("id")] = ""
    for name in ("published", "updated", "expires"):
        if date := getattr(entry, name):
            values[_FIELDS.index(name)] = date.isoformat()
    values[_FIELDS.index("authors")] = [msgpack.encode(person) for person in entry.authors]
    values[_FIELDS.index("terms")] = [msgpack.encode(term) for term in entry.terms]
    return values


class LinkAnswers(Struct, frozen=True, array_like=True, gc=False):
    """What the content of an article depends on beside its own file and the settings."""

    #: What it asked of other files, and the answers.
    answers: dict[str, str] = {}
    #: The paths that were looked at, sorted.
    looked_at: tuple[bytes, ...] = ()


#: Of content that asked nothing.
NO_LINKS = LinkAnswers()


class EntryMetadata(Struct, frozen=True, array_like=True, gc=False):
    """What is known of an article before its content is wanted."""

    #: None for one that was refused.
    entry: StoredEntry | None
    #: What was found.
    problems: tuple[Problem, ...]
    #: The digest of the bytes that were read, empty where they could not be read; and that of all metadata.
    file_digest: bytes
    digest: bytes = b""
    #: The paths of other files that were looked at.
    dependencies: tuple[bytes, ...] = ()
    #: What there is of a file without any date, encoded; else empty.
    undated: bytes = b""
    #: What its content asked of other files, where that was made with it.
    links: LinkAnswers | None = None


class Rendered(Struct, array_like=True):
    """What feeds hold of an article."""

    #: Where the bytes of each are in the worker's spool; what is wrong with the entry for a format that cannot hold it.
    fragments: tuple[Span | Problem, ...] = ()
    #: What was found in its content.
    problems: tuple[Problem, ...] = ()
    #: Whether its content ends the article.
    refused: bool = False
    #: What it asked of other files.
    links: LinkAnswers = NO_LINKS
    #: Where the whole entry is without its content, with the summary that is made of it; None where it was there.
    completed: Span | None = None


_encode = msgpack.Encoder().encode
_decode_addresses = msgpack.Decoder(dict[str, str]).decode
_decode_metadata = msgpack.Decoder(EntryMetadata).decode
_decode_stage_order = msgpack.Decoder(StageOrder).decode
_decode_entry = msgpack.Decoder(StoredEntry).decode
# An article whose content waits: its entry, what was reported, and of what the content is made.
_decode_waiting = msgpack.Decoder(tuple[StoredEntry, tuple[Problem, ...], str | None, str | None, int | None]).decode


def decode_metadata(data: bytes | Raw) -> EntryMetadata:
    """What a worker encoded."""
    metadata = _decode_metadata(data)
    if metadata.entry:
        _restore(metadata.entry)
    return metadata


def _restore(entry: StoredEntry) -> None:
    """Give an entry its dates, terms and authors back, which were encoded by themselves."""
    if not entry.id:
        force_setattr(entry, "id", entry.url)
    for name in ("published", "updated", "expires"):
        if text := getattr(entry, name):
            force_setattr(entry, name, datetime.fromisoformat(text))
    force_setattr(entry, "authors", tuple([_shared(Person, person) for person in entry.authors]))
    force_setattr(entry, "terms", tuple([_shared(Term, term) for term in entry.terms]))


# As JSON, in which a date keeps its offset.
_encode_undated, decode_undated = json.Encoder().encode, json.Decoder(Undated).decode


class Worker:
    """Reads and renders the articles of one folder."""

    def __init__(self, root: Path, site: Site, spool: Spool) -> None:
        """Raises `SettingsError` as the reader of articles."""
        self.spool = spool
        self._open = ExitStack()
        self._open.callback(spool.close)
        self._site = site
        self._problems: list[Problem] = []
        self.reader = ArticleReader(root, site, self._problems.append)
        self._spools = {spool.name: spool}
        self._output: Tree | None = None
        self._addresses_file = ""
        self._is_whole = needs_content(site)
        self._defaults = {} if self._is_whole else _defaults(site)
        self._root = root
        self.set_addresses({})

    def set_addresses(self, addresses: Mapping[str, str]) -> None:
        """Take the address of every file, which the content of articles asks for."""
        self._targets = LinkTargets(self._root, self._site, lambda: addresses)

    def set_addresses_file(self, name: str) -> None:
        """The same from a file of this name, which is read when it is needed."""
        if name != self._addresses_file:
            self._addresses_file = name
            self._targets = LinkTargets(self._root, self._site, lambda: _decode_addresses(Path(name).read_bytes()))

    def links(self, file: SourceFile, url: str) -> ContentLinks:
        """What the content of an article may ask."""
        return ContentLinks(self._site, url, targets=self._targets, file=file)

    def begin(self, section_pages: Iterable[SourceFile]) -> tuple[Problem, ...]:
        """Read the pages of sections, on which every article may depend; what was found in these."""
        for file in section_pages:
            try:
                self.reader.parse(file)
            except ArticleError as error:
                self._problems += error.problems
        return self.problems()

    def read(self, orders: Sequence[tuple[SourceFile, bytes]]) -> list[tuple[Span, Span | None] | None]:
        """Where the metadata of articles is in the spool, and what their content is made of.

        None for an article whose file has the digest beside it; no content where there is none, or no room.
        """
        return [self._read(file, last_digest) for file, last_digest in orders]

    def render(self, orders: Sequence[RenderOrder]) -> list[Rendered]:
        """The fragments of articles, which are put into the spool; made of their files where they are in no place."""
        return [self._render(*order) for order in orders]

    def _read(self, file: SourceFile, last_digest: bytes) -> tuple[Span, Span | None] | None:
        article, entry, file_digest = None, None, b""
        answers: LinkAnswers | None = None
        try:
            data = self.reader.read(file)
            file_digest = digest(data)
            if last_digest and file_digest == last_digest:
                return None
            article = self.reader.parse(file, data)
            if isinstance(article, ParsedArticle):
                links = self.links(file, article.metadata.url)
                entry = article.complete(links) if self._is_whole else article.metadata
                answers = _answers_of(links) if self._is_whole else None
            problems = self.problems()
        except ArticleError as error:
            article, entry, problems = None, None, (*self.problems(), *error.problems)
        if isinstance(article, Undated):
            return self.spool.add(_encode([None, problems, file_digest, b"", (), _encode_undated(article)])), None
        if article is None or entry is None:
            return self.spool.add(_encode([None, problems, file_digest])), None
        fields = _encodable(entry)
        whole = _encode(fields)
        waiting = None
        if not self._is_whole and self.spool.size < MAX_WAITING_BYTES:
            body = article.body
            waiting = self.spool.add(_encode([Raw(whole), problems, body.html, body.markdown, body.line]))
        for place, default in self._defaults.items():
            fields[place] = default
        if not entry.title:
            # What lists say in place of a title.
            fields[_SUMMARY] = entry.summary or _summary(article)
            whole += fields[_SUMMARY].encode("utf-8", "surrogatepass")
        dependencies = [os.fsencode(path) for path in article.dependencies]
        if any(source and source.zone == "name" for source in _date_sources(entry)):
            dependencies += map(os.fsencode, TZPATH)
        metadata = self.spool.add(_encode([fields, problems, file_digest, digest(whole), dependencies, b"", answers]))
        return metadata, waiting

    def _render(
        self, file: SourceFile, wanted: tuple[Wanted, ...], waiting: Place | None, completed: Place | None
    ) -> Rendered:
        if completed and self._can_read(completed):
            stored = _decode_entry(self.spool_of(completed[0]).read(completed[1]))
            _restore(stored)
            return Rendered(fragments=self._fragments(stored, wanted))
        before: tuple[Problem, ...] = ()
        links = self.links(file, "")
        try:
            if waiting and self._can_read(waiting):
                article, before = self._waiting(self.spool_of(waiting[0]).read(waiting[1]))
            else:
                parsed = self.reader.parse(file)
                # What there is to report of its fields was reported with its metadata.
                before = self.problems()
                if not isinstance(parsed, ParsedArticle):
                    return Rendered(refused=True)
                article = parsed
            links = self.links(file, article.metadata.url)
            entry = article.complete(links)
        except ArticleError as error:
            problems = (*self._problems_since(before), *error.problems)
            return Rendered(problems=problems, refused=True, links=_answers_of(links))
        fields = _encodable(entry)
        fields[_CONTENT] = fields[_MARKDOWN] = ""
        return Rendered(
            fragments=self._fragments(entry, wanted),
            problems=self._problems_since(before),
            links=_answers_of(links),
            completed=self.spool.add(_encode(fields)),
        )

    def _can_read(self, place: Place) -> bool:
        """Whether a spool has a name, or is one of this process."""
        return bool(place[0] or "" in self._spools)

    def _fragments(self, entry: Entry, wanted: Iterable[Wanted]) -> tuple[Span | Problem, ...]:
        return tuple([self._fragment(entry, name, content) for name, content in wanted])

    def _problems_since(self, before: tuple[Problem, ...]) -> tuple[Problem, ...]:
        return tuple([problem for problem in self.problems() if problem not in before])

    def spool_of(self, name: str) -> Spool:
        """The spool of this or another process, by its name."""
        if name not in self._spools:
            self._spools[name] = Spool(open(name, "rb", buffering=0), name)  # noqa: PTH123, SIM115  # till `close`
            self._open.callback(self._spools[name].close)
        return self._spools[name]

    def change_spool(self, spool: Spool) -> None:
        """Put what comes from now on into another spool; what is in the one before can still be read."""
        self._open.callback(spool.close)
        self.spool = self._spools[spool.name] = spool

    def stage(self, order: Place) -> list[str]:
        """The SHA-256 of documents, when each is in a temporary file; where their `StageOrder` is, is given."""
        root, durable, files = _decode_stage_order(self.spool_of(order[0]).read(order[1]))
        if self._output is None:
            self._output = self._open.enter_context(opened(Path(root), durable=durable))
        digests = []
        for temporary, pieces in files:
            # Where a process died that was to do this, a part of it may be there.
            self._output.remove(temporary, sync=False)
            data = (piece if isinstance(piece, bytes) else self.spool_of(piece[0]).read(piece[1]) for piece in pieces)
            digests.append(self._output.create(temporary, data))
        return digests

    def close(self) -> None:
        """Let go of all spools, and of the output folder."""
        self._open.close()

    def _waiting(self, data: bytes) -> tuple[ParsedArticle, tuple[Problem, ...]]:
        """An article that was read before, and what was reported then."""
        entry, problems, html, markdown, line = _decode_waiting(data)
        _restore(entry)
        report = Reporter(entry.source, self._problems.append, line=1)
        body = Body(site=self._site, report=report, html=html, markdown=markdown, line=line, render=None)
        return ParsedArticle(metadata=entry, body=body), problems

    def _fragment(self, entry: Entry, name: str, content: Content) -> Span | Problem:
        try:
            return self.spool.add(FEED_FORMATS[name].fragment(shortened(entry, content, self._site.read_more)))
        except DocumentError as error:
            return error.problem

    def problems(self) -> tuple[Problem, ...]:
        """What was found since this was last asked."""
        problems = tuple(self._problems)
        self._problems.clear()
        return problems


def _answers_of(links: ContentLinks) -> LinkAnswers:
    if not links.answers:
        return NO_LINKS
    return LinkAnswers(links.answers, tuple(sorted(map(os.fsencode, links.looked_at))))


def _date_sources(entry: Entry) -> tuple[DateSource | None, ...]:
    return entry.published_source, entry.updated_source, entry.expires_source


_SUMMARY = StoredEntry.__struct_fields__.index("summary")


def _summary(article: ParsedArticle) -> str:
    """The beginning of the text of a note; what is wrong with its content is reported when that is made."""
    body = replace(article.body, report=Reporter(article.body.report.path, lambda problem: None))
    try:
        return ParsedArticle(metadata=article.metadata, body=body).complete().summary
    except ArticleError:
        return ""


def needs_content(site: Site) -> bool:
    """Whether something but feeds needs the content of every article."""
    elsewhere = site.ids or site.sitemap.ledger or site.sitemap.videos or "content" in site.sitemap.images
    tested = any(feed.where.test or (feed.without and feed.without.test) for feed in site.feeds)
    return bool(elsewhere or tested or site.source_markdown or site.extensions)


def _defaults(site: Site) -> dict[int, Any]:
    """What stands in place of the fields that only fragments say, by their places: there may be many entries."""
    unneeded = {
        *("keywords", "meta_title", "meta_description", "weight"),
        *("published_source", "updated_source", "expires_source"),
    }
    if site.podcast is None:
        # Apple's rules are about both.
        unneeded |= {"summary", "enclosures"}
    if "hero" not in site.sitemap.images:
        unneeded.add("image")
    return {place: field.default for place, field in enumerate(fields(StoredEntry)) if field.name in unneeded}
