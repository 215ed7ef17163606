"""The only importer of lxml among the formats: framed serialisation, and the parser that every document must pass.

Refuses entities, document types and the network when it reads (RFC 4287 §8.1, reliability before features).
"""

from __future__ import annotations

from collections.abc import Mapping
from copy import copy
from html import escape

from lxml import etree

from feedkit.formats._markup import hexadecimal

XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"

Element = etree._Element


def add(parent: Element, tag: str, text: str | None = None, **attributes: str | None) -> Element:
    """A new child with the attributes that have a value."""
    child = etree.SubElement(parent, tag)
    for name, value in attributes.items():
        if value is not None:
            # `text_` is the attribute called text, which the element's own text has taken.
            child.set("text" if name == "text_" else name, value)
    if text is not None:
        child.text = text
    return child


def style(root: Element, href: str) -> None:
    """`xml-stylesheet` before the root (xml-stylesheet 1.0 §3). CSS only: browsers give up XSLT."""
    # An instruction has no escapes of its own: the recommendation gives it those of attributes.
    root.addprevious(etree.ProcessingInstruction("xml-stylesheet", f'type="text/css" href="{escape(href)}"'))


class Carrier:
    """An empty root that declares every namespace, to serialise one element at a time as it stands in a whole document.

    An element serialised outside its root declares its namespaces again (`ns0:encoded`): hence the root.
    """

    def __init__(self, *tags: str, namespaces: Mapping[str, str], **attributes: str) -> None:
        self._root = parent = etree.Element(tags[0], attributes, nsmap=dict(namespaces))
        for tag in tags[1:]:
            parent = etree.SubElement(parent, tag)
        self._depth = len(tags) - 1
        self._prefix, _, self._suffix = self._serialise(etree.Element("cut")).partition(b"<cut/>")

    def fragment(self, element: Element) -> bytes:
        """The bytes of the element between its root's start and end tags; the element is moved out of its tree."""
        whole = self._serialise(element)
        return hexadecimal(whole[len(self._prefix) : len(whole) - len(self._suffix)])

    def _serialise(self, element: Element) -> bytes:
        # A root of its own per call: a shared one would be state that threads fight over.
        root = parent = copy(self._root)
        for _ in range(self._depth):
            parent = parent[0]
        parent.append(element)
        return etree.tostring(root, encoding="UTF-8", xml_declaration=False)


def parse(data: bytes) -> None:
    """Read a document as a wary reader would.

    Raises `ValueError` where it is not well-formed XML or has a document type.
    """
    # A parser of its own per call: lxml's are not to be shared between threads.
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise ValueError(str(error)) from error
    if root.getroottree().docinfo.doctype:  # type: ignore[union-attr]  # the stubs know less than lxml
        raise ValueError("it has a document type")
