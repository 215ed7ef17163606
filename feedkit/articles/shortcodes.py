"""Shortcodes in Markdown: `{{name: …}}`, Hugo's `{{< name … >}}` and `{{% name … %}}`, Jekyll's `{% name … %}`.

`{{image: URL, width: 800, height: 450, alt: "…"}}` becomes a figure, a builder's own what his function makes of it.
What stands in code is an example. Unknown shortcodes are reported with their lines; `{{name: …}}` is kept or removed as
`Site.unknown_shortcodes` says, those of Hugo and Jekyll are never printed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Iterator, Mapping
from html import escape
from types import MappingProxyType
from typing import Literal
from urllib.parse import quote

from msgspec import Struct

from feedkit.articles.markdown import CodeRanges, parser
from feedkit.articles.report import OnContent
from feedkit.config.site import Site
from feedkit.config.tables import Shortcode
from feedkit.errors import MAX_SHOWN_CHARS, error_text, shown
from feedkit.lazy_regex import lazy_regex

#: The longest shortcode; beyond it, and beyond its paragraph, two braces are two braces.
MAX_SHORTCODE_CHARS = 8_192

#: The most shortcodes of a text that are reported; what comes behind them stays as it is.
MAX_UNREAD = 100

#: How deep shortcodes stand in one another; deeper ones are text to the shortcode around them.
MAX_DEPTH = 8

#: The most characters in front of a shortcode that is alone on its line: blanks and the marks of lists and quotations.
MAX_INDENT_CHARS = 256

#: Makes HTML of a shortcode. Raises `ValueError` with the reason where it cannot.
Render = Callable[[Shortcode], str]

# The head of a shortcode; its end is found by `_end`, since there may be braces in quoted arguments.
_OPENING = lazy_regex(
    r"\{\{(?:(?P<sign>[<%])(?P<shown>/\*)?\s*(?P<slash>/?)\s*(?P<hugo>[A-Za-z_][\w./-]*)"
    r"|\s*(?P<own>[A-Za-z][\w-]*)\s*(?P<colon>:|\}\}))"
    # `{%s}` is no shortcode.
    r"|\{%-?(?:\s+|(?=[^\n{}]{1,200}%\}))(?P<jekyll>[A-Za-z_]\w*)"
)
_PARAGRAPH_END = lazy_regex(r"\n[ \t]*\n")
# What ends a shortcode, or begins a quoted argument in it, by its sign.
_STOPS = MappingProxyType(
    {
        ":": lazy_regex(r"\}\}|[\"']"),
        "<": lazy_regex(r">\}\}|[\"'`]"),
        "%": lazy_regex(r"%\}\}|[\"'`]"),
        "jekyll": lazy_regex(r"-?%\}|[\"']"),
    }
)
_TAIL = lazy_regex(r"\s*/?(?:[>%]\}\}|-?%\})\Z")
_QUOTED = lazy_regex(r'"((?:[^"\\]++|\\.)*+)"|\'((?:[^\'\\]++|\\.)*+)\'|`([^`]*)`', re.DOTALL)
_ESCAPE = lazy_regex(r"\\(.)", re.DOTALL)

_TURN = lazy_regex(r"[,\"']")
_NAMED = lazy_regex(r",\s*([A-Za-z][\w-]*)\s*:(?!//)\s*")
_FIRST_NAMED = lazy_regex(r"\s*([A-Za-z][\w-]*)\s*:\s+")
_UNNAMED = lazy_regex(r",(?:\s+|(?=[\"']))")
_WORD = lazy_regex(
    r"""(?:([A-Za-z_][\w-]*)=)?("(?:[^"\\]++|\\.)*+"|'(?:[^'\\]++|\\.)*+'|`[^`]*`|[^\s"'`]\S*|["'`])""", re.DOTALL
)
_INNER_BREAK = lazy_regex(r"\A[ \t]*\n|\n[ \t]*\Z")

_IMAGE_ARGUMENTS = ("src", "width", "height", "alt", "caption")
_UNCLOSED = MappingProxyType({"own": "{{{{{}:", "hugo": "{{{{< {}", "jekyll": "{{% {}"})


class _Use(Struct, frozen=True, kw_only=True):
    """A shortcode where it stands in a text."""

    #: Where it begins.
    start: int
    #: Where the text behind it begins; None where it is not closed.
    end: int | None
    #: What it is called.
    name: str
    #: Whose way of writing it is.
    style: Literal["own", "hugo", "jekyll"]
    #: What stands between the name and the end.
    inside: str
    #: Whether it ends another one: `{{< /name >}}`, `{% endname %}`.
    closing: bool = False
    #: Whether it is to be printed, as Hugo does with `{{</* name */>}}`.
    printed: bool = False


def _uses(text: str, code: CodeRanges, registered: Container[str]) -> Iterator[_Use]:
    """The shortcodes of a text in their order, none within another's arguments, none in `code`.

    Two braces around a single word are a variable of another program unless the word is `registered`.
    """
    position = unclosed = 0
    for match in _OPENING.finditer(text):
        if match.start() < position or match.start() in code:
            continue
        if match["colon"] == "}}" and match["own"] not in registered:
            continue
        use = _own_use(text, match) if match["own"] else _foreign_use(text, match)
        yield use
        position = use.end or match.end()
        unclosed += use.end is None
        if unclosed == MAX_UNREAD:
            return


def _own_use(text: str, match: re.Match[str]) -> _Use:
    end = match.end() if match["colon"] == "}}" else _end(text, match.end(), ":")
    inside = text[match.end() : max(match.end(), (end or 0) - 2)]
    return _Use(start=match.start(), end=end, name=match["own"], style="own", inside=inside)


def _foreign_use(text: str, match: re.Match[str]) -> _Use:
    end = _end(text, match.end(), match["sign"] or "jekyll")
    name, closing = match["hugo"] or match["jekyll"], bool(match["slash"])
    if match["jekyll"] and name.startswith("end") and len(name) > len("end"):
        name, closing = name.removeprefix("end"), True
    return _Use(
        start=match.start(),
        end=end,
        name=name,
        style="jekyll" if match["jekyll"] else "hugo",
        inside=_TAIL.sub("", text[match.end() : end]) if end else "",
        closing=closing,
        printed=bool(match["shown"]),
    )


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
    else:
        arguments = [(name, _unquoted(value)) for name, value in _WORD.findall(use.inside)]
    named: dict[str, str] = {}
    for name, value in arguments:
        if name and name in named:
            raise ValueError(f"its argument {name} stands twice")
        if name:
            named[name] = value
    return tuple(value for name, value in arguments if not name), MappingProxyType(named)


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


def image(shortcode: Shortcode) -> str:
    """A picture: `<figure>` where it is alone on its line, `<img>` within a sentence.

    Arguments: its address, width and height in pixels, alt, caption (a `<figcaption>`; within a sentence the title of
    the picture). Raises `ValueError` where they are not these.
    """
    named = shortcode.named
    addresses = [*shortcode.arguments, *filter(None, [named.get("src")])]
    if not addresses:
        raise ValueError("it has no address")
    if len(addresses) > 1:
        raise ValueError(f"{shown(addresses[1])} has no name, and is no part of the address unless that is in quotes")
    for name, value in named.items():
        if name not in _IMAGE_ARGUMENTS:
            # Late: needed for a mistake only.
            from difflib import get_close_matches

            near = get_close_matches(name, _IMAGE_ARGUMENTS, n=1)
            raise ValueError(f"it has no argument called {name}{f'; did you mean {near[0]}?' if near else ''}")
        if name in ("width", "height") and not value.isdecimal():
            raise ValueError(f"its {name} is no whole number of pixels")
    caption = named.get("caption", "")
    attributes = {"src": addresses[0]}
    attributes |= {name: named[name] for name in ("width", "height") if name in named}
    attributes["alt"] = named.get("alt", "")
    if caption and not shortcode.block:
        attributes["title"] = caption
    written = [f'{name}="{escape(value)}"' for name, value in attributes.items()]
    tag = f"<img {' '.join(written)}>"
    if not shortcode.block:
        return tag
    return f"<figure>{tag}{f'<figcaption>{escape(caption)}</figcaption>' if caption else ''}</figure>"


SHORTCODES: Mapping[str, Render] = MappingProxyType({"image": image})

#: What Hugo and Jekyll have between two tags, as HTML.
_PAIRED: Mapping[str, Callable[[str], str]] = MappingProxyType(
    {
        "highlight": lambda inner: f"<pre><code>{escape(_INNER_BREAK.sub('', inner), quote=False)}\n</code></pre>",
        "comment": lambda inner: "",
    }
)


class Extracted(Struct, frozen=True, kw_only=True):
    """Markdown with markers in the places of its shortcodes, which Markdown leaves alone."""

    #: The Markdown.
    text: str
    #: The HTML for each marker.
    html: Mapping[str, str]

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
            if in_tag:
                fits = "<" not in self.html.get(name, "<")
                pieces[index] = escape(self.html[name].strip()) if fits else ""
                placed.update([name] if fits else [])
                continue
            pieces[index] = self.html.get(name, name)
            placed.add(name)
            # Markers with blanks between them may be all that a paragraph has.
            paragraph = index - 1 if before.strip() else paragraph
            behind = pieces[index + 1].lstrip()
            if pieces[paragraph].endswith("<p>") and behind.startswith("</p>"):
                pieces[paragraph] = pieces[paragraph].removesuffix("<p>")
                pieces[index + 1] = pieces[index + 1].replace("</p>", "", 1)
        lost = [f"\n{html}" for name, html in self.html.items() if name not in placed]
        return "".join([*pieces, *lost])


def extract(text: str, site: Site, report: OnContent, line: int = 1, depth: int = 0) -> Extracted:
    """Markdown without its shortcodes, and their HTML; those of the site win over the built-in ones.

    `report` gets each that is unknown or cannot be made, with its line, where the text begins at `line`. `depth` is the
    number of shortcodes that the text stands in.
    """
    if "{" not in text or ("{{" not in text and "{%" not in text):
        return Extracted(text=text, html={})
    return _Extractor(text, site, report, line, depth).extracted()


class _Extractor:
    """Takes the shortcodes out of one text, until too many of them cannot be read."""

    def __init__(self, text: str, site: Site, report: OnContent, line: int, depth: int) -> None:
        self._text = text
        self._site = site
        self._registered = {**SHORTCODES, **site.shortcodes}
        self._report = report
        self._depth = depth
        # A position in the text and its line, which the next line is counted from.
        self._counted = (0, line)
        self._unread_count = 0
        # A character for private use: Markdown has no rule for it, and no author has a reason to write it.
        self._mark = next(chr(code) for code in range(0xE000, 0xF8FF) if chr(code) not in text)
        self._kept: list[str] = []
        self._html: dict[str, str] = {}
        self._position = 0

    def extracted(self) -> Extracted:
        """The text with markers, and the HTML of its shortcodes."""
        code = CodeRanges(self._text, parser(self._site.markdown.enabled))
        uses = list(_uses(self._text, code, self._registered))
        # What ends each shortcode that is ended, by where it begins.
        ends: dict[int, _Use] = {}
        opened: dict[tuple[str, str], list[_Use]] = {}
        for use in uses:
            same = opened.setdefault((use.style, use.name), [])
            if not use.closing:
                same.append(use)
            elif same:
                ends[same.pop().start] = use
        paired = {use.start for use in ends.values()}
        for use in uses:
            if self._unread_count >= MAX_UNREAD:
                break
            if use.start >= self._position:
                self._take(use, ends.get(use.start), is_paired=use.start in paired)
        self._kept.append(self._text[self._position :])
        return Extracted(text="".join(self._kept), html=self._html)

    def _take(self, use: _Use, close: _Use | None, *, is_paired: bool) -> None:
        if use.end is None:
            opening = _UNCLOSED[use.style].format(use.name[:MAX_SHOWN_CHARS])
            self._unread(use, "FK302", f"the shortcode {opening} is not closed")
        elif use.printed:
            self._put(use, use.end, escape(self._text[use.start : use.end].replace("/*", "").replace("*/", "")))
        elif use.closing:
            # Its opening has been reported, if there was one.
            self._keep_text_before(use) if is_paired else self._unknown(use)
        elif use.style == "jekyll" and use.name == "raw" and close:
            self._kept += [self._text[self._position : use.start], self._text[use.end : close.start]]
            self._position = close.end or use.end
        elif use.name in self._registered:
            self._make(use, close)
        elif use.name in _PAIRED and close and use.style != "own":
            self._put(use, close.end or use.end, _PAIRED[use.name](self._text[use.end : close.start]))
        else:
            self._unknown(use)

    def _make(self, use: _Use, close: _Use | None) -> None:
        start, end = use.start, (close.end if close else use.end) or 0
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
            html = self._registered[use.name](shortcode)
            code, reason = "FK308", f"raises TypeError: it gives {type(html).__name__}, not a text"
        except ValueError as error:
            code, reason = "FK302", f"cannot be made{error_text(error)}"
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
        text, start = self._text[use.end : close.start], use.end or use.start
        if self._depth >= MAX_DEPTH:
            return text
        inner = extract(text, self._site, self._report, self._line_of(start), self._depth + 1)
        return inner.restore(inner.text)

    def _unknown(self, use: _Use) -> None:
        if use.style == "own":
            self._unread(use, "FK302", f"there is no shortcode called {shown(use.name)}")
        else:
            source = shown(self._text[use.start : use.end])
            self._unread(use, "FK306", f"{source} is a shortcode of {use.style.title()} that nobody knows here")
        if self._site.unknown_shortcodes == "remove" or use.style != "own":
            self._keep_text_before(use)

    def _unread(self, use: _Use, code: str, reason: str) -> None:
        self._unread_count += 1
        if self._unread_count >= MAX_UNREAD:
            reason = f"{reason}; whatever comes behind it is left as it is"
        self._report(code, self._line_of(use.start), reason)

    def _line_of(self, position: int) -> int:
        counted, line = self._counted
        if position < counted:
            return line - self._text.count("\n", position, counted)
        self._counted = (position, line + self._text.count("\n", counted, position))
        return self._counted[1]

    def _keep_text_before(self, use: _Use) -> None:
        self._kept.append(self._text[self._position : use.start])
        self._position = use.end or use.start

    def _put(self, use: _Use, end: int, html: str) -> None:
        """A marker for the HTML; where a shortcode is alone on its line, in a paragraph of its own."""
        marker = f"{self._mark}{len(self._html)}{self._mark}"
        self._html[marker] = html
        indent = self._before(use.start)
        if indent is None or indent.strip() or not self._is_alone(use.start, end):
            self._kept += [self._text[self._position : use.start], marker]
        else:
            self._kept += [self._text[self._position : use.start - len(indent)], f"\n{indent}", marker, "\n"]
        self._position = end

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
