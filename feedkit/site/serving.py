"""Responses to HTTP requests for documents, and content negotiation (RFC 9110).

Opens no connection: a web framework passes the request in and sends the response.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta

from feedkit.clock import publication_instant
from feedkit.dates import rfc822
from feedkit.errors import ArgumentError
from feedkit.formats.format import FEED_FORMATS
from feedkit.model import Document, require_at_least, require_aware
from feedkit.value import Value

#: The `max-age` of a document, unless a change is scheduled sooner.
MAX_AGE_SECONDS = 3600

_METHODS = ("GET", "HEAD")
# RFC 9110 §8.8.3: an entity tag, strong or weak.
_ETAG = re.compile(r'(?:W/)?("[^"]*")')
# RFC 9110 §12.4.2; any number of decimals, since some clients send more than the three that it allows.
_QUALITY = re.compile(r"\s*q\s*=\s*([01](?:\.\d*)?)\s*", re.IGNORECASE)
# Media types that name only the syntax, and the formats with it.
_SYNTAXES: Mapping[str, tuple[str, ...]] = {
    "application/xml": ("rss", "atom"),
    "text/xml": ("rss", "atom"),
    "application/json": ("json",),
}


class Response(Value, frozen=True, kw_only=True):
    """An HTTP response."""

    status: int  #: The status code.
    headers: Mapping[str, str]  #: The header fields, each name once.
    body: bytes = b""  #: The body; empty for HEAD and 304.


def respond(
    document: Document | None,
    method: str = "GET",
    headers: Mapping[str, str] | None = None,
    *,
    at: datetime | None = None,
    max_age: int = MAX_AGE_SECONDS,
    vary: Iterable[str] = (),
) -> Response:
    """The response to a request for a document: 200, 304, 404, 405 or 412.

    It is 404 if `document` is None, and 405 for another `method` than GET and HEAD. `headers` are those of the request,
    their names in any case: `If-None-Match`, or else `If-Modified-Since`, decides about 304, `If-Match` and
    `If-Unmodified-Since` about 412 (RFC 9110 §13.2.2). The response may be cached for `max_age` seconds, or until the
    next change of the document if that is sooner, as of `at` or else now. `vary` names the request headers on which the
    choice of this document depended, such as `Accept`.
    """
    require_aware("respond: at", at)
    require_at_least("respond: max_age", max_age, 0)
    if document is None:
        return _refusal(404, "There is no such document.\n", method)
    if method not in _METHODS:
        return _refusal(405, f"{', '.join(_METHODS)} only.\n", method, Allow=", ".join(_METHODS))
    moment = publication_instant(at)
    modified = document.last_modified
    # RFC 9110 §8.8.2.1: in seconds, and not later than the response.
    modified = modified.replace(microsecond=0) if modified is not None and modified <= moment else None
    if document.next_change is not None:
        max_age = max(0, min(max_age, (document.next_change - moment) // timedelta(seconds=1)))
    common = {
        "ETag": document.etag,
        "Cache-Control": f"public, max-age={max_age}",
        # A reverse proxy may compress.
        "Vary": ", ".join(dict.fromkeys([*vary, "Accept-Encoding"])),
    }
    status = _status({name.lower(): value for name, value in (headers or {}).items()}, document.etag, modified)
    if status != 200:
        return Response(status=status, headers=common)
    type_ = document.media_type
    # XML types have a charset (RFC 7303 §3), JSON types have none (RFC 8259 §11).
    charset = "; charset=utf-8" if type_.startswith("text/") or type_.endswith("xml") else ""
    # WebSub §4: subscribers discover the feed's own address and its hubs in `Link`.
    links = [(document.url, "self"), *((hub, "hub") for hub in document.hubs)]
    fields = {
        "Content-Type": type_ + charset,
        **common,
        "Content-Encoding": document.coding,
        "Last-Modified": rfc822(modified.astimezone(UTC)).replace("+0000", "GMT") if modified else "",
        "Link": ", ".join(f'<{url}>; rel="{relation}"' for url, relation in links if url),
        "Content-Length": str(document.size),
    }
    sent = {name: value for name, value in fields.items() if value}
    return Response(status=200, headers=sent, body=b"" if method == "HEAD" else document.to_bytes())


def _refusal(status: int, text: str, method: str, **fields: str) -> Response:
    body = text.encode()
    headers = {"Content-Type": "text/plain; charset=utf-8", "Content-Length": str(len(body)), **fields}
    return Response(status=status, headers=headers, body=b"" if method == "HEAD" else body)


def _status(asked: Mapping[str, str], etag: str, modified: datetime | None) -> int:
    """The status for a GET or HEAD by its preconditions, in the order of RFC 9110 §13.2.2."""
    if "if-match" in asked:
        # Strong comparison: a weak tag never matches.
        tags = [tag for tag in asked["if-match"].split(",") if not tag.strip().startswith("W/")]
        if not _includes(",".join(tags), etag):
            return 412
    elif (unmodified := _date(asked.get("if-unmodified-since"))) and modified and modified > unmodified:
        return 412
    if "if-none-match" in asked:
        return 304 if _includes(asked["if-none-match"], etag) else 200
    since = _date(asked.get("if-modified-since"))
    return 304 if since and modified and modified <= since else 200


def _includes(tags: str, etag: str) -> bool:
    return tags.strip() == "*" or etag in _ETAG.findall(tags)


def _date(text: str | None) -> datetime | None:
    """An HTTP date in any of its three forms (RFC 9110 §5.6.7); None for anything else, which must be ignored."""
    if text is None:
        return None
    # Imported late: most clients send an entity tag.
    from email.utils import parsedate_to_datetime

    try:
        value = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError):
        return None
    return value if value.tzinfo else value.replace(tzinfo=UTC)


def negotiate(accept: str, formats: Iterable[str] = ("rss", "atom", "json")) -> str:
    """The format that the `Accept` header `accept` prefers, by its quality values (RFC 9110 §12.5.1).

    Among equals, the most specific one wins, then the first of `formats`, which is also the default for a header that
    accepts none of them (§12.4.1: better than an error). Raises `ArgumentError` for an unknown format, and for no
    format.
    """
    offered = list(formats)
    if not offered or not set(offered) <= FEED_FORMATS.keys():
        raise ArgumentError(f"negotiate: formats must be some of {', '.join(FEED_FORMATS)}, not {offered}")
    # The media ranges, in lower case, with their quality values.
    ranges: list[tuple[str, float]] = []
    for item in accept.split(","):
        kind, *parameters = item.split(";")
        qualities = [float(match[1]) for parameter in parameters if (match := _QUALITY.fullmatch(parameter))]
        ranges.append((kind.strip().lower(), min([1.0, *qualities[:1]])))

    def preference(name: str) -> tuple[float, int, int]:
        """The quality value of the most specific range for a format, its specificity, and the place of the format."""
        syntaxes = {kind: 3 for kind, having in _SYNTAXES.items() if name in having}
        exactness = {FEED_FORMATS[name].media_type: 4, **syntaxes, "application/*": 2, "*/*": 1}
        matching = [(exactness[kind], quality) for kind, quality in ranges if kind in exactness]
        best, quality = max(matching, default=(0, 0.0))
        return quality, best if quality else 0, -offered.index(name)

    return max(offered, key=preference)
