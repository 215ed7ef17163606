"""Whether the bytes of one entry can be read wherever a document may hold them: told of them alone, in one go.

Refuses to judge a document: a fragment that does not pass here may be right in one, and is to be read there.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache

from feedkit.formats import _xml
from feedkit.formats._markup import escape
from feedkit.formats.vocabularies import Namespaces

# What stands around a fragment of XML, as deep as the deepest frame is; no fragment may end it.
_AROUND, _END, _CLOSED = b"alone", b"</alone", b"</alone></alone>"
# How a fragment begins, and where its content does. What ends that is the next tag.
_CONTENTS = {b"<item>": b"<content:encoded>", b"<entry": b'<content type="html">'}
# Parsers of documents have limits that this one has not, for what is long and what is deep.
_LONG, _TAGS = 1 << 20, 250


@dataclass(slots=True)
class Reader:
    """Reads fragments, one after the other. Not frozen: it knows the content that it has read last.

    The next format has the same bytes for it, and they are not read again.
    """

    _content: bytes = b""

    def passes(self, fragment: bytes, namespaces: Namespaces) -> bool:
        """Whether a fragment, from its first tag or brace to its last, fits into every frame that declares as much."""
        if len(fragment) > _LONG:
            return False
        try:
            if fragment.startswith(b"{") and fragment.endswith(b"}"):
                parse_json(fragment)
                return True
            return fragment.startswith(b"<") and fragment.endswith(b">") and self._is_element(fragment, namespaces)
        except ValueError:
            return False

    def _is_element(self, fragment: bytes, namespaces: Namespaces) -> bool:
        rest, content = _parted(fragment)
        if _END in rest or rest.count(b"<") > _TAGS:
            return False
        read = rest if content == self._content else fragment
        _xml.check((b"".join((_opened(namespaces), read, _CLOSED)),))
        self._content = content
        return True


def _parted(fragment: bytes) -> tuple[bytes, bytes]:
    """A fragment without its content, and that content: text that means the same wherever it stands in an element."""
    tag = _CONTENTS.get(fragment[:6])
    if tag is None:
        return fragment, b""
    before, _, behind = fragment.partition(tag)
    content, _, behind = behind.partition(b"<")
    rest = b"".join((before, tag, b"<", behind))
    # In a comment or the like, what looks like a tag is none.
    return (rest, content) if content and b"<!" not in rest and b"<?" not in rest else (fragment, b"")


@lru_cache(maxsize=64)
def _opened(namespaces: Namespaces) -> bytes:
    declared = "".join(f' xmlns{prefix and ":"}{prefix}="{escape(name)}"' for prefix, name in sorted(namespaces))
    return b"<%b><%b%b>" % (_AROUND, _AROUND, declared.encode())


def parse_json(data: bytes) -> None:
    """Read JSON as a strict reader would. Raises `ValueError` for what is none."""
    _DECODER.decode(data.decode())


def _no_constant(name: str) -> None:
    raise ValueError(f"JSON has no {name}")


# `json.loads` would make one for each call.
_DECODER = json.JSONDecoder(parse_constant=_no_constant)
