"""One run at a time in a folder: a locked file in it that holds the number of the process.

The lock ends with its process, however that ends; the file of a dead one is no lock. Where a system or a file system
has no locks, there is none.
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

#: How long a run waits for another one.
WAIT_SECONDS = 10.0
#: And at most, whatever is asked for: a day.
MAX_WAIT_SECONDS = 86400
_STEP_SECONDS = 0.05

# On Windows what is locked cannot be read, so it is not the number.
_LOCKED_BYTE = 1 << 20

# A pipe must not be waited for.
_FLAGS = getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)


@contextmanager
def locked(tree: Tree, wait: float = WAIT_SECONDS) -> Iterator[bool]:
    """Keep other runs out of a folder, when they have ended; yields whether the last one was killed.

    Raises `PublishError` where one is still in it after `wait` seconds, with the number of its process.
    """
    # Steps are counted instead of reading a clock. An infinite `wait` is limited, too.
    steps = max(0, round(min(wait, MAX_WAIT_SECONDS) / _STEP_SECONDS))
    while (descriptor := _open(tree)) is not None:
        try:
            # A run that ends well removes the file: a number in it is that of a run which goes on, or was killed.
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
                process = f"process {holder}" if holder else "a process that has not said its number yet"
                waited = f"; waited {wait:g} s" if wait > 0 else ""
                raise PublishError(
                    f"{tree.root}: another run is writing to it, {process}{waited}; start again when it is done"
                )
            steps -= 1
            Event().wait(_STEP_SECONDS)
    if descriptor is None:
        yield False
        return
    # Only for people to read: a full disk, or another user's file, is no reason to stop.
    with suppress(OSError):
        os.ftruncate(descriptor, 0)
        os.lseek(descriptor, 0, os.SEEK_SET)
        os.write(descriptor, f"{os.getpid()}\n".encode())
    try:
        yield bool(holder)
    finally:
        # Removed while it is locked: a run that opened it meanwhile sees that it is gone. Windows removes no open file.
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
    # Of another user, perhaps: it can be locked all the same.
    return tree.descriptor_of(LOCK, os.O_RDONLY | _FLAGS) if tree.status(LOCK) else None


def _holder(tree: Tree, descriptor: int) -> str:
    """The number in the file; empty where there is none. Raises `PublishError` for a file that is no lock."""
    data = os.read(descriptor, 64) if stat.S_ISREG(os.fstat(descriptor).st_mode) else b"?"
    if not re.fullmatch(rb"(?:[0-9]{1,10}\n)?", data):
        raise PublishError(f"{tree.root / LOCK}: is no lock of feedkit's; move it away")
    return data.decode().strip()


def _lock(tree: Tree, descriptor: int) -> Literal["locked", "busy", "no locks", "gone"]:
    """The result of trying to lock the file; `gone` where another run has just ended and removed it."""
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
