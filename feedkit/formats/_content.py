"""An entry's content put into its bytes behind the serialiser, which goes over each character several times.

Refuses to judge: what is not certainly three or four escapes goes through the serialiser.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from feedkit.text import is_surely_legal

# Stands in the place of the content meanwhile.
_HOLE = "\ue000content\ue000"
# Shorter content is not worth it, in characters.
_SHORT = 512


@dataclass(frozen=True, slots=True)
class Spelling:
    """How a serialiser writes a text of its own."""

    #: What stands around it, and nowhere in a text.
    before: bytes
    behind: bytes
    #: What is escaped in it, and how, in that order.
    escapes: tuple[tuple[bytes, bytes], ...]


#: As the whole text of an element.
XML = Spelling(b">", b"<", ((b"&", b"&amp;"), (b"<", b"&lt;"), (b">", b"&gt;")))
#: As a string. `is_surely_legal` knows of no other control characters.
JSON = Spelling(b'"', b'"', ((b"\\", b"\\\\"), (b'"', b'\\"'), (b"\n", b"\\n"), (b"\t", b"\\t")))


def around(content: str, made: Callable[[str], bytes], spelling: Spelling) -> bytes:
    """What `made` gives for the content: the same bytes, in less than that would take for a long one.

    Raises what `made` raises for a character that it cannot hold.
    """
    if len(content) < _SHORT or "\r" in content or not is_surely_legal(content):
        return made(content)
    alone = spelling.before + _HOLE.encode() + spelling.behind
    before, hole, behind = made(_HOLE).partition(alone)
    if not hole or alone in behind:
        return made(content)
    escaped = content.encode()
    for written, escape in spelling.escapes:
        escaped = escaped.replace(written, escape)
    return b"".join((before, spelling.before, escaped, spelling.behind, behind))
