"""How long a build takes, and how long feedgen used plainly takes for its share of the same work, in one run.

Usage: python benchmarks/build.py [--sizes 1000 10000] [--runs 3]

Each figure is the least of the runs, of a process of its own, with its peak resident memory. "plain feedgen" reads the
same articles with the stock python-frontmatter, renders them with the same Markdown parser and writes RSS and Atom for
the site and for every category and tag, as its documentation shows: an entry again for each feed that holds it. It does
not sanitise, re-parse, or write JSON Feed, sitemap and OPML; the number of items that both wrote is compared.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

import corpus

REPOSITORY = Path(__file__).parents[1]
PEER = Path(__file__).with_name("plain_feedgen.py")
BASE_URL = "https://example.com"


def timed(command: list[str]) -> tuple[float, float]:
    """Seconds of wall time and MiB of peak memory of one process. Ends the run where the process fails."""
    script = (
        "import resource, subprocess, sys, time; start = time.perf_counter(); "
        "code = subprocess.call(sys.argv[1:], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL); "
        "print(time.perf_counter() - start, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024, code)"
    )
    environment = {**os.environ, "PYTHONPATH": str(REPOSITORY)}
    done = subprocess.run(
        [sys.executable, "-c", script, *command], env=environment, capture_output=True, text=True, check=True
    )
    seconds, memory, code = done.stdout.split()
    if code != "0":
        raise SystemExit(f"{' '.join(command)} ended with {code}")
    return float(seconds), float(memory)


def best(command: list[str], runs: int, before: Callable[[], object] = lambda: None) -> tuple[float, float]:
    """The least time and memory of several runs."""
    results = []
    for _ in range(runs):
        before()
        results.append(timed(command))
    return min(seconds for seconds, _ in results), min(memory for _, memory in results)


def items(directory: Path) -> int:
    """How many entries the RSS documents below a folder hold in all."""
    return sum(path.read_bytes().count(b"<item>") for path in directory.rglob("rss.xml"))


def measure(count: int, runs: int, folder: Path) -> list[tuple[str, float, float]]:
    """The rows of one size."""
    content, out, peer_out = folder / "content", folder / "out", folder / "peer"
    corpus.write(count, content)
    build = [sys.executable, "-m", "feedkit", "build", str(content), "-o", str(out), "--base-url", BASE_URL, "--quiet"]
    peer = [sys.executable, str(PEER), str(content), str(peer_out), BASE_URL]
    cold = best(build, runs, lambda: shutil.rmtree(out, ignore_errors=True))
    again = best(build, runs)
    plain = best(peer, runs, lambda: shutil.rmtree(peer_out, ignore_errors=True))
    if items(out) != items(peer_out):
        raise SystemExit(f"not the same work: {items(out)} items and {items(peer_out)}")
    return [
        ("feedkit, cold, all formats", *cold),
        ("feedkit, nothing changed", *again),
        ("plain feedgen, RSS and Atom only", *plain),
    ]


def main() -> None:
    """Print one table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", type=int, nargs="+", default=[1_000, 10_000])
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    rows = []
    for count in options.sizes:
        folder = Path(tempfile.mkdtemp(prefix="feedkit-benchmark-"))
        try:
            rows += [(count, *row) for row in measure(count, options.runs, folder)]
        finally:
            shutil.rmtree(folder)
    if options.json:
        print(json.dumps(rows))
        return
    names = ("feedgen", "lxml", "pyromark", "nh3", "python-frontmatter")
    print(f"Python {platform.python_version()}, " + ", ".join(f"{name} {version(name)}" for name in names) + "\n")
    print("| articles | work | seconds | MiB |\n|---:|---|---:|---:|")
    for count, name, seconds, memory in rows:
        print(f"| {count:,} | {name} | {seconds:.2f} | {memory:.0f} |")


if __name__ == "__main__":
    main()
