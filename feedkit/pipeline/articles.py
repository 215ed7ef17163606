"""The articles of a build: their entries, the fragments of those that feeds hold, and the rows of the cache."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from msgspec import Raw, Struct, msgpack
from msgspec.structs import replace

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
    """A file, or a line of JSON, with its entry and the results of rendering it."""

    file: SourceFile
    row: ArticleRow  #: As the cache stores it.
    metadata: EntryMetadata = _UNREAD
    entry: Entry | None = None  #: None for one that was refused, and for a page.
    body: Place | None = None  #: As of `ReadResult`.
    completed: Place | None = None  #: As of `Rendered`.
    is_cached: bool = False  #: Whether the cache has the row.

    @property
    def name(self) -> str:
        """The path below the content folder."""
        return "/".join(self.file.parts)

    @property
    def answers(self) -> dict[str, str]:
        """The addresses of the links in its content, as `ContentLinks.answers`."""
        return self.row.content.answers if self.row.content else {}

    def set_row(self, row: ArticleRow) -> None:
        """Take the results that a row has."""
        self.row, self.metadata, self.completed = row, decode_metadata(row.metadata), None
        self.entry = self.metadata.entry


class Articles:
    """The articles of a folder, in the order of their files; or those in lines of JSON, which have their content."""

    # Of a folder.
    _root: Path
    _file_keys: FileKeys
    _pool: Pool

    def __init__(self, site: Site, progress: Progress) -> None:
        self._site = site
        self._progress = progress
        self._articles: list[ArticleRecord] = []
        self._section_pages: list[SourceFile] = []
        # Of listing the files.
        self._problems: list[Problem] = []
        #: The pages of the site that are no articles; filled by `read`.
        self.pages: tuple[SitePage, ...] = ()
        self._is_folder, self._has_content, self._renders_at_once = False, True, True
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

    def read_lines(self, lines: Iterable[str | bytes], on_problem: OnProblem) -> None:
        """Read lines of JSON."""
        file = SourceFile(path="", parts=())
        entries = self._progress(read_json_lines(lines, self._site, on_problem=on_problem), "reading")
        self._articles = [ArticleRecord(file, ArticleRow("", {}, Raw()), entry=entry) for entry in entries]
        self._accepted = list(range(len(self._articles)))

    def list_files(self, root: Path, output: Path, file_keys: FileKeys, *, may_be_empty: bool) -> None:
        """List the files of a folder, none in the `output` folder.

        Raises `SettingsError` for a bad pattern of `exclude`.
        """
        self._root, self._file_keys = root, file_keys
        files = list(source_files(root, self._site, self._problems.append, output=output, may_be_empty=may_be_empty))
        self._section_pages = [file for file in files if file.section_page]
        listed = [file for file in files if not file.section_page]
        self._articles = [ArticleRecord(file, ArticleRow(file_keys.key(file.path), {}, Raw())) for file in listed]
        self._is_folder = True
        self._has_content, self._renders_at_once = has_content(self._site), renders_at_once(self._site)

    def inputs(self) -> bytes:
        """A digest of the keys of all files, and of the problems of listing them."""
        articles = [part for article in self._articles for part in (article.file.parts, article.row.key)]
        section_pages = [(file.parts, self._file_keys.key(file.path)) for file in self._section_pages]
        return digest(msgpack.encode((articles, section_pages, self._problems)))

    def pool(self, jobs: int, on_problem: OnProblem) -> Pool:
        """The workers, after reading what every article may depend on: the table of authors, and pages of sections."""
        self._pool = pool = Pool(self._root, self._site, self._section_pages, jobs, on_problem)
        for problem in (*pool.worker.take_problems(), *self._problems, *pool.worker.begin(self._section_pages)):
            on_problem(problem)
        return pool

    def shared_files(self) -> list[str]:
        """The paths of the files that every article may depend on."""
        return [*(file.path for file in self._section_pages), *self._pool.worker.reader.dependencies]

    def read(self, rows: Mapping[str, ArticleRow], on_problem: OnProblem) -> None:
        """Take the metadata of every article from the rows of the cache, or read it."""
        orders, depends_on_time = [], "mtime" in self._site.dates_from
        for article in self._articles:
            row = rows.get(article.name)
            if row and all(self._file_keys.key(path) == key for path, key in row.dependencies.items()):
                article.is_cached, row.key = row.key == article.row.key, article.row.key
                article.set_row(row)
            if not article.is_cached:
                # A file with another key may have the same bytes, as after a fresh checkout.
                orders.append((article.file, b"" if depends_on_time else article.metadata.file_digest))
        results = self._pool.read(orders)

        def metadata() -> Iterator[EntryMetadata]:
            for article in self._articles:
                if not article.is_cached:
                    self._take(article, next(results))
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

    @staticmethod
    def _take(article: ArticleRecord, result: ReadResult | None) -> None:
        if result:
            metadata, article.body, content = result
            article.set_row(ArticleRow(article.row.key, {}, Raw(metadata), content))

    def _set_addresses(self) -> None:
        """Send all addresses to the workers; content whose links have changed is rendered again."""
        accepted = [self._articles[number] for number in self._accepted]
        entries = [(article.file.parts, article.entry) for article in accepted if article.entry]
        sections = [file.parts for file in self._section_pages]
        self._pool.set_addresses(addresses_of(entries, self.pages, sections, self._site, self._root))
        if self._renders_at_once:
            changed = [article for article in self._articles if not self._has_same_links(article)]
            for article, result in zip(changed, self._pool.read([(a.file, b"") for a in changed]), strict=True):
                self._take(article, result)
                article.is_cached = False
            self._accepted = [number for number, article in enumerate(self._articles) if article.entry]

    def _has_same_links(self, article: ArticleRecord) -> bool:
        """Whether the links in the content of an article still resolve to the same addresses."""
        if not (answers := article.answers):
            return True
        links = self._pool.worker.link_resolver(article.file, article.entry.url if article.entry else "")
        return links.are_as_before(answers)

    def entries(self) -> list[Entry]:
        """The entries of all articles that are not refused."""
        return [entry for number in self._accepted if (entry := self._articles[number].entry)]

    def set_published(self, entries: Sequence[Entry]) -> None:
        """Take the entries of a publication, which are in the order of `entries()` and may have other ids."""
        self._numbers, self._ids = {}, {}
        for entry, number in zip(entries, self._accepted, strict=True):
            self._numbers[id(entry)] = number
            if entry is not self._articles[number].entry:
                self._ids[number] = entry.id, entry.guid
        self._digests.clear()

    def render_feeds(self, documents: Iterable[PlannedDocument]) -> bool:
        """Render the entries of feeds that have not been rendered; whether articles are refused because of that."""
        if self._renders_at_once:
            return False
        needed = self._needed_fragments(documents)
        for article in map(self._articles.__getitem__, needed):
            if article.row.content and not self._has_same_links(article):
                article.row.content, article.is_cached = None, False
        self._render({number: kinds for number, kinds in needed.items() if not self._articles[number].row.content})
        contents = {number: content for number in needed if (content := self._articles[number].row.content)}
        self._content_problems |= {number: content.problems for number, content in contents.items()}
        self._accepted = [number for number in self._accepted if number not in contents or not contents[number].refused]
        return any(content.refused for content in contents.values())

    def content_problems(self) -> Iterator[Problem]:
        """The problems of the content of all articles in feeds, refused ones too."""
        for number in sorted(self._content_problems):
            yield from self._content_problems[number]

    def read_again(self, source: str, on_problem: OnProblem) -> tuple[ArticleFields, Entry | None]:
        """The fields of one file, and its entry with content, if it is one; nothing of a line."""
        if not self._is_folder:
            return ArticleFields(site=self._site, report=Reporter("", on_problem)), None
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
                links = article.answers
                own = f"{entry.id} {entry.guid}".encode() + article.metadata.file_digest if is_feed else b""
                parts += [article.metadata.digest, own, msgpack.encode(sorted(links.items())) if links else b""]
            self._digests[key] = digest(*parts)
        return self._digests[key]

    def dependencies(self) -> set[bytes]:
        """The paths of all other files that were looked up."""
        paths = {path for article in self._articles for path in article.metadata.dependencies}
        paths |= {
            path for article in self._articles if article.row.content for path in article.row.content.dependencies
        }
        return paths | set(map(os.fsencode, self.shared_files()))

    def paths(self) -> set[str]:
        """The paths of all articles below the content folder."""
        return {article.name for article in self._articles}

    def sources(self) -> list[str]:
        """The paths of all articles, as messages name them; of lines there are none."""
        return [printable(article.file.path) for article in self._articles if article.file.path]

    def changed_rows(self) -> Iterator[tuple[str, ArticleRow]]:
        """The rows that the cache does not have yet, by the paths of the articles."""
        for article in self._articles:
            if not article.is_cached:
                paths = article.metadata.dependencies
                yield (
                    article.name,
                    replace(article.row, dependencies={path: self._file_keys.key(path) for path in paths}),
                )

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
            if rendered.content:
                article.completed = rendered.completed
                # Otherwise it was rendered when it was read.
                if not self._renders_at_once:
                    article.is_cached &= article.row.content is not None
                    article.row.content = rendered.content
            for kind, fragment in zip(kinds, rendered.fragments, strict=bool(rendered.fragments)):
                is_problem = isinstance(fragment, Problem)
                ref = fragment if is_problem else FragmentRef(self._pool.worker.spools, fragment)
                self._fragments[(number, *kind)] = ref


class Sized:
    """An iterator with the number of its items, for a progress bar."""

    def __init__(self, items: Iterator[Any], count: int) -> None:
        self._items = items
        self._count = count

    def __iter__(self) -> Iterator[Any]:
        return self._items

    def __len__(self) -> int:
        return self._count
