"""The articles of one build: what is known of each, and the fragments of those that feeds hold."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from msgspec import Raw, Struct, msgpack

from feedkit.articles.discover import SourceFile, source_files
from feedkit.config.site import Site
from feedkit.config.tables import Content
from feedkit.errors import DocumentError, OnProblem, Problem
from feedkit.formats.format import Format
from feedkit.model import Entry, Piece
from feedkit.pipeline.cache import ArticleRow
from feedkit.pipeline.inputs import Looks, digest
from feedkit.pipeline.pool import Pool
from feedkit.pipeline.worker import EntryMetadata, FragmentRef, Place, Wanted, decode_metadata, needs_content
from feedkit.site.assembly import FeedDocument, Fragments, PlannedDocument

#: Wraps an iterable to show how far a stage is; gets the stage's name.
Watch = Callable[[Iterable[Any], str], Iterable[Any]]


class Articles:
    """Articles that were read with their content."""

    def __init__(self, site: Site, entries: Sequence[Entry] = ()) -> None:
        self._entries = entries
        self._whole_fragments = Fragments(site)

    def entries(self) -> Sequence[Entry]:
        """The entries of all articles that are not refused."""
        return self._entries

    def take(self, entries: Sequence[Entry]) -> None:
        """Know the entries of a publication, in the order of `entries`: they may have other ids."""

    def leave_out(self, documents: Iterable[PlannedDocument]) -> bool:
        """Have the content made that feeds are to hold, and leave out articles that have none; whether there is one."""
        return False

    def content_problems(self) -> Iterator[Problem]:
        """What there is to report of the content of articles that feeds were to hold."""
        return iter(())

    def digest(self, document: PlannedDocument) -> bytes:
        """A digest of the entries of a document, as far as it depends on them; nothing where that is not known."""
        return b""

    def render(self, documents: Sequence[PlannedDocument]) -> None:
        """Have the fragments made that documents are to hold."""

    def fragment(self, entry: Entry, format_: Format, content: Content) -> Piece:
        """The bytes of an entry. Raises `DocumentError` for one that the format cannot hold."""
        return self._whole_fragments(entry, format_, content)


class _Article(Struct, eq=False):
    """A file, and what is known of it."""

    file: SourceFile
    #: What was read of it, and the same as it is kept.
    metadata: EntryMetadata = EntryMetadata(entry=None, problems=(), file_digest=b"")
    encoded: Raw = Raw()
    #: Where a worker has put what its content is made of, if it has.
    waiting: Place | None = None
    #: What there is to report of its content, None while that was not made; and whether it cannot be made.
    content_problems: tuple[Problem, ...] | None = None
    refused: bool = False
    #: Whether a feed was to hold it; whether the cache knows it as it is.
    is_wanted: bool = False
    is_kept: bool = False
    fragments: dict[Wanted, FragmentRef | Problem] = {}

    @property
    def name(self) -> str:
        """The path below the content folder."""
        return "/".join(self.file.parts)


class FolderArticles(Articles):
    """The articles of a folder, in the order of their files. Their content waits where only feeds need it."""

    def __init__(self, root: Path, site: Site, output: Path, looks: Looks, watch: Watch) -> None:
        """Finds the files, none in the `output` folder. Raises `SettingsError` for a bad pattern of `exclude`."""
        super().__init__(site)
        self._root = root
        self._site = site
        self._looks = looks
        self._watch = watch
        self._is_whole = needs_content(site)
        # What was found on the way.
        self._problems: list[Problem] = []
        files = list(source_files(root, site, self._problems.append, output=output))
        self._section_pages = [file for file in files if file.section_page]
        self._articles = [_Article(file) for file in files if not file.section_page]
        # The articles of entries, by what these are: those of a publication are the same objects.
        self._by_entry: dict[int, _Article] = {}
        self._digests: dict[tuple[int, bool], bytes] = {}

    def inputs(self) -> bytes:
        """A digest of all files and of what was found."""
        files = [*self._section_pages, *(article.file for article in self._articles)]
        keys = [(file.parts, self._looks.key(file.path)) for file in files]
        return digest(msgpack.encode((keys, self._problems)))

    def pool(self, jobs: int, on_problem: OnProblem) -> Pool:
        """The workers. They have read what every article may depend on: the table of authors, and pages of sections."""
        self._pool = pool = Pool(self._root, self._site, self._section_pages, jobs, on_problem)
        for problem in (*pool.worker.problems(), *self._problems, *pool.worker.begin(self._section_pages)):
            on_problem(problem)
        return pool

    def shared_files(self) -> list[str]:
        """The paths of the files that every article may depend on."""
        return [*(file.path for file in self._section_pages), *self._pool.worker.reader.dependencies]

    def read(self, rows: Mapping[str, ArticleRow], on_problem: OnProblem) -> None:
        """Have the metadata of every article: what the rows know, or what is read now."""
        orders, depends_on_time = [], "mtime" in self._site.dates_from
        for article in self._articles:
            row = rows.get(article.name)
            if row and all(self._looks.key(path) == key for path, key in row.dependencies.items()):
                article.metadata, article.encoded = decode_metadata(row.metadata), row.metadata
                article.content_problems, article.refused = row.content_problems, row.refused
                article.is_kept = row.key == self._looks.key(article.file.path)
            if not article.is_kept:
                # Another file may have the bytes that are known, as after a fresh checkout.
                orders.append((article.file, b"" if depends_on_time else article.metadata.file_digest))
        results = self._pool.read(orders)

        def articles() -> Iterator[_Article]:
            for article in self._articles:
                result, spool = (None, None) if article.is_kept else next(results)
                if result and spool:
                    span, waiting = result
                    article.encoded = Raw(spool.read(span))
                    article.metadata = decode_metadata(article.encoded)
                    article.content_problems, article.refused = None, False
                    article.waiting = (spool.name, waiting) if waiting else None
                yield article

        for article in self._watch(Counted(articles(), len(self._articles)), "reading"):
            for problem in article.metadata.problems:
                on_problem(problem)

    def entries(self) -> Sequence[Entry]:
        """The entries of all articles that are not refused, nor were left out."""
        return [entry for article in self._accepted() if (entry := article.metadata.entry)]

    def take(self, entries: Sequence[Entry]) -> None:
        """Know the entries of a publication, in the order of `entries`: they may have other ids."""
        self._by_entry = {id(entry): article for entry, article in zip(entries, self._accepted(), strict=True)}
        self._digests.clear()

    def leave_out(self, documents: Iterable[PlannedDocument]) -> bool:
        """Have the content made that feeds are to hold, and leave out articles that have none; whether there is one."""
        if self._is_whole:
            return False
        wanted = self._wanted(documents)
        for article in wanted:
            article.is_wanted = True
        self._render({article: each for article, each in wanted.items() if article.content_problems is None})
        return any(article.refused for article in wanted)

    def content_problems(self) -> Iterator[Problem]:
        """What there is to report of the content of articles that feeds were to hold."""
        for article in self._articles:
            if article.is_wanted:
                yield from article.content_problems or ()

    def digest(self, document: PlannedDocument) -> bytes:
        """A digest of the entries of a document, of their content only where it holds that."""
        # The formats of a feed have the same tuple.
        key = (id(document.entries), document.format is None)
        if key not in self._digests:
            parts = []
            for entry in document.entries:
                metadata = self._by_entry[id(entry)].metadata
                own = b"" if document.format is None else f"{entry.id} {entry.guid}".encode() + metadata.file_digest
                parts += [metadata.digest, own]
            self._digests[key] = digest(*parts)
        return self._digests[key]

    def render(self, documents: Sequence[PlannedDocument]) -> None:
        """Have the fragments made that documents are to hold, among them summaries for want of room."""
        if not self._is_whole:
            self._render(self._wanted(documents))
            summaries: dict[_Article, dict[Wanted, None]] = {}
            for feed in documents:
                if isinstance(feed, FeedDocument):
                    for entry in feed.likely_summaries(self.fragment):
                        summaries.setdefault(self._by_entry[id(entry)], {})[feed.format.name, "summary"] = None
            self._render(summaries)
        # From here on, they would only take memory.
        self._pool.dismiss()

    def fragment(self, entry: Entry, format_: Format, content: Content) -> Piece:
        """The bytes of an entry. Raises `DocumentError` for one that the format cannot hold."""
        if self._is_whole:
            return super().fragment(entry, format_, content)
        article, wanted = self._by_entry[id(entry)], (format_.name, content)
        if wanted not in article.fragments:
            # A summary after all, or an old document that is not as it was a moment ago.
            self._render({article: [wanted]})
        fragment = article.fragments.get(wanted)
        if fragment is None:
            message = "changed during the build, and is no article any more"
            fragment = Problem(code="FK209", severity="error", path=entry.source, message=message, hint="build again")
        if isinstance(fragment, Problem):
            raise DocumentError(fragment)
        return fragment

    def dependencies(self) -> set[bytes]:
        """The paths of all other files that were looked at."""
        paths = {path for article in self._articles for path in article.metadata.dependencies}
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
                        key=self._looks.key(article.file.path),
                        dependencies={path: self._looks.key(path) for path in article.metadata.dependencies},
                        metadata=article.encoded,
                        content_problems=article.content_problems,
                        refused=article.refused,
                    ),
                )

    def _accepted(self) -> list[_Article]:
        return [item for item in self._articles if item.metadata.entry and not (item.is_wanted and item.refused)]

    def _wanted(self, documents: Iterable[PlannedDocument]) -> dict[_Article, dict[Wanted, None]]:
        """What feeds are to hold of each article."""
        wanted: dict[_Article, dict[Wanted, None]] = {}
        for document in documents:
            if document.format is not None:
                one = document.format.name, document.content
                for entry in document.entries:
                    wanted.setdefault(self._by_entry[id(entry)], {})[one] = None
        return wanted

    def _render(self, wanted: Mapping[_Article, Iterable[Wanted]]) -> None:
        """Have what is wanted of each article made, as far as it is not yet, in the order of the files."""
        orders = [
            (article, missing)
            for article in (self._articles if len(wanted) > 1 else wanted)
            if (missing := tuple([one for one in wanted.get(article, ()) if one not in article.fragments]))
        ]
        results = self._pool.render([(article.file, missing, article.waiting) for article, missing in orders])
        watched = self._watch(Counted(results, len(orders)), "rendering")
        for (article, missing), (rendered, spool) in zip(orders, watched, strict=True):
            article.is_kept &= article.content_problems is not None
            article.content_problems, article.refused = rendered.problems, rendered.refused
            for one, found in zip(missing, rendered.fragments, strict=not rendered.refused):
                article.fragments[one] = found if isinstance(found, Problem) else FragmentRef(spool, found)


class Counted:
    """An iterator that knows how many are to come, for a bar."""

    def __init__(self, items: Iterator[Any], count: int) -> None:
        self._items = items
        self._count = count

    def __iter__(self) -> Iterator[Any]:
        return self._items

    def __len__(self) -> int:
        return self._count
