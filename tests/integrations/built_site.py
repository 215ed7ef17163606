"""A site in a folder that a host builds by its own command, and what feedkit wrote for it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import forks

from feedkit import Url, read_sitemap

#: All of feedkit that a build needs is loaded by one.
_FEEDKIT = """
import feedkit, feedkit.articles.rewrite
site = feedkit.Site(base_url="https://example.com/")
objects = [{"title": "T", "date": "2025-01-01", "content": "<p>Words"}]
[document.to_bytes() for document in feedkit.documents(site, feedkit.to_entries(objects, site))]
feedkit.publish
"""
#: What else each host needs, and what it would load in each build.
LOADING = {
    "mkdocs": f"""{_FEEDKIT}
import feedkit.integrations.mkdocs, mkdocs.commands.build, mkdocs.themes.mkdocs, jinja2, pygments.lexers
from markdown.extensions import attr_list, codehilite, fenced_code, tables, toc
""",
    "pelican": f"""{_FEEDKIT}
import feedkit.integrations.pelican, pelican.readers, docutils.core, rich.emoji, rich.live, rich.status
from markdown.extensions import codehilite, extra, meta
""",
    "sphinx": f"""{_FEEDKIT}
import feedkit.integrations.sphinx, importlib, sphinx.application, sphinx.cmd.build, sphinx.ext.mathjax
import docutils.languages.en, jinja2.ext, sphinx.builders.latex.transforms, xml.dom.minidom
[importlib.import_module(name) for name in sphinx.application.builtin_extensions]
""",
}


class BuiltSite:
    """A folder, and the folder in it to which a host writes."""

    def __init__(self, folder: Path, output: str) -> None:
        self.folder = folder
        self.output = folder / output

    def write(self, name: str, text: str) -> None:
        """Write a file of the site."""
        file = self.folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, "utf-8")

    def run(self, command: Sequence[str], code: int, **environment: str) -> str:
        """What a module of Python prints, which is run as a command and ends with an exit code."""
        ended, printed = forks.run(command, self.folder, loading=LOADING[command[0]], **environment)
        assert ended == code, printed
        return printed

    def bytes(self) -> dict[str, bytes]:
        """What feedkit wrote, by its path."""
        manifest = json.loads((self.output / ".feedkit-manifest.json").read_text("utf-8"))
        return {path: (self.output / path).read_bytes() for path in manifest["documents"]}

    def items(self, path: str = "feed.json") -> list[dict[str, Any]]:
        """The items of a JSON Feed."""
        items: list[dict[str, Any]] = json.loads((self.output / path).read_text("utf-8"))["items"]
        return items

    def titles(self, path: str = "feed.json") -> list[str]:
        """The titles of the items of a JSON Feed."""
        return [item["title"] for item in self.items(path)]

    def pages(self, base_url: str = "") -> dict[str, Url]:
        """The pages of the sitemap, by their addresses without that of the site."""
        return {url.loc.removeprefix(base_url): url for url in read_sitemap(self.output / "sitemap.xml")}
