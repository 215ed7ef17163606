"""Absolute addresses in HTML: in one attribute, in a `srcset`, and in HTML that is otherwise left byte for byte."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Set
from html import escape, unescape
from itertools import islice

from feedkit.errors import UrlError
from feedkit.lazy_regex import lazy_regex
from feedkit.urls import absolute, browsed

#: The schemes that readers may follow.
SCHEMES = frozenset(["http", "https", "mailto", "tel"])

#: The most pictures of one `srcset`, and of all in a text: its author may choose between fewer, and each costs time.
MAX_CANDIDATES = 100
MAX_CANDIDATES_OF_TEXT = 20_000

#: The attributes that hold an address. HTML Standard, index of attributes.
URL_ATTRIBUTES = frozenset(
    ["action", "background", "cite", "data", "formaction", "href", "longdesc", "poster", "src", "xlink:href"]
)

#: The attributes that hold several.
SRCSET_ATTRIBUTES = frozenset(["srcset"])

#: An attribute with a value: its name, the equals sign, the value in double, single or no quotes. HTML Standard
#: §13.2.5.33: a quotation mark is one only where a value begins, and in front of `>` a value is empty.
ATTRIBUTE = re.compile(r"""([^\s/>][^\s/>=]*+)(\s*+=\s*+)(?:"([^"]*+)"|'([^']*+)'|([^\s>"'][^\s>]*+|(?=>)))""")

_SCHEME = lazy_regex(r"[a-zA-Z][a-zA-Z0-9+.-]*:")
_SCHEME_NAME = lazy_regex(r"[a-z][a-z0-9-]*")

# Comments; tags, for some elements with what is in them, which is text whatever it looks like (HTML Standard
# §13.2.5.1); and a tag that does not end, which is none. What is looked ahead at is not looked at again, as in a
# possessive group, which may take what it must not in Python before 3.11.5.
_MARKUP = lazy_regex(
    r"""<!--(?:.*?-->|.*)"""
    r"""|<(?:(iframe|noembed|noframes|script|style|textarea|title|xmp)(?=[\s/>])|[a-z][^\s/>]*+)"""
    r"""(?=((?:[\s/]++|[^\s/>][^\s/>=]*+(?:\s*+=\s*+(?:"[^"]*+"|'[^']*+'|[^\s>"'][^\s>]*+)|(?!\s*=\s*["'])))*))\2>"""
    r"""(?(1).*?(?=</\1|\Z))"""
    r"""|<[a-z].*""",
    re.IGNORECASE | re.DOTALL,
)

# HTML Standard §4.8.4.2.1: an address, and what stands behind it up to a comma outside of parentheses.
_CANDIDATE = lazy_regex(r"[\s,]*([^\s,]\S*)((?:[^,(]++|\([^)]*\)?)*+)")


def scheme(value: str) -> str | None:
    """The scheme of an address as a browser sees it, which drops line ends: `java` and `script:` are one word to it."""
    match = _SCHEME.match(browsed(value))
    return match[0][:-1].lower() if match else None


def safe_url(value: str, base: str) -> str | None:
    """The address, absolute against `base`; None for one that must not be followed."""
    kind = scheme(value)
    if kind in ("mailto", "tel"):
        return browsed(value)
    if kind and kind not in SCHEMES:
        return None
    try:
        return absolute(value, base) if browsed(value) else base
    except UrlError:
        return None


def max_candidates(html: str) -> int:
    """How many pictures each `srcset` of a text may have."""
    if "," not in html or html.count(",") < MAX_CANDIDATES_OF_TEXT:
        return MAX_CANDIDATES
    count = html.lower().count("srcset")
    return min(MAX_CANDIDATES, max(1, MAX_CANDIDATES_OF_TEXT // max(1, count)))


def safe_srcset(value: str, base: str, most: int = MAX_CANDIDATES) -> str | None:
    """A `srcset` with absolute addresses, without those that must not be followed; None where no other is in it.

    It has the first `most` pictures.
    """
    return changed_srcset(value, lambda url: safe_url(url, base), most)


def changed_srcset(value: str, changed: Callable[[str], str | None], most: int = MAX_CANDIDATES) -> str | None:
    """A `srcset` with what `changed` makes of each address, without those for which it gives None; None without any."""
    candidates = ((changed(url), descriptor) for url, descriptor in islice(_candidates(value), most))
    return ", ".join(f"{url} {descriptor}".strip() for url, descriptor in candidates if url) or None


def srcset_urls(value: str) -> Iterator[str]:
    """The addresses in a `srcset`, as they are written."""
    return (url for url, _ in islice(_candidates(value), MAX_CANDIDATES))


def _candidates(value: str) -> Iterator[tuple[str, str]]:
    position = 0
    while match := _CANDIDATE.match(value, position):
        url = match[1].rstrip(",")
        ends = url != match[1]
        position = match.end(1) if ends else match.end()
        yield url, "" if ends else " ".join(match[2].split())


def with_absolute_urls(html: str, base: str) -> tuple[str, tuple[str, ...]]:
    """The HTML with absolute addresses, and the schemes that were taken out of it: `javascript: addresses`."""
    removed: set[str] = set()
    most = max_candidates(html)

    def changed(name: str, value: str) -> str | None:
        url = safe_srcset(value, base, most) if name in SRCSET_ATTRIBUTES else safe_url(value, base)
        if url is None:
            kind = scheme(value)
            removed.add(kind if kind and _SCHEME_NAME.fullmatch(kind) else "unreadable")
        return url

    return with_urls(html, changed), tuple(f"{name}: addresses" for name in sorted(removed))


def with_urls(
    html: str, changed: Callable[[str, str], str | None], *, lost: str = "", more: Set[str] = frozenset()
) -> str:
    """The HTML with the addresses that `changed` makes of the name and the value of each attribute that has some.

    Where it gives None, `lost` is in the place of the attribute. Everything else is left byte for byte. `more` are
    names of attributes that have addresses, too.
    """
    names = URL_ATTRIBUTES | SRCSET_ATTRIBUTES | more

    def attribute(match: re.Match[str]) -> str:
        name = match[1].lower()
        if name not in names:
            return match[0]
        value = unescape(match[3] or match[4] or match[5] or "")
        url = changed(name, value)
        if url is None:
            return lost
        return match[0] if url == value else f'{match[1]}="{escape(url)}"'

    def markup(match: re.Match[str]) -> str:
        if not match[2]:
            return match[0]
        start, end = match.start(2) - match.start(), match.end(2) - match.start()
        return f"{match[0][:start]}{ATTRIBUTE.sub(attribute, match[2])}{match[0][end:]}"

    return _MARKUP.sub(markup, html)
