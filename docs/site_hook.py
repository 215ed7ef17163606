"""What MkDocs needs to make a site of these pages: folders in the navigation, and files that are not documentation.

Pages link to scripts and modules of the repository by relative paths. The site has a copy of each below `source/`.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

_LINK = re.compile(r"\[([^]]*)\]\(((?:\.\./)+[^)#\s]+)(?:#[^)]*)?\)")


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """Put the pages of a folder in the place of its path."""
    docs = Path(config.docs_dir)

    def opened(item: Any) -> Any:
        if isinstance(item, list):
            return [opened(one) for one in item]
        if isinstance(item, dict):
            return {title: opened(value) for title, value in item.items()}
        is_folder = item.endswith("/")
        return [page.relative_to(docs).as_posix() for page in sorted((docs / item).glob("*.md"))] if is_folder else item

    config.nav = opened(config.nav)
    return config


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the files of the repository that pages link to."""
    root = Path(config.docs_dir).parent
    wanted = {
        path
        for file in files.documentation_pages()
        for link in _LINK.finditer(file.content_string)
        for path in _outside(file.src_uri, link[2])
        if (root / path).is_file()
    }
    for path in sorted(wanted):
        files.append(File.generated(config, f"source/{path}", abs_src_path=str(root / path)))
    return files


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Lead the links to these files to their copies. What has none, such as a folder, is named."""

    def led(link: re.Match[str]) -> str:
        for path in _outside(page.file.src_uri, link[2]):
            copy = f"source/{path}"
            there = files.get_file_from_path(copy) is not None
            return f"[{link[1]}]({posixpath.relpath(copy, posixpath.dirname(page.file.src_uri))})" if there else link[1]
        return link[0]

    return _LINK.sub(led, markdown)


def _outside(page: str, target: str) -> Iterator[str]:
    """The path below the repository of what a page links to, where it is not a documentation."""
    path = posixpath.normpath(posixpath.join("docs", posixpath.dirname(page), target))
    if not path.startswith(("docs/", "../")):
        yield path
