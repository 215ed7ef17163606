"""Documents onto disk: everything is staged beside its place first, then put there by rename, containers last.

The only writer of documents. Refuses to touch a file that is not in the manifest, to write bytes that are there
already, to let an unreadable document replace a readable one, and to empty what had entries.
"""

from __future__ import annotations

import itertools
import os
import stat
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from feedkit.document import Document, Kept
from feedkit.errors import DocumentError, Problem, PublishError, shown
from feedkit.formats.verify import Verifier
from feedkit.output import manifest
from feedkit.output.empty_feed_guard import emptied
from feedkit.output.leftovers import remove_all_orphans, remove_orphans, temporary_names
from feedkit.output.lock import WAIT, locked
from feedkit.output.manifest import Written
from feedkit.output.paths import MANIFEST, Places, folders, same_name
from feedkit.output.report import DocumentCounts, Report
from feedkit.output.tree import Tree, opened
from feedkit.pipeline.filling import Filling
from feedkit.records import dataclass, field, replace


def publish(
    documents: Iterable[Document | Kept],
    directory: str | Path,
    *,
    removes: Callable[[str], bool] = lambda path: True,
    force: bool = False,
    allow_empty: bool = False,
    durable: bool = False,
    wait: float = WAIT,
    jobs: int = 1,
) -> Report:
    """Make a folder hold the documents, and remove the ones of an earlier run that are not among them.

    Of those, only the ones whose path `removes` takes: the others stay, and stay in the manifest.

    A document is parsed again, staged in a temporary file beside its place and put there with `os.replace`, in the
    order given, when all of them are staged; unchanged files are not touched, not even their time. A file that is in
    the way and that the manifest does not list is a Problem (FK501) each, a feed that had entries and would have none
    is one (FK505), and then nothing at all is written. With `force` such files are replaced, each with a Problem
    (FK504) that says what it was; with `allow_empty` feeds may become empty. `durable` synchronises every file and
    folder with the disk, in that order, so that a power cut is as harmless as a killed run.

    Up to `jobs` processes write, where there are many documents. Waits at most `wait` seconds for another run in the
    folder. Raises `PublishError` where it is still there then, for
    a folder that cannot be written to, and for a path that is not safely below it.
    """
    # Not Path.resolve: before Python 3.13 it raises RuntimeError for a loop of links.
    root = Path(os.path.realpath(directory))
    with _errors_of(root), _made(root), opened(root, durable=durable) as tree, locked(tree, wait) as killed:
        if killed:
            remove_all_orphans(tree)
        problems: list[Problem] = []
        run = _Run(
            tree=tree,
            filling=Filling(tree=tree, jobs=jobs, on_problem=problems.append),
            problems=problems,
            given=Path(directory),
            removes=removes,
            force=force,
            allow_empty=allow_empty,
        )
        return run.publish(documents)


@contextmanager
def _errors_of(root: Path) -> Iterator[None]:
    """What goes wrong on disk, as `PublishError`."""
    try:
        yield
    except OSError as error:
        name = os.fsdecode(error.filename) if isinstance(error.filename, str | bytes) else root
        raise PublishError(f"{name}: cannot be written ({error.strerror or error})") from error
    except UnicodeEncodeError as error:
        reason = f"{shown(error.object)} is no file name in the encoding {error.encoding}"
        raise PublishError(f"{root}: cannot be written ({reason}); run with PYTHONUTF8=1") from error


@contextmanager
def _made(root: Path) -> Iterator[None]:
    """The output folder and those above it, made where they are missing; what stays empty goes again."""
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


@dataclass(slots=True, kw_only=True)
class _Run:
    """One call of `publish`. Not frozen: it is never seen outside this module."""

    tree: Tree
    filling: Filling
    given: Path
    removes: Callable[[str], bool]
    force: bool
    allow_empty: bool
    names: Iterator[str] = field(default_factory=temporary_names)
    verifier: Verifier = field(default_factory=Verifier)
    places: Places = field(default_factory=Places)
    known: dict[str, Written] = field(default_factory=dict)
    wanted: dict[str, Written] = field(default_factory=dict)
    staged: list[tuple[str, str]] = field(default_factory=list)
    made: dict[str, None] = field(default_factory=dict)
    seen: set[str] = field(default_factory=set)
    there: set[str] = field(default_factory=set)
    taken: list[Problem] = field(default_factory=list)
    problems: list[Problem]
    blocking: set[Problem] = field(default_factory=set)
    unchanged: int = 0

    def publish(self, documents: Iterable[Document | Kept]) -> Report:
        try:
            return self._publish(documents)
        finally:
            self.filling.end()
            self._clean()

    def _publish(self, documents: Iterable[Document | Kept]) -> Report:
        self.known = manifest.load(self.tree.root)
        for document in documents:
            self.places.claim(document.path)
            if not isinstance(document, Kept):
                self._stage(document)
            elif self._is_there(document):
                self.wanted[document.path] = self.known[document.path]
                self.unchanged += 1
            else:
                self._stage(document.make())
        for path, digest in self.filling.digests():
            self.wanted[path] = self.wanted[path]._replace(digests=digest)
        unwanted = self.known.keys() - self.wanted.keys()
        self.wanted |= {path: self.known[path] for path in unwanted if not self.removes(path)}
        stale = sorted(self.known.keys() - self.wanted.keys())
        # All of them are looked at before the first is touched: one may be behind a link.
        for path in stale:
            self.tree.status(path)
        if not self.allow_empty:
            for path, problem in emptied(self.known, self.wanted):
                self._block(replace(problem, path=self._named(path)))
        if self.blocking:
            return Report(problems=tuple(self.problems))
        self.problems += self.taken
        written = tuple(path for _, path in self.staged)
        removed = self._commit(stale)
        counts = DocumentCounts(written=len(written), unchanged=self.unchanged, removed=removed)
        return Report(documents=counts, written=written, problems=tuple(self.problems))

    def _stage(self, document: Document) -> None:
        path = document.path
        # What is written is digested when it is.
        self.wanted[path] = Written("", document.items)
        if _folder(path) in self.made:
            # There is nothing yet that could be in the way, or the same, or left by an earlier run.
            self._fill(document)
            return
        with self.tree.holding():
            if self._is_new(_folder(path)):
                self._fill(document)
                return
            self._tidy(_folder(path))
            if _holds(self.tree, path, document.chunks()):
                self.wanted[path] = Written(manifest.digest(document.chunks()), document.items)
                self.unchanged += 1
            elif obstacle := self._obstacle(path):
                self._block(_in_the_way(self._named(obstacle)))
            else:
                self._fill(document)

    def _is_new(self, folder: str) -> bool:
        """Whether a folder is not there, in one that is: this run makes it, if a document is to be in it."""
        above = _folder(folder)
        if not folder or folder in self.seen or (above and above not in self.there):
            return False
        if self.tree.status(folder) is not None:
            return False
        self.made[folder] = None
        self.there.add(folder)
        return True

    def _fill(self, document: Document) -> None:
        if self._readable(document) and not self.blocking:
            ours = self._ours(folders(document.path))
            self.filling.create(self._temporary(document.path), document, ours)

    def _ours(self, needed: Sequence[str]) -> tuple[str, ...]:
        """The folders among those that are needed which this run makes; whoever writes there first makes them."""
        new = (folder for folder in needed if folder not in self.there and self.tree.status(folder) is None)
        self.made.update(dict.fromkeys(new))
        self.there.update(needed)
        return tuple(folder for folder in needed if folder in self.made)

    def _is_there(self, document: Kept) -> bool:
        """Whether a document is as the run left it that wrote it."""
        known, found = self.known.get(document.path), self.tree.status(document.path)
        if known is None or found is None or " " in known.digests:
            return False
        return document.stamp == (found.st_size, found.st_mtime_ns, found.st_ino)

    def _tidy(self, folder: str) -> None:
        if folder not in self.seen:
            self.seen.add(folder)
            remove_orphans(self.tree, folder)

    def _obstacle(self, path: str) -> str | None:
        """What stands in a document's way: a file that is not ours, a folder, a file where its folder should be."""
        for folder in folders(path):
            above = self.tree.status(folder)
            if above is None:
                return None
            if not stat.S_ISDIR(above.st_mode):
                return folder
        there = self.tree.status(path)
        if there is None or (stat.S_ISREG(there.st_mode) and self._is_ours(path)):
            return None
        if self.force and stat.S_ISREG(there.st_mode):
            self._take_over(path, there.st_size)
            return None
        return path

    def _is_ours(self, path: str) -> bool:
        """Whether the manifest lists a file, perhaps by the name that a file system without case has for it."""
        return path in self.known or any(self._is_one(path, other) for other in self._other_spellings(path))

    def _other_spellings(self, path: str) -> list[str]:
        name = same_name(path)
        return [other for other in self.known if same_name(other) == name and other != path]

    def _is_one(self, path: str, other: str) -> bool:
        one, two = self.tree.status(path), self.tree.status(other)
        return one is not None and two is not None and os.path.samestat(one, two)

    def _take_over(self, path: str, size: int) -> None:
        message = f"was not feedkit's, and is replaced: a file of {size:,} bytes, SHA-256 {self._digest(path)}"
        hint = "it was asked for with --force; from now on the file is feedkit's"
        self.taken.append(Problem(code="FK504", severity="warning", path=self._named(path), message=message, hint=hint))

    def _digest(self, path: str) -> str:
        """The digest of a file; empty where there is none."""
        file = self.tree.open(path)
        if file is None:
            return ""
        with file:
            return manifest.digest(iter(lambda: file.read(_PIECE), b""))

    def _block(self, problem: Problem) -> None:
        if problem not in self.blocking:
            self.blocking.add(problem)
            self.problems.append(problem)

    def _named(self, path: str) -> str:
        """A file as the caller calls it."""
        return str(self.given / path)

    def _readable(self, document: Document) -> bool:
        try:
            self.verifier.verify(document)
        except DocumentError as error:
            self.problems.append(error.problem)
            # The old one stays, and stays ours.
            self.wanted[document.path] = self.known.get(document.path, Written(""))
            return False
        return True

    def _temporary(self, path: str) -> str:
        """The name of a temporary file beside a document, which is going to be there."""
        temporary = _beside(path, next(self.names))
        self.staged.append((temporary, path))
        return temporary

    def _commit(self, stale: list[str]) -> int:
        """Put everything in its place. The manifest first lists old and new, so that a killed run owns its files."""
        if self.staged:
            new = (path for path, written in self.wanted.items() if self.known.get(path) != written)
            self._write_manifest({**self.known, **{path: self._either(path) for path in new}})
        for temporary, path in self.staged:
            self.tree.put(temporary, path)
        self.staged = []
        self.made = {}
        removed = sum([self._remove(path) for path in stale])
        self._write_manifest(self.wanted)
        return removed

    def _either(self, path: str) -> Written:
        """What a file is, or is to be. As many entries as either has: a killed run must not make a feed look empty."""
        old, new = self.known.get(path, Written("")), self.wanted[path]
        digests = " ".join(dict.fromkeys(f"{old.digests} {new.digests}".split()))
        return Written(digests, max((n for n in (old.entries, new.entries) if n is not None), default=None))

    def _remove(self, path: str) -> bool:
        """Remove a stale document, and the folders that it leaves empty. One that was edited is no longer ours."""
        there = self.tree.status(path) is not None
        wanted = self.places.files.get(same_name(path))
        if there and wanted and self._is_one(path, wanted):
            # A file system without case: the new name of a document is its old one.
            return False
        if there and self._digest(path) not in self.known[path].digests.split():
            message = "is no longer wanted, but somebody has edited it, so it stays"
            hint = "delete it, or keep it as your own"
            self.problems.append(
                Problem(code="FK502", severity="warning", path=self._named(path), message=message, hint=hint)
            )
            return False
        self.tree.remove(path)
        self._tidy(_folder(path))
        self.tree.remove_empty(_folder(path))
        return there

    def _write_manifest(self, documents: dict[str, Written]) -> None:
        """Write the list of what is ours; a document that never was good is not listed."""
        data = manifest.dump({path: written for path, written in documents.items() if written.digests})
        if _holds(self.tree, MANIFEST, [data]):
            return
        temporary = self._temporary(MANIFEST)
        self.tree.create(temporary, [data])
        self.tree.put(temporary, MANIFEST)
        self.staged.pop()

    def _clean(self) -> None:
        # What ended the run is to be told, not that something cannot be reached any longer.
        for temporary, _ in self.staged:
            with suppress(OSError, PublishError):
                self.tree.remove(temporary)
        for folder in reversed(self.made):
            with suppress(OSError, PublishError):
                self.tree.remove_folder(folder)


#: How much of a file is held at once, in bytes.
_PIECE = 1 << 20


def _folder(path: str) -> str:
    return path.rpartition("/")[0]


def _beside(path: str, name: str) -> str:
    folder, slash, _ = path.rpartition("/")
    return f"{folder}{slash}{name}"


def _in_the_way(name: str) -> Problem:
    message = "is in the way: feedkit did not write it, so nothing was written"
    hint = "move it away, or write to another folder; feedkit build --force replaces files"
    return Problem(code="FK501", severity="error", path=name, message=message, hint=hint)


def _holds(tree: Tree, path: str, chunks: Iterable[bytes]) -> bool:
    """Whether a file has these bytes and no others."""
    file = tree.open(path)
    if file is None:
        return False
    with file:
        pieces = list(chunks)
        size = os.fstat(file.fileno()).st_size
        return size == sum(map(len, pieces)) and all(file.read(len(piece)) == piece for piece in pieces)
