"""The encodings of XML that its parser does not have: with several bytes a character, but for UTF-8 and UTF-16."""

from __future__ import annotations

import codecs
from collections.abc import Iterable, Iterator

from feedkit.errors import shown
from feedkit.lazy_regex import lazy_regex

# How far a declaration is looked for.
_HEAD_BYTES = 1024
_DECLARATION = lazy_regex(rb"""\s*<\?xml\b[^<>]*?\sencoding\s*=\s*["']([^"'<>]{1,80})["']""")
# XML 1.0 appendix F.1: the byte order mark of UTF-32, or its first character.
_UTF32 = {b"\xff\xfe\0\0": "utf-32", b"\0\0\xfe\xff": "utf-32", b"<\0\0\0": "utf-32-le", b"\0\0\0<": "utf-32-be"}
# WHATWG Encoding Standard §4.2: what browsers, and so authors, mean by these names has more characters.
_WIDER = {"gb2312": "gb18030", "gbk": "gb18030", "shift_jis": "cp932", "euc_kr": "cp949", "big5": "big5hkscs"}
# What a byte means depends on those in front of it.
_WITH_STATES = ("hz", "iso2022", "utf-7")
_OF_THE_PARSER = frozenset(["ascii", "iso8859-1", "utf-8", "utf-16", "utf-16-be", "utf-16-le"])


class EncodingError(ValueError):
    """An unknown encoding, or bytes that are not in an encoding."""


def missing_encoding(head: bytes) -> str | None:
    """The encoding that XML which begins so must be decoded from; None where the parser does it.

    Raises `EncodingError` for a name that is unknown.
    """
    if encoding := _UTF32.get(head[:4]):
        return encoding
    declaration = _DECLARATION.match(head[:_HEAD_BYTES].removeprefix(codecs.BOM_UTF8))
    if declaration is None:
        return None
    name = declaration[1].decode("latin-1").strip()
    try:
        encoding = codecs.lookup(name).name
        # Of one byte a character, the parser takes the table.
        is_table = encoding in _OF_THE_PARSER or (
            not encoding.startswith(_WITH_STATES) and len(bytes(range(256)).decode(name, "replace")) == 256
        )
    except (LookupError, ValueError) as error:
        raise EncodingError(f"its encoding {shown(name)} is unknown") from error
    return None if is_table else _WIDER.get(encoding, encoding)


def decoded(chunks: Iterable[bytes], encoding: str | None) -> Iterator[bytes]:
    """The same in UTF-8; as it is where the encoding is None. Raises `EncodingError` for bytes that are not in it."""
    if encoding is None:
        yield from chunks
        return
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        for chunk in chunks:
            yield decoder.decode(chunk).encode()
        yield decoder.decode(b"", True).encode()
    except ValueError as error:
        raise EncodingError(f"it is not in {encoding}, as it says ({error})") from error
