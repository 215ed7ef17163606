"""An entry's content put into its bytes behind the serialiser, which goes over each character several times.

Refuses to judge: what is not certainly three or four escapes goes through the serialiser.
"""

from __future__ import annotations

from collections.abc import Callable

from feedkit.records import dataclass
from feedkit.text import illegal_names

# Stands in the place of the content meanwhile.
_HOLE = "\ue000content\ue000"
# What is illegal in ASCII: one search for each is done sooner than one for all.
_CONTROLS = [chr(number) for number in range(128) if illegal_names(chr(number))]
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
#: As a string. No other control characters are fit.
JSON = Spelling(b'"', b'"', ((b"\\", b"\\\\"), (b'"', b'\\"'), (b"\n", b"\\n"), (b"\t", b"\\t")))


def around(content: str, made: Callable[[str], bytes], spelling: Spelling) -> bytes:
    """What `made` gives for the content: the same bytes, in less than that would take for a long one.

    Raises what `made` raises for a character that it cannot hold.
    """
    if len(content) < _SHORT or not is_fit(content):
        return made(content)
    alone = spelling.before + _HOLE.encode() + spelling.behind
    before, hole, behind = made(_HOLE).partition(alone)
    if not hole or alone in behind:
        return made(content)
    escaped = content.encode()
    for written, escape in spelling.escapes:
        escaped = escaped.replace(written, escape)
    return b"".join((before, spelling.before, escaped, spelling.behind, behind))


def is_fit(text: str) -> bool:
    """Whether a text has no characters but those that every format holds as they are, or by one escape for each."""
    if "\r" in text:
        return False
    return not any(map(text.__contains__, _CONTROLS)) if text.isascii() else not illegal_names(text)
