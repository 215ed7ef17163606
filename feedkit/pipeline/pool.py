"""Articles handed out to worker processes; the results come in the order of the files, whoever made them.

Refuses to start a process where that is not safe: where a program has threads, and on systems that do not fork well.
A process that dies costs nothing but time: what it was to do is done here.
"""

from __future__ import annotations

from array import array
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from feedkit.errors import OnProblem
from feedkit.model import Person, Term
from feedkit.pipeline.beside import may_fork
from feedkit.pipeline.forking import forked, lost_process
from feedkit.pipeline.outline import Outline
from feedkit.pipeline.packing import Sharing, pack, unpack
from feedkit.pipeline.spool import Spool, unnamed
from feedkit.pipeline.worker import Fragments, Wanted, Worker
from feedkit.records import dataclass, field

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

#: Fewer articles are read sooner than a process begins.
WORTHWHILE = 400

#: How many articles go to a process at once, and how many such orders wait for it.
_CHUNK = 64
_AHEAD = 2

#: The number of the worker in this process, among those of others.
_HERE = -1


@dataclass(frozen=True, slots=True)
class _Order:
    """Calls of one method of a worker."""

    method: str
    calls: Sequence[tuple[Any, ...]]
    #: The process that is to do it; None for whichever has time.
    owner: int | None = None

    def done_by(self, worker: Worker) -> list[Any]:
        return [getattr(worker, self.method)(*call) for call in self.calls]


@dataclass(frozen=True, slots=True)
class _Done:
    """What became of an order."""

    found: list[Any]
    #: Where the bytes of fragments are.
    spool: Spool
    #: The process that did it.
    owner: int = _HERE
    #: What it sent; empty where it sent nothing.
    data: bytes = b""


@dataclass(slots=True, kw_only=True)
class _Hand:
    """A worker in a process of its own."""

    number: int
    process: Any
    connection: Connection
    spool: Spool
    asked: deque[int] = field(default_factory=deque)
    waiting: deque[int] = field(default_factory=deque)
    lost: bool = False


class Crew:
    """Workers in other processes, and one in this. To be used with `with`: it ends the processes."""

    def __init__(self, worker: Worker, jobs: int, on_problem: OnProblem) -> None:
        """At most `jobs` processes are begun when there is enough to do, none for 1."""
        self._worker = worker
        self._jobs = jobs
        self._on_problem = on_problem
        self._hands: list[_Hand] = []
        self._common: deque[int] = deque()
        self._sharing = Sharing(frozenset([Person, Term]))
        #: The files, and the places of those that are articles.
        self.files = worker.files
        self.articles = [number for number, file in enumerate(worker.files) if not file.section_page]
        # Who has read each.
        self._owners = array("h", [_HERE]) * len(worker.files)

    def __enter__(self) -> Crew:
        return self

    def __exit__(self, *error: object) -> None:
        self.dismiss()
        for hand in self._hands:
            hand.process.join()
            hand.spool.close()
        self._worker.spool.close()

    def dismiss(self) -> None:
        """Let the processes end; what they have made stays, and what is asked of them later is done here."""
        for hand in self._hands:
            hand.connection.close()
            hand.lost = True

    def _begin(self, articles: int) -> None:
        if not self._hands and self._jobs > 1 and articles >= WORTHWHILE and may_fork():
            self._worker.room //= self._jobs
            self._hands = [_begun(self._worker, number) for number in range(self._jobs)]

    def wholes(self) -> Iterator[Outline]:
        """Every article with its content, in order."""
        chunks = [self.articles[begin : begin + _CHUNK] for begin in range(0, len(self.articles), _CHUNK)]
        for done in self._each("whole", chunks, [[(index,) for index in chunk] for chunk in chunks]):
            yield from done.found

    def outlines(self, chunks: Sequence[Sequence[int]]) -> Iterator[tuple[list[Outline], bytes]]:
        """The outlines of articles, chunk by chunk in their order; and packed, where they come from afar."""
        for done in self._each("outlines", chunks, [[(chunk,)] for chunk in chunks]):
            yield done.found[0].each(), done.data

    def _each(
        self, method: str, chunks: Sequence[Sequence[int]], calls: Sequence[Sequence[tuple[Any, ...]]]
    ) -> Iterator[_Done]:
        """The results of a method for the articles of each chunk, which belong to whoever has read them."""
        self._begin(sum(map(len, chunks)))
        orders = [_Order(method, each) for each in calls]
        for chunk, done in zip(chunks, self._done(orders), strict=True):
            for index in chunk:
                self._owners[index] = done.owner
            yield done

    def fragments(self, wanted: dict[int, tuple[Wanted, ...]]) -> Iterator[tuple[Fragments, Spool]]:
        """What feeds hold of articles, by the worker that has read each, and where the bytes are."""
        self._begin(len(wanted))
        shares: dict[int | None, list[int]] = {}
        for index in wanted:
            owner = self._owners[index]
            # What was not read by any of them may be rendered by each.
            shares.setdefault(None if self._hands and owner == _HERE else owner, []).append(index)
        orders = [
            _Order("fragments", [(index, wanted[index]) for index in share[begin : begin + _CHUNK]], owner)
            for owner, share in shares.items()
            for begin in range(0, len(share), _CHUNK)
        ]
        for done in self._done(orders):
            yield from ((one, done.spool) for one in done.found)

    def _done(self, orders: Sequence[_Order]) -> Iterator[_Done]:
        """The results of orders, in their order, each by its owner; by this process where that is no more."""
        results: dict[int, _Done] = {}
        for number, order in enumerate(orders):
            if order.owner is None:
                self._common.append(number)
            elif order.owner != _HERE and not self._hands[order.owner].lost:
                self._hands[order.owner].waiting.append(number)
        for number, order in enumerate(orders):
            while number not in results:
                busy = [hand for hand in self._hands if self._is_busy(hand, orders)]
                if not any(number in hand.asked for hand in busy):
                    with suppress(ValueError):
                        self._common.remove(number)
                    results[number] = _Done(order.done_by(self._worker), self._worker.spool)
                    break
                for hand in _ready(busy):
                    self._take(hand, results)
            yield results.pop(number)

    def _is_busy(self, hand: _Hand, orders: Sequence[_Order]) -> bool:
        """Hand out what waits for a process; whether it has something to do."""
        while not hand.lost and len(hand.asked) < _AHEAD and (number := self._next(hand)) is not None:
            hand.asked.append(number)
            try:
                hand.connection.send_bytes(pack((orders[number].method, orders[number].calls)))
            except OSError:
                self._lose(hand)
        return bool(hand.asked)

    def _next(self, hand: _Hand) -> int | None:
        """What a process does next: its own, or what anybody may do; in the end, what waits for another the longest."""
        if waiting := hand.waiting or self._common:
            return waiting.popleft()
        # To read articles again costs less than to wait for them.
        longest = max((other.waiting for other in self._hands), key=len)
        return longest.pop() if len(longest) >= _AHEAD else None

    def _take(self, hand: _Hand, results: dict[int, _Done]) -> None:
        try:
            data = hand.connection.recv_bytes()
        except (EOFError, OSError):
            self._lose(hand)
            return
        found = unpack(data, self._sharing.made)
        results[hand.asked.popleft()] = _Done(found, hand.spool, hand.number, data)

    def _lose(self, hand: _Hand) -> None:
        hand.lost = True
        hand.asked.clear()
        hand.waiting.clear()
        hand.process.join()
        self._on_problem(lost_process(hand.process, "its articles are read again without it"))


def _ready(busy: Sequence[_Hand]) -> list[_Hand]:
    """Those who have sent something; waits for one."""
    from multiprocessing.connection import wait

    ready = wait([hand.connection for hand in busy])
    return [hand for hand in busy if hand.connection in ready]


def _begun(worker: Worker, number: int) -> _Hand:
    spool = Spool(unnamed())
    process, connection = forked(_serve, worker, spool)
    return _Hand(number=number, process=process, connection=connection, spool=spool)


def _serve(connection: Connection, worker: Worker, spool: Spool) -> None:
    worker.spool = spool
    while True:
        method, calls = unpack(connection.recv_bytes())
        connection.send_bytes(pack(_Order(method, calls).done_by(worker)))
