"""XML read without a tree: documents of any size, and the frames of feeds.

Refuses entities and document types, as the parser of documents does (`_xml`), and takes less time to import than that.
"""

from __future__ import annotations

from collections.abc import Iterable
from xml.parsers import expat

from feedkit.formats._markup import DECLARATION
from feedkit.formats.vocabularies import OWN, Namespace, Namespaces

# The parser of documents has limits that this one has not, for what is deep, and for names and texts that are long.
_LONG, _TAGS = 1 << 15, 250
# What both take for a namespace.
_KNOWN = frozenset(OWN.values())
_STYLESHEET = b"<?xml-stylesheet "


def check(chunks: Iterable[bytes]) -> None:
    """Read a document of any size at constant memory, as `_xml.parse` does.

    Raises `ValueError` where it is not well-formed XML or has a document type.
    """
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartDoctypeDeclHandler = _no_doctype
    last = b""
    try:
        for chunk in chunks:
            if last:
                parser.Parse(last, False)
            last = chunk
        # All at once where that is all: expat does not copy what it knows to be the last of it.
        parser.Parse(last, True)
    except expat.ExpatError as error:
        raise ValueError(str(error)) from error


def declared(head: bytes) -> tuple[Namespace, ...]:
    """The prefixes and namespaces that hold behind the beginning of a document.

    Raises `ValueError` for a bad one, and for one in another encoding than UTF-8.
    """
    found: list[Namespace] = []
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.XmlDeclHandler = _only_utf8
    parser.StartNamespaceDeclHandler = lambda prefix, namespace: found.append((prefix or "", namespace or ""))
    parser.EndNamespaceDeclHandler = lambda prefix: found.pop()
    try:
        parser.Parse(head, False)
    except expat.ExpatError as error:
        raise ValueError(str(error)) from error
    return tuple(found)


def framed(head: bytes, tail: bytes) -> Namespaces | None:
    """What holds between the head and the tail of a feed, if `_xml.parse` takes them as a document; None in doubt.

    Of what the two parsers may see differently, an ordinary frame has nothing.
    """
    whole = head + tail
    if not whole.startswith(DECLARATION) or len(whole) > _LONG or whole.count(b"<") > _TAGS or b"<!" in whole:
        return None
    if whole.count(b"<?") != 1 + whole.count(_STYLESHEET) or whole.count(b"xml:") != whole.count(b" xml:lang="):
        return None
    found: list[Namespace] = []

    def begin(prefix: str | None, namespace: str | None) -> None:
        if namespace not in _KNOWN:
            raise ValueError(f"{namespace} is none of feedkit's")
        found.append((prefix or "", namespace))

    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartNamespaceDeclHandler = begin
    parser.EndNamespaceDeclHandler = lambda prefix: found.pop()
    try:
        parser.Parse(head, False)
        there = frozenset(found)
        parser.Parse(tail, True)
    except (expat.ExpatError, ValueError):
        return None
    return there


def _no_doctype(*_: object) -> None:
    raise ValueError("it has a document type")


def _only_utf8(version: str, encoding: str | None, standalone: int) -> None:
    if encoding is not None and encoding.upper() != "UTF-8":
        raise ValueError(f"its encoding is {encoding}")
