"""What the benchmarks share: the wall time and the peak memory of a process and all of its children."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

REPOSITORY = Path(__file__).parents[1]
BASE_URL = "https://example.com"

#: Run in a process of its own: starts the command, and adds up the memory of its whole tree every 100 ms, if it is to.
_WATCH = """
import json, subprocess, sys, threading, time
from pathlib import Path

def tree(root):
    parents = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            parents[int(stat.parent.name)] = int(stat.read_text().rpartition(")")[2].split()[1])
        except (OSError, ValueError, IndexError):
            pass
    pids = {root}
    while more := {pid for pid, parent in parents.items() if parent in pids} - pids:
        pids |= more
    return pids

def memory(pid):
    # Proportional: what forked processes share is counted once.
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
        return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
    except (OSError, ValueError, IndexError):
        return 0

peak, done = 0, threading.Event()
def watch(pid):
    global peak
    pause = 0.02
    while not done.wait(pause):
        peak = max(peak, sum(map(memory, tree(pid))))
        # Some are done before the second look.
        pause = 0.1

start = time.perf_counter()
process = subprocess.Popen(sys.argv[2:], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
watcher = threading.Thread(target=watch, args=(process.pid,))
if sys.argv[1] == "watch":
    watcher.start()
code = process.wait()
seconds = time.perf_counter() - start
done.set()
if watcher.is_alive():
    watcher.join()
print(json.dumps([seconds, peak / 1024, code]))
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """One row of a table."""

    #: The system.
    peer: str
    #: Its version.
    version: str
    #: What it wrote.
    work: str
    #: The articles: `generated`, `mixed`, or the name of a site.
    corpus: str
    #: How many of them there are.
    articles: int
    #: Wall time.
    seconds: float
    #: MiB that all of its processes held at the most.
    memory: float
    #: How many RSS items its documents hold in all.
    items: int
    #: How many files it wrote.
    documents: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """A command that is run several times."""

    #: What the table calls it.
    name: str
    command: list[str]
    #: The exit codes that are no failure.
    codes: tuple[int, ...] = (0,)
    #: What is done each time before it is run.
    before: Callable[[], object] = lambda: None


def best(tasks: list[Task], runs: int) -> list[tuple[float, float]]:
    """The least time of several runs of each task, and the memory of one more.

    All of them are run in turn, again and again: a machine is quicker at one time than at another.
    """
    seconds = [[_run(task, memory=False)[0] for task in tasks] for _ in range(runs)]
    memory = [_run(task, memory=True)[1] for task in tasks]
    return list(zip(map(min, zip(*seconds, strict=True)), memory, strict=True))


def _run(task: Task, *, memory: bool) -> tuple[float, float]:
    """Seconds of wall time, and MiB of peak memory of a task and its children. Ends the run where it fails.

    To look at the memory takes time of a processor; where it is not wanted, it is 0.
    """
    task.before()
    environment = {**os.environ, "PYTHONPATH": str(REPOSITORY)}
    # Installed programs are compiled once, not at each start.
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    done = subprocess.run(
        [sys.executable, "-c", _WATCH, "watch" if memory else "leave", *task.command],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    seconds, mebibytes, code = json.loads(done.stdout.splitlines()[-1])
    if code not in task.codes:
        raise SystemExit(f"{' '.join(task.command)} ended with {code}")
    return float(seconds), float(mebibytes)
