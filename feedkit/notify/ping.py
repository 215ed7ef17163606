"""Notifies hubs and search engines of changes: the only module that uses the network, and never part of a build.

Only http and https are used, no redirect is followed (a POST would become a GET, or go to another host), and nothing
is sent without `send=True`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import urlencode, urlsplit

from msgspec import to_builtins
from msgspec.structs import replace

from feedkit.config.site import Site
from feedkit.errors import (
    MAX_SHOWN_CHARS,
    OnProblem,
    Problem,
    Problems,
    RefusedValue,
    SettingsError,
    has_no_error,
    masked,
    printable,
    shown,
    system_reason,
)
from feedkit.text import count
from feedkit.urls import absolute
from feedkit.value import Value

if TYPE_CHECKING:
    from urllib.request import OpenerDirector

#: The most addresses of one message. IndexNow documentation, "Submitting set of URLs".
MAX_URLS = 10_000

_MAX_ANSWER_BYTES = 512

# `socket.SHUT_RDWR`, without the import.
_BOTH_WAYS = 2

#: The meaning of the statuses of IndexNow, from its documentation.
_INDEXNOW = {
    400: "ask for help with the endpoint: it finds the message invalid",
    403: "put the key file at its address, with only the key in it",
    422: "check indexnow_key_location: the addresses must be of the key file's host, at or below its folder",
    429: "wait before you run the command again: too much was sent",
}


class Message(Value, frozen=True, kw_only=True):
    """One message to one receiver, and whether it was sent."""

    kind: Literal["websub", "indexnow"]  #: `websub` to a hub, `indexnow` to a search engine.
    receiver: str  #: The address of the receiver.
    urls: tuple[str, ...]  #: The addresses that it is about.
    #: `unsent` if nothing was to be sent, or if the receiver did not answer an earlier message.
    outcome: Literal["unsent", "sent", "failed"] = "unsent"
    status: int | None = None  #: The status of the answer; None without an answer.


class PingReport(Value, frozen=True, kw_only=True):
    """The result of `ping`."""

    messages: tuple[Message, ...] = ()  #: Every message, in the order in which it is sent.
    problems: tuple[Problem, ...] = ()  #: What went wrong.

    @property
    def ok(self) -> bool:
        """Whether there is no error among the problems."""
        return has_no_error(self.problems)

    def to_json(self) -> dict[str, Any]:
        """The report as `feedkit ping --json` prints it."""
        values: dict[str, Any] = to_builtins(self)
        return values


def ping(
    site: Site,
    *,
    feeds: Iterable[str] = (),
    urls: Iterable[str] = (),
    send: bool = False,
    on_problem: OnProblem | None = None,
) -> PingReport:
    """Tell the hubs of a site of changed feeds, and search engines of changed pages; without `send`, only list it.

    Each address of `feeds` is sent to every hub of `site.hubs` (`hub.mode=publish`, PubSubHubbub 0.3 "New Content
    Notification"; W3C WebSub does not define the message, and hubs kept this one). `urls` are sent to
    `site.ping.indexnow_endpoint` if there is a key, at most 10,000 in each message. A message that fails is a Problem
    (FK615), and the others are sent; a receiver that cannot be reached gets no further message. Feeds or pages without
    a receiver are a Problem, too (FK616). Raises `SettingsError` for an address that is not http or https.
    """
    problems = Problems(on_problem)

    def report_no_receiver(key: str, message: str, hint: str) -> None:
        problems(Problem(code="FK616", severity="note", key=key, message=message, hint=hint))

    feeds, urls = tuple(dict.fromkeys(feeds)), tuple(dict.fromkeys(urls))
    for address in (*feeds, *site.hubs, *urls):
        try:
            absolute(address, "")
        except RefusedValue as error:
            raise SettingsError(f"{error}; nothing was sent") from error
    if feeds and not site.hubs:
        hint = 'write hubs = ["https://pubsubhubbub.appspot.com/"], or another hub'
        report_no_receiver("hubs", f"{count(len(feeds), 'feed')} changed, and no hub is set", hint)
    host = urlsplit(site.base_url).netloc
    own = [url for url in urls if urlsplit(url).netloc == host]
    if urls and not site.ping.indexnow_key:
        message = f"{count(len(urls), 'page')} changed, and no IndexNow key is set"
        hint = 'write [ping] indexnow_key = "8c2b6b0e5f2d4f0b", a key of yours, and publish it as 8c2b6b0e5f2d4f0b.txt'
        report_no_receiver("ping.indexnow_key", message, hint)
        own = []
    elif len(own) < len(urls):
        message = f"not on {host}, so not sent: {count(len(urls) - len(own), 'page')}"
        report_no_receiver("ping", message, "run feedkit ping for the site that they belong to")
    messages = [Message(kind="websub", receiver=hub, urls=(feed,)) for hub in site.hubs for feed in feeds]
    batches = [tuple(own[start : start + MAX_URLS]) for start in range(0, len(own), MAX_URLS)]
    messages += [Message(kind="indexnow", receiver=site.ping.indexnow_endpoint, urls=batch) for batch in batches]
    if send:
        messages = list(_sent(site, messages, problems))
    return PingReport(messages=tuple(messages), problems=tuple(problems.reported))


def _sent(site: Site, messages: Iterable[Message], on_problem: OnProblem) -> Iterator[Message]:
    """The messages with the answers. If a receiver cannot be reached, the others still get their messages."""
    silent: set[str] = set()
    for message in messages:
        if message.receiver in silent:
            yield message
            continue
        status, reason = _answer(message.receiver, *_body(site, message), site.ping.timeout)
        if reason:
            subject = shown(message.urls[0]) if len(message.urls) == 1 else count(len(message.urls), "page")
            hint = "run the command again: sending a message twice does no harm"
            if message.kind == "indexnow" and status in _INDEXNOW:
                hint = _INDEXNOW[status]
            elif status is not None and 300 <= status < 400:
                hint = "name the new address in the configuration: redirects are not followed"
            path, text = printable(masked(message.receiver)), f"was not notified of {subject}: {reason}"
            on_problem(Problem(code="FK615", severity="error", path=path, message=text, hint=hint))
            if status is None:
                silent.add(message.receiver)
        yield replace(message, outcome="failed" if reason else "sent", status=status)


def _body(site: Site, message: Message) -> tuple[bytes, str]:
    if message.kind == "websub":
        # Hubs of today expect `hub.topic`, older ones `hub.url`; each ignores the other name.
        (feed,) = message.urls
        form = urlencode({"hub.mode": "publish", "hub.url": feed, "hub.topic": feed})
        return form.encode(), "application/x-www-form-urlencoded"
    key = site.ping.indexnow_key
    key_url = site.ping.indexnow_key_location or site.url(f"{key}.txt")
    host = urlsplit(site.base_url).netloc
    values = {"host": host, "key": key, "keyLocation": key_url, "urlList": list(message.urls)}
    return json.dumps(values).encode(), "application/json; charset=utf-8"


def _answer(receiver: str, body: bytes, media_type: str, timeout: int) -> tuple[int | None, str]:
    """The status of the answer, and why the message was refused; empty if it was accepted.

    Ends after `timeout` seconds in any case, unlike the timeout of a socket, which begins again with each byte.
    """
    # Imported late: only this function needs them.
    from threading import Thread

    connections: list[Any] = []
    answers: list[tuple[int | None, str]] = []
    opener = _opener(connections)
    # The thread ends with its connection, or with the program.
    thread = Thread(target=lambda: answers.append(_post(opener, receiver, body, media_type, timeout)), daemon=True)
    thread.start()
    thread.join(timeout)
    status, reason = answers[0] if answers else (None, "")
    for connection in connections:
        with connection, suppress(OSError):
            connection.shutdown(_BOTH_WAYS)
    return status, reason if status is not None or reason else f"it did not answer within {timeout} seconds"


def _opener(connections: list[Any]) -> OpenerDirector:
    """An opener for http and https only, without redirects; urllib's default also opens files and FTP.

    It appends each socket to `connections`, so that another thread can shut it down.
    """
    from http.client import HTTPConnection, HTTPResponse, HTTPSConnection
    from urllib import request

    class Connection(HTTPConnection):
        def connect(self) -> None:
            super().connect()
            connections.append(self.sock.dup())

    class SecureConnection(HTTPSConnection, Connection):
        """Connects in the same way, then uses TLS."""

    class Handler(request.HTTPHandler, request.HTTPSHandler):
        def http_open(self, req: request.Request) -> HTTPResponse:
            return self.do_open(Connection, req)

        def https_open(self, req: request.Request) -> HTTPResponse:
            return self.do_open(SecureConnection, req)

    opener = request.OpenerDirector()
    for handler in (request.ProxyHandler, Handler, request.HTTPDefaultErrorHandler, request.HTTPErrorProcessor):
        opener.add_handler(handler())
    return opener


def _post(opener: OpenerDirector, receiver: str, body: bytes, media_type: str, timeout: int) -> tuple[int | None, str]:
    """The status of the answer, and why the message was refused; None without an answer, with no reason if too late."""
    from urllib.error import HTTPError, URLError
    from urllib.request import Request

    headers = {"Content-Type": media_type, "User-Agent": "feedkit"}
    request = Request(receiver, data=body, headers=headers, method="POST")  # noqa: S310  # the scheme is checked
    try:
        with opener.open(request, timeout=timeout) as answer:
            return int(answer.status), ""
    except HTTPError as error:
        with error:
            return error.code, _refusal(error)
    except TimeoutError:
        return None, ""
    except URLError as error:
        return None, "" if isinstance(
            error.reason, TimeoutError
        ) else f"it cannot be reached ({system_reason(error.reason)})"
    except Exception as error:  # noqa: BLE001
        # A malformed answer may raise anything; the other receivers must still get their messages.
        return None, f"its answer cannot be read ({printable(masked(repr(error)))[:MAX_SHOWN_CHARS]})"


def _refusal(error: Any) -> str:
    from http.client import HTTPException, responses

    answer = f"it answered {error.code} ({responses.get(error.code, 'an unknown status')})"
    if 300 <= error.code < 400:
        return f"{answer} with another address, {shown(error.headers.get('Location', ''))}"
    # A truncated or malformed body is ignored.
    with suppress(OSError, HTTPException, ValueError):
        if text := " ".join(error.read(_MAX_ANSWER_BYTES).decode("utf-8", "replace").split()):
            return f"{answer} and said {shown(text)}"
    return answer
