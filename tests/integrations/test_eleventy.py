"""The example of Eleventy, in Eleventy where node has it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import npm
import pytest
from judge import faults

from feedkit import read_sitemap

EXAMPLE = Path(__file__).parents[2] / "examples" / "eleventy"


class Blog:
    """A copy of the example, and its builds."""

    def __init__(self, folder: Path, modules: Path) -> None:
        self.folder = folder / "site"
        self.output = self.folder / "_site"
        shutil.copytree(EXAMPLE, self.folder, ignore=shutil.ignore_patterns("node_modules", "_site"))
        (self.folder / "node_modules").symlink_to(modules / "node_modules")
        # The command that the configuration starts.
        command = folder / "bin" / "feedkit"
        command.parent.mkdir()
        command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m feedkit "$@"\n')
        command.chmod(0o755)
        self.path = os.pathsep.join([str(command.parent), os.environ["PATH"]])

    def build(self, *flags: str, code: int = 0) -> str:
        command = ["node", "node_modules/@11ty/eleventy/cmd.cjs", *flags]
        environment = {**os.environ, "PATH": self.path, "PYTHONIOENCODING": "utf-8"}
        done = subprocess.run(
            command, cwd=self.folder, env=environment, capture_output=True, text=True, encoding="utf-8"
        )
        assert (done.returncode != 0) == bool(code), done.stderr + done.stdout
        return done.stderr + done.stdout

    def items(self) -> list[dict[str, Any]]:
        items: list[dict[str, Any]] = json.loads((self.output / "feed.json").read_text("utf-8"))["items"]
        return items


@pytest.fixture(scope="module")
def modules(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return npm.folder(tmp_path_factory, "@11ty/eleventy")


def test_the_pages_of_eleventy_become_feeds_and_a_sitemap(tmp_path: Path, modules: Path) -> None:
    blog = Blog(tmp_path, modules)
    names = "---\npermalink: names.txt\n---\n{% for name, pages in collections %}{{ name }} {% endfor %}"
    (blog.folder / "names.njk").write_text(names)
    assert "11 documents written" in blog.build()
    # Pages of tags are made for each of them.
    assert set((blog.output / "names.txt").read_text().split()) == {"all", "posts", "C++"}
    flood, ebb = blog.items()
    assert (flood["title"], flood["date_published"]) == ("Flood", "2025-03-31T00:00:00+02:00")
    assert (ebb["url"], ebb["date_published"]) == ("https://tides.example/posts/ebb/", "2025-03-30T00:00:00+01:00")
    assert (flood["tags"], ebb["tags"]) == (["Sea"], ["C++"])
    assert '<a href="https://tides.example/posts/flood/">' in ebb["content_html"]
    for path in ("rss.xml", "atom.xml", "tags/cpp/rss.xml", "categories/sea/feed.json", "sitemap.xml", "feeds.opml"):
        assert list(faults((blog.output / path).read_bytes())) == [], path
    pages = {url.loc.removeprefix("https://tides.example/") for url in read_sitemap(blog.output / "sitemap.xml")}
    assert pages == {"", "posts/2025-03-31-flood/", "posts/ebb/"}
    assert "0 documents written, 11 unchanged" in blog.build()


PREFIX = """
import { EleventyHtmlBasePlugin } from "@11ty/eleventy";
import example from "./eleventy.config.js";

export default (eleventyConfig) => {
  eleventyConfig.addPlugin(EleventyHtmlBasePlugin);
  example(eleventyConfig);
};
export const config = { pathPrefix: "/blog/" };
"""


def test_a_site_below_a_path_has_the_addresses_of_its_pages_in_the_content_too(tmp_path: Path, modules: Path) -> None:
    blog = Blog(tmp_path, modules)
    settings = blog.folder / "feedkit.toml"
    settings.write_text(settings.read_text().replace("https://tides.example/", "https://tides.example/blog/"))
    (blog.folder / "prefix.mjs").write_text(PREFIX)
    blog.build("--config=prefix.mjs")
    ebb = blog.items()[1]
    assert ebb["url"] == "https://tides.example/blog/posts/ebb/"
    assert '<a href="https://tides.example/blog/posts/flood/">' in ebb["content_html"]


def test_problems_name_the_source_file_and_end_the_build_of_eleventy(tmp_path: Path, modules: Path) -> None:
    blog = Blog(tmp_path, modules)
    (blog.folder / "posts" / "bad.md").write_text(
        "---\ntitle: Bad\nupdated: '2025-13-01'\ndate: 2025-01-01\n---\n\nIt.\n"
    )
    printed = blog.build(code=1)
    assert "./posts/bad.md: error FK101: updated: '2025-13-01' is not a date" in printed
    assert len(blog.items()) == 2
