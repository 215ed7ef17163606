"""Sanitises HTML with nh3: an allow-list of elements and attributes, and absolute addresses."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from itertools import islice
from types import MappingProxyType
from typing import TYPE_CHECKING

from feedkit.articles import html_scan
from feedkit.articles.html_scan import ContentError, StartTags
from feedkit.config.site import EMBEDS
from feedkit.lazy_regex import lazy_regex
from feedkit.text import legal
from feedkit.urls import origin

if TYPE_CHECKING:
    import nh3

#: The most attributes of a tag; a tag of fewer characters cannot have as many.
MAX_ATTRIBUTES = 1_000
_FEW_ATTRIBUTES_CHARS = 2 * MAX_ATTRIBUTES
#: The most characters of tags; a tag in another one counts again.
MAX_SCANNED_CHARS = 8 * 1024 * 1024
#: The most ampersands, and the most start tags.
MAX_AMPERSANDS = 100_000
MAX_TAGS = 200_000
# Ampersands that take no more time than other text: the usual spellings in code.
_REFERENCE = lazy_regex(r"&(?:lt;|gt;|quot;|#[0-9]|#[xX][0-9A-Fa-f])")
#: The most characters of tags that a parser repeats because of wrong nesting.
MAX_REPEATED_CHARS = 2 * 1024 * 1024
#: How often HTML with wrong nesting around a table is cleaned at most.
MAX_TABLE_PASSES = 5

# MathML Core, without elements that contain HTML or other sources.
_MATHML = (
    "math menclose mfrac mi mmultiscripts mn mo mover mpadded mphantom mprescripts mroot mrow ms mspace msqrt mstyle"
    " msub msubsup msup mtable mtd mtext mtr munder munderover"
)
_HTML = (
    "a abbr address article aside b bdi blockquote br caption cite code col colgroup dd del details dfn div dl dt em"
    " figcaption figure footer h1 h2 h3 h4 h5 h6 header hr i img ins kbd li mark nav ol p picture pre q rp rt ruby s"
    " samp section small source span strong sub summary sup table tbody td tfoot th thead time tr u ul var wbr"
)
TAGS = frozenset(f"{_HTML} {_MATHML}".split())
ATTRIBUTES: Mapping[str, set[str]] = MappingProxyType(
    {
        tag: set(names.split())
        for tags, names in {
            "a": "href hreflang title",
            "abbr dfn": "title",
            "audio": "controls src title",
            "blockquote q": "cite",
            "col colgroup": "span",
            "del ins": "cite datetime",
            "details": "open",
            "iframe": "allowfullscreen height src title width",
            "img": "alt height longdesc sizes src srcset title width",
            "li": "value",
            "math": "display",
            "ol": "reversed start type",
            "source": "media sizes src srcset type",
            "td": "colspan rowspan style",
            "th": "colspan rowspan scope style",
            "time": "datetime",
            "track": "kind label src srclang",
            "video": "controls height poster src title width",
            "*": "dir id lang",
        }.items()
        for tag in tags.split()
    }
)
# Kept until `rewrite` has read them: the classes of highlighted code and line numbers, addresses that scripts would
# load, the sources of formulas.
_ATTRIBUTES_TO_REWRITE = MappingProxyType(
    {
        **ATTRIBUTES,
        **{name: ATTRIBUTES[name] | html_scan.LAZY_ATTRIBUTES for name in [*EMBEDS, "img", "source"]},
        "mjx-container": {"display"},
        html_scan.TEX: {"display"},
        "*": ATTRIBUTES["*"] | {"aria-hidden", "class"},
        "annotation": {"encoding"},
        "span": {"style"},
    }
)
_STYLES = frozenset(["text-align"])
_STYLES_TO_REWRITE = _STYLES | {"user-select", "-webkit-user-select"}

#: Elements that are removed with their text, as messages name them; the text of other removed elements stays.
WITHOUT_TEXT = frozenset(["<script>", "<style>", "<svg>", "<template>"])
# Elements that are removed with all elements in them.
_WITH_ALL = lazy_regex(r"<(svg|template)(?=[\s/>])[^<]*+(?:<(?!/?\1(?=[\s/>]))[^<]*+)*</\1(?=[\s/>])", re.IGNORECASE)
_MAX_NESTED = 8
# Elements whose removal is not reported: they are kept, become links, or only affect the layout.
_UNREPORTED = TAGS.union(
    [*EMBEDS, "track", html_scan.NOSCRIPT, *html_scan.FORMULA_TAGS],
    ["acronym", "basefont", "big", "body", "center", "font", "head", "hgroup", "html", "main", "nobr", "tt"],
)
# The controls of players in cards; and MathJax's drawing of a formula, of which the MathML stays.
_CONTROLS = frozenset(["button", "circle", "input", "path", "polyline", "rect", "svg"])
_DRAWINGS = frozenset(["defs", "g", "line", "path", "rect", "svg", "text", "use"])

# An element that contains only text, as most do, or a tag.
_LEAF_OR_TAG = lazy_regex(r"<([a-z][a-z0-9]*+)[ >][^<]*+</\1>|<(/?)([a-zA-Z][a-zA-Z0-9:-]*+)([^<>]*+)")
# A drawing without any element of HTML, and an element in it without content.
_SVG_NAMES = (
    r"(?:a|animate\w*|circle|clippath|defs|ellipse|fe\w+|filter|g|image|line|\w+gradient|marker|mask|metadata|path"
    r"|pattern|polygon|polyline|rect|set|stop|style|switch|symbol|text|textpath|tspan|use|view)(?=[\s/>])"
)
_SVG = lazy_regex(
    rf"<svg(?=[\s>])[^<>]*+(?<!/)>[^<]*+(?>(?:<(?:/?{_SVG_NAMES}|(?:title|desc)[\s>][^<]*+</(?:title|desc)>)[^<]*+)*)</svg>",
    re.IGNORECASE,
)
_EMPTY = lazy_regex(
    rf"""<{_SVG_NAMES}(?>(?:\s++[^\s"'<>/=]++(?:\s*+=\s*+(?:"[^"<>]*+"|'[^'<>]*+'))?)*)\s*+/>""", re.IGNORECASE
)
# HTML Standard §13.2.5.32 and following: attributes as browsers read them. Those of every tag, closed or not, also of
# one in a value or a comment, since what looks like a value may be none.
_ATTRIBUTE = r"""[^\s/>][^\s/>=]*+(?:\s*+=\s*+(?:"[^"]*+"|'[^']*+'|[^\s>"'][^\s>]*+))?"""
_ANY_ATTRIBUTE = lazy_regex(_ATTRIBUTE)
_ATTRIBUTES = lazy_regex(rf"<[a-zA-Z][^\s/>]*+(?=((?:[\s/]++|{_ATTRIBUTE})*))")
# A void element in the form of nh3.
_CLEAN_TAG = lazy_regex(r"<(/?)([a-z0-9-]+)")
_CUT_TAG = lazy_regex(r"<[^>]*+\Z")
_FIRST_LINE = lazy_regex(r"(<pre[^>]*>)\n")
# A cell in the form of nh3.
_CELL_STYLE = lazy_regex(r"""(<t[dh](?: [^\s=>]+="[^"]*")*?) style="([^"]*)\"""")
_ALIGNMENT = lazy_regex(r"(?:\A|;)\s*text-align\s*:\s*(left|right|center|justify|start|end)\s*(?=;|\Z)", re.IGNORECASE)
# Content between the parts of a table: browsers move it in front of the table.
_MISPLACED = lazy_regex(
    r"<(?:table|thead|tbody|tfoot|tr|colgroup|col|/(?:thead|tbody|tfoot|tr|td|th|caption|colgroup))\b[^>]*>"
    r"(?!\s*</?(?:table|thead|tbody|tfoot|tr|td|th|caption|colgroup|col)\b)",
    re.IGNORECASE,
)

# A picture after another source of it; and a picture whose address was removed, with its alternative text.
_WITHOUT_SOURCE = lazy_regex(
    r'(<source [^<>]*>\s*<img[^<>]*>)|<img(?![^<>]*\ssrc(?:set)?=)(?:[^<>]*?\salt="([^"<>]*)")?[^<>]*>'
)

# HTML Standard §13.2.4.2: elements that are opened again if they were not closed, within the same cell.
_FORMATTING = frozenset("a b big code em font i nobr s small strike strong tt u".split())
_CELLS = frozenset(["caption", "td", "th"])
# HTML Standard §13.1.2: elements without an end tag; and, by start tag, the open elements that it closes.
_VOID = frozenset("area base br col embed hr img input link meta source track wbr".split())
_ENDED_BY = {
    **dict.fromkeys(["blockquote", "div", "h1", "h2", "h3", "ol", "p", "pre", "table", "ul"], frozenset(["p"])),
    **dict.fromkeys(["td", "th"], frozenset(["td", "th", "p"])),
    **dict.fromkeys(["dt", "dd"], frozenset(["dt", "dd", "p"])),
    "li": frozenset(["li", "p"]),
    "tr": frozenset(["td", "th", "p", "tr"]),
}


def sanitise(html: str, url: str, embeds: tuple[str, ...] = ()) -> tuple[str, tuple[str, ...]]:
    """Safe HTML for the page at `url`, and the names of removed elements and attributes: `<script>`, `onclick`.

    Frames and players become links with their titles, except the `embeds`. Raises `ContentError`.
    """
    tags = html_scan.start_tags(html)
    if tags.may_have("noscript", "script"):
        html = html_scan.parsable(html)
        tags = html_scan.start_tags(html)
    _check_size(html, tags)
    # A text with fewer start tags cannot be nested too deeply.
    if tags.count > html_scan.MAX_NESTING or not tags.certain:
        if tags.may_have("script", "style"):
            html = html_scan.without_scripts(html)
        # In SVG, a slash at the end of a start tag ends the element.
        _check_nesting(_SVG.sub(lambda match: _EMPTY.sub("", match[0]), html) if tags.may_have("svg") else html)
    # Content that the parser moves before a table may have a nesting that HTML cannot express, so cleaning is repeated
    # until nothing changes.
    misplaced = not tags.certain or ("table" in tags.names and _MISPLACED.search(html))
    passes = MAX_TABLE_PASSES if misplaced else 1
    # If no address depends on the page, all articles of a site share one cleaner; `has_other_urls` is true if tags are
    # not certain.
    root = url if tags.has_other_urls else f"{origin(url)}/"
    base = url if tags.relative_urls else root
    candidates = html_scan.max_candidates(html) if tags.has_other_urls else html_scan.MAX_CANDIDATES
    without_url: set[str] = set()
    names = _outermost_names(html, tags)
    if parts := tags.parts_to_rewrite(html):
        cleaner = _cleaner(base, tags.has_other_urls, EMBEDS, candidates, to_rewrite=True)
        html = _cleaned(html, tags, cleaner, passes)
        # Imported late: few articles have anything to rewrite.
        from feedkit.articles.rewrite import rewritten

        html, without_url = rewritten(html, url, embeds, parts)
        # All addresses are absolute already.
        base = root
    clean = _cleaned(html, tags, _cleaner(base, tags.has_other_urls, embeds, candidates), passes)
    if tags.may_have("td", "th"):
        clean = _CELL_STYLE.sub(_aligned, clean)
    if (schemes := tags.removed_schemes()) and "<img" in clean:
        clean = _WITHOUT_SOURCE.sub(r"\1\2", clean)
    names = names - _UNREPORTED | without_url
    if names and tags.certain:
        names -= (_CONTROLS if "cards" in parts else set()) | (_DRAWINGS if "mjx-container" in tags.names else set())
    removed = [f"<{name}>" for name in sorted(names) if not name.startswith("mjx-")]
    removed += [f"{name}: addresses" for name in sorted(schemes)]
    removed += sorted([name for name in tags.values if name.startswith("on")])
    return clean, tuple(removed)


def _outermost_names(html: str, tags: StartTags) -> set[str]:
    """The names of the start tags, except in SVG and templates, of which only scripts and styles are included."""
    if not tags.may_have("svg", "template"):
        return tags.names
    html = html_scan.without_scripts(html)
    outermost = (tags.names & {"script", "style"}) | (StartTags(html).names & {"svg", "template"})
    # The innermost first: one may be in another.
    for _ in range(_MAX_NESTED):
        html = _WITH_ALL.sub("<!---->", html)
    return StartTags(html).names | outermost


def closed(html: str) -> str:
    """The beginning of sanitised HTML, with the end tags of the elements that are open at its end."""
    # In sanitised HTML no value has `<` or `>`, but the text may end in a value.
    html = _CUT_TAG.sub("", html)
    opened: list[str] = []
    for closing, name in _CLEAN_TAG.findall(html):
        if closing:
            opened.pop()
        elif name not in _VOID:
            opened.append(name)
    return "".join([html, *(f"</{name}>" for name in reversed(opened))])


def _cleaned(html: str, tags: StartTags, cleaner: nh3.Cleaner, passes: int) -> str:
    """HTML with these start tags, cleaned by nh3 until it stays the same, at most `passes` times."""
    for _ in range(passes):
        # nh3 turns `&#11;` into the character itself, and removes a line end at the beginning of preformatted text.
        clean = legal(cleaner.clean(html))
        clean = _FIRST_LINE.sub("\\1\n\n", clean) if tags.may_have("pre") else clean
        if clean == html:
            break
        html = clean
    return html


@lru_cache(maxsize=16)
def _cleaner(
    base: str, other_urls: bool, embeds: tuple[str, ...], candidates: int, *, to_rewrite: bool = False
) -> nh3.Cleaner:
    # Imported late: many runs render no content.
    import nh3

    def attribute(tag: str, name: str, value: str) -> str | None:
        if name == "srcset":
            return html_scan.changed_srcset(value, lambda url: html_scan.safe_url(url, base), candidates)
        return html_scan.safe_url(value, base) if name in html_scan.OTHER_URL_ATTRIBUTES else value

    more_tags = [html_scan.NOSCRIPT, *html_scan.FORMULA_TAGS] if to_rewrite else []
    return nh3.Cleaner(
        tags=TAGS.union(embeds, ["track"] if embeds else (), more_tags),
        attributes=dict(_ATTRIBUTES_TO_REWRITE if to_rewrite else ATTRIBUTES),
        url_schemes=html_scan.SCHEMES,
        url_relative=("rewrite_with_base", base),
        link_rel=None,
        clean_content_tags={"script", "style"},
        filter_style_properties=_STYLES_TO_REWRITE if to_rewrite else _STYLES,
        # Only for articles that need it, since it is a Python call for each attribute.
        attribute_filter=attribute if other_urls else None,
    )


def _aligned(match: re.Match[str]) -> str:
    """A cell without styles, except for its alignment."""
    aligned = _ALIGNMENT.findall(match[2])
    return f'{match[1]} style="text-align:{aligned[-1].lower()}"' if aligned else match[1]


def _check_size(html: str, tags: StartTags) -> None:
    """Raises `ContentError` for HTML on which nh3 would spend seconds: its time is quadratic in several counts."""
    if len(html) > MAX_AMPERSANDS and html.count("&") - len(_REFERENCE.findall(html)) > MAX_AMPERSANDS:
        raise ContentError(f"the body has more than {MAX_AMPERSANDS:,} ampersands")
    if tags.count > MAX_TAGS:
        raise ContentError(f"the body has more than {MAX_TAGS:,} tags")
    # The parser compares each attribute with all before it.
    scanned_chars = 0
    for match in _ATTRIBUTES.finditer(html) if tags.longest > _FEW_ATTRIBUTES_CHARS or not tags.certain else ():
        scanned_chars += len(match[1])
        attributes = _ANY_ATTRIBUTE.finditer(match[1]) if len(match[1]) > _FEW_ATTRIBUTES_CHARS else ()
        if scanned_chars > MAX_SCANNED_CHARS or len([*islice(attributes, MAX_ATTRIBUTES + 1)]) > MAX_ATTRIBUTES:
            raise ContentError(f"a tag of the body has more than {MAX_ATTRIBUTES:,} attributes")


def _check_nesting(html: str) -> None:
    """Raises `ContentError` for HTML that browsers would nest too deeply, or that wrong nesting makes too long.

    HTML Standard §13.2.4.3: a formatting element that was closed by a block is opened again after it. §13.2.6.4.7: one
    that is closed before a block in it is duplicated. Both take time, and make the text longer.
    """
    # The names of the open elements, the innermost last, and their attributes; the formatting elements that will be
    # opened again.
    names, attributes, again = [""], [""], list[tuple[str, str]]()
    repeated_chars = 0

    def repeat(elements: Iterable[tuple[str, str]]) -> None:
        nonlocal repeated_chars
        repeated_chars += sum([len(name) + len(rest) + len("<>") for name, rest in elements])
        if repeated_chars > MAX_REPEATED_CHARS:
            raise ContentError("the body's HTML has too many tags that end in a wrong place, or never")

    def end_from(at: int) -> None:
        """Close an element and all elements in it; formatting elements are opened again later, except in a cell."""
        in_cell = names[at] in _CELLS
        for element in zip(names[at + 1 :], attributes[at + 1 :], strict=True):
            in_cell = in_cell or element[0] in _CELLS
            # At most three equal elements are opened again.
            if element[0] in _FORMATTING and not in_cell and again.count(element) < 3:
                again.append(element)
        del names[at:], attributes[at:]

    def end(name: str) -> None:
        """Close the innermost element with a name, if there is one."""
        if name not in names:
            if ended := next((element for element in again if element[0] == name), None):
                again.remove(ended)
            return
        at = len(names) - 1 - names[::-1].index(name)
        if name in _FORMATTING and not _FORMATTING.issuperset(names[at:]):
            repeat(zip(names, attributes, strict=True))
            del names[at], attributes[at]
        else:
            end_from(at)

    for leaf, closing, written, rest in _LEAF_OR_TAG.findall(html):
        name = leaf or written.lower()
        if closing:
            if name == names[-1]:
                # The usual case first.
                del names[-1], attributes[-1]
            else:
                end(name)
            continue
        if again:
            repeat(again)
        if name in _VOID:
            continue
        if name in _ENDED_BY:
            at = len(names) - 1
            while names[at] in _ENDED_BY[name] or names[at] in _FORMATTING:
                if names[at] in _ENDED_BY[name]:
                    end_from(at)
                at -= 1
        elif name in ("a", "nobr"):
            # A link closes an open link.
            end(name)
        if len(names) + len(again) > html_scan.MAX_NESTING:
            raise ContentError(html_scan.TOO_DEEP)
        if not leaf:
            names.append(name)
            attributes.append(rest)
