"""An article's body into HTML for feed readers: Markdown, shortcodes, sanitised, every address absolute.

Refuses by allow-list: script, style, form, SVG, MathML, event handlers, and any scheme but http, https, mailto and tel.
What is taken out is reported; what a reader cannot show becomes a link or a character.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from html import escape, unescape
from types import MappingProxyType

import nh3
import pyromark

from feedkit.errors import UrlError
from feedkit.reading import shortcodes
from feedkit.text import legal
from feedkit.urls import absolute, browsed

#: The longest body, in characters, and the deepest nesting of its HTML: the sanitiser's time grows with their product.
MAX_LENGTH = 2 * 1024 * 1024
MAX_NESTING = 256

#: The length of a summary that is made from the content, in characters.
SUMMARY_LENGTH = 280

SCHEMES = frozenset(["http", "https", "mailto", "tel"])

_MARKDOWN = pyromark.Markdown(
    options=pyromark.Options.ENABLE_TABLES
    | pyromark.Options.ENABLE_FOOTNOTES
    | pyromark.Options.ENABLE_STRIKETHROUGH
    | pyromark.Options.ENABLE_TASKLISTS
)

# fmt: off
TAGS = frozenset([
    "a", "abbr", "audio", "b", "bdi", "blockquote", "br", "caption", "cite", "code", "col", "colgroup", "dd",
    "del", "details", "dfn", "div", "dl", "dt", "em", "figcaption", "figure", "h1", "h2", "h3", "h4", "h5", "h6", "hr",
    "i", "img", "ins", "kbd", "li", "mark", "ol", "p", "picture", "pre", "q", "rp", "rt", "ruby", "s", "samp", "small",
    "source", "span", "strong", "sub", "summary", "sup", "table", "tbody", "td", "tfoot", "th", "thead", "time", "tr",
    "track", "u", "ul", "var", "video", "wbr",
])
ATTRIBUTES = MappingProxyType({
    "a": {"href", "hreflang", "title"},
    "abbr": {"title"},
    "audio": {"controls", "src", "title"},
    "blockquote": {"cite"},
    "col": {"span"},
    "colgroup": {"span"},
    "del": {"cite", "datetime"},
    "details": {"open"},
    "dfn": {"title"},
    "img": {"alt", "height", "sizes", "src", "srcset", "title", "width"},
    "ins": {"cite", "datetime"},
    "li": {"value"},
    "ol": {"reversed", "start", "type"},
    "q": {"cite"},
    "source": {"media", "sizes", "src", "srcset", "type"},
    "td": {"colspan", "rowspan", "style"},
    "th": {"colspan", "rowspan", "scope", "style"},
    "time": {"datetime"},
    "track": {"kind", "label", "src", "srclang"},
    "video": {"controls", "height", "poster", "src", "title", "width"},
    "*": {"dir", "id", "lang"},
})
# fmt: on

# One tag at a time, and always a match where a tag begins: whatever stands behind it, the time stays linear.
_START_TAG = re.compile(r"""<([a-zA-Z][a-zA-Z0-9:-]*)((?:[^<>"']++|"[^"]*"|'[^']*')*+)""")
_ANY_NAME = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9:-]*)")
_VALUED = re.compile(r"""([^\s"'<>/=]+)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'<>]+))""")
_SCHEME = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]*:")
_HARMLESS = ("https://", "http://", "/", "#")
_ADDRESSES = frozenset(["action", "background", "cite", "data", "formaction", "href", "poster", "src", "xlink:href"])

# HTML Standard §13.1.2: elements without an end tag, and those whose end tag may be left out in front of others.
_VOID = frozenset("area base br col embed hr img input link meta source track wbr".split())  # noqa: SIM905
_CELLS = frozenset(["td", "th", "p"])
_ENDED_BY = MappingProxyType(
    {
        **dict.fromkeys(["blockquote", "div", "h1", "h2", "h3", "ol", "p", "pre", "table", "ul"], frozenset(["p"])),
        **dict.fromkeys(["td", "th"], _CELLS),
        **dict.fromkeys(["dt", "dd"], frozenset(["dt", "dd", "p"])),
        "li": frozenset(["li", "p"]),
        "tr": _CELLS | {"tr"},
    }
)
_IFRAME = re.compile(
    r"""<iframe\b((?:[^<>"']++|"[^"]*"|'[^']*')*+)>(?:(?!</?iframe).)*+</iframe\s*>""", re.IGNORECASE | re.DOTALL
)
_ATTRIBUTE = re.compile(r"""\b(src|title)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""", re.IGNORECASE)
_ANY_TAG = re.compile(r"<[^>]*>")
_BLOCK_TAG = re.compile(
    r"</?(?:blockquote|br|d[dt]|div|figcaption|figure|h[1-6]|hr|li|ol|p|pre|table|t[dhr]|ul)\b[^>]*>|\n"
)

# As pyromark writes them; a form control is not for feed readers, its state is.
_CHECKED = '<input disabled="" type="checkbox" checked=""/>\n'
_UNCHECKED = '<input disabled="" type="checkbox"/>\n'


class ContentError(Exception):
    """A body that cannot be made safe."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """What became of a body."""

    #: Sanitised HTML, every address absolute.
    html: str
    #: What was taken out, as people call it: `<script>`, `javascript: addresses`, `onclick`.
    removed: tuple[str, ...] = ()


def from_markdown(text: str, url: str, on_unread: shortcodes.OnUnread) -> Content:
    """Markdown (CommonMark, tables, footnotes, strikethrough, task lists) with shortcodes into HTML at `url`.

    Raises `ContentError` for a body that is too long or nested too deeply.
    """
    _check_length(text)
    held = shortcodes.hold(text, _MARKDOWN, on_unread)
    html = _MARKDOWN.html(held.text)
    if _UNCHECKED in html or _CHECKED in html:
        html = html.replace(_CHECKED, "☑ ").replace(_UNCHECKED, "☐ ")
    return from_html(held.release(html), url)


def from_html(html: str, url: str) -> Content:
    """Sanitise HTML and make its addresses absolute against `url`. Raises `ContentError` as `from_markdown`."""
    _check_length(html)
    _check_nesting(html)
    if "<iframe" in html.lower():
        html = _IFRAME.sub(_frame_link, html)
    # The filter of illegal characters runs last: the sanitiser turns `&#11;` into the character itself.
    return Content(html=legal(_cleaner(url, "srcset" in html).clean(html)), removed=_removed(html))


def _check_length(text: str) -> None:
    if len(text) > MAX_LENGTH:
        raise ContentError(f"the body has {len(text):,} characters; it may have {MAX_LENGTH:,}")


def _check_nesting(html: str) -> None:
    # As many start tags as that are needed to begin with.
    if html.count("<") - html.count("</") <= MAX_NESTING:
        return
    opened: list[str] = []
    for closing, written in _ANY_NAME.findall(html):
        name = written.lower()
        if closing:
            _close(opened, name)
        elif name not in _VOID:
            while opened and opened[-1] in _ENDED_BY.get(name, ()):
                opened.pop()
            opened.append(name)
        if len(opened) > MAX_NESTING:
            raise ContentError(f"the body's HTML is nested more than {MAX_NESTING} levels deep")


def _close(opened: list[str], name: str) -> None:
    """Take the element and what is in it from the list; an end tag without its start tag ends nothing."""
    if name in opened:
        while opened.pop() != name:
            pass


def _frame_link(match: re.Match[str]) -> str:
    """An embedded page as a link: readers drop frames without a word."""
    found = {name.lower(): a or b or c for name, a, b, c in _ATTRIBUTE.findall(match[1])}
    address = unescape(found.get("src", ""))
    title = unescape(found.get("title", "")) or address
    return f'<p><a href="{escape(address)}">{escape(title)}</a></p>' if address else ""


def _removed(html: str) -> tuple[str, ...]:
    """What the sanitiser takes out, as people call it; classes and other looks are no loss and are not told."""
    tags: set[str] = set()
    schemes: set[str] = set()
    handlers: set[str] = set()
    for tag, attributes in _START_TAG.findall(html):
        tags.add(tag)
        for name, *given in _VALUED.findall(attributes) if "=" in attributes else ():
            if name[:2] in ("on", "On", "ON", "oN"):
                handlers.add(name.lower())
            elif name.lower() in _ADDRESSES and (scheme := _scheme("".join(given))):
                schemes.add(scheme)
    return (
        *(f"<{name}>" for name in sorted({tag.lower() for tag in tags} - TAGS)),
        *(f"{scheme}: addresses" for scheme in sorted(schemes)),
        *sorted(handlers),
    )


def _scheme(value: str) -> str | None:
    """The scheme of an attribute's address, if it is none of ours. `java&#10;script:` is `javascript:` to a browser."""
    if value.startswith(_HARMLESS):
        return None
    found = _SCHEME.match(browsed(unescape(value)))
    scheme = found[0][:-1].lower() if found else None
    return None if scheme in SCHEMES else scheme


def _cleaner(url: str, with_srcset: bool) -> nh3.Cleaner:
    return nh3.Cleaner(
        tags=TAGS,
        attributes=dict(ATTRIBUTES),
        url_schemes=SCHEMES,
        url_relative=("rewrite_with_base", url),
        link_rel=None,
        clean_content_tags={"script", "style"},
        filter_style_properties={"text-align"},
        # A Python call per attribute: only for bodies that need it.
        attribute_filter=_srcset_filter(url) if with_srcset else None,
    )


def _srcset_filter(url: str) -> Callable[[str, str, str], str | None]:
    def kept(tag: str, attribute: str, value: str) -> str | None:
        return _absolute_srcset(value, url) if attribute == "srcset" else value

    return kept


def _absolute_srcset(value: str, url: str) -> str | None:
    """A `srcset` (HTML Standard §4.8.4.2.1) with absolute addresses; candidates that are no address are left out."""
    candidates = []
    for candidate in re.split(r",\s+|,$", value.strip()):
        address, _, descriptor = candidate.strip().partition(" ")
        try:
            candidates.append(f"{absolute(address, url)} {descriptor.strip()}".strip())
        except UrlError:
            continue
    return ", ".join(candidates) or None


def summarise(html: str) -> str:
    """The beginning of sanitised HTML as plain text: whole words, at most 280 characters."""
    # The first part is enough; a tag that the cut runs through goes with it.
    beginning = re.sub(r"<[^>]*$", "", html[: SUMMARY_LENGTH * 20])
    text = " ".join(unescape(_ANY_TAG.sub("", _BLOCK_TAG.sub(" ", beginning))).split())
    if len(text) <= SUMMARY_LENGTH:
        return text
    cut = text[:SUMMARY_LENGTH].rpartition(" ")[0] or text[:SUMMARY_LENGTH]
    return f"{cut.rstrip(' ,;:-')}…"
