"""Whether a document can be read: every one is parsed again before it may replace an old one.

Refuses what no reader could open. Judges no content: that is the business of checks.
"""

from __future__ import annotations

import json

from feedkit.errors import DocumentError, Problem
from feedkit.formats import _xml
from feedkit.model import Document


def verify(document: Document) -> None:
    """Parse a document as a reader would.

    Raises `DocumentError` (FK503) for one that is not well-formed XML 1.0, or not JSON, or has a document type.
    """
    data = document.to_bytes()
    try:
        if document.media_type.endswith("json"):
            json.loads(data, parse_constant=_no_constant)
        else:
            _xml.parse(data)
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


def _no_constant(name: str) -> None:
    raise ValueError(f"JSON has no {name}")
