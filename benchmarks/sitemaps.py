"""How many URLs a second a sitemap takes, for each kind of item, against its peers in one run, as one table.

Usage: python benchmarks/sitemaps.py [--urls 500000] [--runs 3] [--npm FOLDER]

Every row is a process of its own that makes the same items, writes urlsets of 50,000 and throws the bytes away;
"URLs/s" is of the least processor time of all runs, without imports and the least time for making the items; "MiB" is
the peak of resident memory. "to xmlfile" is the rate by that of `lxml.etree.xmlfile`, which writes the same items. The
peers do less: xmlfile and npm `sitemap` check no address, find no duplicates, count no bytes and write no index;
Django's framework renders its template for each of its pages of 50,000. A row whose package is missing says so;
`--npm` names a folder whose `node_modules` has `sitemap`.
"""

from __future__ import annotations

import argparse
import os
import platform
import resource
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from importlib.metadata import version
from itertools import islice
from pathlib import Path
from typing import Any

REPOSITORY = Path(__file__).parents[1]
BASE_URL = "https://example.org/"
NAMESPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"
PART = 50_000
FIRST = datetime(2025, 1, 1, tzinfo=UTC)

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
  const start = process.cpuUsage();
  for (let done = 0; done < total; done += 50000) await run(Math.min(50000, total - done), write);
  const used = process.cpuUsage(start);
  return (used.user + used.system) / 1e6;
};
const making = await timed(false);
const all = await timed(true);
console.log(making, all, process.resourceUsage().maxRSS / 1024);
"""


def _loc(number: int, query: str = "") -> str:
    return f"{BASE_URL}articles/2025/some-longer-slug-of-an-article-{number}/{query}"


def _day(number: int) -> str:
    return f"2025-03-{number % 28 + 1:02}"


def _instant(number: int) -> datetime:
    return FIRST + timedelta(seconds=61 * number)


def _url(number: int) -> Any:
    from feedkit import Url

    return Url(loc=_loc(number), lastmod=_instant(number))


#: What makes each kind of item, and what of it xmlfile writes: its address and its date.
KINDS: dict[str, tuple[Callable[[int], Any], Callable[[Any], tuple[str, str | None]]]] = {
    "texts": (_loc, lambda item: (item, None)),
    "pairs": (lambda n: (_loc(n), _day(n)), lambda item: item),
    "pairs, & and a date of their own": (lambda n: (_loc(n, "?a=1&b=2"), _instant(n).isoformat()), lambda item: item),
    "mappings": (lambda n: {"loc": _loc(n), "lastmod": _day(n)}, lambda item: (item["loc"], item["lastmod"])),
    "Url": (_url, lambda item: (item.loc, item.lastmod.isoformat())),
}


def items(kind: str, count: int) -> Iterator[Any]:
    """The items that are listed."""
    return map(KINDS[kind][0], range(count))


def feedkit_plain(kind: str, count: int, gzip: bool = False) -> int:
    """feedkit: checks, duplicates, limits and index included."""
    from feedkit import sitemaps

    return sum(document.size for document in sitemaps(items(kind, count), base_url=BASE_URL, gzip=gzip))


def feedkit_gzip(kind: str, count: int) -> int:
    """The same with parts as gzip."""
    return feedkit_plain(kind, count, gzip=True)


class Counter:
    """A file that keeps the number of bytes only."""

    size = 0

    def write(self, data: bytes) -> int:
        """Count."""
        self.size += len(data)
        return len(data)


def lxml_xmlfile(kind: str, count: int) -> int:
    """lxml.etree.xmlfile as its documentation shows it, an element context for each tag."""
    from lxml import etree

    rows, out = map(KINDS[kind][1], items(kind, count)), Counter()
    while part := list(islice(rows, PART)):
        with etree.xmlfile(out, encoding="utf-8") as file:
            file.write_declaration()
            with file.element("urlset", nsmap={None: NAMESPACE}):
                for loc, lastmod in part:
                    with file.element("url"):
                        with file.element("loc"):
                            file.write(loc)
                        if lastmod:
                            with file.element("lastmod"):
                                file.write(lastmod)
    return out.size


def django_framework(kind: str, count: int) -> int:
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
    rows, size = items(kind, count), 0
    while part := list(islice(rows, PART)):
        urls = Pages().get_urls(1, site, "https")
        size += len(render_to_string("sitemap.xml", {"urlset": urls}).encode())
    return size


WORK: dict[str, Callable[[str, int], int]] = {
    "feedkit": feedkit_plain,
    "feedkit, gzip": feedkit_gzip,
    "lxml.etree.xmlfile": lxml_xmlfile,
    "Django sitemap framework": django_framework,
}
#: The rows: a writer and a kind of item.
ROWS = [
    *((name, kind) for kind in KINDS for name in ("lxml.etree.xmlfile", "feedkit")),
    ("feedkit, gzip", "pairs"),
    ("Django sitemap framework", "pairs"),
]


def measure(name: str, kind: str, count: int) -> None:
    """Print seconds for the items alone, seconds and MiB of one row; runs in a process of its own."""
    # Once for the imports.
    WORK[name](kind, 1_000)
    start = time.process_time()
    for _ in items(kind, count):
        pass
    making = time.process_time() - start
    start = time.process_time()
    WORK[name](kind, count)
    seconds = time.process_time() - start
    print(making, seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)


def run(command: list[str], folder: Path) -> tuple[float, float, float] | str:
    """What a row's process prints, or why it has nothing to print."""
    environment = {**os.environ, "PYTHONPATH": str(REPOSITORY)}
    process = subprocess.run(command, capture_output=True, text=True, cwd=folder, env=environment, check=False)
    if process.returncode:
        return (process.stderr.strip().splitlines() or ["failed"])[-1][:80]
    making, seconds, memory = map(float, process.stdout.split())
    return making, seconds, memory


def commands(count: int, npm: Path | None) -> Iterator[tuple[str, str, list[str], Path]]:
    """The rows, each with its command and its folder."""
    for name, kind in ROWS:
        program = [sys.executable, str(Path(__file__).resolve()), "--row", name, kind, "--urls", str(count)]
        yield name, kind, program, REPOSITORY
    if npm is not None and shutil.which("node"):
        script = npm / "feedkit-benchmark.mjs"
        script.write_text(NODE)
        yield "npm sitemap", "pairs", ["node", str(script.resolve()), str(count)], npm


def main() -> None:
    """Print one table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--urls", type=int, default=500_000)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--npm", type=Path)
    parser.add_argument("--row", nargs=2, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.row:
        name, kind = options.row
        measure(name, kind, options.urls)
        return
    print(f"Python {platform.python_version()}, lxml {version('lxml')}, {options.urls:,} URLs\n")
    print("| items | writer | URLs/s | to xmlfile | MiB |\n|---|---|---:|---:|---:|")
    rows = list(commands(options.urls, options.npm))
    # Round after round, so that a busy moment of the machine meets all of them.
    rounds = [[run(command, folder) for _, _, command, folder in rows] for _ in range(options.runs)]
    xmlfile: dict[str, float] = {}
    for (name, kind, *_), results in zip(rows, zip(*rounds, strict=True), strict=True):
        timed = [result for result in results if not isinstance(result, str)]
        if not timed:
            print(f"| {kind} | {name} | {results[0]} | | |")
            continue
        making, seconds, memory = map(min, zip(*timed, strict=True))
        rate = options.urls / (seconds - making)
        if name == "lxml.etree.xmlfile":
            xmlfile[kind] = rate
        ratio = f"{rate / xmlfile[kind]:.2f}" if kind in xmlfile else ""
        print(f"| {kind} | {name} | {rate:,.0f} | {ratio} | {memory:.0f} |")


if __name__ == "__main__":
    main()
