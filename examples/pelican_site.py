"""Pelican: a site with the plugin, its feeds and sitemap, and the tags of a page."""

from pathlib import Path
from tempfile import TemporaryDirectory

from pelican import Pelican
from pelican.settings import read_settings

SETTINGS = """
SITENAME = "Tides"
SITEURL = "https://tides.example"
TIMEZONE = "Europe/Malta"
PLUGINS = ["feedkit.integrations.pelican"]
FEEDKIT = {
    "limit": 50,
    "hubs": ["https://hub.example/"],
    "authors": {"ann": {"name": "Ann Lee", "url": "https://ann.example/"}},
}
"""
TEMPLATE = """
{% extends "!simple/base.html" %}
{% block head %}
{{ super() }}
{{ feed_links() }}
{{ feed_links(article) if article }}
{% endblock %}
"""
ARTICLE = "Title: Ebb\nDate: 2025-03-30\nTags: C++\nAuthor: Ann Lee\n\nGoing.\n"


def main() -> None:
    """Build a site in a temporary folder."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        for path, text in (("pelicanconf.py", SETTINGS), ("content/ebb.md", ARTICLE), ("theme/base.html", TEMPLATE)):
            (folder / path).parent.mkdir(exist_ok=True)
            (folder / path).write_text(text.lstrip(), "utf-8")
        own = {"THEME": "simple", "THEME_TEMPLATES_OVERRIDES": [str(folder / "theme")]}
        paths = {"PATH": str(folder / "content"), "OUTPUT_PATH": str(folder / "output")}
        Pelican(read_settings(str(folder / "pelicanconf.py"), override={**own, **paths})).run()
        for file in sorted((folder / "output").rglob("*.xml")):
            print(file.relative_to(folder / "output").as_posix())
        page = (folder / "output" / "ebb.html").read_text("utf-8")
        print(*(line for line in page.splitlines() if line.startswith("<link ")), sep="\n")


if __name__ == "__main__":
    main()
