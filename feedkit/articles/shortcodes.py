"""Shortcodes in Markdown: `{{name: …}}`, Hugo's `{{< name … >}}` and `{{% name … %}}`, Jekyll's `{% name … %}`.

`{{image: URL, width: 800, height: 450, alt: "…"}}` becomes a figure; functions of the site render its own shortcodes.
Shortcodes in code are examples and stay. Unknown shortcodes are reported with their lines: `Site.unknown_shortcodes`
decides whether `{{name: …}}` is kept or removed; those of Hugo and Jekyll are always removed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from html import escape, unescape
from itertools import chain
from types import MappingProxyType
from typing import Literal
from urllib.parse import quote

from msgspec import Struct

from feedkit.articles import shortcode_library as library
from feedkit.articles import templates
from feedkit.articles.html_scan import ContentError, check_length
from feedkit.articles.link_targets import REASON, ContentLinks, hint_for
from feedkit.articles.markdown import code_ranges
from feedkit.articles.report import OnContent
from feedkit.articles.sanitise import TAGS
from feedkit.config.site import Shortcode
from feedkit.errors import MAX_SHOWN_CHARS, error_text, shown
from feedkit.lazy_regex import lazy_regex
from feedkit.value import revised

#: The longest shortcode. A shortcode also ends within its paragraph.
MAX_SHORTCODE_CHARS = 8_192
#: The most shortcodes of a text that are reported; the text after them stays as it is.
MAX_UNREAD = 100
#: The most shortcodes of a text that are read.
MAX_SHORTCODES = 10_000
#: The most tags of a text that look like JSX and have no end; later tags are HTML.
MAX_UNREAD_ELEMENTS = 300
#: How deep shortcodes may be nested; deeper ones are text.
MAX_DEPTH = 8
#: How deep braces may be nested in attributes of JSX.
MAX_BRACES = 10
#: The most characters before a shortcode that is alone on its line: spaces and the marks of lists and quotations.
MAX_INDENT_CHARS = 256

_NAMELESS = Shortcode(name="")
#: A function that renders a shortcode to HTML. Raises `ValueError` with the reason if it cannot.
Render = Callable[[Shortcode], str]

# The head of a shortcode, after its first brace.
_BEHIND_BRACE = (
    r"\{(?:(?P<sign>[<%])(?P<shown>/\*)?\s*(?P<slash>/?)\s*(?P<hugo>[A-Za-z_][\w./-]*)"
    r"|\s*(?P<own>[A-Za-z][\w-]*)\s*(?P<colon>:|\}\}))"
    # Zola's shortcodes, whose arguments have names; calls without names belong to other programs.
    r"|\{-?\s*(?P<shown_call>/\*\s*)?(?P<zola>[A-Za-z_]\w*)\((?=\s*(?:\)|[A-Za-z_]\w*=))"
    # `{%s}` is no shortcode.
    r"|%-?(?P<shown_tag>/\*)?(?:\s+|(?=[^\n{}]{1,200}%\}))(?P<jekyll>[A-Za-z_]\w*)"
    # An expression of Liquid, Nunjucks and others, after its first brace; TeX has double braces, too.
    r"|(?:(?<![\w\\^$={]\{)|(?=\{-?\s*(?:page|site)\.))(?P<expression>" + templates.EXPRESSION.removeprefix(r"\{") + ")"
)
# A pattern that begins with one sign is searched for many times as fast as one that begins with either of two.
_OPENING = lazy_regex(rf"\{{(?:{_BEHIND_BRACE})")
# The end of a tag on another line of the paragraph. If a space and a text follow `>`, it begins a quotation.
_END_ON_LINE = r"(?:[^<>{}\n]|\n(?!\s*\n)){0,400}\n[ \t]*(?:/>|>(?![ \t]+\S))"
# With JSX: components, and attributes in braces.
_OPENING_OR_ELEMENT = lazy_regex(
    rf"[<{{](?:(?<=<)(?:(?P<element>/?[A-Z][\w.]*(?=[\s/>])"
    rf"|[a-z][\w-]*(?=\s)(?=[^<>{{}}]{{0,400}}=\{{|{_END_ON_LINE})))"
    rf"|(?<=\{{)(?:{_BEHIND_BRACE}))"
)
# The beginning of an address in Markdown or HTML, up to a shortcode in it.
_ADDRESS_BEFORE = lazy_regex(r"""(?:\]\(\s*<?|\]:\s*<?|=\s*["']?)[^\s"'()<>]*\Z""")
_MARGIN = lazy_regex(r" {1,3}(?:>[ \t]?)*|(?:>[ \t]?)+")
# Its group matches unless it may be TeX.
_WORD_EXPRESSION = lazy_regex(r"(?:(?<![\w\\^$={}])())?\{\{-?\s*[A-Za-z][\w-]*\s*-?\}\}")
_PARAGRAPH_END = lazy_regex(r"\n[ \t]*\n")
_TAG_START = lazy_regex(r"\{%")
# The part of a shortcode after its name, by its sign. Its end may also occur in quoted values, which begin after a
# space or `=`, in feedkit's own after a colon or a comma; the apostrophe of `it's` does not. Hugo has backticks, too.
_QUOTED = r""""(?>(?:[^"\\]++|\\.)*)"|'(?>(?:[^'\\]++|\\.)*)'"""
_QUOTED_OR_RAW = rf"{_QUOTED}|`[^`]*`"
_OWN_VALUE = rf"(?>(?:\s*+(?:{_QUOTED}))?)"
_RESTS = {
    ":": lazy_regex(rf"({_OWN_VALUE}(?>(?:[^,:}}]++|[,:]{_OWN_VALUE}|\}}(?!\}}))*))\}}\}}", re.DOTALL),
    **{
        sign: lazy_regex(
            rf"((?>(?:[^\s={end[0]}]++|[\s=](?>(?:{value})?)|{end[0]}(?!{end[1]}))*)){''.join(end)}", re.DOTALL
        )
        for sign, value, end in (
            ("<", _QUOTED_OR_RAW, (">", r"\}\}")),
            ("%", _QUOTED_OR_RAW, ("%", r"\}\}")),
            ("jekyll", _QUOTED, ("%", r"\}")),
            ("zola", _QUOTED_OR_RAW, (r"\)", r"\s*(?:\*/\s*)?-?\}\}")),
        )
    },
}
_VALUE = lazy_regex(_QUOTED_OR_RAW, re.DOTALL)
_ESCAPE = lazy_regex(r"\\(.)", re.DOTALL)
_SIGNS = lazy_regex(r"\W")
_ASSIGNMENT = lazy_regex(r"\s*([\w-]+)\s*=(?!=)\s*(\S.*?)\s*", re.DOTALL)

# An argument of feedkit's own shortcodes, perhaps with a name. Addresses may contain commas, so a comma is a separator
# only before a name, a space or a quotation mark.
_NAME = r"[A-Za-z][\w-]*"
_OWN_ARGUMENT = lazy_regex(
    rf"(?:\A\s*({_NAME})\s*:(?=\s)|,\s*({_NAME})\s*:(?!//))"
    rf"({_OWN_VALUE}(?>(?:[^,:]++|:{_OWN_VALUE}|,(?!\s*{_NAME}\s*:(?!//)){_OWN_VALUE})*))"
    rf"|(?:\A|,)({_OWN_VALUE}(?>(?:[^,:]++|:{_OWN_VALUE}|,(?![\s\"']|{_NAME}\s*:(?!//)))*))",
    re.DOTALL,
)
_WORD = lazy_regex(rf"""(?:([A-Za-z_][\w-]*)(?:=|:(?=["'])))?({_QUOTED_OR_RAW}|[^\s"'`,]\S*|["'`,])""", re.DOTALL)

_UNCLOSED = {"own": "{{{{{}:", "hugo": "{{{{< {}", "jekyll": "{{% {}", "zola": "{{{{ {}("}

# Statements of Liquid, Nunjucks and others; their parts are not reported separately.
_STATEMENTS = frozenset("case for if ifchanged unless while".split())
_STATEMENT_PARTS = frozenset("break continue elif else elseif elsif when".split())
_ALL_STATEMENTS = _STATEMENTS | _STATEMENT_PARTS

# The part of a JSX element after its name: attributes with texts or with expressions in braces, and its end.
_JSX_BRACES = r"\{\}"
for _ in range(MAX_BRACES):
    _JSX_BRACES = rf"""\{{(?>(?:[^{{}}"'`]++|"[^"]*+"|'[^']*+'|`[^`]*+`|["'`]|{_JSX_BRACES})*)\}}"""
_JSX_NAME = r"([A-Za-z_][\w:.-]*+)"
_JSX_ATTRIBUTE = (
    rf"""\s*(?:{_JSX_NAME}(?:\s*=\s*(?:"([^"]*)"|'([^']*)')|(?!\s*=))|(?:{_JSX_NAME}\s*=\s*)?({_JSX_BRACES}))"""
)
_JSX_ATTRIBUTES = lazy_regex(_JSX_ATTRIBUTE)
_JSX_REST = lazy_regex(rf"(?P<inside>(?>(?:{_JSX_ATTRIBUTE})*))\s*(?P<empty>/?)>")
# A text, or a path in a call, in an expression.
_JSX_TEXT = lazy_regex(
    r"""(?:(require|useBaseUrl|withBase|url|asset)\(\s*)?["'`]([^"'`$]*)["'`](?(1)\s*\)(?:\.default)?)"""
)
_COMPONENT = lazy_regex(r"<[A-Z]|<[a-z][^<>{}]*(?:=\{|\n[ \t]*/?>)")
# The end of a tag on a line of its own, which Markdown takes for a quotation.
_TAG_END = lazy_regex(r"(?<!\s)\s*\n[ \t]*(/?>)\Z")
# The attributes that stay in an element of HTML.
_HTML_ATTRIBUTES = frozenset(["alt", "cite", "height", "href", "id", "poster", "src", "srcset", "title", "width"])


def _function_line(name: str) -> str:
    """The hint that registers a function for a shortcode, as a line of TOML."""
    key = name if name.isascii() and name.replace("-", "").isidentifier() else f'"{name}"'
    return f'or name a function for it: shortcodes.{key} = "shortcodes:{_SIGNS.sub("_", name)}"'


#: Pictures imported by MDX: their addresses by name; None if JSX is not read.
_Imports = Mapping[str, str] | None


class _Use(Struct, frozen=True):
    """A shortcode in a text."""

    start: int  #: Its range in the text.
    end: int
    name: str
    style: Literal["own", "hugo", "jekyll", "zola", "jsx", "expression"]  #: The system whose syntax it has.
    inside: str = ""  #: The arguments, as they are written.
    named: Mapping[str, str] = MappingProxyType({})  #: The attributes of JSX that have constant values.
    is_closed: bool = True  #: Whether its closing braces or bracket exist.
    closing: bool = False  #: Whether it closes another one: `{{< /name >}}`, `{% endname %}`.
    printed: bool = False  #: Whether it is shown as text: `{{</* name */>}}` in Hugo, `{{/* name() */}}` in Zola.
    empty: bool = False  #: Whether it has no content: `<Name />`.


def _uses(text: str, extensions: tuple[str, ...], registered: Container[str], imports: _Imports) -> Iterator[_Use]:
    """The shortcodes of a text in order, except those in code and in arguments of others.

    Two braces around a single word are a variable of another program unless the word is `registered`.
    """
    position = unclosed = count = unread_elements = 0
    opening = _OPENING if imports is None else _OPENING_OR_ELEMENT
    for match in opening.finditer(text):
        start = match.start()
        if start < position or start in code_ranges(text, extensions):
            continue
        expression = match if match["expression"] else None
        if match["colon"] == "}}" and match["own"] not in registered:
            expression = _WORD_EXPRESSION.match(text, start)
            if expression is None or (expression[1] is None and start != position):
                continue
        if expression:
            use = _Use(start, expression.end(), expression[0], "expression")
        elif imports is None or text[start] == "{":
            use = _brace_use(text, match)
        else:
            name = match["element"].removeprefix("/")
            is_html = name.isupper() and name.lower() in TAGS
            if is_html or unread_elements == MAX_UNREAD_ELEMENTS:
                continue
            rest = _JSX_REST.match(text, match.end(), match.end() + MAX_SHORTCODE_CHARS)
            if rest is None:
                unread_elements += 1
                continue
            named, closing = _jsx_attributes(rest["inside"], imports), name != match["element"]
            use = _Use(start, rest.end(), name, "jsx", named=named, closing=closing, empty=rest["empty"] != "")
        yield use
        position = use.end
        unclosed += not use.is_closed
        count += 1
        if unclosed == MAX_UNREAD or count == MAX_SHORTCODES:
            return


def _brace_use(text: str, match: re.Match[str]) -> _Use:
    """A shortcode in braces, of feedkit or of another system."""
    style: Literal["own", "hugo", "jekyll", "zola"]
    style = "own" if match["own"] else "zola" if match["zola"] else "jekyll" if match["jekyll"] else "hugo"
    name, closing = match[style], bool(match["slash"])
    start = end = match.end()
    inside, is_closed = "", match["colon"] == "}}"
    if not is_closed:
        # Its end must be in its paragraph, and not too far away. The arguments of an include may have blank lines.
        is_include = match["jekyll"] is not None and match["jekyll"].startswith("include")
        behind = (_TAG_START if is_include else _PARAGRAPH_END).search(text, start, start + MAX_SHORTCODE_CHARS)
        limit = behind.start() if behind else start + MAX_SHORTCODE_CHARS
        if rest := _RESTS[match["colon"] or match["sign"] or style].match(text, start, limit):
            inside, end, is_closed = rest[1], rest.end(), True
    if style != "own":
        inside = (inside.removesuffix("-") if style == "jekyll" else inside).removesuffix("/")
    if style == "jekyll" and name.startswith("end") and len(name) > len("end"):
        name, closing = name.removeprefix("end"), True
    elif style == "jekyll" and name == "end" and not inside.strip():
        style, closing = "zola", True
    elif style == "jekyll" and inside.startswith("("):
        style, inside = "zola", inside.strip()[1:].removesuffix(")")
    shows, empty = bool(match["shown"] or match["shown_call"] or match["shown_tag"]), bool(match["zola"])
    return _Use(match.start(), end, name, style, inside, {}, is_closed, closing, shows, empty)


def _jsx_attributes(inside: str, imports: Mapping[str, str]) -> Mapping[str, str]:
    """The attributes of an element of JSX that have constant values."""
    named: dict[str, str] = {}
    for attribute in _JSX_ATTRIBUTES.finditer(inside):
        key, double, single, key_of_braces, braces = attribute.groups()
        text = single if double is None else double
        value: str | None = None if text is None else unescape(text)
        if key_of_braces:
            # A text, a number, a path, or an imported picture: other expressions have no constant value.
            expression = braces[1:-1].strip()
            if text_or_path := _JSX_TEXT.fullmatch(expression):
                value = text_or_path[2]
            elif expression.isdecimal():
                value = expression
            else:
                value = imports.get(expression.removesuffix(".src").removesuffix(".default"))
        if value is not None:
            named[key or key_of_braces] = value
    return named


def _arguments(use: _Use) -> tuple[tuple[str, ...], Mapping[str, str], str]:
    """The positional and the named arguments, unquoted; or, instead of both, a name that occurs twice."""
    if use.style == "jsx":
        return (), use.named, ""
    words: Iterable[tuple[str, str]] = (
        _WORD.findall(use.inside)
        if use.style != "own"
        else [
            ((first or name).lower(), named_value or value)
            for first, name, named_value, value in _OWN_ARGUMENT.findall(use.inside)
            if first or name or value.strip()
        ]
    )
    if use.style in ("jekyll", "zola"):
        # Arguments in Nunjucks and Zola are separated by commas.
        words = [(name, value.removesuffix(",") if name else value) for name, value in words if value != ","]
    positional: list[str] = []
    named: dict[str, str] = {}
    for name, value in words:
        if name in named:
            return (), {}, name
        if name:
            named[name] = _unquoted(value)
        else:
            positional.append(_unquoted(value))
    return tuple(positional), named, ""


def _unquoted(value: str) -> str:
    value = value.strip()
    if value[:1] not in ("'", '"', "`") or not _VALUE.fullmatch(value):
        return value
    # In Hugo, texts in backticks have no escapes.
    return value[1:-1] if value[0] == "`" else _ESCAPE.sub(r"\1", value[1:-1])


class Extracted:
    """Markdown in which markers replace the shortcodes, and the HTML of each marker."""

    def __init__(
        self,
        text: str,
        links: ContentLinks,
        report: OnContent,
        line: int,
        imports: _Imports,
        values: Mapping[str, str],
        depth: int = 0,
    ) -> None:
        """Shortcodes of the site win over the built-in ones; `links` resolves links to files.

        `report` gets unknown and failing shortcodes, with lines counted from `line`; `imports` is None without JSX.
        `values` are those that expressions may name: of keys of the article, and of variables.
        """
        self.text = text  #: The Markdown.
        self.unwrapped = False  #: Whether elements of JSX were removed from around Markdown.
        self._text, self._site, self._links, self._report = text, links.site, links, report
        self._imports = imports if "<" in text and _COMPONENT.search(text) else None
        self._values, self._depth = dict(values), depth
        self._registered = {**library.SHORTCODES, **self._site.shortcodes}
        self._foreign = {**library.LIBRARY, **self._site.shortcodes}
        self._counted = 0, line  # A position, and its line.
        # A private-use or control character that is not in the text: Markdown has no rule for either, and control
        # characters do not make a text of Latin letters larger in memory.
        marks = map(chr, chain(range(0x80, 0x85), range(0xE000, 0xF8FF)))
        self._mark = next(mark for mark in marks if mark not in text)
        # The text up to a position, with markers.
        self._pieces: list[str] = []
        self._position = 0
        # The HTML of each marker, and its replacement inside of a tag; None for a marker that is not in a sentence.
        self._html: dict[str, tuple[str, str | None]] = {}
        # The last text with its marker and its end: a text that follows directly belongs to the same address.
        self._last_text = ("", "", 0)
        # The closing shortcode of an opening one, and the opening one of a closing one, by their starts.
        self._partners: dict[int, _Use] = {}
        # The HTML after wrapped Markdown, by the position of the closing shortcode.
        self._closings: dict[int, str] = {}
        self._unknown_components: set[str] = set()  # The components that were reported.
        self._statements = 0  # The number of open statements of a template.
        self._unread_count = 0
        self._chars = 0  # The number of characters that replace the shortcodes.
        if self._imports is not None or ("{" in text and ("{{" in text or "{%" in text)):
            self._read()

    def _read(self) -> None:
        """Replace the shortcodes of the text, until too many of them are unreadable."""
        uses = list(_uses(self._text, self._site.markdown.enabled, self._registered, self._imports))
        opened: dict[tuple[str, str], list[_Use]] = {}
        for use in uses:
            # In Zola `{% end %}` ends the last open shortcode.
            same = opened.setdefault((use.style, "" if use.style == "zola" else use.name), [])
            if not use.closing and not use.empty:
                same.append(use)
            elif use.closing and not use.empty and same and use.is_closed:
                opening = same.pop()
                self._partners[opening.start], self._partners[use.start] = use, opening
        for use in uses:
            if self._unread_count >= MAX_UNREAD:
                break
            if use.start >= self._position:
                self._take(use)
        self.text = "".join([*self._pieces, self._text[self._position :]])

    def restore(self, rendered: str) -> str:
        """The rendered HTML with the HTML of shortcodes in place of the markers; paragraphs around figures go.

        A marker within a tag becomes text; its element is appended at the end of the document.
        """
        if not self._html:
            return rendered
        mark = self._mark
        if "%" in rendered:
            # Markdown percent-encodes markers in the addresses of links.
            rendered = rendered.replace(quote(mark), mark)
        # Texts, and markers in between.
        pieces = re.split(rf"({mark}\d+{mark})", rendered)
        lost = dict(self._html)
        in_tag = False
        paragraph = 0
        for index in range(1, len(pieces), 2):
            before, name = pieces[index - 1], pieces[index]
            html, within_tag = self._html.get(name, (None, None))
            if "<" in before or ">" in before:
                in_tag = before.rfind("<") > before.rfind(">")
            if in_tag:
                if within_tag is None and html is not None and "<" not in html:
                    within_tag = escape(html.strip())
                pieces[index] = within_tag or ""
                if within_tag is not None:
                    lost.pop(name, None)
                continue
            pieces[index] = name if html is None else html
            lost.pop(name, None)
            if within_tag is not None:
                paragraph = index + 1
                continue
            # A paragraph may consist of markers and spaces only.
            paragraph = index - 1 if before.strip() else paragraph
            behind = pieces[index + 1].lstrip()
            if pieces[paragraph].endswith("<p>") and behind.startswith("</p>"):
                pieces[paragraph] = pieces[paragraph].removesuffix("<p>")
                pieces[index + 1] = pieces[index + 1].replace("</p>", "", 1)
        return "".join([*pieces, *(f"\n{html}" for html, _ in lost.values())])

    def _take(self, use: _Use) -> None:
        """Replace a shortcode, or a pair of an opening and a closing one."""
        name, style, partner = use.name, use.style, self._partners.get(use.start)
        close = None if use.closing else partner
        functions = self._registered if style == "own" else self._foreign
        if not use.is_closed:
            opening = _UNCLOSED[style].format(name[:MAX_SHOWN_CHARS])
            self._unread(use, "FK302", f"the shortcode {opening} is not closed")
        elif use.printed:
            self._put(use, use.end, escape(self._text[use.start : use.end].replace("/*", "").replace("*/", "")))
        elif style == "expression":
            self._take_expression(use)
        elif style == "jsx":
            self._take_element(use, close)
        elif use.start in self._closings:
            self._put_around(use, self._closings[use.start])
        elif use.closing or (style == "jekyll" and name in _ALL_STATEMENTS):
            # Statements are not evaluated: all of their text stays, and the opening is reported.
            if style == "jekyll" and name in _STATEMENTS and (partner or not use.closing):
                self._statements += -1 if use.closing else 1
            is_reported = partner if use.closing else name in _STATEMENT_PARTS and self._statements
            self._emit(use.start, use.end) if is_reported else self._unknown(use)
        elif style == "jekyll" and name == "raw" and close:
            self._emit(use.start, close.end, self._text[use.end : close.start])
        elif close and name in library.WRAPPERS and name not in self._site.shortcodes:
            self._wrap(use, close, library.WRAPPERS[name])
        elif name in functions:
            self._make(use, close, functions[name])
        elif style == "jekyll" and name in ("assign", "set") and (variable := _ASSIGNMENT.fullmatch(use.inside)):
            self._assign(use, variable[1], variable[2])
        elif style == "jekyll" and name in ("capture", "set") and close:
            self._store(use, close.end, use.inside.strip(), self._inner(use, close))
        elif style == "hugo" and name in ("meta", "param") and (key := _unquoted(use.inside)) in self._values:
            self._emit(use.start, use.end, self._values[key])
        elif (address := library.ADDRESSES.get(name)) and style in ("hugo", "jekyll"):
            self._take_address(use, address)
        elif close and name in library.PAIRED:
            self._put(use, close.end, library.PAIRED[name](self._text[use.end : close.start]))
        else:
            self._unknown(use)

    def _take_expression(self, use: _Use) -> None:
        """Replace an expression of a template by its value, or keep it as it is written."""
        if (value := templates.value_of(use.name, self._values)) is not None:
            # It may be Markdown or HTML. In an attribute, a quotation mark would end it.
            is_quoted = self._text.count('"', self._line_start(use.start), use.start) % 2
            self._emit(use.start, use.end, value.replace('"', "&quot;") if is_quoted else value)
            return
        if (value := templates.evaluated(use.name, self._site, self._links.url, self._values)) is not None:
            self._put_text(use, value)
            return
        message = f"{shown(use.name)} is an expression of {templates.dialect(use.name)}, which feedkit does not know"
        self._unread(use, "FK306", message, templates.HINT)
        written = escape(use.name)
        self._put_marker(use, "" if self._site.unknown_shortcodes == "remove" else written, written)

    def _assign(self, use: _Use, name: str, expression: str) -> None:
        """Store the value of a variable; an unknown one is reported."""
        value = templates.evaluated(expression, self._site, self._links.url, self._values)
        if value is None:
            self._values.pop(name, None)
            self._unknown(use)
        else:
            self._store(use, use.end, name, value)

    def _store(self, use: _Use, end: int, name: str, value: str) -> None:
        """Store the value of a variable, and remove what assigns it."""
        self._count(value)
        self._values[name] = value
        self._emit(use.start, end)

    def _take_address(self, use: _Use, address_of: library.AddressOf) -> None:
        """Replace a shortcode by the address of an article or a file, or by a link to it."""
        positional, named, _ = _arguments(use)
        paths = [named["path"]] if "path" in named else []
        reference, *rest = [*paths, *(argument for argument in positional if argument != ".")] or [""]
        # In Hexo the title has several words, and the last argument may say whether to escape it.
        title = " ".join(rest[:-1] if rest and rest[-1] in ("true", "false") else rest)
        source = self._text[use.start : use.end]
        is_link = use.name in library.ADDRESS_LINKS
        if use.name == "link" and (at := next((place for place, word in enumerate(rest) if "://" in word), -1)) >= 0:
            # Hexo's `link`: a text, and an address anywhere in the arguments.
            address, title, is_link = rest[at], " ".join([reference, *rest[:at]]), True
        else:
            address = address_of(self._links, reference)
        if address == REASON:
            self._unknown(use)
        elif address.startswith(REASON):
            message = f"{shown(source)} is a broken link: {address.removeprefix(REASON)}"
            self._report("FK320", self._line_of(use.start), message, hint_for(address))
            self._put_marker(use, escape(title) if is_link else "", escape(source))
        elif is_link:
            title = title or reference.replace("-", " ").capitalize()
            self._put_marker(use, f'<a href="{escape(address)}">{escape(title)}</a>', escape(address))
        else:
            self._put_text(use, address)

    def _put_text(self, use: _Use, text: str) -> None:
        """Replace a shortcode by a text, which may be all or a part of an address."""
        self._count(text)
        if text == self._site.base_url.rstrip("/") and self._text[use.end : use.end + 1].isalnum():
            text += "/"
        marker, before, end = self._last_text
        if marker and end == use.start == self._position:
            text = templates.joined([before, text], self._site)
            self._html[marker] = escape(text), escape(text)
            self._position = use.end
        else:
            marker = self._put_marker(use, escape(text), escape(text))
        self._last_text = (marker, text, use.end)

    def _put_marker(self, use: _Use, html: str, within_tag: str) -> str:
        """Replace a shortcode by a marker within a sentence or an address; returns the marker."""
        marker = self._marker(html, within_tag)
        self._emit(use.start, use.end, marker)
        return marker

    def _marker(self, html: str, within_tag: str | None = None) -> str:
        self._count(html)
        marker = f"{self._mark}{len(self._html)}{self._mark}"
        self._html[marker] = html, within_tag
        return marker

    def _take_element(self, use: _Use, close: _Use | None) -> None:
        """Replace an element of JSX: by the HTML of its shortcode, by its children, or by nothing."""
        if not use.name[0].isupper():
            # An HTML tag with expressions in its attributes, or with its end on another line.
            written = "".join(f' {name}="{escape(use.named[name])}"' for name in use.named if name in _HTML_ATTRIBUTES)
            tag = self._text[use.start : use.end]
            tag = f"<{use.name}{written}{' /' if use.empty else ''}>" if "{" in tag else _TAG_END.sub(r"\1", tag)
            self._emit(use.start, use.end, tag)
        elif self._closings.get(use.start) == "</a>":
            # The end of a link is in a sentence.
            self._emit(use.start, use.end, "</a>")
        elif use.closing:
            if use.start in self._partners:
                self._put_around(use, self._closings.get(use.start, ""))
        elif use.name in self._foreign and (use.empty or close):
            self._make(use, close, self._foreign[use.name])
        else:
            self._take_component(use, close)

    def _take_component(self, use: _Use, close: _Use | None) -> None:
        """Replace a component by its children, by a link or, with a note, by nothing."""
        url, title = library.link_of(use.named)
        if close and url and not title:
            self._closings[close.start] = "</a>"
            self._emit(use.start, use.end, f'<a href="{escape(url)}">')
        elif close:
            self.unwrapped = True
            self._wrap(use, close, library.WRAPPERS.get(use.name, library.component))
        elif use.empty and url and title:
            self._put_marker(use, f'<a href="{escape(url)}">{escape(title)}</a>', "")
        elif use.empty:
            if use.name not in self._unknown_components:
                self._unknown_components.add(use.name)
                message = f"<{use.name}> is a component that feedkit does not know; nothing replaces it"
                hint = f"write what it shows as Markdown, {_function_line(use.name)}"
                self._report("FK312", self._line_of(use.start), message, hint)
            self._emit(use.start, use.end)

    def _wrap(self, use: _Use, close: _Use, wrapper: Callable[[Shortcode], tuple[str, str]]) -> None:
        """Wrap the text between two shortcodes, which stays Markdown, in HTML."""
        positional, named, _ = _arguments(use)
        opening, self._closings[close.start] = wrapper(Shortcode(name=use.name, arguments=positional, named=named))
        self._put_around(use, opening)

    def _put_around(self, use: _Use, html: str) -> None:
        """Replace a tag by HTML on a line of its own; in a sentence, empty HTML replaces it by nothing."""
        if html or self._indent(use.start, use.end) is not None:
            start = self._position + len(self._text[self._position : use.start].rstrip(" \t"))
            # The new lines stay in the quotation and the list item of the tag.
            margin = _MARGIN.match(self._text, self._line_start(use.start), use.start)
            pieces = f"\n\n{html}\n\n" if html else "\n\n"
            self._emit(start, use.end, pieces.replace("\n", f"\n{margin[0]}") if margin else pieces)
        else:
            self._emit(use.start, use.end)

    def _make(self, use: _Use, close: _Use | None, function: Render) -> None:
        """Replace a shortcode by the HTML of its function."""
        start, end = use.start, close.end if close else use.end
        inner = ""
        try:
            positional, named, twice = _arguments(use)
            if twice:
                raise ValueError(f"its argument {twice} is given twice")  # noqa: TRY301  # reported as a function's own
            if close:
                inner = self._inner(use, close)
            html: object = function(
                # Without the type check, since the types are right.
                revised(
                    _NAMELESS,
                    name=use.name,
                    arguments=positional,
                    named=named,
                    inner=inner,
                    line=self._line_of(start),
                    block=self._indent(start, end) is not None,
                    source=self._text[start:end],
                )
            )
            if isinstance(html, str):
                self._put(use, end, html)
                return
            code, reason = "FK308", f"raises TypeError: it gives {type(html).__name__}, not a text"
        except library.UnknownNameError:
            if use.style == "jsx":
                self._take_component(use, close)
            else:
                self._unknown(use)
            return
        except ValueError as error:
            code, reason = "FK302", f"cannot be rendered{error_text(error)}"
        except (ContentError, MemoryError):
            raise
        except Exception as error:  # noqa: BLE001
            # Foreign code may raise anything, which is a problem of this shortcode only.
            code, reason = "FK308", f"raises {type(error).__name__}{error_text(error)}"
        self._unread(use, code, f"the shortcode {use.name} {reason}")
        if self._removes(use):
            self._put(use, end, "")

    def _inner(self, use: _Use, close: _Use) -> str:
        """The text between two shortcodes, as in Hugo with HTML for the shortcodes in it."""
        inner, line, depth = self._text[use.end : close.start], self._line_of(use.end), self._depth + 1
        if depth > MAX_DEPTH:
            return inner
        extracted = Extracted(inner, self._links, self._report, line, self._imports, self._values, depth)
        return extracted.restore(extracted.text)

    def _removes(self, use: _Use) -> bool:
        """Whether a shortcode without HTML is removed; otherwise it stays as it is written."""
        return use.style != "own" or self._site.unknown_shortcodes == "remove"

    def _unknown(self, use: _Use) -> None:
        source = self._text[use.start : use.end]
        if use.style == "own":
            self._unread(use, "FK302", f"unknown shortcode {use.name}")
        else:
            kind, system = "shortcode", use.style.title()
            if use.style == "jekyll":
                kind, system = "tag", library.TAG_DIALECTS.get(use.name.removeprefix("end"), "Jekyll, Hexo or Eleventy")
            elif source.startswith("{{%"):
                system = "Hugo or Nikola"
            elif use.style == "hugo" and self._links.source.path.lower().endswith((".qmd", ".rmd")):
                # Articles in R Markdown are Quarto's, or Hugo's with blogdown.
                system = "Quarto or Hugo"
            hint = "write it as Markdown"
            if system not in ("Liquid", "Nunjucks"):
                # No function can evaluate statements of a template, so the hint does not suggest one.
                hint = f"{hint}, {_function_line(use.name)}"
            message = f"{use.name} is a {kind} of {system} that feedkit does not know: {shown(source)}"
            self._unread(use, "FK306", message, hint)
        before = max(0, use.start - MAX_INDENT_CHARS)
        if use.style != "own" and _ADDRESS_BEFORE.search(self._text, before, use.start):
            # The address has no value then.
            self._put_marker(use, "", escape(source))
        elif self._removes(use):
            self._emit(use.start, use.end)

    def _unread(self, use: _Use, code: str, reason: str, hint: str = "") -> None:
        self._unread_count += 1
        if self._unread_count >= MAX_UNREAD:
            reason = f"{reason}; everything after it stays as it is"
        self._report(code, self._line_of(use.start), reason, hint)

    def _line_of(self, position: int) -> int:
        counted, line = self._counted
        line += self._text.count("\n", counted, position) - self._text.count("\n", position, counted)
        self._counted = position, line
        return line

    def _line_start(self, position: int) -> int:
        """Where the line of a position begins; in a long line, a position that is not far before."""
        first = max(0, position - MAX_SHORTCODE_CHARS)
        return self._text.rfind("\n", first, position) + 1 or first

    def _emit(self, start: int, end: int, *pieces: str) -> None:
        """Append the text before a range unchanged, and pieces that replace the range."""
        self._count(*pieces)
        self._pieces += [self._text[self._position : start], *pieces]
        self._position = end

    def _count(self, *texts: str) -> None:
        """Raises `ContentError` when what replaces the shortcodes gets longer than a body may be."""
        self._chars += sum(map(len, texts))
        check_length(self._chars)

    def _put(self, use: _Use, end: int, html: str) -> None:
        """Replace a shortcode by a marker, in a paragraph of its own if it is alone on its line."""
        marker = self._marker(html)
        indent = self._indent(use.start, end)
        if indent is None or indent.strip():
            self._emit(use.start, end, marker)
        else:
            self._emit(use.start - len(indent), end, f"\n{indent}", marker, "\n")

    def _indent(self, start: int, end: int) -> str | None:
        """The spaces, and marks of lists and quotations, before a range that is alone on its line; else None."""
        _, newline, before = self._text[max(0, start - MAX_INDENT_CHARS) : start].rpartition("\n")
        after = self._text[end : end + MAX_INDENT_CHARS].partition("\n")[0]
        is_near = newline or start <= MAX_INDENT_CHARS
        return before if is_near and not before.strip(" \t>*+-") and not after.strip() else None
