"""Django: a feed of `django.contrib.syndication` with one line changed, every document as a view, and the tag."""

from datetime import UTC, datetime
from typing import Any

import django
from django.conf import settings

DAY = datetime(2025, 3, 30, tzinfo=UTC)
ROWS = [{"title": "Ebb", "slug": "ebb", "date": DAY, "html": "<p>Going.</p>", "tags": ["C++"]}]

FEEDKIT = {
    "site": {"base_url": "https://tides.example/", "title": "Tides"},
    # Or the dotted path of a function that returns a queryset, with "fields".
    "entries": lambda: ROWS,
}
settings.configure(
    ALLOWED_HOSTS=["tides.example"],
    ROOT_URLCONF=__name__,
    INSTALLED_APPS=["feedkit.integrations.django"],
    TEMPLATES=[{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True}],
    FEEDKIT=FEEDKIT,
)
django.setup()

from django.contrib.syndication.views import Feed  # noqa: E402
from django.template import Context, Template  # noqa: E402
from django.test import Client  # noqa: E402
from django.urls import include, path  # noqa: E402

from feedkit.integrations.django import Atom  # noqa: E402


class Latest(Feed):  # type: ignore[misc]  # Django has no types
    """An existing feed: `feed_type` is the line that changed."""

    feed_type = Atom
    title = "Tides"
    link = "/"
    description = "Going and coming."

    def items(self) -> list[dict[str, Any]]:
        """The articles."""
        return ROWS

    def item_title(self, item: dict[str, Any]) -> str:
        """The title of an article."""
        return str(item["title"])

    def item_description(self, item: dict[str, Any]) -> str:
        """The content of an article."""
        return str(item["html"])

    def item_link(self, item: dict[str, Any]) -> str:
        """The page of an article."""
        return f"/{item['slug']}/"

    def item_pubdate(self, item: dict[str, Any]) -> datetime:
        """The date of an article."""
        published: datetime = item["date"]
        return published


urlpatterns = [path("latest/", Latest()), path("", include("feedkit.integrations.django.urls"))]


def main() -> None:
    """Ask for the feed, for another one, and for it again; render the tag."""
    client = Client(headers={"host": "tides.example"})
    for address in ("/latest/", "/tags/cpp/rss.xml"):
        feed = client.get(address)
        print(f"{address}: {feed.status_code}, {feed['Content-Type']}")
    again = client.get("/tags/cpp/rss.xml", headers={"If-None-Match": feed["ETag"]})
    print(f"again: {again.status_code}, {len(again.content)} bytes")
    print(Template("{% load feedkit %}<head>{% feed_links %}</head>").render(Context()))


if __name__ == "__main__":
    main()
