"""Reads feeds of any program: RSS 2.0, 1.0 and 0.9x, Atom 1.0 and 0.3, JSON Feed 1.0 and 1.1.

Nothing is fetched. A document type that declares anything is refused, so that no document defines entities. A damaged
document is refused, too, since the undamaged part is not the whole feed.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from html import unescape
from pathlib import Path
from typing import Any, Literal, NoReturn
from urllib.parse import urljoin
from xml.etree.ElementTree import Element
from xml.parsers import expat

from feedkit.dates import parse_date
from feedkit.errors import DateError, DocumentError, OnProblem, Problem, printable, raise_or_log, shown, system_reason
from feedkit.files import open_file
from feedkit.imports.xml_reader import DamageError, XmlKind, read_xml
from feedkit.lazy_regex import lazy_regex
from feedkit.text import plain
from feedkit.value import Value

#: The most bytes of a feed.
MAX_BYTES = 64 * 1024 * 1024
# A longer address is not resolved, since no server accepts it.
_MAX_ADDRESS_CHARS = 8192

_XML_BASE = "http://www.w3.org/XML/1998/namespace base"
_RDF_ABOUT = "http://www.w3.org/1999/02/22-rdf-syntax-ns# about"

#: The elements of each field in the formats, the best first.
_ELEMENTS: Mapping[str, tuple[str, ...]] = {
    "id": ("atom:id", "guid", "json:id"),
    # Feedburner replaced the author's address with its own.
    "url": ("feedburner:origLink", "link", "atom:link", "json:url"),
    "title": ("title", "atom:title", "dc:title", "json:title"),
    "published": (
        *("pubDate", "atom:published", "atom:issued", "dcterms:issued", "dc:date", "atom:created"),
        "json:date_published",
    ),
    "updated": ("atom:updated", "atom:modified", "dcterms:modified", "json:date_modified"),
    "content": (
        *("content:encoded", "atom:content", "description", "atom:summary"),
        *("json:content_html", "json:content_text", "json:summary"),
    ),
}
_TEXT_ELEMENTS = frozenset(name for names in _ELEMENTS.values() for name in names) - {"atom:link"}
_TAG = lazy_regex(r"<[^<>]*>")

#: The values of all fields of a feed or of an item.
_Fields = Mapping[str, str]
#: The format; the fields of the feed; then those of each item, and whether its id is its address.
_Parts = tuple[Literal["rss", "atom", "json"], _Fields, list[tuple[_Fields, bool]]]


class OldItem(Value, frozen=True, kw_only=True):
    """One entry of a feed that was read."""

    id: str  #: The id as it is written, or else the address: readers recognise the entry by it.
    url: str  #: The address of the article, absolute if the feed has a base address; empty if there is none.
    title: str  #: Plain text; empty if there is none.
    published: datetime | None = None  #: The date of publication, aware; None if there is none that can be read.
    updated: datetime | None = None  #: The date of the last change, aware.
    content: str = ""  #: The `text_digest` of its content, or else of its summary; empty without a text.
    is_permalink: bool = False  #: Whether the id is the address of the article. RSS 2.0 `isPermaLink`.


class OldFeed(Value, frozen=True, kw_only=True):
    """A feed that was read."""

    format: Literal["rss", "atom", "json"]  #: `rss` (also for RSS 1.0), `atom` or `json`.
    id: str  #: The feed's own id; empty if it has none.
    title: str  #: Plain text.
    url: str  #: The page that it is about.
    items: tuple[OldItem, ...]  #: In the order of the document.


def read_feed(source: bytes | str | Path, *, on_problem: OnProblem | None = None) -> OldFeed:
    """The feed in `source`: its bytes, or the path of its file. Nothing is fetched; only HTML entities are expanded.

    Any encoding is read, including GBK and UTF-32. Dates without a zone are in UTC. Unreadable dates, and items with
    neither an id nor an address, are warnings (FK607) and left out. Raises `DocumentError` (FK606) for a document that
    has another format, is damaged or too large, or has a document type that declares something.
    """
    on_problem = on_problem or raise_or_log
    path = "" if isinstance(source, bytes) else printable(str(source))

    def warn(message: str) -> None:
        on_problem(Problem(code="FK607", severity="warning", path=path, message=message))

    try:
        if isinstance(source, bytes):
            data = source
        else:
            with open_file(Path(source)) as file:
                # One byte more than the maximum, to recognise a file that is too large.
                data = file.read(MAX_BYTES + 1)
        format_, head, items = _parts(data)
    except (OSError, DamageError, RecursionError) as error:
        line = error.line if isinstance(error, DamageError) else None
        hint = "save the document as the server sent it, or fix it there"
        message = f"cannot be read as a feed ({system_reason(error)})"
        problem = Problem(code="FK606", severity="error", path=path, line=line, message=message, hint=hint)
        raise DocumentError(problem) from error
    return OldFeed(
        format=format_,
        id=head["id"],
        title=plain(head["title"]),
        url=head["url"],
        items=tuple(item for fields, is_permalink in items if (item := _item(fields, is_permalink, warn))),
    )


def text_digest(html: str) -> str:
    """A digest of the text of HTML, without markup and white space.

    32 hexadecimal digits; empty without a text.
    """
    text = "".join(unescape(_TAG.sub("", html)).split())
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32] if text else ""


def _item(fields: _Fields, is_permalink: bool, warn: Callable[[str], None]) -> OldItem | None:
    """The item; None if it has neither an id nor an address."""
    url, title = fields["url"], plain(fields["title"])
    name = fields["id"] or url
    if not name:
        warn(f"the item {shown(title)} has neither an id nor an address; it is left out")
        return None

    def date(text: str) -> datetime | None:
        try:
            return parse_date(text) if text else None
        except DateError as error:
            warn(f"{shown(name)}: {error}; the date is left out")
            return None

    return OldItem(
        id=name,
        url=url or (name if is_permalink else ""),
        title=title,
        published=date(fields["published"]),
        updated=date(fields["updated"]),
        content=text_digest(fields["content"]),
        is_permalink=is_permalink or name == url,
    )


def _parts(data: bytes) -> _Parts:
    if len(data) > MAX_BYTES:
        raise DamageError(f"it has more than {MAX_BYTES:,} bytes")
    return _json_parts(data) if data.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"{" else _xml_parts(data)


def _json_parts(data: bytes) -> _Parts:
    try:
        top = json.loads(data.decode("utf-8-sig"), parse_constant=_refuse_constant)
    except ValueError as error:
        raise DamageError(f"it is not JSON: {error}", getattr(error, "lineno", None)) from error
    if not str(top.get("version")).startswith(("https://jsonfeed.org/", "http://jsonfeed.org/")):
        raise DamageError("it is JSON, but not a JSON Feed")
    if not isinstance(top.get("items"), list):
        raise DamageError("it has no list of items")
    if others := [item for item in top["items"] if not isinstance(item, dict)]:
        raise DamageError(f"an item is not an object, but {shown(others[0])}")
    head = {"id": top.get("feed_url"), "url": top.get("home_page_url"), "title": top.get("title")}
    return "json", _json_fields(head), [(_json_fields(item), False) for item in top["items"]]


def _refuse_constant(name: str) -> NoReturn:
    raise DamageError(f"{name} is not a number in JSON")


def _json_fields(values: Mapping[str, Any]) -> _Fields:
    # JSON Feed 1.1 "Items": an id may be a number, which readers take as text.
    texts = {f"json:{key}": str(value).strip() for key, value in values.items() if isinstance(value, str | int | float)}
    return _fields({name: text for name, text in texts.items() if text})


def _xml_parts(data: bytes) -> _Parts:
    # Some servers begin with an empty line, which XML does not allow and readers do.
    chunks = [data.lstrip(b" \t\r\n")]
    kind = XmlKind(("rss", "rdf:RDF", "atom:feed"), "is not the root element of a feed", MAX_BYTES, has_doctype=True)
    try:
        # The element contains its children.
        root, *_ = read_xml(chunks, kind)
    except expat.ExpatError as error:
        raise DamageError(f"it is not XML: {expat.ErrorString(error.code)}", error.lineno) from error
    head: dict[str, str] = {}
    items = []
    for element, base in _outside_items(root, ""):
        if element.tag in ("channel", "atom:feed"):
            head = {**_texts(element, base), **head}
        elif element.tag in ("item", "atom:entry"):
            # RSS 1.0 §5.5: rdf:about is the id of an item, and equals its address.
            about = element.get(_RDF_ABOUT, "")
            texts = {**_texts(element, base), **({"guid": about, "link": about} if about else {})}
            says = [guid.get("isPermaLink", "true").strip().lower() == "true" for guid in element.findall("guid")]
            is_permalink = root.tag != "atom:feed" and "guid" in texts and (says[-1] if says else bool(about))
            items.append((_fields(texts), is_permalink))
    return "atom" if root.tag == "atom:feed" else "rss", _fields(head), items


def _outside_items(element: Element, base: str) -> Iterator[tuple[Element, str]]:
    """An element and its descendants outside of items, each with the base of its addresses."""
    base = _resolved(base, element.get(_XML_BASE, ""))
    yield element, base
    for child in element if element.tag not in ("item", "atom:entry") else ():
        yield from _outside_items(child, base)


def _texts(parent: Element, base: str) -> dict[str, str]:
    """The texts of the elements that fields are read from: for each name the first that is not empty."""
    texts: dict[str, str] = {}
    for child in parent:
        text = "".join(child.itertext()).strip() if child.tag in _TEXT_ELEMENTS else ""
        is_alternate = child.tag == "atom:link" and child.get("rel", "alternate") == "alternate"
        if is_alternate or (child.tag == "link" and text):
            text = _resolved(_resolved(base, child.get(_XML_BASE, "")), text or child.get("href", "").strip())
        if text:
            texts.setdefault(child.tag, text)
    return texts


def _fields(texts: Mapping[str, str]) -> _Fields:
    """The value of each field, from the best of its elements; empty if there is none."""
    return {field: next((texts[name] for name in names if name in texts), "") for field, names in _ELEMENTS.items()}


def _resolved(base: str, reference: str) -> str:
    # A nested relative base would grow with every level.
    if len(base) + len(reference) > _MAX_ADDRESS_CHARS:
        return reference
    try:
        return urljoin(base, reference)
    except ValueError:
        return reference
