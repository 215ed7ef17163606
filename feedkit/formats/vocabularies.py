"""Which namespaces a document needs beside those that its format always declares, each under one prefix.

Refuses two namespaces under one prefix, for an XML document could not say which is meant, and two prefixes of one.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from types import MappingProxyType

from feedkit.feed_values import Element
from feedkit.model import Entry, Feed
from feedkit.podcast_values import ITUNES, Episode

#: A prefix and the address of its namespace.
Namespace = tuple[str, str]

#: What a document declares, or needs to have declared.
Namespaces = frozenset[Namespace]

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

# Most entries need no other: they all have the same value.
_RSS_NEEDS: Namespaces = frozenset(RSS_NAMESPACES.items())
_ATOM_NEEDS: Namespaces = frozenset(ATOM_NAMESPACES.items())
_DEFAULT = frozenset([("atom", OWN["atom"])])


def rss_needs(entry: Entry) -> Namespaces:
    """What a document must declare to hold the entry."""
    more = of_item(entry)
    return _RSS_NEEDS.union(more) if more else _RSS_NEEDS


def atom_needs(entry: Entry) -> Namespaces:
    """The same in Atom, whose own elements have no prefix."""
    more = of_atom_entry(entry)
    return _ATOM_NEEDS.union(more) if more else _ATOM_NEEDS


def used_in_rss(feed: Feed, entries: Iterable[Entry]) -> tuple[Namespace, ...]:
    """The namespaces that a channel and its items use, by their prefixes. Raises `ValueError` for an ambiguous one."""
    found = {*_of_both(feed), *_of_channel(feed)}
    for entry in entries:
        found.update(of_item(entry))
    return _unambiguous(found)


def used_in_atom(feed: Feed, entries: Iterable[Entry]) -> tuple[Namespace, ...]:
    """The namespaces that an Atom feed and its entries use. Raises `ValueError` for an ambiguous one."""
    tombstones = {_own("at")} if feed.tombstones else set()
    found = {*_of_both(feed), *tombstones}
    for entry in entries:
        found.update(of_atom_entry(entry))
    return _unambiguous(found - _DEFAULT)


def of_item(entry: Entry) -> tuple[Namespace, ...]:
    """The namespaces that an entry uses in RSS."""
    needed = set(_of_elements(entry.elements)) if entry.elements else set()
    if entry.episode is not None:
        needed |= {_own("itunes"), *([_own("podcast")] if _is_open(entry.episode) else [])}
    if entry.markdown:
        needed.add(_own("source"))
    return _unambiguous(needed)


def of_atom_entry(entry: Entry) -> tuple[Namespace, ...]:
    """The namespaces that an entry uses in Atom, whose own has no prefix (W3C validator: AvoidNamespacePrefix)."""
    return _unambiguous(set(_of_elements(entry.elements)) - _DEFAULT if entry.elements else ())


def check(elements: Iterable[Element]) -> None:
    """Raises `ValueError` for a prefix that is feedkit's own with another namespace."""
    _unambiguous(set(_of_elements(elements)))


def _of_both(feed: Feed) -> Iterator[Namespace]:
    yield from _of_elements(feed.elements)
    if feed.complete or feed.archive:
        yield _own("fh")


def _of_channel(feed: Feed) -> Iterator[Namespace]:
    if feed.podcast is not None:
        yield from (_own("itunes"), _own("podcast"))
    if feed.schedule is not None and (feed.schedule.update_period or feed.schedule.update_frequency):
        yield _own("sy")


def _is_open(episode: Episode) -> bool:
    """Whether an episode says anything in podcast namespace 1.0."""
    facts = (episode.season, episode.number, episode.transcripts, episode.chapters, episode.persons)
    return any(facts)


def _own(prefix: str) -> Namespace:
    return prefix, OWN[prefix]


def _of_elements(elements: Iterable[Element]) -> Iterator[Namespace]:
    for element in elements:
        yield element.prefix, element.namespace
        yield from _of_elements(element.children)


def _unambiguous(needed: Collection[Namespace]) -> tuple[Namespace, ...]:
    # Most entries use nothing but what every document declares.
    if not needed:
        return ()
    found: dict[str, str] = {}
    owners = {namespace: prefix for prefix, namespace in OWN.items()}
    for prefix, namespace in sorted(needed):
        if found.setdefault(prefix, OWN.get(prefix, namespace)) != namespace:
            raise ValueError(f"the prefix {prefix} stands for {found[prefix]} and for {namespace}")
        # With two prefixes a fragment would not be the same in every feed.
        if owners.setdefault(namespace, prefix) != prefix:
            raise ValueError(f"{namespace} has the prefixes {owners[namespace]} and {prefix}")
    return tuple(found.items())
