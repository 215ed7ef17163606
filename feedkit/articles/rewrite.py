"""Replaces markup that only works on a web page (players, lazy pictures, highlighted code) by plain HTML, with lxml.

No text is lost: line numbers are removed only if they are just numbers, the link of a heading to itself only if its
text is a sign. nh3 keeps the classes of elements for this, and removes them afterwards.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Set
from itertools import islice
from typing import Any
from urllib.parse import unquote, urlsplit

from lxml import etree

from feedkit.articles import html_scan
from feedkit.articles.html_scan import ContentError
from feedkit.config.site import EMBEDS
from feedkit.lazy_regex import lazy_regex

# To the stubs of lxml every name and text of an element may be bytes.
Element = Any

# Names that no element of HTML has, for elements that are removed with their content, and for elements whose content
# stays: lxml removes all elements with a name at once.
REMOVED, UNWRAPPED = "removed", "unwrapped"

_FRAME_CONTENT = lazy_regex(r"(<iframe\b[^>]*>).*?(?=</iframe>)", re.DOTALL)
# HTML Standard §13.1.2: elements without an end tag.
_VOID = ("br", "col", "hr", "img", "source", "track", "wbr")
_VOID_TAG = lazy_regex(rf"<(?:{'|'.join(_VOID)})\b[^>]*")
# Elements that may contain a paragraph; in other elements a link gets none around it.
_BLOCKS = frozenset(
    "article aside blockquote dd details div figcaption figure footer header li nav section td th".split()
)
# Hugo, Docusaurus, GitHub, Gatsby, VitePress, Sphinx and Python-Markdown, Docsy, Rehype, AnchorJS.
_ANCHOR_CLASSES = frozenset(
    "anchor anchor-link anchorjs-link direct-link hanchor hash-link header-anchor headerlink heading-anchor"
    " heading-link permalink td-heading-self-link toc-anchor".split()
)

# Without the no-break space, which authors write on purpose.
_SPACE = " \t\n"
_NUMBERS = lazy_regex(r"[\d\s|:.]*")
_CELLS = ("td", "th")
_TABLE = ("table", "thead", "tbody", "tfoot", "tr", *_CELLS)

# The controls of the players of Ghost and WordPress: buttons, times and speeds.
_CONTROLS = frozenset(
    "kg-audio-player kg-audio-thumbnail kg-file-card-icon kg-file-card-metadata kg-video-overlay"
    " kg-video-player-container mejs-controls mejs-layers mejs-offscreen wp-block-file__button".split()
)
# Cards that are one link, with the classes of their titles and descriptions.
_LINK_CARDS = {
    "kg-bookmark-container": ("kg-bookmark-title", "kg-bookmark-description"),
    "kg-file-card-container": ("kg-file-card-title", "kg-file-card-caption"),
}
_CARDS = frozenset([*_LINK_CARDS, "kg-audio-card", "kg-video-card", "wp-block-audio", "wp-block-video"])
_PLACEHOLDER = lazy_regex(
    r"\s*(?:data:.*|about:blank|.*(?:placeholder|blank|spacer|loading|lazy|transparent|pixel|1x1)[\w.-]*\.(?:gif|png|svg|jpe?g|webp).*)?",
    re.IGNORECASE | re.DOTALL,
)
_BARE_URL = lazy_regex(r"\s*(https?://\S+)\s*")
# Goldmark's and Kramdown's `fn:1`, Pandoc's `fn1`, GitHub's `user-content-fn-1`.
_NOTE_ID = lazy_regex(r"(?:user-content-)?fn(ref)?[:_-]?(\w[\w:.-]*)")
_UNSAFE_IN_ID = lazy_regex(r"[^\w-]+")


def rewritten(html: str, url: str, embeds: Collection[str], parts: Set[str]) -> tuple[str, set[str]]:
    """Simplified HTML for the page at `url`, and the names of removed players without an address.

    `html` is in the form of nh3. Players and frames in `embeds` stay. The result must be sanitised again. Raises
    `ContentError`.
    """
    if "<iframe" in html:
        # The HTML parser takes the fallback content of a frame for text.
        html = _FRAME_CONTENT.sub(r"\1", html)
    # The output of nh3 is XML except for three things: elements without an end, a named character, and line ends in
    # attributes, which XML reads as spaces. libxml2's own HTML parser has the rules of HTML 4, which move elements.
    html = _VOID_TAG.sub(r"\g<0>/", html).replace("&nbsp;", "\xa0").replace("\n", "&#10;").replace("\t", "&#9;")
    try:
        root = etree.fromstring(f"<div>{html}</div>", etree.XMLParser(huge_tree=True, resolve_entities=False))
    except etree.XMLSyntaxError as error:
        # Unclosed elements are opened again in each paragraph, so that thousands may be nested.
        raise ContentError(html_scan.TOO_DEEP) from error
    without_url: set[str] = set()
    steps: dict[str, Callable[[], None]] = {
        "pictures": lambda: _load_pictures(root, url),
        "cards": lambda: _open_cards(root),
        "formulas": lambda: _write_formulas(root),
        "footnotes": lambda: _name_footnotes(root, url),
        "players": lambda: _link_players(root, embeds, without_url),
        "code": lambda: _strip_code(root),
        "self-links": lambda: _strip_self_links(root, f"{url}#"),
    }
    for part, step in steps.items():
        if part in parts:
            step()
            _strip(root)
    for element in root.iter():
        if not len(element) and element.text is None and element.tag not in _VOID:
            # With a text, since nh3 would read `<p/>` as a start tag.
            element.text = ""
    html = etree.tostring(root, encoding="unicode").removeprefix("<div>").removesuffix("</div>")
    return html, without_url


def _strip(root: Element) -> None:
    etree.strip_elements(root, REMOVED, with_tail=False)
    etree.strip_tags(root, UNWRAPPED)


def _classes(element: Element) -> set[str]:
    return set(element.get("class", "").split())


def _outermost(root: Element, is_of_kind: Callable[[Element], bool]) -> Iterator[Element]:
    """The elements of a kind that are not in another element of that kind; the tree may be changed between them."""
    inside = 0
    for element in list(root.iter()):
        if inside:
            inside -= 1
        elif is_of_kind(element):
            inside = sum(1 for _ in element.iterdescendants())
            yield element


def _is_in(element: Element, name: str) -> bool:
    return next(element.iterancestors(name), None) is not None


def _by_class(elements: Iterable[Element], name: str) -> Iterator[Element]:
    return (element for element in elements if name in _classes(element))


def _text(element: Element) -> str:
    return " ".join("".join(element.itertext()).split())


def _add_link(parent: Element, url: str, text: str) -> None:
    etree.SubElement(parent, "a", {"href": url}).text = text


def _end_text(element: Element, end: str, blanks: str = _SPACE) -> None:
    """Replace the `blanks` at the end of an element's text by `end`."""
    # Without `len(element)`, which counts all children.
    if (last := next(element.iterchildren(reversed=True), None)) is not None:
        last.tail = f"{(last.tail or '').rstrip(blanks)}{end}"
    else:
        element.text = f"{(element.text or '').rstrip(blanks)}{end}"


def _load_pictures(root: Element, url: str) -> None:
    """Give pictures the addresses that a script would set."""
    for noscript in root.iter(html_scan.NOSCRIPT):
        inner = next(noscript.iter("img"), None)
        # Its neighbour is the same picture if that is loaded lazily or has the same address.
        for neighbour in (noscript.getprevious(), noscript.getnext()):
            pictures = [] if neighbour is None else list(neighbour.iter("img"))
            if inner is None or len(pictures) != 1:
                continue
            lazy = pictures[0]
            addresses = {lazy.get(name) for name in ("src", *html_scan.LAZY_SOURCES)} - {None, ""}
            is_lazy = any(lazy.get(name) for name in html_scan.LAZY_ATTRIBUTES) or _PLACEHOLDER.fullmatch(
                lazy.get("src", "")
            )
            if is_lazy or inner.get("src") in addresses:
                if lazy.get("alt") and not inner.get("alt"):
                    inner.set("alt", lazy.get("alt"))
                lazy.tag = REMOVED
                break
    for element in root.iter("img", "source", "iframe", "video", "audio"):
        # nh3 has replaced an empty address by that of the page.
        is_placeholder = element.get("src") == url or _PLACEHOLDER.fullmatch(element.get("src", "")) is not None
        sources = [
            name for name in html_scan.LAZY_SOURCES if element.get(name) and (is_placeholder or name != "data-original")
        ]
        for attribute, names in (("src", sources), ("srcset", filter(element.get, html_scan.LAZY_SETS))):
            if name := next(iter(names), None):
                element.set(attribute, element.get(name))
        if element.tag == "img" and is_placeholder and not sources and element.get("srcset"):
            element.set("src", next(html_scan.candidates(element.get("srcset")), ("", ""))[0])
    for noscript in root.iter(html_scan.NOSCRIPT):
        noscript.tag = UNWRAPPED


def _open_cards(root: Element) -> None:
    """Turn the cards of Ghost and WordPress into links, and remove the controls of their players."""
    for element in list(root.iter()):
        classes = _classes(element)
        if classes & _CONTROLS:
            element.tag = REMOVED
        elif "wp-block-embed__wrapper" in classes and not len(element):
            if url := _BARE_URL.fullmatch(element.text or ""):
                element.text = None
                _add_link(element, url[1], url[1])
        elif "wp-embedded-content" in classes and element.tag == "iframe":
            quotation = element.getprevious()
            if quotation is not None and "wp-embedded-content" in _classes(quotation):
                element.tag = REMOVED
    for card in _outermost(root, lambda element: bool(_classes(element) & _CARDS)):
        classes = _classes(card)
        if names := next((_LINK_CARDS[name] for name in classes if name in _LINK_CARDS), None):
            title, description = (next(map(_text, _by_class(card.iter(), name)), "") for name in names)
            address = card.get("href", "")
            card.clear(keep_tail=True)
            card.tag = "p"
            _add_link(card, address, title or address)
            if description:
                etree.SubElement(card, "br").tail = description
            continue
        # The title of a player is the text of an element next to it.
        titles = _by_class(card.iter(), "kg-audio-title") if "kg-audio-card" in classes else card.iter("figcaption")
        player, label = next(card.iter("audio", "video"), None), next(titles, None)
        if player is not None and label is not None and not player.get("title") and (text := _text(label)):
            player.set("title", text)
            label.tag = REMOVED


def _write_formulas(root: Element) -> None:
    """Replace formulas by their TeX; if a formula has none, keep its MathML, and remove the visual duplicate."""
    for element in list(root.iter(html_scan.TEX)):
        for before in islice(element.itersiblings(preceding=True), 2):
            if any(name.startswith("MathJax") for name in _classes(before)) and not (before.tail or "").strip():
                before.tag = REMOVED
        _write_tex(element, element.text or "", display=element.get("display") == "block")

    def is_formula(element: Element) -> bool:
        is_math = element.tag in ("math", "mjx-container") or not _classes(element).isdisjoint(("katex", "MathJax"))
        return is_math and element.tag != REMOVED and not _is_in(element, REMOVED)

    for element in _outermost(root, is_formula):
        sources = [each for each in element.iter("annotation") if "tex" in each.get("encoding", "").lower()]
        if sources:
            display = any(each.get("display") in ("block", "true") for each in element.iter("math", "mjx-container"))
            _write_tex(element, "".join(sources[0].itertext()), display=display)
        elif element.tag != "math" and next(element.iter("math"), None) is not None:
            for twin in element.iterdescendants():
                if twin.tag == "mjx-math" or twin.get("aria-hidden") == "true":
                    twin.tag = REMOVED
    for element in list(root.iter("math", *html_scan.FORMULA_TAGS)):
        # Without a letter, a number or a sign it is no formula.
        if element.tag != "math" or next(element.iter("mi", "mn", "mo", "mtext"), None) is None:
            element.tag = REMOVED if element.tag == "annotation" else UNWRAPPED


def _write_tex(element: Element, tex: str, *, display: bool) -> None:
    opening, closing = (r"\[", r"\]") if display else (r"\(", r"\)")
    element.clear(keep_tail=True)
    element.tag, element.text = UNWRAPPED, f"{opening}{tex.strip()}{closing}"


def _name_footnotes(root: Element, url: str) -> None:
    """Give footnotes ids that are unique among articles, and move those of Markdown to the end, with links back."""
    name = _id_part(unquote(urlsplit(url).path.rstrip("/").rpartition("/")[2])).strip("-") or "home"
    _list_footnotes(root, url, name)
    # Not by XPath, whose time grows with the square of the number of results.
    ids = [(element, match) for element in root.iter() if (match := _NOTE_ID.fullmatch(element.get("id", "")))]
    notes = {match[2] for _, match in ids if not match[1]} & {
        match[2].partition(":")[0] for _, match in ids if match[1]
    }
    new_ids = {
        match[0]: f"fn{match[1] or ''}-{name}-{match[2]}"
        for _, match in ids
        if match[2].partition(":")[0] in notes and not match[2].startswith(f"{name}-")
    }
    for element, match in ids:
        element.set("id", new_ids.get(match[0], match[0]))
    for link in root.iter("a"):
        address, _, fragment = link.get("href", "").partition("#")
        if address == url and unquote(fragment) in new_ids:
            link.set("href", f"{url}#{new_ids[unquote(fragment)]}")


def _list_footnotes(root: Element, url: str, name: str) -> None:
    """Append an ordered list of the footnotes of Markdown, which numbers them itself."""
    numbered: list[tuple[int, Element]] = []
    for note in list(_by_class(root.iter("div"), "footnote-definition")):
        number = ""
        if len(note) and "footnote-definition-label" in _classes(note[0]) and (number := _text(note[0])):
            note.text = (note.text or "") + (note[0].tail or "").lstrip("\n")
            note.remove(note[0])
        numbered.append((int(number) if number.isdecimal() else len(numbered), note))
    notes = [(note.get("id", ""), note) for _, note in sorted(numbered, key=lambda pair: pair[0])]
    labels = {label for label, _ in notes}
    references: dict[str, list[str]] = {}
    for mark in _by_class(root.iter("sup"), "footnote-reference"):
        if (link := mark.find("a")) is None:
            continue
        label = unquote(link.get("href", "").partition("#")[2])
        ids = references.setdefault(label, [])
        again = f"-{len(ids) + 1}" if ids else ""
        ids.append(f"fnref-{name}-{_id_part(label)}{again}")
        mark.set("id", ids[-1])
        if label in labels:
            link.set("href", f"{url}#fn-{name}-{_id_part(label)}")
    if not notes:
        return
    rule, listed = etree.SubElement(root, "hr"), etree.SubElement(root, "ol")
    rule.tail = listed.text = "\n"
    for label, note in notes:
        note.tag = "li"
        note.attrib.clear()
        note.set("id", f"fn-{name}-{_id_part(label)}")
        last = note[-1] if len(note) and note[-1].tag == "p" else note
        for reference in references.get(label, ()):
            _end_text(last, " ")
            _add_link(last, f"{url}#{reference}", "↩")
        note.tail = "\n"
        listed.append(note)


def _id_part(text: str) -> str:
    return _UNSAFE_IN_ID.sub("-", text)


def _link_players(root: Element, embeds: Collection[str], without_url: set[str]) -> None:
    """Replace frames and players by links; names of players without an address are added to `without_url`."""
    for element in list(root.iter(*EMBEDS)):
        if element.tag in embeds:
            continue
        sources = [source.get("src") for source in element.iter("source")]
        address = element.get("src") or next(filter(None, sources), None)
        title: str = " ".join(element.get("title", "").split()) or address or ""
        parent, in_link = element.getparent(), _is_in(element, "a")
        element.clear(keep_tail=True)
        if not address:
            without_url.add(element.tag)
            element.tag = REMOVED
        elif in_link:
            element.tag, element.text = UNWRAPPED, title
        # A player within another one was removed with it.
        elif parent is not None and parent.tag in _BLOCKS:
            element.tag = "p"
            _add_link(element, address, title)
        else:
            element.tag, element.text = "a", title
            element.set("href", address)


def _strip_self_links(root: Element, prefix: str) -> None:
    """Remove the links of headings to themselves: readers would show a stray `#`."""
    headings = list(root.iter(*html_scan.HEADINGS))
    # Inner headings first: a heading inside of a heading has its own links.
    for heading in reversed(headings):
        links = [link for link in heading.iter("a") if link.get("href", "").startswith(prefix)]
        whole = "".join(heading.itertext()).strip() if links else ""
        for link in links:
            text = "".join(link.itertext())
            is_sign = not any(char.isalnum() for char in text) and next(link.iter("img"), None) is None
            if is_sign or (_classes(link) & _ANCHOR_CLASSES and text.strip() != whole):
                if (target := link.get("id")) and heading.get("id") is None:
                    heading.set("id", target)
                link.tag = REMOVED
    if next(root.iter(REMOVED), None) is not None:
        _strip(root)
        for heading in headings:
            _end_text(heading, "")


def _strip_code(root: Element) -> None:
    """Reduce code blocks to `<pre><code>` with text and the author's own markup, without tables and boxes around."""
    # The elements that contain code, or are code.
    holders: set[Element] = set()
    for pre in root.iter("pre"):
        for element in (pre, *pre.iterancestors()):
            if element in holders:
                break
            holders.add(element)
    _strip_line_numbers(root, holders)
    for pre in list(root.iter("pre")):
        if not _is_in(pre, "pre") and next(pre.iter(*html_scan.COLOURS), None) is not None:
            _strip_colours(pre)
    for element in holders:
        if element.tag == "div" and _classes(element) & html_scan.WRAPPER_CLASSES:
            element.tag = UNWRAPPED


def _strip_line_numbers(root: Element, holders: Set[Element]) -> None:
    """Remove line numbers in and next to code, and the tables that only hold them."""

    def is_number(element: Element) -> bool:
        return _NUMBERS.fullmatch("".join(element.itertext())) is not None

    removed: list[Element] = []
    tables: list[Element] = []
    number_cells: dict[Element, bool] = {}
    for element in root.iter():
        unselectable = "user-select:none" in element.get("style", "").replace(" ", "")
        if not (unselectable or _classes(element) & html_scan.GUTTER_CLASSES) or not is_number(element):
            continue
        if element.getparent() not in holders and not _is_in(element, "pre"):
            continue
        cell = element if element.tag in _CELLS else next(element.iterancestors(*_CELLS), None)
        if cell is not None and cell not in number_cells:
            # The last cell of a row is the code, though that may be a number, too.
            number_cells[cell] = next(cell.itersiblings(*_CELLS), None) is not None and is_number(cell)
        if cell is not None and number_cells[cell]:
            removed.append(cell)
            tables += cell.iterancestors("table")
        elif cell is not element:
            removed.append(element)
    for element in removed:
        element.tag = REMOVED
    _strip(root)
    # A table whose rows have only one cell now; a table in code is removed with the colours.
    for table in dict.fromkeys(tables):
        if not _is_in(table, "pre") and all(len(row) == 1 for row in table.iter("tr")):
            for part in table.iter(*_TABLE):
                if not _is_in(part, "pre"):
                    part.tag = UNWRAPPED
    _strip(root)


def _strip_colours(pre: Element) -> None:
    """Reduce `pre` to a single `<code>` with text and the author's own markup; line ends are preserved."""
    code = pre.makeelement("code", next((dict(code.attrib) for code in pre.iter("code")), {}))
    last = "\n"
    for event, element in etree.iterwalk(pre, events=("start", "end")):
        if event == "start":
            if element.tag == "br" and last != "\n":
                element.text = "\n"
            text = element.text
        else:
            if element.tag in ("div", "tr") and last != "\n":
                last = "\n"
                # White space that is a whole line stays.
                _end_text(element, "\n", "")
            text = None if element is pre else element.tail
        if text:
            last = text[-1]
    for element in list(pre.iterdescendants(*html_scan.COLOURS, "code", "pre", "br")):
        element.tag = UNWRAPPED
    _strip(pre)
    for link in pre.iter("a"):
        if not len(link) and not link.text:
            # The target of a link to a line.
            link.tag = REMOVED
    _strip(pre)
    code.text, pre.text = pre.text, None
    code[:] = pre[:]
    pre.append(code)
