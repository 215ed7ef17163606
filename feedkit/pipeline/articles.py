"""The articles of a build: their entries, the fragments of those that feeds hold, and the rows of the cache."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from msgspec import Raw, Struct, msgpack

from feedkit.articles.discover import SourceFile, source_files
from feedkit.articles.fields import ArticleFields
from feedkit.articles.link_targets import addresses_of
from feedkit.articles.reader import ArticleReader, ParsedArticle, find_pages
from feedkit.articles.report import Reporter
from feedkit.config.site import Content, Site
from feedkit.errors import ArticleError, DocumentError, OnProblem, Problem, printable
from feedkit.files import FileKey
from feedkit.formats.format import Format
from feedkit.model import Entry, Piece, SitePage
from feedkit.output.tree import Stager
from feedkit.pipeline.cache import ArticleRow
from feedkit.pipeline.inputs import FileKeys, digest
from feedkit.pipeline.pool import Pool, PoolStager
from feedkit.pipeline.spools import FragmentRef, Place
from feedkit.pipeline.worker import (
    NO_LINKS,
    EntryMetadata,
    FragmentKind,
    LinkAnswers,
    ReadResult,
    RenderOrder,
    decode_metadata,
    decode_undated,
    has_content,
    renders_at_once,
)
from feedkit.site.assembly import FeedDocument, Fragments, PlannedDocument

#: Wraps an iterable to show how far a stage is; gets the stage's name.
Progress = Callable[[Iterable[Any], str], Iterable[Any]]
#: A folder of articles, one article, or lines of JSON.
ArticleSource = str | Path | Iterable[str | bytes]

_UNREAD = EntryMetadata(entry=None, problems=(), file_digest=b"")


class ArticleRecord(Struct, gc=False):
    """A file with its metadata and the results of rendering it."""

    file: SourceFile
    key: FileKey
    metadata: EntryMetadata = _UNREAD
    encoded: Raw = Raw()  #: The metadata as the cache stores it.
    body: Place | None = None  #: As of `ReadResult`.
    completed: Place | None = None  #: As of `Rendered`.
    content_problems: tuple[Problem, ...] | None = None  #: None until its content is rendered.
    refused: bool = False  #: Whether its content is refused.
    links: LinkAnswers = NO_LINKS
    is_cached: bool = False  #: Whether the cache has all of this.

    @property
    def name(self) -> str:
        """The path below the content folder."""
        return "/".join(self.file.parts)


class FolderArticles:
    """The articles of a folder, in the order of their files."""

    def __init__(
        self,
        root: Path,
        site: Site,
        output: Path,
        file_keys: FileKeys,
        progress: Progress,
        *,
        may_be_empty: bool,
    ) -> None:
        """Lists the files, none in the `output` folder. Raises `SettingsError` for a bad pattern of `exclude`."""
        self._root = root
        self._site = site
        self._file_keys = file_keys
        self._progress = progress
        # Of listing the files.
        self._problems: list[Problem] = []
        files = list(source_files(root, site, self._problems.append, output=output, may_be_empty=may_be_empty))
        self._section_pages = [file for file in files if file.section_page]
        self._articles = [ArticleRecord(file, file_keys.key(file.path)) for file in files if not file.section_page]
        #: The pages of the site that are no articles; filled by `read`.
        self.pages: tuple[SitePage, ...] = ()
        self._renders_at_once = renders_at_once(site)
        self._has_content = has_content(site)
        self._fragments: dict[tuple[int, str, Content], FragmentRef | Problem] = {}
        self._whole_fragments = Fragments(site)
        # The numbers of the articles that are not refused; and the number of each by the identity of its entry, since
        # equal entries are several articles.
        self._accepted: list[int] = []
        self._numbers: dict[int, int] = {}
        # The ids and guids that a ledger gives to articles, by their numbers.
        self._ids: dict[int, tuple[str, str]] = {}
        self._content_problems: dict[int, tuple[Problem, ...]] = {}
        self._digests: dict[tuple[int, bool], bytes] = {}

    def inputs(self) -> bytes:
        """A digest of the keys of all files, and of the problems of listing them."""
        articles = [part for article in self._articles for part in (article.file.parts, article.key)]
        section_pages = [(file.parts, self._file_keys.key(file.path)) for file in self._section_pages]
        return digest(msgpack.encode((articles, section_pages, self._problems)))

    def pool(self, jobs: int, on_problem: OnProblem) -> Pool:
        """The workers, after reading what every article may depend on: the table of authors, and pages of sections."""
        self._pool = pool = Pool(self._root, self._site, self._section_pages, jobs, on_problem)
        for problem in (*pool.worker.take_problems(), *self._problems, *pool.worker.begin(self._section_pages)):
            on_problem(problem)
        return pool

    def stager(self) -> Stager:
        """A stager that uses all processes."""
        return PoolStager(self._pool)

    def shared_files(self) -> list[str]:
        """The paths of the files that every article may depend on."""
        return [*(file.path for file in self._section_pages), *self._pool.worker.reader.dependencies]

    def read(self, rows: Mapping[str, ArticleRow], on_problem: OnProblem) -> None:
        """Take the metadata of every article from the rows of the cache, or read it."""
        orders, depends_on_time = [], "mtime" in self._site.dates_from
        for article in self._articles:
            row = rows.get(article.name)
            if row and all(self._file_keys.key(path) == key for path, key in row.dependencies.items()):
                article.metadata, article.encoded = decode_metadata(row.metadata), row.metadata
                article.content_problems, article.refused, article.links = row.content_problems, row.refused, row.links
                article.is_cached = row.key == article.key
            if not article.is_cached:
                # A file with another key may have the same bytes, as after a fresh checkout.
                orders.append((article.file, b"" if depends_on_time else article.metadata.file_digest))
        results = self._pool.read(orders)

        def metadata() -> Iterator[EntryMetadata]:
            for article in self._articles:
                if not article.is_cached:
                    self._set_metadata(article, next(results))
                yield article.metadata

        undated, dated = [], []
        for number, article_metadata in enumerate(self._progress(Sized(metadata(), len(self._articles)), "reading")):
            if article_metadata.entry is not None:
                self._accepted.append(number)
            if article_metadata.undated:
                undated.append(decode_undated(article_metadata.undated))
            else:
                dated.append(self._articles[number].file.parts)
        page_problems: list[Problem] = []
        self.pages = tuple(find_pages(undated, dated, self._site, str(self._root), page_problems.append))
        self._set_addresses()
        of_articles = (problem for article in self._articles for problem in article.metadata.problems)
        for problem in (*of_articles, *page_problems):
            on_problem(problem)

    def _set_metadata(self, article: ArticleRecord, result: ReadResult | None) -> None:
        if result:
            encoded, article.body = result
            article.encoded = Raw(encoded)
            article.metadata = decode_metadata(article.encoded)
            article.content_problems, article.refused, article.completed = None, False, None
            article.links = article.metadata.links or NO_LINKS

    def _set_addresses(self) -> None:
        """Send all addresses to the workers; content whose links have changed is rendered again."""
        accepted = [self._articles[number] for number in self._accepted]
        entries = [(article.file.parts, article.metadata.entry) for article in accepted if article.metadata.entry]
        sections = [file.parts for file in self._section_pages]
        self._pool.set_addresses(addresses_of(entries, self.pages, sections, self._site, self._root))
        if self._renders_at_once:
            changed = [article for article in self._articles if not self._has_same_links(article)]
            for article, result in zip(changed, self._pool.read([(a.file, b"") for a in changed]), strict=True):
                self._set_metadata(article, result)
                article.is_cached = False
            self._accepted = [number for number, article in enumerate(self._articles) if article.metadata.entry]

    def _has_same_links(self, article: ArticleRecord) -> bool:
        """Whether the links in the content of an article still resolve to the same addresses."""
        entry = article.metadata.entry
        if not article.links.answers:
            return True
        links = self._pool.worker.link_resolver(article.file, entry.url if entry else "")
        return links.are_as_before(article.links.answers)

    def entries(self) -> list[Entry]:
        """The entries of all articles that are not refused."""
        all_metadata = (self._articles[number].metadata for number in self._accepted)
        return [metadata.entry for metadata in all_metadata if metadata.entry]

    def set_published(self, entries: Sequence[Entry]) -> None:
        """Take the entries of a publication, which are in the order of `entries()` and may have other ids."""
        self._numbers, self._ids = {}, {}
        for entry, number in zip(entries, self._accepted, strict=True):
            self._numbers[id(entry)] = number
            if entry is not self._articles[number].metadata.entry:
                self._ids[number] = entry.id, entry.guid
        self._digests.clear()

    def render_feeds(self, documents: Iterable[PlannedDocument]) -> bool:
        """Render the entries of feeds that have not been rendered; whether articles are refused because of that."""
        if self._renders_at_once:
            return False
        articles, needed = self._articles, self._needed_fragments(documents)
        for number in needed:
            if articles[number].content_problems is not None and not self._has_same_links(articles[number]):
                articles[number].content_problems, articles[number].is_cached = None, False
        self._render({number: kinds for number, kinds in needed.items() if articles[number].content_problems is None})
        self._content_problems |= {number: articles[number].content_problems or () for number in needed}
        refused = {number for number in needed if articles[number].refused}
        self._accepted = [number for number in self._accepted if number not in refused]
        return bool(refused)

    def content_problems(self) -> Iterator[Problem]:
        """The problems of the content of all articles in feeds, refused ones too."""
        for number in sorted(self._content_problems):
            yield from self._content_problems[number]

    def read_again(self, source: str, on_problem: OnProblem) -> tuple[ArticleFields, Entry | None]:
        """The fields of one file, and its entry with content, if it is one."""
        reader = ArticleReader(self._root, self._site, on_problem)
        entry = None
        files = [article.file for article in self._articles if printable(article.file.path) == source]
        for file in (*self._section_pages, *files):
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
            summaries: dict[int, set[FragmentKind]] = {}
            for document in documents:
                if isinstance(document, FeedDocument):
                    for entry in document.likely_summaries(self.fragment):
                        summaries.setdefault(self._numbers[id(entry)], set()).add((document.format.name, "summary"))
            self._render(summaries)

    def fragment(self, entry: Entry, format_: Format, content: Content) -> Piece:
        """The bytes of an entry. Raises `DocumentError` for one that the format cannot hold."""
        if self._has_content:
            return self._whole_fragments(entry, format_, content)
        number = self._numbers[id(entry)]
        key = (number, format_.name, content)
        if key not in self._fragments:
            # A summary that was not expected, or a file that has changed during the build.
            self._render({number: [(format_.name, content)]})
        fragment = self._fragments.get(key)
        if fragment is None:
            message = "changed during the build, and is no article any more"
            fragment = Problem(code="FK209", severity="error", path=entry.source, message=message, hint="build again")
        if isinstance(fragment, Problem):
            raise DocumentError(fragment)
        return fragment

    def digest(self, document: PlannedDocument) -> bytes:
        """A digest of the entries of a document, and of their content if it holds that."""
        # The formats of a feed share one tuple.
        is_feed = isinstance(document, FeedDocument)
        key = (id(document.entries), is_feed)
        if key not in self._digests:
            parts = []
            for entry in document.entries:
                article = self._articles[self._numbers[id(entry)]]
                links = article.links.answers
                own = f"{entry.id} {entry.guid}".encode() + article.metadata.file_digest if is_feed else b""
                parts += [article.metadata.digest, own, msgpack.encode(sorted(links.items())) if links else b""]
            self._digests[key] = digest(*parts)
        return self._digests[key]

    def dependencies(self) -> set[bytes]:
        """The paths of all other files that were looked up."""
        paths = {path for article in self._articles for path in article.metadata.dependencies}
        paths |= {path for article in self._articles for path in article.links.dependencies}
        return paths | set(map(os.fsencode, self.shared_files()))

    def paths(self) -> set[str]:
        """The paths of all articles below the content folder."""
        return {article.name for article in self._articles}

    def sources(self) -> list[str]:
        """The paths of all articles, as messages name them."""
        return [printable(article.file.path) for article in self._articles]

    def changed_rows(self) -> Iterator[tuple[str, ArticleRow]]:
        """The rows that the cache does not have yet, by the paths of the articles."""
        for article in self._articles:
            if not article.is_cached:
                row = ArticleRow(
                    key=article.key,
                    dependencies={path: self._file_keys.key(path) for path in article.metadata.dependencies},
                    metadata=article.encoded,
                    content_problems=article.content_problems,
                    refused=article.refused,
                    links=article.links,
                )
                yield article.name, row

    def _needed_fragments(self, documents: Iterable[PlannedDocument]) -> dict[int, dict[FragmentKind, None]]:
        """The fragments that feeds need of each article, by its number."""
        needed: dict[int, dict[FragmentKind, None]] = {}
        for document in documents:
            if isinstance(document, FeedDocument):
                kind = document.format.name, document.selection.content
                for entry in document.entries:
                    needed.setdefault(self._numbers[id(entry)], {})[kind] = None
        return needed

    def _render(self, needed: Mapping[int, Iterable[FragmentKind]]) -> None:
        """Render the fragments that are missing."""
        orders: dict[int, RenderOrder] = {}
        for number, kinds in sorted(needed.items()):
            if missing := tuple([kind for kind in kinds if (number, *kind) not in self._fragments]):
                article, needs_body = self._articles[number], any(content == "full" for _, content in missing)
                completed = None if needs_body else article.completed
                orders[number] = article.file, missing, article.body, completed, self._ids.get(number)
        results = self._pool.render(list(orders.values()))
        watched = self._progress(Sized(results, len(orders)), "rendering")
        for (number, (_, kinds, *_)), rendered in zip(orders.items(), watched, strict=True):
            article = self._articles[number]
            if rendered.completed or rendered.refused:
                article.completed = rendered.completed
                # Otherwise its metadata has the results of rendering its content.
                if not self._renders_at_once:
                    article.is_cached &= article.content_problems is not None
                    article.content_problems, article.refused = rendered.problems, rendered.refused
                    article.links = rendered.links
            for kind, fragment in zip(kinds, rendered.fragments, strict=not rendered.refused):
                is_problem = isinstance(fragment, Problem)
                ref = fragment if is_problem else FragmentRef(self._pool.worker.spools, fragment)
                self._fragments[(number, *kind)] = ref


class LineArticles:
    """The articles of lines of JSON, which come with their content. The methods are those of `FolderArticles`."""

    pages: tuple[SitePage, ...] = ()

    def __init__(self, site: Site, entries: list[Entry]) -> None:
        self._site = site
        self._entries = entries
        #: As of `FolderArticles`.
        self.fragment = Fragments(site)

    def entries(self) -> list[Entry]:
        """All entries."""
        return self._entries

    def set_published(self, entries: Sequence[Entry]) -> None:
        """Nothing."""

    def render_feeds(self, documents: Iterable[PlannedDocument]) -> bool:
        """False: bad content is refused when a line is read."""
        return False

    def content_problems(self) -> Iterator[Problem]:
        """None: they are reported when a line is read."""
        return iter(())

    def read_again(self, source: str, on_problem: OnProblem) -> tuple[ArticleFields, None]:
        """Nothing: a line comes from no file."""
        return ArticleFields(site=self._site, report=Reporter("", on_problem)), None

    def sources(self) -> list[str]:
        """None: a line comes from no file."""
        return []

    def digest(self, document: PlannedDocument) -> bytes:
        """Nothing: lines are not cached."""
        return b""

    def render(self, documents: Sequence[PlannedDocument]) -> None:
        """Nothing: `fragment` renders each entry when it is called."""

    def stager(self) -> Stager:
        """A stager of this process alone."""
        return Stager()


#: The two sources of articles of a build.
Articles = FolderArticles | LineArticles


class Sized:
    """An iterator with the number of its items, for a progress bar."""

    def __init__(self, items: Iterator[Any], count: int) -> None:
        self._items = items
        self._count = count

    def __iter__(self) -> Iterator[Any]:
        return self._items

    def __len__(self) -> int:
        return self._count
