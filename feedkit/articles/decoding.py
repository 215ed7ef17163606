"""Bytes of an article into text. Takes UTF-8 only, with or without a byte order mark; refuses to replace a byte."""

from __future__ import annotations

from feedkit.articles.unreadable import UnreadableError

# UTF-32 first: its mark begins with that of UTF-16.
_MARKS = (
    (b"\xff\xfe\0\0", "UTF-32"),
    (b"\0\0\xfe\xff", "UTF-32"),
    (b"\xff\xfe", "UTF-16"),
    (b"\xfe\xff", "UTF-16"),
)
_HINT = "save the file as UTF-8"


def decode(data: bytes) -> str:
    """The text. Raises `UnreadableError` with the line and the offset of the first byte that no text has."""
    if data.isascii() and b"\0" not in data:
        return data.decode("ascii")
    for mark, name in _MARKS:
        if data.startswith(mark):
            raise UnreadableError(f"is not UTF-8: byte 0 begins the mark of {name}", 1, hint=_HINT)
    if (zero := data.find(0)) >= 0:
        guess = ", as in UTF-16" if data[zero + 2 : zero + 3] == b"\0" or zero == 0 else ""
        raise UnreadableError(f"is no text: byte {zero:,} is NUL{guess}", _line(data, zero), hint=_HINT)
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        # The decoder counts from behind the mark.
        at = error.start + (3 if data.startswith(b"\xef\xbb\xbf") else 0)
        cut = error.reason == "unexpected end of data"
        what = "begins a character that the end of the file cuts off" if cut else f"is {_named(data[at])}"
        raise UnreadableError(f"is not UTF-8: byte {at:,} {what}", _line(data, at), hint=_HINT) from error


def _line(data: bytes, at: int) -> int:
    return data.count(b"\n", 0, at) + 1


def _named(byte: int) -> str:
    char = bytes([byte]).decode("latin-1")
    return f"0x{byte:02x}" + (f", which is {char} in Latin-1" if char.isalpha() else "")
