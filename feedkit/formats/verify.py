"""Whether a document can be read: every one is parsed again before it may replace an old one.

Refuses what no reader could open. Judges no content: that is the business of checks.
"""

from __future__ import annotations

import json

from feedkit.document import Document
from feedkit.errors import DocumentError, Problem
from feedkit.formats import _xml
from feedkit.formats.compression import GZIP_TYPE, expanded

# Sitemaps may have 50 MiB: as a tree that would be a gigabyte.
_LARGE = 1 << 20


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


def _parse(document: Document) -> None:
    if document.media_type.endswith("json"):
        json.loads(document.to_bytes(), parse_constant=_no_constant)
    elif document.media_type == "text/plain":
        document.to_bytes().decode("utf-8")
    elif document.coding or document.media_type == GZIP_TYPE or document.size > _LARGE:
        _xml.check(expanded(document))
    else:
        _xml.parse(document.to_bytes())


def _no_constant(name: str) -> None:
    raise ValueError(f"JSON has no {name}")
