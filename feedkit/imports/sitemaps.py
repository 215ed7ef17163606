"""Reads sitemaps of any program as `Url`s, streamed: urlsets and indexes on this disk, also as gzip.

Nothing is fetched. Document types (and so entities), an index in an index, parts outside of the index's folder, and
files that are too large when they are unpacked are refused.
"""

from __future__ import annotations

import gzip
import os
import zlib
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit
from xml.etree.ElementTree import Element
from xml.parsers.expat import ExpatError

from msgspec.structs import replace

from feedkit.dates import Moment, read_date
from feedkit.errors import OnProblem, Problem, RefusedValue, printable, raise_or_log, shown, system_reason
from feedkit.files import file_below, open_file
from feedkit.imports.xml_reader import DamageError, XmlKind, read_xml
from feedkit.model import Alternate, News, Url, Video
from feedkit.urls import absolute

_CHUNK_BYTES = 1 << 16
#: The most bytes of one file, unpacked: ten times what the protocol allows.
MAX_BYTES = 524_288_000
_SITEMAP = XmlKind(("sitemap:urlset", "sitemap:sitemapindex"), "is neither urlset nor sitemapindex", max_text=1 << 20)

_address = partial(absolute, base="")

#: The elements of a video: the field of `Video`, and the function that converts its text.
_VIDEO_FIELDS: dict[str, tuple[str, Callable[[str], Any]]] = {
    "thumbnail_loc": ("thumbnail", _address),
    "title": ("title", str),
    "description": ("description", str),
    "content_loc": ("content", _address),
    "player_loc": ("player", _address),
    "duration": ("duration", int),
    "expiration_date": ("expires", lambda text: read_date(text).value),
    "rating": ("rating", float),
    "publication_date": ("published", lambda text: read_date(text).value),
    "family_friendly": ("family_friendly", lambda text: text.lower() == "yes"),
    "live": ("live", lambda text: text.lower() == "yes"),
}

ReportMessage = Callable[[str], None]


def read_sitemap(path: str | Path, *, on_problem: OnProblem | None = None) -> Iterator[Url]:
    """The pages of a sitemap file, or of all parts of an index, in order; memory does not grow with their number.

    `path` is XML or gzip, whatever its name. The parts of an index are looked for below its own folder by the ends of
    their addresses; nothing is fetched. It reads sitemaps.org 0.9 and Google's image, video, news and hreflang
    extensions. With `on_problem`, a file that cannot be read, a page without a valid address, and a date or an
    extension that has no certain meaning are Problems (FK417), and everything else is read; without it, the first
    raises `ArticleError`.
    """
    on_problem = on_problem or raise_or_log
    path = Path(path)
    report, root = _reporter(path, on_problem), path.parent.resolve()
    for item in _read_file(path, report):
        if isinstance(item, Url):
            yield item
        elif file := _part_file(root, item):
            part = _read_file(file, _reporter(file, on_problem), is_part=True)
            yield from (page for page in part if isinstance(page, Url))
        else:
            report(f"lists {shown(item)}, which is not below {root.name or root}")


def _reporter(path: Path, on_problem: OnProblem) -> ReportMessage:
    return lambda message: on_problem(
        Problem(code="FK417", severity="error", path=printable(str(path)), message=message)
    )


def _part_file(root: Path, loc: str) -> Path | None:
    """The file of a part: the longest end of its address that is a file below the folder."""
    segments = [part for part in unquote(urlsplit(loc).path).split("/") if part]
    if any(part == ".." or "\0" in part for part in segments):
        return None
    for start, first in enumerate(segments):
        # The first check saves a minute for an address with thousands of segments.
        if os.path.lexists(root / first) and (file := file_below(root, "/".join(segments[start:]))):
            return file
    return None


def _read_file(path: Path, report: ReportMessage, *, is_part: bool = False) -> Iterator[Url | str]:
    """The pages of a urlset, or the addresses of the parts of an index. A part may not be an index."""
    try:
        elements = read_xml(_unpacked(path), _SITEMAP)
        root = next(elements)
        if is_part and root.tag == "sitemap:sitemapindex":
            report("is an index in an index, which the protocol does not allow")
            return
        for element in elements:
            if element.tag == "sitemap:sitemap":
                yield "".join(_text(child) for child in element if child.tag == "sitemap:loc")
            elif url := _url(element, report):
                yield url
            # Finished elements are removed, to save memory.
            root.clear()
    except (OSError, DamageError, ExpatError, zlib.error) as error:
        report(f"cannot be read ({system_reason(error)})")


def _unpacked(path: Path) -> Iterator[bytes]:
    """The bytes of a file, unpacked if they are gzip, in chunks."""
    total = 0
    with open_file(path) as file:
        unpacked = gzip.GzipFile(fileobj=file) if file.peek(2)[:2] == b"\x1f\x8b" else file
        try:
            while chunk := unpacked.read(_CHUNK_BYTES):
                total += len(chunk)
                if total > MAX_BYTES:
                    raise DamageError(f"it has more than {MAX_BYTES:,} bytes")
                yield chunk
        except EOFError as error:
            raise DamageError("its gzip data is cut off") from error


def _url(page: Element, report: ReportMessage) -> Url | None:
    """The page in a `<url>`; values without a certain meaning are reported and omitted."""
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
        loc = _address(texts.get("sitemap:loc", ""))
    except RefusedValue as error:
        report(f"lists no address: {error}")
        return None
    lastmod: Moment | None = checked(read_date, texts.get("sitemap:lastmod"))
    news = {child.tag: _text(child) for child in page.iter() if child.tag.startswith("news:")}
    url = Url(
        loc=loc,
        changefreq=checked(lambda text: Url(loc=loc, changefreq=text).changefreq, texts.get("sitemap:changefreq")),
        priority=checked(lambda text: Url(loc=loc, priority=float(text)).priority, texts.get("sitemap:priority")),
        images=all_checked(lambda image: absolute(_text(image), loc), page.iter("image:loc")),
        alternates=all_checked(
            lambda link: Alternate(language=link.get("hreflang", ""), url=absolute(link.get("href", ""), loc)),
            (link for link in page.iter("xhtml:link") if link.get("rel") == "alternate"),
        ),
        videos=all_checked(_video, page.iter("video:video")),
        news=checked(_news, news) if news else None,
    )
    return replace(url, lastmod=lastmod.value, precision=lastmod.precision) if lastmod else url


def _text(element: Element) -> str:
    return "".join(element.itertext()).strip()


def _video(video: Element) -> Video:
    # If an element other than `tag` is repeated, the last one counts.
    texts = {child.tag.removeprefix("video:"): _text(child) for child in video.iter()}
    fields = {name: make(texts[tag]) for tag, (name, make) in _VIDEO_FIELDS.items() if texts.get(tag)}
    return Video(**fields, tags=tuple(_text(tag) for tag in video.iter("video:tag")))


def _news(texts: dict[str, str]) -> News:
    return News(
        publication=texts["news:name"],
        language=texts["news:language"],
        published=read_date(texts["news:publication_date"]).value,
        title=texts["news:title"],
    )
