"""Temporary files filled by other processes, while this one makes the next documents: copying and digesting take time.

Refuses to begin processes for a few documents, and to lose what a process was to do that dies.
"""

from __future__ import annotations

import marshal
import os
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from feedkit.document import Document, Piece
from feedkit.errors import OnProblem, PublishError
from feedkit.output import manifest
from feedkit.output.tree import Tree
from feedkit.pipeline.beside import may_fork
from feedkit.pipeline.forking import forked, lost_process
from feedkit.pipeline.spool import Place, Stored
from feedkit.records import dataclass, field

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

#: From how many documents on processes are worth their beginning, how many go to one at once, and how many such orders
#: wait for it: so many that it has enough to do while the sitemap is made, and so few that all answers have room in
#: the smallest connection, of 8 KiB: else each of two could wait for the other to listen.
WORTHWHILE, TOGETHER, AHEAD = 64, 8, 24

# Up to so many bytes a document is held whole; and how many more are told to processes that have enough to do.
_WHOLE, _ROOM = 4 << 20, 16 << 20

# By how much a process that writes gives way. It waits for the one that makes the documents, which is to wait for none.
_NICE = 5

#: A file that is not there yet, the folders above it, which are made unless they are there, and what is to be in it:
#: bytes, or where they are in a spool.
File = tuple[str, tuple[str, ...], tuple[bytes | Place, ...]]


@dataclass(slots=True)
class _Hand:
    """A process that writes."""

    process: Any
    connection: Connection


@dataclass(frozen=True, slots=True)
class _Order:
    """Files that are written together, and the documents that they are to be."""

    hand: _Hand
    files: tuple[File, ...]
    paths: tuple[str, ...]
    #: How many bytes it is told in.
    size: int


@dataclass(slots=True, kw_only=True)
class Filling:
    """The files of one run. Not frozen: it is never seen outside the writer."""

    tree: Tree
    #: How many processes there may be; 1 is this one alone.
    jobs: int
    on_problem: OnProblem
    _count: int = 0
    # How many bytes wait that are not in a spool.
    _held: int = 0
    _hands: list[_Hand] = field(default_factory=list)
    _next: list[tuple[str, File]] = field(default_factory=list)
    _orders: deque[_Order] = field(default_factory=deque)
    _done: list[tuple[str, str]] = field(default_factory=list)

    def create(self, temporary: str, document: Document, above: tuple[str, ...]) -> None:
        """Write a file that is not there yet, now or soon, and the folders `above` it, unless they are there.

        Raises `OSError`, also for one of the files before it.
        """
        if document.size > _WHOLE:
            _make(self.tree, above)
            self.tree.create(temporary, document.chunks())
            self._done.append((document.path, manifest.digest(document.chunks())))
            return
        self._count += 1
        pieces = tuple(map(_piece, document.pieces))
        self._next.append((document.path, (temporary, above, pieces)))
        if self._is_time(pieces):
            self._send()

    def digests(self) -> Iterator[tuple[str, str]]:
        """The path and the digest of each document, when all of them are written. Raises `OSError`."""
        if self._next:
            self._send()
        while self._orders:
            self._take()
        return iter(self._done)

    def end(self) -> None:
        """Wait for what is being written."""
        for hand in self._hands:
            hand.connection.close()
        for hand in self._hands:
            hand.process.join()
        self._hands = []

    def _is_time(self, pieces: Iterable[bytes | Place]) -> bool:
        """Whether what waits is to be written, when these pieces are added to it."""
        if self._hands:
            return len(self._next) >= TOGETHER
        if self.jobs == 1 or self._count > WORTHWHILE or not may_fork():
            return True
        if self._count == WORTHWHILE:
            self._hands = [_Hand(*forked(_serve, self.tree)) for _ in range(self.jobs)]
            return True
        # Until it is known whether there are many. Of what is in spools, no more is held than where it is.
        self._held += sum([len(piece) for piece in pieces if isinstance(piece, bytes)])
        return self._held > _WHOLE

    def _send(self) -> None:
        waiting, self._next, self._held = self._next, [], 0
        for begin in range(0, len(waiting), TOGETHER):
            self._order(*zip(*waiting[begin : begin + TOGETHER], strict=True))

    def _order(self, paths: tuple[str, ...], files: tuple[File, ...]) -> None:
        while self._hands and self._is_enough():
            self._take()
        if not self._hands:
            self._write(paths, files)
            return
        # In turns: as many wait for each of them.
        hand = self._hands[0]
        self._hands = [*self._hands[1:], hand]
        data = marshal.dumps(files)
        self._orders.append(_Order(hand, files, paths, len(data)))
        try:
            hand.connection.send_bytes(data)
        except OSError:
            self._lose(hand)

    def _is_enough(self) -> bool:
        """Whether no more is to wait for the processes. What is in spools is told in few bytes."""
        count, each = len(self._orders), len(self._hands)
        return count >= AHEAD * each or (count >= each and sum([order.size for order in self._orders]) > _ROOM)

    def _take(self) -> None:
        order = self._orders[0]
        try:
            found = marshal.loads(order.hand.connection.recv_bytes())  # noqa: S302  # From a copy of this process.
        except (EOFError, OSError):
            self._lose(order.hand)
            return
        self._orders.popleft()
        if isinstance(found, str):
            raise PublishError(found)
        if isinstance(found, tuple):
            raise OSError(*found)
        self._done += zip(order.paths, map(bytes.hex, found), strict=True)

    def _lose(self, hand: _Hand) -> None:
        """Do here what a process was to do that has died."""
        self._hands = [other for other in self._hands if other is not hand]
        hand.connection.close()
        hand.process.join()
        self.on_problem(lost_process(hand.process, "its documents are written without it"))
        lost = [order for order in self._orders if order.hand is hand]
        self._orders = deque(order for order in self._orders if order.hand is not hand)
        for order in lost:
            for temporary, *_ in order.files:
                self.tree.remove(temporary)
            self._write(order.paths, order.files)

    def _write(self, paths: Sequence[str], files: Sequence[File]) -> None:
        self._done += zip(paths, _written(self.tree, files), strict=True)


def _piece(piece: Piece) -> bytes | Place:
    if isinstance(piece, Stored) and (place := piece.place):
        return place
    return piece if isinstance(piece, bytes) else bytes(piece)


def _serve(connection: Connection, tree: Tree) -> None:
    os.nice(_NICE)
    while True:
        files = marshal.loads(connection.recv_bytes())  # noqa: S302  # From the process that this one is a copy of.
        answer: object
        try:
            answer = [bytes.fromhex(digest) for digest in _written(tree, files)]
        except PublishError as error:
            answer = str(error)
        except OSError as error:
            answer = error.errno, error.strerror, error.filename
        connection.send_bytes(marshal.dumps(answer))


def _written(tree: Tree, files: Sequence[File]) -> list[str]:
    """The digests of files, when they are written."""
    digests = []
    for temporary, above, pieces in files:
        data = b"".join([piece if isinstance(piece, bytes) else _read(*piece) for piece in pieces])
        with tree.holding():
            digests.append(_created(tree, temporary, above, data))
    return digests


def _created(tree: Tree, temporary: str, above: Iterable[str], data: bytes) -> str:
    """The digest of a file, when it is written."""
    _make(tree, above)
    tree.create(temporary, [data])
    return manifest.digest([data])


def _make(tree: Tree, above: Iterable[str]) -> None:
    for folder in above:
        tree.make_folder(folder)


def _read(descriptor: int, begin: int, count: int) -> bytes:
    return os.pread(descriptor, count, begin)
