"""`feedkit ping`: what is sent to hubs and search engines, and what happens when they do not take it."""

from __future__ import annotations

import contextlib
import io
import json
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import pytest
from msgspec.structs import replace

from feedkit import PingSettings, Problem, SettingsError, Site, build, ping
from feedkit.cli import main

Write = Callable[..., Path]
Capture = pytest.CaptureFixture[str]

FEEDS = ("https://example.com/rss.xml", "https://example.com/atom.xml")
PAGES = ("https://example.com/a/", "https://example.com/b/")
KEY = "abcdef0123456789"


@dataclass
class Receiver:
    """A hub or a search engine on this machine."""

    url: str = ""
    #: What it answers, one after the other; the last one for ever.
    answers: list[tuple[int, dict[str, str], bytes]] = field(default_factory=lambda: [(204, {}, b"")])
    #: Set when an answer that waits may end.
    released: threading.Event = field(default_factory=threading.Event)
    #: Every request: its method, path, media type and body.
    got: list[tuple[str, str, str, bytes]] = field(default_factory=list)


@pytest.fixture
def receiver(monkeypatch: pytest.MonkeyPatch) -> Iterator[Receiver]:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    made = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            made.got.append((self.command, self.path, self.headers.get("Content-Type", ""), body))
            status, headers, text = made.answers.pop(0) if len(made.answers) > 1 else made.answers[0]
            if not status:
                made.released.wait(20)
                return
            self.send_response(status)
            for name, value in {**headers, "Content-Length": str(len(text))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(text)

        def do_GET(self) -> None:
            self.do_POST()

        def log_message(self, *_: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    made.url = f"http://127.0.0.1:{server.server_port}/hub"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield made
    made.released.set()
    server.shutdown()
    thread.join()
    server.server_close()


def telling(site: Site, receiver: Receiver, **settings: Any) -> Site:
    return replace(
        site,
        hubs=(receiver.url,),
        ping=PingSettings(indexnow_key=KEY, indexnow_endpoint=receiver.url, timeout=1, **settings),
    )


def codes(problems: tuple[Problem, ...]) -> list[str]:
    return [problem.code for problem in problems]


def test_each_changed_feed_is_told_to_each_hub(site: Site, receiver: Receiver) -> None:
    found = ping(telling(site, receiver), feeds=FEEDS, send=True)
    assert [(message.outcome, message.status) for message in found.messages] == [("sent", 204)] * 2
    assert [item[:3] for item in receiver.got] == [("POST", "/hub", "application/x-www-form-urlencoded")] * 2
    assert [parse_qs(item[3].decode(), strict_parsing=True) for item in receiver.got] == [
        {"hub.mode": ["publish"], "hub.url": [feed], "hub.topic": [feed]} for feed in FEEDS
    ]


@pytest.mark.parametrize("status", [200, 202])
def test_all_changed_pages_are_told_to_search_engines_at_once(site: Site, receiver: Receiver, status: int) -> None:
    receiver.answers = [(status, {}, b"")]
    found = ping(telling(site, receiver), urls=PAGES, send=True)
    ((method, _, media_type, body),) = receiver.got
    assert (found.ok, method, media_type) == (True, "POST", "application/json; charset=utf-8")
    assert json.loads(body) == {
        "host": "example.com",
        "key": KEY,
        "keyLocation": f"https://example.com/{KEY}.txt",
        "urlList": list(PAGES),
    }


def test_a_message_has_at_most_ten_thousand_pages(site: Site, receiver: Receiver) -> None:
    pages = [f"https://example.com/{number}/" for number in range(20_001)]
    found = ping(telling(site, receiver, indexnow_key_location="/keys/k.txt"), urls=pages, send=True)
    assert [len(message.urls) for message in found.messages] == [10_000, 10_000, 1]
    bodies = [json.loads(body) for _, _, _, body in receiver.got]
    assert [url for body in bodies for url in body["urlList"]] == pages
    assert {body["keyLocation"] for body in bodies} == {"https://example.com/keys/k.txt"}


def test_nothing_is_sent_unless_it_is_asked_for(site: Site, receiver: Receiver) -> None:
    found = ping(telling(site, receiver), feeds=FEEDS, urls=PAGES)
    assert [message.outcome for message in found.messages] == ["unsent"] * 3
    assert receiver.got == []


@pytest.mark.parametrize(
    ("answer", "words", "hint"),
    [
        ((400, {}, b"no such feed"), "it answered 400 (Bad Request) and said 'no such feed'", "run the command again"),
        ((404, {}, b""), "it answered 404 (Not Found)", "run the command again"),
        ((500, {}, b"\x1b[31m\n"), "it answered 500 (Internal Server Error) and said '\\x1b[31m'", "run the command"),
        ((503, {"Retry-After": "9"}, b""), "it answered 503 (Service Unavailable)", "run the command again"),
        ((799, {}, b""), "it answered 799 (an unknown status)", "run the command again"),
        ((301, {"Location": "/new"}, b""), "it answered 301 (Moved Permanently) with another address, '/new'", "name"),
        ((307, {"Location": "file:///etc/passwd"}, b""), "with another address, 'file:///etc/passwd'", "name the new"),
    ],
)
def test_an_answer_that_is_a_refusal_is_a_problem_and_no_redirect_is_followed(
    site: Site, receiver: Receiver, answer: tuple[int, dict[str, str], bytes], words: str, hint: str
) -> None:
    receiver.answers = [answer]
    found = ping(telling(site, receiver), feeds=FEEDS[:1], send=True)
    (problem,) = found.problems
    assert (problem.code, problem.severity, problem.path, found.ok) == ("FK615", "error", receiver.url, False)
    assert problem.message.startswith(f"was not notified of '{FEEDS[0]}': ")
    assert words in problem.message
    assert problem.hint.startswith(hint)
    assert len(receiver.got) == 1


@pytest.mark.parametrize(
    ("status", "hint"),
    [(400, "ask for help"), (403, "put the key file"), (422, "check indexnow_key_location"), (429, "wait before")],
)
def test_what_an_answer_of_indexnow_means_is_told(site: Site, receiver: Receiver, status: int, hint: str) -> None:
    receiver.answers = [(status, {}, b"")]
    (problem,) = ping(telling(site, receiver), urls=PAGES, send=True).problems
    assert problem.message.startswith("was not notified of 2 pages: ")
    assert problem.hint.startswith(hint)


def test_one_that_fails_does_not_keep_the_others_from_being_sent(site: Site, receiver: Receiver) -> None:
    receiver.answers = [(500, {}, b""), (204, {}, b"")]
    found = ping(telling(site, receiver), feeds=FEEDS, urls=PAGES, send=True)
    assert [message.outcome for message in found.messages] == ["failed", "sent", "sent"]
    assert codes(found.problems) == ["FK615"]


def test_the_same_command_again_is_safe(site: Site, receiver: Receiver) -> None:
    receiver.answers = [(204, {}, b""), (500, {}, b""), (204, {}, b"")]
    both = telling(site, receiver)
    assert not ping(both, feeds=FEEDS, send=True).ok
    assert ping(both, feeds=FEEDS, send=True).ok
    assert len(receiver.got) == 4


def test_a_receiver_that_does_not_answer_is_asked_once_and_the_others_still_get_theirs(
    site: Site, receiver: Receiver
) -> None:
    receiver.answers = [(0, {}, b"")]
    with closing(socket.socket()) as closed:
        closed.bind(("127.0.0.1", 0))
        refusing = f"http://127.0.0.1:{closed.getsockname()[1]}/"
    hubs = replace(telling(site, receiver), hubs=(receiver.url, refusing))
    found = ping(hubs, feeds=FEEDS, send=True)
    assert [message.outcome for message in found.messages] == ["failed", "unsent", "failed", "unsent"]
    silent, refused = found.problems
    assert "it did not answer within 1 seconds" in silent.message
    assert "it cannot be reached (" in refused.message


#: What a hub sends, and whether it sends the last part again and again.
BROKEN = {
    "a bad chunk": (b"HTTP/1.1 500 No\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n", False, "it answered 500"),
    "a body that is too short": (b"HTTP/1.1 500 No\r\nContent-Length: 9\r\n\r\nab", False, "it answered 500"),
    "no status": (b"hello\r\n\r\n", False, "its answer cannot be read (BadStatusLine"),
    "nothing": (b"", False, "its answer cannot be read (RemoteDisconnected"),
    "an endless header": (b"HTTP/1.1 200 OK\r\nA: " + b"b" * 70_000, False, "its answer cannot be read (LineTooLong"),
    "a body byte by byte": (
        b"HTTP/1.1 500 No\r\nContent-Length: 99999\r\n\r\na",
        True,
        "it did not answer within 1 sec",
    ),
    "a header byte by byte": (b"HTTP/1.1 500 No\r\nA: a", True, "it did not answer within 1 seconds"),
    "endless 100 Continue": (b"HTTP/1.1 100 Continue\r\n\r\n", True, "it did not answer within 1 seconds"),
}


@pytest.fixture
def broken_hub(request: pytest.FixtureRequest) -> Iterator[str]:
    """A hub whose answer is broken."""
    answer, again, _ = BROKEN[request.param]
    part = answer if answer.startswith(b"HTTP/1.1 100") else answer[-1:]
    ended = threading.Event()
    server = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        connection, _ = server.accept()
        with connection, connection.makefile("rb") as reader, contextlib.suppress(OSError):
            # The whole request: what is unread when a connection is closed makes the other side see a reset.
            length = 0
            while line := reader.readline().strip().lower():
                if line.startswith(b"content-length:"):
                    length = int(line.partition(b":")[2])
            reader.read(length)
            connection.sendall(answer)
            while again and not ended.wait(0.01):
                connection.sendall(part)

    thread = threading.Thread(target=serve)
    thread.start()
    yield f"http://127.0.0.1:{server.getsockname()[1]}/"
    ended.set()
    thread.join()
    server.close()


@pytest.mark.parametrize("broken_hub", BROKEN, indirect=True)
def test_whatever_a_hub_answers_the_next_one_is_told(
    site: Site, receiver: Receiver, broken_hub: str, request: pytest.FixtureRequest
) -> None:
    hubs = replace(telling(site, receiver), hubs=(broken_hub, receiver.url))
    report = ping(hubs, feeds=FEEDS[:1], send=True)
    assert [message.outcome for message in report.messages] == ["failed", "sent"]
    (problem,) = report.problems
    assert BROKEN[request.node.callspec.params["broken_hub"]][2] in problem.message


@pytest.mark.parametrize("address", ["file:///etc/passwd", "ftp://example.com/", "rss.xml", "https://", "http://[x"])
def test_only_addresses_of_http_and_https_are_taken(site: Site, receiver: Receiver, address: str) -> None:
    for name in ("feeds", "urls"):
        with pytest.raises(SettingsError, match=r"has the scheme|has no host|is not an address"):
            ping(telling(site, receiver), send=True, **{name: [address]})
    assert receiver.got == []


def test_what_cannot_be_told_is_said(site: Site) -> None:
    found = ping(site, feeds=FEEDS, urls=PAGES)
    assert [(problem.code, problem.severity, problem.key) for problem in found.problems] == [
        ("FK616", "note", "hubs"),
        ("FK616", "note", "ping.indexnow_key"),
    ]
    assert (found.messages, found.ok) == ((), True)


def test_pages_of_another_host_are_told_to_nobody(site: Site, receiver: Receiver) -> None:
    found = ping(telling(site, receiver), urls=[*PAGES, "https://other.example/a/"])
    assert found.messages[0].urls == PAGES
    assert "not on example.com, so not sent: 1 page" in found.problems[0].message


@pytest.fixture
def blog(write_article: Write, content: Path, receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with two articles and a configuration."""
    monkeypatch.chdir(content.parent)
    (content.parent / "feedkit.toml").write_text(
        f'base_url = "https://example.com/"\nhubs = ["{receiver.url}"]\nas_of = "2026-01-01"\nformats = ["rss"]\n'
        f'[ping]\nindexnow_key = "{KEY}"\nindexnow_endpoint = "{receiver.url}"\ntimeout = 1\n'
    )
    write_article("a.md")
    write_article("b.md")
    return content.parent


def run(capsys: Capture, *arguments: str) -> tuple[int, str, str]:
    capsys.readouterr()
    code = main(arguments)
    out, err = capsys.readouterr()
    return code, out, err


def test_the_report_of_a_build_is_all_that_the_command_needs(blog: Path, receiver: Receiver, capsys: Capture) -> None:
    report = run(capsys, "build", "content", "--json")[1]
    (blog / "report.json").write_text(report)
    lines = [
        f"websub {receiver.url} https://example.com/rss.xml",
        f"indexnow {receiver.url} 2 pages",
    ]
    shown = [f"would be sent: {line}" for line in lines]
    expected = "\n".join([*shown, "2 messages, nothing is sent without --yes", ""])
    assert run(capsys, "ping", "report.json") == (0, expected, "")
    assert run(capsys, "ping", "report.json", "--dry-run") == (0, expected, "")
    assert receiver.got == []
    done = "\n".join([*(f"sent: {line}" for line in lines), "2 of 2 messages sent", ""])
    assert run(capsys, "ping", "report.json", "--yes") == (0, done, "")
    assert len(receiver.got) == 2


def test_a_report_comes_from_standard_input_too(
    blog: Path, receiver: Receiver, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(capsys, "build", "content")
    report = run(capsys, "build", "content", "--json")[1]
    monkeypatch.setattr("sys.stdin", io.StringIO(report))
    assert run(capsys, "ping", "-", "--yes") == (0, "nothing to send: no feed and no page has changed\n", "")


def test_addresses_can_be_given_by_hand_and_a_failure_ends_with_1(
    blog: Path, receiver: Receiver, capsys: Capture
) -> None:
    receiver.answers = [(500, {}, b""), (200, {}, b"")]
    code, out, err = run(capsys, "ping", "--feed", FEEDS[0], "--url", PAGES[0], "--yes", "--json")
    assert code == 1
    assert f"{receiver.url}: error FK615: was not notified of '{FEEDS[0]}': it answered 500" in err
    assert "hint: run the command again: sending a message twice does no harm" in err
    assert [(item["kind"], item["outcome"], item["status"]) for item in json.loads(out)["messages"]] == [
        ("websub", "failed", 500),
        ("indexnow", "sent", 200),
    ]


def test_a_ping_that_fails_loses_nothing_the_same_report_again_tells_the_rest(
    blog: Path, receiver: Receiver, capsys: Capture
) -> None:
    (blog / "report.json").write_text(run(capsys, "build", "content", "--json")[1])
    before = {file: file.read_bytes() for file in blog.rglob("*") if file.is_file()}
    receiver.answers = [(503, {}, b"")]
    code, out, err = run(capsys, "ping", "report.json", "--yes")
    assert (code, out.splitlines()[-1], err.count("FK615")) == (1, "0 of 2 messages sent", 2)
    first = receiver.got.copy()
    assert {file: file.read_bytes() for file in blog.rglob("*") if file.is_file()} == before
    receiver.answers = [(204, {}, b"")]
    code, out, err = run(capsys, "ping", "report.json", "--yes")
    assert (code, out.splitlines()[-1], err) == (0, "2 of 2 messages sent", "")
    assert receiver.got == first * 2


def test_a_ping_from_a_pipe_that_fails_says_how_to_tell_the_rest(
    blog: Path, receiver: Receiver, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    (blog / "feedkit.toml").rename(blog / "own.toml")
    report = run(capsys, "build", "content", "--json", "--config", "own.toml")[1]
    receiver.answers = [(204, {}, b""), (503, {}, b""), (204, {}, b"")]
    monkeypatch.setattr("sys.stdin", io.StringIO(report))
    code, _, err = run(capsys, "ping", "-", "--yes", "--config", "own.toml")
    (again,) = [line.partition("again with: ")[2] for line in err.splitlines() if "again with: " in line]
    assert (code, again) == (
        1,
        "feedkit ping --url https://example.com/a/ --url https://example.com/b/ --config own.toml --yes",
    )
    assert run(capsys, *again.split()[1:])[0] == 0
    assert json.loads(receiver.got[-1][3])["urlList"] == ["https://example.com/a/", "https://example.com/b/"]


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["no-such-file.json"],
        ["broken.json"],
        ["other.json"],
        ["texts.json"],
        ["--feed", "rss.xml"],
        ["--feed", FEEDS[0], "--yes", "--dry-run"],
    ],
)
def test_wrong_usage_ends_with_2_and_sends_nothing(
    blog: Path, receiver: Receiver, capsys: Capture, arguments: list[str]
) -> None:
    (blog / "broken.json").write_text("{")
    (blog / "other.json").write_text('{"a": 1}')
    (blog / "texts.json").write_text('{"changed_urls": "https://example.com/", "changed_feeds": []}')
    try:
        code = run(capsys, "ping", *arguments)[0]
    except SystemExit as error:
        code = int(error.code or 0)
    assert (code, receiver.got) == (2, [])


def test_a_build_never_sends_anything(blog: Path, receiver: Receiver, capsys: Capture) -> None:
    assert run(capsys, "build", "content")[0] == 0
    assert receiver.got == []


CHANGES: dict[str, tuple[dict[str, str], list[str], list[str]]] = {
    "nothing": ({}, [], []),
    "a title": ({"title": "Other"}, ["b"], ["rss.xml", "atom.xml", "feed.json"]),
    "a tag": (
        {"tags": "[y]"},
        ["b"],
        ["rss.xml", "tags/y/rss.xml", "atom.xml", "tags/y/atom.xml", "feed.json", "tags/y/feed.json"],
    ),
    "the search words": ({"keywords": "[k]"}, ["b"], ["feed.json"]),
    "whether it is listed": ({"noindex": "true"}, [], []),
    "a draft": ({"draft": "true"}, [], ["rss.xml", "atom.xml", "feed.json"]),
}


@pytest.mark.parametrize("name", CHANGES)
def test_the_report_lists_the_articles_and_feeds_that_changed(
    write_article: Write, content: Path, site: Site, tmp_path: Path, name: str
) -> None:
    keys, urls, feeds = CHANGES[name]
    write_article("a.md", publishedAt="2025-11-02")
    write_article("b.md")
    first = build(site, content, tmp_path / "out")
    assert first.changed_urls == ("https://example.com/a/", "https://example.com/b/")
    write_article("b.md", **keys)
    report = build(site, content, tmp_path / "out")
    assert report.changed_urls == tuple(f"https://example.com/{url}/" for url in urls)
    assert report.changed_feeds == tuple(f"https://example.com/{path}" for path in feeds)


@pytest.mark.parametrize("gzip", [False, True])
def test_an_article_that_no_feed_has_room_for_is_known_by_its_place_in_the_sitemap(
    write_article: Write, content: Path, site: Site, tmp_path: Path, gzip: bool
) -> None:
    small = replace(site, limit=1, sitemap=replace(site.sitemap, max_urls=2, gzip=gzip))
    for day in (2, 3, 4):
        write_article(f"{day}.md", publishedAt=f"2025-11-0{day}")
    write_article("it's.md", publishedAt="2025-11-01")
    build(small, content, tmp_path / "out")
    write_article("it's.md", publishedAt="2025-11-01", updatedAt="2025-12-01")
    report = build(small, content, tmp_path / "out")
    assert (report.changed_urls, report.changed_feeds) == (("https://example.com/it's/",), ())


def test_where_nothing_was_written_nothing_has_changed(
    write_article: Write, content: Path, site: Site, tmp_path: Path
) -> None:
    write_article()
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "rss.xml").write_text("somebody else's")
    report = build(site, content, tmp_path / "out")
    assert (report.ok, report.changed_urls, report.changed_feeds) == (False, (), ())


def test_the_printed_report_lists_what_changed_and_a_second_build_changes_nothing(blog: Path, capsys: Capture) -> None:
    first, second = (json.loads(run(capsys, "build", "content", "--json")[1]) for _ in range(2))
    assert first["changed_urls"] == ["https://example.com/a/", "https://example.com/b/"]
    assert first["changed_feeds"] == ["https://example.com/rss.xml"]
    assert (second["changed_urls"], second["changed_feeds"]) == ([], [])


def test_an_article_that_moved_has_changed_and_its_former_address_is_not_listed(
    write_article: Write, content: Path, site: Site, tmp_path: Path
) -> None:
    ledgered = replace(site, ids=tmp_path / "ids.jsonl")
    write_article("a.md")
    build(ledgered, content, tmp_path / "out")
    write_article("a.md", slug="other")
    report = build(ledgered, content, tmp_path / "out")
    assert report.changed_urls == ("https://example.com/other/",)
    assert report.changed_feeds == tuple(f"https://example.com/{name}" for name in ("rss.xml", "atom.xml", "feed.json"))
