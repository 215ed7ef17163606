"""The output folder, held open: every file below it is reached by descriptors of folders, one name at a time.

Refuses to go through a link, wherever it stands and whenever it was put there; so nothing outside is ever touched.
Paths are those of documents, with `/`; the folder itself is the empty one.
"""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from feedkit.errors import PublishError
from feedkit.records import dataclass, field

# Where the system has no descriptors of folders, each name on the way is looked at instead.
HAS_DESCRIPTORS = {os.open, os.stat, os.mkdir, os.rename, os.unlink, os.rmdir} <= os.supports_dir_fd
_NO_LINK = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_CLOEXEC", 0)
_FOLDER = os.O_RDONLY | getattr(os, "O_DIRECTORY", 0) | _NO_LINK
# A pipe must not be waited for.
_READING = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
# IO_REPARSE_TAG_MOUNT_POINT of Windows: a folder, which is elsewhere all the same.
_JUNCTION = 0xA0000003
_CREATING = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
# Small pieces are gathered, since each would be a call of the system; what is longer than this goes past the buffer.
_BUFFER = 1 << 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Tree:
    """A folder and what is below it. Made by `opened`."""

    #: The folder, resolved.
    root: Path
    #: Its descriptor; None where the system has none for folders, and for a folder that is only looked at.
    descriptor: int | None
    #: Whether files and folders are synchronised with the disk.
    durable: bool = False
    # Descriptors by the paths of their folders; filled by `holding` only.
    _held: dict[str, int] = field(default_factory=dict, init=False)

    @contextmanager
    def holding(self) -> Iterator[None]:
        """Keep the folders open that are reached meanwhile: those of one document are reached many times.

        Not to be kept for longer: a folder that becomes a link is seen when it is next opened.
        """
        if self.descriptor is None or self._held:
            yield
            return
        self._held[""] = os.dup(self.descriptor)
        try:
            yield
        finally:
            while self._held:
                os.close(self._held.popitem()[1])

    def status(self, path: str) -> os.stat_result | None:
        """What is at a path; None where nothing is, or a file where a folder should be. Raises for a link."""
        try:
            with self._at(path) as (name, folder):
                found = os.stat(name, dir_fd=folder, follow_symlinks=False)
        except (FileNotFoundError, NotADirectoryError):
            return None
        if stat.S_ISLNK(found.st_mode):
            raise self._link(path)
        return found

    def descriptor_of(self, path: str, flags: int) -> int:
        """A file's descriptor, opened with `os.open` flags; new files have their permissions by umask."""
        with self._at(path) as (name, folder):
            try:
                return os.open(name, flags | _NO_LINK, 0o666, dir_fd=folder)
            except OSError as error:
                if error.errno in (errno.ELOOP, errno.EMLINK):
                    raise self._link(path) from error
                raise

    def open(self, path: str) -> BinaryIO | None:
        """A regular file to read; None where there is none."""
        try:
            descriptor = self.descriptor_of(path, _READING)
        except (FileNotFoundError, NotADirectoryError):
            return None
        except OSError as error:
            if error.errno == errno.ENXIO:  # a socket
                return None
            raise
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            os.close(descriptor)
            return None
        return os.fdopen(descriptor, "rb")

    def read(self, path: str) -> bytes | None:
        """The bytes of a regular file; None where there is none."""
        file = self.open(path)
        if file is None:
            return None
        with file:
            return file.read()

    def create(self, path: str, chunks: Iterable[bytes]) -> None:
        """Write a file that is not there yet."""
        try:
            with os.fdopen(self.descriptor_of(path, _CREATING), "wb", _BUFFER) as file:
                fill(file, chunks)
                if self.durable:
                    file.flush()
                    os.fsync(file.fileno())
        except OSError as error:
            error.filename = str(self.root / path)
            raise

    def put(self, temporary: str, path: str) -> None:
        """Give a file the name of another one in the same folder, which it replaces."""
        with self._at(path) as (name, folder):
            there = temporary.rpartition("/")[2] if folder is not None else str(self.root / temporary)
            os.replace(there, name, src_dir_fd=folder, dst_dir_fd=folder)
            self._sync(folder)

    def remove(self, path: str) -> None:
        """Remove a file, or what is no folder; nothing where nothing is."""
        with suppress(FileNotFoundError, NotADirectoryError), self._at(path) as (name, folder):
            os.unlink(name, dir_fd=folder)
            self._sync(folder)

    def make_folder(self, path: str) -> bool:
        """Make a folder; False where it is there."""
        try:
            with self._at(path) as (name, folder):
                os.mkdir(name, dir_fd=folder)
                self._sync(folder)
        except FileExistsError:
            return False
        return True

    def remove_folder(self, path: str) -> bool:
        """Remove a folder; False where it is not empty. A killed run may have removed it already."""
        try:
            with self._at(path) as (name, folder):
                os.rmdir(name, dir_fd=folder)
                self._sync(folder)
        except FileNotFoundError:
            return True
        except OSError:
            return False
        return True

    def remove_empty(self, path: str) -> None:
        """Remove a folder and those above it, as far as they are empty."""
        while path and self.remove_folder(path):
            path = path.rpartition("/")[0]

    def names(self, path: str) -> list[str]:
        """What is in a folder; nothing where there is none."""
        try:
            with self._folder(path) as folder:
                return os.listdir(folder)  # noqa: PTH208
        except (FileNotFoundError, NotADirectoryError):
            return []

    def folders(self, path: str) -> list[str]:
        """The folders in a folder, by their whole paths; no links."""
        try:
            with self._folder(path) as folder, os.scandir(folder) as found:
                names = [entry.name for entry in found if entry.is_dir(follow_symlinks=False)]
        except (FileNotFoundError, NotADirectoryError):
            return []
        return [f"{path}/{name}" if path else name for name in names]

    @contextmanager
    def _at(self, path: str) -> Iterator[tuple[str, int | None]]:
        """A path as the system takes it: the name, and the descriptor of its folder.

        An error of the system names the file then: it knows the last part of a path only, or a number.
        """
        folder, _, name = path.rpartition("/")
        try:
            # Nearly always; a context within a context for each question takes as long as the question.
            if folder in self._held:
                yield name, self._held[folder]
                return
            with self._folder(folder) as found:
                if isinstance(found, int):
                    yield name, found
                    return
                file = found / name
                if _is_link(file):
                    raise self._link(path)
                yield str(file), None
        except OSError as error:
            error.filename, error.filename2 = str(self.root / path), None
            raise

    @contextmanager
    def _folder(self, path: str) -> Iterator[int | Path]:
        if path in self._held:
            yield self._held[path]
        elif self.descriptor is None:
            yield self._looked_at(path)
        else:
            with self.holding():
                yield self._reached(path)

    def _reached(self, path: str) -> int:
        """The descriptor of a folder, which is held, as are those on the way."""
        above = ""
        for name in path.split("/") if path else ():
            folder = f"{above}/{name}" if above else name
            if folder not in self._held:
                self._held[folder] = self._inside(self._held[above], name, path)
            above = folder
        return self._held[path]

    def _inside(self, folder: int, name: str, path: str) -> int:
        try:
            return os.open(name, _FOLDER, dir_fd=folder)
        except OSError as error:
            # Linux says of a link that it is no folder, others that it is a loop.
            if error.errno in (errno.ENOTDIR, errno.ELOOP, errno.EMLINK) and _is_link(name, folder):
                raise self._link(path) from error
            raise

    def _looked_at(self, path: str) -> Path:
        folder = self.root
        for part in path.split("/") if path else ():
            folder = folder / part
            if _is_link(folder):
                raise self._link(path)
        return folder

    def _sync(self, folder: int | None) -> None:
        # Windows has no way to synchronise a folder.
        if self.durable and folder is not None:
            os.fsync(folder)

    def _link(self, path: str) -> PublishError:
        return PublishError(
            f"{self.root / path}: is a link, or behind one; feedkit does not write through links, remove it"
        )


@contextmanager
def opened(root: Path, *, durable: bool = False) -> Iterator[Tree]:
    """A resolved folder, held open."""
    if not HAS_DESCRIPTORS:
        yield Tree(root=root, descriptor=None, durable=durable)
        return
    descriptor = os.open(root, _FOLDER)
    try:
        yield Tree(root=root, descriptor=descriptor, durable=durable)
    finally:
        os.close(descriptor)


def fill(file: BinaryIO, chunks: Iterable[bytes]) -> None:
    """Write the pieces of a document."""
    file.writelines(chunks)


def _is_link(name: str | Path, folder: int | None = None) -> bool:
    try:
        found = os.stat(name, dir_fd=folder, follow_symlinks=False)
    except OSError:
        return False
    return stat.S_ISLNK(found.st_mode) or getattr(found, "st_reparse_tag", 0) == _JUNCTION
