"""Plain HTML in place of what only a web page can use.

Players become links, headings lose their links to themselves, code its colours and line numbers. No text is lost: line
numbers go only where they are numbers and nothing else, a link of a heading only where it is a sign or an addition.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Set
from typing import Any, Literal

from feedkit.config.tables import EMBEDS
from feedkit.lazy_regex import lazy_regex

#: What there may be to do.
Part = Literal["players", "code", "self-links"]
PARTS: frozenset[Part] = frozenset(["players", "code", "self-links"])

# To the stubs of lxml every name and text of an element may be bytes.
_Element = Any

_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
# fmt: off
# Hugo, Docusaurus, GitHub, Gatsby, VitePress, Sphinx and Python-Markdown, Docsy, Rehype, AnchorJS.
_ANCHOR_CLASSES = frozenset([
    "anchor", "anchor-link", "anchorjs-link", "direct-link", "hanchor", "hash-link", "header-anchor", "headerlink",
    "heading-anchor", "heading-link", "permalink", "td-heading-self-link", "toc-anchor",
])
# Chroma, Pygments, Rouge, Hexo, highlight.js, GitHub, Prism, VitePress.
_GUTTER_CLASSES = frozenset([
    "blob-num", "gl", "gutter", "hljs-ln-numbers", "line-number", "line-numbers", "line-numbers-rows",
    "line-numbers-wrapper", "linenodiv", "lineno", "linenos", "ln", "lnlinks", "lnt", "lntd", "rouge-gutter",
])
_WRAPPER_CLASSES = frozenset([
    "chroma", "code-toolbar", "codehilite", "highlight", "highlighter-rouge", "highlight-wrapper", "sourceCode",
])
_CODE_CLASSES = _GUTTER_CLASSES | _WRAPPER_CLASSES
# Where a paragraph may stand; anywhere else a link stands by itself.
_BLOCKS = frozenset([
    "article", "aside", "blockquote", "dd", "details", "div", "figcaption", "figure", "footer", "header", "li", "nav",
    "section", "td", "th",
])
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
_LINK_IN_HEADING = lazy_regex(r"<h[1-6]\b[^<]*+(?:<(?!/?h[1-6]\b|a\b[^<]*#)[^<]*+)*<a\b[^<]*#")

_FRAME_CONTENT = lazy_regex(r"(<iframe\b[^>]*>).*?(?=</iframe>)", re.DOTALL)
# HTML Standard §13.1.2: elements without an end tag.
_VOID = ("br", "col", "hr", "img", "source", "track", "wbr")
_VOID_TAG = lazy_regex(rf"<(?:{'|'.join(_VOID)})\b[^>]*")

# Names that no element of HTML has, for elements that are to go with all that is in them, and for those whose content
# stays: lxml takes out all elements of a name at once.
_REMOVED, _UNWRAPPED = "removed", "unwrapped"


#: The deepest nesting of HTML: the time that nh3 takes grows with its square.
MAX_NESTING = 256


class NestingError(Exception):
    """HTML that is nested too deeply to be made safe in reasonable time."""

    def __init__(self) -> None:
        super().__init__(f"the body's HTML is nested more than {MAX_NESTING} levels deep")


def parts_to_rewrite(names: Set[str], attributes: Iterable[tuple[str, str]], html: str) -> Set[Part]:
    """What of `rewritten` there may be to do in HTML that is not yet safe, by its elements and attributes.

    All names, also those in the HTML, are in lower case.
    """
    parts: set[Part] = set()
    if not names.isdisjoint(EMBEDS):
        parts.add("players")
    if "pre" in names and (
        any(name == "class" and not _CODE_CLASSES.isdisjoint(value.split()) for name, value in attributes)
        or any(name == "style" and "user-select" in value for name, value in attributes)
        or (not names.isdisjoint(_COLOURS) and _COLOURED_CODE.search(html))
    ):
        parts.add("code")
    has_fragments = any(name == "href" and "#" in value for name, value in attributes)
    if has_fragments and not names.isdisjoint(_HEADINGS) and _LINK_IN_HEADING.search(html):
        parts.add("self-links")
    return parts


def rewritten(html: str, url: str, embeds: Collection[str], parts: Set[Part]) -> tuple[str, tuple[str, ...]]:
    """HTML of the page at `url` made plain, and the names of the players that had no address and were taken out.

    `html` is as nh3 spells it, with its classes; of what shows another page or plays a file the `embeds` stay. The
    result is to be sanitised again, which also gives it its spelling. Raises `NestingError`.
    """
    # Late: few articles have anything to rewrite.
    from lxml import etree

    if "<iframe" in html:
        # What readers without it would show is text to the parser of HTML.
        html = _FRAME_CONTENT.sub(r"\1", html)
    # What nh3 writes is XML but for three things: elements without an end, a named character, and line ends in
    # attributes, which XML reads as blanks. libxml2's own parser of HTML has the rules of HTML 4, which move elements.
    html = _VOID_TAG.sub(r"\g<0>/", html).replace("&nbsp;", "\xa0").replace("\n", "&#10;").replace("\t", "&#9;")
    try:
        root: _Element = etree.fromstring(f"<div>{html}</div>", etree.XMLParser(huge_tree=True, resolve_entities=False))
    except etree.XMLSyntaxError as error:
        # Elements that are not ended are opened again in each paragraph: thousands may be in one another.
        raise NestingError from error
    without_url = _link_players(root, embeds) if "players" in parts else ()
    if "code" in parts:
        _strip_code(root)
    if "self-links" in parts:
        _strip_self_links(root, f"{url}#")
    for element in root.iter():
        if not len(element) and element.text is None and element.tag not in _VOID:
            # `<p/>` would be a start tag to nh3.
            element.text = ""
    return etree.tostring(root, encoding="unicode").removeprefix("<div>").removesuffix("</div>"), without_url


def _strip(root: _Element) -> None:
    """Take out what was named so."""
    from lxml import etree

    etree.strip_elements(root, _REMOVED, with_tail=False)
    etree.strip_tags(root, _UNWRAPPED)


def _link_players(root: _Element, embeds: Collection[str]) -> tuple[str, ...]:
    """Put links in the places of what shows another page or plays a file; the names of what says no address."""
    without_url: set[str] = set()
    for element in list(root.iter(*EMBEDS)):
        if element.tag in embeds:
            continue
        sources = [source.get("src") for source in element.iter("source")]
        address = element.get("src") or next(filter(None, sources), None)
        title = " ".join(element.get("title", "").split()) or address
        parent, in_link = element.getparent(), next(element.iterancestors("a"), None) is not None
        element.clear(keep_tail=True)
        if not address:
            without_url.add(element.tag)
            element.tag = _REMOVED
        elif in_link:
            element.tag, element.text = _UNWRAPPED, title
        else:
            link = element
            # What stood in another player is gone with it.
            if parent is not None and parent.tag in _BLOCKS:
                element.tag = "p"
                element.append(link := element.makeelement("a"))
            link.tag, link.text = "a", title
            link.set("href", address)
    _strip(root)
    return tuple(sorted(without_url))


def _strip_self_links(root: _Element, prefix: str) -> None:
    """Take out what links a heading to itself: readers would show a stray `#`."""
    headings = list(root.iter(*_HEADINGS))
    # From the inside: a heading within a heading has its own links.
    for heading in reversed(headings):
        links = [link for link in heading.iter("a") if link.get("href", "").startswith(prefix)]
        whole = "".join(heading.itertext()).strip() if links else ""
        for link in links:
            text = "".join(link.itertext())
            is_sign = not any(char.isalnum() for char in text) and next(link.iter("img"), None) is None
            if not is_sign and not (_classes(link) & _ANCHOR_CLASSES and text.strip() != whole):
                continue
            if (target := link.get("id")) and heading.get("id") is None:
                heading.set("id", target)
            link.tag = _REMOVED
    if next(root.iter(_REMOVED), None) is None:
        return
    _strip(root)
    for heading in headings:
        # A blank that does not break was put there on purpose.
        if not len(heading):
            heading.text = (heading.text or "").rstrip(" \t\n")
        else:
            heading[-1].tail = (heading[-1].tail or "").rstrip(" \t\n")


def _classes(element: _Element) -> set[str]:
    return set(element.get("class", "").split())


def _strip_code(root: _Element) -> None:
    """Leave `<pre><code>` of text and what the author himself marked, without tables and boxes around it."""
    # The elements that have code in them, or are code.
    holders: set[_Element] = set()
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
        if element.tag == "div" and _classes(element) & _WRAPPER_CLASSES:
            element.tag = _UNWRAPPED
    _strip(root)


def _strip_line_numbers(root: _Element, holders: Set[_Element]) -> None:
    """Take out line numbers in code or beside it, and the tables that were there for them."""
    removed: list[_Element] = []
    tables: list[_Element] = []
    number_cells: dict[_Element, bool] = {}
    for element in root.xpath("//*[@class or @style]"):
        unselectable = "user-select:none" in element.get("style", "").replace(" ", "")
        if not (unselectable or _classes(element) & _GUTTER_CLASSES) or not _is_number(element):
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
        element.tag = _REMOVED
    _strip(root)
    # A table of which every row has only one cell now; a table within code goes with the colours.
    for table in dict.fromkeys(tables):
        if next(table.iterancestors("pre"), None) is None and all(len(row) == 1 for row in table.iter("tr")):
            for part in table.iter(*_TABLE):
                if next(part.iterancestors("pre"), None) is None:
                    part.tag = _UNWRAPPED
    _strip(root)


def _is_number(element: _Element) -> bool:
    return _NUMBERS.fullmatch("".join(element.itertext())) is not None


def _strip_colours(pre: _Element) -> None:
    """Leave a single `<code>` in it, of text and what the author himself marked; every line ends."""
    from lxml import etree

    code = pre.makeelement("code", next((dict(code.attrib) for code in pre.iter("code")), {}))
    last = "\n"
    for event, element in etree.iterwalk(pre, events=("start", "end")):
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
        element.tag = _UNWRAPPED
    etree.strip_tags(pre, _UNWRAPPED)
    for link in pre.iter("a"):
        if not len(link) and not link.text:
            # The target of a link to a line.
            link.tag = _REMOVED
    etree.strip_elements(pre, _REMOVED, with_tail=False)
    code.text, pre.text = pre.text, None
    code[:] = pre[:]
    pre.append(code)
