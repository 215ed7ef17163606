"""Which articles and feeds a build changes, for whoever tells hubs and search engines.

Exact and cheap: an entry is new or changed where its bytes are not in the document that was there. Refuses to parse
either: what differs in one byte has changed.
"""

from __future__ import annotations

import os
import re
from collections.abc import Container, Iterable, Iterator, Sequence
from html import escape
from pathlib import Path

from feedkit.config.site import Site
from feedkit.document import Document, Kept
from feedkit.lazy_regex import later
from feedkit.model import Entry
from feedkit.output.paths import check_path
from feedkit.output.tree import Tree
from feedkit.records import dataclass, field

_PAGE = later(rb"<url>.*?</url>", re.DOTALL)
_LOC = later(rb"<loc>([^<]*)</loc>")


@dataclass(slots=True, kw_only=True)
class Changes:
    """What differs from what was there. Not frozen: it is filled while documents pass by, before they are written."""

    #: The settings.
    site: Site
    #: The output folder.
    directory: Path
    _tree: Tree = field(init=False)
    _entries: dict[str, Sequence[str]] = field(default_factory=dict)
    _feeds: set[str] = field(default_factory=set)
    _pages: dict[str, set[bytes]] = field(default_factory=dict)
    _old_pages: set[bytes] = field(default_factory=set)

    def __post_init__(self) -> None:
        self._tree = Tree(root=Path(os.path.realpath(self.directory)), descriptor=None)

    def watched(self, documents: Iterable[Document | Kept]) -> Iterator[Document | Kept]:
        """The documents; each is compared with the file at its place before it is handed on."""
        for document in documents:
            if isinstance(document, Kept):
                self._feeds.update([document.path] if document.items is not None else [])
            elif document.items is not None:
                self._look_at_feed(document)
            elif document.path.removesuffix(".gz").endswith(".xml") and not document.coding:
                self._look_at_sitemap(document)
            yield document

    def feeds(self, written: Iterable[str]) -> tuple[str, ...]:
        """The addresses of the feed documents among those that were written."""
        return tuple(self.site.url(path) for path in written if path in self._feeds)

    def urls(self, written: Container[str], entries: Iterable[Entry]) -> tuple[str, ...]:
        """The addresses of the articles whose entry is new or changed in a document that was written.

        In the order of the entries. Terms, home and other pages of the sitemap are none of them.
        """
        found = {url for path, urls in self._entries.items() if path in written for url in urls}
        pages = {page for path, pages in self._pages.items() if path in written for page in pages} - self._old_pages
        # Each page has one address, and what belongs to it has its own in elements of other names.
        listed = set(_LOC.findall(b"".join(pages)))
        return tuple(
            entry.url
            for entry in entries
            if entry.url in found or (listed and escape(entry.url, quote=False).encode() in listed)
        )

    def _look_at_feed(self, document: Document) -> None:
        self._feeds.add(document.path)
        data = self._old(document.path)
        if not data:
            self._entries[document.path] = document.entries
            return
        if len(data) == document.size and data == document.to_bytes():
            return
        fragments = [bytes(document.pieces[place]) for place in document.fragments]
        pairs = zip(document.entries, _are_in(fragments, data), strict=True)
        self._entries[document.path] = [url for url, is_old in pairs if not is_old]

    def _look_at_sitemap(self, document: Document) -> None:
        new, old = document.to_bytes(), self._old(document.path)
        if new != old:
            self._pages[document.path] = set(_PAGE.findall(_expanded(document.path, new)))
            self._old_pages.update(_PAGE.findall(_expanded(document.path, old)))

    def _old(self, path: str) -> bytes:
        check_path(path)
        # Most are new, or all of them.
        there = os.path.lexists(f"{self._tree.root}/{path}")
        return (self._tree.read(path) or b"") if there else b""


def _are_in(fragments: Iterable[bytes], data: bytes) -> Iterator[bool]:
    """Whether each entry is in the bytes of a feed that feedkit wrote.

    They begin and end as nothing within them does: JSON has one a line, and no XML has a tag within a text. Most are
    where they are looked for first: behind the one before.
    """
    end = 0
    for fragment in fragments:
        begin = data.find(fragment[:_BEGINNING], end)
        if begin < 0 or not data.startswith(fragment, begin):
            begin = data.find(fragment)
        end = begin + len(fragment) if begin >= 0 else end
        yield begin >= 0


# How much of an entry finds it, nearly always: its title, its address or its date are in it.
_BEGINNING = 128


def _expanded(path: str, data: bytes) -> bytes:
    if not path.endswith(".gz"):
        return data
    # Late: most sites have no such documents.
    import gzip

    try:
        return gzip.decompress(data)
    except (OSError, EOFError):
        # What nobody can unpack tells nothing: all of its pages count as changed.
        return b""
