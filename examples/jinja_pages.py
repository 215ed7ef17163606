"""Jinja: a site builder of one's own gives its pages the tags of their feeds."""

from typing import Any

from jinja2 import Environment

from feedkit import Site, to_entries

SITE = Site(base_url="https://tides.example/", title="Tides")
ENTRIES = list(to_entries([{"title": "Ebb", "date": "2025-03-30", "html": "<p>Going.</p>", "tags": ["C++"]}], SITE))

env: Any = Environment(extensions=["feedkit.integrations.jinja.FeedkitExtension"], autoescape=True)
env.feedkit_site = SITE
env.feedkit_entries = lambda: ENTRIES

PAGE = """<head>{{ feed_links() }}
{{ feed_links(entry) }}</head>
<ul>{% for feed in feeds() if feed.format == "rss" %}<li>{{ feed.title }}: {{ feed.url }}</li>{% endfor %}</ul>"""


def main() -> None:
    """Print the page of an article."""
    print(env.from_string(PAGE).render(entry=ENTRIES[0]))


if __name__ == "__main__":
    main()
