"""The cache of a build: one sqlite3 file with the tables `articles` and `documents`; what a build need not render.

`articles` has the metadata of each article by its path; `documents` has the signature of each document and, under the
empty path, the build as a whole. If the file is missing, damaged or locked, a build does all work again.
"""

from __future__ import annotations

import os
import sqlite3
import stat
import zlib
from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import TypeVar

from msgspec import DecodeError, Raw, Struct, msgpack
from msgspec.structs import astuple

from feedkit.errors import OnProblem, Problem, SettingsError
from feedkit.files import FileKey
from feedkit.model import Document, UnchangedDocument, WrittenDocument
from feedkit.output import manifest
from feedkit.pipeline.inputs import digest_of_file, output_key
from feedkit.pipeline.worker import RenderedContent
from feedkit.site.assembly import DocumentPlan, FragmentOf, PlannedDocument

#: The version of the rows (`PRAGMA user_version`).
VERSION = 11
#: Marks sqlite3 files as feedkit's (`PRAGMA application_id`): "fkit".
APPLICATION_ID = 0x666B6974
#: How many seconds a build waits for another build that uses the file.
LOCKED_SECONDS = 1.0

_TABLES = ("articles", "documents")
_MAGIC, _APPLICATION_OFFSET, _HEADER_BYTES = b"SQLite format 3\0", 68, 100
_CHECKSUM_BYTES = 4
# Errors that say nothing about damage: another build uses the file, or it cannot be read or written now.
_UNAVAILABLE = frozenset(
    [
        *(sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY),
        *(sqlite3.SQLITE_PERM, sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR),
    ]
)

T = TypeVar("T", bound=Struct)
R = TypeVar("R")


class ArticleRow(Struct, array_like=True):
    """One article."""

    key: FileKey
    dependencies: dict[bytes, FileKey]  #: The keys of the other files that were looked at, by path.
    metadata: Raw  #: An encoded `EntryMetadata`.
    content: RenderedContent | None = None  #: None until its content is rendered.


class DocumentRow(Struct, array_like=True):
    """One planned document."""

    signature: bytes  #: A digest of everything that its bytes depend on.
    problems: tuple[Problem, ...] = ()
    files: tuple[WrittenDocument, ...] = ()


class BuildRow(Struct, array_like=True):
    """A build as a whole."""

    shared: bytes  #: A digest of everything that any article may depend on.
    inputs: bytes = b""  #: A digest of the settings and all articles; empty if only the articles were saved.
    dependencies: dict[bytes, FileKey] = {}  #: The keys of all other files and folders that were read, by path.
    outputs: dict[bytes, FileKey] = {}  #: The keys of the files that were written, by path.
    now: str = ""  #: The time that decided what was published, in ISO 8601.
    until: str = ""  #: When the next article falls due or expires, whether it is published or not; empty for never.
    report: bytes = b""  #: The report of a build that had nothing to write; as JSON, in which times keep their offsets.


class Cache:
    """The file of the cache. No damage to it ends a build."""

    def __init__(self, path: Path) -> None:
        """Raises `SettingsError` for a file of another program, and does not change it."""
        self._path = path
        self._connection: sqlite3.Connection | None = None
        if not _may_use(path):
            raise SettingsError(f"cache: {path} is not a cache of feedkit; delete it, or name another file")
        self._open()

    def touch(self) -> int:
        """Touch the file; returns the time of its file system in nanoseconds, or 0 if there is no file."""
        with suppress(OSError):
            os.utime(self._path)
            return self._path.stat().st_mtime_ns
        return 0

    def build(self) -> BuildRow | None:
        """The last build."""
        return self._select("SELECT path, data FROM documents WHERE path = ''", BuildRow).get("")

    def articles(self) -> dict[str, ArticleRow]:
        """The articles by their paths."""
        return self._select("SELECT path, data FROM articles", ArticleRow)

    def documents(self) -> dict[str, DocumentRow]:
        """The planned documents by their paths."""
        return self._select("SELECT path, data FROM documents WHERE path != ''", DocumentRow)

    def save(
        self,
        build: BuildRow,
        articles: tuple[Iterable[tuple[str, ArticleRow]], Container[str]],
        documents: tuple[Iterable[tuple[str, DocumentRow]], Container[str]],
    ) -> None:
        """Write a build, and the new rows of articles and of documents.

        With each goes the set of all paths; rows of other paths are deleted.
        """
        tables = {"articles": articles, "documents": ((*documents[0], ("", build)), documents[1])}

        def write(connection: sqlite3.Connection) -> None:
            connection.execute("BEGIN IMMEDIATE")
            for table, (rows, paths) in tables.items():
                listed = connection.execute(f"SELECT path FROM {table}").fetchall()  # noqa: S608
                gone = [row for row in listed if row[0] not in paths]
                connection.executemany(f"DELETE FROM {table} WHERE path = ?", gone)  # noqa: S608
                new = ((path, _with_checksum(msgpack.encode(row))) for path, row in rows)
                connection.executemany(f"INSERT OR REPLACE INTO {table} VALUES (?, ?)", new)  # noqa: S608
            connection.execute("COMMIT")

        self._try(write)

    def _select(self, question: str, kind: type[T]) -> dict[str, T]:
        """The rows of a query by their paths."""
        decoder = msgpack.Decoder(kind)

        def rows(connection: sqlite3.Connection) -> dict[str, T]:
            return {path: decoder.decode(_checked(data)) for path, data in connection.execute(question)}

        return self._try(rows) or {}

    def _try(self, work: Callable[[sqlite3.Connection], R]) -> R | None:
        """The result of some work; None if the file is not open, or cannot be used. A damaged file is replaced."""
        if self._connection is None:
            return None
        try:
            return work(self._connection)
        except (sqlite3.Error, DecodeError, TypeError) as error:
            self.close()
            # The lowest byte of an extended code is the primary code.
            if getattr(error, "sqlite_errorcode", 0) & 0xFF not in _UNAVAILABLE:
                with suppress(OSError):
                    self._path.unlink(missing_ok=True)
                    self._open()
        return None

    def _open(self) -> None:
        with suppress(sqlite3.Error, OSError):
            self._path.parent.mkdir(parents=True, exist_ok=True)
            self._connection = sqlite3.connect(self._path, timeout=LOCKED_SECONDS, isolation_level=None)
        self._try(_prepare)

    def close(self) -> None:
        """Close the file."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None


def _may_use(path: Path) -> bool:
    """Whether a path may be used: no file is there, or a cache, or a file that can be neither read nor written."""
    try:
        status = path.stat()
        if stat.S_ISDIR(status.st_mode) or (stat.S_ISREG(status.st_mode) and status.st_size == 0):
            return True
        if not stat.S_ISREG(status.st_mode):
            return False
        with path.open("rb") as file:
            header = file.read(_HEADER_BYTES)
    except OSError:
        return True
    application = header[_APPLICATION_OFFSET : _APPLICATION_OFFSET + 4]
    return header.startswith(_MAGIC) and application == APPLICATION_ID.to_bytes(4, "big")


def _prepare(connection: sqlite3.Connection) -> None:
    """Make the tables, instead of those of another version."""
    # No fsync: a build after a power cut reads again what was lost.
    connection.execute("PRAGMA synchronous = OFF")
    if connection.execute("PRAGMA user_version").fetchone()[0] == VERSION:
        return
    connection.execute("BEGIN IMMEDIATE")
    for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
        connection.execute(f'DROP TABLE "{name}"')
    for table in _TABLES:
        connection.execute(f"CREATE TABLE {table} (path TEXT PRIMARY KEY, data BLOB NOT NULL) WITHOUT ROWID")
    connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    connection.execute(f"PRAGMA user_version = {VERSION}")
    connection.execute("COMMIT")


def _with_checksum(data: bytes) -> bytes:
    return zlib.crc32(data).to_bytes(_CHECKSUM_BYTES, "big") + data


def _checked(data: bytes) -> bytes:
    """The data after the checksum. Raises `DecodeError` if it is damaged."""
    content = data[_CHECKSUM_BYTES:]
    if data != _with_checksum(content):
        raise DecodeError
    return content


class PlannedDocuments:
    """The documents of a plan, compared with the rows of the cache."""

    def __init__(
        self,
        plan: DocumentPlan,
        root: Path,
        signature: Callable[[PlannedDocument], bytes],
        rows: Mapping[str, DocumentRow],
    ) -> None:
        """`root` is the output folder; `signature` returns a digest of everything that a document depends on."""
        self._root = root
        self._plan = plan
        #: The rows by the paths of the planned documents.
        self.rows: dict[str, DocumentRow] = {}
        # The paths of unchanged documents, and of unchanged documents whose files have new keys.
        self._unchanged: set[str] = set()
        self._rekeyed: set[str] = set()
        for planned in plan.documents:
            row, own = rows.get(planned.path), signature(planned)
            if row and row.signature == own and all(self._is_there(planned, file) for file in row.files):
                self._unchanged.add(planned.path)
            else:
                row = DocumentRow(own)
            self.rows[planned.path] = row

    def _is_there(self, planned: PlannedDocument, file: WrittenDocument) -> bool:
        """Whether a file has the key with which it was written or, as after a fresh checkout, the same bytes."""
        key = output_key(path := self._root / file.path)
        if key != file.key:
            if not key or digest_of_file(path).hex() != file.digest:
                return False
            file.key = key
            self._rekeyed.add(planned.path)
        return True

    def missing(self) -> list[PlannedDocument]:
        """The documents that are to be rendered."""
        return [planned for planned in self._plan.documents if planned.path not in self._unchanged]

    def documents(self, fragment: FragmentOf, on_problem: OnProblem) -> Iterator[Document | UnchangedDocument]:
        """All documents in order. The problems of unchanged documents are reported again."""
        for planned in self._plan.documents:
            row = self.rows[planned.path]
            if planned.path not in self._unchanged:
                yield from _rendered(planned, row, fragment, on_problem)
                continue
            for problem in row.problems:
                on_problem(problem)
            for file in row.files:
                fields = (*astuple(file), partial(_again, planned, file.path, fragment))
                yield UnchangedDocument(*fields)

    def changed_rows(self) -> Iterator[tuple[str, DocumentRow]]:
        """The rows that the cache does not have yet; to be called when the documents are written."""
        written = manifest.load(self._root)
        for path, row in self.rows.items():
            if path not in self._unchanged:
                for file in row.files:
                    file.key, file.digest = output_key(self._root / file.path), written[file.path].digests
                yield path, row
            elif path in self._rekeyed:
                yield path, row


def _rendered(
    planned: PlannedDocument, row: DocumentRow, fragment: FragmentOf, on_problem: OnProblem
) -> Iterator[Document]:
    def report(problem: Problem) -> None:
        row.problems += (problem,)
        on_problem(problem)

    for document in planned.make(fragment, report):
        row.files += (WrittenDocument(document.path, document.media_type, document.coding, document.items, "", ""),)
        yield document


def _again(planned: PlannedDocument, path: str, fragment: FragmentOf) -> Document:
    return next(document for document in planned.make(fragment, lambda problem: None) if document.path == path)
