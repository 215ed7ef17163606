"""The index over the parts of a sitemap, and another one past 50,000 of them. Refuses to list an index in an index."""

from __future__ import annotations

from typing import NamedTuple

from feedkit.errors import OnProblem, Problem
from feedkit.formats.frame import Frame, splice
from feedkit.formats.locations import Host, Stamp
from feedkit.formats.xml_text import DECLARATION, escape
from feedkit.model import Document, Precision
from feedkit.urls import path_url

MEDIA_TYPE = "application/xml"

#: sitemaps.org "Sitemap file guidelines": the most URLs of one urlset, and of one index.
MAX_URLS = 50_000

NAMESPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"
INDEX = Frame(
    head=DECLARATION + f'<sitemapindex xmlns="{NAMESPACE}">\n'.encode(), separator=b"", tail=b"</sitemapindex>\n"
)


class _Listed(NamedTuple):
    loc: str
    stamp: Stamp | None


class Index:
    """The parts that are full. Mutable: it is never seen outside this module."""

    def __init__(self, host: Host, path: str, on_problem: OnProblem) -> None:
        self.total = 0
        self._host, self._path, self._tell = host, path, on_problem
        self._listed: list[_Listed] = []
        self._number = 1

    def add(self, loc: str, stamp: Stamp | None) -> list[Document]:
        """List a part; hands out the index that was full before it."""
        full = []
        if len(self._listed) >= MAX_URLS:
            full = self.finish()
            self._number += 1
            self._tell(self._another())
        self.total += 1
        self._listed.append(_Listed(loc, stamp))
        return full

    def finish(self) -> list[Document]:
        """The index over the parts that no earlier one lists."""
        if not self._listed:
            return []
        newest = max((item.stamp for item in self._listed if item.stamp), key=lambda stamp: stamp.instant, default=None)
        precision: Precision = newest.precision if newest else "second"
        pieces = splice(INDEX, [_sitemap(item).encode() for item in self._listed])
        self._listed = []
        value = newest.value if newest else None
        return [
            Document(path=self._name(), media_type=MEDIA_TYPE, pieces=pieces, last_modified=value, precision=precision)
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


def _sitemap(item: _Listed) -> str:
    lastmod = f"<lastmod>{item.stamp.text}</lastmod>" if item.stamp else ""
    return f"<sitemap><loc>{escape(item.loc)}</loc>{lastmod}</sitemap>\n"
