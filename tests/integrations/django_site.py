"""A blog in Django: its settings, models, feeds and addresses."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import django
from django.conf import settings

FIELDS = {
    "title": "title",
    "slug": "slug",
    "date": "published",
    "updated": "updated",
    "html": "body",
    "image": "picture",
}
FEEDKIT: dict[str, Any] = {
    "site": {"base_url": "https://example.com/", "title": "Tides & <b>", "as_of": datetime(2026, 1, 1, tzinfo=UTC)},
    "entries": "django_site.posts",
    "fields": {**FIELDS, "tags": "tags", "author": "author"},
    "sitemaps": "django_site.sitemaps",
}

if not settings.configured:
    settings.configure(
        SECRET_KEY="a secret",
        ALLOWED_HOSTS=["*"],
        ROOT_URLCONF="django_site",
        DATABASES={
            "default": {"ENGINE": "django.db.backends.sqlite3", "NAME": "file:feedkit?mode=memory&cache=shared"}
        },
        INSTALLED_APPS=[
            "django.contrib.contenttypes",
            "django.contrib.sitemaps",
            "feedkit.integrations.django",
            "blog",
        ],
        TEMPLATES=[{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True}],
        TIME_ZONE="Europe/Malta",
        USE_TZ=True,
        MEDIA_URL="/media/",
        FEEDKIT=FEEDKIT,
    )
    django.setup()

from blog.models import Author, Post, Tag  # noqa: E402
from django.contrib.sitemaps import GenericSitemap, Sitemap  # noqa: E402
from django.contrib.syndication.views import Feed  # noqa: E402
from django.db import connection  # noqa: E402
from django.urls import include, path  # noqa: E402
from django.utils.feedgenerator import Enclosure, Rss201rev2Feed  # noqa: E402


def make_tables() -> None:
    with connection.schema_editor() as editor:
        for model in (Tag, Author, Post):
            editor.create_model(model)


def posts() -> Any:
    return Post.objects.order_by("-published")


class Latest(Feed):
    """An existing feed, as the documentation of Django has it."""

    feed_type = Rss201rev2Feed
    title = "Tides & <b>"
    link = "/"
    description = "Going & coming."
    author_name = "Ines"
    author_link = "/about/"
    feed_copyright = "CC BY"
    ttl = 60
    categories = ("Sea",)

    def items(self) -> Any:
        return posts()

    def item_description(self, item: Post) -> str:
        return item.body

    def item_pubdate(self, item: Post) -> datetime:
        return item.published

    def item_updateddate(self, item: Post) -> datetime:
        return item.updated

    def item_guid(self, item: Post) -> str:
        return f"post-{item.pk}"

    item_guid_is_permalink = False

    def item_author_name(self, item: Post) -> str:
        return "Ann"

    def item_author_email(self, item: Post) -> str:
        return "ann@example.com"

    def item_categories(self, item: Post) -> list[str]:
        return [tag.name for tag in item.tags.all()]

    def item_enclosures(self, item: Post) -> list[Enclosure]:
        return [Enclosure("https://example.com/a.mp3", "1234", "audio/mpeg")]


class Posts(Sitemap):
    changefreq = "weekly"

    def items(self) -> Any:
        return posts()

    def lastmod(self, item: Post) -> datetime:
        return item.published


sitemaps = {"posts": Posts, "none": GenericSitemap({"queryset": Post.objects.none(), "date_field": "published"})}

urlpatterns = [path("blog/", include("feedkit.integrations.django.urls"))]
