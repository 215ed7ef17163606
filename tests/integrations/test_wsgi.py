"""Feeds as a WSGI application: alone, in Bottle and in Pyramid."""

from __future__ import annotations

from typing import Any
from wsgiref.validate import validator

import bottle
import pytest
import serving
from serving import ENTRIES, SITE, Answer, Ask
from werkzeug.test import Client

from feedkit import ArgumentError
from feedkit.integrations.wsgi import Feeds


def asking(app: Any, mount: str = "") -> Ask:
    client = Client(app)

    def ask(path: str, method: str, headers: dict[str, str]) -> Answer:
        with client.open(f"{mount}/{path}", method=method, headers=headers) as answer:
            return Answer(answer.status_code, answer.headers, answer.data)

    return ask


def in_bottle(app: Any) -> tuple[Any, str]:
    host = bottle.Bottle()
    host.mount("/blog/", app)
    return host, "/blog"


def in_pyramid(app: Any) -> tuple[Any, str]:
    from pyramid.config import Configurator
    from pyramid.wsgi import wsgiapp2

    with Configurator() as config:
        config.add_route("feeds", "/blog/*subpath")
        config.add_view(wsgiapp2(app), route_name="feeds")
        return config.make_wsgi_app(), "/blog"


HOSTS = {"alone": lambda app: (app, ""), "validated": lambda app: (validator(app), ""), "Bottle": in_bottle}
HOSTS["Pyramid"] = in_pyramid


@pytest.mark.parametrize("host", HOSTS)
def test_every_document_is_served(host: str) -> None:
    app, mount = HOSTS[host](Feeds(SITE, ENTRIES))
    ask = asking(app, mount)
    serving.check_documents(ask)
    serving.check_negotiation(ask)
    if host != "validated":
        # The validator takes a HEAD with a length for a fault.
        serving.check_conditions(ask)


def test_entries_are_asked_for_at_each_request() -> None:
    entries = list(ENTRIES)
    serving.check_changes(asking(Feeds(SITE, lambda: entries)), entries)


def test_sixteen_threads_get_what_one_does() -> None:
    serving.check_threads(asking(Feeds(SITE, lambda: list(ENTRIES))))


def test_a_coroutine_has_an_application_of_its_own() -> None:
    class Entries:
        async def __aiter__(self) -> Any:
            yield ENTRIES[0]

    with pytest.raises(ArgumentError, match="no coroutine"):
        asking(Feeds(SITE, Entries()))("rss.xml", "GET", {})
