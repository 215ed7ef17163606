"""What page builders write, as plain elements: lazy pictures, cards, formulas and footnotes.

Each function changes one tree. What they know an element by, nh3 leaves for this, and takes out behind it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from html import escape
from urllib.parse import unquote, urlsplit

from feedkit.articles.elements import REMOVED, UNWRAPPED, Element, classes, strip
from feedkit.lazy_regex import lazy_regex

#: Attributes with the address of a picture that a script is to load, the best first.
LAZY_SOURCES = ("data-src", "data-lazy-src", "data-orig-src", "data-original")
LAZY_SETS = ("data-srcset", "data-lazy-srcset")
LAZY_ATTRIBUTES = frozenset([*LAZY_SOURCES, *LAZY_SETS])
#: What `<noscript>` is called while it is looked at: to a parser that knows scripts it is text.
NOSCRIPT = "x-noscript"
#: What TeX in a script is called.
TEX = "x-tex"

# fmt: off
#: What is left of MathML. MathML Core; no element that holds HTML or another's source.
MATHML = frozenset([
    "math", "menclose", "mfrac", "mi", "mmultiscripts", "mn", "mo", "mover", "mpadded", "mphantom", "mprescripts",
    "mroot", "mrow", "ms", "mspace", "msqrt", "mstyle", "msub", "msubsup", "msup", "mtable", "mtd", "mtext", "mtr",
    "munder", "munderover",
])
#: What else is looked at: where KaTeX and MathJax keep the source of a formula.
FORMULA_TAGS = frozenset(["annotation", "mjx-assistive-mml", "mjx-container", "mjx-math", "semantics", TEX])

# Ghost's players, and those of WordPress: buttons, times and speeds.
_CONTROLS = frozenset([
    "kg-audio-player", "kg-audio-thumbnail", "kg-file-card-icon", "kg-file-card-metadata", "kg-video-overlay",
    "kg-video-player-container", "mejs-controls", "mejs-layers", "mejs-offscreen", "wp-block-file__button",
])
# A card that is one link: what holds its title and what its description.
_LINK_CARDS = {
    "kg-bookmark-container": ("kg-bookmark-title", "kg-bookmark-description"),
    "kg-file-card-container": ("kg-file-card-title", "kg-file-card-caption"),
}
# fmt: on
_PLACEHOLDER = lazy_regex(
    r"\s*(?:data:.*|about:blank|.*(?:placeholder|blank|spacer|loading|lazy|transparent|pixel|1x1)[\w.-]*\.(?:gif|png|svg|jpe?g|webp).*)?",
    re.IGNORECASE | re.DOTALL,
)
_BARE_URL = lazy_regex(r"\s*(https?://\S+)\s*")
_TEX_SCRIPT = lazy_regex(
    r"""<script\b[^<>]*\btype\s*=\s*["']?math/tex\b([^<>]*)>(.*?)</script\s*>""", re.IGNORECASE | re.DOTALL
)
_CDATA = lazy_regex(r"%\s*<!\[CDATA\[\s*(.*?)\s*%\]\]>", re.DOTALL)
_NOSCRIPT_TAG = lazy_regex(r"<(/?)noscript(?=[\s/>])", re.IGNORECASE)
# Goldmark's and Kramdown's `fn:1`, Pandoc's `fn1`, GitHub's `user-content-fn-1`.
_NOTE_ID = lazy_regex(r"(?:user-content-)?fn(ref)?[:_-]?(\w[\w:.-]*)")
_UNSAFE_IN_ID = lazy_regex(r"[^\w-]+")


def parsable(html: str) -> str:
    """HTML in which elements that are text to a parser have names of their own."""
    html = _NOSCRIPT_TAG.sub(rf"<\1{NOSCRIPT}", html)
    return _TEX_SCRIPT.sub(_tex_element, html) if "math/tex" in html else html


def _tex_element(match: re.Match[str]) -> str:
    display = ' display="block"' if "display" in match[1] else ""
    # Kramdown hides it from parsers of XML.
    tex = _CDATA.sub(r"\1", match[2].strip())
    return f"<{TEX}{display}>{escape(tex, quote=False)}</{TEX}>"


def load_pictures(root: Element) -> None:
    """Give pictures the addresses that a script would give them."""
    for noscript in list(root.iter(NOSCRIPT)):
        _merge_noscript(noscript)
    for element in root.iter("img", "source", "iframe", "video", "audio"):
        source = element.get("src")
        is_placeholder = _PLACEHOLDER.fullmatch(source or "") is not None
        for name in LAZY_SOURCES:
            if (value := element.get(name)) and (is_placeholder or name != "data-original"):
                element.set("src", value)
                break
        for name in LAZY_SETS:
            if value := element.get(name):
                element.set("srcset", value)
                break
    for noscript in root.iter(NOSCRIPT):
        noscript.tag = UNWRAPPED
    strip(root)


def _merge_noscript(noscript: Element) -> None:
    """Take out the picture beside a `<noscript>` that says which picture that is."""
    inner = next(noscript.iter("img"), None)
    if inner is None:
        return
    for beside in (noscript.getprevious(), noscript.getnext()):
        pictures = [] if beside is None else list(beside.iter("img"))
        if len(pictures) != 1:
            continue
        lazy = pictures[0]
        addresses = {lazy.get(name) for name in ("src", *LAZY_SOURCES)} - {None, ""}
        is_lazy = any(lazy.get(name) for name in LAZY_ATTRIBUTES) or _PLACEHOLDER.fullmatch(lazy.get("src", ""))
        if is_lazy or inner.get("src") in addresses:
            if lazy.get("alt") and not inner.get("alt"):
                inner.set("alt", lazy.get("alt"))
            lazy.tag = REMOVED
            return


def open_cards(root: Element) -> None:
    """Make links of the cards of Ghost and WordPress, and leave nothing of the controls of their players."""
    for element in list(root.iter()):
        found = classes(element)
        if not found:
            continue
        if found & _CONTROLS:
            element.tag = REMOVED
        for name in found & _LINK_CARDS.keys():
            _open_link_card(element, *_LINK_CARDS[name])
        if "kg-audio-card" in found:
            _title_player(element, "kg-audio-title")
        elif "wp-block-embed__wrapper" in found and not len(element):
            if url := _BARE_URL.fullmatch(element.text or ""):
                element.text = None
                link = element.makeelement("a", {"href": url[1]})
                link.text = url[1]
                element.append(link)
        elif "wp-embedded-content" in found and element.tag == "iframe" and _has_quotation(element):
            element.tag = REMOVED
        if found & {"wp-block-audio", "wp-block-video", "kg-video-card"}:
            _title_player(element, "")
    strip(root)


def _text(element: Element) -> str:
    return " ".join("".join(element.itertext()).split())


def _by_class(element: Element, name: str) -> Element | None:
    return next((each for each in element.iter() if name in classes(each)), None)


def _open_link_card(link: Element, title_class: str, text_class: str) -> None:
    title, text = _by_class(link, title_class), _by_class(link, text_class)
    written = _text(title) if title is not None else ""
    description = _text(text) if text is not None else ""
    tail, address = link.tail, link.get("href", "")
    link.clear()
    link.tag, link.tail = "p", tail
    inner = link.makeelement("a", {"href": address})
    inner.text = written or address
    link.append(inner)
    if description:
        inner.tail = None
        line_break = link.makeelement("br")
        line_break.tail = description
        link.append(line_break)


def _title_player(card: Element, title_class: str) -> None:
    """Give the player of a card its title, which stands beside it."""
    player = next(card.iter("audio", "video"), None)
    title = _by_class(card, title_class) if title_class else next(card.iter("figcaption"), None)
    if player is None or title is None or player.get("title"):
        return
    if text := _text(title):
        player.set("title", text)
        title.tag = REMOVED


def _has_quotation(element: Element) -> bool:
    before = element.getprevious()
    return before is not None and "wp-embedded-content" in classes(before)


def write_formulas(root: Element) -> None:
    """Put TeX in the places of formulas that carry it; of others their MathML stays, without its twin for the eye."""
    for element in list(root.iter(TEX)):
        for before in list(element.itersiblings(preceding=True))[:2]:
            if any(name.startswith("MathJax") for name in classes(before)) and not (before.tail or "").strip():
                before.tag = REMOVED
        _write_tex(element, element.text or "", display=element.get("display") == "block")
    for element in list(root.iter()):
        if element.tag not in ("math", "mjx-container") and not classes(element) & {"katex", "MathJax"}:
            continue
        if element.tag == REMOVED or next(element.iterancestors(REMOVED), None) is not None:
            continue
        sources = [each for each in element.iter("annotation") if "tex" in each.get("encoding", "").lower()]
        if sources:
            display = any(each.get("display") in ("block", "true") for each in element.iter("math", "mjx-container"))
            _write_tex(element, "".join(sources[0].itertext()), display=display)
        elif element.tag != "math" and next(element.iter("math"), None) is not None:
            for twin in element.xpath('.//*[@aria-hidden="true"]') + list(element.iter("mjx-math")):
                twin.tag = REMOVED
    for element in list(root.iter("math")):
        # One without a letter, a number or a sign is no formula, whatever else it holds.
        if next(element.iter("mi", "mn", "mo", "mtext"), None) is None:
            element.tag = UNWRAPPED
    for element in root.iter("annotation"):
        element.tag = REMOVED
    for element in root.iter("semantics", *FORMULA_TAGS - {"annotation"}):
        element.tag = UNWRAPPED
    strip(root)


def _write_tex(element: Element, tex: str, *, display: bool) -> None:
    opening, closing = (r"\[", r"\]") if display else (r"\(", r"\)")
    element.clear(keep_tail=True)
    element.tag, element.text = UNWRAPPED, f"{opening}{tex.strip()}{closing}"


def has_footnotes(attributes: Iterable[tuple[str, str]]) -> bool:
    """Whether there may be footnotes in HTML, by its attributes."""
    return any(
        (name == "class" and "footnote-definition" in value)
        or (name == "id" and value.startswith(("fn", "user-content-fn")))
        for name, value in attributes
    )


def name_footnotes(root: Element, url: str) -> None:
    """Give footnotes ids that no other article has, and put Markdown's own at the end, with a way back."""
    name = _UNSAFE_IN_ID.sub("-", unquote(urlsplit(url).path.rstrip("/").rpartition("/")[2])).strip("-") or "home"
    _list_footnotes(root, url, name)
    ids = [(element, match) for element in root.xpath("//*[@id]") if (match := _NOTE_ID.fullmatch(element.get("id")))]
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
    """A list of the footnotes of Markdown, at the end."""
    labels = {note.get("id", "") for note in root.iter("div") if "footnote-definition" in classes(note)}
    references: dict[str, list[str]] = {}
    for mark in root.iter("sup"):
        link = mark.find("a")
        if "footnote-reference" not in classes(mark) or link is None:
            continue
        label = unquote(link.get("href", "").partition("#")[2])
        ids = references.setdefault(label, [])
        again = f"-{len(ids) + 1}" if ids else ""
        ids.append(f"fnref-{name}-{_UNSAFE_IN_ID.sub('-', label)}{again}")
        mark.set("id", ids[-1])
        if label in labels:
            link.set("href", f"{url}#fn-{name}-{_UNSAFE_IN_ID.sub('-', label)}")
    notes = list(_footnotes(root))
    if not notes:
        return
    listed = root.makeelement("ol")
    for note in notes:
        label = note.get("id", "")
        note.tag = "li"
        note.attrib.clear()
        note.set("id", f"fn-{name}-{_UNSAFE_IN_ID.sub('-', label)}")
        last = note[-1] if len(note) and note[-1].tag == "p" else note
        for reference in references.get(label, ()):
            back = note.makeelement("a", {"href": f"{url}#{reference}"})
            back.text = "↩"
            if len(last):
                last[-1].tail = f"{(last[-1].tail or '').rstrip()} "
            else:
                last.text = f"{(last.text or '').rstrip()} "
            last.append(back)
        note.tail = "\n"
        listed.append(note)
    rule = root.makeelement("hr")
    rule.tail = listed.text = "\n"
    root.append(rule)
    root.append(listed)


def _footnotes(root: Element) -> Iterator[Element]:
    """The footnotes of Markdown, in the order of their numbers, without their marks."""
    numbered: list[tuple[int, Element]] = []
    for note in list(root.iter("div")):
        if "footnote-definition" not in classes(note):
            continue
        mark = note[0] if len(note) else None
        number = _text(mark) if mark is not None and "footnote-definition-label" in classes(mark) else ""
        if mark is not None and number:
            note.text = (note.text or "") + (mark.tail or "").lstrip("\n")
            note.remove(mark)
        numbered.append((int(number) if number.isdecimal() else len(numbered), note))
    for _, note in sorted(numbered, key=lambda pair: pair[0]):
        yield note
