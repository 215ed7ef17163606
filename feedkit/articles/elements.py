"""HTML as a tree, and back: elements of lxml, what one is called that is to go, and how it goes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from feedkit.lazy_regex import lazy_regex

# To the stubs of lxml every name and text of an element may be bytes.
Element = Any

# Names that no element of HTML has, for elements that are to go with all that is in them, and for those whose content
# stays: lxml takes out all elements of a name at once.
REMOVED, UNWRAPPED = "removed", "unwrapped"

_FRAME_CONTENT = lazy_regex(r"(<iframe\b[^>]*>).*?(?=</iframe>)", re.DOTALL)
# HTML Standard §13.1.2: elements without an end tag.
_VOID = ("br", "col", "hr", "img", "source", "track", "wbr")
_VOID_TAG = lazy_regex(rf"<(?:{'|'.join(_VOID)})\b[^>]*")

#: The deepest nesting of HTML: the time that nh3 takes grows with its square.
MAX_NESTING = 256


#: What HTML is called that has more.
TOO_DEEP = f"the body's HTML is nested more than {MAX_NESTING} levels deep"


class MarkupError(Exception):
    """HTML that cannot be made safe in reasonable time."""


def parsed(html: str) -> Element:
    """The tree of HTML as nh3 spells it, in an element of its own. Raises `MarkupError`."""
    # Late: few articles have anything to rewrite.
    from lxml import etree

    if "<iframe" in html:
        # What readers without it would show is text to the parser of HTML.
        html = _FRAME_CONTENT.sub(r"\1", html)
    # What nh3 writes is XML but for three things: elements without an end, a named character, and line ends in
    # attributes, which XML reads as blanks. libxml2's own parser of HTML has the rules of HTML 4, which move elements.
    html = _VOID_TAG.sub(r"\g<0>/", html).replace("&nbsp;", "\xa0").replace("\n", "&#10;").replace("\t", "&#9;")
    try:
        return etree.fromstring(f"<div>{html}</div>", etree.XMLParser(huge_tree=True, resolve_entities=False))
    except etree.XMLSyntaxError as error:
        # Elements that are not ended are opened again in each paragraph: thousands may be in one another.
        raise MarkupError(TOO_DEEP) from error


def written(root: Element) -> str:
    """The HTML of a tree, which is to be sanitised again."""
    from lxml import etree

    for element in root.iter():
        if not len(element) and element.text is None and element.tag not in _VOID:
            # `<p/>` would be a start tag to nh3.
            element.text = ""
    return etree.tostring(root, encoding="unicode").removeprefix("<div>").removesuffix("</div>")


def walk(element: Element) -> Iterator[tuple[str, Element]]:
    """Every element with `start` or `end`, in the order of their tags."""
    from lxml import etree

    yield from etree.iterwalk(element, events=("start", "end"))


def strip(root: Element) -> None:
    """Take out what was named so."""
    from lxml import etree

    etree.strip_elements(root, REMOVED, with_tail=False)
    etree.strip_tags(root, UNWRAPPED)


def classes(element: Element) -> set[str]:
    """The classes of an element."""
    return set(element.get("class", "").split())
