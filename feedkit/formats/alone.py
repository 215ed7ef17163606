"""Whether the bytes of one entry can be read wherever a document may hold them: told of them alone, in one go.

Refuses to judge a document: a fragment that does not pass here may be right in one, and is to be read there.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from functools import lru_cache

from feedkit.formats import _expat
from feedkit.formats._markup import escape
from feedkit.formats._shape import Escapes, shaped
from feedkit.formats._templates import Parts
from feedkit.formats.vocabularies import Namespaces
from feedkit.model import Entry
from feedkit.records import dataclass

# What stands around a fragment of XML, as deep as the deepest frame is; no fragment may end it.
_AROUND, _END, _CLOSED = b"<alone>", b"</alone", b"</alone>"
# How a fragment begins, and where its content does. What ends that is the next tag.
_CONTENTS = {b"<item>": b"<content:encoded>", b"<entry": b'<content type="html">'}
_TAGS_OF_CONTENT = tuple(_CONTENTS.values())
# The same in JSON, where the content ends as it is known to.
_STRING = b'"content_html": "'
# How a text without odd characters is written as text of an element, and inside a string: nobody need parse that.
_TEXT: Escapes = (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"))
_INSIDE: Escapes = (("\\", "\\\\"), ('"', '\\"'), ("\t", "\\t"), ("\n", "\\n"))
# Namespaces must have addresses that the parser of documents takes; those of heads are read by that one.
_DECLARING = b"xmlns"
# Parsers of documents have limits that this one has not, for what is long and what is deep.
_LONG, _TAGS = 1 << 20, 250
# What the shortest element takes that has another in it.
_NESTING = len("<a></a>")

#: The bytes of an entry in some formats, and what a document must declare to hold them.
Made = tuple[Sequence[Parts], Sequence[Namespaces]]


@dataclass(slots=True)
class Reader:
    """Reads fragments, one after the other. Not frozen: it knows the content that it has read last.

    The next format has the same bytes for it, and they are not read again.
    """

    _content: bytes = b""

    def passes(self, fragment: bytes, namespaces: Namespaces, entry: Entry | None = None) -> bool:
        """Whether a fragment, from its first tag or brace to its last, fits into every frame that declares as much.

        With the entry that it was made of, its content is compared and not parsed: if it is that of the entry, each
        sign escaped as it must be, then it is right; what is around it is parsed in any case.
        """
        if len(fragment) > _LONG:
            return False
        try:
            if fragment.startswith(b"{") and fragment.endswith(b"}"):
                parse_json(_without_string(fragment, _escaped(entry, _INSIDE)))
                return True
            within = fragment.startswith(b"<") and fragment.endswith(b">")
            return within and self._is_element(fragment, namespaces, _escaped(entry, _TEXT))
        except ValueError:
            return False

    def _is_element(self, fragment: bytes, namespaces: Namespaces, right: bytes) -> bool:
        rest, content = _parted(fragment)
        if _END in rest or _DECLARING in rest or rest.count(b"<") > _TAGS:
            return False
        known = content in (right, self._content)
        _expat.check((b"".join((_AROUND, _opened(namespaces), rest if known else fragment, _CLOSED, _CLOSED)),))
        self._content = content
        return True


def escapes_of(begun: str) -> Escapes:
    """How content must be written in a fragment that begins like this, so that nobody need parse it."""
    return _INSIDE if begun.startswith("{") else _TEXT


def all_pass(made: Iterable[Made]) -> bool:
    """Whether all fragments of some entries pass, where their content is known to be escaped as by `escapes_of`.

    What is around it is parsed, that of all elements in one go. None can reach into the next: each is closed where it
    ends, and has nothing that would hide that.
    """
    elements = [_AROUND]
    try:
        for fragments, namespaces in made:
            for (before, content, behind), needed in zip(fragments, namespaces, strict=True):
                rest = before + behind
                if len(rest) + len(content) > _LONG or not _is_around(before, content, behind):
                    return False
                if before.startswith(b"{"):
                    parse_json(rest)
                elif len(rest) > _NESTING * _TAGS and rest.count(b"<") > _TAGS:
                    return False
                else:
                    elements += (_opened(needed), rest, _CLOSED)
        inside = b"".join(elements[2::3])
        if _END in inside or _DECLARING in inside or not _is_plain(inside):
            return False
        _expat.check((b"".join((*elements, _CLOSED)),))
    except ValueError:
        return False
    return True


def _is_around(before: bytes, content: bytes, behind: bytes) -> bool:
    """Whether content stands inside a string or between tags, if what is around it can be read."""
    is_object = before.startswith(b"{")
    last = b"}" if is_object else b">"
    if not content:
        return before.endswith(last) and not behind
    if is_object:
        return before.endswith(_STRING) and behind.startswith(b'"') and behind.endswith(last)
    return before.endswith(_TAGS_OF_CONTENT) and behind.startswith(b"</") and behind.endswith(last)


def _escaped(entry: Entry | None, escapes: Escapes) -> bytes:
    """The content of an ordinary entry as it must be written; nothing for any other."""
    found = shaped(entry) if entry is not None else None
    return found.escaped_content(escapes) if found else b""


def _parted(fragment: bytes) -> tuple[bytes, bytes]:
    """A fragment without its content, and that content: text that means the same wherever it stands in an element."""
    tag = _CONTENTS.get(fragment[:6])
    if tag is None:
        return fragment, b""
    before, _, behind = fragment.partition(tag)
    content, _, behind = behind.partition(b"<")
    rest = b"".join((before, tag, b"<", behind))
    return (rest, content) if content and _is_plain(rest) else (fragment, b"")


def _is_plain(rest: bytes) -> bool:
    """Whether what looks like a tag is one: in a comment or the like it need not be."""
    return b"<!" not in rest and b"<?" not in rest


def _without_string(fragment: bytes, content: bytes) -> bytes:
    """An object without its content, where that is what it should be.

    Where the rest can be read, a string begins there: the quotation marks in front of it cannot mean anything else.
    """
    before, found, behind = fragment.partition(_STRING)
    if not content or not found or not behind.startswith(content):
        return fragment
    return b"".join((before, found, behind[len(content) :]))


@lru_cache(maxsize=64)
def _opened(namespaces: Namespaces) -> bytes:
    declared = "".join(f' xmlns{prefix and ":"}{prefix}="{escape(name)}"' for prefix, name in sorted(namespaces))
    return b"%b%b>" % (_AROUND[:-1], declared.encode())


def parse_json(data: bytes) -> None:
    """Read JSON as a strict reader would. Raises `ValueError` for what is none."""
    _DECODER.decode(data.decode())


def _no_constant(name: str) -> None:
    raise ValueError(f"JSON has no {name}")


# `json.loads` would make one for each call.
_DECODER = json.JSONDecoder(parse_constant=_no_constant)
