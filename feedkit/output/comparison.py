"""Compares documents with the output folder: which files differ, which block the run, which are stale.

Nothing is written here: `writer` does it, and a plan prints it.
"""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

from msgspec import Struct

from feedkit.errors import DocumentError, Problem, PublishError, shown, system_reason
from feedkit.files import file_key
from feedkit.formats.verification import verify
from feedkit.model import Document, UnchangedDocument
from feedkit.output import manifest
from feedkit.output.lock import WAIT_SECONDS
from feedkit.output.manifest import LOCK, MANIFEST, ClaimedPaths, Written, path_key
from feedkit.output.tree import Tree
from feedkit.text import count

# A folder that exists, a missing one, and a path at which, or above which, a file is.
_FolderState = Literal["there", "absent", "blocked"]

#: Called with each document that is to be written, and the bytes of the file that it replaces; empty without one.
OnChange = Callable[[Document, bytes], None]


class WriteOptions(Struct, frozen=True, kw_only=True):
    """How documents are written: the options of `publish`."""

    force: bool = False  #: Replace files that feedkit did not write.
    allow_empty: bool = False  #: Let feeds that had entries become empty.
    whole: bool = True  #: Whether the documents are of all articles; of one article, they must not replace more.
    durable: bool = False  #: Synchronise every file and folder with the disk.
    wait: float = WAIT_SECONDS  #: How many seconds to wait for another run.
    removes: Callable[[str], bool] | None = None  #: Which stale documents may be removed, by path; None for all.
    owner: str = ""  #: The name of the program that owns the documents.
    manifest: Path | None = None  #: The manifest, if it is not in the folder.


class Comparison:
    """Compares the documents of a run, one after the other, with the files in the folder."""

    def __init__(
        self,
        tree: Tree,
        directory: Path,
        options: WriteOptions,
        *,
        on_change: OnChange | None = None,
        blocking_code: str = "FK501",
        consequence: str = "nothing was written",
    ) -> None:
        """`blocking_code` is the problem code of a file that blocks; `consequence` says that nothing is written."""
        self.tree = tree
        self.directory = directory
        self.options = options
        self.on_change = on_change
        self.blocking_code = blocking_code
        self.consequence = consequence
        self.claimed = ClaimedPaths()
        # The rows of the manifest by path: before the run, the rows of this owner, after the run.
        self.manifest = manifest.place_of(tree.root, options.manifest)
        self.before = manifest.load(self.manifest.parent, self.manifest)
        self.own = self._own(self.before)
        self.after: dict[str, Written] = {}
        # The state of each folder before this run.
        self.folders: dict[str, _FolderState] = {"": "there"}
        self.problems: list[Problem] = []
        # The problems that block the run; the problems that are reported only if it is not blocked.
        self.blocking: set[Problem] = set()
        self.taken_over: list[Problem] = []
        self.unchanged = 0

    def changed(self, document: Document | UnchangedDocument) -> Document | None:
        """The document if it is to be written: its file has other bytes, and its path is not blocked; else None."""
        path = document.path
        self.claimed.claim(path)
        before = self.before.get(path)
        if before and path not in self.own and not self.options.force:
            self._block_path(path, f"{_owner_name(before.owner)} wrote it")
            return None
        if isinstance(document, UnchangedDocument):
            status = self.tree.status(path)
            if status is not None and document.key == file_key(status):
                self.after[path] = self.written(document.digest, document.items)
                self.unchanged += 1
                return None
            document = document.make()
        self.after[path] = self.written("", document.items)
        state, old = self.state(folder_of(path)), b""
        if state == "blocked":
            return None
        # A folder that this run makes is empty.
        if state == "there":
            if (file := self.tree.open(path)) is not None:
                with file:
                    size = os.fstat(file.fileno()).st_size
                    old = file.read() if size == document.size or self.on_change else b""
                if size == document.size and _are_equal(old, document.chunks()):
                    self.after[path] = self.written(hashlib.sha256(old).hexdigest(), document.items)
                    self.unchanged += 1
                    return None
            if not self._may_replace(path):
                self._block_path(path)
                return None
        if self.on_change:
            self.on_change(document, old)
        try:
            verify(document)
        except DocumentError as error:
            self.problems.append(error.problem)
            # The old document stays, and stays in the manifest.
            self.after[path] = before or self.written("")
            return None
        return document

    def stale(self) -> list[str]:
        """The documents of earlier runs that this run does not have; to be called when all documents are compared.

        A feed that would become empty blocks the run.
        """
        unwanted = self.before.keys() - self.after.keys()
        removes = self.options.removes or (lambda path: True)
        self.after |= {path: self.before[path] for path in unwanted if path not in self.own or not removes(path)}
        stale = sorted(self.before.keys() - self.after.keys())
        # All of them are checked before the first is removed: any of them may be behind a link.
        for path in stale:
            self.tree.status(path)
        if not self.options.allow_empty:
            self._block_emptied_feeds()
        return stale

    def _block_emptied_feeds(self) -> None:
        """Block the run if a feed that had entries is written without any, or if one article replaces several.

        A feed that is no longer written counts only if no feed has any entries left: a term may lose its last article,
        but a wrong folder in a build script looks like an empty site.
        """
        after = self._own(self.after)
        all_gone = not any(written.entries for written in after.values())
        for path, (_, entries, _) in sorted(self.own.items()):
            rest = path in after and after[path].entries
            hint = "check that this is the right content folder; if the feed is to be empty, run with --allow-empty"
            if entries and entries > 1 and not self.options.whole:
                hint = "build the folder of the article; if it is to be the only one, run with --allow-empty"
            elif not entries or rest or not (path in after or all_gone):
                continue
            message = f"had {count(entries, 'entry')} and would have {rest or 'none'}, so {self.consequence}"
            self._block("FK505", path, message, hint)

    def is_to_be_removed(self, path: str) -> bool:
        """Whether a stale document is removed; one that was edited stays, which is reported."""
        if self.tree.status(path) is None:
            return False
        new_name = self.claimed.files.get(path_key(path))
        if new_name and self._is_same_file(path, new_name):
            # On a file system without case, a document whose new name differs only in case has the same file.
            return False
        if self._digest(path) in self.before[path].digests.split():
            return True
        message = "is no longer needed, but was edited after feedkit wrote it, so it stays"
        self.problems.append(self._warning("FK502", path, message, "delete it, or keep it as your own file"))
        return False

    def check_place(self, place: Path, setting: str) -> None:
        """Raises `PublishError` if a file of the settings has the place of a document."""
        if place.is_relative_to(self.tree.root):
            name = path_key(place.relative_to(self.tree.root).as_posix())
            if name in (MANIFEST, LOCK) or name in self.claimed.files:
                raise PublishError(f"{setting}: {self._display_path(name)} is a file of the output; name another one")

    def state(self, folder: str) -> _FolderState:
        """The state of a folder, which is checked once. A file that blocks it is reported."""
        if folder not in self.folders:
            state = self.state(folder_of(folder))
            if state == "there":
                status = self.tree.status(folder)
                state = "absent" if status is None else "there" if stat.S_ISDIR(status.st_mode) else "blocked"
                if state == "blocked":
                    self._block_path(folder)
            self.folders[folder] = state
        return self.folders[folder]

    def written(self, digests: str, entries: int | None = None) -> Written:
        """A row of the manifest for a document of this owner."""
        return Written(digests, entries, self.options.owner)

    def _own(self, listed: Mapping[str, Written]) -> dict[str, Written]:
        return {path: written for path, written in listed.items() if written.owner == self.options.owner}

    def _may_replace(self, path: str) -> bool:
        """Whether a document may be put at a path: nothing is there, or a file of this owner; with `force` any file."""
        status = self.tree.status(path)
        if status is None:
            return True
        if not stat.S_ISREG(status.st_mode):
            return False
        # A file system without case finds a file of the manifest by another spelling.
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
        """The digest of a file; empty if there is no file."""
        file = self.tree.open(path)
        if file is None:
            return ""
        with file:
            return hashlib.file_digest(file, "sha256").hexdigest()

    def _block_path(self, path: str, why: str = "feedkit did not write it") -> None:
        message = f"is in the way: {why}, so {self.consequence}"
        hint = "move it away, or write to another folder; feedkit build --force replaces files"
        self._block(self.blocking_code, path, message, hint)

    def _block(self, code: str, path: str, message: str, hint: str) -> None:
        """Block the run; the problem is reported once for each path."""
        problem = Problem(code=code, severity="error", path=self._display_path(path), message=message, hint=hint)
        if problem not in self.blocking:
            self.blocking.add(problem)
            self.problems.append(problem)

    def _warning(self, code: str, path: str, message: str, hint: str) -> Problem:
        return Problem(code=code, severity="warning", path=self._display_path(path), message=message, hint=hint)

    def _display_path(self, path: str) -> str:
        """The path of a file as the caller would write it."""
        return str(self.directory / path)


def folder_of(path: str) -> str:
    """The folder of a document; empty for the output folder."""
    return path.rpartition("/")[0]


@contextmanager
def errors_below(root: Path, verb: str = "written") -> Iterator[None]:
    """Raise errors of the system as `PublishError`: a file cannot be written, or `verb`."""
    try:
        yield
    except OSError as error:
        name = os.fsdecode(error.filename) if isinstance(error.filename, str | bytes) else root
        raise PublishError(f"{name}: cannot be {verb} ({system_reason(error)})") from error
    except UnicodeEncodeError as error:
        reason = f"{shown(error.object)} is not a file name in the encoding {error.encoding}"
        raise PublishError(f"{root}: cannot be written ({reason}); run with PYTHONUTF8=1") from error


def _owner_name(owner: str) -> str:
    return shown(owner) if owner else "a build"


def _are_equal(data: bytes, chunks: Iterable[bytes]) -> bool:
    place = 0
    for chunk in chunks:
        if not data.startswith(chunk, place):
            return False
        place += len(chunk)
    return place == len(data)
