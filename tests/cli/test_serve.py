"""`feedkit serve`: what it answers, to whom, and what a page hears after a save."""

from __future__ import annotations

import json
import re
import select
import signal
import socket
import sys
from argparse import Namespace
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Event, Thread
from typing import Any
from urllib.parse import quote
from urllib.request import urlopen

import html5lib
import pytest
from lxml import html
from msgspec.structs import replace
from served import DEADLINE_SECONDS, HOSTILE, PNG, Served

from feedkit import Response, Site
from feedkit.cli import main
from feedkit.cli.printing import ProblemPrinter
from feedkit.cli.server import Live, RequestHandler, Server
from feedkit.inspect.preview import Preview
from feedkit.pipeline.worker import Worker

ROOT = "http://127.0.0.1:8000/"


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Callable[..., Served]]:
    started: list[Served] = []

    def start(*more: str, **given: Any) -> Served:
        started.append(Served(tmp_path, *more, **given))
        return started[-1]

    yield start
    for server in started:
        server.close()


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """One server for all questions that change nothing."""
    root = tmp_path_factory.mktemp("served")
    (root / "content").mkdir()
    (root / "content/a.md").write_text("---\ntitle: T\ndate: 2025-11-01\n---\n\nWords.\n", "utf-8")
    server = Served(root, "content")
    yield server
    server.close()


@pytest.fixture
def blog(tmp_path: Path, write_article: Callable[..., Path]) -> Path:
    """A site with an article, a hostile one, and one that is refused."""
    (tmp_path / "feedkit.toml").write_text('base_url = "https://example.com/blog/"\ntitle = "Tides"\n', "utf-8")
    write_article("a.md", tags="[C++]")
    return tmp_path


def test_every_document_has_its_type_and_is_not_sent_twice(blog: Path, serve: Callable[..., Served]) -> None:
    server = serve()
    assert server.said.endswith(" shows 1 article, 2 feeds; Ctrl-C stops it\n")
    for path, type_ in [
        ("/rss.xml", "application/rss+xml; charset=utf-8"),
        ("/tags/cpp/atom.xml", "application/atom+xml; charset=utf-8"),
        ("/feed.json", "application/feed+json"),
        ("/sitemap.xml", "application/xml; charset=utf-8"),
        ("/feeds.opml", "text/x-opml; charset=utf-8"),
    ]:
        response, body = server.ask(path)
        assert (response.status, response.headers["Content-Type"]) == (200, type_)
        assert body
        again, nothing = server.ask(path, If_None_Match=response.headers["ETag"])
        assert (again.status, nothing) == (304, b"")
        head, nothing = server.ask(path, "HEAD")
        assert (head.status, head.headers["Content-Length"], nothing) == (200, str(len(body)), b"")
    assert json.loads(server.ask("/feed.json")[1])["feed_url"] == "https://example.com/blog/feed.json"
    # The page is there although the site does not write it.
    page = server.ask("/")[1].decode()
    assert f'href="http://127.0.0.1:{server.port}/tags/cpp/atom.xml"' in page
    assert "https://example.com/blog/rss.xml" not in page
    assert server.ask("/feeds.html")[0].status == 404
    assert server.ask("/rss.xml", "POST")[0].status == 405
    assert not (blog / "public").exists()


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("127.0.0.1:{port}", 200),
        ("localhost:{port}", 200),
        ("LOCALHOST:{port}", 200),
        ("127.0.0.1", 403),
        ("evil.example:{port}", 403),
        ("127.0.0.1.evil.example:{port}", 403),
        ("", 403),
    ],
)
def test_a_name_that_was_made_to_lead_here_reads_nothing(host: str, status: int, served: Served) -> None:
    for path in ("/", "/rss.xml", "/-/events") if status == 403 else ("/", "/rss.xml"):
        assert served.ask(path, Host=host.format(port=served.port))[0].status == status


def test_a_save_is_seen_by_a_page_that_listens(
    blog: Path, serve: Callable[..., Served], write_article: Callable[..., Path]
) -> None:
    pytest.importorskip("watchfiles")
    server = serve()
    page = html.document_fromstring(server.ask("/")[1])
    (version,) = page.xpath("//meta[@name='feedkit-version']/@content")
    with socket.create_connection(("127.0.0.1", server.port), timeout=DEADLINE_SECONDS) as listening:
        listening.sendall(f"GET /-/events HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\n\r\n".encode())
        events = listening.makefile("rb")
        assert next_event(events) == version
        # The watcher may begin a moment after the first page: a save that it misses is repeated.
        for number in range(100):
            write_article("a.md", title=f"New {number}")
            if select.select([server.process.stdout], [], [], 0.2)[0]:
                break
        assert next_event(events) != version
    assert "New " in server.ask("/")[1].decode()
    assert "built again: 1 article" in server.line()
    (blog / "feedkit.toml").write_text("title = 3\n", "utf-8")
    failed = until(lambda: server.ask("/")[1].decode(), lambda text: "The last save cannot be shown" in text)
    assert "feedkit.toml" in failed
    assert "New " in failed
    (blog / "feedkit.toml").write_text('base_url = "https://example.com/"\ntitle = "Ebb"\n', "utf-8")
    until(
        lambda: server.ask("/")[1].decode(), lambda text: "Subscribe to Ebb" in text and "cannot be shown" not in text
    )
    server.process.send_signal(signal.SIGINT)
    assert server.process.wait(timeout=DEADLINE_SECONDS) == 0


def next_event(events: Any) -> str:
    """The data of the next event."""
    while not (line := events.readline()).startswith(b"data: "):
        assert line, "the server hung up"
    return str(line.removeprefix(b"data: ").decode().strip())


def until(ask: Callable[[], str], is_there: Callable[[str], bool]) -> str:
    """What is answered when it is what is waited for; the test ends after so many questions."""
    for _ in range(2_000):
        if is_there(text := ask()):
            return text
    raise AssertionError(text[:2_000])


def test_it_needs_no_configuration(served: Served) -> None:
    assert f"http://127.0.0.1:{served.port}/rss.xml" in served.ask("/rss.xml")[1].decode()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["serve", "-"], "serve: standard input cannot be read again; name a folder"),
        (["serve", "nowhere", "--port", "0"], "nowhere: there is no such folder of articles"),
    ],
)
def test_what_cannot_be_served_is_refused(
    arguments: list[str], message: str, capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: Any
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(arguments) == 2
    assert message in capsys.readouterr().err


def test_a_port_that_is_in_use_is_named_with_another(
    blog: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(blog)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert main(["serve", "--port", str(port)]) == 2
    assert f"--port: {port} is in use; run with --port {port + 1}, or --port 0 for any" in capsys.readouterr().err


# ---- the pages, without a server


def answered(site: Site, content: Path, path: str) -> Response:
    """What a preview answers."""
    preview = Preview(site, content)
    try:
        return preview.respond(path, "GET", {}, root=ROOT, version="1")
    finally:
        preview.close()


def page(site: Site, content: Path, path: str) -> Any:
    """A page of the preview, after a strict reader of HTML has had nothing against it."""
    answer = answered(site, content, path)
    assert answer.status == 200
    assert answer.headers["Content-Security-Policy"] == "frame-ancestors 'none'"
    html5lib.HTMLParser(strict=True).parse(answer.body.decode())
    return html.document_fromstring(answer.body)


def texts(root: Any, path: str) -> list[str]:
    return [" ".join(item.text_content().split()) for item in root.xpath(path)]


@pytest.fixture
def site(tmp_path: Path) -> Site:
    (tmp_path / "static" / "images").mkdir(parents=True)
    (tmp_path / "static" / "images" / "a.png").write_bytes(PNG)
    (tmp_path / "static" / "a.html").write_text("<script>alert(1)</script>", "utf-8")
    (tmp_path / "secret.png").write_bytes(PNG)
    return Site(
        base_url="https://example.com/blog/", title="Tides", timezone="Asia/Tokyo", static=(tmp_path / "static",)
    )


def test_the_list_has_every_article_with_its_state_and_its_problems(
    site: Site, content: Path, write_article: Callable[..., Path]
) -> None:
    write_article("good.md", publishedAt="2025-11-01T20:00:00Z")
    write_article("draft.md", draft="true", publishedAt="2025-10-01")
    write_article("bad.md", publishedAt="2025-13-01")
    write_article("twin.md", slug="good", publishedAt="2025-12-01")
    shown = page(site, content, "-/")
    assert [texts(row, "td") for row in shown.xpath("//tbody/tr")] == [
        [f"Title twin{content}/twin.md", "left out", "1 December 2025", "1 error"],
        [f"{content}/bad.md{content}/bad.md", "refused", "", "1 error"],
        [f"Title good{content}/good.md", "published", "2 November 2025, 05:00", ""],
        [f"Title draft{content}/draft.md", "draft", "1 October 2025", ""],
    ]
    assert texts(shown, "//nav//span") == ["2 errors, 0 warnings"]


def test_an_article_is_shown_as_a_reader_does_beside_its_source_and_its_problems(
    site: Site, content: Path, write_article: Callable[..., Path]
) -> None:
    file = write_article(
        "a.md", HOSTILE, title="<b>A & B", publishedAt="2025-11-01T20:00:00Z", author="<i>Ann", tags="['<u>']"
    )
    shown = page(site, content, f"-/article/{file}")
    assert texts(shown, "//h1") == ["<b>A & B"]
    assert texts(shown, "//p[@class='when']") == ["2 November 2025, 05:00 (Asia/Tokyo)"]
    assert texts(shown, "//p[@class='authors']") == ["<i>Ann"]
    assert [code.split()[1] for code in texts(shown, "//ul[@class='problems']//span[1]") if code[:4] == "warn"] != []
    source = [item.text_content() for item in shown.xpath("//ol[@class='source']/li")]
    assert source == file.read_text("utf-8").splitlines()
    for line in shown.xpath("//ul[@class='problems']//a/@href"):
        assert shown.xpath(f"//li[@id='{line[1:]}']/@class") == ["marked"]
    (frame,) = shown.xpath("//iframe")
    # No word in it: no script, no form, no window, no address of ours.
    assert frame.get("sandbox") == ""
    inner = html.document_fromstring(frame.get("srcdoc"))
    assert "script-src 'none'" in inner.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")[0]
    assert inner.xpath("//@src | //@srcset | //@poster") == [f"{ROOT}images/a.png"]
    assert inner.xpath("//script | //form | //iframe | //meta[@http-equiv='refresh'] | //@onerror") == []
    assert texts(shown, "//p[@class='note']") == ["Pictures and players of evil.example are not loaded here."]


@pytest.mark.parametrize("settings", [{}, {"ids": Path("ids.jsonl")}])
def test_an_article_is_shown_with_its_summary_its_picture_and_its_files(
    site: Site, content: Path, write_article: Callable[..., Path], settings: dict[str, Any]
) -> None:
    file = write_article("a.md", excerpt="Short.", image="/images/a.png", enclosures="{url: /a.mp3, length: 5}")
    shown = page(replace(site, hero=False, **settings), content, f"-/article/{file}")
    assert texts(shown, "//dt[.='Summary']/following-sibling::dd[1]") == ["Short."]
    assert shown.xpath("//img[@class='hero']/@src") == [f"{ROOT}images/a.png"]
    assert texts(shown, "//p[@class='note']") == ["Attached: https://example.com/blog/a.mp3 (audio/mpeg, 5 bytes)"]


def test_a_site_that_trusts_its_content_is_shown_as_a_wary_reader_shows_it(
    site: Site, content: Path, write_article: Callable[..., Path]
) -> None:
    file = write_article("a.md", HOSTILE)
    trusting = Site(base_url=site.base_url, html="trusted")
    inner = html.document_fromstring(page(trusting, content, f"-/article/{file}").xpath("//iframe/@srcdoc")[0])
    assert inner.xpath("//script | //form | //iframe | //meta[@http-equiv='refresh'] | //@onerror") == []
    assert "Hello" in inner.text_content()


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("images/a.png", 200),
        ("post/pic.png", 200),
        ("images/none.png", 404),
        ("a.html", 404),
        ("../secret.png", 404),
        ("post/../../secret.png", 404),
        ("post/index.md", 404),
        ("-/article/feedkit.toml", 404),
        ("-/article//etc/hostname", 404),
        ("images/\0.png", 404),
        ("-/none", 404),
        ("tags/none/rss.xml", 404),
    ],
)
def test_only_pictures_of_the_site_are_served_beside_its_documents(
    path: str, status: int, site: Site, content: Path, write_article: Callable[..., Path]
) -> None:
    write_article("post/index.md", slug="post")
    (content / "post" / "pic.png").write_bytes(PNG)
    answer = answered(site, content, path)
    assert answer.status == status
    if status == 200:
        assert (answer.headers["Content-Type"], answer.body) == ("image/png", PNG)
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_nothing_is_written_and_a_ledger_is_not_changed(
    site: Site, content: Path, tmp_path: Path, write_article: Callable[..., Path]
) -> None:
    write_article("a.md")
    before = sorted(tmp_path.rglob("*"))
    given = Site(base_url=site.base_url, ids=tmp_path / "ids.jsonl")
    for path in ("", "-/", "rss.xml", f"-/article/{quote(str(content / 'a.md'))}"):
        assert answered(given, content, path).status == 200
    assert sorted(tmp_path.rglob("*")) == before


# ---- the command, without a browser


@pytest.fixture
def ended(monkeypatch: pytest.MonkeyPatch) -> Callable[..., str]:
    """Runs the command as if Ctrl-C were pressed at once: what it printed, and what it opened."""
    opened: list[str] = []
    monkeypatch.setattr("webbrowser.open", opened.append)

    def run(*arguments: str) -> str:
        assert main(["serve", *arguments, "--port", "0"]) == 0
        return " ".join(opened)

    return run


def saves_and_ctrl_c(*_: object) -> Iterator[object]:
    yield {("modified", "content/a.md")}
    raise KeyboardInterrupt


def test_a_browser_is_opened_only_where_it_is_asked_for_and_new_problems_are_printed_once(
    blog: Path, ended: Callable[..., str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(blog)
    monkeypatch.setattr("feedkit.cli.server.saves", saves_and_ctrl_c)
    (blog / "content" / "b.md").write_text("---\ntitle: B\ndate: soon\n---\n", "utf-8")
    assert ended() == ""
    out, err = capsys.readouterr()
    assert re.fullmatch(
        r"http://127\.0\.0\.1:\d+/ shows 2 articles, 2 feeds, 1 error; Ctrl-C stops it\n"
        r"built again: 2 articles, 2 feeds, 1 error\n",
        out,
    )
    assert err.count("content/b.md:3: error FK") == 1
    assert re.fullmatch(r"http://127\.0\.0\.1:\d+/", ended("--open"))


def test_an_empty_content_folder_is_an_error_and_no_article(
    ended: Callable[..., str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    empty = tmp_path / "empty"
    (empty / "content").mkdir(parents=True)
    monkeypatch.chdir(empty)
    monkeypatch.setattr("feedkit.cli.server.saves", saves_and_ctrl_c)
    ended()
    assert " shows 0 articles, 1 feed, 1 error; Ctrl-C stops it\n" in capsys.readouterr().out


def test_without_watchfiles_the_pages_are_there_and_one_line_says_what_to_install(
    blog: Path, ended: Callable[..., str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(blog)
    monkeypatch.setitem(sys.modules, "watchfiles", None)

    def ctrl_c(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("threading.Condition.wait_for", ctrl_c)
    ended()
    message = "feedkit: the pages do not change when a file is saved; run: python -m pip install watchfiles\n"
    assert capsys.readouterr().err == message


def test_an_article_that_falls_due_is_shown_without_a_save(
    site: Site, content: Path, write_article: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    write_article("a.md", publishedAt="2025-11-01")
    write_article("b.md", publishedAt="2026-02-01")
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1767225600")
    live = Live(lambda: Preview(site, content), ProblemPrinter(Namespace(quiet=True, json=True)))
    live.build()
    before = live.version
    assert len(live.current().publication.entries) == 1
    assert live.version == before
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1772323200")
    assert len(live.current().publication.entries) == 2
    assert live.version != before
    live.close()


def test_a_request_during_a_build_is_answered_with_the_last_preview(
    site: Site, content: Path, write_article: Callable[..., Path]
) -> None:
    write_article("a.md", title="Before")
    is_reading, may_end = Event(), Event()

    def make() -> Preview:
        if is_later.is_set():
            is_reading.set()
            assert may_end.wait(DEADLINE_SECONDS)
        return Preview(site, content)

    is_later = Event()
    with Server(("127.0.0.1", 0), RequestHandler) as server:
        live = server.live = Live(make, ProblemPrinter(Namespace(quiet=True, json=True)))
        live.build()
        is_later.set()
        building = Thread(target=live.build)
        Thread(target=server.serve_forever, daemon=True).start()
        try:
            write_article("a.md", title="After")
            building.start()
            assert is_reading.wait(DEADLINE_SECONDS)
            feed = f"http://127.0.0.1:{server.server_port}/rss.xml"
            assert b"<title>Before</title>" in urlopen(feed, timeout=DEADLINE_SECONDS / 2).read()
            may_end.set()
            building.join()
            assert b"<title>After</title>" in urlopen(feed, timeout=DEADLINE_SECONDS / 2).read()
        finally:
            may_end.set()
            server.shutdown()
            live.close()


def test_only_what_has_changed_is_read_again_and_what_depends_on_it(
    site: Site, content: Path, tmp_path: Path, write_article: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    # No file is too young to be believed.
    monkeypatch.setattr("feedkit.pipeline.inputs.RACY_NS", -(10**12))
    for number in range(5):
        write_article(f"{number}.md", "[to the next](1.md)", tags="[x]")
    read: list[str] = []
    original = Worker._read
    monkeypatch.setattr(
        Worker, "_read", lambda self, file, known: read.append(file.path) or original(self, file, known)
    )
    cache = tmp_path / "cache.sqlite3"

    def shown(path: str) -> bytes:
        read.clear()
        preview = Preview(site, content, cache=cache)
        try:
            return preview.respond(path, "GET", {}, root=ROOT, version="1").body
        finally:
            preview.close()

    first = shown("rss.xml")
    assert len(read) == 5
    assert shown("rss.xml") == first
    assert read == []
    write_article("1.md", "Words.", title="Another", slug="elsewhere")
    changed = shown("rss.xml")
    assert [Path(path).name for path in read] == ["1.md"]
    assert b"<title>Another</title>" in changed
    # Its new address is in the content of the others.
    assert changed.count(b"https://example.com/blog/elsewhere/") == 6
    assert b"https://example.com/blog/1/" not in changed
    preview = Preview(site, content)
    assert preview.respond("rss.xml", "GET", {}, root=ROOT, version="1").body == changed
    preview.close()
