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
    from feedkit.pipeline.prepared import Prepared

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
    if not layout.prepared:
        files[_FIRST] = _ARTICLE.format(date=publication_instant().date().isoformat())
    create_files(folder, {name: text.encode() for name, text in files.items()})
    print_lines(_lines(layout, folder, list(files)))
    return 0


def _lines(layout: Layout, folder: Path, files: list[str]) -> Iterator[str]:
    site = layout.recognised
    place = "" if site.content == "." else f" {shlex.quote(site.content)}"
    example = ""
    if ready := layout.prepared:
        config = f" ({site.config})" if site.config else ""
        yield f"found {site.generator.name or 'a folder of articles'}{config}"
        yield from _content_lines(layout, ready)
        if ready.refused:
            yield f"{count(ready.refused, 'article')} cannot be published yet: feedkit build{place} says why"
        sources = [entry.source for entry in ready.publication.entries]
        sources += [problem.path for problem in layout.problems if problem.severity == "error"]
        example = Path(sources[0]).relative_to(folder).as_posix() if sources else ""
    else:
        example = _FIRST
        yield "found an empty folder"
    for name in files:
        yield f"{folder / name} written"
    if "base_url" not in layout.settings:
        yield f"  change base_url in {folder / files[0]}: it is an example"
    for name in layout.in_the_way:
        yield f"  {name} is written by something else: turn that off, or take the format out of formats"
    yield "next:" if folder == Path() else f"next, in {folder}:"
    yield f"  feedkit build{place}"
    yield f"  feedkit serve{place}"
    yield f"  feedkit explain {shlex.quote(example)}" if example else "  feedkit config"


def _content_lines(layout: Layout, ready: Prepared) -> Iterator[str]:
    kinds = [count(layout.articles, "article")]
    if drafts := sum(entry.draft for entry in ready.entries):
        kinds.append(f"{count(drafts, 'draft')} among them")
    if pages := ready.publication.pages:
        kinds.append(count(len(pages), "page"))
    yield f"{', '.join(kinds)} in {layout.recognised.content}"
    # The newest first. A draft without a date has none to speak of.
    if days := [entry.published.date().isoformat() for entry in ready.publication.entries]:
        yield f"dates from {days[-1]} to {days[0]}"
    languages = {entry.language or ready.publication.site.language for entry in ready.entries}
    if len(languages) > 1:
        yield f"languages: {', '.join(sorted(languages))}"
