"""Documents onto disk: everything is staged beside its place first, then put there by rename, containers last.

The only writer of files. Refuses to touch a file that is not in the manifest, to write bytes that are there already,
and to let an unreadable document replace a readable one.
"""

from __future__ import annotations

import itertools
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from feedkit.errors import DocumentError, Problem, PublishError
from feedkit.formats.verify import verify
from feedkit.model import Document
from feedkit.publishing import manifest
from feedkit.publishing.paths import same_name, target
from feedkit.publishing.report import DocumentCounts, Report


def publish(documents: Iterable[Document], directory: str | Path) -> Report:
    """Make a folder hold the documents, and remove the ones of an earlier run that are not among them.

    A document is parsed again, staged in a temporary file beside its place and put there with `os.replace`, in the
    order given, when all of them are staged; unchanged files are not touched, not even their time. A file that is in
    the way and that the manifest does not list is a Problem (FK501) each, and then nothing at all is written.

    Raises `PublishError` for a folder that cannot be written to and for a path that is not safely below it.
    """
    root = Path(directory).resolve()
    try:
        root.mkdir(parents=True, exist_ok=True)
        return _Run(root).publish(documents)
    except OSError as error:
        name = os.fsdecode(error.filename) if isinstance(error.filename, str | bytes) else str(root)
        raise PublishError(f"{name}: cannot be written ({error.strerror or error})") from error


def _temporary_names() -> Iterator[str]:
    return (f".feedkit-{os.getpid()}-{number}.tmp" for number in itertools.count())


@dataclass(slots=True)
class _Run:
    """One call of `publish`. Not frozen: it is never seen outside this module."""

    root: Path
    names: Iterator[str] = field(default_factory=_temporary_names)
    known: dict[str, str] = field(default_factory=dict)
    wanted: dict[str, str] = field(default_factory=dict)
    staged: list[tuple[Path, Path]] = field(default_factory=list)
    made: list[Path] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    unchanged: int = 0
    blocked: bool = False

    def publish(self, documents: Iterable[Document]) -> Report:
        self.known = manifest.load(self.root)
        places: dict[str, str] = {}
        try:
            for document in documents:
                _claim(places, document.path)
                self._stage(document)
            if self.blocked:
                return Report(problems=tuple(self.problems))
            written = len(self.staged)
            removed = self._commit()
        finally:
            self._clean()
        counts = DocumentCounts(written=written, unchanged=self.unchanged, removed=removed)
        return Report(documents=counts, problems=tuple(self.problems))

    def _stage(self, document: Document) -> None:
        place = target(self.root, document.path)
        self.wanted[document.path] = manifest.digest(document.chunks())
        if _same_bytes(place, document):
            self.unchanged += 1
        elif document.path not in self.known and os.path.lexists(place):
            self._block(place)
        elif self._readable(document):
            self._make_folder(place.parent)
            temporary = place.parent / next(self.names)
            self.staged.append((temporary, place))
            _write(temporary, document.chunks())

    def _block(self, place: Path) -> None:
        self.blocked = True
        message = "is in the way: feedkit did not write it, so nothing was written"
        hint = "move it away, or write to another folder"
        self.problems.append(Problem(code="FK501", severity="error", path=str(place), message=message, hint=hint))

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

    def _commit(self) -> int:
        """Put everything in its place. The manifest first lists old and new, so that a killed run owns its files."""
        if self.staged:
            self._write_manifest({**self.known, **self.wanted})
        self.made = []
        while self.staged:
            temporary, place = self.staged[0]
            temporary.replace(place)
            self.staged.pop(0)
        kept = {path: found for path, found in self.wanted.items() if found}
        removed = 0
        for path in sorted(self.known.keys() - self.wanted.keys()):
            if self._remove(path):
                removed += 1
        self._write_manifest(kept)
        return removed

    def _remove(self, path: str) -> bool:
        """Remove a stale document, and the folders that it leaves empty. One that was edited is no longer ours."""
        place = target(self.root, path)
        try:
            found = manifest.digest([place.read_bytes()])
        except FileNotFoundError:
            return False
        if found != self.known[path]:
            message = "is no longer wanted, but somebody has edited it, so it stays"
            self.problems.append(Problem(code="FK502", severity="warning", path=str(place), message=message))
            return False
        place.unlink()
        _remove_empty(place.parent, self.root)
        return True

    def _write_manifest(self, documents: dict[str, str]) -> None:
        data = manifest.dump(documents)
        place = self.root / manifest.NAME
        if place.is_file() and place.read_bytes() == data:
            return
        temporary = self.root / next(self.names)
        self.staged.append((temporary, place))
        _write(temporary, [data])
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
        except OSError:
            return
        folder = folder.parent
