"""Compresses documents, with the same bytes at every run: gzip, and brotli and zstd if their packages are installed.

Headers have no time, file name or system, and each coding has one level.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from gzip import GzipFile
from importlib import import_module
from io import BytesIO
from typing import Any

from msgspec.structs import replace

from feedkit.errors import ArgumentError, SettingsError
from feedkit.model import Document

GZIP_TYPE = "application/gzip"

_EXPANDED_CHUNK_BYTES = 1 << 16
_GZIP_LEVEL, _BROTLI_QUALITY, _ZSTD_LEVEL = 6, 9, 12


def gzipped(chunks: Iterable[bytes]) -> bytes:
    """The chunks as one gzip member (RFC 1952), without a name and a time, so that it is reproducible."""
    data = BytesIO()
    with GzipFile("", "wb", _GZIP_LEVEL, data, mtime=0) as file:
        file.writelines(chunks)
    return data.getvalue()


def _package(name: str) -> Any:
    try:
        return import_module(name)
    except ImportError as error:
        raise SettingsError(
            f"sitemap.compress: the package {name} is not installed; install it, or write gzip"
        ) from error


# The codings of compressed copies by their names in settings: suffix, content coding, function.
_CODINGS: Mapping[str, tuple[str, str, Callable[[bytes], bytes]]] = {
    "gzip": (".gz", "gzip", lambda data: gzipped([data])),
    "brotli": (".br", "br", lambda data: _package("brotli").compress(data, quality=_BROTLI_QUALITY)),
    "zstd": (".zst", "zstd", lambda data: _package("zstandard").ZstdCompressor(level=_ZSTD_LEVEL).compress(data)),
}


def neighbours(documents: Iterable[Document], codings: Iterable[str]) -> Iterator[Document]:
    """Each of `documents` after its compressed copies, such as `sitemap.xml.gz`, for hosts that serve such files.

    `codings` are `gzip`, `brotli`, `zstd`; a document that is already compressed has no copies. Raises `SettingsError`
    if the package of a coding is not installed, `ArgumentError` for an unknown coding.
    """
    wanted = tuple(codings)
    if not set(wanted) <= _CODINGS.keys():
        raise ArgumentError(f"neighbours: codings must be some of {', '.join(_CODINGS)}, not {list(wanted)}")
    for document in documents:
        if document.media_type != GZIP_TYPE:
            for suffix, coding, compress in map(_CODINGS.__getitem__, wanted):
                path, piece = f"{document.path}{suffix}", compress(document.to_bytes())
                yield replace(document, path=path, pieces=(piece,), coding=coding, verified_fragments=False)
        yield document


def expanded(document: Document) -> Iterator[bytes]:
    """The decompressed bytes of a document. Raises `ValueError` for damaged data."""
    if document.coding == "br":
        return iter([_package("brotli").decompress(document.to_bytes())])
    if document.coding == "zstd":
        return iter([_package("zstandard").ZstdDecompressor().decompress(document.to_bytes())])
    is_gzip = document.coding == "gzip" or document.media_type == GZIP_TYPE
    return _gunzipped(document.to_bytes()) if is_gzip else document.chunks()


def _gunzipped(data: bytes) -> Iterator[bytes]:
    try:
        yield from iter(partial(GzipFile(fileobj=BytesIO(data)).read, _EXPANDED_CHUNK_BYTES), b"")
    except (OSError, EOFError, zlib.error) as error:
        raise ValueError(f"it is not gzip ({error})") from error
