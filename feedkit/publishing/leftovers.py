"""Temporary files: how they are called, and which of them a killed run has left behind.

Refuses to remove a file of a run that is still going.
"""

from __future__ import annotations

import itertools
import os
import re
from collections.abc import Iterator

from feedkit.publishing.tree import Tree

_TEMPORARY = re.compile(r"\.feedkit-([0-9]{1,10})-[0-9]+\.tmp")


def temporary_names() -> Iterator[str]:
    """Names for the temporary files of one run; they say which process they belong to."""
    return (f".feedkit-{os.getpid()}-{number}.tmp" for number in itertools.count())


def remove_orphans(tree: Tree, folder: str) -> None:
    """Remove from a folder the temporary files of processes that are gone.

    To be called before a run makes files of its own there: this process's number is taken for an earlier one's, since
    in a container every run has the same.
    """
    for name in tree.names(folder):
        owner = _TEMPORARY.fullmatch(name)
        if owner and not _is_running(int(owner[1])):
            tree.remove(f"{folder}/{name}" if folder else name)


def _can_ask() -> bool:
    # On Windows os.kill would end the process that it asks for.
    return os.name == "posix"


def _is_running(process: int) -> bool:
    if process == os.getpid():
        return False
    if not _can_ask():
        return True
    try:
        os.kill(process, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except PermissionError:
        return True
    return True
