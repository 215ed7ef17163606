"""The namespaces of XML documents: feedkit's own, and which of them and of others a document declares.

A namespace has one prefix and a prefix one namespace in all documents, so that an entry's bytes are the same in all.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from types import MappingProxyType

from feedkit.model import ITUNES, Element, Entry, Feed

#: A prefix and the address of its namespace.
Namespace = tuple[str, str]

#: Every vocabulary that feedkit writes itself, by its usual prefix.
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

#: What every document of a format declares.
RSS_NAMESPACES: Mapping[str, str] = MappingProxyType({name: OWN[name] for name in ("atom", "content", "dc", "media")})
ATOM_NAMESPACES: Mapping[str, str] = MappingProxyType({"media": OWN["media"]})

_OWNERS = {namespace: prefix for prefix, namespace in OWN.items()}
_ATOM = ("atom", OWN["atom"])


def used_in_rss(feed: Feed, entries: Iterable[Entry]) -> tuple[Namespace, ...]:
    """The namespaces that a channel and its items use beside those of every channel, by their prefixes.

    Raises `ValueError` where a prefix has two namespaces, or a namespace two prefixes.
    """
    used = set(_of_elements(feed.elements))
    if feed.complete or feed.archive:
        used.add(_own("fh"))
    if feed.podcast is not None:
        used |= {_own("itunes"), _own("podcast")}
    if feed.schedule is not None and (feed.schedule.update_period or feed.schedule.update_frequency):
        used.add(_own("sy"))
    for entry in entries:
        used.update(of_item(entry))
    return _unambiguous(used)


def used_in_atom(feed: Feed, entries: Iterable[Entry]) -> tuple[Namespace, ...]:
    """The namespaces that an Atom feed and its entries use. Raises `ValueError` as `used_in_rss`."""
    used = set(_of_elements(feed.elements))
    if feed.complete or feed.archive:
        used.add(_own("fh"))
    if feed.tombstones:
        used.add(_own("at"))
    for entry in entries:
        used.update(of_atom_entry(entry))
    return _unambiguous(used - {_ATOM})


def of_item(entry: Entry) -> tuple[Namespace, ...]:
    """The namespaces that an entry uses in RSS beside those of every channel."""
    used = set(_of_elements(entry.elements))
    if (episode := entry.episode) is not None:
        used.add(_own("itunes"))
        if any((episode.season, episode.number, episode.transcripts, episode.chapters, episode.persons)):
            used.add(_own("podcast"))
    if entry.markdown:
        used.add(_own("source"))
    return _unambiguous(used)


def of_atom_entry(entry: Entry) -> tuple[Namespace, ...]:
    """The namespaces that an entry uses in Atom, whose own has no prefix (W3C validator: AvoidNamespacePrefix)."""
    return _unambiguous(set(_of_elements(entry.elements)) - {_ATOM})


def check(elements: Iterable[Element]) -> None:
    """Raises `ValueError` where a prefix has two namespaces, or a namespace two prefixes; feedkit's own count."""
    _unambiguous(set(_of_elements(elements)))


def _own(prefix: str) -> Namespace:
    return prefix, OWN[prefix]


def _of_elements(elements: Iterable[Element]) -> Iterator[Namespace]:
    for element in elements:
        yield element.prefix, element.namespace
        yield from _of_elements(element.children)


def _unambiguous(used: Collection[Namespace]) -> tuple[Namespace, ...]:
    namespaces: dict[str, str] = {}
    prefixes = dict(_OWNERS) if used else {}
    for prefix, namespace in sorted(used):
        if namespaces.setdefault(prefix, OWN.get(prefix, namespace)) != namespace:
            raise ValueError(f"the prefix {prefix} stands for {namespaces[prefix]} and for {namespace}")
        # With two prefixes a fragment would not be the same in every feed.
        if prefixes.setdefault(namespace, prefix) != prefix:
            raise ValueError(f"{namespace} has the prefixes {prefixes[namespace]} and {prefix}")
    return tuple(namespaces.items())
