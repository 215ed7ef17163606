"""Renders Markdown to HTML, by pyromark or a custom renderer; and finds headings and code in it."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable
from functools import lru_cache
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

from feedkit.config.site import MARKDOWN_EXTENSIONS
from feedkit.errors import error_text
from feedkit.lazy_regex import lazy_regex

if TYPE_CHECKING:
    from pyromark import Markdown

#: A function that gets Markdown and returns HTML.
Render = Callable[[str], str]

#: The renderer's name of each extension; empty if `dialects` implements it.
_OPTIONS = {
    **{name: f"ENABLE_{name.upper()}" for name in MARKDOWN_EXTENSIONS},
    "definition_lists": "ENABLE_DEFINITION_LIST",
    **dict.fromkeys(["wikilinks", "autolinks", "math"], ""),
}

# A heading on the first line of a text, after a `#` or underlined; and the beginning or the underline of any
# first-level heading.
_FIRST_LINE = lazy_regex(r"\s*#[ \t]+(\S.*?)[ \t]*#*[ \t]*(?:\n|\Z)")
_UNDERLINED = lazy_regex(r"(?:[ \t]*\n)* {0,3}((?:[^\W\d_]|\{\{)[^\n]*+)\n {0,3}=++[ \t]*+(?:\n|\Z)")
_MAY_HAVE_HEADING = lazy_regex(r"^ {0,3}(?:#[ \t]|=+[ \t]*$)", re.MULTILINE)
_ATTRIBUTES = lazy_regex(r"[ \t]*\{:?[ \t]*[#.][^{}]*\}$")

# Feed readers show no form controls, so a character shows the state.
_CHECK_BOX = lazy_regex(r"""<input\b(?=[^<>]*\btype\s*=\s*["']?checkbox)([^<>]*)>\s*""", re.IGNORECASE)

# Elements whose text must not be changed.
_VERBATIM = lazy_regex(r"<(?:a|code|kbd|pre|samp|script|style|textarea|title)\b(?!.*/>)", re.IGNORECASE | re.DOTALL)
_VERBATIM_END = lazy_regex(r"</(?:a|code|kbd|pre|samp|script|style|textarea|title)\b", re.IGNORECASE)
# The beginning of an element or a fragment, and an end at the end of a line; not of elements that may be in a sentence.
_OPENING = lazy_regex(r"<[A-Za-z>]")
_END_TAG = lazy_regex(
    r"(?:</(?!(?:a|abbr|b|cite|code|del|em|i|ins|kbd|mark|q|s|samp|small|span|strong|sub|sup|time|u|var)\b)"
    r"[A-Za-z][\w.:-]*\s*|/)>\s*\Z"
)
_INDENTATION = lazy_regex(r"^((?:[ \t]*> ?)*)[ \t]+", re.MULTILINE)
# The end tags at which a block of HTML ends, in the upper case in which the renderer passes over them.
_UPPER_END = lazy_regex(r"</(?!pre|script|style|textarea)(?i:pre|script|style|textarea)\b")
_INDENTED = {"Start": {"CodeBlock": "Indented"}}


class RenderError(Exception):
    """A custom renderer has failed."""


@lru_cache(maxsize=16)
def parser(extensions: tuple[str, ...]) -> Markdown:
    """The built-in renderer with these extensions; it also returns the events of a text."""
    # Imported late: a build in which nothing has changed renders nothing.
    from pyromark import Markdown, Options

    options = Options(0)
    for name in filter(None, map(_OPTIONS.get, extensions)):
        options |= getattr(Options, name)
    return Markdown(options=options)


def _events(text: str, extensions: tuple[str, ...]) -> Iterable[tuple[Any, Any]]:
    """The parser's events for a text, each with its range in bytes: a word, or a mapping of a kind to its data."""
    return parser(extensions).events_with_range(text, merge_text=True)


class Heading(NamedTuple):
    """A heading in a text of Markdown."""

    start: int  #: Its range, in characters.
    end: int
    text: str  #: Its plain text; HTML in it stays as it is written.
    source: str  #: Its source.


def first_heading(text: str, extensions: tuple[str, ...], *, anywhere: bool) -> Heading | None:
    """The first-level heading at the beginning of a text; or the first `anywhere`, except in quotations and lists."""
    # Nearly every text with such a heading begins with it.
    if match := _FIRST_LINE.match(text) or _UNDERLINED.match(text):
        source = match[1].rstrip()
        return Heading(0, match.end(), _without_attributes(line_text(source, extensions) or source), source)
    if not anywhere or not _MAY_HAVE_HEADING.search(text):
        return None
    parts: list[str] | None = None
    depth = 0
    for event, span in _events(text, extensions):
        kind = event.get("Start") if isinstance(event, dict) else None
        if parts is not None:
            if isinstance(event, dict) and "Heading" in str(event.get("End")):
                plain = "".join(parts).strip()
                start, end = _positions(text, [span["start"], span["end"]])
                return Heading(start, end, _without_attributes(plain), plain)
            parts.append(_event_text(event))
        elif depth == 0 and isinstance(kind, dict) and kind.get("Heading", {}).get("level") == "H1":
            parts = []
        elif isinstance(event, dict):
            depth += ("Start" in event) - ("End" in event)
    return None


def _event_text(event: object) -> str:
    if not isinstance(event, dict):
        return " " if event in ("SoftBreak", "HardBreak") else ""
    return next((part for kind in ("Text", "Code", "InlineHtml") if isinstance(part := event.get(kind), str)), "")


def _without_attributes(text: str) -> str:
    """A heading without the attribute list at its end, `{#id .class}`."""
    return _ATTRIBUTES.sub("", text) or text


def line_text(text: str, extensions: tuple[str, ...]) -> str:
    """A line of Markdown, such as a heading, as plain text; HTML in it stays as it is written."""
    return "".join(map(_event_text, parser(extensions).events(f"# {text}"))).strip()


def line_html(text: str) -> str:
    """A line of Markdown, such as a caption, as HTML; HTML in it stays."""
    html = parser(()).html(f"# {' '.join(text.split())}").strip()
    return html.removeprefix("<h1>").removesuffix("</h1>")


def rendered(text: str, extensions: tuple[str, ...], render: Render | None) -> str:
    """The HTML of Markdown, by a custom renderer if there is one. Raises `RenderError` if that fails."""
    if render is None:
        return parser(extensions).html(text)
    try:
        html = render(text)
    except MemoryError:
        raise
    except Exception as error:
        # Foreign code may raise anything, which is a problem of this article only.
        raise RenderError(f"the renderer raises {type(error).__name__}{error_text(error)}") from error
    if not isinstance(html, str):
        raise RenderError(f"the renderer gives {type(html).__name__}, not a text")
    return html


def with_check_boxes(html: str) -> str:
    """The HTML with `☐` or `☑` for the check boxes of task lists."""
    if "checkbox" not in html:
        return html
    return _CHECK_BOX.sub(lambda match: "☑ " if "checked" in match[1].lower() else "☐ ", html)


def _positions(text: str, offsets: list[int]) -> list[int]:
    """The positions in a text for rising offsets in its bytes, which the renderer uses."""
    if not offsets or text.isascii():
        return offsets
    data = text.encode()
    return [*accumulate(len(data[start:end].decode(errors="ignore")) for start, end in pairwise([0, *offsets]))]


class Ranges:
    """Ranges of a text, made from offsets in bytes: `position in ranges`."""

    def __init__(self, text: str, spans: Iterable[tuple[int, int]] = ()) -> None:
        # Starts and ends alternate.
        bounds: list[int] = []
        for start, end in sorted(spans):
            if bounds and start <= bounds[-1]:
                bounds[-1] = max(end, bounds[-1])
            else:
                bounds += [start, end]
        self._bounds = _positions(text, bounds)

    def __contains__(self, position: int) -> bool:
        return bisect_right(self._bounds, position) % 2 == 1


# Cached: several steps need the result, and most of them do not change the text.
@lru_cache(maxsize=2)
def code_ranges(text: str, extensions: tuple[str, ...]) -> Ranges:
    """The code in a text of Markdown: spans, blocks, and `<pre>` or `<code>` in HTML."""
    # Checked first, since a search for a single character is ten times as fast.
    may_have_code = "`" in text or "\t" in text or ("~" in text and "~~~" in text) or "    " in text
    if not may_have_code and not ("<" in text and any(tag in text for tag in ("<pre", "<code", "<PRE", "<CODE"))):
        return Ranges(text)
    spans = [
        (span["start"], span["end"])
        for event, span in _events(text, extensions)
        if "Code" in event or ("Start" in event and "CodeBlock" in event["Start"])
    ]
    lower = text.encode().lower()
    for name in (b"pre", b"code"):
        start = lower.find(b"<" + name)
        while start >= 0 and (end := lower.find(b"</" + name, start)) >= 0:
            spans.append((start, end))
            start = lower.find(b"<" + name, end)
    return Ranges(text, spans)


def replaced(
    pattern: re.Pattern[str], replacement: Callable[[re.Match[str]], str], text: str, extensions: tuple[str, ...]
) -> str:
    """Markdown in which what a pattern matches is replaced, unless it is code."""
    return pattern.sub(
        lambda match: match[0] if match.start() in code_ranges(text, extensions) else replacement(match), text
    )


def with_lower_ends(text: str, extensions: tuple[str, ...]) -> str:
    """Markdown in which `</PRE>` and the like are in lower case, unless they are code: what follows is no HTML."""
    return replaced(_UPPER_END, lambda match: match[0].lower(), text, extensions)


def unindented(text: str, extensions: tuple[str, ...]) -> str:
    """Markdown of MDX without indentation that CommonMark takes for code: in MDX only fences make code."""
    if not any(sign in text for sign in ("\n    ", "\n\t", ">     ")):
        return text
    spans = [(span["start"], span["end"]) for event, span in _events(text, extensions) if event == _INDENTED]
    code = Ranges(text, spans)
    return _INDENTATION.sub(lambda match: match[1] if match.end() in code else match[0], text)


def ends_of_html(text: str, extensions: tuple[str, ...]) -> list[int]:
    """The indexes of lines that end an element of HTML, if CommonMark takes the text after it for HTML, too.

    Not in code, in other elements, or in braces, which contain an expression of MDX.
    """
    offsets: list[int] = []
    end = elements = 0
    for event, span in _events(text, extensions):
        html = event.get("Html") if isinstance(event, dict) else None
        if html is None:
            end = elements = 0
            continue
        if end and elements <= 0 and not html.lstrip().startswith("<"):
            offsets.append(end)
        elements += len(_OPENING.findall(html)) - html.count("</") - html.count("/>")
        end = span["end"] if _END_TAG.search(html) else 0
    code = code_ranges(text, extensions)
    indexes: list[int] = []
    index, braces = -1, 0
    for start, end in pairwise([0, *_positions(text, offsets)]):
        index += text.count("\n", start, end)
        _, blank_line, paragraph = text[start:end].rpartition("\n\n")
        braces = paragraph.count("{") - paragraph.count("}") + (0 if blank_line else braces)
        if braces <= 0 and end not in code:
            indexes.append(index)
    return indexes


def plain_text(
    text: str, extensions: tuple[str, ...], positions: list[int], *, with_tildes: bool
) -> tuple[set[int], set[int], list[int]]:
    """The positions, of some rising ones, that are in text of Markdown, and not in code, a link or HTML.

    Then those in the text of a link that has an address of its own. With `with_tildes`, also the positions of single
    tildes that the renderer reads as marks of deletions.
    """
    plain: set[int] = set()
    linked: set[int] = set()
    tildes: list[int] = []
    data = text.encode()
    size = len(data)
    offsets = positions
    if size > len(text):
        offsets = [*accumulate(len(text[start:end].encode()) for start, end in pairwise([0, *positions]))]
    places = zip(offsets, positions, strict=True)
    offset, position = next(places, (size, 0))
    # The end of the last picture, code block or link whose text must not be changed, of the last other link, and the
    # number of open elements whose text must not be changed.
    verbatim_end = link_end = depth = 0
    for event, span in _events(text, extensions):
        # An event without data is a text without these parts.
        if "Text" in event:
            while offset < span["end"]:
                if verbatim_end <= span["start"] <= offset and depth <= 0:
                    (plain if link_end <= span["start"] else linked).add(position)
                offset, position = next(places, (size, 0))
            if offset == size and not with_tildes:
                break
        elif "Start" in event:
            kind = event["Start"]
            if "Link" in kind and kind["Link"]["link_type"] in ("Inline", "Reference"):
                link_end = max(link_end, span["end"])
            elif "Link" in kind or "Image" in kind or "CodeBlock" in kind:
                verbatim_end = max(verbatim_end, span["end"])
            elif with_tildes and kind == "Strikethrough" and data[span["start"] : span["start"] + 2] != b"~~":
                tildes += [span["start"], span["end"] - 1]
        elif "InlineHtml" in event:
            html = event["InlineHtml"]
            depth += 1 if _VERBATIM.match(html) else -1 if _VERBATIM_END.match(html) else 0
    return plain, linked, _positions(text, sorted(tildes))
