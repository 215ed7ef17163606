"""Feeds as an ASGI application: in Starlette, FastAPI and Litestar, by a real server, with entries of every kind."""

from __future__ import annotations

import threading
import time
import urllib.request
from collections.abc import AsyncIterator, Callable
from typing import Any

import anyio
import httpx
import pytest
import serving
import uvicorn
from serving import ENTRIES, SITE, Answer, Ask
from starlette.applications import Starlette
from starlette.routing import Mount

from feedkit import ArgumentError, Entry
from feedkit.integrations.asgi import Feeds


def asking(app: Any, mount: str = "", **options: Any) -> Ask:
    def ask(path: str, method: str, headers: dict[str, str]) -> Answer:
        async def request() -> httpx.Response:
            transport = httpx.ASGITransport(app=app, **options)
            async with httpx.AsyncClient(transport=transport, base_url="http://testserver") as client:
                return await client.request(method, f"{mount}/{path}", headers=headers)

        answer = anyio.run(request)
        return Answer(answer.status_code, Headers(answer.headers), answer.content)

    return ask


class Headers(dict[str, str]):
    """Header fields by their names in any case."""

    def __init__(self, fields: Any) -> None:
        super().__init__({name.lower(): value for name, value in fields.items()})

    def __getitem__(self, name: str) -> str:
        return super().__getitem__(name.lower())

    def __contains__(self, name: object) -> bool:
        return super().__contains__(str(name).lower())


# These take longer to load than all tests here take; most processes that run tests run none of these.
def in_litestar(app: Any) -> tuple[Any, str]:
    from litestar import Litestar, asgi

    return Litestar(route_handlers=[asgi("/blog", is_mount=True, copy_scope=True)(app)]), "/blog"


def in_fastapi(app: Any) -> tuple[Any, str]:
    from fastapi import FastAPI

    host = FastAPI()
    host.mount("/blog", app)
    return host, "/blog"


HOSTS: dict[str, Callable[[Any], tuple[Any, str]]] = {
    "alone": lambda app: (app, ""),
    "Starlette": lambda app: (Starlette(routes=[Mount("/blog", app=app)]), "/blog"),
    "at the root of Starlette": lambda app: (Starlette(routes=[Mount("/", app=app)]), ""),
    "FastAPI": in_fastapi,
    "Litestar": in_litestar,
}


async def coroutine() -> list[Entry]:
    await anyio.sleep(0)
    return list(ENTRIES)


async def generator() -> AsyncIterator[Entry]:
    for entry in ENTRIES:
        await anyio.sleep(0)
        yield entry


class Both(list[Entry]):
    """What can be iterated in both ways, as a queryset of Django."""

    async def __aiter__(self) -> AsyncIterator[Entry]:
        raise AssertionError("the plain way is to be taken")
        yield


SOURCES: dict[str, Any] = {
    "list": ENTRIES,
    "function": lambda: iter(ENTRIES),
    "coroutine": coroutine,
    "asynchronous generator": generator,
    "both": lambda: Both(ENTRIES),
}


@pytest.mark.parametrize("host", HOSTS)
def test_every_document_is_served(host: str) -> None:
    app, mount = HOSTS[host](Feeds(SITE, ENTRIES))
    ask = asking(app, mount)
    serving.check_documents(ask)
    serving.check_conditions(ask)
    serving.check_negotiation(ask)


@pytest.mark.parametrize("root_path", ["/feed", "/feed/", "/"])
@pytest.mark.parametrize("is_in_path", [True, False])
def test_the_root_path_of_a_server_may_be_the_beginning_of_a_path(root_path: str, is_in_path: bool) -> None:
    mount = root_path.rstrip("/") if is_in_path else ""
    serving.check_documents(asking(Feeds(SITE, ENTRIES), mount, root_path=root_path))


def test_a_function_that_returns_no_list_is_named() -> None:
    with pytest.raises(ArgumentError, match="entries must be a list of articles, or a function that returns one"):
        asking(Feeds(SITE, lambda: None))("rss.xml", "GET", {})


@pytest.mark.parametrize("source", SOURCES)
def test_entries_come_from_anything_that_gives_them(source: str) -> None:
    serving.check_documents(asking(Feeds(SITE, SOURCES[source])))


@pytest.mark.parametrize("kind", ["function", "coroutine"])
def test_entries_are_asked_for_at_each_request(kind: str) -> None:
    entries = list(ENTRIES)

    async def asynchronous() -> list[Entry]:
        return entries

    serving.check_changes(asking(Feeds(SITE, asynchronous if kind == "coroutine" else lambda: entries)), entries)


def test_sixteen_threads_get_what_one_does() -> None:
    serving.check_threads(asking(Feeds(SITE, coroutine)))


def test_a_plain_function_runs_in_a_thread_and_a_coroutine_in_the_loop() -> None:
    found: list[bool] = []

    def plain() -> list[Entry]:
        found.append(threading.current_thread() is threading.main_thread())
        return ENTRIES

    async def asynchronous() -> list[Entry]:
        found.append(threading.current_thread() is threading.main_thread())
        return ENTRIES

    for entries in (plain, asynchronous):
        asking(Feeds(SITE, entries))("rss.xml", "GET", {})
    assert found == [False, True]


def test_a_real_server_starts_it_serves_it_and_stops_it() -> None:
    config = uvicorn.Config(Feeds(SITE, coroutine), port=0, log_level="critical", lifespan="on")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        while not server.started:
            time.sleep(0.01)
        port = server.servers[0].sockets[0].getsockname()[1]
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/tags/%E6%97%A5%E6%9C%AC%E8%AA%9E/rss.xml") as answer:
            assert answer.status == 200
            assert b"<title>Title b</title>" in answer.read()
    finally:
        server.should_exit = True
        thread.join()


@pytest.mark.parametrize("accepts", [("application/feed+json", "text/html"), ("text/html", "application/feed+json")])
def test_the_lines_of_one_header_are_one_list(accepts: tuple[str, str]) -> None:
    async def request() -> httpx.Response:
        transport = httpx.ASGITransport(app=Feeds(SITE, ENTRIES))
        async with httpx.AsyncClient(transport=transport, base_url="http://testserver") as client:
            return await client.get("/feed", headers=[("Accept", accept) for accept in accepts])

    assert anyio.run(request).headers["Content-Type"] == "application/feed+json"


def test_a_websocket_is_closed() -> None:
    sent: list[Any] = []

    async def receive() -> Any:
        raise AssertionError("nothing is to be received")

    async def send(message: Any) -> None:
        sent.append(message)

    anyio.run(lambda: Feeds(SITE, ENTRIES)({"type": "websocket"}, receive, send))
    assert sent == [{"type": "websocket.close", "code": 1000}]


def test_a_version_may_be_a_coroutine_function_and_what_is_made_is_answered_without_a_thread(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[int] = []
    number = 1

    async def version() -> int:
        await anyio.sleep(0)
        return number

    async def entries() -> list[Entry]:
        asked.append(number)
        return list(ENTRIES) if number == 1 else list(ENTRIES[:1])

    ask = asking(Feeds(SITE, entries, version=version))
    first = ask("rss.xml", "GET", {})
    assert (first.status, asked) == (200, [1])
    threads: list[Any] = []
    real = anyio.to_thread.run_sync
    monkeypatch.setattr(
        "feedkit.integrations.asgi.run_sync", lambda *arguments: threads.append(arguments) or real(*arguments)
    )
    assert ask("rss.xml", "GET", {}).body == first.body
    assert ask("rss.xml", "GET", {"If-None-Match": first.headers["ETag"]}).status == 304
    assert (asked, threads) == ([1], [])
    number = 2
    assert ask("rss.xml", "GET", {"If-None-Match": first.headers["ETag"]}).body.count(b"<item>") == 1
    assert asked == [1, 2]
