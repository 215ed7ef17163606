"""`robots.txt`: written with its `Sitemap:` lines, or the one that is there checked for them (RFC 9309).

Refuses to touch a file that somebody else wrote, and to write one where no crawler looks for it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlsplit

from feedkit.config.site import Site
from feedkit.document import Document, Kept
from feedkit.errors import OnProblem, Problem, printable
from feedkit.lazy_regex import later
from feedkit.output import manifest
from feedkit.urls import path_url

AnyDocument = TypeVar("AnyDocument", bound=Document | Kept)

NAME = "robots.txt"
#: RFC 9309 §2.5: what a crawler reads at least; a larger file is not looked at further.
MAX_BYTES = 512_000

_LINE = later(r"^[ \t]*sitemap[ \t]*:[ \t]*(\S+)", re.IGNORECASE | re.MULTILINE)


def with_robots(
    documents: Iterable[AnyDocument], site: Site, directory: Path, on_problem: OnProblem
) -> Iterator[AnyDocument | Document]:
    """The documents, and behind them a `robots.txt` that names their sitemaps, where the settings want one.

    A file that is there and not feedkit's is checked instead, as with `check`: a sitemap that it does not name is a
    Problem (FK414).
    """
    names = []
    tops = [path.rpartition(".")[0] for path in (site.names.sitemap, site.names.news)]
    for document in documents:
        if document.media_type == "application/xml" and not document.coding and _is_top(document.path, tops):
            names.append(path_url(site.base_url, document.path))
        yield document
    if site.sitemap.robots == "none" or not names:
        return
    if urlsplit(site.base_url).path != "/":
        _tell(on_problem, NAME, f"belongs at the root of the host, not below {site.base_url}; it is not written")
    elif site.sitemap.robots == "write" and _ours(directory):
        yield Document(path=NAME, media_type="text/plain", pieces=(text(names),))
    else:
        _check(site, directory, names, on_problem)


def text(sitemaps: Iterable[str]) -> bytes:
    """A file that lets everybody read everything and names the sitemaps (sitemaps.org "Informing search engines")."""
    return "".join(["User-agent: *\nDisallow:\n\n", *(f"Sitemap: {url}\n" for url in sitemaps)]).encode()


def _is_top(path: str, tops: Iterable[str]) -> bool:
    stem = path.rpartition(".")[0]
    return any(re.fullmatch(rf"{re.escape(top)}(?:-[0-9]+)?", stem) for top in tops)


def _ours(directory: Path) -> bool:
    return NAME in manifest.load(directory) or not (directory / NAME).exists()


def _check(site: Site, directory: Path, names: Iterable[str], on_problem: OnProblem) -> None:
    places = [folder / NAME for folder in (directory, *site.static)]
    file = next((place for place in places if place.is_file()), None)
    if file is None:
        _tell(on_problem, NAME, "is not there, so no crawler learns of the sitemap by it")
        return
    with file.open("rb") as opened:
        found = set(_LINE.findall(opened.read(MAX_BYTES).decode("utf-8", "replace")))
    for name in names:
        if name not in found:
            _tell(on_problem, printable(str(file)), f"does not name the sitemap; add a line Sitemap: {name}")


def _tell(on_problem: OnProblem, path: str, message: str) -> None:
    on_problem(Problem(code="FK414", severity="warning", path=path, message=message))
