"""`feedkit serve`: the site as it would be, in a browser on this machine, again after every save."""

from __future__ import annotations

import errno
import os
import sys
import webbrowser
from argparse import Namespace
from collections.abc import Callable, Mapping
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Condition, Thread
from urllib.parse import unquote, urlsplit

from feedkit.cli.build import INSTALL, can_watch, saves
from feedkit.cli.options import MissingAddressError, content_of, site_of
from feedkit.cli.printing import ProblemPrinter, count, print_error, print_line
from feedkit.errors import FeedkitError, SettingsError
from feedkit.inspect.preview import Preview

#: Other machines cannot reach it.
HOST = "127.0.0.1"
#: The path at which a page hears of a new build.
EVENTS = "-/events"
#: How long a page that listens hears nothing before the server looks whether it is still there.
KEEP_ALIVE_SECONDS = 15.0


def run_serve(options: Namespace) -> int:
    if options.content == "-":
        raise SettingsError("serve: standard input cannot be read again; name a folder")
    options.content = content_of(options)
    port = options.port
    try:
        server = Server((HOST, port), RequestHandler)
    except OSError as error:
        if error.errno != errno.EADDRINUSE:
            raise
        raise SettingsError(f"--port: {port} is in use; run with --port {port + 1}, or --port 0 for any") from error
    root = f"http://{HOST}:{server.server_port}/"
    try:
        site_of(options)
    except MissingAddressError:
        # To look at a site, the address of the server is enough.
        options.base_url = root
    with TemporaryDirectory(prefix="feedkit-") as folder:
        cache = Path(folder) / "articles.sqlite3"
        printer = ProblemPrinter(options, only_new=True)
        live = server.live = Live(lambda: Preview(site_of(options), options.content, cache=cache), printer)
        answering = Thread(target=server.serve_forever, daemon=True)
        try:
            live.build()
            if live.preview is None:
                raise live.error or SettingsError("serve: there is nothing to show")
            answering.start()
            print_line(f"{root} shows {live.summary()}; Ctrl-C stops it", sys.stdout)
            if options.open:
                webbrowser.open(root)
            with suppress(KeyboardInterrupt):
                if can_watch():
                    for _ in saves(options, site_of(options).output):
                        live.build()
                        if not options.quiet and not live.error:
                            print_line(f"built again: {live.summary()}", sys.stdout)
                else:
                    print_error(f"the pages do not change when a file is saved; {INSTALL}")
                    with live.changed:
                        live.changed.wait_for(lambda: live.is_closed)
        finally:
            live.close()
            if answering.is_alive():
                server.shutdown()
            server.server_close()
    return 0


class Live:
    """The newest preview. Mutable: each build replaces it. A thread holds `changed` while it uses it."""

    def __init__(self, make: Callable[[], Preview], printer: ProblemPrinter) -> None:
        self.preview: Preview | None = None
        #: Why the last build failed; None where it did not.
        self.error: FeedkitError | OSError | None = None
        #: Notified when there is another version.
        self.changed = Condition()
        self.is_closed = False
        self._make = make
        self._printer = printer
        self._number = 0

    @property
    def version(self) -> str:
        """What no other build, of this run or another, has."""
        return f"{os.getpid()}-{self._number}"

    def current(self) -> Preview:
        """The preview, read again where an article has fallen due since."""
        if self.preview is not None and self.preview.is_due() and not self.error:
            self.build()
        assert self.preview is not None  # noqa: S101  # nothing is served before it is there
        return self.preview

    def build(self) -> None:
        """Read everything again. What cannot be read leaves the last preview in its place, with the reason."""
        with self.changed:
            last, self.error = self.preview, None
            try:
                self.preview = self._make()
            except (FeedkitError, OSError) as error:
                # Half a configuration is saved often; the next save corrects it.
                self.error = error
                if last is not None:
                    print_error(str(error))
            else:
                with self._printer as print_problem:
                    for problem in self.preview.problems:
                        print_problem(problem)
                if last is not None:
                    last.close()
            self._number += 1
            self.changed.notify_all()

    def next_version(self, last: str) -> str | None:
        """The next version, or the last one when there is no other for a while; None when the server ends."""
        with self.changed:
            self.changed.wait_for(lambda: self.is_closed or self.version != last, KEEP_ALIVE_SECONDS)
            return None if self.is_closed else self.version

    def summary(self) -> str:
        """How much there is, and how much is wrong."""
        preview = self.preview
        assert preview is not None  # noqa: S101  # a site is summed up when it can be shown
        errors = sum(problem.severity == "error" for problem in preview.problems)
        counts = [count(len(preview.articles), "article"), count(len(preview.publication.selections), "feed")]
        return ", ".join([*counts, *([count(errors, "error")] if errors else [])])

    def close(self) -> None:
        """Let go of the pages that listen."""
        with self.changed:
            self.is_closed = True
            self.changed.notify_all()
            if self.preview is not None:
                self.preview.close()


class Server(ThreadingHTTPServer):
    """Answers on one address; `live` must be set before it does."""

    daemon_threads = True
    # A page that listens must not keep the command from ending.
    block_on_close = False
    live: Live

    def handle_error(self, request: object, client_address: object) -> None:
        """Say what went wrong; a browser that has gone is nothing wrong."""
        error = sys.exc_info()[1]
        if not isinstance(error, ConnectionError | TimeoutError):
            print_error(f"serve: {type(error).__name__}: {error}")


class RequestHandler(BaseHTTPRequestHandler):
    """Answers one browser."""

    protocol_version = "HTTP/1.1"
    server: Server

    def version_string(self) -> str:
        """What the header `Server` says."""
        return "feedkit"

    def do_GET(self) -> None:  # the name that the base class calls
        """Answer a request."""
        host, port = self.headers.get("Host", ""), self.server.server_port
        own = {f"{name}{end}" for name in (HOST, "localhost") for end in (f":{port}", *([""] if port == 80 else []))}
        if host.lower() not in own:
            # A page elsewhere whose name leads here must not read anything (DNS rebinding).
            self._send_text(403, "Open the address that feedkit printed.")
            return
        path = unquote(urlsplit(self.path).path).removeprefix("/")
        if path == EVENTS and self.command == "GET":
            self._send_events()
            return
        live, headers, root = self.server.live, dict(self.headers), f"http://{host}/"
        try:
            with live.changed:
                preview, failure = live.current(), str(live.error) if live.error else ""
                answer = preview.respond(path, self.command, headers, root=root, version=live.version, failure=failure)
        except (FeedkitError, OSError) as error:
            # A file that a document needs may go at any time: the next save, or the next request, may be better.
            print_error(str(error))
            self._send_text(500, str(error))
            return
        self._send(answer.status, answer.headers, answer.body)

    do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = do_OPTIONS = do_GET  # noqa: N815

    def _send_text(self, status: int, text: str) -> None:
        self._send(status, {"Content-Type": "text/plain; charset=utf-8"}, f"{text}\n".encode())

    def _send(self, status: int, headers: Mapping[str, str], body: bytes) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        if "Content-Length" not in headers and status != 304:
            self.send_header("Content-Length", str(len(body)))
        if self.command not in ("GET", "HEAD"):
            # What else was sent is not read.
            self.close_connection = True
            self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(body)

    def _send_events(self) -> None:
        """The version of the preview, now and whenever there is another one (HTML "Server-sent events")."""
        self.close_connection = True
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        sent = ""
        while (version := self.server.live.next_version(sent)) is not None:
            self.wfile.write(f"data: {version}\n\n".encode() if version != sent else b": still here\n\n")
            self.wfile.flush()
            sent = version

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the name of the base class
        """Nothing: requests are no news."""
