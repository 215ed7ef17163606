"""Temporary files filled while the next documents are made, by threads: copying and digesting need no interpreter.

Refuses to begin threads for a few documents, to hold more than a few at once, and to lose an error of the system.
"""

from __future__ import annotations

import hashlib
from collections import deque
from collections.abc import Iterator
from dataclasses import field
from typing import TYPE_CHECKING

from feedkit.document import Document
from feedkit.publishing import manifest
from feedkit.publishing.tree import Tree
from feedkit.records import dataclass

if TYPE_CHECKING:
    from concurrent.futures import Future, ThreadPoolExecutor

#: From how many documents on threads are worth their beginning, and how many wait for each thread.
WORTHWHILE, AHEAD = 64, 8

# Up to so many bytes a document is held whole: a digest of many pieces would ask for the interpreter after each.
_WHOLE = 4 << 20


@dataclass(slots=True, kw_only=True)
class Filling:
    """The files of one run. Not frozen: it is never seen outside the writer."""

    tree: Tree
    #: How many threads there may be; 1 is none.
    jobs: int
    _count: int = 0
    _threads: ThreadPoolExecutor | None = None
    _waiting: deque[tuple[str, Future[str]]] = field(default_factory=deque)
    _done: list[tuple[str, str]] = field(default_factory=list)

    def create(self, temporary: str, document: Document) -> None:
        """Write a file that is not there yet, now or soon. Raises `OSError`, also for one of the files before it."""
        self._count += 1
        if self.jobs > 1 and self._count > WORTHWHILE:
            self._waiting.append((document.path, self._pool().submit(_filled, self._own_tree(), temporary, document)))
            while len(self._waiting) > AHEAD * self.jobs:
                self._take()
        else:
            self._done.append((document.path, _filled(self.tree, temporary, document)))

    def digests(self) -> Iterator[tuple[str, str]]:
        """The path and the digest of each document, when all of them are written. Raises `OSError`."""
        while self._waiting:
            self._take()
        return iter(self._done)

    def end(self) -> None:
        """Wait for what is being written, and forget what is not."""
        if self._threads is not None:
            self._threads.shutdown(cancel_futures=True)

    def _take(self) -> None:
        path, future = self._waiting.popleft()
        self._done.append((path, future.result()))

    def _pool(self) -> ThreadPoolExecutor:
        if self._threads is None:
            # Late: most runs write a few documents.
            from concurrent.futures import ThreadPoolExecutor

            self._threads = ThreadPoolExecutor(self.jobs)
        return self._threads

    def _own_tree(self) -> Tree:
        # The folders that a tree holds open belong to one thread.
        return Tree(root=self.tree.root, descriptor=self.tree.descriptor, durable=self.tree.durable)


def _filled(tree: Tree, temporary: str, document: Document) -> str:
    if document.size > _WHOLE:
        tree.create(temporary, document.chunks())
        return manifest.digest(document.chunks())
    data = document.to_bytes()
    tree.create(temporary, [data])
    return hashlib.sha256(data).hexdigest()
