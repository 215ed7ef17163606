"""Temporary files: how they are called, and which of them a killed run has left behind.

Refuses to remove a file of a run that is still going.
"""

from __future__ import annotations

import itertools
import os
import re
from collections.abc import Iterator
from contextlib import suppress

from feedkit.errors import PublishError
from feedkit.output.tree import Tree

_TEMPORARY = re.compile(r"\.feedkit-([0-9]{1,10})-[0-9]+\.tmp")


def temporary_names() -> Iterator[str]:
    """Names for the temporary files of one run; they say which process they belong to."""
    return (f".feedkit-{os.getpid()}-{number}.tmp" for number in itertools.count())


def remove_all_orphans(tree: Tree) -> None:
    """Remove them from the whole folder, with folders that held nothing else: of those nobody may know any longer.

    To be called after a run that was killed, since it looks at every folder.
    """
    waiting = [""]
    while waiting:
        folder = waiting.pop()
        # What is linked or may not be read holds no file of ours.
        with suppress(PermissionError, PublishError):
            waiting += tree.folders(folder)
            if remove_orphans(tree, folder):
                tree.remove_empty(folder)


def remove_orphans(tree: Tree, folder: str) -> int:
    """Remove from a folder the temporary files of processes that are gone; returns how many there were.

    To be called before a run makes files of its own there: this process's number is taken for an earlier one's, since
    in a container every run has the same.
    """
    owners = [(name, _TEMPORARY.fullmatch(name)) for name in tree.names(folder)]
    orphans = [name for name, owner in owners if owner and not _is_running(int(owner[1]))]
    for name in orphans:
        tree.remove(f"{folder}/{name}" if folder else name)
    return len(orphans)


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
