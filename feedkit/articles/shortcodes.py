"""Shortcodes in Markdown: `{{image: URL, width: 800, height: 450, alt: "…"}}` into a figure, a builder's own into his.

Refuses to touch code: what stands in a code span or a code block is an example, not a shortcode. One that nobody knows
is reported with its line; one of ours is kept or removed as `Site.unknown_shortcodes` says, those of Hugo and Jekyll
are never printed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from html import escape
from types import MappingProxyType
from urllib.parse import quote

import pyromark

from feedkit.articles.codespans import Code
from feedkit.articles.shortcode_syntax import MAX_UNREAD, Use, arguments, pairs, uses
from feedkit.config.tables import Shortcode
from feedkit.errors import SHOWN_LENGTH, said, shown
from feedkit.lazy_regex import later
from feedkit.records import dataclass

#: How deep shortcodes stand in one another; what is deeper is left to the one around it.
MAX_DEPTH = 8

#: The most characters in front of a shortcode that is alone on its line: blanks and the marks of lists and quotations.
MAX_INDENT = 256

_IMAGE_ARGUMENTS = ("src", "width", "height", "alt", "caption")

#: Makes HTML of a shortcode. Raises `ValueError` with the reason where it cannot.
Render = Callable[[Shortcode], str]
#: Gets the code of a problem, the line and what is wrong.
Tell = Callable[[str, int, str], None]

_UNCLOSED = MappingProxyType({"own": "{{{{{}:", "hugo": "{{{{< {}", "jekyll": "{{% {}"})
_INNER_BREAK = later(r"\A[ \t]*\n|\n[ \t]*\Z")


def image(shortcode: Shortcode) -> str:
    """A picture: `<figure>` where it is alone on its line, `<img>` within a sentence.

    Arguments: its address, width and height in pixels, alt, caption (a `<figcaption>`; within a sentence the title of
    the picture).
    """
    address = _image_address(shortcode)
    named = shortcode.named
    caption = named.get("caption", "")
    sizes = {name: named[name] for name in ("width", "height") if name in named}
    title = {"title": caption} if caption and not shortcode.block else {}
    attributes = {"src": address, **sizes, "alt": named.get("alt", ""), **title}
    tag = f"<img {' '.join(_attribute(*item) for item in attributes.items())}>"
    if not shortcode.block:
        return tag
    return f"<figure>{tag}{f'<figcaption>{escape(caption)}</figcaption>' if caption else ''}</figure>"


def _image_address(shortcode: Shortcode) -> str:
    given = [*shortcode.arguments, *filter(None, [shortcode.named.get("src")])]
    if not given:
        raise ValueError("it has no address")
    if len(given) > 1:
        raise ValueError(f"{shown(given[1])} has no name, and is no part of the address unless that is in quotes")
    for name, value in shortcode.named.items():
        if name not in _IMAGE_ARGUMENTS:
            # Late: needed for a mistake only.
            from difflib import get_close_matches

            near = get_close_matches(name, _IMAGE_ARGUMENTS, n=1)
            raise ValueError(f"it has no argument called {name}{f'; did you mean {near[0]}?' if near else ''}")
        if name in ("width", "height") and not value.isdecimal():
            raise ValueError(f"its {name} is no whole number of pixels")
    return given[0]


def _attribute(name: str, value: str) -> str:
    return f'{name}="{escape(value)}"'


SHORTCODES: Mapping[str, Render] = MappingProxyType({"image": image})


def _highlighted(inner: str) -> str:
    return f"<pre><code>{escape(_INNER_BREAK.sub('', inner), quote=False)}\n</code></pre>"


def _nothing(inner: str) -> str:
    return ""


#: What Hugo and Jekyll have between two tags, and nobody should lose or see.
_PAIRED: Mapping[str, Callable[[str], str]] = MappingProxyType({"highlight": _highlighted, "comment": _nothing})


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """Markdown whose shortcodes are held back behind markers that Markdown leaves alone."""

    #: The Markdown with a marker for each shortcode.
    text: str
    #: The HTML behind each marker.
    html: Mapping[str, str]

    def release(self, rendered: str) -> str:
        """The rendered HTML with the shortcodes' HTML in the markers' places; a figure is in no paragraph.

        In a link's address there is room for a text; an element that stands there comes last: it is not lost.
        """
        if not self.html:
            return rendered
        mark = next(iter(self.html))[0]
        marker = re.compile(rf"{mark}\d+{mark}")
        # Markdown encodes what stands in the address of a link.
        rendered = rendered.replace(quote(mark), mark)
        outside, placed = self._into_attributes(rendered, marker)
        whole = re.sub(rf"<p>({mark}\d+{mark}\s*(?:{mark}\d+{mark}\s*)*)</p>", r"\1", outside)
        mangled = self.html.keys() - set(marker.findall(whole)) - placed
        rest = "".join(f"\n{self.html[name]}" for name in self.html if name in mangled)
        return marker.sub(lambda match: self.html.get(match[0], match[0]), whole) + rest

    def _into_attributes(self, rendered: str, marker: re.Pattern[str]) -> tuple[str, set[str]]:
        """The HTML without markers in tags: there is room for a text, such as an address, and none for an element."""
        pieces: list[str] = []
        placed: set[str] = set()
        position, within = 0, False
        for match in marker.finditer(rendered):
            between = rendered[position : match.start()]
            if "<" in between or ">" in between:
                within = between.rfind("<") > between.rfind(">")
            made = self.html.get(match[0], "<")
            fits = within and "<" not in made
            pieces += [between, escape(made.strip()) if fits else "" if within else match[0]]
            placed.update([match[0]] if fits else [])
            position = match.end()
        return "".join([*pieces, rendered[position:]]), placed


def hold(
    text: str,
    markdown: pyromark.Markdown,
    tell: Tell,
    *,
    own: Mapping[str, Render] = SHORTCODES,
    remove: bool = False,
    line: int = 1,
) -> Held:
    """Take the shortcodes out of Markdown.

    `markdown` is the parser that knows what is code in the text. `own` are a builder's shortcodes, which win over the
    built-in ones; with `remove` the text of what cannot be made goes. `tell` gets each that is unknown or cannot be
    made, with its line, where the text begins at `line`.
    """
    if "{" not in text or ("{{" not in text and "{%" not in text):
        return Held(text=text, html={})
    return _Holder(text, markdown, {**SHORTCODES, **own}, tell, remove, line).held()


class _Holder:
    """Takes the shortcodes out of one text, until too many of them cannot be read."""

    def __init__(
        self,
        text: str,
        markdown: pyromark.Markdown,
        known: Mapping[str, Render],
        tell: Tell,
        remove: bool,
        line: int,
        depth: int = 0,
    ) -> None:
        self._text = text
        self._markdown = markdown
        self._depth = depth
        self._known = known
        self._tell = tell
        self._remove = remove
        self._line = line
        self._count = 0
        self._counted = (0, line)
        self._mark = _unused_mark(text)
        self._kept: list[str] = []
        self._html: dict[str, str] = {}
        self._position = 0

    def held(self) -> Held:
        found = list(uses(self._text, Code(self._text, self._markdown), self._known))
        ended = pairs(found)
        closing = {use.start for use in ended.values()}
        for use in found:
            if self._count >= MAX_UNREAD:
                break
            if use.start >= self._position:
                self._take(use, ended.get(use.start), told=use.start in closing)
        self._kept.append(self._text[self._position :])
        return Held(text="".join(self._kept), html=self._html)

    def _take(self, use: Use, close: Use | None, *, told: bool) -> None:
        if use.end is None:
            self._unread(
                use, "FK302", f"the shortcode {_UNCLOSED[use.style].format(use.name[:SHOWN_LENGTH])} is not closed"
            )
        elif use.shown:
            self._put(use, use.end, escape(self._text[use.start : use.end].replace("/*", "").replace("*/", "")))
        elif use.closing:
            # Its opening has been told, if there was one.
            self._cut(use) if told else self._unknown(use)
        elif use.style == "jekyll" and use.name == "raw" and close:
            self._kept += [self._text[self._position : use.start], self._text[use.end : close.start]]
            self._position = close.end or use.end
        elif use.name in self._known:
            self._make(use, close)
        elif use.name in _PAIRED and close and use.style != "own":
            self._put(use, close.end or use.end, _PAIRED[use.name](self._text[use.end : close.start]))
        else:
            self._unknown(use)

    def _make(self, use: Use, close: Use | None) -> None:
        end = (close.end if close else use.end) or 0
        try:
            made = _text(self._known[use.name](self._shortcode(use, close)))
        except ValueError as error:
            self._failed(use, end, "FK302", f"cannot be made{said(error)}")
        except Exception as error:  # noqa: BLE001
            # Somebody else's code: whatever it raises is a problem of this place, not of the build.
            self._failed(use, end, "FK308", f"raises {type(error).__name__}{said(error)}")
        else:
            self._put(use, end, made)

    def _shortcode(self, use: Use, close: Use | None) -> Shortcode:
        positional, named = arguments(use)
        end = (close.end if close else use.end) or 0
        return Shortcode(
            name=use.name,
            arguments=positional,
            named=named,
            inner=self._inner(use, close) if close else "",
            line=self._line_of(use),
            block=_alone(self._text, use.start, end),
            source=self._text[use.start : end],
        )

    def _inner(self, use: Use, close: Use) -> str:
        """What stands between the two, with HTML for the shortcodes in it, as Hugo has it."""
        text = self._text[use.end : close.start]
        if self._depth >= MAX_DEPTH or ("{{" not in text and "{%" not in text):
            return text
        line = self._line + self._text.count("\n", 0, use.end)
        held = _Holder(text, self._markdown, self._known, self._tell, self._remove, line, self._depth + 1).held()
        return held.release(held.text)

    def _unknown(self, use: Use) -> None:
        if use.style == "own":
            self._unread(use, "FK302", f"there is no shortcode called {shown(use.name)}")
            if self._remove:
                self._cut(use)
        else:
            what = shown(self._text[use.start : use.end])
            self._unread(use, "FK306", f"{what} is a shortcode of {use.style.title()} that nobody knows here")
            self._cut(use)

    def _failed(self, use: Use, end: int, code: str, reason: str) -> None:
        self._unread(use, code, f"the shortcode {use.name} {reason}")
        if self._remove or use.style != "own":
            self._put(use, end, "")

    def _unread(self, use: Use, code: str, reason: str) -> None:
        self._count += 1
        full = self._count >= MAX_UNREAD
        self._tell(code, self._line_of(use), f"{reason}; whatever comes behind it is left as it is" if full else reason)

    def _line_of(self, use: Use) -> int:
        position, line = self._counted
        if use.start >= position:
            line += self._text.count("\n", position, use.start)
            self._counted = (use.start, line)
        return line

    def _cut(self, use: Use) -> None:
        self._kept.append(self._text[self._position : use.start])
        self._position = use.end or use.start

    def _put(self, use: Use, end: int, html: str) -> None:
        """A marker for the HTML; where a shortcode is alone on its line, in a paragraph of its own."""
        marker = f"{self._mark}{len(self._html)}{self._mark}"
        self._html[marker] = html
        indent = _before(self._text, use.start)
        if indent is None or indent.strip() or not _alone(self._text, use.start, end):
            self._kept += [self._text[self._position : use.start], marker]
        else:
            self._kept += [self._text[self._position : use.start - len(indent)], f"\n{indent}", marker, "\n"]
        self._position = end


def _text(made: object) -> str:
    if not isinstance(made, str):
        raise TypeError(f"it gives {type(made).__name__}, not a text")
    return made


def _before(text: str, position: int) -> str | None:
    """What stands in front of a position on its line; None where that is more than a line is indented."""
    start = text.rfind("\n", max(0, position - MAX_INDENT), position) + 1
    return text[start:position] if start or position <= MAX_INDENT else None


def _alone(text: str, start: int, end: int) -> bool:
    before = _before(text, start)
    line_end = text.find("\n", end, end + MAX_INDENT)
    after = text[end : line_end if line_end >= 0 else end + MAX_INDENT]
    return before is not None and not before.strip(" \t>*+-") and not after.strip()


def _unused_mark(text: str) -> str:
    # A character for private use: Markdown has no rule for it, and no author has a reason to write it.
    return next(chr(code) for code in range(0xE000, 0xF8FF) if chr(code) not in text)
