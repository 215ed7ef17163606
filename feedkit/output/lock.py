"""One run at a time in a folder: a locked file in it that holds the number of the process.

The lock ends with its process, however that ends; the file of a dead one is no lock. Refuses to wait for ever. Where a
system or a file system has no locks, there is none.
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
from feedkit.output.paths import LOCK
from feedkit.output.tree import Tree
from feedkit.records import replace

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]
try:
    import msvcrt
except ImportError:
    msvcrt = None  # type: ignore[assignment]

#: How long a run waits for another one, in seconds.
WAIT = 10.0
_STEP = 0.05

# Windows lets nobody read what is locked, so it is not the number.
_LOCKED_BYTE = 1 << 20

# A pipe must not be waited for.
_SAFELY = getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)

#: Ours; somebody else's; there are none here; of a run that has just ended, and removed its file.
_State = Literal["ours", "held", "none", "gone"]


@contextmanager
def locked(tree: Tree, wait: float = WAIT) -> Iterator[bool]:
    """Keep other runs out of a folder, when they have left it; says whether the last one was killed.

    Raises `PublishError` where one is still in it after `wait` seconds, with the number of its process.
    """
    descriptor, holder = _acquired(tree, wait)
    try:
        # Who ends well removes the file.
        yield bool(holder)
    finally:
        if descriptor is not None:
            _release(tree, descriptor)


def _acquired(tree: Tree, wait: float) -> tuple[int | None, str]:
    """The descriptor of the lock, and the number that was in it."""
    # Without a clock: a step is about as long as it says.
    steps = max(0, round(wait / _STEP))
    while True:
        descriptor = _open(tree)
        if descriptor is None:
            return None, ""
        try:
            holder = _holder(tree, descriptor)
            state = _lock(tree, descriptor)
        except BaseException:
            os.close(descriptor)
            raise
        if state in ("ours", "none"):
            _sign(descriptor)
            return descriptor, holder
        os.close(descriptor)
        if state == "held":
            if not steps:
                raise _busy(tree, holder, wait)
            steps -= 1
            Event().wait(_STEP)


def _open(tree: Tree) -> int | None:
    """The file's descriptor; None in a folder that nobody like us can write to, so that nobody needs to be kept out."""
    try:
        return tree.descriptor_of(LOCK, os.O_RDWR | os.O_CREAT | _SAFELY)
    except OSError as error:
        if error.errno not in (errno.EACCES, errno.EPERM, errno.EROFS):
            raise
    # Of another user, perhaps: it can be locked all the same.
    return tree.descriptor_of(LOCK, os.O_RDONLY | _SAFELY) if tree.status(LOCK) else None


def _holder(tree: Tree, descriptor: int) -> str:
    """The number of the process that holds the lock, or held it last. Raises for a file that is no lock of ours."""
    regular = stat.S_ISREG(os.fstat(descriptor).st_mode)
    found = os.read(descriptor, 64) if regular else b"?"
    if not re.fullmatch(rb"(?:[0-9]{1,10}\n)?", found):
        raise PublishError(f"{tree.root / LOCK}: is no lock of feedkit's; move it away")
    return found.decode().strip()


def _lock(tree: Tree, descriptor: int) -> _State:
    try:
        if fcntl is not None:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        elif msvcrt is not None:
            _lock_on_windows(descriptor)
        else:
            return "none"
    except (BlockingIOError, PermissionError):
        return "held"
    except OSError:
        return "none"
    found = tree.status(LOCK)
    return "ours" if found and os.path.samestat(found, os.fstat(descriptor)) else "gone"


def _lock_on_windows(descriptor: int) -> None:
    os.lseek(descriptor, _LOCKED_BYTE, os.SEEK_SET)
    msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined,unused-ignore]


def _sign(descriptor: int) -> None:
    # Only to be read by people: a full disk, or another user's file, is no reason to stop.
    with suppress(OSError):
        os.ftruncate(descriptor, 0)
        os.lseek(descriptor, 0, os.SEEK_SET)
        os.write(descriptor, f"{os.getpid()}\n".encode())


def _release(tree: Tree, descriptor: int) -> None:
    # Removed while it is held: who opened it meanwhile sees that it is gone. Windows removes no file that is open.
    if fcntl is None:
        os.close(descriptor)
    with suppress(OSError, PublishError):
        replace(tree, durable=False).remove(LOCK)
    if fcntl is not None:
        os.close(descriptor)


def _busy(tree: Tree, holder: str, wait: float) -> PublishError:
    who = f"process {holder}" if holder else "a process that has not said its number yet"
    waited = f"; waited {wait:g} s" if wait > 0 else ""
    return PublishError(f"{tree.root}: another run is writing to it, {who}{waited}; start again when it is done")
