"""WSGI: every feed of a blog as an application that any server runs, and that Bottle and Pyramid mount."""

from collections.abc import Callable
from wsgiref.simple_server import make_server
from wsgiref.util import setup_testing_defaults

from feedkit import Site, to_entries
from feedkit.integrations.wsgi import Feeds

SITE = Site(base_url="https://tides.example/", title="Tides")
ROWS = [{"title": "Ebb", "date": "2025-03-30", "html": "<p>Going.</p>", "tags": ["C++"]}]

app = Feeds(SITE, lambda: to_entries(ROWS, SITE))


def serve() -> None:
    """Serve it on this machine: http://127.0.0.1:8000/feed."""
    make_server("127.0.0.1", 8000, app).serve_forever()


def show(status: str, headers: list[tuple[str, str]], error: object = None) -> Callable[[bytes], object]:
    """Print how an answer begins, as a server would send it."""
    print(f"{status}, {dict(headers)['Content-Type']}")
    return print


def main() -> None:
    """Ask for three documents without a server."""
    for path in ("/feed", "/tags/cpp/atom.xml", "/sitemap.xml"):
        environ = {"PATH_INFO": path, "HTTP_ACCEPT": "application/feed+json"}
        setup_testing_defaults(environ)
        print(path, end=": ")
        app(environ, show)


if __name__ == "__main__":
    main()
