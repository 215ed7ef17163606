"""Anybody's feeds back into values: RSS 2.0, 1.0 and 0.9x, Atom 1.0 and 0.3, JSON Feed 1.0 and 1.1, on this disk.

Refuses a document type that declares anything (so there are no entities of its own), the network, documents beyond
64 MiB or nested beyond all measure, and damaged ones: half of a feed is not read as if it were the whole.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from datetime import datetime
from html import unescape
from html.entities import html5
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal, NoReturn
from urllib.parse import urljoin
from xml.parsers import expat

from feedkit.dates import parse_date
from feedkit.errors import DateError, DocumentError, OnProblem, Problem, printable, raise_or_log, shown
from feedkit.lazy_regex import later
from feedkit.records import dataclass, field
from feedkit.text import plain
from feedkit.value import Value

#: The most bytes of a feed.
MAX_BYTES = 64 * 1024 * 1024
#: The most elements within each other.
MAX_DEPTH = 256
# What is longer is no address that anybody could ask for, and is not resolved.
_MAX_ADDRESS = 8192

_SPACES = MappingProxyType(
    {
        "http://www.w3.org/2005/Atom": "atom",
        "http://purl.org/atom/ns#": "atom",
        "http://purl.org/rss/1.0/": "",
        "http://my.netscape.com/rdf/simple/0.9/": "",
        "http://www.w3.org/1999/02/22-rdf-syntax-ns#": "rdf",
        "http://purl.org/dc/elements/1.1/": "dc",
        "http://purl.org/dc/terms/": "dcterms",
        "http://purl.org/rss/1.0/modules/content/": "content",
        "http://rssnamespace.org/feedburner/ext/1.0": "feedburner",
    }
)
_BASE = "http://www.w3.org/XML/1998/namespace base"
_ABOUT = "http://www.w3.org/1999/02/22-rdf-syntax-ns# about"
_ROOTS = frozenset(["rss", "rdf:RDF", "atom:feed"])
_CONTAINERS = frozenset(["channel", "atom:feed"])
_ITEMS = frozenset(["item", "atom:entry"])

#: What each format calls a field, the best first.
_NAMES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "id": ("atom:id", "guid"),
        # Feedburner put an address of its own in the place of the author's.
        "url": ("feedburner:origLink", "link", "atom:link"),
        "title": ("title", "atom:title", "dc:title"),
        "published": ("pubDate", "atom:published", "atom:issued", "dcterms:issued", "dc:date", "atom:created"),
        "updated": ("atom:updated", "atom:modified", "dcterms:modified"),
        "content": ("content:encoded", "atom:content", "description", "atom:summary"),
    }
)
_READ = frozenset(name for names in _NAMES.values() for name in names)
_TAG = later(r"<[^<>]*>")


class OldItem(Value, frozen=True, kw_only=True):
    """One entry of somebody's feed."""

    #: The id as it is written, or else the address: by what readers know whether they have shown it.
    id: str
    #: The address of the article, absolute where the feed tells its base; empty where there is none.
    url: str
    #: Plain text; empty where there is none.
    title: str
    #: The date of publication, aware; None where there is none that can be read.
    published: datetime | None = None
    #: The date of the last change, aware.
    updated: datetime | None = None
    #: What `text_digest` makes of its content, or else of its summary; empty where there is no text.
    content: str = ""
    #: Whether the id is the address of the article. RSS 2.0 `isPermaLink`.
    is_permalink: bool = False


class OldFeed(Value, frozen=True, kw_only=True):
    """Somebody's feed."""

    #: `rss`, which is RSS 1.0, too, `atom` or `json`.
    format: Literal["rss", "atom", "json"]
    #: The feed's own id; empty where the format has none.
    id: str
    #: Plain text.
    title: str
    #: The page that it is about.
    url: str
    #: In the order of the document.
    items: tuple[OldItem, ...]


class _UnreadableError(ValueError):
    """Why a document is no feed, and in which line."""

    def __init__(self, message: str, line: int | None = None) -> None:
        super().__init__(message)
        self.line = line


def read_feed(source: bytes | str | Path, *, on_problem: OnProblem = raise_or_log) -> OldFeed:
    """A feed, from its bytes or its file; nothing is fetched and no entity but the characters of HTML is expanded.

    Dates without a zone are taken as UTC. One that cannot be read is a warning (FK607) and left out; so is an item
    that has neither an id nor an address. Raises `DocumentError` (FK606) for a document that is none of the formats,
    is damaged or too large, or has a document type that declares something.
    """
    path = "" if isinstance(source, bytes) else printable(str(source))
    try:
        data = source if isinstance(source, bytes) else _read(Path(source))
        return _feed(data, _Teller(path, on_problem))
    except (OSError, _UnreadableError, RecursionError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        line = error.line if isinstance(error, _UnreadableError) else None
        hint = "save the document as the server sent it, or mend it there"
        message = f"cannot be read as a feed ({reason})"
        problem = Problem(code="FK606", severity="error", path=path, line=line, message=message, hint=hint)
        raise DocumentError(problem) from error


def text_digest(html: str) -> str:
    """What tells one text from another: the characters of its words, whatever its markup, blanks and addresses.

    32 hexadecimal digits; empty where there is no text.
    """
    text = "".join(unescape(_TAG.sub("", html)).split())
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32] if text else ""


def _read(path: Path) -> bytes:
    with path.open("rb") as file:
        # One byte more than is allowed tells.
        return file.read(MAX_BYTES + 1)


def _feed(data: bytes, tell: _Teller) -> OldFeed:
    if len(data) > MAX_BYTES:
        raise _UnreadableError(f"it has more than {MAX_BYTES:,} bytes")
    if data.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"{":
        return _json_feed(data, tell)
    return _Document(tell).feed(data)


@dataclass(frozen=True, slots=True)
class _Teller:
    """Tells of what an item lacks."""

    path: str
    on_problem: OnProblem

    def warn(self, message: str) -> None:
        self.on_problem(Problem(code="FK607", severity="warning", path=self.path, message=message))

    def item(self, values: Mapping[str, str], *, permalink: bool) -> OldItem | None:
        """The item that has these values; None where nothing says which it is."""
        url, title = values.get("url", ""), plain(values.get("title", ""))
        name = values.get("id", "") or url
        if not name:
            self.warn(f"the item {shown(title)} has neither an id nor an address; it is left out")
            return None
        return OldItem(
            id=name,
            url=url or (name if permalink else ""),
            title=title,
            published=self._date(values.get("published", ""), name),
            updated=self._date(values.get("updated", ""), name),
            content=text_digest(values.get("content", "")),
            is_permalink=permalink or name == url,
        )

    def _date(self, text: str, name: str) -> datetime | None:
        try:
            return parse_date(text) if text else None
        except DateError as error:
            self.warn(f"{shown(name)}: {error}; the date is left out")
            return None


def _json_feed(data: bytes, tell: _Teller) -> OldFeed:
    try:
        top = json.loads(data.decode("utf-8-sig"), parse_constant=_no_number)
    except ValueError as error:
        raise _UnreadableError(f"it is no JSON: {error}", getattr(error, "lineno", None)) from error
    if not str(top.get("version")).startswith(("https://jsonfeed.org/", "http://jsonfeed.org/")):
        raise _UnreadableError("it is JSON, and no JSON Feed")
    if not isinstance(top.get("items"), list):
        raise _UnreadableError("it has no list of items")
    found = (_json_item(item, tell) for item in top["items"])
    return OldFeed(
        format="json",
        id=_text(top, "feed_url"),
        title=plain(_text(top, "title")),
        url=_text(top, "home_page_url"),
        items=tuple(item for item in found if item is not None),
    )


def _no_number(name: str) -> NoReturn:
    raise _UnreadableError(f"{name} is no number in JSON")


def _json_item(item: Any, tell: _Teller) -> OldItem | None:
    if not isinstance(item, dict):
        raise _UnreadableError(f"an item is no object, but {shown(item)}")
    values = {
        "id": _text(item, "id"),
        "url": _text(item, "url"),
        "title": _text(item, "title"),
        "published": _text(item, "date_published"),
        "updated": _text(item, "date_modified"),
        "content": _text(item, "content_html") or _text(item, "content_text") or _text(item, "summary"),
    }
    return tell.item(values, permalink=False)


def _text(values: Mapping[str, Any], key: str) -> str:
    # JSON Feed 1.1 "Items": an id may be a number, which readers take as text.
    value = values.get(key)
    return str(value).strip() if isinstance(value, str | int | float) else ""


@dataclass(slots=True)
class _Document:
    """One XML feed while it is parsed. Not frozen: it is never seen outside this module."""

    tell: _Teller
    path: list[str] = field(default_factory=list)
    bases: list[str] = field(default_factory=lambda: [""])
    root: str = ""
    head: dict[str, str] = field(default_factory=dict)
    values: dict[str, str] | None = None
    depth: int = 0
    texts: list[str] = field(default_factory=list)
    permalink: bool = False
    items: list[OldItem] = field(default_factory=list)

    def feed(self, data: bytes) -> OldFeed:
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.buffer_text = True
        parser.StartElementHandler, parser.EndElementHandler = self._start, self._end
        parser.CharacterDataHandler, parser.StartDoctypeDeclHandler = self.texts.append, _doctype
        parser.SkippedEntityHandler = self._entity
        try:
            # Some servers begin with an empty line, which XML does not allow and readers do.
            parser.Parse(data.lstrip(b" \t\r\n") if data[:1] in b" \t\r\n" else data, True)
        except expat.ExpatError as error:
            raise _UnreadableError(f"it is no XML: {expat.ErrorString(error.code)}", error.lineno) from error
        except _UnreadableError as error:
            raise _UnreadableError(str(error), parser.CurrentLineNumber) from error
        values = dict(_chosen(self.head))
        return OldFeed(
            format="atom" if self.root == "atom:feed" else "rss",
            id=values.get("id", ""),
            title=plain(values.get("title", "")),
            url=values.get("url", ""),
            items=tuple(self.items),
        )

    def _entity(self, name: str, parameter: bool) -> None:
        char = html5.get(f"{name};")
        if parameter or char is None:
            raise _UnreadableError(f"the entity {shown(name)} is declared nowhere")
        self.texts.append(char)

    def _start(self, expanded: str, attributes: dict[str, str]) -> None:
        name = _prefixed(expanded)
        if not self.path:
            if name not in _ROOTS:
                raise _UnreadableError(f"{shown(name)} is the root of no feed")
            self.root = name
        if len(self.path) >= MAX_DEPTH:
            raise _UnreadableError(f"its elements are nested more than {MAX_DEPTH} levels deep")
        self.path.append(name)
        self.bases.append(_resolved(self.bases[-1], attributes.get(_BASE, "")))
        if self.values is None and name in _ITEMS:
            self._open(attributes)
        elif self._is_field():
            self.texts.clear()
            self._attributes(name, attributes)

    def _open(self, attributes: Mapping[str, str]) -> None:
        # RSS 1.0 §5.5: an item is called what rdf:about says, which is its address.
        about = attributes.get(_ABOUT, "")
        self.values = {"guid": about, "link": about} if about else {}
        self.depth, self.permalink = len(self.path), bool(about)

    def _is_field(self) -> bool:
        """Whether the element that is open is a child of an item or of the feed itself."""
        if self.values is not None:
            return len(self.path) == self.depth + 1
        return len(self.path) > 1 and self.path[-2] in _CONTAINERS

    def _attributes(self, name: str, attributes: Mapping[str, str]) -> None:
        there = self.head if self.values is None else self.values
        if name == "guid":
            self.permalink = attributes.get("isPermaLink", "true").strip().lower() == "true"
        elif name == "atom:link" and attributes.get("rel", "alternate") == "alternate":
            there.setdefault(name, _resolved(self.bases[-1], attributes.get("href", "").strip()))

    def _end(self, expanded: str) -> None:
        name = _prefixed(expanded)
        if self.values is not None and len(self.path) == self.depth:
            self._close(self.values)
        elif name in _READ and name != "atom:link" and self._is_field():
            there = self.head if self.values is None else self.values
            text = "".join(self.texts).strip()
            if text and (name != "guid" or name not in there):
                there.setdefault(name, _resolved(self.bases[-1], text) if name == "link" else text)
        self.path.pop()
        self.bases.pop()

    def _close(self, values: Mapping[str, str]) -> None:
        own = self.root != "atom:feed" and self.permalink and "guid" in values
        if item := self.tell.item(dict(_chosen(values)), permalink=own):
            self.items.append(item)
        self.values = None


def _chosen(values: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    for name, names in _NAMES.items():
        if found := next((values[item] for item in names if values.get(item)), ""):
            yield name, found


def _prefixed(expanded: str) -> str:
    """A name with the prefix that this module knows its namespace by; of another namespace, as it is."""
    space, _, name = expanded.rpartition(" ")
    if not space:
        return name
    prefix = _SPACES.get(space)
    return expanded if prefix is None else f"{prefix}:{name}" if prefix else name


def _resolved(base: str, reference: str) -> str:
    # Bases within bases would grow with every level.
    if len(base) + len(reference) > _MAX_ADDRESS:
        return reference
    try:
        return urljoin(base, reference)
    except ValueError:
        return reference


def _doctype(name: str, system: str | None, public: str | None, declares: int) -> None:
    # RSS 0.91 has a document type by its specification; it is not fetched.
    if declares:
        raise _UnreadableError("it has a document type that declares something")
