"""The articles of one folder: which there are, what is known of each, and the fragments of those that feeds hold."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from msgspec import Raw, Struct, msgpack

from feedkit.articles.discover import SourceFile, source_files
from feedkit.articles.link_targets import addresses_of
from feedkit.articles.pages import find_pages
from feedkit.config.site import Site
from feedkit.config.tables import Content
from feedkit.errors import DocumentError, OnProblem, Problem, once
from feedkit.files import FileKey
from feedkit.formats.format import Format
from feedkit.model import Entry, Piece, SitePage
from feedkit.output.tree import Stager
from feedkit.pipeline.cache import ArticleRow
from feedkit.pipeline.inputs import FileKeys, digest
from feedkit.pipeline.pool import Pool, PoolStager
from feedkit.pipeline.prepared import Progress
from feedkit.pipeline.worker import (
    NO_LINKS,
    EntryMetadata,
    FragmentRef,
    LinkAnswers,
    Place,
    RenderOrder,
    Span,
    Spool,
    Wanted,
    decode_metadata,
    decode_undated,
    needs_content,
)
from feedkit.site.assembly import FeedDocument, Fragments, PlannedDocument

_UNREAD = EntryMetadata(entry=None, problems=(), file_digest=b"")


class ArticleRecord(Struct):
    """A file, and what is known of it."""

    file: SourceFile
    key: FileKey
    #: What was read of it, and the same as it is kept.
    metadata: EntryMetadata = _UNREAD
    encoded: Raw = Raw()
    #: Where a worker has put what its content is made of, if it has.
    waiting: Place | None = None
    #: Where a worker has put the entry with all but its content, since that was made.
    completed: Place | None = None
    #: What there is to report of its content; None while that was not made.
    content_problems: tuple[Problem, ...] | None = None
    #: Whether its content cannot be made.
    refused: bool = False
    #: What its content asked of other files, when it was made.
    links: LinkAnswers = NO_LINKS
    #: Whether the cache knows all of this.
    is_kept: bool = False

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
        may_be_none: bool = False,
    ) -> None:
        """Finds the files, none in the `output` folder. Raises `SettingsError` for a bad pattern of `exclude`."""
        self._root = root
        self._site = site
        self._file_keys = file_keys
        self._progress = progress
        # What was found on the way.
        self._problems: list[Problem] = []
        files = list(source_files(root, site, self._problems.append, output=output, may_be_none=may_be_none))
        self._section_pages = [file for file in files if file.section_page]
        self._articles = [ArticleRecord(file, file_keys.key(file.path)) for file in files if not file.section_page]
        #: The pages of the site that are no articles, when these are read.
        self.pages: tuple[SitePage, ...] = ()
        self._is_whole = needs_content(site)
        self._fragments: dict[tuple[int, str, Content], FragmentRef | Problem] = {}
        self._whole_fragments = Fragments(site)
        # The articles that are no refused ones, by their places, and these by what their entries are: those of a
        # publication are the same objects.
        self._accepted: list[int] = []
        self._numbers: dict[int, int] = {}
        self._content_problems: dict[int, tuple[Problem, ...]] = {}
        self._digests: dict[tuple[int, bool], bytes] = {}

    def inputs(self) -> bytes:
        """A digest of all files and of what was found."""
        keys = [(article.file.parts, article.key) for article in self._articles]
        keys += [(file.parts, self._file_keys.key(file.path)) for file in self._section_pages]
        return digest(msgpack.encode((keys, self._problems)))

    def pool(self, jobs: int, on_problem: OnProblem) -> Pool:
        """The workers. They have read what every article may depend on: the table of authors, and pages of sections."""
        self._pool = pool = Pool(self._root, self._site, self._section_pages, jobs, on_problem)
        for problem in (*pool.worker.problems(), *self._problems, *pool.worker.begin(self._section_pages)):
            on_problem(problem)
        return pool

    def stager(self) -> Stager:
        """What writes documents into temporary files."""
        return PoolStager(self._pool)

    def shared_files(self) -> list[str]:
        """The paths of the files that every article may depend on."""
        return [*(file.path for file in self._section_pages), *self._pool.worker.reader.dependencies]

    def read(self, rows: Mapping[str, ArticleRow], on_problem: OnProblem) -> None:
        """Have the metadata of every article: what the rows know, or what is read now."""
        orders, depends_on_time = [], "mtime" in self._site.dates_from
        for article in self._articles:
            row = rows.get(article.name)
            if row and all(self._file_keys.key(path) == key for path, key in row.dependencies.items()):
                article.metadata, article.encoded = decode_metadata(row.metadata), row.metadata
                article.content_problems, article.refused, article.links = row.content_problems, row.refused, row.links
                article.is_kept = row.key == article.key
            if not article.is_kept:
                # Another file may have the bytes that are known, as after a fresh checkout.
                orders.append((article.file, b"" if depends_on_time else article.metadata.file_digest))
        results = self._pool.read(orders)

        def metadata() -> Iterator[EntryMetadata]:
            for article in self._articles:
                if not article.is_kept:
                    self._take(article, *next(results))
                yield article.metadata

        undated, dated = [], []
        for number, article_metadata in enumerate(self._progress(Counted(metadata(), len(self._articles)), "reading")):
            if article_metadata.entry is not None:
                self._accepted.append(number)
            if article_metadata.undated:
                undated.append(decode_undated(article_metadata.undated))
            else:
                dated.append(self._articles[number].file.parts)
        page_problems: list[Problem] = []
        self.pages = tuple(find_pages(undated, dated, self._site, str(self._root), page_problems.append))
        self._send_addresses()
        of_articles = (problem for article in self._articles for problem in article.metadata.problems)
        report = once(on_problem)
        for problem in (*of_articles, *page_problems):
            report(problem)

    @staticmethod
    def _take(article: ArticleRecord, result: tuple[Span, Span | None] | None, spool: Spool) -> None:
        """Have what a worker read of an article; nothing where its file is as it was."""
        if result:
            span, waiting = result
            article.encoded = Raw(spool.read(span))
            article.metadata = decode_metadata(article.encoded)
            article.content_problems, article.refused = None, False
            article.links = article.metadata.links or NO_LINKS
            article.waiting, article.completed = (spool.name, waiting) if waiting else None, None

    def _send_addresses(self) -> None:
        """Give the workers all addresses; content that was made with other ones is made again."""
        accepted = [self._articles[number] for number in self._accepted]
        entries = [(article.file.parts, article.metadata.entry) for article in accepted if article.metadata.entry]
        sections = [file.parts for file in self._section_pages]
        self._pool.set_addresses(addresses_of(entries, self.pages, sections, self._site, self._root))
        if self._is_whole:
            changed = [article for article in accepted if not self._is_as_linked(article)]
            results = self._pool.read([(article.file, b"") for article in changed])
            for article, (result, spool) in zip(changed, results, strict=True):
                self._take(article, result, spool)
                article.is_kept = False
            self._accepted = [number for number in self._accepted if self._articles[number].metadata.entry]

    def _is_as_linked(self, article: ArticleRecord) -> bool:
        """Whether whatever the content of an article asked of other files has the answer that it had."""
        entry = article.metadata.entry
        if not article.links.answers:
            return True
        links = self._pool.worker.links(article.file, entry.url if entry else "")
        return links.are_as_before(article.links.answers)

    def entries(self) -> list[Entry]:
        """The entries of all articles that are not refused."""
        return [
            metadata.entry
            for number in self._accepted
            if (metadata := self._articles[number].metadata) and metadata.entry
        ]

    def take(self, entries: Sequence[Entry]) -> None:
        """Know the entries of `entries` by those of a publication, which are in their order and may have other ids."""
        self._numbers = {id(entry): number for entry, number in zip(entries, self._accepted, strict=True)}
        self._digests.clear()

    def leave_out(self, documents: Iterable[PlannedDocument]) -> bool:
        """Have the content of what feeds are to hold made, if it never was, and leave out articles without; if any."""
        if self._is_whole:
            return False
        articles, wanted = self._articles, self._wanted(documents)
        for number in wanted:
            if articles[number].content_problems is not None and not self._is_as_linked(articles[number]):
                articles[number].content_problems, articles[number].is_kept = None, False
        self._render({number: kinds for number, kinds in wanted.items() if articles[number].content_problems is None})
        self._content_problems |= {number: articles[number].content_problems or () for number in wanted}
        refused = {number for number in wanted if articles[number].refused}
        self._accepted = [number for number in self._accepted if number not in refused]
        return bool(refused)

    def content_problems(self) -> Iterator[Problem]:
        """What there is to report of the content of articles that feeds were to hold."""
        for number in sorted(self._content_problems):
            yield from self._content_problems[number]

    def content_problems_of(self, entry: Entry) -> tuple[Problem, ...]:
        """What there is to report of the content of one article, if it was made."""
        return self._articles[self._numbers[id(entry)]].content_problems or ()

    def render(self, documents: Sequence[PlannedDocument]) -> None:
        """Have the fragments made that documents are to hold, among them summaries for want of room."""
        if not self._is_whole:
            self._render(self._wanted(documents))
            feeds = [document for document in documents if isinstance(document, FeedDocument)]
            summaries: dict[int, set[Wanted]] = {}
            for feed in feeds:
                for entry in feed.likely_summaries(self.fragment):
                    summaries.setdefault(self._numbers[id(entry)], set()).add((feed.format.name, "summary"))
            self._render(summaries)

    def fragment(self, entry: Entry, format_: Format, content: Content) -> Piece:
        """The bytes of an entry. Raises `DocumentError` for one that the format cannot hold."""
        if self._is_whole:
            return self._whole_fragments(entry, format_, content)
        number = self._numbers[id(entry)]
        key = (number, format_.name, content)
        if key not in self._fragments:
            # A summary after all, or an old document that is not as it was a moment ago.
            self._render({number: [(format_.name, content)]})
        fragment = self._fragments.get(key)
        if fragment is None:
            message = "changed during the build, and is no article any more"
            fragment = Problem(code="FK209", severity="error", path=entry.source, message=message, hint="build again")
        if isinstance(fragment, Problem):
            raise DocumentError(fragment)
        return fragment

    def digest(self, document: PlannedDocument) -> bytes:
        """A digest of the entries of a document, of their content only where it holds that."""
        # The formats of a feed have the same tuple.
        key = (id(document.entries), document.format is None)
        if key not in self._digests:
            parts = []
            for entry in document.entries:
                metadata = self._articles[self._numbers[id(entry)]].metadata
                own = b"" if document.format is None else f"{entry.id} {entry.guid}".encode() + metadata.file_digest
                links = self._articles[self._numbers[id(entry)]].links.answers
                parts += [metadata.digest, own, msgpack.encode(sorted(links.items())) if links else b""]
            self._digests[key] = digest(*parts)
        return self._digests[key]

    def dependencies(self) -> set[bytes]:
        """The paths of all other files that were looked at."""
        paths = {path for article in self._articles for path in article.metadata.dependencies}
        paths |= {path for article in self._articles for path in article.links.looked_at}
        return paths | set(map(os.fsencode, self.shared_files()))

    def names(self) -> set[str]:
        """The paths of all articles below the content folder."""
        return {article.name for article in self._articles}

    def changed_rows(self) -> Iterator[tuple[str, ArticleRow]]:
        """What the cache does not know yet."""
        for article in self._articles:
            if not article.is_kept:
                yield (
                    article.name,
                    ArticleRow(
                        key=article.key,
                        dependencies={path: self._file_keys.key(path) for path in article.metadata.dependencies},
                        metadata=article.encoded,
                        content_problems=article.content_problems,
                        refused=article.refused,
                        links=article.links,
                    ),
                )

    def _wanted(self, documents: Iterable[PlannedDocument]) -> dict[int, dict[Wanted, None]]:
        """What feeds are to hold of each article, by its place."""
        wanted: dict[int, dict[Wanted, None]] = {}
        for document in documents:
            if document.format is not None:
                kind = document.format.name, document.content
                for entry in document.entries:
                    wanted.setdefault(self._numbers[id(entry)], {})[kind] = None
        return wanted

    def _render(self, wanted: Mapping[int, Iterable[Wanted]]) -> None:
        orders = {}
        for number, kinds in sorted(wanted.items()):
            if missing := tuple([kind for kind in kinds if (number, *kind) not in self._fragments]):
                orders[number] = missing
        results = self._pool.render([self._order(self._articles[number], kinds) for number, kinds in orders.items()])
        watched = self._progress(Counted(results, len(orders)), "rendering")
        for (number, missing), (rendered, spool) in zip(orders.items(), watched, strict=True):
            article = self._articles[number]
            if rendered.completed or rendered.refused:
                article.is_kept &= article.content_problems is not None
                article.content_problems, article.refused = rendered.problems, rendered.refused
                article.links = rendered.links
                article.completed = (spool.name, rendered.completed) if rendered.completed else None
            for (name, content), span in zip(missing, rendered.fragments, strict=not rendered.refused):
                fragment = span if isinstance(span, Problem) else FragmentRef(spool, span)
                self._fragments[number, name, content] = fragment

    @staticmethod
    def _order(article: ArticleRecord, kinds: tuple[Wanted, ...]) -> RenderOrder:
        is_short = all(content != "full" for _, content in kinds)
        return article.file, kinds, article.waiting, article.completed if is_short else None


class LineArticles:
    """Articles that come with their content, as lines of JSON."""

    def __init__(self, site: Site, entries: list[Entry]) -> None:
        self._entries = entries
        #: The pages of the site that are no articles: none.
        self.pages: tuple[SitePage, ...] = ()
        #: The bytes of an entry. Raises `DocumentError` for one that the format cannot hold.
        self.fragment = Fragments(site)

    def entries(self) -> list[Entry]:
        """The entries of all articles."""
        return self._entries

    def take(self, entries: Sequence[Entry]) -> None:
        """Nothing: they are known by themselves."""

    def leave_out(self, documents: Iterable[PlannedDocument]) -> bool:
        """Whether any article was left out: none is."""
        return False

    def content_problems(self) -> Iterator[Problem]:
        """What there is to report of their content: it was reported when they were read."""
        return iter(())

    def digest(self, document: PlannedDocument) -> bytes:
        """Nothing: where lines come from is not known."""
        return b""

    def render(self, documents: Sequence[PlannedDocument]) -> None:
        """Nothing: a fragment is made when it is wanted."""

    def stager(self) -> Stager:
        """What writes documents into temporary files."""
        return Stager()


#: What a build asks of articles.
Articles = FolderArticles | LineArticles


class Counted:
    """An iterator that knows how many are to come, for a bar."""

    def __init__(self, items: Iterator[Any], count: int) -> None:
        self._items = items
        self._count = count

    def __iter__(self) -> Iterator[Any]:
        return self._items

    def __len__(self) -> int:
        return self._count
