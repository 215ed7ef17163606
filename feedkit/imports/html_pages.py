"""Reads a folder of built HTML, from any builder, as the pages that a sitemap lists: only their heads are read.

Files behind links, and a page beyond its first mebibyte, are not read.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from lxml import etree
from msgspec.structs import replace

from feedkit.dates import Moment, read_date
from feedkit.errors import OnProblem, Problem, RefusedValue, printable, raise_or_log, shown, system_reason
from feedkit.lazy_regex import lazy_regex
from feedkit.model import Alternate, Url, require_path
from feedkit.text import line
from feedkit.urls import absolute, path_url, without_index
from feedkit.value import Value

#: How many bytes of a page are read; a head is shorter.
MAX_HEAD_BYTES = 1 << 20

#: The names of pages that are no content on any host.
_NO_CONTENT = lazy_regex(r"(?:40[0-9]|50[0-9])\.html?|google[0-9a-f]+\.html")
_INDEX = lazy_regex(r"(^|/)index\.html?$", re.IGNORECASE)
_HEAD_END = lazy_regex(rb"</head\s*>|<body[\s>]", re.IGNORECASE)
# The dates of a change in Open Graph and Dublin Core, the most reliable first.
_DATES = ("article:modified_time", "og:updated_time", "article:published_time", "dcterms.modified", "date")


class HtmlPage(Value, frozen=True, kw_only=True):
    """The data in the head of one built page."""

    path: Path  #: The file.
    url: Url  #: The page as a sitemap lists it; its address is the canonical one.
    title: str = ""  #: The text of `<title>`.
    reason: str = ""  #: Why no sitemap may list it; empty if one may.


def read_html(
    folder: str | Path, base_url: str, *, fold_index: bool = True, on_problem: OnProblem | None = None
) -> Iterator[HtmlPage]:
    """Every HTML page below `folder` in the order of names: address, title, translations, date, reason to leave it out.

    `index.html` has its folder's address, unless `fold_index` is False. It reads the canonical link, the robots meta
    tag, `link rel=alternate hreflang`, a refresh to another page, and the dates of Open Graph. A file or a folder that
    cannot be read is a Problem (FK416). Files with a dot in front, and links out of the folder, are ignored.
    """
    report = on_problem or raise_or_log

    def refuse(path: str, error: Exception) -> None:
        message = f"cannot be read ({system_reason(error)})"
        report(Problem(code="FK416", severity="error", path=printable(path), message=message))

    require_path("folder", folder)
    root = os.path.realpath(folder)
    base = absolute(base_url, "")
    base = base if base.endswith("/") else f"{base}/"
    for parent, folders, names in os.walk(root, onerror=lambda error: refuse(error.filename, error)):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            file = Path(parent, name)
            if name.lower().endswith((".html", ".htm")) and not name.startswith(".") and not file.is_symlink():
                try:
                    yield _page(file, file.relative_to(root).as_posix(), base, fold_index=fold_index)
                except (OSError, ValueError, etree.LxmlError) as error:
                    refuse(str(file), error)


def _page(file: Path, name: str, base: str, *, fold_index: bool) -> HtmlPage:
    head = _head(file)
    metas = [
        (name.lower(), meta.get("content", ""))
        for meta in head.iter("meta")
        for name in (meta.get("name", ""), meta.get("property", ""), f"http-equiv={meta.get('http-equiv', '')}")
    ]
    fold = without_index if fold_index else str
    loc = path_url(base, _INDEX.sub(r"\1", name) if fold_index else name)
    canonical = next((fold(url.partition("#")[0]) for _, url in _links(head, "canonical", loc)), "")
    if canonical and canonical != loc and _without_suffix(canonical) == _without_suffix(loc):
        # `about.html` with the canonical address `/about` is the same page.
        loc = canonical
    robots = ",".join(content for name, content in metas if name in ("robots", "googlebot")).lower()
    reason = ""
    if not {"noindex", "none"}.isdisjoint(word.strip() for word in robots.split(",")):
        reason = "is not for search engines (noindex)"
    elif _NO_CONTENT.fullmatch(file.name):
        reason = "has the name of an error page or a verification file"
    elif any(name == "http-equiv=refresh" and "url" in content.lower() for name, content in metas):
        reason = "is a redirect"
    elif canonical and canonical != loc:
        reason = f"names {shown(canonical)} as its canonical address"
    moment = _moment(content for date in _DATES for name, content in metas if name == date)
    alternates = []
    for link, address in _links(head, "alternate", loc):
        # A link without a valid language is ignored.
        with suppress(ValueError):
            alternates.append(Alternate(language=link.get("hreflang", "").strip(), url=fold(address)))
    url = Url(loc=loc, alternates=tuple(alternates))
    url = replace(url, lastmod=moment.value, precision=moment.precision) if moment else url
    return HtmlPage(path=file, url=url, title=line(head.xpath("string(//title)")), reason=reason)


def _head(file: Path) -> Any:
    """The root of the HTML before the body."""
    with file.open("rb") as opened:
        data = opened.read(MAX_HEAD_BYTES)
    if end := _HEAD_END.search(data):
        data = data[: end.start()]
    encoding: str | None = "utf-8"
    try:
        data = data.decode("utf-8-sig").encode()
    except UnicodeDecodeError:
        encoding = None  # then the encoding that the page declares is used
    parser = etree.HTMLParser(encoding=encoding, no_network=True, remove_comments=True)
    root = etree.fromstring(data, parser) if data.strip() else None
    return etree.Element("html") if root is None else root


def _without_suffix(loc: str) -> str:
    return re.sub(r"(?:/index\.html?|\.html?|/)$", "", loc, flags=re.IGNORECASE)


def _links(head: Any, relation: str, loc: str) -> Iterator[tuple[Any, str]]:
    """The `<link>`s of a relation that have a usable address, with that address."""
    for link in head.iter("link"):
        if relation in link.get("rel", "").lower().split():
            with suppress(RefusedValue):
                yield link, absolute(link.get("href", ""), loc)


def _moment(texts: Iterable[str]) -> Moment | None:
    """The first date that can be read."""
    for text in texts:
        with suppress(RefusedValue):
            return read_date(text)
    return None
