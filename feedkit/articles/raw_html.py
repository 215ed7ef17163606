"""HTML as people write it, before anything parses it: elements that would swallow all that comes behind them.

To a parser everything behind `<iframe>`, `<script>` or `<title>` is their text up to their end tags, and a slash at the
end of a start tag says nothing. JSX and many authors mean an empty element by it.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from feedkit.lazy_regex import lazy_regex
from feedkit.text import ascii_lower

#: Where elements begin that were never ended, and their names.
Unclosed = list[tuple[int, str]]

#: What may swallow what is behind it.
SWALLOWING = (
    *("audio", "iframe", "noembed", "noframes", "noscript", "script", "style", "textarea", "title", "video", "xmp"),
)
# The rest of a tag is always a match, so that the time stays linear.
_TAG = lazy_regex(
    rf"<({'|'.join(SWALLOWING)})(?=[\s/>])"
    r"""([^<>=]*+(?:=\s*+(?:"[^"]*+"|'[^']*+')?[^<>=]*+)*)>""",
    re.IGNORECASE,
)
# The first letter of each in both cases: most tags are passed over by it, as none is where all of it ignores case.
_SWALLOWING = lazy_regex("<(?:" + "|".join(f"[{n[0]}{n[0].upper()}](?i:{n[1:]})" for n in SWALLOWING) + r")\b")
# Elements whose text nobody is to see. All others end at once: what stands behind them is the author's.
_HIDDEN = ("script", "style")
_BLOCK_END = lazy_regex(
    r"\n[ \t]*(?=\n|</?(?:p|div|h[1-6]|ul|ol|table|blockquote|section|article|figure)\b)|(?=</p>|</li>|</td>)|\Z",
    re.IGNORECASE,
)
_VISIBLE = lazy_regex(r"\S")
_SOURCES = lazy_regex(r"(?:\s*<(?:source|track)\b[^<>]*>)*", re.IGNORECASE)


def swallows(html: str) -> bool:
    """Whether there is an element that may swallow what is behind it."""
    return "<" in html and _SWALLOWING.search(html) is not None


def with_ends(html: str, is_code: Callable[[int], bool] | None = None) -> tuple[str, Unclosed]:
    """HTML, or Markdown with HTML in it, in which these elements end; and those that did not.

    `is_code` says which positions are code.
    """
    unclosed: Unclosed = []
    kept: list[str] = []
    position = 0
    lower = ascii_lower(html)
    # Where the next end tag of each name is, which is looked for once.
    ends: dict[str, int] = {}
    # Behind it there are blanks only.
    last = len(html.rstrip())
    for match in _TAG.finditer(html):
        if match.start() < position or (is_code and is_code(match.start())):
            continue
        name = match[1].lower()
        if ends.get(name, 0) < match.end():
            end = lower.find(f"</{name}", match.end())
            ends[name] = end if end >= 0 else len(html)
        end = ends[name]
        is_self_closed = match[2].rstrip().endswith("/")
        if is_self_closed and not _VISIBLE.search(html, match.end(), end):
            continue
        if is_self_closed and not (name in _HIDDEN and end < len(html)):
            kept += [html[position : match.start()], f"<{match[1]}{match[2].rstrip().removesuffix('/')}></{name}>"]
            position = match.end()
            continue
        again = lower.find(f"<{name}", match.end(), end) if name not in _HIDDEN else -1
        if end < len(html) and again < 0:
            # What is in it is its own.
            if name in _HIDDEN or name in ("textarea", "title"):
                kept.append(html[position:end])
                position = end
            continue
        stop = _block_end(html, match.end()) if name in _HIDDEN else _after_sources(html, match.end(), name)
        kept += [html[position:stop], f"</{name}>"]
        position = stop
        if stop < last:
            unclosed.append((match.start(), name))
    if not kept:
        return html, unclosed
    return "".join([*kept, html[position:]]), unclosed


def _block_end(html: str, position: int) -> int:
    match = _BLOCK_END.search(html, position)
    return match.start() if match else len(html)


def _after_sources(html: str, position: int, name: str) -> int:
    match = _SOURCES.match(html, position) if name in ("audio", "video") else None
    return match.end() if match else position
