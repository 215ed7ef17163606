"""What a build keeps for the next one, in one sqlite3 file with two tables: articles and documents.

`articles` has what was read of each article, by its path; `documents` what each document was made of, and under the
empty path the build as a whole. Without the file everything is read and made, as where it is damaged or locked.
"""

from __future__ import annotations

import os
import sqlite3
import stat
import zlib
from collections.abc import Callable, Container, Iterable
from contextlib import suppress
from pathlib import Path
from typing import TypeVar

from msgspec import DecodeError, Raw, Struct, msgpack

from feedkit.errors import Problem, SettingsError
from feedkit.files import FileKey
from feedkit.output.report import Report
from feedkit.pipeline.worker import NO_LINKS, LinkAnswers

#: The form of what is kept (`PRAGMA user_version`).
VERSION = 8
#: What tells sqlite3 files of feedkit's from others (`PRAGMA application_id`): "fkit".
APPLICATION_ID = 0x666B6974
#: How long another build that has the file is waited for.
LOCKED_SECONDS = 1.0

_TABLES = ("articles", "documents")
_MAGIC, _APPLICATION_OFFSET, _HEADER_BYTES = b"SQLite format 3\0", 68, 100
_CHECKSUM_BYTES = 4
_ELSEWHERE = frozenset(
    [
        *(sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY),
        *(sqlite3.SQLITE_PERM, sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR),
    ]
)

T = TypeVar("T", bound=Struct)
R = TypeVar("R")


class ArticleRow(Struct, array_like=True):
    """What is kept of one article."""

    #: The key of its file.
    key: FileKey
    #: The keys of the other files that were looked at for it, by their paths.
    dependencies: dict[bytes, FileKey]
    #: What was read of it, as a worker encodes it.
    metadata: Raw
    #: What there was to report of its content; None while that was not made.
    content_problems: tuple[Problem, ...] | None = None
    #: Whether its content could not be made.
    refused: bool = False
    #: What its content asked of other files.
    links: LinkAnswers = NO_LINKS


class FileRow(Struct, array_like=True):
    """A document that was written; the fields are those of `Document`."""

    path: str
    media_type: str
    coding: str
    items: int | None
    #: The key of its file, and its digest as the manifest has it.
    key: FileKey
    digest: str


class DocumentRow(Struct, array_like=True):
    """What is kept of one planned document."""

    #: The digest of all that it was made of.
    signature: bytes
    #: What was reported when it was made.
    problems: tuple[Problem, ...]
    #: The files that it became.
    files: tuple[FileRow, ...]


class BuildRow(Struct, array_like=True):
    """What is kept of a build as a whole."""

    #: The digest of what every article depends on; and of the settings and all articles.
    shared: bytes
    inputs: bytes
    #: The keys of the other files and folders that it looked at, and of the files that it left, by their paths.
    looked_at: dict[bytes, FileKey]
    outputs: dict[bytes, FileKey]
    #: The instant that decided what was published, and the one at which that changes by itself, as ISO 8601.
    now: str
    next_change: str
    #: When the feeds of its report had their newest changes, as ISO 8601.
    newest: tuple[str, ...]
    #: What it reported, as if it had written nothing; without these instants, whose offsets are not kept in it.
    report: Report


class Cache:
    """The file of one build. Nothing that goes wrong with it ends a build."""

    def __init__(self, path: Path) -> None:
        """Raises `SettingsError` for a file that is not feedkit's, which is not touched."""
        self._path = path
        self._connection: sqlite3.Connection | None = None
        if not _is_free(path):
            raise SettingsError(f"cache: {path} is not a file of feedkit's; delete it, or name another place")
        self._open()

    def __enter__(self) -> Cache:
        return self

    def __exit__(self, *error: object) -> None:
        self._close()

    def touched(self) -> int:
        """What the clock of its file system shows, in nanoseconds; 0 where there is no file."""
        with suppress(OSError):
            os.utime(self._path)
            return self._path.stat().st_mtime_ns
        return 0

    def build(self) -> BuildRow | None:
        """What is kept of the last build."""
        return self._ask("SELECT path, data FROM documents WHERE path = ''", BuildRow).get("")

    def articles(self) -> dict[str, ArticleRow]:
        """What is kept of articles, by their paths."""
        return self._ask("SELECT path, data FROM articles", ArticleRow)

    def documents(self) -> dict[str, DocumentRow]:
        """What is kept of planned documents, by their paths."""
        return self._ask("SELECT path, data FROM documents WHERE path != ''", DocumentRow)

    def save(
        self,
        build: BuildRow,
        articles: tuple[Iterable[tuple[str, ArticleRow]], Container[str]],
        documents: tuple[Iterable[tuple[str, DocumentRow]], Container[str]],
    ) -> None:
        """Keep a build; of articles and documents those rows that are new, and the others only by the given paths."""

        def write(connection: sqlite3.Connection) -> None:
            connection.execute("BEGIN IMMEDIATE")
            for table, (rows, paths) in (("articles", articles), ("documents", documents)):
                listed = connection.execute(f"SELECT path FROM {table}").fetchall()  # noqa: S608
                gone = [row for row in listed if row[0] not in paths]
                connection.executemany(f"DELETE FROM {table} WHERE path = ?", gone)  # noqa: S608
                _insert(connection, table, rows)
            _insert(connection, "documents", [("", build)])
            connection.execute("COMMIT")

        self._try(write)

    def _ask(self, question: str, kind: type[T]) -> dict[str, T]:
        """The rows that are whole, by their paths."""
        decoder = msgpack.Decoder(kind)

        def rows(connection: sqlite3.Connection) -> dict[str, T]:
            return {path: decoder.decode(_checked(data)) for path, data in connection.execute(question)}

        return self._try(rows) or {}

    def _try(self, work: Callable[[sqlite3.Connection], R]) -> R | None:
        if self._connection is None:
            return None
        try:
            return work(self._connection)
        except sqlite3.Error as error:
            self._close()
            if not _is_elsewhere(error):
                self._begin_anew()
        except (DecodeError, TypeError):
            self._close()
            self._begin_anew()
        return None

    def _open(self) -> None:
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            self._connection = sqlite3.connect(self._path, timeout=LOCKED_SECONDS, isolation_level=None)
            # What a power cut takes away is read again.
            self._connection.execute("PRAGMA synchronous = OFF")
            if _number(self._connection, "user_version") != VERSION:
                _make_tables(self._connection)
        except (sqlite3.Error, OSError) as error:
            self._close()
            if isinstance(error, sqlite3.Error) and not _is_elsewhere(error):
                self._begin_anew()

    def _begin_anew(self) -> None:
        """Replace a damaged file."""
        try:
            self._path.unlink(missing_ok=True)
        except OSError:
            return
        self._open()

    def _close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None


def _is_free(path: Path) -> bool:
    """Whether a place may be taken: nothing is there, or what feedkit made; or what cannot be looked at nor written."""
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


def _is_elsewhere(error: sqlite3.Error) -> bool:
    """Whether the file itself may be whole: another build has it, or it cannot be read or written now."""
    # The lowest byte tells the kind.
    return getattr(error, "sqlite_errorcode", 0) & 0xFF in _ELSEWHERE


def _number(connection: sqlite3.Connection, pragma: str) -> int:
    return int(connection.execute(f"PRAGMA {pragma}").fetchone()[0])


def _make_tables(connection: sqlite3.Connection) -> None:
    """Begin afresh: what is in the file is of another version, or not there yet."""
    connection.execute("BEGIN IMMEDIATE")
    for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
        connection.execute(f'DROP TABLE "{name}"')
    for table in _TABLES:
        connection.execute(f"CREATE TABLE {table} (path TEXT PRIMARY KEY, data BLOB NOT NULL) WITHOUT ROWID")
    connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    connection.execute(f"PRAGMA user_version = {VERSION}")
    connection.execute("COMMIT")


def _insert(connection: sqlite3.Connection, table: str, rows: Iterable[tuple[str, Struct]]) -> None:
    rows_with_checksum = ((path, _with_checksum(msgpack.encode(row))) for path, row in rows)
    connection.executemany(f"INSERT OR REPLACE INTO {table} VALUES (?, ?)", rows_with_checksum)  # noqa: S608  # one of ours


def _with_checksum(data: bytes) -> bytes:
    return zlib.crc32(data).to_bytes(_CHECKSUM_BYTES, "big") + data


def _checked(data: bytes) -> bytes:
    """What was kept. Raises `DecodeError` where it is damaged."""
    kept = data[_CHECKSUM_BYTES:]
    if data != _with_checksum(kept):
        raise DecodeError
    return kept
