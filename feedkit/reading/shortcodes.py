"""Shortcodes in Markdown: `{{image: URL, width: 800, height: 450, alt: "…"}}` into a figure.

Refuses to touch code: what stands in a code span or a code block is an example, not a shortcode. An unknown one is
reported with its line and left as it is.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from html import escape
from types import MappingProxyType

import pyromark

from feedkit.errors import SHOWN_LENGTH, shown
from feedkit.reading.codespans import Code

# The head of a shortcode; its end is found by `_end`, since quoted arguments may hold braces.
_OPENING = re.compile(r"\{\{\s*([A-Za-z][\w-]*)\s*:")
_ARGUMENT = re.compile(r",\s*([A-Za-z][\w-]*)\s*:(?!//)\s*")
_QUOTED = re.compile(r'"((?:[^"\\]++|\\.)*+)"|\'((?:[^\'\\]++|\\.)*+)\'', re.DOTALL)
_STOP = re.compile(r"\}\}|[\"']")
_TURN = re.compile(r"[,\"']")
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)

_PARAGRAPH_END = re.compile(r"\n[ \t]*\n")

#: The longest shortcode; beyond it, and beyond its paragraph, two braces are two braces.
MAX_LENGTH = 8_192

#: The most shortcodes of one text that are told to be unreadable; what comes behind them is left as it is.
MAX_UNREAD = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Shortcode:
    """One use of a shortcode."""

    #: What stands before the first colon.
    name: str
    #: What stands behind it, up to the first named argument.
    value: str
    #: The named arguments, unquoted.
    arguments: Mapping[str, str]
    #: Whether it is alone on its line, and so a block.
    block: bool


_IMAGE_ARGUMENTS = ("width", "height", "alt", "caption")

#: Makes HTML of a shortcode. Raises `ValueError` with the reason where it cannot.
Render = Callable[[Shortcode], str]
OnUnread = Callable[[int, str], None]


def image(shortcode: Shortcode) -> str:
    """A picture: `<figure>` where it is alone on its line, `<img>` within a sentence.

    Arguments: width and height in pixels, alt, caption (a `<figcaption>`; within a sentence the title of the picture).
    """
    _check_image(shortcode)
    arguments = shortcode.arguments
    caption = arguments.get("caption", "")
    sizes = {name: arguments[name] for name in ("width", "height") if name in arguments}
    title = {"title": caption} if caption and not shortcode.block else {}
    attributes = {"src": shortcode.value, **sizes, "alt": arguments.get("alt", ""), **title}
    tag = f"<img {' '.join(_attribute(*item) for item in attributes.items())}>"
    if not shortcode.block:
        return tag
    return f"<figure>{tag}{f'<figcaption>{escape(caption)}</figcaption>' if caption else ''}</figure>"


def _check_image(shortcode: Shortcode) -> None:
    if not shortcode.value:
        raise ValueError("it has no address")
    for name, value in shortcode.arguments.items():
        if name not in _IMAGE_ARGUMENTS:
            near = get_close_matches(name, _IMAGE_ARGUMENTS, n=1)
            raise ValueError(f"it has no argument called {name}{f'; did you mean {near[0]}?' if near else ''}")
        if name in ("width", "height") and not value.isdecimal():
            raise ValueError(f"its {name} is no whole number of pixels")


def _attribute(name: str, value: str) -> str:
    return f'{name}="{escape(value)}"'


SHORTCODES: Mapping[str, Render] = MappingProxyType({"image": image})


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """Markdown whose shortcodes are held back behind markers that Markdown leaves alone."""

    #: The Markdown with a marker for each shortcode.
    text: str
    #: The HTML behind each marker.
    html: Mapping[str, str]

    def release(self, rendered: str) -> str:
        """The rendered HTML with the shortcodes' HTML in the markers' places; a figure is in no paragraph.

        What Markdown has mangled (a shortcode in a link's address) comes last: it is not lost.
        """
        if not self.html:
            return rendered
        mark = next(iter(self.html))[0]
        marker = re.compile(rf"{mark}\d+{mark}")
        # In an attribute there is no room for an element.
        rendered = re.sub(rf"<[^<>{mark}]*{mark}[^<>]*>", lambda match: marker.sub("", match[0]), rendered)
        rendered = re.sub(rf"<p>((?:{mark}\d+{mark}\s*)+)</p>", r"\1", rendered)
        mangled = self.html.keys() - set(marker.findall(rendered))
        rest = "".join(f"\n{self.html[name]}" for name in self.html if name in mangled)
        return marker.sub(lambda match: self.html.get(match[0], match[0]), rendered) + rest


def hold(text: str, markdown: pyromark.Markdown, on_unread: OnUnread) -> Held:
    """Take the shortcodes out of Markdown.

    `markdown` is the parser that will read the text, and so knows what is code in it. `on_unread` gets the line
    (counted from 1) and the reason for each that is unknown or cannot be made.
    """
    if "{{" not in text:
        return Held(text=text, html={})
    mark = _unused_mark(text)
    code = Code(text, markdown)
    unread = _Unread(text, on_unread)
    kept: list[str] = []
    html: dict[str, str] = {}
    position = 0
    for match in _OPENING.finditer(text):
        if match.start() < position or match.start() in code:
            continue
        end = _end(text, match.end())
        made = _make(text, match, end, unread)
        if made is not None and end is not None:
            marker = f"{mark}{len(html)}{mark}"
            html[marker] = made
            start, before, after = _placed(text, match.start(), end)
            kept += [text[position:start], before, marker, after]
            position = end
        elif unread.full:
            break
    kept.append(text[position:])
    return Held(text="".join(kept), html=html)


class _Unread:
    """Tells of shortcodes that cannot be read, with their lines, until there are too many."""

    def __init__(self, text: str, tell: OnUnread) -> None:
        self._text = text
        self._tell = tell
        self._count = 0

    @property
    def full(self) -> bool:
        return self._count >= MAX_UNREAD

    def __call__(self, position: int, reason: str) -> None:
        self._count += 1
        line = self._text.count("\n", 0, position) + 1
        self._tell(line, f"{reason}; whatever comes behind it is left as it is" if self.full else reason)


def _placed(text: str, start: int, end: int) -> tuple[int, str, str]:
    """Where the marker goes: one that is alone on its line becomes a paragraph of its own."""
    line_start = text.rfind("\n", 0, start) + 1
    indent = text[line_start:start]
    if indent.strip() or not _alone(text, start, end):
        return start, "", ""
    return line_start, f"\n{indent}", "\n"


def _make(text: str, match: re.Match[str], end: int | None, unread: _Unread) -> str | None:
    name = match[1]
    if end is None:
        unread(match.start(), f"the shortcode {{{{{name[:SHOWN_LENGTH]}: is not closed")
    elif name not in SHORTCODES:
        unread(match.start(), f"there is no shortcode called {shown(name)}")
    else:
        try:
            return SHORTCODES[name](_read(name, text[match.end() : end - 2], _alone(text, match.start(), end)))
        except ValueError as error:
            unread(match.start(), f"the shortcode {name} cannot be made: {error}")
    return None


def _end(text: str, start: int) -> int | None:
    """The position behind the closing braces; braces in quotes do not close, and neither does another paragraph."""
    position = start
    paragraph = _PARAGRAPH_END.search(text, start, start + MAX_LENGTH)
    limit = paragraph.start() if paragraph else min(len(text), start + MAX_LENGTH)
    while stop := _STOP.search(text, position, limit):
        if stop[0] == "}}":
            return stop.end()
        quoted = _QUOTED.match(text, stop.start(), limit)
        position = quoted.end() if quoted else stop.end()
    return None


def _read(name: str, inner: str, block: bool) -> Shortcode:
    pieces = _split(inner)
    arguments = {key: _unquoted(value) for key, value in pieces[1:]}
    return Shortcode(name=name, value=_unquoted(pieces[0][1]), arguments=MappingProxyType(arguments), block=block)


def _split(inner: str) -> list[tuple[str, str]]:
    """The value and the named arguments. A comma splits only in front of `name:`, for addresses have commas."""
    pieces: list[tuple[str, str]] = []
    name, start, position = "", 0, 0
    while stop := _TURN.search(inner, position):
        found = (_ARGUMENT if stop[0] == "," else _QUOTED).match(inner, stop.start())
        if found and stop[0] == ",":
            pieces.append((name, inner[start : stop.start()]))
            name, start = found[1].lower(), found.end()
        position = (found or stop).end()
    return [*pieces, (name, inner[start:])]


def _unquoted(value: str) -> str:
    value = value.strip()
    quoted = _QUOTED.fullmatch(value)
    return _ESCAPE.sub(r"\1", quoted[1] if quoted[1] is not None else quoted[2]) if quoted else value


def _alone(text: str, start: int, end: int) -> bool:
    line_start = text.rfind("\n", 0, start) + 1
    line_end = text.find("\n", end)
    before, after = text[line_start:start], text[end : len(text) if line_end < 0 else line_end]
    return not before.strip(" \t>*+-") and not after.strip()


def _unused_mark(text: str) -> str:
    # A character for private use: Markdown has no rule for it, and no author has a reason to write it.
    return next(chr(code) for code in range(0xE000, 0xF8FF) if chr(code) not in text)
