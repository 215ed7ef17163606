"""The extension of Jinja."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from jinja2 import DictLoader, Environment
from serving import ENTRIES, SITE

from feedkit import ArgumentError
from feedkit.integrations.jinja import FeedkitExtension

TEMPLATES = {
    "page": "{% for feed in feeds() %}{{ feed.path }} {% endfor %}|{{ feed_links() }}|{{ feed_links(entry) }}",
    "child": '{% extends "base" %}{% block head %}{{ feed_links(entry) }}{% endblock %}',
    "base": "<head>{% block head %}{% endblock %}</head>",
}


def made(**options: Any) -> Any:
    env: Any = Environment(
        extensions=["feedkit.integrations.jinja.FeedkitExtension"], loader=DictLoader(TEMPLATES), **options
    )
    env.feedkit_site, env.feedkit_entries = SITE, lambda: ENTRIES
    return env


@pytest.mark.parametrize("autoescape", [True, False])
def test_a_page_lists_feeds_and_links_to_them(autoescape: bool) -> None:
    paths, site, terms = made(autoescape=autoescape).get_template("page").render(entry=ENTRIES[0]).split("|")
    assert paths.split() == [
        *("rss.xml", "atom.xml", "feed.json"),
        *(f"tags/{slug}/{name}" for slug in ("cpp", "日本語") for name in ("rss.xml", "atom.xml", "feed.json")),
    ]
    assert site.count("<link ") == terms.count("<link ") == 3
    assert 'title="Tides &amp; &lt;b&gt; (RSS)"' in site
    assert 'href="https://example.com/tags/cpp/rss.xml">' in terms


def test_blocks_of_other_templates_have_the_functions_too() -> None:
    assert made().get_template("child").render(entry=ENTRIES[1]).count("<link ") == 3


def test_an_entry_that_a_page_has_not_is_none() -> None:
    links = made().from_string("{{ feed_links(entry) == feed_links() }}")
    assert links.render() == "True"


def test_entries_are_asked_for_when_a_page_is_made() -> None:
    env, entries = made(), list(ENTRIES)
    env.feedkit_entries = lambda: entries
    page = env.from_string("{{ feeds()|length }}")
    assert page.render() == "9"
    entries.pop(0)
    assert page.render() == "6"


def test_objects_have_their_fields_where_the_options_say() -> None:
    env = made()
    post = SimpleNamespace(heading="Ebb", when="2025-11-01", labels=["Sea"])
    env.feedkit_entries = [post]
    env.feedkit_options = {"fields": {"title": "heading", "date": "when", "tags": "labels"}}
    assert "tags/sea/rss.xml" in env.from_string("{{ feed_links(post) }}").render(post=post)


def test_an_environment_without_a_site_says_what_to_set() -> None:
    env = Environment(extensions=[FeedkitExtension])  # nothing is rendered
    with pytest.raises(ArgumentError, match=r"set env\.feedkit_site"):
        env.from_string("{{ feeds() }}").render()
