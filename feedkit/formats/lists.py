"""Renders lists beside the feeds: OPML 2.0, which feed readers import, and redirects for servers."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime
from urllib.parse import unquote, urlsplit

from feedkit.dates import rfc822
from feedkit.formats.xml_syntax import DECLARATION, quoted
from feedkit.model import Address, Document, Filled
from feedkit.urls import origin
from feedkit.value import Value

OPML_TYPE = "text/x-opml"


class Outline(Value, frozen=True, kw_only=True):
    """One feed document in an OPML list."""

    called = ""
    # OPML 2.0 "Subscription lists": title, address and type are required.
    title: Filled  #: The title in feed readers.
    feed_url: Filled  #: The address of the feed document.
    home_url: str  #: The page of which it is the feed.
    type: Filled  #: `rss` for both XML formats, as is usual, `JSONFeed` for JSON Feed.
    description: str = ""  #: Plain text.
    language: str | None = None  #: An RFC 5646 tag.


def opml(title: str, outlines: Iterable[Outline], *, updated: datetime | None = None) -> tuple[bytes, ...]:
    """The pieces of an OPML 2.0 document (opml.org/spec2.opml, "Subscription lists"), with `outlines` in a flat list.

    `title` is that of the list, `updated` the date of its last change. Raises `ArgumentError` for a text with a
    character that XML forbids.
    """
    modified = f"<dateModified>{rfc822(updated)}</dateModified>" if updated else ""
    pieces = [f'<opml version="2.0">\n<head><title>{quoted(title)}</title>{modified}</head>\n<body>\n']
    for outline in outlines:
        attributes = {
            "type": outline.type,
            "text": outline.title,
            "title": outline.title,
            "xmlUrl": outline.feed_url,
            "htmlUrl": outline.home_url,
            "description": outline.description,
            "language": outline.language,
        }
        written = " ".join(f'{name}="{quoted(value)}"' for name, value in attributes.items() if value)
        pieces.append(f"<outline {written}/>\n")
    return (DECLARATION, *map(str.encode, pieces), b"</body>\n</opml>\n")


class Move(Value, frozen=True, kw_only=True):
    """A redirect of a page or a feed."""

    called = ""
    old: Address  #: The former absolute address.
    new: Address  #: The new absolute address.


def redirects(moves: Iterable[Move], style: str, path: str, *, base_url: str) -> Document:
    """A document of all redirects from addresses on the host of `base_url`, sorted, each old address once.

    `style` is `netlify` (`_redirects` for Netlify and Cloudflare, status 301), `nginx` (lines of a `map $uri $moved`;
    an old address with a query is left out, since `$uri` has none) or `json` (one object, old path and query to new
    address). Of several moves from one address, the last one wins. Raises `KeyError` for another style.
    """
    own = ((urlsplit(move.old), move.new) for move in moves if origin(move.old) == origin(base_url))
    targets = {f"{old.path}?{old.query}" if old.query else old.path: new for old, new in own}
    pairs = sorted(targets.items())
    media_type = {"netlify": "text/plain", "nginx": "text/plain", "json": "application/json"}[style]
    if style == "netlify":
        text = "".join(f"{_literal(old)} {new} 301\n" for old, new in pairs)
    elif style == "nginx":
        # In the new address, a dollar would begin a variable. `$uri` is percent-decoded, so the old address is, too.
        decoded = {unquote(old): new.replace("$", "%24") for old, new in pairs if "?" not in old}
        text = "".join(f"{_quoted(old)} {_quoted(new)};\n" for old, new in decoded.items())
    else:
        text = json.dumps(dict(pairs), indent=2) + "\n"
    return Document(path=path, media_type=media_type, pieces=(text.encode(),))


def _literal(old: str) -> str:
    """A path without placeholders or splats; each parameter of its query follows after a space, as Netlify expects.

    "Redirect options", "Query parameters". Cloudflare does not support parameters and ignores the line; with a question
    mark, both would redirect the path for any query.
    """
    path, _, query = old.partition("?")
    return " ".join([path.replace(":", "%3A").replace("*", "%2A"), *filter(None, query.split("&"))])


def _quoted(text: str) -> str:
    # ngx_http_map_module: within quotes, only quotes and backslashes must be escaped.
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
