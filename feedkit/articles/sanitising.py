"""HTML by an allow-list made for feed readers, every address in it absolute. The only importer of nh3.

Refuses script, style, form, SVG, MathML, event handlers, and any scheme but http, https, mailto and tel. What is taken
out is reported; what shows another page or plays a file becomes a link.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from html import unescape
from types import MappingProxyType
from typing import TYPE_CHECKING

from feedkit.articles.markup import VOID
from feedkit.articles.relocating import ADDRESSES, SCHEMES, relocated_address, relocated_srcset, scheme
from feedkit.articles.tidying import is_tidy, tidied
from feedkit.config.tables import EMBEDS
from feedkit.lazy_regex import later
from feedkit.records import dataclass
from feedkit.text import legal

if TYPE_CHECKING:
    import nh3

#: The deepest nesting of HTML: the sanitiser's time grows with it and the length.
MAX_NESTING = 256

#: How often HTML that is nested wrongly around a table is looked at again.
MAX_PASSES = 4

# fmt: off
TAGS = frozenset([
    "a", "abbr", "address", "article", "aside", "b", "bdi", "blockquote", "br", "caption", "cite", "code", "col",
    "colgroup", "dd", "del", "details", "dfn", "div", "dl", "dt", "em", "figcaption", "figure", "footer", "h1", "h2",
    "h3", "h4", "h5", "h6", "header", "hr", "i", "img", "ins", "kbd", "li", "mark", "nav", "ol", "p", "picture",
    "pre", "q", "rp", "rt", "ruby", "s", "samp", "section", "small", "source", "span", "strong", "sub", "summary",
    "sup", "table", "tbody", "td", "tfoot", "th", "thead", "time", "tr", "u", "ul", "var", "wbr",
])
ATTRIBUTES: Mapping[str, set[str]] = MappingProxyType({
    "a": {"href", "hreflang", "title"},
    "abbr": {"title"},
    "audio": {"controls", "src", "title"},
    "blockquote": {"cite"},
    "col": {"span"},
    "colgroup": {"span"},
    "del": {"cite", "datetime"},
    "details": {"open"},
    "dfn": {"title"},
    "iframe": {"allowfullscreen", "height", "src", "title", "width"},
    "img": {"alt", "height", "longdesc", "sizes", "src", "srcset", "title", "width"},
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

# What is looked at before it goes: how code is coloured and where its numbers are.
_LOOKS = MappingProxyType({**ATTRIBUTES, "*": ATTRIBUTES["*"] | {"class"}, "span": {"style"}})
_STYLES = frozenset(["text-align"])
_LOOKING_STYLES = _STYLES | {"user-select", "-webkit-user-select"}

# Addresses that the sanitiser does not know for such.
_OTHER_ADDRESSES = frozenset(["cite", "longdesc", "srcset"])

# One tag at a time, and always a match where a tag begins: whatever stands behind it, the time stays linear.
_START_TAG = later(r"""<([a-zA-Z][a-zA-Z0-9:-]*)((?:[^<>"']++|"[^"]*"|'[^']*')*)(>?)""")
_ANY_NAME = later(r"<(/?)([a-zA-Z][a-zA-Z0-9:-]*)")
_VALUED = later(r"""([^\s"'<>/=]+)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'<>]+))""")
# As Markdown's renderer writes the attributes of tags, with `>` between those of two.
_PLAIN = later(r"""(?:\s+[^\s"'<>/=]+="[^"]*"|\s*/|>)*""")
_QUOTED = later(r"""([^\s"'<>/=]+)="([^"]*)\"""")
# Addresses that are the same wherever on the host the page is.
_HARMLESS = ("https://", "http://", "/")
# Elements that say nothing to a reader: what is in them stays.
_LOOK_TAGS = frozenset(["acronym", "basefont", "big", "body", "center", "font", "head", "hgroup", "html", "main", "tt"])
_HOST = later(r"[^/]*//[^/?#]*")
_ROOT = later(r'<a href="(https?://[A-Za-z0-9.:_-]+)/"></a>')
_FIRST_LINE = later(r"(<pre[^>]*>)\n")

# HTML Standard §13.1.2: those whose end tag may be left out in front of others.
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


class NestingError(Exception):
    """HTML that is nested too deeply to be made safe in reasonable time."""


def sanitised(html: str, url: str, embeds: tuple[str, ...] = ()) -> tuple[str, tuple[str, ...]]:
    """Safe HTML with absolute addresses, and what was taken out of it. Raises `NestingError`.

    What shows another page or plays a file becomes a link with its title, but for the `embeds`. Links from a heading to
    itself, the colours of code and its line numbers go without a word.
    """
    signs, ends = html.count("<"), html.count("</")
    # As many start tags as that are needed to begin with.
    if signs - ends > MAX_NESTING:
        _check_nesting(html)
    look = _look(html, signs - ends)
    base = url if look.relative or look.others else _origin(url)
    cleaner = _cleaner(base, look.others, embeds)
    made = "" if look.media else _cleaned(html, cleaner, look)
    dropped: tuple[str, ...] = ()
    if look.media or (look.may_be_untidy and not is_tidy(made)):
        plain, dropped = tidied(_cleaned(html, _cleaner(base, look.others, EMBEDS, looks=True), look), url, embeds)
        made = _cleaned(plain, cleaner, look)
    return made, look.removed(dropped)


def _origin(url: str) -> str:
    """The beginning of an absolute address: all articles of a site have one cleaner then."""
    return f"{found[0]}/" if (found := _HOST.match(url)) else url


def root(url: str) -> str:
    """The scheme and host that addresses from the root get on the page at `url`; empty where they get no such."""
    return _root(_origin(url))


@lru_cache(maxsize=16)
def _root(origin: str) -> str:
    # As the sanitiser spells it, which is asked rather than known.
    found = _ROOT.fullmatch(_cleaner(origin, others=False, embeds=()).clean('<a href="/"></a>'))
    return found[1] if found else ""


def _cleaned(html: str, cleaner: nh3.Cleaner, look: _Look) -> str:
    """HTML that the sanitiser would leave as it is."""
    made = _mended(cleaner.clean(html), look)
    # What stands in a table and must not is moved in front of it, where it may be nested as no HTML can be written.
    for _ in range(MAX_PASSES if look.may_have("table") else 0):
        again = _mended(cleaner.clean(made), look)
        if again == made:
            break
        made = again
    return made


def _mended(html: str, look: _Look) -> str:
    # The sanitiser turns `&#11;` into the character itself, and drops a line end with which preformatted text begins.
    html = legal(html)
    return _FIRST_LINE.sub("\\1\n\n", html) if look.may_have("pre") else html


def _check_nesting(html: str) -> None:
    opened: list[str] = []
    for closing, written in _ANY_NAME.findall(html):
        name = written.lower()
        if closing:
            _close(opened, name)
        elif name not in VOID:
            while opened and opened[-1] in _ENDED_BY.get(name, ()):
                opened.pop()
            opened.append(name)
        if len(opened) > MAX_NESTING:
            raise NestingError(f"the body's HTML is nested more than {MAX_NESTING} levels deep")


def _close(opened: list[str], name: str) -> None:
    """Take the element and what is in it from the list; an end tag without its start tag ends nothing."""
    if name in opened:
        while opened.pop() != name:
            pass


@dataclass(frozen=True, slots=True, kw_only=True)
class _Look:
    """What the start tags of HTML say."""

    #: Their names.
    tags: frozenset[str]
    #: The names of attributes with a value.
    attributes: frozenset[str]
    #: The schemes of addresses that are taken out.
    schemes: frozenset[str]
    #: Whether addresses depend on where the page is, beyond its host.
    relative: bool
    #: Whether no tag can be in what was taken for a comment or a value.
    certain: bool

    def may_have(self, name: str) -> bool:
        """Whether there may be an element of this name."""
        return not self.certain or name in self.tags

    @property
    def may_be_untidy(self) -> bool:
        """Whether there may be preformatted text, or a link, as headings have to themselves."""
        return self.may_have("pre") or self.may_have("a")

    @property
    def media(self) -> bool:
        """Whether there may be something that shows another page or plays a file."""
        return not self.certain or not self.tags.isdisjoint(EMBEDS)

    @property
    def others(self) -> bool:
        """Whether there may be addresses that the sanitiser does not make absolute."""
        return not self.certain or not self.attributes.isdisjoint(_OTHER_ADDRESSES)

    def removed(self, dropped: tuple[str, ...]) -> tuple[str, ...]:
        """What the sanitiser takes out, as people call it; classes and other looks are no loss and are not told."""
        gone = (self.tags - TAGS - _LOOK_TAGS - {*EMBEDS, "track"}) | {*dropped}
        return (
            *(f"<{name}>" for name in sorted(gone)),
            *(f"{name}: addresses" for name in sorted(self.schemes)),
            *sorted(name for name in self.attributes if name.startswith("on")),
        )


def _look(html: str, starts: int) -> _Look:
    """What start tags say, of HTML where at most so many can begin."""
    every = _START_TAG.findall(html)
    # Most tags of an article are the same few.
    found = set(every)
    values, plain = _values([attributes for _, attributes, _ in found if "=" in attributes])
    addresses = [value for name, value in values if not value.startswith(_HARMLESS) and name.lower() in ADDRESSES]
    certain = starts == len(every) and all(end for _, _, end in found)
    return _Look(
        tags=frozenset([tag.lower() for tag, _, _ in found]),
        attributes=frozenset([name.lower() for name, _ in values]),
        schemes=frozenset(filter(None, map(_forbidden, addresses))),
        relative=not (plain and certain) or bool(addresses),
        certain=certain,
    )


def _values(written: list[str]) -> tuple[list[tuple[str, str]], bool]:
    """The attributes of tags that have a value; and whether they are written so that nobody reads them otherwise."""
    whole = ">".join(written)
    if _PLAIN.fullmatch(whole):
        return _QUOTED.findall(whole), True
    return [(name, "".join(given)) for one in written for name, *given in _VALUED.findall(one)], False


def _forbidden(value: str) -> str | None:
    """The scheme of an attribute's address, if it is none of ours."""
    found = scheme(unescape(value))
    return None if found in SCHEMES else found


@lru_cache(maxsize=16)
def _cleaner(base: str, others: bool, embeds: tuple[str, ...], *, looks: bool = False) -> nh3.Cleaner:
    # Late: the HTML of most articles is recognised as what it would leave as it is.
    import nh3

    return nh3.Cleaner(
        tags=TAGS.union(embeds, ["track"]) if embeds else TAGS,
        attributes=dict(_LOOKS if looks else ATTRIBUTES),
        url_schemes=SCHEMES,
        url_relative=("rewrite_with_base", base),
        link_rel=None,
        clean_content_tags={"script", "style"},
        filter_style_properties=_LOOKING_STYLES if looks else _STYLES,
        # A Python call per attribute: only for bodies that need it.
        attribute_filter=_address_filter(base) if others else None,
    )


def _address_filter(url: str) -> Callable[[str, str, str], str | None]:
    def kept(tag: str, attribute: str, value: str) -> str | None:
        if attribute == "srcset":
            return relocated_srcset(value, url)
        return relocated_address(value, url) if attribute in _OTHER_ADDRESSES else value

    return kept
