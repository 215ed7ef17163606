"""Milliseconds a request for one feed of 50 articles: Django's own against feedkit's adapters; sitemaps of Django.

Usage: python benchmarks/hosts.py [--requests 30] [--urls 100000]

Everything is in one process, a row after the other in each round, so that all have the same machine; the figure is the
best round's processor time. "cold" has a new application, so that nothing is kept from an earlier request; "304" is one
of a hundred that ask again with the ETag, as readers do that poll. Every application is called as its server calls it,
with no client of its host between, since those take longer than a 304 does. Bodies are 3 kB of prose with 20 inline
tags. Django's own writer sanitises nothing and makes no address absolute; nh3 alone, on the same bodies, is a row of
its own.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import platform
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from importlib.metadata import version
from typing import Any

import django
from django.conf import settings

settings.configure(
    ALLOWED_HOSTS=["*"],
    ROOT_URLCONF=__name__,
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}},
    INSTALLED_APPS=["django.contrib.sitemaps", "feedkit.integrations.django"],
    TEMPLATES=[{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True}],
    USE_TZ=True,
    FEEDKIT={"site": {"base_url": "https://example.org/"}, "entries": [], "sitemaps": f"{__name__}.SECTIONS"},
)
django.setup()

import nh3  # noqa: E402
from django.contrib.sitemaps import Sitemap  # noqa: E402
from django.contrib.sitemaps.views import index, sitemap  # noqa: E402
from django.contrib.syndication.views import Feed  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection, models  # noqa: E402
from django.test import RequestFactory  # noqa: E402
from django.urls import path  # noqa: E402
from django.utils.feedgenerator import Rss201rev2Feed  # noqa: E402
from flask import Flask  # noqa: E402
from werkzeug.test import EnvironBuilder  # noqa: E402

import feedkit  # noqa: E402
from feedkit.integrations.asgi import Feeds  # noqa: E402
from feedkit.integrations.django import Rss, documents_view  # noqa: E402
from feedkit.integrations.flask import Feedkit  # noqa: E402

ARTICLES = 50
POLLS = 100
FIRST = datetime(2025, 1, 1, tzinfo=UTC)
SITE = feedkit.Site(base_url="https://example.org/", title="Tides", limit=ARTICLES)
FIELDS = {
    "title": "title",
    "url": "address",
    "published": "published",
    "updated": "updated",
    "content_html": "body",
    "tags": "labels",
}
_WORDS = (
    *("harbour", "tide", "lantern", "mooring", "drift", "salt", "current", "quay", "gull", "rope", "sail", "winter"),
    *("morning", "slack", "water", "channel"),
)
_TAGS = ("em", "strong", "code", "a")


class Post(models.Model):  # type: ignore[misc]  # Django has no types
    """An article in a table."""

    title = models.CharField(max_length=200)
    address = models.CharField(max_length=200)
    body = models.TextField()
    published = models.DateTimeField()
    updated = models.DateTimeField(auto_now=True)
    labels = models.CharField(max_length=200)

    class Meta:
        """It belongs to no application of its own."""

        app_label = "sitemaps"

    def get_absolute_url(self) -> str:
        """The page of the article."""
        return str(self.address)


def body(number: int) -> str:
    """3 kB of prose in five paragraphs, with four inline tags each."""
    paragraphs = []
    for place in range(5):
        words = [_WORDS[(number * 7 + place * 13 + word * 3) % len(_WORDS)] for word in range(88)]
        for tag, at in zip(_TAGS, range(10, 82, 18), strict=True):
            attributes = f' href="/x/{number}-{place}/"' if tag == "a" else ""
            words[at] = f"<{tag}{attributes}>{words[at]}</{tag}>"
        paragraphs.append(f"<p>{' '.join(words)}.</p>")
    return "\n".join(paragraphs)


class Latest(Feed):  # type: ignore[misc]
    """The feed as Django's documentation has it."""

    feed_type = Rss201rev2Feed
    title = "Tides"
    link = "/"
    description = "Going and coming."

    def items(self) -> Any:
        """The newest articles."""
        return Post.objects.order_by("-published")[:ARTICLES]

    def item_description(self, item: Post) -> Any:
        """The content."""
        return item.body

    def item_pubdate(self, item: Post) -> Any:
        """The date."""
        return item.published

    def item_updateddate(self, item: Post) -> Any:
        """The date of the last change."""
        return item.updated

    def item_categories(self, item: Post) -> list[str]:
        """The tags."""
        return str(item.labels).split(",")


class Changed(Latest):
    """The same with one line changed."""

    feed_type = Rss


class Pages(Sitemap):  # type: ignore[misc]
    """As many pages as are asked for."""

    count = 0

    def items(self) -> Any:
        """Their numbers."""
        return range(self.count)

    def location(self, item: int) -> str:
        """The address of one."""
        return f"/pages/{item}/"

    def lastmod(self, item: int) -> datetime:
        """When it changed."""
        return FIRST + timedelta(minutes=item)


SECTIONS = {"pages": Pages}
urlpatterns = [path("", index), path("sitemap-<section>.xml", sitemap, name="django.contrib.sitemaps.views.sitemap")]

#: Asks for the feed with some headers: status and size.
Ask = Callable[[dict[str, str]], tuple[int, dict[str, str], bytes]]
_REQUESTS = RequestFactory()


def django_feed(kind: type[Any]) -> Ask:
    """A feed class as a view."""

    def ask(headers: dict[str, str]) -> tuple[int, dict[str, str], bytes]:
        answer = kind()(_REQUESTS.get("/rss.xml", headers=headers))
        return answer.status_code, answer.headers, answer.content

    return ask


def django_view() -> Ask:
    """The view of feedkit, on the table."""
    view = documents_view(SITE, Post.objects.order_by("-published")[:ARTICLES], FIELDS)

    def ask(headers: dict[str, str]) -> tuple[int, dict[str, str], bytes]:
        answer = view(_REQUESTS.get("/rss.xml", headers=headers), "rss.xml")
        return answer.status_code, answer.headers, answer.content

    return ask


def flask_app() -> Ask:
    """The extension of Flask, on objects; the version is known, as it is in a table."""
    app, posts = Flask(__name__), list(Post.objects.order_by("-published")[:ARTICLES])
    Feedkit(app, site=SITE, entries=lambda: posts, fields=FIELDS, version=lambda: len(posts))
    plain = EnvironBuilder("/rss.xml", "http://example.org/").get_environ()

    def ask(headers: dict[str, str]) -> tuple[int, dict[str, str], bytes]:
        asked = {f"HTTP_{name.upper().replace('-', '_')}": value for name, value in headers.items()}
        began: list[Any] = []

        def start(*answer: Any) -> Any:
            began.extend(answer)

        body = b"".join(app({**plain, **asked}, start))
        return int(began[0].split()[0]), dict(began[1]), body

    return ask


def asgi_app() -> Ask:
    """The ASGI application, on objects."""
    posts = list(Post.objects.order_by("-published")[:ARTICLES])

    async def count() -> int:
        return len(posts)

    app = Feeds(SITE, lambda: posts, fields=FIELDS, version=count)
    loop = asyncio.new_event_loop()

    async def receive() -> Any:
        return {"type": "http.request"}

    def ask(headers: dict[str, str]) -> tuple[int, dict[str, str], bytes]:
        asked = [(name.lower().encode(), value.encode()) for name, value in headers.items()]
        scope = {"type": "http", "method": "GET", "path": "/rss.xml", "headers": asked}
        sent: list[Any] = []

        async def send(message: Any) -> None:
            sent.append(message)

        loop.run_until_complete(app(scope, receive, send))
        fields = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
        return sent[0]["status"], fields, sent[1]["body"]

    return ask


def poll(ask: Ask, tag: str) -> None:
    """Ask again and again."""
    for _ in range(POLLS):
        ask({"If-None-Match": tag})


def milliseconds(work: Callable[[], object]) -> float:
    """The processor time of one call."""
    gc.collect()
    begin = time.process_time()
    work()
    return (time.process_time() - begin) * 1000


def feeds(rounds: int) -> dict[str, dict[str, float]]:
    """The best figures of every row."""
    apps: dict[str, Callable[[], Ask]] = {
        "Django, its own feedgenerator": lambda: django_feed(Latest),
        "Django, feed_type = Rss": lambda: django_feed(Changed),
        "Django, documents_view": django_view,
        "Flask": flask_app,
        "ASGI": asgi_app,
    }
    bodies = [body(number) for number in range(ARTICLES)]
    posts = list(Post.objects.order_by("-published")[:ARTICLES])
    alone = {
        "nh3 alone": lambda: [nh3.clean(text) for text in bodies],
        "to_entries alone": lambda: list(feedkit.to_entries(posts, SITE, fields=FIELDS)),
    }
    best: dict[str, dict[str, float]] = {name: {} for name in (*alone, *apps)}

    def note(name: str, column: str, figure: float) -> None:
        best[name][column] = min(figure, best[name].get(column, figure))

    for _ in range(rounds):
        for name, work in alone.items():
            note(name, "cold", milliseconds(work))
        for name, make in apps.items():
            ask = make()
            note(name, "cold", milliseconds(partial(ask, {})))
            status, headers, data = ask({})
            if (status, data.count(b"<item>")) != (200, ARTICLES):
                raise SystemExit(f"{name}: {status}, {data.count(b'<item>')} items: the rows did not do the same work")
            tag = {key.lower(): value for key, value in headers.items()}.get("etag", "")
            if name in ("Django, documents_view", "Flask", "ASGI"):
                note(name, "304", milliseconds(partial(poll, ask, tag)) / POLLS)
                if ask({"If-None-Match": tag})[0] != 304:
                    raise SystemExit(f"{name}: no 304")
    return best


def django_sitemaps() -> int:
    """Every page of the sitemap framework, rendered as its views do."""
    found = 0
    for number in range(1, Pages().paginator.num_pages + 1):
        answer = sitemap(_REQUESTS.get("/sitemap-pages.xml", {"p": number}), SECTIONS, section="pages")
        found += answer.render().content.count(b"<loc>")
    return found


def feedkit_sitemaps() -> int:
    """The command, onto disk."""
    with tempfile.TemporaryDirectory() as folder:
        call_command("feedkit_sitemaps", "--output", folder, "--base-url", "https://example.org/", verbosity=0)
        return sum(1 for _ in feedkit.read_sitemap(f"{folder}/sitemap.xml"))


def main() -> None:
    """Print both tables."""
    parser = argparse.ArgumentParser(description="Milliseconds a request, by Django and by feedkit's adapters.")
    parser.add_argument("--requests", type=int, default=30, help="rounds, of which the best counts (default: 30)")
    parser.add_argument("--urls", type=int, default=100_000, help="pages of the sitemap (default: 100000)")
    options = parser.parse_args()
    with connection.schema_editor() as editor:
        editor.create_model(Post)
    for number in range(ARTICLES):
        day = FIRST + timedelta(days=number)
        Post(
            title=f"Post {number} & more", address=f"/{number}/", body=body(number), published=day, labels="C++,Sea"
        ).save()
    packages = ", ".join(f"{name} {version(name)}" for name in ("django", "flask", "nh3"))
    print(f"Python {platform.python_version()}, {packages}; {ARTICLES} articles of {len(body(1)):,} characters\n")
    rows = feeds(options.requests)
    own = rows["Django, its own feedgenerator"]["cold"]
    print("| feed | cold (ms) | by Django's own | 304 (ms) | of Django's own |\n|---|---|---|---|---|")
    for name, figures in rows.items():
        again = f"{figures['304']:.2f} | 1/{own / figures['304']:.0f}" if "304" in figures else " | "
        print(f"| {name} | {figures['cold']:.1f} | {figures['cold'] / own:.2f} | {again} |")
    Pages.count = options.urls
    print(f"\n| sitemap of {options.urls:,} pages | seconds |\n|---|---|")
    for name, work in (("Django's framework", django_sitemaps), ("feedkit_sitemaps", feedkit_sitemaps)):
        begin = time.process_time()
        if (found := work()) != options.urls:
            raise SystemExit(f"{name}: {found:,} pages: the rows did not do the same work")
        print(f"| {name} | {time.process_time() - begin:.1f} |")


if __name__ == "__main__":
    main()
