"""What rules of the judge are made of: a document as it lies there, the table of rules, and the way to add one.

A rule is a name of the W3C's feed validator (or of ours, where it has none), a class (E error, W warning,
I information) and a function from a document to what breaks it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any
from xml.parsers import expat

from lxml import etree

PREFIXES = {
    "http://www.w3.org/2005/Atom": "atom",
    "http://purl.org/rss/1.0/modules/content/": "content",
    "http://purl.org/dc/elements/1.1/": "dc",
    "http://search.yahoo.com/mrss/": "media",
    "http://www.itunes.com/dtds/podcast-1.0.dtd": "itunes",
    "http://purl.org/rss/1.0/modules/syndication/": "sy",
    "http://purl.org/rss/1.0/modules/slash/": "slash",
    "http://purl.org/syndication/history/1.0": "fh",
    "http://purl.org/syndication/thread/1.0": "thr",
    "http://www.georss.org/georss": "georss",
    "http://www.w3.org/2003/01/geo/wgs84_pos#": "geo",
    "http://www.opengis.net/gml": "gml",
    "http://www.w3.org/1999/xhtml": "xhtml",
    "http://wellformedweb.org/CommentAPI/": "wfw",
    "http://backend.userland.com/creativeCommonsRssModule": "creativeCommons",
    "http://purl.org/dc/terms/": "dcterms",
    "http://www.sitemaps.org/schemas/sitemap/0.9": "",
    "http://www.google.com/schemas/sitemap-image/1.1": "image",
    "http://www.google.com/schemas/sitemap-news/0.9": "news",
    "http://www.google.com/schemas/sitemap-video/1.1": "video",
    "http://purl.org/atom/ns#": "old",
    "http://www.w3.org/XML/1998/namespace": "xml",
}
ROOTS = {"rss": "rss", "atom:feed": "atom", "old:feed": "atom", "opml": "opml", "urlset": "urlset"}
XML = ("rss", "atom", "opml", "urlset", "sitemapindex")
FEEDS = ("rss", "atom")
Rule = Callable[["Page"], Iterable[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What a rule has against a document."""

    #: The validator's name for it.
    rule: str
    #: E error, W warning, I information.
    severity: str
    #: What broke it.
    found: str


@dataclass(slots=True, kw_only=True)
class Page:
    """A document to be judged."""

    data: bytes
    kind: str
    root: Any = None
    value: Any = None
    broken: str = ""
    #: Where it was found, if anybody knows.
    location: str | None = None
    #: When it was found, if anybody knows.
    today: datetime | None = None
    _raw: dict[Any, str] = field(default_factory=dict)
    _named: dict[str, list[Any]] = field(default_factory=dict)
    _judged: dict[Any, list[tuple[str, str]]] = field(default_factory=dict)

    @property
    def text(self) -> str:
        return self.data.decode("utf-8", "replace")

    def each(self, *names: str) -> Iterator[Any]:
        """Elements by name, or by `parent/name`."""
        if not self._named:
            for element in self.root.iter(etree.Element):
                self._named.setdefault(name(element), []).append(element)
        for called in names:
            parent, _, own = called.rpartition("/")
            for element in self._named.get(own, ()):
                above = element.getparent()
                if not parent or (above is not None and name(above) == parent):
                    yield element

    def texts(self, *names: str) -> Iterator[str]:
        for element in self.each(*names):
            yield (element.text or "").strip()

    def values(self, *places: str) -> Iterator[str]:
        """Attributes by `element@name`."""
        for place in places:
            element, _, attribute = place.partition("@")
            yield from (found.get(attribute) for found in self.each(element) if found.get(attribute) is not None)

    def raw(self, element: Any) -> str:
        """An element as it stands in the bytes."""
        if not self._raw:
            self._raw = dict(zip(self.root.iter(etree.Element), _slices(self.data), strict=True))
        return self._raw[element]

    def judged(self, function: Callable[[Page], Iterable[tuple[str, str]]]) -> list[tuple[str, str]]:
        """What a function of several rules has against the document."""
        if function not in self._judged:
            self._judged[function] = list(function(self))
        return self._judged[function]


def name(element: Any) -> str:
    """`title`, `atom:link`; Atom's own elements have no prefix in Atom."""
    prefix, local = _split(element.tag)
    if not prefix or (prefix == "atom" and _split(element.getroottree().getroot().tag)[0] == prefix):
        return local
    return f"{prefix}:{local}"


@cache
def _split(tag: str) -> tuple[str, str]:
    """The prefix and the local part of a name."""
    found = etree.QName(tag)
    return PREFIXES.get(found.namespace, "?") if found.namespace else "", found.localname


def names(parent: Any) -> list[str]:
    return [name(child) for child in parent.iterchildren(etree.Element)]


def _slices(data: bytes) -> list[str]:
    parser = expat.ParserCreate()
    found: list[list[int]] = []
    open_: list[int] = []

    def start(*_: object) -> None:
        open_.append(len(found))
        found.append([parser.CurrentByteIndex, 0])

    def end(*_: object) -> None:
        found[open_.pop()][1] = parser.CurrentByteIndex

    parser.StartElementHandler, parser.EndElementHandler = start, end
    parser.Parse(data, True)
    return [data[first:last].decode("utf-8", "replace") for first, last in found]


def page(data: bytes, **known: Any) -> Page:
    """A document, as what it says it is."""
    if data.lstrip()[:1] == b"{":
        try:
            return Page(data=data, kind="json", value=json.loads(data), **known)
        except ValueError as error:
            return Page(data=data, kind="broken", broken=f"JSON: {error}", **known)
    try:
        root = etree.fromstring(data, etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True))
    except etree.XMLSyntaxError as error:
        return Page(data=data, kind="broken", broken=str(error), **known)
    called = name(root) if etree.QName(root).namespace != "http://www.w3.org/2005/Atom" else "atom:feed"
    return Page(data=data, kind=ROOTS.get(called, called), root=root, **known)


#: Name, class, kinds of documents, function.
RULES: list[tuple[str, str, tuple[str, ...], Rule]] = []


def rule(called: str, severity: str, *kinds: str) -> Callable[[Rule], Rule]:
    """Adds a function to the table of rules."""

    def add(function: Rule) -> Rule:
        RULES.append((called, severity, kinds, function))
        return function

    return add


def rules(severities: dict[str, str], *kinds: str) -> Callable[[Callable[[Page], Iterable[tuple[str, str]]]], Any]:
    """Adds a function that judges values by several rules at once: it gives pairs of a rule and what broke it."""

    def add(function: Callable[[Page], Iterable[tuple[str, str]]]) -> Any:
        for called, severity in severities.items():
            RULES.append((called, severity, kinds, _only(called, function)))
        return function

    return add


def _only(called: str, function: Callable[[Page], Iterable[tuple[str, str]]]) -> Rule:
    return lambda found: (value for other, value in found.judged(function) if other == called)


def blank(text: str | None) -> bool:
    return not (text or "").strip()


def digits(text: str) -> bool:
    return bool(re.fullmatch(r"\d+", text))
