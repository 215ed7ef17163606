"""The lock of a folder, so that one run at a time writes to it: a locked file with the number of the process.

The system releases the lock when the process ends for any reason; a file without a process is no lock. On a system or
file system without locks, nothing is locked.
"""

from __future__ import annotations

import errno
import os
import re
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from threading import Event
from typing import Literal

from feedkit.errors import PublishError
from feedkit.output.manifest import LOCK
from feedkit.output.tree import Tree

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]
try:
    import msvcrt
except ImportError:
    msvcrt = None  # type: ignore[assignment]

#: How many seconds a run waits for another run.
WAIT_SECONDS = 10.0
#: The longest wait: a day.
MAX_WAIT_SECONDS = 86400
_STEP_SECONDS = 0.05

# Windows lets nobody read locked bytes, so these are locked, and not the number.
_LOCKED_BYTE = 1 << 20

# Without O_NONBLOCK, opening a pipe would wait.
_FLAGS = getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)


@contextmanager
def locked(tree: Tree, wait: float = WAIT_SECONDS) -> Iterator[bool]:
    """Lock a folder, when other runs have ended; yields whether the last run was killed.

    Raises `PublishError`, with the number of the process, if another run holds the lock after `wait` seconds.
    """
    # Steps are counted instead of reading a clock. An infinite `wait` is limited, too.
    steps = max(0, round(min(wait, MAX_WAIT_SECONDS) / _STEP_SECONDS))
    while (descriptor := _open(tree)) is not None:
        try:
            # A run removes the file at its end: a number in it belongs to a run that is still at work, or was killed.
            holder = _holder(tree, descriptor)
            state = _lock(tree, descriptor)
        except BaseException:
            os.close(descriptor)
            raise
        if state in ("locked", "no locks"):
            break
        os.close(descriptor)
        if state == "busy":
            if not steps:
                process = f"process {holder}" if holder else "an unknown process"
                waited = f"; waited {wait:g} s" if wait > 0 else ""
                raise PublishError(
                    f"{tree.root}: another run is writing to it, {process}{waited}; start again when it is done"
                )
            steps -= 1
            Event().wait(_STEP_SECONDS)
    if descriptor is None:
        yield False
        return
    # The number is only for people to read: a full disk, or another user's file, is no reason to stop.
    with suppress(OSError):
        os.ftruncate(descriptor, 0)
        os.lseek(descriptor, 0, os.SEEK_SET)
        os.write(descriptor, f"{os.getpid()}\n".encode())
    try:
        yield bool(holder)
    finally:
        # Removed while it is locked, so that a run which has opened it sees that. Windows cannot remove an open file.
        if fcntl is None:
            os.close(descriptor)
        with suppress(OSError, PublishError):
            tree.remove(LOCK, sync=False)
        if fcntl is not None:
            os.close(descriptor)


def _open(tree: Tree) -> int | None:
    """The file's descriptor; None in a folder that this user cannot write to, so that no run needs to be kept out."""
    try:
        return tree.descriptor_of(LOCK, os.O_RDWR | os.O_CREAT | _FLAGS)
    except OSError as error:
        if error.errno not in (errno.EACCES, errno.EPERM, errno.EROFS):
            raise
    # Another user's file can be locked, too.
    return tree.descriptor_of(LOCK, os.O_RDONLY | _FLAGS) if tree.status(LOCK) else None


def _holder(tree: Tree, descriptor: int) -> str:
    """The number in the file; empty if it has none. Raises `PublishError` for a file that is no lock."""
    data = os.read(descriptor, 64) if stat.S_ISREG(os.fstat(descriptor).st_mode) else b"?"
    if not re.fullmatch(rb"(?:[0-9]{1,10}\n)?", data):
        raise PublishError(f"{tree.root / LOCK}: is not a lock of feedkit; move it away")
    return data.decode().strip()


def _lock(tree: Tree, descriptor: int) -> Literal["locked", "busy", "no locks", "gone"]:
    """The result of trying to lock the file; `gone` if another run has just ended and removed it."""
    try:
        if fcntl is not None:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        elif msvcrt is not None:
            os.lseek(descriptor, _LOCKED_BYTE, os.SEEK_SET)
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined,unused-ignore]
        else:
            return "no locks"
    except (BlockingIOError, PermissionError):
        return "busy"
    except OSError:
        return "no locks"
    status = tree.status(LOCK)
    return "locked" if status and os.path.samestat(status, os.fstat(descriptor)) else "gone"
