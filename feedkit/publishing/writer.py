"""Documents onto disk: everything is staged beside its place first, then put there by rename, containers last.

The only writer of files. Refuses to touch a file that is not in the manifest, to write bytes that are there already,
and to let an unreadable document replace a readable one.
"""

from __future__ import annotations

import itertools
import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from feedkit.document import Document
from feedkit.errors import DocumentError, Problem, PublishError, shown
from feedkit.formats.verify import verify
from feedkit.publishing import manifest
from feedkit.publishing.leftovers import remove_orphans, temporary_names
from feedkit.publishing.lock import locked
from feedkit.publishing.paths import same_name, target
from feedkit.publishing.report import DocumentCounts, Report


def publish(
    documents: Iterable[Document], directory: str | Path, *, removes: Callable[[str], bool] = lambda path: True
) -> Report:
    """Make a folder hold the documents, and remove the ones of an earlier run that are not among them.

    Of those, only the ones whose path `removes` takes: the others stay, and stay in the manifest.

    A document is parsed again, staged in a temporary file beside its place and put there with `os.replace`, in the
    order given, when all of them are staged; unchanged files are not touched, not even their time. A file that is in
    the way and that the manifest does not list is a Problem (FK501) each, and then nothing at all is written.

    Raises `PublishError` for a folder that cannot be written to, for one that another run is writing to, and for a path
    that is not safely below it.
    """
    root = Path(directory).resolve()
    try:
        return _Run(root=root, given=Path(directory), removes=removes).publish(documents)
    except OSError as error:
        file = error.filename2 or error.filename
        name = os.fsdecode(file) if isinstance(file, str | bytes) else str(root)
        raise PublishError(f"{name}: cannot be written ({error.strerror or error})") from error
    except UnicodeEncodeError as error:
        reason = f"{shown(error.object)} is no file name in the encoding {error.encoding}"
        raise PublishError(f"{root}: cannot be written ({reason}); run with PYTHONUTF8=1") from error


@dataclass(slots=True)
class _Run:
    """One call of `publish`. Not frozen: it is never seen outside this module."""

    root: Path
    given: Path
    removes: Callable[[str], bool]
    names: Iterator[str] = field(default_factory=temporary_names)
    known: dict[str, str] = field(default_factory=dict)
    wanted: dict[str, str] = field(default_factory=dict)
    staged: list[tuple[Path, Path]] = field(default_factory=list)
    made: list[Path] = field(default_factory=list)
    seen: set[Path] = field(default_factory=set)
    problems: list[Problem] = field(default_factory=list)
    unchanged: int = 0
    blocked: bool = False

    def publish(self, documents: Iterable[Document]) -> Report:
        try:
            self._make_folder(self.root)
            with locked(self.root):
                return self._publish(documents)
        finally:
            self._clean()

    def _publish(self, documents: Iterable[Document]) -> Report:
        self.known = manifest.load(self.root)
        places: dict[str, str] = {}
        for document in documents:
            _claim(places, document.path)
            self._stage(document)
        unwanted = self.known.keys() - self.wanted.keys()
        self.wanted |= {path: self.known[path] for path in unwanted if not self.removes(path)}
        # All of them are looked at before the first is touched: a manifest may name what is not below the folder.
        stale = [(path, target(self.root, path)) for path in sorted(self.known.keys() - self.wanted.keys())]
        if self.blocked:
            return Report(problems=tuple(self.problems))
        written = tuple(place.relative_to(self.root).as_posix() for _, place in self.staged)
        removed = self._commit(stale)
        counts = DocumentCounts(written=len(written), unchanged=self.unchanged, removed=removed)
        return Report(documents=counts, written=written, problems=tuple(self.problems))

    def _stage(self, document: Document) -> None:
        place = target(self.root, document.path)
        self._tidy(place.parent)
        self.wanted[document.path] = manifest.digest(document.chunks())
        if _same_bytes(place, document):
            self.unchanged += 1
        elif obstacle := self._obstacle(place, document.path):
            self._block(obstacle)
        elif self._readable(document):
            self._make_folder(place.parent)
            self._write(place, document.chunks())

    def _tidy(self, folder: Path) -> None:
        if folder not in self.seen:
            self.seen.add(folder)
            remove_orphans(folder)

    def _obstacle(self, place: Path, path: str) -> Path | None:
        """What stands in a document's way: a file that is not ours, a folder, a file where its folder should be."""
        if place.is_dir() or (path not in self.known and os.path.lexists(place)):
            return place
        folders = itertools.takewhile(lambda folder: folder != self.root, place.parents)
        return next((folder for folder in folders if folder.is_file()), None)

    def _block(self, place: Path) -> None:
        self.blocked = True
        message = "is in the way: feedkit did not write it, so nothing was written"
        hint = "move it away, or write to another folder"
        problem = Problem(code="FK501", severity="error", path=self._named(place), message=message, hint=hint)
        if problem not in self.problems:
            self.problems.append(problem)

    def _named(self, place: Path) -> str:
        """A file as the caller calls it."""
        return str(self.given / place.relative_to(self.root))

    def _readable(self, document: Document) -> bool:
        try:
            verify(document)
        except DocumentError as error:
            self.problems.append(error.problem)
            # The old one stays, and stays ours.
            self.wanted[document.path] = self.known.get(document.path, "")
            return False
        return True

    def _make_folder(self, folder: Path) -> None:
        missing = list(itertools.takewhile(lambda path: not path.exists(), (folder, *folder.parents)))
        for path in reversed(missing):
            path.mkdir()
            self.made.append(path)

    def _write(self, place: Path, chunks: Iterable[bytes]) -> None:
        temporary = place.parent / next(self.names)
        self.staged.append((temporary, place))
        _write(temporary, chunks)

    def _commit(self, stale: list[tuple[str, Path]]) -> int:
        """Put everything in its place. The manifest first lists old and new, so that a killed run owns its files."""
        if self.staged:
            self._write_manifest({**self.known, **{path: self._either(path) for path in self.wanted}})
        for temporary, place in self.staged:
            temporary.replace(place)
        self.staged = []
        self.made = []
        removed = sum([self._remove(path, place) for path, place in stale])
        self._write_manifest(self.wanted)
        return removed

    def _either(self, path: str) -> str:
        return " ".join(dict.fromkeys(f"{self.known.get(path, '')} {self.wanted[path]}".split()))

    def _remove(self, path: str, place: Path) -> bool:
        """Remove a stale document, and the folders that it leaves empty. One that was edited is no longer ours."""
        there = os.path.lexists(place)
        if there and not (place.is_file() and manifest.digest([place.read_bytes()]) in self.known[path].split()):
            message = "is no longer wanted, but somebody has edited it, so it stays"
            hint = "delete it, or keep it as your own"
            self.problems.append(
                Problem(code="FK502", severity="warning", path=self._named(place), message=message, hint=hint)
            )
            return False
        place.unlink(missing_ok=True)
        self._tidy(place.parent)
        _remove_empty(place.parent, self.root)
        return there

    def _write_manifest(self, documents: dict[str, str]) -> None:
        """Write the list of what is ours; a document that never was good is not listed."""
        data = manifest.dump({path: digests for path, digests in documents.items() if digests})
        place = self.root / manifest.NAME
        if place.is_file() and place.read_bytes() == data:
            return
        self._write(place, [data])
        temporary, _ = self.staged[-1]
        temporary.replace(place)
        self.staged.pop()

    def _clean(self) -> None:
        for temporary, _ in self.staged:
            temporary.unlink(missing_ok=True)
        for folder in reversed(self.made):
            _remove_empty(folder, folder.parent)


def _claim(places: dict[str, str], path: str) -> None:
    if other := places.get(same_name(path)):
        raise PublishError(f"{path}: another document has the same place, {other}")
    if same_name(path) == manifest.NAME:
        raise PublishError(f"{path}: is the name of feedkit's own manifest")
    places[same_name(path)] = path


def _same_bytes(place: Path, document: Document) -> bool:
    try:
        if not place.is_file() or place.stat().st_size != document.size:
            return False
        with place.open("rb") as file:
            return all(file.read(len(chunk)) == chunk for chunk in document.chunks())
    except FileNotFoundError:
        return False


def _write(file: Path, chunks: Iterable[bytes]) -> None:
    # Permissions by umask, as any program's files have them; never over a file that is there.
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o666)
    with os.fdopen(descriptor, "wb") as out:
        for chunk in chunks:
            out.write(chunk)


def _remove_empty(folder: Path, root: Path) -> None:
    while folder != root and folder.is_relative_to(root):
        try:
            folder.rmdir()
        except FileNotFoundError:
            # A killed run has removed it already, perhaps not those above it.
            pass
        except OSError:
            return
        folder = folder.parent
