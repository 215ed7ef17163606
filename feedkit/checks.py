"""What every frozen value demands of its fields: absolute addresses, text, zones. Refuses to mend anything."""

from __future__ import annotations

from datetime import datetime

from feedkit.lazy_regex import later

_LANGUAGE = later(r"[A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*")


def require_absolute(name: str, url: str | None) -> None:
    """Raises `ValueError` for what is no absolute http or https address in ASCII; None is no address."""
    if url is not None and not _is_address(url):
        raise ValueError(
            f"{name} must be an absolute http or https address in ASCII, not {url!r}; feedkit.urls.absolute makes one"
        )


def _is_address(url: str) -> bool:
    # Printable ASCII only: RSS `link`, Atom `id` and a sitemap's `loc` are URIs, not IRIs (RFC 3986 §2). No expression,
    # for every address of every entry and feed comes by here.
    host = url[8:9] if url.startswith("https://") else url[7:8] if url.startswith("http://") else ""
    return host not in ("", "/") and url.isascii() and url.isprintable() and " " not in url


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
