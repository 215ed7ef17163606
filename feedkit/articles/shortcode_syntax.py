"""How shortcodes are written: `{{name: …}}`, Hugo's `{{< name … >}}` and `{{% name … %}}`, Jekyll's `{% name … %}`.

Refuses to know what a shortcode means, and to look at code. What is not closed within its paragraph is text.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterator, Mapping
from types import MappingProxyType
from typing import Literal

from feedkit.articles.codespans import Code
from feedkit.lazy_regex import later
from feedkit.records import dataclass

#: The longest shortcode; beyond it, and beyond its paragraph, two braces are two braces.
MAX_LENGTH = 8_192

#: The most shortcodes of one text that are told to be unreadable; what comes behind them is left as it is.
MAX_UNREAD = 100

Style = Literal["own", "hugo", "jekyll"]

# The head of a shortcode; its end is found by `_end`, since quoted arguments may hold braces.
_OPENING = later(
    r"\{\{(?:(?P<sign>[<%])(?P<shown>/\*)?\s*(?P<slash>/?)\s*(?P<hugo>[A-Za-z_][\w./-]*)"
    r"|\s*(?P<own>[A-Za-z][\w-]*)\s*(?P<colon>:|\}\}))"
    # `{%s}` is nobody's shortcode.
    r"|\{%-?(?:\s+|(?=[^\n{}]{1,200}%\}))(?P<jekyll>[A-Za-z_]\w*)"
)
_PARAGRAPH_END = later(r"\n[ \t]*\n")
_STOPS = MappingProxyType(
    {
        ":": re.compile(r"\}\}|[\"']"),
        "<": re.compile(r">\}\}|[\"'`]"),
        "%": re.compile(r"%\}\}|[\"'`]"),
        "jekyll": re.compile(r"-?%\}|[\"']"),
    }
)
_QUOTED = later(r'"((?:[^"\\]++|\\.)*+)"|\'((?:[^\'\\]++|\\.)*+)\'|`([^`]*)`', re.DOTALL)
_ESCAPE = later(r"\\(.)", re.DOTALL)
_TAIL = later(r"\s*/?(?:[>%]\}\}|-?%\})\Z")

_TURN = later(r"[,\"']")
# At once: a match is asked which pattern it is of.
_ARGUMENT = re.compile(r",\s*([A-Za-z][\w-]*)\s*:(?!//)\s*")
_FIRST_ARGUMENT = later(r"\s*([A-Za-z][\w-]*)\s*:\s+")
_NEXT = later(r",(?:\s+|(?=[\"']))")
_WORD = later(
    r"""(?:([A-Za-z_][\w-]*)=)?("(?:[^"\\]++|\\.)*+"|'(?:[^'\\]++|\\.)*+'|`[^`]*`|[^\s"'`]\S*|["'`])""", re.DOTALL
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    """A shortcode where it stands in a text."""

    #: Where it begins.
    start: int
    #: Where the text behind it begins; None where it is not closed.
    end: int | None
    #: What it is called.
    name: str
    #: Whose way of writing it is.
    style: Style
    #: What stands between the name and the end.
    inside: str = ""
    #: Whether it ends another one: `{{< /name >}}`, `{% endname %}`.
    closing: bool = False
    #: Whether it is to be printed, as Hugo does with `{{</* name */>}}`.
    shown: bool = False


def uses(text: str, code: Code, known: Container[str]) -> Iterator[Use]:
    """The shortcodes of a text in their order, none within another's arguments, none in `code`.

    Two braces around a single word are somebody's variable unless the word is `known`.
    """
    position = unclosed = 0
    for match in _OPENING.finditer(text):
        if match.start() < position or match.start() in code:
            continue
        use = _own(text, match) if match["own"] else _foreign(text, match)
        if match["colon"] == "}}" and use.name not in known:
            continue
        yield use
        position = use.end or match.end()
        unclosed += use.end is None
        if unclosed == MAX_UNREAD:
            return


def _own(text: str, match: re.Match[str]) -> Use:
    end = match.end() if match["colon"] == "}}" else _end(text, match.end(), ":")
    inside = text[match.end() : max(match.end(), (end or 0) - 2)]
    return Use(start=match.start(), end=end, name=match["own"], style="own", inside=inside)


def _foreign(text: str, match: re.Match[str]) -> Use:
    end = _end(text, match.end(), match["sign"] or "jekyll")
    name, closing = match["hugo"] or match["jekyll"], bool(match["slash"])
    if match["jekyll"] and name.startswith("end") and len(name) > len("end"):
        name, closing = name.removeprefix("end"), True
    inside = _TAIL.sub("", text[match.end() : end]) if end else ""
    return Use(
        start=match.start(),
        end=end,
        name=name,
        style="jekyll" if match["jekyll"] else "hugo",
        inside=inside,
        closing=closing,
        shown=bool(match["shown"]),
    )


def pairs(found: list[Use]) -> Mapping[int, Use]:
    """What ends each shortcode that is ended, by where it begins."""
    opened: dict[tuple[str, str], list[Use]] = {}
    ended: dict[int, Use] = {}
    for use in found:
        same = opened.setdefault((use.style, use.name), [])
        if not use.closing:
            same.append(use)
        elif same:
            ended[same.pop().start] = use
    return ended


def arguments(use: Use) -> tuple[tuple[str, ...], Mapping[str, str]]:
    """The arguments without and with a name, unquoted. Raises `ValueError` for a name that stands twice."""
    pieces = _split(use.inside) if use.style == "own" else _words(use.inside)
    named: dict[str, str] = {}
    for name, value in pieces:
        if name and name in named:
            raise ValueError(f"its argument {name} stands twice")
        if name:
            named[name] = value
    return tuple(value for name, value in pieces if not name), MappingProxyType(named)


def _end(text: str, start: int, kind: str) -> int | None:
    """The position behind the closing braces; braces in quotes do not close, and neither does another paragraph."""
    position = start
    paragraph = _PARAGRAPH_END.search(text, start, start + MAX_LENGTH)
    limit = paragraph.start() if paragraph else min(len(text), start + MAX_LENGTH)
    while stop := _STOPS[kind].search(text, position, limit):
        if len(stop[0]) > 1:
            return stop.end()
        quoted = _QUOTED.match(text, stop.start(), limit) if _opens(text, stop.start(), kind == ":") else None
        position = quoted.end() if quoted else stop.end()
    return None


def _opens(text: str, position: int, own: bool) -> bool:
    """Whether a quotation mark begins a value: that of `it's` does not."""
    before = position - 1
    while own and text[before : before + 1].isspace() and before > 0:
        before -= 1
    return text[before] in ":," if own else text[before].isspace() or text[before] == "="


def _split(inside: str) -> list[tuple[str, str]]:
    """The arguments of our own. A comma splits in front of a name, a blank, a quotation mark: addresses have some."""
    pieces: list[tuple[str, str]] = []
    first = _FIRST_ARGUMENT.match(inside)
    name, start = (first[1].lower(), first.end()) if first else ("", 0)
    position = start
    # The colon that `_opens` looks for stands in front of what is inside.
    held = f":{inside}"
    while stop := _TURN.search(inside, position):
        if stop[0] != ",":
            found = _QUOTED.match(inside, stop.start()) if _opens(held, stop.start() + 1, own=True) else None
        elif found := _ARGUMENT.match(inside, stop.start()) or (None if name else _NEXT.match(inside, stop.start())):
            pieces.append((name, inside[start : stop.start()]))
            name, start = found[1].lower() if found.re is _ARGUMENT else "", found.end()
        position = (found or stop).end()
    pieces.append((name, inside[start:]))
    return [(name, value) for name, text in pieces if (value := _unquoted(text)) or name or _QUOTED.match(text.strip())]


def _words(inside: str) -> list[tuple[str, str]]:
    return [(name, _unquoted(value)) for name, value in _WORD.findall(inside)]


def _unquoted(value: str) -> str:
    value = value.strip()
    quoted = _QUOTED.fullmatch(value)
    if not quoted:
        return value
    # Hugo's raw texts, in backticks, have no escapes.
    return quoted[3] if quoted[3] is not None else _ESCAPE.sub(r"\1", quoted[1] if quoted[1] is not None else quoted[2])
