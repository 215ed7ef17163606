"""Shortcodes in Markdown: `{{name: …}}`, Hugo's `{{< name … >}}` and `{{% name … %}}`, Jekyll's `{% name … %}`.

`{{image: URL, width: 800, height: 450, alt: "…"}}` becomes a figure, a builder's own what his function makes of it.
What stands in code is an example. Unknown shortcodes are reported with their lines; `{{name: …}}` is kept or removed as
`Site.unknown_shortcodes` says, those of Hugo and Jekyll are never printed.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Container, Iterator, Mapping
from html import escape, unescape
from types import MappingProxyType
from typing import Literal
from urllib.parse import quote

from msgspec import Struct

from feedkit.articles import templates
from feedkit.articles.link_targets import REASON, ContentLinks
from feedkit.articles.markdown import Ranges, code_ranges
from feedkit.articles.report import OnContent
from feedkit.articles.sanitise import TAGS
from feedkit.articles.shortcode_library import (
    ADDRESS_LINKS,
    ADDRESSES,
    LIBRARY,
    PAIRED,
    SHORTCODES,
    TAG_DIALECTS,
    WRAPPERS,
    Says,
    UnknownNameError,
    component,
)
from feedkit.articles.templates import EXPRESSION, dialect, evaluated, joined
from feedkit.config.site import Site
from feedkit.config.tables import Shortcode
from feedkit.errors import MAX_SHOWN_CHARS, error_text, shown
from feedkit.lazy_regex import lazy_regex

#: The longest shortcode; beyond it, and beyond its paragraph, two braces are two braces.
MAX_SHORTCODE_CHARS = 8_192

#: The most shortcodes of a text that are reported; what comes behind them stays as it is.
MAX_UNREAD = 100

#: The most shortcodes of a text that are read.
MAX_SHORTCODES = 10_000

#: The most tags of a text that look like JSX and have no end; behind them tags are HTML.
MAX_UNREAD_ELEMENTS = 300

#: How deep shortcodes stand in one another; deeper ones are text to the shortcode around them.
MAX_DEPTH = 8

#: The most characters in front of a shortcode that is alone on its line: blanks and the marks of lists and quotations.
MAX_INDENT_CHARS = 256

#: Makes HTML of a shortcode. Raises `ValueError` with the reason where it cannot.
Render = Callable[[Shortcode], str]

# The head of a shortcode, behind its first brace; its end is found by `_end`, since there may be braces in quoted
# arguments.
_BEHIND_BRACE = (
    r"\{(?:(?P<sign>[<%])(?P<shown>/\*)?\s*(?P<slash>/?)\s*(?P<hugo>[A-Za-z_][\w./-]*)"
    r"|\s*(?P<own>[A-Za-z][\w-]*)\s*(?P<colon>:|\}\}))"
    # Zola's, with names for its arguments: other calls are of other programs.
    r"|\{-?\s*(?P<zola>[A-Za-z_]\w*)\((?=\s*(?:\)|[A-Za-z_]\w*=))"
    # `{%s}` is no shortcode.
    r"|%-?(?:\s+|(?=[^\n{}]{1,200}%\}))(?P<jekyll>[A-Za-z_]\w*)"
    # What Liquid, Nunjucks and others fill in, behind its first brace; in TeX braces may be doubled, too.
    r"|(?<![\w\\^$={]\{)(?P<expression>" + EXPRESSION.removeprefix(r"\{") + ")"
)
# A pattern that begins with one sign is searched for many times as fast as one that begins with either of two.
_OPENING = lazy_regex(rf"\{{(?:{_BEHIND_BRACE})")
# With JSX: components, and attributes in braces.
_OPENING_OR_ELEMENT = lazy_regex(
    r"[<{](?:(?<=<)(?:(?P<element>/?[A-Z][\w.]*(?=[\s/>])|[a-z][\w-]*(?=\s[^<>{}]{0,400}=\{)))"
    rf"|(?<=\{{)(?:{_BEHIND_BRACE}))"
)
# What an address begins with in Markdown and in HTML, up to where something stands in it.
_ADDRESS_BEFORE = lazy_regex(r"""(?:\]\(\s*<?|\]:\s*<?|=\s*["']?)[^\s"'()<>]*\Z""")
_WORD_EXPRESSION = lazy_regex(r"(?<![\w\\^$={}])\{\{-?\s*[A-Za-z][\w-]*\s*-?\}\}")
_PARAGRAPH_END = lazy_regex(r"\n[ \t]*\n")
# What ends a shortcode, or begins a quoted argument in it, by its sign.
_STOPS = MappingProxyType(
    {
        ":": lazy_regex(r"\}\}|[\"']"),
        "<": lazy_regex(r">\}\}|[\"'`]"),
        "%": lazy_regex(r"%\}\}|[\"'`]"),
        "jekyll": lazy_regex(r"-?%\}|[\"']"),
        "zola": lazy_regex(r"\)\s*-?\}\}|[\"'`]"),
    }
)
_TAIL = lazy_regex(r"\s*/?(?:[>%]\}\}|-?%\}|\)\s*-?\}\})\Z")
_QUOTED = lazy_regex(r'"((?:[^"\\]++|\\.)*+)"|\'((?:[^\'\\]++|\\.)*+)\'|`([^`]*)`', re.DOTALL)
_ESCAPE = lazy_regex(r"\\(.)", re.DOTALL)
_SIGNS = lazy_regex(r"\W")

_TURN = lazy_regex(r"[,\"']")
_NAMED = lazy_regex(r",\s*([A-Za-z][\w-]*)\s*:(?!//)\s*")
_FIRST_NAMED = lazy_regex(r"\s*([A-Za-z][\w-]*)\s*:\s+")
_UNNAMED = lazy_regex(r",(?:\s+|(?=[\"']))")
_WORD = lazy_regex(
    r"""(?:([A-Za-z_][\w-]*)=)?("(?:[^"\\]++|\\.)*+"|'(?:[^'\\]++|\\.)*+'|`[^`]*`|[^\s"'`,]\S*|["'`,])""", re.DOTALL
)

_UNCLOSED = MappingProxyType({"own": "{{{{{}:", "hugo": "{{{{< {}", "jekyll": "{{% {}", "zola": "{{{{ {}("})

# What Liquid, Nunjucks and others decide when they make a page; their parts are reported with the whole.
_STATEMENTS = frozenset("case for if ifchanged unless while".split())
_STATEMENT_PARTS = frozenset("break continue elif else elseif elsif when".split())
_ALL_STATEMENTS = _STATEMENTS | _STATEMENT_PARTS

# An attribute of JSX without a value, or its name; a text; a path in what an expression says.
_JSX_NAME = lazy_regex(r"\s*([A-Za-z_][\w:.-]*)(?:\s*(=)\s*)?|\s*(\{)")
_JSX_TEXT = lazy_regex(r"""["'`]([^"'`$]*)["'`]""")
_JSX_CALL = lazy_regex(r"""(?:require|useBaseUrl|withBase|url|asset)\(\s*["'`]([^"'`$]*)["'`]\s*\)(?:\.default)?""")
_JSX_END = lazy_regex(r"\s*(/?)>")
_COMPONENT = lazy_regex(r"<[A-Z]|<[a-z][^<>{}]*=\{")
# What an element that is no component keeps of its attributes.
_JSX_ATTRIBUTES = frozenset(["alt", "cite", "height", "href", "id", "poster", "src", "srcset", "title", "width"])


def _dialect(use: _Use, source: str) -> tuple[str, str]:
    """What a shortcode of another system is called, and whose it is."""
    if use.style == "jekyll":
        return "tag", TAG_DIALECTS.get(use.name.removeprefix("end"), "Jekyll, Hexo or Eleventy")
    if use.style == "hugo":
        return "shortcode", "Hugo or Nikola" if source.startswith("{{%") else "Hugo"
    return "shortcode", use.style.title()


def _function_line(name: str) -> str:
    """The line of the configuration that names a function for a shortcode."""
    key = name if name.isascii() and name.replace("-", "").isidentifier() else f'"{name}"'
    return f'or name a function for it: shortcodes.{key} = "shortcodes:{_SIGNS.sub("_", name)}"'


class _Use(Struct, frozen=True, kw_only=True):
    """A shortcode where it stands in a text."""

    #: Where it begins.
    start: int
    #: Where the text behind it begins.
    end: int
    #: What it is called.
    name: str
    #: Whose way of writing it is.
    style: Literal["own", "hugo", "jekyll", "zola", "jsx", "expression"]
    #: What stands between the name and the end.
    inside: str = ""
    #: Whether it has an end.
    is_closed: bool = True
    #: Whether it ends another one: `{{< /name >}}`, `{% endname %}`.
    closing: bool = False
    #: Whether it is to be printed, as Hugo does with `{{</* name */>}}`.
    printed: bool = False
    #: The attributes of JSX whose values are known.
    named: Mapping[str, str] = MappingProxyType({})
    #: Whether nothing can stand in it: `<Name />`.
    empty: bool = False


def _uses(text: str, code: Ranges, registered: Container[str], imports: Mapping[str, str] | None) -> Iterator[_Use]:
    """The shortcodes of a text in their order, none within another's arguments, none in `code`.

    Two braces around a single word are a variable of another program unless the word is `registered`.
    """
    position = unclosed = count = unread_elements = 0
    opening = _OPENING if imports is None or "<" not in text else _OPENING_OR_ELEMENT
    for match in opening.finditer(text):
        start = match.start()
        if start < position or start in code:
            continue
        expression = match["expression"] and match
        if match["colon"] == "}}" and match["own"] not in registered:
            expression = _WORD_EXPRESSION.match(text, start)
            if expression is None:
                continue
        if expression:
            use = _Use(start=start, end=expression.end(), name=expression[0], style="expression")
        elif imports is not None and match[0].startswith("<"):
            name = match["element"].removeprefix("/")
            is_html = name.isupper() and name.lower() in TAGS
            if is_html or unread_elements == MAX_UNREAD_ELEMENTS:
                continue
            element = _jsx_use(text, match, imports)
            if element is None:
                unread_elements += 1
                continue
            use = element
        else:
            use = _brace_use(text, match)
        yield use
        position = use.end
        unclosed += not use.is_closed
        count += 1
        if unclosed == MAX_UNREAD or count == MAX_SHORTCODES:
            return


def _brace_use(text: str, match: re.Match[str]) -> _Use:
    """A shortcode in braces, ours or another system's."""
    style: Literal["own", "hugo", "jekyll", "zola"]
    style = "own" if match["own"] else "zola" if match["zola"] else "jekyll" if match["jekyll"] else "hugo"
    name, closing = match[style], bool(match["slash"])
    behind_name = match.end()
    end = behind_name if match["colon"] == "}}" else _end(text, behind_name, match["colon"] or match["sign"] or style)
    inside = text[behind_name:end] if end else ""
    inside = inside.removesuffix("}}") if style == "own" else _TAIL.sub("", inside)
    if style == "jekyll" and name.startswith("end") and len(name) > len("end"):
        name, closing = name.removeprefix("end"), True
    elif style == "jekyll" and name == "end" and not inside.strip():
        style, closing = "zola", True
    elif style == "jekyll" and inside.startswith("("):
        style, inside = "zola", inside.strip()[1:].removesuffix(")")
    return _Use(
        start=match.start(),
        end=end or behind_name,
        name=name,
        style=style,
        inside=inside,
        is_closed=end is not None,
        closing=closing,
        printed=bool(match["shown"]),
        empty=bool(match["zola"]),
    )


def _jsx_use(text: str, match: re.Match[str], imports: Mapping[str, str]) -> _Use | None:
    """An element of JSX, with what is known of its attributes; None where it has no end."""
    name = match["element"]
    position = match.end()
    limit = min(len(text), position + MAX_SHORTCODE_CHARS)
    named: dict[str, str] = {}
    while not (end := _JSX_END.match(text, position, limit)):
        attribute = _JSX_NAME.match(text, position, limit)
        if attribute is None:
            return None
        position = attribute.end()
        if attribute[3]:
            position = _brace_end(text, position - 1, limit)
        elif attribute[2] and text[position : position + 1] in ("'", '"'):
            closing = text.find(text[position], position + 1, limit)
            if closing < 0:
                return None
            named[attribute[1]] = unescape(text[position + 1 : closing])
            position = closing + 1
        elif attribute[2] and text[position : position + 1] == "{":
            closing = _brace_end(text, position, limit)
            value = _jsx_value(text[position + 1 : closing - 1].strip(), imports)
            if value is not None:
                named[attribute[1]] = value
            position = closing
        elif attribute[2]:
            return None
        if position < 0:
            return None
    return _Use(
        start=match.start(),
        end=end.end(),
        name=name.removeprefix("/"),
        style="jsx",
        closing=name.startswith("/"),
        named=MappingProxyType(named),
        empty=bool(end[1]),
    )


def _brace_end(text: str, position: int, limit: int) -> int:
    """The position behind the brace that ends an expression; -1 where none does."""
    depth = 0
    while position < limit:
        char = text[position]
        if char in "\"'`":
            closing = text.find(char, position + 1, limit)
            position = closing if closing >= 0 else position
        depth += (char == "{") - (char == "}")
        position += 1
        if depth == 0:
            return position
    return -1


def _jsx_value(expression: str, imports: Mapping[str, str]) -> str | None:
    """What an expression says where that can be seen: a text, a number, a path, a picture that was imported."""
    if match := _JSX_TEXT.fullmatch(expression) or _JSX_CALL.fullmatch(expression):
        return match[1]
    if expression.isdecimal():
        return expression
    return imports.get(expression.removesuffix(".src").removesuffix(".default"))


def _end(text: str, start: int, sign: str) -> int | None:
    """The position behind the closing braces; braces in quotes do not close, and neither does another paragraph."""
    paragraph = _PARAGRAPH_END.search(text, start, start + MAX_SHORTCODE_CHARS)
    limit = paragraph.start() if paragraph else min(len(text), start + MAX_SHORTCODE_CHARS)
    position = start
    while stop := _STOPS[sign].search(text, position, limit):
        if len(stop[0]) > 1:
            return stop.end()
        opens = _opens_value(text, stop.start(), own=sign == ":")
        quoted = _QUOTED.match(text, stop.start(), limit) if opens else None
        position = quoted.end() if quoted else stop.end()
    return None


def _opens_value(text: str, position: int, *, own: bool) -> bool:
    """Whether a quotation mark begins a value: that of `it's` does not."""
    before = position - 1
    while own and text[before : before + 1].isspace() and before > 0:
        before -= 1
    return text[before] in ":," if own else text[before].isspace() or text[before] == "="


def _arguments(use: _Use) -> tuple[tuple[str, ...], Mapping[str, str]]:
    """The arguments without and with a name, unquoted. Raises `ValueError` for a name that stands twice."""
    if use.style == "own":
        arguments = list(_own_arguments(use.inside))
    elif use.style == "jsx":
        return (), use.named
    elif use.style == "hugo":
        arguments = [(name, _unquoted(value)) for name, value in _WORD.findall(use.inside)]
    else:
        # Nunjucks and Zola have commas between them.
        words = [(name, value) for name, value in _WORD.findall(use.inside) if value != ","]
        arguments = [(name, _unquoted(value.removesuffix(",") if name else value)) for name, value in words]
    named: dict[str, str] = {}
    for name, value in arguments:
        if name and name in named:
            raise ValueError(f"its argument {name} stands twice")
        if name:
            named[name] = value
    return tuple(value for name, value in arguments if not name), MappingProxyType(named)


def _readable_arguments(use: _Use) -> tuple[tuple[str, ...], Mapping[str, str]]:
    """The same; none where a name stands twice."""
    try:
        return _arguments(use)
    except ValueError:
        return (), MappingProxyType({})


def _own_arguments(inside: str) -> Iterator[tuple[str, str]]:
    """The arguments of our own. A comma splits in front of a name, a blank, a quotation mark: addresses have some."""
    pieces: list[tuple[str, str]] = []
    # The colon that begins the first value stands in front of what is inside.
    whole = f":{inside}"
    first = _FIRST_NAMED.match(inside)
    name, start = (first[1].lower(), first.end()) if first else ("", 0)
    position = start
    while stop := _TURN.search(inside, position):
        behind: re.Match[str] | None = None
        if stop[0] != ",":
            if _opens_value(whole, stop.start() + 1, own=True):
                behind = _QUOTED.match(inside, stop.start())
        elif behind := _NAMED.match(inside, stop.start()):
            pieces.append((name, inside[start : stop.start()]))
            name, start = behind[1].lower(), behind.end()
        elif not name and (behind := _UNNAMED.match(inside, stop.start())):
            pieces.append((name, inside[start : stop.start()]))
            start = behind.end()
        position = (behind or stop).end()
    pieces.append((name, inside[start:]))
    for key, written in pieces:
        if (value := _unquoted(written)) or key or _QUOTED.match(written.strip()):
            yield key, value


def _unquoted(value: str) -> str:
    value = value.strip()
    quoted = _QUOTED.fullmatch(value) if value[:1] in ("'", '"', "`") else None
    if not quoted:
        return value
    # Hugo's raw texts, in backticks, have no escapes.
    return quoted[3] if quoted[3] is not None else _ESCAPE.sub(r"\1", quoted[1] if quoted[1] is not None else quoted[2])


class Extracted(Struct, frozen=True, kw_only=True):
    """Markdown with markers in the places of its shortcodes, which Markdown leaves alone."""

    #: The Markdown.
    text: str
    #: The HTML for each marker.
    html: Mapping[str, str]
    #: Whether elements of JSX are gone from around Markdown.
    unwrapped: bool = False
    #: For markers that are a part of a sentence or of an address, the HTML that stands for them within a tag.
    within_tags: Mapping[str, str] = MappingProxyType({})

    def restore(self, rendered: str) -> str:
        """The rendered HTML with the shortcodes' HTML in the markers' places; a figure is in no paragraph.

        In a link's address there is room for a text; an element that stands there comes last: it is not lost.
        """
        if not self.html:
            return rendered
        mark = next(iter(self.html))[0]
        if "%" in rendered:
            # Markdown encodes what stands in the address of a link.
            rendered = rendered.replace(quote(mark), mark)
        # Texts, and markers in between.
        pieces = re.split(rf"({mark}\d+{mark})", rendered)
        placed: set[str] = set()
        in_tag = False
        paragraph = 0
        for index in range(1, len(pieces), 2):
            before, name = pieces[index - 1], pieces[index]
            if "<" in before or ">" in before:
                in_tag = before.rfind("<") > before.rfind(">")
            if in_tag and name in self.within_tags:
                pieces[index] = self.within_tags[name]
                placed.add(name)
                continue
            if in_tag:
                fits = "<" not in self.html.get(name, "<")
                pieces[index] = escape(self.html[name].strip()) if fits else ""
                placed.update([name] if fits else [])
                continue
            pieces[index] = self.html.get(name, name)
            placed.add(name)
            if name in self.within_tags:
                paragraph = index + 1
                continue
            # Markers with blanks between them may be all that a paragraph has.
            paragraph = index - 1 if before.strip() else paragraph
            behind = pieces[index + 1].lstrip()
            if pieces[paragraph].endswith("<p>") and behind.startswith("</p>"):
                pieces[paragraph] = pieces[paragraph].removesuffix("<p>")
                pieces[index + 1] = pieces[index + 1].replace("</p>", "", 1)
        lost = [f"\n{html}" for name, html in self.html.items() if name not in placed]
        return "".join([*pieces, *lost])


def extract(
    text: str,
    site: Site,
    report: OnContent,
    line: int = 1,
    *,
    depth: int = 0,
    imports: Mapping[str, str] | None = MappingProxyType({}),
    links: ContentLinks | None = None,
) -> Extracted:
    """Markdown without its shortcodes, and their HTML; those of the site win over the built-in ones.

    `report` gets each that is unknown or cannot be made, with its line, where the text begins at `line`. `depth` is the
    number of shortcodes that the text stands in; `imports` are the pictures that components know by name, None
    where elements of JSX are left alone; `links` tell what addresses lead to.
    """
    has_elements = imports is not None and "<" in text and _COMPONENT.search(text) is not None
    if not has_elements and ("{" not in text or ("{{" not in text and "{%" not in text)):
        return Extracted(text=text, html={})
    return _Extractor(text, site, report, line, depth, imports, links or ContentLinks(site, site.base_url)).extracted()


class _Extractor:
    """Takes the shortcodes out of one text, until too many of them cannot be read."""

    def __init__(
        self,
        text: str,
        site: Site,
        report: OnContent,
        line: int,
        depth: int,
        imports: Mapping[str, str] | None,
        links: ContentLinks,
    ) -> None:
        self._text = text
        self._site = site
        self._registered = {**SHORTCODES, **site.shortcodes}
        self._foreign = {**LIBRARY, **site.shortcodes}
        self._imports = imports
        self._links = links
        self._within_tags: dict[str, str] = {}
        # The text that was put last, and where it ends: another one behind it is a part of the same address.
        self._last_text = ("", "", 0)
        # What stands behind a text that a shortcode is around, by where its end is.
        self._closings: dict[int, str] = {}
        self._unwrapped = False
        # Components that have been reported.
        self._without_content: set[str] = set()
        # How many statements of a template are open.
        self._statements = 0
        self._report = report
        self._depth = depth
        self._first_line = line
        self._line_ends = [match.start() for match in re.finditer("\n", text)]
        self._unread_count = 0
        # A character for private use: Markdown has no rule for it, and no author has a reason to write it.
        self._mark = next(chr(code) for code in range(0xE000, 0xF8FF) if chr(code) not in text)
        self._kept: list[str] = []
        self._html: dict[str, str] = {}
        self._position = 0

    def extracted(self) -> Extracted:
        """The text with markers, and the HTML of its shortcodes."""
        code = code_ranges(self._text, self._site.markdown.enabled)
        uses = list(_uses(self._text, code, self._registered, self._imports))
        # What ends each shortcode that is ended, by where it begins.
        ends: dict[int, _Use] = {}
        opened: dict[tuple[str, str], list[_Use]] = {}
        for use in uses:
            style, name = use.style, use.name
            # Zola's `{% end %}` ends whatever was begun last.
            same = opened.setdefault((style, "" if style == "zola" else name), [])
            if use.empty:
                continue
            if not use.closing:
                same.append(use)
            elif same and use.is_closed:
                ends[same.pop().start] = use
        paired = {use.start for use in ends.values()}
        for use in uses:
            if self._unread_count >= MAX_UNREAD:
                break
            if use.start >= self._position:
                self._take(use, ends.get(use.start), is_paired=use.start in paired)
        self._kept.append(self._text[self._position :])
        text = "".join(self._kept)
        return Extracted(text=text, html=self._html, unwrapped=self._unwrapped, within_tags=self._within_tags)

    def _take(self, use: _Use, close: _Use | None, *, is_paired: bool) -> None:
        name, style = use.name, use.style
        is_foreign = style in ("hugo", "jekyll", "zola")
        if not use.is_closed:
            opening = _UNCLOSED[style].format(name[:MAX_SHOWN_CHARS])
            self._unread(use, "FK302", f"the shortcode {opening} is not closed")
        elif use.printed:
            self._put(use, use.end, escape(self._text[use.start : use.end].replace("/*", "").replace("*/", "")))
        elif style == "expression":
            self._take_expression(use)
        elif style == "jsx":
            self._take_element(use, close, is_paired=is_paired)
        elif use.start in self._closings:
            self._put_around(use, self._closings[use.start])
        elif use.closing or (style == "jekyll" and name in _ALL_STATEMENTS):
            # What a template decides is not decided here: all that it says stays, and it is reported with its opening.
            if style == "jekyll" and name in _STATEMENTS and (is_paired or not use.closing):
                self._statements += -1 if use.closing else 1
            is_reported = is_paired if use.closing else name in _STATEMENT_PARTS and self._statements
            self._emit(use.start, use.end) if is_reported else self._unknown(use)
        elif style == "jekyll" and name == "raw" and close:
            self._emit(use.start, close.end, self._text[use.end : close.start])
        elif name in self._functions(use):
            self._make(use, close)
        elif (says := ADDRESSES.get(name)) and style in ("hugo", "jekyll"):
            self._take_address(use, says)
        elif close and is_foreign and name in WRAPPERS:
            self._wrap(use, close, WRAPPERS[name])
        elif close and is_foreign and name in PAIRED:
            self._put(use, close.end, PAIRED[name](self._text[use.end : close.start]))
        else:
            self._unknown(use)

    def _functions(self, use: _Use) -> Mapping[str, Render]:
        """The functions by the names that a shortcode may have."""
        return self._registered if use.style == "own" else self._foreign

    def _take_expression(self, use: _Use) -> None:
        """What a template fills in: an address that is known, or as it is written."""
        value = evaluated(use.name, self._site, self._links.url)
        if value is not None:
            self._put_text(use, value)
            return
        message = f"{shown(use.name)} is an expression of {dialect(use.name)}, which feedkit does not know"
        self._unread(use, "FK306", message, templates.HINT)
        kept = "" if self._site.unknown_shortcodes == "remove" else escape(use.name)
        self._put_marker(use, kept, escape(use.name))

    def _take_address(self, use: _Use, says: Says) -> None:
        """The address of an article or a file, or a link to it."""
        positional, named = _readable_arguments(use)
        reference, *rest = [
            *([named["path"]] if "path" in named else []),
            *(argument for argument in positional if argument != "."),
        ] or [""]
        # Hexo's have a title of several words, and at the end whether it is to be escaped.
        title = " ".join(rest[:-1] if rest and rest[-1] in ("true", "false") else rest)
        if use.name == "link" and (at := next((place for place, word in enumerate(rest) if "://" in word), -1)) >= 0:
            # Hexo's own: a text, and an address anywhere.
            self._put_link(use, rest[at], " ".join([reference, *rest[:at]]))
            return
        address, source = says(self._links, reference), self._text[use.start : use.end]
        if address == REASON:
            self._unknown(use)
        elif address.startswith(REASON):
            message = f"{shown(source)} leads nowhere: {address.removeprefix(REASON)}"
            self._report("FK320", self._line_of(use.start), message)
            self._put_marker(use, escape(title) if use.name in ADDRESS_LINKS else "", escape(source))
        elif use.name in ADDRESS_LINKS:
            self._put_link(use, address, title or reference.replace("-", " ").capitalize())
        else:
            self._put_text(use, address)

    def _put_link(self, use: _Use, address: str, text: str) -> None:
        self._put_marker(use, f'<a href="{escape(address)}">{escape(text)}</a>', escape(address))

    def _put_text(self, use: _Use, text: str) -> None:
        """A text that may be the whole of an address, or a part of one."""
        if text == self._site.base_url.rstrip("/") and self._text[use.end : use.end + 1].isalnum():
            text += "/"
        marker, before, ends = self._last_text
        if marker and ends == use.start == self._position:
            text = joined([before, text], self._site)
            self._html[marker] = self._within_tags[marker] = escape(text)
            self._position = use.end
        else:
            marker = self._put_marker(use, escape(text), escape(text))
        self._last_text = (marker, text, use.end)

    def _put_marker(self, use: _Use, html: str, within_tag: str) -> str:
        """A marker within a sentence or an address."""
        marker = self._marker(html)
        self._within_tags[marker] = within_tag
        self._emit(use.start, use.end, marker)
        return marker

    def _marker(self, html: str) -> str:
        marker = f"{self._mark}{len(self._html)}{self._mark}"
        self._html[marker] = html
        return marker

    def _take_element(self, use: _Use, close: _Use | None, *, is_paired: bool) -> None:
        """An element of JSX: made, or its children, or nothing."""
        if not use.name[0].isupper():
            # A tag of HTML with expressions in its attributes.
            written = "".join(f' {name}="{escape(use.named[name])}"' for name in use.named if name in _JSX_ATTRIBUTES)
            self._emit(use.start, use.end, f"<{use.name}{written}{' /' if use.empty else ''}>")
        elif use.closing:
            if is_paired:
                self._put_around(use, self._closings.get(use.start, ""))
        elif use.name in self._foreign and (use.empty or close):
            self._make(use, close)
        elif close:
            self._unwrapped = True
            self._wrap(use, close, WRAPPERS.get(use.name, component))
        elif use.empty:
            if use.name not in self._without_content:
                self._without_content.add(use.name)
                message = f"<{use.name}> is a component that feedkit does not know; nothing stands in its place"
                hint = f"write what it shows as Markdown, {_function_line(use.name)}"
                self._report("FK312", self._line_of(use.start), message, hint)
            self._emit(use.start, use.end)

    def _wrap(self, use: _Use, close: _Use, wrapper: Callable[[Shortcode], tuple[str, str]]) -> None:
        """HTML in front of the text between the two, which stays Markdown, and behind it."""
        positional, named = _readable_arguments(use)
        opening, self._closings[close.start] = wrapper(
            Shortcode(name=use.name, arguments=positional, named=named, line=self._line_of(use.start))
        )
        self._put_around(use, opening)

    def _put_around(self, use: _Use, html: str) -> None:
        """HTML on a line of its own in the place of a tag; nothing within a sentence where there is none."""
        before = self._text[self._position : use.start]
        if html or self._is_alone(use.start, use.end):
            start = self._position + len(before.rstrip(" \t"))
            self._emit(start, use.end, f"\n\n{html}\n\n" if html else "\n\n")
        else:
            self._emit(use.start, use.end)

    def _make(self, use: _Use, close: _Use | None) -> None:
        start, end = use.start, close.end if close else use.end
        html: object = None
        try:
            positional, named = _arguments(use)
            shortcode = Shortcode(
                name=use.name,
                arguments=positional,
                named=named,
                inner=self._inner(use, close) if close else "",
                line=self._line_of(start),
                block=self._is_alone(start, end),
                source=self._text[start:end],
            )
            html = self._functions(use)[use.name](shortcode)
            code, reason = "FK308", f"raises TypeError: it gives {type(html).__name__}, not a text"
        except UnknownNameError:
            self._unknown(use)
            return
        except ValueError as error:
            code, reason = "FK302", f"cannot be made{error_text(error)}"
        except MemoryError:
            raise
        except Exception as error:  # noqa: BLE001
            # A builder's code: whatever it raises is a problem of this place, not of the build.
            code, reason = "FK308", f"raises {type(error).__name__}{error_text(error)}"
        if isinstance(html, str):
            self._put(use, end, html)
            return
        self._unread(use, code, f"the shortcode {use.name} {reason}")
        if self._site.unknown_shortcodes == "remove" or use.style != "own":
            self._put(use, end, "")

    def _inner(self, use: _Use, close: _Use) -> str:
        """The text between the two, with HTML for the shortcodes in it, as Hugo has it."""
        text = self._text[use.end : close.start]
        if self._depth >= MAX_DEPTH:
            return text
        line, depth = self._line_of(use.end), self._depth + 1
        inner = extract(text, self._site, self._report, line, depth=depth, imports=self._imports, links=self._links)
        return inner.restore(inner.text)

    def _unknown(self, use: _Use) -> None:
        if use.style == "own":
            self._unread(use, "FK302", f"there is no shortcode called {use.name}")
        else:
            source = self._text[use.start : use.end]
            kind, whose = _dialect(use, source)
            hint = "write it as Markdown"
            if whose not in ("Liquid", "Nunjucks"):
                # Statements of a template are nothing that a function could make.
                hint = f"{hint}, {_function_line(use.name)}"
            message = f"{use.name} is a {kind} of {whose} that feedkit does not know: {shown(source)}"
            self._unread(use, "FK306", message, hint)
        before = max(0, use.start - MAX_INDENT_CHARS)
        if use.style != "own" and _ADDRESS_BEFORE.search(self._text, before, use.start):
            # There is no address then.
            self._put_marker(use, "", escape(self._text[use.start : use.end]))
        elif self._site.unknown_shortcodes == "remove" or use.style != "own":
            self._emit(use.start, use.end)

    def _unread(self, use: _Use, code: str, reason: str, hint: str = "") -> None:
        self._unread_count += 1
        if self._unread_count >= MAX_UNREAD:
            reason = f"{reason}; whatever comes behind it is left as it is"
        self._report(code, self._line_of(use.start), reason, hint)

    def _line_of(self, position: int) -> int:
        return self._first_line + bisect_left(self._line_ends, position)

    def _emit(self, start: int, end: int, *pieces: str) -> None:
        """The text in front of a place as it is, and pieces in its stead."""
        self._kept += [self._text[self._position : start], *pieces]
        self._position = end

    def _put(self, use: _Use, end: int, html: str) -> None:
        """A marker for the HTML; where a shortcode is alone on its line, in a paragraph of its own."""
        marker = self._marker(html)
        indent = self._before(use.start)
        if indent is None or indent.strip() or not self._is_alone(use.start, end):
            self._emit(use.start, end, marker)
        else:
            self._emit(use.start - len(indent), end, f"\n{indent}", marker, "\n")

    def _is_alone(self, start: int, end: int) -> bool:
        """Whether nothing else is on the line but the marks of lists and quotations."""
        before = self._before(start)
        line_end = self._text.find("\n", end, end + MAX_INDENT_CHARS)
        after = self._text[end : line_end if line_end >= 0 else end + MAX_INDENT_CHARS]
        return before is not None and not before.strip(" \t>*+-") and not after.strip()

    def _before(self, position: int) -> str | None:
        """What stands in front of a position on its line; None where that is more than a line is indented."""
        start = self._text.rfind("\n", max(0, position - MAX_INDENT_CHARS), position) + 1
        return self._text[start:position] if start or position <= MAX_INDENT_CHARS else None
