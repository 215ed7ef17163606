"""Code without colours, line numbers and the tables around them: what readers show is its text."""

from __future__ import annotations

from collections.abc import Iterable, Set

from feedkit.articles.elements import REMOVED, UNWRAPPED, Element, classes, strip, walk
from feedkit.lazy_regex import lazy_regex

# fmt: off
# Chroma, Pygments, Rouge, Hexo, highlight.js, GitHub, Prism, VitePress.
_GUTTER_CLASSES = frozenset([
    "blob-num", "gl", "gutter", "hljs-ln-numbers", "line-number", "line-numbers", "line-numbers-rows",
    "line-numbers-wrapper", "linenodiv", "lineno", "linenos", "ln", "lnlinks", "lnt", "lntd", "rouge-gutter",
])
_WRAPPER_CLASSES = frozenset([
    "chroma", "code-toolbar", "codehilite", "highlight", "highlighter-rouge", "highlight-wrapper", "sourceCode",
])
_CODE_CLASSES = _GUTTER_CLASSES | _WRAPPER_CLASSES
# fmt: on
_NUMBERS = lazy_regex(r"[\d\s|:.]*")
# What highlighters put into code; all else there is the author's own.
_COLOURS = ("div", "figure", "span", "table", "tbody", "td", "th", "thead", "tr")
_LINES = ("div", "tr")
_CELLS = ("td", "th")
_TABLE = ("table", "thead", "tbody", "tfoot", "tr", "td", "th")

_COLOURED_CODE = lazy_regex(
    r"<pre\b[^<]*+(?:<(?!/?pre\b|(?:div|figure|span|table|t[dhr]|tbody|thead)\b)[^<]*+)*"
    r"<(?:div|figure|span|table|t[dhr]|tbody|thead)\b"
)


def has_code(names: Set[str], attributes: Iterable[tuple[str, str]], html: str) -> bool:
    """Whether there may be code to make plain in HTML, by its elements and attributes."""
    return "pre" in names and (
        any(name == "class" and not _CODE_CLASSES.isdisjoint(value.split()) for name, value in attributes)
        or any(name == "style" and "user-select" in value for name, value in attributes)
        or (not names.isdisjoint(_COLOURS) and _COLOURED_CODE.search(html) is not None)
    )


def strip_code(root: Element) -> None:
    """Leave `<pre><code>` of text and what the author himself marked, without tables and boxes around it."""
    # The elements that have code in them, or are code.
    holders: set[Element] = set()
    for pre in root.iter("pre"):
        for element in (pre, *pre.iterancestors()):
            if element in holders:
                break
            holders.add(element)
    _strip_line_numbers(root, holders)
    for pre in [pre for pre in root.iter("pre") if next(pre.iterancestors("pre"), None) is None]:
        if next(pre.iter(*_COLOURS), None) is not None:
            _strip_colours(pre)
    for element in holders:
        if element.tag == "div" and classes(element) & _WRAPPER_CLASSES:
            element.tag = UNWRAPPED
    strip(root)


def _strip_line_numbers(root: Element, holders: Set[Element]) -> None:
    """Take out line numbers in code or beside it, and the tables that were there for them."""
    removed: list[Element] = []
    tables: list[Element] = []
    number_cells: dict[Element, bool] = {}
    for element in root.xpath("//*[@class or @style]"):
        unselectable = "user-select:none" in element.get("style", "").replace(" ", "")
        if not (unselectable or classes(element) & _GUTTER_CLASSES) or not _is_number(element):
            continue
        if element.getparent() not in holders and next(element.iterancestors("pre"), None) is None:
            continue
        cell = element if element.tag in _CELLS else next(element.iterancestors(*_CELLS), None)
        if cell is not None and cell not in number_cells:
            # The last cell of a row is the code, though that may be a number, too.
            number_cells[cell] = next(cell.itersiblings(*_CELLS), None) is not None and _is_number(cell)
        if cell is not None and number_cells[cell]:
            removed.append(cell)
            tables += cell.iterancestors("table")
        elif cell is not element:
            removed.append(element)
    for element in removed:
        element.tag = REMOVED
    strip(root)
    # A table of which every row has only one cell now; a table within code goes with the colours.
    for table in dict.fromkeys(tables):
        if next(table.iterancestors("pre"), None) is None and all(len(row) == 1 for row in table.iter("tr")):
            for part in table.iter(*_TABLE):
                if next(part.iterancestors("pre"), None) is None:
                    part.tag = UNWRAPPED
    strip(root)


def _is_number(element: Element) -> bool:
    return _NUMBERS.fullmatch("".join(element.itertext())) is not None


def _strip_colours(pre: Element) -> None:
    """Leave a single `<code>` in it, of text and what the author himself marked; every line ends."""
    code = pre.makeelement("code", next((dict(code.attrib) for code in pre.iter("code")), {}))
    last = "\n"
    for event, element in walk(pre):
        if event == "start":
            if element.tag == "br" and last != "\n":
                element.text = "\n"
            text = element.text
        else:
            if element.tag in _LINES and last != "\n":
                last = "\n"
                if len(element):
                    element[-1].tail = (element[-1].tail or "") + "\n"
                else:
                    element.text = (element.text or "") + "\n"
            text = None if element is pre else element.tail
        if text:
            last = text[-1]
    for element in list(pre.iterdescendants(*_COLOURS, "code", "pre", "br")):
        element.tag = UNWRAPPED
    strip(pre)
    for link in pre.iter("a"):
        if not len(link) and not link.text:
            # The target of a link to a line.
            link.tag = REMOVED
    strip(pre)
    code.text, pre.text = pre.text, None
    code[:] = pre[:]
    pre.append(code)
