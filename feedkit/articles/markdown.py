"""Markdown as HTML, and where code stands in it.

By pyromark with the extensions of the settings, or by a builder's own renderer.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import NamedTuple

import pyromark
from pyromark import Options

from feedkit.config.tables import MarkdownSettings
from feedkit.errors import error_text
from feedkit.lazy_regex import lazy_regex
from feedkit.text import ascii_lower

#: Markdown in, HTML out.
Render = Callable[[str], str]

_OPTIONS = MappingProxyType(
    {
        "tables": Options.ENABLE_TABLES,
        "footnotes": Options.ENABLE_FOOTNOTES,
        "strikethrough": Options.ENABLE_STRIKETHROUGH,
        "tasklists": Options.ENABLE_TASKLISTS,
        "smart_punctuation": Options.ENABLE_SMART_PUNCTUATION,
        "heading_attributes": Options.ENABLE_HEADING_ATTRIBUTES,
        "definition_lists": Options.ENABLE_DEFINITION_LIST,
        "superscript": Options.ENABLE_SUPERSCRIPT,
        "subscript": Options.ENABLE_SUBSCRIPT,
        "gfm": Options.ENABLE_GFM,
        # Not the renderer's, but ours: `dialects`.
        "wikilinks": Options(0),
        **dict.fromkeys(["autolinks", "math"], Options(0)),
    }
)

# A heading in the first line of a text, and what every heading of the first level begins or ends with.
_FIRST_LINE = re.compile(r"\s*#[ \t]+(\S.*?)[ \t]*#*[ \t]*(?:\n|\Z)")
_MAY_HAVE_HEADING = lazy_regex(r"^ {0,3}(?:#[ \t]|=+[ \t]*$)", re.MULTILINE)
_ATTRIBUTES = lazy_regex(r"[ \t]*\{:?[ \t]*[#.][^{}]*\}$")

# A form control is not for feed readers, its state is.
_CHECK_BOX = lazy_regex(r"""<input\b(?=[^<>]*\btype\s*=\s*["']?checkbox)([^<>]*)>\s*""", re.IGNORECASE)

# Elements whose text is not to be touched, and what the parser calls them.
_VERBATIM = lazy_regex(r"<(?:a|code|kbd|pre|samp|script|style|textarea|title)\b(?!.*/>)", re.IGNORECASE | re.DOTALL)
_VERBATIM_END = lazy_regex(r"</(?:a|code|kbd|pre|samp|script|style|textarea|title)\b", re.IGNORECASE)
_VERBATIM_EVENTS = frozenset(["Link", "Image", "CodeBlock"])


class RenderError(Exception):
    """Markdown that a builder's renderer cannot make HTML of."""


@lru_cache(maxsize=16)
def parser(extensions: tuple[str, ...]) -> pyromark.Markdown:
    """The built-in renderer, which also knows what is code in a text."""
    options = Options(0)
    for name in extensions:
        options |= _OPTIONS[name]
    return pyromark.Markdown(options=options)


class Heading(NamedTuple):
    """A heading in a text of Markdown."""

    #: Where it stands, in characters.
    start: int
    end: int
    #: Its plain text; HTML in it stays as it is written.
    text: str
    #: The same as it is written.
    source: str


def opening_heading(text: str, extensions: tuple[str, ...]) -> Heading | None:
    """The heading of the first level with which a text begins; None where it begins with something else."""
    if (match := _FIRST_LINE.match(text)) is None:
        return None
    plain = _without_attributes(line_text(match[1], extensions) or match[1])
    return Heading(0, match.end(), plain, match[1])


def first_heading(text: str, extensions: tuple[str, ...]) -> Heading | None:
    """The first heading of the first level that is in no quotation and no list, whatever stands before it."""
    # Nearly every text that has one begins with it, and most others have none.
    if opening := opening_heading(text, extensions):
        return opening
    if not _MAY_HAVE_HEADING.search(text):
        return None
    parts: list[str] | None = None
    depth = 0
    for event, span in parser(extensions).events_with_range(text):
        kind = event.get("Start") if isinstance(event, dict) else None
        if parts is not None:
            if isinstance(event, dict) and "Heading" in str(event.get("End")):
                data = text.encode()
                start, end = (len(data[: span[name]].decode(errors="ignore")) for name in ("start", "end"))
                plain = "".join(parts).strip()
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
    """A heading without the list of attributes that many systems read behind it, `{#id .class}`."""
    return _ATTRIBUTES.sub("", text) or text


def line_text(text: str, extensions: tuple[str, ...]) -> str:
    """A line of Markdown, such as a heading, as plain text; HTML in it stays as it is written."""
    events = parser(extensions).events(f"# {text}")
    return "".join(map(_event_text, events)).strip()


def rendered(text: str, settings: MarkdownSettings, render: Render | None = None, *, with_ids: bool = False) -> str:
    """The HTML of Markdown; `render` wins over the renderer of the settings. Raises `RenderError` where that fails.

    `with_ids` says that headings have ids, in braces.
    """
    render = render or settings.render
    if render is None:
        return parser((*settings.enabled, "heading_attributes") if with_ids else settings.enabled).html(text)
    try:
        html = render(text)
    except MemoryError:
        raise
    except Exception as error:
        # A builder's code: whatever it raises is this article's problem, not that of the others.
        raise RenderError(f"the renderer raises {type(error).__name__}{error_text(error)}") from error
    if not isinstance(html, str):
        raise RenderError(f"the renderer gives {type(html).__name__}, not a text")
    return html


def with_check_boxes(html: str) -> str:
    """The HTML with `☐` or `☑` for the check boxes of task lists."""
    if "checkbox" not in html:
        return html
    return _CHECK_BOX.sub(lambda match: "☑ " if "checked" in match[1].lower() else "☐ ", html)


class CodeRanges:
    """The code in a text of Markdown: spans, blocks, and `<pre>` or `<code>` in HTML. Holds positions in it.

    Or only the blocks that are code because they are indented.
    """

    def __init__(self, text: str, markdown: pyromark.Markdown, *, only_indented: bool = False) -> None:
        self._offsets = _ByteOffsets(text)
        if only_indented:
            ranges = list(_in_markdown(text, markdown, _is_indented))
        elif _may_have_code(text):
            html = ((self._offsets.at(start), self._offsets.at(end)) for start, end in _in_html(text))
            ranges = [*_in_markdown(text, markdown, _is_code), *html]
        else:
            ranges = []
        self._starts: list[int] = []
        self._ends: list[int] = []
        for start, end in sorted(ranges):
            if self._ends and start <= self._ends[-1]:
                self._ends[-1] = max(end, self._ends[-1])
            else:
                self._starts.append(start)
                self._ends.append(end)

    def __contains__(self, position: int) -> bool:
        offset = self._offsets.at(position) if self._starts else 0
        index = bisect_right(self._starts, offset) - 1
        return index >= 0 and offset < self._ends[index]


class PlainText:
    """The text in a text of Markdown that is neither code nor a link nor HTML. Holds positions in it."""

    def __init__(self, text: str, markdown: pyromark.Markdown) -> None:
        ranges: list[tuple[int, int]] = []
        tildes: list[int] = []
        data = text.encode()
        # How many links and elements of HTML a text stands in whose text is not to be touched.
        depth = 0
        for event, span in markdown.events_with_range(text):
            if not isinstance(event, dict):
                continue
            if "Text" in event and depth <= 0:
                ranges.append((span["start"], span["end"]))
            elif isinstance(html := event.get("InlineHtml"), str):
                depth += 1 if _VERBATIM.match(html) else -1 if _VERBATIM_END.match(html) else 0
            elif event.get("Start") == "Strikethrough":
                if data[span["start"] : span["start"] + 2] != b"~~":
                    tildes += [span["start"], span["end"] - 1]
            elif isinstance(start := event.get("Start"), dict) and not _VERBATIM_EVENTS.isdisjoint(start):
                depth += 1
            elif isinstance(end := event.get("End"), str) and end in _VERBATIM_EVENTS:
                depth -= 1
        self._offsets = _ByteOffsets(text)
        self._starts = [start for start, _ in ranges]
        self._ends = [end for _, end in ranges]
        #: The single tildes that the renderer takes for those of deletions.
        self.tildes = tildes if text.isascii() else _character_offsets(data, sorted(tildes))

    def __contains__(self, position: int) -> bool:
        offset = self._offsets.at(position)
        index = bisect_right(self._starts, offset) - 1
        return index >= 0 and offset < self._ends[index]


class _ByteOffsets:
    """Positions in a text as the renderer counts them, in bytes; quick for those that rise."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._is_ascii = text.isascii()
        # The last one that was asked for.
        self._position = self._offset = 0

    def at(self, position: int) -> int:
        """The offset of a character."""
        if self._is_ascii:
            return position
        if position < self._position:
            self._position = self._offset = 0
        self._offset += len(self._text[self._position : position].encode())
        self._position = position
        return self._offset


def _may_have_code(text: str) -> bool:
    # To look for a single character takes a tenth of the time.
    if "`" in text or "\t" in text or ("~" in text and "~~~" in text) or "    " in text:
        return True
    return "<" in text and any(tag in text for tag in ("<pre", "<code", "<PRE", "<CODE"))


def _is_code(event: Mapping[str, object]) -> bool:
    return "Code" in event or "CodeBlock" in str(event.get("Start"))


def _is_indented(event: Mapping[str, object]) -> bool:
    return event.get("Start") == {"CodeBlock": "Indented"}


def _in_markdown(
    text: str, markdown: pyromark.Markdown, wanted: Callable[[Mapping[str, object]], bool]
) -> list[tuple[int, int]]:
    """The ranges of the wanted events, in bytes."""
    return [
        (span["start"], span["end"])
        for event, span in markdown.events_with_range(text)
        if isinstance(event, dict) and wanted(event)
    ]


def _character_offsets(data: bytes, offsets: Iterable[int]) -> list[int]:
    """Offsets in bytes, in rising order, as offsets in characters."""
    characters: list[int] = []
    position = count = 0
    for offset in offsets:
        count += len(data[position:offset].decode(errors="ignore"))
        position = offset
        characters.append(count)
    return characters


def _in_html(text: str) -> Iterator[tuple[int, int]]:
    lower = ascii_lower(text)
    for name in ("pre", "code"):
        start = lower.find(f"<{name}")
        while start >= 0 and (end := lower.find(f"</{name}", start)) >= 0:
            yield start, end
            start = lower.find(f"<{name}", end)
