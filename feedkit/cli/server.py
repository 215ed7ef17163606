"""`feedkit serve`: a preview of the site in a browser on this machine, which is built again after every save."""

from __future__ import annotations

import errno
import os
import sys
import webbrowser
from argparse import Namespace
from collections.abc import Callable
from contextlib import ExitStack, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Condition, Lock, Thread
from urllib.parse import unquote, urlsplit

from feedkit.cli.build import INSTALL, can_watch, saves
from feedkit.cli.commands import MissingAddressError, content_of, site_of
from feedkit.cli.printing import ProblemPrinter, count, print_error, print_line
from feedkit.errors import FeedkitError, SettingsError
from feedkit.inspect.preview import Preview
from feedkit.pipeline.spools import TemporaryFiles
from feedkit.site.serving import Response

#: The address of the server, which other machines cannot reach.
HOST = "127.0.0.1"
#: The path from which a page receives the version of each new build.
EVENTS = "-/events"
#: If there is no new build for so long, the server sends a comment, to see whether the page is still open.
KEEP_ALIVE_SECONDS = 15.0
#: How many seconds pass at most between Ctrl-C and the end of the server.
POLL_SECONDS = 0.05


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
        # For a preview, the address of the server is enough.
        options.base_url = root
    with ExitStack() as stack:
        with TemporaryFiles():
            cache = Path(stack.enter_context(TemporaryDirectory(prefix="feedkit-"))) / "articles.sqlite3"
        stack.enter_context(server)
        printer = ProblemPrinter(options, only_new=True)
        live = server.live = Live(lambda: Preview(site_of(options), options.content, cache=cache), printer)
        stack.callback(live.close)
        live.build()
        if live.preview is None:
            raise live.error or SettingsError("serve: there is nothing to show")
        Thread(target=server.serve_forever, args=(POLL_SECONDS,), daemon=True).start()
        stack.callback(server.shutdown)
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
    return 0


class Live:
    """The newest preview, which each build replaces. A thread holds `changed` while it uses the preview."""

    def __init__(self, make: Callable[[], Preview], printer: ProblemPrinter) -> None:
        self.preview: Preview | None = None
        #: Why the last build failed; None if it did not.
        self.error: FeedkitError | OSError | None = None
        #: Notified when there is a new version.
        self.changed = Condition()
        self.is_closed = False
        self._make = make
        self._printer = printer
        self._number = 0
        # Held during a build; requests then get the last preview.
        self._building = Lock()

    @property
    def version(self) -> str:
        """A text that is unique for each build, also among runs."""
        return f"{os.getpid()}-{self._number}"

    def current(self) -> Preview:
        """The preview; it is built again if an article has fallen due since."""
        assert self.preview is not None  # noqa: S101  # nothing is served before it is there
        if self.preview.is_due() and not self.error and not self._building.locked():
            self.build()
        return self.preview

    def build(self) -> None:
        """Build a new preview. If that fails, the last one stays, and `error` is the reason."""
        with self._building:
            last = preview = self.preview
            error: FeedkitError | OSError | None = None
            try:
                preview = self._make()
            except (FeedkitError, OSError) as failure:
                # A configuration is often saved half-written; the next save corrects it.
                error = failure
                if last is not None:
                    print_error(str(error))
            else:
                with self._printer as print_problem:
                    for problem in preview.problems:
                        print_problem(problem)
            with self.changed:
                self.preview, self.error = preview, error
                if last is not None and last is not preview:
                    last.close()
                self._number += 1
                self.changed.notify_all()

    def next_version(self, last: str) -> str | None:
        """The next version, or `last` if there is none for a while; None when the server ends. Waits for it."""
        with self.changed:
            self.changed.wait_for(lambda: self.is_closed or self.version != last, KEEP_ALIVE_SECONDS)
            return None if self.is_closed else self.version

    def summary(self) -> str:
        """The numbers of articles, feeds and errors."""
        preview = self.preview
        assert preview is not None  # noqa: S101  # called after a successful build
        errors = sum(problem.severity == "error" for problem in preview.problems)
        counts = [count(len(preview.articles), "article"), count(len(preview.publication.selections), "feed")]
        return ", ".join([*counts, *([count(errors, "error")] if errors else [])])

    def close(self) -> None:
        """End the requests that wait for a version, and remove the temporary files."""
        # Waits for a build that has begun, which has temporary files, too.
        with self._building, self.changed:
            self.is_closed = True
            self.changed.notify_all()
            if self.preview is not None:
                self.preview.close()


class Server(ThreadingHTTPServer):
    """The HTTP server; `live` must be set before it serves."""

    live: Live

    def handle_error(self, request: object, client_address: object) -> None:
        """Print an error, unless the browser has closed the connection."""
        error = sys.exc_info()[1]
        if not isinstance(error, ConnectionError | TimeoutError):
            print_error(f"serve: {type(error).__name__}: {error}")


class RequestHandler(BaseHTTPRequestHandler):
    """Answers the requests of one connection."""

    server: Server
    server_version, sys_version = "feedkit", ""

    def do_GET(self) -> None:  # the name that the base class calls
        """Answer a request."""
        host = self.headers.get("Host", "").lower()
        path = unquote(urlsplit(self.path).path).removeprefix("/")
        if not {host, f"{host}:80"} & {f"{name}:{self.server.server_port}" for name in (HOST, "localhost")}:
            # A page of another site whose name resolves to this machine must not read anything (DNS rebinding).
            answer = _text(403, "Open the address that feedkit printed.")
        elif path == EVENTS and self.command == "GET":
            self._send_events()
            return
        else:
            answer = self._answer(path, f"http://{host}/")
        self.send_response(answer.status)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(answer.body)

    do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = do_OPTIONS = do_GET  # noqa: N815

    def _answer(self, path: str, root: str) -> Response:
        """The response of the newest preview."""
        live, headers = self.server.live, dict(self.headers)
        try:
            live.current()
            with live.changed:
                preview, failure = live.preview, str(live.error or "")
                assert preview is not None  # noqa: S101  # as above
                return preview.respond(path, self.command, headers, root=root, version=live.version, failure=failure)
        except (FeedkitError, OSError) as error:
            # A file that a document needs may disappear at any time; the next save or request may succeed.
            print_error(str(error))
            return _text(500, str(error))

    def _send_events(self) -> None:
        """Send the version of the preview, now and after each build (HTML "Server-sent events")."""
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
        """Print nothing about requests."""


def _text(status: int, text: str) -> Response:
    return Response(status=status, headers={"Content-Type": "text/plain; charset=utf-8"}, body=f"{text}\n".encode())
