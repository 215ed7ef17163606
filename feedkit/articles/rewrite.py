"""Plain HTML in place of what only a web page can use.

Players become links, headings lose their links to themselves, code its colours and line numbers. No text is lost: line
numbers go only where they are numbers and nothing else, a link of a heading only where it is a sign or an addition.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Set
from typing import Literal, get_args

from feedkit.articles import rewrite_widgets as widgets
from feedkit.articles.elements import REMOVED, UNWRAPPED, Element, classes, parsed, strip, written
from feedkit.articles.rewrite_code import has_code, strip_code
from feedkit.config.tables import EMBEDS
from feedkit.lazy_regex import lazy_regex

#: What there may be to do.
Part = Literal["pictures", "cards", "formulas", "footnotes", "players", "code", "self-links"]
PARTS: frozenset[Part] = frozenset(get_args(Part))

_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
# fmt: off
# Hugo, Docusaurus, GitHub, Gatsby, VitePress, Sphinx and Python-Markdown, Docsy, Rehype, AnchorJS.
_ANCHOR_CLASSES = frozenset([
    "anchor", "anchor-link", "anchorjs-link", "direct-link", "hanchor", "hash-link", "header-anchor", "headerlink",
    "heading-anchor", "heading-link", "permalink", "td-heading-self-link", "toc-anchor",
])
# Where a paragraph may stand; anywhere else a link stands by itself.
_BLOCKS = frozenset([
    "article", "aside", "blockquote", "dd", "details", "div", "figcaption", "figure", "footer", "header", "li", "nav",
    "section", "td", "th",
])
# fmt: on
_LINK_IN_HEADING = lazy_regex(r"<h[1-6]\b[^<]*+(?:<(?!/?h[1-6]\b|a\b[^<]*#)[^<]*+)*<a\b[^<]*#")

_CARD = lazy_regex(r"\b(?:kg|mejs|wp-block|wp-embedded)-")


def parts_to_rewrite(names: Set[str], attributes: Iterable[tuple[str, str]], html: str) -> Set[Part]:
    """What of `rewritten` there may be to do in HTML that is not yet safe, by its elements and attributes.

    All names, also those in the HTML, are in lower case.
    """
    parts: set[Part] = set()
    if not names.isdisjoint(EMBEDS):
        parts.add("players")
    if has_code(names, attributes, html):
        parts.add("code")
    if widgets.NOSCRIPT in names or any(name in widgets.LAZY_ATTRIBUTES for name, _ in attributes):
        parts.add("pictures")
    if any(name == "class" and _CARD.search(value) for name, value in attributes):
        parts.add("cards")
    if not names.isdisjoint(("math", "mjx-container", widgets.TEX)):
        parts.add("formulas")
    if widgets.has_footnotes(attributes):
        parts.add("footnotes")
    has_fragments = any(name == "href" and "#" in value for name, value in attributes)
    if has_fragments and not names.isdisjoint(_HEADINGS) and _LINK_IN_HEADING.search(html):
        parts.add("self-links")
    return parts


def rewritten(html: str, url: str, embeds: Collection[str], parts: Set[Part]) -> tuple[str, tuple[str, ...]]:
    """HTML of the page at `url` made plain, and the names of the players that had no address and were taken out.

    `html` is as nh3 spells it, with its classes; of what shows another page or plays a file the `embeds` stay. The
    result is to be sanitised again, which also gives it its spelling. Raises `MarkupError`.
    """
    root = parsed(html)
    if "pictures" in parts:
        widgets.load_pictures(root)
    if "cards" in parts:
        widgets.open_cards(root)
    if "formulas" in parts:
        widgets.write_formulas(root)
    if "footnotes" in parts:
        widgets.name_footnotes(root, url)
    without_url = _link_players(root, embeds) if "players" in parts else ()
    if "code" in parts:
        strip_code(root)
    if "self-links" in parts:
        _strip_self_links(root, f"{url}#")
    return written(root), without_url


def _link_players(root: Element, embeds: Collection[str]) -> tuple[str, ...]:
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
            element.tag = REMOVED
        elif in_link:
            element.tag, element.text = UNWRAPPED, title
        else:
            link = element
            # What stood in another player is gone with it.
            if parent is not None and parent.tag in _BLOCKS:
                element.tag = "p"
                element.append(link := element.makeelement("a"))
            link.tag, link.text = "a", title
            link.set("href", address)
    strip(root)
    return tuple(sorted(without_url))


def _strip_self_links(root: Element, prefix: str) -> None:
    """Take out what links a heading to itself: readers would show a stray `#`."""
    headings = list(root.iter(*_HEADINGS))
    # From the inside: a heading within a heading has its own links.
    for heading in reversed(headings):
        links = [link for link in heading.iter("a") if link.get("href", "").startswith(prefix)]
        whole = "".join(heading.itertext()).strip() if links else ""
        for link in links:
            text = "".join(link.itertext())
            is_sign = not any(char.isalnum() for char in text) and next(link.iter("img"), None) is None
            if not is_sign and not (classes(link) & _ANCHOR_CLASSES and text.strip() != whole):
                continue
            if (target := link.get("id")) and heading.get("id") is None:
                heading.set("id", target)
            link.tag = REMOVED
    if next(root.iter(REMOVED), None) is None:
        return
    strip(root)
    for heading in headings:
        # A blank that does not break was put there on purpose.
        if not len(heading):
            heading.text = (heading.text or "").rstrip(" \t\n")
        else:
            heading[-1].tail = (heading[-1].tail or "").rstrip(" \t\n")
