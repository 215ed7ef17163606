"""Feeds as an extension of Flask."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
import serving
from flask import Flask, render_template_string, url_for
from msgspec.structs import replace
from serving import ENTRIES, SITE, Answer, Ask, make_entry

from feedkit import ArgumentError, Site, Taxonomy, document
from feedkit.integrations.flask import Feedkit

TEMPLATE = "<head>{{ feed_links() }}\n{{ feed_links(entry) }}</head>"


def asking(app: Flask, prefix: str = "") -> Ask:
    def ask(path: str, method: str, headers: dict[str, str]) -> Answer:
        answer = app.test_client().open(f"{prefix}/{path}", method=method, headers=headers)
        return Answer(answer.status_code, answer.headers, answer.data)

    return ask


def made(**options: Any) -> Flask:
    app = Flask(__name__)
    Feedkit(app, **{"site": SITE, "entries": lambda: ENTRIES, **options})

    @app.route("/pages/<slug>/")
    def page(slug: str) -> str:
        entry = next(entry for entry in ENTRIES if entry.url.endswith(f"/{slug}/"))
        return render_template_string(TEMPLATE, entry=entry)

    @app.route("/feeds.html")
    def own() -> str:
        return "the application's own"

    return app


def test_every_document_is_served() -> None:
    ask = asking(made())
    serving.check_documents(ask)
    serving.check_conditions(ask)
    serving.check_negotiation(ask)


def test_entries_are_asked_for_at_each_request() -> None:
    entries = list(ENTRIES)
    serving.check_changes(asking(made(entries=lambda: entries)), entries)


def test_sixteen_threads_get_what_one_does() -> None:
    serving.check_threads(asking(made()))


def test_pages_have_the_links_escaped_once() -> None:
    page = asking(made())("pages/a/", "GET", {}).body.decode()
    assert page.count('<link rel="alternate"') == 6
    assert 'title="Tides &amp; &lt;b&gt; (RSS)" href="https://example.com/rss.xml">' in page
    assert 'title="Tides &amp; &lt;b&gt;: C++ (Atom)" href="https://example.com/tags/cpp/atom.xml">' in page


def test_the_pages_of_the_application_stay_its_own() -> None:
    ask = asking(made())
    assert ask("feeds.html", "GET", {}).body == b"the application's own"
    # Flask itself puts the slash there; nothing of feedkit's takes the path.
    assert ask("pages/a", "GET", {}).status == 308
    assert ask("x/y/", "GET", {}).status == 404


def test_the_application_makes_the_addresses_of_documents() -> None:
    app = made()
    with app.test_request_context():
        assert url_for("feedkit.document", path="tags/cpp/rss.xml") == "/tags/cpp/rss.xml"
        assert url_for("feedkit.document", path="feed", _external=True) == "http://localhost/feed"


def test_a_site_below_a_path_has_its_documents_there() -> None:
    site = replace(SITE, base_url="https://example.com/blog/")
    assert asking(made(site=site))("blog/rss.xml", "GET", {}).status == 200
    assert asking(made(site=site, url_prefix=""))("rss.xml", "GET", {}).status == 200
    assert asking(made(site=site, url_prefix="/news"))("news/rss.xml", "GET", {}).status == 200
    site = replace(SITE, base_url="https://example.com/bl%C3%B6g/")
    assert asking(made(site=site))("bl%C3%B6g/rss.xml", "GET", {}).status == 200


def test_an_application_may_have_several_sites() -> None:
    app = made()
    other = replace(SITE, base_url="https://example.com/mt/", title="Marea", names=replace(SITE.names, rss="marea.xml"))
    with pytest.raises(ArgumentError, match="name must be an ASCII word that no other blueprint has, not 'feedkit'"):
        Feedkit(app, site=other, entries=ENTRIES)
    for name in ("a-b", "é"):
        with pytest.raises(ArgumentError, match=f"not '{name}'"):
            Feedkit(app, site=other, entries=ENTRIES, name=name)
    Feedkit(app, site=other, entries=ENTRIES, name="maltese")
    ask = asking(app)
    serving.check_documents(ask)
    assert b"<title>Marea</title>" in ask("mt/marea.xml", "GET", {}).body
    assert ask("marea.xml", "GET", {}).status == 404
    with app.test_request_context():
        assert url_for("maltese.document", path="tags/cpp/marea.xml") == "/mt/tags/cpp/marea.xml"
        first, second = render_template_string("{{ feed_links() }}|{{ maltese_feed_links() }}").split("|")
    assert "https://example.com/rss.xml" in first
    assert "https://example.com/mt/marea.xml" in second


@pytest.mark.parametrize("name", ["path", "default"])
def test_a_name_may_be_that_of_a_converter_of_flask(name: str) -> None:
    app = made(name=name)
    app.add_url_rule("/users/<user>/<path:file>", view_func=lambda user, file: f"{user} {file}")
    assert asking(app)("users/ann/a/b.txt", "GET", {}).body == b"ann a/b.txt"
    serving.check_documents(asking(app))


def test_an_extension_is_initialised_when_the_application_is_there() -> None:
    feeds = Feedkit(site=SITE)
    app = Flask(__name__)
    feeds.init_app(app, entries=ENTRIES)
    serving.check_documents(asking(app))


@pytest.mark.parametrize("missing", ["site", "entries"])
def test_what_is_missing_is_named(missing: str) -> None:
    given: dict[str, Any] = {"site": SITE, "entries": ENTRIES}
    del given[missing]
    with pytest.raises(ArgumentError, match=f"Feedkit: {missing} is missing"):
        Feedkit(Flask(__name__), **given)


def test_parts_of_sitemaps_copies_archives_and_other_names_are_served() -> None:
    entries = [make_entry(f"e{number}", day=number + 1) for number in range(9)]
    site: Site = replace(
        SITE,
        limit=2,
        archives=True,
        names=replace(SITE.names, rss="index.xml", sitemap="map/pages.xml"),
        sitemap=replace(SITE.sitemap, max_urls=3, compress=("gzip",)),
    )
    ask = asking(made(site=site, entries=entries))
    for path in (
        "index.xml",
        "archive/1/index.xml",
        "map/pages.xml",
        "map/pages.xml.gz",
        "map/sitemaps/sitemap-00001.xml",
    ):
        found = document(site, entries, path)
        assert found is not None, path
        assert ask(path, "GET", {}).body == found.to_bytes()
    assert ask("map/pages.xml.gz", "GET", {}).headers["Content-Encoding"] == "gzip"
    assert ask("rss.xml", "GET", {}).status == 404


def test_articles_may_be_objects_of_the_application() -> None:
    posts = [SimpleNamespace(heading="Ebb & flow", when="2025-11-01", labels=["Sea"], path="/ebb/", id=3)]
    fields = {"title": "heading", "date": "when", "tags": "labels", "url": "path"}
    app = Flask(__name__)
    Feedkit(app, site=SITE, entries=lambda: posts, fields=fields)
    body = asking(app)("tags/sea/atom.xml", "GET", {}).body
    assert b'<title type="text">Ebb &#x26; flow</title>' in body
    with app.test_request_context():
        assert "tags/sea/rss.xml" in render_template_string(TEMPLATE, entry=posts[0])


@pytest.mark.parametrize("path", ["by/ann/rss.xml", "tags/cpp/rss.xml"])
def test_feeds_of_any_taxonomy_are_served(path: str) -> None:
    from feedkit import Person

    site = replace(SITE, taxonomies=(*SITE.taxonomies, Taxonomy(name="by", source="authors")))
    entries = [make_entry("a", authors=(Person(name="Ann"),))]
    assert asking(made(site=site, entries=entries))(path, "GET", {}).status == 200
