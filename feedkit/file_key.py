"""What the file system says of a file, in one text: while it is the same, the file is."""

from __future__ import annotations

import os

#: The size, the instants of the last change of bytes and of anything, and the number of a file; empty for no file.
FileKey = str


def file_key(status: os.stat_result) -> FileKey:
    """The key of a file by its status. The last instant is one that nobody can set, where the system has such a one."""
    return f"{status.st_size} {status.st_mtime_ns} {status.st_ino} {status.st_ctime_ns}"
