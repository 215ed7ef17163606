"""`feedkit init`: a configuration for what a folder holds."""

from __future__ import annotations

import shlex
from argparse import Namespace
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from feedkit.cli.options import flags_of
from feedkit.cli.printing import count, print_lines, progress_of
from feedkit.errors import SettingsError

if TYPE_CHECKING:
    from feedkit.inspect.layout import Layout

#: The first article of an empty folder, below the folder of the articles.
_FIRST = "content/first-post.md"
_ARTICLE = """---
title: First post
publishedAt: "{date}"
tags: [hello]
---

This is the first article of this site. Change it, or write another file next to it.
"""


def run_init(options: Namespace) -> int:
    from feedkit.clock import publication_instant
    from feedkit.config.site import Site
    from feedkit.config.toml import FILE_NAME, find
    from feedkit.inspect.layout import EXAMPLE_URL, configuration_text, look
    from feedkit.output.atomic_write import create_files

    folder = Path(options.folder)
    if folder.exists() and not folder.is_dir():
        raise SettingsError(f"init: {folder} is a file; name a folder")
    if (file := find(folder)) is not None and file.parent == folder.resolve():
        raise SettingsError(f"init: {folder / file.name} is there already, and stays as it is; see: feedkit config")
    flags = flags_of(options)
    Site(**{"base_url": EXAMPLE_URL, **flags})
    layout = look(folder, flags, progress=progress_of(options))
    files = {FILE_NAME: configuration_text(layout)}
    if layout.is_new:
        files[_FIRST] = _ARTICLE.format(date=publication_instant().date().isoformat())
    create_files(folder, {name: text.encode() for name, text in files.items()})
    print_lines(_lines(layout, folder, list(files)))
    return 0


def _lines(layout: Layout, folder: Path, files: list[str]) -> Iterator[str]:
    site = layout.recognised
    place = "" if site.content == "." else f" {shlex.quote(site.content)}"
    if layout.is_new:
        yield "found an empty folder"
    else:
        config = f" ({site.config})" if site.config else ""
        yield f"found {site.generator.name or 'a folder of articles'}{config}"
        yield from _content_lines(layout)
        if layout.refused:
            yield f"{count(layout.refused, 'article')} cannot be published yet: feedkit build{place} says why"
    for name in files:
        yield f"{folder / name} written"
    if "base_url" not in layout.settings:
        yield f"  change base_url in {folder / files[0]}: it is an example"
    for name in layout.in_the_way:
        yield f"  {name} is written by something else: turn that off, or take the format out of formats"
    yield "next:" if folder == Path() else f"next, in {folder}:"
    example = layout.example and Path(layout.example).relative_to(folder).as_posix()
    example = _FIRST if layout.is_new else example
    yield f"  feedkit build{place}"
    yield f"  feedkit serve{place}"
    yield f"  feedkit explain {shlex.quote(example)}" if example else "  feedkit config"


def _content_lines(layout: Layout) -> Iterator[str]:
    kinds = [count(layout.articles, "article")]
    kinds += [count(layout.drafts, "draft") + " among them"] if layout.drafts else []
    kinds += [count(layout.pages, "page")] if layout.pages else []
    yield f"{', '.join(kinds)} in {layout.recognised.content}"
    if layout.oldest and layout.newest:
        yield f"dates from {layout.oldest.date().isoformat()} to {layout.newest.date().isoformat()}"
    if len(layout.languages) > 1:
        yield f"languages: {', '.join(layout.languages)}"
