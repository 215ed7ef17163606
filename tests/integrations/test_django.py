"""Feeds in Django: as `feed_type`s, as a view, as a tag, as a command."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

import django_site
import feedparser
import pytest
import serving
from django.contrib.sitemaps import Sitemap
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.models import Manager
from django.http import Http404, HttpRequest, HttpResponse
from django.template import Context, Template
from django.test import Client, RequestFactory, override_settings
from django.test.utils import CaptureQueriesContext
from django.urls import include, path, reverse
from django.utils.safestring import mark_safe
from django.utils.translation import get_language, gettext_lazy
from django_site import FEEDKIT, FIELDS, Author, Latest, Post, Tag
from judge import faults
from serving import ENTRIES, SITE, Answer, Ask

from feedkit import Problem, Site, read_sitemap, to_entries, to_entry
from feedkit.integrations.django import Atom, JSONFeed, Rss, documents_view

NAMES = {"rss": Rss, "atom": Atom, "json": JSONFeed}


# Once in a process, which may come back to this module: Django never closes a database in memory.
@pytest.fixture(scope="session", autouse=True)
def _tables() -> None:
    django_site.make_tables()


@pytest.fixture
def posts() -> Iterator[list[Post]]:
    author = Author.objects.create(username="Ann Lee")
    tags = [Tag.objects.create(name=name) for name in ("C++", "日本語")]
    made = []
    for number in range(10):
        post = Post.objects.create(
            title=f"Post {number} & more",
            slug=f"post-{number}",
            body=f'<p>Words of {number}, <a href="/x/">there</a>.</p><script>alert(1)</script>',
            published=datetime(2025, 11, 1 + number, tzinfo=UTC),
            author=author,
            picture="a.png" if number == 0 else "",
        )
        post.tags.set(tags[: number % 3])
        made.append(post)
    yield made
    for model in (Post, Tag, Author):
        model.objects.all().delete()


def asking(view: Any) -> Ask:
    requests = RequestFactory()

    def ask(path: str, method: str, headers: dict[str, str]) -> Answer:
        request = requests.generic(method, f"/{quote(path)}", headers=headers)
        try:
            answer = view(request, path)
        except Http404:
            return Answer(404, {}, b"")
        return Answer(answer.status_code, answer.headers, answer.content)

    return ask


def test_every_document_is_served() -> None:
    ask = asking(documents_view(SITE, lambda: ENTRIES))
    serving.check_documents(ask)
    serving.check_conditions(ask)
    serving.check_negotiation(ask)


def test_entries_are_asked_for_at_each_request() -> None:
    entries = list(ENTRIES)
    serving.check_changes(asking(documents_view(SITE, lambda: entries)), entries)


def test_sixteen_threads_get_what_one_does() -> None:
    serving.check_threads(asking(documents_view(SITE, lambda: ENTRIES)))


def titles(answer: Answer) -> list[str]:
    return [item["title"] for item in json.loads(answer.body)["items"]]


def test_a_queryset_of_ten_posts_makes_one_query_and_an_empty_file_field_is_no_picture(posts: list[Post]) -> None:
    site = Site(base_url="https://example.com/")
    with CaptureQueriesContext(
        connection,
    ) as queries:
        entries = list(to_entries(Post.objects.order_by("published"), site, fields=FIELDS))
    assert len(queries) == 1
    assert [entry.title for entry in entries] == [post.title for post in posts]
    assert [entry.image and entry.image.url for entry in entries] == ["https://example.com/media/a.png", *[None] * 9]


def test_related_managers_and_objects_are_read_where_they_are_mapped(posts: list[Post]) -> None:
    site = Site(base_url="https://example.com/")
    fields = {**FIELDS, "tags": "tags", "author": "author"}
    queryset = Post.objects.order_by("published").select_related("author").prefetch_related("tags")
    with CaptureQueriesContext(connection) as queries:
        entries = list(to_entries(queryset, site, fields=fields))
    assert len(queries) == 2
    assert [term.name for term in entries[2].terms] == ["C++", "日本語"]
    assert entries[0].authors[0].name == "Ann Lee"
    # Found by their names, where nothing is mapped.
    entry = to_entry(posts[2], site)
    assert ([term.name for term in entry.terms], entry.authors[0].name) == (["C++", "日本語"], "Ann Lee")
    assert entry.id == entry.url


def test_a_view_serves_a_queryset_and_asks_the_database_once_for_a_304(posts: list[Post]) -> None:
    view = documents_view(SITE, Post.objects.order_by("-published"), FIELDS)
    ask = asking(view)
    with CaptureQueriesContext(connection) as queries:
        first = ask("feed.json", "GET", {})
    assert len(queries) == 2
    assert titles(first) == [post.title for post in reversed(posts)]
    with CaptureQueriesContext(connection) as queries:
        assert ask("feed.json", "GET", {"If-None-Match": first.headers["ETag"]}).status == 304
        assert ask("rss.xml", "GET", {}).status == 200
    assert [query["sql"].split()[1][:5] for query in queries] == ["COUNT", "COUNT"]


ROWS: dict[str, Any] = {
    "all": lambda: Post.objects.all(),
    "a manager": lambda: Post.objects,
    "none": lambda: Post.objects.none(),
    "a slice": lambda: Post.objects.order_by("-published")[2:5],
    "related rows": lambda: Post.objects.select_related("author").prefetch_related("tags"),
    "each once": lambda: Post.objects.filter(tags__name__in=["C++", "日本語"]).distinct(),
    "deferred": lambda: Post.objects.only("title").defer("body"),
    "a union": lambda: Post.objects.filter(slug="post-1").union(Post.objects.filter(slug="post-2")),
    "mappings": lambda: Post.objects.values("title", "slug", "published", "updated", "body", "picture"),
    "tuples": lambda: Post.objects.values_list("title", "slug", "published", "updated", "body", "picture", named=True),
}


@pytest.mark.parametrize("name", ROWS)
def test_rows_may_be_chosen_in_any_way(posts: list[Post], name: str) -> None:
    fields = {key: place for key, place in FIELDS.items() if key != "image"}
    ask = asking(documents_view(SITE, ROWS[name](), fields))
    expected = {row["title"] if isinstance(row, dict) else row.title for row in ROWS[name]().all()}
    for _ in range(2):
        assert set(titles(ask("feed.json", "GET", {}))) == expected


def test_the_rows_of_a_manager_are_those_of_the_time_of_the_request(posts: list[Post]) -> None:
    now = [posts[4].published]

    class Published(Manager):
        def get_queryset(self) -> Any:
            return super().get_queryset().filter(published__lte=now[0])

    manager = Published()
    manager.model = Post
    ask = asking(documents_view(SITE, manager, FIELDS))
    assert len(titles(ask("feed.json", "GET", {}))) == 5
    now[0] = posts[6].published
    with CaptureQueriesContext(connection) as queries:
        assert len(titles(ask("feed.json", "GET", {}))) == 7
        assert len(titles(ask("feed.json", "GET", {}))) == 7
    assert len(queries) == 3


@pytest.mark.parametrize("fields", [FIELDS, {**FIELDS, "tags": "tags"}, {**FIELDS, "title": lambda post: post.title}])
def test_what_is_saved_added_and_deleted_is_in_the_next_answer(posts: list[Post], fields: dict[str, Any]) -> None:
    ask = asking(documents_view(SITE, Post.objects.order_by("-published")[:3], fields))
    newest = posts[-1]
    assert titles(ask("feed.json", "GET", {}))[0] == newest.title
    newest.title = "Saved"
    newest.save()
    assert titles(ask("feed.json", "GET", {}))[0] == "Saved"
    added = Post.objects.create(
        title="Added", slug="added", body="<p>x</p>", published=datetime(2025, 12, 1, tzinfo=UTC)
    )
    assert titles(ask("feed.json", "GET", {}))[:2] == ["Added", "Saved"]
    added.delete()
    assert titles(ask("feed.json", "GET", {}))[0] == "Saved"


def test_a_change_that_no_column_tells_of_is_seen_where_the_fields_reach_beyond_the_table(posts: list[Post]) -> None:
    ask = asking(documents_view(SITE, Post.objects.order_by("-published"), {**FIELDS, "tags": "tags"}))
    assert ask("tags/new/rss.xml", "GET", {}).status == 404
    posts[0].tags.add(Tag.objects.create(name="New"))
    assert ask("tags/new/rss.xml", "GET", {}).status == 200


def test_the_settings_say_what_is_served_and_linked(posts: list[Post]) -> None:
    client = Client()
    answer = client.get("/blog/tags/cpp/rss.xml")
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/rss+xml; charset=utf-8")
    assert client.get("/blog/tags/cpp/rss.xml", headers={"If-None-Match": answer["ETag"]}).status_code == 304
    assert client.get("/blog/none.xml").status_code == 404
    template = Template("{% load feedkit %}{% feed_links %}|{% feed_links post %}")
    site, terms = template.render(Context({"post": posts[1]})).split("|")
    assert 'title="Tides &amp; &lt;b&gt; (RSS)" href="https://example.com/rss.xml">' in site
    assert terms.count("<link ") == 3
    assert "https://example.com/tags/cpp/atom.xml" in terms


def about(request: HttpRequest) -> HttpResponse:
    return HttpResponse("the project's own")


@override_settings(
    ROOT_URLCONF=(path("", include("feedkit.integrations.django.urls")), path("about/", about)),
    MIDDLEWARE=["django.middleware.common.CommonMiddleware"],
)
def test_all_other_paths_stay_those_of_the_project_and_ask_the_database_nothing(posts: list[Post]) -> None:
    client = Client()
    with CaptureQueriesContext(connection) as queries:
        assert client.get("/about/").content == b"the project's own"
        # A path that is a document's would have no slash appended.
        assert client.get("/about").headers["Location"] == "/about/"
        assert client.get("/none").status_code == 404
    assert len(queries) == 0
    assert client.get(reverse("feedkit:document", kwargs={"path": "tags/日本語/rss.xml"})).status_code == 200
    assert client.get("/feed").status_code == 200


WRONG: list[tuple[Any, str]] = [
    (None, "settings.FEEDKIT is missing"),
    ({}, 'settings.FEEDKIT["site"] must be'),
    ({"site": SITE}, 'settings.FEEDKIT["entries"] is missing'),
    ({"site": "django_site.nothing", "entries": "django_site.posts"}, "django_site"),
    ({"site": SITE, "entry": []}, "settings.FEEDKIT: 'entry' is none of its keys: site, entries, fields, only"),
]


@pytest.mark.parametrize(("value", "words"), WRONG)
def test_settings_that_say_too_little_are_refused_by_name(value: Any, words: str) -> None:
    with override_settings(FEEDKIT=value), pytest.raises((ImproperlyConfigured, ImportError)) as caught:
        Template("{% load feedkit %}{% feed_links %}").render(Context())
    assert words in str(caught.value)


def test_the_settings_may_have_a_version_and_a_function_for_problems() -> None:
    asked: list[int] = []
    problems: list[Problem] = []

    def entries() -> list[dict[str, str]]:
        asked.append(1)
        return [{"title": "Ebb", "date": "2025-11-21"}, {"title": "Flood"}]

    value = {"site": SITE, "entries": entries, "version": lambda: 1, "on_problem": problems.append}
    with override_settings(FEEDKIT=value):
        assert [Client().get("/blog/rss.xml").status_code for _ in range(2)] == [200, 200]
    assert (len(asked), [problem.code for problem in problems]) == (1, ["FK105"])


def test_a_site_may_be_a_file_or_a_value(tmp_path: Path) -> None:
    (tmp_path / "feedkit.toml").write_text('base_url = "https://tides.example"\n')
    mapping = {"base_url": "https://tides.example", "names": {"rss": "rss.xml"}}
    for site in (str(tmp_path / "feedkit.toml"), "feedkit.toml", SITE, "serving.SITE", mapping):
        with override_settings(FEEDKIT={"site": site, "entries": ENTRIES}, BASE_DIR=tmp_path):
            page = Template("{% load feedkit %}{% feed_links %}").render(Context())
        assert ("tides.example" in page) == (site not in (SITE, "serving.SITE"))


def test_texts_that_are_translated_when_they_are_needed_are_texts() -> None:
    entry = {"title": gettext_lazy("Ebb"), "date": "2025-11-21", "tags": [gettext_lazy("Sea")]}
    with override_settings(FEEDKIT={"site": {"base_url": "https://example.com/"}, "entries": [entry]}):
        [item] = Client().get("/blog/feed.json").json()["items"]
    assert (item["title"], item["tags"]) == ("Ebb", ["Sea"])


@pytest.mark.parametrize(("zone", "offset"), [({}, "+01:00"), ({"timezone": "Asia/Tokyo"}, "+09:00")])
def test_a_date_without_a_time_zone_is_in_that_of_django(zone: dict[str, str], offset: str) -> None:
    entries = [{"title": "Ebb", "date": "2025-11-21 10:00"}]
    with override_settings(FEEDKIT={"site": {"base_url": "https://example.com/", **zone}, "entries": entries}):
        [item] = Client().get("/blog/feed.json").json()["items"]
    assert item["date_published"] == f"2025-11-21T10:00:00{offset}"


def feed(kind: Any, **attributes: Any) -> Answer:
    cls = type("Changed", (Latest,), {"feed_type": kind, **attributes})
    answer = cls()(RequestFactory().get("/feed/", secure=True, headers={"Host": "tides.example"}))
    return Answer(answer.status_code, answer.headers, answer.content)


@pytest.mark.parametrize("name", NAMES)
def test_an_existing_feed_changes_one_line_and_its_documents_are_valid(posts: list[Post], name: str) -> None:
    answer = feed(NAMES[name])
    assert faults(answer.body) == []
    assert answer.headers["ETag"].startswith('"')
    assert answer.headers["Last-Modified"]
    assert answer.headers["Content-Type"].startswith(f"application/{'feed+json' if name == 'json' else name + '+xml'}")
    read = feedparser.parse(answer.body)
    if name != "json":
        assert read["bozo"] is False
        assert (read.feed.title, read.feed.link) == ("Tides & <b>", "https://tides.example/")
        assert read.entries[0].title == "Post 9 & more"
        assert "<script>" not in read.entries[0].content[0].value
        assert 'href="https://tides.example/x/"' in read.entries[0].content[0].value
        assert [tag.term for tag in read.entries[1].tags] == ["C++", "日本語"]
        assert read.entries[0].enclosures[0].length == "1234"


@pytest.mark.parametrize("name", NAMES)
def test_addresses_of_a_feed_are_those_of_django_as_uris(posts: list[Post], name: str) -> None:
    body = feed(NAMES[name], link="/c[1]/", feed_url="/c[1]/100%/", author_link="/~a[1]/", author_name="Ann").body
    assert faults(body) == []
    addresses = ("c%5B1%5D/",) if name == "rss" else ("c%5B1%5D/", "~a%5B1%5D/")
    for address in ("c%5B1%5D/100%25/", *addresses):
        assert f"https://tides.example/{address}".encode() in body


@pytest.mark.parametrize("make", [str, mark_safe])
def test_a_title_is_text_unless_it_is_safe_in_a_template(posts: list[Post], make: Any) -> None:
    body = feed(JSONFeed, item_title=lambda self, item: make("The <b> &amp; <i>the</i> rest")).body
    expected = "The & the rest" if make is mark_safe else "The <b> &amp; <i>the</i> rest"
    assert json.loads(body)["items"][0]["title"] == expected


def test_readers_know_the_items_again(posts: list[Post]) -> None:
    before = feedparser.parse(feed(django_site.Rss201rev2Feed).body)
    after = feedparser.parse(feed(Rss).body)
    for name in ("id", "link", "published_parsed"):
        assert [entry[name] for entry in after.entries] == [entry[name] for entry in before.entries]
    assert [item["id"] for item in json.loads(feed(JSONFeed).body)["items"]] == [entry.id for entry in before.entries]


def test_an_item_without_a_date_and_one_of_a_known_id(posts: list[Post], caplog: pytest.LogCaptureFixture) -> None:
    with pytest.raises(ImproperlyConfigured, match="item_pubdate"):
        feed(Rss, item_pubdate=None, item_updateddate=None)
    assert feed(Rss, item_pubdate=None).body.count(b"<item>") == 10
    # Each request has the same problems.
    for _ in range(2):
        assert feed(Rss, item_guid=lambda self, item: "same").body.count(b"<item>") == 1
    reported = [message for message in caplog.messages if "error FK421" in message]
    assert len(reported) == 9
    assert "'Post 9 & more' and 'Post 8 & more' have the same id: 'same'; the feed has the first one" in reported[0]
    body = feed(Rss, item_link=lambda self, item: "javascript:x" if item.pk % 2 else "/a/").body
    assert 0 < body.count(b"<item>") < 10
    assert caplog.records


def test_a_short_description_may_stand_beside_whole_content(posts: list[Post]) -> None:
    def extra(self: Any, item: Post) -> dict[str, str]:
        return {"content": item.body}

    body = feed(Rss, item_extra_kwargs=extra, item_description=lambda self, item: "Short & sweet.").body
    entry = feedparser.parse(body).entries[0]
    assert entry.summary == "Short &amp; sweet."
    assert "Words of 9" in entry.content[0].value


def test_a_feed_becomes_a_text_too(posts: list[Post]) -> None:
    generated = Rss("T", "https://tides.example/", "D")
    generated.add_item("A", "https://tides.example/a/", "<p>x</p>", pubdate=datetime(2025, 11, 1, tzinfo=UTC))
    text = generated.writeString("utf-8")
    assert text.startswith("<?xml version='1.0' encoding='UTF-8'?>")
    stream = io.BytesIO()
    generated.write(stream, "utf-8")
    assert stream.getvalue().decode() == text


class Days(Sitemap):
    priority = 0.5

    def items(self) -> list[str]:
        return ["ä", "b"]

    def location(self, item: str) -> str:
        return f"/days/{item}/"

    def lastmod(self, item: str) -> date:
        return date(2025, 11, 1)


class Languages(Days):
    i18n = True
    alternates = True
    languages = ("en", "de")

    def location(self, item: str) -> str:
        return f"/{get_language()}/{item}/"


class Own(Days):
    def get_urls(self, page: int = 1, site: Any = None, protocol: str | None = None) -> list[dict[str, Any]]:
        return [{"location": f"{protocol}://{site.domain}/own/", "lastmod": None, "priority": "", "changefreq": None}]


def command(tmp_path: Path, *arguments: str, **sections: Any) -> tuple[str, dict[str, Any]]:
    out = io.StringIO()
    with override_settings(FEEDKIT={**FEEDKIT, **({"sitemaps": sections} if sections else {})}):
        call_command("feedkit_sitemaps", "--output", str(tmp_path / "out"), *arguments, stdout=out, stderr=out)
    found = {page.loc: page for page in read_sitemap(tmp_path / "out" / "sitemap.xml")}
    return out.getvalue(), found


def test_the_command_writes_what_django_would_serve(posts: list[Post], tmp_path: Path) -> None:
    text, found = command(tmp_path)
    assert text == "1 written, 0 unchanged, 0 removed\n"
    assert list(found) == [f"https://example.com/post-{number}/" for number in reversed(range(10))]
    page = found["https://example.com/post-9/"]
    assert (page.lastmod, page.changefreq) == (datetime(2025, 11, 10, tzinfo=UTC), "weekly")
    assert command(tmp_path)[0] == "0 written, 1 unchanged, 0 removed\n"
    assert command(tmp_path, "--base-url", "https://tides.example")[1].keys() == {
        f"https://tides.example/post-{number}/" for number in range(10)
    }


@pytest.mark.parametrize(
    ("section", "expected"),
    [
        (Days, {"https://example.com/days/%C3%A4/": 0, "https://example.com/days/b/": 0}),
        (Languages, {f"https://example.com/{tag}/{item}/": 3 for tag in ("en", "de") for item in ("%C3%A4", "b")}),
        (Own, {"https://example.com/own/": 0}),
    ],
)
def test_sections_of_every_kind_are_listed(tmp_path: Path, section: Any, expected: dict[str, int]) -> None:
    _, found = command(tmp_path, one=section)
    assert {loc: len(page.alternates) for loc, page in found.items()} == expected
    if section is Days:
        assert {(page.precision, page.priority) for page in found.values()} == {("day", 0.5)}


def test_pages_that_are_left_out_are_said_and_no_sitemap_is_replaced_by_nothing(
    posts: list[Post], tmp_path: Path
) -> None:
    class Elsewhere(Days):
        def items(self) -> list[str]:
            return ["/other"]

        def location(self, item: str) -> str:
            return f"{item}/"

    _, before = command(tmp_path, one=Days)
    with pytest.raises(CommandError, match="the sitemaps list no page; nothing is written"):
        command(tmp_path, "--base-url", "https://example.com/days/", one=Elsewhere)
    assert {page.loc for page in read_sitemap(tmp_path / "out" / "sitemap.xml")} == before.keys()
    with pytest.raises(CommandError, match="pages left out: 1; the others are written"):
        command(tmp_path, "--base-url", "https://example.com/days/", one=Days, two=Elsewhere)
    assert {page.loc for page in read_sitemap(tmp_path / "out" / "sitemap.xml")} == before.keys()


def test_other_documents_in_the_folder_stay(posts: list[Post], tmp_path: Path) -> None:
    from feedkit import documents, publish

    publish(documents(SITE, ENTRIES, only="rss.xml"), tmp_path / "out")
    command(tmp_path)
    assert (tmp_path / "out" / "rss.xml").exists()
    assert publish(documents(SITE, ENTRIES, only=["rss.xml", "sitemap.xml"]), tmp_path / "out", force=True).ok
    with pytest.raises(CommandError, match="are not written"):
        command(tmp_path)


def test_rows_are_fetched_a_few_at_a_time(posts: list[Post], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("feedkit.integrations.django.management.commands.feedkit_sitemaps.CHUNK_ROWS", 3)
    with CaptureQueriesContext(connection) as queries:
        assert len(command(tmp_path)[1]) == 10
    assert len(queries) == 1
