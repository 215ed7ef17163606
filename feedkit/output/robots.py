"""Writes `robots.txt` with `Sitemap:` lines, or checks an existing one for them (RFC 9309).

A file that feedkit did not write is never changed. None is written below a path of the host: no crawler reads it there.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlsplit

from feedkit.config.site import Site
from feedkit.errors import OnProblem, Problem, printable
from feedkit.lazy_regex import lazy_regex
from feedkit.model import Document, UnchangedDocument
from feedkit.output import manifest
from feedkit.urls import path_url

AnyDocument = TypeVar("AnyDocument", bound=Document | UnchangedDocument)

NAME = "robots.txt"
#: RFC 9309 §2.5: crawlers read at least so many bytes; the check reads no more.
MAX_BYTES = 512_000

_LINE = lazy_regex(r"^[ \t]*sitemap[ \t]*:[ \t]*(\S+)", re.IGNORECASE | re.MULTILINE)


def with_robots(
    documents: Iterable[AnyDocument], site: Site, directory: Path, on_problem: OnProblem
) -> Iterator[AnyDocument | Document]:
    """The documents, and after them a `robots.txt` that names their sitemaps, if the settings want one.

    If there is one that feedkit did not write, it is checked instead: a sitemap that it does not name is a Problem
    (FK414).
    """
    stems = [re.escape(path.rpartition(".")[0]) for path in (site.names.sitemap, site.names.news)]
    # The sitemap index, or each urlset that no index lists.
    is_top = re.compile(rf"(?:{'|'.join(stems)})(?:-[0-9]+)?")
    sitemaps = []
    for document in documents:
        is_sitemap = document.media_type == "application/xml" and not document.coding
        if is_sitemap and is_top.fullmatch(document.path.rpartition(".")[0]):
            sitemaps.append(path_url(site.base_url, document.path))
        yield document
    if site.sitemap.robots == "none" or not sitemaps:
        return

    def report(path: str, message: str, hint: str = "") -> None:
        on_problem(Problem(code="FK414", severity="warning", path=path, message=message, hint=hint))

    if urlsplit(site.base_url).path != "/":
        message = f"belongs at the root of the host, not below {site.base_url}; it is not written"
        report(NAME, message, f"add a line to the one of the host: Sitemap: {sitemaps[0]}")
    elif site.sitemap.robots == "write" and (NAME in manifest.load(directory) or not (directory / NAME).exists()):
        # sitemaps.org "Informing search engines"; everybody may read everything.
        text = "".join(["User-agent: *\nDisallow:\n\n", *(f"Sitemap: {url}\n" for url in sitemaps)])
        yield Document(path=NAME, media_type="text/plain", pieces=(text.encode(),))
    elif file := next((place for folder in (directory, *site.static) if (place := folder / NAME).is_file()), None):
        with file.open("rb") as opened:
            listed = set(_LINE.findall(opened.read(MAX_BYTES).decode("utf-8", "replace")))
        for url in sitemaps:
            if url not in listed:
                report(printable(str(file)), f"does not name the sitemap; add a line Sitemap: {url}")
    else:
        report(NAME, "does not exist, so no crawler finds the sitemap by it", '[sitemap] robots = "write"')
