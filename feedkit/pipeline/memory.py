"""What a build remembers for the next one, in one sqlite3 file; without it everything is read again.

Refuses to trust what it finds: a file of another program, of another version or with damage in it is begun anew.
"""

from __future__ import annotations

import os
import sqlite3
import zlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from types import MappingProxyType

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

#: The form of what is remembered.
VERSION = 4
#: What tells sqlite3 files of feedkit's from others (`PRAGMA application_id`): "fkit".
_APPLICATION = 0x666B6974

_LOCKED_SECONDS = 1.0

_NOTHING: Mapping[str, bytes] = MappingProxyType({})


class Memory:
    """Values by their keys. Every failure is forgetting: a build that remembers nothing is right all the same."""

    __slots__ = ("_patience", "path")

    def __init__(self, path: str | os.PathLike[str]) -> None:
        """`path` is the file."""
        self.path = os.fspath(path)
        # For how many seconds another build that has it is waited for: once.
        self._patience = _LOCKED_SECONDS

    def plain(self, keys: Iterable[str]) -> dict[str, bytes]:
        """The bytes that are remembered under keys; without what is damaged."""
        return self._found("SELECT key, checksum, data FROM memory WHERE key = ?", [(key,) for key in keys])

    def plain_all(self, begin: str) -> dict[str, bytes]:
        """The same, under all keys that begin so."""
        asked = "SELECT key, checksum, data FROM memory WHERE key >= ? AND key < ?"
        return self._found(asked, [(begin, f"{begin}\U0010ffff")])

    def load(self, keys: Iterable[str]) -> dict[str, Any]:
        """What is remembered under keys; without what is damaged."""
        return _unpacked(self.plain(keys))

    def keys(self) -> frozenset[str]:
        """Under what something is remembered."""
        with suppress(sqlite3.Error, OSError):
            return frozenset(key for (key,) in self._answers("SELECT key FROM memory", [()]))
        return frozenset()

    def _found(self, asked: str, each: Iterable[tuple[str, ...]]) -> dict[str, bytes]:
        with suppress(sqlite3.Error, OSError):
            return {key: data for key, checksum, data in self._answers(asked, each) if _is_whole(data, checksum)}
        return {}

    def touched(self) -> int:
        """What the clock of its file system shows, in nanoseconds: the file is as young as that then. 0 without one."""
        try:
            os.utime(self.path)
        except FileNotFoundError:
            with suppress(OSError):
                self._make_folder()
                os.close(os.open(self.path, os.O_WRONLY | os.O_CREAT, 0o666))
        except OSError:
            return 0
        with suppress(OSError):
            return os.stat(self.path).st_mtime_ns  # noqa: PTH116  # Nothing else here needs a Path.
        return 0

    def save(
        self, values: Mapping[str, Any], *, plain: Mapping[str, bytes] = _NOTHING, forget: Iterable[str] = ()
    ) -> None:
        """Remember values and bytes under keys, and forget others; where that cannot be, nothing is remembered."""
        from feedkit.pipeline.packing import pack

        packed = [*((key, pack(value)) for key, value in values.items()), *plain.items()]
        rows = [(key, zlib.crc32(data), data) for key, data in packed]
        for _ in range(2):
            try:
                self._write(rows, [(key,) for key in forget])
            except sqlite3.OperationalError:
                # Another build has it, or the folder may not be written to.
                return
            except (sqlite3.DatabaseError, OSError):
                with suppress(OSError):
                    os.unlink(self.path)  # noqa: PTH108
                continue
            return

    def _answers(self, question: str, each: Iterable[tuple[str, ...]]) -> list[tuple[Any, ...]]:
        """The rows that answer a question, asked with the words of each."""
        if not os.path.isfile(self.path):  # noqa: PTH113
            return []
        with self._patient(), closing(self._opened()) as opened:
            return [row for words in each for row in opened.execute(question, words)] if _is_ours(opened) else []

    @contextmanager
    def _patient(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.OperationalError:
            self._patience = 0.0
            raise

    def _write(self, rows: list[tuple[Any, ...]], forgotten: list[tuple[str]]) -> None:
        self._make_folder()
        with self._patient(), closing(self._opened()) as opened, opened:
            if not _is_ours(opened):
                _begin(opened)
            opened.executemany("DELETE FROM memory WHERE key = ?", forgotten)
            opened.executemany("INSERT OR REPLACE INTO memory VALUES (?, ?, ?)", rows)

    def _make_folder(self) -> None:
        os.makedirs(os.path.dirname(self.path) or ".", exist_ok=True)  # noqa: PTH103, PTH120

    def _opened(self) -> sqlite3.Connection:
        opened = sqlite3.connect(self.path, timeout=self._patience)
        try:
            # What a power cut takes away is read again.
            opened.execute("PRAGMA synchronous = OFF")
        except sqlite3.Error:
            opened.close()
            raise
        return opened


def _is_whole(data: object, checksum: object) -> bool:
    return isinstance(data, bytes) and zlib.crc32(data) == checksum


def _unpacked(found: Mapping[str, bytes]) -> dict[str, Any]:
    """The values of packed ones; without what is damaged."""
    # Late: where nothing has changed, nothing is unpacked.
    from feedkit.pipeline.packing import UnpackError, unpack

    values = {}
    for key, data in found.items():
        with suppress(UnpackError):
            values[key] = unpack(data)
    return values


def _is_ours(opened: sqlite3.Connection) -> bool:
    found = (opened.execute("PRAGMA application_id").fetchone(), opened.execute("PRAGMA user_version").fetchone())
    return found == ((_APPLICATION,), (VERSION,))


def _begin(opened: sqlite3.Connection) -> None:
    """Make the file ours. What is in it is lost only if it was ours; another program's raises `DatabaseError`."""
    tables = [name for (name,) in opened.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    if tables and tables != ["memory"]:
        raise sqlite3.OperationalError("it is another program's")
    opened.execute("DROP TABLE IF EXISTS memory")
    opened.execute("CREATE TABLE memory (key TEXT PRIMARY KEY, checksum INTEGER, data BLOB) WITHOUT ROWID")
    opened.execute(f"PRAGMA application_id = {_APPLICATION}")
    opened.execute(f"PRAGMA user_version = {VERSION}")
