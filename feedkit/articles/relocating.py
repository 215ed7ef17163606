"""Addresses within HTML made absolute, one by one and in HTML that is otherwise left as it is.

Refuses any scheme but http, https, mailto and tel, in every spelling that a browser would follow. Never touches what is
no address: the rest of the HTML stays byte for byte.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import escape, unescape

from feedkit.errors import UrlError
from feedkit.lazy_regex import later
from feedkit.urls import absolute, browsed

SCHEMES = frozenset(["http", "https", "mailto", "tel"])

#: The attributes that hold an address. HTML Standard, index of attributes.
ADDRESSES = frozenset(
    ["action", "background", "cite", "data", "formaction", "href", "longdesc", "poster", "src", "xlink:href"]
)

_SCHEME = later(r"[a-zA-Z][a-zA-Z0-9+.-]*:")
_MARK = later(r"<(?:!--|(?=[a-zA-Z]))")
# HTML Standard §13.2.5.33: a quotation mark is one only where a value begins; a tag that does not end is none.
# What is looked ahead at is not looked at again, as in a possessive group, which may take what it must not in Python
# before 3.11.5.
_VALUED = later(r"""([^\s/>][^\s/>=]*+)(\s*+=\s*+)(?:"([^"]*+)"|'([^']*+)'|([^\s>"'][^\s>]*+))""")
_TAG = later(
    r"""([a-zA-Z][^\s/>]*+)(?=((?:[\s/]++"""
    r"""|[^\s/>][^\s/>=]*+(?:\s*+=\s*+(?:"[^"]*+"|'[^']*+'|[^\s>"'][^\s>]*+)|(?!\s*=\s*["'])))*))\2>"""
)
# HTML Standard §13.2.5.1: what is in these is text, whatever it looks like.
_RAW = frozenset(["iframe", "noembed", "noframes", "script", "style", "textarea", "title", "xmp"])
_DATA = later(r"[a-z][a-z0-9-]*")

# HTML Standard §4.8.4.2.1: an address, and what stands behind it up to a comma outside of parentheses.
_CANDIDATE = later(r"[\s,]*([^\s,]\S*)((?:[^,(]++|\([^)]*\)?)*+)")


def scheme(value: str) -> str | None:
    """The scheme of an address as a browser sees it, which drops line ends: `java` and `script:` are one word to it."""
    found = _SCHEME.match(browsed(value))
    return found[0][:-1].lower() if found else None


def relocated_address(value: str, url: str) -> str | None:
    """The address, absolute against `url`; None for one that must not be followed."""
    found = scheme(value)
    if found in ("mailto", "tel"):
        return browsed(value)
    if found and found not in SCHEMES:
        return None
    try:
        return absolute(value, url) if browsed(value) else url
    except UrlError:
        return None


def relocated_srcset(value: str, url: str) -> str | None:
    """A `srcset` with absolute addresses; candidates that must not be followed are left out."""
    return ", ".join(_candidates(value, url)) or None


def srcset_addresses(value: str) -> Iterator[str]:
    """The addresses in a `srcset`."""
    return (address for address, _ in _split(value))


def _candidates(value: str, url: str) -> Iterator[str]:
    for address, descriptor in _split(value):
        if found := relocated_address(address, url):
            yield f"{found} {descriptor}".strip()


def _split(value: str) -> Iterator[tuple[str, str]]:
    position = 0
    while match := _CANDIDATE.match(value, position):
        address = match[1].rstrip(",")
        ended = address != match[1]
        position = match.end(1) if ended else match.end()
        yield address, "" if ended else " ".join(match[2].split())


def relocated(html: str, url: str) -> tuple[str, tuple[str, ...]]:
    """The HTML with absolute addresses, and which schemes were taken out of it, as people call them."""
    pieces: list[str] = []
    gone: set[str] = set()
    position = start = 0
    while mark := _MARK.search(html, start):
        if mark[0] == "<!--":
            start = html.find("-->", mark.end())
        elif tag := _TAG.match(html, mark.end()):
            pieces += [html[position : tag.start(2)], _VALUED.sub(lambda found: _attribute(found, url, gone), tag[2])]
            position = tag.end(2)
            start = _behind(html, tag[1].lower(), position)
        else:
            break
        if start < 0:
            break
        start = max(start, mark.end())
    pieces.append(html[position:])
    return "".join(pieces), tuple(f"{name}: addresses" for name in sorted(gone))


def _behind(html: str, name: str, position: int) -> int:
    """Where the next tag may be; -1 where there is none."""
    if name not in _RAW:
        return position
    end = re.compile(rf"</{name}", re.IGNORECASE).search(html, position)
    return end.start() if end else -1


def _attribute(match: re.Match[str], url: str, gone: set[str]) -> str:
    name = match[1].lower()
    if name not in ADDRESSES and name != "srcset":
        return match[0]
    value = unescape(next(text for text in match.groups()[2:] if text is not None))
    made = relocated_srcset(value, url) if name == "srcset" else relocated_address(value, url)
    if made is None:
        found = scheme(value)
        gone.add(found if found and _DATA.fullmatch(found) else "unreadable")
        return ""
    return match[0] if made == value else f'{match[1]}="{escape(made)}"'
