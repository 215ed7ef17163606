"""Sitemaps back into `Url`s, anybody's, a piece at a time: urlsets and indexes on this disk, gzip included.

Refuses document types (so there are no entities), the network, parts outside of the index's folder, an index in an
index, and files that grow beyond all measure when they are unpacked.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit
from xml.parsers import expat

from feedkit.dates import Moment, read_date
from feedkit.errors import OnProblem, Problem, RefusedValue, printable, raise_or_log, shown
from feedkit.model import Url
from feedkit.sitemap_values import Alternate, News, Video
from feedkit.urls import absolute

_PIECE = 1 << 16
#: The most bytes of one file, unpacked: ten times what the protocol allows.
MAX_BYTES = 524_288_000
#: The most characters of one value, and bytes of one tag.
MAX_TEXT = 1 << 20

_SITEMAP = "http://www.sitemaps.org/schemas/sitemap/0.9 "
_IMAGE = "http://www.google.com/schemas/sitemap-image/1.1 "
_VIDEO = "http://www.google.com/schemas/sitemap-video/1.1 "
_NEWS = "http://www.google.com/schemas/sitemap-news/0.9 "
_LINK = "http://www.w3.org/1999/xhtml link"

_VIDEO_TAGS = {
    "thumbnail_loc": "thumbnail", "title": "title", "description": "description", "content_loc": "content",
    "player_loc": "player", "duration": "duration", "expiration_date": "expires", "rating": "rating",
    "publication_date": "published", "family_friendly": "family_friendly", "live": "live",
}  # fmt: skip
_CONVERT: dict[str, Callable[[str], Any]] = {
    "duration": int,
    "rating": float,
    "expires": lambda text: read_date(text).value,
    "published": lambda text: read_date(text).value,
    "family_friendly": lambda text: text.lower() == "yes",
    "live": lambda text: text.lower() == "yes",
}


class _UnreadableError(ValueError):
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
    yield from _pages(path, path.parent.resolve(), on_problem, top=True)


def _pages(path: Path, root: Path, on_problem: OnProblem, *, top: bool) -> Iterator[Url]:
    tell = _teller(path, on_problem)
    parts: list[str] = []
    try:
        for found in _parsed(path, tell):
            if isinstance(found, Url):
                yield found
            else:
                parts.append(found)
    except (OSError, _UnreadableError, expat.ExpatError, zlib.error) as error:
        tell(f"cannot be read ({error.strerror if isinstance(error, OSError) else error})")
    if parts and not top:
        tell("is an index in an index, which the protocol does not allow")
        return
    for loc in parts:
        if file := _local(root, loc):
            yield from _pages(file, root, on_problem, top=False)
        else:
            tell(f"lists {shown(loc)}, which is not below {root.name or root}")


def _teller(path: Path, on_problem: OnProblem) -> Callable[[str], None]:
    def tell(message: str) -> None:
        on_problem(Problem(code="FK417", severity="error", path=printable(str(path)), message=message))

    return tell


def _local(root: Path, loc: str) -> Path | None:
    """The file of a part: the longest end of its address that is a file below the folder."""
    segments = [part for part in unquote(urlsplit(loc).path).split("/") if part]
    if any(part == ".." or "\0" in part for part in segments):
        return None
    for start in range(len(segments)):
        file = root.joinpath(*segments[start:]).resolve()
        if file.is_relative_to(root) and file.is_file():
            return file
    return None


def _chunks(path: Path) -> Iterator[bytes]:
    """The bytes of a file, unpacked if they are gzip, at most 64 KiB at a time."""
    total = 0
    with path.open("rb") as file:
        packed = file.peek(2)[:2] == b"\x1f\x8b"
        inflate = zlib.decompressobj(zlib.MAX_WBITS | 16)
        while chunk := file.read(_PIECE):
            rest = chunk
            while rest:
                piece, rest = (inflate.decompress(rest, _PIECE), inflate.unconsumed_tail) if packed else (rest, b"")
                total += len(piece)
                if total > MAX_BYTES:
                    raise _UnreadableError(f"it has more than {MAX_BYTES:,} bytes")
                yield piece
        if packed and not inflate.eof:
            raise _UnreadableError("its gzip data is cut off")


def _parsed(path: Path, tell: Callable[[str], None]) -> Iterator[Url | str]:
    handler = _Handler(tell)
    parser = handler.parser()
    fed = 0
    for chunk in _chunks(path):
        parser.Parse(chunk, False)
        fed += len(chunk)
        if fed - parser.CurrentByteIndex > MAX_TEXT:
            raise _UnreadableError("it has a tag or text that does not end")
        yield from handler.taken()
    parser.Parse(b"", True)
    yield from handler.taken()


class _Handler:
    """What the parser calls. Mutable: it is never seen outside this module."""

    def __init__(self, tell: Callable[[str], None]) -> None:
        self._tell = tell
        self._found: list[Url | str] = []
        self._depth = 0
        self._text: list[str] = []
        self._length = 0
        self._reset()

    def _reset(self) -> None:
        self._page: dict[str, str] = {}
        self._images: list[str] = []
        self._links: list[tuple[str, str]] = []
        self._videos: list[dict[str, Any]] = []
        self._news: dict[str, str] = {}

    def parser(self) -> expat.XMLParserType:
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.buffer_text = True
        parser.StartElementHandler, parser.EndElementHandler = self._start, self._end
        parser.CharacterDataHandler = self._add
        parser.StartDoctypeDeclHandler = self._doctype
        return parser

    def taken(self) -> list[Url | str]:
        found, self._found = self._found, []
        return found

    def _doctype(self, *_: object) -> None:
        raise _UnreadableError("it has a document type")

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        if not self._depth and name not in (f"{_SITEMAP}urlset", f"{_SITEMAP}sitemapindex"):
            raise _UnreadableError(f"{shown(name.rpartition(' ')[2])} is neither urlset nor sitemapindex")
        self._depth += 1
        self._text.clear()
        self._length = 0
        if name == _LINK and attributes.get("rel") == "alternate":
            self._links.append((attributes.get("hreflang", ""), attributes.get("href", "")))
        elif name == f"{_VIDEO}video":
            self._videos.append({"tags": []})

    def _add(self, text: str) -> None:
        self._length += len(text)
        if self._length > MAX_TEXT:
            raise _UnreadableError("it has a text that does not end")
        self._text.append(text)

    def _end(self, name: str) -> None:
        self._depth -= 1
        text = "".join(self._text).strip()
        self._text.clear()
        space, _, tag = name.rpartition(" ")
        if self._depth == 2 and f"{space} " == _SITEMAP:
            self._page[tag] = text
        elif name == f"{_IMAGE}loc":
            self._images.append(text)
        elif f"{space} " == _NEWS:
            self._news[tag] = text
        elif f"{space} " == _VIDEO and self._videos:
            self._video_tag(tag, text)
        elif self._depth == 1:
            self._close(tag)

    def _video_tag(self, tag: str, text: str) -> None:
        if tag == "tag":
            self._videos[-1]["tags"].append(text)
        elif tag in _VIDEO_TAGS:
            self._videos[-1][_VIDEO_TAGS[tag]] = text

    def _close(self, tag: str) -> None:
        loc = self._page.get("loc", "")
        if tag == "sitemap":
            self._found.append(loc)
        else:
            try:
                self._found.append(self._url(absolute(loc, "")))
            except RefusedValue as error:
                self._tell(f"lists no address: {error}")
        self._reset()

    def _url(self, loc: str) -> Url:
        lastmod = self._moment(loc)
        priority, changefreq = self._page.get("priority"), self._page.get("changefreq")
        return Url(
            loc=loc,
            lastmod=lastmod.value if lastmod else None,
            precision=lastmod.precision if lastmod else "second",
            changefreq=self._or_none(loc, lambda: Url(loc=loc, changefreq=changefreq or None).changefreq),  # type: ignore[arg-type]
            priority=self._or_none(loc, lambda: Url(loc=loc, priority=float(priority)).priority if priority else None),
            images=tuple(self._usable(loc, self._images, lambda image: absolute(image, loc))),
            alternates=tuple(
                self._usable(loc, self._links, lambda link: Alternate(language=link[0], url=absolute(link[1], loc)))
            ),
            videos=tuple(self._usable(loc, self._videos, _video)),
            news=self._or_none(loc, lambda: _news(self._news)) if self._news else None,
        )

    def _moment(self, loc: str) -> Moment | None:
        text = self._page.get("lastmod")
        return self._or_none(loc, lambda: read_date(text)) if text else None

    def _usable(self, loc: str, values: list[Any], make: Callable[[Any], Any]) -> Iterator[Any]:
        for value in values:
            if (made := self._or_none(loc, lambda: make(value))) is not None:  # noqa: B023  # called at once
                yield made

    def _or_none(self, loc: str, make: Callable[[], Any]) -> Any:
        try:
            return make()
        except (ValueError, TypeError, KeyError) as error:
            self._tell(f"{shown(loc)}: {error}")
            return None


def _video(tags: dict[str, Any]) -> Video:
    given = {name: _CONVERT[name](text) if name in _CONVERT else text for name, text in tags.items() if text}
    return Video(**given | {"tags": tuple(tags["tags"])})


def _news(tags: dict[str, str]) -> News:
    published = read_date(tags["publication_date"]).value
    return News(publication=tags["name"], language=tags["language"], published=published, title=tags["title"])
