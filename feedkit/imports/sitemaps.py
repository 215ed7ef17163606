"""Sitemaps of any program as `Url`s, a piece at a time: urlsets and indexes on this disk, gzip included.

Nothing is fetched. Refused are document types (so there are no entities), an index in an index, parts outside of the
index's folder, and files that grow beyond all measure when they are unpacked.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit
from xml.etree.ElementTree import Element, ParseError, TreeBuilder, XMLParser

from feedkit.dates import Moment, read_date
from feedkit.errors import OnProblem, Problem, RefusedValue, printable, raise_or_log, shown
from feedkit.files import open_file
from feedkit.imports.xml_encodings import EncodingError, decoded, missing_encoding
from feedkit.model import Alternate, News, Url, Video
from feedkit.urls import absolute

_CHUNK_BYTES = 1 << 16
#: The most bytes of one file, unpacked: ten times what the protocol allows.
MAX_BYTES = 524_288_000
#: The most characters of one value, and bytes of one tag.
MAX_TEXT_CHARS = 1 << 20

_SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
_IMAGE = "{http://www.google.com/schemas/sitemap-image/1.1}"
_VIDEO = "{http://www.google.com/schemas/sitemap-video/1.1}"
_NEWS = "{http://www.google.com/schemas/sitemap-news/0.9}"
_XHTML = "{http://www.w3.org/1999/xhtml}"

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

ReportMessage = Callable[[str], None]


class _NoSitemapError(ValueError):
    """Why a file is no sitemap."""


def read_sitemap(path: str | Path, *, on_problem: OnProblem | None = None) -> Iterator[Url]:
    """The pages of a sitemap file, or of all parts of an index, in order; memory does not grow with their number.

    `path` is XML or gzip, whatever its name. The parts of an index are looked for below its own folder by the ends of
    their addresses; nothing is fetched. Takes what sitemaps.org 0.9 and Google's image, video, news and hreflang
    extensions have. With `on_problem`, a file that cannot be read and a page without a usable address or with a date
    or extension that has no certain meaning are Problems (FK417) and the rest is read; without it, the first raises
    `ArticleError`.
    """
    on_problem = on_problem or raise_or_log
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


def _reporter(path: Path, on_problem: OnProblem) -> ReportMessage:
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
    builder = _Builder(parts, report)
    try:
        chunks = _unpacked(path)
        first = next(chunks, b"")
        encoding = missing_encoding(first)
        parser = XMLParser(target=builder, encoding="utf-8" if encoding else None)  # noqa: S314  # no document types
        for chunk in decoded(chain([first], chunks), encoding):
            builder.idle_bytes += len(chunk)
            parser.feed(chunk)
            if builder.idle_bytes > MAX_TEXT_CHARS:
                raise _NoSitemapError("it has a tag or text that does not end")  # noqa: TRY301
            yield from builder.take_urls()
        parser.close()
        yield from builder.take_urls()
    except (OSError, EncodingError, _NoSitemapError, ParseError, zlib.error) as error:
        report(f"cannot be read ({error.strerror if isinstance(error, OSError) else error})")


def _unpacked(path: Path) -> Iterator[bytes]:
    """The bytes of a file, unpacked if they are gzip, in chunks."""
    total = 0
    with open_file(path) as file:
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


class _Builder(TreeBuilder):
    """Builds the elements below the root, and makes a `Url` of each page, or a part of the index, when it has ended."""

    def __init__(self, parts: list[str], report: ReportMessage) -> None:
        super().__init__()
        #: How much was read since an element began or ended, or had text.
        self.idle_bytes = 0
        self._parts = parts
        self._report = report
        self._urls: list[Url] = []
        self._open: list[Element] = []
        self._chars = 0

    def take_urls(self) -> list[Url]:
        """The pages that ended since the last call."""
        urls, self._urls = self._urls, []
        return urls

    def doctype(self, *_: object) -> None:
        raise _NoSitemapError("it has a document type")

    def start(self, tag: str, attributes: dict[str, str]) -> Element:
        if not self._open and tag not in (f"{_SITEMAP}urlset", f"{_SITEMAP}sitemapindex"):
            raise _NoSitemapError(f"{shown(tag.rpartition('}')[2])} is neither urlset nor sitemapindex")
        self.idle_bytes = self._chars = 0
        self._open.append(super().start(tag, attributes))
        return self._open[-1]

    def data(self, text: str) -> None:
        self.idle_bytes = 0
        self._chars += len(text)
        if self._chars > MAX_TEXT_CHARS:
            raise _NoSitemapError("it has a text that does not end")
        super().data(text)

    def end(self, tag: str) -> Element:
        self.idle_bytes = 0
        element = self._open.pop()
        super().end(tag)
        if len(self._open) == 1:
            self._open[0].remove(element)
            if tag.endswith("}sitemap"):
                self._parts.append("".join(map(_text, element.findall(f"{_SITEMAP}loc"))))
            elif url := _url(element, self._report):
                self._urls.append(url)
        return element


def _url(page: Element, report: ReportMessage) -> Url | None:
    """What a `<url>` says; what has no certain meaning is reported and left out."""
    texts = {child.tag: text for child in page if (text := _text(child))}

    def checked(make: Callable[[Any], Any], value: Any) -> Any:
        try:
            return None if value is None else make(value)
        except (ValueError, TypeError, KeyError) as error:
            report(f"{shown(loc)}: {error}")
            return None

    def all_checked(make: Callable[[Any], Any], values: Iterable[Any]) -> tuple[Any, ...]:
        return tuple(result for value in values if (result := checked(make, value)) is not None)

    try:
        loc = absolute(texts.get(f"{_SITEMAP}loc", ""), "")
    except RefusedValue as error:
        report(f"lists no address: {error}")
        return None
    lastmod: Moment | None = checked(read_date, texts.get(f"{_SITEMAP}lastmod"))
    news = {child.tag: _text(child) for child in page.iter() if child.tag.startswith(_NEWS)}
    return Url(
        loc=loc,
        lastmod=lastmod.value if lastmod else None,
        precision=lastmod.precision if lastmod else "second",
        changefreq=checked(lambda text: Url(loc=loc, changefreq=text).changefreq, texts.get(f"{_SITEMAP}changefreq")),
        priority=checked(lambda text: Url(loc=loc, priority=float(text)).priority, texts.get(f"{_SITEMAP}priority")),
        images=all_checked(lambda image: absolute(_text(image), loc), page.iter(f"{_IMAGE}loc")),
        alternates=all_checked(
            lambda link: Alternate(language=link.get("hreflang", ""), url=absolute(link.get("href", ""), loc)),
            (link for link in page.iter(f"{_XHTML}link") if link.get("rel") == "alternate"),
        ),
        videos=all_checked(_video, page.iter(f"{_VIDEO}video")),
        news=checked(_news, news or None),
    )


def _text(element: Element) -> str:
    return "".join(element.itertext()).strip()


def _video(video: Element) -> Video:
    # Of elements that are repeated, but for tags, the last one counts.
    texts = {child.tag.removeprefix(_VIDEO): _text(child) for child in video.iter()}
    fields = {name: make(texts[tag]) for tag, (name, make) in _VIDEO_FIELDS.items() if texts.get(tag)}
    return Video(**fields, tags=tuple(_text(tag) for tag in video.iter(f"{_VIDEO}tag")))


def _news(texts: dict[str, str]) -> News:
    return News(
        publication=texts[f"{_NEWS}name"],
        language=texts[f"{_NEWS}language"],
        published=read_date(texts[f"{_NEWS}publication_date"]).value,
        title=texts[f"{_NEWS}title"],
    )
