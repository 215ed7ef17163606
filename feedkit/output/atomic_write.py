"""A file of feedkit's own, such as a ledger or the manifest: replaced as a whole, by rename."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from feedkit.errors import PublishError
from feedkit.output.temporary_files import TemporaryNames, remove_orphans
from feedkit.output.tree import Tree


class Replacement:
    """A file and the bytes that are to be in it: staged, then put there or discarded.

    Where it is a link, the file that it leads to is replaced, but for one of a `tree`. One that has these bytes, or the
    same lines with other ends, is not touched. Each method raises `PublishError` where the file cannot be written.
    """

    def __init__(self, path: Path, data: bytes, *, setting: str = "", tree: Tree | None = None) -> None:
        """`setting` names the file in errors; `tree` is its folder, if that is open and has no old temporary files."""
        self.path = path
        self.data = data
        self.setting = setting
        #: Where it leads to.
        self.place = path if tree else Path(os.path.realpath(path))
        self._is_tidy = tree is not None
        self._tree = tree or Tree(root=self.place.parent)
        self._temporary = ""

    def stage(self, names: TemporaryNames) -> bool:
        """Write the bytes into a temporary file next to the target; False where the target has them already."""
        with self._errors():
            old = self._tree.read(self.place.name)
            if old is not None and old.replace(b"\r\n", b"\n") == self.data:
                return False
            self._tree.root.mkdir(parents=True, exist_ok=True)
            if not self._is_tidy:
                remove_orphans(self._tree, "", names.used)
            self._temporary = names.new()
            self._tree.create(self._temporary, [self.data])
        return True

    def commit(self) -> None:
        """Rename the staged file to its target, if there is one."""
        with self._errors():
            if self._temporary:
                self._tree.rename(self._temporary, self.place.name)
                self._temporary = ""

    def discard(self) -> None:
        """Remove the staged file, if it has not been renamed."""
        with self._errors():
            if self._temporary:
                self._tree.remove(self._temporary)
                self._temporary = ""

    @contextmanager
    def _errors(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            name = f"{self.setting}: {self.path}" if self.setting else self.path
            raise PublishError(f"{name}: cannot be written ({error.strerror or error})") from error


def replace_file(
    path: Path, data: bytes, *, setting: str = "", names: TemporaryNames | None = None, tree: Tree | None = None
) -> bool:
    """Replace a file as a whole; whether it differed. As `Replacement`."""
    replacement = Replacement(path, data, setting=setting, tree=tree)
    try:
        differs = replacement.stage(names or TemporaryNames())
        replacement.commit()
    finally:
        replacement.discard()
    return differs


def create_files(folder: Path, files: Mapping[str, bytes]) -> None:
    """Write files that are not there yet, with the folders that they need; none of them where one is there.

    Raises `PublishError` for one that is there, or that cannot be written.
    """
    for name in files:
        if os.path.lexists(folder / name):
            raise PublishError(f"{folder / name}: is there already; nothing was written")
    for name, data in files.items():
        place = folder / name
        try:
            place.parent.mkdir(parents=True, exist_ok=True)
            Tree(root=place.parent).create(place.name, [data])
        except OSError as error:
            raise PublishError(f"{place}: cannot be written ({error.strerror or error})") from error
