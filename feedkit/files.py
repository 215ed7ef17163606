"""Opens and writes files at the lowest level; and the key that shows whether a file has changed."""

from __future__ import annotations

import errno
import os
import stat
from io import BufferedReader, FileIO
from pathlib import Path

#: Flags of `os.open` for reading a file without blocking on a pipe.
READING = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)


def open_file(path: Path) -> BufferedReader:
    """A regular file, open for reading. Raises `OSError`, also for an invalid path and for other kinds of files."""
    try:
        descriptor = os.open(path, READING)
    except ValueError as error:
        # The path has a NUL, or a character that the file system cannot encode.
        raise OSError(errno.EINVAL, f"there is no such file: {error}") from error
    if stat.S_ISREG(os.fstat(descriptor).st_mode):
        return os.fdopen(descriptor, "rb")
    is_folder = stat.S_ISDIR(os.fstat(descriptor).st_mode)
    os.close(descriptor)
    if is_folder:
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
    raise OSError(errno.EINVAL, "it is a pipe or a device")


def write_all(file: FileIO, data: bytes) -> None:
    """Write all bytes into an unbuffered file; one system call may write only a part of them."""
    rest = memoryview(data)
    while rest:
        rest = rest[file.write(rest) :]


def file_below(folder: Path, name: str) -> Path | None:
    """The file with a name below a folder; None if there is none, or if `..` or a link leads out of the folder.

    Any text may be a name, even one that is too long, has a NUL or is a link to itself.
    """
    try:
        file = os.path.realpath(folder / name)
    except ValueError:
        return None
    is_inside = Path(file).is_relative_to(os.path.realpath(folder))
    return Path(file) if is_inside and os.path.isfile(file) else None  # noqa: PTH113  # it takes any name


#: The size, both times of change (of the bytes, of anything) and the inode of a file; empty for no file.
FileKey = str


def file_key(status: os.stat_result) -> FileKey:
    """The key of a file: while it is the same, the file has not changed."""
    # Programs cannot set `st_ctime`, unlike `st_mtime`; on Windows it is the time of creation.
    return f"{status.st_size} {status.st_mtime_ns} {status.st_ino} {status.st_ctime_ns}"
