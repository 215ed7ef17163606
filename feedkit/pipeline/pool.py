"""Articles handed out to worker processes; the results come in the order of the articles, whichever process has them.

This process works, too: on the last articles, while the others begin with the first ones. A process that dies costs a
Problem and time: what it was to do is done here.
"""

from __future__ import annotations

import os
import signal
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Lock, Thread
from types import ModuleType
from typing import TYPE_CHECKING, Any

from msgspec import msgpack

from feedkit.articles.discover import SourceFile
from feedkit.config.site import Site
from feedkit.errors import OnProblem, Problem
from feedkit.pipeline.worker import Place, Rendered, RenderOrder, Span, Spool, Worker

if TYPE_CHECKING:
    from concurrent.futures import Future

#: Fewer articles are read sooner than processes begin.
MIN_ARTICLES_FOR_POOL = 128

_BINARY = getattr(os, "O_BINARY", 0)

# More than so many processes cannot be waited for on Windows; elsewhere more are of no use.
_MAX_OTHER_PROCESSES = 61 if sys.platform == "win32" else 255

# How many articles go to a process at once.
_CHUNK_ARTICLES = 32


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
        # What the names of the files begin with in which worker processes put their results.
        self._prefix = os.path.join(tempfile.gettempdir(), f"feedkit-{os.urandom(8).hex()}-")  # noqa: PTH118

    def __enter__(self) -> Pool:
        return self

    def __exit__(self, *_: object) -> None:
        # A signal that comes meanwhile has its effect afterwards: no file is left.
        with _signals_later():
            # What they are doing is not wanted any more; one may not even have begun.
            self._terminate()
            self.dismiss(wait=True)
            self.worker.close()
            for file in Path(self._prefix).parent.glob(f"{Path(self._prefix).name}*"):
                file.unlink(missing_ok=True)

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

    def dismiss(self, *, wait: bool = False) -> None:
        """Let the processes end. What they made stays; what is asked for later is done here."""
        self._jobs = 1
        if self._executor is not None:
            self._executor.shutdown(wait=wait, cancel_futures=True)
        if wait:
            # An executor that was shut down before does not wait, and one that ends later would leave a file.
            for process in self._processes:
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
        chunks = [orders[begin : begin + _CHUNK_ARTICLES] for begin in range(0, len(orders), _CHUNK_ARTICLES)]
        if self._executor is None and self._jobs > 1 and len(orders) >= MIN_ARTICLES_FOR_POOL:
            self._start()
        if self._executor is None or self._jobs == 1:
            for chunk in chunks:
                yield from ((result, self.worker.spool) for result in getattr(self.worker, method)(chunk))
            return
        yield from self._shared_out(method, chunks, kind)

    def _shared_out(self, method: str, chunks: Sequence[Sequence[Any]], kind: Any) -> Iterator[tuple[Any, Spool]]:
        """As `_results`: the other processes take chunks from the front, this one takes them from the end."""
        from concurrent.futures.process import BrokenProcessPool

        self._send_addresses()
        # By their numbers: what is handed out, and the results of what was done here.
        futures: dict[int, Future[Place]] = {}
        done_here: dict[int, Any] = {}
        end = len(chunks)
        for number in range(len(chunks)):
            while number not in done_here:
                busy = sum(1 for future in futures.values() if not future.done())
                # A part of what is left is for this process.
                share = (end - len(futures)) * (self._jobs - 1) // self._jobs
                for following in range(len(futures), len(futures) + min(share, self._max_handed_out - busy)):
                    if handed_out := self._submit(method, chunks[following]):
                        futures[following] = handed_out
                if number not in futures:
                    # The last one, or there is no other process any more.
                    done_here[number] = getattr(self.worker, method)(chunks[number])
                elif futures[number].done() or len(futures) == end:
                    break
                else:
                    end -= 1
                    done_here[end] = getattr(self.worker, method)(chunks[end])
            if number not in done_here:
                try:
                    name, span = futures[number].result()
                except BrokenProcessPool:
                    self._report_loss()
                    done_here[number] = getattr(self.worker, method)(chunks[number])
            if number in done_here:
                yield from ((result, self.worker.spool) for result in done_here.pop(number))
            else:
                spool = self.worker.spool_of(name)
                yield from ((result, spool) for result in msgpack.decode(spool.read(span), type=kind))

    @property
    def _max_handed_out(self) -> int:
        # As many as keep the others at work while this process does a chunk of its own.
        return 3 * (self._jobs - 1)

    def _submit(self, method: str, chunk: Sequence[Any]) -> Future[Place] | None:
        """What another process is to do; None where there is none any more."""
        from concurrent.futures.process import BrokenProcessPool

        if self._jobs == 1:
            return None
        try:
            with _startup():
                future: Future[Place] = self._executor.submit(_call, method, chunk, self._addresses_file)
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

        arguments = self._prefix, *self._start_arguments
        self._executor = ProcessPoolExecutor(self._jobs - 1, Context(), _start_worker, arguments)

    def _terminate(self) -> None:
        for process in self._processes:
            # One may have died while it was started.
            if process.is_alive():
                process.terminate()

    def _report_loss(self) -> None:
        if self._jobs == 1:
            return
        # The executor ends those that it knew when one died; one that was started at that moment would wait for ever.
        self._terminate()
        self.dismiss(wait=True)
        codes = [process.exitcode for process in self._processes]
        # Those that are well are ended by SIGTERM.
        code = next((code for code in codes if code not in (None, 0, -signal.SIGTERM)), -signal.SIGTERM)
        message = f"a worker process ended (exit code {code}); its articles are read again without it"
        hint = "nothing is lost; where memory is short, run with --jobs 1"
        self._on_problem(Problem(code="FK506", severity="note", message=message, hint=hint))


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
    name = f"{prefix}{os.getpid()}"
    descriptor = os.open(name, os.O_RDWR | os.O_CREAT | os.O_EXCL | _BINARY, 0o600)
    Thread(target=_end_with_parent, args=(name,), daemon=True).start()
    _Process.worker = Worker(root, site, Spool(os.fdopen(descriptor, "w+b", buffering=0), name))
    _Process.worker.begin(section_pages)


def _end_with_parent(name: str) -> None:
    """End this process when the one that began it has ended, however that was, and remove what it leaves."""
    from multiprocessing import parent_process

    if parent := parent_process():
        parent.join()
    with suppress(OSError):
        os.unlink(name)  # noqa: PTH108
    os._exit(1)


def _call(method: str, orders: Sequence[Any], addresses_file: str) -> Place:
    """Where the results are: short enough to be sent in one piece, whatever happens to this process meanwhile."""
    if addresses_file:
        _Process.worker.set_addresses_file(addresses_file)
    spool = _Process.worker.spool
    span = spool.add(msgpack.encode(getattr(_Process.worker, method)(orders)))
    spool.flush()
    return spool.name, span
