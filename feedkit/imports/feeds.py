"""Feeds of any program as values: RSS 2.0, 1.0 and 0.9x, Atom 1.0 and 0.3, JSON Feed 1.0 and 1.1.

Nothing is fetched. A document type that declares anything is refused, so that there are no entities of its own; so is a
damaged document: half of a feed is not read as if it were the whole.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from html import unescape
from html.entities import html5
from pathlib import Path
from typing import Any, Literal, NoReturn
from urllib.parse import urljoin
from xml.parsers import expat

from feedkit.dates import parse_date
from feedkit.errors import DateError, DocumentError, OnProblem, Problem, printable, raise_or_log, shown
from feedkit.files import open_file
from feedkit.imports.xml_encodings import EncodingError, decoded, missing_encoding
from feedkit.lazy_regex import lazy_regex
from feedkit.text import plain
from feedkit.value import Value

#: The most bytes of a feed.
MAX_BYTES = 64 * 1024 * 1024
#: The most elements within each other.
MAX_LEVELS = 256
# A longer address is none that could be asked for, and is not resolved.
_MAX_ADDRESS_CHARS = 8192

_PREFIXES = {
    "http://www.w3.org/2005/Atom": "atom:",
    "http://purl.org/atom/ns#": "atom:",
    "http://purl.org/rss/1.0/": "",
    "http://my.netscape.com/rdf/simple/0.9/": "",
    "http://www.w3.org/1999/02/22-rdf-syntax-ns#": "rdf:",
    "http://purl.org/dc/elements/1.1/": "dc:",
    "http://purl.org/dc/terms/": "dcterms:",
    "http://purl.org/rss/1.0/modules/content/": "content:",
    "http://rssnamespace.org/feedburner/ext/1.0": "feedburner:",
}
_XML_BASE = "http://www.w3.org/XML/1998/namespace base"
_RDF_ABOUT = "http://www.w3.org/1999/02/22-rdf-syntax-ns# about"
_ROOTS = frozenset(["rss", "rdf:RDF", "atom:feed"])
_CONTAINERS = frozenset(["channel", "atom:feed"])
_ITEMS = frozenset(["item", "atom:entry"])

#: What each format calls a field, the best first.
_ELEMENTS: Mapping[str, tuple[str, ...]] = {
    "id": ("atom:id", "guid"),
    # Feedburner put an address of its own in the place of the author's.
    "url": ("feedburner:origLink", "link", "atom:link"),
    "title": ("title", "atom:title", "dc:title"),
    "published": ("pubDate", "atom:published", "atom:issued", "dcterms:issued", "dc:date", "atom:created"),
    "updated": ("atom:updated", "atom:modified", "dcterms:modified"),
    "content": ("content:encoded", "atom:content", "description", "atom:summary"),
}
_TEXT_ELEMENTS = frozenset(name for names in _ELEMENTS.values() for name in names) - {"atom:link"}
_TAG = lazy_regex(r"<[^<>]*>")


class OldItem(Value, frozen=True, kw_only=True):
    """One entry of a feed that was read."""

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
    """A feed that was read."""

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


class _NoFeedError(ValueError):
    """Why a document is no feed, and in which line."""

    def __init__(self, message: str, line: int | None = None) -> None:
        super().__init__(message)
        self.line = line


def read_feed(source: bytes | str | Path, *, on_problem: OnProblem | None = None) -> OldFeed:
    """The feed of `source`, its bytes or its file; nothing is fetched, and only HTML entities are expanded.

    Any encoding is read, GBK and UTF-32, too; `source` is no pipe. Dates without a zone are taken as UTC. One that
    cannot be read is a warning (FK607) and left out; so is an item that has neither an id nor an address. Raises
    `DocumentError` (FK606) for a document that is none of the formats, is damaged or too large, or has a document type
    that declares something.
    """
    on_problem = on_problem or raise_or_log
    path = "" if isinstance(source, bytes) else printable(str(source))
    try:
        if isinstance(source, bytes):
            return _parsed(source, _Items(path, on_problem))
        with open_file(Path(source)) as file:
            # A byte more than is allowed shows that there is too much.
            return _parsed(file.read(MAX_BYTES + 1), _Items(path, on_problem))
    except (OSError, EncodingError, _NoFeedError, RecursionError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        line = error.line if isinstance(error, _NoFeedError) else None
        hint = "save the document as the server sent it, or fix it there"
        message = f"cannot be read as a feed ({reason})"
        problem = Problem(code="FK606", severity="error", path=path, line=line, message=message, hint=hint)
        raise DocumentError(problem) from error


def text_digest(html: str) -> str:
    """What tells one text from another: the characters of its words, whatever its markup, blanks and addresses.

    32 hexadecimal digits; empty where there is no text.
    """
    text = "".join(unescape(_TAG.sub("", html)).split())
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32] if text else ""


def _parsed(data: bytes, items: _Items) -> OldFeed:
    if len(data) > MAX_BYTES:
        raise _NoFeedError(f"it has more than {MAX_BYTES:,} bytes")
    is_json = data.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"{"
    return _json_feed(data, items) if is_json else _XmlFeed(items).parse(data)


class _Items:
    """The items of a feed; reports what is wrong with them."""

    def __init__(self, path: str, on_problem: OnProblem) -> None:
        self.items: list[OldItem] = []
        self._path = path
        self._on_problem = on_problem

    def add(self, values: Mapping[str, str], *, is_permalink: bool) -> None:
        """Add the item with these values, if an id or an address says which it is."""
        url, title = values.get("url", ""), plain(values.get("title", ""))
        name = values.get("id", "") or url
        if not name:
            self._warn(f"the item {shown(title)} has neither an id nor an address; it is left out")
            return
        self.items.append(
            OldItem(
                id=name,
                url=url or (name if is_permalink else ""),
                title=title,
                published=self._date(values.get("published", ""), name),
                updated=self._date(values.get("updated", ""), name),
                content=text_digest(values.get("content", "")),
                is_permalink=is_permalink or name == url,
            )
        )

    def _date(self, text: str, name: str) -> datetime | None:
        try:
            return parse_date(text) if text else None
        except DateError as error:
            self._warn(f"{shown(name)}: {error}; the date is left out")
            return None

    def _warn(self, message: str) -> None:
        self._on_problem(Problem(code="FK607", severity="warning", path=self._path, message=message))


def _json_feed(data: bytes, items: _Items) -> OldFeed:
    try:
        top = json.loads(data.decode("utf-8-sig"), parse_constant=_refuse_constant)
    except ValueError as error:
        raise _NoFeedError(f"it is no JSON: {error}", getattr(error, "lineno", None)) from error
    if not str(top.get("version")).startswith(("https://jsonfeed.org/", "http://jsonfeed.org/")):
        raise _NoFeedError("it is JSON, and no JSON Feed")
    if not isinstance(top.get("items"), list):
        raise _NoFeedError("it has no list of items")
    for item in top["items"]:
        if not isinstance(item, dict):
            raise _NoFeedError(f"an item is no object, but {shown(item)}")
        values = {
            "id": _text(item, "id"),
            "url": _text(item, "url"),
            "title": _text(item, "title"),
            "published": _text(item, "date_published"),
            "updated": _text(item, "date_modified"),
            "content": _text(item, "content_html") or _text(item, "content_text") or _text(item, "summary"),
        }
        items.add(values, is_permalink=False)
    return OldFeed(
        format="json",
        id=_text(top, "feed_url"),
        title=plain(_text(top, "title")),
        url=_text(top, "home_page_url"),
        items=tuple(items.items),
    )


def _refuse_constant(name: str) -> NoReturn:
    raise _NoFeedError(f"{name} is no number in JSON")


def _text(values: Mapping[str, Any], key: str) -> str:
    # JSON Feed 1.1 "Items": an id may be a number, which readers take as text.
    value = values.get(key)
    return str(value).strip() if isinstance(value, str | int | float) else ""


class _XmlFeed:
    """The parser of an XML feed, which collects the texts of elements that are children of an item or of the feed."""

    def __init__(self, items: _Items) -> None:
        self._items = items
        #: The open elements, and the base address within each.
        self._open: list[str] = []
        self._bases = [""]
        self._root = ""
        self._texts: list[str] = []
        self._head: dict[str, str] = {}
        #: The elements of the open item, how deep its own element is, and whether its guid is an address.
        self._item: dict[str, str] | None = None
        self._item_depth = 0
        self._is_permalink = False

    def parse(self, data: bytes) -> OldFeed:
        if encoding := missing_encoding(data):
            data = b"".join(decoded([data], encoding))
        parser = expat.ParserCreate("utf-8" if encoding else None, namespace_separator=" ")
        parser.buffer_text = True
        parser.StartElementHandler, parser.EndElementHandler = self._start, self._end
        parser.CharacterDataHandler, parser.StartDoctypeDeclHandler = self._texts.append, _doctype
        parser.SkippedEntityHandler = self._entity
        try:
            # Some servers begin with an empty line, which XML does not allow and readers do.
            parser.Parse(data.lstrip(b" \t\r\n") if data[:1] in b" \t\r\n" else data, True)
        except expat.ExpatError as error:
            raise _NoFeedError(f"it is no XML: {expat.ErrorString(error.code)}", error.lineno) from error
        except _NoFeedError as error:
            raise _NoFeedError(str(error), parser.CurrentLineNumber) from error
        values = _fields(self._head)
        return OldFeed(
            format="atom" if self._root == "atom:feed" else "rss",
            id=values.get("id", ""),
            title=plain(values.get("title", "")),
            url=values.get("url", ""),
            items=tuple(self._items.items),
        )

    def _entity(self, name: str, is_parameter: bool) -> None:
        char = html5.get(f"{name};")
        if is_parameter or char is None:
            raise _NoFeedError(f"the entity {shown(name)} is declared nowhere")
        self._texts.append(char)

    def _start(self, expanded: str, attributes: dict[str, str]) -> None:
        name = _prefixed(expanded)
        if not self._open:
            if name not in _ROOTS:
                raise _NoFeedError(f"{shown(name)} is the root of no feed")
            self._root = name
        if len(self._open) >= MAX_LEVELS:
            raise _NoFeedError(f"its elements are nested more than {MAX_LEVELS} levels deep")
        self._open.append(name)
        self._bases.append(_resolved(self._bases[-1], attributes.get(_XML_BASE, "")))
        if self._item is None and name in _ITEMS:
            # RSS 1.0 §5.5: an item is called what rdf:about says, which is its address.
            about = attributes.get(_RDF_ABOUT, "")
            self._item = {"guid": about, "link": about} if about else {}
            self._item_depth, self._is_permalink = len(self._open), bool(about)
        elif self._is_field():
            self._texts.clear()
            if name == "guid":
                self._is_permalink = attributes.get("isPermaLink", "true").strip().lower() == "true"
            elif name == "atom:link" and attributes.get("rel", "alternate") == "alternate":
                self._add(name, _resolved(self._bases[-1], attributes.get("href", "").strip()))

    def _is_field(self) -> bool:
        """Whether the element that is open is a child of an item or of the feed itself."""
        if self._item is not None:
            return len(self._open) == self._item_depth + 1
        return len(self._open) > 1 and self._open[-2] in _CONTAINERS

    def _add(self, name: str, value: str) -> None:
        (self._head if self._item is None else self._item).setdefault(name, value)

    def _end(self, expanded: str) -> None:
        name = _prefixed(expanded)
        if self._item is not None and len(self._open) == self._item_depth:
            is_permalink = self._root != "atom:feed" and self._is_permalink and "guid" in self._item
            self._items.add(_fields(self._item), is_permalink=is_permalink)
            self._item = None
        elif name in _TEXT_ELEMENTS and self._is_field() and (text := "".join(self._texts).strip()):
            self._add(name, _resolved(self._bases[-1], text) if name == "link" else text)
        self._open.pop()
        self._bases.pop()


def _fields(elements: Mapping[str, str]) -> dict[str, str]:
    """The value of each field: that of its best element."""
    texts = {field: next((elements[n] for n in names if elements.get(n)), "") for field, names in _ELEMENTS.items()}
    return {field: text for field, text in texts.items() if text}


def _prefixed(expanded: str) -> str:
    """A name with the prefix that this module has for its namespace; of another namespace, as it is."""
    space, _, name = expanded.rpartition(" ")
    prefix = _PREFIXES.get(space) if space else ""
    return expanded if prefix is None else prefix + name


def _resolved(base: str, reference: str) -> str:
    # Bases within bases would grow with every level.
    if len(base) + len(reference) > _MAX_ADDRESS_CHARS:
        return reference
    try:
        return urljoin(base, reference)
    except ValueError:
        return reference


def _doctype(name: str, system: str | None, public: str | None, declares: int) -> None:
    # RSS 0.91 has a document type by its specification; it is not fetched.
    if declares:
        raise _NoFeedError("it has a document type that declares something")
