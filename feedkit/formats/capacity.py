"""Where a part of a sitemap ends: what it has room for, and which addresses were listed before."""

from __future__ import annotations

from typing import NamedTuple

from feedkit.formats.frame import Frame
from feedkit.formats.index import NAMESPACE
from feedkit.formats.sitemap_extensions import NAMESPACES
from feedkit.formats.xml_syntax import DECLARATION
from feedkit.model import require_at_least


def urlset(used: frozenset[str]) -> Frame:
    """The frame of a urlset that declares the namespaces of the extensions it uses."""
    more = "".join(f' xmlns:{name}="{NAMESPACES[name]}"' for name in NAMESPACES if name in used)
    head = DECLARATION + f'<urlset xmlns="{NAMESPACE}"{more}>\n'.encode()
    return Frame(head=head, separator=b"", tail=b"</urlset>\n")


URLSET = urlset(frozenset())


class PartLimits(NamedTuple):
    """What a part may hold at most, and how many addresses are remembered to find duplicates (None: all)."""

    urls: int
    bytes: int
    remember: int | None


class Capacity:
    """What the part that grows has room for. Mutable: each writer has its own.

    An address is recognised by its key, a number of 64 bits.
    """

    def __init__(self, limits: PartLimits) -> None:
        require_at_least("max_urls", limits.urls, 1)
        require_at_least("remember", limits.remember or 0, 0)
        require_at_least("max_bytes", limits.bytes, len(URLSET.head) + len(URLSET.tail))
        self.limits = limits
        self.recent: set[int] = set()
        self.earlier: set[int] = set()
        self._begin()

    def _begin(self) -> None:
        self.count = 0
        self.used: frozenset[str] = frozenset()
        self.free_bytes = self.limits.bytes - len(URLSET.head) - len(URLSET.tail)

    def lists_any(self, keys: list[int]) -> bool:
        """Whether one of some addresses was listed, as far as that is remembered, or is there twice."""
        new = set(keys)
        return len(new) < len(keys) or not (self.recent.isdisjoint(new) and self.earlier.isdisjoint(new))

    def take(self, keys: list[int], size: int, used: frozenset[str]) -> bool:
        """Count pages of so many bytes together; False, and nothing is counted, where the part has no room for them."""
        size += self._declared(used)
        if size > self.free_bytes or self.count + len(keys) > self.limits.urls:
            return False
        self.recent.update(keys)
        self.count += len(keys)
        self.free_bytes -= size
        self.used |= used
        return True

    def turn(self) -> None:
        """Begin the next part."""
        if self.limits.remember is not None and len(self.recent) >= self.limits.remember:
            self.earlier, self.recent = self.recent, set()
        self._begin()

    def _declared(self, used: frozenset[str]) -> int:
        """How many bytes the head grows by the namespaces that it does not yet declare."""
        return len(urlset(used - self.used).head) - len(URLSET.head) if used else 0
