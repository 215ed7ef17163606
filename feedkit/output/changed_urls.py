"""Which articles and feeds a build changes, so that hubs and search engines can be notified.

An entry is new or changed where its bytes are not in the document that was there: what differs in one byte has changed.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Iterator, Sequence
from html import escape

from feedkit.config.site import Site
from feedkit.lazy_regex import lazy_regex
from feedkit.model import Document, Entry

_PAGE = lazy_regex(rb"<url>.*?</url>", re.DOTALL)
_LOC = lazy_regex(rb"<loc>([^<]*)</loc>")

# How much of an entry finds it, nearly always: its title, its address or its date are in it.
_PREFIX_BYTES = 128


class ChangedUrls:
    """Collects the addresses that a build changes; `note` is called with each document before it is written."""

    def __init__(self, site: Site) -> None:
        self._site = site
        # By the paths of feeds: the addresses of entries that were not there. By those of sitemaps: their pages.
        self._entries: dict[str, Sequence[str]] = {}
        self._pages: dict[str, set[bytes]] = {}
        self._old_pages: set[bytes] = set()

    def note(self, document: Document, old: bytes) -> None:
        """Compare a document with the bytes in its place, which are empty where there is none."""
        if document.items is not None:
            if not old:
                self._entries[document.path] = document.entries
                return
            fragments = [bytes(document.pieces[place]) for place in document.fragments]
            pairs = zip(document.entries, _are_in(fragments, old), strict=True)
            self._entries[document.path] = [url for url, is_old in pairs if not is_old]
        elif document.path.removesuffix(".gz").endswith(".xml") and not document.coding:
            self._pages[document.path] = set(_PAGE.findall(_expanded(document.path, document.to_bytes())))
            self._old_pages.update(_PAGE.findall(_expanded(document.path, old)))

    def feeds(self, written: Iterable[str]) -> tuple[str, ...]:
        """The addresses of the feed documents among those that were written."""
        return tuple(self._site.url(path) for path in written if path in self._entries)

    def urls(self, written: Container[str], entries: Iterable[Entry]) -> tuple[str, ...]:
        """The addresses of the articles whose entry is new or changed in a document that was written.

        In the order of the entries. Terms, home and other pages of the sitemap are none of them.
        """
        changed = {url for path, urls in self._entries.items() if path in written for url in urls}
        pages = {page for path, pages in self._pages.items() if path in written for page in pages} - self._old_pages
        # Each page has one address, and what belongs to it has its own in elements of other names.
        listed = set(_LOC.findall(b"".join(pages)))
        return tuple(
            entry.url
            for entry in entries
            if entry.url in changed or (listed and escape(entry.url, quote=False).encode() in listed)
        )


def _are_in(fragments: Iterable[bytes], data: bytes) -> Iterator[bool]:
    """Whether each entry is in the bytes of a feed that feedkit wrote.

    They begin and end as nothing within them does: JSON has one a line, and no XML has a tag within a text. Most are
    where they are looked for first: behind the one before.
    """
    end = 0
    for fragment in fragments:
        begin = data.find(fragment[:_PREFIX_BYTES], end)
        if begin < 0 or not data.startswith(fragment, begin):
            begin = data.find(fragment)
        end = begin + len(fragment) if begin >= 0 else end
        yield begin >= 0


def _expanded(path: str, data: bytes) -> bytes:
    if not path.endswith(".gz"):
        return data
    # Late: most sites have no such documents.
    import gzip

    try:
        return gzip.decompress(data)
    except (OSError, EOFError):
        # All pages of what cannot be unpacked count as changed.
        return b""
