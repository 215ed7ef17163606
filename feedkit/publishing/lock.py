"""One run at a time in a folder: the lock is on the folder itself and ends with its process, so nothing is left behind.

Refuses to wait. Where a system or a file system has no locks, there is none.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from feedkit.errors import PublishError


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Keep other runs out of a folder. Raises `PublishError` where one is in it."""
    try:
        import fcntl
    except ImportError:
        yield
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise PublishError(f"{folder}: another run is writing to it; start again when it is done") from error
        except OSError:
            pass
        yield
    finally:
        os.close(descriptor)
