"""Documents onto disk: all are staged in temporary files in their folders, then renamed, containers last.

The only writer of documents. A file that is not in the manifest is never touched, a file that has the right bytes is
not written again, a document that cannot be parsed replaces nothing, and feeds that had entries do not become empty.
"""

from __future__ import annotations

import itertools
import os
import stat
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

from feedkit.errors import DocumentError, Problem, PublishError, shown
from feedkit.files import file_key
from feedkit.formats.verification import verify
from feedkit.model import Document, UnchangedDocument, require_at_least, require_path
from feedkit.output import manifest
from feedkit.output.lock import WAIT_SECONDS, locked
from feedkit.output.manifest import LOCK, MANIFEST, ClaimedPaths, Written, emptied_feeds, path_key
from feedkit.output.report import DocumentCounts, Report
from feedkit.output.tree import Stager, TemporaryNames, Tree, open_tree
from feedkit.signals import delayed_signals

# A folder that exists; the same without temporary files of killed runs; a missing folder; a folder that this run has
# created; a path at which, or above which, a file is.
_FolderState = Literal["there", "tidy", "absent", "new", "blocked"]

#: Called with each document that is to be written, and the bytes of the file that it replaces; empty without one.
OnChange = Callable[[Document, bytes], None]

# How much of a file is read at once.
_PIECE_BYTES = 1 << 20


class WriteOptions(Struct, frozen=True, kw_only=True):
    """How documents are written; as of `publish`."""

    force: bool = False  #: Replace files that feedkit did not write.
    allow_empty: bool = False  #: Let feeds that had entries become empty.
    durable: bool = False  #: Synchronise every file and folder with the disk.
    wait: float = WAIT_SECONDS  #: How many seconds to wait for another run.
    removes: Callable[[str], bool] | None = None  #: Which stale documents may be removed, by path; None for all.
    owner: str = ""  #: Whose the documents are.
    manifest: Path | None = None  #: The manifest, where it is not in the folder.


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
    """Write `documents` into a folder, and remove those of an earlier run that are not among them.

    Only those of the same `owner` whose path `removes` accepts; the others stay, and stay in the manifest. Several
    programs may write to one folder, each as an owner of its own; a build has no name. `manifest` is another place for
    the list of what was written, outside of the folder: always the same one for a folder.

    Each document is parsed again and staged in a temporary file in its folder. When all of them are, they are put in
    place with `os.replace`, in their order; unchanged files are not touched, not even their time. Each file that is in
    the way and that the manifest does not list is a Problem (FK501), each feed that had entries and would have none
    is one (FK505), and then nothing at all is written. With `force` such files are replaced, each with a Problem
    (FK504) that says what it was; with `allow_empty` feeds may become empty. `durable` synchronises every file and
    folder with the disk, in that order, so that a power cut is as harmless as a killed run.

    Waits at most `wait` seconds for another run in the folder. Raises `PublishError` where it is still there then, for
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
) -> Report:
    """As `publish`, with files outside of the folder that are to be replaced together with the documents.

    They are staged after the documents, and put in place before the first of them, unless there is an error. The
    `stager` writes the temporary files.
    """
    # Not Path.resolve: before Python 3.13 it raises RuntimeError for a loop of links.
    root = Path(os.path.realpath(directory))
    with (
        _errors_below(root),
        _output_folder(root),
        open_tree(root, durable=options.durable) as tree,
        locked(tree, options.wait) as killed,
        ExitStack() as cleanup,
    ):
        if killed:
            tree.remove_all_orphans()
        stager = stager or Stager()
        run = _WriteRun(tree, Path(directory), options, replacements, on_change, stager)
        cleanup.callback(run.clean)
        return run.publish(documents)


@contextmanager
def _errors_below(root: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        name = os.fsdecode(error.filename) if isinstance(error.filename, str | bytes) else root
        raise PublishError(f"{name}: cannot be written ({error.strerror or error})") from error
    except UnicodeEncodeError as error:
        reason = f"{shown(error.object)} is no file name in the encoding {error.encoding}"
        raise PublishError(f"{root}: cannot be written ({reason}); run with PYTHONUTF8=1") from error


@contextmanager
def _output_folder(root: Path) -> Iterator[None]:
    if root.exists() and not root.is_dir():
        raise PublishError(f"{root}: is no folder; name another one")
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


class _WriteRun:
    def __init__(
        self,
        tree: Tree,
        directory: Path,
        options: WriteOptions,
        replacements: Sequence[Replacement],
        on_change: OnChange | None,
        stager: Stager,
    ) -> None:
        self.tree = tree
        self.directory = directory
        self.options = options
        self.replacements = replacements
        self.on_change = on_change
        self.stager = stager
        self.names = TemporaryNames()
        self.claimed = ClaimedPaths()
        # The rows of the manifest by path: as it is, those of this owner, as it is to be.
        self.manifest = manifest.place_of(tree.root, options.manifest)
        self.before = manifest.load(self.manifest.parent, self.manifest)
        self.own = self._own(self.before)
        self.after: dict[str, Written] = {}
        # Temporary files and the paths to which they will be renamed, in order.
        self.staged: list[tuple[str, str]] = []
        # The state of each folder, and the folders that this run has created.
        self.folders: dict[str, _FolderState] = {"": "there"}
        self.new_folders: list[str] = []
        self.problems: list[Problem] = []
        # Those because of which nothing is written, and those that are reported only if something is.
        self.blocking: set[Problem] = set()
        self.taken_over: list[Problem] = []
        self.unchanged = 0

    def publish(self, documents: Iterable[Document | UnchangedDocument]) -> Report:
        for document in documents:
            self._add(document)
        for path, digest in self.stager.digests(self.tree).items():
            self.after[path] = self.after[path]._replace(digests=digest)
        unwanted = self.before.keys() - self.after.keys()
        removes = self.options.removes or (lambda path: True)
        self.after |= {path: self.before[path] for path in unwanted if path not in self.own or not removes(path)}
        stale = sorted(self.before.keys() - self.after.keys())
        # All of them are looked at before the first is touched: any may be behind a link.
        for path in stale:
            self.tree.status(path)
        if not self.options.allow_empty:
            for path, problem in emptied_feeds(self.own, self._own(self.after)):
                self._block(replace(problem, path=self._display_path(path)))
        if self.blocking:
            return Report(problems=tuple(self.problems))
        if not any(problem.severity == "error" for problem in self.problems):
            for replacement in self.replacements:
                if replacement.place.is_relative_to(self.tree.root):
                    name = path_key(replacement.place.relative_to(self.tree.root).as_posix())
                    if name in (MANIFEST, LOCK) or name in self.claimed.files:
                        place = self._display_path(name)
                        raise PublishError(f"{replacement.setting}: {place} is a file of the output; name another one")
                replacement.stage(self.names)
        self.problems += self.taken_over
        written = tuple(path for _, path in self.staged)
        removed = self._commit(stale)
        counts = DocumentCounts(written=len(written), unchanged=self.unchanged, removed=removed)
        return Report(documents=counts, written=written, problems=tuple(self.problems))

    def clean(self) -> None:
        """Remove temporary files, and new folders that stayed empty; an impatient second Ctrl-C does not stop that."""
        # An error here must not hide the one that ended the run.
        with delayed_signals():
            # Nothing is to be staged any more.
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

    def _add(self, document: Document | UnchangedDocument) -> None:
        """Stage a document, unless its file has the same bytes or its path is blocked."""
        path = document.path
        self.claimed.claim(path)
        before = self.before.get(path)
        if before and path not in self.own and not self.options.force:
            self._block_path(path, f"{_owner_name(before.owner)} wrote it")
            return
        if isinstance(document, UnchangedDocument):
            status = self.tree.status(path)
            # A killed run leaves two digests, separated by a space.
            is_certain = before is not None and " " not in before.digests
            if before and is_certain and status is not None and document.file_key == file_key(status):
                self.after[path] = before
                self.unchanged += 1
                return
            document = document.make()
        self.after[path] = self._written("", document.items)
        folder, old = _folder(path), b""
        state = self._state(folder)
        if state == "blocked":
            return
        # In folders that this run makes there is nothing yet.
        if state in ("there", "tidy"):
            if (file := self.tree.open(path)) is not None:
                with file:
                    size = os.fstat(file.fileno()).st_size
                    old = file.read() if size == document.size or self.on_change else b""
                if size == document.size and _are_equal(old, document.chunks()):
                    self.after[path] = self._written(manifest.digest([old]), document.items)
                    self.unchanged += 1
                    return
            if not self._may_replace(path):
                self._block_path(path)
                return
        if self.on_change:
            self.on_change(document, old)
        try:
            verify(document)
        except DocumentError as error:
            self.problems.append(error.problem)
            # The old document stays, and stays in the manifest.
            self.after[path] = before or self._written("")
            return
        if not self.blocking:
            self._prepare(folder)
            temporary = f"{folder}/{self.names.new()}" if folder else self.names.new()
            self.staged.append((temporary, path))
            self.stager.stage(self.tree, temporary, document)

    def _written(self, digests: str, entries: int | None = None) -> Written:
        return Written(digests, entries, self.options.owner)

    def _own(self, listed: Mapping[str, Written]) -> dict[str, Written]:
        return {path: written for path, written in listed.items() if written.owner == self.options.owner}

    def _state(self, folder: str) -> _FolderState:
        """The state of a folder, which is looked at once."""
        if folder not in self.folders:
            state = self._state(_folder(folder))
            if state in ("there", "tidy"):
                status = self.tree.status(folder)
                state = "absent" if status is None else "there" if stat.S_ISDIR(status.st_mode) else "blocked"
                if state == "blocked":
                    self._block_path(folder)
            self.folders[folder] = "absent" if state == "new" else state
        return self.folders[folder]

    def _may_replace(self, path: str) -> bool:
        """Whether a path is free, or a file of this owner is there, or with `force` any file."""
        status = self.tree.status(path)
        if status is None:
            return True
        if not stat.S_ISREG(status.st_mode):
            return False
        # A file system without case may have a file of the manifest by another spelling.
        name = path_key(path)
        spellings = (other for other in self.own if path_key(other) == name)
        if path in self.own or any(self._is_same_file(path, other) for other in spellings):
            return True
        if self.options.force:
            was = f"belonged to {_owner_name(self.before[path].owner)}" if path in self.before else "was not feedkit's"
            message = f"{was}, and is replaced: a file of {status.st_size:,} bytes, SHA-256 {self._digest(path)}"
            hint = "it was asked for with --force; from now on the file is feedkit's"
            self.taken_over.append(self._warning("FK504", path, message, hint))
        return self.options.force

    def _is_same_file(self, path: str, other: str) -> bool:
        first, second = self.tree.status(path), self.tree.status(other)
        return first is not None and second is not None and os.path.samestat(first, second)

    def _digest(self, path: str) -> str:
        """The digest of a file; empty where there is none."""
        file = self.tree.open(path)
        if file is None:
            return ""
        with file:
            return manifest.digest(iter(lambda: file.read(_PIECE_BYTES), b""))

    def _block_path(self, path: str, why: str = "feedkit did not write it") -> None:
        message = f"is in the way: {why}, so nothing was written"
        hint = "move it away, or write to another folder; feedkit build --force replaces files"
        name = self._display_path(path)
        self._block(Problem(code="FK501", severity="error", path=name, message=message, hint=hint))

    def _block(self, problem: Problem) -> None:
        """Write nothing, for a reason that is reported once."""
        if problem not in self.blocking:
            self.blocking.add(problem)
            self.problems.append(problem)

    def _warning(self, code: str, path: str, message: str, hint: str) -> Problem:
        return Problem(code=code, severity="warning", path=self._display_path(path), message=message, hint=hint)

    def _display_path(self, path: str) -> str:
        """The path of a file as the caller would write it."""
        return str(self.directory / path)

    def _prepare(self, folder: str) -> None:
        """Make a folder and those above it, or remove the temporary files of killed runs from one that exists."""
        state = self._state(folder)
        if state == "absent":
            self._prepare(_folder(folder))
            self.tree.make_folder(folder)
            self.new_folders.append(folder)
            self.folders[folder] = "new"
        elif state == "there":
            self.tree.remove_orphans(folder, self.names.used)
            self.folders[folder] = "tidy"

    def _commit(self, stale: list[str]) -> int:
        """Rename everything. Before that the manifest lists old and new files, so that a killed run owns both."""
        # Folders are opened again, as they are now.
        self.tree.close()
        if self.staged:
            both = dict(self.before)
            for path, new in self.after.items():
                if (old := self.before.get(path, Written(""))) != new:
                    digests = " ".join(dict.fromkeys(f"{old.digests} {new.digests}".split()))
                    # With the larger number of entries, no feed looks empty.
                    entries = max((n for n in (old.entries, new.entries) if n is not None), default=None)
                    both[path] = self._written(digests, entries)
            self._write_manifest(both)
        for replacement in self.replacements:
            replacement.commit()
        for temporary, path in self.staged:
            self.tree.rename(temporary, path)
        self.staged, self.new_folders = [], []
        removed = sum([self._remove(path) for path in stale])
        self._write_manifest(self.after)
        return removed

    def _remove(self, path: str) -> bool:
        """Remove a stale document, unless it was edited, and the folders that become empty."""
        is_there = self.tree.status(path) is not None
        new_name = self.claimed.files.get(path_key(path))
        if is_there and new_name and self._is_same_file(path, new_name):
            # A file system without case: the new name of a document is its old one.
            return False
        if is_there and self._digest(path) not in self.before[path].digests.split():
            message = "is no longer needed, but was edited after feedkit wrote it, so it stays"
            self.problems.append(self._warning("FK502", path, message, "delete it, or keep it as your own file"))
            return False
        self.tree.remove(path)
        folder = _folder(path)
        if self._state(folder) == "there":
            self._prepare(folder)
        self.tree.remove_empty(folder)
        return is_there

    def _write_manifest(self, documents: dict[str, Written]) -> None:
        # A document that could never be parsed has no digest, and is not listed.
        data = manifest.dump({path: written for path, written in documents.items() if written.digests})
        is_elsewhere = self.options.manifest is not None
        tree = Tree(root=self.manifest.parent, durable=self.tree.durable) if is_elsewhere else self.tree
        replace_file(self.manifest, data, names=self.names, tree=tree)


def _folder(path: str) -> str:
    return path.rpartition("/")[0]


def _owner_name(owner: str) -> str:
    return shown(owner) if owner else "a build"


def _are_equal(data: bytes, chunks: Iterable[bytes]) -> bool:
    place = 0
    for chunk in chunks:
        if not data.startswith(chunk, place):
            return False
        place += len(chunk)
    return place == len(data)


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
