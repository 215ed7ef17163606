"""The site that MkDocs makes of the documentation: built strictly, whole, and every link leads to a file."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from html import unescape
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

from feedkit import read_sitemap

ADDRESS = "https://docs.example/"


@pytest.fixture(scope="module")
def built(repository: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the site."""
    pytest.importorskip("mkdocs", reason="MkDocs is not installed: the extras mkdocs and test have it")
    folder = tmp_path_factory.mktemp("documentation")
    done = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", str(folder)],
        cwd=repository,
        env={**os.environ, "SITE_URL": ADDRESS, "NO_MKDOCS_2_WARNING": "1", "PYTHONIOENCODING": "utf-8"},
        capture_output=True,
        text=True,
        encoding="utf-8",
    )
    assert done.returncode == 0, done.stderr
    return folder


def test_every_page_is_in_the_sitemap_that_the_plugin_writes(repository: Path, built: Path) -> None:
    docs = repository / "docs"
    pages = {page.relative_to(docs).with_suffix("").as_posix() for page in docs.rglob("*.md")}
    assert {url.loc for url in read_sitemap(built / "sitemap.xml")} == {
        ADDRESS if page == "index" else f"{ADDRESS}{page}/" for page in pages
    }


def test_no_list_ends_before_what_belongs_to_one_of_its_items(built: Path) -> None:
    # Python-Markdown wants four spaces before a table of an item; with fewer the numbers begin again behind it.
    cut = re.compile(r"</ol>\n<(table|pre)>(?:(?!</\1>).)*</\1>\n<ol>", re.DOTALL)
    pages = built.rglob("*.html")
    assert [page.parent.name for page in pages if cut.search(page.read_text("utf-8"))] == []


def test_every_link_leads_to_a_file(built: Path) -> None:
    broken = []
    pages = [page for page in built.rglob("*.html") if page.name != "404.html"]
    for page in pages:
        for link in re.findall(r'<[a-z][^<>]*?\s(?:href|src)="([^"]*)"', page.read_text("utf-8")):
            parts = urlsplit(unescape(link))
            if not parts.scheme and not parts.netloc and parts.path:
                target = page.parent / unquote(parts.path)
                if not (target / "index.html" if parts.path.endswith("/") or target.is_dir() else target).is_file():
                    broken.append(f"{page.relative_to(built)}: {link}")
    assert len(pages) > 40
    assert broken == []
    assert (built / "source/examples/wsgi_app.py").is_file()
