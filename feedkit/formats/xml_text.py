"""Text as it stands in XML: the declaration of a document, escapes, and the references of plain text."""

from __future__ import annotations

import re
from html import escape as _escape

from feedkit.errors import ArgumentError
from feedkit.text import illegal_names

DECLARATION = b"<?xml version='1.0' encoding='UTF-8'?>\n"

# White space is written as references: XML 1.0 §3.3.3 turns a line end in an attribute into a blank.
_QUOTED = str.maketrans(
    {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\t": "&#9;", "\n": "&#10;", "\r": "&#13;"}
)

# Elements of plain text with an `&`, as they are serialised: no `<` and `>` but those of tags. Of a link, the title.
_PLAIN_TEXT = re.compile(
    rb"<(?:(?:title|subtitle|rights|summary|description|category|copyright|media:title|itunes:(?:author|name))\b[^<&]*&[^<]*"
    rb'|link [^>]*? title="[^"&]*&[^"]*")'
)


def escape(address: str) -> str:
    """An address for an XML element or attribute, escaped once."""
    return _escape(address, quote=True)


def quoted(text: str) -> str:
    """Any text for an XML attribute or element, escaped once so that it reads back equal.

    Raises `ArgumentError` for a character that XML 1.0 §2.2 forbids or advises against.
    """
    if illegal := illegal_names(text):
        raise ArgumentError(
            f"{text!r} has {', '.join(illegal)}, which no XML may contain; feedkit.text.legal takes it out"
        )
    return text.translate(_QUOTED)


def hexadecimal(xml: bytes) -> bytes:
    """Serialised XML with `&#x26;` and `&#x3C;` for `&` and `<` in plain text; it reads the same.

    RSS Advisory Board "Best Practices Profile", character data. A validator takes `&lt;b>` and `&amp;nbsp;` in a title
    for HTML (CharacterData, ContainsHTML, ContainsUndeclaredHTML), and these for what they say.
    """
    return _PLAIN_TEXT.sub(_with_references, xml)


def _with_references(match: re.Match[bytes]) -> bytes:
    address, title, text = match[0].rpartition(b' title="') if match[0].startswith(b"<link ") else (b"", b"", match[0])
    return address + title + text.replace(b"&amp;", b"&#x26;").replace(b"&lt;", b"&#x3C;")
