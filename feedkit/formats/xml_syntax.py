"""XML syntax: the declaration, escapes, character references and namespaces.

Each namespace has the same prefix in all documents, so that the bytes of an entry are the same in all.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from types import MappingProxyType

from feedkit.errors import ArgumentError
from feedkit.lazy_regex import lazy_regex
from feedkit.model import ITUNES, Element, Entry, Feed
from feedkit.text import illegal_names

DECLARATION = b"<?xml version='1.0' encoding='UTF-8'?>\n"

# White space is written as references: XML 1.0 §3.3.3 turns a line end in an attribute into a space.
_QUOTED = str.maketrans(
    {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\t": "&#9;", "\n": "&#10;", "\r": "&#13;"}
)

# Serialised elements of plain text with an `&`; `<` and `>` are in tags only. Of a link, the title.
_PLAIN_TEXT = lazy_regex(
    rb"<(?:(?:title|subtitle|rights|summary|description|category|copyright|media:title|itunes:(?:author|name))\b[^<&]*&[^<]*"
    rb'|link [^>]*? title="[^"&]*&[^"]*")'
)

#: A prefix and the address of its namespace.
Namespace = tuple[str, str]

#: The namespaces of all vocabularies that feedkit writes, by their usual prefixes.
OWN: Mapping[str, str] = MappingProxyType(
    {
        "at": "http://purl.org/atompub/tombstones/1.0",
        "atom": "http://www.w3.org/2005/Atom",
        "content": "http://purl.org/rss/1.0/modules/content/",
        "dc": "http://purl.org/dc/elements/1.1/",
        "fh": "http://purl.org/syndication/history/1.0",
        "itunes": ITUNES,
        "media": "http://search.yahoo.com/mrss/",
        "podcast": "https://podcastindex.org/namespace/1.0",
        "source": "http://source.scripting.com/",
        "sy": "http://purl.org/rss/1.0/modules/syndication/",
    }
)
_OWNERS = {namespace: prefix for prefix, namespace in OWN.items()}

#: The namespaces that every document of a format declares.
RSS_NAMESPACES: Mapping[str, str] = MappingProxyType({name: OWN[name] for name in ("atom", "content", "dc", "media")})
ATOM_NAMESPACES: Mapping[str, str] = MappingProxyType({"media": OWN["media"]})


def quoted(text: str) -> str:
    """A text, escaped for an XML attribute or element; white space is preserved.

    Raises `ArgumentError` for a character that XML 1.0 §2.2 forbids or advises against.
    """
    if illegal := illegal_names(text):
        raise ArgumentError(
            f"{text!r} has {', '.join(illegal)}, which no XML may contain; feedkit.text.legal removes it"
        )
    return text.translate(_QUOTED)


def hexadecimal(xml: bytes) -> bytes:
    """Serialised XML with `&#x26;` and `&#x3C;` for `&` and `<` in plain text.

    RSS Advisory Board "Best Practices Profile", character data. Validators mistake `&lt;b>` and `&amp;nbsp;` in a title
    for HTML (CharacterData, ContainsHTML, ContainsUndeclaredHTML), but not these references.
    """
    return _PLAIN_TEXT.sub(_with_references, xml) if b"&" in xml else xml


def _with_references(match: re.Match[bytes]) -> bytes:
    address, title, text = match[0].rpartition(b' title="') if match[0].startswith(b"<link ") else (b"", b"", match[0])
    return address + title + text.replace(b"&amp;", b"&#x26;").replace(b"&lt;", b"&#x3C;")


def rss_vocabularies(value: Feed | Entry) -> set[Namespace]:
    """The namespaces that a channel or an entry uses in RSS, without those that every channel declares."""
    uses: dict[str, object]
    if isinstance(value, Feed):
        plan = value.schedule
        uses = {"fh": value.complete or value.archive, "itunes": value.podcast, "podcast": value.podcast}
        uses["sy"] = plan and (plan.update_period or plan.update_frequency)
    else:
        show = value.episode
        uses = {"itunes": show, "source": value.markdown}
        uses["podcast"] = show and (show.season or show.number or show.transcripts or show.chapters or show.persons)
    return vocabularies(value.elements) | {(name, OWN[name]) for name, is_used in uses.items() if is_used}


def atom_vocabularies(value: Feed | Entry) -> set[Namespace]:
    """The namespaces of a feed or an entry in Atom, without that of Atom (W3C validator: AvoidNamespacePrefix)."""
    uses = {"fh": value.complete or value.archive, "at": value.tombstones} if isinstance(value, Feed) else {}
    own = {(name, OWN[name]) for name, is_used in uses.items() if is_used}
    return (vocabularies(value.elements) | own) - {("atom", OWN["atom"])}


def vocabularies(elements: Iterable[Element]) -> set[Namespace]:
    """The namespaces of elements and of their descendants."""
    used: set[Namespace] = set()
    for element in elements:
        used |= {(element.prefix, element.namespace), *vocabularies(element.children)}
    return used


def unambiguous(used: Iterable[Namespace]) -> tuple[Namespace, ...]:
    """The used namespaces, each once.

    Raises `ValueError` for a prefix with two namespaces and a namespace with two prefixes, also against feedkit's own.
    """
    namespaces: dict[str, str] = {}
    prefixes: dict[str, str] = {}
    for prefix, namespace in sorted(used):
        if namespaces.setdefault(prefix, OWN.get(prefix, namespace)) != namespace:
            raise ValueError(f"the prefix {prefix} is used for {namespaces[prefix]} and {namespace}")
        # With two prefixes a fragment would not be the same in every feed.
        if prefixes.setdefault(namespace, _OWNERS.get(namespace, prefix)) != prefix:
            raise ValueError(f"{namespace} has the prefixes {prefixes[namespace]} and {prefix}")
    return tuple(namespaces.items())
