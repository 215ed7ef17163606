"""Flask: every feed of a blog, and the tags that link to them, from the objects that the application has."""

from dataclasses import dataclass, field

from flask import Flask, render_template_string

from feedkit import Site
from feedkit.integrations.flask import Feedkit


@dataclass
class Post:
    """A row of the application's own."""

    heading: str
    day: str
    html: str
    labels: list[str] = field(default_factory=list)


POSTS = [Post("Ebb", "2025-03-30", "<p>Going.</p>", ["C++"]), Post("Flood", "2025-03-31", "<p>Coming.</p>", ["C#"])]

app = Flask(__name__)
Feedkit(
    app,
    site=Site(base_url="https://tides.example/", title="Tides"),
    entries=lambda: POSTS,
    fields={"title": "heading", "date": "day", "html": "html", "tags": "labels"},
)


@app.route("/")
def home() -> str:
    """The home page, with the tags in its head."""
    return render_template_string("<head>{{ feed_links() }}</head>")


def main() -> None:
    """Ask the application for a page, a feed, and the feed again."""
    client = app.test_client()
    print(client.get("/").text)
    feed = client.get("/tags/cpp/rss.xml")
    print(f"/tags/cpp/rss.xml: {feed.status}, {feed.content_type}")
    again = client.get("/tags/cpp/rss.xml", headers={"If-None-Match": feed.headers["ETag"]})
    print(f"again: {again.status}, {len(again.data)} bytes")


if __name__ == "__main__":
    main()
