"""Markdown into HTML: pyromark with the extensions of the settings, or a builder's own renderer.

Refuses to let a renderer's exception out: it is an error of the article that it was given.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import Any

import pyromark
from pyromark import Options

from feedkit.config.tables import MarkdownSettings
from feedkit.errors import said
from feedkit.lazy_regex import later

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
        "wikilinks": Options.ENABLE_WIKILINKS,
    }
)

# A form control is not for feed readers, its state is.
_BOX = later(r"""<input\b(?=[^<>]*\btype\s*=\s*["']?checkbox)([^<>]*)>\s*""", re.IGNORECASE)


class RenderError(Exception):
    """Markdown that a builder's renderer cannot make HTML of."""


@lru_cache(maxsize=16)
def parser(extensions: tuple[str, ...]) -> pyromark.Markdown:
    """The built-in renderer, which also knows what is code in a text."""
    options = Options(0)
    for name in extensions:
        options |= _OPTIONS[name]
    return pyromark.Markdown(options=options)


def line_text(text: str, extensions: tuple[str, ...]) -> str:
    """A line of Markdown, such as a heading, as plain text; HTML in it stays as it is written."""
    events = parser(extensions).events(f"# {text}")
    return "".join(part for event in events if isinstance(event, dict) for part in _parts(event))


def _parts(event: Mapping[str, Any]) -> Iterator[str]:
    yield from (
        part for kind, part in event.items() if kind in ("Text", "Code", "InlineHtml") and isinstance(part, str)
    )


def rendered(text: str, settings: MarkdownSettings, render: Render | None = None) -> str:
    """The HTML of Markdown; `render` wins over the renderer of the settings. Raises `RenderError`."""
    render = render or settings.render
    if render is None:
        return parser(settings.extensions).html(text)
    try:
        html = render(text)
    except Exception as error:
        # Somebody else's code: whatever it raises is this article's problem, not that of the others.
        raise RenderError(f"the renderer raises {type(error).__name__}{said(error)}") from error
    if not isinstance(html, str):
        raise RenderError(f"the renderer gives {type(html).__name__}, not a text")
    return html


def with_boxes(html: str) -> str:
    """The HTML with `☐` or `☑` for the check boxes of task lists."""
    if "checkbox" not in html:
        return html
    return _BOX.sub(lambda match: "☑ " if "checked" in match[1].lower() else "☐ ", html)
