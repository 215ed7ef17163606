"""HTML as it is written, without a tree: its start tags, its addresses, elements that do not end."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Set
from contextlib import suppress
from functools import lru_cache, partial
from html import escape, unescape
from itertools import islice

from feedkit.articles.report import OnContent
from feedkit.config.tables import EMBEDS
from feedkit.errors import UrlError
from feedkit.lazy_regex import lazy_regex
from feedkit.text import ascii_lower
from feedkit.urls import absolute, browsed

#: The deepest nesting of HTML: the time that nh3 takes grows with its square.
MAX_NESTING = 256
#: What HTML is called that has more.
TOO_DEEP = f"the body's HTML is nested more than {MAX_NESTING} levels deep"
#: The most elements without an end that are reported.
MAX_UNCLOSED = 100
#: The most pictures of one `srcset`, and of all in a text: its author may choose between fewer, and each costs time.
MAX_CANDIDATES = 100
MAX_CANDIDATES_OF_TEXT = 20_000

#: The schemes that readers may follow.
SCHEMES = frozenset(["http", "https", "mailto", "tel"])
#: The attributes that hold an address, beside `srcset`, which holds several. HTML Standard, index of attributes.
URL_ATTRIBUTES = frozenset("action background cite data formaction href longdesc poster src xlink:href".split())
#: Those of them that nh3 does not know for such.
OTHER_URL_ATTRIBUTES = frozenset(["cite", "longdesc", "srcset"])
#: Attributes with the address of a picture that a script is to load, the best first.
LAZY_SOURCES = ("data-src", "data-lazy-src", "data-orig-src", "data-original")
LAZY_SETS = ("data-srcset", "data-lazy-srcset")
LAZY_ATTRIBUTES = frozenset([*LAZY_SOURCES, *LAZY_SETS])
_ANY_URL_ATTRIBUTES = URL_ATTRIBUTES | LAZY_ATTRIBUTES
_SETS = frozenset(["srcset", *LAZY_SETS])
# The beginnings of addresses that are the same wherever on the host the page is.
_SAME_ON_HOST = ("https://", "http://", "/")

#: What `rewrite` may have to do.
PARTS = frozenset(["pictures", "cards", "formulas", "footnotes", "players", "code", "self-links"])

HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
#: What `<noscript>` is called while it is looked at: to a parser that knows scripts it is text.
NOSCRIPT = "x-noscript"
#: What TeX in a script is called.
TEX = "x-tex"

#: The classes of line numbers, and of boxes around code: Chroma, Pygments, Rouge, Hexo, highlight.js, GitHub, Prism,
#: VitePress.
GUTTER_CLASSES = frozenset(
    "blob-num gl gutter hljs-ln-numbers line-number line-numbers line-numbers-rows line-numbers-wrapper linenodiv"
    " lineno linenos ln lnlinks lnt lntd rouge-gutter".split()
)
WRAPPER_CLASSES = frozenset(
    "chroma code-toolbar codehilite highlight highlighter-rouge highlight-wrapper sourceCode".split()
)
_CODE_CLASSES = GUTTER_CLASSES | WRAPPER_CLASSES
#: What highlighters put into code; all else there is the author's own.
COLOURS = ("div", "figure", "span", "table", "tbody", "td", "th", "thead", "tr")
#: Where KaTeX and MathJax keep the source of a formula.
FORMULA_TAGS = frozenset(["annotation", "mjx-assistive-mml", "mjx-container", "mjx-math", "semantics", TEX])

# What stands behind the name of a tag; always a match, so that the time stays linear.
_REST = r"""[^<>=]*+(?:=\s*+(?:"[^"]*+"|'[^']*+')?[^<>=]*+)*"""
_START_TAG = lazy_regex(rf"<([a-zA-Z][a-zA-Z0-9:-]*+)({_REST})(>?)")
# An attribute with a value: its name, the value in double, single or no quotes. HTML Standard §13.2.5.33: a quotation
# mark is one only where a value begins, and in front of `>` a value is empty.
_ATTRIBUTE = lazy_regex(r"""([^\s/>][^\s/>=]*+)\s*+=\s*+(?:"([^"]*+)"|'([^']*+)'|([^\s>"'][^\s>]*+|(?=>)))""")

_SCHEME = lazy_regex(r"[a-zA-Z][a-zA-Z0-9+.-]*:")
_SCHEME_NAME = lazy_regex(r"[a-z][a-z0-9-]*")

# Comments, also those that begin otherwise (§13.2.5.41); tags with attributes, for some elements with what is in them,
# which is text whatever it looks like (HTML Standard §13.2.5.1); and a tag that does not end, which is none. What is
# looked ahead at is not looked at again, as in a possessive group, which may take what it must not in Python before
# 3.11.5.
_MARKUP = lazy_regex(
    r"""<!--(?:.*?-->|.*)"""
    r"""|<(?:/(?![a-z])|[?!])[^>]*+(?:>|\Z)"""
    r"""|<(?:(iframe|noembed|noframes|script|style|textarea|title|xmp)(?=[\s/>])|[a-z][^\s/>]*+(?=[\s/]))"""
    r"""(?=((?:[\s/]++|[^\s/>][^\s/>=]*+(?:\s*+=\s*+(?:"[^"]*+"|'[^']*+'|[^\s>"'][^\s>]*+)|(?!\s*=\s*["'])))*))\2>"""
    r"""(?(1).*?(?=</\1|\Z))"""
    r"""|<[a-z][^\s/>]*+(?!>).*""",
    re.IGNORECASE | re.DOTALL,
)

# HTML Standard §4.8.4.2.1: an address, and what stands behind it up to a comma outside of parentheses.
_CANDIDATE = lazy_regex(r"[\s,]*([^\s,]\S*)((?:[^,(]++|\([^)]*\)?)*+)")

_COLOURED_CODE = lazy_regex(
    r"<pre\b[^<]*+(?:<(?!/?pre\b|(?:div|figure|span|table|t[dhr]|tbody|thead)\b)[^<]*+)*"
    r"<(?:div|figure|span|table|t[dhr]|tbody|thead)\b"
)
# A link in a heading, or one that a heading begins in, which browsers open again there.
_LINK_IN_HEADING = lazy_regex(
    r"<h[1-6]\b[^<]*+(?:<(?!/?h[1-6]\b|a\b[^<]*#)[^<]*+)*<a\b[^<]*#"
    r"|<a\b[^<#]*+#[^<]*+(?:<(?!/?a\b|/?h[1-6]\b)[^<]*+)*<h[1-6]\b"
)
_CARD = lazy_regex(r"\b(?:kg|mejs|wp-block|wp-embedded)-")
_NOTE_IDS = ("fn", "user-content-fn")

_TEX_SCRIPT = lazy_regex(
    r"""<script\b[^<>]*\btype\s*=\s*["']?math/tex\b([^<>]*)>(.*?)</script\s*>""", re.IGNORECASE | re.DOTALL
)
_CDATA = lazy_regex(r"%\s*<!\[CDATA\[\s*(.*?)\s*%\]\]>", re.DOTALL)
# What some programs escape in it.
_NOSCRIPT_TEXT = lazy_regex(r"(<noscript\b[^<>]*>\s*)(&lt;(?:iframe|img|picture)\b[^<]*)(?=</noscript)", re.IGNORECASE)
_NOSCRIPT_TAG = lazy_regex(r"<(/?)noscript(?=[\s/>])", re.IGNORECASE)

# To a parser everything behind `<iframe>`, `<script>` or `<title>` is their text up to their end tags, and a slash at
# the end of a start tag means nothing. JSX and many authors mean an empty element by it.
#: What may swallow what is behind it.
SWALLOWING = tuple("audio iframe noembed noframes noscript script style textarea title video xmp".split())
# The first letter of each in both cases: most tags are passed over by it, as none is where all of it ignores case.
_SWALLOWING_NAMES = "|".join(f"[{name[0]}{name[0].upper()}](?i:{name[1:]})" for name in SWALLOWING)
_SWALLOWING_TAG = lazy_regex(rf"<({_SWALLOWING_NAMES})(?=[\s/>])({_REST})>")
# Elements whose text is not shown. All others end at once: what stands behind them is the author's.
_HIDDEN = ("script", "style")
_BLOCK_END = lazy_regex(
    r"\n[ \t]*(?=\n|</?(?:p|div|h[1-6]|ul|ol|table|blockquote|section|article|figure)\b)|(?=</p>|</li>|</td>)|\Z",
    re.IGNORECASE,
)
_VISIBLE = lazy_regex(r"\S")
_SOURCES = lazy_regex(r"(?:\s*<(?:source|track)\b[^<>]*>)*", re.IGNORECASE)


class ContentError(Exception):
    """A body that cannot be made safe in reasonable time."""


class StartTags:
    """What the start tags of HTML say, those in comments included."""

    def __init__(self, html: str) -> None:
        tags = _START_TAG.findall(html)
        #: How many there are.
        self.count = len(tags)
        # Most tags of an article are the same few.
        distinct = set(tags)
        written = {name for name, _, _ in distinct}
        rests = dict.fromkeys(rest for _, rest, _ in tags if rest)
        #: How long what stands behind a name is at most.
        self.longest = max(map(len, rests), default=0)
        #: Their names, in lower case.
        self.names = {name.lower() for name in written}
        self._are_lower_case = written == self.names
        text = f"{'>'.join(rests)}>"
        # Browsers read otherwise what has no end, a tag in a value, and a quotation mark in a value without quotes.
        is_odd = "<" in text or not all(end for _, _, end in distinct)
        #: The values of each attribute that has some, by its name in lower case.
        self.values: dict[str, list[str]] = {}
        for name, double, single, bare in _ATTRIBUTE.findall(text) if "=" in text else ():
            self.values.setdefault(name.lower(), []).append(double or single or bare)
            is_odd = is_odd or "'" in bare or '"' in bare
        #: Whether browsers find the same tags and attributes.
        self.certain = not is_odd
        names = self.values.keys()
        #: The addresses, as they are written.
        self.urls = [url for name in _ANY_URL_ATTRIBUTES & names for url in self.values[name]]
        #: Those of them that depend on where the page is, beyond its host, or have another scheme.
        self.relative_urls = [url for url in self.urls if not url.startswith(_SAME_ON_HOST)]
        self.urls += self.values.get("srcset", ())
        self._is_lazy = not names.isdisjoint(LAZY_ATTRIBUTES)
        #: Whether there are addresses that nh3 does not make absolute.
        self.has_other_urls = is_odd or self._is_lazy or not names.isdisjoint(OTHER_URL_ATTRIBUTES)

    def removed_schemes(self) -> set[str]:
        """The schemes that readers must not follow."""
        # What only holds the place of a picture is no loss.
        harmless = SCHEMES | {"data"} if self._is_lazy or NOSCRIPT in self.names else SCHEMES
        return {kind for url in self.relative_urls if (kind := scheme(unescape(url))) and kind not in harmless}

    def may_have(self, *names: str) -> bool:
        """Whether there may be an element of one of these names."""
        return not self.certain or not self.names.isdisjoint(names)

    def parts_to_rewrite(self, html: str) -> Set[str]:
        """What `rewrite` may have to do in the HTML that they are in."""
        if not self.certain:
            return PARTS
        html, names = html if self._are_lower_case else html.lower(), self.names
        classes, ids, urls, styles = (self.values.get(name, ()) for name in ("class", "id", "href", "style"))
        is_needed = {
            "players": not names.isdisjoint(EMBEDS),
            "code": "pre" in names
            and (
                any(not _CODE_CLASSES.isdisjoint(value.split()) for value in classes)
                or any("user-select" in value for value in styles)
                or (not names.isdisjoint(COLOURS) and _COLOURED_CODE.search(html) is not None)
            ),
            "pictures": NOSCRIPT in names or self._is_lazy,
            "cards": any(_CARD.search(value) for value in classes),
            "formulas": not names.isdisjoint(("math", "mjx-container", TEX)),
            "footnotes": any("footnote-definition" in value for value in classes)
            or any(value.startswith(_NOTE_IDS) for value in ids),
            "self-links": any("#" in value for value in urls)
            and not names.isdisjoint(HEADINGS)
            and _LINK_IN_HEADING.search(html) is not None,
        }
        return {part for part, is_there in is_needed.items() if is_there}


#: Those of a text. One step after the other asks for them of one article, which most of them leave as it is.
start_tags = lru_cache(maxsize=2)(StartTags)


def parsable(html: str) -> str:
    """HTML in which elements that are text to a parser have names of their own."""
    html = _NOSCRIPT_TEXT.sub(lambda match: f"{match[1]}{unescape(match[2])}", html)
    html = _NOSCRIPT_TAG.sub(rf"<\1{NOSCRIPT}", html)

    def tex_element(match: re.Match[str]) -> str:
        display = ' display="block"' if "display" in match[1] else ""
        # Kramdown hides it from parsers of XML.
        tex = _CDATA.sub(r"\1", match[2].strip())
        return f"<{TEX}{display}>{escape(tex, quote=False)}</{TEX}>"

    return _TEX_SCRIPT.sub(tex_element, html) if "math/tex" in html else html


def with_ends(
    text: str, report: OnContent | None = None, first: int = 1, is_code: Callable[[int], bool] | None = None
) -> str:
    """HTML in which every element ends that would swallow what is behind it; `report` gets those that had no end.

    `is_code` says which positions are code, where it is Markdown; `first` is the number of the first line.
    """
    tags = [] if is_code is None and not start_tags(text).may_have(*SWALLOWING) else [*_SWALLOWING_TAG.finditer(text)]
    if not tags:
        return text
    unclosed: list[tuple[int, str]] = []
    kept: list[str] = []
    position = 0
    lower = ascii_lower(text)
    # Where the next end tag of each name is, which is looked for once.
    ends: dict[str, int] = {}
    # Behind it there are blanks only.
    last = len(text.rstrip())
    for match in tags:
        if match.start() < position or (is_code and is_code(match.start())):
            continue
        name, inside, rest = match[1].lower(), match.end(), match[2].rstrip()
        if ends.get(name, 0) < inside:
            end = lower.find(f"</{name}", inside)
            ends[name] = end if end >= 0 else len(text)
        end, has_end, is_hidden = ends[name], ends[name] < len(text), name in _HIDDEN
        if rest.endswith("/") and not _VISIBLE.search(text, inside, end):
            continue
        if rest.endswith("/") and not (is_hidden and has_end):
            kept += [text[position : match.start()], f"<{match[1]}{rest.removesuffix('/')}></{name}>"]
            position = inside
        elif has_end and (is_hidden or lower.find(f"<{name}", inside, end) < 0):
            # What is in it is its own.
            if is_hidden or name in ("textarea", "title"):
                kept.append(text[position:end])
                position = end
        else:
            stop = inside
            if is_hidden:
                stop = next(_BLOCK_END.finditer(text, inside)).start()
            elif name in ("audio", "video"):
                stop = next(_SOURCES.finditer(text, inside)).end()
            kept += [text[position:stop], f"</{name}>"]
            position = stop
            if stop < last:
                unclosed.append((match.start(), name))
    line, counted = first, 0
    for number, (start, name) in enumerate(unclosed[:MAX_UNCLOSED], 1):
        line, counted = line + text.count("\n", counted, start), start
        more = len(unclosed) - number if number == MAX_UNCLOSED else 0
        others = f", as are {more:,} behind it" if more else ""
        if report:
            report("FK311", line, f"<{name}> has no end and would hide what comes behind it; it is closed{others}")
    return "".join([*kept, text[position:]])


def scheme(value: str) -> str | None:
    """The scheme of an address as a browser sees it, which drops line ends: `java` and `script:` are one word to it."""
    match = _SCHEME.match(browsed(value))
    return match[0][:-1].lower() if match else None


def safe_url(value: str, base: str) -> str | None:
    """The address, absolute against `base`; None for one that must not be followed."""
    kind = scheme(value)
    if kind in ("mailto", "tel"):
        return browsed(value)
    if kind and kind not in SCHEMES:
        return None
    with suppress(UrlError):
        return absolute(value, base) if browsed(value) else base
    return None


def max_candidates(html: str) -> int:
    """How many pictures each `srcset` of a text may have."""
    if html.count(",") < MAX_CANDIDATES_OF_TEXT:
        return MAX_CANDIDATES
    return min(MAX_CANDIDATES, max(1, MAX_CANDIDATES_OF_TEXT // max(1, html.lower().count("srcset"))))


def changed_srcset(value: str, changed: Callable[[str], str | None], most: int = MAX_CANDIDATES) -> str | None:
    """The first `most` pictures of a `srcset`, but for those of which `changed` makes None; None without any."""
    candidates = ((changed(url), descriptor) for url, descriptor in islice(_candidates(value), most))
    return ", ".join(f"{url} {descriptor}".strip() for url, descriptor in candidates if url) or None


def srcset_urls(value: str) -> Iterator[str]:
    """The addresses in a `srcset`, as they are written."""
    return (url for url, _ in islice(_candidates(value), MAX_CANDIDATES))


def _candidates(value: str) -> Iterator[tuple[str, str]]:
    position = 0
    while match := _CANDIDATE.match(value, position):
        url = match[1].rstrip(",")
        ends = url != match[1]
        position = match.end(1) if ends else match.end()
        yield url, "" if ends else " ".join(match[2].split())


def with_absolute_urls(html: str, base: str) -> tuple[str, tuple[str, ...]]:
    """The HTML with absolute addresses, and the schemes that were taken out of it: `javascript: addresses`."""
    removed: set[str] = set()

    def without_url(value: str) -> str:
        kind = scheme(value)
        removed.add(kind if kind and _SCHEME_NAME.fullmatch(kind) else "unreadable")
        return ""

    html = with_urls(html, lambda name, url: safe_url(url, base), without_url)
    return html, tuple(f"{name}: addresses" for name in sorted(removed))


def with_urls(
    html: str,
    changed: Callable[[str, str], str | None],
    without_url: Callable[[str], str],
    more: Set[str] = frozenset(),
) -> str:
    """The HTML with what `changed` makes of the name of each attribute and its address; all else stays byte for byte.

    Where that is None, `without_url` makes of the value what stands in the place of the attribute. `more` are names of
    attributes that have addresses, too.
    """
    names, most = URL_ATTRIBUTES | {"srcset"} | more, max_candidates(html)

    def attribute(match: re.Match[str]) -> str:
        name = match[1].lower()
        if name not in names:
            return match[0]
        value = unescape(match[2] or match[3] or match[4] or "")
        url = changed_srcset(value, partial(changed, name), most) if name in _SETS else changed(name, value)
        if url is None:
            return without_url(value)
        return match[0] if url == value else f'{match[1]}="{escape(url)}"'

    def markup(match: re.Match[str]) -> str:
        if not match[2]:
            return match[0]
        start, end = match.start(2) - match.start(), match.end(2) - match.start()
        return f"{match[0][:start]}{_ATTRIBUTE.sub(attribute, match[2])}{match[0][end:]}"

    return _MARKUP.sub(markup, html)


def without_scripts(html: str) -> str:
    """HTML without its scripts and styles, in which text looks like tags."""
    return _MARKUP.sub(lambda match: "" if (match[1] or "").lower() in ("script", "style") else match[0], html)
