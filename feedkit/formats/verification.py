"""Verifies rendered documents by parsing them, before they replace old ones."""

from __future__ import annotations

from collections.abc import Iterable
from xml.parsers import expat

from msgspec import Raw
from msgspec.json import Decoder

from feedkit.errors import DocumentError, Problem
from feedkit.formats.compression import GZIP_TYPE, expanded
from feedkit.model import Document

# Reads all, and keeps nothing.
_JSON = Decoder(Raw)


def verify(document: Document) -> None:
    """Verify a document by parsing it strictly (RFC 4287 §8.1); only the frame, if its fragments are verified.

    Raises `DocumentError` (FK503) for XML that is not well-formed or not 1.0, or has a document type, for invalid JSON,
    and for HTML with elements that are not closed in their order.
    """
    chunks: Iterable[bytes] = document.chunks()
    if document.verified_fragments:
        chunks = bytes(document.pieces[0]), bytes(document.pieces[-1])
    elif document.coding or document.media_type == GZIP_TYPE:
        chunks = expanded(document)
    try:
        if document.media_type.endswith("json"):
            parse_json(b"".join(chunks))
        elif document.media_type == "text/html":
            # Imported late: most sites have no HTML page.
            from feedkit.formats.html_pages import check_html

            check_html(b"".join(chunks).decode())
        elif document.media_type in ("text/plain", "text/css"):
            b"".join(chunks).decode("utf-8")
        else:
            parse_xml(chunks)
    except ValueError as error:
        message = f"no reader could open it ({error})"
        hint = "this is a defect of feedkit: please report it with the article that causes it"
        problem = Problem(code="FK503", severity="error", path=document.path, message=message, hint=hint)
        raise DocumentError(problem) from error


def parse_xml(chunks: Iterable[bytes]) -> None:
    """Parse XML of any size, without building a tree.

    Raises `ValueError` for XML that is not well-formed, or has an undeclared prefix or a document type.
    """
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.XmlDeclHandler = _require_xml_1_0_in_utf_8
    parser.StartDoctypeDeclHandler = _refuse_doctype
    try:
        last = b""
        for chunk in chunks:
            parser.Parse(last, False)
            last = chunk
        # As the last chunk: expat would parse its end twice if more could follow.
        parser.Parse(last, True)
    except (expat.ExpatError, LookupError) as error:  # LookupError: an encoding without a codec
        raise ValueError(str(error)) from error


def parse_json(data: bytes) -> None:
    """Parse JSON strictly. Raises `ValueError` for invalid JSON."""
    # The decoder does not look into texts.
    data.decode()
    _JSON.decode(data)


def _require_xml_1_0_in_utf_8(version: str, encoding: str | None, standalone: int) -> None:
    if version != "1.0":
        raise ValueError(f"its XML version is {version}")
    if encoding is not None and encoding.upper() != "UTF-8":
        raise ValueError(f"its encoding is {encoding}")


def _refuse_doctype(*_: object) -> None:
    raise ValueError("it has a document type")
