"""Text into XML by hand: the declaration and the escapes. Refuses characters that no XML may hold; needs no parser."""

from __future__ import annotations

import re
from html import escape as _escape

from feedkit.text import illegal_names

DECLARATION = b"<?xml version='1.0' encoding='UTF-8'?>\n"

# White space is written as references: XML 1.0 §3.3.3 turns a line end in an attribute into a blank.
_QUOTED = str.maketrans(
    {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\t": "&#9;", "\n": "&#10;", "\r": "&#13;"}
)

# Elements of plain text with an `&`, as they are serialised: no `<` and `>` but those of tags. Of a link, the title.
_PLAIN = re.compile(
    rb"<(?:(?:title|subtitle|rights|summary|description|category|copyright|media:title|itunes:(?:author|name))\b[^<&]*&[^<]*"
    rb'|link [^>]*? title="[^"&]*&[^"]*")'
)


def hexadecimal(xml: bytes) -> bytes:
    """Serialised XML with `&#x26;` and `&#x3C;` for `&` and `<` in plain text; it reads the same.

    RSS Advisory Board "Best Practices Profile", character data. A validator takes `&lt;b>` and `&amp;nbsp;` in a title
    for HTML (CharacterData, ContainsHTML, ContainsUndeclaredHTML), and these for what they say.
    """
    return _PLAIN.sub(_meant, xml)


def _meant(found: re.Match[bytes]) -> bytes:
    address, title, text = found[0].rpartition(b' title="') if found[0].startswith(b"<link ") else (b"", b"", found[0])
    return address + title + text.replace(b"&amp;", b"&#x26;").replace(b"&lt;", b"&#x3C;")


def escape(text: str) -> str:
    """An address for an XML element, escaped once."""
    return _escape(text, quote=True)


def quoted(text: str) -> str:
    """Any text for an XML attribute or element, escaped once so that it reads back equal.

    Raises `ValueError` for a character that XML 1.0 §2.2 forbids or advises against.
    """
    if illegal := illegal_names(text):
        raise ValueError(
            f"{text!r} has {', '.join(illegal)}, which no XML may contain; feedkit.text.legal takes it out"
        )
    return text.translate(_QUOTED)
