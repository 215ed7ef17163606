"""What a commit and the present files make of the same articles: every document, message and exit code compared.

Usage: python benchmarks/same_output.py COMMIT [FOLDER …] [--generated 1000] [--mixed 1000] [--show]

Builds `examples/blog`, the generated and the mixed corpus, and each FOLDER of articles, by the code of a `git worktree`
of the commit and by that of this one, with nothing remembered. Prints one line for each, with the seconds of both
builds; ends with 1 where anything differs. `--show` prints the first lines that differ.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from difflib import unified_diff
from itertools import islice
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

import corpus
from measuring import BASE_URL, REPOSITORY
from mixed_corpus import write_mixed

AS_OF = "2026-06-01T00:00:00Z"
MAX_SHOWN_LINES = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Build:
    """What one build did."""

    #: Every file of the output folder, by its path; and what was printed, and the exit code, by names of their own.
    results: dict[str, bytes]
    seconds: float


def main() -> None:
    """Print one line for each folder; ends with 1 where anything differs."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("commit")
    parser.add_argument("folders", type=Path, nargs="*", metavar="FOLDER")
    parser.add_argument("--generated", type=int, default=1_000, metavar="COUNT")
    parser.add_argument("--mixed", type=int, default=1_000, metavar="COUNT")
    parser.add_argument("--show", action="store_true", help="print the first lines that differ")
    options = parser.parse_args()
    different = 0
    with tempfile.TemporaryDirectory(prefix="feedkit-same-") as temporary, checkout(options.commit) as old:
        root = Path(temporary)
        corpus.write(options.generated, root / "generated")
        write_mixed(options.mixed, root / "mixed")
        blog = REPOSITORY / "examples" / "blog" / "content"
        for content in [blog, root / "generated", root / "mixed", *options.folders]:
            before, after = (build(tree, content.resolve(), root) for tree in (old, REPOSITORY))
            names = sorted(before.results.keys() | after.results.keys())
            unequal = [name for name in names if before.results.get(name) != after.results.get(name)]
            different += len(unequal)
            print(
                f"{content}: {len(before.results) - 3:,} documents in {before.seconds:.2f} s, "
                f"{len(after.results) - 3:,} in {after.seconds:.2f} s; {len(unequal):,} differ {unequal[:5] or ''}"
            )
            if options.show:
                for name in unequal[:5]:
                    print("\n".join(islice(difference(name, before, after), MAX_SHOWN_LINES)))
    if different:
        raise SystemExit(1)


@contextmanager
def checkout(commit: str) -> Iterator[Path]:
    """A `git worktree` of a commit, which is removed at the end."""
    with tempfile.TemporaryDirectory(prefix="feedkit-worktree-") as folder:
        tree = Path(folder, "tree")
        git = ["git", "-C", str(REPOSITORY), "worktree"]
        subprocess.run([*git, "add", "--quiet", "--detach", str(tree), commit], check=True)
        try:
            yield tree
        finally:
            subprocess.run([*git, "remove", "--force", str(tree)], check=True)


def build(tree: Path, content: Path, root: Path) -> Build:
    """Build a folder of articles by the code of a tree, always at the same place: messages name it."""
    with tempfile.TemporaryDirectory(dir=root) as aside:
        out = root / "out"
        command = [
            sys.executable,
            "-m",
            "feedkit",
            "build",
            str(content),
            "-o",
            str(out),
            "--as-of",
            AS_OF,
            "--no-cache",
        ]
        if not any((folder / "feedkit.toml").exists() for folder in (content, content.parent)):
            command += ["--base-url", BASE_URL]
        environment = {**os.environ, "PYTHONPATH": str(tree), "XDG_CACHE_HOME": aside}
        start = time.perf_counter()
        run = subprocess.run(command, cwd=aside, env=environment, capture_output=True, check=False)
        seconds = time.perf_counter() - start
        results = {"exit code": str(run.returncode).encode(), "stdout": run.stdout, "stderr": run.stderr}
        for file in out.rglob("*"):
            if file.is_file():
                results[file.relative_to(out).as_posix()] = file.read_bytes()
        if out.exists():
            out.rename(Path(aside, "out"))
        return Build(results=results, seconds=seconds)


def difference(name: str, before: Build, after: Build) -> Iterator[str]:
    """The lines of a document or message that differ."""
    old, new = (build.results.get(name, b"").decode(errors="replace").splitlines() for build in (before, after))
    return unified_diff(old, new, f"{name} before", f"{name} after", n=0, lineterm="")


if __name__ == "__main__":
    main()
