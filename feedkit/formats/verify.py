"""Whether a document can be read: every one is parsed again before it may replace an old one.

Refuses what no reader could open. Judges no content: that is the business of checks.
"""

from __future__ import annotations

from feedkit.document import Document, Piece
from feedkit.errors import DocumentError, Problem
from feedkit.formats import _expat
from feedkit.formats.alone import Reader, parse_json
from feedkit.formats.compression import GZIP_TYPE, expanded
from feedkit.formats.vocabularies import Namespaces as Namespaces
from feedkit.lazy_regex import later

# Sitemaps may have 50 MiB: as a tree that would be a gigabyte.
_LARGE = 1 << 20

_END_TAGS = later(rb"(?:</[^<>]+>\s*)+")


class Verified(bytes):
    """A fragment of a document that was verified: it can be read behind every head that declares as much."""

    #: What was declared there.
    namespaces: Namespaces


def verified(fragment: bytes, namespaces: Namespaces) -> Verified:
    """A fragment with what was declared where it was read."""
    found = Verified(fragment)
    found.namespaces = namespaces
    return found


def declared(head: bytes) -> Namespaces:
    """What the head of a document declares: nothing, if it is JSON. Raises `ValueError` for a damaged one."""
    return frozenset() if head.startswith(b"{") else frozenset(_expat.declared(head))


def verify(document: Document) -> None:
    """Parse a document as a reader would.

    Raises `DocumentError` (FK503) for one that is not well-formed XML 1.0, or not JSON, or has a document type.
    """
    try:
        _parse(document)
    except ValueError as error:
        raise DocumentError(
            Problem(
                code="FK503",
                severity="error",
                path=document.path,
                message=f"no reader could open it ({error})",
                hint="this is a defect of feedkit: please report it with the article that causes it",
            )
        ) from error


class Verifier:
    """Verifies the documents of one run; a fragment that many feeds hold is parsed once for all of them.

    Where a frame can be read with nothing in it and with each of its fragments alone, it can be read with all of them:
    a fragment begins where a tag or an object does, and leaves the frame as it found it, or the tail would not fit.
    One that is `Verified` is not parsed again, and one that can be read alone not with the frame.
    """

    def __init__(self) -> None:
        self._reader = Reader()
        self._media_type = ""
        # By identity, as `splice` hands them out; held here, so that no other object gets the number of one of them.
        self._parsed: dict[Namespaces, dict[int, Piece]] = {}

    def verify(self, document: Document) -> None:
        """As the function `verify`, and with the same errors."""
        fragments = _fragments(document)
        # A document that does not pass in parts is parsed as a whole, to say where it is wrong.
        if not fragments or not self._passes(document, fragments):
            verify(document)

    def _passes(self, document: Document, fragments: tuple[Piece, ...]) -> bool:
        head, tail = bytes(document.pieces[0]), bytes(document.pieces[-1])
        is_json = _is_json(document)
        parse = parse_json if is_json else _parse_xml
        there = None if is_json else _expat.framed(head, tail)
        try:
            if there is None:
                parse(head + tail)
                there = declared(head)
            known = self._known(document.media_type, there)
            needed = set(map(_verified_with, fragments))
            enough = {needs for needs in needed if needs is not None and needs <= there}
            # Nearly always it is enough for all of them, which need the same.
            for fragment in fragments if needed != enough else ():
                if _verified_with(fragment) in enough:
                    continue
                if not any(id(fragment) in parsed for parsed in known):
                    data = bytes(fragment)
                    if not self._reader.passes(data, there):
                        parse(head + data + tail)
                    self._parsed[there][id(fragment)] = fragment
        except ValueError:
            return False
        return True

    def _known(self, media_type: str, there: Namespaces) -> list[dict[int, Piece]]:
        """The fragments that passed where no other namespaces are declared: without them a prefix means nothing."""
        if media_type != self._media_type:
            # The next format has other fragments, and those of the last one are not to stay in memory.
            self._media_type, self._parsed = media_type, {}
        self._parsed.setdefault(there, {})
        return [parsed for namespaces, parsed in self._parsed.items() if namespaces <= there]


def _verified_with(fragment: Piece) -> Namespaces | None:
    """What was declared where a fragment was verified; None where it was not."""
    return getattr(fragment, "namespaces", None)


def _fragments(document: Document) -> tuple[Piece, ...]:
    """The fragments of a feed that `splice` made; none of any other document."""
    if not document.items or document.coding or len(document.pieces) < 3:
        return ()
    head, tail, inner = bytes(document.pieces[0]), bytes(document.pieces[-1]), document.pieces[1:-1]
    if _is_json(document):
        framed = head.endswith(b"[\n") and tail.startswith(b"\n]") and set(inner[1::2]) <= {b",\n"}
        inner, first, last = inner[::2], b"{", b"}"
    else:
        framed, first, last = bool(_END_TAGS.fullmatch(tail)), b"<", b">"
    whole = all(_is_between(bytes(piece), first, last) for piece in inner if _verified_with(piece) is None)
    return inner if framed and whole and len(inner) == document.items else ()


def _is_between(data: bytes, first: bytes, last: bytes) -> bool:
    return data.startswith(first) and data.endswith(last)


def _is_json(document: Document) -> bool:
    return document.media_type.endswith("json")


def _parse(document: Document) -> None:
    if _is_json(document):
        parse_json(document.to_bytes())
    elif document.media_type == "text/plain":
        document.to_bytes().decode("utf-8")
    elif document.coding or document.media_type == GZIP_TYPE or document.size > _LARGE:
        _expat.check(expanded(document))
    else:
        _parse_xml(document.to_bytes())


def _parse_xml(data: bytes) -> None:
    # Late: what is ordinary is read without it.
    from feedkit.formats import _xml

    _xml.parse(data)
