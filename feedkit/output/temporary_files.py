"""The names of temporary files, and the removal of those of killed runs."""

from __future__ import annotations

import os
from collections.abc import Container
from contextlib import suppress

from feedkit.errors import PublishError
from feedkit.lazy_regex import lazy_regex
from feedkit.output.tree import Tree

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


def remove_all_orphans(tree: Tree) -> None:
    """Remove the temporary files of killed runs from all folders, and folders with nothing else in them.

    It lists every folder, so only a run after a killed one calls it.
    """
    waiting = [""]
    while waiting:
        folder = waiting.pop()
        # What is linked or may not be read holds no file of ours.
        with suppress(PermissionError, PublishError):
            waiting += tree.folders(folder)
            if remove_orphans(tree, folder):
                tree.remove_empty(folder)


def remove_orphans(tree: Tree, folder: str, used: Container[str] = ()) -> int:
    """Remove from a folder the temporary files of processes that are gone; returns how many there were.

    Names of this process that are not among the `used` ones are an earlier one's: in a container every run has the
    same number.
    """
    owners = [(name, _TEMPORARY.fullmatch(name)) for name in tree.names(folder)]
    orphans = [name for name, owner in owners if owner and name not in used and not _is_running(int(owner[1]))]
    for name in orphans:
        tree.remove(f"{folder}/{name}" if folder else name)
    return len(orphans)


def _can_probe() -> bool:
    # On Windows os.kill would end the process that it asks for.
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
