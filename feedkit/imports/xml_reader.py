"""Reads XML of other programs as elements, in any encoding. Nothing is fetched; declared entities are refused."""

from __future__ import annotations

import codecs
from collections.abc import Collection, Iterable, Iterator
from functools import lru_cache
from html.entities import html5
from itertools import chain
from typing import NamedTuple, NoReturn
from xml.etree.ElementTree import Element, TreeBuilder
from xml.parsers import expat

from feedkit.errors import shown
from feedkit.lazy_regex import lazy_regex

#: How deep elements may be nested.
MAX_LEVELS = 256

#: The prefixes of element names by namespace, whatever prefix the document has.
_PREFIXES = {
    "": "",
    "http://www.w3.org/2005/Atom": "atom:",
    "http://purl.org/atom/ns#": "atom:",
    "http://purl.org/rss/1.0/": "",
    "http://my.netscape.com/rdf/simple/0.9/": "",
    "http://www.w3.org/1999/02/22-rdf-syntax-ns#": "rdf:",
    "http://purl.org/dc/elements/1.1/": "dc:",
    "http://purl.org/dc/terms/": "dcterms:",
    "http://purl.org/rss/1.0/modules/content/": "content:",
    "http://rssnamespace.org/feedburner/ext/1.0": "feedburner:",
    "http://www.sitemaps.org/schemas/sitemap/0.9": "sitemap:",
    "http://www.google.com/schemas/sitemap-image/1.1": "image:",
    "http://www.google.com/schemas/sitemap-video/1.1": "video:",
    "http://www.google.com/schemas/sitemap-news/0.9": "news:",
    "http://www.w3.org/1999/xhtml": "xhtml:",
}

# An XML declaration is looked for in so many bytes.
_HEAD_BYTES = 1024
_DECLARATION = lazy_regex(rb"""\s*<\?xml\b[^<>]*?\sencoding\s*=\s*["']([^"'<>]{1,80})["']""")
# XML 1.0 appendix F.1: the byte order mark of UTF-32, or its first character.
_UTF32 = {b"\xff\xfe\0\0": "utf-32", b"\0\0\xfe\xff": "utf-32", b"<\0\0\0": "utf-32-le", b"\0\0\0<": "utf-32-be"}
# The same for UTF-16. The parser would use the encoding in the declaration, which may be wrong.
_UTF16 = {b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16", b"<\0": "utf-16-le", b"\0<": "utf-16-be"}
# WHATWG Encoding Standard §4.2: browsers read these names as encodings with more characters.
_WIDER = {"gb2312": "gb18030", "gbk": "gb18030", "shift_jis": "cp932", "euc_kr": "cp949", "big5": "big5hkscs"}
_PARSER_ENCODINGS = frozenset(["ascii", "iso8859-1", "utf-8", "utf-16", "utf-16-be", "utf-16-le"])


class DamageError(ValueError):
    """The reason why a document is not read, with the line."""

    def __init__(self, message: str, line: int | None = None) -> None:
        super().__init__(message)
        self.line = line


class XmlKind(NamedTuple):
    """The requirements on a document."""

    roots: Collection[str]  #: The names that the root may have.
    wrong_root: str  #: The message about any other root.
    max_text: int  #: The most bytes between the beginnings and ends of elements.
    has_doctype: bool = False  #: Whether there may be a document type, if it declares nothing.


def read_xml(chunks: Iterable[bytes], kind: XmlKind) -> Iterator[Element]:
    """The root as soon as it begins, then each of its children when it has ended.

    Raises `DamageError`, and `ExpatError` if it is no XML.
    """
    chunks = iter(chunks)
    head = next(chunks, b"")
    encoding = _missing_encoding(head)
    parser = expat.ParserCreate("utf-8" if encoding else None, namespace_separator=" ")
    builder = _Builder(parser, kind)
    try:
        for chunk in _decoded(chain([head], chunks), encoding):
            builder.read(chunk)
            yield from builder.ready
            builder.ready.clear()
        parser.Parse(b"", True)
    except (DamageError, expat.ExpatError):
        # Elements that end before the damage are complete.
        yield from builder.ready
        raise
    yield from builder.ready


class _Builder:
    """Builds elements from the events of the parser."""

    def __init__(self, parser: expat.XMLParserType, kind: XmlKind) -> None:
        #: The root when it has begun, and each child of it that has ended.
        self.ready: list[Element] = []
        # How many bytes were read since the last beginning or end of an element.
        self._text_bytes = 0
        self._parser = parser
        self._kind = kind
        self._level = 0
        self._tree = TreeBuilder()
        parser.buffer_text = True
        parser.StartElementHandler, parser.EndElementHandler = self._start, self._end
        parser.CharacterDataHandler, parser.SkippedEntityHandler = self._tree.data, self._entity
        parser.StartDoctypeDeclHandler = self._doctype

    def read(self, chunk: bytes) -> None:
        self._text_bytes += len(chunk)
        self._parser.Parse(chunk, False)
        if self._text_bytes > self._kind.max_text:
            raise DamageError("it has a tag or text that does not end")

    def _start(self, expanded: str, attributes: dict[str, str]) -> None:
        name = _prefixed(expanded)
        if self._level >= MAX_LEVELS:
            self._refuse(f"its elements are nested more than {MAX_LEVELS} levels deep")
        element = self._tree.start(name, attributes)
        if not self._level:
            if name not in self._kind.roots:
                self._refuse(f"{shown(expanded)} {self._kind.wrong_root}")
            self.ready.append(element)
        self._level += 1
        self._text_bytes = 0

    def _end(self, expanded: str) -> None:
        element = self._tree.end(_prefixed(expanded))
        self._level -= 1
        if self._level == 1:
            self.ready.append(element)
        self._text_bytes = 0

    def _entity(self, name: str, is_parameter: bool) -> None:
        char = html5.get(f"{name};")
        if is_parameter or char is None:
            self._refuse(f"the entity {shown(name)} is not declared")
        self._tree.data(char)

    def _doctype(self, name: str, system: str | None, public: str | None, declares: int) -> None:
        # The specification of RSS 0.91 requires a document type; it is not fetched.
        if declares or not self._kind.has_doctype:
            self._refuse(f"it has a document type{' that declares something' if self._kind.has_doctype else ''}")

    def _refuse(self, message: str) -> NoReturn:
        raise DamageError(message, self._parser.CurrentLineNumber)


# Cached: documents have few names.
@lru_cache(maxsize=1024)
def _prefixed(expanded: str) -> str:
    """A name with the prefix of its namespace; unchanged for an unknown namespace."""
    space, _, name = expanded.rpartition(" ")
    prefix = _PREFIXES.get(space)
    return expanded if prefix is None else prefix + name


def _missing_encoding(head: bytes) -> str | None:
    """The encoding from which XML with this beginning must be decoded; None if the parser can do it."""
    if encoding := _UTF32.get(head[:4]) or _UTF16.get(head[:2]):
        return encoding
    declaration = _DECLARATION.match(head[:_HEAD_BYTES].removeprefix(codecs.BOM_UTF8))
    if declaration is None:
        return None
    name = declaration[1].decode("latin-1").strip()
    try:
        encoding = codecs.lookup(name).name
        # Some codecs of Python are no text encodings.
        bytes(range(256)).decode(name, "replace")
    except (LookupError, ValueError) as error:
        raise DamageError(f"its encoding {shown(name)} is unknown") from error
    return None if encoding in _PARSER_ENCODINGS else _WIDER.get(encoding, encoding)


def _decoded(chunks: Iterable[bytes], encoding: str | None) -> Iterator[bytes]:
    """The chunks converted to UTF-8; unchanged if the encoding is None."""
    try:
        yield from codecs.iterencode(codecs.iterdecode(chunks, encoding), "utf-8") if encoding else chunks
    except UnicodeError as error:
        raise DamageError(f"it is not in {encoding}, as it says ({error})") from error
