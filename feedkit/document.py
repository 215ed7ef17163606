"""`Document`: a file of the output before it is anywhere. Refuses to copy its pieces, and to know a folder."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Protocol

from feedkit.model import Precision
from feedkit.value import Value


class Later(Protocol):
    """Bytes that are read when they are wanted, each time anew."""

    def __len__(self) -> int: ...
    def __bytes__(self) -> bytes: ...


#: A part of a document.
Piece = bytes | Later


class Document(Value, frozen=True, kw_only=True):
    """A file that is not anywhere yet: the caller owns where its bytes go."""

    #: The path below the output folder, with `/`, as it is on disk.
    path: str
    #: The media type that a server should send.
    media_type: str
    #: The bytes, in pieces that are shared with other documents and never copied.
    pieces: tuple[Piece, ...]
    #: The newest change in it.
    last_modified: datetime | None = None
    #: Whether `last_modified` names a day only.
    precision: Precision = "second"
    #: The content coding of a copy for servers that send such copies: `gzip`, `br`, `zstd` (RFC 9110 §8.4.1).
    coding: str = ""
    #: How many entries it lists; None for what is no feed.
    items: int | None = None
    #: The addresses of the entries that it lists, in order; empty for what is no feed.
    entries: tuple[str, ...] = ()

    def __repr__(self) -> str:
        # Without the pieces, which may be millions of bytes.
        names = [name for name in self.__struct_fields__ if name != "pieces"]
        return f"Document({', '.join(f'{name}={getattr(self, name)!r}' for name in names)})"

    def chunks(self) -> Iterator[bytes]:
        """The bytes in order, piece by piece."""
        return (piece if isinstance(piece, bytes) else bytes(piece) for piece in self.pieces)

    def to_bytes(self) -> bytes:
        """All bytes at once; holds the whole document in memory."""
        return b"".join(self.chunks())

    @property
    def fragments(self) -> range:
        """Which pieces of a feed are its entries; see `splice`."""
        inner = len(self.pieces) - 2
        return range(1, inner + 1, 1 if inner == self.items else 2)

    @property
    def size(self) -> int:
        """How many bytes it has."""
        return sum(map(len, self.pieces))

    @property
    def etag(self) -> str:
        """A strong validator made of the bytes alone, in quotes as HTTP wants it. RFC 9110 §8.8.3."""
        digest = hashlib.sha256()
        for chunk in self.chunks():
            digest.update(chunk)
        return f'"{digest.hexdigest()[:32]}"'


class Listed(Value, frozen=True, kw_only=True):
    """What is known of a document that is on disk; the fields are those of `Document`."""

    #: The path below the output folder.
    path: str
    #: The media type.
    media_type: str
    #: The content coding.
    coding: str = ""
    #: How many entries it lists.
    items: int | None = None


class Kept(Listed, frozen=True, kw_only=True):
    """A document that is on disk and would have the same bytes again, unless somebody has touched it."""

    #: Its size, the time of its last change in nanoseconds and its number in the file system.
    stamp: tuple[int, int, int]
    #: Makes the document, for the case that it is no longer as it was.
    make: Callable[[], Document]
