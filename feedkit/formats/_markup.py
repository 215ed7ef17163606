"""Text into XML by hand: the declaration and the escapes. Refuses characters that no XML may hold; needs no parser."""

from __future__ import annotations

from html import escape as _escape

from feedkit.text import illegal_names

DECLARATION = b"<?xml version='1.0' encoding='UTF-8'?>\n"

# White space is written as references: XML 1.0 §3.3.3 turns a line end in an attribute into a blank.
_QUOTED = str.maketrans(
    {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\t": "&#9;", "\n": "&#10;", "\r": "&#13;"}
)


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
