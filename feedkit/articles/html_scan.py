"""Scans HTML by regular expressions, without a tree: start tags, addresses, elements without an end tag."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Set
from contextlib import suppress
from functools import lru_cache, partial
from html import escape, unescape

from feedkit.articles.report import OnContent
from feedkit.config.site import EMBEDS
from feedkit.errors import UrlError
from feedkit.lazy_regex import lazy_regex
from feedkit.text import ascii_lower
from feedkit.urls import absolute, browsed

#: The deepest nesting of HTML: the time that nh3 takes grows with its square.
MAX_NESTING = 256
#: The message about HTML that is nested more deeply.
TOO_DEEP = f"the body's HTML is nested more than {MAX_NESTING} levels deep"
#: The most elements without an end that are reported.
MAX_UNCLOSED = 100
#: The most pictures in one `srcset`, and in all of a text: each costs time, and sites need few.
MAX_CANDIDATES = 100
MAX_CANDIDATES_OF_TEXT = 20_000

#: The schemes of addresses that may be in a feed.
SCHEMES = frozenset(["http", "https", "mailto", "tel"])
#: The attributes with an address; `srcset` has several. HTML Standard, index of attributes.
URL_ATTRIBUTES = frozenset("action background cite data formaction href longdesc poster src xlink:href".split())
#: The attributes that nh3 does not treat as addresses.
OTHER_URL_ATTRIBUTES = frozenset(["cite", "longdesc", "srcset"])
#: Attributes with the address of a picture that a script would load, the best first.
LAZY_SOURCES = ("data-src", "data-lazy-src", "data-orig-src", "data-original")
LAZY_SETS = ("data-srcset", "data-lazy-srcset")
LAZY_ATTRIBUTES = frozenset([*LAZY_SOURCES, *LAZY_SETS])
_ANY_URL_ATTRIBUTES = URL_ATTRIBUTES | LAZY_ATTRIBUTES
_SETS = frozenset(["srcset", *LAZY_SETS])
# Beginnings of addresses that do not depend on the path of the page.
_SAME_ON_HOST = ("https://", "http://", "/", "mailto:", "tel:")

HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
#: The name of `<noscript>` elements while HTML is processed: a parser with scripts takes their content for text.
NOSCRIPT = "x-noscript"
#: The name of scripts with TeX while HTML is processed.
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
#: The elements that highlighters put into code; all others are the author's own.
COLOURS = ("div", "figure", "span", "table", "tbody", "td", "th", "thead", "tr")
#: Elements with the source of a formula, in KaTeX and MathJax.
FORMULA_TAGS = frozenset(["annotation", "mjx-assistive-mml", "mjx-container", "mjx-math", "semantics", TEX])

# The part of a tag after its name; it always matches, so that the time stays linear.
_REST = r"""[^<>=]*+(?:=\s*+(?:"[^"]*+"|'[^']*+')?[^<>=]*+)*"""
_START_TAG = lazy_regex(rf"<([a-zA-Z][a-zA-Z0-9:-]*+)({_REST}>?)")
# An attribute with a value: its name, the value in double, single or no quotes. HTML Standard §13.2.5.33: a quotation
# mark is one only where a value begins, and in front of `>` a value is empty.
_ATTRIBUTE = lazy_regex(r"""([^\s/>][^\s/>=]*+)\s*+=\s*+(?:"([^"]*+)"|'([^']*+)'|([^\s>"'][^\s>]*+|(?=>)))""")

_SCHEME = lazy_regex(r"[a-zA-Z][a-zA-Z0-9+.-]*:")
_SCHEME_NAME = lazy_regex(r"[a-z][a-z0-9-]*")

# Comments, also bogus ones (§13.2.5.41); tags with attributes, for some elements with their content, which is raw text
# (HTML Standard §13.2.5.1); and an unclosed tag, which is none. The lookahead and its back reference act as a
# possessive group, which has a bug in Python before 3.11.5.
_MARKUP = lazy_regex(
    r"""<(?:!--(?:.*?-->|.*)"""
    r"""|(?:/(?![a-zA-Z])|[?!])[^>]*+(?:>|\Z)"""
    r"""|(?=[a-zA-Z])(?:((?i:iframe|noembed|noframes|script|style|textarea|title|xmp))(?=[\s/>])|[^\s/>]*+(?=[\s/]))"""
    r"""(?=((?:[\s/]++|[^\s/>][^\s/>=]*+(?:\s*+=\s*+(?:"[^"]*+"|'[^']*+'|[^\s>"'][^\s>]*+)|(?!\s*=\s*["'])))*))\2>"""
    r"""(?(1)[^<]*+(?:<(?!/(?i:\1))[^<]*+)*)"""
    r"""|[a-zA-Z][^\s/>]*+(?!>).*)""",
    re.DOTALL,
)

# HTML Standard §4.8.4.2.1: an address, and its descriptor up to a comma outside of parentheses.
_CANDIDATE = lazy_regex(r"[\s,]*([^\s,]\S*)((?>(?:[^,(]++|\([^)]*\)?)*))")

_COLOUR = rf"<(?:{'|'.join(COLOURS)})\b"
_COLOURED_CODE = lazy_regex(rf"<pre\b[^<]*+(?:(?!</?pre\b|{_COLOUR})<[^<]*+)*{_COLOUR}")
# A link in a heading, or a heading in a link, which browsers open again in the heading.
_LINK_IN_HEADING = lazy_regex(
    r"<h[1-6]\b[^<]*+(?:<(?!/?h[1-6]\b|a\b[^<]*#)[^<]*+)*<a\b[^<]*#"
    r"|<a\b[^<#]*+#[^<]*+(?:<(?!/?a\b|/?h[1-6]\b)[^<]*+)*<h[1-6]\b"
)
_CARD = lazy_regex(r"\b(?:kg|mejs|wp-block|wp-embedded)-")
_NOTE_ID = lazy_regex(r"^(?:user-content-)?fn", re.MULTILINE)

_TEX_SCRIPT = lazy_regex(
    r"""<script\b[^<>]*\btype\s*=\s*["']?math/tex\b([^<>]*)>(.*?)</script\s*>""", re.IGNORECASE | re.DOTALL
)
_CDATA = lazy_regex(r"%\s*<!\[CDATA\[\s*(.*?)\s*%\]\]>", re.DOTALL)
# A picture or a frame in `<noscript>` whose first bracket is escaped, as some programs write it.
_NOSCRIPT_TEXT = lazy_regex(r"(<noscript\b[^<>]*>\s*)(&lt;(?:iframe|img|picture)\b[^<]*)(?=</noscript)", re.IGNORECASE)
_NOSCRIPT_TAG = lazy_regex(r"<(/?)noscript(?=[\s/>])", re.IGNORECASE)

# To a parser everything after `<iframe>`, `<script>` or `<title>` is text up to the end tag, and a slash at the end of
# the start tag is ignored. In JSX, and for many authors, it marks an empty element.
_SWALLOWING = "audio iframe noembed noframes noscript script style textarea title video xmp".split()
# The first letter in both cases: faster than a pattern that ignores case in all of the name.
_SWALLOWING_NAMES = "|".join(f"[{name[0]}{name[0].upper()}](?i:{name[1:]})" for name in _SWALLOWING)
_SWALLOWING_TAG = lazy_regex(rf"<({_SWALLOWING_NAMES})(?=[\s/>]){_REST}>")
# Elements whose text is not shown. Others without an end tag are closed at once, so that the text after them is kept.
_HIDDEN = ("script", "style")
_BLOCK_END = lazy_regex(
    r"\n[ \t]*(?=\n|</?(?:p|div|h[1-6]|ul|ol|table|blockquote|section|article|figure)\b)|(?=</p>|</li>|</td>)|\Z",
    re.IGNORECASE,
)
_VISIBLE = lazy_regex(r"\S")
_SOURCES = lazy_regex(r"(?:\s*<(?:source|track)\b[^<>]*>)*", re.IGNORECASE)


# The beginning of a comment, or an element in which there are none; in Markdown, a comment without an end is one only
# at the beginning of a line.
_COMMENT = lazy_regex(r"<(script|style|textarea|title)\b.*?(?:</\1\b|\Z)|<!--", re.IGNORECASE | re.DOTALL)
_COMMENT_OF_MARKDOWN = lazy_regex(r"^ {0,3}<!--", re.MULTILINE)


#: The longest body: the time that nh3 takes grows with it.
MAX_BODY_CHARS = 2 * 1024 * 1024


class ContentError(Exception):
    """A body that cannot be sanitised in reasonable time."""


def check_length(size: int) -> None:
    """Raises `ContentError` for a body with too many characters."""
    if size > MAX_BODY_CHARS:
        raise ContentError(f"the body has {size:,} characters; it may have {MAX_BODY_CHARS:,}")


class StartTags:
    """The start tags of HTML, including those in comments: names, attributes and addresses."""

    def __init__(self, html: str) -> None:
        tags = _START_TAG.findall(html)
        #: The number of start tags.
        self.count = len(tags)
        # Each different tag is parsed once: most tags of an article are the same few.
        distinct = dict.fromkeys(tags)
        written, rests = {name for name, _ in distinct}, dict.fromkeys([rest for _, rest in distinct])
        #: The length of the longest tag, without its name.
        self.longest = max(map(len, rests), default=0)
        #: Their names, in lower case.
        self.names = {name.lower() for name in written}
        self._are_lower_case = written == self.names
        text = "".join(rests)
        # Browsers may read these differently: an unclosed tag, a tag in a value, a quotation mark in an unquoted value.
        is_odd = "<" in text or not {rest[-1:] for rest in rests} <= {">"}
        #: The values of attributes, by name in lower case.
        self.values: dict[str, list[str]] = {}
        for name, double, single, bare in _ATTRIBUTE.findall(text) if "=" in text else ():
            self.values.setdefault(name.lower(), []).append(double or single or bare)
            is_odd = is_odd or "'" in bare or '"' in bare
        #: Whether browsers certainly see the same tags and attributes.
        self.certain = not is_odd
        names = self.values.keys()
        #: The addresses as they are written.
        self.urls = [url for name in _ANY_URL_ATTRIBUTES & names for url in self.values[name]]
        #: The addresses that depend on the path of the page, or have another scheme than http.
        self.relative_urls = [url for url in self.urls if not url.startswith(_SAME_ON_HOST)]
        self.urls += self.values.get("srcset", ())
        self._is_lazy = not names.isdisjoint(LAZY_ATTRIBUTES)
        #: Whether there are addresses that nh3 does not make absolute.
        self.has_other_urls = is_odd or self._is_lazy or not names.isdisjoint(OTHER_URL_ATTRIBUTES)

    def removed_schemes(self) -> set[str]:
        """The schemes of addresses that the sanitiser removes."""
        # The `data:` placeholder of a lazy picture is not reported.
        harmless = SCHEMES | {"data"} if self._is_lazy or NOSCRIPT in self.names else SCHEMES
        return {kind for url in self.relative_urls if (kind := scheme(unescape(url))) and kind not in harmless}

    def may_have(self, *names: str) -> bool:
        """Whether there may be an element with one of these names."""
        return not self.certain or not self.names.isdisjoint(names)

    def parts_to_rewrite(self, html: str) -> Set[str]:
        """The parts of `rewrite` that the HTML may need."""
        html, names, values = html if self._are_lower_case else html.lower(), self.names, self.values
        classes, ids = "\n".join(values.get("class", ())), "\n".join(values.get("id", ()))
        is_needed = {
            "players": not names.isdisjoint(EMBEDS),
            "code": "pre" in names
            and (
                not _CODE_CLASSES.isdisjoint(classes.split())
                or "user-select" in "\n".join(values.get("style", ()))
                or (not names.isdisjoint(COLOURS) and _COLOURED_CODE.search(html))
            ),
            "pictures": NOSCRIPT in names or self._is_lazy,
            "cards": _CARD.search(classes),
            "formulas": not names.isdisjoint(("math", "mjx-container", TEX)),
            "footnotes": "footnote-definition" in classes or _NOTE_ID.search(ids),
            "self-links": not names.isdisjoint(HEADINGS)
            and "#" in "\n".join(values.get("href", ()))
            and _LINK_IN_HEADING.search(html),
        }
        return {part for part, is_there in is_needed.items() if is_there or not self.certain}


#: The start tags of a text. Cached, since several steps ask for them and most leave the text as it is.
start_tags = lru_cache(maxsize=2)(StartTags)


def parsable(html: str) -> str:
    """HTML in which `<noscript>` and scripts with TeX are renamed, since a parser takes their content for text."""
    html = _NOSCRIPT_TEXT.sub(lambda match: f"{match[1]}{unescape(match[2])}", html)
    html = _NOSCRIPT_TAG.sub(rf"<\1{NOSCRIPT}", html)

    def tex_element(match: re.Match[str]) -> str:
        display = ' display="block"' if "display" in match[1] else ""
        # Kramdown puts it into a CDATA section.
        tex = _CDATA.sub(r"\1", match[2].strip())
        return f"<{TEX}{display}>{escape(tex, quote=False)}</{TEX}>"

    return _TEX_SCRIPT.sub(tex_element, html) if "math/tex" in html else html


def with_ends(
    text: str, report: OnContent | None = None, first: int = 1, is_code: Callable[[int], bool] | None = None
) -> str:
    """HTML in which elements without an end are closed, so that the text after them is not lost; each is reported.

    For Markdown, `is_code` returns whether a position is in code. `first` is the number of the first line.
    """
    tags = [] if is_code is None and not start_tags(text).may_have(*_SWALLOWING) else [*_SWALLOWING_TAG.finditer(text)]
    if not tags:
        return text
    lower = ascii_lower(text)
    unclosed: list[tuple[int, str]] = []
    kept: list[str] = []
    position = 0
    # The position of the next end tag of each name, searched once.
    ends: dict[str, int] = {}
    # Only white space follows.
    last = len(text.rstrip())
    for match in tags:
        if match.start() < position:
            continue
        name, inside, tag = match[1].lower(), match.end(), match[0][:-1].rstrip()
        if ends.get(name, 0) < inside:
            end = lower.find(f"</{name}", inside)
            ends[name] = end if end >= 0 else len(text)
        end, has_end, is_hidden = ends[name], ends[name] < len(text), name in _HIDDEN
        is_empty = tag.endswith("/") and not (is_hidden and has_end)
        is_whole = has_end and not is_empty and (is_hidden or lower.find(f"<{name}", inside, end) < 0)
        # The content of these elements is no markup.
        is_raw = is_hidden or name in ("textarea", "title")
        if (is_whole and not is_raw) or (is_code and is_code(match.start())):
            continue
        if is_whole:
            kept.append(text[position:end])
            position = end
        elif is_empty:
            if _VISIBLE.search(text, inside, end):
                kept += [text[position : match.start()], f"{tag[:-1]}></{name}>"]
                position = inside
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
    if report:
        line, counted = first, 0
        for number, (start, name) in enumerate(unclosed[:MAX_UNCLOSED], 1):
            line, counted = line + text.count("\n", counted, start), start
            more = len(unclosed) - number if number == MAX_UNCLOSED else 0
            others = f", as are {more:,} after it" if more else ""
            report("FK311", line, f"<{name}> has no end tag and would hide what comes after it; it is closed{others}")
    return "".join([*kept, text[position:]])


def report_open_comment(text: str, report: OnContent, first: int, is_code: Callable[[int], bool] | None = None) -> None:
    """Report a comment without an end, which hides everything after it. The arguments are those of `with_ends`."""
    # A search for a single character is many times as fast.
    if "!" not in text or "<!--" not in text:
        return
    last_end = max([text.rfind(end) + len(end) for end in ("-->", "--!>") if end in text], default=0)
    pattern = _COMMENT if is_code is None else _COMMENT_OF_MARKDOWN
    for match in pattern.finditer(text, last_end):
        is_comment = match[0].endswith("<!--") and not (is_code and is_code(match.start()))
        if is_comment and _VISIBLE.search(text, match.end()):
            reason = "a comment is not closed: what comes after it is hidden"
            report("FK311", first + text.count("\n", 0, match.start()), reason, "close it with --> where it is to end")
            return


def scheme(value: str) -> str | None:
    """The scheme of an address as browsers read it: they ignore line ends, even in the middle of `javascript:`."""
    match = _SCHEME.match(browsed(value))
    return match[0][:-1].lower() if match else None


def safe_url(value: str, base: str) -> str | None:
    """The address resolved against `base`; None for one with a scheme that is not allowed."""
    written, kind = browsed(value), scheme(value)
    if kind in ("mailto", "tel"):
        return written
    with suppress(UrlError):
        return absolute(value, base) if written else base
    return None


def max_candidates(html: str) -> int:
    """The most pictures that each `srcset` of a text may have."""
    if html.count(",") < MAX_CANDIDATES_OF_TEXT:
        return MAX_CANDIDATES
    return min(MAX_CANDIDATES, max(1, MAX_CANDIDATES_OF_TEXT // max(1, html.lower().count("srcset"))))


def candidates(value: str, most: int = MAX_CANDIDATES) -> Iterator[tuple[str, str]]:
    """The first `most` addresses in a `srcset`, as they are written, each with its descriptor."""
    position = 0
    while most and (match := _CANDIDATE.match(value, position)):
        url = match[1].rstrip(",")
        ends = url != match[1]
        position = match.end(1) if ends else match.end()
        yield url, "" if ends else " ".join(match[2].split())
        most -= 1


def changed_srcset(value: str, changed: Callable[[str], str | None], most: int) -> str | None:
    """A `srcset` with its first `most` addresses changed, without those that become None; None if none remains."""
    sources = [(changed(url), descriptor) for url, descriptor in candidates(value, most)]
    return ", ".join([f"{url} {descriptor}".strip() for url, descriptor in sources if url]) or None


def with_absolute_urls(html: str, base: str) -> tuple[str, tuple[str, ...]]:
    """The HTML with absolute addresses, and the names of removed schemes: `javascript: addresses`."""
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
    """The HTML with every address replaced by `changed(attribute, address)`; everything else is unchanged.

    If the result is None, `without_url(address)` replaces the whole attribute. `more` are additional attributes with
    addresses.
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
    """HTML in which comments replace scripts and styles, whose text may look like tags."""
    # Without a comment, the text on both sides might become a tag.
    return _MARKUP.sub(lambda match: "<!---->" if (match[1] or "").lower() in ("script", "style") else match[0], html)
