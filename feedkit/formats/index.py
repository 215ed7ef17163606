"""The index over the parts of a sitemap, and another past 50,000 of them: an index lists no index."""

from __future__ import annotations

from operator import itemgetter

from feedkit.errors import OnProblem, Problem
from feedkit.formats.frame import Frame, splice
from feedkit.formats.sitemap_items import Host, Lastmod
from feedkit.formats.xml_syntax import DECLARATION, escape
from feedkit.model import Document
from feedkit.urls import path_url

MEDIA_TYPE = "application/xml"

#: sitemaps.org "Sitemap file guidelines": the most URLs of one urlset, and of one index.
MAX_URLS = 50_000

NAMESPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"
INDEX = Frame(
    head=DECLARATION + f'<sitemapindex xmlns="{NAMESPACE}">\n'.encode(), separator=b"", tail=b"</sitemapindex>\n"
)


class Index:
    """The parts that are full. Mutable: it is never seen outside this module."""

    def __init__(self, host: Host, path: str, on_problem: OnProblem) -> None:
        self.total = 0
        self._host, self._path, self._report = host, path, on_problem
        self._parts: list[tuple[str, Lastmod | None]] = []
        self._number = 1

    def add(self, loc: str, lastmod: Lastmod | None) -> list[Document]:
        """List a part; the index that was full before it."""
        full = []
        if len(self._parts) >= MAX_URLS:
            full = self.finish()
            self._number += 1
            self._report(self._another())
        self.total += 1
        self._parts.append((loc, lastmod))
        return full

    def finish(self) -> list[Document]:
        """The index over the parts that no earlier one lists."""
        if not self._parts:
            return []
        newest = max((lastmod for _, lastmod in self._parts if lastmod), key=itemgetter(1), default=None)
        pieces = splice(INDEX, [_sitemap(*part).encode() for part in self._parts])
        self._parts = []
        return [
            Document(
                path=self._name(),
                media_type=MEDIA_TYPE,
                pieces=pieces,
                last_modified=newest[1] if newest else None,
                precision=newest[2] if newest else "second",
            )
        ]

    def _name(self) -> str:
        folder, slash, name = self._path.rpartition("/")
        stem, dot, suffix = name.partition(".")
        return self._path if self._number == 1 else f"{folder}{slash}{stem}-{self._number}{dot}{suffix}"

    def _another(self) -> Problem:
        address = path_url(self._host.base_url, self._name())
        return Problem(
            code="FK412",
            severity="warning",
            message=f"one index may list {MAX_URLS:,} parts; {address} lists those from number {self.total + 1:,} on",
            hint="name every index in robots.txt, or submit each: an index may not list another",
        )


def _sitemap(loc: str, lastmod: Lastmod | None) -> str:
    dated = f"<lastmod>{lastmod[0]}</lastmod>" if lastmod else ""
    return f"<sitemap><loc>{escape(loc)}</loc>{dated}</sitemap>\n"
