"""Ends a real build with SIGKILL at random instants, and counts what was lost; `python benchmarks/kills.py --help`.

A process that has everything loaded already forks for every build, so that the instants lie in the build and not in the
loading of Python. After each kill: every file is the old or the new one and can be parsed, no link goes to a document
that is not there, and a build that is not killed makes the folder that it would have made of nothing.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import re
import shutil
import signal
import tempfile
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median

from lxml import etree

from feedkit import Report, Site, build

BASE = "https://example.com/"
CONFIG = f"""
base_url = "{BASE}"
title = "Kills"
as_of = "2026-01-01"
[sitemap]
max_urls = 4
"""
LINK = re.compile(rf'{re.escape(BASE)}([^"<>&\s]+)')

Tree = dict[str, bytes]


@dataclass(slots=True, kw_only=True)
class Figures:
    """What a number of kills did; counted up."""

    #: Builds that were killed before they were done.
    kills: int = 0
    #: Of those, how many left the folder as it was; how many left temporary files, or new files beside old ones.
    before: int = 0
    halfway: int = 0
    #: Files that were read and parsed again after the kills.
    files: int = 0
    #: Files that were neither the old nor the new one, or could not be parsed, and their bytes.
    torn: int = 0
    bytes_lost: int = 0
    #: Links to documents that were not there.
    dangling: int = 0
    #: Documents that the manifest did not list.
    unowned: int = 0
    #: Folders that the next build did not make right, temporary files included.
    unhealed: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A site before and after a change of every article, of which tags there are, and of how many parts."""

    root: Path
    site: Site
    old: Tree
    new: Tree

    def run(self) -> Report:
        """Build the site, with what earlier builds remember, killed ones among them."""
        return build(self.site, self.root / "content", self.root / "out", cache=self.root / "memory.sqlite3")

    def reset(self) -> None:
        """Make the output what it was before the change."""
        shutil.rmtree(self.root / "out", ignore_errors=True)
        shutil.copytree(self.root / "old", self.root / "out")


def main() -> None:
    """Print the figures as one JSON object."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=100, help="how many builds to kill (default: 100)")
    parser.add_argument("--seed", type=int, default=1, help="of the instants (default: 1)")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        figures = killed(prepared(Path(folder)), options.kills, random.Random(options.seed))
    print(json.dumps(asdict(figures)))


def prepared(root: Path) -> Case:
    """The case below a folder: `old` and `new` hold the output before and after."""
    (root / "content").mkdir()
    (root / "feedkit.toml").write_text(CONFIG)
    site = Site.from_file(root / "feedkit.toml")
    write(root / "content", 3, "Old words.", "[always, gone]")
    build(site, root / "content", root / "old")
    (root / "old" / "mine.txt").write_text("not feedkit's")
    write(root / "content", 5, "New and more words.", "[always, new]")
    shutil.copytree(root / "old", root / "new")
    build(site, root / "content", root / "new")
    return Case(root=root, site=site, old=tree(root / "old"), new=tree(root / "new"))


def write(content: Path, count: int, body: str, tags: str) -> None:
    """Write the articles."""
    for number in range(count):
        head = f"---\ntitle: T{number}\ndate: 2025-11-0{number + 1}\ntags: {tags}\n---\n"
        (content / f"a{number}.md").write_text(f"{head}\n{body}\n")


def killed(case: Case, kills: int, instants: random.Random) -> Figures:
    """Kill builds at instants that are spread over the time that one takes."""
    figures = Figures()
    duration = median(lasting(case) for _ in range(5))
    while figures.kills < kills:
        case.reset()
        if end(case, instants.uniform(0, duration)):
            figures.kills += 1
            count(case, figures)
            case.run()
            figures.unhealed += tree(case.root / "out") != case.new
    return figures


def lasting(case: Case) -> float:
    """How many seconds a build takes."""
    case.reset()
    start = time.perf_counter()
    os.waitpid(child(case), 0)
    return time.perf_counter() - start


def child(case: Case) -> int:
    """Start a build; returns the number of its process."""
    process = os.fork()
    if not process:
        case.run()
        os._exit(0)
    return process


def end(case: Case, seconds: float) -> bool:
    """Start a build and kill it; False where it was done already."""
    process = child(case)
    time.sleep(seconds)
    os.kill(process, signal.SIGKILL)
    return os.WIFSIGNALED(os.waitpid(process, 0)[1])


def count(case: Case, figures: Figures) -> None:
    """Count what a killed build has left."""
    out = tree(case.root / "out")
    figures.before += out == case.old
    figures.halfway += out not in (case.old, case.new)
    documents = {name for name in out.keys() | (case.old.keys() & case.new.keys()) if not is_own(name)}
    for name in documents:
        figures.files += 1
        if out.get(name) not in (case.old.get(name, b""), case.new.get(name, b"")) or not parses(name, out[name]):
            figures.torn += 1
            figures.bytes_lost += len(case.old.get(name) or case.new.get(name) or b"")
    every = case.old.keys() | case.new.keys()
    links = {link for name in documents & out.keys() for link in LINK.findall(out[name].decode())}
    figures.dangling += len(links & every - out.keys())
    # The list of files has a third state, of old and new ones: it must own whatever is in the folder.
    listed = json.loads(out[".feedkit-manifest.json"])["documents"].keys()
    figures.unowned += len(documents & out.keys() - listed - {"mine.txt"})


def is_own(name: str) -> bool:
    """Whether a file is a temporary one, the manifest or the lock."""
    return Path(name).name.startswith(".feedkit-")


def parses(name: str, data: bytes) -> bool:
    """Whether a reader could open a document."""
    try:
        if name.endswith("json"):
            json.loads(data)
        elif not name.endswith(".txt"):
            etree.fromstring(data)
    except (ValueError, etree.XMLSyntaxError):
        return False
    return True


def tree(root: Path) -> Tree:
    """Every file below a folder."""
    return {file.relative_to(root).as_posix(): file.read_bytes() for file in root.rglob("*") if file.is_file()}


if __name__ == "__main__":
    main()
