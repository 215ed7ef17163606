"""The articles of a build: their entries, the fragments of those that feeds hold, and the rows of the cache."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from msgspec import Raw, Struct, msgpack
from msgspec.structs import force_setattr, replace

from feedkit.articles.discover import SourceFile, source_files
from feedkit.articles.fields import ArticleFields
from feedkit.articles.link_targets import addresses_of
from feedkit.articles.objects import read_json_lines
from feedkit.articles.reader import ArticleReader, ParsedArticle, find_pages
from feedkit.articles.report import Reporter
from feedkit.config.site import Content, Site
from feedkit.errors import ArticleError, DocumentError, OnProblem, Problem, printable
from feedkit.formats.format import Format
from feedkit.model import Entry, Piece, SitePage
from feedkit.pipeline.cache import ArticleRow
from feedkit.pipeline.inputs import FileKeys, digest
from feedkit.pipeline.pool import Pool
from feedkit.pipeline.spools import FragmentRef, Place
from feedkit.pipeline.worker import (
    EntryMetadata,
    FragmentKind,
    RenderedContent,
    RenderOrder,
    decode_metadata,
    decode_undated,
    has_content,
    renders_at_once,
)
from feedkit.site.assembly import FeedDocument, Fragments, PlannedDocument
from feedkit.site.published import MAX_AHEAD

#: Wraps an iterable to show how far a stage is; gets the stage's name.
Progress = Callable[[Iterable[Any], str], Iterable[Any]]
#: A folder of articles, one article, or lines of JSON.
ArticleSource = str | Path | Iterable[str | bytes]

_UNREAD = EntryMetadata(entry=None, problems=(), file_digest=b"")


class ArticleRecord(Struct, eq=False, gc=False):
    """A file, or a line of JSON, with its entry and the results of rendering it."""

    file: SourceFile
    row: ArticleRow  #: As the cache stores it.
    metadata: EntryMetadata = _UNREAD
    entry: Entry | None = None  #: None for a refused article, and for a page.
    body: Place | None = None  #: The second value of `ReadResult`.
    completed: Place | None = None  #: `Rendered.completed`.
    fragments: dict[FragmentKind, FragmentRef | Problem] = {}  #: A Problem for a format that cannot hold the entry.
    ids: tuple[str, str] | None = None  #: The id and the guid from a ledger.
    is_cached: bool = False  #: Whether the cache has the row.
    is_in_feeds: bool = False  #: Whether a feed holds it, or would if its content were not refused.
    is_refused: bool = False  #: Whether it is not published because its content is refused.

    @property
    def name(self) -> str:
        """The path below the content folder."""
        return "/".join(self.file.parts)

    def set_row(self, row: ArticleRow) -> None:
        """Set the results that a row holds."""
        self.row, self.metadata, self.completed = row, decode_metadata(row.metadata), None
        self.entry = self.metadata.entry


class Articles:
    """The articles of a folder, in the order of their files; or those in lines of JSON, whose entries have content."""

    # Not set for lines of JSON.
    _root: Path
    _file_keys: FileKeys
    _pool: Pool

    def __init__(self, site: Site, progress: Progress) -> None:
        self._site = site
        self._progress = progress
        self._articles: list[ArticleRecord] = []
        self._default_files: list[SourceFile] = []
        # The problems of listing the files.
        self._problems: list[Problem] = []
        #: The pages of the site that are no articles; filled by `read`.
        self.pages: tuple[SitePage, ...] = ()
        self._is_folder, self._has_content, self._renders_at_once = False, True, True
        self._whole_fragments = Fragments(site)
        # The articles by the identity of their entries, since equal entries are several articles.
        self._by_entry: dict[int, ArticleRecord] = {}
        self._digests: dict[tuple[int, bool], bytes] = {}

    def read_lines(self, lines: Iterable[str | bytes], on_problem: OnProblem) -> None:
        """Read lines of JSON."""
        file = SourceFile(path="", parts=())
        entries = self._progress(read_json_lines(lines, self._site, on_problem=on_problem), "reading")
        self._articles = [ArticleRecord(file, ArticleRow("", {}, Raw()), entry=entry) for entry in entries]

    def list_files(self, root: Path, output: Path, file_keys: FileKeys, *, may_be_empty: bool) -> None:
        """List the files of a folder, except for those in the `output` folder.

        Raises `SettingsError` for a bad pattern of `exclude`.
        """
        self._root, self._file_keys = root, file_keys
        files = list(source_files(root, self._site, self._problems.append, output=output, may_be_empty=may_be_empty))
        self._default_files = [file for file in files if file.has_defaults]
        listed = [file for file in files if not file.has_defaults]
        self._articles = [ArticleRecord(file, ArticleRow(file_keys.key(file.path), {}, Raw())) for file in listed]
        self._is_folder = True
        self._has_content, self._renders_at_once = has_content(self._site), renders_at_once(self._site)

    def inputs(self) -> bytes:
        """A digest of the keys of all files, and of the problems of listing them."""
        articles = [part for article in self._articles for part in (article.file.parts, article.row.key)]
        default_files = [(file.parts, self._file_keys.key(file.path)) for file in self._default_files]
        return digest(msgpack.encode((articles, default_files, self._problems)))

    def pool(self, jobs: int, on_problem: OnProblem) -> Pool:
        """The workers. They have read what any article may depend on: the table of authors, and files with defaults."""
        self._pool = pool = Pool(self._root, self._site, self._default_files, jobs, on_problem)
        for problem in (*pool.worker.take_problems(), *self._problems, *pool.worker.begin(self._default_files)):
            on_problem(problem)
        return pool

    def shared_files(self) -> list[str]:
        """The paths of the files that any article may depend on."""
        return [*(file.path for file in self._default_files), *self._pool.worker.reader.dependencies]

    def read(self, rows: Mapping[str, ArticleRow], on_problem: OnProblem) -> None:
        """Take the metadata of every article from the rows of the cache, or read it."""
        orders, has_time = [], "mtime" in self._site.dates_from
        for article in self._articles:
            row = rows.get(article.name)
            if row and all(self._file_keys.key(path) == key for path, key in row.dependencies.items()):
                article.is_cached, row.key = row.key == article.row.key, article.row.key
                article.set_row(row)
            if not article.is_cached:
                # A file with another key may have the same bytes, as after a fresh checkout. The date of a draft may
                # be the time of its file.
                depends_on_time = has_time or (article.entry is not None and article.entry.draft)
                orders.append((article.file, b"" if depends_on_time else article.metadata.file_digest))
        results = self._pool.read(orders)

        def articles() -> Iterator[ArticleRecord]:
            for article in self._articles:
                if not article.is_cached and (result := next(results)):
                    metadata, article.body = result
                    article.set_row(ArticleRow(article.row.key, {}, Raw(metadata)))
                yield article

        undated, dated = [], []
        for article in self._progress(Sized(articles(), len(self._articles)), "reading"):
            if article.metadata.undated:
                undated.append(decode_undated(article.metadata.undated))
            else:
                dated.append(article.file.parts)
        page_problems: list[Problem] = []
        self.pages = tuple(find_pages(undated, dated, self._site, str(self._root), page_problems.append))
        entries = [(article.file.parts, article.entry) for article in self._articles]
        self._pool.set_addresses(addresses_of(entries, self.pages, self._default_files, self._site, self._root))
        if self._renders_at_once:
            self._render_contents(dict.fromkeys(self._accepted, ()))
        for article in self._articles:
            content = article.row.content if self._renders_at_once else None
            for problem in (*article.metadata.problems, *(content.problems if content else ())):
                on_problem(problem)
        for problem in page_problems:
            on_problem(problem)

    def _render_contents(self, needed: Mapping[ArticleRecord, Iterable[FragmentKind]]) -> None:
        """Render the content of articles that the cache does not have, or with other links; with these fragments."""
        for article in needed:
            if article.row.content and article.entry:
                links = self._pool.worker.link_resolver(article.file, article.entry.url)
                if not links.are_as_before(article.row.content.answers):
                    article.row.content, article.is_cached = None, False
        self._render({article: kinds for article, kinds in needed.items() if not article.row.content})
        for article in needed:
            content = article.row.content
            article.is_refused = content is not None and content.refused
            if content and content.facts and article.entry:
                force_setattr(article.entry, "facts", content.facts)
                force_setattr(article.entry, "summary", content.facts.summary or article.entry.summary)

    @property
    def _accepted(self) -> list[ArticleRecord]:
        return [article for article in self._articles if article.entry and not article.is_refused]

    def entries(self) -> list[Entry]:
        """The entries of all articles that are not refused."""
        return [article.entry for article in self._accepted if article.entry]

    def set_published(self, entries: Sequence[Entry]) -> None:
        """Set the entries of a publication, which are in the order of `entries()` and may have other ids."""
        self._by_entry = {}
        for entry, article in zip(entries, self._accepted, strict=True):
            self._by_entry[id(entry)] = article
            article.ids = None if entry is article.entry else (entry.id, entry.guid)
        self._digests.clear()

    def render_feeds(self, documents: Iterable[PlannedDocument]) -> bool:
        """Render the entries of feeds that are not rendered yet; returns whether any article is refused by that."""
        if self._renders_at_once:
            return False
        needed = self._needed_fragments(documents)
        self._render_contents(needed)
        for article in needed:
            article.is_in_feeds = True
        return any(article.is_refused for article in needed)

    def content_problems(self) -> Iterator[Problem]:
        """The problems of the content of all articles in feeds, including refused articles."""
        for article in self._articles:
            if article.is_in_feeds and article.row.content:
                yield from article.row.content.problems

    def read_again(self, source: str, on_problem: OnProblem) -> tuple[ArticleFields, Entry | None]:
        """The fields of one file, and its entry with content, or None if it has none; no fields for lines of JSON."""
        if not self._is_folder:
            return ArticleFields(site=self._site, report=Reporter("", on_problem)), None
        reader = ArticleReader(self._root, self._site, on_problem)
        entry = None
        files = [article.file for article in self._articles if printable(article.file.path) == source]
        for file in (*self._default_files, *files):
            try:
                article = reader.parse(file)
                if isinstance(article, ParsedArticle):
                    entry = article.complete(self._pool.worker.link_resolver(file, article.metadata.url))
            except ArticleError as error:
                for problem in error.problems:
                    on_problem(problem)
        return reader.fields, entry

    def render(self, documents: Sequence[PlannedDocument]) -> None:
        """Render the fragments of documents, and summaries of entries for which a feed may have no room."""
        if not self._has_content:
            self._render(self._needed_fragments(documents))
            summaries: dict[ArticleRecord, set[FragmentKind]] = {}
            for document in documents:
                if isinstance(document, FeedDocument):
                    for entry in document.likely_summaries(self.fragment):
                        summaries.setdefault(self._by_entry[id(entry)], set()).add((document.format.name, "summary"))
            self._render(summaries)

    def fragment(self, entry: Entry, format_: Format, content: Content) -> Piece:
        """The bytes of an entry. Raises `DocumentError` if the format cannot hold it."""
        if self._has_content:
            return self._whole_fragments(entry, format_, content)
        article, kind = self._by_entry[id(entry)], (format_.name, content)
        if kind not in article.fragments:
            # A summary that was not expected, or a file that has changed during the build.
            self._render({article: [kind]})
        fragment = article.fragments.get(kind)
        if fragment is None:
            message = "changed during the build, and is no longer an article"
            fragment = Problem(code="FK209", severity="error", path=entry.source, message=message, hint="build again")
        if isinstance(fragment, Problem):
            raise DocumentError(fragment)
        return fragment

    def digest(self, document: PlannedDocument) -> bytes:
        """A digest of the entries of a document, and of their content if it is a feed."""
        # The formats of a feed share one tuple.
        is_feed = isinstance(document, FeedDocument)
        key = (id(document.entries), is_feed)
        if key not in self._digests:
            parts = []
            for entry in document.entries:
                article = self._by_entry[id(entry)]
                content = article.row.content or RenderedContent()
                own = f"{entry.id} {entry.guid}".encode() + article.metadata.file_digest if is_feed else b""
                rendered = msgpack.encode((sorted(content.answers.items()), content.facts))
                parts += [article.metadata.digest, own, rendered]
            self._digests[key] = digest(*parts)
        return self._digests[key]

    def dependencies(self) -> set[bytes]:
        """The paths of all other files that were looked up."""
        paths = {path for article in self._articles for path in article.metadata.dependencies}
        contents = [article.row.content for article in self._articles if article.row.content]
        paths |= {path for content in contents for path in content.dependencies}
        return paths | set(map(os.fsencode, self.shared_files()))

    def paths(self) -> set[str]:
        """The paths of all articles below the content folder."""
        return {article.name for article in self._articles}

    def dates(self) -> Iterator[datetime | None]:
        """When articles fall due or expire, also those whose content is refused; and when FK107 ends."""
        for article in self._articles:
            if article.entry:
                yield article.entry.published
                yield article.entry.expires
                yield article.entry.updated and article.entry.updated - MAX_AHEAD

    def sources(self) -> list[str]:
        """The paths of all articles, as messages name them; none for lines of JSON."""
        return [printable(article.file.path) for article in self._articles if article.file.path]

    def changed_rows(self) -> Iterator[tuple[str, ArticleRow]]:
        """The rows that the cache does not have yet, by the paths of the articles."""
        for article in self._articles:
            if not article.is_cached:
                keys = {path: self._file_keys.key(path) for path in article.metadata.dependencies}
                yield article.name, replace(article.row, dependencies=keys)

    def _needed_fragments(self, documents: Iterable[PlannedDocument]) -> dict[ArticleRecord, dict[FragmentKind, None]]:
        """The fragments that feeds need of each article."""
        needed: dict[ArticleRecord, dict[FragmentKind, None]] = {}
        for document in documents:
            if isinstance(document, FeedDocument):
                kind = document.format.name, document.selection.content
                for entry in document.entries:
                    needed.setdefault(self._by_entry[id(entry)], {})[kind] = None
        return needed

    def _render(self, needed: Mapping[ArticleRecord, Iterable[FragmentKind]]) -> None:
        """Render the fragments that are missing."""
        orders: dict[ArticleRecord, RenderOrder] = {}
        for article, kinds in needed.items():
            missing = tuple([kind for kind in kinds if kind not in article.fragments])
            if missing or not article.row.content:
                orders[article] = article.file, missing, article.body, article.completed, article.ids
        results = self._pool.render(list(orders.values()))
        watched = self._progress(Sized(results, len(orders)), "rendering")
        for (article, (_, kinds, *_)), rendered in zip(orders.items(), watched, strict=True):
            if rendered.content:
                article.completed = rendered.completed
                article.is_cached &= article.row.content is not None
                article.row.content = rendered.content
                article.entry = rendered.entry or article.entry
            for kind, fragment in zip(kinds, rendered.fragments, strict=bool(rendered.fragments)):
                is_problem = isinstance(fragment, Problem)
                ref = fragment if is_problem else FragmentRef(self._pool.worker.spools, fragment)
                article.fragments[kind] = ref


class Sized:
    """An iterator with the number of its items, for a progress bar."""

    def __init__(self, items: Iterator[Any], count: int) -> None:
        self._items = items
        self._count = count

    def __iter__(self) -> Iterator[Any]:
        return self._items

    def __len__(self) -> int:
        return self._count
