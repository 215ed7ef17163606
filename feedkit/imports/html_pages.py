"""A folder of built HTML, by any builder, into the pages that a sitemap lists: the heads are read, nothing else.

Refuses pages that say of themselves that they are not to be listed, each with its reason; links and files out of the
folder; more of a page than its first mebibyte.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from lxml import etree

from feedkit.dates import Moment, read_date
from feedkit.errors import OnProblem, Problem, RefusedValue, Severity, printable, raise_or_log, shown
from feedkit.lazy_regex import later
from feedkit.model import Url
from feedkit.sitemap_values import Alternate
from feedkit.urls import absolute, path_url
from feedkit.value import Value

SUFFIXES = (".html", ".htm")
#: How many bytes of a page are read; a head is shorter.
MAX_HEAD = 1 << 20

#: Pages that are no content on every host, by their names.
_ERRORS = later(r"(?:40[0-9]|50[0-9])\.html?|google[0-9a-f]+\.html")
_END = later(rb"</head\s*>|<body[\s>]", re.IGNORECASE)
# Open Graph's and Dublin Core's dates of a change, the most telling first.
_DATES = ("article:modified_time", "og:updated_time", "article:published_time", "dcterms.modified", "date")


class HtmlPage(Value, frozen=True, kw_only=True):
    """What the head of one built page says."""

    #: The file.
    path: Path
    #: The page as a sitemap lists it; its address is the canonical one.
    url: Url
    #: The text of `<title>`.
    title: str = ""
    #: Why no sitemap may list it; empty where one may.
    reason: str = ""


def read_html(folder: str | Path, base_url: str, *, on_problem: OnProblem = raise_or_log) -> Iterator[HtmlPage]:
    """Every HTML page below a folder in the order of names: address, title, translations, date, reason to leave it out.

    `index.html` has its folder's address. Read are the canonical link, the robots meta tag (RFC 9309 has no say in it),
    `link rel=alternate hreflang`, a refresh to another page, Open Graph dates. A file that cannot be read is a Problem
    (FK416). Dot files and links out of the folder are passed over.
    """
    root = Path(folder).resolve()
    base = absolute(base_url, "")
    base = base if base.endswith("/") else f"{base}/"
    for file in _files(root):
        try:
            yield _page(file, file.relative_to(root).as_posix(), base)
        except (OSError, ValueError, etree.LxmlError) as error:
            _tell(on_problem, "FK416", "error", file, f"cannot be read ({error})")


def listed_pages(folder: str | Path, base_url: str, on_problem: OnProblem) -> Iterator[Url]:
    """The pages of a folder that a sitemap may list; the others are told with their reason (FK406)."""
    for page in read_html(folder, base_url, on_problem=on_problem):
        if page.reason:
            message = f"{shown(page.url.loc)} {page.reason}, so the sitemap leaves it out"
            _tell(on_problem, "FK406", "note", page.path, message)
        else:
            yield page.url


def _tell(on_problem: OnProblem, code: str, severity: Severity, file: Path, message: str) -> None:
    on_problem(Problem(code=code, severity=severity, path=printable(str(file)), message=message))


def _files(root: Path) -> Iterator[Path]:
    for folder, folders, names in os.walk(root):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            file = Path(folder, name)
            if name.lower().endswith(SUFFIXES) and not name.startswith(".") and not file.is_symlink():
                yield file


def _page(file: Path, name: str, base: str) -> HtmlPage:
    head = _head(file)
    loc = path_url(base, re.sub(r"(^|/)index\.html?$", r"\1", name, flags=re.IGNORECASE))
    canonical = _link(head, loc, "canonical")
    if canonical and canonical != loc and _bare(canonical) == _bare(loc):
        # `about.html` served as `/about`: the same page under the name that its owner prefers.
        loc = canonical
    moment = _moment(head)
    url = Url(
        loc=loc,
        lastmod=moment.value if moment else None,
        precision=moment.precision if moment else "second",
        alternates=tuple(_alternates(head, loc)),
    )
    title = " ".join("".join(head.xpath("string(//title)")).split())
    return HtmlPage(path=file, url=url, title=title, reason=_reason(head, name, loc, canonical))


def _head(file: Path) -> Any:
    with file.open("rb") as opened:
        data = opened.read(MAX_HEAD)
    if end := _END.search(data):
        data = data[: end.start()]
    try:
        text = data.decode("utf-8-sig")
        parser = etree.HTMLParser(encoding="utf-8", no_network=True, remove_comments=True)
        data = text.encode()
    except UnicodeDecodeError:
        # What the page says of its own encoding counts then.
        parser = etree.HTMLParser(no_network=True, remove_comments=True)
    found = etree.fromstring(data, parser) if data.strip() else None
    return etree.Element("html") if found is None else found


def _bare(loc: str) -> str:
    return re.sub(r"(?:/index\.html?|\.html?|/)$", "", loc, flags=re.IGNORECASE)


def _meta(head: Any, *names: str) -> Iterator[str]:
    for name in names:
        for meta in head.iter("meta"):
            if name in (meta.get("name", "").lower(), meta.get("property", "").lower()):
                yield meta.get("content", "")


def _links(head: Any, relation: str) -> Iterator[Any]:
    return (link for link in head.iter("link") if relation in link.get("rel", "").lower().split())


def _link(head: Any, loc: str, relation: str) -> str | None:
    for link in _links(head, relation):
        try:
            return absolute(link.get("href", ""), loc).partition("#")[0]
        except RefusedValue:
            return None
    return None


def _alternates(head: Any, loc: str) -> Iterator[Alternate]:
    for link in _links(head, "alternate"):
        if language := link.get("hreflang", "").strip():
            try:
                yield Alternate(language=language, url=absolute(link.get("href", ""), loc))
            except ValueError:
                continue


def _moment(head: Any) -> Moment | None:
    for text in _meta(head, *_DATES):
        try:
            return read_date(text)
        except RefusedValue:
            continue
    return None


def _reason(head: Any, name: str, loc: str, canonical: str | None) -> str:
    words = {word.strip().lower() for text in _meta(head, "robots", "googlebot") for word in text.split(",")}
    if words & {"noindex", "none"}:
        return "is not for search engines (noindex)"
    if _ERRORS.fullmatch(name.rpartition("/")[2]):
        return "is no content by its name"
    for meta in head.iter("meta"):
        if meta.get("http-equiv", "").lower() == "refresh" and "url" in meta.get("content", "").lower():
            return "is a redirect"
    if canonical and canonical != loc:
        return f"names {shown(canonical)} as its canonical address"
    return ""
