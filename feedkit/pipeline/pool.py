"""The processes of a build, which share its work on articles and documents in chunks; results come in order.

The first process works, too. What another one does not finish, because it dies or fails, is done by the first one.
"""

from __future__ import annotations

import sys
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from operator import attrgetter
from pathlib import Path
from queue import Empty, SimpleQueue
from subprocess import PIPE, Popen
from threading import Thread
from typing import Any

from msgspec import msgpack

from feedkit.articles.discover import SourceFile
from feedkit.config.site import Site
from feedkit.errors import OnProblem, Problem
from feedkit.model import Document
from feedkit.output.tree import Stager, Tree
from feedkit.pipeline.spools import FIRST, FragmentRef, Place, Spools, new_prefix, receive, remove_spools, send
from feedkit.pipeline.worker import ReadOrder, ReadResult, Rendered, RenderOrder, Worker
from feedkit.signals import delayed_signals

#: With fewer articles, starting processes takes longer than they save.
MIN_ARTICLES_FOR_POOL = 128

# How many articles or documents a chunk has at most, and how many chunks of articles there are for each process: so
# many that none waits long for the last one.
_CHUNK_ARTICLES = 32
_CHUNKS_PER_PROCESS = 16
# Rendering any entry takes as long as so many bytes of its body do.
_ENTRY_BYTES = 4096
# How many chunks another process has: one to go on with as soon as it is done with the other.
_CHUNKS_AHEAD = 2
# A document with more bytes that are in no spool is written by the first process.
_MAX_COPIED_BYTES = 1 << 16


class _Chunk:
    """A chunk of work."""

    def __init__(self, method: str) -> None:
        """`method` is the one of `Worker` that takes the orders."""
        self.method = method
        self.orders: list[Any] = []
        self.size = 0
        # Where the addresses of all files are.
        self.addresses: Place | None = None
        # None until it is done.
        self.results: Sequence[Any] | None = None


class _Process:
    """Another process, and a thread that hands it chunks."""

    def __init__(self, arguments: tuple[Any, ...], waiting: SimpleQueue[_Chunk | None], ended: SimpleQueue[_Chunk]):
        """Starts `worker.main`, which gets the arguments. Of the waiting chunks those end that it has done, or lost."""
        #: Its exit code once it has ended without being told to.
        self.exit_code: int | None = None
        self._waiting, self._ended = waiting, ended
        self._is_terminated = False
        code = f"import sys; sys.path[:] = {sys.path!a}; from feedkit.pipeline.worker import main; main()"
        command = [sys.executable, "-X", f"utf8={sys.flags.utf8_mode}", "-c", code]
        self._popen: Any = Popen(command, stdin=PIPE, stdout=PIPE)  # noqa: S603
        self._thread = Thread(target=self._run, args=(arguments,), daemon=True)
        self._thread.start()

    def terminate(self) -> None:
        """End it at once."""
        self._is_terminated = True
        self._popen.kill()
        self._waiting.put(None)

    def join(self) -> None:
        """Wait until it has ended."""
        self._thread.join()

    def _run(self, arguments: tuple[Any, ...]) -> None:
        begun: deque[_Chunk] = deque()
        with self._popen as popen:
            # It may die at any time, also when something is half sent.
            with suppress(OSError, EOFError):
                send(popen.stdin, arguments)
                while (chunk := self._next(waits=not begun)) or (begun and not self._is_terminated):
                    if chunk:
                        begun.append(chunk)
                        send(popen.stdin, (chunk.method, chunk.orders, chunk.addresses))
                    if not chunk or len(begun) == _CHUNKS_AHEAD:
                        begun[0].results = receive(popen.stdout)
                        self._ended.put(begun.popleft())
            popen.kill()
            with suppress(OSError):
                popen.stdin.close()
        if not self._is_terminated:
            self.exit_code = popen.returncode
        for chunk in begun:
            self._ended.put(chunk)

    def _next(self, *, waits: bool) -> _Chunk | None:
        with suppress(Empty):
            return self._waiting.get(block=waits)
        return None


class Pool:
    """The workers of a folder, one in each process. `with` ends the other processes."""

    def __init__(
        self, root: Path, site: Site, section_pages: Sequence[SourceFile], jobs: int, on_problem: OnProblem
    ) -> None:
        """Up to `jobs` processes work, this one among them. Raises `SettingsError` as `read`."""
        self._prefix = new_prefix()
        self.worker = Worker(root, site, Spools(self._prefix, FIRST))
        self._arguments = (self._prefix, root, site, section_pages)
        self._jobs = jobs if sys.executable else 1
        self._on_problem = on_problem
        self._processes: list[_Process] = []
        # Chunks that nobody has begun; those that another process has done, or lost.
        self._waiting: SimpleQueue[_Chunk | None] = SimpleQueue()
        self._ended: SimpleQueue[_Chunk] = SimpleQueue()
        # The address of every file, and where it is in the spool once another process needs it.
        self._addresses: Mapping[str, str] = {}
        self._addresses_place: Place | None = None

    def __enter__(self) -> Pool:
        return self

    def __exit__(self, *_: object) -> None:
        with delayed_signals():
            self.terminate()
            self.worker.close()
            remove_spools(self._prefix)

    def set_addresses(self, addresses: Mapping[str, str]) -> None:
        """Give every worker the address of every file."""
        self.worker.set_addresses(lambda: addresses)
        self._addresses, self._addresses_place = addresses, None

    def terminate(self) -> None:
        """End the other processes at once. Their spools stay."""
        for process in self._processes:
            process.terminate()
        for process in self._processes:
            process.join()
        self._processes = []

    def read(self, orders: Sequence[ReadOrder]) -> Iterator[ReadResult | None]:
        """The results of `Worker.read`, in order."""
        return self._results_of("read", orders, [1] * len(orders))

    def render(self, orders: Sequence[RenderOrder]) -> Iterator[Rendered]:
        """The results of `Worker.render`, in order."""
        return self._results_of(
            "render", orders, [_ENTRY_BYTES + (body[2] if body else 0) for _, _, body, *_ in orders]
        )

    def _results_of(self, method: str, orders: Sequence[Any], sizes: Sequence[int]) -> Iterator[Any]:
        if not self._processes and self._jobs > 1 and len(orders) >= MIN_ARTICLES_FOR_POOL:
            self._start()
        chunks: list[_Chunk] = []
        limit = sum(sizes) // (_CHUNKS_PER_PROCESS * self._jobs)
        for order, size in zip(orders, sizes, strict=True):
            if not chunks or chunks[-1].size + size > limit or len(chunks[-1].orders) == _CHUNK_ARTICLES:
                chunks.append(_Chunk(method))
            chunks[-1].orders.append(order)
            chunks[-1].size += size
        # No process is to begin the biggest one when the others are done.
        for chunk in sorted(chunks, key=attrgetter("size"), reverse=True):
            self.submit(chunk)
        return self.results(chunks)

    def _start(self) -> None:
        self.worker.spools.share()
        for _ in range(self._jobs - 1):
            # None is begun by halves, nor is any ended by the Ctrl-C that ends this one.
            with delayed_signals():
                self._processes.append(_Process(self._arguments, self._waiting, self._ended))

    def submit(self, chunk: _Chunk) -> None:
        """Have a chunk done by whichever process is free first."""
        if self._processes:
            if self._addresses and self._addresses_place is None:
                self._addresses_place = self.worker.spools.add(msgpack.encode(self._addresses))
            # The orders may name places in it.
            self.worker.spools.flush()
        chunk.addresses = self._addresses_place
        self._waiting.put(chunk)

    def results(self, chunks: Sequence[_Chunk]) -> Iterator[Any]:
        """The results of chunks in order. This process does what no other one has begun, then waits for the rest."""
        for chunk in chunks:
            while chunk.results is None:
                self._advance()
            yield from chunk.results
        for process in self._processes:
            if process.exit_code is not None:
                self._report_loss(process.exit_code)
                process.exit_code = None

    def _advance(self) -> None:
        """Do a chunk that nobody has begun, or that was lost; else wait until another process has done one."""
        try:
            chunk = self._waiting.get_nowait()
        except Empty:
            chunk = self._ended.get()
        if chunk and chunk.results is None:
            chunk.results = getattr(self.worker, chunk.method)(chunk.orders)

    def _report_loss(self, code: int) -> None:
        message = f"a worker process ended (exit code {code}); its articles are read again without it"
        hint = "nothing is lost; where memory is short, run with --jobs 1"
        self._on_problem(Problem(code="FK506", severity="note", message=message, hint=hint))


class PoolStager(Stager):
    """Has documents staged by all processes of a pool, which read the fragments from the spools."""

    def __init__(self, pool: Pool) -> None:
        super().__init__()
        self._pool = pool
        self._paths: list[str] = []
        self._chunks: list[_Chunk] = []

    def stage(self, tree: Tree, temporary: str, document: Document) -> None:
        """Have a document written by the time of `digests`."""
        pieces = [piece.place if isinstance(piece, FragmentRef) else bytes(piece) for piece in document.pieces]
        if sum(len(piece) for piece in pieces if isinstance(piece, bytes)) > _MAX_COPIED_BYTES:
            super().stage(tree, temporary, document)
            return
        if len(self._paths) % _CHUNK_ARTICLES == 0:
            self._submit_last()
            self._chunks.append(_Chunk("stage"))
        self._paths.append(document.path)
        self._chunks[-1].orders.append((str(tree.root), tree.durable, temporary, pieces))

    def digests(self, tree: Tree) -> dict[str, str]:
        """The SHA-256 of each document by its path, when all of them are written."""
        self._submit_last()
        return super().digests(tree) | dict(zip(self._paths, self._pool.results(self._chunks), strict=True))

    def terminate(self) -> None:
        """Write nothing any more."""
        self._pool.terminate()

    def _submit_last(self) -> None:
        if self._chunks:
            self._pool.submit(self._chunks[-1])
