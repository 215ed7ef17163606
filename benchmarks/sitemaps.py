"""How many URLs a second a sitemap takes, with loc and lastmod, against its peers in one run, as one table.

Usage: python benchmarks/sitemaps.py [--urls 500000] [--runs 3] [--npm FOLDER]

Every row is a process of its own that makes the same addresses, writes urlsets of 50,000 and throws the bytes away;
"URLs/s" is of the best run, the time for making the addresses and for imports taken off, and "MiB" its peak resident
memory. The peers do less: lxml.etree.xmlfile and npm `sitemap` check no address, find no duplicates, count no bytes and
write no index; Django's framework renders its template for each of its pages of 50,000. A row whose package is missing
says so; `--npm` names a folder whose `node_modules` has `sitemap`.
"""

from __future__ import annotations

import argparse
import platform
import resource
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from importlib.metadata import version
from itertools import islice
from pathlib import Path

REPOSITORY = Path(__file__).parents[1]
BASE_URL = "https://example.org/"
NAMESPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"
PART = 50_000

NODE = """
import { SitemapStream } from "sitemap";
const total = Number(process.argv[2]);
function run(count, write) {
  return new Promise((done) => {
    const stream = write ? new SitemapStream({ hostname: "https://example.org/" }) : null;
    let size = 0;
    if (stream) { stream.on("data", (chunk) => { size += chunk.length; }); stream.on("end", () => done(size)); }
    let number = 0;
    const more = () => {
      while (number < count) {
        const day = String(number % 28 + 1).padStart(2, "0");
        const item = { url: `https://example.org/articles/2025/some-longer-slug-of-an-article-${number}/`,
                       lastmod: `2025-03-${day}`, lastmodDateOnly: true };
        number += 1;
        if (stream && !stream.write(item)) { stream.once("drain", more); return; }
      }
      if (stream) stream.end(); else done(0);
    };
    more();
  });
}
const timed = async (write) => {
  const start = process.hrtime.bigint();
  for (let done = 0; done < total; done += 50000) await run(Math.min(50000, total - done), write);
  return Number(process.hrtime.bigint() - start) / 1e9;
};
const making = await timed(false);
const all = await timed(true);
console.log(all - making, process.resourceUsage().maxRSS / 1024);
"""


def pages(count: int) -> Iterator[tuple[str, str]]:
    """The addresses and dates that all of them write."""
    return (
        (f"{BASE_URL}articles/2025/some-longer-slug-of-an-article-{n}/", f"2025-03-{n % 28 + 1:02}")
        for n in range(count)
    )


def feedkit_plain(count: int, gzip: bool = False) -> int:
    """feedkit: checks, duplicates, limits and index included."""
    from feedkit import sitemaps

    return sum(document.size for document in sitemaps(pages(count), base_url=BASE_URL, gzip=gzip))


def feedkit_gzip(count: int) -> int:
    """The same with parts as gzip."""
    return feedkit_plain(count, gzip=True)


class Counter:
    """A file that keeps the number of bytes only."""

    size = 0

    def write(self, data: bytes) -> int:
        """Count."""
        self.size += len(data)
        return len(data)


def lxml_xmlfile(count: int) -> int:
    """lxml.etree.xmlfile as its documentation shows it, an element context for each tag."""
    from lxml import etree

    rows, out = pages(count), Counter()
    while part := list(islice(rows, PART)):
        with etree.xmlfile(out, encoding="utf-8") as file:
            file.write_declaration()
            with file.element("urlset", nsmap={None: NAMESPACE}):
                for loc, lastmod in part:
                    with file.element("url"):
                        with file.element("loc"):
                            file.write(loc)
                        with file.element("lastmod"):
                            file.write(lastmod)
    return out.size


def django_framework(count: int) -> int:
    """Django's sitemap framework: its view's template, a page of 50,000 after the other."""
    from datetime import date

    import django
    from django.conf import settings

    if not settings.configured:
        templates = [{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True}]
        settings.configure(INSTALLED_APPS=["django.contrib.sitemaps"], TEMPLATES=templates, USE_TZ=True)
        django.setup()
    from django.contrib.sitemaps import Sitemap
    from django.template.loader import render_to_string

    class Pages(Sitemap):  # type: ignore[misc]  # Django has no types
        protocol, limit = "https", PART

        def items(self) -> list[tuple[str, str]]:
            return part

        def location(self, item: tuple[str, str]) -> str:
            return item[0].removeprefix("https://example.org")

        def lastmod(self, item: tuple[str, str]) -> date:
            return date.fromisoformat(item[1])

    site = type("Host", (), {"domain": "example.org", "name": "example.org"})()
    rows, size = pages(count), 0
    while part := list(islice(rows, PART)):
        urls = Pages().get_urls(1, site, "https")
        size += len(render_to_string("sitemap.xml", {"urlset": urls}).encode())
    return size


WORK: dict[str, Callable[[int], int]] = {
    "feedkit": feedkit_plain,
    "feedkit, gzip": feedkit_gzip,
    "lxml.etree.xmlfile": lxml_xmlfile,
    "Django sitemap framework": django_framework,
}


def one(name: str, count: int) -> None:
    """Print seconds and MiB of one row; runs in a process of its own."""
    start = time.perf_counter()
    for _ in pages(count):
        pass
    making = time.perf_counter() - start
    # Once for the imports.
    WORK[name](1_000)
    start = time.perf_counter()
    WORK[name](count)
    seconds = time.perf_counter() - start - making
    print(seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)


def run(command: list[str], folder: Path) -> tuple[float, float] | str:
    """What a row's process prints, or why it has nothing to print."""
    done = subprocess.run(command, capture_output=True, text=True, cwd=folder, env=environment())
    if done.returncode:
        return (done.stderr.strip().splitlines() or ["failed"])[-1][:80]
    seconds, memory = done.stdout.split()
    return float(seconds), float(memory)


def environment() -> dict[str, str]:
    """The environment with this checkout on the path."""
    import os

    return {**os.environ, "PYTHONPATH": str(REPOSITORY)}


def commands(count: int, npm: Path | None) -> Iterator[tuple[str, list[str], Path]]:
    """The rows with their commands and folders."""
    for name in WORK:
        yield name, [sys.executable, str(Path(__file__).resolve()), "--one", name, "--urls", str(count)], REPOSITORY
    if npm is not None and shutil.which("node"):
        script = npm / "feedkit-benchmark.mjs"
        script.write_text(NODE)
        yield "npm sitemap", ["node", str(script.resolve()), str(count)], npm


def main() -> None:
    """Print one table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--urls", type=int, default=500_000)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--npm", type=Path)
    parser.add_argument("--one", choices=WORK, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        one(options.one, options.urls)
        return
    print(f"Python {platform.python_version()}, lxml {version('lxml')}, {options.urls:,} URLs with lastmod\n")
    print("| writer | URLs/s | to xmlfile | MiB |\n|---|---:|---:|---:|")
    rows = list(commands(options.urls, options.npm))
    # Round after round, so that a busy moment of the machine meets all of them.
    found = [[run(command, folder) for _, command, folder in rows] for _ in range(options.runs)]
    best = {name: min((each[at] for each in found), key=str) for at, (name, _, _) in enumerate(rows)}
    for at, (name, _, _) in enumerate(rows):
        timed = [each[at] for each in found if not isinstance(each[at], str)]
        best[name] = min(timed) if timed else found[0][at]
    peer = best["lxml.etree.xmlfile"]
    for name, row in best.items():
        if isinstance(row, str) or isinstance(peer, str):
            print(f"| {name} | {row} | | |")
        else:
            rate = options.urls / row[0]
            print(f"| {name} | {rate:,.0f} | {peer[0] / row[0]:.2f} | {row[1]:.0f} |")


if __name__ == "__main__":
    main()
