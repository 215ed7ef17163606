"""Pictures alone on their lines, the only shortcode that most articles have: `{{image: URL, width: 800, alt: "…"}}`.

Refuses a text with other shortcodes or with code in HTML, and pictures that stand in code or whose arguments are
written in another way: `shortcodes` reads all of them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from html import escape

# In no legal text, and no different from a letter to Markdown.
_MARK = "\x02"
# What `codespans` takes for code without asking the renderer.
_HTML_CODE = re.compile("<(?:pre|code)", re.IGNORECASE)
# A line between empty ones: it is a paragraph to the renderer wherever its mark is one.
_FIGURE = re.compile(
    r"\{(?:(?<=\n\n\{)|(?<=\A\n\{)|(?<=\A\{))\{image: ([A-Za-z0-9/:_~.+@%&=?#-]{1,2048}+)"
    r"(?:, width: ([0-9]{1,9}+))?(?:, height: ([0-9]{1,9}+))?"
    r"(?:, alt: \"([^\"\\{}\n]{0,1024}+)\")?(?:, caption: \"([^\"\\{}\n]{1,1024}+)\")?\}\}(?=\n\n|\n?\Z)"
)


def with_figures(text: str, html_of: Callable[[str], str]) -> tuple[str, tuple[str, ...]] | None:
    """HTML of Markdown made by its own renderer, and the addresses of its figures; None where that is not certain."""
    if "{" not in text or ("{{" not in text and "{%" not in text):
        return html_of(text), ()
    if _MARK in text or ("<" in text and _HTML_CODE.search(text)):
        return None
    pieces: list[str] = []
    figures: list[re.Match[str]] = []
    position = start = 0
    while (start := text.find("{", start)) >= 0:
        if found := _FIGURE.match(text, start):
            pieces += [text[position:start], f"\n{_MARK}{len(figures)}{_MARK}\n"]
            figures.append(found)
            position = start = found.end()
        elif text.startswith(("{{", "{%"), start):
            return None
        else:
            start += 1
    html = _released(html_of("".join([*pieces, text[position:]])), [_figure(*found.groups()) for found in figures])
    return None if html is None else (html, tuple(found[1] for found in figures))


def _released(html: str, figures: Sequence[str]) -> str | None:
    """The HTML with the figures in the places of their paragraphs; None where one is in no paragraph of its own."""
    pieces: list[str] = []
    position = 0
    for number, figure in enumerate(figures):
        mark = f"{_MARK}{number}{_MARK}</p>"
        # One character is looked for many times sooner than it is split at.
        start = html.find(_MARK, position)
        if start < 0 or not (html.endswith("<p>", position, start) and html.startswith(mark, start)):
            return None
        pieces += (html[position : start - len("<p>")], figure)
        position = start + len(mark)
    return None if _MARK in html[position:] else "".join([*pieces, html[position:]])


def _figure(address: str, width: str | None, height: str | None, alt: str | None, caption: str | None) -> str:
    sizes = (f' width="{width}"' if width else "") + (f' height="{height}"' if height else "")
    text = f"<figcaption>{escape(caption, quote=False)}</figcaption>" if caption else ""
    # Of what is escaped an address has nothing else, and neither text has a quotation mark.
    address = address.replace("&", "&amp;")
    return f'<figure><img src="{address}"{sizes} alt="{escape(alt or "", quote=False)}">{text}</figure>'
