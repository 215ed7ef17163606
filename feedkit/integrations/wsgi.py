"""The documents of a site as a WSGI application (PEP 3333), for Bottle, Pyramid and any other host."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from feedkit import Site
from feedkit.integrations.source import Entries, Source

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIEnvironment


class Feeds:
    """Every document of a site at its path below the place where the application is mounted, and `/feed`.

    The arguments are those of `feedkit.integrations.source.Source`.
    """

    def __init__(self, site: Site, entries: Entries, **options: Any) -> None:
        self.source = Source(site, entries, **options)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer a request."""
        path = environ.get("PATH_INFO", "").lstrip("/")
        # PEP 3333: the path is decoded as Latin-1; Bottle has decoded it as UTF-8.
        with suppress(UnicodeError):
            path = path.encode("latin-1").decode("utf-8")
        # `HTTP_IF_NONE_MATCH` becomes If-None-Match.
        names = (name for name in environ if name.startswith("HTTP_"))
        headers = {name.removeprefix("HTTP_").replace("_", "-"): environ[name] for name in names}
        response = self.source.edition().respond(path, environ["REQUEST_METHOD"], headers)
        status = HTTPStatus(response.status)
        start_response(f"{status.value} {status.phrase}", list(response.headers.items()))
        return [response.body]
