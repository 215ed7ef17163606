"""Articles handed out to worker processes; the results come in the order of the articles, whichever process has them.

This process works, too: on the last articles, while the others begin with the first ones. A process that dies costs a
Problem and time: what it was to do is done here.
"""

from __future__ import annotations

import os
import signal
import sys
import tempfile
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import Lock, Thread
from types import ModuleType
from typing import TYPE_CHECKING, Any

from msgspec import msgpack

from feedkit.articles.discover import SourceFile
from feedkit.config.site import Site
from feedkit.errors import OnProblem, Problem
from feedkit.model import Document
from feedkit.output.tree import Stager, Tree
from feedkit.pipeline.worker import FragmentRef, Place, Rendered, RenderOrder, Span, Spool, StageOrder, Worker

if TYPE_CHECKING:
    from concurrent.futures import Future

#: Fewer articles are read sooner than processes begin.
MIN_ARTICLES_FOR_POOL = 128

_BINARY = getattr(os, "O_BINARY", 0)

# More than so many processes cannot be waited for on Windows; elsewhere more are of no use.
_MAX_OTHER_PROCESSES = 61 if sys.platform == "win32" else 255

# How many articles or documents go to a process at once, and how many times so many wait for each of the others: enough
# that it has work while this process does a part of its own.
_CHUNK_ARTICLES = 32
_MAX_HANDED_OUT = 3

# A document with more bytes of its own is written here.
_MAX_SENT_BYTES = 1 << 16


class _Task:
    """Something that is done, here or by another process."""

    def __init__(self, method: str, orders: Sequence[Any], kind: Any) -> None:
        """`method` of `Worker` takes the orders; `kind` is what its results are read as."""
        self.method = method
        self.orders = orders
        self.kind = kind
        self.future: Future[Place] | None = None
        self.results: Sequence[Any] = ()

    @property
    def is_done(self) -> bool:
        """Whether nobody has to wait for it."""
        return self.future is None or self.future.done()


class Pool:
    """The workers of one folder, one of them in this process. To be used with `with`, which ends the others."""

    def __init__(
        self, root: Path, site: Site, section_pages: Sequence[SourceFile], jobs: int, on_problem: OnProblem
    ) -> None:
        """`jobs` processes work when there is enough to do, this one among them. Raises `SettingsError` as `read`."""
        self.worker = Worker(root, site, Spool(tempfile.TemporaryFile(buffering=0)))  # noqa: SIM115  # till `__exit__`
        self._start_arguments = (root, site, section_pages)
        self._jobs = min(jobs, 1 + _MAX_OTHER_PROCESSES)
        self._on_problem = on_problem
        self._executor: Any = None
        # The addresses for the processes, and the name of the file with them; empty until they are sent.
        self._addresses: Mapping[str, str] = {}
        self._addresses_file = ""
        self._processes: list[Any] = []
        # What is not done yet, as far as it was looked at.
        self._handed_out: list[Future[Place]] = []
        # What the names of the files begin with in which worker processes put their results.
        self._prefix = os.path.join(tempfile.gettempdir(), f"feedkit-{os.urandom(8).hex()}-")  # noqa: PTH118

    def __enter__(self) -> Pool:
        return self

    def __exit__(self, *_: object) -> None:
        # A signal that comes meanwhile has its effect afterwards: no file is left.
        with _signals_later():
            self.end()
            self.worker.close()
            _remove_files(self._prefix)

    def set_addresses(self, addresses: Mapping[str, str]) -> None:
        """Give every worker the address of every file."""
        self.worker.set_addresses(addresses)
        self._addresses = addresses

    def _send_addresses(self) -> None:
        if self._addresses and not self._addresses_file:
            self._addresses_file = f"{self._prefix}addresses"
            with os.fdopen(
                os.open(self._addresses_file, os.O_WRONLY | os.O_CREAT | os.O_EXCL | _BINARY, 0o600), "wb"
            ) as file:
                file.write(msgpack.encode(self._addresses))

    def end(self) -> None:
        """End the other processes at once. What they made stays; what is asked for later is done here."""
        self._jobs = 1
        for process in self._processes:
            # One may have died while it was started.
            if process.is_alive():
                process.terminate()
        if self._executor is not None:
            self._executor.shutdown(cancel_futures=True)
            self._executor = None
        for process in self._processes:
            # The executor does not know one that was started when another one died.
            if process.is_alive():
                process.join()

    def read(
        self, orders: Sequence[tuple[SourceFile, bytes]]
    ) -> Iterator[tuple[tuple[Span, Span | None] | None, Spool]]:
        """What `Worker.read` makes of each order, with the spool that has it."""
        return self._results("read", orders, list[tuple[Span, Span | None] | None])

    def render(self, orders: Sequence[RenderOrder]) -> Iterator[tuple[Rendered, Spool]]:
        """What `Worker.render` makes of each order, with the spool that has it."""
        if all(completed for *_, completed in orders):
            # That takes less time than to hand it out.
            return ((result, self.worker.spool) for result in self.worker.render(orders))
        return self._results("render", orders, list[Rendered])

    def _results(self, method: str, orders: Sequence[Any], kind: Any) -> Iterator[tuple[Any, Spool]]:
        if self._executor is None and self._jobs > 1 and len(orders) >= MIN_ARTICLES_FOR_POOL:
            self._start()
        tasks: deque[_Task] = deque()
        for begin in range(0, len(orders), _CHUNK_ARTICLES):
            tasks.append(self.begin(method, orders[begin : begin + _CHUNK_ARTICLES], kind))
            while tasks and tasks[0].is_done:
                yield from self.finish(tasks.popleft())
        while tasks:
            yield from self.finish(tasks.popleft())

    def begin(self, method: str, orders: Sequence[Any], kind: Any) -> _Task:
        """A task for another process, where one has little to do; else it is done here, at once."""
        self._handed_out = [future for future in self._handed_out if not future.done()]
        task = _Task(method, orders, kind)
        if self._executor is not None and len(self._handed_out) < _MAX_HANDED_OUT * (self._jobs - 1):
            task.future = self._submit(method, orders)
        if task.future is None:
            task.results = getattr(self.worker, method)(orders)
        return task

    def finish(self, task: _Task) -> Iterator[tuple[Any, Spool]]:
        """The results of a task, each with the spool that it speaks of; waits for them."""
        from concurrent.futures.process import BrokenProcessPool

        if task.future is not None:
            try:
                name, span = task.future.result()
            except BrokenProcessPool:
                self._report_loss()
                task.results = getattr(self.worker, task.method)(task.orders)
            else:
                spool = self.worker.spool_of(name)
                return ((result, spool) for result in msgpack.decode(spool.read(span), type=task.kind))
        return ((result, self.worker.spool) for result in task.results)

    def _submit(self, method: str, chunk: Sequence[Any]) -> Future[Place] | None:
        """What another process is to do; None where there is none any more."""
        from concurrent.futures.process import BrokenProcessPool

        self._send_addresses()
        # What this process has may be wanted by the other one.
        self.worker.spool.flush()
        try:
            with _startup():
                future: Future[Place] = self._executor.submit(_call, method, chunk, self._addresses_file)
                self._handed_out.append(future)
                return future
        except (BrokenProcessPool, BrokenPipeError):
            # A process may die before all chunks are handed out, or while it is started.
            self._report_loss()
            return None

    def _start(self) -> None:
        # Late: it takes longer than to read some articles.
        from concurrent.futures import ProcessPoolExecutor
        from multiprocessing import current_process
        from multiprocessing.context import SpawnContext

        if current_process().daemon:
            # Those of a `multiprocessing.Pool` must not have any of their own.
            self._jobs = 1
            return
        processes = self._processes

        class Context(SpawnContext):
            """Starts processes afresh, and keeps them: of one that has died, the executor forgets how."""

            # By the name that the executor calls.
            def Process(self, *arguments: Any, **named: Any) -> Any:  # type: ignore[override]  # noqa: N802
                processes.append(super().Process(*arguments, **named))
                return processes[-1]

        # What is done here is wanted by the others, too.
        self.worker.change_spool(_named_spool(self._prefix))
        arguments = self._prefix, *self._start_arguments
        self._executor = ProcessPoolExecutor(self._jobs - 1, Context(), _start_worker, arguments)

    def _report_loss(self) -> None:
        if self._executor is None:
            return
        self.end()
        codes = [process.exitcode for process in self._processes]
        # Those that are well are ended by SIGTERM.
        code = next((code for code in codes if code not in (None, 0, -signal.SIGTERM)), -signal.SIGTERM)
        message = f"a worker process ended (exit code {code}); its articles are read again without it"
        hint = "nothing is lost; where memory is short, run with --jobs 1"
        self._on_problem(Problem(code="FK506", severity="note", message=message, hint=hint))


class PoolStager(Stager):
    """Has documents staged by all processes of a pool. What they hold is in spools, so that little is sent."""

    def __init__(self, pool: Pool) -> None:
        super().__init__()
        self._pool = pool
        # The paths of documents, the files for the last ones of them, and the tasks that are begun.
        self._paths: list[str] = []
        self._files: list[tuple[str, list[bytes | Place]]] = []
        self._tasks: list[_Task] = []

    def stage(self, tree: Tree, temporary: str, document: Document) -> None:
        """Have a document written by the time of `digests`."""
        pieces: list[bytes | Place] = []
        own_bytes = 0
        for piece in document.pieces:
            if isinstance(piece, FragmentRef) and piece.spool.name:
                pieces.append((piece.spool.name, piece.span))
            else:
                pieces.append(bytes(piece))
                own_bytes += len(piece)
        if own_bytes > _MAX_SENT_BYTES:
            super().stage(tree, temporary, document)
            return
        self._paths.append(document.path)
        self._files.append((temporary, pieces))
        if len(self._files) == _CHUNK_ARTICLES:
            self._begin(tree)

    def digests(self, tree: Tree) -> dict[str, str]:
        """The SHA-256 of each document by its path, when all of them are written."""
        self._begin(tree)
        digests = [digest for task in self._tasks for digest, _ in self._pool.finish(task)]
        self._digests |= zip(self._paths, digests, strict=True)
        self._tasks.clear()
        return super().digests(tree)

    def end(self) -> None:
        """Have nothing written any more."""
        if self._tasks:
            self._pool.end()

    def _begin(self, tree: Tree) -> None:
        if self._files:
            order: StageOrder = str(tree.root), tree.durable, self._files
            # By its place: a process that ends while much is sent to it would be waited for.
            spool = self._pool.worker.spool
            self._tasks.append(self._pool.begin("stage", (spool.name, spool.add(msgpack.encode(order))), list[str]))
            self._files = []


# Held while the main module is another one: of two threads that build, the second would take that for the caller's.
_MAIN_MODULE = Lock()

# Where the system has no masks, Ctrl-C is for each process to ignore.
_SIGNALS = (
    frozenset([signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT])
    if hasattr(signal, "pthread_sigmask")
    else frozenset()
)


@contextmanager
def _signals_later() -> Iterator[None]:
    """A block in which no signal ends this process; one that comes meanwhile does so afterwards."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, _SIGNALS) if _SIGNALS else None
    try:
        yield
    finally:
        if before is not None:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)


@contextmanager
def _startup() -> Iterator[None]:
    """Processes that start meanwhile never get Ctrl-C, and do not import the caller's main module.

    They need nothing of that, and a script without a main guard would be run again by each. Nor is any begun by halves.
    """
    with _signals_later(), _MAIN_MODULE:
        main, sys.modules["__main__"] = sys.modules["__main__"], ModuleType("__main__")
        try:
            yield
        finally:
            sys.modules["__main__"] = main


class _Process:
    """What a worker process has."""

    worker: Worker


def _start_worker(prefix: str, root: Path, site: Site, section_pages: Sequence[SourceFile]) -> None:
    # A terminal sends these to all its processes; the one that began this one ends it.
    for ignored in {signal.SIGINT} | (_SIGNALS - {signal.SIGTERM}):
        signal.signal(ignored, signal.SIG_IGN)
    if _SIGNALS:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _SIGNALS)
    Thread(target=_end_with_parent, args=(prefix,), daemon=True).start()
    _Process.worker = Worker(root, site, _named_spool(prefix))
    _Process.worker.begin(section_pages)


def _named_spool(prefix: str) -> Spool:
    """The spool of this process for others."""
    name = f"{prefix}{os.getpid()}"
    descriptor = os.open(name, os.O_RDWR | os.O_CREAT | os.O_EXCL | _BINARY, 0o600)
    return Spool(os.fdopen(descriptor, "w+b", buffering=0), name)


def _end_with_parent(prefix: str) -> None:
    """End this process when the one that began it has ended, however that was, and remove what both leave."""
    from multiprocessing import parent_process

    if parent := parent_process():
        parent.join()
    _remove_files(prefix)
    os._exit(1)


def _remove_files(prefix: str) -> None:
    for file in Path(prefix).parent.glob(f"{Path(prefix).name}*"):
        # Where the one that began them was killed, each process does this.
        file.unlink(missing_ok=True)


def _call(method: str, orders: Sequence[Any], addresses_file: str) -> Place:
    """Where the results are: short enough to be sent in one piece, whatever happens to this process meanwhile."""
    if addresses_file:
        _Process.worker.set_addresses_file(addresses_file)
    spool = _Process.worker.spool
    span = spool.add(msgpack.encode(getattr(_Process.worker, method)(orders)))
    spool.flush()
    return spool.name, span
