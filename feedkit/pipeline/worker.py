"""The work of one process of a build: it reads the metadata of articles, renders their fragments, stages documents."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from datetime import datetime
from functools import lru_cache
from operator import attrgetter
from pathlib import Path
from typing import Any
from zoneinfo import TZPATH

from msgspec import Raw, Struct, json, msgpack
from msgspec.structs import force_setattr, replace

from feedkit.articles.content import Body
from feedkit.articles.discover import SourceFile
from feedkit.articles.link_targets import ContentLinks, LinkTargets
from feedkit.articles.reader import ArticleReader, ParsedArticle, Undated
from feedkit.articles.report import Reporter
from feedkit.config.site import Content, Site
from feedkit.errors import ArticleError, DocumentError, Problem
from feedkit.formats.format import FEED_FORMATS
from feedkit.identity.ledgers import change_digest, text_digest_of
from feedkit.model import ContentFacts, Entry, EntryWithoutContent, Person, Term
from feedkit.output.tree import Tree, open_tree
from feedkit.pipeline.inputs import digest, has_functions
from feedkit.pipeline.spools import Place, Spools
from feedkit.site.assembly import shortened
from feedkit.site.sitemap_urls import content_pictures
from feedkit.value import revised

#: The name of a format, and how much of an entry it holds.
FragmentKind = tuple[str, Content]

#: A file, and the digest of its bytes in the last build; empty if the file is to be read in any case.
ReadOrder = tuple[SourceFile, bytes]

#: A file; the kinds of its fragments to render; the place of its body (the second value of `ReadResult`) and of its
#: rendered `StoredEntry` (`Rendered.completed`); its id and guid from a ledger.
RenderOrder = tuple[SourceFile, tuple[FragmentKind, ...], Place | None, Place | None, tuple[str, str] | None]

#: The output folder; whether it is synchronised with the disk; the path and the content of each temporary file in it.
StageOrder = tuple[bytes, bool, list[tuple[str, list[bytes | Place]]]]

#: A process keeps parsed bodies, and rendered entries of all articles, while its spool has fewer bytes than this.
MAX_KEPT_BYTES = 256 << 20


class StoredEntry(EntryWithoutContent, frozen=True, kw_only=True, array_like=True, gc=False):
    """An entry as the cache stores it and processes exchange it; `_from_stored` restores its values."""

    # Empty where it equals the address.
    id: str
    # ISO 8601, since MessagePack's own dates lose the offset.
    published: Any
    updated: Any = None
    expires: Any = None
    # Each is encoded separately, so that equal persons and terms become the same object again.
    authors: tuple[Any, ...] = ()
    terms: tuple[Any, ...] = ()

    def __post_init__(self) -> None:
        """Check nothing: the entry was checked when it was created."""


_FIELDS = Entry.__struct_fields__
_DATES = ("published", "updated", "expires")
_ID, _SUMMARY, _MARKDOWN, _AUTHORS, _TERMS = map(_FIELDS.index, ("id", "summary", "markdown", "authors", "terms"))
_values = attrgetter(*_FIELDS)


def _to_stored(entry: Entry) -> list[Any]:
    """The values of an entry in the order and the form of `StoredEntry`."""
    values = [*_values(entry), None]
    if entry.id == entry.url:
        values[_ID] = ""
    for name in _DATES:
        if date := getattr(entry, name):
            values[_FIELDS.index(name)] = date.isoformat()
    values[_AUTHORS] = [msgpack.encode(person) for person in entry.authors]
    values[_TERMS] = [msgpack.encode(term) for term in entry.terms]
    return values


def _from_stored(entry: StoredEntry) -> None:
    """Undo `_to_stored` in place."""
    if not entry.id:
        force_setattr(entry, "id", entry.url)
    for name in _DATES:
        if text := getattr(entry, name):
            force_setattr(entry, name, datetime.fromisoformat(text))
    force_setattr(entry, "authors", tuple([_decode_shared(Person, person) for person in entry.authors]))
    force_setattr(entry, "terms", tuple([_decode_shared(Term, term) for term in entry.terms]))


@lru_cache(maxsize=1 << 16)
def _decode_shared(kind: type[Any], data: bytes) -> Any:
    return msgpack.decode(data, type=kind)


class RenderedContent(Struct, frozen=True, array_like=True, gc=False):
    """The results of rendering the content of an article, apart from its HTML."""

    problems: tuple[Problem, ...] = ()
    refused: bool = False  #: Whether the article cannot be published because of it.
    answers: dict[str, str] = {}  #: The addresses of its links, as `ContentLinks.answers`.
    dependencies: tuple[bytes, ...] = ()  #: The paths of files that were looked up, sorted.
    facts: ContentFacts | None = None  #: None if no setting needs them.


class EntryMetadata(Struct, frozen=True, array_like=True, gc=False):
    """The result of reading an article's metadata."""

    entry: StoredEntry | None  #: None for an article that was refused.
    problems: tuple[Problem, ...]
    file_digest: bytes  #: A digest of the file's bytes; empty if they could not be read.
    digest: bytes = b""  #: A digest of all metadata.
    dependencies: tuple[bytes, ...] = ()  #: The paths of other files that were looked up.
    undated: bytes = b""  #: A file without any date, as an encoded `Undated`; else empty.


#: The encoded `EntryMetadata` of an article, and the place of its parsed body; None if it is in no spool.
ReadResult = tuple[bytes, Place | None]


class Rendered(Struct, array_like=True):
    """The result of rendering an article."""

    fragments: tuple[Place | Problem, ...] = ()  #: A Problem for a format that cannot hold the entry.
    content: RenderedContent | None = None  #: None if the entry had been rendered before.
    completed: Place | None = None  #: The place of the `StoredEntry`; None if it is in no spool.
    entry: Any = None  #: The `Entry` itself if functions get it: then there is only one process.


_encode = msgpack.Encoder().encode
_decode_addresses = msgpack.Decoder(dict[str, str]).decode
_decode_metadata = msgpack.Decoder(EntryMetadata).decode
_decode_stage_order = msgpack.Decoder(StageOrder).decode
_decode_entry = msgpack.Decoder(StoredEntry).decode
# An entry without content, the problems of its metadata, and the HTML, Markdown, line and values of `Body`.
_ParsedEntry = tuple[StoredEntry, tuple[Problem, ...], str | None, str | None, int | None, dict[str, str]]
_decode_parsed = msgpack.Decoder(_ParsedEntry).decode
# JSON, since MessagePack's own dates lose the offset.
_encode_undated, decode_undated = json.Encoder().encode, json.Decoder(Undated).decode


def decode_metadata(data: bytes | Raw) -> EntryMetadata:
    """The metadata that a worker encoded."""
    metadata = _decode_metadata(data)
    if metadata.entry:
        _from_stored(metadata.entry)
    return metadata


class Worker:
    """Does one part of the work on the articles of a folder; each process has one."""

    def __init__(self, root: Path, site: Site, spools: Spools) -> None:
        """Raises `SettingsError` as the reader of articles."""
        self.spools = spools
        self._root = root
        self._site = site
        self._problems: list[Problem] = []
        self.reader = ArticleReader(root, site, self._problems.append)
        self._output: Tree | None = None
        self._open = ExitStack()
        self._open.callback(spools.close)
        self._renders_at_once = renders_at_once(site)
        self._has_content = has_content(site)
        self._defaults = _defaults(site)
        self._addresses: Place | None = None
        self._targets = LinkTargets(root, site, dict)

    def set_addresses(self, place: Place) -> None:
        """Set the place of the addresses of all files, which are read when the first link is looked up."""
        if place != self._addresses:
            self._addresses = place
            self._targets = LinkTargets(self._root, self._site, lambda: _decode_addresses(self.spools.read(place)))

    def link_resolver(self, file: SourceFile, url: str) -> ContentLinks:
        """The resolver of the links in an article."""
        return ContentLinks(self._site, url, targets=self._targets, source=file)

    def begin(self, default_files: Iterable[SourceFile]) -> tuple[Problem, ...]:
        """Read the files with defaults that articles inherit; returns their problems."""
        for file in default_files:
            try:
                self.reader.parse(file)
            except ArticleError as error:
                self._problems += error.problems
        return self.take_problems()

    def take_problems(self) -> tuple[Problem, ...]:
        """The problems since the last call."""
        problems = tuple(self._problems)
        self._problems.clear()
        return problems

    def read(self, orders: Sequence[ReadOrder]) -> list[ReadResult | None]:
        """The metadata of articles; None for one whose file has the same digest as last time."""
        return [self._read(file, last_digest) for file, last_digest in orders]

    def _read(self, file: SourceFile, last_digest: bytes) -> ReadResult | None:
        file_digest = undated = b""
        article: ParsedArticle | Undated | None = None
        refusals: tuple[Problem, ...] = ()
        dependencies: Iterable[str] = ()
        try:
            data = self.reader.read(file)
            file_digest = digest(data)
            if last_digest and file_digest == last_digest:
                return None
            article = self.reader.parse(file, data)
        except ArticleError as error:
            refusals, dependencies = tuple(error.problems), error.dependencies
        problems = (*self.take_problems(), *refusals)
        paths = _paths(article.dependencies if article else dependencies)
        if not isinstance(article, ParsedArticle):
            undated = _encode_undated(article) if article else b""
            return _encode(EntryMetadata(None, problems, file_digest, b"", paths, undated)), None
        entry, body = article.metadata, article.body
        values = _to_stored(entry)
        whole = _encode(values)
        place = None
        if self.spools.size < MAX_KEPT_BYTES:
            parsed = [Raw(whole), problems, body.html, body.markdown, body.line, body.values]
            place = self.spools.add(_encode(parsed))
        # Only whether there is any matters to the head of a feed.
        values[_MARKDOWN] = entry.markdown[:1]
        for index, default in self._defaults.items():
            values[index] = default
        if not entry.title:
            # Lists show the beginning of the text instead of a title.
            values[_SUMMARY] = entry.summary or self._untitled_summary(article)
            whole += values[_SUMMARY].encode("utf-8", "surrogatepass")
        sources = (entry.published_source, entry.updated_source, entry.expires_source)
        if any(source and source.zone == "name" for source in sources):
            paths += _paths(TZPATH)
        # An `EntryMetadata`, written as a list so that no `StoredEntry` need be built.
        return _encode([values, problems, file_digest, digest(whole), paths, undated]), place

    @staticmethod
    def _untitled_summary(article: ParsedArticle) -> str:
        """A summary from the content; its problems are reported when it is rendered."""
        body = replace(article.body, report=Reporter(article.body.report.path, lambda problem: None))
        try:
            return ParsedArticle(metadata=article.metadata, body=body).complete().summary
        except ArticleError:
            return ""

    def render(self, orders: Sequence[RenderOrder]) -> list[Rendered]:
        """Render articles; their fragments are appended to the spool."""
        return [self._render(*order) for order in orders]

    def _render(
        self,
        file: SourceFile,
        kinds: tuple[FragmentKind, ...],
        body: Place | None,
        completed: Place | None,
        ids: tuple[str, str] | None,
    ) -> Rendered:
        if completed:
            stored = _decode_entry(self.spools.read(completed))
            _from_stored(stored)
            return Rendered(fragments=self._fragments(stored, kinds, ids))
        # The problems of the metadata, which `read` has reported.
        reported: tuple[Problem, ...] = ()
        links = self.link_resolver(file, "")
        try:
            if body:
                article, reported = self._parsed(body)
            else:
                read = self.reader.parse(file)
                reported = self.take_problems()
                if not isinstance(read, ParsedArticle):
                    return Rendered(content=RenderedContent(refused=True))
                article = read
            links = self.link_resolver(file, article.metadata.url)
            entry = article.complete(links)
        except ArticleError as error:
            problems = (*self._problems_except(reported), *error.problems)
            return Rendered(content=_content(links, problems, refused=True))
        # Those of feeds are all kept, since any may be needed again with a summary only.
        is_kept = not self._renders_at_once or self.spools.size < MAX_KEPT_BYTES
        return Rendered(
            fragments=self._fragments(entry, kinds, ids),
            content=_content(links, self._problems_except(reported), facts=self._facts(entry)),
            completed=self.spools.add(_encode(_to_stored(entry))) if is_kept else None,
            entry=entry if self._has_content else None,
        )

    def _facts(self, entry: Entry) -> ContentFacts | None:
        if not self._renders_at_once or self._has_content:
            return None
        return ContentFacts(
            text_digest=text_digest_of(entry) if self._site.ids else "",
            change_digest=change_digest(entry) if self._site.sitemap.ledger else "",
            pictures=tuple(content_pictures(entry)) if "content" in self._site.sitemap.images else (),
            summary="" if _SUMMARY in self._defaults else entry.summary,
        )

    def _parsed(self, place: Place) -> tuple[ParsedArticle, tuple[Problem, ...]]:
        """An article that was read before, and the problems of its metadata."""
        entry, problems, html, markdown, line, named = _decode_parsed(self.spools.read(place))
        _from_stored(entry)
        report = Reporter(entry.source, self._problems.append, line_without_key=1)
        body = Body(site=self._site, report=report, html=html, markdown=markdown, line=line, render=None, values=named)
        return ParsedArticle(metadata=entry, body=body), problems

    def _problems_except(self, reported: tuple[Problem, ...]) -> tuple[Problem, ...]:
        return tuple([problem for problem in self.take_problems() if problem not in reported])

    def _fragments(
        self, entry: Entry, kinds: Iterable[FragmentKind], ids: tuple[str, str] | None
    ) -> tuple[Place | Problem, ...]:
        if ids:
            entry = revised(entry, id=ids[0], guid=ids[1])
        fragments: list[Place | Problem] = []
        for name, content in kinds:
            try:
                data = FEED_FORMATS[name].fragment(shortened(entry, content, self._site.read_more))
            except DocumentError as error:
                fragments.append(error.problem)
            else:
                fragments.append(self.spools.add(data))
        return tuple(fragments)

    def stage(self, order: Place) -> list[str]:
        """Write documents into temporary files, as the `StageOrder` at a place says; returns their SHA-256."""
        root, durable, files = _decode_stage_order(self.spools.read(order))
        if self._output is None:
            self._output = self._open.enter_context(open_tree(Path(os.fsdecode(root)), durable=durable))
        digests = []
        for temporary, pieces in files:
            data = (piece if isinstance(piece, bytes) else self.spools.read(piece) for piece in pieces)
            digests.append(self._output.create(temporary, data))
        return digests

    def close(self) -> None:
        """Close all files."""
        self._open.close()


def _paths(names: Iterable[str]) -> tuple[bytes, ...]:
    return tuple(map(os.fsencode, names))


def _content(
    links: ContentLinks, problems: tuple[Problem, ...], *, refused: bool = False, facts: ContentFacts | None = None
) -> RenderedContent:
    paths = _paths(sorted(links.dependencies)) if links.answers else ()
    return RenderedContent(problems, refused, links.answers, paths, facts)


def renders_at_once(site: Site) -> bool:
    """Whether settings need the rendered content of every article, and not only of articles in feeds."""
    listed = site.sitemap.ledger or site.sitemap.videos or "content" in site.sitemap.images
    return bool(site.ids or listed or has_content(site))


def has_content(site: Site) -> bool:
    """Whether the first process needs entries with content: functions of the settings get them."""
    return has_functions((site.feed, site.feeds, site.extensions))


def _defaults(site: Site) -> dict[int, Any]:
    """The defaults, by index, of fields that only fragments use; entries are kept without them, to save memory."""
    unneeded = {"keywords", "meta_title", "meta_description", "weight"}
    unneeded |= {"published_source", "updated_source", "expires_source"}
    if site.podcast is None and not site.sitemap.videos:
        # The rules of Apple for podcasts check both.
        unneeded |= {"summary", "enclosures"}
    if "hero" not in site.sitemap.images and not site.sitemap.videos:
        unneeded.add("image")
    names, defaults = StoredEntry.__struct_fields__, StoredEntry.__struct_defaults__
    # The first fields have none.
    first = len(names) - len(defaults)
    return {index: defaults[index - first] for index, name in enumerate(names) if name in unneeded}
