"""Which namespaces a document needs beside those that its format always declares, each under one prefix.

Refuses two namespaces under one prefix: an XML document could not say which is meant.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from types import MappingProxyType

from feedkit.feed_values import Element
from feedkit.model import Entry, Feed
from feedkit.podcast_values import ITUNES

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


#: What each of the formats says in them: a namespace that is declared for nothing is one that validators warn of.
IN_RSS = frozenset(OWN) - {"at"}
IN_ATOM = frozenset(OWN) - {"itunes", "podcast", "source", "sy"}


def used(feed: Feed, entries: Iterable[Entry], words: Collection[str]) -> tuple[Namespace, ...]:
    """The namespaces that a feed and its entries use in a format, by their prefixes.

    `words` are the prefixes of the vocabularies that the format says itself. Raises `ValueError` for an ambiguous one.
    """
    needed = {*_of_elements(feed.elements), *_own(_of_feed(feed), words)}
    for entry in entries:
        needed.update(of_entry(entry, words))
    return _unambiguous(needed)


def of_entry(entry: Entry, words: Collection[str]) -> tuple[Namespace, ...]:
    """The namespaces that an entry uses in a format."""
    own = (*(("itunes", "podcast") if entry.episode is not None else ()), *(("source",) if entry.markdown else ()))
    return _unambiguous({*_of_elements(entry.elements), *_own(own, words)})


def check(elements: Iterable[Element]) -> None:
    """Raises `ValueError` for a prefix that is feedkit's own with another namespace."""
    _unambiguous(set(_of_elements(elements)))


def _of_feed(feed: Feed) -> Iterator[str]:
    if feed.podcast is not None:
        yield from ("itunes", "podcast")
    if feed.complete or feed.archive:
        yield "fh"
    if feed.schedule is not None and (feed.schedule.update_period or feed.schedule.update_frequency):
        yield "sy"
    if feed.tombstones:
        yield "at"


def _own(prefixes: Iterable[str], words: Collection[str]) -> Iterator[Namespace]:
    return ((prefix, OWN[prefix]) for prefix in prefixes if prefix in words)


def _of_elements(elements: Iterable[Element]) -> Iterator[Namespace]:
    for element in elements:
        yield element.prefix, element.namespace
        yield from _of_elements(element.children)


def _unambiguous(needed: set[Namespace]) -> tuple[Namespace, ...]:
    found: dict[str, str] = {}
    for prefix, namespace in sorted(needed):
        if found.setdefault(prefix, OWN.get(prefix, namespace)) != namespace:
            raise ValueError(f"the prefix {prefix} stands for {found[prefix]} and for {namespace}")
    return tuple(found.items())
