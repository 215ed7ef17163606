"""What every frozen value demands of its fields: absolute addresses, text, zones. Refuses to mend anything."""

from __future__ import annotations

import re
from datetime import datetime

# Printable ASCII only: RSS `link`, Atom `id` and a sitemap's `loc` are URIs, not IRIs (RFC 3986 §2).
_ADDRESS = re.compile(r"https?://[!-.0-~][!-~]*")
_LANGUAGE = re.compile(r"[A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*")


def require_absolute(name: str, url: str | None) -> None:
    """Raises `ValueError` for what is no absolute http or https address in ASCII; None is no address."""
    if url is not None and not _ADDRESS.fullmatch(url):
        raise ValueError(
            f"{name} must be an absolute http or https address in ASCII, not {url!r}; feedkit.urls.absolute makes one"
        )


def require_text(name: str, text: str) -> None:
    """Raises `ValueError` for a text without a character that can be seen."""
    if not text or text.isspace():
        raise ValueError(f"{name} must not be empty")


def require_language(tag: str | None) -> None:
    """Raises `ValueError` for what has not the form of a language tag (RFC 5646 §2.1)."""
    if tag is not None and not _LANGUAGE.fullmatch(tag):
        raise ValueError(f"language must be a tag such as en or de-CH, not {tag!r}")


def require_aware(name: str, value: datetime | None) -> None:
    """Raises `ValueError` for a date without a zone."""
    if value is not None and value.utcoffset() is None:
        raise ValueError(f"{name} must carry a zone: {value.isoformat()} could be anywhere")
