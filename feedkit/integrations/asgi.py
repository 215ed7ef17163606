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

    The arguments are those of `feedkit.integrations.source.Source`. A coroutine and an asynchronous iterable of entries
    are awaited, as is a `version` that is a coroutine function; a plain function, and the work on the documents, run in
    a thread.
    """

    def __init__(self, site: Site, entries: Entries, **options: Any) -> None:
        self.source = Source(site, entries, **options)

    async def __call__(
        self, scope: Message, receive: Callable[[], Awaitable[Message]], send: Callable[[Message], Awaitable[None]]
    ) -> None:
        """Answer a request; of a server that asks, start and stop."""
        if scope["type"] == "lifespan":
            for _ in range(2):
                message = await receive()
                await send({"type": f"{message['type']}.complete"})
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1000})
        else:
            # Frameworks differ in whether `path` has the path of the mount in it, and Litestar puts a slash at its end.
            path = scope["path"].removeprefix(scope.get("root_path", "")).strip("/")
            asked: dict[str, str] = {}
            for field in scope["headers"]:
                name, value = (part.decode("latin-1") for part in field)
                # RFC 9110 §5.3: the lines of one field are one list.
                asked[name] = f"{asked[name]}, {value}" if name in asked else value
            edition = await self._edition()
            respond = partial(edition.respond, path, scope["method"], asked)
            # What is rendered already is sent sooner than a thread begins.
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
        # A queryset can be iterated in both ways: the plain one is for threads.
        if isinstance(articles, AsyncIterable) and not isinstance(articles, Iterable):
            articles = [article async for article in articles]
        return await run_sync(source.new_edition, articles, version)
