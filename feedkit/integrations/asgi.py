"""The documents of a site as an ASGI application, to mount into Starlette, FastAPI, Litestar and any other host."""

from __future__ import annotations

from collections.abc import AsyncIterable, Awaitable, Callable, Iterable, MutableMapping
from functools import partial
from inspect import isawaitable
from typing import Any

from feedkit import Site
from feedkit.integrations import extra
from feedkit.integrations.source import Edition, Entries, Source

with extra("asgi"):
    from anyio.to_thread import run_sync

Message = MutableMapping[str, Any]


class Feeds:
    """Every document of a site at its path below the place where the application is mounted, and `/feed`.

    The arguments are those of `feedkit.integrations.source.Source`; in addition, `entries` may be a coroutine function
    or an asynchronous iterable, and `version` a coroutine function. Plain functions run in a thread, and so does the
    rendering of documents.
    """

    def __init__(self, site: Site, entries: Entries, **options: Any) -> None:
        self.source = Source(site, entries, **options)

    async def __call__(
        self, scope: Message, receive: Callable[[], Awaitable[Message]], send: Callable[[Message], Awaitable[None]]
    ) -> None:
        """Answer a request, or the server's messages about start and shutdown."""
        if scope["type"] == "lifespan":
            for _ in range(2):
                message = await receive()
                await send({"type": f"{message['type']}.complete"})
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1000})
        else:
            # In some frameworks `path` includes the path of the mount, and Litestar adds a slash at its end.
            path = scope["path"].removeprefix(f"{scope.get('root_path', '').rstrip('/')}/").strip("/")
            asked: dict[str, str] = {}
            for field in scope["headers"]:
                name, value = (part.decode("latin-1") for part in field)
                # RFC 9110 §5.3: several lines of one field are joined with commas.
                asked[name] = f"{asked[name]}, {value}" if name in asked else value
            edition = await self._edition()
            respond = partial(edition.respond, path, scope["method"], asked)
            # A document that is rendered already needs no thread.
            response = respond() if edition.has_rendered(path) else await run_sync(respond)
            headers = [(name.lower().encode(), value.encode()) for name, value in response.headers.items()]
            await send({"type": "http.response.start", "status": response.status, "headers": headers})
            await send({"type": "http.response.body", "body": response.body})

    async def _edition(self) -> Edition:
        source = self.source
        version = await (source.call_version() if source.awaits_version else run_sync(source.call_version))
        if (edition := source.current_edition(version)) is not None:
            return edition
        articles: Any = await run_sync(source.call_entries)
        if isawaitable(articles):
            articles = await articles
        # A queryset is both kinds of iterable; the plain kind is read in a thread.
        if isinstance(articles, AsyncIterable) and not isinstance(articles, Iterable):
            articles = [article async for article in articles]
        return await run_sync(source.new_edition, articles, version)
