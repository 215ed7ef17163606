"""One file of feedkit's own outside the output folder, replaced as a whole. Refuses to touch one that is the same."""

from __future__ import annotations

import os
from pathlib import Path

from feedkit.output.leftovers import remove_orphans, temporary_names
from feedkit.output.tree import Tree


def save_file(path: Path, data: bytes) -> None:
    """Write a file by rename; where it is a link, the file that it leads to. Raises `OSError` and `PublishError`."""
    place = Path(os.path.realpath(path))
    place.parent.mkdir(parents=True, exist_ok=True)
    tree = Tree(root=place.parent, descriptor=None)
    if tree.read(place.name) == data:
        return
    remove_orphans(tree, "")
    temporary = next(temporary_names())
    try:
        tree.create(temporary, [data])
        tree.put(temporary, place.name)
    finally:
        tree.remove(temporary)
