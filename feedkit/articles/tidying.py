"""What feed readers have no use for, made plain: embedded media, links of headings to themselves, coloured code.

Refuses to lose text: line numbers go only where they are numbers and nothing else, and a link of a heading only where
it is a sign, or an addition to the heading.
"""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from feedkit.articles.markup import VOID, Changes, Element, parse, write
from feedkit.config.tables import EMBEDS
from feedkit.lazy_regex import later

# Sanitised HTML that needs a second look: a link in a heading, a tag within code, code in a table. Without possessive
# groups: before Python 3.11.5 they may take what they must not.
_HEADING_LINK = later(r"<h[1-6](?:[^<]++|<(?!/h[1-6]|a[ >]))*<a[ >]")
_MARKED_CODE = later(r"<pre[^>]*>\s*(?:<code[^>]*>)?[^<]*<(?!/)")
_CODE_CELL = later(r"<td[^>]*>\s*(?:<div[^>]*>\s*)*(?:<figure[^>]*>\s*)?<pre")

_HEADINGS = frozenset(["h1", "h2", "h3", "h4", "h5", "h6"])
# Hugo, Docusaurus, GitHub, Gatsby, VitePress, Sphinx and Python-Markdown, Docsy, Rehype, AnchorJS.
_ANCHORS = frozenset(
    [
        *(
            "anchor",
            "anchor-link",
            "anchorjs-link",
            "direct-link",
            "hanchor",
            "hash-link",
            "header-anchor",
            "headerlink",
        ),
        *("heading-anchor", "heading-link", "permalink", "td-heading-self-link", "toc-anchor"),
    ]
)

# Chroma, Pygments, Rouge, Hexo, highlight.js, GitHub, Prism, VitePress.
_GUTTERS = frozenset(
    [
        *("blob-num", "gl", "gutter", "hljs-ln-numbers", "line-number", "line-numbers", "line-numbers-rows"),
        *("line-numbers-wrapper", "linenodiv", "lineno", "linenos", "ln", "lnlinks", "lnt", "lntd", "rouge-gutter"),
    ]
)
_NUMBERS = later(r"[\d\s|:.]*")
_WRAPPERS = frozenset(
    ["chroma", "code-toolbar", "codehilite", "highlight", "highlighter-rouge", "highlight-wrapper", "sourceCode"]
)
# What highlighters put into code; all else there is the author's own.
_COLOURS = frozenset(["div", "figure", "span", "table", "tbody", "td", "th", "thead", "tr"])
_UNWRAPPED = _COLOURS | {"code", "pre"}
_LINES = frozenset(["div", "tr"])
_CELLS = frozenset(["td", "th"])
_TABLE = frozenset(["table", "thead", "tbody", "tfoot", "tr", "td", "th"])
# Where a paragraph may stand; anywhere else a link stands by itself.
_BLOCKS = frozenset(
    [
        *(
            "",
            "article",
            "aside",
            "blockquote",
            "dd",
            "details",
            "div",
            "figcaption",
            "figure",
            "footer",
            "header",
            "li",
        ),
        *("nav", "section", "td", "th"),
    ]
)


def is_tidy(html: str) -> bool:
    """Whether sanitised HTML has nothing that `tidied` looks at, as nearly every article."""
    if "<pre" in html and (_MARKED_CODE.search(html) or _CODE_CELL.search(html)):
        return False
    return not _HEADING_LINK.search(html)


def tidied(html: str, url: str, embeds: tuple[str, ...]) -> tuple[str, tuple[str, ...]]:
    """Sanitised HTML that still has its classes, made plain, and which elements were taken out and have no link."""
    root = parse(html)
    dropped = tuple(sorted(set(_without_media(root, embeds))))
    if "<pre" in html:
        holders = _holders(root)
        _without_gutters(root, holders)
        for element in root.walk():
            if element.name == "pre" and not any(above.name == "pre" for above in element.ancestors):
                _make_plain(element)
        _without_wrappers(root, holders)
    # Last: a link of nothing but a line number says nothing.
    _without_anchors(root, url)
    return write(root), dropped


def _without_media(root: Element, embeds: tuple[str, ...]) -> Iterator[str]:
    """Links in the places of what shows another page or plays a file; yields what says no address."""
    changes = Changes()
    for element in root.walk():
        if element.name not in EMBEDS or element.name in embeds:
            continue
        if link := _link(element):
            changes.replace(element, link)
        else:
            yield element.name
            changes.remove(element)
    changes.make(root)


def _link(element: Element) -> Element | str | None:
    sources = (child.attributes.get("src") for child in element.walk() if child.name == "source")
    address = element.attributes.get("src") or next(filter(None, sources), "")
    if not address:
        return None
    title = escape(" ".join(element.attributes.get("title", "").split()) or address, quote=False)
    if any(above.name == "a" for above in element.ancestors):
        return title
    link = Element("a", {"href": address})
    link.fill([title])
    if element.parent is None or element.parent.name not in _BLOCKS:
        return link
    paragraph = Element("p", {})
    paragraph.fill([link])
    return paragraph


def _without_anchors(root: Element, url: str) -> None:
    """Take out what links a heading to itself: readers would show a stray `#`."""
    changes = Changes()
    for heading in (element for element in root.walk() if element.name in _HEADINGS):
        for link in (element for element in heading.walk() if element.name == "a"):
            if link.attributes.get("href", "").startswith(f"{url}#") and _is_sign(link, heading):
                changes.remove(link)
                if target := link.attributes.get("id"):
                    heading.attributes.setdefault("id", target)
    changes.make(root)
    for heading in (element for element in root.walk() if element.name in _HEADINGS and changes):
        if heading.children and isinstance(heading.children[-1], str):
            heading.children[-1] = heading.children[-1].rstrip()


def _is_sign(link: Element, heading: Element) -> bool:
    text = link.text()
    if not any(char.isalnum() for char in text) and not any(element.name == "img" for element in link.walk()):
        return True
    return bool(link.classes & _ANCHORS) and text.strip() != heading.text().strip()


def _holders(root: Element) -> frozenset[Element]:
    """The elements that have code in them, or are code."""
    found: set[Element] = set()
    for element in root.walk():
        if element.name == "pre":
            for above in (element, *element.ancestors):
                if above in found:
                    break
                found.add(above)
    return frozenset(found)


def _without_gutters(root: Element, holders: frozenset[Element]) -> None:
    """Take out line numbers, and the tables that were there for them."""
    changes = Changes()
    tables: dict[Element, None] = {}
    numbered: dict[Element, bool] = {}
    for element in root.walk():
        if not _is_gutter(element, holders):
            continue
        cell = next((inner for inner in (element, *element.ancestors) if inner.name in _CELLS), None)
        if cell is not None and cell not in numbered:
            numbered[cell] = _is_number_cell(cell, holders)
        whole = cell is not None and numbered[cell]
        if element not in numbered or whole:
            changes.remove(cell if cell is not None and whole else element)
        if cell is not None and whole:
            tables.update(dict.fromkeys(above for above in cell.ancestors if above.name == "table"))
    changes.make(root)
    changes = Changes()
    for table in tables:
        _unwrap_table(table, changes)
    changes.make(root)


def _is_gutter(element: Element, holders: frozenset[Element]) -> bool:
    """Whether an element is there for line numbers, and stands in code or beside it."""
    unselectable = "user-select:none" in element.attributes.get("style", "").replace(" ", "")
    if not (unselectable or element.classes & _GUTTERS) or not _NUMBERS.fullmatch(element.text()):
        return False
    return element.parent in holders or any(above.name == "pre" for above in element.ancestors)


def _is_number_cell(cell: Element, holders: frozenset[Element]) -> bool:
    """Whether a cell has nothing but numbers. The last cell is the code, though that may be a number, too."""
    cells = [other for other in cell.parent.elements if other.name in _CELLS] if cell.parent else []
    return len(cells) > 1 and cells[-1] is not cell and bool(_NUMBERS.fullmatch(cell.text()))


def _unwrap_table(table: Element, changes: Changes) -> None:
    """Leave the code of a table whose every row has nothing else left; of one within code `_make_plain` does."""
    rows = [element for element in table.walk() if element.name == "tr"]
    if any(len(row.elements) != 1 for row in rows) or any(above.name == "pre" for above in table.ancestors):
        return
    for element in (table, *table.walk()):
        if element.name in _TABLE and not any(above.name == "pre" for above in element.ancestors):
            changes.unwrap(element)


def _make_plain(pre: Element) -> None:
    """Leave `<pre><code>` of text and what the author himself marked; what no highlighter has been at stays."""
    code = next((element for element in pre.walk() if element.name == "code"), None)
    if not any(element.name in _COLOURS for element in pre.walk()):
        return
    plain = current = Element("code", {} if code is None else code.attributes)
    last = "\n"
    for piece in pre.pieces():
        if isinstance(piece, str):
            text = piece
        else:
            element, begins = piece
            text = "\n" if _ends_line(element, begins) and last != "\n" else ""
            if element.name not in _UNWRAPPED | {"br"}:
                current = _begun(current, element) if begins else _ended(current)
        if text:
            current.children.append(text)
            last = text[-1]
    pre.fill([plain])


def _ends_line(element: Element, begins: bool) -> bool:
    return element.name == "br" or (element.name in _LINES and not begins)


def _begun(current: Element, element: Element) -> Element:
    child = Element(element.name, element.attributes, current)
    current.children.append(child)
    return current if element.name in VOID else child


def _ended(current: Element) -> Element:
    parent = current.parent or current
    if current.name == "a" and not current.children:
        # The target of a link to a line.
        parent.children.pop()
    return parent


def _without_wrappers(root: Element, holders: frozenset[Element]) -> None:
    changes = Changes()
    for element in root.walk():
        if element.name == "div" and element in holders and element.classes & _WRAPPERS:
            changes.unwrap(element)
    changes.make(root)
