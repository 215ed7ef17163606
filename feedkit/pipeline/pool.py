"""The processes of a build, which share its work on articles and documents in chunks; results come in order.

The first process works, too: it does chunks that no other process has begun, and chunks of a process that died.
"""

from __future__ import annotations

import os
import signal
import sys
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import Lock, Thread
from types import ModuleType
from typing import TYPE_CHECKING, Any

from msgspec import Struct, msgpack

from feedkit.articles.discover import SourceFile
from feedkit.config.site import Site
from feedkit.errors import OnProblem, Problem, PublishError
from feedkit.model import Document
from feedkit.output.tree import Stager, Tree
from feedkit.pipeline.spools import FIRST, FragmentRef, Place, Spools, new_prefix, remove_spools
from feedkit.pipeline.worker import ReadOrder, ReadResult, Rendered, RenderOrder, StageOrder, Worker
from feedkit.signals import ENDING, delayed_signals

if TYPE_CHECKING:
    from concurrent.futures import Future

#: With fewer articles, starting processes takes longer than they save.
MIN_ARTICLES_FOR_POOL = 128

# Windows cannot wait for more processes; elsewhere more of them gain nothing.
_MAX_OTHER_PROCESSES = 61 if sys.platform == "win32" else 255

# A chunk has at most so many articles or documents. There are at least so many chunks of articles for each process, so
# that no process waits long for the last chunk.
_CHUNK_ARTICLES = 32
_CHUNKS_PER_PROCESS = 16
# How many chunks another process gets in advance: enough to continue while the first process works on its own chunk.
_MAX_CHUNKS_AHEAD = 3
# A document is written by the first process if more of its bytes than these are not in a spool.
_MAX_COPIED_BYTES = 1 << 16


# The types of the results of the methods of `Worker`.
_RESULTS: Mapping[str, Any] = {"read": list[ReadResult | None], "render": list[Rendered], "stage": list[str]}


class _Chunk(Struct):
    """A chunk of work. It has a future if another process got it, and results if this process has done it."""

    method: str  #: The name of the method of `Worker` that gets the orders.
    orders: Any
    future: Future[Place] | None = None
    results: Sequence[Any] | None = None

    @property
    def is_done(self) -> bool:
        return self.results is not None or (self.future is not None and self.future.done())


class Pool(Stager):
    """The workers of a folder, one in each process, which read, render and stage."""

    # Raised if a process has died; set by `_start`.
    _broken: type[BaseException]

    def __init__(
        self, root: Path, site: Site, default_files: Sequence[SourceFile], jobs: int, on_problem: OnProblem
    ) -> None:
        """Up to `jobs` processes work, including this one. Raises `SettingsError` like `read`."""
        super().__init__()
        self._prefix = new_prefix()
        self.worker = Worker(root, site, Spools(self._prefix, FIRST))
        self._start_arguments = (self._prefix, root, site, default_files)
        self._jobs = min(jobs, 1 + _MAX_OTHER_PROCESSES)
        self._on_problem = on_problem
        self._executor: Any = None
        self._processes: list[Any] = []
        # The chunks that no process has begun; the futures of the chunks that other processes have.
        self._waiting: deque[_Chunk] = deque()
        self._unfinished: list[Future[Place]] = []
        # The place of the addresses of all files.
        self._addresses: Place | None = None
        # The paths of the documents to stage; the files of the next chunk; the earlier chunks.
        self._paths: list[str] = []
        self._files: list[tuple[str, list[bytes | Place]]] = []
        self._stages: list[_Chunk] = []

    def close(self) -> None:
        """End the other processes, and remove all spools."""
        with delayed_signals():
            self.terminate()
            self.worker.close()
            remove_spools(self._prefix)

    def set_addresses(self, addresses: Mapping[str, str]) -> None:
        """Give every worker the address of every file."""
        self._addresses = self.worker.spools.add(msgpack.encode(addresses))
        self.worker.set_addresses(self._addresses)

    def terminate(self) -> None:
        """End the other processes at once. Their spools stay; this process does all further work."""
        self._jobs = 1
        for process in self._processes:
            # A process may have died while it was started.
            if process.is_alive():
                process.terminate()
        if self._executor is not None:
            self._executor.shutdown(cancel_futures=True)
            self._executor = None
        for process in self._processes:
            # The executor does not wait for a process that it started while another one died.
            if process.is_alive():
                process.join()

    def read(self, orders: Sequence[ReadOrder]) -> Iterator[ReadResult | None]:
        """The results of `Worker.read`, in order."""
        return self._results("read", orders, [0] * len(orders))

    def render(self, orders: Sequence[RenderOrder]) -> Iterator[Rendered]:
        """The results of `Worker.render`, in order."""
        return self._results("render", orders, [body[2] if body else 0 for _, _, body, *_ in orders])

    def _results(self, method: str, orders: Sequence[Any], sizes: Sequence[int]) -> Iterator[Any]:
        if self._executor is None and self._jobs > 1 and len(orders) >= MIN_ARTICLES_FOR_POOL:
            self._start()
        count = min(_CHUNK_ARTICLES, 1 + len(orders) // (_CHUNKS_PER_PROCESS * self._jobs))
        begins = range(0, len(orders), count)
        # The biggest chunks first, so that all processes end at about the same time.
        by_size = sorted(begins, key=lambda begin: sum(sizes[begin : begin + count]), reverse=True)
        chunks = {begin: self.submit(method, orders[begin : begin + count]) for begin in by_size}
        return self.results([chunks[begin] for begin in begins])

    def submit(self, method: str, orders: Any) -> _Chunk:
        """A new chunk for the first process that is free."""
        chunk = _Chunk(method, orders)
        self._waiting.append(chunk)
        self._hand_out()
        return chunk

    def results(self, chunks: Sequence[_Chunk]) -> Iterator[Any]:
        """The results of chunks, in order. This process does the chunks that no other process has begun."""
        for chunk in chunks:
            while self._waiting and not chunk.is_done:
                own = self._waiting.popleft()
                own.results = getattr(self.worker, own.method)(own.orders)
                self._hand_out()
            results = chunk.results or ()
            if chunk.future is not None:
                try:
                    data = self.worker.spools.read(chunk.future.result())
                    results = msgpack.decode(data, type=_RESULTS[chunk.method])
                except self._broken:
                    self._report_loss()
                    results = getattr(self.worker, chunk.method)(chunk.orders)
            yield from results

    def _hand_out(self) -> None:
        """Give chunks to the other processes until they have enough to do."""
        self._unfinished = [future for future in self._unfinished if not future.done()]
        while self._executor and self._waiting and len(self._unfinished) < _MAX_CHUNKS_AHEAD * (self._jobs - 1):
            chunk = self._waiting[0]
            # The orders may refer to places in this spool.
            self.worker.spools.flush()
            try:
                with _startup():
                    chunk.future = self._executor.submit(_call, chunk.method, chunk.orders, self._addresses)
            except (self._broken, BrokenPipeError):
                # A process may die between two chunks, or while it is started.
                self._report_loss()
            else:
                self._unfinished.append(chunk.future)
                self._waiting.popleft()

    def _start(self) -> None:
        # Imported late: it takes longer than reading a few articles.
        from concurrent.futures import ProcessPoolExecutor
        from concurrent.futures.process import BrokenProcessPool
        from multiprocessing import current_process
        from multiprocessing.context import SpawnContext

        if current_process().daemon:
            # A process of a `multiprocessing.Pool` must not start processes.
            self._jobs = 1
            return
        processes, self._broken = self._processes, BrokenProcessPool

        class Context(SpawnContext):
            """Starts processes by `spawn`, and remembers them: the executor forgets those that have died."""

            # The executor calls this name.
            def Process(self, *arguments: Any, **named: Any) -> Any:  # type: ignore[override]  # noqa: N802
                processes.append(super().Process(*arguments, **named))
                return processes[-1]

        self.worker.spools.share()
        try:
            self._executor = ProcessPoolExecutor(self._jobs - 1, Context(), _start_worker, self._start_arguments)
        except (ImportError, NotImplementedError, OSError):
            # The system has no semaphores, or no room for more.
            self._jobs = 1

    def _report_loss(self) -> None:
        if self._executor is None:
            return
        self.terminate()
        codes = [process.exitcode for process in self._processes]
        # `terminate` ends the processes that are still alive by SIGTERM.
        code = next((code for code in codes if code not in (None, 0, -signal.SIGTERM)), -signal.SIGTERM)
        message = f"a worker process ended (exit code {code}); its articles are read again without it"
        hint = "nothing is lost; where memory is short, run with --jobs 1"
        self._on_problem(Problem(code="FK506", severity="note", message=message, hint=hint))

    def stage(self, tree: Tree, temporary: str, document: Document) -> None:
        """Have a document written by any process; it is there when `digests` returns."""
        pieces = [piece.place if isinstance(piece, FragmentRef) else bytes(piece) for piece in document.pieces]
        if sum(len(piece) for piece in pieces if isinstance(piece, bytes)) > _MAX_COPIED_BYTES:
            super().stage(tree, temporary, document)
            return
        self._paths.append(document.path)
        self._files.append((temporary, pieces))
        if len(self._files) == _CHUNK_ARTICLES:
            self._submit_files(tree)

    def digests(self, tree: Tree) -> dict[str, str]:
        """Wait until all documents are written; returns the SHA-256 of each by its path."""
        self._submit_files(tree)
        return super().digests(tree) | dict(zip(self._paths, self.results(self._stages), strict=True))

    def _submit_files(self, tree: Tree) -> None:
        if self._files:
            order: StageOrder = os.fsencode(tree.root), tree.durable, self._files
            # Only its place is sent: the executor hangs if a process dies while it receives much.
            place = self.worker.spools.add(msgpack.encode(order))
            self._stages.append(self.submit("stage", place))
            self._files = []


# Held while `sys.modules["__main__"]` is replaced: another thread that builds would restore the replacement.
_MAIN_MODULE = Lock()


@contextmanager
def _startup() -> Iterator[None]:
    """Processes that are started inside of `with` ignore Ctrl-C and do not import the caller's main module.

    They do not need it, and each would run a script without a main guard again. No signal interrupts their start.
    """
    with delayed_signals(), _MAIN_MODULE:
        main, sys.modules["__main__"] = sys.modules["__main__"], ModuleType("__main__")
        try:
            yield
        finally:
            sys.modules["__main__"] = main


class _Process:
    """The state of a worker process."""

    worker: Worker


def _start_worker(prefix: str, root: Path, site: Site, default_files: Sequence[SourceFile]) -> None:
    # A terminal sends these signals to all its processes; the parent process ends this one.
    for ignored in {signal.SIGINT} | (ENDING - {signal.SIGTERM}):
        signal.signal(ignored, signal.SIG_IGN)
    if ENDING:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, ENDING)
    try:
        spools = Spools(prefix, os.getpid())
    except PublishError:
        # The first process does the work, or says why it cannot.
        os._exit(1)
    _Process.worker = Worker(root, site, spools)
    # After the spool is created: `_end_with_parent` would not remove one that is created later.
    Thread(target=_end_with_parent, args=(prefix,), daemon=True).start()
    _Process.worker.begin(default_files)


def _end_with_parent(prefix: str) -> None:
    """End this process when its parent has ended for any reason, and remove the spools."""
    from multiprocessing import parent_process

    if parent := parent_process():
        parent.join()
    remove_spools(prefix)
    os._exit(1)


def _call(method: str, orders: Any, addresses: Place | None) -> Place:
    """The place of the results in a spool. It is short enough to be sent as a whole, even if this process dies."""
    worker = _Process.worker
    if addresses:
        worker.set_addresses(addresses)
    place = worker.spools.add(msgpack.encode(getattr(worker, method)(orders)))
    worker.spools.flush()
    return place
