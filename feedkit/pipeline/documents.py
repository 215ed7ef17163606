"""Compares the documents of a plan with those of the last build: which are unchanged, and which are to be rendered."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from feedkit.errors import OnProblem, Problem
from feedkit.files import FileKey, file_key
from feedkit.model import Document, UnchangedDocument
from feedkit.output import manifest
from feedkit.pipeline.cache import DocumentRow, FileRow
from feedkit.pipeline.inputs import digest_of_file
from feedkit.site.assembly import DocumentPlan, FragmentOf, PlannedDocument


class PlannedDocuments:
    """The documents of a plan, compared with the rows of the cache."""

    def __init__(
        self,
        plan: DocumentPlan,
        root: Path,
        signature: Callable[[PlannedDocument], bytes],
        rows: Mapping[str, DocumentRow],
    ) -> None:
        """`root` is the output folder; `signature` returns a digest of everything that a document depends on."""
        self._root = root
        self._planned = plan.documents
        self._rows: dict[str, DocumentRow] = {}
        # The paths of unchanged documents, and of unchanged documents whose files have new keys.
        self._unchanged: set[str] = set()
        self._rekeyed: set[str] = set()
        for planned in self._planned:
            row, own = rows.get(planned.path), signature(planned)
            if row and row.signature == own and all(self._is_there(planned, file) for file in row.files):
                self._unchanged.add(planned.path)
                self._rows[planned.path] = row
            else:
                self._rows[planned.path] = DocumentRow(own, (), ())

    def missing(self) -> list[PlannedDocument]:
        """The documents that are to be rendered."""
        return [planned for planned in self._planned if planned.path not in self._unchanged]

    def documents(self, fragment: FragmentOf, on_problem: OnProblem) -> Iterator[Document | UnchangedDocument]:
        """All documents in order. The problems of unchanged documents are reported again."""
        for planned in self._planned:
            row = self._rows[planned.path]
            if planned.path not in self._unchanged:
                yield from _rendered(planned, row, fragment, on_problem)
                continue
            for problem in row.problems:
                on_problem(problem)
            for file in row.files:
                yield _unchanged_document(planned, file, fragment)

    def changed_rows(self) -> Iterator[tuple[str, DocumentRow]]:
        """The rows that the cache does not have yet; to be called when the documents are written."""
        written = manifest.load(self._root)
        for path, row in self._rows.items():
            if path not in self._unchanged:
                for file in row.files:
                    file.key, file.digest = output_key(self._root / file.path), written[file.path].digests
                yield path, row
            elif path in self._rekeyed:
                yield path, row

    def planned_paths(self) -> set[str]:
        """The paths of all planned documents."""
        return set(self._rows)

    def paths(self) -> list[str]:
        """The paths of all files of the documents."""
        return [file.path for row in self._rows.values() for file in row.files]

    def _is_there(self, planned: PlannedDocument, file: FileRow) -> bool:
        """Whether a file has the key with which it was written or, as after a fresh checkout, the same bytes."""
        path = self._root / file.path
        key = output_key(path)
        if key != file.key:
            if not key or digest_of_file(path).hex() != file.digest:
                return False
            file.key = key
            self._rekeyed.add(planned.path)
        return True


def output_key(path: str | bytes | Path) -> FileKey:
    """The key of a regular file that this or an earlier run wrote; empty if there is none."""
    try:
        status = os.lstat(path)
    except OSError:
        return ""
    return file_key(status) if stat.S_ISREG(status.st_mode) else ""


def _rendered(
    planned: PlannedDocument, row: DocumentRow, fragment: FragmentOf, on_problem: OnProblem
) -> Iterator[Document]:
    def report(problem: Problem) -> None:
        row.problems += (problem,)
        on_problem(problem)

    for document in planned.make(fragment, report):
        row.files += (FileRow(document.path, document.media_type, document.coding, document.items, "", ""),)
        yield document


def _unchanged_document(planned: PlannedDocument, file: FileRow, fragment: FragmentOf) -> UnchangedDocument:
    def make() -> Document:
        return next(document for document in planned.make(fragment, lambda problem: None) if document.path == file.path)

    return UnchangedDocument(
        path=file.path,
        media_type=file.media_type,
        coding=file.coding,
        items=file.items,
        file_key=file.key,
        make=make,
    )
