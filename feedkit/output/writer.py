"""Writes documents to disk: all are staged in temporary files in their folders, then renamed; indexes and lists last.

No other module writes documents. A file that is not in the manifest is never changed, a file that has the right bytes
is not written again, a document that cannot be parsed replaces nothing, and feeds that had entries do not become empty.
"""

from __future__ import annotations

import itertools
import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from msgspec import Struct

from feedkit.errors import PublishError, has_no_error, system_reason
from feedkit.model import Document, UnchangedDocument, require_at_least, require_path
from feedkit.output import manifest
from feedkit.output.comparison import Comparison, OnChange, WriteOptions, errors_below, folder_of
from feedkit.output.lock import WAIT_SECONDS, locked
from feedkit.output.manifest import Written
from feedkit.output.report import DocumentCounts, Report
from feedkit.output.tree import Stager, TemporaryNames, Tree, open_tree
from feedkit.signals import delayed_signals


def publish(
    documents: Iterable[Document],
    directory: str | Path,
    *,
    owner: str = "",
    manifest: str | Path | None = None,
    removes: Callable[[str], bool] | None = None,
    force: bool = False,
    allow_empty: bool = False,
    durable: bool = False,
    wait: float = WAIT_SECONDS,
) -> Report:
    """Write `documents` into a folder, and remove documents of earlier runs that are not among them.

    Only documents of the same `owner` are removed, and only if `removes` accepts their path; others stay, and stay in
    the manifest. Several programs may write to one folder, each with the name of its own as `owner`; that of a build is
    empty. `manifest` is a place outside of the folder for the list of written files; use the same one in every run.

    Each document is parsed again and staged in a temporary file in its folder. Then all are put in place with
    `os.replace`, in their order. Unchanged files are not written, so that their time stays. If the manifest does not
    list a file at the place of a document (FK501), or if a feed that had entries would become empty (FK505), nothing at
    all is written. With `force` such files are replaced, each with a Problem (FK504) that describes it; with
    `allow_empty` feeds may become empty. `durable` synchronises every file and folder with the disk, in that order, so
    that a power cut is as harmless as a killed run.

    Waits at most `wait` seconds for another run in the folder. Raises `PublishError` if that has not ended by then, for
    a folder that cannot be written to, and for a path that is not safely below it.
    """
    require_at_least("publish: wait", wait, 0)
    for name, path in (("directory", directory), ("manifest", manifest or "")):
        require_path(name, path)
    options = WriteOptions(
        force=force,
        allow_empty=allow_empty,
        durable=durable,
        wait=wait,
        removes=removes,
        owner=owner,
        manifest=Path(manifest) if manifest is not None else None,
    )
    return write(documents, directory, options)


def write(
    documents: Iterable[Document | UnchangedDocument],
    directory: str | Path,
    options: WriteOptions,
    *,
    replacements: Sequence[Replacement] = (),
    on_change: OnChange | None = None,
    stager: Stager | None = None,
    finish: Callable[[Report], Report] | None = None,
) -> Report:
    """Write documents like `publish`, and replace files outside of the folder together with them.

    The `replacements` are staged after the documents, and put in place before the first of them, unless there is an
    error. The `stager` writes the temporary files. `finish` completes the report while no other run can change the
    folder.
    """
    # Not Path.resolve: before Python 3.13 it raises RuntimeError for a loop of links.
    root = Path(os.path.realpath(directory))
    with (
        errors_below(root),
        _output_folder(root),
        open_tree(root, durable=options.durable) as tree,
        locked(tree, options.wait) as killed,
        ExitStack() as cleanup,
    ):
        if killed:
            tree.remove_all_orphans()
        comparison = Comparison(tree, Path(directory), options, on_change=on_change)
        run = _WriteRun(tree, comparison, replacements, stager or Stager(), TemporaryNames())
        cleanup.callback(run.clean)
        report = run.publish(documents)
        return finish(report) if finish else report


@contextmanager
def _output_folder(root: Path) -> Iterator[None]:
    if root.exists() and not root.is_dir():
        raise PublishError(f"{root}: is not a folder; name another one")
    missing = list(itertools.takewhile(lambda path: not path.exists(), (root, *root.parents)))
    try:
        for path in reversed(missing):
            # Another run may make it at the same time.
            path.mkdir(exist_ok=True)
        yield
    finally:
        with suppress(OSError):
            for path in missing:
                path.rmdir()


class _WriteRun(Struct):
    tree: Tree
    comparison: Comparison
    replacements: Sequence[Replacement]
    stager: Stager
    names: TemporaryNames
    staged: list[tuple[str, str]] = []  #: Temporary files and the paths to which they will be renamed, in order.
    tidy_folders: set[str] = set()  #: The folders that have no temporary files of killed runs.
    new_folders: list[str] = []  #: The folders that this run has created.

    def publish(self, documents: Iterable[Document | UnchangedDocument]) -> Report:
        comparison = self.comparison
        for document in documents:
            if (changed := comparison.changed(document)) and not comparison.blocking:
                self._prepare(folder := folder_of(changed.path))
                temporary = f"{folder}/{self.names.new()}" if folder else self.names.new()
                self.staged.append((temporary, changed.path))
                self.stager.stage(self.tree, temporary, changed)
        for path, digest in self.stager.digests(self.tree).items():
            comparison.after[path] = comparison.after[path]._replace(digests=digest)
        stale = comparison.stale()
        for replacement in self.replacements:
            comparison.check_place(replacement.place, replacement.setting)
        if comparison.blocking:
            return Report(problems=tuple(comparison.problems))
        if has_no_error(comparison.problems):
            for replacement in self.replacements:
                replacement.stage(self.names)
        comparison.problems += comparison.taken_over
        written = tuple(path for _, path in self.staged)
        removed = self._commit(stale)
        counts = DocumentCounts(written=len(written), unchanged=comparison.unchanged, removed=removed)
        return Report(documents=counts, written=written, problems=tuple(comparison.problems))

    def clean(self) -> None:
        """Remove temporary files, and new folders that are still empty. A second Ctrl-C does not stop that."""
        # An error here must not hide the one that ended the run.
        with delayed_signals():
            # First, so that no other process creates more of them.
            self.stager.terminate()
            for temporary, _ in self.staged:
                with suppress(OSError, PublishError):
                    self.tree.remove(temporary)
            for folder in reversed(self.new_folders):
                with suppress(OSError, PublishError):
                    self.tree.remove_folder(folder)
            for replacement in self.replacements:
                with suppress(OSError, PublishError):
                    replacement.discard()

    def _prepare(self, folder: str) -> None:
        """Make a folder and those above it, or remove the temporary files of killed runs from one that exists."""
        if folder in self.tidy_folders:
            return
        if self.comparison.state(folder) == "there":
            self.tree.remove_orphans(folder, self.names.used)
        else:
            self._prepare(folder_of(folder))
            self.tree.make_folder(folder)
            self.new_folders.append(folder)
        self.tidy_folders.add(folder)

    def _commit(self, stale: list[str]) -> int:
        """Rename everything; returns how many stale documents were removed.

        Before that the manifest lists old and new files, so that both are known to be feedkit's after a killed run.
        """
        before, after = self.comparison.before, self.comparison.after
        # The folders are opened again, in case they have been replaced.
        self.tree.close()
        if self.staged:
            both = dict(before)
            for path, new in after.items():
                if (old := before.get(path, Written(""))) != new:
                    digests = " ".join(dict.fromkeys(f"{old.digests} {new.digests}".split()))
                    # With the larger number of entries, no feed looks empty.
                    entries = max((n for n in (old.entries, new.entries) if n is not None), default=None)
                    both[path] = self.comparison.written(digests, entries)
            self._write_manifest(both)
        for replacement in self.replacements:
            replacement.commit()
        for temporary, path in self.staged:
            self.tree.rename(temporary, path)
        self.staged, self.new_folders = [], []
        removed = sum([self._remove(path) for path in stale])
        self._write_manifest(after)
        return removed

    def _remove(self, path: str) -> bool:
        """Remove a stale document, unless it was edited, and the folders that become empty."""
        folder = folder_of(path)
        is_there = self.tree.status(path) is not None
        if is_there:
            if not self.comparison.is_to_be_removed(path):
                return False
            self.tree.remove(path)
            self._prepare(folder)
        self.tree.remove_empty(folder)
        return is_there

    def _write_manifest(self, documents: dict[str, Written]) -> None:
        # A document that could never be parsed has no digest; it is not listed.
        data = manifest.dump({path: written for path, written in documents.items() if written.digests})
        is_elsewhere = self.comparison.options.manifest is not None
        place = self.comparison.manifest
        tree = Tree(root=place.parent, durable=self.tree.durable) if is_elsewhere else self.tree
        replace_file(place, data, names=self.names, tree=tree)


class Replacement:
    """A file and its new bytes, which are staged, and then committed or discarded.

    If the file is a link, its target is replaced, except in a `tree`. A file that has these bytes, or the same lines
    with other line ends, is not written. Each method raises `PublishError` if the file cannot be written.
    """

    def __init__(self, path: Path, data: bytes, *, setting: str = "", tree: Tree | None = None) -> None:
        """`setting` names the file in errors. `tree` is its folder if that is open and has no old temporary files."""
        self.setting = setting
        #: The file itself, or the target of a link.
        self.place = path if tree else Path(os.path.realpath(path))
        self._data = data
        self._name = f"{setting}: {path}" if setting else path
        self._is_tidy = tree is not None
        self._tree = tree or Tree(root=self.place.parent)
        self._temporary = ""

    def stage(self, names: TemporaryNames) -> bool:
        """Write the bytes into a temporary file next to the target; False if the target has them already."""
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
    """Replace a file as a whole, as `Replacement` does; returns whether it differed."""
    replacement = Replacement(path, data, setting=setting, tree=tree)
    try:
        differs = replacement.stage(names or TemporaryNames())
        replacement.commit()
    finally:
        replacement.discard()
    return differs


def create_files(folder: Path, files: Mapping[str, bytes]) -> None:
    """Write new files, and the folders that they need. If one of them exists, none is written.

    Raises `PublishError` for a file that exists, or that cannot be written.
    """
    for name in files:
        if os.path.lexists(folder / name):
            raise PublishError(f"{folder / name}: already exists; nothing was written")
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
        raise PublishError(f"{name}: cannot be written ({system_reason(error)})") from error
