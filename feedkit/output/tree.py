"""The output folder: every file below it is opened by the descriptors of its folders, one name at a time.

So no link is ever followed, even one that appears during a run, and nothing outside is changed. Paths are paths of
documents, with `/`; the empty path is the output folder itself.
"""

from __future__ import annotations

import errno
import hashlib
import os
import stat
from collections.abc import Callable, Container, Iterable, Iterator
from contextlib import contextmanager, suppress
from io import BufferedReader
from pathlib import Path
from typing import Any, TypeVar

from feedkit.errors import PublishError
from feedkit.files import READING, write_all
from feedkit.lazy_regex import lazy_regex
from feedkit.model import Document

T = TypeVar("T")

# On systems without descriptors of folders, each name of a path is checked instead.
HAS_DESCRIPTORS = {os.open, os.stat, os.mkdir, os.rename, os.unlink, os.rmdir} <= os.supports_dir_fd
_NO_LINK = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_CLOEXEC", 0)
_FOLDER = os.O_RDONLY | getattr(os, "O_DIRECTORY", 0) | _NO_LINK
_CREATING = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
# IO_REPARSE_TAG_MOUNT_POINT of Windows: a junction, which looks like a folder and leads elsewhere, like a link.
_JUNCTION = 0xA0000003
# Pieces are joined up to this size, since each would be a system call.
_BUFFER_BYTES = 1 << 20
_TEMPORARY = lazy_regex(r"\.feedkit-([0-9]{1,10})-[0-9]+\.tmp")


class TemporaryNames:
    """Names for the temporary files of one run, with the number of its process."""

    def __init__(self) -> None:
        self.used: set[str] = set()

    def new(self) -> str:
        """A new name."""
        name = f".feedkit-{os.getpid()}-{len(self.used)}.tmp"
        self.used.add(name)
        return name


class Tree:
    """A folder and everything below it; `open_tree` gives one to write to.

    The folders of the last file stay open until a file in another folder is used, since documents come folder by
    folder. If a link replaces such a folder, the descriptor is still that of the folder.
    """

    def __init__(self, *, root: Path, descriptor: int | None = None, durable: bool = False) -> None:
        """`root` is resolved. `descriptor` is None on systems without descriptors, and if nothing is written.

        With `durable`, files and folders are synchronised with the disk.
        """
        self.root = root
        self.descriptor = descriptor
        self.durable = durable
        # The folders that are open, with their descriptors, the outermost first.
        self._open_folders: list[tuple[str, int]] = []

    def close(self) -> None:
        """Close the folders; later calls open them again."""
        while self._open_folders:
            os.close(self._open_folders.pop()[1])

    def status(self, path: str) -> os.stat_result | None:
        """The status of a path; None if nothing is there, or if one of its folders is a file. Raises for a link."""
        try:
            status = self._at(path, os.stat, follow_symlinks=False)
        except (FileNotFoundError, NotADirectoryError):
            return None
        if stat.S_ISLNK(status.st_mode):
            raise self._link(path)
        return status

    def descriptor_of(self, path: str, flags: int) -> int:
        """A file's descriptor, opened with the flags of `os.open`. New files have the permissions of the umask."""
        try:
            return self._at(path, os.open, flags | _NO_LINK, 0o666)
        except OSError as error:
            if error.errno in (errno.ELOOP, errno.EMLINK):
                raise self._link(path) from error
            raise

    def open(self, path: str) -> BufferedReader | None:
        """A regular file, opened for reading; None if there is none."""
        try:
            descriptor = self.descriptor_of(path, READING)
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
        """The bytes of a regular file; None if there is none."""
        file = self.open(path)
        if file is None:
            return None
        with file:
            return file.read()

    def create(self, path: str, chunks: Iterable[bytes]) -> str:
        """Write a temporary file; returns the SHA-256 of its bytes, in hexadecimal digits."""
        sha256 = hashlib.sha256()
        try:
            try:
                descriptor = self.descriptor_of(path, _CREATING)
            except FileExistsError:
                # A process that died has left it unfinished.
                self.remove(path, sync=False)
                descriptor = self.descriptor_of(path, _CREATING)
            with os.fdopen(descriptor, "wb", 0) as file:
                for data in _gathered(chunks):
                    sha256.update(data)
                    write_all(file, data)
                if self.durable:
                    os.fsync(descriptor)
        except OSError as error:
            # The name of a temporary file would say nothing.
            error.filename = str((self.root / path).parent)
            raise
        return sha256.hexdigest()

    def rename(self, temporary: str, path: str) -> None:
        """Give a file another name in the same folder; a file of that name is replaced."""
        source = str(self.root / temporary) if self.descriptor is None else temporary.rpartition("/")[2]

        def replace(name: str, dir_fd: int | None) -> None:
            os.replace(source, name, src_dir_fd=dir_fd, dst_dir_fd=dir_fd)

        self._at(path, replace, sync=True)

    def remove(self, path: str, *, sync: bool = True) -> None:
        """Remove a file or a link, if it exists."""
        with suppress(FileNotFoundError, NotADirectoryError):
            self._at(path, os.unlink, sync=sync)

    def make_folder(self, path: str) -> None:
        """Make a folder, unless it exists."""
        with suppress(FileExistsError):
            self._at(path, os.mkdir, sync=True)

    def remove_folder(self, path: str) -> bool:
        """Remove a folder; False if it is not empty. A killed run may have removed it already."""
        try:
            self._at(path, os.rmdir, sync=True)
        except FileNotFoundError:
            return True
        except OSError:
            return False
        return True

    def remove_empty(self, path: str) -> None:
        """Remove a folder and the folders above it, as far as they are empty."""
        while path and self.remove_folder(path):
            path = path.rpartition("/")[0]

    def names(self, path: str) -> list[str]:
        """The names in a folder; none if it does not exist."""
        try:
            return os.listdir(self._folder(path))  # noqa: PTH208  # A descriptor is no path.
        except (FileNotFoundError, NotADirectoryError):
            return []

    def remove_orphans(self, folder: str, used: Container[str] = ()) -> int:
        """Remove the temporary files of ended processes from a folder; returns how many there were.

        A file with the number of this process that is not among the `used` names is from an earlier run: in a container
        every run has the same number.
        """
        owners = [(name, _TEMPORARY.fullmatch(name)) for name in self.names(folder)]
        orphans = [name for name, owner in owners if owner and name not in used and not _is_running(int(owner[1]))]
        for name in orphans:
            self.remove(f"{folder}/{name}" if folder else name)
        return len(orphans)

    def remove_all_orphans(self) -> None:
        """Remove the temporary files of killed runs from all folders, and folders with nothing else in them.

        It lists every folder, so only a run after a killed one calls it.
        """
        waiting = [""]
        while waiting:
            folder = waiting.pop()
            # A link, or a folder that cannot be read, has none of these files.
            with suppress(PermissionError, FileNotFoundError, NotADirectoryError, PublishError):
                with os.scandir(self._folder(folder)) as entries:
                    names = [entry.name for entry in entries if entry.is_dir(follow_symlinks=False)]
                waiting += [f"{folder}/{name}" if folder else name for name in names]
                if self.remove_orphans(folder):
                    self.remove_empty(folder)

    def _at(self, path: str, call: Callable[..., T], *arguments: Any, sync: bool = False, **named: Any) -> T:
        """The result of a system call, which gets the name of a file and the descriptor of its folder.

        Errors get the whole path: the system reports the name alone, or a number. With `sync` the call changes the
        folder, which is synchronised with the disk if the tree is `durable`.
        """
        above, _, name = path.rpartition("/")
        try:
            folder = self._folder(above)
            if isinstance(folder, int):
                result = call(name, *arguments, dir_fd=folder, **named)
                # Windows has no way to synchronise a folder.
                if sync and self.durable:
                    os.fsync(folder)
                return result
            if _is_link(folder / name):
                raise self._link(path)
            return call(str(folder / name), *arguments, dir_fd=None, **named)
        except OSError as error:
            error.filename, error.filename2 = str(self.root / path), None
            raise

    def _folder(self, path: str) -> int | Path:
        """The descriptor of a folder; on systems without descriptors, its whole path."""
        if self.descriptor is None:
            whole = self.root
            for name in path.split("/") if path else ():
                whole = whole / name
                if _is_link(whole):
                    raise self._link(path)
            return whole
        while self._open_folders and not f"{path}/".startswith(f"{self._open_folders[-1][0]}/"):
            os.close(self._open_folders.pop()[1])
        folder, descriptor = self._open_folders[-1] if self._open_folders else ("", self.descriptor)
        for name in filter(None, path[len(folder) :].split("/")):
            folder = f"{folder}/{name}" if folder else name
            try:
                descriptor = os.open(name, _FOLDER, dir_fd=descriptor)
            except OSError as error:
                # For a link, Linux reports ENOTDIR, other systems ELOOP.
                if error.errno in (errno.ENOTDIR, errno.ELOOP, errno.EMLINK) and _is_link(name, descriptor):
                    raise self._link(path) from error
                error.filename = str(self.root / folder)
                raise
            self._open_folders.append((folder, descriptor))
        return descriptor

    def _link(self, path: str) -> PublishError:
        return PublishError(
            f"{self.root / path}: is a link, or below one; feedkit does not write through links, remove it"
        )


@contextmanager
def open_tree(root: Path, *, durable: bool = False) -> Iterator[Tree]:
    """The tree of a resolved folder, open inside of `with`."""
    descriptor = os.open(root, _FOLDER) if HAS_DESCRIPTORS else None
    tree = Tree(root=root, descriptor=descriptor, durable=durable)
    try:
        yield tree
    finally:
        tree.close()
        if descriptor is not None:
            os.close(descriptor)


class Stager:
    """Writes documents into temporary files in this process; the subclass `Pool` uses several processes."""

    def __init__(self) -> None:
        self._digests: dict[str, str] = {}

    def stage(self, tree: Tree, temporary: str, document: Document) -> None:
        """Write a document into a temporary file in a folder that exists."""
        self._digests[document.path] = tree.create(temporary, document.chunks())

    def digests(self, tree: Tree) -> dict[str, str]:
        """Wait until all documents are written; returns the SHA-256 of each by its path."""
        return self._digests

    def terminate(self) -> None:
        """Stop writing."""


def _gathered(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """The chunks, joined to few large pieces; most documents become one piece."""
    pending: list[bytes] = []
    size = 0
    for chunk in chunks:
        pending.append(chunk)
        size += len(chunk)
        if size >= _BUFFER_BYTES:
            yield b"".join(pending)
            pending, size = [], 0
    yield b"".join(pending)


def _is_link(name: str | Path, folder: int | None = None) -> bool:
    try:
        status = os.stat(name, dir_fd=folder, follow_symlinks=False)
    except OSError:
        return False
    return stat.S_ISLNK(status.st_mode) or getattr(status, "st_reparse_tag", 0) == _JUNCTION


def _can_probe() -> bool:
    # On Windows os.kill would end the process instead of checking it.
    return os.name == "posix"


def _is_running(process: int) -> bool:
    if process == os.getpid():
        return False
    if not _can_probe():
        return True
    try:
        os.kill(process, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except PermissionError:
        pass
    return True
