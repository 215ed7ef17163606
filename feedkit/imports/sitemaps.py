"""Sitemaps of any program as `Url`s, a piece at a time: urlsets and indexes on this disk, gzip included.

Nothing is fetched. Refused are document types (so there are no entities), an index in an index, parts outside of the
index's folder, and files that grow beyond all measure when they are unpacked.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit
from xml.parsers import expat

from feedkit.dates import Moment, read_date
from feedkit.errors import OnProblem, Problem, RefusedValue, printable, raise_or_log, shown
from feedkit.model import Url
from feedkit.sitemap_values import Alternate, News, Video
from feedkit.urls import absolute

_CHUNK_BYTES = 1 << 16
#: The most bytes of one file, unpacked: ten times what the protocol allows.
MAX_BYTES = 524_288_000
#: The most characters of one value, and bytes of one tag.
MAX_TEXT_CHARS = 1 << 20

_SITEMAP = "http://www.sitemaps.org/schemas/sitemap/0.9"
_IMAGE = "http://www.google.com/schemas/sitemap-image/1.1"
_VIDEO = "http://www.google.com/schemas/sitemap-video/1.1"
_NEWS = "http://www.google.com/schemas/sitemap-news/0.9"
_XHTML = "http://www.w3.org/1999/xhtml"

#: The elements of a video: the field of `Video`, and what makes its value of the text.
_VIDEO_FIELDS: dict[str, tuple[str, Callable[[str], Any]]] = {
    "thumbnail_loc": ("thumbnail", str),
    "title": ("title", str),
    "description": ("description", str),
    "content_loc": ("content", str),
    "player_loc": ("player", str),
    "duration": ("duration", int),
    "expiration_date": ("expires", lambda text: read_date(text).value),
    "rating": ("rating", float),
    "publication_date": ("published", lambda text: read_date(text).value),
    "family_friendly": ("family_friendly", lambda text: text.lower() == "yes"),
    "live": ("live", lambda text: text.lower() == "yes"),
}

Report = Callable[[str], None]


class _NoSitemapError(ValueError):
    """Why a file is no sitemap."""


def read_sitemap(path: str | Path, *, on_problem: OnProblem = raise_or_log) -> Iterator[Url]:
    """The pages of a sitemap file, or of all parts of an index, in order; memory does not grow with their number.

    `path` is XML or gzip, whatever its name. The parts of an index are looked for below its own folder by the ends of
    their addresses; nothing is fetched. Takes what sitemaps.org 0.9 and Google's image, video, news and hreflang
    extensions have. With `on_problem`, a file that cannot be read and a page without a usable address or with a date
    or extension that has no certain meaning are Problems (FK417) and the rest is read; without it, the first raises
    `ArticleError`.
    """
    path = Path(path)
    root = path.parent.resolve()
    parts: list[str] = []
    yield from _read_file(path, parts, on_problem)
    for loc in parts:
        file = _part_file(root, loc)
        if file is None:
            _reporter(path, on_problem)(f"lists {shown(loc)}, which is not below {root.name or root}")
            continue
        inner: list[str] = []
        yield from _read_file(file, inner, on_problem)
        if inner:
            _reporter(file, on_problem)("is an index in an index, which the protocol does not allow")


def _reporter(path: Path, on_problem: OnProblem) -> Report:
    return lambda message: on_problem(
        Problem(code="FK417", severity="error", path=printable(str(path)), message=message)
    )


def _part_file(root: Path, loc: str) -> Path | None:
    """The file of a part: the longest end of its address that is a file below the folder."""
    segments = [part for part in unquote(urlsplit(loc).path).split("/") if part]
    if any(part == ".." or "\0" in part for part in segments):
        return None
    for start in range(len(segments)):
        file = root.joinpath(*segments[start:]).resolve()
        if file.is_relative_to(root) and file.is_file():
            return file
    return None


def _read_file(path: Path, parts: list[str], on_problem: OnProblem) -> Iterator[Url]:
    """The pages of one file; the addresses of an index are added to `parts`."""
    report = _reporter(path, on_problem)
    parser = _Parser(parts, report)
    try:
        for chunk in _unpacked(path):
            yield from parser.parse(chunk)
        yield from parser.parse(b"", is_last=True)
    except (OSError, _NoSitemapError, expat.ExpatError, zlib.error) as error:
        report(f"cannot be read ({error.strerror if isinstance(error, OSError) else error})")


def _unpacked(path: Path) -> Iterator[bytes]:
    """The bytes of a file, unpacked if they are gzip, in chunks."""
    total = 0
    with path.open("rb") as file:
        is_gzip = file.peek(2)[:2] == b"\x1f\x8b"
        inflate = zlib.decompressobj(zlib.MAX_WBITS | 16)
        while rest := file.read(_CHUNK_BYTES):
            while rest:
                if is_gzip:
                    chunk, rest = inflate.decompress(rest, _CHUNK_BYTES), inflate.unconsumed_tail
                else:
                    chunk, rest = rest, b""
                total += len(chunk)
                if total > MAX_BYTES:
                    raise _NoSitemapError(f"it has more than {MAX_BYTES:,} bytes")
                yield chunk
        if is_gzip and not inflate.eof:
            raise _NoSitemapError("its gzip data is cut off")


class _Parser:
    """Collects the texts of a page and makes a `Url` of them when the page ends."""

    def __init__(self, parts: list[str], report: Report) -> None:
        self._parts = parts
        self._report = report
        self._urls: list[Url] = []
        self._parser = expat.ParserCreate(namespace_separator=" ")
        self._parser.buffer_text = True
        self._parser.StartElementHandler, self._parser.EndElementHandler = self._start, self._end
        self._parser.CharacterDataHandler = self._add_text
        self._parser.StartDoctypeDeclHandler = self._refuse_doctype
        self._fed_bytes = 0
        self._depth = 0
        self._texts: list[str] = []
        self._chars = 0
        self._clear_page()

    def _clear_page(self) -> None:
        self._page: dict[str, str] = {}
        self._images: list[str] = []
        self._links: list[tuple[str, str]] = []
        self._videos: list[list[tuple[str, str]]] = []
        self._news: dict[str, str] = {}

    def parse(self, chunk: bytes, *, is_last: bool = False) -> list[Url]:
        """The pages that end in the next chunk of the file."""
        self._urls = []
        self._parser.Parse(chunk, is_last)
        self._fed_bytes += len(chunk)
        if not is_last and self._fed_bytes - self._parser.CurrentByteIndex > MAX_TEXT_CHARS:
            raise _NoSitemapError("it has a tag or text that does not end")
        return self._urls

    def _refuse_doctype(self, *_: object) -> None:
        raise _NoSitemapError("it has a document type")

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        if not self._depth and name not in (f"{_SITEMAP} urlset", f"{_SITEMAP} sitemapindex"):
            raise _NoSitemapError(f"{shown(name.rpartition(' ')[2])} is neither urlset nor sitemapindex")
        self._depth += 1
        self._texts.clear()
        self._chars = 0
        if name == f"{_XHTML} link" and attributes.get("rel") == "alternate":
            self._links.append((attributes.get("hreflang", ""), attributes.get("href", "")))
        elif name == f"{_VIDEO} video":
            self._videos.append([])

    def _add_text(self, text: str) -> None:
        self._chars += len(text)
        if self._chars > MAX_TEXT_CHARS:
            raise _NoSitemapError("it has a text that does not end")
        self._texts.append(text)

    def _end(self, name: str) -> None:
        self._depth -= 1
        text = "".join(self._texts).strip()
        self._texts.clear()
        space, _, tag = name.rpartition(" ")
        if self._depth == 2 and space == _SITEMAP:
            self._page[tag] = text
        elif space == _IMAGE and tag == "loc":
            self._images.append(text)
        elif space == _NEWS:
            self._news[tag] = text
        elif space == _VIDEO and self._videos:
            self._videos[-1].append((tag, text))
        elif self._depth == 1:
            loc = self._page.get("loc", "")
            if tag == "sitemap":
                self._parts.append(loc)
            else:
                self._end_page(loc)
            self._clear_page()

    def _end_page(self, written: str) -> None:
        try:
            loc = absolute(written, "")
        except RefusedValue as error:
            self._report(f"lists no address: {error}")
            return
        page = {tag: text for tag, text in self._page.items() if text}
        lastmod: Moment | None = self._checked(loc, read_date, page.get("lastmod"))
        self._urls.append(
            Url(
                loc=loc,
                lastmod=lastmod.value if lastmod else None,
                precision=lastmod.precision if lastmod else "second",
                changefreq=self._checked(
                    loc, lambda text: Url(loc=loc, changefreq=text).changefreq, page.get("changefreq")
                ),
                priority=self._checked(
                    loc, lambda text: Url(loc=loc, priority=float(text)).priority, page.get("priority")
                ),
                images=self._all_checked(loc, lambda image: absolute(image, loc), self._images),
                alternates=self._all_checked(
                    loc, lambda link: Alternate(language=link[0], url=absolute(link[1], loc)), self._links
                ),
                videos=self._all_checked(loc, _video, self._videos),
                news=self._checked(loc, _news, self._news or None),
            )
        )

    def _all_checked(self, loc: str, make: Callable[[Any], Any], values: Iterable[Any]) -> tuple[Any, ...]:
        checked = (self._checked(loc, make, value) for value in values)
        return tuple(value for value in checked if value is not None)

    def _checked(self, loc: str, make: Callable[[Any], Any], value: Any) -> Any:
        """What is made of a value; None where there is none, or where it has no certain meaning, which is reported."""
        try:
            return None if value is None else make(value)
        except (ValueError, TypeError, KeyError) as error:
            self._report(f"{shown(loc)}: {error}")
            return None


def _video(elements: list[tuple[str, str]]) -> Video:
    # Of elements that are repeated, but for tags, the last one counts.
    texts = {tag: text for tag, text in elements if tag in _VIDEO_FIELDS}
    fields = {}
    for tag, text in texts.items():
        if text:
            name, make = _VIDEO_FIELDS[tag]
            fields[name] = make(text)
    return Video(**fields, tags=tuple(text for tag, text in elements if tag == "tag"))


def _news(elements: dict[str, str]) -> News:
    return News(
        publication=elements["name"],
        language=elements["language"],
        published=read_date(elements["publication_date"]).value,
        title=elements["title"],
    )
