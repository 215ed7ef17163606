"""A file of feedkit's own, such as a ledger or the manifest: replaced as a whole, by rename."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from feedkit.errors import PublishError
from feedkit.output.tree import TemporaryNames, Tree


class Replacement:
    """A file and the bytes that are to be in it: staged, then put there or discarded.

    Where it is a link, the file that it leads to is replaced, but for one of a `tree`. One that has these bytes, or the
    same lines with other ends, is not touched. Each method raises `PublishError` where the file cannot be written.
    """

    def __init__(self, path: Path, data: bytes, *, setting: str = "", tree: Tree | None = None) -> None:
        """`setting` names the file in errors; `tree` is its folder, if that is open and has no old temporary files."""
        self.setting = setting
        #: Where it leads to.
        self.place = path if tree else Path(os.path.realpath(path))
        self._data = data
        self._name = f"{setting}: {path}" if setting else path
        self._is_tidy = tree is not None
        self._tree = tree or Tree(root=self.place.parent)
        self._temporary = ""

    def stage(self, names: TemporaryNames) -> bool:
        """Write the bytes into a temporary file next to the target; False where the target has them already."""
        with _publish_errors(self._name):
            old = self._tree.read(self.place.name)
            if old is not None and old.replace(b"\r\n", b"\n") == self._data:
                return False
            self._tree.root.mkdir(parents=True, exist_ok=True)
            if not self._is_tidy:
                self._tree.remove_orphans("", names.used)
            self._temporary = names.new()
            self._tree.create(self._temporary, [self._data])
        return True

    def commit(self) -> None:
        """Rename the staged file to its target, if there is one."""
        with _publish_errors(self._name):
            if self._temporary:
                self._tree.rename(self._temporary, self.place.name)
                self._temporary = ""

    def discard(self) -> None:
        """Remove the staged file, if it has not been renamed."""
        with _publish_errors(self._name):
            if self._temporary:
                self._tree.remove(self._temporary)
                self._temporary = ""


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
        with _publish_errors(place):
            place.parent.mkdir(parents=True, exist_ok=True)
            with place.open("xb") as file:
                file.write(data)


@contextmanager
def _publish_errors(name: str | Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise PublishError(f"{name}: cannot be written ({error.strerror or error})") from error
