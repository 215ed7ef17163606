"""Renders redirects for servers: Netlify and Cloudflare, nginx, JSON.

An old address on another host is left out, since the server of the site cannot redirect it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from urllib.parse import unquote, urlsplit

from feedkit.model import Document, require_absolute
from feedkit.urls import origin
from feedkit.value import Value


class Move(Value, frozen=True, kw_only=True):
    """A redirect of a page or a feed."""

    old: str  #: The former absolute address.
    new: str  #: The new absolute address.

    def __post_init__(self) -> None:
        require_absolute("old", self.old)
        require_absolute("new", self.new)


def redirects(moves: Iterable[Move], style: str, path: str, *, base_url: str) -> Document:
    """A document of all redirects from addresses on the host of `base_url`, sorted, each old address once.

    `style` is `netlify` (`_redirects`, status 301), `nginx` (lines of a `map $uri $moved`; an old address with a query
    is left out, since `$uri` has none) or `json` (one object, old path and query to new address). Of several moves
    from one address, the last one wins. Raises `KeyError` for another style.
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
