"""Sphinx: a project with the extension, its feeds and sitemap, and the tags of a page."""

from pathlib import Path
from tempfile import TemporaryDirectory

from sphinx.cmd.build import build_main

CONFIG = """
project = "Tides"
author = "Ann Lee"
html_baseurl = "https://tides.example/"
extensions = ["feedkit.integrations.sphinx"]
feedkit = {
    "timezone": "Europe/Malta",
    "limit": 50,
    "hubs": ["https://hub.example/"],
}
"""
ARTICLE = """
:date: 2025-03-30
:tags: C++, Sea

Ebb
===

Going.
"""
INDEX = "Tides\n=====\n\n.. toctree::\n\n   ebb\n"


def main() -> None:
    """Build a project in a temporary folder, as `sphinx-build -W -j 2` does."""
    with TemporaryDirectory() as name:
        source, output = Path(name, "source"), Path(name, "html")
        source.mkdir()
        for file, text in (("conf.py", CONFIG), ("index.rst", INDEX), ("ebb.rst", ARTICLE)):
            (source / file).write_text(text.lstrip(), "utf-8")
        build_main(["-q", "-W", "-j", "2", str(source), str(output)])
        for path in sorted(output.rglob("*.xml")):
            print(path.relative_to(output).as_posix())
        page = (output / "ebb.html").read_text("utf-8")
        print(*(line for line in page.splitlines() if 'rel="alternate"' in line), sep="\n")


if __name__ == "__main__":
    main()
