"""Spools: files by which the processes of a build exchange bytes. Each process appends to its own, and reads all."""

from __future__ import annotations

import os
import shutil
import tempfile
from io import FileIO
from pathlib import Path

from msgspec import Struct

from feedkit.errors import PublishError, system_reason
from feedkit.files import write_all

#: The number of a spool, an offset in it, and a length.
Place = tuple[int, int, int]

#: The number of the spool of the first process; the spools of others have the number of their process.
FIRST = 0

# Bytes are written in pieces of this size or more.
_MAX_PENDING_BYTES = 1 << 18
_FLAGS = os.O_RDWR | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)


class TemporaryFiles:
    """Raises errors of the system as `PublishError`, which names the folder of the spools if there is one.

    A class and no generator, since each fragment that is read has such a block.
    """

    def __init__(self, prefix: str = "") -> None:
        self._prefix = prefix

    def __enter__(self) -> None:
        """Nothing is opened."""

    def __exit__(self, kind: object, error: BaseException | None, traceback: object) -> None:
        """Replace an error of the system."""
        if isinstance(error, OSError):
            reason = f"temporary files cannot be written ({system_reason(error)})"
            where = f"{os.path.dirname(self._prefix)}: " if self._prefix else ""  # noqa: PTH120
            raise PublishError(f"{where}{reason}; set TMPDIR to a folder that has room for them") from error


def new_prefix() -> str:
    """The beginning of the paths of all spools of a build. Raises `PublishError` if no folder can have them."""
    with TemporaryFiles():
        folder = tempfile.gettempdir()
    return os.path.join(folder, f"feedkit-{os.urandom(8).hex()}-")  # noqa: PTH118


def remove_spools(prefix: str) -> None:
    """Remove the spools of a build; several processes may do that at the same time."""
    for file in Path(prefix).parent.glob(f"{Path(prefix).name}*"):
        file.unlink(missing_ok=True)


class Spools:
    """The spool of this process, and the spools of others from which it has read.

    Methods raise `PublishError` if the folder of temporary files is full, or must not be written to.
    """

    def __init__(self, prefix: str, number: int) -> None:
        """The spool of the first process has no name, so that no other process can read it, until `share`."""
        self._prefix = prefix
        self._number = number
        self._folder = TemporaryFiles(prefix)
        with self._folder:
            own = self._new() if number else tempfile.TemporaryFile(buffering=0)  # noqa: SIM115  # till `close`
        self._files = {number: own}
        #: How many bytes this process has added.
        self.size = 0
        # The last of these bytes, which are not in the file yet.
        self._pending: list[bytes] = []
        self._pending_bytes = 0

    def add(self, data: bytes) -> Place:
        """Append bytes to the spool of this process."""
        place = self._number, self.size, len(data)
        self.size += len(data)
        self._pending.append(data)
        self._pending_bytes += len(data)
        if self._pending_bytes >= _MAX_PENDING_BYTES:
            self.flush()
        return place

    def read(self, place: Place) -> bytes:
        """The bytes at a place in the spool of any process."""
        number, offset, length = place
        if number == self._number and self._pending:
            self.flush()
        with self._folder:
            if (file := self._files.get(number)) is None:
                file = self._files[number] = open(f"{self._prefix}{number}", "rb", buffering=0)  # noqa: PTH123, SIM115
            file.seek(offset)
            return file.read(length)

    def share(self) -> None:
        """Let other processes read the spool of the first one."""
        self.flush()
        with self._folder, self._files[FIRST] as nameless:
            nameless.seek(0)
            self._files[FIRST] = self._new()
            shutil.copyfileobj(nameless, self._files[FIRST])

    def flush(self) -> None:
        """Write all buffered bytes into the file, for other processes."""
        with self._folder:
            file = self._files[self._number]
            file.seek(self.size - self._pending_bytes)
            write_all(file, b"".join(self._pending))
        self._pending, self._pending_bytes = [], 0

    def close(self) -> None:
        """Close all files."""
        for file in self._files.values():
            file.close()

    def _new(self) -> FileIO:
        descriptor = os.open(f"{self._prefix}{self._number}", _FLAGS, 0o600)
        return os.fdopen(descriptor, "w+b", buffering=0)


class FragmentRef(Struct, frozen=True):
    """The bytes of an entry in one format, read from a spool each time by `bytes`."""

    spools: Spools
    place: Place

    def __len__(self) -> int:
        return self.place[2]

    def __bytes__(self) -> bytes:
        return self.spools.read(self.place)
