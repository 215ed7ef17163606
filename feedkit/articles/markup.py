"""Sanitised HTML as a tree and back. Refuses HTML as people write it: only the sanitiser's own spelling is read."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from html import escape, unescape

from feedkit.lazy_regex import later

#: HTML Standard §13.1.2: elements without an end tag.
VOID = frozenset("area base br col embed hr img input link meta source track wbr".split())  # noqa: SIM905

# The sanitiser quotes every value and escapes `<` and `>` in text and in values.
_TAG = later(r"<(/?)([a-zA-Z][^\s/>]*)((?:\s[^\s=>]+=\"[^\"]*\")*)\s*>")
_ATTRIBUTE = later(r'\s([^\s=>]+)="([^"]*)"')
_FRAME = later(r"(<iframe\b[^>]*>).*?(?=</iframe>)", re.DOTALL)


class Element:
    """An element and what is in it: text, as it is escaped in HTML, and elements."""

    __slots__ = ("attributes", "children", "name", "parent")

    def __init__(self, name: str, attributes: dict[str, str], parent: Element | None = None) -> None:
        self.name = name
        #: Values, unescaped.
        self.attributes = attributes
        self.children: list[Element | str] = []
        self.parent = parent

    @property
    def classes(self) -> frozenset[str]:
        """The names in its `class`."""
        return frozenset(self.attributes.get("class", "").split())

    @property
    def elements(self) -> list[Element]:
        """The elements directly in it."""
        return [child for child in self.children if isinstance(child, Element)]

    @property
    def ancestors(self) -> Iterator[Element]:
        """What it is in, from the inside."""
        above = self.parent
        while above is not None:
            yield above
            above = above.parent

    def walk(self) -> Iterator[Element]:
        """Every element in it, in the order in which they begin; what is changed meanwhile is not seen."""
        pending = self.elements[::-1]
        while pending:
            element = pending.pop()
            yield element
            pending += element.elements[::-1]

    def pieces(self) -> Iterator[str | tuple[Element, bool]]:
        """Texts, and the beginnings and ends of elements."""
        # Without recursion: HTML is nested deeper than Python likes.
        pending: list[str | tuple[Element, bool]] = [*map(_begun, reversed(self.children))]
        while pending:
            piece = pending.pop()
            yield piece
            if isinstance(piece, tuple) and piece[1] and piece[0].name not in VOID:
                pending.append((piece[0], False))
                pending += map(_begun, reversed(piece[0].children))

    def text(self) -> str:
        """All text in it, unescaped."""
        return unescape("".join(piece for piece in self.pieces() if isinstance(piece, str)))

    def fill(self, children: Iterable[Element | str]) -> None:
        """Put others into it, in place of what is in it."""
        self.children = list(children)
        for child in self.elements:
            child.parent = self


class Changes:
    """What is to stand in the places of elements; made all at once, so that the time stays linear."""

    def __init__(self) -> None:
        self._others: dict[Element, tuple[Element | str, ...] | None] = {}

    def __bool__(self) -> bool:
        return bool(self._others)

    def remove(self, element: Element) -> None:
        """Take an element out with all that is in it."""
        self._others[element] = ()

    def unwrap(self, element: Element) -> None:
        """Take an element out, and leave what is in it."""
        self._others[element] = None

    def replace(self, element: Element, other: Element | str) -> None:
        """Put something in its place."""
        self._others[element] = (other,)

    def make(self, root: Element) -> None:
        """Make the changes, from the inside."""
        parents = dict.fromkeys(element.parent or root for element in self._others)
        order = [element for element in [root, *root.walk()] if element in parents]
        for parent in reversed(order):
            parent.fill(other for child in parent.children for other in self._instead(child))

    def _instead(self, child: Element | str) -> Sequence[Element | str]:
        if isinstance(child, str) or child not in self._others:
            return (child,)
        others = self._others[child]
        return child.children if others is None else others


def parse(html: str) -> Element:
    """The tree of sanitised HTML. What an `iframe` holds for readers without one is left out."""
    if "<iframe" in html:
        html = _FRAME.sub(r"\1", html)
    root = current = Element("", {})
    position = 0
    for tag in _TAG.finditer(html):
        if tag.start() > position:
            current.children.append(html[position : tag.start()])
        position = tag.end()
        if tag[1]:
            current = current.parent or root
            continue
        attributes = {name: unescape(value) for name, value in _ATTRIBUTE.findall(tag[3])}
        element = Element(tag[2], attributes, current)
        current.children.append(element)
        if tag[2] not in VOID:
            current = element
    if position < len(html):
        current.children.append(html[position:])
    return root


def write(root: Element) -> str:
    """The HTML of what is in an element."""
    return "".join(piece if isinstance(piece, str) else _tag(*piece) for piece in root.pieces())


def _begun(child: Element | str) -> str | tuple[Element, bool]:
    return child if isinstance(child, str) else (child, True)


def _quoted(value: str) -> str:
    return escape(value, quote=False).replace('"', "&quot;")


def _tag(element: Element, begins: bool) -> str:
    if not begins:
        return f"</{element.name}>"
    attributes = "".join(f' {name}="{_quoted(value)}"' for name, value in element.attributes.items())
    return f"<{element.name}{attributes}>"
